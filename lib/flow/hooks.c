/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hooks - functions that somebody else calls: what a client's library
 * passes through them is the user's own traffic, what is told to a table, an
 * event or a log goes on to whoever listens there.
 *
 * Takes: a call, or the head of a function.  Gives: marks of parameters.
 * Runs in: worker child, command.
 */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "flow/calls.h"
#include "flow/functions.h"
#include "flow/names.h"
#include "flow/neighbours.h"
#include "flow/secrets.h"
#include "flow/senders.h"
#include "flow/state.h"
#include "flow/users.h"
#include "flow/values.h"

#define HOOKS_DEEP 4		/* {"request": [f]} */
#define EVENT_MOST 64		/* letters of an event's name */
#define TABLES_MOST 512		/* calls of all that a table holds, a file */
#define LOG_EVENT "<log>"
#define ANY_EVENT "<any>"

static const struct taint traffic = {
    .marks = MARK_TRAFFIC | MARK_CLIENTS };
static const struct taint replaced = {
    .marks = MARK_TRAFFIC | MARK_PASSED, .held = HELD_REPLACED };

static void
mark_parameters(struct flow *f, uint32_t scope, const struct taint *v)
{
	const struct flow_scope *s = &f->scopes[scope];

	for (uint32_t i = 0; i < s->nparameters; i++)
		flow_mark_row(f, s->parameters[i], v, MARKS_ALL);
}

/* A function of this module or of another one of the package. */
static void
hook(struct flow *f, const struct taint *function)
{
	struct world_name *n;

	if (function->code != 0 &&
	    f->scopes[function->code - 1].kind == SCOPE_FUNCTION)
		mark_parameters(f, function->code - 1, &traffic);
	n = function->code == 0 && function->name != 0 &&
	    (flow_traits(f, function->name) & NAME_DOTTED) ?
	    flow_outside(f, function->name) : NULL;
	for (int k = 0; n != NULL && n->function && k < n->nparameters &&
	    k < WORLD_PARAMETERS; k++)
		n->passed[k].marks |= traffic.marks;
}

static void
hook_all(struct flow *f, uint32_t node, int deep)
{
	uint8_t kind = flow_at(f, node)->kind;

	if (kind == NODE_NAME || kind == NODE_ATTR)
		hook(f, &f->vals[node]);
	if ((kind != NODE_DICT && kind != NODE_LIST && kind != NODE_TUPLE) ||
	    deep == HOOKS_DEEP)
		return;
	for (uint32_t k = flow_at(f, node)->kid; k != 0;
	    k = flow_at(f, k)->next)
		hook_all(f, k, deep + 1);
}

/* session.hooks["response"].append, client.meta.events.register */
static bool
hooks_in(struct flow *f, uint32_t callee)
{
	for (int deep = 0; callee != 0 && deep < HOOKS_DEEP; deep++) {
		const struct node *n = flow_at(f, callee);

		if (n->kind == NODE_ATTR &&
		    (flow_call_traits(f, n->name) & NAME_HOOKS))
			return true;
		if (n->kind != NODE_ATTR && n->kind != NODE_INDEX &&
		    n->kind != NODE_CALL)
			return false;
		callee = n->kid;
	}
	return false;
}

void
flow_look_hooks(struct flow *f, const struct frame *fr)
{
	uint32_t callee = flow_at(f, fr->node)->kid;

	for (size_t i = 0; i < fr->nargs; i++)
		if (fr->keywords[i] != 0 &&
		    (flow_word_is(f, fr->keywords[i], "event_hooks") ||
		    flow_word_is(f, fr->keywords[i], "hooks")))
			hook_all(f, fr->nodes[i], 0);
	if (flow_at(f, fr->node)->kind != NODE_CALL ||
	    flow_at(f, callee)->kind != NODE_ATTR ||
	    !hooks_in(f, flow_at(f, callee)->kid))
		return;
	for (size_t i = 0; i < fr->nargs; i++)
		hook(f, &fr->args[i]);
}

/* session.hooks = {"response": f}, session.hooks["response"] = f */
void
flow_hook_target(struct flow *f, uint32_t target, uint32_t value)
{
	if (value != 0 && hooks_in(f, target))
		hook_all(f, value, 0);
}

/* ---- functions around functions ----------------------------------------- */

static bool
is_star(const struct flow *f, uint32_t node, uint32_t row)
{
	const struct node *n = flow_at(f, node);
	uint32_t b;

	if ((n->kind != NODE_STAR && n->kind != NODE_DSTAR) ||
	    flow_at(f, n->kid)->kind != NODE_NAME)
		return false;
	b = tree_lookup(f->tree, n->kid);
	return b != 0 && f->row_of[b] == row;
}

/* f(x), f(y=x), f(*x): x, or 0 for what is put together. */
static uint32_t
handed_name(const struct flow *f, uint32_t node)
{
	uint8_t kind = flow_at(f, node)->kind;

	if (kind == NODE_KEYWORD || kind == NODE_STAR || kind == NODE_DSTAR)
		node = flow_at(f, node)->kid;
	return flow_at(f, node)->kind == NODE_NAME ? node : 0;
}

/* def around(function): def inner(*a, **k): function(*a, **k): whatever the
 * user's own functions are called with goes through it. */
void
flow_look_wrapped(struct flow *f, const struct frame *fr)
{
	static const struct taint handed = {
	    .marks = MARK_TRAFFIC | MARK_PASSED };
	const struct flow_scope *s = &f->scopes[fr->scope];
	uint8_t stars[2] = { s->star, s->stars };
	uint32_t callee = flow_at(f, fr->node)->kid;
	bool kept = flow_at(f, callee)->kind == NODE_ATTR;

	if (!flow_calls_user(f, fr))
		return;
	for (uint32_t k = flow_at(f, callee)->next; k != 0;
	    k = flow_at(f, k)->next) {
		for (size_t i = 0; i < ARRAY_LEN(stars); i++)
			if (stars[i] != 0 && is_star(f, k,
			    s->parameters[stars[i] - 1]))
				flow_mark_row(f, s->parameters[stars[i] - 1],
				    &handed, MARKS_ALL);
		if (kept)
			flow_mark_row(f, flow_row_of_value(f, handed_name(f,
			    k)), &handed, MARKS_ALL);
	}
}

/* ---- classes that stand between a client and the network ---------------- */

bool
flow_is_between(const struct flow *f, const struct flow_scope *class)
{
	char base[FLOW_NAME_MOST + 1];

	for (uint32_t i = 0; i < class->nbases; i++)
		if (fact_is_between(flow_string(f, class->bases[i], base)))
			return true;
	return false;
}

/* requests.Session.send = ours: gets what the user's own code sends. */
void
flow_hook_patch(struct flow *f, uint32_t name, uint32_t code)
{
	static const char *const clients[] = { "requests.", "httpx.",
	    "urllib3.", "aiohttp.", "http.client.", "urllib.request.",
	    "botocore.", "openai.", "anthropic." };
	static const char *const hooks[] = { "sys.", "threading.",
	    "warnings.", "signal.", "json.", "logging.", "asyncio.", "cgitb.",
	    "builtins.print" };
	char text[FLOW_NAME_MOST + 1], *dot;

	(void)flow_string(f, name, text);
	dot = strrchr(text, '.');
	for (size_t i = 0; dot != NULL && i < ARRAY_LEN(clients); i++)
		if (str_starts(text, clients[i])) {
			f->patches_client = true;
			mark_parameters(f, code - 1, &traffic);
			return;
		}
	/* sys.excepthook and the like are there to be replaced */
	for (size_t i = 0; i < ARRAY_LEN(hooks); i++)
		if (str_starts(text, hooks[i]))
			return;
	if (f->scopes[code - 1].kind == SCOPE_FUNCTION)
		mark_parameters(f, code - 1, &replaced);
}

static void
count_attributes(struct flow *f)
{
	for (uint32_t n = 1; n < f->tree->nnodes; n++)
		if (flow_at(f, n)->kind == NODE_ATTR &&
		    flow_name(f, flow_at(f, n)->name)->attributes < 2)
			flow_name(f, flow_at(f, n)->name)->attributes++;
	f->attributes_counted = true;
}

/* create = client.create; client.create = ours: the attribute was read before,
 * and the one that takes its place passes on what it gets. */
void
flow_hook_attribute(struct flow *f, uint32_t target, uint32_t code)
{
	const struct flow_scope *s = &f->scopes[code - 1];
	uint32_t name = flow_at(f, target)->name;

	if (s->kind != SCOPE_FUNCTION || s->star + s->stars == 0 ||
	    flow_word_is(f, f->vals[flow_at(f, target)->kid].name, "self"))
		return;
	if (!f->attributes_counted)
		count_attributes(f);
	if (flow_name(f, name)->attributes == 2)
		mark_parameters(f, code - 1, &replaced);
}

/* @event.listens_for(Engine, "do_connect"): how a driver logs in. */
static bool
listens_for_logins(const struct flow *f, uint32_t decorator)
{
	uint32_t call = flow_at(f, decorator)->kid;
	char name[FLOW_NAME_MOST + 1];
	bool login = false;

	if (call == 0 || flow_at(f, call)->kind != NODE_CALL)
		return false;
	for (uint32_t k = flow_at(f, flow_at(f, call)->kid)->next; k != 0;
	    k = flow_at(f, k)->next)
		login = login || str_equal(f->texts[f->vals[k].text].bytes,
		    "do_connect");
	return login && str_ends(flow_string(f,
	    f->vals[flow_at(f, call)->kid].name, name), ".listens_for");
}

void
flow_enter_hook(struct flow *f, uint32_t scope, uint32_t decorator)
{
	const struct flow_scope *s = &f->scopes[scope];
	const struct flow_scope *in = &f->scopes[s->parent];
	char base[FLOW_NAME_MOST + 1], name[FLOW_NAME_MOST + 1];
	bool makes, passes;

	if (decorator != 0 && listens_for_logins(f, decorator))
		mark_parameters(f, scope, &traffic);
	if (in->kind != SCOPE_CLASS)
		return;
	/* What a login object is made with is the login. */
	makes = str_equal(flow_string(f, s->name, name), "__init__");
	passes = in->nbases != 0 && fact_passes_traffic(name);
	for (uint32_t i = 0; i < in->nbases && (makes || passes); i++) {
		(void)flow_string(f, in->bases[i], base);
		if (makes ? fact_is_login_class(base) : fact_is_between(base))
			mark_parameters(f, scope, &traffic);
	}
}

/* ---- events and logs ----------------------------------------------------- */

/* What may be worth following into whoever is called. */
#define MARKS_WORTH (MARK_SECRET | MARK_TOKEN | MARK_ENVIRON | MARK_KEY | \
    MARK_PASSWORD | MARK_SPIED | MARK_TRAFFIC | MARK_CLIENTS | MARK_PASSED | \
    MARK_PRIVATE)

/* Where what is told under that name is kept, or NULL. */
static struct world_name *
event_of(const struct flow *f, const char *name, bool make)
{
	char whole[FLOW_NAME_MOST + 1];

	if (f->file->world == NULL || snprintf(whole, sizeof(whole),
	    "<event>%s", name) >= (int)sizeof(whole))
		return NULL;
	return make ? world_make(f->file->world, whole) :
	    world_find(f->file->world, whole);
}

static bool
is_event(const struct flow_text *t)
{
	return t->len > 1 && t->len <= EVENT_MOST && !t->open;
}

/* bus.on("login", f): what is told of "login" goes to f. */
static void
listen(struct flow *f, const char *name, const struct taint *function)
{
	struct world_name *event = event_of(f, name, false), *to;

	if (event == NULL)
		return;
	if (function->code != 0)
		flow_note_caller_marks(f, function->code - 1,
		    event->passed[0].marks);
	if (function->code != 0)
		for (uint32_t i = 0;
		    i < f->scopes[function->code - 1].nparameters; i++)
			flow_mark_row(f, f->scopes[function->code -
			    1].parameters[i], &(struct taint){
			    .marks = event->passed[0].marks }, MARKS_ALL);
	to = function->code == 0 && function->name != 0 ?
	    flow_outside(f, function->name) : NULL;
	for (int k = 0; to != NULL && to->function && k < to->nparameters &&
	    k < WORLD_PARAMETERS; k++)
		to->passed[k].marks = marks_join(to->passed[k].marks,
		    event->passed[0].marks);
	if (to != NULL)
		flow_note_caller_outside(to, event->passed[0].marks);
}

static void
tell_event(struct flow *f, const char *name, uint64_t marks)
{
	struct world_name *event = event_of(f, name, true);

	marks &= ~(uint64_t)MARK_UNREAD;
	if (event == NULL || (event->passed[0].marks & marks) == marks)
		return;
	event->passed[0].marks |= marks;
	f->file->world->written++;
	f->changed = true;
}

/* ---- tables of functions ------------------------------------------------- */

/* Of a file that one of many functions fills, the others know nothing. */
#define MARKS_OF_ONE (MARK_DROPPED | MARK_BUILT)

/* ... and of what those tell, listeners in other modules get these. */
#define MARKS_TABLE (MARKS_WORTH | MARK_CREDENTIAL | MARK_HUNTED)

/* for handler in HANDLERS: handler(x): each of the table is called. */
void
flow_call_table(struct flow *f, const struct frame *call)
{
	uint32_t row = call->callee.row, table;
	char whole[FLOW_WHOLE_MOST];
	struct frame other;
	const struct frame *fr = &other;

	if (row == 0 || call->nargs == 0 ||
	    (call->all.marks & ~(uint64_t)MARKS_OF_ONE) == 0)
		return;
	table = f->tree->bindings[row].name;
	if (!flow_name(f, table)->table || f->ntables == TABLES_MOST)
		return;
	f->ntables++;
	if ((call->all.marks & MARKS_TABLE) && flow_whole_name(f, table, whole))
		tell_event(f, whole, call->all.marks & MARKS_TABLE);
	other = *call;
	for (size_t i = 0; i < other.nargs; i++)
		taint_drop(&other.args[i], MARKS_OF_ONE);
	for (size_t i = 0; i < f->nreferences; i++) {
		const struct flow_reference *r = &f->references[i];
		uint32_t to = r->table == table ?
		    flow_name(f, r->name)->defined : 0;

		if (to != 0 && f->scopes[to - 1].kind == SCOPE_FUNCTION)
			flow_pass(f, fr, to - 1);
	}
}

/* signal.connect(f), @on("x"): what is told by that table of another module
 * goes to the function, too. */
static void
listen_outside(struct flow *f, uint32_t name, const struct taint *function)
{
	const struct world_name *to = f->file->world != NULL && name != 0 &&
	    (flow_traits(f, name) & NAME_DOTTED) ? flow_outside(f, name) :
	    NULL;

	if (to != NULL && to->stores != NULL)
		listen(f, to->stores, function);
}

/* ---- objects that tell whoever listens to them -------------------------- */

static const char *const tellers[] = { "emit", "fire", "publish", "send",
    "send_robust", "asend", "send_async", "dispatch", "trigger", "notify",
    "signal" };

/* What all modules know the object by that stands at the top of one, into the
 * caller's array; false: it stands elsewhere. */
static bool
name_of_object(struct flow *f, uint32_t node, char whole[FLOW_WHOLE_MOST])
{
	uint32_t b = flow_at(f, node)->kind == NODE_NAME ?
	    tree_lookup(f->tree, node) : 0;
	uint32_t name = f->vals[node].name;
	const struct binding *of = &f->tree->bindings[b];

	if (b != 0 && of->kind == BINDING_VALUE && of->scope == 0 &&
	    flow_at(f, of->value)->kind == NODE_CALL)
		return flow_whole_name(f, of->name, whole);
	return (flow_traits(f, name) & NAME_DOTTED) && flow_is_ours(f,
	    flow_string(f, name, whole)) && strchr(whole, '(') == NULL;
}

/* attempt = Signal(); attempt.send(password=x): who listens to that object is
 * told it, whatever it is. */
static void
look_told(struct flow *f, const struct frame *fr, uint64_t worth)
{
	const struct node *n = flow_at(f, flow_at(f, fr->node)->kid);
	char whole[FLOW_WHOLE_MOST];

	if (worth == 0 || n->kind != NODE_ATTR || !flow_word_in(f, n->name,
	    tellers, ARRAY_LEN(tellers)) ||
	    !name_of_object(f, n->kid, whole))
		return;
	tell_event(f, whole, worth);
	f->file->world->signals = true;
}

/* attempt.connect(f), receiver(attempt)(f), @attempt.connect */
static void
listen_to(struct flow *f, uint32_t object, const struct taint *function)
{
	char whole[FLOW_WHOLE_MOST];

	if (f->file->world != NULL && f->file->world->signals && object != 0 &&
	    name_of_object(f, object, whole))
		listen(f, whole, function);
}

/* What a decorator names that objects may be: its arguments, and what it is
 * asked of. */
static void
listen_decorated(struct flow *f, uint32_t decorator,
    const struct taint *function)
{
	const struct node *n = flow_at(f, decorator);

	if (f->file->world == NULL || !f->file->world->signals)
		return;
	for (uint32_t k = n->kind == NODE_CALL ? flow_at(f, n->kid)->next : 0;
	    k != 0; k = flow_at(f, k)->next)
		listen_to(f, k, function);
	n = n->kind == NODE_CALL ? flow_at(f, n->kid) : n;
	if (n->kind == NODE_ATTR)
		listen_to(f, n->kid, function);
}

/* ---- logs, and events by their names ------------------------------------- */

/* HTTPHandler("logs.example.org", ...): what is logged goes there. */
static void
look_log_host(struct flow *f, const struct frame *fr)
{
	char name[FLOW_NAME_MOST + 1];
	static const struct fact sends = { "log", DEED_SEND, 0 };
	const struct world_name *event;
	uint32_t where;

	if (!flow_word_ends(f, fr->callee.name, "Handler") ||
	    !str_starts(flow_string(f, fr->callee.name, name),
	    "logging.handlers."))
		return;
	event = event_of(f, LOG_EVENT, false);
	where = flow_bound(f, fr, fr->callee.name, NULL);
	if (event != NULL && where != 0)
		flow_tell_sender(f, fr, &sends, &(struct flow_sending){
		    .marks = event->passed[0].marks, .where = where });
}

/* bus.on(kind + ".ok", f): nobody knows which; it may be any. */
static void
look_any_event(struct flow *f, const struct frame *fr, uint64_t worth)
{
	static const char *const listens[] = { "on", "subscribe", "connect",
	    "add_listener", "register", "listen", "bind", "add_handler" };
	const struct node *n = flow_at(f, flow_at(f, fr->node)->kid);

	if (n->kind != NODE_ATTR || fr->nargs < 2)
		return;
	if (worth != 0 && flow_word_in(f, n->name, tellers,
	    ARRAY_LEN(tellers)))
		tell_event(f, ANY_EVENT, worth);
	if (!is_event(&f->texts[frame_text(fr, 0)]) &&
	    fr->args[1].code != 0 && flow_word_in(f, n->name, listens,
	    ARRAY_LEN(listens)))
		listen(f, ANY_EVENT, &fr->args[1]);
}

/* attempt.connect(f) */
static void
listen_asked(struct flow *f, const struct frame *fr,
    const struct taint *function)
{
	const struct node *call = flow_at(f, fr->node);

	if (call->kind == NODE_CALL &&
	    flow_at(f, call->kid)->kind == NODE_ATTR)
		listen_to(f, flow_at(f, call->kid)->kid, function);
}

void
flow_look_events(struct flow *f, const struct frame *fr)
{
	const struct flow_text *t = &f->texts[frame_text(fr, 0)];
	char name[FLOW_NAME_MOST + 1];
	uint64_t worth = fr->all.marks & MARKS_WORTH;

	if (flow_at(f, fr->node)->kind == NODE_CALL) {
		look_log_host(f, fr);
		look_any_event(f, fr, worth);
		look_told(f, fr, worth);
	}
	if (worth != 0 && (flow_traits(f, fr->callee.name) & NAME_DOTTED) &&
	    fact_is_log(flow_string(f, fr->callee.name, name)))
		tell_event(f, LOG_EVENT, worth);
	for (size_t i = 0; i < fr->nargs; i++)
		if (fr->args[i].code != 0 || (flow_traits(f,
		    fr->args[i].name) & NAME_DOTTED)) {
			listen_outside(f, fr->callee.name, &fr->args[i]);
			listen_asked(f, fr, &fr->args[i]);
		}
	if (fr->nargs < 2 || !is_event(t))
		return;
	for (size_t i = 1; i < fr->nargs; i++)
		if (fr->args[i].code != 0 || fr->args[i].name != 0)
			listen(f, t->bytes, &fr->args[i]);
	if (worth != 0)
		tell_event(f, t->bytes, worth);
}

void
flow_enter_listener(struct flow *f, uint32_t scope, uint32_t decorator)
{
	uint32_t value = flow_at(f, decorator)->kid, name;
	const struct taint function = { .code = scope + 1 };

	name = flow_at(f, value)->kind == NODE_CALL ? flow_dotted(f,
	    f->vals[flow_at(f, value)->kid].name, "()", 0) :
	    f->vals[value].name;
	listen_outside(f, name, &function);
	listen_decorated(f, value, &function);
}

/* A handler of logs gets what is logged. */
void
flow_enter_handler(struct flow *f, uint32_t scope)
{
	const struct flow_scope *s = &f->scopes[scope];
	const struct flow_scope *in = &f->scopes[s->parent];
	const struct taint handler = { .code = scope + 1 };
	char base[FLOW_NAME_MOST + 1];

	if (in->kind != SCOPE_CLASS || !(flow_word_is(f, s->name, "emit") ||
	    flow_word_is(f, s->name, "handle")))
		return;
	for (uint32_t i = 0; i < in->nbases; i++)
		if (str_ends(flow_string(f, in->bases[i], base), "Handler") &&
		    str_starts(base, "logging."))
			listen(f, LOG_EVENT, &handler);
}

/* ---- callbacks ---------------------------------------------------------- */

/* Libraries whose clients pass on what a peer sends. */
static bool
is_messenger(const struct flow *f, uint32_t name)
{
	return flow_word_starts(f, name, "paho.") ||
	    flow_word_starts(f, name, "socketio.") ||
	    flow_word_starts(f, name, "websocket.") ||
	    flow_word_starts(f, name, "pika.") ||
	    flow_word_starts(f, name, "nats.") ||
	    flow_word_starts(f, name, "stomp.");
}

void
flow_called_back(struct flow *f, uint32_t scope)
{
	const struct taint peer = { .marks = MARK_SOCKET | MARK_NETWORK |
	    (f->dials ? MARK_URL : 0) };
	const struct flow_scope *s = &f->scopes[scope];

	f->twice = true;
	for (uint32_t i = 0; i < s->nparameters; i++)
		flow_mark_row(f, s->parameters[i], &peer, MARKS_ALL);
}

/* Libraries whose decorators may be called by hand: client.event(ours). */
static bool
is_chats(const struct flow *f, uint32_t name)
{
	return flow_word_starts(f, name, "discord.") ||
	    flow_word_starts(f, name, "telebot.") ||
	    flow_word_starts(f, name, "telegram.ext.") ||
	    flow_word_starts(f, name, "pyrogram.") ||
	    flow_word_starts(f, name, "telethon.");
}

/* client.message_callback_add("orders", ours), client.on("order", ours) */
static bool
takes_callback(struct flow *f, const struct frame *fr)
{
	const struct node *n = flow_at(f, flow_at(f, fr->node)->kid);

	if (is_chats(f, fr->callee.name))
		return true;
	if (n->kind != NODE_ATTR)
		return false;
	if (flow_traits(f, n->name) & NAME_CALLBACK)
		return true;
	return (flow_word_is(f, n->name, "on") ||
	    flow_word_is(f, n->name, "subscribe")) &&
	    is_messenger(f, fr->callee.name);
}

/* client.connect("orders.example.org"): who sends stands in the code; so does
 * whose bot it is that has its key there. */
static void
look_dialled(struct flow *f, const struct frame *fr)
{
	const struct node *n = flow_at(f, flow_at(f, fr->node)->kid);

	if (!f->dials && n->kind == NODE_ATTR && is_chats(f,
	    fr->callee.name) && (fr->callee.where != 0 || (flow_text_marks(f,
	    frame_text(fr, 0)) & MARK_KEYED)))
		f->dials = f->changed = true;
	if (f->dials || fr->nargs == 0 || n->kind != NODE_ATTR ||
	    !is_messenger(f, fr->callee.name))
		return;
	for (size_t i = 0; i < fr->nargs; i++)
		if (fr->args[i].text != 0 && flow_is_fixed(f, fr, i))
			f->dials = f->changed = true;
}

/* on_message=ours: what a peer sends is passed to it. */
void
flow_look_callbacks(struct flow *f, const struct frame *fr)
{
	look_dialled(f, fr);
	for (size_t i = 0; i < fr->nargs; i++)
		if ((fr->args[i].code != 0 || (flow_traits(f,
		    fr->args[i].name) & NAME_DOTTED)) &&
		    (fr->keywords[i] != 0 ? flow_traits(f,
		    fr->keywords[i]) & NAME_CALLBACK :
		    takes_callback(f, fr)))
			flow_peer_calls(f, &fr->args[i]);
}

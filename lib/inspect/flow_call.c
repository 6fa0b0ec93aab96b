/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flow_call - what calls and indexes give, and which calls are told.
 *
 * Takes: a call whose callee and arguments were seen.  Gives: its taint.
 * Runs in: worker child, command.
 */
#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "inspect/flow_calls.h"
#include "inspect/flow_functions.h"
#include "inspect/flow_names.h"
#include "inspect/flow_programs.h"
#include "inspect/flow_scopes.h"
#include "inspect/flow_secrets.h"
#include "inspect/flow_senders.h"
#include "inspect/flow_state.h"
#include "inspect/flow_users.h"
#include "inspect/flow_values.h"
#include "inspect/flow_world.h"

#define KEYS_FEW 12		/* of a table; letters are more */
#define LOGIN_MOST 19		/* "proxy-authorization" */

/* ---- the call as it stands ---------------------------------------------- */

void
flow_add_argument(struct flow *f, struct frame *fr, uint32_t node)
{
	const struct node *n = flow_at(f, node);
	struct taint v = f->vals[node];

	fr->bare = false;
	/* The environment of a process that is started goes nowhere by it. */
	if (n->kind == NODE_KEYWORD && flow_word_is(f, n->name, "env"))
		taint_drop(&v, MARK_ENVIRON | MARK_VARIABLE | MARK_TOKEN |
		    MARK_SECRET | MARK_PRIVATE);
	/* Nor does a program that runs nothing of where it is started. */
	if (n->kind == NODE_KEYWORD && flow_word_is(f, n->name, "cwd") &&
	    fr->nargs > 0 && flow_is_tool_words(f, fr->nodes[0], false))
		taint_drop(&v, MARK_DROPPED | MARK_HERE | MARK_NETWORK);
	taint_add(&fr->all, &v, MARKS_ALL);
	if (fr->nargs == FLOW_ARGUMENTS)
		return;
	fr->keywords[fr->nargs] = n->kind == NODE_KEYWORD ? n->name : 0;
	fr->nodes[fr->nargs] = n->kind == NODE_KEYWORD ? n->kid : node;
	fr->args[fr->nargs++] = v;
}

static void
frame_of(struct flow *f, uint32_t node, uint32_t scope, struct frame *fr)
{
	uint32_t callee = flow_at(f, node)->kid;

	fr->node = node;
	fr->scope = scope;
	fr->callee = f->vals[callee];
	fr->nargs = 0;
	fr->all = (struct taint){ 0 };
	fr->bare = true;
	fr->later = false;
	for (uint32_t k = flow_at(f, callee)->next; k != 0;
	    k = flow_at(f, k)->next)
		flow_add_argument(f, fr, k);
}

/* ---- what comes out ----------------------------------------------------- */

static struct taint
built(const struct frame *fr)
{
	struct taint v = fr->all;

	taint_mark(&v, MARK_BUILT);
	return v;
}

static struct taint
marked(uint64_t marks)
{
	return (struct taint){ .marks = marks, .own = marks };
}

/* chr(105): a constant like any other; chr(10) and the like hide nothing. */
static struct taint
character(struct flow *f, const struct frame *fr)
{
	struct value v = fr->nargs == 1 ? fold_node(f->fold, fr->nodes[0]) :
	    (struct value){ 0 };

	if (v.kind == VALUE_INT && v.i <= ' ')
		return (struct taint){ 0 };
	return built(fr);
}

/* int(x, 2): letters are made so; in tens, numbers are. */
static struct taint
character_code(struct flow *f, const struct frame *fr)
{
	struct value base = fold_node(f->fold, fr->nodes[1]);

	return base.kind == VALUE_INT && base.i == 10 ?
	    (struct taint){ 0 } : built(fr);
}

static uint64_t
variable_marks(const struct value *name)
{
	char text[128];

	if (name->kind != VALUE_STR || name->len >= sizeof(text))
		return 0;
	memcpy(text, name->bytes, name->len);
	text[name->len] = '\0';
	return fact_of_variable(text);
}

/* One variable of the environment, or one of several: some are worth
 * stealing. */
struct taint
flow_variable(struct flow *f, uint32_t node)
{
	uint64_t marks = MARK_VARIABLE;
	struct value name = fold_node(f->fold, node);
	const struct node *n = flow_at(f, node);
	uint32_t b = n->kind == NODE_NAME ? tree_lookup(f->tree, node) : 0;

	marks |= f->vals[node].marks & MARK_ENVIRON;	/* each of them */
	if (b != 0 && f->tree->bindings[b].kind == BINDING_ITEM)
		name = fold_node(f->fold, f->tree->bindings[b].value);
	if (name.kind == VALUE_STR)
		marks |= variable_marks(&name);
	else if (name.kind == VALUE_LIST)
		for (uint32_t i = 0; i < name.len; i++)
			marks |= variable_marks(&name.items[i]);
	else if (f->vals[node].text != 0)
		marks |= fact_of_variable(f->texts[f->vals[node].text].bytes);
	f->asks = f->asks || (marks & MARKS_ASKED);
	return marked(marks);
}

/* X[text] where class X has __class_getitem__ = exec. */
static void
look_item_call(struct flow *f, const struct frame *fr)
{
	static const char item[] = "__class_getitem__";
	uint32_t word = words_find(&f->tree->words, item, sizeof(item) - 1);
	uint32_t b = word != 0 ? tree_binding(f->tree, fr->callee.code - 1,
	    word) : 0;
	const struct fact *fact;
	struct frame hidden = *fr;

	if (b == 0)
		return;
	hidden.callee = f->rows[f->row_of[b]];
	fact = flow_fact(f, hidden.callee.name);
	taint_mark(&hidden.callee, MARK_HIDDEN);
	if (fact != NULL)
		flow_tell_frame(f, &hidden, fact, hidden.callee.name);
}

/*
 * map(exec, texts), Thread(target=os.system, args=...): somebody else makes
 * the call, with the other arguments.
 */
static void
look_arguments(struct flow *f, const struct frame *fr)
{
	for (size_t i = 0; fr->nargs > 1 && i < fr->nargs; i++) {
		const struct fact *fact = flow_fact(f, fr->args[i].name);
		uint32_t name = fr->args[i].name;
		struct frame other;

		/* Types are compared more often than called. */
		if (fact == NULL || (fact->deed != DEED_EXEC &&
		    fact->deed != DEED_PROCESS) ||
		    str_starts(fact->name, "types."))
			continue;
		other = *fr;
		other.all = (struct taint){ 0 };
		other.nargs = 0;
		for (size_t k = 0; k < fr->nargs; k++)
			if (k != i) {
				other.args[other.nargs++] = fr->args[k];
				taint_add(&other.all, &fr->args[k], MARKS_ALL);
			}
		other.callee = (struct taint){ .name = name,
		    .marks = fr->args[i].marks | MARK_PASSED };
		flow_tell_frame(f, &other, fact, name);
	}
}

static struct taint
imported_value(struct flow *f, const struct frame *fr)
{
	const struct flow_text *t = &f->texts[frame_text(fr, 0)];
	struct taint v = marked(MARK_HIDDEN);

	if (t->len != 0 && t->len <= FLOW_NAME_MOST)
		v.name = words_add(&f->tree->words,
		    (const uint8_t *)t->bytes, t->len, true);
	return v;
}

/* getattr(builtins, x) */
static uint32_t
unknown_builtin(struct flow *f)
{
	static const char name[] = "builtins.?";

	return words_add(&f->tree->words, (const uint8_t *)name,
	    sizeof(name) - 1, true);
}

static struct taint
attribute_value(struct flow *f, const struct frame *fr)
{
	const struct flow_text *t = &f->texts[frame_text(fr, 1)];
	struct taint v = { 0 };

	if (t->len == 0 && fr->nargs > 1 && ((flow_traits(f,
	    fr->args[0].name) & NAME_NAMESPACE) || (fr->args[0].held &
	    HELD_NAMES) || (fr->args[0].name == 0 &&
	    (fr->args[0].marks & MARK_HIDDEN))))
		v.name = unknown_builtin(f);
	if (t->len == 0 && fr->nargs > 1 && (fr->args[0].held & HELD_NAMES))
		taint_hold(&v, HELD_MEMBER);
	if (t->open && t->len != 0)
		flow_refer_prefix(f, fr->node, frame_text(fr, 1));
	if (t->len == 0 || t->len > FLOW_NAME_MOST)
		return v;
	v = flow_attribute(f, 0, fr->args[0], words_add(&f->tree->words,
	    (const uint8_t *)t->bytes, t->len, true));
	taint_mark(&v, MARK_HIDDEN);
	return v;
}

/* A program that prints its environment, and nothing else. */
static bool
lists_environment(const struct flow *f, const struct frame *fr)
{
	static const char *const commands[] = { "env", "printenv", "set",
	    "export", "export -p" };

	return frame_text(fr, 0) != 0 && str_index(commands,
	    ARRAY_LEN(commands), f->texts[frame_text(fr, 0)].bytes) >= 0;
}

/* Listener(on_press=self.heard): which key it was is passed to it. */
static void
look_heard(struct flow *f, const struct frame *fr)
{
	static const struct taint key = { .marks = MARK_SPIED };

	for (size_t i = 0; i < fr->nargs; i++) {
		const struct flow_scope *s = fr->args[i].code != 0 ?
		    &f->scopes[fr->args[i].code - 1] : NULL;

		f->twice = f->twice || s != NULL;
		for (uint32_t k = 0; s != NULL && k < s->nparameters; k++)
			flow_mark_row(f, s->parameters[k], &key, MARKS_ALL);
	}
}

/* inspect.getfile(currentframe()), getfile(Client): of the package itself. */
static bool
asks_of_itself(struct flow *f, const struct frame *fr, const struct fact *fact)
{
	char name[FLOW_NAME_MOST + 1];

	if (fact->gives != MARK_FOLDER || fr->nargs == 0)
		return false;
	(void)flow_string(f, fr->args[0].name, name);
	return fr->args[0].code != 0 || flow_is_ours(f, name) ||
	    str_equal(name, "inspect.currentframe()");
}

static struct taint
known_call(struct flow *f, const struct frame *fr, const struct fact *fact,
    uint32_t name)
{
	struct taint v = { 0 };
	struct frame fills, more;
	uint64_t found;

	if (fact->deed == DEED_CHR)
		return character(f, fr);
	if (fact->deed == DEED_PROCESS && flow_fills(f, fr)) {
		fills = *fr;
		taint_drop(&fills.all, MARK_DROPPED);
		taint_drop(&fills.args[0], MARK_DROPPED);
		fr = &fills;
	}
	found = fact->deed == DEED_PROCESS ? flow_given_marks(f, fr, fact) : 0;
	if (found != 0) {
		more = *fr;
		taint_mark(&more.all, found);
		fr = &more;
	}
	flow_tell_frame(f, fr, fact, name);
	if (fact->deed == DEED_EXEC) {
		flow_refer_text(f, fr->node, frame_text(fr, 0));
		flow_fill_names(f, fr);
	}
	if (fact->deed == DEED_LISTEN && fr->nargs > 0 &&
	    fr->args[0].code != 0)
		flow_called_back(f, fr->args[0].code - 1);
	if (fact->deed == DEED_CLIP && (fact->gives & MARK_SPIED))
		look_heard(f, fr);
	if (fact->deed == DEED_IMPORT)
		return imported_value(f, fr);
	if (fact->deed == DEED_GETATTR)
		return attribute_value(f, fr);
	if (flow_traits(f, name) & NAME_GETENV)
		return fr->nargs > 0 ? flow_variable(f, fr->nodes[0]) :
		    marked(MARK_VARIABLE);
	/* names and values that code may use are not what comes of it */
	v = fact->deed == DEED_EXEC && fr->nargs > 0 ? fr->args[0] : fr->all;
	taint_add(&v, &fr->callee, ~(uint64_t)MARK_HIDDEN);
	taint_release(&v, HELD_ALL);
	taint_mark(&v, asks_of_itself(f, fr, fact) ? 0 : fact->gives);
	flow_note_executes(f, fr, fact);
	if ((fact->gives & MARK_DECODED) && fact->deed != DEED_OPEN &&
	    flow_is_literal(f, frame_text(fr, 0)))
		taint_mark(&v, MARK_PACKED);
	v.name = flow_dotted(f, name, "()", 0);
	v.where = flow_bound(f, fr, name, fact);
	flow_look_inline(f, fr, fact);
	if (fact->deed == DEED_PROCESS && flow_is_interpreter(f, fr))
		v.where = flow_intern(f, FLOW_INTERPRETER,
		    sizeof(FLOW_INTERPRETER) - 1, false);
	if (fact->deed == DEED_PROCESS && lists_environment(f, fr))
		taint_mark(&v, MARK_ENVIRON);
	if (fact->deed == DEED_PROCESS && (fact->gives & MARK_OUTPUT) &&
	    flow_prints_fetched(f, fr))
		taint_mark(&v, MARK_NETWORK);
	/* What a file holds does not tell where it stands. */
	if (fact->gives & MARK_FILE)
		taint_drop(&v, MARK_FOLDER);
	/* Path("notes.txt").read_text() */
	if ((fact->gives & MARK_FILE) && fact->deed == DEED_NONE &&
	    flow_is_data_path(f, fr->callee.text))
		taint_mark(&v, MARK_DATAFILE);
	flow_act(f, fr, fact->deed, &v);
	return v;
}

/* headers["Authorization"], form["password"]: how a visitor or caller logs in;
 * answer["access_token"]: what an issuer gave. */
static uint64_t
login_marks(const struct flow *f, uint32_t text)
{
	static const char *const logins[] = { "authorization", "cookie",
	    "proxy-authorization", "auth", "password", "passwd" };
	static const char *const given[] = { "access_token", "refresh_token",
	    "id_token", "client_secret", "session_token", "secret_key" };
	const struct flow_text *t = &f->texts[text];

	if (t->len < 4 || t->len > LOGIN_MOST)
		return 0;
	/* PEP 3333: what a visitor's headers say. */
	if (str_starts(t->bytes, "HTTP_") && !str_equal(t->bytes,
	    "HTTP_PROXY"))
		return MARK_REQUEST;
	for (size_t i = 0; i < ARRAY_LEN(logins); i++)
		if ((t->bytes[0] | ' ') == *logins[i] &&
		    strcasecmp(t->bytes, logins[i]) == 0)
			return MARK_PASSWORD;
	return str_index(given, ARRAY_LEN(given), t->bytes) >= 0 ?
	    MARK_CREDENTIAL : 0;
}

/* All of a folder of keys, whatever their names. */
static bool
lists_keys(const struct flow *f, const struct frame *fr)
{
	static const char *const lists[] = { ".listdir", ".iterdir",
	    ".scandir", ".glob", ".rglob", ".walk", ".iglob" };
	const struct flow_text *callee = &f->texts[fr->callee.text];
	const struct flow_text *first = &f->texts[frame_text(fr, 0)];
	const char *path = first->bytes;
	char name[FLOW_NAME_MOST + 1];

	if (first->len < 4 && callee->len < 4)
		return false;
	if (!str_ends(path, "/.ssh") && !str_ends(path, "/.ssh/") &&
	    !str_ends(path, "/.ssh/*") &&
	    !str_ends(callee->bytes, ".ssh"))
		return false;
	(void)flow_string(f, fr->callee.name, name);
	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		if (str_ends(name, lists[i]))
			return true;
	return false;
}

/* Every file below a home, or the ones of some kind; those of whoever works
 * here. */
static uint64_t
searched(struct flow *f, const struct frame *fr, uint64_t traits)
{
	const char *path;

	if (lists_keys(f, fr))
		return MARK_SECRET | MARK_PRIVATE;
	if (!(traits & NAME_SEARCHES))
		return 0;
	if ((fr->all.marks | fr->callee.marks) & MARK_HOME)
		return MARK_SEARCHED | flow_hunt_pattern(f, fr);
	/* Path.cwd().rglob("*"); a part of a home has its name. */
	if (((fr->callee.marks & MARK_FOLDER) && fr->callee.text == 0) ||
	    str_equal(f->texts[fr->callee.text].bytes, "."))
		return MARK_WORKDIR;
	path = f->texts[frame_text(fr, 0)].bytes;
	if (str_starts(path, "~/") && strstr(path, "**") != NULL)
		return MARK_SEARCHED;
	return (fr->all.marks & MARK_FOLDER) || str_equal(path, ".") ||
	    str_starts(path, "**/") ? MARK_WORKDIR : 0;
}

/* setattr(library, "name", ours) */
static void
look_setattr(struct flow *f, const struct frame *fr)
{
	static const struct flow_text unknown = { .bytes = "?", .len = 1 };
	const struct flow_text *name = &f->texts[frame_text(fr, 1)];

	if (fr->nargs == 3)
		f->set_by_name |= fr->args[2].marks;
	if (fr->nargs == 3)
		f->held_by_name |= fr->args[2].held | HELD_WITHIN;
	if (fr->nargs != 3 || fr->args[2].code == 0 || fr->args[0].name == 0 ||
	    name->len > FLOW_NAME_MOST)
		return;
	if (name->len == 0)
		name = &unknown;
	flow_patch(f, fr->node, flow_dotted(f, fr->args[0].name, ".",
	    words_add(&f->tree->words, (const uint8_t *)name->bytes,
	    name->len, true)), fr->args[2].code);
}

/* on_message=ours: what a peer sends is passed to it. */
static void
look_callbacks(struct flow *f, const struct frame *fr)
{
	for (size_t i = 0; i < fr->nargs; i++)
		if (fr->keywords[i] != 0 && fr->args[i].code != 0 &&
		    (flow_traits(f, fr->keywords[i]) & NAME_CALLBACK))
			flow_called_back(f, fr->args[i].code - 1);
}

void
flow_called_back(struct flow *f, uint32_t scope)
{
	static const struct taint peer = {
	    .marks = MARK_SOCKET | MARK_NETWORK };
	const struct flow_scope *s = &f->scopes[scope];

	f->twice = true;
	for (uint32_t i = 0; i < s->nparameters; i++)
		flow_mark_row(f, s->parameters[i], &peer, MARKS_ALL);
}

/* MOVES[key]: which of a few constants it is tells no text that is typed; several
 * such tables would. */
static bool
is_few(struct flow *f, uint32_t table)
{
	struct value v = fold_node(f->fold, table);
	uint32_t name = flow_at(f, table)->name != 0 ?
	    flow_at(f, table)->name : table;

	if (v.kind != VALUE_DICT || v.len > 2 * KEYS_FEW)
		return false;
	if (f->few_keys == 0)
		f->few_keys = name;
	return f->few_keys == name;
}

/* table.get("a"): the receiver is what stands there. */
static void
look_get(struct flow *f, struct frame *fr)
{
	const struct node *n = flow_at(f, flow_at(f, fr->node)->kid);

	if (fr->later || fr->nargs == 0 || n->kind != NODE_ATTR ||
	    !flow_word_is(f, n->name, "get"))
		return;
	fr->callee = flow_at_key(f, n->kid, fr->nodes[0], &fr->callee);
	if (fr->nargs == 1 && (fr->args[0].marks & MARK_SPIED) &&
	    is_few(f, n->kid))
		taint_drop(&fr->all, MARK_SPIED);
}

/* url.render_as_string(hide_password=False) */
static uint64_t
shown_marks(struct flow *f, const struct frame *fr)
{
	for (size_t i = 0; i < fr->nargs; i++) {
		struct value v;

		if (!flow_word_is(f, fr->keywords[i], "hide_password"))
			continue;
		v = fold_node(f->fold, fr->nodes[i]);
		if (v.kind == VALUE_BOOL && v.i == 0)
			return MARK_PASSWORD;
	}
	return 0;
}

/* cls(...), in a method of the class */
static uint32_t
own_class(const struct flow *f, const struct frame *fr)
{
	uint32_t scope = fr->scope;

	if (!flow_word_is(f, fr->callee.name, "cls"))
		return 0;
	while (scope != 0 && f->scopes[scope].kind != SCOPE_CLASS)
		scope = f->scopes[scope].parent;
	return scope != 0 && scope != f->main ? scope + 1 : 0;
}

/* yaml.load(text, Loader=UnsafeLoader): a text that says what to call. */
static uint32_t
unsafe_name(struct flow *f, const struct frame *fr, uint32_t name)
{
	char loader[FLOW_NAME_MOST + 1];

	if (fr->nargs < 2 || !flow_word_is(f, name, "yaml.load") ||
	    !str_ends(flow_string(f, fr->args[1].name, loader),
	    "UnsafeLoader"))
		return name;
	return flow_word(f, "yaml.unsafe_load");
}

/* codec(text), of an object of a class of the package: its __call__, in this
 * module by its scope, in others by its name. */
static uint32_t
called_object(struct flow *f, struct frame *fr)
{
	uint32_t name = fr->callee.name, call;
	char text[FLOW_NAME_MOST + 1];

	if (!flow_word_ends(f, name, "()") ||
	    !flow_is_ours(f, flow_string(f, name, text)))
		return name;
	call = flow_dotted(f, name, ".", flow_word(f, "__call__"));
	fr->callee.code = flow_own_method(f, call);
	if (fr->callee.code == 0 && flow_outside(f, call) != NULL)
		fr->callee.name = name = call;
	return name;
}

/* A function of another module of the package that may not have come yet. */
static bool
waits_for(const struct flow *f, uint32_t name)
{
	char text[FLOW_NAME_MOST + 1];

	return f->file->again && name != 0 &&
	    flow_is_ours(f, flow_string(f, name, text));
}

/* Nobody knows yet what it gives; a look that follows does. */
static struct taint
awaited_call(struct flow *f, const struct frame *fr, uint64_t traits)
{
	struct taint v = flow_unknown_call(f, fr, traits);

	f->shape->waits = f->shape->waits || v.marks != 0;
	return (struct taint){ .name = v.name, .where = v.where };
}

/* sentry_sdk.init(...): else a tracker is its user's. */
static void
note_tracker(struct flow *f, uint32_t name)
{
	if (f->file->world != NULL && (flow_word_is(f, name,
	    "sentry_sdk.init") || flow_word_is(f, name, "sentry_sdk.Client")))
		f->file->world->tracks = true;
}

static struct taint
each_call(struct flow *f, const struct frame *fr, const uint32_t *names,
    size_t n)
{
	struct taint v = { 0 }, one;

	for (size_t i = 0; i < n; i++) {
		one = known_call(f, fr, flow_fact(f, names[i]), names[i]);
		taint_add(&v, &one, MARKS_ALL);
	}
	return v;
}

/* shutil.copyfileobj(from, to): the file is written what the other one
 * reads; its frame is changed to say so. */
static void
copy_object(struct flow *f, struct frame *fr)
{
	struct taint from;

	if (fr->nargs < 2 || !flow_word_is(f, fr->callee.name,
	    "shutil.copyfileobj"))
		return;
	from = fr->args[0];
	fr->callee = fr->args[1];
	fr->callee.name = flow_dotted(f, fr->callee.name, ".",
	    flow_word(f, "write"));
	fr->callee.code = 0;
	fr->all = taint_marks(&from);
	fr->nargs = 1;
}

/* "pkg.Session" of "pkg.Session.request": where it begins, without `pkg`, and
 * how long it is; 0 for none. */
static size_t
class_of(const char *name, size_t end, size_t *from)
{
	const char *dot = memrchr(name, '.', end);

	*from = dot != NULL ? (size_t)(dot + 1 - name) : 0;
	return end - *from;
}

/* Session.request(Session(), "POST", url): the method of its first argument,
 * whatever name it was kept by. */
static void
bind_first(struct flow *f, struct frame *fr)
{
	char name[FLOW_NAME_MOST + 1], self[FLOW_NAME_MOST + 1];
	const char *dot;
	size_t a, b, len;
	uint32_t bound;

	if (fr->nargs < 2 || fr->keywords[0] != 0 || fr->args[0].name == 0 ||
	    fr->callee.name == 0 || fr->later ||
	    !flow_word_ends(f, fr->args[0].name, "()"))
		return;
	(void)flow_string(f, fr->args[0].name, self);
	dot = strrchr(flow_string(f, fr->callee.name, name), '.');
	len = class_of(self, strlen(self) - 2, &a);
	if (dot == NULL || len == 0 || class_of(name, (size_t)(dot - name),
	    &b) != len || memcmp(self + a, name + b, len) != 0)
		return;
	bound = flow_dotted(f, fr->args[0].name, ".", flow_word(f, dot + 1));
	if (flow_fact(f, bound) == NULL)
		return;
	fr->callee = fr->args[0];
	fr->callee.name = bound;
	fr->nargs--;
	memmove(fr->args, fr->args + 1, fr->nargs * sizeof(*fr->args));
	memmove(fr->nodes, fr->nodes + 1, fr->nargs * sizeof(*fr->nodes));
	memmove(fr->keywords, fr->keywords + 1, fr->nargs *
	    sizeof(*fr->keywords));
}

/* What a call asks for, by its name and its words. */
static void
mark_asked(struct flow *f, struct frame *fr, uint64_t traits)
{
	taint_mark(&fr->all, shown_marks(f, fr));
	taint_mark(&fr->all, searched(f, fr, traits));
	taint_mark(&fr->all, login_marks(f, frame_text(fr, 0)));
	if (fr->nargs == 1 && flow_word_is(f, fr->callee.name, "vars"))
		taint_mark(&fr->all, flow_all_attributes(f));
	taint_mark(&fr->all, flow_fields_of(f, fr) | flow_asks_all(f, fr));
}

/* What it gives tells nothing of its arguments, but for type("A", (), {...}). */
static struct taint
opaque_call(struct flow *f, const struct frame *fr, uint32_t name)
{
	struct taint v = { 0 };

	if (fr->nargs > 1)
		flow_look_printed(f, fr);
	if (fr->nargs == 3 && flow_word_is(f, name, "type")) {
		v.name = flow_dotted(f, name, "()", 0);
		v.held = fr->all.held;
		v.held_own = fr->all.held_own;
	}
	return v;
}

static struct taint
call_value(struct flow *f, struct frame *fr)
{
	uint32_t name, each[FLOW_EACH];
	size_t neach;
	uint64_t traits;
	const struct fact *fact;
	struct world_name *outside;
	struct taint v, given = { 0 };

	copy_object(f, fr);
	bind_first(f, fr);
	name = fr->callee.name;
	if (fr->callee.code == 0)
		fr->callee.code = flow_own_method(f, name);
	if (fr->callee.code == 0)
		fr->callee.code = own_class(f, fr);
	if (fr->callee.code == 0 && name != 0)
		name = called_object(f, fr);
	look_get(f, fr);
	flow_look_hooks(f, fr);
	flow_look_wrapped(f, fr);
	flow_look_registered(f, fr);
	flow_look_events(f, fr);
	flow_look_web(f, fr);
	if (fr->callee.code != 0) {
		flow_call_default(f, fr);
		flow_refer_code(f, fr);
		return flow_own_call(f, fr, fr->callee.code - 1);
	}
	note_tracker(f, name);
	flow_look_lent(f, fr);
	flow_note_kept(f, fr);
	flow_look_used(f, fr);
	traits = flow_traits(f, name);
	fact = flow_fact(f, unsafe_name(f, fr, name));
	look_callbacks(f, fr);
	flow_look_told(f, fr);
	outside = f->file->world != NULL && (traits & NAME_DOTTED) ?
	    flow_outside(f, name) : NULL;
	if (fact != NULL || (traits & NAME_OPAQUE))
		flow_call_default(f, fr);
	neach = (fact == NULL || fact->deed == DEED_MEMBER) &&
	    outside == NULL && !(traits & NAME_OPAQUE) ?
	    flow_each_callee(f, fr, each) : 0;
	if (neach != 0)
		return each_call(f, fr, each, neach);
	if (fact != NULL && (*fact->name != '?' || outside == NULL ||
	    !outside->function))
		return known_call(f, fr, fact, name);
	if (traits & NAME_ENVIRON_GET)
		return fr->nargs > 0 ? flow_variable(f, fr->nodes[0]) :
		    marked(MARK_VARIABLE);
	if ((traits & NAME_INT) && fr->nargs == 2)
		return character_code(f, fr);
	if (traits & NAME_OPAQUE)
		return opaque_call(f, fr, name);
	flow_look_prefix(f, fr, traits);
	flow_look_given(f, fr, traits);
	if (traits & NAME_GATHERS)
		flow_gather(f, fr);
	flow_hunt_call(f, fr);
	if (traits & NAME_SETATTR)
		look_setattr(f, fr);
	mark_asked(f, fr, traits);
	if (outside != NULL && outside->function) {
		flow_note_outside(f, fr->scope, name, flow_at(f,
		    fr->node)->kind == NODE_CALL && !fr->later ?
		    flow_at(f, fr->node)->kid : 0);
		return flow_call_outside(f, fr, outside);
	}
	/* What a variable holds as a document, somebody put there. */
	if ((fr->all.marks & MARK_VARIABLE) && flow_word_is(f, name,
	    "json.loads"))
		flow_ask(f, fr->scope);
	if (flow_call_any(f, fr, &v))
		return v;
	look_arguments(f, fr);
	flow_look_connect(f, fr);
	flow_look_unsafe(f, fr);
	flow_call_table(f, fr);
	flow_look_client(f, fr);
	flow_look_chat(f, fr);
	flow_look_handed(f, fr, traits);
	if (traits & NAME_DEFERS)
		given = flow_defer(f, fr);
	if ((traits & NAME_PARTIAL) && fr->nargs > 0)
		return flow_partial(f, fr);
	v = waits_for(f, name) ? awaited_call(f, fr, traits) :
	    flow_unknown_call(f, fr, traits);
	flow_call_held(f, fr, traits, &v);
	flow_take_deferred(f, fr, &given, &v);
	return v;
}

struct taint
flow_call_later(struct flow *f, struct frame *fr)
{
	return call_value(f, fr);
}

struct taint
flow_call(struct flow *f, uint32_t node)
{
	struct frame fr;
	struct taint v;
	uint64_t held;

	frame_of(f, node, flow_scope_of(f, flow_at(f, node)->name), &fr);
	flow_note_caller(f, node);
	held = flow_connection(f, &fr);
	v = call_value(f, &fr);
	/* Whoever connects to a server was not called by it. */
	if (flow_word_ends(f, fr.callee.name, ".accept"))
		taint_release(&v, HELD_SOCKET);
	/* s.makefile(): its lines are the peer's. */
	if ((fr.callee.held & HELD_SOCKET) && flow_word_ends(f,
	    fr.callee.name, ".makefile"))
		taint_mark(&v, MARK_SOCKET | MARK_NETWORK);
	taint_hold(&v, held);
	if (fr.callee.held & HELD_SOCKET)
		flow_look_peer(f, &fr, &v);
	if (flow_calls_user(f, node, fr.scope))
		taint_mark(&v, MARK_TRAFFIC | MARK_PASSED);
	return v;
}

struct taint
flow_item(struct flow *f, uint32_t node)
{
	struct frame fr;
	struct taint v;

	frame_of(f, node, f->scope, &fr);
	if (flow_traits(f, fr.callee.name) & NAME_ENVIRON)
		return fr.nargs > 0 ? flow_variable(f, fr.nodes[0]) :
		    marked(MARK_VARIABLE);
	if (fr.callee.code != 0 && fr.all.marks != 0)
		look_item_call(f, &fr);
	if (flow_traits(f, fr.callee.name) & NAME_NAMESPACE) {
		flow_refer_text(f, node, frame_text(&fr, 0));
		v = marked(MARK_HIDDEN);
		flow_item_held(&fr, &v);
		return v;
	}
	v = fr.all;
	if ((v.marks & MARK_SPIED) && is_few(f, flow_at(f, node)->kid))
		taint_drop(&v, MARK_SPIED);
	if (fr.nargs == 1)
		fr.callee = flow_at_key(f, flow_at(f, node)->kid, fr.nodes[0],
		    &fr.callee);
	taint_add(&v, &fr.callee, MARKS_ALL);
	taint_mark(&v, flow_members(f, &fr.callee));
	flow_web_item(f, fr.callee.name, frame_text(&fr, 0), &v);
	taint_mark(&v, login_marks(f, frame_text(&fr, 0)));
	flow_item_held(&fr, &v);
	v.row = fr.callee.row;
	v.where = fr.callee.where;
	return v;
}

/* exec code [in names]: Python 2's statement is a call like any other. */
void
flow_exec(struct flow *f, uint32_t node)
{
	static const char word[] = "exec";
	uint32_t name = words_add(&f->tree->words, (const uint8_t *)word,
	    sizeof(word) - 1, false), code = flow_at(f, node)->kid;
	struct frame fr = { .node = node, .scope = f->scope };
	const struct fact *fact = flow_fact(f, name);
	uint8_t kind = flow_at(f, code)->kind;

	if (kind == NODE_COMPARE || kind == NODE_TUPLE)
		code = flow_at(f, code)->kid;
	if (code == 0 || fact == NULL)
		return;
	fr.callee.name = name;
	flow_add_argument(f, &fr, code);
	flow_tell_frame(f, &fr, fact, name);
}

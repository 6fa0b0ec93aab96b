/* SPDX-License-Identifier: Apache-2.0 */
/*
 * user - what a library sees of its user's program while it does what it is
 * for: what the user's functions give, locals of who calls, lines of logs, what
 * tasks and statements of SQL are run with, what is typed unseen.
 *
 * Takes: heads of functions, calls, attributes.  Gives: MARK_TRAFFIC with
 * MARK_PASSED, as for the arguments of wrapped functions (hooks.c).
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/str.h"
#include "flow/calls.h"
#include "flow/names.h"
#include "flow/secrets.h"
#include "flow/state.h"
#include "flow/users.h"
#include "flow/values.h"

#define AUDITED 4		/* of what a monitor is told */

static const struct taint typed = { .marks = MARK_PASSWORD };
static const struct taint users = { .marks = MARK_TRAFFIC | MARK_PASSED };

static void
mark_all(struct flow *f, uint32_t scope, const struct taint *v)
{
	const struct flow_scope *s = &f->scopes[scope];

	if (s->kind != SCOPE_FUNCTION)
		return;
	for (uint32_t i = 0; i < s->nparameters; i++)
		flow_mark_row(f, s->parameters[i], v, MARKS_ALL);
}

/* ---- signals and statements -------------------------------------------- */

/* What a signal's listener is told of is the user's work. */
static bool
is_signal(const char *name)
{
	static const char *const from[] = { "celery.signals.",
	    "django.db.models.signals.", "django.contrib.auth.signals.",
	    "flask.signals.", "peewee.signals." };

	for (size_t i = 0; i < ARRAY_LEN(from); i++)
		if (str_starts(name, from[i]))
			return true;
	return false;
}

/* listens_for(engine, "after_cursor_execute") */
static bool
is_statement(const struct flow_text *event)
{
	static const char *const events[] = { "before_cursor_execute",
	    "after_cursor_execute", "before_execute", "after_execute",
	    "do_execute" };

	return event->len != 0 &&
	    str_index(events, ARRAY_LEN(events), event->bytes) >= 0;
}

/* @task_postrun.connect, @receiver(user_logged_in), @listens_for(x, "...") */
static bool
tells_work(const struct flow *f, uint32_t value)
{
	const struct node *n = flow_at(f, value);
	uint32_t callee = n->kind == NODE_CALL ? n->kid : value;
	char name[FLOW_NAME_MOST + 1];
	bool signal = is_signal(flow_string(f, f->vals[callee].name, name));
	bool listens = str_ends(name, ".listens_for") ||
	    str_ends(name, "event.listen");

	for (uint32_t k = n->kind == NODE_CALL ? flow_at(f, callee)->next : 0;
	    k != 0; k = flow_at(f, k)->next)
		if (listens ? is_statement(&f->texts[f->vals[k].text]) :
		    is_signal(flow_string(f, f->vals[k].name, name)))
			signal = true;
	return signal;
}

/* A handler of logs that a program is given sees all its lines. */
static bool
handles_logs(const struct flow *f, const struct flow_scope *s)
{
	const struct flow_scope *in = &f->scopes[s->parent];
	char base[FLOW_NAME_MOST + 1];

	if (in->kind != SCOPE_CLASS || !(flow_word_is(f, s->name, "emit") ||
	    flow_word_is(f, s->name, "handle")))
		return false;
	for (uint32_t i = 0; i < in->nbases; i++)
		if (str_starts(flow_string(f, in->bases[i], base),
		    "logging.") && str_ends(base, "Handler"))
			return true;
	return false;
}

/* authenticate(self, handler, data), of a hub's authenticator */
static bool
checks_visitor(const struct flow *f, const struct flow_scope *s)
{
	const struct flow_scope *in = &f->scopes[s->parent];
	char base[FLOW_NAME_MOST + 1];

	if (in->kind != SCOPE_CLASS || !flow_word_is(f, s->name,
	    "authenticate"))
		return false;
	for (uint32_t i = 0; i < in->nbases; i++)
		if (str_ends(flow_string(f, in->bases[i], base),
		    "Authenticator"))
			return true;
	return false;
}

/* __set__(self, object, value), __setitem__(self, key, value): what the user's
 * program puts somewhere; __call__ of a class of classes: what it makes objects
 * of its own with. */
static void
enter_operator(struct flow *f, uint32_t scope)
{
	static const char *const setters[] = { "__set__", "__setattr__",
	    "__setitem__" };
	const struct flow_scope *s = &f->scopes[scope];
	const struct flow_scope *in = &f->scopes[s->parent];

	if (s->kind != SCOPE_FUNCTION || in->kind != SCOPE_CLASS ||
	    !flow_word_starts(f, s->name, "__"))
		return;
	if (in->meta && flow_word_is(f, s->name, "__call__"))
		mark_all(f, scope, &users);
	if (s->nparameters > 1 && flow_word_in(f, s->name, setters,
	    ARRAY_LEN(setters)))
		flow_mark_row(f, s->parameters[s->nparameters - 1], &users,
		    MARKS_ALL);
}

void
flow_enter_user(struct flow *f, uint32_t scope, uint32_t decorator)
{
	uint32_t value = decorator != 0 ? flow_at(f, decorator)->kid : 0;

	enter_operator(f, scope);

	if (checks_visitor(f, &f->scopes[scope]))
		mark_all(f, scope, &typed);
	if ((value != 0 && tells_work(f, value)) ||
	    handles_logs(f, &f->scopes[scope]))
		mark_all(f, scope, &users);
}

/* click.option("--password", callback=f, hide_input=True) */
static void
look_typed(struct flow *f, const struct frame *fr)
{
	uint32_t callback = 0;
	bool unseen = false;

	for (size_t i = 0; i < fr->nargs; i++) {
		if (fr->keywords[i] == 0)
			continue;
		if (flow_word_is(f, fr->keywords[i], "callback"))
			callback = fr->args[i].code;
		unseen = unseen || flow_word_is(f, fr->keywords[i],
		    "hide_input");
	}
	if (unseen && callback != 0)
		mark_all(f, callback - 1, &typed);
}

/* sys.addaudithook(f), register_callback(tool, event, f): of the whole program,
 * each event with what it is about. */
static void
look_auditor(struct flow *f, const struct frame *fr)
{
	struct frame later;

	if (!flow_word_is(f, fr->callee.name, "sys.addaudithook") &&
	    !flow_word_is(f, fr->callee.name,
	    "sys.monitoring.register_callback"))
		return;
	later = (struct frame){ .node = fr->node, .scope = fr->scope,
	    .bare = true, .later = true,
	    .callee = fr->args[fr->nargs - 1] };
	for (; later.nargs < AUDITED; later.nargs++) {
		later.nodes[later.nargs] = fr->nodes[fr->nargs - 1];
		later.args[later.nargs] = users;
	}
	later.all = users;
	(void)flow_call_later(f, &later);
}

/* task_postrun.connect(f), event.listen(engine, "...", f) */
void
flow_look_registered(struct flow *f, const struct frame *fr)
{
	if (flow_at(f, fr->node)->kind != NODE_CALL || fr->nargs == 0)
		return;
	look_typed(f, fr);
	look_auditor(f, fr);
	for (size_t i = 0; i < fr->nargs; i++)
		if (fr->args[i].code != 0 && tells_work(f, fr->node))
			mark_all(f, fr->args[i].code - 1, &users);
}

/* ---- what is read ------------------------------------------------------ */

/* frame.f_locals: of who calls; ctx.params: of a command that is run. */
uint64_t
flow_user_attribute(const struct flow *f, uint32_t object, uint32_t name)
{
	const struct node *n = flow_at(f, object);

	if (flow_word_is(f, name, "f_locals"))
		return users.marks;
	return n->kind == NODE_NAME && flow_word_is(f, n->name, "ctx") &&
	    flow_word_is(f, name, "params") ? users.marks : 0;
}

/* What a parameter of the function around that one names. */
static bool
is_handed_in(const struct flow *f, uint32_t callee, uint32_t scope)
{
	uint32_t b = tree_lookup(f->tree, callee);

	return b != 0 && f->tree->bindings[b].kind == BINDING_PARAM &&
	    f->tree->bindings[b].scope != scope &&
	    f->scopes[f->scopes[scope].parent].kind == SCOPE_FUNCTION;
}

/* self.function(*a, **k), self.client.chat.create(x, **k): of an object that
 * was made with the function or client of somebody. */
static bool
is_kept(struct flow *f, uint32_t callee)
{
	uint32_t name = 0, row, any;
	const struct node *n = flow_at(f, callee);

	while (n->kind == NODE_ATTR) {
		name = n->name;
		n = flow_at(f, n->kid);
	}
	if (name == 0 || n->kind != NODE_NAME || n->name != WORD_SELF)
		return false;
	row = flow_row_of_attribute(f, name);
	any = flow_name(f, name)->defined;
	return row != 0 && any == 0 && f->rows[row].name == 0 &&
	    f->rows[row].code == 0 && f->rows[row].params != 0;
}

/* def around(function): def inner(*a): function(*a): is that the call of what
 * the user's own code hands in? */
bool
flow_calls_user(struct flow *f, const struct frame *fr)
{
	const struct flow_scope *s = &f->scopes[fr->scope];
	uint32_t callee = flow_at(f, fr->node)->kid;

	if (flow_at(f, fr->node)->kind != NODE_CALL ||
	    s->kind != SCOPE_FUNCTION)
		return false;
	if (flow_at(f, callee)->kind == NODE_ATTR)
		return fr->stars && is_kept(f, callee);
	return s->star + s->stars != 0 &&
	    flow_at(f, callee)->kind == NODE_NAME &&
	    is_handed_in(f, callee, fr->scope);
}

/* for x in given: yield x */
void
flow_look_yielded(struct flow *f, uint32_t value)
{
	uint32_t row = flow_row_of_value(f, value);
	const struct binding *b = &f->tree->bindings[row];

	if (row != 0 && b->kind == BINDING_ITEM && (f->vals[b->value].params !=
	    0 || flow_at(f, b->value)->kind == NODE_ATTR))
		flow_mark_row(f, row, &users, MARKS_ALL);
}

/* ---- records ----------------------------------------------------------- */

/* Where the world keeps what fields of the package's classes hold. */
static const char fields[] = "<fields>";

/* password: str, in a class: what an instance of it holds, made by whomever. */
void
flow_note_field(struct flow *f, uint32_t row, uint64_t marks)
{
	const struct taint v = { .marks = marks, .own = marks };
	struct world_name *n;

	if (marks == 0)
		return;
	flow_mark_row(f, row, &v, MARKS_ALL);
	n = f->file->world != NULL ? world_make(f->file->world, fields) : NULL;
	if (n != NULL)
		world_mark(f->file->world, n, marks, 0, 0);
}

/* self.model_dump(), of settings whose fields the user adds */
static bool
dumps_settings(const struct flow *f)
{
	uint32_t scope = flow_class_around(f, f->scope);
	char base[FLOW_NAME_MOST + 1];

	for (uint32_t i = 0; i < f->scopes[scope].nbases; i++)
		if (str_ends(flow_string(f, f->scopes[scope].bases[i], base),
		    ".BaseSettings"))
			return true;
	return false;
}

/* asdict(x), vars(x), x.model_dump(): all fields of x.  Whose instance it is,
 * nobody says. */
uint64_t
flow_fields_of(struct flow *f, const struct frame *fr)
{
	const struct node *n = flow_at(f, flow_at(f, fr->node)->kid);
	const struct world_name *all;
	const struct taint *object;
	bool dump;

	if (n->kind != NODE_ATTR && n->kind != NODE_NAME)
		return 0;
	dump = n->kind == NODE_ATTR && (flow_word_is(f, n->name, "dict") ||
	    flow_word_is(f, n->name, "_asdict") ||
	    flow_word_is(f, n->name, "model_dump") ||
	    flow_word_is(f, n->name, "model_dump_json"));
	if (!dump && (fr->nargs != 1 || !(flow_word_is(f, n->name, "vars") ||
	    flow_word_is(f, n->name, "asdict") ||
	    flow_word_is(f, n->name, "astuple"))))
		return 0;
	all = f->file->world != NULL ? world_find(f->file->world, fields) :
	    NULL;
	object = dump ? &f->vals[n->kid] : &fr->args[0];
	return (all != NULL ? all->marks : 0) |
	    (dump && dumps_settings(f) ? users.marks : 0) |
	    (flow_object_name(f, object) != 0 || flow_word_is(f, object->name,
	    "self") ? flow_attributes_of(f, object) : 0);
}

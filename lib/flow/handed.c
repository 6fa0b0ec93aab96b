/* SPDX-License-Identifier: Apache-2.0 */
/*
 * handed - values that are handed on: to functions, methods and classes, of
 * this module and of others.
 *
 * Takes: a call.  Gives: which parameters its arguments go to.
 * Runs in: worker child, command.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "flow/calls.h"
#include "flow/functions.h"
#include "flow/names.h"
#include "flow/neighbours.h"
#include "flow/senders.h"
#include "flow/state.h"
#include "flow/values.h"

#define BASES_DEEP 4		/* a class of a class ... */

int
flow_parameter(const struct flow *f, const struct frame *fr, size_t i,
    uint32_t scope)
{
	const struct flow_scope *to = &f->scopes[scope];
	uint32_t row;

	if (fr->keywords[i] == 0 && to->star != 0 && i + 1 >= to->star)
		return to->star - 1;
	if (fr->keywords[i] == 0)
		return i < to->nparameters ? (int)i : -1;
	row = f->row_of[tree_binding(f->tree, scope, fr->keywords[i])];
	for (uint32_t k = 0; row != 0 && k < to->nparameters; k++)
		if (to->parameters[k] == row)
			return (int)k;
	return to->stars - 1;
}

/* ---- functions of this module ------------------------------------------- */

/* ("host", port), by whatever name, and no client that was made with one. */
static bool
is_pair(const struct flow *f, const struct taint *v)
{
	return v->where != 0 && v->text == 0 && !flow_word_ends(f, v->name,
	    "()");
}

void
flow_pass_row(struct flow *f, uint32_t row, const struct taint *v)
{
	struct taint *to = &f->rows[row];
	struct taint passed = { .marks = v->marks, .held = v->held &
	    HELD_PASSED };

	flow_mark_row(f, row, &passed, MARKS_ALL);
	/* Of the package's own objects two names may be one path. */
	if ((v->marks & MARK_DROPPED) || (v->held & HELD_OBJECT) ||
	    v->code != 0)
		flow_note_itself(f, f->tree->bindings[row].name);
	if (to->text == 0 && v->text != 0) {
		to->text = v->text;
		f->changed = f->changed || f->read[row];
	}
	if (to->where == 0 && ((v->held & HELD_OBJECT) || is_pair(f, v)))
		to->where = v->where;
	/* A descriptor is that of the same path. */
	if (f->joined[row] == 0 && f->joined[v->row] != 0) {
		f->joined[row] = f->joined[v->row];
		f->changed = f->changed || f->read[row];
	}
	if (to->name == 0 && v->name != 0) {
		to->name = v->name;
		f->changed = f->changed || f->read[row];
	}
}

/* What the function around was told by other modules, it tells on; what it has
 * of its own is this module's. */
static void
tell_on(struct flow *f, const struct frame *fr, const struct taint *v,
    struct flow_scope *to, int k)
{
	const struct flow_scope *from = &f->scopes[fr->scope];
	uint64_t told = 0, near = v->own;

	for (uint32_t i = 0; i < from->nparameters; i++)
		if (v->params & (1u << i)) {
			told |= from->told[i];
			near |= from->near[i];
		}
	to->told[k] = marks_join(to->told[k], v->marks & told);
	to->near[k] = marks_join(to->near[k], v->marks & near);
}

/* What is unpacked without its names may be any; code that is meant for one is
 * none of the others. */
#define MARKS_ANY (MARKS_KEPT | MARK_KEY | MARK_PASSWORD | MARK_CREDENTIAL | \
    MARK_TRAFFIC | MARK_CLIENTS | MARK_PASSED)

static void
pass_to(struct flow *f, const struct frame *fr, size_t i, uint32_t scope,
    int k)
{
	struct flow_scope *to = &f->scopes[scope];
	uint32_t key = flow_spread_key(f, fr, i, to, k);
	struct taint v = fr->args[i];

	if (k != flow_parameter(f, fr, i, scope)) {
		v.marks &= MARKS_ANY;
		v.held = 0;
	}
	tell_on(f, fr, &v, to, k);
	flow_note_passed(f, fr->scope, to->parameters[k], &v);
	if (key != 0)
		flow_keep_key(f, to->parameters[k], key, &v);
	else
		flow_pass_row(f, to->parameters[k], &v);
}

void
flow_pass(struct flow *f, const struct frame *call, uint32_t scope)
{
	struct frame wide;
	const struct frame *fr = flow_spread(f, call, &wide);
	uint64_t marks = 0;

	/* One that stands further on has no parameters yet. */
	if (f->pass == 0 && f->scopes[scope].to == 0 && fr->all.marks != 0)
		f->changed = true;
	for (size_t i = 0; i < fr->nargs; i++) {
		uint32_t to = flow_parameters(f, fr, i, scope);

		marks |= fr->args[i].marks | flow_names_host(f, &fr->args[i]);
		for (int k = 0; to != 0; k++, to >>= 1)
			if (to & 1)
				pass_to(f, fr, i, scope, k);
	}
	flow_note_caller_marks(f, scope, marks);
}

static int
parameter_here(const struct flow *f, const struct frame *fr, size_t i,
    const void *scope)
{
	return flow_parameter(f, fr, i, *(const uint32_t *)scope);
}

static void pass_arguments(struct flow *, const struct frame *,
    struct world_name *, struct taint *);

/* Job(x), of a class that begins as its base does, here or elsewhere. */
static void
make_as_base(struct flow *f, const struct frame *fr, uint32_t instance,
    struct taint *out)
{
	char text[FLOW_NAME_MOST + 1];
	uint32_t init = flow_dotted(f, instance, ".", flow_word(f,
	    "__init__")), own = flow_own_method(f, init);
	struct world_name *elsewhere = own == 0 && init != 0 &&
	    f->file->world != NULL ? world_inherited(f->file->world,
	    flow_string(f, init, text)) : NULL;

	if (own != 0)
		flow_pass(f, fr, own - 1);
	else if (elsewhere != NULL)
		pass_arguments(f, fr, elsewhere, out);
}

/* folder(home), of a function that gives what stands below that. */
static void
take_result(const struct flow_scope *s, const struct taint *argument,
    struct taint *out)
{
	struct taint v = *argument;

	taint_drop(&v, MARK_UNREAD);
	if (s->result.held & HELD_BELOW) {
		taint_drop(&v, MARK_HOME);
		v.held |= HELD_BELOW;
	}
	taint_add(out, &v, MARKS_ALL);
}

/* A function of this file: arguments go into its parameters, and what of them
 * comes out again does so here. */
/* What comes out again, or is done with one, of what it is given. */
static void
take_argument(struct flow *f, const struct frame *fr, size_t i,
    uint32_t scope, struct taint *out)
{
	uint32_t to = flow_parameters(f, fr, i, scope);
	struct flow_scope *s = &f->scopes[scope];

	if (s->result.params & to)
		take_result(s, &fr->args[i], out);
	if (s->fills & to)
		flow_fills_argument(f, fr, i);
	if (s->puts & to)
		flow_put_argument(f, fr, i, s->put, s->put_own);
	if ((s->reports & to) && flow_is_worked(f, fr, fr->args[i].params))
		s->worked = true;
}

struct taint
flow_own_call(struct flow *f, const struct frame *call, uint32_t scope)
{
	static const char init[] = "__init__";
	struct frame wide;
	const struct frame *fr = flow_spread(f, call, &wide);
	const struct taint *result = &f->scopes[scope].result;
	struct taint v = { .marks = result->own, .own = result->own,
	    .name = result->name, .row = result->row, .code = result->code,
	    .text = result->params == 0 ? result->text : 0,
	    .where = result->where, .held = result->held_own,
	    .held_own = result->held_own };
	uint32_t word, b;

	f->heard[scope] = true;
	if (f->scopes[scope].kind == SCOPE_CLASS) {
		v.name = flow_instance(f, scope);
		v.where = flow_made_with(f, fr);
		taint_hold_functions(&v, &fr->all);
		flow_within(&v);
		taint_hold(&v, HELD_OBJECT);
		word = words_find(&f->tree->words, init, sizeof(init) - 1);
		b = word != 0 ? tree_binding(f->tree, scope, word) : 0;
		/* A dataclass, a named tuple: it holds what it is given. */
		if (b == 0 || f->tree->bindings[b].kind != BINDING_DEF) {
			taint_add(&v, &fr->all, ~(uint64_t)MARK_UNREAD);
			flow_add_contents(f, scope, &fr->all);
			if (v.where == 0)
				v.where = flow_record_where(f, fr);
			flow_note_record(f, fr, v.name);
			flow_pass_fields(f, fr, scope);
			if (v.name != 0 && f->scopes[scope].nbases +
			    f->scopes[scope].base != 0)
				make_as_base(f, fr, v.name, &v);
			return v;
		}
		scope = f->tree->bindings[b].extra;
	}
	flow_pass(f, fr, scope);
	flow_call_sender(f, fr, &f->scopes[scope].sender, &scope,
	    parameter_here);
	for (size_t i = 0; i < fr->nargs; i++)
		take_argument(f, fr, i, scope, &v);
	taint_mark(&v, flow_overridden(f, scope));
	return v;
}

/* ---- methods of this module --------------------------------------------- */

/* "module.Class().method": the name of the class, in place, or NULL. */
static char *
class_in(const struct flow *f, char *name, char **method)
{
	size_t len = f->file->module != NULL ? strlen(f->file->module) : 0;
	char *end;

	if (len == 0 || strncmp(name, f->file->module, len) != 0 ||
	    name[len] != '.')
		return NULL;
	end = strstr(name + len + 1, "().");
	if (end == NULL || strchr(end + 3, '.') != NULL)
		return NULL;
	*end = '\0';
	*method = end + 3;
	return name + len + 1;
}

/* The class at the top of that name: its scope + 1, or 0. */
static uint32_t
class_at_top(struct flow *f, const char *name)
{
	uint32_t word = words_find(&f->tree->words, name, strlen(name));
	uint32_t next = word != 0 ? flow_name(f, word)->defined : 0;

	while (next != 0 && (f->scopes[next - 1].kind != SCOPE_CLASS ||
	    f->scopes[next - 1].parent != 0))
		next = f->scopes[next - 1].same_name;
	return next;
}

static uint32_t
find_method(struct flow *f, uint32_t name)
{
	char text[FLOW_NAME_MOST + 1], *class, *method;
	uint32_t word, of;

	(void)flow_string(f, name, text);
	class = class_in(f, text, &method);
	word = class != NULL ? words_find(&f->tree->words,
	    (const uint8_t *)method, strlen(method)) : 0;
	if (word == 0 || flow_name(f, word)->defined == 0)
		return 0;
	of = class_at_top(f, class);
	for (int i = 0; i < BASES_DEEP && of != 0; i++) {
		for (uint32_t next = flow_name(f, word)->defined; next != 0;
		    next = f->scopes[next - 1].same_name)
			if (f->scopes[next - 1].parent == of - 1)
				return next;
		of = f->scopes[of - 1].base;
	}
	return 0;
}

uint32_t
flow_own_method(struct flow *f, uint32_t name)
{
	uint32_t method;

	if (name == 0 || !(flow_traits(f, name) & NAME_METHOD))
		return 0;
	if (!flow_name(f, name)->own_asked) {
		method = find_method(f, name);
		flow_name(f, name)->method = method;
		flow_name(f, name)->own_asked = true;
	}
	return flow_name(f, name)->method;
}

uint32_t
flow_self(struct flow *f)
{
	uint32_t scope = flow_class_around(f, f->scope);

	return scope != 0 && scope != f->main ? flow_instance(f, scope) : 0;
}

uint32_t
flow_attribute_name(struct flow *f, uint32_t name)
{
	uint32_t instance = f->file->world != NULL ? flow_self(f) : 0;

	return instance != 0 ? flow_dotted(f, instance, ".", name) : 0;
}

/* ---- functions and classes of other modules ----------------------------- */

/* An address, or the host of one, that stands in the code. */
bool
flow_is_address(struct flow *f, uint32_t text)
{
	const struct flow_text *t = &f->texts[text];

	return t->len != 0 && t->len <= HOST_MOST && !t->open &&
	    ((flow_text_marks(f, text) & MARK_URL) ||
	    flow_is_host(t->bytes));
}

/* `self`, of a method: an object of its class; else what the value is. */
static uint32_t
name_outside(struct flow *f, const struct taint *v)
{
	return v->name == WORD_SELF ? flow_self(f) : v->name;
}

/* A session of a library of HTTP, or the like: what it is told is sent.  In a
 * large package everything is handed on to one in the end. */
static bool
is_client(struct flow *f, uint32_t object)
{
	static const char *const methods[] = { "post", "request", "sendall" };

	for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
		const struct fact *fact = flow_fact(f, flow_dotted(f, object,
		    ".", flow_word(f, methods[i])));

		if (fact != NULL && *fact->name != '?' &&
		    fact->deed == DEED_SEND)
			return true;
	}
	return false;
}

static void
pass_outside(struct flow *f, const struct taint *v, struct world_passed *to,
    uint64_t mask)
{
	char name[FLOW_NAME_MOST + 1];
	uint32_t object = to->object == NULL ? name_outside(f, v) : 0;
	uint32_t text = is_pair(f, v) ? v->where : v->text;

	if (v->marks & mask & MARKS_KEPT & ~(uint64_t)MARKS_KEPT_OFTEN)
		f->twice = f->file->world->handed = true;
	to->marks = marks_join(to->marks, v->marks & mask);
	to->held |= v->held & (mask == MARKS_ALL ? HELD_PASSED : HELD_ALL);
	if (to->text == NULL && !(v->marks & MARK_VARIABLE) &&
	    flow_is_address(f, text))
		to->text = mem_strdup(f->texts[text].bytes);
	if (object == 0 || !str_ends(flow_string(f, object, name), "()") ||
	    (!flow_is_ours(f, name) && !(flow_is_small(f) &&
	    is_client(f, object))))
		return;
	to->object = mem_strdup(name);
}

/* A parameter, or what `**options` is given by that name. */
static struct world_passed *
passed_to(struct flow *f, const struct frame *fr, size_t i,
    struct world_name *to, int k)
{
	char key[FLOW_NAME_MOST + 1];
	const struct taint *v = &fr->args[i];
	struct world_passed *option = NULL;

	if (k + 1 == to->stars && fr->keywords[i] != 0 &&
	    (v->marks | v->held | v->text | v->name) != 0)
		option = world_option(to, flow_string(f, fr->keywords[i],
		    key));
	return option != NULL ? option : &to->passed[k];
}

/* What makes an instance of the class, or NULL. */
static struct world_name *
maker_of(const struct flow *f, const struct world_name *class)
{
	char *name = mem_printf("%s().__init__", class->name);
	struct world_name *n = world_find(f->file->world, name);

	if (n == NULL && class->base != NULL)
		n = world_inherited(f->file->world, name);
	free(name);
	return n;
}

/* f(**options), of which nobody knows what they hold: any parameter that no
 * other argument takes. */
static void
pass_unpacked(struct flow *f, const struct frame *fr, size_t i,
    struct world_name *to, int taken)
{
	struct taint v = taint_of(fr->args[i].marks & MARKS_ANY);
	size_t first = flow_at(f, fr->nodes[i])->kind == NODE_STAR ? i : 0;

	if (v.marks == 0)
		return;
	for (size_t j = 0; j < fr->nargs; j++)
		if (j != i && fr->keywords[j] == 0 && first <= j)
			first = j + 1;
	for (size_t k = first; k < to->nparameters &&
	    k < WORLD_PARAMETERS; k++)
		if ((int)k != taken)
			pass_outside(f, &v, &to->passed[k],
			    flow_passed_marks(f));
}

static void
pass_arguments(struct flow *f, const struct frame *call,
    struct world_name *to, struct taint *out)
{
	struct frame wide;
	const struct frame *fr = flow_spread(f, call, &wide);
	char keyword[FLOW_NAME_MOST + 1];
	bool method = strstr(to->name, "().") != NULL;
	uint64_t marks = 0;

	for (size_t i = 0; i < fr->nargs; i++) {
		int k = world_parameter(to, i, fr->keywords[i] != 0 ?
		    flow_string(f, fr->keywords[i], keyword) : NULL);

		if (k < 0)
			continue;
		marks |= fr->args[i].marks | flow_names_host(f, &fr->args[i]);
		/* Of many objects of a class one parameter knows all. */
		pass_outside(f, &fr->args[i], passed_to(f, fr, i, to, k),
		    method || fr->keywords[i] != 0 ? flow_passed_marks(f) :
		    MARKS_ALL);
		if (flow_is_unpacked(f, fr, i))
			pass_unpacked(f, fr, i, to, k);
		if (to->flows & (1u << k))
			taint_add(out, &fr->args[i], ~(uint64_t)MARK_UNREAD);
		if (to->programs)
			flow_hand_program(f, fr, i);
		if (to->fills & (1u << k))
			flow_fills_argument(f, fr, i);
		if (to->puts & (1u << k))
			flow_put_argument(f, fr, i, to->put, to->put_own);
		if ((to->reports & (1u << k)) &&
		    flow_is_worked(f, fr, fr->args[i].params))
			to->worked = true;
	}
	flow_note_caller_outside(to, marks);
}

static int
parameter_outside(const struct flow *f, const struct frame *fr, size_t i,
    const void *function)
{
	char keyword[FLOW_NAME_MOST + 1];

	return world_parameter(function, i, fr->keywords[i] != 0 ?
	    flow_string(f, fr->keywords[i], keyword) : NULL);
}

/* read(path), Reader(path).content(): another module opens what this function
 * is given. */
static void
hold_given(const struct frame *fr, const struct world_name *to,
    struct taint *out)
{
	if (fr->all.params == 0 && !((fr->all.held | fr->callee.held) &
	    HELD_WITH_GIVEN))
		return;
	if (to->type)
		taint_hold(out, HELD_WITH_GIVEN);
	else if (to->marks & MARK_FILE)
		taint_hold(out, HELD_GIVEN_FILE);
}

struct taint
flow_call_outside(struct flow *f, const struct frame *fr,
    struct world_name *to)
{
	struct taint v = { 0 };
	struct world_name *maker;

	taint_mark(&v, to->marks);
	taint_hold(&v, to->held);
	hold_given(fr, to, &v);
	if (to->type) {
		taint_hold_functions(&v, &fr->all);
		flow_within(&v);
		taint_hold(&v, HELD_OBJECT);
		maker = maker_of(f, to);
		if (maker != NULL)
			pass_arguments(f, fr, maker, &v);
		else
			taint_add(&v, &fr->all, ~(uint64_t)MARK_UNREAD);
		v.name = flow_dotted(f, flow_word(f, to->name), "()", 0);
		if (maker == NULL) {
			flow_note_record(f, fr, v.name);
			pass_arguments(f, fr, to, &v);
		}
		v.where = flow_made_with(f, fr);
		if (v.where == 0 && maker == NULL)
			v.where = flow_record_where(f, fr);
		return v;
	}
	flow_call_sender(f, fr, &to->sender, to, parameter_outside);
	pass_arguments(f, fr, to, &v);
	if (to->gives != NULL)
		v.name = flow_word(f, to->gives);
	if (to->where != NULL)
		v.where = flow_intern(f, to->where, strlen(to->where), false);
	if (to->text != NULL)
		v.text = flow_intern(f, to->text, to->text_len, false);
	return v;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * call - what calls and indexes give, and which calls are told.
 *
 * Takes: a call whose callee and arguments were seen.  Gives: its taint.
 * Runs in: worker child, command.
 */
#include "base/str.h"
#include "flow/anybody.h"
#include "flow/calls.h"
#include "flow/functions.h"
#include "flow/names.h"
#include "flow/neighbours.h"
#include "flow/programs.h"
#include "flow/scopes.h"
#include "flow/secrets.h"
#include "flow/senders.h"
#include "flow/state.h"
#include "flow/users.h"
#include "flow/values.h"

/* ---- the call as it stands ---------------------------------------------- */

/* Where what it is given goes, a function of the package itself shows. */
static bool
is_of_package(struct flow *f, const struct taint *callee)
{
	char name[FLOW_NAME_MOST + 1];

	return callee->code != 0 || (callee->name != 0 &&
	    flow_is_ours(f, flow_string(f, callee->name, name)));
}

void
flow_drop_around(struct flow *f, const struct frame *fr, uint32_t keyword,
    struct taint *v)
{
	/* The environment of a process that is started goes nowhere by it. */
	if (flow_word_is(f, keyword, "env") && !is_of_package(f,
	    &fr->callee) && !flow_word_is(f, fr->callee.name, "dict") &&
	    !flow_is_plain_object(f, fr->callee.name))
		taint_drop(v, MARK_ENVIRON | MARK_VARIABLE | MARK_TOKEN |
		    MARK_SECRET | MARK_PRIVATE);
	/* Nor does a program that runs nothing of where it is started. */
	if (flow_word_is(f, keyword, "cwd") && fr->nargs > 0 &&
	    flow_is_tool_words(f, fr->nodes[0], false))
		taint_drop(v, MARK_DROPPED | MARK_HERE | MARK_NETWORK);
}

void
flow_add_argument(struct flow *f, struct frame *fr, uint32_t node)
{
	const struct node *n = flow_at(f, node);
	struct taint v = f->vals[node];

	fr->bare = false;
	fr->stars = fr->stars || n->kind == NODE_STAR || n->kind == NODE_DSTAR;
	if (n->kind == NODE_KEYWORD)
		flow_drop_around(f, fr, n->name, &v);
	else if (n->kind == NODE_DSTAR)
		flow_unpack(f, fr, node, &v);
	taint_add(&fr->all, &v, MARKS_ALL);
	if (fr->nargs == FLOW_ARGUMENTS)
		return;
	fr->keywords[fr->nargs] = n->kind == NODE_KEYWORD ? n->name : 0;
	fr->nodes[fr->nargs] = n->kind == NODE_KEYWORD ? n->kid : node;
	fr->args[fr->nargs++] = v;
}

void
flow_frame(struct flow *f, uint32_t node, uint32_t scope, struct frame *fr)
{
	uint32_t callee = flow_at(f, node)->kid;

	fr->node = node;
	fr->scope = scope;
	fr->callee = f->vals[callee];
	fr->nargs = 0;
	fr->all = (struct taint){ 0 };
	fr->bare = true;
	fr->later = fr->stars = false;
	fr->spelled = 0;
	for (uint32_t k = flow_at(f, callee)->next; k != 0;
	    k = flow_at(f, k)->next)
		flow_add_argument(f, fr, k);
}

/* ---- what comes out ----------------------------------------------------- */

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
		one = flow_known_call(f, fr, flow_fact(f, names[i]), names[i]);
		taint_add(&v, &one, MARKS_ALL);
	}
	return v;
}

/* [Check("host", gethostname), ...]: what the loop goes through are objects,
 * and what they were made with. */
static struct taint
each_or_any(struct flow *f, const struct frame *fr, const uint32_t *names,
    size_t n)
{
	struct taint v = each_call(f, fr, names, n), any;

	if (flow_call_any(f, fr, &any))
		taint_add(&v, &any, MARKS_ALL);
	return v;
}

/* What a call asks for, by its name and its words. */
static void
mark_asked(struct flow *f, struct frame *fr, uint64_t traits)
{
	taint_mark(&fr->all, shown_marks(f, fr));
	taint_mark(&fr->all, flow_searched(f, fr, traits));
	taint_mark(&fr->all, flow_login_marks(f, frame_text(fr, 0)));
	if (fr->nargs == 1 && flow_word_is(f, fr->callee.name, "vars"))
		taint_mark(&fr->all, flow_attributes_of(f, &fr->args[0]));
	taint_mark(&fr->all, flow_fields_of(f, fr) | flow_asks_all(f, fr));
}

/* What it gives tells nothing of its arguments, but for type("A",
 * (), {...}). */
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

/* Of a call that no name explains: by what it is given, and is called on. */
static struct taint
call_somebody(struct flow *f, struct frame *fr, uint32_t name, uint64_t traits)
{
	struct taint v, given = { 0 }, pooled = { 0 };

	flow_pool_call(f, fr, &pooled);
	if (flow_call_any(f, fr, &v)) {
		taint_add(&v, &pooled, MARKS_ALL);
		return v;
	}
	look_arguments(f, fr);
	flow_look_connect(f, fr);
	if (fr->nargs > 2 && flow_word_ends(f, name, ".create_connection"))
		flow_look_protocol(f, fr);
	flow_look_unsafe(f, fr);
	flow_look_hints(f, fr);
	flow_look_path_call(f, fr);
	flow_call_table(f, fr);
	flow_look_client(f, fr);
	flow_look_chat(f, fr);
	flow_look_handed(f, fr, traits);
	flow_call_back(f, fr);
	if (traits & NAME_POURS)
		flow_pour(f, fr);
	if ((traits & NAME_DEFERS) || flow_hands_valuables(f, fr))
		given = flow_defer(f, fr);
	if ((traits & NAME_PARTIAL) && fr->nargs > 0)
		return flow_partial(f, fr);
	v = waits_for(f, name) ? awaited_call(f, fr, traits) :
	    flow_unknown_call(f, fr, traits);
	flow_call_anybody(f, fr, &v);
	flow_call_held(f, fr, traits, &v);
	flow_call_each(f, fr, &v);
	flow_call_somebody(f, fr, &v);
	flow_call_lambda(f, fr, &v);
	taint_add(&v, &pooled, MARKS_ALL);
	if (fr->nargs == 3 && flow_word_ends(f, name, "reduce"))
		flow_call_chain(f, fr, &v);
	flow_take_deferred(f, fr, &given, &v);
	flow_take_made(f, fr, &v);
	if (traits & NAME_BUFFER)
		taint_hold(&v, HELD_BUFFER);
	return v;
}

/* self.probe(), of which only the first function that an object was given is
 * known by its name. */
static struct taint
known_or_pooled(struct flow *f, const struct frame *fr, const struct fact *fact,
    uint32_t name)
{
	struct taint v = flow_known_call(f, fr, fact, name), pooled = { 0 };

	if (fact->deed == DEED_NONE)
		flow_pool_call(f, fr, &pooled);
	taint_add(&v, &pooled, MARKS_ALL);
	if (*fact->name == '?')
		flow_call_anybody(f, fr, &v);
	return v;
}

static struct taint
call_unknown(struct flow *f, struct frame *fr, uint32_t name, uint64_t traits)
{
	struct taint v = call_somebody(f, fr, name, traits);

	/* ArgumentParser(version=...) shows that to its user, who then says
	 * something else. */
	if (traits & NAME_ASKS)
		taint_release(&v, HELD_ASKED);
	/* "pandoc -o {} {}".format(a, b), as with % */
	if (fr->callee.text != 0 &&
	    flow_word_ends(f, fr->callee.name, "format"))
		flow_fill_line(f, fr->callee.text, &v);
	if (fr->callee.held & HELD_CLASS)
		flow_make_any(f, fr, &v);
	return v;
}

/* What bases do when they are asked, scope.c knows. */
static void
note_use(struct flow *f, const struct frame *fr, uint32_t name)
{
	bool call = flow_at(f, fr->node)->kind == NODE_CALL && !fr->later;

	if (call && flow_asks_base(f, fr->node))
		flow_note_maybe(f, fr->scope, name);
	else
		flow_note_outside(f, fr->scope, name, call ?
		    flow_at(f, fr->node)->kid : 0);
}

/* A function of another module of the package, or one that no fact explains. */
static struct taint
call_without_fact(struct flow *f, struct frame *fr, uint32_t name,
    uint64_t traits, struct world_name *outside)
{
	if (traits & NAME_ENVIRON_GET)
		return flow_variable_or(f, fr);
	if ((traits & NAME_INT) && fr->nargs == 2)
		return flow_character_code(f, fr);
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
		flow_take_bound(f, fr, name);
		note_use(f, fr, name);
		return flow_call_outside(f, fr, outside);
	}
	/* What a variable holds as a document, somebody put there. */
	if ((fr->all.marks & MARK_VARIABLE) && flow_word_is(f, name,
	    "json.loads"))
		flow_ask(f, fr->scope);
	return call_unknown(f, fr, name, traits);
}

static const struct fact *
fact_of_call(struct flow *f, const struct frame *fr, uint32_t name)
{
	const struct fact *fact = flow_reads_address(f, fr, name);

	return fact != NULL ? fact : flow_fact(f, unsafe_name(f, fr, name));
}

/* By the name that the callee has, or by none. */
static struct taint
call_named(struct flow *f, struct frame *fr, uint32_t name)
{
	const struct fact *fact = fact_of_call(f, fr, name);
	uint64_t traits = flow_traits(f, name);
	struct world_name *outside;
	uint32_t each[FLOW_EACH];
	size_t neach;

	/* items.pop(): of a table it would have a name for what. */
	if (fr->bare && flow_word_ends(f, name, ".pop"))
		traits |= NAME_CLEAR;
	flow_look_callbacks(f, fr);
	flow_look_told(f, fr);
	outside = f->file->world != NULL && (traits & NAME_DOTTED) ?
	    flow_outside(f, name) : NULL;
	if (fact != NULL || (traits & NAME_OPAQUE))
		flow_call_default(f, fr);
	neach = (fact == NULL || fact->deed == DEED_MEMBER) &&
	    outside == NULL && !(traits & NAME_OPAQUE) ?
	    flow_each_callee(f, fr, each) : 0;
	if (neach != 0)
		return each_or_any(f, fr, each, neach);
	if (fact != NULL && (*fact->name != '?' || outside == NULL ||
	    !outside->function))
		return known_or_pooled(f, fr, fact, name);
	return call_without_fact(f, fr, name, traits, outside);
}

/* What is seen whoever is called. */
static void
look_at_all(struct flow *f, struct frame *fr)
{
	flow_look_get(f, fr);
	flow_look_hooks(f, fr);
	flow_look_wrapped(f, fr);
	flow_look_registered(f, fr);
	flow_pool_note(f, fr);
	flow_look_events(f, fr);
	flow_look_web(f, fr);
}

static struct taint
call_found(struct flow *f, struct frame *fr, uint32_t name)
{
	look_at_all(f, fr);
	if (fr->callee.code != 0) {
		flow_call_default(f, fr);
		flow_refer_code(f, fr);
		return flow_own_call(f, fr, fr->callee.code - 1);
	}
	note_tracker(f, name);
	flow_look_lent(f, fr);
	flow_note_kept(f, fr);
	flow_look_used(f, fr);
	return call_named(f, fr, name);
}

static struct taint
call_value(struct flow *f, struct frame *fr)
{
	uint32_t name = flow_find_callee(f, fr);
	bool reads = ((fr->all.marks | fr->callee.marks) & MARK_UNREAD) &&
	    flow_reads(f, fr, name);
	struct taint v = call_found(f, fr, name);

	if (reads)
		taint_drop(&v, MARK_UNREAD);
	return v;
}

struct taint
flow_call_later(struct flow *f, struct frame *fr)
{
	return call_value(f, fr);
}

/* next(self) */
static bool
hands_self(const struct frame *fr)
{
	for (size_t i = 0; i < fr->nargs; i++)
		if (fr->args[i].name == WORD_SELF)
			return true;
	return false;
}

struct taint
flow_call(struct flow *f, uint32_t node)
{
	struct frame fr;
	struct taint v;
	uint64_t held;

	flow_frame(f, node, flow_scope_of(f, flow_at(f, node)->name), &fr);
	if (f->partials)
		flow_take_partial(f, &fr, flow_at(f, node)->kid);
	if (f->pass == 0)
		flow_note_caller(f, node);
	held = flow_connection(f, &fr) | flow_typed(f, &fr);
	flow_look_typed(f, &fr);
	v = call_value(f, &fr);
	/* What a protocol's base makes of an answer is no program. */
	if (flow_asks_base(f, node) && is_of_package(f, &fr.callee)) {
		v.held = v.held_own = 0;
		taint_drop(&v, MARK_NETWORK | MARK_DECODED | MARK_SOCKET |
		    MARK_BUILT | MARK_HIDDEN);
		taint_add(&v, &fr.all, MARKS_ALL);
	}
	flow_call_heirs(f, &fr, &v);
	/* Whoever connects to a server was not called by it. */
	if (flow_word_ends(f, fr.callee.name, ".accept"))
		taint_release(&v, HELD_SOCKET);
	/* s.makefile(): its lines are the peer's. */
	if ((fr.callee.held & HELD_SOCKET) && flow_word_ends(f,
	    fr.callee.name, ".makefile"))
		taint_mark(&v, MARK_SOCKET | MARK_NETWORK);
	taint_hold(&v, held);
	if ((fr.all.held & HELD_OBJECT) || hands_self(&fr))
		flow_look_converted(f, &fr, &v);
	if (fr.callee.held & HELD_SOCKET)
		flow_look_peer(f, &fr, &v);
	if (fr.callee.held & HELD_ENDS)
		flow_end_typed(f, &fr, &v);
	if (flow_calls_user(f, &fr))
		taint_mark(&v, MARK_TRAFFIC | MARK_PASSED);
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

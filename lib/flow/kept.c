/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kept - functions that somebody keeps for later: path("x/", view),
 * server.tool(f), App(lifespan=life), Command("x", run).
 *
 * Takes: the tree.  Gives: what such a call is given waits for who uses what it
 * is assigned to, or for the library.  A library's decorator is trusted so
 * (@server.tool), and so is the call that a decorator stands for; its classes,
 * and what is told a text first.  Python's own libraries and the package's own
 * functions may call at once, and a record of this source is a table.
 * Runs in: worker child, command.
 */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "flow/functions.h"
#include "flow/names.h"
#include "flow/state.h"
#include "names/stdlib.h"

#define KEPT_DEEP 6		/* App(routes=[Mount("/", [Route("/", f)])]) */
#define ORIGIN_DEEP 4		/* of names of names */

static bool
is_text(uint8_t kind)
{
	return kind == NODE_STRING || kind == NODE_STRINGS ||
	    kind == NODE_FORMAT;
}

static bool
is_display(uint8_t kind)
{
	return kind == NODE_LIST || kind == NODE_TUPLE || kind == NODE_SET ||
	    kind == NODE_DICT;
}

static int
by_name(const void *name, const void *of)
{
	return strcmp(name, *(const char *const *)of);
}

/* Of a library that is neither Python's nor of the package? */
static bool
is_imported(struct flow *f, uint32_t name, const struct binding *b)
{
	char text[FLOW_NAME_MOST + 1];

	(void)flow_string(f, b->kind == BINDING_FROM ? b->extra :
	    flow_at(f, b->value)->name, text);
	text[strcspn(text, ".")] = '\0';
	return *text != '\0' && !flow_is_of_package(f, name) &&
	    bsearch(text, stdlib_names, stdlib_count, sizeof(*stdlib_names),
	    by_name) == NULL;
}

enum flow_origin
flow_origin(struct flow *f, uint32_t node)
{
	for (int deep = 0; node != 0 && deep < ORIGIN_DEEP; deep++) {
		const struct binding *b;
		uint32_t name;

		while (flow_at(f, node)->kind == NODE_ATTR ||
		    flow_at(f, node)->kind == NODE_CALL ||
		    flow_at(f, node)->kind == NODE_INDEX)
			node = flow_at(f, node)->kid;
		name = flow_at(f, node)->kind == NODE_NAME ?
		    tree_lookup(f->tree, node) : 0;
		b = &f->tree->bindings[name];
		if (name == 0)
			break;
		if (b->kind == BINDING_FROM || b->kind == BINDING_IMPORT)
			return is_imported(f, node, b) ? ORIGIN_LIBRARY :
			    flow_is_of_package(f, node) ? ORIGIN_PACKAGE :
			    ORIGIN_PYTHON;
		if (b->kind == BINDING_DEF)
			return ORIGIN_PACKAGE;
		node = b->before == 0 && (b->kind == BINDING_VALUE ||
		    (b->kind == BINDING_OTHER && b->value != 0 &&
		    flow_at(f, b->value)->kind == NODE_CALL)) ? b->value : 0;
	}
	return ORIGIN_UNKNOWN;
}

/* ---- who keeps --------------------------------------------------------- */

/* PythonOperator, StructuredTool.from_function: a class is named. */
static bool
names_class(const struct flow *f, uint32_t callee)
{
	for (;; callee = flow_at(f, callee)->kid) {
		const struct node *n = flow_at(f, callee);
		size_t len;
		const char *word;

		if (n->kind != NODE_NAME && n->kind != NODE_ATTR)
			return false;
		word = flow_spelled(f, n->name, &len);
		if (len > 2 && word[0] >= 'A' && word[0] <= 'Z' &&
		    word[1] >= 'a' && word[1] <= 'z')
			return true;
		if (n->kind == NODE_NAME)
			return false;
	}
}

/* What libraries call what they are given by. */
static bool
calls_at_once(const struct flow *f, uint32_t callee)
{
	static const char *const words[] = { "run", "start", "spawn", "call",
	    "apply", "map", "submit", "run_sync", "run_until_complete",
	    "to_thread", "start_soon", "do", "pipe", "go", "delayed",
	    "gather", "call_soon", "callLater", "callFromThread",
	    "spawn_later", "spawn_raw", "deferToThread", "run_in_executor",
	    "invoke", "execute", "compute", "wait", "retry", "Greenlet",
	    "Thread", "Process", "Timer", "consume", "for_each", "foreach",
	    "transform", "aggregate", "agg", "filter", "reduce",
	    "callWhenRunning" };
	const struct node *n = flow_at(f, callee);

	return (n->kind == NODE_NAME || n->kind == NODE_ATTR) &&
	    flow_word_in(f, n->name, words, ARRAY_LEN(words));
}

/* click(fn=run, inputs=[]) */
static bool
names_callback(const struct flow *f, uint32_t argument)
{
	static const char *const words[] = { "fn", "callback", "endpoint",
	    "view_func", "handler", "python_callable", "on_click" };
	const struct node *n = flow_at(f, argument);

	return n->kind == NODE_KEYWORD &&
	    flow_word_in(f, n->name, words, ARRAY_LEN(words));
}

/* May a function be among the arguments? */
static bool
may_hold(const struct flow *f, uint32_t argument)
{
	for (; argument != 0; argument = flow_at(f, argument)->next) {
		uint32_t v = flow_at(f, argument)->kind == NODE_KEYWORD ?
		    flow_at(f, argument)->kid : argument;
		uint8_t kind = flow_at(f, v)->kind;

		if (kind == NODE_NAME || kind == NODE_ATTR ||
		    kind == NODE_LAMBDA || kind == NODE_CALL ||
		    is_display(kind))
			return true;
	}
	return false;
}

static bool
library_keeps(struct flow *f, uint32_t call)
{
	uint32_t callee = flow_at(f, call)->kid;
	uint32_t first = flow_at(f, callee)->next;

	/* The cheap questions first: most calls are given no function. */
	return first != 0 && may_hold(f, first) &&
	    ((flow_at(f, first)->next == 0 && flow_at(f, first)->kind !=
	    NODE_KEYWORD) || is_text(flow_at(f, first)->kind) ||
	    names_callback(f, first) || names_class(f, callee)) &&
	    !calls_at_once(f, callee) &&
	    flow_origin(f, callee) == ORIGIN_LIBRARY;
}

/* A method that runs as one of it is made, or as something is set. */
static bool
has_hooks(const struct flow *f, uint32_t block)
{
	for (uint32_t k = flow_at(f, block)->kid; k != 0;
	    k = flow_at(f, k)->next) {
		size_t len;
		const char *name = flow_at(f, k)->kind == NODE_DEF ?
		    flow_spelled(f, flow_at(f, k)->name, &len) : "";

		if (str_starts(name, "__"))
			return true;
	}
	return false;
}

/* Command = namedtuple("Command", "name run") */
static bool
is_named_tuple(struct flow *f, const struct binding *b)
{
	uint32_t callee = b->kind == BINDING_VALUE && b->before == 0 &&
	    flow_at(f, b->value)->kind == NODE_CALL ?
	    flow_at(f, b->value)->kid : 0;

	return callee != 0 && (flow_at(f, callee)->kind == NODE_NAME ||
	    flow_at(f, callee)->kind == NODE_ATTR) && flow_word_is(f,
	    flow_at(f, callee)->name, "namedtuple") &&
	    flow_origin(f, callee) == ORIGIN_PYTHON;
}

/* A class of this source that holds what it is given, and no more. */
static bool
is_record(struct flow *f, uint32_t callee)
{
	uint32_t b = flow_at(f, callee)->kind == NODE_NAME ?
	    tree_lookup(f->tree, callee) : 0;
	const struct node *class = b != 0 && f->tree->bindings[b].kind ==
	    BINDING_DEF && f->tree->bindings[b].before == 0 ?
	    flow_at(f, f->tree->bindings[b].value) : NULL;

	if (class == NULL || class->kind != NODE_CLASS)
		return b != 0 && is_named_tuple(f, &f->tree->bindings[b]);
	for (uint32_t k = class->kid; k != 0; k = flow_at(f, k)->next) {
		uint8_t kind = flow_at(f, k)->kind;

		if (kind == NODE_BLOCK && has_hooks(f, k))
			return false;
		if (kind == NODE_DECORATOR && flow_origin(f, flow_at(f,
		    k)->kid) == ORIGIN_PACKAGE)
			return false;
		/* class Command(NamedTuple) */
		if (kind == NODE_TUPLE && flow_at(f, k)->kid != 0 &&
		    (flow_at(f, flow_at(f, k)->kid)->next != 0 ||
		    flow_at(f, flow_at(f, k)->kid)->kind != NODE_NAME ||
		    !flow_word_is(f, flow_at(f, flow_at(f, k)->kid)->name,
		    "NamedTuple")))
			return false;
	}
	return true;
}

/* ---- what is kept ------------------------------------------------------ */

static void
keep(struct flow *f, uint32_t node, uint32_t place, int deep)
{
	const struct node *n = flow_at(f, node);
	bool call = n->kind == NODE_CALL;

	if (deep == KEPT_DEEP || (call ? !library_keeps(f, node) &&
	    !is_record(f, n->kid) : !is_display(n->kind)))
		return;
	for (uint32_t k = call ? flow_at(f, n->kid)->next : n->kid; k != 0;
	    k = flow_at(f, k)->next) {
		uint32_t v = flow_at(f, k)->kind == NODE_KEYWORD ?
		    flow_at(f, k)->kid : k;

		if (call) {
			flow_mark_table(f, v, place);
			flow_name(f, place)->table = true;
		}
		keep(f, v, place, deep + 1);
	}
}

void
flow_find_kept(struct flow *f, uint32_t value, uint32_t place)
{
	keep(f, value, place, 0);
}

/* ---- what is registered ------------------------------------------------- */

/* group.add_command(install), button.clicked.connect(self.install): run when
 * somebody asks for it. */
static bool
registers(struct flow *f, uint32_t callee)
{
	const struct node *n = flow_at(f, callee);

	return n->kind == NODE_ATTR &&
	    (flow_call_traits(f, n->name) & NAME_REGISTERS) &&
	    flow_name(f, n->name)->defined == 0;
}

/* Where what is registered waits: a method of that name in another module of
 * the package may call it at once, unless the object is a library's. */
static uint32_t
registry_of(struct flow *f, uint32_t callee, uint32_t waiting)
{
	enum flow_origin origin = flow_origin(f, callee);
	uint32_t method = flow_at(f, callee)->name;
	char place[FLOW_NAME_MOST + 2] = "<";	/* no name of any source */

	if (origin == ORIGIN_LIBRARY || origin == ORIGIN_PYTHON)
		return waiting;
	if (f->nregistries == REGISTRIES_MOST)
		return 0;
	for (size_t i = 0; i < f->nregistries; i++)
		if (f->registries[i].method == method)
			return f->registries[i].place;
	f->registries[f->nregistries].method = method;
	(void)flow_string(f, method, place + 1);
	f->registries[f->nregistries].place = words_add(&f->tree->words,
	    (const uint8_t *)place, strlen(place), false);
	return f->registries[f->nregistries++].place;
}

static void
mark_registered(struct flow *f, uint32_t callee, uint32_t waiting)
{
	uint32_t place = registry_of(f, callee, waiting);

	if (place == 0)
		return;
	flow_name(f, place)->table = true;
	flow_mark_arguments(f, callee, place);
}

/* Option(callback=install) of click or typer. */
static bool
is_option(struct flow *f, uint32_t callee)
{
	static const char *const names[] = { "Option", "Argument", "option",
	    "argument" };
	const struct node *n = flow_at(f, callee);
	char text[FLOW_NAME_MOST + 1];

	return (n->kind == NODE_NAME || n->kind == NODE_ATTR) &&
	    str_index(names, ARRAY_LEN(names), flow_string(f, n->name,
	    text)) >= 0 && flow_name(f, n->name)->defined == 0 &&
	    !flow_is_of_package(f, callee);
}

static void
mark_callback(struct flow *f, uint32_t callee, uint32_t table)
{
	if (!is_option(f, callee))
		return;
	for (uint32_t k = flow_at(f, callee)->next; k != 0;
	    k = flow_at(f, k)->next)
		if (flow_at(f, k)->kind == NODE_KEYWORD &&
		    flow_word_is(f, flow_at(f, k)->name, "callback"))
			flow_mark_table(f, flow_at(f, k)->kid, table);
}

/* Button(command=install): run when it is pressed, unless the class is the
 * package's, or a function of it. */
static void
mark_command(struct flow *f, uint32_t callee, uint32_t table)
{
	for (uint32_t k = flow_at(f, callee)->next; k != 0;
	    k = flow_at(f, k)->next)
		if (flow_at(f, k)->kind == NODE_KEYWORD &&
		    flow_word_is(f, flow_at(f, k)->name, "command") &&
		    flow_origin(f, callee) != ORIGIN_PACKAGE)
			flow_mark_table(f, flow_at(f, k)->kid, table);
}

/* ---- what a decorator made --------------------------------------------- */

/* @click.group() above all others: the name stands for a library's object.  Of
 * Python's own decorators, this one's can be told of others. */
bool
flow_is_library_object(struct flow *f, uint32_t binding)
{
	const struct binding *b = &f->tree->bindings[binding];
	uint32_t first = binding != 0 && b->kind == BINDING_DEF &&
	    b->before == 0 ? flow_at(f, b->value)->kid : 0;
	const struct node *by;

	if (first == 0 || flow_at(f, first)->kind != NODE_DECORATOR ||
	    flow_at(f, b->value)->kind != NODE_DEF)
		return false;
	by = flow_at(f, flow_at(f, first)->kid);
	return flow_origin(f, flow_at(f, first)->kid) == ORIGIN_LIBRARY ||
	    ((by->kind == NODE_NAME || by->kind == NODE_ATTR) &&
	    (flow_word_is(f, by->name, "singledispatch") ||
	    flow_word_is(f, by->name, "singledispatchmethod")) &&
	    flow_origin(f, flow_at(f, first)->kid) == ORIGIN_PYTHON);
}

static bool
tells(struct flow *f, uint32_t method)
{
	static const char *const methods[] = { "after_invoke", "after_loop",
	    "autocomplete", "before_invoke", "before_loop", "command",
	    "error", "group", "register", "result_callback", "subcommand" };
	char text[FLOW_NAME_MOST + 1];

	return str_index(methods, ARRAY_LEN(methods), flow_string(f, method,
	    text)) >= 0;
}

/* cli.command("push")(push), app.command()(push): as a decorator that stands in
 * front of it. */
static bool
decorates(struct flow *f, uint32_t callee)
{
	uint32_t by = flow_at(f, callee)->kind == NODE_CALL ?
	    flow_at(f, callee)->kid : 0, of;

	if (by == 0 || flow_at(f, by)->kind != NODE_ATTR ||
	    !tells(f, flow_at(f, by)->name) ||
	    flow_name(f, flow_at(f, by)->name)->defined != 0)
		return false;
	of = flow_at(f, by)->kid;
	return flow_origin(f, by) == ORIGIN_LIBRARY ||
	    (flow_at(f, of)->kind == NODE_NAME &&
	    flow_is_library_object(f, tree_lookup(f->tree, of)));
}

/* partial(kinds.register, Client), of a library's table that is told: it keeps
 * what it is given, and does nothing. */
static void
mark_partial(struct flow *f, uint32_t callee, uint32_t waiting)
{
	const struct node *n = flow_at(f, callee);

	if ((n->kind != NODE_NAME && n->kind != NODE_ATTR) || n->next == 0 ||
	    !flow_word_is(f, n->name, "partial") ||
	    flow_at(f, n->next)->kind != NODE_ATTR ||
	    !tells(f, flow_at(f, n->next)->name) ||
	    flow_origin(f, callee) != ORIGIN_PYTHON ||
	    flow_origin(f, n->next) != ORIGIN_LIBRARY)
		return;
	flow_name(f, waiting)->table = true;
	flow_mark_arguments(f, n->next, waiting);
}

void
flow_find_registered(struct flow *f, uint32_t callee, uint32_t waiting)
{
	if (registers(f, callee))
		mark_registered(f, callee, waiting);
	else
		mark_partial(f, callee, waiting);
	mark_callback(f, callee, waiting);
	mark_command(f, callee, waiting);
}

void
flow_find_decorated(struct flow *f, uint32_t callee, uint32_t waiting)
{
	if (!decorates(f, callee))
		return;
	flow_name(f, waiting)->table = true;
	flow_mark_arguments(f, callee, waiting);
}

/* @cli.command(), cli.add_command(other): the object is told of something, and
 * does nothing. */
void
flow_look_told_object(struct flow *f, uint32_t attribute)
{
	const struct node *n = flow_at(f, attribute);
	uint32_t b;

	if (flow_at(f, n->kid)->kind != NODE_NAME || (!tells(f, n->name) &&
	    !(flow_call_traits(f, n->name) & NAME_REGISTERS)))
		return;
	b = tree_lookup(f->tree, n->kid);
	if (b != 0 && f->tree->bindings[b].kind == BINDING_FROM)
		f->hushed[n->kid] |= HUSHED_TOLD;
	else if (flow_is_library_object(f, b))
		f->hushed[n->kid] |= HUSHED;
}

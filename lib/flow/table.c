/* SPDX-License-Identifier: Apache-2.0 */
/*
 * table - functions that are put somewhere, and called by who takes them
 * from there: COMMANDS = {"install": install}, HANDLERS.append(f), def
 * run(job=load), self.job = job.
 *
 * Takes: the tree.  Gives: the name under which each function that is put
 * somewhere is found again; it runs when something that runs uses that name.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/str.h"
#include "flow/functions.h"
#include "flow/names.h"
#include "flow/state.h"


uint32_t
flow_before_all(const struct flow *f, uint32_t root, bool *calls)
{
	uint32_t n = root;

	for (; n != 0 && flow_at(f, n)->at >= flow_at(f, root)->at; n--)
		*calls = *calls || flow_at(f, n)->kind == NODE_CALL;
	return n;
}

static bool
is_comprehension(uint8_t kind)
{
	return kind == NODE_LISTCOMP || kind == NODE_SETCOMP ||
	    kind == NODE_DICTCOMP || kind == NODE_GENEXP;
}

/* {f.__name__: f for f in (one, two)} calls none of them. */
static bool
only_gathers(const struct flow *f, uint32_t node)
{
	bool calls = false;

	if (!is_comprehension(flow_at(f, node)->kind))
		return false;
	(void)flow_before_all(f, node, &calls);
	return !calls;
}

/* What a lambda does waits for who calls it; its defaults do not. */
static uint32_t
mark_body(struct flow *f, uint32_t lambda, uint32_t table)
{
	uint32_t last = flow_at(f, lambda)->kid, n;

	while (last != 0 && flow_at(f, last)->next != 0)
		last = flow_at(f, last)->next;
	for (n = last; n != 0 && flow_at(f, n)->at >= flow_at(f, last)->at;
	    n--)
		f->tables[n] = table;
	return last != 0 ? n : lambda - 1;
}

/* Names in it are taken from a table, but for what a call there uses. */
void
flow_mark_table(struct flow *f, uint32_t root, uint32_t table)
{
	bool gathers = only_gathers(f, root), calls = false;
	uint32_t n = root;

	while (n != 0 && flow_at(f, n)->at >= flow_at(f, root)->at) {
		if (flow_at(f, n)->kind == NODE_CALL ||
		    flow_at(f, n)->kind == NODE_WALRUS || (!gathers &&
		    is_comprehension(flow_at(f, n)->kind))) {
			n = flow_before_all(f, n, &calls);
			continue;
		}
		if (flow_at(f, n)->kind == NODE_LAMBDA) {
			n = mark_body(f, n, table);
			continue;
		}
		f->tables[n] = table;
		n--;
	}
}

static bool
is_table(uint8_t kind)
{
	return kind == NODE_DICT || kind == NODE_LIST || kind == NODE_TUPLE ||
	    kind == NODE_SET;
}

/* dict(install=install, remove=remove) */
static bool
is_dict_call(const struct flow *f, uint32_t node)
{
	uint32_t callee = flow_at(f, node)->kind == NODE_CALL ?
	    flow_at(f, node)->kid : 0;

	return callee != 0 && flow_at(f, callee)->kind == NODE_NAME &&
	    flow_word_is(f, flow_at(f, callee)->name, "dict");
}

void
flow_mark_arguments(struct flow *f, uint32_t callee, uint32_t table)
{
	for (uint32_t k = flow_at(f, callee)->next; k != 0;
	    k = flow_at(f, k)->next)
		flow_mark_table(f, k, table);
}

/* Imported from a module of the package. */
bool
flow_is_of_package(const struct flow *f, uint32_t node)
{
	const struct binding *at;
	size_t len;
	const char *text;
	uint32_t b;

	while (flow_at(f, node)->kind == NODE_ATTR)
		node = flow_at(f, node)->kid;
	b = flow_at(f, node)->kind == NODE_NAME ?
	    tree_lookup(f->tree, node) : 0;
	at = &f->tree->bindings[b];
	if (b == 0 || (at->kind != BINDING_FROM && at->kind != BINDING_IMPORT))
		return false;
	text = flow_spelled(f, at->kind == BINDING_FROM ? at->extra :
	    flow_at(f, at->value)->name, &len);
	return len == 0 || *text == '.' || (f->file->module != NULL &&
	    len >= strcspn(f->file->module, ".") && strncmp(text,
	    f->file->module, strcspn(f->file->module, ".")) == 0);
}

/* Of a definition; 0 for anything else, and lambdas run where they stand. */
static uint32_t
scope_of(const struct flow *f, const struct node *def)
{
	uint32_t k = def->kind == NODE_DEF ? def->kid : 0;

	while (k != 0 && flow_at(f, k)->kind != NODE_BLOCK)
		k = flow_at(f, k)->next;
	return k != 0 ? flow_at(f, k)->name : 0;
}

/* def get(read=read): what stands there may be called when get is. */
static void
mark_defaults(struct flow *f, const struct node *def)
{
	uint32_t scope = scope_of(f, def), k = scope != 0 ? def->kid : 0;

	while (k != 0 && flow_at(f, k)->kind != NODE_PARAMS)
		k = flow_at(f, k)->next;
	for (k = k != 0 ? flow_at(f, k)->kid : 0; k != 0;
	    k = flow_at(f, k)->next) {
		const struct node *param = flow_at(f, k);
		uint32_t value = param->kid;

		if (param->kind != NODE_PARAM || !(param->flags & 2))
			continue;
		if (param->flags & 1)
			value = flow_at(f, value)->next;
		flow_mark_table(f, value, FLOW_DEFAULT_OF | scope);
	}
}

/* Gives a call among the options, as of field(metadata=config(...)), or 0. */
static uint32_t
mark_makers(struct flow *f, uint32_t call, uint32_t class)
{
	static const char *const makers[] = { "default_factory", "factory",
	    "converter", "validator", "decoder", "encoder" };
	char text[FLOW_NAME_MOST + 1];
	uint32_t inner = 0;

	for (uint32_t k = flow_at(f, flow_at(f, call)->kid)->next; k != 0;
	    k = flow_at(f, k)->next) {
		uint32_t value = flow_at(f, k)->kid;

		if (flow_at(f, k)->kind != NODE_KEYWORD)
			continue;
		if (str_index(makers, ARRAY_LEN(makers), flow_string(f,
		    flow_at(f, k)->name, text)) >= 0)
			flow_mark_table(f, value, class);
		else if (flow_at(f, value)->kind == NODE_CALL)
			inner = value;
	}
	return inner;
}

/* field(default_factory=ask), field(metadata=config(decoder=load)): what makes,
 * checks and decodes a value runs when something that runs uses the class. */
static void
mark_field(struct flow *f, uint32_t statement, uint32_t class)
{
	uint32_t value = flow_at(f, statement)->kid;

	while (value != 0 && flow_at(f, value)->next != 0)
		value = flow_at(f, value)->next;
	while (value != 0 && flow_at(f, value)->kind == NODE_CALL)
		value = mark_makers(f, value, class);
}

static void
mark_fields(struct flow *f, uint32_t class)
{
	uint32_t block = flow_at(f, class)->kid;

	while (block != 0 && flow_at(f, block)->kind != NODE_BLOCK)
		block = flow_at(f, block)->next;
	for (uint32_t k = block != 0 ? flow_at(f, block)->kid : 0; k != 0;
	    k = flow_at(f, k)->next)
		if (flow_at(f, k)->kind == NODE_ASSIGN ||
		    flow_at(f, k)->kind == NODE_ANNOTATE)
			mark_field(f, k, flow_at(f, class)->name);
	flow_name(f, flow_at(f, class)->name)->table = true;
}

/* ---- what is only stored ------------------------------------------------- */

/* self.commands = {"install": self.install} */
static void
mark_attribute(struct flow *f, const struct node *target, uint32_t value)
{
	if (!is_table(flow_at(f, value)->kind) ||
	    flow_at(f, value)->next != 0 ||
	    flow_name(f, target->name)->defined != 0 || flow_sees_stores(f))
		return;
	flow_mark_table(f, value, target->name);
	flow_name(f, target->name)->table = true;
}

/* partial(load, "x"), cast(Handler, load): neither calls what it is given. */
static bool
is_partial(const struct flow *f, uint32_t value)
{
	uint32_t name = flow_at(f, value)->kind == NODE_CALL ?
	    flow_at(f, value)->kid : 0, b, from;
	const struct node *n = flow_at(f, name);
	bool partial = flow_word_is(f, n->name, "partial");

	if (name == 0 || (!partial && !flow_word_is(f, n->name, "cast")) ||
	    (n->kind != NODE_NAME && n->kind != NODE_ATTR))
		return false;
	if (n->kind == NODE_ATTR)
		name = n->kid;
	b = flow_at(f, name)->kind == NODE_NAME ?
	    tree_lookup(f->tree, name) : 0;
	if (b == 0 || f->tree->bindings[b].kind != (n->kind == NODE_ATTR ?
	    BINDING_IMPORT : BINDING_FROM))
		return false;
	from = n->kind == NODE_ATTR ? flow_at(f,
	    f->tree->bindings[b].value)->name : f->tree->bindings[b].extra;
	return flow_word_is(f, from, partial ? "functools" : "typing");
}

static bool
is_shown_table(const struct flow *f, uint32_t value)
{
	return is_table(flow_at(f, value)->kind);
}

/* T.copy() takes nothing out of T: who uses the copy does.  T, or 0. */
static uint32_t
copied_table(const struct flow *f, uint32_t value)
{
	const struct node *callee = flow_at(f, flow_at(f, value)->kid);

	if (flow_at(f, value)->kind != NODE_CALL ||
	    callee->kind != NODE_ATTR || callee->next != 0 ||
	    !flow_word_is(f, callee->name, "copy") ||
	    flow_at(f, callee->kid)->kind != NODE_NAME ||
	    !flow_was_only(f, tree_lookup(f->tree, callee->kid),
	    is_shown_table))
		return 0;
	return callee->kid;
}

/* load if fast else read, lambda: load(1) */
static bool
is_choice(const struct flow *f, uint32_t value)
{
	return flow_at(f, value)->kind == NODE_TERNARY ||
	    flow_at(f, value)->kind == NODE_LAMBDA;
}

/* Of a class, or by Python itself: nobody has to name it. */
static bool
is_asked_for(const struct flow *f, uint32_t name)
{
	uint32_t b = tree_lookup(f->tree, name);
	size_t len;
	const char *text = flow_spelled(f, flow_at(f, name)->name, &len);

	return b == 0 || f->scopes[f->tree->bindings[b].scope].kind ==
	    SCOPE_CLASS || (len > 2 && text[0] == '_' && text[1] == '_');
}

/* A class of this source says what is one of it. */
static bool
checks_kinds(struct flow *f)
{
	return flow_name(f, flow_word(f, "__instancecheck__"))->defined != 0 ||
	    flow_name(f, flow_word(f, "__subclasscheck__"))->defined != 0 ||
	    flow_name(f, flow_word(f, "__subclasshook__"))->defined != 0;
}

/* Calls of which nobody takes what they give; a name alone does nothing. */
static void
find_statements(struct flow *f, uint32_t block, uint32_t waiting)
{
	for (uint32_t k = flow_at(f, block)->kid; k != 0;
	    k = flow_at(f, k)->next) {
		if (flow_at(f, k)->kind == NODE_NAME)
			f->hushed[k] = HUSHED;
		if (flow_at(f, k)->kind != NODE_CALL)
			continue;
		flow_find_kept(f, k, waiting);
		flow_find_decorated(f, flow_at(f, k)->kid, waiting);
	}
}

/* isinstance(x, Client), except Failed: of which none is made. */
static void
hush_kinds(struct flow *f, uint32_t node)
{
	bool many = flow_at(f, node)->kind == NODE_TUPLE;

	for (uint32_t k = many ? flow_at(f, node)->kid : node; k != 0;
	    k = many ? flow_at(f, k)->next : 0) {
		uint32_t b = flow_at(f, k)->kind == NODE_NAME ?
		    tree_lookup(f->tree, k) : 0;

		if (b != 0 && f->tree->bindings[b].kind == BINDING_DEF)
			f->hushed[k] = HUSHED;
	}
}

static void
hush_asked(struct flow *f, const struct node *at)
{
	const struct node *callee = flow_at(f, at->kid);

	if (at->kind == NODE_EXCEPT && at->kid != 0)
		hush_kinds(f, at->kid);
	if (at->kind == NODE_ATTR && flow_at(f, at->kid)->kind == NODE_NAME &&
	    (flow_word_is(f, at->name, "__name__") ||
	    flow_word_is(f, at->name, "__doc__") ||
	    flow_word_is(f, at->name, "__module__") ||
	    flow_word_is(f, at->name, "__qualname__")))
		f->hushed[at->kid] = HUSHED;
	if (at->kind != NODE_CALL || callee->kind != NODE_NAME ||
	    callee->next == 0 || tree_lookup(f->tree, at->kid) != 0)
		return;
	if ((flow_word_is(f, callee->name, "isinstance") ||
	    flow_word_is(f, callee->name, "issubclass")) &&
	    flow_at(f, callee->next)->next != 0 && !checks_kinds(f))
		hush_kinds(f, flow_at(f, callee->next)->next);
}

/*
 * COMMANDS = {"install": install}: what stands there runs when something that
 * runs takes it from there.
 */
void
flow_find_tables(struct flow *f)
{
	static const char name[] = "<waiting>";	/* no name of any source */
	static const bool finds[NODE_KINDS] = { [NODE_DEF] = true,
		[NODE_EXCEPT] = true, [NODE_ATTR] = true, [NODE_CALL] = true,
		[NODE_BLOCK] = true, [NODE_CLASS] = true,
		[NODE_ASSIGN] = true, [NODE_ANNOTATE] = true };
	uint32_t waiting = words_add(&f->tree->words, (const uint8_t *)name,
	    sizeof(name) - 1, false);

	for (uint32_t n = 1; n < f->tree->nnodes; n++) {
		const struct node *at = flow_at(f, n), *target;
		uint32_t value, copied;

		if (!finds[at->kind])
			continue;
		mark_defaults(f, at);
		hush_asked(f, at);
		flow_look_listed(f, n);
		if (at->kind == NODE_ATTR)
			flow_look_told_object(f, n);
		if (at->kind == NODE_CALL)
			flow_find_registered(f, at->kid, waiting);
		if (at->kind == NODE_BLOCK)
			find_statements(f, n, waiting);
		if (at->kind == NODE_CLASS)
			mark_fields(f, n);
		if ((at->kind != NODE_ASSIGN && at->kind != NODE_ANNOTATE) ||
		    at->kid == 0)
			continue;
		target = flow_at(f, at->kid);
		value = at->kind == NODE_ASSIGN ? target->next :
		    flow_at(f, target->next)->next;
		if (value != 0 && target->kind == NODE_ATTR)
			mark_attribute(f, target, value);
		if (target->kind != NODE_NAME || value == 0 ||
		    flow_at(f, value)->next != 0)
			continue;
		if (!is_asked_for(f, at->kid))
			flow_find_kept(f, value, target->name);
		if (is_partial(f, value) && !is_asked_for(f, at->kid))
			flow_mark_arguments(f, flow_at(f, value)->kid,
			    target->name);
		else if (is_choice(f, value) && !is_asked_for(f, at->kid))
			flow_mark_table(f, value, target->name);
		else if ((copied = copied_table(f, value)) != 0 &&
		    !is_asked_for(f, at->kid))
			flow_mark_table(f, copied, target->name);
		else if (is_dict_call(f, value))
			flow_mark_arguments(f, flow_at(f, value)->kid,
			    target->name);
		else if (is_table(flow_at(f, value)->kind) ||
		    only_gathers(f, value))
			flow_mark_table(f, value, target->name);
		else
			continue;
		flow_name(f, target->name)->table = true;
	}
	flow_find_stores(f);
}

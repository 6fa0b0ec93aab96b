/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flow_table - functions that are put somewhere, and called by who takes them
 * from there: COMMANDS = {"install": install}, HANDLERS.append(f), def
 * run(job=load), self.job = job.
 *
 * Takes: the tree.  Gives: the name under which each function that is put
 * somewhere is found again; it runs when something that runs uses that name.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/str.h"
#include "inspect/flow_functions.h"
#include "inspect/flow_names.h"
#include "inspect/flow_state.h"

#define BINDINGS_MOST 8		/* of one name in a function */
#define PARAMETERS_MOST 32	/* that are looked through for a call */

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
mark_arguments(struct flow *f, uint32_t callee, uint32_t table)
{
	for (uint32_t k = flow_at(f, callee)->next; k != 0;
	    k = flow_at(f, k)->next)
		flow_mark_table(f, k, table);
}

static void
mark_registered(struct flow *f, uint32_t callee, uint32_t waiting)
{
	uint32_t place = registry_of(f, callee, waiting);

	if (place == 0)
		return;
	flow_name(f, place)->table = true;
	mark_arguments(f, callee, place);
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

/* x[i] = y, x.append(y): another x, and no other name. */
static bool
only_changes(const struct flow *f, uint32_t b)
{
	return f->tree->bindings[b].kind == BINDING_AUGMENT && flow_at(f,
	    f->tree->bindings[b].value)->kind != NODE_AUGMENT;
}

bool
flow_is_local(const struct flow *f, uint32_t node)
{
	uint32_t b = flow_at(f, node)->kind == NODE_NAME ?
	    tree_lookup(f->tree, node) : 0;
	bool bound = false;
	int n = 0;

	if (b == 0 || (f->tree->scopes[f->tree->bindings[b].scope].kind !=
	    SCOPE_FUNCTION && f->tree->scopes[f->tree->bindings[b].scope].kind
	    != SCOPE_LAMBDA))
		return false;
	b = tree_binding(f->tree, f->tree->bindings[b].scope,
	    flow_at(f, node)->name);
	for (; b != 0 && n < BINDINGS_MOST; n++) {
		switch (f->tree->bindings[b].kind) {
		case BINDING_DEF:
		case BINDING_IMPORT:
		case BINDING_FROM:
		case BINDING_GLOBAL:
			return false;
		default:
			bound = bound || !only_changes(f, b);
			b = f->tree->bindings[b].before;
		}
	}
	return b == 0 && bound;
}

/* ---- what is only stored ------------------------------------------------- */

/* {}, [], set(), defaultdict(list) */
static bool
is_container(struct flow *f, uint32_t node)
{
	static const char *const makers[] = { "dict", "list", "set", "deque",
	    "defaultdict", "OrderedDict", "WeakValueDictionary", "WeakSet" };
	uint8_t kind = flow_at(f, node)->kind;
	size_t i = 0;

	if (kind == NODE_DICT || kind == NODE_LIST || kind == NODE_SET)
		return true;
	if (kind != NODE_CALL)
		return false;
	node = flow_at(f, node)->kid;
	kind = flow_at(f, node)->kind;
	if (kind != NODE_NAME && kind != NODE_ATTR)
		return false;
	while (i < ARRAY_LEN(makers) && !flow_word_is(f,
	    flow_at(f, node)->name, makers[i]))
		i++;
	return i < ARRAY_LEN(makers) && flow_name(f, flow_at(f,
	    node)->name)->defined == 0 && !flow_is_of_package(f, node);
}

/* a = b = []: known by two names. */
static bool
has_two_names(const struct flow *f, uint32_t b)
{
	const struct binding *at = &f->tree->bindings[b];

	return (b > 1 && at[-1].value == at->value) ||
	    (b + 1 < f->tree->nbindings && at[1].value == at->value);
}

/* The newest binding where the name is bound, and not only changed. */
static uint32_t
binding_of(const struct flow *f, uint32_t name)
{
	uint32_t b = tree_lookup(f->tree, name), scope, at;
	int n = 0;

	if (b == 0)
		return 0;
	scope = f->tree->bindings[b].scope;
	for (at = b; at != 0 && n < BINDINGS_MOST && only_changes(f, at); n++)
		at = f->tree->bindings[at].before;
	while (at == 0 && scope != 0) {
		scope = f->tree->scopes[scope].parent;
		at = f->tree->scopes[scope].kind == SCOPE_CLASS ? 0 :
		    tree_binding(f->tree, scope, flow_at(f, name)->name);
	}
	return at != 0 ? tree_binding(f->tree, scope, flow_at(f,
	    name)->name) : 0;
}

/* The name of a container that is made in this source, where it stands as a
 * name or an attribute; or 0. */
static uint32_t
container_of(struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);
	uint32_t b = n->kind == NODE_NAME ? binding_of(f, node) :
	    n->kind == NODE_ATTR ? tree_attribute(f->tree, n->name) : 0;
	bool made = false;
	int i = 0;

	for (; b != 0 && i < BINDINGS_MOST; i++) {
		const struct binding *at = &f->tree->bindings[b];

		if (at->kind == BINDING_VALUE && is_container(f, at->value) &&
		    !has_two_names(f, b))
			made = true;
		else if (at->kind != BINDING_AUGMENT)
			return 0;
		b = at->before;
	}
	return made && (b == 0 || i == BINDINGS_MOST) ? n->name : 0;
}

/* A function of this source, or what one is known by in a function. */
static bool
names_function(struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);
	uint32_t b = n->kind == NODE_NAME ? tree_lookup(f->tree, node) : 0;

	if (b == 0)
		return false;
	if (f->tree->bindings[b].kind == BINDING_DEF)
		return f->scopes[f->tree->bindings[b].extra].kind ==
		    SCOPE_FUNCTION;
	return flow_name(f, n->name)->table && flow_is_local(f, node);
}

/* ... or may be, in a function that others hand something. */
static bool
is_stored(struct flow *f, uint32_t node)
{
	uint32_t b = flow_at(f, node)->kind == NODE_NAME ?
	    tree_lookup(f->tree, node) : 0;

	return names_function(f, node) || (b != 0 &&
	    f->tree->bindings[b].kind == BINDING_PARAM);
}

static void
store(struct flow *f, uint32_t value, uint32_t place)
{
	uint32_t b = tree_lookup(f->tree, value);

	f->tables[value] = place;
	flow_name(f, place)->table = true;
	if (f->tree->bindings[b].kind == BINDING_PARAM)
		f->scopes[f->tree->bindings[b].scope].stores = place;
}

/* A class of this source is told of what is stored. */
static bool
sees_stores(struct flow *f)
{
	return flow_name(f, flow_word(f, "__setattr__"))->defined != 0 ||
	    flow_name(f, flow_word(f, "__set__"))->defined != 0;
}

/* self.job = job, job or other; HANDLERS["x"] = f. */
static void
find_stored(struct flow *f, const struct node *assign)
{
	uint32_t to = assign->kid, value = to != 0 ? flow_at(f, to)->next : 0;
	uint32_t place = 0;

	if (value == 0 || flow_at(f, value)->next != 0)
		return;
	if (flow_at(f, to)->kind == NODE_INDEX) {
		to = flow_at(f, to)->kid;
		place = container_of(f, to);
	} else if (flow_at(f, to)->kind == NODE_ATTR && !sees_stores(f) &&
	    flow_is_local(f, flow_at(f, value)->kind == NODE_BOOL ?
	    flow_at(f, value)->kid : value)) {
		place = flow_at(f, to)->name;
	}
	if (place == 0 || flow_name(f, place)->defined != 0)
		return;
	if (flow_at(f, value)->kind == NODE_BOOL)
		value = flow_at(f, value)->kid;
	for (; value != 0; value = flow_at(f, value)->next)
		if (is_stored(f, value)) {
			store(f, value, place);
			f->hushed[to] = true;
		}
}

/* HANDLERS.append(f), HANDLERS.setdefault("x", f) */
static void
find_gathered(struct flow *f, const struct node *call)
{
	static const char *const gathers[] = { "append", "appendleft", "add",
	    "insert", "setdefault" };
	const struct node *method = flow_at(f, call->kid);
	char name[FLOW_NAME_MOST + 1];
	uint32_t place;

	if (method->kind != NODE_ATTR || flow_name(f,
	    method->name)->defined != 0 || str_index(gathers,
	    ARRAY_LEN(gathers), flow_string(f, method->name, name)) < 0)
		return;
	place = container_of(f, method->kid);
	for (uint32_t k = method->next; k != 0 && place != 0;
	    k = flow_at(f, k)->next)
		if (is_stored(f, k)) {
			store(f, k, place);
			f->hushed[method->kid] = true;
		}
}

/* self, Bus(), or a name that was given the latter: no class, of which a method
 * would take what it is given first for its object. */
static bool
is_object(const struct flow *f, uint32_t node)
{
	uint32_t b;

	if (flow_at(f, node)->kind == NODE_NAME) {
		if (flow_at(f, node)->name == WORD_SELF)
			return true;
		b = tree_lookup(f->tree, node);
		if (b == 0 || f->tree->bindings[b].kind != BINDING_VALUE)
			return false;
		node = f->tree->bindings[b].value;
	}
	if (flow_at(f, node)->kind != NODE_CALL)
		return false;
	node = flow_at(f, node)->kid;
	b = flow_at(f, node)->kind == NODE_NAME ?
	    tree_lookup(f->tree, node) : 0;
	return b != 0 && f->tree->bindings[b].kind == BINDING_DEF &&
	    f->scopes[f->tree->bindings[b].extra].kind == SCOPE_CLASS;
}

/* The function that a call of this source's own names enters, without what
 * decorates it; 0 for none or several. */
static uint32_t
own_callee(struct flow *f, uint32_t callee, bool *method)
{
	static const char init[] = "__init__";
	const struct node *n = flow_at(f, callee);
	uint32_t b = n->kind == NODE_NAME ? tree_lookup(f->tree, callee) : 0;
	uint32_t scope = 0, word;

	*method = n->kind == NODE_ATTR;
	if (b != 0 && f->tree->bindings[b].kind == BINDING_DEF)
		scope = f->tree->bindings[b].extra;
	else if (n->kind == NODE_ATTR && is_object(f, n->kid))
		scope = flow_name(f, n->name)->defined != 0 ?
		    flow_name(f, n->name)->defined - 1 : 0;
	if (scope == 0 || (*method && f->scopes[scope].same_name != 0))
		return 0;
	if (f->scopes[scope].kind == SCOPE_CLASS) {
		*method = true;
		word = words_find(&f->tree->words, init, sizeof(init) - 1);
		b = word != 0 ? tree_binding(f->tree, scope, word) : 0;
		scope = b != 0 && f->tree->bindings[b].kind == BINDING_DEF ?
		    f->tree->bindings[b].extra : 0;
	}
	return scope == 0 || f->scopes[scope].kind != SCOPE_FUNCTION ||
	    flow_at(f, flow_at(f, f->tree->scopes[scope].node)->kid)->kind ==
	    NODE_DECORATOR || (*method && f->scopes[f->scopes[
	    scope].parent].kind != SCOPE_CLASS) ? 0 : scope;
}

/* The name of the parameter that takes the argument at that place, or of that
 * name; or 0. */
static uint32_t
parameter_name(const struct flow *f, uint32_t scope, uint32_t at,
    uint32_t keyword)
{
	uint32_t params = flow_at(f, f->tree->scopes[scope].node)->kid;
	int seen = 0;

	while (params != 0 && flow_at(f, params)->kind != NODE_PARAMS)
		params = flow_at(f, params)->next;
	for (uint32_t p = params != 0 ? flow_at(f, params)->kid : 0; p != 0;
	    p = flow_at(f, p)->next) {
		const struct node *n = flow_at(f, p);

		if (++seen > PARAMETERS_MOST)
			return 0;
		if (n->kind != NODE_PARAM || n->op != 0) {
			if (keyword == 0)
				return 0;
			continue;
		}
		if (keyword != 0 ? n->name == keyword : at-- == 0)
			return n->name;
	}
	return 0;
}

/* register("x", load): load runs when something that runs uses what the
 * function calls it. */
static void
find_handed(struct flow *f, const struct node *call)
{
	bool method;
	uint32_t scope = own_callee(f, call->kid, &method), place;
	uint32_t at = method ? 1 : 0;

	for (uint32_t k = flow_at(f, call->kid)->next; k != 0 && scope != 0;
	    k = flow_at(f, k)->next) {
		const struct node *n = flow_at(f, k);
		uint32_t value = n->kind == NODE_KEYWORD ? n->kid : k;

		if (n->kind == NODE_STAR || n->kind == NODE_DSTAR)
			return;
		place = flow_at(f, value)->kind == NODE_LAMBDA ||
		    (flow_at(f, value)->kind == NODE_NAME &&
		    !flow_is_local(f, value) && names_function(f, value)) ?
		    parameter_name(f, scope, at, n->kind == NODE_KEYWORD ?
		    n->name : 0) : 0;
		if (place != 0) {
			flow_mark_table(f, value, place);
			flow_name(f, place)->table = true;
		}
		at++;
	}
}

/* self.handlers = {}: nobody takes anything from there by that. */
static void
hush_targets(struct flow *f, const struct node *assign)
{
	for (uint32_t k = assign->kid; k != 0 && flow_at(f, k)->next != 0;
	    k = flow_at(f, k)->next) {
		const struct node *n = flow_at(f, k);

		if (n->kind == NODE_ATTR && flow_name(f, n->name)->table &&
		    flow_name(f, n->name)->defined == 0)
			f->hushed[k] = true;
	}
}

static void
find_stores(struct flow *f)
{
	for (uint32_t n = 1; n < f->tree->nnodes; n++)
		if (flow_at(f, n)->kind == NODE_CALL)
			find_handed(f, flow_at(f, n));
	for (uint32_t n = 1; n < f->tree->nnodes; n++) {
		if (flow_at(f, n)->kind == NODE_ASSIGN)
			find_stored(f, flow_at(f, n));
		else if (flow_at(f, n)->kind == NODE_CALL)
			find_gathered(f, flow_at(f, n));
	}
	for (uint32_t n = 1; n < f->tree->nnodes; n++)
		if (flow_at(f, n)->kind == NODE_ASSIGN)
			hush_targets(f, flow_at(f, n));
}

/* self.commands = {"install": self.install} */
static void
mark_attribute(struct flow *f, const struct node *target, uint32_t value)
{
	if (!is_table(flow_at(f, value)->kind) || flow_at(f, value)->next != 0 ||
	    flow_name(f, target->name)->defined != 0 || sees_stores(f))
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
			f->hushed[k] = true;
	}
}

static void
hush_asked(struct flow *f, const struct node *at)
{
	static const char *const told[] = { "__name__", "__doc__",
	    "__module__", "__qualname__" };
	const struct node *callee = flow_at(f, at->kid);
	char name[FLOW_NAME_MOST + 1];

	if (at->kind == NODE_EXCEPT && at->kid != 0)
		hush_kinds(f, at->kid);
	if (at->kind == NODE_ATTR && flow_at(f, at->kid)->kind == NODE_NAME &&
	    str_index(told, ARRAY_LEN(told), flow_string(f, at->name,
	    name)) >= 0)
		f->hushed[at->kid] = true;
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
	uint32_t waiting = words_add(&f->tree->words, (const uint8_t *)name,
	    sizeof(name) - 1, false);

	for (uint32_t n = 1; n < f->tree->nnodes; n++) {
		const struct node *at = flow_at(f, n), *target;
		uint32_t value;

		mark_defaults(f, at);
		hush_asked(f, at);
		if (at->kind == NODE_CALL && registers(f, at->kid))
			mark_registered(f, at->kid, waiting);
		if (at->kind == NODE_CALL) {
			mark_callback(f, at->kid, waiting);
			mark_command(f, at->kid, waiting);
		}
		if (at->kind == NODE_BLOCK)
			for (uint32_t k = at->kid; k != 0;
			    k = flow_at(f, k)->next)
				if (flow_at(f, k)->kind == NODE_CALL)
					flow_find_kept(f, k, waiting);
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
			mark_arguments(f, flow_at(f, value)->kid,
			    target->name);
		else if (is_choice(f, value) && !is_asked_for(f, at->kid))
			flow_mark_table(f, value, target->name);
		else if (is_dict_call(f, value))
			mark_arguments(f, flow_at(f, value)->kid,
			    target->name);
		else if (is_table(flow_at(f, value)->kind) ||
		    only_gathers(f, value))
			flow_mark_table(f, value, target->name);
		else
			continue;
		flow_name(f, target->name)->table = true;
	}
	find_stores(f);
}

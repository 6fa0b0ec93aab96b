/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stored - functions that the code puts into a container, an attribute or
 * a parameter: HANDLERS["x"] = f, HANDLERS.append(f), self.job = job,
 * register("x", f).
 *
 * Takes: the tree.  Gives: the name under which each is found again, in
 * flow.tables; table.c has those that stand in a table as it is written.
 * Runs in: worker child, command.
 */
#include "base/str.h"
#include "flow/functions.h"
#include "flow/names.h"
#include "flow/state.h"

#define BINDINGS_MOST 8		/* of one name in a function */
#define NESTED_DEEP 4		/* tables of tables */
#define PARAMETERS_MOST 32	/* that are looked through for a call */

/* ---- names -------------------------------------------------------------- */

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

/* ---- containers and attributes ------------------------------------------ */

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

/* HANDLERS[x], HANDLERS.setdefault(x, []): what stands in it, HANDLERS. */
static uint32_t
outermost(const struct flow *f, uint32_t node)
{
	for (int i = 0; node != 0 && i < NESTED_DEEP; i++) {
		uint32_t method = flow_at(f, node)->kid;

		if (flow_at(f, node)->kind == NODE_INDEX)
			node = method;
		else if (flow_at(f, node)->kind == NODE_CALL &&
		    flow_at(f, method)->kind == NODE_ATTR && flow_word_is(f,
		    flow_at(f, method)->name, "setdefault"))
			node = flow_at(f, method)->kid;
		else
			break;
	}
	return node;
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
bool
flow_sees_stores(struct flow *f)
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
		to = outermost(f, to);
		place = container_of(f, to);
	} else if (flow_at(f, to)->kind == NODE_ATTR && !flow_sees_stores(f) &&
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
			f->hushed[to] = HUSHED;
		}
}

/* HANDLERS.append(f), HANDLERS.setdefault("x", f), HANDLERS["x"].append(f) */
static void
find_gathered(struct flow *f, const struct node *call)
{
	static const char *const gathers[] = { "append", "appendleft", "add",
	    "insert", "setdefault" };
	const struct node *method = flow_at(f, call->kid);
	char name[FLOW_NAME_MOST + 1];
	uint32_t place, in;

	if (method->kind != NODE_ATTR || flow_name(f,
	    method->name)->defined != 0 || str_index(gathers,
	    ARRAY_LEN(gathers), flow_string(f, method->name, name)) < 0)
		return;
	in = outermost(f, method->kid);
	place = container_of(f, in);
	for (uint32_t k = flow_word_is(f, method->name, "setdefault") &&
	    method->next != 0 ? flow_at(f, method->next)->next : method->next;
	    k != 0 && place != 0; k = flow_at(f, k)->next)
		if (is_stored(f, k)) {
			store(f, k, place);
			f->hushed[in] = HUSHED;
		}
}

/* ---- parameters --------------------------------------------------------- */

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

/* ---- the whole ---------------------------------------------------------- */

/* self.handlers = {}: nobody takes anything from there by that. */
static void
hush_targets(struct flow *f, const struct node *assign)
{
	for (uint32_t k = assign->kid; k != 0 && flow_at(f, k)->next != 0;
	    k = flow_at(f, k)->next) {
		const struct node *n = flow_at(f, k);

		if (n->kind == NODE_ATTR && flow_name(f, n->name)->table &&
		    flow_name(f, n->name)->defined == 0)
			f->hushed[k] = HUSHED;
	}
}

void
flow_find_stores(struct flow *f)
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

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tree_bind - scopes, and which assignment a name goes back to.
 *
 * A name's place is settled when it is read: the newest binding of its own
 * scope is the one that a straight run would have.  Names that their scope does
 * not bind (globals in a function) keep their scope, and are looked up at the
 * end, when everything is bound.
 * Runs in: worker child, command.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "python/tree_state.h"

#define SCOPES_AROUND 64	/* a name looks that far out, then in the
				   module */
#define TARGETS_MOST 64		/* nested targets of one assignment */

uint32_t
scope_new(struct parser *p, enum scope_kind kind, uint32_t node)
{
	struct tree *t = p->tree;

	if (t->nscopes == PYTHON_SCOPES_MAX) {
		t->deep = true;
		return p->scope;
	}
	if (t->nscopes == t->scopes_room) {
		t->scopes_room *= 2;
		t->scopes = mem_grow(t->scopes, t->scopes_room,
		    sizeof(*t->scopes));
	}
	t->scopes[t->nscopes] = (struct tree_scope){ .kind = (uint8_t)kind,
	    .parent = p->scope, .node = node };
	return t->nscopes++;
}

/* ---- the table (scope, name) -> newest binding -------------------------- */

static uint32_t
slot_of(const struct tree *t, uint32_t scope, uint32_t name)
{
	uint64_t h = (((uint64_t)scope << 32 | name) ^ t->words.key) *
	    UINT64_C(0x9fb21c651e98df25);
	uint32_t at = (uint32_t)(h >> 32) & t->mask;

	for (; t->slots[at] != 0; at = (at + 1) & t->mask) {
		const struct binding *b = &t->bindings[t->slots[at]];

		if (b->scope == scope && b->name == name)
			break;
	}
	return at;
}

static void
grow_slots(struct tree *t)
{
	uint32_t *old = t->slots, n = t->mask + 1;

	t->mask = 2 * t->mask + 1;
	t->slots = mem_array((size_t)t->mask + 1, sizeof(*t->slots));
	for (uint32_t i = 0; i < n; i++) {
		const struct binding *b = &t->bindings[old[i]];

		if (old[i] != 0)
			t->slots[slot_of(t, b->scope, b->name)] = old[i];
	}
	free(old);
}

/*
 * A closed comprehension's bindings stay in their slot, so that the table needs
 * no removal: they are skipped by looking at what was before them.
 */
static bool
is_closed(const struct binding *b)
{
	return b->kind == BINDING_ITEM && b->extra != 0;
}

static uint32_t
newest(const struct tree *t, uint32_t scope, uint32_t name)
{
	uint32_t b = t->slots[slot_of(t, scope, name)];

	return b != 0 && is_closed(&t->bindings[b]) ? t->bindings[b].before :
	    b;
}

uint32_t
bind(struct parser *p, enum binding_kind kind, uint32_t scope, uint32_t name,
    uint32_t value, uint32_t extra, uint32_t at)
{
	struct tree *t = p->tree;
	uint32_t slot, before;

	if (name == WORD_NONE)
		return 0;
	if (t->nbindings == t->bindings_room) {
		t->bindings_room *= 2;
		t->bindings = mem_grow(t->bindings, t->bindings_room,
		    sizeof(*t->bindings));
	}
	before = newest(t, scope, name);
	if (before != 0 && t->bindings[before].kind == BINDING_GLOBAL &&
	    kind != BINDING_GLOBAL && scope != SCOPE_ATTRIBUTES) {
		scope = t->bindings[before].extra;
		before = newest(t, scope, name);
	}
	slot = slot_of(t, scope, name);
	if (t->slots[slot] == 0 && 2 * ++t->nslots > t->mask) {
		grow_slots(t);
		slot = slot_of(t, scope, name);
	}
	t->bindings[t->nbindings] = (struct binding){ .kind = (uint8_t)kind,
	    .nested = p->nblocks > 1 && scope != SCOPE_ATTRIBUTES,
	    .name = name, .scope = scope, .value = value, .extra = extra,
	    .at = at, .before = before };
	t->slots[slot] = t->nbindings;
	return t->nbindings++;
}

void
unbind(struct parser *p, uint32_t from)
{
	struct tree *t = p->tree;

	for (uint32_t b = from; b < t->nbindings; b++)
		if (t->bindings[b].kind == BINDING_ITEM)
			t->bindings[b].extra = 1;
}

uint32_t
place_of(struct parser *p, uint32_t name)
{
	uint32_t b = newest(p->tree, p->scope, name);

	return b != 0 ? PLACE_BINDING | b : p->scope;
}

void
retag(struct parser *p, uint32_t first, uint32_t last, uint32_t from)
{
	struct tree *t = p->tree;

	uint64_t work = (uint64_t)(last - first) * (t->nbindings - from);

	if (first == 0 || work > p->retag) {
		t->deep = t->deep || first != 0;
		return;
	}
	p->retag -= work;
	for (uint32_t n = first; n < last; n++) {
		if (t->nodes[n].kind != NODE_NAME)
			continue;
		for (uint32_t b = from; b < t->nbindings; b++)
			if (t->bindings[b].name == t->nodes[n].name &&
			    t->bindings[b].kind == BINDING_ITEM)
				t->nodes[n].place = PLACE_BINDING | b;
	}
}

/* ---- targets ------------------------------------------------------------ */

struct target {
	uint32_t	 node, value, extra;
	enum binding_kind kind;
};

static bool
is_sequence(const struct node *n)
{
	return n->kind == NODE_TUPLE || n->kind == NODE_LIST;
}

static uint32_t
kids(struct parser *p, uint32_t node)
{
	uint32_t n = 0;

	for (uint32_t k = node_of(p, node)->kid; k != 0;
	    k = node_of(p, k)->next)
		n++;
	return n;
}

static void
bind_one(struct parser *p, const struct target *t)
{
	struct node *n = node_of(p, t->node);
	enum binding_kind kind = t->kind;

	if (n->kind == NODE_STAR && n->kid != 0) {
		n = node_of(p, n->kid);
		kind = BINDING_OTHER;
	}
	if (n->kind == NODE_NAME) {
		uint32_t b = bind(p, kind, p->scope, n->name, t->value,
		    t->extra, n->at);

		if (b != 0)
			n->place = PLACE_BINDING | b;
	} else if (n->kind == NODE_INDEX && n->kid != 0 &&
	    node_of(p, n->kid)->kind == NODE_NAME) {
		/* x[i] = y makes another x. */
		(void)bind(p, BINDING_AUGMENT, p->scope,
		    node_of(p, n->kid)->name, t->node,
		    p->blocks[p->nblocks - 1].loop, n->at);
	} else if (n->kind == NODE_ATTR) {
		(void)bind(p, kind, SCOPE_ATTRIBUTES, n->name, t->value,
		    t->extra, n->at);
	}
}

/* Elements go to elements when both sides are written out. */
static struct target
part_of(struct parser *p, const struct target *whole, uint32_t node,
    uint32_t *value, uint32_t index)
{
	struct target t = { node, whole->value, index, BINDING_PART };

	if (*value != 0) {
		t = (struct target){ node, *value, 0, BINDING_VALUE };
		*value = node_of(p, *value)->next;
	} else if (whole->kind != BINDING_VALUE) {
		t.kind = whole->kind == BINDING_ITEM ? BINDING_ITEM :
		    BINDING_OTHER;
		t.extra = 0;
	}
	return t;
}

void
bind_target(struct parser *p, uint32_t node, enum binding_kind kind,
    uint32_t value)
{
	struct target stack[TARGETS_MOST];
	size_t n = 0;

	if (node == 0)
		return;
	stack[n++] = (struct target){ node, value, 0, kind };
	while (n != 0) {
		struct target t = stack[--n];
		struct node *at = node_of(p, t.node);
		uint32_t source = 0, index = 0;

		if (!is_sequence(at)) {
			bind_one(p, &t);
			continue;
		}
		if (t.kind == BINDING_VALUE && t.value != 0 &&
		    is_sequence(node_of(p, t.value)) &&
		    kids(p, t.value) == kids(p, t.node))
			source = node_of(p, t.value)->kid;
		for (uint32_t k = at->kid; k != 0; k = node_of(p, k)->next) {
			struct target part = part_of(p, &t, k, &source,
			    index++);

			if (!is_sequence(node_of(p, k)))
				bind_one(p, &part);
			else if (n < TARGETS_MOST)
				stack[n++] = part;
		}
	}
}

void
bind_parameters(struct parser *p, uint32_t params, uint32_t scope)
{
	uint32_t outer = p->scope, index = 0;

	p->scope = scope;
	for (uint32_t k = params != 0 ? node_of(p, params)->kid : 0; k != 0;
	    k = node_of(p, k)->next) {
		if (node_of(p, k)->kind == NODE_PARAM)
			(void)bind(p, BINDING_PARAM, scope,
			    node_of(p, k)->name, k, index++,
			    node_of(p, k)->at);
		else
			bind_target(p, k, BINDING_OTHER, 0);
	}
	p->scope = outer;
}

/* ---- looking up --------------------------------------------------------- */

uint32_t
tree_binding(const struct tree *t, uint32_t scope, uint32_t name)
{
	return newest(t, scope, name);
}

bool
tree_is_attribute(const struct tree *t, uint32_t binding)
{
	return t->bindings[binding].scope == SCOPE_ATTRIBUTES;
}

uint32_t
tree_attribute(const struct tree *t, uint32_t name)
{
	return newest(t, SCOPE_ATTRIBUTES, name);
}

uint32_t
tree_scope_of(const struct tree *t, uint32_t node)
{
	const struct node *n = &t->nodes[node];

	if (n->kind != NODE_NAME)
		return n->name;
	return n->place & PLACE_BINDING ?
	    t->bindings[n->place & ~PLACE_BINDING].scope : n->place;
}

/* ... in its scope or those around it. */
static uint32_t
look_up(const struct tree *t, const struct node *n)
{
	uint32_t scope = n->place, b;

	for (unsigned int steps = 0;; steps++) {
		const struct tree_scope *s = &t->scopes[scope];
		bool own = steps == 0;

		b = own || s->kind != SCOPE_CLASS ?
		    newest(t, scope, n->name) : 0;
		if (b != 0 && t->bindings[b].kind != BINDING_GLOBAL)
			return b;
		if (scope == 0)
			return 0;
		scope = steps < SCOPES_AROUND ? s->parent : 0;
	}
}

/* Names of other scopes are asked for many times. */
void
settle(struct tree *t)
{
	for (uint32_t i = 1; i < t->nnodes; i++) {
		struct node *n = &t->nodes[i];
		uint32_t b;

		if (n->kind != NODE_NAME)
			continue;
		n->flags = 0;
		if (n->place & PLACE_BINDING)
			continue;
		b = look_up(t, n);
		n->flags = b < UINT16_MAX ? (uint16_t)(b + 1) : 0;
	}
}

uint32_t
tree_lookup(const struct tree *t, uint32_t node)
{
	const struct node *n = &t->nodes[node];
	uint32_t b = n->place & ~PLACE_BINDING;

	if (!(n->place & PLACE_BINDING))
		return n->flags != 0 ? n->flags - 1u : look_up(t, n);
	return t->bindings[b].kind != BINDING_GLOBAL ? b :
	    newest(t, t->bindings[b].extra, n->name);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * refer - which names of this source and of others are used, and where.
 *
 * Takes: a node that names something.  Gives: a reference for scope.c, or
 * a use for publish.c.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/mem.h"
#include "flow/functions.h"
#include "flow/names.h"
#include "flow/neighbours.h"
#include "flow/scopes.h"
#include "flow/state.h"

uint32_t
flow_user_of(const struct flow *f, uint32_t node)
{
	return f->tables[node] & FLOW_DEFAULT_OF ? f->tables[node] &
	    ~FLOW_DEFAULT_OF : f->scope;
}

/* A.x, where A was just seen: the name in front of an attribute, or 0. */
static uint32_t
asked_of(struct flow *f, uint32_t node, uint32_t attribute)
{
	uint32_t kid = flow_at(f, node)->kid;
	const struct node *of = flow_at(f, kid);
	struct flow_reference *r = f->nreferences == 0 ? NULL :
	    &f->references[f->nreferences - 1];
	struct flow_use *u = f->outsides.n == 0 ? NULL :
	    &f->outsides.uses[f->outsides.n - 1];

	if (node == 0 || flow_at(f, node)->kind != NODE_ATTR ||
	    of->kind != NODE_NAME)
		return 0;
	if (r != NULL && r->node == kid && r->heir == 0)
		r->asked = true;
	if (u != NULL && u->node == kid)
		u->attribute = attribute;
	return of->name;
}

void
flow_note_refer(struct flow *f, uint32_t node, uint32_t name, bool attribute)
{
	uint32_t of = attribute ? asked_of(f, node, name) : 0;
	bool local;

	if ((f->hushed[node] & HUSHED) ||
	    (f->renamed[node] >= (attribute ? RENAMED_FOR_OTHERS : RENAMED)) ||
	    (flow_name(f, name)->defined == 0 && !flow_name(f, name)->table &&
	    !flow_name(f, name)->bound) ||
	    f->nreferences == FLOW_REFERENCES_MAX)
		return;
	local = !attribute && flow_at(f, node)->kind == NODE_NAME &&
	    flow_is_local(f, node);
	if (local && !flow_name(f, name)->table && !flow_name(f, name)->bound)
		return;
	if ((f->nreferences & (f->nreferences - 1)) == 0)
		f->references = mem_grow(f->references, f->nreferences == 0 ?
		    64 : 2 * f->nreferences, sizeof(*f->references));
	f->references[f->nreferences++] = (struct flow_reference){
	    flow_user_of(f, node), name, f->tables[node] & FLOW_DEFAULT_OF ?
	    0 : f->tables[node], attribute, false, local, flow_heir(f),
	    of, node };
}

void
flow_refer_in(struct flow *f, uint32_t node, uint32_t name, uint32_t table)
{
	size_t n = f->nreferences;

	flow_refer(f, node, name, false);
	if (f->nreferences > n)
		f->references[n].table = table;
}

/* eval("run()"), eval("net.run()") of what was imported: `of` is what stands
 * before the dot, or 0.  Gives what the name stands for, or 0. */
static uint32_t
refer_outside(struct flow *f, uint32_t of, uint32_t word)
{
	uint32_t b = of != 0 ? 0 : tree_binding(f->tree, 0, word), name = 0;
	struct value v;

	if (of != 0) {
		name = flow_dotted(f, of, ".", word);
	} else if (b != 0 && (f->tree->bindings[b].kind == BINDING_FROM ||
	    f->tree->bindings[b].kind == BINDING_IMPORT)) {
		v = fold_binding(f->fold, b);
		name = v.kind == VALUE_PATH ? v.word : 0;
	}
	if (name != 0 && f->file->world != NULL && (flow_traits(f, name) &
	    NAME_DOTTED) && flow_outside(f, name) != NULL)
		flow_note_outside(f, f->scope, name, 0);
	return name;
}

void
flow_refer_text(struct flow *f, uint32_t node, uint32_t text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
	const struct flow_text *t = &f->texts[text];
	uint32_t of = 0;

	if (f->pass != 0 || t->open)
		return;
	for (const char *at = t->bytes, *end = at + t->len; at < end;) {
		size_t n = strspn(at, letters);
		bool attribute = at > t->bytes && at[-1] == '.';
		uint32_t word = n == 0 ? 0 : attribute && of != 0 ?
		    words_add(&f->tree->words, (const uint8_t *)at, n, false) :
		    words_find(&f->tree->words, at, n);

		if (word != 0) {
			flow_refer(f, node, word, attribute);
			of = attribute && of == 0 ? 0 : refer_outside(f,
			    attribute ? of : 0, word);
		} else if (n != 0) {
			of = 0;
		}
		at += n + (n == 0);
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reflect - functions of this source that run because a text says so, or
 * the beginning of one: getattr(self, "do_" + x)(), for n in dir(x) if
 * n.startswith("task_").
 *
 * Takes: a call.  Gives: references to functions.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/str.h"
#include "flow/calls.h"
#include "flow/functions.h"
#include "flow/names.h"
#include "flow/neighbours.h"
#include "flow/scopes.h"
#include "flow/state.h"
#include "flow/values.h"

#define PREFIX_LEAST 3		/* "do_" */
#define PREFIX_MOST 40
#define NEAR_NODES 60		/* of one loop */
#define REFLECTED_MOST 32	/* such calls of one source */

static void
refer_scope(struct flow *f, uint32_t node, const struct flow_scope *s)
{
	const struct flow_scope *parent = &f->scopes[s->parent];

	flow_refer(f, node, s->name, s->parent != 0 &&
	    parent->kind == SCOPE_CLASS);
}

void
flow_refer_scope(struct flow *f, uint32_t node, uint32_t scope)
{
	if (f->pass == 0)
		refer_scope(f, node, &f->scopes[scope]);
}

/* getattr(sys.modules[__name__], "x")(), TABLE["x"](), flow() of an object */
void
flow_refer_code(struct flow *f, const struct frame *fr)
{
	uint32_t callee = flow_at(f, fr->node)->kid;
	const struct flow_scope *s = &f->scopes[fr->callee.code - 1];

	if (f->pass == 0 && flow_at(f, fr->node)->kind == NODE_CALL &&
	    (flow_at(f, callee)->kind == NODE_CALL ||
	    flow_at(f, callee)->kind == NODE_INDEX ||
	    flow_word_is(f, s->name, "__call__")))
		refer_scope(f, callee, s);
}

/* All functions whose names begin so. */
void
flow_refer_prefix(struct flow *f, uint32_t node, uint32_t text)
{
	const struct flow_text *t = &f->texts[text];

	if (f->pass != 0 || t->len < PREFIX_LEAST || t->len > PREFIX_MOST ||
	    f->reflected == REFLECTED_MOST)
		return;
	f->reflected++;
	for (uint32_t i = 1; i < f->main; i++) {
		const struct flow_scope *s = &f->scopes[i];
		size_t len;
		const char *name;

		if (s->kind != SCOPE_FUNCTION)
			continue;
		name = flow_spelled(f, s->name, &len);
		if (len > t->len && memcmp(name, t->bytes, t->len) == 0)
			refer_scope(f, node, s);
	}
}

static bool
has_word(const struct flow *f, const char *word)
{
	return words_find(&f->tree->words, word, strlen(word)) != 0;
}

/* Is __getattr__ a word by now?  Asked for each attribute, so of each word
 * once. */
static bool
has_getattr(struct flow *f)
{
	for (; f->words_asked < f->tree->words.n; f->words_asked++)
		f->answers = f->answers || flow_word_is(f, f->words_asked,
		    "__getattr__");
	return f->answers;
}

/* settings.X, where nothing says what X is: the class's __getattr__ says it. */
void
flow_refer_missing(struct flow *f, uint32_t node, uint32_t object,
    uint32_t name)
{
	static const char asked[] = "__getattr__";
	struct world *world = f->file->world;
	uint32_t method;

	if (world == NULL || object == 0 || f->pass != 0 ||
	    flow_name(f, name)->defined != 0 ||
	    !(world->answers || has_getattr(f)) ||
	    flow_row_of_attribute(f, name) != 0)
		return;
	method = flow_dotted(f, object, ".", flow_word(f, asked));
	if (flow_own_method(f, method) != 0)
		flow_refer(f, node, flow_word(f, asked), true);
	else if ((flow_traits(f, method) & NAME_DOTTED) &&
	    flow_outside(f, method) != NULL &&
	    flow_outside(f, flow_dotted(f, object, ".", name)) == NULL)
		flow_note_outside(f, f->scope, method, node);
}

/* The source goes through the names that something has. */
static bool
lists_names(const struct flow *f)
{
	static const char *const words[] = { "globals", "vars", "dir",
	    "getmembers", "__dict__", "locals" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (has_word(f, words[i]))
			return true;
	return false;
}

/* f(), TABLE[n](), getattr(x, n)(): of what a loop goes through. */
static bool
calls_item(const struct flow *f, uint32_t callee)
{
	const struct node *n = flow_at(f, callee);
	uint32_t b = n->kind == NODE_NAME ? tree_lookup(f->tree, callee) : 0;

	return n->kind == NODE_INDEX || n->kind == NODE_CALL ||
	    (b != 0 && f->tree->bindings[b].kind == BINDING_ITEM);
}

/* ... near a node, in the same function: not only kept under its name. */
static bool
calls_nearby(const struct flow *f, uint32_t node)
{
	uint32_t from = node > NEAR_NODES ? node - NEAR_NODES : 1;
	uint32_t to = node + NEAR_NODES;

	for (uint32_t n = from; n < to && n < f->tree->nnodes; n++)
		if (n != node && flow_at(f, n)->kind == NODE_CALL &&
		    flow_at(f, n)->name == flow_at(f, node)->name &&
		    calls_item(f, flow_at(f, n)->kid))
			return true;
	return false;
}

void
flow_look_prefix(struct flow *f, const struct frame *fr, uint64_t traits)
{
	if ((traits & NAME_BEGINS) && f->pass == 0 && fr->nargs == 1 &&
	    frame_text(fr, 0) != 0 &&
	    !f->texts[frame_text(fr, 0)].open && lists_names(f) &&
	    calls_nearby(f, fr->node))
		flow_refer_prefix(f, fr->node, frame_text(fr, 0));
}

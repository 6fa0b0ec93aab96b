/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flow_open - what flow knows of a source, from one look at it to the next.
 *
 * The first look finds what stands where; each begins with what the ones before
 * it learned of names and texts, and asks the world anew.  Rows begin anew, too:
 * their marks only grow, and an early look takes what a function of another
 * module gives for all that it was given.
 * Runs in: worker child, command.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "inspect/flow_names.h"
#include "inspect/flow_scopes.h"
#include "inspect/flow_state.h"

/* x[i] = y and x.append(y) bind no x of their own where they stand: the name
 * of a scope around that they belong to, or 0. */
static uint32_t
changed_outside(const struct tree *t, uint32_t b)
{
	const struct binding *own = &t->bindings[b];
	uint32_t scope = own->scope, found = 0;

	if (own->kind != BINDING_AUGMENT || own->before != 0 ||
	    scope >= t->nscopes || t->nodes[own->value].kind == NODE_AUGMENT)
		return 0;
	while (scope != 0 && found == 0) {
		scope = t->scopes[scope].parent;
		if (t->scopes[scope].kind != SCOPE_CLASS)
			found = tree_binding(t, scope, own->name);
	}
	return found;
}

static uint32_t *
first_bindings(const struct tree *t)
{
	uint32_t *first = mem_array(t->nbindings, sizeof(*first));

	for (uint32_t b = 1; b < t->nbindings; b++)
		first[b] = t->bindings[b].before != 0 ?
		    first[t->bindings[b].before] : b;
	return first;
}

static void
find_rows(struct flow *f)
{
	const struct tree *t = f->tree;
	uint32_t *first = first_bindings(t);

	f->row_of = mem_array(t->nbindings, sizeof(*f->row_of));
	for (uint32_t b = 1; b < t->nbindings; b++) {
		uint32_t before = t->bindings[b].before;
		uint32_t outer = changed_outside(t, b);

		f->row_of[b] = outer != 0 ? first[outer] :
		    before != 0 ? f->row_of[before] : b;
	}
	free(first);
}

static struct flow *
make(const struct flow_file *file)
{
	struct flow *f = mem_alloc(sizeof(*f));

	f->tree = file->reading->tree;
	f->file = file;
	flow_names_init(f);
	find_rows(f);
	f->folded = mem_array(f->tree->nnodes, sizeof(*f->folded));
	flow_scopes_init(f);
	return f;
}

/* What the look says of the nodes and rows of the source. */
static void
make_rows(struct flow *f)
{
	const size_t n = f->tree->nbindings;

	f->vals = mem_array(f->tree->nnodes, sizeof(*f->vals));
	f->joints = mem_array(FLOW_JOINTS, sizeof(*f->joints));
	f->rows = mem_array(n, sizeof(*f->rows));
	f->read = mem_array(n, sizeof(*f->read));
	f->heard = mem_array(f->nscopes, sizeof(*f->heard));
	f->joined = mem_array(n, sizeof(*f->joined));
	f->loose_rows = mem_array(n, sizeof(*f->loose_rows));
	f->keys_of = mem_array(n, sizeof(*f->keys_of));
	f->lent_in = mem_array(n, sizeof(*f->lent_in));
}

static void
forget_marks(struct flow *f)
{
	for (uint32_t i = 0; i < f->ntexts; i++)
		f->texts[i].kept = 0;
	f->set_by_name = 0;
	f->held_by_name = 0;
	f->given = (struct taint){ 0 };
	f->given_index = 0;
	f->reflected = f->few_keys = 0;
	f->acts_held = f->patches_client = f->logs_in = false;
}

/* What folding says is asked again when it goes through other modules, but for
 * texts, which say what they are. */
static void
take_folded(struct flow *f, const struct reading *r)
{
	f->fold = r->fold;
	for (uint32_t n = 0; f->look > 1 && f->refolded != r->refolded &&
	    n < f->tree->nnodes; n++)
		if (flow_at(f, n)->kind != NODE_STRING ||
		    f->folded[n].what != KNOWN_TEXT)
			f->folded[n] = (struct flow_folded){ 0 };
	f->refolded = r->refolded;
}

struct flow *
flow_open(const struct flow_file *file)
{
	struct flow *f = file->reading->flow;

	if (f != NULL && f->look == UINT8_MAX) {
		reading_forget(file->reading);
		f = NULL;
	}
	if (f == NULL)
		f = file->reading->flow = make(file);
	else {
		flow_scopes_again(f);
		forget_marks(f);
	}
	f->look++;
	f->file = file;
	take_folded(f, file->reading);
	make_rows(f);
	f->asks = false;
	f->pinned = 0;
	/* What other modules hand over comes out again. */
	f->twice = file->world != NULL && file->world->handed;
	f->pass = 0;
	f->nreferences = 0;
	f->imports.n = f->outsides.n = 0;
	f->left.n = 0;
	f->nkeys = f->ntables = f->nchoices = f->nsearches =
	    f->left_out = f->gathered = 0;
	return f;
}

static void
release_sites(struct flow_sites *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->names[i]);
	s->n = 0;
	s->ready = false;
}

static void
release_rows(struct flow *f)
{
	free(f->vals);
	free(f->joints);
	free(f->rows);
	free(f->read);
	free(f->heard);
	free(f->joined);
	free(f->loose_rows);
	free(f->keys_of);
	free(f->lent_in);
}

/* What the next look finds by itself. */
void
flow_close(struct flow *f)
{
	release_rows(f);
	free(f->loose);
	free(f->silent);
	free(f->guards);
	f->loose = f->silent = NULL;
	f->guards = NULL;
	release_sites(&f->awaited);
	free(f->left.bytes);
	f->left = (struct flow_left){ 0 };
}

void
flow_free(struct flow *f)
{
	if (f == NULL)
		return;
	free(f->row_of);
	free(f->keys);
	free(f->hushed);
	free(f->renamed);
	free(f->folded);
	free(f->tables);
	free(f->taken_of);
	free(f->taken);
	free(f->scopes);
	free(f->references);
	free(f->told);
	free(f->imports.uses);
	free(f->outsides.uses);
	free(f->news.of);
	flow_names_release(f);
	free(f);
}

size_t
flow_memory(const struct flow *f)
{
	const size_t node = sizeof(*f->folded) + sizeof(*f->hushed) +
	    sizeof(*f->renamed) + sizeof(*f->tables) +
	    sizeof(*f->taken_of);

	if (f == NULL)
		return 0;
	return sizeof(*f) + f->tree->nnodes * node +
	    f->tree->nbindings * sizeof(*f->row_of) +
	    f->nkeys * sizeof(*f->keys) +
	    f->taken_room * sizeof(*f->taken) +
	    f->nscopes * sizeof(*f->scopes) + flow_names_memory(f) +
	    f->nreferences * sizeof(*f->references) +
	    f->told_room * sizeof(*f->told) +
	    (f->imports.room + f->outsides.room) * sizeof(struct flow_use) +
	    f->news.room * sizeof(*f->news.of);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * open - what flow knows of a source, from one look at it to the next.
 *
 * The first look finds what stands where; each begins with what the ones before
 * it learned of names and texts, and asks the world anew.  Rows begin anew,
 * too: their marks only grow, and an early look takes what a function of
 * another module gives for all that it was given.
 * Runs in: worker child, command.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "flow/functions.h"
#include "flow/names.h"
#include "flow/scopes.h"
#include "flow/state.h"

#define JOINTS_LEAST 64		/* a power of two */

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

static uint32_t
joints_for(uint32_t nodes)
{
	uint32_t n = JOINTS_LEAST;

	while (n < nodes / 2 && n < FLOW_JOINTS)
		n *= 2;
	return n;
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
	f->joints_mask = joints_for(f->tree->nnodes) - 1;
	f->joints = mem_array((size_t)f->joints_mask + 1, sizeof(*f->joints));
	flow_scopes_init(f);
	return f;
}

/*
 * What a look says of nodes and rows is one block.  The next look takes that of
 * the one before it, unless that still goes on, or it was a large one.
 */
#define BLOCK_KEPT (2u << 20)

static struct {
	void		*bytes;
	size_t		 room;
	bool		 taken;
} spare;

static void *
take_block(size_t bytes)
{
	if (spare.taken || bytes > BLOCK_KEPT)
		return mem_alloc(bytes);
	if (bytes > spare.room) {
		spare.room = 2 * bytes > BLOCK_KEPT ? BLOCK_KEPT : 2 * bytes;
		free(spare.bytes);
		spare.bytes = mem_alloc(spare.room);
	} else {
		memset(spare.bytes, 0, bytes);
	}
	spare.taken = true;
	return spare.bytes;
}

static void
give_back(void *block)
{
	if (block == spare.bytes)
		spare.taken = false;
	else
		free(block);
}

/* What the look says of the nodes and rows of the source. */
static void
make_rows(struct flow *f)
{
	const size_t n = f->tree->nbindings;
	const size_t row = 2 * sizeof(*f->rows) + sizeof(*f->joined) +
	    sizeof(*f->keys_of) + sizeof(*f->lent_in) + sizeof(*f->read);

	f->vals = take_block(f->tree->nnodes * sizeof(*f->vals) + n * row);
	f->rows = f->vals + f->tree->nnodes;
	f->loose_rows = f->rows + n;
	f->joined = (uint32_t *)(f->loose_rows + n);
	f->keys_of = f->joined + n;
	f->lent_in = f->keys_of + n;
	f->read = (bool *)(f->lent_in + n);
	f->heard = mem_array(f->nscopes, sizeof(*f->heard));
}

static void
forget_marks(struct flow *f)
{
	for (uint32_t i = 0; i < f->ntexts; i++)
		f->texts[i].kept = 0;
	f->nunpacked = 0;
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
	f->nkeys = f->ntables = f->nchoices = f->nsearches = f->nfolders = 0;
	f->ncopies = f->ncopied = 0;
	f->nreads = f->left_out = f->gathered = 0;
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
	give_back(f->vals);
	free(f->heard);
}

/* What the next look finds by itself. */
void
flow_close(struct flow *f)
{
	release_rows(f);
	free(f->loose);
	free(f->silent);
	free(f->guards);
	f->loose = NULL;
	f->silent = NULL;
	f->guards = NULL;
	flow_forget_passed(f);
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
	free(f->joints);
	free(f->hushed);
	free(f->renamed);
	free(f->folded);
	free(f->tables);
	free(f->taken_of);
	free(f->taken);
	free(f->scopes);
	free(f->references);
	free(f->told);
	free(f->passings);
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
	    ((size_t)f->joints_mask + 1) * sizeof(*f->joints) +
	    f->tree->nbindings * sizeof(*f->row_of) +
	    f->nkeys * sizeof(*f->keys) +
	    f->taken_room * sizeof(*f->taken) +
	    f->nscopes * sizeof(*f->scopes) + flow_names_memory(f) +
	    f->nreferences * sizeof(*f->references) +
	    f->told_room * sizeof(*f->told) +
	    (f->imports.room + f->outsides.room) * sizeof(struct flow_use) +
	    f->news.room * sizeof(*f->news.of);
}

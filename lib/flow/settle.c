/* SPDX-License-Identifier: Apache-2.0 */
/*
 * settle - is the next pass the same as the last one?
 *
 * A pass depends on the source, which stays, and on what the pass before it
 * left in rows, scopes and the world.  When it leaves what it began with, the
 * next one would do the same and tell the same, though names take turns in it.
 * Takes: a look between two passes.  Gives: whether anything is left to do.
 * Runs in: worker child, command.
 */
#include "base/mem.h"
#include "flow/state.h"

/* Holds the part against what was left before, and keeps it. */
static bool
keep(struct flow_left *l, const void *part, size_t bytes)
{
	bool same = l->at + bytes <= l->n && (bytes == 0 ||
	    memcmp(l->bytes + l->at, part, bytes) == 0);

	if (!same) {
		if (l->at + bytes > l->room) {
			l->room = l->at + bytes + l->room / 2;
			l->bytes = mem_resize(l->bytes, l->room);
		}
		memcpy(l->bytes + l->at, part, bytes);
	}
	l->at += bytes;
	if (l->at > l->n)
		l->n = l->at;
	return same;
}

static bool
keep_texts(const struct flow *f, struct flow_left *l)
{
	bool same = true;

	for (uint32_t i = 1; i < f->ntexts; i++) {
		const struct flow_text *t = &f->texts[i];
		uint64_t kept[] = { i, t->kept, t->names_login };

		if (t->kept != 0 || t->names_login)
			same = keep(l, kept, sizeof(kept)) && same;
	}
	return same;
}

/* What of the world a look both writes and reads, and what stands in it. */
static bool
keep_rest(const struct flow *f, struct flow_left *l)
{
	const struct world *w = f->file->world;
	uint64_t parts[] = { f->set_by_name, f->held_by_name, f->ntables,
	    f->gathered, f->nkeys, f->left_out, f->acts_held,
	    f->patches_client, f->attributes_counted, f->logs_in, f->keeps,
	    f->asks, f->chats, f->given.marks, f->given_index,
	    w != NULL ? w->nnames : 0,
	    w != NULL ? w->nlenders : 0, w != NULL ? w->written : 0 };

	return keep(l, parts, sizeof(parts));
}

bool
flow_settled(struct flow *f)
{
	const size_t n = f->tree->nbindings;
	struct flow_left *l = &f->left;
	size_t before = l->n;
	bool same;

	l->at = 0;
	same = keep_rest(f, l);
	same = keep(l, f->rows, n * sizeof(*f->rows)) && same;
	same = keep(l, f->loose_rows, n * sizeof(*f->loose_rows)) && same;
	same = keep(l, f->joined, n * sizeof(*f->joined)) && same;
	same = keep(l, f->keys_of, n * sizeof(*f->keys_of)) && same;
	same = keep(l, f->lent_in, n * sizeof(*f->lent_in)) && same;
	if (f->nkeys != 0)	/* the first is none */
		same = keep(l, f->keys + 1, (f->nkeys - 1) *
		    sizeof(*f->keys)) && same;
	same = keep(l, f->scopes, f->nscopes * sizeof(*f->scopes)) && same;
	same = keep_texts(f, l) && same;
	l->n = l->at;
	return same && l->n == before;
}

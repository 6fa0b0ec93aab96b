/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookalike - which known names a new project's name resembles, and how.
 *
 * Takes: a normalised name, the target index.  Gives: matches, best first.
 * Runs in: queue, worker, the command.  Pure.
 */
#include "names/lookalike.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "names/index.h"

#define EDIT_LEN_MIN 5		/* shorter names are near everything */

struct hit {
	const struct index_entry *entry;
	const char	*technique;
	uint32_t	 distance, score;
};

/* One edit, or one swap of neighbours: its name, or NULL. */
static const char *
one_edit(const char *a, size_t la, const char *b, size_t lb)
{
	size_t p = 0, s = 0;

	while (p < la && p < lb && a[p] == b[p])
		p++;
	while (s < la - p && s < lb - p && a[la - 1 - s] == b[lb - 1 - s])
		s++;
	if (la == lb && la - p - s == 1)
		return "replacement";
	if (la == lb && la - p - s == 2 && a[p] == b[p + 1] &&
	    a[p + 1] == b[p])
		return "transposition";
	if (la == lb + 1 && lb == p + s)
		return (p > 0 && a[p] == a[p - 1]) ||
		    (p + 1 < la && a[p] == a[p + 1]) ?
		    "repetition" : "insertion";
	if (la + 1 == lb && la == p + s)
		return "omission";
	return NULL;
}

/* The target at one end of the name. */
static bool
is_affix(const char *a, size_t la, const char *b, size_t lb)
{
	return lb >= 6 && la > lb && la <= 2 * lb &&
	    (memcmp(a, b, lb) == 0 || memcmp(a + la - lb, b, lb) == 0);
}

static bool
hit_make(const struct targets *t, const struct index_entry *e,
    const struct project_name *name, struct hit *hit)
{
	const char	*text = t->text + e->name;
	uint32_t	 weight = e->rank == 0 ? 10 : e->rank <= 1000 ? 20 :
			    e->rank <= 5000 ? 10 : 0;

	*hit = (struct hit){ .entry = e };
	if (e->kind == TARGET_STDLIB || e->len < EDIT_LEN_MIN)
		return false;
	hit->technique = one_edit(name->text, name->len, text, e->len);
	if (hit->technique != NULL) {
		hit->distance = 1;
		hit->score = 45 + weight;
	} else if (is_affix(name->text, name->len, text, e->len)) {
		hit->technique = "affix";
		hit->distance = (uint32_t)(name->len - e->len);
		hit->score = 20 + weight;
	}
	if (hit->technique != NULL && e->kind == TARGET_PROTECTED)
		hit->score = 80;
	return hit->technique != NULL;
}

static int
hit_order(const void *a, const void *b)
{
	const struct hit *x = a, *y = b;

	if (x->score != y->score)
		return x->score < y->score ? 1 : -1;
	return x->entry < y->entry ? -1 : x->entry > y->entry;
}

size_t
lookalike_find(const struct targets *t, const struct project_name *name,
    struct name_match *out, size_t most)
{
	const struct index_entry *self = index_find(t, name->text, name->len);
	struct hit	 hits[NAME_MATCHES_MAX * 4];
	size_t		 n = 0, i;

	if (self != NULL && self->kind != TARGET_STDLIB &&
	    (self->kind == TARGET_POPULAR || (self->flags & INDEX_OWNED) != 0))
		return 0;
	if (self != NULL)
		hits[n++] = (struct hit){ self, "exact", 0,
		    self->kind == TARGET_PROTECTED ? 100 : 60 };
	for (i = 0; i < t->head->n && n < ARRAY_LEN(hits); i++)
		n += hit_make(t, &t->entries[i], name, &hits[n]);
	qsort(hits, n, sizeof(*hits), hit_order);
	for (i = 0; i < n && i < most; i++)
		out[i] = (struct name_match){
			.target = mem_strdup(t->text + hits[i].entry->name),
			.technique = mem_strdup(hits[i].technique),
			.rank = hits[i].entry->rank,
			.distance = hits[i].distance, .score = hits[i].score,
			.is_protected =
			    hits[i].entry->kind == TARGET_PROTECTED };
	return i;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * serials - which rows near the cursor are stored already.
 * Takes: stored pages.  Gives: yes or no.
 * Runs in: poll.
 */
#include "poll/serials.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/mem.h"
#include "poll/page.h"

static int
compare(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

bool
serials_have(const struct serials *s, int64_t serial)
{
	return s->n > 0 && bsearch(&serial, s->list, s->n, sizeof(*s->list),
	    compare) != NULL;
}

/* Serials are unique and above cursor - CHANGELOG_OVERLAP, so the list stays
 * short whatever a page holds. */
void
serials_learn(struct serials *s, const struct page *p, int64_t cursor)
{
	int64_t oldest = cursor - CHANGELOG_OVERLAP;
	size_t kept = 0;

	s->list = mem_grow(s->list, s->n + p->next, sizeof(*s->list));
	for (size_t i = 0; i < s->n; i++)
		if (s->list[i] > oldest)
			s->list[kept++] = s->list[i];
	for (size_t i = 0; i < p->next; i++)
		if (p->events[i].serial > oldest)
			s->list[kept++] = p->events[i].serial;
	s->n = kept;
	s->list = mem_grow(s->list, kept, sizeof(*s->list));
	if (kept > 1)
		qsort(s->list, kept, sizeof(*s->list), compare);
}

void
serials_clear(struct serials *s)
{
	free(s->list);
	*s = (struct serials){ 0 };
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * visits - the projects of a pass whose pages are still to be read.
 * Takes: names with serials.  Gives: them one by one, and how far we are.
 * Runs in: poll.
 */
#include "poll/visits.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"

void
visit_free(struct visit *v)
{
	if (v == NULL)
		return;
	free(v->name);
	free(v);
}

void
visits_init(struct visits *all)
{
	STAILQ_INIT(&all->todo);
	STAILQ_INIT(&all->late);
	STAILQ_INIT(&all->held);
	all->nheld = 0;
}

static void
list_free(struct visit_list *list)
{
	struct visit *v;

	while ((v = STAILQ_FIRST(list)) != NULL) {
		STAILQ_REMOVE_HEAD(list, link);
		visit_free(v);
	}
}

void
visits_clear(struct visits *all)
{
	list_free(&all->todo);
	list_free(&all->late);
}

void
visits_release(struct visits *all)
{
	visits_clear(all);
	list_free(&all->held);
	all->nheld = 0;
}

void
visits_add(struct visits *all, const char *name, int64_t serial)
{
	struct visit *v = mem_alloc(sizeof(*v));

	v->name = mem_strdup(name);
	v->serial = serial;
	STAILQ_INSERT_TAIL(&all->todo, v, link);
}

static int
by_serial(const void *a, const void *b)
{
	const struct visit *x = *(const struct visit *const *)a;
	const struct visit *y = *(const struct visit *const *)b;

	return (x->serial > y->serial) - (x->serial < y->serial);
}

void
visits_sort(struct visits *all)
{
	size_t n = 0, at = 0;
	struct visit *v, **list;

	STAILQ_FOREACH(v, &all->todo, link)
		n++;
	list = mem_array(n + 1, sizeof(struct visit *));
	STAILQ_FOREACH(v, &all->todo, link)
		list[at++] = v;
	qsort(list, n, sizeof(struct visit *), by_serial);
	STAILQ_INIT(&all->todo);
	for (at = 0; at < n; at++)
		STAILQ_INSERT_TAIL(&all->todo, list[at], link);
	free(list);
}

struct visit *
visits_next(struct visits *all, int64_t now_ms, int64_t *wait_ms)
{
	struct visit *v, *first = NULL;

	STAILQ_FOREACH(v, &all->late, link)
		if (first == NULL || v->due_ms < first->due_ms)
			first = v;
	*wait_ms = first == NULL ? -1 : first->due_ms - now_ms;
	if (first != NULL && *wait_ms <= 0) {
		STAILQ_REMOVE(&all->late, first, visit, link);
		return first;
	}
	if (first != NULL && *wait_ms < 1)
		*wait_ms = 1;
	if ((v = STAILQ_FIRST(&all->todo)) != NULL)
		STAILQ_REMOVE_HEAD(&all->todo, link);
	return v;
}

void
visits_put_off(struct visits *all, struct visit *v, int64_t due_ms)
{
	v->due_ms = due_ms;
	STAILQ_INSERT_TAIL(&all->late, v, link);
}

int64_t
visits_cursor(const struct visits *all, int64_t largest)
{
	const struct visit *v = STAILQ_FIRST(&all->todo);
	int64_t cursor = v != NULL ? v->serial - 1 : largest;

	STAILQ_FOREACH(v, &all->late, link)
		if (v->serial - 1 < cursor)
			cursor = v->serial - 1;
	return cursor >= 0 ? cursor : -1;
}

void
visits_hold(struct visits *all, const char *name, bool held)
{
	struct visit *v;

	STAILQ_FOREACH(v, &all->held, link)
		if (strcmp(v->name, name) == 0)
			break;
	if (v != NULL && !held) {
		STAILQ_REMOVE(&all->held, v, visit, link);
		visit_free(v);
		all->nheld--;
	} else if (v == NULL && held && all->nheld < LISTING_HELD_MAX) {
		v = mem_alloc(sizeof(*v));
		v->name = mem_strdup(name);
		STAILQ_INSERT_TAIL(&all->held, v, link);
		all->nheld++;
	}
}

void
visits_add_held(struct visits *all)
{
	struct visit *v;

	for (size_t i = 0; i < all->nheld && i < LISTING_HELD_TURN; i++) {
		v = STAILQ_FIRST(&all->held);
		STAILQ_REMOVE_HEAD(&all->held, link);
		STAILQ_INSERT_TAIL(&all->held, v, link);
		visits_add(all, v->name, VISIT_GONE);
	}
}

/* ---- tags ---------------------------------------------------------------- */

/* Where the name is, or would be. */
static size_t
tag_place(const struct tags *t, const char *name)
{
	size_t low = 0, high = t->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(t->list[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const char *
tags_get(const struct tags *t, const char *name)
{
	size_t at = tag_place(t, name);

	return at < t->n && strcmp(t->list[at].name, name) == 0 &&
	    t->list[at].etag[0] != '\0' ? t->list[at].etag : NULL;
}

void
tags_put(struct tags *t, const char *name, const char *etag)
{
	size_t at = tag_place(t, name);

	if (at < t->n && strcmp(t->list[at].name, name) == 0) {
		free(t->list[at].etag);
		t->list[at].etag = mem_strdup(etag);
		return;
	}
	if (t->n == LISTING_TAGS_MAX)
		return;
	t->list = mem_grow(t->list, t->n + 1, sizeof(*t->list));
	memmove(&t->list[at + 1], &t->list[at], (t->n - at) *
	    sizeof(*t->list));
	t->list[at] = (struct tag){ mem_strdup(name), mem_strdup(etag) };
	t->n++;
}

void
tags_clear(struct tags *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free(t->list[i].name);
		free(t->list[i].etag);
	}
	free(t->list);
	*t = (struct tags){ 0 };
}

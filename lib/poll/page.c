/* SPDX-License-Identifier: Apache-2.0 */
/*
 * page - the events of one poll, handed over piece by piece.
 * Takes: events one by one.  Gives: pieces that fit a message.
 * Runs in: poll.
 */
#include "poll/page.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "data/messages.h"

/* What a message needs beside its events. */
#define PIECE_OVERHEAD 256

void
page_init(struct page *p)
{
	*p = (struct page){ .ascending = true };
}

void
page_release(struct page *p)
{
	for (size_t i = 0; i < p->n; i++)
		wire_release(&event_desc, &p->events[i]);
	free(p->events);
	page_init(p);
}

void
page_add(struct page *p, const struct event *e)
{
	if (p->n == p->room) {
		p->room = p->room > 0 ? p->room * 2 : 64;
		p->events = mem_grow(p->events, p->room, sizeof(*p->events));
	}
	if (p->n > 0 && e->serial < p->events[p->n - 1].serial)
		p->ascending = false;
	p->events[p->n++] = *e;
}

static int
by_serial(const void *a, const void *b)
{
	const struct event *x = a, *y = b;

	return (x->serial > y->serial) - (x->serial < y->serial);
}

static bool
same_as_before(void *ctx, const struct event *e)
{
	int64_t *last = ctx;
	bool same = e->serial == *last;

	*last = e->serial;
	return same;
}

void
page_sort(struct page *p)
{
	int64_t last = -1;

	if (p->n > 1)
		qsort(p->events, p->n, sizeof(*p->events), by_serial);
	page_filter(p, same_as_before, &last);
}

void
page_filter(struct page *p, bool (*known)(void *, const struct event *),
    void *ctx)
{
	size_t kept = 0;

	for (size_t i = 0; i < p->n; i++) {
		if (known(ctx, &p->events[i]))
			wire_release(&event_desc, &p->events[i]);
		else
			p->events[kept++] = p->events[i];
	}
	p->n = kept;
}

void
page_reverse(struct page *p)
{
	for (size_t i = 0; i < p->n / 2; i++) {
		struct event e = p->events[i];

		p->events[i] = p->events[p->n - 1 - i];
		p->events[p->n - 1 - i] = e;
	}
}

size_t
page_piece(const struct page *p, struct msg_events *m)
{
	struct buf b = BUF_EMPTY;
	size_t end = p->next;

	while (end < p->n && end - p->next < EVENT_BATCH_MAX) {
		wire_put(&event_desc, &p->events[end], &b);
		if (b.len > MESSAGE_MAX - PIECE_OVERHEAD)
			break;
		end++;
	}
	buf_release(&b);
	m->events = p->events != NULL ? p->events + p->next : NULL;
	m->nevents = end - p->next;
	return end;
}

bool
page_is_empty(const struct page *p)
{
	return p->next >= p->n;
}

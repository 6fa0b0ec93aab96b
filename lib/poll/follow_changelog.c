/* SPDX-License-Identifier: Apache-2.0 */
/*
 * follow_changelog - asks the changelog, and says what an answer means.
 * Takes: a cursor, bytes of an answer.  Gives: a page of events to store, in
 * the order of their serials and without what is known.
 * Runs in: poll.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/http.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "poll/changelog.h"
#include "poll/follow_feed.h"
#include "poll/site.h"

/* A full page takes PyPI longer than any other answer. */
#define CALL_PATIENCE 4

static bool
on_page_bytes(void *ctx, const void *bytes, size_t len)
{
	struct feed *d = ctx;

	return changelog_feed(d->reader, bytes, len) == 0;
}

static void
take_row(void *ctx, const struct event *e)
{
	struct feed *d = ctx;

	page_add(&d->page, e);
}

static bool
known_serial(void *ctx, const struct event *e)
{
	return serials_have(ctx, e->serial);
}

/* The answer to changelog_last_serial. */
static void
take_last(struct feed *d, const struct changelog_page *p)
{
	struct follow *f = d->follow;
	char why[256];

	page_release(&d->page);		/* rows are not what was asked for */
	if (!p->has_value) {
		feed_fail(d, -1, "the answer has no serial");
		return;
	}
	d->ask_last = false;
	d->health.server_serial = p->value;
	if (d->first) {		/* begin at the present */
		log_info("source=changelog begins at serial=%lld",
		    (long long)d->health.server_serial);
		f->began = d->health.server_serial;
		d->has_cursor = true;
		feed_enter(d, FEED_STORE);
	} else if (d->health.server_serial < f->cursor) {
		snprintf(why, sizeof(why), "our cursor %lld is ahead of the "
		    "index at %lld: another index, or a restored database",
		    (long long)f->cursor,
		    (long long)d->health.server_serial);
		feed_stop(d, why);
	} else {
		d->more = false;
		feed_rest(d);
	}
}

static int64_t
lag_s(const struct feed *d)
{
	const struct page *p = &d->page;

	if (!d->more || p->n == 0 || p->events[p->n - 1].at_us == 0)
		return 0;
	return (d->polled_at_us - p->events[p->n - 1].at_us) / 1000000;
}

/* A page of rows, whole or up to its fault. */
static void
take_page(struct feed *d, const struct changelog_page *p)
{
	struct follow *f = d->follow;
	bool ascending = d->page.ascending, whole = p->status == CHANGELOG_OK;
	char why[64];
	int64_t top;

	/* Rows near the cursor are read again and again. */
	if (p->unreadable > d->unreadable) {
		snprintf(why, sizeof(why), "%zu rows could not be read",
		    p->unreadable);
		feed_gap(d, f->cursor, why);
	}
	d->unreadable = p->unreadable;
	page_sort(&d->page);
	top = d->page.n > 0 ? d->page.events[d->page.n - 1].serial : 0;
	if (top > d->health.server_serial)
		d->health.server_serial = top;
	d->more = whole && p->rows >= CHANGELOG_PAGE_ROWS;
	d->health.lag_s = lag_s(d);
	page_filter(&d->page, known_serial, &f->known);
	/* Half a page out of order may lack what its last serial promises. */
	d->has_cursor = whole || ascending;
	if (d->page.n > 0 || d->gap[0] != '\0')
		feed_enter(d, FEED_STORE);
	else if (!whole)
		feed_fail(d, -1, d->broken);
	else if (top < f->cursor) {
		/* Not even our last row is there: is it the same index? */
		d->ask_last = true;
		feed_again(d, CALL_GAP_MS);
	} else {
		feed_rest(d);
	}
}

/* The connection broke within the rows: those that came are worth keeping,
 * or a line that breaks every time would never get further. */
static bool
is_part(const struct feed *d, const struct http_answer *a)
{
	return a->result == HTTP_NETWORK && a->status == 200 &&
	    d->page.n > 0 && !d->ask_last &&
	    str_starts(a->content_type, "text/xml");
}

static void
on_changelog(void *ctx, const struct http_answer *a)
{
	struct feed *d = ctx;
	struct changelog_page p;

	d->request = NULL;
	changelog_end(d->reader, &p);
	changelog_reader_free(d->reader);
	d->reader = NULL;
	d->broken[0] = '\0';
	d->retry_after_s = -1;
	if (is_part(d, a))
		d->polled_at_us = clock_wall_us();
	else if (!feed_answered(d, a, "text/xml")) {
		page_release(&d->page);
		return;
	}
	switch (p.status) {
	case CHANGELOG_LIMITED:
	case CHANGELOG_FAULT:
		page_release(&d->page);
		feed_fail(d, p.reset_s, p.error);
		return;
	case CHANGELOG_MALFORMED:
		vis_copy(d->broken, sizeof(d->broken), p.error);
		if (d->ask_last) {
			page_release(&d->page);
			feed_fail(d, -1, p.error);
		} else
			take_page(d, &p);
		return;
	case CHANGELOG_OK:
		if (d->ask_last)
			take_last(d, &p);
		else
			take_page(d, &p);
	}
}

void
changelog_poll(struct feed *d)
{
	static const char *const headers[] = { "Content-Type: text/xml", NULL };
	struct follow *f = d->follow;
	struct buf call = BUF_EMPTY;
	char	*url = mem_printf("%s%s", f->set.site->url, CHANGELOG_PATH);
	int64_t	 since = f->cursor > CHANGELOG_OVERLAP ?
	    f->cursor - CHANGELOG_OVERLAP : 0;

	if (since < f->began)	/* the overlap does not reach into the past */
		since = f->began;
	if (d->ask_last)
		changelog_ask_last(&call);
	else
		changelog_ask_since(&call, d->more ? f->cursor : since);
	d->reader = changelog_reader_new(take_row, d);
	d->request = http_send(f->set.http, &(struct http_ask){ .url = url,
	    .headers = headers, .post = call.data, .post_len = call.len,
	    .compressed = true, .allow_plain = f->set.site->plain,
	    /* The reader's own bound comes first and keeps the rows. */
	    .body_most = XML_BYTES_MAX + (1u << 20), .data = on_page_bytes,
	    .timeout_ms = f->set.timeout_s * 1000 * CALL_PATIENCE,
	    .done = on_changelog, .ctx = d });
	buf_release(&call);
	free(url);
}

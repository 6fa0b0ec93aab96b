/* SPDX-License-Identifier: Apache-2.0 */
/*
 * backfill - the changelog from before we began.
 * Takes: a serial, the index's pages.  Gives: events in pieces.
 * Runs in: poll.
 */
#include "poll/backfill.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/http.h"
#include "base/limits.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "data/messages.h"
#include "poll/changelog.h"
#include "poll/page.h"
#include "poll/site.h"

/* Between two pages: they are the most expensive thing to ask PyPI for. */
#define PAGE_GAP_MS 5000
#define BUSY_MS 1000
#define CALL_PATIENCE 4		/* a full page takes long */

struct backfill {
	struct backfill_settings set;
	struct timer	*timer;
	struct http_request *request;
	struct changelog_reader *reader;
	struct msg_backfill ask;
	struct page	 page;
	bool		 held;		/* the page is whole */
	bool		 last;		/* nothing up to `until` follows it */
	int64_t		 behind;	/* serial before the page's next row */
	int64_t		 asked_ms;	/* the last call */
	char		 why[256];
};

static void
page_drop(struct backfill *b)
{
	page_release(&b->page);
	b->held = false;
}

static void
answer_fault(struct backfill *b, const char *why, int64_t retry_s)
{
	struct msg_backfilled m = { .id = b->ask.id, .epoch = b->ask.epoch,
	    .cursor = b->ask.since, .retry_after_s = retry_s };

	vis_copy(b->why, sizeof(b->why), why);
	m.why = b->why;
	page_drop(b);
	b->set.done(b->set.ctx, &m);
}

/* The next rows of the page; behind its last one as far as it reaches. */
static void
answer_piece(struct backfill *b)
{
	struct msg_events piece = { 0 };
	size_t end = page_piece(&b->page, &piece);
	struct msg_backfilled m = { .id = b->ask.id, .epoch = b->ask.epoch,
	    .ok = true, .events = piece.events, .nevents = piece.nevents,
	    .retry_after_s = -1 };

	b->page.next = end;
	m.cursor = piece.nevents > 0 ?
	    piece.events[piece.nevents - 1].serial : b->ask.since;
	m.done = page_is_empty(&b->page) && b->last;
	if (m.done)
		m.cursor = b->ask.until;
	b->behind = m.cursor;
	b->set.done(b->set.ctx, &m);
	if (page_is_empty(&b->page))
		page_drop(b);
}

static void
take_row(void *ctx, const struct event *e)
{
	page_add(&((struct backfill *)ctx)->page, e);
}

static bool
on_bytes(void *ctx, const void *bytes, size_t len)
{
	return changelog_feed(((struct backfill *)ctx)->reader, bytes, len) ==
	    0;
}

static bool
is_beyond(void *ctx, const struct event *e)
{
	const struct backfill *b = ctx;

	return e->serial <= b->ask.since || e->serial > b->ask.until;
}

static void
take_page(struct backfill *b, const struct changelog_page *p)
{
	int64_t top;

	page_sort(&b->page);
	top = b->page.n > 0 ? b->page.events[b->page.n - 1].serial : 0;
	b->last = p->rows < CHANGELOG_PAGE_ROWS || top >= b->ask.until;
	page_filter(&b->page, is_beyond, b);
	if (b->page.n == 0 && !b->last) {
		answer_fault(b, "the index answered with rows from before the "
		    "serial asked for", -1);
		return;
	}
	b->held = true;
	answer_piece(b);
}

static void
on_page(void *ctx, const struct http_answer *a)
{
	struct backfill *b = ctx;
	struct changelog_page p;
	char why[64];

	b->request = NULL;
	changelog_end(b->reader, &p);
	changelog_reader_free(b->reader);
	b->reader = NULL;
	if (a->result != HTTP_OK && a->result != HTTP_ABORTED)
		answer_fault(b, a->error, a->retry_after_s);
	else if (a->status != 200) {
		(void)!snprintf(why, sizeof(why), "HTTP status %ld",
		    a->status);
		answer_fault(b, why, a->retry_after_s);
	} else if (!str_starts(a->content_type, "text/xml"))
		answer_fault(b, "answered with something else than XML-RPC",
		    -1);
	else if (p.status != CHANGELOG_OK)
		answer_fault(b, p.error, p.reset_s);
	else
		take_page(b, &p);
}

static void
ask_page(struct backfill *b)
{
	static const char *const headers[] = { "Content-Type: text/xml", NULL };
	struct buf call = BUF_EMPTY;
	char *url = mem_printf("%s%s", b->set.site->url, CHANGELOG_PATH);

	page_drop(b);
	b->asked_ms = clock_mono_ms();
	bucket_owe(&b->set.site->bucket, b->asked_ms);
	changelog_ask_since(&call, b->ask.since);
	b->reader = changelog_reader_new(take_row, b);
	b->request = http_send(b->set.http, &(struct http_ask){ .url = url,
	    .headers = headers, .post = call.data, .post_len = call.len,
	    .compressed = true, .allow_plain = b->set.site->plain,
	    .body_most = XML_BYTES_MAX + (1u << 20), .data = on_bytes,
	    .timeout_ms = b->set.timeout_s * 1000 * CALL_PATIENCE,
	    .done = on_page, .ctx = b });
	buf_release(&call);
	free(url);
}

static void
on_timer(void *ctx)
{
	struct backfill *b = ctx;

	if (b->set.busy(b->set.ctx))
		timer_arm(b->timer, BUSY_MS);
	else
		ask_page(b);
}

void
backfill_start(struct backfill *b, const struct msg_backfill *m)
{
	int64_t wait;
	bool here = b->held && m->id == b->ask.id && m->since == b->behind &&
	    m->until == b->ask.until;

	if (b->request != NULL || timer_armed(b->timer))
		backfill_stop(b);
	b->ask = *m;
	if (here) {
		answer_piece(b);
		return;
	}
	wait = b->asked_ms == 0 ? 0 :
	    b->asked_ms + PAGE_GAP_MS - clock_mono_ms();
	timer_arm(b->timer, wait > 0 ? wait : 0);
}

void
backfill_stop(struct backfill *b)
{
	timer_disarm(b->timer);
	if (b->request != NULL)
		http_cancel(b->request);
	b->request = NULL;
	changelog_reader_free(b->reader);
	b->reader = NULL;
	page_drop(b);
}

struct backfill *
backfill_new(const struct backfill_settings *set)
{
	struct backfill *b = mem_alloc(sizeof(*b));

	b->set = *set;
	b->timer = timer_new(set->loop, on_timer, b);
	page_init(&b->page);
	return b;
}

void
backfill_free(struct backfill *b)
{
	if (b == NULL)
		return;
	backfill_stop(b);
	timer_free(b->timer);
	free(b);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * follow - keeps up with PyPI.
 * Takes: a cursor to start from, answers of the index.  Gives: events in
 * pieces, and the health of each source.
 * Runs in: poll.
 *
 *            +--------------------------------------------------+
 *            v                                                  |
 *   OFF -> WAIT --timer--> ASK --answer--> STORE --all stored---+
 *            ^              |                |                  |
 *            +---failure----+----refused-----+      cursor ahead of the
 *                                                   index -> STOPPED
 */
#include "poll/follow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/http.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "data/messages.h"
#include "poll/changelog.h"
#include "poll/pace.h"
#include "poll/page.h"
#include "poll/rss.h"
#include "poll/serials.h"
#include "poll/site.h"

enum feed_state { FEED_OFF, FEED_WAIT, FEED_ASK, FEED_STORE, FEED_STOPPED };

/* PyPI allows a call a second and address. */
#define CALL_GAP_MS 1000
/* A full page takes PyPI longer than any other answer. */
#define CALL_PATIENCE 4
#define HEALTH_MS 60000
/* So many in a row, and others had better look too. */
#define LOSSLESS_FAILURES 3

struct feed {
	struct follow	*follow;
	enum source	 source;
	enum feed_state	 state;
	struct timer	*timer;		/* of FEED_WAIT */
	struct http_request *request;	/* of FEED_ASK */
	struct pace	 pace;
	struct page	 page;		/* of FEED_STORE */
	char		 gap[128];	/* goes with the page's last piece */
	int64_t		 gap_since;
	size_t		 unreadable;	/* rows of the page before */
	int64_t		 before_us;	/* the last whole answer's time */
	bool		 has_cursor;	/* the page moves the cursor */
	bool		 more;		/* the page was full: ask at once */
	bool		 ask_last;	/* next: changelog_last_serial */
	bool		 first;		/* its answer is where we begin */
	bool		 past;		/* the page is what stood there before */
	bool		 silent;	/* its host does not answer */
	char		 broken[256];	/* after storing what there is, fail */
	int64_t		 retry_after_s;	/* then */
	int64_t		 polled_at_us;
	char		 etag[HTTP_HEADER_MAX];
	struct changelog_reader *reader;
	struct rss_seen	*seen;
	struct msg_source health;
	char		 why[256];
	struct log_spell spell;
};

enum { FEEDS = 3 };

struct follow {
	struct follow_settings set;
	struct feed	 feeds[FEEDS];
	struct timer	*minute;
	int64_t		 epoch, seq;
	int64_t		 cursor;	/* all up to here is stored */
	int64_t		 began;		/* the first start's: before it is past */
	struct serials	 known;		/* stored, near the cursor */
	struct feed	*handing;	/* whose piece is with queue */
	size_t		 handed;	/* its page's next when stored */
	int64_t		 handed_cursor;
	unsigned int	 turn;		/* who may hand over next */
	struct log_spell silence;
};

static void feed_enter(struct feed *, enum feed_state);

/* ---- health ------------------------------------------------------------- */

static void
health_send(struct feed *d)
{
	d->health.source = d->source;
	d->health.why = d->why[0] != '\0' ? d->why : NULL;
	d->follow->set.health(d->follow->set.ctx, &d->health);
}

static void
on_minute(void *ctx)
{
	struct follow *f = ctx;

	timer_arm(f->minute, HEALTH_MS);
	for (int i = 0; i < FEEDS; i++)
		if (f->feeds[i].state != FEED_OFF)
			health_send(&f->feeds[i]);
}

static void
silence_end(struct feed *d)
{
	struct follow *f = d->follow;

	d->silent = false;
	for (int i = 0; i < FEEDS; i++)
		if (f->feeds[i].silent)
			return;
	log_spell_end(&f->silence, "%s answers again", f->set.site->url);
}

static void
health_well(struct feed *d)
{
	bool changed = !d->health.ok;

	d->health.ok = true;
	d->health.stopped = false;
	d->before_us = d->health.last_ok_us = d->polled_at_us;
	d->gap[0] = '\0';
	d->why[0] = '\0';
	silence_end(d);
	log_spell_end(&d->spell, "source=%s is well again",
	    source_name(d->source));
	if (changed)
		health_send(d);
}

static void
health_ill(struct feed *d, const char *why)
{
	bool changed = d->health.ok || d->why[0] == '\0';

	d->health.ok = false;
	vis_copy(d->why, sizeof(d->why), why);
	if (changed)
		health_send(d);
}

/* ---- failing ------------------------------------------------------------ */

static void
feed_again(struct feed *d, int64_t ms)
{
	if (d->source == SOURCE_CHANGELOG && ms < CALL_GAP_MS && ms > 0)
		ms = CALL_GAP_MS;
	feed_enter(d, FEED_WAIT);
	timer_arm(d->timer, ms);
}

static void
feed_fail(struct feed *d, int64_t retry_after_s, const char *why)
{
	int64_t ms = pace_failed(&d->pace, retry_after_s, pace_dice());

	if (!d->silent)
		log_spell_begin(&d->spell, "source=%s failed: %s; trying again "
		    "with growing pauses", source_name(d->source), vis(why));
	log_debug("source=%s failures=%u next_ms=%lld why=%s",
	    source_name(d->source), d->pace.failures, (long long)ms, vis(why));
	health_ill(d, why);
	if (d->source == SOURCE_CHANGELOG &&
	    d->pace.failures == LOSSLESS_FAILURES)
		d->follow->set.gap(d->follow->set.ctx, d->follow->cursor);
	feed_again(d, ms);
}

/* The host, not the source: said once for all of them. */
static void
feed_unanswered(struct feed *d, int64_t retry_after_s, const char *why)
{
	d->silent = true;
	log_spell_begin(&d->follow->silence, "%s does not answer: %s; trying "
	    "again with growing pauses", d->follow->set.site->url, vis(why));
	feed_fail(d, retry_after_s, why);
}

static void
feed_stop(struct feed *d, const char *why)
{
	log_error("source=%s stopped: %s", source_name(d->source), why);
	d->health.stopped = true;
	d->why[0] = '\0';
	health_ill(d, why);
	feed_enter(d, FEED_STOPPED);
}

/* True when there is an answer to read; else the feed has failed. */
static bool
answered(struct feed *d, const struct http_answer *a, const char *type)
{
	char why[256];

	d->polled_at_us = clock_wall_us();
	if (a->result == HTTP_NETWORK) {
		feed_unanswered(d, a->retry_after_s, a->error);
		return false;
	}
	if (a->result == HTTP_OK && (a->status >= 500 || a->status == 429)) {
		snprintf(why, sizeof(why), "HTTP status %ld", a->status);
		feed_unanswered(d, a->retry_after_s, why);
		return false;
	}
	silence_end(d);
	if (a->result != HTTP_OK && a->result != HTTP_ABORTED)
		snprintf(why, sizeof(why), "%s", a->error);
	else if (a->status != 200)
		snprintf(why, sizeof(why), "HTTP status %ld", a->status);
	else if (!str_starts(a->content_type, type))
		snprintf(why, sizeof(why), "answered with %s, not %s",
		    a->content_type[0] != '\0' ? vis(a->content_type) :
		    "no type", type);
	else
		return true;
	feed_fail(d, a->retry_after_s, why);
	return false;
}

/* ---- gaps ---------------------------------------------------------------- */

/* Told with the page, and to who can repair it. */
static void
feed_gap(struct feed *d, int64_t since, const char *why)
{
	struct follow *f = d->follow;

	if (d->gap[0] == '\0') {
		log_info("source=%s gap: %s", source_name(d->source), why);
		d->gap_since = since;
	}
	(void)!str_copy(d->gap, sizeof(d->gap), why);
	f->set.gap(f->set.ctx, since);
}

bool
follow_is_asking(const struct follow *f)
{
	return f->feeds[0].state == FEED_ASK;
}

bool
follow_is_lossless(const struct follow *f, int64_t *serial)
{
	const struct feed *d = &f->feeds[0];

	*serial = f->cursor;
	return d->state != FEED_OFF && d->state != FEED_STOPPED &&
	    d->pace.failures < LOSSLESS_FAILURES;
}

/* ---- handing over ------------------------------------------------------- */

static int64_t
piece_cursor(const struct follow *f, const struct feed *d,
    const struct msg_events *m)
{
	int64_t last = m->nevents > 0 ? m->events[m->nevents - 1].serial :
	    d->health.server_serial;

	return last > f->cursor ? last : f->cursor;
}

/* One piece at a time, the feeds in turn. */
static void
hand_over(struct follow *f)
{
	struct msg_events m = { .epoch = f->epoch };
	struct feed *d;

	for (int i = 0; f->handing == NULL && i < FEEDS; i++) {
		d = &f->feeds[f->turn++ % FEEDS];
		if (d->state == FEED_STORE)
			f->handing = d;
	}
	if ((d = f->handing) == NULL)
		return;
	m.seq = ++f->seq;
	m.source = d->source;
	m.before_us = d->before_us;
	m.past = d->past;
	m.polled_at_us = d->polled_at_us;
	f->handed = page_piece(&d->page, &m);
	m.gap = d->gap[0] != '\0' && f->handed == d->page.n ? d->gap : NULL;
	m.gap_since = d->gap_since;
	m.has_cursor = d->has_cursor;
	m.cursor = f->handed_cursor = d->has_cursor ?
	    piece_cursor(f, d, &m) : f->cursor;
	f->set.events(f->set.ctx, &m);
}

/* The page is done with, stored as far as its `next`. */
static void
page_end(struct feed *d)
{
	if (d->source == SOURCE_CHANGELOG)
		serials_learn(&d->follow->known, &d->page, d->follow->cursor);
	d->health.items += (int64_t)d->page.next;
	page_release(&d->page);
}

/* Everything of the page is stored. */
static void
feed_stored(struct feed *d)
{
	for (size_t i = 0; d->seen != NULL && i < d->page.n; i++)
		rss_seen_add(d->seen, &d->page.events[i]);
	page_end(d);
	d->first = d->past = false;
	if (d->broken[0] != '\0') {
		feed_fail(d, d->retry_after_s, d->broken);
		return;
	}
	health_well(d);
	feed_again(d, d->more ? CALL_GAP_MS :
	    pace_well(&d->pace, pace_dice()));
}

void
follow_stored(struct follow *f, const struct msg_events_stored *m)
{
	struct feed *d = f->handing;

	if (d == NULL || m->seq != f->seq)
		return;
	f->handing = NULL;
	if (d->state != FEED_STORE)
		return;
	if (!m->ok) {
		d->etag[0] = '\0';	/* the same page again */
		d->ask_last = d->first && d->seen == NULL;
		page_end(d);
		feed_fail(d, -1, m->why != NULL ? m->why :
		    "queue could not store it");
	} else {
		if (d->has_cursor)
			f->cursor = f->handed_cursor;
		d->page.next = f->handed;
		if (page_is_empty(&d->page))
			feed_stored(d);
	}
	hand_over(f);
}

/* ---- changelog ---------------------------------------------------------- */

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

	d->ask_last = false;
	d->health.server_serial = p->has_value ? p->value : 0;
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
		health_well(d);
		feed_again(d, pace_well(&d->pace, pace_dice()));
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
		health_well(d);
		feed_again(d, d->more ? CALL_GAP_MS :
		    pace_well(&d->pace, pace_dice()));
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
	else if (!answered(d, a, "text/xml")) {
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
		if (d->ask_last)
			feed_fail(d, -1, p.error);
		else
			take_page(d, &p);
		return;
	case CHANGELOG_OK:
		if (d->ask_last)
			take_last(d, &p);
		else
			take_page(d, &p);
	}
}

static void
ask_changelog(struct feed *d)
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

/* ---- the feeds ---------------------------------------------------------- */

static void
take_feed(struct feed *d, const struct http_answer *a)
{
	struct rss_page p;

	rss_read(d->source, a->body, a->body_len, &p);
	if (p.unreadable > 0)
		log_debug("source=%s unreadable_items=%zu",
		    source_name(d->source), p.unreadable);
	if (rss_seen_gap(d->seen, &p))
		feed_gap(d, -1, "no item of the poll before is left");
	d->past = d->first;	/* of the first page: it is only noted */
	rss_seen_filter(d->seen, &p);
	for (size_t i = 0; i < p.n; i++)
		page_add(&d->page, &p.events[i]);
	p.n = 0;		/* the page has them now */
	page_reverse(&d->page);		/* oldest first */
	vis_copy(d->broken, sizeof(d->broken), p.error);
	rss_page_release(&p);
	(void)!str_copy(d->etag, sizeof(d->etag), d->broken[0] == '\0' ?
	    a->etag : "");
	if (d->page.n > 0)
		feed_enter(d, FEED_STORE);
	else if (d->broken[0] != '\0')
		feed_fail(d, -1, d->broken);
	else {
		d->first = d->past = false;	/* what comes now is news */
		health_well(d);
		feed_again(d, pace_well(&d->pace, pace_dice()));
	}
}

static void
on_feed(void *ctx, const struct http_answer *a)
{
	struct feed *d = ctx;

	d->request = NULL;
	d->retry_after_s = -1;
	if (a->result == HTTP_OK && a->status == 304) {
		d->polled_at_us = clock_wall_us();
		health_well(d);
		feed_again(d, pace_well(&d->pace, pace_dice()));
	} else if (answered(d, a, "text/xml"))
		take_feed(d, a);
}

static void
ask_feed(struct feed *d)
{
	struct follow *f = d->follow;
	char *url = mem_printf("%s%s", f->set.site->url,
	    d->source == SOURCE_RSS_UPDATES ? RSS_UPDATES_PATH :
	    RSS_PACKAGES_PATH);

	d->request = http_send(f->set.http, &(struct http_ask){ .url = url,
	    .if_none_match = d->etag[0] != '\0' ? d->etag : NULL,
	    .compressed = true, .follow = true, .allow_plain = f->set.site->plain,
	    .body_most = RSS_BYTES_MAX,
	    .timeout_ms = f->set.timeout_s * 1000,
	    .done = on_feed, .ctx = d });
	free(url);
}

/* ---- states ------------------------------------------------------------- */

/* The only place that starts and ends what a state needs. */
static void
feed_enter(struct feed *d, enum feed_state next)
{
	struct follow *f = d->follow;

	timer_disarm(d->timer);
	d->state = next;
	switch (next) {
	case FEED_WAIT:		/* the caller arms the timer */
	case FEED_STOPPED:
		break;
	case FEED_ASK:
		bucket_owe(&f->set.site->bucket, clock_mono_ms());
		if (d->source == SOURCE_CHANGELOG)
			ask_changelog(d);
		else
			ask_feed(d);
		break;
	case FEED_STORE:
		if (f->handing == NULL)
			hand_over(f);
		break;
	case FEED_OFF:
		if (d->request != NULL)
			http_cancel(d->request);
		d->request = NULL;
		changelog_reader_free(d->reader);
		d->reader = NULL;
		page_release(&d->page);
		break;
	}
}

static void
on_timer(void *ctx)
{
	feed_enter(ctx, FEED_ASK);
}

void
follow_stop(struct follow *f)
{
	f->handing = NULL;
	f->seq++;		/* an answer under way is for nobody */
	timer_disarm(f->minute);
	for (int i = 0; i < FEEDS; i++)
		feed_enter(&f->feeds[i], FEED_OFF);
}

/* What was seen before us, by whoever polled then: so that the first page can
 * be joined to the last one. */
static void
feed_remember(struct feed *d, const struct msg_follow *m)
{
	const char *name = source_name(d->source);

	d->before_us = 0;
	for (size_t i = 0; i < m->nsources; i++)
		if (str_equal(m->sources[i].source, name))
			d->before_us = m->sources[i].last_ok_us;
	for (size_t i = 0; d->seen != NULL && i < m->nitems; i++)
		if (m->items[i].source == d->source &&
		    m->items[i].key != NULL)
			rss_seen_add_key(d->seen, m->items[i].key);
}

void
follow_start(struct follow *f, const struct msg_follow *m)
{
	follow_stop(f);
	f->epoch = m->epoch;
	f->cursor = m->first ? 0 : m->serial;
	f->began = m->first ? 0 : m->begin;
	serials_clear(&f->known);
	f->feeds[0].ask_last = m->first;
	if (!m->first && f->set.changelog)
		log_info("source=changelog goes on from serial=%lld",
		    (long long)m->serial);
	for (int i = 0; i < FEEDS; i++) {
		struct feed *d = &f->feeds[i];

		if (d->source == SOURCE_CHANGELOG ? !f->set.changelog :
		    !f->set.rss)
			continue;
		feed_remember(d, m);
		d->first = d->seen != NULL ? d->before_us == 0 : m->first;
		d->more = d->past = false;
		d->etag[0] = d->gap[0] = '\0';
		feed_again(d, 0);
	}
	timer_arm(f->minute, HEALTH_MS);
}

struct follow *
follow_new(const struct follow_settings *set)
{
	static const enum source sources[FEEDS] = { SOURCE_CHANGELOG,
		SOURCE_RSS_UPDATES, SOURCE_RSS_PACKAGES };
	struct follow *f = mem_alloc(sizeof(*f));

	f->set = *set;
	f->minute = timer_new(set->loop, on_minute, f);
	for (int i = 0; i < FEEDS; i++) {
		struct feed *d = &f->feeds[i];

		d->follow = f;
		d->source = sources[i];
		d->timer = timer_new(set->loop, on_timer, d);
		d->pace.interval_ms = 1000 * (i == 0 ?
		    set->changelog_interval_s : set->rss_interval_s);
		page_init(&d->page);
		if (i > 0)
			d->seen = rss_seen_new();
	}
	return f;
}

void
follow_free(struct follow *f)
{
	if (f == NULL)
		return;
	follow_stop(f);
	for (int i = 0; i < FEEDS; i++) {
		timer_free(f->feeds[i].timer);
		rss_seen_free(f->feeds[i].seen);
	}
	serials_clear(&f->known);
	timer_free(f->minute);
	free(f);
}

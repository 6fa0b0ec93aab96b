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

#include "base/clock.h"
#include "base/dice.h"
#include "base/http.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "poll/changelog.h"
#include "poll/follow_feed.h"
#include "poll/rss.h"
#include "poll/site.h"

#define HEALTH_MS 60000
/* So many in a row, and others had better look too. */
#define LOSSLESS_FAILURES 3

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

/* ---- after an answer ----------------------------------------------------- */

void
feed_again(struct feed *d, int64_t ms)
{
	if (d->source == SOURCE_CHANGELOG && ms < CALL_GAP_MS && ms > 0)
		ms = CALL_GAP_MS;
	feed_enter(d, FEED_WAIT);
	timer_arm(d->timer, ms);
}

void
feed_rest(struct feed *d)
{
	int64_t ms = pace_well(&d->pace, dice_roll());

	health_well(d);
	feed_again(d, d->more ? CALL_GAP_MS : ms);
}

void
feed_fail(struct feed *d, int64_t retry_after_s, const char *why)
{
	int64_t ms = pace_failed(&d->pace, retry_after_s, dice_roll());

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

void
feed_stop(struct feed *d, const char *why)
{
	log_error("source=%s stopped: %s", source_name(d->source), why);
	d->health.stopped = true;
	d->why[0] = '\0';
	health_ill(d, why);
	feed_enter(d, FEED_STOPPED);
}

bool
feed_answered(struct feed *d, const struct http_answer *a, const char *type)
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

void
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
	feed_rest(d);
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

/* ---- states ------------------------------------------------------------- */

void
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
			changelog_poll(d);
		else
			rss_poll(d);
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

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * listing - follows an index by what it lists.
 * Takes: where it came to before, pages.  Gives: the file list of each project
 * that changed, and how far that reaches.
 * Runs in: poll.
 *
 *            +------------------ all visited ----------------+
 *            v                                               |
 *   OFF -> WAIT --timer--> INDEX --document--> TURN --due--> PAGE
 *            ^               |                  ^             |
 *            +----failure----+                  +-- STORE <---+
 *                                       stored, refused: TURN
 *
 * Projects are visited in the order of their serials, so the cursor moves with
 * each.  One whose page is behind its serial is put off; while it waits the
 * cursor stays before it.
 */
#include "poll/listing.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/dice.h"
#include "base/http.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "poll/listing_pass.h"
#include "poll/site.h"

#define HEALTH_MS 60000
#define WAKE_MS 1000		/* several reasons at once, one pass */

/* ---- health ------------------------------------------------------------- */

static void
health_send(struct listing *l)
{
	l->health.source = SOURCE_SIMPLE;
	l->health.index = l->set.site->name;
	l->health.last_ok_us = l->last_ok_us;
	l->health.why = l->why[0] != '\0' ? l->why : NULL;
	l->set.health(l->set.ctx, &l->health);
}

static void
on_minute(void *ctx)
{
	struct listing *l = ctx;

	timer_arm(l->minute, HEALTH_MS);
	health_send(l);
}

static void
health_well(struct listing *l)
{
	bool changed = !l->health.ok;

	l->health.ok = true;
	l->why[0] = '\0';
	log_spell_end(&l->spell, "index=%s lists again",
	    site_name(l->set.site));
	if (changed)
		health_send(l);
}

static void
health_ill(struct listing *l, const char *why)
{
	bool changed = l->health.ok || l->why[0] == '\0';

	l->health.ok = false;
	vis_copy(l->why, sizeof(l->why), why);
	log_spell_begin(&l->spell, "index=%s simple failed: %s; trying again "
	    "with growing pauses", site_name(l->set.site), vis(why));
	if (changed)
		health_send(l);
}

/* ---- a pass -------------------------------------------------------------- */

static void
pass_release(struct listing *l)
{
	simple_index_reader_free(l->reader);
	l->reader = NULL;
	visits_clear(&l->visits);
	visit_free(l->at);
	l->at = NULL;
	l->ended = false;
}

static void
listing_again(struct listing *l, int64_t ms)
{
	listing_enter(l, LIST_WAIT);
	timer_arm(l->timer, ms);
}

void
pass_well(struct listing *l)
{
	l->last_ok_us = l->pass_us;
	health_well(l);
	listing_again(l, pace_well(&l->pace, dice_roll()));
}

void
pass_put_off(struct listing *l, int64_t ms)
{
	visits_put_off(&l->visits, l->at, clock_mono_ms() + ms);
	l->at = NULL;
}

void
pass_pause(struct listing *l, int64_t retry_after_s, const char *why)
{
	int64_t ms = pace_failed(&l->pace, retry_after_s, dice_roll());

	health_ill(l, why);
	if (l->at != NULL)
		pass_put_off(l, ms);
	listing_enter(l, LIST_TURN);
	timer_arm(l->timer, ms);
}

void
pass_fail(struct listing *l, int64_t retry_after_s, const char *why)
{
	health_ill(l, why);
	pass_release(l);
	listing_again(l, pace_failed(&l->pace, retry_after_s, dice_roll()));
}

/* ---- turns --------------------------------------------------------------- */

/* All visited: say how far that reaches. */
static void
pass_end(struct listing *l)
{
	struct msg_listed m = { .seq = ++l->seq, .epoch = l->epoch,
	    .index = l->set.site->name, .pass = l->pass_us,
	    .polled_at_us = clock_wall_us(),
	    .cursor = l->document.largest > 0 ? l->document.largest : 0,
	    .since = l->since, .projects = (int64_t)l->document.projects,
	    .visited = (int64_t)l->visited,
	    .whole = l->document.largest == -1 && !l->unvisited };

	l->ended = true;
	listing_enter(l, LIST_STORE);
	l->set.listed(l->set.ctx, &m);
}

static void
take_turn(struct listing *l)
{
	int64_t ms;

	if (l->at == NULL)
		l->at = visits_next(&l->visits, clock_mono_ms(), &ms);
	if (l->at == NULL) {
		if (ms < 0)
			pass_end(l);
		else
			timer_arm(l->timer, ms > 0 ? ms : 1);
		return;
	}
	ms = bucket_take(&l->set.site->bucket, clock_mono_ms());
	if (ms > 0)
		timer_arm(l->timer, ms);
	else
		listing_enter(l, LIST_PAGE);
}

/* What is with queue is stored. */
static void
stored_well(struct listing *l)
{
	l->visited++;
	l->health.items++;
	if (!l->ended) {
		visit_free(l->at);
		l->at = NULL;
		listing_enter(l, LIST_TURN);
		return;
	}
	l->ended = false;
	l->begun = true;
	if (l->document.largest > l->cursor)
		l->cursor = l->document.largest;
	(void)!str_copy(l->etag, sizeof(l->etag), l->document_etag);
	pass_well(l);
}

void
listing_stored(struct listing *l, const struct msg_listing_stored *m)
{
	if (l->state != LIST_STORE || m->seq != l->seq)
		return;
	if (m->ok) {
		stored_well(l);
		return;
	}
	l->ended = false;
	pass_pause(l, -1, m->why != NULL ? m->why :
	    "queue could not store it");
}

/* ---- states -------------------------------------------------------------- */

/* Time for a pass: since when, and is one needed? */
static void
pass_due(struct listing *l)
{
	int64_t since = -1;
	bool needed = l->set.needed == NULL ||
	    l->set.needed(l->set.ctx, &since);

	if (!needed && !l->awake) {
		health_well(l);
		listing_again(l, pace_well(&l->pace, dice_roll()));
		return;
	}
	l->since = l->begun ? l->cursor : -1;
	if (since > l->since)
		l->since = since;
	if (l->awake && l->woken != -1 && l->woken < l->since)
		l->since = l->woken;
	l->awake = false;
	listing_enter(l, LIST_INDEX);
}

void
listing_enter(struct listing *l, enum listing_state next)
{
	timer_disarm(l->timer);
	l->state = next;
	switch (next) {
	case LIST_WAIT:		/* the caller arms the timer */
	case LIST_STORE:	/* queue answers, or is gone and so are we */
		break;
	case LIST_INDEX:
		bucket_owe(&l->set.site->bucket, clock_mono_ms());
		listing_ask_index(l);
		break;
	case LIST_TURN:		/* a turn is never taken inside a callback */
		timer_arm(l->timer, 0);
		break;
	case LIST_PAGE:
		listing_ask_page(l);
		break;
	case LIST_OFF:
		if (l->request != NULL)
			http_cancel(l->request);
		l->request = NULL;
		pass_release(l);
		break;
	}
}

static void
on_timer(void *ctx)
{
	struct listing *l = ctx;

	if (l->state == LIST_WAIT)
		pass_due(l);
	else if (l->state == LIST_TURN)
		take_turn(l);
}

void
listing_wake(struct listing *l, int64_t serial)
{
	if (l->state == LIST_OFF)
		return;
	if (!l->awake || serial < l->woken)
		l->woken = serial;
	l->awake = true;
	if (l->state == LIST_WAIT && l->pace.failures == 0)
		timer_arm(l->timer, WAKE_MS);
}

void
listing_stop(struct listing *l)
{
	l->seq++;		/* an answer under way is for nobody */
	timer_disarm(l->minute);
	listing_enter(l, LIST_OFF);
}

void
listing_start(struct listing *l, const struct msg_follow *m)
{
	char *source = l->set.site->name == NULL ? mem_strdup("simple") :
	    mem_printf("simple:%s", l->set.site->name);

	listing_stop(l);
	l->epoch = m->epoch;
	l->cursor = 0;
	l->begun = l->awake = false;
	l->etag[0] = '\0';
	tags_clear(&l->tags);
	for (size_t i = 0; i < m->nsources; i++)
		if (str_equal(m->sources[i].source, source) &&
		    m->sources[i].has_cursor) {
			l->begun = true;
			l->cursor = m->sources[i].serial;
			l->last_ok_us = m->sources[i].last_ok_us;
		}
	free(source);
	timer_arm(l->minute, HEALTH_MS);
	listing_again(l, 0);
}

struct listing *
listing_new(const struct listing_settings *set)
{
	struct listing *l = mem_alloc(sizeof(*l));

	l->set = *set;
	l->pace.interval_ms = 1000 * set->interval_s;
	l->timer = timer_new(set->loop, on_timer, l);
	l->minute = timer_new(set->loop, on_minute, l);
	visits_init(&l->visits);
	return l;
}

void
listing_free(struct listing *l)
{
	if (l == NULL)
		return;
	listing_stop(l);
	tags_clear(&l->tags);
	name_list_release(&l->names);
	name_list_release(&l->names_before);
	visits_release(&l->visits);
	timer_free(l->timer);
	timer_free(l->minute);
	free(l);
}

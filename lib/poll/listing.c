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
#include "poll/name_list.h"
#include "poll/pace.h"
#include "poll/simple_index.h"
#include "poll/simple_json.h"
#include "poll/site.h"
#include "poll/visits.h"

enum listing_state { LIST_OFF, LIST_WAIT, LIST_INDEX, LIST_TURN, LIST_PAGE,
	LIST_STORE };

#define INDEX_PATIENCE 8	/* times the time for one page: 30 MB */
#define HEALTH_MS 60000
#define WAKE_MS 1000		/* several reasons at once, one pass */
/* Copies at the edge are late by seconds, rarely by minutes. */
static const int64_t put_off_ms[] = { 2000, 5000, 15000, 60000, 300000 };
/* A page that fails while others come; with growing pauses: an hour. */
#define FAILURES_MAX 20
#define PART_OVERHEAD 1024	/* type, names, counts */

struct listing {
	struct listing_settings set;
	enum listing_state state;
	struct timer	*timer, *minute;
	struct http_request *request;
	struct pace	 pace;
	/* where we are */
	int64_t		 epoch, seq, cursor, woken, last_ok_us;
	bool		 begun;		/* there is a cursor */
	bool		 awake;		/* listing_wake was called */
	char		 etag[HTTP_HEADER_MAX];	/* of the list, when done */
	/* the pass */
	struct simple_index_reader *reader;
	struct simple_index document;
	char		 document_etag[HTTP_HEADER_MAX];
	int64_t		 since, pass_us;
	struct visits	 visits;
	struct visit	*at;		/* its page is asked for or handed over */
	struct name_list names, names_before;
	struct tags	 tags;		/* where the list has no serials */
	size_t		 visited;
	bool		 unvisited;	/* a page said "not modified" */
	bool		 ended;		/* what is with queue ends the pass */
	struct msg_source health;
	char		 why[256];
	struct log_spell spell;
};

static void listing_enter(struct listing *, enum listing_state);

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

/* The pass is over; nothing was left out. */
static void
pass_well(struct listing *l)
{
	l->last_ok_us = l->pass_us;
	health_well(l);
	listing_again(l, pace_well(&l->pace, pace_dice()));
}

static void
pass_fail(struct listing *l, int64_t retry_after_s, const char *why)
{
	health_ill(l, why);
	pass_release(l);
	listing_again(l, pace_failed(&l->pace, retry_after_s, pace_dice()));
}

/* Later, after the others. */
static void
put_off(struct listing *l, int64_t ms)
{
	visits_put_off(&l->visits, l->at, clock_mono_ms() + ms);
	l->at = NULL;
}

/* A word for an answer that cannot be used, in `why`; false: it can. */
static bool
is_unusable(const struct http_answer *a, char *why, size_t room)
{
	if (a->result != HTTP_OK && a->result != HTTP_ABORTED)
		snprintf(why, room, "%s", a->error);
	else if (a->status == 401 || a->status == 403)
		snprintf(why, room, "HTTP status %ld: the index wants another "
		    "password or token", a->status);
	else if (a->status != 200)
		snprintf(why, room, "HTTP status %ld", a->status);
	else if (!str_starts(a->content_type, SIMPLE_TYPE) &&
	    !str_starts(a->content_type, "application/json"))
		snprintf(why, room, "answered with %s, not with the Simple "
		    "API's JSON (PEP 691)", a->content_type[0] != '\0' ?
		    vis(a->content_type) : "no type");
	else
		return false;
	return true;
}

static bool
on_index_bytes(void *ctx, const void *bytes, size_t len)
{
	struct listing *l = ctx;

	return simple_index_feed(l->reader, bytes, len) == 0;
}

/* At the first pass over an index with serials only the place is noted. */
static void
take_project(void *ctx, const char *name, int64_t serial)
{
	struct listing *l = ctx;

	name_list_add(&l->names, name);
	if (serial != -1 && (serial <= l->since ||
	    (l->since == -1 && !l->set.existing)))
		return;
	visits_add(&l->visits, name, serial);
}

static void
take_gone(void *ctx, const char *name)
{
	struct listing *l = ctx;

	visits_add(&l->visits, name, VISIT_GONE);
}

/* The list was read whole: which projects are to be visited? */
static void
pass_begin(struct listing *l)
{
	name_list_gone(&l->names_before, &l->names, take_gone, l);
	visits_add_held(&l->visits);
	visits_sort(&l->visits);
	name_list_release(&l->names_before);
	l->names_before = l->names;
	l->names = (struct name_list){ 0 };
	l->visited = 0;
	l->unvisited = false;
	log_debug("index=%s projects=%zu since=%lld largest=%lld",
	    site_name(l->set.site), l->document.projects,
	    (long long)l->since, (long long)l->document.largest);
	listing_enter(l, LIST_TURN);
}

static void
on_index(void *ctx, const struct http_answer *a)
{
	struct listing *l = ctx;
	char why[256];

	l->request = NULL;
	simple_index_end(l->reader, &l->document);
	simple_index_reader_free(l->reader);
	l->reader = NULL;
	if (a->result == HTTP_OK && a->status == 304) {
		name_list_release(&l->names);
		pass_well(l);
		return;
	}
	if (is_unusable(a, why, sizeof(why)))
		;
	else if (l->document.error[0] != '\0')
		snprintf(why, sizeof(why), "%s", l->document.error);
	else {
		l->health.server_serial = l->document.serial > 0 ?
		    l->document.serial : 0;
		(void)!str_copy(l->document_etag, sizeof(l->document_etag),
		    l->document.largest != -1 ? a->etag : "");
		pass_begin(l);
		return;
	}
	name_list_release(&l->names);
	pass_fail(l, a->retry_after_s, why);
}

static void
ask_index(struct listing *l)
{
	static const char *const headers[] = { SIMPLE_ACCEPT, NULL };
	const struct site *s = l->set.site;
	char *url = site_index_url(s);

	l->pass_us = clock_wall_us();
	l->reader = simple_index_reader_new(take_project, l);
	name_list_release(&l->names);
	l->request = http_send(l->set.http, &(struct http_ask){ .url = url,
	    .headers = headers, .authorization = s->authorization,
	    .if_none_match = l->etag[0] != '\0' && l->since == l->cursor ?
	    l->etag : NULL,
	    .compressed = true, .follow = true, .allow_plain = s->plain,
	    .body_most = SIMPLE_INDEX_MAX, .data = on_index_bytes,
	    .timeout_ms = l->set.timeout_s * 1000 * INDEX_PATIENCE,
	    .done = on_index, .ctx = l });
	free(url);
}

/* ---- a page -------------------------------------------------------------- */

/* How many files from `at` on fit one message. */
static size_t
part_count(const struct listed_file *at, size_t n)
{
	struct buf b = BUF_EMPTY;
	size_t fit = 0;

	while (fit < n && fit < LISTED_BATCH_MAX) {
		wire_put(&listed_file_desc, &at[fit], &b);
		if (b.len > MESSAGE_MAX - PART_OVERHEAD)
			break;
		fit++;
	}
	buf_release(&b);
	return fit;
}

static void
hand_over(struct listing *l, struct msg_listing *m)
{
	struct listed_file *all = m->files;
	size_t n = m->nfiles, sent = 0;

	m->seq = ++l->seq;
	m->epoch = l->epoch;
	m->index = l->set.site->name;
	if (m->project == NULL)
		m->project = l->at->name;
	m->polled_at_us = clock_wall_us();
	m->pass = l->pass_us;
	m->existing = l->set.existing;
	m->cursor = l->document.largest != -1 ?
	    visits_cursor(&l->visits, l->document.largest) : -1;
	listing_enter(l, LIST_STORE);
	do {
		m->files = n == 0 ? NULL : all + sent;
		m->nfiles = part_count(m->files, n - sent);
		sent += m->nfiles;
		m->more = sent < n;
		l->set.listing(l->set.ctx, m);
	} while (sent < n);
	m->files = all;
	m->nfiles = n;
}

static void
hand_over_status(struct listing *l, enum listing_status status, int64_t serial,
    char *why)
{
	struct msg_listing m = { .status = status, .serial = serial,
	    .why = why };

	hand_over(l, &m);
}

/* The newest stand last: PyPI orders by version. */
static void
hand_over_page(struct listing *l, struct simple_page *page, int64_t serial)
{
	const struct release *r = &page->release;
	size_t skip = r->nuploads > LISTING_FILES_MAX ?
	    r->nuploads - LISTING_FILES_MAX : 0;
	struct msg_listing m = { .serial = serial, .status =
	    simple_is_quarantined(page) ? LISTING_QUARANTINED :
	    LISTING_ACTIVE, .partial = skip > 0 || page->unreadable > 0 };

	m.files = mem_array(r->nuploads + 1, sizeof(*m.files));
	for (size_t i = skip; i < r->nuploads; i++) {
		struct listed_file *f = &m.files[m.nfiles];

		f->version = filename_version(r->uploads[i].filename,
		    l->at->name);
		if (f->version == NULL) {
			m.partial = true;
			continue;
		}
		f->filename = r->uploads[i].filename;	/* lent */
		memcpy(f->sha256, r->uploads[i].sha256, sizeof(f->sha256));
		f->uploaded_at_us = r->uploads[i].uploaded_at_us;
		f->yanked = r->uploads[i].yanked;
		m.nfiles++;
	}
	hand_over(l, &m);
	for (size_t i = 0; i < m.nfiles; i++)
		free(m.files[i].version);
	free(m.files);
}

/* Asked for again, or given up and told. */
static void
page_unread(struct listing *l, const char *why)
{
	struct visit *v = l->at;
	char safe[256];

	if (v->tries < ARRAY_LEN(put_off_ms)) {
		put_off(l, put_off_ms[v->tries++]);
		listing_enter(l, LIST_TURN);
		return;
	}
	log_warn("index=%s project=%s given up: %s", site_name(l->set.site),
	    vis(v->name), vis(why));
	vis_copy(safe, sizeof(safe), why);
	hand_over_status(l, LISTING_UNREAD, -1, safe);
}

/* 404 of a project that is listed is an edge that is behind, for a while. */
static void
page_missing(struct listing *l)
{
	struct visit *v = l->at;

	if (v->serial != VISIT_GONE && v->tries < ARRAY_LEN(put_off_ms)) {
		put_off(l, put_off_ms[v->tries++]);
		listing_enter(l, LIST_TURN);
	} else {
		visits_hold(&l->visits, v->name, false);
		hand_over_status(l, LISTING_REMOVED, -1, NULL);
	}
}

static void
page_take(struct listing *l, const struct http_answer *a)
{
	struct visit *v = l->at;
	struct simple_page page;
	struct fault why;
	int64_t serial;

	if (simple_json_read(a->body, a->body_len, &page, &why) != TASK_DONE) {
		page_unread(l, why.text);
		simple_page_release(&page);
		return;
	}
	serial = a->last_serial >= 0 ? a->last_serial : page.release.serial;
	if (serial >= 0 && serial < v->serial &&
	    v->tries < ARRAY_LEN(put_off_ms)) {
		put_off(l, put_off_ms[v->tries++]);
		listing_enter(l, LIST_TURN);
	} else {
		visits_hold(&l->visits, v->name, simple_is_quarantined(&page));
		if (v->serial == -1)
			tags_put(&l->tags, v->name, a->etag);
		hand_over_page(l, &page, serial);
	}
	simple_page_release(&page);
}

/* Of the index, not of this page, unless only this one fails. */
static void
page_failed(struct listing *l, int64_t retry_after_s, const char *why)
{
	struct visit *v = l->at;
	int64_t ms;

	if (l->pace.failures == 0 && ++v->failures >= FAILURES_MAX) {
		v->tries = ARRAY_LEN(put_off_ms);
		page_unread(l, why);
		return;
	}
	ms = pace_failed(&l->pace, retry_after_s, pace_dice());
	health_ill(l, why);
	put_off(l, ms);
	listing_enter(l, LIST_TURN);
	timer_arm(l->timer, ms);
}

static void
on_page(void *ctx, const struct http_answer *a)
{
	struct listing *l = ctx;
	char why[256];

	l->request = NULL;
	if (a->result == HTTP_TOO_BIG) {
		l->at->tries = ARRAY_LEN(put_off_ms);
		page_unread(l, "its page is larger than any we read");
	} else if (a->result == HTTP_OK &&
	    (a->status == 404 || a->status == 410))
		page_missing(l);
	else if (a->result == HTTP_OK && a->status == 304) {
		l->unvisited = true;
		pace_well(&l->pace, 0);
		visit_free(l->at);
		l->at = NULL;
		listing_enter(l, LIST_TURN);
	} else if (is_unusable(a, why, sizeof(why)))
		page_failed(l, a->retry_after_s, why);
	else {
		pace_well(&l->pace, 0);
		page_take(l, a);
	}
}

static void
ask_page(struct listing *l)
{
	static const char *const headers[] = { SIMPLE_ACCEPT, NULL };
	const struct site *s = l->set.site;
	const char *etag = l->at->serial == -1 ?
	    tags_get(&l->tags, l->at->name) : NULL;
	char *url = site_project_url(s, l->at->name);

	l->request = http_send(l->set.http, &(struct http_ask){ .url = url,
	    .headers = headers, .authorization = s->authorization,
	    .if_none_match = etag,
	    .compressed = true, .follow = true, .allow_plain = s->plain,
	    .body_most = PROJECT_JSON_MAX,
	    .timeout_ms = l->set.timeout_s * 1000,
	    .done = on_page, .ctx = l });
	free(url);
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
	int64_t ms;

	if (l->state != LIST_STORE || m->seq != l->seq)
		return;
	if (m->ok) {
		stored_well(l);
		return;
	}
	l->ended = false;
	ms = pace_failed(&l->pace, -1, pace_dice());
	health_ill(l, m->why != NULL ? m->why : "queue could not store it");
	if (l->at != NULL)
		put_off(l, ms);
	listing_enter(l, LIST_TURN);
	timer_arm(l->timer, ms);
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
		listing_again(l, pace_well(&l->pace, pace_dice()));
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

/* The only place that starts and ends what a state needs. */
static void
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
		ask_index(l);
		break;
	case LIST_TURN:		/* a turn is never taken inside a callback */
		timer_arm(l->timer, 0);
		break;
	case LIST_PAGE:
		ask_page(l);
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

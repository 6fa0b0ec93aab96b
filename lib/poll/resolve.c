/* SPDX-License-Identifier: Apache-2.0 */
/*
 * resolve - one attempt to learn what a release holds.
 * Takes: project, version, file name, serial, attempt.  Gives: the release
 * with its files, or what is the matter with it.
 * Runs in: poll.
 *
 *   WAIT --turn--> LEGACY --404, unusable--> WAIT again --> SIMPLE --> answer
 *                    +--> answer
 * Every third attempt begins with SIMPLE, and all do at an index that is not
 * the main one.
 */
#include "poll/resolve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/http.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "data/messages.h"
#include "poll/pace.h"
#include "poll/parts.h"
#include "poll/release_json.h"
#include "poll/simple_json.h"
#include "poll/site.h"

/* From this attempt on a fresh page's silence about a file is believed. */
#define SURE_ATTEMPT 3
/* From this one on a 404 everywhere is: PyPI's edge keeps one for 60 s. */
#define GONE_ATTEMPT 4
#define EDGE_404_S 65
/* From this one on an old copy will do: its serial can lag for days. */
#define STALE_ATTEMPT 5

/* So many failures one after the other are the index's; then nothing is asked
 * for 15 s, and twice as long each time, up to 5 minutes. */
#define BREAKER_FAILURES 10
#define BREAKER_FIRST_S 15
#define BREAKER_MOST_S 300

enum page { PAGE_LEGACY, PAGE_LEGACY_PLAIN, PAGE_SIMPLE };

struct resolve {
	TAILQ_ENTRY(resolve) link;
	struct resolver	*all;
	struct msg_resolve ask;
	enum page	 page;		/* to ask for, or asked for */
	struct http_request *request;	/* NULL while waiting its turn */
	unsigned int	 round;		/* of the breaker, when it was sent */
};

/* What fails at one moment is one failure, however many requests were under
 * way: a deploy of the index, which answers 503 for a second to everything,
 * is no reason to look away for minutes. */
struct breaker {
	unsigned int	 failures;	/* one after the other */
	unsigned int	 round;		/* grows with each */
	int64_t		 pause_s;	/* the last one */
	int64_t		 until_ms;	/* nothing is asked */
};

TAILQ_HEAD(resolve_list, resolve);

struct resolver {
	struct resolver_settings set;
	struct resolve_list waiting, running;
	struct timer	*turn;
	size_t		 n;
	struct breaker	 breaker;
};

/* ---- pure questions ----------------------------------------------------- */

static char *
page_url(const struct resolve *r)
{
	return r->page == PAGE_SIMPLE ?
	    site_project_url(r->all->set.site, r->ask.project) :
	    site_json_url(r->all->set.site, r->ask.project, r->ask.version);
}

static bool
is_stale(const struct resolve *r, int64_t serial)
{
	return r->ask.serial > 0 && serial >= 0 && serial < r->ask.serial;
}

/* ---- answering ---------------------------------------------------------- */

static void
resolve_free(struct resolve *r)
{
	struct resolver *all = r->all;

	if (r->request != NULL)
		http_cancel(r->request);
	wire_release(&msg_resolve_desc, &r->ask);
	free(r);
	all->n--;
}

/* The last thing an attempt does; `m` keeps what it owns. */
static void
resolve_answer(struct resolve *r, struct msg_resolved *m)
{
	m->id = r->ask.id;
	TAILQ_REMOVE(r->request != NULL ? &r->all->running : &r->all->waiting,
	    r, link);
	r->request = NULL;
	log_debug("resolve=%lld project=%s version=%s attempt=%u status=%d "
	    "files=%zu why=%s", (long long)m->id, vis(r->ask.project),
	    vis(r->ask.version), r->ask.attempt, (int)m->status,
	    m->release.nuploads, vis(m->why));
	parts_send(m, r->all->set.done, r->all->set.ctx);
	resolve_free(r);
}

static void
resolve_say(struct resolve *r, enum resolve_status status, int64_t retry_s,
    const char *project_status, const char *why)
{
	struct msg_resolved m = { .status = status, .retry_after_s = retry_s,
	    .release.serial = -1 };

	m.why = mem_strdup(why);
	m.project_status = mem_strdup(project_status);
	resolve_answer(r, &m);
	free(m.why);
	free(m.project_status);
}

static void
upload_move(struct upload *to, struct upload *from)
{
	*to = *from;
	*from = (struct upload){ 0 };
}

/* Keeps the uploads for which `wanted` says so. */
static void
select_uploads(struct release *rel, const struct resolve *r,
    bool (*wanted)(const struct resolve *, const struct release *,
    const struct upload *))
{
	size_t kept = 0;

	for (size_t i = 0; i < rel->nuploads; i++) {
		if (!wanted(r, rel, &rel->uploads[i]))
			wire_release(&upload_desc, &rel->uploads[i]);
		else if (i != kept)
			upload_move(&rel->uploads[kept++], &rel->uploads[i]);
		else
			kept++;
	}
	rel->nuploads = kept;
}

static bool
is_that_file(const struct resolve *r, const struct release *rel,
    const struct upload *u)
{
	(void)rel;
	return strcmp(u->filename, r->ask.filename) == 0;
}

static bool
is_that_version(const struct resolve *r, const struct release *rel,
    const struct upload *u)
{
	char *version = filename_version(u->filename, r->ask.project);
	bool same = version != NULL && rel->version != NULL &&
	    version_equal(version, rel->version);

	free(version);
	return same;
}

static bool
place_urls(struct resolve *r, struct release *rel, char *why, size_t room)
{
	char *page = page_url(r);
	bool ok = site_place(r->all->set.site, page, rel, why, room);

	free(page);
	return ok;
}

static void
answer_absent(struct resolve *r, int64_t serial, const char *project_status,
    const char *what)
{
	char why[FAULT_TEXT_MAX];

	if (is_stale(r, serial)) {
		snprintf(why, sizeof(why), "the copy is of serial %lld, before"
		    " %lld", (long long)serial, (long long)r->ask.serial);
		resolve_say(r, RESOLVE_STALE, -1, project_status, why);
		return;
	}
	snprintf(why, sizeof(why), "the index does not list %s", what);
	resolve_say(r, r->page == PAGE_SIMPLE && serial >= 0 &&
	    r->ask.attempt >= SURE_ATTEMPT ? RESOLVE_GONE : RESOLVE_MISSING,
	    -1, project_status, why);
}

/* `rel` holds the files of the right version. */
static void
answer_release(struct resolve *r, struct release *rel, int64_t serial,
    const char *project_status, size_t unreadable)
{
	struct msg_resolved m = { .status = RESOLVE_FOUND,
	    .retry_after_s = -1 };
	char why[FAULT_TEXT_MAX];

	if (r->ask.filename != NULL)
		select_uploads(rel, r, is_that_file);
	if (rel->nuploads == 0 && unreadable > 0) {
		resolve_say(r, RESOLVE_FAILED, -1, project_status,
		    "the index lists files without name, URL or sha256");
	} else if (rel->nuploads == 0) {
		answer_absent(r, serial, project_status,
		    r->ask.filename != NULL ? vis(r->ask.filename) :
		    "any file of it");
	} else if (r->ask.filename == NULL && is_stale(r, serial) &&
	    r->ask.attempt < STALE_ATTEMPT) {
		snprintf(why, sizeof(why), "the copy is of serial %lld, before"
		    " %lld", (long long)serial, (long long)r->ask.serial);
		resolve_say(r, RESOLVE_STALE, -1, project_status, why);
	} else if (!place_urls(r, rel, why, sizeof(why))) {
		resolve_say(r, RESOLVE_FAILED, -1, project_status, why);
	} else {
		m.release = *rel;
		m.release.serial = serial;
		m.project_status = mem_strdup(project_status);
		resolve_answer(r, &m);
		free(m.project_status);
	}
}

/* ---- the index's answers ------------------------------------------------ */

static void resolver_go(struct resolver *);

static void
breaker_count(struct breaker *b, unsigned int round, int64_t retry_after_s)
{
	if (round != b->round)
		return;
	b->round++;
	if (++b->failures < BREAKER_FAILURES)
		return;
	b->pause_s = b->pause_s == 0 ? BREAKER_FIRST_S : b->pause_s * 2;
	if (b->pause_s > BREAKER_MOST_S)
		b->pause_s = BREAKER_MOST_S;
	if (retry_after_s > RETRY_AFTER_MAX_S)
		retry_after_s = RETRY_AFTER_MAX_S;
	b->until_ms = clock_mono_ms() + 1000 * (retry_after_s > b->pause_s ?
	    retry_after_s : b->pause_s);
}

static void
breaker_reset(struct breaker *b)
{
	b->failures = 0;
	b->pause_s = 0;
}

/* The index failed, not this release. */
static void
answer_failure(struct resolve *r, const struct http_answer *a)
{
	char why[FAULT_TEXT_MAX];

	if (a->result != HTTP_OK)
		snprintf(why, sizeof(why), "%s", a->error);
	else
		snprintf(why, sizeof(why), "HTTP status %ld from the %s",
		    a->status, r->page == PAGE_SIMPLE ? "Simple API" :
		    "JSON API");
	breaker_count(&r->all->breaker, r->round, a->retry_after_s);
	resolve_say(r, RESOLVE_FAILED, a->retry_after_s, NULL, why);
}

/* What the legacy JSON cannot tell, the Simple API may. */
static void
ask_simple_next(struct resolve *r)
{
	TAILQ_REMOVE(&r->all->running, r, link);
	r->request = NULL;
	r->page = PAGE_SIMPLE;
	TAILQ_INSERT_HEAD(&r->all->waiting, r, link);
}

static void
take_legacy(struct resolve *r, const struct http_answer *a)
{
	struct release rel;
	struct fault why;
	size_t unreadable;

	if (release_json_read(a->body, a->body_len, &rel, &unreadable, &why) !=
	    TASK_DONE) {
		log_info("project=%s version=%s release JSON: %s; asking the "
		    "Simple API", vis(r->ask.project), vis(r->ask.version),
		    why.text);
		ask_simple_next(r);
	} else if (r->ask.version != NULL &&
	    !version_equal(rel.version, r->ask.version))
		resolve_say(r, RESOLVE_MISSING, -1, NULL,
		    "the index answered with another version");
	else
		answer_release(r, &rel, a->last_serial >= 0 ? a->last_serial :
		    rel.serial, NULL, unreadable);
	wire_release(&release_desc, &rel);
}

/* The newest final one is what pip would take; the page is in order. */
static void
choose_version(const struct resolve *r, struct release *rel)
{
	if (r->ask.version != NULL) {
		rel->version = mem_strdup(r->ask.version);
		return;
	}
	for (size_t i = rel->nuploads; i-- > 0 && rel->version == NULL; )
		if (!rel->uploads[i].yanked)
			rel->version = filename_version(
			    rel->uploads[i].filename, r->ask.project);
}

static void
take_simple(struct resolve *r, const struct http_answer *a)
{
	struct simple_page page;
	struct fault why;
	int64_t serial;

	if (simple_json_read(a->body, a->body_len, &page, &why) != TASK_DONE)
		resolve_say(r, RESOLVE_FAILED, -1, NULL, why.text);
	else if (simple_is_quarantined(&page))
		resolve_say(r, RESOLVE_GONE, -1, page.status,
		    "the project is quarantined");
	else {
		serial = a->last_serial >= 0 ? a->last_serial :
		    page.release.serial;
		free(page.release.project);
		page.release.project = mem_strdup(r->ask.project);
		choose_version(r, &page.release);
		if (r->ask.filename == NULL)
			select_uploads(&page.release, r, is_that_version);
		answer_release(r, &page.release, serial, page.status,
		    page.unreadable);
	}
	simple_page_release(&page);
}

static void
not_found_anywhere(struct resolve *r)
{
	if (r->ask.attempt >= GONE_ATTEMPT)
		resolve_say(r, RESOLVE_GONE, -1, NULL,
		    "the index does not know the project");
	else	/* the edge keeps a 404 for a minute */
		resolve_say(r, RESOLVE_MISSING,
		    r->ask.attempt + 1 >= GONE_ATTEMPT ? EDGE_404_S : -1, NULL,
		    "404 from the JSON API and the Simple API");
}

static bool
is_json(const struct http_answer *a)
{
	return str_starts(a->content_type, "application/json") ||
	    str_starts(a->content_type, SIMPLE_TYPE);
}

static void
on_answer(void *ctx, const struct http_answer *a)
{
	struct resolve	*r = ctx;
	struct resolver	*all = r->all;
	bool		 legacy = r->page != PAGE_SIMPLE;

	if (a->result == HTTP_OK && (a->status == 200 || a->status == 404))
		breaker_reset(&all->breaker);
	if (legacy && (a->result == HTTP_TOO_BIG ||
	    (a->result == HTTP_OK && a->status == 404)))
		ask_simple_next(r);
	else if (a->result == HTTP_OK && a->status == 404)
		not_found_anywhere(r);
	else if (a->result != HTTP_OK || a->status != 200)
		answer_failure(r, a);
	else if (!is_json(a))
		resolve_say(r, RESOLVE_FAILED, -1, NULL,
		    "the index answered with something else than JSON");
	else if (legacy)
		take_legacy(r, a);
	else
		take_simple(r, a);
	resolver_go(all);
}

/* ---- asking ------------------------------------------------------------- */

static void
resolve_send(struct resolve *r)
{
	static const char *const plain[] = { "Accept: application/json",
		"Accept-Encoding: identity", NULL };
	static const char *const legacy[] = { "Accept: application/json",
		NULL };
	static const char *const simple[] = { SIMPLE_ACCEPT, NULL };
	static const char *const *const headers[] = { [PAGE_LEGACY] = legacy,
		[PAGE_LEGACY_PLAIN] = plain, [PAGE_SIMPLE] = simple };
	struct resolver *all = r->all;
	char *url = page_url(r);

	TAILQ_REMOVE(&all->waiting, r, link);
	TAILQ_INSERT_TAIL(&all->running, r, link);
	r->round = all->breaker.round;
	r->request = http_send(all->set.http, &(struct http_ask){
	    .url = url, .headers = headers[r->page],
	    .compressed = r->page != PAGE_LEGACY_PLAIN, .follow = true,
	    .allow_plain = all->set.site->plain,
	    .authorization = all->set.site->authorization,
	    .body_most = r->page != PAGE_SIMPLE && r->ask.version != NULL ?
	    RELEASE_JSON_MAX : PROJECT_JSON_MAX,
	    .timeout_ms = all->set.timeout_s * 1000,
	    .done = on_answer, .ctx = r });
	free(url);
}

/* While the breaker is open nothing is asked; queue comes back later. */
static bool
turned_away(struct resolve *r)
{
	int64_t left = r->all->breaker.until_ms - clock_mono_ms();

	if (left <= 0)
		return false;
	resolve_say(r, RESOLVE_FAILED, left / 1000 + 1, NULL,
	    "the index fails again and again, pausing");
	return true;
}

/* Sends what the bucket allows. */
static void
resolver_go(struct resolver *all)
{
	struct resolve *r;
	int64_t ms;

	while ((r = TAILQ_FIRST(&all->waiting)) != NULL) {
		if (turned_away(r))
			continue;
		ms = bucket_take(&all->set.site->bucket, clock_mono_ms());
		if (ms > 0) {
			timer_arm(all->turn, ms);
			return;
		}
		resolve_send(r);
	}
}

static void
on_turn(void *ctx)
{
	resolver_go(ctx);
}

void
resolve_start(struct resolver *all, const struct msg_resolve *m)
{
	struct resolve *r = mem_alloc(sizeof(*r));

	r->all = all;
	wire_copy(&msg_resolve_desc, m, &r->ask);
	if (r->ask.attempt == 0)
		r->ask.attempt = 1;
	r->page = all->set.site->name != NULL ? PAGE_SIMPLE :
	    (enum page)((r->ask.attempt - 1) % 3);
	TAILQ_INSERT_TAIL(&all->waiting, r, link);
	all->n++;
	if (!site_is_project(r->ask.project) || (r->ask.version != NULL &&
	    strspn(r->ask.version, ".") == strlen(r->ask.version)))
		resolve_say(r, RESOLVE_FAILED, -1, NULL,
		    "no name or version that the index could be asked for");
	else
		resolver_go(all);
}

struct resolver *
resolver_new(const struct resolver_settings *set)
{
	struct resolver *all = mem_alloc(sizeof(*all));

	all->set = *set;
	TAILQ_INIT(&all->waiting);
	TAILQ_INIT(&all->running);
	all->turn = timer_new(set->loop, on_turn, all);
	return all;
}

void
resolver_free(struct resolver *all)
{
	struct resolve *r;

	if (all == NULL)
		return;
	while ((r = TAILQ_FIRST(&all->waiting)) != NULL) {
		TAILQ_REMOVE(&all->waiting, r, link);
		resolve_free(r);
	}
	while ((r = TAILQ_FIRST(&all->running)) != NULL) {
		TAILQ_REMOVE(&all->running, r, link);
		resolve_free(r);
	}
	timer_free(all->turn);
	free(all);
}

size_t
resolver_pending(const struct resolver *all)
{
	return all->n;
}

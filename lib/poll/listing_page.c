/* SPDX-License-Identifier: Apache-2.0 */
/*
 * listing_page - asks for the page of a project that changed.
 * Takes: a visit, the page.  Gives: its files in messages that are not too big,
 * or that it is gone, or that it cannot be read.
 * Runs in: poll.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/http.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "poll/listing_pass.h"
#include "poll/simple_json.h"
#include "poll/site.h"

/* Copies at the edge are late by seconds, rarely by minutes. */
static const int64_t put_off_ms[] = { 2000, 5000, 15000, 60000, 300000 };
/* A page that fails while others come; with growing pauses: an hour. */
#define FAILURES_MAX 20
#define PART_OVERHEAD 1024	/* type, names, counts */

/* ---- to queue ------------------------------------------------------------ */

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

/* ---- from the index ------------------------------------------------------ */

/* Asked for again, or given up and told. */
static void
page_unread(struct listing *l, const char *why)
{
	struct visit *v = l->at;
	char safe[256];

	if (v->tries < ARRAY_LEN(put_off_ms)) {
		pass_put_off(l, put_off_ms[v->tries++]);
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
		pass_put_off(l, put_off_ms[v->tries++]);
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
		pass_put_off(l, put_off_ms[v->tries++]);
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

	if (l->pace.failures == 0 && ++v->failures >= FAILURES_MAX) {
		v->tries = ARRAY_LEN(put_off_ms);
		page_unread(l, why);
		return;
	}
	pass_pause(l, retry_after_s, why);
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
	} else if (listing_unusable(a, why, sizeof(why)))
		page_failed(l, a->retry_after_s, why);
	else {
		pace_well(&l->pace, 0);
		page_take(l, a);
	}
}

void
listing_ask_page(struct listing *l)
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

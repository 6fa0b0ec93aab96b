/* SPDX-License-Identifier: Apache-2.0 */
/*
 * listing_index - asks an index for the list of its projects.
 * Takes: how far we came, the list as a stream.  Gives: the projects of this
 * pass that are to be visited, in the order of their serials.
 * Runs in: poll.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/http.h"
#include "base/str.h"
#include "base/vis.h"
#include "poll/listing_pass.h"
#include "poll/simple_json.h"
#include "poll/site.h"

#define INDEX_PATIENCE 8	/* times the time for one page: 30 MB */

bool
listing_unusable(const struct http_answer *a, char *why, size_t room)
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
	if (listing_unusable(a, why, sizeof(why)))
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

void
listing_ask_index(struct listing *l)
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

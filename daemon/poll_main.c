/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatch-poll - follows the indexes and resolves releases.
 * Takes: a cursor, releases to resolve.  Gives: events, lists of files, files
 * with digests, the health of each source.
 *
 * Queue says when to follow: of several hosts one polls.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/config.h"
#include "base/http.h"
#include "base/ipc.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/memfd.h"
#include "base/proc.h"
#include "base/sandbox.h"
#include "base/str.h"
#include "base/vis.h"
#include "data/messages.h"
#include "poll/backfill.h"
#include "poll/follow.h"
#include "poll/listing.h"
#include "poll/popular.h"
#include "poll/resolve.h"
#include "poll/site.h"
#include "role.h"

/* Connections to the index; PyPI's own advice for polite clients. */
#define POLL_CONNECTIONS 4
/* Releases that queue may leave with us at once. */
#define POLL_SLOTS 32
/* An upload of an index that the config no longer has. */
#define NO_INDEX_RETRY_S 600
/* Without somebody to write to we keep out of the way. */
#define ANONYMOUS_INTERVAL_S 60

/* One of the indexes, the main one first. */
struct index {
	struct site	 site;
	struct listing	*listing;	/* NULL: not followed by its lists */
	struct resolver	*resolver;
};

static struct {
	struct loop	*loop;
	struct channel	*queue;
	struct follow	*follow;
	struct backfill	*backfill;
	struct index	*indexes;
	size_t		 nindexes;
	bool		 following;
	bool		 gaps_only;	/* the main list: when there is need */
	const struct config *config;
	struct http_client *http;
	bool		 popular_asked;	/* and not answered yet */
} state;

static void
title(void)
{
	size_t n = 0;

	for (size_t i = 0; i < state.nindexes; i++)
		n += resolver_pending(state.indexes[i].resolver);
	proc_title("poll (%s, %zu to resolve)",
	    state.following ? "following" : "standing by", n);
}

/* By its section's name, NULL for the main one; NULL when there is none such
 * in our config. */
static struct index *
index_find(const char *name)
{
	for (size_t i = 0; i < state.nindexes; i++)
		if (str_equal(state.indexes[i].site.name, name))
			return &state.indexes[i];
	return NULL;
}

static void
on_follow(void *ctx, void *object, const int *fds)
{
	(void)ctx;
	(void)fds;
	state.following = true;
	follow_start(state.follow, object);
	for (size_t i = 0; i < state.nindexes; i++)
		if (state.indexes[i].listing != NULL)
			listing_start(state.indexes[i].listing, object);
	title();
}

static void
on_unfollow(void *ctx, void *object, const int *fds)
{
	(void)ctx;
	(void)object;
	(void)fds;
	state.following = false;
	follow_stop(state.follow);
	backfill_stop(state.backfill);
	for (size_t i = 0; i < state.nindexes; i++)
		if (state.indexes[i].listing != NULL)
			listing_stop(state.indexes[i].listing);
	title();
}

static void
on_stored(void *ctx, void *object, const int *fds)
{
	(void)ctx;
	(void)fds;
	follow_stored(state.follow, object);
}

static void
on_listing_stored(void *ctx, void *object, const int *fds)
{
	const struct msg_listing_stored *m = object;
	struct index *x = index_find(m->index);

	(void)ctx;
	(void)fds;
	if (x != NULL && x->listing != NULL)
		listing_stored(x->listing, m);
}

static void
send_resolved(void *ctx, const struct msg_resolved *m)
{
	(void)ctx;
	channel_send(state.queue, MSG_RESOLVED, &msg_resolved_desc, m, NULL,
	    0);
	title();
}

/* It may come back into the config, so it is not gone for good. */
static void
resolve_elsewhere(const struct msg_resolve *m)
{
	char why[128];
	struct msg_resolved answer = { .id = m->id, .status = RESOLVE_FAILED,
	    .retry_after_s = NO_INDEX_RETRY_S, .why = why,
	    .release.serial = -1 };

	snprintf(why, sizeof(why), "the config has no index \"%s\"",
	    vis(m->index));
	send_resolved(NULL, &answer);
}

static void
on_resolve(void *ctx, void *object, const int *fds)
{
	const struct msg_resolve *m = object;
	struct index *x = index_find(m->index);

	(void)ctx;
	(void)fds;
	if (x != NULL)
		resolve_start(x->resolver, m);
	else
		resolve_elsewhere(m);
	title();
}

static void
send_popular(void *ctx, const struct buf *lines, const char *why)
{
	struct msg_popular_failed m = { .why = (char *)(uintptr_t)why };
	int fd = lines != NULL ? memfd_of("popular", buf_text(lines),
	    lines->len) : -1;

	(void)ctx;
	state.popular_asked = false;
	if (fd == -1) {
		channel_send(state.queue, MSG_POPULAR_FAILED,
		    &msg_popular_failed_desc, &m, NULL, 0);
		return;
	}
	channel_send(state.queue, MSG_POPULAR, NULL, NULL, &fd, 1);
	close(fd);
}

static void
on_popular_wanted(void *ctx, void *object, const int *fds)
{
	(void)ctx;
	(void)object;
	(void)fds;
	if (state.popular_asked || state.config->pypi.popular_url == NULL)
		return;
	state.popular_asked = true;
	popular_fetch(&(struct popular_ask){ .http = state.http,
	    .url = state.config->pypi.popular_url,
	    .timeout_s = state.config->pypi.timeout_s,
	    .done = send_popular });
}

static void
on_backfill(void *ctx, void *object, const int *fds)
{
	(void)ctx;
	(void)fds;
	backfill_start(state.backfill, object);
}

static const struct msg_rule from_queue[] = {
	{ MSG_FOLLOW, &msg_follow_desc, 0, on_follow },
	{ MSG_UNFOLLOW, NULL, 0, on_unfollow },
	{ MSG_EVENTS_STORED, &msg_events_stored_desc, 0, on_stored },
	{ MSG_RESOLVE, &msg_resolve_desc, 0, on_resolve },
	{ MSG_BACKFILL, &msg_backfill_desc, 0, on_backfill },
	{ MSG_LISTING_STORED, &msg_listing_stored_desc, 0, on_listing_stored },
	{ MSG_POPULAR_WANTED, NULL, 0, on_popular_wanted },
};

static void
send_events(void *ctx, const struct msg_events *m)
{
	(void)ctx;
	channel_send(state.queue, MSG_EVENTS, &msg_events_desc, m, NULL, 0);
}

static void
send_health(void *ctx, const struct msg_source *m)
{
	(void)ctx;
	channel_send(state.queue, MSG_SOURCE, &msg_source_desc, m, NULL, 0);
}

static void
send_listing(void *ctx, const struct msg_listing *m)
{
	(void)ctx;
	channel_send(state.queue, MSG_LISTING, &msg_listing_desc, m, NULL, 0);
}

static void
send_listed(void *ctx, const struct msg_listed *m)
{
	(void)ctx;
	channel_send(state.queue, MSG_LISTED, &msg_listed_desc, m, NULL, 0);
}

static void
send_backfilled(void *ctx, const struct msg_backfilled *m)
{
	(void)ctx;
	channel_send(state.queue, MSG_BACKFILLED, &msg_backfilled_desc, m,
	    NULL, 0);
}

static bool
changelog_asks(void *ctx)
{
	(void)ctx;
	return follow_is_asking(state.follow);
}

/* What the changelog and the feeds may have missed, the lists show. */
static void
on_gap(void *ctx, int64_t serial)
{
	(void)ctx;
	if (state.indexes[0].listing != NULL)
		listing_wake(state.indexes[0].listing, serial);
}

static bool
main_list_needed(void *ctx, int64_t *since)
{
	(void)ctx;
	return !follow_is_lossless(state.follow, since) || !state.gaps_only;
}

/* Never faster than once a minute without a contact. */
static int64_t
interval(const struct config *c, int64_t wanted_s)
{
	return *c->pypi.contact != '\0' || wanted_s >= ANONYMOUS_INTERVAL_S ?
	    wanted_s : ANONYMOUS_INTERVAL_S;
}

static void
index_new(struct index *x, struct http_client *http,
    const struct listing_settings *wanted, int64_t timeout_s)
{
	struct listing_settings set = { .loop = state.loop, .http = http,
	    .site = &x->site, .timeout_s = timeout_s,
	    .listing = send_listing, .listed = send_listed,
	    .health = send_health };

	x->resolver = resolver_new(&(struct resolver_settings){
	    .loop = state.loop, .http = http, .site = &x->site,
	    .timeout_s = timeout_s, .done = send_resolved });
	if (wanted == NULL)
		return;
	set.interval_s = wanted->interval_s;
	set.existing = wanted->existing;
	set.needed = wanted->needed;
	x->listing = listing_new(&set);
}

static void
main_new(const struct config *c, struct http_client *http)
{
	struct index *x = &state.indexes[0];
	struct listing_settings set = { .interval_s = interval(c,
	    c->pypi.simple_interval_s), .needed = main_list_needed };

	site_init(&x->site, NULL, c->pypi.url, c->pypi.files_url, NULL,
	    c->pypi.requests_per_second);
	state.gaps_only = str_equal(c->pypi.simple, "gaps");
	index_new(x, http, str_equal(c->pypi.simple, "no") ? NULL : &set,
	    c->pypi.timeout_s);
	state.follow = follow_new(&(struct follow_settings){
	    .loop = state.loop, .http = http, .site = &x->site,
	    .changelog = c->pypi.changelog, .rss = c->pypi.rss,
	    .changelog_interval_s = interval(c, c->pypi.changelog_interval_s),
	    .rss_interval_s = interval(c, c->pypi.rss_interval_s),
	    .timeout_s = c->pypi.timeout_s, .events = send_events,
	    .health = send_health, .gap = on_gap });
	state.backfill = backfill_new(&(struct backfill_settings){
	    .loop = state.loop, .http = http, .site = &x->site,
	    .timeout_s = c->pypi.timeout_s, .busy = changelog_asks,
	    .done = send_backfilled });
}

static void
parts_new(const struct config *c, struct http_client *http)
{
	state.indexes = mem_array(c->nindexes + 1, sizeof(*state.indexes));
	state.nindexes = 1;
	main_new(c, http);
	for (size_t i = 0; i < c->nindexes; i++) {
		const struct config_index *from = &c->indexes[i];
		struct index *x = &state.indexes[state.nindexes];
		struct listing_settings set = {
		    .interval_s = from->interval_s,
		    .existing = from->scan_existing };
		char *secret;

		if (!from->enabled)
			continue;
		secret = role_authorization(from);
		site_init(&x->site, from->name, from->url, from->files_url,
		    secret, from->requests_per_second);
		free(secret);
		index_new(x, http, &set, from->timeout_s);
		state.nindexes++;
	}
}

static void
parts_free(void)
{
	backfill_free(state.backfill);
	follow_free(state.follow);
	for (size_t i = 0; i < state.nindexes; i++) {
		listing_free(state.indexes[i].listing);
		resolver_free(state.indexes[i].resolver);
		site_release(&state.indexes[i].site);
	}
	free(state.indexes);
}

int
main(int argc, char **argv)
{
	struct config *c;
	struct http_client *http;
	struct msg_hello hello = { .protocol = IPC_PROTOCOL,
	    .role = (char *)(uintptr_t)"poll", .slots = POLL_SLOTS };

	proc_init(argc, argv);
	role_options(argc, argv, "pypiwatch-poll", "follows the index");
	log_open("poll", log_get_level());
	c = config_inherited();
	state.loop = loop_new();
	role_ends(state.loop);
	http = role_http(state.loop, c, POLL_CONNECTIONS, POLL_CONNECTIONS *
	    (unsigned int)(c->nindexes + 1));
	state.config = c;
	state.http = http;
	parts_new(c, http);
	state.queue = role_channel(state.loop, from_queue,
	    ARRAY_LEN(from_queue));
	sandbox_enter(SANDBOX_POLL, c->daemon.sandbox_required ?
	    SANDBOX_REQUIRED : SANDBOX_BEST_EFFORT);
	if (*c->pypi.contact == '\0')
		log_info("pypi.contact is empty: polling every %d s at most, "
		    "because PyPI asks for somebody to write to",
		    ANONYMOUS_INTERVAL_S);
	title();
	channel_send(state.queue, MSG_HELLO, &msg_hello_desc, &hello, NULL, 0);
	loop_run(state.loop);
	channel_free(state.queue);
	parts_free();
	http_client_free(http);
	loop_free(state.loop);
	config_free(c);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatch-poll - follows the index and resolves releases.
 * Takes: a cursor, releases to resolve.  Gives: events, files with digests,
 * the health of each source.
 *
 * Queue says when to follow: of several hosts one polls.
 */
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/http.h"
#include "base/ipc.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/sandbox.h"
#include "base/str.h"
#include "base/vis.h"
#include "data/messages.h"
#include "poll/follow.h"
#include "poll/pace.h"
#include "poll/resolve.h"
#include "role.h"

/* Connections to the index; PyPI's own advice for polite clients. */
#define POLL_CONNECTIONS 4
/* Releases that queue may leave with us at once. */
#define POLL_SLOTS 32
/* Without somebody to write to we keep out of the way. */
#define ANONYMOUS_INTERVAL_S 60

static struct {
	struct loop	*loop;
	struct channel	*queue;
	struct bucket	 bucket;
	struct follow	*follow;
	struct resolver	*resolver;
	bool		 following;
} state;

static void
title(void)
{
	proc_title("poll (%s, %zu to resolve)",
	    state.following ? "following" : "standing by",
	    resolver_pending(state.resolver));
}

static void
on_follow(void *ctx, void *object, const int *fds)
{
	(void)ctx;
	(void)fds;
	state.following = true;
	follow_start(state.follow, object);
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
on_resolve(void *ctx, void *object, const int *fds)
{
	(void)ctx;
	(void)fds;
	resolve_start(state.resolver, object);
	title();
}

static const struct msg_rule from_queue[] = {
	{ MSG_FOLLOW, &msg_follow_desc, 0, on_follow },
	{ MSG_UNFOLLOW, NULL, 0, on_unfollow },
	{ MSG_EVENTS_STORED, &msg_events_stored_desc, 0, on_stored },
	{ MSG_RESOLVE, &msg_resolve_desc, 0, on_resolve },
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
send_resolved(void *ctx, const struct msg_resolved *m)
{
	(void)ctx;
	channel_send(state.queue, MSG_RESOLVED, &msg_resolved_desc, m, NULL,
	    0);
	title();
}

static void
on_closed(void *ctx, const char *why)
{
	(void)ctx;
	log_info("queue is gone (%s), stopping", vis(why));
	loop_stop(state.loop);
}

static void
on_term(void *ctx)
{
	(void)ctx;
	loop_stop(state.loop);
}

/* Never faster than once a minute without a contact. */
static int64_t
interval(const struct config *c, int64_t wanted_s)
{
	return *c->pypi.contact != '\0' || wanted_s >= ANONYMOUS_INTERVAL_S ?
	    wanted_s : ANONYMOUS_INTERVAL_S;
}

static void
parts_new(const struct config *c, struct http_client *http)
{
	char	*url = mem_strdup(c->pypi.url);
	size_t	 n = strlen(url);

	while (n > 0 && url[n - 1] == '/')
		url[--n] = '\0';
	bucket_init(&state.bucket, c->pypi.requests_per_second,
	    clock_mono_ms());
	state.follow = follow_new(&(struct follow_settings){
	    .loop = state.loop, .http = http, .bucket = &state.bucket,
	    .url = url, .changelog = c->pypi.changelog, .rss = c->pypi.rss,
	    .changelog_interval_s = interval(c, c->pypi.changelog_interval_s),
	    .rss_interval_s = interval(c, c->pypi.rss_interval_s),
	    .timeout_s = c->pypi.timeout_s, .events = send_events,
	    .health = send_health });
	state.resolver = resolver_new(&(struct resolver_settings){
	    .loop = state.loop, .http = http, .bucket = &state.bucket,
	    .url = url, .files_url = c->pypi.files_url,
	    .timeout_s = c->pypi.timeout_s, .done = send_resolved });
	free(url);
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
	loop_signal(state.loop, SIGTERM, on_term, NULL);
	loop_signal(state.loop, SIGINT, on_term, NULL);
	http = role_http(state.loop, c, POLL_CONNECTIONS, POLL_CONNECTIONS);
	parts_new(c, http);
	state.queue = channel_new(state.loop, ROLE_CHANNEL_FD, from_queue,
	    ARRAY_LEN(from_queue), on_closed, NULL);
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
	follow_free(state.follow);
	resolver_free(state.resolver);
	http_client_free(http);
	loop_free(state.loop);
	config_free(c);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatch-fetch - downloads files as uploaded.
 * Takes: a URL and a digest at a time.  Gives: sealed memfds.
 *
 * Counts and hashes bytes, and looks at them in no other way.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/config.h"
#include "base/http.h"
#include "base/ipc.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/sandbox.h"
#include "base/str.h"
#include "data/messages.h"
#include "fetch/transfer.h"
#include "role.h"

static struct {
	struct loop	*loop;
	struct channel	*queue;
	struct transfers *transfers;
} state;

static void
title(void)
{
	proc_title("fetch (%zu under way)", transfers_pending(state.transfers));
}

static void
on_fetch(void *ctx, void *object, const int *fds)
{
	(void)ctx;
	(void)fds;
	transfer_start(state.transfers, object);
	title();
}

static const struct msg_rule from_queue[] = {
	{ MSG_FETCH, &msg_fetch_desc, 0, on_fetch },
};

static void
on_done(void *ctx, const struct msg_fetched *m, int fd)
{
	(void)ctx;
	if (fd != -1)
		channel_send(state.queue, MSG_FETCHED, &msg_fetched_desc, m,
		    &fd, 1);
	else
		channel_send(state.queue, MSG_FETCH_FAILED, &msg_fetched_desc,
		    m, NULL, 0);
	title();
}

/* The main index's file host, the command that feeds a folder, and the file
 * hosts of the other indexes. */
static void
transfers_open(const struct config *c, struct http_client *http,
    const char *fed)
{
	struct transfer_origin *from = mem_array(c->nindexes + 2,
	    sizeof(*from));
	char	**secrets = mem_array(c->nindexes + 2, sizeof(*secrets));
	size_t	 n = 2;

	from[0].files_url = c->pypi.files_url;
	from[1].files_url = fed;
	for (size_t i = 0; i < c->nindexes; i++) {
		if (!c->indexes[i].enabled)
			continue;
		secrets[n] = role_authorization(&c->indexes[i]);
		from[n] = (struct transfer_origin){ c->indexes[i].files_url,
		    secrets[n], true };
		n++;
	}
	state.transfers = transfers_new(&(struct transfer_settings){
	    .http = http, .origins = from, .norigins = n,
	    .size_most = c->limits.artefact_bytes,
	    .low_speed = c->limits.fetch_low_speed, .done = on_done });
	while (n-- > 2)
		free(secrets[n]);
	free(secrets);
	free(from);
}

int
main(int argc, char **argv)
{
	struct config *c;
	struct http_client *http;
	char *fed;
	struct msg_hello hello = { .protocol = IPC_PROTOCOL,
	    .role = (char *)(uintptr_t)"fetch" };

	proc_init(argc, argv);
	role_options(argc, argv, "pypiwatch-fetch", "downloads files");
	log_open("fetch", log_get_level());
	c = config_inherited();
	hello.slots = (uint32_t)c->limits.fetch_connections;
	state.loop = loop_new();
	role_ends(state.loop);
	fed = mem_printf(strchr(c->ingest.listen, ':') != NULL ?
	    "http://[%s]:%d/ingest/" : "http://%s:%d/ingest/",
	    c->ingest.listen, (int)c->ingest.port);
	http = role_http(state.loop, c, hello.slots, hello.slots);
	transfers_open(c, http, fed);
	state.queue = role_channel(state.loop, from_queue,
	    ARRAY_LEN(from_queue));
	sandbox_enter(SANDBOX_FETCH, c->daemon.sandbox_required ?
	    SANDBOX_REQUIRED : SANDBOX_BEST_EFFORT);
	title();
	channel_send(state.queue, MSG_HELLO, &msg_hello_desc, &hello, NULL, 0);
	loop_run(state.loop);
	channel_free(state.queue);
	transfers_free(state.transfers);
	http_client_free(http);
	free(fed);
	loop_free(state.loop);
	config_free(c);
	return 0;
}

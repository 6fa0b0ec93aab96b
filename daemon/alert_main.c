/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatch-alert - delivers alerts to the sinks.
 * Takes: deliveries from queue.  Gives: what became of each.
 *
 * Reads the sinks' URLs and keys before it enters its sandbox; afterwards it
 * can open no file of secrets, and its answers to queue hold none.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alert/delivery.h"
#include "alert/heartbeat.h"
#include "alert/sinks.h"
#include "base/config.h"
#include "base/fault.h"
#include "base/ipc.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/proc.h"
#include "base/sandbox.h"
#include "base/str.h"
#include "base/vis.h"
#include "data/messages.h"
#include "role.h"

/* Deliveries that queue may leave with us at once, over all sinks. */
#define ALERT_SLOTS 256

static struct {
	struct loop	*loop;
	struct channel	*queue;
	struct courier	*courier;
	struct heartbeat *heartbeat;	/* NULL: none */
} state;

static void
on_deliver(void *ctx, void *object, const int *fds)
{
	const struct msg_deliver *m = object;

	(void)ctx;
	(void)fds;
	courier_deliver(state.courier, m);
}

static void
on_heartbeat(void *ctx, void *object, const int *fds)
{
	(void)ctx;
	(void)object;
	(void)fds;
	heartbeat_send(state.heartbeat);
}

static const struct msg_rule from_queue[] = {
	{ MSG_HEARTBEAT, NULL, 0, on_heartbeat },
	{ MSG_DELIVER, &msg_deliver_desc, 0, on_deliver },
};

static void
on_done(void *ctx, const struct msg_delivered *m)
{
	(void)ctx;
	channel_send(state.queue, MSG_DELIVERED, &msg_delivered_desc, m, NULL,
	    0);
	proc_title("alert (%zu under way)", courier_pending(state.courier));
}

/* A sink that cannot be used is said once and does not stop the others. */
static void
add_sinks(const struct config *c)
{
	char why[FAULT_TEXT_MAX];

	for (size_t i = 0; i < c->nsinks; i++) {
		struct sink *s;

		if (!c->sinks[i].enabled)
			continue;
		s = sink_open(&c->sinks[i], c->daemon.locale_directory, why,
		    sizeof(why));
		sandbox_reads(c->sinks[i].ca_file);
		if (s != NULL)
			courier_add(state.courier, s);
		else
			log_error("sink=%s is not usable: %s",
			    vis(c->sinks[i].name), why);
	}
}

int
main(int argc, char **argv)
{
	struct config	*c;
	char		*agent, *auth, why[FAULT_TEXT_MAX];
	struct msg_hello hello = { .protocol = IPC_PROTOCOL,
	    .slots = ALERT_SLOTS };

	proc_init(argc, argv);
	role_options(argc, argv, "pypiwatch-alert",
	    "delivers alerts to the sinks");
	log_open("alert", log_get_level());
	c = config_inherited();
	auth = role_proxy_auth(c);
	sandbox_reads(c->http.ca_file);
	agent = role_agent(c);
	state.loop = loop_new();
	role_ends(state.loop);
	state.courier = courier_new(&(struct courier_settings){
	    .loop = state.loop, .user_agent = agent,
	    .link_base = c->daemon.link_base, .indexes = c->indexes,
	    .nindexes = c->nindexes, .proxy = c->http.proxy,
	    .proxy_auth = auth, .no_proxy = c->http.no_proxy,
	    .ca_file = c->http.ca_file, .done = on_done });
	add_sinks(c);
	state.heartbeat = heartbeat_open(state.loop, c, agent, auth, why,
	    sizeof(why));
	if (why[0] != '\0')
		log_error("daemon.heartbeat-url-file is not usable: %s", why);
	state.queue = role_channel(state.loop, from_queue,
	    ARRAY_LEN(from_queue));
	sandbox_enter(SANDBOX_ALERT, c->daemon.sandbox_required ?
	    SANDBOX_REQUIRED : SANDBOX_BEST_EFFORT);
	proc_title("alert");
	hello.role = (char *)(uintptr_t)"alert";
	channel_send(state.queue, MSG_HELLO, &msg_hello_desc, &hello, NULL, 0);
	loop_run(state.loop);
	channel_free(state.queue);
	courier_free(state.courier);
	heartbeat_free(state.heartbeat);
	loop_free(state.loop);
	config_free(c);
	free(auth);
	free(agent);
	return 0;
}

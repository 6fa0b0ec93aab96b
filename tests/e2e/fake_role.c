/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fake_role - what the supervisor starts in its test: says what it is told,
 * and misbehaves when pypi.contact in the config says so.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/config.h"
#include "base/ipc.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/proc.h"
#include "base/str.h"
#include "base/vis.h"
#include "data/messages.h"

static struct loop *loop;
static struct channel *channel;

static void
on_satellite(void *ctx, void *object, const int *fds)
{
	const struct msg_satellite *m = object;

	(void)ctx;
	log_info("told of %s/%u", m->role, m->index);
	/* Held open until we end. */
	(void)fds;
	channel_send(channel, MSG_GREETED, &msg_satellite_desc, m, NULL, 0);
}

static void
on_degraded(void *ctx, void *object, const int *fds)
{
	const struct msg_degraded *m = object;

	(void)ctx;
	(void)fds;
	log_info("told that %s/%u is %s: %s", m->role, m->index,
	    m->over ? "well" : "degraded", m->why);
}

static void
on_drain(void *ctx, void *object, const int *fds)
{
	(void)ctx;
	(void)object;
	(void)fds;
	log_info("drained");
	loop_stop(loop);
}

static const struct msg_rule from_supervisor[] = {
	{ MSG_SATELLITE, &msg_satellite_desc, 1, on_satellite },
	{ MSG_DRAIN, NULL, 0, on_drain },
	{ MSG_DEGRADED, &msg_degraded_desc, 0, on_degraded },
};

static void
on_closed(void *ctx, const char *why)
{
	(void)ctx;
	(void)why;
	loop_stop(loop);
}

static void
on_debug(void *ctx)
{
	(void)ctx;
	log_set_level(LOG_LEVEL_DEBUG);
	log_debug("debug messages from now on");
}

/* Last of all, because the test acts on it. */
static void
say_up(const struct config *c)
{
	log_debug("debug messages from the start");
	log_info("up contact=%s", c->pypi.contact);
}

int
main(int argc, char **argv)
{
	struct config	*c;
	const char	*role = strrchr(argv[0], '-');

	proc_init(argc, argv);
	role = role != NULL ? role + 1 : argv[0];
	log_open(role, log_get_level());
	c = config_inherited();
	if (argc == 2 && str_equal(argv[1], "--check")) {
		log_info("checked contact=%s", c->pypi.contact);
		return str_equal(c->pypi.contact, "broken") ? 1 : 0;
	}
	if (str_equal(role, "poll") && str_equal(c->pypi.contact, "crash")) {
		say_up(c);
		return 3;
	}
	if (str_equal(role, "fetch") && str_equal(c->pypi.contact, "stuck")) {
		(void)signal(SIGTERM, SIG_IGN);
		say_up(c);
		for (;;)
			(void)pause();
	}
	if (str_equal(role, "queue") && str_equal(c->pypi.contact, "deaf")) {
		(void)signal(SIGTERM, SIG_IGN);
		say_up(c);
		close(ROLE_CHANNEL_FD);
		for (;;)
			(void)pause();
	}
	loop = loop_new();
	loop_signal(loop, SIGUSR1, on_debug, NULL);
	channel = channel_new(loop, ROLE_CHANNEL_FD, from_supervisor,
	    ARRAY_LEN(from_supervisor), on_closed, NULL);
	if (str_equal(role, "queue"))
		channel_send(channel, MSG_QUEUE_READY, NULL, NULL, NULL, 0);
	say_up(c);
	loop_run(loop);
	channel_free(channel);
	loop_free(loop);
	config_free(c);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatch-queue - the centre of the star, and the only one that writes the
 * tables of work.
 * Takes: satellites from the supervisor, messages from them.  Gives: rows.
 *
 * Parses no feed, no archive: what it reads are typed, bounded messages and
 * its own rows.
 */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/config.h"
#include "base/fault.h"
#include "base/ipc.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/sandbox.h"
#include "base/str.h"
#include "base/vis.h"
#include "data/messages.h"
#include "queue/queue.h"

static struct {
	struct loop		*loop;
	const struct config	*config;
	struct channel		*supervisor;
	struct queue		*queue;
} state;

/* ---- to the supervisor ------------------------------------------------- */

static void
on_ready(void *ctx)
{
	(void)ctx;
	channel_send(state.supervisor, MSG_QUEUE_READY, NULL, NULL, NULL, 0);
}

static void
on_kick(void *ctx, const char *role, uint32_t index, const char *why)
{
	struct msg_kick m = { .role = mem_strdup(role), .index = index,
	    .why = mem_strdup(why) };

	(void)ctx;
	channel_send(state.supervisor, MSG_KICK, &msg_kick_desc, &m, NULL, 0);
	wire_release(&msg_kick_desc, &m);
}

static void
on_greeted(void *ctx, const char *role, uint32_t index, int64_t pid)
{
	struct msg_satellite m = { .role = mem_strdup(role), .index = index,
	    .pid = pid };

	(void)ctx;
	channel_send(state.supervisor, MSG_GREETED, &msg_satellite_desc, &m,
	    NULL, 0);
	wire_release(&msg_satellite_desc, &m);
}

static void
on_drained(void *ctx)
{
	(void)ctx;
	loop_stop(state.loop);
}

/* ---- from the supervisor ----------------------------------------------- */

static void
on_satellite(void *ctx, void *object, const int *fds)
{
	const struct msg_satellite *m = object;

	(void)ctx;
	queue_adopt(state.queue, m->role, m->index, m->pid, fds[0]);
}

static void
on_degraded(void *ctx, void *object, const int *fds)
{
	const struct msg_degraded *m = object;

	(void)ctx;
	(void)fds;
	queue_degraded(state.queue, m->role, m->index, m->over, m->why);
}

/* A little before the supervisor loses its patience. */
static void
drain(void)
{
	queue_drain(state.queue, state.config->daemon.drain_s * 1000 * 3 / 4);
}

static void
on_drain(void *ctx, void *object, const int *fds)
{
	(void)ctx;
	(void)object;
	(void)fds;
	drain();
}

static void
on_term(void *ctx)
{
	(void)ctx;
	drain();
}

/* Without a supervisor nobody would start what we lose. */
static void
on_closed(void *ctx, const char *why)
{
	(void)ctx;
	log_info("the supervisor is gone (%s), stopping", vis(why));
	loop_stop(state.loop);
}

static const struct msg_rule from_supervisor[] = {
	{ MSG_SATELLITE, &msg_satellite_desc, 1, on_satellite },
	{ MSG_DRAIN, NULL, 0, on_drain },
	{ MSG_DEGRADED, &msg_degraded_desc, 0, on_degraded },
};

/* ---- main -------------------------------------------------------------- */

static int
options_read(int argc, char **argv)
{
	bool help = argc == 2 && str_equal(argv[1], "--help");

	if (argc == 2 && (str_equal(argv[1], "--role") ||
	    str_equal(argv[1], "--check")))
		return -1;
	if (argc == 2 && str_equal(argv[1], "--version")) {
		printf("pypiwatch-queue %s\n", VERSION);
		return 0;
	}
	fputs("usage: pypiwatch-queue --role | --check\n"
	    "Started by pypiwatchd(8); keeps the queue in PostgreSQL.\n",
	    help ? stdout : stderr);
	return help ? 0 : 2;
}

/* What libpq opens at every connect. */
static void
database_files(void)
{
	static const char *const names[] = { ".pgpass", ".pg_service.conf",
	    ".postgresql" };
	const char	*home = getenv("HOME");

	sandbox_reads("/etc/passwd");
	sandbox_reads(getenv("PGPASSFILE"));
	sandbox_reads(getenv("PGSERVICEFILE"));
	for (size_t i = 0; home != NULL && i < ARRAY_LEN(names); i++) {
		char *path = mem_printf("%s/%s", home, names[i]);

		sandbox_reads(path);
		free(path);
	}
}

int
main(int argc, char **argv)
{
	static const struct queue_hooks hooks = { .ready = on_ready,
	    .greeted = on_greeted, .kick = on_kick, .drained = on_drained };
	struct config	*config;
	char		 why[FAULT_TEXT_MAX];
	bool		 check = argc == 2 && str_equal(argv[1], "--check");
	int		 rc;

	proc_init(argc, argv);
	rc = options_read(argc, argv);
	if (rc != -1)
		return rc;
	log_open("queue", log_get_level());
	config = config_inherited();
	state.config = config;
	state.loop = loop_new();
	loop_signal(state.loop, SIGTERM, on_term, NULL);
	loop_signal(state.loop, SIGINT, on_term, NULL);
	state.queue = queue_new(state.loop, config, &hooks, why, sizeof(why));
	if (state.queue == NULL) {
		log_error("%s", why);
		return 1;
	}
	if (check) {	/* the loop never turns: nothing was connected */
		queue_free(state.queue);
		loop_free(state.loop);
		config_free(config);
		return 0;
	}
	state.supervisor = channel_new(state.loop, ROLE_CHANNEL_FD,
	    from_supervisor, ARRAY_LEN(from_supervisor), on_closed, NULL);
	database_files();
	sandbox_enter(SANDBOX_QUEUE, config->daemon.sandbox_required ?
	    SANDBOX_REQUIRED : SANDBOX_BEST_EFFORT);
	proc_title("queue");
	loop_run(state.loop);
	queue_free(state.queue);
	channel_free(state.supervisor);
	loop_free(state.loop);
	config_free(config);
	return 0;
}

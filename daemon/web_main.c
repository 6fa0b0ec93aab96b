/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatch-web - feeds, metrics and health over HTTP, read-only.
 *
 * Starts with its channel to queue (only to see its end) and the config; opens
 * the port and the database connection, enters the sandbox, then serves.
 */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config.h"
#include "base/db.h"
#include "base/ipc.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/proc.h"
#include "base/sandbox.h"
#include "data/messages.h"
#include "web/site.h"

static struct {
	struct loop	*loop;
	struct config	*config;
	struct db	*db;
	struct site	*site;
	struct channel	*queue;
	struct log_spell down;
} web;

static void
on_stop(void *ctx)
{
	(void)ctx;
	loop_stop(web.loop);
}

static void
on_queue_closed(void *ctx, const char *why)
{
	(void)ctx;
	log_info("queue=closed why=%s", why);
	loop_stop(web.loop);
}

static void
on_database_up(void *ctx)
{
	(void)ctx;
	log_spell_end(&web.down, "database=up");
}

static void
on_database_down(void *ctx, const char *why)
{
	(void)ctx;
	log_spell_begin(&web.down, "database=down why=%s", why);
}

static void
queue_open(void)
{
	struct msg_hello hello = { .protocol = IPC_PROTOCOL,
	    .role = (char *)(uintptr_t)"web" };

	web.queue = channel_new(web.loop, ROLE_CHANNEL_FD, NULL, 0,
	    on_queue_closed, NULL);
	channel_send(web.queue, MSG_HELLO, &msg_hello_desc, &hello, NULL, 0);
}

static void
site_open(void)
{
	struct db_settings	db = { .application = "pypiwatch-web",
	    .conninfo = web.config->database.conninfo,
	    .up = on_database_up, .down = on_database_down };
	struct site_settings	site = { .listen = web.config->web.listen,
	    .port = (int)web.config->web.port,
	    .link_base = web.config->daemon.link_base,
	    .indexes = web.config->indexes,
	    .nindexes = web.config->nindexes };
	char			why[256];

	web.db = site.db = db_new(web.loop, &db);
	web.site = site_new(web.loop, &site, why, sizeof(why));
	if (web.site == NULL)
		fatal("%s", why);
	log_info("listen=%s port=%d", site.listen, site_port(web.site));
}

int
main(int argc, char **argv)
{
	proc_init(argc, argv);
	if (argc > 1 && strcmp(argv[1], "--version") == 0) {
		printf("pypiwatch-web %s\n", VERSION);
		return 0;
	}
	if (argc != 2 || strcmp(argv[1], "--role") != 0) {
		bool help = argc > 1 && strcmp(argv[1], "--help") == 0;

		fputs("usage: pypiwatch-web --role\nStarted by pypiwatchd(8);"
		    " serves feeds, metrics and health.\n", help ? stdout :
		    stderr);
		return help ? 0 : 2;
	}
	log_open("web", LOG_LEVEL_INFO);
	web.config = config_inherited();
	web.loop = loop_new();
	loop_signal(web.loop, SIGTERM, on_stop, NULL);
	loop_signal(web.loop, SIGINT, on_stop, NULL);
	queue_open();
	site_open();
	sandbox_enter(SANDBOX_WEB, web.config->daemon.sandbox_required ?
	    SANDBOX_REQUIRED : SANDBOX_BEST_EFFORT);
	proc_title("pypiwatch: web (port %d)", site_port(web.site));
	loop_run(web.loop);
	site_free(web.site);
	db_free(web.db);
	channel_free(web.queue);
	loop_free(web.loop);
	config_free(web.config);
	return 0;
}

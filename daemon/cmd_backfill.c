/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatch backfill - what happened before we began, when nothing else waits.
 * Takes: a serial.  Gives: a row in the database that the daemon works off.
 * Runs in: the command; queue and poll do the rest, see
 * lib/queue/backfills.c.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "command.h"
#include "statements.h"

#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"

#define me (&command_backfill)
#define WAIT_S 2		/* between two looks at how far it is */
#define PACE_LEAST 200		/* files an hour: less was idleness */
#define PAGE_SERIALS 50000	/* rows of a page at most, one a serial */

struct backfill {
	struct command_env *env;
	const char	*since, *stop;
	bool		 wait, list;
	int		 format;
};

/* What it will take, as far as what was seen so far tells. */
static void
estimate(const struct db_rows *rows)
{
	int64_t serials = db_int(rows, 0, "until") - db_int(rows, 0, "since");
	const char *events = db_text(rows, 0, "events_per_serial");
	const char *files = db_text(rows, 0, "files_per_event");
	int64_t hourly = db_int(rows, 0, "files_per_hour");
	double n;

	printf("%" PRId64 " serials, at most %" PRId64 " pages of the "
	    "changelog\n", serials, serials / PAGE_SERIALS + 1);
	if (events == NULL || files == NULL) {
		puts("nothing was followed long enough to estimate files");
		return;
	}
	n = (double)serials * strtod(events, NULL) * strtod(files, NULL);
	printf("about %.0f files, if the past was as what was followed so far",
	    n);
	if (hourly >= PACE_LEAST)
		printf(";\nat the best pace of an hour of the last week (%"
		    PRId64 " files) they take %.1f hours, more if new "
		    "releases come first", hourly, n / (double)hourly);
	puts("");
}

static void
progress(const char *id, const struct db_rows *rows)
{
	int64_t since = db_int(rows, 0, "since_n");
	int64_t total = db_int(rows, 0, "until_n") - since;
	int64_t at = db_int(rows, 0, "cursor_n") - since;
	int64_t left = db_int(rows, 0, "left_s_n");

	if (db_text(rows, 0, "why") != NULL)
		progress_show("backfill %s: %s", id, db_text(rows, 0, "why"));
	else if (db_text(rows, 0, "left_s_n") == NULL)
		progress_show("backfill %s: %" PRId64 " of %" PRId64
		    " serials, %s files and releases wait; too early to tell "
		    "how long", id, at, total, db_text(rows, 0, "waiting_n"));
	else
		progress_show("backfill %s: %" PRId64 " of %" PRId64
		    " serials, %s files and releases wait; about %" PRId64
		    " min left at the pace so far", id, at, total,
		    db_text(rows, 0, "waiting_n"), left / 60 + 1);
}

/* Follows one until its files are looked at; it goes on without us. */
static int
follow(struct command_env *env, const char *id)
{
	struct db_rows	*rows;
	bool		 over = false, stopped = false;
	int64_t		 events = 0;

	while (!over) {
		rows = command_query(env, &STMT_BACKFILL_LIST,
		    (const char *[]){ id });
		if (rows == NULL)
			return COMMAND_FAILED;
		stopped = str_equal(db_text(rows, 0, "state"), "stopped");
		over = stopped || db_rows_count(rows) == 0 ||
		    str_equal(db_text(rows, 0, "state"), "done");
		events = db_int(rows, 0, "events_n");
		progress(id, rows);
		db_rows_free(rows);
		if (!over)
			(void)nanosleep(&(struct timespec){ .tv_sec = WAIT_S },
			    NULL);
	}
	progress_clear();
	if (stopped)
		return command_fail("backfill %s was stopped", id);
	printf("backfill %s is done: %" PRId64 " events that were not known\n",
	    id, events);
	return COMMAND_OK;
}

static int
ask(struct backfill *b)
{
	struct db_rows	*rows;
	char		*id;
	int		 status = COMMAND_OK;

	rows = command_query(b->env, &STMT_BACKFILL_ASK,
	    (const char *[]){ b->since });
	if (rows == NULL)
		return COMMAND_FAILED;
	if (db_text(rows, 0, "id") == NULL) {
		status = command_fail("%s", vis(db_text(rows, 0, "why")));
		db_rows_free(rows);
		return status;
	}
	id = mem_strdup(db_text(rows, 0, "id"));
	estimate(rows);
	db_rows_free(rows);
	printf("backfill %s: worked off when nothing else waits%s\n", id,
	    b->wait ? "" : "; see: pypiwatch backfill --list");
	fflush(stdout);
	if (b->wait)
		status = follow(b->env, id);
	free(id);
	return status;
}

static int
list(struct backfill *b)
{
	struct db_rows *rows = command_query(b->env, &STMT_BACKFILL_LIST,
	    (const char *[]){ NULL });

	if (rows == NULL)
		return COMMAND_FAILED;
	if (db_rows_count(rows) == 0 && b->format == TABLE_HUMAN)
		puts("nothing from before was asked for");
	else
		table_print(rows, (enum table_format)b->format, stdout);
	db_rows_free(rows);
	return COMMAND_OK;
}

static int
stop(struct backfill *b)
{
	struct db_rows	*rows;
	int64_t		 id;
	bool		 stopped;

	if (str_int(b->stop, 1, INT64_MAX, &id) == -1)
		return command_misused(me, "--stop takes the number of a "
		    "backfill, not \"%s\"", vis(b->stop));
	rows = command_query(b->env, &STMT_BACKFILL_STOP,
	    (const char *[]){ b->stop });
	if (rows == NULL)
		return COMMAND_FAILED;
	stopped = db_bool(rows, 0, "stopped");
	db_rows_free(rows);
	return stopped ? COMMAND_OK : command_fail("there is no backfill %s"
	    " under way; see: pypiwatch backfill --list", b->stop);
}

static int
run(struct command_env *env, int argc, char **argv)
{
	static const struct option options[] = {
		{ "since-serial", required_argument, NULL, 's' },
		{ "wait", no_argument, NULL, 'w' },
		{ "list", no_argument, NULL, 'l' },
		{ "stop", required_argument, NULL, 'x' },
		{ "format", required_argument, NULL, 'f' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct backfill	b = { .env = env, .format = TABLE_HUMAN };
	int64_t		serial;
	int		o, status = COMMAND_FAILED;

	while ((o = command_option(me, argc, argv, options, &status)) != -1) {
		if (o == COMMAND_STOP)
			return status;
		if (o == 's')
			b.since = optarg;
		else if (o == 'x')
			b.stop = optarg;
		else if (o == 'w')
			b.wait = true;
		else if (o == 'l')
			b.list = true;
		else if ((b.format = command_choice(me, "format", optarg,
		    table_format_names, ARRAY_LEN(table_format_names))) == -1)
			return COMMAND_FAILED;
	}
	if (optind != argc)
		return command_misused(me, "backfill takes no argument "
		    "\"%s\"", vis(argv[optind]));
	if (b.list)
		return list(&b);
	if (b.stop != NULL)
		return stop(&b);
	if (b.since == NULL)
		return command_misused(me, "say from where: --since-serial N");
	if (str_int(b.since, 0, INT64_MAX, &serial) == -1)
		return command_misused(me, "--since-serial takes a serial of"
		    " the changelog, not \"%s\"", vis(b.since));
	return ask(&b);
}

const struct command command_backfill = { "backfill",
    "--since-serial N [--wait] | --list [--format human|json|csv] |"
    " --stop ID",
    "Look at what happened before the daemon began",
    "  --since-serial N  from this serial of the changelog to where the\n"
    "                    daemon began; says what that will take\n"
    "  --wait            follow it to its end; it goes on without you\n"
    "  --list            what was asked for, and how far it is\n"
    "  --stop ID         no more of it; what is stored stays\n"
    "\n"
    "Example:\n"
    "  pypiwatch backfill --since-serial 31000000\n", run };

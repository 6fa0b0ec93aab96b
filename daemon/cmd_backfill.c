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

#include "spare_work.h"
#include "statements.h"

#include "base/str.h"
#include "base/vis.h"

#define me (&command_backfill)
#define PAGE_SERIALS 50000	/* rows of a page at most, one a serial */

struct backfill {
	struct command_env *env;
	const char	*since;
	struct spare_options spare;
};

/* What it will take, as far as what was seen so far tells. */
static void
estimate(const struct db_rows *rows)
{
	int64_t serials = db_int(rows, 0, "until") - db_int(rows, 0, "since");
	const char *events = db_text(rows, 0, "events_per_serial");
	const char *files = db_text(rows, 0, "files_per_event");
	double n;

	printf("%" PRId64 " serials, at most %" PRId64 " pages of the "
	    "changelog\n", serials, serials / PAGE_SERIALS + 1);
	if (events == NULL || files == NULL) {
		puts("nothing was followed long enough to estimate files");
		return;
	}
	n = (double)serials * strtod(events, NULL) * strtod(files, NULL);
	printf("about %.0f files, if the past was as what was followed so "
	    "far\n", n);
	spare_work_estimate(n, db_int(rows, 0, "files_per_hour"));
}

static void
progress(struct buf *b, const struct db_rows *rows)
{
	int64_t since = db_int(rows, 0, "since_n");

	buf_addf(b, "%" PRId64 " of %" PRId64 " serials, %s new events",
	    db_int(rows, 0, "cursor_n") - since,
	    db_int(rows, 0, "until_n") - since, db_text(rows, 0, "events_n"));
	if (db_int(rows, 0, "waiting_n") > 0)
		buf_addf(b, ", %s files and releases wait",
		    db_text(rows, 0, "waiting_n"));
	if (db_text(rows, 0, "why") != NULL)
		buf_addf(b, ", the last call failed: %s",
		    vis(db_text(rows, 0, "why")));
}

static const struct spare_work work = { me, "nothing from before was asked for",
    &STMT_BACKFILL_LIST, &STMT_BACKFILL_STOP, progress };

static int
ask(struct backfill *b)
{
	struct db_rows	*rows;
	int		 status;

	rows = command_query(b->env, &STMT_BACKFILL_ASK,
	    (const char *[]){ b->since });
	if (rows == NULL)
		return COMMAND_FAILED;
	if (db_text(rows, 0, "id") == NULL) {
		status = command_fail("%s", vis(db_text(rows, 0, "why")));
		db_rows_free(rows);
		return status;
	}
	estimate(rows);
	status = spare_work_begin(b->env, &work, db_text(rows, 0, "id"),
	    db_int(rows, 0, "daemons"), b->spare.wait);
	db_rows_free(rows);
	return status;
}

static int
run(struct command_env *env, int argc, char **argv)
{
	static const struct option options[] = {
		{ "since-serial", required_argument, NULL, 's' },
		SPARE_WORK_OPTIONS
	};
	struct backfill	b = { .env = env };
	int64_t		serial;
	int		o, status = COMMAND_FAILED;

	while ((o = command_option(me, argc, argv, options, &status)) != -1) {
		if (o == COMMAND_STOP)
			return status;
		if (o == 's')
			b.since = optarg;
		else if (spare_work_option(&work, &b.spare, o, optarg) == -1)
			return COMMAND_FAILED;
	}
	if (optind != argc)
		return command_misused(me, "backfill takes no argument "
		    "\"%s\"", vis(argv[optind]));
	if (b.spare.list)
		return spare_work_list(env, &work, &b.spare);
	if (b.spare.stop != NULL)
		return spare_work_stop(env, &work, b.spare.stop);
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

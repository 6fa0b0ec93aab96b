/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spare_work - what the daemon does when nothing newer waits.
 * Takes: a command's statements.  Gives: its list, progress, estimate, end.
 * Runs in: the command; queue does the work.
 */
#include "spare_work.h"

#include <inttypes.h>
#include <time.h>

#include "base/str.h"
#include "base/vis.h"

#define WAIT_S 2		/* between two looks at how far it is */
#define PACE_LEAST 200		/* files an hour: less was idleness */

int
spare_work_option(const struct spare_work *w, struct spare_options *out,
    int option, const char *value)
{
	switch (option) {
	case 'w':
		out->wait = true;
		return 0;
	case 'l':
		out->list = true;
		return 0;
	case 'x':
		out->stop = value;
		return 0;
	default:
		out->format = command_choice(w->command, "format", value,
		    table_format_names, ARRAY_LEN(table_format_names));
		return out->format == -1 ? -1 : 0;
	}
}

int
spare_work_list(struct command_env *env, const struct spare_work *w,
    const struct spare_options *options)
{
	return command_list(env, w->list, (const char *[]){ NULL },
	    options->format, w->none);
}

int
spare_work_stop(struct command_env *env, const struct spare_work *w,
    const char *id)
{
	const char	*name = w->command->name;
	struct db_rows	*rows;
	int64_t		 number;
	bool		 stopped;

	if (str_int(id, 1, INT64_MAX, &number) == -1)
		return command_misused(w->command, "--stop takes the number of"
		    " a %s, not \"%s\"", name, vis(id));
	rows = command_query(env, w->stop, (const char *[]){ id });
	if (rows == NULL)
		return COMMAND_FAILED;
	stopped = db_bool(rows, 0, "stopped");
	db_rows_free(rows);
	return stopped ? COMMAND_OK : command_fail("there is no %s %s under"
	    " way; see: pypiwatch %s --list", name, id, name);
}

/* "2 h 40 min"; what is counted in seconds is not known to the second. */
static void
span_add(struct buf *b, int64_t s)
{
	if (s >= 2 * 86400)
		buf_addf(b, "%" PRId64 " d %" PRId64 " h", s / 86400,
		    s % 86400 / 3600);
	else if (s >= 3600)
		buf_addf(b, "%" PRId64 " h %" PRId64 " min", s / 3600,
		    s % 3600 / 60);
	else if (s >= 60)
		buf_addf(b, "%" PRId64 " min", (s + 30) / 60);
	else
		buf_addf(b, "%" PRId64 " s", s);
}

void
spare_work_estimate(double files, int64_t hourly)
{
	struct buf b = BUF_EMPTY;

	if (hourly < PACE_LEAST)
		puts("too little was looked at in the last week to tell how "
		    "long they take");
	else {
		span_add(&b, (int64_t)(files * 3600 / (double)hourly) + 1);
		printf("at the best pace of an hour of the last week (%" PRId64
		    " files) they take %s, more while new releases come "
		    "first\n", hourly, buf_text(&b));
	}
	buf_release(&b);
}

static void
progress_say(const struct spare_work *w, const char *id,
    const struct db_rows *rows)
{
	struct buf b = BUF_EMPTY;

	w->progress(&b, rows);
	if (db_text(rows, 0, "left_s_n") != NULL) {
		buf_adds(&b, ", about ");
		span_add(&b, db_int(rows, 0, "left_s_n"));
		buf_adds(&b, " left at the pace so far");
	} else if (str_equal(db_text(rows, 0, "state"), "waiting"))
		buf_adds(&b, ", waits for the daemon to be idle");
	else if (str_equal(db_text(rows, 0, "state"), "running"))
		buf_adds(&b, ", too early to tell how long");
	progress_show("%s %s: %s", w->command->name, id, buf_text(&b));
	buf_release(&b);
}

/* Follows one until it ends; it goes on without us. */
static int
follow(struct command_env *env, const struct spare_work *w, const char *id)
{
	struct db_rows	*rows;
	bool		 stopped = false, over = false;
	struct buf	 b = BUF_EMPTY;

	while (!over) {
		rows = command_query(env, w->list, (const char *[]){ id });
		if (rows == NULL)
			return COMMAND_FAILED;
		stopped = str_equal(db_text(rows, 0, "state"), "stopped");
		over = stopped || db_rows_count(rows) == 0 ||
		    str_equal(db_text(rows, 0, "state"), "done");
		if (!over)
			progress_say(w, id, rows);
		else
			w->progress(&b, rows);
		db_rows_free(rows);
		if (!over)
			(void)nanosleep(&(struct timespec){ .tv_sec = WAIT_S },
			    NULL);
	}
	progress_clear();
	if (!stopped)
		printf("%s %s is done: %s\n", w->command->name, id,
		    buf_text(&b));
	buf_release(&b);
	return stopped ? command_fail("%s %s was stopped", w->command->name,
	    id) : COMMAND_OK;
}

int
spare_work_begin(struct command_env *env, const struct spare_work *w,
    const char *id, int64_t daemons, bool wait)
{
	const char *name = w->command->name;

	printf("%s %s: worked off when nothing newer waits", name, id);
	if (!wait)
		printf("; see: pypiwatch %s --list", name);
	puts("");
	if (daemons == 0)
		puts("no daemon runs now: it begins when pypiwatchd does");
	fflush(stdout);
	return wait ? follow(env, w, id) : COMMAND_OK;
}

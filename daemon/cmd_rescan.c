/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatch rescan - has files looked at again, when nothing else waits.
 * Takes: which files.  Gives: a row in the database that the daemon works off.
 * Runs in: the command; queue does the rest, see lib/queue/rescans.c.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "statements.h"

#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "names/name.h"

#define me (&command_rescan)
#define WAIT_S 2		/* between two looks at how far it is */

struct rescan {
	struct command_env *env;
	char		 project[PROJECT_NAME_MAX + 1]; /* "": any */
	char		 since[40];			/* "": any */
	bool		 rules_changed, wait, list;
	const char	*stop;
	int		 format;
};

/* The ruleset that is installed now, of the worker; heap, or NULL. */
static char *
ruleset_now(struct command_env *env)
{
	char		 name[] = "pypiwatch-worker", option[] = "--ruleset";
	struct buf	 out = BUF_EMPTY;
	char		*id = NULL;

	if (command_worker(env, (char *[]){ name, option, NULL }, &out) != 0 ||
	    out.len < 2)
		command_fail("the worker does not tell its ruleset");
	else
		id = mem_strndup(buf_text(&out), out.len - 1);
	buf_release(&out);
	return id;
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

static void
progress_say(struct buf *b, const struct db_rows *rows)
{
	int64_t total = db_int(rows, 0, "total_n");
	int64_t done = db_int(rows, 0, "done_n");

	buf_addf(b, "%" PRId64 " of %" PRId64 " files", done, total);
	if (db_text(rows, 0, "left_s_n") != NULL) {
		buf_adds(b, ", about ");
		span_add(b, db_int(rows, 0, "left_s_n"));
		buf_adds(b, " left at the pace so far");
	} else if (str_equal(db_text(rows, 0, "state"), "waiting"))
		buf_adds(b, ", waits for the daemon to be idle");
	else
		buf_adds(b, ", too early to tell how long");
}

/* Follows one until it ends; it goes on without us. */
static int
follow(struct command_env *env, const char *id)
{
	struct db_rows	*rows;
	struct buf	 b = BUF_EMPTY;
	bool		 stopped = false, over = false;

	while (!over) {
		rows = command_query(env, &STMT_RESCAN_LIST,
		    (const char *[]){ id });
		if (rows == NULL)
			return COMMAND_FAILED;
		stopped = str_equal(db_text(rows, 0, "state"), "stopped");
		over = stopped || db_rows_count(rows) == 0 ||
		    str_equal(db_text(rows, 0, "state"), "done");
		buf_reset(&b);
		progress_say(&b, rows);
		progress_show("rescan %s: %s", id, buf_text(&b));
		db_rows_free(rows);
		if (!over)
			(void)nanosleep(&(struct timespec){ .tv_sec = WAIT_S },
			    NULL);
	}
	buf_release(&b);
	progress_clear();
	if (stopped)
		return command_fail("rescan %s was stopped", id);
	printf("rescan %s is done\n", id);
	return COMMAND_OK;
}

static int
ask(struct rescan *r)
{
	char		*ruleset = NULL, *id;
	struct db_rows	*rows;
	int		 status = COMMAND_OK;

	if (r->rules_changed && (ruleset = ruleset_now(r->env)) == NULL)
		return COMMAND_FAILED;
	progress_show("counting the files");
	rows = command_query(r->env, &STMT_RESCAN_ASK, (const char *[]){
	    r->project[0] != '\0' ? r->project : NULL,
	    r->since[0] != '\0' ? r->since : NULL, ruleset });
	free(ruleset);
	progress_clear();
	if (rows == NULL)
		return COMMAND_FAILED;
	id = mem_strdup(db_text(rows, 0, "id"));
	if (db_int(rows, 0, "total") == 0)
		puts("there is no such file");
	else {
		printf("rescan %s: %s files, looked at when nothing else waits"
		    "%s\n", id, db_text(rows, 0, "total"), r->wait ? "" :
		    "; see: pypiwatch rescan --list");
		fflush(stdout);
		if (r->wait)
			status = follow(r->env, id);
	}
	db_rows_free(rows);
	free(id);
	return status;
}

static int
list(struct rescan *r)
{
	struct db_rows *rows = command_query(r->env, &STMT_RESCAN_LIST,
	    (const char *[]){ NULL });

	if (rows == NULL)
		return COMMAND_FAILED;
	if (db_rows_count(rows) == 0 && r->format == TABLE_HUMAN)
		puts("nothing was asked to be looked at again");
	else
		table_print(rows, (enum table_format)r->format, stdout);
	db_rows_free(rows);
	return COMMAND_OK;
}

static int
stop(struct rescan *r)
{
	struct db_rows	*rows;
	int64_t		 id;
	bool		 stopped;

	if (str_int(r->stop, 1, INT64_MAX, &id) == -1)
		return command_misused(me, "--stop takes the number of a "
		    "rescan, not \"%s\"", vis(r->stop));
	rows = command_query(r->env, &STMT_RESCAN_STOP,
	    (const char *[]){ r->stop });
	if (rows == NULL)
		return COMMAND_FAILED;
	stopped = db_bool(rows, 0, "stopped");
	db_rows_free(rows);
	return stopped ? COMMAND_OK : command_fail("there is no rescan %s"
	    " under way; see: pypiwatch rescan --list", r->stop);
}

static int
project_take(struct rescan *r, const char *name)
{
	struct project_name	 p;
	const char		*why;

	if (name_normalize(name, &p, &why) == -1)
		return command_misused(me, "\"%s\" is not a name of a"
		    " project: %s", vis(name), why);
	return str_copy(r->project, sizeof(r->project), p.text);
}

static int
take(struct rescan *r, int option, const char *value)
{
	switch (option) {
	case 'p':
		return project_take(r, value) == 0 ? 0 : -1;
	case 's':
		return command_since(me, value, r->since, sizeof(r->since));
	case 'r':
		r->rules_changed = true;
		return 0;
	case 'w':
		r->wait = true;
		return 0;
	case 'l':
		r->list = true;
		return 0;
	case 'x':
		r->stop = value;
		return 0;
	default:
		r->format = command_choice(me, "format", value,
		    table_format_names, ARRAY_LEN(table_format_names));
		return r->format == -1 ? -1 : 0;
	}
}

static int
run(struct command_env *env, int argc, char **argv)
{
	static const struct option options[] = {
		{ "project", required_argument, NULL, 'p' },
		{ "since", required_argument, NULL, 's' },
		{ "rules-changed", no_argument, NULL, 'r' },
		{ "wait", no_argument, NULL, 'w' },
		{ "list", no_argument, NULL, 'l' },
		{ "stop", required_argument, NULL, 'x' },
		{ "format", required_argument, NULL, 'f' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct rescan	r = { .env = env, .format = TABLE_HUMAN };
	int		o, status = COMMAND_FAILED;

	while ((o = command_option(me, argc, argv, options, &status)) != -1) {
		if (o == COMMAND_STOP)
			return status;
		if (take(&r, o, optarg) == -1)
			return COMMAND_FAILED;
	}
	if (optind != argc)
		return command_misused(me, "rescan takes no argument \"%s\";"
		    " did you mean --project %s?", vis(argv[optind]),
		    vis(argv[optind]));
	if (r.list)
		return list(&r);
	if (r.stop != NULL)
		return stop(&r);
	if (r.project[0] == '\0' && r.since[0] == '\0' && !r.rules_changed)
		return command_misused(me, "say which files: --project, "
		    "--since or --rules-changed");
	return ask(&r);
}

const struct command command_rescan = { "rescan",
    "[--project P] [--since T] [--rules-changed] [--wait] | --list "
    "[--format F] | --stop ID",
    "Have files looked at again",
    "  --project P      files of this project\n"
    "  --since T        files first heard of since then: 7d, 12h, or a time\n"
    "  --rules-changed  files that were judged by other rules than today's\n"
    "                   (of several of these, all must hold)\n"
    "  --wait           follow it to its end; it goes on when this is ended\n"
    "  --list           rescans, how far they are, and how long they may take\n"
    "  --format F       of the list: human, json (one object a line) or csv\n"
    "  --stop ID        end one; what was looked at stays\n"
    "\n"
    "The daemon fetches the files again and looks into them when nothing newer\n"
    "waits, for as long as it takes, also after a restart.  What is no longer\n"
    "on the index keeps its old result.\n"
    "\n"
    "Example:\n"
    "  pypiwatch rescan --rules-changed --since 30d\n", run };

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
#include <unistd.h>

#include "spare_work.h"
#include "statements.h"

#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "base/limits.h"

#define me (&command_rescan)

struct rescan {
	struct command_env *env;
	char		 project[2 * PROJECT_NAME_MAX + 2]; /* "": any */
	char		 since[40];			/* "": any */
	bool		 rules_changed;
	bool		 hold, alert;	/* --hold, --alert */
	struct spare_options spare;
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

static void
progress(struct buf *b, const struct db_rows *rows)
{
	buf_addf(b, "%" PRId64 " of %" PRId64 " files",
	    db_int(rows, 0, "done_n"), db_int(rows, 0, "total_n"));
}

static const struct spare_work work = { me, "nothing was asked to be looked at "
    "again", &STMT_RESCAN_LIST, &STMT_RESCAN_STOP, progress };

/* After a change of rules nobody is told before somebody has looked. */
static bool
holds(const struct rescan *r)
{
	return r->hold || (r->rules_changed && !r->alert);
}

static int
ask(struct rescan *r)
{
	char		*ruleset = NULL;
	struct db_rows	*rows;
	int		 status = COMMAND_OK;

	if (r->rules_changed && (ruleset = ruleset_now(r->env)) == NULL)
		return COMMAND_FAILED;
	progress_show("counting the files");
	rows = command_query(r->env, &STMT_RESCAN_ASK, (const char *[]){
	    r->project[0] != '\0' ? r->project : NULL,
	    r->since[0] != '\0' ? r->since : NULL, ruleset,
	    holds(r) ? "true" : "false" });
	free(ruleset);
	progress_clear();
	if (rows == NULL)
		return COMMAND_FAILED;
	if (db_int(rows, 0, "total") == 0)
		puts("there is no such file");
	else {
		printf("%s files to look at again\n",
		    db_text(rows, 0, "total"));
		spare_work_estimate((double)db_int(rows, 0, "total"),
		    db_int(rows, 0, "files_per_hour"));
		if (holds(r))
			printf("What would tell something is held: pypiwatch "
			    "retro list %s\n", db_text(rows, 0, "id"));
		status = spare_work_begin(r->env, &work,
		    db_text(rows, 0, "id"), db_int(rows, 0, "daemons"),
		    r->spare.wait);
	}
	db_rows_free(rows);
	return status;
}

static int
take(struct rescan *r, int option, const char *value)
{
	switch (option) {
	case 'p':
		return command_project(r->env, me, value, r->project,
		    sizeof(r->project));
	case 's':
		return command_since(me, value, r->since, sizeof(r->since));
	case 'r':
		r->rules_changed = true;
		return 0;
	case 'o':
		r->hold = true;
		return 0;
	case 'a':
		r->alert = true;
		return 0;
	default:
		return spare_work_option(&work, &r->spare, option, value);
	}
}

static int
run(struct command_env *env, int argc, char **argv)
{
	static const struct option options[] = {
		{ "project", required_argument, NULL, 'p' },
		{ "since", required_argument, NULL, 's' },
		{ "rules-changed", no_argument, NULL, 'r' },
		{ "hold", no_argument, NULL, 'o' },
		{ "alert", no_argument, NULL, 'a' },
		SPARE_WORK_OPTIONS
	};
	struct rescan	r = { .env = env };
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
	if (r.spare.list)
		return spare_work_list(env, &work, &r.spare);
	if (r.spare.stop != NULL)
		return spare_work_stop(env, &work, r.spare.stop);
	if (r.hold && r.alert)
		return command_misused(me, "--hold and --alert exclude each "
		    "other");
	if (r.project[0] == '\0' && r.since[0] == '\0' && !r.rules_changed)
		return command_misused(me, "say which files: --project, "
		    "--since or --rules-changed");
	return ask(&r);
}

const struct command command_rescan = { "rescan",
    "[--project P] [--since T] [--rules-changed] [--hold | --alert] [--wait] |"
    " --list [--format F] | --stop ID",
    "Have files looked at again",
    "  --project P      files of this project; INDEX/P of another index\n"
    "  --since T        files first heard of since then: 7d, 12h, or a time\n"
    "  --rules-changed  files that were judged by other rules than today's\n"
    "                   (of several of these, all must hold)\n"
    "  --hold           hold back what would tell something: pypiwatch retro\n"
    "                   list; --rules-changed does so by itself\n"
    "  --alert          hold back nothing, also with --rules-changed\n"
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

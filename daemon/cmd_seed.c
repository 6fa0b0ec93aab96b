/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatch seed - the newest releases of popular projects as history.
 * Takes: how many.  Gives: a row in the database that the daemon works off.
 * Runs in: the command; queue does the rest, see sql/seed.sql.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "spare_work.h"
#include "statements.h"

#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "names/targets.h"

#define me (&command_seed)
#define TOP_DEFAULT 1000
#define TOP_MOST 20000		/* more names than published lists have */
#define FILES_A_RELEASE 2	/* one of each kind, see seed_files() */

struct seed {
	struct command_env *env;
	int64_t		 top;
	bool		 alert;
	struct spare_options spare;
};

static void
progress(struct buf *b, const struct db_rows *rows)
{
	buf_addf(b, "%" PRId64 " of %" PRId64 " projects",
	    db_int(rows, 0, "done_n"), db_int(rows, 0, "total_n"));
	if (db_int(rows, 0, "held_n") > 0)
		buf_addf(b, ", %" PRId64 " verdicts held",
		    db_int(rows, 0, "held_n"));
}

static const struct spare_work work = { me, "no seed was asked for",
    &STMT_SEED_LIST, &STMT_RESCAN_STOP, progress };

/* The list that was fetched, else the file of the config, by rank. */
static char *
names_text(struct seed *s)
{
	struct target	*list;
	size_t		 n;
	const char	**names;
	char		*text;

	if (command_popular_names(s->env, &list, &n) == -1)
		return NULL;
	if (n > (size_t)s->top)
		printf("the first %" PRId64 " of %zu popular projects\n",
		    s->top, n);
	names = mem_array(n + 1, sizeof(*names));
	for (size_t i = 0; i < n; i++)
		names[i] = list[i].name;
	text = db_array(names, n < (size_t)s->top ? n : (size_t)s->top);
	free(names);
	targets_list_free(list, n);
	return text;
}

static int
begin(struct seed *s, const struct db_rows *rows)
{
	int64_t total = db_int(rows, 0, "total");

	if (total == 0) {
		puts("files of all of them are known already");
		return COMMAND_OK;
	}
	printf("%" PRId64 " of them are not known yet\n", total);
	spare_work_estimate((double)total * FILES_A_RELEASE,
	    db_int(rows, 0, "files_per_hour"));
	if (!s->alert)
		printf("What would tell something is held: pypiwatch retro "
		    "list %s\n", db_text(rows, 0, "id"));
	return spare_work_begin(s->env, &work, db_text(rows, 0, "id"),
	    db_int(rows, 0, "daemons"), s->spare.wait);
}

static int
ask(struct seed *s)
{
	struct db_rows	*rows;
	char		*names;
	int		 status = COMMAND_FAILED;

	if (command_database(s->env) == NULL ||
	    (names = names_text(s)) == NULL)
		return COMMAND_FAILED;
	rows = command_query(s->env, &STMT_SEED_ASK, (const char *[]){ names,
	    s->alert ? "false" : "true" });
	free(names);
	if (rows != NULL)
		status = begin(s, rows);
	db_rows_free(rows);
	return status;
}

static int
take(struct seed *s, int option, const char *value)
{
	switch (option) {
	case 't':
		if (str_int(value, 1, TOP_MOST, &s->top) == 0)
			return 0;
		command_misused(me, "--top takes a number from 1 to %d, not"
		    " \"%s\"", TOP_MOST, vis(value));
		return -1;
	case 'a':
		s->alert = true;
		return 0;
	default:
		return spare_work_option(&work, &s->spare, option, value);
	}
}

static int
run(struct command_env *env, int argc, char **argv)
{
	static const struct option options[] = {
		{ "top", required_argument, NULL, 't' },
		{ "alert", no_argument, NULL, 'a' },
		SPARE_WORK_OPTIONS
	};
	struct seed	s = { .env = env, .top = TOP_DEFAULT };
	int		o, status = COMMAND_FAILED;

	while ((o = command_option(me, argc, argv, options, &status)) != -1) {
		if (o == COMMAND_STOP)
			return status;
		if (take(&s, o, optarg) == -1)
			return COMMAND_FAILED;
	}
	if (optind != argc)
		return command_misused(me, "seed takes no argument \"%s\"",
		    vis(argv[optind]));
	if (s.spare.list)
		return spare_work_list(env, &work, &s.spare);
	if (s.spare.stop != NULL)
		return spare_work_stop(env, &work, s.spare.stop);
	return ask(&s);
}

const struct command command_seed = { "seed",
    "[--top N] [--alert] [--wait] | --list [--format human|json|csv] |"
    " --stop ID",
    "Begin with a history: the newest releases of popular projects",
    "  --top N      of the N most popular projects; 1000\n"
    "  --alert      hold nothing back\n"
    "  --wait       follow it to its end; it goes on when this is ended\n"
    "  --list       seeds, how far they are, and how long they may take\n"
    "  --format F   of the list: human, json (one object a line) or csv\n"
    "  --stop ID    ask for no more; what was found is looked at\n"
    "\n"
    "A new daemon knows no project, so everything in the next release of each\n"
    "is new to it.  This has it look at what stands on the index now, one\n"
    "source archive and one wheel of each project of which it knows no file,\n"
    "when nothing newer waits.  What would tell something is held back: see\n"
    "pypiwatch retro list; files younger than a day alert as ever.\n"
    "\n"
    "Example:\n"
    "  pypiwatch seed --top 5000\n", run };

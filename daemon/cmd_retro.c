/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatch retro - what history says under today's rules, weights and names.
 * Takes: stored findings, or kept samples.  Gives: verdicts that would tell
 * somebody something, held until they are applied.
 * Runs in: the command.  It judges with the function that queue calls, and
 * looks into samples through a worker.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "command.h"
#include "retro.h"
#include "statements.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "judge/judge.h"
#include "names/targets.h"

#define me (&command_retro)
#define PAGE "500"		/* files a statement */
#define END_MOST "1"		/* verdicts of a transaction; see held_end */

/* ---- what is held ------------------------------------------------------- */

static int
list(struct command_env *env, const char *id, int format)
{
	return command_list(env, &STMT_RETRO_LIST, (const char *[]){ id },
	    format, "nothing is held");
}

static int
end(struct command_env *env, const char *id, bool apply)
{
	int64_t n = 0, stale = 0, some = 1;

	while (some > 0) {
		struct db_rows *rows = command_query(env, &STMT_RETRO_END,
		    (const char *[]){ id, apply ? "true" : "false",
		    END_MOST, n == 0 ? "true" : "false" });

		if (rows == NULL)
			return COMMAND_FAILED;
		some = db_int(rows, 0, "n");
		n += some;
		stale += db_int(rows, 0, "stale");
		db_rows_free(rows);
		progress_show("%" PRId64 " verdicts", n);
	}
	progress_clear();
	if (n == 0)
		return command_fail("nothing is held of %s; see: pypiwatch "
		    "retro list", id);
	printf("%" PRId64 " verdicts %s\n", n - stale, apply ? "are in force; "
	    "sinks are told as they want it" : "were dropped");
	if (stale > 0)
		printf("%" PRId64 " are not: the file was looked at since, or "
		    "what is suppressed is not what it was; look back again\n",
		    stale);
	return COMMAND_OK;
}

/* ---- looking back ------------------------------------------------------- */

static int
weights_read(struct retro *r)
{
	struct buf errors = BUF_EMPTY;

	r->settings.prior = r->env->config->judge.prior;
	r->settings.alert_score = (uint32_t)r->env->config->judge.alert_score;
	r->settings.weights = r->weights = weights_load(
	    r->env->config->judge.weights_file, &errors);
	if (r->weights == NULL)
		command_fail("%s", buf_text(&errors));
	buf_release(&errors);
	return r->weights != NULL ? COMMAND_OK : COMMAND_FAILED;
}

static int
names_read(struct retro *r)
{
	const char *why = NULL;

	if (command_targets(r->env, NULL, &r->index) == -1)
		return COMMAND_FAILED;
	r->targets = targets_open(r->index.data, r->index.len, &why);
	return r->targets != NULL ? COMMAND_OK : command_fail("the index of "
	    "names: %s", why);
}

static int
begin(struct retro *r)
{
	struct db_rows *rows = command_query(r->env, &STMT_RETRO_BEGIN,
	    (const char *[]){ r->samples ? "samples" : "judge",
	    r->project[0] != '\0' ? r->project : NULL,
	    r->since[0] != '\0' ? r->since : NULL });
	int rc;

	if (rows == NULL)
		return COMMAND_FAILED;
	rc = str_copy(r->id, sizeof(r->id), db_text(rows, 0, "id"));
	db_rows_free(rows);
	return rc == 0 ? COMMAND_OK : COMMAND_FAILED;
}

int
retro_hold(struct retro *r, const char *file, const char *sha256,
    const char *scan)
{
	struct db_rows *rows = command_query(r->env, &STMT_RETRO_HOLD,
	    (const char *[]){ r->id, file, sha256, scan });

	if (rows == NULL)
		return -1;
	r->held += db_bool(rows, 0, "held");
	db_rows_free(rows);
	return 0;
}

/* How many files there were from *after on, or -1. */
static int
page(struct retro *r, char *after, size_t room)
{
	struct db_rows *rows = command_query(r->env, &STMT_RETRO_PAGE,
	    (const char *[]){ r->project[0] != '\0' ? r->project : NULL,
	    r->since[0] != '\0' ? r->since : NULL, after, PAGE });
	int n;

	if (rows == NULL)
		return -1;
	n = (int)db_rows_count(rows);
	for (int i = 0; i < n; i++) {
		r->n++;
		if (retro_file(r, rows, (size_t)i) == -1 || str_copy(after,
		    room, db_text(rows, (size_t)i, "id")) == -1) {
			n = -1;
			break;
		}
	}
	db_rows_free(rows);
	return n;
}

static int
files(struct retro *r)
{
	char	after[24] = "0";
	int	n;

	while ((n = page(r, after, sizeof(after))) > 0)
		progress_show("%zu files, %zu would tell something", r->n,
		    r->held);
	progress_clear();
	return n == 0 ? COMMAND_OK : COMMAND_FAILED;
}

static int
look(struct retro *r, int format)
{
	int status = COMMAND_FAILED;

	if (command_config(r->env) != NULL && weights_read(r) == COMMAND_OK &&
	    names_read(r) == COMMAND_OK && begin(r) == COMMAND_OK)
		status = r->samples ? retro_samples(r) : files(r);
	if (status == COMMAND_OK && format == TABLE_HUMAN) {
		printf("look back %s: %zu files, %zu verdicts would tell "
		    "something", r->id, r->n, r->held);
		if (r->held > 0)
			printf("; nobody is told before\n"
			    "pypiwatch retro apply %s\n", r->id);
		putchar('\n');
	}
	if (status == COMMAND_OK && (r->held > 0 || format != TABLE_HUMAN))
		status = list(r->env, r->id, format);
	targets_free(r->targets);
	weights_free(r->weights);
	buf_release(&r->index);
	return status;
}

/* ---- the command -------------------------------------------------------- */

static const char *const verbs[] = { "judge", "samples", "list", "apply",
	"drop" };

static int
dispatch(struct retro *r, char **words, int n, int format)
{
	int	verb = str_index(verbs, ARRAY_LEN(verbs), words[0]);
	bool	numbered = verb >= 2;
	int64_t	id;

	if (verb == -1)
		return command_misused(me, "\"%s\" is not judge, samples, "
		    "list, apply or drop", vis(words[0]));
	if (numbered && (r->project[0] != '\0' || r->since[0] != '\0'))
		return command_misused(me, "--project and --since belong to "
		    "judge and samples");
	if (n > (numbered ? 2 : 1) || (verb > 2 && n != 2))
		return command_misused(me, "%s takes %s", verbs[verb],
		    verb > 2 ? "the number of a look back" : "no argument");
	if (n == 2 && str_int(words[1], 1, INT64_MAX, &id) == -1)
		return command_misused(me, "\"%s\" is not the number of a look"
		    " back", vis(words[1]));
	if (verb > 2)
		return end(r->env, words[1], verb == 3);
	if (numbered)
		return list(r->env, words[1], format);
	r->samples = verb == 1;
	return look(r, format);
}

static int
run(struct command_env *env, int argc, char **argv)
{
	static const struct option options[] = {
		{ "project", required_argument, NULL, 'p' },
		{ "since", required_argument, NULL, 's' },
		{ "format", required_argument, NULL, 'f' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct retro	r = { .env = env };
	int		o, status = COMMAND_FAILED, format = TABLE_HUMAN;

	while ((o = command_option(me, argc, argv, options, &status)) != -1) {
		if (o == COMMAND_STOP)
			return status;
		if ((o == 'p' && command_project(env, me, optarg, r.project,
		    sizeof(r.project)) == -1) ||
		    (o == 's' && command_since(me, optarg, r.since,
		    sizeof(r.since)) == -1) ||
		    (o == 'f' && (format = command_choice(me, "format", optarg,
		    table_format_names, ARRAY_LEN(table_format_names))) == -1))
			return COMMAND_FAILED;
	}
	if (optind == argc)
		return command_misused(me, "say judge, samples, list, apply or"
		    " drop");
	return dispatch(&r, argv + optind, argc - optind, format);
}

const struct command command_retro = { "retro",
    "judge|samples [--project P] [--since T] [--format F] | list [ID] | "
    "apply ID | drop ID",
    "See what history says under today's rules and weights",
    "  judge    judge what is stored again, with today's weights and names\n"
    "  samples  look into the archives that are kept, with today's rules\n"
    "           (for files that the index still has: pypiwatch rescan)\n"
    "  list     what is held: it would alert, no more alert, or change a score\n"
    "  apply    put what is held into force; sinks are told as they want it\n"
    "  drop     forget it\n"
    "\n"
    "  --project P  files of this project\n"
    "  --since T    files first heard of since then: 7d, 12h, or a time\n"
    "  --format F   human, json (one object a line) or csv\n"
    "\n"
    "Nobody is told of anything before apply.\n"
    "\n"
    "Example:\n"
    "  pypiwatch retro judge --since 30d\n"
    "  pypiwatch retro apply 7\n", run };

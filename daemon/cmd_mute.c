/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatch mute - sinks that are not told for a while.
 * Takes: sink, match expression; reason, owner, end.  Gives: rows of
 * analyst.mutes; what waits already ends with them.
 * Runs in: the command.
 */
#include <getopt.h>

#include "exception.h"
#include "statements.h"

#include "base/config.h"
#include "base/expr.h"
#include "base/vis.h"

enum { SINK = EXCEPTION_OWN, MATCH, COMPILED };

static int
complete(const char **params, struct buf *keep)
{
	char why[200];

	if (params[SINK] == NULL && params[MATCH] == NULL) {
		command_misused(&command_mute, "mute add needs a --sink or"
		    " what shall not be heard, as --match");
		return -1;
	}
	if (params[MATCH] == NULL)
		return 0;
	if (expr_compile(params[MATCH], config_match_keys, keep, why,
	    sizeof(why)) == -1) {
		command_fail("--match %s: %s; see MATCHING in"
		    " pypiwatch.conf(5)", vis(params[MATCH]), why);
		return -1;
	}
	params[COMPILED] = buf_text(keep);
	return 0;
}

static int
run(struct command_env *env, int argc, char **argv)
{
	static const struct option options[] = {
		{ "sink", required_argument, NULL, SINK },
		{ "match", required_argument, NULL, MATCH },
		EXCEPTION_OPTIONS
	};

	return exception_run(env, &(struct exception){ &command_mute, "mute",
	    "nothing is muted", options, complete, &STMT_MUTE_ADD,
	    &STMT_MUTE_LIST, &STMT_MUTE_REMOVE }, argc, argv);
}

const struct command command_mute = { "mute",
    "add [--sink S] [--match EXPRESSION] [--until 24h] [--owner WHO]"
    " --reason TEXT | list [--all] [--format F] | remove ID ...",
    "Keep alerts from a sink for a while",
    "  --sink NAME     this sink only; default: all\n"
    "  --match EXPR    what is not heard, as the key match of a sink:\n"
    "                  project:acme-*, rule:..., campaign:*, type:daemon.*\n"
    "  --until TIME    a time span (2h, 3d; at most three months) or a time\n"
    "                  such as 2027-06-01T00:00:00Z; default 24h\n"
    "  --reason TEXT   why\n"
    "  --owner WHO     who answers for it; default: you\n"
    "  --all           list those that are over, too\n"
    "  --format F      human, json (one object a line) or csv\n"
    "\n"
    "What is muted stays on record and is never sent, also not afterwards.\n"
    "What waits already when a mute is made is muted, too.\n"
    "\n"
    "Examples:\n"
    "  pypiwatch mute add --sink chat --match 'campaign:*crew*' --until 3d \\\n"
    "      --reason 'known, reported to PyPI'\n"
    "  pypiwatch mute add --sink pager --until 2h --reason 'maintenance'\n",
    run };

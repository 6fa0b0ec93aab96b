/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatch suppress - findings that somebody answers for do not count.
 * Takes: project, path, rule, digest; reason, owner, end.  Gives: rows of
 * analyst.suppressions; queue judges open detections again.
 * Runs in: the command; calls analyst.suppress, which decides what is allowed.
 */
#include <getopt.h>

#include "exception.h"
#include "statements.h"

enum { PROJECT = EXCEPTION_OWN, PATH, RULE, SHA256 };

static int
complete(const char **params, struct buf *keep)
{
	(void)keep;
	if (params[PROJECT] != NULL || params[PATH] != NULL ||
	    params[RULE] != NULL || params[SHA256] != NULL)
		return 0;
	command_misused(&command_suppress, "suppress add needs a --project,"
	    " --path, --rule or --sha256");
	return -1;
}

static int
run(struct command_env *env, int argc, char **argv)
{
	static const struct option options[] = {
		{ "project", required_argument, NULL, PROJECT },
		{ "path", required_argument, NULL, PATH },
		{ "rule", required_argument, NULL, RULE },
		{ "sha256", required_argument, NULL, SHA256 },
		EXCEPTION_OPTIONS
	};

	return exception_run(env, &(struct exception){ &command_suppress,
	    "suppression", "nothing is suppressed", options, complete,
	    &STMT_SUPPRESSION_ADD, &STMT_SUPPRESSION_LIST,
	    &STMT_SUPPRESSION_REMOVE }, argc, argv);
}

const struct command command_suppress = { "suppress",
    "add [--project P] [--path GLOB] [--rule R] [--sha256 S]"
    " [--until 90d] [--owner WHO] --reason TEXT |"
    " list [--all] [--format F] | remove ID ...",
    "Keep findings from counting, for a reason and until a time",
    "What is given must all hold:\n"
    "  --project NAME  in this project\n"
    "  --path GLOB     in members of this path, whole or below a source\n"
    "                  archive's top folder; * is anything, also with slashes\n"
    "  --rule RULE     of this rule; * and ? too\n"
    "  --sha256 HEX    in the file with this digest\n"
    "and then:\n"
    "  --reason TEXT   why; it stands with every finding\n"
    "  --owner WHO     who answers for it; default: you\n"
    "  --until TIME    a time span (12h, 90d, 52w; at most two years) or a\n"
    "                  time such as 2027-06-01T00:00:00Z; default 90d\n"
    "  --all           list those that are over, too\n"
    "  --format F      human, json (one object a line) or csv\n"
    "\n"
    "A path alone suppresses nothing that runs.  Findings stay stored and\n"
    "shown.  Open detections are judged again: one that falls below the\n"
    "alert score is suppressed, and sinks that were told of it are told so.\n"
    "\n"
    "Examples:\n"
    "  pypiwatch suppress add --project acme-sdk --rule beacon-url \\\n"
    "      --path 'acme/telemetry.py' --reason 'our own telemetry'\n"
    "  pypiwatch suppress list\n"
    "  pypiwatch suppress remove 3\n", run };

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatch suppress - findings that somebody answers for do not count.
 * Takes: project, path, rule, digest; reason, owner, end.  Gives: rows of
 * analyst.suppressions; queue judges open detections again.
 * Runs in: the command; calls analyst.suppress, which decides what is allowed.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "statements.h"

#include "base/clock.h"
#include "base/str.h"
#include "base/vis.h"

enum { PROJECT, PATH, RULE, SHA256, UNTIL, REASON, OWNER, PARAMS };

static int
add(struct command_env *env, const char **params)
{
	char		 until[CLOCK_RFC3339_SIZE];
	struct db_rows	*rows;

	if (params[PROJECT] == NULL && params[PATH] == NULL &&
	    params[RULE] == NULL && params[SHA256] == NULL)
		return command_misused(&command_suppress, "suppress add needs"
		    " a --project, --path, --rule or --sha256");
	if (params[REASON] == NULL)
		return command_misused(&command_suppress,
		    "suppress add needs a --reason");
	if (params[UNTIL] != NULL) {
		if (command_until(&command_suppress, params[UNTIL], until,
		    sizeof(until)) == -1)
			return COMMAND_FAILED;
		params[UNTIL] = until;
	}
	if (params[OWNER] == NULL)
		params[OWNER] = command_person();
	rows = command_query(env, &STMT_SUPPRESSION_ADD, params);
	if (rows == NULL)
		return COMMAND_FAILED;
	printf("suppression %s\n", db_text(rows, 0, "id"));
	db_rows_free(rows);
	return COMMAND_OK;
}

static int
run(struct command_env *env, int argc, char **argv)
{
	static const struct option options[] = {
		{ "project", required_argument, NULL, PROJECT },
		{ "path", required_argument, NULL, PATH },
		{ "rule", required_argument, NULL, RULE },
		{ "sha256", required_argument, NULL, SHA256 },
		{ "until", required_argument, NULL, UNTIL },
		{ "reason", required_argument, NULL, REASON },
		{ "owner", required_argument, NULL, OWNER },
		{ "all", no_argument, NULL, 'a' },
		{ "format", required_argument, NULL, 'f' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	static const char *const verbs[] = { "add", "list", "remove" };
	const struct command *me = &command_suppress;
	const char	*params[PARAMS] = { NULL };
	bool		 all = false;
	int		 o, verb, n, format = TABLE_HUMAN;
	int		 status = COMMAND_FAILED;

	while ((o = command_option(me, argc, argv, options, &status)) != -1) {
		if (o == COMMAND_STOP)
			return status;
		if (o < PARAMS)
			params[o] = optarg;
		else if (o == 'a')
			all = true;
		else if ((format = command_choice(me, "format", optarg,
		    table_format_names, ARRAY_LEN(table_format_names))) == -1)
			return COMMAND_FAILED;
	}
	verb = optind < argc ? str_index(verbs, ARRAY_LEN(verbs),
	    argv[optind]) : -1;
	n = argc - optind - 1;
	if (verb == -1)
		return command_misused(me,
		    "suppress knows: add, list, remove");
	if (verb == 2)
		return command_each_id(env, me, &STMT_SUPPRESSION_REMOVE,
		    "suppression", n, argv + optind + 1);
	if (n > 0)
		return command_misused(me, "suppress %s takes no argument "
		    "\"%s\"", verbs[verb], vis(argv[optind + 1]));
	return verb == 0 ? add(env, params) : command_list(env,
	    &STMT_SUPPRESSION_LIST, (const char *[]){ all ? "true" : "false" },
	    format, "nothing is suppressed");
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
    "shown.  Open detections are judged again: one of which nothing is left\n"
    "is suppressed, and sinks that were told of it are told so.\n"
    "\n"
    "Examples:\n"
    "  pypiwatch suppress add --project acme-sdk --rule beacon-url \\\n"
    "      --path 'acme/telemetry.py' --reason 'our own telemetry'\n"
    "  pypiwatch suppress list\n"
    "  pypiwatch suppress remove 3\n", run };

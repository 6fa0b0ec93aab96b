/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatch mute - sinks that are not told for a while.
 * Takes: sink, match expression; reason, owner, end.  Gives: rows of
 * analyst.mutes; what waits already ends with them.
 * Runs in: the command.
 */
#include <getopt.h>
#include <stdio.h>

#include "command.h"
#include "statements.h"

#include "base/clock.h"
#include "base/config.h"
#include "base/expr.h"
#include "base/str.h"
#include "base/vis.h"

enum { SINK, MATCH, COMPILED, REASON, OWNER, UNTIL, PARAMS };

/* The parameters as the statement wants them, and the statement. */
static int
add_ready(struct command_env *env, const char **params)
{
	struct db_rows *rows = command_query(env, &STMT_MUTE_ADD, params);

	if (rows == NULL)
		return COMMAND_FAILED;
	printf("mute %s\n", db_text(rows, 0, "id"));
	if (db_int(rows, 0, "ended") > 0)
		printf("%s alerts that waited end with it\n",
		    db_text(rows, 0, "ended"));
	db_rows_free(rows);
	return COMMAND_OK;
}

static int
add(struct command_env *env, const char **params)
{
	const struct command	*me = &command_mute;
	struct buf		 compiled = BUF_EMPTY;
	char			 until[CLOCK_RFC3339_SIZE], why[200];
	int			 status;

	if (params[SINK] == NULL && params[MATCH] == NULL)
		return command_misused(me, "mute add needs a --sink or what "
		    "shall not be heard, as --match");
	if (params[REASON] == NULL)
		return command_misused(me, "mute add needs a --reason");
	if (params[UNTIL] != NULL && command_until(me, params[UNTIL], until,
	    sizeof(until)) == -1)
		return COMMAND_FAILED;
	params[UNTIL] = params[UNTIL] != NULL ? until : NULL;
	if (params[OWNER] == NULL)
		params[OWNER] = command_person();
	if (params[MATCH] != NULL) {
		if (expr_compile(params[MATCH], config_match_keys, &compiled,
		    why, sizeof(why)) == -1) {
			buf_release(&compiled);
			return command_fail("--match %s: %s; see MATCHING in"
			    " pypiwatch.conf(5)", vis(params[MATCH]), why);
		}
		params[COMPILED] = buf_text(&compiled);
	}
	status = add_ready(env, params);
	buf_release(&compiled);
	return status;
}

static int
run(struct command_env *env, int argc, char **argv)
{
	static const struct option options[] = {
		{ "sink", required_argument, NULL, SINK },
		{ "match", required_argument, NULL, MATCH },
		{ "reason", required_argument, NULL, REASON },
		{ "owner", required_argument, NULL, OWNER },
		{ "until", required_argument, NULL, UNTIL },
		{ "all", no_argument, NULL, 'a' },
		{ "format", required_argument, NULL, 'f' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	static const char *const verbs[] = { "add", "list", "remove" };
	const struct command *me = &command_mute;
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
		return command_misused(me, "mute knows: add, list, remove");
	if (verb == 2)
		return command_each_id(env, me, &STMT_MUTE_REMOVE, "mute", n,
		    argv + optind + 1);
	if (n > 0)
		return command_misused(me, "mute %s takes no argument \"%s\"",
		    verbs[verb], vis(argv[optind + 1]));
	return verb == 0 ? add(env, params) : command_list(env,
	    &STMT_MUTE_LIST, (const char *[]){ all ? "true" : "false" },
	    format, "nothing is muted");
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

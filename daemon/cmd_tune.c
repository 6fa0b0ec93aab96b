/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatch tune - what each sink would have been told at each threshold.
 * Takes: a time span.  Gives: alerts a day, with the names nearest below the
 * line, so that a threshold is chosen by what it costs and what it would miss.
 * Runs in: the command; reads history.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>

#include "command.h"
#include "statements.h"

#include "base/clock.h"
#include "base/str.h"
#include "base/vis.h"

static int
print_all(struct command_env *env, const char *since, int format)
{
	char score[24];

	snprintf(score, sizeof(score), "%" PRId64,
	    command_config(env)->judge.alert_score);
	return command_list(env, &STMT_TUNE_LIST, (const char *[]){ since,
	    score }, format, "no sinks are known; pypiwatchd stores them when "
	    "it starts");
}

static int
run(struct command_env *env, int argc, char **argv)
{
	static const struct option options[] = {
		{ "format", required_argument, NULL, 'f' },
		{ "since", required_argument, NULL, 's' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	const struct command *me = &command_tune;
	const char	*since = "7d";
	char		 at[CLOCK_RFC3339_SIZE];
	int		 o, status = COMMAND_FAILED, format = TABLE_HUMAN;

	while ((o = command_option(me, argc, argv, options, &status)) != -1) {
		if (o == COMMAND_STOP)
			return status;
		if (o == 's')
			since = optarg;
		else if (o == 'f' && (format = command_choice(me, "format",
		    optarg, table_format_names,
		    ARRAY_LEN(table_format_names))) == -1)
			return COMMAND_FAILED;
	}
	if (optind != argc)
		return command_misused(me, "tune takes no argument \"%s\"",
		    vis(argv[optind]));
	if (command_since(me, since, at, sizeof(at)) == -1 ||
	    command_config(env) == NULL)
		return COMMAND_FAILED;
	return print_all(env, at, format);
}

const struct command command_tune = { "tune",
    "[--since 7d] [--format human|json|csv]",
    "Show how many alerts a day each threshold gives each sink",
    "  --since TIME   a time span (30m, 12h, 7d, 2w) or a time such as\n"
    "                 2026-11-23T18:00:00Z; default 7d\n"
    "  --format F     human, json (one object a line) or csv\n"
    "\n"
    "A line is a sink and a score from which releases would alert there, with\n"
    "the alerts a day and the lowest releases above it; \"now\" marks the\n"
    "setting in force.  Campaigns and limits make fewer messages of them.\n"
    "\n"
    "Examples:\n"
    "  pypiwatch tune --since 14d\n", run };

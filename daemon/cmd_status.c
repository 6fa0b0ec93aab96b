/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatch status, queue, coverage - how the daemon is, what waits, what was
 * seen: one table of the database each.
 * Runs in: the command.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "statements.h"

#include "base/clock.h"
#include "base/sandbox.h"
#include "base/str.h"
#include "base/vis.h"

struct report {
	int		 format;
	const char	*since;
	bool		 dead, gaps;
};

/* 0, or -1 with *status set. */
static int
read_options(const struct command *me, int argc, char **argv,
    const struct option *options, struct report *out, int *status)
{
	int o;

	out->format = TABLE_HUMAN;
	while ((o = command_option(me, argc, argv, options, status)) != -1) {
		if (o == COMMAND_STOP)
			return -1;
		*status = COMMAND_FAILED;
		if (o == 's')
			out->since = optarg;
		else if (o == 'd')
			out->dead = true;
		else if (o == 'g')
			out->gaps = true;
		else if ((out->format = command_choice(me, "format", optarg,
		    table_format_names, ARRAY_LEN(table_format_names))) == -1)
			return -1;
	}
	*status = COMMAND_FAILED;
	if (optind == argc)
		return 0;
	command_misused(me, "%s takes no argument \"%s\"", me->name,
	    vis(argv[optind]));
	return -1;
}

static const struct option format_options[] = {
	{ "format", required_argument, NULL, 'f' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};
static const struct option queue_options[] = {
	{ "format", required_argument, NULL, 'f' },
	{ "dead", no_argument, NULL, 'd' },
	{ "since", required_argument, NULL, 's' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};
static const struct option coverage_options[] = {
	{ "format", required_argument, NULL, 'f' },
	{ "gaps", no_argument, NULL, 'g' },
	{ "since", required_argument, NULL, 's' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static int
run_status(struct command_env *env, int argc, char **argv)
{
	struct report	r = { .since = NULL };
	int		status, complete;

	if (read_options(&command_status, argc, argv, format_options, &r,
	    &status) == -1)
		return status;
	status = command_list(env, &STMT_STATUS_LIST, NULL, r.format,
	    "the database is empty: start pypiwatchd");
	if (status == COMMAND_OK && r.format == TABLE_HUMAN)
		printf("\npypiwatch %s; this kernel offers %s\n", VERSION,
		    sandbox_offer(&complete));
	return status;
}

static int
run_queue(struct command_env *env, int argc, char **argv)
{
	struct report	 r = { .since = "7d" };
	char		 at[CLOCK_RFC3339_SIZE];
	const char	*params[1] = { at };
	int		 status;

	if (read_options(&command_queue, argc, argv, queue_options, &r,
	    &status) == -1 ||
	    command_since(&command_queue, r.since, at, sizeof(at)) == -1)
		return status;
	if (r.dead)
		return command_list(env, &STMT_DEAD_LIST, params, r.format,
		    "nothing was given up");
	return command_list(env, &STMT_QUEUE_LIST, NULL, r.format,
	    "nothing waits");
}

static int
run_coverage(struct command_env *env, int argc, char **argv)
{
	struct report	 r = { .since = "24h" };
	char		 at[CLOCK_RFC3339_SIZE];
	const char	*params[1] = { at };
	int		 status;

	if (read_options(&command_coverage, argc, argv, coverage_options, &r,
	    &status) == -1 ||
	    command_since(&command_coverage, r.since, at, sizeof(at)) == -1)
		return status;
	if (r.gaps)
		return command_list(env, &STMT_GAP_LIST, params, r.format,
		    "nothing was missed");
	return command_list(env, &STMT_COVERAGE_LIST, params, r.format,
	    "nothing was polled in that time");
}

const struct command command_status = { "status",
    "[--format human|json|csv]",
    "Is it well, what is it doing, what is behind",
    "Example:\n"
    "  pypiwatch status\n", run_status };

const struct command command_queue = { "queue",
    "[--dead [--since 7d]] [--format human|json|csv]",
    "Show the work that waits, or what was given up",
    "  --dead        files and deliveries that were given up, and why\n"
    "  --since TIME  how far back --dead looks; default 7d\n"
    "\n"
    "Example:\n"
    "  pypiwatch queue --dead --since 24h\n", run_queue };

const struct command command_coverage = { "coverage",
    "[--gaps] [--since 24h] [--format human|json|csv]",
    "Show what each source showed, hour by hour, and what may be missed",
    "  --gaps        each time in which a source may have missed something,\n"
    "                and which other source made it good\n"
    "  --since TIME  a time span (12h, 7d) or a time; default 24h\n"
    "\n"
    "Example:\n"
    "  pypiwatch coverage --since 7d --format csv\n", run_coverage };

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatch detections - what was detected.
 * Takes: filters.  Gives: a list for a person, JSON lines or CSV.
 * Runs in: the command; reads the analyst views.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "statements.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/str.h"
#include "base/vis.h"
#include "data/project_page.h"
#include "data/verdict.h"

static void
print_one(const struct db_rows *rows, size_t r)
{
	const char *severity = db_text(rows, r, "severity");
	const char *lookalike = db_text(rows, r, "lookalike_of");
	const char *why = db_text(rows, r, "strongest");
	const char *index = db_text(rows, r, "index");

	printf("%s%-8s %3s%s  %s%s %s%s", colour_on(
	    colour_of_severity(severity)), severity,
	    db_text(rows, r, "score_n"), colour_off(), colour_on(COLOUR_BOLD),
	    vis(db_text(rows, r, "project")), vis(db_text(rows, r, "version")),
	    colour_off());
	if (lookalike != NULL)
		printf("  looks like %s", vis(lookalike));
	printf("\n    %s  detection %s, %s, %s on %s\n",
	    db_text(rows, r, "first_detected_at"), db_text(rows, r, "id_n"),
	    db_text(rows, r, "triage_status"),
	    db_text(rows, r, "pypi_status"), index_is_main(index) ? "PyPI" :
	    vis(index));
	if (db_text(rows, r, "suppressed_by_n") != NULL)
		printf("    suppressed, see suppression %s\n",
		    db_text(rows, r, "suppressed_by_n"));
	if (why != NULL)
		printf("    %s\n", vis(why));
}

static int
print_all(struct command_env *env, const char *const *params, int format)
{
	struct db_rows *rows = command_query(env, &STMT_DETECTION_LIST, params);

	if (rows == NULL)
		return COMMAND_FAILED;
	if (format != TABLE_HUMAN)
		table_print(rows, (enum table_format)format, stdout);
	else if (db_rows_count(rows) == 0)
		puts("no detections match");
	else
		for (size_t r = 0; r < db_rows_count(rows); r++)
			print_one(rows, r);
	db_rows_free(rows);
	return COMMAND_OK;
}

static int
run(struct command_env *env, int argc, char **argv)
{
	static const struct option options[] = {
		{ "format", required_argument, NULL, 'f' },
		{ "since", required_argument, NULL, 's' },
		{ "min-severity", required_argument, NULL, 'm' },
		{ "project", required_argument, NULL, 'p' },
		{ "status", required_argument, NULL, 't' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	const struct command *me = &command_detections;
	const char	*params[4] = { NULL, NULL, NULL, NULL };
	const char	*since = "7d";
	char		 at[CLOCK_RFC3339_SIZE];
	char		 project[2 * PROJECT_NAME_MAX + 2];
	int		 o, status = COMMAND_FAILED, format = TABLE_HUMAN, i = 0;

	while ((o = command_option(me, argc, argv, options, &status)) != -1) {
		if (o == COMMAND_STOP)
			return status;
		if (o == 'f')
			i = format = command_choice(me, "format", optarg,
			    table_format_names, ARRAY_LEN(table_format_names));
		else if (o == 's')
			since = optarg;
		else if (o == 'm' && (i = command_choice(me, "min-severity",
		    optarg, severity_names, SEVERITY_COUNT)) != -1)
			params[1] = optarg;
		else if (o == 'p' && (i = command_project(env, me, optarg,
		    project, sizeof(project))) != -1)
			params[2] = project;
		else if (o == 't' && (i = command_choice(me, "status", optarg,
		    triage_names, TRIAGE_COUNT)) != -1)
			params[3] = optarg;
		if (i == -1)
			return COMMAND_FAILED;
	}
	if (optind != argc)
		return command_misused(me, "detections takes no argument \"%s\"",
		    vis(argv[optind]));
	if (command_since(me, since, at, sizeof(at)) == -1)
		return COMMAND_FAILED;
	params[0] = at;
	return print_all(env, params, format);
}

const struct command command_detections = { "detections",
    "[--since 7d] [--min-severity SEVERITY] [--project P] [--status S]"
    " [--format human|json|csv]",
    "List what was detected, newest first",
    "  --since TIME          a time span (30m, 12h, 7d, 2w) or a time such as\n"
    "                        2026-11-23T18:00:00Z; default 7d\n"
    "  --min-severity S      none, low, medium, high or critical\n"
    "  --project NAME        of this project only, on whichever index; or\n"
    "                        INDEX/NAME\n"
    "  --status S            open, confirmed, false_positive, pentest, spam or\n"
    "                        benign\n"
    "  --format F            human, json (one object a line) or csv\n"
    "\n"
    "Examples:\n"
    "  pypiwatch detections --since 24h --min-severity high\n"
    "  pypiwatch detections --status open --format csv > open.csv\n", run };

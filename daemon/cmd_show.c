/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatch show - everything about one detection.
 * Runs in: the command; reads the analyst views.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "statements.h"

#include "base/str.h"
#include "base/vis.h"

/* A text of several lines, each made visible. */
static void
print_lines(const char *text)
{
	struct buf b = BUF_EMPTY;

	vis_add(&b, text, strlen(text), true);
	puts(buf_text(&b));
	buf_release(&b);
}

static void
print_finding(const struct db_rows *rows, size_t r)
{
	const char *path = db_text(rows, r, "path");
	const char *line = db_text(rows, r, "line");
	const char *snippet = db_text(rows, r, "snippet");
	const char *suppressed = db_text(rows, r, "suppressed");
	const char *files = db_text(rows, r, "files");

	printf("  %s%s%s, %s [%s]%s%s%s\n", colour_on(COLOUR_BOLD),
	    vis(db_text(rows, r, "text")), colour_off(),
	    vis(db_text(rows, r, "context")), vis(db_text(rows, r, "rule")),
	    files != NULL ? " in " : "", files != NULL ? files : "",
	    files != NULL ? " files" : "");
	if (suppressed != NULL)
		printf("    suppressed %s\n", vis(suppressed));
	if (path != NULL)
		printf("    %s%s%s\n", vis(path), line != NULL ? ":" : "",
		    line != NULL ? line : "");
	if (snippet != NULL)
		printf("    %s%s%s\n", colour_on(COLOUR_DIM), vis(snippet),
		    colour_off());
}

static int
print_human(struct command_env *env, const char *const *params)
{
	struct db_rows *rows;

	rows = command_query(env, &STMT_DETECTION_FINDINGS, params);
	if (rows == NULL)
		return COMMAND_FAILED;
	if (db_rows_count(rows) > 0)
		puts("\nfindings, strongest first:");
	for (size_t r = 0; r < db_rows_count(rows); r++)
		print_finding(rows, r);
	db_rows_free(rows);
	rows = command_query(env, &STMT_DETECTION_DELIVERIES, params);
	if (rows == NULL)
		return COMMAND_FAILED;
	if (db_rows_count(rows) > 0) {
		puts("\ndeliveries:");
		table_print(rows, TABLE_HUMAN, stdout);
	}
	db_rows_free(rows);
	return COMMAND_OK;
}

static int
show(struct command_env *env, const char *id, bool json)
{
	const char	*params[1] = { id };
	struct db_rows	*rows = command_query(env, &STMT_DETECTION_SHOW,
			    params);
	int		 status = COMMAND_OK;

	if (rows == NULL)
		return COMMAND_FAILED;
	if (db_rows_count(rows) == 0) {
		db_rows_free(rows);
		return command_fail("there is no detection %s; see: pypiwatch"
		    " detections", id);
	}
	if (json)
		puts(db_text(rows, 0, "object"));
	else
		print_lines(db_text(rows, 0, "note"));
	db_rows_free(rows);
	if (!json)
		status = print_human(env, params);
	return status;
}

static int
run(struct command_env *env, int argc, char **argv)
{
	int	format, status;
	int64_t	id;

	format = command_format(&command_show, argc, argv, 2, &status);
	if (format == COMMAND_STOP)
		return status;
	if (argc - optind != 1)
		return command_misused(&command_show,
		    "show needs the number of one detection");
	if (str_int(argv[optind], 0, INT64_MAX, &id) == -1)
		return command_misused(&command_show, "\"%s\" is not the number"
		    " of a detection", vis(argv[optind]));
	return show(env, argv[optind], format == TABLE_JSON);
}

const struct command command_show = { "show", "[--format human|json] ID",
    "Show everything about one detection",
    "Example:\n"
    "  pypiwatch show 42\n", run };

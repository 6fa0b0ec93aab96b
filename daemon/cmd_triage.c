/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatch triage - says what a detection turned out to be.
 * Runs in: the command; calls analyst.triage.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "statements.h"

#include "base/str.h"
#include "base/vis.h"
#include "data/verdict.h"

/* A word of a shell's command line.  Text out of a package is visible ASCII
 * here, what is not becomes the pattern's "?". */
static void
print_word(const char *option, const char *text)
{
	if (text == NULL)
		return;
	printf(" %s '", option);
	for (; *text != '\0'; text++)
		putchar(*text < ' ' || *text > '~' || *text == '\'' ||
		    *text == '\\' ? '?' : *text);
	putchar('\'');
}

static void
propose(struct command_env *env, const char *id)
{
	struct db_rows *rows = command_query(env, &STMT_SUPPRESSION_PROPOSE,
	    (const char *[]){ id });

	if (rows == NULL)
		return;
	if (db_rows_count(rows) > 0)
		puts("What raised it does not count in this project's later"
		    " releases after:");
	for (size_t r = 0; r < db_rows_count(rows); r++) {
		printf("  pypiwatch suppress add");
		print_word("--project", db_text(rows, r, "project"));
		print_word("--rule", db_text(rows, r, "rule"));
		print_word("--path", db_text(rows, r, "path"));
		printf(" --until 90d --reason 'detection %s: false"
		    " positive'\n", id);
	}
	db_rows_free(rows);
}

static int
run(struct command_env *env, int argc, char **argv)
{
	static const struct option options[] = {
		{ "note", required_argument, NULL, 'n' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	const char	*params[3] = { NULL, NULL, NULL }, *verdict;
	struct db_rows	*rows;
	int		 o, status = COMMAND_FAILED;
	int64_t		 id;

	while ((o = command_option(&command_triage, argc, argv, options,
	    &status)) != -1) {
		if (o == COMMAND_STOP)
			return status;
		params[2] = optarg;
	}
	if (argc - optind != 2)
		return command_misused(&command_triage, "triage needs the"
		    " number of a detection and a verdict");
	if (str_int(argv[optind], 0, INT64_MAX, &id) == -1)
		return command_misused(&command_triage, "\"%s\" is not the"
		    " number of a detection", vis(argv[optind]));
	verdict = str_equal(argv[optind + 1], "false-positive") ?
	    "false_positive" : argv[optind + 1];
	if (str_index(triage_names, TRIAGE_COUNT, verdict) == -1)
		return command_misused(&command_triage, "\"%s\" is no verdict;"
		    " it is open, confirmed, false_positive, pentest, spam or"
		    " benign", vis(verdict));
	params[0] = argv[optind];
	params[1] = verdict;
	rows = command_query(env, &STMT_DETECTION_TRIAGE, params);
	if (rows == NULL)
		return COMMAND_FAILED;
	db_rows_free(rows);
	if (str_equal(verdict, "false_positive"))
		propose(env, params[0]);
	return COMMAND_OK;
}

const struct command command_triage = { "triage", "[--note TEXT] ID VERDICT",
    "Say what a detection turned out to be",
    "VERDICT is open, confirmed, false_positive, pentest, spam or benign.\n"
    "Sinks that were told of the detection are told of false_positive and\n"
    "benign too.  After false_positive the command that keeps what raised it\n"
    "from counting again is printed.\n"
    "\n"
    "Example:\n"
    "  pypiwatch triage 42 confirmed --note 'reported to PyPI'\n", run };

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

static const char *const verdicts[] = { "open", "confirmed", "false_positive",
	"pentest", "spam", "benign" };

static int
run(struct command_env *env, int argc, char **argv)
{
	static const struct option options[] = {
		{ "note", required_argument, NULL, 'n' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	const char	*params[3] = { NULL, NULL, NULL };
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
	if (str_index(verdicts, ARRAY_LEN(verdicts), argv[optind + 1]) == -1)
		return command_misused(&command_triage, "\"%s\" is no verdict;"
		    " it is open, confirmed, false_positive, pentest, spam or"
		    " benign", vis(argv[optind + 1]));
	params[0] = argv[optind];
	params[1] = argv[optind + 1];
	rows = command_query(env, &STMT_DETECTION_TRIAGE, params);
	if (rows == NULL)
		return COMMAND_FAILED;
	db_rows_free(rows);
	return COMMAND_OK;
}

const struct command command_triage = { "triage", "[--note TEXT] ID VERDICT",
    "Say what a detection turned out to be",
    "VERDICT is open, confirmed, false_positive, pentest, spam or benign.\n"
    "Sinks that were told of the detection are told of false_positive and\n"
    "benign too.\n"
    "\n"
    "Example:\n"
    "  pypiwatch triage 42 confirmed --note 'reported to PyPI'\n", run };

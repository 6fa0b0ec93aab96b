/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatch migrate - brings the database's schema to this version.
 * Runs in: the command.
 */
#include <getopt.h>

#include "command.h"

#include "base/loop.h"
#include "base/vis.h"
#include "queue/migrate.h"

static int
run(struct command_env *env, int argc, char **argv)
{
	static const struct option options[] = {
		{ "sql", required_argument, NULL, 's' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	const char		*sql = PKGDATADIR "/sql";
	struct migrate_report	 report;
	char			 why[1024];
	int			 o, status = COMMAND_FAILED;

	while ((o = command_option(&command_migrate, argc, argv, options,
	    &status)) != -1) {
		if (o == COMMAND_STOP)
			return status;
		sql = optarg;
	}
	if (optind != argc)
		return command_misused(&command_migrate,
		    "migrate takes no argument \"%s\"", vis(argv[optind]));
	if (command_config(env) == NULL)
		return COMMAND_FAILED;
	env->loop = loop_new();
	if (migrate_run(env->loop, env->config->database.conninfo, sql,
	    &report, why, sizeof(why)) == -1)
		return command_fail("%s", why);
	if (report.applied == 0)
		printf("the schema is at version %d already\n", report.is);
	else
		printf("the schema went from version %d to %d\n", report.was,
		    report.is);
	return COMMAND_OK;
}

const struct command command_migrate = { "migrate", "[--sql DIR]",
    "Bring the database's schema to this version",
    "  --sql DIR  where the SQL files are, instead of " PKGDATADIR "/sql\n"
    "\n"
    "Run it as a user that owns the database, before starting a new version.\n"
    "It may run while older daemons do.\n", run };

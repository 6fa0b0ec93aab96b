/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_migrate CONNINFO SQLDIR: runs the migrations, prints the versions.
 */
#include <stdio.h>

#include "base/loop.h"
#include "queue/migrate.h"

int
main(int argc, char **argv)
{
	struct migrate_report	 report;
	struct loop		*loop = loop_new();
	char			 why[512];
	int			 result;

	if (argc != 3)
		return 2;
	result = migrate_run(loop, argv[1], argv[2], &report, why,
	    sizeof(why));
	loop_free(loop);
	if (result == -1) {
		fprintf(stderr, "%s\n", why);
		return 1;
	}
	printf("%d %d %d\n", report.was, report.is, report.applied);
	return 0;
}

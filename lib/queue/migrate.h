/* SPDX-License-Identifier: Apache-2.0 */
#ifndef QUEUE_MIGRATE_H
#define QUEUE_MIGRATE_H

/*
 * migrate - brings a database's schema to what this program wants.
 *
 * Numbered files, forward only, each in a transaction of its own together
 * with its row in pypiwatch.migration; then functions, views and grants are
 * applied again.  One migration at a time, by an advisory lock.  The user
 * must own the database; a superuser is not needed.
 */
#include <stddef.h>

#include "data/schema.h"

struct loop;

struct migrate_report {
	int	was, is;	/* versions before and after */
	int	applied;	/* numbered files */
};

/*
 * `sql_dir` holds migration.sql, schema/NNNN_*.sql and what is applied again
 * each time: see migrate.c.  Blocks on the loop.  0, or -1 with what went
 * wrong, in which file, and the remedy in `why`.
 */
int	migrate_run(struct loop *, const char *conninfo, const char *sql_dir,
	    struct migrate_report *, char *why, size_t room)
	    __attribute__((warn_unused_result));

#endif

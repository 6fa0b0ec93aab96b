/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_DB_NOW_H
#define BASE_DB_NOW_H

/*
 * db_now - statements one after the other, for the command: each call runs the
 * connection's loop until its answer is there.  *rows is yours, to be freed
 * with db_rows_free; NULL: not wanted.
 */
#include <stddef.h>

#include "base/db.h"

/* 0, or -1 with the reason (for a person, naming the remedy) in `why`. */
int	db_open_now(struct loop *, const char *conninfo, struct db **,
    char *why, size_t why_room) __attribute__((warn_unused_result));
enum db_status db_query_now(struct db *, const struct statement *,
    const char *const *params, struct db_rows **rows);
/* A script of several statements in one transaction (migrations). */
enum db_status db_script_now(struct db *, const char *sql,
    struct db_rows **rows);
void	db_rows_free(struct db_rows *);

#endif

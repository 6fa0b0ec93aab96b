/* SPDX-License-Identifier: Apache-2.0 */
/*
 * db_rows - what a statement answered; db.c fills it, its users read it
 * through db.h only.
 */
#ifndef BASE_DB_ROWS_H
#define BASE_DB_ROWS_H

#include <libpq-fe.h>

#include "base/db.h"
#include "base/fault.h"

#define SQLSTATE_SIZE 6

struct db_rows {
	PGresult	*result;	/* may be NULL */
	char		 error[FAULT_TEXT_MAX];
	char		 sqlstate[SQLSTATE_SIZE];
};

/* Takes ownership of `result`, which may be NULL, and reads its error. */
void rows_fill(struct db_rows *, PGresult *result);

/* One line of it, made visible; NULL says "unknown error". */
void rows_set_error(struct db_rows *, const char *message);

#endif

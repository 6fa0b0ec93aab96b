/* SPDX-License-Identifier: Apache-2.0 */
#ifndef QUEUE_WORDS_H
#define QUEUE_WORDS_H

/* words - the words that this release knows, written to the database. */
#include "base/db.h"

/* What the database said: DB_OK, or what the rows have the reason for.  The
 * caller frees *rows in any case. */
enum db_status words_store(struct db *, struct db_rows **rows);

#endif

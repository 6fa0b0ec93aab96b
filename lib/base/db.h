/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_DB_H
#define BASE_DB_H

/*
 * db - one asynchronous connection to PostgreSQL on the event loop.
 *
 * Keeps a FIFO of (statement, parameters, callback); nothing else sees PGconn.
 * Reconnects by itself (0.5 s doubling to 30 s, with jitter), re-prepares, and
 * calls `up` after each connect and `down` when the connection is lost.  What
 * was in flight or waiting when it was lost is answered with DB_LOST: the
 * caller cannot know whether it happened, so every write is idempotent.
 *
 * Several statements that must commit together go between db_begin and
 * db_commit; anything that fails in between rolls all of it back and every
 * later callback of that group sees DB_SKIPPED.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loop;
struct db;
struct db_rows;

/* Made from sql/statements/<noun>_<verb>.sql by sql/statements.awk. */
struct statement {
	const char	*name;		/* "task_claim" */
	const char	*sql;
	int		 nparams;
};

enum db_status {
	DB_OK,
	DB_REFUSED,	/* the server said no: see db_error, db_sqlstate */
	DB_RETRY,	/* serialisation failure or deadlock: ask again */
	DB_SKIPPED,	/* an earlier statement of the group failed */
	DB_LOST		/* connection lost; may or may not have happened */
};

struct db_settings {
	const char	*conninfo;	/* "" means libpq's environment */
	const char	*application;	/* "pypiwatch-queue" */
	void		(*up)(void *ctx);
	void		(*down)(void *ctx, const char *why);
	void		(*notify)(void *ctx, const char *channel);
	void		*ctx;
};

struct db *db_new(struct loop *, const struct db_settings *);
void	db_free(struct db *);		/* no callback follows */
void	db_detach(struct db *);		/* no more up, down and notify */
struct loop *db_loop(const struct db *);
bool	db_is_up(const struct db *);
void	db_listen(struct db *, const char *channel);	/* again after
							   reconnects */

typedef void db_done(void *ctx, enum db_status, const struct db_rows *);

/* Parameters are text, NULL for SQL NULL, copied; their number is the
 * statement's.  `done` may be NULL. */
void	db_query(struct db *, const struct statement *,
	    const char *const *params,
    db_done *done, void *ctx);
/* Several statements in one text: one transaction, and the first error or the
 * last answer. */
void	db_script(struct db *, const char *sql, db_done *done, void *ctx);
void	db_begin(struct db *);
void	db_commit(struct db *, db_done *done, void *ctx);

/* Results; valid inside the callback. */
size_t	db_rows_count(const struct db_rows *);
size_t	db_rows_affected(const struct db_rows *);
const char *db_text(const struct db_rows *, size_t row, const char *column);
					/* NULL for SQL NULL */
int64_t	db_int(const struct db_rows *, size_t row, const char *column);
					/* 0 for SQL NULL */
bool	db_bool(const struct db_rows *, size_t row, const char *column);
/* Name of the column, or NULL. */
const char *db_column(const struct db_rows *, size_t i);
const char *db_cell(const struct db_rows *, size_t row, size_t i);
const char *db_error(const struct db_rows *);	/* one line, never secrets */
const char *db_sqlstate(const struct db_rows *);

/* Heap text[] literal of the values, properly quoted; NULL becomes NULL. */
char	*db_array(const char *const *, size_t n);

#endif

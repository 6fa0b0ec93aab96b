/* SPDX-License-Identifier: Apache-2.0 */
/*
 * db_now - statements one after the other, for the command.
 * Takes: a connection and a statement.  Gives: its answer, once it is there.
 * Runs in: the command.
 */
#include "base/db_now.h"

#include <libpq-fe.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/db.h"
#include "base/db_rows.h"
#include "base/fault.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/vis.h"

struct now {
	struct loop	*loop;
	bool		 over;
	enum db_status	 status;
	struct db_rows	*rows;
	char		*why;
	size_t		 room;
};

static void
now_up(void *ctx)
{
	struct now *now = ctx;

	now->over = true;
	now->status = DB_OK;
	loop_stop(now->loop);
}

static void
now_down(void *ctx, const char *why)
{
	struct now *now = ctx;

	now->over = true;
	now->status = DB_LOST;
	vis_copy(now->why, now->room, why);
	loop_stop(now->loop);
}

int
db_open_now(struct loop *loop, const char *conninfo, struct db **out,
    char *why, size_t room)
{
	char			reason[FAULT_TEXT_MAX] = "";
	struct now		now = { .loop = loop, .why = reason,
	    .room = sizeof(reason) };
	struct db_settings	settings = { .conninfo = conninfo,
	    .application = "pypiwatch", .up = now_up, .down = now_down,
	    .ctx = &now };
	struct db		*db = db_new(loop, &settings);
	struct buf		 text = BUF_EMPTY;

	while (!now.over)
		loop_run(loop);
	db_detach(db);
	if (now.status == DB_OK) {
		*out = db;
		return 0;
	}
	db_free(db);
	buf_addf(&text, "the database cannot be used: %s; does it run, and is "
	    "conninfo in section database of pypiwatch.conf right?", reason);
	vis_copy(why, room, buf_text(&text));
	buf_release(&text);
	return -1;
}

/* The rows outlive the callback: the result moves over. */
static void
now_done(void *ctx, enum db_status status, const struct db_rows *rows)
{
	struct now *now = ctx;

	*now->rows = *rows;
	if (rows->result != NULL)
		now->rows->result = PQcopyResult(rows->result,
		    PG_COPYRES_ATTRS | PG_COPYRES_TUPLES);
	now->status = status;
	now->over = true;
	loop_stop(now->loop);
}

void
db_rows_free(struct db_rows *rows)
{
	if (rows == NULL)
		return;
	PQclear(rows->result);
	free(rows);
}

static enum db_status
now_wait(struct now *now, struct db_rows **rows)
{
	while (!now->over)
		loop_run(now->loop);
	if (rows != NULL)
		*rows = now->rows;
	else
		db_rows_free(now->rows);
	return now->status;
}

enum db_status
db_query_now(struct db *db, const struct statement *statement,
    const char *const *params, struct db_rows **rows)
{
	struct now now = { .loop = db_loop(db),
	    .rows = mem_alloc(sizeof(struct db_rows)) };

	db_query(db, statement, params, now_done, &now);
	return now_wait(&now, rows);
}

enum db_status
db_script_now(struct db *db, const char *sql, struct db_rows **rows)
{
	struct now now = { .loop = db_loop(db),
	    .rows = mem_alloc(sizeof(struct db_rows)) };

	db_script(db, sql, now_done, &now);
	return now_wait(&now, rows);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * backfills - what happened before we began, when somebody asks for it.
 * Takes: a row in the database that says since when.  Gives: its events, a
 * piece at a time, while little of what they led to waits.
 * Runs in: queue, on the host that polls.
 *
 * The database keeps how far each one is; here is only whether poll has been
 * asked for a piece.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/vis.h"
#include "queue/hub.h"

/* Releases that wait to be looked up, or files, before the next piece. */
#define BACKFILL_WAITING "300"

static void
on_next(void *ctx, enum db_status status, const struct db_rows *rows)
{
	struct queue		*q = ctx;
	struct satellite	*s = poll_satellite(q);
	struct msg_backfill	 m = { .epoch = q->epoch };

	q->backfilling = false;
	if (status == DB_REFUSED)
		log_error("database: backfill_next: %s", db_error(rows));
	if (status != DB_OK || db_rows_count(rows) == 0 || s == NULL ||
	    q->epoch == 0)
		return;
	m.id = db_int(rows, 0, "id");
	m.since = db_int(rows, 0, "cursor");
	m.until = db_int(rows, 0, "until");
	q->backfilling = true;
	channel_send(s->channel, MSG_BACKFILL, &msg_backfill_desc, &m, NULL,
	    0);
}

void
backfills_feed(struct queue *q)
{
	if (!q->ready || q->draining || q->epoch == 0 || q->backfilling ||
	    poll_satellite(q) == NULL)
		return;
	q->backfilling = true;
	db_query(q->db, &STMT_BACKFILL_NEXT,
	    (const char *[]){ BACKFILL_WAITING }, on_next, q);
}

static void
on_stored(void *ctx, enum db_status status, const struct db_rows *rows)
{
	struct queue *q = ctx;

	q->backfilling = false;
	if (status == DB_REFUSED)
		log_error("backfill not stored: %s", db_error(rows));
	if (status != DB_OK)
		return;		/* the next beat asks for the piece again */
	if (db_int(rows, 0, "stored") > 0)
		queue_soon(q, 0);
	backfills_feed(q);
}

void
backfilled_handle(void *ctx, void *object, const int *fds)
{
	struct satellite	*s = ctx;
	struct queue		*q = s->q;
	struct msg_backfilled	*m = object;
	char			 id[NUMBER_SIZE], epoch[NUMBER_SIZE],
				 cursor[NUMBER_SIZE], wait[NUMBER_SIZE];
	char			*events, *why;

	(void)fds;
	number_text(id, m->id);
	if (!m->ok) {
		why = vis_dup(m->why != NULL ? m->why : "no reason given",
		    m->why != NULL ? strlen(m->why) : 15);
		log_warn("backfill=%s failed: %s", id, why);
		q->backfilling = false;
		db_query(q->db, &STMT_BACKFILL_FAIL, (const char *[]){ id,
		    why, number_text(wait, m->retry_after_s) }, NULL, NULL);
		free(why);
		return;
	}
	events = events_text(q, m->events, m->nevents);
	db_query(q->db, &STMT_BACKFILL_STORE, (const char *[]){
	    number_text(epoch, m->epoch), id, number_text(cursor, m->cursor),
	    m->done ? "true" : "false", events }, on_stored, q);
	free(events);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rescans - looking again at files, when nothing else waits.
 * Takes: a claim that found no task.  Gives: a few tasks of the oldest rescan.
 * Runs in: queue.
 *
 * The database keeps how far each rescan is; nothing of it is kept here but
 * whether there is one, so that a daemon at rest does not ask.
 */
#include "base/loop.h"
#include "queue/hub.h"

#define RESCAN_BATCH "32"	/* as many as wait at most: newer work
				   is next */
#define RESCAN_AGAIN_MS 1000	/* files in question are sought piece by
				   piece */

static void
on_fed(void *ctx, enum db_status status, const struct db_rows *rows)
{
	struct queue *q = ctx;

	q->rescans_feeding = false;
	if (status == DB_LOST)
		return;
	if (status != DB_OK) {
		log_warn("database: rescan_feed: %s", db_error(rows));
		return;
	}
	q->rescans_open = db_text(rows, 0, "made") != NULL;
	if (!q->rescans_open)
		return;
	if (db_int(rows, 0, "made") > 0)
		tasks_claim(q);
	else
		queue_soon(q, RESCAN_AGAIN_MS);
}

void
rescans_feed(struct queue *q)
{
	if (!q->ready || q->draining || !q->rescans_open ||
	    q->rescans_feeding)
		return;
	q->rescans_feeding = true;
	db_query(q->db, &STMT_RESCAN_FEED, (const char *[]){ RESCAN_BATCH },
	    on_fed, q);
}

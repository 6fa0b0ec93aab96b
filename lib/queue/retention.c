/* SPDX-License-Identifier: Apache-2.0 */
/*
 * retention - history by the month: made ahead, dropped by setting.
 * Takes: the section retention of the config, a database that answers.
 * Gives: calls of retention_run(), one bounded piece of work each.
 * Runs in: queue.
 *
 * Of several hosts the database lets one work at a time.  What cannot be done
 * now, because a month is locked, is tried again later; meanwhile rows without
 * a month of their own go to the default partition and nothing is lost.
 */
#include "base/config.h"
#include "base/loop.h"
#include "base/vis.h"
#include "queue/hub.h"

#define RETENTION_REST_MS (6 * 3600 * 1000)	/* months are made two ahead */
#define RETENTION_AGAIN_MS (10 * 60 * 1000)
#define RETENTION_MORE_MS 1000	/* so that dropping takes a part of the time */

static void
on_run(void *ctx, enum db_status status, const struct db_rows *rows)
{
	struct queue	*q = ctx;
	int64_t		 wait = RETENTION_REST_MS;
	const char	*did, *why;

	if (status == DB_LOST)
		return;		/* retention_start comes with the database */
	if (status != DB_OK) {
		log_warn("retention: %s", db_error(rows));
		timer_arm(q->retention, RETENTION_AGAIN_MS);
		return;
	}
	did = db_text(rows, 0, "did");
	why = db_text(rows, 0, "why");
	if (did != NULL)
		log_info("retention: %s", vis(did));
	if (why != NULL) {
		log_info("retention: later: %s", vis(why));
		wait = RETENTION_AGAIN_MS;
	} else if (db_bool(rows, 0, "more"))
		wait = RETENTION_MORE_MS;
	timer_arm(q->retention, wait);
}

/* ---- people ------------------------------------------------------------- */

#define PEOPLE_MOST 5000	/* rows of one statement: well under a second */

static void	people_run(struct queue *);

static void
on_people(void *ctx, enum db_status status, const struct db_rows *rows)
{
	struct queue *q = ctx;

	if (status == DB_LOST)
		return;
	if (status != DB_OK) {
		log_warn("retention: people: %s", db_error(rows));
		return;
	}
	if (db_int(rows, 0, "gone") > 0)
		log_info("retention: forgot people in %s rows",
		    db_text(rows, 0, "gone"));
	if (db_int(rows, 0, "gone") >= PEOPLE_MOST)
		people_run(q);
}

static void
people_run(struct queue *q)
{
	char authors[NUMBER_SIZE], owners[NUMBER_SIZE], most[NUMBER_SIZE];

	if (!q->ready || q->draining)
		return;
	db_query(q->db, &STMT_PEOPLE_RUN, (const char *[]){
	    number_text(authors, q->config->retention.authors_s),
	    number_text(owners, q->config->retention.owners_s),
	    number_text(most, PEOPLE_MOST) }, on_people, q);
}

void
retention_start(void *ctx)
{
	struct queue	*q = ctx;
	char		 events[NUMBER_SIZE], scans[NUMBER_SIZE];
	char		 detections[NUMBER_SIZE];

	if (!q->ready || q->draining)
		return;
	db_query(q->db, &STMT_RETENTION_RUN, (const char *[]){
	    number_text(events, q->config->retention.events_s),
	    number_text(scans, q->config->retention.scans_s),
	    number_text(detections, q->config->retention.detections_s) },
	    on_run, q);
	evidence_run(q);
	people_run(q);
}

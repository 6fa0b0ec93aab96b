/* SPDX-License-Identifier: Apache-2.0 */
/*
 * suppressions - open detections under a new suppression, judged again.
 * Takes: a suppression that somebody made.  Gives: new scores of the files it
 * concerns, and detections that are suppressed with all their files.
 * Runs in: queue.
 *
 * The database keeps how far each one is, and applying it twice changes
 * nothing, so hosts need not agree who does it.  A file that it refuses is put
 * aside there and tried again by itself, later each time: nobody waits behind
 * it.  New files get theirs with their history (verdicts.c).
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/mem.h"
#include "base/vis.h"
#include "judge/suppress.h"
#include "judge/told.h"
#include "queue/hub.h"

#define SUPPRESS_BATCH "8"	/* detections; each may have dozens of files */
#define SUPPRESS_AGAIN_MS 15000	/* verdicts under way are stored by then */

/* A file under way: what is needed to put it aside. */
struct again {
	struct again	*next;
	struct queue	*q;
	char		*detection, *upload, *version;
	int64_t		 by;		/* the suppression */
};

static void
again_free(struct again *a)
{
	struct again **at = &a->q->suppress_files;

	while (*at != a)
		at = &(*at)->next;
	*at = a->next;
	free(a->detection);
	free(a->upload);
	free(a->version);
	free(a);
}

void
suppressions_free(struct queue *q)
{
	while (q->suppress_files != NULL)
		again_free(q->suppress_files);
}

/* The next look, so much later. */
static void
rest(struct queue *q, int64_t ms)
{
	q->suppress_at_ms = clock_mono_ms() + ms;
	queue_soon(q, ms);
}

static void
on_done(void *ctx, enum db_status status, const struct db_rows *rows)
{
	struct queue *q = ctx;

	q->suppressing = false;
	if (status == DB_REFUSED)
		log_warn("database: suppression_done: %s", db_error(rows));
	if (status == DB_LOST || (status == DB_OK &&
	    !db_bool(rows, 0, "more")))
		return;
	if (status != DB_OK || q->suppressions_end)
		rest(q, SUPPRESS_AGAIN_MS);
	else
		queue_soon(q, 0);
}

/* An answer of the piece.  After the last one it is done, or comes again when
 * one of its files was not stored. */
static void
piece_answered(struct queue *q)
{
	char last[NUMBER_SIZE], upto[NUMBER_SIZE];

	if (--q->suppress_waiting > 0 || !q->suppressing)
		return;
	if (q->suppress_anew) {
		q->suppressing = false;
		rest(q, SUPPRESS_AGAIN_MS);
		return;
	}
	db_query(q->db, &STMT_SUPPRESSION_DONE, (const char *[]){
	    number_text(last, q->suppress_last), q->suppressions_end ? NULL :
	    number_text(upto, q->suppress_upto) }, on_done, q);
}

/* The first time is in the log; what stays refused becomes an alert. */
static void
on_left(void *ctx, enum db_status status, const struct db_rows *rows)
{
	struct again *a = ctx;

	if (status != DB_OK)
		a->q->suppress_anew = true;
	else if (db_int(rows, 0, "refused") == 1)
		log_error("detection=%s suppression=%" PRId64 " is put aside:"
		    " the database refuses a file of it", a->detection, a->by);
	piece_answered(a->q);
	again_free(a);
}

static void
on_file(void *ctx, enum db_status status, const struct db_rows *rows)
{
	struct again	*a = ctx;
	struct queue	*q = a->q;
	char		 by[NUMBER_SIZE];

	if (status == DB_REFUSED) {
		log_warn("database: file_suppress: %s", db_error(rows));
		db_query(q->db, &STMT_SUPPRESSION_LEAVE, (const char *[]){
		    a->detection, a->upload, a->version,
		    number_text(by, a->by), db_error(rows) }, on_left, a);
		return;
	}
	if (status != DB_OK || !db_bool(rows, 0, "same"))
		q->suppress_anew = true;
	piece_answered(q);
	again_free(a);
}

/* Sends what became of the file; the answer is one of the piece. */
static void
file_store(struct queue *q, const struct db_rows *rows, size_t r, int64_t by,
    const char *file)
{
	struct again	*a = mem_alloc(sizeof(*a));
	char		 id[NUMBER_SIZE];

	a->q = q;
	a->next = q->suppress_files;
	q->suppress_files = a;
	a->detection = mem_strdup(db_text(rows, r, "detection_id"));
	a->upload = mem_strdup(db_text(rows, r, "upload_id"));
	a->version = mem_strdup(db_text(rows, r, "row_version"));
	a->by = by;
	db_query(q->db, &STMT_FILE_SUPPRESS, (const char *[]){ a->detection,
	    a->upload, a->version, number_text(id, by), file }, on_file, a);
	q->suppress_waiting++;
}

/* One file: judged again, and stored when something of it is suppressed. */
static void
file_again(struct queue *q, const struct db_rows *rows, size_t r)
{
	struct judge_settings	 settings = { .weights = q->weights,
	    .prior = q->config->judge.prior,
	    .alert_score = (uint32_t)q->config->judge.alert_score };
	json_t	*object = json_loads(db_text(rows, r, "object"), 0, NULL);
	json_t	*reasons = json_loads(db_text(rows, r, "reasons"), 0, NULL);
	json_t	*list = json_loads(db_text(rows, r, "suppressions"), 0, NULL);
	struct suppression	*suppressions;
	size_t			 n = suppressions_of(list, &suppressions);
	struct verdict		 v;
	int64_t			 by = suppress_again(&settings, object,
	    reasons, suppressions, n, &v);

	if (by != 0 && v.score <= db_int(rows, r, "score")) {
		json_t	*file = json_pack("{s:I, s:b, s:o, s:O}", "score",
		    (json_int_t)v.score, "alert", (int)v.alert, "reasons",
		    told_reasons(&v), "object", object);
		char	*text = json_dumps(file, JSON_COMPACT);

		log_info("detection=%s score=%" PRIu32 " suppression=%" PRId64,
		    db_text(rows, r, "detection_id"), v.score, by);
		file_store(q, rows, r, by, text);
		free(text);
		json_decref(file);
	}
	verdict_release(&v);
	free(suppressions);
	json_decref(object);
	json_decref(reasons);
	json_decref(list);
}

static void
on_next(void *ctx, enum db_status status, const struct db_rows *rows)
{
	struct queue *q = ctx;

	q->suppressing = false;
	if (status == DB_LOST)
		return;
	if (status != DB_OK) {
		log_warn("database: suppression_next: %s", db_error(rows));
		rest(q, SUPPRESS_AGAIN_MS);
		return;
	}
	q->suppressions_open = db_rows_count(rows) > 0;
	if (!q->suppressions_open)
		return;
	if (db_text(rows, 0, "last") == NULL &&
	    db_text(rows, 0, "upload_id") == NULL) {
		rest(q, db_int(rows, 0, "again_ms"));
		return;
	}
	q->suppressing = true;
	q->suppress_anew = false;
	q->suppress_waiting = 1;	/* ours, until all are asked */
	q->suppress_last = db_int(rows, 0, "last");
	q->suppress_upto = db_int(rows, 0, "upto");
	q->suppressions_end = db_text(rows, 0, "upto") == NULL;
	for (size_t r = 0; r < db_rows_count(rows); r++)
		if (db_text(rows, r, "object") != NULL)
			file_again(q, rows, r);
	piece_answered(q);
}

void
suppressions_apply(struct queue *q)
{
	if (!q->ready || q->draining || !q->suppressions_open ||
	    q->suppressing || clock_mono_ms() < q->suppress_at_ms)
		return;
	q->suppressing = true;
	db_query(q->db, &STMT_SUPPRESSION_NEXT, (const char *[]){
	    SUPPRESS_BATCH }, on_next, q);
}

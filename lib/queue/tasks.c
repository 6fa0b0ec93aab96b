/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tasks - every file through fetch and a worker to a verdict.
 * Takes: tasks from the database.  Gives: features to judge; a file that
 * cannot be had or looked into ends in a state that says so.
 * Runs in: queue.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/config.h"
#include "base/dice.h"
#include "base/limits.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/memfd.h"
#include "base/vis.h"
#include "queue/job.h"

/* The last resort: a dead instance is noticed long before. */
#define TASK_LEASE_S "3600"
#define TASK_BATCH 32
#define FETCH_LIMIT_MS (15 * 60 * 1000)	/* fetch ends a slow one long before */
#define INSPECT_GRACE_MS 30000		/* beyond the child's own limit */
#define CRASHES_MOST 2			/* then the file itself is to blame */
#define GONE_TRIES 4			/* 404s over more than a minute */
#define FAILURES_MOST 200		/* at 5 minutes each: most of a day */

static void tasks_count(struct queue *, struct job *, int64_t bytes);

/* ---- jobs -------------------------------------------------------------- */

static struct job *
job_find(struct queue *q, int64_t id)
{
	struct job *job = q->jobs;

	while (job != NULL && job->id != id)
		job = job->next;
	return job;
}

static void
job_close(struct job *job)
{
	if (job->memfd != -1)
		close(job->memfd);
	job->memfd = -1;
	channel_free(job->reply);
	job->reply = NULL;
	timer_free(job->deadline);
	job->deadline = NULL;
	if (job->archive == -1)
		tasks_count(job->q, job, 0);
	if (job->satellite != NULL && job->satellite->busy > 0)
		job->satellite->busy--;
	job->satellite = NULL;
}

void
job_free(struct job *job)
{
	struct queue *q = job->q;

	for (struct job **at = &q->jobs; *at != NULL; at = &(*at)->next)
		if (*at == job) {
			*at = job->next;
			q->njobs--;
			break;
		}
	evidence_release(job);
	job_archive_drop(job);
	job_close(job);
	features_release(&job->features);
	free(job->scan);
	free(job->display);
	free(job->normalized);
	free(job->version);
	free(job->filename);
	free(job->url);
	free(job);
	queue_soon(q, 0);
	queue_settle(q);
}

void
job_archive_drop(struct job *job)
{
	if (job->archive == -1)
		return;
	close(job->archive);
	job->archive = -1;
	tasks_count(job->q, job, 0);
	queue_soon(job->q, 0);
}

void
tasks_free(struct queue *q)
{
	while (q->jobs != NULL)
		job_free(q->jobs);
}

void
tasks_ids(const struct queue *q, struct buf *out)
{
	for (const struct job *job = q->jobs; job != NULL; job = job->next)
		buf_addf(out, "%s%" PRId64, out->len > 1 ? "," : "", job->id);
}

/* memfds escape every process's memory limit: the sum of those alive is held
 * here. */
static void
tasks_count(struct queue *q, struct job *job, int64_t bytes)
{
	q->bytes_in_flight += bytes - job->reserved;
	job->reserved = bytes;
}

static bool
bytes_fit(const struct queue *q, int64_t bytes)
{
	return q->bytes_in_flight == 0 ||
	    q->bytes_in_flight + bytes <= q->config->limits.bytes_in_flight;
}

/* ---- ways to end without a look ---------------------------------------- */

static void
job_release(struct job *job)
{
	struct queue	*q = job->q;
	char		*ids = mem_printf("{%" PRId64 "}", job->id);

	write_send(q, &STMT_TASK_RELEASE, (const char *[]){ ids,
	    q->instance_text }, NULL, NULL);
	free(ids);
	job_free(job);
}

static void
job_retry(struct job *job, const char *why, int64_t wait_ms, bool crashed)
{
	struct queue	*q = job->q;
	char		 id[NUMBER_SIZE], wait[NUMBER_SIZE];

	log_info("task=%" PRId64 " file=%s outcome=later why=%s", job->id,
	    vis(job->filename), why);
	write_send(q, &STMT_TASK_RETRY, (const char *[]){
	    number_text(id, job->id), q->instance_text, why,
	    number_text(wait, wait_ms), crashed ? "1" : "0",
	    crashed ? "0" : "1" }, NULL, NULL);
	job_free(job);
}

static void
job_give_up(struct job *job, const char *outcome, const char *why)
{
	struct queue	*q = job->q;
	char		 id[NUMBER_SIZE];

	log_warn("task=%" PRId64 " file=%s outcome=%s why=%s", job->id,
	    vis(job->filename), outcome, why);
	write_send(q, &STMT_TASK_GIVE_UP, (const char *[]){
	    number_text(id, job->id), q->instance_text, outcome, why },
	    NULL, NULL);
	job_free(job);
}

static void
on_unmatched(void *ctx, enum db_status status, const struct db_rows *rows)
{
	struct queue *q = ctx;

	if (status != DB_OK)
		log_error("database: task_unmatched: %s", db_error(rows));
	else if (str_equal(db_text(rows, 0, "result"), "dead"))
		log_warn("file=%s outcome=dead why=%s",
		    vis(db_text(rows, 0, "filename")),
		    vis(db_text(rows, 0, "why")));
	queue_soon(q, 0);
}

/* Other bytes than the index told: the database says when to ask again. */
static void
job_unmatched(struct job *job, const char *why)
{
	struct queue	*q = job->q;
	char		 id[NUMBER_SIZE];

	log_info("task=%" PRId64 " file=%s outcome=later why=%s", job->id,
	    vis(job->filename), why);
	write_send(q, &STMT_TASK_UNMATCHED, (const char *[]){
	    number_text(id, job->id), q->instance_text, why, job->filename },
	    on_unmatched, q);
	job_free(job);
}

/* 2, 4, 8 s ... 5 min, up to a quarter more so that a herd spreads out. */
static int64_t
back_off_ms(int64_t failures, int64_t asked_s)
{
	int64_t ms = failures >= 8 ? 300000 : 2000LL << failures;

	if (asked_s > 3600)
		asked_s = 3600;
	if (ms < asked_s * 1000)
		ms = asked_s * 1000;
	return ms + (int64_t)dice_roll() % (ms / 4 + 1);
}

void
job_again(struct job *job, const char *why)
{
	job_retry(job, why, back_off_ms(job->failures, 0), false);
}

/* ---- inspecting -------------------------------------------------------- */

static void
job_crashed(struct job *job)
{
	const struct msg_inspected *end = &job->end;
	const char *rule;
	char why[FINDING_TEXT_MAX];

	if (end->timed_out)
		(void)!snprintf(why, sizeof(why), "looking into the file took "
		    "longer than the limit");
	else if (end->signal != 0)
		(void)!snprintf(why, sizeof(why), "looking into the file ended "
		    "the worker's child with signal %" PRIu32, end->signal);
	else
		(void)!snprintf(why, sizeof(why), "looking into the file ended "
		    "the worker's child without an answer");
	if (job->crashes + 1 < CRASHES_MOST) {
		job_retry(job, why, back_off_ms(job->crashes, 0), true);
		return;
	}
	rule = msg_inspected_rule(end);
	if (job->features.nfindings != 0)
		job_judge_part(job, rule, why);
	else
		job_judge_unseen(job, "dead", rule, why);
}

/* Both the child's answer and the parent's word about its end are here. */
static void
job_inspect_over(struct job *job)
{
	bool good;

	if (!job->inspected || !job->reply_over)
		return;
	good = job->answered && job->end.clean;
	if (job->answered && !str_equal(job->features.sha256, job->sha256)) {
		log_error("task=%" PRId64 " file=%s: the worker's child "
		    "answers for other bytes", job->id, vis(job->filename));
		features_release(&job->features);
		good = false;
	}
	job_close(job);
	if (good)
		job_judge(job);
	else if (!job->answered && !job->end.clean && !job->end.timed_out &&
	    job->end.signal == 0 && job->end.ms == 0)
		job_retry(job, "the worker could not start a child",
		    back_off_ms(job->failures, 0), false);
	else
		job_crashed(job);
}

static void
features_handle(void *ctx, void *object, const int *fds)
{
	struct job *job = ctx;

	(void)fds;
	if (job->answered)
		return;		/* one answer a child */
	job->features = *(struct features *)object;
	*(struct features *)object = (struct features){ 0 };
	job->answered = true;
}

static void
reply_closed(void *ctx, const char *why)
{
	struct job *job = ctx;

	(void)why;
	job->reply_over = true;
	job_inspect_over(job);
}

static const struct msg_rule from_child[] = {
	{ REPLY_FEATURES, &features_desc, 0, features_handle },
};

static void
inspect_overdue(void *ctx)
{
	struct job *job = ctx;

	satellite_kick(job->satellite, "no word about a file in time");
}

static void
job_inspect(struct job *job, struct satellite *s)
{
	struct queue		*q = job->q;
	struct msg_inspect	 m = { .id = job->id, .project = job->display,
	    .version = job->version, .filename = job->filename,
	    .packagetype = job->packagetype };
	int			 pair[2];

	if (ipc_pair(pair) == -1) {
		job_release(job);	/* out of descriptors: later */
		return;
	}
	memcpy(m.sha256, job->sha256, sizeof(m.sha256));
	channel_send(s->channel, MSG_INSPECT, &msg_inspect_desc, &m,
	    (const int[]){ job->memfd, pair[1] }, 2);
	close(pair[1]);
	if (evidence_wants(q, (size_t)job->reserved))
		job->archive = job->memfd;
	else
		close(job->memfd);
	job->memfd = -1;
	job->state = JOB_INSPECT;
	job->satellite = s;
	s->busy++;
	job->reply = channel_new(q->loop, pair[0], from_child,
	    ARRAY_LEN(from_child), reply_closed, job);
	job->deadline = timer_new(q->loop, inspect_overdue, job);
	timer_arm(job->deadline, q->config->limits.child_wall_s * 1000 +
	    INSPECT_GRACE_MS);
}

void
inspected_handle(void *ctx, void *object, const int *fds)
{
	struct satellite	*s = ctx;
	struct msg_inspected	*m = object;
	struct job		*job = job_find(s->q, m->id);

	(void)fds;
	if (job == NULL || job->state != JOB_INSPECT || job->satellite != s)
		return;
	job->inspected = true;
	job->end = *m;
	job_inspect_over(job);
}

/* ---- fetching ---------------------------------------------------------- */

static void
fetch_overdue(void *ctx)
{
	struct job *job = ctx;

	satellite_kick(job->satellite, "no word about a file in time");
}

static void
job_fetch(struct job *job, struct satellite *s)
{
	struct queue		*q = job->q;
	struct msg_fetch	 m = { .id = job->id, .url = job->url,
	    .size = job->size, .size_most = q->config->limits.artefact_bytes };

	memcpy(m.sha256, job->sha256, sizeof(m.sha256));
	job->state = JOB_FETCH;
	job->satellite = s;
	s->busy++;
	job->deadline = timer_new(q->loop, fetch_overdue, job);
	timer_arm(job->deadline, FETCH_LIMIT_MS);
	channel_send(s->channel, MSG_FETCH, &msg_fetch_desc, &m, NULL, 0);
}

/* The job that this answer is about, out of its satellite's hands. */
static struct job *
job_fetched(struct satellite *s, int64_t id)
{
	struct job *job = job_find(s->q, id);

	if (job == NULL || job->state != JOB_FETCH || job->satellite != s)
		return NULL;
	timer_free(job->deadline);
	job->deadline = NULL;
	job->satellite = NULL;
	if (s->busy > 0)
		s->busy--;
	return job;
}

void
fetched_handle(void *ctx, void *object, const int *fds)
{
	struct satellite	*s = ctx;
	struct msg_fetched	*m = object;
	struct queue		*q = s->q;
	struct job		*job = job_fetched(s, m->id);
	size_t			 size;

	if (job == NULL) {
		close(fds[0]);
		return;
	}
	if (m->status != FETCH_OK || !str_equal(m->sha256, job->sha256) ||
	    memfd_check(fds[0], (size_t)q->config->limits.artefact_bytes,
	    &size) == -1) {
		close(fds[0]);
		job_retry(job, "fetch handed over something else",
		    back_off_ms(job->failures, 0), false);
		return;
	}
	job->memfd = fds[0];
	job->state = JOB_HELD;
	tasks_count(q, job, (int64_t)size);
	tasks_move(q);
}

static void
job_fetch_failed(struct job *job, const struct msg_fetched *m, const char *why)
{
	int64_t wait = back_off_ms(job->failures, m->retry_after_s);

	switch (m->status) {
	case FETCH_GONE:
		if (job->failures < GONE_TRIES)
			job_retry(job, why, 10000 * (job->failures + 1),
			    false);
		else
			job_give_up(job, "gone", why);
		return;
	case FETCH_MISMATCH:
		job_unmatched(job, why);
		return;
	case FETCH_TOO_BIG:
		job_judge_unseen(job, "unscannable", "too-big", why);
		return;
	case FETCH_REFUSED:
		job_give_up(job, "dead", why);
		return;
	case FETCH_OK:
	case FETCH_LATER:
	case FETCH_COUNT:
		break;
	}
	if (job->failures < FAILURES_MOST)
		job_retry(job, why, wait, false);
	else
		job_give_up(job, "dead", why);
}

void
fetch_failed_handle(void *ctx, void *object, const int *fds)
{
	struct satellite	*s = ctx;
	struct msg_fetched	*m = object;
	struct queue		*q = s->q;
	struct job		*job = job_fetched(s, m->id);
	char			 why[FINDING_TEXT_MAX];

	(void)fds;
	if (job == NULL)
		return;
	tasks_count(q, job, 0);
	vis_copy(why, sizeof(why), m->why != NULL ? m->why : "not fetched");
	job_fetch_failed(job, m, why);
	tasks_move(q);
}

/* ---- claiming ---------------------------------------------------------- */

static void
job_new(struct queue *q, const struct db_rows *rows, size_t i)
{
	struct job	*job = mem_alloc(sizeof(*job));
	struct job	**end = &q->jobs;
	const char	*type = db_text(rows, i, "packagetype");

	job->q = q;
	job->memfd = job->archive = -1;
	job->id = db_int(rows, i, "id");
	job->display = mem_strdup(db_text(rows, i, "display"));
	job->normalized = mem_strdup(db_text(rows, i, "normalized"));
	job->version = mem_strdup(db_text(rows, i, "version"));
	job->filename = mem_strdup(db_text(rows, i, "filename"));
	job->url = mem_strdup(db_text(rows, i, "url"));
	if (str_copy(job->sha256, sizeof(job->sha256),
	    db_text(rows, i, "sha256")) == -1)
		job->sha256[0] = '\0';	/* the table's check forbids it */
	job->size = db_int(rows, i, "size");
	job->packagetype = packagetype_from_name(type);
	job->attempt = db_int(rows, i, "attempt");
	job->crashes = db_int(rows, i, "crashes");
	job->failures = db_int(rows, i, "failures");
	while (*end != NULL)
		end = &(*end)->next;
	*end = job;
	q->njobs++;
}

static void
on_claimed(void *ctx, enum db_status status, const struct db_rows *rows)
{
	struct queue *q = ctx;

	q->tasks_claiming = false;
	if (status == DB_REFUSED)
		log_error("database: task_claim: %s", db_error(rows));
	if (status != DB_OK)
		return;
	q->tasks_more = db_rows_count(rows) > 0;
	for (size_t i = 0; i < db_rows_count(rows); i++)
		job_new(q, rows, i);
	tasks_move(q);
	if (q->tasks_more)
		tasks_claim(q);
	else
		rescans_feed(q);
}

/* Twice what the workers take: one being inspected, one being fetched. */
void
tasks_claim(struct queue *q)
{
	size_t	most = 2 * (size_t)satellites_slots(q, ROLE_WORKER);
	char	number[NUMBER_SIZE];

	if (!q->ready || q->draining || q->tasks_claiming ||
	    most <= q->njobs || satellites_slots(q, ROLE_FETCH) == 0)
		return;
	most -= q->njobs;
	if (most > TASK_BATCH)
		most = TASK_BATCH;
	q->tasks_claiming = true;
	db_query(q->db, &STMT_TASK_CLAIM, (const char *[]){ q->instance_text,
	    number_text(number, (int64_t)most), TASK_LEASE_S }, on_claimed, q);
}

static void
job_move(struct queue *q, struct job *job)
{
	int64_t			 size = job->size >= 0 ? job->size :
	    q->config->limits.artefact_bytes;
	struct satellite	*s;

	if (job->state == JOB_WAIT && q->draining) {
		job_release(job);
		return;
	}
	if (job->state == JOB_WAIT && size > q->config->limits.artefact_bytes)
		size = 0;	/* fetch refuses it by its size */
	if (job->state == JOB_WAIT && bytes_fit(q, size) &&
	    (s = satellite_free_slot(q, ROLE_FETCH)) != NULL) {
		tasks_count(q, job, size);
		job_fetch(job, s);
	} else if (job->state == JOB_HELD && q->targets_fd != -1 &&
	    (s = satellite_free_slot(q, ROLE_WORKER)) != NULL)
		job_inspect(job, s);
}

void
tasks_move(struct queue *q)
{
	for (struct job *job = q->jobs, *next; job != NULL; job = next) {
		next = job->next;
		job_move(q, job);
	}
}

/* A worker or fetch died: what it had goes back, uncounted. */
void
tasks_lost(struct queue *q, const struct satellite *s)
{
	for (struct job *job = q->jobs, *next; job != NULL; job = next) {
		next = job->next;
		if (job->satellite != s)
			continue;
		job->satellite = NULL;
		job_release(job);
	}
}

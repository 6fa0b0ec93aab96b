/* SPDX-License-Identifier: Apache-2.0 */
/*
 * queue - the centre of the star: its life, the database's, and the beat.
 * Takes: satellites from the supervisor.  Gives: work to them while the
 * database is there; without it everything waits and nothing is lost.
 * Runs in: queue.
 *
 * At rest it wakes for notifications, for the next thing that is due, and once
 * every BEAT_MS to say that it lives.
 */
#include "queue/queue.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/vis.h"
#include "evidence/keyring.h"
#include "judge/judge.h"
#include "queue/hub.h"
#include "queue/migrate.h"

#define BEAT_MS 10000
#define UNFIT_MS 5000		/* between looks at a schema that does
				   not fit */
#define WORK_MOST_MS 30000	/* notifications only shorten this */
#define WORK_LEAST_MS 20
#define TIME_END_US 253402300800000000LL	/* the year 10000 */
#define JUST_DUE_MS 500
#define OVERDUE_MS 5000

const char *
number_text(char out[NUMBER_SIZE], int64_t n)
{
	(void)!snprintf(out, NUMBER_SIZE, "%" PRId64, n);
	return out;
}

json_t *
key_json(const char *s, size_t most)
{
	char	*visible;
	size_t	 len;
	json_t	*out;

	if (s == NULL)
		return json_null();
	visible = vis_dup(s, strlen(s));
	len = utf8_cut(visible, strlen(visible), most);
	out = json_stringn(visible, len);
	free(visible);
	return out != NULL ? out : json_null();
}

json_t *
visible_json(const char *s)
{
	return key_json(s, SIZE_MAX);
}

int64_t
time_checked(int64_t us)
{
	return us > 0 && us < TIME_END_US ? us : 0;
}

/* ---- work -------------------------------------------------------------- */

static void
on_next(void *ctx, enum db_status status, const struct db_rows *rows)
{
	struct queue	*q = ctx;
	int64_t		 ms = WORK_MOST_MS;

	if (status != DB_OK || q->draining)
		return;
	if (db_text(rows, 0, "ms") != NULL)
		ms = db_int(rows, 0, "ms");
	/* Just become due; or not claimed because no slot is free, and a freed
	 * one wakes us. */
	if (ms <= 0)
		ms = ms > -JUST_DUE_MS ? 0 : OVERDUE_MS;
	queue_soon(q, ms < WORK_MOST_MS ? ms + WORK_LEAST_MS : WORK_MOST_MS);
}

void
queue_work(struct queue *q)
{
	if (!q->ready || q->draining)
		return;
	tasks_claim(q);
	resolves_claim(q);
	deliveries_claim(q);
	suppressions_apply(q);
	db_query(q->db, &STMT_WORK_NEXT, NULL, on_next, q);
}

static void
on_work(void *ctx)
{
	queue_work(ctx);
}

/* The timer only ever moves closer, except when it has fired. */
void
queue_soon(struct queue *q, int64_t ms)
{
	int64_t at = clock_mono_ms() + (ms < WORK_LEAST_MS ? WORK_LEAST_MS :
	    ms);

	if (q->draining || (timer_armed(q->work) && q->work_at_ms <= at))
		return;
	q->work_at_ms = at;
	timer_arm(q->work, ms < WORK_LEAST_MS ? WORK_LEAST_MS : ms);
}

/* ---- the beat ---------------------------------------------------------- */

static void instance_take(struct queue *);

static void
on_beat_answered(void *ctx, enum db_status status, const struct db_rows *rows)
{
	struct queue *q = ctx;

	if (status != DB_OK || !q->ready)
		return;
	if (db_rows_count(rows) == 0) {
		log_warn("another instance took us for dead");
		q->ready = false;
		instance_take(q);
		return;
	}
	if (db_int(rows, 0, "reaped") > 0) {
		log_info("took back %" PRId64 " files of a dead instance",
		    db_int(rows, 0, "reaped"));
		queue_soon(q, 0);
	}
}

static void
on_beat(void *ctx)
{
	struct queue	*q = ctx;
	json_t		*list;
	char		*text;

	timer_arm(q->beat, BEAT_MS);
	if (!q->ready)
		return;
	list = satellites_json(q);
	text = json_dumps(list, JSON_COMPACT);
	json_decref(list);
	db_query(q->db, &STMT_INSTANCE_BEAT, (const char *[]){
	    q->instance_text, q->host, text }, on_beat_answered, q);
	free(text);
	poll_elect(q);
	if (clock_mono_ms() >= q->names_at_ms)
		known_names_refresh(q);
	releases_look(q);
	backfills_feed(q);
	heartbeat_look(q);
}

/* ---- the database comes and goes --------------------------------------- */

static void
leases_keep(struct queue *q)
{
	struct buf tasks = BUF_EMPTY, resolves = BUF_EMPTY, sent = BUF_EMPTY;

	buf_addc(&tasks, '{');
	tasks_ids(q, &tasks);
	buf_addc(&tasks, '}');
	buf_addc(&resolves, '{');
	lease_ids(q->resolves, &resolves);
	buf_addc(&resolves, '}');
	buf_addc(&sent, '{');
	lease_ids(q->deliveries, &sent);
	buf_addc(&sent, '}');
	db_query(q->db, &STMT_LEASE_KEEP, (const char *[]){ q->instance_text,
	    buf_text(&tasks), buf_text(&resolves), buf_text(&sent) }, NULL,
	    NULL);
	buf_release(&tasks);
	buf_release(&resolves);
	buf_release(&sent);
}

static void
on_instance(void *ctx, enum db_status status, const struct db_rows *rows)
{
	struct queue *q = ctx;

	if (status == DB_LOST)
		return;
	if (status != DB_OK) {
		log_spell_begin(&q->unfit, "database: %s", db_error(rows));
		timer_arm(q->look, UNFIT_MS);
		return;
	}
	log_spell_end(&q->unfit, "the database can be used");
	q->instance = db_int(rows, 0, "id");
	number_text(q->instance_text, q->instance);
	q->ready = true;
	/* Ends that waited go first: what they end must not be given back. */
	writes_resume(q);
	health_database_back(q);
	leases_keep(q);
	outbox_sync(q);
	known_names_refresh(q);
	retention_start(q);
	q->rescans_open = true;		/* until the database says no */
	q->suppressions_open = true;
	health_report(q);
	timer_arm(q->beat, 0);
	queue_work(q);
	if (!q->told_ready && q->hooks.ready != NULL)
		q->hooks.ready(q->hooks.ctx);
	q->told_ready = true;
}

static void
instance_take(struct queue *q)
{
	char pid[NUMBER_SIZE];

	number_text(pid, getpid());
	if (q->instance == 0)
		db_query(q->db, &STMT_INSTANCE_START, (const char *[]){
		    q->host, pid, VERSION }, on_instance, q);
	else
		db_query(q->db, &STMT_INSTANCE_RESUME, (const char *[]){
		    q->instance_text, q->host, pid, VERSION }, on_instance, q);
}

static void
on_schema(void *ctx, enum db_status status, const struct db_rows *rows)
{
	struct queue *q = ctx;

	if (status == DB_LOST)
		return;
	if (status == DB_OK &&
	    db_int(rows, 0, "version") == SCHEMA_VERSION) {
		instance_take(q);
		return;
	}
	if (status == DB_OK)
		log_spell_begin(&q->unfit, "the database has schema %" PRId64
		    ", this program wants %d: run \"pypiwatch migrate\"",
		    db_int(rows, 0, "version"), SCHEMA_VERSION);
	else
		log_spell_begin(&q->unfit, "the database cannot be used: %s: "
		    "run \"pypiwatch migrate\" as its owner", db_error(rows));
	timer_arm(q->look, UNFIT_MS);
}

static void
schema_look(void *ctx)
{
	struct queue *q = ctx;

	if (db_is_up(q->db) && !q->ready)
		db_query(q->db, &STMT_SCHEMA_CHECK, NULL, on_schema, q);
}

static void
on_up(void *ctx)
{
	struct queue *q = ctx;

	log_spell_end(&q->down, "the database is back");
	schema_look(q);
}

static void
on_down(void *ctx, const char *why)
{
	struct queue *q = ctx;

	log_spell_begin(&q->down, "the database is away: %s", why);
	health_database_away(q);
	q->ready = false;
	timer_disarm(q->look);
	timer_disarm(q->retention);
	q->tasks_claiming = q->resolves_claiming = false;
	q->rescans_feeding = q->suppressing = false;
	q->claiming_deliveries = 0;
	q->electing = false;
	poll_lost(q);		/* its lock ended with the session */
	queue_settle(q);
}

static void
on_notify(void *ctx, const char *channel)
{
	struct queue *q = ctx;

	if (str_equal(channel, "pypiwatch_targets") && q->ready)
		known_names_refresh(q);
	if (str_equal(channel, "pypiwatch_rescan"))
		q->rescans_open = true;
	if (str_equal(channel, "pypiwatch_suppress")) {
		q->suppressions_open = true;
		q->suppress_at_ms = 0;
	}
	queue_soon(q, 0);
}

/* ---- the end ----------------------------------------------------------- */

static void
on_instance_ended(void *ctx, enum db_status status, const struct db_rows *rows)
{
	struct queue *q = ctx;

	(void)status;
	(void)rows;
	if (q->hooks.drained != NULL)
		q->hooks.drained(q->hooks.ctx);
}

static void
drain_end(void *ctx)
{
	struct queue *q = ctx;

	if (q->ended)
		return;
	q->ended = true;
	timer_disarm(q->drain);
	if (!q->ready)
		on_instance_ended(q, DB_LOST, NULL);
	else
		db_query(q->db, &STMT_INSTANCE_END, (const char *[]){
		    q->instance_text }, on_instance_ended, q);
}

void
queue_settle(struct queue *q)
{
	if (q->draining && q->jobs == NULL && q->resolves == NULL &&
	    q->deliveries == NULL && (writes_waiting(q) == 0 || !q->ready))
		drain_end(q);
}

void
queue_drain(struct queue *q, int64_t ms)
{
	if (q->draining)
		return;
	q->draining = true;
	timer_disarm(q->work);
	timer_arm(q->drain, ms);
	poll_lost(q);
	tasks_move(q);		/* gives back what waits */
	queue_settle(q);
}

/* ---- life -------------------------------------------------------------- */

static int
weights_read(struct queue *q, char *why, size_t room)
{
	struct buf errors = BUF_EMPTY;

	q->weights = weights_load(q->config->judge.weights_file, &errors);
	if (q->weights == NULL)
		vis_copy(why, room, buf_text(&errors));
	buf_release(&errors);
	return q->weights != NULL ? 0 : -1;
}

/* Before the sandbox: libcrypto opens its own files at the first use. */
static int
keys_read(struct queue *q, char *why, size_t room)
{
	if (q->config->evidence.key_file == NULL)
		return 0;
	q->keys = keyring_load(q->config->evidence.key_file, why, room);
	return q->keys != NULL ? 0 : -1;
}

struct queue *
queue_new(struct loop *loop, const struct config *config,
    const struct queue_hooks *hooks, char *why, size_t room)
{
	struct queue		*q = mem_alloc(sizeof(*q));
	struct db_settings	 settings = {
	    .conninfo = config->database.conninfo,
	    .application = "pypiwatch-queue", .up = on_up, .down = on_down,
	    .notify = on_notify, .ctx = q };

	q->loop = loop;
	q->config = config;
	q->hooks = *hooks;
	if (gethostname(q->host, sizeof(q->host) - 1) == -1)
		q->host[0] = '\0';
	q->writes = writes_new(q);
	q->beat = timer_new(loop, on_beat, q);
	q->work = timer_new(loop, on_work, q);
	q->look = timer_new(loop, schema_look, q);
	q->drain = timer_new(loop, drain_end, q);
	q->retention = timer_new(loop, retention_start, q);
	q->popular = timer_new(loop, popular_look, q);
	if (weights_read(q, why, room) == -1 ||
	    keys_read(q, why, room) == -1 ||
	    known_names_read(q, why, room) == -1) {
		queue_free(q);
		return NULL;
	}
	q->db = db_new(loop, &settings);
	db_listen(q->db, "pypiwatch_work");
	db_listen(q->db, "pypiwatch_targets");
	db_listen(q->db, "pypiwatch_rescan");
	db_listen(q->db, "pypiwatch_suppress");
	return q;
}

void
queue_free(struct queue *q)
{
	if (q == NULL)
		return;
	q->draining = q->ended = true;
	q->ready = false;
	tasks_free(q);
	satellites_free(q);
	listings_free(q);
	db_free(q->db);
	writes_free(q->writes);
	known_names_free(q);
	weights_free(q->weights);
	keyring_free(q->keys);
	suppressions_free(q);
	health_free(q);
	timer_free(q->beat);
	timer_free(q->work);
	timer_free(q->look);
	timer_free(q->drain);
	timer_free(q->retention);
	timer_free(q->popular);
	free(q);
}

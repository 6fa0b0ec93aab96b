/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outbox - alerts on their way to the sinks.
 * Takes: delivery rows, made with the verdict.  Gives: deliveries to alert,
 * each under the same id until it is delivered or dead.
 * Runs in: queue.
 *
 * A sink has at most SINK_MOST deliveries under way, so that a slow one leaves
 * room for the others; the claim itself keeps each detection's in order.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/config.h"
#include "base/expr.h"
#include "base/mem.h"
#include "base/vis.h"
#include "queue/hub.h"

#define SINK_MOST 4
#define DELIVERY_LEASE_S "900"

static const struct config_sink *
sink_of(const struct queue *q, const char *name)
{
	for (size_t i = 0; i < q->config->nsinks; i++)
		if (str_equal(q->config->sinks[i].name, name))
			return &q->config->sinks[i];
	return NULL;
}

static bool
for_people(const struct config_sink *s)
{
	static const char *const machines[] = { "webhook", "syslog", "journal",
		"pagerduty" };

	return str_index(machines, ARRAY_LEN(machines), s->type) == -1;
}

/* The expression was checked with the config. */
static json_t *
match_json(const char *text)
{
	char		 why[128];
	struct buf	 b = BUF_EMPTY;
	json_t		*out = NULL;

	if (text != NULL && expr_compile(text, config_match_keys, &b, why,
	    sizeof(why)) == 0)
		out = json_loads(buf_text(&b), 0, NULL);
	buf_release(&b);
	return out != NULL ? out : json_null();
}

/* "22:00-07:00", the part from `at` on; null without quiet hours. */
static json_t *
clock_json(const char *hours, size_t at)
{
	return hours != NULL ? json_stringn(hours + at, 5) : json_null();
}

static json_t *
sink_json(const struct config_sink *s)
{
	return json_pack("{s:o, s:o, s:o, s:b, s:o, s:b, s:I, s:I, s:o, s:o,"
	    " s:o, s:o, s:o, s:o}", "name", visible_json(s->name),
	    "type", visible_json(s->type), "min_severity",
	    visible_json(s->min_severity), "enabled", s->enabled,
	    "match", match_json(s->match), "campaigns",
	    str_equal(s->campaigns, "together"),
	    "campaign_wait_s", (json_int_t)s->campaign_wait_s,
	    "rate", (json_int_t)(for_people(s) ? s->rate : 0),
	    "quiet_from", clock_json(s->quiet_hours, 0),
	    "quiet_to", clock_json(s->quiet_hours, 6),
	    "quiet_except", visible_json(s->quiet_except),
	    "zone", visible_json(s->time_zone),
	    "digest", visible_json(s->digest),
	    "digest_at", visible_json(s->digest_time));
}

static void
on_synced(void *ctx, enum db_status status, const struct db_rows *rows)
{
	(void)ctx;
	if (status == DB_REFUSED)
		log_error("database: sink_sync: %s", db_error(rows));
	for (size_t i = 0; status == DB_OK && i < db_rows_count(rows); i++)
		log_error("sink=%s time-zone=%s is not known to the database;"
		    " UTC is used", vis(db_text(rows, i, "name")),
		    vis(db_text(rows, i, "zone")));
}

/* The configuration's sinks, mode and links, where SQL finds them: those of
 * the hosts that deliver. */
void
outbox_sync(struct queue *q)
{
	json_t	*list;
	char	*text;

	if (!q->config->roles.alert)
		return;
	list = json_array();
	for (size_t i = 0; i < q->config->nsinks; i++)
		(void)json_array_append_new(list,
		    sink_json(&q->config->sinks[i]));
	text = json_dumps(list, JSON_COMPACT);
	json_decref(list);
	db_query(q->db, &STMT_SINK_SYNC, (const char *[]){ text }, on_synced,
	    NULL);
	free(text);
	db_query(q->db, &STMT_SETTING_STORE, (const char *[]){ "mode",
	    q->config->judge.mode == MODE_OBSERVE ? "observe" : "alert" },
	    NULL, NULL);
	db_query(q->db, &STMT_SETTING_STORE, (const char *[]){ "link_base",
	    q->config->daemon.link_base }, NULL, NULL);
}

/* ---- claiming ---------------------------------------------------------- */

static int64_t
sink_under_way(const struct queue *q, const char *sink)
{
	int64_t n = 0;

	for (const struct lease *l = q->deliveries; l != NULL; l = l->next)
		n += str_equal(l->sink, sink);
	return n;
}

static void
delivery_release(struct queue *q, int64_t id)
{
	char	number[NUMBER_SIZE], ids[NUMBER_SIZE + 2];
	int	n = snprintf(ids, sizeof(ids), "{%s}", number_text(number, id));

	(void)n;
	write_send(q, &STMT_DELIVERY_RELEASE, (const char *[]){ ids,
	    q->instance_text }, NULL, NULL);
}

static void
delivery_send(struct queue *q, const struct db_rows *rows, size_t i)
{
	struct satellite	*s = satellite_free_slot(q, ROLE_ALERT);
	const char		*sink = db_text(rows, i, "sink");
	struct msg_deliver	 m = { .id = db_int(rows, i, "id"),
	    .attempt = (uint32_t)db_int(rows, i, "attempt"),
	    .first_tried_us = db_int(rows, i, "first_tried_us") };

	if (s == NULL) {
		delivery_release(q, m.id);
		return;
	}
	m.delivery_id = strdup(db_text(rows, i, "delivery_id"));
	m.sink = strdup(sink);
	m.payload = strdup(db_text(rows, i, "payload"));
	m.thread_id = mem_strdup(db_text(rows, i, "thread_id"));
	m.thread_ref = mem_strdup(db_text(rows, i, "thread_ref"));
	m.left = mem_strdup(db_text(rows, i, "left_to"));
	lease_add(&q->deliveries, m.id, s, sink);
	channel_send(s->channel, MSG_DELIVER, &msg_deliver_desc, &m, NULL, 0);
	wire_release(&msg_deliver_desc, &m);
}

static void
on_claimed(void *ctx, enum db_status status, const struct db_rows *rows)
{
	struct queue *q = ctx;

	q->claiming_deliveries--;
	if (status == DB_REFUSED)
		log_error("database: delivery_claim: %s", db_error(rows));
	if (status != DB_OK)
		return;
	if (db_rows_count(rows) > 0)
		q->deliveries_more = true;
	for (size_t i = 0; i < db_rows_count(rows); i++)
		delivery_send(q, rows, i);
}

static void
sink_claim(struct queue *q, const char *sink, int64_t room)
{
	char most[NUMBER_SIZE];

	q->claiming_deliveries++;
	db_query(q->db, &STMT_DELIVERY_CLAIM, (const char *[]){
	    q->instance_text, sink, number_text(most, room),
	    DELIVERY_LEASE_S }, on_claimed, q);
}

static void
on_gathered(void *ctx, enum db_status status, const struct db_rows *rows)
{
	(void)ctx;
	if (status == DB_REFUSED)
		log_error("database: outbox_gather: %s", db_error(rows));
}

void
deliveries_claim(struct queue *q)
{
	int64_t room;

	if (!q->ready || q->draining || q->claiming_deliveries > 0 ||
	    satellite_free_slot(q, ROLE_ALERT) == NULL)
		return;
	q->deliveries_more = false;
	/* What was held long enough becomes one message first; statements of
	 * one connection run in order. */
	db_query(q->db, &STMT_OUTBOX_GATHER, NULL, on_gathered, q);
	for (size_t i = 0; i < q->config->nsinks; i++) {
		const struct config_sink *s = &q->config->sinks[i];

		room = SINK_MOST - sink_under_way(q, s->name);
		if (s->enabled && room > 0)
			sink_claim(q, s->name, room);
	}
}

/* ---- answers ----------------------------------------------------------- */

static void
on_ended(void *ctx, enum db_status status, const struct db_rows *rows)
{
	struct queue	*q = ctx;
	const char	*state;

	if (status != DB_OK) {
		log_error("database: delivery_end: %s", db_error(rows));
		return;
	}
	state = db_text(rows, 0, "state");
	if (str_equal(state, "dead"))
		log_error("delivery=%s sink=%s dead why=%s",
		    vis(db_text(rows, 0, "delivery_id")),
		    vis(db_text(rows, 0, "sink")),
		    vis(db_text(rows, 0, "why")));
	/* The next one of the same detection may go now. */
	queue_soon(q, 0);
	queue_settle(q);
}

void
delivered_handle(void *ctx, void *object, const int *fds)
{
	static const char *const statuses[DELIVERY_STATUS_COUNT] = {
		[DELIVERY_OK] = "ok", [DELIVERY_LATER] = "later",
		[DELIVERY_NEVER] = "never",
	};
	struct satellite	*s = ctx;
	struct queue		*q = s->q;
	struct msg_delivered	*m = object;
	struct lease		*l = lease_find(q->deliveries, m->id);
	const struct config_sink *sink;
	char			 id[NUMBER_SIZE], again[NUMBER_SIZE],
				 http[NUMBER_SIZE], give_up[NUMBER_SIZE];
	char			*answer;

	(void)fds;
	if (l == NULL)
		return;
	sink = sink_of(q, l->sink);
	if (m->disable)
		log_error("sink=%s disabled: its far end says it is gone",
		    vis(l->sink));
	answer = m->answer != NULL ?
	    vis_dup(m->answer, strlen(m->answer)) : NULL;
	lease_end(&q->deliveries, m->id);
	write_send(q, &STMT_DELIVERY_END, (const char *[]){
	    number_text(id, m->id), q->instance_text, statuses[m->status],
	    number_text(again, m->again_ms),
	    number_text(http, (int64_t)m->http_status), answer,
	    m->disable ? "true" : "false",
	    number_text(give_up, sink != NULL ? sink->give_up_s : 0),
	    m->ref, m->left },
	    on_ended, q);
	free(answer);
}

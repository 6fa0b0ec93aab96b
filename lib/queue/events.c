/* SPDX-License-Identifier: Apache-2.0 */
/*
 * events - what poll saw, into the database, with the cursor.
 * Takes: pieces of pages.  Gives: stored events, and work made from them.
 * Runs in: queue.
 *
 * Polling is a lease: whoever holds the advisory lock.  Its epoch goes with
 * every piece, so one who only believes it leads can store nothing.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/vis.h"
#include "names/lookalike.h"
#include "queue/hub.h"

/* On the scale of names: such a name alone reaches severity low, so its
 * releases are looked at first. */
#define NAME_WATCH_SCORE 22

/* ---- who polls --------------------------------------------------------- */

struct satellite *
poll_satellite(struct queue *q)
{
	for (struct satellite *s = q->satellites; s != NULL; s = s->next)
		if (s->role == ROLE_POLL && s->greeted)
			return s;
	return NULL;
}

static json_t *
column_json(const struct db_rows *rows, const char *column)
{
	const char *text = db_text(rows, 0, column);
	json_t *list = text != NULL ? json_loads(text, 0, NULL) : NULL;

	return list != NULL ? list : json_array();
}

static void
add_sources(struct msg_follow *m, const json_t *list)
{
	size_t n = json_array_size(list);

	if (n > FOLLOWED_MAX)
		n = FOLLOWED_MAX;
	m->sources = mem_array(n, sizeof(*m->sources));
	for (size_t i = 0; i < n; i++) {
		const json_t *o = json_array_get(list, i);
		struct followed *f = &m->sources[m->nsources++];

		f->source = mem_strdup(json_string_value(
		    json_object_get(o, "source")));
		f->has_cursor = json_is_true(json_object_get(o, "complete"));
		f->serial = json_integer_value(json_object_get(o, "serial"));
		f->last_ok_us = json_integer_value(json_object_get(o,
		    "ok_us"));
	}
}

/* Keys are "project/version@time"; the time may differ between copies. */
static void
add_items(struct msg_follow *m, const json_t *list)
{
	size_t n = json_array_size(list);

	if (n > FEED_ITEMS_KNOWN)
		n = FEED_ITEMS_KNOWN;
	m->items = mem_array(n, sizeof(*m->items));
	for (size_t i = 0; i < n; i++) {
		const json_t *pair = json_array_get(list, i);
		const char *key = json_string_value(json_array_get(pair, 1));
		int source = source_from_name(json_string_value(
		    json_array_get(pair, 0)));
		const char *end = key != NULL ? strrchr(key, '@') : NULL;

		if (source < 0 || end == NULL)
			continue;
		m->items[m->nitems++] = (struct feed_item){
		    (enum source)source,
		    mem_strndup(key, (size_t)(end - key)) };
	}
}

static void
follow_send(struct satellite *s, struct msg_follow *m,
    const struct db_rows *rows)
{
	json_t *sources = column_json(rows, "sources");
	json_t *items = column_json(rows, "items");

	add_sources(m, sources);
	add_items(m, items);
	channel_send(s->channel, MSG_FOLLOW, &msg_follow_desc, m, NULL, 0);
	json_decref(sources);
	json_decref(items);
	wire_release(&msg_follow_desc, m);
}

static void
on_elected(void *ctx, enum db_status status, const struct db_rows *rows)
{
	struct queue		*q = ctx;
	struct satellite	*s = poll_satellite(q);
	struct msg_follow	 m = { 0 };

	q->electing = false;
	if (status != DB_OK || db_rows_count(rows) == 0 || s == NULL)
		return;		/* the next beat asks again */
	q->epoch = m.epoch = db_int(rows, 0, "epoch");
	m.first = db_text(rows, 0, "serial") == NULL;
	m.serial = db_int(rows, 0, "serial");
	m.begin = db_int(rows, 0, "begin_serial");
	log_info("polling epoch=%" PRId64 " cursor=%" PRId64, m.epoch,
	    m.serial);
	follow_send(s, &m, rows);
	popular_look(q);
}

void
poll_elect(struct queue *q)
{
	if (!q->ready || q->draining || q->electing || q->epoch != 0 ||
	    poll_satellite(q) == NULL)
		return;
	q->electing = true;
	db_query(q->db, &STMT_POLL_ELECT, (const char *[]){ q->instance_text },
	    on_elected, q);
}

void
poll_lost(struct queue *q)
{
	struct satellite *s = poll_satellite(q);

	if (q->epoch != 0 && s != NULL)
		channel_send(s->channel, MSG_UNFOLLOW, NULL, NULL, NULL, 0);
	q->epoch = 0;
	q->backfilling = false;		/* poll drops its piece */
}

/* ---- events ------------------------------------------------------------ */

void
source_full_name(char out[SOURCE_NAME_MAX + 1], enum source source,
    const char *index)
{
	(void)!snprintf(out, SOURCE_NAME_MAX + 1, "%s%s%s",
	    source_name(source), index != NULL ? ":" : "",
	    index != NULL ? index : "");
}

void
name_weigh(struct queue *q, const char *text, bool fresh, json_t *out)
{
	struct project_name	name;
	struct name_match	match = { 0 };
	const char		*why;
	uint32_t		rank;

	if (q->targets == NULL || name_normalize(text, &name, &why) == -1)
		return;
	rank = targets_rank(q->targets, name.text);
	if (rank != 0)
		(void)json_object_set_new(out, "rank",
		    json_integer((json_int_t)rank));
	else if (fresh) {
		if (lookalike_find(q->targets, &name, &match, 1) == 1 &&
		    match.score >= NAME_WATCH_SCORE)
			(void)json_object_set_new(out, "lookalike",
			    visible_json(match.target));
		wire_release(&name_match_desc, &match);
	}
}

/* What makes a repeated event of one source the same: its serial; in a feed,
 * what its link names, and when. */
static char *
event_key(const struct event *e)
{
	if (e->serial > 0)
		return mem_printf("%" PRId64, e->serial);
	return mem_printf("%s/%s@%" PRId64, e->project,
	    e->version != NULL ? e->version : "", e->at_us);
}

static json_t *
event_json(struct queue *q, const struct event *e, size_t n)
{
	char	*key = event_key(e);
	json_t	*out = json_object();

	(void)json_object_set_new(out, "n", json_integer((json_int_t)n));
	(void)json_object_set_new(out, "key", key_json(key, KEY_FILE_MOST));
	(void)json_object_set_new(out, "kind",
	    visible_json(event_kind_name(e->kind)));
	(void)json_object_set_new(out, "project",
	    key_json(e->project, KEY_PROJECT_MOST));
	(void)json_object_set_new(out, "version",
	    key_json(e->version, KEY_VERSION_MOST));
	(void)json_object_set_new(out, "filename",
	    key_json(e->filename, KEY_FILE_MOST));
	(void)json_object_set_new(out, "actor",
	    key_json(e->actor, KEY_ACTOR_MOST));
	(void)json_object_set_new(out, "role", visible_json(e->role));
	(void)json_object_set_new(out, "action", visible_json(e->action));
	(void)json_object_set_new(out, "serial", json_integer(e->serial));
	(void)json_object_set_new(out, "at_us",
	    json_integer(time_checked(e->at_us)));
	name_weigh(q, e->project, e->kind == EVENT_CREATE ||
	    e->kind == EVENT_NEW_RELEASE, out);
	free(key);
	return out;
}

char *
events_text(struct queue *q, const struct event *events, size_t n)
{
	json_t	*list = json_array();
	char	*out;

	for (size_t i = 0; i < n; i++)
		if (events[i].project != NULL)
			(void)json_array_append_new(list,
			    event_json(q, &events[i], i));
	out = json_dumps(list, JSON_COMPACT);
	json_decref(list);
	if (out == NULL)
		fatal("events: jansson has no memory");
	return out;
}

/* The answer finds poll again by its place, because it may be another
 * process by then. */
struct piece {
	struct queue	*q;
	int64_t		 seq, pid;
};

static void
on_stored(void *ctx, enum db_status status, const struct db_rows *rows)
{
	struct piece			*p = ctx;
	struct queue			*q = p->q;
	struct satellite		*s = poll_satellite(q);
	struct msg_events_stored	 m = { .seq = p->seq,
	    .ok = status == DB_OK };
	char				 why[256];

	if (status != DB_OK) {
		vis_copy(why, sizeof(why), db_error(rows));
		m.why = why;
		if (str_equal(db_sqlstate(rows), "PW001")) {
			log_warn("polling lost: %s", why);
			poll_lost(q);
		} else if (status == DB_REFUSED)
			log_error("events not stored: %s", why);
	}
	if (s != NULL && s->pid == p->pid)
		channel_send(s->channel, MSG_EVENTS_STORED,
		    &msg_events_stored_desc, &m, NULL, 0);
	free(p);
	if (m.ok && db_int(rows, 0, "stored") > 0)
		queue_soon(q, 0);
}

void
events_handle(void *ctx, void *object, const int *fds)
{
	struct satellite	*s = ctx;
	struct msg_events	*m = object;
	struct queue		*q = s->q;
	struct piece		*p = mem_alloc(sizeof(*p));
	char			 epoch[NUMBER_SIZE], cursor[NUMBER_SIZE],
				 at[NUMBER_SIZE], before[NUMBER_SIZE],
				 since[NUMBER_SIZE];
	char			*gap = m->gap != NULL ?
	    vis_dup(m->gap, strlen(m->gap)) : NULL;
	char			*events = events_text(q, m->events, m->nevents);
	int64_t			 polled_at = time_checked(m->polled_at_us);

	(void)fds;
	if (polled_at == 0)
		polled_at = clock_wall_us();
	*p = (struct piece){ q, m->seq, s->pid };
	/* Not a write that is kept: poll asks again after a failure, and its
	 * own copy of the page is the only one worth having. */
	db_query(q->db, &STMT_EVENTS_STORE, (const char *[]){
	    source_name(m->source), number_text(epoch, m->epoch),
	    m->has_cursor ? number_text(cursor, m->cursor) : NULL,
	    gap, number_text(at, polled_at), events, number_text(before,
	    time_checked(m->before_us)), m->past ? "true" : "false",
	    m->gap_since >= 0 ? number_text(since, m->gap_since) : NULL },
	    on_stored, p);
	free(events);
	free(gap);
}

/* ---- health ------------------------------------------------------------ */

void
source_handle(void *ctx, void *object, const int *fds)
{
	struct satellite	*s = ctx;
	struct msg_source	*m = object;
	char			 ok_at[NUMBER_SIZE], items[NUMBER_SIZE],
				 lag[NUMBER_SIZE], serial[NUMBER_SIZE];
	char			*why, name[SOURCE_NAME_MAX + 1];

	(void)fds;
	if (!satellite_index_known(s, m->index))
		return;
	why = m->why != NULL ? vis_dup(m->why, strlen(m->why)) : NULL;
	source_full_name(name, m->source, m->index);
	if (s->q->ready)
		db_query(s->q->db, &STMT_SOURCE_STORE, (const char *[]){
		    name, m->ok ? "true" : "false",
		    m->stopped ? "true" : "false",
		    number_text(ok_at, time_checked(m->last_ok_us)),
		    number_text(items, m->items), number_text(lag, m->lag_s),
		    number_text(serial, m->server_serial), why }, NULL, NULL);
	free(why);
}

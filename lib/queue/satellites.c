/* SPDX-License-Identifier: Apache-2.0 */
/*
 * satellites - the processes around queue, and what each has leased.
 * Takes: channels from the supervisor.  Gives: messages to their handlers;
 * the leases of one that died go back at once, uncounted.
 * Runs in: queue.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/config.h"
#include "base/mem.h"
#include "base/vis.h"
#include "queue/hub.h"

static const char *const roles[ROLE_COUNT] = {
	[ROLE_POLL] = "poll", [ROLE_FETCH] = "fetch",
	[ROLE_WORKER] = "worker", [ROLE_ALERT] = "alert", [ROLE_WEB] = "web",
};

const char *
role_name(enum role role)
{
	return role < ROLE_COUNT ? roles[role] : "?";
}

/* ---- leases ------------------------------------------------------------ */

struct lease *
lease_find(struct lease *l, int64_t id)
{
	while (l != NULL && l->id != id)
		l = l->next;
	return l;
}

void
lease_add(struct lease **list, int64_t id, struct satellite *s,
    const char *sink)
{
	struct lease *l = mem_alloc(sizeof(*l));

	l->id = id;
	l->satellite = s;
	l->sink = mem_strdup(sink);
	l->next = *list;
	*list = l;
	s->busy++;
}

static void
lease_free(struct lease **at)
{
	struct lease *l = *at;

	*at = l->next;
	if (l->satellite->busy > 0)
		l->satellite->busy--;
	free(l->sink);
	free(l);
}

void
lease_end(struct lease **list, int64_t id)
{
	for (struct lease **at = list; *at != NULL; at = &(*at)->next)
		if ((*at)->id == id) {
			lease_free(at);
			return;
		}
}

void
lease_ids(const struct lease *l, struct buf *out)
{
	for (; l != NULL; l = l->next)
		buf_addf(out, "%s%" PRId64, out->len > 1 ? "," : "", l->id);
}

void
leases_lost(struct queue *q, struct lease **list, const struct satellite *s,
    const struct statement *statement)
{
	struct buf	ids = BUF_EMPTY;
	size_t		n = 0;

	buf_addc(&ids, '{');
	for (struct lease **at = list; *at != NULL;) {
		if ((*at)->satellite != s) {
			at = &(*at)->next;
			continue;
		}
		buf_addf(&ids, "%s%" PRId64, n++ > 0 ? "," : "", (*at)->id);
		lease_free(at);
	}
	buf_addc(&ids, '}');
	if (n > 0)
		write_send(q, statement, (const char *[]){ buf_text(&ids),
		    q->instance_text }, NULL, NULL);
	buf_release(&ids);
}

/* ---- satellites -------------------------------------------------------- */

struct satellite *
satellite_any(struct queue *q, enum role role)
{
	for (struct satellite *s = q->satellites; s != NULL; s = s->next)
		if (s->role == role && s->greeted)
			return s;
	return NULL;
}

/* The least busy one with room. */
struct satellite *
satellite_free_slot(struct queue *q, enum role role)
{
	struct satellite *best = NULL;

	for (struct satellite *s = q->satellites; s != NULL; s = s->next)
		if (s->role == role && s->greeted && s->busy < s->slots &&
		    (best == NULL || s->busy < best->busy))
			best = s;
	return best;
}

uint32_t
satellites_slots(const struct queue *q, enum role role)
{
	uint32_t n = 0;

	for (const struct satellite *s = q->satellites; s != NULL; s = s->next)
		if (s->role == role && s->greeted)
			n += s->slots;
	return n;
}

json_t *
satellites_json(const struct queue *q)
{
	json_t *list = json_array();

	for (const struct satellite *s = q->satellites; s != NULL; s = s->next)
		(void)json_array_append_new(list, json_pack(
		    "{s:s, s:i, s:I, s:b, s:i, s:i}", "role",
		    role_name(s->role), "index", (int)s->index, "pid",
		    (json_int_t)s->pid, "well", s->greeted, "slots",
		    (int)s->slots, "busy", (int)s->busy));
	return list;
}

static void
satellite_remove(struct satellite *s)
{
	struct queue *q = s->q;

	for (struct satellite **at = &q->satellites; *at != NULL;
	    at = &(*at)->next)
		if (*at == s) {
			*at = s->next;
			break;
		}
	channel_free(s->channel);
	s->channel = NULL;
	if (s->role == ROLE_POLL) {
		q->epoch = 0;
		q->backfilling = false;
		listings_free(q);
		leases_lost(q, &q->resolves, s, &STMT_RESOLVE_RELEASE);
	} else if (s->role == ROLE_ALERT)
		leases_lost(q, &q->deliveries, s, &STMT_DELIVERY_RELEASE);
	else
		tasks_lost(q, s);
	free(s);
	queue_soon(q, 0);
	queue_settle(q);
}

static void
on_closed(void *ctx, const char *why)
{
	struct satellite *s = ctx;

	log_info("satellite=%s.%" PRIu32 " pid=%" PRId64 " gone why=%s",
	    role_name(s->role), s->index, s->pid, vis(why));
	satellite_remove(s);
}

void
satellite_kick(struct satellite *s, const char *why)
{
	struct queue *q = s->q;

	log_warn("satellite=%s.%" PRIu32 " pid=%" PRId64 " kicked why=%s",
	    role_name(s->role), s->index, s->pid, why);
	if (q->hooks.kick != NULL)
		q->hooks.kick(q->hooks.ctx, role_name(s->role), s->index, why);
	satellite_remove(s);
}

bool
satellite_index_known(struct satellite *s, const char *index)
{
	const struct config *c = s->q->config;
	bool		     known = index == NULL;

	for (size_t i = 0; i < c->nindexes && !known; i++)
		known = str_equal(c->indexes[i].name, index);
	if (!known)
		satellite_kick(s, "speaks of an index that nobody configured");
	return known;
}

static void
hello_handle(void *ctx, void *object, const int *fds)
{
	struct satellite	*s = ctx;
	struct msg_hello	*m = object;

	(void)fds;
	if (m->protocol != IPC_PROTOCOL ||
	    !str_equal(m->role, role_name(s->role))) {
		satellite_kick(s, "speaks another protocol");
		return;
	}
	s->greeted = true;
	s->slots = m->slots;
	log_debug("satellite=%s.%" PRIu32 " well slots=%" PRIu32,
	    role_name(s->role), s->index, s->slots);
	if (s->q->hooks.greeted != NULL)
		s->q->hooks.greeted(s->q->hooks.ctx, role_name(s->role),
		    s->index, s->pid);
	if (s->role == ROLE_POLL)
		poll_elect(s->q);
	else if (s->role == ROLE_WORKER)
		known_names_send(s);
	tasks_move(s->q);
	queue_work(s->q);
}

#define HELLO { MSG_HELLO, &msg_hello_desc, 0, hello_handle }

static const struct msg_rule from_poll[] = { HELLO,
	{ MSG_EVENTS, &msg_events_desc, 0, events_handle },
	{ MSG_RESOLVED, &msg_resolved_desc, 0, resolved_handle },
	{ MSG_SOURCE, &msg_source_desc, 0, source_handle },
	{ MSG_LISTING, &msg_listing_desc, 0, listing_handle },
	{ MSG_LISTED, &msg_listed_desc, 0, listed_handle },
	{ MSG_BACKFILLED, &msg_backfilled_desc, 0, backfilled_handle },
	{ MSG_POPULAR, NULL, 1, popular_handle },
	{ MSG_POPULAR_FAILED, &msg_popular_failed_desc, 0,
	  popular_failed_handle },
};
static const struct msg_rule from_fetch[] = { HELLO,
	{ MSG_FETCHED, &msg_fetched_desc, 1, fetched_handle },
	{ MSG_FETCH_FAILED, &msg_fetched_desc, 0, fetch_failed_handle },
};
static const struct msg_rule from_worker[] = { HELLO,
	{ MSG_INSPECTED, &msg_inspected_desc, 0, inspected_handle },
};
static const struct msg_rule from_alert[] = { HELLO,
	{ MSG_DELIVERED, &msg_delivered_desc, 0, delivered_handle },
};
static const struct msg_rule from_web[] = { HELLO };

static const struct { const struct msg_rule *rules; size_t n; }
rules_of[ROLE_COUNT] = {
	[ROLE_POLL] = { from_poll, ARRAY_LEN(from_poll) },
	[ROLE_FETCH] = { from_fetch, ARRAY_LEN(from_fetch) },
	[ROLE_WORKER] = { from_worker, ARRAY_LEN(from_worker) },
	[ROLE_ALERT] = { from_alert, ARRAY_LEN(from_alert) },
	[ROLE_WEB] = { from_web, ARRAY_LEN(from_web) },
};

void
queue_adopt(struct queue *q, const char *role, uint32_t index, int64_t pid,
    int fd)
{
	struct satellite	*s = mem_alloc(sizeof(*s));
	int			 r = str_index(roles, ROLE_COUNT, role);

	if (r < 0)
		fatal("the supervisor sent a satellite of role %s", vis(role));
	s->q = q;
	s->role = (enum role)r;
	s->index = index;
	s->pid = pid;
	s->channel = channel_new(q->loop, fd, rules_of[r].rules,
	    rules_of[r].n, on_closed, s);
	s->next = q->satellites;
	q->satellites = s;
}

void
satellites_free(struct queue *q)
{
	while (q->satellites != NULL) {
		struct satellite *s = q->satellites;

		q->satellites = s->next;
		channel_free(s->channel);
		free(s);
	}
	while (q->resolves != NULL) {
		struct lease *l = q->resolves;

		q->resolves = l->next;
		free(l->sink);
		free(l);
	}
	while (q->deliveries != NULL) {
		struct lease *l = q->deliveries;

		q->deliveries = l->next;
		free(l->sink);
		free(l);
	}
}

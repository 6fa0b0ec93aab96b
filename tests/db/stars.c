/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stars - a real queue with satellites that the test plays.
 */
#include "stars.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/db_now.h"
#include "base/ipc.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/memfd.h"
#include "base/str.h"
#include "queue/queue.h"

/* Far more than anything here takes; a bound on a test that hangs. */
#define UNTIL_MOST_MS 60000
#define UNTIL_STEP_MS 20

static char bytes[] = "the bytes of a file";

/* A test's text as a wire field, which is never written to. */
static char *
borrowed(const char *s)
{
	return (char *)(uintptr_t)s;
}

static void
hello(struct channel *ch, const char *role, uint32_t slots)
{
	struct msg_hello m = { IPC_PROTOCOL, borrowed(role), slots };

	channel_send(ch, MSG_HELLO, &msg_hello_desc, &m, NULL, 0);
}

static void
on_closed(void *ctx, const char *why)
{
	(void)ctx;
	(void)why;
}

static struct channel *
adopt(struct star *star, const char *role, const struct msg_rule *rules,
    size_t n, uint32_t slots)
{
	struct channel	*ch;
	int		 pair[2];

	assert_int_equal(ipc_pair(pair), 0);
	queue_adopt(star->queue, role, 0, 1000, pair[0]);
	ch = channel_new(star->loop, pair[1], rules, n, on_closed, star);
	hello(ch, role, slots);
	return ch;
}

/* ---- poll -------------------------------------------------------------- */

static void
on_follow(void *ctx, void *object, const int *fds)
{
	struct star		*star = ctx;
	struct msg_follow	*m = object;

	(void)fds;
	star->epoch = m->epoch;
	star->first = m->first;
	star->cursor = m->serial;
	star->follows = true;
}

static void
on_unfollow(void *ctx, void *object, const int *fds)
{
	struct star *star = ctx;

	(void)object;
	(void)fds;
	star->follows = false;
}

static void
on_events_stored(void *ctx, void *object, const int *fds)
{
	struct star			*star = ctx;
	struct msg_events_stored	*m = object;

	(void)fds;
	if (m->ok)
		star->stored++;
	else
		star->refused++;
}

static void
on_resolve(void *ctx, void *object, const int *fds)
{
	struct star		*star = ctx;
	struct msg_resolve	*m = object;
	struct upload		 uploads[4] = { 0 };
	struct msg_resolved	 answer = { .id = m->id,
	    .status = star->resolve, .retry_after_s = -1,
	    .why = star->resolve == RESOLVE_FOUND ? NULL : borrowed("404"),
	    .release = { .project = m->project, .version = m->version,
	    .uploads = uploads } };

	(void)fds;
	star->resolves++;
	for (size_t i = 0; star->resolve == RESOLVE_FOUND &&
	    i < ARRAY_LEN(star->files) && star->files[i] != NULL; i++) {
		struct upload *u = &uploads[answer.release.nuploads++];

		u->filename = borrowed(star->files[i]);
		u->url = borrowed("https://files.example.invalid/x");
		u->size = sizeof(bytes);
		u->uploaded_at_us = clock_wall_us();
		u->packagetype = packagetype_from_filename(u->filename);
		if (star->digest == 0)
			sha256_hex(bytes, sizeof(bytes), u->sha256);
		else
			memset(u->sha256, star->digest, SHA256_HEX);
		if (i > 0)		/* other bytes than the first's */
			u->sha256[0] = "0123456789abcdef"[i];
	}
	channel_send(star->poll, MSG_RESOLVED, &msg_resolved_desc, &answer,
	    NULL, 0);
}

/* Answers nothing. */
static void
on_backfill(void *ctx, void *object, const int *fds)
{
	struct star *star = ctx;

	(void)object;
	(void)fds;
	star->backfills++;
}

static const struct msg_rule to_poll[] = {
	{ MSG_FOLLOW, &msg_follow_desc, 0, on_follow },
	{ MSG_EVENTS_STORED, &msg_events_stored_desc, 0, on_events_stored },
	{ MSG_RESOLVE, &msg_resolve_desc, 0, on_resolve },
	{ MSG_UNFOLLOW, NULL, 0, on_unfollow },
	{ MSG_BACKFILL, &msg_backfill_desc, 0, on_backfill },
};

void
star_poll(struct star *star)
{
	star->poll = adopt(star, "poll", to_poll, ARRAY_LEN(to_poll), 4);
}

void
star_events(struct star *star, enum source source, const struct event *events,
    size_t n, int64_t cursor)
{
	struct msg_events m = { .seq = 1, .epoch = star->epoch,
	    .source = source, .has_cursor = cursor != 0, .cursor = cursor,
	    .polled_at_us = clock_wall_us(), .nevents = n };
	struct event *copy = mem_array(n + 1, sizeof(*copy));

	memcpy(copy, events, n * sizeof(*copy));
	m.events = copy;
	channel_send(star->poll, MSG_EVENTS, &msg_events_desc, &m, NULL, 0);
	free(copy);
}

/* ---- fetch ------------------------------------------------------------- */

static void
on_fetch(void *ctx, void *object, const int *fds)
{
	struct star		*star = ctx;
	struct msg_fetch	*m = object;
	struct msg_fetched	 answer = { .id = m->id,
	    .status = star->fetch_fails, .retry_after_s = -1,
	    .size = sizeof(bytes) };
	int			 fd;

	(void)fds;
	star->fetches++;
	if (star->hold_fetch)
		return;
	memcpy(answer.sha256, m->sha256, sizeof(answer.sha256));
	if (star->fetch_fails != FETCH_OK) {
		answer.why = borrowed("as the test wants it");
		channel_send(star->fetch, MSG_FETCH_FAILED, &msg_fetched_desc,
		    &answer, NULL, 0);
		return;
	}
	fd = memfd_of("test", bytes, sizeof(bytes));
	channel_send(star->fetch, MSG_FETCHED, &msg_fetched_desc, &answer, &fd,
	    1);
	close(fd);
}

static const struct msg_rule to_fetch[] = {
	{ MSG_FETCH, &msg_fetch_desc, 0, on_fetch },
};

void
star_fetch(struct star *star)
{
	star->fetch = adopt(star, "fetch", to_fetch, ARRAY_LEN(to_fetch), 4);
}

/* ---- worker ------------------------------------------------------------ */

static void
on_targets(void *ctx, void *object, const int *fds)
{
	struct star *star = ctx;

	(void)object;
	star->targets++;
	close(fds[0]);
}

static void
set(char **field, const char *text)
{
	finding_set(field, text, strlen(text), 200);
}

static void
features_fill(const struct star *star, struct features *f,
    const struct msg_inspect *m)
{
	struct finding *one;

	memcpy(f->sha256, m->sha256, sizeof(f->sha256));
	f->modules = mem_strdup(star->modules[m->packagetype ==
	    PACKAGE_WHEEL]);
	f->imports = mem_strdup(star->imports);
	f->outcome = SCAN_SCANNED;
	f->ruleset = mem_strdup("test");
	f->ms = 1;
	if (!star->hostile)
		return;
	one = features_add_finding(f);
	set(&one->rule, "xor-executable");
	set(&one->category, "hidden-executable");
	set(&one->text, "an executable \xe2\x80\xae hidden");
	one->context = CONTEXT_INSTALL;
	one = features_add_finding(f);
	set(&one->rule, "download-and-run");
	set(&one->category, "download-and-run");
	set(&one->text, "downloads a program and runs it");
	one->context = CONTEXT_INSTALL;
}

static void
on_inspect(void *ctx, void *object, const int *fds)
{
	struct star		*star = ctx;
	struct msg_inspect	*m = object;
	struct msg_inspected	 end = { .id = m->id, .clean = true,
	    .ms = 1 };
	struct features		 f = { 0 };

	star->inspects++;
	close(fds[0]);
	if (star->crash > 0) {
		star->crash--;
		end.clean = false;
		end.signal = 11;
	} else if (star->slow > 0) {
		star->slow--;
		end.clean = false;
		end.timed_out = true;
	} else {
		features_fill(star, &f, m);
		assert_int_equal(ipc_write(fds[1], REPLY_FEATURES,
		    &features_desc, &f), 0);
		features_release(&f);
	}
	close(fds[1]);
	channel_send(star->worker, MSG_INSPECTED, &msg_inspected_desc, &end,
	    NULL, 0);
}

static const struct msg_rule to_worker[] = {
	{ MSG_TARGETS, NULL, 1, on_targets },
	{ MSG_INSPECT, &msg_inspect_desc, 2, on_inspect },
};

void
star_worker(struct star *star)
{
	star->worker = adopt(star, "worker", to_worker, ARRAY_LEN(to_worker),
	    2);
}

/* ---- alert ------------------------------------------------------------- */

static void
on_deliver(void *ctx, void *object, const int *fds)
{
	struct star		*star = ctx;
	struct msg_deliver	*m = object;
	struct msg_delivered	 answer = { .id = m->id,
	    .status = star->deliver, .again_ms = 10, .http_status = 200 };

	(void)fds;
	assert_true((size_t)star->deliveries < ARRAY_LEN(star->sent));
	assert_int_equal(str_copy(star->sent[star->deliveries],
	    sizeof(star->sent[0]), m->delivery_id), 0);
	star->deliveries++;
	assert_int_equal(str_copy(star->payload, sizeof(star->payload),
	    m->payload), 0);
	if (!star->hold_deliver)
		channel_send(star->alert, MSG_DELIVERED, &msg_delivered_desc,
		    &answer, NULL, 0);
}

static const struct msg_rule to_alert[] = {
	{ MSG_DELIVER, &msg_deliver_desc, 0, on_deliver },
};

void
star_alert(struct star *star)
{
	star->alert = adopt(star, "alert", to_alert, ARRAY_LEN(to_alert), 16);
}

/* ---- life -------------------------------------------------------------- */

static void
on_ready(void *ctx)
{
	((struct star *)ctx)->ready = true;
}

static void
on_kick(void *ctx, const char *role, uint32_t index, const char *why)
{
	(void)role;
	(void)index;
	(void)why;
	((struct star *)ctx)->kicks++;
}

static void
on_drained(void *ctx)
{
	((struct star *)ctx)->drained = true;
}

static void
config_make(struct star *star, const char *extra)
{
	const char	*top = getenv("top_srcdir");
	struct buf	 text = BUF_EMPTY, errors = BUF_EMPTY;

	buf_addf(&text, "database { conninfo = \"\" }\n"
	    "judge { weights-file = \"%s/etc/weights.conf\" }\n"
	    "lookalike { popular-names-file = \"\" }\n%s",
	    top != NULL ? top : ".", extra != NULL ? extra : "");
	star->config = config_parse("test", text.data, text.len, &errors);
	if (star->config == NULL)
		fail_msg("%s", buf_text(&errors));
	buf_release(&text);
	buf_release(&errors);
}

static void
queue_start(struct star *star)
{
	const struct queue_hooks hooks = { .ready = on_ready, .kick = on_kick,
	    .drained = on_drained, .ctx = star };
	char why[256];

	star->ready = star->drained = star->follows = false;
	star->queue = queue_new(star->loop, star->config, &hooks, why,
	    sizeof(why));
	if (star->queue == NULL)
		fail_msg("%s", why);
	star_poll(star);
	star_fetch(star);
	star_worker(star);
	star_alert(star);
}

void
star_start(struct star *star, const char *extra)
{
	char why[256];

	*star = (struct star){ .loop = loop_new() };
	config_make(star, extra);
	if (db_open_now(star->loop, "", &star->db, why, sizeof(why)) == -1)
		fail_msg("%s", why);
	queue_start(star);
	star_until_true(star, &star->ready);
	star_until_true(star, &star->follows);
}

static void
satellites_close(struct star *star)
{
	channel_free(star->poll);
	channel_free(star->fetch);
	channel_free(star->worker);
	channel_free(star->alert);
}

void
star_kill(struct star *star)
{
	queue_free(star->queue);
	satellites_close(star);
	queue_start(star);
}

void
star_end(struct star *star)
{
	queue_drain(star->queue, 1000);
	star_until_true(star, &star->drained);
	assert_int_equal(star_number(star, "SELECT count(*) FROM "
	    "pypiwatch.instance"), 0);
	queue_free(star->queue);
	satellites_close(star);
	db_free(star->db);
	config_free(star->config);
	loop_free(star->loop);
}

/* ---- waiting ----------------------------------------------------------- */

static void
on_step(void *ctx)
{
	loop_stop(ctx);
}

static void
loop_turn(struct star *star)
{
	struct timer *step = timer_new(star->loop, on_step, star->loop);

	timer_arm(step, UNTIL_STEP_MS);
	loop_run(star->loop);
	timer_free(step);
}

static char *
sql_cell(struct star *star, const char *sql)
{
	struct db_rows	*rows;
	char		*cell;

	if (db_script_now(star->db, sql, &rows) != DB_OK)
		fail_msg("%s: %s", sql, db_error(rows));
	cell = mem_strdup(db_cell(rows, 0, 0));
	db_rows_free(rows);
	return cell;
}

void
star_sql(struct star *star, const char *sql)
{
	free(sql_cell(star, sql));
}

int64_t
star_number(struct star *star, const char *sql)
{
	char	*cell = sql_cell(star, sql);
	int64_t	 n = -1;

	if (cell != NULL && str_int(cell, INT64_MIN, INT64_MAX, &n) == -1)
		fail_msg("%s: %s", sql, cell);
	free(cell);
	return n;
}

void
star_until(struct star *star, const char *sql, const char *want)
{
	int64_t	 end = clock_mono_ms() + UNTIL_MOST_MS;
	char	*cell = NULL;

	do {
		free(cell);
		loop_turn(star);
		cell = sql_cell(star, sql);
		if (str_equal(cell, want)) {
			free(cell);
			return;
		}
	} while (clock_mono_ms() < end);
	fail_msg("%s: %s, not %s", sql, cell != NULL ? cell : "NULL", want);
}

void
star_until_true(struct star *star, const bool *flag)
{
	int64_t end = clock_mono_ms() + UNTIL_MOST_MS;

	while (!*flag && clock_mono_ms() < end)
		loop_turn(star);
	assert_true(*flag);
}

void
star_until_count(struct star *star, const int *n, int least)
{
	int64_t end = clock_mono_ms() + UNTIL_MOST_MS;

	while (*n < least && clock_mono_ms() < end)
		loop_turn(star);
	assert_true(*n >= least);
}

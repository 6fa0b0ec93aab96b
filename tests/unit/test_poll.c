/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatch-poll, the real process in its sandbox, between a loopback server
 * that replays answers composed by hand and a queue played by the test.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sys/wait.h>

#include "base/buf.h"
#include "base/ipc.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/str.h"
#include "data/messages.h"
#include "harness/loopback.h"
#include "harness/process.h"

#define LAST_CALL "changelog_last_serial"
#define SINCE_CALL "changelog_since_serial"

struct fixture {
	struct loop	*loop;
	struct loopback	*server;
	struct process	 poll;
	/* the index */
	int64_t		 last_serial;
	struct buf	 page, updates, packages, legacy, simple;
	int		 legacy_status, simple_status, rpc_status;
	int64_t		 json_serial;
	unsigned int	 rpc_calls, rss_calls, not_modified, json_calls;
	struct buf	 paths, encodings;	/* of JSON requests */
	int64_t		 since;			/* of the last call */
	/* queue */
	int64_t		 cursor, epoch, begin, listed;
	struct feed_item *items;
	size_t		 nitems;
	struct buf	 events;	/* one line each */
	unsigned int	 pieces, gaps, past, nevents;
	unsigned int	 refuse;	/* the so-many-th piece */
	struct msg_source health[SOURCE_COUNT];
	char		 why[SOURCE_COUNT][256];
	struct buf	 resolved;	/* one line a part */
	bool		 hello;
	bool		(*enough)(const struct fixture *);
};

/* A literal as a message's field, which is never written to. */
static char *
text(const char *s)
{
	return (char *)(uintptr_t)s;
}

/* ---- the index ------------------------------------------------------------------- */

static void
rpc_row(struct buf *b, int64_t serial, const char *name, const char *version,
    const char *action)
{
	buf_addf(b, "<value><array><data>\n<value><string>%s</string></value>\n",
	    name);
	if (version != NULL)
		buf_addf(b, "<value><string>%s</string></value>\n", version);
	else
		buf_adds(b, "<value><nil/></value>\n");
	buf_addf(b, "<value><int>1760000000</int></value>\n<value><string>%s"
	    "</string></value>\n<value><int>%lld</int></value>\n"
	    "</data></array></value>\n", action, (long long)serial);
}

static void
page_open(struct fixture *f)
{
	buf_reset(&f->page);
	buf_adds(&f->page, "<?xml version='1.0'?>\n<methodResponse>\n<params>\n"
	    "<param>\n<value><array><data>\n");
}

static void
page_close(struct fixture *f)
{
	buf_adds(&f->page, "</data></array></value>\n</param>\n</params>\n"
	    "</methodResponse>\n");
}

static void
page_rows(struct fixture *f, int64_t from, int64_t to)
{
	char	name[32];

	page_open(f);
	for (int64_t i = from; i <= to; i++) {
		snprintf(name, sizeof(name), "pkg-%lld", (long long)i);
		rpc_row(&f->page, i, name, NULL, "create");
	}
	page_close(f);
	f->last_serial = to;
}

static void
feed_of(struct buf *b, const char *const *links)
{
	buf_reset(b);
	buf_adds(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<rss version=\"2.0\">\n<channel>\n");
	for (; *links != NULL; links++)
		buf_addf(b, "<item>\n<title>t</title>\n<link>https://pypi.org/"
		    "project/%s/</link>\n<pubDate>Mon, 23 Nov 2026 18:00:00 "
		    "GMT</pubDate>\n</item>\n", *links);
	buf_adds(b, "</channel>\n</rss>\n");
}

static void
serve_rpc(struct fixture *f, struct reply *r, const struct asked *a)
{
	char	text[256], *type = asked_header(a, "content-type");
	const char *at = strstr(a->body, "<int>");

	f->rpc_calls++;
	assert_string_equal(a->method, "POST");
	assert_string_equal(type, "text/xml");
	free(type);
	if (f->rpc_status != 200) {
		reply_text(r, f->rpc_status, "text/html", "<html>503</html>");
	} else if (strstr(a->body, LAST_CALL) != NULL) {
		snprintf(text, sizeof(text), "<?xml version='1.0'?>\n"
		    "<methodResponse>\n<params>\n<param>\n<value><int>%lld"
		    "</int></value>\n</param>\n</params>\n</methodResponse>\n",
		    (long long)f->last_serial);
		reply_text(r, 200, "text/xml; charset=UTF-8", text);
	} else {
		assert_non_null(strstr(a->body, SINCE_CALL));
		f->since = strtoll(at + 5, NULL, 10);
		reply_text(r, 200, "text/xml", buf_text(&f->page));
	}
}

static void
serve_rss(struct fixture *f, struct reply *r, const struct asked *a,
    const struct buf *b)
{
	char	*tag = asked_header(a, "if-none-match"), header[128];
	char	 current[32];

	f->rss_calls++;
	snprintf(current, sizeof(current), "\"%zu\"", b->len);
	snprintf(header, sizeof(header), "ETag: %s\r\nContent-Type: text/xml\r\n",
	    current);
	if (tag != NULL && strcmp(tag, current) == 0) {
		f->not_modified++;
		reply_send(r, 304, header, "", 0);
	} else if (b->len == 0)
		reply_text(r, 503, "text/html", "<html>");
	else
		reply_send(r, 200, header, b->data, b->len);
	free(tag);
}

static void
serve_json(struct fixture *f, struct reply *r, const struct asked *a)
{
	bool	simple = str_starts(a->path, "/simple/");
	char	*encoding = asked_header(a, "accept-encoding"), header[200];
	const struct buf *b = simple ? &f->simple : &f->legacy;

	f->json_calls++;
	buf_addf(&f->paths, "%s ", a->path);
	buf_addf(&f->encodings, "%s|", encoding != NULL ? encoding : "-");
	free(encoding);
	snprintf(header, sizeof(header), "Content-Type: %s\r\n"
	    "X-PyPI-Last-Serial: %lld\r\n", simple ?
	    "application/vnd.pypi.simple.v1+json" : "application/json",
	    (long long)f->json_serial);
	reply_send(r, simple ? f->simple_status : f->legacy_status, header,
	    buf_text(b), b->len);
}

static void
check(struct fixture *f)
{
	if (f->enough != NULL && f->enough(f))
		loop_stop(f->loop);
}

static void
serve(void *ctx, struct reply *r, const struct asked *a)
{
	struct fixture *f = ctx;
	char *agent = asked_header(a, "user-agent");

	assert_non_null(strstr(agent, "(ops@example.invalid)"));
	free(agent);
	if (strcmp(a->path, "/index/pypi") == 0)
		serve_rpc(f, r, a);
	else if (strcmp(a->path, "/index/rss/updates.xml") == 0)
		serve_rss(f, r, a, &f->updates);
	else if (strcmp(a->path, "/index/rss/packages.xml") == 0)
		serve_rss(f, r, a, &f->packages);
	else {
		struct asked below = *a;

		assert_true(str_starts(a->path, "/index/"));
		below.path += strlen("/index");
		serve_json(f, r, &below);
	}
	check(f);
}

/* ---- queue ------------------------------------------------------------------------- */

static void
on_hello(void *ctx, void *object, const int *fds)
{
	struct fixture *f = ctx;
	const struct msg_hello *m = object;

	(void)fds;
	assert_string_equal(m->role, "poll");
	f->hello = true;
	check(f);
}

static void
on_events(void *ctx, void *object, const int *fds)
{
	struct fixture *f = ctx;
	const struct msg_events *m = object;
	struct msg_events_stored s = { .seq = m->seq, .ok = true };

	(void)fds;
	f->pieces++;
	assert_int_equal(m->epoch, f->epoch);
	assert_true(m->polled_at_us > 0);
	if (f->refuse != 0 && f->pieces == f->refuse) {
		s.ok = false;
		s.why = (char *)(uintptr_t)"the database is away";
	} else {
		if (m->has_cursor) {
			assert_true(m->cursor >= f->cursor);
			f->cursor = m->cursor;
		}
		f->gaps += m->gap != NULL;
		f->past += m->past;
		f->nevents += m->past ? 0 : (unsigned int)m->nevents;
		for (size_t i = 0; !m->past && i < m->nevents; i++)
			buf_addf(&f->events, "%s %lld %s %s\n",
			    source_name(m->events[i].source),
			    (long long)m->events[i].serial,
			    m->events[i].project,
			    event_kind_name(m->events[i].kind));
	}
	channel_send(f->poll.channel, MSG_EVENTS_STORED,
	    &msg_events_stored_desc, &s, NULL, 0);
	check(f);
}

static void
on_resolved(void *ctx, void *object, const int *fds)
{
	static const char *const names[] = { "found", "stale", "missing",
		"gone", "failed" };
	struct fixture *f = ctx;
	const struct msg_resolved *m = object;

	(void)fds;
	buf_addf(&f->resolved, "%lld %s files=%zu%s status=%s first=%s\n",
	    (long long)m->id, names[m->status], m->release.nuploads,
	    m->more ? " more" : "", m->project_status != NULL ?
	    m->project_status : "-", m->release.nuploads > 0 ?
	    m->release.uploads[0].filename : "-");
	assert_true((m->why == NULL) == (m->status == RESOLVE_FOUND));
	check(f);
}

static void
on_source(void *ctx, void *object, const int *fds)
{
	struct fixture *f = ctx;
	struct msg_source *m = object;

	(void)fds;
	f->health[m->source] = *m;
	snprintf(f->why[m->source], sizeof(f->why[0]), "%s",
	    m->why != NULL ? m->why : "");
	f->health[m->source].why = f->why[m->source];
	check(f);
}

static const struct msg_rule from_poll[] = {
	{ MSG_HELLO, &msg_hello_desc, 0, on_hello },
	{ MSG_EVENTS, &msg_events_desc, 0, on_events },
	{ MSG_RESOLVED, &msg_resolved_desc, 0, on_resolved },
	{ MSG_SOURCE, &msg_source_desc, 0, on_source },
};

static void
until(struct fixture *f, bool (*enough)(const struct fixture *))
{
	f->enough = enough;
	if (!enough(f))
		loop_run(f->loop);
	f->enough = NULL;
}

static void
say_follow(struct fixture *f, bool first, int64_t serial)
{
	struct followed sources[] = {
		{ .source = text("rss"), .last_ok_us = 1 },
		{ .source = text("rss-packages"), .last_ok_us = 1 },
		{ .source = text("simple"), .has_cursor = f->listed >= 0,
		  .serial = f->listed },
	};
	struct msg_follow m = { .epoch = ++f->epoch, .first = first,
	    .serial = serial, .begin = f->begin, .sources = sources,
	    .nsources = first ? 0 : ARRAY_LEN(sources), .items = f->items,
	    .nitems = f->nitems };

	f->cursor = serial;
	channel_send(f->poll.channel, MSG_FOLLOW, &msg_follow_desc, &m, NULL,
	    0);
}

static bool
has_answered(const struct fixture *f)
{
	const char *last = strrchr(buf_text(&f->resolved), '\n');

	return last != NULL && strstr(buf_text(&f->resolved), " more") == NULL;
}

/* Asks once and gives the line that came. */
static const char *
resolve(struct fixture *f, const char *project, const char *version,
    const char *filename, int64_t serial, uint32_t attempt)
{
	struct msg_resolve m = { .id = 7, .serial = serial,
	    .attempt = attempt };

	m.project = mem_strdup(project);
	m.version = mem_strdup(version);
	m.filename = mem_strdup(filename);
	buf_reset(&f->resolved);
	buf_reset(&f->paths);
	buf_reset(&f->encodings);
	channel_send(f->poll.channel, MSG_RESOLVE, &msg_resolve_desc, &m, NULL,
	    0);
	wire_release(&msg_resolve_desc, &m);
	until(f, has_answered);
	return buf_text(&f->resolved);
}

static int
open_with(void **state, const char *pypi)
{
	struct fixture *f = mem_alloc(sizeof(*f));
	static const char *const none[] = { NULL };
	char	*conf;

	f->loop = loop_new();
	f->server = loopback_new(loop_base(f->loop), serve, f);
	f->legacy_status = f->simple_status = f->rpc_status = 200;
	f->json_serial = 100;
	f->listed = -1;
	feed_of(&f->updates, none);
	feed_of(&f->packages, none);
	page_rows(f, 1, 0);
	/* By name: the resolver's thread works in the sandbox. */
	conf = mem_printf("pypi {\n\turl = \"http://localhost%s/index/\"\n"
	    "\tfiles-url = \"%s/files\"\n\tcontact = \"ops@example.invalid\"\n"
	    "\tchangelog-interval = \"1\"\n\trss-interval = \"1\"\n"
	    "\trequests-per-second = \"100\"\n%s}\n"
	    "daemon {\n\tsandbox-required = \"no\"\n}\n",
	    strrchr(loopback_url(f->server), ':'), loopback_url(f->server),
	    pypi);
	process_start(&f->poll, f->loop, "pypiwatch-poll", conf, from_poll,
	    ARRAY_LEN(from_poll), f);
	free(conf);
	*state = f;
	return 0;
}

static int
open_changelog(void **state)
{
	return open_with(state, "\trss = no\n\tsimple = no\n");
}

static int
open_rss(void **state)
{
	return open_with(state, "\tchangelog = no\n\tsimple = no\n");
}

static int
close_fixture(void **state)
{
	struct fixture *f = *state;
	int status = process_end(&f->poll);
	struct buf *bufs[] = { &f->page, &f->updates, &f->packages, &f->legacy,
		&f->simple, &f->paths, &f->encodings, &f->events,
		&f->resolved };

	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	loopback_free(f->server);
	loop_free(f->loop);
	for (size_t i = 0; i < ARRAY_LEN(bufs); i++)
		buf_release(bufs[i]);
	free(f);
	return 0;
}

/* ---- changelog ----------------------------------------------------------------------- */

static bool
one_call(const struct fixture *f)
{
	return f->rpc_calls >= 1;
}

static bool
said_hello(const struct fixture *f)
{
	return f->hello;
}

static bool
one_piece(const struct fixture *f)
{
	return f->pieces == 1;
}

static bool
three_calls(const struct fixture *f)
{
	return f->rpc_calls >= 3;
}

static bool
four_calls(const struct fixture *f)
{
	return f->rpc_calls >= 4;
}

static void
first_start(void **state)
{
	struct fixture *f = *state;

	until(f, said_hello);
	assert_int_equal(f->rpc_calls + f->rss_calls, 0); /* not yet told to */
	page_rows(f, 31000001, 31000002);
	f->last_serial = 31000000;
	say_follow(f, true, 0);
	until(f, one_piece);
	assert_int_equal(f->cursor, 31000000);
	assert_int_equal(f->nevents, 0);
	until(f, three_calls);
	/* The overlap does not reach into what was before us. */
	assert_int_equal(f->since, 31000000);
	assert_int_equal(f->cursor, 31000002);
	assert_int_equal(f->nevents, 2);
	until(f, four_calls);
	assert_int_equal(f->nevents, 2);	/* known ones stay here */
	assert_true(f->health[SOURCE_CHANGELOG].ok);
}

static bool
has_1000(const struct fixture *f)
{
	return f->nevents >= 1000;
}

static void
pieces_and_refusal(void **state)
{
	struct fixture *f = *state;

	page_rows(f, 5001, 6000);
	f->refuse = 3;
	say_follow(f, false, 5000);
	until(f, one_call);
	assert_int_equal(f->since, 4500);
	until(f, has_1000);
	assert_int_equal(f->nevents, 1000);	/* none twice, none lost */
	assert_int_equal(f->cursor, 6000);
	assert_non_null(strstr(buf_text(&f->events), "changelog 5001 pkg-5001 "
	    "create\n"));
	assert_non_null(strstr(buf_text(&f->events), "changelog 6000 "));
	assert_int_equal(f->rpc_calls, 2);
	/* as after a restart */
	f->begin = 5900;
	f->rpc_calls = 0;
	say_follow(f, false, 6000);
	until(f, one_call);
	assert_int_equal(f->since, 5900);
}

static bool
has_stopped(const struct fixture *f)
{
	return f->health[SOURCE_CHANGELOG].stopped;
}

static void
cursor_ahead(void **state)
{
	struct fixture *f = *state;

	f->last_serial = 999;
	say_follow(f, false, 5000);
	until(f, has_stopped);
	assert_non_null(strstr(f->why[SOURCE_CHANGELOG], "ahead of the index"));
	assert_int_equal(f->rpc_calls, 2);
	/* told to again, with a cursor that fits */
	page_rows(f, 990, 999);
	say_follow(f, false, 998);
	until(f, four_calls);
	assert_int_equal(f->cursor, 999);
	assert_false(f->health[SOURCE_CHANGELOG].stopped);
}

static bool
is_ill(const struct fixture *f)
{
	return !f->health[SOURCE_CHANGELOG].ok &&
	    f->why[SOURCE_CHANGELOG][0] != '\0';
}

static bool
is_well(const struct fixture *f)
{
	return f->health[SOURCE_CHANGELOG].ok && f->nevents > 0;
}

/* Answers that are no page: said, nothing stored, then recovered from. */
static void
ill_then_well(struct fixture *f, const char *what)
{
	say_follow(f, false, 5000);
	until(f, is_ill);
	if (strstr(f->why[SOURCE_CHANGELOG], what) == NULL)
		fail_msg("\"%s\" instead of \"%s\"", f->why[SOURCE_CHANGELOG],
		    what);
	assert_int_equal(f->nevents, 0);
	assert_int_equal(f->cursor, 5000);
	f->rpc_status = 200;
	page_rows(f, 5000, 5010);
	until(f, is_well);
	assert_int_equal(f->cursor, 5010);
}

static void
rate_limit(void **state)
{
	struct fixture *f = *state;

	buf_reset(&f->page);
	buf_adds(&f->page, "<?xml version='1.0'?>\n<methodResponse>\n<fault>\n"
	    "<value><struct>\n<member>\n<name>faultCode</name>\n"
	    "<value><int>-32500</int></value>\n</member>\n<member>\n"
	    "<name>faultString</name>\n<value><string>HTTPTooManyRequests: "
	    "Limit may reset in 1 seconds.</string></value>\n</member>\n"
	    "</struct></value>\n</fault>\n</methodResponse>\n");
	ill_then_well(f, "HTTPTooManyRequests");
}

static void
unavailable(void **state)
{
	struct fixture *f = *state;

	f->rpc_status = 503;
	ill_then_well(f, "HTTP status 503");
}

static void
doctype(void **state)
{
	struct fixture *f = *state;

	buf_reset(&f->page);
	buf_adds(&f->page, "<?xml version='1.0'?>\n<!DOCTYPE x [<!ENTITY a "
	    "SYSTEM 'file:///etc/passwd'>]>\n<methodResponse/>");
	ill_then_well(f, "a document type is refused");
}

/* What came before the fault is kept, and the rest is asked for. */
static void
truncated(void **state)
{
	struct fixture *f = *state;

	page_rows(f, 5001, 5300);
	f->page.data[f->page.len -= 40] = '\0';
	say_follow(f, false, 5000);
	until(f, is_ill);
	assert_in_range(f->nevents, 298, 300);
	assert_in_range(f->cursor, 5298, 5300);
	page_rows(f, 5001, 5310);
	until(f, is_well);
	assert_int_equal(f->nevents, 310);
	assert_int_equal(f->cursor, 5310);
}

static bool
two_pieces(const struct fixture *f)
{
	return f->pieces == 2;
}

/* A row that became visible late, below the cursor. */
static void
late_row(void **state)
{
	struct fixture *f = *state;

	page_open(f);
	rpc_row(&f->page, 5002, "b", NULL, "create");
	page_close(f);
	say_follow(f, false, 5000);
	until(f, one_piece);
	page_open(f);
	rpc_row(&f->page, 5002, "b", NULL, "create");
	rpc_row(&f->page, 4990, "late", "1.0", "add py3 file late-1.0.whl");
	page_close(f);
	until(f, two_pieces);
	assert_string_equal(buf_text(&f->events), "changelog 5002 b create\n"
	    "changelog 4990 late add file\n");
	assert_int_equal(f->cursor, 5002);
}

/* ---- rss ------------------------------------------------------------------------------- */

static bool
six_feeds(const struct fixture *f)
{
	return f->rss_calls >= 6 && f->nevents >= 3;
}

static bool
a_gap(const struct fixture *f)
{
	return f->gaps > 0 && f->nevents >= 5;
}

static bool
a_new_gap(const struct fixture *f)
{
	return f->gaps > 0 && f->nevents >= 3;
}

static void
feeds(void **state)
{
	static const char *const one[] = { "b/1.0", "a/1!2.0", NULL };
	static const char *const two[] = { "d/1.0", "c/1.0000", NULL };
	static const char *const projects[] = { "b", NULL };
	struct fixture *f = *state;

	feed_of(&f->updates, one);
	feed_of(&f->packages, projects);
	say_follow(f, false, 5000);
	until(f, six_feeds);
	assert_int_equal(f->nevents, 3);
	assert_int_equal(f->gaps, 0);
	assert_true(f->not_modified >= 2);
	assert_int_equal(f->cursor, 5000);
	assert_non_null(strstr(buf_text(&f->events), "rss 0 a new release\n"
	    "rss 0 b new release\n"));	/* oldest first */
	assert_non_null(strstr(buf_text(&f->events),
	    "rss-packages 0 b create\n"));
	feed_of(&f->updates, two);
	until(f, a_gap);
	assert_int_equal(f->nevents, 5);
	assert_int_equal(f->gaps, 1);
	assert_int_equal(f->rpc_calls, 0);
}

/* What another process saw joins the first page to it, or does not. */
static void
feeds_next_start(void **state)
{
	static const char *const one[] = { "c/1.0", "b/1.0", NULL };
	static const char *const two[] = { "e/1.0", "d/1.0", NULL };
	struct feed_item seen[] = { { SOURCE_RSS_UPDATES, text("b/1.0") },
		{ SOURCE_RSS_UPDATES, text("a/1.0") } };
	struct fixture *f = *state;

	f->items = seen;
	f->nitems = ARRAY_LEN(seen);
	feed_of(&f->updates, one);
	say_follow(f, false, 0);
	until(f, one_piece);
	assert_string_equal(buf_text(&f->events), "rss 0 c new release\n");
	assert_int_equal(f->gaps, 0);
	feed_of(&f->updates, two);
	say_follow(f, false, 0);
	until(f, a_new_gap);
	assert_int_equal(f->gaps, 1);
}

static bool
six_feeds_more(const struct fixture *f)
{
	return f->rss_calls >= 8 && f->nevents >= 1;
}

/* At the first start of all what is listed already is the past. */
static void
feeds_first_start(void **state)
{
	static const char *const one[] = { "b/1.0", "a/1!2.0", NULL };
	static const char *const two[] = { "c/1.0", "b/1.0", "a/1!2.0", NULL };
	static const char *const projects[] = { "b", NULL };
	struct fixture *f = *state;

	feed_of(&f->updates, one);
	feed_of(&f->packages, projects);
	say_follow(f, true, 0);
	f->nevents = 3;
	until(f, six_feeds);
	assert_int_equal(f->nevents, 3);
	f->nevents = 0;
	feed_of(&f->updates, two);
	until(f, six_feeds_more);
	assert_string_equal(buf_text(&f->events), "rss 0 c new release\n");
	assert_int_equal(f->gaps, 0);
}

static bool
four_feeds(const struct fixture *f)
{
	return f->rss_calls >= 4;
}

/* An index that lists nothing yet: all that comes is news. */
static void
feeds_first_empty(void **state)
{
	static const char *const none[] = { NULL };
	static const char *const one[] = { "a/1.0", NULL };
	struct fixture *f = *state;

	feed_of(&f->updates, none);
	feed_of(&f->packages, none);
	say_follow(f, true, 0);
	until(f, four_feeds);
	feed_of(&f->updates, one);
	until(f, one_piece);
	assert_string_equal(buf_text(&f->events), "rss 0 a new release\n");
	assert_int_equal(f->past, 0);
}

/* ---- resolving ---------------------------------------------------------------------------- */

static void
json_file(struct buf *b, const struct fixture *f, const char *name, bool simple)
{
	char	digits[65];

	memset(digits, 'a', 64);
	digits[64] = '\0';
	buf_addf(b, "{\"filename\":\"%s\",\"url\":\"%s/files/%s\",\"size\":5,"
	    "\"yanked\":false,\"%s\":{\"sha256\":\"%s\"},"
	    "\"packagetype\":\"sdist\"}", name, loopback_url(f->server), name,
	    simple ? "hashes" : "digests", digits);
}

static void
legacy_of(struct fixture *f, const char *version, int n, const char *pattern)
{
	char	name[600];

	buf_reset(&f->legacy);
	buf_addf(&f->legacy, "{\"info\":{\"name\":\"Foo.Bar\",\"version\":"
	    "\"%s\",\"summary\":null},\"last_serial\":100,\"urls\":[", version);
	for (int i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "%s-%d.whl", pattern, i);
		buf_adds(&f->legacy, i > 0 ? "," : "");
		json_file(&f->legacy, f, name, false);
	}
	buf_adds(&f->legacy, "]}");
}

static void
simple_of(struct fixture *f, const char *status, const char *const *files)
{
	buf_reset(&f->simple);
	buf_addf(&f->simple, "{\"name\":\"foo-bar\",\"meta\":{\"api-version\":"
	    "\"1.4\",\"_last-serial\":100},\"project-status\":{\"status\":"
	    "\"%s\"},\"files\":[", status);
	for (size_t i = 0; files[i] != NULL; i++) {
		buf_adds(&f->simple, i > 0 ? "," : "");
		json_file(&f->simple, f, files[i], true);
	}
	buf_adds(&f->simple, "]}");
}

static const char *const no_files[] = { NULL };
static const char *const some_files[] = { "foo_bar-0.9.tar.gz",
	"foo_bar-1.0-py3-none-any.whl", "foo_bar-1.0.tar.gz", NULL };

static void
resolve_found(void **state)
{
	struct fixture *f = *state;

	legacy_of(f, "1.0", 3, "foo_bar-1.0-py3-none-any");
	assert_string_equal(resolve(f, "Foo._Bar", "1.0",
	    "foo_bar-1.0-py3-none-any-1.whl", 100, 1),
	    "7 found files=1 status=- first=foo_bar-1.0-py3-none-any-1.whl\n");
	assert_string_equal(buf_text(&f->paths), "/pypi/foo-bar/1.0/json ");
	assert_string_equal(buf_text(&f->encodings), "gzip, br|");
	assert_string_equal(resolve(f, "foo-bar", "1.0", NULL, 0, 1),
	    "7 found files=3 status=- first=foo_bar-1.0-py3-none-any-0.whl\n");
	/* the second attempt asks for the other copy */
	resolve(f, "foo-bar", "1.0.0", NULL, 0, 2);
	assert_string_equal(buf_text(&f->paths), "/pypi/foo-bar/1.0.0/json ");
	assert_string_equal(buf_text(&f->encodings), "identity|");
	/* the third asks the Simple API */
	simple_of(f, "active", some_files);
	assert_string_equal(resolve(f, "foo-bar", "1.0", NULL, 0, 3),
	    "7 found files=2 status=active "
	    "first=foo_bar-1.0-py3-none-any.whl\n");
	assert_string_equal(buf_text(&f->paths), "/simple/foo-bar/ ");
	/* without a version: the newest */
	assert_string_equal(resolve(f, "foo-bar", NULL, NULL, 0, 3),
	    "7 found files=2 status=active "
	    "first=foo_bar-1.0-py3-none-any.whl\n");
	resolve(f, "foo-bar", NULL, NULL, 0, 1);
	assert_string_equal(buf_text(&f->paths), "/pypi/foo-bar/json ");
	legacy_of(f, "1!2.0", 1, "foo_bar-1!2.0");
	resolve(f, "foo-bar", "1!2.0", NULL, 0, 1);
	assert_string_equal(buf_text(&f->paths), "/pypi/foo-bar/1!2.0/json ");
}

static void
resolve_stale(void **state)
{
	struct fixture *f = *state;

	legacy_of(f, "1.0", 1, "foo_bar-1.0");
	assert_string_equal(resolve(f, "foo-bar", "1.0", NULL, 101, 1),
	    "7 stale files=0 status=- first=-\n");
	assert_string_equal(resolve(f, "foo-bar", "1.0", "late.whl", 101, 1),
	    "7 stale files=0 status=- first=-\n");
	/* what is listed is listed, however old the copy */
	assert_string_equal(resolve(f, "foo-bar", "1.0", "foo_bar-1.0-0.whl",
	    101, 1), "7 found files=1 status=- first=foo_bar-1.0-0.whl\n");
	/* the serial can lag for days */
	assert_string_equal(resolve(f, "foo-bar", "1.0", NULL, 101, 5),
	    "7 found files=1 status=- first=foo_bar-1.0-0.whl\n");
}

static void
resolve_absent(void **state)
{
	struct fixture *f = *state;

	legacy_of(f, "1.0", 1, "foo_bar-1.0");
	simple_of(f, "active", some_files);
	assert_string_equal(resolve(f, "foo-bar", "1.0", "late.whl", 100, 1),
	    "7 missing files=0 status=- first=-\n");
	assert_string_equal(resolve(f, "foo-bar", "1.0", "late.whl", 100, 3),
	    "7 gone files=0 status=active first=-\n");
	assert_string_equal(resolve(f, "foo-bar", "1.0", "late.whl", 101, 3),
	    "7 stale files=0 status=active first=-\n");
	/* 404 of the one, the other knows it */
	f->legacy_status = 404;
	assert_string_equal(resolve(f, "foo-bar", "1.0", "foo_bar-1.0.tar.gz",
	    100, 1), "7 found files=1 status=active "
	    "first=foo_bar-1.0.tar.gz\n");
	simple_of(f, "quarantined", no_files);
	assert_string_equal(resolve(f, "foo-bar", "1.0", NULL, 100, 1),
	    "7 gone files=0 status=quarantined first=-\n");
	f->simple_status = 404;
	assert_string_equal(resolve(f, "foo-bar", "1.0", NULL, 100, 1),
	    "7 missing files=0 status=- first=-\n");
	assert_string_equal(buf_text(&f->paths), "/pypi/foo-bar/1.0/json "
	    "/simple/foo-bar/ ");
	assert_string_equal(resolve(f, "foo-bar", "1.0", NULL, 100, 4),
	    "7 gone files=0 status=- first=-\n");
}

static void
resolve_failures(void **state)
{
	struct fixture *f = *state;
	const char *failed = "7 failed files=0 status=- first=-\n";

	f->legacy_status = 503;
	assert_string_equal(resolve(f, "foo-bar", "1.0", NULL, 0, 1), failed);
	f->legacy_status = 200;
	buf_adds(&f->legacy, "{\"info\":");
	assert_string_equal(resolve(f, "foo-bar", "1.0", NULL, 0, 1), failed);
	buf_reset(&f->legacy);
	buf_adds(&f->legacy, "{\"info\":{\"name\":\"foo\",\"version\":\"1.0\"},"
	    "\"urls\":[{\"filename\":\"a-1.0.whl\",\"url\":"
	    "\"https://evil.example.invalid/a-1.0.whl\",\"digests\":{\"sha256\""
	    ":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	    "aa\"}}]}");
	assert_string_equal(resolve(f, "foo-bar", "1.0", NULL, 0, 1), failed);
	/* names that are no names are not asked for */
	assert_string_equal(resolve(f, "../../etc", "1.0", NULL, 0, 1), failed);
	assert_string_equal(resolve(f, "..", "1.0", NULL, 0, 1), failed);
	assert_string_equal(resolve(f, "foo", "..", NULL, 0, 1), failed);
	assert_string_equal(resolve(f, "", NULL, NULL, 0, 1), failed);
	assert_string_equal(buf_text(&f->paths), "");
	resolve(f, "foo", "1/../../x?y#z", NULL, 0, 1);
	assert_string_equal(buf_text(&f->paths),
	    "/pypi/foo/1%2F..%2F..%2Fx%3Fy%23z/json ");
	legacy_of(f, "2.0", 1, "foo_bar-2.0");
	assert_string_equal(resolve(f, "foo-bar", "1.0", NULL, 0, 1),
	    "7 missing files=0 status=- first=-\n");
}

/* After ten failures in a row the index is left alone for a while. */
static void
breaker(void **state)
{
	struct fixture *f = *state;
	unsigned int before;

	f->legacy_status = 500;
	for (int i = 0; i < 10; i++)
		resolve(f, "foo-bar", "1.0", NULL, 0, 1);
	before = f->json_calls;
	f->legacy_status = 200;
	assert_string_equal(resolve(f, "foo-bar", "1.0", NULL, 0, 1),
	    "7 failed files=0 status=- first=-\n");
	assert_int_equal(f->json_calls, before);
}

static bool
all_answered(const struct fixture *f)
{
	const char *s = buf_text(&f->resolved);
	unsigned int lines = 0;

	for (; *s != '\0'; s++)
		lines += *s == '\n';
	return lines >= 12;
}

/* Many that fail at one moment are one failure, and nobody pauses. */
static void
breaker_burst(void **state)
{
	struct fixture *f = *state;
	struct msg_resolve m = { .id = 7, .attempt = 1 };

	legacy_of(f, "1.0", 1, "foo_bar-1.0-py3-none-any");
	m.project = mem_strdup("foo-bar");
	m.version = mem_strdup("1.0");
	f->legacy_status = 500;
	buf_reset(&f->resolved);
	for (int i = 0; i < 12; i++)
		channel_send(f->poll.channel, MSG_RESOLVE, &msg_resolve_desc,
		    &m, NULL, 0);
	wire_release(&msg_resolve_desc, &m);
	until(f, all_answered);
	assert_null(strstr(buf_text(&f->resolved), "found"));
	f->legacy_status = 200;
	assert_string_equal(resolve(f, "foo-bar", "1.0", NULL, 0, 1),
	    "7 found files=1 status=- first=foo_bar-1.0-py3-none-any-0.whl\n");
}

static bool
whole_release(const struct fixture *f)
{
	const char *text = buf_text(&f->resolved), *line;

	if (text[0] == '\0')
		return false;
	for (line = text; strchr(line, '\n')[1] != '\0'; )
		line = strchr(line, '\n') + 1;
	return strstr(line, " more") == NULL;
}

static void
resolve_in_parts(void **state)
{
	struct fixture *f = *state;
	struct msg_resolve m = { .id = 8, .attempt = 1 };
	const char *line;
	char	wide[400];
	size_t	files = 0, parts = 0;

	memset(wide, 'w', sizeof(wide) - 1);
	wide[sizeof(wide) - 1] = '\0';
	legacy_of(f, "1.0", 250, wide);
	m.project = mem_strdup("foo-bar");
	m.version = mem_strdup("1.0");
	channel_send(f->poll.channel, MSG_RESOLVE, &msg_resolve_desc, &m, NULL,
	    0);
	wire_release(&msg_resolve_desc, &m);
	until(f, whole_release);
	for (line = buf_text(&f->resolved); *line != '\0'; parts++) {
		files += strtoul(strstr(line, "files=") + 6, NULL, 10);
		line = strchr(line, '\n') + 1;
	}
	assert_int_equal(files, 250);
	assert_true(parts >= 5);
}

int
main(void)
{
#define CASE(f, open) cmocka_unit_test_setup_teardown(f, open, close_fixture)
	const struct CMUnitTest tests[] = {
		CASE(first_start, open_changelog),
		CASE(pieces_and_refusal, open_changelog),
		CASE(cursor_ahead, open_changelog),
		CASE(rate_limit, open_changelog),
		CASE(unavailable, open_changelog),
		CASE(doctype, open_changelog),
		CASE(truncated, open_changelog),
		CASE(late_row, open_changelog),
		CASE(feeds, open_rss),
		CASE(feeds_first_start, open_rss),
		CASE(feeds_first_empty, open_rss),
		CASE(feeds_next_start, open_rss),
		CASE(resolve_found, open_rss),
		CASE(resolve_stale, open_rss),
		CASE(resolve_absent, open_rss),
		CASE(resolve_failures, open_rss),
		CASE(breaker, open_rss),
		CASE(breaker_burst, open_rss),
		CASE(resolve_in_parts, open_rss),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

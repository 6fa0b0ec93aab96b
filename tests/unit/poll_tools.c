/* SPDX-License-Identifier: Apache-2.0 */
/*
 * poll_tools - what the tests of poll stand between.
 */
#include "poll_tools.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>

#include <cmocka.h>

#include <sys/wait.h>

#include "base/ipc.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/str.h"

#define LAST_CALL "changelog_last_serial"
#define SINCE_CALL "changelog_since_serial"

/* A literal as a message's field, which is never written to. */
static char *
text(const char *s)
{
	return (char *)(uintptr_t)s;
}

/* ---- the index ------------------------------------------------------------------- */

void
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

void
page_open(struct fixture *f)
{
	buf_reset(&f->page);
	buf_adds(&f->page, "<?xml version='1.0'?>\n<methodResponse>\n<params>\n"
	    "<param>\n<value><array><data>\n");
}

void
page_close(struct fixture *f)
{
	buf_adds(&f->page, "</data></array></value>\n</param>\n</params>\n"
	    "</methodResponse>\n");
}

void
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

void
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

	assert_string_equal(a->method, "POST");
	assert_string_equal(type, "text/xml");
	free(type);
	if (f->rpc_status != 200 || (f->rpc_calls < 32 &&
	    (f->rpc_fails >> f->rpc_calls & 1) != 0)) {
		reply_text(r, 503, "text/html", "<html>503</html>");
	} else if (strstr(a->body, LAST_CALL) != NULL) {
		snprintf(text, sizeof(text), "<?xml version='1.0'?>\n"
		    "<methodResponse>\n<params>\n<param>\n<value><int>%lld"
		    "</int></value>\n</param>\n</params>\n</methodResponse>\n",
		    (long long)f->last_serial);
		reply_text(r, 200, "text/xml; charset=UTF-8",
		    f->last_answer != NULL ? f->last_answer : text);
	} else {
		assert_non_null(strstr(a->body, SINCE_CALL));
		f->since = strtoll(at + 5, NULL, 10);
		reply_text(r, 200, "text/xml", buf_text(&f->page));
	}
	f->rpc_calls++;
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

void
until(struct fixture *f, bool (*enough)(const struct fixture *))
{
	f->enough = enough;
	if (!enough(f))
		loop_run(f->loop);
	f->enough = NULL;
}

void
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

int
open_changelog(void **state)
{
	return open_with(state, "\trss = no\n\tsimple = no\n");
}

int
open_rss(void **state)
{
	return open_with(state, "\tchangelog = no\n\tsimple = no\n");
}

int
open_witness(void **state)
{
	return open_with(state, "\trss = no\n");
}

int
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

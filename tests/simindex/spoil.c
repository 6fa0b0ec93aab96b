/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spoil - carries the faults in force into one request.
 * Takes: an answer as it should be.  Gives: the answer that was asked for.
 * Runs in: simindex.
 */
#include "spoil.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "pack.h"

#define SLICE_MS 200		/* of slow bodies */
#define MEGABYTE (1u << 20)

static const struct fault *
hit(const struct ask *ask, enum fault_kind kind)
{
	return faults_hit(&ask->server->faults, kind, ask->at, ask->path);
}

void
spoil_ask(struct ask *ask)
{
	const struct fault	*f;

	if ((f = hit(ask, FAULT_STALE)) != NULL)
		ask->as_of = f->serial;
	if ((f = hit(ask, FAULT_REWIND)) != NULL)
		ask->as_of -= f->number;
	ask->wrong_digest = hit(ask, FAULT_WRONG_DIGEST) != NULL;
}

static void
html(struct answer *a, int status, const char *title)
{
	a->status = status;
	a->type = "text/html; charset=UTF-8";
	text_putf(&a->body, "<!DOCTYPE html>\n<html><head><title>%s</title>"
	    "</head>\n<body><h1>%s</h1><p>Fastly error: unknown domain"
	    "</body></html>\n", title, title);
}

bool
spoil_instead(const struct ask *ask, struct answer *a)
{
	const struct fault	*f;

	if ((f = hit(ask, FAULT_STATUS)) != NULL)
		html(a, (int)f->number, "first byte timeout");
	else if (hit(ask, FAULT_HTML) != NULL)
		html(a, 200, "We will be back soon");
	else if (hit(ask, FAULT_LOOP) != NULL) {
		a->status = 301;
		a->location = must_format("%s%s", ask->server->url,
		    ask->path);
	} else if ((f = hit(ask, FAULT_MISSING)) != NULL &&
	    served_missing(ask->server->served, ask->path) <
	    (uint64_t)f->number) {
		ask->server->faults.served[FAULT_MISSING]++;
		answer_missing(a, "application/json",
		    "{\"message\": \"Not Found\"}");
	} else
		return false;
	return true;
}

/* Puts bytes where text stands, so that they are inside the document. */
static void
insert(struct answer *a, const char *bytes, size_t len)
{
	struct text	 t = { 0 };
	const char	*at = strstr(a->body.s, "</string>");

	if (at == NULL)
		at = strstr(a->body.s, "</description>");
	if (at == NULL)
		at = a->body.s + a->body.len / 2;
	text_add(&t, a->body.s, (size_t)(at - a->body.s));
	text_add(&t, bytes, len);
	text_puts(&t, at);
	text_free(&a->body);
	a->body = t;
}

static void
before(struct answer *a, const char *doctype)
{
	struct text	 t = { 0 };
	const char	*rest = strstr(a->body.s, "?>");

	text_puts(&t, "<?xml version=\"1.0\"?>\n");
	text_puts(&t, doctype);
	text_puts(&t, rest != NULL ? rest + 2 : a->body.s);
	text_free(&a->body);
	a->body = t;
}

static const char bomb[] = "<!DOCTYPE lolz [\n<!ENTITY a \"aaaaaaaaaa\">\n"
    "<!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">\n"
    "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">\n"
    "<!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;\">\n"
    "<!ENTITY e \"&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;\">\n"
    "<!ENTITY f \"&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;\">\n"
    "<!ENTITY g \"&f;&f;&f;&f;&f;&f;&f;&f;&f;&f;\">\n]>\n";

static void
pad(struct answer *a, int64_t megabytes)
{
	char	*mb = must_alloc(MEGABYTE);

	memset(mb, ' ', MEGABYTE);
	for (int64_t i = 0; i < megabytes; i++)
		text_add(&a->body, mb, MEGABYTE);
	free(mb);
}

/* Sent whole, with its encoding said: the page's own gzip is put aside. */
static void
gzip_bomb(struct answer *a, int64_t megabytes)
{
	text_free(&a->body);
	pad(a, megabytes);
	a->gzip = true;
}

static void
noise(struct answer *a)
{
	struct chance	 c = { a->body.len };

	if (a->body.len > 0)
		chance_fill(&c, a->body.s, a->body.len);
}

void
spoil_body(const struct ask *ask, struct answer *a)
{
	const struct fault	*f;

	if (a->status != 200)
		return;
	if (hit(ask, FAULT_BAD_BYTES) != NULL)
		insert(a, "\xff\xfe\x80 bad", 7);
	if (hit(ask, FAULT_NONCHAR) != NULL)
		insert(a, "\xef\xbf\xbf", 3);
	if (hit(ask, FAULT_DTD) != NULL)
		before(a, "<!DOCTYPE methodResponse SYSTEM "
		    "\"http://dtd.example.invalid/x.dtd\">\n");
	if (hit(ask, FAULT_BOMB) != NULL) {
		before(a, bomb);
		insert(a, "&g;", 3);
	}
	if (hit(ask, FAULT_CUT) != NULL)
		a->body.s[a->body.len /= 2] = '\0';
	if (hit(ask, FAULT_GARBAGE) != NULL)
		noise(a);
	if ((f = hit(ask, FAULT_OVERSIZE)) != NULL)
		pad(a, f->number);
	if ((f = hit(ask, FAULT_GZIP_BOMB)) != NULL)
		gzip_bomb(a, f->number);
	if (hit(ask, FAULT_TYPE) != NULL)
		a->type = "application/octet-stream";
}

/* An answer on its way: late, or a slice at a time. */
struct sending {
	struct evhttp_request	*req;
	struct event		*timer;
	struct evbuffer		*rest;
	size_t			 slice;
	int			 status;
	bool			 started;
};

static void
sending_end(struct sending *s)
{
	event_free(s->timer);
	evbuffer_free(s->rest);
	free(s);
}

static const char *
reason(int status)
{
	return status == 200 ? "OK" : status == 304 ? "Not Modified" :
	    status == 404 ? "Not Found" : status >= 500 ? "Server Error" :
	    "Other";
}

static void
on_sending(int fd, short what, void *ctx)
{
	struct sending		*s = ctx;
	struct timeval		 tv = { 0, SLICE_MS * 1000 };
	struct evbuffer		*part;

	(void)fd;
	(void)what;
	if (evhttp_request_get_connection(s->req) == NULL) {
		/* The client left: this is how evhttp gets its request back. */
		evhttp_send_reply_end(s->req);
		sending_end(s);
		return;
	}
	if (s->slice == 0) {
		evhttp_send_reply(s->req, s->status, reason(s->status),
		    s->rest);
		sending_end(s);
		return;
	}
	if (!s->started)
		evhttp_send_reply_start(s->req, s->status, reason(s->status));
	s->started = true;
	part = evbuffer_new();
	evbuffer_remove_buffer(s->rest, part, s->slice);
	evhttp_send_reply_chunk(s->req, part);
	evbuffer_free(part);
	if (evbuffer_get_length(s->rest) > 0) {
		event_add(s->timer, &tv);
		return;
	}
	evhttp_send_reply_end(s->req);
	sending_end(s);
}

static void
send_later(struct server *server, struct evhttp_request *req, int status,
    struct evbuffer *body, int64_t wait_ms, size_t slice)
{
	struct sending	*s = must_alloc(sizeof(*s));
	struct timeval	 tv = { wait_ms / 1000, wait_ms % 1000 * 1000 };

	s->req = req;
	s->status = status;
	s->slice = slice;
	s->rest = body;
	s->timer = evtimer_new(server->base, on_sending, s);
	event_add(s->timer, &tv);
}

/* Linger of zero: the close is a reset. */
static void
send_reset(struct evhttp_request *req)
{
	struct evhttp_connection	*c = evhttp_request_get_connection(req);
	struct bufferevent		*b = evhttp_connection_get_bufferevent(c);
	struct linger			 now = { 1, 0 };

	setsockopt(bufferevent_getfd(b), SOL_SOCKET, SO_LINGER, &now,
	    sizeof(now));
	/* Or libevent forgets its events after the descriptor is closed. */
	bufferevent_disable(b, EV_READ | EV_WRITE);
	evhttp_connection_free(c);
}

/* Content-Length says more or less than comes; then the connection ends. */
static void
lie(struct evhttp_request *req, int64_t length)
{
	char	*s = must_format("%lld", (long long)length);

	evhttp_add_header(evhttp_request_get_output_headers(req),
	    "Content-Length", s);
	evhttp_add_header(evhttp_request_get_output_headers(req),
	    "Connection", "close");
	free(s);
}

void
spoil_send(const struct ask *ask, struct evhttp_request *req,
    struct answer *a)
{
	const struct fault	*f, *late, *slow;
	struct evbuffer		*body;
	int64_t			 len = (int64_t)a->body.len;

	if (hit(ask, FAULT_RESET) != NULL) {
		send_reset(req);
		return;
	}
	if (a->status == 200 && hit(ask, FAULT_TRUNCATE) != NULL) {
		lie(req, len);
		a->body.len /= 2;
	} else if (a->status == 200 &&
	    (f = hit(ask, FAULT_LIE_SHORT)) != NULL)
		lie(req, len > f->number ? len - f->number : 0);
	else if (a->status == 200 && (f = hit(ask, FAULT_LIE_LONG)) != NULL)
		lie(req, len + f->number);
	body = evbuffer_new();
	evbuffer_add(body, a->body.s, a->body.len);
	late = hit(ask, FAULT_LATENCY);
	slow = hit(ask, FAULT_SLOW);
	if (late != NULL || slow != NULL) {
		size_t	 slice = slow != NULL ?
		    (size_t)(slow->number * SLICE_MS / 1000 + 1) : 0;

		send_later(ask->server, req, a->status, body,
		    late != NULL ? late->number : 0, slice);
		return;
	}
	evhttp_send_reply(req, a->status, reason(a->status), body);
	evbuffer_free(body);
}

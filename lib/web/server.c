/* SPDX-License-Identifier: Apache-2.0 */
/*
 * server - read-only HTTP on loopback.
 * Takes: requests from anybody who can reach the port.  Gives: handler calls.
 * Runs in: web.
 */
#include "web/server.h"

#include <arpa/inet.h>
#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <errno.h>
#include <fcntl.h>
#include <event2/listener.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/str.h"

struct server {
	struct evhttp		*http;
	struct evconnlistener	*listener;	/* owned by http */
	struct timer		*pause;
	const struct route	*routes;
	size_t			 nroutes;
	void			*ctx;
	unsigned int		 pending;
	int			 port;
};

struct request {
	struct server		*server;
	struct evhttp_request	*http;
	struct evkeyvalq	 query;
	int64_t			 modified_s;	/* 0 unknown */
	bool			 has_query;
};

const char *
request_parameter(struct request *r, const char *name)
{
	return r->has_query ? evhttp_find_header(&r->query, name) : NULL;
}

const char *
request_target(struct request *r)
{
	return evhttp_request_get_uri(r->http);
}

static void
request_free(struct request *r)
{
	r->server->pending--;
	if (r->has_query)
		evhttp_clear_headers(&r->query);
	free(r);
}

static void
header_add(struct request *r, const char *name, const char *value)
{
	evhttp_add_header(evhttp_request_get_output_headers(r->http), name,
	    value);
}

/* If-None-Match may list several tags; ours has a fixed, unmistakable form. */
static bool
client_has(struct request *r, const char *etag)
{
	const char *match = evhttp_find_header(
	    evhttp_request_get_input_headers(r->http), "If-None-Match");

	return match != NULL && strstr(match, etag) != NULL;
}

/* The one form of date that HTTP still writes (RFC 9110 5.6.7). */
#define HTTP_DATE "%a, %d %b %Y %H:%M:%S GMT"

/* If-None-Match counts alone where it is sent.  Only the very date that we
 * gave: what leaves a list makes its date go back. */
static bool
client_saw(struct request *r)
{
	struct evkeyvalq *in = evhttp_request_get_input_headers(r->http);
	const char	*since = evhttp_find_header(in, "If-Modified-Since");
	struct tm	 tm = { 0 };
	const char	*end;

	if (since == NULL || r->modified_s == 0 ||
	    evhttp_find_header(in, "If-None-Match") != NULL)
		return false;
	end = strptime(since, HTTP_DATE, &tm);
	return end != NULL && *end == '\0' && timegm(&tm) == r->modified_s;
}

void
request_modified(struct request *r, int64_t at_s)
{
	r->modified_s = at_s;
}

static void
modified_header(struct request *r)
{
	time_t		at = (time_t)r->modified_s;
	struct tm	tm;
	char		text[64];

	if (at > 0 && gmtime_r(&at, &tm) != NULL &&
	    strftime(text, sizeof(text), HTTP_DATE, &tm) > 0)
		header_add(r, "Last-Modified", text);
}

static void
common_headers(struct request *r, const char *type, int max_age_s)
{
	char cache[48];

	if (max_age_s == 0)
		snprintf(cache, sizeof(cache), "no-store");
	else
		snprintf(cache, sizeof(cache), "private, max-age=%d",
		    max_age_s);
	header_add(r, "Content-Type", type);
	header_add(r, "Cache-Control", cache);
	header_add(r, "X-Content-Type-Options", "nosniff");
	header_add(r, "Content-Security-Policy", "default-src 'none'");
}

void
request_answer(struct request *r, int status, const char *type,
    const struct buf *body, int max_age_s)
{
	struct evbuffer	*out = evbuffer_new();
	char		 digest[SHA256_HEX + 1], etag[SHA256_HEX + 3];

	if (out == NULL)
		mem_exhausted(body->len);
	common_headers(r, type, max_age_s);
	if (status == HTTP_OK && max_age_s != 0) {
		sha256_hex(buf_text(body), body->len, digest);
		snprintf(etag, sizeof(etag), "\"%s\"", digest);
		header_add(r, "ETag", etag);
		modified_header(r);
		if (client_has(r, etag) || client_saw(r))
			status = HTTP_NOTMODIFIED;
	}
	if (status != HTTP_NOTMODIFIED)
		evbuffer_add(out, buf_text(body), body->len);
	evhttp_send_reply(r->http, status, NULL, out);
	evbuffer_free(out);
	request_free(r);
}

void
request_send_file(struct request *r, int fd, size_t size)
{
	struct evbuffer	*out = evbuffer_new();
	int		 copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);

	if (out == NULL)
		mem_exhausted(size);
	/* Takes the descriptor over, unless it fails. */
	if (copy == -1 || evbuffer_add_file(out, copy, 0,
	    (ev_off_t)size) == -1) {
		if (copy != -1)
			close(copy);
		evbuffer_free(out);
		request_fail(r, 503, "out of descriptors");
		return;
	}
	common_headers(r, "application/octet-stream", 0);
	evhttp_send_reply(r->http, HTTP_OK, NULL, out);
	evbuffer_free(out);
	request_free(r);
}

void
request_fail(struct request *r, int status, const char *text)
{
	struct buf body = BUF_EMPTY;

	buf_addf(&body, "%s\n", text);
	request_answer(r, status, "text/plain; charset=utf-8", &body, 0);
	buf_release(&body);
}

static struct request *
request_new(struct server *s, struct evhttp_request *http,
    const struct evhttp_uri *uri)
{
	struct request	*r = mem_alloc(sizeof(*r));
	const char	*query = evhttp_uri_get_query(uri);

	r->server = s;
	r->http = http;
	r->has_query = query != NULL &&
	    evhttp_parse_query_str(query, &r->query) == 0;
	s->pending++;
	return r;
}

static const struct route *
route_find(const struct server *s, const char *path)
{
	for (size_t i = 0; path != NULL && i < s->nroutes; i++) {
		const char *known = s->routes[i].path;

		if (strcmp(known, path) == 0 || (str_ends(known, "/") &&
		    str_starts(path, known)))
			return &s->routes[i];
	}
	return NULL;
}

/* libevent passes on bytes that no URI has (RFC 3986, 2), and a feed names the
 * address that it was asked for. */
static bool
is_uri(const char *target)
{
	for (; *target != '\0'; target++)
		if (*target <= ' ' || *target >= 0x7f)
			return false;
	return true;
}

static void
on_request(struct evhttp_request *http, void *arg)
{
	struct server		*s = arg;
	const struct evhttp_uri	*uri = evhttp_request_get_evhttp_uri(http);
	const struct route	*route;

	if (uri == NULL || !is_uri(evhttp_request_get_uri(http))) {
		evhttp_send_error(http, HTTP_BADREQUEST, NULL);
		return;
	}
	if (s->pending >= WEB_PENDING_MAX) {
		evhttp_send_error(http, HTTP_SERVUNAVAIL, NULL);
		return;
	}
	route = route_find(s, evhttp_uri_get_path(uri));
	if (route == NULL)
		evhttp_send_error(http, HTTP_NOTFOUND, NULL);
	else
		route->handle(s->ctx, request_new(s, http, uri));
}

/* Out of descriptors: rest for a second instead of spinning on accept. */
static void
on_accept_error(struct evconnlistener *listener, void *arg)
{
	struct server *s = arg;

	log_warn("accepting connections pauses for a second");
	evconnlistener_disable(listener);
	timer_arm(s->pause, 1000);
}

static void
on_pause_over(void *arg)
{
	struct server *s = arg;

	evconnlistener_enable(s->listener);
}

static void
http_configure(struct server *s)
{
	evhttp_set_allowed_methods(s->http, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD);
	evhttp_set_max_headers_size(s->http, WEB_HEADERS_MAX);
	evhttp_set_max_body_size(s->http, 0);
	evhttp_set_timeout(s->http, WEB_TIMEOUT_S);
	evhttp_set_default_content_type(s->http, "text/plain; charset=utf-8");
	evhttp_set_gencb(s->http, on_request, s);
}

static int
address_parse(const char *address, int port, struct sockaddr_storage *ss,
    int *len)
{
	struct sockaddr_in	*v4 = (struct sockaddr_in *)(void *)ss;
	struct sockaddr_in6	*v6 = (struct sockaddr_in6 *)(void *)ss;

	memset(ss, 0, sizeof(*ss));
	if (inet_pton(AF_INET, address, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons((uint16_t)port);
		*len = sizeof(*v4);
		return 0;
	}
	if (inet_pton(AF_INET6, address, &v6->sin6_addr) == 1) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons((uint16_t)port);
		*len = sizeof(*v6);
		return 0;
	}
	return -1;
}

static int
bound_port(struct evconnlistener *listener)
{
	struct sockaddr_storage	ss = { 0 };
	socklen_t		len = sizeof(ss);

	if (getsockname(evconnlistener_get_fd(listener),
	    (struct sockaddr *)&ss, &len) == -1)
		return 0;
	/* The port stands at the same place in both families. */
	return ntohs(((struct sockaddr_in *)(void *)&ss)->sin_port);
}

struct server *
server_new(struct loop *loop, const char *address, int port,
    const struct route *routes, size_t nroutes, void *ctx, char *why,
    size_t room)
{
	struct server		*s = mem_alloc(sizeof(*s));
	struct sockaddr_storage	 ss;
	int			 len;

	s->routes = routes;
	s->nroutes = nroutes;
	s->ctx = ctx;
	if (address_parse(address, port, &ss, &len) == -1) {
		snprintf(why, room, "web.listen: \"%s\" is no IP address",
		    address);
		free(s);
		return NULL;
	}
	s->listener = evconnlistener_new_bind(loop_base(loop), NULL, NULL,
	    LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC | LEV_OPT_REUSEABLE,
	    64, (struct sockaddr *)&ss, len);
	if (s->listener == NULL) {
		snprintf(why, room, "web.listen: %s port %d cannot be bound: "
		    "%s; is it taken?", address, port, strerror(errno));
		free(s);
		return NULL;
	}
	evconnlistener_set_error_cb(s->listener, on_accept_error);
	s->port = bound_port(s->listener);
	s->pause = timer_new(loop, on_pause_over, s);
	s->http = evhttp_new(loop_base(loop));
	if (s->http == NULL ||
	    evhttp_bind_listener(s->http, s->listener) == NULL)
		fatal("web: libevent refuses to serve");
	http_configure(s);
	return s;
}

void
server_free(struct server *s)
{
	if (s == NULL)
		return;
	evhttp_free(s->http);
	timer_free(s->pause);
	free(s);
}

int
server_port(const struct server *s)
{
	return s->port;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * server - the simulated index on HTTP: routes, conditional requests,
 * compression.  What goes wrong on purpose is in spoil.c.
 * Takes: requests.  Gives: answers.
 * Runs in: simindex.
 */
#include "server.h"

#include <event2/buffer.h>
#include <event2/keyvalq_struct.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pack.h"
#include "spoil.h"

#define IDLE_S 120
#define BODY_MOST (1 << 20)

static const struct route {
	const char	*prefix;
	bool		 whole;		/* the path is exactly this */
	enum endpoint	 at;
	void		(*page)(const struct ask *, struct answer *);
} routes[] = {
	{ "/pypi", true, AT_XMLRPC, xmlrpc_page },
	{ "/pypi/", true, AT_XMLRPC, xmlrpc_page },
	{ "/RPC2", true, AT_XMLRPC, xmlrpc_page },
	{ "/rss/updates.xml", true, AT_UPDATES, rss_updates_page },
	{ "/rss/packages.xml", true, AT_PACKAGES, rss_packages_page },
	{ "/pypi/", false, AT_JSON, json_page },
	{ "/simple/", false, AT_SIMPLE, simple_page },
	{ "/packages/", false, AT_FILE, file_page },
	{ "/_ledger", true, AT_CONTROL, ledger_page },
	{ "/_served", true, AT_CONTROL, served_page },
};

void
answer_missing(struct answer *a, const char *type, const char *body)
{
	a->status = 404;
	a->type = type;
	text_free(&a->body);
	text_puts(&a->body, body);
}

void
file_page(const struct ask *ask, struct answer *a)
{
	size_t			 n = strlen(ask->path);
	bool			 meta = n > 9 &&
	    strcmp(ask->path + n - 9, ".metadata") == 0;
	char			*path = must_format("%.*s",
	    (int)(meta ? n - 9 : n), ask->path);
	struct sim_file		*f = world_file(ask->server->world, path);

	free(path);
	if (f == NULL || (meta && f->metadata == NULL)) {
		answer_missing(a, "text/plain", "404 Not Found");
		return;
	}
	a->type = "application/octet-stream";
	if (meta)
		text_puts(&a->body, f->metadata);
	else
		text_add(&a->body, f->bytes, f->len);
	if (ask->wrong_digest && a->body.len > 0)
		a->body.s[a->body.len / 2] ^= 1;
}

static void
control_page(struct server *s, const char *body, struct answer *a)
{
	char		*lines = must_copy(body), *save = NULL, *line;
	const char	*why;

	a->type = "text/plain";
	for (line = strtok_r(lines, "\r\n", &save); line != NULL;
	    line = strtok_r(NULL, "\r\n", &save)) {
		char	*said = must_copy(line);

		if ((why = s->control(s, line)) != NULL) {
			a->status = 400;
			text_putf(&a->body, "%s: %s\n", said, why);
		}
		free(said);
	}
	if (a->status == 200)
		text_putf(&a->body, "ok %lld\n",
		    (long long)world_serial(s->world));
	free(lines);
}

static const char *
header_in(struct evhttp_request *req, const char *name)
{
	return evhttp_find_header(evhttp_request_get_input_headers(req),
	    name);
}

static void
header_out(struct evhttp_request *req, const char *name, const char *value)
{
	evhttp_add_header(evhttp_request_get_output_headers(req), name,
	    value);
}

/* Each encoding of a page has a tag of its own, as at the real edge. */
static void
answer_tag(struct evhttp_request *req, struct answer *a, bool *same)
{
	const char	*want = header_in(req, "If-None-Match");
	char		 md5[MD5_TEXT], *tag;

	digest_md5(a->body.s, a->body.len, md5);
	tag = must_format("\"%s\"", md5);
	header_out(req, "ETag", tag);
	*same = want != NULL && strcmp(want, tag) == 0;
	free(tag);
}

static void
answer_pack(struct evhttp_request *req, struct answer *a)
{
	const char	*accept = header_in(req, "Accept-Encoding");
	struct text	 packed = { 0 };

	if (accept == NULL || strstr(accept, "gzip") == NULL)
		return;
	gzip_text(a->body.s, a->body.len, &packed);
	text_free(&a->body);
	a->body = packed;
	header_out(req, "Content-Encoding", "gzip");
	header_out(req, "Vary", "Accept-Encoding");
}

static void
answer_headers(struct evhttp_request *req, const struct answer *a)
{
	char	*serial;

	header_out(req, "Content-Type", a->type != NULL ? a->type :
	    "text/plain");
	if (a->location != NULL)
		header_out(req, "Location", a->location);
	if (a->serial < 0)
		return;
	serial = must_format("%lld", (long long)a->serial);
	header_out(req, "X-PyPI-Last-Serial", serial);
	header_out(req, "Cache-Control", "max-age=900, public");
	free(serial);
}

/* Turns the answer into what is sent, unspoilt. */
static void
answer_finish(struct evhttp_request *req, struct answer *a)
{
	bool	 same = false;

	answer_headers(req, a);
	if (a->status != 200)
		return;
	if (a->gzip)
		answer_pack(req, a);
	if (a->etag)
		answer_tag(req, a, &same);
	if (same) {
		a->status = 304;
		text_free(&a->body);
	}
}

static const struct route *
route_find(const char *path)
{
	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
		const struct route	*r = &routes[i];

		if (r->whole ? strcmp(path, r->prefix) == 0 :
		    strncmp(path, r->prefix, strlen(r->prefix)) == 0)
			return r;
	}
	return NULL;
}

/* What this kind of index does not have, or not for everybody; true if that
 * was the answer. */
static bool
refuse(const struct server *s, struct evhttp_request *req,
    const struct route *route, struct answer *a)
{
	const char	*said = header_in(req, "Authorization");
	bool		 pages = route->at == AT_SIMPLE || route->at == AT_FILE;

	if (route->at == AT_CONTROL)
		return false;
	if (s->simple_only && !pages)
		answer_missing(a, "text/plain", "404 Not Found");
	else if (s->authorization != NULL && pages && (said == NULL ||
	    strcmp(said, s->authorization) != 0)) {
		a->status = 401;
		a->type = "text/plain";
		header_out(req, "WWW-Authenticate", "Basic realm=\"index\"");
		text_puts(&a->body, "who are you?\n");
	} else
		return false;
	return true;
}

static void
serve_page(struct server *s, struct evhttp_request *req, struct ask *ask,
    const struct route *route)
{
	struct answer	 a = { .status = 200, .serial = -1 };

	if (route == NULL)
		answer_missing(&a, "text/html; charset=UTF-8",
		    "<html><body>404 Not Found</body></html>\n");
	else if (!refuse(s, req, route, &a) && !spoil_instead(ask, &a)) {
		route->page(ask, &a);
		spoil_body(ask, &a);
	}
	answer_finish(req, &a);
	served_note(s->served, ask->at, ask->path,
	    header_in(req, "User-Agent"), a.status,
	    header_in(req, "If-None-Match") != NULL);
	spoil_send(ask, req, &a);
	text_free(&a.body);
	free(a.location);
}

static char *
request_body(struct evhttp_request *req)
{
	struct evbuffer	*in = evhttp_request_get_input_buffer(req);
	size_t		 len = evbuffer_get_length(in);
	char		*body = must_alloc(len + 1);

	evbuffer_copyout(in, body, len);
	return body;
}

static void
on_request(struct evhttp_request *req, void *ctx)
{
	struct server			*s = ctx;
	const struct evhttp_uri		*uri;
	char				*path, *body = request_body(req);
	const struct route		*route;
	struct ask			 ask = { .server = s, .body = body };

	uri = evhttp_request_get_evhttp_uri(req);
	path = evhttp_uridecode(evhttp_uri_get_path(uri) != NULL ?
	    evhttp_uri_get_path(uri) : "/", 0, NULL);
	if (path == NULL || strcmp(path, "/_control") == 0) {
		struct answer	 a = { .status = 200, .serial = -1 };

		control_page(s, body, &a);
		answer_finish(req, &a);
		ask.at = AT_CONTROL;
		ask.path = "/_control";
		spoil_send(&ask, req, &a);
		text_free(&a.body);
	} else {
		route = route_find(path);
		ask.at = route != NULL ? route->at : AT_CONTROL;
		ask.path = path;
		ask.query = evhttp_uri_get_query(uri);
		ask.accept = header_in(req, "Accept");
		ask.content_type = header_in(req, "Content-Type");
		ask.as_of = world_serial(s->world);
		spoil_ask(&ask);
		serve_page(s, req, &ask, route);
	}
	free(path);
	free(body);
}

int
server_start(struct server *s, const char *address, uint16_t port)
{
	struct evhttp_bound_socket	*bound;
	struct sockaddr_storage		 addr;
	socklen_t			 len = sizeof(addr);

	s->base = event_base_new();
	s->http = s->base != NULL ? evhttp_new(s->base) : NULL;
	if (s->http == NULL)
		return -1;
	evhttp_set_timeout(s->http, IDLE_S);
	evhttp_set_max_body_size(s->http, BODY_MOST);
	evhttp_set_gencb(s->http, on_request, s);
	bound = evhttp_bind_socket_with_handle(s->http, address, port);
	if (bound == NULL || getsockname(evhttp_bound_socket_get_fd(bound),
	    (struct sockaddr *)&addr, &len) == -1)
		return -1;
	s->port = ntohs(((struct sockaddr_in *)&addr)->sin_port);
	s->url = must_format("http://%s:%u", address, s->port);
	s->served = served_new();
	return 0;
}

void
server_stop(struct server *s)
{
	evhttp_free(s->http);
	event_base_free(s->base);
	served_free(s->served);
	faults_clear(&s->faults, "all");
	free(s->url);
}

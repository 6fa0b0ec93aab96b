/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http - requests on the event loop, by libcurl's multi_socket interface.
 * Takes: an ask.  Gives: one answer, or pieces of a body and then an answer.
 * Runs in: poll, fetch, alert, the command.
 *
 * http_request.c makes a handle of libcurl of an ask, http_answer.c keeps what
 * comes back; this file says when a request runs, and what its end means.
 *
 * A request goes  waiting -> running -> (answered, freed).  A cancelled one is
 * only marked, because the caller may stand inside a libcurl callback, and is
 * swept on the next turn of the loop.
 */
#include "base/http.h"

#include <curl/curl.h>
#include <event2/event.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "base/http_request.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mail.h"
#include "base/mem.h"
#include "base/vis.h"

TAILQ_HEAD(request_list, http_request);

struct http_socket {
	LIST_ENTRY(http_socket) link;
	struct http_client *client;
	struct event	*event;
};

struct http_client {
	struct event_base *base;
	CURLM		*multi;
	struct event	*timer;		/* libcurl's */
	struct event	*kick;		/* sweep and admit, next turn */
	struct request_list waiting, running;
	LIST_HEAD(, http_socket) sockets;
	unsigned int	 nrunning, nwaiting;
	unsigned int	 host_connections, total;
	struct http_egress egress;
};

/* ---- one request --------------------------------------------------------- */

static void
kick(struct http_client *c)
{
	struct timeval now = { 0, 0 };

	event_add(c->kick, &now);
}

/* Takes it off its list; the callback is the last thing that sees it. */
static void
request_end(struct http_request *r, enum http_result result, const char *error)
{
	struct http_client *c = r->client;
	struct http_answer answer = { .result = result, .status = r->status,
	    .recipients = mail_recipients(r->mail),
	    .content_type = r->content_type, .etag = r->etag,
	    .retry_after_s = r->retry_after_s, .last_serial = r->last_serial,
	    .rest_ms = r->used_up && r->rest_s > 0 && r->rest_s < 3600 ?
	    (int64_t)(r->rest_s * 1000) : 0,
	    .body = buf_text(&r->body), .body_len = r->body.len };

	if (r->easy != NULL) {
		TAILQ_REMOVE(&c->running, r, link);
		c->nrunning--;
		curl_multi_remove_handle(c->multi, r->easy);
	} else {
		TAILQ_REMOVE(&c->waiting, r, link);
		c->nwaiting--;
	}
	kick(c);
	answer.error = result == HTTP_OK ? NULL : vis(error);
	if (!r->cancelled)
		r->ask.done(r->ask.ctx, &answer);
	http_request_free(r);
}

static void
request_start(struct http_request *r)
{
	struct http_client *c = r->client;

	if (r->url == NULL) {
		request_end(r, HTTP_REFUSED, r->plain ?
		    "plain http is not allowed here" : "no usable https URL");
		return;
	}
	TAILQ_REMOVE(&c->waiting, r, link);
	c->nwaiting--;
	TAILQ_INSERT_TAIL(&c->running, r, link);
	c->nrunning++;
	http_request_open(r);
	if (curl_multi_add_handle(c->multi, r->easy) != CURLM_OK)
		request_end(r, HTTP_NETWORK, "libcurl takes no more requests");
}

/* What a finished transfer means to us.  An unsupported protocol is one that
 * a redirect led to; without a status it is an answer that is no HTTP. */
static void
request_finish(struct http_request *r, CURLcode rc)
{
	const char *error;

	curl_easy_getinfo(r->easy, CURLINFO_RESPONSE_CODE, &r->status);
	if (r->stream && rc == CURLE_OK)
		rc = stream_send(r);
	error = r->error[0] != '\0' ? r->error : curl_easy_strerror(rc);
	if (rc == CURLE_OK)
		request_end(r, HTTP_OK, NULL);
	else if (rc == CURLE_USE_SSL_FAILED)
		request_end(r, HTTP_REFUSED,
		    "the server offers no TLS (STARTTLS)");
	else if (r->too_big)
		request_end(r, HTTP_TOO_BIG, "the answer is too big");
	else if (r->aborted)
		request_end(r, HTTP_ABORTED, "aborted");
	else if (r->private_address)
		request_end(r, HTTP_REFUSED, HTTP_NOT_PUBLIC);
	else if ((rc == CURLE_UNSUPPORTED_PROTOCOL && r->status != 0) ||
	    rc == CURLE_URL_MALFORMAT || rc == CURLE_TOO_MANY_REDIRECTS)
		request_end(r, HTTP_REFUSED, error);
	else
		request_end(r, HTTP_NETWORK, error);
}

/* ---- the client's turn -------------------------------------------------- */

static void
sweep(struct request_list *list)
{
	struct http_request *r, *next;

	for (r = TAILQ_FIRST(list); r != NULL; r = next) {
		next = TAILQ_NEXT(r, link);
		if (r->cancelled)
			request_end(r, HTTP_ABORTED, "cancelled");
	}
}

static unsigned int
running_to(const struct http_client *c, const char *host)
{
	const struct http_request *r;
	unsigned int n = 0;

	TAILQ_FOREACH(r, &c->running, link)
		n += strcmp(r->host, host) == 0;
	return n;
}

/* In order, except that a full host does not hold up the others. */
static void
admit(struct http_client *c)
{
	struct http_request *r, *next;

	for (r = TAILQ_FIRST(&c->waiting); r != NULL; r = next) {
		next = TAILQ_NEXT(r, link);
		if (c->nrunning >= c->total)
			return;
		if (r->url == NULL ||
		    running_to(c, r->host) < c->host_connections)
			request_start(r);
	}
}

static void
on_kick(evutil_socket_t fd, short what, void *arg)
{
	struct http_client *c = arg;

	(void)fd;
	(void)what;
	sweep(&c->waiting);
	sweep(&c->running);
	admit(c);
}

static void multi_open(struct http_client *);

static void
multi_close(struct http_client *c)
{
	struct http_socket *s;

	curl_multi_cleanup(c->multi);
	event_del(c->timer);
	while ((s = LIST_FIRST(&c->sockets)) != NULL) {
		LIST_REMOVE(s, link);
		event_free(s->event);
		free(s);
	}
}

/* libcurl leaves every transfer undefined then: fail them, start afresh. */
static void
multi_broken(struct http_client *c, CURLMcode rc)
{
	struct request_list lost = TAILQ_HEAD_INITIALIZER(lost);
	struct http_request *r;

	log_error("http: %s; starting afresh", curl_multi_strerror(rc));
	TAILQ_FOREACH(r, &c->running, link)
		curl_multi_remove_handle(c->multi, r->easy);
	TAILQ_CONCAT(&lost, &c->running, link);
	multi_close(c);
	multi_open(c);
	while ((r = TAILQ_FIRST(&lost)) != NULL) {
		TAILQ_REMOVE(&lost, r, link);
		TAILQ_INSERT_TAIL(&c->running, r, link);
		request_end(r, HTTP_NETWORK, curl_multi_strerror(rc));
	}
}

static void
client_step(struct http_client *c, curl_socket_t fd, int ready)
{
	struct http_request *r;
	CURLMsg	*msg;
	CURLMcode rc;
	int	n;

	rc = curl_multi_socket_action(c->multi, fd, ready, &n);
	if (rc != CURLM_OK) {
		multi_broken(c, rc);
		return;
	}
	while ((msg = curl_multi_info_read(c->multi, &n)) != NULL) {
		if (msg->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &r);
		request_finish(r, msg->data.result);
	}
}

static void
on_socket_ready(evutil_socket_t fd, short what, void *arg)
{
	struct http_socket *s = arg;

	client_step(s->client, fd, (what & EV_READ ? CURL_CSELECT_IN : 0) |
	    (what & EV_WRITE ? CURL_CSELECT_OUT : 0));
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	client_step(arg, CURL_SOCKET_TIMEOUT, 0);
}

/* libcurl wants to be told about `fd`. */
static int
on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *known)
{
	struct http_client *c = arg;
	struct http_socket *s = known;
	short	want = EV_PERSIST;

	(void)easy;
	if (s != NULL)
		event_free(s->event);
	if (what == CURL_POLL_REMOVE) {
		if (s != NULL)
			LIST_REMOVE(s, link);
		free(s);
		return 0;
	}
	if (s == NULL) {
		s = mem_alloc(sizeof(*s));
		s->client = c;
		LIST_INSERT_HEAD(&c->sockets, s, link);
		curl_multi_assign(c->multi, fd, s);
	}
	want = (short)(want | (what & CURL_POLL_IN ? EV_READ : 0) |
	    (what & CURL_POLL_OUT ? EV_WRITE : 0));
	s->event = event_new(c->base, fd, want, on_socket_ready, s);
	if (s->event == NULL || event_add(s->event, NULL) == -1)
		mem_exhausted(sizeof(*s));
	return 0;
}

/* libcurl may not be called from here, not even for zero. */
static int
on_timer_change(CURLM *multi, long ms, void *arg)
{
	struct http_client *c = arg;
	struct timeval in = { ms / 1000, ms % 1000 * 1000 };

	(void)multi;
	if (ms < 0)
		event_del(c->timer);
	else
		event_add(c->timer, &in);
	return 0;
}

static void
multi_open(struct http_client *c)
{
	if ((c->multi = curl_multi_init()) == NULL)
		mem_exhausted(sizeof(*c));
	curl_multi_setopt(c->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(c->multi, CURLMOPT_SOCKETDATA, c);
	curl_multi_setopt(c->multi, CURLMOPT_TIMERFUNCTION, on_timer_change);
	curl_multi_setopt(c->multi, CURLMOPT_TIMERDATA, c);
	curl_multi_setopt(c->multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
	curl_multi_setopt(c->multi, CURLMOPT_MAX_HOST_CONNECTIONS,
	    (long)c->host_connections);
}

/* The first look-up loads the resolver's modules and files; a sandbox comes
 * after us. */
static void
resolver_warm(void)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *found = NULL;

	if (getaddrinfo("localhost", NULL, &hints, &found) == 0)
		freeaddrinfo(found);
}

struct http_client *
http_client_new(struct loop *loop, const struct http_settings *set)
{
	struct http_client *c = mem_alloc(sizeof(*c));

	if (curl_global_init(CURL_GLOBAL_ALL) != CURLE_OK)
		fatal("libcurl does not start");
	resolver_warm();
	c->base = loop_base(loop);
	c->egress = (struct http_egress){
		.public_only = set->public_only,
		.user_agent = mem_strdup(set->user_agent),
		.proxy = mem_strdup(set->proxy),
		.proxy_auth = mem_strdup(set->proxy_auth),
		.no_proxy = mem_strdup(set->no_proxy),
		.ca_file = mem_strdup(set->ca_file),
	};
	c->host_connections = set->host_connections > 0 ?
	    set->host_connections : 1;
	c->total = set->total > 0 ? set->total : 1;
	TAILQ_INIT(&c->waiting);
	TAILQ_INIT(&c->running);
	LIST_INIT(&c->sockets);
	c->timer = evtimer_new(c->base, on_timer, c);
	c->kick = evtimer_new(c->base, on_kick, c);
	if (c->timer == NULL || c->kick == NULL)
		mem_exhausted(sizeof(*c));
	multi_open(c);
	return c;
}

void
http_client_free(struct http_client *c)
{
	struct http_request *r;

	if (c == NULL)
		return;
	while ((r = TAILQ_FIRST(&c->running)) != NULL ||
	    (r = TAILQ_FIRST(&c->waiting)) != NULL) {
		r->cancelled = true;
		request_end(r, HTTP_ABORTED, "");
	}
	multi_close(c);
	event_free(c->timer);
	event_free(c->kick);
	free(c->egress.user_agent);
	free(c->egress.proxy);
	free(c->egress.proxy_auth);
	free(c->egress.no_proxy);
	free(c->egress.ca_file);
	free(c);
	curl_global_cleanup();
}

struct http_request *
http_send(struct http_client *c, const struct http_ask *ask)
{
	struct http_request *r = http_request_new(&c->egress, ask);

	r->client = c;
	TAILQ_INSERT_TAIL(&c->waiting, r, link);
	c->nwaiting++;
	kick(c);
	return r;
}

void
http_cancel(struct http_request *r)
{
	r->cancelled = true;
	kick(r->client);
}

unsigned int
http_waiting(const struct http_client *c)
{
	return c->nwaiting + c->nrunning;
}


/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http - requests on the event loop, by libcurl's multi_socket interface.
 * Takes: an ask.  Gives: one answer, or pieces of a body and then an answer.
 * Runs in: poll, fetch, alert, the command.
 *
 * mail.c has the settings of what is no HTTP.
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
#include <strings.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <time.h>

#include "base/address.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/http_request.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mail.h"
#include "base/mem.h"
#include "base/str.h"
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
	bool		 public_only;
	char		*user_agent, *proxy, *proxy_auth, *no_proxy, *ca_file;
};

/* ---- settings ----------------------------------------------------------- */

void
http_set(CURLcode rc, const char *what)
{
	if (rc != CURLE_OK)
		fatal("libcurl refuses %s: %s", what, curl_easy_strerror(rc));
}

static void
set_number(CURL *easy, CURLoption option, int64_t value)
{
	http_set(curl_easy_setopt(easy, option, (long)value), "a number");
}

static void
set_text(CURL *easy, CURLoption option, const char *value)
{
	http_set(curl_easy_setopt(easy, option, value), "a text");
}

/* ---- what libcurl calls for one request ---------------------------------- */

static size_t
on_body(char *bytes, size_t size, size_t n, void *arg)
{
	struct http_request *r = arg;
	size_t len = size * n;
	long status = 0;

	if (r->cancelled)
		return CURL_WRITEFUNC_ERROR;
	if (len > r->ask.body_most - r->received) {
		r->too_big = true;
		return CURL_WRITEFUNC_ERROR;
	}
	r->received += len;
	curl_easy_getinfo(r->easy, CURLINFO_RESPONSE_CODE, &status);
	if (r->ask.data == NULL || status != 200) {
		buf_add(&r->body, bytes, len);
		return len;
	}
	if (r->ask.data(r->ask.ctx, bytes, len))
		return len;
	r->aborted = true;
	return CURL_WRITEFUNC_ERROR;
}

static void
headers_reset(struct http_request *r)
{
	r->content_type[0] = r->etag[0] = '\0';
	r->retry_after_s = r->last_serial = -1;
	r->rest_s = 0;
	r->used_up = false;
}

/* Seconds, or a date; anything else counts as absent. */
static int64_t
retry_after(const char *value)
{
	int64_t	s;
	time_t	date;

	if (str_int(value, 0, INT64_MAX, &s) == 0)
		return s < RETRY_AFTER_MAX_S ? s : RETRY_AFTER_MAX_S;
	if ((date = curl_getdate(value, NULL)) == (time_t)-1)
		return -1;
	s = (int64_t)date - clock_wall_us() / 1000000;
	if (s < 0)
		return 0;
	return s < RETRY_AFTER_MAX_S ? s : RETRY_AFTER_MAX_S;
}

static void
header_take(struct http_request *r, const char *name, const char *value)
{
	if (strcasecmp(name, "content-type") == 0)
		(void)!str_copy(r->content_type, sizeof(r->content_type),
		    value);
	else if (strcasecmp(name, "etag") == 0)
		(void)!str_copy(r->etag, sizeof(r->etag), value);
	else if (strcasecmp(name, "retry-after") == 0)
		r->retry_after_s = retry_after(value);
	else if (strcasecmp(name, "x-ratelimit-remaining") == 0)
		r->used_up = strcmp(value, "0") == 0;
	else if (strcasecmp(name, "x-ratelimit-reset-after") == 0)
		r->rest_s = strtod(value, NULL);
	else if (strcasecmp(name, "x-pypi-last-serial") == 0 &&
	    str_int(value, 0, INT64_MAX, &r->last_serial) == -1)
		r->last_serial = -1;
}

/* Splits a header line in place of a copy; controls end it, so that a value
 * can be sent back as it is. */
static void
header_line(struct http_request *r, char *line)
{
	char	*value = strchr(line, ':'), *end;

	if (value == NULL)
		return;
	*value++ = '\0';
	value += strspn(value, " \t");
	for (end = value; (unsigned char)*end >= ' ' && *end != 0x7f; end++)
		continue;
	while (end > value && end[-1] == ' ')
		end--;
	*end = '\0';
	header_take(r, line, value);
}

static size_t
on_header(char *bytes, size_t size, size_t n, void *arg)
{
	struct http_request *r = arg;
	size_t	len = size * n;
	char	line[HTTP_HEADER_MAX + 64];

	if (r->mail != NULL) {
		mail_line(r, bytes, len);
		return len;
	}
	/* A status line starts the next answer: redirect, proxy, 1xx. */
	if (len >= 5 && memcmp(bytes, "HTTP/", 5) == 0)
		headers_reset(r);
	else if (len < sizeof(line) && memchr(bytes, '\0', len) == NULL) {
		memcpy(line, bytes, len);
		line[len] = '\0';
		header_line(r, line);
	}
	return len;
}

/*
 * After DNS and before connecting: immune to names that change their address.
 * A configured proxy, and what the operator exempts from it, is his word.
 */
static curl_socket_t
on_open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct http_request *r = arg;

	(void)purpose;
	if (r->client->public_only && !r->ask.allow_private &&
	    r->client->proxy == NULL && !address_is_public(&to->addr)) {
		r->private_address = true;
		return CURL_SOCKET_BAD;
	}
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

/* ---- one request --------------------------------------------------------- */

static void
request_free(struct http_request *r)
{
	if (r->easy != NULL)
		curl_easy_cleanup(r->easy);
	curl_url_cleanup(r->url);
	curl_free(r->host);
	curl_slist_free_all(r->headers);
	mail_sending_free(r->mail);
	buf_release(&r->frame);
	free(r->post);
	buf_release(&r->body);
	free(r);
}

static void
request_header(struct http_request *r, const char *line)
{
	struct curl_slist *more = curl_slist_append(r->headers, line);

	if (more == NULL)
		mem_exhausted(strlen(line));
	r->headers = more;
}

static bool
scheme_taken(struct http_request *r, const struct http_ask *ask, CURLU *url,
    const char *scheme)
{
	if (r->mail != NULL)
		return mail_url(url, scheme);
	if (r->stream)
		return stream_url(r, url, scheme) &&
		    (!r->plain || ask->allow_plain);
	r->plain = strcmp(scheme, "http") == 0;
	return strcmp(scheme, "https") == 0 || (r->plain && ask->allow_plain);
}

/* The parsed URL itself goes to libcurl, so that no second reader can see
 * another host in it.  Leaves r->url NULL when it may not be used. */
static void
request_url(struct http_request *r, const struct http_ask *ask)
{
	CURLU	*url = curl_url();
	char	*scheme = NULL;

	if (url == NULL)
		mem_exhausted(sizeof(*r));
	if (curl_url_set(url, CURLUPART_URL, ask->url, CURLU_DISALLOW_USER |
	    (r->stream ? CURLU_NON_SUPPORT_SCHEME : 0)) ||
	    curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) ||
	    curl_url_get(url, CURLUPART_HOST, &r->host, 0) ||
	    !scheme_taken(r, ask, url, scheme))
		goto refuse;
	curl_free(scheme);
	r->url = url;
	return;
refuse:
	curl_free(scheme);
	curl_url_cleanup(url);
}

static struct http_request *
request_new(struct http_client *c, const struct http_ask *ask)
{
	struct http_request *r = mem_alloc(sizeof(*r));
	char	*line;

	r->client = c;
	r->ask = *ask;
	headers_reset(r);
	if (ask->mail != NULL)
		r->mail = mail_sending_new(ask->mail);
	if (ask->frame != NULL) {
		r->stream = true;
		buf_add(&r->frame, ask->frame->bytes, ask->frame->len);
	}
	request_url(r, ask);
	for (size_t i = 0; ask->headers != NULL && ask->headers[i] != NULL; i++)
		request_header(r, ask->headers[i]);
	if (ask->authorization != NULL) {
		line = mem_printf("Authorization: %s", ask->authorization);
		request_header(r, line);
		explicit_bzero(line, strlen(line));
		free(line);
	}
	if (ask->if_none_match != NULL) {
		line = mem_printf("If-None-Match: %s", ask->if_none_match);
		request_header(r, line);
		free(line);
	}
	if (ask->post != NULL) {
		request_header(r, "Expect:");	/* it costs a second's wait */
		r->post = mem_alloc(ask->post_len + 1);
		memcpy(r->post, ask->post, ask->post_len);
	}
	r->ask.url = NULL;
	r->ask.headers = NULL;
	r->ask.post = NULL;
	r->ask.mail = NULL;
	r->ask.frame = NULL;
	r->ask.authorization = NULL;
	r->ask.if_none_match = NULL;
	return r;
}

static void
easy_connection(struct http_request *r)
{
	const struct http_client *c = r->client;
	const char *redirect = r->plain ? "http,https" : "https";
	CURL *easy = r->easy;

	set_number(easy, CURLOPT_NOSIGNAL, 1);
	set_number(easy, CURLOPT_QUICK_EXIT, 1);
	set_text(easy, CURLOPT_PROTOCOLS_STR,
	    r->ask.allow_plain ? "http,https" : "https");
	set_text(easy, CURLOPT_REDIR_PROTOCOLS_STR, redirect);
	/* Without TLS libcurl would wait for a whole answer to learn whether
	 * the connection can be shared. */
	set_number(easy, CURLOPT_HTTP_VERSION, r->plain ?
	    CURL_HTTP_VERSION_1_1 : CURL_HTTP_VERSION_2TLS);
	set_number(easy, CURLOPT_PIPEWAIT, !r->plain);
	set_number(easy, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
	/* Not NULL: libcurl would then ask the environment. */
	set_text(easy, CURLOPT_PROXY, c->proxy != NULL ? c->proxy : "");
	set_text(easy, CURLOPT_NOPROXY, c->no_proxy != NULL ? c->no_proxy : "");
	if (c->proxy_auth != NULL)
		set_text(easy, CURLOPT_PROXYUSERPWD, c->proxy_auth);
	set_number(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1);
	if (c->ca_file != NULL)
		set_text(easy, CURLOPT_CAINFO, c->ca_file);
	/* A connection that was allowed for one must not serve another. */
	if (c->public_only && r->ask.allow_private) {
		set_number(easy, CURLOPT_FRESH_CONNECT, 1);
		set_number(easy, CURLOPT_FORBID_REUSE, 1);
	}
	http_set(curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION,
	    on_open_socket), "a callback");
	http_set(curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, r), "data");
}

static void
easy_limits(struct http_request *r)
{
	int64_t total = r->ask.timeout_ms > 0 ? r->ask.timeout_ms :
	    HTTP_CONNECT_MS;
	CURL *easy = r->easy;

	set_number(easy, CURLOPT_TIMEOUT_MS, total);
	set_number(easy, CURLOPT_CONNECTTIMEOUT_MS,
	    total < HTTP_CONNECT_MS ? total : HTTP_CONNECT_MS);
	set_number(easy, CURLOPT_LOW_SPEED_LIMIT, r->ask.low_speed);
	set_number(easy, CURLOPT_LOW_SPEED_TIME, HTTP_LOW_SPEED_S);
	set_number(easy, CURLOPT_FOLLOWLOCATION, r->ask.follow);
	set_number(easy, CURLOPT_MAXREDIRS, HTTP_REDIRECTS_MAX);
}

static void
easy_request(struct http_request *r)
{
	CURL *easy = r->easy;

	http_set(curl_easy_setopt(easy, CURLOPT_CURLU, r->url), "the URL");
	http_set(curl_easy_setopt(easy, CURLOPT_PRIVATE, r), "data");
	http_set(curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, r->error), "data");
	set_text(easy, CURLOPT_USERAGENT, r->client->user_agent);
	if (r->ask.compressed)
		set_text(easy, CURLOPT_ACCEPT_ENCODING, "gzip, br");
	if (r->post != NULL) {
		http_set(curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)r->ask.post_len), "a number");
		http_set(curl_easy_setopt(easy, CURLOPT_POSTFIELDS, r->post),
		    "data");
	}
	http_set(curl_easy_setopt(easy, CURLOPT_HTTPHEADER, r->headers),
	    "headers");
	http_set(curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body),
	    "a callback");
	http_set(curl_easy_setopt(easy, CURLOPT_WRITEDATA, r), "data");
	http_set(curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header),
	    "a callback");
	http_set(curl_easy_setopt(easy, CURLOPT_HEADERDATA, r), "data");
	if (r->ask.data != NULL)
		set_number(easy, CURLOPT_BUFFERSIZE, 128 * 1024);
	if (r->mail != NULL)
		mail_apply(r);
	else if (r->stream)
		stream_apply(r);
}

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
	request_free(r);
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
	if ((r->easy = curl_easy_init()) == NULL)
		mem_exhausted(sizeof(*r));
	TAILQ_REMOVE(&c->waiting, r, link);
	c->nwaiting--;
	TAILQ_INSERT_TAIL(&c->running, r, link);
	c->nrunning++;
	easy_connection(r);
	easy_limits(r);
	easy_request(r);
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
	c->user_agent = mem_strdup(set->user_agent);
	c->proxy = mem_strdup(set->proxy);
	c->proxy_auth = mem_strdup(set->proxy_auth);
	c->no_proxy = mem_strdup(set->no_proxy);
	c->ca_file = mem_strdup(set->ca_file);
	c->host_connections = set->host_connections > 0 ?
	    set->host_connections : 1;
	c->total = set->total > 0 ? set->total : 1;
	c->public_only = set->public_only;
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
	free(c->user_agent);
	free(c->proxy);
	free(c->proxy_auth);
	free(c->no_proxy);
	free(c->ca_file);
	free(c);
	curl_global_cleanup();
}

struct http_request *
http_send(struct http_client *c, const struct http_ask *ask)
{
	struct http_request *r = request_new(c, ask);

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

char *
http_url_join(const char *page, const char *reference)
{
	CURLU	*url = curl_url();
	char	*part = NULL, *whole = NULL;

	if (url == NULL)
		mem_exhausted(sizeof(*page));
	if (curl_url_set(url, CURLUPART_URL, page, CURLU_DISALLOW_USER) ==
	    CURLUE_OK && curl_url_set(url, CURLUPART_URL, reference,
	    CURLU_DISALLOW_USER) == CURLUE_OK &&
	    curl_url_get(url, CURLUPART_URL, &part, 0) == CURLUE_OK)
		whole = mem_strdup(part);
	curl_free(part);
	curl_url_cleanup(url);
	return whole;
}

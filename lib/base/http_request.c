/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_request - an ask as a handle of libcurl: its URL, what is sent, what
 * bounds it.  mail.c has the settings of what is no HTTP.
 * Takes: an ask.  Gives: a request with its own copy of all that it needs.
 * Runs in: poll, fetch, alert, the command.
 */
#include "base/http_request.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/address.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mail.h"
#include "base/mem.h"

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

/* ---- what is asked ------------------------------------------------------- */

static void
request_header(struct http_request *r, const char *line)
{
	struct curl_slist *more = curl_slist_append(r->headers, line);

	if (more == NULL)
		mem_exhausted(strlen(line));
	r->headers = more;
}

/* The value may be a secret. */
static void
request_field(struct http_request *r, const char *name, const char *value)
{
	char	*line;

	if (value == NULL)
		return;
	line = mem_printf("%s: %s", name, value);
	request_header(r, line);
	explicit_bzero(line, strlen(line));
	free(line);
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

struct http_request *
http_request_new(const struct http_egress *egress, const struct http_ask *ask)
{
	struct http_request *r = mem_alloc(sizeof(*r));

	r->egress = egress;
	r->ask = *ask;
	http_answer_reset(r);
	if (ask->mail != NULL)
		r->mail = mail_sending_new(ask->mail);
	if (ask->frame != NULL) {
		r->stream = true;
		buf_add(&r->frame, ask->frame->bytes, ask->frame->len);
	}
	request_url(r, ask);
	for (size_t i = 0; ask->headers != NULL && ask->headers[i] != NULL; i++)
		request_header(r, ask->headers[i]);
	request_field(r, "Authorization", ask->authorization);
	request_field(r, "If-None-Match", ask->if_none_match);
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

void
http_request_free(struct http_request *r)
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

/* ---- settings of the handle ---------------------------------------------- */

/*
 * After DNS and before connecting: immune to names that change their address.
 * A configured proxy, and what the operator exempts from it, is his word.
 */
static curl_socket_t
on_open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct http_request *r = arg;

	(void)purpose;
	if (r->egress->public_only && !r->ask.allow_private &&
	    r->egress->proxy == NULL && !address_is_public(&to->addr)) {
		r->private_address = true;
		return CURL_SOCKET_BAD;
	}
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static void
easy_connection(struct http_request *r)
{
	const struct http_egress *egress = r->egress;
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
	set_text(easy, CURLOPT_PROXY,
	    egress->proxy != NULL ? egress->proxy : "");
	set_text(easy, CURLOPT_NOPROXY,
	    egress->no_proxy != NULL ? egress->no_proxy : "");
	if (egress->proxy_auth != NULL)
		set_text(easy, CURLOPT_PROXYUSERPWD, egress->proxy_auth);
	set_number(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1);
	if (egress->ca_file != NULL)
		set_text(easy, CURLOPT_CAINFO, egress->ca_file);
	/* A connection that was allowed for one must not serve another. */
	if (egress->public_only && r->ask.allow_private) {
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
	set_text(easy, CURLOPT_USERAGENT, r->egress->user_agent);
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
	http_set(curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION,
	    http_answer_body), "a callback");
	http_set(curl_easy_setopt(easy, CURLOPT_WRITEDATA, r), "data");
	http_set(curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION,
	    http_answer_header), "a callback");
	http_set(curl_easy_setopt(easy, CURLOPT_HEADERDATA, r), "data");
	if (r->ask.data != NULL)
		set_number(easy, CURLOPT_BUFFERSIZE, 128 * 1024);
	if (r->mail != NULL)
		mail_apply(r);
	else if (r->stream)
		stream_apply(r);
}

void
http_request_open(struct http_request *r)
{
	if ((r->easy = curl_easy_init()) == NULL)
		mem_exhausted(sizeof(*r));
	easy_connection(r);
	easy_limits(r);
	easy_request(r);
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

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_answer - an answer as libcurl tells it: header lines, pieces of a body.
 * Takes: hostile bytes.  Gives: what is kept of them in the request.
 * Runs in: poll, fetch, alert, the command.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/clock.h"
#include "base/http_request.h"
#include "base/limits.h"
#include "base/str.h"

size_t
http_answer_body(char *bytes, size_t size, size_t n, void *arg)
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

void
http_answer_reset(struct http_request *r)
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

size_t
http_answer_header(char *bytes, size_t size, size_t n, void *arg)
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
		http_answer_reset(r);
	else if (len < sizeof(line) && memchr(bytes, '\0', len) == NULL) {
		memcpy(line, bytes, len);
		line[len] = '\0';
		header_line(r, line);
	}
	return len;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mail - a mail by SMTP, or a frame by TCP or TLS, for http.c.
 * Takes: headers and parts; bytes.  Gives: settings of a libcurl handle.
 * Runs in: alert, the command.
 */
#include "base/mail.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/http_request.h"
#include "base/mem.h"
#include "base/str.h"

/* Its name had a slip of the pen until 8.2. */
#ifndef CURLOPT_MAIL_RCPT_ALLOWFAILS
#define CURLOPT_MAIL_RCPT_ALLOWFAILS CURLOPT_MAIL_RCPT_ALLLOWFAILS
#endif

struct mail_sending {
	char		*from, *user, *password;
	struct curl_slist *to, *headers;
	struct buf	 text, html;
	curl_mime	*mime;
	size_t		 nto;
	struct buf	 replies;	/* a letter each, of whole answers */
	char		*recipients;	/* those for `to`, once all are there */
};

#define REPLIES_MAX 4096	/* an honest dialogue has nto + 10 */

static void
list_add(struct curl_slist **list, const char *line)
{
	struct curl_slist *more = curl_slist_append(*list, line);

	if (more == NULL)
		mem_exhausted(strlen(line));
	*list = more;
}

/* libcurl passes header lines on as they are.  A line break stays only where
 * it folds: before a blank, and never first or last. */
static char *
header_safe(const char *line)
{
	struct buf b = BUF_EMPTY;

	for (const char *s = line; *s != '\0'; s++) {
		bool fold = s[0] == '\r' && s[1] == '\n' &&
		    (s[2] == ' ' || s[2] == '\t') && s != line;

		if (fold && s[3] != '\0' && s[3] != '\r') {
			buf_add(&b, s, 3);
			s += 2;
		} else if (!iscntrl((unsigned char)*s)) {
			buf_addc(&b, *s);
		}
	}
	return buf_steal(&b);
}

/* Line ends as SMTP has them; a lone CR would be one more way to say it. */
static void
add_lines(struct buf *b, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '\r')
			continue;
		if (*text == '\n')
			buf_addc(b, '\r');
		buf_addc(b, *text);
	}
}

static char *
in_angles(const char *address)
{
	return mem_printf("<%s>", address);
}

struct mail_sending *
mail_sending_new(const struct mail *m)
{
	struct mail_sending	*s = mem_alloc(sizeof(*s));
	const char		*colon = m->auth != NULL ?
	    strchr(m->auth, ':') : NULL;

	s->from = in_angles(m->from);
	if (colon != NULL) {
		s->user = mem_strndup(m->auth, (size_t)(colon - m->auth));
		s->password = mem_strdup(colon + 1);
	}
	s->nto = m->nto;
	s->replies.most = REPLIES_MAX;
	for (size_t i = 0; i < m->nto; i++) {
		char *one = in_angles(m->to[i]);

		list_add(&s->to, one);
		free(one);
	}
	for (size_t i = 0; m->headers[i] != NULL; i++) {
		char *one = header_safe(m->headers[i]);

		list_add(&s->headers, one);
		free(one);
	}
	/* Both parts say the same. */
	list_add(&s->headers, "Content-Type: multipart/alternative");
	add_lines(&s->text, m->text);
	add_lines(&s->html, m->html);
	return s;
}

void
mail_sending_free(struct mail_sending *s)
{
	if (s == NULL)
		return;
	curl_mime_free(s->mime);
	curl_slist_free_all(s->to);
	curl_slist_free_all(s->headers);
	buf_release(&s->text);
	buf_release(&s->html);
	buf_release(&s->replies);
	free(s->recipients);
	if (s->password != NULL)
		explicit_bzero(s->password, strlen(s->password));
	free(s->password);
	free(s->user);
	free(s->from);
	free(s);
}

static void
part_add(curl_mime *mime, const struct buf *text, const char *type)
{
	curl_mimepart *part = curl_mime_addpart(mime);

	if (part == NULL)
		mem_exhausted(text->len);
	http_set(curl_mime_data(part, buf_text(text), text->len), "a part");
	http_set(curl_mime_type(part, type), "a type");
	http_set(curl_mime_encoder(part, "quoted-printable"), "an encoder");
}

void
mail_apply(struct http_request *r)
{
	struct mail_sending	*s = r->mail;
	CURL			*easy = r->easy;

	s->mime = curl_mime_init(easy);
	if (s->mime == NULL)
		mem_exhausted(sizeof(*s));
	part_add(s->mime, &s->text, "text/plain; charset=utf-8");
	part_add(s->mime, &s->html, "text/html; charset=utf-8");
	http_set(curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps"),
	    "protocols");
	http_set(curl_easy_setopt(easy, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL),
	    "TLS");
	http_set(curl_easy_setopt(easy, CURLOPT_HTTPPROXYTUNNEL, 1L),
	    "a tunnel");
	http_set(curl_easy_setopt(easy, CURLOPT_MAIL_FROM, s->from), "from");
	http_set(curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, s->to), "to");
	/* One that left the company must not cut off the others. */
	http_set(curl_easy_setopt(easy, CURLOPT_MAIL_RCPT_ALLOWFAILS, 1L),
	    "a number");
	if (s->user != NULL) {
		http_set(curl_easy_setopt(easy, CURLOPT_USERNAME, s->user),
		    "a user");
		http_set(curl_easy_setopt(easy, CURLOPT_PASSWORD,
		    s->password), "a password");
	}
	http_set(curl_easy_setopt(easy, CURLOPT_HTTPHEADER, s->headers),
	    "headers");
	http_set(curl_easy_setopt(easy, CURLOPT_MIMEPOST, s->mime), "a mail");
}

const char *
mail_recipients(const struct mail_sending *s)
{
	return s != NULL ? s->recipients : NULL;
}

/* Before "354, go ahead" the server answered for each recipient in turn
 * (RFC 5321, 3.3); libcurl sends one command after the other's answer. */
static void
reply_note(struct mail_sending *s, const char *bytes, size_t len)
{
	if (len < 4 || bytes[3] == '-' || !isdigit((unsigned char)bytes[0]))
		return;		/* more of this answer follows */
	if (memcmp(bytes, "354", 3) != 0) {
		buf_addc(&s->replies, *bytes == '2' ? 't' : *bytes == '4' ?
		    'l' : 'n');
		return;
	}
	if (s->recipients == NULL && !s->replies.full &&
	    s->replies.len >= s->nto)
		s->recipients = mem_strndup(s->replies.data + s->replies.len -
		    s->nto, s->nto);
}

/* The last line that refuses is what the operator wants to read. */
void
mail_line(struct http_request *r, const char *bytes, size_t len)
{
	reply_note(r->mail, bytes, len);
	if (len < 4 || (bytes[0] != '4' && bytes[0] != '5') ||
	    !isdigit((unsigned char)bytes[1]) ||
	    !isdigit((unsigned char)bytes[2]))
		return;
	while (len > 0 && isspace((unsigned char)bytes[len - 1]))
		len--;
	buf_reset(&r->body);
	buf_add(&r->body, bytes, len < r->ask.body_most ? len :
	    r->ask.body_most);
}

bool
mail_url(CURLU *url, const char *scheme)
{
	(void)url;
	return str_equal(scheme, "smtp") || str_equal(scheme, "smtps");
}

/* ---- frames ------------------------------------------------------------- */

/* libcurl connects by the schemes it knows; ports are those of RFC 5425 and
 * RFC 6587's usual one. */
bool
stream_url(struct http_request *r, CURLU *url, const char *scheme)
{
	char	*port = NULL;
	bool	 tls = str_equal(scheme, "tls");

	if (!tls && !str_equal(scheme, "tcp"))
		return false;
	if (curl_url_get(url, CURLUPART_PORT, &port, 0) != CURLUE_OK &&
	    curl_url_set(url, CURLUPART_PORT, tls ? "6514" : "601", 0))
		return false;
	curl_free(port);
	r->plain = !tls;
	return curl_url_set(url, CURLUPART_SCHEME, tls ? "https" : "http",
	    0) == CURLUE_OK;
}

void
stream_apply(struct http_request *r)
{
	http_set(curl_easy_setopt(r->easy, CURLOPT_PROTOCOLS_STR,
	    r->plain ? "http" : "https"), "protocols");
	http_set(curl_easy_setopt(r->easy, CURLOPT_HTTPPROXYTUNNEL, 1L),
	    "a tunnel");
	/* Offering no protocol by name: the other side speaks none of HTTP. */
	http_set(curl_easy_setopt(r->easy, CURLOPT_SSL_ENABLE_ALPN, 0L),
	    "no names");
	http_set(curl_easy_setopt(r->easy, CURLOPT_CONNECT_ONLY, 1L),
	    "a connection");
	/* It would be closed before the frame is sent; libcurl reuses no such
	 * connection, and closes it with the handle. */
	http_set(curl_easy_setopt(r->easy, CURLOPT_FORBID_REUSE, 0L),
	    "a number");
}

CURLcode
stream_send(struct http_request *r)
{
	size_t		sent = 0, n;
	CURLcode	rc = CURLE_OK;

	/* A fresh connection's buffer takes far more than one frame. */
	while (rc == CURLE_OK && sent < r->frame.len) {
		n = 0;
		rc = curl_easy_send(r->easy, r->frame.data + sent,
		    r->frame.len - sent, &n);
		sent += n;
	}
	if (rc == CURLE_OK)
		r->status = 200;
	return rc;
}

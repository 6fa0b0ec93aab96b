/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sink - one configured receiver with its secrets.
 * Takes: the config.  Gives: struct sink.
 * Runs in: alert, the command (sinks test, sinks preview).
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "alert/sinks.h"
#include "alert/words.h"
#include "base/config.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"

/* Where a complaint goes. */
struct complaint { char *why; size_t room; };

static int __attribute__((format(printf, 2, 3)))
complain(const struct complaint *to, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(to->why, to->room, fmt, ap);
	va_end(ap);
	return -1;
}

/* NULL stays NULL; -1 with the reason when the file cannot be used. */
static int
read_secret(const char *file, char **out, const struct complaint *to)
{
	if (file == NULL)
		return 0;
	*out = config_secret(file, to->why, to->room);
	return *out != NULL ? 0 : -1;
}

/* ---- extra headers ------------------------------------------------------ */

/* The rest belongs to the request itself. */
static bool
header_is_ours(const char *line, size_t len)
{
	static const char *const ours[] = { "content-length", "host",
		"transfer-encoding", "connection", "content-type" };

	if (len >= 8 && strncasecmp(line, "webhook-", 8) == 0)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(ours); i++)
		if (len == strlen(ours[i]) &&
		    strncasecmp(line, ours[i], len) == 0)
			return true;
	return false;
}

static int
header_add(struct sink *s, const char *line, const struct complaint *to)
{
	size_t n = strcspn(line, ":");

	if (line[n] != ':' || n == 0 || strspn(line, "!#$%&'*+-.^_`|~0123456789"
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") != n)
		return complain(to, "line %zu of headers-file is no \"Name: "
		    "value\"", s->nheaders + 1);
	if (header_is_ours(line, n))
		return complain(to, "headers-file sets a header that pypiwatch "
		    "sets itself, on line %zu", s->nheaders + 1);
	for (const char *p = line; *p != '\0'; p++)
		if (iscntrl((unsigned char)*p) && *p != '\t')
			return complain(to, "line %zu of headers-file holds a "
			    "control character", s->nheaders + 1);
	if (s->nheaders == SINK_HEADERS_MAX)
		return complain(to, "headers-file has more than %d lines",
		    SINK_HEADERS_MAX);
	s->headers = mem_grow(s->headers, s->nheaders + 1,
	    sizeof(*s->headers));
	s->headers[s->nheaders++] = mem_strdup(line);
	return 0;
}

static int
read_headers(struct sink *s, const char *file, const struct complaint *to)
{
	char	*text, *save = NULL, *line;
	int	 rc = 0;

	if (file == NULL)
		return 0;
	text = config_secret_text(file, to->why, to->room);
	if (text == NULL)
		return -1;
	for (line = strtok_r(text, "\r\n", &save); line != NULL && rc == 0;
	    line = strtok_r(NULL, "\r\n", &save))
		rc = header_add(s, line, to);
	free(text);
	return rc;
}

/* ---- mail --------------------------------------------------------------- */

bool
mail_address_valid(const char *s)
{
	const char *at = strrchr(s, '@');

	if (at == NULL || at == s || at[1] == '\0' ||
	    strlen(s) > MAIL_ADDRESS_MAX || strstr(s, "..") != NULL)
		return false;
	for (const char *p = s; *p != '\0'; p++)
		if (!isgraph((unsigned char)*p) ||
		    strchr("<>()[]\\,;:\"", *p) != NULL ||
		    (*p == '@' && p != at))
			return false;
	return at[1] != '.' && at[1] != '-' && s[strlen(s) - 1] != '.';
}

static int
read_recipients(struct sink *s, const char *list, const struct complaint *to)
{
	char	*copy = mem_strdup(list), *save = NULL, *one;
	int	 rc = 0;

	for (one = strtok_r(copy, ", \t", &save); one != NULL && rc == 0;
	    one = strtok_r(NULL, ", \t", &save)) {
		if (!mail_address_valid(one)) {
			rc = complain(to, "\"%s\" in to is no mail address",
			    vis(one));
		} else if (s->nto == MAIL_RECIPIENTS_MAX) {
			rc = complain(to, "to has more than %d addresses",
			    MAIL_RECIPIENTS_MAX);
		} else {
			s->to = mem_grow(s->to, s->nto + 1, sizeof(*s->to));
			s->to[s->nto++] = mem_strdup(one);
		}
	}
	free(copy);
	if (rc == 0 && s->nto == 0)
		rc = complain(to, "to names nobody");
	return rc;
}

static int
read_mail(struct sink *s, const struct config_sink *c,
    const struct complaint *to)
{
	if (s->kind->transport != BY_SMTP)
		return 0;
	if (c->from == NULL || c->to == NULL)
		return complain(to, "from or to is not set");
	if (!mail_address_valid(c->from))
		return complain(to, "\"%s\" in from is no mail address",
		    vis(c->from));
	s->from = mem_strdup(c->from);
	if (read_secret(c->auth_file, &s->auth, to) == -1)
		return -1;
	if (s->auth != NULL && strchr(s->auth, ':') == NULL)
		return complain(to, "auth-file is no user:password");
	return read_recipients(s, c->to, to);
}

/* ---- all of it ---------------------------------------------------------- */

static int
read_url(struct sink *s, const struct config_sink *c,
    const struct complaint *to)
{
	const char *server = c->server != NULL ? c->server : s->kind->server;

	if (s->kind->transport == BY_STDERR)
		return 0;
	if (s->token != NULL && server == NULL)
		server = "https://slack.com/api/chat.postMessage";
	if (c->url_file == NULL && server != NULL)
		s->url = mem_strdup(server);
	else if (c->url_file == NULL)
		return complain(to, "neither url-file nor server is set");
	else if (read_secret(c->url_file, &s->url, to) == -1)
		return -1;
	return s->kind->transport == BY_HTTP ?
	    sink_url_check(s->url, s->allow_private, to->why, to->room) :
	    sink_server_check(s->url, s->kind->transport, s->allow_private,
	    to->why, to->room);
}

/* PagerDuty's key is 32 characters; a Slack channel's id is upper case. */
static int
check_values(const struct sink *s, const struct complaint *to)
{
	if (str_equal(s->kind->name, "pagerduty") && (s->secret == NULL ||
	    strlen(s->secret) != 32 ||
	    strspn(s->secret, "0123456789abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 32))
		return complain(to, "secret-file of type pagerduty holds an "
		    "integration key of 32 letters and digits");
	if (s->token != NULL && strspn(s->token, "-._0123456789"
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") !=
	    strlen(s->token))
		return complain(to, "token-file holds a character that no "
		    "token has");
	return 0;
}

struct sink *
sink_open(const struct config_sink *c, const char *locale, char *why,
    size_t room)
{
	const struct complaint	 to = { why, room };
	struct sink		*s = mem_alloc(sizeof(*s));

	s->name = mem_strdup(c->name);
	s->proxy = mem_strdup(c->proxy);
	s->ca_file = mem_strdup(c->ca_file);
	s->channel = mem_strdup(c->channel);
	s->team = mem_strdup(c->team);
	s->language = mem_strdup(c->language);
	s->allow_private = c->allow_private;
	s->timeout_s = c->timeout_s;
	s->give_up_s = c->give_up_s;
	s->kind = sink_kind_find(c->type);
	if (s->kind == NULL) {
		complain(&to, "type \"%s\" is not known; known are %s",
		    vis(c->type), sink_kind_names());
		goto fail;
	}
	if (read_secret(c->secret_file, &s->secret, &to) == -1 ||
	    read_secret(c->token_file, &s->token, &to) == -1 ||
	    read_headers(s, c->headers_file, &to) == -1 ||
	    read_mail(s, c, &to) == -1 || read_url(s, c, &to) == -1 ||
	    check_values(s, &to) == -1)
		goto fail;
	s->words = words_open(c->language, locale, why, room);
	if (s->words == NULL)
		goto fail;
	return s;
fail:
	sink_free(s);
	return NULL;
}

/* A secret does not stay in freed memory. */
static void
forget(char *s)
{
	if (s != NULL)
		explicit_bzero(s, strlen(s));
	free(s);
}

void
sink_free(struct sink *s)
{
	if (s == NULL)
		return;
	forget(s->url);
	forget(s->secret);
	forget(s->token);
	forget(s->auth);
	for (size_t i = 0; i < s->nheaders; i++)
		forget(s->headers[i]);
	free(s->headers);
	for (size_t i = 0; i < s->nto; i++)
		free(s->to[i]);
	free(s->to);
	words_free(s->words);
	free(s->from);
	free(s->channel);
	free(s->team);
	free(s->language);
	free(s->proxy);
	free(s->ca_file);
	free(s->name);
	free(s);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * indicators - addresses in the files that something was found in.
 *
 * Takes: a view with findings.  Gives: URLs of its code, and the hosts, IP
 * and mail addresses that stand alone between quotes.
 * Runs in: worker child, command.  An address in a file without a finding is
 * no indicator: honest packages are full of them.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "base/str.h"
#include "inspect/inspectors.h"

#define PER_VIEW 8		/* more of them are a list, not a target */
#define HOST_MOST 253		/* RFC 1035 */
#define MAIL_MOST 254		/* RFC 5321 */

static bool
is_known(const struct inspection *in, const char *value)
{
	for (size_t i = 0; i < in->out->nindicators; i++)
		if (str_equal(in->out->indicators[i].value, value))
			return true;
	return false;
}

/* True when the indicator was new and there was room. */
static bool
add(struct inspection *in, const struct view *v, const char *type,
    const void *at, size_t len)
{
	char value[INDICATOR_MAX];
	struct indicator *one;

	if (len >= sizeof(value))
		return false;
	memcpy(value, at, len);
	value[len] = '\0';
	if (is_known(in, value))
		return false;
	one = features_add_indicator(in->out);
	if (one == NULL)
		return false;
	finding_set(&one->type, type, strlen(type), 32);
	finding_set(&one->value, value, len, INDICATOR_MAX);
	finding_set(&one->path, v->path, strlen(v->path), ENTRY_PATH_MAX);
	one->line = v->line != 0 ? v->line :
	    view_line(v, (size_t)((const uint8_t *)at - v->code));
	return true;
}

/* ---- URLs --------------------------------------------------------------- */

static size_t
url_length(const uint8_t *at, const uint8_t *stop)
{
	size_t n = 0;

	while (at + n < stop && at[n] > ' ' && at[n] < 0x7f &&
	    strchr("\"'`<>|\\^{}()[],;", at[n]) == NULL &&
	    n < INDICATOR_MAX - 1)
		n++;
	while (n > 0 && strchr(".:", at[n - 1]) != NULL)
		n--;
	return n;
}

static bool
add_url(struct inspection *in, const struct view *v, const uint8_t *at,
    size_t len)
{
	const uint8_t *host = memmem(at, len, "://", 3);
	size_t rest = len - (size_t)(host + 3 - at);

	/* A scheme alone, or one host that only documents. */
	if (rest < 4 || memchr(host + 3, '.', rest) == NULL)
		return false;
	return add(in, v, "url", at, len);
}

static void
look_urls(struct inspection *in, const struct view *v)
{
	static const char *const schemes[] = { "http://", "https://", "ftp://",
	    "tcp://", "ws://", "wss://" };
	const uint8_t *at = v->code, *stop = at + v->size, *mark;
	unsigned int n = 0;

	while (n < PER_VIEW &&
	    (mark = memmem(at, (size_t)(stop - at), "://", 3)) != NULL) {
		at = mark + 3;
		for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
			size_t k = strlen(schemes[i]);
			const uint8_t *start = at - k;

			if ((size_t)(at - v->code) < k ||
			    memcmp(start, schemes[i], k) != 0 ||
			    (start > v->code && isalpha(start[-1])))
				continue;
			n += add_url(in, v, start, url_length(start, stop));
			break;
		}
	}
}

/* ---- what stands between quotes ----------------------------------------- */

/* Last labels that a file name or a dotted Python name hardly ends with. */
static bool
is_top_level(const char *label, size_t len)
{
	static const char *const labels[] = { "com", "net", "org", "io", "ru",
	    "cn", "xyz", "top", "site", "online", "fun", "pro", "me", "live",
	    "app", "dev", "cloud", "info", "biz", "co", "tk", "ml", "ga", "cf",
	    "gq", "su", "to", "cc", "ws", "in", "eu", "de", "uk", "fr", "nl",
	    "br", "jp", "kr", "it", "pl", "us", "tech", "store", "space",
	    "shop", "website", "link", "click", "onion", "invalid", "moe",
	    "gg", "ly", "at", "ch", "se", "ua", "ir", "vn", "tw", "hk", "lol" };

	for (size_t i = 0; i < ARRAY_LEN(labels); i++)
		if (strlen(labels[i]) == len &&
		    strncasecmp(labels[i], label, len) == 0)
			return true;
	return false;
}

static bool
is_host(const char *s, size_t len)
{
	const char *dot = memrchr(s, '.', len);

	if (dot == NULL || len > HOST_MOST || *s == '.' || *s == '-' ||
	    !is_top_level(dot + 1, len - (size_t)(dot + 1 - s)))
		return false;
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)s[i]) && s[i] != '-' &&
		    (s[i] != '.' || s[i + 1] == '.'))
			return false;
	return true;
}

static bool
is_address(const char *s, size_t len)
{
	char text[INET6_ADDRSTRLEN];
	struct in_addr v4;
	struct in6_addr v6;

	if (len < 7 || len >= sizeof(text))
		return false;
	memcpy(text, s, len);
	text[len] = '\0';
	if (inet_pton(AF_INET, text, &v4) == 1)
		return !str_starts(text, "127.") && !str_starts(text, "0.") &&
		    !str_starts(text, "255.");
	return len > 8 && inet_pton(AF_INET6, text, &v6) == 1;
}

static bool
is_mail(const char *s, size_t len)
{
	const char *at = memchr(s, '@', len);

	if (at == NULL || at == s || len > MAIL_MOST)
		return false;
	for (const char *c = s; c < at; c++)
		if (!isalnum((unsigned char)*c) && strchr("._%+-", *c) == NULL)
			return false;
	return is_host(at + 1, len - (size_t)(at + 1 - s));
}

/* "host", "host:443", "host/path", an address, a mail address. */
static bool
add_quoted(struct inspection *in, const struct view *v, const char *s,
    size_t len)
{
	size_t host = 0;

	if (is_mail(s, len))
		return add(in, v, "email", s, len);
	if (is_address(s, len))
		return add(in, v, "ip", s, len);
	while (host < len && s[host] != ':' && s[host] != '/')
		host++;
	if (is_address(s, host))
		return add(in, v, "ip", s, host);
	return is_host(s, host) && add(in, v, "domain", s, host);
}

static void
look_quoted(struct inspection *in, const struct view *v)
{
	const uint8_t *at = v->code, *stop = at + v->size;
	unsigned int n = 0;

	while (n < PER_VIEW && at < stop) {
		const uint8_t *end;

		while (at < stop && *at != '"' && *at != '\'')
			at++;
		if (at == stop)
			break;
		for (end = at + 1; end < stop && *end > ' ' && *end < 0x7f &&
		    *end != '"' && *end != '\'';)
			end++;
		if (end < stop && *end == *at && end - at > 4)
			n += add_quoted(in, v, (const char *)at + 1,
			    (size_t)(end - at) - 1);
		at = end > at + 1 ? end : at + 1;
	}
}

void
indicators_view(struct inspection *in, const struct view *v)
{
	if (v->kind == VIEW_BINARY || v->path == NULL)
		return;
	look_urls(in, v);
	look_quoted(in, v);
}

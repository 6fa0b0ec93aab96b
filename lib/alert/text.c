/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text - strings out of a package on their way to a person.
 * Takes: any bytes.  Gives: text that neither acts nor leads anywhere.
 * Runs in: alert, the command (previews).
 */
#include "alert/text.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/str.h"
#include "base/vis.h"

/*
 * Endings that make a bare word a host for mail and chat clients.  Those that
 * are file endings too (py, sh, so, rs, md, pl, zip, app) stay readable: a
 * path is what the reader needs most.
 */
static const char *const host_endings[] = {
	"com", "net", "org", "io", "ru", "su", "cn", "xyz", "top", "info",
	"biz", "cc", "me", "tv", "ws", "pw", "tk", "ml", "ga", "cf", "gq",
	"dev", "site", "online", "store", "shop", "club", "fun", "icu", "link",
	"live", "space", "website", "tech", "cloud", "host", "pro", "one",
	"uk", "de", "fr", "nl", "br", "in", "ir", "kp", "ua", "by", "us", "eu",
	"gg", "to", "ly", "lol", "vip", "work", "click", "invalid", "onion",
	"test", "example", "edu", "gov", "ninja", "life", "run", "page",
};

static bool
is_word(char c)
{
	return isalnum((unsigned char)c) || c == '.' || c == '-' || c == '_' ||
	    c == '+';
}

static bool
ends_host(char c)
{
	return c == '\0' || strchr("/?#\"'<>()`{}|, \t\n", c) != NULL;
}

static void
add_dots_broken(struct buf *b, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (s[i] == '.' && !(i > 0 && s[i - 1] == '[' && i + 1 < len &&
		    s[i + 1] == ']'))
			buf_adds(b, "[.]");
		else
			buf_addc(b, s[i]);
}

static bool
is_ipv4(const char *s, size_t len)
{
	size_t dots = 0;

	for (size_t i = 0; i < len; i++) {
		if (s[i] == '.' && i > 0 && s[i - 1] != '.')
			dots++;
		else if (!isdigit((unsigned char)s[i]))
			return false;
	}
	return dots == 3 && s[len - 1] != '.';
}

static bool
is_host(const char *s, size_t len)
{
	const char	*dot;
	size_t		 n;

	while (len > 0 && s[len - 1] == '.')
		len--;
	dot = len > 0 ? memrchr(s, '.', len) : NULL;
	if (dot == NULL || dot == s)
		return false;
	n = len - (size_t)(dot + 1 - s);
	for (size_t i = 0; i < ARRAY_LEN(host_endings); i++)
		if (n == strlen(host_endings[i]) &&
		    strncasecmp(dot + 1, host_endings[i], n) == 0)
			return true;
	return is_ipv4(s, len);
}

/* A scheme of `len` bytes and "://" stand at `s`; returns what it consumed. */
static size_t
add_url(struct buf *b, const char *s, size_t len)
{
	size_t i = len + 3;

	if (len >= 4 && len <= 5 && (strncasecmp(s, "https", len) == 0 ||
	    strncasecmp(s, "hxxps", len) == 0))
		buf_addf(b, "hxxp%s://", len == 5 ? "s" : "");
	else
		buf_addf(b, "%.*s[:]//", (int)len, s);
	while (!ends_host(s[i]))
		i++;
	add_dots_broken(b, s + len + 3, i - len - 3);
	return i;
}

void
text_defang(struct buf *b, const char *raw)
{
	struct buf	 seen = BUF_EMPTY;
	const char	*s;
	size_t		 n;

	vis_add(&seen, raw, strlen(raw), false);
	for (s = buf_text(&seen); *s != '\0'; s += n) {
		for (n = 0; is_word(s[n]); n++)
			;
		if (n == 0) {
			buf_addc(b, *s);
			n = 1;
		} else if (strncmp(s + n, "://", 3) == 0) {
			n = add_url(b, s, n);
		} else if (is_host(s, n)) {
			add_dots_broken(b, s, n);
		} else {
			buf_add(b, s, n);
		}
	}
	buf_release(&seen);
}

void
text_defang_value(struct buf *b, const char *raw)
{
	struct buf	 seen = BUF_EMPTY;
	const char	*s, *colon;

	vis_add(&seen, raw, strlen(raw), false);
	s = buf_text(&seen);
	colon = strstr(s, "://");
	if (colon != NULL)
		s += add_url(b, s, (size_t)(colon - s));
	add_dots_broken(b, s, strlen(s));
	buf_release(&seen);
}

size_t
text_units(const char *s, size_t len)
{
	size_t units = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		units += (c & 0xc0) != 0x80;
		units += c >= 0xf0;	/* a surrogate pair in UTF-16 */
	}
	return units;
}

/* Bytes of the character or entity at `s`, and the units it counts. */
static size_t
piece(const char *s, size_t left, size_t *units)
{
	static const char *const entities[] = { "&amp;", "&lt;", "&gt;" };
	uint32_t	code;
	size_t		n;

	for (size_t i = 0; i < ARRAY_LEN(entities); i++) {
		n = strlen(entities[i]);
		if (left >= n && memcmp(s, entities[i], n) == 0) {
			*units = n;
			return n;
		}
	}
	n = utf8_next((const uint8_t *)s, left, &code);
	*units = n == 4 ? 2 : 1;
	return n != 0 ? n : 1;
}

size_t
text_cut(const char *s, size_t len, size_t units)
{
	size_t at = 0, n, u;

	while (at < len) {
		n = piece(s + at, len - at, &u);
		if (u > units)
			break;
		units -= u;
		at += n;
	}
	return at;
}

void
text_escape(struct buf *b, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		switch (s[i]) {
		case '&':
			buf_adds(b, "&amp;");
			break;
		case '<':
			buf_adds(b, "&lt;");
			break;
		case '>':
			buf_adds(b, "&gt;");
			break;
		default:
			buf_addc(b, s[i]);
		}
}

/*
 * Every step only lengthens, so of `raw` no more than `units` characters (of
 * at most four bytes) can show; one more tells that it was cut.
 */
static void
slack(struct buf *b, const char *raw, size_t units, bool code)
{
	struct buf	 start = BUF_EMPTY, soft = BUF_EMPTY, hard = BUF_EMPTY;
	size_t		 len = strnlen(raw, 4 * units + 4);

	buf_add(&start, raw, len);
	text_defang(&soft, buf_text(&start));
	for (size_t i = 0; code && i < soft.len; i++)
		if (soft.data[i] == '`')
			soft.data[i] = '\'';
	text_escape(&hard, buf_text(&soft), soft.len);
	if (text_units(buf_text(&hard), hard.len) <= units) {
		buf_add(b, buf_text(&hard), hard.len);
	} else {
		buf_add(b, hard.data,
		    text_cut(hard.data, hard.len, units > 3 ? units - 3 : 0));
		buf_adds(b, units > 3 ? "..." : "");
	}
	buf_release(&hard);
	buf_release(&soft);
	buf_release(&start);
}

void
text_slack(struct buf *b, const char *s, size_t units)
{
	slack(b, s, units, false);
}

void
text_slack_code(struct buf *b, const char *s, size_t units)
{
	if (*s == '\0' || units < 3)
		return;		/* two backticks alone would show as such */
	buf_addc(b, '`');
	slack(b, s, units - 2, true);
	buf_addc(b, '`');
}

void
text_slack_quiet(struct buf *b, const char *s, size_t units)
{
	const char *colon = strchr(s, ':');

	if (strpbrk(s, "*_~`@#") != NULL ||
	    (colon != NULL && strchr(colon + 1, ':') != NULL))
		text_slack_code(b, s, units);
	else
		text_slack(b, s, units);
}

void
text_percent(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++)
		if (isalnum((unsigned char)*s) || strchr("-._~", *s) != NULL)
			buf_addc(b, *s);
		else
			buf_addf(b, "%%%02X", (unsigned char)*s);
}

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

size_t
text_cut(const char *s, size_t len, size_t units)
{
	size_t		at = 0, n, u;
	uint32_t	code;

	while (at < len) {
		n = utf8_next((const uint8_t *)s + at, len - at, &code);
		u = n == 4 ? 2 : 1;
		if (u > units)
			break;
		units -= u;
		at += n != 0 ? n : 1;
	}
	return at;
}

/* ---- styles -------------------------------------------------------------- */

struct entity { char c; const char *instead; };

static const struct entity slack_entities[] = { { '&', "&amp;" },
	{ '<', "&lt;" }, { '>', "&gt;" }, { '\0', NULL } };
static const struct entity html_entities[] = { { '&', "&amp;" },
	{ '<', "&lt;" }, { '>', "&gt;" }, { '"', "&quot;" },
	{ '\'', "&#39;" }, { '\0', NULL } };
/* Mentions of everybody notify; nothing visible ends them otherwise. */
static const struct entity mattermost_entities[] = {
	{ '@', "@\xe2\x80\x8b" }, { '\0', NULL } };

static const struct style {
	const struct entity *entities;	/* or NULL */
	const char	*slashed;	/* escaped by a backslash */
	const char	*open, *close;	/* of code */
	bool		 code_escapes;	/* the entities hold in code too */
	const char	*acts;		/* characters without any escape */
} styles[TEXT_STYLES] = {
	[TEXT_PLAIN] = { NULL, "", "", "", false, "" },
	[TEXT_HTML] = { html_entities, "", "<code>", "</code>", true, "" },
	[TEXT_SLACK] = { slack_entities, "", "`", "`", true, "*_~`@#" },
	[TEXT_DISCORD] = { NULL, "\\*_~|<>[]()#`:@-", "`", "`", false, "" },
	[TEXT_TEAMS] = { NULL, "\\*_[]()#`~<>", "", "", false, "" },
	[TEXT_MATTERMOST] = { mattermost_entities, "\\*_~|<>[]()#`:!", "`",
	    "`", true, "" },
};

/* One character of valid, visible text as the style writes it. */
static void
add_escaped(struct buf *b, const char *s, size_t n, const struct style *style,
    bool code)
{
	const struct entity *e = style->entities;
	bool	ticks = code && strcmp(style->open, "`") == 0;

	if (ticks && *s == '`') {
		buf_addc(b, '\'');
		return;
	}
	for (; e != NULL && e->c != '\0' && (!code || style->code_escapes); e++)
		if (e->c == *s) {
			buf_adds(b, e->instead);
			return;
		}
	if (!ticks && *s != '\0' && strchr(style->slashed, *s) != NULL)
		buf_addc(b, '\\');
	buf_add(b, s, n);
}

/* Appends what fits, and "..." instead of the rest. */
static void
add_fitting(struct buf *b, const struct buf *soft, size_t units,
    const struct style *style, bool code)
{
	struct buf	 hard = BUF_EMPTY;
	const char	*s = buf_text(soft);
	size_t		 left = soft->len, n, dots = units > 3 ? 3 : 0;
	size_t		 short_at = 0, used = 0, before;
	uint32_t	 point;

	for (; left > 0; s += n, left -= n) {
		n = utf8_next((const uint8_t *)s, left, &point);
		n = n != 0 ? n : 1;
		before = hard.len;
		add_escaped(&hard, s, n, style, code);
		used += text_units(hard.data + before, hard.len - before);
		if (used > units) {
			buf_add(b, buf_text(&hard), short_at);
			buf_add(b, "...", dots);
			buf_release(&hard);
			return;
		}
		if (used + dots <= units)
			short_at = hard.len;
	}
	buf_add(b, buf_text(&hard), hard.len);
	buf_release(&hard);
}

/*
 * Every step only lengthens, so of `raw` no more than `units` characters (of
 * at most four bytes) can show; one more tells that it was cut.
 */
static void
put(struct buf *b, const char *raw, size_t units, const struct style *style,
    bool code)
{
	struct buf	 start = BUF_EMPTY, soft = BUF_EMPTY;

	buf_add(&start, raw, strnlen(raw, 4 * units + 4));
	text_defang(&soft, buf_text(&start));
	add_fitting(b, &soft, units, style, code);
	buf_release(&soft);
	buf_release(&start);
}

void
text_put(struct buf *b, const char *s, size_t units, enum text_style style)
{
	put(b, s, units, &styles[style], false);
}

void
text_put_code(struct buf *b, const char *s, size_t units,
    enum text_style which)
{
	const struct style *style = &styles[which];
	size_t	marks = strlen(style->open) + strlen(style->close);

	if (*s == '\0' || units <= marks)
		return;		/* two marks alone would show as such */
	buf_adds(b, style->open);
	put(b, s, units - marks, style, marks > 0);
	buf_adds(b, style->close);
}

void
text_put_quiet(struct buf *b, const char *s, size_t units,
    enum text_style style)
{
	const char *colon = strchr(s, ':');

	if (styles[style].acts[0] != '\0' &&
	    (strpbrk(s, styles[style].acts) != NULL ||
	    (colon != NULL && strchr(colon + 1, ':') != NULL)))
		text_put_code(b, s, units, style);
	else
		text_put(b, s, units, style);
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

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * expr - match expressions of the configuration, as JSON for SQL.
 * Takes: text and the keys it may use.  Gives: JSON, or what is wrong.
 * Runs in: every process (checked with the config), queue.
 */
#include "base/expr.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/str.h"
#include "base/vis.h"

struct reader {
	const char	*at;
	const char	*const *keys;
	char		*why;
	size_t		 room;
	unsigned int	 depth;
};

static int either(struct reader *, struct buf *);

static int __attribute__((format(printf, 2, 3)))
wrong(struct reader *r, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(r->why, r->room, fmt, ap);
	va_end(ap);
	return -1;
}

static void
blanks(struct reader *r)
{
	while (*r->at == ' ' || *r->at == '\t')
		r->at++;
}

/* Length of the bare word that starts here. */
static size_t
word_len(const struct reader *r)
{
	return strcspn(r->at, " \t()");
}

static bool
word_is(const struct reader *r, const char *word)
{
	return word_len(r) == strlen(word) &&
	    strncmp(r->at, word, strlen(word)) == 0;
}

static bool
take(struct reader *r, const char *word)
{
	blanks(r);
	if (!word_is(r, word))
		return false;
	r->at += strlen(word);
	blanks(r);
	return true;
}

/* LIKE's pattern in a JSON string: what is special to LIKE is escaped by a
 * backslash, which JSON doubles. */
static int
add_pattern(struct reader *r, struct buf *out, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		char c = (char)tolower((unsigned char)s[i]);

		if (!isgraph((unsigned char)c) || strchr("\"\\'", c) != NULL)
			return wrong(r, "a pattern may not hold \"%s\"",
			    vis((char[]){ c, '\0' }));
		if (c == '*')
			buf_addc(out, '%');
		else if (c == '?')
			buf_addc(out, '_');
		else if (c == '%' || c == '_')
			buf_addf(out, "\\\\%c", c);
		else
			buf_addc(out, c);
	}
	return 0;
}

static int
test(struct reader *r, struct buf *out)
{
	size_t		 len = word_len(r), key_len;
	const char	*s = r->at, *colon = memchr(s, ':', len);
	size_t		 k = 0;

	key_len = colon != NULL ? (size_t)(colon - s) : 0;
	while (colon != NULL && r->keys[k] != NULL &&
	    !(strlen(r->keys[k]) == key_len &&
	    strncmp(r->keys[k], s, key_len) == 0))
		k++;
	if (r->keys[k] == NULL)
		return wrong(r, "\"%.*s\" is none of the keys", (int)key_len,
		    s);
	if (colon != NULL) {
		s = colon + 1;
		len -= key_len + 1;
	}
	if (len == 0)
		return wrong(r, "a pattern is missing");
	buf_addf(out, "{\"key\":\"%s\",\"like\":\"", r->keys[k]);
	if (add_pattern(r, out, s, len) == -1)
		return -1;
	buf_adds(out, "\"}");
	r->at = s + len;
	return 0;
}

static int
factor(struct reader *r, struct buf *out)
{
	int rc;

	blanks(r);
	if (++r->depth > EXPR_DEPTH_MAX)
		return wrong(r, "it is nested too deeply");
	if (take(r, "not")) {
		buf_adds(out, "{\"not\":");
		rc = factor(r, out);
		buf_addc(out, '}');
	} else if (*r->at == '(') {
		r->at++;
		rc = either(r, out);
		blanks(r);
		if (rc == 0 && *r->at != ')')
			rc = wrong(r, "a \")\" is missing");
		r->at += rc == 0;
	} else if (*r->at == '\0' || *r->at == ')' || word_is(r, "and") ||
	    word_is(r, "or")) {
		rc = wrong(r, "a test is missing");
	} else {
		rc = test(r, out);
	}
	r->depth--;
	return rc;
}

static int
every(struct reader *r, struct buf *out)
{
	buf_adds(out, "{\"all\":[");
	for (bool first = true;; first = false) {
		buf_adds(out, first ? "" : ",");
		if (factor(r, out) == -1)
			return -1;
		if (take(r, "and"))
			continue;
		blanks(r);
		if (*r->at == '\0' || *r->at == ')' || word_is(r, "or"))
			break;
	}
	buf_adds(out, "]}");
	return 0;
}

static int
either(struct reader *r, struct buf *out)
{
	buf_adds(out, "{\"any\":[");
	do {
		if (out->data[out->len - 1] != '[')
			buf_addc(out, ',');
		if (every(r, out) == -1)
			return -1;
	} while (take(r, "or"));
	buf_adds(out, "]}");
	return 0;
}

int
expr_compile(const char *text, const char *const *keys, struct buf *out,
    char *why, size_t room)
{
	struct buf	 own = BUF_EMPTY;
	struct reader	 r = { .at = text, .keys = keys, .why = why,
	    .room = room };
	int		 rc = either(&r, &own);

	if (rc == 0 && *r.at != '\0')
		rc = wrong(&r, "\")\" without \"(\"");
	if (rc == 0 && out != NULL)
		buf_add(out, own.data, own.len);
	buf_release(&own);
	return rc;
}

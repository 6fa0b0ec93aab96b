/* SPDX-License-Identifier: Apache-2.0 */
/*
 * toml - TOML 1.0, read once from front to end.
 * Takes: text without NUL bytes.  Gives: tables and strings, in order.
 * Runs in: the command.
 *
 * What only matters to who keeps the document is not checked: that a key
 * stands twice, or that a number has digits in the right places.
 */
#include "deps/toml.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/str.h"
#include "base/vis.h"

struct reader {
	const char	*at, *end;
	size_t		 line;
	unsigned int	 depth;
	const char	*why;
	const struct toml_handler *handler;
	struct buf	 path;		/* of the value being read */
	struct buf	 value;
};

static int value_read(struct reader *);

static int
wrong(struct reader *r, const char *why)
{
	r->why = why;
	return -1;
}

static bool
more(const struct reader *r)
{
	return r->at < r->end;
}

static bool
next_is(const struct reader *r, const char *s)
{
	size_t n = strlen(s);

	return (size_t)(r->end - r->at) >= n && memcmp(r->at, s, n) == 0;
}

static bool
take(struct reader *r, char c)
{
	if (!more(r) || *r->at != c)
		return false;
	r->at++;
	return true;
}

static void
blanks(struct reader *r)
{
	while (more(r) && (*r->at == ' ' || *r->at == '\t'))
		r->at++;
}

static void
comment(struct reader *r)
{
	if (more(r) && *r->at == '#')
		while (more(r) && *r->at != '\n')
			r->at++;
}

/* Blanks, comments and ends of lines. */
static void
space(struct reader *r)
{
	for (;;) {
		blanks(r);
		comment(r);
		if (next_is(r, "\r\n"))
			r->at++;
		if (!take(r, '\n'))
			return;
		r->line++;
	}
}

static int
line_end(struct reader *r)
{
	blanks(r);
	comment(r);
	if (next_is(r, "\r\n"))
		r->at++;
	if (more(r) && *r->at != '\n')
		return wrong(r, "something stands behind the value");
	return 0;
}

/* ---- strings ------------------------------------------------------------- */

static int
hex_read(struct reader *r, unsigned int digits)
{
	uint32_t code = 0;

	for (; digits > 0; digits--) {
		const char *at = more(r) ? strchr("0123456789abcdef",
		    *r->at | 32) : NULL;

		if (at == NULL || *at == '\0' || *r->at < '0')
			return wrong(r, "an escape without its digits");
		code = code << 4 | (uint32_t)(at - "0123456789abcdef");
		r->at++;
	}
	utf8_add(&r->value, code);
	return 0;
}

static int
escape(struct reader *r)
{
	static const char from[] = "btnfre\"\\", to[] = "\b\t\n\f\r\033\"\\";
	const char *at;
	char c;

	if (!more(r))
		return wrong(r, "a string does not end");
	c = *r->at++;
	if (c == 'u' || c == 'U')
		return hex_read(r, c == 'u' ? 4 : 8);
	if ((at = strchr(from, c)) == NULL)
		return wrong(r, "an escape that TOML does not know");
	buf_addc(&r->value, to[at - from]);
	return 0;
}

/* After a backslash at a line's end all blanks and lines are left out. */
static bool
line_joined(struct reader *r)
{
	const char *at = r->at;

	while (at < r->end && (*at == ' ' || *at == '\t' || *at == '\r'))
		at++;
	if (at == r->end || *at != '\n')
		return false;
	for (; at < r->end && strchr(" \t\r\n", *at) != NULL; at++)
		r->line += *at == '\n';
	r->at = at;
	return true;
}

/* From behind the opening quotes; `quote` is one of ", ', """ and '''. */
static int
string_body(struct reader *r, const char *quote)
{
	bool long_one = quote[1] != '\0', raw = *quote == '\'';

	buf_reset(&r->value);
	if (long_one && next_is(r, "\r\n"))
		r->at++;
	if (long_one && take(r, '\n'))
		r->line++;
	while (more(r)) {
		if (next_is(r, quote)) {
			r->at += strlen(quote);
			/* One or two more quotes belong to the text. */
			while (long_one && more(r) && *r->at == *quote) {
				buf_addc(&r->value, *quote);
				r->at++;
			}
			return 0;
		}
		if (r->value.len >= DEPS_LINE_MAX)
			return wrong(r, "a string is too long");
		if (*r->at == '\n' && !long_one)
			return wrong(r, "a string does not end on its line");
		r->line += *r->at == '\n';
		if (*r->at == '\\' && !raw) {
			r->at++;
			if (!(long_one && line_joined(r)) && escape(r) == -1)
				return -1;
			continue;
		}
		buf_addc(&r->value, *r->at++);
	}
	return wrong(r, "a string does not end");
}

static int
string_read(struct reader *r)
{
	static const char *const quotes[] = { "\"\"\"", "'''", "\"", "'" };

	for (size_t i = 0; i < ARRAY_LEN(quotes); i++)
		if (next_is(r, quotes[i])) {
			r->at += strlen(quotes[i]);
			return string_body(r, quotes[i]);
		}
	return wrong(r, "a string is missing");
}

/* ---- keys ---------------------------------------------------------------- */

static int
key_part(struct reader *r)
{
	const char *from = r->at;

	if (next_is(r, "\"") || next_is(r, "'")) {
		if (string_read(r) == -1)
			return -1;
		buf_adds(&r->path, buf_text(&r->value));
		return 0;
	}
	while (more(r) && strchr("0123456789abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ_-", *r->at) != NULL)
		r->at++;
	if (r->at == from)
		return wrong(r, "a key is missing");
	buf_add(&r->path, from, (size_t)(r->at - from));
	return 0;
}

/* "a", "a.b", "a.'b c'"; appended to the path. */
static int
key_read(struct reader *r)
{
	for (;;) {
		blanks(r);
		if (key_part(r) == -1)
			return -1;
		if (r->path.len > DEPS_LINE_MAX)
			return wrong(r, "a key is too long");
		blanks(r);
		if (!take(r, '.'))
			return 0;
		buf_addc(&r->path, '.');
	}
}

static void
path_cut(struct reader *r, size_t len)
{
	r->path.len = len;
	if (r->path.data != NULL)
		r->path.data[len] = '\0';
}

static int
pair_read(struct reader *r)
{
	if (key_read(r) == -1)
		return -1;
	if (!take(r, '='))
		return wrong(r, "a \"=\" is missing");
	blanks(r);
	return value_read(r);
}

/* ---- values -------------------------------------------------------------- */

static int
array_read(struct reader *r)
{
	size_t	len = r->path.len;
	int	rc;

	buf_adds(&r->path, "[]");
	for (;;) {
		space(r);
		if (take(r, ']'))
			break;
		if ((rc = value_read(r)) != 0)
			return rc;
		space(r);
		if (!take(r, ',') && !(more(r) && *r->at == ']'))
			return wrong(r, "an array does not end");
	}
	path_cut(r, len);
	return 0;
}

/* Lines may end within, as newer versions of TOML allow. */
static int
inline_table_read(struct reader *r)
{
	size_t	len = r->path.len;
	int	rc;

	space(r);
	while (!take(r, '}')) {
		buf_addc(&r->path, '.');
		if ((rc = pair_read(r)) != 0)
			return rc;
		path_cut(r, len);
		space(r);
		if (!take(r, ',') && !(more(r) && *r->at == '}'))
			return wrong(r, "an inline table does not end");
		space(r);
	}
	return 0;
}

static void
scalar_part(struct reader *r)
{
	while (more(r) && strchr("0123456789abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ_-+.:", *r->at) != NULL)
		r->at++;
}

/* Numbers, times and truth: up to where they end. */
static int
scalar_read(struct reader *r)
{
	const char *from = r->at;

	scalar_part(r);
	/* A date and a time may have a blank between them. */
	if (r->at - from == 10 && from[4] == '-' && r->end - r->at > 3 &&
	    *r->at == ' ' && r->at[3] == ':') {
		r->at++;
		scalar_part(r);
	}
	return r->at > from ? 0 : wrong(r, "a value is missing");
}

static int
value_read(struct reader *r)
{
	int	rc;
	size_t	line = r->line;

	if (++r->depth > DEPS_NESTING_MAX)
		return wrong(r, "it is nested too deeply");
	if (!more(r))
		rc = wrong(r, "a value is missing");
	else if (*r->at == '"' || *r->at == '\'') {
		rc = string_read(r);
		if (rc == 0)
			rc = r->handler->text(r->handler->ctx,
			    buf_text(&r->path), buf_text(&r->value), line);
	} else if (take(r, '['))
		rc = array_read(r);
	else if (take(r, '{'))
		rc = inline_table_read(r);
	else
		rc = scalar_read(r);
	r->depth--;
	return rc;
}

/* ---- the document -------------------------------------------------------- */

static int
header_read(struct reader *r)
{
	bool	array = next_is(r, "[[");
	size_t	line = r->line;

	r->at += array ? 2 : 1;
	if (key_read(r) == -1)
		return -1;
	if (!take(r, ']') || (array && !take(r, ']')))
		return wrong(r, "a \"]\" is missing");
	return r->handler->table(r->handler->ctx, buf_text(&r->path), array,
	    line);
}

int
toml_read(const char *text, size_t len, const struct toml_handler *handler,
    size_t *line, const char **why)
{
	struct reader	r = { .at = text, .end = text + len, .line = 1,
	    .handler = handler };
	int		rc = 0;

	for (;;) {
		space(&r);
		if (rc != 0 || !more(&r))
			break;
		buf_reset(&r.path);
		rc = *r.at == '[' ? header_read(&r) : pair_read(&r);
		if (rc == 0)
			rc = line_end(&r);
		if (rc != 0)
			break;
	}
	buf_release(&r.path);
	buf_release(&r.value);
	*line = r.line;
	*why = r.why;
	return rc;
}

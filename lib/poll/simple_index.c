/* SPDX-License-Identifier: Apache-2.0 */
/*
 * simple_index - the list of all projects of an index.
 * Takes: the text of /simple/ as JSON, piece by piece.  Gives: names and
 * serials.
 * Runs in: poll.
 *
 * The parser holds one token at most; a token longer than any honest one, and
 * nesting deeper than the document's three levels, end the reading.
 */
#include "poll/simple_index.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yajl/yajl_parse.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/vis.h"
#include "poll/site.h"

#define SLICE 4096		/* the least that the token guard sees */
#define DEPTH_MAX 8		/* later versions may nest deeper than three */

/* Where the value stands that comes next. */
enum place { PLACE_OTHER, PLACE_META, PLACE_PROJECTS };

struct simple_index_reader {
	yajl_handle	 yajl;
	void		(*project)(void *, const char *, int64_t);
	void		*ctx;
	struct simple_index out;
	unsigned int	 depth;		/* open objects and arrays */
	enum place	 place;		/* below the root */
	char		 key[32];	/* the last one, "" when longer */
	char		 name[PROJECT_NAME_MAX + 1];
	int64_t		 serial;
	bool		 listed;	/* "projects" was an array */
	bool		 unknown;	/* of a major version we do not know */
	size_t		 since_token;	/* bytes since the last one */
};

static void
reader_fail(struct simple_index_reader *r, const char *why)
{
	if (r->out.error[0] == '\0')
		vis_copy(r->out.error, sizeof(r->out.error), why);
}

static void
project_end(struct simple_index_reader *r)
{
	r->out.projects++;
	if (!site_is_project(r->name)) {
		r->out.unreadable++;
		return;
	}
	if (r->serial > r->out.largest)
		r->out.largest = r->serial;
	r->project(r->ctx, r->name, r->serial);
}

static int
on_open(struct simple_index_reader *r, bool array)
{
	r->since_token = 0;
	if (++r->depth > DEPTH_MAX) {
		reader_fail(r, "the JSON is nested too deep");
		return 0;
	}
	if (r->depth == 2 && array && strcmp(r->key, "projects") == 0) {
		r->place = PLACE_PROJECTS;
		r->listed = true;
	} else if (r->depth == 2)
		r->place = !array && strcmp(r->key, "meta") == 0 ?
		    PLACE_META : PLACE_OTHER;
	if (r->depth == 3) {
		r->name[0] = '\0';
		r->serial = -1;
	}
	r->key[0] = '\0';
	return 1;
}

static int
on_close(struct simple_index_reader *r, bool array)
{
	r->since_token = 0;
	if (r->depth == 3 && !array && r->place == PLACE_PROJECTS)
		project_end(r);
	if (r->depth == 2)
		r->place = PLACE_OTHER;
	r->depth--;
	r->key[0] = '\0';
	return 1;
}

static int
on_map(void *ctx)
{
	return on_open(ctx, false);
}

static int
on_map_end(void *ctx)
{
	return on_close(ctx, false);
}

static int
on_array(void *ctx)
{
	return on_open(ctx, true);
}

static int
on_array_end(void *ctx)
{
	return on_close(ctx, true);
}

/* A text that does not fit, or holds a NUL, counts as "". */
static void
text_take(char *out, size_t room, const unsigned char *s, size_t len)
{
	if (len >= room || memchr(s, '\0', len) != NULL)
		len = 0;
	memcpy(out, s, len);
	out[len] = '\0';
}

static int
on_key(void *ctx, const unsigned char *s, size_t len)
{
	struct simple_index_reader *r = ctx;

	r->since_token = 0;
	text_take(r->key, sizeof(r->key), s, len);
	return 1;
}

static int
on_string(void *ctx, const unsigned char *s, size_t len)
{
	struct simple_index_reader *r = ctx;

	r->since_token = 0;
	if (r->depth == 3 && r->place == PLACE_PROJECTS &&
	    strcmp(r->key, "name") == 0)
		text_take(r->name, sizeof(r->name), s, len);
	else if (r->depth == 2 && r->place == PLACE_META &&
	    strcmp(r->key, "api-version") == 0 &&
	    (len < 2 || memcmp(s, "1.", 2) != 0))
		r->unknown = true;	/* PEP 629: a greater major version */
	return 1;
}

static int
on_integer(void *ctx, long long n)
{
	struct simple_index_reader *r = ctx;

	r->since_token = 0;
	if (n < 0 || strcmp(r->key, "_last-serial") != 0)
		return 1;
	if (r->depth == 3 && r->place == PLACE_PROJECTS)
		r->serial = n;
	else if (r->depth == 2 && r->place == PLACE_META)
		r->out.serial = n;
	return 1;
}

static int
on_nothing(void *ctx)
{
	((struct simple_index_reader *)ctx)->since_token = 0;
	return 1;
}

static int
on_boolean(void *ctx, int value)
{
	(void)value;
	return on_nothing(ctx);
}

static int
on_double(void *ctx, double value)
{
	(void)value;
	return on_nothing(ctx);
}

struct simple_index_reader *
simple_index_reader_new(void (*project)(void *, const char *, int64_t),
    void *ctx)
{
	static const yajl_callbacks callbacks = { .yajl_null = on_nothing,
	    .yajl_boolean = on_boolean, .yajl_integer = on_integer,
	    .yajl_double = on_double, .yajl_string = on_string,
	    .yajl_start_map = on_map, .yajl_map_key = on_key,
	    .yajl_end_map = on_map_end, .yajl_start_array = on_array,
	    .yajl_end_array = on_array_end };
	struct simple_index_reader *r = mem_alloc(sizeof(*r));

	r->project = project;
	r->ctx = ctx;
	r->out.serial = r->out.largest = r->serial = -1;
	r->yajl = yajl_alloc(&callbacks, NULL, r);
	if (r->yajl == NULL)
		mem_exhausted(sizeof(*r));
	return r;
}

void
simple_index_reader_free(struct simple_index_reader *r)
{
	if (r == NULL)
		return;
	yajl_free(r->yajl);
	free(r);
}

static void
yajl_fault(struct simple_index_reader *r, const unsigned char *s, size_t len)
{
	unsigned char	*text = yajl_get_error(r->yajl, 0, s, len);
	char		 line[128];

	snprintf(line, sizeof(line), "not JSON: %.*s", text != NULL ?
	    (int)strcspn((const char *)text, "\n") : 0,
	    text != NULL ? (const char *)text : "");
	yajl_free_error(r->yajl, text);
	reader_fail(r, line);
}

int
simple_index_feed(struct simple_index_reader *r, const void *bytes, size_t len)
{
	const unsigned char *s = bytes;
	size_t n;

	for (; len > 0 && r->out.error[0] == '\0'; s += n, len -= n) {
		n = len < SLICE ? len : SLICE;
		r->since_token += n;
		if (r->since_token > SIMPLE_TOKEN_MAX)
			reader_fail(r, "a text in the JSON is too long");
		else if (yajl_parse(r->yajl, s, n) != yajl_status_ok)
			yajl_fault(r, s, n);
	}
	return r->out.error[0] == '\0' ? 0 : -1;
}

void
simple_index_end(struct simple_index_reader *r, struct simple_index *out)
{
	if (r->out.error[0] == '\0' &&
	    yajl_complete_parse(r->yajl) != yajl_status_ok)
		reader_fail(r, "the JSON ends too early");
	else if (r->unknown || !r->listed)
		reader_fail(r, "the JSON is no list of projects of Simple "
		    "API 1.x");
	*out = r->out;
}

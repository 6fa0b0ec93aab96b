/* SPDX-License-Identifier: Apache-2.0 */
/*
 * popular - a list of the most downloaded projects, from any URL.
 * Takes: a URL; JSON.  Gives: lines of rank, name, downloads.
 * Runs in: poll, the command.
 */
#include "poll/popular.h"
#include "poll/json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/http.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"

static const json_t *
either(const json_t *row, const char *first, const char *second)
{
	const json_t *v = json_object_get(row, first);

	return v != NULL ? v : json_object_get(row, second);
}

/* What has a place in a line of the list; the rest is judged later. */
static bool
is_word(const char *s)
{
	size_t n = strlen(s);

	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] <= ' ' || s[i] == 0x7f || s[i] == '#')
			return false;
	return n > 0 && n <= PROJECT_NAME_MAX;
}

static int
row_add(const json_t *row, size_t rank, struct buf *lines, struct fault *why)
{
	const json_t	*name = either(row, "project", "name");
	const json_t	*downloads = either(row, "download_count", "downloads");
	double		 n = json_number_value(downloads);

	if (!json_is_string(name) || !is_word(json_string_value(name)))
		return fault_set(why, TASK_NEVER,
		    "row %zu names no project", rank), -1;
	if (downloads != NULL && (!json_is_number(downloads) || n < 0 ||
	    n > 1e15))
		return fault_set(why, TASK_NEVER,
		    "row %zu: its downloads are no number", rank), -1;
	buf_addf(lines, "%zu\t%s\t%" PRId64 "\n", rank,
	    json_string_value(name), (int64_t)n);
	return 0;
}

static int
rows_add(const json_t *rows, struct buf *lines, size_t *n, struct fault *why)
{
	*n = json_array_size(rows);
	if (!json_is_array(rows))
		return fault_set(why, TASK_NEVER, "it has no rows"), -1;
	if (*n > POPULAR_ROWS_MAX)
		return fault_set(why, TASK_NEVER, "it has %zu rows, more than "
		    "%d", *n, POPULAR_ROWS_MAX), -1;
	for (size_t i = 0; i < *n; i++)
		if (row_add(json_array_get(rows, i), i + 1, lines, why) == -1)
			return -1;
	return 0;
}

int
popular_parse(const char *text, size_t len, struct buf *lines, size_t *n,
    struct fault *why)
{
	json_t	*root = json_value(text, len, TASK_NEVER, why);
	int	 rc;

	*n = 0;
	if (root == NULL)
		return -1;
	rc = rows_add(json_is_array(root) ? root : json_object_get(root,
	    "rows"), lines, n, why);
	json_decref(root);
	return rc;
}

/* ---- fetching ------------------------------------------------------------ */

static void
on_answer(void *ctx, const struct http_answer *a)
{
	struct popular_ask	*ask = ctx;
	struct buf		 lines = BUF_EMPTY;
	struct fault		 fault = { 0 };
	char			 why[FAULT_TEXT_MAX] = "";
	size_t			 n;

	if (a->result != HTTP_OK)
		(void)!snprintf(why, sizeof(why), "%s", a->error);
	else if (a->status != 200)
		(void)!snprintf(why, sizeof(why), "HTTP status %ld", a->status);
	else if (popular_parse(a->body, a->body_len, &lines, &n, &fault) == -1)
		(void)!snprintf(why, sizeof(why), "%s", fault.text);
	ask->done(ask->ctx, why[0] == '\0' ? &lines : NULL, why);
	buf_release(&lines);
	free(ask);
}

void
popular_fetch(const struct popular_ask *wanted)
{
	struct popular_ask *ask = mem_alloc(sizeof(*ask));

	*ask = *wanted;
	(void)http_send(ask->http, &(struct http_ask){ .url = ask->url,
	    .compressed = true, .follow = true,
	    .allow_plain = str_starts(ask->url, "http://"),
	    .body_most = POPULAR_JSON_MAX,
	    .timeout_ms = ask->timeout_s * 1000, .done = on_answer,
	    .ctx = ask });
}

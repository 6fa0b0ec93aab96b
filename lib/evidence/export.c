/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export - what the formats share.
 * Takes: a detection as JSON.  Gives: its parts, in an order of their own.
 * Runs in: the command.  Pure.
 */
#include "evidence/export.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"

const char *
export_text(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	return s != NULL ? s : "";
}

json_t *
export_visible(const char *s)
{
	char	*visible = vis_dup(s, strlen(s));
	json_t	*out = json_string(visible);

	free(visible);
	return out != NULL ? out : json_string("");
}

bool
export_is_pypi(const json_t *d)
{
	return str_equal(export_text(d, "index"), "pypi");
}

/* ---- indicators --------------------------------------------------------- */

struct found {
	const char *type, *value;
};

static int
found_order(const void *a, const void *b)
{
	const struct found *x = a, *y = b;
	int n = strcmp(x->type, y->type);

	return n != 0 ? n : strcmp(x->value, y->value);
}

static size_t
found_count(const json_t *files)
{
	const json_t	*file;
	size_t		 i, n = 0;

	json_array_foreach(files, i, file)
		n += json_array_size(json_object_get(json_object_get(file,
		    "object"), "indicators"));
	return n;
}

void
export_indicators(const json_t *d,
    void (*each)(void *, const char *, const char *), void *ctx)
{
	const json_t	*files = json_object_get(d, "files"), *file, *one;
	struct found	*list = mem_array(found_count(files) + 1,
			    sizeof(*list));
	size_t		 i, k, n = 0;

	json_array_foreach(files, i, file) {
		if (!json_is_true(json_object_get(file, "alert")))
			continue;
		json_array_foreach(json_object_get(json_object_get(file,
		    "object"), "indicators"), k, one)
			list[n++] = (struct found){ export_text(one, "type"),
			    export_text(one, "value") };
	}
	qsort(list, n, sizeof(*list), found_order);
	for (i = 0; i < n; i++)
		if (*list[i].value != '\0' && (i == 0 ||
		    found_order(&list[i - 1], &list[i]) != 0))
			each(ctx, list[i].type, list[i].value);
	free(list);
}

/* ---- names -------------------------------------------------------------- */

/* As a purl's part: what it may not hold is percent-encoded. */
static void
part_add(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++)
		if (isalnum((unsigned char)*s) || strchr("-._~", *s) != NULL)
			buf_addc(b, *s);
		else
			buf_addf(b, "%%%02X", (unsigned char)*s);
}

char *
export_purl(const json_t *d)
{
	struct buf b = BUF_EMPTY;

	buf_adds(&b, "pkg:pypi/");
	part_add(&b, export_text(d, "normalized"));
	buf_addc(&b, '@');
	part_add(&b, export_text(d, "version"));
	return buf_steal(&b);
}

void
vector_add(const json_t *vector, struct buf *out)
{
	char *text = json_dumps(vector, JSON_COMPACT | JSON_SORT_KEYS |
	    JSON_REAL_PRECISION(4));

	if (text == NULL)
		mem_exhausted(0);
	buf_addf(out, "%s\n", text);
	free(text);
}

void
export_print(const json_t *object, struct buf *out)
{
	char *text = json_dumps(object, JSON_COMPACT);

	if (text == NULL)
		mem_exhausted(0);
	buf_adds(out, text);
	free(text);
}

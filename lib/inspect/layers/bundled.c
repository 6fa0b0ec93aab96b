/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bundled - does an encoded program stand in the package as source, too?
 *
 * Builders put a package's own modules into one file as a literal.  What is in
 * it hides nothing where each line stands in a module that was looked at, and
 * follows there the same line, unless it begins at the margin: functions keep
 * their bodies, and nothing that was called nowhere comes to be called.
 *
 * Takes: encoded programs as they are found; modules, once all were seen.
 * Gives: takes a finding back.
 * Runs in: worker child, command.  At most BUNDLED_SEARCH bytes are searched.
 */
#include "inspect/layers/bundled.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "inspect/package/package.h"

struct line {
	const uint8_t	*at;
	size_t		 len;		/* without blanks at its end */
};

struct search {
	const struct inspection *in;
	const struct bundled *b;
	const struct held *file;	/* where the last line stood, or NULL */
	const uint8_t	*next;		/* ... and what comes behind it */
	size_t		 left;		/* bytes that may still be searched */
};

/* The next line that is not empty; false: there is none. */
static bool
next_line(const uint8_t **at, const uint8_t *end, struct line *out)
{
	while (*at < end) {
		const uint8_t *stop = memchr(*at, '\n', (size_t)(end - *at));

		stop = stop != NULL ? stop : end;
		*out = (struct line){ *at, (size_t)(stop - *at) };
		*at = stop < end ? stop + 1 : end;
		while (out->len > 0 && strchr(" \t\r", out->at[out->len - 1]) !=
		    NULL)
			out->len--;
		if (out->len != 0)
			return true;
	}
	return false;
}

static bool
is_same(const struct line *a, const struct line *b)
{
	return a->len == b->len && memcmp(a->at, b->at, a->len) == 0;
}

/* At the margin of that module. */
static bool
find_in(struct search *s, const struct held *h, const struct line *line)
{
	const uint8_t *at = h->data, *end = h->data + h->size, *next;
	struct line found;

	while ((at = memmem(at, (size_t)(end - at), line->at, line->len)) !=
	    NULL) {
		next = at;
		if ((at == h->data || at[-1] == '\n') &&
		    next_line(&next, end, &found) && is_same(&found, line)) {
			s->file = h;
			s->next = next;
			return true;
		}
		at++;
	}
	return false;
}

static bool
find(struct search *s, const struct line *line)
{
	const struct package *p = s->in->package;

	if (*line->at == ' ' || *line->at == '\t')
		return false;
	for (size_t i = 0; i < p->n; i++) {
		const struct held *h = &p->files[i];

		if (h->kind != VIEW_PYTHON || h->module == NULL ||
		    h->context == CONTEXT_TEST ||
		    str_equal(h->path, s->b->path))
			continue;
		if (h->size > s->left)
			return false;
		s->left -= h->size;
		if (find_in(s, h, line))
			return true;
	}
	return false;
}

/* "PK pkg/a.py pkg/b.py": files of the package, and no word beside them. */
static bool
lists_files(const struct package *p, const struct line *line)
{
	size_t files = 0;

	for (size_t i = 0, n; i < line->len; i += n + 1) {
		char name[ENTRY_PATH_MAX + 1];

		for (n = 0; i + n < line->len && line->at[i + n] != ' '; n++)
			continue;
		if (n <= 2)
			continue;
		if (n > ENTRY_PATH_MAX)
			return false;
		memcpy(name, line->at + i, n);
		name[n] = '\0';
		if (package_file(p, name) == NULL)
			return false;
		files++;
	}
	return files != 0;
}

static bool
stands(const struct inspection *in, const struct bundled *b)
{
	struct search s = { .in = in, .b = b, .left = BUNDLED_SEARCH };
	const uint8_t *at = b->text, *end = b->text + b->size;
	struct line line, there;

	while (next_line(&at, end, &line)) {
		const uint8_t *next = s.next;

		if (s.file != NULL && next_line(&next, s.file->data +
		    s.file->size, &there) && is_same(&there, &line))
			s.next = next;
		else if (!find(&s, &line) && !lists_files(in->package, &line))
			return false;
	}
	return s.file != NULL;
}

void
bundled_note(struct inspection *in, const struct view *v)
{
	struct bundled *b;

	if (in->bundled == NULL)
		in->bundled = mem_array(BUNDLED_MOST, sizeof(*in->bundled));
	if (in->nbundled++ >= BUNDLED_MOST || v->size > HELD_FILE_MAX)
		return;
	b = &in->bundled[in->nbundled - 1];
	b->path = mem_strdup(v->path);
	b->text = mem_alloc(v->size + 1);
	memcpy(b->text, v->data, v->size);
	b->size = v->size;
}

/* Of several in one file, all do. */
void
bundled_end(struct inspection *in)
{
	bool all = in->nbundled != 0 && in->nbundled <= BUNDLED_MOST &&
	    !in->package->partial;

	for (size_t i = 0; all && i < in->nbundled; i++)
		all = in->bundled[i].path != NULL &&
		    stands(in, &in->bundled[i]);
	for (size_t i = in->out->nfindings; all && i-- > 0;)
		if (str_equal(in->out->findings[i].rule, "coded-code"))
			finding_drop(in->out, i);
}

void
bundled_release(struct inspection *in)
{
	for (size_t i = 0; in->bundled != NULL && i < BUNDLED_MOST; i++) {
		free(in->bundled[i].path);
		free(in->bundled[i].text);
	}
	free(in->bundled);
}

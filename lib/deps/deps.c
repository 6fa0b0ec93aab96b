/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deps - what a team uses, out of the files in which it says so.
 * Takes: bytes of a file.  Gives: names and versions, or which line is wrong.
 * Runs in: the command.
 */
#include "deps/deps.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"

const char *const deps_format_names[DEPS_FORMATS] = { "requirements",
	"poetry.lock", "uv.lock", "Pipfile.lock", "pylock.toml", "cyclonedx",
	"spdx" };

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* A word of the document that names its kind, near its beginning or not. */
static bool
has(const char *text, size_t len, const char *word)
{
	return memmem(text, len, word, strlen(word)) != NULL;
}

int
deps_format_of(const char *file, const char *text, size_t len)
{
	const char *name = base_name(file);

	if (str_ends(name, "poetry.lock"))
		return DEPS_POETRY;
	if (str_ends(name, "uv.lock"))
		return DEPS_UV;
	if (str_ends(name, "Pipfile.lock"))
		return DEPS_PIPFILE;
	/* PEP 751: pylock.toml, or pylock.NAME.toml. */
	if (str_starts(name, "pylock.") && str_ends(name, ".toml"))
		return DEPS_PYLOCK;
	if (!str_ends(name, ".json") && (len == 0 || *text != '{'))
		return DEPS_REQUIREMENTS;
	if (has(text, len, "\"bomFormat\""))
		return DEPS_CYCLONEDX;
	if (has(text, len, "\"spdxVersion\"") ||
	    has(text, len, "spdx.org/rdf/3"))
		return DEPS_SPDX;
	if (has(text, len, "\"_meta\"") && has(text, len, "\"default\""))
		return DEPS_PIPFILE;
	return -1;
}

int
deps_wrong(struct buf *why, const char *file, size_t line, const char *fmt,
    ...)
{
	va_list	 ap;
	char	*safe = vis_dup(file, strlen(file));

	buf_addf(why, "%s:%zu: ", safe, line);
	va_start(ap, fmt);
	buf_addv(why, fmt, ap);
	va_end(ap);
	free(safe);
	return -1;
}

int
deps_add(struct deps *d, const char *name, const char *version,
    const char **why)
{
	struct dep *one;

	if (d->n == DEPS_MAX) {
		*why = "more names than a list may hold";
		return -1;
	}
	if (version != NULL && (*version == '\0' ||
	    strlen(version) > VERSION_MAX || !utf8_valid(version,
	    strlen(version))))
		version = NULL;
	if (d->n == d->room) {
		d->room = d->room == 0 ? 64 : 2 * d->room;
		d->list = mem_grow(d->list, d->room, sizeof(*d->list));
	}
	one = &d->list[d->n];
	if (name_normalize(name, &one->name, why) == -1)
		return -1;
	one->version = version != NULL ? mem_strdup(version) : NULL;
	d->n++;
	return 0;
}

int
deps_read(struct deps *d, enum deps_format format, const char *file,
    const char *text, size_t len, struct buf *why)
{
	const char *nul;

	d->nbytes += len;
	if (d->nbytes > DEPS_BYTES_MAX)
		return deps_wrong(why, file, 1, "more than %d MiB are not read",
		    DEPS_BYTES_MAX >> 20);
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
		text += 3;	/* a byte order mark of UTF-8 says nothing */
		len -= 3;
	}
	if ((nul = memchr(text, '\0', len)) != NULL) {
		size_t line = 1;

		for (const char *at = text; at < nul; at++)
			line += *at == '\n';
		return deps_wrong(why, file, line, "a NUL byte: this is no "
		    "text in UTF-8");
	}
	switch (format) {
	case DEPS_REQUIREMENTS:
		return deps_requirements(d, file, text, len, 0, why);
	case DEPS_POETRY:
	case DEPS_UV:
	case DEPS_PYLOCK:
		return deps_toml(d, format, file, text, len, why);
	case DEPS_PIPFILE:
	case DEPS_CYCLONEDX:
	case DEPS_SPDX:
		return deps_json(d, format, file, text, len, why);
	case DEPS_FORMATS:
		break;
	}
	return deps_wrong(why, file, 1, "no such format");
}

static int
dep_order(const void *a, const void *b)
{
	const struct dep *x = a, *y = b;
	int names = strcmp(x->name.text, y->name.text);

	if (names != 0)
		return names;
	if (x->version == NULL || y->version == NULL)
		return (x->version == NULL) - (y->version == NULL);
	return strcmp(x->version, y->version);
}

void
deps_settle(struct deps *d)
{
	size_t n = 0;

	if (d->n > 1)
		qsort(d->list, d->n, sizeof(*d->list), dep_order);
	for (size_t i = 0; i < d->n; i++) {
		struct dep *last = n > 0 ? &d->list[n - 1] : NULL;

		/* Names without a version come after those with one. */
		if (last != NULL && str_equal(last->name.text,
		    d->list[i].name.text) && (d->list[i].version == NULL ||
		    str_equal(last->version, d->list[i].version))) {
			free(d->list[i].version);
			continue;
		}
		d->list[n++] = d->list[i];
	}
	d->n = n;
}

void
deps_release(struct deps *d)
{
	for (size_t i = 0; i < d->n; i++)
		free(d->list[i].version);
	free(d->list);
	d->list = NULL;
	d->n = d->room = 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tools - programs for the developers of a source tree, which lie beside the
 * package: no build takes them, and nobody who installs it meets them.
 *
 * Takes: the files of an sdist, when all were looked at.  Gives: what such a
 * file was found to do counts as what tests do, unless a file that is used, or
 * what a person reads first, names it.
 * Runs in: worker child, command.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "inspect/context.h"
#include "inspect/inspectors.h"
#include "inspect/package/package.h"

#define WORD_BITS (1u << 18)
#define TOOLS_MOST 32		/* each is looked for in all files */

static bool
is_tool(const struct held *h)
{
	return h->context == CONTEXT_CALL && h->reach == REACH_NONE &&
	    context_is_tool(h->inner);
}

/* Nobody who installs the package runs it. */
static bool
is_unused(const struct held *h)
{
	return h->context == CONTEXT_TEST || is_tool(h);
}

static bool
is_word(uint8_t c)
{
	return isalnum(c) || c == '_';
}

/* ---- files that are not held -------------------------------------------- */

static uint32_t
bit_of(const uint8_t *word, size_t len)
{
	uint32_t h = 2166136261u;	/* FNV-1a */

	for (size_t i = 0; i < len; i++)
		h = (h ^ word[i]) * 16777619u;
	return (h ^ h >> 15) % WORD_BITS;
}

void
package_hear(struct package *p, const struct view *v)
{
	const uint8_t *at = v->data, *stop = at + v->size, *word;

	if (p->heard == NULL)
		p->heard = mem_array(WORD_BITS / 8, sizeof(*p->heard));
	while (at < stop) {
		for (word = at; at < stop && is_word(*at);)
			at++;
		if (at != word) {
			uint32_t bit = bit_of(word, (size_t)(at - word));

			p->heard[bit / 8] |= (uint8_t)(1 << bit % 8);
		} else {
			at++;
		}
	}
}

/* The first word of it. */
static bool
was_heard(const struct package *p, const char *name)
{
	size_t len = 0;
	uint32_t bit;

	while (is_word((uint8_t)name[len]))
		len++;
	bit = bit_of((const uint8_t *)name, len);
	return p->heard != NULL && (len == 0 ||
	    (p->heard[bit / 8] >> bit % 8 & 1));
}

/* ---- who names one ------------------------------------------------------- */

/* As a word of its own. */
static bool
says_name(const void *data, size_t size, const char *name)
{
	const uint8_t *start = data, *at = start, *stop = start + size;
	size_t len = strlen(name);

	for (; (at = memmem(at, (size_t)(stop - at), name, len)) != NULL;
	    at++)
		if ((at == start || !is_word(at[-1])) &&
		    (at + len == stop || !is_word(at[len])))
			return true;
	return false;
}

/* The folder as a whole: "tools", "tools/", "tools/%s". */
static bool
says_folder(const struct held *h, const char *folder)
{
	const uint8_t *at = h->data, *stop = at + h->size;
	size_t len = strlen(folder);

	for (; (at = memmem(at, (size_t)(stop - at), folder, len)) != NULL;
	    at++) {
		const uint8_t *end = at + len;

		if (end < stop && *end == '/')
			end++;
		if (at > h->data && end < stop && !is_word(at[-1]) &&
		    strchr("\"'*%{$", *end) != NULL)
			return true;
	}
	return false;
}

/* Setuptools takes each folder that holds modules, unless it is told which. */
static bool
takes_all(const struct held *h)
{
	static const char *const names[] = { "find_namespace" };
	static const char *const finds[] = { "packages.find" };
	static const char *const which[] = { "include" };

	return str_any_in(names, ARRAY_LEN(names), h->data, h->size) ||
	    (str_equal(h->inner, "pyproject.toml") &&
	    str_any_in(finds, ARRAY_LEN(finds), h->data, h->size) &&
	    !str_any_in(which, ARRAY_LEN(which), h->data, h->size));
}

/* What a build installs, imports, starts or copies, it names; or the folder
 * that it lies in, unless that is a package. */
static bool
is_named(const struct package *p, const struct held *tool, const char *folder,
    const char *name)
{
	char *init = folder != NULL ? mem_printf("%s/__init__.py", folder) :
	    NULL;
	bool named = was_heard(p, name) ||
	    says_name(p->manual.data, p->manual.len, name) ||
	    (init != NULL && package_file(p, init) != NULL);

	for (size_t i = 0; i < p->n && !named; i++) {
		const struct held *h = &p->files[i];

		named = h != tool && !is_unused(h) && (says_name(h->data,
		    h->size, name) || (folder != NULL && (takes_all(h) ||
		    says_folder(h, folder))));
	}
	free(init);
	return named;
}

/* "tools/gen.py": is "gen" or "tools" named? */
static bool
is_developers(const struct package *p, const struct held *h)
{
	const char *slash = strrchr(h->inner, '/');
	const char *base = slash != NULL ? slash + 1 : h->inner;
	const char *first = strchr(h->inner, '/');
	char *name = mem_strndup(base, strcspn(base, "."));
	char *folder = first != NULL ? mem_strndup(h->inner,
	    (size_t)(first - h->inner)) : NULL;
	bool theirs = *name != '\0' && !is_named(p, h, folder, name);

	free(name);
	free(folder);
	return theirs;
}

/* Something is there to be installed. */
static bool
has_module(const struct package *p)
{
	size_t i = 0;

	while (i < p->n && p->files[i].context != CONTEXT_IMPORT)
		i++;
	return i < p->n;
}

static bool
is_of(const struct finding *one, const struct held *h)
{
	return one->context == CONTEXT_CALL && str_equal(one->path, h->path);
}

static bool
has_finding(const struct features *f, const struct held *h)
{
	size_t i = 0;

	while (i < f->nfindings && !is_of(&f->findings[i], h))
		i++;
	return i < f->nfindings;
}

void
package_tools(struct inspection *in)
{
	const struct package *p = in->package;
	struct features *f = in->out;
	unsigned int asked = 0;

	if (in->packagetype == PACKAGE_WHEEL ||
	    in->packagetype == PACKAGE_EGG || p->build_unread || !has_module(p))
		return;
	for (size_t i = 0; i < p->n && asked < TOOLS_MOST; i++) {
		const struct held *h = &p->files[i];

		if (!is_tool(h) || !has_finding(f, h) ||
		    (asked++, !is_developers(p, h)))
			continue;
		for (size_t k = 0; k < f->nfindings; k++)
			if (is_of(&f->findings[k], h))
				f->findings[k].context = CONTEXT_TEST;
	}
}

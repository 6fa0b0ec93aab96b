/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json - Pipfile.lock, CycloneDX and SPDX documents.
 * Takes: text.  Gives: the Python packages in it, by purl or by name.
 * Runs in: the command.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "deps/deps.h"

struct reader {
	struct deps	*deps;
	const char	*file;
	struct buf	*why;
};

/* JSON has lost its lines by now: the place is said in words. */
static int
named(struct reader *r, const char *name, const char *version)
{
	const char *why = NULL;

	if (deps_add(r->deps, name, version, &why) == 0)
		return 0;
	return deps_wrong(r->why, r->file, 1, "\"%s\": %s", vis(name), why);
}

static const char *
text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

/* ---- purl ---------------------------------------------------------------- */

static int
hex(char c)
{
	const char *digits = "0123456789abcdef", *at;

	if (c >= 'A' && c <= 'F')
		c = (char)(c + 32);
	at = c != '\0' ? strchr(digits, c) : NULL;
	return at != NULL ? (int)(at - digits) : -1;
}

/* Percent escapes of n bytes undone; heap. */
static char *
decoded(const char *s, size_t n)
{
	char	*out = mem_strndup(s, n);
	size_t	 k = 0;

	for (size_t i = 0; i < n; i++) {
		int high = out[i] == '%' && i + 2 < n ? hex(out[i + 1]) : -1;
		int low = high != -1 ? hex(out[i + 2]) : -1;

		/* A NUL would end the text: it stays an escape, and wrong. */
		if (low == -1 || (high == 0 && low == 0)) {
			out[k++] = out[i];
			continue;
		}
		out[k++] = (char)(high << 4 | low);
		i += 2;
	}
	out[k] = '\0';
	return out;
}

/* "pkg:pypi/NAME@VERSION?qualifiers#subpath"; others name none of ours. */
static int
purl(struct reader *r, const char *s)
{
	char	*name, *version = NULL;
	size_t	 n, m;
	int	 rc;

	if (s == NULL || !str_starts(s, "pkg:"))
		return 0;
	s += 4;
	s += strspn(s, "/");
	if (strncasecmp(s, "pypi/", 5) != 0)
		return 0;
	s += 5;
	n = strcspn(s, "@?#/");
	name = decoded(s, n);
	if (s[n] == '@') {
		m = strcspn(s + n + 1, "?#");
		version = decoded(s + n + 1, m);
	}
	rc = named(r, name, version);
	free(name);
	free(version);
	return rc;
}

/* ---- documents ----------------------------------------------------------- */

static int
components(struct reader *r, const json_t *list, unsigned int depth)
{
	const json_t	*one;
	size_t		 i;

	if (depth > DEPS_NESTING_MAX)
		return deps_wrong(r->why, r->file, 1,
		    "components are nested too deeply");
	json_array_foreach(list, i, one)
		if (purl(r, text_of(one, "purl")) == -1 ||
		    components(r, json_object_get(one, "components"),
		    depth + 1) == -1)
			return -1;
	return 0;
}

static int
cyclonedx(struct reader *r, const json_t *root)
{
	return components(r, json_object_get(root, "components"), 0);
}

/* SPDX 2: a package's references; SPDX 3: its own member. */
static int
spdx(struct reader *r, const json_t *root)
{
	const json_t	*one, *ref;
	size_t		 i, k;

	json_array_foreach(json_object_get(root, "packages"), i, one)
		json_array_foreach(json_object_get(one, "externalRefs"), k,
		    ref)
			if (str_equal(text_of(ref, "referenceType"), "purl") &&
			    purl(r, text_of(ref, "referenceLocator")) == -1)
				return -1;
	json_array_foreach(json_object_get(root, "@graph"), i, one)
		if (purl(r, text_of(one, "software_packageUrl")) == -1)
			return -1;
	return 0;
}

/* Every member but _meta is a group of packages. */
static int
pipfile(struct reader *r, json_t *root)
{
	const char	*group, *name;
	json_t		*list, *one;

	json_object_foreach(root, group, list) {
		if (str_equal(group, "_meta"))
			continue;
		json_object_foreach(list, name, one) {
			const char *version = text_of(one, "version");

			if (json_object_get(one, "path") != NULL) {
				r->deps->left_out++;
				continue;
			}
			if (version != NULL)
				version = str_starts(version, "==") ?
				    version + 2 : NULL;
			if (named(r, name, version) == -1)
				return -1;
		}
	}
	return 0;
}

int
deps_json(struct deps *d, enum deps_format format, const char *file,
    const char *text, size_t len, struct buf *why)
{
	struct reader	 r = { d, file, why };
	json_error_t	 error;
	json_t		*root = json_loadb(text, len, 0, &error);
	int		 rc;

	if (root == NULL)
		return deps_wrong(why, file, error.line > 0 ?
		    (size_t)error.line : 1, "not JSON: %s", vis(error.text));
	if (!json_is_object(root))
		rc = deps_wrong(why, file, 1, "the JSON is no object");
	else if (format == DEPS_PIPFILE)
		rc = pipfile(&r, root);
	else
		rc = format == DEPS_SPDX ? spdx(&r, root) :
		    cyclonedx(&r, root);
	json_decref(root);
	return rc;
}

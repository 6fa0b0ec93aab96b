/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export_blocklist - detections as lists that keep them out.
 * Takes: detections.  Gives: lines for package managers, proxies, mirrors.
 * Runs in: the command.  Pure.
 *
 * What is no name, version or file name as PEP 503, PEP 440 and the index
 * allow them is left out: a line of somebody else's making in a config is no
 * protection.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "evidence/export.h"

const char *const blocklist_styles[BLOCK_STYLES] = {
	[BLOCK_PIP] = "pip", [BLOCK_NAMES] = "names", [BLOCK_PURL] = "purl",
	[BLOCK_SHA256] = "sha256", [BLOCK_FILES] = "files",
	[BLOCK_BANDERSNATCH] = "bandersnatch",
	[BLOCK_ARTIFACTORY] = "artifactory", [BLOCK_NEXUS] = "nexus",
};

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

static bool
made_of(const char *s, const char *set)
{
	return *s != '\0' && s[strspn(s, set)] == '\0';
}

static bool
name_good(const char *s)
{
	return made_of(s, LOWER DIGITS "-");
}

static bool
version_good(const char *s)
{
	return made_of(s, LOWER UPPER DIGITS ".!+-_");
}

static bool
file_good(const char *s)
{
	return made_of(s, LOWER UPPER DIGITS ".!+-_") && *s != '.';
}

/* A regular expression that means the text. */
static void
regex_add(struct buf *out, const char *s)
{
	for (; *s != '\0'; s++) {
		if (strchr(".+*?()[]{}|^$\\", *s) != NULL)
			buf_addc(out, '\\');
		buf_addc(out, *s);
	}
}

static void
file_add(enum blocklist_style style, const json_t *file, struct buf *out)
{
	const char *name = export_text(file, "filename");
	const char *sha256 = export_text(file, "sha256");

	if (style == BLOCK_SHA256) {
		if (str_is_hex(sha256, 64))
			buf_addf(out, "%s\n", sha256);
	} else if (!file_good(name))
		return;
	else if (style == BLOCK_FILES)
		buf_addf(out, "%s\n", name);
	else if (style == BLOCK_ARTIFACTORY)
		buf_addf(out, "**/%s\n", name);
	else {				/* a path of Nexus's routing rules */
		buf_adds(out, "^/packages/.*/");
		regex_add(out, name);
		buf_adds(out, "$\n");
	}
}

static void
files_add(enum blocklist_style style, const json_t *d, struct buf *out)
{
	const json_t	*file;
	size_t		 i;

	json_array_foreach(json_object_get(d, "files"), i, file)
		file_add(style, file, out);
}

static void
release_add(enum blocklist_style style, const json_t *d, struct buf *out)
{
	const char	*name = export_text(d, "normalized");
	const char	*version = export_text(d, "version");
	bool		 whole = json_is_true(json_object_get(d, "whole"));
	char		*purl;

	switch (style) {
	case BLOCK_PIP:
		buf_addf(out, "%s!=%s\n", name, version);
		break;
	case BLOCK_NAMES:	/* nothing of the project is known to be good */
		if (whole)
			buf_addf(out, "%s\n", name);
		break;
	case BLOCK_PURL:
		purl = export_purl(d);
		buf_addf(out, "%s\n", purl);
		free(purl);
		break;
	case BLOCK_BANDERSNATCH:
		if (whole)
			buf_addf(out, "    %s\n", name);
		else
			buf_addf(out, "    %s==%s\n", name, version);
		break;
	case BLOCK_SHA256:
	case BLOCK_FILES:
	case BLOCK_ARTIFACTORY:
	case BLOCK_NEXUS:
	case BLOCK_STYLES:
		break;
	}
}

void
blocklist_add(enum blocklist_style style, const json_t *d, struct buf *out)
{
	switch (style) {
	case BLOCK_SHA256:
	case BLOCK_FILES:
	case BLOCK_ARTIFACTORY:
	case BLOCK_NEXUS:
		files_add(style, d, out);
		return;
	case BLOCK_PIP:
	case BLOCK_NAMES:
	case BLOCK_PURL:
	case BLOCK_BANDERSNATCH:
	case BLOCK_STYLES:
		break;
	}
	if (export_is_pypi(d) && name_good(export_text(d, "normalized")) &&
	    version_good(export_text(d, "version")))
		release_add(style, d, out);
}

/* ---- the list ----------------------------------------------------------- */

static int
line_order(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void
blocklist_end(enum blocklist_style style, struct buf *lines, struct buf *out)
{
	size_t	  n = 0, i = 0;
	char	**list, *at, *end;

	if (style == BLOCK_BANDERSNATCH)
		buf_adds(out, "[plugins]\nenabled =\n    blocklist_project\n"
		    "    blocklist_release\n\n[blocklist]\npackages =\n");
	for (size_t k = 0; k < lines->len; k++)
		n += lines->data[k] == '\n';
	list = mem_array(n + 1, sizeof(*list));
	for (at = lines->data; i < n; at = end + 1) {
		end = strchr(at, '\n');
		*end = '\0';
		list[i++] = at;
	}
	qsort(list, n, sizeof(*list), line_order);
	for (i = 0; i < n; i++)
		if (i == 0 || strcmp(list[i - 1], list[i]) != 0)
			buf_addf(out, "%s\n", list[i]);
	free(list);
}

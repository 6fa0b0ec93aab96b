/* SPDX-License-Identifier: Apache-2.0 */
/*
 * simple_json - a project's page of the Simple API.
 * Takes: its text.  Gives: status and files.
 * Runs in: poll, the command.
 */
#include "poll/simple_json.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "poll/json.h"

static bool
read_file(const json_t *file, struct upload *u)
{
	char	*time;

	*u = (struct upload){ .size = -1 };
	if (!json_hex(json_object_get(file, "hashes"), "sha256", SHA256_HEX,
	    u->sha256) || !json_file(file, u))
		return false;
	u->size = json_number(file, "size", -1);
	u->packagetype = packagetype_from_filename(u->filename);
	u->yanked = json_yanked(file);
	u->requires_python = json_text(file, "requires-python", VERSION_MAX);
	u->provenance = json_text(file, "provenance", URL_MAX);
	time = json_text(file, "upload-time", 64);
	if (time != NULL && clock_from_rfc3339(time, &u->uploaded_at_us) == -1)
		u->uploaded_at_us = 0;
	free(time);
	return true;
}

/* PEP 629: a greater major version means something we do not know. */
static bool
is_known_version(const json_t *meta)
{
	char *version = json_text(meta, "api-version", 16);
	bool known = version == NULL || str_starts(version, "1.");

	free(version);
	return known;
}

enum outcome
simple_json_read(const char *text, size_t len, struct simple_page *out,
    struct fault *why)
{
	json_t	*root = json_document(text, len, why), *files;
	const json_t *meta = json_object_get(root, "meta");
	struct upload u;

	*out = (struct simple_page){ .release.serial = -1 };
	if (root == NULL)
		return TASK_LATER;
	files = json_object_get(root, "files");
	out->release.project = json_text(root, "name", PROJECT_NAME_MAX);
	if (!json_is_array(files) || out->release.project == NULL ||
	    !is_known_version(meta)) {
		simple_page_release(out);
		json_decref(root);
		return fault_set(why, TASK_LATER,
		    "the JSON is no project page of Simple API 1.x");
	}
	out->release.serial = json_number(meta, "_last-serial", -1);
	out->status = json_text(json_object_get(root, "project-status"),
	    "status", 32);
	if (out->status == NULL)
		out->status = mem_strdup("active");
	for (size_t i = 0; i < json_array_size(files); i++) {
		if (out->release.nuploads < PROJECT_FILES_MAX &&
		    read_file(json_array_get(files, i), &u))
			release_add_upload(&out->release, &u);
		else
			out->unreadable++;
	}
	json_decref(root);
	return TASK_DONE;
}

void
simple_page_release(struct simple_page *page)
{
	wire_release(&release_desc, &page->release);
	free(page->status);
	*page = (struct simple_page){ 0 };
}

bool
simple_is_quarantined(const struct simple_page *page)
{
	return strcmp(page->status, "quarantined") == 0;
}

/* ---- versions ----------------------------------------------------------- */

static bool
is_separator(char c)
{
	return c == '-' || c == '_' || c == '.';
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* Bytes of `filename` that spell the project (PEP 503), or 0. */
static size_t
name_length(const char *filename, const char *project)
{
	const char *f = filename, *p = project;

	while (*p != '\0') {
		if (is_separator(*p)) {
			if (!is_separator(*f))
				return 0;
			p += strspn(p, "-_.");
			f += strspn(f, "-_.");
		} else if (lower(*f++) != lower(*p++))
			return 0;
	}
	return (size_t)(f - filename);
}

char *
filename_version(const char *filename, const char *project)
{
	static const char *const endings[] = { ".tar.gz", ".zip", ".tar.bz2",
		".tar.xz", ".tgz", ".tar.Z", ".tar", ".exe", ".msi", ".rpm",
		".deb", ".dmg" };
	size_t n = name_length(filename, project);
	const char *version = filename + n;

	if (n == 0 || *version++ != '-')
		return NULL;
	if (str_ends(filename, ".whl") || str_ends(filename, ".egg"))
		return mem_strndup(version, strcspn(version, "-"));
	for (size_t i = 0; i < ARRAY_LEN(endings); i++)
		if (str_ends(version, endings[i]))
			return mem_strndup(version,
			    strlen(version) - strlen(endings[i]));
	return NULL;
}

/* Without "v" in front and ".0" behind. */
static size_t
core(const char **s)
{
	size_t n;

	if (lower(**s) == 'v')
		(*s)++;
	n = strlen(*s);
	while (n > 2 && (*s)[n - 1] == '0' && (*s)[n - 2] == '.')
		n -= 2;
	return n;
}

/* A wheel writes "-" as "_". */
static char
plain(char c)
{
	return c == '_' ? '-' : lower(c);
}

bool
version_equal(const char *a, const char *b)
{
	size_t n = core(&a);

	if (core(&b) != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (plain(a[i]) != plain(b[i]))
			return false;
	return true;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * name - project names: validity, PEP 503 form, PyPI's ultranormalised form.
 *
 * Takes: any spelling.  Gives: struct project_name.
 * Runs in: every process that handles a name.  Pure.
 */
#include "names/name.h"

#include <string.h>

#include "base/str.h"

/* The locale must not widen what counts as a letter. */
static bool
is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9');
}

static bool
is_separator(char c)
{
	return c == '-' || c == '_' || c == '.';
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static int
name_normalize_bytes(const char *text, size_t len, struct project_name *out,
    const char **why)
{
	size_t i;

	memset(out, 0, sizeof(*out));
	*why = NULL;
	if (len == 0)
		*why = "the name is empty";
	else if (len > PROJECT_NAME_MAX)
		*why = "the name is too long";
	else if (!is_alnum(text[0]) || !is_alnum(text[len - 1]))
		*why = "a name starts and ends with an ASCII letter or digit";
	for (i = 0; *why == NULL && i < len; i++) {
		if (is_alnum(text[i]))
			out->text[out->len++] = lower(text[i]);
		else if (!is_separator(text[i]))
			*why = "a name has only ASCII letters, digits, "
			    "'.', '_' and '-'";
		else if (!is_separator(text[i - 1]))
			out->text[out->len++] = '-';
	}
	if (*why == NULL)
		return 0;
	memset(out, 0, sizeof(*out));
	return -1;
}

int
name_normalize(const char *text, struct project_name *out, const char **why)
{
	const char *unused;

	return name_normalize_bytes(text, strnlen(text, PROJECT_NAME_MAX + 1),
	    out, why != NULL ? why : &unused);
}

void
name_ultranormalize(const struct project_name *name, struct project_name *out)
{
	struct project_name folded = { .len = 0 };
	size_t	i;
	char	c;

	for (i = 0; i < name->len; i++) {
		c = name->text[i];
		if (c == '-')
			continue;
		folded.text[folded.len++] = c == 'l' || c == 'i' ? '1' :
		    c == 'o' ? '0' : c;
	}
	*out = folded;
}

/* The length of `file` without the ending of an sdist, or 0. */
static size_t
sdist_stem(const char *file, size_t len)
{
	static const char *const endings[] = { ".tar.gz", ".tgz", ".zip",
		".tar.bz2", ".tbz", ".tar.xz", ".txz", ".tar.lzma", ".tlz",
		".tar.Z", ".tar" };
	size_t i, n;

	for (i = 0; i < ARRAY_LEN(endings); i++) {
		n = strlen(endings[i]);
		if (len > n && strcmp(file + len - n, endings[i]) == 0)
			return len - n;
	}
	return 0;
}

/* Where in "foo-bar-1.0" the version starts, or 0.  An implicit post release
 * ("1.0-1") is the one version that holds a dash. */
static size_t
sdist_version(const char *file, size_t len)
{
	size_t at, end = len, digits;

	for (at = len; at > 1; at--) {
		if (file[at - 1] != '-')
			continue;
		digits = strspn(file + at, "0123456789");
		if (end == len && digits != 0 && at + digits == len) {
			end = at;	/* "-1": look for "1.0" before it */
			continue;
		}
		if (digits != 0 || (file[at] == 'v' && digits == 0 &&
		    file[at + 1] >= '0' && file[at + 1] <= '9'))
			if (end == len || memchr(file + at, '.', end - at))
				return at;
		break;
	}
	return end == len ? 0 : end;
}

int
name_from_filename(const char *file, struct project_name *project,
    char *version, size_t room)
{
	size_t		 len = strnlen(file, FILENAME_MAX_BYTES + 1), at, end;
	const char	*dash, *why;

	if (len > FILENAME_MAX_BYTES || room == 0)
		return -1;
	if (str_ends(file, ".whl") || str_ends(file, ".egg") ||
	    str_ends(file, ".exe")) {
		if ((dash = strchr(file, '-')) == NULL)
			return -1;
		at = (size_t)(dash - file) + 1;
		if ((dash = strchr(file + at, '-')) == NULL)
			return -1;
		end = (size_t)(dash - file);
	} else {
		if ((end = sdist_stem(file, len)) == 0)
			return -1;
		at = sdist_version(file, end);
	}
	if (at < 2 || end <= at || end - at >= room)
		return -1;
	memcpy(version, file + at, end - at);
	version[end - at] = '\0';
	return name_normalize_bytes(file, at - 1, project, &why);
}

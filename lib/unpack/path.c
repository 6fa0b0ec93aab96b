/* SPDX-License-Identifier: Apache-2.0 */
/*
 * path - what a member's path says about it.
 * Runs in: worker child, the command.
 */
#include "unpack/path.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/str.h"
#include "base/vis.h"

/* Installers and the interpreter find these by their last component. */
static const char *const startup[] = {
	"setup.py", "setup.cfg", "pyproject.toml", "PKG-INFO", "METADATA",
	"WHEEL", "entry_points.txt", "top_level.txt", "sitecustomize.py",
	"usercustomize.py", "__init__.py", "__main__.py", "conftest.py",
	"_build_meta.py", "build.py", "hatch_build.py", "meson.build",
	"CMakeLists.txt", "build.rs", "Cargo.toml",
};

static const char *const python[] = { ".py", ".pyw", ".pyi", ".pyx", ".pyc" };

bool
path_ends(const char *s, size_t len, const char *suffix)
{
	size_t tail = strlen(suffix);

	return len >= tail && strncasecmp(s + len - tail, suffix, tail) == 0;
}

bool
path_equal(const char *s, size_t len, const char *other)
{
	return strlen(other) == len && memcmp(s, other, len) == 0;
}

size_t
path_base(const char *s, size_t len)
{
	while (len > 0 && s[len - 1] != '/' && s[len - 1] != '\\')
		len--;
	return len;
}

enum path_class
path_class(const char *s, size_t len)
{
	size_t		 base;
	const char	*name;

	path_trim(&s, &len);
	if (path_ends(s, len, ".dist-info/RECORD"))
		return PATH_RECORD;
	base = path_base(s, len);
	name = s + base;
	len -= base;
	if (path_ends(name, len, ".pth"))
		return PATH_STARTUP;
	/* Case is ignored: some file systems do. */
	for (size_t i = 0; i < ARRAY_LEN(startup); i++)
		if (strlen(startup[i]) == len &&
		    strncasecmp(name, startup[i], len) == 0)
			return PATH_STARTUP;
	for (size_t i = 0; i < ARRAY_LEN(python); i++)
		if (path_ends(name, len, python[i]))
			return PATH_PYTHON;
	return PATH_REST;
}

bool
path_climbs(const char *s, size_t len)
{
	for (size_t i = 0, n; i <= len; i += n + 1) {
		for (n = 0; i + n < len && s[i + n] != '/' &&
		    s[i + n] != '\\'; n++)
			;
		if (n == 2 && s[i] == '.' && s[i + 1] == '.')
			return true;
	}
	return false;
}

bool
path_climbs_above(const char *name, size_t len, const char *link,
    size_t link_len)
{
	long depth = (long)path_depth(name, len);

	for (size_t i = 0, n; i <= link_len; i += n + 1) {
		for (n = 0; i + n < link_len && link[i + n] != '/'; n++)
			;
		if (n == 2 && link[i] == '.' && link[i + 1] == '.')
			depth--;
		else if (n > 0 && !(n == 1 && link[i] == '.'))
			depth++;
		if (depth < 0)
			return true;
	}
	return false;
}

bool
path_absolute(const char *s, size_t len)
{
	return (len > 0 && (s[0] == '/' || s[0] == '\\')) ||
	    (len > 1 && s[1] == ':' && ((s[0] >= 'A' && s[0] <= 'Z') ||
	    (s[0] >= 'a' && s[0] <= 'z')));
}

bool
path_hidden(const char *s, size_t len)
{
	struct buf	b = BUF_EMPTY;
	bool		changed;

	vis_add(&b, s, len, false);
	changed = b.len != len && utf8_valid(s, len);
	buf_release(&b);
	return changed;
}

size_t
path_depth(const char *s, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += s[i] == '/';
	return n;
}

void
path_trim(const char **s, size_t *len)
{
	while (*len >= 2 && (*s)[0] == '.' && (*s)[1] == '/') {
		*s += 2;
		*len -= 2;
	}
	while (*len > 1 && (*s)[*len - 1] == '/')
		--*len;
}

size_t
path_top(const char *s, size_t len)
{
	const char *slash = memchr(s, '/', len);

	return slash != NULL ? (size_t)(slash - s) : len;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stem - "name-version" as files and folders write it.
 * Runs in: worker child, the command.
 */
#include "unpack/stem.h"

#include <string.h>

#include "base/str.h"
#include "unpack/path.h"

static const char *const endings[] = { ".whl", ".zip", ".egg", ".tar.gz",
	".tgz", ".tar.bz2", ".tbz", ".tbz2", ".tar.xz", ".txz", ".tar.lzma",
	".tlz", ".tar.zst", ".tar.Z", ".tar" };

size_t
stem_len(const char *filename)
{
	size_t len = strlen(filename);

	for (size_t i = 0; i < ARRAY_LEN(endings); i++)
		if (path_ends(filename, len, endings[i]))
			return len - strlen(endings[i]);
	return len;
}

size_t
stem_part(const char *s, size_t len)
{
	const char *dash = memchr(s, '-', len);

	return dash != NULL ? (size_t)(dash - s) : len;
}

/* The next letter or digit, in lower case; separators and zeros vanish. */
static int
next(const char *s, size_t len, size_t *i)
{
	while (*i < len) {
		unsigned char c = (unsigned char)s[(*i)++];

		if (c == '-' || c == '_' || c == '.' || c == '+' || c == '0')
			continue;
		return c >= 'A' && c <= 'Z' ? c + 32 : c;
	}
	return -1;
}

/* "1.0.post1" and "1.0-1" are one version. */
static size_t
without_post(const char *s, size_t len, char *out, size_t room)
{
	size_t n = 0;

	for (size_t i = 0; i < len && n < room; i++) {
		if (len - i >= 4 && memcmp(s + i, "post", 4) == 0) {
			i += 3;
			continue;
		}
		out[n++] = s[i];
	}
	return n;
}

bool
stem_equal(const char *a, size_t a_len, const char *b, size_t b_len)
{
	char	x[512], y[512];
	size_t	i = 0, j = 0, x_len = without_post(a, a_len, x, sizeof(x)),
	    y_len = without_post(b, b_len, y, sizeof(y));
	int	c, d;

	do {
		c = next(x, x_len, &i);
		d = next(y, y_len, &j);
	} while (c == d && c != -1);
	return c == d;
}

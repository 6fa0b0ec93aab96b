/* SPDX-License-Identifier: Apache-2.0 */
/*
 * str - small questions about strings.
 * Runs in: every process.
 */
#include "base/str.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool
str_equal(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

bool
str_starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool
str_ends(const char *s, const char *suffix)
{
	size_t len = strlen(s), tail = strlen(suffix);

	return len >= tail && strcmp(s + len - tail, suffix) == 0;
}

int
str_copy(char *out, size_t room, const char *s)
{
	size_t len = strlen(s);

	out[0] = '\0';
	if (len >= room)
		return -1;
	memcpy(out, s, len + 1);
	return 0;
}

int
str_int(const char *s, int64_t least, int64_t most, int64_t *out)
{
	char		*end;
	long long	 v;

	if (s == NULL || ((*s < '0' || *s > '9') && *s != '-'))
		return -1;
	errno = 0;
	v = strtoll(s, &end, 10);
	if (errno != 0 || end == s || *end != '\0' || v < least || v > most)
		return -1;
	*out = v;
	return 0;
}

bool
str_is_hex(const char *s, size_t digits)
{
	return s != NULL && strlen(s) == digits &&
	    strspn(s, "0123456789abcdef") == digits;
}

int
str_index(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (names[i] != NULL && *names[i] == *name &&
		    strcmp(names[i], name) == 0)
			return (int)i;
	return -1;
}

bool
str_any_in(const char *const *words, size_t n, const void *bytes, size_t len)
{
	for (size_t i = 0; i < n; i++)
		if (memmem(bytes, len, words[i], strlen(words[i])) != NULL)
			return true;
	return false;
}

bool
str_like(const char *s, const char *pattern)
{
	const char *star = NULL, *from = s;

	while (*s != '\0') {
		if (*pattern == '*') {
			star = ++pattern;
			from = s;
		} else if (*pattern == '?' || (*pattern == *s &&
		    *pattern != '\0')) {
			pattern++;
			s++;
		} else if (star != NULL) {
			/* The last star takes one character more. */
			pattern = star;
			s = ++from;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}

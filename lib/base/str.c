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
	return a == b || (a != NULL && b != NULL && *a == *b &&
	    strcmp(a, b) == 0);
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

/* Two bytes in a row, as one of PAIRS. */
#define PAIRS 1024

static inline unsigned int
pair_of(const unsigned char *p)
{
	return (p[0] * 8u ^ p[1]) % PAIRS;
}

static bool
any_at(const char *const *words, size_t n, const unsigned char *at, size_t len)
{
	for (size_t i = 0; i < n; i++) {
		const unsigned char *word = (const unsigned char *)words[i];
		size_t k;

		/* Pairs that only share a place are many. */
		if (word[0] != at[0] || word[1] != at[1])
			continue;
		k = strlen(words[i]);
		if (k <= len && memcmp(at, word, k) == 0)
			return true;
	}
	return false;
}

/* All words at once, by the two bytes that they begin with. */
bool
str_any_in(const char *const *words, size_t n, const void *bytes, size_t len)
{
	const unsigned char *at = bytes;
	bool begins[PAIRS] = { false };

	for (size_t i = 0; i < n; i++) {
		size_t k = strlen(words[i]);

		if (k < 2 && memmem(bytes, len, words[i], k) != NULL)
			return true;
		if (k >= 2)
			begins[pair_of((const unsigned char *)words[i])] =
			    true;
	}
	for (size_t i = 0; i + 1 < len; i++)
		if (begins[pair_of(at + i)] && any_at(words, n, at + i,
		    len - i))
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

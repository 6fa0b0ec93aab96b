/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_STR_H
#define BASE_STR_H

/* str - small questions about strings. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

bool	str_equal(const char *, const char *);	/* NULL equals only NULL */
/* Inline: the length of a literal is known to the compiler, and most texts
 * differ in the first letter. */
static inline bool
str_starts(const char *s, const char *prefix)
{
	return *prefix == '\0' || (*s == *prefix &&
	    strncmp(s, prefix, strlen(prefix)) == 0);
}

static inline bool
str_ends(const char *s, const char *suffix)
{
	size_t len = strlen(s), tail = strlen(suffix);

	return len >= tail && memcmp(s + len - tail, suffix, tail) == 0;
}

/* Does it start with one of n prefixes? */
static inline bool
str_starts_any(const char *s, const char *const *prefixes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_starts(s, prefixes[i]))
			return true;
	return false;
}

/* Copies into a fixed array; 0, or -1 (and "" in out) when it does not fit. */
int	str_copy(char *out, size_t room, const char *)
	    __attribute__((warn_unused_result));
/* A whole decimal number between least and most; 0 or -1. */
int	str_int(const char *, int64_t least, int64_t most, int64_t *)
	    __attribute__((warn_unused_result));
bool	str_is_hex(const char *, size_t digits);	/* lower case */
/* Whether all of the text fits a pattern in which * is any run of characters
 * and ? any one.  In time of both lengths' product at most. */
bool	str_like(const char *, const char *pattern);
/* Index of `name` in a table of n names (holes are NULL), or -1. */
int	str_index(const char *const *names, size_t n, const char *name);
/* Does one of n words stand anywhere in the bytes? */
bool	str_any_in(const char *const *words, size_t n, const void *bytes,
	    size_t len);

#endif

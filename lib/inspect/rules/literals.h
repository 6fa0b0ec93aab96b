/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_RULES_LITERALS_H
#define INSPECT_RULES_LITERALS_H

/*
 * literals - which of many words stand in some bytes, in whatever case.
 *
 * The time a byte does not grow with the words, as long as few of the places
 * that look like some of a word's bytes turn out to be none.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LITERAL_LEAST 3		/* bytes; shorter ones stand everywhere */

struct literals;

struct literals *literals_new(void);
void	literals_free(struct literals *);
/* As letters and blanks of words and of texts are compared. */
char	literals_plain(char);
/* A number, from 0; the same for the same word.  At least LITERAL_LEAST bytes,
 * all of them plain. */
uint32_t literals_add(struct literals *, const char *, size_t);
/* Calls back for each word that stands there, once. */
void	literals_find(const struct literals *, const uint8_t *, size_t,
	    void (*each)(void *, uint32_t word), void *);

#endif

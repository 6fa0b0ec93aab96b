/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NAMES_WORDS_H
#define NAMES_WORDS_H

/*
 * words - what is known of words beforehand.  What can be learned from the
 * list of names is learned there (learn.h).
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WORD_PYTHON 1u		/* only says that it is Python */
#define WORD_BRAND 2u		/* a company or service that many trust */
#define WORD_TOOL 4u		/* a project of the packaging tools */
#define WORD_COMMAND 8u		/* of a command line around a name: install */
#define WORD_LURE 16u		/* hung on a name to look official: sdk */

#define WORD_ROOM 16		/* letters of the longest, and a NUL */

struct word_facts {
	char		 word[WORD_ROOM];	/* the rest is zeros */
	uint8_t		 is;		/* WORD_* */
	uint8_t		 meaning;	/* words of one meaning share
					   it; or 0 */
};

const struct word_facts *word_find(const char *, size_t); /* or NULL */
/* WORD_* of a word, 0 if none; python and its versions need no table. */
unsigned int word_says(const char *, size_t);
bool	word_is(const char *, size_t, unsigned int what);
/* The word at *at or the next one that is so, NULL at the end; *at is where it
 * was found. */
const char *word_next(unsigned int what, size_t *at);
size_t	word_count(unsigned int what);
/* A small number as a word ("two"): the number; -1 for other words. */
int	word_number(const char *, size_t);
/* How many letters at the start (or end) only say "Python"; three are left. */
size_t	word_python_start(const char *, size_t);
size_t	word_python_end(const char *, size_t);

#ifdef WORDS_LEFT_OUT
/* The evaluation asks what is found without some rows. */
bool	word_left_out(const char *, size_t);	/* of those chosen by hand */
bool	word_left_out_counted(const char *, size_t);	/* ... and counted */
#endif

#endif

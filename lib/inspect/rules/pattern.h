/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_RULES_PATTERN_H
#define INSPECT_RULES_PATTERN_H

/*
 * pattern - words that stand in whatever a YARA string matches: one at least of
 * each of some sets.
 *
 * Words are plain (literals.h): they are looked for in whatever case and with
 * whatever blanks, which finds more than the string does, and never less.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PATTERN_SETS 3		/* the best ones are kept */
#define PATTERN_WORDS 32	/* more of them: a set is none */
#define PATTERN_WORD 24		/* bytes; a part of a longer one will do */

struct word_set {
	size_t		 n;
	struct {
		uint8_t	 len;
		char	 text[PATTERN_WORD];
	}		 word[PATTERN_WORDS];
};

struct pattern {
	size_t		 n;		/* 0: nothing is known */
	struct word_set	 sets[PATTERN_SETS]; /* the rarest words first */
};

/* Of a regular expression, without its slashes. */
void	pattern_of_regex(const char *, size_t, struct pattern *);
/* Of a text as YARA writes it, without its quotes. */
void	pattern_of_text(const char *, size_t, struct pattern *);
/* Of a string of bytes, without its braces. */
void	pattern_of_hex(const char *, size_t, struct pattern *);

#endif

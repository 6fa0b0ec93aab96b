/* SPDX-License-Identifier: Apache-2.0 */
/*
 * edit - how two names that are one edit apart differ.
 * Takes: letters of both.  Gives: technique, place, how easily it happens.
 * Runs in: wherever names are compared.  Pure.
 */
#include "names/edit.h"

#include <string.h>

#include "names/letters.h"

static bool
is_lookalike_pair(char a, char b)
{
	char x, y;

	if (letter_is_digit(a) == letter_is_digit(b) &&
	    !((a == 'l' && b == 'i') || (a == 'i' && b == 'l')))
		return false;
	letters_skeleton(&a, 1, &x);
	letters_skeleton(&b, 1, &y);
	return x == y;
}

static enum technique
replaced(char a, char b)
{
	if (is_lookalike_pair(a, b))
		return BY_HOMOGLYPH;
	if (letter_is_digit(a) && letter_is_digit(b))
		return BY_VERSION;
	if (letter_is_vowel(a) && letter_is_vowel(b))
		return BY_VOWEL;
	if (letters_are_neighbours(a, b))
		return BY_KEYBOARD;
	return letters_are_bitflip(a, b) ? BY_BITFLIP : BY_REPLACEMENT;
}

/* `more` has one letter more than the other, at `at`. */
static void
one_more(const char *more, size_t n, struct edit *e, enum technique otherwise)
{
	char c = more[e->at];

	e->slip = (e->at > 0 && (c == more[e->at - 1] ||
	    letters_are_neighbours(c, more[e->at - 1]))) ||
	    (e->at + 1 < n && (c == more[e->at + 1] ||
	    letters_are_neighbours(c, more[e->at + 1])));
	e->technique = otherwise;
	if (letter_is_digit(c))
		e->technique = BY_VERSION;
	else if (c == 's' && e->at + 1 == n)
		e->technique = BY_PLURAL;
}

bool
edit_explain(const char *a, size_t la, const char *b, size_t lb,
    struct edit *e)
{
	size_t p = 0, s = 0;

	while (p < la && p < lb && a[p] == b[p])
		p++;
	while (s < la - p && s < lb - p && a[la - 1 - s] == b[lb - 1 - s])
		s++;
	*e = (struct edit){ .at = p };
	if (la == lb && la - p - s == 1) {
		e->technique = replaced(a[p], b[p]);
		e->slip = e->technique == BY_KEYBOARD;
		return true;
	}
	if (la == lb && la - p - s == 2 && a[p] == b[p + 1] &&
	    a[p + 1] == b[p]) {
		e->technique = BY_TRANSPOSITION;
		e->slip = true;
		return true;
	}
	if (la == lb + 1 && lb == p + s) {
		one_more(a, la, e, (p > 0 && a[p] == a[p - 1]) ?
		    BY_REPETITION : BY_INSERTION);
		return true;
	}
	if (la + 1 == lb && la == p + s) {
		one_more(b, lb, e, BY_OMISSION);
		return true;
	}
	return false;
}

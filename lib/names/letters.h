/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NAMES_LETTERS_H
#define NAMES_LETTERS_H

/* letters - which letters are taken for one another: by the eye, by the ear,
 * by a finger on a keyboard, and by a memory cell. */
#include <stdbool.h>
#include <stddef.h>

/* Side by side on a QWERTY, QWERTZ or AZERTY keyboard, or the same key of two
 * of them. */
bool	letters_are_neighbours(char, char);
bool	letter_is_vowel(char);
bool	letter_is_digit(char);
/* One bit apart. */
bool	letters_are_bitflip(char, char);
/* Folds what looks alike: 0 o, 1 i l, 5 s, rn m, vv w, cl d and so on.
 * `out` has room for as many letters; gives how many there are. */
size_t	letters_skeleton(const char *, size_t, char *out);
/* Folds what sounds alike in English: ph f, ck k, x ks, double letters. */
size_t	letters_sound(const char *, size_t, char *out);
/* Both have the same four consonants or more in the same order, doubled letters
 * aside: "etherim" reads like "ethereum". */
bool	letters_share_consonants(const char *a, size_t la, const char *b,
	    size_t lb);
/* American spelling of the British one; never longer. */
size_t	letters_american(const char *, size_t, char *out);
/* A word without its ending (plural, -ing, -er, -ed), in American spelling;
 * never longer. */
size_t	letters_stem(const char *, size_t, char *out);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * letters - which letters are taken for one another.
 * Takes: letters and digits in lower case.  Gives: answers and folded text.
 * Runs in: wherever names are compared.  Pure.
 */
#include "names/letters.h"

#include <stdint.h>
#include <string.h>

#include "base/str.h"

bool
letter_is_vowel(char c)
{
	return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u' ||
	    c == 'y';
}

bool
letter_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool
letters_are_bitflip(char a, char b)
{
	unsigned int x = (unsigned char)a ^ (unsigned char)b;

	return x != 0 && (x & (x - 1)) == 0;
}

#define CONSONANTS_LEAST 4	/* fewer are those of many words */

/* The next consonant or digit from *at on, '\0' at the end. */
static char
next_consonant(const char *s, size_t n, size_t *at)
{
	while (*at < n && (letter_is_vowel(s[*at]) ||
	    (*at > 0 && s[*at] == s[*at - 1])))
		(*at)++;
	return *at < n ? s[(*at)++] : '\0';
}

bool
letters_share_consonants(const char *a, size_t la, const char *b, size_t lb)
{
	size_t i = 0, k = 0, n = 0;

	for (char c = '\1'; c != '\0'; n++) {
		c = next_consonant(a, la, &i);
		if (c != next_consonant(b, lb, &k))
			return false;
	}
	return n > CONSONANTS_LEAST;
}

/* ---- keyboards ----------------------------------------------------------- */

#define KEY_ROWS 4

/* Each row stands half a key to the right of the one above it. */
static const char *const keyboards[][KEY_ROWS] = {
	{ "1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm" },
	{ "1234567890", "qwertzuiop", "asdfghjkl", "yxcvbnm" },
	{ "1234567890", "azertyuiop", "qsdfghjklm", "wxcvbn" },
};

static bool
key_find(const char *const rows[KEY_ROWS], char c, int *row, int *column)
{
	for (int i = 0; i < KEY_ROWS; i++) {
		const char *at = c != '\0' ? strchr(rows[i], c) : NULL;

		if (at == NULL)
			continue;
		*row = i;
		*column = (int)(at - rows[i]);
		return true;
	}
	return false;
}

static bool
keys_touch(const char *const rows[KEY_ROWS], char a, char b)
{
	int ra, ca, rb, cb, right;

	if (!key_find(rows, a, &ra, &ca) || !key_find(rows, b, &rb, &cb))
		return false;
	if (ra == rb)
		return ca - cb == 1 || cb - ca == 1;
	if (ra - rb != 1 && rb - ra != 1)
		return false;
	/* a lower key touches the one above it and that one's right one */
	right = ra < rb ? ca - cb : cb - ca;
	return right == 0 || right == 1;
}

/* One key, two letters: who types blindly on another layout. */
static bool
share_key(char a, char b)
{
	return (a == 'y' && b == 'z') || (a == 'a' && b == 'q') ||
	    (a == 'w' && b == 'z');
}

bool
letters_are_neighbours(char a, char b)
{
	if (share_key(a, b) || share_key(b, a))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(keyboards); i++)
		if (keys_touch(keyboards[i], a, b))
			return true;
	return false;
}

/* ---- folding ------------------------------------------------------------- */

struct fold {
	char		 from[12], to[12];	/* `to` is never longer */
};

/* Rules by the letter they begin with; of a row the first that fits counts. */
struct folds {
	const struct fold *begins[32];
};

#define RULES(letter, ...) \
	[(letter) - 'a'] = (const struct fold[]){ __VA_ARGS__, { "", "" } }

static bool
fold_fits(const char *from, const char *s, size_t n, size_t *step)
{
	size_t i = 1;		/* the row is the first letter's */

	while (from[i] != '\0' && i < n && from[i] == s[i])
		i++;
	*step = i;
	return from[i] == '\0';
}

/* The first `from` that stands at the text is taken. */
static size_t
fold_all(const struct folds *folds, const char *s, size_t n, char *out)
{
	size_t len = 0, i = 0, step;

	while (i < n) {
		const struct fold *f = letter_is_digit(s[i]) ? NULL :
		    folds->begins[(s[i] - 'a') & 31];

		while (f != NULL && f->from[0] != '\0' &&
		    !fold_fits(f->from, s + i, n - i, &step))
			f++;
		if (f == NULL || f->from[0] == '\0') {
			out[len++] = s[i++];
			continue;
		}
		for (const char *to = f->to; *to != '\0'; to++)
			out[len++] = *to;
		i += step;
	}
	return len;
}

size_t
letters_skeleton(const char *s, size_t n, char *out)
{
	static const char single[] =
	    /* 0123456789 */ "olzeas6tbg"
	    /* a-z */ "abcdefghljklmnopqrstuvwxyz";
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		char next = i + 1 < n ? s[i + 1] : '\0';

		if (s[i] == 'r' && next == 'n')
			out[len++] = 'm';
		else if (s[i] == 'v' && next == 'v')
			out[len++] = 'w';
		else if (s[i] == 'c' && (next == 'l' || next == '1'))
			out[len++] = 'd';
		else {
			out[len++] = single[letter_is_digit(s[i]) ?
			    s[i] - '0' : s[i] - 'a' + 10];
			continue;
		}
		i++;
	}
	return len;
}

static const struct folds sounds = { {
	RULES('a', { "augh", "af" }, { "ai", "e" }, { "ay", "e" }),
	RULES('c', { "ck", "k" }, { "cks", "ks" }, { "ce", "se" },
	    { "ci", "si" }, { "cy", "si" }, { "ch", "ch" }, { "c", "k" }),
	RULES('e', { "ee", "i" }, { "ea", "i" }, { "ei", "i" }, { "ey", "i" }),
	RULES('g', { "gh", "g" }),
	RULES('i', { "igh", "i" }, { "ie", "i" }),
	RULES('k', { "kn", "n" }),
	RULES('o', { "ough", "of" }, { "ou", "o" }, { "oo", "u" }),
	RULES('p', { "ph", "f" }),
	RULES('q', { "qu", "kw" }, { "q", "k" }),
	RULES('s', { "sch", "sk" }, { "sion", "sn" }),
	RULES('t', { "tion", "sn" }),
	RULES('v', { "v", "f" }),
	RULES('w', { "wh", "w" }, { "wr", "r" }),
	RULES('x', { "x", "k" }),
	RULES('y', { "y", "i" }),
	RULES('z', { "z", "s" }),
} };

size_t
letters_sound(const char *s, size_t n, char *out)
{
	size_t len = fold_all(&sounds, s, n, out), kept = 0;

	for (size_t i = 0; i < len; i++)
		if (kept == 0 || out[i] != out[kept - 1])
			out[kept++] = out[i];
	/* a silent e at the end */
	return kept > 3 && out[kept - 1] == 'e' ? kept - 1 : kept;
}

/* The unstressed last syllable alone doubles its l: "labelled", not
 * "billed". */
static const struct folds british = { {
	RULES('a', { "aeo", "eo" }, { "artefact", "artifact" }),
	RULES('b', { "belled", "beled" }, { "belling", "beling" }),
	RULES('c', { "celled", "celed" }, { "celling", "celing" },
	    { "cheque", "check" }),
	RULES('d', { "delled", "deled" }, { "delling", "deling" },
	    { "deller", "deler" }),
	RULES('e', { "ence", "ense" }),
	RULES('g', { "grey", "gray" }),
	RULES('i', { "isation", "ization" }, { "ising", "izing" },
	    { "iser", "izer" }, { "ised", "ized" }, { "ise", "ize" }),
	RULES('l', { "licence", "license" }),
	RULES('n', { "nelled", "neled" }, { "nelling", "neling" }),
	RULES('o', { "our", "or" }, { "ogue", "og" }),
	RULES('p', { "programme", "program" }),
	RULES('t', { "tre", "ter" }),
	RULES('v', { "velled", "veled" }, { "velling", "veling" },
	    { "veller", "veler" }),
	RULES('y', { "yse", "yze" }, { "yser", "yzer" }, { "ysing", "yzing" }),
} };

size_t
letters_american(const char *s, size_t n, char *out)
{
	return fold_all(&british, s, n, out);
}

#define E(from, to) { from, to, sizeof(from) - 1, sizeof(to) - 1 }

size_t
letters_stem(const char *s, size_t n, char *out)
{
	static const struct {
		const char	*from, *to;
		size_t		 nfrom, nto;
	} endings[] = {
		E("izations", "iz"), E("ization", "iz"), E("izers", "iz"),
		E("izer", "iz"), E("izing", "iz"), E("ized", "iz"),
		E("ize", "iz"), E("ings", ""), E("ing", ""), E("ers", ""),
		E("ors", ""), E("er", ""), E("or", ""), E("ies", "y"),
		E("ied", "y"), E("ed", ""), E("es", ""), E("e", ""),
		E("s", "")
	};
	size_t len = letters_american(s, n, out);

	for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
		size_t e = endings[i].nfrom, to = endings[i].nto;

		if (len < e + 4 - to ||
		    out[len - 1] != endings[i].from[e - 1] ||
		    memcmp(out + len - e, endings[i].from, e) != 0)
			continue;
		if (e == 1 && endings[i].from[0] == 's' && out[len - 2] == 's')
			break;		/* "access" is no plural */
		memcpy(out + len - e, endings[i].to, to);
		len += to - e;
		break;
	}
	return len;
}

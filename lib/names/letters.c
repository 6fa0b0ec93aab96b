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

bool
letters_are_neighbours(char a, char b)
{
	for (size_t i = 0; i < ARRAY_LEN(keyboards); i++)
		if (keys_touch(keyboards[i], a, b))
			return true;
	return false;
}

/* ---- folding ------------------------------------------------------------- */

struct fold {
	const char	*from, *to;	/* `to` is never longer */
};

#define FOLDS_MAX 64

/* Rules by the first letter they begin with, in their order. */
struct fold_heads {
	uint8_t		 head[128], next[FOLDS_MAX];	/* rule + 1; 0: none */
};

static void
fold_heads_of(struct fold_heads *h, const struct fold *folds, size_t n)
{
	memset(h->head, 0, sizeof(h->head));
	while (n-- > 0) {
		uint8_t *head = &h->head[folds[n].from[0] & 127];

		h->next[n] = *head;
		*head = (uint8_t)(n + 1);
	}
}

static bool
fold_fits(const char *from, const char *s, size_t n, size_t *step)
{
	size_t i = 0;

	while (from[i] != '\0' && i < n && from[i] == s[i])
		i++;
	*step = i;
	return from[i] == '\0';
}

/* The first `from` that stands at the text is taken. */
static size_t
fold_all(const struct fold *folds, size_t nfolds, const char *s, size_t n,
    char *out)
{
	size_t len = 0, i = 0, step, k;
	struct fold_heads h;

	fold_heads_of(&h, folds, nfolds);
	while (i < n) {
		for (k = h.head[s[i] & 127]; k != 0; k = h.next[k - 1])
			if (fold_fits(folds[k - 1].from, s + i, n - i, &step))
				break;
		if (k == 0) {
			out[len++] = s[i++];
			continue;
		}
		for (const char *to = folds[k - 1].to; *to != '\0'; to++)
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

size_t
letters_sound(const char *s, size_t n, char *out)
{
	static const struct fold folds[] = { { "sch", "sk" }, { "tion", "sn" },
	    { "sion", "sn" }, { "ough", "of" }, { "augh", "af" },
	    { "igh", "i" }, { "ph", "f" }, { "ck", "k" }, { "cks", "ks" },
	    { "ce", "se" }, { "ci", "si" }, { "cy", "si" }, { "ch", "ch" },
	    { "qu", "kw" }, { "wh", "w" }, { "gh", "g" }, { "kn", "n" },
	    { "wr", "r" }, { "ee", "i" }, { "ea", "i" }, { "ie", "i" },
	    { "ei", "i" }, { "ou", "o" }, { "oo", "u" }, { "ai", "e" },
	    { "ay", "e" }, { "ey", "i" }, { "c", "k" }, { "q", "k" },
	    { "x", "k" }, { "z", "s" }, { "y", "i" }, { "v", "f" } };
	size_t len = fold_all(folds, ARRAY_LEN(folds), s, n, out), kept = 0;

	for (size_t i = 0; i < len; i++)
		if (kept == 0 || out[i] != out[kept - 1])
			out[kept++] = out[i];
	/* a silent e at the end */
	return kept > 3 && out[kept - 1] == 'e' ? kept - 1 : kept;
}

/* Order counts: longest first. */
size_t
letters_american(const char *s, size_t n, char *out)
{
	static const struct fold spelled[] = { { "isation", "ization" },
	    { "ising", "izing" }, { "iser", "izer" }, { "ised", "ized" },
	    { "ise", "ize" }, { "yse", "yze" }, { "yser", "yzer" },
	    { "ysing", "yzing" }, { "our", "or" }, { "tre", "ter" },
	    { "ogue", "og" }, { "ence", "ense" }, { "grey", "gray" },
	    /* the unstressed last syllable alone doubles its l: "labelled",
	     * not "billed" */
	    { "belled", "beled" }, { "belling", "beling" },
	    { "celled", "celed" }, { "celling", "celing" },
	    { "delled", "deled" }, { "delling", "deling" },
	    { "deller", "deler" }, { "nelled", "neled" },
	    { "nelling", "neling" }, { "velled", "veled" },
	    { "velling", "veling" }, { "veller", "veler" },
	    { "aeo", "eo" }, { "cheque", "check" }, { "programme", "program" },
	    { "licence", "license" }, { "artefact", "artifact" } };

	return fold_all(spelled, ARRAY_LEN(spelled), s, n, out);
}

size_t
letters_stem(const char *s, size_t n, char *out)
{
	static const struct fold endings[] = { { "izations", "iz" },
	    { "ization", "iz" }, { "izers", "iz" }, { "izer", "iz" },
	    { "izing", "iz" }, { "ized", "iz" }, { "ize", "iz" },
	    { "ings", "" }, { "ing", "" }, { "ers", "" }, { "ors", "" },
	    { "er", "" }, { "or", "" }, { "ies", "y" }, { "ied", "y" },
	    { "ed", "" }, { "es", "" }, { "e", "" }, { "s", "" } };
	size_t len = letters_american(s, n, out);

	for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
		size_t e = strlen(endings[i].from), to = strlen(endings[i].to);

		if (len < e + 4 - to || memcmp(out + len - e, endings[i].from,
		    e) != 0)
			continue;
		if (e == 1 && endings[i].from[0] == 's' && out[len - 2] == 's')
			break;		/* "access" is no plural */
		memcpy(out + len - e, endings[i].to, to);
		len += to - e;
		break;
	}
	return len;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crib - program texts under a key that nobody tells.
 *
 * Takes: bytes.  Gives: where a text begins that a one-byte key hides, and the
 * key.
 * Runs in: worker child, command.
 *
 * Under XOR with one byte, a[i] ^ a[i + 1] is that of the text; under addition,
 * a[i] - a[i + 1] is.  So words that programs hold are looked for by their
 * differences, all in one pass; where one stands, the key is read off and has
 * to make the bytes around it text.
 */
#include "inspect/layers/crib.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"

#define HEAD 4			/* differences of a word that are hashed */
#define HASH_BITS 12
#define HASHES (1u << HASH_BITS)
#define RUN_LEAST 32		/* bytes of text around a word */
#define BLANKS_ONE_IN 40	/* honest text has more */
#define BLANKS_LOOKED_AT 4096
#define LETTER_CASE 0x20	/* turns words of tables into small letters */

/* Each holds more than letters, or stands in code alone. */
static const char *const words[] = { "import ", "exec(", "https://",
    "http://", "subprocess", "urllib", "\nfrom ", "#!/bin/", "powershell",
    "curl -", "This program cannot be run", "__import__(" };
/* Long enough to hold their own under keys of several bytes. */
static const char *const long_words[] = { "import subprocess",
    "import urllib.request", "from urllib.request import",
    "urllib.request.urlopen(", "__import__('subprocess')",
    "This program cannot be run", "subprocess.Popen(" };

struct heads {
	uint64_t	 bits[2][HASHES / 64];	/* by XOR, by subtraction */
	bool		 ready;
};

static inline uint32_t
load(const uint8_t *at)
{
	uint32_t four;

	memcpy(&four, at, sizeof(four));
	return four;
}

/* Four bytes less four bytes, each modulo 256. */
static inline uint32_t
less(uint32_t a, uint32_t b)
{
	const uint32_t tops = 0x80808080u;

	return ((a | tops) - (b & ~tops)) ^ ((a ^ ~b) & tops);
}

static inline uint32_t
hash_of(uint32_t differences)
{
	return differences * 0x9e3779b1u >> (32 - HASH_BITS);
}

static inline bool
has(const uint64_t *bits, uint32_t hash)
{
	return bits[hash / 64] >> hash % 64 & 1;
}

static void
set(uint64_t *bits, uint32_t hash)
{
	bits[hash / 64] |= UINT64_C(1) << hash % 64;
}

static const struct heads *
heads_of_words(void)
{
	static struct heads heads;

	if (heads.ready)
		return &heads;
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		const uint8_t *w = (const uint8_t *)words[i];

		set(heads.bits[0], hash_of(load(w) ^ load(w + 1)));
		set(heads.bits[1], hash_of(less(load(w), load(w + 1))));
	}
	heads.ready = true;
	return &heads;
}

/* ---- a key, and whether it makes text ----------------------------------- */

static inline uint8_t
undo(const struct crib *c, uint8_t byte, size_t i)
{
	uint8_t key = c->key[i % c->period];

	return c->add ? (uint8_t)(byte - key) : (uint8_t)(byte ^ key);
}

static bool
is_text_byte(uint8_t c)
{
	return (c >= ' ' && c < 0x7f) || c == '\n' || c == '\t' || c == '\r';
}

/* A key of several bytes is known from `at` on: earlier ones go round. */
static uint8_t
undo_before(const struct crib *c, uint8_t byte, size_t back)
{
	return undo(c, byte, c->period - 1 - (back - 1) % c->period);
}

/* Widens a word to the text that it stands in. */
static bool
widen(const uint8_t *data, size_t size, struct crib *c)
{
	size_t at = c->at, back = 0, len = c->len;
	struct crib turned = *c;

	while (at + len < size && is_text_byte(undo(c, data[at + len], len)))
		len++;
	while (back < at && is_text_byte(undo_before(c, data[at - back - 1],
	    back + 1)))
		back++;
	c->at = at - back;
	c->len = len + back;
	for (size_t i = 0; i < c->period; i++)
		c->key[i] = turned.key[(i + c->period - back % c->period) %
		    c->period];
	return c->len >= RUN_LEAST;
}

static void
name_it(struct crib *c)
{
	int n;

	if (c->add) {
		(void)snprintf(c->name, sizeof(c->name), "add:%d", c->key[0]);
		return;
	}
	n = snprintf(c->name, sizeof(c->name), "xor:0x");
	for (size_t i = 0; i < c->period; i++)
		n += snprintf(c->name + n, sizeof(c->name) - (size_t)n, "%02x",
		    c->key[i]);
}

/* A program is no text throughout: from its header to the end. */
static void
whole_program(size_t size, struct crib *c)
{
	const size_t stub = 0x4e;	/* where DOS programs say it */

	c->at -= c->at >= stub ? stub : c->at;
	c->len = size - c->at;
}

static bool
is_key(const uint8_t *data, size_t size, size_t at, const char *word, bool add,
    struct crib *out)
{
	struct crib c = { .at = at, .len = strlen(word), .add = add,
	    .period = 1 };

	c.key[0] = add ? (uint8_t)(data[at] - (uint8_t)word[0]) :
	    (uint8_t)(data[at] ^ (uint8_t)word[0]);
	if (c.key[0] == 0 || c.key[0] == LETTER_CASE ||
	    (add && c.key[0] == (uint8_t)-LETTER_CASE))
		return false;
	for (size_t i = 0; i < c.len; i++)
		if (undo(&c, data[at + i], i) != (uint8_t)word[i])
			return false;
	*out = c;
	if (str_starts(word, "This program"))
		whole_program(size, out);
	else if (!widen(data, size, out))
		return false;
	name_it(out);
	return true;
}

/* ---- one byte of key ---------------------------------------------------- */

static bool
word_stands(const uint8_t *data, size_t size, size_t at, bool add,
    struct crib *out)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (size - at >= strlen(words[i]) &&
		    is_key(data, size, at, words[i], add, out))
			return true;
	return false;
}

static bool
find_between(const uint8_t *data, size_t size, size_t from, size_t to,
    struct crib *out)
{
	const struct heads *h = heads_of_words();

	for (size_t i = from; i + HEAD < to; i++) {
		uint32_t a = load(data + i), b = load(data + i + 1);

		if (has(h->bits[0], hash_of(a ^ b)) &&
		    word_stands(data, size, i, false, out))
			return true;
		if (has(h->bits[1], hash_of(less(a, b))) &&
		    word_stands(data, size, i, true, out))
			return true;
	}
	return false;
}

/* ---- several bytes of key ----------------------------------------------- */

/* Does the word's key repeat itself there?  The whole of it is read off. */
static bool
is_repeated(const uint8_t *data, size_t size, const uint8_t *word, size_t len,
    size_t period, size_t at, struct crib *out)
{
	struct crib c = { .at = at, .len = len, .period = period };

	for (size_t i = 0; i < period; i++)
		c.key[i] = data[at + i] ^ word[i];
	for (size_t i = period; i < len; i++)
		if ((data[at + i] ^ word[i]) != c.key[i % period])
			return false;
	*out = c;
	if (!widen(data, size, out) || memcmp(out->key, out->key + 1,
	    period - 1) == 0)
		return false;
	name_it(out);
	return true;
}

static bool
find_period(const uint8_t *data, size_t size, size_t period, uint8_t *room,
    struct crib *out)
{
	uint8_t wanted[32];

	for (size_t i = 0; i + period < size; i++)
		room[i] = data[i] ^ data[i + period];
	for (size_t k = 0; k < ARRAY_LEN(long_words); k++) {
		const uint8_t *w = (const uint8_t *)long_words[k], *found;
		size_t len = strlen(long_words[k]);

		for (size_t i = 0; i + period < len; i++)
			wanted[i] = w[i] ^ w[i + period];
		found = memmem(room, size - period, wanted, len - period);
		if (found != NULL && (size_t)(found - room) + len <= size &&
		    is_repeated(data, size, w, len, period,
		    (size_t)(found - room), out))
			return true;
	}
	return false;
}

static bool
find_repeated(const uint8_t *data, size_t size, struct crib *out)
{
	uint8_t *room = mem_alloc(size);
	bool found = false;

	for (size_t p = 2; !found && p <= CRIB_KEY_MOST; p++)
		found = find_period(data, size, p, room, out);
	free(room);
	return found;
}

/* ---- all of it ---------------------------------------------------------- */

bool
crib_find(const uint8_t *data, size_t size, struct crib *out)
{
	if (size < RUN_LEAST)
		return false;
	if (size <= 2 * CRIB_ENDS_MAX)
		return find_between(data, size, 0, size, out) ||
		    (size <= CRIB_REPEATED_MAX &&
		    find_repeated(data, size, out));
	return find_between(data, size, 0, CRIB_ENDS_MAX, out) ||
	    find_between(data, size, size - CRIB_ENDS_MAX, size, out);
}

uint8_t *
crib_undo(const uint8_t *data, const struct crib *c)
{
	uint8_t *out = mem_alloc(c->len + 1);

	for (size_t i = 0; i < c->len; i++)
		out[i] = undo(c, data[c->at + i], i);
	return out;
}

bool
crib_is_dense(const uint8_t *text, size_t size)
{
	size_t looked = size < BLANKS_LOOKED_AT ? size : BLANKS_LOOKED_AT;
	size_t blanks = 0, small = 0;

	for (size_t i = 0; i < looked; i++) {
		uint8_t c = text[i];

		if ((c < ' ' || c == 0x7f) && !is_text_byte(c))
			return true;
		blanks += c == ' ' || c == '\n';
		small += (uint8_t)(c - 'a') < 26;
	}
	/* A key that makes blanks of letters leaves few small ones. */
	return blanks * BLANKS_ONE_IN < looked || (small * 2 < looked &&
	    looked >= RUN_LEAST);
}

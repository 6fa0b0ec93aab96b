/* SPDX-License-Identifier: Apache-2.0 */
/*
 * literals - which of many words stand in some bytes, in whatever case.
 *
 * Letters are made small and blanks spaces, a block at a time; then words are
 * told by a few bytes in a row, their rarest.  Of a long word two such rows
 * are known, one byte apart, so that looking at every other place finds one of
 * them: a table has a bit for the hash of each.  Of a short one an entry of
 * another table, chosen by three letters, has a bit for what the fourth may be.
 * Runs in: worker (built in the parent, asked in the child), command.
 */
#include "inspect/rules/literals.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define LONG_ROW 6		/* bytes that are looked at of a long word */
#define LONG_LEAST (LONG_ROW + 1)	/* two rows, one byte apart */
#define SHORT_ROW 4		/* of others, if they have as many */
#define LONG_BITS 12		/* 32 KiB and 64 KiB, of which texts touch
				   little */
#define SHORT_BITS 14
#define LONG_SLOTS (1u << LONG_BITS)
#define SHORT_SLOTS (1u << SHORT_BITS)
#define NAMES 4096		/* a power of two */
#define ANY_FOURTH UINT32_MAX
#define BLOCK 16384		/* bytes at a time; even */
#define PEEK 8			/* bytes read at once */
#define FORGET_LEAST 32768	/* shorter texts repeat too little */

struct literal {
	char		*text;
	uint32_t	 len;
	uint32_t	 next;		/* of the same hash: number + 1 */
};

/* Some bytes of a word that tell that it may stand there. */
struct row {
	uint64_t	 bytes, mask;	/* eight, of which those count */
	uint32_t	 word, at;	/* whose, where in it */
	uint32_t	 next;		/* of the same slot: number + 1 */
};

struct literals {
	struct literal	*all;
	uint32_t	 n, room;
	struct row	*rows;
	uint32_t	 nrows, rows_room;
	uint32_t	 names[NAMES];		/* words, by all their bytes */
	uint32_t	 long_rows[LONG_SLOTS], short_rows[SHORT_SLOTS];
	uint64_t	 long_bits[LONG_SLOTS];
	uint32_t	 fourths[SHORT_SLOTS];	/* a bit each, by five of its */
	uint32_t	 longest;
};

struct literals *
literals_new(void)
{
	return mem_alloc(sizeof(struct literals));
}

void
literals_free(struct literals *l)
{
	if (l == NULL)
		return;
	for (uint32_t i = 0; i < l->n; i++)
		free(l->all[i].text);
	free(l->all);
	free(l->rows);
	free(l);
}

/* ---- hashes ------------------------------------------------------------- */

/* Eight bytes, the first in the lowest bits. */
static inline uint64_t
eight_at(const uint8_t *p)
{
	uint64_t eight;

	memcpy(&eight, p, sizeof(eight));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	eight = __builtin_bswap64(eight);
#endif
	return eight;
}

/* Of the first six bytes of eight. */
static inline uint64_t
long_hash(uint64_t eight)
{
	return (eight << 16) * UINT64_C(0x9e3779b97f4a7c15);
}

static inline uint32_t
long_slot(uint64_t hash)
{
	return (uint32_t)(hash >> (64 - LONG_BITS));
}

/* 0 or 1: numbers, so that several are asked for by one branch. */
static inline uint32_t
has_long(uint64_t bits, uint64_t hash)
{
	return (uint32_t)(bits >> (hash >> 42 & 63) & 1);
}

/* Of the first three bytes of four. */
static inline uint32_t
short_slot(uint32_t four)
{
	return (four << 8) * 0x9e3779b1u >> (32 - SHORT_BITS);
}

static inline uint32_t
has_fourth(uint32_t fourths, uint32_t four)
{
	return fourths >> (four >> 24 & 31) & 1;
}

/* ---- words -------------------------------------------------------------- */

char
literals_plain(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) :
	    c >= '\t' && c <= '\r' ? ' ' : c;
}

/* How rare a byte is in source and prose, roughly. */
static unsigned int
rarity(unsigned char c)
{
	return strchr(" etaoinsrl", c) != NULL ? 1 :
	    strchr("cdhumpf_.=(),'\":[]-#/", c) != NULL ? 2 :
	    strchr("bgyvkw", c) != NULL ? 3 : 5;
}

/* Where the rarest `n` bytes in a row begin. */
static uint32_t
rarest(const char *text, size_t len, size_t n)
{
	unsigned int best = 0, sum = 0;
	uint32_t at = 0;

	for (size_t i = 0; i < len; i++) {
		sum += rarity((unsigned char)text[i]);
		if (i >= n)
			sum -= rarity((unsigned char)text[i - n]);
		if (i + 1 >= n && sum > best) {
			best = sum;
			at = (uint32_t)(i + 1 - n);
		}
	}
	return at;
}

static void
add_row(struct literals *l, uint32_t *head, struct row row)
{
	if (l->nrows == l->rows_room) {
		l->rows_room = l->rows_room == 0 ? 512 : 2 * l->rows_room;
		l->rows = mem_grow(l->rows, l->rows_room, sizeof(*l->rows));
	}
	row.next = *head;
	l->rows[l->nrows++] = row;
	*head = l->nrows;
}

static struct row
row_of(const struct literals *l, uint32_t word, uint32_t at)
{
	const struct literal *one = &l->all[word];
	uint8_t bytes[PEEK] = { 0 }, mask[PEEK] = { 0 };
	size_t n = one->len - at < PEEK ? one->len - at : PEEK;

	memcpy(bytes, one->text + at, n);
	memset(mask, 0xff, n);
	return (struct row){ eight_at(bytes), eight_at(mask), word, at, 0 };
}

static void
add_long(struct literals *l, uint32_t word, uint32_t at)
{
	struct row row = row_of(l, word, at);
	uint64_t hash = long_hash(row.bytes);

	l->long_bits[long_slot(hash)] |= UINT64_C(1) << (hash >> 42 & 63);
	add_row(l, &l->long_rows[long_slot(hash)], row);
}

static void
add_short(struct literals *l, uint32_t word, uint32_t at)
{
	struct row row = row_of(l, word, at);
	uint32_t four = (uint32_t)row.bytes, slot = short_slot(four);

	l->fourths[slot] |= l->all[word].len < SHORT_ROW ? ANY_FOURTH :
	    UINT32_C(1) << (four >> 24 & 31);
	add_row(l, &l->short_rows[slot], row);
}

static uint32_t *
name_head(struct literals *l, const char *text, size_t len)
{
	uint32_t hash = (uint32_t)len;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (uint8_t)text[i]) * 0x01000193u;
	return &l->names[(hash ^ hash >> 15) % NAMES];
}

uint32_t
literals_add(struct literals *l, const char *text, size_t len)
{
	uint32_t *head = name_head(l, text, len), at;

	for (uint32_t i = *head; i != 0; i = l->all[i - 1].next)
		if (l->all[i - 1].len == len &&
		    memcmp(l->all[i - 1].text, text, len) == 0)
			return i - 1;
	if (l->n == l->room) {
		l->room = l->room == 0 ? 256 : 2 * l->room;
		l->all = mem_grow(l->all, l->room, sizeof(*l->all));
	}
	l->all[l->n] = (struct literal){ .text = mem_alloc(len + 1),
	    .len = (uint32_t)len, .next = *head };
	memcpy(l->all[l->n].text, text, len);
	*head = ++l->n;
	if (len > l->longest)
		l->longest = (uint32_t)len;
	if (len >= LONG_LEAST) {
		at = rarest(text, len, LONG_LEAST);
		add_long(l, l->n - 1, at);
		add_long(l, l->n - 1, at + 1);
	} else {
		add_short(l, l->n - 1, rarest(text, len, SHORT_ROW));
	}
	return l->n - 1;
}

/* ---- looking ------------------------------------------------------------ */

/* Bytes at hand, and what was found in them. */
struct search {
	const struct literals *literals;
	const uint8_t	*plain;		/* a block and what is around it */
	size_t		 len;		/* of these */
	const uint32_t	*fourths;
	uint32_t	*own;		/* the same, ours to change, or NULL */
	bool		*seen;
	void		(*each)(void *, uint32_t);
	void		*ctx;
};

/* Which of a slot's words stand there, with the eight bytes at `at`. */
static void
compare(struct search *s, uint32_t head, uint64_t eight, size_t at)
{
	const struct literals *l = s->literals;

	for (uint32_t i = head; i != 0; i = l->rows[i - 1].next) {
		const struct row *row = &l->rows[i - 1];
		const struct literal *one;

		if (((row->bytes ^ eight) & row->mask) != 0 ||
		    s->seen[row->word] || at < row->at)
			continue;
		one = &l->all[row->word];
		if (s->len - (at - row->at) < one->len ||
		    memcmp(s->plain + at - row->at, one->text, one->len) != 0)
			continue;
		s->seen[row->word] = true;
		s->each(s->ctx, row->word);
	}
}

/* Nobody needs a slot again of which every word was seen: they are the words
 * that stand everywhere. */
static void
forget(struct search *s, uint32_t slot)
{
	const struct literals *l = s->literals;

	for (uint32_t i = l->short_rows[slot]; i != 0; i = l->rows[i - 1].next)
		if (!s->seen[l->rows[i - 1].word])
			return;
	s->own[slot] = 0;
}

static void
look_short(struct search *s, size_t at)
{
	uint64_t eight = eight_at(s->plain + at);
	uint32_t slot = short_slot((uint32_t)eight);

	if (has_fourth(s->fourths[slot], (uint32_t)eight) == 0)
		return;
	compare(s, s->literals->short_rows[slot], eight, at);
	if (s->own != NULL)
		forget(s, slot);
}

static void
look_long(struct search *s, size_t at)
{
	const struct literals *l = s->literals;
	uint64_t eight = eight_at(s->plain + at), hash = long_hash(eight);

	if (has_long(l->long_bits[long_slot(hash)], hash) != 0)
		compare(s, l->long_rows[long_slot(hash)], eight, at);
}

/* Looks at places, two at a time, of which one is looked at for long words. */
static void
look(struct search *s, size_t from, size_t to)
{
	const uint64_t *long_bits = s->literals->long_bits;
	const uint32_t *fourths = s->fourths;
	const uint8_t *plain = s->plain;

	for (size_t i = from; i < to; i += 2) {
		uint64_t eight = eight_at(plain + i), hash = long_hash(eight);
		uint32_t four = (uint32_t)eight;
		uint32_t next = (uint32_t)(eight >> 8);

		if ((has_fourth(fourths[short_slot(four)], four) |
		    has_fourth(fourths[short_slot(next)], next) |
		    has_long(long_bits[long_slot(hash)], hash)) == 0)
			continue;
		look_short(s, i);
		look_short(s, i + 1);
		look_long(s, i);
	}
}

typedef uint8_t bytes16 __attribute__((vector_size(16)));

/* Sixteen at a time: writes up to fifteen more than it is told. */
static void
make_plain(uint8_t *to, const uint8_t *from, size_t n)
{
	for (size_t i = 0; i < n; i += sizeof(bytes16)) {
		bytes16 c = { 0 }, big, blank;

		memcpy(&c, from + i, n - i < sizeof(c) ? n - i : sizeof(c));
		big = (bytes16)(c - 'A' < 26);
		blank = (bytes16)(c - '\t' < 5);
		c = ((c | (big & 0x20)) & ~blank) | (blank & ' ');
		memcpy(to + i, &c, sizeof(c));
	}
}

void
literals_find(const struct literals *l, const uint8_t *data, size_t size,
    void (*each)(void *, uint32_t), void *ctx)
{
	size_t block = size < BLOCK ? size : BLOCK;
	uint8_t *plain = mem_alloc(block + 2 * (size_t)l->longest + PEEK +
	    sizeof(bytes16));
	struct search s = { l, plain, 0, l->fourths, NULL,
	    mem_array((size_t)l->n + 1, sizeof(bool)), each, ctx };

	if (size >= FORGET_LEAST) {
		s.fourths = s.own = mem_alloc(sizeof(l->fourths));
		memcpy(s.own, l->fourths, sizeof(l->fourths));
	}
	for (size_t at = 0; at < size; at += BLOCK) {
		size_t before = at < l->longest ? at : l->longest;
		size_t here = size - at < BLOCK ? size - at : BLOCK;
		size_t after = size - at - here < l->longest ?
		    size - at - here : l->longest;

		s.len = before + here + after;
		make_plain(plain, data + at - before, s.len);
		memset(plain + s.len, 0, PEEK);
		look(&s, before, before + here);
	}
	free(s.own);
	free(s.seen);
	free(plain);
}

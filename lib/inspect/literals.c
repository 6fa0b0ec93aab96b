/* SPDX-License-Identifier: Apache-2.0 */
/*
 * literals - which of many words stand in some bytes, in whatever case.
 *
 * Letters are small and blanks are spaces before anything is compared.  Each
 * word has four bytes that are looked for, its rarest, or the three that it
 * consists of; a bit for each hash tells where more has to be compared.
 * Runs in: worker (built in the parent, asked in the child), command.
 */
#include "inspect/literals.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define HASH_BITS 17		/* 16 KiB of bits: they stay in the cache */
#define HASHES (1u << HASH_BITS)
#define HEADS 4096		/* a power of two */
#define LOOKED_AT 4		/* bytes of a word, if it has as many */

struct literal {
	char		*text;
	uint32_t	 len, at;	/* where those bytes stand in it */
	uint32_t	 bytes;		/* those that are looked at */
	uint32_t	 next;		/* of the hash: number + 1 */
};

struct literals {
	struct literal	*all;
	uint32_t	 n, room;
	uint64_t	 bits[HASHES / 64], bits_of_three[HASHES / 64];
	uint32_t	 heads[HEADS];
	uint8_t		 plain[256];
};

struct literals *
literals_new(void)
{
	struct literals *l = mem_alloc(sizeof(*l));

	for (int c = 0; c < 256; c++)
		l->plain[c] = (uint8_t)literals_plain((char)c);
	return l;
}

void
literals_free(struct literals *l)
{
	if (l == NULL)
		return;
	for (uint32_t i = 0; i < l->n; i++)
		free(l->all[i].text);
	free(l->all);
	free(l);
}

static inline uint32_t
hash_four(uint32_t four)
{
	return four * 0x9e3779b1u >> (32 - HASH_BITS);
}

static inline uint32_t
hash_three(uint32_t three)
{
	return (three & 0xffffff) * 0x85ebca6bu >> (32 - HASH_BITS);
}

static inline bool
has_bit(const uint64_t *bits, uint32_t hash)
{
	return bits[hash / 64] >> hash % 64 & 1;
}

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

static uint32_t
rarest(const char *text, size_t len)
{
	unsigned int best = 0;
	uint32_t at = 0;

	for (size_t i = 0; i + LOOKED_AT <= len; i++) {
		unsigned int sum = 0;

		for (size_t k = 0; k < LOOKED_AT; k++)
			sum += rarity((unsigned char)text[i + k]);
		if (sum > best) {
			best = sum;
			at = (uint32_t)i;
		}
	}
	return at;
}

uint32_t
literals_add(struct literals *l, const char *text, size_t len)
{
	uint32_t at = rarest(text, len), bytes = 0, hash, *head;

	for (size_t i = at; i < len && i < at + LOOKED_AT; i++)
		bytes = bytes << 8 | (uint8_t)text[i];
	hash = len < LOOKED_AT ? hash_three(bytes) : hash_four(bytes);
	head = &l->heads[hash % HEADS];

	for (uint32_t i = *head; i != 0; i = l->all[i - 1].next)
		if (l->all[i - 1].len == len &&
		    memcmp(l->all[i - 1].text, text, len) == 0)
			return i - 1;
	if (l->n == l->room) {
		l->room = l->room == 0 ? 256 : 2 * l->room;
		l->all = mem_grow(l->all, l->room, sizeof(*l->all));
	}
	l->all[l->n] = (struct literal){ .text = mem_strndup(text, len),
	    .len = (uint32_t)len, .at = at, .bytes = bytes, .next = *head };
	(len < LOOKED_AT ? l->bits_of_three : l->bits)[hash / 64] |=
	    UINT64_C(1) << hash % 64;
	*head = ++l->n;
	return l->n - 1;
}

/* Bytes at hand, and what was found in them. */
struct search {
	const struct literals *literals;
	const uint8_t	*data;
	size_t		 size;
	bool		*seen;
	void		(*each)(void *, uint32_t);
	void		*ctx;
};

static bool
is_at(const struct search *s, const struct literal *one, size_t at)
{
	const uint8_t *data = s->data + at;

	if (s->size - at < one->len)
		return false;
	for (size_t i = 0; i < one->len; i++)
		if (s->literals->plain[data[i]] != (uint8_t)one->text[i])
			return false;
	return true;
}

/* `bytes`, all that is looked at of a word of their hash, begin at `at`. */
static void
compare(struct search *s, uint32_t hash, uint32_t bytes, size_t at)
{
	const struct literals *l = s->literals;

	for (uint32_t i = l->heads[hash % HEADS]; i != 0;
	    i = l->all[i - 1].next) {
		const struct literal *one = &l->all[i - 1];

		if (one->bytes != bytes || s->seen[i - 1] || at < one->at ||
		    !is_at(s, one, at - one->at))
			continue;
		s->seen[i - 1] = true;
		s->each(s->ctx, i - 1);
	}
}

void
literals_find(const struct literals *l, const uint8_t *data, size_t size,
    void (*each)(void *, uint32_t), void *ctx)
{
	struct search s = { l, data, size, mem_array((size_t)l->n + 1,
	    sizeof(bool)), each, ctx };
	uint32_t last = 0;

	for (size_t i = 0; i < size; i++) {
		uint32_t four, three;

		last = last << 8 | l->plain[data[i]];
		four = hash_four(last);
		three = hash_three(last);
		if (has_bit(l->bits, four) && i + 1 >= LOOKED_AT)
			compare(&s, four, last, i + 1 - LOOKED_AT);
		if (has_bit(l->bits_of_three, three) &&
		    i + 1 >= LITERAL_LEAST)
			compare(&s, three, last & 0xffffff, i + 1 -
			    LITERAL_LEAST);
	}
	free(s.seen);
}

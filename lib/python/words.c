/* SPDX-License-Identifier: Apache-2.0 */
/*
 * words - the names of a source, each kept once and known by a number.
 * Runs in: worker child, command.
 */
#include "python/words.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/vis.h"
#include "python/arena.h"
#include "python/nfkc.h"

#define WIDE_MOST 1024		/* longer names are kept as they stand */
#define UTF8_LONGEST 4
#define WORDS_LEAST 128		/* the fixed ones and a few */
#define WORDS_AT_FIRST 512
#define WORD_SHARE 16		/* bytes of source for a new word, roughly */

static const char *const fixed[WORD_COUNT] = {
	[KW_FALSE] = "False", [KW_NONE] = "None", [KW_TRUE] = "True",
	[KW_AND] = "and", [KW_AS] = "as", [KW_ASSERT] = "assert",
	[KW_ASYNC] = "async", [KW_AWAIT] = "await", [KW_BREAK] = "break",
	[KW_CLASS] = "class", [KW_CONTINUE] = "continue", [KW_DEF] = "def",
	[KW_DEL] = "del", [KW_ELIF] = "elif", [KW_ELSE] = "else",
	[KW_EXCEPT] = "except", [KW_FINALLY] = "finally", [KW_FOR] = "for",
	[KW_FROM] = "from", [KW_GLOBAL] = "global", [KW_IF] = "if",
	[KW_IMPORT] = "import", [KW_IN] = "in", [KW_IS] = "is",
	[KW_LAMBDA] = "lambda", [KW_NONLOCAL] = "nonlocal", [KW_NOT] = "not",
	[KW_OR] = "or", [KW_PASS] = "pass", [KW_RAISE] = "raise",
	[KW_RETURN] = "return", [KW_TRY] = "try", [KW_WHILE] = "while",
	[KW_WITH] = "with", [KW_YIELD] = "yield", [WORD_MATCH] = "match",
	[WORD_CASE] = "case", [WORD_TYPE] = "type", [WORD_PRINT] = "print",
	[WORD_EXEC] = "exec", [WORD_SELF] = "self", [WORD_CLS] = "cls",
	[WORD_STAR] = "*",
};

void
words_init(struct words *w, struct arena *arena, size_t source)
{
	uint32_t room = WORDS_LEAST;

	while (room < source / WORD_SHARE && room < WORDS_AT_FIRST)
		room *= 2;
	*w = (struct words){ .n = 1, .room = room, .mask = 2 * room - 1,
	    .arena = arena };
	w->key = (uint64_t)(uintptr_t)w * UINT64_C(0x9e3779b97f4a7c15) ^
	    (uint64_t)(uintptr_t)&words_init;
	w->texts = mem_grow(NULL, w->room, sizeof(*w->texts));
	w->slots = mem_array(w->mask + 1, sizeof(*w->slots));
	w->texts[0] = (struct word_text){ .text = (const uint8_t *)"" };
	for (size_t i = 1; i < WORD_COUNT; i++)
		(void)words_add(w, (const uint8_t *)fixed[i],
		    strlen(fixed[i]), false);
}

void
words_release(struct words *w)
{
	free(w->texts);
	free(w->slots);
}

/* Up to eight bytes as one number, in few loads. */
static uint64_t
last_bytes(const uint8_t *at, size_t len)
{
	uint32_t first, last;

	if (len >= 4) {
		memcpy(&first, at, 4);
		memcpy(&last, at + len - 4, 4);
		return (uint64_t)first << 32 | last;
	}
	return len == 0 ? 0 : (uint64_t)at[0] << 16 |
	    (uint64_t)at[len / 2] << 8 | at[len - 1];
}

static uint32_t
hash_of(uint64_t h, const uint8_t *at, size_t len)
{
	uint64_t part = 0;

	h ^= len;
	for (; len > 8; at += 8, len -= 8) {
		memcpy(&part, at, 8);
		h = (h ^ part) * UINT64_C(0x9fb21c651e98df25);
		h ^= h >> 29;
	}
	h = (h ^ last_bytes(at, len)) * UINT64_C(0x9fb21c651e98df25);
	return (uint32_t)(h >> 32);
}

static void
grow(struct words *w)
{
	uint32_t mask = 2 * w->mask + 1;

	w->room *= 2;
	w->texts = mem_grow(w->texts, w->room, sizeof(*w->texts));
	free(w->slots);
	w->slots = mem_array((size_t)mask + 1, sizeof(*w->slots));
	w->mask = mask;
	for (uint32_t i = 1; i < w->n; i++) {
		uint32_t at = w->texts[i].hash & mask;

		while (w->slots[at] != 0)
			at = (at + 1) & mask;
		w->slots[at] = i;
	}
}

/* The slot of a text: its own, or the free one where it belongs. */
static uint32_t
slot_of(const struct words *w, const uint8_t *text, size_t len, uint32_t hash)
{
	uint32_t at = hash & w->mask;

	for (; w->slots[at] != 0; at = (at + 1) & w->mask) {
		const struct word_text *t = &w->texts[w->slots[at]];

		if (t->hash == hash && t->len == len &&
		    memcmp(t->text, text, len) == 0)
			break;
	}
	return at;
}

uint32_t
words_find(const struct words *w, const void *text, size_t len)
{
	return w->slots[slot_of(w, text, len, hash_of(w->key, text, len))];
}

uint32_t
words_add(struct words *w, const uint8_t *text, size_t len, bool copy)
{
	uint32_t hash = hash_of(w->key, text, len);
	uint32_t slot = slot_of(w, text, len, hash);

	if (w->slots[slot] != 0)
		return w->slots[slot];
	if (copy) {
		text = arena_copy(w->arena, text, len);
		if (text == NULL)
			return WORD_NONE;
	}
	if (w->n == w->room) {
		grow(w);
		slot = slot_of(w, text, len, hash);
	}
	w->texts[w->n] = (struct word_text){ text, (uint32_t)len, hash };
	w->slots[slot] = w->n;
	return w->n++;
}

uint32_t
words_add_wide(struct words *w, const uint8_t *text, size_t len)
{
	uint8_t folded[WIDE_MOST];
	size_t out = 0, n;

	if (len > sizeof(folded))
		return words_add(w, text, len, false);
	for (size_t i = 0; i < len; i += n) {
		uint32_t code;
		char ascii[NFKC_MOST];
		size_t letters = 0;

		n = utf8_next(text + i, len - i, &code);
		if (n > 1)
			letters = nfkc_ascii(code, ascii);
		if (letters == 0 || letters > n + 2) {
			n = n == 0 ? 1 : n;
			memcpy(folded + out, text + i, n);
			out += n;
		} else if (out + letters <= sizeof(folded)) {
			memcpy(folded + out, ascii, letters);
			out += letters;
		}
		if (out > sizeof(folded) - UTF8_LONGEST)
			return words_add(w, text, len, false);
	}
	return words_add(w, folded, out, true);
}

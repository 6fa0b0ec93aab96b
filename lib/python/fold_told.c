/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold_told - does a text say what it was made of, or was that another one?
 *
 * A function that goes through a text and gives one that has none of it decodes
 * it, whatever alphabet or table it does that by; one that fills a template,
 * indents or escapes leaves most of the text as it was.
 * Takes: two texts.  Gives: whether the second one is new.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "python/fold_state.h"

#define TOLD_LEAST 24		/* bytes; of fewer, little is left by chance */
#define TOLD_PIECE 4		/* bytes that are looked for */
#define TOLD_BITS 8192		/* of a set of pieces; a power of two */
#define TOLD_BYTES 1024		/* looked at, of either: a set holds no more */

static uint32_t
piece_at(const uint8_t *at)
{
	uint32_t piece;

	memcpy(&piece, at, sizeof(piece));
	return (piece * 2654435761u) >> 19;
}
_Static_assert(TOLD_BITS == 1 << (32 - 19), "as the shift");

/* Pieces of one text in the other, of all that it has. */
static bool
has_little(const struct value *from, const struct value *v)
{
	uint64_t set[TOLD_BITS / 64] = { 0 };
	size_t n = from->len < TOLD_BYTES ? from->len : TOLD_BYTES, hits = 0;
	size_t m = v->len < TOLD_BYTES ? v->len : TOLD_BYTES;

	for (size_t i = 0; i + TOLD_PIECE <= n; i++) {
		uint32_t p = piece_at(from->bytes + i);

		set[p / 64] |= UINT64_C(1) << p % 64;
	}
	for (size_t i = 0; i + TOLD_PIECE <= m; i++) {
		uint32_t p = piece_at(v->bytes + i);

		hits += set[p / 64] >> p % 64 & 1;
	}
	return hits < m / 4;
}

bool
value_is_new(struct fold *f, uint32_t node, const struct value *from,
    const struct value *v)
{
	if (!value_is_text(from) || !value_is_text(v) ||
	    from->len < TOLD_LEAST || v->len < TOLD_LEAST ||
	    ((from->flags | v->flags) & VALUE_OPEN) ||
	    v->len > 2 * from->len)
		return false;
	return fold_pay(f, node, 2 * TOLD_BYTES) && has_little(from, v);
}

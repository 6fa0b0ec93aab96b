/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_python - any bytes as Python source; bytes behind one from 0xe0 on as
 * input of a decoder, of which that byte chooses.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "python/blank.h"
#include "python/decode.h"
#include "python/fold.h"
#include "python/lex.h"
#include "python/modules.h"
#include "fuzz.h"

#define DECODED_MOST (1u << 20)

static void
check_tree(const struct tree *t, size_t size)
{
	require(tree_memory(t) <= TREE_MEMORY_TIMES * size + 65536);
	for (uint32_t n = 1; n < t->nnodes; n++) {
		const struct node *at = &t->nodes[n];

		require(at->kind < NODE_KINDS && at->end <= t->source.size);
		if (at->kind == NODE_NAME || at->kind == NODE_NONE)
			continue;
		for (uint32_t k = at->kid; k != 0; k = t->nodes[k].next)
			require(k < t->nnodes && (at->kind >= NODE_BLOCK ||
			    k < n));
	}
}

static void
check_layers(const struct fold *f)
{
	uint32_t sum = 0;

	for (uint32_t i = 1; i < f->nlayers; i++) {
		require(f->layers[i].from < i);
		/* Every byte may be read. */
		for (uint32_t k = 0; k < f->layers[i].len; k++)
			sum += f->layers[i].bytes[k];
	}
	require(sum != 1 || f->nlayers != 0);
}

static void
read_source(const uint8_t *data, size_t size)
{
	struct tree *t = tree_read(data, size);
	struct fold *f = fold_new(t);
	struct modules *m = modules_new();

	check_tree(t, size);
	fold_all(f);
	check_layers(f);
	modules_add(m, "a.b", f);
	fold_free(f);
	f = fold_new(t);
	modules_use(m, "a.b", true, f);
	fold_all(f);
	check_layers(f);
	fold_free(f);
	modules_free(m);
	tree_free(t);
}

static void
read_tokens(const uint8_t *data, size_t size)
{
	struct lex_token t;
	struct lexer l;
	size_t last = 0;

	lex_open(&l, data, size);
	while (lex_next(&l, &t)) {
		require(t.end >= last && t.end <= size);
		last = t.end;
	}
	free(blank_copy(data, size));
}

static void
read_decoder(uint8_t kind, const uint8_t *data, size_t size)
{
	struct buf b = { .most = DECODED_MOST };

	if (kind < DECODE_KINDS)
		(void)decode_bytes((enum decoding)kind, data, size, &b);
	else if (kind == DECODE_KINDS)
		(void)pickle_text(data, size, &b);
	else if (kind == DECODE_KINDS + 1)
		(void)marshal_text(data, size, &b);
	else if (size > 48)
		(void)cipher_aes("CBC", data, 16, data + 16, 16, data + 32,
		    size - 32, &b);
	require(b.len <= DECODED_MOST);
	buf_release(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size != 0 && *data >= 0xe0) {
		read_decoder(*data - 0xe0, data + 1, size - 1);
		return 0;
	}
	read_source(data, size);
	read_tokens(data, size);
	return 0;
}

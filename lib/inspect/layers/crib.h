/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_LAYERS_CRIB_H
#define INSPECT_LAYERS_CRIB_H

/* crib - program texts under a key that nobody tells. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CRIB_KEY_MOST 8

struct crib {
	char		 name[32];	/* "xor:0x2a", "add:7" */
	size_t		 at, len;	/* the text, in the bytes searched */
	bool		 add;		/* each byte had the key added */
	size_t		 period;	/* bytes of key */
	uint8_t		 key[CRIB_KEY_MOST];	/* that of `at` first */
};

/*
 * A text in which a word of programs stands, under one byte by XOR or by
 * addition modulo 256; in few bytes also under a repeated XOR key.  No key is
 * guessed: what two neighbours differ by is the same under every key.  Linear;
 * of large data the beginning and the end.
 */
bool	crib_find(const uint8_t *, size_t, struct crib *);
/* The text that was found; heap, crib.len bytes. */
uint8_t	*crib_undo(const uint8_t *, const struct crib *);
/* Few blanks or small letters, or control bytes: a text under a key could be
 * so, prose is not. */
bool	crib_is_dense(const uint8_t *, size_t);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PYTHON_DECODE_H
#define PYTHON_DECODE_H

/*
 * decode - the encodings and compressions that Python's library undoes.
 *
 * decode_bytes works on plain bytes and can be used without a fold.  It needs
 * no file and no state; the result is bounded by the buf's `most`, which must
 * be set.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct fold;
struct value;

enum decoding {
	DECODE_BASE64,		/* either alphabet, blanks skipped */
	DECODE_BASE32, DECODE_BASE16,
	DECODE_BASE85,		/* base64.b85decode (git's alphabet) */
	DECODE_ASCII85,		/* base64.a85decode, with or without <~ ~> */
	DECODE_PERCENT,		/* %41 */
	DECODE_QUOTED,		/* =41, quoted-printable */
	DECODE_UU,
	DECODE_ROT13,
	DECODE_ZLIB, DECODE_DEFLATE, DECODE_GZIP, DECODE_BZ2, DECODE_LZMA,
	DECODE_KINDS,
	DECODE_PACKED = DECODE_ZLIB	/* the first of them */
};

const char *decode_name(enum decoding);
/* What a digit of base 16 is worth, or -1. */
static inline int
hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}
/*
 * Appends what is below one layer.  False when the data is broken; what stood
 * before the break is in `out` all the same (a stream cut short still runs
 * through zlib.decompressobj).
 */
bool	decode_bytes(enum decoding, const uint8_t *, size_t, struct buf *out);

/* decode_pack.c: the compressed ones. */
bool	decode_inflate(const uint8_t *, size_t, int window, struct buf *);
bool	decode_bz2(const uint8_t *, size_t, struct buf *);
bool	decode_lzma(const uint8_t *, size_t, struct buf *);

/*
 * cipher.c.  Keys and initial values have to have the right lengths.  `mode`
 * is "CBC", "ECB", "CTR", "CFB8", "OFB" or "GCM" (whose tag is not checked).
 */
bool	cipher_aes(const char *mode, const uint8_t *key, size_t key_len,
	    const uint8_t *iv, size_t iv_len, const uint8_t *, size_t,
	    struct buf *out);
/* ... as RFC 8439 does for a text, from the counter 1 on. */
bool	cipher_chacha20(const uint8_t *key, size_t key_len,
	    const uint8_t *nonce, size_t nonce_len, const uint8_t *, size_t,
	    struct buf *out);
/* A Fernet token; both as text.  The token's HMAC has to be right. */
bool	cipher_fernet(const uint8_t *key, size_t key_len,
	    const uint8_t *token, size_t token_len, struct buf *out);
void	cipher_rc4(const uint8_t *key, size_t key_len, const uint8_t *, size_t,
	    struct buf *out);
/* "md5", "sha1", "sha256", ...; the digest's length, or 0. */
size_t	cipher_digest(const char *name, const uint8_t *, size_t,
	    uint8_t out[64]);

/* pickle.c, marshal.c: what is imported and which texts stand in it, a line
 * each; nothing is loaded.  False when the bytes are none. */
bool	pickle_text(const uint8_t *, size_t, struct buf *out);
bool	marshal_text(const uint8_t *, size_t, struct buf *out);

/* fold_codec.c: the same for values of a fold, as layers. */
struct value decode_value(struct fold *, uint32_t node, enum decoding,
	    struct value);
/* bytes.decode(name) and str.encode(name), codecs.decode and .encode. */
struct value decode_codec(struct fold *, uint32_t node,
	    const struct value *name, struct value, bool decoding);

#endif

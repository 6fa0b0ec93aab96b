/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

/* digest - hashes and keyed hashes, by libcrypto and libsodium. */
#include <stddef.h>
#include <stdint.h>

#define SHA256_HEX 64		/* digits, without the NUL */
#define BLAKE2B_HEX 64		/* BLAKE2b-256, as in PyPI's file URLs */
#define SHA256_BYTES 32

/* Both digests of a stream at once. */
struct digest;

struct digest *digest_new(void);
void	digest_add(struct digest *, const void *, size_t);
/* Lower-case hex; the digest may not be added to afterwards.  Either may be
 * NULL. */
void	digest_end(struct digest *, char sha256[SHA256_HEX + 1],
	    char blake2b[BLAKE2B_HEX + 1]);
void	digest_free(struct digest *);

void	sha256_hex(const void *, size_t, char out[SHA256_HEX + 1]);
void	hmac_sha256(const void *key, size_t key_len, const void *data,
	    size_t len, uint8_t out[SHA256_BYTES]);
/* A UUID of version 5 (RFC 9562): the same of the same name. */
#define UUID_DIGITS 36
void	uuid_of(const uint8_t space[16], const char *name,
	    char out[UUID_DIGITS + 1]);
void	hex_encode(const void *, size_t, char *out);	/* 2 * len + 1 bytes */
/* Standard base64 with padding, heap. */
char	*base64_encode(const void *, size_t);
/* Heap and *len, or NULL when the text is not strict standard base64. */
uint8_t	*base64_decode(const char *, size_t *len);

#endif

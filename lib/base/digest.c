/* SPDX-License-Identifier: Apache-2.0 */
/*
 * digest - hashes and keyed hashes.
 * Takes: bytes.  Gives: hex, base64.
 * Runs in: fetch, worker, queue, alert, the command.
 *
 * BLAKE2b with 256 bits comes from libsodium: OpenSSL 3.0 has the 512-bit
 * form only, and truncating that gives another function.
 */
#include "base/digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"

struct digest {
	EVP_MD_CTX		*sha256;
	crypto_generichash_state blake2b;
};

struct digest *
digest_new(void)
{
	struct digest *d = mem_alloc(sizeof(*d));

	d->sha256 = EVP_MD_CTX_new();
	if (d->sha256 == NULL ||
	    EVP_DigestInit_ex(d->sha256, EVP_sha256(), NULL) != 1 ||
	    crypto_generichash_init(&d->blake2b, NULL, 0, 32) != 0)
		fatal("digest: libcrypto or libsodium refuses to start");
	return d;
}

void
digest_add(struct digest *d, const void *bytes, size_t len)
{
	if (EVP_DigestUpdate(d->sha256, bytes, len) != 1)
		fatal("digest: update failed");
	crypto_generichash_update(&d->blake2b, bytes, len);
}

void
digest_end(struct digest *d, char sha256[SHA256_HEX + 1],
    char blake2b[BLAKE2B_HEX + 1])
{
	uint8_t raw[32];

	if (sha256 != NULL) {
		if (EVP_DigestFinal_ex(d->sha256, raw, NULL) != 1)
			fatal("digest: final failed");
		hex_encode(raw, sizeof(raw), sha256);
	}
	if (blake2b != NULL) {
		crypto_generichash_final(&d->blake2b, raw, sizeof(raw));
		hex_encode(raw, sizeof(raw), blake2b);
	}
}

void
digest_free(struct digest *d)
{
	if (d == NULL)
		return;
	EVP_MD_CTX_free(d->sha256);
	free(d);
}

void
sha256_hex(const void *bytes, size_t len, char out[SHA256_HEX + 1])
{
	uint8_t raw[SHA256_BYTES];

	if (EVP_Digest(bytes, len, raw, NULL, EVP_sha256(), NULL) != 1)
		fatal("digest: sha256 failed");
	hex_encode(raw, sizeof(raw), out);
}

void
hmac_sha256(const void *key, size_t key_len, const void *data, size_t len,
    uint8_t out[SHA256_BYTES])
{
	unsigned int n = SHA256_BYTES;

	if (HMAC(EVP_sha256(), key, (int)key_len, data, len, out, &n) == NULL)
		fatal("digest: hmac failed");
}

void
uuid_of(const uint8_t space[16], const char *name, char out[UUID_DIGITS + 1])
{
	static const uint8_t ends[] = { 4, 6, 8, 10, 16 }; /* of its groups */
	uint8_t		 raw[EVP_MAX_MD_SIZE];
	EVP_MD_CTX	*ctx = EVP_MD_CTX_new();

	if (ctx == NULL || EVP_DigestInit_ex(ctx, EVP_sha1(), NULL) != 1 ||
	    EVP_DigestUpdate(ctx, space, 16) != 1 ||
	    EVP_DigestUpdate(ctx, name, strlen(name)) != 1 ||
	    EVP_DigestFinal_ex(ctx, raw, NULL) != 1)
		fatal("digest: sha1 failed");
	EVP_MD_CTX_free(ctx);
	raw[6] = (uint8_t)((raw[6] & 0x0f) | 0x50);
	raw[8] = (uint8_t)((raw[8] & 0x3f) | 0x80);
	for (size_t i = 0, at = 0; i < sizeof(ends); at = ends[i++]) {
		hex_encode(raw + at, ends[i] - at, out);
		out += 2 * (ends[i] - at);
		*out++ = '-';
	}
	out[-1] = '\0';
}

void
hex_encode(const void *bytes, size_t len, char *out)
{
	sodium_bin2hex(out, 2 * len + 1, bytes, len);
}

char *
base64_encode(const void *bytes, size_t len)
{
	size_t	 room = sodium_base64_encoded_len(len,
	    sodium_base64_VARIANT_ORIGINAL);
	char	*out = mem_array(room, 1);

	return sodium_bin2base64(out, room, bytes, len,
	    sodium_base64_VARIANT_ORIGINAL);
}

uint8_t *
base64_decode(const char *text, size_t *len)
{
	size_t	 room = strlen(text) / 4 * 3 + 3;
	uint8_t	*out = mem_array(room, 1);

	if (sodium_base642bin(out, room, text, strlen(text), NULL, len, NULL,
	    sodium_base64_VARIANT_ORIGINAL) == 0)
		return out;
	free(out);
	return NULL;
}

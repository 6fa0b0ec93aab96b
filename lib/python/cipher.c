/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cipher - what libcrypto undoes when the key stands beside the text.
 *
 * Runs in: worker child, command.  libcrypto's providers have to be loaded
 * before the sandbox closes (archive_warm).
 */
#include <openssl/evp.h>
#include <string.h>

#include "base/buf.h"
#include "base/digest.h"
#include "python/decode.h"

#define BLOCK 16
#define PIECE 8192

static const EVP_CIPHER *
cipher_of(const char *mode, size_t key_len)
{
	static const struct {
		const char	*mode;
		const EVP_CIPHER *(*of[3])(void);	/* 128, 192, 256 bits */
	} ciphers[] = {
		{ "CBC", { EVP_aes_128_cbc, EVP_aes_192_cbc,
		    EVP_aes_256_cbc } },
		{ "ECB", { EVP_aes_128_ecb, EVP_aes_192_ecb,
		    EVP_aes_256_ecb } },
		{ "CTR", { EVP_aes_128_ctr, EVP_aes_192_ctr,
		    EVP_aes_256_ctr } },
		{ "CFB8", { EVP_aes_128_cfb8, EVP_aes_192_cfb8,
		    EVP_aes_256_cfb8 } },
		{ "OFB", { EVP_aes_128_ofb, EVP_aes_192_ofb,
		    EVP_aes_256_ofb } },
		{ "GCM", { EVP_aes_128_gcm, EVP_aes_192_gcm,
		    EVP_aes_256_gcm } },
	};

	if (key_len != 16 && key_len != 24 && key_len != 32)
		return NULL;
	for (size_t i = 0; i < sizeof(ciphers) / sizeof(*ciphers); i++)
		if (strcmp(ciphers[i].mode, mode) == 0)
			return ciphers[i].of[key_len / 8 - 2]();
	return NULL;
}

static bool
decrypt(EVP_CIPHER_CTX *ctx, const uint8_t *in, size_t len, struct buf *out)
{
	uint8_t piece[PIECE + BLOCK];
	int n;

	while (len != 0 && !out->full) {
		size_t part = len < PIECE ? len : PIECE;

		if (EVP_DecryptUpdate(ctx, piece, &n, in, (int)part) != 1)
			return false;
		buf_add(out, piece, (size_t)n);
		in += part;
		len -= part;
	}
	return true;
}

bool
cipher_aes(const char *mode, const uint8_t *key, size_t key_len,
    const uint8_t *iv, size_t iv_len, const uint8_t *in, size_t len,
    struct buf *out)
{
	const EVP_CIPHER *cipher = cipher_of(mode, key_len);
	bool gcm = strcmp(mode, "GCM") == 0, cbc = strcmp(mode, "CBC") == 0;
	bool block = cbc || strcmp(mode, "ECB") == 0, ok;
	uint8_t start[BLOCK] = { 0 };
	EVP_CIPHER_CTX *ctx;

	if (cipher == NULL || iv_len > BLOCK || (block && len % BLOCK != 0) ||
	    (cbc && iv_len != BLOCK))
		return false;
	if (iv_len != 0)
		memcpy(start, iv, iv_len);
	ctx = EVP_CIPHER_CTX_new();
	ok = ctx != NULL && EVP_DecryptInit_ex(ctx, cipher, NULL, NULL,
	    NULL) == 1 && (!gcm || EVP_CIPHER_CTX_ctrl(ctx,
	    EVP_CTRL_GCM_SET_IVLEN, (int)(iv_len != 0 ? iv_len : 12), NULL) ==
	    1) && EVP_DecryptInit_ex(ctx, NULL, NULL, key, start) == 1 &&
	    EVP_CIPHER_CTX_set_padding(ctx, 0) == 1 &&
	    decrypt(ctx, in, len, out);
	EVP_CIPHER_CTX_free(ctx);
	return ok;
}

/* A counter of 32 bits, from 1 on, stands in front of the nonce (RFC 8439). */
bool
cipher_chacha20(const uint8_t *key, size_t key_len, const uint8_t *nonce,
    size_t nonce_len, const uint8_t *in, size_t len, struct buf *out)
{
	uint8_t start[BLOCK] = { 1 };
	EVP_CIPHER_CTX *ctx;
	bool ok;

	if (key_len != 32 || nonce_len != BLOCK - 4)
		return false;
	memcpy(start + 4, nonce, nonce_len);
	ctx = EVP_CIPHER_CTX_new();
	ok = ctx != NULL && EVP_DecryptInit_ex(ctx, EVP_chacha20(), NULL, key,
	    start) == 1 && decrypt(ctx, in, len, out);
	EVP_CIPHER_CTX_free(ctx);
	return ok;
}

/* version 0x80, time, initial value, text, HMAC (github.com/fernet/spec) */
bool
cipher_fernet(const uint8_t *key, size_t key_len, const uint8_t *token,
    size_t token_len, struct buf *out)
{
	struct buf k = { .most = 64 }, t = { .most = token_len + 1 };
	uint8_t mac[SHA256_BYTES];
	bool ok = false;
	size_t n, before = out->len;
	uint8_t padding;

	(void)decode_bytes(DECODE_BASE64, key, key_len, &k);
	(void)decode_bytes(DECODE_BASE64, token, token_len, &t);
	if (k.len != 32 || t.len < 25 + BLOCK + SHA256_BYTES ||
	    (uint8_t)t.data[0] != 0x80)
		goto out;
	n = t.len - SHA256_BYTES;
	hmac_sha256(k.data, 16, t.data, n, mac);
	if (memcmp(mac, t.data + n, SHA256_BYTES) != 0)
		goto out;
	ok = cipher_aes("CBC", (uint8_t *)k.data + 16, 16,
	    (uint8_t *)t.data + 9, BLOCK, (uint8_t *)t.data + 25, n - 25, out);
	padding = ok && out->len > before ? (uint8_t)out->data[out->len - 1] :
	    0;
	if (padding >= 1 && padding <= BLOCK && padding <= out->len - before)
		out->len -= padding;
out:
	buf_release(&k);
	buf_release(&t);
	return ok;
}

void
cipher_rc4(const uint8_t *key, size_t key_len, const uint8_t *in, size_t len,
    struct buf *out)
{
	uint8_t s[256], i = 0, j = 0, swap;

	for (unsigned int k = 0; k < 256; k++)
		s[k] = (uint8_t)k;
	for (unsigned int k = 0; k < 256 && key_len != 0; k++) {
		j = (uint8_t)(j + s[k] + key[k % key_len]);
		swap = s[k];
		s[k] = s[j];
		s[j] = swap;
	}
	j = 0;
	for (size_t k = 0; k < len && key_len != 0; k++) {
		i++;
		j = (uint8_t)(j + s[i]);
		swap = s[i];
		s[i] = s[j];
		s[j] = swap;
		buf_addc(out, (char)(in[k] ^ s[(uint8_t)(s[i] + s[j])]));
	}
}

size_t
cipher_digest(const char *name, const uint8_t *in, size_t len, uint8_t out[64])
{
	static const struct {
		const char	*name;
		const EVP_MD	*(*of)(void);
	} digests[] = { { "md5", EVP_md5 }, { "sha1", EVP_sha1 },
		{ "sha224", EVP_sha224 }, { "sha256", EVP_sha256 },
		{ "sha384", EVP_sha384 }, { "sha512", EVP_sha512 } };
	unsigned int n = 0;

	for (size_t i = 0; i < sizeof(digests) / sizeof(*digests); i++)
		if (strcmp(digests[i].name, name) == 0 &&
		    EVP_Digest(in, len, out, &n, digests[i].of(), NULL) == 1)
			return n;
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seal - archives of detections under a key, in parts.
 * Takes: bytes and what they are.  Gives: sealed parts, and the way back.
 * Runs in: queue, the command.  Uses no file, socket or clock.
 */
#include "evidence/seal.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/vis.h"

#define NONCE_BYTES 12
#define WRAP_LABEL "pypiwatch evidence wrap"
#define FORM "pypiwatch-evidence/1"

struct seal {
	uint8_t		key[KEY_BYTES];
	struct buf	about;		/* what is authenticated */
};

/* ---- AES-256-GCM --------------------------------------------------------- */

struct gcm {
	const uint8_t	*key;
	uint64_t	 nonce;
	const void	*about;
	size_t		 about_len;
};

static void
nonce_put(uint64_t n, uint8_t out[NONCE_BYTES])
{
	memset(out, 0, NONCE_BYTES);
	for (size_t i = 0; i < 8; i++)
		out[NONCE_BYTES - 1 - i] = (uint8_t)(n >> (8 * i));
}

/* Both ways alike; 1 for what libcrypto calls a success. */
static int
gcm_begin(EVP_CIPHER_CTX *ctx, const struct gcm *g, int seal)
{
	uint8_t	nonce[NONCE_BYTES];
	int	n;

	nonce_put(g->nonce, nonce);
	return ctx != NULL &&
	    EVP_CipherInit_ex(ctx, EVP_aes_256_gcm(), NULL, g->key, nonce,
	    seal) == 1 && EVP_CipherUpdate(ctx, NULL, &n, g->about,
	    (int)g->about_len) == 1;
}

static void
gcm_seal(const struct gcm *g, const uint8_t *in, size_t len, uint8_t *out)
{
	EVP_CIPHER_CTX	*ctx = EVP_CIPHER_CTX_new();
	int		 n = 0;

	if (!gcm_begin(ctx, g, 1) ||
	    EVP_CipherUpdate(ctx, out, &n, in, (int)len) != 1 ||
	    EVP_CipherFinal_ex(ctx, out + n, &n) != 1 ||
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG, SEAL_TAG_BYTES,
	    out + len) != 1)
		fatal("seal: libcrypto refuses AES-256-GCM");
	EVP_CIPHER_CTX_free(ctx);
}

static int
gcm_open(const struct gcm *g, const uint8_t *in, size_t len, uint8_t *out)
{
	EVP_CIPHER_CTX	*ctx = EVP_CIPHER_CTX_new();
	uint8_t		 tag[SEAL_TAG_BYTES];
	int		 n = 0, ok;

	if (len < SEAL_TAG_BYTES) {
		EVP_CIPHER_CTX_free(ctx);
		return -1;
	}
	len -= SEAL_TAG_BYTES;
	memcpy(tag, in + len, sizeof(tag));
	ok = gcm_begin(ctx, g, 0) &&
	    EVP_CipherUpdate(ctx, out, &n, in, (int)len) == 1 &&
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG, sizeof(tag),
	    tag) == 1 && EVP_CipherFinal_ex(ctx, out + n, &n) == 1;
	EVP_CIPHER_CTX_free(ctx);
	if (!ok)
		explicit_bzero(out, len);
	return ok ? 0 : -1;
}

/* ---- an archive's own key ------------------------------------------------ */

int64_t
seal_parts(int64_t size)
{
	return size <= 0 ? 1 : (size + EVIDENCE_PART_BYTES - 1) /
	    EVIDENCE_PART_BYTES;
}

/* No text holds a NUL, so what stands between two of them is one thing. */
static void
about_put(const struct sealed_file *f, struct buf *out)
{
	const char *texts[] = { FORM, f->normalized, f->version, f->filename,
	    f->sha256 };

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		buf_add(out, texts[i], strlen(texts[i]) + 1);
	buf_addf(out, "%lld/%lld", (long long)f->size,
	    (long long)seal_parts(f->size));
}

/* A key that is used once: its salt is random. */
static void
wrap_key(const uint8_t *key, const uint8_t salt[SEAL_SALT_BYTES],
    uint8_t out[SHA256_BYTES])
{
	uint8_t text[sizeof(WRAP_LABEL) + SEAL_SALT_BYTES];

	memcpy(text, WRAP_LABEL, sizeof(WRAP_LABEL));
	memcpy(text + sizeof(WRAP_LABEL), salt, SEAL_SALT_BYTES);
	hmac_sha256(key, KEY_BYTES, text, sizeof(text), out);
}

static int
head_wrap(const struct keyring *kr, const struct seal *s,
    struct seal_head *head)
{
	const char	*id = keyring_id(kr, 0);
	uint8_t		 key[SHA256_BYTES];

	if (getrandom(head->salt, sizeof(head->salt), 0) !=
	    sizeof(head->salt))
		return -1;
	memcpy(head->key_id, id, sizeof(head->key_id));
	wrap_key(keyring_find(kr, id), head->salt, key);
	gcm_seal(&(struct gcm){ key, 0, s->about.data, s->about.len }, s->key,
	    KEY_BYTES, head->wrapped);
	explicit_bzero(key, sizeof(key));
	return 0;
}

struct seal *
seal_new(const struct keyring *kr, const struct sealed_file *f,
    struct seal_head *head)
{
	struct seal *s = mem_alloc(sizeof(*s));

	about_put(f, &s->about);
	if (getrandom(s->key, sizeof(s->key), 0) == sizeof(s->key) &&
	    head_wrap(kr, s, head) == 0)
		return s;
	seal_free(s);
	return NULL;
}

struct seal *
seal_open(const struct keyring *kr, const struct sealed_file *f,
    const struct seal_head *head, char *why, size_t room)
{
	const uint8_t	*master = keyring_find(kr, head->key_id);
	uint8_t		 key[SHA256_BYTES];
	struct seal	*s;
	int		 rc;

	if (master == NULL) {
		(void)!snprintf(why, room, "it is sealed under key %s, which "
		    "%s does not hold", vis(head->key_id),
		    vis(keyring_file(kr)));
		return NULL;
	}
	s = mem_alloc(sizeof(*s));
	about_put(f, &s->about);
	wrap_key(master, head->salt, key);
	rc = gcm_open(&(struct gcm){ key, 0, s->about.data, s->about.len },
	    head->wrapped, sizeof(head->wrapped), s->key);
	explicit_bzero(key, sizeof(key));
	if (rc == 0)
		return s;
	(void)!snprintf(why, room, "what is kept with it was altered: key %s "
	    "does not open it", vis(head->key_id));
	seal_free(s);
	return NULL;
}

void
seal_free(struct seal *s)
{
	if (s == NULL)
		return;
	buf_release(&s->about);
	explicit_bzero(s->key, sizeof(s->key));
	free(s);
}

int
seal_rewrap(const struct keyring *kr, const struct sealed_file *f,
    struct seal_head *head, char *why, size_t room)
{
	struct seal	*s = seal_open(kr, f, head, why, room);
	int		 rc;

	if (s == NULL)
		return -1;
	if ((rc = head_wrap(kr, s, head)) == -1)
		(void)!snprintf(why, room, "no random bytes");
	seal_free(s);
	return rc;
}

/* ---- parts --------------------------------------------------------------- */

/* The nonce says which part it is; it is authenticated as such. */
void
seal_part(const struct seal *s, int64_t n, const uint8_t *bytes, size_t len,
    uint8_t *out)
{
	gcm_seal(&(struct gcm){ s->key, (uint64_t)n, s->about.data,
	    s->about.len }, bytes, len, out);
}

int
seal_part_open(const struct seal *s, int64_t n, const uint8_t *sealed,
    size_t len, uint8_t *out)
{
	return gcm_open(&(struct gcm){ s->key, (uint64_t)n, s->about.data,
	    s->about.len }, sealed, len, out);
}

int
seal_try(const struct keyring *kr)
{
	static const uint8_t text[] = "a try";
	struct sealed_file f = { "a", "1", "a-1.tar.gz", "0", sizeof(text) };
	struct seal_head head;
	uint8_t		 sealed[sizeof(text) + SEAL_TAG_BYTES];
	uint8_t		 open[sizeof(text)];
	char		 why[200];
	struct seal	*s = seal_new(kr, &f, &head), *again;
	int		 rc = -1;

	if (s == NULL)
		return -1;
	seal_part(s, 0, text, sizeof(text), sealed);
	again = seal_open(kr, &f, &head, why, sizeof(why));
	if (again != NULL && seal_part_open(again, 0, sealed, sizeof(sealed),
	    open) == 0 && memcmp(text, open, sizeof(text)) == 0)
		rc = 0;
	seal_free(s);
	seal_free(again);
	return rc;
}

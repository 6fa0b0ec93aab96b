/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EVIDENCE_SEAL_H
#define EVIDENCE_SEAL_H

/*
 * seal - an archive as it is kept: in parts, each sealed by AES-256-GCM (NIST
 * SP 800-38D), so that no scanner finds malware in a data file or a backup.
 *
 * Each archive has a key of its own, random, which seals its parts with their
 * number as nonce: a pair of key and nonce cannot come twice.  That key is
 * kept wrapped: sealed under HMAC-SHA-256(installation key, a random salt of
 * 256 bits).  So another installation key rewraps 32 bytes, and the archive
 * stays as it is.
 *
 * What is authenticated with every part: project, version, file name, SHA-256,
 * size, how many parts there are, and which one this is.  A part that is
 * altered, left out, or moved to another detection does not open.
 */
#include <stddef.h>
#include <stdint.h>

#include "evidence/keyring.h"

#define SEAL_SALT_BYTES 32
#define SEAL_TAG_BYTES 16
#define SEAL_WRAPPED_BYTES (KEY_BYTES + SEAL_TAG_BYTES)

struct seal;

/* What an archive is; borrowed. */
struct sealed_file {
	const char	*normalized, *version, *filename, *sha256;
	int64_t		 size;		/* bytes of the archive */
};

/* What is kept beside the parts. */
struct seal_head {
	char	key_id[KEY_ID_DIGITS + 1];
	uint8_t	salt[SEAL_SALT_BYTES];
	uint8_t	wrapped[SEAL_WRAPPED_BYTES];
};

/* In how many parts of EVIDENCE_PART_BYTES an archive of this size is kept. */
int64_t	seal_parts(int64_t size);
/* A new archive under the ring's first key, *head filled in; NULL when the
 * system has no random bytes. */
struct seal *seal_new(const struct keyring *, const struct sealed_file *,
    struct seal_head *head);
/* A kept one; NULL with the reason: its key is missing, or it was altered. */
struct seal *seal_open(const struct keyring *, const struct sealed_file *,
    const struct seal_head *head, char *why, size_t room);
void	seal_free(struct seal *);
/* Part `n` of `len` bytes into `out`, which has room for
 * SEAL_TAG_BYTES more. */
void	seal_part(const struct seal *, int64_t n, const uint8_t *bytes,
    size_t len, uint8_t *out);
/* The bytes of part `n` into `out`, len - SEAL_TAG_BYTES; -1: it was altered,
 * or is no part of this archive. */
int	seal_part_open(const struct seal *, int64_t n, const uint8_t *sealed,
    size_t len, uint8_t *out) __attribute__((warn_unused_result));
/* The same archive under the ring's first key; 0, or -1 with the reason. */
int	seal_rewrap(const struct keyring *, const struct sealed_file *,
    struct seal_head *head, char *why, size_t room)
    __attribute__((warn_unused_result));
/* Seals and opens something; 0, or -1. */
int	seal_try(const struct keyring *);

#endif

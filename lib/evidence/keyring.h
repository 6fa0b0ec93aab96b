/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EVIDENCE_KEYRING_H
#define EVIDENCE_KEYRING_H

/*
 * keyring - the installation's keys for evidence, out of one file.
 *
 * The file has one key a line, "pypiwatch-evidence-key/1 BASE64" (32 bytes);
 * lines that begin with # are comments.  The first key seals, all of them
 * open, so a new key is put on top.  A key is known by its id, the first 16
 * hexadecimal digits of a digest of it.
 */
#include <stddef.h>
#include <stdint.h>

#define KEY_BYTES 32		/* AES-256 */
#define KEY_ID_DIGITS 16

struct keyring;

/* NULL with the reason, which names the file and never a key.  Tries the
 * first key, so libcrypto opens what it needs here, before a sandbox. */
struct keyring *keyring_load(const char *file, char *why, size_t room);
void	keyring_free(struct keyring *);
size_t	keyring_count(const struct keyring *);
const char *keyring_file(const struct keyring *);
/* The id of the i-th key; 0 is the one that seals. */
const char *keyring_id(const struct keyring *, size_t i);
/* The key of this id, borrowed; NULL when the file has none. */
const uint8_t *keyring_find(const struct keyring *, const char *id);
/* A line of the file with a new random key, heap and secret; *id gets its id.
 * NULL when the system has no random bytes. */
char	*keyring_line(char id[KEY_ID_DIGITS + 1]);

#endif

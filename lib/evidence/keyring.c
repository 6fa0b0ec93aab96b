/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keyring - the installation's keys for evidence, out of one file.
 * Takes: the value of evidence.key-file.  Gives: keys by id.
 * Runs in: queue, before its sandbox; the command.
 */
#include "evidence/keyring.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/config.h"
#include "base/digest.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "evidence/seal.h"

#define KEY_WORD "pypiwatch-evidence-key/1 "
#define ID_LABEL "pypiwatch evidence key id"

struct key {
	char	id[KEY_ID_DIGITS + 1];
	uint8_t	bytes[KEY_BYTES];
};

struct keyring {
	char		*file;
	struct key	 keys[EVIDENCE_KEYS_MAX];
	size_t		 n;
};

/* Tells keys apart, and tells nothing of them. */
static void
id_make(const uint8_t key[KEY_BYTES], char out[KEY_ID_DIGITS + 1])
{
	uint8_t	mac[SHA256_BYTES];
	char	hex[SHA256_HEX + 1];

	hmac_sha256(key, KEY_BYTES, ID_LABEL, strlen(ID_LABEL), mac);
	hex_encode(mac, sizeof(mac), hex);
	memcpy(out, hex, KEY_ID_DIGITS);
	out[KEY_ID_DIGITS] = '\0';
}

/* NULL, or what is wrong with the line. */
static const char *
key_take(struct keyring *kr, const char *line)
{
	struct key	*k = &kr->keys[kr->n];
	uint8_t		*bytes;
	size_t		 len = 0;
	const char	*wrong = NULL;

	if (!str_starts(line, KEY_WORD))
		return "is no \"pypiwatch-evidence-key/1\" line";
	if (kr->n == EVIDENCE_KEYS_MAX)
		return "is one key too many";
	bytes = base64_decode(line + strlen(KEY_WORD), &len);
	if (bytes == NULL || len != KEY_BYTES)
		wrong = "holds no key of 32 bytes in base64";
	else {
		memcpy(k->bytes, bytes, KEY_BYTES);
		id_make(k->bytes, k->id);
		if (keyring_find(kr, k->id) != NULL)
			wrong = "holds a key that stands there already";
		else
			kr->n++;
	}
	if (bytes != NULL)
		explicit_bzero(bytes, len);
	free(bytes);
	return wrong;
}

static int
lines_take(struct keyring *kr, char *text, char *why, size_t room)
{
	const char	*wrong;
	char		*line = text, *end;

	for (unsigned int n = 1; line != NULL; n++, line = end) {
		end = strchr(line, '\n');
		if (end != NULL)
			*end++ = '\0';
		if (*line == '\0' || *line == '#')
			continue;
		if ((wrong = key_take(kr, line)) != NULL) {
			(void)!snprintf(why, room, "%s:%u: %s", vis(kr->file),
			    n, wrong);
			return -1;
		}
	}
	if (kr->n > 0)
		return 0;
	(void)!snprintf(why, room, "%s: holds no key; make one with"
	    " \"pypiwatch evidence key\"", vis(kr->file));
	return -1;
}

struct keyring *
keyring_load(const char *file, char *why, size_t room)
{
	struct keyring	*kr;
	char		*text = config_secret_text(file, why, room);
	int		 rc;

	if (text == NULL)
		return NULL;
	kr = mem_alloc(sizeof(*kr));
	kr->file = mem_strdup(file);
	rc = lines_take(kr, text, why, room);
	explicit_bzero(text, strlen(text));
	free(text);
	if (rc == 0 && seal_try(kr) == -1) {
		(void)!snprintf(why, room, "AES-256-GCM does not work here");
		rc = -1;
	}
	if (rc == 0)
		return kr;
	keyring_free(kr);
	return NULL;
}

void
keyring_free(struct keyring *kr)
{
	if (kr == NULL)
		return;
	free(kr->file);
	explicit_bzero(kr->keys, sizeof(kr->keys));
	free(kr);
}

size_t
keyring_count(const struct keyring *kr)
{
	return kr->n;
}

const char *
keyring_file(const struct keyring *kr)
{
	return kr->file;
}

const char *
keyring_id(const struct keyring *kr, size_t i)
{
	return kr->keys[i].id;
}

const uint8_t *
keyring_find(const struct keyring *kr, const char *id)
{
	for (size_t i = 0; i < kr->n; i++)
		if (str_equal(kr->keys[i].id, id))
			return kr->keys[i].bytes;
	return NULL;
}

char *
keyring_line(char id[KEY_ID_DIGITS + 1])
{
	uint8_t	 key[KEY_BYTES];
	char	*code, *line;

	if (getrandom(key, sizeof(key), 0) != sizeof(key))
		return NULL;
	id_make(key, id);
	code = base64_encode(key, sizeof(key));
	line = mem_printf("%s%s\n", KEY_WORD, code);
	explicit_bzero(key, sizeof(key));
	explicit_bzero(code, strlen(code));
	free(code);
	return line;
}

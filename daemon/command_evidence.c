/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command_evidence - kept archives, opened in memory.
 * Takes: rows of evidence_head, the key file.  Gives: the archive's bytes.
 * Runs in: the command, which reads no byte of them for what it means.
 */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "evidence_command.h"
#include "statements.h"

#include "base/digest.h"
#include "base/fault.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "evidence/keyring.h"
#include "evidence/seal.h"

struct keyring *
evidence_keys(struct command_env *env)
{
	const struct config	*c = command_config(env);
	struct keyring		*keys;
	char			 why[FAULT_TEXT_MAX];

	if (c == NULL)
		return NULL;
	if (c->evidence.key_file == NULL) {
		command_fail("evidence.key-file is not set, so there is no key"
		    " to open archives with; see pypiwatch.conf(5)");
		return NULL;
	}
	keys = keyring_load(c->evidence.key_file, why, sizeof(why));
	if (keys == NULL)
		command_fail("evidence.key-file: %s", why);
	return keys;
}

static int
bytes_take(const char *text, uint8_t *out, size_t want)
{
	size_t	 len = 0;
	uint8_t	*bytes = text != NULL ? base64_decode(text, &len) : NULL;
	int	 rc = bytes != NULL && len == want ? 0 : -1;

	if (rc == 0)
		memcpy(out, bytes, want);
	free(bytes);
	return rc;
}

int
evidence_head_take(const struct db_rows *rows, size_t i,
    struct sealed_file *file, struct seal_head *head)
{
	*file = (struct sealed_file){ db_text(rows, i, "normalized"),
	    db_text(rows, i, "version"), db_text(rows, i, "filename"),
	    db_text(rows, i, "sha256"), db_int(rows, i, "size") };
	if (str_copy(head->key_id, sizeof(head->key_id),
	    db_text(rows, i, "key_id")) == 0 &&
	    bytes_take(db_text(rows, i, "salt"), head->salt,
	    sizeof(head->salt)) == 0 &&
	    bytes_take(db_text(rows, i, "wrapped"), head->wrapped,
	    sizeof(head->wrapped)) == 0)
		return 0;
	command_fail("%s: what is kept with it is damaged",
	    vis(file->filename));
	return -1;
}

/* ---- reading ------------------------------------------------------------- */

struct reading {
	struct command_env	*env;
	const struct statement	*part;
	const char		*id;
	const struct sealed_file *file;
	struct seal		*seal;
	struct digest		*digest;
	uint8_t			*bytes;		/* one part's room */
	int			(*each)(void *, const uint8_t *, size_t);
	void			*ctx;
};

/* How many bytes part `n` must have. */
static size_t
part_bytes(const struct sealed_file *f, int64_t n)
{
	int64_t left = f->size - n * EVIDENCE_PART_BYTES;

	return (size_t)(left < EVIDENCE_PART_BYTES ? left :
	    EVIDENCE_PART_BYTES);
}

static int
part_open(struct reading *r, int64_t n, const char *text)
{
	size_t	 want = part_bytes(r->file, n), len = 0;
	uint8_t	*sealed = text != NULL ? base64_decode(text, &len) : NULL;
	int	 rc = sealed != NULL && len == want + SEAL_TAG_BYTES ?
	    seal_part_open(r->seal, n, sealed, len, r->bytes) : -1;

	free(sealed);
	if (rc == -1) {
		command_fail("%s: part %lld of what is kept is missing or was "
		    "altered", vis(r->file->filename), (long long)n);
		return -1;
	}
	digest_add(r->digest, r->bytes, want);
	return r->each(r->ctx, r->bytes, want);
}

static int
part_read(struct reading *r, int64_t n)
{
	char		 number[24];
	struct db_rows	*rows;
	int		 rc;

	(void)!snprintf(number, sizeof(number), "%lld", (long long)n);
	rows = command_query(r->env, r->part, (const char *[]){
	    r->id, number });
	if (rows == NULL)
		return -1;
	rc = part_open(r, n, db_text(rows, 0, "sealed"));
	db_rows_free(rows);
	return rc;
}

static int
parts_read(struct reading *r)
{
	char	sha256[SHA256_HEX + 1];
	int	rc = 0;

	for (int64_t n = 0; rc == 0 && n < seal_parts(r->file->size); n++)
		rc = part_read(r, n);
	digest_end(r->digest, sha256, NULL);
	if (rc == 0 && !str_equal(sha256, r->file->sha256)) {
		command_fail("%s: what is kept has another digest",
		    vis(r->file->filename));
		rc = -1;
	}
	return rc;
}

int
evidence_read(struct command_env *env, const struct statement *part,
    const struct keyring *keys, const struct db_rows *rows, size_t i,
    int (*each)(void *, const uint8_t *, size_t), void *ctx)
{
	struct sealed_file	 file;
	struct seal_head	 head;
	struct reading		 r = { .env = env, .part = part, .file = &file,
	    .id = db_text(rows, i, "id"), .each = each, .ctx = ctx };
	char			 why[FAULT_TEXT_MAX];
	int			 rc;

	if (evidence_head_take(rows, i, &file, &head) == -1)
		return -1;
	r.seal = seal_open(keys, &file, &head, why, sizeof(why));
	if (r.seal == NULL) {
		command_fail("%s cannot be opened: %s", vis(file.filename),
		    why);
		return -1;
	}
	r.digest = digest_new();
	r.bytes = mem_alloc(EVIDENCE_PART_BYTES);
	rc = parts_read(&r);
	free(r.bytes);
	digest_free(r.digest);
	seal_free(r.seal);
	return rc;
}

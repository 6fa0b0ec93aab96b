/* SPDX-License-Identifier: Apache-2.0 */
/*
 * evidence - archives of detections, sealed and kept.
 * Takes: a job whose verdict alerts and whose archive is still in memory.
 * Gives: its parts in the database, and then the verdict.
 * Runs in: queue, which alone holds both the archive and the database.  It
 * reads no byte for what it means.
 *
 *	JUDGE --alerts--> SEAL: a place --> part 0 --> part 1 ... --> STORE
 *
 * Kept before the verdict: a queue that ends in between leaves a task, which
 * is done again, and never a detection whose archive is lost.  What cannot be
 * kept delays no alert: the verdict follows all the same.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/config.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/memfd.h"
#include "base/vis.h"
#include "evidence/seal.h"
#include "queue/job.h"

#define RUN_MOST "100"		/* archives that one statement takes away */

struct keeping {
	struct mapping	 bytes;
	struct seal	*seal;
	char		 id[NUMBER_SIZE];	/* of the row */
	int64_t		 part, parts;
};

bool
evidence_wants(const struct queue *q, size_t size)
{
	return q->keys != NULL && (int64_t)size <=
	    q->config->evidence.file_bytes;
}

void
evidence_release(struct job *job)
{
	struct keeping *k = job->keeping;

	if (k == NULL)
		return;
	mapping_close(&k->bytes);
	seal_free(k->seal);
	free(k);
	job->keeping = NULL;
}

static void
keeping_end(struct job *job, const char *trouble)
{
	if (trouble != NULL)
		log_error("task=%" PRId64 " file=%s is not kept as evidence: "
		    "%s", job->id, vis(job->filename), trouble);
	evidence_release(job);
	job_archive_drop(job);
	job_verdict_store(job);
}

/* ---- parts --------------------------------------------------------------- */

static void	part_send(struct job *);

static void
on_part(void *ctx, enum db_status status, const struct db_rows *rows)
{
	struct job	*job = ctx;
	struct keeping	*k = job->keeping;

	if (status != DB_OK)
		keeping_end(job, db_error(rows));
	else if (!db_bool(rows, 0, "ours"))
		keeping_end(job, "it is somebody else's now");
	else if (++k->part < k->parts)
		part_send(job);
	else {
		log_info("file=%s kept=%zu evidence=%s", vis(job->filename),
		    k->bytes.size, k->id);
		keeping_end(job, NULL);
	}
}

static void
part_send(struct job *job)
{
	struct keeping	*k = job->keeping;
	size_t		 at = (size_t)k->part * EVIDENCE_PART_BYTES;
	size_t		 len = k->bytes.size - at;
	char		 id[NUMBER_SIZE], n[NUMBER_SIZE], *text;
	uint8_t		*sealed;

	if (len > EVIDENCE_PART_BYTES)
		len = EVIDENCE_PART_BYTES;
	sealed = mem_alloc(len + SEAL_TAG_BYTES);
	seal_part(k->seal, k->part, k->bytes.data + at, len, sealed);
	text = base64_encode(sealed, len + SEAL_TAG_BYTES);
	free(sealed);
	write_send(job->q, &STMT_EVIDENCE_PART, (const char *[]){
	    number_text(id, job->id), job->q->instance_text, k->id,
	    number_text(n, k->part), text }, on_part, job);
	free(text);
}

/* ---- a place ------------------------------------------------------------- */

static void
on_place(void *ctx, enum db_status status, const struct db_rows *rows)
{
	struct job	*job = ctx;
	const char	*id;

	if (status != DB_OK) {
		keeping_end(job, db_error(rows));
		return;
	}
	/* Kept already, or somebody else's: the verdict finds out. */
	if ((id = db_text(rows, 0, "id")) == NULL ||
	    str_copy(job->keeping->id, sizeof(job->keeping->id), id) == -1)
		keeping_end(job, NULL);
	else
		part_send(job);
}

static char *
head_text(const struct job *job, const struct seal_head *head)
{
	char	*salt = base64_encode(head->salt, sizeof(head->salt));
	char	*wrapped = base64_encode(head->wrapped, sizeof(head->wrapped));
	char	*text = mem_printf("{\"size\":%zu,\"parts\":%" PRId64
	    ",\"key_id\":\"%s\",\"salt\":\"%s\",\"wrapped\":\"%s\"}",
	    job->keeping->bytes.size, job->keeping->parts, head->key_id, salt,
	    wrapped);

	free(salt);
	free(wrapped);
	return text;
}

static int
keeping_begin(struct job *job, struct seal_head *head)
{
	struct keeping *k = mem_alloc(sizeof(*k));

	job->keeping = k;
	if (mapping_open(&k->bytes, job->archive,
	    (size_t)job->q->config->limits.artefact_bytes) == -1) {
		k->bytes.size = 0;
		return -1;
	}
	k->parts = seal_parts((int64_t)k->bytes.size);
	k->seal = seal_new(job->q->keys, &(struct sealed_file){
	    job->normalized, job->version, job->filename, job->sha256,
	    (int64_t)k->bytes.size }, head);
	return k->seal != NULL ? 0 : -1;
}

void
evidence_keep(struct job *job)
{
	struct queue		*q = job->q;
	struct seal_head	 head;
	char			 id[NUMBER_SIZE], total[NUMBER_SIZE], *text;

	job->state = JOB_SEAL;
	if (keeping_begin(job, &head) == -1) {
		keeping_end(job, "its bytes or random ones are not to be had");
		return;
	}
	text = head_text(job, &head);
	write_send(q, &STMT_EVIDENCE_BEGIN, (const char *[]){
	    number_text(id, job->id), q->instance_text, text,
	    number_text(total, q->config->evidence.total_bytes) }, on_place,
	    job);
	free(text);
}

/* ---- taking away --------------------------------------------------------- */

static void
on_run(void *ctx, enum db_status status, const struct db_rows *rows)
{
	struct queue *q = ctx;

	if (status == DB_LOST)
		return;
	if (status != DB_OK) {
		log_warn("evidence: %s", db_error(rows));
		return;
	}
	if (db_int(rows, 0, "gone") == 0)
		return;
	log_info("evidence: %" PRId64 " archives went", db_int(rows, 0,
	    "gone"));
	evidence_run(q);
}

/* Also without a key: what was kept before goes in its time. */
void
evidence_run(struct queue *q)
{
	char keep[NUMBER_SIZE], total[NUMBER_SIZE];

	if (!q->ready || q->draining)
		return;
	db_query(q->db, &STMT_EVIDENCE_RUN, (const char *[]){
	    number_text(keep, q->config->evidence.keep_s),
	    number_text(total, q->config->evidence.total_bytes), RUN_MOST },
	    on_run, q);
}

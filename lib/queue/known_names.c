/* SPDX-License-Identifier: Apache-2.0 */
/*
 * known_names - the names somebody might imitate, as the workers get them.
 * Takes: the installed list, the operator's list, table target.  Gives: one
 * sealed memfd with the index.
 * Runs in: queue.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/memfd.h"
#include "queue/hub.h"

/* Which projects rise is asked so often; what the operator changes is told. */
#define NAMES_AGE_MS (3600 * 1000)

static int
list_read(const char *path, enum target_kind kind, struct target **list,
    size_t *n, char *why, size_t room)
{
	struct buf	text = BUF_EMPTY;
	char		reason[256];
	int		result;

	result = file_read(path, NAMES_FILE_MAX, &text);
	if (result == -1)
		(void)!snprintf(reason, sizeof(reason), "%s", strerror(errno));
	else
		result = targets_read(buf_text(&text), text.len, kind, list, n,
		    reason, sizeof(reason));
	if (result == -1)
		(void)!snprintf(why, room, "%s: %s", path, reason);
	buf_release(&text);
	return result;
}

/* A file's names behind those of the files before it. */
static int
list_add(struct queue *q, const char *path, enum target_kind kind, char *why,
    size_t room)
{
	struct target	*list = NULL;
	size_t		 n = 0;

	if (list_read(path, kind, &list, &n, why, room) == -1)
		return -1;
	q->listed = mem_grow(q->listed, q->nlisted + n + 1,
	    sizeof(*q->listed));
	if (n > 0)
		memcpy(q->listed + q->nlisted, list, n * sizeof(*list));
	q->nlisted += n;
	free(list);	/* the names moved over */
	return 0;
}

int
known_names_read(struct queue *q, char *why, size_t room)
{
	const struct config *c = q->config;
	const struct { const char *path; enum target_kind kind; } lists[] = {
		{ c->lookalike.protected_names_file, TARGET_PROTECTED },
		{ c->lookalike.popular_names_file, TARGET_POPULAR },
		{ c->lookalike.denied_names_file, TARGET_DENIED },
		{ c->lookalike.import_names_file, TARGET_IMPORT },
		{ c->lookalike.foreign_names_file, TARGET_FOREIGN },
		{ c->lookalike.invented_names_file, TARGET_INVENTED },
	};

	q->targets_fd = -1;
	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		if (lists[i].path != NULL && lists[i].path[0] != '\0' &&
		    list_add(q, lists[i].path, lists[i].kind, why, room) == -1)
			return -1;
	return 0;
}

static struct target
target_of_row(const struct db_rows *rows, size_t i)
{
	struct target t = { .name = db_text(rows, i, "normalized"),
	    .rank = (uint32_t)db_int(rows, i, "rank"),
	    .downloads = db_int(rows, i, "downloads"),
	    .project = db_text(rows, i, "project"),
	    .owned = db_bool(rows, i, "owned") };

	target_stored(&t, db_text(rows, i, "kind"));
	return t;
}

static struct target *
targets_join(const struct queue *q, const struct db_rows *rows, size_t *n)
{
	size_t		 nrows = db_rows_count(rows);
	struct target	*all = mem_array(q->nlisted + nrows + 1, sizeof(*all));

	/* Of one kind the first counts: what the operator says in SQL. */
	*n = 0;
	for (size_t i = 0; i < nrows; i++)
		all[(*n)++] = target_of_row(rows, i);
	for (size_t i = 0; i < q->nlisted; i++)
		all[(*n)++] = q->listed[i];
	return all;
}

static void
index_replace(struct queue *q, struct buf *bytes)
{
	const char *why;

	targets_free(q->targets);
	free(q->index);
	q->index_len = bytes->len;
	q->index = (uint8_t *)buf_steal(bytes);
	q->targets = targets_open(q->index, q->index_len, &why);
	if (q->targets == NULL)
		fatal("the index of names that we built is damaged: %s", why);
	if (q->targets_fd != -1)
		close(q->targets_fd);
	q->targets_fd = memfd_of("targets", q->index, q->index_len);
	if (q->targets_fd == -1)
		fatal("no memory for the index of names: %s", strerror(errno));
	for (struct satellite *s = q->satellites; s != NULL; s = s->next)
		if (s->role == ROLE_WORKER && s->greeted)
			known_names_send(s);
}

static void
on_listed(void *ctx, enum db_status status, const struct db_rows *rows)
{
	struct queue	*q = ctx;
	struct buf	 bytes = BUF_EMPTY;
	struct target	*all;
	size_t		 n, taken;

	if (status != DB_OK)
		return;
	all = targets_join(q, rows, &n);
	taken = targets_build(all, n, &bytes);
	free(all);
	if (q->index != NULL && q->index_len == bytes.len &&
	    memcmp(q->index, bytes.data, bytes.len) == 0) {
		buf_release(&bytes);
		return;
	}
	log_info("names=%zu known", taken);
	index_replace(q, &bytes);
	tasks_move(q);
}

void
known_names_refresh(struct queue *q)
{
	q->names_at_ms = clock_mono_ms() + NAMES_AGE_MS;
	db_query(q->db, &STMT_TARGET_LIST, NULL, on_listed, q);
}

void
known_names_send(struct satellite *s)
{
	if (s->q->targets_fd != -1)
		channel_send(s->channel, MSG_TARGETS, NULL, NULL,
		    &s->q->targets_fd, 1);
}

void
known_names_free(struct queue *q)
{
	targets_free(q->targets);
	free(q->index);
	if (q->targets_fd != -1)
		close(q->targets_fd);
	targets_list_free(q->listed, q->nlisted);
}

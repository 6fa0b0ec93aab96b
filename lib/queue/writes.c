/* SPDX-License-Identifier: Apache-2.0 */
/*
 * writes - statements that must happen, whatever becomes of the connection.
 * Takes: idempotent statements.  Gives: one answer each, after any number of
 * reconnects.
 * Runs in: queue.
 *
 * A lost connection leaves open whether the statement happened; asking again
 * is harmless, because each of them checks the lease it ends.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "queue/hub.h"

struct write {
	struct write		*next;
	struct queue		*q;
	const struct statement	*statement;
	char			**params;
	db_done			*done;
	void			*ctx;
	bool			 sent;
};

struct writes {
	struct write	*first;
	size_t		 n;
};

struct writes *
writes_new(struct queue *q)
{
	(void)q;
	return mem_alloc(sizeof(struct writes));
}

static void
write_free(struct write *w)
{
	for (int i = 0; i < w->statement->nparams; i++)
		free(w->params[i]);
	free(w->params);
	free(w);
}

void
writes_free(struct writes *writes)
{
	if (writes == NULL)
		return;
	while (writes->first != NULL) {
		struct write *w = writes->first;

		writes->first = w->next;
		write_free(w);
	}
	free(writes);
}

static void
write_unlink(struct write *w)
{
	struct writes *writes = w->q->writes;

	for (struct write **at = &writes->first; *at != NULL;
	    at = &(*at)->next)
		if (*at == w) {
			*at = w->next;
			writes->n--;
			return;
		}
}

static void write_try(struct write *);

static void
write_answered(void *ctx, enum db_status status, const struct db_rows *rows)
{
	struct write *w = ctx;

	w->sent = false;
	if (status == DB_LOST)
		return;		/* writes_resume sends it again */
	if (status == DB_RETRY) {
		write_try(w);
		return;
	}
	if (status != DB_OK && w->done == NULL)
		log_error("database: %s: %s", w->statement->name,
		    db_error(rows));
	write_unlink(w);
	if (w->done != NULL)
		w->done(w->ctx, status, rows);
	queue_settle(w->q);
	write_free(w);
}

static void
write_try(struct write *w)
{
	w->sent = true;
	db_query(w->q->db, w->statement, (const char *const *)w->params,
	    write_answered, w);
}

void
write_send(struct queue *q, const struct statement *statement,
    const char *const *params, db_done *done, void *ctx)
{
	struct write *w = mem_alloc(sizeof(*w));
	struct write **end = &q->writes->first;

	w->q = q;
	w->statement = statement;
	w->params = mem_array((size_t)statement->nparams + 1,
	    sizeof(*w->params));
	for (int i = 0; i < statement->nparams; i++)
		w->params[i] = mem_strdup(params[i]);
	w->done = done;
	w->ctx = ctx;
	while (*end != NULL)
		end = &(*end)->next;
	*end = w;
	q->writes->n++;
	if (q->ready)
		write_try(w);
}

void
writes_resume(struct queue *q)
{
	for (struct write *w = q->writes->first, *next; w != NULL; w = next) {
		next = w->next;
		if (!w->sent)
			write_try(w);
	}
}

size_t
writes_waiting(const struct queue *q)
{
	return q->writes->n;
}

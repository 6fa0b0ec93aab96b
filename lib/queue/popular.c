/* SPDX-License-Identifier: Apache-2.0 */
/*
 * popular - the list of popular names, fetched daily by who polls.
 * Takes: a sealed memfd with lines, from poll.  Gives: table target, unless
 * the database finds the list odd.
 * Runs in: queue.
 */
#include <stdlib.h>
#include <unistd.h>

#include "base/config.h"
#include "base/limits.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/memfd.h"
#include "base/vis.h"
#include "queue/hub.h"

#define POPULAR_LOOK_MS (15 * 60 * 1000)

static struct satellite *
poller(struct queue *q)
{
	for (struct satellite *s = q->satellites; s != NULL; s = s->next)
		if (s->role == ROLE_POLL && s->greeted)
			return s;
	return NULL;
}

static void
on_due(void *ctx, enum db_status status, const struct db_rows *rows)
{
	struct queue		*q = ctx;
	struct satellite	*s = poller(q);

	if (status == DB_OK && db_bool(rows, 0, "due") && q->epoch != 0 &&
	    s != NULL)
		channel_send(s->channel, MSG_POPULAR_WANTED, NULL, NULL, NULL,
		    0);
}

void
popular_look(void *ctx)
{
	struct queue *q = ctx;

	if (q->config->pypi.popular_url == NULL || q->epoch == 0 ||
	    !q->ready || q->draining)
		return;
	timer_arm(q->popular, POPULAR_LOOK_MS);
	db_query(q->db, &STMT_POPULAR_DUE, (const char *[]){
	    q->config->pypi.popular_url }, on_due, q);
}

static void
on_stored(void *ctx, enum db_status status, const struct db_rows *rows)
{
	const char *why;

	(void)ctx;
	if (status != DB_OK) {
		if (status != DB_LOST)
			log_error("database: popular_store: %s",
			    db_error(rows));
		return;
	}
	why = db_text(rows, 0, "why");
	if (why != NULL)
		log_warn("the list of popular names is refused and the old one "
		    "stays: %s; to accept it: pypiwatch popular refresh "
		    "--force", why);
	else
		log_info("popular names=%s stored", db_text(rows, 0, "names"));
}

static void
list_store(struct queue *q, const struct target *list, size_t n)
{
	const char	**names = mem_array(n + 1, sizeof(*names));
	char		(*digits)[NUMBER_SIZE] = mem_array(n + 1,
	    sizeof(*digits));
	const char	**downloads = mem_array(n + 1, sizeof(*downloads));
	char		 *a, *b;

	for (size_t i = 0; i < n; i++) {
		names[i] = list[i].name;
		downloads[i] = number_text(digits[i], list[i].downloads);
	}
	a = db_array(names, n);
	b = db_array(downloads, n);
	db_query(q->db, &STMT_POPULAR_STORE, (const char *[]){
	    q->config->pypi.popular_url, a, b, "false" }, on_stored, q);
	free(a);
	free(b);
	free(names);
	free(digits);
	free(downloads);
}

static void
failed(struct queue *q, const char *why)
{
	log_warn("the list of popular names is not to be had: %s", vis(why));
	if (q->ready)
		db_query(q->db, &STMT_POPULAR_FAILED, (const char *[]){ why },
		    NULL, NULL);
}

void
popular_handle(void *ctx, void *object, const int *fds)
{
	struct satellite *s = ctx;
	struct mapping	 bytes;
	struct target	*list = NULL;
	size_t		 n = 0;
	char		 why[200] = "poll handed over something else";

	(void)object;
	if (mapping_open(&bytes, fds[0], NAMES_FILE_MAX) == 0) {
		if (targets_read((const char *)bytes.data, bytes.size,
		    TARGET_POPULAR, &list, &n, why, sizeof(why)) == 0)
			why[0] = '\0';
		mapping_close(&bytes);
	}
	close(fds[0]);
	if (why[0] != '\0')
		failed(s->q, why);
	else if (s->q->ready && s->q->config->pypi.popular_url != NULL)
		list_store(s->q, list, n);
	targets_list_free(list, n);
}

void
popular_failed_handle(void *ctx, void *object, const int *fds)
{
	struct satellite		*s = ctx;
	const struct msg_popular_failed *m = object;

	(void)fds;
	failed(s->q, m->why != NULL ? m->why : "no reason");
}

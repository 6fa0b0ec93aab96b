/* SPDX-License-Identifier: Apache-2.0 */
/*
 * listings - what an index lists, compared with what is known.
 * Takes: the file list of one project at a time, in parts.  Gives: events,
 * made and stored by pypiwatch.listing_store in one transaction.
 * Runs in: queue.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/vis.h"
#include "queue/hub.h"

/* Releases looked at again at a time; the beat brings the next ones. */
#define LOOKS_AT_ONCE "500"

/* The parts of one index's listing that are there. */
struct pile {
	struct pile	*next;
	char		*index;
	int64_t		 seq;
	json_t		*files;
};

static struct pile *
pile_get(struct queue *q, const char *index)
{
	struct pile *p = q->piles;

	while (p != NULL && !str_equal(p->index, index))
		p = p->next;
	if (p != NULL)
		return p;
	p = mem_alloc(sizeof(*p));
	p->index = mem_strdup(index);
	p->files = json_array();
	p->next = q->piles;
	q->piles = p;
	return p;
}

void
listings_free(struct queue *q)
{
	while (q->piles != NULL) {
		struct pile *p = q->piles;

		q->piles = p->next;
		json_decref(p->files);
		free(p->index);
		free(p);
	}
}

/* ---- answers ------------------------------------------------------------- */

/* Poll may be another process by the time of the answer. */
struct asked {
	struct queue	*q;
	char		*index;
	int64_t		 seq, pid;
};

static void
on_stored(void *ctx, enum db_status status, const struct db_rows *rows)
{
	struct asked			*a = ctx;
	struct satellite		*s = poll_satellite(a->q);
	struct msg_listing_stored	 m = { .index = a->index,
	    .seq = a->seq, .ok = status == DB_OK };
	char				 why[256];

	if (status != DB_OK) {
		vis_copy(why, sizeof(why), db_error(rows));
		m.why = why;
		if (str_equal(db_sqlstate(rows), "PW001")) {
			log_warn("polling lost: %s", why);
			poll_lost(a->q);
		} else if (status == DB_REFUSED)
			log_error("listing not stored: %s", why);
	}
	if (s != NULL && s->pid == a->pid)
		channel_send(s->channel, MSG_LISTING_STORED,
		    &msg_listing_stored_desc, &m, NULL, 0);
	if (m.ok && db_int(rows, 0, "stored") > 0)
		queue_soon(a->q, 0);
	free(a->index);
	free(a);
}

static struct asked *
asked_new(struct satellite *s, const char *index, int64_t seq)
{
	struct asked *a = mem_alloc(sizeof(*a));

	*a = (struct asked){ s->q, mem_strdup(index), seq, s->pid };
	return a;
}

/* ---- a project's list ---------------------------------------------------- */

static void
pile_add(struct pile *p, const struct listed_file *f)
{
	json_t *o;

	if (json_array_size(p->files) >= LISTING_FILES_MAX ||
	    f->filename == NULL || f->version == NULL ||
	    !str_is_hex(f->sha256, SHA256_HEX))
		return;
	o = json_object();
	(void)json_object_set_new(o, "filename",
	    key_json(f->filename, KEY_FILE_MOST));
	(void)json_object_set_new(o, "version",
	    key_json(f->version, KEY_VERSION_MOST));
	(void)json_object_set_new(o, "sha256", json_string(f->sha256));
	(void)json_object_set_new(o, "at_us",
	    json_integer(time_checked(f->uploaded_at_us)));
	(void)json_object_set_new(o, "yanked", json_boolean(f->yanked));
	(void)json_array_append_new(p->files, o);
}

static char *
listing_json(struct queue *q, const struct msg_listing *m)
{
	static const char *const statuses[LISTING_STATUS_COUNT] = {
		[LISTING_ACTIVE] = "active",
		[LISTING_QUARANTINED] = "quarantined",
		[LISTING_REMOVED] = "removed", [LISTING_UNREAD] = "unread",
	};
	int64_t polled = time_checked(m->polled_at_us);
	int64_t pass = time_checked(m->pass);
	json_t	*o = json_object();
	char	*text;

	(void)json_object_set_new(o, "project",
	    key_json(m->project, KEY_PROJECT_MOST));
	(void)json_object_set_new(o, "status",
	    json_string(statuses[m->status]));
	(void)json_object_set_new(o, "why", visible_json(m->why));
	(void)json_object_set_new(o, "serial", json_integer(m->serial));
	(void)json_object_set_new(o, "cursor", json_integer(m->cursor));
	(void)json_object_set_new(o, "polled_us",
	    json_integer(polled != 0 ? polled : clock_wall_us()));
	(void)json_object_set_new(o, "pass_us",
	    json_integer(pass != 0 ? pass : clock_wall_us()));
	(void)json_object_set_new(o, "existing", json_boolean(m->existing));
	(void)json_object_set_new(o, "partial", json_boolean(m->partial));
	/* A name of our own index imitates nobody. */
	if (m->index == NULL)
		name_weigh(q, m->project, true, o);
	text = json_dumps(o, JSON_COMPACT);
	json_decref(o);
	return text;
}

void
listing_handle(void *ctx, void *object, const int *fds)
{
	struct satellite	*s = ctx;
	struct queue		*q = s->q;
	struct msg_listing	*m = object;
	struct pile		*p;
	char			 epoch[NUMBER_SIZE],
				 source[SOURCE_NAME_MAX + 1];
	char			*listing, *files;

	(void)fds;
	if (!satellite_index_known(s, m->index))
		return;
	p = pile_get(q, m->index);
	if (p->seq != m->seq)
		(void)json_array_clear(p->files);
	p->seq = m->seq;
	for (size_t i = 0; i < m->nfiles; i++)
		pile_add(p, &m->files[i]);
	if (m->more || m->project == NULL)
		return;
	source_full_name(source, SOURCE_SIMPLE, m->index);
	listing = listing_json(q, m);
	files = json_dumps(p->files, JSON_COMPACT);
	(void)json_array_clear(p->files);
	if (listing == NULL || files == NULL)
		fatal("listings: jansson has no memory");
	/* Not a write that is kept: poll reads the page again. */
	db_query(q->db, &STMT_LISTING_STORE, (const char *[]){
	    number_text(epoch, m->epoch), source, m->index, listing, files },
	    on_stored, asked_new(s, m->index, m->seq));
	free(listing);
	free(files);
}

/* ---- the end of a pass --------------------------------------------------- */

void
listed_handle(void *ctx, void *object, const int *fds)
{
	struct satellite	*s = ctx;
	struct msg_listed	*m = object;
	char			 epoch[NUMBER_SIZE], pass[NUMBER_SIZE],
				 since[NUMBER_SIZE], cursor[NUMBER_SIZE],
				 source[SOURCE_NAME_MAX + 1];
	int64_t			 at = time_checked(m->pass);

	(void)fds;
	if (!satellite_index_known(s, m->index))
		return;
	source_full_name(source, SOURCE_SIMPLE, m->index);
	log_debug("source=%s projects=%" PRId64 " visited=%" PRId64
	    " cursor=%" PRId64, source, m->projects, m->visited, m->cursor);
	db_query(s->q->db, &STMT_LISTING_END, (const char *[]){
	    number_text(epoch, m->epoch), source, m->index,
	    number_text(pass, at != 0 ? at : clock_wall_us()),
	    number_text(since, m->since), number_text(cursor, m->cursor),
	    m->whole ? "true" : "false" }, on_stored,
	    asked_new(s, m->index, m->seq));
}

/* ---- looking again ------------------------------------------------------- */

static void
on_looked(void *ctx, enum db_status status, const struct db_rows *rows)
{
	if (status == DB_OK && db_int(rows, 0, "wanted") > 0)
		queue_soon(ctx, 0);
	else if (status == DB_REFUSED)
		log_error("database: releases_look: %s", db_error(rows));
}

/* Once a beat, by the one who polls. */
void
releases_look(struct queue *q)
{
	if (q->ready && !q->draining && q->epoch != 0)
		db_query(q->db, &STMT_RELEASES_LOOK,
		    (const char *[]){ LOOKS_AT_ONCE }, on_looked, q);
}

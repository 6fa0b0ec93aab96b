/* SPDX-License-Identifier: Apache-2.0 */
/*
 * resolves - learning what a release holds: url, digest, size of its files.
 * Takes: releases that wait in the database.  Gives: files as tasks.
 * Runs in: queue.  When to ask again is decided by pypiwatch.resolve_end.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/vis.h"
#include "queue/hub.h"

/* A lookup takes seconds; its satellite's death ends the lease at once. */
#define RESOLVE_LEASE_S "600"
#define RESOLVE_BATCH 32

static void
resolve_send(struct queue *q, const struct db_rows *rows, size_t i)
{
	struct satellite	*s = satellite_free_slot(q, ROLE_POLL);
	struct msg_resolve	 m = { .id = db_int(rows, i, "id"),
	    .serial = db_int(rows, i, "serial"),
	    .attempt = (uint32_t)db_int(rows, i, "attempt") };

	if (s == NULL) {	/* poll died since we asked */
		char	id[NUMBER_SIZE], ids[NUMBER_SIZE + 2];
		int	n = snprintf(ids, sizeof(ids), "{%s}",
		    number_text(id, m.id));

		(void)n;
		write_send(q, &STMT_RESOLVE_RELEASE, (const char *[]){ ids,
		    q->instance_text }, NULL, NULL);
		return;
	}
	m.index = mem_strdup(db_text(rows, i, "index"));
	m.project = mem_strdup(db_text(rows, i, "display"));
	m.version = mem_strdup(db_text(rows, i, "version"));
	m.filename = mem_strdup(db_text(rows, i, "filename"));
	lease_add(&q->resolves, m.id, s, NULL);
	channel_send(s->channel, MSG_RESOLVE, &msg_resolve_desc, &m, NULL, 0);
	wire_release(&msg_resolve_desc, &m);
}

static void
on_claimed(void *ctx, enum db_status status, const struct db_rows *rows)
{
	struct queue *q = ctx;

	q->resolves_claiming = false;
	if (status == DB_REFUSED)
		log_error("database: resolve_claim: %s", db_error(rows));
	if (status != DB_OK)
		return;
	q->resolves_more = db_rows_count(rows) > 0;
	for (size_t i = 0; i < db_rows_count(rows); i++)
		resolve_send(q, rows, i);
	if (q->resolves_more)
		resolves_claim(q);
}

void
resolves_claim(struct queue *q)
{
	char		most[NUMBER_SIZE];
	int64_t		room = 0;

	for (struct satellite *s = q->satellites; s != NULL; s = s->next)
		if (s->role == ROLE_POLL && s->greeted && s->slots > s->busy)
			room += s->slots - s->busy;
	if (!q->ready || q->draining || q->resolves_claiming || room == 0)
		return;
	if (room > RESOLVE_BATCH)
		room = RESOLVE_BATCH;
	q->resolves_claiming = true;
	db_query(q->db, &STMT_RESOLVE_CLAIM, (const char *[]){
	    q->instance_text, number_text(most, room), RESOLVE_LEASE_S },
	    on_claimed, q);
}

/* ---- answers ----------------------------------------------------------- */

static json_t *
file_json(const struct upload *u)
{
	json_t *out = json_object();

	(void)json_object_set_new(out, "filename",
	    key_json(u->filename, KEY_FILE_MOST));
	(void)json_object_set_new(out, "url", visible_json(u->url));
	(void)json_object_set_new(out, "sha256", visible_json(u->sha256));
	(void)json_object_set_new(out, "size", json_integer(u->size));
	(void)json_object_set_new(out, "uploaded_at_us",
	    json_integer(time_checked(u->uploaded_at_us)));
	(void)json_object_set_new(out, "packagetype",
	    visible_json(packagetype_name(u->packagetype)));
	(void)json_object_set_new(out, "yanked", json_boolean(u->yanked));
	(void)json_object_set_new(out, "requires_python",
	    visible_json(u->requires_python));
	(void)json_object_set_new(out, "provenance",
	    visible_json(u->provenance));
	return out;
}

/* Only files that can be fetched and checked; a digest that is none would
 * make the whole release unstorable. */
static char *
release_json(const struct release *r)
{
	json_t	*files = json_array(), *owners = json_array();
	json_t	*root = json_object();
	char	*out;

	for (size_t i = 0; i < r->nuploads; i++)
		if (r->uploads[i].filename != NULL &&
		    r->uploads[i].url != NULL &&
		    str_is_hex(r->uploads[i].sha256, SHA256_HEX))
			(void)json_array_append_new(files,
			    file_json(&r->uploads[i]));
	for (size_t i = 0; i < r->nowners; i++)
		if (r->owners[i].user != NULL)
			(void)json_array_append_new(owners, json_pack(
			    "{s:o, s:o}", "user",
			    key_json(r->owners[i].user, KEY_ACTOR_MOST), "role",
			    visible_json(r->owners[i].role != NULL ?
			    r->owners[i].role : "")));
	(void)json_object_set_new(root, "version",
	    key_json(r->version, KEY_VERSION_MOST));
	(void)json_object_set_new(root, "files", files);
	(void)json_object_set_new(root, "owners", owners);
	(void)json_object_set_new(root, "summary", visible_json(r->summary));
	(void)json_object_set_new(root, "author", visible_json(r->author));
	(void)json_object_set_new(root, "author_email",
	    visible_json(r->author_email));
	(void)json_object_set_new(root, "maintainer",
	    visible_json(r->maintainer));
	(void)json_object_set_new(root, "maintainer_email",
	    visible_json(r->maintainer_email));
	(void)json_object_set_new(root, "home_page",
	    visible_json(r->home_page));
	out = json_dumps(root, JSON_COMPACT);
	json_decref(root);
	if (out == NULL)
		fatal("resolves: jansson has no memory");
	return out;
}

static void
on_release_stored(void *ctx, enum db_status status, const struct db_rows *rows)
{
	(void)ctx;
	if (status != DB_OK)
		log_error("release not stored: %s", db_error(rows));
}

static void
on_ended(void *ctx, enum db_status status, const struct db_rows *rows)
{
	struct queue	*q = ctx;
	const char	*result;

	if (status != DB_OK) {
		log_error("database: resolve_end: %s", db_error(rows));
		return;
	}
	result = db_text(rows, 0, "result");
	if (!str_equal(result, "later"))
		queue_soon(q, 0);
	queue_settle(q);
}

void
resolved_handle(void *ctx, void *object, const int *fds)
{
	static const char *const statuses[RESOLVE_COUNT] = {
		[RESOLVE_FOUND] = "found", [RESOLVE_STALE] = "stale",
		[RESOLVE_MISSING] = "missing", [RESOLVE_GONE] = "gone",
		[RESOLVE_FAILED] = "failed",
	};
	struct satellite	*s = ctx;
	struct queue		*q = s->q;
	struct msg_resolved	*m = object;
	char			 id[NUMBER_SIZE], wait[NUMBER_SIZE];
	char			*why, *json;

	(void)fds;
	if (lease_find(q->resolves, m->id) == NULL)
		return;		/* given back meanwhile */
	number_text(id, m->id);
	if (m->status == RESOLVE_FOUND ||
	    (m->status == RESOLVE_MISSING && m->release.nuploads > 0)) {
		json = release_json(&m->release);
		write_send(q, &STMT_RELEASE_STORE, (const char *[]){ id,
		    q->instance_text, json }, on_release_stored, q);
		free(json);
	}
	if (m->more)
		return;
	why = m->why != NULL ? vis_dup(m->why, strlen(m->why)) : NULL;
	if (m->status != RESOLVE_FOUND)
		log_debug("resolve=%s status=%s why=%s", id,
		    statuses[m->status], vis(m->why));
	lease_end(&q->resolves, m->id);
	write_send(q, &STMT_RESOLVE_END, (const char *[]){ id,
	    q->instance_text, statuses[m->status], why,
	    number_text(wait, m->retry_after_s),
	    str_equal(m->project_status, "quarantined") ?
	    "quarantined" : NULL },
	    on_ended, q);
	free(why);
	if (q->resolves_more)
		resolves_claim(q);
}

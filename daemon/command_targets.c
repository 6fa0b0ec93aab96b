/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command_targets - the names to compare with, as one index.
 * Takes: --targets, or what the config names.  Gives: the index's bytes.
 * Runs in: the command.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "statements.h"

#include "base/file.h"
#include "base/limits.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "names/targets.h"

struct list {
	struct target	*items;
	size_t		 n;
};

/* 0, or -1 after a message. */
static int
add_file(struct list *all, const char *file, enum target_kind kind,
    const char *remedy)
{
	struct buf	 text = BUF_EMPTY;
	struct target	*items = NULL;
	size_t		 n = 0;
	char		 why[200];
	int		 rc = -1;

	if (file_read(file, TARGETS_BYTES_MAX, &text) == -1) {
		command_fail("cannot read %s: %s%s", vis(file),
		    strerror(errno), remedy);
	} else if (targets_read(buf_text(&text), text.len, kind, &items, &n,
	    why, sizeof(why)) == -1) {
		command_fail("%s: %s", vis(file), why);
	} else {
		all->items = mem_grow(all->items, all->n + n + 1,
		    sizeof(*all->items));
		if (n > 0)
			memcpy(all->items + all->n, items,
			    n * sizeof(*items));
		all->n += n;
		/* The names moved over; only the array itself goes. */
		free(items);
		rc = 0;
	}
	buf_release(&text);
	return rc;
}

/*
 * Names in the database count when one is configured and answers; when not,
 * the files are all there is, and nobody who only scans needs to hear of it.
 */
static struct db_rows *
stored_names(struct command_env *env)
{
	struct db_rows	*rows = NULL;
	char		 why[512];

	if (*env->config->database.conninfo == '\0')
		return NULL;
	if (env->loop == NULL)
		env->loop = loop_new();
	if (env->db == NULL && db_open_now(env->loop,
	    env->config->database.conninfo, &env->db, why, sizeof(why)) == -1)
		env->db = NULL;
	if (env->db == NULL || db_query_now(env->db, &STMT_TARGET_LIST, NULL,
	    &rows) != DB_OK) {
		db_rows_free(rows);
		return NULL;
	}
	return rows;
}

static void
add_stored(struct list *all, const struct db_rows *rows)
{
	size_t n = rows != NULL ? db_rows_count(rows) : 0;

	all->items = mem_grow(all->items, all->n + n + 1, sizeof(*all->items));
	for (size_t i = 0; i < n; i++) {
		struct target *t = &all->items[all->n++];

		*t = (struct target){
		    .name = mem_strdup(db_text(rows, i, "normalized")),
		    .rank = (uint32_t)db_int(rows, i, "rank"),
		    .downloads = db_int(rows, i, "downloads"),
		    .owned = db_bool(rows, i, "owned") };
		if (db_text(rows, i, "project") != NULL)
			t->project = mem_strdup(db_text(rows, i, "project"));
		target_stored(t, db_text(rows, i, "kind"));
	}
}

/* Of a name that is listed twice in one kind the first counts. */
static int
add_configured(struct list *all, struct command_env *env)
{
	const struct config	*c = env->config;
	const struct {
		char *const *file;
		enum target_kind kind;
		const char *remedy;
	} lists[] = {
		{ &c->lookalike.protected_names_file, TARGET_PROTECTED,
		  "; correct lookalike.protected-names-file" },
		{ &c->lookalike.denied_names_file, TARGET_DENIED,
		  "; correct lookalike.denied-names-file" },
		{ &c->lookalike.import_names_file, TARGET_IMPORT,
		  "; correct lookalike.import-names-file" },
		{ &c->lookalike.foreign_names_file, TARGET_FOREIGN,
		  "; correct lookalike.foreign-names-file" },
		{ &c->lookalike.invented_names_file, TARGET_INVENTED,
		  "; correct lookalike.invented-names-file" },
	};
	struct db_rows		*rows = stored_names(env);
	int			 rc = 0;

	for (size_t i = 0; rc == 0 && i < ARRAY_LEN(lists); i++)
		if (*lists[i].file != NULL)
			rc = add_file(all, *lists[i].file, lists[i].kind,
			    lists[i].remedy);
	add_stored(all, rows);
	db_rows_free(rows);
	if (rc == 0 && c->lookalike.popular_names_file != NULL)
		rc = add_file(all, c->lookalike.popular_names_file,
		    TARGET_POPULAR, "; install pypiwatch, give --targets FILE,"
		    " or set lookalike.popular-names-file");
	return rc;
}

int
command_targets(struct command_env *env, const char *file, struct buf *out)
{
	struct list	all = { NULL, 0 };
	int		rc = -1;

	if (file != NULL)
		rc = add_file(&all, file, TARGET_POPULAR, "");
	else if (command_config(env) != NULL)
		rc = add_configured(&all, env);
	if (rc == 0)
		targets_build(all.items, all.n, out);
	targets_list_free(all.items, all.n);
	return rc;
}

static int
none_fail(void)
{
	command_fail("there is no list of popular names: set pypi.popular-url"
	    " or lookalike.popular-names-file");
	return -1;
}

int
command_popular_names(struct command_env *env, struct target **out, size_t *n)
{
	const char	*file = env->config->lookalike.popular_names_file;
	struct db_rows	*rows = command_query(env, &STMT_POPULAR_LIST, NULL);
	struct list	 all = { NULL, 0 };
	int		 rc = rows != NULL ? 0 : -1;

	for (size_t i = 0; rc == 0 && i < db_rows_count(rows); i++) {
		all.items = mem_grow(all.items, i + 1, sizeof(*all.items));
		all.items[all.n++] = (struct target){ .kind = TARGET_POPULAR,
		    .rank = (uint32_t)db_int(rows, i, "rank_n"),
		    .name = mem_strdup(db_text(rows, i, "name")) };
	}
	db_rows_free(rows);
	if (rc == 0 && all.n == 0 && file != NULL)
		rc = add_file(&all, file, TARGET_POPULAR, "; install pypiwatch"
		    ", or set lookalike.popular-names-file");
	else if (rc == 0 && all.n == 0)
		rc = none_fail();
	*out = all.items;
	*n = all.n;
	return rc;
}

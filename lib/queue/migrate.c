/* SPDX-License-Identifier: Apache-2.0 */
/*
 * migrate - brings a database's schema to what this program wants.
 * Takes: a conninfo and the folder of SQL files.  Gives: a schema, or why not.
 * Runs in: the command.
 */
#include "queue/migrate.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/db_now.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "queue/words.h"
#include "statements.h"

#define SCRIPT_MAX (4 * 1024 * 1024)	/* ours; the largest has 40 kB */

struct migrate {
	struct db		*db;
	const char		*dir;
	struct migrate_report	*report;
	char			*why;
	size_t			 room;
};

static int
migrate_fail(struct migrate *m, const char *file, const char *reason)
{
	struct buf text = BUF_EMPTY;

	buf_addf(&text, "%s/%s: %s", m->dir, file, reason);
	vis_copy(m->why, m->room, buf_text(&text));
	buf_release(&text);
	return -1;
}

static int
script_read(struct migrate *m, const char *file, struct buf *out)
{
	char	*path = mem_printf("%s/%s", m->dir, file);
	int	 rc = file_read(path, SCRIPT_MAX, out);

	free(path);
	return rc == 0 ? 0 : migrate_fail(m, file, strerror(errno));
}

/* One file in one transaction, with its row if it is a numbered one. */
static int
script_run(struct migrate *m, const char *file, int version)
{
	/* An index over a large table takes its time. */
	struct buf	 sql = BUF_EMPTY;
	struct db_rows	*rows = NULL;
	int		 result = 0;

	buf_adds(&sql, "SET LOCAL statement_timeout = 0;"
	    "SET LOCAL client_min_messages = warning;\n");
	if (script_read(m, file, &sql) == -1) {
		buf_release(&sql);
		return -1;
	}
	if (version > 0)
		buf_addf(&sql, "\n;INSERT INTO pypiwatch.migration "
		    "(version, name) VALUES (%d, '%s');", version,
		    strchr(file, '/') + 1);
	if (db_script_now(m->db, buf_text(&sql), &rows) != DB_OK)
		result = migrate_fail(m, file,
		    str_equal(db_sqlstate(rows), "42501") ?
		    "permission denied: run this as the database's owner" :
		    db_error(rows));
	db_rows_free(rows);
	buf_release(&sql);
	return result;
}

/* "0001_start.sql" is version 1; other names are none of ours. */
static int
version_of(const char *name)
{
	char	digits[5];
	int64_t	n;

	if (strlen(name) < 10 || name[4] != '_' || !str_ends(name, ".sql") ||
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_.") !=
	    strlen(name))
		return 0;
	memcpy(digits, name, 4);
	digits[4] = '\0';
	return str_int(digits, 1, 9999, &n) == 0 ? (int)n : 0;
}

static int
is_numbered(const struct dirent *entry)
{
	return version_of(entry->d_name) > 0;
}

static int
schema_version(struct migrate *m, int *version)
{
	struct db_rows	*rows;
	int		 result = 0;

	if (db_query_now(m->db, &STMT_SCHEMA_CHECK, NULL, &rows) != DB_OK)
		result = migrate_fail(m, "migration.sql", db_error(rows));
	else
		*version = (int)db_int(rows, 0, "version");
	db_rows_free(rows);
	return result;
}

static int
numbered_run(struct migrate *m)
{
	char		 *path = mem_printf("%s/schema", m->dir);
	struct dirent	**entries;
	int		  n = scandir(path, &entries, is_numbered, alphasort);
	int		  result = 0;

	free(path);
	if (n == -1)
		return migrate_fail(m, "schema", strerror(errno));
	for (int i = 0; i < n; i++) {
		int	 version = version_of(entries[i]->d_name);
		char	*file = mem_printf("schema/%s", entries[i]->d_name);

		if (result == 0 && version > m->report->is) {
			result = script_run(m, file, version);
			if (result == 0) {
				m->report->is = version;
				m->report->applied++;
			}
		}
		free(file);
		free(entries[i]);
	}
	free(entries);
	return result;
}

/* A statement that waits for its turn behind another migration. */
static int
turn_take(struct migrate *m)
{
	struct db_rows	*rows;
	enum db_status	 status;

	do {
		status = db_query_now(m->db, &STMT_MIGRATION_LOCK, NULL, &rows);
		if (status != DB_OK && status != DB_RETRY)
			migrate_fail(m, "migration.sql", db_error(rows));
		db_rows_free(rows);
	} while (status == DB_RETRY);
	return status == DB_OK ? 0 : -1;
}

static int
words_write(struct migrate *m)
{
	struct db_rows	*rows = NULL;
	int		 result = 0;

	if (words_store(m->db, &rows) != DB_OK)
		result = migrate_fail(m, "names.sql", db_error(rows));
	db_rows_free(rows);
	return result;
}

static int
migrate_all(struct migrate *m)
{
	static const char *const again[] = {
		"functions.sql",
		"listings.sql",
		"deps.sql",
		"alerts.sql",
		"health.sql",
		"ingest.sql",
		"popular.sql",
		"rescan.sql",
		"seed.sql",
		"backfill.sql",
		"retention.sql",
		"truth.sql",
		"names.sql",
		"suppress.sql",
		"retro.sql",
		"mute.sql",
		"analyst.sql",
		"explain.sql",
		"history.sql",
		"erase.sql",
		"evidence.sql",
		"export.sql",
		"web.sql",
		"roles.sql"
	};

	if (turn_take(m) == -1 || script_run(m, "migration.sql", 0) == -1 ||
	    schema_version(m, &m->report->was) == -1)
		return -1;
	m->report->is = m->report->was;
	if (m->report->was > SCHEMA_VERSION)
		return migrate_fail(m, "schema", "the database is newer than "
		    "this program: install the newer pypiwatch");
	if (numbered_run(m) == -1)
		return -1;
	for (size_t i = 0; i < ARRAY_LEN(again); i++)
		if (script_run(m, again[i], 0) == -1)
			return -1;
	return words_write(m);
}

int
migrate_run(struct loop *loop, const char *conninfo, const char *sql_dir,
    struct migrate_report *report, char *why, size_t room)
{
	struct migrate	m = { .dir = sql_dir, .report = report, .why = why,
	    .room = room };
	int		result;

	*report = (struct migrate_report){ 0 };
	if (db_open_now(loop, conninfo, &m.db, why, room) == -1)
		return -1;
	result = migrate_all(&m);
	db_free(m.db);
	return result;
}

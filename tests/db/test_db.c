/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The connection against a real server, which tests/db/db.sh starts: rows,
 * groups, refusals, notifications, and being cut off.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/db_now.h"
#include "base/loop.h"

static const struct statement echo = { "echo",
	"SELECT $1 AS a, $2::bigint AS b, true AS c, NULL AS d", 2 };
static const struct statement add = { "add", "INSERT INTO t VALUES "
	"($1::integer)", 1 };
static const struct statement count = { "count", "SELECT count(*) FROM t", 0 };
static const struct statement tell = { "tell", "NOTIFY bell", 0 };
static const struct statement cut = { "cut",
	"SELECT pg_terminate_backend(pg_backend_pid())", 0 };

struct seen {
	struct loop	*loop;
	struct db	*db;
	int		 ups, downs, bells;
	enum db_status	 status[8];
	size_t		 n;
};

static void
on_up(void *ctx)
{
	struct seen *seen = ctx;

	seen->ups++;
	loop_stop(seen->loop);
}

static void
on_down(void *ctx, const char *why)
{
	struct seen *seen = ctx;

	assert_non_null(why);
	seen->downs++;
}

static void
on_notify(void *ctx, const char *channel)
{
	struct seen *seen = ctx;

	assert_string_equal(channel, "bell");
	seen->bells++;
	loop_stop(seen->loop);
}

static void
on_done(void *ctx, enum db_status status, const struct db_rows *rows)
{
	struct seen *seen = ctx;

	(void)rows;
	seen->status[seen->n++] = status;
}

static void
on_last(void *ctx, enum db_status status, const struct db_rows *rows)
{
	struct seen *seen = ctx;

	on_done(ctx, status, rows);
	loop_stop(seen->loop);
}

static void
seen_start(struct seen *seen, const char *conninfo)
{
	struct db_settings settings = { .conninfo = conninfo,
	    .application = "test", .up = on_up, .down = on_down,
	    .notify = on_notify, .ctx = seen };

	*seen = (struct seen){ .loop = loop_new() };
	seen->db = db_new(seen->loop, &settings);
}

static void
seen_end(struct seen *seen)
{
	db_free(seen->db);
	loop_free(seen->loop);
}

static int64_t
rows_in_t(struct db *db)
{
	struct db_rows	*rows;
	int64_t		 n;

	assert_int_equal(db_query_now(db, &count, NULL, &rows), DB_OK);
	n = db_int(rows, 0, "count");
	db_rows_free(rows);
	return n;
}

static void
test_now(void **state)
{
	struct loop		*loop = loop_new();
	const char *const	 params[] = { "h\xc3\xa9'\\", "42" };
	struct db		*db;
	struct db_rows		*rows;
	char			 why[256];

	(void)state;
	assert_int_equal(db_open_now(loop, "", &db, why, sizeof(why)), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(db_query_now(db, &echo, params, &rows),
		    DB_OK);
		assert_int_equal(db_rows_count(rows), 1);
		assert_string_equal(db_text(rows, 0, "a"), params[0]);
		assert_int_equal(db_int(rows, 0, "b"), 42);
		assert_true(db_bool(rows, 0, "c"));
		assert_null(db_text(rows, 0, "d"));
		assert_null(db_text(rows, 0, "no such column"));
		assert_null(db_text(rows, 1, "a"));
		assert_string_equal(db_column(rows, 1), "b");
		db_rows_free(rows);
	}
	assert_int_equal(db_script_now(db, "CREATE TABLE pg_temp.x (a int);"
	    "INSERT INTO pg_temp.x VALUES (1); SELECT 1/0; SELECT 2", &rows),
	    DB_REFUSED);
	assert_string_equal(db_sqlstate(rows), "22012");
	assert_string_equal(db_error(rows), "division by zero");
	db_rows_free(rows);
	assert_int_equal(db_script_now(db, "SELECT 1 FROM pg_temp.x", NULL),
	    DB_REFUSED);
	db_free(db);
	assert_int_equal(db_open_now(loop, "dbname=nowhere", &db, why,
	    sizeof(why)), -1);
	assert_non_null(strstr(why, "nowhere"));
	loop_free(loop);
}

static void
test_group(void **state)
{
	const char *const	good[] = { "1" }, *const bad[] = { "x" };
	struct seen		seen;

	(void)state;
	seen_start(&seen, "options='-csearch_path=public'");
	loop_run(seen.loop);
	assert_int_equal(db_script_now(seen.db, "DROP TABLE IF EXISTS t;"
	    "CREATE TABLE t (a integer)", NULL), DB_OK);
	db_begin(seen.db);
	db_query(seen.db, &add, good, on_done, &seen);
	db_query(seen.db, &add, bad, on_done, &seen);
	db_query(seen.db, &add, good, on_done, &seen);
	db_commit(seen.db, on_done, &seen);
	db_begin(seen.db);
	db_query(seen.db, &add, good, on_done, &seen);
	db_commit(seen.db, on_last, &seen);
	loop_run(seen.loop);
	assert_int_equal(seen.n, 6);
	assert_int_equal(seen.status[0], DB_OK);
	assert_int_equal(seen.status[1], DB_REFUSED);
	assert_int_equal(seen.status[2], DB_SKIPPED);
	assert_int_equal(seen.status[3], DB_SKIPPED);
	assert_int_equal(seen.status[4], DB_OK);
	assert_int_equal(seen.status[5], DB_OK);
	assert_int_equal(rows_in_t(seen.db), 1);
	seen_end(&seen);
}

/* What is under way when the connection breaks is answered as lost; listening
 * and statements go on after the reconnect. */
static void
test_cut_off(void **state)
{
	struct seen		seen;
	const char *const	params[] = { "a", "1" };

	(void)state;
	seen_start(&seen, "");
	db_listen(seen.db, "bell");
	db_query(seen.db, &echo, params, on_last, &seen);
	loop_run(seen.loop);
	assert_int_equal(seen.status[0], DB_LOST);	/* not connected yet */
	loop_run(seen.loop);
	assert_int_equal(seen.ups, 1);
	db_query(seen.db, &echo, params, on_done, &seen);
	db_query(seen.db, &cut, NULL, on_done, &seen);
	db_query(seen.db, &echo, params, on_done, &seen);
	loop_run(seen.loop);
	assert_int_equal(seen.ups, 2);
	assert_int_equal(seen.downs, 1);
	assert_int_equal(seen.status[1], DB_OK);
	assert_int_equal(seen.status[2], DB_LOST);
	assert_int_equal(seen.status[3], DB_LOST);
	db_query(seen.db, &echo, params, on_done, &seen);
	db_query(seen.db, &tell, NULL, NULL, NULL);
	loop_run(seen.loop);
	assert_int_equal(seen.status[4], DB_OK);
	assert_int_equal(seen.bells, 1);
	seen_end(&seen);
}

static void
test_array(void **state)
{
	const char *const	values[] = { "a", "b\"c\\d", NULL, "" };
	char			*text = db_array(values, 4);

	(void)state;
	assert_string_equal(text, "{\"a\",\"b\\\"c\\\\d\",NULL,\"\"}");
	free(text);
	text = db_array(NULL, 0);
	assert_string_equal(text, "{}");
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_now),
		cmocka_unit_test(test_group),
		cmocka_unit_test(test_cut_off),
		cmocka_unit_test(test_array),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

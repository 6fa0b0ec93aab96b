/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatch-poll resolves: which address it asks for a release, and what it
 * makes of the answers.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/ipc.h"
#include "base/mem.h"
#include "base/str.h"
#include "poll_tools.h"

/* ---- asking ------------------------------------------------------------------------------- */

static bool
has_answered(const struct fixture *f)
{
	const char *last = strrchr(buf_text(&f->resolved), '\n');

	return last != NULL && strstr(buf_text(&f->resolved), " more") == NULL;
}

/* Asks once and gives the line that came. */
static const char *
resolve(struct fixture *f, const char *project, const char *version,
    const char *filename, int64_t serial, uint32_t attempt)
{
	struct msg_resolve m = { .id = 7, .serial = serial,
	    .attempt = attempt };

	m.project = mem_strdup(project);
	m.version = mem_strdup(version);
	m.filename = mem_strdup(filename);
	buf_reset(&f->resolved);
	buf_reset(&f->paths);
	buf_reset(&f->encodings);
	channel_send(f->poll.channel, MSG_RESOLVE, &msg_resolve_desc, &m, NULL,
	    0);
	wire_release(&msg_resolve_desc, &m);
	until(f, has_answered);
	return buf_text(&f->resolved);
}

/* ---- resolving ---------------------------------------------------------------------------- */

static void
json_file(struct buf *b, const struct fixture *f, const char *name, bool simple)
{
	char	digits[65];

	memset(digits, 'a', 64);
	digits[64] = '\0';
	buf_addf(b, "{\"filename\":\"%s\",\"url\":\"%s/files/%s\",\"size\":5,"
	    "\"yanked\":false,\"%s\":{\"sha256\":\"%s\"},"
	    "\"packagetype\":\"sdist\"}", name, loopback_url(f->server), name,
	    simple ? "hashes" : "digests", digits);
}

static void
legacy_of(struct fixture *f, const char *version, int n, const char *pattern)
{
	char	name[600];

	buf_reset(&f->legacy);
	buf_addf(&f->legacy, "{\"info\":{\"name\":\"Foo.Bar\",\"version\":"
	    "\"%s\",\"summary\":null},\"last_serial\":100,\"urls\":[", version);
	for (int i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "%s-%d.whl", pattern, i);
		buf_adds(&f->legacy, i > 0 ? "," : "");
		json_file(&f->legacy, f, name, false);
	}
	buf_adds(&f->legacy, "]}");
}

static void
simple_of(struct fixture *f, const char *status, const char *const *files)
{
	buf_reset(&f->simple);
	buf_addf(&f->simple, "{\"name\":\"foo-bar\",\"meta\":{\"api-version\":"
	    "\"1.4\",\"_last-serial\":100},\"project-status\":{\"status\":"
	    "\"%s\"},\"files\":[", status);
	for (size_t i = 0; files[i] != NULL; i++) {
		buf_adds(&f->simple, i > 0 ? "," : "");
		json_file(&f->simple, f, files[i], true);
	}
	buf_adds(&f->simple, "]}");
}

static const char *const no_files[] = { NULL };
static const char *const some_files[] = { "foo_bar-0.9.tar.gz",
	"foo_bar-1.0-py3-none-any.whl", "foo_bar-1.0.tar.gz", NULL };

static void
resolve_found(void **state)
{
	struct fixture *f = *state;

	legacy_of(f, "1.0", 3, "foo_bar-1.0-py3-none-any");
	assert_string_equal(resolve(f, "Foo._Bar", "1.0",
	    "foo_bar-1.0-py3-none-any-1.whl", 100, 1),
	    "7 found files=1 status=- first=foo_bar-1.0-py3-none-any-1.whl\n");
	assert_string_equal(buf_text(&f->paths), "/pypi/foo-bar/1.0/json ");
	assert_string_equal(buf_text(&f->encodings), "gzip, br|");
	assert_string_equal(resolve(f, "foo-bar", "1.0", NULL, 0, 1),
	    "7 found files=3 status=- first=foo_bar-1.0-py3-none-any-0.whl\n");
	/* the second attempt asks for the other copy */
	resolve(f, "foo-bar", "1.0.0", NULL, 0, 2);
	assert_string_equal(buf_text(&f->paths), "/pypi/foo-bar/1.0.0/json ");
	assert_string_equal(buf_text(&f->encodings), "identity|");
	/* the third asks the Simple API */
	simple_of(f, "active", some_files);
	assert_string_equal(resolve(f, "foo-bar", "1.0", NULL, 0, 3),
	    "7 found files=2 status=active "
	    "first=foo_bar-1.0-py3-none-any.whl\n");
	assert_string_equal(buf_text(&f->paths), "/simple/foo-bar/ ");
	/* without a version: the newest */
	assert_string_equal(resolve(f, "foo-bar", NULL, NULL, 0, 3),
	    "7 found files=2 status=active "
	    "first=foo_bar-1.0-py3-none-any.whl\n");
	resolve(f, "foo-bar", NULL, NULL, 0, 1);
	assert_string_equal(buf_text(&f->paths), "/pypi/foo-bar/json ");
	legacy_of(f, "1!2.0", 1, "foo_bar-1!2.0");
	resolve(f, "foo-bar", "1!2.0", NULL, 0, 1);
	assert_string_equal(buf_text(&f->paths), "/pypi/foo-bar/1!2.0/json ");
}

static void
resolve_stale(void **state)
{
	struct fixture *f = *state;

	legacy_of(f, "1.0", 1, "foo_bar-1.0");
	assert_string_equal(resolve(f, "foo-bar", "1.0", NULL, 101, 1),
	    "7 stale files=0 status=- first=-\n");
	assert_string_equal(resolve(f, "foo-bar", "1.0", "late.whl", 101, 1),
	    "7 stale files=0 status=- first=-\n");
	/* what is listed is listed, however old the copy */
	assert_string_equal(resolve(f, "foo-bar", "1.0", "foo_bar-1.0-0.whl",
	    101, 1), "7 found files=1 status=- first=foo_bar-1.0-0.whl\n");
	/* the serial can lag for days */
	assert_string_equal(resolve(f, "foo-bar", "1.0", NULL, 101, 5),
	    "7 found files=1 status=- first=foo_bar-1.0-0.whl\n");
}

static void
resolve_absent(void **state)
{
	struct fixture *f = *state;

	legacy_of(f, "1.0", 1, "foo_bar-1.0");
	simple_of(f, "active", some_files);
	assert_string_equal(resolve(f, "foo-bar", "1.0", "late.whl", 100, 1),
	    "7 missing files=0 status=- first=-\n");
	assert_string_equal(resolve(f, "foo-bar", "1.0", "late.whl", 100, 3),
	    "7 gone files=0 status=active first=-\n");
	assert_string_equal(resolve(f, "foo-bar", "1.0", "late.whl", 101, 3),
	    "7 stale files=0 status=active first=-\n");
	/* 404 of the one, the other knows it */
	f->legacy_status = 404;
	assert_string_equal(resolve(f, "foo-bar", "1.0", "foo_bar-1.0.tar.gz",
	    100, 1), "7 found files=1 status=active "
	    "first=foo_bar-1.0.tar.gz\n");
	simple_of(f, "quarantined", no_files);
	assert_string_equal(resolve(f, "foo-bar", "1.0", NULL, 100, 1),
	    "7 gone files=0 status=quarantined first=-\n");
	f->simple_status = 404;
	assert_string_equal(resolve(f, "foo-bar", "1.0", NULL, 100, 1),
	    "7 missing files=0 status=- first=-\n");
	assert_string_equal(buf_text(&f->paths), "/pypi/foo-bar/1.0/json "
	    "/simple/foo-bar/ ");
	assert_string_equal(resolve(f, "foo-bar", "1.0", NULL, 100, 4),
	    "7 gone files=0 status=- first=-\n");
}

static void
resolve_failures(void **state)
{
	struct fixture *f = *state;
	const char *failed = "7 failed files=0 status=- first=-\n";

	f->legacy_status = 503;
	assert_string_equal(resolve(f, "foo-bar", "1.0", NULL, 0, 1), failed);
	f->legacy_status = 200;
	buf_adds(&f->legacy, "{\"info\":");
	assert_string_equal(resolve(f, "foo-bar", "1.0", NULL, 0, 1), failed);
	buf_reset(&f->legacy);
	buf_adds(&f->legacy, "{\"info\":{\"name\":\"foo\",\"version\":\"1.0\"},"
	    "\"urls\":[{\"filename\":\"a-1.0.whl\",\"url\":"
	    "\"https://evil.example.invalid/a-1.0.whl\",\"digests\":{\"sha256\""
	    ":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	    "aa\"}}]}");
	assert_string_equal(resolve(f, "foo-bar", "1.0", NULL, 0, 1), failed);
	/* names that are no names are not asked for */
	assert_string_equal(resolve(f, "../../etc", "1.0", NULL, 0, 1), failed);
	assert_string_equal(resolve(f, "..", "1.0", NULL, 0, 1), failed);
	assert_string_equal(resolve(f, "foo", "..", NULL, 0, 1), failed);
	assert_string_equal(resolve(f, "", NULL, NULL, 0, 1), failed);
	assert_string_equal(buf_text(&f->paths), "");
	resolve(f, "foo", "1/../../x?y#z", NULL, 0, 1);
	assert_string_equal(buf_text(&f->paths),
	    "/pypi/foo/1%2F..%2F..%2Fx%3Fy%23z/json ");
	legacy_of(f, "2.0", 1, "foo_bar-2.0");
	assert_string_equal(resolve(f, "foo-bar", "1.0", NULL, 0, 1),
	    "7 missing files=0 status=- first=-\n");
}

/* After ten failures in a row the index is left alone for a while. */
static void
breaker(void **state)
{
	struct fixture *f = *state;
	unsigned int before;

	f->legacy_status = 500;
	for (int i = 0; i < 10; i++)
		resolve(f, "foo-bar", "1.0", NULL, 0, 1);
	before = f->json_calls;
	f->legacy_status = 200;
	assert_string_equal(resolve(f, "foo-bar", "1.0", NULL, 0, 1),
	    "7 failed files=0 status=- first=-\n");
	assert_int_equal(f->json_calls, before);
}

static bool
all_answered(const struct fixture *f)
{
	const char *s = buf_text(&f->resolved);
	unsigned int lines = 0;

	for (; *s != '\0'; s++)
		lines += *s == '\n';
	return lines >= 12;
}

/* Many that fail at one moment are one failure, and nobody pauses. */
static void
breaker_burst(void **state)
{
	struct fixture *f = *state;
	struct msg_resolve m = { .id = 7, .attempt = 1 };

	legacy_of(f, "1.0", 1, "foo_bar-1.0-py3-none-any");
	m.project = mem_strdup("foo-bar");
	m.version = mem_strdup("1.0");
	f->legacy_status = 500;
	buf_reset(&f->resolved);
	for (int i = 0; i < 12; i++)
		channel_send(f->poll.channel, MSG_RESOLVE, &msg_resolve_desc,
		    &m, NULL, 0);
	wire_release(&msg_resolve_desc, &m);
	until(f, all_answered);
	assert_null(strstr(buf_text(&f->resolved), "found"));
	f->legacy_status = 200;
	assert_string_equal(resolve(f, "foo-bar", "1.0", NULL, 0, 1),
	    "7 found files=1 status=- first=foo_bar-1.0-py3-none-any-0.whl\n");
}

static bool
whole_release(const struct fixture *f)
{
	const char *text = buf_text(&f->resolved), *line;

	if (text[0] == '\0')
		return false;
	for (line = text; strchr(line, '\n')[1] != '\0'; )
		line = strchr(line, '\n') + 1;
	return strstr(line, " more") == NULL;
}

static void
resolve_in_parts(void **state)
{
	struct fixture *f = *state;
	struct msg_resolve m = { .id = 8, .attempt = 1 };
	const char *line;
	char	wide[400];
	size_t	files = 0, parts = 0;

	memset(wide, 'w', sizeof(wide) - 1);
	wide[sizeof(wide) - 1] = '\0';
	legacy_of(f, "1.0", 250, wide);
	m.project = mem_strdup("foo-bar");
	m.version = mem_strdup("1.0");
	channel_send(f->poll.channel, MSG_RESOLVE, &msg_resolve_desc, &m, NULL,
	    0);
	wire_release(&msg_resolve_desc, &m);
	until(f, whole_release);
	for (line = buf_text(&f->resolved); *line != '\0'; parts++) {
		files += strtoul(strstr(line, "files=") + 6, NULL, 10);
		line = strchr(line, '\n') + 1;
	}
	assert_int_equal(files, 250);
	assert_true(parts >= 5);
}

int
main(void)
{
#define CASE(f, open) cmocka_unit_test_setup_teardown(f, open, close_fixture)
	const struct CMUnitTest tests[] = {
		CASE(resolve_found, open_rss),
		CASE(resolve_stale, open_rss),
		CASE(resolve_absent, open_rss),
		CASE(resolve_failures, open_rss),
		CASE(breaker, open_rss),
		CASE(breaker_burst, open_rss),
		CASE(resolve_in_parts, open_rss),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

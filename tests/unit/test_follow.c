/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatch-poll follows the changelog and the feeds: where it begins, what it
 * hands over, and how it fails.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/str.h"
#include "poll_tools.h"

/* A literal as a message's field, which is never written to. */
static char *
text(const char *s)
{
	return (char *)(uintptr_t)s;
}

/* ---- changelog ----------------------------------------------------------------------- */

static bool
one_call(const struct fixture *f)
{
	return f->rpc_calls >= 1;
}

static bool
said_hello(const struct fixture *f)
{
	return f->hello;
}

static bool
one_piece(const struct fixture *f)
{
	return f->pieces == 1;
}

static bool
three_calls(const struct fixture *f)
{
	return f->rpc_calls >= 3;
}

static bool
four_calls(const struct fixture *f)
{
	return f->rpc_calls >= 4;
}

static void
first_start(void **state)
{
	struct fixture *f = *state;

	until(f, said_hello);
	assert_int_equal(f->rpc_calls + f->rss_calls, 0); /* not yet told to */
	page_rows(f, 31000001, 31000002);
	f->last_serial = 31000000;
	say_follow(f, true, 0);
	until(f, one_piece);
	assert_int_equal(f->cursor, 31000000);
	assert_int_equal(f->nevents, 0);
	until(f, three_calls);
	/* The overlap does not reach into what was before us. */
	assert_int_equal(f->since, 31000000);
	assert_int_equal(f->cursor, 31000002);
	assert_int_equal(f->nevents, 2);
	until(f, four_calls);
	assert_int_equal(f->nevents, 2);	/* known ones stay here */
	assert_true(f->health[SOURCE_CHANGELOG].ok);
}

static bool
has_1000(const struct fixture *f)
{
	return f->nevents >= 1000;
}

static void
pieces_and_refusal(void **state)
{
	struct fixture *f = *state;

	page_rows(f, 5001, 6000);
	f->refuse = 3;
	say_follow(f, false, 5000);
	until(f, one_call);
	assert_int_equal(f->since, 4500);
	until(f, has_1000);
	assert_int_equal(f->nevents, 1000);	/* none twice, none lost */
	assert_int_equal(f->cursor, 6000);
	assert_non_null(strstr(buf_text(&f->events), "changelog 5001 pkg-5001 "
	    "create\n"));
	assert_non_null(strstr(buf_text(&f->events), "changelog 6000 "));
	assert_int_equal(f->rpc_calls, 2);
	/* as after a restart */
	f->begin = 5900;
	f->rpc_calls = 0;
	say_follow(f, false, 6000);
	until(f, one_call);
	assert_int_equal(f->since, 5900);
}

static bool
has_stopped(const struct fixture *f)
{
	return f->health[SOURCE_CHANGELOG].stopped;
}

static void
cursor_ahead(void **state)
{
	struct fixture *f = *state;

	f->last_serial = 999;
	say_follow(f, false, 5000);
	until(f, has_stopped);
	assert_non_null(strstr(f->why[SOURCE_CHANGELOG], "ahead of the index"));
	assert_int_equal(f->rpc_calls, 2);
	/* told to again, with a cursor that fits */
	page_rows(f, 990, 999);
	say_follow(f, false, 998);
	until(f, four_calls);
	assert_int_equal(f->cursor, 999);
	assert_false(f->health[SOURCE_CHANGELOG].stopped);
}

static bool
is_well(const struct fixture *f)
{
	return f->health[SOURCE_CHANGELOG].ok && f->nevents > 0;
}

static bool
is_ill(const struct fixture *f)
{
	return !f->health[SOURCE_CHANGELOG].ok &&
	    f->why[SOURCE_CHANGELOG][0] != '\0';
}

/* Answers that are no page: said, nothing stored, then recovered from. */
static void
ill_then_well(struct fixture *f, const char *what)
{
	say_follow(f, false, 5000);
	until(f, is_ill);
	if (strstr(f->why[SOURCE_CHANGELOG], what) == NULL)
		fail_msg("\"%s\" instead of \"%s\"", f->why[SOURCE_CHANGELOG],
		    what);
	assert_int_equal(f->nevents, 0);
	assert_int_equal(f->cursor, 5000);
	f->rpc_status = 200;
	page_rows(f, 5000, 5010);
	until(f, is_well);
	assert_int_equal(f->cursor, 5010);
}

static void
rate_limit(void **state)
{
	struct fixture *f = *state;

	buf_reset(&f->page);
	buf_adds(&f->page, "<?xml version='1.0'?>\n<methodResponse>\n<fault>\n"
	    "<value><struct>\n<member>\n<name>faultCode</name>\n"
	    "<value><int>-32500</int></value>\n</member>\n<member>\n"
	    "<name>faultString</name>\n<value><string>HTTPTooManyRequests: "
	    "Limit may reset in 1 seconds.</string></value>\n</member>\n"
	    "</struct></value>\n</fault>\n</methodResponse>\n");
	ill_then_well(f, "HTTPTooManyRequests");
}

static void
unavailable(void **state)
{
	struct fixture *f = *state;

	f->rpc_status = 503;
	ill_then_well(f, "HTTP status 503");
}

static void
doctype(void **state)
{
	struct fixture *f = *state;

	buf_reset(&f->page);
	buf_adds(&f->page, "<?xml version='1.0'?>\n<!DOCTYPE x [<!ENTITY a "
	    "SYSTEM 'file:///etc/passwd'>]>\n<methodResponse/>");
	ill_then_well(f, "a document type is refused");
}

/* What came before the fault is kept, and the rest is asked for. */
static void
truncated(void **state)
{
	struct fixture *f = *state;

	page_rows(f, 5001, 5300);
	f->page.data[f->page.len -= 40] = '\0';
	say_follow(f, false, 5000);
	until(f, is_ill);
	assert_in_range(f->nevents, 298, 300);
	assert_in_range(f->cursor, 5298, 5300);
	page_rows(f, 5001, 5310);
	until(f, is_well);
	assert_int_equal(f->nevents, 310);
	assert_int_equal(f->cursor, 5310);
}

static bool
two_pieces(const struct fixture *f)
{
	return f->pieces == 2;
}

static bool
one_event(const struct fixture *f)
{
	return f->nevents >= 1;
}

/* An answer without a serial is no word about the index: asked again, neither
 * a place to begin at nor one that our cursor is ahead of.  Rows in it are not
 * what was asked for. */
static void
last_serial_absent(void **state)
{
	struct fixture *f = *state;

	page_rows(f, 31000001, 31000001);
	f->last_answer = buf_text(&f->page);
	say_follow(f, true, 0);
	until(f, is_ill);
	assert_non_null(strstr(f->why[SOURCE_CHANGELOG], "no serial"));
	assert_int_equal(f->pieces, 0);
	f->last_answer = NULL;
	f->last_serial = 31000000;
	until(f, one_event);
	assert_int_equal(f->since, 31000000);
	assert_int_equal(f->cursor, 31000001);
	/* the same once there is a cursor */
	page_open(f);
	page_close(f);
	f->last_answer = "<?xml version='1.0'?>\n<methodResponse><params><param>"
	    "<value><nil/></value></param></params></methodResponse>\n";
	f->health[SOURCE_CHANGELOG].ok = true;
	say_follow(f, false, 31000001);
	until(f, is_ill);
	assert_false(f->health[SOURCE_CHANGELOG].stopped);
	f->last_answer = NULL;
	f->last_serial = 31000001;
	until(f, is_well);
}

static bool
whole_page(const struct fixture *f)
{
	return f->cursor == CHANGELOG_PAGE_ROWS;
}

static bool
caught_up(const struct fixture *f)
{
	return f->rpc_calls >= 5 && f->cursor == 50001;
}

/* Failures with a full page between them are not in a row. */
static void
failures_while_catching_up(void **state)
{
	struct fixture *f = *state;

	page_rows(f, 1, CHANGELOG_PAGE_ROWS);
	f->rpc_fails = 1u << 0 | 1u << 1 | 1u << 3;
	say_follow(f, false, 0);
	until(f, whole_page);
	page_rows(f, CHANGELOG_PAGE_ROWS + 1, CHANGELOG_PAGE_ROWS + 1);
	until(f, caught_up);
	/* The list is asked when the changelog has failed three times. */
	assert_null(strstr(buf_text(&f->paths), "/simple/ "));
}

/* A row that became visible late, below the cursor. */
static void
late_row(void **state)
{
	struct fixture *f = *state;

	page_open(f);
	rpc_row(&f->page, 5002, "b", NULL, "create");
	page_close(f);
	say_follow(f, false, 5000);
	until(f, one_piece);
	page_open(f);
	rpc_row(&f->page, 5002, "b", NULL, "create");
	rpc_row(&f->page, 4990, "late", "1.0", "add py3 file late-1.0.whl");
	page_close(f);
	until(f, two_pieces);
	assert_string_equal(buf_text(&f->events), "changelog 5002 b create\n"
	    "changelog 4990 late add file\n");
	assert_int_equal(f->cursor, 5002);
}

/* ---- rss ------------------------------------------------------------------------------- */

static bool
six_feeds(const struct fixture *f)
{
	return f->rss_calls >= 6 && f->nevents >= 3;
}

static bool
a_gap(const struct fixture *f)
{
	return f->gaps > 0 && f->nevents >= 5;
}

static bool
a_new_gap(const struct fixture *f)
{
	return f->gaps > 0 && f->nevents >= 3;
}

static void
feeds(void **state)
{
	static const char *const one[] = { "b/1.0", "a/1!2.0", NULL };
	static const char *const two[] = { "d/1.0", "c/1.0000", NULL };
	static const char *const projects[] = { "b", NULL };
	struct fixture *f = *state;

	feed_of(&f->updates, one);
	feed_of(&f->packages, projects);
	say_follow(f, false, 5000);
	until(f, six_feeds);
	assert_int_equal(f->nevents, 3);
	assert_int_equal(f->gaps, 0);
	assert_true(f->not_modified >= 2);
	assert_int_equal(f->cursor, 5000);
	assert_non_null(strstr(buf_text(&f->events), "rss 0 a new release\n"
	    "rss 0 b new release\n"));	/* oldest first */
	assert_non_null(strstr(buf_text(&f->events),
	    "rss-packages 0 b create\n"));
	feed_of(&f->updates, two);
	until(f, a_gap);
	assert_int_equal(f->nevents, 5);
	assert_int_equal(f->gaps, 1);
	assert_int_equal(f->rpc_calls, 0);
}

/* What another process saw joins the first page to it, or does not. */
static void
feeds_next_start(void **state)
{
	static const char *const one[] = { "c/1.0", "b/1.0", NULL };
	static const char *const two[] = { "e/1.0", "d/1.0", NULL };
	struct feed_item seen[] = { { SOURCE_RSS_UPDATES, text("b/1.0") },
		{ SOURCE_RSS_UPDATES, text("a/1.0") } };
	struct fixture *f = *state;

	f->items = seen;
	f->nitems = ARRAY_LEN(seen);
	feed_of(&f->updates, one);
	say_follow(f, false, 0);
	until(f, one_piece);
	assert_string_equal(buf_text(&f->events), "rss 0 c new release\n");
	assert_int_equal(f->gaps, 0);
	feed_of(&f->updates, two);
	say_follow(f, false, 0);
	until(f, a_new_gap);
	assert_int_equal(f->gaps, 1);
}

static bool
six_feeds_more(const struct fixture *f)
{
	return f->rss_calls >= 8 && f->nevents >= 1;
}

/* At the first start of all what is listed already is the past. */
static void
feeds_first_start(void **state)
{
	static const char *const one[] = { "b/1.0", "a/1!2.0", NULL };
	static const char *const two[] = { "c/1.0", "b/1.0", "a/1!2.0", NULL };
	static const char *const projects[] = { "b", NULL };
	struct fixture *f = *state;

	feed_of(&f->updates, one);
	feed_of(&f->packages, projects);
	say_follow(f, true, 0);
	f->nevents = 3;
	until(f, six_feeds);
	assert_int_equal(f->nevents, 3);
	f->nevents = 0;
	feed_of(&f->updates, two);
	until(f, six_feeds_more);
	assert_string_equal(buf_text(&f->events), "rss 0 c new release\n");
	assert_int_equal(f->gaps, 0);
}

static bool
four_feeds(const struct fixture *f)
{
	return f->rss_calls >= 4;
}

/* An index that lists nothing yet: all that comes is news. */
static void
feeds_first_empty(void **state)
{
	static const char *const none[] = { NULL };
	static const char *const one[] = { "a/1.0", NULL };
	struct fixture *f = *state;

	feed_of(&f->updates, none);
	feed_of(&f->packages, none);
	say_follow(f, true, 0);
	until(f, four_feeds);
	feed_of(&f->updates, one);
	until(f, one_piece);
	assert_string_equal(buf_text(&f->events), "rss 0 a new release\n");
	assert_int_equal(f->past, 0);
}

int
main(void)
{
#define CASE(f, open) cmocka_unit_test_setup_teardown(f, open, close_fixture)
	const struct CMUnitTest tests[] = {
		CASE(first_start, open_changelog),
		CASE(pieces_and_refusal, open_changelog),
		CASE(cursor_ahead, open_changelog),
		CASE(rate_limit, open_changelog),
		CASE(unavailable, open_changelog),
		CASE(doctype, open_changelog),
		CASE(truncated, open_changelog),
		CASE(late_row, open_changelog),
		CASE(last_serial_absent, open_changelog),
		CASE(failures_while_catching_up, open_witness),
		CASE(feeds, open_rss),
		CASE(feeds_first_start, open_rss),
		CASE(feeds_first_empty, open_rss),
		CASE(feeds_next_start, open_rss),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

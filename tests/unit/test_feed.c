/* SPDX-License-Identifier: Apache-2.0 */
/* feed, metrics: documents hold hostile strings as text. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <jansson.h>
#include <libxml/parser.h>

#include "base/buf.h"
#include "base/config.h"
#include "web/feed.h"
#include "web/metrics.h"

static const struct feed_item items[] = {
	{ "7", "pycryptoenv", "1.0.7", "97", "critical", "pycrypto",
	    "2026-11-23T18:00:00Z", "2026-11-23T18:05:00Z", "open", "live",
	    "pypi", "<script>&amp; \x1b[31m \xe2\x80\xae]]>" },
	{ "8", "b", "1", "60", "high", NULL, "2026-11-24T18:00:00Z",
	    "2026-11-24T18:00:00Z", "open", "removed", "corp", NULL },
};

static const struct feed feed = { .self = "http://127.0.0.1:1/feed?a=1&b=<",
	.items = items, .n = 2 };

static void
atom_is_well_formed(void **state)
{
	struct buf	b = BUF_EMPTY;
	xmlDocPtr	doc;

	(void)state;
	feed_atom(&feed, &b);
	doc = xmlReadMemory(b.data, (int)b.len, NULL, NULL,
	    XML_PARSE_NONET | XML_PARSE_NOERROR);
	assert_non_null(doc);
	assert_non_null(strstr(b.data, "tag:pypiwatch,2026:detection/7"));
	assert_non_null(strstr(b.data,
	    "<updated>2026-11-24T18:00:00Z</updated>"));
	assert_null(strstr(b.data, "<script"));
	assert_null(strchr(b.data, '\x1b'));
	xmlFreeDoc(doc);
	buf_release(&b);
}

static void
json_has_what_the_format_asks(void **state)
{
	struct buf	 b = BUF_EMPTY;
	json_t		*json, *item;

	(void)state;
	feed_json(&feed, &b);
	json = json_loads(b.data, 0, NULL);
	assert_non_null(json);
	assert_string_equal(json_string_value(json_object_get(json,
	    "version")), "https://jsonfeed.org/version/1.1");
	item = json_array_get(json_object_get(json, "items"), 0);
	assert_true(json_is_string(json_object_get(item, "id")));
	assert_true(json_is_string(json_object_get(item, "content_text")));
	assert_true(json_is_null(json_object_get(json_object_get(
	    json_array_get(json_object_get(json, "items"), 1), "_pypiwatch"),
	    "lookalike_of")));
	json_decref(json);
	buf_release(&b);
}

/* The project's page on its own index, and nowhere else. */
static void
links_stay_on_the_index(void **state)
{
	static char	corp[] = "corp", url[] = "https://index.example.net/pypi/";
	struct config_index index = { .name = corp, .url = url };
	struct feed	some = feed;
	struct buf	b = BUF_EMPTY;
	json_t		*json, *item;

	(void)state;
	for (int known = 0; known < 2; known++) {
		some.indexes = &index;
		some.nindexes = (size_t)known;
		buf_reset(&b);
		feed_json(&some, &b);
		json = json_loads(b.data, 0, NULL);
		item = json_array_get(json_object_get(json, "items"), 0);
		assert_string_equal(json_string_value(json_object_get(item,
		    "url")), "https://pypi.org/project/pycryptoenv/1.0.7/");
		item = json_array_get(json_object_get(json, "items"), 1);
		assert_string_equal(json_string_value(json_object_get(
		    json_object_get(item, "_pypiwatch"), "index")), "corp");
		if (known == 0)
			assert_null(json_object_get(item, "url"));
		else
			assert_string_equal(json_string_value(json_object_get(
			    item, "url")),
			    "https://index.example.net/pypi/simple/b/");
		json_decref(json);
		buf_reset(&b);
		feed_atom(&some, &b);
		assert_non_null(strstr(b.data, "pypi.org/project/pycryptoenv"));
		assert_null(strstr(b.data, "pypi.org/project/b/"));
		assert_int_equal(strstr(b.data, "net/pypi/simple/b/\"") != NULL,
		    known);
	}
	buf_release(&b);
}

static void
empty_feeds_are_feeds(void **state)
{
	struct feed	none = { .self = "http://127.0.0.1/feed" };
	struct buf	b = BUF_EMPTY;

	(void)state;
	feed_atom(&none, &b);
	assert_non_null(strstr(b.data, "<updated>"));
	buf_reset(&b);
	feed_json(&none, &b);
	assert_non_null(strstr(b.data, "\"items\":[]"));
	buf_release(&b);
}

static void
metrics_group_and_escape(void **state)
{
	struct buf		b = BUF_EMPTY;
	struct metrics_writer	w = { &b, NULL };

	(void)state;
	metrics_add(&w, "pypiwatch_feed_up", "source", "a\"\\\n", "1");
	metrics_add(&w, "pypiwatch_feed_up", "source", "b", "0");
	metrics_add(&w, "not_in_the_table", NULL, NULL, "1");
	metrics_add(&w, "pypiwatch_dead_letters", NULL, NULL, "2");
	assert_string_equal(b.data,
	    "# HELP pypiwatch_feed_up Whether the source answers.\n"
	    "# TYPE pypiwatch_feed_up gauge\n"
	    "pypiwatch_feed_up{source=\"a\\\"\\\\\\n\"} 1\n"
	    "pypiwatch_feed_up{source=\"b\"} 0\n"
	    "# HELP pypiwatch_dead_letters Files given up after repeated "
	    "failures.\n"
	    "# TYPE pypiwatch_dead_letters gauge\n"
	    "pypiwatch_dead_letters 2\n");
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(atom_is_well_formed),
		cmocka_unit_test(json_has_what_the_format_asks),
		cmocka_unit_test(links_stay_on_the_index),
		cmocka_unit_test(empty_feeds_are_feeds),
		cmocka_unit_test(metrics_group_and_escape),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

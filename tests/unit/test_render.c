/* SPDX-License-Identifier: Apache-2.0 */
/* render: every payload within its receiver's limits, whatever is in it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/buf.h"
#include "base/str.h"
#include "render_tools.h"

static const char *const hostile[] = {
	"", "plain", "<!channel> <@U123> <https://evil.example.invalid|click>",
	"*bold* _it_ ~no~ `code` :skull:", "&amp;&lt;&&&", "@here @channel",
	"\xe2\x80\xaegpj.exe\xe2\x80\x8b\xef\xbb\xbf", "\x1b[31mred\x1b[0m",
	"a\r\nwebhook-id: forged\r\n\r\n{}", "\"},{\"type\":\"button\"",
	"https://evil.example.invalid/stage2.py?x=<y>", "10.1.2.3",
	"\xf0\x9f\x90\x8d\xf0\x9f\x90\x8d", "%n%s%x", "`", "\\", "|", ">",
};

/* Beyond every limit of one field, and three files of three findings with
 * four such fields beyond every limit of a whole message but PagerDuty's;
 * more would take valgrind hours. */
#define HUGE_TEXT 16000

static void
slack_once(const char *s, size_t files, size_t findings, const char *type)
{
	char		*payload = payload_of(s, files, findings, type);
	struct rendered	 r;

	assert_int_equal(render("slack", payload, &r), 0);
	check_slack(buf_text(&r.body));
	rendered_release(&r);
	free(payload);
}

static void
slack_hostile(void **state)
{
	static const char *const types[] = { "detection.opened",
		"detection.updated", "detection.withdrawn", "release.removed",
		"release.quarantined", "digest", "daemon.degraded",
		"daemon.recovered", "test", "", "<!channel>" };

	(void)state;
	for (size_t t = 0; t < ARRAY_LEN(types); t++)
		for (size_t i = 0; i < ARRAY_LEN(hostile); i++) {
			slack_once(hostile[i], 0, 0, types[t]);
			slack_once(hostile[i], 3, 10, types[t]);
		}
}

static void
slack_huge(void **state)
{
	struct buf b = BUF_EMPTY;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(hostile); i++) {
		if (hostile[i][0] == '\0')
			continue;
		buf_reset(&b);
		while (b.len < 20000)
			buf_adds(&b, hostile[i]);
		slack_once(b.data, 1, 0, "detection.opened");
		slack_once(b.data, 5, 10, "detection.opened");
	}
	while (b.len < 1000000)
		buf_adds(&b, "<&\xf0\x9f\x90\x8d`\n");
	slack_once(b.data, 1, 1, "detection.opened");
	buf_release(&b);
}

static void
missing_and_mistyped(void **state)
{
	static const char *const payloads[] = {
		"{\"data\":{}}",
		"{\"type\":7,\"data\":{\"project\":[],\"files\":{}}}",
		"{\"data\":{\"files\":[1,null,{\"findings\":3},{\"findings\":"
		    "[4,{}]}],\"score\":1e300,\"detection_id\":\"a\"}}",
		"{\"data\":{\"project\":\"a\",\"detection_id\":\"9<|>\","
		    "\"files\":[{\"names\":[null],\"indicators\":[{}]}]}}",
	};
	static const char *const broken[] = { "", "{", "[]", "null", "{}",
		"{\"data\":3}", "\xff" };
	struct rendered r;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(payloads); i++) {
		assert_int_equal(render("slack", payloads[i], &r), 0);
		check_slack(buf_text(&r.body));
		rendered_release(&r);
	}
	for (size_t i = 0; i < ARRAY_LEN(broken); i++)
		assert_int_equal(render("slack", broken[i], &r), -1);
}

static void
every_kind_hostile(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(hostile); i++)
		for (size_t files = 0; files < 4; files += 3) {
			char *payload = payload_of(hostile[i], files, 5,
			    "detection.opened");

			check_kinds(payload);
			free(payload);
		}
}

static void
every_kind_huge(void **state)
{
	struct buf b = BUF_EMPTY;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(hostile); i++) {
		char *payload;

		if (hostile[i][0] == '\0')
			continue;
		buf_reset(&b);
		while (b.len < HUGE_TEXT)
			buf_adds(&b, hostile[i]);
		payload = payload_of(b.data, 3, 3, "detection.opened");
		check_kinds(payload);
		free(payload);
	}
	buf_release(&b);
}

static void
every_kind_odd(void **state)
{
	static const char *const payloads[] = {
		"{\"data\":{}}",
		"{\"type\":7,\"data\":{\"project\":[],\"files\":{}}}",
		"{\"data\":{\"files\":[1,null,{\"findings\":3},{\"findings\":"
		    "[4,{}]}],\"score\":1e300,\"detection_id\":\"a\"}}",
		"{\"type\":\"digest\",\"data\":{\"items\":[1,{}, \"x\"],"
		    "\"total\":-4,\"change\":\"rate\"}}",
		"{\"type\":\"daemon.degraded\",\"data\":{\"text\":\"poll\"}}",
		"{\"type\":\"test\",\"timestamp\":4,\"data\":{\"text\":{}}}",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(payloads); i++)
		check_kinds(payloads[i]);
}

/* All that follows an alert, with strings beyond any limit. */
static void
follow_ups(void **state)
{
	static const char *const changes[] = { "score", "files", "triaged",
		"suppressed", "campaign" };
	static const char *const types[] = { "detection.updated",
		"detection.withdrawn", "release.removed",
		"release.quarantined", "daemon.degraded", "digest" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(types) * ARRAY_LEN(changes); i++) {
		char	*payload = payload_of("\\\"]<&\xe6\x82\xaa`@here ", 1, 2,
		    types[i / ARRAY_LEN(changes)]);
		json_t	*root = json_loads(payload, 0, NULL);
		json_t	*data = json_object_get(root, "data");
		struct buf b = BUF_EMPTY;

		free(payload);
		for (size_t n = 0; n < 800; n++)
			buf_adds(&b, "\\\"]<&\xe6\x82\xaa`@here ");
		for (size_t n = 0; n < 2; n++) {
			json_object_set_new(data, "change", json_string(
			    changes[i % ARRAY_LEN(changes)]));
			json_object_set_new(data, "counts", json_pack(
			    "{s:i, s:i}", "release.removed", 499, "x", -7));
			payload = json_dumps(root, JSON_COMPACT);
			check_kinds(payload);
			free(payload);
			json_object_set_new(data, "by", json_string(b.data));
			json_object_set_new(data, "note", json_string(b.data));
			json_object_set_new(data, "version",
			    json_string(b.data));
			json_object_set_new(data, "campaign", json_pack(
			    "{s:i, s:s}", "count", 500, "why", b.data));
		}
		buf_release(&b);
		json_decref(root);
	}
}

/* Many in one: named as far as there is room, and the rest counted. */
static void
summaries(void **state)
{
	static const char *const changes[] = { "rate", "quiet", "digest",
		"observe", "campaign" };

	(void)state;
	for (size_t c = 0; c < ARRAY_LEN(changes); c++)
		for (size_t i = 0; i < ARRAY_LEN(hostile); i++) {
			json_t	*items = json_array();
			char	*text;
			json_t	*root;

			for (size_t n = 0; n < 25; n++)
				json_array_append_new(items, json_pack(
				    "{s:s, s:s, s:i, s:s, s:s}", "project",
				    hostile[i], "version", "1.0", "score", 71,
				    "severity", "high", "lookalike_of",
				    hostile[i]));
			root = json_pack("{s:s, s:{s:s, s:o, s:i, s:s}}",
			    "type", "digest", "data", "change", changes[c],
			    "items", items, "total", 52, "severity", "high");
			text = json_dumps(root, 0);
			json_decref(root);
			check_kinds(text);
			free(text);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slack_hostile),
		cmocka_unit_test(slack_huge),
		cmocka_unit_test(missing_and_mistyped),
		cmocka_unit_test(every_kind_hostile),
		cmocka_unit_test(every_kind_huge),
		cmocka_unit_test(every_kind_odd),
		cmocka_unit_test(follow_ups),
		cmocka_unit_test(summaries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

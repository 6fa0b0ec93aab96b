/* SPDX-License-Identifier: Apache-2.0 */
/* story: what an alert says to people, and where it belongs. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "render_tools.h"

static void
slack_story(void **state)
{
	char *payload = alert_sample("detection.opened",
	    "2026-11-23T18:00:00Z");
	struct rendered r;
	json_t *root;
	const char *first;

	(void)state;
	assert_int_equal(render("slack", payload, &r), 0);
	check_slack(buf_text(&r.body));
	root = json_loads(buf_text(&r.body), 0, NULL);
	first = alert_text(root, "text");
	assert_true(str_starts(first, "CRITICAL: pypiwatch-example 1.0: looks "
	    "like example (a word added, rank 1); an example finding"));
	json_decref(root);
	assert_non_null(strstr(r.body.data,
	    "<https://pypi.org/project/pypiwatch-example/1.0/|PyPI>"));
	assert_non_null(strstr(r.body.data,
	    "`pypiwatch-example-1.0/setup.py:12`"));
	assert_non_null(strstr(r.body.data,
	    "hxxps://files[.]example[.]invalid/stage2"));
	rendered_release(&r);
	free(payload);
}

/* A project of another index is not looked for on PyPI. */
static void
other_index(void **state)
{
	static const char *const kinds[] = { "slack", "discord", "teams",
		"mattermost", "email", "pagerduty", "syslog", "journal" };
	static char	 corp[] = "corp", url[] = "https://index.example.net/root";
	struct config_index index = { .name = corp, .url = url };
	char		*sample = alert_sample("detection.opened",
	    "2026-11-23T18:00:00Z"), *payload;
	json_t		*root = json_loads(sample, 0, NULL);

	(void)state;
	json_object_set_new(json_object_get(root, "data"), "index",
	    json_string("corp"));
	json_object_set_new(json_object_get(root, "data"), "project",
	    json_string("Py_Example"));
	json_object_del(json_object_get(root, "data"), "links");
	payload = json_dumps(root, JSON_COMPACT);
	for (size_t i = 0; i < ARRAY_LEN(kinds) * 2; i++) {
		const char *kind = kinds[i / 2];
		bool known = i % 2 == 1, found;
		struct rendered r;

		assert_int_equal(render_as(kind, payload, NULL,
		    known ? &index : NULL, &r), 0);
		assert_null(strstr(buf_text(&r.body), "pypi.org/"));
		assert_null(strstr(buf_text(&r.html), "pypi.org/"));
		assert_null(strstr(buf_text(&r.body), "pypi.io/"));
		found = strstr(buf_text(&r.body),
		    "https://index.example.net/root/simple/py-example/") !=
		    NULL;
		assert_int_equal(found, known && i / 2 < 6);	/* not in one line */
		assert_non_null(strstr(buf_text(&r.body), "corp"));
		rendered_release(&r);
	}
	json_decref(root);
	free(payload);
	free(sample);
}

/* How long before PyPI acted we alerted is for people to read, wherever. */
static void
lead(void **state)
{
	static const char *const kinds[] = { "slack", "discord", "teams",
		"mattermost", "email", "pagerduty", "syslog", "journal" };
	static const struct { const char *type, *index; int64_t s;
		const char *want; } table[] = {
		{ "release.removed", "pypi", 59, "alerted 59 s before PyPI rem" },
		{ "release.removed", "pypi", 2820, "alerted 47 min before PyPI" },
		{ "release.quarantined", "pypi", 11520,
		    "We alerted 3 h 12 min before PyPI quarantined it" },
		{ "release.removed", "pypi", 266400, "alerted 3 d 2 h before" },
		{ "release.removed", "pypi", 0, NULL },
		{ "release.removed", "pypi", -70, NULL },
		{ "release.removed", "corp", 70, NULL },
		{ "detection.opened", "pypi", 70, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table) * ARRAY_LEN(kinds); i++) {
		size_t k = i / ARRAY_LEN(kinds);
		const char *kind = kinds[i % ARRAY_LEN(kinds)], *text;
		char	*sample = alert_sample(table[k].type,
		    "2026-11-23T18:00:00Z"), *payload;
		json_t	*root = json_loads(sample, 0, NULL);
		json_t	*data = json_object_get(root, "data");
		struct rendered r;

		json_object_set_new(data, "lead_seconds",
		    json_integer(table[k].s));
		json_object_set_new(data, "index",
		    json_string(table[k].index));
		payload = json_dumps(root, JSON_COMPACT);
		assert_int_equal(render(kind, payload, &r), 0);
		text = buf_text(&r.body);
		if (table[k].want != NULL)
			assert_non_null(strstr(text, table[k].want));
		else
			assert_null(strstr(text, "We alerted"));
		if (table[k].want != NULL && str_equal(kind, "email"))
			assert_non_null(strstr(buf_text(&r.html),
			    table[k].want));
		rendered_release(&r);
		free(payload);
		free(sample);
		json_decref(root);
	}
}

static void
mail_headers(void **state)
{
	struct rendered r;
	char *payload = payload_of("a\r\nBcc: evil@example.invalid\r\n\r\nx",
	    1, 1, "detection.opened");

	(void)state;
	assert_int_equal(render("email", payload, &r), 0);
	check_mail(&r);
	assert_null(header_of(&r, "Bcc"));
	assert_string_equal(header_of(&r, "Message-ID"),
	    "<msg_test1@example.net>");
	assert_string_equal(header_of(&r, "Date"),
	    "Tue, 14 Nov 2023 22:13:20 +0000");
	assert_string_equal(header_of(&r, "Auto-Submitted"), "auto-generated");
	assert_string_equal(header_of(&r, "To"),
	    "soc@example.net,\r\n cert@example.net");
	assert_null(header_of(&r, "References"));
	rendered_release(&r);
	free(payload);
	payload = payload_of("p\xc3\xa4" "ckchen-mit-einem-recht-langen-namen-"
	    "\xf0\x9f\x90\x8d\xf0\x9f\x90\x8d" "-und-noch-mehr", 0, 0, "test");
	assert_int_equal(render("email", payload, &r), 0);
	check_mail(&r);
	assert_true(str_starts(header_of(&r, "Subject"), "=?UTF-8?B?"));
	rendered_release(&r);
	free(payload);
}

static void
mail_threads(void **state)
{
	char *payload = payload_of("a", 1, 1, "release.removed");
	struct rendered r;

	(void)state;
	assert_int_equal(render_as("email", payload, "first-1",
	    NULL, &r), 0);
	assert_string_equal(header_of(&r, "In-Reply-To"),
	    "<first-1@example.net>");
	assert_string_equal(header_of(&r, "References"),
	    "<first-1@example.net>");
	assert_true(str_starts(header_of(&r, "Subject"), "Re: [pypiwatch] "));
	rendered_release(&r);
	assert_int_equal(render_as("email", payload, "a\r\nb",
	    NULL, &r), 0);
	assert_null(header_of(&r, "References"));
	rendered_release(&r);
	free(payload);
}

static void
pagerduty_resolves(void **state)
{
	static const struct { const char *type, *change, *verdict, *action; }
	table[] = {
		{ "detection.opened", "", "", "trigger" },
		{ "detection.updated", "score", "", "trigger" },
		{ "detection.updated", "triaged", "confirmed", "resolve" },
		{ "detection.updated", "triaged", "open", "trigger" },
		{ "detection.updated", "suppressed", "", "resolve" },
		{ "detection.withdrawn", "", "", "resolve" },
		{ "release.removed", "", "", "resolve" },
		{ "release.quarantined", "", "", "resolve" },
		{ "daemon.degraded", "", "", "trigger" },
		{ "daemon.recovered", "", "", "resolve" },
		{ "test", "", "", "trigger" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct rendered r;
		char *payload = mem_printf("{\"type\":\"%s\",\"data\":{"
		    "\"project\":\"a\",\"detection_id\":7,\"change\":\"%s\","
		    "\"triage_status\":\"%s\"}}", table[i].type,
		    table[i].change, table[i].verdict);
		json_t *root;

		assert_int_equal(render("pagerduty", payload, &r), 0);
		root = json_loads(buf_text(&r.body), 0, NULL);
		assert_string_equal(alert_text(root, "event_action"),
		    table[i].action);
		assert_string_equal(alert_text(root, "dedup_key"),
		    "pypiwatch/a/7");
		json_decref(root);
		rendered_release(&r);
		free(payload);
	}
}

static void
slack_bot_threads(void **state)
{
	struct sink s = { .kind = sink_kind_find("slack"),
	    .token = (char[]){ "xoxb-secret" }, .channel = (char[]){ "C123" } };
	struct render_job job = { .payload = "{\"data\":{}}", .sink = &s,
	    .delivery_id = "a", .thread_ref = "1503435956.000247",
	    .limits = &s.kind->limits };
	struct rendered r = { .nheaders = 0 };
	struct alert a;
	char why[200];
	json_t *root;

	(void)state;
	assert_int_equal(alert_open(&a, job.payload, why, sizeof(why)), 0);
	assert_int_equal(render_slack(&job, &a, &r, why, sizeof(why)), 0);
	root = json_loads(buf_text(&r.body), 0, NULL);
	assert_string_equal(alert_text(root, "channel"), "C123");
	assert_string_equal(alert_text(root, "thread_ts"),
	    "1503435956.000247");
	assert_string_equal(header_of(&r, "Authorization"), "Bearer xoxb-secret");
	assert_int_equal(r.nsecret, 1);
	json_decref(root);
	rendered_release(&r);
	alert_close(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slack_story),
		cmocka_unit_test(other_index),
		cmocka_unit_test(lead),
		cmocka_unit_test(mail_headers),
		cmocka_unit_test(mail_threads),
		cmocka_unit_test(pagerduty_resolves),
		cmocka_unit_test(slack_bot_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

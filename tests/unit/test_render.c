/* SPDX-License-Identifier: Apache-2.0 */
/* render: every payload within its receiver's limits, whatever is in it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "alert/alert.h"
#include "alert/sinks.h"
#include "alert/text.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"

#define KEY_1 "whsec_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="
#define KEY_2 "whsec_AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI="
/* By `openssl dgst -sha256 -mac HMAC -macopt hexkey:0101...` over
 * msg_test1.1700000000.{"a":1}, and with 0202... */
#define SIGNATURE_1 "v1,1KWtIS1MEEtQvW7LY7Ji+qdoAzH4IvAvhMn3c5dS4kc="
#define SIGNATURE_2 "v1,blVnB3fkQocWgBD+rMNTFHxBbSfM2ufbB+jUYzqfm6M="

static const char *const hostile[] = {
	"", "plain", "<!channel> <@U123> <https://evil.example.invalid|click>",
	"*bold* _it_ ~no~ `code` :skull:", "&amp;&lt;&&&", "@here @channel",
	"\xe2\x80\xaegpj.exe\xe2\x80\x8b\xef\xbb\xbf", "\x1b[31mred\x1b[0m",
	"a\r\nwebhook-id: forged\r\n\r\n{}", "\"},{\"type\":\"button\"",
	"https://evil.example.invalid/stage2.py?x=<y>", "10.1.2.3",
	"\xf0\x9f\x90\x8d\xf0\x9f\x90\x8d", "%n%s%x", "`", "\\", "|", ">",
};

/* An alert with the same string everywhere. */
static char *
payload_of(const char *s, size_t files, size_t findings, const char *type)
{
	json_t	*list = json_array();
	json_t	*data, *root;
	char	*text;

	for (size_t i = 0; i < files; i++) {
		json_t *f = json_pack("{s:s, s:s, s:[], s:[{s:s,s:s,s:i}],"
		    "s:[{s:s, s:s}]}", "file", s, "outcome", s, "findings",
		    "names", "target", s, "technique", s, "rank", 3,
		    "indicators", "type", "url", "value", s);

		for (size_t j = 0; j < findings; j++) {
			char *own = mem_printf("%zu %s", i * findings + j, s);

			json_array_append_new(json_object_get(f, "findings"),
			    json_pack("{s:s, s:s, s:s, s:i, s:f, s:s}", "text",
			    own, "path", s, "context", s, "line", 7, "weight",
			    0.5, "rule", s));
			free(own);
		}
		json_array_append_new(list, f);
	}
	data = json_pack("{s:s, s:i, s:s, s:s, s:i, s:s, s:s, s:s, s:o}",
	    "schema", "pypiwatch.alert/1", "detection_id", 42, "project", s,
	    "version", s, "score", 97, "severity", "high", "lookalike_of", s,
	    "text", s, "files", list);
	root = json_pack("{s:s, s:s, s:o}", "type", type, "timestamp",
	    "2026-11-23T18:00:00Z", "data", data);
	text = json_dumps(root, JSON_COMPACT);
	json_decref(root);
	return text;
}

static int
render(const char *kind, const char *payload, const char *secret,
    struct rendered *out)
{
	const struct sink_kind	*k = sink_kind_find(kind);
	struct render_job	 job = { .payload = payload,
	    .delivery_id = "msg_test1", .now_s = 1700000000,
	    .link_base = "https://alerts.example.net", .secret = secret,
	    .limits = &k->limits };
	struct alert		 a;
	char			 why[200] = "";
	int			 rc;

	memset(out, 0, sizeof(*out));
	if (alert_open(&a, payload, why, sizeof(why)) == -1)
		return -1;
	rc = k->render(&job, &a, out, why, sizeof(why));
	alert_close(&a);
	return rc;
}

static size_t
units_of(const json_t *object, const char *member)
{
	const char *s = alert_text(object, member);

	assert_true(utf8_valid(s, strlen(s)));
	return text_units(s, strlen(s));
}

/* Every "<" in mrkdwn opens a link to an address of ours. */
static void
check_links(const char *s)
{
	while ((s = strchr(s, '<')) != NULL) {
		s++;
		assert_true(str_starts(s, "https://pypi.org/project/") ||
		    str_starts(s, "https://inspector.pypi.io/project/") ||
		    str_starts(s,
		    "https://alerts.example.net/detections/"));
	}
}

static void
check_text_object(const json_t *o)
{
	const char *s = alert_text(o, "text");

	assert_true(units_of(o, "text") > 0);
	if (str_equal(alert_text(o, "type"), "mrkdwn")) {
		assert_true(json_is_true(json_object_get(o, "verbatim")));
		assert_true(units_of(o, "text") <= 3000);
	} else {
		assert_string_equal(alert_text(o, "type"), "plain_text");
		assert_true(json_is_false(json_object_get(o, "emoji")));
		assert_true(units_of(o, "text") <= 150);
	}
	check_links(s);
	assert_null(strstr(s, "http://"));
	assert_null(strstr(s, "evil.example.invalid"));
	for (; *s != '\0'; s++)
		assert_true((unsigned char)*s >= 0x20 || *s == '\n');
}

static void
check_slack(const char *body)
{
	json_t	*root = json_loads(body, 0, NULL), *blocks, *block, *element;
	size_t	 i, j;

	assert_non_null(root);
	assert_true(text_units(body, strlen(body)) < 8000);
	assert_true(units_of(root, "text") < 4000);
	assert_true(units_of(root, "text") > 0);
	check_links(alert_text(root, "text"));
	assert_true(json_is_false(json_object_get(root, "mrkdwn")));
	blocks = json_object_get(root, "blocks");
	assert_in_range(json_array_size(blocks), 1, 50);
	json_array_foreach(blocks, i, block) {
		if (json_object_get(block, "text") != NULL)
			check_text_object(json_object_get(block, "text"));
		assert_true(json_array_size(json_object_get(block,
		    "elements")) <= 10);
		json_array_foreach(json_object_get(block, "elements"), j,
		    element)
			check_text_object(element);
	}
	json_decref(root);
}

static void
slack_once(const char *s, size_t files, size_t findings, const char *type)
{
	char		*payload = payload_of(s, files, findings, type);
	struct rendered	 r;

	assert_int_equal(render("slack", payload, NULL, &r), 0);
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
slack_story(void **state)
{
	char *payload = alert_sample("detection.opened",
	    "2026-11-23T18:00:00Z");
	struct rendered r;
	json_t *root;
	const char *first;

	(void)state;
	assert_int_equal(render("slack", payload, NULL, &r), 0);
	check_slack(buf_text(&r.body));
	root = json_loads(buf_text(&r.body), 0, NULL);
	first = alert_text(root, "text");
	assert_true(str_starts(first, "CRITICAL: pypiwatch-example 1.0: looks "
	    "like example (affix, rank 1); an example finding"));
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
		assert_int_equal(render("slack", payloads[i], NULL, &r), 0);
		check_slack(buf_text(&r.body));
		rendered_release(&r);
	}
	for (size_t i = 0; i < ARRAY_LEN(broken); i++)
		assert_int_equal(render("slack", broken[i], NULL, &r), -1);
}

static const char *
header(const struct rendered *r, const char *name)
{
	for (size_t i = 0; i < r->nheaders; i++)
		if (str_starts(r->headers[i], name))
			return r->headers[i] + strlen(name) + 2;
	return NULL;
}

static void
webhook_signature(void **state)
{
	struct alert a = { .type = "" };
	struct render_job job = { .payload = "{\"a\":1}",
	    .delivery_id = "msg_test1", .now_s = 1700000000,
	    .secret = KEY_1, .header = "Authorization: Bearer x" };
	struct rendered r = { .nheaders = 0 };
	char why[200];

	(void)state;
	assert_int_equal(render_webhook(&job, &a, &r, why, sizeof(why)), 0);
	assert_string_equal(buf_text(&r.body), "{\"a\":1}");
	assert_string_equal(header(&r, "webhook-signature"), SIGNATURE_1);
	assert_string_equal(header(&r, "webhook-id"), "msg_test1");
	assert_string_equal(header(&r, "webhook-timestamp"), "1700000000");
	assert_string_equal(header(&r, "Authorization"), "Bearer x");
	rendered_release(&r);
	job.secret = "  " KEY_1 "  " KEY_2 " ";
	assert_int_equal(render_webhook(&job, &a, &r, why, sizeof(why)), 0);
	assert_string_equal(header(&r, "webhook-signature"),
	    SIGNATURE_1 " " SIGNATURE_2);
	rendered_release(&r);
	job.secret = NULL;
	assert_int_equal(render_webhook(&job, &a, &r, why, sizeof(why)), 0);
	assert_null(header(&r, "webhook-signature"));
	rendered_release(&r);
}

static void
webhook_refuses(void **state)
{
	static const char *const keys[] = { "AQEB", "whsec_", "whsec_AQEB",
		"whsec_!!!", KEY_1 " whsec_AQEB", "whsk_AQEBAQEBAQEBAQEBAQEB" };
	static const char *const ids[] = { "", "a.b", "a\r\nb", "a b", "\xc3" };
	struct alert a = { .type = "" };
	struct rendered r = { .nheaders = 0 };
	char why[200];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		struct render_job job = { .payload = "{}", .delivery_id = "a",
		    .secret = keys[i] };

		assert_int_equal(render_webhook(&job, &a, &r, why,
		    sizeof(why)), -1);
		assert_null(strstr(why, "AQEB"));
	}
	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		struct render_job job = { .payload = "{}",
		    .delivery_id = ids[i] };

		assert_int_equal(render_webhook(&job, &a, &r, why,
		    sizeof(why)), -1);
	}
	rendered_release(&r);
}

static void
answers(void **state)
{
	static const struct { const char *kind; unsigned int status;
		enum answer_class class; } table[] = {
		{ "slack", 200, ANSWER_TAKEN }, { "slack", 204, ANSWER_RETRY_FEW },
		{ "slack", 400, ANSWER_REJECTED }, { "slack", 403, ANSWER_GONE },
		{ "slack", 404, ANSWER_GONE }, { "slack", 410, ANSWER_GONE },
		{ "slack", 429, ANSWER_RETRY }, { "slack", 500, ANSWER_RETRY },
		{ "slack", 302, ANSWER_RETRY_FEW },
		{ "webhook", 200, ANSWER_TAKEN }, { "webhook", 202, ANSWER_TAKEN },
		{ "webhook", 301, ANSWER_RETRY_FEW },
		{ "webhook", 401, ANSWER_RETRY_FEW },
		{ "webhook", 410, ANSWER_GONE }, { "webhook", 429, ANSWER_RETRY },
		{ "webhook", 503, ANSWER_RETRY }, { "webhook", 0,
		    ANSWER_RETRY_FEW }, { "webhook", 5000, ANSWER_RETRY_FEW },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		assert_int_equal(sink_classify(sink_kind_find(table[i].kind),
		    table[i].status), table[i].class);
	assert_null(sink_kind_find("pager"));
}

static void
urls(void **state)
{
	static const struct { const char *url; bool allow; int rc; } table[] = {
		{ "https://hooks.example.net/T/B/secret", false, 0 },
		{ "HTTPS://h/", false, 0 },
		{ "http://127.0.0.1:1/x", true, 0 },
		{ "http://127.0.0.1:1/x", false, -1 },
		{ "ftp://a/", true, -1 }, { "file:///etc/passwd", true, -1 },
		{ "", true, -1 }, { "https://", false, -1 },
		{ "https:///x", false, -1 }, { "https://a b/", false, -1 },
		{ "https://a/\nb", false, -1 }, { "https://u:p@/", false, -1 },
	};
	char why[200], label[200];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		assert_int_equal(sink_url_check(table[i].url, table[i].allow,
		    why, sizeof(why)), table[i].rc);
	sink_url_label("https://u:pw@hooks.example.net/T/secret", label,
	    sizeof(label));
	assert_true(str_starts(label, "hooks.example.net ("));
	assert_null(strstr(label, "secret"));
	assert_null(strstr(label, "pw"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slack_hostile),
		cmocka_unit_test(slack_huge),
		cmocka_unit_test(slack_story),
		cmocka_unit_test(missing_and_mistyped),
		cmocka_unit_test(webhook_signature),
		cmocka_unit_test(webhook_refuses),
		cmocka_unit_test(answers),
		cmocka_unit_test(urls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

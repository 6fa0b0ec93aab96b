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
#include "base/config.h"
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

/* Beyond every limit of one field, and three files of three findings with
 * four such fields beyond every limit of a whole message but PagerDuty's;
 * more would take valgrind hours. */
#define HUGE_TEXT 16000

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
	data = json_pack("{s:s, s:i, s:s, s:s, s:i, s:s, s:s, s:s, s:s,"
	    "s:[{s:s, s:s}], s:o}",
	    "schema", "pypiwatch.alert/1", "detection_id", 42, "project", s,
	    "version", s, "score", 97, "severity", "high", "lookalike_of", s,
	    "text", s, "ours", s, "used_by", "list", s, "team", s, "files",
	    list);
	root = json_pack("{s:s, s:s, s:o}", "type", type, "timestamp",
	    "2026-11-23T18:00:00Z", "data", data);
	text = json_dumps(root, JSON_COMPACT);
	json_decref(root);
	return text;
}

static char *recipients[] = { (char[]){ "soc@example.net" },
	(char[]){ "cert@example.net" } };

/* A sink with what the renderer of its kind needs. */
static struct sink
sink_of(const char *kind)
{
	static char name[] = "unit", from[] = "pw@example.net",
	    key[] = "0123456789abcdef0123456789ABCDEF";
	struct sink s = { .kind = sink_kind_find(kind), .name = name,
	    .from = from, .to = recipients, .nto = 2 };

	if (str_equal(kind, "pagerduty"))
		s.secret = key;
	return s;
}

/* Beside the main one, for the next alert. */
static struct config_index *indexes;

static int
render_as(const char *kind, const char *payload, const char *thread,
    struct rendered *out)
{
	struct sink		 s = sink_of(kind);
	struct render_job	 job = { .payload = payload,
	    .delivery_id = "msg_test1", .now_s = 1700000000,
	    .thread_id = thread, .thread_ref = thread,
	    .link_base = "https://alerts.example.net", .indexes = indexes,
	    .nindexes = indexes != NULL, .sink = &s,
	    .team = "red & <blue>", .limits = &s.kind->limits };
	struct alert		 a;
	char			 why[200] = "";
	int			 rc;

	memset(out, 0, sizeof(*out));
	if (alert_open(&a, payload, why, sizeof(why)) == -1)
		return -1;
	rc = s.kind->render(&job, &a, out, why, sizeof(why));
	alert_close(&a);
	return rc;
}

static int
render(const char *kind, const char *payload, struct rendered *out)
{
	return render_as(kind, payload, NULL, out);
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

		indexes = known ? &index : NULL;
		assert_int_equal(render(kind, payload, &r), 0);
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
	indexes = NULL;
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

/* ---- every kind ------------------------------------------------------------- */

static void
check_discord(const char *body)
{
	json_t	*root = json_loads(body, 0, NULL), *embed, *field;
	size_t	 i, sum;

	assert_non_null(root);
	assert_in_range(units_of(root, "content"), 1, 2000);
	assert_int_equal(json_array_size(json_object_get(root, "embeds")), 1);
	embed = json_array_get(json_object_get(root, "embeds"), 0);
	sum = units_of(embed, "title") + units_of(embed, "description");
	assert_in_range(units_of(embed, "title"), 1, 256);
	assert_true(units_of(embed, "description") <= 4096);
	assert_true(json_array_size(json_object_get(embed, "fields")) <= 25);
	json_array_foreach(json_object_get(embed, "fields"), i, field) {
		assert_in_range(units_of(field, "name"), 1, 256);
		assert_in_range(units_of(field, "value"), 1, 1024);
		sum += units_of(field, "name") + units_of(field, "value");
	}
	assert_true(sum <= 6000);
	/* Nobody is pinged, whatever the text says. */
	assert_int_equal(json_array_size(json_object_get(json_object_get(root,
	    "allowed_mentions"), "parse")), 0);
	assert_non_null(json_object_get(json_object_get(root,
	    "allowed_mentions"), "parse"));
	json_decref(root);
}

static void
check_teams(const char *body)
{
	json_t	*root = json_loads(body, 0, NULL), *card, *one;
	size_t	 i;

	assert_non_null(root);
	assert_true(strlen(body) < 28 * 1024);
	assert_string_equal(alert_text(root, "type"), "message");
	one = json_array_get(json_object_get(root, "attachments"), 0);
	assert_string_equal(alert_text(one, "contentType"),
	    "application/vnd.microsoft.card.adaptive");
	card = json_object_get(one, "content");
	assert_string_equal(alert_text(card, "type"), "AdaptiveCard");
	assert_true(json_array_size(json_object_get(card, "body")) > 0);
	json_array_foreach(json_object_get(card, "actions"), i, one) {
		assert_string_equal(alert_text(one, "type"), "Action.OpenUrl");
		assert_true(str_starts(alert_text(one, "url"), "https://"));
	}
	json_decref(root);
}

static void
check_mattermost(const char *body)
{
	json_t	*root = json_loads(body, 0, NULL);
	json_t	*one = json_array_get(json_object_get(root, "attachments"), 0);
	const char *s = body;
	char	*list = json_dumps(json_object_get(root, "attachments"), 0);

	assert_non_null(root);
	assert_true(text_units(list, strlen(list)) <= 7900);
	assert_in_range(units_of(root, "text"), 1, 4000);
	assert_true(units_of(one, "text") <= 4000);
	/* A mention is broken by U+200B. */
	while ((s = strchr(s, '@')) != NULL)
		assert_true(str_starts(++s, "\xe2\x80\x8b"));
	free(list);
	json_decref(root);
}

static void
check_pagerduty(const char *body)
{
	static const char *const severities[] = { "critical", "error",
		"warning", "info" };
	json_t	*root = json_loads(body, 0, NULL), *payload;

	assert_non_null(root);
	assert_true(strlen(body) < 512 * 1024);
	assert_int_equal(units_of(root, "routing_key"), 32);
	assert_in_range(units_of(root, "dedup_key"), 1, 255);
	payload = json_object_get(root, "payload");
	assert_in_range(units_of(payload, "summary"), 1, 1024);
	assert_true(units_of(payload, "source") > 0);
	assert_true(str_index(severities, 4, alert_text(payload,
	    "severity")) != -1);
	json_decref(root);
}

/* No header ends but where it is folded, and each has a name. */
static void
check_mail(const struct rendered *r)
{
	const char *body = buf_text(&r->html);

	for (size_t i = 0; i < r->nheaders; i++) {
		const char *s = r->headers[i];

		assert_true(strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		    "abcdefghijklmnopqrstuvwxyz-") == strcspn(s, ":"));
		for (; *s != '\0'; s++) {
			assert_true((unsigned char)*s < 0x7f);
			if (*s == '\r')
				assert_memory_equal(s, "\r\n ", 3);
			else
				assert_true(*s != '\n' || s[-1] == '\r');
		}
		for (s = r->headers[i]; s != NULL && *s != '\0'; s++) {
			assert_true(strcspn(s, "\r") <= 78 + 20);
			s += strcspn(s, "\n");
			if (*s == '\0')
				break;
		}
	}
	assert_null(strstr(body, "<img"));
	assert_null(strstr(body, "<script"));
	while ((body = strstr(body, "href=\"")) != NULL) {
		body += 6;
		assert_true(str_starts(body, "https://pypi.org/project/") ||
		    str_starts(body, "https://inspector.pypi.io/project/") ||
		    str_starts(body,
		    "https://alerts.example.net/detections/"));
	}
	assert_true(utf8_valid(buf_text(&r->body), r->body.len));
	assert_true(utf8_valid(buf_text(&r->html), r->html.len));
	assert_true(r->body.len < 100000 && r->html.len < 200000);
}

/* "LEN <PRI>1 ...", one line, and LEN is right. */
static void
check_syslog(const struct rendered *r)
{
	char	*end;
	size_t	 n = (size_t)strtoul(buf_text(&r->body), &end, 10);

	assert_true(*end == ' ' && end[1] == '<');
	assert_int_equal(strlen(end + 1), n);
	assert_in_range(n, 1, 8192);
	assert_null(strchr(end, '\n'));
}

static void
check_kind(const char *kind, const char *payload)
{
	struct rendered	 r;
	const char	*body;

	assert_int_equal(render(kind, payload, &r), 0);
	body = buf_text(&r.body);
	if (str_equal(kind, "slack"))
		check_slack(body);
	else if (str_equal(kind, "discord"))
		check_discord(body);
	else if (str_equal(kind, "teams"))
		check_teams(body);
	else if (str_equal(kind, "mattermost"))
		check_mattermost(body);
	else if (str_equal(kind, "pagerduty"))
		check_pagerduty(body);
	else if (str_equal(kind, "email"))
		check_mail(&r);
	else if (str_equal(kind, "syslog"))
		check_syslog(&r);
	else if (str_equal(kind, "journal"))
		assert_int_equal(strcspn(body, "\n") + 1, strlen(body));
	if (!str_equal(kind, "webhook")) {
		assert_null(strstr(body, "http://evil"));
		assert_null(strstr(body, "evil.example.invalid"));
	}
	rendered_release(&r);
}

static void
check_kinds(const char *payload)
{
	for (size_t i = 0; sink_kind_at(i) != NULL; i++)
		check_kind(sink_kind_at(i)->name, payload);
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

static const char *
header(const struct rendered *r, const char *name)
{
	for (size_t i = 0; i < r->nheaders; i++)
		if (str_starts(r->headers[i], name))
			return r->headers[i] + strlen(name) + 2;
	return NULL;
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
	assert_null(header(&r, "Bcc"));
	assert_string_equal(header(&r, "Message-ID"),
	    "<msg_test1@example.net>");
	assert_string_equal(header(&r, "Date"),
	    "Tue, 14 Nov 2023 22:13:20 +0000");
	assert_string_equal(header(&r, "Auto-Submitted"), "auto-generated");
	assert_string_equal(header(&r, "To"),
	    "soc@example.net,\r\n cert@example.net");
	assert_null(header(&r, "References"));
	rendered_release(&r);
	free(payload);
	payload = payload_of("p\xc3\xa4" "ckchen-mit-einem-recht-langen-namen-"
	    "\xf0\x9f\x90\x8d\xf0\x9f\x90\x8d" "-und-noch-mehr", 0, 0, "test");
	assert_int_equal(render("email", payload, &r), 0);
	check_mail(&r);
	assert_true(str_starts(header(&r, "Subject"), "=?UTF-8?B?"));
	rendered_release(&r);
	free(payload);
}

static void
mail_threads(void **state)
{
	char *payload = payload_of("a", 1, 1, "release.removed");
	struct rendered r;

	(void)state;
	assert_int_equal(render_as("email", payload, "first-1", &r), 0);
	assert_string_equal(header(&r, "In-Reply-To"),
	    "<first-1@example.net>");
	assert_string_equal(header(&r, "References"),
	    "<first-1@example.net>");
	assert_true(str_starts(header(&r, "Subject"), "Re: [pypiwatch] "));
	rendered_release(&r);
	assert_int_equal(render_as("email", payload, "a\r\nb", &r), 0);
	assert_null(header(&r, "References"));
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
	assert_string_equal(header(&r, "Authorization"), "Bearer xoxb-secret");
	assert_int_equal(r.nsecret, 1);
	json_decref(root);
	rendered_release(&r);
	alert_close(&a);
}

static void
servers(void **state)
{
	static const struct { const char *url; enum transport by; bool allow;
		int rc; } table[] = {
		{ "smtp://mail.example.net:587", BY_SMTP, false, 0 },
		{ "smtps://mail.example.net", BY_SMTP, false, 0 },
		{ "https://mail.example.net", BY_SMTP, false, -1 },
		{ "smtp://u:p@mail.example.net", BY_SMTP, false, -1 },
		{ "smtp://", BY_SMTP, false, -1 },
		{ "tls://log.example.net", BY_STREAM, false, 0 },
		{ "tcp://127.0.0.1:601", BY_STREAM, true, 0 },
		{ "tcp://127.0.0.1:601", BY_STREAM, false, -1 },
		{ "udp://127.0.0.1", BY_STREAM, true, -1 },
	};
	static const struct { const char *address; bool valid; } mails[] = {
		{ "a@b.example", true }, { "a.b+c@example.net", true },
		{ "", false }, { "@b", false }, { "a@", false },
		{ "a b@c", false }, { "a@b\r\nRCPT TO:<c@d>", false },
		{ "<a@b>", false }, { "a@b@c", false }, { "a,b@c", false },
		{ "a@-c", false }, { "a@c.", false }, { "a@b\xc3\xa4", false },
	};
	char why[200];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		assert_int_equal(sink_server_check(table[i].url, table[i].by,
		    table[i].allow, why, sizeof(why)), table[i].rc);
	for (size_t i = 0; i < ARRAY_LEN(mails); i++)
		assert_int_equal(mail_address_valid(mails[i].address),
		    mails[i].valid);
}

static void
webhook_signature(void **state)
{
	struct alert a = { .type = "" };
	char *headers[] = { (char[]){ "Authorization: Bearer x" } };
	struct sink sink = { .secret = (char[]){ KEY_1 }, .headers = headers,
	    .nheaders = 1 };
	struct render_job job = { .payload = "{\"a\":1}",
	    .delivery_id = "msg_test1", .now_s = 1700000000, .sink = &sink };
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
	sink.secret = (char[]){ "  " KEY_1 "  " KEY_2 " " };
	assert_int_equal(render_webhook(&job, &a, &r, why, sizeof(why)), 0);
	assert_string_equal(header(&r, "webhook-signature"),
	    SIGNATURE_1 " " SIGNATURE_2);
	rendered_release(&r);
	sink.secret = NULL;
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
		struct sink sink = { .secret = (char *)(uintptr_t)keys[i] };
		struct render_job job = { .payload = "{}", .delivery_id = "a",
		    .sink = &sink };

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
		{ "discord", 204, ANSWER_TAKEN }, { "discord", 404, ANSWER_GONE },
		{ "discord", 401, ANSWER_GONE }, { "discord", 429, ANSWER_RETRY },
		{ "discord", 400, ANSWER_REJECTED },
		{ "teams", 202, ANSWER_TAKEN }, { "teams", 404, ANSWER_GONE },
		{ "mattermost", 200, ANSWER_TAKEN },
		{ "mattermost", 403, ANSWER_GONE },
		{ "pagerduty", 202, ANSWER_TAKEN },
		{ "pagerduty", 400, ANSWER_REJECTED },
		{ "pagerduty", 200, ANSWER_RETRY_FEW },
		{ "email", 250, ANSWER_TAKEN }, { "email", 421, ANSWER_RETRY },
		{ "email", 452, ANSWER_RETRY }, { "email", 550, ANSWER_REJECTED },
		{ "email", 535, ANSWER_RETRY_FEW }, { "email", 0, ANSWER_RETRY },
		{ "syslog", 200, ANSWER_TAKEN }, { "syslog", 0, ANSWER_RETRY },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		assert_int_equal(sink_classify(sink_kind_find(table[i].kind),
		    table[i].status), table[i].class);
	assert_null(sink_kind_find("pager"));
}

/* What the body says where the status does not. */
static void
bodies(void **state)
{
	static const struct { const char *kind, *token, *body;
		unsigned int status; enum answer_class class;
		int64_t retry_after_s; const char *ref; } table[] = {
		{ "slack", "xoxb-1", "{\"ok\":true,\"ts\":\"1503435956.0002\"}",
		    200, ANSWER_TAKEN, -1, "1503435956.0002" },
		{ "slack", "xoxb-1", "{\"ok\":false,\"error\":\"ratelimited\"}",
		    200, ANSWER_RETRY, -1, "" },
		{ "slack", "xoxb-1",
		    "{\"ok\":false,\"error\":\"token_revoked\"}", 200,
		    ANSWER_GONE, -1, "" },
		{ "slack", "xoxb-1",
		    "{\"ok\":false,\"error\":\"msg_blocks_too_long\"}", 200,
		    ANSWER_REJECTED, -1, "" },
		{ "slack", "xoxb-1", "{\"ok\":false,\"error\":\"odd\"}", 200,
		    ANSWER_RETRY_FEW, -1, "" },
		{ "slack", "xoxb-1", "<html>", 200, ANSWER_RETRY_FEW, -1, "" },
		{ "slack", NULL, "ok", 200, ANSWER_TAKEN, -1, "" },
		{ "slack", NULL, "", 429, ANSWER_RETRY, 30, "" },
		{ "discord", NULL, "{\"id\":\"1234\"}", 200, ANSWER_TAKEN, -1,
		    "1234" },
		{ "discord", NULL, "{\"retry_after\":1.3,\"global\":false}",
		    429, ANSWER_RETRY, 2, "" },
		{ "discord", NULL, "{\"retry_after\":-5}", 429, ANSWER_RETRY,
		    10, "" },
		{ "discord", NULL, "{\"id\":\"a b\\u0000<\"}", 200,
		    ANSWER_TAKEN, -1, "" },
		{ "teams", NULL, "", 202, ANSWER_TAKEN, -1, "" },
		{ "teams", NULL, "Microsoft Teams endpoint returned HTTP error "
		    "429 with ContextId", 200, ANSWER_RETRY, -1, "" },
		{ "teams", NULL, "Microsoft Teams endpoint returned HTTP error "
		    "413", 200, ANSWER_REJECTED, -1, "" },
		{ "pagerduty", NULL, "", 429, ANSWER_RETRY, 120, "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		struct sink s = { .kind = sink_kind_find(table[i].kind),
		    .token = (char *)(uintptr_t)table[i].token };
		struct sink_answer a = { .status = table[i].status,
		    .body = table[i].body, .retry_after_s = -1 };

		assert_int_equal(sink_answer_read(&s, &a), table[i].class);
		assert_int_equal(a.retry_after_s, table[i].retry_after_s);
		assert_string_equal(a.ref, table[i].ref);
	}
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
		cmocka_unit_test(other_index),
		cmocka_unit_test(lead),
		cmocka_unit_test(missing_and_mistyped),
		cmocka_unit_test(webhook_signature),
		cmocka_unit_test(webhook_refuses),
		cmocka_unit_test(every_kind_hostile),
		cmocka_unit_test(every_kind_huge),
		cmocka_unit_test(every_kind_odd),
		cmocka_unit_test(summaries),
		cmocka_unit_test(mail_headers),
		cmocka_unit_test(mail_threads),
		cmocka_unit_test(pagerduty_resolves),
		cmocka_unit_test(slack_bot_threads),
		cmocka_unit_test(answers),
		cmocka_unit_test(bodies),
		cmocka_unit_test(servers),
		cmocka_unit_test(urls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

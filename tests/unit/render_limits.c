/* SPDX-License-Identifier: Apache-2.0 */
/*
 * render_limits - what each receiver takes, checked on what is sent.
 */
#include "render_tools.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "alert/text.h"
#include "base/str.h"
#include "base/vis.h"

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

void
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
void
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
	assert_in_range(n, 1, 2048);
	assert_null(strchr(end, '\n'));
}

/* One line that is written in one piece. */
static void
check_journal(const char *body)
{
	assert_true(body[0] == '<');
	assert_int_equal(strcspn(body, "\n") + 1, strlen(body));
	assert_in_range(strlen(body), 1, 2048);
	assert_true(utf8_valid(body, strlen(body)));
}

void
check_kind(const char *kind, const char *payload)
{
	struct rendered	 r;
	const char	*body;

	if (render(kind, payload, &r) == -1)
		fail_msg("%s: an alert does not become a message", kind);
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
		check_journal(body);
	else if (str_equal(kind, "webhook"))
		assert_string_equal(body, payload);
	if (!str_equal(kind, "webhook")) {
		assert_null(strstr(body, "http://evil"));
		assert_null(strstr(body, "evil.example.invalid"));
	}
	rendered_release(&r);
}

void
check_kinds(const char *payload)
{
	for (size_t i = 0; sink_kind_at(i) != NULL; i++)
		check_kind(sink_kind_at(i)->name, payload);
}

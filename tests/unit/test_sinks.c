/* SPDX-License-Identifier: Apache-2.0 */
/* sinks: signing, addresses, and what a receiver's answer means. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "base/vis.h"
#include "render_tools.h"

#define KEY_1 "whsec_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="
#define KEY_2 "whsec_AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI="
/* By `openssl dgst -sha256 -mac HMAC -macopt hexkey:0101...` over
 * msg_test1.1700000000.{"a":1}, and with 0202... */
#define SIGNATURE_1 "v1,1KWtIS1MEEtQvW7LY7Ji+qdoAzH4IvAvhMn3c5dS4kc="
#define SIGNATURE_2 "v1,blVnB3fkQocWgBD+rMNTFHxBbSfM2ufbB+jUYzqfm6M="

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
	assert_string_equal(header_of(&r, "webhook-signature"), SIGNATURE_1);
	assert_string_equal(header_of(&r, "webhook-id"), "msg_test1");
	assert_string_equal(header_of(&r, "webhook-timestamp"), "1700000000");
	assert_string_equal(header_of(&r, "Authorization"), "Bearer x");
	rendered_release(&r);
	sink.secret = (char[]){ "  " KEY_1 "  " KEY_2 " " };
	assert_int_equal(render_webhook(&job, &a, &r, why, sizeof(why)), 0);
	assert_string_equal(header_of(&r, "webhook-signature"),
	    SIGNATURE_1 " " SIGNATURE_2);
	rendered_release(&r);
	sink.secret = NULL;
	assert_int_equal(render_webhook(&job, &a, &r, why, sizeof(why)), 0);
	assert_null(header_of(&r, "webhook-signature"));
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
		cmocka_unit_test(webhook_signature),
		cmocka_unit_test(webhook_refuses),
		cmocka_unit_test(answers),
		cmocka_unit_test(bodies),
		cmocka_unit_test(servers),
		cmocka_unit_test(urls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

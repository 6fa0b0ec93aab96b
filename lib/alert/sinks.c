/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sinks - the kinds of receiver in one table.
 * Takes: a type's name, an answer.  Gives: what to do.
 * Runs in: alert, the command (sinks test, sinks preview).
 */
#include "alert/sinks.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "alert/alert.h"
#include "base/limits.h"
#include "base/str.h"

/* ---- what answers mean -------------------------------------------------- */

/* Slack says 404 no_service and 410 when a webhook was deleted, 403 when it
 * may not post there: nothing but a person mends those. */
static const struct answer_rule slack_answers[] = {
	{ 200, 200, ANSWER_TAKEN },
	{ 400, 400, ANSWER_REJECTED },
	{ 403, 404, ANSWER_GONE },
	{ 410, 410, ANSWER_GONE },
	{ 429, 429, ANSWER_RETRY },
	{ 500, 599, ANSWER_RETRY },
	{ 0, 999, ANSWER_RETRY_FEW },
};

/* A bot is answered 200 whatever happened; the word in `error` tells. */
static const struct word_rule slack_words[] = {
	{ "\"ok\":true", ANSWER_TAKEN },
	{ "ratelimited", ANSWER_RETRY },
	{ "rate_limited", ANSWER_RETRY },
	{ "internal_error", ANSWER_RETRY },
	{ "fatal_error", ANSWER_RETRY },
	{ "service_unavailable", ANSWER_RETRY },
	{ "request_timeout", ANSWER_RETRY },
	{ "channel_not_found", ANSWER_GONE },
	{ "not_in_channel", ANSWER_GONE },
	{ "is_archived", ANSWER_GONE },
	{ "invalid_auth", ANSWER_GONE },
	{ "not_authed", ANSWER_GONE },
	{ "account_inactive", ANSWER_GONE },
	{ "token_revoked", ANSWER_GONE },
	{ "token_expired", ANSWER_GONE },
	{ "missing_scope", ANSWER_GONE },
	{ "msg_too_long", ANSWER_REJECTED },
	{ "msg_blocks_too_long", ANSWER_REJECTED },
	{ "invalid_blocks", ANSWER_REJECTED },
	{ "invalid_arguments", ANSWER_REJECTED },
	{ "no_text", ANSWER_REJECTED },
	{ "\"ok\":false", ANSWER_RETRY_FEW },
	{ NULL, ANSWER_RETRY },
};

/* 10,000 refused requests in ten minutes bar an address; a webhook that is
 * gone (404) must never be asked again. */
static const struct answer_rule discord_answers[] = {
	{ 200, 204, ANSWER_TAKEN },
	{ 400, 400, ANSWER_REJECTED },
	{ 401, 401, ANSWER_GONE },
	{ 404, 404, ANSWER_GONE },
	{ 429, 429, ANSWER_RETRY },
	{ 500, 599, ANSWER_RETRY },
	{ 0, 999, ANSWER_RETRY_FEW },
};

static const struct answer_rule teams_answers[] = {
	{ 200, 202, ANSWER_TAKEN },
	{ 400, 400, ANSWER_REJECTED },
	{ 401, 401, ANSWER_GONE },
	{ 403, 404, ANSWER_GONE },
	{ 410, 410, ANSWER_GONE },
	{ 413, 413, ANSWER_REJECTED },
	{ 429, 429, ANSWER_RETRY },
	{ 500, 599, ANSWER_RETRY },
	{ 0, 999, ANSWER_RETRY_FEW },
};

/* The retired connectors say it with 200 and a sentence. */
static const struct word_rule teams_words[] = {
	{ "HTTP error 429", ANSWER_RETRY },
	{ "HTTP error 5", ANSWER_RETRY },
	{ "HTTP error 4", ANSWER_REJECTED },
	{ NULL, ANSWER_RETRY },
};

static const struct answer_rule mattermost_answers[] = {
	{ 200, 200, ANSWER_TAKEN },
	{ 400, 400, ANSWER_REJECTED },
	{ 403, 404, ANSWER_GONE },
	{ 429, 429, ANSWER_RETRY },
	{ 500, 599, ANSWER_RETRY },
	{ 0, 999, ANSWER_RETRY_FEW },
};

static const struct answer_rule pagerduty_answers[] = {
	{ 202, 202, ANSWER_TAKEN },
	{ 400, 400, ANSWER_REJECTED },
	{ 429, 429, ANSWER_RETRY },
	{ 500, 599, ANSWER_RETRY },
	{ 0, 999, ANSWER_RETRY_FEW },
};

/* Standard Webhooks 1.0: 410 switches off, a redirect is a failure. */
static const struct answer_rule webhook_answers[] = {
	{ 200, 299, ANSWER_TAKEN },
	{ 408, 408, ANSWER_RETRY },
	{ 410, 410, ANSWER_GONE },
	{ 413, 413, ANSWER_REJECTED },
	{ 425, 425, ANSWER_RETRY },
	{ 429, 429, ANSWER_RETRY },
	{ 500, 599, ANSWER_RETRY },
	{ 0, 999, ANSWER_RETRY_FEW },
};

/* RFC 5321: 4yz may pass later, 5yz will not; 53x is about how we logged in,
 * which a person mends in the configuration. */
static const struct answer_rule mail_answers[] = {
	{ 250, 251, ANSWER_TAKEN },
	{ 400, 499, ANSWER_RETRY },
	{ 530, 538, ANSWER_RETRY_FEW },
	{ 500, 599, ANSWER_REJECTED },
	{ 0, 999, ANSWER_RETRY },
};

/* There is no answer: what the other side's system took is delivered. */
static const struct answer_rule stream_answers[] = {
	{ 200, 200, ANSWER_TAKEN },
	{ 0, 999, ANSWER_RETRY },
};

/* ---- the table ---------------------------------------------------------- */

static const struct sink_kind kinds[] = {
	/* Slack's own numbers are 150, 3000, 2000, 10, 50, 10 and 40,000; the
	 * whole message has an undocumented cap near 10,000, and the last
	 * characters of a text block are not worth an error.  About one
	 * message a second. */
	{ .name = "slack", .transport = BY_HTTP,
	  .render = render_slack, .answers = slack_answers,
	  .words = slack_words, .ref = "ts", .pace_ms = 1000,
	  .throttled_s = 30, .people = true,
	  .limits = { .title = 150, .text = 2900, .field = 1900, .fields = 10,
	      .blocks = 50, .elements = 10, .fallback = 1000,
	      .total = 8000 } },
	/* 256, 4096, 1024 and 25; 6000 over all of an embed.  About 30 a
	 * minute; x-ratelimit-* says it exactly. */
	{ .name = "discord", .transport = BY_HTTP,
	  .render = render_discord, .answers = discord_answers, .ref = "id",
	  .pace_ms = 2000, .throttled_s = 10, .people = true,
	  .limits = { .title = 256, .text = 4000, .field = 1000, .fields = 25,
	      .fallback = 1900, .total = 5900 } },
	/* 28 KB a message, the card's JSON included. */
	{ .name = "teams", .transport = BY_HTTP,
	  .render = render_teams, .answers = teams_answers,
	  .words = teams_words, .pace_ms = 2000, .throttled_s = 60,
	  .people = true,
	  .limits = { .title = 250, .text = 4000, .field = 500, .fields = 10,
	      .fallback = 500, .total = 18000 } },
	/* 16,383 a post, 4,000 on old servers; 7,900 of attachments. */
	{ .name = "mattermost", .transport = BY_HTTP,
	  .render = render_mattermost, .answers = mattermost_answers,
	  .pace_ms = 1000, .throttled_s = 30, .people = true,
	  .limits = { .title = 250, .text = 3900, .field = 500, .fields = 10,
	      .fallback = 500, .total = 7500 } },
	/* Key 255, summary 1024; 512 KB a body, of which nobody reads
	 * so much. */
	{ .name = "pagerduty", .transport = BY_HTTP,
	  .server = "https://events.pagerduty.com/v2/enqueue",
	  .render = render_pagerduty, .answers = pagerduty_answers,
	  .ref = "dedup_key", .pace_ms = 500, .throttled_s = 120,
	  .limits = { .title = 1000, .text = 8000, .field = 255,
	      .total = 60000 } },
	{ .name = "webhook", .transport = BY_HTTP,
	  .render = render_webhook, .answers = webhook_answers,
	  .limits = { .total = ALERT_PAYLOAD_MAX } },
	/* RFC 5322: lines of 998 bytes at most, which the transfer encoding
	 * sees to; subjects are read on telephones. */
	{ .name = "email", .transport = BY_SMTP,
	  .render = render_mail, .answers = mail_answers, .pace_ms = 200,
	  .throttled_s = 60, .people = true,
	  .limits = { .title = 200, .text = 20000, .total = 60000 } },
	/* RFC 5424: every receiver takes 480 bytes, and should take 2,048. */
	{ .name = "syslog", .transport = BY_STREAM,
	  .render = render_syslog, .answers = stream_answers,
	  .limits = { .title = 500, .text = 160, .total = 2000 } },
	/* What PIPE_BUF and LOG_LINE_MAX keep in one piece. */
	{ .name = "journal", .transport = BY_STDERR,
	  .render = render_journal, .answers = stream_answers,
	  .limits = { .title = 400, .text = 160, .total = 1900 } },
};

const struct sink_kind *
sink_kind_at(size_t i)
{
	return i < ARRAY_LEN(kinds) ? &kinds[i] : NULL;
}

const struct sink_kind *
sink_kind_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (str_equal(kinds[i].name, name))
			return &kinds[i];
	return NULL;
}

const char *
sink_kind_names(void)
{
	return "slack, discord, teams, mattermost, pagerduty, webhook, email, "
	    "syslog, journal";
}

enum answer_class
sink_classify(const struct sink_kind *kind, unsigned int status)
{
	const struct answer_rule *r = kind->answers;

	while (status < r->least || status > r->most)
		if (r->least == 0 && r->most == 999)
			break;
		else
			r++;
	return r->class;
}

/* Ids of receivers go into JSON again and nowhere else; the odd ones, and
 * what is too long to be one, are forgotten. */
static void
ref_read(const json_t *root, const char *member, char *out, size_t room)
{
	const char *s = alert_text(root, member);

	if (strlen(s) >= room || strspn(s, "0123456789._-/:@"
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") !=
	    strlen(s))
		s = "";
	snprintf(out, room, "%s", s);
}

enum answer_class
sink_answer_read(const struct sink *s, struct sink_answer *a)
{
	const struct sink_kind	*k = s->kind;
	enum answer_class	 class = sink_classify(k, a->status);
	json_t			*root = json_loads(a->body, 0, NULL);
	double			 wish = alert_real(root, "retry_after");

	a->ref[0] = '\0';
	if (k->ref != NULL)
		ref_read(root, k->ref, a->ref, sizeof(a->ref));
	/* Discord: seconds with a fraction, more exact than the header. */
	if (a->status == 429 && wish > 0 && wish < RETRY_AFTER_MAX_S)
		a->retry_after_s = (int64_t)(wish + 0.999);
	json_decref(root);
	if (a->status == 429 && a->retry_after_s < 0)
		a->retry_after_s = k->throttled_s > 0 ? k->throttled_s : -1;
	if (a->status != 200 || k->words == NULL ||
	    (str_equal(k->name, "slack") && s->token == NULL))
		return class;
	for (const struct word_rule *w = k->words; w->word != NULL; w++)
		if (strstr(a->body, w->word) != NULL)
			return w->class;
	return s->token != NULL ? ANSWER_RETRY_FEW : class;
}

void
rendered_header(struct rendered *r, const char *fmt, ...)
{
	struct buf	b = BUF_EMPTY;
	va_list		ap;

	if (r->nheaders == RENDERED_HEADERS_MAX)
		return;
	va_start(ap, fmt);
	buf_addv(&b, fmt, ap);
	va_end(ap);
	r->headers[r->nheaders++] = buf_steal(&b);
}

void
rendered_release(struct rendered *r)
{
	buf_release(&r->body);
	buf_release(&r->html);
	for (size_t i = 0; i < r->nheaders; i++)
		free(r->headers[i]);
	memset(r, 0, sizeof(*r));
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sinks - the kinds of receiver in one table.
 * Takes: a type's name, an answer's status.  Gives: what to do.
 * Runs in: alert, the command (sinks test, sinks preview).
 */
#include "alert/sinks.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/str.h"

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

static const struct sink_kind kinds[] = {
	/* Slack's own numbers are 150, 3000, 2000, 10, 50, 10 and 40,000; the
	 * whole message has an undocumented cap near 10,000, and the last
	 * characters of a text block are not worth an error. */
	{ "slack", render_slack, slack_answers, 1000,
	    { .title = 150, .text = 2900, .field = 1900, .fields = 10,
	      .blocks = 50, .elements = 10, .fallback = 1000, .total = 8000 } },
	{ "webhook", render_webhook, webhook_answers, 0,
	    { .total = ALERT_PAYLOAD_MAX } },
};

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
	return "slack, webhook";
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
	for (size_t i = 0; i < r->nheaders; i++)
		free(r->headers[i]);
	memset(r, 0, sizeof(*r));
}

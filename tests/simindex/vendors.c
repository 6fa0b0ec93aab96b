/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vendors - what Slack's API, Discord, Teams, Mattermost and PagerDuty take,
 * refuse and answer, as documented.
 * Takes: a message.  Gives: a status and a body.
 * Runs in: simreceiver.
 */
#include "vendors.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "slack.h"
#include "text.h"

static const char *
member(json_t *o, const char *name)
{
	const char *s = json_string_value(json_object_get(o, name));

	return s != NULL ? s : "";
}

/* UTF-16 units: what the strictest counts. */
static size_t
units(const char *s)
{
	size_t	 n = 0;

	for (; *s != '\0'; s++)
		n += (size_t)(((unsigned char)*s & 0xc0) != 0x80) +
		    (size_t)((unsigned char)*s >= 0xf0);
	return n;
}

static bool
between(const char *s, size_t least, size_t most)
{
	return units(s) >= least && units(s) <= most;
}

static void
say(struct vendor_reply *r, int status, const char *why, char *body)
{
	r->status = status;
	r->why = why;
	r->body = body;
}

/* ---- Slack's chat.postMessage ------------------------------------------------ */

/* Always 200; `error` says what happened. */
void
slackbot_check(json_t *m, const char *bytes, const char *auth,
    struct vendor_reply *r)
{
	static unsigned int	 count;
	const char		*word = NULL, *thread = member(m, "thread_ts");

	(void)bytes;
	if (strcmp(auth, "Bearer xoxb-test-token") != 0)
		word = *auth == '\0' ? "not_authed" : "invalid_auth";
	else if (strcmp(member(m, "channel"), "C0123456789") != 0)
		word = "channel_not_found";
	else if (strspn(thread, "0123456789.") != strlen(thread))
		word = "invalid_thread_ts";
	else
		word = slack_refusal(m);
	if (word != NULL)
		say(r, 200, word, must_format(
		    "{\"ok\":false,\"error\":\"%s\"}", word));
	else
		say(r, 200, NULL, must_format("{\"ok\":true,\"channel\":"
		    "\"C0123456789\",\"ts\":\"1700000000.%06u\"}", ++count));
}

/* ---- Discord ------------------------------------------------------------------- */

static const char *
embed_refusal(json_t *embed, size_t *sum)
{
	size_t	 i;
	json_t	*field, *fields = json_object_get(embed, "fields");

	if (!between(member(embed, "title"), 0, 256) ||
	    !between(member(embed, "description"), 0, 4096) ||
	    json_array_size(fields) > 25)
		return "embed";
	*sum += units(member(embed, "title")) +
	    units(member(embed, "description"));
	json_array_foreach(fields, i, field) {
		if (!between(member(field, "name"), 1, 256) ||
		    !between(member(field, "value"), 1, 1024))
			return "embed field";
		*sum += units(member(field, "name")) +
		    units(member(field, "value"));
	}
	return NULL;
}

void
discord_check(json_t *m, const char *bytes, const char *auth,
    struct vendor_reply *r)
{
	json_t		*embeds = json_object_get(m, "embeds"), *embed;
	const char	*why = NULL;
	size_t		 i, sum = 0;
	json_t		*parse = json_object_get(json_object_get(m,
	    "allowed_mentions"), "parse");

	(void)bytes;
	(void)auth;
	if (!json_is_object(m) || !between(member(m, "content"), 0, 2000) ||
	    (*member(m, "content") == '\0' && json_array_size(embeds) == 0))
		why = "content";
	else if (json_array_size(embeds) > 10)
		why = "embeds";
	json_array_foreach(embeds, i, embed)
		if (why == NULL)
			why = embed_refusal(embed, &sum);
	if (why == NULL && sum > 6000)
		why = "sum of embeds";
	/* Discord itself would ping; a test of ours must not get that far. */
	if (why == NULL && (!json_is_array(parse) || json_array_size(parse) > 0))
		why = "mentions are allowed";
	if (why != NULL)
		say(r, 400, why, must_copy("{\"code\":50035,\"message\":"
		    "\"Invalid Form Body\",\"errors\":{}}"));
	else
		say(r, 200, NULL, must_copy("{\"id\":\"1190000000000000001\","
		    "\"type\":0}"));
}

/* ---- Teams ---------------------------------------------------------------------- */

static const char *
card_refusal(json_t *card)
{
	size_t	 i;
	json_t	*o;

	if (strcmp(member(card, "type"), "AdaptiveCard") != 0 ||
	    *member(card, "version") == '\0' ||
	    json_array_size(json_object_get(card, "body")) == 0)
		return "no adaptive card";
	json_array_foreach(json_object_get(card, "body"), i, o) {
		if (strcmp(member(o, "type"), "TextBlock") == 0 &&
		    *member(o, "text") == '\0')
			return "TextBlock without text";
		if (*member(o, "type") == '\0')
			return "element without type";
	}
	json_array_foreach(json_object_get(card, "actions"), i, o)
		if (strcmp(member(o, "type"), "Action.OpenUrl") != 0 ||
		    strncmp(member(o, "url"), "https://", 8) != 0)
			return "action";
	return NULL;
}

void
teams_check(json_t *m, const char *bytes, const char *auth,
    struct vendor_reply *r)
{
	json_t		*list = json_object_get(m, "attachments");
	json_t		*one = json_array_get(list, 0);
	const char	*why = NULL;

	(void)auth;
	if (strcmp(member(m, "type"), "message") != 0 ||
	    json_array_size(list) != 1 || strcmp(member(one, "contentType"),
	    "application/vnd.microsoft.card.adaptive") != 0)
		why = "no message with one card";
	else
		why = card_refusal(json_object_get(one, "content"));
	if (strlen(bytes) > 28 * 1024)
		say(r, 413, "too large", must_copy("RequestEntityTooLarge"));
	else if (why != NULL)
		say(r, 400, why, must_copy("{\"error\":{\"code\":"
		    "\"TriggerInputSchemaMismatch\"}}"));
	else
		say(r, 202, NULL, must_copy(""));
}

/* ---- Mattermost ------------------------------------------------------------------- */

/* "@all" and its like notify unless something breaks them. */
static bool
mentions(const char *s)
{
	static const char *const words[] = { "@all", "@channel", "@here" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strstr(s, words[i]) != NULL)
			return true;
	return false;
}

void
mattermost_check(json_t *m, const char *bytes, const char *auth,
    struct vendor_reply *r)
{
	json_t		*list = json_object_get(m, "attachments");
	char		*text = json_dumps(list, JSON_COMPACT);
	const char	*why = NULL;

	(void)auth;
	if (*member(m, "text") == '\0' && json_array_size(list) == 0)
		why = "No text specified";
	else if (!between(member(m, "text"), 0, 4000))
		why = "text too long";
	else if (text != NULL && units(text) > 7900)
		why = "Maximum attachments length";
	else if (mentions(bytes))
		why = "somebody would be notified";
	free(text);
	if (why != NULL)
		say(r, 400, why, must_format("{\"id\":\"api.error\","
		    "\"message\":\"%s\",\"status_code\":400}", why));
	else
		say(r, 200, NULL, must_copy("ok"));
}

/* ---- PagerDuty --------------------------------------------------------------------- */

void
pagerduty_check(json_t *m, const char *bytes, const char *auth,
    struct vendor_reply *r)
{
	json_t		*payload = json_object_get(m, "payload");
	const char	*action = member(m, "event_action"), *why = NULL;
	const char	*severity = member(payload, "severity");

	(void)auth;
	if (strlen(bytes) > 512 * 1024)
		why = "larger than 512 KB";
	else if (units(member(m, "routing_key")) != 32)
		why = "routing_key";
	else if (strcmp(action, "trigger") != 0 &&
	    strcmp(action, "resolve") != 0 &&
	    strcmp(action, "acknowledge") != 0)
		why = "event_action";
	else if (!between(member(m, "dedup_key"),
	    strcmp(action, "trigger") == 0 ? 0 : 1, 255))
		why = "dedup_key";
	else if (strcmp(action, "trigger") == 0 &&
	    (!between(member(payload, "summary"), 1, 1024) ||
	    *member(payload, "source") == '\0' ||
	    *severity == '\0' || strstr("critical error warning info",
	    severity) == NULL))
		why = "payload";
	if (why != NULL)
		say(r, 400, why, must_format("{\"status\":\"invalid event\","
		    "\"message\":\"Event object is invalid\",\"errors\":"
		    "[\"%s\"]}", why));
	else
		say(r, 202, NULL, must_format("{\"status\":\"success\","
		    "\"message\":\"Event processed\",\"dedup_key\":\"%s\"}",
		    units(member(m, "dedup_key")) < 200 &&
		    strpbrk(member(m, "dedup_key"), "\"\\") == NULL ?
		    member(m, "dedup_key") : "long"));
}

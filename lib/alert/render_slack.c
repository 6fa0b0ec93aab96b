/* SPDX-License-Identifier: Apache-2.0 */
/*
 * render_slack - an alert as a Slack message in Block Kit.
 * Takes: an alert whose strings may be hostile.  Gives: JSON within Slack's
 * limits, with nothing of the package clickable or formatted; for a bot also
 * where it goes: the channel, and under the first message of the detection.
 * Runs in: alert, the command (previews).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "alert/alert.h"
#include "alert/render.h"
#include "alert/sinks.h"
#include "alert/story.h"

static const struct markup mrkdwn = { TEXT_SLACK, "*", "*", "\xe2\x80\xa2 ",
	"\n" };

static json_t *
text_object(const char *type, const struct buf *b, size_t most)
{
	size_t	 len = text_cut(buf_text(b), b->len, most);
	json_t	*o = json_pack("{s:s, s:s%}", "type", type, "text",
	    buf_text(b), len);

	if (strcmp(type, "mrkdwn") == 0)
		json_object_set_new(o, "verbatim", json_true());
	else
		json_object_set_new(o, "emoji", json_false());
	return o;
}

/* The lines were cut one by one; a section that is still too long for one
 * block loses its last lines, whole. */
static void
add_section(json_t *blocks, const struct story_section *section, size_t most)
{
	struct story_section	 some = *section;
	struct buf		 b = BUF_EMPTY;

	do {
		buf_reset(&b);
		section_write(&b, &some, &mrkdwn);
	} while (text_units(buf_text(&b), b.len) > most && some.nlines-- > 1);
	if (b.len > 0)
		json_array_append_new(blocks, json_pack("{s:s, s:o}", "type",
		    "section", "text", text_object("mrkdwn", &b, most)));
	buf_release(&b);
}

static void
add_links(json_t *blocks, const struct story *s, size_t most)
{
	struct buf b = BUF_EMPTY;

	links_write(&b, s, &mrkdwn);
	if (b.len > 0 && text_units(b.data, b.len) <= most)
		json_array_append_new(blocks, json_pack("{s:s, s:[o]}", "type",
		    "context", "elements", text_object("mrkdwn", &b, most)));
	buf_release(&b);
}

static json_t *
blocks_of(const struct story *s, const struct sink_limits *limits)
{
	json_t		*blocks = json_array();
	struct buf	 b = BUF_EMPTY;

	text_put(&b, s->head, limits->title, TEXT_SLACK);
	json_array_append_new(blocks, json_pack("{s:s, s:o}", "type", "header",
	    "text", text_object("plain_text", &b, limits->title)));
	buf_release(&b);
	for (size_t i = 0; i < SECTION_COUNT; i++)
		add_section(blocks, &s->sections[i], limits->text);
	add_links(blocks, s, limits->text);
	return blocks;
}

static json_t *
message(const struct render_job *job, const struct alert *a,
    const struct detail *d)
{
	struct story	*s = story_new(job, a, d);
	struct buf	 b = BUF_EMPTY;
	json_t		*root;

	text_put(&b, s->brief, job->limits->fallback, TEXT_SLACK);
	/* No markup in the notification, no previews of anything. */
	root = json_pack("{s:s, s:b, s:b, s:b, s:o}", "text", buf_text(&b),
	    "mrkdwn", 0, "unfurl_links", 0, "unfurl_media", 0, "blocks",
	    blocks_of(s, job->limits));
	buf_release(&b);
	story_free(s);
	return root;
}

static void
add_bot(json_t *root, const struct render_job *job)
{
	json_object_set_new(root, "channel", json_string(job->sink->channel));
	if (job->thread_ref != NULL && job->thread_ref[0] != '\0')
		json_object_set_new(root, "thread_ts",
		    json_string(job->thread_ref));
}

int
render_slack(const struct render_job *job, const struct alert *a,
    struct rendered *out, char *why, size_t room)
{
	bool bot = job->sink != NULL && job->sink->token != NULL;

	if (render_fitting(job, a, message, bot ? add_bot : NULL, out, why,
	    room) == -1)
		return -1;
	rendered_header(out, "Content-Type: application/json; charset=utf-8");
	if (bot) {
		rendered_header(out, "Authorization: Bearer %s",
		    job->sink->token);
		out->nsecret = 1;
	}
	return 0;
}

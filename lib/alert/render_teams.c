/* SPDX-License-Identifier: Apache-2.0 */
/*
 * render_teams - an alert as an adaptive card for a Teams workflow.
 * Takes: an alert whose strings may be hostile.  Gives: JSON; its only links
 * are actions to our own addresses.
 * Runs in: alert, the command (previews).
 */
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "alert/alert.h"
#include "alert/render.h"
#include "alert/sinks.h"
#include "alert/story.h"

/* Two line breaks: TextBlock's Markdown joins single ones. */
static const struct markup markdown = { TEXT_TEAMS, "**", "**",
	"\xe2\x80\xa2 ", "\n\n" };

static json_t *
text_block(json_t *text, bool head, const char *colour)
{
	json_t *block = json_pack("{s:s, s:o, s:b}", "type", "TextBlock",
	    "text", text, "wrap", 1);

	if (head) {
		json_object_set_new(block, "size", json_string("Medium"));
		json_object_set_new(block, "weight", json_string("Bolder"));
		json_object_set_new(block, "color", json_string(colour));
	}
	return block;
}

static json_t *
facts_of(const struct story *s, const struct sink_limits *limits)
{
	const struct story_section *facts = &s->sections[SECTION_FACTS];
	json_t		*list = json_array();
	struct buf	 b = BUF_EMPTY;

	for (size_t i = 0; i < facts->nlines && i < limits->fields; i++) {
		buf_reset(&b);
		line_write(&b, &facts->lines[i], &markdown);
		if (text_units(buf_text(&b), b.len) <= limits->field)
			json_array_append_new(list, json_pack("{s:s, s:s}",
			    "title", facts->lines[i].label, "value",
			    buf_text(&b)));
	}
	buf_release(&b);
	return list;
}

static json_t *
body_of(const struct render_job *job, const struct alert *a,
    const struct story *s)
{
	json_t	*body = json_array();

	json_array_append_new(body, text_block(render_text(s->head,
	    job->limits->title, TEXT_TEAMS), true, alert_closes(a) ? "Good" :
	    alert_rank(a) >= 3 ? "Attention" : "Warning"));
	if (s->sections[SECTION_FACTS].nlines > 0)
		json_array_append_new(body, json_pack("{s:s, s:o}", "type",
		    "FactSet", "facts", facts_of(s, job->limits)));
	for (size_t i = SECTION_NOTE; i < SECTION_COUNT; i++) {
		struct buf b = BUF_EMPTY;

		section_write(&b, &s->sections[i], &markdown);
		if (b.len > 0 && text_units(b.data, b.len) <=
		    job->limits->text)
			json_array_append_new(body, text_block(
			    json_string(b.data), false, NULL));
		buf_release(&b);
	}
	if (s->reference != NULL)
		json_array_append_new(body, text_block(render_text(
		    s->reference, job->limits->field, TEXT_TEAMS), false,
		    NULL));
	return body;
}

static json_t *
actions_of(const struct story *s)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s->nlinks; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s}",
		    "type", "Action.OpenUrl", "title", s->links[i].label,
		    "url", s->links[i].url));
	return list;
}

static json_t *
message(const struct render_job *job, const struct alert *a,
    const struct detail *d)
{
	struct story	*s = story_new(job, a, d);
	json_t		*card = json_pack("{s:s, s:s, s:s, s:{s:s}, s:o, s:o, "
	    "s:o}", "$schema",
	    "http://adaptivecards.io/schemas/adaptive-card.json", "type",
	    "AdaptiveCard", "version", "1.4", "msteams", "width", "Full",
	    "fallbackText", render_text(s->brief, job->limits->fallback,
	    TEXT_TEAMS), "body", body_of(job, a, s), "actions", actions_of(s));

	story_free(s);
	return json_pack("{s:s, s:[{s:s, s:n, s:o}]}", "type", "message",
	    "attachments", "contentType",
	    "application/vnd.microsoft.card.adaptive", "contentUrl",
	    "content", card);
}

int
render_teams(const struct render_job *job, const struct alert *a,
    struct rendered *out, char *why, size_t room)
{
	if (render_fitting(job, a, message, NULL, out, why, room) == -1)
		return -1;
	rendered_header(out, "Content-Type: application/json");
	return 0;
}

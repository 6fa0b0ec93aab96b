/* SPDX-License-Identifier: Apache-2.0 */
/*
 * render_mattermost - an alert as a message attachment for Mattermost.
 * Takes: an alert whose strings may be hostile.  Gives: JSON within the limits
 * of old servers too, that mentions nobody.
 * Runs in: alert, the command (previews).
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "alert/alert.h"
#include "alert/render.h"
#include "alert/sinks.h"
#include "alert/story.h"

static const struct markup markdown = { TEXT_MATTERMOST, "**", "**", "* ",
	"\n" };

static json_t *
fields_of(const struct story *s, const struct sink_limits *limits)
{
	const struct story_section *facts = &s->sections[SECTION_FACTS];
	json_t		*fields = json_array();
	struct buf	 b = BUF_EMPTY;

	for (size_t i = 0; i < facts->nlines && i < limits->fields; i++) {
		buf_reset(&b);
		line_write(&b, &facts->lines[i], &markdown);
		if (text_units(buf_text(&b), b.len) <= limits->field)
			json_array_append_new(fields, json_pack("{s:s, s:s, "
			    "s:b}", "title", facts->lines[i].label, "value",
			    buf_text(&b), "short", 1));
	}
	buf_release(&b);
	return fields;
}

static json_t *
message(const struct render_job *job, const struct alert *a,
    const struct detail *d)
{
	const struct sink_limits *limits = job->limits;
	struct story	*s = story_new(job, a, d);
	struct buf	 links = BUF_EMPTY;
	char		*text, colour[8];
	json_t		*root;

	snprintf(colour, sizeof(colour), "#%06" PRIx32, s->colour);
	links_write(&links, s, &markdown);
	text = render_sections(s, SECTION_NOTE, &markdown,
	    limits->text > links.len + 2 ? limits->text - links.len - 2 : 0);
	root = json_pack("{s:o, s:[{s:o, s:s, s:o, s:s++, s:o}]}", "text",
	    render_text(s->head, limits->title, TEXT_MATTERMOST),
	    "attachments", "fallback", render_text(s->brief, limits->fallback,
	    TEXT_MATTERMOST), "color", colour, "title", render_text(s->head,
	    limits->title, TEXT_MATTERMOST), "text", text,
	    links.len > 0 && text[0] != '\0' ? "\n\n" : "", buf_text(&links),
	    "fields", fields_of(s, limits));
	free(text);
	buf_release(&links);
	story_free(s);
	return root;
}

int
render_mattermost(const struct render_job *job, const struct alert *a,
    struct rendered *out, char *why, size_t room)
{
	if (render_fitting(job, a, message, NULL, out, why, room) == -1)
		return -1;
	rendered_header(out, "Content-Type: application/json");
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * render_discord - an alert as one embed of a Discord webhook.
 * Takes: an alert whose strings may be hostile.  Gives: JSON within Discord's
 * limits, that can ping nobody.
 * Runs in: alert, the command (previews).
 */
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "alert/alert.h"
#include "alert/render.h"
#include "alert/sinks.h"
#include "alert/story.h"

static const struct markup markdown = { TEXT_DISCORD, "**", "**",
	"\xe2\x80\xa2 ", "\n" };

/* A field may have neither an empty name nor an empty value. */
static json_t *
fields_of(const struct story *s, const struct sink_limits *limits)
{
	const struct story_section *facts = &s->sections[SECTION_FACTS];
	json_t		*fields = json_array();
	struct buf	 b = BUF_EMPTY;

	for (size_t i = 0; i < facts->nlines && i < limits->fields; i++) {
		buf_reset(&b);
		line_write(&b, &facts->lines[i], &markdown);
		if (b.len > 0 && text_units(b.data, b.len) <= limits->field)
			json_array_append_new(fields, json_pack("{s:s, s:s, "
			    "s:b}", "name", facts->lines[i].label, "value",
			    b.data, "inline", 1));
	}
	buf_release(&b);
	return fields;
}

static json_t *
embed_of(const struct render_job *job, const struct alert *a,
    const struct story *s)
{
	const struct sink_limits *limits = job->limits;
	struct buf	 links = BUF_EMPTY;
	char		*text;
	json_t		*embed;

	links_write(&links, s, &markdown);
	text = render_sections(s, SECTION_NOTE, &markdown,
	    limits->text > links.len + 2 ? limits->text - links.len - 2 : 0);
	embed = json_pack("{s:o, s:i, s:o, s:s++}", "title",
	    render_text(s->head, limits->title, TEXT_DISCORD), "color",
	    (int)s->colour, "fields", fields_of(s, limits), "description",
	    text, links.len > 0 && text[0] != '\0' ? "\n\n" : "",
	    buf_text(&links));
	if (alert_text(a->root, "timestamp")[0] != '\0')
		json_object_set_new(embed, "timestamp",
		    json_string(alert_text(a->root, "timestamp")));
	free(text);
	buf_release(&links);
	return embed;
}

static json_t *
message(const struct render_job *job, const struct alert *a,
    const struct detail *d)
{
	struct story	*s = story_new(job, a, d);
	json_t		*root = json_pack("{s:o, s:[o], s:{s:[]}, s:i}",
	    "content", render_text(s->brief, 500, TEXT_DISCORD), "embeds",
	    embed_of(job, a, s), "allowed_mentions", "parse",
	    "flags", 4);	/* no previews of links */

	story_free(s);
	return root;
}

int
render_discord(const struct render_job *job, const struct alert *a,
    struct rendered *out, char *why, size_t room)
{
	if (render_fitting(job, a, message, NULL, out, why, room) == -1)
		return -1;
	rendered_header(out, "Content-Type: application/json");
	return 0;
}

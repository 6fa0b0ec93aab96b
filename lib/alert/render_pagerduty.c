/* SPDX-License-Identifier: Apache-2.0 */
/*
 * render_pagerduty - an alert as an event for PagerDuty's Events API v2.
 * Takes: an alert.  Gives: JSON: "trigger", or "resolve" when it is over, under
 * one key a detection, so that follow-ups meet the incident they belong to.
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
#include "base/str.h"
#include "data/project_page.h"

#define KEY_MOST 255

static const struct markup plain = { TEXT_PLAIN, "", ":", "- ", "\n" };

/* "pypiwatch/reqeusts/42"; ids alone make it unique, the name readable. */
static void
add_key(struct buf *b, const struct alert *a)
{
	buf_adds(b, "pypiwatch/");
	if (a->project[0] == '\0')
		buf_adds(b, str_starts(a->type, "daemon.") ? "daemon" :
		    "summary");
	else
		text_put(b, a->project, 150, TEXT_PLAIN);
	if (a->detection_id[0] != '\0')
		buf_addf(b, "/%s", a->detection_id);
}

static const char *
severity_of(const struct alert *a)
{
	static const char *const severities[] = { "info", "info", "warning",
		"error", "critical" };
	int rank = alert_rank(a);

	if (str_equal(a->type, "daemon.degraded"))
		return "error";
	return str_equal(a->type, "digest") || rank == -1 ? "info" :
	    severities[rank];
}

static json_t *
details_of(const struct story *s, const struct sink_limits *limits)
{
	const struct story_section *facts = &s->sections[SECTION_FACTS];
	json_t		*o = json_object();
	struct buf	 b = BUF_EMPTY;
	char		*text;

	for (size_t i = 0; i < facts->nlines; i++) {
		buf_reset(&b);
		line_write(&b, &facts->lines[i], &plain);
		json_object_set_new(o, facts->lines[i].label,
		    json_string(buf_text(&b)));
	}
	buf_release(&b);
	text = render_sections(s, SECTION_NOTE, &plain, limits->text);
	json_object_set_new(o, "details", json_string(text));
	free(text);
	return o;
}

static json_t *
payload_of(const struct render_job *job, const struct alert *a,
    const struct story *s)
{
	struct buf	 source = BUF_EMPTY;
	json_t		*o;

	text_put(&source, index_is_main(a->index) ? MAIN_INDEX : a->index, 40,
	    TEXT_PLAIN);
	buf_addc(&source, ':');
	text_put(&source, a->project[0] != '\0' ? a->project : "pypiwatch",
	    job->limits->field - 41, TEXT_PLAIN);
	o = json_pack("{s:o, s:s, s:s, s:s, s:o}", "summary",
	    render_text(s->brief, job->limits->title, TEXT_PLAIN), "source",
	    buf_text(&source), "severity", severity_of(a), "group",
	    "pypiwatch", "custom_details", details_of(s, job->limits));
	if (a->campaign_why[0] != '\0')
		json_object_set_new(o, "class", render_text(a->campaign_why,
		    job->limits->field, TEXT_PLAIN));
	if (alert_text(a->root, "timestamp")[0] != '\0')
		json_object_set_new(o, "timestamp",
		    json_string(alert_text(a->root, "timestamp")));
	buf_release(&source);
	return o;
}

static json_t *
message(const struct render_job *job, const struct alert *a,
    const struct detail *d)
{
	struct story	*s = story_new(job, a, d);
	struct buf	 key = BUF_EMPTY;
	json_t		*root, *links = json_array();
	/* A test pages somebody and is over at once. */
	bool		 over = alert_closes(a) && !str_equal(a->type, "test");

	add_key(&key, a);
	for (size_t i = 0; i < s->nlinks; i++)
		json_array_append_new(links, json_pack("{s:s, s:s}", "href",
		    s->links[i].url, "text", s->links[i].label));
	root = json_pack("{s:s, s:s%, s:o, s:s, s:o}", "event_action",
	    over ? "resolve" : "trigger", "dedup_key", buf_text(&key),
	    text_cut(buf_text(&key), key.len, KEY_MOST), "payload",
	    payload_of(job, a, s), "client", "pypiwatch", "links", links);
	buf_release(&key);
	story_free(s);
	return root;
}

static void
add_routing(json_t *root, const struct render_job *job)
{
	json_object_set_new(root, "routing_key", json_string(
	    job->sink != NULL && job->sink->secret != NULL ?
	    job->sink->secret : ""));
}

int
render_pagerduty(const struct render_job *job, const struct alert *a,
    struct rendered *out, char *why, size_t room)
{
	if (render_fitting(job, a, message, add_routing, out, why, room) == -1)
		return -1;
	rendered_header(out, "Content-Type: application/json");
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * render_slack - an alert as a Slack message in Block Kit.
 * Takes: an alert whose strings may be hostile.  Gives: JSON within Slack's
 * limits, with nothing of the package clickable or formatted.
 * Runs in: alert, the command (previews).
 *
 * What an analyst sees first: how bad, which release, why.  Then the reasons
 * with their places, what was contacted, what to do, and links to PyPI, the
 * inspector and our own page: never to what the package itself names.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "alert/alert.h"
#include "alert/sinks.h"
#include "alert/text.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"

enum {
	NAME_UNITS = 100,	/* of a project name or version in a sentence */
	HEAD_UNITS = 70,	/* of each in the header */
	SENTENCE_UNITS = 300, PATH_UNITS = 160, VALUE_UNITS = 160,
	REASONS = 5, INDICATORS = 4, FILES = 4
};

/* How much to say; less of each until the whole fits. */
struct detail { size_t reasons, indicators, files; };

static const struct headline {
	const char	*type;
	const char	*word;		/* NULL: the severity */
	const char	*next;		/* what to do */
} headlines[] = {
	{ "detection.opened", NULL, "Do not install it. Look for it in lock"
	    " files, mirrors and build logs, block it in your proxy, and"
	    " report it to PyPI if you agree." },
	{ "detection.updated", NULL, "The verdict changed: compare it with"
	    " what you decided before." },
	{ "detection.withdrawn", "WITHDRAWN", "The detection was taken back;"
	    " lift what you blocked because of it." },
	{ "release.removed", "REMOVED FROM PYPI", "It can no longer be"
	    " installed from PyPI. Look for copies in mirrors and caches." },
	{ "release.quarantined", "QUARANTINED BY PYPI", "PyPI holds it back."
	    " Look for copies in mirrors and caches." },
	{ "digest", "DIGEST", NULL },
	{ "daemon.degraded", "PYPIWATCH DEGRADED", "Look at the log of"
	    " pypiwatchd and at `pypiwatch status`." },
	{ "daemon.recovered", "PYPIWATCH RECOVERED", NULL },
	{ "test", "TEST", "Nothing to do: this sink works." },
};

static const struct headline *
headline_of(const struct alert *a)
{
	static const struct headline other = { "", NULL, NULL };

	for (size_t i = 0; i < ARRAY_LEN(headlines); i++)
		if (str_equal(headlines[i].type, a->type))
			return &headlines[i];
	return &other;
}

static void
add_word(struct buf *b, const struct alert *a)
{
	static const char *const severities[] = { "none", "low", "medium",
		"high", "critical" };
	static const char *const upper[] = { "NONE", "LOW", "MEDIUM", "HIGH",
		"CRITICAL" };
	int i = str_index(severities, ARRAY_LEN(severities), a->severity);

	buf_adds(b, headline_of(a)->word != NULL ? headline_of(a)->word :
	    i != -1 ? upper[i] : "ALERT");
}

static bool
has_release(const struct alert *a)
{
	return a->project[0] != '\0';
}

/* "HIGH: reqeusts 2.31.1" */
static void
add_head(struct buf *b, const struct alert *a)
{
	add_word(b, a);
	if (!has_release(a))
		return;
	buf_adds(b, ": ");
	text_slack(b, a->project, HEAD_UNITS);
	if (a->version[0] != '\0') {
		buf_addc(b, ' ');
		text_slack(b, a->version, HEAD_UNITS / 2);
	}
}

/* The match that the release is said to resemble, or NULL. */
static const json_t *
match_of(const struct alert *a, const char *target)
{
	size_t	 i, j;
	json_t	*file, *match;

	json_array_foreach(a->files, i, file)
		json_array_foreach(json_object_get(file, "names"), j, match)
			if (str_equal(alert_text(match, "target"), target))
				return match;
	return NULL;
}

/* "looks like `requests` (transposition, rank 5)" */
static void
add_lookalike(struct buf *b, const struct alert *a, bool code)
{
	const json_t	*match = match_of(a, a->lookalike_of);
	const char	*technique = alert_text(match, "technique");
	int64_t		 rank = alert_int(match, "rank", 0);

	buf_adds(b, "looks like ");
	(code ? text_slack_code : text_slack)(b, a->lookalike_of, NAME_UNITS);
	if (technique[0] != '\0') {
		buf_adds(b, " (");
		text_slack(b, technique, 40);
		if (rank > 0)
			buf_addf(b, ", rank %" PRId64, rank);
		buf_addc(b, ')');
	}
}

/* The text of the notification: all in one line, no markup. */
static void
add_fallback(struct buf *b, const struct alert *a)
{
	struct alert_finding top;

	add_head(b, a);
	if (a->lookalike_of[0] != '\0') {
		buf_adds(b, ": ");
		add_lookalike(b, a, false);
	}
	if (alert_strongest(a, &top, 1) == 1) {
		buf_adds(b, a->lookalike_of[0] != '\0' ? "; " : ": ");
		text_slack(b, alert_text(top.finding, "text"), SENTENCE_UNITS);
	} else if (a->text[0] != '\0') {
		buf_adds(b, ": ");
		text_slack(b, a->text, SENTENCE_UNITS);
	}
}

static json_t *
text_object(const char *type, const struct buf *b, size_t most)
{
	size_t	 len = text_cut(buf_text(b), b->len, most);
	json_t	*o = json_pack("{s:s, s:s%}", "type", type, "text",
	    buf_text(b), len);

	if (str_equal(type, "mrkdwn"))
		json_object_set_new(o, "verbatim", json_true());
	else
		json_object_set_new(o, "emoji", json_false());
	return o;
}

/* Appends a section and empties the text. */
static void
add_section(json_t *blocks, struct buf *b, const struct sink_limits *limits)
{
	if (b->len > 0)
		json_array_append_new(blocks, json_pack("{s:s, s:o}", "type",
		    "section", "text", text_object("mrkdwn", b,
		    limits->text)));
	buf_reset(b);
}

static void
add_summary(struct buf *b, const struct alert *a)
{
	if (a->score >= 0 && has_release(a))
		buf_addf(b, "*Score %" PRId64 " of 100*", a->score);
	if (a->lookalike_of[0] != '\0') {
		buf_adds(b, b->len > 0 ? ", " : "");
		add_lookalike(b, a, true);
	}
	if (a->text[0] != '\0') {
		buf_adds(b, b->len > 0 ? "\n" : "");
		text_slack_quiet(b, a->text, SENTENCE_UNITS);
	}
}

/* What a finding's context means to somebody who decides. */
static const char *
place_words(const char *context)
{
	static const char *const words[][2] = {
		{ "install", "runs at install" },
		{ "startup", "runs whenever Python starts" },
		{ "import", "runs on import" },
		{ "call", "runs when called" },
		{ "data", "in data" },
		{ "test", "in tests" },
		{ "metadata", "in the metadata" },
		{ "name", "in the name" },
		{ "archive", "in the archive" },
	};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_equal(words[i][0], context))
			return words[i][1];
	return NULL;
}

/* "- sentence (runs at install) `pkg/setup.py:12`" */
static void
add_reason(struct buf *b, const json_t *finding)
{
	struct buf	 place = BUF_EMPTY;
	const char	*where = place_words(alert_text(finding, "context"));
	int64_t		 line = alert_int(finding, "line", 0);

	buf_adds(b, "\n\xe2\x80\xa2 ");
	text_slack_quiet(b, alert_text(finding, "text"), SENTENCE_UNITS);
	if (where != NULL)
		buf_addf(b, " (%s)", where);
	if (alert_text(finding, "path")[0] != '\0') {
		buf_addf(&place, "%.*s", PATH_UNITS * 4,
		    alert_text(finding, "path"));
		if (line > 0)
			buf_addf(&place, ":%" PRId64, line);
		buf_addc(b, ' ');
		text_slack_code(b, buf_text(&place), PATH_UNITS);
	}
	buf_release(&place);
}

static void
add_reasons(struct buf *b, const struct alert *a, size_t most)
{
	struct alert_finding	top[REASONS];
	size_t			n = alert_strongest(a, top, most);

	if (n > 0)
		buf_adds(b, "*Why*");
	for (size_t i = 0; i < n; i++)
		add_reason(b, top[i].finding);
}

static void
add_indicators(struct buf *b, const struct alert *a, size_t most)
{
	struct buf	 value = BUF_EMPTY;
	size_t		 i, j, n = 0;
	json_t		*file, *one;

	json_array_foreach(a->files, i, file)
		json_array_foreach(json_object_get(file, "indicators"), j,
		    one) {
			if (n == most)
				break;
			buf_reset(&value);
			text_defang_value(&value, alert_text(one, "value"));
			if (value.len == 0)
				continue;
			buf_adds(b, n++ == 0 ? "*It names* (made harmless)" :
			    "");
			buf_adds(b, "\n\xe2\x80\xa2 ");
			text_slack_code(b, buf_text(&value), VALUE_UNITS);
		}
	buf_release(&value);
}

/* Files that were not seen whole are never silently clean. */
static void
add_files(struct buf *b, const struct alert *a, size_t most)
{
	size_t	 i, n = 0;
	json_t	*file;

	json_array_foreach(a->files, i, file) {
		const char *outcome = alert_text(file, "outcome");

		if (n == most)
			break;
		buf_adds(b, n++ == 0 ? "*Files* " : ", ");
		text_slack_code(b, alert_text(file, "file"), PATH_UNITS);
		if (outcome[0] != '\0' && !str_equal(outcome, "scanned")) {
			buf_adds(b, " (");
			text_slack(b, outcome, 20);
			buf_addc(b, ')');
		}
	}
	if (json_array_size(a->files) > n && n > 0)
		buf_addf(b, " and %zu more", json_array_size(a->files) - n);
}

static void
add_link(struct buf *b, const char *base, const char *project,
    const char *version, const char *label)
{
	struct buf url = BUF_EMPTY;

	buf_adds(&url, base);
	text_percent(&url, project);
	buf_addc(&url, '/');
	if (version[0] != '\0') {
		text_percent(&url, version);
		buf_addc(&url, '/');
	}
	if (url.len <= URL_MAX)
		buf_addf(b, "%s<%s|%s>", b->len > 0 ? " | " : "", url.data,
		    label);
	buf_release(&url);
}

/* What a name or version may hold; anything else gets no link. */
static bool
is_linkable(const char *s, size_t most)
{
	return strlen(s) <= most && strspn(s, "0123456789._+!-"
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") ==
	    strlen(s);
}

/* Only our own addresses; the payload's `links` are not trusted. */
static void
add_links(struct buf *b, const struct alert *a, const char *link_base)
{
	if (has_release(a) && is_linkable(a->project, PROJECT_NAME_MAX) &&
	    is_linkable(a->version, VERSION_MAX)) {
		add_link(b, "https://pypi.org/project/", a->project,
		    a->version, "PyPI");
		add_link(b, "https://inspector.pypi.io/project/", a->project,
		    a->version, "Inspector");
	}
	if (a->detection_id[0] == '\0')
		return;
	buf_adds(b, b->len > 0 ? " | " : "");
	if (link_base != NULL && link_base[0] != '\0')
		buf_addf(b, "<%s%sdetections/%s|Detection %s>", link_base,
		    str_ends(link_base, "/") ? "" : "/", a->detection_id,
		    a->detection_id);
	else
		buf_addf(b, "detection %s: `pypiwatch show %s`",
		    a->detection_id, a->detection_id);
}

static void
add_next(struct buf *b, const struct alert *a)
{
	if (headline_of(a)->next != NULL)
		buf_addf(b, "*What to do* %s", headline_of(a)->next);
}

static json_t *
blocks_of(const struct render_job *job, const struct alert *a,
    const struct detail *d)
{
	json_t		*blocks = json_array();
	struct buf	 b = BUF_EMPTY;

	add_head(&b, a);
	json_array_append_new(blocks, json_pack("{s:s, s:o}", "type", "header",
	    "text", text_object("plain_text", &b, job->limits->title)));
	buf_reset(&b);
	add_summary(&b, a);
	add_section(blocks, &b, job->limits);
	add_reasons(&b, a, d->reasons);
	add_section(blocks, &b, job->limits);
	add_indicators(&b, a, d->indicators);
	add_section(blocks, &b, job->limits);
	add_files(&b, a, d->files);
	add_section(blocks, &b, job->limits);
	add_next(&b, a);
	add_section(blocks, &b, job->limits);
	add_links(&b, a, job->link_base);
	if (b.len > 0)
		json_array_append_new(blocks, json_pack("{s:s, s:[o]}", "type",
		    "context", "elements", text_object("mrkdwn", &b,
		    job->limits->text)));
	buf_release(&b);
	return blocks;
}

static char *
message(const struct render_job *job, const struct alert *a,
    const struct detail *d)
{
	struct buf	 b = BUF_EMPTY;
	json_t		*root;
	char		*text;
	size_t		 len;

	add_fallback(&b, a);
	len = text_cut(buf_text(&b), b.len, job->limits->fallback);
	/* No markup in the notification, no previews of anything. */
	root = json_pack("{s:s%, s:b, s:b, s:b, s:o}", "text", buf_text(&b),
	    len, "mrkdwn", 0, "unfurl_links", 0, "unfurl_media", 0, "blocks",
	    blocks_of(job, a, d));
	text = json_dumps(root, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(root);
	buf_release(&b);
	if (text == NULL)
		mem_exhausted(0);
	return text;
}

int
render_slack(const struct render_job *job, const struct alert *a,
    struct rendered *out, char *why, size_t room)
{
	static const struct detail details[] = {
		{ REASONS, INDICATORS, FILES }, { REASONS, 2, 2 },
		{ 3, 1, 1 }, { 1, 0, 0 }, { 0, 0, 0 },
	};

	for (size_t i = 0; i < ARRAY_LEN(details); i++) {
		char *text = message(job, a, &details[i]);

		if (text_units(text, strlen(text)) < job->limits->total) {
			buf_adds(&out->body, text);
			free(text);
			rendered_header(out, "Content-Type: application/json");
			return 0;
		}
		free(text);
	}
	snprintf(why, room, "the message does not fit Slack's limits");
	return -1;
}

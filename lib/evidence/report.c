/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report - an observation for PyPI.
 * Takes: a detection as JSON.  Gives: texts and URLs.
 * Runs in: the command.  Pure.
 */
#include "evidence/report.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "evidence/export.h"

#define REASONS_MOST 3		/* a person reads it, among thousands */

const char *const report_kinds[REPORT_KINDS] = {
	[REPORT_MALWARE] = "malware", [REPORT_SPAM] = "spam",
	[REPORT_CONFUSION] = "dependency-confusion", [REPORT_OTHER] = "other",
};

static const char *const api_kinds[REPORT_KINDS] = {
	[REPORT_MALWARE] = "is_malware", [REPORT_SPAM] = "is_spam",
	[REPORT_CONFUSION] = "is_dependency_confusion",
	[REPORT_OTHER] = "something_else",
};

/* Percent-encoded (RFC 3986); slashes stay in a path. */
static void
encode(struct buf *b, const char *s, size_t len, bool path)
{
	for (size_t i = 0; i < len; i++)
		if (isalnum((unsigned char)s[i]) || strchr("-._~",
		    s[i]) != NULL || (path && s[i] == '/'))
			buf_addc(b, s[i]);
		else
			buf_addf(b, "%%%02X", (unsigned char)s[i]);
}

static void
encode_text(struct buf *b, const char *s)
{
	encode(b, s, strlen(s), false);
}

/* ---- where it is -------------------------------------------------------- */

/* The finding that weighs most, of the file that scores most: both come
 * first. */
static const json_t *
strongest(const json_t *file)
{
	const json_t	*list = json_object_get(json_object_get(file,
			    "object"), "findings"), *one;
	size_t		 i;

	json_array_foreach(list, i, one)
		if (json_is_string(json_object_get(one, "path")))
			return one;
	return NULL;
}

/* The member itself: what is nested in it has no page. */
static void
member_add(struct buf *b, const json_t *finding)
{
	const char	*path = export_text(finding, "path");
	const char	*inner = strstr(path, "!/");
	json_int_t	 line = json_integer_value(json_object_get(finding,
			    "line"));

	encode(b, path, inner != NULL ? (size_t)(inner - path) : strlen(path),
	    true);
	if (line > 0 && inner == NULL)
		buf_addf(b, "#line.%lld", (long long)line);
}

static char *
inspector_url(const json_t *d, const char *base)
{
	const json_t	*file = json_array_get(json_object_get(d, "files"), 0);
	const char	*at = strstr(export_text(file, "url"), "/packages/");
	const json_t	*finding = strongest(file);
	struct buf	 b = BUF_EMPTY;

	buf_addf(&b, "%s/project/", base);
	encode_text(&b, export_text(d, "normalized"));
	buf_addc(&b, '/');
	encode_text(&b, export_text(d, "version"));
	if (at != NULL)
		encode(&b, at, strcspn(at, "?#"), true);
	buf_addc(&b, '/');
	if (at != NULL && finding != NULL)
		member_add(&b, finding);
	return buf_steal(&b);
}

/* ---- what is said ------------------------------------------------------- */

static char *
summary_make(const json_t *d)
{
	struct buf	 b = BUF_EMPTY;
	const json_t	*one;
	const char	*target = export_text(d, "lookalike_of");
	size_t		 i;

	json_array_foreach(json_object_get(d, "reasons"), i, one) {
		char *text;

		if (i == REASONS_MOST)
			break;
		text = vis_dup(export_text(one, "text"),
		    strlen(export_text(one, "text")));
		buf_addf(&b, "%s%s", i == 0 ? "" : "; ", text);
		free(text);
	}
	if (*target != '\0')
		buf_addf(&b, "%sthe name resembles %s", b.len > 0 ? "; " : "",
		    target);
	if (b.len > REPORT_SUMMARY_MAX)
		b.data[utf8_cut(b.data, b.len, REPORT_SUMMARY_MAX)] = '\0';
	return buf_steal(&b);
}

static char *
body_make(const struct report *r, enum report_kind kind)
{
	json_t	*o = json_pack("{s:s, s:o, s:s}", "kind", api_kinds[kind],
		    "summary", export_visible(r->summary), "inspector_url",
		    r->inspector);
	char	*text = json_dumps(o, JSON_INDENT(1));

	if (text == NULL)
		mem_exhausted(0);
	json_decref(o);
	return text;
}

void
report_make(struct report *r, const json_t *d, enum report_kind kind,
    const char *summary, const char *site, const char *inspector)
{
	struct buf form = BUF_EMPTY, api = BUF_EMPTY;

	r->summary = summary != NULL ? mem_strdup(summary) : summary_make(d);
	r->inspector = inspector_url(d, inspector);
	buf_addf(&form, "%s/project/", site);
	encode_text(&form, export_text(d, "normalized"));
	buf_adds(&form, "/submit-malware-report/?inspector_link=");
	encode_text(&form, r->inspector);
	buf_adds(&form, "&summary=");
	encode_text(&form, r->summary);
	buf_addf(&api, "%s/danger-api/projects/", site);
	encode_text(&api, export_text(d, "normalized"));
	buf_adds(&api, "/observations");
	r->form = buf_steal(&form);
	r->api = buf_steal(&api);
	r->body = body_make(r, kind);
}

void
report_release(struct report *r)
{
	free(r->summary);
	free(r->inspector);
	free(r->form);
	free(r->api);
	free(r->body);
}

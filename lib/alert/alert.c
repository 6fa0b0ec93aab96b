/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alert - the JSON of one alert as the renderers read it.
 * Takes: what queue stored in the outbox.  Gives: struct alert.
 * Runs in: alert, the command (previews).
 */
#include "alert/alert.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"

const char *
alert_text(const json_t *object, const char *member)
{
	const char *s = json_string_value(json_object_get(object, member));

	return s != NULL ? s : "";
}

int64_t
alert_int(const json_t *object, const char *member, int64_t without)
{
	const json_t	*v = json_object_get(object, member);
	double		 d = json_number_value(v);

	if (json_is_integer(v))
		return json_integer_value(v);
	return json_is_real(v) && d > -1e15 && d < 1e15 ? (int64_t)d : without;
}

double
alert_real(const json_t *object, const char *member)
{
	return json_number_value(json_object_get(object, member));
}

/* An id may come as a number or as text; only its safe characters are kept,
 * because it goes into links. */
static void
read_id(const json_t *v, char *out, size_t room)
{
	const char	*s = json_string_value(v);
	size_t		 n = 0;

	out[0] = '\0';
	if (json_is_integer(v))
		snprintf(out, room, "%" PRId64, (int64_t)json_integer_value(v));
	else if (s != NULL && (n = strspn(s, "0123456789")) < room)
		snprintf(out, room, "%.*s", (int)n, s);
}

int
alert_open(struct alert *a, const char *payload, char *why, size_t room)
{
	json_error_t	 e;
	const json_t	*data, *campaign;

	memset(a, 0, sizeof(*a));
	a->root = json_loads(payload, 0, &e);
	data = json_object_get(a->root, "data");
	if (!json_is_object(data)) {
		snprintf(why, room, "the alert is no JSON object with data%s%s",
		    a->root == NULL ? ": " : "",
		    a->root == NULL ? vis(e.text) : "");
		alert_close(a);
		return -1;
	}
	a->type = alert_text(a->root, "type");
	a->project = alert_text(data, "project");
	a->version = alert_text(data, "version");
	a->severity = alert_text(data, "severity");
	a->lookalike_of = alert_text(data, "lookalike_of");
	a->index = alert_text(data, "index");
	a->text = alert_text(data, "text");
	a->part = alert_text(data, "part");
	a->change = alert_text(data, "change");
	a->verdict = alert_text(data, "triage_status");
	a->by = alert_text(data, "by");
	a->note = alert_text(data, "note");
	a->ours = alert_text(data, "ours");
	a->used_by = json_object_get(data, "used_by");
	campaign = json_object_get(data, "campaign");
	a->campaign_why = alert_text(campaign, "why");
	a->campaign_count = alert_int(campaign, "count", 0);
	a->was_score = alert_int(data, "was_score", 0);
	a->changed = alert_int(data, "changed", 0);
	a->lead_s = alert_int(data, "lead_seconds", 0);
	a->items = json_object_get(data, "items");
	a->total = alert_int(data, "total", 0);
	a->counts = json_object_get(data, "counts");
	a->pypi_status = alert_text(data, "pypi_status");
	read_id(json_object_get(data, "detection_id"), a->detection_id,
	    sizeof(a->detection_id));
	a->sequence = alert_int(data, "sequence", 0);
	a->score = alert_int(data, "score", -1);
	a->files = json_object_get(data, "files");
	return 0;
}

void
alert_close(struct alert *a)
{
	json_decref(a->root);
	memset(a, 0, sizeof(*a));
}

static bool
said_already(const struct alert_finding *out, size_t n, const char *text)
{
	for (size_t i = 0; i < n; i++)
		if (str_equal(alert_text(out[i].finding, "text"), text))
			return true;
	return false;
}

/* Keeps out[] sorted, strongest first, without growing beyond `most`. */
static size_t
insert(struct alert_finding *out, size_t n, size_t most, json_t *finding,
    const char *file)
{
	struct alert_finding	new = { finding, file,
		    alert_real(finding, "weight") };
	size_t			at = 0;

	if (said_already(out, n, alert_text(finding, "text")))
		return n;
	while (at < n && out[at].weight >= new.weight)
		at++;
	if (at == most)
		return n;
	if (n == most)
		n--;
	memmove(&out[at + 1], &out[at], (n - at) * sizeof(*out));
	out[at] = new;
	return n + 1;
}

size_t
alert_strongest(const struct alert *a, struct alert_finding *out, size_t most)
{
	size_t	 n = 0, i, j;
	json_t	*file, *finding;

	if (most == 0)
		return 0;

	json_array_foreach(a->files, i, file)
		json_array_foreach(json_object_get(file, "findings"), j,
		    finding)
			n = insert(out, n, most, finding,
			    alert_text(file, "file"));
	return n;
}

char *
alert_sample(const char *type, const char *timestamp)
{
	json_t	*root = json_pack("{s:s, s:s, s:{s:s, s:i, s:i, s:s, s:s, s:i,"
	    "s:s, s:s, s:s, s:[{s:s, s:s, s:[{s:s,s:s,s:s,s:s,s:i,s:f,s:s}],"
	    "s:[{s:s, s:i, s:s, s:i}], s:[{s:s, s:s, s:s}]}], s:{s:s}}}",
	    "type", type, "timestamp", timestamp, "data",
	    "schema", "pypiwatch.alert/1", "detection_id", 0, "sequence", 0,
	    "project", "pypiwatch-example", "version", "1.0", "score", 97,
	    "severity", "critical", "lookalike_of", "example",
	    "text", "this is a test, nothing was detected", "files",
	    "file", "pypiwatch-example-1.0.tar.gz", "outcome", "scanned",
	    "findings", "rule", "example-rule", "category", "example",
	    "context", "install", "path", "pypiwatch-example-1.0/setup.py",
	    "line", 12, "weight", 0.9,
	    "text", "an example finding: setup.py fetches and runs a program",
	    "names", "target", "example", "rank", 1, "technique", "affix",
	    "score", 55,
	    "indicators", "type", "url", "value",
	    "https://files.example.invalid/stage2",
	    "path", "pypiwatch-example-1.0/setup.py",
	    "links", "pypi", "https://pypi.org/project/pypiwatch-example/1.0/");
	char	*text = json_dumps(root, JSON_COMPACT);

	json_decref(root);
	if (text == NULL)
		mem_exhausted(0);
	return text;
}

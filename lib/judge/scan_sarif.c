/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan_sarif - scanned files as one SARIF 2.1.0 log.
 *
 * Takes: features and verdicts.  Gives: JSON that code-scanning tools read.
 * Runs in: the command.  A member of an archive is an artifact whose parent
 * is the archive; its address is relative, so that a viewer can place it.
 */
#include "judge/scan_sarif.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "judge/judge.h"

#define SCHEMA "https://json.schemastore.org/sarif-2.1.0.json"
#define RESULTS_MAX 25000	/* a run that holds more is refused by
				   readers */

struct sarif {
	json_t	*rules;		/* array */
	json_t	*rule_index;	/* id -> place in it */
	json_t	*artifacts, *results, *notes;
	json_t	*trouble;	/* what was not seen whole */
};

struct sarif *
sarif_new(void)
{
	struct sarif *s = mem_alloc(sizeof(*s));

	s->rules = json_array();
	s->rule_index = json_object();
	s->artifacts = json_array();
	s->results = json_array();
	s->notes = json_array();
	s->trouble = json_array();
	return s;
}

void
sarif_free(struct sarif *s)
{
	if (s == NULL)
		return;
	json_decref(s->rules);
	json_decref(s->rule_index);
	json_decref(s->artifacts);
	json_decref(s->results);
	json_decref(s->notes);
	json_decref(s->trouble);
	free(s);
}

static json_t *
text(const char *raw)
{
	char	*seen = vis_dup(raw != NULL ? raw : "",
		    raw != NULL ? strlen(raw) : 0);
	json_t	*out = json_string(seen);

	free(seen);
	return out;
}

/* A path as a relative URI reference (RFC 3986), its slashes kept. */
static json_t *
uri(const char *path)
{
	struct buf	 b = BUF_EMPTY;
	json_t		*out;

	while (*path == '/')
		path++;
	for (; *path != '\0'; path++)
		if (isalnum((unsigned char)*path) ||
		    strchr("-._~!/", *path) != NULL)
			buf_addc(&b, *path);
		else
			buf_addf(&b, "%%%02X", (unsigned char)*path);
	out = json_string(buf_text(&b));
	buf_release(&b);
	return out;
}

static const char *
level_of(double weight)
{
	return weight >= 0.6 ? "error" : weight >= 0.3 ? "warning" : "note";
}

static json_int_t
rule_of(struct sarif *s, const struct finding *f)
{
	const char	*id = f->rule != NULL ? f->rule : "unknown";
	json_t		*at = json_object_get(s->rule_index, id);
	json_int_t	 index;
	char		 severity[16];

	if (at != NULL)
		return json_integer_value(at);
	index = (json_int_t)json_array_size(s->rules);
	snprintf(severity, sizeof(severity), "%.1f", f->weight * 10);
	json_array_append_new(s->rules, json_pack("{s:o, s:{s:o}, s:{s:s},"
	    "s:{s:s, s:[s, o]}}", "id", text(id), "shortDescription", "text",
	    text(f->text != NULL ? f->text : id), "defaultConfiguration",
	    "level", level_of(f->weight), "properties", "security-severity",
	    severity, "tags", "security", text(f->category != NULL ?
	    f->category : "other")));
	json_object_set_new(s->rule_index, id, json_integer(index));
	return index;
}

static json_int_t
archive_add(struct sarif *s, const struct scanned_file *file,
    const struct features *f)
{
	json_int_t	 index = (json_int_t)json_array_size(s->artifacts);
	json_t		*a = json_pack("{s:{s:o}, s:[s]}", "location", "uri",
			    uri(file->file), "roles", "analysisTarget");

	if (f->sha256[0] != '\0')
		json_object_set_new(a, "hashes", json_pack("{s:s}", "sha-256",
		    f->sha256));
	json_array_append_new(s->artifacts, a);
	return index;
}

/* The member's place among the artifacts, from this archive's on. */
static json_int_t
member_of(struct sarif *s, json_int_t archive, const char *path)
{
	json_t	*address = uri(path), *a;
	size_t	 n = json_array_size(s->artifacts);

	for (size_t i = (size_t)archive + 1; i < n; i++) {
		a = json_object_get(json_array_get(s->artifacts, i),
		    "location");
		if (json_equal(json_object_get(a, "uri"), address)) {
			json_decref(address);
			return (json_int_t)i;
		}
	}
	json_array_append_new(s->artifacts, json_pack("{s:{s:o}, s:I}",
	    "location", "uri", address, "parentIndex", archive));
	return (json_int_t)n;
}

/* The same finding in the next version gets the same print. */
static void
fingerprint(const struct finding *f, char out[SHA256_HEX + 3])
{
	struct buf b = BUF_EMPTY;

	buf_addf(&b, "%s\n%s\n%s", f->rule != NULL ? f->rule : "",
	    f->path != NULL ? f->path : "", f->snippet != NULL ? f->snippet :
	    f->text != NULL ? f->text : "");
	sha256_hex(buf_text(&b), b.len, out);
	memcpy(out + 16, ":1", sizeof(":1"));
	buf_release(&b);
}

static void
result_add(struct sarif *s, json_int_t archive,
    const struct scanned_file *file, const struct finding *f)
{
	json_int_t	 index = f->path != NULL ?
			    member_of(s, archive, f->path) : archive;
	json_t		*place = json_pack("{s:{s:o, s:I}}",
			    "artifactLocation", "uri", uri(f->path != NULL ?
			    f->path : file->file), "index", index);
	char		 print[SHA256_HEX + 3];

	if (f->line > 0)
		json_object_set_new(place, "region", json_pack("{s:I}",
		    "startLine", (json_int_t)f->line));
	fingerprint(f, print);
	json_array_append_new(s->results, json_pack("{s:o, s:I, s:s, s:{s:o},"
	    "s:[{s:o}], s:{s:s}, s:{s:s, s:f, s:b}}", "ruleId",
	    text(f->rule != NULL ? f->rule : "unknown"), "ruleIndex",
	    rule_of(s, f), "level", level_of(f->weight), "message", "text",
	    text(f->text != NULL ? f->text : f->rule), "locations",
	    "physicalLocation", place, "partialFingerprints",
	    "primaryLocationLineHash", print, "properties", "context",
	    context_name(f->context), "weight", f->weight, "novel",
	    (int)f->novel));
}

static void
note_add(struct sarif *s, const struct scanned_file *file,
    const struct features *f, const struct verdict *v)
{
	json_array_append_new(s->notes, json_pack("{s:o, s:o, s:o, s:s, s:I,"
	    "s:s, s:b}", "file", text(file->file), "project",
	    text(file->project), "version", text(file->version), "outcome",
	    scan_outcome_name(f->outcome), "score", (json_int_t)v->score,
	    "severity", severity_name(v->severity), "alert", (int)v->alert));
}

/* A file without results is not clean when it could not be looked into. */
static void
trouble_add(struct sarif *s, json_int_t archive,
    const struct scanned_file *file, const struct features *f)
{
	json_array_append_new(s->trouble, json_pack("{s:s, s:{s:o}, s:[{s:{s:"
	    "{s:o, s:I}}}]}", "level", f->outcome == SCAN_PARTIAL ? "warning" :
	    "error", "message", "text", text(f->why != NULL ? f->why :
	    scan_outcome_name(f->outcome)), "locations", "physicalLocation",
	    "artifactLocation", "uri", uri(file->file), "index", archive));
}

void
sarif_add(struct sarif *s, const struct scanned_file *file,
    const struct features *f, const struct verdict *v)
{
	json_int_t archive = archive_add(s, file, f);

	note_add(s, file, f, v);
	if (f->outcome != SCAN_SCANNED)
		trouble_add(s, archive, file, f);
	for (size_t i = 0; i < f->nfindings; i++)
		if (json_array_size(s->results) < RESULTS_MAX)
			result_add(s, archive, file, &f->findings[i]);
}

void
sarif_print(const struct sarif *s, struct buf *out)
{
	json_t	*log = json_pack("{s:s, s:s, s:[{s:{s:{s:s, s:s, s:O}}, s:O,"
		    "s:O, s:s, s:{s:O}, s:[{s:b, s:O}]}]}",
		    "$schema", SCHEMA, "version",
		    "2.1.0", "runs", "tool", "driver", "name", "pypiwatch",
		    "version", VERSION, "rules", s->rules, "artifacts",
		    s->artifacts, "results", s->results, "columnKind",
		    "utf16CodeUnits", "properties", "pypiwatch", s->notes,
		    "invocations", "executionSuccessful",
		    json_array_size(s->trouble) == 0,
		    "toolExecutionNotifications", s->trouble);
	char	*text_ = json_dumps(log, JSON_INDENT(1) |
		    JSON_REAL_PRECISION(4));

	if (text_ == NULL)
		mem_exhausted(0);
	buf_adds(out, text_);
	buf_addc(out, '\n');
	free(text_);
	json_decref(log);
}

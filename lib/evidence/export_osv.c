/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export_osv - detections as records of the Open Source Vulnerability format.
 * Takes: a confirmed detection.  Gives: one record, in the shape that databases
 * of malicious packages use.
 * Runs in: the command.  Pure.  https://ossf.github.io/osv-schema/
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "data/project_page.h"
#include "evidence/export.h"

#define OSV_VERSION "1.7.0"
#define SUMMARY_MOST 120	/* characters, of the format */
#define REASONS_MOST 10		/* what makes up a score comes first */

/* CommonMark: what would be markup stands as itself. */
static void
markdown_add(struct buf *b, const char *s)
{
	char *visible = vis_dup(s, strlen(s));

	for (const char *c = visible; *c != '\0'; c++) {
		if (strchr("\\`*_{}[]<>()#+-.!|~&", *c) != NULL)
			buf_addc(b, '\\');
		buf_addc(b, *c);
	}
	free(visible);
}

static json_t *
details(const json_t *d)
{
	struct buf	 b = BUF_EMPTY;
	const json_t	*one;
	const char	*target = export_text(d, "lookalike_of");
	size_t		 i;
	json_t		*out;

	buf_adds(&b, "Found by reading the release's files:\n");
	json_array_foreach(json_object_get(d, "reasons"), i, one) {
		if (i == REASONS_MOST)
			break;
		buf_adds(&b, "\n* ");
		markdown_add(&b, export_text(one, "text"));
	}
	if (*target != '\0') {
		buf_adds(&b, "\n\nThe name resembles ");
		markdown_add(&b, target);
		buf_addc(&b, '.');
	}
	out = json_string(buf_text(&b));
	buf_release(&b);
	return out;
}

static void
indicator_add(void *ctx, const char *type, const char *value)
{
	static const char *const types[][2] = { { "domain", "domains" },
		{ "url", "urls" }, { "ip", "ip_addresses" } };
	json_t *iocs = ctx, *list;

	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		if (!str_equal(type, types[i][0]))
			continue;
		list = json_object_get(iocs, types[i][1]);
		if (list == NULL) {
			list = json_array();
			json_object_set_new(iocs, types[i][1], list);
		}
		json_array_append_new(list, export_visible(value));
	}
}

static json_t *
integrity(const json_t *d)
{
	json_t		*list = json_array();
	const json_t	*file;
	size_t		 i;

	json_array_foreach(json_object_get(d, "files"), i, file)
		json_array_append_new(list, json_pack("{s:o, s:{s:o}}",
		    "filename", export_visible(export_text(file, "filename")),
		    "hashes", "sha256", export_visible(export_text(file,
		    "sha256"))));
	return list;
}

static json_t *
affected(const json_t *d)
{
	char	*purl = export_purl(d);
	json_t	*iocs = json_object(), *out;

	export_indicators(d, indicator_add, iocs);
	*strrchr(purl, '@') = '\0';	/* of the package, not of a version */
	out = json_pack("{s:{s:s, s:s, s:s}, s:[o], s:{s:[{s:s, s:s}],"
	    "s:{s:o}, s:o}}", "package", "ecosystem", "PyPI", "name",
	    export_text(d, "normalized"), "purl", purl, "versions",
	    export_visible(export_text(d, "version")), "database_specific",
	    "cwes", "cweId", "CWE-506", "name", "Embedded Malicious Code",
	    "indicators", "package_integrity",
	    integrity(d), "iocs", iocs);
	free(purl);
	return out;
}

static json_t *
references(const json_t *d)
{
	char	*page = project_page(PYPI_PAGES, export_text(d, "normalized"),
		    NULL);
	json_t	*out = page != NULL ? json_pack("[{s:s, s:s}]", "type",
		    "PACKAGE", "url", page) : json_array();

	free(page);
	return out;
}

static json_t *
summary(const json_t *d)
{
	char	*text = mem_printf("Malicious code in %s (PyPI)",
		    export_text(d, "normalized"));
	json_t	*out;

	if (strlen(text) > SUMMARY_MOST)
		text[SUMMARY_MOST] = '\0';
	out = export_visible(text);
	free(text);
	return out;
}

bool
osv_add(const json_t *d, struct buf *out)
{
	bool		 confirmed = str_equal(export_text(d,
			    "triage_status"), "confirmed");
	const char	*since = export_text(d, "confirmed_at");
	char		*id;
	json_t		*record;

	if (!export_is_pypi(d) || *since == '\0')
		return false;
	/* x_ is the prefix of databases that the format does not list. */
	id = mem_printf("x_PYPIWATCH-%.4s-%lld", export_text(d,
	    "first_detected_at"), (long long)json_integer_value(
	    json_object_get(d, "id")));
	record = json_pack("{s:s, s:s, s:s, s:s}", "schema_version",
	    OSV_VERSION, "id", id, "modified", export_text(d, "updated_at"),
	    "published", since);
	if (!confirmed)
		json_object_set_new(record, "withdrawn", json_string(
		    export_text(d, "triaged_at")));
	json_object_set_new(record, "summary", summary(d));
	json_object_set_new(record, "details", details(d));
	json_object_set_new(record, "affected", json_pack("[o]",
	    affected(d)));
	json_object_set_new(record, "references", references(d));
	json_object_set_new(record, "credits", json_pack("[{s:s, s:s}]",
	    "name", "pypiwatch", "type", "TOOL"));
	json_object_set_new(record, "database_specific", json_pack(
	    "{s:O, s:O, s:O}", "detection_id", json_object_get(d, "id"),
	    "score", json_object_get(d, "score"), "severity",
	    json_object_get(d, "severity")));
	export_print(record, out);
	buf_addc(out, '\n');
	json_decref(record);
	free(id);
	return true;
}

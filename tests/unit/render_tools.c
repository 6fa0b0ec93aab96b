/* SPDX-License-Identifier: Apache-2.0 */
/*
 * render_tools - alerts with one string everywhere, and what a sink makes of
 * them.
 */
#include "render_tools.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/mem.h"
#include "base/str.h"

char *
payload_of(const char *s, size_t files, size_t findings, const char *type)
{
	json_t	*list = json_array();
	json_t	*data, *root;
	char	*text;

	for (size_t i = 0; i < files; i++) {
		json_t *f = json_pack("{s:s, s:s, s:[], s:[{s:s,s:s,s:i}],"
		    "s:[{s:s, s:s}]}", "file", s, "outcome", s, "findings",
		    "names", "target", s, "technique", s, "rank", 3,
		    "indicators", "type", "url", "value", s);

		for (size_t j = 0; j < findings; j++) {
			char *own = mem_printf("%zu %s", i * findings + j, s);

			json_array_append_new(json_object_get(f, "findings"),
			    json_pack("{s:s, s:s, s:s, s:i, s:f, s:s}", "text",
			    own, "path", s, "context", s, "line", 7, "weight",
			    0.5, "rule", s));
			free(own);
		}
		json_array_append_new(list, f);
	}
	data = json_pack("{s:s, s:i, s:s, s:s, s:i, s:s, s:s, s:s, s:s,"
	    "s:[{s:s, s:s}], s:s, s:s, s:s, s:s, s:{s:i, s:s}, s:o}",
	    "schema", "pypiwatch.alert/1", "detection_id", 42, "project", s,
	    "version", s, "score", 97, "severity", "high", "lookalike_of", s,
	    "text", s, "ours", s, "used_by", "list", s, "team", s,
	    "by", s, "note", s, "triage_status", s, "index", s, "campaign",
	    "count", 500, "why", s, "files", list);
	root = json_pack("{s:s, s:s, s:o}", "type", type, "timestamp",
	    "2026-11-23T18:00:00Z", "data", data);
	text = json_dumps(root, JSON_COMPACT);
	json_decref(root);
	return text;
}

static char *recipients[] = { (char[]){ "soc@example.net" },
	(char[]){ "cert@example.net" } };

/* A sink with what the renderer of its kind needs. */
static struct sink
sink_of(const char *kind)
{
	static char name[] = "unit", from[] = "pw@example.net",
	    key[] = "0123456789abcdef0123456789ABCDEF";
	struct sink s = { .kind = sink_kind_find(kind), .name = name,
	    .from = from, .to = recipients, .nto = 2 };

	if (str_equal(kind, "pagerduty"))
		s.secret = key;
	return s;
}

int
render_as(const char *kind, const char *payload, const char *thread,
    struct config_index *index, struct rendered *out)
{
	struct sink		 s = sink_of(kind);
	struct render_job	 job = { .payload = payload,
	    .delivery_id = "msg_test1", .now_s = 1700000000,
	    .thread_id = thread, .thread_ref = thread,
	    .link_base = "https://alerts.example.net", .indexes = index,
	    .nindexes = index != NULL, .sink = &s,
	    .team = "red & <blue>", .limits = &s.kind->limits };
	struct alert		 a;
	char			 why[200] = "";
	int			 rc;

	memset(out, 0, sizeof(*out));
	if (alert_open(&a, payload, why, sizeof(why)) == -1)
		return -1;
	rc = s.kind->render(&job, &a, out, why, sizeof(why));
	alert_close(&a);
	return rc;
}

int
render(const char *kind, const char *payload, struct rendered *out)
{
	return render_as(kind, payload, NULL, NULL, out);
}

const char *
header_of(const struct rendered *r, const char *name)
{
	for (size_t i = 0; i < r->nheaders; i++)
		if (str_starts(r->headers[i], name))
			return r->headers[i] + strlen(name) + 2;
	return NULL;
}

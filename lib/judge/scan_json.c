/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan_json - one scanned file as the JSON of the contract.
 *
 * Takes: features and verdict.  Gives: one line of compact JSON.
 * Runs in: queue, command, worker -f.  Text comes visible out of the worker;
 * it is made visible here once more, because a worker may lie.
 */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "judge/judge.h"
#include "judge/scan_costs.h"
#include "judge/suppress.h"

#define SHORT_FINDINGS 10	/* an alert's payload stays below 20 kB */
#define SHORT_INDICATORS 10

/* A NULL or invalid text never makes the object fail. */
static json_t *
text(const char *s)
{
	char	*visible;
	json_t	*out;

	if (s == NULL)
		return json_null();
	visible = vis_dup(s, strlen(s));
	out = json_string(visible);
	free(visible);
	return out != NULL ? out : json_null();
}

static json_t *
count(uint64_t n)
{
	return json_integer((json_int_t)n);
}

static json_t *
line_number(uint32_t line)
{
	return line != 0 ? count(line) : json_null();
}

static void
set(json_t *object, const char *key, json_t *value)
{
	(void)json_object_set_new_nocheck(object, key, value);
}

/* "a > b" or "a,b" as an array of its parts. */
static json_t *
list_of(const char *s, const char *between)
{
	json_t *out = json_array();
	size_t len = strlen(between);

	while (s != NULL && *s != '\0') {
		const char *end = strstr(s, between);
		char *part = end != NULL ? mem_strndup(s, (size_t)(end - s)) :
		    mem_strdup(s);

		(void)json_array_append_new(out, text(part));
		free(part);
		s = end != NULL ? end + len : NULL;
	}
	return out;
}

json_t *
suppression_json(const struct suppression *s)
{
	json_t *o = json_object();

	set(o, "id", json_integer(s->id));
	set(o, "owner", text(s->owner));
	set(o, "reason", text(s->reason));
	set(o, "until", text(s->until));
	return o;
}

static json_t *
finding_json(const struct finding *f)
{
	json_t *o = json_object();

	set(o, "rule", text(f->rule));
	set(o, "category", text(f->category));
	set(o, "tactic", text(f->tactic));
	set(o, "context", text(context_name(f->context)));
	set(o, "path", text(f->path));
	set(o, "line", line_number(f->line));
	set(o, "layers", list_of(f->layers, " > "));
	set(o, "weight", json_real(f->weight));
	set(o, "novel", json_boolean(f->novel));
	set(o, "text", text(f->text));
	set(o, "snippet", text(f->snippet));
	if (f->suppressed != NULL)
		set(o, "suppressed", suppression_json(f->suppressed));
	return o;
}

static int
by_weight(const void *a, const void *b)
{
	const struct finding *x = *(const struct finding *const *)a;
	const struct finding *y = *(const struct finding *const *)b;

	if (x->weight < y->weight || x->weight > y->weight)
		return x->weight < y->weight ? 1 : -1;
	return (x > y) - (x < y);	/* else in the order they were found */
}

static json_t *
findings_json(const struct features *f, unsigned int flags)
{
	const struct finding **order = mem_array(f->nfindings + 1,
	    sizeof(*order));
	json_t *out = json_array();
	size_t n = f->nfindings;

	for (size_t i = 0; i < n; i++)
		order[i] = &f->findings[i];
	qsort(order, n, sizeof(*order), by_weight);
	if ((flags & SCAN_JSON_SHORT) && n > SHORT_FINDINGS)
		n = SHORT_FINDINGS;
	for (size_t i = 0; i < n; i++)
		(void)json_array_append_new(out, finding_json(order[i]));
	free(order);
	return out;
}

static json_t *
names_json(const struct features *f)
{
	json_t *out = json_array();

	for (size_t i = 0; i < f->nnames; i++) {
		json_t *o = json_object();

		set(o, "target", text(f->names[i].target));
		set(o, "rank", line_number(f->names[i].rank));
		set(o, "technique", text(f->names[i].technique));
		set(o, "score", count(f->names[i].score));
		if (f->names[i].is_protected)
			set(o, "protected", json_true());
		(void)json_array_append_new(out, o);
	}
	return out;
}

static json_t *
indicators_json(const struct features *f, unsigned int flags)
{
	json_t *out = json_array();
	size_t n = f->nindicators;

	if ((flags & SCAN_JSON_SHORT) && n > SHORT_INDICATORS)
		n = SHORT_INDICATORS;
	for (size_t i = 0; i < n; i++) {
		const struct indicator *in = &f->indicators[i];
		json_t *o = json_object();

		set(o, "type", text(in->type));
		set(o, "value", text(in->value));
		set(o, "path", text(in->path));
		set(o, "line", line_number(in->line));
		(void)json_array_append_new(out, o);
	}
	return out;
}

static json_t *
stats_json(const struct features *f)
{
	json_t *o = json_object();

	set(o, "entries", count(f->entries));
	set(o, "bytes", json_integer(f->bytes));
	set(o, "layers", count(f->layers));
	set(o, "dropped", count(f->findings_dropped));
	set(o, "ms", count(f->ms));
	return o;
}

static json_t *
cost_json(const struct features *f, const struct cost *c)
{
	json_t *o = json_object();

	set(o, c->is_rule ? "rule" : "stage", text(c->name));
	set(o, "ms", json_real((double)c->ns / 1e6));
	if (c->is_rule && f->cost_bytes > 0)
		set(o, "ns_per_byte", json_real((double)c->ns /
		    (double)f->cost_bytes));
	return o;
}

static json_t *
profile_json(const struct features *f)
{
	json_t *o = json_object(), *stages = json_array();
	json_t *rules = json_array();

	for (size_t i = 0; i < f->ncosts; i++)
		(void)json_array_append_new(f->costs[i].is_rule ? rules :
		    stages, cost_json(f, &f->costs[i]));
	set(o, "ms", json_real((double)scan_costs_total_ns(f) / 1e6));
	set(o, "stages", stages);
	set(o, "rules", rules);
	set(o, "rule_bytes", json_integer(f->cost_bytes));
	return o;
}

static int
append(const char *bytes, size_t len, void *out)
{
	buf_add(out, bytes, len);
	return 0;
}

void
scan_json(const struct scanned_file *file, const struct features *f,
    const struct verdict *v, unsigned int flags, struct buf *out)
{
	json_t *o = json_object();

	set(o, "schema", text("pypiwatch.scan/1"));
	set(o, "file", text(file->file));
	set(o, "sha256", f->sha256[0] != '\0' ? text(f->sha256) : json_null());
	set(o, "project", text(file->project));
	set(o, "version", text(file->version));
	set(o, "packagetype", text(packagetype_name(file->packagetype)));
	set(o, "outcome", text(scan_outcome_name(f->outcome)));
	set(o, "why", text(f->why));
	set(o, "score", count(v->score));
	set(o, "severity", text(severity_name(v->severity)));
	set(o, "alert", json_boolean(v->alert));
	set(o, "ruleset", text(f->ruleset));
	set(o, "platforms", list_of(f->platforms, ","));
	set(o, "findings", findings_json(f, flags));
	set(o, "names", names_json(f));
	set(o, "indicators", indicators_json(f, flags));
	if (flags & SCAN_JSON_STATS)
		set(o, "stats", stats_json(f));
	if ((flags & SCAN_JSON_STATS) && f->ncosts > 0)
		set(o, "profile", profile_json(f));
	(void)json_dump_callback(o, append, out, JSON_COMPACT |
	    JSON_REAL_PRECISION(4));
	json_decref(o);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * suppress - findings that somebody answers for do not count.
 * Takes: suppressions, findings; or a stored scan object.  Gives: which of
 * them holds; a new verdict.
 * Runs in: queue.  Pure.
 */
#include "judge/suppress.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "judge/scan_read.h"

/* The top folder of a source archive is the release's name. */
static const char *
below_top(const char *path)
{
	const char *slash = strchr(path, '/');

	return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

static bool
runs(enum context context)
{
	return context == CONTEXT_INSTALL || context == CONTEXT_STARTUP ||
	    context == CONTEXT_IMPORT || context == CONTEXT_CALL;
}

static bool
holds(const struct suppression *s, const struct finding *f)
{
	if (s->rule != NULL && (f->rule == NULL ||
	    !str_like(f->rule, s->rule)))
		return false;
	if (s->path == NULL)
		return true;
	return f->path != NULL && !(s->alone && runs(f->context)) &&
	    (str_like(f->path, s->path) ||
	    str_like(below_top(f->path), s->path));
}

const struct suppression *
suppress_find(const struct history *h, const struct finding *f)
{
	for (size_t i = 0; h != NULL && i < h->nsuppressions; i++)
		if (holds(&h->suppressions[i], f))
			return &h->suppressions[i];
	return NULL;
}

/* ---- as JSON ------------------------------------------------------------- */

static const char *
text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

size_t
suppressions_of(const json_t *list, struct suppression **out)
{
	size_t		 i, n = 0;
	const json_t	*one;

	*out = mem_array(json_array_size(list) + 1, sizeof(**out));
	json_array_foreach(list, i, one)
		(*out)[n++] = (struct suppression){
		    .id = json_integer_value(json_object_get(one, "id")),
		    .path = text_of(one, "path"), .rule = text_of(one, "rule"),
		    .owner = text_of(one, "owner"),
		    .reason = text_of(one, "reason"),
		    .until = text_of(one, "until"),
		    .alone = json_is_true(json_object_get(one, "alone")) };
	return n;
}

/* ---- a stored object ---------------------------------------------------- */

static int64_t
suppressed_id(const json_t *finding)
{
	return json_integer_value(json_object_get(json_object_get(finding,
	    "suppressed"), "id"));
}

/* The last one that was not marked before, or 0. */
static int64_t
findings_write(json_t *object, const struct features *f)
{
	json_t	*list = json_object_get(object, "findings");
	int64_t	 id = 0;

	for (size_t i = 0; i < f->nfindings; i++) {
		json_t *one = json_array_get(list, i);

		if (f->findings[i].suppressed == NULL ||
		    suppressed_id(one) == f->findings[i].suppressed->id)
			continue;
		id = f->findings[i].suppressed->id;
		(void)json_object_set_new(one, "weight", json_real(0));
		(void)json_object_set_new(one, "suppressed",
		    suppression_json(f->findings[i].suppressed));
	}
	return id;
}

/* A fact about the project, which no finding stands for. */
static int64_t
fact_suppressed(const struct history *h, const json_t *reasons)
{
	const json_t	*one;
	size_t		 i;

	json_array_foreach(reasons, i, one) {
		const struct finding f = { .context = CONTEXT_METADATA,
		    .rule = (char *)(uintptr_t)text_of(one, "rule") };
		const struct suppression *s = suppress_find(h, &f);

		if (s != NULL)
			return s->id;
	}
	return 0;
}

int64_t
suppress_again(const struct judge_settings *settings, json_t *object,
    const json_t *reasons, const struct suppression *list, size_t n,
    struct verdict *out)
{
	struct features	 f;
	struct history	 h;
	int64_t		 id, was = json_integer_value(json_object_get(object,
	    "score"));

	scan_read(object, reasons, &f, &h);
	h.suppressions = list;
	h.nsuppressions = n;
	judge_file(settings, &f, &h, out);
	id = findings_write(object, &f);
	if (id == 0 && out->score < was)
		id = fact_suppressed(&h, reasons);
	/* Weights may have changed since; only what is suppressed shall. */
	if (id != 0 && out->score <= was) {
		(void)json_object_set_new(object, "score",
		    json_integer(out->score));
		(void)json_object_set_new(object, "severity",
		    json_string(severity_name(out->severity)));
		(void)json_object_set_new(object, "alert",
		    json_boolean(out->alert));
	}
	scan_read_release(&f, &h);
	return id;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan_vector - what was found in one file as numbers, to fit weights on.
 *
 * Takes: features, verdict, the label of whoever knows.  Gives: one line.
 * Runs in: command.  No weight and no history goes in: a vector is the same
 * whatever weights.conf says.
 */
#include "judge/scan_vector.h"

#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/str.h"
#include "base/vis.h"

static void
set(json_t *o, const char *key, json_t *value)
{
	(void)json_object_set_new(o, key, value);
}

static json_t *
text(const char *s)
{
	json_t *out = s != NULL ? json_string(vis(s)) : NULL;

	return out != NULL ? out : json_null();
}

/* "exec-decoded.import": the number of such findings. */
static void
add_findings(json_t *to, const struct features *f)
{
	for (size_t i = 0; i < f->nfindings; i++) {
		const struct finding *one = &f->findings[i];
		char key[RULE_NAME_MAX + 16];
		json_int_t n;

		if (one->rule == NULL || snprintf(key, sizeof(key), "%s.%s",
		    one->rule, context_name(one->context)) >= (int)sizeof(key))
			continue;
		n = json_integer_value(json_object_get(to, key));
		set(to, key, json_integer(n + 1));
	}
}

/* "name.affix": how strong the best match of that technique is, 0 to 1. */
static void
add_names(json_t *to, const struct features *f)
{
	for (size_t i = 0; i < f->nnames; i++) {
		const struct name_match *m = &f->names[i];
		double score = m->score / 100.0;
		char key[RULE_NAME_MAX + 16];

		if (m->technique == NULL || snprintf(key, sizeof(key),
		    "name.%s", m->technique) >= (int)sizeof(key) ||
		    score <= json_real_value(json_object_get(to, key)))
			continue;
		set(to, key, json_real(score));
	}
}

static void
add_numbers(json_t *to, const struct features *f)
{
	set(to, "file.entries", json_integer(f->entries));
	set(to, "file.bytes", json_integer(f->bytes));
	set(to, "file.layers", json_integer(f->layers));
	set(to, "file.indicators", json_integer((json_int_t)f->nindicators));
	set(to, "file.partial", json_integer(f->outcome == SCAN_PARTIAL));
	set(to, "file.unscannable",
	    json_integer(f->outcome == SCAN_UNSCANNABLE));
	set(to, "metadata.description",
	    json_integer(f->metadata.description_bytes));
	set(to, "metadata.classifiers",
	    json_integer((json_int_t)f->metadata.nclassifiers));
	set(to, "metadata.requires",
	    json_integer((json_int_t)f->metadata.nrequires));
	set(to, "metadata.urls",
	    json_integer((json_int_t)f->metadata.nproject_urls +
	    (f->metadata.home_page != NULL)));
}

static int
append(const char *bytes, size_t len, void *out)
{
	buf_add(out, bytes, len);
	return 0;
}

static json_t *
numbers(const struct features *f, bool names)
{
	json_t *o = json_object();

	add_findings(o, f);
	if (names)
		add_names(o, f);
	add_numbers(o, f);
	return o;
}

static void
dump(json_t *o, struct buf *out)
{
	(void)json_dump_callback(o, append, out, JSON_COMPACT |
	    JSON_SORT_KEYS | JSON_REAL_PRECISION(4));
	json_decref(o);
}

void
scan_vector_bytes(const struct features *f, struct buf *out)
{
	dump(numbers(f, false), out);
}

void
scan_vector(const struct scanned_file *file, const struct features *f,
    const struct verdict *v, const struct vector_label *label, struct buf *out)
{
	json_t *o = json_object();

	set(o, "schema", text("pypiwatch.vector/1"));
	set(o, "id", text(f->sha256[0] != '\0' ? f->sha256 : file->file));
	set(o, "label", text(label->label));
	set(o, "family", text(label->family));
	set(o, "year", label->year != 0 ? json_integer(label->year) :
	    json_null());
	set(o, "file", text(file->file));
	set(o, "packagetype", text(packagetype_name(file->packagetype)));
	set(o, "outcome", text(scan_outcome_name(f->outcome)));
	set(o, "ruleset", text(f->ruleset));
	set(o, "score", json_integer(v->score));
	set(o, "features", numbers(f, true));
	dump(o, out);
}

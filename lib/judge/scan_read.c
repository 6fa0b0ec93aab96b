/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan_read - a stored scan object, as what it was made of.
 * Takes: the object, and the reasons of its verdict.  Gives: features and
 * history, as far as they counted.
 * Runs in: queue, the command.  Pure.
 */
#include "judge/scan_read.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

static const char *
text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

/* Borrowed, or "" when it is no text. */
static char *
field(const json_t *object, const char *key)
{
	const char *s = text_of(object, key);

	return (char *)(uintptr_t)(s != NULL ? s : "");
}

static char *
maybe(const json_t *object, const char *key)
{
	return json_is_string(json_object_get(object, key)) ?
	    field(object, key) : NULL;
}

static uint32_t
number(const json_t *object, const char *key)
{
	return (uint32_t)json_integer_value(json_object_get(object, key));
}

/* Both borrow the object's strings, so features_release() is not for them. */
static void
findings_read(struct features *f, const json_t *object)
{
	const json_t	*list = json_object_get(object, "findings"), *one;
	size_t		 i;

	f->findings = mem_array(json_array_size(list) + 1,
	    sizeof(*f->findings));
	json_array_foreach(list, i, one) {
		int context = context_from_name(field(one, "context"));

		f->findings[f->nfindings++] = (struct finding){
		    .rule = field(one, "rule"),
		    .category = field(one, "category"),
		    .path = maybe(one, "path"),
		    .line = number(one, "line"),
		    .text = *field(one, "text") != '\0' ? field(one, "text")
		    : field(one, "rule"),
		    .snippet = maybe(one, "snippet"),
		    .weight = json_number_value(json_object_get(one,
		    "weight")),
		    .novel = json_is_true(json_object_get(one, "novel")),
		    .context = context != -1 ? (enum context)context :
		    CONTEXT_ARCHIVE };
	}
}

static void
names_read(struct features *f, const json_t *object)
{
	const json_t	*list = json_object_get(object, "names"), *one;
	size_t		 i;

	f->names = mem_array(json_array_size(list) + 1, sizeof(*f->names));
	json_array_foreach(list, i, one)
		f->names[f->nnames++] = (struct name_match){
		    .target = field(one, "target"),
		    .rank = number(one, "rank"),
		    .technique = field(one, "technique"),
		    .score = number(one, "score"),
		    .is_protected = json_is_true(
		    json_object_get(one, "protected")) };
}

static bool
has_reason(const json_t *reasons, const char *rule)
{
	const json_t	*one;
	size_t		 i;

	json_array_foreach(reasons, i, one)
		if (str_equal(text_of(one, "rule"), rule))
			return true;
	return false;
}

/* What was known about the project when the file was judged, as far as it
 * counted.  Rules are borrowed. */
static struct history
history_read(const json_t *object, const json_t *reasons)
{
	const json_t	*list = json_object_get(object, "findings"), *one;
	const char	**rules = mem_array(json_array_size(list) + 1,
	    sizeof(*rules));
	struct history	 h = { .known = true, .seen_rules = rules,
	    .owner_changed = has_reason(reasons, "owner-changed"),
	    .revived = has_reason(reasons, "revived"),
	    .changed_bytes = has_reason(reasons, "changed-bytes"),
	    .new_requirement = has_reason(reasons, "requires-new"),
	    .index_differs = has_reason(reasons, "metadata-index") };
	size_t		 i;

	json_array_foreach(list, i, one)
		if (json_is_false(json_object_get(one, "novel")))
			rules[h.nseen_rules++] = text_of(one, "rule");
	h.releases = h.nseen_rules > 0 || has_reason(reasons, "native-new");
	return h;
}

/* A file that was not new stays one when nothing of it was familiar. */
static void
outcome_read(struct features *f, struct history *h, const json_t *object,
    const json_t *reasons)
{
	int outcome = scan_outcome_from_name(field(object, "outcome"));

	if (outcome != -1)
		f->outcome = (enum scan_outcome)outcome;
	if (f->outcome != SCAN_SCANNED && h->releases == 0 &&
	    !has_reason(reasons, "partial-new") &&
	    !has_reason(reasons, "unscannable-new"))
		f->outcome = SCAN_SCANNED;
}

void
scan_read(const json_t *object, const json_t *reasons, struct features *f,
    struct history *h)
{
	*f = (struct features){ 0 };
	*h = history_read(object, reasons);
	findings_read(f, object);
	names_read(f, object);
	outcome_read(f, h, object, reasons);
	f->ruleset = maybe(object, "ruleset");
	f->why = maybe(object, "why");
	if (str_copy(f->sha256, sizeof(f->sha256), field(object, "sha256")) ==
	    -1)
		f->sha256[0] = '\0';
}

void
scan_read_release(struct features *f, struct history *h)
{
	free(f->findings);
	free(f->names);
	free((void *)(uintptr_t)h->seen_rules);
}

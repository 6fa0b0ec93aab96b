/* SPDX-License-Identifier: Apache-2.0 */
/*
 * advisory - published advisories about malicious packages.
 * Takes: OSV JSON from outside.  Gives: what of it the database keeps.
 * Runs in: the command.
 */
#include "poll/advisory.h"
#include "poll/json.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/str.h"
#include "base/vis.h"

#define SUMMARY_MOST 300
#define VERSION_MOST 200

static const char *
text_of(const json_t *object, const char *member)
{
	return json_string_value(json_object_get(object, member));
}

/* ---- whether ------------------------------------------------------------- */

/* An id, or a project's name. */
static bool
is_word(const char *s, size_t most)
{
	return s != NULL && s[0] != '\0' && strlen(s) <= most &&
	    strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789-_.:") == strlen(s);
}

static bool
has_cwe(const json_t *specific)
{
	const json_t	*list = json_object_get(specific, "cwe_ids"), *one;
	size_t		 i;

	json_array_foreach(list, i, one)
		if (json_is_string(one) &&
		    str_equal(json_string_value(one), "CWE-506"))
			return true;
	return false;
}

static bool
is_malice(const json_t *record)
{
	const json_t	*aliases = json_object_get(record, "aliases"), *one;
	size_t		 i;

	if (str_starts(text_of(record, "id"), "MAL-"))
		return true;
	json_array_foreach(aliases, i, one)
		if (json_is_string(one) &&
		    str_starts(json_string_value(one), "MAL-"))
			return true;
	return has_cwe(json_object_get(record, "database_specific"));
}

/* ---- what ---------------------------------------------------------------- */

/* From the first version on, without an end.  Commits of a repository say
 * nothing of what was uploaded. */
static bool
is_all(const json_t *range)
{
	const json_t	*events = json_object_get(range, "events"), *one;
	const char	*type = text_of(range, "type");
	bool		 first = false;
	size_t		 i;

	if (type != NULL && !str_equal(type, "ECOSYSTEM"))
		return false;
	json_array_foreach(events, i, one) {
		if (str_equal(text_of(one, "introduced") != NULL ?
		    text_of(one, "introduced") : "", "0"))
			first = true;
		if (json_object_get(one, "fixed") != NULL ||
		    json_object_get(one, "last_affected") != NULL ||
		    json_object_get(one, "limit") != NULL)
			return false;
	}
	return first;
}

/* null for all, an array of versions, or NULL when it says neither. */
static json_t *
versions_of(const json_t *affected)
{
	const json_t	*ranges = json_object_get(affected, "ranges"), *one;
	const json_t	*versions = json_object_get(affected, "versions");
	json_t		*out;
	size_t		 i;

	json_array_foreach(ranges, i, one)
		if (is_all(one))
			return json_null();
	out = json_array();
	json_array_foreach(versions, i, one)
		if (json_is_string(one) && i < ADVISORY_VERSIONS_MAX &&
		    json_string_length(one) <= VERSION_MOST)
			(void)json_array_append_new(out,
			    json_string(json_string_value(one)));
	if (json_array_size(out) > 0)
		return out;
	json_decref(out);
	return NULL;
}

static bool
is_pypi(const json_t *package)
{
	const char *ecosystem = text_of(package, "ecosystem");

	return ecosystem != NULL && strncasecmp(ecosystem, "PyPI", 4) == 0 &&
	    (ecosystem[4] == '\0' || ecosystem[4] == ':');
}

static void
affected_add(json_t *list, const json_t *affected)
{
	const json_t	*package = json_object_get(affected, "package");
	const char	*name = text_of(package, "name");
	json_t		*versions;

	if (!is_pypi(package) || !is_word(name, PROJECT_NAME_MAX) ||
	    json_array_size(list) >= ADVISORY_AFFECTED_MAX ||
	    (versions = versions_of(affected)) == NULL)
		return;
	(void)json_array_append_new(list, json_pack("{s:s, s:o}", "name",
	    name, "versions", versions));
}

/* RFC 3339 as we write it, null without one; false when it is no time. */
static bool
time_set(json_t *out, const json_t *record, const char *member)
{
	const char	*given = text_of(record, member);
	char		 at[CLOCK_RFC3339_SIZE];
	int64_t		 us;

	if (given == NULL)
		return json_object_set_new(out, member, json_null()) == 0;
	if (clock_from_rfc3339(given, &us) == -1)
		return false;
	clock_rfc3339(us, at);
	return json_object_set_new(out, member, json_string(at)) == 0;
}

/* 0 with *out NULL when it is none for us, or -1 with the fault set. */
static int
record_read(const json_t *record, json_t **out, struct fault *why)
{
	const char	*id = text_of(record, "id");
	const json_t	*list = json_object_get(record, "affected"), *one;
	const char	*summary = text_of(record, "summary");
	char		 safe[SUMMARY_MOST];
	json_t		*affected;
	size_t		 i;

	*out = NULL;
	if (!is_word(id, ADVISORY_ID_MAX))
		return fault_set(why, TASK_NEVER, "a record has no usable id"),
		    -1;
	if (!is_malice(record))
		return 0;
	affected = json_array();
	json_array_foreach(list, i, one)
		affected_add(affected, one);
	if (json_array_size(affected) == 0) {
		json_decref(affected);
		return 0;
	}
	vis_copy(safe, sizeof(safe), summary != NULL ? summary : "");
	*out = json_pack("{s:s, s:s, s:o}", "id", id, "summary", safe,
	    "affected", affected);
	if (*out != NULL && text_of(record, "modified") != NULL &&
	    time_set(*out, record, "modified") &&
	    time_set(*out, record, "published") &&
	    time_set(*out, record, "withdrawn"))
		return 0;
	json_decref(*out);
	*out = NULL;
	return fault_set(why, TASK_NEVER, "%s has no usable time", id), -1;
}

/* ---- documents ---------------------------------------------------------- */

/* All of them or none. */
static int
records_read(const json_t *records, json_t *taken, struct fault *why)
{
	const json_t	*one;
	json_t		*out;
	size_t		 i;

	json_array_foreach(records, i, one) {
		if (record_read(one, &out, why) == -1)
			return -1;
		if (out != NULL)
			(void)json_array_append_new(taken, out);
	}
	return 0;
}

static void
records_give(const json_t *taken, struct advisory_reader *r)
{
	const json_t	*one;
	size_t		 i;

	json_array_foreach(taken, i, one) {
		char *text = json_dumps(one, JSON_COMPACT);

		if (text != NULL)
			r->each(r->ctx, text_of(one, "id"), text);
		free(text);
	}
}

/* An array of records, which is the caller's; NULL when it is none. */
static json_t *
records_of(json_t *root)
{
	json_t *vulns = json_object_get(root, "vulns"), *list;

	if (json_is_array(root))
		return json_incref(root);
	if (json_is_array(vulns))
		return json_incref(vulns);
	if (!json_is_object(root))
		return NULL;
	list = json_array();
	(void)json_array_append(list, root);
	return list;
}

int
advisories_parse(const char *text, size_t len, struct advisory_reader *r,
    struct fault *why)
{
	json_t	*root = json_value(text, len, TASK_NEVER, why);
	json_t	*records, *taken;
	int	 rc;

	if (root == NULL)
		return -1;
	records = records_of(root);
	json_decref(root);
	if (records == NULL)
		return fault_set(why, TASK_NEVER, "it holds no records"), -1;
	taken = json_array();
	rc = records_read(records, taken, why);
	if (rc == 0) {
		records_give(taken, r);
		r->taken += json_array_size(taken);
		r->others += json_array_size(records) -
		    json_array_size(taken);
	}
	json_decref(taken);
	json_decref(records);
	return rc;
}

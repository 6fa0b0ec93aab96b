/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json - members of outside JSON, whatever type they turn out to have.
 * Takes: a parsed document.  Gives: bounded copies, or nothing.
 * Runs in: poll.
 */
#include "poll/json.h"

#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/vis.h"
#include "data/upload.h"

json_t *
json_value(const char *text, size_t len, enum outcome outcome,
    struct fault *why)
{
	json_error_t	 error;
	json_t		*root = json_loadb(text, len, 0, &error);
	char		 safe[128];

	if (root == NULL) {
		vis_copy(safe, sizeof(safe), error.text);
		fault_set(why, outcome, "not JSON: line %d: %s", error.line,
		    safe);
	}
	return root;
}

json_t *
json_document(const char *text, size_t len, struct fault *why)
{
	json_t *root = json_value(text, len, TASK_LATER, why);

	if (root == NULL || json_is_object(root))
		return root;
	json_decref(root);
	fault_set(why, TASK_LATER, "the JSON is no object");
	return NULL;
}

char *
json_text(const json_t *object, const char *member, size_t most)
{
	const json_t *v = json_object_get(object, member);

	if (!json_is_string(v))
		return NULL;
	return mem_strndup(json_string_value(v), utf8_cut(json_string_value(v),
	    json_string_length(v), most));
}

int64_t
json_number(const json_t *object, const char *member, int64_t otherwise)
{
	const json_t *v = json_object_get(object, member);

	return json_is_integer(v) && json_integer_value(v) >= 0 ?
	    json_integer_value(v) : otherwise;
}

bool
json_yanked(const json_t *object)
{
	const json_t *v = json_object_get(object, "yanked");

	return json_is_true(v) || json_is_string(v);
}

bool
json_hex(const json_t *object, const char *member, size_t digits, char *out)
{
	const json_t *v = json_object_get(object, member);
	const char *s = json_string_value(v);

	out[0] = '\0';
	if (s == NULL || json_string_length(v) != digits)
		return false;
	for (size_t i = 0; i < digits; i++) {
		char c = s[i] >= 'A' && s[i] <= 'F' ?
		    (char)(s[i] | 0x20) : s[i];

		if (strchr("0123456789abcdef", c) == NULL) {
			out[0] = '\0';
			return false;
		}
		out[i] = c;
	}
	out[digits] = '\0';
	return true;
}

/* Nothing that a file name or a URL of PyPI can hold is dropped by this. */
static bool
is_plain(const char *s, size_t most, bool slashes)
{
	size_t n = strlen(s);

	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] <= ' ' || s[i] == 0x7f ||
		    s[i] == '\\' || (s[i] == '/' && !slashes))
			return false;
	return n > 0 && n <= most;
}

bool
json_file(const json_t *object, struct upload *u)
{
	const char *name, *url;

	name = json_string_value(json_object_get(object, "filename"));
	url = json_string_value(json_object_get(object, "url"));
	if (name == NULL || url == NULL ||
	    !is_plain(name, FILENAME_MAX_BYTES, false) ||
	    !is_plain(url, URL_MAX, true))
		return false;
	u->filename = mem_strdup(name);
	u->url = mem_strndup(url, strcspn(url, "#"));
	return true;
}

void
release_add_upload(struct release *r, struct upload *u)
{
	r->uploads = mem_grow(r->uploads, r->nuploads + 1,
	    sizeof(*r->uploads));
	r->uploads[r->nuploads++] = *u;
	*u = (struct upload){ 0 };
}

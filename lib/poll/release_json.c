/* SPDX-License-Identifier: Apache-2.0 */
/*
 * release_json - PyPI's legacy JSON of one project or one release.
 * Takes: the text of /pypi/<name>/json or /pypi/<name>/<version>/json.
 * Gives: struct release.
 * Runs in: poll, the command.
 *
 * Almost every text member may be null, and old releases hold what today's
 * upload form refuses; so a member of a wrong type counts as absent.
 */
#include "poll/release_json.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/mem.h"
#include "data/upload.h"
#include "poll/json.h"

static void
read_owners(const json_t *ownership, struct release *r)
{
	const json_t *roles = json_object_get(ownership, "roles");
	size_t n = json_array_size(roles);

	if (n > METADATA_LIST_MAX)
		n = METADATA_LIST_MAX;
	r->owners = mem_array(n, sizeof(*r->owners));
	for (size_t i = 0; i < n; i++) {
		const json_t *one = json_array_get(roles, i);
		struct owner *o = &r->owners[r->nowners];

		if ((o->user = json_text(one, "user", ACTOR_MAX)) == NULL)
			continue;
		o->role = json_text(one, "role", 32);
		r->nowners++;
	}
}

static int64_t
read_time(const json_t *file)
{
	char	*text = json_text(file, "upload_time_iso_8601", 64);
	int64_t	 us = 0;

	if (text == NULL)
		text = json_text(file, "upload_time", 64);
	if (text != NULL && clock_from_rfc3339(text, &us) == -1)
		us = 0;
	free(text);
	return us;
}

static bool
read_file(const json_t *file, struct upload *u)
{
	const json_t *digests = json_object_get(file, "digests");
	char	*type;

	*u = (struct upload){ .size = -1 };
	if (!json_hex(digests, "sha256", SHA256_HEX, u->sha256) ||
	    !json_file(file, u))
		return false;
	json_hex(digests, "blake2b_256", BLAKE2B_HEX, u->blake2b);
	u->size = json_number(file, "size", -1);
	u->uploaded_at_us = read_time(file);
	type = json_text(file, "packagetype", 32);
	u->packagetype = packagetype_from_pypi(type);
	free(type);
	u->yanked = json_yanked(file);
	u->requires_python = json_text(file, "requires_python", VERSION_MAX);
	return true;
}

static void
read_files(const json_t *urls, struct release *r, size_t *unreadable)
{
	struct upload u;
	size_t n = json_array_size(urls);

	*unreadable = 0;
	for (size_t i = 0; i < n; i++) {
		if (r->nuploads < RELEASE_FILES_MAX &&
		    read_file(json_array_get(urls, i), &u))
			release_add_upload(r, &u);
		else
			++*unreadable;
	}
}

enum outcome
release_json_read(const char *text, size_t len, struct release *out,
    size_t *unreadable, struct fault *why)
{
	json_t	*root = json_document(text, len, why);
	json_t	*info = json_object_get(root, "info");

	*out = (struct release){ .serial = -1 };
	if (root == NULL)
		return TASK_LATER;
	out->project = json_text(info, "name", PROJECT_NAME_MAX);
	out->version = json_text(info, "version", VERSION_MAX);
	if (out->project == NULL || out->version == NULL ||
	    !json_is_array(json_object_get(root, "urls"))) {
		wire_release(&release_desc, out);
		json_decref(root);
		return fault_set(why, TASK_LATER,
		    "the JSON is no release: info or urls are missing");
	}
	out->summary = json_text(info, "summary", METADATA_TEXT_MAX);
	out->author = json_text(info, "author", METADATA_TEXT_MAX);
	out->author_email = json_text(info, "author_email", METADATA_TEXT_MAX);
	out->maintainer = json_text(info, "maintainer", METADATA_TEXT_MAX);
	out->maintainer_email = json_text(info, "maintainer_email",
	    METADATA_TEXT_MAX);
	out->home_page = json_text(info, "home_page", METADATA_TEXT_MAX);
	out->yanked = json_yanked(info);
	out->serial = json_number(root, "last_serial", -1);
	read_owners(json_object_get(root, "ownership"), out);
	read_files(json_object_get(root, "urls"), out, unreadable);
	json_decref(root);
	return TASK_DONE;
}

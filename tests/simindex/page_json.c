/* SPDX-License-Identifier: Apache-2.0 */
/*
 * page_json - legacy JSON, Simple JSON and the ledger.
 * Takes: the world as of a serial.  Gives: documents with sorted keys.
 * Runs in: simindex.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server.h"

#define SIMPLE_TYPE "application/vnd.pypi.simple.v1+json"

static json_t *
text_or_null(const char *s)
{
	json_t	*value = s != NULL ? json_string(s) : json_null();

	return value != NULL ? value : json_string("(not UTF-8)");
}

static json_t *
list_of(char *const *items, size_t n)
{
	json_t	*list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, text_or_null(items[i]));
	return list;
}

void
answer_json(struct answer *a, void *json)
{
	char	*s = json_dumps(json, JSON_SORT_KEYS);

	a->type = a->type != NULL ? a->type : "application/json";
	text_puts(&a->body, s != NULL ? s : "{}");
	free(s);
	json_decref(json);
}

static void
file_sha256(const struct ask *ask, const struct sim_file *f,
    char out[SHA256_TEXT])
{
	memcpy(out, f->sha256, SHA256_TEXT);
	if (ask->wrong_digest)
		out[0] = out[0] == '0' ? '1' : '0';
}

static json_t *
core_metadata(const struct sim_file *f)
{
	if (f->metadata == NULL)
		return json_false();
	return json_pack("{s:s}", "sha256", f->metadata_sha256);
}

static json_t *
file_json(const struct ask *ask, const struct sim_file *f)
{
	const struct sim_release	*r = f->release;
	char	 sha256[SHA256_TEXT];
	char	*url = must_format("%s%s", ask->server->url, f->path);
	char	*at = time_iso(f->uploaded_us, 0);
	char	*at_full = time_iso(f->uploaded_us, 1);
	json_t	*o;

	file_sha256(ask, f, sha256);
	o = json_pack("{s:s, s:s, s:s, s:s, s:s, s:{s:s, s:s, s:s}, s:o, s:I,"
	    " s:s, s:s, s:s, s:o, s:b, s:o, s:b, s:i}",
	    "filename", f->filename,
	    "packagetype", f->wheel ? "bdist_wheel" : "sdist",
	    "python_version", f->wheel ? "py3" : "source",
	    "comment_text", "", "md5_digest", f->md5, "digests", "md5", f->md5,
	    "sha256", sha256, "blake2b_256", f->blake2b,
	    "core-metadata", core_metadata(f), "size", (json_int_t)f->len,
	    "upload_time", at, "upload_time_iso_8601", at_full, "url", url,
	    "requires_python", text_or_null(r->package->requires_python),
	    "yanked", (int)r->yanked,
	    "yanked_reason", text_or_null(r->yanked_reason),
	    "has_sig", 0, "downloads", -1);
	free(at_full);
	free(at);
	free(url);
	return o;
}

static json_t *
files_json(const struct ask *ask, const struct sim_release *r)
{
	json_t	*list = json_array();

	for (size_t i = 0; i < r->nfiles; i++)
		if (file_live(r->files[i], ask->as_of))
			json_array_append_new(list,
			    file_json(ask, r->files[i]));
	return list;
}

static json_t *
info_urls(json_t *info, const struct sim_release *r)
{
	const struct package	*p = r->package;
	char	*project = must_format("https://pypi.org/project/%s/",
	    r->project->name);
	char	*release = must_format("%s%s/", project, r->version);

	json_object_set_new(info, "package_url", json_string(project));
	json_object_set_new(info, "project_url", json_string(project));
	json_object_set_new(info, "release_url", json_string(release));
	json_object_set_new(info, "project_urls", p->home_page != NULL ?
	    json_pack("{s:s}", "Homepage", p->home_page) : json_null());
	free(release);
	free(project);
	return info;
}

static json_t *
info_json(const struct sim_release *r)
{
	static const char *const nulls[] = { "bugtrack_url", "docs_url",
	    "dynamic", "keywords", "license_expression", "license_files",
	    "maintainer", "maintainer_email", "platform", "provides_extra" };
	const struct package	*p = r->package;
	json_t			*o = json_object();

	for (size_t i = 0; i < sizeof(nulls) / sizeof(nulls[0]); i++)
		json_object_set_new(o, nulls[i], json_null());
	json_object_set_new(o, "name", json_string(r->project->name));
	json_object_set_new(o, "version", json_string(r->version));
	json_object_set_new(o, "summary", text_or_null(p->summary));
	json_object_set_new(o, "description", text_or_null(
	    p->description != NULL ? p->description : ""));
	json_object_set_new(o, "description_content_type",
	    text_or_null(p->description != NULL ? "text/markdown" : NULL));
	json_object_set_new(o, "license", text_or_null(p->license));
	json_object_set_new(o, "classifiers",
	    list_of(p->classifiers, p->nclassifiers));
	json_object_set_new(o, "author", text_or_null(p->author));
	json_object_set_new(o, "author_email", text_or_null(p->author_email));
	json_object_set_new(o, "requires_python",
	    text_or_null(p->requires_python));
	json_object_set_new(o, "requires_dist", p->nrequires > 0 ?
	    list_of(p->requires, p->nrequires) : json_null());
	json_object_set_new(o, "home_page", text_or_null(
	    p->home_page != NULL ? p->home_page : ""));
	json_object_set_new(o, "download_url", json_string(""));
	json_object_set_new(o, "downloads", json_pack("{s:i, s:i, s:i}",
	    "last_day", -1, "last_month", -1, "last_week", -1));
	json_object_set_new(o, "yanked", json_boolean(r->yanked));
	json_object_set_new(o, "yanked_reason",
	    text_or_null(r->yanked_reason));
	return info_urls(o, r);
}

static json_t *
ownership_json(const struct sim_project *p)
{
	json_t	*roles = json_array();

	for (size_t i = 0; i < p->nowners; i++)
		json_array_append_new(roles, json_pack("{s:s, s:s}", "role",
		    p->owners[i].role, "user", p->owners[i].user));
	return json_pack("{s:o, s:n}", "roles", roles, "organization");
}

/* A stale copy says an older serial, never one of after it. */
static int64_t
project_serial(const struct sim_project *p, int64_t as_of)
{
	return p->last_serial < as_of ? p->last_serial : as_of;
}

static json_t *
releases_json(const struct ask *ask, const struct sim_project *p)
{
	json_t	*o = json_object();

	for (size_t i = 0; i < p->nreleases; i++) {
		const struct sim_release	*r = p->releases[i];

		if (release_live(r, ask->as_of) && !r->quarantined)
			json_object_set_new(o, r->version, files_json(ask, r));
	}
	return o;
}

/* /pypi/NAME/json and /pypi/NAME/VERSION/json */
void
json_page(const struct ask *ask, struct answer *a)
{
	char			 name[256], version[256];
	int			 tail = 0;
	bool			 one;
	struct sim_project	*p;
	struct sim_release	*r = NULL;
	json_t			*o;

	one = sscanf(ask->path, "/pypi/%255[^/]/%255[^/]/json%n", name,
	    version, &tail) == 2 && tail > 0;
	p = world_project(ask->server->world, name, ask->as_of);
	if (p != NULL && p->quarantined_at > ask->as_of)
		r = one ? project_release(p, version, ask->as_of) :
		    project_latest(p, ask->as_of);
	if (r == NULL || r->quarantined) {
		answer_missing(a, "application/json",
		    "{\"message\": \"Not Found\"}");
		return;
	}
	a->etag = a->gzip = true;
	a->serial = project_serial(p, ask->as_of);
	o = json_pack("{s:o, s:o, s:[], s:I, s:o}", "info", info_json(r),
	    "urls", files_json(ask, r), "vulnerabilities", "last_serial",
	    (json_int_t)a->serial, "ownership", ownership_json(p));
	if (!one)
		json_object_set_new(o, "releases", releases_json(ask, p));
	answer_json(a, o);
}

/* What PEP 691 has, and later ones added, and a URL as most write it. */
static json_t *
simple_old(json_t *o, const struct sim_file *f)
{
	static const char *const later[] = { "size", "upload-time",
	    "core-metadata", "data-dist-info-metadata", "provenance" };
	char	*url = must_format("../..%s", f->path);

	for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++)
		json_object_del(o, later[i]);
	json_object_set_new(o, "url", json_string(url));
	free(url);
	return o;
}

static json_t *
simple_file(const struct ask *ask, const struct sim_file *f)
{
	const struct sim_release	*r = f->release;
	char	 sha256[SHA256_TEXT];
	char	*url = must_format("%s%s", ask->server->url, f->path);
	char	*at = time_iso(f->uploaded_us, 1);
	json_t	*o;

	file_sha256(ask, f, sha256);
	o = json_pack("{s:s, s:s, s:{s:s}, s:o, s:I, s:s, s:o, s:o, s:o, s:n}",
	    "filename", f->filename, "url", url, "hashes", "sha256", sha256,
	    "requires-python", text_or_null(r->package->requires_python),
	    "size", (json_int_t)f->len, "upload-time", at,
	    "yanked", r->yanked && r->yanked_reason != NULL ?
	    json_string(r->yanked_reason) : json_boolean(r->yanked),
	    "core-metadata", core_metadata(f),
	    "data-dist-info-metadata", core_metadata(f), "provenance");
	free(at);
	free(url);
	return ask->server->simple_only ? simple_old(o, f) : o;
}

/* A meta member; PyPI's serial is an addition that others do not have. */
static json_t *
simple_meta(const struct ask *ask, int64_t serial)
{
	if (ask->server->simple_only)
		return json_pack("{s:s}", "api-version", "1.0");
	return json_pack("{s:s, s:I}", "api-version", "1.4", "_last-serial",
	    (json_int_t)serial);
}

static json_t *
simple_project(const struct ask *ask, const struct sim_project *p,
    int64_t serial)
{
	json_t	*files = json_array(), *versions = json_array();
	bool	 quarantined = p->quarantined_at <= ask->as_of;

	for (size_t i = 0; i < p->nreleases && !quarantined; i++) {
		const struct sim_release	*r = p->releases[i];
		size_t				 before = json_array_size(files);

		if (r->quarantined)
			continue;
		for (size_t j = 0; j < r->nfiles; j++)
			if (file_live(r->files[j], ask->as_of))
				json_array_append_new(files,
				    simple_file(ask, r->files[j]));
		if (json_array_size(files) > before)
			json_array_append_new(versions,
			    json_string(r->version));
	}
	return json_pack("{s:s, s:o, s:{s:s}, s:o, s:o}",
	    "name", p->normal, "meta", simple_meta(ask, serial),
	    "project-status", "status",
	    quarantined ? "quarantined" : "active", "versions", versions,
	    "files", files);
}

static int
by_normal(const void *a, const void *b)
{
	const struct sim_project	*x, *y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return strcmp(x->normal, y->normal);
}

static json_t *
simple_index(const struct ask *ask)
{
	struct sim_project *const	*all;
	struct sim_project		**sorted;
	size_t				 n;
	json_t				*list = json_array();

	n = world_projects(ask->server->world, &all);
	sorted = must_alloc((n + 1) * sizeof(struct sim_project *));
	if (n > 0)
		memcpy(sorted, all, n * sizeof(struct sim_project *));
	qsort(sorted, n, sizeof(struct sim_project *), by_normal);
	for (size_t i = 0; i < n; i++) {
		const struct sim_project	*p = sorted[i];

		if (p->serial > ask->as_of || p->ended <= ask->as_of ||
		    p->quarantined_at <= ask->as_of)
			continue;
		if (ask->server->simple_only)
			json_array_append_new(list, json_pack("{s:s}", "name",
			    p->name));
		else
			json_array_append_new(list, json_pack("{s:s, s:I}",
			    "name", p->name, "_last-serial",
			    (json_int_t)project_serial(p, ask->as_of)));
	}
	free(sorted);
	return json_pack("{s:o, s:o}", "meta", simple_meta(ask, ask->as_of),
	    "projects", list);
}

static bool
wants_json(const struct ask *ask)
{
	if (ask->query != NULL && strstr(ask->query, "format=application/vnd."
	    "pypi.simple.") != NULL)
		return true;
	return ask->accept != NULL &&
	    (strstr(ask->accept, SIMPLE_TYPE) != NULL ||
	    strstr(ask->accept, "application/vnd.pypi.simple.latest+json"));
}

/* A redirect to the one right spelling; true if it was given. */
static bool
simple_redirect(const char *path, const char *name, struct answer *a)
{
	char	*normal = name_normal(name);
	char	*right = must_format("/simple/%s/", normal);
	bool	 wrong = strcmp(path, right) != 0;

	if (wrong) {
		a->status = 301;
		a->location = must_copy(right);
	}
	free(right);
	free(normal);
	return wrong;
}

/* /simple/ and /simple/NAME/ */
void
simple_page(const struct ask *ask, struct answer *a)
{
	char			 name[256];
	struct sim_project	*p;

	if (sscanf(ask->path, "/simple/%255[^/]", name) != 1) {
		a->serial = ask->as_of;
		a->type = SIMPLE_TYPE;
		answer_json(a, simple_index(ask));
	} else if (!simple_redirect(ask->path, name, a)) {
		p = world_project(ask->server->world, name, ask->as_of);
		if (p == NULL) {
			answer_missing(a, "text/plain", "404 Not Found");
			return;
		}
		a->serial = project_serial(p, ask->as_of);
		a->type = SIMPLE_TYPE;
		answer_json(a, simple_project(ask, p, a->serial));
	}
	a->etag = a->gzip = true;
	if (ask->server->simple_only)
		a->serial = -1;
	if (a->status == 200 && !wants_json(ask)) {
		text_free(&a->body);
		text_puts(&a->body, "<!DOCTYPE html><html><body>ask for JSON"
		    "</body></html>\n");
		a->type = "text/html; charset=UTF-8";
	}
}

static json_t *
ledger_file(const struct sim_file *f)
{
	const struct sim_release	*r = f->release;

	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:s}",
	    "project", r->project->normal, "name", r->project->name,
	    "version", r->version, "filename", f->filename,
	    "sha256", f->sha256, "size", (json_int_t)f->len,
	    "serial", (json_int_t)f->serial, "ended",
	    (json_int_t)(f->ended == SERIAL_NEVER ? 0 : f->ended),
	    "kind", r->kind);
}

/* All that was ever published, for comparing with what was stored. */
void
ledger_page(const struct ask *ask, struct answer *a)
{
	struct sim_release *const	*releases;
	const struct row		*rows;
	size_t		 n = world_rows(ask->server->world, &rows);
	json_t		*events = json_array(), *files = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(events, json_pack(
		    "{s:I, s:s, s:o, s:s, s:I}", "serial",
		    (json_int_t)rows[i].serial, "name", rows[i].name,
		    "version", text_or_null(rows[i].version), "action",
		    rows[i].action, "at_us", (json_int_t)rows[i].at_us));
	n = world_releases(ask->server->world, &releases);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < releases[i]->nfiles; j++)
			json_array_append_new(files,
			    ledger_file(releases[i]->files[j]));
	answer_json(a, json_pack("{s:I, s:o, s:o}", "serial",
	    (json_int_t)world_serial(ask->server->world), "events", events,
	    "files", files));
}

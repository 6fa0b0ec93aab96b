/* SPDX-License-Identifier: Apache-2.0 */
/*
 * world - all that the simulated index has published.
 * Takes: releases and changes.  Gives: the journal and its consequences.
 * Runs in: simindex.
 */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>

#define BUCKETS 16384

struct world {
	int64_t			 serial;
	int64_t			 ago_us;	/* what is made now was made then */
	struct row		*rows;
	size_t			 nrows, room;
	struct sim_project	**projects;
	size_t			 nprojects;
	struct sim_release	**releases;
	size_t			 nreleases;
	struct sim_project	*by_name[BUCKETS];
	struct sim_file		*by_path[BUCKETS];
};

static int64_t
world_now(const struct world *w)
{
	return now_us() - w->ago_us;
}

static size_t
bucket(const char *s)
{
	uint64_t	 h = 14695981039346656037u;

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 1099511628211u;
	return (size_t)(h % BUCKETS);
}

struct world *
world_new(int64_t first_serial)
{
	struct world	*w = must_alloc(sizeof(*w));

	w->serial = first_serial;
	return w;
}

static void
file_free(struct sim_file *f)
{
	if (f->mapped)
		munmap((void *)(uintptr_t)f->bytes, f->len);
	else
		free((void *)(uintptr_t)f->bytes);
	free(f->filename);
	free(f->path);
	free(f->metadata);
	free(f);
}

static void
release_free(struct sim_release *r)
{
	for (size_t i = 0; i < r->nfiles; i++)
		file_free(r->files[i]);
	package_free(r->package);
	free(r->files);
	free(r->version);
	free(r->yanked_reason);
	free(r);
}

void
world_free(struct world *w)
{
	for (size_t i = 0; i < w->nrows; i++) {
		free(w->rows[i].name);
		free(w->rows[i].version);
		free(w->rows[i].action);
	}
	for (size_t i = 0; i < w->nreleases; i++)
		release_free(w->releases[i]);
	for (size_t i = 0; i < w->nprojects; i++) {
		struct sim_project	*p = w->projects[i];

		for (size_t j = 0; j < p->nowners; j++) {
			free(p->owners[j].role);
			free(p->owners[j].user);
		}
		free(p->owners);
		free(p->releases);
		free(p->name);
		free(p->normal);
		free(p);
	}
	free(w->rows);
	free(w->releases);
	free(w->projects);
	free(w);
}

int64_t
world_serial(const struct world *w)
{
	return w->serial;
}

void
world_ago(struct world *w, int64_t days)
{
	w->ago_us = days * 86400 * 1000000;
}

void
world_skip(struct world *w, int64_t serials)
{
	w->serial += serials;
}

size_t
world_rows(const struct world *w, const struct row **rows)
{
	*rows = w->rows;
	return w->nrows;
}

size_t
world_projects(const struct world *w, struct sim_project *const **projects)
{
	*projects = w->projects;
	return w->nprojects;
}

size_t
world_releases(const struct world *w, struct sim_release *const **releases)
{
	*releases = w->releases;
	return w->nreleases;
}

bool
release_live(const struct sim_release *r, int64_t as_of)
{
	return r->serial <= as_of && r->ended > as_of;
}

bool
file_live(const struct sim_file *f, int64_t as_of)
{
	return f->serial <= as_of && f->ended > as_of;
}

struct sim_project *
world_project(const struct world *w, const char *name, int64_t as_of)
{
	char			*normal = name_normal(name);
	struct sim_project	*p;

	for (p = w->by_name[bucket(normal)]; p != NULL; p = p->next_name)
		if (strcmp(p->normal, normal) == 0 && p->serial <= as_of &&
		    p->ended > as_of)
			break;
	free(normal);
	return p;
}

struct sim_release *
project_release(const struct sim_project *p, const char *version,
    int64_t as_of)
{
	for (size_t i = p->nreleases; i-- > 0;)
		if (strcmp(p->releases[i]->version, version) == 0 &&
		    release_live(p->releases[i], as_of))
			return p->releases[i];
	return NULL;
}

/* Final before pre-release, then by number: strverscmp does for ours. */
static bool
release_better(const struct sim_release *a, const struct sim_release *b)
{
	bool	 pre_a = strpbrk(a->version, "abcdr") != NULL;
	bool	 pre_b = strpbrk(b->version, "abcdr") != NULL;

	if (a->yanked != b->yanked)
		return !a->yanked;
	if (pre_a != pre_b)
		return !pre_a;
	return strverscmp(a->version, b->version) > 0;
}

struct sim_release *
project_latest(const struct sim_project *p, int64_t as_of)
{
	struct sim_release	*best = NULL;

	for (size_t i = 0; i < p->nreleases; i++) {
		struct sim_release	*r = p->releases[i];

		if (!release_live(r, as_of) || r->quarantined)
			continue;
		if (best == NULL || release_better(r, best))
			best = r;
	}
	return best;
}

struct sim_file *
world_file(const struct world *w, const char *path)
{
	struct sim_file	*f;

	for (f = w->by_path[bucket(path)]; f != NULL; f = f->next_path)
		if (strcmp(f->path, path) == 0)
			return f;
	return NULL;
}

void
world_journal(struct world *w, const char *name, const char *version,
    const char *action)
{
	struct sim_project	*p;
	struct row		*r;

	if (w->nrows == w->room) {
		w->room = w->room * 2 + 64;
		w->rows = must_grow(w->rows, w->room, sizeof(*w->rows));
	}
	r = &w->rows[w->nrows++];
	r->serial = ++w->serial;
	r->at_us = world_now(w);
	r->name = must_copy(name);
	r->version = version != NULL ? must_copy(version) : NULL;
	r->action = must_copy(action);
	p = world_project(w, name, w->serial);
	if (p != NULL)
		p->last_serial = w->serial;
}

static void
owner_add(struct sim_project *p, const char *role, const char *user)
{
	p->owners = must_grow(p->owners, p->nowners + 1, sizeof(*p->owners));
	p->owners[p->nowners].role = must_copy(role);
	p->owners[p->nowners++].user = must_copy(user);
}

static struct sim_project *
project_make(struct world *w, const char *name)
{
	struct sim_project	*p = must_alloc(sizeof(*p));
	char			*user, *action;
	size_t			 b;

	p->name = must_copy(name);
	p->normal = name_normal(name);
	p->serial = w->serial + 1;
	p->ended = p->quarantined_at = SERIAL_NEVER;
	p->created_us = world_now(w);
	b = bucket(p->normal);
	p->next_name = w->by_name[b];
	w->by_name[b] = p;
	w->projects = must_grow(w->projects, w->nprojects + 1,
	    sizeof(struct sim_project *));
	w->projects[w->nprojects++] = p;
	user = must_format("%s-dev", p->normal);
	action = must_format("add Owner %s", user);
	owner_add(p, "Owner", user);
	world_journal(w, name, NULL, "create");
	world_journal(w, name, NULL, action);
	free(action);
	free(user);
	return p;
}

struct sim_release *
world_release(struct world *w, struct package *package, const char *kind)
{
	struct sim_project	*p = world_project(w, package->name,
	    w->serial);
	struct sim_release	*r = must_alloc(sizeof(*r));

	if (p == NULL)
		p = project_make(w, package->name);
	r->project = p;
	r->version = must_copy(package->version);
	r->package = package;
	r->kind = kind;
	r->serial = w->serial + 1;
	r->ended = SERIAL_NEVER;
	r->created_us = world_now(w);
	p->releases = must_grow(p->releases, p->nreleases + 1,
	    sizeof(struct sim_release *));
	p->releases[p->nreleases++] = r;
	w->releases = must_grow(w->releases, w->nreleases + 1,
	    sizeof(struct sim_release *));
	w->releases[w->nreleases++] = r;
	world_journal(w, p->name, r->version, "new release");
	return r;
}

static void
file_link(struct world *w, struct sim_file *f)
{
	size_t	 b;

	digest_sha256(f->bytes, f->len, f->sha256);
	digest_md5(f->bytes, f->len, f->md5);
	digest_blake2b(f->bytes, f->len, f->blake2b);
	f->path = must_format("/packages/%.2s/%.2s/%.60s/%s", f->blake2b,
	    f->blake2b + 2, f->blake2b + 4, f->filename);
	b = bucket(f->path);
	f->next_path = w->by_path[b];
	w->by_path[b] = f;
}

struct sim_file *
world_upload(struct world *w, struct sim_release *r, const char *filename,
    unsigned char *bytes, size_t len, bool mapped)
{
	struct sim_file	*f = must_alloc(sizeof(*f));
	size_t		 n = strlen(filename);
	char		*action;

	f->release = r;
	f->filename = must_copy(filename);
	f->bytes = bytes;
	f->len = len;
	f->mapped = mapped;
	f->wheel = n > 4 && strcmp(filename + n - 4, ".whl") == 0;
	f->uploaded_us = world_now(w);
	f->ended = SERIAL_NEVER;
	file_link(w, f);
	action = must_format("add %s file %s", f->wheel ? "py3" : "source",
	    filename);
	world_journal(w, r->project->name, r->version, action);
	f->serial = w->serial;
	r->files = must_grow(r->files, r->nfiles + 1,
	    sizeof(struct sim_file *));
	r->files[r->nfiles++] = f;
	free(action);
	return f;
}

static void
build_sdist(struct world *w, struct sim_release *r)
{
	struct text	 t = { 0 };
	char		*name = package_sdist_name(r->package);

	package_sdist(r->package, &t);
	world_upload(w, r, name, (unsigned char *)t.s, t.len, false);
	free(name);
}

static void
build_wheel(struct world *w, struct sim_release *r)
{
	struct text	 t = { 0 };
	char		*name = package_wheel_name(r->package);
	struct sim_file	*f;

	package_wheel(r->package, &t);
	f = world_upload(w, r, name, (unsigned char *)t.s, t.len, false);
	f->metadata = package_metadata(r->package);
	digest_sha256(f->metadata, strlen(f->metadata), f->metadata_sha256);
	free(name);
}

void
world_build(struct world *w, struct sim_release *r, bool late)
{
	unsigned int	 quirks = r->package->quirks;

	if (!late && (quirks & QUIRK_NO_SDIST) == 0)
		build_sdist(w, r);
	if ((quirks & QUIRK_NO_WHEEL) == 0 &&
	    late == ((quirks & QUIRK_LATE_WHEEL) != 0))
		build_wheel(w, r);
}

void
world_change(struct world *w, struct sim_release *r)
{
	size_t		 n = r->nfiles;
	int64_t		 before = w->serial;

	package_text(r->package, IN_BOTH, "CHANGED.txt",
	    "the same file name, other bytes\n");
	for (size_t i = 0; i < n; i++)
		if (r->files[i]->ended == SERIAL_NEVER)
			r->files[i]->ended = before + 1;
	world_build(w, r, false);
}

static void
release_end(struct sim_release *r, int64_t serial)
{
	if (r->ended != SERIAL_NEVER)
		return;
	r->ended = serial;
	for (size_t i = 0; i < r->nfiles; i++)
		if (r->files[i]->ended == SERIAL_NEVER)
			r->files[i]->ended = serial;
}

int
world_remove_project(struct world *w, const char *name)
{
	struct sim_project	*p = world_project(w, name, w->serial);

	if (p == NULL)
		return -1;
	world_journal(w, p->name, NULL, "remove project");
	for (size_t i = 0; i < p->nreleases; i++)
		release_end(p->releases[i], w->serial);
	p->ended = w->serial;
	return 0;
}

static struct sim_release *
find_release(const struct world *w, const char *name, const char *version)
{
	struct sim_project	*p = world_project(w, name, w->serial);

	if (p == NULL)
		return NULL;
	return version != NULL ? project_release(p, version, w->serial) :
	    project_latest(p, w->serial);
}

int
world_remove_release(struct world *w, const char *name, const char *version)
{
	struct sim_release	*r = find_release(w, name, version);

	if (r == NULL)
		return -1;
	world_journal(w, r->project->name, r->version, "remove release");
	release_end(r, w->serial);
	return 0;
}

int
world_remove_file(struct world *w, const char *filename)
{
	for (size_t i = 0; i < w->nreleases; i++) {
		struct sim_release	*r = w->releases[i];

		for (size_t j = 0; j < r->nfiles; j++) {
			struct sim_file	*f = r->files[j];
			char		*action;

			if (strcmp(f->filename, filename) != 0 ||
			    f->ended != SERIAL_NEVER)
				continue;
			action = must_format("remove file %s", filename);
			world_journal(w, r->project->name, r->version,
			    action);
			f->ended = w->serial;
			free(action);
			return 0;
		}
	}
	return -1;
}

int
world_quarantine(struct world *w, const char *name, bool on)
{
	struct sim_project	*p = world_project(w, name, w->serial);

	if (p == NULL)
		return -1;
	world_journal(w, p->name, NULL, on ? "project quarantined" :
	    "project quarantine cleared");
	p->quarantined_at = on ? w->serial : SERIAL_NEVER;
	return 0;
}

int
world_quarantine_release(struct world *w, const char *name,
    const char *version, bool on)
{
	struct sim_release	*r = find_release(w, name, version);

	if (r == NULL)
		return -1;
	world_journal(w, r->project->name, r->version,
	    on ? "release quarantined" : "release quarantine cleared");
	r->quarantined = on;
	return 0;
}

int
world_yank(struct world *w, const char *name, const char *version, bool on,
    const char *reason)
{
	struct sim_release	*r = find_release(w, name, version);

	if (r == NULL)
		return -1;
	world_journal(w, r->project->name, r->version,
	    on ? "yank release" : "unyank release");
	r->yanked = on;
	free(r->yanked_reason);
	r->yanked_reason = on && reason != NULL ? must_copy(reason) : NULL;
	return 0;
}

int
world_role(struct world *w, const char *name, const char *action,
    const char *user)
{
	struct sim_project	*p = world_project(w, name, w->serial);
	char			*text;

	if (p == NULL)
		return -1;
	text = must_format("%s %s", action, user);
	world_journal(w, p->name, NULL, text);
	free(text);
	if (strncmp(action, "add ", 4) == 0)
		owner_add(p, action + 4, user);
	for (size_t i = 0; strncmp(action, "remove ", 7) == 0 &&
	    i < p->nowners; i++) {
		if (strcmp(p->owners[i].user, user) != 0)
			continue;
		free(p->owners[i].role);
		free(p->owners[i].user);
		p->owners[i] = p->owners[--p->nowners];
		break;
	}
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * started - files of a package that its modules start: scripts, other sources,
 * settings, what npm installs.
 *
 * Takes: what was found at each module.  Gives: findings of what it starts, as
 * early as that.
 * Runs in: worker child, command.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "inspect/builds.h"
#include "inspect/inspectors.h"
#include "inspect/package/package.h"

#define SCRIPT_NAME_LEAST 4	/* "a.sh"; shorter names stand anywhere */

/* When does the file start processes by itself?  CONTEXT_COUNT: never. */
static enum context
starts_at(const struct features *f, const char *path)
{
	static const char *const rules[] = { "run-shipped",
	    "run-shipped-unseen", "run-own-source",
	    "install-process",
	    "startup-process", "run-hidden-command" };
	enum context first = CONTEXT_COUNT;

	for (size_t i = 0; i < f->nfindings; i++) {
		const struct finding *one = &f->findings[i];

		if (one->context <= CONTEXT_IMPORT && one->context < first &&
		    str_equal(one->path, path) &&
		    str_index(rules, ARRAY_LEN(rules), one->rule) >= 0)
			first = one->context;
	}
	return first;
}

/* Are some of them Python sources of the package? */
static bool
starts_sources(const struct features *f, const char *path)
{
	for (size_t i = 0; i < f->nfindings; i++)
		if (str_equal(f->findings[i].rule, "run-own-source") &&
		    str_equal(f->findings[i].path, path))
			return true;
	return false;
}

static bool
is_named_in(const struct held *script, const struct held *source)
{
	const char *slash = strrchr(script->inner, '/');
	const char *name = slash != NULL ? slash + 1 : script->inner;

	if (builds_is_make(name))
		return memmem(source->data, source->size, "make", 4) != NULL;
	return strlen(name) >= SCRIPT_NAME_LEAST && memmem(source->data,
	    source->size, name, strlen(name)) != NULL;
}

/* Does the script's own folder say that npm starts it, when it installs? */
static bool
is_lifecycle(const struct package *p, const struct held *script)
{
	const char *slash = strrchr(script->inner, '/');
	size_t folder = slash != NULL ? (size_t)(slash + 1 - script->inner) : 0;
	char *path = mem_printf("%.*spackage.json", (int)folder,
	    script->inner);
	const struct held *h = package_file(p, path);

	free(path);
	return h != NULL && builds_npm_names(h->data, h->size,
	    script->inner + folder);
}

static bool
starts_npm(const struct held *source)
{
	static const char *const words[] = { "npm", "yarn", "bun" };
	static const char *const installs[] = { "install", "npm i", "npm ci",
	    "\"i\"", "\"ci\"" };

	return source->kind == VIEW_PYTHON && source->runs_at <=
	    CONTEXT_IMPORT && str_any_in(words, ARRAY_LEN(words),
	    source->data, source->size) && str_any_in(installs,
	    ARRAY_LEN(installs), source->data, source->size);
}

/* Words of settings that a module starts, as a shell would be told them. */
static void
look_settings(struct inspection *in, const struct view *v)
{
	struct buf out = BUF_EMPTY;

	builds_commands(v, &out);
	if (out.len != 0)
		inspection_layer_as(in, v, "settings", 0, buf_text(&out),
		    out.len, VIEW_SCRIPT);
	buf_release(&out);
}

/* What a module starts that is of the package: what it is seen to name, what
 * it has npm install, words that stand in settings. */
enum start { START_SCRIPT, START_NPM, START_SETTINGS };

static bool
is_started(const struct package *p, const struct held *h,
    const struct held *source, enum start how, bool sources)
{
	bool script = h->kind == VIEW_SCRIPT || builds_is_make(h->inner) ||
	    (sources && h != source && h->kind == VIEW_PYTHON);

	if (how == START_NPM)
		return builds_is_npm(h->inner) || (h->kind == VIEW_SCRIPT &&
		    is_lifecycle(p, h));
	return ((script && how == START_SCRIPT) || h->settings) &&
	    is_named_in(h, source);
}

/* A source that starts another one which is not held: who knows what it is. */
static void
say_unseen(struct inspection *in, const struct held *source,
    enum context context)
{
	struct entry e;
	struct view v = package_view(in->package,
	    (size_t)(source - in->package->files), &e);

	inspection_report(in, &v, &(struct report){ .rule = "run-shipped",
	    .category = "shipped-program", .tactic = "TA0002",
	    .text = "starts a file of the package by itself",
	    .elsewhere = true, .context = context });
}

/* A script runs when the module does that starts it. */
static void
look_started(struct inspection *in, const struct held *source,
    enum context context, enum start how)
{
	struct package *p = in->package;
	bool sources = how == START_SCRIPT &&
	    starts_sources(in->out, source->path), unseen = sources;

	for (size_t i = 0; i < p->n; i++) {
		struct held *h = &p->files[i];
		struct entry e;
		struct view v;

		if (unseen && h != source && h->kind == VIEW_PYTHON)
			unseen = !is_named_in(h, source);
		if (h->context <= context || !is_started(p, h, source, how,
		    sources))
			continue;
		v = package_view(p, i, &e);
		v.context = h->context = context;
		if (h->settings || builds_is_npm(h->inner))
			look_settings(in, &v);
		else
			inspection_look(in, &v);
	}
	if (unseen)
		say_unseen(in, source, context);
}

static void
look_named(struct inspection *in, size_t i)
{
	struct entry e;
	struct view v = package_view(in->package, i, &e);

	in->package->files[i].context = v.context;
	inspection_look(in, &v);
}

void
package_start(struct inspection *in)
{
	struct package *p = in->package;

	for (size_t i = 0; i < p->n; i++) {
		const struct held *h = &p->files[i];
		enum context at = h->kind == VIEW_PYTHON ?
		    starts_at(in->out, h->path) : h->context ==
		    CONTEXT_INSTALL && builds_is_build(h->inner) ?
		    CONTEXT_INSTALL : CONTEXT_COUNT;

		if (at != CONTEXT_COUNT)
			look_started(in, h, at, START_SCRIPT);
		/* cargo runs it, whatever its name. */
		if (h->kind == VIEW_TEXT && h->reach == REACH_INSTALL &&
		    h->context != CONTEXT_INSTALL)
			look_named(in, i);
		if (starts_npm(h))
			look_started(in, h, h->runs_at, START_NPM);
		if (h->kind == VIEW_PYTHON && h->runs_at <= CONTEXT_IMPORT)
			look_started(in, h, h->runs_at, START_SETTINGS);
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * package - the modules of one package, kept for a second look.
 *
 * Takes: views as they pass.  Gives: at the end, findings of what only the
 * package as a whole shows.
 * Runs in: worker child, command.  Bounded in files and bytes.
 */
#include "inspect/package/package.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "flow/flow.h"
#include "flow/reading.h"
#include "inspect/builds.h"
#include "inspect/context.h"
#include "inspect/inspectors.h"
#include "inspect/layers/bundled.h"
#include "inspect/layers/layers.h"
#include "python/fold.h"

/*
 * The fold of a module as others ask it: apart from its own, so that what they
 * ask costs it nothing.
 */
static struct fold *
lend(void *ctx, const char *module, size_t len)
{
	struct package *p = ctx;
	char *name = mem_strndup(module, len);
	struct held *h = package_module(p, name);

	free(name);
	if (h == NULL || h->lent != NULL || h->size > LENT_SOURCE_MAX ||
	    p->nlent == LENT_FOLDS_MAX)
		return h != NULL ? h->lent : NULL;
	p->nlent++;
	if (h->reading == NULL)
		h->lent_of = reading_new(h->data, h->size, 0);
	h->lent = fold_new((h->reading != NULL ? h->reading :
	    h->lent_of)->tree);
	fold_limit(h->lent, LENT_BYTES_MAX);
	modules_use(p->modules, h->module, str_ends(h->path, "/__init__.py"),
	    h->lent);
	return h->lent;
}

struct package *
package_new(void)
{
	struct package *p = mem_alloc(sizeof(*p));

	p->world = world_new();
	p->lender = (struct lender){ .open = lend, .ctx = p };
	return p;
}

void
package_free(struct package *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < p->n; i++) {
		free(p->files[i].path);
		free(p->files[i].inner);
		free(p->files[i].module);
		free(p->files[i].data);
		fold_free(p->files[i].lent);
		reading_free(p->files[i].lent_of);
		reading_free(p->files[i].reading);
	}
	for (size_t i = 0; i < p->npaths; i++)
		free(p->paths[i]);
	free(p->files);
	buf_release(&p->manual);
	free(p->heard);
	world_free(p->world);
	modules_free(p->modules);
	free(p);
}

const struct modules *
package_modules(const struct package *p)
{
	return p->taught ? p->modules : NULL;
}

void
package_teach(struct package *p, const char *module, struct reading *r)
{
	if (p->modules == NULL)
		p->modules = modules_new();
	modules_lend(p->modules, &p->lender);
	modules_add(p->modules, module, r->fold);
}

struct world *
package_world(const struct package *p)
{
	return p->world;
}

bool
package_looks_again(const struct package *p, const char *module)
{
	return module != NULL && !p->taught && p->n > 0 &&
	    str_equal(p->files[p->n - 1].module, module);
}

void
package_offers(struct package *p, bool offers)
{
	p->files[p->world->at].offers |= offers;
}

void
package_await(struct package *p)
{
	p->files[p->n - 1].involved = true;
}

/* ---- keeping ------------------------------------------------------------ */

/* "src/pkg/net/__init__.py" is pkg.net; NULL for what cannot be imported. */
static char *
module_of(const char *inner)
{
	char *name;
	size_t len;

	if (str_starts(inner, "src/"))
		inner += 4;
	len = strlen(inner);
	if (len < 4 || !str_ends(inner, ".py"))
		return NULL;
	len -= 3;
	if (len >= 9 && memcmp(inner + len - 9, "/__init__", 9) == 0)
		len -= 9;
	name = mem_strndup(inner, len);
	for (char *c = name; *c != '\0'; c++)
		if (*c == '/')
			*c = '.';
	return name;
}

static bool
is_build_text(const char *inner)
{
	return str_equal(inner, "pyproject.toml") ||
	    str_equal(inner, "setup.cfg") || builds_is_make(inner) ||
	    builds_is_build(inner) ||
	    str_ends(inner, "entry_points.txt") || builds_is_npm(inner) ||
	    str_ends(inner, "Cargo.toml");
}

static size_t
head_of(const char *module)
{
	uint32_t h = 2166136261u;	/* FNV-1a */

	for (; *module != '\0'; module++)
		h = (h ^ (uint8_t)*module) * 16777619u;
	return h % PACKAGE_HEADS;
}

static void
keep_manual(struct package *p, const struct view *v, const char *inner)
{
	if (v->entry->depth == 0 && str_starts(inner, "README") &&
	    strchr(inner, '/') == NULL &&
	    p->manual.len + v->size <= PACKAGE_MANUAL_MAX)
		buf_add(&p->manual, v->data, v->size);
}

static bool
is_read_first(const char *inner)
{
	return strchr(inner, '/') == NULL && (is_build_text(inner) ||
	    str_equal(inner, "setup.py"));
}

/* What the build reads first may stand last: there is room for it. */
static bool
fits(const struct package *p, const struct view *v, const char *inner)
{
	bool first = is_read_first(inner);
	size_t files = first ? HELD_FILES_MAX : HELD_FILES_MAX -
	    HELD_FILES_FIRST;
	size_t bytes = first ? HELD_BYTES_MAX : HELD_BYTES_MAX -
	    HELD_FILE_MAX;

	if (v->context == CONTEXT_TEST)
		bytes /= 2;
	return v->size <= HELD_FILE_MAX && p->n < files &&
	    p->bytes + v->size <= bytes;
}

/* What does not fit is remembered by its words. */
static void
pass_over(struct package *p, const struct view *v, const char *inner)
{
	bool python = v->kind == VIEW_PYTHON;

	p->partial |= python;
	p->build_unread |= is_read_first(inner);
	if ((python || v->kind == VIEW_SCRIPT || is_build_text(inner)) &&
	    !context_is_tool(inner))
		package_hear(p, v);
}

const char *
package_hold(struct package *p, const struct view *v)
{
	const char *inner = v->entry->inner != NULL ? v->entry->inner :
	    v->path;
	bool python = v->kind == VIEW_PYTHON;
	bool test = v->context == CONTEXT_TEST;
	bool script = v->kind == VIEW_SCRIPT || (v->kind == VIEW_TEXT &&
	    context_may_be_script(v->entry));
	bool settings = v->size <= HELD_FILE_MAX &&
	    builds_is_settings(inner, v->data, v->size);
	struct held *h;

	keep_manual(p, v, inner);
	if (v->entry->depth != 0 || !fits(p, v, inner) || (test && !python) ||
	    (!python && !script && !is_build_text(inner) && !settings &&
	    !builds_is_cargo(inner, v->data, v->size))) {
		if (v->entry->depth == 0 && !test)
			pass_over(p, v, inner);
		return NULL;
	}
	if (p->n == p->room) {
		p->room = p->room == 0 ? 16 : 2 * p->room;
		p->files = mem_grow(p->files, p->room, sizeof(*p->files));
	}
	h = &p->files[p->n];
	*h = (struct held){ .path = mem_strdup(v->path),
	    .inner = mem_strdup(inner), .size = v->size,
	    .context = v->context, .runs_at = CONTEXT_COUNT,
	    .settings = settings, .installed = v->entry->installed,
	    .kind = script ? VIEW_SCRIPT : v->kind };
	h->module = python ? module_of(inner) : NULL;
	h->data = mem_alloc(v->size + 1);
	memcpy(h->data, v->data, v->size);
	p->bytes += v->size;
	p->world->at = (uint32_t)p->n++;
	if (h->module != NULL && package_module(p, h->module) == NULL) {
		uint32_t *head = &p->heads[head_of(h->module)];

		h->next = *head;
		*head = (uint32_t)p->n;
	}
	return h->module;
}

struct held *
package_file(const struct package *p, const char *inner)
{
	for (size_t i = 0; i < p->n; i++)
		if (str_equal(p->files[i].inner, inner))
			return &p->files[i];
	return NULL;
}

struct held *
package_module(const struct package *p, const char *name)
{
	for (uint32_t i = p->heads[head_of(name)]; i != 0;
	    i = p->files[i - 1].next)
		if (str_equal(p->files[i - 1].module, name))
			return &p->files[i - 1];
	return NULL;
}

const uint8_t *
package_data(const struct package *p, const struct view *v)
{
	const struct held *h = v->module != NULL ? package_module(p,
	    v->module) : NULL;

	return h != NULL && h->size == v->size && memcmp(h->data, v->data,
	    v->size) == 0 ? h->data : NULL;
}

/* As many as fit; the others begin their next look with nothing, and nobody
 * looks again after the last. */
static void
keep_flow(struct package *p, struct held *h, struct reading *r)
{
	size_t bytes = flow_memory(r->flow);

	p->flows -= h->flows;
	h->flows = 0;
	if (p->last || p->flows + bytes > READINGS_FLOWS_MAX) {
		reading_forget(r);
		return;
	}
	p->flows += h->flows = bytes;
}

/* As many trees as fit; the others are read once more. */
void
package_keep_look(struct package *p, struct held *h, struct reading *r)
{
	size_t folds = p->last ? 0 : reading_folded(r);
	size_t bytes;

	p->folds -= h->folds;
	h->folds = 0;
	if (folds == 0 || p->folds + folds > READINGS_FOLDS_MAX) {
		bytes = reading_rest(r);
	} else {
		bytes = reading_memory(r) - folds;
		p->folds += h->folds = folds;
	}
	keep_flow(p, h, r);
	if (h->reading == r)
		return;
	if (p->trees + bytes > READINGS_BYTES_MAX) {
		reading_free(r);
		p->folds -= h->folds;
		p->flows -= h->flows;
		h->folds = h->flows = 0;
		return;
	}
	p->trees += bytes;
	h->reading = r;
}

void
package_keep(struct package *p, struct reading *r, enum context runs_at)
{
	p->files[p->n - 1].runs_at = runs_at;
	package_keep_look(p, &p->files[p->n - 1], r);
}

struct reading *
package_reading(const struct held *h)
{
	return h->reading != NULL ? h->reading :
	    reading_new(h->data, h->size, 0);
}

/* ---- the second look ---------------------------------------------------- */

struct view
package_view(struct package *p, size_t i, struct entry *e)
{
	struct held *h = &p->files[i];
	struct view v = { .entry = e, .path = h->path, .kind = h->kind,
	    .context = h->context, .data = h->data, .code = h->data,
	    .size = h->size, .module = h->module,
	    .imported = h->imported };

	*e = (struct entry){ .kind = ENTRY_FILE, .path = h->path,
	    .inner = h->inner, .data = h->data, .size = h->size,
	    .declared = h->size, .installed = h->installed };
	if (h->reach == REACH_INSTALL)
		v.context = CONTEXT_INSTALL;
	else if (h->reach == REACH_STARTUP && v.context != CONTEXT_INSTALL)
		v.context = CONTEXT_STARTUP;
	else if (h->reach == REACH_IMPORT && v.context > CONTEXT_IMPORT)
		v.context = CONTEXT_IMPORT;
	p->world->at = (uint32_t)i;
	return v;
}

static size_t
place_of(const struct features *f, const char *rule, const char *path)
{
	size_t i = 0;

	while (i < f->nfindings && !(f->findings[i].context ==
	    CONTEXT_INSTALL && str_equal(f->findings[i].rule, rule) &&
	    str_equal(f->findings[i].path, path)))
		i++;
	return i;
}

/* An address that another module holds was anybody's at the first look; when
 * all that the file asks turns out to be a forge, it fetches, and no more. */
static void
drop_doubt(struct inspection *in, const char *path)
{
	size_t network = place_of(in->out, "install-network", path);

	if (!in->uses_network && network < in->out->nfindings &&
	    place_of(in->out, "install-fetch", path) < in->out->nfindings)
		finding_drop(in->out, network);
}

static void
look_again(struct inspection *in, size_t i)
{
	struct held *h = &in->package->files[i];
	struct entry e;
	struct view v = package_view(in->package, i, &e);
	size_t before = in->out->nfindings;

	v.reading = package_reading(h);
	in->runs_at = h->runs_at;
	if (v.context != h->context) {
		inspection_look(in, &v);
	} else {
		in->uses_network = false;
		python_code_view(in, &v);
		drop_doubt(in, h->path);
		if (in->runs_at <= CONTEXT_IMPORT)
			layers_scripts(in, &v);
		inspection_folded(in, &v);
		if (in->out->nfindings != before)
			indicators_view(in, &v);
	}
	if (in->runs_at < h->runs_at)
		h->runs_at = in->runs_at;
	package_keep_look(in->package, h, v.reading);
}

/* Modules, and start-up files: both may stand before what they import. */
static bool
may_be_involved(const struct held *h)
{
	return h->module != NULL || (h->kind == VIEW_PYTHON &&
	    str_ends(h->path, ".pth"));
}

static void
look_twice(struct inspection *in)
{
	struct package *p = in->package;
	bool any;

	package_build(in, p);
	any = package_follow(p);
	for (size_t i = 0; i < p->n; i++) {
		p->files[i].involved = may_be_involved(&p->files[i]) &&
		    (p->files[i].involved || p->files[i].reach != REACH_NONE);
		any = any || p->files[i].involved;
	}
	if (!any)
		return;
	package_learn(in);
	p->last = true;
	for (size_t i = 0; i < p->n; i++)
		if (p->files[i].involved)
			look_again(in, i);
}

void
package_end(struct inspection *in)
{
	look_twice(in);
	package_start(in);
	package_between(in);
	package_scripts(in);
	package_tools(in);
	bundled_end(in);
}

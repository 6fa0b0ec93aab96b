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
#include "names/stdlib.h"
#include "python/fold.h"

#define IMPORT_ROUNDS 8		/* imports of imports of a start-up file */
#define BUILD_SCRIPT_MAX (64 * 1024) /* of setup.py: as often as files held */
#define SCRIPT_NAME_LEAST 4	/* "a.sh"; shorter names stand anywhere */

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
is_npm(const char *inner)
{
	return str_equal(inner, "package.json") ||
	    str_ends(inner, "/package.json");
}

static bool
is_build_text(const char *inner)
{
	return str_equal(inner, "pyproject.toml") ||
	    str_equal(inner, "setup.cfg") || builds_is_make(inner) ||
	    builds_is_build(inner) ||
	    str_ends(inner, "entry_points.txt") || is_npm(inner) ||
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

	if (v->entry->depth != 0 || v->size > HELD_FILE_MAX ||
	    p->n == HELD_FILES_MAX || p->bytes + v->size > (test ?
	    HELD_BYTES_MAX / 2 : HELD_BYTES_MAX) || (test && !python) ||
	    (!python && !script && !is_build_text(inner) && !settings &&
	    !builds_is_cargo(inner, v->data, v->size))) {
		p->partial |= python && !test && v->entry->depth == 0;
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

void
package_reach(struct held *h, enum world_reach reach)
{
	if (h != NULL && reach > h->reach)
		h->reach = reach;
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

/* ---- who runs because of whom ------------------------------------------- */

static enum world_reach
own_reach(const struct held *h)
{
	enum world_reach own = h->context == CONTEXT_INSTALL ? REACH_INSTALL :
	    h->context == CONTEXT_STARTUP ? REACH_STARTUP :
	    h->context == CONTEXT_IMPORT ? REACH_IMPORT : REACH_NONE;

	return h->reach > own ? h->reach : own;
}

/* May `import os` mean this one?  No package's own os.py: its folder is not
 * where Python looks first. */
static bool
is_hidden_part(const struct package *p, const struct held *h, const char *name)
{
	char *folder = mem_strndup(h->module, strlen(h->module) -
	    strlen(name) - 1);
	bool part = package_module(p, folder) != NULL &&
	    str_index(stdlib_names, stdlib_count, name) >= 0;

	free(folder);
	return part;
}

void
package_search(struct package *p, const char *folder)
{
	size_t len = strlen(folder);
	char *path;

	if (str_starts(folder, "./"))
		folder += 2, len -= 2;
	while (len > 0 && folder[len - 1] == '/')
		len--;
	if (len == 0 || str_equal(folder, ".") || p->npaths == PACKAGE_PATHS)
		return;
	path = mem_strndup(folder, len);
	for (char *c = path; *c != '\0'; c++)
		if (*c == '/')
			*c = '.';
	p->paths[p->npaths++] = path;
	world_search(p->world, path);
}

/* Only what lies in such a folder looks there. */
static struct held *
module_beside(const struct package *p, const struct held *from,
    const char *name)
{
	for (size_t i = 0; i < p->npaths && from->module != NULL; i++) {
		size_t len = strlen(p->paths[i]);
		struct held *h;
		char *whole;

		if (strncmp(from->module, p->paths[i], len) != 0 ||
		    from->module[len] != '.')
			continue;
		whole = mem_printf("%s.%s", p->paths[i], name);
		h = package_module(p, whole);
		free(whole);
		if (h != NULL)
			return h;
	}
	return NULL;
}

/* A build script may put a folder of the tree where Python looks first, and
 * import "commands" from tools/commands.py. */
static struct held *
module_below(const struct package *p, const struct held *from,
    const char *name)
{
	size_t len = strlen(name);

	if (from->context != CONTEXT_INSTALL || memmem(from->data, from->size,
	    "sys.path", 8) == NULL)
		return NULL;
	for (size_t i = 0; i < p->n; i++) {
		const char *module = p->files[i].module;
		size_t all = module != NULL ? strlen(module) : 0;

		if (all > len && module[all - len - 1] == '.' &&
		    str_equal(module + all - len, name) &&
		    !is_hidden_part(p, &p->files[i], name))
			return &p->files[i];
	}
	return NULL;
}

/* pkg.net.send imports pkg/__init__, pkg/net; true if any is of the package. */
static bool
follow(const struct package *p, const struct held *from, const char *to,
    bool *grown)
{
	enum world_reach reach = own_reach(from);
	char *name = mem_strdup(to), *dot;
	bool ours = false;

	do {
		struct held *h = package_module(p, name);

		if (h == NULL)
			h = module_beside(p, from, name);
		if (h == NULL)
			h = module_below(p, from, name);
		/* Tests and examples run when a module imports them. */
		if (h != NULL) {
			ours = h->involved = true;
			h->imported = h->imported || (h != from &&
			    !str_ends(from->path, "__main__.py"));
			*grown = *grown || reach > own_reach(h);
			if (reach > own_reach(h))
				package_reach(h, reach);
		}
		dot = strrchr(name, '.');
		if (dot != NULL)
			*dot = '\0';
	} while (dot != NULL);
	free(name);
	return ours;
}

static bool
follow_imports(struct package *p)
{
	bool grown = true, any = false;

	for (int round = 0; grown && round < IMPORT_ROUNDS; round++) {
		grown = false;
		for (size_t i = 0; i < p->world->nedges; i++) {
			const struct world_edge *e = &p->world->edges[i];
			struct held *from = &p->files[e->from];

			if (from->context == CONTEXT_TEST &&
			    from->reach == REACH_NONE)
				continue;
			if (!follow(p, from, e->to, &grown))
				continue;
			from->involved = any = true;
		}
	}
	return any;
}

/* "docs/conf.py" as a text of the source, whole. */
static bool
quotes(const struct held *source, const char *path)
{
	const uint8_t *at = source->data, *stop = at + source->size;
	size_t len = strlen(path);

	for (; (at = memmem(at, (size_t)(stop - at), path, len)) != NULL;
	    at++)
		if (at > source->data && at + len < stop &&
		    at[-1] == at[len] && (at[len] == '"' || at[len] == '\''))
			return true;
	return false;
}

/* What a build script names and executes runs as early. */
static void
follow_executed(struct package *p)
{
	static const char *const ways[] = { "exec(", "execfile(", "run_path(" };

	for (size_t i = 0; i < p->n; i++) {
		const struct held *h = &p->files[i];

		if (h->kind != VIEW_PYTHON || h->size > BUILD_SCRIPT_MAX ||
		    own_reach(h) != REACH_INSTALL || !str_any_in(ways,
		    ARRAY_LEN(ways), h->data, h->size))
			continue;
		for (size_t k = 0; k < p->n; k++)
			if (p->files[k].kind == VIEW_PYTHON && k != i &&
			    quotes(h, p->files[k].inner))
				package_reach(&p->files[k], REACH_INSTALL);
	}
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

/* ---- programs that a module starts -------------------------------------- */

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
		return is_npm(h->inner) || (h->kind == VIEW_SCRIPT &&
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
		if (h->settings || is_npm(h->inner))
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

static void
look_programs(struct inspection *in)
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
	follow_executed(p);
	any = follow_imports(p);
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

/* ---- what modules do between them --------------------------------------- */

void
package_note(struct package *p, enum package_deed deed, uint32_t line,
    enum context context)
{
	if (p->deeds[deed].done && p->deeds[deed].context <= context)
		return;
	p->deeds[deed].done = true;
	p->deeds[deed].file = p->world->at;
	p->deeds[deed].line = line;
	p->deeds[deed].context = context;
}

/* One module does the first, one the second, and one what both are for. */
static const struct between {
	enum package_deed first, too, second;
	const char	*rule, *category, *tactic, *text;
} betweens[] = {
	{ PACKAGE_GATHERS, PACKAGE_GATHERS, PACKAGE_SENDS, "modules-send",
	    "exfiltration",
	    "TA0010", "gathers secrets, and sends what it is given to a fixed "
	    "address, as it is loaded" },
	{ PACKAGE_FETCHES, PACKAGE_FETCHES, PACKAGE_EXECUTES,
	    "modules-execute", "dynamic-exec",
	    "TA0002", "fetches, and executes what it is given, as it is "
	    "loaded" },
	{ PACKAGE_CONNECTS, PACKAGE_RUNS, PACKAGE_TIES, "reverse-shell",
	    "remote-control", "TA0011", "ties a shell to a network "
	    "connection" },
	{ PACKAGE_CONNECTS, PACKAGE_FEEDS, PACKAGE_SHELLS, "reverse-shell",
	    "remote-control", "TA0011", "ties a shell to a network "
	    "connection" },
};

static void
look_between(struct inspection *in, const struct between *b)
{
	struct package *p = in->package;
	enum context context = p->deeds[b->second].context;
	struct entry e;
	struct view v;

	if (p->n > BETWEEN_FILES_MOST || !p->deeds[b->first].done ||
	    !p->deeds[b->too].done || !p->deeds[b->second].done ||
	    p->deeds[b->second].file >= p->n)
		return;
	v = package_view(p, p->deeds[b->second].file, &e);
	inspection_report(in, &v, &(struct report){ .rule = b->rule,
	    .category = b->category, .tactic = b->tactic, .text = b->text,
	    .line = p->deeds[b->second].line, .elsewhere = true,
	    .context = context });
}

void
package_end(struct inspection *in)
{
	look_twice(in);
	look_programs(in);
	for (size_t i = 0; i < ARRAY_LEN(betweens); i++)
		look_between(in, &betweens[i]);
	package_scripts(in);
	bundled_end(in);
}

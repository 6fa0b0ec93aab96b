/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scripts - Python that acts as it is loaded, and that nothing loads:
 * its developers' chores beside the package, and scripts inside it.
 *
 * Takes: the modules of a package, when all were looked at.  Gives: what such a
 * file was found to do counts as done by who starts it.
 * Runs in: worker child, command.
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "inspect/inspectors.h"
#include "inspect/package/package.h"

#define STEM_LEAST 4		/* shorter words stand anywhere */

static const char *
past_source_folder(const char *inner)
{
	return str_starts(inner, "src/") ? inner + 4 : inner;
}

/* "pkg/tools/gen.py": gen; the caller frees it. */
static char *
stem_of(const struct held *h)
{
	const char *slash = strrchr(h->inner, '/');
	const char *name = slash != NULL ? slash + 1 : h->inner;

	return mem_strndup(name, strcspn(name, "."));
}

static bool
holds(const struct held *h, const char *word)
{
	return memmem(h->data, h->size, word, strlen(word)) != NULL;
}

/* Who imports by names that he makes may mean any file. */
static bool
loads_by_name(const struct held *h)
{
	static const char *const ways[] = { "import_module", "__import__",
	    "iter_modules", "walk_packages", "run_module", "run_path",
	    "spec_from_file", "FileLoader", "find_spec", "exec(", "execfile" };

	return h->kind == VIEW_PYTHON && str_any_in(ways, ARRAY_LEN(ways),
	    h->data, h->size);
}

/* How many of the package's files, tests aside, do so. */
static size_t
count_loaders(const struct package *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		n += p->files[i].context != CONTEXT_TEST &&
		    loads_by_name(&p->files[i]);
	return n;
}

/* Does nothing of the package, tests aside, say its name? */
static bool
is_unnamed(const struct package *p, const struct held *script,
    const char *stem)
{
	for (size_t i = 0; i < p->n; i++)
		if (&p->files[i] != script &&
		    p->files[i].context != CONTEXT_TEST &&
		    holds(&p->files[i], stem))
			return false;
	return true;
}

static bool
is_build_file(const struct held *h)
{
	static const char *const names[] = { "setup.py", "setup.cfg",
	    "pyproject.toml" };

	return str_index(names, ARRAY_LEN(names), h->inner) >= 0;
}

/* What a build takes that lies beside the package: modules that it names, all
 * that it finds there, or the folder as a whole. */
static bool
may_install(const struct held *build, const char *stem)
{
	static const char *const all[] = { "*.py", "glob(", "listdir",
	    "walk(", "scandir", "iterdir", "[\"\"", "['']", "['',",
	    "[\".\"", "['.'", "package_dir", "package-dir", "**" };
	char *name = mem_printf("%s.py", stem);
	bool may = str_any_in(all, ARRAY_LEN(all), build->data, build->size) ||
	    holds(build, name) || (holds(build, stem) &&
	    (holds(build, "py_modules") || holds(build, "py-modules") ||
	    (holds(build, "module") && !str_ends(build->inner, ".py"))));

	free(name);
	return may;
}

static bool
has_package(const struct package *p)
{
	for (size_t i = 0; i < p->n; i++) {
		const char *inner = past_source_folder(p->files[i].inner);
		const char *slash = strchr(inner, '/');

		if (slash != NULL && str_equal(slash, "/__init__.py") &&
		    p->files[i].context == CONTEXT_IMPORT)
			return true;
	}
	return false;
}

/* In a source tree, beside a package: no build installs it unasked. */
static bool
is_chore(const struct inspection *in, const struct held *script,
    const char *stem)
{
	const struct package *p = in->package;
	bool built = false;

	if (in->packagetype == PACKAGE_WHEEL ||
	    in->packagetype == PACKAGE_EGG || !has_package(p))
		return false;
	for (size_t i = 0; i < p->n; i++) {
		const struct held *h = &p->files[i];

		if (is_build_file(h) && may_install(h, stem))
			return false;
		if (h != script && h->context == CONTEXT_INSTALL &&
		    (loads_by_name(h) || holds(h, "executable")))
			return false;
		built = built || is_build_file(h);
	}
	return built && strcasecmp(stem, in->project) != 0;
}

/* Found as a module that is imported, which no other one does. */
static bool
is_lone(const struct held *h)
{
	return h->kind == VIEW_PYTHON && h->module != NULL && !h->imported &&
	    h->context == CONTEXT_IMPORT && h->reach == REACH_NONE &&
	    !str_ends(h->inner, "__init__.py") &&
	    !str_ends(h->inner, "__main__.py");
}

static bool
is_top(const struct held *h)
{
	return strchr(past_source_folder(h->inner), '/') == NULL;
}

static bool
is_script(const struct inspection *in, const struct held *h, size_t loaders)
{
	char *stem = stem_of(h);
	bool is;

	if (is_top(h))
		is = is_chore(in, h, stem);
	else
		is = !h->offers && strlen(stem) >= STEM_LEAST &&
		    loaders == loads_by_name(h) &&
		    is_unnamed(in->package, h, stem);
	free(stem);
	return is;
}

/* What no script that is installed does for who starts it; a chore is not
 * installed. */
static bool
is_no_script(const struct held *h, const struct finding *one)
{
	static const char *const never[] = { "dynamic-exec", "remote-control",
	    "obfuscation", "hidden-executable", "credential-theft", "impact",
	    "evasion", "propagation" };

	return !is_top(h) && str_index(never, ARRAY_LEN(never),
	    one->category) >= 0;
}

static bool
is_early(const struct held *h, const struct finding *one)
{
	return one->context == CONTEXT_IMPORT && str_equal(one->path, h->path);
}

/* Does it act as it is loaded, and only as a script may? */
static bool
acts(const struct features *f, const struct held *h)
{
	bool any = false;

	for (size_t i = 0; i < f->nfindings; i++) {
		if (!is_early(h, &f->findings[i]))
			continue;
		if (is_no_script(h, &f->findings[i]))
			return false;
		any = true;
	}
	return any;
}

/* What it does is looked at as what somebody calls. */
static void
look_called(struct inspection *in, struct held *h)
{
	struct features *f = in->out;
	struct entry e = { .kind = ENTRY_FILE, .path = h->path,
	    .inner = h->inner, .data = h->data, .size = h->size,
	    .declared = h->size, .installed = h->installed };
	struct view v = { .entry = &e, .path = h->path, .kind = h->kind,
	    .context = CONTEXT_CALL, .data = h->data, .code = h->data,
	    .size = h->size, .module = h->module };

	for (size_t i = f->nfindings; i-- > 0;)
		if (is_early(h, &f->findings[i]))
			finding_drop(f, i);
	h->context = CONTEXT_CALL;
	in->package->world->at = (uint32_t)(h - in->package->files);
	inspection_look(in, &v);
}

void
package_scripts(struct inspection *in)
{
	struct package *p = in->package;
	size_t loaders = SIZE_MAX;	/* not counted yet: few packages have
					   such a file */

	/* Whoever is not held may import any. */
	for (size_t i = 0; i < p->n && !p->partial; i++) {
		struct held *h = &p->files[i];

		if (!is_lone(h) || !acts(in->out, h))
			continue;
		if (loaders == SIZE_MAX)
			loaders = count_loaders(p);
		if (is_script(in, h, loaders))
			look_called(in, h);
	}
}

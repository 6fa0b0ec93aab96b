/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reach - which files of a package run, and how early, because of which others.
 *
 * Takes: what modules import, and what set-up scripts name and execute.  Gives:
 * held.reach, and held.involved of whoever imports a module of the package, or
 * is imported.
 * Runs in: worker child, command.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "inspect/package/package.h"
#include "names/stdlib.h"

#define IMPORT_ROUNDS 8		/* imports of imports of a start-up file */
#define BUILD_SCRIPT_MAX (64 * 1024) /* of setup.py: as often as files held */

void
package_reach(struct held *h, enum world_reach reach)
{
	if (h != NULL && reach > h->reach)
		h->reach = reach;
}

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

/* Does the source say that word once? */
static bool
says_once(const struct held *source, const char *word)
{
	const uint8_t *end = source->data + source->size;
	size_t len = strlen(word);
	const uint8_t *at = memmem(source->data, source->size, word, len);

	return at != NULL && memmem(at + len, (size_t)(end - at) - len, word,
	    len) == NULL;
}

/* Where what stands before `at` ends, but for those letters. */
static const uint8_t *
back_over(const struct held *source, const uint8_t *at, const char *letters)
{
	while (at > source->data && at[-1] != '\0' &&
	    (strchr(letters, at[-1]) != NULL ||
	    (*letters == 'a' && isalnum(at[-1]))))
		at--;
	return at;
}

/* setup(scripts=["tool.py"]), {"scripts": ["tool.py"]}: installed, and not run,
 * where nothing else asks for those. */
static bool
is_script(const struct held *source, const uint8_t *at)
{
	static const char word[] = "scripts";
	const size_t len = sizeof(word) - 1;
	const uint8_t *from = back_over(source, at, "a\"', \t\r\n./_-");

	if (from == source->data || from[-1] != '[')
		return false;
	from = back_over(source, from - 1, " ");
	if (from == source->data || (from[-1] != '=' && from[-1] != ':'))
		return false;
	from = back_over(source, from - 1, " \"'");
	return (size_t)(from - source->data) > len && memcmp(from - len, word,
	    len) == 0 && !isalnum(from[-1 - (ptrdiff_t)len]) &&
	    from[-1 - (ptrdiff_t)len] != '_' && says_once(source, word);
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
		    at[-1] == at[len] && (at[len] == '"' || at[len] == '\'') &&
		    !is_script(source, at))
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

bool
package_follow(struct package *p)
{
	follow_executed(p);
	return follow_imports(p);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * build - files that run because a build or an entry point names them.
 *
 * Takes: pyproject.toml, setup.cfg and entry_points.txt of the package.
 * Gives: how early the modules that they name run.
 * Runs in: worker child, command.  No TOML reader: sections, keys and quoted
 * texts of a line are enough, and what is no TOML harms nobody.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "inspect/builds.h"
#include "inspect/inspectors.h"
#include "inspect/package/package.h"
#include "inspect/places.h"

#define WORD_MOST 200
#define NAME_LEAST 6		/* "get.py"; shorter ones stand anywhere */

struct reader {
	struct inspection *in;
	struct package	*p;
	const struct held *file;
	char		 section[WORD_MOST];
	char		 backend[WORD_MOST];
	bool		 in_paths;	/* inside backend-path = [ ... */
	uint32_t	 line;
};

/* Copies a trimmed, unquoted word; "" when it is too long.  It may stand where
 * it is copied to. */
static void
word(const char *s, size_t len, char *out)
{
	while (len > 0 && (isspace((unsigned char)*s) || *s == '"' ||
	    *s == '\'')) {
		s++;
		len--;
	}
	while (len > 0 && (isspace((unsigned char)s[len - 1]) ||
	    s[len - 1] == '"' || s[len - 1] == '\''))
		len--;
	if (len >= WORD_MOST)
		len = 0;
	memmove(out, s, len);
	out[len] = '\0';
}

/* "pkg.mod:func" and "pkg.mod.attr": the module runs, the function is used. */
static void
reach_name(struct reader *r, const char *name, enum world_reach reach)
{
	char text[WORD_MOST], *colon, *dot;
	struct world_name *function;
	struct held *h;

	word(name, strcspn(name, "[ "), text);
	colon = strchr(text, ':');
	if (colon != NULL)
		*colon = '.';
	function = world_find(r->p->world, text);
	if (function != NULL && function->function && reach > function->reach) {
		function->reach = reach;
		function->given = UINT8_MAX;
	}
	while ((h = package_module(r->p, text)) == NULL) {
		dot = strrchr(text, '.');
		if (dot == NULL)
			return;
		*dot = '\0';
	}
	package_reach(h, reach);
}

static void
reach_path(struct reader *r, const char *path, enum world_reach reach)
{
	if (str_starts(path, "./"))
		path += 2;
	package_reach(package_file(r->p, path), reach);
}

/* A path that counts from the folder of the file that names it. */
static void
reach_beside(struct reader *r, const char *path, enum world_reach reach)
{
	const char *slash = strrchr(r->file->inner, '/');
	char *whole = mem_printf("%.*s%s", slash != NULL ?
	    (int)(slash + 1 - r->file->inner) : 0, r->file->inner, path);

	package_reach(package_file(r->p, whole), reach);
	free(whole);
}

/* PEP 517 and 660: what the installer calls of a back end. */
static void
reach_backend(struct reader *r, struct held *h)
{
	static const char *const hooks[] = { "build_wheel", "build_sdist",
	    "get_requires_for_build_wheel", "get_requires_for_build_sdist",
	    "prepare_metadata_for_build_wheel", "build_editable",
	    "get_requires_for_build_editable",
	    "prepare_metadata_for_build_editable" };

	package_reach(h, REACH_INSTALL);
	for (size_t i = 0; h != NULL && i < ARRAY_LEN(hooks); i++) {
		char *name = mem_printf("%s.%s", h->module, hooks[i]);
		struct world_name *n = world_find(r->p->world, name);

		if (n != NULL) {
			n->reach = REACH_INSTALL;
			n->given = UINT8_MAX;
		}
		free(name);
	}
}

/* A module below a folder of the tree: backend-path. */
static void
reach_below(struct reader *r, const char *folder, const char *module)
{
	static const char *const ends[] = { ".py", "/__init__.py" };
	char name[WORD_MOST];

	word(module, strcspn(module, ":"), name);
	for (char *c = name; *c != '\0'; c++)
		if (*c == '.')
			*c = '/';
	while (str_starts(folder, "./"))
		folder += 2;
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		bool top = str_equal(folder, ".") || *folder == '\0';
		char *path = mem_printf("%s%s%s%s", top ? "" : folder,
		    top ? "" : "/", name, ends[i]);

		reach_backend(r, package_file(r->p, path));
		free(path);
	}
}

/* ---- entry points ------------------------------------------------------- */

/* The project that loads a group loads its own entries where it always did. */
static bool
is_own_group(const struct inspection *in, const char *group)
{
	static const struct { const char *group, *project; } owners[] = {
		{ "distutils.", "setuptools" }, { "egg_info.", "setuptools" },
		{ "setuptools.", "setuptools" }, { "pytest11", "pytest" },
		{ "mkdocs.", "mkdocs" }, { "flake8.", "flake8" },
		{ "flask.", "flask" },
	};

	for (size_t i = 0; i < ARRAY_LEN(owners); i++)
		if (str_starts(group, owners[i].group) &&
		    str_equal(in->project, owners[i].project))
			return true;
	return false;
}

/* Groups whose entries are loaded without being asked for. */
static enum world_reach
reach_of_group(const char *group)
{
	static const char *const build[] = { "distutils.commands",
	    "distutils.setup_keywords", "egg_info.writers",
	    "setuptools.finalize_distribution_options",
	    "setuptools.file_finders" };
	static const char *const load[] = { "pytest11",
	    "mkdocs.plugins", "flake8.extension", "flask.commands",
	    "opentelemetry_configurator", "jupyter_serverproxy_servers" };

	if (str_index(build, ARRAY_LEN(build), group) >= 0)
		return REACH_INSTALL;
	return str_index(load, ARRAY_LEN(load), group) >= 0 ? REACH_IMPORT :
	    REACH_NONE;
}

/* What pytest calls of a plugin. */
static void
reach_hooks(struct reader *r, const char *value)
{
	static const char *const hooks[] = { "configure", "sessionstart",
	    "sessionfinish", "unconfigure", "addoption",
	    "load_initial_conftests", "plugin_registered",
	    "collection_modifyitems", "runtest_setup", "cmdline_main" };

	for (size_t i = 0; i < ARRAY_LEN(hooks); i++) {
		char *hook = mem_printf("%s:pytest_%s", value, hooks[i]);

		reach_name(r, hook, REACH_IMPORT);
		free(hook);
	}
}

static void
entry_point(struct reader *r, const char *group, const char *name,
    const char *value)
{
	struct view place = { .context = CONTEXT_METADATA,
	    .path = r->file->path };
	enum world_reach reach = is_own_group(r->in, group) ? REACH_NONE :
	    reach_of_group(group);

	if ((str_equal(group, "console_scripts") ||
	    str_equal(group, "scripts")) && places_is_shadow(r->in, name)) {
		reach = REACH_IMPORT;
		places_say_shadow(r->in, &place, name, r->line);
	}
	if (reach != REACH_NONE)
		reach_name(r, value, reach);
	if (reach != REACH_NONE && str_equal(group, "pytest11"))
		reach_hooks(r, value);
}

/* ---- keys --------------------------------------------------------------- */

/* Is `attr` a plain constant of the module?  Then nothing is imported. */
static bool
is_constant(const struct reader *r, const char *name)
{
	const char *dot = strrchr(name, '.');
	char *module = dot != NULL ? mem_strndup(name, (size_t)(dot - name)) :
	    mem_strdup(name);
	const struct held *h = package_module(r->p, module);
	const uint8_t *at;
	bool constant = false;

	free(module);
	if (h == NULL || dot == NULL)
		return false;
	at = memmem(h->data, h->size, dot + 1, strlen(dot + 1));
	if (at != NULL) {
		const uint8_t *stop = h->data + h->size;

		at += strlen(dot + 1);
		while (at < stop && (*at == ' ' || *at == '='))
			at++;
		constant = at < stop && (*at == '"' || *at == '\'');
	}
	return constant;
}

static void
attribute(struct reader *r, const char *name)
{
	if (!is_constant(r, name))
		reach_name(r, name, REACH_INSTALL);
}

/* The first quoted text after `key` in a line, or the whole value. */
static bool
quoted_after(const char *value, const char *key, char *out)
{
	const char *at = strstr(value, key), *end;
	char quote;

	if (at == NULL)
		return false;
	at += strlen(key);
	at += strcspn(at, "\"'");
	if (*at == '\0')
		return false;
	quote = *at++;
	end = strchr(at, quote);
	if (end == NULL)
		return false;
	word(at, (size_t)(end - at), out);
	return *out != '\0';
}

/* Every quoted text of backend-path's list is a folder. */
static void
backend_paths(struct reader *r, const char *value)
{
	for (const char *at = value; (at = strpbrk(at, "\"'")) != NULL;) {
		const char *end = strchr(at + 1, *at);
		char folder[WORD_MOST];

		if (end == NULL)
			break;
		word(at + 1, (size_t)(end - at - 1), folder);
		reach_below(r, folder, r->backend);
		package_search(r->p, folder);
		at = end + 1;
	}
	r->in_paths = strchr(value, ']') == NULL;
}

static void
toml_key(struct reader *r, const char *key, const char *value)
{
	char text[WORD_MOST];

	word(value, strlen(value), text);
	if (str_equal(r->section, "build-system")) {
		if (str_equal(key, "build-backend"))
			memcpy(r->backend, text, sizeof(text));
		if (str_equal(key, "backend-path"))
			backend_paths(r, value);
	} else if (str_ends(r->file->inner, "Cargo.toml")) {
		if (str_equal(r->section, "package") &&
		    str_equal(key, "build"))
			reach_beside(r, text, REACH_INSTALL);
	} else if (str_ends(r->section, "hooks.custom") &&
	    str_equal(key, "path")) {
		reach_path(r, text, REACH_INSTALL);
	} else if ((str_starts(r->section, "tool.poetry") &&
	    (str_equal(key, "script") || str_equal(key, "build"))) ||
	    (str_starts(r->section, "tool.pdm.build") &&
	    str_equal(key, "custom-hook"))) {
		if (quoted_after(value, "script", text) ||
		    str_ends(text, ".py"))
			reach_path(r, text, REACH_INSTALL);
	} else if (str_equal(r->section, "tool.setuptools.cmdclass") ||
	    (str_equal(r->section, "tool.pdm.version") &&
	    str_equal(key, "getter"))) {
		reach_name(r, text, REACH_INSTALL);
	} else if (str_starts(r->section, "tool.setuptools.dynamic")) {
		if (quoted_after(value, "attr", text) || str_equal(key, "attr"))
			attribute(r, text);
	}
}

static void
keyed(struct reader *r, const char *key, const char *value)
{
	static const char quoted[] = "project.entry-points.";
	char text[WORD_MOST], group[WORD_MOST];

	word(value, strlen(value), text);
	if (str_ends(r->file->inner, "entry_points.txt")) {
		entry_point(r, r->section, key, text);
	} else if (str_equal(r->file->inner, "setup.cfg")) {
		if (str_starts(text, "attr:")) {
			word(text + 5, strlen(text + 5), group);
			attribute(r, group);
		}
	} else if (str_starts(r->section, quoted)) {
		word(r->section + sizeof(quoted) - 1,
		    strlen(r->section + sizeof(quoted) - 1), group);
		entry_point(r, group, key, text);
	} else if (str_equal(r->section, "project.scripts") ||
	    str_equal(r->section, "tool.poetry.scripts")) {
		entry_point(r, "scripts", key, text);
	} else {
		toml_key(r, key, value);
	}
}

/* setup.cfg's [options.entry_points]: "group =", then indented entries. */
static void
cfg_entry(struct reader *r, const char *line, const char *equals, char *group)
{
	char key[WORD_MOST], value[WORD_MOST];

	if (!isspace((unsigned char)*line)) {
		word(line, (size_t)(equals - line), group);
		return;
	}
	word(line, (size_t)(equals - line), key);
	word(equals + 1, strlen(equals + 1), value);
	entry_point(r, group, key, value);
}

/* setup.cfg's commands of the build: [options] "cmdclass =", then "install =
 * pkg.Install" or several with commas between; [global] command_packages. */
static void
cfg_commands(struct reader *r, const char *line, const char *equals,
    char *group)
{
	char value[WORD_MOST];

	if (!isspace((unsigned char)*line)) {
		word(line, (size_t)(equals - line), group);
		line = equals + 1;
	}
	for (size_t len; *line != '\0'; line += len + (line[len] == ',')) {
		len = strcspn(line, ",");
		equals = memchr(line, '=', len);
		if (str_equal(group, "command_packages"))
			word(line, len, value);
		else if (str_equal(group, "cmdclass") && equals != NULL)
			word(equals + 1, (size_t)(line + len - equals - 1),
			    value);
		else
			continue;
		reach_name(r, value, REACH_INSTALL);
	}
}

static void
read_line(struct reader *r, const char *line, char *group)
{
	const char *equals = strchr(line, '=');
	char key[WORD_MOST];

	if (r->in_paths) {
		backend_paths(r, line);
		return;
	}
	if (*line == '[') {
		word(line + 1, strcspn(line + 1, "]"), r->section);
		/* install = test install */
		r->p->world->steers = r->p->world->steers ||
		    str_equal(r->section, "aliases");
		if (str_starts(r->section, "["))
			word(r->section + 1, strlen(r->section + 1),
			    r->section);
		return;
	}
	if (equals == NULL || *line == '#' || *line == ';')
		return;
	if (str_equal(r->section, "options.entry_points")) {
		cfg_entry(r, line, equals, group);
		return;
	}
	if (str_equal(r->file->inner, "setup.cfg") &&
	    (str_equal(r->section, "options") ||
	    str_equal(r->section, "global")))
		cfg_commands(r, line, equals, group);
	word(line, (size_t)(equals - line), key);
	keyed(r, key, equals + 1);
}

static void
read_file(struct reader *r)
{
	const char *at = (const char *)r->file->data;
	const char *stop = at + r->file->size;
	char group[WORD_MOST] = "", line[WEIGHTS_LINE_MAX];

	while (at < stop) {
		const char *end = memchr(at, '\n', (size_t)(stop - at));
		size_t len = (size_t)((end != NULL ? end : stop) - at);

		r->line++;
		if (len < sizeof(line)) {
			memcpy(line, at, len);
			line[len] = '\0';
			read_line(r, line, group);
		}
		at = end != NULL ? end + 1 : stop;
	}
}

/* Modules that a build file's commands name run with the build. */
static void
reach_named(struct package *p, const struct held *file)
{
	struct buf commands = BUF_EMPTY;

	builds_commands(&(struct view){ .path = file->inner,
	    .data = file->data, .size = file->size }, &commands);
	for (size_t i = 0; commands.len != 0 && i < p->n; i++) {
		struct held *h = &p->files[i];
		const char *slash = strrchr(h->inner, '/');
		const char *name = slash != NULL ? slash + 1 : h->inner;

		if (h->kind == VIEW_PYTHON && strlen(name) >= NAME_LEAST &&
		    !str_equal(name, "__init__.py") &&
		    strstr(buf_text(&commands), name) != NULL)
			package_reach(h, REACH_INSTALL);
	}
	buf_release(&commands);
}

void
package_build(struct inspection *in, struct package *p)
{
	for (size_t i = 0; i < p->n; i++) {
		struct reader r = { .in = in, .p = p, .file = &p->files[i] };

		if (builds_is_build(p->files[i].inner)) {
			if (p->files[i].context == CONTEXT_INSTALL)
				reach_named(p, &p->files[i]);
			continue;
		}
		if (p->files[i].kind != VIEW_PYTHON)
			read_file(&r);
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * builds - scripts, and what build files have a shell do, as one.
 *
 * CMake, meson, make and cargo's build scripts name programs with their
 * arguments.  Those are written out as a shell would be told them, and looked
 * at like any script.
 *
 * Takes: views.  Gives: layers and findings.
 * Runs in: worker child, command.  No build language's grammar: calls, quoted
 * texts and names are enough, and what is none of them harms nobody.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "flow/shell.h"
#include "inspect/builds.h"
#include "inspect/cmake.h"
#include "inspect/inspectors.h"

#define WORD_MOST 400
#define CALLS_MAX 256		/* of one name in one file */
#define NAME_MOST 40		/* of a variable */

/* ---- meson and cargo ----------------------------------------------------- */

/* The quoted text at *at, which stands behind its first quote. */
static void
add_quoted(const char **at, const char *end, char quote, struct buf *out)
{
	while (*at < end && **at != quote) {
		if (**at == '\\' && *at + 1 < end)
			++*at;
		buf_addc(out, **at);
		++*at;
	}
	*at += *at < end;
	buf_addc(out, ' ');
}

/* A name, or if it is the first the program that meson found for it. */
static void
add_name(const struct view *v, const char *name, size_t len, bool program,
    struct buf *out)
{
	const char *at = NULL, *end = (const char *)v->data + v->size;

	if (program && len < NAME_MOST) {
		char *want = mem_printf("%.*s = find_program(", (int)len,
		    name);

		at = memmem(v->data, v->size, want, strlen(want));
		if (at != NULL)
			at += strlen(want);
		free(want);
	}
	if (at != NULL && at < end && (*at == '\'' || *at == '"')) {
		const char quote = *at++;

		add_quoted(&at, end, quote, out);
		return;
	}
	buf_add(out, name, len);
	buf_addc(out, ' ');
}

/* Texts and names from `at` to a sign that ends the call, as one line. */
static void
add_call(const struct view *v, const char *at, char stop, struct buf *out)
{
	const char *end = (const char *)v->data + v->size;
	unsigned int deep = 1;
	bool first = true;

	while (at < end && deep > 0 && *at != stop) {
		const char *from = at;

		if (*at == '"' || (stop != ';' && *at == '\'')) {
			at++;
			add_quoted(&at, end, *from, out);
			first = false;
			continue;
		}
		while (at < end && (isalnum((unsigned char)*at) || *at == '_'))
			at++;
		/* No method, no part of a path, no keyword. */
		if (at > from && from[-1] != '.' && from[-1] != ':' &&
		    at < end && strchr(").,", *at) != NULL) {
			add_name(v, from, (size_t)(at - from), first, out);
			first = false;
		}
		if (at > from)
			continue;
		if (stop == '\0')
			deep = *at == '(' ? deep + 1 : *at == ')' ? deep - 1 :
			    deep;
		at++;
	}
	buf_addc(out, '\n');
}

static void
add_calls(const struct view *v, const char *name, char stop, struct buf *out)
{
	const char *at = (const char *)v->data, *end = at + v->size;
	unsigned int calls = 0;

	while (calls++ < CALLS_MAX && (at = memmem(at, (size_t)(end - at),
	    name, strlen(name))) != NULL) {
		at += strlen(name);
		add_call(v, at, stop, out);
	}
}

static void
read_meson(const struct view *v, struct buf *out)
{
	static const char *const calls[] = { "run_command(",
	    "custom_target(", "configure_file(", "add_install_script(",
	    "add_postconf_script(", "add_dist_script(", "vcs_tag(" };

	for (size_t i = 0; i < ARRAY_LEN(calls); i++)
		add_calls(v, calls[i], '\0', out);
}

/* A line for a shell may stand in a constant. */
static void
add_lines(const struct view *v, struct buf *out)
{
	const char *at = (const char *)v->data, *end = at + v->size;

	while ((at = memchr(at, '"', (size_t)(end - at))) != NULL) {
		const char *from = ++at;
		struct buf line = { .most = WORD_MOST };

		add_quoted(&at, end, '"', &line);
		if (memmem(from, (size_t)(at - from), "curl ", 5) != NULL ||
		    memmem(from, (size_t)(at - from), "wget ", 5) != NULL)
			buf_addf(out, "%s\n", buf_text(&line));
		buf_release(&line);
	}
}

static void
read_cargo(const struct view *v, struct buf *out)
{
	static const char *const fetches[] = { "reqwest::", "ureq::",
	    "minreq::" };
	static const char *const writes[] = { "fs::write(", "File::create(" };

	for (size_t i = 0; i < ARRAY_LEN(fetches); i++)
		if (memmem(v->data, v->size, fetches[i],
		    strlen(fetches[i])) != NULL)
			for (size_t k = 0; k < ARRAY_LEN(writes); k++) {
				buf_adds(out, "curl http://written -o ");
				add_calls(v, writes[k], ',', out);
				buf_addc(out, '\n');
			}
	add_calls(v, "Command::new(", ';', out);
	add_lines(v, out);
}

/* ---- make ---------------------------------------------------------------- */

static void
read_make(const struct view *v, struct buf *out)
{
	const char *at = (const char *)v->data, *end = at + v->size;
	bool goes_on = false;

	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		bool recipe = goes_on || *at == '\t';

		if (stop == NULL)
			stop = end;
		while (recipe && at < stop && strchr("\t @-+", *at) != NULL)
			at++;
		goes_on = recipe && stop > at && stop[-1] == '\\';
		if (recipe)
			buf_add(out, at, (size_t)(stop - at) - goes_on);
		if (recipe && !goes_on)
			buf_addc(out, '\n');
		at = stop < end ? stop + 1 : end;
	}
}

/* ---- settings ------------------------------------------------------------ */

bool
builds_is_settings(const char *path, const uint8_t *data, size_t size)
{
	static const char *const ends[] = { ".yaml", ".yml", ".json", ".toml",
	    ".ini", ".cfg", ".conf", ".properties", ".xml" };
	static const char *const words[] = { "curl ", "wget ", "curl\"",
	    "wget\"", "curl'", "wget'", "owershell",
	    "pwsh", "-c\"", "-c'", "osascript", "/dev/tcp/", "mshta",
	    "certutil", "bitsadmin", "base64", "-e\"", "-c '", "-c \\\"" };
	bool named = false;

	for (size_t i = 0; i < ARRAY_LEN(ends); i++)
		named = named || str_ends(path, ends[i]);
	return named && size <= SCRIPT_TEXT_MAX &&
	    str_any_in(words, ARRAY_LEN(words), data, size);
}

/* <run>words</run> */
static const char *
element_texts(const char *at, const char *stop, struct buf *out)
{
	while ((at = memchr(at, '>', (size_t)(stop - at))) != NULL) {
		const char *end;

		at++;
		end = memchr(at, '<', (size_t)(stop - at));
		buf_add(out, at, (size_t)((end != NULL ? end : stop) - at));
		buf_addc(out, '\n');
	}
	return stop;
}

/* A line without quotes: what stands behind its key. */
static const char *
plain_line(const char *at, const char *stop, struct buf *out)
{
	const char *value = at;

	if (*at == '<')
		return element_texts(at, stop, out);
	while (value < stop && (isalnum((unsigned char)*value) ||
	    strchr("_-. \t", *value) != NULL))
		value++;
	if (value < stop && (*value == ':' || *value == '=') &&
	    (value + 1 == stop || value[1] == ' '))
		at = value + 1;
	while (at < stop && strchr(" \t->|", *at) != NULL)
		at++;
	buf_add(out, at, (size_t)(stop - at));
	buf_addc(out, '\n');
	return stop;
}

/*
 * Texts in quotes one behind the other, but for keys: a list of words is a
 * command, and so may be the text before it with it.
 */
static void
read_settings(const struct view *v, bool apart, struct buf *out)
{
	const char *at = (const char *)v->data, *end = at + v->size;
	bool begins = true;

	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		const char c = *at++;

		if (stop == NULL)
			stop = end;
		if (begins && c != '\n' && memchr(at - 1, '"', (size_t)(stop -
		    at + 1)) == NULL && memchr(at - 1, '\'', (size_t)(stop -
		    at + 1)) == NULL && memchr("[]{},", c, 5) == NULL)
			at = plain_line(at - 1, stop, out);
		else if (c == '"' || c == '\'') {
			size_t before = out->len;

			add_quoted(&at, end, c, out);
			if (at < end && (*at == ':' || *at == '='))
				out->len = before;
		} else if (c == '}' || (apart && (c == '[' || c == ']' ||
		    (c == ':' && at < end && *at != '/'))))
			buf_addc(out, '\n');
		begins = c == '\n';
	}
	buf_addc(out, '\n');
}

bool
builds_is_npm(const char *path)
{
	return str_equal(path, "package.json") ||
	    str_ends(path, "/package.json");
}

bool
builds_npm_names(const uint8_t *data, size_t size, const char *script)
{
	static const char *const hooks[] = { "\"preinstall\"", "\"install\"",
	    "\"postinstall\"", "\"prepare\"" };

	for (size_t i = 0; i < ARRAY_LEN(hooks); i++) {
		const uint8_t *at = memmem(data, size, hooks[i],
		    strlen(hooks[i])), *stop;
		size_t rest = at != NULL ? size - (size_t)(at - data) : 0;

		stop = at != NULL ? memchr(at, '\n', rest) : NULL;
		if (at != NULL && memmem(at, stop != NULL ?
		    (size_t)(stop - at) : rest, script, strlen(script)) != NULL)
			return true;
	}
	return false;
}

/* ---- data ---------------------------------------------------------------- */

/* Settings and tables of a package; no recipe that somebody reads and runs. */
static bool
is_data(const struct view *v)
{
	static const char *const ends[] = { ".yaml", ".yml", ".json", ".toml",
	    ".ini", ".cfg", ".conf", ".txt", ".csv", ".tsv", ".xml", ".dat",
	    ".data", ".properties" };
	static const char *const recipes[] = { "docs/", "doc/", "example",
	    ".github", ".gitlab", ".circleci", "workflow", "docker", "ansible",
	    "roles/", "playbook", "helm", "template", "recipe", "readme",
	    "install", "requirements", "tool", "script", "travis",
	    "appveyor", "azure", "pipeline", "buildspec", "cloud" };

	if (v->context != CONTEXT_DATA && v->context != CONTEXT_IMPORT)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(recipes); i++)
		if (strcasestr(v->path, recipes[i]) != NULL)
			return false;
	for (size_t i = 0; i < ARRAY_LEN(ends); i++)
		if (str_ends(v->path, ends[i]))
			return true;
	return false;
}

/* A command that fetches and runs; whether it sees to it that nobody hears. */
static bool
fetches_and_runs(const struct inspection *in, const char *line, size_t len,
    bool *silent)
{
	static const char *const fetchers[] = { "curl ", "wget " };
	size_t at;

	for (size_t i = 0; i < ARRAY_LEN(fetchers); i++) {
		const char *from = memmem(line, len, fetchers[i],
		    strlen(fetchers[i])), *quote;
		size_t rest;

		if (from == NULL)
			continue;
		rest = len - (size_t)(from - line);
		/* Quoted, it ends with its quotes. */
		quote = memchr(line, '"', (size_t)(from - line)) != NULL ?
		    memchr(from, '"', rest) : NULL;
		if (quote != NULL)
			rest = (size_t)(quote - from);
		*silent = memmem(from, rest, "/dev/null", 9) != NULL;
		if (memmem(from, rest, "://", 3) != NULL &&
		    shell_runs_fetched(in->endpoints, from, rest, &at))
			return true;
	}
	return false;
}

static void
say_data(struct inspection *in, const struct view *v, bool silent,
    uint32_t line, const char *at, size_t len)
{
	inspection_report(in, v, &(struct report){ .line = line,
	    .rule = silent ? "data-silent" : "data-command",
	    .category = silent ? "download-exec" : "data-command",
	    .tactic = "TA0011", .text = silent ? "a data file with a command "
	    "that fetches and runs, and says nothing" : "a data file with a "
	    "command that fetches and runs", .snippet = at,
	    .snippet_len = len });
}

static void
look_data(struct inspection *in, const struct view *v)
{
	const char *at = (const char *)v->data, *end = at + v->size;
	uint32_t line = 1;

	for (; at < end; line++) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		size_t len = (size_t)((stop != NULL ? stop : end) - at);
		bool silent;

		if (fetches_and_runs(in, at, len, &silent)) {
			say_data(in, v, silent, line, at, len);
			if (silent)
				return;
		}
		at = stop != NULL ? stop + 1 : end;
	}
}

/* ---- views --------------------------------------------------------------- */

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

bool
builds_is_make(const char *path)
{
	const char *base = base_name(path);

	return str_equal(base, "Makefile") || str_equal(base, "makefile") ||
	    str_equal(base, "GNUmakefile") || str_ends(base, ".mk");
}

bool
builds_is_build(const char *path)
{
	const char *base = base_name(path);

	return cmake_is(path) || str_equal(base, "meson.build") ||
	    str_equal(base, "build.rs");
}

bool
builds_is_cargo(const char *path, const uint8_t *data, size_t size)
{
	static const char *const words[] = { "Command::new(", "reqwest::",
	    "ureq::", "TcpStream::" };

	return str_ends(path, ".rs") && size <= BUILD_COMMANDS_MAX &&
	    str_any_in(words, ARRAY_LEN(words), data, size);
}

void
builds_commands(const struct view *v, struct buf *out)
{
	out->most = BUILD_COMMANDS_MAX;
	if (v->size > BUILD_COMMANDS_MAX)
		return;
	if (builds_is_make(v->path))
		read_make(v, out);
	else if (str_ends(v->path, "meson.build"))
		read_meson(v, out);
	else if (str_ends(v->path, ".rs"))
		read_cargo(v, out);
	else if (str_ends(v->path, "package.json") ||
	    builds_is_settings(v->path, v->data, v->size)) {
		read_settings(v, true, out);
		read_settings(v, false, out);
	} else
		cmake_commands(v, out);
}

void
builds_look(struct inspection *in, const struct view *v,
    void (*tell)(const struct view *, struct buf *))
{
	struct buf out = { .most = BUILD_COMMANDS_MAX };
	struct view later = *v;

	later.context = CONTEXT_STARTUP;
	tell(v, &out);
	if (out.len != 0)
		inspection_layer_as(in, &later, BUILDS_LAYER, 0, buf_text(&out),
		    out.len, VIEW_SCRIPT);
	buf_release(&out);
}

static void
look_build(struct inspection *in, const struct view *v)
{
	struct buf out = BUF_EMPTY;

	builds_commands(v, &out);
	if (out.len != 0)
		inspection_layer_as(in, v, BUILDS_LAYER, 0, buf_text(&out),
		    out.len, VIEW_SCRIPT);
	buf_release(&out);
}

static void
look_script(struct inspection *in, const struct view *v)
{
	bool build = v->layers != NULL && str_ends(v->layers, BUILDS_LAYER);
	struct report r = { .tactic = "TA0011",
	    .rule = build ? "build-runs-fetched" : "shell-runs-fetched",
	    .category = build ? "download-exec" : "script-stage",
	    .text = build ?
	    "a build file that fetches a program and starts it" :
	    "a script whose commands fetch a program and start it" };
	size_t at;

	if (v->size > BUILD_COMMANDS_MAX || str_ends(v->path, ".js") ||
	    !shell_runs_fetched(in->endpoints,
	    (const char *)v->data, v->size, &at))
		return;
	r.line = view_line(v, at);
	view_snippet(v, at, &r.snippet, &r.snippet_len);
	inspection_report(in, v, &r);
}

void
builds_view(struct inspection *in, const struct view *v)
{
	if (v->kind == VIEW_SCRIPT)
		look_script(in, v);
	else if (v->kind == VIEW_TEXT && v->layers == NULL &&
	    (builds_is_build(v->path) || builds_is_make(v->path) ||
	    (builds_is_cargo(v->path, v->data, v->size) &&
	    v->context == CONTEXT_INSTALL)))
		look_build(in, v);
	else if (v->kind == VIEW_TEXT && v->size <= BUILD_COMMANDS_MAX &&
	    v->layers == NULL && is_data(v))
		look_data(in, v);
}

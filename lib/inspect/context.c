/* SPDX-License-Identifier: Apache-2.0 */
/*
 * context - when a file's content comes to act, and what kind of bytes it is.
 *
 * Takes: an entry and the kind of package.  Gives: a context, a kind of view.
 * Runs in: worker child, command.  Nothing is left unread because of either;
 * they only say how much a finding counts.
 */
#include "inspect/context.h"

#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "base/str.h"
#include "base/text.h"
#include "flow/shell.h"
#include "inspect/builds.h"

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* Is `name` a folder on the way to the file? */
static bool
has_folder(const char *path, const char *name)
{
	size_t len = strlen(name);
	const char *slash;

	for (; (slash = strchr(path, '/')) != NULL; path = slash + 1)
		if ((size_t)(slash - path) == len &&
		    strncasecmp(path, name, len) == 0)
			return true;
	return false;
}

static bool
ends_with_any(const char *name, const char *const *endings, size_t n)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < n; i++) {
		size_t k = strlen(endings[i]);

		if (len >= k && strcasecmp(name + len - k, endings[i]) == 0)
			return true;
	}
	return false;
}

static bool
is_python_name(const char *name)
{
	static const char *const endings[] = { ".py", ".pyw", ".pyi", ".pyx" };

	return ends_with_any(name, endings, ARRAY_LEN(endings));
}

static bool
is_script_name(const char *name)
{
	static const char *const endings[] = { ".sh", ".bash", ".bat", ".cmd",
	    ".ps1", ".psm1", ".vbs", ".js", ".mjs", ".cjs", ".scpt", ".rb",
	    ".pl", ".command", ".hta", ".wsf", ".jse", ".vbe", ".applescript",
	    ".lua", ".php", ".zsh", ".fish" };

	return ends_with_any(name, endings, ARRAY_LEN(endings));
}

/* Names that say nothing of what the file is. */
static bool
is_bare_name(const char *name)
{
	static const char *const endings[] = { ".dat", ".data", ".bin", ".txt",
	    ".tmpl", ".tmp", ".res", ".cfg" };

	return strchr(name, '.') == NULL ||
	    ends_with_any(name, endings, ARRAY_LEN(endings));
}

static bool
is_test_path(const char *path)
{
	static const char *const folders[] = { "test", "tests", "testing",
	    "_tests", "testsuite", "test_data", "testdata", "fixtures" };
	const char *base = base_name(path);

	for (size_t i = 0; i < ARRAY_LEN(folders); i++)
		if (has_folder(path, folders[i]))
			return true;
	return str_starts(base, "test_") || str_starts(base, "conftest.") ||
	    str_ends(base, "_test.py") || str_ends(base, "_tests.py");
}

static bool
is_example_path(const char *path)
{
	static const char *const folders[] = { "doc", "docs", "example",
	    "examples", "samples", "sample", "demo", "demos", "tutorials",
	    "benchmarks", "benchmark", "bench" };

	for (size_t i = 0; i < ARRAY_LEN(folders); i++)
		if (has_folder(path, folders[i]))
			return true;
	return false;
}

static bool
is_metadata_path(const char *path)
{
	static const char *const names[] = { "PKG-INFO", "METADATA", "RECORD",
	    "WHEEL", "MANIFEST.in", "SOURCES.txt", "requires.txt",
	    "top_level.txt", "entry_points.txt", "LICENSE", "README",
	    "README.md", "README.rst", "README.txt", "CHANGELOG.md" };

	return str_index(names, ARRAY_LEN(names), base_name(path)) >= 0 ||
	    strstr(path, ".dist-info/") != NULL ||
	    strstr(path, ".egg-info/") != NULL;
}

/* What every Jupyter or IPython of the machine executes as it starts. */
static bool
is_notebook_path(const char *path)
{
	return str_ends(path, ".py") && (str_starts(path, "etc/jupyter/") ||
	    str_starts(path, "etc/ipython/"));
}

static bool
is_startup_path(const char *path)
{
	const char *base = base_name(path);

	return str_ends(base, ".pth") || str_equal(base, "sitecustomize.py") ||
	    str_equal(base, "usercustomize.py") || is_notebook_path(path) ||
	    str_starts(path, "sitecustomize/") ||
	    str_starts(path, "usercustomize/");
}

/* What Sphinx reads to write a source tree's documentation: no build of the
 * package runs it, nor what is installed. */
static bool
is_manual_path(const char *path)
{
	return (str_starts(path, "doc/") || str_starts(path, "docs/")) &&
	    str_equal(base_name(path), "conf.py");
}

/* Top folders of a source tree that nobody installs. */
static bool
is_tool_path(const char *path)
{
	static const char *const folders[] = { "tools", "tooling", "scripts",
	    "script", "ci", "contrib", ".github", ".ci", "dev", "admin",
	    "maint", "packaging", "other", "util" };

	for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
		size_t len = strlen(folders[i]);

		if (strncmp(path, folders[i], len) == 0 && path[len] == '/')
			return true;
	}
	return false;
}

/* Modules at the top of a source tree that only its developers start: those
 * that no build finds by itself, and buildout's. */
static bool
is_chore_path(const char *path)
{
	static const char *const names[] = { "bootstrap.py", "toxfile.py",
	    "noxfile.py", "pavement.py", "dodo.py", "tasks.py", "fabfile.py",
	    "conanfile.py", "manage.py", "benchmark.py", "benchmarks.py" };

	return str_index(names, ARRAY_LEN(names), path) >= 0;
}

/* What pip runs to build and install an sdist. */
static bool
is_build_path(const char *path)
{
	static const char *const names[] = { "setup.py", "setup.cfg",
	    "pyproject.toml", "hatch_build.py", "build.py", "meson.build",
	    "CMakeLists.txt", "build.rs", "configure", "_custom_build.py" };

	if (strchr(path, '/') == NULL)
		return str_index(names, ARRAY_LEN(names), path) >= 0 ||
		    str_starts(path, "setup_") || str_starts(path, "build_") ||
		    builds_is_build(path);
	if (builds_is_build(path))
		return !is_test_path(path) && !is_example_path(path) &&
		    !is_tool_path(path);
	return str_equal(path, "src/setup.py") || has_folder(path, "_build") ||
	    has_folder(path, "build_backend") ||
	    has_folder(path, "_build_backend");
}

/* "manual tests/": no import statement names what lies there. */
static bool
has_blank_folder(const char *path)
{
	const char *blank = strchr(path, ' ');

	return blank != NULL && strchr(blank, '/') != NULL;
}

bool
context_is_tool(const char *inner)
{
	return is_tool_path(inner) || is_chore_path(inner);
}

static enum context
context_of_module(enum packagetype type, const char *path)
{
	if (is_test_path(path))
		return CONTEXT_TEST;
	if (type != PACKAGE_WHEEL && type != PACKAGE_EGG) {
		if (is_manual_path(path))
			return CONTEXT_TEST;
		if (context_is_tool(path) || has_blank_folder(path))
			return CONTEXT_CALL;
	}
	if (is_example_path(path))
		return CONTEXT_CALL;
	return CONTEXT_IMPORT;
}

enum context
context_of(enum packagetype type, const struct entry *entry)
{
	const char *path = entry->inner != NULL ? entry->inner : entry->path;

	if (str_starts(path, "./"))
		path += 2;
	if (is_startup_path(path) && !is_test_path(path))
		return CONTEXT_STARTUP;
	if (type != PACKAGE_WHEEL && type != PACKAGE_EGG &&
	    entry->depth == 0 && is_build_path(path))
		return CONTEXT_INSTALL;
	if (is_python_name(path)) {
		enum context context = context_of_module(type, path);

		return context != CONTEXT_TEST &&
		    context_kind(entry) != VIEW_PYTHON ? CONTEXT_DATA : context;
	}
	if (is_metadata_path(path))
		return CONTEXT_METADATA;
	if (is_test_path(path))
		return CONTEXT_TEST;
	return is_script_name(path) ? CONTEXT_CALL : CONTEXT_DATA;
}

/* ---- kinds of bytes ------------------------------------------------------ */

/* Python reads over a control character in a comment; one, however often, is
 * what a lost encoding leaves, and no data. */
static bool
is_ascii_but_one(const uint8_t *data, size_t size)
{
	uint8_t odd = 0;

	for (size_t i = 0; i < size; i++) {
		uint8_t c = data[i];

		if ((c >= ' ' && c < 0x7f) || (c >= '\t' && c <= '\r'))
			continue;
		if (c == 0 || c >= 0x7f || (odd != 0 && c != odd))
			return false;
		odd = c;
	}
	return true;
}

enum view_kind
context_kind(const struct entry *entry)
{
	const char *base = base_name(entry->path);

	if (!text_is(entry->data, entry->size) && !(is_python_name(base) &&
	    is_ascii_but_one(entry->data, entry->size)))
		return VIEW_BINARY;
	if (is_python_name(base) || str_ends(base, ".pth"))
		return VIEW_PYTHON;
	if (is_script_name(base))
		return VIEW_SCRIPT;
	if (entry->size > 2 && entry->data[0] == '#' && entry->data[1] == '!') {
		const uint8_t *line = memchr(entry->data, '\n', entry->size);
		size_t len = line != NULL ? (size_t)(line - entry->data) :
		    entry->size;

		return memmem(entry->data, len, "python", 6) != NULL ?
		    VIEW_PYTHON : VIEW_SCRIPT;
	}
	return VIEW_TEXT;
}

bool
context_may_be_script(const struct entry *entry)
{
	return is_bare_name(base_name(entry->path)) &&
	    entry->size <= SCRIPT_TEXT_MAX &&
	    (memmem(entry->data, entry->size, "curl ", 5) != NULL ||
	    memmem(entry->data, entry->size, "wget ", 5) != NULL) &&
	    shell_is_script((const char *)entry->data, entry->size);
}

enum view_kind
context_kind_of_bytes(const uint8_t *data, size_t size)
{
	static const char *const words[] = { "import ", "exec(", "def ",
	    "print(", "lambda", "__import__" };

	if (!text_is(data, size))
		return VIEW_BINARY;
	if (size > 3 && memcmp(data, "#!/", 3) == 0 &&
	    shell_is_script((const char *)data, size))
		return VIEW_SCRIPT;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (memmem(data, size, words[i], strlen(words[i])) != NULL)
			return VIEW_PYTHON;
	return size <= BUILD_COMMANDS_MAX &&
	    shell_is_script((const char *)data, size) ? VIEW_SCRIPT : VIEW_TEXT;
}

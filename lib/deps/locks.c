/* SPDX-License-Identifier: Apache-2.0 */
/*
 * locks - lock files in TOML: poetry.lock, uv.lock, pylock.toml (PEP 751).
 * Takes: text.  Gives: the name and version of each package in it.
 * Runs in: the command.
 *
 * Each package is a table of an array; what the project itself is, and what
 * comes from a folder, is none of PyPI's.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "deps/deps.h"
#include "deps/toml.h"

struct reader {
	struct deps	*deps;
	const char	*array;		/* "package" or "packages" */
	char		*name, *version;
	bool		 within;	/* the table itself, no subtable */
	bool		 local;
	size_t		 line, count;
	const char	*why;
};

/* The package that was being read is over. */
static int
package_end(struct reader *r)
{
	int rc = 0;

	if (r->count > 0 && r->name == NULL) {
		r->why = "a package without a name";
		rc = -2;
	} else if (r->name != NULL && r->local) {
		r->deps->left_out++;
	} else if (r->name != NULL && deps_add(r->deps, r->name, r->version,
	    &r->why) == -1) {
		return -2;	/* the name is kept for the message */
	}
	free(r->name);
	free(r->version);
	r->name = r->version = NULL;
	return rc;
}

static int
on_table(void *ctx, const char *path, bool array, size_t line)
{
	struct reader	*r = ctx;
	bool		 begins = array && str_equal(path, r->array);
	int		 rc;

	r->within = begins;
	if (!begins)
		return 0;
	rc = package_end(r);
	if (rc != 0)
		return rc;
	r->count++;
	r->line = line;
	r->local = false;
	return 0;
}

/* Where uv and PEP 751 say that a package is a folder here. */
static bool
is_local(const char *path)
{
	static const char *const keys[] = { "source.virtual",
		"source.editable", "source.directory", "source.path",
		"directory.path" };

	return str_index(keys, ARRAY_LEN(keys), path) != -1;
}

static int
on_text(void *ctx, const char *path, const char *value, size_t line)
{
	struct reader	*r = ctx;

	(void)line;
	if (!r->within)
		return 0;
	if (str_equal(path, "name") && r->name == NULL)
		r->name = mem_strdup(value);
	else if (str_equal(path, "version") && r->version == NULL)
		r->version = mem_strdup(value);
	else if (is_local(path))
		r->local = true;
	return 0;
}

int
deps_toml(struct deps *d, enum deps_format format, const char *file,
    const char *text, size_t len, struct buf *why)
{
	struct reader		 r = { .deps = d, .array =
	    format == DEPS_PYLOCK ? "packages" : "package" };
	struct toml_handler	 handler = { on_table, on_text, &r };
	const char		*reason;
	size_t			 line;
	int			 rc = toml_read(text, len, &handler, &line,
	    &reason);

	if (rc == 0)
		rc = package_end(&r);
	if (rc == -1)
		deps_wrong(why, file, line, "%s", reason);
	else if (rc == -2)
		deps_wrong(why, file, r.line, "\"%s\": %s",
		    vis(r.name != NULL ? r.name : ""), r.why);
	else if (r.count == 0 && len > 0 && memmem(text, len, "version", 7) ==
	    NULL)
		rc = deps_wrong(why, file, 1, "no %s holds nothing like this",
		    deps_format_names[format]);
	free(r.name);
	free(r.version);
	return rc == 0 ? 0 : -1;
}

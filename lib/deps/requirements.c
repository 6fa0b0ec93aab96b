/* SPDX-License-Identifier: Apache-2.0 */
/*
 * requirements - requirements files, as pip reads them: a requirement of PEP
 * 508 a line, comments, options, hashes, lines that go on after a backslash.
 * Takes: text.  Gives: names and the versions that == pins.
 * Runs in: the command.
 *
 * Included files (-r) are read up to a depth and a number; constraints (-c)
 * name what might be used and are none.  What has no name, a path or a URL
 * without #egg=, is counted and left out.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "deps/deps.h"

struct reader {
	struct deps	*deps;
	const char	*file;
	size_t		 line;		/* of the requirement's beginning */
	unsigned int	 depth;
	struct buf	*why;
};

static const char *
blanks(const char *s)
{
	return s + strspn(s, " \t\r\f\v");
}

/* Ends the text before a comment: # at its beginning or after a blank. */
static void
comment_cut(char *s)
{
	for (char *at = s; (at = strchr(at, '#')) != NULL; at++)
		if (at == s || at[-1] == ' ' || at[-1] == '\t') {
			*at = '\0';
			return;
		}
}

static void
tail_cut(char *s)
{
	size_t n = strlen(s);

	while (n > 0 && isspace((unsigned char)s[n - 1]))
		s[--n] = '\0';
}

#define NAME_LETTERS "0123456789abcdefghijklmnopqrstuvwxyz" \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ._-"

/* The name in "...#egg=NAME" of a URL, or NULL; heap. */
static char *
egg_of(const char *url)
{
	const char *egg = strstr(url, "#egg=");

	if (egg == NULL)
		egg = strstr(url, "&egg=");
	return egg != NULL ? mem_strndup(egg + 5, strspn(egg + 5,
	    NAME_LETTERS)) : NULL;
}

static int
named(struct reader *r, const char *name, const char *version)
{
	const char *why = NULL;

	if (deps_add(r->deps, name, version, &why) == 0)
		return 0;
	return deps_wrong(r->why, r->file, r->line, "\"%s\": %s", vis(name),
	    why);
}

/* A path or URL: what it holds is known only by #egg=. */
static int
nameless(struct reader *r, const char *text)
{
	char	*egg = egg_of(text);
	int	 rc = 0;

	if (egg != NULL && *egg != '\0')
		rc = named(r, egg, NULL);
	else
		r->deps->left_out++;
	free(egg);
	return rc;
}

static bool
is_nameless(const char *s)
{
	size_t n = strcspn(s, " \t;@[<>=!~(");

	return *s == '.' || *s == '/' || *s == '~' || *s == '$' ||
	    memchr(s, '/', n) != NULL || memmem(s, n, "://", 3) != NULL ||
	    (n > 4 && (strncmp(s + n - 4, ".whl", 4) == 0 ||
	    strncmp(s + n - 4, ".zip", 4) == 0 ||
	    strncmp(s + n - 3, ".gz", 3) == 0));
}

/* The only version that a specifier allows: "== 1.0" or "===1.0" alone. */
static char *
pinned(const char *s)
{
	size_t n;

	s = blanks(s);
	if (*s == '(')
		s = blanks(s + 1);
	if (!str_starts(s, "=="))
		return NULL;
	s = blanks(s + (s[2] == '=' ? 3 : 2));
	n = strspn(s, "0123456789abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ.!+-_");
	return n > 0 && strchr(" \t;)\r", s[n]) != NULL ?
	    mem_strndup(s, n) : NULL;
}

static int
requirement(struct reader *r, const char *s)
{
	size_t		 n = strspn(s, NAME_LETTERS);
	const char	*rest = blanks(s + n);
	char		*name, *version = NULL;
	int		 rc;

	if (is_nameless(s))
		return nameless(r, s);
	if (n > 0 && *rest == '[') {	/* extras */
		if (strchr(rest, ']') == NULL)
			return deps_wrong(r->why, r->file, r->line,
			    "a \"]\" is missing");
		rest = blanks(strchr(rest, ']') + 1);
	}
	if (n == 0 || (*rest != '\0' && strchr(";@<>=!~(", *rest) == NULL))
		/* A list may include any file of ours: its text is
		 * not shown. */
		return r->depth > 0 ? deps_wrong(r->why, r->file, r->line,
		    "no requirement") : deps_wrong(r->why, r->file, r->line,
		    "\"%s\" is no requirement", vis(s));
	version = pinned(rest);
	name = mem_strndup(s, n);
	rc = named(r, name, version);
	free(name);
	free(version);
	return rc;
}

/* A file that this one includes; its path is relative to this one's. */
static int
include(struct reader *r, const char *path)
{
	struct buf	 text = BUF_EMPTY, reason = BUF_EMPTY;
	const char	*slash = strrchr(r->file, '/');
	char		*full;
	int		 rc;

	if (r->deps->open == NULL || r->depth == DEPS_DEPTH_MAX ||
	    r->deps->nfiles == DEPS_FILES_MAX || strstr(path, "://") != NULL)
		return deps_wrong(r->why, r->file, r->line, "-r %s: %s",
		    vis(path), strstr(path, "://") != NULL ?
		    "nothing is fetched" : r->deps->open == NULL ?
		    "included files are not read" :
		    "too many files include each other");
	r->deps->nfiles++;
	full = *path == '/' || slash == NULL ? mem_strdup(path) :
	    mem_printf("%.*s/%s", (int)(slash - r->file), r->file, path);
	rc = r->deps->open(r->deps->ctx, full, &text, &reason);
	if (rc == -1)
		deps_wrong(r->why, r->file, r->line, "-r %s: %s", vis(path),
		    buf_text(&reason));
	else if ((r->deps->nbytes += text.len) > DEPS_BYTES_MAX ||
	    memchr(buf_text(&text), '\0', text.len) != NULL)
		rc = deps_wrong(r->why, full, 1, "too large, or no text");
	else
		rc = deps_requirements(r->deps, full, buf_text(&text),
		    text.len, r->depth + 1, r->why);
	buf_release(&text);
	buf_release(&reason);
	free(full);
	return rc;
}

/* The value of an option, "-r FILE", "-rFILE", "--requirement=FILE"; NULL when
 * it is another option. */
static const char *
option_value(const char *s, const char *name)
{
	size_t n = strlen(name);

	if (!str_starts(s, name))
		return NULL;
	if (s[n] == ' ' || s[n] == '\t')
		return blanks(s + n);
	if (s[n] == '=')
		return s + n + 1;
	return name[1] != '-' ? s + n : NULL;
}

static int
option(struct reader *r, const char *s)
{
	static const char *const includes[] = { "-r", "--requirement" };
	static const char *const edits[] = { "-e", "--editable" };
	const char *value;

	for (size_t i = 0; i < ARRAY_LEN(includes); i++)
		if ((value = option_value(s, includes[i])) != NULL)
			return include(r, value);
	for (size_t i = 0; i < ARRAY_LEN(edits); i++)
		if ((value = option_value(s, edits[i])) != NULL)
			return nameless(r, value);
	return 0;	/* where to look, what to build: names nothing */
}

static int
logical_line(struct reader *r, char *s)
{
	char *options;

	comment_cut(s);
	tail_cut(s);
	s = (char *)(uintptr_t)blanks(s);
	if (*s == '\0')
		return 0;
	if (*s == '-')
		return option(r, s);
	/* Options of the requirement: --hash=..., --config-settings=... */
	for (options = s; (options = strstr(options, "--")) != NULL;
	    options++)
		if (options > s && (options[-1] == ' ' ||
		    options[-1] == '\t')) {
			*options = '\0';
			break;
		}
	tail_cut(s);
	return requirement(r, s);
}

int
deps_requirements(struct deps *d, const char *file, const char *text,
    size_t len, unsigned int depth, struct buf *why)
{
	struct reader	 r = { .deps = d, .file = file, .depth = depth,
	    .why = why };
	struct buf	 line = BUF_EMPTY;
	const char	*end = text + len, *eol;
	size_t		 number = 0;
	int		 rc = 0;

	for (; rc == 0 && text < end; text = eol + 1) {
		size_t n;

		number++;
		if ((eol = memchr(text, '\n', (size_t)(end - text))) == NULL)
			eol = end;
		n = (size_t)(eol - text);
		n -= n > 0 && text[n - 1] == '\r';
		if (line.len == 0)
			r.line = number;
		if (line.len + n > DEPS_LINE_MAX) {
			rc = deps_wrong(why, file, number,
			    "a line of more than %d bytes", DEPS_LINE_MAX);
			break;
		}
		/* A comment does not go on. */
		if (n > 0 && text[n - 1] == '\\' && eol < end &&
		    *text != '#') {
			buf_add(&line, text, n - 1);
			buf_addc(&line, ' ');
			continue;
		}
		buf_add(&line, text, n);
		rc = logical_line(&r, line.len > 0 ? line.data : (char[]){ 0 });
		buf_reset(&line);
	}
	if (rc == 0 && line.len > 0)	/* a backslash ends the file */
		rc = logical_line(&r, line.data);
	buf_release(&line);
	return rc;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * planted - is what a source puts where programs start the package itself?
 *
 * Takes: a view, a call that plants, when it runs.  Gives: yes or no.  Who
 * starts at login what he has just fetched, decoded or hidden is not asked.
 * Runs in: worker child, command.
 */
#include <ctype.h>
#include <stddef.h>
#include <string.h>

#include "base/str.h"
#include "flow/flow.h"
#include "inspect/code_rules.h"
#include "inspect/inspection.h"
#include "inspect/wording.h"

#define OWN_LEAST 3		/* letters of a module's name */
#define OPTION_GAP 4		/* -m", "pkg */

/* What nobody plants who starts himself again. */
#define MARKS_STRANGE (MARK_NETWORK | MARK_SOCKET | MARK_DECODED | \
    MARK_BUILT | MARK_PACKED | MARK_DROPPED | MARK_HIDDEN | MARK_COMMAND | \
    MARK_FETCHING | MARK_RAW_IP | MARK_REQUEST | MARK_TEMPORARY)

/* The name at that place, with "-" or "." for "_", and nothing more
 * of a word. */
static bool
is_name(const uint8_t *at, const uint8_t *end, const char *name, size_t len)
{
	if ((size_t)(end - at) < len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (tolower(at[i]) != tolower((unsigned char)name[i]) &&
		    !(strchr("-_.", at[i]) != NULL &&
		    strchr("-_.", name[i]) != NULL))
			return false;
	return at + len == end || !(isalnum(at[len]) || at[len] == '_' ||
	    at[len] == '-');
}

/* "-m pkg", "-m", "pkg.run": what stands behind some -m of those bytes. */
static bool
starts_own(const void *bytes, size_t size, const char *name, size_t len)
{
	const uint8_t *at = bytes, *end = at + size, *p;

	while (len >= OWN_LEAST && (at = memmem(at, (size_t)(end - at), "-m",
	    2)) != NULL) {
		at += 2;
		for (p = at; p < end && p - at < OPTION_GAP &&
		    strchr("\"', ", *p) != NULL; p++)
			continue;
		if (p > at && is_name(p, end, name, len))
			return true;
	}
	return false;
}

/* The project's name, or what the module's begins with. */
static bool
starts_package(const struct view *v, const void *bytes, size_t size,
    const char *project)
{
	size_t top = v->module != NULL ? strcspn(v->module, ".") : 0;

	return (top != 0 && starts_own(bytes, size, v->module, top)) ||
	    starts_own(bytes, size, project, strlen(project));
}

static bool
source_starts_own(const struct view *v, const void *project, size_t n)
{
	(void)n;
	return starts_package(v, v->data, v->size, project);
}

static size_t
count(const char *text, size_t len, const char *word)
{
	size_t n = 0, k = strlen(word);
	const char *at = text, *end = text + len;

	for (; (at = memmem(at, (size_t)(end - at), word, k)) != NULL; at += k)
		n++;
	return n;
}

/* "x/pkg.service": nothing but systemd reads a file of that name, and one that
 * is called like another's stands before the system's. */
static bool
is_own_unit(const char *path, const char *project, size_t len)
{
	static const char end[] = ".service";
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;
	size_t n = strlen(name);

	return n == len + sizeof(end) - 1 && str_ends(name, end) &&
	    is_name((const uint8_t *)name, (const uint8_t *)name + len,
	    project, len);
}

/* A unit of a user's that starts the package, and that he has not enabled: the
 * source starts nothing, and links nothing. */
static bool
is_idle_unit(const struct inspection *in, const struct view *v,
    const struct flow_call *c)
{
	static const char *const acts[] = { ".wants", "symlink", "link(",
	    "subprocess", "os.system", "Popen", "os.exec", "os.spawn",
	    "check_call", "loginctl", ".requires", ".timer", ".socket" };
	static const char exec[] = "ExecStart=";
	const char *at;

	if (c->text == NULL || c->path == NULL ||
	    !is_own_unit(c->path, in->project, strlen(in->project)) ||
	    count(c->text, c->text_len, "Exec") != 1 ||
	    (at = memmem(c->text, c->text_len, exec, sizeof(exec) - 1)) ==
	    NULL || wording_any(v, acts, ARRAY_LEN(acts)))
		return false;
	/* the interpreter is a hole */
	at += sizeof(exec) - 1;
	return strncmp(at, " -m ", 4) == 0 && starts_package(v, at,
	    strcspn(at, "\n"), in->project);
}

bool
code_plants_own(const struct inspection *in, const struct view *v,
    const struct flow_call *c, enum context context)
{
	if ((c->arguments & MARKS_STRANGE) || in->project == NULL ||
	    strlen(in->project) < OWN_LEAST)
		return false;
	if (context == CONTEXT_INSTALL)
		return is_idle_unit(in, v, c);
	return context == CONTEXT_CALL && (wording_own_program(v, c->at) ||
	    wording_ask(v, source_starts_own, in->project, 0));
}

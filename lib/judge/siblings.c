/* SPDX-License-Identifier: Apache-2.0 */
/*
 * siblings - one file of a release against the others.
 *
 * Takes: the modules of each.  Gives: findings.
 * Runs in: queue, command.  Pure: no file, socket or clock.
 *
 * Modules move while they are built ("src/p/x.py" becomes "p/x.py"), so the
 * same content anywhere is the same module, and a path is compared from its
 * end.  What build tools write themselves is left out unless it acts.
 */
#include "judge/siblings.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"

struct module {
	const char	*digest;	/* MODULES_DIGEST digits */
	const char	*path;
	size_t		 len;
	bool		 acts;		/* something was found in it */
};

/* Between digest and path. */
enum { MARK_NONE = ' ', MARK_ACTS = '!' };

/* Modules of one kind: how many, and the first. */
struct group { size_t n; struct module first; };

struct difference {
	struct group	 extra, changed, startup, acting;
};

/* The next line of a list; false at its end. */
static bool
module_next(const char **at, struct module *out)
{
	if (strnlen(*at, MODULES_DIGEST + 2) <= MODULES_DIGEST + 1)
		return false;
	out->digest = *at;
	out->acts = (*at)[MODULES_DIGEST] == MARK_ACTS;
	out->path = *at + MODULES_DIGEST + 1;
	out->len = strcspn(out->path, "\n");
	*at = out->path + out->len;
	*at += **at == '\n';
	return out->len > 0;
}

static bool
has_digest(const char *modules, const char *digest)
{
	return memmem(modules, strlen(modules), digest, MODULES_DIGEST) !=
	    NULL;
}

/* Is there a module whose path ends with this one?  One look at each line, as
 * paths may be made to hold others a thousand times. */
static bool
has_path(const char *modules, const struct module *m)
{
	const char *end, *tail;

	for (; (end = strchr(modules, '\n')) != NULL; modules = end + 1) {
		if ((size_t)(end - modules) <= m->len)
			continue;
		tail = end - m->len;
		if ((tail[-1] == MARK_NONE || tail[-1] == MARK_ACTS ||
		    tail[-1] == '/') && memcmp(tail, m->path, m->len) == 0)
			return true;
	}
	return false;
}

static bool
ends(const struct module *m, const char *tail)
{
	size_t len = strlen(tail);

	return m->len >= len && memcmp(m->path + m->len - len, tail, len) == 0;
}

/* Written by build tools: versions, configuration, protocols. */
static bool
is_generated(const struct module *m)
{
	static const char *const tails[] = { "version.py", "__version__.py",
	    "_version_info.py", "__config__.py", "__about__.py",
	    "_build_info.py", "buildinfo.py", "_pb2.py", "_pb2_grpc.py",
	    "Parser.py", "Lexer.py", "_scm.py" };

	for (size_t i = 0; i < ARRAY_LEN(tails); i++)
		if (ends(m, tails[i]))
			return true;
	return false;
}

static bool
is_weak(const char *category)
{
	static const char *const weak[] = { "native", "network", "no-source",
	    "obfuscation-shape", "archive-anomaly", "release-difference",
	    "dependency" };

	return str_index(weak, ARRAY_LEN(weak), category) >= 0;
}

/* Was something found in the module that runs by itself? */
static bool
acts(const struct features *f, const struct module *m)
{
	for (size_t i = 0; i < f->nfindings; i++) {
		const struct finding *one = &f->findings[i];
		size_t len = one->path != NULL ? strlen(one->path) : 0;

		if (len >= m->len && one->context <= CONTEXT_IMPORT &&
		    !is_weak(one->category) && memcmp(one->path + len - m->len,
		    m->path, m->len) == 0)
			return true;
	}
	return false;
}

static void
count(struct group *g, const struct module *m)
{
	if (g->n++ == 0)
		g->first = *m;
}

void
siblings_mark(struct features *f)
{
	const char *at = f->modules;
	struct module m;

	while (at != NULL && module_next(&at, &m))
		if (acts(f, &m))
			f->modules[m.path - 1 - f->modules] = MARK_ACTS;
}

/* What `installed` has and `source` lacks. */
static struct difference
compare(const char *installed, const char *source)
{
	struct difference d = { 0 };
	struct module m;

	while (module_next(&installed, &m)) {
		if (has_digest(source, m.digest))
			continue;
		if (m.acts)
			count(&d.acting, &m);
		else if (ends(&m, ".pth") && !has_path(source, &m))
			count(&d.startup, &m);
		else if (!is_generated(&m))
			count(has_path(source, &m) ? &d.changed : &d.extra,
			    &m);
	}
	return d;
}

static void
say(struct features *f, const struct group *g, const char *rule,
    const char *what, const char *where)
{
	char text[FINDING_TEXT_MAX];
	struct finding *one;
	int n;

	if (g->n == 0 || (one = features_add_finding(f)) == NULL)
		return;
	n = snprintf(text, sizeof(text), "%s %.100s: %.*s", what, where,
	    (int)(g->first.len < 120 ? g->first.len : 120), g->first.path);
	if (g->n > 1 && n > 0 && (size_t)n < sizeof(text))
		(void)snprintf(text + n, sizeof(text) - (size_t)n,
		    " and %zu more", g->n - 1);
	one->rule = mem_strdup(rule);
	one->category = mem_strdup("release-difference");
	one->tactic = mem_strdup("TA0005");
	one->context = CONTEXT_IMPORT;
	finding_set(&one->path, g->first.path, g->first.len, ENTRY_PATH_MAX);
	finding_set(&one->text, text, strlen(text), FINDING_TEXT_MAX);
}

static void
tell(struct features *f, const struct difference *d, const char *where)
{
	say(f, &d->acting, "wheel-code-acts", "what acts by itself is not in",
	    where);
	say(f, &d->startup, "wheel-extra-startup", "a file that runs whenever "
	    "Python starts is not in", where);
	say(f, &d->extra, "wheel-extra-code", "code that is not in", where);
	say(f, &d->changed, "wheel-changed-code", "code that differs from",
	    where);
}

/* The wheel came first: it is judged, and what this one lacks is said here. */
static void
tell_lacking(struct features *f, const struct difference *d,
    const char *where)
{
	say(f, &d->acting, "wheel-code-acts", "this source archive lacks what "
	    "acts by itself in", where);
	say(f, &d->startup, "wheel-extra-startup", "this source archive lacks "
	    "a file that runs whenever Python starts, of", where);
	say(f, &d->extra, "wheel-extra-code", "this source archive lacks code "
	    "of", where);
	say(f, &d->changed, "wheel-changed-code", "this source archive has "
	    "other code than", where);
}

static const struct sibling *
of_type(const struct sibling *s, size_t n, enum packagetype type)
{
	for (size_t i = 0; i < n; i++)
		if (s[i].packagetype == type && s[i].modules != NULL)
			return &s[i];
	return NULL;
}

void
siblings_compare(struct features *f, enum packagetype type,
    const struct sibling *siblings, size_t n)
{
	const struct sibling *source = of_type(siblings, n, PACKAGE_SDIST);
	const struct sibling *wheel = of_type(siblings, n, PACKAGE_WHEEL);
	struct difference d;

	siblings_mark(f);
	if (f->modules == NULL)
		return;
	if (type == PACKAGE_WHEEL && source != NULL) {
		d = compare(f->modules, source->modules);
		tell(f, &d, source->filename);
	} else if (type == PACKAGE_WHEEL && wheel != NULL) {
		d = compare(f->modules, wheel->modules);
		say(f, &d.acting, "wheel-code-acts", "what acts by itself is "
		    "not in", wheel->filename);
		say(f, &d.startup, "wheel-extra-startup", "a file that runs "
		    "whenever Python starts is not in", wheel->filename);
	} else if (type == PACKAGE_SDIST && wheel != NULL) {
		d = compare(wheel->modules, f->modules);
		tell_lacking(f, &d, wheel->filename);
	}
}

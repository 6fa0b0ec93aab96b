/* SPDX-License-Identifier: Apache-2.0 */
/*
 * requirements - what a package draws in: to run, to build, by extras.
 *
 * A clean package that requires a hostile one is the oldest disguise, so each
 * requirement's name is looked at like a new project's (PEP 508 says what a
 * requirement is, PEP 518 where those of a build stand).
 *
 * Takes: metadata, pyproject.toml, setup.cfg, setup.py.  Gives: findings.
 * Runs in: worker child, command.
 */
#include <stdio.h>
#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/str.h"
#include "flow/endpoints.h"
#include "flow/facts.h"
#include "flow/reading.h"
#include "inspect/inspectors.h"
#include "names/lookalike.h"
#include "names/name.h"
#include "names/targets.h"
#include "python/fold.h"
#include "python/tree.h"

/* On the scale of names: of 471 hostile ones above 60, 23 stay below 70, of
 * eight honest requirements all but one. */
#define LOOKALIKE_LEAST 70
#define MISSPELT_LEAST 90
#define KEYWORD_ITEMS 200	/* of one list in setup.py */
#define REQUIREMENTS_LINE 1000
#define FAMILY_LEAST 8		/* letters of its name: "google-" is none */

/* Of text that is not NUL-terminated. */
struct piece { const char *at; size_t len; };

/* The name that a requirement begins with, normalised. */
static bool
name_of(struct piece r, struct project_name *out)
{
	char name[PROJECT_NAME_MAX + 1];
	const char *why;
	size_t n = 0;

	while (r.len > 0 && (*r.at == ' ' || *r.at == '\t')) {
		r.at++;
		r.len--;
	}
	while (n < r.len && n < sizeof(name) - 1 && (strchr("._-", r.at[n]) !=
	    NULL || (r.at[n] >= '0' && r.at[n] <= '9') ||
	    ((r.at[n] | 32) >= 'a' && (r.at[n] | 32) <= 'z')) &&
	    r.at[n] != '\0') {
		name[n] = r.at[n];
		n++;
	}
	name[n] = '\0';
	return n > 0 && name_normalize(name, out, &why) == 0;
}

static void
report(struct inspection *in, const struct view *v, const char *rule,
    const char *text, struct piece r)
{
	inspection_report(in, v, &(struct report){ .rule = rule,
	    .category = "dependency", .tactic = "TA0001", .text = text,
	    .snippet = r.at, .snippet_len = r.len,
	    .context = CONTEXT_METADATA });
}

/* Slips of fingers and eyes; parts that are added make names of honest ones,
 * and so does another letter, whichever key is next to it. */
static bool
is_misspelt(const struct name_match *m)
{
	static const char *const slips[] = { "homoglyph", "omission",
	    "insertion", "repetition", "replacement", "vowel", "bitflip",
	    "transposition", "spelling", "homophone" };

	return m->score >= MISSPELT_LEAST &&
	    str_index(slips, ARRAY_LEN(slips), m->technique) >= 0;
}

/* A family's parts resemble each other: "ware-io" and "ware", and what has
 * all but its last word in common with a long name. */
static bool
are_family(const char *a, const char *b)
{
	const char *dash = strrchr(a, '-');
	size_t len = dash != NULL ? (size_t)(dash + 1 - a) : 0;

	return str_starts(a, b) || str_starts(b, a) ||
	    (len > FAMILY_LEAST && strncmp(a, b, len) == 0);
}

/* 'x; extra == "docs"': only who asks for it gets it (PEP 508). */
static bool
is_extra(struct piece r)
{
	const char *marker = memchr(r.at, ';', r.len);

	return marker != NULL && memmem(marker, r.len - (size_t)(marker -
	    r.at), "extra", 5) != NULL;
}

/* ... and nobody else: no "extra != 'x'", no "or". */
bool
requires_asked(const char *text, size_t len)
{
	const char *marker = memchr(text, ';', len), *extra;
	size_t more = marker != NULL ? len - (size_t)(marker - text) : 0;

	extra = more != 0 ? memmem(marker, more, "extra", 5) : NULL;
	if (extra == NULL || memmem(marker, more, " or ", 4) != NULL)
		return false;
	for (extra += 5; extra + 1 < text + len && *extra == ' '; extra++)
		continue;
	return extra + 1 < text + len && extra[0] == '=' && extra[1] == '=';
}

/* A project that the name resembles enough, or NULL. */
static const struct name_match *
resembled(const struct inspection *in, const struct project_name *name,
    const struct name_match *found, size_t n)
{
	for (size_t i = 0; i < n && found[i].score >= LOOKALIKE_LEAST; i++)
		/* Parts of the standard library were projects once, and
		 * nobody requires a word. */
		if (!str_equal(found[i].target, name->text) &&
		    targets_knows(in->targets, found[i].target))
			return &found[i];
	return NULL;
}

static void
look_name(struct inspection *in, const struct view *v, struct piece r)
{
	struct name_match	 found[NAME_MATCHES_MAX] = { 0 };
	const struct name_match	*m;
	struct project_name	 name, own;
	const char		*why;
	char			 text[FINDING_TEXT_MAX];
	size_t			 n;

	if (in->targets == NULL || !name_of(r, &name) ||
	    targets_rank(in->targets, name.text) != 0)
		return;
	if (in->project != NULL && name_normalize(in->project, &own, &why) ==
	    0 && are_family(name.text, own.text))
		return;
	n = lookalike_find(in->targets, &name, found, ARRAY_LEN(found));
	m = resembled(in, &name, found, n);
	if (m != NULL && (is_misspelt(m) || !is_extra(r))) {
		bool misspelt = is_misspelt(m);

		(void)snprintf(text, sizeof(text), misspelt ? "requires "
		    "%.80s, which is %.80s misspelt (%.40s)" : "requires "
		    "%.80s, whose name resembles %.80s (%.40s)", name.text,
		    m->target, m->technique);
		report(in, v, misspelt && !is_extra(r) ? "requires-misspelt" :
		    "requires-lookalike", text, r);
	}
	for (size_t i = 0; i < n; i++)
		wire_release(&name_match_desc, &found[i]);
}

/* ---- files that name requirements of a build ---------------------------- */

/* "x @ file:///build/x": on this machine, where nobody else puts it. */
bool
requires_here(const char *text, size_t len)
{
	const char *at = memmem(text, len, "file:///", 8);

	/* "file:////host/share" is another machine. */
	if (at == NULL || (size_t)(at - text) + 8 >= len ||
	    !isalnum((unsigned char)at[8]))
		return false;
	return memmem(text, (size_t)(at - text), "://", 3) ==
	    NULL;
}

static void
look_build(struct inspection *in, const struct view *v, struct piece r)
{
	const char *url = requires_here(r.at, r.len) ? NULL :
	    memmem(r.at, r.len, "://", 3);

	if (url != NULL && (fact_of_text(in->endpoints, r.at, r.len) &
	    MARK_FORGE))
		report(in, v, "build-requires-url", "builds with a package "
		    "straight from an address, past the index", r);
	else if (url != NULL)
		report(in, v, "build-requires-foreign", "builds with a "
		    "package from somebody's own host, past the index", r);
	look_name(in, v, r);
}

/* What an installer gets beside the package, as setup.py says it: PKG-INFO of
 * an older setuptools does not. */
static void
look_required(struct inspection *in, const struct view *v, struct piece r)
{
	int kind;

	if (memmem(r.at, r.len, "://", 3) == NULL || requires_here(r.at,
	    r.len))
		return;
	kind = endpoints_find(in->endpoints, r.at, r.len);
	if (kind == ENDPOINT_FORGE || kind == ENDPOINT_INDEX)
		report(in, v, "requires-forge", "requires a package from a "
		    "forge or hub, past the index", r);
	else
		report(in, v, "requires-url", "requires a package straight "
		    "from an address, past the index", r);
}

static struct piece
line_next(struct piece *rest)
{
	const char *end = memchr(rest->at, '\n', rest->len);
	struct piece line = { rest->at, end != NULL ?
		(size_t)(end - rest->at) : rest->len };

	rest->at += line.len + (end != NULL);
	rest->len -= line.len + (end != NULL);
	return line;
}

static bool
starts(struct piece line, const char *text)
{
	return line.len >= strlen(text) &&
	    memcmp(line.at, text, strlen(text)) == 0;
}

/* Each text in quotes of one line; false once the list is closed. */
static bool
quoted_each(struct inspection *in, const struct view *v, struct piece line)
{
	char quote = '\0';
	size_t from = 0;

	for (size_t i = 0; i < line.len; i++) {
		char c = line.at[i];

		if (quote == '\0' && (c == '#' || c == ']'))
			return c == '#';
		if (quote == '\0' && (c == '"' || c == '\'')) {
			quote = c;
			from = i + 1;
		} else if (quote != '\0' && c == quote) {
			look_build(in, v, (struct piece){ line.at + from,
			    i - from });
			quote = '\0';
		}
	}
	return true;
}

/* [build-system] requires = [ "...", ... ] */
static void
look_pyproject(struct inspection *in, const struct view *v)
{
	struct piece rest = { (const char *)v->data, v->size }, line;
	bool section = false, list = false;

	while (rest.len > 0) {
		line = line_next(&rest);
		if (!list && starts(line, "["))
			section = starts(line, "[build-system]");
		else if (!list && section && starts(line, "requires")) {
			const char *open = memchr(line.at, '[', line.len);

			list = open != NULL;
			if (list) {
				line.len -= (size_t)(open + 1 - line.at);
				line.at = open + 1;
			}
		}
		if (list)
			list = quoted_each(in, v, line);
	}
}

/* setup_requires = ..., then one a line, further in. */
static void
look_setup_cfg(struct inspection *in, const struct view *v)
{
	struct piece rest = { (const char *)v->data, v->size }, line;
	bool list = false;

	while (rest.len > 0) {
		line = line_next(&rest);
		if (starts(line, "setup_requires") ||
		    starts(line, "dependency_links")) {
			const char *sign = memchr(line.at, '=', line.len);

			list = sign != NULL;
			if (list)
				look_build(in, v, (struct piece){ sign + 1,
				    line.len - (size_t)(sign + 1 - line.at) });
		} else if (starts(line, " ") || starts(line, "\t")) {
			if (list)
				look_build(in, v, line);
		} else if (line.len > 0)
			list = false;
	}
}

/* [easy_install] index_url = ..., find_links = ...: where those of the build
 * are looked for. */
static void
look_easy_install(struct inspection *in, const struct view *v)
{
	struct piece rest = { (const char *)v->data, v->size }, line;
	bool section = false;

	while (rest.len > 0) {
		const char *sign;

		line = line_next(&rest);
		if (starts(line, "["))
			section = starts(line, "[easy_install]");
		sign = section ? memchr(line.at, '=', line.len) : NULL;
		if (sign == NULL || (!starts(line, "index") &&
		    !starts(line, "find")))
			continue;
		line.len -= (size_t)(sign + 1 - line.at);
		line.at = sign + 1;
		if (memmem(line.at, line.len, "://", 3) != NULL &&
		    endpoints_find(in->endpoints, line.at, line.len) !=
		    ENDPOINT_INDEX)
			look_build(in, v, line);
	}
}

/* setup(install_requires=[...]): a keyword's list, or the one it folds to. */
static void
look_keyword(struct inspection *in, const struct view *v, uint32_t node,
    bool build)
{
	struct value list = fold_node(v->reading->fold, node);

	if (list.kind != VALUE_LIST)
		return;
	for (uint32_t i = 0; i < list.len && i < KEYWORD_ITEMS; i++) {
		struct piece r = { (const char *)list.items[i].bytes,
		    list.items[i].len };

		if (list.items[i].kind != VALUE_STR)
			continue;
		if (build && memmem(r.at, r.len, "://", 3) != NULL)
			look_build(in, v, r);
		else if (!build)
			look_required(in, v, r);
	}
}

static void
look_setup_py(struct inspection *in, const struct view *v)
{
	/* Links are asked for what the build requires, and for nothing
	 * else since pip 19. */
	static const struct { const char *name, *with; } lists[] = {
	    { "install_requires", NULL }, { "setup_requires",
	    "setup_requires" }, { "dependency_links", "setup_requires" } };
	static const char *const reads[] = { "\"-r\"", "'-r'", " -r " };
	const struct tree *t = v->reading->tree;

	in->installs_file = str_any_in(reads, ARRAY_LEN(reads), v->data,
	    v->size);
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		uint32_t word = words_find(&t->words, lists[i].name,
		    strlen(lists[i].name));

		if (lists[i].with != NULL && words_find(&t->words,
		    lists[i].with, strlen(lists[i].with)) == 0)
			continue;
		for (uint32_t n = 1; word != 0 && n < t->nnodes; n++)
			if (t->nodes[n].kind == NODE_KEYWORD &&
			    t->nodes[n].name == word)
				look_keyword(in, v, t->nodes[n].kid,
				    lists[i].with != NULL);
	}
}

/* pip install -r FILE asks the index that stands in the file. */
static void
look_file(struct inspection *in, const struct view *v)
{
	struct piece rest = { (const char *)v->data, v->size }, line;
	struct buf words = { .most = REQUIREMENTS_LINE };

	while (rest.len > 0 && !in->foreign_index) {
		line = line_next(&rest);
		if (!starts(line, "--") && !starts(line, "-i "))
			continue;
		buf_adds(&words, "pip install ");
		buf_add(&words, line.at, line.len);
		in->foreign_index = (fact_of_text(in->endpoints, words.data,
		    words.len) & MARK_FOREIGN) != 0;
		buf_release(&words);
		words = (struct buf){ .most = REQUIREMENTS_LINE };
	}
}

/* The set-up script has pip install what a file of the package names. */
static void
look_installed(struct inspection *in)
{
	const struct features *out = in->out;

	for (size_t i = 0; in->foreign_index && in->installs_file && i <
	    out->nfindings; i++)
		if (str_equal(out->findings[i].rule, "pip-install") &&
		    out->findings[i].context == CONTEXT_INSTALL) {
			inspection_report(in, NULL, &(struct report){
			    .rule = "pip-foreign", .category = "process",
			    .tactic = "TA0002", .text = "installs a package "
			    "from elsewhere than the index", .context =
			    CONTEXT_INSTALL });
			return;
		}
}

void
requirements_view(struct inspection *in, const struct view *v)
{
	const char *path = v->entry != NULL ? v->entry->inner : NULL;

	if (v->layers != NULL || path == NULL || v->entry->depth != 0)
		return;
	if (str_equal(path, "pyproject.toml"))
		look_pyproject(in, v);
	else if (str_equal(path, "setup.cfg")) {
		look_setup_cfg(in, v);
		look_easy_install(in, v);
	} else if (str_equal(path, "setup.py") && v->reading != NULL &&
	    v->reading->fold != NULL)
		look_setup_py(in, v);
	else if (str_ends(path, ".txt") && strstr(path, "require") != NULL)
		look_file(in, v);
}

void
requirements_end(struct inspection *in)
{
	const struct metadata *m = &in->out->metadata;

	look_installed(in);
	for (size_t i = 0; i < m->nrequires; i++)
		look_name(in, NULL, (struct piece){ m->requires[i].text,
		    strlen(m->requires[i].text) });
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * identity - who the package says it is: its metadata and its name.
 *
 * Takes: metadata entries, the target index.  Gives: features.metadata,
 * features.names, and findings about poverty, disagreement, and metadata that
 * belongs to another project.
 * Runs in: worker child, command.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "flow/endpoints.h"
#include "inspect/inspectors.h"
#include "inspect/metadata.h"
#include "names/lookalike.h"
#include "names/name.h"
#include "names/targets.h"

#define MAJOR_INFLATED 90	/* and below the year of a calendar version */
#define MAJOR_CALENDAR 1900
#define DESCRIPTION_POOR 60	/* bytes; 78 % of malicious packages */
#define NAME_SAID_SCORE 10	/* weaker ones are nothing to tell */
#define NAME_BORROWED_SCORE 20	/* such a name and its target's address */
#define DECLARED_KEEPS 60	/* percent of a name's score: anybody can
				   say so */
#define SHARED_LEAST 5		/* bytes in common that make two names kin */

static const struct view metadata_place = { .context = CONTEXT_METADATA };

/* ---- reading ------------------------------------------------------------ */

static unsigned int
rank_of(const struct entry *e)
{
	const char *path = e->inner != NULL ? e->inner : e->path;

	if (e->depth != 0)
		return 0;
	if (str_equal(path, "PKG-INFO"))
		return 3;
	if (str_ends(path, ".dist-info/METADATA") ||
	    str_equal(path, "EGG-INFO/PKG-INFO"))
		return 3;
	return str_ends(path, ".egg-info/PKG-INFO") ? 2 : 0;
}

void
metadata_view(struct inspection *in, const struct view *v)
{
	unsigned int rank;

	if (v->layers != NULL)
		return;
	rank = rank_of(v->entry);
	if (rank <= in->metadata_rank)
		return;
	in->metadata_rank = rank;
	metadata_release(&in->out->metadata);
	metadata_parse(v->data, v->size, &in->out->metadata);
}

/* ---- poverty and disagreement ------------------------------------------- */

static void
say(struct inspection *in, const char *rule, const char *category,
    const char *tactic, const char *text, const char *snippet)
{
	inspection_report(in, &metadata_place, &(struct report){ .rule = rule,
	    .category = category, .tactic = tactic, .text = text,
	    .snippet = snippet,
	    .snippet_len = snippet != NULL ? strlen(snippet) : 0 });
}

static bool
is_blank(const char *s)
{
	return s == NULL || *s == '\0' || str_equal(s, "UNKNOWN") ||
	    str_equal(s, "None");
}

static void
look_poverty(struct inspection *in, const struct metadata *m)
{
	unsigned int missing = 0;

	/* Where nothing could be read, nothing is known to be missing. */
	if (in->metadata_rank == 0) {
		if (in->looked && in->packagetype != PACKAGE_TREE)
			say(in, "metadata-missing", "metadata-poverty", NULL,
			    "the archive holds no metadata of its own", NULL);
		return;
	}
	missing += m->description_bytes < DESCRIPTION_POOR;
	missing += m->nproject_urls == 0 && is_blank(m->home_page);
	missing += m->nclassifiers == 0;
	missing += is_blank(m->author_email) && is_blank(m->maintainer_email);
	missing += is_blank(m->summary);
	if (missing >= 4)
		say(in, "metadata-bare", "metadata-poverty", NULL,
		    "the package says next to nothing about itself", NULL);
	else if (missing >= 2)
		say(in, "metadata-poor", "metadata-poverty", NULL,
		    "no proper description, address or author", NULL);
}

static void
look_disagreement(struct inspection *in, const struct metadata *m)
{
	struct project_name a, b;
	const char *why;

	if (is_blank(m->name) || in->project == NULL)
		return;
	if (name_normalize(m->name, &a, &why) == 0 &&
	    name_normalize(in->project, &b, &why) == 0 &&
	    !str_equal(a.text, b.text))
		say(in, "metadata-name", "metadata-conflict", "TA0005",
		    "the metadata names another project", m->name);
}

static void
look_version(struct inspection *in)
{
	unsigned long major;
	char *end;

	if (in->version == NULL)
		return;
	major = strtoul(in->version, &end, 10);
	if (end != in->version && *end == '.' && major >= MAJOR_INFLATED &&
	    major < MAJOR_CALENDAR)
		say(in, "version-inflated", "metadata-version", "TA0042",
		    "a version number high enough to win over a private "
		    "package of the same name", in->version);
}

static void
look_mail(struct inspection *in, const char *mail)
{
	static const char *const disposable[] = { "@mailinator.", "@yopmail.",
	    "@guerrillamail.", "@10minutemail.", "@tempmail.", "@temp-mail.",
	    "@sharklasers.", "@trashmail.", "@getnada.", "@maildrop.",
	    "@dispostable.", "@throwaway", "@fakemail", "@example.com",
	    "@test.com", "@email.com", "@mail.com>", "@gmial.com",
	    "@hacker", "@evil" };

	for (size_t i = 0; mail != NULL && i < ARRAY_LEN(disposable); i++)
		if (strcasestr(mail, disposable[i]) != NULL) {
			say(in, "mail-disposable", "metadata-mail", "TA0042",
			    "the author's mail address is a throw-away one",
			    mail);
			return;
		}
}

static void
look_requires(struct inspection *in, const struct metadata *m)
{
	for (size_t i = 0; i < m->nrequires; i++) {
		const char *text = m->requires[i].text;
		int kind;

		if (strstr(text, "://") == NULL || requires_here(text,
		    strlen(text)))
			continue;
		kind = endpoints_find(in->endpoints, text, strlen(text));
		if (kind == ENDPOINT_FORGE || kind == ENDPOINT_INDEX)
			say(in, "requires-forge", "dependency", "TA0001",
			    "requires a package from a forge or hub, past "
			    "the index", text);
		else if (requires_asked(text, strlen(text)))
			say(in, "requires-url-extra", "dependency", "TA0001",
			    "requires a package straight from an address for "
			    "who asks for an extra", text);
		else
			say(in, "requires-url", "dependency", "TA0001",
			    "requires a package straight from an address, "
			    "past the index", text);
	}
}

/* ---- metadata of another project ---------------------------------------- */

/* The repository's name in a forge's URL, normalised; false if it is none. */
static bool
repository_of(const char *url, struct project_name *out)
{
	static const char *const forges[] = { "github.com/", "gitlab.com/",
	    "bitbucket.org/", "codeberg.org/" };
	const char *why, *at = NULL;
	char name[PROJECT_NAME_MAX + 1];
	size_t len;

	for (size_t i = 0; at == NULL && i < ARRAY_LEN(forges); i++) {
		at = strcasestr(url, forges[i]);
		if (at != NULL)
			at += strlen(forges[i]);
	}
	at = at != NULL ? strchr(at, '/') : NULL;
	if (at == NULL)
		return false;
	at++;
	len = strcspn(at, "/#?& \t,>)");
	if (len > 4 && strncmp(at + len - 4, ".git", 4) == 0)
		len -= 4;
	if (len == 0 || len >= sizeof(name))
		return false;
	memcpy(name, at, len);
	name[len] = '\0';
	return name_normalize(name, out, &why) == 0;
}

/* Names of one family share a part of some length, at an end of one. */
static bool
is_kin(const char *a, const char *b)
{
	size_t la = strlen(a), lb = strlen(b), n = 0;

	if (strstr(a, b) != NULL || strstr(b, a) != NULL)
		return true;
	while (a[n] != '\0' && a[n] == b[n])
		n++;
	if (n >= SHARED_LEAST)
		return true;
	for (n = 0; n < la && n < lb && a[la - 1 - n] == b[lb - 1 - n];)
		n++;
	return n > SHARED_LEAST;
}

static bool
is_lookalike(const struct inspection *in, const char *target)
{
	for (size_t i = 0; i < in->out->nnames; i++)
		if (str_equal(in->out->names[i].target, target) &&
		    in->out->names[i].score >= NAME_BORROWED_SCORE &&
		    !str_equal(in->out->names[i].technique, "affix"))
			return true;
	return false;
}

static void
look_url(struct inspection *in, const char *own, const char *url)
{
	const struct metadata *m = &in->out->metadata;
	struct project_name repository;
	char text[300];

	if (is_blank(url) || in->targets == NULL ||
	    !repository_of(url, &repository) ||
	    str_equal(repository.text, own) ||
	    targets_rank(in->targets, repository.text) == 0)
		return;
	if (is_lookalike(in, repository.text)) {
		(void)snprintf(text, sizeof(text), "points to the repository "
		    "of %s, whose name it resembles", repository.text);
		say(in, "borrowed-repository", "impersonation", "TA0005", text,
		    url);
		return;
	}
	if (is_kin(own, repository.text))
		return;
	(void)snprintf(text, sizeof(text), "author%s%s%s and home page belong "
	    "to another project, %s", is_blank(m->author) ? "" : " (",
	    is_blank(m->author) ? "" : m->author,
	    is_blank(m->author) ? "" : ")", repository.text);
	say(in, "foreign-metadata", "impersonation", "TA0005", text, url);
}

static void
look_foreign(struct inspection *in, const struct metadata *m)
{
	struct project_name own;
	const char *why;

	if (in->project == NULL ||
	    name_normalize(in->project, &own, &why) == -1)
		return;
	look_url(in, own.text, m->home_page);
	for (size_t i = 0; i < m->nproject_urls; i++)
		look_url(in, own.text, m->project_urls[i].text);
}

void
metadata_end(struct inspection *in)
{
	const struct metadata *m = &in->out->metadata;

	look_version(in);
	look_poverty(in, m);
	look_disagreement(in, m);
	look_mail(in, m->author_email);
	look_mail(in, m->maintainer_email);
	look_requires(in, m);
	look_foreign(in, m);
}

/* ---- names -------------------------------------------------------------- */

/* It says that it builds on the target, and what for. */
static bool
is_declared(const struct metadata *m, const char *target)
{
	struct project_name name;
	char text[PROJECT_NAME_MAX + 1];
	size_t n;

	if (m->description_bytes < DESCRIPTION_POOR || is_blank(m->summary))
		return false;
	for (size_t i = 0; i < m->nrequires; i++) {
		n = strcspn(m->requires[i].text, " \t;([<>=!~");
		if (n == 0 || n >= sizeof(text))
			continue;
		memcpy(text, m->requires[i].text, n);
		text[n] = '\0';
		if (name_normalize(text, &name, NULL) == 0 &&
		    str_equal(name.text, target))
			return true;
	}
	return false;
}

void
names_end(struct inspection *in)
{
	struct name_match found[NAME_MATCHES_MAX] = { 0 };
	struct project_name own;
	const char *why;
	char text[300];
	size_t n;

	if (in->targets == NULL || in->project == NULL ||
	    name_normalize(in->project, &own, &why) == -1)
		return;
	n = lookalike_find(in->targets, &own, found, NAME_MATCHES_MAX);
	for (size_t i = 0; i < n; i++) {
		struct name_match *to = features_add_name(in->out);

		if (to != NULL)
			*to = found[i];
		else
			wire_release(&name_match_desc, &found[i]);
	}
	if (in->out->nnames == 0)
		return;
	for (size_t i = 0; i < in->out->nnames; i++)
		if (is_declared(&in->out->metadata, in->out->names[i].target))
			in->out->names[i].score = in->out->names[i].score *
			    DECLARED_KEEPS / 100;
	if (in->out->names[0].score < NAME_SAID_SCORE)
		return;
	(void)snprintf(text, sizeof(text), "the name resembles %s (%s)",
	    in->out->names[0].target, in->out->names[0].technique);
	inspection_report(in, NULL, &(struct report){ .rule = "lookalike-name",
	    .category = "lookalike-name", .tactic = "TA0005", .text = text,
	    .context = CONTEXT_NAME, .snippet = in->project,
	    .snippet_len = strlen(in->project) });
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * page_rss - the newest releases and the newest projects.
 * Takes: the world as of a serial.  Gives: RSS 2.0 as the index writes it.
 * Runs in: simindex.
 */
#include <stdlib.h>
#include <string.h>

#include "server.h"

#define UPDATES_ITEMS 100
#define PACKAGES_ITEMS 40

static void
element(struct text *t, const char *name, const char *value)
{
	text_putf(t, "      <%s>", name);
	text_putxml(t, value);
	text_putf(t, "</%s>\n", name);
}

static void
rss_begin(struct answer *a, const char *title, const char *link)
{
	a->type = "text/xml; charset=UTF-8";
	a->etag = a->gzip = true;
	text_puts(&a->body, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<rss version=\"2.0\">\n  <channel>\n");
	text_putf(&a->body, "    <title>%s</title>\n    <link>%s</link>\n"
	    "    <description>%s</description>\n    <language>en</language>\n",
	    title, link, title);
}

/* Author is left out unless every address has an @. */
static void
rss_item(struct text *t, const struct sim_release *r, const char *title,
    const char *link, bool guid, int64_t at_us)
{
	const struct package	*p = r->package;
	char			*date = time_rfc822(at_us);

	text_puts(t, "    <item>\n");
	element(t, "title", title);
	element(t, "link", link);
	if (guid)
		element(t, "guid", link);
	element(t, "description", p->summary != NULL ? p->summary : "None");
	if (p->author_email != NULL && strchr(p->author_email, '@') != NULL)
		element(t, "author", p->author_email);
	element(t, "pubDate", date);
	text_puts(t, "    </item>\n");
	free(date);
}

void
rss_updates_page(const struct ask *ask, struct answer *a)
{
	struct sim_release *const	*all;
	size_t				 n, sent = 0;

	rss_begin(a, "PyPI recent updates", "https://pypi.org/");
	n = world_releases(ask->server->world, &all);
	while (n-- > 0 && sent < UPDATES_ITEMS) {
		const struct sim_release	*r = all[n];
		char				*title, *link;

		if (!release_live(r, ask->as_of))
			continue;
		title = must_format("%s %s", r->project->name, r->version);
		link = must_format("https://pypi.org/project/%s/%s/",
		    r->project->normal, r->version);
		rss_item(&a->body, r, title, link, false, r->created_us);
		free(title);
		free(link);
		sent++;
	}
	text_puts(&a->body, "  </channel>\n</rss>\n");
}

void
rss_packages_page(const struct ask *ask, struct answer *a)
{
	struct sim_project *const	*all;
	size_t				 n, seen = 0;

	rss_begin(a, "PyPI newest packages", "https://pypi.org/");
	n = world_projects(ask->server->world, &all);
	/* The newest are taken first, and then those without a release go. */
	while (n-- > 0 && seen < PACKAGES_ITEMS) {
		const struct sim_project	*p = all[n];
		const struct sim_release	*r;
		char				*title, *link;

		if (p->serial > ask->as_of || p->ended <= ask->as_of)
			continue;
		seen++;
		if ((r = project_latest(p, ask->as_of)) == NULL)
			continue;
		title = must_format("%s added to PyPI", p->name);
		link = must_format("https://pypi.org/project/%s/", p->normal);
		rss_item(&a->body, r, title, link, true, p->created_us);
		free(title);
		free(link);
	}
	text_puts(&a->body, "  </channel>\n</rss>\n");
}

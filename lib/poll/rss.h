/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLL_RSS_H
#define POLL_RSS_H

/* rss - PyPI's two feeds: the newest releases and the newest projects. */
#include <stdbool.h>
#include <stddef.h>

#include "data/event.h"

#define RSS_UPDATES_PATH "/rss/updates.xml"
#define RSS_PACKAGES_PATH "/rss/packages.xml"

struct rss_page {
	struct event	*events;	/* in the feed's order: newest first */
	size_t		 n;
	size_t		 unreadable;	/* items without a usable link */
	char		 error[256];	/* "" when the document was whole; items
					   before the fault are kept */
};

/* `source` is SOURCE_RSS_UPDATES or SOURCE_RSS_PACKAGES. */
void	rss_read(enum source, const void *, size_t, struct rss_page *out);
void	rss_page_release(struct rss_page *);

/* The items of the last hours, because new ones appear in mid-list. */
struct rss_seen;

struct rss_seen *rss_seen_new(void);
void	rss_seen_free(struct rss_seen *);
bool	rss_seen_has(const struct rss_seen *, const struct event *);
void	rss_seen_add(struct rss_seen *, const struct event *);
void	rss_seen_add_key(struct rss_seen *, const char *); /* project/version */
/* True when something may have passed between the last page and this one: no
 * item is a known one.  The first page of all has no gap. */
bool	rss_seen_gap(const struct rss_seen *, const struct rss_page *);
/* Moves the known items out of the page. */
void	rss_seen_filter(const struct rss_seen *, struct rss_page *);

#endif

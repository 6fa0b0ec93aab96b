/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEB_SITE_H
#define WEB_SITE_H

/*
 * site - what the server serves: /feed.atom, /feed.json, /metrics, /healthz,
 * /readyz.
 *
 * Feeds query the database when asked; metrics are read on a timer, so that a
 * scrape costs nothing and answers while the database is down.
 */
#include <stddef.h>

struct config_index;
struct db;
struct loop;
struct site;

struct site_settings {		/* borrowed while the site lives */
	const char	*listen;	/* an IP address */
	int		 port;		/* 0: any free one */
	const char	*link_base;	/* of detection pages, or NULL */
	const struct config_index *indexes;	/* beside the main one */
	size_t		 nindexes;
	struct db	*db;
};

/* NULL with the reason in `why` when the address cannot be bound. */
struct site *site_new(struct loop *, const struct site_settings *, char *why,
    size_t room);
void	site_free(struct site *);
int	site_port(const struct site *);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DATA_EVENT_H
#define DATA_EVENT_H

/*
 * event - one thing PyPI told us happened: a row of the changelog, or an item
 * of a feed.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/wire.h"

enum source { SOURCE_CHANGELOG, SOURCE_RSS_UPDATES, SOURCE_RSS_PACKAGES,
	SOURCE_SIMPLE, SOURCE_INGEST, SOURCE_COUNT };

/* Every action string of the protocol; EVENT_CHANGED is any other. */
enum event_kind {
	EVENT_CREATE, EVENT_NEW_RELEASE, EVENT_ADD_FILE, EVENT_REMOVE_FILE,
	EVENT_REMOVE_RELEASE, EVENT_REMOVE_PROJECT, EVENT_YANK_RELEASE,
	EVENT_UNYANK_RELEASE, EVENT_QUARANTINE_PROJECT,
	EVENT_UNQUARANTINE_PROJECT, EVENT_QUARANTINE_RELEASE,
	EVENT_UNQUARANTINE_RELEASE, EVENT_ROLE_ADD, EVENT_ROLE_REMOVE,
	EVENT_ROLE_CHANGE, EVENT_ROLE_INVITE, EVENT_ROLE_REVOKE_INVITE,
	EVENT_ROLE_ACCEPT, EVENT_CHANGED, EVENT_KIND_COUNT
};

struct event {
	enum source	 source;
	enum event_kind	 kind;
	int64_t		 serial;	/* 0: the source has none (RSS) */
	int64_t		 at_us;		/* as the source says, 0 unknown */
	char		*project;	/* display name at the time */
	char		*version;	/* NULL for project-level events */
	char		*filename;	/* add and remove file; else NULL */
	char		*python_version; /* add file: "source", "py3";
					    free text */
	char		*role;		/* role events: Owner or Maintainer */
	char		*actor;		/* role events: user or team */
	char		*action;	/* as it came; NULL for RSS */
};

extern const struct wire_desc event_desc;

const char *source_name(enum source);		/* "changelog", "rss", ... */
const char *event_kind_name(enum event_kind);	/* "add file", ... */
/* The value of an SQL column, or -1. */
int	source_from_name(const char *);

#endif

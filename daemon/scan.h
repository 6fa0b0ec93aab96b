/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_SCAN_H
#define DAEMON_SCAN_H

/*
 * scan - files on their way through `pypiwatch scan`.
 *
 *	argument --> sources --> scanner (a worker each) --> judge --> printer
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/finding.h"
#include "data/upload.h"
#include "data/verdict.h"

struct buf;
struct command_env;
struct config;
struct loop;

/* One file to look at. */
struct scan_item {
	char		*label;		/* as the user knows it */
	char		*filename;	/* last part, says the format */
	char		*project;	/* as displayed, or NULL */
	char		*version;	/* or NULL */
	enum packagetype packagetype;
	char		*partial;	/* what was left out of a tree,
					   or NULL */
	int		 fd;		/* sealed memfd; -1: see why */
	char		*why;		/* it could not be had */
};
void	scan_item_free(struct scan_item *);

/* ---- scanner: the workers ---- */
struct scanner;

struct scanner_settings {		/* borrowed */
	struct loop	*loop;
	const struct config *config;
	const char	*config_text;	/* for the workers */
	size_t		 config_len;
	int		 targets_fd;	/* sealed memfd of the index */
	bool		 measure;	/* features say what they cost */
	/* In the order of submission; features are the callee's to release. */
	void		(*done)(void *ctx, struct scan_item *,
			    struct features *);
	void		*ctx;
};

struct scanner *scanner_new(const struct scanner_settings *);
/* Takes the item over; calls `done` for it now or later.  -1 after a message
 * when no worker can be had. */
int	scanner_submit(struct scanner *, struct scan_item *)
	    __attribute__((warn_unused_result));
int	scanner_finish(struct scanner *)	/* until all are done */
	    __attribute__((warn_unused_result));
void	scanner_free(struct scanner *);

/* ---- sources: what arguments mean ---- */
struct scan_sources {
	struct command_env *env;
	const char	*stdin_name;	/* --stdin-name, or NULL */
	bool		 no_network;
	/* -1 stops everything. */
	int		(*each)(void *ctx, struct scan_item *);
	void		*ctx;
};
/* 0, or -1 when `each` said so. */
int	scan_sources_walk(struct scan_sources *, const char *argument);
int	scan_index_walk(struct scan_sources *, const char *argument);
/* An item that could not be had, for `each`. */
struct scan_item *scan_item_missing(const char *label, const char *, ...)
	    __attribute__((format(printf, 2, 3)));
/* Label, file name, and what the name says of project and version. */
struct scan_item *scan_item_new(const char *label, const char *filename);

/* ---- siblings: several files of one release ---- */
struct scan_siblings;

struct scan_siblings *scan_siblings_new(void);
void	scan_siblings_free(struct scan_siblings *);
/* Compares the file with those of its release that came before, and remembers
 * it for those to come. */
void	scan_siblings_judge(struct scan_siblings *, const struct scan_item *,
	    struct features *);

/* ---- printing for a person ---- */
void	scan_print_human(const struct scan_item *, const struct features *,
	    const struct verdict *);

#endif

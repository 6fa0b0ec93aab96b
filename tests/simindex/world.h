/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIMINDEX_WORLD_H
#define SIMINDEX_WORLD_H

/*
 * world - all that the simulated index has published: the journal, and the
 * projects, releases and files that it led to.
 *
 * Everything carries the serial of its birth and of its end, so that a stale
 * copy of any page is the same page as of an older serial.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "package.h"
#include "text.h"

#define SERIAL_NEVER INT64_MAX

struct row {
	int64_t	 serial, at_us;
	char	*name, *version, *action;	/* version may be NULL */
};

struct sim_file {
	struct sim_release	*release;
	char			*filename, *path;	/* path: /packages/... */
	char			*metadata;	/* wheels: the sibling, or NULL */
	const unsigned char	*bytes;
	size_t			 len;
	bool			 mapped;	/* bytes are a mapping */
	bool			 wheel;
	char			 sha256[SHA256_TEXT], md5[MD5_TEXT];
	char			 blake2b[BLAKE2B_TEXT];
	char			 metadata_sha256[SHA256_TEXT];
	int64_t			 serial, ended, uploaded_us;
	struct sim_file		*next_path;	/* of the hash bucket */
};

struct sim_release {
	struct sim_project	*project;
	char			*version;
	struct package		*package;	/* metadata, maybe members */
	const char		*kind;		/* hostile kind, or "ordinary" */
	int64_t			 serial, ended, created_us;
	bool			 yanked, quarantined;
	char			*yanked_reason;
	struct sim_file		**files;
	size_t			 nfiles;
};

struct sim_owner { char *role, *user; };

struct sim_project {
	char			*name, *normal;
	int64_t			 serial, ended, last_serial, created_us;
	int64_t			 quarantined_at; /* serial, or SERIAL_NEVER */
	struct sim_owner	*owners;
	size_t			 nowners;
	struct sim_release	**releases;
	size_t			 nreleases;
	struct sim_project	*next_name;
};

struct world;

struct world	*world_new(int64_t first_serial);
void		 world_free(struct world *);
int64_t		 world_serial(const struct world *);	/* the newest */
void		 world_ago(struct world *, int64_t days); /* date what comes */
void		 world_skip(struct world *, int64_t serials); /* a gap */

/* By any spelling; NULL when there is none or it ended by `as_of`. */
struct sim_project	*world_project(const struct world *, const char *name,
			    int64_t as_of);
struct sim_release	*project_release(const struct sim_project *,
			    const char *version, int64_t as_of);
/* As PyPI picks it: not yanked, final, highest; NULL if there is none. */
struct sim_release	*project_latest(const struct sim_project *,
			    int64_t as_of);
struct sim_file		*world_file(const struct world *, const char *path);
size_t	world_rows(const struct world *, const struct row **);
size_t	world_projects(const struct world *, struct sim_project *const **);
size_t	world_releases(const struct world *, struct sim_release *const **);
bool	release_live(const struct sim_release *, int64_t as_of);
bool	file_live(const struct sim_file *, int64_t as_of);

void	world_journal(struct world *, const char *name, const char *version,
	    const char *action);
/* Takes the package.  The files follow by world_upload. */
struct sim_release	*world_release(struct world *, struct package *,
			    const char *kind);
/* bytes stay the caller's when mapped, else are taken. */
struct sim_file	*world_upload(struct world *, struct sim_release *,
		    const char *filename, unsigned char *bytes, size_t,
		    bool mapped);
/* What the package builds, by its quirks; `late` is the withheld wheel. */
void	world_build(struct world *, struct sim_release *, bool late);
/* The same file name, other bytes: what PyPI refuses and a mirror may do. */
void	world_change(struct world *, struct sim_release *);

/* -1 when there is no such thing. */
int	world_remove_project(struct world *, const char *name);
int	world_remove_release(struct world *, const char *name,
	    const char *version);
int	world_remove_file(struct world *, const char *filename);
int	world_quarantine(struct world *, const char *name, bool);
int	world_quarantine_release(struct world *, const char *name,
	    const char *version, bool);
int	world_yank(struct world *, const char *name, const char *version,
	    bool, const char *reason);
int	world_role(struct world *, const char *name, const char *action,
	    const char *user);

#endif

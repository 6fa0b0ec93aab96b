/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_PACKAGE_PACKAGE_H
#define INSPECT_PACKAGE_PACKAGE_H

/*
 * package - the modules of one package, kept for a second look.
 *
 * When every file was seen, it is known which of them the build, a start-up
 * file or an entry point runs, and who calls whose functions with what.  What
 * that changes is looked at once more; a second look adds findings, and takes
 * back only that a fetch from a forge might be one from anywhere.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "flow/world.h"
#include "inspect/inspection.h"
#include "python/modules.h"

#define PACKAGE_HEADS 1024	/* a power of two */
#define PACKAGE_PATHS 8		/* a build back end has one */
#define BETWEEN_FILES_MOST 40	/* in more of them, it is by chance */

struct held {
	char		*path, *inner;
	char		*module;	/* "pkg.net"; NULL: no Python module */
	uint8_t		*data;
	size_t		 size;
	enum context	 context;
	enum view_kind	 kind;
	enum world_reach reach;		/* because of who imports it */
	struct reading	*reading;	/* or NULL: it has to be read again */
	size_t		 folds;		/* bytes of it that are folded */
	enum context	 runs_at;	/* as in struct inspection */
	size_t		 flows;		/* bytes that flow knows of it */
	struct fold	*lent;		/* what other modules ask it, or NULL */
	struct reading	*lent_of;	/* ... of that, if not of `reading` */
	bool		 settings;	/* words that may be a command's */
	bool		 involved;	/* imports of the package, or is */
	bool		 imported;	/* by another one, as that is loaded */
	bool		 offers;	/* names that it does not use itself */
	bool		 installed;	/* as in struct entry */
	uint32_t	 next;		/* of its hash: place in files + 1 */
};

/* What modules do as they are loaded, whoever of them hands it to whom. */
enum package_deed { PACKAGE_GATHERS, PACKAGE_SENDS, PACKAGE_FETCHES,
	PACKAGE_EXECUTES,
	PACKAGE_SHELLS, PACKAGE_FEEDS, /* starts one; hands on a peer's words */
	PACKAGE_CONNECTS, PACKAGE_RUNS, PACKAGE_TIES, /* whenever they do */
	PACKAGE_DEEDS };

struct package {
	struct { bool done; uint32_t file, line; enum context context; }
			 deeds[PACKAGE_DEEDS];
	struct world	*world;
	struct modules	*modules;	/* filled before the second look */
	bool		 taught;
	bool		 last;		/* nobody looks again after this look */
	struct lender	 lender;
	size_t		 nlent;
	struct held	*files;
	size_t		 n, room, bytes;
	bool		 partial;	/* some module did not fit */
	bool		 holds_key, sets_variables; /* some file that was
					   asked does */
	size_t		 asked_keys;	/* how many were */
	uint32_t	 heads[PACKAGE_HEADS]; /* by module */
	size_t		 trees, folds, flows; /* bytes of readings */
	char		*paths[PACKAGE_PATHS]; /* where a build looks for
						  modules */
	size_t		 npaths;
	struct buf	 manual;	/* what the top folder's README says */
	uint8_t		*heard;		/* words of what is not held, or NULL:
					   tools.c */
	bool		 build_unread;	/* ... something a build reads is not */
};

struct package *package_new(void);
void	package_free(struct package *);
struct world *package_world(const struct package *);
/* Takes the reading of the file that was held last, and when it first starts a
 * program; the reading may be freed. */
void	package_keep(struct package *, struct reading *, enum context runs_at);
/* What its modules bind, for names that go through them; NULL at first. */
const struct modules *package_modules(const struct package *);
void	package_teach(struct package *, const char *module,
	    struct reading *);
/* Keeps the file when it matters; its module's name, borrowed, or NULL. */
const char *package_hold(struct package *, const struct view *);
/* Is the module looked at once more, if it asks for that? */
bool	package_looks_again(const struct package *, const char *module);
/* The file that was held last does. */
void	package_await(struct package *);
void	package_end(struct inspection *);

/* The module that is looked at has something for others. */
void	package_offers(struct package *, bool);

/* A file of it as it is looked at again; `entry` is the caller's. */
struct view package_view(struct package *, size_t i, struct entry *);
/* Its reading, made when there is none; after a look, it is kept or freed. */
struct reading *package_reading(const struct held *);
void	package_keep_look(struct package *, struct held *, struct reading *);

/* keys.c: may some file hold a key, or is one not held? */
bool	package_holds_key(struct package *);
/* ... put something into the environment of programs? */
bool	package_sets_variables(struct package *);
/* learn.c: what its modules tell each other, and not yet us. */
void	package_learn(struct inspection *);
/* between.c: the module that is looked at does that. */
void	package_note(struct package *, enum package_deed, uint32_t line,
	    enum context);
/* ... what several do together. */
void	package_between(struct inspection *);
/* reach.c: the file runs as early as that. */
void	package_reach(struct held *, enum world_reach);
/* ... the build imports what lies in that folder of the tree by its
 * bare name. */
void	package_search(struct package *, const char *folder);
/* ... what files run that others import or execute; is any of the package? */
bool	package_follow(struct package *);
/* started.c: files that modules start. */
void	package_start(struct inspection *);
/* scripts.c: what nothing loads waits for who starts it. */
void	package_scripts(struct inspection *);
/* tools.c: words of a file that is not held. */
void	package_hear(struct package *, const struct view *);
/* ... what only the developers of a source tree start. */
void	package_tools(struct inspection *);
/* build.c: what pyproject.toml, setup.cfg and entry points name. */
void	package_build(struct inspection *, struct package *);
/* The bytes of a view as they are held till the end, or NULL. */
const uint8_t *package_data(const struct package *, const struct view *);
struct held *package_module(const struct package *, const char *name);
struct held *package_file(const struct package *, const char *inner);

#endif

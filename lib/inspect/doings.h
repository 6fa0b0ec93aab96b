/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_DOINGS_H
#define INSPECT_DOINGS_H

/* doings - what a function, and a source, does in all. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/finding.h"

struct doing;
struct flow_call;
struct inspection;
struct view;

#define PATCHES_FOLLOWED 32	/* of one source */

/* All zero but for `in` and `view` at first; doings_free() takes what it
 * holds. */
struct doings {
	struct inspection *in;
	const struct view *view;
	struct doing	*scopes;
	size_t		 nscopes, scopes_room;
	struct { uint32_t scope, line; size_t at; enum context context; }
			 patches[PATCHES_FOLLOWED];
	size_t		 npatches;
	uint32_t	 connects, dups, runs;	/* lines of the first */
	uint32_t	 listens, obeys;
	size_t		 obeys_at;
	struct { uint32_t line; size_t at; enum context context; }
			 dials, told;	/* connects to a fixed address; where
					   a peer says */
	struct { uint32_t line; size_t at; enum context context; }
			 peer, shell;	/* connects anywhere; starts what
					   executes what it will be told */
	bool		 pumps;		/* sends what a peer sent */
	bool		 feeds;		/* ... or writes it somewhere */
	bool		 acts;		/* runs, executes, sends anything */
	bool		 acts_early;	/* ... or writes, as it is loaded */
	bool		 starts;	/* programs that do more than unpack */
};

void	doings_note(struct doings *, const struct flow_call *, enum context);
/* Once all calls are noted. */
void	doings_tell(struct doings *);
void	doings_free(struct doings *);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UNPACK_WALK_H
#define UNPACK_WALK_H

/*
 * walk - one uploaded file on its way through unpack.
 *
 * A walk is the file, with its budget and its findings.  A place is one
 * archive of it: the file itself, or an archive found inside.  Readers (tar,
 * zip) hand members to place_deliver, which knows paths, RECORD and nesting.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/entry.h"
#include "data/finding.h"
#include "unpack/anomaly.h"
#include "unpack/archive.h"
#include "unpack/index.h"

struct wheel;

struct walk {
	const struct unpack_limits *limits;
	void		(*each)(void *, const struct entry *);
	void		*ctx;
	struct features	*out;
	size_t		 packed;	/* bytes of the uploaded file */
	unsigned int	 seen[ANOMALY_COUNT];	/* findings of each kind */
};

/* Decides how `inner` and `installed` are filled. */
enum layout { LAYOUT_PLAIN, LAYOUT_SDIST, LAYOUT_WHEEL, LAYOUT_EGG };

struct place {
	struct walk	*walk;
	const char	*prefix;	/* visible path before ours, "" or
					   "a!/" */
	const char	*inner_prefix;
	unsigned int	 depth;
	enum layout	 layout;
	const char	*filename;	/* of this archive */
	struct index	 index;		/* every member's name */
	struct wheel	*wheel;		/* LAYOUT_WHEEL at depth 0 */
	bool		 broken;
	struct buf	 path, inner, link;	/* of the member in hand */
};

/* What a reader knows of one member; all borrowed. */
struct member {
	enum entry_kind	 kind;
	const char	*name;		/* bytes as they stand in the archive */
	size_t		 name_len;
	const char	*link;		/* or NULL */
	size_t		 link_len;
	const uint8_t	*data;
	size_t		 size;
	uint64_t	 declared;
	bool		 cut, executable;
};

/* The outcome only gets worse, and keeps the first reason of its kind. */
void	walk_partial(struct walk *, const char *, ...)
	    __attribute__((format(printf, 2, 3)));
void	walk_unscannable(struct walk *, const char *, ...)
	    __attribute__((format(printf, 2, 3)));

/* A finding about the archive; `name` (raw) and the detail may be NULL. */
void	place_odd(struct place *, enum anomaly, const char *name, size_t len,
	    const char *detail, ...) __attribute__((format(printf, 5, 6)));
/* The archive cannot be read on: the file is unscannable, or, when it is one
 * inside another, odd. */
void	place_broken(struct place *, const char *, ...)
	    __attribute__((format(printf, 2, 3)));
/* Checks the path and remembers it; call once a member, before delivery. */
void	place_note(struct place *, const struct member *);
/* After the last note: what the names say together. */
void	place_indexed(struct place *);
/* Hands the member on, then looks into it if it is an archive; false when the
 * limit of members is reached. */
bool	place_deliver(struct place *, const struct member *);

void	place_release(struct place *);

#endif

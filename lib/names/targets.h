/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NAMES_TARGETS_H
#define NAMES_TARGETS_H

/*
 * targets - the names that somebody might imitate, as one flat index.
 *
 * Built once (queue, or the command), handed to every worker as the bytes of
 * one sealed memfd, used in place: no pointer inside, every offset checked
 * when opened.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct targets;

/*
 * Of a name that is given twice one kind counts: protected, else popular, else
 * used, else an import name, else the others as listed.  Denied names are no
 * popular ones, whatever the list says.
 */
enum target_kind {
	TARGET_POPULAR,
	TARGET_PROTECTED,	/* the operator's own */
	TARGET_STDLIB,
	TARGET_IMPORT,		/* what code imports; `project` installs it */
	TARGET_FOREIGN,		/* popular on npm, conda or in a distribution */
	TARGET_INVENTED,	/* language models make it up */
	TARGET_BRAND,		/* a company or service; only misspelled */
	TARGET_WORD,		/* that many use; only misspelled */
	TARGET_KINDS,
	TARGET_DENIED = TARGET_KINDS,	/* popular lists can be attacked */
	TARGET_USED	/* a team builds on it: in the index a popular one */
};

struct target {
	const char	*name;		/* any spelling; normalised inside */
	uint32_t	 rank;		/* from 1; 0 unknown */
	int64_t		 downloads;	/* 30 days; 0 unknown */
	enum target_kind kind;
	const char	*project;	/* of TARGET_IMPORT; else NULL */
	bool		 owned;		/* protected, and the name is ours */
};

/* Appends the index's bytes.  Invalid and repeated names are left out; the
 * number of names taken is returned.  Stdlib names are added by itself. */
size_t	targets_build(const struct target *, size_t n, struct buf *out);
/* Opens bytes in place (borrowed).  NULL with a reason when damaged. */
struct targets *targets_open(const void *, size_t, const char **why);
void	targets_free(struct targets *);
size_t	targets_count(const struct targets *);
/* Rank of a name that is itself popular, 0 when it is not. */
uint32_t targets_rank(const struct targets *, const char *normalized);
/* Is that somebody's name, and no mere word that many names are made of? */
bool	targets_knows(const struct targets *, const char *normalized);

/* Reads "rank<TAB>name<TAB>downloads" lines (or plain names, one a line; of
 * TARGET_IMPORT "import name<TAB>project"; `#` starts a comment) into *list,
 * which the caller frees with targets_list_free.  -1 with "line N: ..." in
 * why. */
int	targets_read(const char *text, size_t len, enum target_kind,
	    struct target **list, size_t *n, char *why, size_t room)
	    __attribute__((warn_unused_result));
/* Sets kind and, where there is none, rank from a kind's name in SQL. */
void	target_stored(struct target *, const char *kind);
void	targets_list_free(struct target *, size_t);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIMINDEX_HOSTILE_H
#define SIMINDEX_HOSTILE_H

/*
 * hostile - inert packages that look like what attackers upload.
 *
 * Nothing in them works: hosts are under example.invalid, payload bytes are
 * filler, and each file says what it is.  They are built for scanners to
 * read, and never run.
 */
#include "package.h"

struct hostile {
	const char	*kind;		/* also the project's name */
	const char	*version;
	const char	*severity;	/* what a scanner says at least */
	const char	*categories;	/* words of its findings, comma apart */
	const char	*about;
	void		(*build)(struct package *, struct chance *);
	const char	*name;		/* project, if not the kind */
};

extern const struct hostile hostiles[];
extern const size_t hostile_count;

const struct hostile	*hostile_find(const char *kind);
struct package		*hostile_package(const struct hostile *,
			    uint64_t seed);
/* A table: kind, project, version, severity floor, categories, what. */
void	hostile_list(void);

/* For the builders. */
#define INERT "# Inert test fixture: built to be scanned, never to be run.\n"
void	hostile_poor(struct package *, const char *summary);
void	hostile_setup(struct package *, const char *body);

void	hostile_pycryptoenv(struct package *, struct chance *);

#endif

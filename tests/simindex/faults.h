/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIMINDEX_FAULTS_H
#define SIMINDEX_FAULTS_H

/*
 * faults - the ways in which the simulated index misbehaves when told to.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum endpoint { AT_XMLRPC, AT_UPDATES, AT_PACKAGES, AT_JSON, AT_SIMPLE,
	AT_FILE, AT_CONTROL, ENDPOINT_COUNT };

enum fault_kind {
	FAULT_STATUS, FAULT_LATENCY, FAULT_RESET, FAULT_TRUNCATE,
	FAULT_LIE_SHORT, FAULT_LIE_LONG, FAULT_SLOW, FAULT_STALE,
	FAULT_MISSING, FAULT_WRONG_DIGEST, FAULT_BAD_BYTES, FAULT_NONCHAR,
	FAULT_DTD, FAULT_BOMB, FAULT_CUT, FAULT_GARBAGE, FAULT_RATE_LIMIT,
	FAULT_TYPE, FAULT_OVERSIZE, FAULT_LOOP, FAULT_DUPLICATES,
	FAULT_DISORDER, FAULT_HTML, FAULT_REWIND, FAULT_GZIP_BOMB,
	FAULT_KIND_COUNT
};

struct fault {
	enum fault_kind	 kind;
	unsigned int	 endpoints;	/* bit per enum endpoint */
	int64_t		 number;	/* status, ms, bytes/s, count, ... */
	int64_t		 until_us;	/* 0: until cleared */
	int64_t		 left;		/* requests to spoil, -1: all */
	char		*match;		/* in the path, or NULL */
	int64_t		 serial;	/* stale: the world as of this */
	struct fault	*next;
};

struct faults { struct fault *list; uint64_t served[FAULT_KIND_COUNT]; };

const char	*endpoint_name(enum endpoint);
const char	*fault_name(enum fault_kind);
void		 fault_help(void);

/* "xmlrpc 503 for 60 count 3 match foo"; -1 with the reason. */
int	faults_add(struct faults *, char *words, int64_t serial,
	    const char **why);
void	faults_clear(struct faults *, const char *endpoint);
/* The fault of this kind in force here, counted as served; or NULL. */
const struct fault	*faults_hit(struct faults *, enum fault_kind,
			    enum endpoint, const char *path);

#endif

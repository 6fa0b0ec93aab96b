/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_ENDPOINTS_H
#define FLOW_ENDPOINTS_H

/*
 * endpoints - hosts where stolen data goes and second stages come from: data
 * that is updated without a build (rules/endpoints.tsv).
 */
#include <stddef.h>
#include <stdint.h>

struct buf;
struct endpoints;

enum endpoint_kind { ENDPOINT_BIN, ENDPOINT_HOOK, ENDPOINT_DROP,
	ENDPOINT_PASTE, ENDPOINT_TUNNEL, ENDPOINT_ECHO, ENDPOINT_FORM,
	ENDPOINT_CHAIN, ENDPOINT_FORGE,
	ENDPOINT_TOOLCHAIN,	/* one publisher's own programs */
	ENDPOINT_INDEX,		/* where pip gets what no stranger put */
	ENDPOINT_KIND_COUNT };

/* From <folder>/endpoints.tsv; NULL with "FILE:LINE: ..." in *errors. */
struct endpoints *endpoints_load(const char *folder, struct buf *errors);
void	endpoints_free(struct endpoints *);
/* The kind of a URL (scheme optional), or -1. */
int	endpoints_find(const struct endpoints *, const char *url, size_t len);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLL_POPULAR_H
#define POLL_POPULAR_H

/*
 * popular - a list of the most downloaded projects, from any URL.
 *
 * JSON: {"rows": [{"project": "boto3", "download_count": 1}, ...]}, or the
 * rows alone; "name" and "downloads" are understood too.  What comes out are
 * lines of rank, name and downloads with tabs between, as targets_read()
 * takes them; whether the list makes sense is for the database to say.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

struct buf;
struct http_client;
struct http_request;

/* -1 with the fault set when it is no such list. */
int	popular_parse(const char *text, size_t len, struct buf *lines,
	    size_t *n, struct fault *) __attribute__((warn_unused_result));

struct popular_ask {
	struct http_client *http;
	const char	*url;
	int64_t		 timeout_s;
	/* Once; `lines` is NULL when `why` says what went wrong. */
	void		(*done)(void *ctx, const struct buf *lines,
			    const char *why);
	void		*ctx;
};
/* Frees itself when `done` was called. */
void	popular_fetch(const struct popular_ask *);

#endif

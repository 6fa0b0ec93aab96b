/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLL_SIMPLE_INDEX_H
#define POLL_SIMPLE_INDEX_H

/*
 * simple_index - the list of all projects, /simple/ as JSON (PEP 691).
 *
 * PyPI's has 800,000 entries in 30 MB, so it is read as it comes and never
 * held.  Each project carries the serial of its last change, which is PyPI's
 * and bandersnatch's addition; other indexes have none.
 */
#include <stddef.h>
#include <stdint.h>

struct simple_index_reader;

struct simple_index {
	int64_t	 serial;	/* of the document, -1 unknown */
	int64_t	 largest;	/* of its projects, -1 when none has one */
	size_t	 projects;
	size_t	 unreadable;	/* entries without a usable name */
	char	 error[256];	/* "" when the document was whole */
};

/* `project` is called for each usable entry, in the document's order; serial
 * is -1 where there is none. */
struct simple_index_reader *simple_index_reader_new(
	    void (*project)(void *ctx, const char *name, int64_t serial),
	    void *ctx);
void	simple_index_reader_free(struct simple_index_reader *);
/* 0, or -1 from the first fault on. */
int	simple_index_feed(struct simple_index_reader *, const void *, size_t);
/* No more bytes. */
void	simple_index_end(struct simple_index_reader *,
	    struct simple_index *out);

#endif

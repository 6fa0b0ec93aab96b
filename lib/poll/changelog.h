/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLL_CHANGELOG_H
#define POLL_CHANGELOG_H

/* changelog - PyPI's XML-RPC journal: the questions, and the answers read. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct event;
struct changelog_reader;

#define CHANGELOG_PATH "/pypi"

/* The text of a call; it goes as POST with Content-Type text/xml. */
void	changelog_ask_since(struct buf *, int64_t serial);
void	changelog_ask_last(struct buf *);

enum changelog_status {
	CHANGELOG_OK,
	CHANGELOG_LIMITED,	/* too many requests; see reset_s */
	CHANGELOG_FAULT,	/* any other fault; see error */
	CHANGELOG_MALFORMED	/* rows before the fault were handed over */
};

struct changelog_page {
	enum changelog_status status;
	char	 error[256];	/* one safe line unless OK */
	int64_t	 reset_s;	/* LIMITED: -1 if not said */
	size_t	 rows;		/* rows in the answer */
	size_t	 unreadable;	/* of them without a name, action or serial */
	bool	 has_value;	/* a single int: changelog_last_serial */
	int64_t	 value;
};

/* `row` gets each event as its row ends, and owns what is in it. */
struct changelog_reader *changelog_reader_new(
    void (*row)(void *ctx, const struct event *), void *ctx);
void	changelog_reader_free(struct changelog_reader *);
int	changelog_feed(struct changelog_reader *, const void *, size_t);
void	changelog_end(struct changelog_reader *, struct changelog_page *out);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLL_TOOLS_H
#define POLL_TOOLS_H

/*
 * poll_tools - pypiwatch-poll, the real process in its sandbox, between a
 * loopback server that replays answers composed by hand and a queue played by
 * the test.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "data/messages.h"
#include "harness/loopback.h"
#include "harness/process.h"

struct fixture {
	struct loop	*loop;
	struct loopback	*server;
	struct process	 poll;
	/* the index */
	int64_t		 last_serial;
	struct buf	 page, updates, packages, legacy, simple;
	int		 legacy_status, simple_status, rpc_status;
	unsigned int	 rpc_fails;		/* bit n: the n-th call does */
	const char	*last_answer;		/* instead of last_serial */
	int64_t		 json_serial;
	unsigned int	 rpc_calls, rss_calls, not_modified, json_calls;
	struct buf	 paths, encodings;	/* of JSON requests */
	int64_t		 since;			/* of the last call */
	/* queue */
	int64_t		 cursor, epoch, begin, listed;
	struct feed_item *items;
	size_t		 nitems;
	struct buf	 events;	/* one line each */
	unsigned int	 pieces, gaps, past, nevents;
	unsigned int	 refuse;	/* the so-many-th piece */
	struct msg_source health[SOURCE_COUNT];
	char		 why[SOURCE_COUNT][256];
	struct buf	 resolved;	/* one line a part */
	bool		 hello;
	bool		(*enough)(const struct fixture *);
};

/* cmocka fixtures; *state is a struct fixture. */
int	open_changelog(void **state);
int	open_rss(void **state);
int	open_witness(void **state);	/* the changelog and the list */
int	close_fixture(void **state);

/* What the changelog answers next: a page, row by row, or the rows of a run of
 * serials, which end at the index's last. */
void	page_open(struct fixture *);
void	rpc_row(struct buf *, int64_t serial, const char *name,
    const char *version, const char *action);
void	page_close(struct fixture *);
void	page_rows(struct fixture *, int64_t from, int64_t to);
/* A feed of "project/version" or "project", newest first; ends with NULL. */
void	feed_of(struct buf *, const char *const *links);

/* Tells poll to begin: for the first time, or after that serial. */
void	say_follow(struct fixture *, bool first, int64_t serial);
/* Runs the loop until it is so. */
void	until(struct fixture *, bool (*enough)(const struct fixture *));

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_DB_STARS_H
#define TESTS_DB_STARS_H

/*
 * stars - a real queue on a real database, with satellites that the test
 * plays: their channels' other ends, in the same process and loop.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/db.h"
#include "data/messages.h"
#include "data/finding.h"

struct star;

/* What a played satellite does with what it gets; the defaults are good
 * ones: files are found, fetched, inspected without a finding, delivered. */
struct star {
	struct loop	*loop;
	struct config	*config;
	struct queue	*queue;
	struct db	*db;		/* the test's own */
	struct channel	*poll, *fetch, *worker, *alert;
	int64_t		 epoch, cursor;
	bool		 follows, first;

	/* counts */
	int		 stored, refused, resolves, fetches, inspects,
			 deliveries, targets, kicks, backfills;
	bool		 ready, drained;
	char		 sent[64][40];	/* delivery ids in order */
	char		 payload[32768];	/* of the last */

	/* how to behave */
	enum resolve_status resolve;
	const char	*files[4];	/* of every release */
	char		 digest;	/* hex digit that digests consist of */
	bool		 hold_fetch, hold_deliver;	/* answer nothing */
	enum fetch_status fetch_fails;	/* FETCH_OK: it does not */
	int		 crash;		/* so many children crash */
	int		 slow;		/* ... take longer than they may */
	bool		 hostile;	/* the worker finds something */
	const char	*modules[2];	/* of source archives, of wheels */
	const char	*imports;	/* of any file */
	enum delivery_status deliver;
	bool		 stop_on_hold;
};

void	star_start(struct star *, const char *extra_config);
/* Without a drain, as after kill -9. */
void	star_kill(struct star *);
void	star_end(struct star *);
void	star_poll(struct star *);	/* adopts one of each */
void	star_fetch(struct star *);
void	star_worker(struct star *);
void	star_alert(struct star *);
void	star_events(struct star *, enum source, const struct event *, size_t n,
	    int64_t cursor);
/* Turns the loop until the query's only cell is `want`; fails after a bound. */
void	star_until(struct star *, const char *sql, const char *want);
/* The same for anything in memory. */
void	star_until_true(struct star *, const bool *);
void	star_until_count(struct star *, const int *, int least);
void	star_sql(struct star *, const char *sql);
int64_t	star_number(struct star *, const char *sql);

#endif

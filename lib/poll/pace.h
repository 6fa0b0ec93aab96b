/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLL_PACE_H
#define POLL_PACE_H

/* pace - when to ask again, and how often at most.  Pure: the caller brings
 * the clock and the dice. */
#include <stdbool.h>
#include <stdint.h>

struct pace {
	int64_t		interval_ms;	/* while all is well */
	unsigned int	failures;	/* in a row */
};

/* A tenth of jitter either way; forgets the failures. */
int64_t	pace_well(struct pace *, uint32_t dice);
/* Counts one; doubles from 2 s to 5 min, never less than the server asked
 * for (-1: it did not). */
int64_t	pace_failed(struct pace *, int64_t retry_after_s, uint32_t dice);
/* After PACE_BREAKER failures in a row only every 5 minutes a request goes
 * out to see whether it is over. */
bool	pace_is_broken(const struct pace *);

/* At most `rate` requests a second, saved up for one second. */
struct bucket {
	int64_t	rate;
	int64_t	saved_ms;	/* worth of requests */
	int64_t	at_ms;
};

void	bucket_init(struct bucket *, int64_t rate, int64_t now_ms);
/* Takes one and gives 0, or the milliseconds until there is one. */
int64_t	bucket_take(struct bucket *, int64_t now_ms);
/* Takes one, on credit if need be: for requests with a pace of their own. */
void	bucket_owe(struct bucket *, int64_t now_ms);

#endif

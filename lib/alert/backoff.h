/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERT_BACKOFF_H
#define ALERT_BACKOFF_H

/*
 * backoff - how long to wait before the next attempt.  Pure: the caller
 * brings the clock and the dice.
 */
#include <stdint.h>

struct backoff {
	uint32_t	attempt;	/* the one that just failed, from 1 */
	int64_t		retry_after_s;	/* the receiver's wish, -1 without */
	int64_t		age_s;		/* since the first attempt */
	int64_t		give_up_s;	/* 0: never give up */
	uint32_t	dice;		/* any random number */
};

/* Milliseconds to wait, or -1: the give-up time passes before that. */
int64_t	backoff_next(const struct backoff *);

#endif

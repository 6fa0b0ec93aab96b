/* SPDX-License-Identifier: Apache-2.0 */
/*
 * backoff - how long to wait before the next attempt.
 * Takes: the failed attempt.  Gives: milliseconds, or "give up".
 * Runs in: alert.
 */
#include "alert/backoff.h"

#include <stddef.h>

#include "base/limits.h"
#include "base/str.h"

/*
 * The first steps are short, because an alert that waits is an attack that
 * goes on; the last ones are long, because a receiver that is down for hours
 * gains nothing from more requests.  Days pass until the give-up time.
 */
static const int64_t steps_s[] = { 5, 15, 60, 300, 900, 1800, 3600, 7200,
	14400 };

int64_t
backoff_next(const struct backoff *b)
{
	uint32_t	step = b->attempt > 0 ? b->attempt - 1 : 0;
	int64_t		ms, wish_ms, spread;

	if (step >= ARRAY_LEN(steps_s))
		step = ARRAY_LEN(steps_s) - 1;
	/* A quarter of jitter either way: receivers that came back are not met
	 * by everything at once. */
	ms = steps_s[step] * 1000;
	spread = ms / 2;
	ms = ms - spread / 2 + (int64_t)b->dice % (spread + 1);
	if (b->retry_after_s > 0) {	/* never earlier than asked */
		wish_ms = (b->retry_after_s < RETRY_AFTER_MAX_S ?
		    b->retry_after_s : RETRY_AFTER_MAX_S) * 1000;
		ms = wish_ms + (int64_t)b->dice % (wish_ms / 10 + 1000);
	}
	if (b->give_up_s > 0 && b->age_s + ms / 1000 > b->give_up_s)
		return -1;
	return ms;
}

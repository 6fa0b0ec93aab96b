/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pace - when to ask again, and how often at most.
 * Takes: what became of the last request.  Gives: milliseconds to wait.
 * Runs in: poll.
 */
#include "poll/pace.h"

#include "base/limits.h"

#define PACE_FIRST_MS 2000
#define PACE_MOST_MS 300000
#define PACE_BREAKER 10
#define PACE_CREDIT_MS 5000	/* how deep a bucket may be in debt */

static int64_t
jitter(int64_t ms, uint32_t dice)
{
	return ms - ms / 10 + (int64_t)dice % (ms / 5 + 1);
}

int64_t
pace_well(struct pace *p, uint32_t dice)
{
	p->failures = 0;
	return jitter(p->interval_ms, dice);
}

int64_t
pace_failed(struct pace *p, int64_t retry_after_s, uint32_t dice)
{
	int64_t ms = PACE_FIRST_MS, asked;

	for (unsigned int i = 0; i < p->failures && ms < PACE_MOST_MS; i++)
		ms *= 2;
	p->failures++;
	if (ms > PACE_MOST_MS || pace_is_broken(p))
		ms = PACE_MOST_MS;
	ms = jitter(ms, dice);
	if (retry_after_s > RETRY_AFTER_MAX_S)
		retry_after_s = RETRY_AFTER_MAX_S;
	asked = retry_after_s * 1000;
	if (retry_after_s > 0 && ms < asked)	/* jitter only upwards */
		ms = asked + (int64_t)dice % (asked / 10 + 500);
	return ms;
}

bool
pace_is_broken(const struct pace *p)
{
	return p->failures >= PACE_BREAKER;
}

void
bucket_init(struct bucket *b, int64_t rate, int64_t now_ms)
{
	b->rate = rate > 0 ? rate : 1;
	b->saved_ms = 1000;
	b->at_ms = now_ms;
}

static void
bucket_fill(struct bucket *b, int64_t now_ms)
{
	b->saved_ms += now_ms - b->at_ms;
	b->at_ms = now_ms;
	if (b->saved_ms > 1000)
		b->saved_ms = 1000;
}

int64_t
bucket_take(struct bucket *b, int64_t now_ms)
{
	int64_t price = (1000 + b->rate - 1) / b->rate;

	bucket_fill(b, now_ms);
	if (b->saved_ms < price)
		return price - b->saved_ms;
	b->saved_ms -= price;
	return 0;
}

void
bucket_owe(struct bucket *b, int64_t now_ms)
{
	bucket_fill(b, now_ms);
	if (b->saved_ms > -PACE_CREDIT_MS)
		b->saved_ms -= 1000 / b->rate;
}

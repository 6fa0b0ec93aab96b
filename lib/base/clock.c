/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clock - the two clocks we use, and times as text.
 * Runs in: every process.
 */
#include "base/clock.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static int64_t
clock_read(clockid_t id, int64_t per_second)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * per_second +
	    (int64_t)ts.tv_nsec / (1000000000 / per_second);
}

int64_t
clock_mono_ms(void)
{
	return clock_read(CLOCK_MONOTONIC, 1000);
}

int64_t
clock_wall_us(void)
{
	return clock_read(CLOCK_REALTIME, 1000000);
}

void
clock_rfc3339(int64_t us, char out[CLOCK_RFC3339_SIZE])
{
	int64_t		rest = us % 1000000;
	time_t		t;
	struct tm	tm;
	char		head[24];

	if (rest < 0)
		rest += 1000000;
	t = (time_t)((us - rest) / 1000000);
	if (gmtime_r(&t, &tm) == NULL ||
	    strftime(head, sizeof(head), "%Y-%m-%dT%H:%M:%S", &tm) == 0)
		memcpy(head, "1970-01-01T00:00:00", 20);
	snprintf(out, CLOCK_RFC3339_SIZE, "%s.%03dZ", head,
	    (int)(rest / 1000));
}

/* The fraction's digits as microseconds; moves *s behind them. */
static int64_t
fraction_us(const char **s)
{
	int64_t us = 0, place = 100000;

	for ((*s)++; **s >= '0' && **s <= '9'; (*s)++) {
		us += (**s - '0') * place;
		place /= 10;
	}
	return us;
}

/* Minutes east of UTC; -1 when the rest is no zone. */
static int
zone_minutes(const char *s, int *minutes)
{
	int hours, mins, n = 0;
	char sign;

	*minutes = 0;
	if (*s == '\0' || strcmp(s, "Z") == 0 || strcmp(s, "z") == 0)
		return 0;
	if (sscanf(s, "%c%2d:%2d%n", &sign, &hours, &mins, &n) != 3 ||
	    s[n] != '\0' || (sign != '+' && sign != '-') || hours > 23 ||
	    mins > 59 || hours < 0 || mins < 0)
		return -1;
	*minutes = (sign == '+' ? 1 : -1) * (hours * 60 + mins);
	return 0;
}

int
clock_from_rfc3339(const char *s, int64_t *us)
{
	struct tm	tm = { 0 };
	const char	*rest = strptime(s, "%Y-%m-%dT%H:%M:%S", &tm);
	int64_t		micro = 0;
	int		minutes;

	if (rest == NULL)
		return -1;
	if (*rest == '.')
		micro = fraction_us(&rest);
	if (zone_minutes(rest, &minutes) == -1)
		return -1;
	*us = ((int64_t)timegm(&tm) - (int64_t)minutes * 60) * 1000000 + micro;
	return 0;
}

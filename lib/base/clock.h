/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

/* clock - the two clocks we use, and times as text. */
#include <stddef.h>
#include <stdint.h>

int64_t	clock_mono_ms(void);	/* never jumps; for deadlines */
int64_t	clock_wall_us(void);	/* microseconds since 1970, UTC */

#define CLOCK_RFC3339_SIZE 32
/* "2026-11-23T18:00:00.123Z" of a time in microseconds since 1970. */
void	clock_rfc3339(int64_t us, char out[CLOCK_RFC3339_SIZE]);
/*
 * Microseconds since 1970 from RFC 3339 text (fraction and zone optional, no
 * zone means UTC as PyPI's upload_time does); 0 or -1 when it is no such text.
 */
int	clock_from_rfc3339(const char *, int64_t *us);

#endif

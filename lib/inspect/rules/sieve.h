/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_RULES_SIEVE_H
#define INSPECT_RULES_SIEVE_H

/*
 * sieve - which rules cannot match some bytes, at a fraction of what it costs
 * to match them.
 *
 * A string of a rule can stand only where one of its words does (pattern.h),
 * and a rule can match only when its condition holds for strings that can stand
 * there.  Whatever of a condition is not about strings counts as true.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sieve;

struct sieve *sieve_new(void);
void	sieve_free(struct sieve *);
/* Adds the rules of one source, as YARA understands it; -1 when something in it
 * is not understood, and then the sieve may not be used. */
int	sieve_read(struct sieve *, const char *, size_t);
/* Rule by rule, in the order of their sources: what was understood. */
size_t	sieve_count(const struct sieve *);
const char *sieve_rule(const struct sieve *, size_t);
/* String `k` of a rule, with its "$"; NULL behind the last. */
const char *sieve_string(const struct sieve *, size_t rule, size_t k);
/* Sets may[i] for each rule i that can match; it has room for all. */
void	sieve_shake(const struct sieve *, const uint8_t *, size_t, bool *may);

#endif

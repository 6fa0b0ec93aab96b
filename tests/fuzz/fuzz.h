/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUZZ_H
#define FUZZ_H

/*
 * fuzz - what every fuzzer has: one entry, called by libFuzzer or by replay.c,
 * and a way to say that something must be so.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static inline void
require(bool ok)
{
	if (!ok)
		abort();
}

#endif

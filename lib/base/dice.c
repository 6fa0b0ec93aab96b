/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dice - chance, from the kernel.
 * Gives: any number.
 * Runs in: every process.
 */
#include "base/dice.h"

#include <sys/random.h>

/* 0 where the kernel has none yet, which is chance enough for a pause. */
uint32_t
dice_roll(void)
{
	uint32_t dice = 0;

	(void)!getrandom(&dice, sizeof(dice), GRND_NONBLOCK);
	return dice;
}

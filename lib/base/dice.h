/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_DICE_H
#define BASE_DICE_H

/* dice - chance that differs between processes and hosts, so that a herd of
 * them spreads out.  No secret is made of it. */
#include <stdint.h>

uint32_t dice_roll(void);

#endif

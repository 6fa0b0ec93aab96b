/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_PROGRAM_H
#define FLOW_PROGRAM_H

/* program - does a text do something when it is run?  By words that stand in
 * it; linear. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Python that imports, and executes, fetches, starts or decodes. */
bool	program_is_python(const uint8_t *, size_t);
/* A shell's: it names its interpreter, or fetches, pipes or starts. */
bool	program_is_shell(const uint8_t *, size_t);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

/* text - are bytes a text? */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In UTF-8 or UTF-16, in the encoding that a PEP 263 cookie declares, or mostly
 * ASCII; with next to no control bytes and no NUL.  Linear. */
bool	text_is(const uint8_t *, size_t);

#endif

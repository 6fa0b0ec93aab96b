/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NAMES_ENGLISH_H
#define NAMES_ENGLISH_H

/* english - everyday English words, in lower case. */
#include <stddef.h>

extern const char *const english_words[];
extern const size_t english_count;

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NAMES_VOCABULARY_H
#define NAMES_VOCABULARY_H

/* vocabulary - words that many describe their projects with. */
#include <stddef.h>

/* A walk through all words; begins zeroed. */
struct vocabulary {
	const char	*at;
	size_t		 line;
};

/* At least so many words as there are. */
extern const size_t vocabulary_count;
/* The next word, not terminated, with its length; NULL at the end. */
const char *vocabulary_next(struct vocabulary *, size_t *len);

#endif

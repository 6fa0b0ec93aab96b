/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NAMES_FORMS_H
#define NAMES_FORMS_H

/*
 * forms - the spellings that a name is found by.  Names that are equal in a
 * form imitate one another by that form's technique.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "names/shape.h"

#define FORM_TEXT_MAX (PROJECT_NAME_MAX + 4 * NAME_WORDS_MAX + 1)

/* A folded name, its words in order, without separators. */
struct folded {
	char		 text[FORM_TEXT_MAX];
	size_t		 n;
	size_t		 nwords;
};

void	form_skeleton(const struct shape *, struct folded *);
void	form_sound(const struct shape *, struct folded *);
void	form_order(const struct shape *, struct folded *);
/* Without what only says Python, and without a version. */
void	form_core(const struct shape *, struct folded *);
/* The letters from..to that are the name itself, when the rest only says Python
 * ("opencv-python") or is a version ("beautifulsoup4"), and enough are left to
 * be told from other names. */
bool	form_bare(const struct shape *, size_t *from, size_t *to);
void	form_meaning(const struct shape *, struct folded *);
uint64_t folded_hash(const struct folded *);

#endif

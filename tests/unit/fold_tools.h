/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_FOLD_TOOLS_H
#define TESTS_FOLD_TOOLS_H

/* fold_tools - a source and what it folds to, for the tests of fold. */
#include <stddef.h>

#include "base/buf.h"
#include "python/fold.h"

/* The source is borrowed until folded_free, which takes the tree too. */
struct fold *folded_new(const char *source, size_t len);
void	folded_free(struct fold *);
/* What a name is where it is written last. */
struct value folded_name(struct fold *, const char *);
/* A text as it is, "=os.system" for a path, "?3" for a kind; appended. */
void	folded_spell(struct fold *, const struct value *, struct buf *);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_LAYERS_BUNDLED_H
#define INSPECT_LAYERS_BUNDLED_H

/* bundled - encoded programs that stand in the package as source, too. */
#include "inspect/inspection.h"

/* The view is one: a finding says so. */
void	bundled_note(struct inspection *, const struct view *);
/* All modules were seen: findings are taken back where all of them stand. */
void	bundled_end(struct inspection *);
void	bundled_release(struct inspection *);

#endif

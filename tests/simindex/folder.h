/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIMINDEX_FOLDER_H
#define SIMINDEX_FOLDER_H

/*
 * folder - real archives of a directory as releases.
 */
#include "world.h"

/* All sdists and wheels below, by name; how many, -1 if it cannot be read. */
int	folder_publish(struct world *, const char *dir);
/* One archive; -1 when its name is none of a distribution's. */
int	folder_file(struct world *, const char *path);

#endif

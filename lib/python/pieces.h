/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PYTHON_PIECES_H
#define PYTHON_PIECES_H

/* pieces - names of what executes, starts, fetches or decodes, which who hides
 * them puts together from pieces. */
#include <stddef.h>

#define PIECES_LEAST 4		/* "exec" */
#define PIECES_MOST 24		/* "importlib.import_module" */
#define PIECES_NAMES 32		/* at most: a bit each */

/* Which of them the text is, from 0, or -1; all that it says is
 * their number. */
int	pieces_name(const void *, size_t);

#endif

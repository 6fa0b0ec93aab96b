/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_LAYERS_LAYERS_H
#define INSPECT_LAYERS_LAYERS_H

/* layers - what encodings hide. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "inspect/inspection.h"

/* Worth following: text, a packed stream, an executable. */
bool	layers_is_sense(const uint8_t *, size_t);
/* One layer off: heap and its name, or NULL when nothing sensible is below,
 * nor what a key hides.  At most `most` bytes. */
uint8_t	*layers_peel(const uint8_t *, size_t, size_t most, size_t *out_len,
	    const char **name);
/* Looks at the scripts among the texts of Python source, once it is known when
 * that starts programs (inspection.runs_at). */
void	layers_scripts(struct inspection *, const struct view *);
/* Something was found in a script that the view holds as a text and starts. */
void	layers_script_started(struct inspection *, const struct view *,
	    uint32_t line);

#endif

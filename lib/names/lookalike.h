/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NAMES_LOOKALIKE_H
#define NAMES_LOOKALIKE_H

/*
 * lookalike - which known names a new project's name resembles, how, and how
 * strongly.  Pure: no file, socket or clock; microseconds a name.
 */
#include <stddef.h>

#include "data/finding.h"
#include "names/name.h"
#include "names/targets.h"

/* Fills at most `most` matches, best first; gives their number.  A popular
 * name itself, or one we own, has none.  The strings are heap copies in
 * `out[i]`, released with wire_release(&name_match_desc, ...). */
size_t	lookalike_find(const struct targets *, const struct project_name *,
	    struct name_match *out, size_t most);

#endif

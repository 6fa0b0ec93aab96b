/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_LOAD_H
#define INSPECT_LOAD_H

/* inspect_load - the shipped rules and weights, for whatever needs no cmocka. */
#include <stdbool.h>

#include "base/buf.h"
#include "inspect/inspect.h"
#include "judge/judge.h"

struct inspect_tools {
	struct inspector	*inspector;
	struct judge_settings	 judge;		/* 60 alerts */
	struct weights		*weights;
};

/* A path below the source's top, which the environment names, else ".". */
char	*inspect_tools_path(const char *);
/* False when a part is missing; *errors then says which, and it may hold
 * warnings in any case.  To be freed either way. */
bool	inspect_tools_load(struct inspect_tools *, struct buf *errors);
void	inspect_tools_free(struct inspect_tools *);

#endif

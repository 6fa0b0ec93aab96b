/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PYTHON_FOLD_RUN_H
#define PYTHON_FOLD_RUN_H

/* fold_run - code of the source, gone through step by step. */
#include "python/fold_state.h"

/* ---- fold_run.c: statements ---- */
enum course { COURSE_ON, COURSE_BREAK, COURSE_CONTINUE, COURSE_RETURN,
	COURSE_LOST };		/* lost: something is not known */

struct run {
	struct fold	*f;
	struct env	*env;
	struct value	 result;
	unsigned int	 depth;
	struct value	 from;		/* the longest text that it goes
					   through */
	bool		 whiles;	/* in a while, whose end a try may
					   decide */
	uint32_t	 changes;	/* of variables, to what is known */
	uint32_t	 fills;		/* ... that tell nothing new */
};

enum course run_block(struct run *, uint32_t block);
/* The longest text of those that it was called with. */
void	run_keep_longest(struct value *longest, const struct value *);
/* As value_put_together(); what says nothing of what it was made of was hidden
 * there, under a table or an alphabet. */
struct value run_put_together(struct fold *, uint32_t node, const char *how,
	    const struct value *from, struct value);
/* The first of these kids that is of the kind, or 0. */
uint32_t fold_kid(struct fold *, uint32_t kid, uint8_t kind);

/* ---- fold_env.c: variables ---- */
/* False: there is no room. */
bool	env_set(struct env *, uint32_t name, struct value);
/* x = v, x, y = v, x[i] = v; false: nobody knows what that does. */
bool	env_set_target(struct fold *, uint32_t target, struct value,
	    struct env *);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_OWN_H
#define FLOW_OWN_H

/* own - is the place where a call sends its user's own? */
#include "flow/state.h"

/* All is told; the world learns whether answers come from others. */
void	flow_note_asked(struct flow *);
/* Its address is known: does its user log in there? */
bool	flow_own_account(const struct flow *, const struct flow_call *,
	    const char *host);
/* ... or does the call leave nothing there that anybody could read? */
bool	flow_leaves_nothing(const struct flow_call *, const char *host);
/* Does its user name the bucket? */
bool	flow_own_bucket(const struct flow *, const struct frame *,
	    const struct flow_call *);

#endif

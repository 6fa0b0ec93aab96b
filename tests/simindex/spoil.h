/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIMINDEX_SPOIL_H
#define SIMINDEX_SPOIL_H

/*
 * spoil - carries the faults in force into one request.
 */
#include "server.h"

struct evhttp_request;

/* Before the page: an older world, wrong digests. */
void	spoil_ask(struct ask *);
/* Instead of the page; true when the answer is filled in. */
bool	spoil_instead(const struct ask *, struct answer *);
/* After the page: the body's bytes. */
void	spoil_body(const struct ask *, struct answer *);
/* Sends it: late, slowly, in part, or not at all. */
void	spoil_send(const struct ask *, struct evhttp_request *,
	    struct answer *);

#endif

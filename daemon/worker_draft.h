/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_WORKER_DRAFT_H
#define DAEMON_WORKER_DRAFT_H

/*
 * worker_draft - what a child has found so far, for the case that it does not
 * come to its end.
 *
 * Memory that the child and its parent share.  The child writes an answer into
 * it, as a frame, whenever it found something; the parent sends the last one
 * on when the child died, without reading it.  So a file that exhausts the
 * child's time hides nothing that was looked at before.
 */
#include "data/finding.h"

struct draft;

/* Before the sandbox; ends the process when there is no memory. */
struct draft *draft_new(void);
/* Before a child is started. */
void	draft_clear(struct draft *);
/* The child: of another one's file it shall know and say nothing. */
void	draft_unmap(struct draft *);
/* The child: an answer so far; what explains is left out. */
void	draft_write(struct draft *, const struct features *);
/* The parent: sends the last whole one, if there is any. */
void	draft_send(const struct draft *, int fd);

#endif

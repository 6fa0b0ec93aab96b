/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLL_PAGE_H
#define POLL_PAGE_H

/* page - the events of one poll, handed over piece by piece. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/event.h"

struct msg_events;

struct page {
	struct event	*events;
	size_t		 n, room;
	size_t		 next;		/* first one not yet stored */
	bool		 ascending;	/* serials came in order */
};

void	page_init(struct page *);
void	page_release(struct page *);		/* and init */
void	page_add(struct page *, const struct event *);	/* takes over */
/* By serial; a serial that comes twice is kept once. */
void	page_sort(struct page *);
/* Drops the events for which `known` says so; `known` sees each. */
void	page_filter(struct page *, bool (*known)(void *, const struct event *),
    void *ctx);
void	page_reverse(struct page *);
/*
 * Borrows the next events that fit one message: sets events and nevents, and
 * gives the index behind them.  Assign it to `next` once they are stored.
 */
size_t	page_piece(const struct page *, struct msg_events *);
bool	page_is_empty(const struct page *);	/* all stored */

#endif

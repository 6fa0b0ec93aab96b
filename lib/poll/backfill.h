/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLL_BACKFILL_H
#define POLL_BACKFILL_H

/*
 * backfill - the changelog from before we began, a piece at a time.
 *
 * Queue asks for the piece behind a serial and stores it before it asks for
 * the next; a page of the index is kept until its pieces are handed out.  No
 * call is made while the live changelog makes one.
 */
#include <stdbool.h>
#include <stdint.h>

struct backfill;
struct http_client;
struct loop;
struct msg_backfill;
struct msg_backfilled;
struct site;

struct backfill_settings {
	struct loop	*loop;
	struct http_client *http;
	struct site	*site;		/* borrowed */
	int64_t		 timeout_s;
	bool		(*busy)(void *ctx);	/* the live changelog asks */
	void		(*done)(void *ctx, const struct msg_backfilled *);
	void		*ctx;
};

struct backfill *backfill_new(const struct backfill_settings *);
void	backfill_free(struct backfill *);
/* One answer follows, unless another start or a stop comes first. */
void	backfill_start(struct backfill *, const struct msg_backfill *);
void	backfill_stop(struct backfill *);

#endif

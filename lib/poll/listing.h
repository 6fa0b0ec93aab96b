/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLL_LISTING_H
#define POLL_LISTING_H

/*
 * listing - follows an index by what it lists: /simple/ and the pages of the
 * projects whose serial grew, or of all projects where there are no serials.
 *
 * It sees what is there, not what happened: a file that came and went between
 * two passes leaves no trace, and neither do roles.
 */
#include <stdbool.h>
#include <stdint.h>

struct http_client;
struct listing;
struct loop;
struct msg_follow;
struct msg_listed;
struct msg_listing;
struct msg_listing_stored;
struct msg_source;
struct site;

struct listing_settings {
	struct loop	*loop;
	struct http_client *http;
	struct site	*site;		/* borrowed */
	int64_t		 interval_s, timeout_s;
	bool		 existing;	/* what stands there before
					   counts too */
	/* Asked before each pass: is there need of one?  NULL: always.  Sets
	 * *since to a serial up to which another source saw everything. */
	bool		(*needed)(void *ctx, int64_t *since);
	void		(*listing)(void *ctx, const struct msg_listing *);
	void		(*listed)(void *ctx, const struct msg_listed *);
	void		(*health)(void *ctx, const struct msg_source *);
	void		*ctx;
};

struct listing *listing_new(const struct listing_settings *);
void	listing_free(struct listing *);
void	listing_start(struct listing *, const struct msg_follow *);
void	listing_stop(struct listing *);
void	listing_stored(struct listing *, const struct msg_listing_stored *);
/* There may be something to repair since `serial` (-1: since the last pass):
 * the next pass comes soon, whatever `needed` says. */
void	listing_wake(struct listing *, int64_t serial);

#endif

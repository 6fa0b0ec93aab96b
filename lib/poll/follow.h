/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLL_FOLLOW_H
#define POLL_FOLLOW_H

/*
 * follow - keeps up with PyPI: the changelog, which loses nothing, and the
 * two feeds, which are quick and a second witness.
 *
 * Each source polls at its own pace.  What it finds is handed over piece by
 * piece; a source polls again only when everything was stored, and from the
 * last stored serial when storing failed, so nothing is skipped.
 */
#include <stdbool.h>
#include <stdint.h>

struct follow;
struct http_client;
struct loop;
struct msg_events;
struct msg_events_stored;
struct msg_follow;
struct msg_source;
struct site;

struct follow_settings {
	struct loop	*loop;
	struct http_client *http;
	struct site	*site;		/* the main one, borrowed */
	bool		 changelog, rss;
	int64_t		 changelog_interval_s, rss_interval_s, timeout_s;
	/* One piece; the next comes after follow_stored. */
	void		(*events)(void *ctx, const struct msg_events *);
	void		(*health)(void *ctx, const struct msg_source *);
	/* Something may have been missed since `serial`, -1 unknown. */
	void		(*gap)(void *ctx, int64_t serial);
	void		*ctx;
};

struct follow *follow_new(const struct follow_settings *);
void	follow_free(struct follow *);
void	follow_start(struct follow *, const struct msg_follow *);
void	follow_stored(struct follow *, const struct msg_events_stored *);
void	follow_stop(struct follow *);	/* another host polls now */
/* A call to the changelog is under way. */
bool	follow_is_asking(const struct follow *);
/* True while the changelog shows everything, up to *serial by now. */
bool	follow_is_lossless(const struct follow *, int64_t *serial);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLL_RESOLVE_H
#define POLL_RESOLVE_H

/*
 * resolve - one attempt to learn what a release holds.
 *
 * An attempt asks for the release's JSON, and for the Simple page where that
 * knows better: after a 404, which means "quarantined" as often as "not yet".
 * Copies at PyPI's edge differ by encoding and by API, so later attempts ask
 * for other ones.
 */
#include <stddef.h>
#include <stdint.h>

struct http_client;
struct loop;
struct msg_resolve;
struct msg_resolved;
struct resolver;
struct site;

struct resolver_settings {
	struct loop	*loop;
	struct http_client *http;
	struct site	*site;		/* borrowed */
	int64_t		 timeout_s;
	/* At least one a task; with `more` until the last part. */
	void		(*done)(void *ctx, const struct msg_resolved *);
	void		*ctx;
};

struct resolver *resolver_new(const struct resolver_settings *);
void	resolver_free(struct resolver *);	/* no callback follows */
void	resolve_start(struct resolver *, const struct msg_resolve *);
size_t	resolver_pending(const struct resolver *);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERT_DELIVERY_H
#define ALERT_DELIVERY_H

/*
 * delivery - deliveries under way to the sinks.
 *
 * Every receiver (distinct URL) is a lane of its own: deliveries leave it one
 * after the other, no faster than its kind allows, so order holds and a
 * receiver that hangs or is down delays only itself.
 */
#include <stddef.h>

struct config_index;
struct loop;
struct msg_deliver;
struct msg_delivered;
struct sink;
struct courier;

/* More wait in a lane: queue is asked to come back later. */
#define LANE_WAITING_MAX 64

struct courier_settings {		/* borrowed for the courier's life */
	struct loop	*loop;
	const char	*user_agent;
	const char	*link_base;	/* or NULL, as all that follow */
	const struct config_index *indexes;	/* beside the main one */
	size_t		 nindexes;
	const char	*proxy, *proxy_auth, *no_proxy, *ca_file;
	/* Once for each delivery, from the loop or from courier_deliver. */
	void		(*done)(void *ctx, const struct msg_delivered *);
	void		*ctx;
};

struct courier *courier_new(const struct courier_settings *);
void	courier_free(struct courier *);		/* no callback follows */
void	courier_add(struct courier *, struct sink *);	/* takes it over */
/* Copies what it needs. */
void	courier_deliver(struct courier *, const struct msg_deliver *);
size_t	courier_pending(const struct courier *);

#endif

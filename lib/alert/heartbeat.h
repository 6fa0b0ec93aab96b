/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERT_HEARTBEAT_H
#define ALERT_HEARTBEAT_H

/*
 * heartbeat - a dead man's switch: a GET to a monitor of somebody else's, which
 * alerts when none came for a while.  Queue says when; it does while all is
 * well, so that a daemon that lives and does nothing is missed too.
 */
#include <stddef.h>

struct config;
struct heartbeat;
struct loop;

/* Reads the URL, a secret, from the config's file.  NULL when none is
 * configured (*why is "") or with what is wrong; it never holds the URL. */
struct heartbeat *heartbeat_open(struct loop *, const struct config *,
	    const char *user_agent, const char *proxy_auth, char *why,
	    size_t room);
void	heartbeat_free(struct heartbeat *);
/* One beat, unless the last one is still under way. */
void	heartbeat_send(struct heartbeat *);

#endif

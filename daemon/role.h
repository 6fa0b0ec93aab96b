/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_ROLE_H
#define DAEMON_ROLE_H

/* role - what the roles on the network do alike when they start. */

#include <stddef.h>

struct channel;
struct config;
struct config_index;
struct http_client;
struct loop;
struct msg_rule;

/* `--role` goes on, --help and --version exit 0, anything else exits 2. */
void	role_options(int argc, char **argv, const char *program,
    const char *what_it_does);
/* SIGTERM and SIGINT end the loop. */
void	role_ends(struct loop *);
/* The channel to queue.  Its end ends the loop: without queue there is nothing
 * to do, and what was under way is a lease in the database. */
struct channel *role_channel(struct loop *, const struct msg_rule *, size_t n);
/*
 * A client as the config's http section says: `host` connections to one host,
 * `total` at once.  Reads the proxy's password and keeps the CA file readable,
 * so it comes before sandbox_enter.
 */
struct http_client *role_http(struct loop *, const struct config *,
    unsigned int host, unsigned int total);
/* "user:password" of the proxy, heap; NULL without one. */
char	*role_proxy_auth(const struct config *);
/* The Authorization header's value for an index, heap and secret; NULL without
 * one, or after a message when its file cannot be used. */
char	*role_authorization(const struct config_index *);
/* "pypiwatch/0.1 (contact)", heap. */
char	*role_agent(const struct config *);

#endif

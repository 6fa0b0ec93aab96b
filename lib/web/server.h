/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEB_SERVER_H
#define WEB_SERVER_H

/*
 * server - read-only HTTP on loopback: feeds, metrics, health.
 *
 * GET and HEAD only, no request bodies, small headers, every connection under
 * a time limit (libevent's HTTP server has none of these by default).  Routes
 * are a table; one answers at once or later, after a database query.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;
struct loop;
struct server;
struct request;

struct route {
	const char	*path;		/* with "/" at its end: all below it */
	/* Answers now or later with request_answer, exactly once. */
	void		(*handle)(void *ctx, struct request *);
};

/* NULL with the reason in `why` when the address cannot be bound. */
struct server *server_new(struct loop *, const char *address, int port,
    const struct route *, size_t nroutes, void *ctx, char *why, size_t room);
void	server_free(struct server *);
int	server_port(const struct server *);

/* A query parameter, decoded; NULL when absent.  Borrowed. */
const char *request_parameter(struct request *, const char *name);
/* The path and query as asked, for links to itself; borrowed. */
const char *request_target(struct request *);
/* When the body that follows last changed, seconds since 1970; 0 unknown.  A
 * client without an ETag that has seen it gets 304. */
void	request_modified(struct request *, int64_t at_s);
/*
 * Sends the body (copied) and frees the request.  Adds a strong ETag and
 * answers 304 when the client has it already; `max_age_s` 0 means no-store.
 */
void	request_answer(struct request *, int status, const char *type,
    const struct buf *body, int max_age_s);
/* Sends a file, or a memfd, that stays yours, and frees the request. */
void	request_send_file(struct request *, int fd, size_t size);
void	request_fail(struct request *, int status, const char *text);

#endif

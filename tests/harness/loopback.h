/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_LOOPBACK_H
#define HARNESS_LOOPBACK_H

/*
 * loopback - a real HTTP/1.1 server on 127.0.0.1 inside a test's event loop,
 * which says exactly the bytes a test tells it to, honest or not.
 */
#include <stdbool.h>
#include <stddef.h>

struct event_base;
struct loopback;
struct reply;

struct asked {
	const char	*method;
	const char	*path;		/* with its query */
	const char	*head;		/* all lines, lower case names kept as sent */
	const char	*body;
	size_t		 body_len;
};

struct loopback *loopback_new(struct event_base *,
    void (*serve)(void *ctx, struct reply *, const struct asked *), void *ctx);
void	loopback_free(struct loopback *);
/* "http://127.0.0.1:PORT", valid as long as the server. */
const char *loopback_url(const struct loopback *);
unsigned int loopback_open(const struct loopback *);	/* connections now */
unsigned int loopback_most(const struct loopback *);	/* ever at once */
/* Value of a request header, heap, or NULL. */
char	*asked_header(const struct asked *, const char *name);

/* Whole and honest: `headers` are lines with CRLF each, or "". */
void	reply_send(struct reply *, int status, const char *headers,
    const void *body, size_t len);
void	reply_text(struct reply *, int status, const char *type,
    const char *body);
/* Any bytes; then exactly one of the three below. */
void	reply_raw(struct reply *, const void *, size_t);
void	reply_close(struct reply *);		/* after flushing */
void	reply_reset(struct reply *);		/* TCP RST after flushing */
void	reply_hold(struct reply *);		/* keep open, say no more */
/* The rest byte by byte, one each `ms`, for ever (the last byte repeats). */
void	reply_trickle(struct reply *, const char *bytes, int ms);

#endif

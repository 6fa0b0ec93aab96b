/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_HTTP_H
#define BASE_HTTP_H

/*
 * http - requests on the event loop, by libcurl's multi_socket interface.
 *
 * One client a process.  It knows the proxy, the CA file, the user agent and
 * how many transfers may run at once; further requests wait in order in our
 * own queue, because libcurl counts waiting against the time limit.  Decoded
 * bytes are counted, so a compressed bomb ends at `body_most`.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loop;
struct http_client;
struct http_request;
struct mail;
struct frame;

struct http_settings {
	const char	*user_agent;	/* required */
	const char	*proxy;		/* NULL: none; the environment is
					   ignored */
	const char	*proxy_auth;	/* "user:password", or NULL */
	const char	*no_proxy;	/* as curl's, or NULL */
	const char	*ca_file;	/* NULL: the system's */
	unsigned int	 host_connections;	/* at once to one host */
	unsigned int	 total;		/* transfers at once */
	bool		 public_only;	/* refuse private addresses after DNS
					   (alert-sinks; see c-libs 1.5) */
};

enum http_result {
	HTTP_OK,	/* an answer arrived whole; look at status */
	HTTP_NETWORK,	/* no whole answer: DNS, TCP, TLS, reset, time-out */
	HTTP_TOO_BIG,	/* beyond body_most */
	HTTP_REFUSED,	/* by ourselves: protocol, address, bad URL */
	HTTP_ABORTED	/* by `data` returning false, or http_cancel */
};

/* The error of HTTP_REFUSED for an address that only allow_private permits. */
#define HTTP_NOT_PUBLIC "its address is not public"

struct http_answer {
	enum http_result result;
	long		 status;	/* 0 without an answer */
	const char	*error;		/* one safe line when result !=
					   HTTP_OK */
	const char	*content_type;	/* "" if absent */
	const char	*etag;		/* "" if absent */
	int64_t		 retry_after_s;	/* -1 if absent; dates are converted */
	int64_t		 last_serial;	/* X-PyPI-Last-Serial, -1 if absent */
	int64_t		 rest_ms;	/* X-RateLimit-Reset-After, when none
					   remains; else 0 */
	/* Of a mail whose recipients were answered for: one letter each, 't' it
	 * is taken, 'l' later, 'n' never; else NULL. */
	const char	*recipients;
	const char	*body;		/* NUL-terminated; "" when streamed */
	size_t		 body_len;
};

struct http_ask {
	const char	*url;
	const char	*const *headers;	/* NULL-terminated, or NULL */
	const void	*post;		/* NULL: GET */
	size_t		 post_len;
	/* Instead of HTTP: one mail, or one frame over TCP or TLS (mail.h).  A
	 * frame that the system took whole is answered 200. */
	const struct mail *mail;
	const struct frame *frame;
	const char	*authorization;	/* value of the header, or NULL; goes
					   to no other host on a redirect */
	const char	*if_none_match;	/* ETag with its quotes, or NULL */
	bool		 compressed;	/* accept gzip and br */
	bool		 follow;	/* at most 3 redirects, none to
					   http:// */
	bool		 allow_plain;	/* http:// too (a configured mirror) */
	bool		 allow_private;	/* overrides public_only for this one */
	size_t		 body_most;	/* decoded bytes */
	int64_t		 timeout_ms;
	int64_t		 low_speed;	/* least bytes a second, measured over
					   HTTP_LOW_SPEED_S; 0: no least */
	/* Streaming: called with pieces instead of collecting the body; false
	 * aborts.  Only for status 200. */
	bool		(*data)(void *ctx, const void *, size_t);
	/* Called once, from the loop, never from inside http_send.  It may
	 * send and cancel, not free the client. */
	void		(*done)(void *ctx, const struct http_answer *);
	void		*ctx;
};

struct http_client *http_client_new(struct loop *,
	    const struct http_settings *);
void	http_client_free(struct http_client *);	/* cancels without callbacks */
/* Copies what it needs.  The handle is valid until `done` was called. */
struct http_request *http_send(struct http_client *, const struct http_ask *);
void	http_cancel(struct http_request *);	/* no callback follows */
unsigned int http_waiting(const struct http_client *); /* queued and running */
/* A reference on a page, as an absolute URL (RFC 3986, 5.2), heap; NULL when
 * it is none. */
char	*http_url_join(const char *page, const char *reference);

#endif

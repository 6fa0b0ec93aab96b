/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_HTTP_REQUEST_H
#define BASE_HTTP_REQUEST_H

/*
 * http_request - one request: what http.c, http_request.c, http_answer.c and
 * mail.c share, and with nobody else.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include <curl/curl.h>

#include "base/buf.h"
#include "base/http.h"
#include "base/limits.h"

struct mail_sending;

/* How this process goes out: http_settings, as the client's own copies. */
struct http_egress {
	bool		 public_only;
	char		*user_agent, *proxy, *proxy_auth, *no_proxy, *ca_file;
};

struct http_request {
	TAILQ_ENTRY(http_request) link;
	struct http_client *client;
	const struct http_egress *egress;
	struct http_ask	 ask;		/* what it points at is ours */
	CURL		*easy;		/* NULL while waiting */
	CURLU		*url;		/* NULL: no URL we can use */
	char		*host;
	struct curl_slist *headers;
	char		*post;
	struct mail_sending *mail;	/* or NULL */
	struct buf	 frame;		/* of a stream */
	bool		 stream;
	bool		 plain;		/* http:// */
	bool		 too_big, aborted, cancelled, private_address;
	size_t		 received;
	struct buf	 body;
	long		 status;
	char		 content_type[HTTP_HEADER_MAX];
	char		 etag[HTTP_HEADER_MAX];
	int64_t		 retry_after_s, last_serial;
	double		 rest_s;	/* until a used up limit is reset */
	bool		 used_up;
	char		 error[CURL_ERROR_SIZE];
};

/* With its own copy of the ask; it borrows the egress.  url is NULL when it may
 * not be used. */
struct http_request *http_request_new(const struct http_egress *,
    const struct http_ask *);
void	http_request_free(struct http_request *);
/* Gives it its handle; it must have a URL. */
void	http_request_open(struct http_request *);

/* Callbacks of the handle; `arg` is the request. */
size_t	http_answer_body(char *, size_t size, size_t n, void *arg);
size_t	http_answer_header(char *, size_t size, size_t n, void *arg);
/* Forgets the headers of an answer that another follows. */
void	http_answer_reset(struct http_request *);

/* A mail's own copy, and its settings once there is an easy handle. */
struct mail_sending *mail_sending_new(const struct mail *);
void	mail_sending_free(struct mail_sending *);
void	mail_apply(struct http_request *);
/* One line of a server's answer. */
const char *mail_recipients(const struct mail_sending *);	/* or NULL */
void	mail_line(struct http_request *, const char *bytes, size_t len);
/* Takes smtp:// and smtps://, or tls:// and tcp://; false for others. */
bool	mail_url(CURLU *, const char *scheme);
bool	stream_url(struct http_request *, CURLU *, const char *scheme);
void	stream_apply(struct http_request *);
/* Connected: sends the frame; CURLE_OK when the system took it whole. */
CURLcode stream_send(struct http_request *);
/* libcurl takes what we set, or the build is wrong. */
void	http_set(CURLcode, const char *what);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_MAIL_H
#define BASE_MAIL_H

/*
 * mail - what http.c sends beside HTTP: a mail by SMTP, or a frame by TCP or
 * TLS.  The same client, loop, time limits, proxy and check of addresses.
 *
 * A mail travels over TLS or not at all: smtp:// demands STARTTLS, smtps://
 * begins with it, and the certificate must fit the host.  Answers carry the
 * server's last code as `status`; lines that refuse (4yz, 5yz) as `body`.
 */
#include <stddef.h>

struct mail {			/* copied by http_send */
	const char	*from;	/* the envelope's, and the header's */
	const char	*const *to;
	size_t		 nto;
	/* Whole lines of the message's header, already encoded; a folded one
	 * holds CR LF and a blank. */
	const char	*const *headers;	/* ends with NULL */
	const char	*text, *html;		/* UTF-8, lines end with \n */
	const char	*auth;		/* "user:password", or NULL */
};

struct frame { const void *bytes; size_t len; };

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sink_url - the addresses of receivers: allowed ones, and how to name one
 * without telling the secret in it.
 * Runs in: alert, the command.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "alert/sinks.h"
#include "base/digest.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/vis.h"

/* Host part of a URL: after the scheme and any user, before port and path. */
static size_t
url_host(const char *url, const char **host)
{
	const char	*p = strstr(url, "://");
	size_t		 len;

	p = p != NULL ? p + 3 : url;
	len = strcspn(p, "/?#");
	*host = p;
	for (size_t i = 0; i < len; i++)
		if (p[i] == '@')
			*host = p + i + 1;
	return len - (size_t)(*host - p);
}

void
sink_url_label(const char *url, char *out, size_t room)
{
	char		 hash[SHA256_HEX + 1];
	const char	*host;
	size_t		 len = url_host(url, &host);
	char		*shown = mem_strndup(host, len);

	sha256_hex(url, strlen(url), hash);
	snprintf(out, room, "%s (%.8s)", vis(shown), hash);
	free(shown);
}

int
sink_url_check(const char *url, bool allow_private, char *why, size_t room)
{
	const char	*host;
	bool		 plain = strncasecmp(url, "http://", 7) == 0;

	if (strlen(url) > URL_MAX) {
		snprintf(why, room, "the URL is longer than %d bytes", URL_MAX);
		return -1;
	}
	for (const char *p = url; *p != '\0'; p++)
		if (!isgraph((unsigned char)*p)) {
			snprintf(why, room, "the URL holds a blank or another"
			    " character that no URL may hold");
			return -1;
		}
	if (!plain && strncasecmp(url, "https://", 8) != 0) {
		snprintf(why, room, "the URL must begin with https://");
		return -1;
	}
	if (plain && !allow_private) {
		snprintf(why, room, "the URL begins with http://; use https://,"
		    " or set allow-private = true for a receiver of your own");
		return -1;
	}
	if (url_host(url, &host) == 0) {
		snprintf(why, room, "the URL has no host");
		return -1;
	}
	return 0;
}

int
sink_server_check(const char *url, enum transport transport,
    bool allow_private, char *why, size_t room)
{
	const char	*host;
	bool		 mail = transport == BY_SMTP;
	bool		 bare = strncmp(url, "tcp://", 6) == 0;

	if (mail && strncmp(url, "smtp://", 7) != 0 &&
	    strncmp(url, "smtps://", 8) != 0) {
		snprintf(why, room, "server must begin with smtp:// (STARTTLS "
		    "is required then) or smtps://");
		return -1;
	}
	if (!mail && !bare && strncmp(url, "tls://", 6) != 0) {
		snprintf(why, room, "server must begin with tls://, or tcp://");
		return -1;
	}
	if (bare && !allow_private) {
		snprintf(why, room, "server begins with tcp://; use tls://, or "
		    "set allow-private = true for a receiver of your own");
		return -1;
	}
	if (url_host(url, &host) == 0 || strchr(url, '@') != NULL) {
		snprintf(why, room, "server names no host, or a user as well");
		return -1;
	}
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config_sink - which keys each type of sink needs, takes and refuses.
 * Takes: one parsed sink.  Gives: what is wrong with it.
 * Runs in: every process, before its sandbox.
 */
#include <stddef.h>
#include <stdio.h>

#include "base/config.h"
#include "base/config_rows.h"
#include "base/str.h"

enum { URL_FILE = 1, SERVER = 2, TOKEN_FILE = 4, CHANNEL = 8,
	SECRET_FILE = 16, HEADERS_FILE = 32, AUTH_FILE = 64, FROM = 128,
	TO = 256 };

static const struct { const char *type; unsigned int must, may; } types[] = {
	{ "slack", 0, URL_FILE | TOKEN_FILE | CHANNEL | SERVER },
	{ "discord", URL_FILE, 0 },
	{ "teams", URL_FILE, 0 },
	{ "mattermost", URL_FILE, 0 },
	{ "pagerduty", SECRET_FILE, SERVER },
	{ "webhook", URL_FILE, SECRET_FILE | HEADERS_FILE },
	{ "email", SERVER | FROM | TO, AUTH_FILE },
	{ "syslog", SERVER, 0 },
	{ "journal", 0, 0 },
};

static const struct { unsigned int bit; const char *name; size_t at; }
keys[] = {
	{ URL_FILE, "url-file", offsetof(struct config_sink, url_file) },
	{ SERVER, "server", offsetof(struct config_sink, server) },
	{ TOKEN_FILE, "token-file", offsetof(struct config_sink, token_file) },
	{ CHANNEL, "channel", offsetof(struct config_sink, channel) },
	{ SECRET_FILE, "secret-file",
	    offsetof(struct config_sink, secret_file) },
	{ HEADERS_FILE, "headers-file",
	    offsetof(struct config_sink, headers_file) },
	{ AUTH_FILE, "auth-file", offsetof(struct config_sink, auth_file) },
	{ FROM, "from", offsetof(struct config_sink, from) },
	{ TO, "to", offsetof(struct config_sink, to) },
};

static int
keys_check(const struct config_sink *s, size_t type, char *why, size_t room)
{
	unsigned int must = types[type].must, may = types[type].may | must;

	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		const char *value = *(char *const *)(const void *)
		    ((const char *)s + keys[i].at);

		if (value == NULL && (must & keys[i].bit) != 0) {
			snprintf(why, room, "type %s needs %s", s->type,
			    keys[i].name);
			return -1;
		}
		if (value != NULL && (may & keys[i].bit) == 0) {
			snprintf(why, room, "type %s has no use for %s",
			    s->type, keys[i].name);
			return -1;
		}
	}
	return 0;
}

static const char *
pairs_check(const struct config_sink *s)
{
	if (str_equal(s->type, "slack") &&
	    (s->url_file != NULL) == (s->token_file != NULL))
		return "type slack needs either url-file, or token-file and "
		    "channel";
	if ((s->token_file != NULL) != (s->channel != NULL))
		return "token-file and channel go together";
	if (s->server != NULL && s->url_file != NULL)
		return "set url-file or server, not both";
	return NULL;
}

int
config_sink_check(const struct config_sink *s, char *why, size_t room)
{
	const char *wrong = pairs_check(s);

	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (str_equal(types[i].type, s->type) &&
		    keys_check(s, i, why, room) == -1)
			return -1;
	if (wrong == NULL)
		return 0;
	snprintf(why, room, "%s", wrong);
	return -1;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sink - one configured receiver with its secrets.
 * Takes: the config.  Gives: struct sink.
 * Runs in: alert, the command (sinks test, sinks preview).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert/sinks.h"
#include "base/config.h"
#include "base/mem.h"
#include "base/vis.h"

/* NULL stays NULL; -1 with the reason when the file cannot be used. */
static int
read_secret(const char *file, char **out, char *why, size_t room)
{
	if (file == NULL)
		return 0;
	*out = config_secret(file, why, room);
	return *out != NULL ? 0 : -1;
}

struct sink *
sink_open(const struct config_sink *c, char *why, size_t room)
{
	struct sink *s = mem_alloc(sizeof(*s));

	s->name = mem_strdup(c->name);
	s->proxy = mem_strdup(c->proxy);
	s->allow_private = c->allow_private;
	s->timeout_s = c->timeout_s;
	s->give_up_s = c->give_up_s;
	s->kind = sink_kind_find(c->type);
	if (s->kind == NULL) {
		snprintf(why, room, "type \"%s\" is not known; known are %s",
		    vis(c->type), sink_kind_names());
		goto fail;
	}
	if (c->url_file == NULL) {
		snprintf(why, room, "url-file is not set");
		goto fail;
	}
	if (read_secret(c->url_file, &s->url, why, room) == -1 ||
	    read_secret(c->secret_file, &s->secret, why, room) == -1 ||
	    read_secret(c->headers_file, &s->header, why, room) == -1 ||
	    sink_url_check(s->url, s->allow_private, why, room) == -1)
		goto fail;
	return s;
fail:
	sink_free(s);
	return NULL;
}

/* A secret does not stay in freed memory. */
static void
forget(char *s)
{
	if (s != NULL)
		explicit_bzero(s, strlen(s));
	free(s);
}

void
sink_free(struct sink *s)
{
	if (s == NULL)
		return;
	forget(s->url);
	forget(s->secret);
	forget(s->header);
	free(s->proxy);
	free(s->name);
	free(s);
}

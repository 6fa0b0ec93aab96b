/* SPDX-License-Identifier: Apache-2.0 */
/*
 * heartbeat - a dead man's switch: a GET to a monitor of somebody else's.
 * Takes: a URL, beats.  Gives: requests; a monitor that does not answer is said
 * once, and that it answers again.
 * Runs in: alert.
 */
#include "alert/heartbeat.h"

#include <stdlib.h>

#include "alert/sinks.h"
#include "base/config.h"
#include "base/http.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"

#define HEARTBEAT_TIMEOUT_MS 10000	/* less than the least interval */

struct heartbeat {
	struct http_client	*http;
	struct http_request	*request;
	char			*url, label[128];
	bool			 private;
	struct log_spell	 away;
};

struct heartbeat *
heartbeat_open(struct loop *loop, const struct config *c,
    const char *user_agent, const char *proxy_auth, char *why, size_t room)
{
	bool	proxied = c->http.proxy != NULL && *c->http.proxy != '\0';
	struct http_settings http = { .user_agent = user_agent,
	    .proxy = proxied ? c->http.proxy : NULL,
	    .proxy_auth = proxy_auth, .no_proxy = c->http.no_proxy,
	    .ca_file = c->http.ca_file, .host_connections = 1, .total = 1,
	    .public_only = true };
	struct heartbeat *h;
	char	*url;

	*why = '\0';
	if (c->daemon.heartbeat_url_file == NULL)
		return NULL;
	url = config_secret(c->daemon.heartbeat_url_file, why, room);
	if (url == NULL || sink_url_check(url, c->daemon.heartbeat_private,
	    why, room) == -1) {
		free(url);
		return NULL;
	}
	h = mem_alloc(sizeof(*h));
	h->url = url;
	sink_url_label(url, h->label, sizeof(h->label));
	/* Through a proxy the address is the proxy's. */
	h->private = c->daemon.heartbeat_private || proxied;
	h->http = http_client_new(loop, &http);
	return h;
}

void
heartbeat_free(struct heartbeat *h)
{
	if (h == NULL)
		return;
	http_client_free(h->http);
	free(h->url);
	free(h);
}

static void
on_answer(void *ctx, const struct http_answer *a)
{
	struct heartbeat *h = ctx;

	h->request = NULL;
	if (a->result != HTTP_OK)
		log_spell_begin(&h->away, "heartbeat to %s fails: %s",
		    h->label, a->error);
	else if (a->status < 200 || a->status > 299)
		log_spell_begin(&h->away, "heartbeat to %s fails: HTTP %ld",
		    h->label, a->status);
	else
		log_spell_end(&h->away, "heartbeat to %s is taken again",
		    h->label);
}

void
heartbeat_send(struct heartbeat *h)
{
	struct http_ask ask;

	if (h == NULL || h->request != NULL)
		return;
	ask = (struct http_ask){ .url = h->url, .allow_plain = h->private,
	    .allow_private = h->private, .body_most = ANSWER_READ_MAX,
	    .timeout_ms = HEARTBEAT_TIMEOUT_MS, .done = on_answer, .ctx = h };
	h->request = http_send(h->http, &ask);
}

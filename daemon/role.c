/* SPDX-License-Identifier: Apache-2.0 */
/*
 * role - what the roles on the network do alike when they start.
 * Takes: the command line, the config.  Gives: an HTTP client, a channel to
 * queue.
 * Runs in: poll, fetch, alert.
 */
#include "role.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config.h"
#include "base/digest.h"
#include "base/fault.h"
#include "base/http.h"
#include "base/ipc.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/sandbox.h"
#include "base/str.h"
#include "base/vis.h"

void
role_options(int argc, char **argv, const char *program, const char *does)
{
	bool help = argc == 2 && str_equal(argv[1], "--help");

	if (argc == 2 && str_equal(argv[1], "--role"))
		return;
	if (argc == 2 && str_equal(argv[1], "--version")) {
		printf("%s %s\n", program, VERSION);
		exit(0);
	}
	fprintf(help ? stdout : stderr, "usage: %s --role\n"
	    "Started by pypiwatchd(8); %s.\n", program, does);
	exit(help ? 0 : 2);
}

static void
on_signal(void *loop)
{
	loop_stop(loop);
}

void
role_ends(struct loop *loop)
{
	loop_signal(loop, SIGTERM, on_signal, loop);
	loop_signal(loop, SIGINT, on_signal, loop);
}

static void
on_closed(void *loop, const char *why)
{
	log_info("queue is gone (%s), stopping", vis(why));
	loop_stop(loop);
}

struct channel *
role_channel(struct loop *loop, const struct msg_rule *rules, size_t n)
{
	return channel_new(loop, ROLE_CHANNEL_FD, rules, n, on_closed, loop);
}

char *
role_agent(const struct config *c)
{
	bool named = *c->pypi.contact != '\0';

	return mem_printf("pypiwatch/%s%s%s%s", VERSION, named ? " (" : "",
	    c->pypi.contact, named ? ")" : "");
}

char *
role_proxy_auth(const struct config *c)
{
	char	 why[FAULT_TEXT_MAX];
	char	*s;

	if (c->http.proxy_auth_file == NULL)
		return NULL;
	s = config_secret(c->http.proxy_auth_file, why, sizeof(why));
	if (s == NULL)
		log_error("http.proxy-auth-file: %s", why);
	return s;
}

char *
role_authorization(const struct config_index *x)
{
	const char *file = x->bearer_file != NULL ? x->bearer_file :
	    x->basic_auth_file;
	char	 why[FAULT_TEXT_MAX];
	char	*secret, *code, *value;

	if (file == NULL)
		return NULL;
	if ((secret = config_secret(file, why, sizeof(why))) == NULL) {
		log_error("index=%s %s: %s", x->name, x->bearer_file != NULL ?
		    "bearer-file" : "basic-auth-file", why);
		return NULL;
	}
	if (x->bearer_file != NULL)
		value = mem_printf("Bearer %s", secret);
	else {
		code = base64_encode(secret, strlen(secret));
		value = mem_printf("Basic %s", code);
		explicit_bzero(code, strlen(code));
		free(code);
	}
	explicit_bzero(secret, strlen(secret));
	free(secret);
	return value;
}

struct http_client *
role_http(struct loop *loop, const struct config *c, unsigned int host,
    unsigned int total)
{
	char	*agent = role_agent(c), *auth = role_proxy_auth(c);
	/* Files fed on hosts of our own do not go through a proxy. */
	char	*direct = mem_printf("%s%s%s", c->http.no_proxy != NULL ?
	    c->http.no_proxy : "", c->http.no_proxy != NULL ? "," : "",
	    c->ingest.listen);
	struct http_settings set = { .user_agent = agent,
	    .proxy = c->http.proxy, .proxy_auth = auth,
	    .no_proxy = direct, .ca_file = c->http.ca_file,
	    .host_connections = host, .total = total };
	struct http_client *http = http_client_new(loop, &set);

	sandbox_reads(c->http.ca_file);
	free(agent);
	free(auth);
	free(direct);
	return http;
}

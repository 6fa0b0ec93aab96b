/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatch sinks - the receivers of alerts: list, try, preview.
 * Takes: the config and its secrets.  Gives: no secret.
 * Runs in: the command.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "role.h"
#include "statements.h"

#include "alert/alert.h"
#include "alert/delivery.h"
#include "alert/sinks.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "data/messages.h"

static const struct config_sink *
find(const struct config *c, const char *name)
{
	for (size_t i = 0; i < c->nsinks; i++)
		if (str_equal(c->sinks[i].name, name))
			return &c->sinks[i];
	command_fail("no sink \"%s\" is configured; see: pypiwatch sinks list",
	    vis(name));
	return NULL;
}

/* ---- list ---------------------------------------------------------------- */

static void
add_json(struct buf *b, const struct config_sink *c, const char *receiver,
    const char *why)
{
	buf_adds(b, "{\"name\":");
	json_add_text(b, c->name);
	buf_adds(b, ",\"type\":");
	json_add_text(b, c->type);
	buf_adds(b, ",\"min_severity\":");
	json_add_text(b, c->min_severity);
	buf_addf(b, ",\"enabled\":%s,\"receiver\":", c->enabled ? "true" :
	    "false");
	json_add_text(b, receiver);
	buf_adds(b, ",\"trouble\":");
	json_add_text(b, why);
	buf_adds(b, "}\n");
}

static void
list_one(const struct config *config, const struct config_sink *c, bool json)
{
	char		 why[FAULT_TEXT_MAX] = "", receiver[200] = "the journal";
	struct sink	*s = sink_open(c, config->daemon.locale_directory, why,
	    sizeof(why));
	struct buf	 b = BUF_EMPTY;

	if (s != NULL && s->url != NULL)
		sink_url_label(s->url, receiver, sizeof(receiver));
	if (json)
		add_json(&b, c, s != NULL ? receiver : NULL,
		    s != NULL ? NULL : why);
	else
		buf_addf(&b, "%s: %s, from severity %s on, %s%s%s%s%s\n",
		    vis(c->name), vis(c->type), vis(c->min_severity),
		    s != NULL ? "to " : colour_on(COLOUR_RED),
		    s != NULL ? receiver : "not usable: ", why,
		    s != NULL ? "" : colour_off(),
		    c->enabled ? "" : ", switched off");
	fputs(buf_text(&b), stdout);
	buf_release(&b);
	sink_free(s);
}

static int
list(const struct config *c, bool json)
{
	if (c->nsinks == 0 && !json)
		puts("no sinks are configured; see pypiwatch.conf(5)");
	for (size_t i = 0; i < c->nsinks; i++)
		list_one(c, &c->sinks[i], json);
	return COMMAND_OK;
}

/* ---- test ---------------------------------------------------------------- */

struct trial {
	struct loop	*loop;
	const char	*name;
	int		 status;
};

static void
on_done(void *ctx, const struct msg_delivered *m)
{
	struct trial *t = ctx;

	if (m->status == DELIVERY_OK) {
		printf("%s took the test: %s\n", vis(t->name),
		    vis(m->answer));
		t->status = COMMAND_OK;
	} else {
		t->status = command_fail("sink %s did not take the test: %s",
		    vis(t->name), vis(m->answer));
	}
	loop_stop(t->loop);
}

static char *
now_text(void)
{
	char at[CLOCK_RFC3339_SIZE];

	clock_rfc3339(clock_wall_us(), at);
	return mem_strdup(at);
}

static int
test(struct command_env *env, const struct config_sink *c)
{
	char		 why[FAULT_TEXT_MAX];
	const struct config *config = env->config;
	struct trial	 t = { .name = c->name, .status = COMMAND_FAILED };
	struct sink	*s = sink_open(c, config->daemon.locale_directory, why,
	    sizeof(why));
	char		*agent, *auth, *at, *id;
	struct courier	*courier;
	struct msg_deliver m = { .id = 1, .sink = c->name, .attempt = 1 };

	if (s == NULL)
		return command_fail("sink %s is not usable: %s", vis(c->name),
		    why);
	t.loop = env->loop = loop_new();
	agent = role_agent(config);
	auth = role_proxy_auth(config);
	courier = courier_new(&(struct courier_settings){ .loop = t.loop,
	    .user_agent = agent, .link_base = config->daemon.link_base,
	    .indexes = config->indexes, .nindexes = config->nindexes,
	    .proxy = config->http.proxy, .proxy_auth = auth,
	    .no_proxy = config->http.no_proxy,
	    .ca_file = config->http.ca_file, .done = on_done, .ctx = &t });
	courier_add(courier, s);
	at = now_text();
	id = mem_printf("test-%lld", (long long)clock_wall_us());
	m.payload = alert_sample("test", at);
	m.delivery_id = id;
	courier_deliver(courier, &m);
	if (courier_pending(courier) > 0)
		loop_run(t.loop);
	courier_free(courier);
	free(m.payload);
	free(id);
	free(at);
	free(auth);
	free(agent);
	return t.status;
}

/* ---- preview ------------------------------------------------------------- */

/* Heap payload of a detection's latest alert, or of the example; NULL after a
 * message. */
static char *
payload_of(struct command_env *env, const char *id)
{
	const char	*params[1] = { id };
	struct db_rows	*rows;
	char		*at, *payload = NULL;

	if (id == NULL) {
		at = now_text();
		payload = alert_sample("detection.opened", at);
		free(at);
		return payload;
	}
	rows = command_query(env, &STMT_ALERT_PAYLOAD, params);
	if (rows == NULL)
		return NULL;
	if (db_rows_count(rows) > 0)
		payload = mem_strdup(db_text(rows, 0, "payload"));
	else
		command_fail("detection %s has no alert; see: pypiwatch"
		    " detections", id);
	db_rows_free(rows);
	return payload;
}

/* The text with the routing key, if it is in there, hidden. */
static void
print_hiding(const char *text, const char *secret)
{
	const char	*at;
	size_t		 n = secret != NULL ? strlen(secret) : 0;

	while (n > 0 && (at = strstr(text, secret)) != NULL) {
		printf("%.*s(hidden)", (int)(at - text), text);
		text = at + n;
	}
	printf("%s\n", text);
}

static void
print_rendered(const struct rendered *r, const struct sink *s)
{
	for (size_t i = 0; i < r->nheaders; i++)
		if (i + r->nsecret < r->nheaders)
			printf("%s\n", r->headers[i]);
		else
			printf("%.*s: (hidden)\n", (int)strcspn(r->headers[i],
			    ":"), r->headers[i]);
	puts("");
	print_hiding(buf_text(&r->body), s->secret);
	if (r->html.len > 0)
		printf("\n%s", r->html.data);
}

static int
preview(struct command_env *env, const struct config_sink *c, const char *id)
{
	char		 why[FAULT_TEXT_MAX];
	struct sink	*s = sink_open(c, env->config->daemon.locale_directory,
	    why, sizeof(why));
	struct alert	 a;
	struct rendered	 r = { .nheaders = 0 };
	char		*payload;
	int		 status = COMMAND_FAILED;

	if (s == NULL)
		return command_fail("sink %s is not usable: %s", vis(c->name),
		    why);
	if ((payload = payload_of(env, id)) != NULL) {
		const struct render_job job = { .payload = payload,
		    .delivery_id = "preview",
		    .now_s = clock_wall_us() / 1000000,
		    .link_base = env->config->daemon.link_base,
		    .indexes = env->config->indexes,
		    .nindexes = env->config->nindexes,
		    .sink = s, .team = s->team, .words = s->words,
		    .limits = &s->kind->limits };

		why[0] = '\0';
		if (alert_open(&a, payload, why, sizeof(why)) == 0) {
			if (s->kind->render(&job, &a, &r, why,
			    sizeof(why)) == 0) {
				print_rendered(&r, s);
				status = COMMAND_OK;
			}
			alert_close(&a);
		}
		if (status != COMMAND_OK)
			command_fail("%s", why);
		rendered_release(&r);
		free(payload);
	}
	sink_free(s);
	return status;
}

/* ---- which --------------------------------------------------------------- */

static int
run_verb(struct command_env *env, int argc, char **argv, bool json)
{
	const struct config_sink *c;
	const char	*verb = argc > 0 ? argv[0] : "";
	int64_t		 id;

	if (str_equal(verb, "list") && argc == 1)
		return list(env->config, json);
	if (!(str_equal(verb, "test") && argc == 2) &&
	    !(str_equal(verb, "preview") && (argc == 2 || argc == 3)))
		return command_misused(&command_sinks, "sinks knows: list, test"
		    " NAME, preview NAME [ID]");
	if (argc == 3 && str_int(argv[2], 0, INT64_MAX, &id) == -1)
		return command_misused(&command_sinks, "\"%s\" is not the"
		    " number of a detection", vis(argv[2]));
	if ((c = find(env->config, argv[1])) == NULL)
		return COMMAND_FAILED;
	if (str_equal(verb, "test"))
		return test(env, c);
	return preview(env, c, argc == 3 ? argv[2] : NULL);
}

static int
run(struct command_env *env, int argc, char **argv)
{
	int status, format = command_format(&command_sinks, argc, argv, 2,
	    &status);

	if (format == COMMAND_STOP)
		return status;
	if (command_config(env) == NULL)
		return COMMAND_FAILED;
	return run_verb(env, argc - optind, argv + optind,
	    format == TABLE_JSON);
}

const struct command command_sinks = { "sinks",
    "list [--format human|json] | test NAME | preview NAME [ID]",
    "List the receivers of alerts, try one, or show what one would get",
    "  list             each sink with its receiver, never with its secrets\n"
    "  test NAME        send a test message to the sink\n"
    "  preview NAME ID  print what the sink gets for detection ID, and send\n"
    "                   nothing; without ID, for an example\n"
    "\n"
    "Examples:\n"
    "  pypiwatch sinks test team-slack\n"
    "  pypiwatch sinks preview team-slack 42\n", run };

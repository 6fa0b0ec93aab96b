/* SPDX-License-Identifier: Apache-2.0 */
/*
 * simreceiver - where alerts go in tests: endpoints that answer as Slack
 * (/slack, its API under /slackbot), Discord (/discord), Teams (/teams),
 * Mattermost (/mattermost) and PagerDuty (/pagerduty) would, and a Standard
 * Webhooks endpoint everywhere else.  It checks as strictly as
 * the real ones, can be told to refuse, and remembers what it acknowledged.
 * Takes: POSTs.  Gives: one JSON line a request, GET /_stats.
 * Runs in: simreceiver.
 */
#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <getopt.h>
#include <jansson.h>
#include <netinet/in.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <signal.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "slack.h"
#include "text.h"
#include "vendors.h"

#define TOLERANCE_S 300
#define BODY_MOST (1 << 20)
#define WEBHOOK_ADVICE 20000	/* bytes; larger is counted, not refused */
#define IDLE_S 120

struct receiver {
	struct event_base	*base;
	struct evhttp		*http;
	const char		*address;
	FILE			*log;
	unsigned char		 key[64];
	size_t			 key_len;	/* 0: signatures not checked */
	json_t			*acknowledged;	/* id -> times answered 2xx */
	uint64_t		 requests, accepted, refused, duplicates;
	uint64_t		 bad_signatures, oversize, spoilt;
	/* The misbehaviour in force. */
	int			 status;	/* 0: none */
	int64_t			 retry_after, delay_ms, until_us, left;
	char			*where;		/* path it is for, or NULL */
};

struct verdict {
	int		 status;
	const char	*body, *why;
	bool		 verified, duplicate;
	char		*id, *own;	/* own: a body to free */
};

static const char *
header(struct evhttp_request *req, const char *name)
{
	return evhttp_find_header(evhttp_request_get_input_headers(req),
	    name);
}

/* "v1,<base64>", any one of the list; compared in constant time. */
static bool
signature_good(const struct receiver *r, const char *id, const char *stamp,
    const char *list, const struct text *body)
{
	struct text	 t = { 0 };
	unsigned char	 mac[EVP_MAX_MD_SIZE];
	unsigned int	 n = 0;
	char		*want, *copy, *save = NULL, *one;
	bool		 good = false;

	text_putf(&t, "%s.%s.", id, stamp);
	text_add(&t, body->s, body->len);
	HMAC(EVP_sha256(), r->key, (int)r->key_len, (unsigned char *)t.s,
	    t.len, mac, &n);
	want = base64_text(mac, n);
	copy = must_copy(list);
	for (one = strtok_r(copy, " ", &save); one != NULL;
	    one = strtok_r(NULL, " ", &save))
		if (strncmp(one, "v1,", 3) == 0 &&
		    strlen(one + 3) == strlen(want) &&
		    CRYPTO_memcmp(one + 3, want, strlen(want)) == 0)
			good = true;
	free(copy);
	free(want);
	text_free(&t);
	return good;
}

static void
refuse(struct verdict *v, int status, const char *why)
{
	v->status = status;
	v->body = v->why = why;
}

static void
webhook_check(struct receiver *r, struct evhttp_request *req,
    const struct text *body, struct verdict *v)
{
	const char	*id = header(req, "webhook-id");
	const char	*stamp = header(req, "webhook-timestamp");
	const char	*list = header(req, "webhook-signature");
	json_t		*json = json_loadb(body->s, body->len, 0, NULL);
	long long	 off;

	if (body->len > WEBHOOK_ADVICE)
		r->oversize++;
	if (json == NULL || !json_is_string(json_object_get(json, "type")) ||
	    !json_is_string(json_object_get(json, "timestamp")) ||
	    !json_is_object(json_object_get(json, "data")))
		refuse(v, 400, "type, timestamp or data missing");
	else if (id == NULL || stamp == NULL || strchr(id, '.') != NULL)
		refuse(v, 400, "webhook-id or webhook-timestamp wrong");
	json_decref(json);
	if (v->status != 200)
		return;
	v->id = must_copy(id);
	off = strtoll(stamp, NULL, 10) - now_us() / 1000000;
	if (r->key_len == 0)
		return;
	if (off > TOLERANCE_S || off < -TOLERANCE_S)
		refuse(v, 400, "webhook-timestamp too far off");
	else if (list == NULL || !signature_good(r, id, stamp, list, body)) {
		r->bad_signatures++;
		refuse(v, 401, "signature does not match");
	} else
		v->verified = true;
}

static void
slack_check(struct evhttp_request *req, const struct text *body,
    struct verdict *v)
{
	const char	*type = header(req, "Content-Type"), *word;
	json_t		*json = json_loadb(body->s, body->len, 0, NULL);
	char		 sum[SHA256_TEXT];

	v->body = "ok";
	word = type == NULL || strncmp(type, "application/json", 16) != 0 ||
	    json == NULL ? "invalid_payload" : slack_refusal(json);
	if (word != NULL)
		refuse(v, 400, word);
	json_decref(json);
	digest_sha256(body->s, body->len, sum);
	v->id = must_format("slack:%s", sum);
}

static const struct { const char *path; vendor_check *check; } vendors[] = {
	{ "/slackbot", slackbot_check },
	{ "/discord", discord_check },
	{ "/teams", teams_check },
	{ "/mattermost", mattermost_check },
	{ "/pagerduty", pagerduty_check },
};

/* True when the path is a vendor's. */
static bool
vendor_answer(struct evhttp_request *req, const char *path,
    const struct text *body, struct verdict *v)
{
	const char		*type = header(req, "Content-Type");
	const char		*auth = header(req, "Authorization");
	struct vendor_reply	 reply = { .status = 400, .why = "no JSON" };
	json_t			*json;
	char			 sum[SHA256_TEXT];

	for (size_t i = 0; i < sizeof(vendors) / sizeof(vendors[0]); i++) {
		if (strncmp(path, vendors[i].path,
		    strlen(vendors[i].path)) != 0)
			continue;
		json = json_loadb(body->s, body->len, 0, NULL);
		if (json != NULL && type != NULL &&
		    strncmp(type, "application/json", 16) == 0)
			vendors[i].check(json, body->s,
			    auth != NULL ? auth : "", &reply);
		json_decref(json);
		v->status = reply.status;
		v->why = reply.why;
		v->own = reply.body;
		v->body = reply.body != NULL ? reply.body : "";
		digest_sha256(body->s, body->len, sum);
		v->id = must_format("%s:%s", vendors[i].path + 1, sum);
		return true;
	}
	return false;
}

static void
acknowledge(struct receiver *r, struct verdict *v)
{
	json_int_t	 n;

	if (v->status / 100 != 2) {
		r->refused++;
		return;
	}
	r->accepted++;
	n = json_integer_value(json_object_get(r->acknowledged, v->id));
	if (n > 0) {
		v->duplicate = true;
		r->duplicates++;
	}
	json_object_set_new(r->acknowledged, v->id, json_integer(n + 1));
}

static void
log_request(struct receiver *r, struct evhttp_request *req, const char *path,
    const struct text *body, const struct verdict *v)
{
	json_t			*headers = json_object(), *o, *text;
	const struct evkeyval	*kv;
	char			*at = time_iso(now_us(), 1);

	if (r->log == NULL) {
		json_decref(headers);
		free(at);
		return;
	}
	for (kv = evhttp_request_get_input_headers(req)->tqh_first;
	    kv != NULL; kv = kv->next.tqe_next)
		json_object_set_new(headers, kv->key, json_string(kv->value));
	text = json_stringn(body->s, body->len);
	o = json_pack("{s:s, s:s, s:i, s:s?, s:s?, s:b, s:b, s:o, s:o}",
	    "time", at, "path", path, "status", v->status, "why", v->why,
	    "id", v->id, "verified", (int)v->verified, "duplicate",
	    (int)v->duplicate, "headers", headers, "body",
	    text != NULL ? text : json_string("(not UTF-8)"));
	json_dumpf(o, r->log, JSON_COMPACT);
	fputc('\n', r->log);
	fflush(r->log);
	json_decref(o);
	free(at);
}

/* An answer that waits. */
struct slow { struct evhttp_request *req; struct event *timer; int status; };

static void
on_slow(int fd, short what, void *ctx)
{
	struct slow	*s = ctx;

	(void)fd;
	(void)what;
	evhttp_send_reply(s->req, s->status, "Later", NULL);
	event_free(s->timer);
	free(s);
}

static void
reply(struct receiver *r, struct evhttp_request *req, int status,
    const char *text, int64_t delay_ms)
{
	struct evbuffer	*b;
	struct timeval	 tv = { delay_ms / 1000, delay_ms % 1000 * 1000 };
	struct slow	*s;

	if (delay_ms > 0) {
		s = must_alloc(sizeof(*s));
		*s = (struct slow){ .req = req, .status = status };
		s->timer = evtimer_new(r->base, on_slow, s);
		event_add(s->timer, &tv);
		return;
	}
	b = evbuffer_new();
	evbuffer_add(b, text, strlen(text));
	evhttp_send_reply(req, status, status / 100 == 2 ? "OK" : "No", b);
	evbuffer_free(b);
}

static bool
misbehaves(struct receiver *r, const char *path)
{
	if ((r->status == 0 && r->delay_ms == 0) || r->left == 0 ||
	    (r->until_us != 0 && now_us() > r->until_us) ||
	    (r->where != NULL && strcmp(r->where, path) != 0))
		return false;
	if (r->left > 0)
		r->left--;
	r->spoilt++;
	return true;
}

/* Spoilt requests are looked at all the same, and logged with the status
 * they got. */
static void
deliver(struct receiver *r, struct evhttp_request *req, const char *path,
    const struct text *body)
{
	struct verdict	 v = { .status = 200, .body = "" };
	int64_t		 delay = 0;
	bool		 spoilt = misbehaves(r, path);
	char		*seconds;

	r->requests++;
	if (vendor_answer(req, path, body, &v))
		;
	else if (strncmp(path, "/slack", 6) == 0)
		slack_check(req, body, &v);
	else
		webhook_check(r, req, body, &v);
	if (spoilt && r->status != 0)
		refuse(&v, r->status, "told to");
	if (spoilt)
		delay = r->delay_ms;
	if (spoilt && r->retry_after > 0) {
		seconds = must_format("%lld", (long long)r->retry_after);
		evhttp_add_header(evhttp_request_get_output_headers(req),
		    "Retry-After", seconds);
		free(seconds);
	}
	if (v.id == NULL)
		v.id = must_copy("");
	acknowledge(r, &v);
	log_request(r, req, path, body, &v);
	reply(r, req, v.status, v.body, delay);
	free(v.own);
	free(v.id);
}

/* answer STATUS [retry-after S] [for S] [count N] [delay MS] [path P], or
 * clear, or stop */
static const char *
control(struct receiver *r, char *line)
{
	char	*save = NULL, *word = strtok_r(line, " \r\n", &save), *value;

	if (word != NULL && strcmp(word, "stop") == 0) {
		event_base_loopexit(r->base, NULL);
		return NULL;
	}
	r->status = 0;
	r->retry_after = r->delay_ms = r->until_us = 0;
	r->left = -1;
	free(r->where);
	r->where = NULL;
	if (word == NULL || strcmp(word, "clear") == 0)
		return NULL;
	if (strcmp(word, "answer") != 0 ||
	    (value = strtok_r(NULL, " \r\n", &save)) == NULL)
		return "answer STATUS [retry-after S] [for S] [count N] "
		    "[delay MS] [path P], clear, or stop\n";
	r->status = (int)strtol(value, NULL, 10);
	while ((word = strtok_r(NULL, " \r\n", &save)) != NULL &&
	    (value = strtok_r(NULL, " \r\n", &save)) != NULL) {
		if (strcmp(word, "retry-after") == 0)
			r->retry_after = strtoll(value, NULL, 10);
		else if (strcmp(word, "for") == 0)
			r->until_us = now_us() +
			    (int64_t)(strtod(value, NULL) * 1e6);
		else if (strcmp(word, "count") == 0)
			r->left = strtoll(value, NULL, 10);
		else if (strcmp(word, "delay") == 0)
			r->delay_ms = strtoll(value, NULL, 10);
		else if (strcmp(word, "path") == 0)
			r->where = must_copy(value);
	}
	return NULL;
}

static void
stats(struct receiver *r, struct evhttp_request *req)
{
	json_t	*o = json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:O}",
	    "requests", (json_int_t)r->requests,
	    "accepted", (json_int_t)r->accepted,
	    "refused", (json_int_t)r->refused,
	    "duplicates", (json_int_t)r->duplicates,
	    "bad_signatures", (json_int_t)r->bad_signatures,
	    "oversize", (json_int_t)r->oversize,
	    "spoilt", (json_int_t)r->spoilt, "acknowledged", r->acknowledged);
	char	*s = json_dumps(o, JSON_SORT_KEYS);

	reply(r, req, 200, s, 0);
	free(s);
	json_decref(o);
}

static void
on_request(struct evhttp_request *req, void *ctx)
{
	struct receiver	*r = ctx;
	struct evbuffer	*in = evhttp_request_get_input_buffer(req);
	struct text	 body = { 0 };
	const char	*path = evhttp_uri_get_path(
	    evhttp_request_get_evhttp_uri(req)), *why;

	text_add(&body, evbuffer_pullup(in, -1), evbuffer_get_length(in));
	if (path != NULL && strcmp(path, "/_stats") == 0)
		stats(r, req);
	else if (evhttp_request_get_command(req) != EVHTTP_REQ_POST)
		reply(r, req, 405, "method not allowed", 0);
	else if (path != NULL && strcmp(path, "/_control") == 0) {
		why = control(r, body.s);
		reply(r, req, why != NULL ? 400 : 200,
		    why != NULL ? why : "ok\n", 0);
	} else
		deliver(r, req, path != NULL ? path : "/", &body);
	text_free(&body);
}

/* whsec_ and base64 of 24 to 64 bytes, as Standard Webhooks has it. */
static void
read_secret(struct receiver *r, const char *file)
{
	char	 line[256] = "";
	FILE	*f = fopen(file, "re");

	if (f == NULL || fgets(line, sizeof(line), f) == NULL ||
	    strncmp(line, "whsec_", 6) != 0 ||
	    sodium_base642bin(r->key, sizeof(r->key), line + 6,
	    strcspn(line + 6, "\r\n"), NULL, &r->key_len, NULL,
	    sodium_base64_VARIANT_ORIGINAL) != 0 || r->key_len < 24) {
		fprintf(stderr, "simreceiver: %s: no whsec_ secret\n", file);
		exit(2);
	}
	fclose(f);
}

static void
listen_on(struct receiver *r, uint16_t port, const char *port_file)
{
	struct evhttp_bound_socket	*bound;
	struct sockaddr_in		 addr;
	socklen_t			 len = sizeof(addr);
	char				*part;
	FILE				*f;

	bound = evhttp_bind_socket_with_handle(r->http, r->address,
	    port);
	if (bound == NULL || getsockname(evhttp_bound_socket_get_fd(bound),
	    (struct sockaddr *)&addr, &len) == -1) {
		fprintf(stderr, "simreceiver: cannot listen on port %u\n",
		    port);
		exit(2);
	}
	printf("listening %u\n", ntohs(addr.sin_port));
	fflush(stdout);
	if (port_file == NULL)
		return;
	part = must_format("%s.part", port_file);
	if ((f = fopen(part, "we")) == NULL ||
	    fprintf(f, "%u\n", ntohs(addr.sin_port)) < 0 ||
	    fclose(f) != 0 || rename(part, port_file) == -1) {
		perror(port_file);
		exit(2);
	}
	free(part);
}

static void
on_signal(int signal_number, short what, void *ctx)
{
	(void)signal_number;
	(void)what;
	event_base_loopexit(ctx, NULL);
}

static void
run(struct receiver *r, uint16_t port, const char *port_file)
{
	struct event	*term, *intr;

	r->base = event_base_new();
	r->http = evhttp_new(r->base);
	r->acknowledged = json_object();
	r->left = -1;
	evhttp_set_timeout(r->http, IDLE_S);
	evhttp_set_max_body_size(r->http, BODY_MOST);
	evhttp_set_gencb(r->http, on_request, r);
	term = evsignal_new(r->base, SIGTERM, on_signal, r->base);
	intr = evsignal_new(r->base, SIGINT, on_signal, r->base);
	event_add(term, NULL);
	event_add(intr, NULL);
	listen_on(r, port, port_file);
	event_base_dispatch(r->base);
	event_free(term);
	event_free(intr);
	evhttp_free(r->http);
	event_base_free(r->base);
	json_decref(r->acknowledged);
	free(r->where);
}

int
main(int argc, char **argv)
{
	static const struct option	 longs[] = {
		{ "address", required_argument, NULL, 'a' },
		{ "port", required_argument, NULL, 'p' },
		{ "port-file", required_argument, NULL, 'P' },
		{ "log", required_argument, NULL, 'l' },
		{ "secret-file", required_argument, NULL, 's' },
		{ NULL, 0, NULL, 0 },
	};
	struct receiver	 r = { .address = "127.0.0.1" };
	uint16_t	 port = 0;
	const char	*port_file = NULL;
	int		 c;

	if (sodium_init() == -1)
		return 2;
	signal(SIGPIPE, SIG_IGN);
	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		switch (c) {
		case 'a': r.address = optarg; break;
		case 'p': port = (uint16_t)strtoul(optarg, NULL, 10); break;
		case 'P': port_file = optarg; break;
		case 's': read_secret(&r, optarg); break;
		case 'l':
			if ((r.log = fopen(optarg, "ae")) == NULL) {
				perror(optarg);
				return 2;
			}
			break;
		default:
			fprintf(stderr, "usage: simreceiver [--address A] "
			    "[--port N] [--port-file F] [--log F] "
			    "[--secret-file F]\n");
			return 2;
		}
	}
	run(&r, port, port_file);
	if (r.log != NULL)
		fclose(r.log);
	return 0;
}

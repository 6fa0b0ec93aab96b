/* SPDX-License-Identifier: Apache-2.0 */
/*
 * delivery: against a real HTTP receiver on the loopback that answers well,
 * badly, late, endlessly or not at all.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>

#include "alert/alert.h"
#include "alert/delivery.h"
#include "alert/sinks.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/str.h"
#include "data/messages.h"

struct got {
	struct msg_delivered m;
	char	answer[ANSWER_MAX + 1];
	size_t	order;
};

static struct {
	struct loop	*loop;
	struct evhttp	*server;
	uint16_t	 port;
	unsigned int	 requests;	/* seen by the receiver */
	char		 id[64], signature[200], last_body[4096];
	struct evhttp_request *hanging[4];
	size_t		 nhanging;
	struct courier	*courier;
	struct got	 got[64];
	size_t		 ngot, wanted;
} w;

static void
reply(struct evhttp_request *req, int status, const char *body)
{
	struct evbuffer *b = evbuffer_new();

	evbuffer_add_printf(b, "%s", body);
	evhttp_send_reply(req, status, "x", b);
	evbuffer_free(b);
}

static void
reply_huge(struct evhttp_request *req)
{
	struct evbuffer	*b = evbuffer_new();
	char		*block = mem_alloc(1 << 20);

	memset(block, 'x', 1 << 20);
	evbuffer_add(b, block, 1 << 20);
	free(block);
	evhttp_send_reply(req, 503, "x", b);
	evbuffer_free(b);
}

static void
reset(struct evhttp_request *req)
{
	struct evhttp_connection *c = evhttp_request_get_connection(req);

	bufferevent_disable(evhttp_connection_get_bufferevent(c),
	    EV_READ | EV_WRITE);
	shutdown(bufferevent_getfd(evhttp_connection_get_bufferevent(c)), 2);
	evhttp_connection_free(c);
}

static void
remember(struct evhttp_request *req)
{
	struct evkeyvalq	*h = evhttp_request_get_input_headers(req);
	struct evbuffer		*b = evhttp_request_get_input_buffer(req);
	const char		*id = evhttp_find_header(h, "webhook-id");
	const char		*s = evhttp_find_header(h, "webhook-signature");
	size_t			 n;

	w.requests++;
	snprintf(w.id, sizeof(w.id), "%s", id != NULL ? id : "");
	snprintf(w.signature, sizeof(w.signature), "%s", s != NULL ? s : "");
	n = evbuffer_get_length(b);
	if (n >= sizeof(w.last_body))
		n = sizeof(w.last_body) - 1;
	evbuffer_copyout(b, w.last_body, n);
	w.last_body[n] = '\0';
}

static void
on_request(struct evhttp_request *req, void *arg)
{
	const char		*path = evhttp_request_get_uri(req);
	struct evkeyvalq	*out = evhttp_request_get_output_headers(req);

	(void)arg;
	remember(req);
	if (str_equal(path, "/ok") || str_equal(path, "/ok2")) {
		reply(req, 200, "ok");
	} else if (str_equal(path, "/429")) {
		evhttp_add_header(out, "Retry-After", "120");
		reply(req, 429, "slow\r\n\x1b[31mdown");
	} else if (str_equal(path, "/302")) {
		evhttp_add_header(out, "Location", "/ok");
		reply(req, 302, "");
	} else if (str_equal(path, "/huge")) {
		reply_huge(req);
	} else if (str_equal(path, "/reset")) {
		reset(req);
	} else if (str_equal(path, "/hang")) {
		w.hanging[w.nhanging++ % 4] = req;
	} else {
		reply(req, (int)strtol(path + 1, NULL, 10), "no");
	}
}

static void
on_done(void *ctx, const struct msg_delivered *m)
{
	struct got *g = &w.got[w.ngot % ARRAY_LEN(w.got)];

	(void)ctx;
	g->m = *m;
	snprintf(g->answer, sizeof(g->answer), "%s",
	    m->answer != NULL ? m->answer : "");
	g->m.answer = g->answer;
	if (++w.ngot >= w.wanted)
		loop_stop(w.loop);
}

static struct sink *
sink_at(const char *kind, const char *name, const char *path, bool allow)
{
	struct sink *s = mem_alloc(sizeof(*s));

	s->kind = sink_kind_find(kind);
	s->name = mem_strdup(name);
	s->url = mem_printf("http://127.0.0.1:%u%s", w.port, path);
	s->secret = mem_strdup(
	    "whsec_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=");
	s->allow_private = allow;
	/* Under valgrind, beside others, an answer within a second is late. */
	s->timeout_s = getenv("UNDER_VALGRIND") != NULL ? 5 : 1;
	s->give_up_s = 3 * 86400;
	return s;
}

static int
setup(void **state)
{
	struct evhttp_bound_socket *bound;
	struct sockaddr_storage ss;
	ev_socklen_t len = sizeof(ss);
	struct sockaddr_in *in = (struct sockaddr_in *)&ss;

	(void)state;
	memset(&w, 0, sizeof(w));
	log_set_level(LOG_LEVEL_ERROR);
	w.loop = loop_new();
	w.server = evhttp_new(loop_base(w.loop));
	evhttp_set_gencb(w.server, on_request, NULL);
	bound = evhttp_bind_socket_with_handle(w.server, "127.0.0.1", 0);
	if (bound == NULL || getsockname(evhttp_bound_socket_get_fd(bound),
	    (struct sockaddr *)&ss, &len) == -1)
		return -1;
	w.port = ntohs(in->sin_port);
	w.courier = courier_new(&(struct courier_settings){ .loop = w.loop,
	    .user_agent = "pypiwatch-test", .done = on_done });
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	courier_free(w.courier);
	evhttp_free(w.server);
	loop_free(w.loop);
	return 0;
}

static void
hand_over(int64_t id, const char *sink, uint32_t attempt)
{
	char *payload = alert_sample("test", "2026-11-23T18:00:00Z");
	char *delivery = mem_printf("d-%lld", (long long)id);
	struct msg_deliver m = { .id = id, .delivery_id = delivery,
	    .sink = (char *)(uintptr_t)sink, .attempt = attempt,
	    .payload = payload };

	courier_deliver(w.courier, &m);
	free(payload);
	free(delivery);
}

static const struct got *
deliver(const char *sink, uint32_t attempt)
{
	w.ngot = 0;
	w.wanted = 1;
	hand_over(7, sink, attempt);
	if (w.ngot == 0)
		loop_run(w.loop);
	assert_int_equal(w.ngot, 1);
	assert_int_equal(w.got[0].m.id, 7);
	return &w.got[0];
}

static void
statuses(void **state)
{
	static const struct { const char *kind, *path; uint32_t attempt;
		enum delivery_status status; uint32_t http; bool disable; }
	table[] = {
		{ "webhook", "/ok", 1, DELIVERY_OK, 200, false },
		{ "webhook", "/204", 1, DELIVERY_OK, 204, false },
		{ "webhook", "/410", 1, DELIVERY_NEVER, 410, true },
		{ "webhook", "/500", 1, DELIVERY_LATER, 500, false },
		{ "webhook", "/503", 40, DELIVERY_LATER, 503, false },
		{ "webhook", "/401", 1, DELIVERY_LATER, 401, false },
		{ "webhook", "/401", RETRY_FEW_ATTEMPTS, DELIVERY_NEVER, 401,
		    false },
		{ "webhook", "/302", 1, DELIVERY_LATER, 302, false },
		{ "webhook", "/reset", 1, DELIVERY_LATER, 0, false },
		{ "webhook", "/huge", 1, DELIVERY_LATER, 503, false },
		{ "webhook", "/hang", 1, DELIVERY_LATER, 0, false },
		{ "slack", "/ok", 1, DELIVERY_OK, 200, false },
		{ "slack", "/400", 1, DELIVERY_NEVER, 400, false },
		{ "slack", "/404", 1, DELIVERY_NEVER, 404, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		char *name = mem_printf("s%zu", i);
		const struct got *g;

		courier_add(w.courier, sink_at(table[i].kind, name,
		    table[i].path, true));
		g = deliver(name, table[i].attempt);
		assert_int_equal(g->m.status, table[i].status);
		assert_int_equal(g->m.http_status, table[i].http);
		assert_int_equal(g->m.disable, table[i].disable);
		assert_true((g->m.again_ms > 0) ==
		    (table[i].status == DELIVERY_LATER));
		assert_null(strstr(g->answer, "whsec"));
		free(name);
	}
}

static void
honours_retry_after(void **state)
{
	const struct got *g;

	(void)state;
	courier_add(w.courier, sink_at("webhook", "a", "/429", true));
	g = deliver("a", 1);
	assert_int_equal(g->m.status, DELIVERY_LATER);
	assert_true(g->m.again_ms >= 120000);
	assert_string_equal(g->answer,
	    "HTTP 429: slow\\u{d}\\u{a}\\u{1b}[31mdown");
	/* The next one is sent back without a request. */
	g = deliver("a", 1);
	assert_int_equal(g->m.status, DELIVERY_LATER);
	assert_true(g->m.again_ms >= 110000);
	assert_int_equal(w.requests, 1);
}

static void
follows_no_redirect(void **state)
{
	(void)state;
	courier_add(w.courier, sink_at("webhook", "a", "/302", true));
	deliver("a", 1);
	assert_int_equal(w.requests, 1);
}

static void
refuses_private(void **state)
{
	struct sink *s = sink_at("webhook", "b", "/ok", false);

	(void)state;
	courier_add(w.courier, sink_at("webhook", "a", "/ok", false));
	assert_int_equal(deliver("a", 1)->m.status, DELIVERY_LATER);
	free(s->url);
	s->url = mem_printf("https://127.0.0.1:%u/ok", w.port);
	courier_add(w.courier, s);
	assert_int_equal(deliver("b", 1)->m.status, DELIVERY_LATER);
	assert_non_null(strstr(w.got[0].answer, "not public"));
	assert_int_equal(w.requests, 0);
}

static void
gone_stays_gone(void **state)
{
	const struct got *g;

	(void)state;
	courier_add(w.courier, sink_at("webhook", "a", "/410", true));
	deliver("a", 1);
	g = deliver("a", 1);
	assert_int_equal(g->m.status, DELIVERY_NEVER);
	assert_true(g->m.disable);
	assert_int_equal(w.requests, 1);
}

static void
unknown_and_broken(void **state)
{
	struct msg_deliver m = { .id = 7, .sink = mem_strdup("a"),
	    .delivery_id = mem_strdup("x"), .payload = mem_strdup("{"),
	    .attempt = 1 };

	(void)state;
	assert_int_equal(deliver("nobody", 1)->m.status, DELIVERY_LATER);
	courier_add(w.courier, sink_at("webhook", "a", "/ok", true));
	w.ngot = 0;
	courier_deliver(w.courier, &m);
	assert_int_equal(w.ngot, 1);
	assert_int_equal(w.got[0].m.status, DELIVERY_NEVER);
	assert_int_equal(w.requests, 0);
	wire_release(&msg_deliver_desc, &m);
}

/* One receiver hangs, the other gets all of its own meanwhile, in order. */
static void
slow_delays_no_other(void **state)
{
	(void)state;
	courier_add(w.courier, sink_at("webhook", "slow", "/hang", true));
	courier_add(w.courier, sink_at("webhook", "fast", "/ok", true));
	w.wanted = 10;
	hand_over(100, "slow", 1);
	hand_over(101, "slow", 1);
	for (int i = 0; i < 10; i++)
		hand_over(i, "fast", 1);
	loop_run(w.loop);
	for (size_t i = 0; i < 10; i++) {
		assert_int_equal(w.got[i].m.id, i);
		assert_int_equal(w.got[i].m.status, DELIVERY_OK);
	}
	assert_int_equal(courier_pending(w.courier), 2);
}

/* Two sinks of one Slack URL share its pace. */
static void
paces_slack(void **state)
{
	(void)state;
	courier_add(w.courier, sink_at("slack", "a", "/ok", true));
	courier_add(w.courier, sink_at("slack", "b", "/ok", true));
	courier_add(w.courier, sink_at("slack", "c", "/ok2", true));
	w.wanted = 2;
	hand_over(1, "a", 1);
	hand_over(2, "b", 1);
	hand_over(3, "c", 1);
	loop_run(w.loop);
	/* 1 and 3 went at once; 2 waits for the second to pass. */
	assert_int_equal(w.requests, 2);
	assert_int_equal(courier_pending(w.courier), 1);
	w.wanted = 3;
	loop_run(w.loop);
	assert_int_equal(w.got[2].m.id, 2);
}

static void
crowded_lane(void **state)
{
	(void)state;
	courier_add(w.courier, sink_at("webhook", "slow", "/hang", true));
	w.wanted = 1;
	for (int i = 0; i <= LANE_WAITING_MAX; i++)
		hand_over(i, "slow", 1);
	assert_int_equal(w.ngot, 0);
	hand_over(99, "slow", 1);
	assert_int_equal(w.ngot, 1);
	assert_int_equal(w.got[0].m.status, DELIVERY_LATER);
}

static void
sends_what_is_stored(void **state)
{
	char *payload = alert_sample("test", "2026-11-23T18:00:00Z");

	(void)state;
	courier_add(w.courier, sink_at("webhook", "a", "/ok", true));
	deliver("a", 1);
	assert_string_equal(w.id, "d-7");
	assert_true(str_starts(w.signature, "v1,"));
	assert_string_equal(w.last_body, payload);
	free(payload);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(statuses),
		TEST(honours_retry_after),
		TEST(follows_no_redirect),
		TEST(refuses_private),
		TEST(gone_stays_gone),
		TEST(unknown_and_broken),
		TEST(slow_delays_no_other),
		TEST(paces_slack),
		TEST(crowded_lane),
		TEST(sends_what_is_stored),
	};

	log_open("test", LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* http: against a real server that is honest, slow, lying or hostile. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <libdeflate.h>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/http.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/str.h"
#include "harness/loopback.h"

#define BOMB_BYTES (64u << 20)

struct heard {
	int		 answers;
	enum http_result result;
	long		 status;
	struct buf	 body, type, etag, error;
	int64_t		 retry_after_s, serial;
	size_t		 streamed, stop_after;
};

struct fixture {
	struct loop	*loop;
	struct loopback	*server;
	struct http_client *client;
	struct heard	 heard;
	unsigned int	 expected;
	char		*bomb;
	size_t		 bomb_len;
};

/* 64 MiB of zeros, gzip. */
static void
bomb_make(struct fixture *f)
{
	struct libdeflate_compressor *z = libdeflate_alloc_compressor(9);
	char *zeros = mem_alloc(BOMB_BYTES);

	f->bomb = mem_alloc(1 << 20);
	f->bomb_len = libdeflate_gzip_compress(z, zeros, BOMB_BYTES, f->bomb,
	    1 << 20);
	assert_true(f->bomb_len > 0);
	libdeflate_free_compressor(z);
	free(zeros);
}

static void
serve_bomb(struct fixture *f, struct reply *r)
{
	const char *head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
	    "Transfer-Encoding: chunked\r\n\r\n";
	char	size[32];

	if (f->bomb == NULL)
		bomb_make(f);
	snprintf(size, sizeof(size), "%zx\r\n", f->bomb_len);
	reply_raw(r, head, strlen(head));
	reply_raw(r, size, strlen(size));
	reply_raw(r, f->bomb, f->bomb_len);
	reply_raw(r, "\r\n0\r\n\r\n", 7);
	reply_close(r);
}

static void
serve_redirect(struct fixture *f, struct reply *r, int left)
{
	char	header[128];

	if (left == 0) {
		reply_text(r, 200, "text/plain", "arrived");
		return;
	}
	snprintf(header, sizeof(header), "Location: %s/redirect/%d\r\n"
	    "ETag: \"stale\"\r\n", loopback_url(f->server), left - 1);
	reply_send(r, 302, header, "moved", 5);
}

static void
serve_retry_date(struct reply *r)
{
	time_t	at = time(NULL) + 120;
	struct tm tm;
	char	header[128];

	gmtime_r(&at, &tm);
	strftime(header, sizeof(header),
	    "Retry-After: %a, %d %b %Y %H:%M:%S GMT\r\n", &tm);
	reply_send(r, 503, header, "<html>busy", 10);
}

static void
serve_conditional(struct reply *r, const struct asked *a)
{
	char *tag = asked_header(a, "if-none-match");

	if (tag != NULL && strcmp(tag, "\"abc\"") == 0)
		reply_send(r, 304, "ETag: \"abc\"\r\n", "", 0);
	else
		reply_send(r, 200, "ETag: \"abc\"\r\nX-PyPI-Last-Serial: 42\r\n"
		    "Content-Type: application/json\r\n", "{}", 2);
	free(tag);
}

static void
serve_echo(struct reply *r, const struct asked *a)
{
	struct buf b = BUF_EMPTY;

	buf_addf(&b, "%s\n%s\n%s", a->method, a->head, a->body);
	reply_send(r, 200, "", b.data, b.len);
	buf_release(&b);
}

static void
serve(void *ctx, struct reply *r, const struct asked *a)
{
	struct fixture *f = ctx;
	const char *short_body = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n"
	    "\r\nonly this";
	const char *ok = "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n";

	if (strcmp(a->path, "/plain") == 0)
		reply_text(r, 200, "text/plain", "hello");
	else if (str_ends(a->path, "/echo"))
		serve_echo(r, a);
	else if (strcmp(a->path, "/bomb") == 0)
		serve_bomb(f, r);
	else if (str_starts(a->path, "/redirect/"))
		serve_redirect(f, r, a->path[10] - '0');
	else if (strcmp(a->path, "/file") == 0)
		reply_send(r, 302, "Location: file:///etc/passwd\r\n", "", 0);
	else if (strcmp(a->path, "/conditional") == 0)
		serve_conditional(r, a);
	else if (strcmp(a->path, "/retry") == 0)
		reply_send(r, 429, "Retry-After: 17\r\n", "slow", 4);
	else if (strcmp(a->path, "/retry-huge") == 0)
		reply_send(r, 429, "Retry-After: 99999999\r\n", "slow", 4);
	else if (strcmp(a->path, "/retry-nonsense") == 0)
		reply_send(r, 429, "Retry-After: soon\r\n", "slow", 4);
	else if (strcmp(a->path, "/retry-date") == 0)
		serve_retry_date(r);
	else if (strcmp(a->path, "/short") == 0) {
		reply_raw(r, short_body, strlen(short_body));
		reply_close(r);
	} else if (strcmp(a->path, "/reset") == 0) {
		reply_raw(r, short_body, strlen(short_body));
		reply_reset(r);
	} else if (strcmp(a->path, "/silent") == 0)
		reply_hold(r);
	else if (strcmp(a->path, "/loris") == 0) {
		reply_raw(r, ok, strlen(ok));
		reply_trickle(r, "x", 20);
	} else if (strcmp(a->path, "/garbage") == 0) {
		reply_raw(r, "\1\2\3 not http\r\n\r\n", 16);
		reply_close(r);
	} else
		reply_text(r, 404, "text/plain", "no");
}

static void
take(void *ctx, const struct http_answer *a)
{
	struct fixture *f = ctx;
	struct heard *h = &f->heard;

	h->answers++;
	h->result = a->result;
	h->status = a->status;
	h->retry_after_s = a->retry_after_s;
	h->serial = a->last_serial;
	buf_reset(&h->body);
	buf_reset(&h->type);
	buf_reset(&h->etag);
	buf_reset(&h->error);
	buf_add(&h->body, a->body, a->body_len);
	buf_adds(&h->type, a->content_type);
	buf_adds(&h->etag, a->etag);
	buf_adds(&h->error, a->error != NULL ? a->error : "");
	assert_true((a->error == NULL) == (a->result == HTTP_OK));
	if (--f->expected == 0)
		loop_stop(f->loop);
}

static struct http_ask
ask(struct fixture *f, const char *path, char url[256])
{
	snprintf(url, 256, "%s%s", loopback_url(f->server), path);
	return (struct http_ask){ .url = url, .allow_plain = true,
	    .body_most = 1 << 20, .timeout_ms = 100000, .done = take, .ctx = f };
}

static struct heard *
run(struct fixture *f, const struct http_ask *a)
{
	int before = f->heard.answers;

	f->expected = 1;
	http_send(f->client, a);
	assert_int_equal(f->heard.answers, before);	/* never from inside */
	loop_run(f->loop);
	assert_int_equal(f->heard.answers, before + 1);
	return &f->heard;
}

static struct heard *
get(struct fixture *f, const char *path)
{
	char	url[256];
	struct http_ask a = ask(f, path, url);

	return run(f, &a);
}

static int
open_fixture(void **state)
{
	struct fixture *f = mem_alloc(sizeof(*f));
	struct http_settings set = { .user_agent = "pypiwatch-test/1",
	    .host_connections = 4, .total = 8 };

	/* Must not matter. */
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	setenv("no_proxy", "*", 1);
	f->loop = loop_new();
	f->server = loopback_new(loop_base(f->loop), serve, f);
	f->client = http_client_new(f->loop, &set);
	*state = f;
	return 0;
}

static int
close_fixture(void **state)
{
	struct fixture *f = *state;

	http_client_free(f->client);
	loopback_free(f->server);
	loop_free(f->loop);
	buf_release(&f->heard.body);
	buf_release(&f->heard.type);
	buf_release(&f->heard.etag);
	buf_release(&f->heard.error);
	free(f->bomb);
	free(f);
	return 0;
}

static void
answers_whole(void **state)
{
	struct heard *h = get(*state, "/plain");

	assert_int_equal(h->result, HTTP_OK);
	assert_int_equal(h->status, 200);
	assert_string_equal(buf_text(&h->body), "hello");
	assert_string_equal(buf_text(&h->type), "text/plain");
	assert_int_equal(h->retry_after_s, -1);
	assert_int_equal(h->serial, -1);
	h = get(*state, "/missing");
	assert_int_equal(h->result, HTTP_OK);
	assert_int_equal(h->status, 404);
}

static void
sends_headers_and_post(void **state)
{
	static const char *const headers[] = { "Content-Type: text/xml",
		"X-Own: 1", NULL };
	char	url[256];
	struct http_ask a = ask(*state, "/echo", url);
	struct heard *h;

	a.post = "<call/>";
	a.post_len = 7;
	a.headers = headers;
	a.compressed = true;
	h = run(*state, &a);
	assert_non_null(strstr(buf_text(&h->body), "POST\n"));
	assert_non_null(strstr(buf_text(&h->body), "\n<call/>"));
	assert_non_null(strstr(buf_text(&h->body), "Content-Type: text/xml"));
	assert_non_null(strstr(buf_text(&h->body), "X-Own: 1"));
	assert_non_null(strstr(buf_text(&h->body), "pypiwatch-test/1"));
	assert_non_null(strstr(buf_text(&h->body), "gzip, br"));
	h = get(*state, "/echo");
	assert_null(strstr(buf_text(&h->body), "gzip"));
}

static void
conditional(void **state)
{
	char	url[256];
	struct http_ask a = ask(*state, "/conditional", url);
	struct heard *h = run(*state, &a);

	assert_int_equal(h->status, 200);
	assert_int_equal(h->serial, 42);
	assert_string_equal(buf_text(&h->etag), "\"abc\"");
	a.if_none_match = "\"abc\"";
	h = run(*state, &a);
	assert_int_equal(h->result, HTTP_OK);
	assert_int_equal(h->status, 304);
	assert_int_equal(h->body.len, 0);
}

static void
retry_after_forms(void **state)
{
	struct heard *h = get(*state, "/retry");

	assert_int_equal(h->retry_after_s, 17);
	assert_int_equal(get(*state, "/retry-huge")->retry_after_s, 86400);
	assert_int_equal(get(*state, "/retry-nonsense")->retry_after_s, -1);
	h = get(*state, "/retry-date");
	assert_true(h->retry_after_s > 60 && h->retry_after_s <= 120);
}

static void
redirects(void **state)
{
	char	url[256];
	struct http_ask a = ask(*state, "/redirect/3", url);
	struct heard *h = run(*state, &a);

	assert_int_equal(h->status, 302);
	a.follow = true;
	h = run(*state, &a);
	assert_int_equal(h->result, HTTP_OK);
	assert_string_equal(buf_text(&h->body), "arrived");
	assert_string_equal(buf_text(&h->etag), "");	/* not the redirect's */
	snprintf(strrchr(url, '/'), 8, "/4");
	assert_int_equal(run(*state, &a)->result, HTTP_REFUSED);
	a = ask(*state, "/file", url);
	a.follow = true;
	assert_int_equal(run(*state, &a)->result, HTTP_REFUSED);
}

static void
refuses_before_sending(void **state)
{
	static const char *const urls[] = { "", "ftp://127.0.0.1/", "nonsense",
		"http://user:secret@127.0.0.1/", "file:///etc/passwd",
		"http://", "gopher://127.0.0.1:1/" };
	char	url[256];
	struct http_ask a = ask(*state, "/plain", url);

	for (size_t i = 0; i < ARRAY_LEN(urls); i++) {
		a.url = urls[i];
		assert_int_equal(run(*state, &a)->result, HTTP_REFUSED);
	}
	a.url = url;
	a.allow_plain = false;
	assert_int_equal(run(*state, &a)->result, HTTP_REFUSED);
}

static void
public_only(void **state)
{
	struct fixture *f = *state;
	struct http_settings set = { .user_agent = "t", .host_connections = 1,
	    .total = 1, .public_only = true };
	char	url[256];
	struct http_ask a = ask(f, "/plain", url);

	http_client_free(f->client);
	f->client = http_client_new(f->loop, &set);
	a.allow_private = true;
	assert_int_equal(run(f, &a)->result, HTTP_OK);
	a.allow_private = false;	/* nor over the connection of before */
	assert_int_equal(run(f, &a)->result, HTTP_REFUSED);
	assert_string_equal(buf_text(&f->heard.error),
	    "its address is not public");
}

static void
broken_bodies(void **state)
{
	static const char *const paths[] = { "/short", "/reset", "/garbage" };

	for (size_t i = 0; i < ARRAY_LEN(paths); i++)
		assert_int_equal(get(*state, paths[i])->result, HTTP_NETWORK);
}

static void
time_limits(void **state)
{
	static const char *const paths[] = { "/silent", "/loris" };
	char	url[256];

	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		struct http_ask a = ask(*state, paths[i], url);

		a.timeout_ms = 300;
		assert_int_equal(run(*state, &a)->result, HTTP_NETWORK);
	}
}

static void
bomb_ends_at_the_cap(void **state)
{
	char	url[256];
	struct http_ask a = ask(*state, "/bomb", url);
	struct heard *h;

	a.compressed = true;
	h = run(*state, &a);
	assert_int_equal(h->result, HTTP_TOO_BIG);
	assert_true(h->body.len <= a.body_most);
	a.compressed = false;	/* not asked for: bytes as they came */
	h = run(*state, &a);
	assert_int_equal(h->result, HTTP_OK);
	assert_int_equal(h->body.len, ((struct fixture *)*state)->bomb_len);
}

static bool
stream(void *ctx, const void *bytes, size_t len)
{
	struct fixture *f = ctx;

	(void)bytes;
	f->heard.streamed += len;
	return f->heard.stop_after == 0 ||
	    f->heard.streamed < f->heard.stop_after;
}

static void
streaming(void **state)
{
	struct fixture *f = *state;
	char	url[256];
	struct http_ask a = ask(f, "/bomb", url);

	a.data = stream;
	a.compressed = true;
	a.body_most = BOMB_BYTES;
	run(f, &a);
	assert_int_equal(f->heard.result, HTTP_OK);
	assert_int_equal(f->heard.streamed, BOMB_BYTES);
	assert_int_equal(f->heard.body.len, 0);
	f->heard.streamed = 0;
	f->heard.stop_after = 1000000;
	run(f, &a);
	assert_int_equal(f->heard.result, HTTP_ABORTED);
	a = ask(f, "/missing", url);	/* not streamed: it is no 200 */
	a.data = stream;
	run(f, &a);
	assert_string_equal(buf_text(&f->heard.body), "no");
}

static void
many_at_once(void **state)
{
	struct fixture *f = *state;
	char	url[256];
	struct http_ask a = ask(f, "/plain", url);

	f->expected = 200;
	for (int i = 0; i < 200; i++)
		http_send(f->client, &a);
	assert_int_equal(http_waiting(f->client), 200);
	loop_run(f->loop);
	assert_int_equal(f->heard.answers, 200);
	assert_int_equal(f->heard.result, HTTP_OK);
	assert_int_equal(http_waiting(f->client), 0);
	assert_int_equal(loopback_most(f->server), 4);
}

static void
cancelling(void **state)
{
	struct fixture *f = *state;
	char	url[256], other[256];
	struct http_ask silent = ask(f, "/silent", url);
	struct http_ask plain = ask(f, "/plain", other);
	struct http_request *r[6];

	for (size_t i = 0; i < ARRAY_LEN(r); i++)
		r[i] = http_send(f->client, &silent);
	f->expected = 1;
	http_cancel(r[5]);
	for (size_t i = 0; i < 4; i++)
		http_cancel(r[i]);
	http_send(f->client, &plain);
	loop_run(f->loop);
	assert_int_equal(f->heard.answers, 1);
	assert_string_equal(buf_text(&f->heard.error), "");
	assert_string_equal(buf_text(&f->heard.body), "hello");
	assert_int_equal(http_waiting(f->client), 1);	/* r[4] */
}

/* ---- proxies and certificates ---------------------------------------------- */

static void
client_again(struct fixture *f, const struct http_settings *set)
{
	http_client_free(f->client);
	f->client = http_client_new(f->loop, set);
}

static void
proxied(void **state)
{
	struct fixture *f = *state;
	struct http_settings set = { .user_agent = "t", .host_connections = 1,
	    .total = 1, .proxy = loopback_url(f->server),
	    .proxy_auth = "user:word", .no_proxy = "127.0.0.1" };
	char	url[256];
	struct http_ask a = ask(f, "/plain", url);
	struct heard *h;

	client_again(f, &set);
	assert_string_equal(buf_text(&run(f, &a)->body), "hello");
	a.url = "http://index.example.invalid/echo";
	h = run(f, &a);
	assert_int_equal(h->status, 200);
	assert_non_null(strstr(buf_text(&h->body),
	    "GET\nHost: index.example.invalid"));
	assert_non_null(strstr(buf_text(&h->body),
	    "Proxy-Authorization: Basic dXNlcjp3b3Jk"));
}

/* A TLS server with a certificate of its own making; its lines are the
 * certificate's file and "ACCEPT host:port". */
static const char tls_server[] =
    "cd \"$1\" && openssl req -x509 -newkey ec -pkeyopt "
    "ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=pypiwatch-test "
    "-addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out cert.pem "
    "2>/dev/null && exec openssl s_server -accept 127.0.0.1:0 -key key.pem "
    "-cert cert.pem -www 2>/dev/null";

static pid_t
tls_start(const char *folder, char *port, size_t room)
{
	int	 out[2];
	char	 line[256];
	FILE	*f;
	pid_t	 pid;

	assert_int_equal(pipe(out), 0);
	if ((pid = fork()) == 0) {
		dup2(out[1], STDOUT_FILENO);
		execl("/bin/sh", "sh", "-c", tls_server, "sh", folder, NULL);
		_exit(127);
	}
	close(out[1]);
	f = fdopen(out[0], "r");
	port[0] = '\0';
	while (port[0] == '\0' && fgets(line, sizeof(line), f) != NULL)
		if (str_starts(line, "ACCEPT ")) {
			line[strcspn(line, "\n")] = '\0';
			snprintf(port, room, "%s", strrchr(line, ':') + 1);
		}
	fclose(f);
	assert_true(port[0] != '\0');
	return pid;
}

static void
certificates(void **state)
{
	struct fixture *f = *state;
	char	folder[] = "/tmp/pypiwatch-tls-XXXXXX", ca[64], url[64];
	char	port[16];
	struct http_settings set = { .user_agent = "t", .host_connections = 1,
	    .total = 1 };
	struct http_ask a = ask(f, "", (char[256]){ 0 });
	pid_t	pid;

	assert_non_null(mkdtemp(folder));
	pid = tls_start(folder, port, sizeof(port));
	snprintf(url, sizeof(url), "https://127.0.0.1:%s/", port);
	snprintf(ca, sizeof(ca), "%s/cert.pem", folder);
	a.url = url;
	a.allow_plain = false;
	assert_int_equal(run(f, &a)->result, HTTP_NETWORK);
	set.ca_file = ca;
	client_again(f, &set);
	assert_int_equal(run(f, &a)->result, HTTP_OK);
	assert_int_equal(f->heard.status, 200);
	snprintf(url, sizeof(url), "https://localhost:%s/", port);
	assert_int_equal(run(f, &a)->result, HTTP_NETWORK); /* another name */
	kill(pid, SIGTERM);
	waitpid(pid, NULL, 0);
	unlink(ca);
	snprintf(ca, sizeof(ca), "%s/key.pem", folder);
	unlink(ca);
	rmdir(folder);
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, open_fixture, close_fixture)
	const struct CMUnitTest tests[] = {
		CASE(answers_whole),
		CASE(sends_headers_and_post),
		CASE(conditional),
		CASE(retry_after_forms),
		CASE(redirects),
		CASE(refuses_before_sending),
		CASE(public_only),
		CASE(broken_bodies),
		CASE(time_limits),
		CASE(bomb_ends_at_the_cap),
		CASE(streaming),
		CASE(many_at_once),
		CASE(cancelling),
		CASE(proxied),
		CASE(certificates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

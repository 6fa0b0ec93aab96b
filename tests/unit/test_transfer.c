/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatch-fetch, the real process in its sandbox, against a file host that
 * is honest, broken or lying.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/ipc.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/memfd.h"
#include "base/str.h"
#include "data/messages.h"
#include "fetch/transfer.h"
#include "harness/loopback.h"
#include "harness/process.h"

#define BODY "the bytes of a package"
#define BODY_LEN (sizeof(BODY) - 1)
#define BIG_BYTES (3u << 20)

struct fixture {
	struct loop	*loop;
	struct loopback	*server;
	struct process	 fetch;
	char		*big;
	char		 sha256[65], blake2b[65], big_sha256[65];
	unsigned int	 waiting, answers, slots;
	struct msg_fetched got;
	int		 fd;
};

static void
serve_broken(struct reply *r, const char *path)
{
	const char *head = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n";

	reply_raw(r, head, strlen(head));
	reply_raw(r, BODY, BODY_LEN);
	if (strstr(path, "truncated") != NULL)
		reply_close(r);
	else if (strstr(path, "reset") != NULL)
		reply_reset(r);
	else
		reply_hold(r);
}

static void
serve(void *ctx, struct reply *r, const struct asked *a)
{
	struct fixture *f = ctx;
	const char *p = a->path;

	if (strstr(p, "/good") != NULL || strstr(p, "/packages/") != NULL)
		reply_send(r, 200, "", BODY, BODY_LEN);
	else if (strstr(p, "/big") != NULL)
		reply_send(r, 200, "", f->big, BIG_BYTES);
	else if (strstr(p, "/empty") != NULL)
		reply_send(r, 200, "", "", 0);
	else if (strstr(p, "/gzip") != NULL)	/* unasked: bytes as sent */
		reply_send(r, 200, "Content-Encoding: gzip\r\n", BODY,
		    BODY_LEN);
	else if (strstr(p, "/404") != NULL)
		reply_text(r, 404, "text/plain", "no");
	else if (strstr(p, "/410") != NULL)
		reply_text(r, 410, "text/plain", "no");
	else if (strstr(p, "/429") != NULL)
		reply_send(r, 429, "Retry-After: 7\r\n", "", 0);
	else if (strstr(p, "/503") != NULL)
		reply_text(r, 503, "text/html", "<html>");
	else if (strstr(p, "/redirect") != NULL)
		reply_send(r, 302, "Location: /good\r\n", "", 0);
	else
		serve_broken(r, p);
}

static void
take(struct fixture *f, struct msg_fetched *m, int fd)
{
	free(f->got.why);
	if (f->fd != -1)
		close(f->fd);
	f->got = *m;
	m->why = NULL;
	f->fd = fd;
	f->answers++;
	if (f->waiting > 0 && --f->waiting == 0)
		loop_stop(f->loop);
}

static void
on_fetched(void *ctx, void *object, const int *fds)
{
	take(ctx, object, fds[0]);
}

static void
on_failed(void *ctx, void *object, const int *fds)
{
	(void)fds;
	take(ctx, object, -1);
}

static void
on_hello(void *ctx, void *object, const int *fds)
{
	struct fixture *f = ctx;
	const struct msg_hello *m = object;

	(void)fds;
	assert_string_equal(m->role, "fetch");
	assert_int_equal(m->protocol, IPC_PROTOCOL);
	f->slots = m->slots;
}

static const struct msg_rule from_fetch[] = {
	{ MSG_HELLO, &msg_hello_desc, 0, on_hello },
	{ MSG_FETCHED, &msg_fetched_desc, 1, on_fetched },
	{ MSG_FETCH_FAILED, &msg_fetched_desc, 0, on_failed },
};

static void
send_fetch(struct fixture *f, const char *url, const char *sha256,
    int64_t size, int64_t most)
{
	struct msg_fetch m = { .id = 77, .url = mem_strdup(url), .size = size,
	    .size_most = most };

	assert_int_equal(str_copy(m.sha256, sizeof(m.sha256), sha256), 0);
	channel_send(f->fetch.channel, MSG_FETCH, &msg_fetch_desc, &m, NULL,
	    0);
	free(m.url);
}

static enum fetch_status
fetch(struct fixture *f, const char *path, const char *sha256, int64_t size)
{
	char	*url = mem_printf("%s/files%s", loopback_url(f->server), path);

	send_fetch(f, url, sha256, size, 1 << 20);
	f->waiting = 1;
	loop_run(f->loop);
	free(url);
	assert_int_equal(f->got.id, 77);
	assert_true((f->fd != -1) == (f->got.status == FETCH_OK));
	assert_true((f->got.why == NULL) == (f->got.status == FETCH_OK));
	return f->got.status;
}

static int
open_fixture(void **state)
{
	struct fixture *f = mem_alloc(sizeof(*f));
	struct digest *d = digest_new();
	char	*conf;

	f->fd = -1;
	f->big = mem_array(BIG_BYTES, 1);
	digest_add(d, BODY, BODY_LEN);
	digest_end(d, f->sha256, f->blake2b);
	digest_free(d);
	sha256_hex(f->big, BIG_BYTES, f->big_sha256);
	f->loop = loop_new();
	f->server = loopback_new(loop_base(f->loop), serve, f);
	conf = mem_printf("pypi {\n\tfiles-url = \"%s/files\"\n}\n"
	    "limits {\n\tartefact-bytes = \"2MiB\"\n"
	    "\tfetch-connections = \"3\"\n}\n"
	    "daemon {\n\tsandbox-required = \"no\"\n}\n",
	    loopback_url(f->server));
	process_start(&f->fetch, f->loop, "pypiwatch-fetch", conf, from_fetch,
	    ARRAY_LEN(from_fetch), f);
	free(conf);
	*state = f;
	return 0;
}

static int
close_fixture(void **state)
{
	struct fixture *f = *state;
	int status = process_end(&f->fetch);

	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	loopback_free(f->server);
	loop_free(f->loop);
	free(f->got.why);
	if (f->fd != -1)
		close(f->fd);
	free(f->big);
	free(f);
	return 0;
}

static void
whole_files(void **state)
{
	struct fixture *f = *state;
	struct mapping map;
	char	 empty[65];

	assert_int_equal(fetch(f, "/good", f->sha256, BODY_LEN), FETCH_OK);
	assert_int_equal(mapping_open(&map, f->fd, 1 << 20), 0);
	assert_int_equal(map.size, BODY_LEN);
	assert_memory_equal(map.data, BODY, BODY_LEN);
	mapping_close(&map);
	assert_int_equal(f->got.size, BODY_LEN);
	assert_string_equal(f->got.sha256, f->sha256);
	assert_int_equal(f->slots, 3);
	assert_int_equal(fetch(f, "/good", f->sha256, -1), FETCH_OK);
	assert_int_equal(fetch(f, "/gzip", f->sha256, -1), FETCH_OK);
	sha256_hex("", 0, empty);
	assert_int_equal(fetch(f, "/empty", empty, 0), FETCH_OK);
}

static void
lies(void **state)
{
	struct fixture *f = *state;
	char	wrong[65];

	memcpy(wrong, f->sha256, sizeof(wrong));
	wrong[0] = wrong[0] == '0' ? '1' : '0';
	assert_int_equal(fetch(f, "/good", wrong, BODY_LEN), FETCH_MISMATCH);
	assert_int_equal(fetch(f, "/good", f->sha256, BODY_LEN + 1),
	    FETCH_MISMATCH);
	assert_int_equal(fetch(f, "/good", f->sha256, BODY_LEN - 1),
	    FETCH_MISMATCH);
	assert_int_equal(fetch(f, "/good", f->sha256, 0), FETCH_MISMATCH);
}

static void
path_digest(void **state)
{
	struct fixture *f = *state;
	char	*path, out[65];

	path = mem_printf("/packages/%.2s/%.2s/%.60s/x.whl", f->blake2b,
	    f->blake2b + 2, f->blake2b + 4);
	assert_int_equal(fetch(f, path, f->sha256, BODY_LEN), FETCH_OK);
	transfer_url_digest(path, out);
	assert_string_equal(out, f->blake2b);
	path[10] = path[10] == 'a' ? 'b' : 'a';
	assert_int_equal(fetch(f, path, f->sha256, BODY_LEN), FETCH_MISMATCH);
	path[10] = 'A';		/* not of that form: not compared */
	assert_int_equal(fetch(f, path, f->sha256, BODY_LEN), FETCH_OK);
	transfer_url_digest(path, out);
	assert_string_equal(out, "");
	free(path);
}

static void
status_codes(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(fetch(f, "/404", f->sha256, -1), FETCH_GONE);
	assert_int_equal(f->got.http_status, 404);
	assert_int_equal(fetch(f, "/410", f->sha256, -1), FETCH_GONE);
	assert_int_equal(fetch(f, "/429", f->sha256, -1), FETCH_LATER);
	assert_int_equal(f->got.retry_after_s, 7);
	assert_int_equal(fetch(f, "/503", f->sha256, -1), FETCH_LATER);
	assert_int_equal(f->got.retry_after_s, -1);
	assert_int_equal(fetch(f, "/redirect", f->sha256, -1), FETCH_LATER);
}

static void
broken_transfers(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(fetch(f, "/truncated", f->sha256, -1), FETCH_LATER);
	assert_int_equal(fetch(f, "/reset", f->sha256, -1), FETCH_LATER);
	/* it goes on */
	assert_int_equal(fetch(f, "/good", f->sha256, -1), FETCH_OK);
}

static void
sizes(void **state)
{
	struct fixture *f = *state;

	/* announced, and not */
	assert_int_equal(fetch(f, "/big", f->big_sha256, BIG_BYTES),
	    FETCH_TOO_BIG);
	assert_int_equal(fetch(f, "/big", f->big_sha256, -1), FETCH_TOO_BIG);
	assert_int_equal(fetch(f, "/good", f->sha256, INT64_MAX),
	    FETCH_TOO_BIG);
}

static void
foreign_urls(void **state)
{
	struct fixture *f = *state;
	static const char *const paths[] = { "/filesystem/x", "/other/x",
		"/files/../other", "/files/%2e%2e/other", "/files", "" };
	char	*url;

	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		url = mem_printf("%s%s", loopback_url(f->server), paths[i]);
		send_fetch(f, url, f->sha256, -1, 0);
		f->waiting = 1;
		loop_run(f->loop);
		assert_int_equal(f->got.status, FETCH_REFUSED);
		free(url);
	}
	send_fetch(f, "https://files.pythonhosted.org/x", f->sha256, -1, 0);
	f->waiting = 1;
	loop_run(f->loop);
	assert_int_equal(f->got.status, FETCH_REFUSED);
	assert_int_equal(fetch(f, "/good", "", -1), FETCH_REFUSED);
}

static void
many_at_once(void **state)
{
	struct fixture *f = *state;
	char	*url = mem_printf("%s/files/good", loopback_url(f->server));

	for (int i = 0; i < 50; i++)
		send_fetch(f, url, f->sha256, -1, 0);
	f->waiting = 50;
	loop_run(f->loop);
	assert_int_equal(f->answers, 50);
	assert_int_equal(f->got.status, FETCH_OK);
	assert_true(loopback_most(f->server) <= 3);
	free(url);
}

/* A host that goes silent does not keep it from ending. */
static void
ends_with_its_channel(void **state)
{
	struct fixture *f = *state;
	char	*url = mem_printf("%s/files/silent", loopback_url(f->server));

	send_fetch(f, url, f->sha256, -1, 0);
	assert_int_equal(fetch(f, "/good", f->sha256, -1), FETCH_OK);
	free(url);
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, open_fixture, close_fixture)
	const struct CMUnitTest tests[] = {
		CASE(whole_files),
		CASE(lies),
		CASE(path_digest),
		CASE(status_codes),
		CASE(broken_transfers),
		CASE(sizes),
		CASE(foreign_urls),
		CASE(many_at_once),
		CASE(ends_with_its_channel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

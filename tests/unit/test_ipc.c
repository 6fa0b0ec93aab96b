/* SPDX-License-Identifier: Apache-2.0 */
/* ipc: messages and descriptors arrive in order; bad ones close the channel. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/ipc.h"
#include "base/limits.h"
#include "base/loop.h"
#include "base/mem.h"
#include "data/messages.h"

struct side {
	struct loop	*loop;
	struct channel	*ch;
	int		 got, fd;
	uint32_t	 last;
	char		 why[128];
	bool		 free_in_handler;
};

static void
on_kick(void *ctx, void *object, const int *fds)
{
	struct side		*s = ctx;
	struct msg_kick	*k = object;

	(void)fds;
	assert_true(s->got == 0 || k->index == s->last + 1);
	s->last = k->index;
	s->got++;
	if (s->free_in_handler) {
		channel_free(s->ch);
		s->ch = NULL;
		loop_stop(s->loop);
	} else if (k->why != NULL) {
		loop_stop(s->loop);
	}
}

static void
on_satellite(void *ctx, void *object, const int *fds)
{
	struct side *s = ctx;

	(void)object;
	s->fd = fds[0];
	loop_stop(s->loop);
}

static const struct msg_rule rules[] = {
	{ MSG_KICK, &msg_kick_desc, 0, on_kick },
	{ MSG_SATELLITE, &msg_satellite_desc, 1, on_satellite },
};

static void
on_closed(void *ctx, const char *why)
{
	struct side *s = ctx;

	snprintf(s->why, sizeof(s->why), "%s", why);
	loop_stop(s->loop);
}

static void
open_pair(struct side *s, int *other)
{
	int pair[2];

	*s = (struct side){ .loop = loop_new(), .fd = -1 };
	assert_int_equal(ipc_pair(pair), 0);
	s->ch = channel_new(s->loop, pair[0], rules, 2, on_closed, s);
	*other = pair[1];
}

static void
close_pair(struct side *s, int other)
{
	channel_free(s->ch);
	loop_free(s->loop);
	if (other != -1)
		close(other);
}

/* More than the socket holds: the rest waits and keeps its order. */
static void
keeps_order(void **state)
{
	struct side	 s, t = { 0 };
	struct buf	 filler = BUF_EMPTY;
	int		 other;

	(void)state;
	open_pair(&s, &other);
	t.loop = s.loop;
	t.ch = channel_new(s.loop, other, NULL, 0, on_closed, &t);
	for (int i = 0; i < 400; i++)
		buf_addc(&filler, 'x');
	for (uint32_t i = 1; i <= 1000; i++) {
		struct msg_kick k = { .role = filler.data, .index = i,
		    .why = i == 1000 ? filler.data : NULL };

		channel_send(t.ch, MSG_KICK, &msg_kick_desc, &k, NULL, 0);
	}
	loop_run(s.loop);
	assert_int_equal(s.got, 1000);
	channel_free(t.ch);
	close_pair(&s, -1);
	buf_release(&filler);
}

static void
passes_descriptors(void **state)
{
	struct side	 s, t = { 0 };
	int		 other, pipe_fds[2];
	char		 c = 0;

	(void)state;
	open_pair(&s, &other);
	t.loop = s.loop;
	t.ch = channel_new(s.loop, other, NULL, 0, on_closed, &t);
	assert_int_equal(pipe(pipe_fds), 0);
	channel_send(t.ch, MSG_SATELLITE, &msg_satellite_desc,
	    &(struct msg_satellite){ .role = NULL, .index = 1 }, pipe_fds + 1,
	    1);
	close(pipe_fds[1]);
	loop_run(s.loop);
	assert_int_not_equal(s.fd, -1);
	assert_int_equal(write(s.fd, "y", 1), 1);
	assert_int_equal(read(pipe_fds[0], &c, 1), 1);
	assert_int_equal(c, 'y');
	close(s.fd);
	close(pipe_fds[0]);
	channel_free(t.ch);
	close_pair(&s, -1);
}

static void
refuses_bad_messages(void **state)
{
	static const struct { const char *bytes; size_t len; const char *why; }
	    bad[] = {
		{ "x", 1, "without a type" },
		{ "\xff\xff", 2, "unknown type" },
		{ "\x15\0zz", 4, "damaged" },
		{ "\x0a\0", 2, "descriptors" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct side s;
		int other;

		open_pair(&s, &other);
		assert_int_equal(send(other, bad[i].bytes, bad[i].len, 0),
		    bad[i].len);
		loop_run(s.loop);
		assert_non_null(strstr(s.why, bad[i].why));
		assert_false(channel_open(s.ch));
		close_pair(&s, other);
	}
}

static void
sees_the_end(void **state)
{
	struct side s;
	int other;

	(void)state;
	open_pair(&s, &other);
	close(other);
	loop_run(s.loop);
	assert_string_equal(s.why, "the other end closed");
	close_pair(&s, -1);
}

static void
may_be_freed_in_a_handler(void **state)
{
	struct side s;
	int other;
	struct msg_kick k = { .index = 1 };

	(void)state;
	open_pair(&s, &other);
	s.free_in_handler = true;
	assert_int_equal(ipc_write(other, MSG_KICK, &msg_kick_desc, &k), 0);
	assert_int_equal(ipc_write(other, MSG_KICK, &msg_kick_desc, &k), 0);
	loop_run(s.loop);
	assert_int_equal(s.got, 1);
	close_pair(&s, other);
}

static void
reads_without_a_loop(void **state)
{
	struct msg_kick	k = { .index = 7 }, back;
	int		pair[2];

	(void)state;
	assert_int_equal(ipc_pair(pair), 0);
	assert_int_equal(ipc_write(pair[0], MSG_KICK, &msg_kick_desc, &k), 0);
	assert_int_equal(ipc_read(pair[1], MSG_KICK, &msg_kick_desc, &back), 1);
	assert_int_equal(back.index, 7);
	wire_release(&msg_kick_desc, &back);
	close(pair[0]);
	assert_int_equal(ipc_read(pair[1], MSG_KICK, &msg_kick_desc, &back), 0);
	close(pair[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_order),
		cmocka_unit_test(passes_descriptors),
		cmocka_unit_test(refuses_bad_messages),
		cmocka_unit_test(sees_the_end),
		cmocka_unit_test(may_be_freed_in_a_handler),
		cmocka_unit_test(reads_without_a_loop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

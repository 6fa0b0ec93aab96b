/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loop - one event loop a process: timers, descriptors, signals.
 * Takes: callbacks.  Gives: calls, in time.
 * Runs in: every process with a loop.
 */
#include "base/loop.h"

#include <event2/event.h>
#include <signal.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"

struct loop_signal {
	struct event		*event;
	void			(*call)(void *);
	void			*ctx;
	struct loop_signal	*next;
};

struct loop {
	struct event_base	*base;
	struct loop_signal	*signals;
};

struct timer {
	struct event	*event;
	void		(*call)(void *);
	void		*ctx;
};

struct watch {
	struct loop	*loop;
	struct event	*event;
	int		 fd;
	unsigned int	 want;
	void		(*call)(void *, unsigned int);
	void		*ctx;
};

struct loop *
loop_new(void)
{
	struct loop		*loop = mem_alloc(sizeof(*loop));
	struct event_config	*config = event_config_new();

	if (config == NULL ||
	    event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER) != 0)
		fatal("loop: libevent refuses its configuration");
	loop->base = event_base_new_with_config(config);
	event_config_free(config);
	if (loop->base == NULL)
		fatal("loop: libevent has no way to wait");
	/* A peer that went away is an error code of write, not our end. */
	signal(SIGPIPE, SIG_IGN);
	return loop;
}

void
loop_free(struct loop *loop)
{
	if (loop == NULL)
		return;
	while (loop->signals != NULL) {
		struct loop_signal *s = loop->signals;

		loop->signals = s->next;
		event_free(s->event);
		free(s);
	}
	event_base_free(loop->base);
	free(loop);
}

void
loop_run(struct loop *loop)
{
	if (event_base_loop(loop->base, EVLOOP_NO_EXIT_ON_EMPTY) == -1)
		fatal("loop: it does not run, or runs already");
}

void
loop_stop(struct loop *loop)
{
	event_base_loopexit(loop->base, NULL);
}

struct event_base *
loop_base(struct loop *loop)
{
	return loop->base;
}

static void
timer_fired(evutil_socket_t fd, short what, void *arg)
{
	struct timer *t = arg;

	(void)fd;
	(void)what;
	t->call(t->ctx);
}

struct timer *
timer_new(struct loop *loop, void (*call)(void *), void *ctx)
{
	struct timer *t = mem_alloc(sizeof(*t));

	t->call = call;
	t->ctx = ctx;
	t->event = event_new(loop->base, -1, 0, timer_fired, t);
	if (t->event == NULL)
		mem_exhausted(sizeof(*t));
	return t;
}

void
timer_free(struct timer *t)
{
	if (t == NULL)
		return;
	event_free(t->event);
	free(t);
}

void
timer_arm(struct timer *t, int64_t ms)
{
	struct timeval tv;

	if (ms < 0)
		ms = 0;
	tv.tv_sec = (time_t)(ms / 1000);
	tv.tv_usec = (suseconds_t)(ms % 1000 * 1000);
	event_add(t->event, &tv);
}

void
timer_disarm(struct timer *t)
{
	event_del(t->event);
}

bool
timer_armed(const struct timer *t)
{
	return event_pending(t->event, EV_TIMEOUT, NULL) != 0;
}

static void
watch_ready(evutil_socket_t fd, short what, void *arg)
{
	struct watch	*w = arg;
	unsigned int	 ready = 0;

	(void)fd;
	if (what & EV_READ)
		ready |= WATCH_READ;
	if (what & EV_WRITE)
		ready |= WATCH_WRITE;
	w->call(w->ctx, ready);
}

struct watch *
watch_new(struct loop *loop, int fd, void (*call)(void *, unsigned int),
    void *ctx)
{
	struct watch *w = mem_alloc(sizeof(*w));

	w->loop = loop;
	w->fd = fd;
	w->call = call;
	w->ctx = ctx;
	w->event = event_new(loop->base, fd, EV_PERSIST, watch_ready, w);
	if (w->event == NULL)
		mem_exhausted(sizeof(*w));
	return w;
}

void
watch_want(struct watch *w, unsigned int want)
{
	short what = EV_PERSIST;

	if (want == w->want)
		return;
	w->want = want;
	event_del(w->event);
	if (want == 0)
		return;
	if (want & WATCH_READ)
		what |= EV_READ;
	if (want & WATCH_WRITE)
		what |= EV_WRITE;
	event_assign(w->event, w->loop->base, w->fd, what, watch_ready, w);
	event_add(w->event, NULL);
}

void
watch_free(struct watch *w)
{
	if (w == NULL)
		return;
	event_free(w->event);
	free(w);
}

static void
signal_arrived(evutil_socket_t fd, short what, void *arg)
{
	struct loop_signal *s = arg;

	(void)fd;
	(void)what;
	s->call(s->ctx);
}

void
loop_signal(struct loop *loop, int signo, void (*call)(void *), void *ctx)
{
	struct loop_signal *s = mem_alloc(sizeof(*s));

	s->call = call;
	s->ctx = ctx;
	s->event = evsignal_new(loop->base, signo, signal_arrived, s);
	if (s->event == NULL || event_add(s->event, NULL) != 0)
		fatal("loop: cannot listen for signal %d", signo);
	s->next = loop->signals;
	loop->signals = s;
}

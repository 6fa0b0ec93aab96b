/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_LOOP_H
#define BASE_LOOP_H

/*
 * loop - one event loop a process: timers, descriptors, signals.
 *
 * A thin cover over libevent, so that only this folder knows it.  Callbacks
 * run on the loop's only thread.  Every object is freed by its owner before
 * the loop is.
 */
#include <stdbool.h>
#include <stdint.h>

struct loop;
struct timer;
struct watch;
struct event_base;

struct loop *loop_new(void);
void	loop_free(struct loop *);
void	loop_run(struct loop *);	/* until loop_stop; not from a
					   callback */
void	loop_stop(struct loop *);
/* For base/http.c and web/, which hand the base to libevent themselves. */
struct event_base *loop_base(struct loop *);

/* One-shot timer.  Arming an armed timer moves it. */
struct timer *timer_new(struct loop *, void (*)(void *ctx), void *ctx);
void	timer_free(struct timer *);
void	timer_arm(struct timer *, int64_t ms);
void	timer_disarm(struct timer *);
bool	timer_armed(const struct timer *);

enum { WATCH_READ = 1, WATCH_WRITE = 2 };
/* Calls back while the descriptor is ready; the descriptor stays yours. */
struct watch *watch_new(struct loop *, int fd,
    void (*)(void *ctx, unsigned int ready), void *ctx);
void	watch_want(struct watch *, unsigned int what);	/* 0: rest */
void	watch_free(struct watch *);

/* `signo` is delivered as an ordinary callback.  Freed with the loop. */
void	loop_signal(struct loop *, int signo, void (*)(void *ctx), void *ctx);

#endif

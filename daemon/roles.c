/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roles - the processes of one host: started, watched, started again.
 * Takes: the config.  Gives: running processes, and their channels to queue.
 * Runs in: pypiwatchd.
 *
 *	WAITING --queue runs--> RUNNING --ended--> RESTING --back-off--> WAITING
 */
#include "roles.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/ipc.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/str.h"
#include "base/vis.h"
#include "data/messages.h"

#define BACKOFF_LEAST_MS 100
#define HEALTHY_MS 60000
#define DEGRADED_ENDS 5
#define DEGRADED_MS 300000
#define KILL_AFTER_MS 3000	/* between SIGTERM and SIGKILL */
#define WELL_AFTER_MS 10000	/* rules compile in less; the next one starts */

enum role_state { ROLE_WAITING, ROLE_RUNNING, ROLE_RESTING };

struct role {
	struct roles	*all;
	const char	*name;		/* "poll" */
	uint32_t	 index;
	enum role_state	 state;
	pid_t		 pid;
	int64_t		 started_ms, backoff_ms;
	int64_t		 ends_ms[DEGRADED_ENDS];	/* a ring */
	unsigned int	 ends;
	bool		 degraded;
	struct timer	*timer, *recovery;
};

enum roles_phase { ROLES_IDLE, ROLES_UP, ROLES_REPLACING, ROLES_STOPPING };

struct roles {
	struct loop		*loop;
	struct roles_owner	 owner;
	const struct config	*config;
	int			 config_fd;
	enum roles_phase	 phase;
	struct role		*list;	/* the first is queue */
	size_t			 n;
	struct channel		*queue;
	struct timer		*deadline;	/* of draining, of ending, of a
						   queue told to end */
	bool			 term_sent;

	/* After a replacement they start one after the other: the next when
	 * the one before it is well, or has had its time. */
	bool			 one_by_one;
	struct role		*awaited;
	struct timer		*patience;
	bool			 queue_ready;	/* said, not yet passed on */
};

static void role_start(struct role *);
static void on_deadline(void *);
static void next_start(struct roles *);

static bool
is_queue(const struct role *r)
{
	return r == r->all->list;
}

static bool
queue_runs(const struct roles *all)
{
	return all->n > 0 && all->list[0].state == ROLE_RUNNING &&
	    all->queue != NULL;
}

/* ---- queue's words ------------------------------------------------------ */

/* Once queue has its database, and nobody waits for his turn to start. */
static void
ready_tell(struct roles *all)
{
	if (all->phase != ROLES_UP || all->one_by_one || !all->queue_ready)
		return;
	all->queue_ready = false;
	all->owner.ready(all->owner.ctx);
}

static void
role_is_well(struct role *r)
{
	if (r->all->one_by_one && r->all->awaited == r)
		next_start(r->all);
}

static void
on_queue_ready(void *ctx, void *object, const int *fds)
{
	struct roles *all = ctx;

	(void)object;
	(void)fds;
	all->queue_ready = true;
	role_is_well(&all->list[0]);
	ready_tell(all);
}

static void
on_greeted(void *ctx, void *object, const int *fds)
{
	struct roles			*all = ctx;
	const struct msg_satellite	*m = object;

	(void)fds;
	for (size_t i = 1; i < all->n; i++)
		if (all->list[i].state == ROLE_RUNNING &&
		    all->list[i].pid == m->pid)
			role_is_well(&all->list[i]);
}

static void
on_kick(void *ctx, void *object, const int *fds)
{
	struct roles		*all = ctx;
	const struct msg_kick	*kick = object;

	(void)fds;
	for (size_t i = 1; i < all->n; i++) {
		struct role *r = &all->list[i];

		if (r->state != ROLE_RUNNING || r->index != kick->index ||
		    !str_equal(r->name, kick->role))
			continue;
		log_warn("role=%s index=%u kicked why=%s", r->name, r->index,
		    vis(kick->why));
		kill(r->pid, SIGKILL);
	}
}

static const struct msg_rule from_queue[] = {
	{ MSG_QUEUE_READY, NULL, 0, on_queue_ready },
	{ MSG_KICK, &msg_kick_desc, 0, on_kick },
	{ MSG_GREETED, &msg_satellite_desc, 0, on_greeted },
};

/* Queue is about to end, or broke the protocol: it cannot go on either way,
 * and might not listen to a signal that it may ignore. */
static void
on_queue_closed(void *ctx, const char *why)
{
	struct roles *all = ctx;

	log_debug("role=queue channel=closed why=%s", why);
	channel_free(all->queue);
	all->queue = NULL;
	if (all->list[0].state == ROLE_RUNNING && all->phase == ROLES_UP) {
		kill(all->list[0].pid, SIGTERM);
		timer_arm(all->deadline, KILL_AFTER_MS);
	}
}

/* ---- starting ----------------------------------------------------------- */

/* The pid, with our end of its channel in *mine; or -1. */
static pid_t
role_spawn(struct role *r, int *mine)
{
	char	*name = mem_printf("pypiwatch-%s", r->name);
	char	*path = proc_sibling(name);
	char	*argv[] = { name, (char *)(uintptr_t)"--role", NULL };
	int	 pair[2], fds[2];
	pid_t	 pid = -1;

	if (ipc_pair(pair) == 0) {
		fds[0] = pair[1];
		fds[1] = r->all->config_fd;
		pid = proc_spawn(path, argv, fds, 2);
		close(pair[1]);
		*mine = pair[0];
		if (pid == -1)
			close(pair[0]);
	}
	if (pid == -1)
		log_error("role=%s cannot be started: %s", r->name,
		    strerror(errno));
	free(path);
	free(name);
	return pid;
}

static void
satellite_announce(const struct role *r, int fd)
{
	struct msg_satellite m = { .role = (char *)(uintptr_t)r->name,
	    .index = r->index, .pid = r->pid };

	channel_send(r->all->queue, MSG_SATELLITE, &msg_satellite_desc, &m,
	    &fd, 1);
	close(fd);
}

/* To queue, which makes an alert of it; to a new one, again. */
static void
degraded_send(const struct role *r)
{
	struct msg_degraded m = { .role = (char *)(uintptr_t)r->name,
	    .index = r->index, .over = !r->degraded };

	if (!queue_runs(r->all))
		return;
	m.why = mem_printf("ended %d times in %d s", DEGRADED_ENDS,
	    DEGRADED_MS / 1000);
	channel_send(r->all->queue, MSG_DEGRADED, &msg_degraded_desc, &m, NULL,
	    0);
	free(m.why);
}

static void
satellites_start(struct roles *all)
{
	for (size_t i = 1; i < all->n && !all->one_by_one; i++)
		if (all->list[i].state == ROLE_WAITING)
			role_start(&all->list[i]);
}

static void
await(struct role *r)
{
	r->all->awaited = r;
	timer_arm(r->all->patience, WELL_AFTER_MS);
}

/* The next of those that have not been started yet; else all are. */
static void
next_start(struct roles *all)
{
	size_t i = 1;

	timer_disarm(all->patience);
	if (!all->one_by_one || !queue_runs(all))
		return;
	while (i < all->n && all->list[i].state != ROLE_WAITING)
		i++;
	if (i < all->n) {
		await(&all->list[i]);
		role_start(&all->list[i]);
		return;
	}
	all->one_by_one = false;
	all->awaited = NULL;
	log_info("all roles have the new config");
	ready_tell(all);
}

static void
on_patience(void *ctx)
{
	struct roles *all = ctx;

	log_warn("role=%s index=%u is slow to come up, going on",
	    all->awaited->name, all->awaited->index);
	next_start(all);
}

static void
role_rest(struct role *r, int64_t ms)
{
	r->state = ROLE_RESTING;
	timer_arm(r->timer, ms);
}

static int64_t
pause_most_ms(const struct roles *all)
{
	return all->config->daemon.restart_pause_s * 1000;
}

static void
role_start(struct role *r)
{
	struct roles	*all = r->all;
	int		 mine;

	if (all->phase != ROLES_UP || (!is_queue(r) && !queue_runs(all))) {
		r->state = ROLE_WAITING;
		return;
	}
	r->pid = role_spawn(r, &mine);
	if (r->pid == -1) {
		role_rest(r, pause_most_ms(all));
		role_is_well(r);	/* the others need not wait */
		return;
	}
	r->state = ROLE_RUNNING;
	r->started_ms = clock_mono_ms();
	log_info("role=%s index=%u pid=%d started", r->name, r->index,
	    (int)r->pid);
	if (!is_queue(r)) {
		satellite_announce(r, mine);
		return;
	}
	all->queue = channel_new(all->loop, mine, from_queue,
	    ARRAY_LEN(from_queue), on_queue_closed, all);
	for (size_t i = 0; i < all->n; i++)
		if (all->list[i].degraded)
			degraded_send(&all->list[i]);
	if (all->one_by_one)
		await(r);
	satellites_start(all);
}

static void
on_rested(void *ctx)
{
	role_start(ctx);
}

/* ---- health ------------------------------------------------------------- */

static int64_t
recovered_after_ms(const struct roles *all)
{
	return all->config->daemon.recovered_after_s * 1000;
}

/* So long without an end of its own; but it must be there at all. */
static void
on_recovered(void *ctx)
{
	struct role *r = ctx;

	if (r->state != ROLE_RUNNING) {
		timer_arm(r->recovery, pause_most_ms(r->all));
		return;
	}
	r->degraded = false;
	r->ends = 0;
	log_info("role=%s index=%u recovered", r->name, r->index);
	degraded_send(r);
}

/* Notes an end; true when it was the fifth within five minutes. */
static bool
note_end(struct role *r, int64_t now)
{
	r->ends_ms[r->ends++ % DEGRADED_ENDS] = now;
	return r->ends >= DEGRADED_ENDS &&
	    now - r->ends_ms[r->ends % DEGRADED_ENDS] < DEGRADED_MS;
}

static void
health_end(struct role *r, int64_t now)
{
	if (note_end(r, now) && !r->degraded) {
		r->degraded = true;
		log_error("role=%s index=%u degraded: ended %d times in %d s",
		    r->name, r->index, DEGRADED_ENDS, DEGRADED_MS / 1000);
		degraded_send(r);
	}
	if (r->degraded)
		timer_arm(r->recovery, recovered_after_ms(r->all));
}

/* ---- the list ----------------------------------------------------------- */

static void
role_add(struct roles *all, const char *name, int64_t count)
{
	for (int64_t i = 0; i < count; i++) {
		all->list = mem_grow(all->list, all->n + 1,
		    sizeof(*all->list));
		all->list[all->n++] = (struct role){ .all = all, .name = name,
		    .index = (uint32_t)i, .backoff_ms = BACKOFF_LEAST_MS };
	}
}

static void
list_free(struct role *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		timer_free(list[i].timer);
		timer_free(list[i].recovery);
	}
	free(list);
}

/* A new config is no proof of health. */
static void
health_inherit(struct role *r, const struct role *old, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (old[i].index != r->index ||
		    !str_equal(old[i].name, r->name))
			continue;
		memcpy(r->ends_ms, old[i].ends_ms, sizeof(r->ends_ms));
		r->ends = old[i].ends;
		r->degraded = old[i].degraded;
		if (r->degraded)
			timer_arm(r->recovery, recovered_after_ms(r->all));
	}
}

/* A package of its own in some distributions. */
static bool
web_installed(void)
{
	char	*path = proc_sibling("pypiwatch-web");
	bool	 found = access(path, X_OK) == 0;

	if (!found)
		log_warn("web.enabled, but %s: %s", path, strerror(errno));
	free(path);
	return found;
}

static void
list_fill(struct roles *all)
{
	const struct config *c = all->config;
	struct role	*old = all->list;
	size_t		 nold = all->n;

	all->list = NULL;
	all->n = 0;
	role_add(all, "queue", 1);
	role_add(all, "poll", c->roles.poll ? 1 : 0);
	role_add(all, "fetch", c->roles.inspect ? 1 : 0);
	role_add(all, "worker", c->roles.inspect ? c->workers.count : 0);
	role_add(all, "alert", c->roles.alert ? 1 : 0);
	role_add(all, "web", all->config->web.enabled && web_installed() ? 1 :
	    0);
	for (size_t i = 0; i < all->n; i++) {
		struct role *r = &all->list[i];

		r->timer = timer_new(all->loop, on_rested, r);
		r->recovery = timer_new(all->loop, on_recovered, r);
		health_inherit(r, old, nold);
	}
	list_free(old, nold);
}

static void
all_up(struct roles *all)
{
	all->phase = ROLES_UP;
	all->term_sent = false;
	list_fill(all);
	role_start(&all->list[0]);
}

/* ---- ending ------------------------------------------------------------- */

static size_t
running_count(const struct roles *all)
{
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++)
		n += all->list[i].state == ROLE_RUNNING;
	return n;
}

static void
signal_all(struct roles *all, int signo)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->list[i].state == ROLE_RUNNING)
			kill(all->list[i].pid, signo);
}

/* Everybody has ended: stop, or come up with the new config. */
static void
all_ended(struct roles *all)
{
	timer_disarm(all->deadline);
	if (all->phase == ROLES_REPLACING) {
		all->one_by_one = true;
		all_up(all);
		return;
	}
	all->phase = ROLES_IDLE;
	all->owner.stopped(all->owner.ctx);
}

/* Queue has ended, or had its time: the rest goes. */
static void
end_rest(struct roles *all)
{
	if (running_count(all) == 0) {
		all_ended(all);
		return;
	}
	signal_all(all, all->term_sent ? SIGKILL : SIGTERM);
	all->term_sent = true;
	timer_arm(all->deadline, KILL_AFTER_MS);
}

static void
on_deadline(void *ctx)
{
	struct roles *all = ctx;

	if (all->phase != ROLES_UP)
		end_rest(all);
	else if (all->list[0].state == ROLE_RUNNING && all->queue == NULL)
		kill(all->list[0].pid, SIGKILL);
}

static void
all_down(struct roles *all, enum roles_phase phase, int64_t drain_ms)
{
	all->phase = phase;
	all->one_by_one = false;
	all->awaited = NULL;
	timer_disarm(all->patience);
	for (size_t i = 0; i < all->n; i++) {
		timer_disarm(all->list[i].timer);
		if (all->list[i].state == ROLE_RESTING)
			all->list[i].state = ROLE_WAITING;
	}
	if (queue_runs(all)) {
		channel_send(all->queue, MSG_DRAIN, NULL, NULL, NULL, 0);
		timer_arm(all->deadline, drain_ms);
	} else {
		end_rest(all);
	}
}

static void
role_back_off(struct role *r)
{
	int64_t now = clock_mono_ms();

	if (now - r->started_ms >= HEALTHY_MS)
		r->backoff_ms = BACKOFF_LEAST_MS;
	health_end(r, now);
	role_rest(r, r->backoff_ms);
	r->backoff_ms *= 2;
	if (r->backoff_ms > pause_most_ms(r->all))
		r->backoff_ms = pause_most_ms(r->all);
}

static void
log_end(const struct role *r, int status)
{
	if (WIFSIGNALED(status))
		log_warn("role=%s index=%u pid=%d killed signal=%d", r->name,
		    r->index, (int)r->pid, WTERMSIG(status));
	else if (WEXITSTATUS(status) != 0)
		log_warn("role=%s index=%u pid=%d exited status=%d", r->name,
		    r->index, (int)r->pid, WEXITSTATUS(status));
	else
		log_info("role=%s index=%u pid=%d ended", r->name, r->index,
		    (int)r->pid);
}

static void
role_ended(struct role *r, int status)
{
	struct roles	*all = r->all;
	bool		 with_queue = !is_queue(r) && !queue_runs(all);

	log_end(r, status);
	r->state = ROLE_WAITING;
	if (is_queue(r)) {
		channel_free(all->queue);
		all->queue = NULL;
		all->queue_ready = false;
		if (all->phase == ROLES_UP)
			timer_disarm(all->deadline);
	}
	if (all->phase != ROLES_UP) {
		if (is_queue(r) || running_count(all) == 0)
			end_rest(all);
		return;
	}
	/* It only followed queue, which is no fault of its own. */
	if (!with_queue) {
		role_back_off(r);
		role_is_well(r);	/* the others need not wait */
	}
}

void
roles_reap(struct roles *all, pid_t pid, int status)
{
	size_t i = 0;

	while (i < all->n && (all->list[i].pid != pid ||
	    all->list[i].state != ROLE_RUNNING))
		i++;
	if (i < all->n)
		role_ended(&all->list[i], status);
}

/* ---- the owner's side --------------------------------------------------- */

struct roles *
roles_new(struct loop *loop, const struct roles_owner *owner)
{
	struct roles *all = mem_alloc(sizeof(*all));

	all->loop = loop;
	all->owner = *owner;
	all->deadline = timer_new(loop, on_deadline, all);
	all->patience = timer_new(loop, on_patience, all);
	return all;
}

void
roles_free(struct roles *all)
{
	if (all == NULL)
		return;
	list_free(all->list, all->n);
	channel_free(all->queue);
	timer_free(all->deadline);
	timer_free(all->patience);
	free(all);
}

void
roles_start(struct roles *all, const struct config *config, int config_fd)
{
	all->config = config;
	all->config_fd = config_fd;
	all_up(all);
}

void
roles_replace(struct roles *all, const struct config *config, int config_fd)
{
	all->config = config;
	all->config_fd = config_fd;
	all_down(all, ROLES_REPLACING, config->daemon.drain_s * 1000);
}

void
roles_stop(struct roles *all, int drain_s)
{
	all_down(all, ROLES_STOPPING, (int64_t)drain_s * 1000);
}

void
roles_debug(struct roles *all)
{
	signal_all(all, SIGUSR1);
}

bool
roles_alive(const struct roles *all)
{
	return all->phase != ROLES_UP || all->list[0].state != ROLE_WAITING;
}

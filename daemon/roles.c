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
#define BACKOFF_MOST_MS 30000
#define HEALTHY_MS 60000
#define DEGRADED_ENDS 5
#define DEGRADED_MS 300000
#define KILL_AFTER_MS 3000	/* between SIGTERM and SIGKILL */

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
	struct timer	*timer;
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
	struct timer		*deadline;	/* of draining, of ending */
	bool			 term_sent;
};

static void role_start(struct role *);
static void on_deadline(void *);

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

static void
on_queue_ready(void *ctx, void *object, const int *fds)
{
	struct roles *all = ctx;

	(void)object;
	(void)fds;
	if (all->phase == ROLES_UP)
		all->owner.ready(all->owner.ctx);
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
};

/* Queue is about to end, or broke the protocol: it cannot go on either way. */
static void
on_queue_closed(void *ctx, const char *why)
{
	struct roles *all = ctx;

	log_debug("role=queue channel=closed why=%s", why);
	channel_free(all->queue);
	all->queue = NULL;
	if (all->list[0].state == ROLE_RUNNING && all->phase == ROLES_UP)
		kill(all->list[0].pid, SIGTERM);
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

static void
satellites_start(struct roles *all)
{
	for (size_t i = 1; i < all->n; i++)
		if (all->list[i].state == ROLE_WAITING)
			role_start(&all->list[i]);
}

static void
role_rest(struct role *r, int64_t ms)
{
	r->state = ROLE_RESTING;
	timer_arm(r->timer, ms);
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
		role_rest(r, BACKOFF_MOST_MS);
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
	satellites_start(all);
}

static void
on_rested(void *ctx)
{
	role_start(ctx);
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
list_clear(struct roles *all)
{
	for (size_t i = 0; i < all->n; i++)
		timer_free(all->list[i].timer);
	free(all->list);
	all->list = NULL;
	all->n = 0;
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
	list_clear(all);
	role_add(all, "queue", 1);
	role_add(all, "poll", 1);
	role_add(all, "fetch", 1);
	role_add(all, "worker", all->config->workers.count);
	role_add(all, "alert", 1);
	role_add(all, "web", all->config->web.enabled && web_installed() ? 1 :
	    0);
	for (size_t i = 0; i < all->n; i++)
		all->list[i].timer = timer_new(all->loop, on_rested,
		    &all->list[i]);
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
	end_rest(ctx);
}

static void
all_down(struct roles *all, enum roles_phase phase, int64_t drain_ms)
{
	all->phase = phase;
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

/* Notes an end; true when it was the fifth within five minutes. */
static bool
note_end(struct role *r, int64_t now)
{
	int64_t oldest = r->ends_ms[r->ends % DEGRADED_ENDS];

	r->ends_ms[r->ends++ % DEGRADED_ENDS] = now;
	return r->ends >= DEGRADED_ENDS && now - oldest < DEGRADED_MS;
}

static void
role_back_off(struct role *r)
{
	int64_t now = clock_mono_ms();

	if (now - r->started_ms >= HEALTHY_MS) {
		r->backoff_ms = BACKOFF_LEAST_MS;
		r->degraded = false;
	}
	if (note_end(r, now) && !r->degraded) {
		r->degraded = true;
		log_error("role=%s index=%u degraded: ended %d times in %d s",
		    r->name, r->index, DEGRADED_ENDS, DEGRADED_MS / 1000);
	}
	role_rest(r, r->backoff_ms);
	r->backoff_ms *= 2;
	if (r->backoff_ms > BACKOFF_MOST_MS)
		r->backoff_ms = BACKOFF_MOST_MS;
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
	if (is_queue(r) && all->queue != NULL) {
		channel_free(all->queue);
		all->queue = NULL;
	}
	if (all->phase != ROLES_UP) {
		if (is_queue(r) || running_count(all) == 0)
			end_rest(all);
		return;
	}
	/* It only followed queue, which is no fault of its own. */
	if (!with_queue)
		role_back_off(r);
}

void
roles_reap(struct roles *all)
{
	pid_t	pid;
	int	status;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		size_t i = 0;

		while (i < all->n && (all->list[i].pid != pid ||
		    all->list[i].state != ROLE_RUNNING))
			i++;
		if (i < all->n)
			role_ended(&all->list[i], status);
	}
}

/* ---- the owner's side --------------------------------------------------- */

struct roles *
roles_new(struct loop *loop, const struct roles_owner *owner)
{
	struct roles *all = mem_alloc(sizeof(*all));

	all->loop = loop;
	all->owner = *owner;
	all->deadline = timer_new(loop, on_deadline, all);
	return all;
}

void
roles_free(struct roles *all)
{
	if (all == NULL)
		return;
	list_clear(all);
	channel_free(all->queue);
	timer_free(all->deadline);
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

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_ROLES_H
#define DAEMON_ROLES_H

/*
 * roles - the processes of one host: started, watched, started again.
 *
 * Queue is the centre.  A satellite gets one end of a fresh socket pair, queue
 * the other.  When queue ends, every satellite sees its channel close and ends
 * too; all start again together.  A role that ends is restarted after 0.1 s
 * doubling to 30 s, which is forgotten after 60 s of health; nobody is given
 * up.  Five ends of one role within 300 s make it degraded, until it has run
 * for daemon.recovered-after without one: queue is told, which tells people.
 */
#include <stdbool.h>
#include <sys/types.h>

struct config;
struct loop;
struct roles;

struct roles_owner {
	void	(*ready)(void *ctx);	/* queue has its database */
	void	(*stopped)(void *ctx);	/* after roles_stop: all have ended */
	void	*ctx;
};

/* `config` is borrowed; config_fd (sealed) goes to every role. */
struct roles *roles_new(struct loop *, const struct roles_owner *);
void	roles_free(struct roles *);
void	roles_start(struct roles *, const struct config *, int config_fd);
/*
 * With a new config.  Queue drains and ends, and the rest with it; then they
 * start strictly one after the other, each when the one before it is well.
 * Never two queues or two polls at a time.
 */
void	roles_replace(struct roles *, const struct config *, int config_fd);
/* Queue drains, then everybody ends; killed after `drain_s`. */
void	roles_stop(struct roles *, int drain_s);
/* A child that ended. */
void	roles_reap(struct roles *, pid_t, int status);
/* Debug messages on or off, in every role. */
void	roles_debug(struct roles *);
/* Queue runs or is about to be started again: for the watchdog. */
bool	roles_alive(const struct roles *);

#endif

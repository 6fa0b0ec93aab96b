/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_TRIAL_H
#define DAEMON_TRIAL_H

/*
 * trial - can the roles start with a new config?  What it names (weights,
 * lists of names, rules) is read by the roles, so they are asked: each is
 * started with --check, beside the ones that run, and only exits.
 */
#include <stdbool.h>
#include <sys/types.h>

struct config;
struct loop;
struct trial;

/* `done` is called once, from the loop; the owner then calls trial_free.
 * Earlier, trial_free ends what runs. */
struct trial *trial_new(struct loop *, const struct config *, int config_fd,
    void (*done)(void *ctx, bool good), void *ctx);
void	trial_free(struct trial *);
/* An ended child; false when it is none of ours.  NULL has none. */
bool	trial_reap(struct trial *, pid_t, int status);

#endif

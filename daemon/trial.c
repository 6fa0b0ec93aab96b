/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trial - can the roles start with a new config?
 * Takes: a config that parsed.  Gives: yes or no; the roles say why in the log.
 * Runs in: pypiwatchd.
 */
#include "trial.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/config.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/str.h"

#define TRIAL_MS 60000	/* thousands of rules compile in a second */

static const char *const programs[] = { "pypiwatch-queue",
	"pypiwatch-worker" };

struct trial {
	void		(*done)(void *, bool);
	void		*ctx;
	struct timer	*end;		/* too long, or over */
	pid_t		 pids[ARRAY_LEN(programs)];	/* 0: not running */
	bool		 good;
};

static pid_t
check_spawn(const char *program, int config_fd)
{
	char	*path = proc_sibling(program);
	char	*argv[] = { (char *)(uintptr_t)program,
	    (char *)(uintptr_t)"--check", NULL };
	/* The place of the channel is taken, by nothing of use. */
	int	 fds[2] = { config_fd, config_fd };
	pid_t	 pid = proc_spawn(path, argv, fds, 2);

	if (pid == -1)
		log_error("%s cannot be started: %s", path, strerror(errno));
	free(path);
	return pid;
}

static void
trial_kill(struct trial *t)
{
	for (size_t i = 0; i < ARRAY_LEN(t->pids); i++)
		if (t->pids[i] > 0)
			kill(t->pids[i], SIGKILL);
}

static bool
is_over(const struct trial *t)
{
	for (size_t i = 0; i < ARRAY_LEN(t->pids); i++)
		if (t->pids[i] > 0)
			return false;
	return true;
}

static void
on_end(void *ctx)
{
	struct trial *t = ctx;

	if (is_over(t)) {
		t->done(t->ctx, t->good);
		return;
	}
	log_error("the new config is not checked within %d s",
	    TRIAL_MS / 1000);
	t->good = false;
	trial_kill(t);
}

struct trial *
trial_new(struct loop *loop, const struct config *c, int config_fd,
    void (*done)(void *, bool), void *ctx)
{
	struct trial *t = mem_alloc(sizeof(*t));

	t->done = done;
	t->ctx = ctx;
	t->good = true;
	t->end = timer_new(loop, on_end, t);
	for (size_t i = 0; i < ARRAY_LEN(programs); i++) {
		if (str_equal(programs[i], "pypiwatch-worker") &&
		    !c->roles.inspect)
			continue;
		t->pids[i] = check_spawn(programs[i], config_fd);
		t->good = t->good && t->pids[i] != -1;
	}
	timer_arm(t->end, is_over(t) ? 0 : TRIAL_MS);
	return t;
}

void
trial_free(struct trial *t)
{
	if (t == NULL)
		return;
	trial_kill(t);
	timer_free(t->end);
	free(t);
}

bool
trial_reap(struct trial *t, pid_t pid, int status)
{
	for (size_t i = 0; t != NULL && i < ARRAY_LEN(t->pids); i++) {
		if (t->pids[i] != pid)
			continue;
		t->pids[i] = 0;
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
			log_error("%s cannot start with the new config",
			    programs[i]);
			t->good = false;
		}
		if (is_over(t))
			timer_arm(t->end, 0);
		return true;
	}
	return false;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan_worker - the workers of `pypiwatch scan`.
 * Takes: items with sealed memfds.  Gives: features, in the same order.
 * Runs in: the command, which parses no byte of a package itself.
 *
 * The command plays queue towards pypiwatch-worker: hello, targets, inspect.
 * A worker is started when there is work that no other is free for.
 *
 *	STARTING --hello--> IDLE <--inspected-- BUSY;  any --closed--> GONE
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"
#include "scan.h"

#include "base/ipc.h"
#include "base/limits.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/memfd.h"
#include "base/proc.h"
#include "base/str.h"
#include "base/vis.h"
#include "data/messages.h"

/* Finished items that wait for an earlier one are kept in memory. */
#define AHEAD_MAX 16
/* Beyond the worker's own limit for a child: then the worker is stuck. */
#define PATIENCE_MS 30000
#define START_MS 120000		/* rules are compiled under valgrind too */

struct job {
	TAILQ_ENTRY(job) link;
	struct scan_item *item;
	struct features	 features;
	bool		 started, done;
	int64_t		 id;
};

enum worker_state { WORKER_STARTING, WORKER_IDLE, WORKER_BUSY, WORKER_GONE };

struct worker {
	struct scanner	*scanner;
	enum worker_state state;
	pid_t		 pid;
	struct channel	*channel;
	struct timer	*patience;
	struct job	*job;
	int		 reply;		/* our end of the child's socket */
	bool		 stuck;
};

struct scanner {
	struct scanner_settings set;
	TAILQ_HEAD(, job) jobs;
	size_t		 njobs;
	int64_t		 next_id;
	struct worker	*workers;
	size_t		 nworkers;
	char		*program;
	unsigned int	 failed_starts;
	bool		 hopeless;
};

static void
job_fail(struct job *j, const char *why)
{
	features_release(&j->features);
	j->features.outcome = SCAN_UNSCANNABLE;
	j->features.why = mem_strdup(why);
	j->done = true;
}

/* ---- one worker ---------------------------------------------------------- */

static void
worker_stop(struct worker *w)
{
	if (w->channel != NULL)
		channel_free(w->channel);
	timer_free(w->patience);
	if (w->reply != -1)
		close(w->reply);
	if (w->pid > 0) {
		kill(w->pid, SIGKILL);
		while (waitpid(w->pid, NULL, 0) == -1)
			if (errno != EINTR)
				break;
	}
	*w = (struct worker){ .scanner = w->scanner, .state = WORKER_GONE,
	    .reply = -1 };
}

static void
on_hello(void *ctx, void *object, const int *fds)
{
	struct worker *w = ctx;
	const struct msg_hello *m = object;
	int targets = w->scanner->set.targets_fd;

	(void)fds;
	if (m->protocol != IPC_PROTOCOL || w->state != WORKER_STARTING) {
		command_fail("pypiwatch-worker is of another version; install"
		    " both from one build");
		w->scanner->hopeless = true;
	} else {
		w->state = WORKER_IDLE;
		w->scanner->failed_starts = 0;
		channel_send(w->channel, MSG_TARGETS, NULL, NULL, &targets, 1);
	}
	timer_disarm(w->patience);
	loop_stop(w->scanner->set.loop);
}

static const char *
ending(const struct msg_inspected *m, char *out, size_t room)
{
	if (m->timed_out)
		snprintf(out, room, "looking into it took longer than"
		    " limits.child-cpu or limits.child-wall allows");
	else if (m->signal == SIGSYS)
		snprintf(out, room, "the child that looked into it tried a"
		    " forbidden system call");
	else if (m->signal != 0)
		snprintf(out, room, "the child that looked into it crashed"
		    " (signal %u)", m->signal);
	else
		snprintf(out, room, "the child that looked into it failed");
	return out;
}

/* Nothing came of it but how it ended, which may be what was meant. */
static void
job_lose(struct job *j, const struct msg_inspected *m)
{
	char why[160];

	job_fail(j, ending(m, why, sizeof(why)));
	features_end_early(&j->features, msg_inspected_rule(m), why);
	j->features.outcome = SCAN_UNSCANNABLE;
}

static void
on_inspected(void *ctx, void *object, const int *fds)
{
	struct worker	*w = ctx;
	struct job	*j = w->job;
	const struct msg_inspected *m = object;
	char		 why[160];
	bool		 answered;

	(void)fds;
	if (j == NULL || m->id != j->id)
		return;		/* of a job that was given up */
	timer_disarm(w->patience);
	answered = ipc_read(w->reply, REPLY_FEATURES, &features_desc,
	    &j->features) == 1;
	if (!m->clean && answered)
		features_end_early(&j->features, msg_inspected_rule(m),
		    ending(m, why, sizeof(why)));
	else if (!m->clean)
		job_lose(j, m);
	else if (!answered)
		job_fail(j, "the child that looked into it gave no answer");
	j->done = true;
	close(w->reply);
	w->reply = -1;
	w->job = NULL;
	w->state = WORKER_IDLE;
	loop_stop(w->scanner->set.loop);
}

static const struct msg_rule from_worker[] = {
	{ MSG_HELLO, &msg_hello_desc, 0, on_hello },
	{ MSG_INSPECTED, &msg_inspected_desc, 0, on_inspected },
};

/* The channel may not be freed here: worker_sweep does it. */
static void
worker_lost(struct worker *w)
{
	if (w->state == WORKER_STARTING && ++w->scanner->failed_starts >= 2)
		w->scanner->hopeless = true;
	if (w->job != NULL)
		job_fail(w->job, w->stuck ? "the worker did not answer" :
		    "the worker ended while it looked into it");
	w->job = NULL;
	w->state = WORKER_GONE;
	loop_stop(w->scanner->set.loop);
}

static void
on_closed(void *ctx, const char *why)
{
	(void)why;
	worker_lost(ctx);
}

static void
on_patience(void *ctx)
{
	struct worker *w = ctx;

	w->stuck = true;
	worker_lost(w);
}

static int
worker_start(struct worker *w)
{
	struct scanner	*s = w->scanner;
	char		 name[] = "pypiwatch-worker", role[] = "--role";
	char *const	 argv[] = { name, role, NULL };
	int		 pair[2], fds[2];

	if (ipc_pair(pair) == -1)
		return command_fail("cannot make a channel: %s",
		    strerror(errno));
	fds[0] = pair[1];
	fds[1] = memfd_of("config", s->set.config_text, s->set.config_len);
	w->pid = fds[1] == -1 ? -1 : proc_spawn(s->program, argv, fds, 2);
	close(pair[1]);
	if (fds[1] != -1)
		close(fds[1]);
	if (w->pid == -1) {
		close(pair[0]);
		return command_fail("cannot start %s: %s", s->program,
		    strerror(errno));
	}
	w->state = WORKER_STARTING;
	w->channel = channel_new(s->set.loop, pair[0], from_worker,
	    ARRAY_LEN(from_worker), on_closed, w);
	w->patience = timer_new(s->set.loop, on_patience, w);
	timer_arm(w->patience, START_MS);
	return COMMAND_OK;
}

/* Hands a job over; the child's end of the reply socket is closed here, so
 * that a child that ends without a word is an end of file. */
static void
worker_begin(struct worker *w, struct job *j)
{
	const struct scan_item *item = j->item;
	struct msg_inspect m = { .id = j->id, .project = item->project,
	    .version = item->version, .filename = item->filename,
	    .packagetype = item->packagetype,
	    .measure = w->scanner->set.measure };
	int pair[2], fds[2];

	j->started = true;
	if (ipc_pair(pair) == -1) {
		job_fail(j, strerror(errno));
		return;
	}
	fds[0] = item->fd;
	fds[1] = pair[1];
	channel_send(w->channel, MSG_INSPECT, &msg_inspect_desc, &m, fds, 2);
	close(pair[1]);
	w->reply = pair[0];
	w->job = j;
	w->state = WORKER_BUSY;
	timer_arm(w->patience, w->scanner->set.config->limits.child_wall_s *
	    1000 + PATIENCE_MS);
}

/* ---- all of them --------------------------------------------------------- */

struct scanner *
scanner_new(const struct scanner_settings *set)
{
	struct scanner *s = mem_alloc(sizeof(*s));

	s->set = *set;
	TAILQ_INIT(&s->jobs);
	s->program = proc_sibling("pypiwatch-worker");
	s->nworkers = (size_t)set->config->workers.count;
	s->workers = mem_array(s->nworkers, sizeof(*s->workers));
	for (size_t i = 0; i < s->nworkers; i++)
		s->workers[i] = (struct worker){ .scanner = s,
		    .state = WORKER_GONE, .reply = -1 };
	return s;
}

void
scanner_free(struct scanner *s)
{
	struct job *j;

	if (s == NULL)
		return;
	for (size_t i = 0; i < s->nworkers; i++)
		worker_stop(&s->workers[i]);
	while ((j = TAILQ_FIRST(&s->jobs)) != NULL) {
		TAILQ_REMOVE(&s->jobs, j, link);
		scan_item_free(j->item);
		features_release(&j->features);
		free(j);
	}
	free(s->workers);
	free(s->program);
	free(s);
}

static struct job *
next_job(struct scanner *s)
{
	struct job *j;

	TAILQ_FOREACH(j, &s->jobs, link)
		if (!j->started && !j->done)
			return j;
	return NULL;
}

static struct worker *
in_state(struct scanner *s, enum worker_state state)
{
	for (size_t i = 0; i < s->nworkers; i++)
		if (s->workers[i].state == state)
			return &s->workers[i];
	return NULL;
}

/* What is done, in order; was there any? */
static bool
give_out(struct scanner *s)
{
	struct job *j;
	bool any = false;

	while ((j = TAILQ_FIRST(&s->jobs)) != NULL && j->done) {
		TAILQ_REMOVE(&s->jobs, j, link);
		s->njobs--;
		s->set.done(s->set.ctx, j->item, &j->features);
		scan_item_free(j->item);
		free(j);
		any = true;
	}
	return any;
}

/* Work to idle workers, a new worker when all are busy.  -1: none to be had. */
static int
spread(struct scanner *s)
{
	struct job	*j;
	struct worker	*w;

	for (size_t i = 0; i < s->nworkers; i++)
		if (s->workers[i].state == WORKER_GONE)
			worker_stop(&s->workers[i]);
	while ((j = next_job(s)) != NULL) {
		if ((w = in_state(s, WORKER_IDLE)) != NULL)
			worker_begin(w, j);
		else if (s->hopeless || in_state(s, WORKER_STARTING) != NULL ||
		    (w = in_state(s, WORKER_GONE)) == NULL)
			break;
		else if (worker_start(w) != COMMAND_OK)
			s->hopeless = true;
	}
	if (!s->hopeless)
		return 0;
	command_fail("pypiwatch-worker does not start; its own message says"
	    " why (%s)", s->program);
	return -1;
}

/* Until fewer than `most` jobs are left.  Who takes what is done may run the
 * loop, to ask the database: a worker that became idle meanwhile would wake
 * nobody again, so work is spread once more before we sleep. */
static int
work(struct scanner *s, size_t most)
{
	for (;;) {
		if (spread(s) == -1)
			return -1;
		if (give_out(s))
			continue;
		if (s->njobs < most)
			return 0;
		loop_run(s->set.loop);
	}
}

int
scanner_submit(struct scanner *s, struct scan_item *item)
{
	struct job *j = mem_alloc(sizeof(*j));

	j->item = item;
	j->id = ++s->next_id;
	if (item->fd == -1)
		job_fail(j, item->why != NULL ? item->why : "not to be had");
	TAILQ_INSERT_TAIL(&s->jobs, j, link);
	s->njobs++;
	return work(s, AHEAD_MAX);
}

int
scanner_finish(struct scanner *s)
{
	return work(s, 1);
}

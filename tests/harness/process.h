/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_PROCESS_H
#define HARNESS_PROCESS_H

/*
 * process - a real satellite, started as the supervisor starts it, with the
 * test in queue's place at the other end of its channel.
 */
#include <stddef.h>
#include <sys/types.h>

struct channel;
struct loop;
struct msg_rule;

struct process {
	struct loop	*loop;
	struct channel	*channel;
	pid_t		 pid;
	const char	*closed;	/* why the channel ended, or NULL */
};

/* `program` lies in the build directory; `config` is the file's text. */
void	process_start(struct process *, struct loop *, const char *program,
    const char *config, const struct msg_rule *, size_t n, void *ctx);
/* Closes the channel and waits; the wait status. */
int	process_end(struct process *);

#endif

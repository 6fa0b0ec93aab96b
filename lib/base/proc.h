/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_PROC_H
#define BASE_PROC_H

/*
 * proc - starting processes, titles, the start-up that every role shares.
 *
 * The supervisor starts a role as `pypiwatch-<role> --role` with these
 * descriptors and nothing else open: 0 /dev/null, 1 and 2 standard error,
 * 3 the channel (to queue; for queue: to the supervisor), 4 a sealed memfd
 * with the text of the config file.
 */
#include <sys/types.h>

enum { ROLE_CHANNEL_FD = 3, ROLE_CONFIG_FD = 4 };
enum { PROC_FDS_MAX = 8 };

/* "yes" in the environment: debug messages from the start. */
#define PROC_DEBUG "PYPIWATCH_DEBUG"

/* Call first in main(): remembers argv's room for proc_title; from now on
 * SIGUSR1 switches debug messages on and off. */
void	proc_init(int argc, char **argv);
/* What ps shows after "pypiwatch: ", as "worker (inspecting
 * foo-1.0.tar.gz)". */
void	proc_title(const char *, ...) __attribute__((format(printf, 1, 2)));
/* fork() whose child starts with no handler of ours and no signal blocked. */
pid_t	proc_fork(void);
/*
 * fork + exec of `path` with `fds[i]` as descriptor 3 + i, nothing else but
 * 0, 1 and 2 kept, a session of its own and a chosen part of our environment.
 * It is killed when we end.  The pid, or -1; exit status 127 tells that the
 * program could not be started.
 */
pid_t	proc_spawn(const char *path, char *const argv[], const int *fds, int n);
/* The program of that name beside our own executable, else the installed one
 * (heap). */
char	*proc_sibling(const char *name);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_SANDBOX_H
#define BASE_SANDBOX_H

/*
 * sandbox - no-new-privs, resource limits, Landlock and seccomp.
 *
 * Each profile is a table in sandbox.c: allowed system calls by name, what
 * Landlock leaves readable, and the limits.  A role enters its profile after
 * opening what it needs and before it reads its first byte from outside.
 */
#include <stdint.h>

enum sandbox_profile {
	SANDBOX_SUPERVISOR,	/* fork, exec, signals, one datagram socket */
	SANDBOX_POLL,		/* internet sockets, CA files; no Unix
				   sockets */
	SANDBOX_FETCH,		/* the same, and memfds */
	SANDBOX_ALERT,		/* the same */
	SANDBOX_QUEUE,		/* database sockets, memfds */
	SANDBOX_WORKER,		/* warm parent: fork, wait, its channel */
	SANDBOX_WORKER_CHILD,	/* read, write, memory; nothing else */
	SANDBOX_WEB
};

enum sandbox_need {
	SANDBOX_REQUIRED,	/* fatal when the kernel lacks a part */
	SANDBOX_BEST_EFFORT	/* one loud line and on */
};

/* A file or folder that shall stay readable (a CA file), before entering;
 * NULL is none.  For the profiles that may open files at all.  Copied. */
void	sandbox_reads(const char *path);
void	sandbox_enter(enum sandbox_profile, enum sandbox_need);
/* What this kernel offers: "Landlock 2, seccomp" in a static string; for
 * `pypiwatchd -n`, quickstart and status.  *complete is 1 when all is there. */
const char *sandbox_offer(int *complete);

struct sandbox_limits {
	uint64_t	memory;		/* bytes of address space; 0: as is */
	unsigned int	cpu_s;		/* 0: as is */
};
/* RLIMIT_AS, CPU, FSIZE 0, CORE 0, NOFILE small; before sandbox_enter. */
void	sandbox_limits(const struct sandbox_limits *);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* process - a real satellite with the test in queue's place. */
#include "harness/process.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/ipc.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/memfd.h"
#include "base/proc.h"

/* A satellite that died in the middle leaves a test waiting for its word. */
#define PATIENCE_S 300

static void
on_closed(void *ctx, const char *why)
{
	(void)ctx;
	(void)why;	/* the wait status tells */
}

void
process_start(struct process *p, struct loop *loop, const char *program,
    const char *config, const struct msg_rule *rules, size_t n, void *ctx)
{
	const char *top = getenv("top_builddir");
	char	*path = mem_printf("%s/%s", top != NULL ? top : ".", program);
	char	*argv[] = { path, (char *)(uintptr_t)"--role", NULL };
	int	 pair[2], fds[2];

	if (ipc_pair(pair) == -1 ||
	    (fds[1] = memfd_of("config", config, strlen(config))) == -1)
		abort();
	(void)alarm(PATIENCE_S);
	fds[0] = pair[1];
	p->loop = loop;
	p->pid = proc_spawn(path, argv, fds, 2);
	if (p->pid == -1)
		abort();
	close(pair[1]);
	close(fds[1]);
	p->channel = channel_new(loop, pair[0], rules, n, on_closed, ctx);
	free(path);
}

int
process_end(struct process *p)
{
	int	status = -1;

	channel_free(p->channel);
	p->channel = NULL;
	if (waitpid(p->pid, &status, 0) != p->pid)
		return -1;
	return status;
}

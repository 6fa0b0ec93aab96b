/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command_worker - asks pypiwatch-worker about rules, which only it can read.
 * Takes: its arguments, the config.  Gives: what it prints.
 * Runs in: the command, which does not link libyara.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"

#include "base/limits.h"
#include "base/memfd.h"
#include "base/proc.h"
#include "base/vis.h"

/* The worker takes its standard output and its config from us.  Out of the way
 * first: what stands in its place already would stay closed on exec. */
static _Noreturn void
child_run(const char *program, char *const argv[], int out, int config)
{
	config = fcntl(config, F_DUPFD_CLOEXEC, ROLE_CONFIG_FD + 1);
	if (dup2(out, STDOUT_FILENO) == -1 || config == -1 ||
	    dup2(config, ROLE_CONFIG_FD) == -1)
		_exit(127);
	execv(program, argv);
	_exit(127);
}

static int
output_read(int fd, struct buf *out)
{
	char	piece[65536];
	ssize_t	n;

	out->most = WORKER_TEXT_MAX;
	while ((n = read(fd, piece, sizeof(piece))) != 0) {
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		buf_add(out, piece, (size_t)n);
	}
	return out->full ? -1 : 0;
}

static int
config_memfd(struct command_env *env)
{
	struct buf	text = BUF_EMPTY;
	int		fd;

	if (command_config(env) == NULL)
		return -1;
	config_show(env->config, &text);
	fd = memfd_of("config", buf_text(&text), text.len);
	buf_release(&text);
	if (fd == -1)
		command_fail("cannot hand the config over: %s",
		    strerror(errno));
	return fd;
}

int
command_worker(struct command_env *env, char *const argv[], struct buf *out)
{
	int	 config = config_memfd(env), pair[2], status = -1, rc = 0;
	char	*program;
	pid_t	 pid;

	if (config == -1)
		return -1;
	if (pipe2(pair, O_CLOEXEC) == -1) {
		close(config);
		command_fail("cannot make a pipe: %s", strerror(errno));
		return -1;
	}
	program = proc_sibling("pypiwatch-worker");
	fflush(stdout);
	if ((pid = proc_fork()) == 0)
		child_run(program, argv, pair[1], config);
	close(pair[1]);
	close(config);
	if (pid == -1)
		rc = command_fail("cannot start %s: %s", program,
		    strerror(errno));
	else if (output_read(pair[0], out) == -1)
		rc = command_fail("%s says too much", program);
	close(pair[0]);
	while (pid != -1 && waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			break;
	if (rc == 0 && (!WIFEXITED(status) || WEXITSTATUS(status) == 127))
		rc = command_fail("%s could not do its work; install it",
		    program);
	free(program);
	return rc == 0 ? WEXITSTATUS(status) : -1;
}

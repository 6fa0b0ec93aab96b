/* SPDX-License-Identifier: Apache-2.0 */
/* proc: a child has its descriptors and nothing else; titles show in ps. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/str.h"

static char *self;	/* our own path */

/* ---- what this program does when started as a child ---------------------- */

/* Says on descriptor 3 which descriptors it has, and its environment. */
static int
child_report(void)
{
	struct buf b = BUF_EMPTY;

	for (int fd = 0; fd < 64; fd++)
		if (fcntl(fd, F_GETFD) != -1)
			buf_addf(&b, "%d ", fd);
	buf_addf(&b, "| %s %s %s", getenv("PGHOST"),
	    getenv("PGPASSWORD") != NULL ? "leak" : "-",
	    getenv("NOTIFY_SOCKET") != NULL ? "leak" : "-");
	buf_addf(&b, " | %s", getsid(0) == getpid() ? "session" : "");
	(void)!write(3, b.data, b.len);
	buf_release(&b);
	return 0;
}

/* Sets titles as told and waits until the other end closes. */
static int
child_titled(int argc, char **argv)
{
	char c;

	proc_init(argc, argv);
	(void)setenv("AFTER", "works", 1);
	proc_title("worker (inspecting %s)", "foo-1.0.tar.gz");
	if (!str_equal(argv[1], "titled") || !str_equal(getenv("AFTER"), "works"))
		return 1;
	(void)!write(3, "x", 1);
	return read(3, &c, 1) == 0 ? 0 : 1;
}

/* Starts a child of its own and ends without a word. */
static int
child_orphans(void)
{
	char how[] = "titled", *argv[] = { self, how, NULL };
	int fds[] = { 3 };

	return proc_spawn(self, argv, fds, 1) == -1;
}

/* ---- the tests ----------------------------------------------------------- */

static pid_t
start(const char *how, int *channel)
{
	char	*argv[] = { self, mem_strdup(how), NULL };
	int	 pair[2], fds[2];
	pid_t	 pid;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0,
	    pair), 0);
	/* Twice the same, and in places where others must go. */
	fds[0] = pair[1];
	fds[1] = pair[1];
	pid = proc_spawn(self, argv, fds, 2);
	assert_int_not_equal(pid, -1);
	close(pair[1]);
	free(argv[1]);
	*channel = pair[0];
	return pid;
}

static void
child_has_only_its_own(void **state)
{
	char	text[200] = "";
	int	channel, status, stray = open("/dev/null", O_RDONLY);
	pid_t	pid;
	size_t	n = 0;
	ssize_t	got;

	(void)state;
	setenv("PGHOST", "here", 1);
	setenv("PGPASSWORD", "secret", 1);
	setenv("NOTIFY_SOCKET", "/x", 1);
	pid = start("report", &channel);
	while ((got = read(channel, text + n, sizeof(text) - 1 - n)) > 0)
		n += (size_t)got;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_string_equal(text, "0 1 2 3 4 | here - - | session");
	close(channel);
	close(stray);
}

static void
title_shows(void **state)
{
	char	name[40], text[300] = "", c;
	int	channel, status;
	pid_t	pid = start("titled", &channel);
	FILE	*f;

	(void)state;
	assert_int_equal(read(channel, &c, 1), 1);
	(void)snprintf(name, sizeof(name), "/proc/%d/cmdline", (int)pid);
	f = fopen(name, "re");
	assert_non_null(f);
	assert_non_null(fgets(text, sizeof(text), f));
	fclose(f);
	assert_string_equal(text,
	    "pypiwatch: worker (inspecting foo-1.0.tar.gz)");
	close(channel);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* The grandchild holds the channel's other end: it closes when that dies. */
static void
children_die_with_us(void **state)
{
	char	c;
	int	channel, status;
	pid_t	pid = start("orphans", &channel);

	(void)state;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	while (read(channel, &c, 1) > 0)
		continue;
	close(channel);
}

static void
missing_program(void **state)
{
	char	*argv[] = { self, NULL };
	int	 status;
	pid_t	 pid = proc_spawn("/nonexistent/program", argv, NULL, 0);

	(void)state;
	assert_int_not_equal(pid, -1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(WEXITSTATUS(status), 127);
}

static void
finds_siblings(void **state)
{
	char *p = proc_sibling("test_proc"), *q = proc_sibling("no-such");

	(void)state;
	assert_string_equal(p, self);
	assert_string_equal(q, PKGLIBEXECDIR "/no-such");
	free(p);
	free(q);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(child_has_only_its_own),
		cmocka_unit_test(title_shows),
		cmocka_unit_test(children_die_with_us),
		cmocka_unit_test(missing_program),
		cmocka_unit_test(finds_siblings),
	};
	static char path[PATH_MAX];

	log_open("test", LOG_LEVEL_ERROR);
	self = realpath("/proc/self/exe", path);
	if (argc > 1 && str_equal(argv[1], "report"))
		return child_report();
	if (argc > 1 && str_equal(argv[1], "titled"))
		return child_titled(argc, argv);
	if (argc > 1 && str_equal(argv[1], "orphans"))
		return child_orphans();
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* sandbox: every profile is entered by a child that then tries what it must
 * not do, and what it must be able to do. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/memfd.h"
#include "base/sandbox.h"
#include "base/str.h"

/* A listening Unix socket, and files that are and are not left readable. */
static char folder[] = "/tmp/pypiwatch-test-XXXXXX";
static char left[64], other[64], listening[64];

/* ---- attempts: 0 done, else errno --------------------------------------- */

static int
result(long got)
{
	return got == -1 ? errno : 0;
}

static int try_open_other(void) { return result(open(other, O_RDONLY)); }
static int try_open_left(void) { return result(open(left, O_RDONLY)); }
static int try_truncate(void)
{
	return result(open(left, O_WRONLY | O_TRUNC));
}

static int
try_create(void)
{
	char name[80];

	(void)snprintf(name, sizeof(name), "%s/new", folder);
	return result(open(name, O_WRONLY | O_CREAT, 0600));
}

static int try_list(void) { return result(open("/etc", O_DIRECTORY)); }
static int try_internet(void)
{
	return result(socket(AF_INET, SOCK_STREAM, 0));
}
static int try_raw_packets(void)
{
	return result(socket(AF_PACKET, SOCK_RAW, 0));
}
static int try_unix(void) { return result(socket(AF_UNIX, SOCK_STREAM, 0)); }

static int
try_unix_connect(void)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int s = socket(AF_UNIX, SOCK_STREAM, 0);

	if (s == -1)
		return errno;
	(void)snprintf(to.sun_path, sizeof(to.sun_path), "%s", listening);
	return result(connect(s, (struct sockaddr *)&to, sizeof(to)));
}

static int
try_datagram_pair(void)
{
	int pair[2];

	return result(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
}

static int
try_listen(void)
{
	int s = socket(AF_INET, SOCK_STREAM, 0);

	if (s == -1)
		return errno;
	return result(listen(s, 1));
}

static int
try_fork(void)
{
	pid_t	pid = fork();

	if (pid == 0)
		_exit(0);
	if (pid == -1)
		return errno;
	return result(waitpid(pid, NULL, 0));
}

static int
try_exec(void)
{
	char *const argv[] = { (char *)(uintptr_t)"true", NULL };

	return result(execve("/bin/true", argv, argv + 1));
}

static int
try_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? errno : 0;
}

static int
try_code_later(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return result(mprotect(p, 4096, PROT_READ | PROT_EXEC));
}

static int try_ptrace(void)
{
	return result(ptrace(PTRACE_ATTACH, getppid(), NULL, NULL));
}
static int try_kill_parent(void) { return result(kill(getppid(), 0)); }
static int try_memfd(void) { return result(memfd_new("x")); }
static int try_namespace(void)
{
	return result(syscall(SYS_unshare, 0x10000000 /* user */));
}
static int try_terminal(void)
{
	char c = 'x';

	return result(ioctl(0, TIOCSTI, &c));
}
static int try_ring(void) { return result(syscall(SYS_io_uring_setup, 1, NULL)); }
static int try_priority(void)
{
	struct rlimit l = { 0, 0 };

	return result(prlimit(getppid(), RLIMIT_CORE, &l, NULL));
}

static void *
thread_main(void *arg)
{
	return arg;
}

static int
try_thread(void)
{
	pthread_t	t;
	int		error = pthread_create(&t, NULL, thread_main, NULL);

	return error != 0 ? error : pthread_join(t, NULL);
}

/* What the C library does under the hood of work that everybody does. */
static int
try_ordinary(void)
{
	void	*p = malloc(64u << 20);
	char	 line[64];

	memset(p, 1, 64u << 20);
	free(p);
	if (isatty(2) == 1)
		return 0;
	(void)snprintf(line, sizeof(line), "%d %.3f", (int)getpid(), 0.5);
	return strlen(line) > 5 ? 0 : 1;
}

static int
try_abort(void)
{
	abort();
}

/* ---- who may ------------------------------------------------------------- */

#define BIT(p) (1u << (p))
#define S BIT(SANDBOX_SUPERVISOR)
#define NET (BIT(SANDBOX_POLL) | BIT(SANDBOX_FETCH) | BIT(SANDBOX_ALERT))
#define Q BIT(SANDBOX_QUEUE)
#define W BIT(SANDBOX_WORKER)
#define C BIT(SANDBOX_WORKER_CHILD)
#define WEB BIT(SANDBOX_WEB)
#define ALL (S | NET | Q | W | C | WEB)

static const struct {
	const char	*name;
	int		(*attempt)(void);
	unsigned int	 may;
	unsigned int	 either;	/* it depends on Landlock's version */
} attempts[] = {
	{ "ordinary work", try_ordinary, ALL, 0 },
	{ "open a file", try_open_other, S, 0 },
	{ "open a file left readable", try_open_left, S | NET | Q | WEB, 0 },
	{ "truncate a file", try_truncate, 0, 0 },
	{ "create a file", try_create, 0, 0 },
	{ "list a folder", try_list, S, 0 },
	{ "internet socket", try_internet, S | NET | Q | WEB, 0 },
	{ "packet socket", try_raw_packets, 0, 0 },
	{ "unix socket", try_unix, S | Q | WEB, 0 },
	{ "unix connect", try_unix_connect, S | Q | WEB, 0 },
	{ "datagram pair", try_datagram_pair, 0, 0 },
	{ "listen", try_listen, S | WEB, 0 },
	{ "fork", try_fork, S | W, 0 },
	{ "exec", try_exec, S, 0 },
	{ "map code", try_code, S, 0 },
	{ "turn memory into code", try_code_later, S, 0 },
	{ "ptrace", try_ptrace, 0, 0 },
	{ "signal the parent", try_kill_parent, S, W },
	{ "memfd", try_memfd, S | NET | Q | W | WEB, 0 },
	{ "user namespace", try_namespace, 0, 0 },
	{ "type on the terminal", try_terminal, 0, 0 },
	{ "io_uring", try_ring, 0, 0 },
	{ "limits of another process", try_priority, 0, 0 },
	{ "thread", try_thread, S | NET | Q | WEB | W, 0 },
};

static const char *const profile_names[] = { "supervisor", "poll", "fetch",
    "alert", "queue", "worker", "worker child", "web" };

/* The wait status of a child that enters the profile and makes the attempt. */
static int
attempt_run(enum sandbox_profile profile, int (*attempt)(void))
{
	pid_t	pid = fork();
	int	status = -1;

	if (pid == 0) {
		sandbox_reads(left);
		if (profile == SANDBOX_WORKER_CHILD)
			sandbox_enter(SANDBOX_WORKER, SANDBOX_REQUIRED);
		sandbox_enter(profile, SANDBOX_REQUIRED);
		_exit(attempt());
	}
	assert_int_not_equal(pid, -1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void
needs_kernel(void)
{
	int complete;

	(void)sandbox_offer(&complete);
	if (!complete)
		skip();
}

static void
every_profile_holds(void **state)
{
	unsigned int wrong = 0;

	(void)state;
	needs_kernel();
	for (size_t p = 0; p < ARRAY_LEN(profile_names); p++)
		for (size_t i = 0; i < ARRAY_LEN(attempts); i++) {
			int status = attempt_run((enum sandbox_profile)p,
			    attempts[i].attempt);
			bool killed = WIFSIGNALED(status) &&
			    WTERMSIG(status) == SIGSYS;
			bool done = WIFEXITED(status) &&
			    WEXITSTATUS(status) == 0;
			bool may = (attempts[i].may & BIT(p)) != 0;

			bool either = (attempts[i].either & BIT(p)) != 0;

			if ((done != may && !either) ||
			    (!WIFEXITED(status) && !killed)) {
				print_error("%s: %s: status %x\n",
				    profile_names[p], attempts[i].name,
				    (unsigned int)status);
				wrong++;
			}
		}
	assert_int_equal(wrong, 0);
}

/* Tests that tell killed from refused, where that is the point. */
static const struct {
	enum sandbox_profile	 profile;
	int			(*attempt)(void);
	int			 signal, error;
} ends[] = {
	{ SANDBOX_WORKER_CHILD, try_fork, SIGSYS, 0 },
	{ SANDBOX_WORKER_CHILD, try_exec, SIGSYS, 0 },
	{ SANDBOX_WORKER_CHILD, try_memfd, SIGSYS, 0 },
	{ SANDBOX_WORKER_CHILD, try_code, SIGSYS, 0 },
	{ SANDBOX_WORKER_CHILD, try_kill_parent, SIGSYS, 0 },
	{ SANDBOX_WORKER_CHILD, try_ptrace, SIGSYS, 0 },
	{ SANDBOX_WORKER_CHILD, try_open_other, 0, EACCES },
	{ SANDBOX_WORKER_CHILD, try_internet, 0, EACCES },
	{ SANDBOX_WORKER_CHILD, try_abort, SIGABRT, 0 },
	{ SANDBOX_WORKER, try_exec, SIGSYS, 0 },
	{ SANDBOX_POLL, try_fork, SIGSYS, 0 },
	{ SANDBOX_POLL, try_exec, SIGSYS, 0 },
	{ SANDBOX_POLL, try_unix, 0, EACCES },
	{ SANDBOX_POLL, try_code, 0, EACCES },
	{ SANDBOX_POLL, try_open_other, 0, EACCES },
	{ SANDBOX_QUEUE, try_exec, SIGSYS, 0 },
	{ SANDBOX_SUPERVISOR, try_create, 0, EACCES },
	{ SANDBOX_SUPERVISOR, try_ptrace, 0, EPERM },
};

static void
ends_as_meant(void **state)
{
	(void)state;
	needs_kernel();
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		int status = attempt_run(ends[i].profile, ends[i].attempt);

		if (ends[i].signal != 0 ? !WIFSIGNALED(status) ||
		    WTERMSIG(status) != ends[i].signal :
		    !WIFEXITED(status) || WEXITSTATUS(status) != ends[i].error)
			fail_msg("row %zu: status %x", i,
			    (unsigned int)status);
	}
}

/* Names are looked up and threads run as libcurl's resolver does it. */
static int
try_resolve(void)
{
	struct addrinfo *found, ask = { .ai_socktype = SOCK_STREAM };

	return getaddrinfo("localhost", "443", &ask, &found) == 0 ? 0 : 1;
}

static void
resolves_names(void **state)
{
	(void)state;
	needs_kernel();
	assert_int_equal(try_resolve(), 0);
	assert_int_equal(attempt_run(SANDBOX_POLL, try_resolve), 0);
	assert_int_equal(attempt_run(SANDBOX_QUEUE, try_resolve), 0);
}

/* A role started under the supervisor's profile can still become itself. */
static int
try_role(void)
{
	char	text[200];
	int	status;

	status = attempt_run(SANDBOX_POLL, try_open_left);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return 1;
	status = attempt_run(SANDBOX_WORKER, try_fork);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return 2;
	status = attempt_run(SANDBOX_WORKER_CHILD, try_ordinary);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return 3;
	(void)snprintf(text, sizeof(text), "%s", "/bin/true");
	return try_exec();
}

static void
profiles_nest(void **state)
{
	(void)state;
	needs_kernel();
	assert_int_equal(attempt_run(SANDBOX_SUPERVISOR, try_role), 0);
}

static int
try_limits(void)
{
	struct sandbox_limits	l = { .memory = 256u << 20, .cpu_s = 1 };
	int			fd = memfd_new("x");

	sandbox_limits(&l);
	if (write(fd, "x", 1) != -1 || errno != EFBIG)
		return 1;
#ifdef USE_SANDBOX
	/* volatile: a compiler may decide that an unused one succeeds */
	void *volatile		room = malloc(512u << 20);

	if (room != NULL)
		return 2;
#endif
	for (volatile unsigned long i = 0;; i++)
		continue;
}

/* valgrind keeps descriptors for itself and answers for the kernel. */
static bool
under_valgrind(void)
{
	const char *preload = getenv("LD_PRELOAD");

	return preload != NULL && strstr(preload, "vgpreload") != NULL;
}

static void
limits_hold(void **state)
{
	pid_t	pid;
	int	status;

	(void)state;
	if (under_valgrind())
		skip();
	pid = fork();
	if (pid == 0)
		_exit(try_limits());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGXCPU);
}

/* ---- the folder ---------------------------------------------------------- */

static int
folder_make(void **state)
{
	struct sockaddr_un	at = { .sun_family = AF_UNIX };
	int			s;

	(void)state;
	log_open("test", LOG_LEVEL_ERROR);
	if (mkdtemp(folder) == NULL)
		return -1;
	(void)snprintf(left, sizeof(left), "%s/left", folder);
	(void)snprintf(other, sizeof(other), "%s/other", folder);
	(void)snprintf(listening, sizeof(listening), "%s/socket", folder);
	(void)close(open(left, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	(void)close(open(other, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
	(void)snprintf(at.sun_path, sizeof(at.sun_path), "%s", listening);
	s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return bind(s, (struct sockaddr *)&at, sizeof(at)) == 0 &&
	    listen(s, 100) == 0 ? 0 : -1;
}

static int
folder_remove(void **state)
{
	(void)state;
	(void)unlink(left);
	(void)unlink(other);
	(void)unlink(listening);
	return rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_profile_holds),
		cmocka_unit_test(ends_as_meant),
		cmocka_unit_test(resolves_names),
		cmocka_unit_test(profiles_nest),
		cmocka_unit_test(limits_hold),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}

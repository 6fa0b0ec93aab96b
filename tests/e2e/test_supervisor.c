/* SPDX-License-Identifier: Apache-2.0 */
/*
 * supervisor: the real pypiwatchd keeps roles running that die, hang and
 * crash.  The roles are small stand-ins; what they and the supervisor log is
 * what the test sees.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/sandbox.h"
#include "base/str.h"

/* If the supervisor hangs, so would we. */
#define HANG_S 120

static const char *const programs[] = { "pypiwatchd", "pypiwatch-queue",
    "pypiwatch-poll", "pypiwatch-fetch", "pypiwatch-worker",
    "pypiwatch-alert" };

static char folder[] = "/tmp/pypiwatch-test-XXXXXX";

static struct {
	pid_t		 pid;
	FILE		*log;
	int		 notify;
	struct buf	 seen;
} daemon_ = { .notify = -1 };

/* ---- the daemon ------------------------------------------------------------ */

static char *
in_folder(const char *name)
{
	return mem_printf("%s/%s", folder, name);
}

static void
config_write(const char *contact, const char *more)
{
	char	*path = in_folder("pypiwatch.conf");
	FILE	*f = fopen(path, "we");
	int	 complete;

	assert_non_null(f);
	(void)sandbox_offer(&complete);
	fprintf(f, "pypi { contact = \"%s\" }\nworkers { count = 2 }\n"
	    "daemon { drain = 5 recovered-after = 1 sandbox-required = %s }\n"
	    "%s\n", contact,
	    complete ? "yes" : "no", more);
	fclose(f);
	free(path);
}

static void
daemon_exec(int log)
{
	char *path = in_folder("pypiwatchd"), *file = in_folder(
	    "pypiwatch.conf"), *socket = in_folder("notify");
	char usec[] = "60000000";

	/* Also when this test is killed. */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)dup2(log, 2);
	(void)setenv("NOTIFY_SOCKET", socket, 1);
	(void)setenv("WATCHDOG_USEC", usec, 1);
	execl(path, "pypiwatchd", "-c", file, (char *)NULL);
	_exit(1);
}

/*
 * Reads until `text` stood in the log `times` times; the last of them.  The
 * lines of several processes come in any order, so they are counted.
 */
static const char *
log_await(const char *text, unsigned int times)
{
	char		 line[2048];
	const char	*at;
	unsigned int	 n;

	for (;;) {
		n = 0;
		at = buf_text(&daemon_.seen);
		while ((at = strstr(at, text)) != NULL && ++n < times)
			at++;
		if (at != NULL)
			return at;
		if (fgets(line, sizeof(line), daemon_.log) == NULL)
			fail_msg("no \"%s\" in the log:\n%s", text,
			    buf_text(&daemon_.seen));
		buf_adds(&daemon_.seen, line);
	}
}

static pid_t
pid_await(const char *role)
{
	char		 text[40];
	const char	*at;

	(void)snprintf(text, sizeof(text), "role=%s index=0 pid=", role);
	at = log_await(text, 1);
	return (pid_t)strtol(at + strlen(text), NULL, 10);
}

/* The next notification that holds `text`. */
static void
notify_await(const char *text)
{
	char	got[500];
	ssize_t	n;

	do {
		n = recv(daemon_.notify, got, sizeof(got) - 1, 0);
		assert_true(n > 0);
		got[n] = '\0';
	} while (strstr(got, text) == NULL);
}

static void
up_await(const char *role, unsigned int times)
{
	char text[40];

	(void)snprintf(text, sizeof(text), "%s: level=info up", role);
	log_await(text, times);
}

static void
all_await_up(void)
{
	static const char *const one[] = { "queue", "poll", "fetch",
	    "alert" };

	for (size_t i = 0; i < ARRAY_LEN(one); i++)
		up_await(one[i], 1);
	up_await("worker", 2);
	notify_await("READY=1");
}

static void
daemon_start(const char *contact)
{
	int pipes[2];

	config_write(contact, "");
	buf_reset(&daemon_.seen);
	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	daemon_.pid = fork();
	if (daemon_.pid == 0)
		daemon_exec(pipes[1]);
	close(pipes[1]);
	daemon_.log = fdopen(pipes[0], "r");
}

/* The exit status; every role has ended too when the log does. */
static int
daemon_wait(void)
{
	char	line[2048];
	int	status;

	assert_int_equal(waitpid(daemon_.pid, &status, 0), daemon_.pid);
	while (fgets(line, sizeof(line), daemon_.log) != NULL)
		buf_adds(&daemon_.seen, line);
	fclose(daemon_.log);
	daemon_.pid = 0;
	return status;
}

/* After a test that failed half-way. */
static int
daemon_leave(void **state)
{
	(void)state;
	if (daemon_.pid > 0) {
		(void)kill(daemon_.pid, SIGKILL);
		(void)daemon_wait();
	}
	return 0;
}

static void
daemon_stop(void)
{
	assert_int_equal(kill(daemon_.pid, SIGTERM), 0);
	notify_await("STOPPING=1");
	assert_int_equal(daemon_wait(), 0);
	assert_non_null(strstr(buf_text(&daemon_.seen), "drained"));
}

/* ---- tests ------------------------------------------------------------------ */

static void
starts_and_stops(void **state)
{
	(void)state;
	daemon_start("a");
	notify_await("WATCHDOG=1");
	log_await("told of poll/0", 1);
	log_await("told of worker/1", 1);
	notify_await("READY=1");
	log_await("ready: watching", 1);
	daemon_stop();
}

static void
restarts_a_satellite(void **state)
{
	(void)state;
	daemon_start("a");
	all_await_up();
	assert_int_equal(kill(pid_await("poll"), SIGKILL), 0);
	up_await("poll", 2);
	log_await("told of poll/0", 2);
	daemon_stop();
}

static void
restarts_all_with_queue(void **state)
{
	static const char *const roles[] = { "queue", "poll", "fetch",
	    "alert" };

	(void)state;
	daemon_start("a");
	all_await_up();
	assert_int_equal(kill(pid_await("queue"), SIGKILL), 0);
	for (size_t i = 0; i < ARRAY_LEN(roles); i++)
		up_await(roles[i], 2);
	up_await("worker", 4);
	daemon_stop();
}

static void
keeps_a_config_that_works(void **state)
{
	(void)state;
	daemon_start("a");
	all_await_up();
	config_write("b", "pypi { nonsense = 1 }");
	assert_int_equal(kill(daemon_.pid, SIGHUP), 0);
	log_await("the running config stays in force", 1);
	assert_non_null(strstr(daemon_.seen.data, "'nonsense'"));
	notify_await("READY=1");
	/* It parses, but the roles cannot start with it. */
	config_write("broken", "");
	assert_int_equal(kill(daemon_.pid, SIGHUP), 0);
	log_await("pypiwatch-queue cannot start with the new config", 1);
	log_await("the running config stays in force", 2);
	assert_null(strstr(daemon_.seen.data, "drained"));
	notify_await("READY=1");
	config_write("b", "");
	assert_int_equal(kill(daemon_.pid, SIGHUP), 0);
	log_await("drained", 1);
	log_await("alert: level=info up contact=b", 1);
	notify_await("READY=1");
	daemon_stop();
}

/* Where the n-th of it stands in the log. */
static size_t
log_place(const char *text, unsigned int times)
{
	return (size_t)(log_await(text, times) - daemon_.seen.data);
}

/* Each starts when the one before it is well, and after its own end. */
static void
replaces_one_by_one(void **state)
{
	static const char *const order[] = { "queue index=0", "poll index=0",
	    "fetch index=0", "worker index=0", "worker index=1",
	    "alert index=0" };
	static const char *const told[] = { NULL, "poll/0", "fetch/0",
	    "worker/0", "worker/1", "alert/0" };
	char started[80], well[40];

	(void)state;
	daemon_start("a");
	all_await_up();
	config_write("b", "");
	assert_int_equal(kill(daemon_.pid, SIGHUP), 0);
	log_await("all roles have the new config", 1);
	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		const char	*at;
		size_t		 second;

		(void)snprintf(started, sizeof(started), "role=%s pid=",
		    order[i]);
		/* its first start, its end, its second start */
		at = log_await(started, 3);
		second = (size_t)(at - daemon_.seen.data);
		assert_non_null(strstr(at, "started"));
		if (i > 1) {
			(void)snprintf(well, sizeof(well), "told of %s",
			    told[i - 1]);
			assert_true(log_place(well, 2) < second);
		}
	}
	notify_await("READY=1");
	daemon_stop();
}

static void
gives_nobody_up(void **state)
{
	(void)state;
	daemon_start("crash");
	log_await("role=poll index=0 degraded", 1);
	log_await("told that poll/0 is degraded: ended 5 times in 300 s", 1);
	log_await("poll: level=info up contact=crash", 6);
	config_write("a", "");
	assert_int_equal(kill(daemon_.pid, SIGHUP), 0);
	log_await("poll: level=info up contact=a", 1);
	/* The new queue is told too, and that it is over. */
	log_await("told that poll/0 is degraded", 2);
	log_await("role=poll index=0 recovered", 1);
	log_await("told that poll/0 is well", 1);
	daemon_stop();
}

/* What queue cannot tell of itself, the next one does. */
static void
tells_of_queue_itself(void **state)
{
	(void)state;
	daemon_start("a");
	all_await_up();
	for (unsigned int n = 1; n <= 5; n++) {
		const char *at;

		up_await("queue", n);
		at = log_await("role=queue index=0 pid=", 2 * n - 1);
		assert_int_equal(kill((pid_t)strtol(strstr(at, "pid=") + 4,
		    NULL, 10), SIGKILL), 0);
	}
	log_await("told that queue/0 is degraded", 1);
	daemon_stop();
}

static void
kills_the_stuck(void **state)
{
	(void)state;
	daemon_start("stuck");
	log_await("fetch: level=info up contact=stuck", 1);
	all_await_up();
	daemon_stop();
	assert_non_null(strstr(daemon_.seen.data, "killed signal=9"));
}

/* A queue that nobody can talk to any more goes, whatever it thinks of it. */
static void
kills_a_deaf_queue(void **state)
{
	char killed[80];

	(void)state;
	daemon_start("deaf");
	(void)snprintf(killed, sizeof(killed),
	    "role=queue index=0 pid=%d killed signal=9",
	    (int)pid_await("queue"));
	log_await(killed, 1);
	up_await("queue", 2);
	assert_int_equal(kill(daemon_.pid, SIGTERM), 0);
	assert_int_equal(daemon_wait(), 0);
}

/* Nobody outlives the supervisor, not even who ignores everything. */
static void
leaves_nobody_behind(void **state)
{
	(void)state;
	daemon_start("stuck");
	log_await("fetch: level=info up contact=stuck", 1);
	assert_int_equal(kill(daemon_.pid, SIGKILL), 0);
	assert_true(WIFSIGNALED(daemon_wait()));
}

/* Also in the roles that run already, and in those that start later. */
static void
switches_debug(void **state)
{
	(void)state;
	daemon_start("a");
	all_await_up();
	assert_int_equal(kill(daemon_.pid, SIGUSR1), 0);
	log_await("alert: level=debug debug messages", 1);
	assert_int_equal(kill(pid_await("poll"), SIGKILL), 0);
	log_await("poll: level=debug debug messages from the start", 1);
	daemon_stop();
}

static int
checked(void)
{
	char	*path = in_folder("pypiwatchd"), *file = in_folder(
	    "pypiwatch.conf");
	pid_t	 pid = fork();
	int	 status;

	if (pid == 0) {
		(void)dup2(open("/dev/null", O_WRONLY), 1);
		(void)dup2(1, 2);
		execl(path, "pypiwatchd", "-n", "-c", file, (char *)NULL);
		_exit(1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	free(path);
	free(file);
	return WEXITSTATUS(status);
}

static void
checks_a_config(void **state)
{
	char *file = in_folder("pypiwatch.conf");

	(void)state;
	config_write("a", "");
	assert_int_equal(checked(), 0);
	config_write("a", "nonsense = 1");
	assert_int_equal(checked(), 1);
	assert_int_equal(unlink(file), 0);
	assert_int_equal(checked(), 2);
	free(file);
}

/* ---- the folder -------------------------------------------------------------- */

/* A copy, because the supervisor looks for the roles where it is itself. */
static void
program_copy(const char *name)
{
	bool	 fake = !str_equal(name, "pypiwatchd");
	char	*from = mem_printf("%s/%s", getenv("top_builddir"),
	    fake ? "tests/e2e/fake_role" : name), *to = in_folder(name);
	char	 piece[65536];
	int	 in = open(from, O_RDONLY | O_CLOEXEC);
	int	 out = open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0700);
	ssize_t	 n;

	assert_true(in != -1 && out != -1);
	while ((n = read(in, piece, sizeof(piece))) > 0)
		assert_int_equal(write(out, piece, (size_t)n), n);
	close(in);
	close(out);
	free(from);
	free(to);
}

static int
folder_make(void **state)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };

	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	for (size_t i = 0; i < ARRAY_LEN(programs); i++)
		program_copy(programs[i]);
	(void)snprintf(at.sun_path, sizeof(at.sun_path), "%s/notify", folder);
	daemon_.notify = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	(void)alarm(HANG_S);
	return bind(daemon_.notify, (struct sockaddr *)&at, sizeof(at));
}

static int
folder_remove(void **state)
{
	static const char *const others[] = { "notify", "pypiwatch.conf" };
	char *path;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(programs) + ARRAY_LEN(others); i++) {
		path = in_folder(i < ARRAY_LEN(programs) ? programs[i] :
		    others[i - ARRAY_LEN(programs)]);
		(void)unlink(path);
		free(path);
	}
	buf_release(&daemon_.seen);
	return rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(starts_and_stops, daemon_leave),
		cmocka_unit_test_teardown(restarts_a_satellite, daemon_leave),
		cmocka_unit_test_teardown(restarts_all_with_queue, daemon_leave),
		cmocka_unit_test_teardown(keeps_a_config_that_works, daemon_leave),
		cmocka_unit_test_teardown(replaces_one_by_one, daemon_leave),
		cmocka_unit_test_teardown(gives_nobody_up, daemon_leave),
		cmocka_unit_test_teardown(tells_of_queue_itself, daemon_leave),
		cmocka_unit_test_teardown(kills_the_stuck, daemon_leave),
		cmocka_unit_test_teardown(kills_a_deaf_queue, daemon_leave),
		cmocka_unit_test_teardown(leaves_nobody_behind, daemon_leave),
		cmocka_unit_test_teardown(switches_debug, daemon_leave),
		cmocka_unit_test_teardown(checks_a_config, daemon_leave),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * proc - starting processes, titles, the start-up that every role shares.
 * Takes: argv and the environment.  Gives: titles, children with known
 * descriptors.
 * Runs in: every process.
 */
#include "base/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"

/* argv and the environment lie in one piece, which ps shows as the title. */
static struct {
	char	*at;
	size_t	 room;
	char	**environment;	/* the first copy: setenv may make another */
} title;

/* Room for a child's title, as an environment variable. */
#define TITLE_ROOM "PYPIWATCH_TITLE_ROOM="
#define TITLE_ROOM_BYTES 160

/* What a child may know of our environment: no credential, no socket of the
 * service manager, nothing that changes how libraries are loaded. */
static const char *const kept[] = { "PATH", "HOME", "USER", "LOGNAME", "TZ",
    "LANG", "LC_ALL", "LC_CTYPE", "CREDENTIALS_DIRECTORY", "PGHOST",
    "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGUSER", "PGPASSFILE",
    "PGSERVICE", "PGSERVICEFILE", "PGSYSCONFDIR", "PGSSLMODE",
    "PGSSLROOTCERT", "PGSSLCERT", "PGSSLKEY", PROC_DEBUG, "ASAN_OPTIONS",
    "UBSAN_OPTIONS", "LSAN_OPTIONS" };

static char **
environment_copy(void)
{
	size_t	 n = 0;
	char	**copy;

	while (environ[n] != NULL)
		n++;
	copy = mem_array(n + 1, sizeof(*copy));
	for (size_t i = 0; i < n; i++)
		copy[i] = mem_strdup(environ[i]);
	return copy;
}

static void
on_debug(int signo)
{
	(void)signo;
	log_set_level(log_get_level() == LOG_LEVEL_DEBUG ? LOG_LEVEL_INFO :
	    LOG_LEVEL_DEBUG);
}

/* The supervisor's -v reaches its children by the environment. */
static void
debug_follow(void)
{
	struct sigaction act = { .sa_handler = on_debug,
	    .sa_flags = SA_RESTART };

	if (str_equal(getenv(PROC_DEBUG), "yes"))
		log_set_level(LOG_LEVEL_DEBUG);
	(void)sigaction(SIGUSR1, &act, NULL);
}

void
proc_init(int argc, char **argv)
{
	char *end;

	if (argc < 1)
		fatal("started without a name");
	end = argv[0];
	for (int i = 0; i < argc && argv[i] == end; i++)
		end += strlen(argv[i]) + 1;
	for (char **e = environ; *e != NULL && *e == end; e++)
		end += strlen(*e) + 1;
	title.at = argv[0];
	title.room = (size_t)(end - argv[0]);
	/* Whoever keeps a pointer into the room gets a copy instead. */
	environ = title.environment = environment_copy();
	program_invocation_name = mem_strdup(program_invocation_name);
	program_invocation_short_name = basename(program_invocation_name);
	for (int i = 0; i < argc; i++)
		argv[i] = mem_strdup(argv[i]);
	debug_follow();
}

void
proc_title(const char *fmt, ...)
{
	char	text[TITLE_ROOM_BYTES];
	va_list	ap;
	int	n;

	if (title.room < 2)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	n = snprintf(title.at, title.room, "pypiwatch: %s", text);
	if (n >= 0 && (size_t)n < title.room)
		memset(title.at + n, '\0', title.room - (size_t)n);
}

static bool
name_is_kept(const char *entry)
{
	for (size_t i = 0; i < ARRAY_LEN(kept); i++)
		if (str_starts(entry, kept[i]) &&
		    entry[strlen(kept[i])] == '=')
			return true;
	return false;
}

/* Borrowed strings in `env`, which has room for all of `kept` and two more. */
static void
environment_fill(char **env, char *room)
{
	size_t n = 0;

	memset(room, '.', TITLE_ROOM_BYTES - 1);
	room[TITLE_ROOM_BYTES - 1] = '\0';
	memcpy(room, TITLE_ROOM, sizeof(TITLE_ROOM) - 1);
	for (char **e = environ; *e != NULL && n < ARRAY_LEN(kept); e++)
		if (name_is_kept(*e))
			env[n++] = *e;
	env[n++] = room;
	env[n] = NULL;
}

/* SIGUSR1 is ignored until proc_init() asks for it: it may come early. */
static void
signals_reset(void)
{
	for (int s = 1; s < NSIG; s++)
		(void)signal(s, s == SIGUSR1 ? SIG_IGN : SIG_DFL);
}

/*
 * Blocked over the fork, no signal meets the event loop's handlers in the
 * child, where they would write into the parent's pipe: a child that is told
 * to end would end the parent.
 */
pid_t
proc_fork(void)
{
	sigset_t	all, was;
	pid_t		pid;

	sigfillset(&all);
	(void)sigprocmask(SIG_SETMASK, &all, &was);
	pid = fork();
	if (pid == 0) {
		signals_reset();
		sigemptyset(&was);
	}
	(void)sigprocmask(SIG_SETMASK, &was, NULL);
	return pid;
}

/* Puts the descriptors in their places; 0 or -1. */
static int
descriptors_arrange(const int *fds, int n)
{
	int safe[PROC_FDS_MAX], null;

	/* Out of the way first: a source may stand where another must go. */
	for (int i = 0; i < n; i++)
		if ((safe[i] = fcntl(fds[i], F_DUPFD, 3 + n)) == -1)
			return -1;
	for (int i = 0; i < n; i++)
		if (dup2(safe[i], 3 + i) == -1)
			return -1;
	if (close_range((unsigned int)(3 + n), ~0U, 0) == -1 ||
	    (null = open("/dev/null", O_RDWR)) == -1 ||
	    dup2(null, STDIN_FILENO) == -1 ||
	    dup2(STDERR_FILENO, STDOUT_FILENO) == -1)
		return -1;
	return close(null);
}

static _Noreturn void
child_exec(const char *path, char *const argv[], const int *fds, int n,
    pid_t parent)
{
	char	*env[ARRAY_LEN(kept) + 2], room[TITLE_ROOM_BYTES];

	/* A session of its own: Ctrl-C goes to the supervisor, which stops
	 * everything in order. */
	(void)setsid();
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1 || getppid() != parent)
		_exit(1);
	environment_fill(env, room);
	if (descriptors_arrange(fds, n) == 0)
		(void)execve(path, argv, env);
	log_error("cannot start %s: %s", path, strerror(errno));
	_exit(127);
}

pid_t
proc_spawn(const char *path, char *const argv[], const int *fds, int n)
{
	pid_t parent = getpid(), pid;

	if (n > PROC_FDS_MAX)
		fatal("%d descriptors for a child", n);
	pid = proc_fork();
	if (pid == 0)
		child_exec(path, argv, fds, n, parent);
	return pid;
}

char *
proc_sibling(const char *name)
{
	char	 self[PATH_MAX], *path;
	ssize_t	 n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n > 0) {
		self[n] = '\0';
		path = mem_printf("%s/%s", dirname(self), name);
		if (access(path, X_OK) == 0)
			return path;
		free(path);
	}
	return mem_printf("%s/%s", PKGLIBEXECDIR, name);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sandbox - no-new-privs, resource limits, Landlock and seccomp.
 * Takes: a profile.  Gives: a process that can do no more than its table says.
 * Runs in: every role, after it opened what it needs.
 *
 * What no table names ends the process with SIGSYS.  Three kinds of call are
 * refused with an error instead: those that the C library tries before an
 * older way (ENOSYS), those that a library tries in passing and can do
 * without (opening a file, loading code), and everything in the supervisor,
 * whose filter is inherited by every role.
 */
#include "base/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"

#ifdef USE_SANDBOX
#include <seccomp.h>

/* ---- Landlock, by number: the C library has no functions for it ---------- */

/* Rights by the version that brought them; the header may be older. */
#define FS_V1 0x1fffULL			/* execute to make_sym */
#define FS_V2 (1ULL << 13)		/* refer */
#define FS_V3 (1ULL << 14)		/* truncate */
#define FS_V5 (1ULL << 15)		/* ioctl on devices */
#define FS_READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define FS_EXECUTE LANDLOCK_ACCESS_FS_EXECUTE
#define FS_WRITE_FILE LANDLOCK_ACCESS_FS_WRITE_FILE
#define NET_V4 0x3ULL			/* TCP bind and connect */
#define SCOPE_ABSTRACT 0x1ULL		/* version 6: abstract Unix sockets */
#define SCOPE_SIGNAL 0x2ULL		/* version 6 */

/* landlock_ruleset_attr of version 6; older kernels take a shorter one. */
struct ruleset {
	uint64_t	fs, net, scoped;
};

static int
landlock_version(void)
{
	long v = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);

	return v < 0 ? 0 : (int)v;
}

/* ---- what a profile is --------------------------------------------------- */

enum trait {
	MAY_FILES = 1,		/* open what Landlock leaves readable */
	MAY_INTERNET = 2,	/* IPv4, IPv6, and netlink for the resolver */
	MAY_UNIX = 4,		/* Unix sockets */
	MAY_LISTEN = 8,
	MAY_THREAD = 16,	/* libcurl's resolver */
	MAY_FORK = 32,
	MAY_EXEC = 64,		/* and load code */
	MAY_TIGHTEN = 128,	/* enter a further profile, set limits */
	REFUSES = 256		/* unnamed calls get EPERM, not SIGSYS */
};

struct profile {
	const char	*name;
	unsigned int	 traits;
	const char	*const *const *calls;	/* lists of names, NULL ends */
	const char	*const *reads;		/* for Landlock, NULL ends */
};

/* Memory, time, its own signals, descriptors it has. */
static const char *const calls_base[] = { "read", "readv", "pread64", "write",
    "writev", "close", "fstat", "lseek", "munmap", "mremap", "madvise", "brk",
    "futex", "clock_gettime", "clock_nanosleep", "nanosleep", "gettimeofday",
    "time", "getrandom", "rt_sigreturn", "rt_sigprocmask", "rt_sigaction",
    "sigaltstack", "exit", "exit_group", "restart_syscall", "rseq",
    "set_robust_list", "getpid", "gettid", "sched_yield", "getrusage", NULL };

/* The child: one reply on a socket it has. */
static const char *const calls_reply[] = { "sendmsg", "sendto", "poll",
    "ppoll", NULL };

/* An event loop and its channels. */
static const char *const calls_loop[] = { "poll", "ppoll", "select",
    "pselect6", "epoll_create", "epoll_create1", "epoll_ctl", "epoll_wait",
    "epoll_pwait", "eventfd2", "pipe", "pipe2", "fcntl", "dup", "dup2", "dup3",
    "timerfd_create", "timerfd_settime", "timerfd_gettime", "sendmsg",
    "recvmsg", "sendto", "recvfrom", "sendmmsg", "recvmmsg", "shutdown",
    "getsockopt", "setsockopt", "getsockname", "getpeername", "memfd_create",
    "ftruncate", "newfstatat", "sysinfo", "uname", "getuid", "geteuid",
    "getgid", "getegid", "getppid", "sched_getaffinity", "getcpu", "getpgrp",
    "getrlimit", "ugetrlimit", "prctl", "clock_getres", "close_range", NULL };

static const char *const calls_files[] = { "open", "openat", "access",
    "faccessat", "stat", "lstat", "statfs", "fstatfs", "readlink",
    "readlinkat", "getdents64", "getcwd", "fadvise64", NULL };

static const char *const calls_connect[] = { "connect", "bind", NULL };
static const char *const calls_listen[] = { "listen", "accept", "accept4",
    NULL };
static const char *const calls_fork[] = { "wait4", "waitid", "kill", NULL };
static const char *const calls_tighten[] = { "seccomp", "setrlimit",
    "landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self",
    NULL };
/* Becoming another program, and what the dynamic loader does on its way. */
static const char *const calls_exec[] = { "execve", "vfork", "setsid",
    "set_tid_address", "arch_prctl", "getgroups", "getresuid", "getresgid",
    "setpgid", "umask", "chdir", "mlock", "membarrier", "sched_setaffinity",
    "clock_adjtime", NULL };

static const char *const *const no_calls[] = { calls_base, calls_reply, NULL };
static const char *const *const worker_calls[] = { calls_base, calls_loop,
    calls_fork, calls_tighten, NULL };
static const char *const *const net_calls[] = { calls_base, calls_loop,
    calls_files, calls_connect, NULL };
static const char *const *const web_calls[] = { calls_base, calls_loop,
    calls_files, calls_connect, calls_listen, NULL };
static const char *const *const all_calls[] = { calls_base, calls_loop,
    calls_files, calls_connect, calls_listen, calls_fork, calls_tighten,
    calls_exec, NULL };

static const char *const reads_nothing[] = { NULL };
/* The resolver, TLS, time zones.  resolv.conf may be a link into /run. */
static const char *const reads_net[] = { "/etc/resolv.conf", "/etc/hosts",
    "/etc/host.conf", "/etc/nsswitch.conf", "/etc/gai.conf", "/etc/services",
    "/etc/protocols", "/etc/ssl", "/etc/pki", "/etc/ca-certificates",
    "/usr/share/ca-certificates", "/usr/local/share/ca-certificates",
    "/usr/lib/ssl", "/run/systemd/resolve", "/run/resolvconf",
    "/run/NetworkManager", "/etc/localtime", "/usr/share/zoneinfo",
    "/dev/null", "/dev/urandom", NULL };

static const struct profile profiles[] = {
	/* Its restrictions hold for every role too, so they are what none of
	 * them needs: writing anywhere, and the calls that nobody names. */
	[SANDBOX_SUPERVISOR] = { "supervisor", MAY_FILES | MAY_INTERNET |
	    MAY_UNIX | MAY_LISTEN | MAY_THREAD | MAY_FORK | MAY_EXEC |
	    MAY_TIGHTEN | REFUSES, all_calls, NULL },
	[SANDBOX_POLL] = { "poll", MAY_FILES | MAY_INTERNET | MAY_THREAD,
	    net_calls, reads_net },
	[SANDBOX_FETCH] = { "fetch", MAY_FILES | MAY_INTERNET | MAY_THREAD,
	    net_calls, reads_net },
	[SANDBOX_ALERT] = { "alert", MAY_FILES | MAY_INTERNET | MAY_THREAD,
	    net_calls, reads_net },
	[SANDBOX_QUEUE] = { "queue", MAY_FILES | MAY_INTERNET | MAY_UNIX |
	    MAY_THREAD, net_calls, reads_net },
	[SANDBOX_WORKER] = { "worker", MAY_FORK | MAY_TIGHTEN, worker_calls,
	    reads_nothing },
	[SANDBOX_WORKER_CHILD] = { "worker child", 0, no_calls,
	    reads_nothing },
	[SANDBOX_WEB] = { "web", MAY_FILES | MAY_INTERNET | MAY_UNIX |
	    MAY_LISTEN | MAY_THREAD, web_calls, reads_net },
};

/* Said before sandbox_enter, kept for the process's life. */
static struct {
	const char	*paths[16];
	size_t		 n;
} extra;

static bool
may(const struct profile *p, unsigned int trait)
{
	return (p->traits & trait) != 0;
}

/* ---- Landlock ------------------------------------------------------------ */

static struct ruleset
ruleset_of(const struct profile *p, int version)
{
	struct ruleset r = { .fs = FS_V1 };

	if (version >= 2)
		r.fs |= FS_V2;
	if (version >= 3)
		r.fs |= FS_V3;
	if (version >= 5)
		r.fs |= FS_V5;
	if (may(p, MAY_EXEC))
		r.fs &= ~(uint64_t)(FS_READ | FS_EXECUTE | FS_V5);
	if (version >= 4 && !may(p, MAY_INTERNET))
		r.net = NET_V4;
	if (version >= 6 && !may(p, MAY_EXEC))
		r.scoped = SCOPE_SIGNAL;
	if (version >= 6 && !may(p, MAY_UNIX))
		r.scoped |= SCOPE_ABSTRACT;
	return r;
}

/* A path that is not there needs no rule. */
static int
path_leave(int ruleset, const char *path, uint64_t rights)
{
	struct landlock_path_beneath_attr	 rule = { 0 };
	struct stat				 st;
	long					 ok = -1;

	rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd == -1)
		return 0;
	if (fstat(rule.parent_fd, &st) == 0) {
		rule.allowed_access = S_ISDIR(st.st_mode) ? rights :
		    rights & ~(uint64_t)LANDLOCK_ACCESS_FS_READ_DIR;
		ok = syscall(SYS_landlock_add_rule, ruleset,
		    LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
	}
	close(rule.parent_fd);
	return ok == 0 ? 0 : -1;
}

static int
paths_leave(const struct profile *p, int ruleset)
{
	if (may(p, MAY_EXEC))
		return path_leave(ruleset, "/dev/null", FS_WRITE_FILE);
	for (const char *const *path = p->reads; *path != NULL; path++)
		if (path_leave(ruleset, *path, FS_READ) == -1)
			return -1;
	for (size_t i = 0; may(p, MAY_FILES) && i < extra.n; i++)
		if (path_leave(ruleset, extra.paths[i], FS_READ) == -1)
			return -1;
	return 0;
}

/* 0, or -1 and errno. */
static int
landlock_enter(const struct profile *p)
{
	int		version = landlock_version(), fd, result = -1;
	struct ruleset	r = ruleset_of(p, version);
	size_t		size = version >= 6 ? sizeof(r) :
	    version >= 4 ? offsetof(struct ruleset, scoped) :
	    offsetof(struct ruleset, net);

	if (version == 0) {
		errno = ENOSYS;
		return -1;
	}
	fd = (int)syscall(SYS_landlock_create_ruleset, &r, size, 0);
	if (fd == -1)
		return -1;
	if (paths_leave(p, fd) == 0 &&
	    syscall(SYS_landlock_restrict_self, fd, 0) == 0)
		result = 0;
	close(fd);
	return result;
}

/* ---- seccomp ------------------------------------------------------------- */

/* Adds one rule unless an earlier one failed or the name is unknown to this
 * architecture. */
static void
rule(scmp_filter_ctx ctx, int *error, uint32_t action, const char *name,
    unsigned int n, const struct scmp_arg_cmp *args)
{
	int call = seccomp_syscall_resolve_name(name), got;

	if (*error != 0 || call == __NR_SCMP_ERROR)
		return;
	got = seccomp_rule_add_array(ctx, action, call, n, args);
	if (got != 0 && got != -EEXIST)
		*error = got;
}

#define RULE_IF(action, name, ...)					\
	do {								\
		const struct scmp_arg_cmp args_[] = { __VA_ARGS__ };	\
		rule(ctx, error, (action), (name),			\
		    (unsigned int)ARRAY_LEN(args_), args_);		\
	} while (0)

static struct scmp_arg_cmp
arg_is(unsigned int i, uint64_t value)
{
	return (struct scmp_arg_cmp){ .arg = i, .op = SCMP_CMP_EQ,
	    .datum_a = value };
}

static struct scmp_arg_cmp
arg_bits(unsigned int i, uint64_t mask, uint64_t value)
{
	return (struct scmp_arg_cmp){ .arg = i, .op = SCMP_CMP_MASKED_EQ,
	    .datum_a = mask, .datum_b = value };
}

static void
rules_refuse(const struct profile *p, scmp_filter_ctx ctx, int *error)
{
	/* glibc falls back from these. */
	static const char *const newer[] = { "clone3", "faccessat2", "statx",
	    "openat2", "epoll_pwait2", "io_uring_setup", "getxattr",
	    "lgetxattr", "fchmodat2", NULL };
	static const char *const files[] = { "open", "openat", "access",
	    "faccessat", "stat", "lstat", "statfs", "readlink", "readlinkat",
	    "socket", "prctl", "uname", "sysinfo", "sched_getaffinity",
	    "fcntl", NULL };

	for (const char *const *n = newer; *n != NULL; n++)
		rule(ctx, error, SCMP_ACT_ERRNO(ENOSYS), *n, 0, NULL);
	for (const char *const *n = files; *n != NULL &&
	    !may(p, MAY_FILES); n++)
		if (!may(p, MAY_FORK) || str_index(calls_loop,
		    ARRAY_LEN(calls_loop), *n) == -1)
			rule(ctx, error, SCMP_ACT_ERRNO(EACCES), *n, 0, NULL);
}

/* Calls that are allowed by what is asked of them. */
static void
rules_memory(const struct profile *p, scmp_filter_ctx ctx, int *error)
{
	static const char *const names[] = { "mmap", "mmap2", "mprotect" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (may(p, MAY_EXEC)) {
			rule(ctx, error, SCMP_ACT_ALLOW, names[i], 0, NULL);
			continue;
		}
		RULE_IF(SCMP_ACT_ALLOW, names[i],
		    arg_bits(2, PROT_EXEC, 0));
		/* dlopen of a plug-in fails, as if it were not installed. */
		if (p->traits != 0)
			RULE_IF(SCMP_ACT_ERRNO(EACCES), names[i],
			    arg_bits(2, PROT_EXEC, PROT_EXEC));
	}
	/* glibc's fstat() has an empty path; stat() has none of our
	 * business. */
	if (p->traits == 0) {
		RULE_IF(SCMP_ACT_ALLOW, "newfstatat",
		    arg_bits(3, AT_EMPTY_PATH, AT_EMPTY_PATH));
		RULE_IF(SCMP_ACT_ERRNO(EACCES), "newfstatat",
		    arg_bits(3, AT_EMPTY_PATH, 0));
	}
}

static void
rules_sockets(const struct profile *p, scmp_filter_ctx ctx, int *error)
{
	static const int internet[] = { AF_INET, AF_INET6 };
	static const int kinds[] = { SOCK_STREAM, SOCK_SEQPACKET };

	for (size_t i = 0; i < ARRAY_LEN(internet); i++)
		if (may(p, MAY_INTERNET))
			RULE_IF(SCMP_ACT_ALLOW, "socket",
			    arg_is(0, (uint64_t)internet[i]));
	if (may(p, MAY_INTERNET))
		RULE_IF(SCMP_ACT_ALLOW, "socket", arg_is(0, AF_NETLINK),
		    arg_is(2, 0));
	if (may(p, MAY_UNIX))
		RULE_IF(SCMP_ACT_ALLOW, "socket", arg_is(0, AF_UNIX));
	else if (may(p, MAY_FILES))
		/* The resolver asks for nscd, and can do without. */
		RULE_IF(SCMP_ACT_ERRNO(EACCES), "socket",
		    arg_is(0, AF_UNIX));
	/* A pair of datagram sockets could be pointed elsewhere. */
	for (size_t i = 0; i < ARRAY_LEN(kinds) && p->traits != 0; i++)
		RULE_IF(SCMP_ACT_ALLOW, "socketpair", arg_is(0, AF_UNIX),
		    arg_bits(1, 0xf, (uint64_t)kinds[i]));
}

static void
rules_processes(const struct profile *p, scmp_filter_ctx ctx, int *error)
{
	const unsigned int thread = CLONE_VM | CLONE_THREAD | CLONE_SIGHAND;
	const unsigned int spaces = CLONE_NEWNS | CLONE_NEWCGROUP |
	    CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID |
	    CLONE_NEWNET;

	if (may(p, MAY_FORK)) {
		RULE_IF(SCMP_ACT_ALLOW, "clone",
		    arg_bits(0, spaces, 0));
		rule(ctx, error, SCMP_ACT_ALLOW, "fork", 0, NULL);
		/* The pid of a fork is not known yet. */
		rule(ctx, error, SCMP_ACT_ALLOW, "tgkill", 0, NULL);
	} else {
		RULE_IF(SCMP_ACT_ALLOW, "tgkill",
		    arg_is(0, (uint64_t)getpid()));
		if (may(p, MAY_THREAD))
			RULE_IF(SCMP_ACT_ALLOW, "clone",
			    arg_bits(0, thread | spaces, thread));
	}
	if (p->traits != 0)
		RULE_IF(SCMP_ACT_ALLOW, "prlimit64", arg_is(0, 0));
}

static void
rules_terminal(const struct profile *p, scmp_filter_ctx ctx, int *error)
{
	static const unsigned long asked[] = { FIONBIO, FIONREAD };

	for (size_t i = 0; i < ARRAY_LEN(asked) && p->traits != 0; i++)
		RULE_IF(SCMP_ACT_ALLOW, "ioctl", arg_is(1, asked[i]));
	/* isatty() on a log or a reply. */
	RULE_IF(SCMP_ACT_ERRNO(ENOTTY), "ioctl", arg_is(1, TCGETS));
}

static int
seccomp_enter(const struct profile *p)
{
	int		 result = 0, *error = &result;
	scmp_filter_ctx	 ctx = seccomp_init(may(p, REFUSES) ?
	    SCMP_ACT_ERRNO(EPERM) : SCMP_ACT_KILL_PROCESS);

	if (ctx == NULL) {
		errno = ENOMEM;
		return -1;
	}
	for (const char *const *const *list = p->calls; *list != NULL; list++)
		for (const char *const *name = *list; *name != NULL; name++)
			rule(ctx, error, SCMP_ACT_ALLOW, *name, 0, NULL);
	rules_refuse(p, ctx, error);
	rules_memory(p, ctx, error);
	rules_sockets(p, ctx, error);
	rules_processes(p, ctx, error);
	rules_terminal(p, ctx, error);
	if (result == 0)
		result = seccomp_load(ctx);
	seccomp_release(ctx);
	errno = -result;
	return result == 0 ? 0 : -1;
}

/* ---- the parts together ------------------------------------------------- */

static bool
seccomp_offered(void)
{
	/* A null filter is refused as a bad address where filters exist. */
	return prctl(PR_SET_SECCOMP, 2 /* SECCOMP_MODE_FILTER */, NULL) == -1 &&
	    errno == EFAULT;
}

static void __attribute__((format(printf, 2, 3)))
lacking(enum sandbox_need need, const char *fmt, ...)
{
	char	text[160];
	va_list	ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (need == SANDBOX_REQUIRED)
		fatal("%s; daemon.sandbox-required = no would go on without",
		    text);
	log_warn("RUNNING WITHOUT A SANDBOX: %s", text);
}

void
sandbox_enter(enum sandbox_profile profile, enum sandbox_need need)
{
	const struct profile *p = &profiles[profile];

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		lacking(need, "profile %s: no_new_privs: %s", p->name,
		    strerror(errno));
	/* Other processes of our user may not look into this one. */
	if (!may(p, MAY_EXEC) && !may(p, MAY_FORK))
		(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	if (landlock_enter(p) == -1)
		lacking(need, "profile %s: Landlock: %s", p->name,
		    strerror(errno));
	if (seccomp_enter(p) == -1)
		lacking(need, "profile %s: seccomp: %s", p->name,
		    strerror(errno));
}

void
sandbox_reads(const char *path)
{
	if (path == NULL)
		return;
	if (extra.n == ARRAY_LEN(extra.paths))
		fatal("sandbox: too many paths");
	extra.paths[extra.n++] = mem_strdup(path);
}

const char *
sandbox_offer(int *complete)
{
	static char	text[64];
	int		version = landlock_version();
	bool		filter = seccomp_offered();

	if (version > 0)
		(void)snprintf(text, sizeof(text), "Landlock %d, %s", version,
		    filter ? "seccomp" : "no seccomp");
	else
		(void)snprintf(text, sizeof(text), "no Landlock, %s",
		    filter ? "seccomp" : "no seccomp");
	*complete = version > 0 && filter;
	return text;
}

#else /* !USE_SANDBOX */

void
sandbox_enter(enum sandbox_profile profile, enum sandbox_need need)
{
	(void)need;
	log_debug("profile %d: built without a sandbox", (int)profile);
}

void
sandbox_reads(const char *path)
{
	(void)path;
}

const char *
sandbox_offer(int *complete)
{
	*complete = 0;
	return "no sandbox, being built without";
}

#endif

/* ---- resource limits ---------------------------------------------------- */

static void
limit_set(__rlimit_resource_t resource, uint64_t soft, uint64_t hard)
{
	struct rlimit was, now = { .rlim_cur = soft, .rlim_max = hard };

	if (getrlimit(resource, &was) == 0 && hard > was.rlim_max)
		now.rlim_max = was.rlim_max;
	if (now.rlim_cur > now.rlim_max)
		now.rlim_cur = now.rlim_max;
	if (setrlimit(resource, &now) == -1)
		fatal("setrlimit %d: %s", (int)resource, strerror(errno));
}

void
sandbox_limits(const struct sandbox_limits *l)
{
#ifdef USE_SANDBOX	/* sanitizers reserve terabytes of address space */
	if (l->memory != 0)
		limit_set(RLIMIT_AS, l->memory, l->memory);
#endif
	/* SIGXCPU first, so that the end can be told from a kill. */
	if (l->cpu_s != 0)
		limit_set(RLIMIT_CPU, l->cpu_s, (uint64_t)l->cpu_s + 2);
	/* A log that is a file gets no more lines, but that is no reason to
	 * die. */
	(void)signal(SIGXFSZ, SIG_IGN);
	limit_set(RLIMIT_FSIZE, 0, 0);
	limit_set(RLIMIT_CORE, 0, 0);
	limit_set(RLIMIT_NOFILE, 64, 64);
}

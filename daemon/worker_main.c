/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatch-worker - looks into files, one child a file.
 * Takes: memfds from queue (or the command).  Gives: findings, and how each
 * child ended.
 *
 * The parent compiles the rules once, then locks itself down, and never reads
 * a byte of a package.  The child locks itself further down before it reads
 * its first byte; the worst that a package can take over is that child, which
 * can answer wrongly about itself and nothing else.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/config.h"
#include "base/file.h"
#include "base/ipc.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/memfd.h"
#include "base/proc.h"
#include "base/sandbox.h"
#include "base/str.h"
#include "base/vis.h"
#include "data/messages.h"
#include "names/name.h"
#include "names/targets.h"
#include "worker_draft.h"
#include "worker_file.h"
#include "worker_rules.h"

#define WORKER_SLOTS 1		/* more workers, rather than more of one */
#define TASKS_MAX 8		/* for a queue that does not count */

struct task {
	bool		 used;
	int64_t		 id;
	pid_t		 pid;
	int64_t		 began_ms;
	bool		 timed_out;
	struct timer	*wall;
	struct draft	*draft;
	int		 reply;		/* to send the draft on; the child has
					   its own */
};

static struct {
	struct config		*config;
	enum sandbox_need	 need;
	struct worker_tools	 tools;
	struct loop		*loop;
	struct channel		*channel;
	struct mapping		 targets_bytes;
	struct targets		*targets;
	struct task		 tasks[TASKS_MAX];
	size_t			 done;
} worker;

/* ---- the child ---------------------------------------------------------- */

enum { CHILD_MEMFD = 3, CHILD_REPLY = 4, CHILD_FDS = 5 };

/* Keeps the two descriptors and standard error, closes every other. */
static int
descriptors_keep(int memfd, int reply)
{
	int a = fcntl(memfd, F_DUPFD, CHILD_FDS);
	int b = fcntl(reply, F_DUPFD, CHILD_FDS);

	if (a == -1 || b == -1 || dup2(a, CHILD_MEMFD) == -1 ||
	    dup2(b, CHILD_REPLY) == -1)
		return -1;
	return close_range(CHILD_FDS, ~0U, 0);
}

/* Everything here happens before the first byte of the package is read. */
static void
child_lock(const struct mapping *file)
{
	const struct config	*c = worker.config;
	struct sandbox_limits	 limits = {
		.memory = (uint64_t)c->limits.child_memory + file->size,
		.cpu_s = (unsigned int)c->limits.child_cpu_s,
	};

	sandbox_limits(&limits);
	sandbox_enter(SANDBOX_WORKER_CHILD, worker.need);
}

static _Noreturn void
child_run(const struct msg_inspect *m, int memfd, int reply, pid_t parent,
    struct draft *draft)
{
	struct inspected_file	file = { m->project, m->version, m->filename,
	    m->packagetype };
	struct mapping		bytes;
	struct features		f;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1 || getppid() != parent)
		_exit(1);
	if (descriptors_keep(memfd, reply) == -1)
		_exit(2);
	if (mapping_open(&bytes, CHILD_MEMFD,
	    (size_t)worker.config->limits.artefact_bytes) == -1)
		_exit(3);
	for (size_t i = 0; i < TASKS_MAX; i++)
		if (worker.tasks[i].draft != draft)
			draft_unmap(worker.tasks[i].draft);
	proc_title("worker (inspecting %s)", vis(m->filename));
	child_lock(&bytes);
	worker.tools.draft = draft;
	worker.tools.measure = m->measure;
	worker_file(&worker.tools, &file, bytes.data, bytes.size, &f);
	features_shrink(&f);
	_exit(ipc_write(CHILD_REPLY, REPLY_FEATURES, &features_desc, &f) == 0 ?
	    0 : 4);
}

/* ---- the parent --------------------------------------------------------- */

static void
title_show(void)
{
	size_t busy = 0;

	for (size_t i = 0; i < TASKS_MAX; i++)
		busy += worker.tasks[i].used;
	proc_title("worker (%s, %zu files so far)", busy != 0 ? "busy" :
	    "idle", worker.done);
}

static void
on_wall(void *ctx)
{
	struct task *t = ctx;

	t->timed_out = true;
	(void)kill(t->pid, SIGKILL);
}

static struct task *
task_free_slot(void)
{
	for (size_t i = 0; i < TASKS_MAX; i++)
		if (!worker.tasks[i].used)
			return &worker.tasks[i];
	return NULL;
}

static void
inspected_send(const struct msg_inspected *m)
{
	channel_send(worker.channel, MSG_INSPECTED, &msg_inspected_desc, m,
	    NULL, 0);
}

static void
on_inspect(void *ctx, void *object, const int *fds)
{
	const struct msg_inspect	*m = object;
	struct task			*t = task_free_slot();
	pid_t				 parent = getpid(), pid = -1;

	(void)ctx;
	if (t != NULL)
		draft_clear(t->draft);
	if (t != NULL && (pid = proc_fork()) == 0)
		child_run(m, fds[0], fds[1], parent, t->draft);
	close(fds[0]);
	if (pid == -1) {
		close(fds[1]);
		log_error("task=%lld cannot start a child: %s", (long long)m->id,
		    t != NULL ? strerror(errno) : "too many at once");
		inspected_send(&(struct msg_inspected){ .id = m->id });
		return;
	}
	log_debug("task=%lld file=%s pid=%d", (long long)m->id,
	    vis(m->filename), (int)pid);
	t->used = true;
	t->id = m->id;
	t->pid = pid;
	t->reply = fds[1];
	t->timed_out = false;
	t->began_ms = clock_mono_ms();
	timer_arm(t->wall, worker.config->limits.child_wall_s * 1000);
	title_show();
}

static void
task_end(struct task *t, int status)
{
	struct msg_inspected m = { .id = t->id, .timed_out = t->timed_out,
	    .ms = (uint32_t)(clock_mono_ms() - t->began_ms) };

	timer_disarm(t->wall);
	m.clean = WIFEXITED(status) && WEXITSTATUS(status) == 0;
	if (WIFSIGNALED(status))
		m.signal = (uint32_t)WTERMSIG(status);
	if (m.signal == SIGXCPU)
		m.timed_out = true;
	if (!m.clean)
		log_warn("task=%lld child ended with %s %d%s", (long long)m.id,
		    m.signal != 0 ? "signal" : "status", m.signal != 0 ?
		    (int)m.signal : WEXITSTATUS(status), m.timed_out ?
		    ", out of time" : m.signal == SIGSYS ?
		    ", a forbidden system call" : "");
	if (!m.clean)
		draft_send(t->draft, t->reply);
	close(t->reply);
	t->used = false;
	worker.done++;
	inspected_send(&m);
	title_show();
}

static void
on_child(void *ctx)
{
	pid_t	pid;
	int	status;

	(void)ctx;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (size_t i = 0; i < TASKS_MAX; i++)
			if (worker.tasks[i].used && worker.tasks[i].pid == pid)
				task_end(&worker.tasks[i], status);
}

/* A damaged index leaves the old one in force. */
static void
on_targets(void *ctx, void *object, const int *fds)
{
	struct mapping	 bytes;
	struct targets	*fresh = NULL;
	const char	*why = "not a sealed memfd";

	(void)ctx;
	(void)object;
	if (mapping_open(&bytes, fds[0], TARGETS_BYTES_MAX) == 0) {
		fresh = targets_open(bytes.data, bytes.size, &why);
		if (fresh != NULL) {
			targets_free(worker.targets);
			mapping_close(&worker.targets_bytes);
			worker.targets = fresh;
			worker.targets_bytes = bytes;
			worker.tools.targets = fresh;
			why = NULL;
		} else
			mapping_close(&bytes);
	}
	close(fds[0]);
	if (why != NULL)
		log_error("target index refused: %s", why);
	else
		log_debug("targets=%zu", targets_count(fresh));
}

static const struct msg_rule from_queue[] = {
	{ MSG_TARGETS, NULL, 1, on_targets },
	{ MSG_INSPECT, &msg_inspect_desc, 2, on_inspect },
};

/* Children under way die with us; their tasks are leased again. */
static void
on_closed(void *ctx, const char *why)
{
	(void)ctx;
	log_debug("queue is gone (%s), stopping", vis(why));
	loop_stop(worker.loop);
}

static void
on_term(void *ctx)
{
	(void)ctx;
	loop_stop(worker.loop);
}

static int
role_run(void)
{
	struct msg_hello hello = { .protocol = IPC_PROTOCOL,
	    .slots = WORKER_SLOTS };
	char role[] = "worker";

	worker.loop = loop_new();
	loop_signal(worker.loop, SIGCHLD, on_child, NULL);
	loop_signal(worker.loop, SIGTERM, on_term, NULL);
	loop_signal(worker.loop, SIGINT, on_term, NULL);
	for (size_t i = 0; i < TASKS_MAX; i++) {
		worker.tasks[i].wall = timer_new(worker.loop, on_wall,
		    &worker.tasks[i]);
		worker.tasks[i].draft = draft_new();
	}
	worker.channel = channel_new(worker.loop, ROLE_CHANNEL_FD, from_queue,
	    ARRAY_LEN(from_queue), on_closed, NULL);
	sandbox_enter(SANDBOX_WORKER, worker.need);
	hello.role = role;
	channel_send(worker.channel, MSG_HELLO, &msg_hello_desc, &hello, NULL,
	    0);
	title_show();
	loop_run(worker.loop);
	for (size_t i = 0; i < TASKS_MAX; i++) {
		if (worker.tasks[i].used)
			(void)kill(worker.tasks[i].pid, SIGKILL);
		timer_free(worker.tasks[i].wall);
	}
	channel_free(worker.channel);
	loop_free(worker.loop);
	return 0;
}

/* ---- one local file ----------------------------------------------------- */

static void
targets_load(const char *path, enum target_kind kind, struct buf *index)
{
	struct buf	 text = BUF_EMPTY;
	struct target	*list;
	size_t		 n;
	char		 why[200];

	if (path == NULL)
		return;
	if (file_read(path, TARGETS_BYTES_MAX, &text) == -1)
		log_warn("%s: %s: names are not judged", path, strerror(errno));
	else if (targets_read(text.data, text.len, kind, &list, &n, why,
	    sizeof(why)) == -1)
		log_warn("%s: %s: names are not judged", path, why);
	else {
		(void)targets_build(list, n, index);
		targets_list_free(list, n);
	}
	buf_release(&text);
}

static void
finding_print(const struct finding *f)
{
	printf("%-8s %-24s %s", context_name(f->context), f->rule,
	    f->path != NULL ? f->path : "");
	if (f->line != 0)
		printf(":%u", f->line);
	printf("\n         %s\n", f->text != NULL ? f->text : "");
	if (f->layers != NULL)
		printf("         layers: %s\n", f->layers);
	if (f->snippet != NULL)
		printf("         %s\n", f->snippet);
}

static void
features_print(const char *path, const struct features *f)
{
	printf("%s: %s%s%s, %u entries, %lld bytes, %u layers, %u ms\n", path,
	    scan_outcome_name(f->outcome), f->why != NULL ? ": " : "",
	    f->why != NULL ? f->why : "", f->entries, (long long)f->bytes,
	    f->layers, f->ms);
	for (size_t i = 0; i < f->nfindings; i++)
		finding_print(&f->findings[i]);
	for (size_t i = 0; i < f->nnames; i++)
		printf("name     %-24s %s, score %u\n", f->names[i].target,
		    f->names[i].technique, f->names[i].score);
	for (size_t i = 0; i < f->nindicators; i++)
		printf("%-8s %s\n", f->indicators[i].type,
		    f->indicators[i].value);
}

static int
file_run(const char *path)
{
	const struct config	*c = worker.config;
	struct buf		 bytes = BUF_EMPTY, index = BUF_EMPTY;
	struct project_name	 project = { .text = "" };
	char			 version[VERSION_MAX + 1] = "";
	const char		*name = strrchr(path, '/'), *why;
	struct inspected_file	 file;
	struct features		 f;

	name = name != NULL ? name + 1 : path;
	if (file_read(path, (size_t)c->limits.artefact_bytes, &bytes) == -1) {
		log_error("%s: %s", path, strerror(errno));
		return 2;
	}
	targets_load(c->lookalike.popular_names_file, TARGET_POPULAR, &index);
	if (index.len != 0)
		worker.targets = targets_open(index.data, index.len, &why);
	worker.tools.targets = worker.targets;
	if (name_from_filename(name, &project, version, sizeof(version)) == -1)
		log_warn("%s: says no project and version", vis(name));
	file = (struct inspected_file){ project.text, version, name,
	    packagetype_from_filename(name) };
	worker_file(&worker.tools, &file,
	    (const uint8_t *)buf_text(&bytes), bytes.len, &f);
	features_shrink(&f);
	features_print(path, &f);
	features_release(&f);
	targets_free(worker.targets);
	buf_release(&index);
	buf_release(&bytes);
	return 0;
}

/* ---- start -------------------------------------------------------------- */

static void
usage(FILE *out)
{
	fputs("usage: pypiwatch-worker [-v] [-c FILE] -f FILE\n"
	    "       pypiwatch-worker --ruleset | --rules [-c FILE]\n"
	    "       pypiwatch-worker --check-rules FILE ...\n"
	    "       pypiwatch-worker --role | --check [-c FILE]\n"
	    "Prints what is found in one local file, without a sandbox; or is\n"
	    "started by pypiwatchd(8) and pypiwatch(1).\n", out);
}

static struct config *
config_get(const char *path)
{
	struct buf	 errors = BUF_EMPTY;
	struct config	*c;
	bool		 unreadable;

	if (path == NULL)
		return config_inherited();
	c = config_load(path, &errors, &unreadable);
	if (c == NULL) {
		fputs(buf_text(&errors), stderr);
		exit(2);
	}
	return c;
}

static void
rules_compile(void)
{
	struct inspector_settings	 settings = {
		worker.config->rules.directory,
		worker.config->rules.local_directory };
	struct buf			 errors = BUF_EMPTY;

	worker.tools.inspector = inspector_new(&settings, &errors);
	if (worker.tools.inspector == NULL)
		fatal("rules: %s", buf_text(&errors));
	if (errors.len != 0)
		log_warn("rules: %s", buf_text(&errors));
	buf_release(&errors);
}

static void
setup(const char *config_path)
{
	const struct config *c = worker.config = config_get(config_path);

	worker.need = c->daemon.sandbox_required ? SANDBOX_REQUIRED :
	    SANDBOX_BEST_EFFORT;
	worker.tools.limits = (struct unpack_limits){
	    c->limits.unpacked_bytes, c->limits.entry_bytes,
	    c->limits.entries, c->limits.nesting };
	rules_compile();
}

static int
rules_list(const char *config_path)
{
	struct config	*c = config_get(config_path);
	int		 status = worker_rules_list(c->rules.directory,
	    c->rules.local_directory);

	config_free(c);
	return status;
}

int
main(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "role", no_argument, NULL, 'r' },
		{ "check", no_argument, NULL, 'C' },
		{ "ruleset", no_argument, NULL, 'R' },
		{ "rules", no_argument, NULL, 'L' },
		{ "check-rules", no_argument, NULL, 'T' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	const char	*config_path = NULL, *file = NULL;
	bool		 role = false, ruleset = false, check = false;
	bool		 list = false, try = false;
	int		 ch;

	proc_init(argc, argv);
	while ((ch = getopt_long(argc, argv, "c:f:v", longs, NULL)) != -1)
		switch (ch) {
		case 'c': config_path = optarg; break;
		case 'f': file = optarg; break;
		case 'r': role = true; break;
		case 'C': check = true; break;
		case 'R': ruleset = true; break;
		case 'L': list = true; break;
		case 'T': try = true; break;
		case 'v': log_set_level(LOG_LEVEL_DEBUG); break;
		case 'h': usage(stdout); return 0;
		case 'V': puts("pypiwatch-worker " VERSION); return 0;
		default: usage(stderr); return 2;
		}
	if ((optind != argc) != try ||
	    role + ruleset + check + list + try + (file != NULL) != 1) {
		usage(stderr);
		return 2;
	}
	/* File names in archives are UTF-8, whatever the operator speaks. */
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	log_open("worker", log_get_level());
	if (try)
		return worker_rules_check(argv + optind, argc - optind);
	if (list)
		return rules_list(config_path);
	setup(config_path);
	if (ruleset) {
		puts(inspector_ruleset(worker.tools.inspector));
		return 0;
	}
	archive_warm();
	if (check)	/* setup ends it otherwise */
		ch = 0;
	else
		ch = role ? role_run() : file_run(file);
	inspector_free(worker.tools.inspector);
	config_free(worker.config);
	return ch;
}

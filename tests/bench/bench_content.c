/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_content - a whole scan against a libarchive loop that only unpacks, in
 * the same run; what each stage and rule costs; and a tiny package, with and
 * without a fork.
 *
 * usage: bench_content [-v] [-t] [FILE ...]; without files it makes a source
 * archive and a wheel of generated text.  -v: a line a file, with the time a
 * byte; -t: only how long, for a profile that measuring does not blur.  The
 * ratio is libarchive's time over ours: at least 0.15 is asked for, 0.35 is the
 * aim.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../unit/archive_builder.h"
#include "../unit/inspect_load.h"
#include "base/mem.h"
#include "base/str.h"
#include "corpus.h"
#include "judge/scan_costs.h"
#include "unpack/archive.h"

static const struct unpack_limits limits = {
	.unpacked_bytes = INT64_C(1) << 30, .entry_bytes = 16 << 20,
	.entries = 100000, .nesting = 4,
};

#define RULES_NS 1000000000	/* a file: a round over all rules and more */

struct sum { const char *what; size_t files; double ours_s, theirs_s, bytes; };

static struct sum sums[] = { { .what = "source archives" },
	{ .what = "wheels" } };
static struct inspect_tools shipped;
static struct scan_costs costs;
static bool verbose;		/* a line a file */
static bool times_only;		/* not what each stage and rule took */

/* With costs, measures what it takes instead of how long. */
static int64_t
scan(const struct bench *b, struct scan_costs *to)
{
	struct inspected_file file = { "bench", "1.0", b->name,
		packagetype_from_filename(b->name) };
	struct features		 f = { 0 };
	struct verdict		 v;
	struct inspection	*in = inspection_new(shipped.inspector, &file, NULL,
	    &f);
	int64_t			 bytes;

	if (to != NULL)
		inspection_measure(in, RULES_NS);
	archive_walk(&limits, b->name, file.packagetype, b->data, b->size,
	    inspection_entry, in, &f);
	inspection_end(in);
	inspection_free(in);
	judge_file(&shipped.judge, &f, NULL, &v);
	if (to != NULL)
		scan_costs_add(to, &f);
	bytes = f.bytes;
	verdict_release(&v);
	features_release(&f);
	return bytes;
}

static void
bench_run(const struct bench *b)
{
	struct sum *sum = &sums[str_ends(b->name, ".whl")], before = *sum;
	double start;
	int rounds = b->size < 100000 ? 3 : 1;

	for (int i = 0; i < rounds; i++) {
		start = now_s(CLOCK_PROCESS_CPUTIME_ID);
		(void)read_theirs(b);
		sum->theirs_s += now_s(CLOCK_PROCESS_CPUTIME_ID) - start;
		start = now_s(CLOCK_PROCESS_CPUTIME_ID);
		sum->bytes += (double)scan(b, NULL);
		sum->ours_s += now_s(CLOCK_PROCESS_CPUTIME_ID) - start;
	}
	if (!times_only)
		(void)scan(b, &costs);
	sum->files++;
	if (verbose)
		printf("%-40.60s %8.0f kB %6.0f ns/B, libarchive %5.0f ns/B\n",
		    b->name, (sum->bytes - before.bytes) / rounds / 1e3,
		    (sum->ours_s - before.ours_s) * 1e9 /
		    (sum->bytes - before.bytes), (sum->theirs_s -
		    before.theirs_s) * 1e9 / (sum->bytes - before.bytes));
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
seconds(const struct timeval *t)
{
	return (double)t->tv_sec + (double)t->tv_usec / 1e6;
}

/* Processor time of ours and of children that ended. */
static double
used_s(void)
{
	struct rusage own, children;

	(void)getrusage(RUSAGE_SELF, &own);
	(void)getrusage(RUSAGE_CHILDREN, &children);
	return seconds(&own.ru_utime) + seconds(&own.ru_stime) +
	    seconds(&children.ru_utime) + seconds(&children.ru_stime);
}

static double
wall_s(void)
{
	return now_s(CLOCK_MONOTONIC);
}

static double
median(void (*run)(const struct bench *), const struct bench *b,
    double (*clock)(void))
{
	double took[101];

	for (size_t i = 0; i < ARRAY_LEN(took); i++) {
		double start = clock();

		run(b);
		took[i] = clock() - start;
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
	printf("a tiny package: %.0f us in process; with its fork %.2f ms, of "
	    "the processor %.2f ms\n", median(tiny_scan, &b, wall_s) * 1e6,
	    median(tiny_fork, &b, wall_s) * 1e3,
	    median(tiny_fork, &b, used_s) * 1e3);
	buf_release(&tar);
	buf_release(&gz);
}

/* ---- the whole ------------------------------------------------------------ */

static bool
tools_make(void)
{
	struct buf errors = BUF_EMPTY;
	bool loaded = inspect_tools_load(&shipped, &errors);

	fputs(buf_text(&errors), stderr);
	buf_release(&errors);
	return loaded;
}

static void
costs_print(void)
{
	struct buf out = BUF_EMPTY;

	scan_costs_print(&costs, &out);
	fputs(buf_text(&out), stdout);
	buf_release(&out);
	scan_costs_release(&costs);
}

/* How many arguments are options. */
static int
options(int argc, char **argv)
{
	int i = 1;

	for (; i < argc && argv[i][0] == '-'; i++) {
		verbose |= str_equal(argv[i], "-v");
		times_only |= str_equal(argv[i], "-t");
	}
	return i;
}

static void
sums_print(void)
{
	for (size_t i = 0; i < ARRAY_LEN(sums); i++)
		if (sums[i].files > 0)
			printf("%-16s %4zu files  %6.1f MB/s, libarchive %6.1f"
			    " MB/s, ratio %.2f\n", sums[i].what,
			    sums[i].files, sums[i].bytes / sums[i].ours_s /
			    1e6, sums[i].bytes / sums[i].theirs_s / 1e6,
			    sums[i].theirs_s / sums[i].ours_s);
}

int
main(int argc, char **argv)
{
	int first = options(argc, argv);

	setlocale(LC_CTYPE, "C.UTF-8");
	if (!tools_make())
		return 1;
	archive_warm();
	if (argc > first)
		corpus_files(argv + first, (size_t)(argc - first), bench_run);
	else
		corpus_made(300, source_make, bench_run);
	sums_print();
	if (!times_only) {
		costs_print();
		bench_tiny();
	}
	inspect_tools_free(&shipped);
	return 0;
}

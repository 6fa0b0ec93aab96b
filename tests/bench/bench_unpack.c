/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_unpack - unpack against a plain libarchive loop, in the same run.
 *
 * usage: bench_unpack [FILE ...]; without files it makes a source archive and
 * a wheel of generated text.  Each file is read in turn by both until both
 * have had half a second (20 ms of each of many); the figure is libarchive's time over ours, so above
 * 1 means that checking everything costs less than the faster inflate saves.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "corpus.h"
#include "unpack/archive.h"

static const struct unpack_limits limits = {
	.unpacked_bytes = INT64_C(1) << 30, .entry_bytes = 16 << 20,
	.entries = 100000, .nesting = 0,
};

static double least_s = 0.02;
struct total { double ours_s, theirs_s, bytes; } total;

static void
ignore(void *ctx, const struct entry *e)
{
	(void)e;
	++*(unsigned int *)ctx;
}

static int64_t
read_ours(const struct bench *b)
{
	struct features	f = { 0 };
	unsigned int	n = 0;
	int64_t		bytes;

	archive_walk(&limits, b->name, packagetype_from_filename(b->name),
	    b->data, b->size, ignore, &n, &f);
	bytes = f.bytes;
	features_release(&f);
	return bytes;
}

static double
time_of(int64_t (*read)(const struct bench *), const struct bench *b)
{
	double start = now_s(CLOCK_PROCESS_CPUTIME_ID);

	read(b);
	return now_s(CLOCK_PROCESS_CPUTIME_ID) - start;
}

static void
bench_run(const struct bench *b)
{
	double	ours = 0, theirs = 0;
	int	rounds = 0;

	do {
		theirs += time_of(read_theirs, b);
		ours += time_of(read_ours, b);
		rounds++;
	} while (ours < least_s || theirs < least_s);
	printf("%-48.48s %8.2f ms %8.2f ms  %5.2f\n", b->name,
	    ours * 1e3 / rounds, theirs * 1e3 / rounds, theirs / ours);
	total.ours_s += ours / rounds;
	total.theirs_s += theirs / rounds;
	total.bytes += (double)read_ours(b);
}

/* Text that packs about as well as source code does. */
static char *
text_make(unsigned int seed)
{
	static const char *const words[] = { "def ", "return ", "self.",
	    "import ", "value", "name", "    ", "(x)", ":\n", " = ", "None\n",
	    "# note ", "for i in ", "range(", ")\n", "\n" };
	struct buf	 b = BUF_EMPTY;

	while (b.len < 12000) {
		seed = seed * 1103515245 + 12345;
		buf_adds(&b, words[seed >> 16 & 15]);
		if ((seed >> 24 & 7) == 0)
			buf_addf(&b, "v%u", seed >> 12 & 0xfff);
	}
	return buf_steal(&b);
}

int
main(int argc, char **argv)
{
	printf("%-48s %11s %11s  %5s\n", "file", "unpack", "libarchive",
	    "ratio");
	if (argc > 1) {
		corpus_files(argv + 1, (size_t)argc - 1, bench_run);
	} else {
		least_s = 0.5;
		corpus_made(400, text_make, bench_run);
	}
	printf("all: %.0f MB/s, libarchive %.0f MB/s, ratio %.2f\n",
	    total.bytes / total.ours_s / 1e6,
	    total.bytes / total.theirs_s / 1e6,
	    total.theirs_s / total.ours_s);
	return 0;
}

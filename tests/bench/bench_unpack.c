/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_unpack - unpack against a plain libarchive loop, in the same run.
 *
 * usage: bench_unpack [FILE ...]; without files it makes a source archive and
 * a wheel of generated text.  Each file is read in turn by both until both
 * have had half a second; the figure is libarchive's time over ours, so above
 * 1 means that checking everything costs less than the faster inflate saves.
 */
#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../unit/archive_builder.h"
#include "base/mem.h"
#include "base/str.h"
#include "unpack/archive.h"

static const struct unpack_limits limits = {
	.unpacked_bytes = INT64_C(1) << 30, .entry_bytes = 16 << 20,
	.entries = 100000, .nesting = 0,
};

struct bench { const char *name; const uint8_t *data; size_t size; };
struct total { double ours_s, theirs_s, bytes; } total;

static double
now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

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

static int64_t
read_theirs(const struct bench *b)
{
	struct archive	*a = archive_read_new();
	struct archive_entry *e;
	const void	*block;
	size_t		 len;
	la_int64_t	 offset, bytes = 0;

	archive_read_support_format_tar(a);
	archive_read_support_format_zip_seekable(a);
	archive_read_support_filter_gzip(a);
	archive_read_support_filter_xz(a);
	archive_read_support_filter_bzip2(a);
	archive_read_open_memory(a, b->data, b->size);
	while (archive_read_next_header(a, &e) >= ARCHIVE_WARN &&
	    archive_entry_pathname(e) != NULL) {
		while (archive_read_data_block(a, &block, &len, &offset) ==
		    ARCHIVE_OK)
			bytes += (la_int64_t)len;
		if (archive_errno(a) != 0)
			break;
	}
	archive_read_free(a);
	return bytes;
}

static double
time_of(int64_t (*read)(const struct bench *), const struct bench *b)
{
	double start = now_s();

	read(b);
	return now_s() - start;
}

static void
bench_run(const struct bench *b, double least_s)
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
	bench_run(&b, 0.02);
	munmap(p, b.size);
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

static void
bench_made(void)
{
	struct buf		 tar = BUF_EMPTY, gz = BUF_EMPTY;
	struct zip_builder	 zip = { 0 };
	char			 name[64], *text;

	for (unsigned int i = 0; i < 400; i++) {
		text = text_make(i);
		snprintf(name, sizeof(name), "p-1/p/m%u.py", i);
		tar_file(&tar, name, text);
		zip_file(&zip, name + 4, text);
		free(text);
	}
	tar_end(&tar);
	gzip_add(&gz, tar.data, tar.len);
	zip_end(&zip, NULL);
	bench_run(&(struct bench){ "p-1.tar.gz", (uint8_t *)gz.data, gz.len },
	    0.5);
	bench_run(&(struct bench){ "p-1-py3-none-any.whl",
	    (uint8_t *)zip.file.data, zip.file.len }, 0.5);
	buf_release(&tar);
	buf_release(&gz);
	buf_release(&zip.file);
}

int
main(int argc, char **argv)
{
	printf("%-48s %11s %11s  %5s\n", "file", "unpack", "libarchive",
	    "ratio");
	for (int i = 1; i < argc; i++)
		bench_file(argv[i]);
	if (argc == 1)
		bench_made();
	printf("all: %.0f MB/s, libarchive %.0f MB/s, ratio %.2f\n",
	    total.bytes / total.ours_s / 1e6,
	    total.bytes / total.theirs_s / 1e6,
	    total.theirs_s / total.ours_s);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "corpus.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../unit/archive_builder.h"

double
now_s(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int64_t
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

static void
corpus_file(const char *path, void (*run)(const struct bench *))
{
	const char	*slash = strrchr(path, '/');
	struct bench	 b = { slash != NULL ? slash + 1 : path, NULL, 0 };
	struct stat	 st;
	int		 fd = open(path, O_RDONLY | O_CLOEXEC);
	void		*p;

	if (fd == -1 || fstat(fd, &st) == -1 || st.st_size == 0) {
		perror(path);
		if (fd != -1)
			close(fd);
		return;
	}
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (p == MAP_FAILED)
		return;
	b.data = p;
	b.size = (size_t)st.st_size;
	run(&b);
	munmap(p, b.size);
}

void
corpus_files(char *const *paths, size_t n, void (*run)(const struct bench *))
{
	for (size_t i = 0; i < n; i++)
		corpus_file(paths[i], run);
}

void
corpus_made(unsigned int n, char *(*module)(unsigned int),
    void (*run)(const struct bench *))
{
	struct buf		 tar = BUF_EMPTY, gz = BUF_EMPTY;
	struct zip_builder	 zip = { 0 };
	char			 name[64], *text;

	for (unsigned int i = 0; i < n; i++) {
		text = module(i);
		snprintf(name, sizeof(name), "p-1/p/m%u.py", i);
		tar_file(&tar, name, text);
		zip_add(&zip, &(struct zip_spec){ .name = name + 4,
		    .data = text, .method = 8 });
		free(text);
	}
	tar_end(&tar);
	gzip_add(&gz, tar.data, tar.len);
	zip_end(&zip, NULL);
	run(&(struct bench){ "p-1.tar.gz", (uint8_t *)gz.data, gz.len });
	run(&(struct bench){ "p-1-py3-none-any.whl",
	    (uint8_t *)zip.file.data, zip.file.len });
	buf_release(&tar);
	buf_release(&gz);
	buf_release(&zip.file);
}

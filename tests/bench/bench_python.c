/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_python - how fast lib/python reads the files named on standard input.
 *
 * Prints bytes and seconds of processor time of each stage, one after the
 * other; bench_python.py puts CPython's own beside them.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "python/fold.h"
#include "python/lex.h"

struct source {
	uint8_t	*data;
	size_t	 size;
};

static double
now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct source
source_load(const char *path)
{
	struct source s = { NULL, 0 };
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = 0;

	if (fd == -1 || fstat(fd, &st) == -1) {
		perror(path);
		return s;
	}
	s.data = mem_alloc((size_t)st.st_size + 1);
	while (s.size < (size_t)st.st_size && (n = read(fd, s.data + s.size,
	    (size_t)st.st_size - s.size)) > 0)
		s.size += (size_t)n;
	close(fd);
	return s;
}

static size_t
lex(const struct source *s)
{
	struct lexer l;
	struct lex_token t;
	size_t n = 0;

	lex_open(&l, s->data, s->size);
	while (lex_next(&l, &t))
		n++;
	return n;
}

static size_t
tree(const struct source *s)
{
	struct tree *t = tree_read(s->data, s->size);
	size_t n = t->nnodes;

	tree_free(t);
	return n;
}

static size_t
fold(const struct source *s)
{
	struct tree *t = tree_read(s->data, s->size);
	struct fold *f = fold_new(t);
	size_t n;

	fold_all(f);
	n = f->nvalues;
	fold_free(f);
	tree_free(t);
	return n;
}

static void
stage(const char *name, size_t (*run)(const struct source *),
    const struct source *sources, size_t n, double bytes)
{
	double start = now_s();
	size_t units = 0;

	for (size_t i = 0; i < n; i++)
		units += run(&sources[i]);
	printf("%s %.0f %.6f %zu\n", name, bytes, now_s() - start, units);
}

int
main(void)
{
	struct source *sources = NULL;
	size_t n = 0, room = 0, len = 0;
	double bytes = 0;
	char *line = NULL;
	ssize_t got;

	while ((got = getline(&line, &len, stdin)) > 0) {
		line[got - 1] = '\0';
		if (n == room) {
			room = room == 0 ? 64 : 2 * room;
			sources = mem_grow(sources, room, sizeof(*sources));
		}
		sources[n] = source_load(line);
		bytes += (double)sources[n++].size;
	}
	stage("tokens", lex, sources, n, bytes);
	stage("tree", tree, sources, n, bytes);
	stage("fold", fold, sources, n, bytes);
	for (size_t i = 0; i < n; i++)
		free(sources[i].data);
	free(sources);
	free(line);
	return 0;
}

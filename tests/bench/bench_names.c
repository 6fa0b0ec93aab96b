/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_names - what one name costs, and the core against brute force.
 *
 * Takes: popular_top15000.tsv and ordinary_names.txt of a folder, a folder to
 * write to.  Gives: medians on standard output; targets, sample and hits as
 * files, so that names.sh can ask PostgreSQL for the same.
 * Processor time, because other programs run too.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "names/lookalike.h"
#include "names/near.h"
#include "names/search.h"

#define ROUNDS 7
#define SAMPLE 200	/* names that the slow ways are asked about */
#define SAMPLE_LETTERS 8	/* so that trigrams cannot miss distance 2 */
#define HITS_MOST 100000

struct names {
	struct project_name *list;
	struct shape	*shapes;
	size_t		 n;
};

struct pair {
	uint32_t	 sample, entry;
};

struct hits {
	struct pair	*pairs;
	size_t		 n;
	uint32_t	 sample;
};

static double
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int
order(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
median(double *values, size_t n)
{
	qsort(values, n, sizeof(*values), order);
	return values[n / 2];
}

/* ---- data ---------------------------------------------------------------- */

static void
file_read(const char *folder, const char *name, struct buf *out)
{
	char *path = mem_printf("%s/%s", folder, name), piece[8192];
	FILE *f = fopen(path, "re");
	size_t n;

	if (f == NULL) {
		fprintf(stderr, "bench_names: cannot read %s\n", path);
		exit(2);
	}
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
		buf_add(out, piece, n);
	fclose(f);
	free(path);
}

static void
names_read(const char *folder, struct names *names)
{
	struct buf text = BUF_EMPTY;
	char *at, *line;
	size_t room = 0;

	file_read(folder, "ordinary_names.txt", &text);
	buf_addc(&text, '\0');
	at = text.data;
	while ((line = strsep(&at, "\n")) != NULL) {
		if (names->n == room) {
			room = room == 0 ? 1024 : 2 * room;
			names->list = mem_grow(names->list, room,
			    sizeof(*names->list));
		}
		if (name_normalize(line, &names->list[names->n], NULL) == 0)
			names->n++;
	}
	buf_release(&text);
	names->shapes = mem_array(names->n, sizeof(*names->shapes));
	for (size_t i = 0; i < names->n; i++)
		shape_of(names->list[i].text, names->list[i].len,
		    &names->shapes[i]);
}

static struct targets *
index_build(const char *folder, struct buf *bytes)
{
	double times[ROUNDS];
	struct buf text = BUF_EMPTY;
	struct target *list;
	struct targets *t;
	char why[200];
	size_t n;

	file_read(folder, "popular_top15000.tsv", &text);
	if (targets_read(buf_text(&text), text.len, TARGET_POPULAR, &list, &n,
	    why, sizeof(why)) == -1) {
		fprintf(stderr, "bench_names: %s\n", why);
		exit(2);
	}
	for (int i = 0; i < ROUNDS; i++) {
		double start = now_us();

		buf_release(bytes);
		targets_build(list, n, bytes);
		times[i] = now_us() - start;
	}
	buf_release(&text);
	targets_list_free(list, n);
	t = targets_open(bytes->data, bytes->len, NULL);
	printf("index of %zu names: built in %.1f ms, %.2f MB\n",
	    targets_count(t), median(times, ROUNDS) / 1e3,
	    (double)bytes->len / 1e6);
	return t;
}

/* ---- measured ------------------------------------------------------------ */

static void
time_engine(const struct targets *t, const struct names *names)
{
	struct name_match match[NAME_MATCHES_MAX];
	double times[ROUNDS];
	size_t asked = 0;

	for (int r = 0; r < ROUNDS; r++) {
		double start = now_us();

		asked = 0;
		for (size_t i = 0; i < names->n; i++) {
			size_t n;

			/* those are answered at once */
			if (targets_rank(t, names->list[i].text) != 0)
				continue;
			asked++;
			n = lookalike_find(t, &names->list[i], match,
			    ARRAY_LEN(match));

			while (n-- > 0)
				wire_release(&name_match_desc, &match[n]);
		}
		times[r] = (now_us() - start) / (double)asked;
	}
	printf("whole engine: %.2f us a name (%zu ordinary names that are "
	    "not popular)\n", median(times, ROUNDS), asked);
}

static void
on_hit(void *ctx, uint32_t entry, unsigned int distance)
{
	struct hits *h = ctx;

	(void)distance;
	if (h->n < HITS_MOST)
		h->pairs[h->n++] = (struct pair){ h->sample, entry };
}

static double
time_core(const struct targets *t, const struct names *sample,
    unsigned int most, struct hits *hits)
{
	double times[ROUNDS];

	for (int r = 0; r < ROUNDS; r++) {
		double start = now_us();

		hits->n = 0;
		for (size_t i = 0; i < sample->n; i++) {
			hits->sample = (uint32_t)i;
			near_find(t, sample->shapes[i].letters,
			    sample->shapes[i].n, most, on_hit, hits);
		}
		times[r] = (now_us() - start) / (double)sample->n;
	}
	return median(times, ROUNDS);
}

/* The textbook's table, every target for every name. */
static unsigned int
brute(const char *a, size_t la, const char *b, size_t lb, bool swaps)
{
	static unsigned int d[PROJECT_NAME_MAX + 1][PROJECT_NAME_MAX + 1];

	for (size_t i = 0; i <= la; i++)
		for (size_t j = 0; j <= lb; j++) {
			unsigned int best = (unsigned int)(i == 0 ? j : i);

			if (i > 0 && j > 0) {
				best = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
				if (d[i - 1][j] + 1 < best)
					best = d[i - 1][j] + 1;
				if (d[i][j - 1] + 1 < best)
					best = d[i][j - 1] + 1;
			}
			if (swaps && i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && d[i - 2][j - 2] + 1 < best)
				best = d[i - 2][j - 2] + 1;
			d[i][j] = best;
		}
	return d[la][lb];
}

static double
time_brute(const struct targets *t, const struct names *sample,
    unsigned int most, bool swaps, struct hits *hits)
{
	double start = now_us();

	hits->n = 0;
	for (size_t i = 0; i < sample->n; i++) {
		hits->sample = (uint32_t)i;
		for (uint32_t k = 0; k < targets_count(t); k++) {
			size_t n;
			const char *letters = near_letters(t, k, &n);

			if (near_is_imitated(t, k) &&
			    brute(sample->shapes[i].letters,
			    sample->shapes[i].n, letters, n, swaps) <= most)
				on_hit(hits, k, 0);
		}
	}
	return (now_us() - start) / (double)sample->n;
}

static int
pair_order(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	if (x->sample != y->sample)
		return x->sample < y->sample ? -1 : 1;
	return (x->entry > y->entry) - (x->entry < y->entry);
}

static bool
same_hits(struct hits *a, struct hits *b)
{
	if (a->n != b->n)
		return false;
	qsort(a->pairs, a->n, sizeof(*a->pairs), pair_order);
	qsort(b->pairs, b->n, sizeof(*b->pairs), pair_order);
	return a->n == 0 ||
	    memcmp(a->pairs, b->pairs, a->n * sizeof(*a->pairs)) == 0;
}

/* ---- for PostgreSQL ------------------------------------------------------ */

static FILE *
out_open(const char *folder, const char *name)
{
	char *path = mem_printf("%s/%s", folder, name);
	FILE *f = fopen(path, "we");

	if (f == NULL) {
		fprintf(stderr, "bench_names: cannot write %s\n", path);
		exit(2);
	}
	free(path);
	return f;
}

static void
write_files(const char *folder, const struct targets *t,
    const struct names *sample, const struct hits *hits)
{
	FILE *f = out_open(folder, "targets.tsv");

	for (uint32_t k = 0; k < targets_count(t); k++) {
		size_t n;
		const char *letters = near_letters(t, k, &n);

		if (near_is_imitated(t, k))
			fprintf(f, "%u\t%s\n", k, letters);
	}
	fclose(f);
	f = out_open(folder, "sample.tsv");
	for (size_t i = 0; i < sample->n; i++)
		fprintf(f, "%zu\t%s\n", i, sample->shapes[i].letters);
	fclose(f);
	f = out_open(folder, "hits.tsv");
	for (size_t i = 0; i < hits->n; i++)
		fprintf(f, "%u\t%u\n", hits->pairs[i].sample,
		    hits->pairs[i].entry);
	fclose(f);
}

static void
sample_take(const struct names *names, struct names *sample)
{
	size_t step = names->n / SAMPLE / 2 + 1;

	sample->list = mem_array(names->n, sizeof(*sample->list));
	sample->shapes = mem_array(names->n, sizeof(*sample->shapes));
	for (size_t i = 0; i < names->n && sample->n < SAMPLE; i += step) {
		if (names->shapes[i].n < SAMPLE_LETTERS)
			continue;
		sample->list[sample->n] = names->list[i];
		shape_of(names->list[i].text, names->list[i].len,
		    &sample->shapes[sample->n++]);
	}
}

int
main(int argc, char **argv)
{
	struct names names = { 0 }, sample = { 0 };
	struct buf bytes = BUF_EMPTY;
	struct hits core = { 0 }, slow = { 0 };
	struct targets *t;
	double fast, one, plain;
	bool same;

	if (argc != 3) {
		fprintf(stderr, "usage: bench_names FOLDER WORK\n");
		return 2;
	}
	core.pairs = mem_array(HITS_MOST, sizeof(*core.pairs));
	slow.pairs = mem_array(HITS_MOST, sizeof(*slow.pairs));
	t = index_build(argv[1], &bytes);
	names_read(argv[1], &names);
	sample_take(&names, &sample);
	time_engine(t, &names);
	one = time_core(t, &sample, 1, &core);
	fast = time_core(t, &sample, 2, &core);
	plain = time_brute(t, &sample, 2, true, &slow);
	same = same_hits(&core, &slow);
	printf("core, distance 1: %.2f us a name; distance 2: %.2f us\n", one,
	    fast);
	printf("brute force: %.0f us a name, %.0f times the core; hits %zu and "
	    "%zu, %s\n", plain, plain / fast, core.n, slow.n,
	    same ? "equal" : "DIFFERENT");
	(void)time_brute(t, &sample, 2, false, &slow);
	write_files(argv[2], t, &sample, &slow);
	printf("CORE_US=%.3f\n", fast);
	free(core.pairs);
	free(slow.pairs);
	free(names.list);
	free(names.shapes);
	free(sample.list);
	free(sample.shapes);
	targets_free(t);
	buf_release(&bytes);
	return same ? 0 : 1;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eval_names - what the name engine finds, and what that costs.
 *
 * Takes: a folder with popular_top15000.tsv, positives.tsv, ordinary_names.txt,
 * negative_pairs.tsv and malicious_names.tsv.  Gives: tables on standard output.
 * The first 5,000 popular names are the targets, because many of the ordinary
 * names are themselves less popular ones.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "names/name.h"
#include "names/search.h"
#include "names/words.h"

#define TARGETS_USED 5000
#define LINE_ROOM 1024

/* One name, and what the engine says of it. */
struct sample {
	char		*name, *stated;	/* stated: the target, or NULL */
	int		 points;
	unsigned int	 score;
	enum technique	 technique;
	bool		 hit, right, listed;	/* listed: stated is a target */
};

struct set {
	const char	*file;
	struct sample	*samples;
	size_t		 n;
};

static struct set positives = { "positives.tsv", NULL, 0 },
    ordinary = { "ordinary_names.txt", NULL, 0 },
    pairs = { "negative_pairs.tsv", NULL, 0 },
    malicious = { "malicious_names.tsv", NULL, 0 };

/* Words that no table has while one positive is looked at; a table that was
 * counted, not chosen, may keep them. */
static const struct sample *left_out;
static bool counted_too;

bool
word_left_out(const char *word, size_t n)
{
	char text[PROJECT_NAME_MAX + 1];

	if (left_out == NULL || n < 2 || n >= sizeof(text))
		return false;
	memcpy(text, word, n);
	text[n] = '\0';
	return strstr(left_out->name, text) != NULL ||
	    (left_out->stated != NULL &&
	    strstr(left_out->stated, text) != NULL);
}

bool
word_left_out_counted(const char *word, size_t n)
{
	return counted_too && word_left_out(word, n);
}

/* ---- reading ------------------------------------------------------------- */

static FILE *
data_open(const char *folder, const char *file)
{
	char *path = mem_printf("%s/%s", folder, file);
	FILE *f = fopen(path, "re");

	if (f == NULL) {
		fprintf(stderr, "eval_names: cannot read %s\n", path);
		exit(2);
	}
	free(path);
	return f;
}

static char *
normal(const char *text)
{
	struct project_name name;

	return name_normalize(text, &name, NULL) == 0 ?
	    mem_strdup(name.text) : NULL;
}

/* First column the name, second the stated target if `stated`. */
static void
set_read(const char *folder, struct set *set, bool stated)
{
	FILE *f = data_open(folder, set->file);
	char line[LINE_ROOM], *tab, *name;
	size_t room = 0;

	while (fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, "\r\n")] = '\0';
		tab = line + strcspn(line, "\t");
		if (*tab != '\0')
			*tab++ = '\0';
		if (strchr(line, ' ') != NULL || str_ends(line, "_name") ||
		    str_equal(line, "name") || (name = normal(line)) == NULL)
			continue;
		if (set->n > 0 && str_equal(set->samples[set->n - 1].name,
		    name)) {
			free(name);
			continue;
		}
		if (set->n == room) {
			room = room == 0 ? 1024 : 2 * room;
			set->samples = mem_grow(set->samples, room,
			    sizeof(*set->samples));
		}
		set->samples[set->n] = (struct sample){ .name = name };
		if (stated) {
			tab[strcspn(tab, "\t")] = '\0';
			set->samples[set->n].stated = normal(tab);
		}
		set->n++;
	}
	fclose(f);
}

static struct targets *
targets_load(const char *folder, struct target **list, size_t *n,
    struct buf *bytes)
{
	FILE *f = data_open(folder, "popular_top15000.tsv");
	struct buf text = BUF_EMPTY;
	char piece[8192], why[200];
	struct targets *t;
	size_t got;

	while ((got = fread(piece, 1, sizeof(piece), f)) > 0)
		buf_add(&text, piece, got);
	fclose(f);
	if (targets_read(buf_text(&text), text.len, TARGET_POPULAR, list, n,
	    why, sizeof(why)) == -1) {
		fprintf(stderr, "eval_names: popular names: %s\n", why);
		exit(2);
	}
	buf_release(&text);
	targets_build(*list, *n < TARGETS_USED ? *n : TARGETS_USED, bytes);
	t = targets_open(bytes->data, bytes->len, NULL);
	return t;
}

/* ---- asking -------------------------------------------------------------- */

static bool
is_itself(const struct search *s)
{
	return s->self != NULL && s->self->kind == TARGET_POPULAR;
}

static void
sample_ask(const struct targets *t, struct sample *x)
{
	static struct search s;
	const struct hit *best = NULL;

	x->hit = x->right = false;
	x->points = -100000;
	x->score = 0;
	search_init(&s, t, x->name, strlen(x->name));
	if (is_itself(&s))
		return;
	search_run(&s);
	for (size_t i = 0; i < s.n; i++)
		if (best == NULL || s.hits[i].points > best->points)
			best = &s.hits[i];
	if (best == NULL)
		return;
	x->hit = true;
	x->points = best->points;
	x->score = score_of_points(best->points);
	x->technique = best->technique;
	x->right = x->stated != NULL && best->entry != NULL &&
	    str_equal(entry_name(t, best->entry), x->stated);
}

static void
set_ask(const struct targets *t, struct set *set)
{
	for (size_t i = 0; i < set->n; i++)
		sample_ask(t, &set->samples[i]);
}

static size_t
set_count(const struct set *set, int least, bool right)
{
	size_t n = 0;

	for (size_t i = 0; i < set->n; i++)
		n += set->samples[i].hit && set->samples[i].points >= least &&
		    (!right || set->samples[i].right);
	return n;
}

/* ---- printing ------------------------------------------------------------ */

/* A share with its Wilson interval of 95 %. */
static void
print_share(size_t hits, size_t n)
{
	double p = n > 0 ? (double)hits / (double)n : 0, z = 1.96;
	double m = (double)n, centre, half;

	if (n == 0) {
		printf("     -                ");
		return;
	}
	centre = (p + z * z / (2 * m)) / (1 + z * z / m);
	half = z * sqrt(p * (1 - p) / m + z * z / (4 * m * m)) /
	    (1 + z * z / m);
	printf(" %6.2f [%5.2f,%6.2f]", 100 * p,
	    100 * (centre - half < 0 ? 0 : centre - half),
	    100 * (centre + half));
}

/* Of hits whose stated target could be named: it is among the targets, or was
 * named as a brand. */
static void
print_right(int least)
{
	size_t right = set_count(&positives, least, true), n = 0;

	for (size_t i = 0; i < positives.n; i++)
		n += positives.samples[i].hit &&
		    (positives.samples[i].listed ||
		    positives.samples[i].right) &&
		    positives.samples[i].points >= least;
	printf(" %3zu/%-3zu", right, n);
}

static void
print_row(const char *label, int least)
{
	printf("%-12s", label);
	print_share(set_count(&positives, least, false), positives.n);
	print_right(least);
	print_share(set_count(&ordinary, least, false), ordinary.n);
	print_share(set_count(&pairs, least, false), pairs.n);
	print_share(set_count(&malicious, least, false), malicious.n);
	printf("\n");
}

static void
print_head(const char *title, const char *first)
{
	printf("\n%s\n%-12s %-21s %-7s %-21s %-21s %-21s\n", title, first,
	    " recall % [95 %]", "right", " ordinary %", " near-miss pairs %",
	    " reported malicious %");
}

/* The least points that a score stands for. */
static int
points_of_score(unsigned int score)
{
	int points = -600;

	while (score_of_points(points) < score)
		points++;
	return points;
}

static int
points_order(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return (x < y) - (x > y);
}

static void
print_roc(void)
{
	static const double shares[] = { 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20 };
	int *points = mem_array(ordinary.n, sizeof(*points));

	for (size_t i = 0; i < ordinary.n; i++)
		points[i] = ordinary.samples[i].points;
	qsort(points, ordinary.n, sizeof(*points), points_order);
	print_head("ROC: most that may be hit of ordinary names", "at most");
	for (size_t i = 0; i < ARRAY_LEN(shares); i++) {
		size_t most = (size_t)(shares[i] / 100 * (double)ordinary.n);
		char label[16];

		(void)snprintf(label, sizeof(label), "%.2f %%", shares[i]);
		print_row(label, points[most] + 1);
	}
	free(points);
}

static void
print_techniques(void)
{
	int least = points_of_score(20);

	printf("\nPer technique, at 20 (best match of each name)\n"
	    "%-22s %9s %9s %9s %10s\n", "technique", "positives", "ordinary",
	    "near-miss", "malicious");
	for (int t = 0; t < TECHNIQUE_COUNT; t++) {
		const struct set *sets[] = { &positives, &ordinary, &pairs,
			&malicious };
		size_t n[ARRAY_LEN(sets)] = { 0 }, sum = 0;

		for (size_t k = 0; k < ARRAY_LEN(sets); k++)
			for (size_t i = 0; i < sets[k]->n; i++)
				n[k] += sets[k]->samples[i].hit &&
				    sets[k]->samples[i].points >= least &&
				    sets[k]->samples[i].technique ==
				    (enum technique)t;
		for (size_t k = 0; k < ARRAY_LEN(sets); k++)
			sum += n[k];
		if (sum > 0)
			printf("%-22s %9zu %9zu %9zu %10zu\n",
			    technique_name((enum technique)t), n[0], n[1],
			    n[2], n[3]);
	}
}

/* ---- left out ------------------------------------------------------------ */

/* Each positive against an index and tables that know none of its words. */
static void
ask_left_out(const struct target *list, size_t n)
{
	for (size_t i = 0; i < positives.n; i++) {
		struct buf bytes = BUF_EMPTY;
		struct targets *t;

		left_out = &positives.samples[i];
		targets_build(list, n < TARGETS_USED ? n : TARGETS_USED,
		    &bytes);
		t = targets_open(bytes.data, bytes.len, NULL);
		sample_ask(t, &positives.samples[i]);
		targets_free(t);
		buf_release(&bytes);
	}
	left_out = NULL;
}

/* The same with the target gone from the list: what is found then is found
 * by another name's merit. */
static void
ask_without_target(const struct target *list, size_t n)
{
	struct target *fewer = mem_array(n + 1, sizeof(*fewer));

	for (size_t i = 0; i < positives.n; i++) {
		struct buf bytes = BUF_EMPTY;
		struct targets *t;
		size_t kept = 0;

		for (size_t k = 0; k < n && k < TARGETS_USED; k++)
			if (!str_equal(list[k].name,
			    positives.samples[i].stated))
				fewer[kept++] = list[k];
		targets_build(fewer, kept, &bytes);
		t = targets_open(bytes.data, bytes.len, NULL);
		sample_ask(t, &positives.samples[i]);
		targets_free(t);
		buf_release(&bytes);
	}
	free(fewer);
}

static void
print_recalls(const char *label)
{
	printf("%-34s", label);
	for (unsigned int score = 20; score <= 60; score += 20)
		print_share(set_count(&positives, points_of_score(score),
		    false), positives.n);
	printf("\n");
}

/* A target that is not in the list cannot be named. */
static void
print_reach(const struct targets *t)
{
	size_t listed = 0;

	for (size_t i = 0; i < positives.n; i++) {
		struct sample *x = &positives.samples[i];

		x->listed = x->stated != NULL && targets_rank(t, x->stated) > 0;
		listed += x->listed;
	}
	printf("%zu positives, %zu with a target among the %d; %zu ordinary, "
	    "%zu near-miss, %zu reported malicious names\n", positives.n,
	    listed, TARGETS_USED, ordinary.n, pairs.n, malicious.n);
}

static size_t
same_target(const struct sample *x)
{
	size_t n = 0;

	for (size_t i = 0; i < positives.n; i++)
		n += positives.samples[i].stated == x->stated ||
		    (x->stated != NULL && positives.samples[i].stated != NULL &&
		    str_equal(positives.samples[i].stated, x->stated));
	return n;
}

/* Each target counts once, however many names imitate it: what one row of a
 * table is worth. */
static void
print_recalls_of_targets(const char *label)
{
	printf("%-34s", label);
	for (unsigned int score = 20; score <= 60; score += 20) {
		double found = 0, all = 0;

		for (size_t i = 0; i < positives.n; i++) {
			const struct sample *x = &positives.samples[i];
			double share = 1.0 / (double)same_target(x);

			all += share;
			if (x->hit && x->points >= points_of_score(score))
				found += share;
		}
		printf(" %6.2f of %-12.0f", 100 * found / all, all);
	}
	printf("\n");
}

static void
print_left_out(const struct target *list, size_t n)
{
	printf("\nRecall %% of the positives at 20, 40, 60\n");
	print_recalls("as it is");
	print_recalls_of_targets("as it is, targets");
	ask_left_out(list, n);
	print_recalls("own words left out of tables");
	print_recalls_of_targets("own words left out, targets");
	counted_too = true;
	ask_left_out(list, n);
	print_recalls("... and of the counted words");
	print_recalls_of_targets("... and counted, targets");
	ask_without_target(list, n);
	print_recalls("own target left out of the list");
}

static void
set_release(struct set *set)
{
	for (size_t i = 0; i < set->n; i++) {
		free(set->samples[i].name);
		free(set->samples[i].stated);
	}
	free(set->samples);
}

int
main(int argc, char **argv)
{
	struct buf bytes = BUF_EMPTY;
	struct target *list;
	struct targets *t;
	size_t n;

	if (argc != 2) {
		fprintf(stderr, "usage: eval_names FOLDER\n");
		return 2;
	}
	t = targets_load(argv[1], &list, &n, &bytes);
	set_read(argv[1], &positives, true);
	set_read(argv[1], &ordinary, false);
	set_read(argv[1], &pairs, false);
	set_read(argv[1], &malicious, false);
	print_reach(t);
	set_ask(t, &positives);
	set_ask(t, &ordinary);
	set_ask(t, &pairs);
	set_ask(t, &malicious);
	print_head("Scores", "at least");
	print_row("20", points_of_score(20));
	print_row("40", points_of_score(40));
	print_row("60", points_of_score(60));
	print_roc();
	print_techniques();
	print_left_out(list, n);
	targets_free(t);
	buf_release(&bytes);
	targets_list_free(list, n);
	set_release(&positives);
	set_release(&ordinary);
	set_release(&pairs);
	set_release(&malicious);
	return 0;
}

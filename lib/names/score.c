/* SPDX-License-Identifier: Apache-2.0 */
/*
 * score - how strongly a hit says that a name imitates its target.
 *
 * Log odds in hundredths of a nat: a weight for the technique, how seldom it
 * hits an ordinary name (learned from the list), and what speaks for either
 * side in this case.  The constants are fitted; docs/lookalike.md says on what.
 * Runs in: wherever names are compared.  Pure.
 */
#include "names/search.h"

#include "base/str.h"

#define POINTS_BASE 34
#define RARITY_USUAL 600	/* one ordinary name in four hundred */

/* ln(1 + i/8) for the three bits below the leading one, and ln 2. */
int
score_log(uint32_t n)
{
	static const int eighths[8] = { 0, 12, 22, 32, 41, 49, 56, 63 };
	int bits = 0;

	if (n == 0)
		return 0;
	while (n >> bits > 1)
		bits++;
	return bits * 6931 / 100 + eighths[(bits >= 3 ? n >> (bits - 3) :
	    n << (3 - bits)) & 7];
}

unsigned int
score_of_points(int points)
{
	/* 100 / (1 + exp(-x)) for x = 0, 0.25, ... 5 */
	static const unsigned char logistic[] = { 50, 56, 62, 68, 73, 78, 82,
		85, 88, 90, 92, 94, 95, 96, 97, 98, 98, 99, 99, 99, 99 };
	int size = points < 0 ? -points : points, at = size / 25, rest = size % 25;
	int value;

	if (at + 1 >= (int)ARRAY_LEN(logistic))
		value = 99;
	else
		value = logistic[at] +
		    (logistic[at + 1] - logistic[at]) * rest / 25;
	return (unsigned int)(points < 0 ? 100 - value : value);
}

/* ---- in this case -------------------------------------------------------- */

enum group { SPELLED, SAME_WORDS, MORE_WORDS, TWICE_SPELLED, GROUP_COUNT };

static enum group
group_of(enum technique t)
{
	switch (t) {
	case BY_WORD_ORDER:
	case BY_WORD_DROP:
	case BY_WORD_DOUBLE:
	case BY_SEMANTIC:
	case BY_VERSION:
	case BY_PYTHON_AFFIX:
	case BY_STDLIB:
		return SAME_WORDS;
	case BY_AFFIX:
	case BY_EMBEDDED:
	case BY_EDIT_AFFIX:
	case BY_TOOLING:
	case BY_COMMAND:
	case BY_BRAND:
		return MORE_WORDS;
	default:
		return SPELLED;
	}
}

/* By letters of the target: up to 3, 4, 5, 6, 7, 9, 12, more. */
static int
points_length(const struct hit *h, enum group group)
{
	size_t n = h->entry->nletters;
	static const short by_length[GROUP_COUNT][8] = {
		{ -110, -105, -30, 35, 30, 62, 187, 160 },
		{ -20, -110, -35, 80, 30, -60, -65, -98 },
		{ -60, -45, 30, 65, -14, -12, -70, -50 },
		{ 0, 0, 0, 0, 10, -15, 90, 40 } };
	size_t class = n <= 3 ? 0 : n <= 7 ? n - 3 : n <= 9 ? 5 :
	    n <= 12 ? 6 : 7;

	if (h->technique == BY_EDIT_AFFIX)
		group = SPELLED;
	else if (h->technique == BY_TWO_EDITS)
		group = TWICE_SPELLED;
	return by_length[group][class];
}

/* A less popular target is worth less; rank 0 is as good as rank 800. */
static int
points_rank(enum group group, uint32_t rank)
{
	static const int slope[GROUP_COUNT] = { 50, 62, 34, 50 };

	if (rank == 0)
		return -slope[group];
	return (570 - score_log(rank)) * slope[group] / 100;
}

static bool
is_at_end(const struct hit *h)
{
	return h->at + 1 >= h->entry->nletters &&
	    (h->technique == BY_OMISSION || h->technique == BY_INSERTION ||
	    h->technique == BY_REPLACEMENT || h->technique == BY_KEYBOARD);
}

/* An edit at the first letter changes how a name looks and is read; honest
 * names have it for a prefix letter. */
static bool
is_at_first(const struct hit *h)
{
	return h->at == 0 && h->technique >= BY_OMISSION &&
	    h->technique <= BY_TWO_EDITS && h->technique != BY_TRANSPOSITION;
}

static int
points_spelled(const struct hit *h)
{
	int points = 10 * score_log(1u + h->entry->family) / 100;

	if (is_at_first(h))
		points -= h->technique == BY_OMISSION ? 30 : 113;
	else if (h->known)
		points -= 102;
	if (h->slip && (h->technique == BY_OMISSION ||
	    h->technique == BY_INSERTION))
		points += 38;
	if (is_at_end(h))
		points -= 45;
	/* Within a family one short word makes another project. */
	if (h->shared != 0)
		points += 190 - 82 * score_log(h->shared) / 100 -
		    (h->word <= 3 ? 65 : h->word <= 5 ? 30 : 0);
	return points;
}

static int
points_same_words(const struct hit *h)
{
	int family = score_log(1u + h->entry->family);

	return (family < 150 ? family : 150) * 76 / 100;
}

static int
points_more_words(const struct hit *h)
{
	int added = h->added < 14 ? h->added : 14, points = -4 * added / 5;

	if (h->edge)
		points -= 128;
	if (h->known)
		points -= 70;
	if (h->lure)
		points += h->entry != NULL &&
		    (h->entry->flags & INDEX_BRAND) != 0 ? 230 : 90;
	if (h->front)
		points += 38;
	if (h->entry == NULL)	/* the more names a brand has, the less odd */
		return points - 40 * score_log(1u + h->shared) / 100;
	if (h->added > h->entry->nletters)
		points -= 45 * (h->added - h->entry->nletters) / 5;
	return points - 35 * score_log(1u + h->entry->family) / 100;
}

/* Lists that name names: the list says how much it means. */
static bool
is_listed(const struct hit *h, int *points)
{
	switch (h->technique) {
	case BY_CONFUSION:
		*points = 500;
		return true;
	case BY_INVENTED:
		*points = 100;
		return true;
	case BY_IMPORT_NAME:
		/* most of those on the index are honest and old */
		*points = -130;
		return true;
	case BY_FOREIGN:
		*points = -20;
		return true;
	case BY_STDLIB:
		/* the index refuses it; an older project's right */
		*points = -150;
		return h->distance <= 1;
	case BY_COMMAND:
		*points = 60;
		return h->entry == NULL;
	default:
		return false;
	}
}

size_t
hit_length_class(const struct hit *h)
{
	return index_length_class(h->entry != NULL ? h->entry->nletters : 6);
}

int
score_points(const struct search *s, const struct hit *h)
{
	enum group group = group_of(h->technique);
	int points;

	if (is_listed(h, &points))
		return points;
	points = technique_weight(h->technique) - POINTS_BASE;
	if (!s->learning)
		points += (s->t->head->rarity[h->technique]
		    [hit_length_class(h)] - RARITY_USUAL) / 2;
	if (group == MORE_WORDS)
		points += points_more_words(h);
	if (h->entry == NULL)
		return points;
	points += points_length(h, group) +
	    points_rank(group, h->entry->rank);
	if (group == SPELLED)
		points += points_spelled(h);
	else if (group == SAME_WORDS)
		points += points_same_words(h);
	return points;
}

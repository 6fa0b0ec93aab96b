/* SPDX-License-Identifier: Apache-2.0 */
/*
 * score - how strongly a hit says that a name imitates its target.
 *
 * Log odds in hundredths of a nat: a weight for the technique, how seldom it
 * hits an ordinary name (learned from the list), how little the target and the
 * slip look like what others would write, and what else speaks for either side.
 * The constants are fitted; docs/lookalike.md says on what.
 * Runs in: wherever names are compared.  Pure.
 */
#include "names/search.h"

#include "base/str.h"

#define POINTS_BASE (-26)
#define LONG_SLIP 8		/* letters of a target */
#define RARITY_USUAL 600	/* one ordinary name in four hundred */

/* ln(1 + i/8) for the three bits below the leading one, and ln 2. */
int
score_log(uint32_t n)
{
	static const int eighths[8] = { 0, 12, 22, 32, 41, 49, 56, 63 };
	int bits;

	if (n == 0)
		return 0;
	bits = 31 - __builtin_clz(n);
	return bits * 6931 / 100 + eighths[(bits >= 3 ? n >> (bits - 3) :
	    n << (3 - bits)) & 7];
}

unsigned int
score_of_points(int points)
{
	/* 100 / (1 + exp(-x)) for x = 0, 0.25, ... 5 */
	static const unsigned char logistic[] = { 50, 56, 62, 68, 73, 78, 82,
		85, 88, 90, 92, 94, 95, 96, 97, 98, 98, 99, 99, 99, 99 };
	int size = points < 0 ? -points : points;
	int at = size / 25, rest = size % 25;
	int value;

	if (at + 1 >= (int)ARRAY_LEN(logistic))
		value = 99;
	else
		value = logistic[at] +
		    (logistic[at + 1] - logistic[at]) * rest / 25;
	return (unsigned int)(points < 0 ? 100 - value : value);
}

/* ---- in this case -------------------------------------------------------- */

enum group { SPELLED, SAME_WORDS, MORE_WORDS, GROUP_COUNT };

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

/* A less popular target is worth less; one without a rank (protected, a brand)
 * as much as the 800th. */
static int
points_rank(const struct hit *h, enum group group)
{
	static const int slope[GROUP_COUNT] = { 76, 71, 40 };
	int worth = h->technique == BY_TWO_EDITS ? 49 : slope[group];

	return h->entry->rank == 0 ? -worth :
	    (570 - score_log(h->entry->rank)) * worth / 100;
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
	return h->at == 0 && h->technique != BY_TRANSPOSITION &&
	    ((h->technique >= BY_OMISSION && h->technique <= BY_TWO_EDITS) ||
	    h->technique == BY_EDIT_AFFIX);
}

/* A slip within a long target needs no other proof: a word of anybody's beside
 * it explains nothing. */
static bool
is_long_slip(const struct hit *h)
{
	return h->technique == BY_EDIT_AFFIX &&
	    h->entry->nletters >= LONG_SLIP &&
	    h->at + 1 < h->entry->nletters;
}

/* A word needs no slip to explain it, yet most plurals and spellings are words,
 * and a word beside a slip explains little. */
static int
points_known(const struct hit *h)
{
	switch (h->technique) {
	case BY_EDIT_AFFIX:
		return is_long_slip(h) ? 0 : 30;
	case BY_PLURAL:
	case BY_SPELLING:
		return 75;
	default:
		return 135;
	}
}

/* Three letters that no word has are a slip; usual ones are a word. */
static int
points_slip(const struct hit *h)
{
	int words, points = is_at_first(h) ? -84 : 0;

	if (h->known)
		points -= points_known(h);
	if (h->rarest == GRAM_MOST)
		return points;
	words = score_log(1u + h->rarest);
	return points + 48 - 23 * (words < 416 ? words : 416) / 100;
}

/* Others that say the same word share it for the subject's sake. */
static int
points_shared(const struct hit *h)
{
	int points = 0;

	if (h->shared != 0)
		points -= 12 + 46 * score_log(h->shared) / 100 +
		    (h->word <= 3 ? 110 : 0);
	if (h->rest != 0)
		points += (h->technique == BY_TWO_EDITS ? 6 : 74) -
		    (h->rest <= 5 ? 86 : 0);
	/* two edits of three letters are three other letters */
	if (h->rest != 0 && h->rest <= 3 && h->technique == BY_TWO_EDITS)
		points -= 120;
	return points;
}

/* Two edits of what "py" leaves of a name leave little of it; the same letters
 * in another order are a slip. */
static int
points_two(const struct hit *h)
{
	int points = h->moved ? 60 : 0;

	if (h->core <= 5)
		points -= 70;
	else if (h->core == 6)
		points -= 35;
	return points;
}

/* Of the target's letters. */
static int
bits_of(const struct hit *h)
{
	return h->entry->surprise < 60 ? h->entry->surprise : 60;
}

/* A long odd name is not hit by chance. */
static int
points_spelled(const struct hit *h)
{
	int points = 42 * (bits_of(h) - 30) / 5;

	if (h->entry->nletters <= 4)
		points -= 146;
	else if (h->entry->nletters == 5)
		points -= 93;
	if (h->everyday)
		points -= 115;
	if (is_at_end(h))
		points -= 43;
	if (h->technique == BY_TWO_EDITS)
		points += points_two(h);
	if (h->entry->kind == TARGET_WORD)	/* many play with words */
		points -= 75;
	return points + points_slip(h) + points_shared(h);
}

static int
points_same_words(const struct hit *h)
{
	int points = 69 * score_log(1u + h->entry->family) / 100;

	if (h->entry->nletters <= 4)
		points -= 114;
	else if (h->entry->nletters == 5)
		points -= 50;
	if (h->technique == BY_STDLIB)
		points -= 49 * score_log(1u + h->entry->said) / 100;
	if (h->technique == BY_PYTHON_AFFIX && h->bare)
		points -= 89;
	if (h->entry->kind == TARGET_WORD)
		points -= 20;
	return points;
}

/* The more names say a brand, and the more are made with the word beside it,
 * the less odd. */
static int
points_brand(const struct hit *h)
{
	return -37 * score_log(1u + h->shared) / 100 -
	    43 * score_log(1u + h->host) / 100;
}

/* "wechatpy": many a project of its own is called so. */
static bool
is_glued_brand(const struct hit *h)
{
	return h->entry != NULL && h->entry->kind == TARGET_BRAND &&
	    h->technique == BY_BRAND;
}

/* With words around.  An edit of the last letter ends another word. */
static int
points_misspelled(const struct hit *h)
{
	int points = 12 * (bits_of(h) - 30) / 5;

	if (h->slip)
		points += 30;
	if (h->moved && is_long_slip(h))
		points += 60;
	if (h->at + 1 >= h->entry->nletters && h->rarest != GRAM_MOST)
		points -= 60;
	return points;
}

static int
points_more_words(const struct hit *h)
{
	int points = -27 * (h->added < 14 ? h->added : 14) / 5;

	if (h->edge)
		points -= 97;
	if (h->known && !is_long_slip(h))
		points -= 65;
	if (is_glued_brand(h))
		points -= 100;
	else if (h->lure)
		points += h->entry != NULL &&
		    (h->entry->flags & INDEX_BRAND) != 0 ? 250 : 90;
	if (h->technique == BY_EMBEDDED && h->lure)
		points += technique_weight(BY_AFFIX) -
		    technique_weight(BY_EMBEDDED);
	if (h->entry == NULL)
		return points + points_brand(h);
	if (h->added > h->entry->nletters)
		points -= 17 * (h->added - h->entry->nletters) / 5;
	if (h->everyday)
		points -= 27;
	if (h->technique == BY_EDIT_AFFIX)
		points += points_slip(h) + points_misspelled(h);
	return points - 31 * score_log(1u + h->entry->said) / 100;
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
	points = technique_weight(h->technique) + POINTS_BASE;
	if (!s->learning)
		points += 23 * (s->t->head->rarity[h->technique]
		    [hit_length_class(h)] - RARITY_USUAL) / 100;
	if (group == MORE_WORDS)
		points += points_more_words(h);
	if (h->entry == NULL)
		return points;
	points += points_rank(h, group);
	if (group == SPELLED)
		points += points_spelled(h);
	else if (group == SAME_WORDS)
		points += points_same_words(h);
	return points;
}

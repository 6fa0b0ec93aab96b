/* SPDX-License-Identifier: Apache-2.0 */
/*
 * learn - what a list of names says about names.
 * Takes: an index without it.  Gives: the index complete.
 * Runs in: where the index is built.
 */
#include "names/learn.h"

#include <string.h>

#include "base/log.h"
#include "names/index.h"
#include "names/letters.h"
#include "names/near.h"
#include "names/search.h"

#define SAMPLE_MOST 1700	/* names looked at for chance hits */
#define FAMILY_LEAST 4		/* letters of a project that has a family */
#define SHADOW_RATIO 200	/* downloads of the target over the
				   lookalike's */
#define SHADOW_LEAST 6		/* letters; shorter names meet by chance */

struct learner {
	struct targets	*t;
	struct index_header *head;
	struct index_entry *entries;	/* the same bytes, to write */
};

/* ---- families ------------------------------------------------------------ */

static void
family_count(struct learner *l, const struct shape *s, size_t from, size_t to)
{
	uint64_t hash = shape_piece(s, from, to);
	const struct index_entry *e;
	struct index_cursor c;

	if (to - from < FAMILY_LEAST ||
	    !index_may_have(l->t, index_mix(hash, FORM_LETTERS)))
		return;
	index_look(l->t, hash, FORM_LETTERS, &c);
	while ((e = index_next(&c)) != NULL) {
		struct index_entry *own = &l->entries[e - l->t->entries];

		if (e->nletters == to - from && memcmp(entry_letters(l->t, e),
		    s->letters + from, to - from) == 0 &&
		    own->family < UINT16_MAX)
			own->family++;
	}
}

static void
learn_families(struct learner *l)
{
	struct shape s;

	for (uint32_t i = 0; i < l->head->n; i++) {
		const struct index_entry *e = &l->entries[i];

		if (e->kind != TARGET_POPULAR)
			continue;
		shape_of(entry_name(l->t, e), e->len, &s);
		for (size_t k = 1; k < s.nwords; k++) {
			family_count(l, &s, 0, s.words[k].at);
			family_count(l, &s, s.words[k].at, s.n);
		}
	}
}

/* ---- spelling ------------------------------------------------------------ */

static void
learn_surprise(struct learner *l)
{
	struct spelling *s = spelling_new(l->t->grams);

	for (uint32_t i = 0; i < l->head->n; i++) {
		struct index_entry *e = &l->entries[i];
		const char *letters = entry_letters(l->t, e);
		const struct index_word *w = index_word(l->t,
		    hash_letters(letters, e->nletters));

		e->surprise = (uint8_t)spelling_surprise(s, letters,
		    e->nletters);
		if (w == NULL)
			continue;
		e->said = (uint8_t)(w->names < UINT8_MAX ? w->names :
		    UINT8_MAX);
		if ((w->known & WORD_ENGLISH) != 0)
			e->flags |= INDEX_EVERYDAY;
	}
	spelling_free(s);
}

/* ---- popular names that imitate ------------------------------------------ */

/* One edit away, and far less popular. */
static bool
is_shadow(const struct learner *l, const struct index_entry *known,
    const struct index_entry *e)
{
	return e != known && e->kind == TARGET_POPULAR && e->downloads > 0 &&
	    e->nletters >= SHADOW_LEAST &&
	    e->downloads < known->downloads / SHADOW_RATIO &&
	    near_distance(entry_letters(l->t, known), known->nletters,
	    entry_letters(l->t, e), e->nletters, 1) == 1;
}

static void
shadows_with(struct learner *l, const struct index_entry *known, uint64_t hash)
{
	const struct index_entry *e;
	struct index_cursor c;

	index_look(l->t, hash, FORM_NEAR, &c);
	while ((e = index_next(&c)) != NULL)
		if (is_shadow(l, known, e))
			l->entries[e - l->t->entries].flags |= INDEX_SHADOW;
}

static void
shadows_of(struct learner *l, const struct index_entry *known)
{
	struct shape s;

	shape_of(entry_letters(l->t, known), known->nletters, &s);
	shadows_with(l, known, shape_piece(&s, 0, s.n));
	for (size_t i = 0; i < s.n; i++)
		shadows_with(l, known, shape_without(&s, 0, s.n, i));
}

static uint32_t
least_downloads(const struct learner *l)
{
	uint32_t least = UINT32_MAX;

	for (uint32_t i = 0; i < l->head->n; i++)
		if (l->entries[i].downloads > 0 &&
		    l->entries[i].downloads < least)
			least = l->entries[i].downloads;
	return least;
}

/* From the few that are popular enough to the many that may imitate them. */
static void
learn_shadows(struct learner *l)
{
	uint32_t least = least_downloads(l);

	for (uint32_t i = 0; i < l->head->n; i++) {
		const struct index_entry *e = &l->entries[i];

		if (e->kind == TARGET_POPULAR &&
		    e->downloads / SHADOW_RATIO > least &&
		    e->nletters >= SHADOW_LEAST)
			shadows_of(l, e);
	}
}

/* ---- words that name a project ------------------------------------------- */

/* "beautifulsoup" misspelled is "beautifulsoup4" misspelled. */
static bool
is_name_without_version(const struct learner *l, const struct index_entry *e)
{
	const char *letters = entry_letters(l->t, e);
	const struct index_entry *other;
	struct index_cursor c;

	index_look(l->t, hash_letters(letters, e->nletters), FORM_NEAR, &c);
	while ((other = index_next(&c)) != NULL) {
		const char *theirs = entry_letters(l->t, other);

		if (other->nletters > e->nletters && memcmp(theirs, letters,
		    e->nletters) == 0 && letter_is_digit(theirs[e->nletters]))
			return true;
	}
	return false;
}

static void
learn_words(struct learner *l)
{
	for (uint32_t i = 0; i < l->head->n; i++)
		if (l->entries[i].kind == TARGET_WORD &&
		    is_name_without_version(l, &l->entries[i]))
			l->entries[i].flags |= INDEX_SHADOW;
}

/* ---- chance -------------------------------------------------------------- */

typedef uint32_t chances[TECHNIQUE_COUNT][LENGTH_CLASSES];

static void
chance_count(const struct search *s, chances hits)
{
	bool seen[TECHNIQUE_COUNT][LENGTH_CLASSES] = { 0 };

	for (size_t i = 0; i < s->n; i++) {
		const struct hit *h = &s->hits[i];
		size_t length = hit_length_class(h);

		if (!seen[h->technique][length])
			hits[h->technique][length]++;
		seen[h->technique][length] = true;
	}
}

static uint32_t
count_popular(const struct learner *l)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < l->head->n; i++)
		n += l->entries[i].kind == TARGET_POPULAR;
	return n;
}

/*
 * Popular names stand for ordinary ones.  Half a hit more than was seen keeps
 * a technique that never hit by chance from being believed without end.
 */
static void
learn_chance(struct learner *l)
{
	uint32_t step = count_popular(l) / SAMPLE_MOST + 1, looked = 0;
	int16_t *rarity = &l->head->rarity[0][0];
	chances hits = { 0 };
	struct search s;

	for (uint32_t i = 0; i < l->head->n; i += step) {
		const struct index_entry *e = &l->entries[i];

		if (e->kind != TARGET_POPULAR)
			continue;
		search_init(&s, l->t, entry_name(l->t, e), e->len);
		s.learning = true;
		search_run(&s);
		chance_count(&s, hits);
		looked++;
	}
	for (size_t i = 0; i < sizeof(hits) / sizeof(hits[0][0]); i++)
		rarity[i] = (int16_t)(score_log(2 * looked + 2) -
		    score_log(2 * (&hits[0][0])[i] + 1));
}

void
learn(void *index, size_t len)
{
	struct learner l = { .head = index };
	const char *why;

	l.t = targets_open(index, len, &why);
	if (l.t == NULL)
		fatal("an index of names just built: %s", why);
	l.entries = (void *)((char *)index + l.head->entries);
	learn_families(&l);
	learn_surprise(&l);
	learn_shadows(&l);
	learn_words(&l);
	learn_chance(&l);
	targets_free(l.t);
}

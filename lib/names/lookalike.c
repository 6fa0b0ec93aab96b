/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookalike - which known names a new project's name resembles, and how.
 *
 * Takes: a normalised name, the target index.  Gives: matches, best first.
 * Runs in: queue, worker, the command.  Pure.
 */
#include "names/lookalike.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "names/imports.h"
#include "names/search.h"
#include "names/words.h"

#define PROTECTED_LETTERS 6	/* shorter ones begin many other names */
#define SCORE_LEAST 5		/* one ordinary name in seven reaches it */
#define COMMON_LEAST 3		/* names that make a word common */
#define GLUED_LEAST 4		/* its letters, when glued to others */
#define WHOLE_LEAST 6		/* letters that two edits leave to tell by */
#define PIECE_LEAST 3	/* letters of a known word within a longer one */

void
search_init(struct search *s, const struct targets *t, const char *name,
    size_t len)
{
	s->t = t;
	shape_of(name, len, &s->s);
	s->self = index_find(t, name, len);
	s->learning = false;
	s->n = 0;
}

static bool
is_too_short(const struct hit *h)
{
	size_t least = technique_least(h->technique);

	if (h->entry == NULL)
		return false;
	if (h->entry->kind == TARGET_PROTECTED)
		least -= least > 1;
	return h->entry->nletters < least;
}

/* The import name of a project explains itself. */
static bool
is_import_of(const struct search *s, const struct hit *h)
{
	return s->self != NULL && s->self->kind == TARGET_IMPORT &&
	    h->technique != BY_IMPORT_NAME && h->entry != NULL &&
	    s->self->project != 0 &&
	    h->entry == &s->t->entries[s->self->project - 1];
}

void
search_add(struct search *s, const struct hit *found)
{
	struct hit h = *found;
	size_t at = s->n;

	if (is_too_short(&h) || (h.entry != NULL && (h.entry->flags &
	    INDEX_SHADOW) != 0) || (h.entry == s->self && s->self != NULL &&
	    h.distance != 0))
		return;
	if (is_import_of(s, &h))
		return;
	if (h.entry != NULL && h.technique >= BY_SEPARATOR &&
	    h.technique <= BY_SPELLING && h.technique != BY_VERSION)
		search_compare(s, &h);
	if (h.entry != NULL)
		h.everyday = (h.entry->flags & INDEX_EVERYDAY) != 0;
	h.points = score_points(s, &h);
	for (size_t i = 0; i < s->n; i++)
		if (s->hits[i].entry == h.entry &&
		    s->hits[i].brand == h.brand)
			at = i;
	if (at == SEARCH_HITS_MAX) {
		/* full: the weakest gives way */
		at = 0;
		for (size_t i = 1; i < s->n; i++)
			if (s->hits[i].points < s->hits[at].points)
				at = i;
	}
	if (at == s->n)
		s->hits[s->n++] = h;
	else if (h.points > s->hits[at].points)
		s->hits[at] = h;
}

/* A word of the list or an everyday one.  A name of the list itself does not
 * vouch for its own words. */
bool
search_knows(const struct search *s, size_t from, size_t to)
{
	const struct index_word *w = index_word(s->t,
	    shape_piece(&s->s, from, to));

	return w != NULL && (w->known != 0 ||
	    w->names >= (s->self != NULL &&
	    s->self->kind == TARGET_POPULAR ? 2 : 1));
}

/* One known word, two, or a letter before one. */
static bool
is_words(const struct search *s, size_t from, size_t to)
{
	if (to - from < PIECE_LEAST)
		return false;
	if (search_knows(s, from, to) || (to - from > 2 * PIECE_LEAST &&
	    search_knows(s, from + 1, to)))
		return true;
	for (size_t k = from + PIECE_LEAST; k + PIECE_LEAST <= to; k++)
		if (search_knows(s, from, k) && search_knows(s, k, to))
			return true;
	return false;
}

static bool
has_word(const struct shape *t, const char *word, size_t n)
{
	for (size_t i = 0; i < t->nwords; i++)
		if (t->words[i].len == n &&
		    memcmp(t->letters + t->words[i].at, word, n) == 0)
			return true;
	return false;
}

static void
compare_targets_words(const struct search *s, const struct shape *t,
    struct hit *h)
{
	size_t least = t->n;

	for (size_t i = 0; i < t->nwords; i++) {
		const struct index_word *w;
		size_t from = t->words[i].at, n = t->words[i].len;

		if (word_is(t->letters + from, n, WORD_PYTHON))
			continue;
		if (!has_word(&s->s, t->letters + from, n)) {
			if (n < least)
				least = n;
			continue;
		}
		w = index_word(s->t, shape_piece(t, from, from + n));
		if (w != NULL && (h->shared == 0 || w->names < h->shared))
			h->shared = w->names;
	}
	h->word = (uint8_t)least;
}

static bool
is_common(const struct search *s, const struct shape *t, size_t from,
    size_t to)
{
	const struct index_word *w = index_word(s->t,
	    shape_piece(t, from, to));

	return w != NULL && (w->known != 0 || w->names >= COMMON_LEAST);
}

/* "torchgeo" and "torchdata": two projects about the same thing. */
static uint8_t
glued_rest(const struct search *s, const struct shape *t)
{
	size_t p = 0, e = 0, n = t->n < s->s.n ? t->n : s->s.n;

	while (p < n && t->letters[p] == s->s.letters[p])
		p++;
	while (e < n - p && t->letters[t->n - 1 - e] ==
	    s->s.letters[s->s.n - 1 - e])
		e++;
	for (size_t k = p > e ? p : e; k >= GLUED_LEAST && k < t->n; k--)
		if ((k <= p && is_common(s, t, 0, k)) ||
		    (k <= e && is_common(s, t, t->n - k, t->n)))
			return (uint8_t)(t->n - k);
	return 0;
}

void
search_compare(const struct search *s, struct hit *h)
{
	struct shape t;

	shape_of(entry_name(s->t, h->entry), h->entry->len, &t);
	compare_targets_words(s, &t, h);
	h->rarest = (uint16_t)grams_rarest(s->t->grams, s->s.letters, s->s.n,
	    t.letters, t.n);
	h->rest = glued_rest(s, &t);
	h->known = s->s.nwords > 0;
	for (size_t i = 0; i < s->s.nwords; i++) {
		size_t from = s->s.words[i].at, to = from + s->s.words[i].len;

		if (!has_word(&t, s->s.letters + from, to - from) &&
		    !is_words(s, from, to))
			h->known = false;
	}
}

bool
search_same_core(const struct search *s, const struct shape *other,
    size_t *left)
{
	struct folded f;

	form_core(other, &f);
	*left = f.n;
	return f.n == s->core.n && memcmp(f.text, s->core.text, f.n) == 0;
}

static bool
is_within(const struct search *s, const struct hit *small,
    const struct hit *large)
{
	return strstr(entry_letters(s->t, large->entry), small->entry != NULL ?
	    entry_letters(s->t, small->entry) : small->brand) != NULL;
}

/* Letters of the larger target beside the smaller one. */
static size_t
letters_more(const struct hit *small, const struct hit *large)
{
	return large->entry->nletters - (small->entry != NULL ?
	    small->entry->nletters : strlen(small->brand));
}

/* "aws-segno": the words are a brand and a project. */
static bool
is_branded(const struct hit *small, const struct hit *large)
{
	return large->technique == BY_AFFIX && large->edge &&
	    small->technique == BY_BRAND && small->entry == NULL &&
	    large->added == strlen(small->brand);
}

static bool
has_words_around(const struct hit *h)
{
	switch (h->technique) {
	case BY_AFFIX:
	case BY_EMBEDDED:
	case BY_EDIT_AFFIX:
	case BY_BRAND:
	case BY_TOOLING:
		return true;
	default:
		return false;
	}
}

/* The larger target has the smaller one in it, and accounts for more of the
 * name. */
static bool
is_whole(const struct search *s, const struct hit *small,
    const struct hit *large)
{
	if (!has_words_around(small))
		return false;
	switch (large->technique) {
	case BY_AFFIX:
	case BY_EMBEDDED:
		return is_branded(small, large) || (small->entry != NULL &&
		    large->edge && large->added < small->added &&
		    is_within(s, small, large));
	case BY_TWO_EDITS:
		return is_within(s, small, large) &&
		    letters_more(small, large) >= WHOLE_LEAST;
	case BY_WORD_ORDER:
		return is_within(s, small, large);
	default:
		return large->technique >= BY_SEPARATOR &&
		    large->technique <= BY_SPELLING && large->distance == 1 &&
		    is_within(s, small, large);
	}
}

/* One letter more at the end, when the other way takes two edits. */
static bool
is_nearer(const struct hit *far, const struct hit *near)
{
	return (near->technique == BY_VERSION ||
	    near->technique == BY_PLURAL) && near->distance == 1 &&
	    (far->technique == BY_TWO_EDITS ||
	    far->technique == BY_EDIT_AFFIX) && far->distance > 1;
}

/* "pyinstallr" is "pyinstaller" misspelled, though "installer" misspelled says
 * more: all that speaks for the smaller target speaks for the whole one. */
static void
prefer_whole(struct search *s)
{
	for (size_t i = 0; i < s->n; i++) {
		struct hit *large = &s->hits[i];

		if (large->entry == NULL)
			continue;
		for (size_t k = 0; k < s->n; k++)
			if (s->hits[k].points >= large->points &&
			    (is_whole(s, &s->hits[k], large) ||
			    is_nearer(&s->hits[k], large)))
				large->points = s->hits[k].points +
				    (large->distance == 1 ? 2 : 1);
	}
}

void
search_run(struct search *s)
{
	form_core(&s->s, &s->core);
	find_same(s);
	find_near(s);
	find_folded(s);
	find_words(s);
	find_affix(s);
	find_pieces(s);
	find_slogans(s);
	prefer_whole(s);
}

/* A protected name alerts alone, unless what is left of it is one word of it
 * that anybody may use. */
static unsigned int
protected_least(const struct hit *h)
{
	switch (h->technique) {
	case BY_WORD_DROP:
	case BY_EMBEDDED:
		return 0;
	case BY_AFFIX:
	case BY_EDIT_AFFIX:
	case BY_SEMANTIC:
	case BY_HOMOPHONE:
		return h->entry->nletters >= PROTECTED_LETTERS ? 60 : 0;
	default:
		return 80;
	}
}

static uint32_t
hit_score(const struct hit *h)
{
	unsigned int score = score_of_points(h->points), least = 0;

	if (h->technique == BY_CONFUSION)
		return 100;
	if (h->entry != NULL && h->entry->kind == TARGET_PROTECTED)
		least = protected_least(h);
	return score > least ? score : least;
}

static int
hit_order(const void *a, const void *b)
{
	const struct hit *x = a, *y = b;

	if (hit_score(x) != hit_score(y))
		return hit_score(x) < hit_score(y) ? 1 : -1;
	if (x->points != y->points)
		return x->points < y->points ? 1 : -1;
	return (x->entry > y->entry) - (x->entry < y->entry);
}

static void
match_of(const struct targets *t, const struct hit *h, struct name_match *out)
{
	*out = (struct name_match){ .technique = mem_strdup(
	    technique_name(h->technique)), .distance = h->distance,
	    .score = hit_score(h) };
	out->target = mem_strdup(h->entry != NULL ? entry_name(t, h->entry) :
	    h->brand);
	if (h->entry != NULL) {
		out->rank = h->entry->rank;
		out->is_protected = h->entry->kind == TARGET_PROTECTED;
	}
}

/* The project of a well-known import name was there before the name was. */
static bool
installs_known(const struct project_name *name)
{
	for (size_t i = 0; i < import_count; i++)
		if (str_equal(import_names[i].project, name->text))
			return true;
	return false;
}

size_t
lookalike_find(const struct targets *t, const struct project_name *name,
    struct name_match *out, size_t most)
{
	struct search s;
	size_t i, n = 0;
	bool known;

	search_init(&s, t, name->text, name->len);
	if (s.self != NULL && (s.self->kind == TARGET_POPULAR ||
	    (s.self->flags & INDEX_OWNED) != 0))
		return 0;
	search_run(&s);
	qsort(s.hits, s.n, sizeof(*s.hits), hit_order);
	known = s.n != 0 && installs_known(name);
	for (i = 0; i < s.n && n < most; i++) {
		if (hit_score(&s.hits[i]) < SCORE_LEAST)
			break;
		if (!known || (s.hits[i].entry != NULL &&
		    s.hits[i].entry->kind == TARGET_PROTECTED))
			match_of(t, &s.hits[i], &out[n++]);
	}
	return n;
}

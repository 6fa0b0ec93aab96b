/* SPDX-License-Identifier: Apache-2.0 */
/*
 * find_words - targets whose words the name has, in another order, fewer, or
 * with others around them.
 * Takes: a name taken apart.  Gives: hits.
 * Runs in: wherever names are compared.  Pure.
 */
#include <string.h>

#include "base/str.h"
#include "names/edit.h"
#include "names/forms.h"
#include "names/letters.h"
#include "names/near.h"
#include "names/search.h"
#include "names/words.h"

#define EDGE_LEAST 4	/* letters of a target that stands as whole words */
#define INSIDE_LEAST 6	/* ... that begins or ends within a word */
#define MIDDLE_LEAST 7	/* ... that does both */

static bool
is_imitated(const struct index_entry *e)
{
	return (e->kind == TARGET_POPULAR || e->kind == TARGET_PROTECTED) &&
	    (e->flags & INDEX_SHADOW) == 0;
}

static bool
has_letters(const struct search *s, const struct index_entry *e,
    const char *letters, size_t n)
{
	return e->nletters == n &&
	    memcmp(entry_letters(s->t, e), letters, n) == 0;
}

/* A brand that other letters are glued to; as a word it is find_brand()'s. */
static bool
is_glued_brand(const struct search *s, const struct index_entry *e, size_t from,
    size_t to)
{
	return e->kind == TARGET_BRAND && (from == 0 || to == s->s.n) &&
	    shape_is_edge(&s->s, from) != shape_is_edge(&s->s, to);
}

/* The imitated target of exactly these letters, other than the name itself. */
static const struct index_entry *
target_of(const struct search *s, uint64_t hash, const char *letters, size_t n)
{
	const struct index_entry *e;
	struct index_cursor c;

	if (!index_may_have(s->t, index_mix(hash, FORM_LETTERS)))
		return NULL;
	index_look(s->t, hash, FORM_LETTERS, &c);
	while ((e = index_next(&c)) != NULL)
		if (is_imitated(e) && e != s->self &&
		    has_letters(s, e, letters, n))
			return e;
	return NULL;
}

/* ---- the same words ------------------------------------------------------ */

/* Two halves that changed places, with or without a separator. */
static void
find_turned(struct search *s)
{
	char turned[PROJECT_NAME_MAX + 1];
	size_t n = s->s.n;

	for (size_t k = 2; k + 2 <= n; k++) {
		uint64_t h = hash_join(shape_piece(&s->s, k, n),
		    shape_piece(&s->s, 0, k), k);
		const struct index_entry *e;

		if (!index_may_have(s->t, index_mix(h, FORM_LETTERS)))
			continue;
		memcpy(turned, s->s.letters + k, n - k);
		memcpy(turned + n - k, s->s.letters, k);
		e = target_of(s, h, turned, n);
		if (e != NULL && !has_letters(s, e, s->s.letters, n))
			search_add(s, &(struct hit){ .entry = e,
			    .technique = BY_WORD_ORDER, .edge = true,
			    .distance = (uint8_t)(k < n - k ? k : n - k) });
	}
}

static void
find_doubled(struct search *s)
{
	size_t half = s->s.n / 2;
	const struct index_entry *e;

	if (s->s.n % 2 != 0 || half < 3 ||
	    memcmp(s->s.letters, s->s.letters + half, half) != 0)
		return;
	e = target_of(s, shape_piece(&s->s, 0, half), s->s.letters, half);
	if (e != NULL)
		search_add(s, &(struct hit){ .entry = e,
		    .technique = BY_WORD_DOUBLE, .edge = true,
		    .distance = (uint8_t)half });
}

static bool
is_dropped(const struct search *s, const struct index_entry *e)
{
	struct shape t;

	shape_of(entry_name(s->t, e), e->len, &t);
	for (size_t i = 0; i < t.nwords; i++) {
		size_t from = t.words[i].at, to = from + t.words[i].len;

		if (t.n - (to - from) == s->s.n &&
		    memcmp(t.letters, s->s.letters, from) == 0 &&
		    memcmp(t.letters + to, s->s.letters + from,
		    t.n - to) == 0)
			return true;
	}
	return false;
}

static void
find_dropped(struct search *s)
{
	const struct index_entry *e;
	struct index_cursor c;

	index_look(s->t, shape_piece(&s->s, 0, s->s.n), FORM_DROPPED, &c);
	while ((e = index_next(&c)) != NULL)
		if (is_dropped(s, e))
			search_add(s, &(struct hit){ .entry = e,
			    .technique = BY_WORD_DROP, .edge = true,
			    .distance = (uint8_t)(e->nletters - s->s.n) });
}

/* Equal without its digits, or with numbers spelled out. */
static bool
differs_in_version(const struct search *s, const struct index_entry *e)
{
	const char *a = s->s.letters, *b = entry_letters(s->t, e);
	size_t i = 0, na = s->s.n, nb = e->nletters;

	while (i < na && i < nb && a[i] == b[i])
		i++;
	while (i > 0 && letter_is_digit(a[i - 1]))
		i--;
	for (size_t k = i; k < nb; k++)
		if (!letter_is_digit(b[k]))
			return false;
	if (word_number(a + i, na - i) != -1)
		return true;
	for (; i < na; i++)
		if (!letter_is_digit(a[i]))
			return false;
	return true;
}

static bool
is_grammar(const struct folded *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (!letter_is_digit(f->text[i]) &&
		    (f->text[i] < 'a' || f->text[i] > 'z'))
			return false;
	return true;
}

static size_t
next_digit(const struct shape *s, size_t at)
{
	while (at < s->n && !letter_is_digit(s->letters[at]))
		at++;
	return at;
}

/* Another number and another ending: two other names. */
static bool
same_digits(const struct shape *a, const struct shape *b)
{
	size_t i = next_digit(a, 0), k = next_digit(b, 0);

	while (i < a->n && k < b->n && a->letters[i] == b->letters[k]) {
		i = next_digit(a, i + 1);
		k = next_digit(b, k + 1);
	}
	return i == a->n && k == b->n;
}

/* "python-hosts", "pythonhosts", "hostslib", yet not "pyhosts", as many a
 * project of its own is called. */
static bool
only_says_python(const struct search *s)
{
	const struct shape *n = &s->s;
	size_t start = word_python_start(n->letters, n->n);

	return n->nwords == 2 ? n->n >= s->core.n + 2 :
	    n->nwords == 1 && start != 2 &&
	    start + word_python_end(n->letters, n->n) > 0;
}

static void
find_core(struct search *s, enum form form, const struct folded *of,
    void (*fold)(const struct shape *, struct folded *))
{
	const struct index_entry *e;
	struct folded f = *of, same;
	struct index_cursor c;
	struct shape other;
	size_t left;

	if (form == FORM_CORE ? f.n < 3 : f.n < 2 && f.nwords < 2)
		return;
	index_look(s->t, folded_hash(&f), form, &c);
	while ((e = index_next(&c)) != NULL) {
		struct hit hit = { .entry = e, .edge = true,
		    .technique = BY_PYTHON_AFFIX };

		if (has_letters(s, e, s->s.letters, s->s.n))
			continue;
		if (e->kind == TARGET_WORD && !only_says_python(s))
			continue;
		shape_of(entry_name(s->t, e), e->len, &other);
		if (form == FORM_MEANING &&
		    (search_same_core(s, &other, &left) ||
		    !same_digits(&s->s, &other)))
			continue;
		fold(&other, &same);
		if (same.n != f.n || memcmp(same.text, f.text, f.n) != 0)
			continue;
		if (form == FORM_MEANING)
			hit.technique = is_grammar(&f) ? BY_PLURAL :
			    BY_SEMANTIC;
		else if (e->kind == TARGET_STDLIB)
			hit.technique = BY_STDLIB;
		else if (differs_in_version(s, e))
			hit.technique = BY_VERSION;
		hit.bare = f.n == s->s.n;
		hit.distance = (uint8_t)near_distance(s->s.letters, s->s.n,
		    other.letters, other.n, 12);
		search_add(s, &hit);
	}
}

void
find_words(struct search *s)
{
	struct folded meaning;

	find_turned(s);
	find_doubled(s);
	find_dropped(s);
	find_core(s, FORM_CORE, &s->core, form_core);
	form_meaning(&s->s, &meaning);
	find_core(s, FORM_MEANING, &meaning, form_meaning);
}

/* ---- other words around them --------------------------------------------- */

static bool
is_digits(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!letter_is_digit(s[i]))
			return false;
	return n > 0;
}

/* What was hung on the target, up to the next word's begin. */
static size_t
added_word(const struct search *s, size_t from, size_t to)
{
	size_t end = from + 1;

	while (end < to && !shape_is_edge(&s->s, end))
		end++;
	return end;
}

/* What the words that were hung on the target are good for. */
static void
hit_added(const struct search *s, struct hit *hit, size_t from, size_t to)
{
	const char *letters = s->s.letters;
	unsigned int all = WORD_PYTHON | WORD_COMMAND;
	bool known = true;

	hit->lure = true;
	for (size_t at = from, end; at < to; at = end) {
		end = added_word(s, at, to);
		known = known && search_knows(s, at, end);
		all &= word_says(letters + at, end - at);
		if ((word_says(letters + at, end - at) &
		    (WORD_LURE | WORD_PYTHON)) == 0)
			hit->lure = false;
	}
	hit->known = known && !hit->lure;
	if (is_digits(letters + from, to - from))
		hit->technique = BY_VERSION;
	else if ((all & WORD_PYTHON) != 0)
		hit->technique = BY_PYTHON_AFFIX;
	else if ((all & WORD_COMMAND) != 0 && hit->edge)
		hit->technique = BY_COMMAND;
}

/* Words on both sides say what the target is for, unless all look official. */
static void
hit_embedded(const struct search *s, struct hit *hit, size_t from, size_t to)
{
	struct hit front = *hit, back = *hit;

	hit->technique = BY_EMBEDDED;
	if (!hit->edge)
		return;
	hit_added(s, &front, 0, from);
	hit_added(s, &back, to, s->s.n);
	hit->lure = front.lure && back.lure;
}

/* "torchtriton": a word beside a target excuses it, unless it is the name of a
 * target itself. */
static bool
is_target_glued(const struct search *s, const struct hit *hit, size_t from,
    size_t to)
{
	return !hit->edge && to - from >= EDGE_LEAST && target_of(s,
	    shape_piece(&s->s, from, to), s->s.letters + from, to - from) !=
	    NULL;
}

/* Words at one end only. */
static void
hit_beside(const struct search *s, struct hit *hit, size_t from, size_t to)
{
	hit_added(s, hit, from, to);
	if (hit->known && is_target_glued(s, hit, from, to))
		hit->known = false;
}

/* The target's letters stand at from..to. */
static void
affix_hit(struct search *s, const struct index_entry *e, size_t from,
    size_t to)
{
	struct hit hit = { .entry = e, .technique = BY_AFFIX,
	    .added = (uint8_t)(s->s.n - (to - from)), .front = from > 0,
	    .edge = shape_is_edge(&s->s, from) && shape_is_edge(&s->s, to) };

	hit.distance = hit.added;
	if (from > 0 && to < s->s.n)
		hit_embedded(s, &hit, from, to);
	else if (from > 0)
		hit_beside(s, &hit, 0, from);
	else
		hit_beside(s, &hit, to, s->s.n);
	if ((e->flags & INDEX_TOOL) != 0 && hit.edge)
		hit.technique = BY_TOOLING;
	if (e->kind == TARGET_BRAND)
		hit.technique = BY_BRAND;
	search_add(s, &hit);
}

/* A known word stands there, which is no target with letters hung on: no
 * "geomet" in "geometry". */
static bool
cuts_word(const struct search *s, size_t at)
{
	for (size_t i = 0; i < s->s.nwords; i++) {
		size_t from = s->s.words[i].at, to = from + s->s.words[i].len;

		if (at > from && at < to)
			return search_knows(s, from, to);
	}
	return false;
}

static void
affix_look(struct search *s, size_t from, size_t to)
{
	uint64_t hash = shape_piece(&s->s, from, to);
	const struct index_entry *e;
	struct index_cursor c;

	if (!index_may_have(s->t, index_mix(hash, FORM_LETTERS)) ||
	    cuts_word(s, from) || cuts_word(s, to))
		return;
	index_look(s->t, hash, FORM_LETTERS, &c);
	while ((e = index_next(&c)) != NULL)
		if (e != s->self && has_letters(s, e, s->s.letters + from,
		    to - from) && (is_imitated(e) ||
		    is_glued_brand(s, e, from, to)))
			affix_hit(s, e, from, to);
}

void
find_affix(struct search *s)
{
	size_t n = s->s.n;

	for (size_t from = 0; from < n; from++) {
		bool starts = shape_is_edge(&s->s, from);
		size_t least = from == 0 || starts ? EDGE_LEAST : INSIDE_LEAST;

		for (size_t to = from + least; to <= n; to++) {
			bool ends = to == n || shape_is_edge(&s->s, to);
			size_t len = to - from;

			if ((from == 0 && to == n) || (!starts &&
			    shape_crosses(&s->s, from, to)) ||
			    (len < INSIDE_LEAST && !(starts && ends)) ||
			    (len < MIDDLE_LEAST && from > 0 && to < n &&
			    !(starts && ends)))
				continue;
			affix_look(s, from, to);
		}
	}
}

/* ---- misspelled, with other words around --------------------------------- */

static void
piece_verify(struct search *s, const struct index_entry *e, size_t from,
    size_t to)
{
	struct hit hit = { .entry = e, .technique = BY_EDIT_AFFIX,
	    .added = (uint8_t)(s->s.n - (to - from)), .front = from > 0,
	    .edge = true };
	const char *letters = entry_letters(s->t, e);
	size_t first = 0, end = e->nletters, n = e->nletters;
	struct shape target;
	struct edit edit;

	if (!entry_is_imitated(e) || e == s->self)
		return;
	if (hit.added == 0 || !edit_explain(s->s.letters + from, to - from,
	    letters, n, &edit)) {
		shape_of(entry_name(s->t, e), e->len, &target);
		if (!form_bare(&target, &first, &end) ||
		    (hit.added > 0 && target.nwords > 1) ||
		    !edit_explain(s->s.letters + from, to - from,
		    letters + first, end - first, &edit))
			return;
		letters += first;
		n = end - first;
	}
	if (edit.technique == BY_VERSION || (edit.technique != BY_HOMOGLYPH &&
	    letter_is_digit(letters[edit.at])))
		return;		/* another version, not a slip */
	hit.known = false;
	if (from > 0)
		hit_added(s, &hit, 0, from);
	else if (to < s->s.n)
		hit_added(s, &hit, to, s->s.n);
	hit.technique = BY_EDIT_AFFIX;
	hit.distance = (uint8_t)(hit.added + 1);
	hit.slip = edit.technique == BY_TRANSPOSITION ||
	    edit.technique == BY_REPETITION;
	hit.at = edit.at + 1 < n ? (uint8_t)edit.at : e->nletters;
	hit.moved = edit.at > 0 && letters_share_consonants(s->s.letters + from,
	    to - from, letters, n);
	hit.rarest = (uint16_t)grams_rarest(s->t->grams, s->s.letters + from,
	    to - from, letters, n);
	search_add(s, &hit);
}

static void
piece_look(struct search *s, uint64_t hash, size_t from, size_t to)
{
	const struct index_entry *e;
	struct index_cursor c;

	index_look(s->t, hash, FORM_NEAR, &c);
	while ((e = index_next(&c)) != NULL)
		piece_verify(s, e, from, to);
}

/* "request-plus": a word is no slip, yet it may want the plural of a target, or
 * its singular, when all that stands beside it looks official. */
static void
find_number(struct search *s, size_t from, size_t to)
{
	struct hit hit = { .added = (uint8_t)(s->s.n - (to - from)),
	    .front = from > 0, .edge = true, .rarest = GRAM_MOST };
	char letters[PROJECT_NAME_MAX + 2];
	size_t n = to - from;

	if (s->s.nwords < 2 || n == s->s.n ||
	    n < technique_least(BY_EDIT_AFFIX))
		return;
	memcpy(letters, s->s.letters + from, n);
	if (letters[n - 1] == 's')
		n--;
	else
		letters[n++] = 's';
	hit.entry = target_of(s, hash_letters(letters, n), letters, n);
	if (from > 0)
		hit_added(s, &hit, 0, from);
	else
		hit_added(s, &hit, to, s->s.n);
	if (hit.entry == NULL || !hit.lure)
		return;
	hit.technique = BY_EDIT_AFFIX;
	hit.distance = (uint8_t)(hit.added + 1);
	hit.at = hit.entry->nletters;
	search_add(s, &hit);
}

/* Targets one edit from the letters from..to. */
static void
find_piece(struct search *s, size_t from, size_t to)
{
	if (to - from + 1 < technique_least(BY_EDIT_AFFIX))
		return;
	if (search_knows(s, from, to)) {
		find_number(s, from, to);
		return;
	}
	piece_look(s, shape_piece(&s->s, from, to), from, to);
	for (size_t i = from; i < to; i++)
		if (i == from || s->s.letters[i] != s->s.letters[i - 1])
			piece_look(s, shape_without(&s->s, from, to, i), from,
			    to);
}

void
find_pieces(struct search *s)
{
	const struct shape *n = &s->s;
	size_t digits = 0, start, end;

	find_piece(s, 0, n->n);
	if (n->nwords > 1) {
		find_piece(s, n->words[1].at, n->n);
		find_piece(s, 0, n->words[n->nwords - 1].at);
		return;
	}
	start = word_python_start(n->letters, n->n);
	end = word_python_end(n->letters, n->n);
	while (digits < n->n && letter_is_digit(n->letters[n->n - 1 - digits]))
		digits++;
	if (start > 0)
		find_piece(s, start, n->n);
	if (end > 0)
		find_piece(s, 0, n->n - end);
	if (digits > 0)
		find_piece(s, 0, n->n - digits);
}

/* ---- without any one target ---------------------------------------------- */

static const struct word_facts *
word_at(const struct search *s, size_t i)
{
	return word_find(s->s.letters + s->s.words[i].at, s->s.words[i].len);
}

/* requirements-txt, install-requirements: what a slip on a command line asks
 * for; every word is of the command's. */
static void
find_command(struct search *s)
{
	size_t commands = 0;

	for (size_t i = 0; i < s->s.nwords; i++) {
		const struct word_facts *w = word_at(s, i);

		commands += w != NULL && (w->is & WORD_COMMAND) != 0 &&
		    s->s.words[i].len > 1;
	}
	if (commands == s->s.nwords && commands >= 2)
		search_add(s, &(struct hit){ .brand = "pip",
		    .technique = BY_COMMAND, .edge = true });
}

/* How many names of the list have that word. */
static uint16_t
brand_family(const struct search *s, size_t i)
{
	size_t from = s->s.words[i].at;
	const struct index_word *w = index_word(s->t, shape_piece(&s->s, from,
	    from + s->s.words[i].len));

	return w != NULL ? w->names : 0;
}

static void
find_brand(struct search *s)
{
	for (size_t i = 0; i < s->s.nwords; i += s->s.nwords - 1) {
		const struct word_facts *w = word_at(s, i), *other;

		if (w != NULL && (w->is & WORD_BRAND) != 0) {
			other = word_at(s, i == 0 ? s->s.nwords - 1 : 0);
			search_add(s, &(struct hit){ .brand = w->word,
			    .technique = BY_BRAND, .edge = true,
			    .front = i > 0, .shared = brand_family(s, i),
			    .host = brand_family(s, i == 0 ?
			    s->s.nwords - 1 : 0),
			    .distance =
			    (uint8_t)(s->s.n - s->s.words[i].len),
			    .added = (uint8_t)(s->s.n - s->s.words[i].len),
			    .lure = other != NULL &&
			    (other->is & WORD_LURE) != 0 });
		}
	}
}

void
find_slogans(struct search *s)
{
	if (s->s.nwords < 2)
		return;
	find_command(s);
	find_brand(s);
}

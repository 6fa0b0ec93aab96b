/* SPDX-License-Identifier: Apache-2.0 */
/*
 * find_letters - targets that are the same name, written a little
 * differently.
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

static bool
same_letters(const struct search *s, const struct index_entry *e)
{
	return e->nletters == s->s.n && memcmp(entry_letters(s->t, e),
	    s->s.letters, s->s.n) == 0;
}

static enum technique
technique_of_kind(const struct index_entry *e, bool exact)
{
	switch (e->kind) {
	case TARGET_STDLIB:
		return BY_STDLIB;
	case TARGET_IMPORT:
		return BY_IMPORT_NAME;
	case TARGET_FOREIGN:
		return BY_FOREIGN;
	case TARGET_INVENTED:
		return BY_INVENTED;
	default:
		return exact ? BY_CONFUSION : BY_SEPARATOR;
	}
}

void
find_same(struct search *s)
{
	const struct index_entry *e;
	struct index_cursor c;

	index_look(s->t, shape_piece(&s->s, 0, s->s.n), FORM_LETTERS, &c);
	while ((e = index_next(&c)) != NULL) {
		struct hit hit = { .entry = e, .edge = true };

		if (!same_letters(s, e) || e->kind == TARGET_BRAND ||
		    e->kind == TARGET_WORD ||
		    (e == s->self && e->kind == TARGET_POPULAR) ||
		    (e->kind == TARGET_IMPORT && e->project == 0))
			continue;
		hit.technique = technique_of_kind(e, e == s->self);
		hit.distance = e == s->self ? 0 : (uint8_t)
		    (s->s.name_len > e->len ? s->s.name_len - e->len :
		    e->len - s->s.name_len);
		if (e->kind == TARGET_IMPORT && e->project != 0)
			hit.entry = &s->t->entries[e->project - 1];
		search_add(s, &hit);
	}
}

static bool
same_ultra(const struct search *s, const struct index_entry *e)
{
	const char *b = entry_letters(s->t, e), *a = s->s.letters;

	if (e->nletters != s->s.n)
		return false;
	for (size_t i = 0; i < s->s.n; i++) {
		char x = a[i] == 'l' || a[i] == 'i' ? '1' :
		    a[i] == 'o' ? '0' : a[i];
		char y = b[i] == 'l' || b[i] == 'i' ? '1' :
		    b[i] == 'o' ? '0' : b[i];

		if (x != y)
			return false;
	}
	return true;
}

static bool
is_spelling(const struct search *s, const struct index_entry *e)
{
	char a[PROJECT_NAME_MAX + 8], b[PROJECT_NAME_MAX + 8];
	size_t na = letters_american(s->s.letters, s->s.n, a);
	size_t nb = letters_american(entry_letters(s->t, e), e->nletters, b);

	return na == nb && memcmp(a, b, na) == 0;
}

/* "recieve": many write it so. */
static bool
is_misspelling(const char *a, const struct edit *e)
{
	return e->technique == BY_TRANSPOSITION && e->at > 0 &&
	    ((a[e->at] == 'i' && a[e->at + 1] == 'e') ||
	    (a[e->at] == 'e' && a[e->at + 1] == 'i'));
}

/* Two letters more at one end are words around the target; and what differs
 * in "py", "lib" or digits has a technique of its own. */
static bool
explain_two(const struct search *s, const struct index_entry *e,
    struct hit *hit)
{
	const char *a = s->s.letters, *b = entry_letters(s->t, e);
	size_t la = s->s.n, lb = e->nletters, core;
	struct shape other;

	if (la == lb + 2 && (memcmp(a, b, lb) == 0 ||
	    memcmp(a + 2, b, lb) == 0))
		return false;
	shape_of(entry_name(s->t, e), e->len, &other);
	if (search_same_core(s, &other, &core))
		return false;
	hit->core = (uint8_t)core;
	while (hit->at < la && a[hit->at] == b[hit->at])
		hit->at++;
	hit->moved = (la == lb && index_sign(a, la) == index_sign(b, lb)) ||
	    (hit->at > 0 && letters_share_consonants(a, la, b, lb));
	return !entry_is_only_misspelled(e) ||
	    (hit->at > 0 && lb >= WORD_LEAST);
}

/* A word that is spelled right is no misspelling of another, nor is its
 * plural. */
static bool
is_other_word(const struct search *s, const struct index_entry *e)
{
	return entry_is_only_misspelled(e) && (search_knows(s, 0, s->s.n) ||
	    (s->s.n == e->nletters + 1u && s->s.letters[s->s.n - 1] == 's' &&
	    memcmp(s->s.letters, entry_letters(s->t, e), e->nletters) == 0));
}

static void
on_near(void *ctx, uint32_t entry, unsigned int distance)
{
	struct search *s = ctx;
	const struct index_entry *e = &s->t->entries[entry];
	const char *b = entry_letters(s->t, e);
	struct hit hit = { .entry = e, .technique = BY_TWO_EDITS,
	    .distance = (uint8_t)distance, .edge = true };
	struct edit edit;

	if (distance == 0 || is_other_word(s, e))
		return;		/* find_same has it */
	if (distance == 1 && edit_explain(s->s.letters, s->s.n, b, e->nletters,
	    &edit)) {
		hit.technique = edit.technique;
		hit.at = (uint8_t)edit.at;
		hit.slip = edit.slip;
		if (is_misspelling(s->s.letters, &edit))
			hit.technique = BY_SPELLING;
	} else if (!explain_two(s, e, &hit))
		return;
	if (hit.technique != BY_TRANSPOSITION && is_spelling(s, e))
		hit.technique = BY_SPELLING;
	if (distance > 1 && same_ultra(s, e))
		hit.technique = BY_COLLISION;
	search_add(s, &hit);
}

void
find_near(struct search *s)
{
	near_find(s->t, s->s.letters, s->s.n, s->s.n + 2 <
	    technique_least(BY_TWO_EDITS) ? 1 : 2, on_near, s);
}

/* ---- folded -------------------------------------------------------------- */

/* Names that are equal in a form, yet further apart than two edits. */
static void
find_form(struct search *s, const struct folded *f, enum form form,
    void (*fold)(const struct shape *, struct folded *), enum technique by)
{
	const struct index_entry *e;
	struct index_cursor c;
	struct shape other;
	struct folded same;

	index_look(s->t, folded_hash(f), form, &c);
	while ((e = index_next(&c)) != NULL) {
		struct hit hit = { .entry = e, .technique = by,
		    .edge = true };

		if (same_letters(s, e))
			continue;
		shape_of(entry_name(s->t, e), e->len, &other);
		fold(&other, &same);
		if (same.n != f->n || memcmp(same.text, f->text, f->n) != 0)
			continue;
		hit.distance = (uint8_t)near_distance(s->s.letters, s->s.n,
		    other.letters, other.n, 8);
		if (form == FORM_SKELETON && hit.distance > 1 &&
		    same_ultra(s, e))
			hit.technique = BY_COLLISION;
		search_add(s, &hit);
	}
}

void
find_folded(struct search *s)
{
	struct folded f;

	form_skeleton(&s->s, &f);
	find_form(s, &f, FORM_SKELETON, form_skeleton, BY_HOMOGLYPH);
	form_sound(&s->s, &f);
	find_form(s, &f, FORM_SOUND, form_sound, BY_HOMOPHONE);
	if (s->s.nwords < 2)
		return;
	form_order(&s->s, &f);
	find_form(s, &f, FORM_ORDER, form_order, BY_WORD_ORDER);
}

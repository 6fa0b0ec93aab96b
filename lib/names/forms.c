/* SPDX-License-Identifier: Apache-2.0 */
/*
 * forms - the spellings that a name is found by.
 * Takes: a name taken apart.  Gives: it folded.
 * Runs in: where the index is built and asked.  Pure.
 */
#include "names/forms.h"

#include <string.h>

#include "names/letters.h"
#include "names/words.h"

#define BARE_LEAST 6		/* letters */

/* Words while they are folded; they point into the shape or to constants. */
struct pieces {
	struct { const char *s; size_t n; } word[NAME_WORDS_MAX + 1];
	size_t n;
};

static void
pieces_of(const struct shape *s, struct pieces *p)
{
	p->n = s->nwords;
	for (size_t i = 0; i < s->nwords; i++) {
		p->word[i].s = s->letters + s->words[i].at;
		p->word[i].n = s->words[i].len;
	}
	if (s->nwords == 0) {
		p->n = 1;
		p->word[0].s = s->letters;
		p->word[0].n = s->n;
	}
}

static bool
is_before(const struct pieces *p, size_t a, size_t b)
{
	size_t na = p->word[a].n, nb = p->word[b].n;
	int order = memcmp(p->word[a].s, p->word[b].s, na < nb ? na : nb);

	return order != 0 ? order < 0 : na < nb;
}

static void
pieces_sort(struct pieces *p)
{
	for (size_t i = 1; i < p->n; i++)
		for (size_t k = i; k > 0 && is_before(p, k, k - 1); k--) {
			const char *s = p->word[k].s;
			size_t n = p->word[k].n;

			p->word[k] = p->word[k - 1];
			p->word[k - 1].s = s;
			p->word[k - 1].n = n;
		}
}

static void
folded_add(struct folded *out, const char *s, size_t n)
{
	if (n > sizeof(out->text) - 1 - out->n)
		n = sizeof(out->text) - 1 - out->n;
	memcpy(out->text + out->n, s, n);
	out->n += n;
	out->text[out->n] = '\0';
}

static void
pieces_join(const struct pieces *p, struct folded *out)
{
	out->n = 0;
	out->text[0] = '\0';
	out->nwords = p->n;
	for (size_t i = 0; i < p->n; i++)
		folded_add(out, p->word[i].s, p->word[i].n);
}

void
form_skeleton(const struct shape *s, struct folded *out)
{
	out->n = letters_skeleton(s->letters, s->n, out->text);
	out->text[out->n] = '\0';
	out->nwords = 1;
}

void
form_sound(const struct shape *s, struct folded *out)
{
	out->n = letters_sound(s->letters, s->n, out->text);
	out->text[out->n] = '\0';
	out->nwords = 1;
}

void
form_order(const struct shape *s, struct folded *out)
{
	struct pieces p;

	pieces_of(s, &p);
	pieces_sort(&p);
	pieces_join(&p, out);
}

/* Words that only say Python go, as long as one word is left. */
static void
drop_python_words(struct pieces *p)
{
	size_t kept = 0, left = p->n;

	for (size_t i = 0; i < p->n; i++) {
		if (left > 1 && word_is(p->word[i].s, p->word[i].n,
		    WORD_PYTHON)) {
			left--;
			continue;
		}
		p->word[kept++] = p->word[i];
	}
	p->n = kept;
}

static void
drop_python_letters(struct pieces *p)
{
	size_t cut = word_python_start(p->word[0].s, p->word[0].n);

	p->word[0].s += cut;
	p->word[0].n -= cut;
	p->word[p->n - 1].n -= word_python_end(p->word[p->n - 1].s,
	    p->word[p->n - 1].n);
}

/* "boto3", "boto-3", "boto-three"; something is left. */
static void
drop_version(struct pieces *p)
{
	size_t last = p->n - 1, n = p->word[last].n;

	if (last > 0 && word_number(p->word[last].s, n) != -1) {
		p->n--;
		return;
	}
	while (n > 0 && letter_is_digit(p->word[last].s[n - 1]))
		n--;
	if (n == 0 && last > 0)
		p->n--;
	else if (n >= 2)
		p->word[last].n = n;
}

static void
core_of(const struct shape *s, struct pieces *p)
{
	pieces_of(s, p);
	drop_python_words(p);
	drop_python_letters(p);
	drop_version(p);
}

void
form_core(const struct shape *s, struct folded *out)
{
	struct pieces p;

	core_of(s, &p);
	pieces_sort(&p);
	pieces_join(&p, out);
}

bool
form_bare(const struct shape *s, size_t *from, size_t *to)
{
	const struct word *a = &s->words[0], *b = &s->words[1];

	*from = 0;
	*to = s->n;
	if (s->nwords == 1)
		while (*to > 0 && letter_is_digit(s->letters[*to - 1]))
			(*to)--;
	else if (s->nwords != 2)
		return false;
	else if (word_is(s->letters, a->len, WORD_PYTHON))
		*from = b->at;
	else if (word_is(s->letters + b->at, b->len, WORD_PYTHON))
		*to = b->at;
	return *to - *from < s->n && *to - *from >= BARE_LEAST;
}

/* One letter a meaning, beyond those that names have. */
static const char meanings[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ!\"#$%&'()*+,./:;<=>?@[\\]^_`{|}~";

void
form_meaning(const struct shape *s, struct folded *out)
{
	char stems[NAME_WORDS_MAX + 1][PROJECT_NAME_MAX + 8];
	struct pieces p;

	core_of(s, &p);
	for (size_t i = 0; i < p.n; i++) {
		const struct word_facts *w = word_find(p.word[i].s,
		    p.word[i].n);

		if (w != NULL && w->meaning != 0 &&
		    w->meaning < sizeof(meanings)) {
			p.word[i].s = meanings + w->meaning - 1;
			p.word[i].n = 1;
			continue;
		}
		p.word[i].n = letters_stem(p.word[i].s, p.word[i].n, stems[i]);
		p.word[i].s = stems[i];
	}
	pieces_sort(&p);
	pieces_join(&p, out);
}

uint64_t
folded_hash(const struct folded *f)
{
	return hash_letters(f->text, f->n);
}

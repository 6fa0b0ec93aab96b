/* SPDX-License-Identifier: Apache-2.0 */
/*
 * targets - the index of names that somebody might imitate, opened in place.
 *
 * Takes: bytes, from another process too.  Gives: a view that stays inside
 * them whatever they hold.
 * Runs in: queue, every worker, the command.
 */
#include "names/targets.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "names/index.h"
#include "names/shape.h"

/* ---- opening ------------------------------------------------------------- */

/* A part of `n` elements that lies inside the bytes and is aligned. */
static bool
part_fits(const struct index_header *h, uint32_t at, uint64_t n, size_t size,
    size_t align)
{
	return at >= sizeof(*h) && at % align == 0 && at + n * size <= h->size;
}

static bool
is_power(uint32_t n)
{
	return n != 0 && (n & (n - 1)) == 0;
}

static bool
text_fits(const struct targets *t, uint32_t at, size_t len)
{
	return (uint64_t)at + len + 1 <= t->head->ntext &&
	    t->text[at + len] == '\0';
}

/* What tables by letter are asked with. */
static bool
letters_fit(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!(s[i] >= 'a' && s[i] <= 'z') &&
		    !(s[i] >= '0' && s[i] <= '9') && s[i] != '-')
			return false;
	return true;
}

static bool
entry_fits(const struct targets *t, const struct index_entry *e)
{
	return e->kind < TARGET_KINDS && e->len > 0 &&
	    e->len <= PROJECT_NAME_MAX && e->nletters > 0 &&
	    e->nletters <= e->len && e->project <= t->head->n &&
	    text_fits(t, e->name, e->len) &&
	    text_fits(t, e->letters, e->nletters) &&
	    letters_fit(t->text + e->name, e->len) &&
	    (e->letters == e->name ||
	    letters_fit(t->text + e->letters, e->nletters)) &&
	    memchr(t->text + e->letters, '-', e->nletters) == NULL;
}

static bool
near_fits(const struct targets *t)
{
	const struct index_header *h = t->head;

	if (h->starts[0] != 0 || h->starts[PROJECT_NAME_MAX + 1] != h->nnear)
		return false;
	if (h->text_starts[0] != 0 ||
	    h->text_starts[PROJECT_NAME_MAX + 1] != h->nnear_text)
		return false;
	for (size_t i = 0; i <= PROJECT_NAME_MAX; i++)
		if (h->starts[i] > h->starts[i + 1] ||
		    h->text_starts[i] + (uint64_t)i * (h->starts[i + 1] -
		    h->starts[i]) != h->text_starts[i + 1])
			return false;
	for (uint32_t i = 0; i < h->nnear; i++)
		if (t->members[i] >= h->n)
			return false;
	return true;
}

static const char *
targets_check(const struct targets *t)
{
	const struct index_header *h = t->head;

	for (uint32_t i = 0; i < h->n; i++)
		if (!entry_fits(t, &t->entries[i]))
			return "target index: a damaged entry";
	for (uint32_t i = 0; i < h->nslots; i++)
		if ((t->slots[i].value & INDEX_ENTRY_MASK) > h->n)
			return "target index: a damaged slot";
	return near_fits(t) ? NULL : "target index: damaged lengths";
}

static bool
parts_fit(const struct index_header *h)
{
	return is_power(h->nslots) && is_power(h->nwords) &&
	    h->n < h->nslots && h->n < INDEX_ENTRY_MASK &&
	    part_fits(h, h->entries, h->n, sizeof(struct index_entry),
	    4) &&
	    part_fits(h, h->slots, h->nslots, sizeof(struct index_slot),
	    4) &&
	    part_fits(h, h->words, h->nwords, sizeof(struct index_word),
	    4) &&
	    part_fits(h, h->signs, h->nnear, sizeof(uint64_t), 8) &&
	    part_fits(h, h->members, h->nnear, sizeof(uint32_t), 4) &&
	    part_fits(h, h->seen, (1u << SEEN_BITS) / 64, sizeof(uint64_t),
	    8) &&
	    part_fits(h, h->other, (1u << OTHER_BITS) / 64, sizeof(uint64_t),
	    8) &&
	    part_fits(h, h->grams, GRAM_COUNT, sizeof(uint16_t), 2) &&
	    part_fits(h, h->near_text, h->nnear_text, 1, 1) &&
	    part_fits(h, h->text, h->ntext, 1, 1);
}

static const char *
targets_map(struct targets *t, const void *bytes, size_t len)
{
	const struct index_header *h = bytes;
	const char *base = bytes;

	if (len < sizeof(*h) || (uintptr_t)bytes % _Alignof(uint64_t) != 0 ||
	    h->magic != INDEX_MAGIC || h->size != len)
		return "target index: not an index, or cut short";
	if (!parts_fit(h))
		return "target index: a part outside the bytes";
	t->head = h;
	t->entries = (const void *)(base + h->entries);
	t->slots = (const void *)(base + h->slots);
	t->words = (const void *)(base + h->words);
	t->signs = (const void *)(base + h->signs);
	t->members = (const void *)(base + h->members);
	t->seen = (const void *)(base + h->seen);
	t->other = (const void *)(base + h->other);
	t->grams = (const void *)(base + h->grams);
	t->near_text = base + h->near_text;
	t->text = base + h->text;
	return targets_check(t);
}

struct targets *
targets_open(const void *bytes, size_t len, const char **why)
{
	struct targets	*t = mem_alloc(sizeof(*t));
	const char	*unused;

	if (why == NULL)
		why = &unused;
	*why = targets_map(t, bytes, len);
	if (*why == NULL)
		return t;
	free(t);
	return NULL;
}

void
targets_free(struct targets *t)
{
	free(t);
}

size_t
targets_count(const struct targets *t)
{
	return t->head->n;
}

/* ---- looking up ---------------------------------------------------------- */

void
index_look(const struct targets *t, uint64_t hash, enum form form,
    struct index_cursor *c)
{
	uint64_t mixed = index_mix(hash, form);

	*c = (struct index_cursor){ .targets = t, .form = form,
	    .at = (uint32_t)mixed & (t->head->nslots - 1),
	    .print = (uint32_t)(mixed >> 32), .tries = INDEX_LOOK_MAX };
	if (form != FORM_LETTERS && !index_may_have_form(t, mixed))
		c->tries = 0;
}

/* Bounded: a hostile table may have no empty slot. */
const struct index_entry *
index_next(struct index_cursor *c)
{
	const struct targets *t = c->targets;

	while (c->tries > 0) {
		const struct index_slot *s = &t->slots[c->at];

		if (s->value == 0)
			return NULL;
		c->at = (c->at + 1) & (t->head->nslots - 1);
		c->tries--;
		if (s->print == c->print &&
		    s->value >> INDEX_FORM_SHIFT == (uint32_t)c->form &&
		    (s->value & INDEX_ENTRY_MASK) != 0)
			return &t->entries[(s->value & INDEX_ENTRY_MASK) - 1];
	}
	return NULL;
}

const struct index_entry *
index_find(const struct targets *t, const char *name, size_t len)
{
	const struct index_entry *e;
	struct index_cursor c;
	uint64_t hash = 0;

	for (size_t i = 0; i < len; i++)
		if (name[i] != '-')
			hash = hash_join(hash, (uint8_t)name[i], 1);
	index_look(t, hash, FORM_LETTERS, &c);
	while ((e = index_next(&c)) != NULL)
		if (e->len == len && memcmp(entry_name(t, e), name, len) == 0)
			return e;
	return NULL;
}

uint32_t
targets_rank(const struct targets *t, const char *name)
{
	const struct index_entry *e = index_find(t, name, strlen(name));

	return e != NULL && e->kind == TARGET_POPULAR ? e->rank : 0;
}

bool
targets_knows(const struct targets *t, const char *name)
{
	/* Words are kept under other keys. */
	return index_find(t, name, strlen(name)) != NULL;
}

const struct index_word *
index_word(const struct targets *t, uint64_t hash)
{
	uint64_t mixed = index_mix(hash, FORM_COUNT);
	uint32_t print = (uint32_t)(mixed >> 32) | 1, tries = INDEX_LOOK_MAX;
	uint32_t at = (uint32_t)mixed & (t->head->nwords - 1);

	for (; tries > 0 && t->words[at].print != 0; tries--) {
		if (t->words[at].print == print)
			return &t->words[at];
		at = (at + 1) & (t->head->nwords - 1);
	}
	return NULL;
}

size_t
index_length_class(size_t n)
{
	return n <= 4 ? 0 : n <= 6 ? 1 : n <= 9 ? 2 : 3;
}

uint64_t
index_sign(const char *s, size_t n)
{
	uint64_t once = 0, twice = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned int c = s[i] <= '9' ? (unsigned int)(s[i] - '0') & 15 :
		    10 + ((unsigned int)(s[i] - 'a') & 31);
		uint64_t bit = (uint64_t)1 << c;

		twice |= once & bit;
		once |= bit;
	}
	/* ten digits and 26 letters; second occurrences of letters above */
	return once | (twice >> 10) << 36;
}

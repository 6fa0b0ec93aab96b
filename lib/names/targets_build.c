/* SPDX-License-Identifier: Apache-2.0 */
/*
 * targets_build - the index of names that somebody might imitate, made.
 *
 * Takes: names with rank and kind.  Gives: the index's bytes.
 * Runs in: queue and the command.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "names/english.h"
#include "names/forms.h"
#include "names/imports.h"
#include "names/index.h"
#include "names/learn.h"
#include "names/name.h"
#include "names/shape.h"
#include "names/stdlib.h"
#include "names/vocabulary.h"
#include "names/words.h"

#define KEYS_WAITING 32

struct key {
	uint64_t	 mixed;
	uint32_t	 value;		/* of its slot */
};

struct builder {
	struct index_header head;
	struct index_entry *entries;
	struct index_slot *slots;
	struct index_word *words;
	uint64_t	*signs, *seen, *other;
	uint16_t	*grams;
	uint32_t	*members, *known;	/* known: hash of whole names */
	char		*near_text;
	size_t		 most, nknown;
	uint64_t	*denied;
	size_t		 ndenied;
	struct buf	 text;
	struct key	 keys[KEYS_WAITING];	/* the last ones, not yet put */
	size_t		 nkeys;
};

/* ---- entries ------------------------------------------------------------- */

/* Where that name is, or where it would go. */
static uint32_t *
known_slot(struct builder *b, const char *name, size_t len)
{
	uint64_t h = index_mix(hash_letters(name, len), FORM_COUNT);
	size_t at = h & (b->nknown - 1);

	for (; b->known[at] != 0; at = (at + 1) & (b->nknown - 1)) {
		const struct index_entry *e = &b->entries[b->known[at] - 1];

		if (e->len == len &&
		    memcmp(b->text.data + e->name, name, len) == 0)
			break;
	}
	return &b->known[at];
}

static int
hash_order(const void *a, const void *b)
{
	uint64_t x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return (x > y) - (x < y);
}

static void
denied_read(struct builder *b, const struct target *list, size_t n)
{
	struct project_name name;

	b->denied = mem_array(n + 1, sizeof(*b->denied));
	for (size_t i = 0; i < n; i++)
		if (list[i].kind == TARGET_DENIED && list[i].name != NULL &&
		    name_normalize(list[i].name, &name, NULL) == 0)
			b->denied[b->ndenied++] = hash_letters(name.text,
			    name.len);
	qsort(b->denied, b->ndenied, sizeof(*b->denied), hash_order);
}

static bool
is_denied(const struct builder *b, const struct project_name *name)
{
	uint64_t h;

	if (b->ndenied == 0)
		return false;
	h = hash_letters(name->text, name->len);
	return bsearch(&h, b->denied, b->ndenied, sizeof(h), hash_order) !=
	    NULL;
}

static uint32_t
text_add(struct builder *b, const char *s, size_t n)
{
	uint32_t at = (uint32_t)b->text.len;

	buf_add(&b->text, s, n);
	buf_addc(&b->text, '\0');
	return at;
}

static void
entry_fill(struct builder *b, struct index_entry *e, const struct target *t,
    const struct project_name *name)
{
	unsigned int says = word_says(name->text, name->len);
	struct shape s;

	shape_of(name->text, name->len, &s);
	e->name = text_add(b, name->text, name->len);
	e->letters = s.n == name->len ? e->name :
	    text_add(b, s.letters, s.n);
	e->len = (uint8_t)name->len;
	e->nletters = (uint8_t)s.n;
	e->rank = t->rank;
	e->downloads = t->downloads < 0 ? 0 : t->downloads / 1000 > UINT32_MAX ?
	    UINT32_MAX : (uint32_t)(t->downloads / 1000);
	e->kind = (uint8_t)(t->kind == TARGET_USED ? TARGET_POPULAR : t->kind);
	if (t->owned && t->kind == TARGET_PROTECTED)
		e->flags |= INDEX_OWNED;
	if ((says & WORD_TOOL) != 0)
		e->flags |= INDEX_TOOL;
	if ((says & WORD_BRAND) != 0)
		e->flags |= INDEX_BRAND;
}

static bool
entry_add(struct builder *b, const struct target *t)
{
	struct project_name name;
	uint32_t *slot;

	if (b->head.n == b->most || t->name == NULL ||
	    name_normalize(t->name, &name, NULL) == -1)
		return false;
	if (t->kind == TARGET_POPULAR && is_denied(b, &name))
		return false;
	slot = known_slot(b, name.text, name.len);
	if (*slot != 0)
		return false;
	entry_fill(b, &b->entries[b->head.n], t, &name);
	*slot = ++b->head.n;
	return true;
}

/* An import name's project must be a name of the list. */
static void
import_link(struct builder *b, const struct target *t)
{
	struct project_name name, project;
	uint32_t at, to;

	if (t->project == NULL || t->name == NULL ||
	    name_normalize(t->name, &name, NULL) == -1 ||
	    name_normalize(t->project, &project, NULL) == -1)
		return;
	at = *known_slot(b, name.text, name.len);
	to = *known_slot(b, project.text, project.len);
	if (at != 0 && to != 0 && at != to &&
	    b->entries[at - 1].kind == TARGET_IMPORT)
		b->entries[at - 1].project = to;
}

/* Words that are misspelled to deceive, or have "python" put beside them. */
static void
word_add(struct builder *b, const char *word, size_t len)
{
	char text[PROJECT_NAME_MAX + 1];

	if (len >= sizeof(text))
		return;
#ifdef WORDS_LEFT_OUT
	if (word_left_out_counted(word, len))
		return;
#endif
	memcpy(text, word, len);
	text[len] = '\0';
	(void)entry_add(b, &(struct target){ .name = text,
	    .kind = TARGET_WORD });
}

static void
words_add(struct builder *b)
{
	struct vocabulary v = { 0 };
	const char *word;
	size_t len;

	while ((word = vocabulary_next(&v, &len)) != NULL)
		word_add(b, word, len);
}

/* Names that need no list. */
static void
builtin_add(struct builder *b, enum target_kind kind)
{
	struct target t = { .kind = kind };

	for (size_t i = 0; kind == TARGET_STDLIB && i < stdlib_count; i++) {
		t.name = stdlib_names[i];
		(void)entry_add(b, &t);
	}
	for (size_t i = 0; kind == TARGET_IMPORT && i < import_count; i++) {
		t.name = import_names[i].name;
#ifdef WORDS_LEFT_OUT
		if (word_left_out(t.name, strlen(t.name)))
			continue;
#endif
		(void)entry_add(b, &t);
	}
	if (kind == TARGET_WORD)
		words_add(b);
	for (size_t i = 0; kind == TARGET_BRAND; i++) {
		t.name = word_next(WORD_BRAND, &i);
		if (t.name == NULL)
			return;
		if (strlen(t.name) >= BRAND_LEAST)
			(void)entry_add(b, &t);
	}
}

static size_t
entries_add(struct builder *b, const struct target *list, size_t n)
{
	static const enum target_kind order[] = { TARGET_PROTECTED,
		TARGET_POPULAR, TARGET_USED, TARGET_IMPORT, TARGET_STDLIB,
		TARGET_FOREIGN,
		TARGET_INVENTED, TARGET_BRAND, TARGET_WORD };
	size_t taken = 0;

	for (size_t k = 0; k < ARRAY_LEN(order); k++) {
		for (size_t i = 0; i < n; i++)
			if (list[i].kind == order[k])
				taken += entry_add(b, &list[i]);
		builtin_add(b, order[k]);
	}
	for (size_t i = 0; i < n; i++)
		if (list[i].kind == TARGET_IMPORT)
			import_link(b, &list[i]);
	for (size_t i = 0; i < import_count; i++)
		import_link(b, &(struct target){ .name = import_names[i].name,
		    .project = import_names[i].project });
	return taken;
}

/* ---- forms --------------------------------------------------------------- */

static void
bit_set(uint64_t *bits, uint64_t mixed, unsigned int nbits)
{
	uint64_t bit = mixed >> (64 - nbits);

	bits[bit / 64] |= (uint64_t)1 << (bit % 64);
}

static void
key_put(struct builder *b, const struct key *k)
{
	uint32_t print = (uint32_t)(k->mixed >> 32), same = 0;
	uint32_t at = (uint32_t)k->mixed & (b->head.nslots - 1);

	for (; b->slots[at].value != 0; at = (at + 1) & (b->head.nslots - 1)) {
		if (b->slots[at].print != print ||
		    b->slots[at].value >> INDEX_FORM_SHIFT !=
		    k->value >> INDEX_FORM_SHIFT)
			continue;
		if (b->slots[at].value == k->value ||
		    ++same == FORM_SAME_MAX)
			return;
	}
	b->slots[at] = (struct index_slot){ print, k->value };
}

/* A key's slot is seldom in a near cache: it is asked for when the key comes,
 * and written when KEYS_WAITING more have come. */
static void
key_add(struct builder *b, uint64_t hash, enum form form, uint32_t entry)
{
	uint64_t mixed = index_mix(hash, form);
	struct key *k = &b->keys[b->nkeys++ % KEYS_WAITING];

	if (form == FORM_LETTERS)
		bit_set(b->seen, mixed, SEEN_BITS);
	else
		bit_set(b->other, mixed, OTHER_BITS);
	if (b->nkeys > KEYS_WAITING)
		key_put(b, k);
	*k = (struct key){ mixed,
	    (uint32_t)form << INDEX_FORM_SHIFT | (entry + 1) };
	__builtin_prefetch(&b->slots[(uint32_t)mixed & (b->head.nslots - 1)],
	    1);
}

static void
keys_finish(struct builder *b)
{
	size_t first = b->nkeys > KEYS_WAITING ? b->nkeys - KEYS_WAITING : 0;

	for (size_t i = first; i < b->nkeys; i++)
		key_put(b, &b->keys[i % KEYS_WAITING]);
}

/* Letters, and each time one of them less. */
static void
keys_near(struct builder *b, const struct shape *s, size_t from, size_t to,
    uint32_t entry)
{
	key_add(b, shape_piece(s, from, to), FORM_NEAR, entry);
	for (size_t i = from; i < to; i++)
		if (i == from || s->letters[i] != s->letters[i - 1])
			key_add(b, shape_without(s, from, to, i), FORM_NEAR,
			    entry);
}

static void
keys_dropped(struct builder *b, const struct shape *s, uint32_t entry)
{
	for (size_t i = 0; s->nwords >= 2 && i < s->nwords; i++) {
		size_t from = s->words[i].at, to = from + s->words[i].len;

		key_add(b, hash_join(shape_piece(s, 0, from),
		    shape_piece(s, to, s->n), s->n - to), FORM_DROPPED,
		    entry);
	}
}

static void
keys_folded(struct builder *b, const struct shape *s, uint32_t entry)
{
	static const struct {
		void (*fold)(const struct shape *, struct folded *);
		enum form form;
		size_t words;		/* at least */
	} folds[] = { { form_skeleton, FORM_SKELETON, 0 },
	    { form_sound, FORM_SOUND, 0 }, { form_order, FORM_ORDER, 2 },
	    { form_core, FORM_CORE, 0 }, { form_meaning, FORM_MEANING, 0 } };
	struct folded f;

	for (size_t i = 0; i < ARRAY_LEN(folds); i++) {
		if (s->nwords < folds[i].words)
			continue;
		folds[i].fold(s, &f);
		key_add(b, folded_hash(&f), folds[i].form, entry);
	}
}

static void
keys_looks(struct builder *b, const struct shape *s, uint32_t entry)
{
	struct folded f;

	form_skeleton(s, &f);
	key_add(b, folded_hash(&f), FORM_SKELETON, entry);
}

static void
keys_core(struct builder *b, const struct shape *s, uint32_t entry)
{
	struct folded f;

	form_core(s, &f);
	key_add(b, folded_hash(&f), FORM_CORE, entry);
}

static void
keys_of(struct builder *b, uint32_t i)
{
	const struct index_entry *e = &b->entries[i];
	struct shape s;
	size_t from, to;

	shape_of(b->text.data + e->name, e->len, &s);
	if (entry_is_only_misspelled(e))
		keys_core(b, &s, i);
	if (e->kind == TARGET_WORD)
		return;
	key_add(b, shape_piece(&s, 0, s.n), FORM_LETTERS, i);
	if (!entry_is_imitated(e) || e->kind == TARGET_STDLIB)
		return;
	keys_near(b, &s, 0, s.n, i);
	if (form_bare(&s, &from, &to))
		keys_near(b, &s, from, to, i);
	if (e->kind != TARGET_POPULAR && e->kind != TARGET_PROTECTED) {
		keys_looks(b, &s, i);
		return;
	}
	keys_dropped(b, &s, i);
	keys_folded(b, &s, i);
}

/* The most keys that an entry can have: each letter gone, perhaps twice, each
 * word gone, and the folded ones. */
static size_t
keys_most(const struct index_entry *e)
{
	bool version = e->nletters >= 7;	/* form_bare() */

	if (!entry_is_imitated(e) || entry_is_only_misspelled(e))
		return 2;
	return (version ? 2u : 1u) * (e->nletters + 1u) + 6u +
	    (size_t)(e->len - e->nletters) + 1;
}

static void
keys_build(struct builder *b)
{
	size_t keys = 0;

	for (uint32_t i = 0; i < b->head.n; i++)
		keys += keys_most(&b->entries[i]);
	b->head.nslots = 64;
	while (b->head.nslots <= keys)	/* one stays empty */
		b->head.nslots *= 2;
	b->slots = mem_array(b->head.nslots, sizeof(*b->slots));
	for (uint32_t i = 0; i < b->head.n; i++)
		keys_of(b, i);
	keys_finish(b);
}

/* ---- what distance 2 is looked for in ------------------------------------ */

static void
near_build(struct builder *b)
{
	uint32_t *starts = b->head.starts, at[PROJECT_NAME_MAX + 2];
	uint32_t *texts = b->head.text_starts;

	for (uint32_t i = 0; i < b->head.n; i++)
		if (entry_is_imitated(&b->entries[i]))
			starts[b->entries[i].nletters + 1]++;
	for (uint32_t i = 1; i < ARRAY_LEN(at); i++) {
		texts[i] = texts[i - 1] + starts[i] * (i - 1);
		starts[i] += starts[i - 1];
	}
	memcpy(at, starts, sizeof(at));
	b->head.nnear = starts[PROJECT_NAME_MAX + 1];
	b->signs = mem_array(b->head.nnear + 1, sizeof(*b->signs));
	b->members = mem_array(b->head.nnear + 1, sizeof(*b->members));
	b->head.nnear_text = texts[PROJECT_NAME_MAX + 1];
	b->near_text = mem_array(b->head.nnear_text + 1, 1);
	for (uint32_t i = 0; i < b->head.n; i++) {
		const struct index_entry *e = &b->entries[i];
		uint32_t k;

		if (!entry_is_imitated(e))
			continue;
		k = at[e->nletters]++;
		b->members[k] = i;
		b->signs[k] = index_sign(b->text.data + e->letters,
		    e->nletters);
		memcpy(b->near_text + texts[e->nletters] +
		    (k - starts[e->nletters]) * e->nletters,
		    b->text.data + e->letters, e->nletters);
	}
}

/* ---- words --------------------------------------------------------------- */

static struct index_word *
word_slot(struct builder *b, uint64_t hash)
{
	uint64_t mixed = index_mix(hash, FORM_COUNT);
	uint32_t print = (uint32_t)(mixed >> 32) | 1;
	uint32_t at = (uint32_t)mixed & (b->head.nwords - 1);

	while (b->words[at].print != 0 && b->words[at].print != print)
		at = (at + 1) & (b->head.nwords - 1);
	b->words[at].print = print;
	return &b->words[at];
}

static void
words_of_entry(struct builder *b, const struct index_entry *e)
{
	struct shape s;

	shape_of(b->text.data + e->name, e->len, &s);
	for (size_t i = 0; i < s.nwords; i++) {
		struct index_word *w = word_slot(b, shape_piece(&s,
		    s.words[i].at, (size_t)s.words[i].at + s.words[i].len));

		if (w->names == 0)
			grams_add(b->grams, s.letters + s.words[i].at,
			    s.words[i].len);
		if (w->names < UINT16_MAX)
			w->names++;
	}
	if (s.nwords != 1)
		grams_add(b->grams, s.letters, s.n);
}

static void
known_add(struct builder *b, const char *word, size_t n, uint16_t known)
{
#ifdef WORDS_LEFT_OUT
	if (known == WORD_ENGLISH ? word_left_out(word, n) :
	    word_left_out_counted(word, n))
		return;
#endif
	word_slot(b, hash_letters(word, n))->known |= known;
}

static void
words_build(struct builder *b)
{
	size_t most = english_count + vocabulary_count, len;
	struct vocabulary v = { 0 };
	const char *word;

	for (uint32_t i = 0; i < b->head.n; i++) {
		const char *name = b->text.data + b->entries[i].name;

		most++;
		for (; *name != '\0'; name++)
			most += *name == '-';
	}
	b->head.nwords = 64;
	while (b->head.nwords < most + most / 4)
		b->head.nwords *= 2;
	b->words = mem_array(b->head.nwords, sizeof(*b->words));
	for (size_t i = 0; i < english_count; i++)
		known_add(b, english_words[i], strlen(english_words[i]),
		    WORD_ENGLISH);
	while ((word = vocabulary_next(&v, &len)) != NULL)
		known_add(b, word, len, WORD_USUAL);
	for (uint32_t i = 0; i < b->head.n; i++)
		if (b->entries[i].kind == TARGET_POPULAR)
			words_of_entry(b, &b->entries[i]);
}

/* ---- bytes --------------------------------------------------------------- */

static uint32_t
part_add(struct buf *out, size_t start, const void *data, size_t n, size_t size)
{
	static const char zeros[8];
	uint32_t at;

	buf_add(out, zeros, -(out->len - start) & 7);
	at = (uint32_t)(out->len - start);
	buf_add(out, data, n * size);
	return at;
}

static void
builder_finish(struct builder *b, struct buf *out)
{
	struct index_header *h = &b->head;
	size_t start = out->len;

	h->magic = INDEX_MAGIC;
	h->ntext = (uint32_t)b->text.len;
	buf_add(out, h, sizeof(*h));
	h->entries = part_add(out, start, b->entries, h->n,
	    sizeof(*b->entries));
	h->slots = part_add(out, start, b->slots, h->nslots,
	    sizeof(*b->slots));
	h->words = part_add(out, start, b->words, h->nwords,
	    sizeof(*b->words));
	h->signs = part_add(out, start, b->signs, h->nnear,
	    sizeof(*b->signs));
	h->members = part_add(out, start, b->members, h->nnear,
	    sizeof(*b->members));
	h->near_text = part_add(out, start, b->near_text, h->nnear_text, 1);
	h->seen = part_add(out, start, b->seen, (1u << SEEN_BITS) / 64,
	    sizeof(*b->seen));
	h->other = part_add(out, start, b->other, (1u << OTHER_BITS) / 64,
	    sizeof(*b->other));
	h->grams = part_add(out, start, b->grams, GRAM_COUNT,
	    sizeof(*b->grams));
	h->text = part_add(out, start, b->text.data, h->ntext, 1);
	h->size = (uint32_t)(out->len - start);
	memcpy(out->data + start, h, sizeof(*h));
}

static void
builder_release(struct builder *b)
{
	buf_release(&b->text);
	free(b->entries);
	free(b->slots);
	free(b->words);
	free(b->signs);
	free(b->members);
	free(b->near_text);
	free(b->seen);
	free(b->other);
	free(b->grams);
	free(b->known);
	free(b->denied);
}

size_t
targets_build(const struct target *list, size_t n, struct buf *out)
{
	struct builder b = { .text = BUF_EMPTY };
	size_t taken;

	b.most = (n < TARGETS_MAX ? n : TARGETS_MAX) + stdlib_count +
	    import_count + word_count(WORD_BRAND) + vocabulary_count;
	b.entries = mem_array(b.most, sizeof(*b.entries));
	for (b.nknown = 16; b.nknown < 2 * b.most; b.nknown *= 2)
		;
	b.known = mem_array(b.nknown, sizeof(*b.known));
	b.seen = mem_array((1u << SEEN_BITS) / 64, sizeof(*b.seen));
	b.other = mem_array((1u << OTHER_BITS) / 64, sizeof(*b.other));
	b.grams = mem_array(GRAM_COUNT, sizeof(*b.grams));
	denied_read(&b, list, n);
	taken = entries_add(&b, list, n);
	words_build(&b);
	keys_build(&b);
	near_build(&b);
	builder_finish(&b, out);
	builder_release(&b);
	learn(out->data + out->len - b.head.size, b.head.size);
	return taken;
}

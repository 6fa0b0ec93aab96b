/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NAMES_INDEX_H
#define NAMES_INDEX_H

/*
 * index - how the bytes of a target index are laid out; only lib/names looks
 * inside.  All integers are the host's: the bytes never leave it.  There is no
 * pointer inside, so every process maps the same sealed memfd where it likes.
 */
#include "base/limits.h"
#include "names/grams.h"
#include "names/targets.h"
#include "names/technique.h"

#define INDEX_MAGIC 0x34584e50u		/* "PNX4" */

/* A slot's value: form, and entry + 1. */
#define INDEX_FORM_SHIFT 24
#define INDEX_ENTRY_MASK 0xffffffu

/* Steps of one look-up: runs of a half-full table are below 40, names that are
 * equal in a form below FORM_SAME_MAX. */
#define INDEX_LOOK_MAX 256

#define INDEX_OWNED 1u			/* protected, and ours */
#define INDEX_SHADOW 2u			/* popular, yet itself a lookalike */
#define INDEX_TOOL 4u			/* of the packaging tools */
#define INDEX_BRAND 8u			/* a company's or service's name */
#define INDEX_EVERYDAY 16u		/* an English word */

struct index_entry {
	uint32_t	 name;		/* offset into the text */
	uint32_t	 letters;	/* the same without separators */
	uint32_t	 rank;
	uint32_t	 project;	/* of an import name: entry + 1, or 0 */
	uint32_t	 downloads;	/* thousands in 30 days */
	uint16_t	 family;	/* names of the list made from
					   this one */
	uint8_t		 len, nletters;
	uint8_t		 kind;		/* enum target_kind */
	uint8_t		 flags;
	uint8_t		 surprise;	/* bits: spelling_surprise() */
	uint8_t		 said;		/* names that have it as a word */
};

/*
 * What a name is found by.  One table for all; each entry is in it once for
 * every spelling of every form.
 */
enum form {
	FORM_LETTERS,		/* no separators */
	FORM_NEAR,		/* ... and each of them without one letter */
	FORM_SKELETON,		/* what looks alike is one */
	FORM_SOUND,		/* what sounds alike is one */
	FORM_ORDER,		/* its words, sorted */
	FORM_DROPPED,		/* without one word */
	FORM_CORE,		/* without what only says Python, sorted */
	FORM_MEANING,		/* the core's words by meaning and stem */
	FORM_COUNT
};

struct index_slot {
	uint32_t	 print;		/* of the hash */
	uint32_t	 value;		/* form << 24 | entry + 1; 0: empty */
};

/* A word of the list, by its hash. */
struct index_word {
	uint32_t	 print;		/* 0: empty */
	uint16_t	 names;		/* of the list that have it */
	uint16_t	 known;		/* WORD_ENGLISH, WORD_USUAL */
};

#define WORD_ENGLISH 1u
#define WORD_USUAL 2u		/* in descriptions of projects */

#define BRAND_LEAST 6		/* letters; shorter ones meet by chance */
#define MODULE_LEAST 7		/* ... of stdlib modules */
#define WORD_LEAST 8		/* ... of words */

#define LENGTH_CLASSES 4

struct index_header {
	uint32_t	 magic, size;
	uint32_t	 n;		/* entries */
	uint32_t	 entries;	/* offsets of the parts */
	uint32_t	 slots, nslots;
	uint32_t	 words, nwords;
	uint32_t	 signs, members, nnear;	/* for distance 2, by length */
	uint32_t	 seen;		/* bits of hashes in FORM_LETTERS */
	uint32_t	 other;		/* ... and in the other forms */
	uint32_t	 grams;		/* GRAM_COUNT counts */
	uint32_t	 text, ntext;	/* names, each NUL-terminated */
	uint32_t	 near_text, nnear_text;	/* their letters, one after
						   another */
	uint32_t	 starts[PROJECT_NAME_MAX + 2];	/* in signs, by
							   length */
	uint32_t	 text_starts[PROJECT_NAME_MAX + 2]; /* ... in
							       near_text */
	/* How rare it is that an ordinary name is hit so, in hundredths of a
	 * nat; learned from the list. */
	int16_t		 rarity[TECHNIQUE_COUNT][LENGTH_CLASSES];
	uint32_t	 pad;
};

/* Most hashes are in no form: bits that fit the near caches say so. */
#define SEEN_BITS 18
#define OTHER_BITS 21

struct targets {
	const struct index_header *head;
	const struct index_entry *entries;
	const struct index_slot *slots;
	const struct index_word *words;
	const uint64_t	*signs;
	const uint32_t	*members;
	const uint64_t	*seen, *other;
	const uint16_t	*grams;
	const char	*text, *near_text;
};

/* Which entries have that hash in that form; at most INDEX_LOOK_MAX steps. */
struct index_cursor {
	const struct targets *targets;
	uint32_t	 at, print, tries;
	enum form	 form;
};

/* Spreads a polynomial over all bits; each form has a place of its own. */
static inline uint64_t
index_mix(uint64_t h, enum form form)
{
	h ^= (uint64_t)(form + 1) * 0xd6e8feb86659fd93u;
	h = (h ^ (h >> 32)) * 0xd6e8feb86659fd93u;
	h = (h ^ (h >> 29)) * 0xff51afd7ed558ccdu;
	return h ^ (h >> 32);
}

void	index_look(const struct targets *, uint64_t hash, enum form,
	    struct index_cursor *);
const struct index_entry *index_next(struct index_cursor *);
static inline bool
index_may_have(const struct targets *t, uint64_t mixed)
{
	uint64_t bit = mixed >> (64 - SEEN_BITS);

	return (t->seen[bit / 64] >> (bit % 64) & 1) != 0;
}

static inline bool
index_may_have_form(const struct targets *t, uint64_t mixed)
{
	uint64_t bit = mixed >> (64 - OTHER_BITS);

	return (t->other[bit / 64] >> (bit % 64) & 1) != 0;
}

/* Each letter's first and second occurrence as a bit: an edit changes at most
 * two of them. */
uint64_t index_sign(const char *letters, size_t n);
/* The entry of that exact normalised name, or NULL. */
const struct index_entry *index_find(const struct targets *, const char *,
	    size_t);
const struct index_word *index_word(const struct targets *, uint64_t hash);
size_t	index_length_class(size_t letters);

static inline const char *
entry_name(const struct targets *t, const struct index_entry *e)
{
	return t->text + e->name;
}

/* A word or module: only its misspellings count, and only those of a name that
 * is no word itself. */
static inline bool
entry_is_only_misspelled(const struct index_entry *e)
{
	return e->kind == TARGET_WORD || e->kind == TARGET_STDLIB;
}

/* A name or word that somebody may misspell to deceive. */
static inline bool
entry_is_imitated(const struct index_entry *e)
{
	return e->kind == TARGET_POPULAR || e->kind == TARGET_PROTECTED ||
	    ((e->flags & INDEX_BRAND) != 0 && e->nletters >= BRAND_LEAST) ||
	    (entry_is_only_misspelled(e) && e->nletters >=
	    (e->kind == TARGET_WORD ? WORD_LEAST : MODULE_LEAST));
}

static inline const char *
entry_letters(const struct targets *t, const struct index_entry *e)
{
	return t->text + e->letters;
}

#endif

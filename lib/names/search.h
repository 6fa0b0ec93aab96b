/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NAMES_SEARCH_H
#define NAMES_SEARCH_H

/* search - one name on its way through all techniques; only lib/names. */
#include <stdbool.h>

#include "names/forms.h"
#include "names/index.h"
#include "names/shape.h"

/* What one technique found. */
struct hit {
	const struct index_entry *entry;	/* NULL: only `brand` */
	const char	*brand;
	enum technique	 technique;
	uint8_t		 distance;	/* edits, or letters added */
	uint8_t		 at;		/* first letter that differs */
	uint8_t		 added;		/* letters beside the target's */
	bool		 slip;		/* a finger makes it easily */
	bool		 edge;		/* the target stands as whole words */
	bool		 known;		/* what differs is a known word */
	bool		 lure;		/* ... or one that looks official */
	bool		 front;		/* ... and stands before the target */
	uint8_t		 word;		/* letters of the target's shortest
					   word that differs */
	uint16_t	 shared;	/* names with the rarest shared word */
	uint16_t	 rarest;	/* grams_rarest() */
	uint16_t	 host;		/* names with the word beside a brand */
	uint8_t		 rest;		/* letters of the target beside a word
					   that both have, glued; 0: none */
	uint8_t		 core;		/* of two edits: letters of the target
					   beside what says Python */
	bool		 moved;		/* ... the same letters, moved, or the
					   same consonants; also of one edit
					   with words around */
	bool		 bare;		/* the target has "py", the name not */
	bool		 everyday;	/* the target is an English word */
	int		 points;	/* log odds in hundredths of a nat */
};

struct search {
	const struct targets *t;
	struct shape	 s;
	const struct index_entry *self;	/* the name is in the index; or NULL */
	struct folded	 core;		/* form_core() of the name */
	bool		 learning;	/* rarities are not known yet */
	struct hit	 hits[SEARCH_HITS_MAX];
	size_t		 n;
};

void	search_init(struct search *, const struct targets *, const char *name,
	    size_t len);
/* Runs every technique; hits are in no order. */
void	search_run(struct search *);
/* Keeps the better of two hits on one target. */
void	search_add(struct search *, const struct hit *);
/* Fills known, word and shared: whether what the name has and the target has
 * not is known words, so that it needs no target to explain it. */
void	search_compare(const struct search *, struct hit *);
/* Equal without what only says Python, and without versions; how many letters
 * are left of the other. */
bool	search_same_core(const struct search *, const struct shape *,
	    size_t *left);
/* Letters that are a word of the list, or an everyday one. */
bool	search_knows(const struct search *, size_t from, size_t to);
size_t	hit_length_class(const struct hit *);

/* find_letters.c: the same name, written a little differently */
void	find_same(struct search *);
void	find_near(struct search *);
void	find_folded(struct search *);
/* find_words.c: the same words, and others around them */
void	find_words(struct search *);
void	find_affix(struct search *);
void	find_pieces(struct search *);
void	find_slogans(struct search *);

/* score.c */
int	score_points(const struct search *, const struct hit *);
unsigned int score_of_points(int points);	/* 0 to 100 */
/* Hundredths of the natural logarithm; 0 for 0. */
int	score_log(uint32_t);

#endif

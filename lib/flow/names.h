/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_NAMES_H
#define FLOW_NAMES_H

/* names - names and texts, and what they are for by themselves. */
#include "flow/state.h"

/* What a name is for, beside its fact: a bit each; new ones take the next. */
enum trait {
	NAME_OPAQUE	= 1ull << 0,	/* the result tells nothing of the
					   arguments */
	NAME_CLEAR	= 1ull << 1,	/* what comes out is what went in */
	NAME_GATHERS	= 1ull << 2,	/* the receiver takes the
					   arguments in */
	NAME_SEARCHES	= 1ull << 3,	/* lists files */
	NAME_SAME_SELF	= 1ull << 4,	/* the text stays the receiver's */
	NAME_SAME_FIRST	= 1ull << 5,	/* ... the first argument's */
	NAME_FILE	= 1ull << 6,	/* something with a path, open for
					   writing */
	NAME_ENVIRON	= 1ull << 7,
	NAME_ENVIRON_GET = 1ull << 8,
	NAME_GETENV	= 1ull << 9,
	NAME_HERE	= 1ull << 10,
	NAME_HOME	= 1ull << 11,
	NAME_RFILE	= 1ull << 12,
	NAME_PATH_JOIN	= 1ull << 13,
	NAME_PARTIAL	= 1ull << 14,
	NAME_INT	= 1ull << 15,
	NAME_CHR	= 1ull << 16,
	NAME_OWN	= 1ull << 17,	/* self, session */
	NAME_SETATTR	= 1ull << 18,
	NAME_OPERATOR	= 1ull << 19,
	NAME_HOOK	= 1ull << 20,
	NAME_REDUCE	= 1ull << 21,
	NAME_ODD	= 1ull << 22,
	NAME_DOTTED	= 1ull << 23,
	NAME_ADDRESS	= 1ull << 24,	/* a keyword that tells where to send */
	NAME_NAMESPACE	= 1ull << 25,	/* globals(), vars(),
					   __builtins__ ... */
	NAME_KEY	= 1ull << 26,	/* an attribute that holds a wallet's
					   key */
	NAME_PUBLIC	= 1ull << 27,	/* what of a key anybody may know */
	NAME_REQUEST	= 1ull << 28,	/* of a web server's request */
	NAME_METHOD	= 1ull << 29,	/* of something that a call gave */
	NAME_CALLBACK	= 1ull << 30,	/* is given what a peer sends */
	NAME_DEFERS	= 1ull << 31,	/* calls what it is given */
	NAME_ASKS	= 1ull << 32,	/* what the user of a program says */
	NAME_PLACE	= 1ull << 33,	/* as the marks of these names */
	NAME_CLOCK	= 1ull << 34,
	NAME_TRAP	= 1ull << 35,
	NAME_CONTENT	= 1ull << 36,	/* of a request: what it holds */
	/* flow_call_traits() alone gives these; the first one: they were looked
	 * up. */
	NAME_CALLED	= 1ull << 39,
	NAME_USES	= 1ull << 40,	/* one of its arguments is a secret */
	NAME_SECRET	= 1ull << 41,	/* a keyword: the value is a secret */
	NAME_HOOKS	= 1ull << 42,	/* what a library calls is in it */
	NAME_REGISTERS	= 1ull << 43,	/* keeps functions for a user */
	NAME_UNSEEN	= 1ull << 44,	/* a keyword: how typing looks */
	/* client.c says what these are; four keywords, and who is called. */
	NAME_BINDS	= 1ull << 45,
	NAME_HOSTS	= 1ull << 46,
	NAME_OWNER	= 1ull << 47,
	NAME_LOGIN	= 1ull << 48,
	NAME_CLIENT	= 1ull << 49,
	NAME_MAKER	= 1ull << 50,
	NAME_ACCOUNT	= 1ull << 51,
	NAME_REQUESTER	= 1ull << 52,
	NAME_DIGEST	= 1ull << 53,	/* tells who it is, and not what */
	NAME_GIVES	= 1ull << 54,	/* a variable to programs */
	NAME_BEGINS	= 1ull << 55,	/* asks how a name begins */
	NAME_THERE	= 1ull << 56,	/* the file of somebody's code */
	NAME_BUFFER	= 1ull << 57,	/* makes a file in memory, or a queue */
	NAME_POURS	= 1ull << 58	/* hands what it fetches to an
					   argument */
};

/* ---- names.c ---- */
void	flow_names_init(struct flow *);
void	flow_names_release(struct flow *);
size_t	flow_names_memory(const struct flow *);
/* There is room for that word, too. */
void	flow_names_grow(struct flow *, uint32_t word);

/* What is kept of a word; until the next one is made. */
static inline struct flow_name *
flow_name(struct flow *f, uint32_t word)
{
	if (word >= f->names_room)
		flow_names_grow(f, word);
	return &f->names[word];
}

/* What the tables say of a word, which is looked for once. */
const struct flow_name *flow_look_up(struct flow *, uint32_t word);

static inline uint64_t
flow_traits(struct flow *f, uint32_t word)
{
	return word < f->names_room && f->names[word].looked ?
	    f->names[word].traits : flow_look_up(f, word)->traits;
}

static inline const struct fact *
flow_fact(struct flow *f, uint32_t word)
{
	return word < f->names_room && f->names[word].looked ?
	    f->names[word].fact : flow_look_up(f, word)->fact;
}

/* ... and what it means as a callee or keyword, or in front of one. */
uint64_t flow_find_called(struct flow *, uint32_t word);

static inline uint64_t
flow_call_traits(struct flow *f, uint32_t word)
{
	return word < f->names_room && (f->names[word].traits & NAME_CALLED) ?
	    f->names[word].traits : flow_find_called(f, word);
}

/* The word of `base` `between` `last`; base 0 stands as "?".  Between them is
 * ".", "()" or "().". */
uint32_t flow_make_dotted(struct flow *, uint32_t base, const char *between,
	    uint32_t last);

/* What was made last of such a pair; what stands between is told by its
 * length. */
static inline struct flow_joint *
flow_joint(struct flow *f, uint32_t base, size_t between, uint32_t last)
{
	return &f->joints[(base * 31 + last * 7 + between) & f->joints_mask];
}

static inline uint32_t
flow_dotted(struct flow *f, uint32_t base, const char *between, uint32_t last)
{
	const struct flow_joint *j = flow_joint(f, base, strlen(between), last);

	return j->word != 0 && j->base == base && j->last == last &&
	    j->between == strlen(between) ? j->word :
	    flow_make_dotted(f, base, between, last);
}

/* Borrowed until the next word is made; not terminated. */
const char *flow_spelled(const struct flow *, uint32_t word, size_t *len);
/* Into the caller's array, terminated; "" for 0 and for longer ones. */
const char *flow_string(const struct flow *, uint32_t word,
	    char out[FLOW_NAME_MOST + 1]);
/* ---- texts.c ---- */
/* 0 when the bounds are reached, or the text is longer than we look at. */
uint32_t flow_intern(struct flow *, const void *, size_t, bool open);
/* Was it seen as a constant, whole? */
bool	flow_has_text(const struct flow *, const char *, size_t);
uint32_t flow_text_hash(const void *, size_t);
/* Both texts with something between them, or 0. */
uint32_t flow_join(struct flow *, uint32_t, uint32_t, const char *between);
/* What a text says by itself, asked for once. */
uint64_t flow_text_marks(struct flow *, uint32_t text);
/* What the words of an f-string do, whatever fills it. */
uint64_t flow_pieces_marks(const struct flow *, uint32_t node, uint32_t text);

/* What a program only works on, and does not run; as a word of its own. */
#define MARKS_WORKED_ON (MARK_HERE | MARK_DROPPED | MARK_NETWORK | \
    MARK_SOCKET | MARK_REQUEST)
#define MARKS_WORDS (MARKS_WORKED_ON | MARK_DECODED)
/* As fact_of_text, of what a program holds: sentences name places without
 * reading them. */
uint64_t flow_fact_of_text(const struct flow *, const char *, size_t len);
/* ---- names.c, again ---- */
/* A word of the tree, made if need be. */
uint32_t flow_word(struct flow *, const char *);

/* ---- traits.c ---- */
/* What the table of calls says of a name: flow_call_traits() keeps it. */
uint64_t flow_find_call_traits(const char *name, size_t len);
bool	flow_call_traits_are_sorted(void);

#endif

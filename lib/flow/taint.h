/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_TAINT_H
#define FLOW_TAINT_H

/* taint - what flow knows of an expression, a row, a function's result. */
#include <stdbool.h>
#include <stdint.h>

#include "flow/facts.h"

/*
 * What flow knows of an expression.  `own` are the marks that it has whoever
 * calls the function around it, `params` which parameters of that function
 * went into it: a call gives what it was given itself, and not what others
 * passed.
 */
struct taint {
	uint64_t	 marks, own;
	uint32_t	 name;		/* word; 0 none */
	uint32_t	 text;		/* of flow.texts; 0 none */
	uint32_t	 row;		/* where it came from, or 0 */
	uint32_t	 code;		/* scope of a function or class + 1 */
	uint32_t	 where;		/* text of the address that an object
					   is bound to, or 0 */
	uint32_t	 params;	/* a bit each */
	uint64_t	 held, held_own; /* of functions in it (held.c),
					   and further marks: enum held_mark */
};

/* Has `to` more than before of what taint_add() adds? */
static inline bool
taint_grew(const struct taint *to, const struct taint *before)
{
	return to->marks != before->marks || to->own != before->own ||
	    to->params != before->params || to->held != before->held ||
	    to->held_own != before->held_own;
}

static inline void
taint_mark(struct taint *to, uint64_t marks)
{
	to->marks = marks_join(to->marks, marks);
	to->own = marks_join(to->own, marks);
}

/* What an object or module keeps comes out again for whoever asks, and not only
 * for who passed it. */
#define MARKS_KEPT (MARK_SPIED | MARK_ENVIRON | MARK_SECRET | MARK_PRIVATE | \
    MARK_HUNTED | MARK_SEARCHED | MARKS_KEPT_OFTEN)
/* ... that so many hand over that only who is told them looks again. */
#define MARKS_KEPT_OFTEN (MARK_TOKEN | MARK_WORKDIR)

/* What is worth another pass when it comes to a function that was walked, or
 * out of one that was called: from who calls whom through many of them. */
#define MARKS_OUTRUN (MARKS_KEPT | MARK_NETWORK | MARK_SOCKET | \
    MARK_DECODED | MARK_BUILT | MARK_REQUEST | MARK_KEY | MARK_PASSWORD | \
    MARK_CREDENTIAL | MARK_OUTPUT)

static inline void
taint_hold(struct taint *to, uint64_t held)
{
	to->held |= held;
	to->held_own |= held;
}

static inline void
taint_release(struct taint *to, uint64_t held)
{
	to->held &= ~held;
	to->held_own &= ~held;
}

static inline void
taint_drop(struct taint *to, uint64_t marks)
{
	to->marks &= ~marks;
	to->own &= ~marks;
}

#define MARKS_ALL (~UINT64_C(0))

/*
 * taint.held, the second word: the marks of what such a function gives, which
 * are low ones, what it does with what it is given, and further marks.  New
 * ones take the next bit, up to HELD_LAST.
 */
#define HELD_MARKS (MARK_NETWORK | MARK_DECODED | MARK_FILE | MARK_BUILT)
enum held_mark {
	HELD_LINES	= 1ull << 22,	/* no function: a connection as a file,
					   of which lines are taken */
	HELD_OBJECT	= 1ull << 23,	/* no function: an object of a class of
					   the package, or of several */
	HELD_SEAL	= 1ull << 24,	/* no function: the answer whether a
					   digest is the code's */
	HELD_DIGEST	= 1ull << 25,	/* no function: a digest */
	HELD_WITHIN	= 1ull << 26,	/* they stand in a table or object */
	HELD_SOCKET	= 1ull << 27,	/* no function: a connection, or what
					   stands for it */
	HELD_NAMES	= 1ull << 28,	/* no function: the names of those */
	HELD_MEMBER	= 1ull << 29,	/* is a built-in function of a name that
					   nobody knows */
	HELD_RUN	= 1ull << 30,	/* has a shell run it */
	HELD_EXEC	= 1ull << 31,	/* executes it */
	HELD_BUFFER	= 1ull << 32,	/* no function: a file in memory, a
					   queue: what is put in comes out */
	/* further marks: */
	HELD_NUMBERS	= 1ull << 33,	/* a list of numbers */
	HELD_REPLACED	= 1ull << 34,	/* what a function is called with that
					   took the place of a library's */
	HELD_PLACE	= 1ull << 35,	/* language or time zone of the
					   machine */
	HELD_CLOCK	= 1ull << 36,	/* what time it is */
	HELD_BUILDER	= 1ull << 37,	/* variables of services that build */
	HELD_TRAP	= 1ull << 38,	/* processors, memory, debuggers: who
					   looks closely has few, or one */
	HELD_WITH_GIVEN	= 1ull << 39,	/* an object of another module's class,
					   made with what a function is given */
	HELD_GIVEN_FILE	= 1ull << 40,	/* what a file holds that another module
					   opens, for a function is given it */
	HELD_ELSEWHERE	= 1ull << 41,	/* of its marks some came by parameters
					   of another function than the one
					   that it is in */
	HELD_TYPED	= 1ull << 42,	/* no function: an interpreter that
					   runs, or its input */
	HELD_PLANTED	= 1ull << 43,	/* a path where a file of the package is
					   put that is named as data */
	HELD_CLASS	= 1ull << 44,	/* no function: a class of the package,
					   or one of several; calling it makes
					   an object */
	HELD_KEPT	= 1ull << 45,	/* an object keeps it that was given it
					   by who made or called that */
	HELD_BELOW	= 1ull << 46,	/* of what a function is given: it
					   stands below that, which is no
					   home any more */
	HELD_LAST	= 1ull << 61	/* news.c uses the two above it */
};
/* What code asks to find out who watches. */
#define HELD_ASKED (HELD_PLACE | HELD_CLOCK | HELD_BUILDER | HELD_TRAP)
/* What goes where the value goes, as its marks do; rules ask for it. */
#define HELD_FURTHER (HELD_NUMBERS | HELD_REPLACED | HELD_ASKED | \
    HELD_WITH_GIVEN | HELD_GIVEN_FILE | HELD_ELSEWHERE | HELD_PLANTED | \
    HELD_KEPT | HELD_BELOW)
/* What a function is given is its own parameter's. */
#define HELD_PASSED (~(uint64_t)(HELD_ELSEWHERE | HELD_BELOW))
/* ... and all that ends when a function is called, or is put elsewhere. */
#define HELD_ALL (~(uint64_t)HELD_FURTHER)
/* What is at the other end of something. */
#define HELD_ENDS (HELD_SOCKET | HELD_TYPED)
#define HELD_ACTS (HELD_EXEC | HELD_RUN | HELD_MEMBER)
_Static_assert(HELD_MARKS < HELD_LINES, "marks stand below the flags");

static inline void
taint_add(struct taint *to, const struct taint *from, uint64_t mask)
{
	/* Where one of them is the parameter itself, so are both. */
	bool whole = ((to->held ^ from->held) & HELD_BELOW) &&
	    (to->held & HELD_BELOW ? from : to)->params != 0;

	to->marks = marks_join(to->marks, from->marks & mask);
	to->own = marks_join(to->own, from->own & mask);
	to->params |= from->params;
	to->held |= from->held;
	to->held_own |= from->held_own;
	if (whole)
		to->held &= ~(uint64_t)HELD_BELOW;
}

/* What holds functions is a table, or like one. */
static inline void
flow_within(struct taint *to)
{
	if (to->held & HELD_ACTS)
		taint_hold(to, HELD_WITHIN);
}

/* An object has the functions that it is made with, not what else its arguments
 * tell. */
static inline void
taint_hold_functions(struct taint *to, const struct taint *from)
{
	to->held |= from->held & HELD_ALL;
	to->held_own |= from->held_own & HELD_ALL;
}

/* What it has whoever calls the function around: all, where nobody knows by
 * whose parameters it came. */
static inline uint64_t
taint_own(const struct taint *v)
{
	return v->held & HELD_ELSEWHERE ? MARKS_ALL : v->own;
}

/* Of those marks, whoever calls the function around. */
static inline struct taint
taint_of(uint64_t marks)
{
	return (struct taint){ .marks = marks, .own = marks };
}

/* Its marks and nothing else. */
static inline struct taint
taint_marks(const struct taint *v)
{
	struct taint out = { 0 };

	taint_add(&out, v, MARKS_ALL);
	return out;
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_CODE_RULES_H
#define INSPECT_CODE_RULES_H

/* code_rules - which call, with which marks, is worth a finding. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/finding.h"
#include "flow/facts.h"

/* What a rule asks beside deed, context and marks: code_holds.c.  New ones take
 * the next bit. */
enum asks {
	/* whose marks count: of the first argument alone; */
	OF_FIRST	= 1ull << 0,
	OF_PAYLOAD	= 1ull << 1,	/* what authenticates aside */
	OF_BODY		= 1ull << 2,	/* ... aside, and the address */
	/* the first argument: */
	OF_FIXED	= 1ull << 3,	/* an address whose host is known */
	OF_CONSTANT	= 1ull << 4,	/* the address is known to its end */
	OF_WHOLE	= 1ull << 5,	/* no list */
	OF_UNKNOWN	= 1ull << 6,	/* nothing of it is constant */
	OF_LITERALS	= 1ull << 7,	/* it and the second one are known */
	/* where it goes: */
	OF_HOST		= 1ull << 8,	/* the address stands in the code */
	OF_SETTING	= 1ull << 9,	/* ... does not */
	OF_FOREIGN	= 1ull << 10,	/* not to who issued what is sent */
	OF_ANONYMOUS	= 1ull << 11,	/* anybody may receive there */
	OF_OWNED	= 1ull << 12,	/* whose chat it is stands in
					   the code */
	OF_LENT		= 1ull << 13,	/* no host of the library that has it,
					   too */
	/* what comes of it: */
	OF_LOOSE	= 1ull << 14,	/* nobody waits for the answer */
	OF_SILENT	= 1ull << 15,	/* nobody hears that it fails */
	OF_UNHEARD	= 1ull << 16,	/* no answer of that host is used */
	OF_SECOND	= 1ull << 17,	/* answers of another host are used */
	OF_WORKED	= 1ull << 18,	/* its callers are given what is made of
					   it */
	OF_GIVEN	= 1ull << 19,	/* a parameter is among what is sent */
	OF_NAMELESS	= 1ull << 20,	/* nobody logs in to send it */
	/* the source around it: */
	OF_KEYLESS	= 1ull << 21,	/* has no word of a login */
	OF_SIGNER	= 1ull << 22,	/* signs by itself */
	OF_UNCHECKED	= 1ull << 23,	/* makes no digests */
	OF_ENCODES	= 1ull << 24,	/* writes bytes as letters */
	OF_UPLOAD	= 1ull << 25,	/* the program sends, by its name */
	OF_HUSHED	= 1ull << 26,	/* drops what it prints, or its
					   window */
	OF_HANDS	= 1ull << 27,	/* ... a file in which secrets stand */
	/* what it is given has of the second word of marks (flow/taint.h): */
	OF_NUMBERS	= 1ull << 28,
	OF_REPLACED	= 1ull << 29,
	OF_MACHINE	= 1ull << 30,	/* something of the machine, place or
					   time is in the first argument */
	/* of the program: */
	OF_DETACHED	= 1ull << 31,	/* it outlives who started it */
	/* of what is loaded: */
	OF_NATIVE	= 1ull << 32,	/* machine code, by its path */
	/* of what is started or loaded: */
	OF_PLANTED	= 1ull << 33,	/* it is shipped under a name as of
					   data */
	OF_FILE		= 1ull << 34	/* a file that a parameter names, as it
					   is */
};
#define OF_HELD (OF_NUMBERS | OF_REPLACED | OF_MACHINE)
#define IN(c) (1u << (c))
#define ANYWHERE (~0u)
#define AT_LOAD (IN(CONTEXT_INSTALL) | IN(CONTEXT_STARTUP) | IN(CONTEXT_IMPORT))
#define VALUABLES (MARKS_HOST | MARK_ENVIRON | MARK_SECRET | MARK_SPIED | \
    MARK_OUTPUT | MARK_FILE)

/* A call is worth a finding when its arguments have all marks of `all`, one of
 * `any` (unless 0) and none of `none`. */
struct code_rule {
	uint64_t	 deeds;		/* DEED() of any */
	uint64_t	 asks;		/* OF_: all of them; or 0 */
	unsigned int	 contexts;
	uint64_t	 all, any, none;
	const char	*id, *category, *tactic, *text;
};

extern const struct code_rule code_rules[];
extern const size_t code_rules_count;

struct flow_call;
struct flow_shape;
struct inspection;
struct view;

/* ---- code_looks.c ---- */
struct code_place {
	enum context	 context;
	uint32_t	 line;
	size_t		 at;		/* offset of the snippet's line */
};
void	code_say(struct inspection *, const struct view *,
	    const struct code_rule *, const struct code_place *);
unsigned int code_count(uint64_t marks);
/* Does the call tell who and where the machine is? */
void	code_look_machine(struct inspection *, const struct view *,
	    const struct flow_call *, enum context);
/* ... run what a chat says, pay, or hear the keys? */
void	code_look_person(struct inspection *, const struct view *,
	    const struct flow_call *, enum context);
/* Names that are put together from pieces. */
void	code_look_spelled(struct inspection *, const struct view *,
	    const struct flow_shape *);

/* ---- code_holds.c ---- */
/* Of what a rule asks beside marks (OF_), all holds. */
bool	code_holds(const struct view *, const struct code_rule *,
	    const struct flow_call *);
/* Of a call that sends, those of the marks that count. */
uint64_t code_sent_marks(const struct flow_call *, uint64_t marks);
/* The first argument is an address whose host is known. */
bool	code_is_address(const struct flow_call *);
/* It goes to a bot or webhook of which the code lacks the key. */
bool	code_is_open_chat(const struct flow_call *);
/* What is sent goes to who calls it. */
bool	code_is_users(const struct inspection *, const struct flow_call *,
	    enum context);
/* Does it reach exec by its name only for Python 2? */
bool	code_names_exec(const struct view *, const struct flow_call *);

/* ---- code_stands.c ---- */
/* What a rule that holds says where the source shows more than the call does;
 * NULL: it says nothing. */
const struct code_rule *code_as_it_stands(const struct inspection *,
	    const struct view *, const struct code_rule *,
	    const struct flow_call *, enum context);

/* ---- planted.c ---- */
/* Is the package itself what it has started again, by a call of its user's, or
 * as a unit that nobody has enabled yet? */
bool	code_plants_own(const struct inspection *, const struct view *,
	    const struct flow_call *, enum context);

/* What is written where: both the file's marks and the text's count; of `say`
 * the marks that it must not have. */
struct write_rule {
	uint64_t	 where, what, too;
	unsigned int	 contexts;
	struct code_rule say;
};

extern const struct write_rule write_rules[];
extern const size_t write_rules_count;

#endif

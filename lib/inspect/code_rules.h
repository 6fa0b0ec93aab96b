/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_CODE_RULES_H
#define INSPECT_CODE_RULES_H

/* code_rules - which call, with which marks, is worth a finding. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "data/finding.h"
#include "inspect/facts.h"

#define DEED(d) (UINT64_C(1) << (d))
#define DEEDS_NET (DEED(DEED_SEND) | DEED(DEED_FETCH) | DEED(DEED_FETCH_TO))
#define DEEDS_RUN DEED(DEED_PROCESS)
#define DEEDS_EXEC DEED(DEED_EXEC)
/* In `deeds`: only the first argument counts; its text must be known; so must
 * that of the first two. */
#define OF_HOST (UINT64_C(1) << 58)	/* the address stands in the code */
#define OF_SETTING (UINT64_C(1) << 59)	/* ... does not */
#define OF_FOREIGN (UINT64_C(1) << 60)	/* ... and is not that of who issued it */
#define OF_WORKED (UINT64_C(1) << 37) /* its callers are given what is made of it */
#define OF_OWNED (UINT64_C(1) << 38) /* whose chat it is stands in the code */
#define OF_KEYLESS (UINT64_C(1) << 40) /* no word of a login in the source */
#define OF_LENT (UINT64_C(1) << 41) /* no host of the library that has it, too */
#define OF_ANONYMOUS (UINT64_C(1) << 52) /* anybody may receive there */
#define OF_BODY (UINT64_C(1) << 53) /* ... aside, and the address */
#define OF_SILENT (UINT64_C(1) << 51) /* nobody hears that it fails */
#define OF_SIGNER (UINT64_C(1) << 50) /* the source signs by itself */
#define OF_GIVEN (UINT64_C(1) << 49) /* a parameter is among what is sent */
#define OF_UNHEARD (UINT64_C(1) << 48) /* no answer of that host is used */
#define OF_UPLOAD (UINT64_C(1) << 43) /* a program that sends, by its name */
#define OF_ENCODES (UINT64_C(1) << 39) /* the source writes bytes as letters */
#define OF_UNCHECKED (UINT64_C(1) << 47) /* the source makes no digests */
#define OF_HUSHED (UINT64_C(1) << 46) /* what it prints is dropped, or its window */
#define OF_CONSTANT (UINT64_C(1) << 42) /* the address is known to its end */
#define OF_NAMELESS (UINT64_C(1) << 44) /* nobody logs in to send it */
#define OF_SECOND (UINT64_C(1) << 45) /* answers of another host are used */
#define OF_UNKNOWN (UINT64_C(1) << 54) /* nothing of the first is constant */
#define OF_PAYLOAD (UINT64_C(1) << 55) /* what authenticates aside */
#define OF_LOOSE (UINT64_C(1) << 56) /* nobody waits for the answer */
#define OF_WHOLE (UINT64_C(1) << 57)	/* the first argument is no list */
#define OF_LITERALS (UINT64_C(1) << 61)
#define OF_FIRST (UINT64_C(1) << 62)
#define OF_FIXED (UINT64_C(1) << 63)
#define IN(c) (1u << (c))
#define ANYWHERE (~0u)
#define AT_LOAD (IN(CONTEXT_INSTALL) | IN(CONTEXT_STARTUP) | IN(CONTEXT_IMPORT))
#define VALUABLES (MARKS_HOST | MARK_ENVIRON | MARK_SECRET | MARK_SPIED | \
    MARK_OUTPUT | MARK_FILE)

/* What honest senders to such services do not have. */
#define STEALABLE (MARK_SECRET | MARK_TOKEN | MARK_ENVIRON | MARK_KEY | \
    MARK_SPIED | MARK_TRAFFIC)

/* A call is worth a finding when its arguments have all marks of `all`, one of
 * `any` (unless 0) and none of `none`. */
struct code_rule {
	uint64_t	 deeds;
	unsigned int	 contexts;
	uint64_t	 all, any, none;
	const char	*id, *category, *tactic, *text;
};

extern const struct code_rule code_rules[];
extern const size_t code_rules_count;

struct flow_call;
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
/* ... and that is its user's, who is told nothing of worth. */
bool	code_tells_user(const struct view *, const struct flow_call *);
/* Is it what a server runs that is there to run code? */
bool	code_is_runner(const struct view *, const struct flow_call *);
/* What a rule that holds says where the source shows more than the call does;
 * NULL: it says nothing. */
const struct code_rule *code_as_it_stands(const struct inspection *,
	    const struct view *, const struct code_rule *,
	    const struct flow_call *, enum context);

/* What is written where: both the file's marks and the text's count. */
struct write_rule {
	uint64_t	 where, what, too;
	unsigned int	 contexts;
	struct code_rule say;
};

extern const struct write_rule write_rules[];
extern const size_t write_rules_count;

#endif

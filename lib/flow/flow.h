/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_FLOW_H
#define FLOW_FLOW_H

/*
 * flow - what a Python file calls, with what, and when that runs.
 *
 * Names and constants come from lib/python (fold.h); here marks (facts.h) go
 * from where a value is made to where it is used.  At most FLOW_PASSES walks
 * over the nodes of the tree, each linear; tables are bounded, and what exceeds
 * them is left out.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "flow/facts.h"
#include "flow/world.h"

struct callers;
struct endpoints;
struct flow;
struct reading;

#define FLOW_PASSES 3
#define FLOW_SPANS 256		/* code beyond them counts as run */

/* What is worth a question to whom it belongs. */
#define FOREIGN_WORTH (MARK_TOKEN | MARK_SECRET | MARK_KEY | MARK_PASSWORD | \
    MARK_OUTPUT | MARK_TRAFFIC | MARK_CREDENTIAL)
/* ... and whether anybody waits for the answer. */
#define LOOSE_WORTH (FOREIGN_WORTH | MARK_HUNTED)

/* What code asks before it acts, a bit each. */
enum flow_guard { GUARD_PLACE = 1, GUARD_CLOCK = 2, GUARD_WHO = 4,
	GUARD_BUILDER = 8, GUARD_TRAP = 16,
	GUARD_DATE = 32,	/* with GUARD_CLOCK: a day in the code */
	GUARD_CHANCE = 64,
	GUARD_PERSON = 128 };	/* somebody says yes or no */
#define GUARDS_ASKED (GUARD_PLACE | GUARD_CLOCK | GUARD_WHO | GUARD_BUILDER | \
    GUARD_TRAP)

enum flow_place {
	FLOW_TOP,		/* runs with the file */
	FLOW_COMMAND,		/* a method that the installer calls */
	FLOW_LATER		/* somebody must call it */
};

/* fact->name of a module of the package that is filled with what was fetched */
#define FLOW_TOLD "interpreter"	/* the fact of what one is told */
#define FLOW_MODULE "module"

struct flow_call {
	const char	*name;		/* dotted, as resolved */
	const struct fact *fact;	/* never NULL */
	enum flow_place	 place;
	uint64_t	 receiver;	/* marks of what it was called on */
	uint64_t	 arguments;	/* of all arguments */
	uint64_t	 first, second;	/* of the first two */
	uint64_t	 payload;	/* of all but logins */
	uint64_t	 body;		/* ... and but the address */
	uint64_t	 key;		/* ... of logins */
	uint64_t	 own;		/* of those, what the function that
					   calls has of itself; */
	const struct callers *callers;	/* ... what it is passed by each of
					   its callers, or NULL: not known */
	uint64_t	 held, held_first; /* the second word of all arguments,
					   and of the first */
	uint64_t	 where;		/* of the address, if it is told */
	uint64_t	 echo;		/* what a constant address has of
					   itself, or the path that is filled,
					   and nothing beside it has */
	bool		 foreign;	/* a host that no name of a secret in
					   the source, nor the module, hints
					   at */
	bool		 own_key;	/* whoever is sent to issued all keys
					   that the source names */
	bool		 shown;		/* a program of its user's shows or
					   edits it */
	bool		 own_place;	/* its user's account, or bucket */
	bool		 leaves_nothing; /* ... a GET, which nobody can read
					   where it is sent */
	bool		 known;		/* ... is told who sends */
	bool		 fixed;		/* ... stands in the code */
	bool		 lent_address;	/* ... with who calls the function */
	bool		 literals;	/* the first two are known whole */
	bool		 refused;	/* ... an example's name and password */
	bool		 source;	/* Python is told to run a source of the
					   package */
	bool		 python;	/* ... a text of its own, by -c */
	bool		 asks;		/* a program that fetches, by an address
					   that says which machine it is */
	bool		 hands;		/* ... sends a file in which secrets
					   stand, and not only by them */
	bool		 fetches;	/* ... a shell starts what it fetched */
	bool		 goes_on;	/* ... in the background */
	bool		 unpacks;	/* a program does, and no more */
	bool		 compiles;	/* ... makes what was fetched, and its
					   digest stands in the code */
	bool		 reads;		/* ... executes what it will be told */
	bool		 whole;		/* the first is no list, nor made of
					   parts */
	const char	*path;		/* of the file that is written, as far
					   as it is known, or NULL */
	const char	*text;		/* of the first one, or NULL */
	size_t		 text_len;
	bool		 open;		/* parts of that text are not known */
	uint32_t	 patched;	/* DEED_PATCH: scope of the function put
					   in another library's place */
	uint32_t	 scope;		/* equal for calls of one function */
	uint32_t	 outer;		/* the function or class around it */
	uint32_t	 line;
	size_t		 at;		/* offset in the source */
	bool		 bare;		/* no argument at all */
	bool		 tied;		/* streams of a program are tied to a
					   connection */
	bool		 plain;		/* ... to something that is none */
	bool		 planted;	/* it is a file of the package that is
					   named as data */
	bool		 loose;		/* nobody looks at what it gives */
	bool		 silent;	/* nobody hears that it fails */
	uint8_t		 guards;	/* of destruction and what is run */
	bool		 heard;		/* other calls wait for that host */
	bool		 elsewhere;	/* ... for another one */
	bool		 login;		/* a client that is kept may have
					   logged in by it */
	bool		 worked;	/* what is sent is worked on besides */
	bool		 lent;		/* to no host of the library that has
					   that secret, too */
	bool		 given;		/* beside the address, a parameter of
					   the function is among them */
	bool		 given_file;	/* a file as it is that a parameter
					   names */
	bool		 own_file;	/* no file that anybody passed, but the
					   source's own */
	bool		 word;		/* the source lets in whoever says a
					   word that stands in it */
	enum world_reach via;		/* FLOW_TOP: who makes it run */
	bool		 in_hook;	/* within find_spec and the like */
	bool		 page;		/* within a route of a server that the
					   module is */
	bool		 folder;	/* os.startfile() of one that the source
					   makes */
	bool		 passes_on;	/* words of its user to a program, of
					   which it awaits what comes */
	bool		 at_load;	/* a pickle calls it at loading */
	bool		 in_operator;	/* within __add__, __getitem__ ... */
};

struct flow_shape {			/* of the whole file */
	uint32_t	 names, odd_names; /* OOO0O, lIlI, _0x1f */
	uint32_t	 folded_names;	/* written in look-alike letters */
	uint32_t	 gap_line;	/* code pushed right; 0: none */
	uint32_t	 long_line;	/* over 2000 bytes; 0: none */
	uint32_t	 spelled;	/* names of what executes and the like,
					   in pieces, so many */
	uint32_t	 spelled_line;
	uint32_t	 calls;
	struct flow_span { size_t from, to; } later[FLOW_SPANS];
	size_t		 nlater;	/* code that somebody must call */
	bool		 offers;	/* of what only its user starts: names
					   that it does not use itself */
	bool		 waits;		/* for functions of modules that are
					   not known yet: flow_file.again */
};

struct flow_file {			/* borrowed */
	struct reading	*reading;	/* its words grow */
	const struct endpoints *endpoints;
	bool		 main_runs;	/* the file is the program */
	bool		 program;	/* only its user starts it */
	struct world	*world;		/* or NULL */
	const char	*project;	/* as it is uploaded, or NULL */
	const char	*module;	/* "pkg.net"; NULL: nobody imports it */
	bool		 is_package;	/* an __init__ */
	bool		 again;		/* another look follows, when all of
					   the package is known */
	enum world_reach reach;		/* how early the file itself runs */
};

/*
 * `each` may be NULL: the world learns, nobody is told.  What the tables and
 * folding say of the source stays with its reading, for another look.
 */
void	flow_read(const struct flow_file *,
	    void (*each)(void *, const struct flow_call *), void *ctx,
	    struct flow_shape *out);
/* Between two looks: did others tell more than the last one took? */
bool	flow_has_news(const struct flow *);
/* What a reading keeps; both take NULL. */
void	flow_free(struct flow *);
size_t	flow_memory(const struct flow *);	/* bytes */
/* Does a program of that name run what it is given? */
bool	flow_launches(const char *name);
/* For the test of the tables: they are searched by their order. */
bool	flow_traits_are_sorted(void);
/* Tables that are made once; before a fork, at best. */
void	flow_warm(void);

#endif

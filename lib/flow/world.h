/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_WORLD_H
#define FLOW_WORLD_H

/*
 * world - what the modules of one package know of each other.
 *
 * Names are dotted and absolute: "pkg.net.send".  flow.c publishes what a
 * module defines and takes what others told of it; bounded, and what does not
 * fit is not known.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WORLD_PARAMETERS 8
#define WORLD_OPTIONS 32		/* names that one function is told
					   apart */

struct callers;

/* How early something runs because of who uses it. */
enum world_reach { REACH_NONE, REACH_IMPORT, REACH_STARTUP, REACH_INSTALL };

/* A function that sends what it is given. */
struct flow_sender {
	uint32_t	 params;	/* a bit each: they are sent */
	uint8_t		 to;		/* which is the address, + 1; 0: it
					   sends nothing; 255: its object's */
};

/* What a parameter is passed. */
struct world_passed {
	uint64_t	 marks, held;	/* held: functions */
	char		*text;		/* an address or host, or NULL */
	char		*object;	/* "pkg.net.Client()", or a library's
					   client; or NULL */
};

/* What `**b` is passed by that name. */
struct world_option {
	char		*key;
	struct world_passed passed;
	struct world_option *next;
};

struct world_name {
	char		*name;
	uint64_t	 marks;		/* of the value, or of what it
					   returns */
	uint64_t	 loose;		/* a value: but what stands under
					   literal keys, each of which is a
					   name: "pkg.net.TABLE[key]" */
	char		*text;		/* constant, or NULL */
	size_t		 text_len;
	char		*alias;		/* what it stands for, or NULL */
	uint64_t	 members;	/* a class: of what it binds */
	char		*where;		/* the address that it is bound to, or
					   NULL */
	char		*calls;		/* partial(calls, where), or NULL */
	uint8_t		 made_with;	/* ... or an alias of one: so many of
					   its first arguments are known */
	char		*gives;		/* a function: an object of this
					   package, or NULL */
	char		*base;		/* a class: what it is a kind of first,
					   or NULL */
	char		*stores;	/* a function: the table that it puts
					   functions into, or NULL */
	bool		 function, acts, type; /* type: a class */
	bool		 programs;	/* executes a parameter */
	bool		 property;	/* its result is an attribute */
	bool		 field;		/* a record is given it by this name */
	bool		 told;		/* a function that a library made an
					   object which can be told of others */
	bool		 keyed;		/* a table whose keys are texts */
	bool		 asks;		/* ... of which some ask for the
					   language or the like */
	enum world_reach reach;		/* by others */
	uint8_t		 given;		/* ... so often call what it gives */
	enum world_reach inherited;	/* a class: others are kinds of it */
	struct flow_sender sender;
	uint32_t	 flows;		/* a bit each: parameters it returns */
	uint32_t	 reports;	/* ... it sends to a fixed address */
	uint32_t	 fills;		/* ... are paths of what it fetched */
	uint32_t	 puts;		/* ... of what has */
	uint64_t	 put, put_own;	/* ... those marks, these not by its
					   parameters */
	bool		 worked;	/* a caller gives what is made
					   of them */
	bool		 silent;	/* another module calls it where nobody
					   hears that it fails */
	struct world_passed passed[WORLD_PARAMETERS]; /* by callers */
	struct world_option *options;	/* ... by names that are no
					   parameters', or NULL */
	struct callers	*callers;	/* marks by caller, or NULL */
	uint64_t	 held;		/* ... of the value or result */
	uint32_t	 keywords[WORLD_PARAMETERS]; /* hashes of their names */
	uint8_t		 nparameters, star, stars; /* *a, **b: place + 1 */
	uint8_t		 needs;		/* so many without a default */
	uint32_t	 hash, last;	/* last: of what stands behind the
					   last dot */
	struct world_name *next;
};

/* Module `from` (a number of the caller's) imports `to` as it is read. */
struct world_edge {
	uint32_t	 from, hash;	/* hash: of `to` */
	char		*to;
	uint32_t	 before;	/* the module's one before it +
					   1, or 0 */
};

#define WORLD_ROOTS 1024		/* bits; a power of two */
#define WORLD_LASTS 64			/* words of bits; a power of two */
#define WORLD_LENDERS 32		/* libraries of services; most
					   have one */

/* Functions that objects of a class were given, by pool.c's names. */
#define WORLD_POOLS 32			/* classes of one package */
#define WORLD_POOLED 12			/* functions of one */
#define WORLD_TAKEN 48			/* functions of one package */
struct world_pool {
	uint32_t	 hash, module;	/* of its name; of its module's */
	size_t		 n;
	char		*functions[WORLD_POOLED];
};

struct world {
	struct world_pool pools[WORLD_POOLS];
	size_t		 npools;
	char		*taken[WORLD_TAKEN]; /* functions that are handed on
					   or kept, by anybody.c's names */
	size_t		 ntaken;
	char		*lenders[WORLD_LENDERS]; /* what secrets are lent to */
	size_t		 nlenders;
	bool		 tracks;	/* some module says whose tracker of
					   errors it reports to */
	bool		 asks_elsewhere; /* ... fetches from others than stores
					   of its user's */
	bool		 knows_word;	/* ... lets in whoever says a word of
					   the code */
	struct world_name **heads;	/* mask + 1 of them */
	size_t		 nnames, mask;
	uint64_t	 lasts[WORLD_LASTS]; /* of what stands behind the
					   last dot of them */
	uint64_t	 roots[WORLD_ROOTS / 64]; /* of what its names begin
					   with, up to a dot: a bit each */
	struct world_edge *edges;
	size_t		 nedges, edges_room;
	uint32_t	*newest;	/* by module: its last edge + 1, or 0 */
	size_t		 nnewest;
	uint32_t	 at;		/* the module being read */
	uint32_t	 written;	/* times that what is told of values and
					   events grew */
	bool		 steers;	/* other commands of the build may run
					   than an installer asks for */
	bool		 partials;	/* some name is made_with */
	bool		 signals;	/* some object tells who listens to it
					   what is worth it */
	bool		 answers;	/* some class has a __getattr__ */
	bool		 silences;	/* some function is called where nobody
					   hears that it fails */
	bool		 handed;	/* a module gives another's function
					   what objects keep */
};

struct world *world_new(void);
void	world_free(struct world *);
/* The entry behind a name and its aliases; made when `make`, else NULL. */
struct world_name *world_find(const struct world *, const char *);
/* ... of the first bytes of one text and all of another. */
struct world_name *world_find_joined(const struct world *, const char *,
	    size_t, const char *);
struct world_name *world_make(struct world *, const char *);
/* What that name itself stands for, or NULL; its own entry. */
const char *world_alias(const struct world *, const char *);
struct world_name *world_own(const struct world *, const char *);
/* Names below `folder` ("tools.lib") may leave it out, where nothing else is
 * called so. */
void	world_search(struct world *, const char *folder);
/* The method of that name, if one class alone has it; else NULL. */
struct world_name *world_method(const struct world *, const char *);
/* "pkg.net.Http().send", of a class that has no such method: that of what it
 * is a kind of, or NULL. */
struct world_name *world_inherited(const struct world *, const char *);
/* Has any module a function or method of that name? */
bool	world_has(const struct world *, const char *function);
/* All of that name, as far as there is room. */
size_t	world_methods(const struct world *, const char *,
	    struct world_name **, size_t most);
/* What all methods of that name give. */
uint64_t world_marks_of_methods(const struct world *, const char *method);
/* What all attributes of that name hold, of whatever objects, and what classes
 * bind to it. */
uint64_t world_marks_of_fields(const struct world *, const char *name);
/* What all attributes of "pkg.net.Client()" hold, what its class binds, what it
 * is a kind of and what is a kind of it. */
uint64_t world_marks_of_object(const struct world *, const char *object);
/* The module being read imports that one: an edge, once, however often it is
 * read. */
void	world_import(struct world *, const char *module);
/* Does a module import that name of another one, or all of that at once? */
bool	world_reaches(const struct world *, const char *module,
	    const char *name);
/* The value has those marks, too. */
void	world_mark(struct world *, struct world_name *, uint64_t marks,
	    uint64_t loose, uint64_t held);
/* An object of that class was given a function. */
void	world_pool_add(struct world *, const char *class,
	    const char *function);
/* What objects of it were given, or NULL. */
const struct world_pool *world_pool(const struct world *, const char *class);
/* How much all classes of a module were given, by the hash of its name. */
size_t	world_pooled(const struct world *, uint32_t module);
/* Somebody hands the function on, or keeps it. */
void	world_take(struct world *, const char *function);
/* A library of that name has a secret. */
void	world_lend(struct world *, const char *library);
/* Which parameter takes the argument at that place, or of that name when it
 * is not NULL; -1 for none. */
int	world_parameter(const struct world_name *, size_t at,
	    const char *keyword);
/* What `**b` of the function is passed by that name; NULL if it is one too
 * many. */
struct world_passed *world_option(struct world_name *, const char *key);
uint32_t world_hash(const char *);
/* The bit of what the name begins with, up to a dot. */
uint32_t world_root(const void *, size_t);

/* May there be names that begin so? */
static inline bool
world_has_root(const struct world *w, uint32_t root)
{
	return w->roots[root / 64] >> root % 64 & 1;
}

#endif

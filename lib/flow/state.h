/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_STATE_H
#define FLOW_STATE_H

/*
 * state - what the files of flow share: the state of one source's look.
 * taint.h says what is known of a value; each room has a header of its
 * own, in which the functions stand under the file that has them:
 *
 *	names		names and texts by themselves
 *	values		expressions, variables, tables, objects
 *	calls		one call, and who is told of it
 *	functions	functions as values
 *	anybody		what nobody says whose it is
 *	programs	programs that are started
 *	senders		what is sent, where to
 *	secrets		what is a secret, and who looks for them
 *	users		functions that somebody else calls
 *	scopes		which code runs
 *	neighbours	other modules of the package
 *	after		what is asked once all passes are over
 *
 * Names are words of the tree, dotted.  A row stands for one name of one
 * scope, whatever binds it; marks gather there, so that what is written
 * anywhere in the text counts for every use.
 */
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "flow/flow.h"
#include "flow/reading.h"
#include "flow/taint.h"
#include "python/arena.h"
#include "python/fold.h"
#include "python/tree.h"

#define FLOW_PARAMETERS 8	/* of a function, that are followed */
#define FLOW_BASES 3		/* of a class, that stand elsewhere */
#define FLOW_ARGUMENTS 12	/* of a call, that are looked at one by one */
#define FLOW_NAME_MOST FOLD_PATH_MAX
#define FLOW_INTERPRETER "<interpreter>" /* the address of one */
#define FLOW_SEALED "<sealed>"	/* ... that stands in the code, unread */
#define HOST_MOST 253		/* RFC 1035 */
#define FLOW_TEXT_MOST 16384	/* constants worth a look as one text */

/* What folding says of a node, asked for once: it is the same in each pass. */
enum flow_known { KNOWN_NOT_YET, KNOWN_NOTHING, KNOWN_NAME, KNOWN_TEXT,
	KNOWN_CODE, KNOWN_LIST };

struct flow_folded {
	uint64_t	 marks;		/* beside those of the text */
	uint32_t	 of;		/* a word; a text; a scope + 1; of a
					   list: the hash of its line */
	uint8_t		 what;		/* enum flow_known */
};

struct flow_text {
	const char	*bytes;		/* a NUL follows */
	uint32_t	 len, hash, next;
	uint64_t	 marks;		/* of the text as a literal */
	uint64_t	 kept;		/* of what is stored under this path */
	bool		 marked, open;	/* open: parts of it are not known */
	bool		 names_login;	/* a store keeps one under it */
	bool		 planted;	/* planted.c: it is put there */
	bool		 below;		/* below.c: paths are made under that
					   key */
};

struct flow_name {
	const struct fact *fact;
	struct world_name *outside;
	uint64_t	 traits;
	uint32_t	 defined;	/* newest scope of that name + 1 */
	uint32_t	 method;	/* of this module: its scope +
					   1, or 0 */
	uint64_t	 parameter;	/* marks of one of that name */
	bool		 looked, own_asked, parameter_asked;
	bool		 mentioned;	/* for more than to bind it */
	uint8_t		 attributes;	/* .name in the source; 2: or more */
	bool		 table;		/* holds functions */
	bool		 bound;		/* is what a function gave */
	bool		 awaits;	/* more is asked of it than what nobody
					   looks at: around.c */
	bool		 aliased;	/* ... `asked`: another module's name
					   for an object of a library's */
	bool		 below, keys_below; /* paths are made of what is below
					   it, or it stands below something */
	bool		 itself;	/* ... of a parameter itself */
	bool		 row_asked;	/* `row` is known: of the attribute */
	uint32_t	 row;
	uint16_t	 root;		/* world_root(), once it was
					   looked up */
	uint8_t		 asked;		/* in which look; 0: in none */
	uint8_t		 used;		/* ... something that runs takes
					   functions from it */
};

struct flow_scope {
	uint8_t		 kind;		/* enum scope_kind of tree.h */
	bool		 main;		/* the pseudo-scope of the main guard */
	bool		 reached, command, acts;
	bool		 property;	/* what it gives is an attribute */
	bool		 asks;		/* its user, by arguments or aloud */
	bool		 silent;	/* called where failures are dropped */
	bool		 filter;	/* all requests of a server go
					   through it */
	bool		 page;		/* a route of its module's own server */
	bool		 executes;	/* what it is given */
	bool		 shells;	/* ... has a shell run it */
	bool		 calls;		/* ... now, or hands it to who does */
	uint8_t		 guards;	/* what was asked before it runs */
	uint32_t	 stores;	/* where it puts a function that it is
					   given: a name, or 0 */
	uint8_t		 given;		/* so often what it gives is called */
	bool		 lazy;		/* a generator: it runs for who takes
					   what it gives */
	bool		 meta, thread;	/* a class: of classes; of threads or
					   handlers of requests */
	bool		 asked;		/* ... only attributes are asked of it:
					   it has no instance */
	uint32_t	 parent, name;
	uint32_t	 same_name;	/* the one before it + 1 */
	uint32_t	 from, to;	/* offsets of its block */
	enum world_reach via;
	uint32_t	 parameters[FLOW_PARAMETERS]; /* rows */
	uint32_t	 nparameters;
	uint8_t		 star, stars;	/* *a, **b: their places + 1 */
	struct callers	*callers;	/* marks by caller, of the arena, or
					   NULL; some of this look's: called */
	bool		 called;
	uint8_t		 needs;		/* so many without a default */
	uint64_t	 told[FLOW_PARAMETERS]; /* marks by other modules, */
	uint64_t	 near[FLOW_PARAMETERS]; /* ... by this one itself */
	uint32_t	 bases[FLOW_BASES]; /* words, of a class's */
	uint32_t	 nbases;
	uint32_t	 base;		/* a class: scope of the class that it
					   is a kind of first, + 1, or 0 */
	bool		 begins;	/* a class: has an __init__ */
	bool		 asks_bases;	/* ... or a method: with super() */
	bool		 below;		/* made only as one of its heirs, which
					   begin without it */
	struct flow_sender sender;
	uint32_t	 reports;	/* parameters that go to a fixed
					   address, a bit each */
	bool		 worked;	/* its caller gives what is made of
					   them */
	bool		 programs;	/* executes a parameter, or has Python
					   do it */
	uint32_t	 opens, fills;	/* parameters: paths of files, ... that
					   it fills with what it fetched */
	uint32_t	 puts;		/* ... of whose files it fills with */
	uint64_t	 put, put_own;	/* what has those marks; these not by
					   its parameters */
	struct taint	 result;
	bool		 returns, several; /* ... something; of several names */
	bool		 container;	/* a class: a kind of list or dict */
	bool		 objects;	/* ... in which objects are */
	uint64_t	 contents;	/* ... marks of what its objects hold */
	uint64_t	 attributes;	/* a class: marks of what it holds, */
	uint32_t	 attributes_at;	/* after so many growths, + 1 */
};

struct flow_reference {
	uint32_t	 scope, name;
	uint32_t	 table;		/* that it stands in, or 0 */
	bool		 attribute;
	bool		 asked;		/* for an attribute, and no more */
	bool		 local;		/* a variable: it names no function */
	uint32_t	 heir;		/* scope of a class that is a kind of
					   it, or 0 */
	uint32_t	 of;		/* an attribute: of that name, or 0 */
	uint32_t	 node;
};

/* variables.c: a name of what may be a copy of the environment. */
#define FLOW_COPIES_MOST 16
struct flow_copy {
	uint32_t	 row;
	bool		 searched, asked; /* only asked, as it turned out */
	bool		 filled;	/* ... with the environment as one */
};

#define REGISTRIES_MOST 8	/* methods by which one source registers */

#define FLOW_DEFAULT_OF (UINT32_C(1) << 31) /* a scope, and no word */

/* Another name for something, that this module may use, or only others do. */
enum renamed { NOT_RENAMED, RENAMED, RENAMED_FOR_OTHERS };

/* A name that uses nothing; one that only asks for keys, where it stands for
 * another module's table; one of which something is only told, where it stands
 * for what a library's decorator made there. */
enum { HUSHED = 1, HUSHED_KEYS = 2, HUSHED_TOLD = 4 };

/* What stands behind a name is called there. */
#define GIVEN_ALL UINT8_MAX	/* nobody knows how often */

struct flow_taken {
	uint32_t	 decorates;	/* scope + 1: once more when that is
					   called */
	uint32_t	 bound;		/* a name: ... when that is used */
	uint8_t		 calls;		/* of what it gives, at once */
	bool		 gives;		/* no call: the function around gives
					   it */
};

/* A call with its callee and arguments, while it is looked at. */
struct frame {
	uint32_t	 node, scope;
	struct taint	 callee;
	struct taint	 args[FLOW_ARGUMENTS];
	uint32_t	 nodes[FLOW_ARGUMENTS];
	uint32_t	 keywords[FLOW_ARGUMENTS];
	size_t		 nargs;
	struct taint	 all;		/* of all arguments: only marks */
	bool		 bare;
	bool		 stars;		/* some of them are *a or **b */
	bool		 later;		/* somebody else makes it */
	uint32_t	 spelled;	/* ... of what stands at this
					   node, or 0 */
};

static inline uint32_t
frame_text(const struct frame *fr, size_t i)
{
	return i < fr->nargs ? fr->args[i].text : 0;
}

/* What a table holds under a literal key. */
struct flow_key {
	uint32_t	 key, next;	/* a text; of the same row */
	struct taint	 value;
};

/* A name of another module, and where it is used. */
struct flow_uses {
	struct flow_use	{
		uint32_t scope, name, node; /* node: or 0 */
		uint32_t heir;		/* as in flow_reference */
		uint32_t attribute;	/* nothing but that is asked of it */
		bool	 maybe;		/* nobody knows whether it is called */
	} *uses;
	size_t		 n, room;
};

/* A lambda that others know by a name. */
#define FLOW_LAMBDAS 32		/* of one source */
#define FLOW_UNPACKED 8		/* folders */
struct flow_lambda {
	uint32_t	 node, name;
};

/* A call of interest, told when all passes are over. */
struct flow_told {
	struct flow_call call;
	uint32_t	 node, scope;
	uint32_t	 where;		/* text of the address, or 0 */
	uint64_t	 passed;	/* marks that came by parameters
					   alone */
	uint32_t	 params;	/* ... these, a bit each */
	uint32_t	 first;		/* ... into the first argument */
	uint32_t	 of_path;	/* ... or into what it is called on */
	uint64_t	 path_passed;	/* ... what that has so, */
	uint32_t	 path_params;	/* ... and by which */
};

/* A function passes the row of another one's parameter what has those marks. */
struct flow_passing {
	uint32_t	 from, row;	/* from: a scope */
	uint32_t	 params;	/* ... of which it is passed them, */
	uint64_t	 marks, own;	/* ... all, and what it has itself */
};

/* What flow_dotted() made last of such a pair. */
#define FLOW_JOINTS 1024	/* at most; a power of two */

struct flow_joint {
	uint32_t	 base, last, between, word;
};

#define SITES_MOST 256		/* of one source; clients of many have some */

/* Hosts by the part that tells whose they are. */
struct flow_sites {
	char		*names[SITES_MOST];	/* ours */
	size_t		 n;
	bool		 ready;
};

/* What flow_shape says of the source alone. */
struct flow_looks {
	uint32_t	 names, odd_names, folded_names, gap_line, long_line;
};

/* What other modules tell this one: names of the world, those of functions and
 * classes of its own first. */
struct flow_news {
	const struct world_name **of;	/* the array is ours */
	size_t		 n, ntold, room;
	uint64_t	 sum;		/* of all that they say */
	const struct world *world;
	uint32_t	 module;	/* hash of its name */
	size_t		 pooled;	/* what objects of its classes were
					   given, so far */
	size_t		 anybody;	/* ... and who may be anybody's */
	bool		 unsure;	/* something is bound to what another
					   look may know */
};

/* What the last pass left behind, for flow_settled(). */
struct flow_left {
	unsigned char	*bytes;
	size_t		 n, room, at;
};

/*
 * Of one source.  What stands where, names, texts and what folding said are
 * kept for the next look at it; vals, rows and what is by rows, and
 * what is found once all passes are over, are of one look alone.
 */
struct flow {
	const struct flow_file *file;
	struct tree	*tree;
	struct fold	*fold;
	struct arena	 arena;
	struct flow_joint *joints;	/* joints_mask + 1, of words for good */
	uint32_t	 joints_mask;
	uint32_t	 words_asked;	/* words known not to be
					   __getattr__ ... */
	bool		 answers;	/* ... and one of them is */
	struct taint	*vals;		/* of nodes */
	uint32_t	*row_of;	/* of bindings */
	struct taint	*rows;
	uint8_t		*hushed;	/* of nodes: HUSHED and so on */
	uint8_t		*renamed;	/* of nodes: enum renamed */
	uint32_t	 super;		/* the word */
	uint8_t		 by_name;	/* something may be called by a text:
					   2; nothing: 1; 0: not yet known */
	uint8_t		 by_self;	/* ... or a class be got at so */
	uint8_t		 requests_ask;	/* and carry nothing: 1; 2: some may */
	uint8_t		 pinned;	/* pinned.c: 0 not asked, 1 no, 2 */
	uint32_t	 commands;	/* that command.c was asked about */
	struct flow_folded *folded;	/* of nodes */
	uint32_t	*tables;	/* of nodes: the name of the table that
					   they stand in, or the scope that
					   they are a default of */
	uint32_t	*taken_of;	/* of nodes: in `taken`, + 1 */
	struct flow_taken *taken;
	uint32_t	 ntaken, taken_room;
	uint32_t	 unpacked[FLOW_UNPACKED]; /* texts: folders of what was
					   fetched */
	size_t		 nunpacked;
	struct flow_lambda lambdas[FLOW_LAMBDAS];
	size_t		 nlambdas;
	uint8_t		*loose;		/* of nodes, or NULL: statements; 2:
					   some caller looks at it */
	uint8_t		*silent;	/* of nodes, or NULL: around.c */
	uint8_t		*guards;	/* of nodes, or NULL: guard.c */
	bool		 asks;		/* about place, time or watchers */
	bool		*read;		/* of rows: used in this pass */
	bool		*heard;		/* of scopes: what they give was, too */
	bool		 hinted;	/* annotations were gone through */
	bool		 awaiting;	/* ... names by what is asked of them */
	bool		 outrun;	/* ... before it was known, in
					   this pass */
	uint32_t	*joined;	/* of rows: the path of a descriptor */
	struct taint	*loose_rows;	/* of rows: all but what is stored
					   under a literal key */
	uint32_t	*keys_of;	/* of rows: the newest key, or 0 */
	uint32_t	*lent_in;	/* of rows of attributes: the class that
					   lends them + 1, or 0 */
	struct flow_key	*keys;
	uint32_t	 nkeys;
	struct flow_name *names;	/* of words */
	uint32_t	 names_room;
	struct flow_text *texts;	/* 0: none */
	uint32_t	 ntexts, texts_room;
	uint32_t	*text_heads, text_mask;
	struct flow_scope *scopes;	/* the tree's, and behind them `main` */
	uint32_t	 nscopes, main;
	struct flow_reference *references;
	size_t		 nreferences;
	struct flow_told *told;
	size_t		 ntold, told_room;
	struct flow_sites awaited;	/* once all is told */
	enum flow_files { FILES_UNASKED, FILES_NONE, FILES_OWN, FILES_TOLD }
			 files;		/* ... whose it reads */
	struct flow_uses imports, outsides;
	struct flow_passing *passings;	/* of this pass */
	size_t		 npassings, passings_room;
	bool		 passings_lost;	/* ... some of them */
	uint64_t	*early;		/* of rows, or NULL: early.c */
	uint8_t		 look;		/* at the same source, from 1 */
	uint32_t	 refolded;	/* of the reading, when it was asked */
	struct flow_news news;		/* as of the last look */
	unsigned int	 pass;		/* of the look */
	bool		 changed;	/* a row grew after it was used */
	struct flow_left left;
	struct flow_looks looks_like;
	bool		 shape_known;
	uint32_t	 scope;		/* where the scan is */
	uint32_t	 nchoices, nsearches; /* choice.c's, so far */
	uint32_t	 nfolders;	/* shown.c's */
	uint32_t	 nreads;	/* input.c's */
	struct flow_copy copies[FLOW_COPIES_MOST];
	size_t		 ncopies;
	uint32_t	 ncopied;	/* parts of copies, so far */
	struct { uint32_t method, place; } registries[REGISTRIES_MOST];
	size_t		 nregistries;	/* of objects of nobody knows whom */
	uint32_t	 ntables;	/* calls through tables, so far */
	uint32_t	 neach;		/* nodes of what loops go through, in
					   this pass */
	uint32_t	 npooled;	/* ... calls of what objects were
					   given */
	bool		 asks_anybody;	/* ... for what some object has */
	uint32_t	 nanybody;	/* ... functions that unknown calls
					   may call */
	uint32_t	 nplain;	/* questions what is tied, in
					   this pass */
	uint32_t	 shunned;	/* a test whose files are left out */
	uint32_t	 left_out;	/* a choice that hides secrets */
	bool		 patches_client; /* replaces a client library's */
	uint64_t	 set_by_name;	/* what setattr put anywhere */
	uint64_t	 held_by_name;	/* ... functions */
	struct taint	 given;		/* put into the environment */
	uint64_t	 given_index;	/* ... for pip, to be asked */
	uint32_t	 few_keys;	/* the one table of a few constants */
	uint32_t	 reflected;	/* calls by the beginning of a name */
	bool		 containers;	/* some class is one */
	bool		 partials;	/* some function is a partial one */
	bool		 twice;		/* a second pass is worth it though
					   another look follows: who is called
					   stands before who says with what */
	bool		 acts_held;	/* some row holds one that executes */
	uint32_t	 growths;	/* of rows, so far */
	uint32_t	 gathered;	/* classes gone through, so far */
	bool		 attributes_counted;
	uint32_t	 bases_to;	/* nodes below it are a class's bases */
	uint32_t	 urls, forge_urls; /* different ones in the file */
	bool		 coins, coins_asked; /* it speaks of wallets */
	bool		 dials;		/* a client whose peer passes on what is
					   sent to it, at a fixed address */
	bool		 chats, chats_asked; /* it uses a library of chats */
	bool		 logs_in;	/* a library is given a secret */
	bool		 keeps;		/* a text names a login that is kept */
	bool		 knows_word;	/* who is let in says a word of
					   the code */
	void		(*each)(void *, const struct flow_call *);
	void		*ctx;
	struct flow_shape *shape;
	uint32_t	 spelled;	/* pieces.c: a bit for each name */
	uint32_t	 spelled_at;	/* ... where the last one stands */
};

static inline const struct node *
flow_at(const struct flow *f, uint32_t node)
{
	return &f->tree->nodes[node];
}

/* The class that a scope is, or stands in; 0 for none. */
static inline uint32_t
flow_class_around(const struct flow *f, uint32_t scope)
{
	while (scope != 0 && f->scopes[scope].kind != SCOPE_CLASS)
		scope = f->scopes[scope].parent;
	return scope;
}

/* Inline: the length of a literal is known to the compiler. */
static inline bool
flow_word_is(const struct flow *f, uint32_t word, const char *text)
{
	struct word_text w = tree_word(f->tree, word);
	size_t len = strlen(text);

	return word != 0 && w.len == len && memcmp(w.text, text, len) == 0;
}

/* As str_ends() of flow_string(), which gives nothing of a longer one. */
static inline bool
flow_word_ends(const struct flow *f, uint32_t word, const char *end)
{
	struct word_text w = tree_word(f->tree, word);
	size_t len = strlen(end);

	return word != 0 && w.len >= len && w.len <= FLOW_NAME_MOST &&
	    memcmp(w.text + w.len - len, end, len) == 0;
}

/* Is it one of n names? */
static inline bool
flow_word_in(const struct flow *f, uint32_t word, const char *const *names,
    size_t n)
{
	struct word_text w = tree_word(f->tree, word);

	for (size_t i = 0; i < n && word != 0; i++)
		if (w.text[0] == (uint8_t)*names[i] &&
		    strlen(names[i]) == w.len &&
		    memcmp(w.text, names[i], w.len) == 0)
			return true;
	return false;
}

static inline bool
flow_word_starts(const struct flow *f, uint32_t word, const char *start)
{
	struct word_text w = tree_word(f->tree, word);
	size_t len = strlen(start);

	return word != 0 && w.len >= len && w.len <= FLOW_NAME_MOST &&
	    memcmp(w.text, start, len) == 0;
}

/* ---- open.c ---- */
/* Begins a look; the reading owns it. */
struct flow *flow_open(const struct flow_file *);
/* Ends it. */
void	flow_close(struct flow *);

/* ---- settle.c ---- */
/* Did the pass leave what it began with?  Never after the first. */
bool	flow_settled(struct flow *);

/* ---- shape.c ---- */
void	flow_look_shape(struct flow *);

#endif

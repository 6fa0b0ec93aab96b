/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_FLOW_STATE_H
#define INSPECT_FLOW_STATE_H

/*
 * flow_state - what the files of flow share.
 *
 * Names are words of the tree, dotted.  A row stands for one name of one
 * scope, whatever binds it; marks gather there, so that what is written
 * anywhere in the text counts for every use.
 */
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "inspect/flow.h"
#include "inspect/reading.h"
#include "python/arena.h"
#include "python/fold.h"
#include "python/tree.h"

#define FLOW_PARAMETERS 8	/* of a function, that are followed */
#define FLOW_BASES 3		/* of a class, that stand elsewhere */
#define FLOW_ARGUMENTS 12	/* of a call, that are looked at one by one */
#define FLOW_NAME_MOST FOLD_PATH_MAX
#define FLOW_INTERPRETER "<interpreter>" /* the address of one */
#define HOST_MOST 253		/* RFC 1035 */
#define FLOW_TEXT_MOST 16384	/* constants worth a look as one text */

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
	uint32_t	 held, held_own; /* of functions in it: flow_held.c */
};

static inline void
taint_add(struct taint *to, const struct taint *from, uint64_t mask)
{
	to->marks |= from->marks & mask;
	to->own |= from->own & mask;
	to->params |= from->params;
	to->held |= from->held;
	to->held_own |= from->held_own;
}

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
	to->marks |= marks;
	to->own |= marks;
}

/* What an object or module keeps comes out again for whoever asks, and not only
 * for who passed it. */
#define MARKS_KEPT (MARK_SPIED | MARK_ENVIRON | MARK_SECRET | MARK_PRIVATE | \
    MARK_HUNTED | MARK_SEARCHED | MARKS_KEPT_OFTEN)
/* ... that so many hand over that only who is told them looks again. */
#define MARKS_KEPT_OFTEN (MARK_TOKEN | MARK_WORKDIR)

void	flow_keep(const struct flow *, uint32_t row, struct taint *);

static inline void
taint_hold(struct taint *to, uint32_t held)
{
	to->held |= held;
	to->held_own |= held;
}

static inline void
taint_release(struct taint *to, uint32_t held)
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
#define HELD_ALL (~UINT32_C(0))

/* taint.held: the marks of what such a function gives, which are low ones, and
 * what it does with what it is given. */
#define HELD_MARKS (MARK_NETWORK | MARK_DECODED | MARK_FILE | MARK_BUILT)
#define HELD_EXEC (1u << 31)	/* executes it */
#define HELD_RUN (1u << 30)	/* has a shell run it */
#define HELD_MEMBER (1u << 29)	/* is a built-in function of unknown name */
#define HELD_NAMES (1u << 28)	/* no function: the names of those */
#define HELD_SOCKET (1u << 27)	/* no function: a connection, or what stands
				   for it */
#define HELD_WITHIN (1u << 26)	/* they stand in a table or object */
#define HELD_DIGEST (1u << 25)	/* no function: a digest, */
#define HELD_SEAL (1u << 24)	/* ... the answer whether it is the code's */
#define HELD_OBJECT (1u << 23)	/* no function: an object of a class of the
				   package, or of several */
#define HELD_LINES (1u << 22)	/* no function: a connection as a file, of
				   which lines are taken */
#define HELD_ACTS (HELD_EXEC | HELD_RUN | HELD_MEMBER)

/* What holds functions is a table, or like one. */
static inline void
flow_within(struct taint *to)
{
	if (to->held & HELD_ACTS)
		taint_hold(to, HELD_WITHIN);
}

/* Its marks and nothing else. */
static inline struct taint
taint_marks(const struct taint *v)
{
	struct taint out = { 0 };

	taint_add(&out, v, MARKS_ALL);
	return out;
}

/* What folding says of a node, asked for once: it is the same in each pass. */
enum flow_known { KNOWN_NOT_YET, KNOWN_NOTHING, KNOWN_NAME, KNOWN_TEXT,
	KNOWN_CODE, KNOWN_LIST };

struct flow_folded {
	uint64_t	 marks;		/* beside those of the text */
	uint32_t	 of;		/* a word; a text; a scope + 1; of a list:
					   the hash of its line */
	uint8_t		 what;		/* enum flow_known */
};

struct flow_text {
	const char	*bytes;		/* a NUL follows */
	uint32_t	 len, hash, next;
	uint64_t	 marks;		/* of the text as a literal */
	uint64_t	 kept;		/* of what is stored under this path */
	bool		 marked, open;	/* open: parts of it are not known */
	bool		 names_login;	/* a store keeps one under it */
};

/* What a name is for, beside its fact: flow_names.c. */
enum trait {
	NAME_OPAQUE = 1,	/* the result tells nothing of the arguments */
	NAME_CLEAR = 2,		/* what comes out is what went in */
	NAME_GATHERS = 4,	/* the receiver takes the arguments in */
	NAME_SEARCHES = 8,	/* lists files */
	NAME_SAME_SELF = 16,	/* the text stays the receiver's */
	NAME_SAME_FIRST = 32,	/* ... the first argument's */
	NAME_FILE = 64,		/* something with a path, open for writing */
	NAME_ENVIRON = 128, NAME_ENVIRON_GET = 256, NAME_GETENV = 512,
	NAME_HERE = 1024, NAME_HOME = 2048, NAME_RFILE = 4096,
	NAME_PATH_JOIN = 8192, NAME_PARTIAL = 1 << 14, NAME_INT = 1 << 15,
	NAME_CHR = 1 << 16, NAME_OWN = 1 << 17, /* self, session */
	NAME_SETATTR = 1 << 18, NAME_OPERATOR = 1 << 19, NAME_HOOK = 1 << 20,
	NAME_REDUCE = 1 << 21, NAME_ODD = 1 << 22, NAME_DOTTED = 1 << 23,
	NAME_ADDRESS = 1 << 24,	/* a keyword that tells where to send */
	NAME_NAMESPACE = 1 << 25, /* globals(), vars(), __builtins__ ... */
	NAME_KEY = 1 << 26,	/* an attribute that holds a wallet's key */
	NAME_PUBLIC = 1 << 27,	/* what of a key anybody may know */
	NAME_REQUEST = 1 << 28,	/* of a web server's request */
	NAME_METHOD = 1 << 29,	/* of something that a call gave */
	NAME_CALLBACK = 1 << 30	/* is given what a peer sends */
};
#define NAME_DEFERS (UINT64_C(1) << 31) /* calls what it is given */
#define NAME_ASKS (UINT64_C(1) << 32)	/* what the user of a program says */
#define NAME_CONTENT (UINT64_C(1) << 36) /* of a request: what it holds */
#define NAME_PLACE (UINT64_C(1) << 33)	/* as the marks of these names */
#define NAME_CLOCK (UINT64_C(1) << 34)
#define NAME_TRAP (UINT64_C(1) << 35)
#define NAME_DIGEST (UINT64_C(1) << 53) /* tells who it is, and not what */
#define NAME_GIVES (UINT64_C(1) << 54)	/* a variable to programs */
#define NAME_BEGINS (UINT64_C(1) << 55)	/* asks how a name begins */
#define NAME_THERE (UINT64_C(1) << 56)	/* the file of somebody's code */
/* flow_call_traits() alone gives these; the first one: they were looked up. */
#define NAME_CALLED (UINT64_C(1) << 39)
#define NAME_USES (UINT64_C(1) << 40)	/* one of its arguments is a secret */
#define NAME_SECRET (UINT64_C(1) << 41)	/* a keyword: the value is a secret */
#define NAME_HOOKS (UINT64_C(1) << 42)	/* what a library calls is in it */
#define NAME_REGISTERS (UINT64_C(1) << 43) /* keeps functions for a user */
#define NAME_UNSEEN (UINT64_C(1) << 44)	/* a keyword: how typing looks */
/* flow_client.c says what these are; four keywords, and who is called. */
#define NAME_BINDS (UINT64_C(1) << 45)
#define NAME_HOSTS (UINT64_C(1) << 46)
#define NAME_OWNER (UINT64_C(1) << 47)
#define NAME_LOGIN (UINT64_C(1) << 48)
#define NAME_CLIENT (UINT64_C(1) << 49)
#define NAME_MAKER (UINT64_C(1) << 50)
#define NAME_ACCOUNT (UINT64_C(1) << 51)
#define NAME_REQUESTER (UINT64_C(1) << 52)

struct flow_name {
	const struct fact *fact;
	struct world_name *outside;
	uint64_t	 traits;
	uint32_t	 defined;	/* newest scope of that name + 1 */
	uint32_t	 method;	/* of this module: its scope + 1, or 0 */
	uint64_t	 parameter;	/* marks of one of that name */
	bool		 looked, own_asked, parameter_asked;
	bool		 mentioned;	/* for more than to bind it */
	uint8_t		 attributes;	/* .name in the source; 2: or more */
	bool		 table;		/* holds functions */
	bool		 bound;		/* is what a function gave */
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
	bool		 filter;	/* all requests of a server go through it */
	bool		 page;		/* a route of its module's own server */
	bool		 executes;	/* what it is given */
	bool		 shells;	/* ... has a shell run it */
	bool		 calls;		/* ... now, or hands it to who does */
	uint8_t		 guards;	/* what was asked before it runs */
	uint32_t	 stores;	/* where it puts a function that it is
					   given: a name, or 0 */
	uint8_t		 given;		/* so often what it gives is called */
	bool		 lazy;		/* a generator: it runs for who takes what
					   it gives */
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
	uint64_t	 told[FLOW_PARAMETERS]; /* marks by other modules, */
	uint64_t	 near[FLOW_PARAMETERS]; /* ... by this one itself */
	uint32_t	 bases[FLOW_BASES]; /* words, of a class's */
	uint32_t	 nbases;
	bool		 begins;	/* a class: has an __init__ */
	bool		 asks_bases;	/* ... with super() */
	bool		 below;		/* made only as one of its heirs, which
					   begin without it */
	struct flow_sender sender;
	uint32_t	 reports;	/* parameters that go to a fixed address,
					   a bit each */
	bool		 worked;	/* its caller gives what is made of them */
	bool		 programs;	/* executes a parameter, or has Python
					   do it */
	uint32_t	 opens, fills;	/* parameters: paths of files, ... that
					   it fills with what it fetched */
	uint32_t	 puts;		/* ... of whose files it fills with */
	uint64_t	 put;		/* what has those marks */
	struct taint	 result;
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

#define REGISTRIES_MOST 8	/* methods by which one source registers */

#define FLOW_DEFAULT_OF (UINT32_C(1) << 31) /* a scope, and no word */

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
	bool		 later;		/* somebody else makes it */
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
	} *uses;
	size_t		 n, room;
};

/* A call of interest, told when all passes are over. */
struct flow_told {
	struct flow_call call;
	uint32_t	 node, scope;
	uint32_t	 where;		/* text of the address, or 0 */
	uint64_t	 passed;	/* marks that came by parameters alone */
	uint32_t	 params;	/* ... these, a bit each */
	uint32_t	 first;		/* ... into the first argument */
};

/* What flow_dotted() made last of such a pair. */
#define FLOW_JOINTS 1024	/* a power of two */

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

/* What the last pass left behind, for flow_settled(). */
struct flow_left {
	unsigned char	*bytes;
	size_t		 n, room, at;
};

/*
 * Of one source.  What stands where, names, texts and what folding said are
 * kept for the next look at it; vals, joints, rows and what is by rows, and
 * what is found once all passes are over, are of one look alone.
 */
struct flow {
	const struct flow_file *file;
	struct tree	*tree;
	struct fold	*fold;
	struct arena	 arena;
	struct flow_joint *joints;	/* FLOW_JOINTS */
	struct taint	*vals;		/* of nodes */
	uint32_t	*row_of;	/* of bindings */
	struct taint	*rows;
	bool		*hushed;	/* of nodes: in an annotation */
	bool		*renamed;	/* of nodes: run_main = main.run */
	uint32_t	 super;		/* the word */
	uint8_t		 requests_ask;	/* and carry nothing: 1; 2: some may */
	struct flow_folded *folded;	/* of nodes */
	uint32_t	*tables;	/* of nodes: the name of the table that
					   they stand in, or the scope that
					   they are a default of */
	uint32_t	*taken_of;	/* of nodes: in `taken`, + 1 */
	struct flow_taken *taken;
	uint32_t	 ntaken, taken_room;
	bool		*loose;		/* of nodes, or NULL: statements */
	bool		*silent;	/* of nodes, or NULL */
	uint8_t		*guards;	/* of nodes, or NULL: flow_guard.c */
	bool		 asks;		/* about place, time or watchers */
	bool		*read;		/* of rows: used in this pass */
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
	uint32_t	*text_heads;
	struct flow_scope *scopes;	/* the tree's, and behind them `main` */
	uint32_t	 nscopes, main;
	struct flow_reference *references;
	size_t		 nreferences;
	struct flow_told *told;
	size_t		 ntold, told_room;
	struct flow_sites awaited;	/* once all is told */
	struct flow_uses imports, outsides;
	uint8_t		 look;		/* at the same source, from 1 */
	uint32_t	 refolded;	/* of the reading, when it was asked */
	unsigned int	 pass;		/* of the look */
	bool		 changed;	/* a row grew after it was used */
	bool		 told_often;	/* others pass it MARKS_KEPT_OFTEN */
	struct flow_left left;
	struct flow_looks looks_like;
	bool		 shape_known;
	uint32_t	 scope;		/* where the scan is */
	uint32_t	 nchoices, nsearches; /* flow_choice.c's, so far */
	struct { uint32_t method, place; } registries[REGISTRIES_MOST];
	size_t		 nregistries;	/* of objects of nobody knows whom */
	uint32_t	 ntables;	/* calls through tables, so far */
	uint32_t	 nplain;	/* questions what is tied, in this pass */
	uint32_t	 shunned;	/* a test whose files are left out */
	uint32_t	 left_out;	/* a choice that hides secrets */
	bool		 patches_client; /* replaces a client library's */
	uint64_t	 set_by_name;	/* what setattr put anywhere */
	uint32_t	 held_by_name;	/* ... functions */
	struct taint	 given;		/* put into the environment */
	uint64_t	 given_index;	/* ... for pip, to be asked */
	uint32_t	 few_keys;	/* the one table of a few constants */
	uint32_t	 reflected;	/* calls by the beginning of a name */
	bool		 calls_back;	/* functions are given what somebody
					   else passes them, or objects are
					   called before it is known whose */
	bool		 acts_held;	/* some row holds one that executes */
	uint32_t	 growths;	/* of rows, so far */
	uint32_t	 gathered;	/* classes gone through, so far */
	bool		 attributes_counted;
	uint32_t	 bases_to;	/* nodes below it are a class's bases */
	uint32_t	 urls, forge_urls; /* different ones in the file */
	bool		 coins, coins_asked; /* it speaks of wallets */
	bool		 chats, chats_asked; /* it uses a library of chats */
	bool		 logs_in;	/* a library is given a secret */
	bool		 keeps;		/* a text names a login that is kept */
	void		(*each)(void *, const struct flow_call *);
	void		*ctx;
	struct flow_shape *shape;
};

static inline const struct node *
flow_at(const struct flow *f, uint32_t node)
{
	return &f->tree->nodes[node];
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

/* ---- flow_open.c ---- */
/* Begins a look; the reading owns it. */
struct flow *flow_open(const struct flow_file *);
/* Ends it. */
void	flow_close(struct flow *);

/* ---- flow_settle.c ---- */
/* Did the pass leave what it began with?  Never after the first. */
bool	flow_settled(struct flow *);

/* ---- flow_names.c: names and texts ---- */
void	flow_names_init(struct flow *);
void	flow_names_release(struct flow *);
size_t	flow_names_memory(const struct flow *);
struct flow_name *flow_name(struct flow *, uint32_t word);
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
uint64_t flow_call_traits(struct flow *, uint32_t word);
/* The word of `base` `between` `last`; base 0 stands as "?".  Between them is
 * ".", "()" or "().". */
uint32_t flow_dotted(struct flow *, uint32_t base, const char *between,
	    uint32_t last);
/* Borrowed until the next word is made; not terminated. */
const char *flow_spelled(const struct flow *, uint32_t word, size_t *len);
/* Into the caller's array, terminated; "" for 0 and for longer ones. */
const char *flow_string(const struct flow *, uint32_t word,
	    char out[FLOW_NAME_MOST + 1]);
/* 0 when the bounds are reached, or the text is longer than we look at. */
uint32_t flow_intern(struct flow *, const void *, size_t, bool open);
uint32_t flow_text_hash(const void *, size_t);
uint32_t flow_join(struct flow *, uint32_t, uint32_t, const char *between);
uint64_t flow_text_marks(struct flow *, uint32_t text);
/* What the words of an f-string do, whatever fills it. */
uint64_t flow_pieces_marks(const struct flow *, uint32_t node, uint32_t text);
/* Is that the name of a program that runs nothing of what it is given, or a
 * line that begins with one and holds no second command? */
bool	flow_is_tool(const char *word, size_t);
bool	flow_is_tool_line(const struct flow_text *);
/* What a program only works on, and does not run; as a word of its own. */
#define MARKS_WORKED_ON (MARK_HERE | MARK_DROPPED | MARK_NETWORK | \
    MARK_SOCKET | MARK_REQUEST)
#define MARKS_WORDS (MARKS_WORKED_ON | MARK_DECODED)
struct frame;
/* Does the program get words that somebody else said, behind its own? */
bool	flow_passes_on(const struct flow *, const struct frame *);
/* As fact_of_text, of what a program holds: sentences name places without
 * reading them. */
uint64_t flow_fact_of_text(const struct flow *, const char *, size_t len);
uint64_t flow_words_marks(struct flow *, const struct value *list);

/* ---- flow_traits.c ---- */
uint64_t flow_find_call_traits(const char *name, size_t len);
bool	flow_call_traits_are_sorted(void);
uint64_t flow_client_traits(const char *name); /* flow_client.c */

/* ---- flow_assign.c ---- */
/* The row has those marks of the taint, too. */
void	flow_mark_row(struct flow *, uint32_t row, const struct taint *,
	    uint64_t mask);
/* All of a table has them; what it holds under one key may not. */
void	flow_mark_all(struct flow *, uint32_t row, const struct taint *,
	    uint64_t mask);
uint32_t flow_row_of_attribute(const struct flow *, uint32_t name);
/* self.__dict__: what the attributes of the class around it hold. */
uint64_t flow_all_attributes(struct flow *);
void	flow_assign(struct flow *, uint32_t target, uint32_t value,
	    struct taint);
/* A function of this source takes the place of a library's. */
void	flow_patch(struct flow *, uint32_t node, uint32_t name,
	    uint32_t code);
/* A dictionary that a mail is made of. */
void	flow_blind_pairs(struct flow *, uint32_t node);

/* ---- flow_keys.c: tables by literal keys ---- */
void	flow_mark_key(struct flow *, uint32_t row, uint32_t key,
	    const struct taint *);
/* The row is given what the dictionary displays. */
void	flow_mark_pairs(struct flow *, uint32_t row, uint32_t node);
/* What the table, of which `whole` is known, holds under a key. */
struct taint flow_at_key(struct flow *, uint32_t table, uint32_t key,
	    const struct taint *whole);

/* An instance of a class without a constructor is made: each of its fields
 * holds what it is given by its keyword. */
void	flow_note_record(struct flow *, const struct frame *,
	    uint32_t instance);
/* Marks that `object` has, and not its field of that dotted name. */
uint64_t flow_other_fields(struct flow *, const struct taint *object,
	    uint32_t field);

/* ---- flow_eval.c ---- */
void	flow_eval(struct flow *, uint32_t node);
struct taint flow_attribute(struct flow *, uint32_t node, struct taint,
	    uint32_t name);
/* apiKey, client_secret: what an attribute of that name holds, or 0. */
uint64_t flow_secret_name(const struct flow *, uint32_t name);
/* `node` uses a name that this source may define. */
void	flow_refer(struct flow *, uint32_t node, uint32_t name,
	    bool attribute);
/* ... that stands in a table. */
void	flow_refer_in(struct flow *, uint32_t node, uint32_t name,
	    uint32_t table);
/* ... and so do the words of a text that is executed. */
void	flow_refer_text(struct flow *, uint32_t node, uint32_t text);

/* ---- flow_list.c ---- */
struct taint flow_list_value(struct flow *, uint32_t node);
/* The words of a command line whose program is a tool: a list as it stands,
 * with more behind it, or all that a name stands for; `option`: it has to be
 * seen that they are such words. */
bool	flow_is_tool_words(struct flow *, uint32_t node, bool option);
/* What is in any of its parts. */
struct taint flow_kids_value(const struct flow *, uint32_t node);

/* ---- flow_unknown.c ---- */
struct taint flow_unknown_call(struct flow *, const struct frame *,
	    uint64_t traits);
/* The receiver of the call takes the arguments in. */
void	flow_gather(struct flow *, const struct frame *);
/* Valuables are handed to somebody unknown. */
void	flow_look_handed(struct flow *, const struct frame *,
	    uint64_t traits);

/* ---- flow_tell.c ---- */
struct flow_told *flow_tell(struct flow *, uint32_t node, uint32_t scope,
	    const struct fact *, uint32_t name);
void	flow_tell_frame(struct flow *, const struct frame *,
	    const struct fact *, uint32_t name);

/* ---- flow_handed.c ---- */
/* Which parameter of the scope takes the argument, or -1. */
int	flow_parameter(const struct flow *, const struct frame *, size_t i,
	    uint32_t scope);
/* The method that "module.Class().method" names in this source: its scope + 1,
 * or 0. */
uint32_t flow_own_method(struct flow *, uint32_t name);
/* A function or class of another module of the package is called. */
/* ... of this one, by its scope. */
struct taint flow_own_call(struct flow *, const struct frame *,
	    uint32_t scope);
struct taint flow_call_outside(struct flow *, const struct frame *,
	    struct world_name *);
/* self.name, of a class of this module, by which others know it; or 0. */
uint32_t flow_attribute_name(struct flow *, uint32_t name);

/* ---- flow_hooks.c ---- */
/* Functions that a client's library calls with what it sends. */
void	flow_look_hooks(struct flow *, const struct frame *);
void	flow_look_wrapped(struct flow *, const struct frame *);
/* A class that stands between a client and the network. */
bool	flow_is_between(const struct flow *, const struct flow_scope *);
void	flow_hook_target(struct flow *, uint32_t target, uint32_t value);
void	flow_enter_hook(struct flow *, uint32_t scope, uint32_t decorator);
/* A function takes the place of a client's library's. */
void	flow_hook_patch(struct flow *, uint32_t name, uint32_t code);
void	flow_hook_attribute(struct flow *, uint32_t target, uint32_t code);
/* A function taken from a table is called. */
void	flow_call_table(struct flow *, const struct frame *);
/* What is told under a name, and who listens to it. */
void	flow_look_events(struct flow *, const struct frame *);
void	flow_enter_handler(struct flow *, uint32_t scope);

/* ---- flow_wrap.c ---- */
/* A call that sends to an address which does not stand in the code. */
void	flow_note_sender(struct flow *, const struct frame *,
	    size_t address);
/* What a call sends that is none of a library's. */
struct flow_sending {
	uint64_t	 marks;
	uint32_t	 params, address; /* of the function around the call */
	uint32_t	 where;		/* text of the address, or 0 */
};
void	flow_tell_sender(struct flow *, const struct frame *,
	    const struct fact *, const struct flow_sending *);
/* A call sends parameters to an address in the code. */
void	flow_note_report(struct flow *, const struct frame *, size_t address);
/* A function that does so is called: true if the caller gives what is made of
 * what it hands on. */
bool	flow_is_worked(struct flow *, const struct frame *, uint32_t params);
/* Of a call that sends: does the function around it, or one that calls that,
 * give what is made of what is sent? */
bool	flow_works(const struct flow *, const struct flow_told *);
/* A wrapper is called; `parameter` says which of its parameters takes
 * argument `i`, or -1. */
void	flow_call_sender(struct flow *, const struct frame *,
	    const struct flow_sender *, const void *function,
	    int (*parameter)(const struct flow *, const struct frame *,
	    size_t i, const void *function));
uint32_t flow_made_with(const struct flow *, const struct frame *);

/* ---- flow_door.c: once all passes are over ---- */
void	flow_look_doors(struct flow *);
/* What a call or comparison gives is a digest, or says whether one is what
 * stands in the code. */
void	flow_hold_digest(struct flow *, uint32_t call, struct taint *);
void	flow_hold_seal(const struct flow *, uint32_t node, struct taint *);

/* ---- flow_tied.c ---- */
/* HELD_SOCKET if the call gives a connection, or 0. */
uint32_t flow_connection(struct flow *, const struct frame *);
/* What a connection's methods give: a file of it, or what its peer sends. */
void	flow_look_peer(const struct flow *, const struct frame *,
	    struct taint *);
/* One after the other of what is in a file of a connection. */
void	flow_take_lines(struct taint *);
/* A connection is opened to an address in the code: so is what comes of it. */
void	flow_bind_peer(struct flow *, const struct frame *, struct taint *);
/* Something that holds a connection connects. */
void	flow_look_connect(struct flow *, const struct frame *);
/* Of a call that ties a program's streams: to what? */
void	flow_tell_tied(struct flow *, const struct frame *,
	    struct flow_call *);

/* ---- flow_web.c ---- */
void	flow_web_parameter(struct flow *, uint32_t scope, uint32_t row,
	    uint32_t param);
void	flow_enter_web(struct flow *, uint32_t scope);
void	flow_look_web(struct flow *, const struct frame *);
uint64_t flow_web_attribute(const struct flow *, uint32_t name);
/* Do all requests go through where the scan is? */
bool	flow_is_filter(const struct flow *);
/* A route of an application that the module itself makes. */
bool	flow_is_page(const struct flow *, uint32_t scope);
/* One item, by its text, of the object of that name. */
void	flow_web_item(struct flow *, uint32_t from, uint32_t text,
	    struct taint *);

/* ---- flow_hunt.c ---- */
uint64_t flow_hunt_list(const struct flow *, uint32_t node);
struct taint flow_hunt_compare(struct flow *, uint32_t node);
void	flow_hunt_if(struct flow *, uint32_t node);
void	flow_hunt_clause(struct flow *, uint32_t node);
/* Does the choice put something else in the place of secrets? */
bool	flow_leaves_out(const struct flow *, uint32_t choice);
/* A dictionary made by such a choice; a clause that takes only variables that
 * tell of Python and the system: neither is the whole environment. */
void	flow_hunt_left(const struct flow *, uint32_t node, struct taint *);
void	flow_hunt_plain(const struct flow *, uint32_t clause, struct taint *);
/* glob("*.kdbx"): MARK_HUNTED, or 0. */
uint64_t flow_hunt_pattern(const struct flow *, const struct frame *);
/* name.endswith(LIST), PATTERN.search(name), fnmatch(name, "*.pem") */
void	flow_hunt_call(struct flow *, struct frame *);

/* ---- flow_chat.c ---- */
bool	flow_is_chat(const struct flow *, uint32_t name);
/* Of whoever has the key of a bot or webhook that stands in the code. */
uint32_t flow_chat_address(struct flow *);
void	flow_look_chat(struct flow *, const struct frame *);

/* ---- flow_client.c ---- */
/* The text of the address that what the call gives is bound to, or 0. */
uint32_t flow_bound(struct flow *, const struct frame *, uint32_t name,
	    const struct fact *);
/* partial(post, "https://..."): the function, bound to its address. */
struct taint flow_partial(const struct flow *, const struct frame *);
/* "https://" + host, f"https://{host}/x", "https://%s" % host, where flow knows
 * the host and folding does not: the text, or 0. */
uint32_t flow_address_made(struct flow *, uint32_t node);
/* A method of an object that is bound to an address is given something. */
void	flow_look_client(struct flow *, const struct frame *);

/* ---- flow_sent.c ---- */
/* Which argument tells where to send. */
size_t	flow_address_of(struct flow *, const struct frame *);
/* Its text; of (host, port), the host's. */
uint32_t flow_address_text(const struct flow *, const struct frame *,
	    size_t i);
/* What comes back when a request is sent. */
void	flow_answer(struct flow *, const struct frame *, struct taint *out);
/* The call has arguments. */
void	flow_tell_sent(struct flow *, const struct frame *,
	    struct flow_told *);

/* ---- flow_call.c, flow_act.c ---- */
/* Whatever a peer sends goes into that function's parameters. */
void	flow_called_back(struct flow *, uint32_t scope);
bool	flow_is_literal(const struct flow *, uint32_t text);
bool	flow_is_data_path(const struct flow *, uint32_t text);
struct taint flow_call(struct flow *, uint32_t node);
/* What the call is given goes into the parameters of a function. */
void	flow_pass(struct flow *, const struct frame *, uint32_t scope);
void	flow_add_argument(struct flow *, struct frame *, uint32_t node);
/* A call that is made by somebody else. */
struct taint flow_call_later(struct flow *, struct frame *);

/* A format's reader that may call anything reads what was fetched. */
void	flow_look_unsafe(struct flow *, const struct frame *);

/* ---- flow_reflect.c ---- */
/* What is called is that function, and no name says so. */
void	flow_refer_code(struct flow *, const struct frame *);
void	flow_refer_prefix(struct flow *, uint32_t node, uint32_t text);
void	flow_refer_missing(struct flow *, uint32_t node, uint32_t object,
	    uint32_t name);
/* name.startswith("task_") */
void	flow_look_prefix(struct flow *, const struct frame *,
	    uint64_t traits);

/* ---- flow_environ.c ---- */
/* os.environ[key] = value; `key` is a text. */
void	flow_give_variable(struct flow *, uint32_t key, const struct taint *);
void	flow_look_given(struct flow *, const struct frame *,
	    uint64_t traits);
/* What a program that is started finds there, if it asks. */
uint64_t flow_given_marks(const struct flow *, const struct frame *,
	    const struct fact *);

/* ---- flow_held.c: functions as values ---- */
/* What calling the value does, as taint.held has it. */
uint32_t flow_held(struct flow *, const struct taint *);
uint32_t flow_held_lambda(struct flow *, uint32_t body);
void	flow_note_executes(struct flow *, const struct frame *,
	    const struct fact *);
/* Of a program as it stands in the code: what is called executes it. */
void	flow_hand_program(struct flow *, const struct frame *, size_t);
/* Nobody knows what is called, or only that these functions are in it. */
void	flow_call_held(struct flow *, const struct frame *, uint64_t traits,
	    struct taint *out);
/* ... or what is known is the default of what somebody passes. */
void	flow_call_default(struct flow *, const struct frame *);
/* ... or an operator of it is used. */
void	flow_operate_held(struct flow *, uint32_t node, struct taint *out);
/* A table of Python's own functions is asked for one. */
void	flow_item_held(const struct frame *, struct taint *out);

/* ---- flow_each.c ---- */
#define FLOW_EACH 24		/* names that one call may have */
/* Which functions a call through what a loop goes through may be. */
size_t	flow_each_callee(struct flow *, const struct frame *,
	    uint32_t out[FLOW_EACH]);
/* What the texts name that a call decodes, of all that a loop gives it. */
uint64_t flow_each_decoded(struct flow *, uint32_t call);

/* ---- flow_fetch.c: a process is started ---- */
/* Does it print what it fetched? */
bool	flow_prints_fetched(struct flow *, const struct frame *);
/* Is it a program that unpacks an archive, and does nothing else? */
bool	flow_unpacks(struct flow *, const struct frame *);
/* A line that fills files: they are not what it runs. */
bool	flow_fills(const struct flow *, const struct frame *);
/* Files that it fills with what it fetched are. */
void	flow_look_fetched(struct flow *, const struct frame *);

/* ---- flow_interpreter.c ---- */
/* The list itself, or the one that a name was given; or 0. */
uint32_t flow_list_of(const struct flow *, uint32_t node);
/* Was the list filled step by step, or does a function give it? */
bool	flow_is_put_together(const struct flow *, uint32_t node,
	    const struct value *list);
/* Is what is started a program that executes what it reads? */
bool	flow_is_interpreter(const struct flow *, const struct frame *);
/* Is it Python, told to run a source of the package? */
bool	flow_runs_source(const struct flow *, const struct frame *);
/* ... by code that stands in the list. */
bool	flow_tells_python(const struct flow *, const struct frame *);
/* [node, "-e", code]: an interpreter is told at once. */
void	flow_look_inline(struct flow *, const struct frame *,
	    const struct fact *);
/* ... or something that was started is told something now. */
void	flow_look_told(struct flow *, const struct frame *);

/* ---- flow_defer.c ---- */
/* Gives what comes of the call that is made so. */
struct taint flow_defer(struct flow *, const struct frame *);
/* map(f, x), pool.submit(f, x): what the call gives is what f gives. */
void	flow_take_deferred(struct flow *, const struct frame *,
	    const struct taint *given, struct taint *out);
/* Does the call call a parameter of the function around it? */
void	flow_note_caller(struct flow *, uint32_t call);
/* What is decorated runs at once if its decorator calls what it is given. */
void	flow_enter_decorated(struct flow *, uint32_t scope,
	    uint32_t decorator);
struct taint flow_item(struct flow *, uint32_t node);
void	flow_exec(struct flow *, uint32_t node); /* Python 2's statement */
/* What has these marks is written there. */
void	flow_filled(struct flow *, const struct frame *,
	    const struct taint *path, uint64_t marks);
/* The function that is called fills the file of that name. */
void	flow_fills_argument(struct flow *, const struct frame *, size_t);
/* ... with what has those marks. */
void	flow_put_argument(struct flow *, const struct frame *, size_t i,
	    uint64_t marks);
/* What is executed leaves in its names what it is made of. */
void	flow_fill_names(struct flow *, const struct frame *);
void	flow_look_printed(struct flow *, const struct frame *);
/* What a deed does to the values around it. */
void	flow_act(struct flow *, const struct frame *, enum deed,
	    struct taint *out);
struct taint flow_variable(struct flow *, uint32_t node);

/* ---- flow_scope.c ---- */
/* super() stands in the scope that is walked. */
void	flow_note_super(struct flow *);
void	flow_find_mentioned(struct flow *);
void	flow_scopes_init(struct flow *);
/* For another look: who reaches whom is found anew. */
void	flow_scopes_again(struct flow *);
void	flow_reach(struct flow *);
bool	flow_reach_base(struct flow *, uint32_t name, enum world_reach);
/* Code of the scope reads what the program's user says. */
void	flow_ask(struct flow *, uint32_t scope);
/* A method by which Python's import system asks a loader for code. */
bool	flow_gives_code(const struct flow *, uint32_t scope);
/* Does code of the scope run with the file, by a command, or later? */
enum flow_place flow_place(const struct flow *, uint32_t scope);
void	flow_later(struct flow *);
/* The scope whose running runs what stands in this one: a class's is outer. */
uint32_t flow_runs_with(const struct flow *, uint32_t scope);
uint32_t flow_scope_of(const struct flow *, uint32_t tree_scope);

/* ---- flow_kept.c ---- */
/* Where what stands in front of a call's brackets comes from. */
enum flow_origin { ORIGIN_UNKNOWN, ORIGIN_PYTHON, ORIGIN_PACKAGE,
	ORIGIN_LIBRARY };
enum flow_origin flow_origin(struct flow *, uint32_t node);
/* Functions that the call, or calls in a display, only keep. */
void	flow_find_kept(struct flow *, uint32_t value, uint32_t place);

/* ---- flow_table.c ---- */
/* Names in the expression are taken from that table, but for what a call there
 * uses. */
void	flow_mark_table(struct flow *, uint32_t root, uint32_t table);
/* Is it imported from a module of the package? */
bool	flow_is_of_package(const struct flow *, uint32_t node);
void	flow_find_tables(struct flow *);
/* The node before all of an expression: operands have lower numbers. */
uint32_t flow_before_all(const struct flow *, uint32_t root, bool *calls);
/* A name that a function binds, and no function or import: it stands for none
 * of this source that has that name. */
bool	flow_is_local(const struct flow *, uint32_t node);

/* ---- flow_object.c ---- */
/* A method of one of several objects: all of that name.  False for none. */
bool	flow_call_any(struct flow *, const struct frame *, struct taint *);
void	flow_attribute_any(struct flow *, uint32_t name, struct taint *);
bool	flow_is_container_method(struct flow *, uint32_t method);
void	flow_among(const struct flow *, uint32_t node, struct taint *);
bool	flow_is_plain_object(struct flow *, uint32_t name);
void	flow_publish_member(struct flow *, uint32_t binding);
/* What stands in a class, if the value is one: marks, or 0. */
uint64_t flow_members(struct flow *, const struct taint *);
/* flow_assign.c: of all that a class of this module holds. */
uint64_t flow_class_marks(struct flow *, uint32_t scope);
/* flow_world.c: the class of this module has that under that name. */
void	flow_publish_marks(struct flow *, uint32_t class, uint32_t name,
	    uint64_t marks);
/* ... what heirs of a class of another module have. */
void	flow_publish_base(struct flow *, uint32_t name, const struct taint *);
size_t	flow_methods_outside(const struct flow *, const char *method,
	    struct world_name **, size_t most);

/* ---- flow_given.c: functions that functions give ---- */
void	flow_find_given(struct flow *);
/* Does the function around give what that name stands for? */
bool	flow_is_given(const struct flow *, uint32_t node);
/* How often what is called by that name gives something that is called in
 * turn, by all that is known now. */
uint8_t	flow_calls_given(struct flow *, uint32_t node);
/* Is that more than before? */
bool	flow_give(struct flow_scope *, uint8_t calls);
/* Does what runs so often leave it alone? */
bool	flow_waits(const struct flow_scope *, uint8_t calls);

/* ---- flow_world.c ---- */
struct world_name *flow_outside(struct flow *, uint32_t name);
bool	flow_has_alias(const struct flow *, uint32_t name);
void	flow_take_told(struct flow *);
void	flow_publish(struct flow *);
/* What goes to methods of other modules, and by a parameter's name. */
uint64_t flow_passed_marks(const struct flow *);
/* Of a call in a large package, marks that only modules pass of which nobody
 * knows whether they are the ones that run it so early. */
uint64_t flow_far_marks(const struct flow *, const struct flow_told *);
/* Does the name begin with that of the package? */
bool	flow_is_ours(const struct flow *, const char *name);
/* What an instance of a class of this module is called everywhere:
 * "pkg.net.Client()"; 0 when nobody else knows the class. */
uint32_t flow_instance(struct flow *, uint32_t scope);
void	flow_import(struct flow *, uint32_t node);
/* An object of the package, by its dotted name, has what the value has. */
void	flow_tell_value(struct flow *, uint32_t name, const struct taint *);
/* Of a table of another module, what it holds in all, but for literal keys, and
 * under that key; false when it is none, or holds all of it loosely. */
bool	flow_key_outside(struct flow *, uint32_t table, uint32_t key,
	    struct taint *whole, struct taint *loose, struct taint *at);
/* A method of a class's bases in other modules, or 0. */
uint32_t flow_word(struct flow *, const char *);
/* A method that another class of a small package has, or 0. */
uint32_t flow_mixed_in(struct flow *, uint32_t name);
/* What methods give that stand in the place of one that does nothing. */
uint64_t flow_overridden(struct flow *, uint32_t scope);
uint32_t flow_inherited(struct flow *, uint32_t scope, uint32_t name);
/* Who uses what is named at that node: def get(read=read) when it runs. */
uint32_t flow_user_of(const struct flow *, uint32_t node);
void	flow_note_outside(struct flow *, uint32_t scope, uint32_t name,
	    uint32_t node);
/* Of bases that are read: the scope of whose they are, or 0. */
uint32_t flow_heir(const struct flow *);

/* flow_handed.c: a text that is an address, or a host. */
bool	flow_is_address(struct flow *, uint32_t text);

/* ---- flow_host.c ---- */
bool	flow_is_host(const char *);
uint32_t flow_pair(const struct flow *, uint32_t node);
bool	flow_is_fixed(const struct flow *, const struct frame *, size_t i);
/* The host of an address as a text, into the caller's array; "" for none. */
void	flow_host(const struct flow *, uint32_t text, char out[HOST_MOST + 1]);
bool	flow_is_foreign(struct flow *, const char *host);
bool	flow_is_listing(struct flow *, const struct flow_told *);
bool	flow_is_own_key(struct flow *, const char *host, bool listing);
/* Is a login for that host kept under a name that hints at it? */
bool	flow_is_kept_for(const struct flow *, const char *host);
/* get_password("service", user): the text names a login. */
void	flow_note_kept(struct flow *, const struct frame *);

/* ---- flow_used.c ---- */
/* Of dotted names and of keywords, for their traits. */
bool	flow_uses_secret(const char *name, size_t len);
uint64_t flow_secret_keyword(const char *);
/* The call uses its arguments as secrets: so they are. */
void	flow_look_used(struct flow *, struct frame *);
/* So does who writes them behind the name of a way to log in. */
void	flow_look_scheme(struct flow *, uint32_t node);
void	flow_look_headers(struct flow *, uint32_t node);

/* x.encode(), x.strip(): the row of what was taken as it is, or 0. */
uint32_t flow_row_of_value(const struct flow *, uint32_t node);

/* ---- flow_lent.c ---- */
/* A client of another service's library is made with a secret. */
void	flow_look_lent(struct flow *, const struct frame *);
/* service.api_key = key: the value is lent. */
void	flow_lend_setting(struct flow *, uint32_t target, uint32_t value);
/* `whole` is "service.api_key", or of a client; `name` its last part, `object`
 * what is in front: marks. */
uint64_t flow_lent_setting(struct flow *, uint32_t object, uint32_t whole,
	    uint32_t name);
/* session.query(Connection): all that a scheduler keeps; marks, or 0. */
uint64_t flow_asks_all(const struct flow *, const struct frame *);
/* MARK_LENT if the attribute's row is lent in the class around, or 0. */
uint64_t flow_lent_in(const struct flow *, uint32_t row);
/* An attribute is given that: it is lent in the class around alone. */
void	flow_keep_lent(struct flow *, uint32_t row, struct taint *);
/* Is a lent secret among what is sent to that address? */
bool	flow_sends_lent(const struct flow_call *, const char *address);
/* Is the host one of a library that secrets are lent to? */
bool	flow_is_lender(const struct flow *, const char *host);
bool	flow_lent_is_sorted(void);

/* ---- flow_user.c ---- */
/* A function that a library calls with what its user's program does. */
void	flow_enter_user(struct flow *, uint32_t scope, uint32_t decorator);
void	flow_look_registered(struct flow *, const struct frame *);
/* frame.f_locals, ctx.params: marks, or 0. */
uint64_t flow_user_attribute(const struct flow *, uint32_t object,
	    uint32_t name);
/* Is a function called that the user's code handed to the one around? */
bool	flow_calls_user(struct flow *, uint32_t node, uint32_t scope);
/* What a generator passes on of what it was given. */
void	flow_look_yielded(struct flow *, uint32_t value);
/* A class has a field that holds a secret, by its name. */
void	flow_note_field(struct flow *, uint32_t row, uint64_t marks);
/* Of a call that gives all fields of something: what they may hold, or 0. */
uint64_t flow_fields_of(const struct flow *, const struct frame *);

/* ---- flow_around.c: once all passes are over ---- */
/* Does nobody look at what the call gives? */
bool	flow_is_loose(struct flow *, uint32_t node);
/* Does nobody hear when what stands in that scope fails? */
bool	flow_is_silent(struct flow *, uint32_t node, uint32_t scope);
/* Does somebody look at what that host answers to some call? */
bool	flow_is_heard(struct flow *, const char *host);
/* ... at what another one answers? */
bool	flow_is_second(struct flow *, const char *host);
/* May it be a login that the object remembers? */
bool	flow_is_login(struct flow *, uint32_t node, const char *host);

/* ---- flow_guard.c: once all passes are over ---- */
/* What was asked before code of the scope runs: enum flow_guard. */
uint8_t	flow_guards(struct flow *, uint32_t node, uint32_t scope);

/* ---- flow_choice.c ---- */
/* Is what stands there one of a table's entries, all of which are known? */
bool	flow_is_choice(struct flow *, uint32_t node);

/* ---- flow_shape.c ---- */
void	flow_look_shape(struct flow *);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_FACTS_H
#define FLOW_FACTS_H

/*
 * facts - what is known about names of Python's libraries and about texts:
 * what kind of value a call gives, and what a call does with its arguments.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where a value comes from.  A value has the marks of all it was made of. */
enum mark {
	MARK_NETWORK	= 1ull << 0,	/* came over the network */
	MARK_DECODED	= 1ull << 1,	/* decoded, unpacked, decrypted */
	MARK_PACKED	= 1ull << 2,	/* a literal that is no prose */
	MARK_HOSTNAME	= 1ull << 3,
	MARK_USER	= 1ull << 4,
	MARK_FOLDER	= 1ull << 5,	/* working folder, home */
	MARK_MACHINE	= 1ull << 6,	/* addresses, hardware ids, uname */
	MARK_ENVIRON	= 1ull << 7,	/* the whole environment */
	MARK_VARIABLE	= 1ull << 8,	/* one variable of it */
	MARK_SECRET	= 1ull << 9,	/* a credential store, or a token */
	MARK_SPIED	= 1ull << 10,	/* screen, keys, clipboard, camera */
	MARK_OUTPUT	= 1ull << 11,	/* what a process printed */
	MARK_FILE	= 1ull << 12,	/* what a file holds */
	MARK_SOCKET	= 1ull << 13,	/* a peer sent it */
	MARK_BIN	= 1ull << 14,	/* address that records requests */
	MARK_HOOK	= 1ull << 15,	/* webhook or bot of a chat service */
	MARK_DROP	= 1ull << 16,	/* file drop, paste, tunnel */
	MARK_PROGRAM	= 1ull << 17,	/* address of a program or script */
	MARK_RAW_IP	= 1ull << 18,	/* address without a name */
	MARK_COMMAND	= 1ull << 19,	/* command line that hides or fetches */
	MARK_DROPPED	= 1ull << 20,	/* path the code itself filled */
	MARK_BUILT	= 1ull << 21,	/* from character codes, reversed */
	MARK_HIDDEN	= 1ull << 22,	/* reached through its name as a text */
	MARK_PIP	= 1ull << 23,	/* "pip install" */
	MARK_HERE	= 1ull << 24,	/* the package's own files */
	MARK_URL	= 1ull << 25,
	MARK_PERSIST	= 1ull << 26,	/* a place that starts programs */
	MARK_PASSED	= 1ull << 28,	/* a function handed to a caller */
	MARK_TOKEN	= 1ull << 29,	/* a well-known secret variable, or a
					   file that honest tools send from */
	MARK_KEY	= 1ull << 30,	/* a parameter: private key, mnemonic */
	MARK_FOREIGN	= 1ull << 31,	/* pip from elsewhere than the index */
	MARK_DESTROY	= 1ull << 32,	/* home, root, or a command on them */
	MARK_AGENT	= 1ull << 33,	/* what an AI tool reads or obeys */
	MARK_FORM	= 1ull << 34,	/* form, error tracker, hosted store */
	MARK_FORGE	= 1ull << 35,	/* release files of a forge or hub */
	MARK_CHAIN	= 1ull << 36,	/* a ledger's interface */
	MARK_ORDERS	= 1ull << 37,	/* tells an AI tool to hide its
					   doings */
	MARK_HOME	= 1ull << 38,	/* the user's whole home or documents */
	MARK_WORKFLOW	= 1ull << 39,	/* what a CI service or git runs */
	MARK_PTH	= 1ull << 40,	/* a start-up file of Python */
	MARK_FETCHING	= 1ull << 41,	/* command line that fetches */
	MARK_CREDENTIAL	= 1ull << 42,	/* a parameter: password, secret */
	MARK_KEYED	= 1ull << 43,	/* a webhook or bot with its key */
	MARK_RESOLVING	= 1ull << 44,	/* command line that asks a resolver */
	MARK_DATAFILE	= 1ull << 45,	/* from a file that is no Python */
	MARK_SEARCHED	= 1ull << 46,	/* found by searching a home */
	MARK_ENCRYPTED	= 1ull << 47,
	MARK_TEMPORARY	= 1ull << 48,	/* a folder for scratch files */
	MARK_ISSUER	= 1ull << 49,	/* address of who issues credentials */
	MARK_REQUEST	= 1ull << 50,	/* a web server's client sent it */
	MARK_WORKDIR	= 1ull << 51,	/* found in the working folder */
	MARK_COIN	= 1ull << 52,	/* an address of coins, or its
					   pattern */
	MARK_PRIVATE	= 1ull << 53,	/* a store that no service asks for */
	MARK_SERVER	= 1ull << 54,	/* a parameter: a server's name */
	MARK_PHRASE	= 1ull << 55,	/* speaks of a wallet's phrase or key */
	MARK_PASSWORD	= 1ull << 56,	/* a parameter, or a visitor's login */
	MARK_TOOLCHAIN	= 1ull << 57,	/* address of compilers and the like */
	MARK_TRAFFIC	= 1ull << 58,	/* what the user's own client sends */
	MARK_HUNTED	= 1ull << 59,	/* chosen by words or endings of
					   secrets */
	MARK_UNREAD	= 1ull << 60	/* of what tells a secret: only where it
					   stands, nothing that was read */
};
/* Free: 27, 61 and 62.  What no call, text or file has of itself stands in the
 * second word: enum held_mark of taint.h. */

/* Of a command line: it sends to an address that stands in it. */
#define MARK_UPLOADING MARK_TRAFFIC
/* Of a parameter: somebody in a chat said it. */
#define MARK_SAID MARK_PHRASE
/* Of what tells a secret (MARKS_LOCK): another service's library has it. */
#define MARK_LENT MARK_TOOLCHAIN
#define MARKS_LOCK (MARK_CREDENTIAL | MARK_PASSWORD | MARK_KEY)
/* With MARK_TRAFFIC: the user's own client sends it, whoever wraps what. */
#define MARK_CLIENTS MARK_FOREIGN
/* What a file or buffer passes on to who reads it. */
#define MARKS_TAKEN (MARK_SECRET | MARK_SPIED | MARK_ENVIRON | MARK_TOKEN | \
    MARK_OUTPUT | MARK_HOME | MARK_SEARCHED | MARK_NETWORK | MARK_DECODED | \
    MARK_WORKDIR | MARK_PRIVATE | MARK_HUNTED)
#define MARKS_HOST (MARK_HOSTNAME | MARK_USER | MARK_FOLDER | MARK_MACHINE)
/* What honest senders to such services do not have. */
#define STEALABLE (MARK_SECRET | MARK_TOKEN | MARK_ENVIRON | MARK_KEY | \
    MARK_SPIED | MARK_TRAFFIC)

/* What the name of a place that holds one has, too. */
#define MARKS_NAMED (MARK_SECRET | MARK_PRIVATE | MARK_TOKEN | \
    MARK_HUNTED)
static inline bool
marks_are_read(uint64_t marks)
{
	return (marks & MARKS_NAMED) && !(marks & MARK_UNREAD);
}

/* Of two values together.  Where one was read, all was.  What may go to an
 * address that is no forge's goes to no forge, nor to a maker of tools,
 * whatever other addresses stand beside it. */
#define MARKS_ADDRESS (MARK_URL | MARK_FORGE)
static inline uint64_t
marks_join(uint64_t a, uint64_t b)
{
	if (((a | b) & MARK_UNREAD) && (marks_are_read(a) ||
	    marks_are_read(b))) {
		a &= ~(uint64_t)MARK_UNREAD;
		b &= ~(uint64_t)MARK_UNREAD;
	}
	if ((a & MARKS_ADDRESS) != MARK_URL && (b & MARKS_ADDRESS) != MARK_URL)
		return a | b;
	a = (a | b) & ~(uint64_t)MARK_FORGE;
	return a & MARKS_LOCK ? a : a & ~(uint64_t)MARK_TOOLCHAIN;
}

/* A compiler from who makes it is no drop: of all addresses that it may have
 * come from none is a stranger's (marks_join()).  Of what tells a secret, the
 * same mark says something else. */
static inline bool
marks_of_maker(uint64_t marks)
{
	return (marks & MARK_TOOLCHAIN) && (marks & MARK_FORGE) &&
	    !(marks & MARKS_LOCK);
}

enum deed { DEED_NONE, DEED_EXEC, DEED_PROCESS, DEED_SEND, DEED_FETCH,
	DEED_FETCH_TO, DEED_WRITE, DEED_CONNECT, DEED_DUP, DEED_LOAD,
	DEED_OPEN, DEED_RESOLVE, DEED_IMPORT, DEED_GETATTR, DEED_CHR,
	DEED_COPY,		/* first path to second */
	DEED_PACK,		/* an archive of a folder */
	DEED_SAVE,		/* the receiver into the first argument */
	DEED_DELETE, DEED_PATH,	/* a folder to import from */
	DEED_UNPICKLE, DEED_PATCH, DEED_EXTRACT,
	DEED_LOGIN,		/* with a name and a password */
	DEED_ASK,		/* a person, for what the text says */
	DEED_CLIP,		/* into the clipboard; with MARK_SPIED: hears
				   the keys that are pressed */
	DEED_HAND,		/* to somebody unknown */
	DEED_TOOL,		/* described to an assistant, with orders */
	DEED_CHECK,		/* makes a digest of it */
	DEED_SPELL,		/* other letters for those of a text */
	DEED_MEMBER,		/* a built-in function of an unknown name */
	DEED_BLIND,		/* mail, to somebody unseen */
	DEED_PLACE,		/* bytes into memory that may run */
	DEED_DOOR,		/* a password is told by a digest in the code */
	DEED_DOOR_WORD,		/* ... stands in the code */
	DEED_PAY,		/* coins to an address */
	DEED_LISTEN,		/* whoever connects is served */
	DEED_STORE,		/* one argument into the path of another */
	DEED_COUNT };
#define DEED(d) (UINT64_C(1) << (d))
#define DEEDS_NET (DEED(DEED_SEND) | DEED(DEED_FETCH) | DEED(DEED_FETCH_TO))
#define DEEDS_RUN DEED(DEED_PROCESS)
#define DEEDS_EXEC DEED(DEED_EXEC)
/* Marks that belong together come from one caller: callers.h. */
#define DEEDS_PASSED (DEEDS_NET | DEEDS_RUN | DEEDS_EXEC | DEED(DEED_LOAD) | \
    DEED(DEED_UNPICKLE))
#define DEEDS_ALL (~UINT64_C(0))
_Static_assert(DEED_COUNT <= 64, "a bit for every deed");

struct fact {
	const char	*name;	/* "requests.post"; "?.recv": any receiver */
	enum deed	 deed;
	uint64_t	 gives;	/* marks of the result */
};

/* Makes the index of the names; the first search does it otherwise. */
void	facts_warm(void);
/* By dotted name, or NULL. */
const struct fact *fact_find(const char *name);
/* A base class whose methods run during installation. */
bool	fact_is_command(const char *name);

/* A base class that stands between a client and the network. */
bool	fact_is_between(const char *name);
/* One of those whose instances log in with what they are made with. */
bool	fact_is_login_class(const char *name);
/* Their methods that are given what the client sends. */
bool	fact_passes_traffic(const char *method);
/* Does the call write a line into a log? */
bool	fact_is_log(const char *name);

/* "Documents": what somebody has stands there, and no program's own. */
bool	fact_is_home_folder(const char *name);
/* MARK_TOKEN for a variable that thieves look for, and what others say of who
 * works here. */
uint64_t fact_of_variable(const char *name);

uint64_t fact_of_words(const char *, size_t);
/* For the test of the tables, of which the second is searched by its order: the
 * first row that stands behind one it belongs before, or NULL. */
const char *facts_misplaced(void);
const char *facts_words_misplaced(void);

struct endpoints;
/* The marks of a literal.  `endpoints` may be NULL. */
uint64_t fact_of_text(const struct endpoints *, const char *, size_t);

#endif

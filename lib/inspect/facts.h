/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_FACTS_H
#define INSPECT_FACTS_H

/*
 * facts - what is known about names of Python's libraries and about texts:
 * what kind of value a call gives, and what a call does with its arguments.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where a value comes from.  A value has the marks of all it was made of. */
enum mark {
	MARK_NETWORK	= 1u << 0,	/* came over the network */
	MARK_DECODED	= 1u << 1,	/* decoded, unpacked, decrypted */
	MARK_PACKED	= 1u << 2,	/* a literal that is no prose */
	MARK_HOSTNAME	= 1u << 3,
	MARK_USER	= 1u << 4,
	MARK_FOLDER	= 1u << 5,	/* working folder, home */
	MARK_MACHINE	= 1u << 6,	/* addresses, hardware ids, uname */
	MARK_ENVIRON	= 1u << 7,	/* the whole environment */
	MARK_VARIABLE	= 1u << 8,	/* one variable of it */
	MARK_SECRET	= 1u << 9,	/* a credential store, or a token */
	MARK_SPIED	= 1u << 10,	/* screen, keys, clipboard, camera */
	MARK_OUTPUT	= 1u << 11,	/* what a process printed */
	MARK_FILE	= 1u << 12,	/* what a file holds */
	MARK_SOCKET	= 1u << 13,	/* a peer sent it */
	MARK_BIN	= 1u << 14,	/* address that records requests */
	MARK_HOOK	= 1u << 15,	/* webhook or bot of a chat service */
	MARK_DROP	= 1u << 16,	/* file drop, paste, tunnel */
	MARK_PROGRAM	= 1u << 17,	/* address of a program or script */
	MARK_RAW_IP	= 1u << 18,	/* address without a name */
	MARK_COMMAND	= 1u << 19,	/* command line that hides or fetches */
	MARK_DROPPED	= 1u << 20,	/* path the code itself filled */
	MARK_BUILT	= 1u << 21,	/* from character codes, reversed */
	MARK_HIDDEN	= 1u << 22,	/* reached through its name as a text */
	MARK_PIP	= 1u << 23,	/* "pip install" */
	MARK_HERE	= 1u << 24,	/* the package's own files */
	MARK_URL	= 1u << 25,
	MARK_PERSIST	= 1u << 26	/* a place that starts programs */
};
#define MARKS_HOST (MARK_HOSTNAME | MARK_USER | MARK_FOLDER | MARK_MACHINE)

enum deed { DEED_NONE, DEED_EXEC, DEED_PROCESS, DEED_SEND, DEED_FETCH,
	DEED_FETCH_TO, DEED_WRITE, DEED_CONNECT, DEED_DUP, DEED_LOAD,
	DEED_OPEN, DEED_RESOLVE, DEED_IMPORT, DEED_GETATTR, DEED_CHR };

struct fact {
	const char	*name;	/* "requests.post"; "?.recv": any receiver */
	enum deed	 deed;
	uint32_t	 gives;	/* marks of the result */
};

/* By dotted name, or NULL. */
const struct fact *fact_find(const char *name);
/* A base class whose methods run during installation. */
bool	fact_is_command(const char *name);

struct endpoints;
/* The marks of a literal.  `endpoints` may be NULL. */
uint32_t fact_of_text(const struct endpoints *, const char *, size_t);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_WORDING_H
#define INSPECT_WORDING_H

/*
 * wording - what a source's text says where calls alone do not tell.
 *
 * Each looks at the bytes as they stand, comments too; with `at`, from a call's
 * offset on, to its end.  They soften or sharpen a rule, none finds by itself.
 */
#include <stdbool.h>
#include <stddef.h>

struct view;

/* Word and list are literals or static: what is asked of a whole source is
 * answered once, and known by its address. */
bool	wording_has(const struct view *, const char *word);
bool	wording_any(const struct view *, const char *const *words, size_t n);
/* ... and so is this, known by the address of its question alone. */
typedef bool wording_fn(const struct view *, const void *question, size_t n);
bool	wording_ask(const struct view *, wording_fn *, const void *question,
	    size_t n);
/* The program that runs is told in the call. */
bool	wording_own_program(const struct view *, size_t at);
/* A client's answer, or somebody's terminal: no file. */
bool	wording_stream(const struct view *, size_t at);
/* bind(("", port)): for the whole network. */
bool	wording_serves_all(const struct view *, size_t at);
/* Output dropped, window hidden. */
bool	wording_checked(const struct view *, size_t at);
/* A shell's line that runs what a peer says whose address stands in it: as a
 * text, or within the call that begins at `at`. */
bool	wording_dials_shell(const void *, size_t);
bool	wording_dials(const struct view *, size_t at);
bool	wording_muted(const struct view *, size_t at);
/* ... what it prints, at least? */
bool	wording_drops_output(const struct view *, size_t at);
/* It goes on when who started it has ended. */
bool	wording_detached(const struct view *, size_t at);
/* ... or something of the source does. */
bool	wording_detaches(const struct view *);
bool	wording_quiet(const struct view *, size_t at);
/* A program that uploads is named. */
bool	wording_upload(const struct view *, size_t at);
bool	wording_signs(const struct view *);
/* It makes digests; it holds one that it names against what it made. */
bool	wording_checks(const struct view *);
bool	wording_has_key_piece(const struct view *);
bool	wording_knows_digest(const struct view *);
bool	wording_keeps_bytecode(const struct view *);
/* Does it write into one stream what it reads from another? */
bool	wording_pumps(const struct view *);
/* {"token": "...", "user": "..."} within the call: whom it is for. */
bool	wording_names_owner(const struct view *, size_t at);
/* Does the source say that reports of how it is used may be switched off, or
 * whose they are? */
bool	wording_opts_out(const struct view *);
/* Does the source speak of logins, keys or tokens? */
bool	wording_logs_in(const struct view *);
bool	wording_asks_who(const struct view *);
bool	wording_encodes(const struct view *);
/* The number of somebody in a chat stands in the code. */
bool	wording_knows_user(const struct view *);

/* ---- of a resolved name, of an address ---- */
/* A session or client that remembers a login. */
bool	wording_stateful(const char *name);
bool	wording_talk(const char *name);
/* One address for all: whose channel it is stands in what is sent. */
bool	wording_of_everybody(const char *address);

#endif

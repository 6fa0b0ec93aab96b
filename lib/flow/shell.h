/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_SHELL_H
#define FLOW_SHELL_H

/* shell - what the commands of a script do one after the other. */
#include <stdbool.h>
#include <stddef.h>

struct endpoints;

/*
 * Does it fetch a program, from elsewhere than a forge or toolchain's own site,
 * and start it?  A script that checks digests or signatures does not.  Any
 * bytes; linear in them times SHELL_TARGETS_MAX.  `*at` is then the offset of
 * the command that starts it.
 */
bool	shell_runs_fetched(const struct endpoints *, const char *, size_t,
	    size_t *at);
/* Each file that it fetches from such an address into; linear. */
void	shell_fetched_files(const struct endpoints *, const char *, size_t,
	    void (*each)(void *, const char *, size_t), void *ctx);
/* Does it copy somebody's repository, from elsewhere than a forge, and do what
 * stands in it?  Linear in the text times SHELL_TARGETS_MAX. */
bool	shell_runs_cloned(const struct endpoints *, const char *, size_t);
/* Does it copy one, or what a hole names if the caller was told of such an
 * address?  Each folder that it is copied into; linear. */
bool	shell_clones(const struct endpoints *, bool told, const char *, size_t,
	    void (*each)(void *, const char *, size_t), void *ctx);
/* Does one of its commands fetch? */
bool	shell_fetches(const char *, size_t);
/* The name of a program that fetches, with or without its folder. */
bool	shell_is_fetcher(const char *, size_t);
/* Does it print what it fetched, or what a resolver said?  Linear. */
bool	shell_prints_fetched(const char *, size_t);
/* Is the text a script of a shell or of Windows, by how it begins or by what
 * its lines begin with? */
bool	shell_is_script(const char *, size_t);

#endif

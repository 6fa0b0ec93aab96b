/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_BUILDS_H
#define INSPECT_BUILDS_H

/* builds - files that tell a build which programs to run. */
#include <stdbool.h>

#include "base/buf.h"
#include "inspect/inspection.h"

#define BUILDS_LAYER "commands"	/* of what they have run, written out */

/* By the name: CMake's, meson's, cargo's. */
bool	builds_is_build(const char *path);
/* A package.json, by which npm installs. */
bool	builds_is_npm(const char *path);
/* Rules of make, which run when something starts make. */
bool	builds_is_make(const char *path);
/* Rust that acts: cargo runs one that Cargo.toml names. */
bool	builds_is_cargo(const char *path, const uint8_t *, size_t);
/* Settings that hold words of commands. */
bool	builds_is_settings(const char *path, const uint8_t *, size_t);
/* "postinstall": "node setup.js": does the package.json name that script? */
bool	builds_npm_names(const uint8_t *, size_t, const char *script);
/* What such a file has programs do, a command a line; at most
 * BUILD_COMMANDS_MAX bytes. */
void	builds_commands(const struct view *, struct buf *);
/* Looks at the commands that `tell` finds in a view as a script that starts
 * by itself: with a session, or with the tool whose settings these are. */
void	builds_look(struct inspection *, const struct view *,
	    void (*tell)(const struct view *, struct buf *));

#endif

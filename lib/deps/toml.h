/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DEPS_TOML_H
#define DEPS_TOML_H

/*
 * toml - TOML 1.0, read once from front to end.
 *
 * Debian has no TOML library for C; those for C++ would bring a second
 * compiler and exceptions into the command.  Lock files need few of its parts,
 * but whatever else stands in them must be passed over rightly.
 */
#include <stdbool.h>
#include <stddef.h>

struct toml_handler {
	/* "[a.b]", or with `array` "[[a.b]]": what follows belongs to it. */
	int	(*table)(void *ctx, const char *path, bool array, size_t line);
	/* A key with a string; other values are not told.  Of an inline table
	 * and of dotted keys the path is "key.inner"; within an array
	 * "key[]". */
	int	(*text)(void *ctx, const char *path, const char *value,
		    size_t line);
	void	*ctx;
};

/* 0; or -1 with *line and a sentence in *why; or what a handler gave that was
 * not 0, at once. */
int	toml_read(const char *text, size_t len, const struct toml_handler *,
	    size_t *line, const char **why);

#endif

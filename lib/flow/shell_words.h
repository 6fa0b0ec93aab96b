/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_SHELL_WORDS_H
#define FLOW_SHELL_WORDS_H

/*
 * shell_words - the commands of a script, one after the other, and what is
 * known of those before: what variables hold, and which files and folders
 * they filled.  For the files of shell.h alone.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/limits.h"

struct endpoints;

#define SHELL_WORDS_MAX 24	/* of one command; the rest is not read */

struct shell_word {		/* of the text that is read */
	const char	*at;
	size_t		 len;
};

struct shell_command {
	struct shell_word words[SHELL_WORDS_MAX];
	size_t		 n;
	size_t		 at;		/* its offset in the text */
	bool		 behind;	/* nobody waits for it */
	bool		 piped;		/* the next one reads what it says */
};

struct shell_script {
	const struct endpoints *endpoints;	/* or NULL: nobody asks */
	const char	*text;
	size_t		 len, next;
	struct shell_command command;	/* the one that is looked at, */
	size_t		 from;		/* ... its word that is started */
	bool		 piped;		/* ... reads what the last one says */
	struct shell_word names[SHELL_TARGETS_MAX];	/* of variables */
	struct shell_word values[SHELL_TARGETS_MAX];
	size_t		 nnames;
	struct shell_word targets[SHELL_TARGETS_MAX];
	bool		 folders[SHELL_TARGETS_MAX];
	size_t		 ntargets;
	bool		 fetches;	/* the command before does */
	bool		 told;		/* holes are somebody's own address */
	bool		 clones;	/* copied such a repository */
};

/* The next command of the script; false: there is none.  "sh -c curl ..."
 * starts curl. */
bool	shell_next(struct shell_script *);

bool	shell_is(const struct shell_word *, const char *text);
bool	shell_among(const struct shell_word *, const char *const *names,
	    size_t n);
/* "/usr/bin/curl" is curl. */
struct shell_word shell_base(struct shell_word);
bool	shell_is_shell(const struct shell_word *program);
/* "%s", "{}", "$1", or what folding could not tell: sys.executable is
 * written so. */
bool	shell_is_hole(const struct shell_word *);
/* "$NAME", "${NAME}/more": what the variable holds, or the word itself. */
struct shell_word shell_value(const struct shell_script *, struct shell_word);

/* The script fills that file or folder. */
void	shell_add_target(struct shell_script *, struct shell_word, bool folder);
void	shell_each_target(const struct shell_script *,
	    void (*each)(void *, const char *, size_t), void *ctx);
/* Is the word such a file, or what lies in such a folder, or the folder? */
enum shell_part { SHELL_FILE, SHELL_INSIDE, SHELL_WHOLE };
bool	shell_has_target(const struct shell_script *, struct shell_word,
	    enum shell_part);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_EXCEPTION_H
#define DAEMON_EXCEPTION_H

/*
 * exception - what somebody answers for, for a reason and until a time: the
 * commands that add, list and take back suppressions and mutes.
 */
#include "command.h"

/* The first parameters of every `add` statement; those of one kind follow. */
enum { EXCEPTION_REASON, EXCEPTION_OWNER, EXCEPTION_UNTIL, EXCEPTION_OWN };
enum { EXCEPTION_PARAMS = 8 };

struct exception {
	const struct command	*command;
	const char		*thing;		/* a row of it */
	const char		*none;		/* what an empty list says */
	/* EXCEPTION_OPTIONS among them; others have their parameter's index. */
	const struct option	*options;
	/* Checks and completes what is of its kind, or -1 after a message;
	 * `keep` holds a text as long as the parameters. */
	int			(*complete)(const char **params,
				    struct buf *keep);
	/* Columns: id, and how many alerts `ended` if such a thing ends any. */
	const struct statement	*add;
	const struct statement	*list;		/* a parameter: ended
						   ones, too */
	const struct statement	*remove;	/* an id */
};

/* Of getopt_long. */
#define EXCEPTION_OPTIONS						\
	{ "reason", required_argument, NULL, EXCEPTION_REASON },	\
	{ "owner", required_argument, NULL, EXCEPTION_OWNER },		\
	{ "until", required_argument, NULL, EXCEPTION_UNTIL },		\
	{ "all", no_argument, NULL, 'a' },				\
	{ "format", required_argument, NULL, 'f' },			\
	{ "help", no_argument, NULL, 'h' },				\
	{ NULL, 0, NULL, 0 }

/* Runs `add`, `list` or `remove ID ...`; the command's exit status. */
int	exception_run(struct command_env *, const struct exception *, int argc,
	    char **argv);

#endif

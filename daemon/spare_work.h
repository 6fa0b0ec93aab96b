/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_SPARE_WORK_H
#define DAEMON_SPARE_WORK_H

/*
 * spare_work - what the daemon does when nothing newer waits, as the commands
 * that ask for it see it: how long it may take, how far it is, its list, its
 * end.  A row of the database stands for each piece of such work, so it goes
 * on without the command and after any restart.
 */
#include "command.h"

struct spare_work {
	const struct command	*command;	/* its name is the work's */
	const char		*none;		/* what an empty list says */
	/* Parameter: an id, or NULL for all.  Columns: at least state and
	 * left_s_n, which may be NULL. */
	const struct statement	*list;
	const struct statement	*stop;		/* an id; column stopped */
	/* How far the one row is. */
	void			(*progress)(struct buf *,
				    const struct db_rows *);
};

struct spare_options {
	bool		 wait, list;
	const char	*stop;		/* an id, or NULL */
	int		 format;	/* enum table_format */
};

/* Of getopt_long: --wait, --list, --stop ID, --format F. */
#define SPARE_WORK_OPTIONS						\
	{ "wait", no_argument, NULL, 'w' },				\
	{ "list", no_argument, NULL, 'l' },				\
	{ "stop", required_argument, NULL, 'x' },			\
	{ "format", required_argument, NULL, 'f' },			\
	{ "help", no_argument, NULL, 'h' },				\
	{ NULL, 0, NULL, 0 }

/* Takes one of them; 0, or -1 after a message. */
int	spare_work_option(const struct spare_work *, struct spare_options *,
	    int option, const char *value);

/* --list and --stop; an exit status. */
int	spare_work_list(struct command_env *, const struct spare_work *,
	    const struct spare_options *);
int	spare_work_stop(struct command_env *, const struct spare_work *,
	    const char *id);

/* One sentence: how long so many files take at the best pace of an hour of the
 * last week; `hourly` is that pace. */
void	spare_work_estimate(double files, int64_t hourly);

/* Says that it is asked for, and that no daemon runs if there are none;
 * follows it to its end with `wait`.  An exit status. */
int	spare_work_begin(struct command_env *, const struct spare_work *,
	    const char *id, int64_t daemons, bool wait);

#endif

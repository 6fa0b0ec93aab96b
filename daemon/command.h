/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_COMMAND_H
#define DAEMON_COMMAND_H

/*
 * command - what the commands of `pypiwatch` share: options, errors, colours,
 * tables, config, database, target names.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/config.h"
#include "base/db_now.h"

struct loop;
struct option;

/* Exit statuses of every command; ALERT only of scan, check-name, deps check
 * and rules check. */
enum { COMMAND_OK = 0, COMMAND_ALERT = 1, COMMAND_FAILED = 2 };

struct command_env {
	bool		 audited;	/* the audit wants to know who
					   runs it */
	const char	*config_file;	/* of -c, or NULL */
	struct config	*config;	/* see command_config */
	struct loop	*loop;		/* see command_database */
	struct db	*db;
};

struct command {
	const char	*name;
	const char	*arguments;	/* as in the synopsis */
	const char	*help;		/* one line */
	const char	*details;	/* options and examples, whole lines */
	/* argv[0] is the command's name. */
	int		(*run)(struct command_env *, int argc, char **argv);
};

extern const struct command command_advisories, command_backfill,
    command_check_name, command_config_, command_coverage, command_deps,
    command_detections, command_erase, command_evidence, command_export,
    command_ingest, command_migrate, command_mute, command_popular,
    command_protect, command_queue, command_report, command_rescan,
    command_retro, command_rules, command_sample, command_scan, command_seed,
    command_show, command_sinks, command_status, command_suppress, command_triage,
    command_tune;

/* ---- errors and options ---- */
/* "pypiwatch: ..." on standard error; gives COMMAND_FAILED. */
int	command_fail(const char *, ...) __attribute__((format(printf, 1, 2)));
/* Wrong usage of a command: says so, names its help; COMMAND_FAILED. */
int	command_misused(const struct command *, const char *, ...)
	    __attribute__((format(printf, 2, 3)));
void	command_print_help(const struct command *, FILE *);
/*
 * getopt_long with --help built in.  The option's `val`, -1 at the end, or
 * COMMAND_STOP when the command is to return *status.
 */
enum { COMMAND_STOP = -2 };
int	command_option(const struct command *, int argc, char **argv,
	    const struct option *, int *status);
/* For a command whose only option is --format: the table_format chosen of the
 * first n, or COMMAND_STOP. */
int	command_format(const struct command *, int argc, char **argv, size_t n,
	    int *status);
/* Index of `text` in names, or -1 after a message naming the choices. */
int	command_choice(const struct command *, const char *option,
	    const char *text, const char *const *names, size_t n);
/* "7d", "12h", "30m", "45s", "2w", or RFC 3339: as an RFC 3339 time; 0 or -1
 * after a message. */
int	command_since(const struct command *, const char *text, char *out,
	    size_t room);

/* The same spans and times for --until, from now on. */
int	command_until(const struct command *, const char *text, char *out,
	    size_t room);
/* The login name of who runs the command; of sudo, who called it. */
const char *command_person(void);

/* NAME, or INDEX/NAME with an index section of the config: as `normalized` has
 * it in the database; 0, or -1 after a message. */
int	command_project(struct command_env *, const struct command *,
	    const char *text, char *out, size_t room);

/* ---- what commands need ---- */
/* Of -c, else the installed file, else the defaults; NULL after a message. */
const struct config *command_config(struct command_env *);
/* Connected, or NULL after a message naming the remedy. */
struct db *command_database(struct command_env *);
/* Runs one statement to its end; NULL after a message. */
struct db_rows *command_query(struct command_env *, const struct statement *,
    const char *const *params);
/* Runs it and prints its rows; `empty` for a person when there are none. */
int	command_list(struct command_env *, const struct statement *,
	    const char *const *params, int format, const char *empty);
/* Runs it for each argument, which must be the number of a `thing`. */
int	command_each_id(struct command_env *, const struct command *,
	    const struct statement *, const char *thing, int n, char **ids);
void	command_env_release(struct command_env *);
/* The bytes of the target index: of `file`, else as the config says; 0, or -1
 * after a message. */
int	command_targets(struct command_env *, const char *file, struct buf *);
struct target;
/* The popular names, by rank: those that were fetched, else the config's file;
 * to be freed with targets_list_free.  0, or -1 after a message.  Wants a
 * database. */
int	command_popular_names(struct command_env *, struct target **,
	    size_t *n);

/* Runs pypiwatch-worker with these arguments (argv[0] is its name) and this
 * config; its standard output goes to the buffer.  Its exit status, or -1
 * after a message. */
int	command_worker(struct command_env *, char *const argv[], struct buf *);

/* ---- output ---- */
enum colour { COLOUR_NONE, COLOUR_BOLD, COLOUR_DIM, COLOUR_RED, COLOUR_YELLOW,
	COLOUR_GREEN, COLOUR_CYAN };
/* Escape sequences, "" unless standard output is a terminal and NO_COLOR is
 * not set. */
const char *colour_on(enum colour);
const char *colour_off(void);
enum colour colour_of_severity(const char *severity);
/* A string as JSON, quotes included; invalid UTF-8 becomes U+FFFD. */
void	json_add_text(struct buf *, const char *);	/* NULL: null */
/* The rows as aligned columns, as CSV (RFC 4180), or as one JSON object a
 * line; a column named "x_json" goes into JSON as it is, without "_json". */
enum table_format { TABLE_HUMAN, TABLE_JSON, TABLE_CSV };
extern const char *const table_format_names[3];
void	table_print(const struct db_rows *, enum table_format, FILE *);
/* A progress line on a terminal's standard error; nothing elsewhere. */
void	progress_show(const char *, ...) __attribute__((format(printf, 1, 2)));
void	progress_clear(void);

#endif

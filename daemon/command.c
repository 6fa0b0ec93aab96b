/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command - what the commands of `pypiwatch` share.
 * Takes: arguments, the config.  Gives: options, connections, clear errors.
 * Runs in: the command.
 */
#include "command.h"
#include "statements.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "data/project_page.h"
#include "names/name.h"

#define CONFIG_FILE PKGSYSCONFDIR "/pypiwatch.conf"

static void __attribute__((format(printf, 1, 0)))
complain(const char *fmt, va_list ap)
{
	struct buf b = BUF_EMPTY;

	progress_clear();
	fflush(stdout);
	buf_addv(&b, fmt, ap);
	fprintf(stderr, "pypiwatch: %s\n", buf_text(&b));
	buf_release(&b);
}

int
command_fail(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain(fmt, ap);
	va_end(ap);
	return COMMAND_FAILED;
}

int
command_misused(const struct command *c, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain(fmt, ap);
	va_end(ap);
	fprintf(stderr, "usage: pypiwatch %s %s\n"
	    "Try: pypiwatch %s --help\n", c->name, c->arguments, c->name);
	return COMMAND_FAILED;
}

void
command_print_help(const struct command *c, FILE *out)
{
	fprintf(out, "usage: pypiwatch [-c FILE] %s %s\n\n%s.\n", c->name,
	    c->arguments, c->help);
	if (c->details != NULL)
		fprintf(out, "\n%s", c->details);
}

int
command_option(const struct command *c, int argc, char **argv,
    const struct option *options, int *status)
{
	int value = getopt_long(argc, argv, "h", options, NULL);

	if (value == 'h') {
		command_print_help(c, stdout);
		*status = COMMAND_OK;
		return COMMAND_STOP;
	}
	if (value == '?') {
		fprintf(stderr, "Try: pypiwatch %s --help\n", c->name);
		*status = COMMAND_FAILED;
		return COMMAND_STOP;
	}
	return value;
}

int
command_choice(const struct command *c, const char *option, const char *text,
    const char *const *names, size_t n)
{
	struct buf	b = BUF_EMPTY;
	int		i = str_index(names, n, text);

	for (size_t k = 0; i == -1 && k < n; k++)
		buf_addf(&b, "%s%s", k == 0 ? "" : k + 1 < n ? ", " : " or ",
		    names[k]);
	if (i == -1)
		command_misused(c, "--%s takes %s, not \"%s\"", option,
		    buf_text(&b), vis(text));
	buf_release(&b);
	return i;
}

int
command_format(const struct command *c, int argc, char **argv, size_t n,
    int *status)
{
	static const struct option options[] = {
		{ "format", required_argument, NULL, 'f' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int	o, format = TABLE_HUMAN;

	while ((o = command_option(c, argc, argv, options, status)) != -1) {
		if (o != COMMAND_STOP)
			format = command_choice(c, "format", optarg,
			    table_format_names, n);
		if (format == -1)
			*status = COMMAND_FAILED;
		if (o == COMMAND_STOP || format == -1)
			return COMMAND_STOP;
	}
	return format;
}

/* `text` as a time: a span back from now (sign -1) or on (1), or RFC 3339. */
static int
time_of(const char *text, int sign, char *out, size_t room)
{
	static const struct { char unit; int64_t s; } units[] = { { 's', 1 },
		{ 'm', 60 }, { 'h', 3600 }, { 'd', 86400 }, { 'w', 604800 } };
	char	digits[16] = "", stamp[CLOCK_RFC3339_SIZE];
	size_t	n = strspn(text, "0123456789");
	int64_t	count = 0, at;

	if (n > 0 && n < sizeof(digits) && text[n] != '\0' &&
	    text[n + 1] == '\0') {
		memcpy(digits, text, n);
		if (str_int(digits, 0, 1000000, &count) == -1)
			return -1;
		for (size_t i = 0; i < ARRAY_LEN(units); i++)
			if (units[i].unit == text[n]) {
				at = clock_wall_us() + sign *
				    count * units[i].s * 1000000;
				clock_rfc3339(at > 0 ? at : 0, stamp);
				return str_copy(out, room, stamp);
			}
	} else if (clock_from_rfc3339(text, &at) == 0) {
		clock_rfc3339(at, stamp);
		return str_copy(out, room, stamp);
	}
	return -1;
}

int
command_since(const struct command *c, const char *text, char *out,
    size_t room)
{
	if (time_of(text, -1, out, room) == 0)
		return 0;
	command_misused(c, "--since takes a time span such as 12h or 7d, or a"
	    " time such as 2026-11-23T18:00:00Z, not \"%s\"", vis(text));
	return -1;
}

int
command_until(const struct command *c, const char *text, char *out,
    size_t room)
{
	if (time_of(text, 1, out, room) == 0)
		return 0;
	command_misused(c, "--until takes a time span such as 12h or 90d, or a"
	    " time such as 2027-06-01T00:00:00Z, not \"%s\"", vis(text));
	return -1;
}

const char *
command_person(void)
{
	const char	*sudo = getenv("SUDO_USER");
	struct passwd	*me = getpwuid(getuid());

	if (getuid() == 0 && sudo != NULL && *sudo != '\0')
		return sudo;
	return me != NULL ? me->pw_name : "";
}

int
command_project(struct command_env *env, const struct command *c,
    const char *text, char *out, size_t room)
{
	const char		*slash = strchr(text, '/'), *why;
	char			*index = slash != NULL ?
	    mem_strndup(text, (size_t)(slash - text)) : NULL;
	struct project_name	 name;
	int			 rc = -1;

	if (name_normalize(slash != NULL ? slash + 1 : text, &name, &why) == -1)
		command_misused(c, "\"%s\" is not a name of a project: %s",
		    vis(text), why);
	else if (index == NULL)
		rc = str_copy(out, room, name.text);
	else if (command_config(env) != NULL && index_section(
	    env->config->indexes, env->config->nindexes, index) == NULL)
		command_fail("no index \"%s\" is configured", vis(index));
	else if (env->config != NULL)
		rc = (size_t)snprintf(out, room, "%s/%s", index, name.text) <
		    room ? 0 : -1;
	free(index);
	return rc;
}

/* ---- what commands need ------------------------------------------------- */

const struct config *
command_config(struct command_env *env)
{
	struct buf	 errors = BUF_EMPTY;
	const char	*file = env->config_file != NULL ? env->config_file :
		    CONFIG_FILE;
	bool		 unreadable = false;

	if (env->config != NULL)
		return env->config;
	if (env->config_file == NULL && access(file, F_OK) == -1)
		env->config = config_parse("defaults", "", 0, &errors);
	else
		env->config = config_load(file, &errors, &unreadable);
	if (env->config == NULL)
		command_fail("%s%.*s", errors.len == 0 ? "the config is wrong" :
		    "", (int)(errors.len > 0 ? errors.len - 1 : 0),
		    buf_text(&errors));
	buf_release(&errors);
	return env->config;
}

struct db *
command_database(struct command_env *env)
{
	const struct config	*c = command_config(env);
	struct db_rows		*rows = NULL;
	char			 why[512];

	if (env->db != NULL || c == NULL)
		return env->db;
	if (env->loop == NULL)
		env->loop = loop_new();
	if (db_open_now(env->loop, c->database.conninfo, &env->db, why,
	    sizeof(why)) == -1) {
		env->db = NULL;
		command_fail("%s", why);
		return NULL;
	}
	/* Whoever may not even ask this is told at once by what comes next. */
	if (env->audited) {
		(void)db_query_now(env->db, &STMT_SESSION_PERSON,
		    (const char *[]){ command_person() }, &rows);
		db_rows_free(rows);
	}
	return env->db;
}

struct db_rows *
command_query(struct command_env *env, const struct statement *s,
    const char *const *params)
{
	struct db	*db = command_database(env);
	struct db_rows	*rows = NULL;
	const char	*state, *remedy = "";

	if (db == NULL)
		return NULL;
	if (db_query_now(db, s, params, &rows) == DB_OK)
		return rows;
	state = rows != NULL ? db_sqlstate(rows) : NULL;
	if (str_equal(state, "42P01") || str_equal(state, "3F000") ||
	    str_equal(state, "42703") || str_equal(state, "42883"))
		remedy = "; run: pypiwatch migrate";
	else if (str_equal(state, "42501"))
		remedy = "; ask for the role pypiwatch_analyst";
	command_fail("the database says: %s%s", rows != NULL ?
	    vis(db_error(rows)) : "connection lost", remedy);
	db_rows_free(rows);
	return NULL;
}

int
command_list(struct command_env *env, const struct statement *s,
    const char *const *params, int format, const char *empty)
{
	struct db_rows *rows = command_query(env, s, params);

	if (rows == NULL)
		return COMMAND_FAILED;
	if (format == TABLE_HUMAN && db_rows_count(rows) == 0)
		puts(empty);
	else
		table_print(rows, (enum table_format)format, stdout);
	db_rows_free(rows);
	return COMMAND_OK;
}

int
command_each_id(struct command_env *env, const struct command *c,
    const struct statement *s, const char *thing, int n, char **ids)
{
	struct db_rows	*rows;
	int64_t		 id;
	int		 status = COMMAND_OK;

	if (n == 0)
		return command_misused(c, "the number of a %s is missing",
		    thing);
	for (int i = 0; i < n; i++) {
		if (str_int(ids[i], 1, INT64_MAX, &id) == -1)
			return command_misused(c, "\"%s\" is not the number of"
			    " a %s", vis(ids[i]), thing);
		rows = command_query(env, s, (const char *[]){ ids[i] });
		if (rows == NULL)
			status = COMMAND_FAILED;
		db_rows_free(rows);
	}
	return status;
}

void
command_env_release(struct command_env *env)
{
	db_free(env->db);
	if (env->loop != NULL)
		loop_free(env->loop);
	config_free(env->config);
	memset(env, 0, sizeof(*env));
}

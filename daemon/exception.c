/* SPDX-License-Identifier: Apache-2.0 */
#include "exception.h"

#include <getopt.h>

#include "base/clock.h"
#include "base/str.h"
#include "base/vis.h"

struct wish {
	const char	*params[EXCEPTION_PARAMS];
	bool		 all;
	int		 format;
};

static int
add_ready(struct command_env *env, const struct exception *x,
    const char *const *params)
{
	struct db_rows *rows = command_query(env, x->add, params);

	if (rows == NULL)
		return COMMAND_FAILED;
	printf("%s %s\n", x->thing, db_text(rows, 0, "id"));
	if (db_int(rows, 0, "ended") > 0)
		printf("%s alerts that waited end with it\n",
		    db_text(rows, 0, "ended"));
	db_rows_free(rows);
	return COMMAND_OK;
}

/* What every exception needs; 0, or -1 after a message. */
static int
common_complete(const struct exception *x, const char **params,
    char until[CLOCK_RFC3339_SIZE])
{
	if (params[EXCEPTION_REASON] == NULL) {
		command_misused(x->command, "%s add needs a --reason",
		    x->command->name);
		return -1;
	}
	if (params[EXCEPTION_OWNER] == NULL)
		params[EXCEPTION_OWNER] = command_person();
	if (params[EXCEPTION_UNTIL] == NULL)
		return 0;
	if (command_until(x->command, params[EXCEPTION_UNTIL], until,
	    CLOCK_RFC3339_SIZE) == -1)
		return -1;
	params[EXCEPTION_UNTIL] = until;
	return 0;
}

static int
add(struct command_env *env, const struct exception *x, const char **params)
{
	struct buf	 keep = BUF_EMPTY;
	char		 until[CLOCK_RFC3339_SIZE];
	int		 status = COMMAND_FAILED;

	if (x->complete(params, &keep) == 0 &&
	    common_complete(x, params, until) == 0)
		status = add_ready(env, x, params);
	buf_release(&keep);
	return status;
}

/* 0, or -1 when the command is to return *status. */
static int
wish_read(const struct exception *x, int argc, char **argv, struct wish *w,
    int *status)
{
	int o;

	while ((o = command_option(x->command, argc, argv, x->options,
	    status)) != -1) {
		if (o == COMMAND_STOP)
			return -1;
		if (o < EXCEPTION_PARAMS)
			w->params[o] = optarg;
		else if (o == 'a')
			w->all = true;
		else if ((w->format = command_choice(x->command, "format",
		    optarg, table_format_names,
		    ARRAY_LEN(table_format_names))) == -1) {
			*status = COMMAND_FAILED;
			return -1;
		}
	}
	return 0;
}

int
exception_run(struct command_env *env, const struct exception *x, int argc,
    char **argv)
{
	enum { ADD, LIST, REMOVE };
	static const char *const verbs[] = { "add", "list", "remove" };
	struct wish	 w = { .format = TABLE_HUMAN };
	const char	*name = x->command->name;
	int		 status = COMMAND_FAILED, verb, n;

	if (wish_read(x, argc, argv, &w, &status) == -1)
		return status;
	verb = optind < argc ? str_index(verbs, ARRAY_LEN(verbs),
	    argv[optind]) : -1;
	n = argc - optind - 1;
	if (verb == -1)
		return command_misused(x->command,
		    "%s knows: add, list, remove", name);
	if (verb == REMOVE)
		return command_each_id(env, x->command, x->remove, x->thing,
		    n, argv + optind + 1);
	if (n > 0)
		return command_misused(x->command, "%s %s takes no argument "
		    "\"%s\"", name, verbs[verb], vis(argv[optind + 1]));
	return verb == ADD ? add(env, x, w.params) : command_list(env,
	    x->list, (const char *[]){ w.all ? "true" : "false" }, w.format,
	    x->none);
}

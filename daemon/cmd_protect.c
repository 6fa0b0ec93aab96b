/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatch protect - names whose lookalikes always alert.
 * Runs in: the command; writes pypiwatch.target.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "statements.h"

#include "base/str.h"
#include "base/vis.h"
#include "names/name.h"

/* Adds or removes one name; `add` NULL removes. */
static int
change(struct command_env *env, const char *raw, const char *owned)
{
	struct project_name	 name;
	const char		*why, *params[2] = { name.text, owned };
	struct db_rows		*rows;
	size_t			 n;

	if (name_normalize(raw, &name, &why) == -1)
		return command_fail("%s: not a valid project name: %s",
		    vis(raw), why);
	rows = command_query(env, owned != NULL ? &STMT_PROTECTED_ADD :
	    &STMT_PROTECTED_REMOVE, params);
	if (rows == NULL)
		return COMMAND_FAILED;
	n = db_rows_count(rows);
	db_rows_free(rows);
	if (n == 0)
		return command_fail("%s is not protected in the database; see:"
		    " pypiwatch protect list", name.text);
	return COMMAND_OK;
}

static int
run(struct command_env *env, int argc, char **argv)
{
	static const struct option options[] = {
		{ "format", required_argument, NULL, 'f' },
		{ "owner", no_argument, NULL, 'o' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	static const char *const verbs[] = { "add", "list", "remove" };
	const struct command *me = &command_protect;
	const char	*owned = "false";
	int		 o, verb, format = TABLE_HUMAN;
	int		 status = COMMAND_FAILED;

	while ((o = command_option(me, argc, argv, options, &status)) != -1) {
		if (o == COMMAND_STOP)
			return status;
		if (o == 'o')
			owned = "true";
		else if ((format = command_choice(me, "format", optarg,
		    table_format_names, ARRAY_LEN(table_format_names))) == -1)
			return COMMAND_FAILED;
	}
	verb = optind < argc ? str_index(verbs, ARRAY_LEN(verbs),
	    argv[optind]) : -1;
	if (verb == -1)
		return command_misused(me, "protect knows: add, list, remove");
	if (verb == 1 && optind + 1 == argc)
		return command_list(env, &STMT_PROTECTED_LIST, NULL, format,
		    "no names are protected in the database");
	if (verb == 1 || optind + 1 == argc)
		return command_misused(me, verb == 1 ?
		    "protect list takes no name" : "protect %s needs a name",
		    verbs[verb]);
	status = COMMAND_OK;
	for (int i = optind + 1; i < argc; i++)
		if (change(env, argv[i], verb == 0 ? owned : NULL) !=
		    COMMAND_OK)
			status = COMMAND_FAILED;
	return status;
}

const struct command command_protect = { "protect",
    "add [--owner] NAME ... | list [--format F] | remove NAME ...",
    "Protect names: what resembles one of them always alerts",
    "  --owner     we publish a project of this very name ourselves, which is\n"
    "              nothing to alert about; without it, a project that takes the\n"
    "              name alerts too\n"
    "  --format F  human, json (one object a line) or csv\n"
    "\n"
    "Names may also stand in the file lookalike.protected-names-file.\n"
    "\n"
    "Example:\n"
    "  pypiwatch protect add our-internal-tool\n", run };

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatch config show - every key with its value, type, range and default.
 * Runs in: the command.
 */
#include <getopt.h>

#include "command.h"

#include "base/str.h"

static int
run(struct command_env *env, int argc, char **argv)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct buf	out = BUF_EMPTY;
	int		status = COMMAND_OK;

	if (command_option(&command_config_, argc, argv, options,
	    &status) == COMMAND_STOP)
		return status;
	if (argc - optind != 1 || !str_equal(argv[optind], "show"))
		return command_misused(&command_config_,
		    "config knows one thing to do: show");
	if (command_config(env) == NULL)
		return COMMAND_FAILED;
	config_show(env->config, &out);
	fputs(buf_text(&out), stdout);
	buf_release(&out);
	return COMMAND_OK;
}

const struct command command_config_ = { "config", "show",
    "Show every configuration key with its value, range, default and meaning",
    "Secrets are never shown: the config holds only the names of their files.\n"
    "\n"
    "Example:\n"
    "  pypiwatch -c ./pypiwatch.conf config show\n", run };

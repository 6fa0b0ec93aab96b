/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatch - the operator's and analyst's command.
 * Takes: a command and its arguments.  Gives: its exit status.
 * One command a file, cmd_<verb>.c; the table is below.
 */
#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

#include "base/log.h"
#include "base/proc.h"
#include "base/str.h"
#include "base/vis.h"


/* In the order of the help. */
static const struct command *const commands[] = {
	&command_scan,
	&command_check_name,
	&command_detections,
	&command_show,
	&command_triage,
	&command_suppress,
	&command_mute,
	&command_report,
	&command_sample,
	&command_export,
	&command_tune,
	&command_status,
	&command_queue,
	&command_coverage,
	&command_rescan,
	&command_retro,
	&command_backfill,
	&command_seed,
	&command_ingest,
	&command_evidence,
	&command_erase,
	&command_sinks,
	&command_popular,
	&command_advisories,
	&command_protect,
	&command_deps,
	&command_rules,
	&command_config_,
	&command_migrate,
	NULL
};

static void
usage(FILE *out)
{
	fputs("usage: pypiwatch [-c FILE] COMMAND [ARGUMENT ...]\n\n"
	    "Watches PyPI for malicious releases; this is the command for"
	    " people.\n\nCommands:\n", out);
	for (size_t i = 0; commands[i] != NULL; i++)
		fprintf(out, "  %-12s %s\n", commands[i]->name,
		    commands[i]->help);
	fputs("  help         Explain a command: pypiwatch help COMMAND\n\n"
	    "Options:\n"
	    "  -c, --config FILE  instead of " PKGSYSCONFDIR
	    "/pypiwatch.conf\n"
	    "      --version      print the version\n"
	    "  -h, --help         print this\n\n"
	    "Examples:\n"
	    "  pypiwatch scan suspicious-1.0.tar.gz\n"
	    "  pypiwatch check-name reqeusts\n"
	    "  pypiwatch detections --since 24h --min-severity high\n", out);
}

static size_t
least(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

/* Edits between two short words (Levenshtein, one row kept). */
static size_t
distance(const char *a, const char *b)
{
	size_t	row[32], n = strlen(b), was, keep;

	if (n + 1 > ARRAY_LEN(row))
		return n;
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1] != '\0'; i++) {
		was = row[0];
		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			keep = row[j];
			row[j] = least(row[j] + 1, row[j - 1] + 1,
			    was + (a[i - 1] != b[j - 1]));
			was = keep;
		}
	}
	return row[n];
}

static const struct command *
find(const char *name)
{
	for (size_t i = 0; commands[i] != NULL; i++)
		if (str_equal(commands[i]->name, name))
			return commands[i];
	return NULL;
}

static int
unknown(const char *name)
{
	const char	*nearest = NULL;
	size_t		 best = 4, d;

	for (size_t i = 0; strlen(name) < 32 && commands[i] != NULL; i++)
		if ((d = distance(name, commands[i]->name)) < best) {
			best = d;
			nearest = commands[i]->name;
		}
	command_fail("there is no command \"%s\"%s%s%s", vis(name),
	    nearest != NULL ? "; did you mean \"" : "",
	    nearest != NULL ? nearest : "", nearest != NULL ? "\"?" : "");
	fputs("Try: pypiwatch --help\n", stderr);
	return COMMAND_FAILED;
}

static int
help(int argc, char **argv)
{
	const struct command *c;

	if (argc < 2) {
		usage(stdout);
		return COMMAND_OK;
	}
	if ((c = find(argv[1])) == NULL)
		return unknown(argv[1]);
	command_print_help(c, stdout);
	return COMMAND_OK;
}

/* Those of which analyst.audit keeps who did it. */
static bool
is_audited(const char *name)
{
	static const char *const names[] = { "deps", "erase", "export", "mute",
		"protect", "report", "retro", "sample", "suppress", "triage" };

	return str_index(names, ARRAY_LEN(names), name) != -1;
}

static int
run(struct command_env *env, int argc, char **argv)
{
	const struct command	*c;
	int			 status;

	if (str_equal(argv[0], "help"))
		return help(argc, argv);
	if ((c = find(argv[0])) == NULL)
		return unknown(argv[0]);
	if (argc == 2 && str_equal(argv[1], "--version")) {
		puts("pypiwatch " VERSION);
		return COMMAND_OK;
	}
	optind = 0;	/* getopt starts over, with the command's own options */
	env->audited = is_audited(c->name);
	status = c->run(env, argc, argv);
	progress_clear();
	command_env_release(env);
	return status;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct command_env	env = { .config_file = NULL };
	int			o, status;

	setlocale(LC_CTYPE, "C.UTF-8");
	log_open("pypiwatch", LOG_LEVEL_WARN);
	while ((o = getopt_long(argc, argv, "+c:hV", options, NULL)) != -1)
		switch (o) {
		case 'c':
			env.config_file = optarg;
			break;
		case 'V':
			puts("pypiwatch " VERSION);
			return COMMAND_OK;
		case 'h':
			usage(stdout);
			return COMMAND_OK;
		default:
			fputs("Try: pypiwatch --help\n", stderr);
			return COMMAND_FAILED;
		}
	if (optind == argc) {
		usage(stderr);
		return COMMAND_FAILED;
	}
	status = run(&env, argc - optind, argv + optind);
	/* A reader that has seen enough is no error of ours to report. */
	if (fflush(stdout) != 0 && errno != EPIPE && status == COMMAND_OK)
		status = command_fail("cannot write standard output: %s",
		    strerror(errno));
	return status;
}

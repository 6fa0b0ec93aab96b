/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatch popular - the list of names that somebody might imitate.
 * Takes: pypi.popular-url.  Gives: table target, as the daemon does daily.
 * Runs in: the command.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "role.h"
#include "statements.h"

#include "base/http.h"
#include "base/limits.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "names/targets.h"
#include "poll/popular.h"

#define me (&command_popular)

struct refresh {
	struct loop	*loop;
	char		*why;		/* "" until it is known */
	struct buf	 lines;
};

static void
on_lines(void *ctx, const struct buf *lines, const char *why)
{
	struct refresh *r = ctx;

	if (lines != NULL)
		buf_add(&r->lines, buf_text(lines), lines->len);
	else
		r->why = mem_strdup(why);
	loop_stop(r->loop);
}

static int
list_store(struct command_env *env, const char *url,
    const struct target *list, size_t n, const char *force)
{
	const char	**names = mem_array(n + 1, sizeof(*names));
	const char	**downloads = mem_array(n + 1, sizeof(*downloads));
	char		(*digits)[24] = mem_array(n + 1, sizeof(*digits));
	char		 *a, *b;
	struct db_rows	 *rows;
	int		  rc = COMMAND_FAILED;

	for (size_t i = 0; i < n; i++) {
		names[i] = list[i].name;
		(void)!snprintf(digits[i], sizeof(digits[i]), "%" PRId64,
		    list[i].downloads);
		downloads[i] = digits[i];
	}
	a = db_array(names, n);
	b = db_array(downloads, n);
	rows = command_query(env, &STMT_POPULAR_STORE,
	    (const char *[]){ url, a, b, force });
	if (rows != NULL && db_text(rows, 0, "why") != NULL)
		command_fail("the list of %s is refused and the old one stays:"
		    " %s%s", vis(url), db_text(rows, 0, "why"),
		    str_equal(force, "true") ? "" :
		    "; if that is right, add --force");
	else if (rows != NULL) {
		printf("%zu names\n", n);
		rc = COMMAND_OK;
	}
	db_rows_free(rows);
	free(a);
	free(b);
	free(names);
	free(downloads);
	free(digits);
	return rc;
}

static int
refresh(struct command_env *env, const char *force)
{
	const struct config	*c = command_config(env);
	struct refresh		 r = { .lines = BUF_EMPTY };
	struct http_client	*http;
	struct target		*list = NULL;
	size_t			 n = 0;
	char			 why[200];
	int			 rc = COMMAND_FAILED;

	if (c == NULL)
		return COMMAND_FAILED;
	if (c->pypi.popular_url == NULL)
		return command_fail("pypi.popular-url is empty; set it to the"
		    " URL of a list, see pypiwatch.conf(5)");
	if (command_database(env) == NULL)
		return COMMAND_FAILED;
	r.loop = env->loop;
	http = role_http(env->loop, c, 1, 1);
	progress_show("fetching %s", vis(c->pypi.popular_url));
	popular_fetch(&(struct popular_ask){ .http = http,
	    .url = c->pypi.popular_url, .timeout_s = c->pypi.timeout_s,
	    .done = on_lines, .ctx = &r });
	loop_run(env->loop);
	progress_clear();
	if (r.why != NULL)
		command_fail("%s: %s", vis(c->pypi.popular_url), r.why);
	else if (targets_read(buf_text(&r.lines), r.lines.len, TARGET_POPULAR,
	    &list, &n, why, sizeof(why)) == -1)
		command_fail("%s: %s", vis(c->pypi.popular_url), why);
	else
		rc = list_store(env, c->pypi.popular_url, list, n, force);
	targets_list_free(list, n);
	buf_release(&r.lines);
	free(r.why);
	http_client_free(http);
	return rc;
}

static void
state_say(const struct db_rows *rows)
{
	if (db_text(rows, 0, "stored_at") != NULL)
		printf("from %s, stored %s\n", vis(db_text(rows, 0, "url")),
		    db_text(rows, 0, "stored_at"));
	else
		puts("none was fetched; the list of"
		    " lookalike.popular-names-file holds");
	if (db_text(rows, 0, "why") != NULL)
		printf("the last try, %s, came to nothing: %s\n",
		    db_text(rows, 0, "tried_at"), vis(db_text(rows, 0, "why")));
}

static int
list(struct command_env *env, int format)
{
	struct db_rows *rows = command_query(env, &STMT_POPULAR_STATE, NULL);

	if (rows == NULL)
		return COMMAND_FAILED;
	if (format == TABLE_HUMAN)
		state_say(rows);
	db_rows_free(rows);
	rows = command_query(env, &STMT_POPULAR_LIST, NULL);
	if (rows == NULL)
		return COMMAND_FAILED;
	if (format != TABLE_HUMAN || db_rows_count(rows) > 0)
		table_print(rows, (enum table_format)format, stdout);
	db_rows_free(rows);
	return COMMAND_OK;
}

static int
run(struct command_env *env, int argc, char **argv)
{
	static const struct option options[] = {
		{ "format", required_argument, NULL, 'f' },
		{ "force", no_argument, NULL, 'F' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	const char	*force = "false";
	int		 o, format = TABLE_HUMAN, status = COMMAND_FAILED;

	while ((o = command_option(me, argc, argv, options, &status)) != -1) {
		if (o == COMMAND_STOP)
			return status;
		if (o == 'F')
			force = "true";
		else if ((format = command_choice(me, "format", optarg,
		    table_format_names, ARRAY_LEN(table_format_names))) == -1)
			return COMMAND_FAILED;
	}
	if (argc - optind == 1 && str_equal(argv[optind], "refresh"))
		return refresh(env, force);
	if (argc - optind == 1 && str_equal(argv[optind], "list"))
		return list(env, format);
	return command_misused(me, "popular knows: refresh, list");
}

const struct command command_popular = { "popular",
    "refresh [--force] | list [--format F]",
    "The list of names that somebody might imitate",
    "  --force     accept a list that lost much of what the one before had\n"
    "  --format F  human, json (one object a line) or csv\n"
    "\n"
    "The daemon fetches the list of pypi.popular-url daily; refresh does it\n"
    "now.  A list that is too short, out of order, or lost a fifth of its\n"
    "names or half of the first thousand is refused, and the old one stays.\n"
    "\n"
    "Example:\n"
    "  pypiwatch popular list --format csv\n", run };

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatch deps - what a team uses, and what history says about it.
 * Takes: requirements and lock files, bills of material.  Gives: named lists
 * in the database; what is known against them.
 * Runs in: the command.
 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <jansson.h>

#include "command.h"
#include "statements.h"

#include "base/file.h"
#include "base/limits.h"
#include "base/str.h"
#include "base/vis.h"
#include "deps/deps.h"

struct wish {
	const char	*list, *team;
	int		 type;		/* enum deps_format, -1: by itself */
	int		 format;
};

/* What a list includes is its author's word: a pipe could keep us for ever. */
static int
open_file(void *ctx, const char *path, struct buf *text, struct buf *why)
{
	struct stat st;

	(void)ctx;
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
		buf_adds(why, "no regular file");
		return -1;
	}
	if (file_read(path, DEPS_BYTES_MAX, text) == 0)
		return 0;
	buf_addf(why, "%s", strerror(errno));
	return -1;
}

static int
file_add(struct deps *d, const char *file, int type)
{
	struct buf	text = BUF_EMPTY, why = BUF_EMPTY;
	int		rc = COMMAND_FAILED;

	if (file_read(file, DEPS_BYTES_MAX, &text) == -1)
		command_fail("%s: %s", vis(file), strerror(errno));
	else if (type == -1 && (type = deps_format_of(file, buf_text(&text),
	    text.len)) == -1)
		command_fail("%s:1: this JSON is no Pipfile.lock, CycloneDX or"
		    " SPDX; say which with --type", vis(file));
	else if (deps_read(d, (enum deps_format)type, file, buf_text(&text),
	    text.len, &why) == -1)
		command_fail("%s", buf_text(&why));
	else
		rc = COMMAND_OK;
	buf_release(&text);
	buf_release(&why);
	return rc;
}

/* Both as JSON; freed by the caller. */
static char *
names_text(const struct deps *d)
{
	json_t	*list = json_array();
	char	*text;

	for (size_t i = 0; i < d->n; i++)
		(void)json_array_append_new(list, json_pack("{s:s, s:s?}",
		    "name", d->list[i].name.text, "version",
		    d->list[i].version));
	text = json_dumps(list, JSON_COMPACT);
	json_decref(list);
	return text;
}

static char *
files_text(int n, char **files)
{
	json_t	*list = json_array();
	char	*text;

	for (int i = 0; i < n; i++) {
		char *visible = vis_dup(files[i], strlen(files[i]));

		(void)json_array_append_new(list, json_string(visible));
		free(visible);
	}
	text = json_dumps(list, JSON_COMPACT);
	json_decref(list);
	return text;
}

static int
store(struct command_env *env, const struct wish *w, const struct deps *d,
    int n, char **files)
{
	char		*names = names_text(d), *from = files_text(n, files);
	struct db_rows	*rows = command_query(env, &STMT_DEPS_STORE,
	    (const char *[]){ w->list, w->team, from, names });

	free(names);
	free(from);
	if (rows == NULL)
		return COMMAND_FAILED;
	printf("list %s: %s names", w->list, db_text(rows, 0, "names"));
	if (d->left_out > 0)
		printf(", %zu without a name of PyPI's left out", d->left_out);
	putchar('\n');
	db_rows_free(rows);
	return COMMAND_OK;
}

/* All files make one list, or none of them does. */
static int
add(struct command_env *env, const struct wish *w, int n, char **files)
{
	struct deps	d = { .open = open_file };
	int		rc = COMMAND_OK;

	if (n == 0)
		return command_misused(&command_deps, "deps add needs a file");
	for (int i = 0; rc == COMMAND_OK && i < n; i++)
		rc = file_add(&d, files[i], w->type);
	if (rc == COMMAND_OK) {
		deps_settle(&d);
		rc = store(env, w, &d, n, files);
	}
	deps_release(&d);
	return rc;
}

static int
drop(struct command_env *env, int n, char **names)
{
	int rc = COMMAND_OK;

	if (n == 0)
		return command_misused(&command_deps,
		    "deps remove needs the name of a list");
	for (int i = 0; i < n; i++) {
		struct db_rows *rows = command_query(env, &STMT_DEPS_REMOVE,
		    (const char *[]){ names[i] });

		if (rows == NULL)
			return COMMAND_FAILED;
		if (!db_bool(rows, 0, "removed"))
			rc = command_fail("there is no list %s; see: pypiwatch"
			    " deps list", vis(names[i]));
		db_rows_free(rows);
	}
	return rc;
}

static void
print_one(const struct db_rows *rows, size_t r)
{
	const char *severity = db_text(rows, r, "severity");
	const char *version = db_text(rows, r, "version");
	bool bad = str_equal(db_text(rows, r, "bad"), "yes");

	printf("%s%-11s%s %s", colour_on(bad ? COLOUR_RED : COLOUR_DIM),
	    db_text(rows, r, "what"), colour_off(),
	    vis(db_text(rows, r, "uses")));
	if (db_text(rows, r, "uses_version") != NULL)
		printf(" %s", vis(db_text(rows, r, "uses_version")));
	printf(" (%s): %s %s", vis(db_text(rows, r, "list")),
	    vis(db_text(rows, r, "project")),
	    version != NULL ? vis(version) : "as a whole");
	if (severity != NULL)
		printf(", %s %s, detection %s", severity,
		    db_text(rows, r, "score_n"),
		    db_text(rows, r, "detection_id_n"));
	printf("\n");
}

static int
check(struct command_env *env, const struct wish *w)
{
	struct db_rows	*rows;
	size_t		 n, bad = 0;

	rows = command_query(env, &STMT_DEPS_CHECK, (const char *[]){
	    w->list });
	if (rows == NULL)
		return COMMAND_FAILED;
	n = db_rows_count(rows);
	for (size_t r = 0; r < n; r++) {
		bad += str_equal(db_text(rows, r, "bad"), "yes");
		if (w->format == TABLE_HUMAN)
			print_one(rows, r);
	}
	if (w->format != TABLE_HUMAN)
		table_print(rows, (enum table_format)w->format, stdout);
	else if (n == 0)
		puts("history says nothing against it");
	db_rows_free(rows);
	return bad > 0 ? COMMAND_ALERT : COMMAND_OK;
}

/* Both are shown in alerts, tables and titles. */
static int
wish_check(const struct command *me, const struct wish *w)
{
	if (w->list != NULL && (*w->list == '\0' || strlen(w->list) >
	    SINK_NAME_MAX || w->list[strspn(w->list, "0123456789-_."
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")] != '\0'))
		command_misused(me, "a list's name is made of letters,"
		    " digits and -_., not \"%s\"", vis(w->list));
	else if (w->team != NULL && (strlen(w->team) > SINK_NAME_MAX ||
	    !str_equal(vis(w->team), w->team)))
		command_misused(me, "a team's name is text of at most %d bytes",
		    SINK_NAME_MAX);
	else
		return 0;
	return -1;
}

static int
list(struct command_env *env, const struct wish *w)
{
	if (w->list == NULL)
		return command_list(env, &STMT_DEPS_LISTS, NULL, w->format,
		    "no list was read");
	return command_list(env, &STMT_DEPS_LIST,
	    (const char *[]){ w->list }, w->format, "there is no such list, or "
	    "it is empty");
}

static int
run_verb(struct command_env *env, struct wish *w, int argc, char **argv)
{
	const char *verb = argc > 0 ? argv[0] : "";

	if (str_equal(verb, "add")) {
		w->list = w->list != NULL ? w->list : "default";
		return add(env, w, argc - 1, argv + 1);
	}
	if (str_equal(verb, "remove"))
		return drop(env, argc - 1, argv + 1);
	if (!str_equal(verb, "list") && !str_equal(verb, "check"))
		return command_misused(&command_deps,
		    "deps knows: add, list, remove, check");
	if (argc > 1)
		return command_misused(&command_deps,
		    "deps %s takes no argument \"%s\"", verb, vis(argv[1]));
	return str_equal(verb, "check") ? check(env, w) : list(env, w);
}

static int
run(struct command_env *env, int argc, char **argv)
{
	static const struct option options[] = {
		{ "list", required_argument, NULL, 'l' },
		{ "team", required_argument, NULL, 't' },
		{ "type", required_argument, NULL, 'y' },
		{ "format", required_argument, NULL, 'f' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	const struct command *me = &command_deps;
	struct wish	 w = { .type = -1, .format = TABLE_HUMAN };
	int		 o, status = COMMAND_FAILED, choice = 0;

	while ((o = command_option(me, argc, argv, options, &status)) != -1) {
		if (o == COMMAND_STOP)
			return status;
		if (o == 'l')
			w.list = optarg;
		else if (o == 't')
			w.team = optarg;
		else if (o == 'y')
			choice = w.type = command_choice(me, "type", optarg,
			    deps_format_names, DEPS_FORMATS);
		else
			choice = w.format = command_choice(me, "format",
			    optarg, table_format_names,
			    ARRAY_LEN(table_format_names));
		if (choice == -1)
			return COMMAND_FAILED;
	}
	if (wish_check(me, &w) == -1)
		return COMMAND_FAILED;
	return run_verb(env, &w, argc - optind, argv + optind);
}

const struct command command_deps = { "deps",
    "add [--list NAME] [--team T] [--type T] FILE ... |"
    " list [--list NAME] [--format F] | remove NAME ... |"
    " check [--list NAME] [--format F]",
    "Say what we use, and ask what history says about it",
    "  --list NAME   one of several lists; default of add: default\n"
    "  --team T      whose list it is; shown in alerts\n"
    "  --type T      of the files, when their names do not say: requirements,\n"
    "                poetry.lock, uv.lock, Pipfile.lock, pylock.toml, cyclonedx\n"
    "                or spdx (both as JSON)\n"
    "  --format F    human, json (one object a line) or csv\n"
    "\n"
    "All files of one add are the list; what it held before is forgotten.\n"
    "Detections on what is used, or that imitate it, are \"ours\": in alerts'\n"
    "first line and in match expressions.\n"
    "\n"
    "check exits with 1 when something is known against the very thing that is\n"
    "used: a detection, a quarantine, a removal; else with 0.\n"
    "\n"
    "Examples:\n"
    "  pypiwatch deps add --list shop --team Payments shop/uv.lock\n"
    "  pypiwatch deps check --list shop\n", run };

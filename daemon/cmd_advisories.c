/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatch advisories - published advisories, which count as true.
 * Takes: folders, files or URLs of OSV JSON.  Gives: table advisory.
 * Runs in: the command; from a timer as a rule.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "role.h"
#include "statements.h"

#include "base/file.h"
#include "base/folder.h"
#include "base/http.h"
#include "base/limits.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "poll/advisory.h"

#define me (&command_advisories)

struct refresh {
	struct command_env	*env;
	const char		*source;
	struct advisory_reader	 reader;
	struct buf		 fetched;	/* what the URL answered */
	struct buf		 batch;		/* "[{...},{...}" */
	size_t			 waiting, bad;
	int64_t			 changed;
	bool			 failed;	/* the database; was said */
};

static void
batch_store(struct refresh *r)
{
	struct db_rows *rows;

	if (r->waiting == 0 || r->failed)
		return;
	buf_adds(&r->batch, "]");
	rows = command_query(r->env, &STMT_ADVISORIES_STORE,
	    (const char *[]){ r->source, buf_text(&r->batch) });
	if (rows == NULL)
		r->failed = true;
	else
		r->changed += db_int(rows, 0, "changed");
	db_rows_free(rows);
	buf_release(&r->batch);
	r->batch = (struct buf)BUF_EMPTY;
	r->waiting = 0;
}

static void
on_advisory(void *ctx, const char *id, const char *json)
{
	struct refresh *r = ctx;

	progress_show("%zu advisories, %s", r->reader.taken, id);
	buf_adds(&r->batch, r->waiting == 0 ? "[" : ",");
	buf_adds(&r->batch, json);
	if (++r->waiting == ADVISORY_BATCH)
		batch_store(r);
}

static void
document_read(struct refresh *r, const char *name, const struct buf *text)
{
	struct fault why = { 0 };

	if (advisories_parse(buf_text(text), text->len, &r->reader,
	    &why) == 0)
		return;
	progress_clear();
	command_fail("%s: %s", vis(name), why.text);
	r->bad++;
}

/* ---- where they are ----------------------------------------------------- */

static void
unreadable(struct refresh *r, const char *path, int error)
{
	progress_clear();
	command_fail("%s: %s", vis(path), strerror(error));
	r->bad++;
}

static void
advisory_read(struct refresh *r, const char *path)
{
	struct buf text = BUF_EMPTY;

	if (file_read(path, ADVISORY_FILE_MAX, &text) == -1)
		unreadable(r, path, errno);
	else
		document_read(r, path, &text);
	buf_release(&text);
}

/* Every *.json is read; links are not followed. */
static int
on_entry(void *ctx, const FTSENT *e)
{
	struct refresh *r = ctx;

	if (FOLDER_UNREADABLE(e))
		unreadable(r, e->fts_path, e->fts_errno);
	else if (e->fts_info == FTS_F && (e->fts_level == 0 ||
	    str_ends(e->fts_name, ".json")))
		advisory_read(r, e->fts_path);
	return r->failed;
}

static void
folder_read(struct refresh *r, const char *path)
{
	int error;

	folder_walk(path, on_entry, r, &error);
	if (error != 0)
		unreadable(r, path, error);
}

/* Kept until the loop has ended: the database is asked by running it again. */
static void
on_answer(void *ctx, const struct http_answer *a)
{
	struct refresh	*r = ctx;

	progress_clear();
	if (a->result != HTTP_OK || a->status != 200) {
		if (a->result != HTTP_OK)
			command_fail("%s: %s", vis(r->source), a->error);
		else
			command_fail("%s: HTTP status %ld", vis(r->source),
			    a->status);
		r->bad++;
	} else
		buf_add(&r->fetched, a->body, a->body_len);
	loop_stop(r->env->loop);
}

static void
url_read(struct refresh *r, const struct config *c)
{
	struct http_client *http = role_http(r->env->loop, c, 1, 1);
	size_t bad = r->bad;

	progress_show("fetching %s", vis(r->source));
	(void)http_send(http, &(struct http_ask){ .url = r->source,
	    .compressed = true, .follow = true,
	    .allow_plain = str_starts(r->source, "http://"),
	    .body_most = ADVISORY_LIST_MAX,
	    .timeout_ms = c->pypi.timeout_s * 1000, .done = on_answer,
	    .ctx = r });
	loop_run(r->env->loop);
	http_client_free(http);
	if (r->bad == bad)
		document_read(r, r->source, &r->fetched);
	buf_release(&r->fetched);
}

static void
source_read(struct refresh *r, const struct config *c, const char *source)
{
	r->source = source;
	if (str_starts(source, "https://") || str_starts(source, "http://"))
		url_read(r, c);
	else
		folder_read(r, source);
	batch_store(r);
}

static int
refresh(struct command_env *env, int argc, char **argv)
{
	const struct config	*c = command_config(env);
	struct refresh		 r = { .env = env, .batch = BUF_EMPTY };

	r.reader = (struct advisory_reader){ .each = on_advisory, .ctx = &r };
	if (c == NULL)
		return COMMAND_FAILED;
	if (argc == 0 && c->judge.advisories == NULL)
		return command_fail("judge.advisories is empty; set it to a"
		    " folder or a URL, see pypiwatch.conf(5), or name one");
	if (command_database(env) == NULL)
		return COMMAND_FAILED;
	if (argc == 0)
		source_read(&r, c, c->judge.advisories);
	for (int i = 0; i < argc && !r.failed; i++)
		source_read(&r, c, argv[i]);
	progress_clear();
	buf_release(&r.batch);
	if (r.failed)
		return COMMAND_FAILED;
	printf("%zu advisories about malicious packages of PyPI, %" PRId64
	    " new or changed; %zu about others\n", r.reader.taken, r.changed,
	    r.reader.others);
	return r.bad > 0 ? COMMAND_FAILED : COMMAND_OK;
}

static int
run(struct command_env *env, int argc, char **argv)
{
	int status, format = command_format(me, argc, argv,
	    ARRAY_LEN(table_format_names), &status);

	if (format == COMMAND_STOP)
		return status;
	if (optind < argc && str_equal(argv[optind], "refresh"))
		return refresh(env, argc - optind - 1, argv + optind + 1);
	if (argc - optind == 1 && str_equal(argv[optind], "list"))
		return command_list(env, &STMT_ADVISORY_LIST, NULL, format,
		    "no advisories were read; see judge.advisories in"
		    " pypiwatch.conf(5)");
	return command_misused(me, "advisories knows: refresh, list");
}

const struct command command_advisories = { "advisories",
    "refresh [FILE|DIR|URL ...] | list [--format F]",
    "Published advisories, which count as true",
    "  --format F  human, json (one object a line) or csv\n"
    "\n"
    "refresh reads OSV files (*.json) of what is named, else of\n"
    "judge.advisories.  What PyPI is said to hold of malicious packages is\n"
    "kept; what was withdrawn counts no more.\n"
    "\n"
    "Example:\n"
    "  pypiwatch advisories refresh /srv/advisories/pypi\n", run };

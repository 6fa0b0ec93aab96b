/* SPDX-License-Identifier: Apache-2.0 */
/*
 * retro_samples - kept archives, looked into with today's rules.
 * Takes: sealed archives, the key.  Gives: verdicts to hold.
 * Runs in: the command.  An archive is opened into a sealed memfd, which goes
 * to a worker; it is never on a disk, and no byte of it is read here.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "evidence_command.h"
#include "retro.h"
#include "scan.h"
#include "statements.h"

#include "base/config.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/memfd.h"
#include "base/str.h"
#include "base/vis.h"
#include "evidence/export.h"
#include "evidence/keyring.h"
#include "judge/scan_read.h"
#include "judge/suppress.h"

struct samples {
	struct retro		*retro;
	struct keyring		*keys;
	struct scanner		*scanner;
	const struct db_rows	*rows;		/* of the page under way */
	size_t			 next;		/* the row that is done next */
	bool			 failed;
};

/* ---- the verdict -------------------------------------------------------- */

static int
judge(struct samples *s, size_t i, const struct scan_item *item,
    struct features *f)
{
	json_t		*was = json_loads(db_text(s->rows, i, "object") != NULL
			    ? db_text(s->rows, i, "object") : "{}", 0, NULL);
	json_t		*reasons = json_loads(db_text(s->rows, i, "reasons"),
			    0, NULL);
	json_t		*list = json_loads(db_text(s->rows, i, "suppressions"),
			    0, NULL);
	struct suppression *suppressions;
	struct scanned_file file = { .file = item->filename,
	    .project = item->project, .version = item->version,
	    .packagetype = item->packagetype };
	struct features	 before;
	struct history	 h;
	struct verdict	 v;
	struct buf	 b = BUF_EMPTY;
	char		*scan;
	int		 rc;

	scan_read(was, reasons, &before, &h);
	h.nsuppressions = suppressions_of(list, &suppressions);
	h.suppressions = suppressions;
	rc = retro_excuse(s->retro, db_text(s->rows, i, "normalized"), f);
	judge_file(&s->retro->settings, f, &h, &v);
	scan_json(&file, f, &v, SCAN_JSON_STATS, &b);
	scan = retro_scan(json_loads(buf_text(&b), 0, NULL), f, &v);
	if (rc == 0)
		rc = retro_hold(s->retro, db_text(s->rows, i, "file"),
		    db_text(s->rows, i, "sha256"), scan);
	free(scan);
	buf_release(&b);
	verdict_release(&v);
	scan_read_release(&before, &h);
	free(suppressions);
	json_decref(was);
	json_decref(reasons);
	json_decref(list);
	return rc;
}

static void
on_done(void *ctx, struct scan_item *item, struct features *f)
{
	struct samples *s = ctx;

	s->retro->n++;
	if (f->outcome == SCAN_UNSCANNABLE)
		command_fail("%s: %s", vis(item->filename), f->why != NULL ?
		    f->why : "cannot be looked into");
	else if (judge(s, s->next, item, f) == -1)
		s->failed = true;
	s->next++;
	features_release(f);
}

/* ---- the archive -------------------------------------------------------- */

static int
on_bytes(void *ctx, const uint8_t *bytes, size_t len)
{
	const int	*fd = ctx;
	ssize_t		 n;

	while (len > 0) {
		if ((n = write(*fd, bytes, len)) <= 0) {
			command_fail("cannot hold the archive: %s",
			    strerror(errno));
			return -1;
		}
		bytes += n;
		len -= (size_t)n;
	}
	return 0;
}

/* One that does not open is named, and is no reason to stop. */
static int
submit(struct samples *s, size_t i)
{
	struct scan_item *item = scan_item_new(db_text(s->rows, i, "filename"),
	    db_text(s->rows, i, "filename"));
	int fd = memfd_new("sample");

	free(item->project);
	free(item->version);
	item->project = mem_strdup(db_text(s->rows, i, "project"));
	item->version = mem_strdup(db_text(s->rows, i, "version"));
	item->packagetype = packagetype_from_name(db_text(s->rows, i,
	    "packagetype"));
	if (fd != -1 && (evidence_read(s->retro->env, &STMT_RETRO_PART,
	    s->keys, s->rows, i, on_bytes, &fd) == -1 ||
	    memfd_seal(fd) == -1)) {
		close(fd);
		fd = -1;
	}
	item->fd = fd;
	if (fd == -1)
		item->why = mem_strdup("cannot be opened");
	return scanner_submit(s->scanner, item);
}

/* How many there were, or -1.  All of a page are done with it. */
static int
page(struct samples *s, char *after, size_t room)
{
	struct retro	*r = s->retro;
	struct db_rows	*rows = command_query(r->env, &STMT_RETRO_SAMPLES,
	    (const char *[]){ r->project[0] != '\0' ? r->project : NULL,
	    r->since[0] != '\0' ? r->since : NULL, after });
	int		 n, rc = 0;

	if (rows == NULL)
		return -1;
	n = (int)db_rows_count(rows);
	s->rows = rows;
	s->next = 0;
	for (int i = 0; rc == 0 && i < n; i++) {
		progress_show("%zu archives, %zu would tell something", r->n,
		    r->held);
		rc = submit(s, (size_t)i);
		if (rc == 0)
			rc = str_copy(after, room, db_text(rows, (size_t)i,
			    "id"));
	}
	if (scanner_finish(s->scanner) == -1 || s->failed)
		rc = -1;
	db_rows_free(rows);
	return rc == 0 ? n : -1;
}

int
retro_samples(struct retro *r)
{
	struct samples	s = { .retro = r };
	struct buf	text = BUF_EMPTY;
	char		after[24] = "0";
	int		targets, n = -1;

	if ((s.keys = evidence_keys(r->env)) == NULL)
		return COMMAND_FAILED;
	targets = memfd_of("targets", r->index.data, r->index.len);
	config_show(r->env->config, &text);
	s.scanner = scanner_new(&(struct scanner_settings){
	    .loop = r->env->loop, .config = r->env->config,
	    .config_text = buf_text(&text), .config_len = text.len,
	    .targets_fd = targets, .done = on_done, .ctx = &s });
	if (targets != -1)
		while ((n = page(&s, after, sizeof(after))) > 0)
			;
	progress_clear();
	scanner_free(s.scanner);
	if (targets != -1)
		close(targets);
	buf_release(&text);
	keyring_free(s.keys);
	return n == 0 ? COMMAND_OK : COMMAND_FAILED;
}

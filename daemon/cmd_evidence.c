/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatch evidence - the keys that seal archives of detections, and what is
 * kept under them.
 * Takes: the config's evidence section.  Gives: a key file; a list; archives
 * under a newer key.
 * Runs in: the command.  Archives themselves are taken out by `sample`.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "statements.h"

#include "base/digest.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "evidence/keyring.h"
#include "evidence/seal.h"
#include "evidence_command.h"

#define me (&command_evidence)
#define KEY_FILE_MODE (S_IRUSR | S_IWUSR)
#define KEY_FILE_HEAD \
    "# Keys that seal archives of detections: the first one seals, all open.\n" \
    "# Without them what is kept is lost: keep a copy, away from backups of\n" \
    "# the database.\n"

/* ---- key ----------------------------------------------------------------- */

static int
file_fill(int fd, const char *line, const struct buf *old)
{
	struct buf	text = BUF_EMPTY;
	ssize_t		n;
	int		rc;

	if (old->len == 0)
		buf_adds(&text, KEY_FILE_HEAD);
	buf_adds(&text, line);
	buf_add(&text, buf_text(old), old->len);
	n = write(fd, text.data, text.len);
	rc = n == (ssize_t)text.len && fsync(fd) == 0 ? 0 : -1;
	explicit_bzero(text.data, text.len);
	buf_release(&text);
	return rc;
}

/* A new file; an existing one stays as it is. */
static int
key_make(const char *file, const char *line)
{
	struct buf	none = BUF_EMPTY;
	int		fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC |
			    O_NOFOLLOW, KEY_FILE_MODE);

	if (fd == -1 && errno == EEXIST)
		return command_fail("%s exists; --rotate puts a new key on top"
		    " of it", vis(file));
	if (fd == -1)
		return command_fail("%s: %s", vis(file), strerror(errno));
	if (file_fill(fd, line, &none) == -1) {
		command_fail("%s: %s", vis(file), strerror(errno));
		unlink(file);
		close(fd);
		return COMMAND_FAILED;
	}
	close(fd);
	return COMMAND_OK;
}

/* Beside it and in its place at once, with its owner: the daemon may read it
 * at any moment.  Where it is a link, what it leads to is replaced. */
static int
file_replace(const char *name, const char *line, const struct buf *old)
{
	char		*real = realpath(name, NULL);
	const char	*file = real != NULL ? real : name;
	char		*beside = mem_printf("%s.new", file);
	int		 fd = open(beside, O_WRONLY | O_CREAT | O_EXCL |
			    O_CLOEXEC | O_NOFOLLOW, KEY_FILE_MODE);
	struct stat	 st;
	int		 rc = -1;

	if (fd != -1 && stat(file, &st) == 0 &&
	    (st.st_uid == geteuid() ||
	    fchown(fd, st.st_uid, st.st_gid) == 0) &&
	    fchmod(fd, st.st_mode & (KEY_FILE_MODE | S_IRGRP)) == 0 &&
	    file_fill(fd, line, old) == 0)
		rc = rename(beside, file);
	if (rc == -1)
		command_fail("%s: %s", vis(beside), strerror(errno));
	if (fd != -1) {
		if (rc == -1)
			unlink(beside);
		close(fd);
	}
	free(beside);
	free(real);
	return rc == 0 ? COMMAND_OK : COMMAND_FAILED;
}

static int
key_rotate(const char *file, const char *line)
{
	struct keyring	*kr;
	struct buf	 old = BUF_EMPTY;
	char		 why[FAULT_TEXT_MAX];
	int		 status;

	if ((kr = keyring_load(file, why, sizeof(why))) == NULL)
		return command_fail("%s", why);
	if (keyring_count(kr) == EVIDENCE_KEYS_MAX)
		status = command_fail("%s holds %d keys, the most it may; "
		    "rewrap what is kept, and take old ones out", vis(file),
		    EVIDENCE_KEYS_MAX);
	else if (file_read(file, SECRET_MAX, &old) == -1)
		status = command_fail("%s: %s", vis(file), strerror(errno));
	else
		status = file_replace(file, line, &old);
	keyring_free(kr);
	if (old.len > 0)
		explicit_bzero(old.data, old.len);
	buf_release(&old);
	return status;
}

static int
key(struct command_env *env, bool rotate, const char *file)
{
	const struct config	*c = file != NULL ? NULL : command_config(env);
	char			 id[KEY_ID_DIGITS + 1], *line;
	int			 status;

	if (file == NULL && c == NULL)
		return COMMAND_FAILED;
	if (file == NULL && (file = c->evidence.key_file) == NULL)
		return command_misused(me, "evidence.key-file is not set: name"
		    " the file to make");
	if ((line = keyring_line(id)) == NULL)
		return command_fail("no random bytes: %s", strerror(errno));
	status = rotate ? key_rotate(file, line) : key_make(file, line);
	explicit_bzero(line, strlen(line));
	free(line);
	if (status != COMMAND_OK)
		return status;
	printf("%s now seals with key %s%s\n"
	    "Keep a copy of it away from the database's backups: without it "
	    "what is kept is lost.\n", vis(file), id, rotate ?
	    "; reload the daemon, then: pypiwatch evidence rewrap" : "");
	return COMMAND_OK;
}

/* ---- list ---------------------------------------------------------------- */

static int
list(struct command_env *env, const char *id, int format)
{
	return command_list(env, &STMT_EVIDENCE_LIST, (const char *[]){ id },
	    format, "no archive is kept");
}

/* ---- rewrap -------------------------------------------------------------- */

struct rewrap {
	struct command_env	*env;
	const struct keyring	*keys;
	size_t			 done, failed;
};

static int
rewrap_store(struct rewrap *r, const char *id, const struct seal_head *head,
    const char *was)
{
	char		*salt = base64_encode(head->salt, sizeof(head->salt));
	char		*wrapped = base64_encode(head->wrapped,
			    sizeof(head->wrapped));
	struct db_rows	*rows = command_query(r->env, &STMT_EVIDENCE_REWRAP,
			    (const char *[]){ id, head->key_id, salt, wrapped,
			    was });

	free(salt);
	free(wrapped);
	if (rows == NULL)
		return -1;
	r->done += db_rows_affected(rows);
	db_rows_free(rows);
	return 0;
}

static int
rewrap_one(struct rewrap *r, const struct db_rows *rows, size_t i)
{
	struct sealed_file	 file;
	struct seal_head	 head;
	char			 why[FAULT_TEXT_MAX];
	const char		*was = db_text(rows, i, "key_id");

	if (evidence_head_take(rows, i, &file, &head) == -1)
		r->failed++;
	else if (seal_rewrap(r->keys, &file, &head, why, sizeof(why)) == -1) {
		r->failed++;
		command_fail("%s of %s %s: %s", vis(file.filename),
		    vis(file.normalized), vis(file.version), why);
	} else
		return rewrap_store(r, db_text(rows, i, "id"), &head, was);
	return 0;
}

/* From the archives after *after on; how many there were, or -1. */
static int
rewrap_some(struct rewrap *r, char *after, size_t room)
{
	struct db_rows	*rows = command_query(r->env, &STMT_EVIDENCE_OLD,
			    (const char *[]){ after, keyring_id(r->keys, 0) });
	int		 n;

	if (rows == NULL)
		return -1;
	n = (int)db_rows_count(rows);
	for (int i = 0; i < n; i++)
		if (rewrap_one(r, rows, (size_t)i) == -1 ||
		    str_copy(after, room, db_text(rows, (size_t)i, "id")) ==
		    -1) {
			n = -1;
			break;
		}
	db_rows_free(rows);
	return n;
}

static int
rewrap(struct command_env *env)
{
	struct rewrap	r = { .env = env };
	struct keyring	*keys = evidence_keys(env);
	char		after[24] = "0";
	int		n;

	if ((r.keys = keys) == NULL)
		return COMMAND_FAILED;
	while ((n = rewrap_some(&r, after, sizeof(after))) > 0)
		progress_show("%zu archives", r.done);
	progress_clear();
	if (n == 0)
		printf("%zu archives are under key %s now%s\n", r.done,
		    keyring_id(keys, 0), r.failed == 0 ? "; older keys open "
		    "nothing any more" : "");
	keyring_free(keys);
	return n == 0 && r.failed == 0 ? COMMAND_OK : COMMAND_FAILED;
}

/* ---- the command --------------------------------------------------------- */

static const char *const verbs[] = { "key", "list", "rewrap" };

static int
dispatch(struct command_env *env, char **words, int n, bool rotate, int format)
{
	int	verb = str_index(verbs, ARRAY_LEN(verbs), words[0]);
	int64_t	id;

	if (rotate && verb != 0)
		return command_misused(me, "--rotate belongs to key");
	switch (verb) {
	case 0:
		return n > 2 ? command_misused(me, "key takes one file") :
		    key(env, rotate, words[1]);
	case 1:
		if (n > 2 || (n == 2 && str_int(words[1], 0, INT64_MAX,
		    &id) == -1))
			return command_misused(me, "list takes the number of "
			    "one detection");
		return list(env, words[1], format);
	case 2:
		return n > 1 ? command_misused(me, "rewrap takes no argument")
		    : rewrap(env);
	default:
		return command_misused(me, "\"%s\" is not key, list or rewrap",
		    vis(words[0]));
	}
}

static int
run(struct command_env *env, int argc, char **argv)
{
	static const struct option options[] = {
		{ "rotate", no_argument, NULL, 'r' },
		{ "format", required_argument, NULL, 'f' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int	o, status = COMMAND_FAILED, format = TABLE_HUMAN;
	bool	rotate = false;

	while ((o = command_option(me, argc, argv, options, &status)) != -1) {
		if (o == COMMAND_STOP)
			return status;
		if (o == 'r')
			rotate = true;
		else if ((format = command_choice(me, "format", optarg,
		    table_format_names, ARRAY_LEN(table_format_names))) == -1)
			return COMMAND_FAILED;
	}
	if (optind == argc)
		return command_misused(me, "say key, list or rewrap");
	return dispatch(env, argv + optind, argc - optind, rotate, format);
}

const struct command command_evidence = { "evidence",
    "key [--rotate] [FILE] | list [--format F] [ID] | rewrap",
    "Make keys for archives of detections, and see what is kept",
    "  key      make the file evidence.key-file, or FILE, with a new key in it\n"
    "  --rotate put a new key on top of the file; older ones still open\n"
    "  list     the archives that are kept, of all detections or of one\n"
    "  --format F  of the list: human, json (one object a line) or csv\n"
    "  rewrap   put what is kept under the newest key, so that older ones may\n"
    "           be taken out of the file\n"
    "\n"
    "Archives of detections are kept in the database, sealed by AES-256-GCM.\n"
    "To take one out: pypiwatch sample ID.\n"
    "\n"
    "Example:\n"
    "  pypiwatch evidence key /etc/pypiwatch/evidence.key\n", run };

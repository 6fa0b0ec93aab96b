/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatch sample - takes a detection's archives out, for analysis.
 * Takes: a detection's number, the key.  Gives: a zip with a password.
 * Runs in: the command.  Never bare: the archive is opened in memory, and what
 * is written is encrypted again, under a name that nothing opens or runs.
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
#include "evidence_command.h"
#include "statements.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "evidence/keyring.h"
#include "evidence/sample_zip.h"

#define me (&command_sample)
#define SAMPLE_MODE (S_IRUSR | S_IWUSR)

struct sample {
	struct command_env	*env;
	const char		*id;		/* of the detection */
	const char		*file;		/* --file: this one; or NULL */
	const char		*output;	/* where to; "-": standard
						   output */
	struct keyring		*keys;
	struct db_rows		*rows;
	struct sample_zip	*zip;
	size_t			 n;		/* archives that went in */
};

static bool
is_wanted(const struct sample *s, size_t i)
{
	return s->file == NULL || str_equal(s->file, db_text(s->rows, i,
	    "filename"));
}

/* ---- what it is --------------------------------------------------------- */

static void
manifest_file(const struct sample *s, size_t i, struct buf *b)
{
	static const char *const texts[] = { "filename", "sha256", "normalized",
		"version" };

	buf_addf(b, "%s\n  {\"member\": \"%s.bin\"", b->data[b->len - 1] == '['
	    ? "" : ",", db_text(s->rows, i, "sha256"));
	for (size_t k = 0; k < ARRAY_LEN(texts); k++) {
		buf_addf(b, ", \"%s\": ", texts[k]);
		json_add_text(b, db_text(s->rows, i, texts[k]));
	}
	buf_addf(b, ", \"size\": %" PRId64 ", \"score\": %" PRId64 "}",
	    db_int(s->rows, i, "size"), db_int(s->rows, i, "score"));
}

static void
manifest_make(const struct sample *s, struct buf *b)
{
	char at[CLOCK_RFC3339_SIZE];

	clock_rfc3339(clock_wall_us(), at);
	buf_addf(b, "{\"schema\": \"pypiwatch.sample/1\",\n \"warning\": "
	    "\"Malicious code: look at it where it can do no harm, and never "
	    "install or run it.\",\n \"detection_id\": %s,\n \"taken_at\": "
	    "\"%s\",\n \"password\": \"" SAMPLE_PASSWORD "\",\n \"files\": [",
	    s->id, at);
	for (size_t i = 0; i < db_rows_count(s->rows); i++)
		if (is_wanted(s, i))
			manifest_file(s, i, b);
	buf_adds(b, "]}\n");
}

static int
failed(const struct sample *s, const char *why)
{
	command_fail("%s: %s", vis(s->output), why);
	return -1;
}

static int
manifest_add(struct sample *s)
{
	struct buf	b = BUF_EMPTY;
	char		why[FAULT_TEXT_MAX];
	int		rc;

	manifest_make(s, &b);
	rc = sample_zip_begin(s->zip, "manifest.json", (int64_t)b.len,
	    clock_wall_us() / 1000000, why, sizeof(why));
	if (rc == 0)
		rc = sample_zip_add(s->zip, b.data, b.len, why, sizeof(why));
	buf_release(&b);
	return rc == 0 ? 0 : failed(s, why);
}

/* ---- the archives ------------------------------------------------------- */

static int
on_bytes(void *ctx, const uint8_t *bytes, size_t len)
{
	struct sample	*s = ctx;
	char		 why[FAULT_TEXT_MAX];

	return sample_zip_add(s->zip, bytes, len, why, sizeof(why)) == 0 ? 0 :
	    failed(s, why);
}

static int
archive_add(struct sample *s, size_t i)
{
	char	*name = mem_printf("%s.bin", db_text(s->rows, i, "sha256"));
	char	 why[FAULT_TEXT_MAX];
	int	 rc = sample_zip_begin(s->zip, name, db_int(s->rows, i,
	    "size"), clock_wall_us() / 1000000, why, sizeof(why));

	free(name);
	if (rc == -1)
		return failed(s, why);
	s->n++;
	return evidence_read(s->env, &STMT_EVIDENCE_OPEN, s->keys, s->rows, i,
	    on_bytes, s);
}

static int
zip_fill(struct sample *s, int fd)
{
	char	why[FAULT_TEXT_MAX];
	int	rc;

	s->zip = sample_zip_new(fd, why, sizeof(why));
	if (s->zip == NULL)
		return failed(s, why);
	rc = manifest_add(s);
	for (size_t i = 0; rc == 0 && i < db_rows_count(s->rows); i++)
		if (is_wanted(s, i))
			rc = archive_add(s, i);
	if (rc == 0 && sample_zip_end(s->zip, why, sizeof(why)) == -1)
		rc = failed(s, why);
	sample_zip_free(s->zip);
	return rc;
}

static int
write_out(struct sample *s)
{
	bool	 out = str_equal(s->output, "-");
	int	 fd, rc;

	if (out)
		return zip_fill(s, STDOUT_FILENO);
	fd = open(s->output, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC |
	    O_NOFOLLOW, SAMPLE_MODE);
	if (fd == -1) {
		command_fail("%s: %s", vis(s->output), errno == EEXIST ?
		    "exists, and is not overwritten" : strerror(errno));
		return -1;
	}
	rc = zip_fill(s, fd);
	if (close(fd) == -1 && rc == 0)
		rc = failed(s, strerror(errno));
	if (rc == -1)
		unlink(s->output);
	else
		printf("%s: %zu archive%s of detection %s, password "
		    SAMPLE_PASSWORD "\n", vis(s->output), s->n,
		    s->n == 1 ? "" : "s", s->id);
	return rc;
}

/* ---- the command -------------------------------------------------------- */

static bool
any_wanted(const struct sample *s)
{
	for (size_t i = 0; i < db_rows_count(s->rows); i++)
		if (is_wanted(s, i))
			return true;
	return false;
}

/* A key that fits is asked for before a file is made. */
static int
take(struct sample *s)
{
	char	*made = NULL;
	int	 rc = -1;

	if ((s->keys = evidence_keys(s->env)) == NULL)
		return COMMAND_FAILED;
	s->rows = command_query(s->env, &STMT_EVIDENCE_HEAD,
	    (const char *[]){ s->id });
	if (s->output == NULL)
		s->output = made = mem_printf("pypiwatch-sample-%s.zip", s->id);
	if (s->rows != NULL && db_rows_count(s->rows) == 0)
		command_fail("no archive of detection %s is kept; see: "
		    "pypiwatch evidence list", s->id);
	else if (s->rows != NULL && !any_wanted(s))
		command_fail("no file %s of detection %s is kept; see: "
		    "pypiwatch evidence list %s", vis(s->file), s->id, s->id);
	else if (s->rows != NULL)
		rc = write_out(s);
	db_rows_free(s->rows);
	keyring_free(s->keys);
	free(made);
	return rc == 0 ? COMMAND_OK : COMMAND_FAILED;
}

static int
run(struct command_env *env, int argc, char **argv)
{
	static const struct option options[] = {
		{ "output", required_argument, NULL, 'o' },
		{ "file", required_argument, NULL, 'f' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct sample	s = { .env = env };
	int		o, status = COMMAND_FAILED;
	int64_t		id;

	while ((o = command_option(me, argc, argv, options, &status)) != -1) {
		if (o == COMMAND_STOP)
			return status;
		if (o == 'o')
			s.output = optarg;
		else
			s.file = optarg;
	}
	if (argc - optind != 1)
		return command_misused(me, "sample needs the number of one "
		    "detection");
	s.id = argv[optind];
	if (str_int(s.id, 0, INT64_MAX, &id) == -1)
		return command_misused(me, "\"%s\" is not the number of a "
		    "detection", vis(s.id));
	if (str_equal(s.output, "-") && isatty(STDOUT_FILENO))
		return command_misused(me, "a sample is not written to a "
		    "terminal; send it into a pipe, or name a file");
	return take(&s);
}

const struct command command_sample = { "sample",
    "[--file NAME] [--output FILE] ID",
    "Take a detection's archives out, as a zip with a password",
    "  --file NAME    this file of the release, not all that are kept\n"
    "  --output FILE  default pypiwatch-sample-ID.zip; - is standard output,\n"
    "                 unless that is a terminal; nothing is overwritten\n"
    "\n"
    "The password is " SAMPLE_PASSWORD ".  Archives are named by their digest, with\n"
    ".bin; manifest.json says what each is.  It is malware: never install it.\n"
    "\n"
    "Example:\n"
    "  pypiwatch sample 42\n"
    "  unzip -P " SAMPLE_PASSWORD " pypiwatch-sample-42.zip\n", run };

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatch erase - takes a person who publishes packages out of history.
 * Takes: a mail address or a name.  Gives: what holds it; with --yes, a
 * pseudonym in its place.
 * Runs in: the command.  docs/privacy.md says what is kept of whom, and why.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "command.h"
#include "statements.h"

#include "base/digest.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"

#define me (&command_erase)
#define FILES_WINDOW 20000	/* numbers of files that one statement reads */
#define PSEUDONYM_BYTES 6

struct erasure {
	struct command_env *env;
	const char	*person;
	bool		 author, uploader, really;
	char		 as[sizeof("erased-") + 2 * PSEUDONYM_BYTES];
	int64_t		 newest;	/* number of a file */
	int64_t		 n;		/* rows in all */
};

/* Random, so that nobody finds the person by trying names. */
static int
pseudonym_make(struct erasure *e)
{
	uint8_t raw[PSEUDONYM_BYTES];

	if (getrandom(raw, sizeof(raw), 0) != sizeof(raw))
		return command_fail("no random bytes");
	memcpy(e->as, "erased-", strlen("erased-"));
	hex_encode(raw, sizeof(raw), e->as + strlen("erased-"));
	return COMMAND_OK;
}

static const char *
yes_no(bool is)
{
	return is ? "true" : "false";
}

static void
say(struct erasure *e, const char *what, int64_t n)
{
	e->n += n;
	progress_clear();
	if (n > 0)
		printf("%10" PRId64 "  %s\n", n, what);
}

static int
history(struct erasure *e)
{
	static const char *const parts[][2] = {
		{ "releases", "releases: author or maintainer" },
		{ "owners", "roles in projects" },
		{ "events", "events of the index" },
		{ "campaigns", "campaigns that are known by them" },
		{ "alerts", "alerts, as they were sent" },
	};
	struct db_rows *rows;

	progress_show("reading history");
	rows = command_query(e->env, &STMT_ERASE_RUN, (const char *[]){
	    e->person, yes_no(e->author), yes_no(e->uploader), e->as,
	    yes_no(e->really) });
	if (rows == NULL)
		return COMMAND_FAILED;
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		say(e, parts[i][1], db_int(rows, 0, parts[i][0]));
	e->newest = db_int(rows, 0, "newest");
	db_rows_free(rows);
	return COMMAND_OK;
}

/* All of history is read, in one transaction. */
static int
be_patient(struct erasure *e)
{
	struct db_rows *rows = command_query(e->env, &STMT_SESSION_PATIENT,
	    NULL);

	if (rows == NULL)
		return COMMAND_FAILED;
	db_rows_free(rows);
	return COMMAND_OK;
}

/* Only an address: a name may be any word of a package. */
static int
files(struct erasure *e)
{
	char	 after[24], upto[24];
	int64_t	 n = 0;

	if (!e->author || strchr(e->person, '@') == NULL)
		return COMMAND_OK;
	for (int64_t at = 0; at < e->newest; at += FILES_WINDOW) {
		struct db_rows *rows;

		(void)!snprintf(after, sizeof(after), "%" PRId64, at);
		(void)!snprintf(upto, sizeof(upto), "%" PRId64,
		    at + FILES_WINDOW);
		progress_show("reading what was found in files: %" PRId64
		    " of %" PRId64, at, e->newest);
		rows = command_query(e->env, &STMT_ERASE_FILES,
		    (const char *[]){ e->person, e->as, after, upto,
		    yes_no(e->really) });
		if (rows == NULL)
			return COMMAND_FAILED;
		n += db_int(rows, 0, "n");
		db_rows_free(rows);
	}
	say(e, "files: what was found in them", n);
	return COMMAND_OK;
}

static int
erase(struct erasure *e)
{
	if (pseudonym_make(e) != COMMAND_OK || be_patient(e) != COMMAND_OK ||
	    history(e) != COMMAND_OK || files(e) != COMMAND_OK)
		return COMMAND_FAILED;
	if (e->n == 0)
		puts("nothing is known of them");
	else if (e->really)
		printf("They stand as %s from now on, where something must"
		    " stand.\n", e->as);
	else
		puts("Nothing was changed; --yes does it, for ever.");
	return COMMAND_OK;
}

static int
run(struct command_env *env, int argc, char **argv)
{
	static const struct option options[] = {
		{ "author", no_argument, NULL, 'a' },
		{ "uploader", no_argument, NULL, 'u' },
		{ "yes", no_argument, NULL, 'y' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct erasure	e = { .env = env };
	int		o, status = COMMAND_FAILED;

	while ((o = command_option(me, argc, argv, options, &status)) != -1) {
		if (o == COMMAND_STOP)
			return status;
		e.author |= o == 'a';
		e.uploader |= o == 'u';
		e.really |= o == 'y';
	}
	if (argc - optind != 1)
		return command_misused(me, "say one person");
	e.person = argv[optind];
	if (strlen(e.person) < 2 || strlen(e.person) > ACTOR_MAX ||
	    !utf8_valid(e.person, strlen(e.person)))
		return command_misused(me, "a person has 2 to %d bytes of "
		    "UTF-8", ACTOR_MAX);
	if (!e.author && !e.uploader)
		e.author = e.uploader = true;
	return erase(&e);
}

const struct command command_erase = { "erase",
    "[--author] [--uploader] [--yes] PERSON",
    "Take a person out of history",
    "PERSON is a mail address, an author's name or a name at PyPI.\n"
    "\n"
    "  --author    only where they are author or maintainer of a release\n"
    "  --uploader  only where they own projects, or did something at PyPI\n"
    "  --yes       do it; without it, only say what it would change\n"
    "\n"
    "Detections stay, with a pseudonym where the person stood, which nothing\n"
    "leads back from.  What the index publishes anew is stored anew.\n"
    "\n"
    "Example:\n"
    "  pypiwatch erase jane@example.org\n", run };

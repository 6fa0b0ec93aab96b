/* SPDX-License-Identifier: Apache-2.0 */
/*
 * own - does what a call sends go to a place of its user's own?
 *
 * An account is whose login it is: what the code neither holds nor makes, nor
 * fetches elsewhere, is its user's.  So is a bucket that only he names.
 *
 * Takes: a call that sends.  Gives: yes or no.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/str.h"
#include "flow/names.h"
#include "flow/own.h"
#include "flow/senders.h"
#include "flow/state.h"

/* What nobody reads but who logs in there.  GitHub and what else shows to all
 * what somebody's token stores there is none of them: thieves leave things in
 * public, under the login of whom they robbed. */
static const char *const stores[] = { "api.dropboxapi.com",
	"content.dropboxapi.com", "api.dropbox.com", "api.box.com",
	"upload.box.com", "api.pcloud.com", "eapi.pcloud.com",
	"api.backblazeb2.com", "api.bitwarden.com", "oauth2.googleapis.com" };

/* Where only other requests than GET leave something; what is read there, and
 * by which login, nobody else is shown. */
static const char *const readers[] = { "api.trello.com", "api.notion.com",
	"api.airtable.com", "sheets.googleapis.com" };

/* What says of a value that somebody else may have chosen it. */
#define MARKS_MADE (MARK_DECODED | MARK_PACKED | MARK_BUILT | MARK_HIDDEN | \
    MARK_KEYED | MARK_SOCKET | MARK_HERE | MARK_RAW_IP | MARK_DROPPED)
/* ... and that its user keeps it, or passes it. */
#define MARKS_LOGIN (MARK_FILE | MARK_VARIABLE | MARK_OUTPUT | MARKS_LOCK | \
    MARK_TOKEN)

static bool
is_store(const char *host)
{
	return str_index(stores, ARRAY_LEN(stores), host) >= 0;
}

/* Whoever fetches elsewhere may fetch a login there. */
void
flow_note_asked(struct flow *f)
{
	struct world *w = f->file->world;
	char host[HOST_MOST + 1];

	for (size_t i = 0; w != NULL && !w->asks_elsewhere && i < f->ntold;
	    i++) {
		const struct flow_told *t = &f->told[i];

		if (!(DEED(t->call.fact->deed) & DEEDS_NET) ||
		    !(t->call.fact->gives & MARK_NETWORK))
			continue;
		flow_host(f, t->where, host);
		w->asks_elsewhere = !t->call.fixed || !is_store(host);
	}
}

/* Of a store that only its user reads, is it his login?  One that came over
 * the network was given there for what he keeps. */
bool
flow_own_account(const struct flow *f, const struct flow_call *c,
    const char *host)
{
	const struct world *w = f->file->world;

	return c->known && c->fixed && w != NULL && is_store(host) &&
	    !((c->key | c->receiver) & MARKS_MADE) &&
	    (c->key & (MARKS_LOGIN | MARK_NETWORK)) && !w->asks_elsewhere;
}

/* requests.get() of the library itself: the package's own get() may do more. */
bool
flow_leaves_nothing(const struct flow_call *c, const char *host)
{
	return c->fixed && c->fact->deed == DEED_FETCH &&
	    str_ends(c->fact->name, ".get") &&
	    str_index(readers, ARRAY_LEN(readers), host) >= 0;
}

/* Which argument names the bucket; or `nargs`. */
static size_t
bucket_of(const struct flow *f, const struct frame *fr, bool file)
{
	for (size_t i = 0; i < fr->nargs; i++)
		if (fr->keywords[i] != 0 &&
		    (flow_word_is(f, fr->keywords[i], "Bucket") ||
		    flow_word_is(f, fr->keywords[i], "bucket")))
			return i;
	return file && fr->nargs > 1 && fr->keywords[1] == 0 ? 1 : fr->nargs;
}

/* upload_file(path, conf["bucket"], key): the bucket and the login are told by
 * who runs it. */
bool
flow_own_bucket(const struct flow *f, const struct frame *fr,
    const struct flow_call *c)
{
	bool file = str_ends(c->name, ".upload_file") ||
	    str_ends(c->name, ".upload_fileobj");
	size_t at;

	if (!str_starts(c->name, "boto3.") || c->fixed ||
	    (!file && !str_ends(c->name, ".put_object")))
		return false;
	at = bucket_of(f, fr, file);
	return at < fr->nargs && frame_text(fr, at) == 0 &&
	    !((fr->args[at].marks | c->receiver) & (MARKS_MADE |
	    MARK_NETWORK | MARK_URL));
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * doings - what a function, and a source, does in all.
 *
 * One call fetches, the next one writes, a third one starts: none of them says
 * what they do together.
 *
 * Takes: calls of one source, in order.  Gives: findings.
 * Runs in: worker child, command.
 */
#include "inspect/doings.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "flow/coins.h"
#include "flow/flow.h"
#include "inspect/code_rules.h"
#include "inspect/inspection.h"
#include "inspect/package/package.h"
#include "inspect/wording.h"

#define MODULE_MOST 256		/* bytes of a module's name */

#define SCOPES_FOLLOWED 512	/* functions of a file that do things */

enum did { DID_DROP = 1, DID_RUN = 2, DID_SEND = 4,
	DID_REPORT = 8, /* to an address in the code */
	DID_CHECK = 16 /* the digest of what it fetched */,
	DID_PATH = 32 /* a folder is imported from */,
	DID_UNPACK = 64 /* by a program, which starts nothing */ };

struct doing {
	uint32_t	 scope, outer, did;
	uint64_t	 host;
	enum context	 context;
	uint32_t	 line;
	size_t		 at;
};

static void
say(struct doings *all, const struct code_rule *r, enum context context,
    uint32_t line, size_t at)
{
	code_say(all->in, all->view, r, &(struct code_place){ context, line,
	    at });
}

static struct doing *
doing_of(struct doings *all, uint32_t scope, uint32_t outer,
    enum context context)
{
	for (size_t i = all->nscopes; i > 0; i--)
		if (all->scopes[i - 1].scope == scope)
			return &all->scopes[i - 1];
	if (all->nscopes == SCOPES_FOLLOWED)
		return NULL;
	if (all->nscopes == all->scopes_room) {
		all->scopes_room = all->scopes_room == 0 ? 8 :
		    2 * all->scopes_room;
		all->scopes = mem_grow(all->scopes, all->scopes_room,
		    sizeof(*all->scopes));
	}
	all->scopes[all->nscopes] = (struct doing){ .scope = scope,
	    .outer = outer, .context = context };
	return &all->scopes[all->nscopes++];
}

/* What makes or uses keys is no business of another package's. */
static void
look_patch(struct doings *all, const struct flow_call *c, enum context context)
{
	static const struct code_rule keys = { .id = "patch-keys",
	    .category = "credential-theft", .tactic = "TA0006",
	    .text = "replaces a function of another library that makes or "
	    "uses keys" };

	if ((AT_LOAD & IN(context)) && coins_makes_keys(c->name))
		say(all, &keys, context, c->line, c->at);
}

/* Parts of a relay: who is told where to connect, by whom, and hands on. */
static void
note_relay(struct doings *all, const struct flow_call *c, enum context context)
{
	if (c->fact->deed == DEED_CONNECT && c->fixed &&
	    (all->dials.line == 0 || context < all->dials.context)) {
		all->dials.line = c->line;
		all->dials.context = context;
	}
	if (c->fact->deed == DEED_CONNECT && (c->first & MARK_SOCKET) &&
	    (all->told.line == 0 || context < all->told.context)) {
		all->told.line = c->line;
		all->told.at = c->at;
		all->told.context = context;
	}
	if (c->fact->deed == DEED_SEND && (c->first & MARK_SOCKET))
		all->pumps = true;
}

/* A shell whose streams are pipes, and who moves what comes to and fro. */
static void
note_shell(struct doings *all, const struct flow_call *c, enum context context)
{
	if (c->fact->deed == DEED_CONNECT && (all->peer.line == 0 ||
	    context < all->peer.context)) {
		all->peer.line = c->line;
		all->peer.context = context;
	}
	if (c->reads && (all->shell.line == 0 ||
	    context < all->shell.context)) {
		all->shell.line = c->line;
		all->shell.at = c->at;
		all->shell.context = context;
	}
	if ((c->fact->deed == DEED_SEND || c->fact->deed == DEED_WRITE) &&
	    (c->arguments & MARK_SOCKET))
		all->feeds = true;
}

static void
look_shell(struct doings *all)
{
	static const struct code_rule shell = { .id = "reverse-shell",
	    .category = "remote-control", .tactic = "TA0011",
	    .text = "ties a shell to a network connection" };

	if (all->shell.line != 0 && all->peer.line != 0 && all->feeds &&
	    (AT_LOAD & IN(all->shell.context)) &&
	    (AT_LOAD & IN(all->peer.context)))
		say(all, &shell, all->shell.context, all->shell.line,
		    all->shell.at);
}

static void
look_relay(struct doings *all)
{
	static const struct code_rule early = { .id = "relay-started",
	    .category = "remote-control", .tactic = "TA0011", .text = "hands "
	    "on connections by itself, to wherever a peer says" };
	static const struct code_rule called = { .id = "relay-told",
	    .category = "remote-control", .tactic = "TA0011", .text = "takes "
	    "orders from an address in the code to which other addresses to "
	    "connect, and hands on what comes" };

	if (all->told.line == 0 || !(all->pumps || wording_pumps(all->view)))
		return;
	if (AT_LOAD & IN(all->told.context))
		say(all, &early, all->told.context, all->told.line,
		    all->told.at);
	else if (all->dials.line != 0 && !wording_logs_in(all->view))
		say(all, &called, all->told.context, all->told.line,
		    all->told.at);
}

/* Its streams are what nobody knows, and a program starts as it is loaded. */
static bool
ties_unknown(const struct doings *all, const struct flow_call *c,
    enum context now)
{
	return (DEED(c->fact->deed) & DEEDS_RUN) && all->dups != 0 &&
	    (AT_LOAD & IN(now));
}

/* One module connects, one ties, and one starts a program. */
static void
look_tied(const struct doings *all, const struct flow_call *c, enum context now)
{
	struct package *p = all->in->package;
	enum context context = all->view->context;
	uint64_t deed = DEED(c->fact->deed);

	if (all->view->module == NULL || all->view->layers != NULL)
		return;
	if (c->tied || ties_unknown(all, c, now))
		package_note(p, PACKAGE_TIES, c->line, context);
	if (deed & DEED(DEED_CONNECT))
		package_note(p, PACKAGE_CONNECTS, c->line, context);
	if (deed & DEEDS_RUN)
		package_note(p, PACKAGE_RUNS, c->line, context);
	if (!(AT_LOAD & IN(now)))
		return;
	if (c->reads)
		package_note(p, PACKAGE_SHELLS, c->line, now);
	if ((deed & (DEED(DEED_SEND) | DEED(DEED_WRITE))) &&
	    (c->arguments & MARK_SOCKET))
		package_note(p, PACKAGE_FEEDS, c->line, now);
}

/* What the package knows of the view, and who else asks. */
static void
note_acts(struct doings *all, const struct flow_call *c, enum context context)
{
	uint64_t deed = DEED(c->fact->deed);

	if (deed & (DEEDS_RUN | DEEDS_EXEC | DEEDS_NET |
	    DEED(DEED_CONNECT) | DEED(DEED_LOAD)))
		all->acts = true;
	if ((AT_LOAD & IN(context)) && (all->acts ||
	    (deed & (DEED(DEED_WRITE) | DEED(DEED_COPY)))))
		all->acts_early = true;
	if ((deed & DEEDS_RUN) && context < all->in->runs_at)
		all->in->runs_at = context;
	all->starts = all->starts || ((deed & (DEEDS_RUN | DEED(DEED_LOAD))) &&
	    !c->unpacks);
}

/* Parts of a shell on a connection, and of a server that obeys. */
static void
note_connection(struct doings *all, const struct flow_call *c,
    enum context context)
{
	uint64_t deed = DEED(c->fact->deed);

	if (deed & DEEDS_RUN)
		all->runs = c->line;
	if (deed & DEED(DEED_CONNECT))
		all->connects = c->line;
	if (((deed & DEED(DEED_DUP)) && !c->plain) || c->tied)
		all->dups = c->line;
	if ((deed & DEED(DEED_LISTEN)) && wording_serves_all(all->view, c->at))
		all->listens = c->line;
	if ((deed & (DEEDS_RUN | DEEDS_EXEC)) && (c->first & MARK_SOCKET) &&
	    context == CONTEXT_CALL) {
		all->obeys = c->line;
		all->obeys_at = c->at;
	}
	note_relay(all, c, context);
	note_shell(all, c, context);
	look_tied(all, c, context);
}

/* pkg.later = ours: what a module of the package itself calls so. */
static bool
is_of_package(const struct doings *all, const char *name)
{
	char module[MODULE_MOST], *dot;
	const struct held *h;

	if (str_copy(module, sizeof(module), name) == -1 ||
	    (dot = strrchr(module, '.')) == NULL)
		return false;
	*dot = '\0';
	h = package_module(all->in->package, module);
	return h != NULL && h->installed;
}

static void
note_patch(struct doings *all, const struct flow_call *c, enum context context)
{
	look_patch(all, c, context);
	/* Whoever asks for reports of errors gets them. */
	if (all->npatches == PATCHES_FOLLOWED || (context == CONTEXT_CALL &&
	    str_equal(c->name, "sys.excepthook")) ||
	    is_of_package(all, c->name))
		return;
	all->patches[all->npatches].scope = c->patched;
	all->patches[all->npatches].line = c->line;
	all->patches[all->npatches].at = c->at;
	all->patches[all->npatches++].context = context;
}

/* Does the call put what it fetched into a file? */
static bool
drops(const struct doings *all, const struct flow_call *c)
{
	if (c->arguments & MARK_FORGE)
		return false;
	return c->fact->deed == DEED_FETCH_TO ||
	    (c->fact->deed == DEED_WRITE && (c->arguments & MARK_NETWORK) &&
	    !wording_stream(all->view, c->at));
}

static uint32_t
did(const struct doings *all, const struct flow_call *c)
{
	uint64_t deed = DEED(c->fact->deed);

	if (c->fact->deed == DEED_CHECK && (c->arguments & (MARK_NETWORK |
	    MARK_FILE | MARK_DROPPED)))
		return DID_CHECK;
	if (deed & (DEEDS_RUN | DEED(DEED_LOAD)))
		return c->unpacks ? DID_UNPACK : DID_RUN;
	/* Tables that a command fetches anew are modules, too. */
	if (c->fact->deed == DEED_PATH && !str_equal(c->fact->name,
	    FLOW_MODULE))
		return DID_PATH;
	return (drops(all, c) ? DID_DROP : 0) | (deed & DEEDS_NET ?
	    (c->arguments & MARK_URL ? DID_SEND | DID_REPORT : DID_SEND) : 0);
}

void
doings_note(struct doings *all, const struct flow_call *c,
    enum context context)
{
	struct doing *d = doing_of(all, c->scope, c->outer, context);
	uint32_t now = did(all, c);

	note_acts(all, c, context);
	note_connection(all, c, context);
	if (c->fact->deed == DEED_PATCH)
		note_patch(all, c, context);
	if (d == NULL)
		return;
	d->host |= c->fact->gives & MARKS_HOST;
	d->did |= now;
	if ((now & (DID_PATH | DID_RUN | DID_UNPACK)) || (d->line == 0 &&
	    (now & DID_SEND))) {
		d->line = c->line;
		d->at = c->at;
	}
}

void
doings_tell(struct doings *all)
{
	static const struct code_rule drop_run = { .id = "drop-and-run",
	    .category = "download-exec", .tactic = "TA0002",
	    .text = "fetches a file, writes it and starts a process" };
	static const struct code_rule recon = { .id = "recon-and-send",
	    .category = "beacon", .tactic = "TA0007",
	    .text = "asks who and where the machine is, and uses the "
	    "network" };
	static const struct code_rule patch = { .id = "patch-and-send",
	    .category = "exfiltration", .tactic = "TA0009",
	    .text = "replaces a function of another library with one that "
	    "sends" };
	static const struct code_rule shell = { .id = "reverse-shell",
	    .category = "remote-control", .tactic = "TA0011",
	    .text = "ties a shell to a network connection" };

	static const struct code_rule open = { .id = "open-shell",
	    .category = "remote-control", .tactic = "TA0011",
	    .text = "listens, and runs what whoever connects sends" };
	static const struct code_rule import = { .id = "import-dropped-call",
	    .category = "download-exec", .tactic = "TA0002",
	    .text = "fetches into a folder that it imports from" };

	if (all->listens != 0 && all->obeys != 0 &&
	    !wording_asks_who(all->view))
		say(all, &open, CONTEXT_CALL, all->obeys, all->obeys_at);
	look_relay(all);
	look_shell(all);
	for (size_t i = 0; i < all->nscopes; i++) {
		struct doing *d = &all->scopes[i];

		/* What was unpacked may be started elsewhere. */
		if ((d->did & DID_UNPACK) && all->starts)
			d->did |= DID_RUN;
		if ((d->did & DID_DROP) && (d->did & DID_RUN) &&
		    !(d->did & DID_CHECK))
			say(all, &drop_run, d->context, d->line, d->at);
		if ((d->did & DID_DROP) && (d->did & DID_PATH) &&
		    d->context == CONTEXT_CALL && !wording_checks(all->view))
			say(all, &import, d->context, d->line, d->at);
		if ((d->did & DID_REPORT) && code_count(d->host) >= 2)
			say(all, &recon, d->context, d->line, d->at);
	}
	for (size_t i = 0; i < all->npatches; i++)
		for (size_t k = 0; k < all->nscopes; k++)
			if ((all->scopes[k].scope == all->patches[i].scope ||
			    all->scopes[k].outer == all->patches[i].scope) &&
			    (all->scopes[k].did & DID_REPORT))
				say(all, &patch, all->patches[i].context,
				    all->patches[i].line, all->patches[i].at);
	if (all->connects != 0 && all->dups != 0 && all->runs != 0)
		say(all, &shell, all->view->context, all->connects, 0);
}

void
doings_free(struct doings *all)
{
	free(all->scopes);
}

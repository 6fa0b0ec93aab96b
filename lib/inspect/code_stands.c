/* SPDX-License-Identifier: Apache-2.0 */
/*
 * code_stands - what a rule that holds for a call says where the source shows
 * more than the call does: another thing, or nothing.
 *
 * Takes: a view, a rule, a call, its context.  Gives: the rule, another, NULL.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/str.h"
#include "flow/flow.h"
#include "flow/world.h"
#include "inspect/asked.h"
#include "inspect/code_rules.h"
#include "inspect/inspection.h"
#include "inspect/package/package.h"
#include "inspect/wording.h"

/* A call where it stands. */
struct scene {
	const struct inspection	*in;
	const struct view	*view;
	const struct flow_call	*call;
	enum context		 context;
};

/* ---- what is said instead ----------------------------------------------- */

static const struct code_rule guarded = { .id = "web-console",
    .category = "remote-control", .tactic = "TA0011",
    .text = "runs what a visitor of the web server sends who is checked "
    "before" };
static const struct code_rule runner = { .id = "web-runner",
    .category = "remote-control", .tactic = "TA0011",
    .text = "is a server that runs the code which it is sent" };
static const struct code_rule pinned = { .id = "install-pinned",
    .category = "install-action", .tactic = "TA0011",
    .text = "fetches a file during installation whose digest it knows" };
static const struct code_rule compiled = { .id = "build-pinned",
    .category = "install-action", .tactic = "TA0002",
    .text = "compiles what it fetched during installation, and knows its "
    "digest" };
static const struct code_rule for_user = { .id = "download-run-for",
    .category = "download-exec", .tactic = "TA0002",
    .text = "runs a program that it has fetched, with what its user says" };
static const struct code_rule own = { .id = "persistence-own",
    .category = "persistence", .tactic = "TA0003",
    .text = "has the package itself started again, when somebody asks for "
    "it" };
static const struct code_rule answered = { .id = "recorder-client",
    .category = "beacon", .tactic = "TA0011",
    .text = "asks a service that records requests, and reads what it says" };

/* ---- code that is sent -------------------------------------------------- */

/* A visitor is asked who he is, unless it lets in whoever knows a word of the
 * code. */
static bool
asks_visitor(const struct scene *s)
{
	return asked_who(s->view, s->call->at) &&
	    !wording_knows_digest(s->view) && !s->call->word;
}

/* Code of Python's that a route of the module's own server is sent, as runners
 * of notebooks and assistants do.  Nobody starts that server by loading the
 * package, nor beside anything else. */
static bool
is_runner(const struct scene *s)
{
	static const char *const words[] = { "Thread", "Process(", "Timer(",
	    "fork(", "create_task(", "Executor(", "Popen(", "headers",
	    "cookies" };
	const struct flow_call *c = s->call;

	return s->context == CONTEXT_CALL && c->page &&
	    (c->python || (DEED(c->fact->deed) & DEEDS_EXEC)) &&
	    !s->view->imported &&
	    !wording_any(s->view, words, ARRAY_LEN(words)) &&
	    asked_to_serve(s->view);
}

/* ---- what is fetched ---------------------------------------------------- */

static bool
builds(const struct scene *s)
{
	return s->call->compiles && s->context == CONTEXT_INSTALL;
}

static bool
runs_for_user(const struct scene *s)
{
	return s->call->passes_on ||
	    (s->call->folder && s->context == CONTEXT_CALL);
}

/* What was fetched, in a program that its user chose by a variable: who calls
 * that reads it. */
static bool
is_shown(const struct scene *s)
{
	return s->call->shown && s->context == CONTEXT_CALL &&
	    !package_sets_variables(s->in->package);
}

static bool
person_agrees(const struct scene *s)
{
	return s->call->guards & GUARD_PERSON;
}

static bool
knows_digest(const struct scene *s)
{
	return wording_knows_digest(s->view);
}

/* An importer that nobody has installed yet unpacks what it finds. */
static bool
imports_later(const struct scene *s)
{
	return s->call->in_hook && s->call->place == FLOW_LATER;
}

static bool
imports_bytecode(const struct scene *s)
{
	return s->call->in_hook && wording_keeps_bytecode(s->view);
}

static bool
plants_own(const struct scene *s)
{
	return code_plants_own(s->in, s->view, s->call, s->context);
}

static bool
publishes(const struct scene *s)
{
	return asked_to_publish(s->view, s->call->at);
}

/* ---- what is sent ------------------------------------------------------- */

/* A request that brings nothing of anybody's, and whose answer is read. */
static bool
asks_only(const struct scene *s)
{
	const uint64_t address = MARK_URL | MARK_BIN | MARK_NETWORK;
	const struct flow_call *c = s->call;

	return (DEED(c->fact->deed) & DEEDS_NET) && c->place == FLOW_LATER &&
	    !c->loose && !c->given && !(c->arguments & ~address);
}

static bool
has_own_key(const struct scene *s)
{
	return s->call->own_key;
}

static bool
goes_to_user(const struct scene *s)
{
	return code_is_users(s->in, s->call, s->context);
}

static bool
goes_to_users_fixed(const struct scene *s)
{
	return s->call->fixed && goes_to_user(s);
}

/* A chat whose key is not there has it of a variable of its user's, and is told
 * nothing of worth. */
static bool
tells_user(const struct scene *s)
{
	const uint64_t worth = STEALABLE | VALUABLES | MARK_DROPPED;
	const uint64_t made = MARK_DECODED | MARK_BUILT | MARK_HIDDEN |
	    MARK_NETWORK | MARK_FILE;
	const struct flow_call *c = s->call;

	return code_is_open_chat(c) && (c->where & MARK_VARIABLE) &&
	    !(c->where & made) && !wording_has_key_piece(s->view) &&
	    !(c->body & worth);
}

/* Is there nothing of worth among what it is given, but for those? */
static bool
gives_but(const struct flow_call *c, uint64_t marks)
{
	return !(c->arguments & (MARK_TOKEN | (VALUABLES & ~marks)));
}

static bool
opts_out(const struct scene *s)
{
	return gives_but(s->call, MARKS_HOST | MARK_FILE) &&
	    wording_has(s->view, "DO_NOT_TRACK");
}

static bool
is_tracker(const struct flow_call *c)
{
	return str_starts(c->name, "sentry_sdk.");
}

/* That library tells the host's name with every report. */
static bool
reports_host(const struct scene *s)
{
	return is_tracker(s->call) &&
	    strstr(s->call->name, "capture") == NULL &&
	    gives_but(s->call, MARK_HOSTNAME);
}

/* No module says whose tracker it is. */
static bool
tracks_for_nobody(const struct scene *s)
{
	return is_tracker(s->call) && s->view->module != NULL &&
	    !package_world(s->in->package)->tracks;
}

static bool
leaves_nothing(const struct scene *s)
{
	return s->call->leaves_nothing;
}

/* What a library sees of its user's program, for who logs in there. */
static bool
reports_program(const struct scene *s)
{
	const struct flow_call *c = s->call;

	return (c->body & MARK_PASSED) &&
	    !(c->body & STEALABLE & ~(uint64_t)MARK_TRAFFIC) &&
	    (c->known || wording_logs_in(s->view));
}

/* ---- the whole ---------------------------------------------------------- */

/* Of the rows of one rule the first that holds counts. */
static const struct stands {
	const char		*id;
	bool			(*holds)(const struct scene *);
	const struct code_rule	*says;	/* NULL: nothing */
} stands[] = {
	{ "web-shell", asks_visitor, &guarded },
	{ "web-shell", is_runner, &runner },

	{ "download-run", builds, &compiled },
	{ "download-run", runs_for_user, &for_user },
	{ "download-run", is_shown, NULL },
	{ "run-downloaded", is_shown, NULL },
	{ "run-downloaded-fixed", is_shown, NULL },
	{ "run-downloaded-fixed", person_agrees, NULL },
	{ "exec-downloaded-fixed", person_agrees, NULL },
	{ "install-network", knows_digest, &pinned },
	{ "exec-decoded-value", imports_later, NULL },
	{ "exec-decoded-file", imports_bytecode, NULL },
	{ "persistence-write", plants_own, &own },
	{ "persistence-command", plants_own, &own },
	{ "publish-command", publishes, NULL },

	{ "beacon-endpoint", asks_only, &answered },
	{ "send-endpoint", tells_user, NULL },
	{ "exfil-token", has_own_key, NULL },
	{ "exfil-secret-call", goes_to_user, NULL },
	{ "exfil-secret-fixed", goes_to_users_fixed, NULL },
	{ "exfil-token-answered", goes_to_users_fixed, NULL },
	{ "exfil-token-foreign", goes_to_users_fixed, NULL },
	{ "exfil-unheard", goes_to_users_fixed, NULL },
	{ "exfil-hunted", goes_to_users_fixed, NULL },
	{ "exfil-form", opts_out, NULL },
	{ "exfil-form", reports_host, NULL },
	{ "exfil-form", tracks_for_nobody, NULL },
	{ "exfil-anonymous", goes_to_users_fixed, NULL },
	{ "exfil-anonymous", leaves_nothing, NULL },
	{ "exfil-anonymous", tracks_for_nobody, NULL },
	{ "exfil-anonymous", reports_program, NULL },
};

const struct code_rule *
code_as_it_stands(const struct inspection *in, const struct view *v,
    const struct code_rule *r, const struct flow_call *c, enum context context)
{
	const struct scene s = { in, v, c, context };

	for (size_t i = 0; i < ARRAY_LEN(stands); i++)
		if (str_equal(r->id, stands[i].id) && stands[i].holds(&s))
			return stands[i].says;
	return r;
}

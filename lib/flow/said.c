/* SPDX-License-Identifier: Apache-2.0 */
/*
 * said - calls of interest are said, once all passes are over.
 *
 * Takes: a call as it was told in the last pass.  Gives: the same with its
 * place, who hears what comes of it, and whose is the place where it sends.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/str.h"
#include "flow/after.h"
#include "flow/calls.h"
#include "flow/names.h"
#include "flow/neighbours.h"
#include "flow/own.h"
#include "flow/scopes.h"
#include "flow/secrets.h"
#include "flow/senders.h"
#include "flow/state.h"
#include "flow/users.h"

/* ---- questions ---------------------------------------------------------- */

/* What a thread is given to call fails there alone. */
static void
ask_apart(struct flow *f, struct flow_told *t)
{
	t->call.silent = t->call.loose ||
	    flow_is_silent(f, t->node, t->scope);
}

static void
ask_waits(struct flow *f, struct flow_told *t)
{
	t->call.loose = t->call.loose || flow_is_loose(f, t->node);
}

static void
ask_failures(struct flow *f, struct flow_told *t)
{
	t->call.silent = flow_is_silent(f, t->node, t->scope);
}

/* Valuables: to whom do they belong where they go? */
static void
ask_whose(struct flow *f, struct flow_told *t)
{
	struct flow_call *c = &t->call;
	char host[HOST_MOST + 1];

	c->loose = c->loose || flow_is_loose(f, t->node);
	flow_host(f, t->where, host);
	/* Who only logs in at a bucket, whichever its user names. */
	c->foreign = flow_is_foreign(f, host) && ((c->body & FOREIGN_WORTH) ||
	    !str_starts(host, ".s3"));
	c->own_place = c->own_place || flow_own_account(f, c, host);
	c->leaves_nothing = flow_leaves_nothing(c, host);
	c->own_key = (c->arguments & MARK_TOKEN) &&
	    flow_is_own_key(f, host, flow_is_listing(f, t));
}

static void
ask_guards(struct flow *f, struct flow_told *t)
{
	f->asks = f->asks || t->call.fact->deed == DEED_DELETE ||
	    (t->call.arguments & MARK_NETWORK);
	t->call.guards = flow_guards(f, t->node, t->scope);
}

static void
ask_answers(struct flow *f, struct flow_told *t)
{
	struct flow_call *c = &t->call;
	char host[HOST_MOST + 1];

	c->loose = c->loose || flow_is_loose(f, t->node);
	flow_host(f, t->where, host);
	c->heard = c->loose && flow_is_heard(f, host);
	c->elsewhere = c->loose && (f->logs_in || flow_is_second(f, host));
	c->login = c->loose && flow_is_login(f, t->node, host);
	c->worked = c->loose && flow_works(f, t);
	if (flow_is_kept_for(f, host)) {
		c->heard = true;
		c->foreign = false;
	}
	c->lent = flow_sends_lent(c, f->texts[t->where].bytes) &&
	    !flow_is_lender(f, host);
}

/* The source reads files of its own, and none whose path it is told. */
static bool
reads_own(struct flow *f)
{
	enum flow_files found = FILES_NONE;

	for (size_t i = 0; i < f->ntold && f->files == FILES_UNASKED &&
	    found != FILES_TOLD; i++)
		if (f->told[i].call.fact->gives & MARK_FILE)
			found = f->told[i].of_path != 0 ? FILES_TOLD :
			    FILES_OWN;
	if (f->files == FILES_UNASKED)
		f->files = found;
	return f->files == FILES_OWN;
}

/* Is a parameter that is sent what a file holds, whatever is sent beside it? */
static bool
passes_file(const struct flow *f, const struct flow_told *t)
{
	const struct flow_scope *s = &f->scopes[t->scope];
	uint64_t marks = t->passed;

	for (uint32_t k = 0; k < s->nparameters; k++)
		if (t->params & (1u << k))
			marks |= s->told[k] | s->near[k];
	return marks & MARK_FILE;
}

/* Nobody passes a file: an id, or what it keeps between two runs. */
static void
ask_file(struct flow *f, struct flow_told *t)
{
	t->call.own_file = !(t->call.held & HELD_GIVEN_FILE) &&
	    !passes_file(f, t) && reads_own(f);
}

static void
ask_pinned(struct flow *f, struct flow_told *t)
{
	t->call.compiles = t->call.compiles && flow_is_pinned(f);
}

/* In this order: of calls of those deeds, and of those whose arguments have one
 * of the marks, unless they are 0. */
static const struct question {
	uint64_t	 deeds, marks;
	void		(*ask)(struct flow *, struct flow_told *);
} questions[] = {
	{ DEEDS_NET | DEED(DEED_LOGIN), 0, ask_apart },
	{ DEEDS_ALL, LOOSE_WORTH, ask_whose },
	{ DEEDS_RUN | DEEDS_EXEC | DEED(DEED_DELETE) | DEED(DEED_FETCH_TO), 0,
	    ask_guards },
	{ DEEDS_RUN | DEEDS_EXEC | DEED(DEED_LOAD), MARK_DROPPED |
	    MARK_COMMAND, ask_failures },
	{ DEEDS_RUN, MARK_DROPPED | MARK_COMMAND, ask_waits },
	{ DEEDS_NET | DEED(DEED_LOGIN), 0, ask_answers },
	{ DEEDS_NET, MARK_FILE, ask_file },
	{ DEEDS_RUN, MARK_DROPPED, ask_pinned },
};

/* Where and when the call runs. */
static void
place(struct flow *f, struct flow_told *t)
{
	struct flow_call *c = &t->call;
	const struct flow_scope *s = &f->scopes[t->scope];
	const struct node *n = flow_at(f, t->node);
	uint32_t callee = n->kind == NODE_CALL ? n->kid : 0;
	uint64_t traits = flow_traits(f, s->name);

	c->place = c->at_load ? FLOW_TOP : flow_place(f, t->scope);
	c->via = f->scopes[flow_runs_with(f, t->scope)].via;
	c->scope = t->scope;
	c->outer = s->parent;
	c->at = callee != 0 ? flow_at(f, callee)->end - 1 : n->at;
	c->line = tree_line(f->tree, (uint32_t)c->at);
	c->in_hook = (traits & NAME_HOOK) != 0;
	c->page = flow_is_page(f, t->scope);
	c->in_operator = c->in_operator || (traits & NAME_OPERATOR) != 0;
	c->word = f->knows_word || (f->file->world != NULL &&
	    f->file->world->knows_word);
}

/* ---- other modules ------------------------------------------------------ */

static void
take_away(struct flow_call *c, uint64_t marks)
{
	c->arguments &= ~marks;
	c->first &= ~marks;
	c->second &= ~marks;
	c->payload &= ~marks;
	c->body &= ~marks;
}

/* Whose address it is that some of them pass, nobody knows; nor whose disk, for
 * who calls both. */
static void
leave_far(struct flow_call *c, uint64_t far)
{
	if (DEED(c->fact->deed) & (DEEDS_RUN | DEEDS_EXEC))
		take_away(c, far & MARK_URL);
	if (c->place != FLOW_TOP)
		take_away(c, far & MARK_DESTROY);
}

/* The call as it runs with the file, without what other modules may pass when
 * they are called, and functions that nobody has called then; with that, it
 * waits for them. */
static void
say_near(struct flow *f, struct flow_told *t)
{
	uint64_t far = flow_far_marks(f, t);
	bool top = t->call.place == FLOW_TOP;
	uint64_t late = top ? flow_late_marks(f, t->scope, t->params,
	    t->passed) : 0;
	/* Which file it is, who opened it may have been passed. */
	uint64_t path = top && t->call.fact->deed == DEED_WRITE ?
	    flow_late_marks(f, t->scope, t->path_params, t->path_passed) : 0;
	struct flow_call near = t->call;

	leave_far(&t->call, far);
	if (!top || (far | late | path) == 0)
		return;
	take_away(&near, far | late);
	near.receiver &= ~path;
	f->each(f->ctx, &near);
	t->call.place = FLOW_LATER;
}

/* ---- the whole ---------------------------------------------------------- */

void
flow_say(struct flow *f, struct flow_told *t)
{
	struct flow_call *c = &t->call;

	place(f, t);
	/* os.execv() gives nothing: the program takes over. */
	c->passes_on = c->passes_on && (strstr(c->name, "os.exec") != NULL ||
	    !flow_is_dropped(f, t->node));
	for (size_t i = 0; i < ARRAY_LEN(questions); i++) {
		const struct question *q = &questions[i];

		if ((DEED(c->fact->deed) & q->deeds) &&
		    (q->marks == 0 || (c->arguments & q->marks)))
			q->ask(f, t);
	}
	/* What the user's own client sends, no visitor sent. */
	if (f->patches_client && (c->payload & MARK_TRAFFIC))
		c->payload = (c->payload & ~(uint64_t)MARK_REQUEST) |
		    MARK_CLIENTS;
	/* Where all addresses of a file are a forge's, so is an unknown one. */
	if (!(c->arguments & MARK_URL) && f->urls > 0 &&
	    f->urls == f->forge_urls)
		c->arguments |= MARK_FORGE;
	say_near(f, t);
	f->each(f->ctx, c);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wrap - functions that only wrap what sends: post(url, data), or a
 * method of an object that was made with its address.  One wrapper serves many
 * callers, so where to and what is told of each call of it.
 *
 * Takes: calls that send, calls of functions.  Gives: which parameters of a
 * function are address and payload; calls of wrappers, told as calls that send.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/str.h"
#include "flow/calls.h"
#include "flow/names.h"
#include "flow/senders.h"
#include "flow/state.h"

#define BOUND 255		/* sends_to: the receiver was made with it */

static bool
adds(struct flow_sender *s, uint32_t params, uint8_t to)
{
	bool more = (params & ~s->params) != 0 || (s->to == 0 && to != 0);

	s->params |= params;
	if (s->to == 0)
		s->to = to;
	return more;
}

static uint8_t
lowest(uint32_t params)
{
	uint8_t k = 0;

	if (params == 0)
		return 0;
	while (!(params & 1u << k))
		k++;
	return (uint8_t)(k + 1);
}

/* A function of this source that sends what it is given to an address that it
 * is given, too. */
static void
note(struct flow *f, uint32_t scope, uint32_t params, uint32_t address)
{
	struct flow_scope *s = &f->scopes[scope];
	uint8_t to = lowest(address);

	if (s->kind != SCOPE_FUNCTION || params == 0)
		return;
	/* self.base + path */
	if (f->scopes[s->parent].kind == SCOPE_CLASS && address == 0)
		to = BOUND;
	if (to != 0 && adds(&s->sender, params, to))
		f->changed = true;
}

void
flow_note_sender(struct flow *f, const struct frame *fr, size_t address)
{
	uint32_t params = 0;

	for (size_t i = 0; i < fr->nargs; i++)
		if (i != address && (fr->keywords[i] == 0 ||
		    !flow_word_is(f, fr->keywords[i], "headers")))
			params |= fr->args[i].params;
	note(f, fr->scope, params & ~fr->args[address].params,
	    fr->args[address].params);
}

/* ---- what is worked on, and reported ------------------------------------- */

/* Names and kinds: what counts of how something is used tells no more. */
static uint32_t
telling_params(const struct flow *f, const struct flow_scope *s)
{
	static const char *const words[] = { "event", "name", "method", "mode",
	    "fmt", "format", "kind", "type", "version", "command", "lang",
	    "language", "model", "label", "action", "category", "level",
	    "status", "url", "host" };
	char name[FLOW_NAME_MOST + 1];
	uint32_t bits = 0;

	for (uint32_t k = 0; k < s->nparameters; k++)
		if (str_index(words, ARRAY_LEN(words), flow_string(f,
		    f->tree->bindings[s->parameters[k]].name, name)) < 0)
			bits |= 1u << k;
	return bits;
}

void
flow_note_report(struct flow *f, const struct frame *fr, size_t address)
{
	for (size_t i = 0; i < fr->nargs; i++)
		if (i != address || fr->callee.where != 0)
			f->scopes[fr->scope].reports |= fr->args[i].params;
}

bool
flow_is_worked(struct flow *f, const struct frame *fr, uint32_t params)
{
	struct flow_scope *s = &f->scopes[fr->scope];

	s->reports |= params;
	return s->worked || (s->result.params & params &
	    telling_params(f, s)) != 0;
}

bool
flow_works(const struct flow *f, const struct flow_told *t)
{
	const struct flow_scope *s = &f->scopes[t->scope];
	uint32_t told = s->reports & t->params & telling_params(f, s);

	/* What is asked for may be an answer that warms a cache. */
	if (told == 0 || str_ends(t->call.name, ".get"))
		return false;
	return s->worked || (s->result.params & told) != 0;
}

/* ---- calls of wrappers --------------------------------------------------- */

static void
add_argument(struct flow *f, const struct frame *fr, size_t i, int k,
    const struct flow_sender *sender, struct flow_sending *out)
{
	if (k + 1 == sender->to) {
		out->address |= fr->args[i].params;
		if (flow_is_fixed(f, fr, i))
			out->where = flow_address_text(f, fr, i);
	} else if (sender->params & 1u << k) {
		out->marks |= fr->args[i].marks;
		out->params |= fr->args[i].params;
	}
}

void
flow_tell_sender(struct flow *f, const struct frame *fr,
    const struct fact *fact, const struct flow_sending *s)
{
	struct flow_told *t = flow_tell(f, fr->node, fr->scope, fact,
	    fr->callee.name);
	uint64_t where = flow_text_marks(f, s->where) | MARK_URL;
	struct flow_call *c;

	if (t == NULL)
		return;
	t->where = s->where;
	c = &t->call;
	c->where = where;
	c->arguments = c->payload = c->body = s->marks | where;
	c->fixed = true;
	c->bare = false;
	c->given = s->params != 0;
	c->loose = fr->later || !str_equal(fact->name, "wrapper");
}

/* `parameter` says which of the function's takes argument `i`, or -1. */
void
flow_call_sender(struct flow *f, const struct frame *fr,
    const struct flow_sender *sender, const void *function,
    int (*parameter)(const struct flow *, const struct frame *, size_t i,
    const void *function))
{
	static const struct fact sends = { "wrapper", DEED_SEND, 0 };
	struct flow_sending s = { 0 };

	if (sender->to == 0)
		return;
	for (size_t i = 0; i < fr->nargs; i++) {
		int k = parameter(f, fr, i, function);

		if (k >= 0)
			add_argument(f, fr, i, k, sender, &s);
	}
	if (s.where == 0)
		s.where = fr->callee.where;
	if (s.where != 0)
		flow_tell_sender(f, fr, &sends, &s);
	else if (s.address != 0 || sender->to == BOUND)
		note(f, fr->scope, s.params & ~s.address, s.address);
}

/* Client("https://..."): the address that an object is made with, or 0. */
uint32_t
flow_made_with(const struct flow *f, const struct frame *fr)
{
	for (size_t i = 0; i < fr->nargs; i++) {
		uint32_t text = fr->args[i].text;

		if (text != 0 && flow_is_fixed(f, fr, i) &&
		    strstr(f->texts[text].bytes, "://") != NULL)
			return text;
	}
	return 0;
}

uint32_t
flow_record_where(const struct flow *f, const struct frame *fr)
{
	uint32_t text = fr->nargs > 1 ? fr->args[0].text : 0;

	return text != 0 && !f->texts[text].open &&
	    strstr(f->texts[text].bytes, "://") == NULL &&
	    flow_is_host(f->texts[text].bytes) ? text : 0;
}

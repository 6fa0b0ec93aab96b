/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flow_tell - calls that matter are kept for who asked for them, with what
 * is known of their address and of what they carry.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "inspect/flow_state.h"

#define TOLD_MOST 50000		/* calls of one source that matter */

struct flow_told *
flow_tell(struct flow *f, uint32_t node, uint32_t scope,
    const struct fact *fact, uint32_t name)
{
	struct flow_told *t;
	char *copy;
	size_t len;
	const char *text = flow_spelled(f, name, &len);

	if (f->ntold == TOLD_MOST)
		return NULL;
	if (f->ntold == f->told_room) {
		f->told_room = f->told_room == 0 ? 32 : 2 * f->told_room;
		f->told = mem_grow(f->told, f->told_room, sizeof(*f->told));
	}
	copy = arena_take(&f->arena, len + 1);
	if (copy == NULL)
		return NULL;
	memcpy(copy, text, len);
	copy[len] = '\0';
	t = &f->told[f->ntold++];
	*t = (struct flow_told){ .node = node, .scope = scope };
	t->call.name = copy;
	t->call.fact = fact;
	t->call.bare = true;
	return t;
}

/* Which argument tells where to send: the one that says so, else the first
 * that is no method of HTTP. */
static size_t
address_of(struct flow *f, const struct frame *fr)
{
	static const char *const methods[] = { "GET", "POST", "PUT", "PATCH",
	    "DELETE", "HEAD", "OPTIONS", "get", "post", "put" };
	char name[FLOW_NAME_MOST + 1];

	if (fr->nargs > 1 && str_ends(flow_string(f, fr->callee.name, name),
	    ".sendto"))
		return fr->nargs - 1;
	for (size_t i = 0; i < fr->nargs; i++)
		if (fr->keywords[i] != 0 &&
		    (flow_traits(f, fr->keywords[i]) & NAME_ADDRESS))
			return i;
	return fr->nargs > 1 && str_index(methods, ARRAY_LEN(methods),
	    f->texts[frame_text(fr, 0)].bytes) >= 0 ? 1 : 0;
}

/* What is sent, beside what authenticates the sender. */
static uint64_t
payload_marks(const struct flow *f, const struct frame *fr)
{
	static const char *const logins[] = { "headers", "auth", "cookies",
	    "cert" };
	uint64_t marks = 0;

	for (size_t i = 0; i < fr->nargs; i++) {
		bool login = false;

		for (size_t k = 0; fr->keywords[i] != 0 &&
		    k < ARRAY_LEN(logins); k++)
			login = login || flow_word_is(f, fr->keywords[i],
			    logins[k]);
		marks |= login ? 0 : fr->args[i].marks;
	}
	return marks;
}

/* Is a parameter of the function among what is sent, or executed? */
static bool
given(struct flow *f, const struct frame *fr, bool executes)
{
	size_t address = address_of(f, fr);
	uint32_t params = 0;

	if (executes)
		return fr->args[0].params != 0;
	for (size_t i = 0; i < fr->nargs; i++)
		if (i != address || fr->nargs == 1)
			params |= fr->args[i].params;
	return params != 0;
}

static void
tell_texts(struct flow *f, const struct frame *fr, struct flow_call *c)
{
	const struct flow_text *first = &f->texts[frame_text(fr, 0)];

	c->where = fr->args[address_of(f, fr)].marks;
	c->fixed = flow_is_fixed(f, fr, address_of(f, fr));
	c->literals = fr->nargs > 1 && first->len != 0 && !first->open &&
	    frame_text(fr, 1) != 0 && !f->texts[frame_text(fr, 1)].open;
	c->payload = payload_marks(f, fr);
	c->given = given(f, fr, c->fact->deed == DEED_EXEC);
	c->whole = flow_at(f, fr->nodes[0])->kind == NODE_NAME ||
	    flow_at(f, fr->nodes[0])->kind == NODE_ATTR ||
	    flow_at(f, fr->nodes[0])->kind == NODE_CALL;
	c->first = fr->args[0].marks;
	c->second = fr->nargs > 1 ? fr->args[1].marks : 0;
	if (frame_text(fr, 0) != 0) {
		c->text = first->bytes;
		c->text_len = first->len;
		c->open = first->open;
	}
}

/* Of (host, port), the host. */
static uint32_t
address_text(const struct flow *f, const struct frame *fr, size_t i)
{
	const struct node *n = flow_at(f, fr->nodes[i]);

	return n->kind == NODE_TUPLE && n->kid != 0 ? f->vals[n->kid].text :
	    fr->args[i].text;
}

void
flow_tell_frame(struct flow *f, const struct frame *fr,
    const struct fact *fact, uint32_t name)
{
	struct flow_told *t = flow_tell(f, fr->node, fr->scope, fact, name);
	struct flow_call *c;

	f->scopes[fr->scope].acts = true;
	if (t == NULL)
		return;
	c = &t->call;
	c->receiver = fr->callee.marks;
	c->arguments = fr->all.marks | (fact->gives & MARK_PIP) |
	    (str_ends(fact->name, "().execute") ? fr->callee.marks : 0);
	c->arguments |= fact->gives & (MARK_FORM | MARK_CHAIN);
	/* A session whose headers hold it all. */
	c->arguments |= fr->callee.marks & MARK_ENVIRON;
	c->bare = fr->bare;
	c->loose = fr->later;
	if (fr->nargs == 0)
		return;
	tell_texts(f, fr, c);
	t->where = address_text(f, fr, address_of(f, fr));
}

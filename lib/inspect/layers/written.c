/* SPDX-License-Identifier: Apache-2.0 */
/*
 * written - programs that a source writes as they stand in it, whole or piece
 * by piece, before it starts something.
 *
 * Takes: calls of one source, in order.  Gives: the programs as layers.
 * Runs in: worker child, command.
 */
#include "inspect/layers/written.h"

#include <string.h>

#include "base/str.h"
#include "flow/program.h"
#include "inspect/inspection.h"

#define WRITTEN_MOST (64 * 1024) /* of one program */
#define SHELL_FIRST "#!/bin/sh\n" /* who is told is known; nobody writes it */

static bool
is_python(const char *text, size_t len)
{
	return memmem(text, len, "import ", 7) != NULL &&
	    program_is_python((const uint8_t *)text, len);
}

/* A script that says what runs it; other words of shells stand in recipes. */
static bool
is_script(const char *text, size_t len)
{
	return len > 2 && (memcmp(text, "#!", 2) == 0 || text[0] == '@') &&
	    program_is_shell((const uint8_t *)text, len);
}

static struct written_text *
text_make(struct written *w, const struct flow_call *c, enum context context)
{
	struct written_text *t;

	if (w->n == WRITTEN_FOLLOWED || c->text_len > WRITTEN_MOST)
		return NULL;
	t = &w->texts[w->n++];
	*t = (struct written_text){ .text = { .most = WRITTEN_MOST },
	    .scope = c->scope, .line = c->line, .context = context,
	    .told = c->fact->deed != DEED_WRITE };
	if (t->told)
		buf_adds(&t->text, SHELL_FIRST);
	return t;
}

/* The newest one that the call goes on with, or another one. */
static struct written_text *
text_for(struct written *w, const struct flow_call *c, enum context context)
{
	bool told = c->fact->deed != DEED_WRITE;

	for (size_t i = w->n; i > 0; i--) {
		struct written_text *t = &w->texts[i - 1];

		if (t->scope == c->scope && t->told == told &&
		    t->text.len + c->text_len <= WRITTEN_MOST)
			return t;
	}
	return text_make(w, c, context);
}

static bool
is_program(const char *text, size_t len)
{
	return is_python(text, len) || is_script(text, len);
}

void
written_note(struct written *w, const struct flow_call *c,
    enum context context)
{
	struct written_text *to;

	if (c->text == NULL || c->open || c->text_len == 0)
		return;
	to = text_for(w, c, context);
	/* Another program begins, whatever was written before it. */
	if (to != NULL && !to->told && to->text.len != 0 &&
	    is_program(c->text, c->text_len)) {
		if (is_program(to->text.data, to->text.len))
			to = text_make(w, c, context);
		else
			to->text.len = 0;
	}
	if (to == NULL)
		return;
	buf_add(&to->text, c->text, c->text_len);
	to->pieces++;
	if (to->told || str_equal(c->fact->name, "print"))
		buf_addc(&to->text, '\n');
}

void
written_start(struct inspection *in, struct written *w, uint32_t scope,
    enum context context)
{
	size_t kept = 0;

	for (size_t i = 0; i < w->n; i++) {
		struct written_text *t = &w->texts[i];
		bool python = is_python(t->text.data, t->text.len);

		if (t->told || ((context == CONTEXT_CALL ||
		    t->context == CONTEXT_CALL) && t->scope != scope)) {
			w->texts[kept++] = *t;
			continue;
		}
		if (python || is_script(t->text.data, t->text.len))
			inspection_fold(in, t->context == CONTEXT_CALL ?
			    CONTEXT_CALL : context, t->line, python,
			    t->text.data, t->text.len);
		buf_release(&t->text);
	}
	w->n = kept;
}

void
written_end(struct inspection *in, struct written *w)
{
	for (size_t i = 0; i < w->n; i++) {
		struct written_text *t = &w->texts[i];

		if (t->told && t->pieces > 1 && is_script(t->text.data,
		    t->text.len))
			inspection_fold(in, t->context, t->line, false,
			    t->text.data, t->text.len);
		buf_release(&t->text);
	}
	w->n = 0;
}

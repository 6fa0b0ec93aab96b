/* SPDX-License-Identifier: Apache-2.0 */
/*
 * written - programs that a source writes as they stand in it, whole or piece
 * by piece, before it starts something.
 *
 * Takes: calls of one source, in order.  Gives: the programs as layers.
 * Runs in: worker child, command.
 */
#include "inspect/written.h"

#include <string.h>

#include "inspect/inspection.h"
#include "inspect/program.h"

#define WRITTEN_MOST (64 * 1024) /* of one program */

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
text_for(struct written *w, const struct flow_call *c, enum context context)
{
	struct written_text *last = w->n > 0 ? &w->texts[w->n - 1] : NULL;

	if (last != NULL && last->scope == c->scope &&
	    last->text.len + c->text_len <= WRITTEN_MOST)
		return last;
	if (w->n == WRITTEN_FOLLOWED || c->text_len > WRITTEN_MOST)
		return NULL;
	last = &w->texts[w->n++];
	*last = (struct written_text){ .text = { .most = WRITTEN_MOST },
	    .scope = c->scope, .line = c->line, .context = context };
	return last;
}

void
written_note(struct written *w, const struct flow_call *c,
    enum context context)
{
	struct written_text *to;

	if (c->text == NULL || c->open || c->text_len == 0)
		return;
	to = text_for(w, c, context);
	if (to == NULL)
		return;
	/* Another program begins, whatever was written before it. */
	if (to->text.len != 0 && (is_python(c->text, c->text_len) ||
	    is_script(c->text, c->text_len))) {
		to->text.len = 0;
		to->line = c->line;
	}
	buf_add(&to->text, c->text, c->text_len);
}

void
written_start(struct inspection *in, struct written *w, uint32_t scope,
    enum context context)
{
	size_t kept = 0;

	for (size_t i = 0; i < w->n; i++) {
		struct written_text *t = &w->texts[i];
		bool python = is_python(t->text.data, t->text.len);

		if ((context == CONTEXT_CALL || t->context == CONTEXT_CALL) &&
		    t->scope != scope) {
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
written_release(struct written *w)
{
	while (w->n > 0)
		buf_release(&w->texts[--w->n].text);
}

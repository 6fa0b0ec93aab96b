/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lex_string - strings, and format strings in pieces (PEP 701, PEP 750).
 * Runs in: worker child, command.
 */
#include "python/lex_state.h"

int
lex_prefix(const uint8_t *at, uint32_t n)
{
	int flags = 0;

	for (uint32_t i = 0; i < n; i++) {
		int one;

		switch (at[i] | 0x20) {
		case 'r':
			one = LEX_RAW;
			break;
		case 'b':
			one = LEX_BYTES;
			break;
		case 'u':
			one = LEX_UNICODE;
			break;
		case 'f':
			one = LEX_FORMATTED;
			break;
		case 't':
			one = LEX_FORMATTED | LEX_TEMPLATE;
			break;
		default:
			return -1;
		}
		/* Once each, and with r only: rb, br, fr, ur. */
		if (flags & one || (one != LEX_RAW && flags & ~LEX_RAW))
			return -1;
		flags |= one;
	}
	return flags;
}

/* Steps over the line break at `at`, if there is one. */
static uint32_t
break_at(struct lexer *l, uint32_t at)
{
	uint32_t n = lex_break(l, at);

	if (n != 0) {
		l->line++;
		l->line_start = at + n;
	}
	return n;
}

static bool
closes(const struct lexer *l, uint32_t at, uint8_t quote, bool triple)
{
	return l->text[at] == quote && (!triple ||
	    (lex_peek(l, at + 1) == quote && lex_peek(l, at + 2) == quote));
}

/* Bytes that a string's body may stop at. */
static const bool stop_bytes[256] = { ['\\'] = true, ['"'] = true,
	['\''] = true, ['\n'] = true, ['\r'] = true };

static bool
stops(uint8_t c)
{
	return stop_bytes[c];
}

/* The next of them at or behind `at`, or the end. */
static uint32_t
next_stop(const struct lexer *l, uint32_t at)
{
	const uint8_t *text = l->text;

	for (; at + 4 <= l->size; at += 4) {
		if (stop_bytes[text[at]])
			return at;
		if (stop_bytes[text[at + 1]])
			return at + 1;
		if (stop_bytes[text[at + 2]])
			return at + 2;
		if (stop_bytes[text[at + 3]])
			return at + 3;
	}
	while (at < l->size && !stop_bytes[text[at]])
		at++;
	return at;
}

static void
read_body(struct lexer *l, struct lex_token *t, uint32_t at, uint8_t quote)
{
	bool triple = (t->string & LEX_TRIPLE) != 0;
	uint32_t n;

	t->body = at;
	for (at = next_stop(l, at); at < l->size;
	    at = next_stop(l, at + 1)) {
		uint8_t c = l->text[at];

		if (c == '\\') {
			n = break_at(l, at + 1);
			at += n == 0 ? 1 : n;
		} else if (c == '\n' || c == '\r') {
			if (!triple)
				break;
			at += break_at(l, at) - 1;
		} else if (closes(l, at, quote, triple)) {
			t->body_end = at;
			l->at = t->end = at + (triple ? 3 : 1);
			return;
		}
	}
	if (at > l->size)
		at = l->size;
	t->string |= LEX_UNCLOSED;
	t->body_end = l->at = t->end = at;
}

static bool
push(struct lexer *l, int kind, uint8_t quote, unsigned int string)
{
	if (l->ncontexts == LEX_CONTEXTS)
		return false;
	l->contexts[l->ncontexts++] = (struct lex_context){
	    .kind = (uint8_t)kind, .quote = quote, .string = (uint8_t)string,
	    .open = l->open };
	return true;
}

void
lex_string(struct lexer *l, struct lex_token *t, uint32_t at,
    unsigned int flags)
{
	uint8_t quote = l->text[at++];

	if (lex_peek(l, at) == quote && lex_peek(l, at + 1) == quote) {
		flags |= LEX_TRIPLE;
		at += 2;
	}
	t->string = (uint8_t)flags;
	/* Deeper than anybody writes: one plain string. */
	if (!(flags & LEX_FORMATTED) || !push(l, CONTEXT_TEXT, quote, flags)) {
		t->kind = LEX_STRING;
		read_body(l, t, at, quote);
		return;
	}
	t->kind = LEX_FORMAT;
	t->body = t->body_end = l->at = t->end = at;
}

/* ---- pieces ------------------------------------------------------------- */

/* Past the backslash at `at` and what it escapes. */
static uint32_t
skip_escape(struct lexer *l, uint32_t at, bool raw)
{
	uint32_t n = break_at(l, at + 1);
	uint8_t c = lex_peek(l, at + 1);

	if (n != 0)
		return at + 1 + n;
	if (c == '{' || c == '}')
		return at + 1;
	if (!raw && c == 'N' && lex_peek(l, at + 2) == '{') {
		for (at += 3; at < l->size && l->text[at] != '}' &&
		    !stops(l->text[at]); at++)
			continue;
		return at < l->size && l->text[at] == '}' ? at + 1 : at;
	}
	return at + 2 < l->size ? at + 2 : l->size;
}

/* Where the text that begins at l->at ends: at a field, a quote, a break. */
static uint32_t
text_end(struct lexer *l, const struct lex_context *c)
{
	bool triple = (c->string & LEX_TRIPLE) != 0;
	uint32_t at = l->at, n;

	while (at < l->size) {
		uint8_t b = l->text[at];

		if (b == '{') {
			if (c->kind == CONTEXT_TEXT &&
			    lex_peek(l, at + 1) == '{') {
				at += 2;
				continue;
			}
			if (l->ncontexts < LEX_CONTEXTS)
				break;
		} else if (b == '}') {
			if (c->kind == CONTEXT_SPEC)
				break;
		} else if (b == '\\') {
			at = skip_escape(l, at, (c->string & LEX_RAW) != 0);
			continue;
		} else if (b == '\n' || b == '\r') {
			if (!triple)
				break;
			n = break_at(l, at);
			at += n;
			continue;
		} else if (b == c->quote && closes(l, at, b, triple)) {
			break;
		}
		at++;
	}
	return at;
}

/* The string is over, with whatever fields are still open in it. */
static void
end_format(struct lexer *l, struct lex_token *t, uint32_t len)
{
	struct lex_context *c = lex_context(l);

	while (c->kind != CONTEXT_TEXT && l->ncontexts > 1) {
		l->ncontexts--;
		c = lex_context(l);
	}
	t->kind = LEX_FORMAT_END;
	t->string = c->string;
	if (len == 0)
		t->string |= LEX_UNCLOSED;
	l->open = c->open;
	l->ncontexts--;
	l->at += len;
	t->end = l->at;
}

void
lex_piece(struct lexer *l, struct lex_token *t)
{
	struct lex_context *c = lex_context(l);
	uint32_t line = l->line, line_start = l->line_start;
	uint32_t end = text_end(l, c);
	uint8_t b = lex_peek(l, end);

	*t = (struct lex_token){ .start = l->at, .line = line,
	    .line_start = line_start, .string = c->string };
	if (end > l->at) {
		t->kind = LEX_PIECE;
		t->body = t->start;
		t->body_end = t->end = l->at = end;
		return;
	}
	if (end < l->size && b == '{' &&
	    push(l, CONTEXT_FIELD, c->quote, c->string)) {
		l->open++;
		t->kind = LEX_FIELD;
		l->at = t->end = end + 1;
		return;
	}
	if (end < l->size && b == '}') {
		l->ncontexts -= 2;	/* the spec and its field */
		l->open = l->contexts[l->ncontexts].open;
		t->kind = LEX_FIELD_END;
		l->at = t->end = end + 1;
		return;
	}
	end_format(l, t, end < l->size && b == c->quote ?
	    (c->string & LEX_TRIPLE ? 3 : 1) : 0);
}

bool
lex_field_op(struct lexer *l, struct lex_token *t)
{
	struct lex_context *c = lex_context(l);
	uint8_t b = l->text[l->at];

	if (l->open != c->open + 1)
		return false;
	t->end = l->at + 1;
	if (b == '}') {
		t->kind = LEX_FIELD_END;
		l->open = c->open;
		l->ncontexts--;
	} else if (b == ':' && push(l, CONTEXT_SPEC, c->quote, c->string)) {
		t->kind = LEX_SPEC;
	} else if (b == '!' && lex_peek(l, l->at + 1) != '=') {
		t->kind = LEX_CONVERT;
		t->end += (lex_peek(l, l->at + 1) | 0x20) >= 'a' &&
		    (lex_peek(l, l->at + 1) | 0x20) <= 'z';
	} else {
		return false;
	}
	l->at = t->end;
	return true;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lex - Python source as tokens.
 *
 * Takes: bytes.  Gives: tokens, one a call.
 * Runs in: worker child, command.  Linear in the source, whatever it holds:
 * every call goes forward, and at most one line is read twice (to give up
 * brackets).
 */
#include "python/lex.h"

#include <string.h>

#include "python/lex_state.h"

#define TAB_WIDTH 8

enum { C_NAME = 1, C_DIGIT = 2, C_BLANK = 4, C_BREAK = 8, C_QUOTE = 16 };

#define N16 C_NAME, C_NAME, C_NAME, C_NAME, C_NAME, C_NAME, C_NAME, C_NAME, \
	C_NAME, C_NAME, C_NAME, C_NAME, C_NAME, C_NAME, C_NAME, C_NAME
#define D (C_NAME | C_DIGIT)

/* A NUL ends what older CPythons read of a line; here it is a blank. */
static const uint8_t classes[256] = {
	[0] = C_BLANK, ['\t'] = C_BLANK, ['\n'] = C_BREAK, ['\v'] = C_BLANK,
	['\f'] = C_BLANK, ['\r'] = C_BREAK, [' '] = C_BLANK, ['"'] = C_QUOTE,
	['\''] = C_QUOTE, ['0'] = D, D, D, D, D, D, D, D, D, D,
	['A'] = N16, C_NAME, C_NAME, C_NAME, C_NAME, C_NAME, C_NAME, C_NAME,
	C_NAME, C_NAME, C_NAME, ['_'] = C_NAME,
	['a'] = N16, C_NAME, C_NAME, C_NAME, C_NAME, C_NAME, C_NAME, C_NAME,
	C_NAME, C_NAME, C_NAME,
	[0x80] = N16, N16, N16, N16, N16, N16, N16, N16,
};
#undef D

static inline bool
is(uint8_t c, unsigned int class)
{
	return (classes[c] & class) != 0;
}

void
lex_open(struct lexer *l, const void *text, size_t size)
{
	l->text = text;
	l->size = size < UINT32_MAX ? (uint32_t)size : UINT32_MAX - 1;
	l->at = l->line_start = 0;
	l->line = 1;
	l->open = l->nindents = l->dedents = l->ncontexts = l->column = 0;
	l->fresh = l->begins = true;
	l->comments = false;
	if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		l->at = l->line_start = 3;
}

uint32_t
lex_break(const struct lexer *l, uint32_t at)
{
	if (at >= l->size || !is(l->text[at], C_BREAK))
		return 0;
	return l->text[at] == '\r' && lex_peek(l, at + 1) == '\n' ? 2 : 1;
}

static void
new_line(struct lexer *l, uint32_t len)
{
	l->at += len;
	l->line++;
	l->line_start = l->at;
	l->begins = true;
}

static void
comment(struct lexer *l, struct lex_token *t)
{
	const uint8_t *from = l->text + l->at, *end;
	size_t left = l->size - l->at;

	end = memchr(from, '\n', left);
	if (end != NULL)
		left = (size_t)(end - from);
	end = memchr(from, '\r', left);
	if (end != NULL)
		left = (size_t)(end - from);
	t->kind = LEX_COMMENT;
	t->start = l->at;
	t->line = l->line;
	t->line_start = l->line_start;
	l->at += (uint32_t)left;
	t->end = l->at;
}

/*
 * Blanks, joined lines and, inside brackets or before a statement, breaks.
 * The width of what stands before the token on its line is in t->gap.
 */
static void
skip_blanks(struct lexer *l, struct lex_token *t, bool breaks)
{
	uint32_t gap = 0, n;
	bool joined = false;
	uint8_t first = lex_peek(l, l->at), second;

	/* Nothing, or one space: what stands before most tokens. */
	if (first == ' ') {
		second = lex_peek(l, l->at + 1);
		if (second > ' ' && second != '\\') {
			l->at++;
			t->gap = 1;
			return;
		}
	} else if (first > ' ' && first != '\\') {
		t->gap = 0;
		return;
	}
	for (; l->at < l->size; l->at++) {
		uint8_t c = l->text[l->at];

		if (c == ' ') {
			gap += !joined;
		} else if (c == '\t') {
			gap = joined ? gap : (gap / TAB_WIDTH + 1) * TAB_WIDTH;
		} else if (c == '\f') {
			gap = joined ? gap : 0;
		} else if (is(c, C_BLANK)) {
			gap += !joined;
		} else if (c == '\\' && (n = lex_break(l, l->at + 1)) != 0) {
			joined = joined || l->fresh;
			new_line(l, n + 1);
			l->at--;
		} else if (breaks && is(c, C_BREAK)) {
			new_line(l, lex_break(l, l->at));
			l->at--;
			gap = 0;
			joined = false;
		} else {
			break;
		}
	}
	t->gap = gap;
}

/* ---- lines -------------------------------------------------------------- */

/* Indentation of the line whose first token stands at l->at. */
static bool
indentation(struct lexer *l, struct lex_token *t)
{
	uint32_t column = l->column = t->gap;
	uint32_t now = l->nindents != 0 ? l->indents[l->nindents - 1] : 0;

	l->fresh = false;
	if (column > now) {
		if (l->nindents == LEX_INDENTS)
			return false;
		l->indents[l->nindents++] = column;
		t->kind = LEX_INDENT;
		return true;
	}
	while (l->nindents != 0 && l->indents[l->nindents - 1] > column) {
		/* Between two levels: the outer one moves here. */
		if (l->nindents > 1 ? l->indents[l->nindents - 2] < column :
		    column > 0) {
			l->indents[l->nindents - 1] = column;
			break;
		}
		l->nindents--;
		l->dedents++;
	}
	return false;
}

static void
newline(struct lexer *l, struct lex_token *t)
{
	uint32_t n = lex_break(l, l->at);

	t->kind = LEX_NEWLINE;
	t->end = l->at + n;
	if (n != 0)
		new_line(l, n);
	l->fresh = true;
}

static bool
at_end(struct lexer *l, struct lex_token *t)
{
	t->start = t->end = l->size;
	if (!l->fresh) {
		l->open = l->ncontexts = 0;
		newline(l, t);
		return true;
	}
	if (l->nindents != 0) {
		l->nindents--;
		t->kind = LEX_DEDENT;
		return true;
	}
	t->kind = LEX_END;
	return false;
}

/*
 * No expression has these words, so a bracket that is open before a line that
 * begins with one will never be closed.
 */
static bool
begins_statement(const uint8_t *at, uint32_t len)
{
	static const char words[] = " def class import return while try del "
	    "pass raise global nonlocal assert break continue except finally "
	    "elif with ";
	const char *found = words;
	char word[12];

	if (len < 3 || len > 8 || at[0] < 'a' || at[0] > 'w')
		return false;
	memcpy(word + 1, at, len);
	word[0] = word[len + 1] = ' ';
	word[len + 2] = '\0';
	found = strstr(words, word);
	return found != NULL;
}

static bool
give_up_brackets(struct lexer *l, struct lex_token *t)
{
	if (!begins_statement(l->text + t->start, t->end - t->start))
		return false;
	/* def=1 in a call is an error too, but a small one. */
	if (lex_peek(l, t->end) == '=' || lex_peek(l, t->end) == '.')
		return false;
	l->open = l->ncontexts = 0;
	l->at = l->line_start;
	t->kind = LEX_NEWLINE;
	t->start = t->end = l->at;
	l->fresh = l->begins = true;
	return true;
}

/* ---- tokens ------------------------------------------------------------- */

static void
name(struct lexer *l, struct lex_token *t)
{
	const uint8_t *text = l->text;
	uint32_t at = l->at, size = l->size;
	uint8_t all = 0;
	int flags;

	while (at < size && is(text[at], C_NAME))
		all |= text[at++];
	t->kind = LEX_NAME;
	t->wide = all >= 0x80;
	t->end = at;
	if (at < size && at - t->start <= 2 && is(text[at], C_QUOTE)) {
		flags = lex_prefix(text + t->start, at - t->start);
		if (flags >= 0) {
			lex_string(l, t, at, (unsigned int)flags);
			return;
		}
	}
	l->at = at;
}

static uint32_t
digits(const struct lexer *l, uint32_t at)
{
	while (is(lex_peek(l, at), C_DIGIT) || (lex_peek(l, at) == '_' &&
	    is(lex_peek(l, at + 1), C_DIGIT)))
		at++;
	return at;
}

static bool
is_hex(uint8_t c)
{
	return is(c, C_DIGIT) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

/* 0x, 0o, 0b: as CPython's tokenize reads them. */
static uint32_t
radix_digits(const struct lexer *l, uint32_t at)
{
	uint8_t x = lex_peek(l, at + 1) | 0x20;
	uint8_t most = x == 'b' ? '1' : x == 'o' ? '7' : 'x';
	uint32_t first = at += 2;

	for (;; at++) {
		uint8_t c = lex_peek(l, at);

		if (c == '_')
			c = lex_peek(l, at + 1);
		if (most == 'x' ? !is_hex(c) : c < '0' || c > most)
			break;
	}
	return at == first ? first - 1 : at;
}

static void
number(struct lexer *l, struct lex_token *t)
{
	uint32_t at = l->at, power;
	uint8_t c = lex_peek(l, at + 1) | 0x20;

	t->kind = LEX_NUMBER;
	if (l->text[at] == '0' && (c == 'x' || c == 'o' || c == 'b')) {
		at = radix_digits(l, at);
	} else {
		at = digits(l, at);
		if (lex_peek(l, at) == '.')
			at = digits(l, at + 1);
		if ((lex_peek(l, at) | 0x20) == 'e') {
			power = at + 1;
			if (lex_peek(l, power) == '+' ||
			    lex_peek(l, power) == '-')
				power++;
			if (is(lex_peek(l, power), C_DIGIT))
				at = digits(l, power);
		}
		if ((lex_peek(l, at) | 0x20) == 'j')
			at++;
	}
	if ((lex_peek(l, at) | 0x20) == 'l')	/* 10L */
		at++;
	t->end = l->at = at;
}

static uint32_t
augmented(const struct lexer *l, struct lex_token *t, uint8_t op, uint32_t len)
{
	t->op = op;
	if (lex_peek(l, l->at + len) != '=')
		return len;
	t->op = OP_AUGMENTED;
	t->of = op;
	return len + 1;
}

/* Length of the operator at l->at; t->op is set.  0 when it is none. */
static uint32_t
operator(const struct lexer *l, struct lex_token *t)
{
	uint8_t c = l->text[l->at], next = lex_peek(l, l->at + 1);

	t->op = c;
	switch (c) {
	case '(': case ')': case '[': case ']': case '{': case '}': case ',':
	case ';': case '~': case '`':
		return 1;
	case '+': case '%': case '&': case '|': case '^': case '@':
		return augmented(l, t, c, 1);
	case '-':
		if (next == '>') {
			t->op = OP_ARROW;
			return 2;
		}
		return augmented(l, t, c, 1);
	case '*':
		return next == c ? augmented(l, t, OP_POWER, 2) :
		    augmented(l, t, c, 1);
	case '/':
		return next == c ? augmented(l, t, OP_FLOOR, 2) :
		    augmented(l, t, c, 1);
	case '<': case '>':
		if (next == c)
			return augmented(l, t, c == '<' ? OP_LEFT : OP_RIGHT,
			    2);
		if (next == '=' || (c == '<' && next == '>')) {
			t->op = next == '>' ? OP_NE : c == '<' ? OP_LE : OP_GE;
			return 2;
		}
		return 1;
	case '=':
		t->op = next == '=' ? OP_EQ : c;
		return next == '=' ? 2 : 1;
	case '!':
		t->op = next == '=' ? OP_NE : c;
		return next == '=' ? 2 : 0;
	case ':':
		t->op = next == '=' ? OP_WALRUS : c;
		return next == '=' ? 2 : 1;
	case '.':
		if (next == '.' && lex_peek(l, l->at + 2) == '.') {
			t->op = OP_ELLIPSIS;
			return 3;
		}
		return 1;
	default:
		return 0;
	}
}

static void
symbol(struct lexer *l, struct lex_token *t)
{
	uint32_t n;

	if (l->ncontexts != 0 && lex_field_op(l, t))
		return;
	n = operator(l, t);
	t->kind = n != 0 ? LEX_OP : LEX_OTHER;
	t->end = l->at + (n != 0 ? n : 1);
	if (n == 1 && (t->op == '(' || t->op == '[' || t->op == '{'))
		l->open++;
	else if (n == 1 && (t->op == ')' || t->op == ']' || t->op == '}') &&
	    l->open > (l->ncontexts != 0 ? lex_context(l)->open + 1 : 0))
		l->open--;
	l->at = t->end;
}

static bool
token(struct lexer *l, struct lex_token *t)
{
	uint8_t c = l->text[l->at];
	bool begins = l->begins;

	t->start = l->at;
	t->line = l->line;
	t->line_start = l->line_start;
	l->begins = false;
	t->gap += l->column;	/* an INDENT or DEDENT came between */
	l->column = 0;
	if (is(c, C_DIGIT) || (c == '.' && is(lex_peek(l, l->at + 1), C_DIGIT)))
		number(l, t);
	else if (is(c, C_NAME))
		name(l, t);
	else if (is(c, C_QUOTE))
		lex_string(l, t, l->at, 0);
	else if (is(c, C_BREAK))
		newline(l, t);
	else
		symbol(l, t);
	if (begins && l->open != 0 && t->kind == LEX_NAME)
		(void)give_up_brackets(l, t);
	return true;
}

bool
lex_next(struct lexer *l, struct lex_token *t)
{
	if (l->ncontexts != 0 && lex_context(l)->kind != CONTEXT_FIELD) {
		l->begins = false;
		lex_piece(l, t);
		return true;
	}
	for (;;) {
		t->kind = t->op = t->of = t->string = 0;
		t->wide = false;
		t->start = t->end = t->body = t->body_end = l->at;
		t->line = l->line;
		t->line_start = l->line_start;
		if (l->dedents != 0) {
			l->dedents--;
			t->kind = LEX_DEDENT;
			return true;
		}
		skip_blanks(l, t, l->fresh || l->open != 0);
		if (l->at >= l->size)
			return at_end(l, t);
		if (l->text[l->at] == '#') {
			comment(l, t);
			if (l->comments)
				return true;
			continue;
		}
		if (!l->fresh)
			return token(l, t);
		t->start = t->end = l->at;
		t->line = l->line;
		t->line_start = l->line_start;
		if (l->open == 0 && indentation(l, t))
			return true;
		l->fresh = false;
		if (l->dedents == 0) {
			l->column = 0;
			return token(l, t);
		}
	}
}

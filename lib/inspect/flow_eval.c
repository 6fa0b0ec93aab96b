/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flow_eval - the value of an expression: names, texts and marks.
 *
 * Takes: the tokens of one expression.  Gives: a value; tells of calls.
 * Runs in: worker child, command.  One pass with a stack of its own for
 * brackets; brackets deeper than the stack count as part of their parent.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "inspect/flow_state.h"

#define NUMBER_MOST 0x1000000	/* larger ones are no characters */
#define BYTES_LEAST 6		/* a list of numbers that may be a text */
#define TEMPLATE_LEAST 20	/* "%s" alone is none */

/* ---- texts --------------------------------------------------------------------- */

uint64_t
flow_marks_of_text(struct flow *f, uint32_t text)
{
	struct interned *t = &f->s.texts[text];

	if (text == 0)
		return 0;
	if (!t->marked) {
		t->marks = fact_of_text(f->endpoints,
		    symbols_text(&f->s, text), t->len);
		t->marked = true;
		f->urls += (t->marks & MARK_URL) != 0;
		f->forge_urls += (t->marks & MARK_URL) != 0 &&
		    (t->marks & MARK_FORGE) != 0;
	}
	return t->marks | t->kept;
}

static struct value
value_of_text(struct flow *f, const void *bytes, size_t len)
{
	struct value v = { .text = symbols_intern(&f->s, bytes, len) };

	v.marks = flow_marks_of_text(f, v.text);
	return v;
}

uint32_t
flow_join_texts(struct flow *f, uint32_t a, uint32_t b, const char *between)
{
	size_t la = f->s.texts[a].len, lb = f->s.texts[b].len;
	size_t k = strlen(between);
	char *both;
	uint32_t text;

	if (la + lb + k > FLOW_TEXT_MOST)
		return 0;
	both = mem_alloc(la + lb + k + 1);
	memcpy(both, symbols_text(&f->s, a), la);
	memcpy(both + la, between, k);
	memcpy(both + la + k, symbols_text(&f->s, b), lb);
	text = symbols_intern(&f->s, both, la + lb + k);
	free(both);
	return text;
}

static struct value
string_value(struct flow *f, const struct token *t)
{
	size_t room = t->body_end - t->body;
	struct value v;
	uint8_t *bytes;
	size_t len;

	if (room > FLOW_TEXT_MOST)
		room = FLOW_TEXT_MOST;
	bytes = mem_alloc(room + 1);
	len = token_string(&f->reader, t, bytes, room);
	v = value_of_text(f, bytes, len);
	if (t->body_end - t->body > FLOW_TEXT_MOST)
		v.marks |= MARK_PACKED;
	free(bytes);
	return v;
}

/* The names inside a format string's braces bring their marks. */
static uint64_t
format_marks(struct flow *f, const struct token *t)
{
	struct token_reader inner = f->reader;
	struct token one;
	uint64_t marks = 0;
	uint32_t name;
	bool inside = false;

	inner.at = t->body;
	inner.size = t->body_end;
	inner.open = 1;
	while (token_next(&inner, &one)) {
		if (token_is(&inner, &one, "{"))
			inside = true;
		else if (token_is(&inner, &one, "}"))
			inside = false;
		if (!inside || one.kind != TOKEN_NAME)
			continue;
		name = flow_name(f, &one);
		for (uint32_t s = f->scope;; s = f->scopes[s].parent) {
			uint32_t sym = symbols_of(&f->s, s, name, false);

			if (sym != 0)
				marks |= f->s.rows[sym].value.marks;
			if (s == 0)
				break;
		}
		if (str_equal(symbols_text(&f->s, name), "environ"))
			marks |= MARK_VARIABLE;
		if (str_equal(symbols_text(&f->s, name), "gethostname"))
			marks |= MARK_HOSTNAME;
		if (str_equal(symbols_text(&f->s, name), "getuser"))
			marks |= MARK_USER;
	}
	return marks;
}

/* ---- names --------------------------------------------------------------------- */

const struct fact *
flow_fact_of(struct flow *f, uint32_t name)
{
	struct interned *t = &f->s.texts[name];

	if (name == 0)
		return NULL;
	if (!t->looked_up) {
		t->fact = fact_find(symbols_text(&f->s, name));
		t->looked_up = true;
	}
	return t->fact;
}

bool
flow_named(const struct flow *f, uint32_t name, const char *text)
{
	return name != 0 && str_equal(symbols_text(&f->s, name), text);
}

uint32_t
flow_dotted(struct flow *f, uint32_t base, const char *between, const char *last)
{
	char name[FLOW_NAME_MOST];
	int n = snprintf(name, sizeof(name), "%s%s%s",
	    base != 0 ? symbols_text(&f->s, base) : "?", between, last);

	if (n < 0 || (size_t)n >= sizeof(name))
		return 0;
	return symbols_intern(&f->s, name, (size_t)n);
}

/* Marks that a well-known name has of itself. */
static uint64_t
marks_of_name(const struct flow *f, uint32_t name)
{
	if (flow_named(f, name, "os.environ"))
		return MARK_ENVIRON;
	if (flow_named(f, name, "__file__"))
		return MARK_HERE;
	if (flow_named(f, name, "pathlib.Path.home()"))
		return MARK_HOME | MARK_FOLDER;
	if (name != 0 && str_ends(symbols_text(&f->s, name), ".rfile"))
		return MARK_SOCKET | MARK_NETWORK;
	return 0;
}

/* A value of another module brings its marks and its text. */
static struct value
with_outside(struct flow *f, struct value v)
{
	const struct world_name *outside = flow_outside(f, v.name);

	if (outside == NULL || outside->function)
		return v;
	v.marks |= outside->marks;
	if (v.text == 0 && outside->text != NULL)
		v.text = symbols_intern(&f->s, outside->text,
		    outside->text_len);
	return v;
}

static struct value
lookup(struct flow *f, uint32_t name)
{
	struct value v = { .name = name };

	flow_refer(f, name, false);
	for (uint32_t s = f->scope;; s = f->scopes[s].parent) {
		uint32_t sym = s == f->scope ||
		    f->scopes[s].kind != SCOPE_CLASS ?
		    symbols_of(&f->s, s, name, false) : 0;

		if (sym != 0) {
			v = f->s.rows[sym].value;
			if (v.origin == 0)
				v.origin = sym;
			if (v.name == 0 && v.code == 0 &&
			    (flow_named(f, name, "session") ||
			    flow_named(f, name, "self")))
				v.name = name;
			break;
		}
		if (s == 0)
			break;
	}
	v.marks |= marks_of_name(f, v.name);
	return with_outside(f, v);
}

/* ".secret" as facts know methods of any receiver. */
static const char *
key_with_any(const char *key, char out[FLOW_NAME_MOST + 1])
{
	(void)snprintf(out, FLOW_NAME_MOST + 1, "?%s", key);
	return out;
}

/* What `self.x` was set to anywhere in the file, or the method x. */
static struct value
own_attribute(struct flow *f, struct value v, uint32_t name)
{
	char key[FLOW_NAME_MOST], any[FLOW_NAME_MOST + 1];
	uint32_t sym;

	if (snprintf(key, sizeof(key), ".%s", symbols_text(&f->s, name)) >=
	    (int)sizeof(key))
		return v;
	sym = symbols_of(&f->s, 0, symbols_intern(&f->s, key, strlen(key)),
	    false);
	if (sym != 0) {
		v = f->s.rows[sym].value;
		if (v.origin == 0)
			v.origin = sym;
	} else if (f->s.texts[name].defined != 0) {
		v = (struct value){ .code = f->s.texts[name].defined };
	} else if (str_equal(key, ".rfile")) {
		v = (struct value){ .marks = MARK_SOCKET | MARK_NETWORK,
		    .name = flow_dotted(f, 0, ".", "rfile") };
	} else if (fact_find(key_with_any(key, any)) != NULL) {
		v.name = symbols_intern(&f->s, any, strlen(any));
	}
	return v;
}

struct value
flow_attribute(struct flow *f, struct value v, uint32_t name)
{
	struct value out = { .marks = v.marks, .origin = v.origin };

	if (name == 0)
		return out;
	flow_refer(f, name, true);
	if (flow_named(f, v.name, "self") || flow_named(f, v.name, "cls"))
		return own_attribute(f, v, name);
	out.name = flow_dotted(f, v.name, ".", symbols_text(&f->s, name));
	out.marks |= marks_of_name(f, out.name);
	if (v.text != 0 && out.name == 0)
		return out;
	out.text = v.text;	/* the receiver's, for decode() and strip() */
	return with_outside(f, out);
}

/* ---- the machine -------------------------------------------------------------------- */

static uint32_t
number_of(const struct flow *f, const struct token *t)
{
	char text[12], *end;
	size_t n = t->end - t->start;
	unsigned long v;

	if (n >= sizeof(text))
		return 0;
	memcpy(text, f->reader.data + t->start, n);
	text[n] = '\0';
	v = strtoul(text, &end, 0);
	return *end == '\0' && v < NUMBER_MOST ? (uint32_t)v + 1 : 0;
}

/* a + b and the like, where both are known and the result is no wonder. */
static uint32_t
reckon(char op, uint32_t a, uint32_t b)
{
	uint32_t v = NUMBER_MOST;

	if (a == 0 || b == 0)
		return 0;
	a--;
	b--;
	if (op == '+')
		v = a + b;
	else if (op == '-' && a >= b)
		v = a - b;
	else if (op == '^')
		v = a ^ b;
	else if (op == '*' && b < 4096 && a < 4096)
		v = a * b;
	return v < NUMBER_MOST ? v + 1 : 0;
}

/* Merges the operand just read with those to its left. */
static void
merge(struct flow *f, struct frame *fr)
{
	if (!fr->has_now)
		return;
	fr->filled = true;
	if (!fr->has_before) {
		fr->before = fr->now;
	} else {
		uint32_t text = 0;

		/* A template says what the text is; a value only fills it. */
		if (fr->joins == '%' && fr->before.text != 0 &&
		    f->s.texts[fr->before.text].len > TEMPLATE_LEAST)
			fr->now.marks &= ~(uint64_t)(MARK_NETWORK |
			    MARK_SOCKET | MARK_DECODED);
		if (fr->joins == '+' && fr->before.text != 0 &&
		    fr->now.text != 0)
			text = flow_join_texts(f, fr->before.text, fr->now.text,
			    "");
		else if (fr->joins == '/' && fr->now.text != 0)
			text = fr->before.text == 0 ? fr->now.text :
			    flow_join_texts(f, fr->before.text, fr->now.text, "/");
		/* A part of a home is no home. */
		if (fr->joins == '^')
			fr->now.marks |= MARK_BUILT;
		fr->before.marks &= ~(uint64_t)MARK_HOME;
		fr->now.marks &= ~(uint64_t)MARK_HOME;
		fr->before = (struct value){ .text = text,
		    .number = reckon(fr->joins, fr->before.number,
		    fr->now.number),
		    .marks = fr->before.marks | fr->now.marks |
		    flow_marks_of_text(f, text) };
	}
	fr->has_before = true;
	fr->has_now = false;
	fr->joins = 0;
}

static void
finish_argument(struct flow *f, struct frame *fr)
{
	merge(f, fr);
	if (fr->has_before) {
		uint32_t n = fr->before.number;

		fr->items++;
		fr->all_bytes = fr->all_bytes && n != 0 && n <= 256;
		if (fr->all_bytes && f->bytes.len - fr->bytes_from <
		    FLOW_TEXT_MOST)
			buf_addc(&f->bytes, (char)(n - 1));
		fr->marks |= fr->before.marks;
		if (fr->nargs < FLOW_ARGUMENTS) {
			fr->keywords[fr->nargs] = fr->keyword;
			fr->args[fr->nargs++] = fr->before;
		}
	}
	fr->has_before = false;
	fr->keyword = 0;
}

/* [105, 109, ...]: what bytes() or chr() makes of it. */
static struct value
bytes_value(struct flow *f, const struct frame *fr)
{
	size_t n = f->bytes.len - fr->bytes_from;
	struct value v = value_of_text(f, f->bytes.data + fr->bytes_from, n);

	v.marks |= MARK_BUILT | MARK_NUMBERS;
	return v;
}

/* ["a", "b"]: what join() or a command line makes of it. */
static struct value
list_value(struct flow *f, const struct frame *fr)
{
	uint64_t program = fr->nargs > 1 ? fr->args[0].marks |
	    fr->args[1].marks : fr->marks;
	/* Of a command line, the program and its first argument are run. */
	struct value v = { .marks = (fr->marks & ~(uint64_t)MARK_HERE) |
	    (program & MARK_HERE) };
	struct buf list = BUF_EMPTY, line = BUF_EMPTY;
	bool known = fr->items == fr->nargs;

	for (size_t i = 0; i < fr->nargs; i++) {
		uint32_t text = fr->args[i].text;

		if (i > 0) {
			buf_addc(&list, FLOW_BETWEEN);
			buf_addc(&line, ' ');
		}
		known = known && text != 0;
		if (text == 0)
			continue;
		buf_add(&list, symbols_text(&f->s, text), f->s.texts[text].len);
		buf_add(&line, symbols_text(&f->s, text), f->s.texts[text].len);
	}
	if (line.len != 0 && line.len <= FLOW_TEXT_MOST) {
		v.marks |= fact_of_text(f->endpoints, line.data, line.len) &
		    (MARK_COMMAND | MARK_PIP | MARK_PERSIST | MARK_FOREIGN |
		    MARK_DESTROY | MARK_WORKFLOW | MARK_AGENT |
		    MARK_FETCHING | MARK_SECRET | MARK_ORDERS);
		if (known)
			v.list = symbols_intern(&f->s, list.data, list.len);
	}
	buf_release(&list);
	buf_release(&line);
	return v;
}

static struct value
close_frame(struct flow *f, struct frame *fr)
{
	struct value v = { 0 };

	finish_argument(f, fr);
	if (fr->kind == FRAME_GROUP && fr->all_bytes &&
	    fr->items >= BYTES_LEAST)
		v = bytes_value(f, fr);
	f->bytes.len = fr->bytes_from;
	if (v.text != 0)
		return v;
	switch (fr->kind) {
	case FRAME_CALL:
		return flow_call(f, fr);
	case FRAME_INDEX:
		return flow_item(f, fr);
	case FRAME_GROUP:
	case FRAME_BASE:
		break;
	}
	if (fr->nargs == 1 && fr->marks == fr->args[0].marks)
		return fr->args[0];
	return list_value(f, fr);
}

static void
operand(struct flow *f, struct frame *fr, struct value v)
{
	if (fr->has_now)
		merge(f, fr);
	fr->now = v;
	fr->has_now = true;
}

static void
on_string(struct flow *f, struct frame *fr, size_t i, size_t from)
{
	const struct token *t = &f->tokens[i];
	struct value v = string_value(f, t);

	if (t->string & TOKEN_FORMAT)
		v.marks |= format_marks(f, t);
	if (i > from && f->tokens[i - 1].kind == TOKEN_STRING && fr->has_now) {
		v.text = fr->now.text != 0 && v.text != 0 ?
		    flow_join_texts(f, fr->now.text, v.text, "") : 0;
		v.marks |= fr->now.marks | flow_marks_of_text(f, v.text);
		fr->now = v;
		return;
	}
	operand(f, fr, v);
}

static void
on_name(struct flow *f, struct frame *fr, size_t i, size_t to)
{
	const struct token *t = &f->tokens[i];
	uint32_t name = flow_name(f, t);
	const char *text = symbols_text(&f->s, name);

	if (i > 0 && flow_is(f, i - 1, ".") && fr->has_now) {
		fr->now = flow_attribute(f, fr->now, name);
		return;
	}
	if (name != 0 && token_is_keyword(text, f->s.texts[name].len)) {
		merge(f, fr);
		return;
	}
	if (fr->kind == FRAME_CALL && i + 1 < to && flow_is(f, i + 1, "=")) {
		fr->keyword = name;
		return;
	}
	operand(f, fr, lookup(f, name));
}

static void
on_operator(struct flow *f, struct frame *fr, const struct token *t)
{
	char c = (char)f->reader.data[t->start];

	if (c == '.')
		return;
	if (c == ',') {
		finish_argument(f, fr);
		return;
	}
	merge(f, fr);
	fr->joins = t->end - t->start == 1 && strchr("+-*^/%", c) != NULL ?
	    c : 0;
	if (c == ':')
		fr->colons++;
	if (c == '-' && fr->colons >= 2)
		fr->backward = true;
}

static bool
opens(char c)
{
	return c == '(' || c == '[' || c == '{';
}

static void
open_frame(struct flow *f, struct frame *fr, struct frame *inner, size_t i)
{
	char c = (char)f->reader.data[f->tokens[i].start];

	*inner = (struct frame){ .at = i, .kind = FRAME_GROUP,
	    .all_bytes = true, .bytes_from = f->bytes.len };
	if (fr->has_now && c != '{') {
		inner->kind = c == '(' ? FRAME_CALL : FRAME_INDEX;
		inner->callee = fr->now;
		inner->at = i > 0 ? i - 1 : i;
		fr->has_now = false;
	}
}

static void
keep_parts(struct flow *f, const struct frame *base)
{
	f->nparts = base->nargs;
	memcpy(f->parts, base->args, base->nargs * sizeof(*base->args));
}

struct value
flow_eval(struct flow *f, size_t from, size_t to)
{
	struct frame *frames = f->frames;
	size_t depth = 0, ignored = 0;
	struct value v;

	f->bytes.len = 0;
	frames[0] = (struct frame){ 0 };
	for (size_t i = from; i < to; i++) {
		const struct token *t = &f->tokens[i];
		struct frame *fr = &frames[depth];
		char c = (char)f->reader.data[t->start];

		if (t->kind == TOKEN_STRING) {
			on_string(f, fr, i, from);
		} else if (t->kind == TOKEN_NAME) {
			on_name(f, fr, i, to);
		} else if (t->kind == TOKEN_NUMBER) {
			operand(f, fr, (struct value){
			    .number = number_of(f, t) });
		} else if (t->kind == TOKEN_OPERATOR && opens(c)) {
			if (depth + 1 == FLOW_FRAMES_MAX)
				ignored++;
			else
				open_frame(f, fr, &frames[++depth], i);
		} else if (t->kind == TOKEN_OPERATOR &&
		    (c == ')' || c == ']' || c == '}')) {
			if (ignored > 0) {
				ignored--;
			} else if (depth > 0) {
				v = close_frame(f, fr);
				operand(f, &frames[--depth], v);
			}
		} else if (t->kind == TOKEN_OPERATOR) {
			on_operator(f, fr, t);
		}
	}
	while (depth > 0) {
		v = close_frame(f, &frames[depth]);
		operand(f, &frames[--depth], v);
	}
	v = close_frame(f, &frames[0]);
	keep_parts(f, &frames[0]);
	return v;
}

struct frame *
flow_frames_new(void)
{
	return mem_array(FLOW_FRAMES_MAX, sizeof(struct frame));
}

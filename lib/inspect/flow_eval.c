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
#include "inspect/layers.h"

#define NAME_MOST 160		/* dotted; longer chains are not resolved */
#define TEMPLATE_LEAST 20	/* "%s" alone is none */
#define TEXT_MOST 16384		/* constants worth folding */

enum frame_kind { FRAME_BASE, FRAME_GROUP, FRAME_CALL, FRAME_INDEX };

struct frame {
	enum frame_kind	 kind;
	struct value	 callee;
	size_t		 at;		/* token of the bracket */
	struct value	 args[FLOW_ARGUMENTS];
	uint32_t	 keywords[FLOW_ARGUMENTS];
	size_t		 nargs;
	uint32_t	 marks;		/* of all arguments */
	struct value	 now;		/* the operand being built */
	bool		 has_now;
	struct value	 before;	/* operands to its left */
	bool		 has_before;
	char		 joins;		/* the operator: + / % or 0 */
	uint32_t	 keyword;
	unsigned int	 colons;	/* of a slice */
	bool		 backward;	/* ... with a step of -1 */
	bool		 filled;	/* anything at all inside */
};

/* ---- texts --------------------------------------------------------------------- */

static uint32_t
marks_of_text(struct flow *f, uint32_t text)
{
	struct interned *t = &f->s.texts[text];

	if (text == 0)
		return 0;
	if (!t->marked) {
		t->marks = fact_of_text(f->endpoints,
		    symbols_text(&f->s, text), t->len);
		t->marked = true;
	}
	return t->marks;
}

static struct value
value_of_text(struct flow *f, const void *bytes, size_t len)
{
	struct value v = { .text = symbols_intern(&f->s, bytes, len) };

	v.marks = marks_of_text(f, v.text);
	return v;
}

static uint32_t
join_texts(struct flow *f, uint32_t a, uint32_t b, const char *between)
{
	size_t la = f->s.texts[a].len, lb = f->s.texts[b].len;
	size_t k = strlen(between);
	char *both;
	uint32_t text;

	if (la + lb + k > TEXT_MOST)
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

	if (room > TEXT_MOST)
		room = TEXT_MOST;
	bytes = mem_alloc(room + 1);
	len = token_string(&f->reader, t, bytes, room);
	v = value_of_text(f, bytes, len);
	if (t->body_end - t->body > TEXT_MOST)
		v.marks |= MARK_PACKED;
	free(bytes);
	return v;
}

/* The names inside a format string's braces bring their marks. */
static uint32_t
format_marks(struct flow *f, const struct token *t)
{
	struct token_reader inner = f->reader;
	struct token one;
	uint32_t marks = 0, name;
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

static const struct fact *
fact_of(struct flow *f, uint32_t name)
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

static bool
named(const struct flow *f, uint32_t name, const char *text)
{
	return name != 0 && str_equal(symbols_text(&f->s, name), text);
}

static uint32_t
dotted(struct flow *f, uint32_t base, const char *between, const char *last)
{
	char name[NAME_MOST];
	int n = snprintf(name, sizeof(name), "%s%s%s",
	    base != 0 ? symbols_text(&f->s, base) : "?", between, last);

	if (n < 0 || (size_t)n >= sizeof(name))
		return 0;
	return symbols_intern(&f->s, name, (size_t)n);
}

/* Marks that a well-known name has of itself. */
static uint32_t
marks_of_name(const struct flow *f, uint32_t name)
{
	if (named(f, name, "os.environ"))
		return MARK_ENVIRON;
	if (named(f, name, "__file__"))
		return MARK_HERE;
	return 0;
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
			    (named(f, name, "session") ||
			    named(f, name, "self")))
				v.name = name;
			break;
		}
		if (s == 0)
			break;
	}
	v.marks |= marks_of_name(f, v.name);
	return v;
}

/* What `self.x` was set to anywhere in the file, or the method x. */
static struct value
own_attribute(struct flow *f, struct value v, uint32_t name)
{
	char key[NAME_MOST];
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
	}
	return v;
}

static struct value
attribute(struct flow *f, struct value v, uint32_t name)
{
	struct value out = { .marks = v.marks, .origin = v.origin };

	if (name == 0)
		return out;
	flow_refer(f, name, true);
	if (named(f, v.name, "self") || named(f, v.name, "cls"))
		return own_attribute(f, v, name);
	out.name = dotted(f, v.name, ".", symbols_text(&f->s, name));
	out.marks |= marks_of_name(f, out.name);
	if (v.text != 0 && out.name == 0)
		return out;
	out.text = v.text;	/* the receiver's, for decode() and strip() */
	return out;
}

/* ---- calls ---------------------------------------------------------------------- */

static void
mark_origin(struct flow *f, uint32_t origin, uint32_t marks)
{
	if (origin != 0)
		f->s.rows[origin].value.marks |= marks;
}

/* Arguments flow into the parameters of a function of this file. */
static void
pass_arguments(struct flow *f, const struct frame *fr, struct scope *to)
{
	for (size_t i = 0; i < fr->nargs; i++) {
		uint32_t sym = fr->keywords[i] != 0 ?
		    symbols_of(&f->s, (uint32_t)(to - f->scopes),
		    fr->keywords[i], false) :
		    i < to->nparameters ? to->parameters[i] : 0;
		struct value *v = &f->s.rows[sym].value;

		if (sym == 0)
			continue;
		v->marks |= fr->args[i].marks;
		if (v->text == 0)
			v->text = fr->args[i].text;
		if (v->name == 0)
			v->name = fr->args[i].name;
	}
}

static bool
is_opaque(const struct flow *f, uint32_t name)
{
	static const char *const names[] = { "len", "isinstance", "bool",
	    "hasattr", "print", "issubclass", "callable", "type", "range",
	    "os.path.exists", "os.path.isfile", "os.path.isdir",
	    "os.path.getsize", "os.makedirs", "os.mkdir", "hash", "id", "int",
	    "float", "os.chmod", "os.remove", "os.unlink", "time.sleep" };

	return name != 0 && str_index(names, ARRAY_LEN(names),
	    symbols_text(&f->s, name)) >= 0;
}

/* decode(), strip(), str(): the text stays what it is. */
static uint32_t
same_text(const struct flow *f, const struct frame *fr)
{
	static const char *const own[] = { "decode", "encode", "strip",
	    "lstrip", "rstrip", "lower", "upper" };
	static const char *const first[] = { "str", "bytes", "bytearray",
	    "os.path.expanduser", "os.path.expandvars", "pathlib.Path",
	    "repr", "urllib.request.Request", "os.fsencode" };
	const char *name = fr->callee.name != 0 ?
	    symbols_text(&f->s, fr->callee.name) : "";
	const char *last = strrchr(name, '.');

	if (str_index(first, ARRAY_LEN(first), name) >= 0)
		return fr->nargs > 0 ? fr->args[0].text : 0;
	if (last != NULL && str_index(own, ARRAY_LEN(own), last + 1) >= 0)
		return fr->callee.text;
	return 0;
}

static uint32_t
joined_path(struct flow *f, const struct frame *fr)
{
	uint32_t text = 0;

	for (size_t i = 0; i < fr->nargs; i++) {
		if (fr->args[i].text == 0)
			continue;
		text = text == 0 ? fr->args[i].text :
		    join_texts(f, text, fr->args[i].text, "/");
		if (text == 0)
			break;
	}
	return text;
}

/* base64 and hexadecimal constants, decoded. */
static uint32_t
decoded_text(struct flow *f, uint32_t text)
{
	uint8_t *bytes;
	size_t len;
	uint32_t out;

	if (text == 0)
		return 0;
	bytes = layers_decode_text(symbols_text(&f->s, text),
	    f->s.texts[text].len, &len);
	if (bytes == NULL)
		return 0;
	out = len <= TEXT_MOST ? symbols_intern(&f->s, bytes, len) : 0;
	free(bytes);
	return out;
}

static void
tell(struct flow *f, const struct frame *fr, const struct fact *fact,
    uint32_t name)
{
	const struct token *t = &f->tokens[fr->at];
	struct flow_call call = { .name = symbols_text(&f->s, name),
	    .fact = fact, .place = flow_place(f),
	    .receiver = fr->callee.marks, .arguments = fr->marks,
	    .scope = f->scope, .line = t->line, .at = t->start,
	    .bare = !fr->filled };

	f->shape->calls++;
	if (!f->last)
		return;
	if (fr->nargs > 0) {
		call.first = fr->args[0].marks;
		if (fr->args[0].text != 0)
			call.text = symbols_text(&f->s, fr->args[0].text);
	}
	f->each(f->ctx, &call);
}

static struct value
imported_value(const struct frame *fr)
{
	struct value v = { .marks = MARK_HIDDEN };

	if (fr->nargs > 0)
		v.name = fr->args[0].text;
	return v;
}

static struct value
attribute_value(struct flow *f, const struct frame *fr)
{
	struct value v = { 0 };

	if (fr->nargs >= 2 && fr->args[1].text != 0) {
		v = attribute(f, fr->args[0], fr->args[1].text);
		v.marks |= MARK_HIDDEN;
	}
	return v;
}

/* Something with a path, open for writing. */
static bool
is_file(const struct flow *f, uint32_t name)
{
	const char *text = symbols_text(&f->s, name);

	return strstr(text, "open()") != NULL ||
	    strstr(text, "TemporaryFile()") != NULL ||
	    str_ends(text, ".write_bytes") || str_ends(text, ".write_text");
}

/* What a deed does to the values around it. */
static void
act(struct flow *f, const struct frame *fr, enum deed deed, struct value *out)
{
	const struct value *path = fr->nargs > 1 ? &fr->args[1] : NULL;

	switch (deed) {
	case DEED_OPEN:
		out->origin = fr->nargs > 0 ? fr->args[0].origin : 0;
		break;
	case DEED_WRITE:
		if ((fr->marks & (MARK_NETWORK | MARK_DECODED)) &&
		    is_file(f, fr->callee.name))
			mark_origin(f, fr->callee.origin, MARK_DROPPED);
		break;
	case DEED_FETCH_TO:
		if (path != NULL)
			mark_origin(f, path->origin, MARK_DROPPED);
		out->marks |= MARK_DROPPED;
		break;
	default:
		break;
	}
}

static struct value
known_call(struct flow *f, const struct frame *fr, const struct fact *fact,
    uint32_t name)
{
	struct value v = { 0 };

	tell(f, fr, fact, name);
	if (fact->deed == DEED_IMPORT)
		return imported_value(fr);
	if (fact->deed == DEED_GETATTR)
		return attribute_value(f, fr);
	v.marks = fact->gives | fr->marks |
	    (fr->callee.marks & ~(uint32_t)MARK_HIDDEN);
	if (named(f, name, "os.getenv"))
		v.marks = MARK_VARIABLE;
	if ((fact->gives & MARK_DECODED) && fr->nargs > 0) {
		v.text = decoded_text(f, fr->args[0].text);
		v.marks |= marks_of_text(f, v.text);
	}
	v.name = dotted(f, name, "()", "");
	act(f, fr, fact->deed, &v);
	return v;
}

static struct value
call(struct flow *f, struct frame *fr)
{
	uint32_t name = fr->callee.name;
	const struct fact *fact = fact_of(f, name);
	struct value v = { 0 };

	if (fr->callee.code != 0) {
		struct scope *to = &f->scopes[fr->callee.code - 1];

		pass_arguments(f, fr, to);
		return to->result;
	}
	if (fact != NULL)
		return known_call(f, fr, fact, name);
	if (named(f, name, "os.environ.get"))
		return (struct value){ .marks = MARK_VARIABLE };
	if (is_opaque(f, name))
		return v;
	v.marks = fr->marks | (fr->callee.marks & ~(uint32_t)MARK_HIDDEN);
	v.text = same_text(f, fr);
	if (named(f, name, "os.path.join"))
		v.text = joined_path(f, fr);
	v.marks |= marks_of_text(f, v.text);
	if (name != 0)
		v.name = dotted(f, name, "()", "");
	v.origin = fr->callee.origin;
	return v;
}

static uint32_t
reversed_text(struct flow *f, uint32_t text)
{
	size_t len = f->s.texts[text].len;
	const char *from;
	char *back;
	uint32_t out;

	if (text == 0 || len > TEXT_MOST)
		return 0;
	back = mem_alloc(len + 1);
	from = symbols_text(&f->s, text);
	for (size_t i = 0; i < len; i++)
		back[i] = from[len - 1 - i];
	out = symbols_intern(&f->s, back, len);
	free(back);
	return out;
}

static struct value
item(struct flow *f, const struct frame *fr)
{
	const struct value *of = &fr->callee;
	uint32_t key = fr->nargs > 0 ? fr->args[0].text : 0;
	struct value v = { .marks = of->marks | fr->marks,
	    .origin = of->origin };
	const char *name = of->name != 0 ? symbols_text(&f->s, of->name) : "";

	if (named(f, of->name, "os.environ"))
		return (struct value){ .marks = MARK_VARIABLE };
	if (fr->backward && of->text != 0) {
		v.text = reversed_text(f, of->text);
		v.marks |= MARK_BUILT | marks_of_text(f, v.text);
		return v;
	}
	if (key == 0)
		return v;
	if (str_equal(name, "sys.modules"))
		return (struct value){ .name = key, .marks = MARK_HIDDEN };
	if (str_equal(name, "globals()") || str_equal(name, "locals()") ||
	    str_equal(name, "vars()") || str_starts(name, "__builtins__") ||
	    str_starts(name, "builtins.__dict__"))
		return (struct value){ .marks = MARK_HIDDEN,
		    .name = fact_of(f, key) != NULL ? key : 0 };
	if (str_ends(name, ".__dict__")) {
		struct value base = { .name = symbols_intern(&f->s, name,
		    strlen(name) - strlen(".__dict__")) };

		v = attribute(f, base, key);
		v.marks |= MARK_HIDDEN;
	}
	return v;
}

/* ---- the machine -------------------------------------------------------------------- */

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
			fr->now.marks &= ~(uint32_t)(MARK_NETWORK |
			    MARK_SOCKET | MARK_DECODED);
		if (fr->joins == '+' && fr->before.text != 0 &&
		    fr->now.text != 0)
			text = join_texts(f, fr->before.text, fr->now.text,
			    "");
		else if (fr->joins == '/' && fr->now.text != 0)
			text = fr->before.text == 0 ? fr->now.text :
			    join_texts(f, fr->before.text, fr->now.text, "/");
		fr->before = (struct value){ .text = text,
		    .marks = fr->before.marks | fr->now.marks |
		    marks_of_text(f, text) };
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
		fr->marks |= fr->before.marks;
		if (fr->nargs < FLOW_ARGUMENTS) {
			fr->keywords[fr->nargs] = fr->keyword;
			fr->args[fr->nargs++] = fr->before;
		}
	}
	fr->has_before = false;
	fr->keyword = 0;
}

static struct value
close_frame(struct flow *f, struct frame *fr)
{
	struct value v = { 0 };

	finish_argument(f, fr);
	switch (fr->kind) {
	case FRAME_CALL:
		return call(f, fr);
	case FRAME_INDEX:
		return item(f, fr);
	case FRAME_GROUP:
	case FRAME_BASE:
		break;
	}
	if (fr->nargs == 1 && fr->marks == fr->args[0].marks)
		return fr->args[0];
	v.marks = fr->marks;
	return v;
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
		    join_texts(f, fr->now.text, v.text, "") : 0;
		v.marks |= fr->now.marks | marks_of_text(f, v.text);
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
		fr->now = attribute(f, fr->now, name);
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
	fr->joins = t->end - t->start == 1 && strchr("+/%", c) != NULL ?
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

	*inner = (struct frame){ .at = i, .kind = FRAME_GROUP };
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
			operand(f, fr, (struct value){ 0 });
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

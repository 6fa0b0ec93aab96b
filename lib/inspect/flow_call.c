/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flow_call - what calls and indexes give, and what they do to values.
 *
 * Takes: a closed bracket with its callee and arguments.  Gives: a value;
 * tells of calls.
 * Runs in: worker child, command.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "inspect/flow_state.h"
#include "inspect/layers.h"

#define PACKED_LITERAL 8	/* a constant worth decoding */

static void
mark_origin(struct flow *f, uint32_t origin, uint64_t marks)
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
	    "float", "os.chmod", "time.sleep" };

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
	    "list", "iter", "memoryview", "io.BytesIO", "io.StringIO",
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
		    flow_join_texts(f, text, fr->args[i].text, "/");
		if (text == 0)
			break;
	}
	return text;
}

/*
 * A template with its gaps filled in order: "{}" and "{0}" of format(), or
 * "%s" and "%d".  0 when a gap has no known text.
 */
static uint32_t
filled(struct flow *f, uint32_t template, char mark, const struct value *args,
    size_t n)
{
	const char *at = symbols_text(&f->s, template), *stop;
	struct buf b = { .most = FLOW_TEXT_MOST };
	size_t next = 0;
	uint32_t out = 0;

	if (template == 0)
		return 0;
	for (stop = at + f->s.texts[template].len; at < stop; at++) {
		const char *end = mark == '{' ? memchr(at, '}',
		    (size_t)(stop - at)) : at + 1;
		uint32_t text;

		if (*at != mark || end == NULL || end >= stop || end - at > 2) {
			buf_addc(&b, *at);
			continue;
		}
		text = next < n ? args[next++].text : 0;
		if (text == 0)
			goto out;
		buf_add(&b, symbols_text(&f->s, text), f->s.texts[text].len);
		at = end;
	}
	if (!b.full && b.len != 0)
		out = symbols_intern(&f->s, b.data, b.len);
out:
	buf_release(&b);
	return out;
}

/* sep.join(["a", "b"]), where every part is known. */
static uint32_t
joined_list(struct flow *f, uint32_t between, uint32_t list)
{
	const char *at, *stop;
	struct buf b = { .most = FLOW_TEXT_MOST };
	uint32_t out;

	if (list == 0)
		return 0;
	at = symbols_text(&f->s, list);
	stop = at + f->s.texts[list].len;
	for (; at < stop; at++) {
		if (*at == FLOW_BETWEEN)
			buf_add(&b, symbols_text(&f->s, between),
			    between != 0 ? f->s.texts[between].len : 0);
		else
			buf_addc(&b, *at);
	}
	out = b.full || b.len == 0 ? 0 : symbols_intern(&f->s, b.data, b.len);
	buf_release(&b);
	return out;
}

/* Constants, decoded as the function's name says. */
static uint32_t
decoded_text(struct flow *f, const char *how, uint32_t text)
{
	uint8_t *bytes;
	size_t len;
	uint32_t out;

	if (text == 0)
		return 0;
	bytes = layers_decode_as(how, symbols_text(&f->s, text),
	    f->s.texts[text].len, FLOW_TEXT_MOST, &len);
	if (bytes == NULL)
		return 0;
	out = len <= FLOW_TEXT_MOST ? symbols_intern(&f->s, bytes, len) : 0;
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
	    .receiver = fr->callee.marks,
	    .arguments = fr->marks | (fact->gives & MARK_PIP) |
	    (str_ends(fact->name, "().execute") ? fr->callee.marks : 0),
	    .scope = f->scope, .line = t->line, .at = t->start,
	    .bare = !fr->filled, .in_hook =
	    flow_is_hook(symbols_text(&f->s, f->scopes[f->scope].name)),
	    .in_operator = f->in_operator ||
	    flow_is_operator(symbols_text(&f->s, f->scopes[f->scope].name)) };

	/* Where all addresses of a file are a forge's, so is an unknown one. */
	if (!(call.arguments & MARK_URL) && f->urls > 0 &&
	    f->urls == f->forge_urls)
		call.arguments |= MARK_FORGE;
	f->shape->calls++;
	f->scopes[f->scope].acts = true;
	if (!f->last)
		return;
	if (fr->nargs > 0) {
		call.first = fr->args[0].marks;
		call.second = fr->nargs > 1 ? fr->args[1].marks : 0;
		if (fr->args[0].text != 0)
			call.text = symbols_text(&f->s, fr->args[0].text);
		call.text_len = f->s.texts[fr->args[0].text].len;
	}
	flow_tell(f, &call);
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
		v = flow_attribute(f, fr->args[0], fr->args[1].text);
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

/* Whatever reads this path later reads what was put there. */
static void
keep(struct flow *f, uint32_t path, uint64_t marks)
{
	if (path != 0)
		f->s.texts[path].kept |= marks;
}

static void
copy_to(struct flow *f, const struct value *to, const struct value *from)
{
	mark_origin(f, to->origin, from->marks & MARKS_TAKEN);
	keep(f, to->text, from->marks & MARKS_TAKEN);
}

/* make_archive("/tmp/a", "zip", folder) fills /tmp/a.zip. */
static void
pack(struct flow *f, const struct frame *fr)
{
	uint64_t marks = fr->marks & MARKS_TAKEN;

	if (fr->nargs < 2)
		return;
	mark_origin(f, fr->args[0].origin, marks);
	if (fr->args[0].text != 0 && fr->args[1].text != 0)
		keep(f, flow_join_texts(f, fr->args[0].text, fr->args[1].text,
		    "."), marks);
}

/* A name that no Python source has; names without an ending say nothing. */
static bool
is_data_path(const struct flow *f, uint32_t text)
{
	static const char *const endings[] = { ".txt", ".md", ".rst", ".json",
	    ".dat", ".bin", ".png", ".jpg", ".gif", ".ico", ".wav", ".mp3",
	    ".ttf", ".css", ".html", ".xml", ".csv", ".log", ".svg", ".pdf" };
	const char *path = text != 0 ? symbols_text(&f->s, text) : "";

	if (strcasestr(path, "version") != NULL)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(endings); i++)
		if (str_ends(path, endings[i]))
			return true;
	return false;
}

/* What a deed does to the values around it. */
static void
act(struct flow *f, const struct frame *fr, enum deed deed, struct value *out)
{
	const struct value *path = fr->nargs > 1 ? &fr->args[1] : NULL;

	switch (deed) {
	case DEED_OPEN:
		out->origin = fr->nargs > 0 ? fr->args[0].origin : 0;
		out->text = fr->nargs > 0 ? fr->args[0].text : 0;
		if (is_data_path(f, out->text))
			out->marks |= MARK_DATAFILE;
		break;
	case DEED_EXTRACT:
		if (fr->nargs > 0 && (fr->callee.marks & MARK_NETWORK)) {
			mark_origin(f, fr->args[0].origin, MARK_DROPPED);
			keep(f, fr->args[0].text, MARK_DROPPED);
		}
		break;
	case DEED_WRITE:
		if (((fr->marks & MARK_NETWORK) || (fr->marks &
		    (MARK_DECODED | MARK_PACKED)) == (MARK_DECODED |
		    MARK_PACKED)) && is_file(f, fr->callee.name)) {
			mark_origin(f, fr->callee.origin, MARK_DROPPED);
			keep(f, fr->callee.text, MARK_DROPPED);
		}
		break;
	case DEED_FETCH_TO:
		if (path != NULL) {
			mark_origin(f, path->origin, MARK_DROPPED);
			keep(f, path->text, MARK_DROPPED);
		}
		out->marks |= MARK_DROPPED;
		break;
	case DEED_COPY:
		if (fr->nargs > 1)
			copy_to(f, &fr->args[1], &fr->args[0]);
		break;
	case DEED_PACK:
		pack(f, fr);
		break;
	case DEED_SAVE:
		if (fr->nargs > 0) {
			mark_origin(f, fr->args[0].origin,
			    fr->callee.marks & MARKS_TAKEN);
			keep(f, fr->args[0].text,
			    fr->callee.marks & MARKS_TAKEN);
		}
		break;
	default:
		break;
	}
}

/* "rot13" of codecs.decode(x, "rot13"), or the function's own name. */
static const char *
codec_of(struct flow *f, const struct frame *fr, uint32_t name)
{
	if (fr->nargs > 1 && fr->args[1].text != 0)
		return symbols_text(&f->s, fr->args[1].text);
	return symbols_text(&f->s, name);
}

/* chr(105): a constant like any other; chr(10) and the like hide nothing. */
static struct value
character(struct flow *f, const struct frame *fr)
{
	struct value v = { .marks = fr->marks | MARK_BUILT };
	uint32_t n = fr->nargs == 1 ? fr->args[0].number : 0;
	char c = (char)(n - 1);

	if (n > 0 && n <= 128) {
		v.text = symbols_intern(&f->s, &c, 1);
		if (n <= ' ' + 1)
			v.marks = 0;
	}
	return v;
}

static bool
is_method(const struct flow *f, uint32_t name, const char *ending)
{
	return name != 0 && str_ends(symbols_text(&f->s, name), ending);
}

/* One variable of the environment: some are worth stealing. */
static struct value
variable(struct flow *f, const struct value *key)
{
	struct value v = { .marks = MARK_VARIABLE };
	uint32_t name = key == NULL ? 0 : key->text != 0 ? key->text :
	    key->list;	/* one of several */

	if (name != 0)
		v.marks |= fact_of_variable(symbols_text(&f->s, name));
	return v;
}

/* X[text] where class X has __class_getitem__ = exec. */
static void
look_item_call(struct flow *f, const struct frame *fr)
{
	static const char item[] = "__class_getitem__";
	uint32_t sym = symbols_of(&f->s, fr->callee.code - 1,
	    symbols_intern(&f->s, item, sizeof(item) - 1), false);
	const struct fact *fact = sym != 0 ?
	    flow_fact_of(f, f->s.rows[sym].value.name) : NULL;
	struct frame hidden = *fr;

	if (fact == NULL)
		return;
	hidden.callee = f->s.rows[sym].value;
	hidden.callee.marks |= MARK_HIDDEN;
	tell(f, &hidden, fact, hidden.callee.name);
}

/* What comes out is what went in, in another form. */
static bool
is_clear(const struct flow *f, uint32_t name)
{
	static const char *const last[] = { "str", "repr", "dict", "list",
	    "tuple", "bytes", "dumps", "b64encode", "urlsafe_b64encode",
	    "urlencode", "quote", "quote_plus", "encode", "decode", "hex",
	    "hexlify", "format", "join", "compress", "items", "values", "copy",
	    "encrypt", "Request", "BytesIO", "StringIO", "strip", "read",
	    "expanduser", "expandvars",
	    "sorted", "set", "zip", "map", "filter", "update", "secret",
	    "to_base58", "b58encode", "to_bytes", "get", "getvalue", "read_text",
	    "bytearray", "reversed", "next", "iter", "enumerate", "glob", "iglob",
	    "rglob", "listdir", "walk", "scandir", "join", "iterdir", "Path" };
	const char *text = name != 0 ? symbols_text(&f->s, name) : "";
	const char *dot = strrchr(text, '.');

	return str_index(last, ARRAY_LEN(last), dot != NULL ? dot + 1 : text)
	    >= 0;
}

/*
 * map(exec, texts), Thread(target=os.system, args=...): somebody else makes
 * the call, with the other arguments.
 */
static void
look_arguments(struct flow *f, const struct frame *fr)
{
	for (size_t i = 0; i < fr->nargs; i++) {
		const struct fact *fact = flow_fact_of(f, fr->args[i].name);
		struct frame other = *fr;
		uint32_t name = fr->args[i].name;

		/* Types are compared more often than called. */
		if (fact == NULL || fr->nargs < 2 || (fact->deed != DEED_EXEC &&
		    fact->deed != DEED_PROCESS) ||
		    str_starts(fact->name, "types."))
			continue;
		other.marks = 0;
		other.nargs = 0;
		for (size_t k = 0; k < fr->nargs; k++)
			if (k != i) {
				other.args[other.nargs++] = fr->args[k];
				other.marks |= fr->args[k].marks;
			}
		other.callee = (struct value){ .name = name,
		    .marks = fr->args[i].marks | MARK_PASSED };
		tell(f, &other, fact, name);
	}
}

static struct value
known_call(struct flow *f, const struct frame *fr, const struct fact *fact,
    uint32_t name)
{
	struct value v = { 0 };

	if (fact->deed == DEED_CHR)
		return character(f, fr);
	tell(f, fr, fact, name);
	if (fact->deed == DEED_IMPORT)
		return imported_value(fr);
	if (fact->deed == DEED_GETATTR)
		return attribute_value(f, fr);
	v.marks = fact->gives | fr->marks |
	    (fr->callee.marks & ~(uint64_t)MARK_HIDDEN);
	if (flow_named(f, name, "os.getenv"))
		return variable(f, fr->nargs > 0 ? &fr->args[0] : NULL);
	if ((fact->gives & MARK_DECODED) && fr->nargs > 0) {
		if (fr->args[0].text != 0 &&
		    f->s.texts[fr->args[0].text].len >= PACKED_LITERAL)
			v.marks |= MARK_PACKED;
		v.text = decoded_text(f, codec_of(f, fr, name),
		    fr->args[0].text);
		v.marks |= flow_marks_of_text(f, v.text);
	}
	v.name = flow_dotted(f, name, "()", "");
	act(f, fr, fact->deed, &v);
	return v;
}

/* Every file below a home, or the ones of some kind. */
static bool
searches_home(const struct flow *f, const struct frame *fr)
{
	static const char *const names[] = { "walk", "glob", "iglob", "rglob",
	    "scandir" };
	const char *text = fr->callee.name != 0 ?
	    symbols_text(&f->s, fr->callee.name) : "";
	const char *dot = strrchr(text, '.'), *path;

	if (str_index(names, ARRAY_LEN(names), dot != NULL ? dot + 1 : text) <
	    0)
		return false;
	if ((fr->marks | fr->callee.marks) & MARK_HOME)
		return true;
	path = fr->nargs > 0 && fr->args[0].text != 0 ?
	    symbols_text(&f->s, fr->args[0].text) : "";
	return str_starts(path, "~/") && strstr(path, "**") != NULL;
}

#define GATHERED (MARKS_TAKEN | MARKS_HOST | MARK_KEY | MARK_PACKED | MARK_BUILT)

/* Attributes of all objects share one name, so they gather less. */
static bool
is_local(const struct flow *f, uint32_t origin)
{
	return origin != 0 &&
	    *symbols_text(&f->s, f->s.rows[origin].name) != '.';
}

/* list.append(x) and the like: the container has what was put in. */
static void
gather(struct flow *f, const struct frame *fr)
{
	static const char *const names[] = { "append", "extend", "add",
	    "update", "insert", "appendleft", "put", "setdefault", "writestr",
	    "put_nowait", "set_content", "attach", "set_payload",
	    "add_attachment" };
	const char *text = fr->callee.name != 0 ?
	    symbols_text(&f->s, fr->callee.name) : "";
	const char *dot = strrchr(text, '.');

	if (dot != NULL && str_index(names, ARRAY_LEN(names), dot + 1) >= 0)
		mark_origin(f, fr->callee.origin, fr->marks & (is_local(f,
		    fr->callee.origin) ? GATHERED : GATHERED &
		    ~(uint64_t)(MARK_NETWORK | MARK_DECODED)));
}

/* A function of another module of the package. */
static struct value
call_outside(struct flow *f, const struct frame *fr, struct world_name *to)
{
	struct value v = { .marks = to->marks };

	for (size_t i = 0; i < fr->nargs && i < WORLD_PARAMETERS; i++)
		if (fr->keywords[i] == 0)
			to->parameters[i] |= fr->args[i].marks;
	if (to->text != NULL)
		v.text = symbols_intern(&f->s, to->text, to->text_len);
	return v;
}

struct value
flow_call(struct flow *f, struct frame *fr)
{
	uint32_t name = fr->callee.name;
	const struct fact *fact = flow_fact_of(f, name);
	struct world_name *outside;
	struct value v = { 0 };

	if (fr->callee.code != 0) {
		struct scope *to = &f->scopes[fr->callee.code - 1];

		pass_arguments(f, fr, to);
		return to->result;
	}
	if (fact != NULL)
		return known_call(f, fr, fact, name);
	if (flow_named(f, name, "os.environ.get") ||
	    flow_named(f, name, "os.environ.pop"))
		return variable(f, fr->nargs > 0 ? &fr->args[0] : NULL);
	if (flow_named(f, name, "int") && fr->nargs == 2)
		return (struct value){ .marks = fr->marks | MARK_BUILT };
	if (is_opaque(f, name))
		return v;
	gather(f, fr);
	if (searches_home(f, fr))
		fr->marks |= MARK_SEARCHED;
	outside = flow_outside(f, name);
	if (outside != NULL && outside->function)
		return call_outside(f, fr, outside);
	look_arguments(f, fr);
	if (flow_named(f, name, "functools.partial") && fr->nargs > 0)
		return fr->args[0];
	v.marks = fr->marks | (fr->callee.marks & ~(uint64_t)MARK_HIDDEN);
	/* A lambda that decodes, on a constant. */
	if (name == 0 && (v.marks & MARK_DECODED) && fr->nargs > 0 &&
	    f->s.texts[fr->args[0].text].len >= PACKED_LITERAL &&
	    fr->args[0].text != 0)
		v.marks |= MARK_PACKED;
	if (fr->nargs > 1 && flow_named(f, fr->args[0].name, "chr"))
		v.marks |= MARK_BUILT;
	if (!is_clear(f, name) || flow_named(f, name, "jwt.encode"))
		v.marks &= ~(uint64_t)(MARK_KEY | MARK_ENVIRON | MARK_TOKEN);
	v.text = same_text(f, fr);
	if (is_method(f, name, ".format"))
		v.text = filled(f, fr->callee.text, '{', fr->args, fr->nargs);
	if (v.text == 0 && is_method(f, name, ".join") && fr->nargs == 1)
		v.text = fr->args[0].marks & MARK_NUMBERS ? fr->args[0].text :
		    joined_list(f, fr->callee.text, fr->args[0].list);
	if (flow_named(f, name, "os.path.join"))
		v.text = joined_path(f, fr);
	v.marks |= flow_marks_of_text(f, v.text);
	if (name != 0)
		v.name = flow_dotted(f, name, "()", "");
	v.origin = fr->callee.origin;
	if (flow_named(f, name, "os.path.join") && fr->nargs > 1) {
		v.origin = fr->args[0].origin;
		v.marks &= ~(uint64_t)MARK_HOME;
		v.marks |= flow_marks_of_text(f, v.text);
	}
	return v;
}

static uint32_t
reversed_text(struct flow *f, uint32_t text)
{
	size_t len = f->s.texts[text].len;
	const char *from;
	char *back;
	uint32_t out;

	if (text == 0 || len > FLOW_TEXT_MOST)
		return 0;
	back = mem_alloc(len + 1);
	from = symbols_text(&f->s, text);
	for (size_t i = 0; i < len; i++)
		back[i] = from[len - 1 - i];
	out = symbols_intern(&f->s, back, len);
	free(back);
	return out;
}

struct value
flow_item(struct flow *f, const struct frame *fr)
{
	const struct value *of = &fr->callee;
	uint32_t key = fr->nargs > 0 ? fr->args[0].text : 0;
	struct value v = { .marks = of->marks | fr->marks,
	    .origin = of->origin };
	const char *name = of->name != 0 ? symbols_text(&f->s, of->name) : "";

	if (flow_named(f, of->name, "os.environ"))
		return variable(f, fr->nargs > 0 ? &fr->args[0] : NULL);
	if (of->code != 0 && fr->marks != 0)
		look_item_call(f, fr);
	if (fr->backward && of->text != 0) {
		v.text = reversed_text(f, of->text);
		v.marks |= MARK_BUILT | flow_marks_of_text(f, v.text);
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
		    .name = flow_fact_of(f, key) != NULL ? key : 0 };
	if (str_ends(name, ".__dict__")) {
		struct value base = { .name = symbols_intern(&f->s, name,
		    strlen(name) - strlen(".__dict__")) };

		v = flow_attribute(f, base, key);
		v.marks |= MARK_HIDDEN;
	}
	return v;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flow - what a Python file calls, with what, and when that runs.
 *
 * Takes: source bytes.  Gives: calls of interest, the file's shape.
 * Runs in: worker child, command.
 *
 * The first pass learns names and who refers to whom, the second lets marks
 * settle that flow backwards in the text, the third tells.
 */
#include "inspect/flow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "inspect/flow_state.h"

#define PASSES 3
#define NAME_ROOM 128
#define GAP_PUSHED 100		/* blanks inside a line that hide code */
#define INDENT_PUSHED 160	/* blanks before it; generated tables: 120 */
#define LONG_LINE 2000
#define NESTED_MOST 12		/* "if a: if b:" on one line, which is no Python */
#define REACH_ROUNDS 12		/* calls of calls of calls at import */

uint32_t
flow_name(struct flow *f, const struct token *t)
{
	char name[NAME_ROOM];
	size_t len = token_name(&f->reader, t, name, sizeof(name));

	return symbols_intern(&f->s, name, len);
}

bool
flow_is(const struct flow *f, size_t token, const char *text)
{
	return token_is(&f->reader, &f->tokens[token], text);
}

void
flow_refer(struct flow *f, uint32_t name, bool attribute)
{
	if (f->pass != 0 || f->nreferences == FLOW_REFERENCES_MAX)
		return;
	if ((f->nreferences & (f->nreferences - 1)) == 0)
		f->references = mem_grow(f->references, f->nreferences == 0 ?
		    64 : 2 * f->nreferences, sizeof(*f->references));
	f->references[f->nreferences++] = (struct reference){ f->scope, name,
	    attribute, f->in_bases };
}

void
flow_tell(struct flow *f, struct flow_call *call)
{
	call->via = f->scopes[f->scope].via;
	call->outer = f->scopes[f->scope].parent;
	if (f->each != NULL)
		f->each(f->ctx, call);
}

enum flow_place
flow_place(const struct flow *f)
{
	if (f->scopes[f->scope].command)
		return FLOW_COMMAND;
	return f->scopes[f->scope].reached ? FLOW_TOP : FLOW_LATER;
}

/* ---- the other modules ----------------------------------------------------- */

struct world_name *
flow_outside(struct flow *f, uint32_t name)
{
	struct interned *t = &f->s.texts[name];

	if (name == 0 || f->file->world == NULL)
		return NULL;
	if (!t->asked) {
		const char *text = symbols_text(&f->s, name);

		t->asked = true;
		if (strchr(text, '.') != NULL)
			t->outside = world_find(f->file->world, text);
	}
	if (t->outside != NULL && f->last && f->scopes[f->scope].reached) {
		enum world_reach via = f->scopes[f->scope].via;

		if (f->scopes[f->scope].command)
			via = REACH_INSTALL;
		if (via > t->outside->reach)
			t->outside->reach = via;
	}
	return t->outside;
}

/* "..net.x" as seen from this module. */
static uint32_t
absolute(struct flow *f, uint32_t name)
{
	const char *text = symbols_text(&f->s, name);
	size_t dots = strspn(text, "."), len;
	char whole[NAME_ROOM * 2];

	if (dots == 0 || f->file->module == NULL)
		return name;
	len = strlen(f->file->module);
	for (size_t up = f->file->is_package ? 1 : 0; up < dots; up++) {
		const char *dot = memrchr(f->file->module, '.', len);

		len = dot != NULL ? (size_t)(dot - f->file->module) : 0;
	}
	if (snprintf(whole, sizeof(whole), "%.*s%s%s", (int)len,
	    f->file->module, len != 0 && text[dots] != '\0' ? "." : "",
	    text + dots) >= (int)sizeof(whole))
		return name;
	return symbols_intern(&f->s, whole, strlen(whole));
}

static void
note_import(struct flow *f, uint32_t module)
{
	if (f->last && f->file->world != NULL && module != 0 &&
	    f->scopes[f->scope].reached)
		world_import(f->file->world, symbols_text(&f->s, module));
}

/* What a top-level name of this module is called elsewhere. */
static struct world_name *
published(struct flow *f, uint32_t name, bool make)
{
	char whole[NAME_ROOM * 3];

	if (name == 0 || snprintf(whole, sizeof(whole), "%s.%s",
	    f->file->module, symbols_text(&f->s, name)) >= (int)sizeof(whole))
		return NULL;
	return make ? world_make(f->file->world, whole) :
	    world_find(f->file->world, whole);
}

static void
publish_text(struct flow *f, struct world_name *n, uint32_t text)
{
	size_t len = f->s.texts[text].len;

	if (text == 0 || n->text != NULL)
		return;
	n->text = mem_alloc(len + 1);
	memcpy(n->text, symbols_text(&f->s, text), len + 1);
	n->text_len = len;
}

static void
publish(struct flow *f)
{
	for (size_t i = 1; i < f->s.nrows; i++) {
		struct symbol *row = &f->s.rows[i];
		struct value *v = &row->value;
		struct world_name *n;
		const char *from = v->name != 0 ?
		    symbols_text(&f->s, v->name) : "";

		if (row->scope != 0 || *symbols_text(&f->s, row->name) == '.')
			continue;
		if (v->code != 0) {
			struct scope *s = &f->scopes[v->code - 1];

			n = published(f, row->name, true);
			if (n == NULL)
				return;
			n->function = true;
			n->acts = n->acts || s->acts;
			n->marks |= s->result.marks;
			publish_text(f, n, s->result.text);
		} else if (v->marks != 0 || strchr(from, '.') != NULL) {
			n = published(f, row->name, true);
			if (n == NULL)
				return;
			/* An object is not all that went through it. */
			n->marks |= v->marks & ~(uint64_t)(v->text != 0 ?
			    MARK_HIDDEN : MARK_HIDDEN | MARK_NETWORK |
			    MARK_SOCKET | MARK_OUTPUT | MARK_FILE |
			    MARK_BUILT);
			publish_text(f, n, v->text);
			if (v->marks == 0 && v->text == 0 && n->alias == NULL &&
			    !n->function && strcmp(n->name, from) != 0)
				n->alias = mem_strdup(from);
		}
	}
}

/* What others told of this module's functions. */
static void
take_told(struct flow *f)
{
	for (size_t i = 1; i < f->nscopes; i++) {
		struct scope *s = &f->scopes[i];
		struct world_name *n = s->parent == 0 &&
		    s->kind != SCOPE_MAIN ? published(f, s->name, false) : NULL;

		if (n == NULL)
			continue;
		if (n->reach > s->via) {
			s->via = n->reach;
			s->reached = true;
		}
		for (uint32_t k = 0; k < s->nparameters &&
		    k < WORLD_PARAMETERS; k++)
			f->s.rows[s->parameters[k]].value.marks |=
			    n->parameters[k];
	}
}

/* ---- scopes ------------------------------------------------------------------------ */

/* The next scope of this pass; passes meet the same scopes in order. */
static bool
enter(struct flow *f, enum scope_kind kind, uint32_t name, uint32_t column)
{
	struct scope *s;

	if (f->next_scope == f->nscopes) {
		if (f->pass != 0 || f->nscopes == FLOW_SCOPES_MAX)
			return false;
		if (f->nscopes == f->scopes_room) {
			f->scopes_room = f->scopes_room == 0 ? 64 :
			    2 * f->scopes_room;
			f->scopes = mem_grow(f->scopes, f->scopes_room,
			    sizeof(*f->scopes));
		}
		s = &f->scopes[f->nscopes++];
		*s = (struct scope){ .kind = kind, .parent = f->scope,
		    .name = name, .column = column,
		    .same_name = f->s.texts[name].defined };
		if (name != 0)
			f->s.texts[name].defined = (uint32_t)f->nscopes;
	}
	f->scope = (uint32_t)f->next_scope++;
	return true;
}

static void
leave_to(struct flow *f, uint32_t column)
{
	while (f->scope != 0 && f->scopes[f->scope].column >= column)
		f->scope = f->scopes[f->scope].parent;
}

static void
assign(struct flow *f, uint32_t scope, uint32_t name, struct value v)
{
	uint32_t sym = symbols_of(&f->s, scope, name, true);
	struct value *to = &f->s.rows[sym].value;

	if (sym == 0)
		return;
	/* What a file is named belongs to the file that was opened last. */
	v.marks |= to->marks & ~(uint64_t)MARK_DATAFILE;
	if (v.origin == sym)
		v.origin = 0;
	*to = v;
}

/* ---- statements ---------------------------------------------------------------------- */

static const char *
text_at(const struct flow *f, uint32_t name)
{
	return symbols_text(&f->s, name);
}

static char
op_at(const struct flow *f, size_t i)
{
	const struct token *t = &f->tokens[i];

	return t->kind == TOKEN_OPERATOR && t->end - t->start == 1 ?
	    (char)f->reader.data[t->start] : 0;
}

/* The index of an operator outside brackets, or `to`. */
static size_t
find_op(const struct flow *f, size_t from, size_t to, char op)
{
	unsigned int depth = 0;

	for (size_t i = from; i < to; i++) {
		char c = op_at(f, i);

		if (c == op && depth == 0)
			return i;
		if (c == '(' || c == '[' || c == '{')
			depth++;
		else if ((c == ')' || c == ']' || c == '}') && depth > 0)
			depth--;
	}
	return to;
}

/* "a.b.c" from tokens; the index after it in *i. */
static uint32_t
dotted_name(struct flow *f, size_t *i, size_t to)
{
	char name[NAME_ROOM * 2];
	size_t len = 0;

	while (*i < to && (f->tokens[*i].kind == TOKEN_NAME ||
	    op_at(f, *i) == '.')) {
		const struct token *t = &f->tokens[*i];
		size_t n = t->end - t->start;

		if (flow_is(f, *i, "import") || flow_is(f, *i, "as"))
			break;
		if (len + n < sizeof(name)) {
			memcpy(name + len, f->reader.data + t->start, n);
			len += n;
		}
		(*i)++;
	}
	return symbols_intern(&f->s, name, len);
}

static uint32_t
alias_at(struct flow *f, size_t *i, size_t to)
{
	if (*i + 1 >= to || !flow_is(f, *i, "as"))
		return 0;
	*i += 2;
	return flow_name(f, &f->tokens[*i - 1]);
}

/* import a.b.c [as d], ... */
static void
on_import(struct flow *f, size_t i, size_t to)
{
	while (i < to) {
		size_t before = i;
		uint32_t name = dotted_name(f, &i, to), whole = name;
		uint32_t alias = alias_at(f, &i, to);
		const char *text = text_at(f, name);

		if (alias == 0) {
			size_t len = strcspn(text, ".");

			alias = name = symbols_intern(&f->s, text, len);
		}
		assign(f, f->scope, alias, (struct value){ .name = name });
		note_import(f, whole);
		while (i < to && op_at(f, i) != ',')
			i++;
		i++;
		if (i <= before)
			break;
	}
}

static uint32_t
member(struct flow *f, uint32_t module, uint32_t name)
{
	char whole[NAME_ROOM * 2];
	int n;

	if (str_equal(text_at(f, module), "builtins"))
		return name;
	n = snprintf(whole, sizeof(whole), "%s.%s", text_at(f, module),
	    text_at(f, name));
	return n < (int)sizeof(whole) ?
	    symbols_intern(&f->s, whole, (size_t)n) : 0;
}

/* The names that `from module import *` brings, where they matter. */
static void
import_all(struct flow *f, uint32_t module)
{
	static const char *const names[] = { "system", "popen", "environ",
	    "getenv", "Popen", "run", "call", "check_output", "b64decode",
	    "urlopen", "urlretrieve", "get", "post", "socket", "gethostname",
	    "getuser", "Fernet", "loads", "decompress" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		uint32_t name = symbols_intern(&f->s, names[i],
		    strlen(names[i]));
		uint32_t whole = member(f, module, name);

		if (fact_find(text_at(f, whole)) != NULL ||
		    str_equal(names[i], "environ") ||
		    str_equal(names[i], "socket"))
			assign(f, f->scope, name,
			    (struct value){ .name = whole });
	}
}

/* from a.b import c [as d], ... */
static void
on_from(struct flow *f, size_t i, size_t to)
{
	uint32_t module = absolute(f, dotted_name(f, &i, to));

	note_import(f, module);
	if (i >= to || !flow_is(f, i, "import"))
		return;
	for (i++; i < to;) {
		uint32_t name, alias;

		if (op_at(f, i) == '*') {
			import_all(f, module);
			return;
		}
		if (f->tokens[i].kind != TOKEN_NAME) {
			i++;
			continue;
		}
		name = flow_name(f, &f->tokens[i++]);
		alias = alias_at(f, &i, to);
		note_import(f, member(f, module, name));
		assign(f, f->scope, alias != 0 ? alias : name,
		    (struct value){ .name = member(f, module, name) });
	}
}

/* What wallets are opened with. */
static uint32_t
parameter(struct flow *f, uint32_t name)
{
	static const char *const keys[] = { "private_key", "privkey",
	    "privatekey", "mnemonic", "seed_phrase", "seedphrase",
	    "wallet_key", "secret_phrase", "recovery_phrase" };
	static const char *const credentials[] = { "password", "secret",
	    "api_secret", "passphrase", "secret_key", "api_key", "apikey",
	    "passwd", "pwd", "token", "access_token", "cookie" };
	uint32_t sym = symbols_of(&f->s, f->scope, name, true);

	if (sym == 0)
		return 0;
	if (str_index(keys, ARRAY_LEN(keys), text_at(f, name)) >= 0)
		f->s.rows[sym].value.marks |= MARK_KEY;
	if (str_index(credentials, ARRAY_LEN(credentials),
	    text_at(f, name)) >= 0)
		f->s.rows[sym].value.marks |= MARK_CREDENTIAL;
	return sym;
}

/* def send(url=HOOK): what a caller leaves out. */
static void
set_default(struct flow *f, uint32_t sym, size_t from, size_t to)
{
	size_t end = find_op(f, from, to, ',');
	unsigned int depth = 0;
	struct value v;

	for (size_t i = from; i < end; i++) {
		char c = op_at(f, i);

		depth += c == '(' || c == '[' || c == '{';
		if (c != ')' && c != ']' && c != '}')
			continue;
		if (depth == 0)
			end = i;
		else
			depth--;
	}
	v = flow_eval(f, from, end);
	f->s.rows[sym].value.marks |= v.marks;
	if (f->s.rows[sym].value.text == 0)
		f->s.rows[sym].value.text = v.text;
}

static void
on_parameters(struct flow *f, size_t i, size_t to)
{
	struct scope *s = &f->scopes[f->scope];
	bool fresh = true;
	unsigned int depth = 0;

	s->nparameters = 0;
	for (; i < to; i++) {
		char c = op_at(f, i);
		uint32_t name;

		if (c == '(' || c == '[' || c == '{') {
			depth++;
		} else if (c == ')' || c == ']' || c == '}') {
			if (--depth == 0)
				return;
		} else if (c == ',' && depth == 1) {
			fresh = true;
		} else if (c == '=' && depth == 1 && s->nparameters > 0) {
			set_default(f, s->parameters[s->nparameters - 1], i + 1,
			    to);
		} else if (fresh && depth == 1 &&
		    f->tokens[i].kind == TOKEN_NAME) {
			fresh = false;
			name = flow_name(f, &f->tokens[i]);
			if (s->nparameters < FLOW_PARAMETERS &&
			    !str_equal(text_at(f, name), "self") &&
			    !str_equal(text_at(f, name), "cls"))
				s->parameters[s->nparameters++] =
				    parameter(f, name);
		}
	}
}

static void statement(struct flow *f, size_t from, size_t to);

static void
on_def(struct flow *f, size_t i, size_t to, uint32_t column)
{
	size_t colon = find_op(f, i, to, ':');
	uint32_t name, outer = f->scope;

	if (i >= to || f->tokens[i].kind != TOKEN_NAME)
		return;
	name = flow_name(f, &f->tokens[i]);
	if (!enter(f, SCOPE_FUNCTION, name, column))
		return;
	assign(f, outer, name, (struct value){ .code = f->scope + 1 });
	f->scopes[f->scope].command = f->scopes[outer].command;
	on_parameters(f, i + 1, to);
	if (colon + 1 < to) {
		statement(f, colon + 1, to);
		f->scope = outer;
	}
}

static void
on_class(struct flow *f, size_t i, size_t to, uint32_t column)
{
	size_t colon = find_op(f, i, to, ':');
	uint32_t name, outer = f->scope;
	bool command = false, meta = false, thread = false;

	if (i >= to || f->tokens[i].kind != TOKEN_NAME)
		return;
	name = flow_name(f, &f->tokens[i]);
	f->in_bases = true;
	(void)flow_eval(f, i + 1, colon);
	f->in_bases = false;
	for (size_t k = 0; k < f->nparts; k++) {
		struct value *base = &f->parts[k];
		const char *text = base->name != 0 ?
		    text_at(f, base->name) : "";

		meta = meta || str_equal(text, "type") ||
		    str_ends(text, "Meta");
		thread = thread || str_ends(text, ".Thread") ||
		    str_ends(text, ".Timer") || str_ends(text, ".Process") ||
		    str_equal(text, "Thread") ||
		    str_ends(text, "RequestHandler");
		command = command || (base->name != 0 &&
		    fact_is_command(text_at(f, base->name))) ||
		    (base->code != 0 && f->scopes[base->code - 1].command);
	}
	if (!enter(f, SCOPE_CLASS, name, column))
		return;
	f->scopes[f->scope].command = command;
	f->scopes[f->scope].meta = meta;
	f->scopes[f->scope].thread = thread;
	assign(f, outer, name, (struct value){ .code = f->scope + 1 });
	if (colon + 1 < to) {
		statement(f, colon + 1, to);
		f->scope = outer;
	}
}

/* requests.get = ours: a function of this file in a library's place. */
static void
tell_patch(struct flow *f, size_t from, size_t to, uint32_t code)
{
	static const struct fact patch = { "patch", DEED_PATCH, 0 };
	struct value v;
	struct flow_call call = { .name = patch.name, .fact = &patch,
	    .place = flow_place(f), .scope = f->scope, .patched = code - 1,
	    .line = f->tokens[from].line, .at = f->tokens[from].start };
	const char *name;

	if (!f->last || flow_is(f, from, "self") ||
	    flow_is(f, from, "cls") || flow_is(f, to - 1, "__class__"))
		return;
	v = flow_eval(f, from, to);
	name = v.name != 0 ? text_at(f, v.name) : "";
	if (strchr(name, '.') != NULL && *name != '?' && *name != '.')
		flow_tell(f, &call);
}

/* Gives every name of a target the value; a lone one all of it. */
static void
set_target(struct flow *f, size_t from, size_t to, struct value v)
{
	char key[NAME_ROOM + 1];
	uint32_t name;

	if (to > from && f->tokens[from].kind == TOKEN_NAME &&
	    (to == from + 1 || op_at(f, from + 1) == ':')) {
		assign(f, f->scope, flow_name(f, &f->tokens[from]), v);
		return;
	}
	if (to >= from + 3 && op_at(f, from + 1) == '.' && v.code != 0)
		tell_patch(f, from, to, v.code);
	if (to == from + 3 && op_at(f, from + 1) == '.') {
		name = flow_name(f, &f->tokens[from + 2]);
		(void)snprintf(key, sizeof(key), ".%s", text_at(f, name));
		assign(f, 0, symbols_intern(&f->s, key, strlen(key)), v);
		return;
	}
	for (size_t i = from; i < to; i++)
		if (f->tokens[i].kind == TOKEN_NAME &&
		    (i == from || op_at(f, i - 1) != '.'))
			assign(f, f->scope, flow_name(f, &f->tokens[i]),
			    (struct value){ .marks = v.marks });
}

/* a, b = x, y: each gets its own. */
static bool
set_each(struct flow *f, size_t from, size_t to)
{
	struct value parts[FLOW_ARGUMENTS];
	size_t n = f->nparts, targets = 1;

	for (size_t i = from; i < to; i++)
		targets += op_at(f, i) == ',';
	if (targets < 2 || targets != n)
		return false;
	memcpy(parts, f->parts, sizeof(parts));
	for (size_t k = 0; k < n; k++) {
		size_t comma = find_op(f, from, to, ',');

		set_target(f, from, comma, parts[k]);
		from = comma + 1;
	}
	return true;
}

/* Methods that run without being called by name. */
bool
flow_is_operator(const char *name)
{
	static const char *const names[] = { "__add__", "__radd__", "__sub__",
	    "__mul__", "__matmul__", "__truediv__", "__floordiv__", "__mod__",
	    "__pow__", "__lshift__", "__rshift__", "__and__", "__or__",
	    "__xor__", "__neg__", "__pos__", "__invert__", "__lt__", "__gt__",
	    "__le__", "__ge__", "__getitem__", "__class_getitem__",
	    "__contains__" };

	return *name == '_' && str_index(names, ARRAY_LEN(names), name) >= 0;
}

static bool
assigns_operator(struct flow *f, size_t from, size_t to)
{
	return f->scopes[f->scope].kind == SCOPE_CLASS && to > from + 2 &&
	    op_at(f, from + 1) == '=' && f->tokens[from].kind == TOKEN_NAME &&
	    flow_is_operator(text_at(f, flow_name(f, &f->tokens[from])));
}

/* __add__ = exec: every + is a call. */
static void
tell_assigned(struct flow *f, size_t at, struct value v)
{
	const struct fact *fact = v.name != 0 ?
	    fact_find(text_at(f, v.name)) : NULL;
	struct flow_call call = { .fact = fact, .place = flow_place(f),
	    .line = f->tokens[at].line, .at = f->tokens[at].start,
	    .scope = f->scope, .bare = true, .in_operator = true };

	if (fact == NULL || !f->last)
		return;
	call.name = text_at(f, v.name);
	flow_tell(f, &call);
}

static void
on_expression(struct flow *f, size_t from, size_t to)
{
	size_t last = from, equals;
	struct value v;

	for (equals = find_op(f, from, to, '='); equals < to;
	    equals = find_op(f, last, to, '='))
		last = equals + 1;
	f->in_operator = assigns_operator(f, from, to);
	v = flow_eval(f, last, to);
	if (f->in_operator)
		tell_assigned(f, from, v);
	f->in_operator = false;
	for (size_t at = from; at < last;) {
		equals = find_op(f, at, to, '=');
		if (!set_each(f, at, equals))
			set_target(f, at, equals, v);
		at = equals + 1;
	}
	/* x += y */
	if (last == from && to > from + 2 &&
	    f->tokens[from].kind == TOKEN_NAME &&
	    f->tokens[from + 1].kind == TOKEN_OPERATOR &&
	    f->tokens[from + 1].end - f->tokens[from + 1].start == 2 &&
	    f->reader.data[f->tokens[from + 1].start + 1] == '=')
		set_target(f, from, from + 1,
		    (struct value){ .marks = v.marks });
}

static size_t
find_word(const struct flow *f, size_t from, size_t to, const char *word)
{
	for (size_t i = from; i < to; i++)
		if (flow_is(f, i, word))
			return i;
	return to;
}

/* for x in y: */
static void
on_for(struct flow *f, size_t i, size_t colon)
{
	size_t in = find_word(f, i, colon, "in");
	struct value v = flow_eval(f, in < colon ? in + 1 : i, colon);

	v.name = 0;
	if (in < colon)
		set_target(f, i, in, v);
}

/* with a as b, c as d: */
static void
on_with(struct flow *f, size_t i, size_t colon)
{
	while (i < colon) {
		size_t end = find_op(f, i, colon, ',');
		size_t as = find_word(f, i, end, "as");
		struct value v = flow_eval(f, i, as);

		if (as < end)
			set_target(f, as + 1, end, v);
		i = end + 1;
	}
}

/* __reduce__ returns what a pickle calls when it is loaded. */
static void
tell_reduced(struct flow *f, size_t at, size_t to, uint64_t marks)
{
	struct flow_call call = { .place = FLOW_TOP,
	    .line = f->tokens[at].line, .at = f->tokens[at].start,
	    .scope = f->scope, .arguments = marks, .in_operator = true };

	if (!f->last || !str_starts(text_at(f, f->scopes[f->scope].name),
	    "__reduce"))
		return;
	if (op_at(f, at) == '(')
		(void)flow_eval(f, at + 1, to - 1);
	if (f->nparts < 2 || f->parts[0].name == 0)
		return;
	call.fact = fact_find(text_at(f, f->parts[0].name));
	if (call.fact == NULL)
		return;
	call.name = text_at(f, f->parts[0].name);
	flow_tell(f, &call);
}

static void
on_return(struct flow *f, size_t i, size_t to)
{
	struct value v = flow_eval(f, i, to);
	struct value *result = &f->scopes[f->scope].result;

	if (i < to)
		tell_reduced(f, i, to, v.marks);
	v.marks |= result->marks;
	if (f->scopes[f->scope].kind == SCOPE_FUNCTION)
		*result = v;
}

/* if __name__ == "__main__": runs when the file is the program. */
static bool
is_main_guard(struct flow *f, size_t i, size_t colon)
{
	return f->scope == 0 && colon > i + 2 &&
	    find_word(f, i, colon, "__name__") < colon &&
	    find_word(f, i, colon, "==") < colon;
}

/* @name: a call without a call. */
static void
on_decorator(struct flow *f, size_t i, size_t to)
{
	struct value v = flow_eval(f, i, to);
	const struct fact *fact = v.name != 0 ?
	    fact_find(text_at(f, v.name)) : NULL;
	struct flow_call call = { .fact = fact, .place = flow_place(f),
	    .line = f->tokens[i].line, .at = f->tokens[i].start,
	    .scope = f->scope, .bare = true };

	if (fact == NULL || fact->deed != DEED_EXEC || !f->last)
		return;
	call.name = text_at(f, v.name);
	call.receiver = MARK_HIDDEN | MARK_PASSED;
	flow_tell(f, &call);
}

static void
on_compound(struct flow *f, size_t i, size_t to, uint32_t column)
{
	size_t colon = find_op(f, i, to, ':');
	bool guard = false;
	uint32_t outer = f->scope;

	if (flow_is(f, i, "for"))
		on_for(f, i + 1, colon);
	else if (flow_is(f, i, "with"))
		on_with(f, i + 1, colon);
	else if (flow_is(f, i, "if") && is_main_guard(f, i, colon))
		guard = enter(f, SCOPE_MAIN, 0, column);
	else
		(void)flow_eval(f, i + 1, colon);
	if (colon + 1 < to) {
		statement(f, colon + 1, to);
		if (guard)
			f->scope = outer;
	}
}

static void
simple(struct flow *f, size_t i, size_t to)
{
	if (flow_is(f, i, "import"))
		on_import(f, i + 1, to);
	else if (flow_is(f, i, "from"))
		on_from(f, i + 1, to);
	else if (flow_is(f, i, "return") || flow_is(f, i, "yield"))
		on_return(f, i + 1, to);
	else if (op_at(f, i) == '@')
		on_decorator(f, i + 1, to);
	else
		on_expression(f, i, to);
}

static bool
is_compound(const struct flow *f, size_t i)
{
	static const char *const words[] = { "if", "elif", "else", "while",
	    "for", "with", "try", "except", "finally" };

	for (size_t k = 0; k < ARRAY_LEN(words); k++)
		if (flow_is(f, i, words[k]))
			return true;
	return false;
}

static void
statement(struct flow *f, size_t from, size_t to)
{
	uint32_t column = f->tokens[0].gap;

	if (f->nested == NESTED_MOST)
		return;
	f->nested++;
	while (from < to) {
		size_t end;

		if (flow_is(f, from, "async"))
			from++;
		if (from >= to)
			break;
		if (flow_is(f, from, "def")) {
			on_def(f, from + 1, to, column);
			break;
		}
		if (flow_is(f, from, "class")) {
			on_class(f, from + 1, to, column);
			break;
		}
		if (is_compound(f, from)) {
			on_compound(f, from, to, column);
			break;
		}
		end = find_op(f, from, to, ';');
		if (end > from)
			simple(f, from, end);
		from = end + 1;
	}
	f->nested--;
}

/* ---- shape ------------------------------------------------------------------------------- */

static bool
is_odd_name(const char *name, size_t len)
{
	if (len >= 6 && strspn(name, "O0o_") == len)
		return true;
	if (len >= 6 && strspn(name, "Il1_") == len)
		return true;
	return str_starts(name, "_0x") &&
	    strspn(name + 3, "0123456789abcdef") == len - 3;
}

static void
note_name(struct flow *f, const struct token *t)
{
	char name[NAME_ROOM];
	size_t len = token_name(&f->reader, t, name, sizeof(name));

	f->shape->names++;
	f->shape->odd_names += is_odd_name(name, len);
	f->shape->folded_names += len + 2 < t->end - t->start &&
	    f->reader.data[t->start] >= 0x80 && (unsigned char)*name < 0x80;
	f->shape->uses_doc = f->shape->uses_doc ||
	    str_equal(name, "__doc__");
}

static void
note_shape(struct flow *f, const struct token *t)
{
	if (t->kind == TOKEN_NAME)
		note_name(f, t);
	if (f->shape->gap_line == 0 && t->kind != TOKEN_COMMENT &&
	    t->kind != TOKEN_LINE && f->reader.open == 0 &&
	    t->gap >= (t->first ? INDENT_PUSHED : GAP_PUSHED))
		f->shape->gap_line = t->line;
}

static void
note_long_line(struct flow *f)
{
	const uint8_t *at = f->reader.data, *stop = at + f->reader.size;
	uint32_t line = 1;

	while (at < stop) {
		const uint8_t *end = memchr(at, '\n', (size_t)(stop - at));

		if (end == NULL)
			end = stop;
		if (end - at > LONG_LINE && f->shape->long_line == 0)
			f->shape->long_line = line;
		line++;
		at = end + 1;
	}
}

/* ---- passes --------------------------------------------------------------------------------- */

/* Lines that only somebody's call reaches, as spans of the source. */
static void
note_later(struct flow *f, size_t from, size_t to)
{
	struct flow_shape *s = f->shape;

	if (s->nlater > 0 && s->joined) {
		s->later[s->nlater - 1].to = to;
	} else if (s->nlater < FLOW_SPANS) {
		s->later[s->nlater].from = from;
		s->later[s->nlater++].to = to;
	}
	s->joined = true;
}

static void
logical_line(struct flow *f)
{
	size_t from, to;

	if (f->ntokens == 0)
		return;
	from = f->tokens[0].start;
	to = f->tokens[f->ntokens - 1].end;
	if (f->tokens[0].first)
		leave_to(f, f->tokens[0].gap);
	if (f->last && flow_place(f) == FLOW_LATER)
		note_later(f, from, to);
	else if (f->last)
		f->shape->joined = false;
	statement(f, 0, f->ntokens);
	f->ntokens = 0;
}

static void
run_pass(struct flow *f, const uint8_t *data, size_t size)
{
	struct token t;

	token_open(&f->reader, data, size);
	f->scope = 0;
	f->next_scope = 1;
	f->ntokens = 0;
	while (token_next(&f->reader, &t)) {
		if (f->pass == 0)
			note_shape(f, &t);
		if (t.kind == TOKEN_LINE) {
			logical_line(f);
			continue;
		}
		if (t.kind == TOKEN_COMMENT)
			continue;
		if (f->ntokens == FLOW_LINE_TOKENS_MAX)
			logical_line(f);
		if (f->ntokens == f->tokens_room) {
			f->tokens_room *= 4;
			f->tokens = mem_grow(f->tokens, f->tokens_room,
			    sizeof(*f->tokens));
		}
		f->tokens[f->ntokens++] = t;
	}
	logical_line(f);
}

bool
flow_is_hook(const char *name)
{
	static const char *const hooks[] = { "find_spec", "find_module",
	    "exec_module", "load_module", "create_module" };

	return str_index(hooks, ARRAY_LEN(hooks), name) >= 0;
}

/* A method runs when its class is used and its own name is, or by itself. */
static bool
is_special(const struct flow *f, const struct scope *method)
{
	const char *name = text_at(f, method->name);

	if (f->scopes[method->parent].thread && (str_equal(name, "run") ||
	    str_starts(name, "do_") || str_equal(name, "handle")))
		return true;
	return (str_starts(name, "__") && str_ends(name, "__")) ||
	    flow_is_hook(name);
}

/* What a class statement calls of the classes in its brackets. */
static bool
is_class_hook(const struct flow *f, const struct scope *method)
{
	static const char *const names[] = { "__init_subclass__",
	    "__set_name__", "__prepare__", "__new__", "__init__", "__call__" };
	int which = str_index(names, ARRAY_LEN(names),
	    text_at(f, method->name));

	return which >= 0 && (which < 2 || f->scopes[method->parent].meta);
}

static bool
reach_base(struct flow *f, const struct reference *r)
{
	bool grown = false;

	for (size_t i = 1; i < f->nscopes; i++) {
		struct scope *s = &f->scopes[i];

		if (f->scopes[s->parent].kind != SCOPE_CLASS ||
		    f->scopes[s->parent].name != r->name || s->reached ||
		    !is_class_hook(f, s))
			continue;
		s->reached = grown = true;
		s->via = f->scopes[r->scope].via;
	}
	return grown;
}

/* Python asks a module for names that it lacks. */
static bool
is_module_hook(const struct flow *f, const struct scope *s)
{
	return s->parent == 0 && s->kind == SCOPE_FUNCTION &&
	    str_equal(text_at(f, s->name), "__getattr__");
}

static bool
reach(struct flow *f, struct scope *s, bool attribute, enum world_reach via)
{
	struct scope *parent = &f->scopes[s->parent];

	if (s->reached && s->via >= via)
		return false;
	if (parent->kind == SCOPE_CLASS && (!parent->reached || !attribute))
		return false;
	if (parent->kind == SCOPE_FUNCTION && !parent->reached)
		return false;
	if (parent->kind != SCOPE_CLASS && attribute)
		return false;
	s->reached = true;
	s->via = via;
	return true;
}

/* What the file's top level reaches through the names it mentions. */
static void
find_reached(struct flow *f)
{
	bool grown = true;

	f->scopes[0].reached = true;
	f->scopes[0].via = f->file->reach;
	if (f->file->world != NULL)
		take_told(f);
	for (size_t i = 1; i < f->nscopes; i++)
		if (f->scopes[i].kind == SCOPE_MAIN) {
			f->scopes[i].reached = f->main_runs;
			f->scopes[i].via = f->file->reach;
		}
	for (int round = 0; grown && round < REACH_ROUNDS; round++) {
		grown = false;
		for (size_t i = 0; i < f->nreferences; i++) {
			struct reference *r = &f->references[i];
			uint32_t next = f->s.texts[r->name].defined;

			if (!f->scopes[r->scope].reached &&
			    f->scopes[r->scope].kind != SCOPE_CLASS)
				continue;
			if (r->base) {
				grown |= reach_base(f, r);
				continue;
			}
			for (; next != 0; next = f->scopes[next - 1].same_name)
				grown |= reach(f, &f->scopes[next - 1],
				    r->attribute, f->scopes[r->scope].via);
		}
		for (size_t i = 1; i < f->nscopes; i++)
			if (is_module_hook(f, &f->scopes[i]) ||
			    (f->scopes[f->scopes[i].parent].kind ==
			    SCOPE_CLASS && is_special(f, &f->scopes[i])))
				grown |= reach(f, &f->scopes[i],
				    f->scopes[i].parent != 0, f->scopes[f->scopes[i].parent].via);
	}
}

void
flow_read(const struct flow_file *file,
    void (*each)(void *, const struct flow_call *), void *ctx,
    struct flow_shape *out)
{
	struct flow f = { .file = file, .endpoints = file->endpoints,
	    .main_runs = file->main_runs, .each = each, .ctx = ctx,
	    .shape = out };

	*out = (struct flow_shape){ 0 };
	symbols_init(&f.s);
	f.tokens_room = 256;
	f.tokens = mem_array(f.tokens_room, sizeof(*f.tokens));
	f.frames = flow_frames_new();
	f.scopes = mem_array(16, sizeof(*f.scopes));
	f.scopes_room = 16;
	f.nscopes = 1;		/* the module */
	for (f.pass = 0; f.pass < PASSES; f.pass++) {
		if (f.pass == 1 && each == NULL)
			continue;	/* what others need settles later */
		f.last = f.pass == PASSES - 1;
		run_pass(&f, file->data, file->size);
		if (f.pass == 0)
			find_reached(&f);
	}
	if (file->world != NULL)
		publish(&f);
	note_long_line(&f);
	buf_release(&f.bytes);
	free(f.tokens);
	free(f.frames);
	free(f.scopes);
	free(f.references);
	symbols_release(&f.s);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flow_eval - what flow knows of one expression, from what it knows of its
 * parts.
 *
 * Takes: a node whose operands were seen.  Gives: its taint.
 * Runs in: worker child, command.
 */
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/str.h"
#include "inspect/flow_after.h"
#include "inspect/flow_calls.h"
#include "inspect/flow_functions.h"
#include "inspect/flow_names.h"
#include "inspect/flow_programs.h"
#include "inspect/flow_scopes.h"
#include "inspect/flow_secrets.h"
#include "inspect/flow_senders.h"
#include "inspect/flow_state.h"
#include "inspect/flow_users.h"
#include "inspect/flow_values.h"
#include "inspect/flow_world.h"
#include "python/modules.h"

#define TEMPLATE_LEAST 20	/* "%s" alone is none */
#define SECRET_LEAST 5		/* letters of an attribute: "token" */
#define SECRET_MOST 13		/* "client_secret" */
#define PACKED_LITERAL 8	/* a constant worth decoding */
#define FOLDED_ITEMS 64		/* of a list, that are looked at */
#define FOLDED_DEEP 3		/* lists in lists */

/* A.x, where A was just seen: the name in front of an attribute, or 0. */
static uint32_t
asked_of(struct flow *f, uint32_t node, uint32_t attribute)
{
	uint32_t kid = flow_at(f, node)->kid;
	const struct node *of = flow_at(f, kid);
	struct flow_reference *r = f->nreferences == 0 ? NULL :
	    &f->references[f->nreferences - 1];
	struct flow_use *u = f->outsides.n == 0 ? NULL :
	    &f->outsides.uses[f->outsides.n - 1];

	if (node == 0 || flow_at(f, node)->kind != NODE_ATTR ||
	    of->kind != NODE_NAME)
		return 0;
	if (f->pass == 0 && r != NULL && r->node == kid && r->heir == 0)
		r->asked = true;
	if (f->pass == 0 && u != NULL && u->node == kid)
		u->attribute = attribute;
	return of->name;
}

uint32_t
flow_user_of(const struct flow *f, uint32_t node)
{
	return f->tables[node] & FLOW_DEFAULT_OF ? f->tables[node] &
	    ~FLOW_DEFAULT_OF : f->scope;
}

void
flow_refer(struct flow *f, uint32_t node, uint32_t name, bool attribute)
{
	uint32_t of = attribute ? asked_of(f, node, name) : 0;
	bool local;

	if (f->pass != 0 || f->hushed[node] ||
	    (f->renamed[node] && !attribute) ||
	    (flow_name(f, name)->defined == 0 && !flow_name(f, name)->table &&
	    !flow_name(f, name)->bound) ||
	    f->nreferences == FLOW_REFERENCES_MAX)
		return;
	local = !attribute && flow_at(f, node)->kind == NODE_NAME &&
	    flow_is_local(f, node);
	if (local && !flow_name(f, name)->table && !flow_name(f, name)->bound)
		return;
	if ((f->nreferences & (f->nreferences - 1)) == 0)
		f->references = mem_grow(f->references, f->nreferences == 0 ?
		    64 : 2 * f->nreferences, sizeof(*f->references));
	f->references[f->nreferences++] = (struct flow_reference){
	    flow_user_of(f, node), name, f->tables[node] & FLOW_DEFAULT_OF ?
	    0 : f->tables[node], attribute, false, local, flow_heir(f),
	    of, node };
}

void
flow_refer_in(struct flow *f, uint32_t node, uint32_t name, uint32_t table)
{
	size_t n = f->nreferences;

	flow_refer(f, node, name, false);
	if (f->nreferences > n)
		f->references[n].table = table;
}

/* eval("run()"), eval("net.run()") of what was imported: `of` is what stands
 * before the dot, or 0.  Gives what the name stands for, or 0. */
static uint32_t
refer_outside(struct flow *f, uint32_t of, uint32_t word)
{
	uint32_t b = of != 0 ? 0 : tree_binding(f->tree, 0, word), name = 0;
	struct value v;

	if (of != 0) {
		name = flow_dotted(f, of, ".", word);
	} else if (b != 0 && (f->tree->bindings[b].kind == BINDING_FROM ||
	    f->tree->bindings[b].kind == BINDING_IMPORT)) {
		v = fold_binding(f->fold, b);
		name = v.kind == VALUE_PATH ? v.word : 0;
	}
	if (name != 0 && f->file->world != NULL && (flow_traits(f, name) &
	    NAME_DOTTED) && flow_outside(f, name) != NULL)
		flow_note_outside(f, f->scope, name, 0);
	return name;
}

void
flow_refer_text(struct flow *f, uint32_t node, uint32_t text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
	const struct flow_text *t = &f->texts[text];
	uint32_t of = 0;

	if (f->pass != 0 || t->open)
		return;
	for (const char *at = t->bytes, *end = at + t->len; at < end;) {
		size_t n = strspn(at, letters);
		bool attribute = at > t->bytes && at[-1] == '.';
		uint32_t word = n == 0 ? 0 : attribute && of != 0 ?
		    words_add(&f->tree->words, (const uint8_t *)at, n, false) :
		    words_find(&f->tree->words, at, n);

		if (word != 0) {
			flow_refer(f, node, word, attribute);
			of = attribute && of == 0 ? 0 : refer_outside(f,
			    attribute ? of : 0, word);
		} else if (n != 0) {
			of = 0;
		}
		at += n + (n == 0);
	}
}

/* ---- what folding knows ------------------------------------------------- */

/* The scope of a function, by its DEF. */
static uint32_t
scope_of_def(const struct flow *f, uint32_t def)
{
	if (def >= f->tree->nnodes || flow_at(f, def)->kind != NODE_DEF)
		return 0;
	for (uint32_t k = flow_at(f, def)->kid; k != 0;
	    k = flow_at(f, k)->next)
		if (flow_at(f, k)->kind == NODE_BLOCK)
			return flow_at(f, k)->name;
	return 0;
}

/* Letters put together one by one are built; decoders hide; functions and
 * loops say what they do by themselves. */
static uint64_t
marks_of_layer(const struct flow *f, uint32_t layer)
{
	static const char *const built[] = { "numbers", "number", "characters",
	    "reversed", "xor", "translate", "struct" };
	static const char *const plain[] = { "function", "loop", "percent" };
	uint64_t marks = 0;

	for (; layer != 0 && layer < f->fold->nlayers;
	    layer = f->fold->layers[layer].from) {
		const char *how = f->fold->layers[layer].how;

		if (str_index(plain, ARRAY_LEN(plain), how) >= 0)
			continue;
		marks |= str_index(built, ARRAY_LEN(built), how) >= 0 ||
		    str_starts(how, "xor:") ? MARK_BUILT :
		    MARK_DECODED | MARK_PACKED;
	}
	return marks;
}

static struct flow_folded
folded_text(struct flow *f, const struct value *fv)
{
	struct flow_folded k = { .what = KNOWN_TEXT };

	k.of = flow_intern(f, fv->bytes, fv->len,
	    (fv->flags & VALUE_OPEN) != 0);
	if (fv->len > FLOW_TEXT_MOST)
		k.marks |= MARK_PACKED;
	if (fv->layer != 0 && fv->len >= PACKED_LITERAL)
		k.marks |= marks_of_layer(f, fv->layer);
	/* An address is there to be read, whatever its letters are made of. */
	if ((k.marks & MARK_BUILT) && memmem(fv->bytes, fv->len, "://",
	    3) != NULL)
		k.marks |= MARK_DECODED;
	return k;
}

/* [decode(x) for x in NAMES]: what of their texts names secrets, or coins; in
 * lists of pairs and tables, too.  `most` texts are looked at. */
static uint64_t
marks_of_items(struct flow *f, const struct value *list, int deep, int *most)
{
	uint64_t marks = 0;

	for (uint32_t i = 0; i < list->len && i < FOLDED_ITEMS; i++) {
		const struct value *v = &list->items[i];

		if (v->kind == VALUE_STR && --*most >= 0)
			marks |= flow_fact_of_text(f, (const char *)v->bytes,
			    v->len);
		else if ((v->kind == VALUE_LIST || v->kind == VALUE_DICT) &&
		    deep < FOLDED_DEEP && *most > 0)
			marks |= marks_of_items(f, v, deep + 1, most);
	}
	return marks & (MARK_SECRET | MARK_PRIVATE | MARK_TOKEN | MARK_AGENT |
	    MARK_COIN);
}

/* PATHS of another module, or of an object there: what its texts say, as if
 * it stood here. */
static uint64_t
marks_of_table(struct flow *f, struct value path)
{
	uint64_t marks = 0;

	if (!modules_table(f->fold, &path))
		return 0;
	for (uint32_t i = 0; i < path.len && i < FOLDED_ITEMS; i++)
		if (path.items[i].kind == VALUE_STR)
			marks |= flow_fact_of_text(f, (const char *)
			    path.items[i].bytes, path.items[i].len);
	return marks;
}

static struct flow_folded
fold_once(struct flow *f, uint32_t node)
{
	struct value fv = fold_node(f->fold, node);
	int most = FOLDED_ITEMS;
	uint32_t scope;

	switch (fv.kind) {
	case VALUE_PATH:
		return (struct flow_folded){ .what = KNOWN_NAME,
		    .of = fv.word, .marks = (fv.flags & VALUE_HIDDEN ?
		    MARK_HIDDEN : 0) | (flow_at(f, node)->kind == NODE_ATTR ?
		    marks_of_table(f, fv) : 0) };
	case VALUE_STR:
	case VALUE_BYTES:
		return folded_text(f, &fv);
	case VALUE_CODE:
		scope = scope_of_def(f, (uint32_t)fv.i);
		return (struct flow_folded){ .what = KNOWN_CODE,
		    .of = scope != 0 ? scope + 1 : 0 };
	case VALUE_DICT:	/* what stands under its keys has its own */
		return (struct flow_folded){ .what = KNOWN_NOTHING,
		    .marks = marks_of_items(f, &fv, 0, &most) & MARK_COIN };
	case VALUE_LIST:
		return (struct flow_folded){ .what = KNOWN_NOTHING,
		    .marks = marks_of_items(f, &fv, 0, &most) |
		    (flow_is_put_together(f, node, &fv) ?
		    flow_words_marks(f, &fv) : 0) };
	default:
		return (struct flow_folded){ .what = KNOWN_NOTHING };
	}
}

static void
take_fold(struct flow *f, uint32_t node, struct taint *v)
{
	struct flow_folded *k = &f->folded[node];

	if (k->what == KNOWN_NOT_YET)
		*k = fold_once(f, node);
	switch ((enum flow_known)k->what) {
	case KNOWN_NAME:
		v->name = k->of;
		break;
	case KNOWN_TEXT:
		v->text = k->of;
		/* A part of a path is no home. */
		taint_mark(v, flow_text_marks(f, k->of) &
		    (f->texts[k->of].open ? ~(uint64_t)MARK_HOME : MARKS_ALL));
		break;
	case KNOWN_CODE:
		if (v->code == 0)
			v->code = k->of;
		break;
	case KNOWN_NOT_YET:
	case KNOWN_NOTHING:
	case KNOWN_LIST:
		break;
	}
	taint_mark(v, k->marks);
}

/* ---- names -------------------------------------------------------------- */

/* Marks that a well-known name has of itself. */
static uint64_t
marks_of_name(struct flow *f, uint32_t name)
{
	uint64_t traits = flow_traits(f, name);

	if (!(traits & (NAME_ENVIRON | NAME_HERE | NAME_HOME | NAME_RFILE |
	    NAME_KEY | NAME_REQUEST | NAME_PLACE | NAME_CLOCK | NAME_TRAP |
	    NAME_THERE)))
		return 0;
	if (traits & NAME_THERE)
		return MARK_FOLDER;
	if (traits & (NAME_PLACE | NAME_CLOCK | NAME_TRAP)) {
		f->asks = true;
		return traits & NAME_PLACE ? MARK_PLACE :
		    traits & NAME_CLOCK ? MARK_CLOCK : MARK_TRAP;
	}
	if (traits & NAME_KEY)
		return MARK_KEY;
	if (traits & NAME_REQUEST)
		return MARK_REQUEST | ((traits & NAME_CONTENT) &&
		    flow_is_filter(f) ? MARK_TRAFFIC : 0);
	if (traits & NAME_ENVIRON)
		return MARK_ENVIRON;
	if (traits & NAME_HERE)
		return MARK_HERE;
	if (traits & NAME_HOME)
		return MARK_HOME | MARK_FOLDER;
	return MARK_SOCKET | MARK_NETWORK;
}

/* A value of another module brings its marks and its text. */
static void
add_outside(struct flow *f, uint32_t node, struct taint *v)
{
	const struct world_name *outside;

	if (f->file->world == NULL || v->name == 0 ||
	    !(flow_traits(f, v->name) & NAME_DOTTED))
		return;
	outside = flow_outside(f, v->name);
	if (outside == NULL && !flow_has_alias(f, v->name))
		return;
	if (!f->hushed[node] && !f->renamed[node])
		flow_note_outside(f, flow_user_of(f, node), v->name, node);
	if (outside == NULL)
		return;
	if (outside->function && !outside->property)
		return;
	taint_mark(v, outside->marks);
	taint_hold(v, outside->held);
	if (v->text == 0 && outside->text != NULL)
		v->text = flow_intern(f, outside->text, outside->text_len,
		    false);
}

/* from .net import client, send: folding says what made them, and not where
 * they are bound to. */
static void
add_bound(struct flow *f, uint32_t binding, struct taint *v)
{
	const struct binding *b = &f->tree->bindings[binding];
	const struct world_name *n;
	uint32_t name;

	if (v->where != 0 || v->name == 0 || f->file->world == NULL ||
	    b->kind != BINDING_FROM || b->value == 0)
		return;
	name = flow_dotted(f, modules_absolute(f->fold, b->extra), ".",
	    flow_at(f, b->value)->name);
	n = flow_outside(f, name);
	if (n == NULL || n->where == NULL || n->function)
		return;
	v->where = flow_intern(f, n->where, strlen(n->where), false);
	if (n->calls != NULL)
		v->name = flow_word(f, n->calls);
}

static struct taint
name_value(struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);
	uint32_t b = tree_lookup(f->tree, node), row = b != 0 ?
	    f->row_of[b] : 0;
	struct taint v = { 0 };

	/* The target itself is no use of the name, but in x.append(y). */
	if (b != 0 && f->tree->bindings[b].at == n->at &&
	    !(f->tree->bindings[b].kind == BINDING_AUGMENT &&
	    flow_at(f, f->tree->bindings[b].value)->kind == NODE_CALL))
		return v;
	flow_refer(f, node, n->name, false);
	if (n->name == f->super)
		flow_note_super(f);
	if (row != 0) {
		v = f->rows[row];
		f->read[row] = true;
		if (v.row == 0)
			v.row = row;
		if (f->tree->bindings[b].kind == BINDING_DEF)
			v.code = f->tree->bindings[b].extra + 1;
	}
	take_fold(f, node, &v);
	if (v.name == 0 && v.code == 0 && (b == 0 ||
	    (flow_traits(f, n->name) & NAME_OWN)))
		v.name = n->name;
	taint_mark(&v, marks_of_name(f, v.name));
	if (flow_traits(f, v.name) & NAME_ASKS)
		flow_ask(f, f->scope);
	add_outside(f, node, &v);
	if (b != 0)
		add_bound(f, b, &v);
	return v;
}

/* self.URL, of a class that says URL = "...". */
static uint32_t
row_of_class(const struct flow *f, uint32_t name)
{
	uint32_t scope = f->scope, b;

	while (scope != 0 && f->scopes[scope].kind != SCOPE_CLASS)
		scope = f->scopes[scope].parent;
	b = scope != 0 && scope != f->main ? tree_binding(f->tree, scope,
	    name) : 0;
	return b != 0 && f->tree->bindings[b].kind != BINDING_DEF ?
	    f->row_of[b] : 0;
}

/* self.apiKey, of a class whose bases stand elsewhere: what a client of
 * somebody's service holds. */
uint64_t
flow_secret_name(const struct flow *f, uint32_t name)
{
	static const struct { const char *name; uint64_t marks; } secrets[] = {
	    { "secret", MARK_PASSWORD }, { "password", MARK_PASSWORD },
	    { "api_secret", MARK_PASSWORD }, { "client_secret", MARK_PASSWORD },
	    { "apiKey", MARK_CREDENTIAL }, { "api_key", MARK_CREDENTIAL },
	    { "token", MARK_CREDENTIAL }, { "access_token", MARK_CREDENTIAL },
	    { "privateKey", MARK_KEY }, { "private_key", MARK_KEY },
	    { "mnemonic", MARK_KEY }, { "secret_key", MARK_PASSWORD },
	    { "apiSecret", MARK_PASSWORD }, { "SECRET_KEY", MARK_PASSWORD },
	    { "coldkey", MARK_KEY } };
	size_t len;
	const char *text = flow_spelled(f, name, &len);

	if (len < SECRET_LEAST || len > SECRET_MOST)
		return 0;
	for (size_t i = 0; i < ARRAY_LEN(secrets); i++)
		if (*text == *secrets[i].name &&
		    flow_word_is(f, name, secrets[i].name))
			return secrets[i].marks;
	return 0;
}

static uint64_t
inherited_secret(const struct flow *f, uint32_t name)
{
	uint32_t scope = f->scope;

	while (scope != 0 && f->scopes[scope].kind != SCOPE_CLASS)
		scope = f->scopes[scope].parent;
	return f->scopes[scope].nbases != 0 ? flow_secret_name(f, name) : 0;
}

/* client.api_key: what somebody's object holds; modules are settings, and what
 * a program's user says is no object of others. */
static uint64_t
secret_of_other(const struct flow *f, uint32_t object, uint32_t name)
{
	uint64_t marks = flow_secret_name(f, name);
	char text[FLOW_NAME_MOST + 1];

	if (marks == 0 || object == 0)
		return marks;
	(void)flow_string(f, object, text);
	if (str_ends(text, "request.authorization"))
		return marks;
	return str_ends(text, "()") && !str_ends(text, "parse_args()") ?
	    marks : 0;
}

/* What a library's class, of which this one is a kind, does under that name,
 * or 0. */
static uint32_t
base_fact(struct flow *f, uint32_t name)
{
	uint32_t scope = f->scope;

	while (scope != 0 && f->scopes[scope].kind != SCOPE_CLASS)
		scope = f->scopes[scope].parent;
	for (uint32_t i = 0; i < f->scopes[scope].nbases; i++) {
		uint32_t whole = flow_dotted(f, f->scopes[scope].bases[i],
		    "().", name);
		const struct fact *fact = flow_fact(f, whole);

		if (fact != NULL && *fact->name != '?')
			return whole;
	}
	return 0;
}

/* What `self.x` was set to anywhere in the file, or the method x. */
static struct taint
own_attribute(struct flow *f, uint32_t node, struct taint v, uint32_t name)
{
	uint32_t row = flow_row_of_attribute(f, name), any;
	uint64_t marks;

	if (row != 0) {
		v = f->rows[row];
		f->read[row] = true;
		if (v.row == 0)
			v.row = row;
		taint_mark(&v, flow_lent_in(f, row));
		if (node != 0)
			take_fold(f, node, &v);
		/* sys.argv = self.argv(): of that name there is both. */
		if (v.code == 0 && flow_fact(f, v.name) == NULL &&
		    !(v.held & HELD_ACTS))
			v.code = flow_name(f, name)->defined;
		return v;
	}
	any = flow_name(f, name)->defined;
	if (any != 0 && f->scopes[any - 1].property)
		return f->scopes[any - 1].result;
	if (any != 0)
		return (struct taint){ .code = any };
	row = row_of_class(f, name);
	if (row != 0) {
		f->read[row] = true;
		return f->rows[row];
	}
	any = flow_inherited(f, f->scope, name);
	if (any == 0)
		any = flow_mixed_in(f, name);
	if (any != 0)
		return (struct taint){ .name = any };
	any = flow_dotted(f, 0, ".", name);
	marks = inherited_secret(f, name) | flow_web_attribute(f, name);
	if (marks != 0)
		return (struct taint){ .marks = marks, .own = marks,
		    .name = any };
	if (flow_traits(f, any) & NAME_RFILE)
		return (struct taint){ .marks = MARK_SOCKET | MARK_NETWORK,
		    .own = MARK_SOCKET | MARK_NETWORK, .name = any };
	if (flow_fact(f, any) != NULL)
		v.name = any;
	any = base_fact(f, name);
	if (any != 0)
		v.name = any;
	return v;
}

/* settings.run = exec: some object has it under that name. */
static uint64_t
held_by_others(const struct flow *f, uint32_t name)
{
	uint64_t held = f->held_by_name;

	if (f->acts_held)
		held |= f->rows[flow_row_of_attribute(f, name)].held;
	return held & HELD_ACTS ? held : held & HELD_SOCKET;
}

struct taint
flow_attribute(struct flow *f, uint32_t node, struct taint v, uint32_t name)
{
	struct taint out = taint_marks(&v);

	out.row = v.row;
	out.where = v.where;
	if (!flow_word_is(f, name, "__dict__"))
		taint_release(&out, HELD_NAMES);
	if (name == 0)
		return out;
	if (flow_word_is(f, name, "__dict__"))
		taint_mark(&out, flow_all_attributes(f));
	flow_refer(f, node, name, true);
	if (v.name != 0 && !flow_word_is(f, name, "__dict__") &&
	    (flow_word_is(f, v.name, "self") ||
	    flow_word_is(f, v.name, "cls")))
		return own_attribute(f, node, v, name);
	if (node != 0 && v.text == 0)
		take_fold(f, node, &out);
	if (out.name == 0)
		out.name = flow_dotted(f, v.name, ".", name);
	flow_refer_missing(f, node, v.name, name);
	taint_drop(&out, flow_other_fields(f, &v, out.name));
	taint_mark(&out, marks_of_name(f, out.name));
	taint_hold(&out, held_by_others(f, name));
	if (flow_traits(f, out.name) & NAME_PUBLIC)
		taint_drop(&out, MARK_KEY);
	if (flow_traits(f, out.name) & NAME_ASKS)
		flow_ask(f, f->scope);
	if (node != 0)
		taint_mark(&out, secret_of_other(f, v.name, name) |
		    flow_lent_setting(f, v.name, out.name, name) |
		    flow_user_attribute(f, flow_at(f, node)->kid, name));
	out.text = v.text;	/* the receiver's, for decode() and strip() */
	if ((v.held & HELD_OBJECT) && v.name == 0)
		flow_attribute_any(f, name, &out);
	add_outside(f, node, &out);
	return out;
}

/* ---- operators ---------------------------------------------------------- */

/* An address whose host folding does not know. */
static void
take_address(struct flow *f, uint32_t node, struct taint *v)
{
	uint32_t text = v->text == 0 || f->texts[v->text].open ?
	    flow_address_made(f, node) : 0;

	if (text == 0)
		return;
	v->text = text;
	taint_mark(v, flow_text_marks(f, text));
}

/* x[::-1], x[1::2]: letters in another order, as far as it is no
 * list. */
static bool
has_step(const struct flow *f, uint32_t node)
{
	uint32_t k;

	if (flow_at(f, node)->kind != NODE_INDEX)
		return false;
	k = flow_at(f, flow_at(f, node)->kid)->next;
	if (k == 0 || flow_at(f, k)->kind != NODE_SLICE)
		return false;
	k = flow_at(f, k)->kid;
	k = k != 0 ? flow_at(f, k)->next : 0;
	k = k != 0 ? flow_at(f, k)->next : 0;
	return k != 0 && flow_at(f, k)->kind != NODE_NONE;
}

static struct taint
binary_value(struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);
	const struct taint *a = &f->vals[n->kid];
	const struct taint *b = &f->vals[flow_at(f, n->kid)->next];
	uint64_t mask = ~(uint64_t)MARK_HOME;	/* a part of a home is none */
	struct taint v = { 0 };

	taint_add(&v, a, mask);
	/* A template says what the text is, unless it begins with a value;
	 * a value only fills it. */
	if (n->op == '%' && f->texts[a->text].len > TEMPLATE_LEAST &&
	    !str_starts(f->texts[a->text].bytes, "%s"))
		mask &= ~(uint64_t)(MARK_NETWORK | MARK_SOCKET |
		    MARK_DECODED);
	taint_add(&v, b, mask);
	if (n->op == '^' || (n->op == '+' && (has_step(f, n->kid) ||
	    has_step(f, flow_at(f, n->kid)->next))))
		taint_mark(&v, MARK_BUILT);
	if (n->op == '+' && b->marks != 0 && flow_is_tool_words(f, n->kid,
	    true)) {
		v = taint_marks(a);
		taint_add(&v, b, ~(uint64_t)MARKS_WORDS);
	}
	/* Of a sum, this may be the beginning only. */
	if (n->op == '%' && flow_is_tool_line(&f->texts[a->text]))
		taint_drop(&v, MARKS_WORKED_ON);
	if (n->op == '+' || n->op == '%')
		flow_look_scheme(f, node);
	else if (v.held & HELD_ACTS)
		flow_operate_held(f, node, &v);
	if (n->op == '/') {
		if (b->text != 0)
			v.text = a->text == 0 ? b->text :
			    flow_join(f, a->text, b->text, "/");
		v.row = a->row;	/* the folder's, as of join(folder, name) */
		taint_mark(&v, flow_text_marks(f, v.text));
		return v;
	}
	take_fold(f, node, &v);
	take_address(f, node, &v);
	return v;
}

static struct taint
string_value(struct flow *f, uint32_t node)
{
	struct taint v = f->vals[node];

	if (f->pass != 0) {
		taint_mark(&v, flow_text_marks(f, v.text));
		return v;
	}
	v = (struct taint){ 0 };
	take_fold(f, node, &v);
	return v;
}

/* Everything that stands in it, and the text or name when that is known. */
static struct taint
whole_value(struct flow *f, uint32_t node)
{
	struct taint v = flow_kids_value(f, node);

	take_fold(f, node, &v);
	return v;
}

/* f"{home}/x" is no home; f"{home}/" is. */
static bool
is_part(const struct flow *f, uint32_t node)
{
	for (uint32_t k = flow_at(f, node)->kid; k != 0;
	    k = flow_at(f, k)->next) {
		const struct node *n = flow_at(f, k);

		if (n->kind == NODE_PIECE && !(n->end - n->at == 1 &&
		    f->tree->source.text[n->at] == '/'))
			return true;
	}
	return false;
}

static struct taint
format_value(struct flow *f, uint32_t node)
{
	uint32_t first = flow_at(f, node)->kid;
	struct taint v;

	flow_look_scheme(f, node);
	v = whole_value(f, node);
	take_address(f, node, &v);
	taint_mark(&v, flow_pieces_marks(f, node, v.text));
	if (is_part(f, node))
		taint_drop(&v, MARK_HOME);
	if (first != 0 && flow_at(f, first)->kind == NODE_PIECE &&
	    strpbrk(f->texts[v.text].bytes, "&;") == NULL &&
	    flow_is_tool_line(&f->texts[v.text]))
		taint_drop(&v, MARKS_WORKED_ON);
	return v;
}

static struct taint
choice_value(struct flow *f, uint32_t node)
{
	uint32_t test = flow_at(f, node)->kid;
	struct taint v = { 0 };

	if (flow_leaves_out(f, node))
		f->left_out = node;

	for (uint32_t k = flow_at(f, test)->next; k != 0;
	    k = flow_at(f, k)->next)
		taint_add(&v, &f->vals[k], MARKS_ALL);
	take_fold(f, node, &v);
	return v;
}

static struct taint
clause_value(struct flow *f, uint32_t node)
{
	uint32_t target = flow_at(f, node)->kid, source;
	struct taint v;

	if (target == 0)
		return (struct taint){ 0 };
	source = flow_at(f, target)->next;
	v = f->vals[source];
	/* What is called of them stands before it. */
	f->twice = f->twice || (v.held & HELD_OBJECT);
	taint_mark(&v, flow_members(f, &v));
	v.name = v.code = v.text = 0;
	flow_hunt_plain(f, node, &v);
	flow_take_lines(&v);
	flow_assign(f, target, 0, v);
	flow_hunt_clause(f, node);
	return v;
}

static struct taint
walrus_value(struct flow *f, uint32_t node)
{
	uint32_t target = flow_at(f, node)->kid;
	uint32_t value = flow_at(f, target)->next;

	flow_assign(f, target, value, f->vals[value]);
	return f->vals[value];
}

/* with a as b */
static struct taint
as_value(struct flow *f, uint32_t node)
{
	uint32_t value = flow_at(f, node)->kid;
	uint32_t target = flow_at(f, value)->next;

	if (target != 0)
		flow_assign(f, target, value, f->vals[value]);
	return f->vals[value];
}

static struct taint
lambda_value(struct flow *f, uint32_t node)
{
	uint32_t last = 0;
	struct taint v;

	for (uint32_t k = flow_at(f, node)->kid; k != 0;
	    k = flow_at(f, k)->next)
		last = k;
	v = taint_marks(&f->vals[last]);
	taint_hold(&v, flow_held_lambda(f, last));
	return v;
}

static struct taint
yield_value(struct flow *f, uint32_t node)
{
	struct taint v = f->vals[flow_at(f, node)->kid];
	struct taint *result = &f->scopes[f->scope].result;

	flow_look_yielded(f, flow_at(f, node)->kid);
	f->changed = f->changed || (v.own & ~result->own) ||
	    (v.params & ~result->params) || (v.held_own & ~result->held_own);
	taint_add(result, &v, MARKS_ALL);
	return v;
}

/* The answer to a question is still about what was asked. */
static struct taint
compared_value(struct flow *f, uint32_t node)
{
	struct taint v = flow_hunt_compare(f, node);
	struct taint kids = flow_kids_value(f, node);

	v.marks |= kids.marks & MARKS_ASKED;
	v.own |= kids.own & MARKS_ASKED;
	flow_hold_seal(f, flow_at(f, node)->kid, &v);
	return v;
}

/* Folding names a call by who was called, the flow by what it gives. */
static struct taint
call_result(struct flow *f, uint32_t node)
{
	struct taint v = flow_call(f, node);
	uint32_t given = v.name;
	char name[FLOW_NAME_MOST + 1];

	take_fold(f, node, &v);
	if (f->pass == 0 && (v.marks & MARK_DECODED))
		f->folded[node].marks |= flow_each_decoded(f, node);
	taint_mark(&v, f->folded[node].marks);
	if (given != 0 && given != v.name &&
	    flow_is_ours(f, flow_string(f, given, name)))
		v.name = given;
	flow_hold_digest(f, node, &v);
	return v;
}

void
flow_eval(struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);
	struct taint v = { 0 };

	switch (n->kind) {
	case NODE_NAME:
		v = name_value(f, node);
		break;
	case NODE_STRING:
	case NODE_STRINGS:
	case NODE_PIECE:
		v = string_value(f, node);
		break;
	case NODE_ATTR:
		v = flow_attribute(f, node, f->vals[n->kid], n->name);
		break;
	case NODE_CALL:
		v = call_result(f, node);
		if (flow_traits(f, v.name) & NAME_HOME)
			taint_mark(&v, marks_of_name(f, v.name));
		break;
	case NODE_INDEX:
		v = flow_item(f, node);
		take_fold(f, node, &v);
		break;
	case NODE_BINARY:
		v = binary_value(f, node);
		break;
	case NODE_LIST:
	case NODE_TUPLE:
	case NODE_SET:
		v = flow_list_value(f, node);
		flow_among(f, node, &v);
		break;
	case NODE_FORMAT:
		v = format_value(f, node);
		break;
	case NODE_BOOL:
	case NODE_LISTCOMP:
	case NODE_SETCOMP:
	case NODE_GENEXP:
		v = whole_value(f, node);
		if (n->kind != NODE_BOOL)
			flow_among(f, node, &v);
		break;
	case NODE_DICTCOMP:
		v = whole_value(f, node);
		flow_hunt_left(f, node, &v);
		flow_within(&v);
		break;
	case NODE_COMPARE:
		v = compared_value(f, node);
		break;
	case NODE_DICT:
		flow_blind_pairs(f, node);
		flow_look_headers(f, node);
		v = flow_kids_value(f, node);
		flow_among(f, node, &v);
		break;
	case NODE_SLICE:
		v = flow_kids_value(f, node);
		break;
	case NODE_TERNARY:
		v = choice_value(f, node);
		break;
	case NODE_CLAUSE:
		v = clause_value(f, node);
		break;
	case NODE_WALRUS:
		v = walrus_value(f, node);
		break;
	case NODE_AS:
		v = as_value(f, node);
		break;
	case NODE_LAMBDA:
		v = lambda_value(f, node);
		break;
	case NODE_YIELD:
	case NODE_YIELD_FROM:
		v = yield_value(f, node);
		break;
	case NODE_KEYWORD:
	case NODE_STAR:
	case NODE_DSTAR:
	case NODE_FIELD:
	case NODE_AWAIT:
	case NODE_REPR:
	case NODE_UNARY:
		v = f->vals[n->kid];
		break;
	default:
		return;
	}
	if (v.name != 0 || v.code != 0)
		taint_hold(&v, flow_held(f, &v));
	f->vals[node] = v;
}

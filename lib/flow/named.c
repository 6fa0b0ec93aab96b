/* SPDX-License-Identifier: Apache-2.0 */
/*
 * named - what a name or an attribute stands for: what was bound to it
 * here, in another module, by a class or its bases, or what it says by itself.
 *
 * Takes: a node whose operands were seen.  Gives: its taint.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/str.h"
#include "flow/anybody.h"
#include "flow/calls.h"
#include "flow/functions.h"
#include "flow/names.h"
#include "flow/neighbours.h"
#include "flow/programs.h"
#include "flow/scopes.h"
#include "flow/secrets.h"
#include "flow/state.h"
#include "flow/users.h"
#include "flow/values.h"
#include "python/modules.h"

#define SECRET_LEAST 5		/* letters of an attribute: "token" */
#define SECRET_MOST 13		/* "client_secret" */

/* ---- names -------------------------------------------------------------- */

static uint64_t
marks_of_name(struct flow *f, uint32_t name)
{
	uint64_t traits = flow_traits(f, name);

	if (traits & NAME_THERE)
		return MARK_FOLDER;
	if (traits & NAMES_ASKED)
		return 0;
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

/* ... and what it tells who asks whether somebody watches. */
static uint64_t
held_by_name(uint64_t traits)
{
	return traits & NAME_PLACE ? HELD_PLACE :
	    traits & NAME_CLOCK ? HELD_CLOCK :
	    traits & NAME_TRAP ? HELD_TRAP : 0;
}

void
flow_mark_by_name(struct flow *f, uint32_t name, struct taint *v)
{
	uint64_t traits = flow_traits(f, name);

	if (traits & NAMES_ASKED) {
		f->asks = true;
		taint_hold(v, held_by_name(traits));
	}
	taint_mark(v, marks_of_name(f, name));
}

/* Nothing of what the name stands for is used there. */
static bool
is_hushed(const struct flow *f, uint32_t node, const struct world_name *n)
{
	return (f->hushed[node] & HUSHED) || (n != NULL &&
	    (((f->hushed[node] & HUSHED_KEYS) && n->keyed) ||
	    ((f->hushed[node] & HUSHED_TOLD) && n->told)));
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
	if (!f->renamed[node] && !is_hushed(f, node, outside))
		flow_note_outside(f, flow_user_of(f, node), v->name, node);
	if (outside == NULL && flow_object_name(f, v) != 0)
		taint_hold(v, HELD_OBJECT);
	if (outside == NULL)
		return;
	if (outside->type && flow_names_tell(f))
		taint_hold(v, HELD_CLASS);
	if (outside->function && !outside->property)
		return;
	taint_mark(v, outside->marks);
	taint_hold(v, outside->held);
	/* config.store.key: of the object that the property gives. */
	if (outside->function && outside->gives != NULL)
		v->name = flow_word(f, outside->gives);
	if (v->where == 0 && outside->where != NULL && outside->calls == NULL)
		v->where = flow_intern(f, outside->where,
		    strlen(outside->where), false);
	if (v->text == 0 && outside->text != NULL)
		v->text = flow_intern(f, outside->text, outside->text_len,
		    false);
}

/* from .net import client, send: folding says what made them, and not where
 * they are bound to. */
static void
add_bound(struct flow *f, uint32_t node, uint32_t binding, struct taint *v)
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
	if (n != NULL && !n->function && (n->held & HELD_BUFFER)) {
		v->name = name;
		add_outside(f, node, v);
	}
	if (n == NULL || n->where == NULL || n->function)
		return;
	v->where = flow_intern(f, n->where, strlen(n->where), false);
	if (n->calls != NULL)
		v->name = flow_word(f, n->calls);
}

/* p = make(), p = Made().with_key(x): folding names the call, and the object is
 * of the class that the function of another module gives, or as `given`.  In a
 * large package one function gives objects of many. */
static void
name_object(struct flow *f, uint32_t given, struct taint *v)
{
	char name[FLOW_NAME_MOST + 1];
	const struct world_name *n;

	if (!flow_is_small(f) || !flow_word_ends(f, v->name, "()") ||
	    !flow_is_ours(f, flow_string(f, v->name, name)))
		return;
	n = world_find_joined(f->file->world, name, strlen(name) - 2, "");
	if (n != NULL && n->function && !n->type && n->gives != NULL &&
	    flow_is_ours(f, n->gives))
		v->name = flow_word(f, n->gives);
	else if (n == NULL && flow_word_ends(f, given, "()") &&
	    flow_is_ours(f, flow_string(f, given, name)))
		v->name = given;
}

void
flow_name_value(struct flow *f, uint32_t node, struct taint *v)
{
	const struct node *n = flow_at(f, node);
	uint32_t b = tree_lookup(f->tree, node), row = b != 0 ?
	    f->row_of[b] : 0, given;

	/* The target itself is no use of the name, but in x.append(y). */
	if (b != 0 && f->tree->bindings[b].at == n->at &&
	    !(f->tree->bindings[b].kind == BINDING_AUGMENT &&
	    flow_at(f, f->tree->bindings[b].value)->kind == NODE_CALL))
		return;
	flow_refer(f, node, n->name, false);
	if (n->name == f->super)
		flow_note_super(f);
	if (row != 0) {
		*v = f->rows[row];
		flow_note_elsewhere(f, row, v);
		f->read[row] = true;
		if (v->row == 0)
			v->row = row;
		if (f->tree->bindings[b].kind == BINDING_DEF)
			v->code = f->tree->bindings[b].extra + 1;
	}
	if (f->containers && n->name == WORD_SELF)
		flow_take_contents(f, v);
	given = v->name;
	flow_take_fold(f, node, v);
	if (flow_word_ends(f, v->name, "()") && !flow_word_ends(f, given,
	    "()"))
		flow_take_given(f, given, v);
	name_object(f, given, v);
	/* for cls in CLASSES: one that is bound so is nobody's own. */
	if (v->name == 0 && v->code == 0 && (b == 0 ||
	    ((flow_traits(f, n->name) & NAME_OWN) && (n->name != WORD_CLS ||
	    f->tree->bindings[b].kind == BINDING_PARAM))))
		v->name = n->name;
	flow_mark_name(f, v->name, v);
	if (flow_traits(f, v->name) & NAME_ASKS)
		flow_ask(f, f->scope);
	add_outside(f, node, v);
	if (b != 0)
		add_bound(f, node, b, v);
}

/* ---- attributes --------------------------------------------------------- */

/* self.URL, of a class that says URL = "...". */
static uint32_t
row_of_class(const struct flow *f, uint32_t name)
{
	uint32_t scope = flow_class_around(f, f->scope), b;

	b = scope != 0 && scope != f->main ? tree_binding(f->tree, scope,
	    name) : 0;
	return b != 0 && f->tree->bindings[b].kind != BINDING_DEF ?
	    f->row_of[b] : 0;
}

/* By its first and last letter: most attributes are no secret. */
static bool
may_be_secret(char first, char last)
{
	switch (first) {
	case 'S': case 'a': case 'c': case 'm': case 'p': case 's': case 't':
		break;
	default:
		return false;
	}
	switch (last) {
	case 'Y': case 'c': case 'd': case 'n': case 't': case 'y':
		return true;
	default:
		return false;
	}
}

/* self.apiKey, of a class whose bases stand elsewhere: what a client of
 * somebody's service holds. */
uint64_t
flow_secret_name(const struct flow *f, uint32_t name)
{
#define SECRET(name) name, sizeof(name) - 1
	static const struct {
		const char	*name;
		size_t		 len;
		uint64_t	 marks;
	} secrets[] = {
		{ SECRET("secret"), MARK_PASSWORD },
		{ SECRET("password"), MARK_PASSWORD },
		{ SECRET("api_secret"), MARK_PASSWORD },
		{ SECRET("client_secret"), MARK_PASSWORD },
		{ SECRET("apiKey"), MARK_CREDENTIAL },
		{ SECRET("api_key"), MARK_CREDENTIAL },
		{ SECRET("token"), MARK_CREDENTIAL },
		{ SECRET("access_token"), MARK_CREDENTIAL },
		{ SECRET("privateKey"), MARK_KEY },
		{ SECRET("private_key"), MARK_KEY },
		{ SECRET("mnemonic"), MARK_KEY },
		{ SECRET("secret_key"), MARK_PASSWORD },
		{ SECRET("apiSecret"), MARK_PASSWORD },
		{ SECRET("SECRET_KEY"), MARK_PASSWORD },
		{ SECRET("coldkey"), MARK_KEY },
	};
#undef SECRET
	size_t len;
	const char *text = flow_spelled(f, name, &len);

	if (len < SECRET_LEAST || len > SECRET_MOST ||
	    !may_be_secret(*text, text[len - 1]))
		return 0;
	for (size_t i = 0; i < ARRAY_LEN(secrets); i++)
		if (len == secrets[i].len &&
		    memcmp(text, secrets[i].name, len) == 0)
			return secrets[i].marks;
	return 0;
}

static uint64_t
inherited_secret(const struct flow *f, uint32_t name)
{
	uint32_t scope = flow_class_around(f, f->scope);

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
	/* job.client.api_key: of whatever that object has there. */
	if (str_ends(text, "request.authorization") || str_starts(text, "?."))
		return marks;
	return str_ends(text, "()") && !str_ends(text, "parse_args()") ?
	    marks : 0;
}

/* What a library's class, of which this one is a kind, does under that name,
 * or 0. */
static uint32_t
base_fact(struct flow *f, uint32_t name)
{
	uint32_t scope = flow_class_around(f, f->scope);

	for (uint32_t i = 0; i < f->scopes[scope].nbases; i++) {
		uint32_t whole = flow_dotted(f, f->scopes[scope].bases[i],
		    "().", name);
		const struct fact *fact = flow_fact(f, whole);

		if (fact != NULL && *fact->name != '?')
			return whole;
	}
	/* of any command of an installer: callee.c */
	return flow_word_is(f, name, "spawn") ? flow_dotted(f,
	    flow_word(f, "self"), ".", name) : 0;
}

/* url = "", of a class whose heirs bind it. */
static void
add_of_heirs(struct flow *f, uint32_t node, uint32_t name, struct taint *v)
{
	struct taint heirs = { .name = flow_attribute_name(f, name) };
	const struct world_name *n = heirs.name != 0 ? flow_outside(f,
	    heirs.name) : NULL;

	if (n == NULL || n->function || n->text == NULL)
		return;
	add_outside(f, node, &heirs);
	v->text = heirs.text;
	taint_add(v, &heirs, MARKS_ADDRESS);
}

/* self.url = url or self.url: what the class binds stands there, too. */
static void
add_of_class(struct flow *f, uint32_t name, struct taint *v)
{
	uint32_t row = row_of_class(f, name);

	if (row == 0 || !flow_is_address(f, f->rows[row].text))
		return;
	f->read[row] = true;
	v->text = f->rows[row].text;
	taint_add(v, &f->rows[row], MARKS_ADDRESS);
}

/* x: str, of a class whose objects hold nothing that is known. */
static bool
is_unset(const struct flow *f, uint32_t row)
{
	const struct taint *v = &f->rows[row];

	return f->tree->bindings[row].kind == BINDING_FIELD &&
	    (v->marks | v->held | v->text | v->name | v->code | v->where) == 0;
}

static bool
is_nothing(const struct taint *v)
{
	return v->marks == 0 && v->text == 0 && v->name == 0;
}

/* What `self.x` was set to anywhere in the file. */
static struct taint
attribute_set(struct flow *f, uint32_t node, const struct taint *object,
    uint32_t name, uint32_t row)
{
	struct taint v = f->rows[row];

	flow_note_elsewhere(f, row, &v);
	f->read[row] = true;
	if (is_nothing(&v) && v.code == 0 && v.held == 0)
		flow_take_anybodys(f, object, name, &v);
	if (v.row == 0)
		v.row = row;
	taint_mark(&v, flow_lent_in(f, row));
	if (node != 0)
		flow_take_fold(f, node, &v);
	if (v.text == 0)
		add_of_class(f, name, &v);
	/* sys.argv = self.argv(): of that name there is both. */
	if (v.code == 0 && flow_fact(f, v.name) == NULL &&
	    !(v.held & HELD_ACTS))
		v.code = flow_name(f, name)->defined;
	return v;
}

/* A function of that name; what it gives, if it is a property. */
static struct taint
attribute_defined(struct flow *f, uint32_t defined)
{
	struct taint v;

	if (!f->scopes[defined - 1].property)
		return (struct taint){ .code = defined };
	f->heard[defined - 1] = true;
	v = f->scopes[defined - 1].result;
	taint_hold(&v, HELD_ELSEWHERE);
	return v;
}

/* What the body of the class around binds to that name. */
static struct taint
attribute_of_class(struct flow *f, uint32_t node, const struct taint *object,
    uint32_t name, uint32_t row)
{
	struct taint v = f->rows[row];

	f->read[row] = true;
	flow_note_elsewhere(f, row, &v);
	if (v.row == 0)
		v.row = row;
	if (f->texts[v.text].len == 0)
		add_of_heirs(f, node, name, &v);
	if (is_nothing(&v))
		flow_take_anybodys(f, object, name, &v);
	return v;
}

static struct taint
attribute_inherited(struct flow *f, uint32_t node, uint32_t inherited)
{
	struct taint v = { .name = inherited };
	const struct world_name *outside = flow_outside(f, inherited);

	if (outside != NULL && !outside->function)
		add_outside(f, node, &v);
	return v;
}

/* self.rfile: what a peer sends; in do_POST and the like, a visitor.  What a
 * server reads elsewhere it may hand to a program that is there for that. */
static uint64_t
read_by_server(const struct flow *f)
{
	return MARK_SOCKET | MARK_NETWORK | (flow_word_starts(f,
	    f->scopes[f->scope].name, "do_") ? MARK_REQUEST : 0);
}

/* What a class of a library, or nobody that is known, has under that name. */
static struct taint
attribute_of_library(struct flow *f, struct taint v, uint32_t name,
    uint32_t unset)
{
	uint32_t any = flow_dotted(f, 0, ".", name), base;
	uint64_t marks = inherited_secret(f, name) | flow_web_attribute(f,
	    name);
	struct taint other = { 0 };

	flow_take_anybodys(f, &v, name, &other);
	if (marks == 0 && (flow_traits(f, any) & NAME_RFILE))
		marks = read_by_server(f);
	if (marks != 0)
		return (struct taint){ .marks = marks, .own = marks,
		    .name = any };
	if (flow_fact(f, any) != NULL)
		v.name = any;
	base = base_fact(f, name);
	if (base != 0)
		v.name = base;
	/* Of a record, whatever its maker gave it. */
	if (base == 0 && unset != 0) {
		taint_hold(&other, HELD_KEPT);
		other.row = unset;
		return other;
	}
	if (base == 0 && v.name != 0 && flow_fact(f, v.name) == NULL &&
	    (other.marks != 0 || other.text != 0))
		return other;
	return v;
}

/* `self.x`, whoever of the source, its bases and libraries has that. */
static struct taint
own_attribute(struct flow *f, uint32_t node, struct taint v, uint32_t name)
{
	uint32_t row = flow_row_of_attribute(f, name), any;
	uint32_t unset = row != 0 && is_unset(f, row) ? row : 0;

	if (row != 0 && unset == 0)
		return attribute_set(f, node, &v, name, row);
	any = flow_name(f, name)->defined;
	if (any != 0)
		return attribute_defined(f, any);
	row = row_of_class(f, name);
	if (row != 0)
		return attribute_of_class(f, node, &v, name, row);
	any = flow_inherited(f, f->scope, name);
	if (any == 0)
		any = flow_mixed_in(f, name);
	return any != 0 ? attribute_inherited(f, node, any) :
	    attribute_of_library(f, v, name, unset);
}

/* uname(): all but the second tell of which kind a machine is, and not which
 * one. */
static bool
is_uname(const struct flow *f, const struct taint *v)
{
	return (v->marks & MARK_HOSTNAME) &&
	    (flow_word_is(f, v->name, "os.uname()") ||
	    flow_word_is(f, v->name, "platform.uname()"));
}

void
flow_kind_by_place(struct flow *f, uint32_t place, const struct taint *of,
    struct taint *v)
{
	struct value at;

	if (!is_uname(f, of))
		return;
	at = fold_node(f->fold, place);
	if (at.kind == VALUE_INT && (at.i == 0 || at.i >= 2))
		taint_drop(v, MARKS_HOST);
}

static void
kind_by_name(const struct flow *f, const struct taint *of, uint32_t name,
    struct taint *v)
{
	static const char *const kinds[] = { "machine", "processor", "release",
	    "sysname", "system", "version" };

	for (size_t i = 0; is_uname(f, of) && i < ARRAY_LEN(kinds); i++)
		if (flow_word_is(f, name, kinds[i]))
			taint_drop(v, MARKS_HOST);
}

/* settings.run = exec: some object has it under that name. */
static uint64_t
held_by_others(const struct flow *f, uint32_t name)
{
	uint64_t held = f->held_by_name;

	if (f->acts_held)
		held |= f->rows[flow_row_of_attribute(f, name)].held;
	return held & HELD_ACTS ? held : held & HELD_ENDS;
}

/* p.collect().data: of the object that the call gave, whatever folding calls
 * it. */
static bool
names_member(struct flow *f, const struct taint *object, uint32_t name)
{
	char text[FLOW_NAME_MOST + 1];

	return f->file->world != NULL && flow_word_ends(f, object->name,
	    "()") && flow_is_ours(f, flow_string(f, object->name, text)) &&
	    flow_outside(f, flow_dotted(f, object->name, ".", name)) != NULL;
}

/* SigningKey(seed), Account.from_key(key): what a library's key signs, and its
 * address, tell nothing of the file that it was read from. */
static bool
is_signer(struct flow *f, uint32_t object)
{
	static const char *const ends[] = { ".SigningKey()",
	    ".SigningKey.from_string()", ".Account.from_key()",
	    ".Keypair.from_bytes()", ".Keypair.from_seed()",
	    ".Keypair.from_base58_string()" };
	char name[FLOW_NAME_MOST + 1];

	if (!flow_word_ends(f, object, "()") ||
	    flow_is_ours(f, flow_string(f, object, name)))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(ends); i++)
		if (str_ends(name, ends[i]))
			return true;
	return false;
}

struct taint
flow_attribute(struct flow *f, uint32_t node, struct taint v, uint32_t name)
{
	struct taint out = taint_marks(&v);

	out.row = v.row;
	out.where = v.where;
	if ((v.marks & MARK_DROPPED) && node != 0 && !flow_is_below(f, node))
		taint_drop(&out, MARK_DROPPED);
	if (!flow_word_is(f, name, "__dict__"))
		taint_release(&out, HELD_NAMES);
	if (name == 0)
		return out;
	if (flow_word_is(f, name, "__dict__"))
		taint_mark(&out, flow_attributes_of(f, &v));
	flow_refer(f, node, name, true);
	if (v.name != 0 && !flow_word_is(f, name, "__dict__") &&
	    (flow_word_is(f, v.name, "self") ||
	    flow_word_is(f, v.name, "cls")))
		return own_attribute(f, node, v, name);
	if (node != 0 && v.text == 0)
		flow_take_fold(f, node, &out);
	if (out.name == 0 || names_member(f, &v, name))
		out.name = flow_dotted(f, v.name, ".", name);
	flow_refer_missing(f, node, v.name, name);
	kind_by_name(f, &v, name, &out);
	taint_drop(&out, flow_other_fields(f, &v, out.name));
	flow_mark_name(f, out.name, &out);
	taint_hold(&out, held_by_others(f, name));
	if ((out.held & HELD_TYPED) && !flow_is_typed(f, name))
		taint_release(&out, HELD_TYPED);
	if (flow_traits(f, out.name) & NAME_PUBLIC)
		taint_drop(&out, MARK_KEY | (is_signer(f, v.name) ?
		    MARK_SECRET | MARK_PRIVATE | MARK_TOKEN : 0));
	if (flow_traits(f, out.name) & NAME_ASKS)
		flow_ask(f, f->scope);
	if (node != 0)
		taint_mark(&out, secret_of_other(f, v.name, name) |
		    flow_lent_setting(f, v.name, out.name, name) |
		    flow_user_attribute(f, flow_at(f, node)->kid, name));
	out.text = v.text;	/* the receiver's, for decode() and strip() */
	flow_attribute_of(f, &v, name, &out);
	flow_take_anybodys(f, &v, name, &out);
	add_outside(f, node, &out);
	return out;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * operate - operators, subscripts, loops and texts of an object of the
 * package's classes: sink << data is a call of its __lshift__.
 *
 * Takes: a node and values of its operands, one of which is such an object.
 * Gives: what the method gives, on top of what they hold.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/str.h"
#include "flow/calls.h"
#include "flow/functions.h"
#include "flow/names.h"
#include "flow/neighbours.h"
#include "flow/state.h"
#include "flow/values.h"
#include "python/lex.h"

uint32_t
flow_object_name(struct flow *f, const struct taint *v)
{
	char name[FLOW_NAME_MOST + 1];
	const char *alias;

	if (v->name == 0 || !flow_is_ours(f, flow_string(f, v->name, name)))
		return 0;
	if (str_ends(name, "()"))
		return v->name;
	alias = f->file->world != NULL ? world_alias(f->file->world, name) :
	    NULL;
	return alias != NULL && str_ends(alias, "()") &&
	    flow_is_ours(f, alias) ? flow_word(f, alias) : 0;
}

bool
flow_has_self(const struct flow *f, uint32_t node)
{
	uint32_t left = flow_at(f, node)->kid, right = flow_at(f, left)->next;

	return f->vals[left].name == WORD_SELF ||
	    (right != 0 && f->vals[right].name == WORD_SELF);
}

/* `self` of a method is an object of its class. */
static struct taint
as_object(struct flow *f, const struct taint *v)
{
	struct taint of = *v;

	if (of.name != WORD_SELF)
		return of;
	of.name = flow_self(f);
	if (of.name != 0)
		taint_hold(&of, HELD_OBJECT);
	return of;
}

/* Of a name, also where it is changed, which is no use of it. */
static struct taint
object_at(struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);
	uint32_t b = n->kind == NODE_NAME ? tree_lookup(f->tree, node) : 0;

	return as_object(f, b != 0 && !flow_is_object(&f->vals[node]) ?
	    &f->rows[f->row_of[b]] : &f->vals[node]);
}

static void
add_argument(struct frame *fr, const struct taint *v, uint32_t node)
{
	fr->bare = false;
	fr->nodes[fr->nargs] = node;
	fr->keywords[fr->nargs] = 0;
	fr->args[fr->nargs++] = *v;
	taint_add(&fr->all, v, MARKS_ALL);
}

/* The object's method of that name is called; what it gives.  False: there is
 * none. */
static bool
call_special(struct flow *f, struct frame *fr, const struct taint *object,
    const char *method, struct taint *out)
{
	struct taint of = as_object(f, object);
	uint32_t name = of.held & HELD_OBJECT ? flow_object_name(f, &of) : 0;
	struct world_name *outside;

	if (name == 0)
		return false;
	fr->callee = of;
	fr->callee.name = flow_dotted(f, name, ".", flow_word(f, method));
	fr->callee.code = flow_own_method(f, fr->callee.name);
	if (fr->callee.code != 0) {
		flow_refer_code(f, fr);
		*out = flow_own_call(f, fr, fr->callee.code - 1);
		return true;
	}
	outside = flow_outside(f, fr->callee.name);
	if (outside == NULL || !outside->function)
		return false;
	flow_note_outside(f, fr->scope, fr->callee.name, 0);
	*out = flow_call_outside(f, fr, outside);
	return true;
}

/* sink << a << b: what says no more of what it gives gives the object. */
static void
take_result(struct flow *f, const struct taint *object,
    const struct taint *given, struct taint *v)
{
	taint_add(v, given, MARKS_ALL);
	v->name = given->name;
	v->code = given->code;
	v->where = given->where;
	if (given->text != 0)
		v->text = given->text;
	if (given->code != 0 || (given->name != 0 && !flow_word_is(f,
	    given->name, "self")))
		return;
	v->name = flow_object_name(f, object);
	v->where = object->where;
	taint_hold(v, HELD_OBJECT);
}

/* One operand as the object, the other one is what it is given. */
static bool
operate(struct flow *f, uint32_t node, uint32_t object, uint32_t other,
    const char *method, struct taint *v)
{
	struct frame fr = { .node = node, .scope = f->scope, .later = true,
	    .bare = true };
	struct taint of = object_at(f, object), given;

	if (other != 0)
		add_argument(&fr, &f->vals[other], other);
	if (!call_special(f, &fr, &of, method, &given))
		return false;
	take_result(f, &of, &given, v);
	return true;
}

/* ---- operators ---------------------------------------------------------- */

struct special {
	uint8_t		 op;
	const char	*left, *right, *changes;
};

static const struct special *
special_of(uint8_t op)
{
	static const struct special all[] = {
		{ '+', "__add__", "__radd__", "__iadd__" },
		{ '-', "__sub__", "__rsub__", "__isub__" },
		{ '*', "__mul__", "__rmul__", "__imul__" },
		{ '/', "__truediv__", "__rtruediv__", "__itruediv__" },
		{ '%', "__mod__", "__rmod__", "__imod__" },
		{ '@', "__matmul__", "__rmatmul__", "__imatmul__" },
		{ '&', "__and__", "__rand__", "__iand__" },
		{ '|', "__or__", "__ror__", "__ior__" },
		{ '^', "__xor__", "__rxor__", "__ixor__" },
		{ OP_FLOOR, "__floordiv__", "__rfloordiv__", "__ifloordiv__" },
		{ OP_POWER, "__pow__", "__rpow__", "__ipow__" },
		{ OP_LEFT, "__lshift__", "__rlshift__", "__ilshift__" },
		{ OP_RIGHT, "__rshift__", "__rrshift__", "__irshift__" },
		{ '<', "__lt__", "__gt__", NULL },
		{ '>', "__gt__", "__lt__", NULL },
		{ OP_LE, "__le__", "__ge__", NULL },
		{ OP_GE, "__ge__", "__le__", NULL },
		{ OP_EQ, "__eq__", "__eq__", NULL },
		{ OP_NE, "__ne__", "__ne__", NULL },
	};

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		if (all[i].op == op)
			return &all[i];
	return NULL;
}

void
flow_operate(struct flow *f, uint32_t node, struct taint *v)
{
	uint32_t left = flow_at(f, node)->kid, right = flow_at(f, left)->next;
	const struct special *s = special_of(flow_at(f, node)->op);

	if (flow_at(f, node)->kind == NODE_COMPARE &&
	    flow_at(f, node)->name == KW_IN)
		(void)operate(f, node, right, left, "__contains__", v);
	else if (s != NULL && !operate(f, node, left, right, s->left, v))
		(void)operate(f, node, right, left, s->right, v);
	/* "%s" % object */
	if (flow_at(f, node)->op == '%')
		flow_spell(f, node, right, v);
}

/* -x, +x, ~x */
void
flow_operate_alone(struct flow *f, uint32_t node, struct taint *v)
{
	uint8_t op = flow_at(f, node)->op;

	(void)operate(f, node, flow_at(f, node)->kid, 0, op == '-' ?
	    "__neg__" : op == '+' ? "__pos__" : "__invert__", v);
}

void
flow_operate_changing(struct flow *f, uint32_t node)
{
	uint32_t target = flow_at(f, node)->kid;
	uint32_t right = flow_at(f, target)->next;
	const struct special *s = special_of(flow_at(f, node)->op);
	struct taint v = { 0 };

	if (s != NULL && s->changes != NULL && !operate(f, node, target,
	    right, s->changes, &v))
		(void)operate(f, node, target, right, s->left, &v);
}

/* ---- items and attributes ----------------------------------------------- */

void
flow_operate_item(struct flow *f, uint32_t node, struct taint *v)
{
	uint32_t object = flow_at(f, node)->kid, key = flow_at(f, object)->next;
	struct frame fr = { .node = node, .scope = f->scope, .later = true };
	struct taint given;

	if (key != 0)
		add_argument(&fr, &f->vals[key], key);
	if (!call_special(f, &fr, &f->vals[object], "__getitem__", &given))
		return;
	taint_add(v, &given, MARKS_ALL);
	v->name = given.name;
	v->code = given.code;
	v->text = given.text;
}

void
flow_operate_assign(struct flow *f, uint32_t target, const struct taint *v)
{
	const struct node *n = flow_at(f, target);
	struct taint object = object_at(f, n->kid), given;
	struct taint name = { 0 };
	struct frame fr = { .node = target, .scope = f->scope, .later = true };
	uint32_t key = n->kind == NODE_INDEX ? flow_at(f, n->kid)->next : 0;

	if (!(object.held & HELD_OBJECT))
		return;
	add_argument(&fr, key != 0 ? &f->vals[key] : &name, key != 0 ? key :
	    n->kid);
	add_argument(&fr, v, target);
	(void)call_special(f, &fr, &object, n->kind == NODE_INDEX ?
	    "__setitem__" : "__setattr__", &given);
}

/* ---- what goes through an object, or makes a text of it ------------------ */

/* Marks alone: what a loop gives is one of them. */
static bool
add_special(struct flow *f, uint32_t node, const struct taint *object,
    const char *method, struct taint *v)
{
	struct frame fr = { .node = node, .scope = f->scope, .later = true,
	    .bare = true };
	struct taint given;

	if (!call_special(f, &fr, object, method, &given))
		return false;
	taint_add(v, &given, MARKS_ALL);
	return true;
}

void
flow_iterate(struct flow *f, uint32_t node, const struct taint *object,
    struct taint *v)
{
	if (!add_special(f, node, object, "__iter__", v) &&
	    !add_special(f, node, object, "__aiter__", v))
		(void)add_special(f, node, object, "__getitem__", v);
	(void)add_special(f, node, object, "__next__", v);
}

void
flow_spell(struct flow *f, uint32_t node, uint32_t object, struct taint *v)
{
	const struct taint *of = &f->vals[object];

	if (flow_is_object(of) &&
	    !add_special(f, node, of, "__str__", v) &&
	    !add_special(f, node, of, "__format__", v))
		(void)add_special(f, node, of, "__repr__", v);
}

bool
flow_enter_with(struct flow *f, uint32_t node, struct taint *v)
{
	uint32_t value = flow_at(f, node)->kid;

	return operate(f, node, value, 0, "__enter__", v) ||
	    operate(f, node, value, 0, "__aenter__", v);
}

/* str(x), dict(x), list(x), "".join(x), of an object among what is passed. */
void
flow_look_converted(struct flow *f, const struct frame *fr, struct taint *v)
{
	static const char *const spells[] = { "str", "repr", "print",
	    "format" };
	static const struct { const char *name, *method; } others[] = {
		{ "bytes", "__bytes__" }, { "len", "__len__" },
		{ "int", "__int__" }, { "float", "__float__" },
		{ "bool", "__bool__" }, { "hash", "__hash__" },
		{ "abs", "__abs__" }, { "next", "__next__" },
		{ "dict", "keys" }, { "reversed", "__reversed__" } };
	static const char *const through[] = { "list", "tuple", "dict", "set",
	    "frozenset", "sorted", "iter", "enumerate", "zip", "map",
	    "filter", "sum", "any", "all", "max", "min" };
	uint32_t name = fr->callee.name;
	bool spelled = flow_word_in(f, name, spells, ARRAY_LEN(spells)) ||
	    flow_word_ends(f, name, ".format");
	bool passed = flow_word_in(f, name, through, ARRAY_LEN(through)) ||
	    flow_word_ends(f, name, ".join");
	const char *method = NULL;

	for (size_t k = 0; k < ARRAY_LEN(others) && method == NULL; k++)
		if (flow_word_in(f, name, &others[k].name, 1))
			method = others[k].method;
	for (size_t i = 0; i < fr->nargs && (spelled || passed ||
	    method != NULL); i++) {
		if (!flow_is_object(&fr->args[i]))
			continue;
		if (spelled)
			flow_spell(f, fr->node, fr->nodes[i], v);
		if (passed)
			flow_iterate(f, fr->node, &fr->args[i], v);
		if (method != NULL)
			(void)add_special(f, fr->node, &fr->args[i], method,
			    v);
	}
}

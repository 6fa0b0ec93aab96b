/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eval - what flow knows of one expression, from what it knows of its
 * parts.
 *
 * Takes: a node whose operands were seen.  Gives: its taint.
 * Runs in: worker child, command.
 */
#include "base/str.h"
#include "flow/after.h"
#include "flow/calls.h"
#include "flow/functions.h"
#include "flow/names.h"
#include "flow/neighbours.h"
#include "flow/programs.h"
#include "flow/secrets.h"
#include "flow/senders.h"
#include "flow/state.h"
#include "flow/users.h"
#include "flow/values.h"

#define TEMPLATE_LEAST 20	/* "%s" alone is none */

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

/* "template" % values: it says what the text is, unless it begins with a value;
 * a value only fills it. */
static uint64_t
marks_of_filling(const struct flow *f, const struct taint *template)
{
	const struct flow_text *t = &f->texts[template->text];
	const uint64_t filled = MARK_NETWORK | MARK_SOCKET | MARK_DECODED;

	return t->len > TEMPLATE_LEAST && !str_starts(t->bytes, "%s") ?
	    ~filled : MARKS_ALL;
}

/* folder / name */
static void
join_paths(struct flow *f, uint32_t node, struct taint *v)
{
	const uint32_t left = flow_at(f, node)->kid;
	const uint32_t right = flow_at(f, left)->next;
	const struct taint *a = &f->vals[left], *b = &f->vals[right];

	if (b->text != 0)
		v->text = a->text == 0 ? b->text :
		    flow_join(f, a->text, b->text, "/");
	if ((a->marks & MARK_HOME) && flow_names_home_folder(f, right))
		taint_add(v, a, MARK_HOME);
	flow_hold_below(f, right, v);
	v->row = a->row;	/* the folder's, as of join(folder, name) */
	taint_mark(v, flow_text_marks(f, v->text));
}

/* What both operands are made of and can do. */
static struct taint
both_values(struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);
	const uint32_t left = n->kid, right = flow_at(f, left)->next;
	const struct taint *a = &f->vals[left], *b = &f->vals[right];
	const uint64_t mask = ~(uint64_t)MARK_HOME; /* a part of it is none */
	struct taint v = { 0 };

	if (n->op == '+' && b->marks != 0 &&
	    flow_is_tool_words(f, left, true)) {
		v = taint_marks(a);
		taint_add(&v, b, ~(uint64_t)MARKS_WORDS);
		return v;
	}
	taint_add(&v, a, mask);
	taint_add(&v, b, n->op == '%' ? mask & marks_of_filling(f, a) : mask);
	if (n->op == '^' || (n->op == '+' &&
	    (has_step(f, left) || has_step(f, right))))
		taint_mark(&v, MARK_BUILT);
	return v;
}

static struct taint
binary_value(struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);
	struct taint v = both_values(f, node);

	/* Of a sum, this may be the beginning only. */
	if (n->op == '%')
		flow_fill_line(f, f->vals[n->kid].text, &v);
	if (n->op == '+' || n->op == '%')
		flow_look_scheme(f, node);
	else if (v.held & HELD_ACTS)
		flow_operate_held(f, node, &v);
	if (n->op == '/') {
		flow_note_below(f, n->kid);
		join_paths(f, node, &v);
		return v;
	}
	flow_take_fold(f, node, &v);
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
	flow_take_fold(f, node, &v);
	return v;
}

/* Everything that stands in it, and the text or name when that is known. */
static struct taint
whole_value(struct flow *f, uint32_t node)
{
	struct taint v = flow_kids_value(f, node);

	flow_take_fold(f, node, &v);
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
	    strpbrk(f->texts[v.text].bytes, "&;") == NULL)
		flow_fill_line(f, v.text, &v);
	return v;
}

/* which("curl") or "curl", found if found else "curl": by whatever path, it is
 * that program. */
static void
take_program(const struct flow *f, uint32_t node, struct taint *v)
{
	uint32_t last = flow_at(f, node)->kid;

	while (last != 0 && flow_at(f, last)->next != 0)
		last = flow_at(f, last)->next;
	if (v->text == 0 && last != 0 && flow_is_program(f,
	    f->vals[last].text))
		v->text = f->vals[last].text;
}

/* peer or PEER: of what stands behind it, where that leads. */
static void
take_where(const struct flow *f, uint32_t first, struct taint *v)
{
	for (uint32_t k = first; k != 0 && v->where == 0;
	    k = flow_at(f, k)->next)
		v->where = f->vals[k].where;
}

/* a or b, a and b */
static struct taint
either_value(struct flow *f, uint32_t node)
{
	struct taint v = whole_value(f, node);

	take_program(f, node, &v);
	take_where(f, flow_at(f, node)->kid, &v);
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
	flow_take_fold(f, node, &v);
	take_program(f, node, &v);
	take_where(f, flow_at(f, test)->next, &v);
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
	f->twice = f->twice || flow_is_object(&v);
	if (flow_is_object(&v))
		flow_iterate(f, node, &f->vals[source], &v);
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
	struct taint v = f->vals[value];

	if (flow_is_object(&v))
		(void)flow_enter_with(f, node, &v);
	if (target != 0)
		flow_assign(f, target, value, v);
	return v;
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
	flow_grow_result(f, &v);
	taint_add(result, &v, MARKS_ALL);
	return v;
}

/* The answer to a question is still about what was asked. */
static struct taint
compared_value(struct flow *f, uint32_t node)
{
	struct taint v = flow_hunt_compare(f, node);
	struct taint kids = flow_kids_value(f, node);

	v.held |= kids.held & HELD_ASKED;
	v.held_own |= kids.held_own & HELD_ASKED;
	flow_hold_seal(f, flow_at(f, node)->kid, &v);
	if ((kids.held & HELD_OBJECT) || flow_has_self(f, node))
		flow_operate(f, node, &v);
	return v;
}

static struct taint
call_result(struct flow *f, uint32_t node)
{
	struct taint v = flow_call(f, node);
	uint32_t given = v.name;

	flow_take_fold(f, node, &v);
	if (f->pass == 0 && (v.marks & MARK_DECODED))
		f->folded[node].marks |= flow_each_decoded(f, node);
	taint_mark(&v, f->folded[node].marks);
	flow_take_given(f, given, &v);
	/* next((p for p in paths if p), "curl") */
	if (v.text == 0 && flow_word_is(f, f->vals[flow_at(f, node)->kid].name,
	    "next"))
		take_program(f, node, &v);
	flow_hold_digest(f, node, &v);
	if (flow_traits(f, v.name) & NAME_HOME)
		flow_mark_name(f, v.name, &v);
	return v;
}

static struct taint
item_value(struct flow *f, uint32_t node)
{
	struct taint v = flow_item(f, node);

	if (flow_is_object(&f->vals[flow_at(f, node)->kid]))
		flow_operate_item(f, node, &v);
	flow_take_fold(f, node, &v);
	return v;
}

/* x << y, f"{x}", *x, -x, of an object. */
static void
operate(struct flow *f, uint32_t node, struct taint *v)
{
	const struct node *n = flow_at(f, node);

	if (!flow_is_object(v) && !(n->kind == NODE_BINARY &&
	    flow_has_self(f, node)))
		return;
	if (n->kind == NODE_BINARY)
		flow_operate(f, node, v);
	else if (n->kind == NODE_FIELD || n->kind == NODE_REPR)
		flow_spell(f, node, n->kid, v);
	else if (n->kind == NODE_STAR)
		flow_iterate(f, node, &f->vals[n->kid], v);
	else if (n->kind == NODE_UNARY)
		flow_operate_alone(f, node, v);
}

/* ---- by kind ------------------------------------------------------------ */

static struct taint
name_value(struct flow *f, uint32_t node)
{
	struct taint v = { 0 };

	flow_name_value(f, node, &v);
	return v;
}

static struct taint
attribute_value(struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);

	struct taint of = f->vals[n->kid];

	/* path.parent */
	taint_release(&of, HELD_BELOW);
	return flow_attribute(f, node, of, n->name);
}

static struct taint
operator_value(struct flow *f, uint32_t node)
{
	struct taint v = binary_value(f, node);

	operate(f, node, &v);
	return v;
}

/* (x), *x, -x, await x, f(a=x): what x is. */
static struct taint
operand_value(struct flow *f, uint32_t node)
{
	struct taint v = f->vals[flow_at(f, node)->kid];

	operate(f, node, &v);
	return v;
}

static struct taint
display_value(struct flow *f, uint32_t node)
{
	struct taint v = flow_list_value(f, node);

	flow_among(f, node, &v);
	return v;
}

static struct taint
dict_value(struct flow *f, uint32_t node)
{
	struct taint v;

	flow_blind_pairs(f, node);
	flow_look_headers(f, node);
	v = flow_kids_value(f, node);
	flow_among(f, node, &v);
	return v;
}

static struct taint
comprehension_value(struct flow *f, uint32_t node)
{
	struct taint v = whole_value(f, node);

	flow_among(f, node, &v);
	return v;
}

static struct taint
dict_comprehension_value(struct flow *f, uint32_t node)
{
	struct taint v = whole_value(f, node);

	flow_hunt_left(f, node, &v);
	flow_within(&v);
	return v;
}

static struct taint
slice_value(struct flow *f, uint32_t node)
{
	return flow_kids_value(f, node);
}

/* Statements and their parts have none. */
static struct taint (*const value_of[NODE_KINDS])(struct flow *, uint32_t) = {
	[NODE_NAME] = name_value,
	[NODE_STRING] = string_value,
	[NODE_STRINGS] = string_value,
	[NODE_PIECE] = string_value,
	[NODE_FORMAT] = format_value,
	[NODE_FIELD] = operand_value,
	[NODE_ATTR] = attribute_value,
	[NODE_CALL] = call_result,
	[NODE_KEYWORD] = operand_value,
	[NODE_STAR] = operand_value,
	[NODE_DSTAR] = operand_value,
	[NODE_INDEX] = item_value,
	[NODE_SLICE] = slice_value,
	[NODE_UNARY] = operand_value,
	[NODE_BINARY] = operator_value,
	[NODE_COMPARE] = compared_value,
	[NODE_BOOL] = either_value,
	[NODE_TERNARY] = choice_value,
	[NODE_LAMBDA] = lambda_value,
	[NODE_LIST] = display_value,
	[NODE_TUPLE] = display_value,
	[NODE_SET] = display_value,
	[NODE_DICT] = dict_value,
	[NODE_LISTCOMP] = comprehension_value,
	[NODE_SETCOMP] = comprehension_value,
	[NODE_GENEXP] = comprehension_value,
	[NODE_DICTCOMP] = dict_comprehension_value,
	[NODE_CLAUSE] = clause_value,
	[NODE_AWAIT] = operand_value,
	[NODE_YIELD] = yield_value,
	[NODE_YIELD_FROM] = yield_value,
	[NODE_WALRUS] = walrus_value,
	[NODE_AS] = as_value,
	[NODE_REPR] = operand_value,
};

void
flow_eval(struct flow *f, uint32_t node)
{
	const uint8_t kind = flow_at(f, node)->kind;
	struct taint v;

	if (value_of[kind] == NULL)
		return;
	v = value_of[kind](f, node);
	if (v.name != 0 || v.code != 0)
		taint_hold(&v, flow_held(f, &v));
	f->vals[node] = v;
}

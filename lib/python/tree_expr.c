/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tree_expr - expressions: operands, operators and their order.
 *
 * An operator that waits for its right side is a frame; the next operator that
 * binds less tightly makes a node of it.  Groups (tree_group.c) are frames too,
 * and no operator reaches beyond its group.
 * Runs in: worker child, command.
 */
#include "base/mem.h"
#include "python/tree_state.h"

bool
frame_push(struct parser *p, enum frame_kind kind, uint32_t at)
{
	if (p->nframes == PYTHON_BRACKETS_MAX) {
		p->tree->deep = true;
		return false;
	}
	if (p->nframes == p->frames_room) {
		p->frames_room *= 2;
		p->frames = mem_grow(p->frames, p->frames_room,
		    sizeof(*p->frames));
	}
	p->frames[p->nframes] = (struct frame){ .kind = (uint8_t)kind,
	    .at = at, .outer = p->group, .scope = p->scope,
	    .first = p->tree->nnodes };
	if (kind < FRAME_GROUPS)
		p->group = p->nframes;
	p->nframes++;
	return true;
}

void
operand_set(struct parser *p, uint32_t node, uint32_t at)
{
	p->value = node;
	p->value_at = at;
	p->have = true;
	p->grouped = false;
}

/* ---- operators that have all they need ---------------------------------- */

static void
finish_lambda(struct parser *p, const struct frame *f)
{
	uint32_t n = node_new(p, NODE_LAMBDA, f->at);
	struct list l = { 0 };

	p->scope = f->scope;
	if (n == 0)
		return;
	list_add(p, &l, f->left);
	if (p->have)
		list_add(p, &l, p->value);
	node_of(p, n)->kid = l.head;
	node_of(p, n)->name = f->count;
	if (p->tree->scopes[f->count].kind == SCOPE_LAMBDA)
		p->tree->scopes[f->count].node = n;
	operand_set(p, n, f->at);
}

static enum node_kind
node_kind_of(const struct frame *f)
{
	switch (f->kind) {
	case FRAME_UNARY:
		return NODE_UNARY;
	case FRAME_STAR:
		return f->op == OP_POWER ? NODE_DSTAR : NODE_STAR;
	case FRAME_AWAIT:
		return NODE_AWAIT;
	case FRAME_YIELD:
		return f->word == KW_FROM ? NODE_YIELD_FROM : NODE_YIELD;
	case FRAME_THEN:
	case FRAME_ELSE:
		return NODE_TERNARY;
	default:
		break;
	}
	if (f->op == OP_WALRUS)
		return NODE_WALRUS;
	if (f->word == KW_AS)
		return NODE_AS;
	if (f->word == KW_AND || f->word == KW_OR)
		return NODE_BOOL;
	return f->prec == PREC_COMPARE ? NODE_COMPARE : NODE_BINARY;
}

static void
finish_operator(struct parser *p)
{
	struct frame f = p->frames[--p->nframes];
	struct list l = { 0 };
	uint32_t n;

	if (f.kind == FRAME_LAMBDA) {
		finish_lambda(p, &f);
		return;
	}
	if (!p->have && f.kind != FRAME_YIELD && f.left == 0)
		return;		/* an operator and nothing: leave it out */
	n = node_new(p, node_kind_of(&f), f.at);
	if (n == 0)
		return;
	if (f.kind == FRAME_ELSE) {	/* condition first */
		list_add(p, &l, f.count);
		list_add(p, &l, f.left);
	} else if (f.kind == FRAME_THEN) {
		if (p->have)
			list_add(p, &l, p->value);
		list_add(p, &l, f.left);
		p->have = false;
	} else {
		list_add(p, &l, f.left);
	}
	if (p->have)
		list_add(p, &l, p->value);
	node_of(p, n)->kid = l.head;
	node_of(p, n)->op = f.op;
	node_of(p, n)->name = f.kind == FRAME_YIELD ? f.scope : f.word;
	node_of(p, n)->flags = f.stage;
	if (f.op == OP_WALRUS)
		bind_target(p, f.left, BINDING_VALUE, p->value);
	else if (f.word == KW_AS && p->have)
		bind_target(p, p->value, BINDING_OTHER, f.left);
	operand_set(p, n, f.at);
}

/* Down to the group, or to an operator that binds less tightly than `prec`. */
void
reduce(struct parser *p, unsigned int prec)
{
	while (p->nframes - 1 > p->group) {
		struct frame *f = &p->frames[p->nframes - 1];

		if (f->prec < prec)
			return;
		finish_operator(p);
	}
}

static void
wait_for_right(struct parser *p, enum frame_kind kind, unsigned int prec)
{
	uint32_t at = p->have ? p->value_at : p->t.start;
	struct frame *f;

	if (!frame_push(p, kind, at)) {
		p->have = false;
		return;
	}
	f = &p->frames[p->nframes - 1];
	f->prec = (uint8_t)prec;
	f->left = p->have ? p->value : 0;
	p->have = false;
}

static void
binary(struct parser *p, unsigned int prec, uint8_t op, uint32_t word)
{
	bool right = prec == PREC_POWER || prec == PREC_LOOSE;

	reduce(p, right ? prec + 1 : prec);
	wait_for_right(p, FRAME_BINARY, prec);
	if (p->frames[p->nframes - 1].kind != FRAME_BINARY)
		return;
	p->frames[p->nframes - 1].op = op;
	p->frames[p->nframes - 1].word = word;
}

static void
unary(struct parser *p, enum frame_kind kind, unsigned int prec, uint8_t op,
    uint32_t word)
{
	wait_for_right(p, kind, prec);
	if (p->frames[p->nframes - 1].kind != kind)
		return;
	p->frames[p->nframes - 1].op = op;
	p->frames[p->nframes - 1].word = word;
}

/* ---- operands ----------------------------------------------------------- */

/* The token as a node of its own; the token is over. */
uint32_t
leaf(struct parser *p, enum node_kind kind)
{
	uint32_t n = node_new(p, kind, p->t.start);

	if (n == 0)
		return 0;
	node_of(p, n)->end = p->t.end;
	node_of(p, n)->flags = p->t.string;
	if (kind == NODE_NAME) {
		node_of(p, n)->name = p->word;
		node_of(p, n)->place = place_of(p, p->word);
	}
	return n;
}

static bool
take_leaf(struct parser *p, enum node_kind kind)
{
	uint32_t at = p->t.start, n = leaf(p, kind);

	if (kind == NODE_CONST)
		node_of(p, n)->name = n != 0 ? p->word : 0;
	operand_set(p, n, at);
	parser_next(p);
	return true;
}

static void
open_lambda(struct parser *p)
{
	if (frame_push(p, FRAME_PARAMS, p->t.start))
		p->frames[p->nframes - 1].word = scope_new(p, SCOPE_LAMBDA, 0);
	parser_next(p);
}

/* `await x`, but a name before Python 3.7. */
static bool
is_awaiting(struct parser *p)
{
	struct lex_token t;
	uint32_t word;

	(void)parser_peek(p, &t, &word);
	switch (t.kind) {
	case LEX_NAME:
		return !WORD_IS_KEYWORD(word) || word == KW_NOT ||
		    word == KW_AWAIT || word == KW_LAMBDA || word == KW_NONE;
	case LEX_STRING:
	case LEX_FORMAT:
	case LEX_NUMBER:
		return true;
	case LEX_OP:
		return t.op == '(' || t.op == '[' || t.op == '{';
	default:
		return false;
	}
}

static void
open_yield(struct parser *p)
{
	unary(p, FRAME_YIELD, PREC_LOOSE, 0, 0);
	parser_next(p);
	if (p->t.kind == LEX_NAME && p->word == KW_FROM) {
		if (p->frames[p->nframes - 1].kind == FRAME_YIELD)
			p->frames[p->nframes - 1].word = KW_FROM;
		parser_next(p);
	}
}

static bool
word_operand(struct parser *p)
{
	switch (p->word) {
	case KW_LAMBDA:
		open_lambda(p);
		return true;
	case KW_NOT:
		unary(p, FRAME_UNARY, PREC_NOT, 0, KW_NOT);
		parser_next(p);
		return true;
	case KW_YIELD:
		open_yield(p);
		return true;
	case KW_AWAIT:
		if (!is_awaiting(p))
			return take_leaf(p, NODE_NAME);
		unary(p, FRAME_AWAIT, PREC_AWAIT, 0, 0);
		parser_next(p);
		return true;
	case KW_NONE:
	case KW_TRUE:
	case KW_FALSE:
		return take_leaf(p, NODE_CONST);
	case KW_ASYNC:
		if (p->frames[p->group].kind == FRAME_COMP)
			return false;
		return take_leaf(p, NODE_NAME);
	default:
		return !WORD_IS_KEYWORD(p->word) && take_leaf(p, NODE_NAME);
	}
}

static bool
open_group(struct parser *p, enum frame_kind kind)
{
	(void)frame_push(p, kind, p->t.start);
	parser_next(p);
	return true;
}

static bool
open_format(struct parser *p, uint32_t left)
{
	if (frame_push(p, FRAME_FORMAT, p->t.start)) {
		p->frames[p->nframes - 1].left = left;
		p->frames[p->nframes - 1].op = p->t.string;
		p->formats++;
	}
	p->have = false;
	parser_next(p);
	return true;
}

static bool
op_operand(struct parser *p)
{
	switch (p->t.op) {
	case '(':
		return open_group(p, FRAME_GROUP);
	case '[':
		return open_group(p, FRAME_LIST);
	case '{':
		return open_group(p, FRAME_BRACE);
	case '`':
		if (p->frames[p->group].kind == FRAME_REPR) {
			group_end(p, FRAME_REPR);
			return true;
		}
		return open_group(p, FRAME_REPR);
	case '-': case '+': case '~':
		unary(p, FRAME_UNARY, PREC_SIGN, p->t.op, 0);
		break;
	case '*': case OP_POWER:
		unary(p, FRAME_STAR, PREC_BITOR, p->t.op, 0);
		break;
	case OP_ELLIPSIS:
		return take_leaf(p, NODE_CONST);
	case ')': case ']': case '}':
		if (p->frames[p->group].kind == FRAME_TOP)
			return false;
		group_bracket(p);
		return true;
	case ',':
		if (p->frames[p->group].kind == FRAME_TOP &&
		    p->nframes - 1 == p->group)
			return false;
		group_comma(p);
		return true;
	case ':':
		if (p->frames[p->group].kind == FRAME_TOP)
			return false;
		group_colon(p);
		return true;
	case ';':
		return false;
	default:
		if (p->frames[p->group].kind == FRAME_TOP)
			return false;
		break;
	}
	parser_next(p);
	return true;
}

/* True when it went forward; false ends the expression. */
static bool
operand(struct parser *p)
{
	switch (p->t.kind) {
	case LEX_NAME:
		if (word_operand(p))
			return true;
		if (p->frames[p->group].kind == FRAME_TOP)
			return false;
		parser_next(p);
		return true;
	case LEX_NUMBER:
		return take_leaf(p, NODE_NUMBER);
	case LEX_STRING:
		return take_leaf(p, NODE_STRING);
	case LEX_FORMAT:
		return open_format(p, 0);
	case LEX_OP:
		return op_operand(p);
	case LEX_PIECE: {
		uint32_t n = leaf(p, NODE_PIECE);

		list_add(p, &p->frames[p->group].items, n);
		parser_next(p);
		return true;
	}
	case LEX_FIELD:
		if (frame_push(p, FRAME_FIELD, p->t.start))
			p->fields++;
		parser_next(p);
		return true;
	case LEX_CONVERT:
	case LEX_SPEC:
	case LEX_FIELD_END:
	case LEX_FORMAT_END:
		group_end(p, p->t.kind == LEX_FORMAT_END ? FRAME_FORMAT :
		    FRAME_FIELD);
		return p->frames[p->group].kind != FRAME_TOP || p->have;
	case LEX_OTHER:
		parser_next(p);
		return true;
	default:
		return false;
	}
}

/* ---- between operands --------------------------------------------------- */

/* Two operands side by side: in brackets, as if a comma stood there. */
static bool
side_by_side(struct parser *p)
{
	if (p->frames[p->group].kind == FRAME_TOP)
		return false;
	group_item(p);
	return true;
}

static bool
is_string(struct parser *p)
{
	uint8_t kind = node_of(p, p->value)->kind;

	return !p->grouped && (kind == NODE_STRING || kind == NODE_STRINGS ||
	    kind == NODE_FORMAT);
}

/* "a" "b": the list of STRINGS grows; its node moves behind them. */
static void
join_strings(struct parser *p, uint32_t left, uint32_t more, uint32_t at)
{
	struct list l = { 0 };
	uint32_t n;

	if (node_of(p, left)->kind == NODE_STRINGS) {
		l.head = node_of(p, left)->kid;
		l.tail = node_of(p, left)->name;
		node_of(p, left)->kind = NODE_NONE;
	} else {
		list_add(p, &l, left);
	}
	list_add(p, &l, more);
	n = node_new(p, NODE_STRINGS, at);
	node_of(p, n)->kid = n != 0 ? l.head : 0;
	node_of(p, n)->name = n != 0 ? l.tail : 0;
	operand_set(p, n, at);
}

static bool
string_again(struct parser *p)
{
	uint32_t left = p->value, at = p->value_at, more;

	if (p->t.kind == LEX_FORMAT)
		return open_format(p, left);
	more = leaf(p, NODE_STRING);
	parser_next(p);
	join_strings(p, left, more, at);
	return true;
}

void
format_done(struct parser *p, const struct frame *f, uint32_t node)
{
	if (f->left != 0 && node != 0)
		join_strings(p, f->left, node, node_of(p, f->left)->at);
	else
		operand_set(p, node, f->at);
}

static bool
attribute(struct parser *p)
{
	uint32_t at = p->value_at, n, object = p->value;

	parser_next(p);
	if (p->t.kind != LEX_NAME)
		return true;
	n = node_new(p, NODE_ATTR, at);
	if (n == 0)
		return false;
	node_of(p, n)->name = p->word;
	node_of(p, n)->kid = object;
	node_of(p, n)->end = p->t.end;
	parser_next(p);
	operand_set(p, n, at);
	return true;
}

static bool
open_after(struct parser *p, enum frame_kind kind)
{
	uint32_t object = p->value, at = p->value_at;

	if (frame_push(p, kind, at)) {
		p->frames[p->nframes - 1].items =
		    (struct list){ object, object };
		p->have = false;
	}
	parser_next(p);
	return true;
}

static bool
ternary_if(struct parser *p)
{
	if (p->frames[p->group].kind == FRAME_COMP) {
		group_filter(p);
		return true;
	}
	if (p->frames[p->group].stage & STAGE_NO_IN && p->pattern)
		return false;	/* a case's guard */
	reduce(p, PREC_TERNARY + 1);
	wait_for_right(p, FRAME_THEN, PREC_ALL);
	parser_next(p);
	return true;
}

static bool
ternary_else(struct parser *p)
{
	uint32_t i = p->nframes - 1;
	struct frame *f;

	while (i > p->group && p->frames[i].kind != FRAME_THEN)
		i--;
	if (i == p->group)
		return side_by_side(p) && (parser_next(p), true);
	reduce(p, PREC_LOOSE);
	f = &p->frames[p->nframes - 1];
	if (f->kind != FRAME_THEN)
		return false;
	f->kind = FRAME_ELSE;
	f->prec = PREC_TERNARY;
	f->count = p->have ? p->value : 0;
	p->have = false;
	parser_next(p);
	return true;
}

static bool
word_operator(struct parser *p)
{
	uint32_t word = p->word;
	bool not = false;

	switch (word) {
	case KW_AND:
	case KW_OR:
		binary(p, word == KW_AND ? PREC_AND : PREC_OR, 0, word);
		parser_next(p);
		return true;
	case KW_NOT:
	case KW_IS:
	case KW_IN:
		if (word == KW_IN && p->frames[p->group].kind == FRAME_COMP &&
		    p->frames[p->group].stage & STAGE_TARGET) {
			group_in(p);
			return true;
		}
		if (word == KW_IN && p->frames[p->group].stage & STAGE_NO_IN)
			return false;
		parser_next(p);
		if (p->t.kind == LEX_NAME && ((word == KW_NOT &&
		    p->word == KW_IN) || (word == KW_IS &&
		    p->word == KW_NOT))) {
			word = word == KW_NOT ? KW_IN : KW_IS;
			not = true;
			parser_next(p);
		}
		binary(p, PREC_COMPARE, 0, word);
		p->frames[p->nframes - 1].stage |= not;
		return true;
	case KW_IF:
		return ternary_if(p);
	case KW_ELSE:
		return ternary_else(p);
	case KW_FOR:
		if (p->frames[p->group].kind == FRAME_TOP)
			return false;
		group_for(p);
		return true;
	case KW_ASYNC:
		if (p->frames[p->group].kind == FRAME_TOP)
			return false;
		parser_next(p);
		return true;
	case KW_AS:
		if (p->frames[p->group].kind == FRAME_TOP && !p->pattern)
			return false;
		binary(p, PREC_LOOSE, 0, KW_AS);
		parser_next(p);
		return true;
	default:
		return side_by_side(p);
	}
}

static unsigned int
prec_of(uint8_t op)
{
	switch (op) {
	case '|':
		return PREC_BITOR;
	case '^':
		return PREC_XOR;
	case '&':
		return PREC_BITAND;
	case OP_LEFT: case OP_RIGHT:
		return PREC_SHIFT;
	case '+': case '-':
		return PREC_SUM;
	case '*': case '/': case '%': case '@': case OP_FLOOR:
		return PREC_PRODUCT;
	case OP_POWER:
		return PREC_POWER;
	case '<': case '>': case OP_LE: case OP_GE: case OP_EQ: case OP_NE:
		return PREC_COMPARE;
	case OP_WALRUS:
		return PREC_LOOSE;
	default:
		return PREC_ALL;
	}
}

static bool
op_operator(struct parser *p)
{
	unsigned int prec = prec_of(p->t.op);

	if (prec != PREC_ALL) {
		binary(p, prec, p->t.op, 0);
		parser_next(p);
		return true;
	}
	switch (p->t.op) {
	case '.':
		return attribute(p);
	case '(':
		return open_after(p, FRAME_CALL);
	case '[':
		return open_after(p, FRAME_INDEX);
	case ',':
		if (p->frames[p->group].stage & STAGE_SINGLE)
			return false;
		group_comma(p);
		return true;
	case '`':
		if (p->frames[p->group].kind == FRAME_REPR) {
			group_end(p, FRAME_REPR);
			return true;
		}
		return side_by_side(p);
	default:
		break;
	}
	if (p->frames[p->group].kind == FRAME_TOP)
		return false;
	switch (p->t.op) {
	case ')': case ']': case '}':
		group_bracket(p);
		return true;
	case ':':
		group_colon(p);
		return true;
	case '=':
		group_equals(p);
		return true;
	default:
		group_item(p);
		parser_next(p);
		return true;
	}
}

static bool
operator(struct parser *p)
{
	switch (p->t.kind) {
	case LEX_NAME:
		return word_operator(p);
	case LEX_OP:
		return op_operator(p);
	case LEX_STRING:
	case LEX_FORMAT:
		return is_string(p) ? string_again(p) : side_by_side(p);
	case LEX_NUMBER:
	case LEX_PIECE:
	case LEX_FIELD:
		return side_by_side(p);
	case LEX_CONVERT:
	case LEX_SPEC:
	case LEX_FIELD_END:
		group_end(p, FRAME_FIELD);
		return p->frames[p->group].kind != FRAME_TOP;
	case LEX_FORMAT_END:
		group_end(p, FRAME_FORMAT);
		return true;
	case LEX_OTHER:
		if (p->frames[p->group].kind == FRAME_TOP)
			return false;
		group_item(p);
		parser_next(p);
		return true;
	default:
		return false;
	}
}

uint32_t
expression(struct parser *p, unsigned int stage)
{
	uint32_t base = p->nframes, outer = p->group, scope = p->scope;

	p->have = false;
	if (!frame_push(p, FRAME_TOP, p->t.start))
		return 0;
	p->frames[base].stage = (uint16_t)stage;
	while (p->have ? operator(p) : operand(p))
		continue;
	while (p->nframes - 1 > base) {
		if (p->group > base)
			group_close(p);
		else
			reduce(p, PREC_ALL);
	}
	group_close(p);
	p->nframes = base;
	p->group = outer;
	p->scope = scope;
	p->have = false;
	return p->value;
}

uint32_t
parameters(struct parser *p, enum frame_kind kind, unsigned int stage)
{
	uint32_t base = p->nframes, outer = p->group;

	p->have = false;
	if (!frame_push(p, FRAME_TOP, p->t.start))
		return 0;
	if (frame_push(p, kind, p->t.start))
		p->frames[p->nframes - 1].stage = (uint16_t)stage;
	parser_next(p);
	while (p->nframes - 1 > base && (p->have ? operator(p) : operand(p)))
		continue;
	while (p->nframes - 1 > base) {
		if (p->group > base)
			group_close(p);
		else
			reduce(p, PREC_ALL);
	}
	p->nframes = base;
	p->group = outer;
	p->have = false;
	return p->value;
}

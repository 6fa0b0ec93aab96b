/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tree_group - brackets, argument lists, comprehensions, format strings: what
 * holds items.
 * Runs in: worker child, command.
 */
#include "python/tree_state.h"

static struct frame *
group_of(struct parser *p)
{
	return &p->frames[p->group];
}

static uint32_t
node_with(struct parser *p, enum node_kind kind, uint32_t at,
    const struct list *kids)
{
	uint32_t n = node_new(p, kind, at);

	if (n == 0)
		return 0;
	node_of(p, n)->kid = kids->head;
	if (p->t.kind == LEX_OP && (p->t.op == ')' || p->t.op == ']' ||
	    p->t.op == '}'))
		node_of(p, n)->end = p->t.end;
	return n;
}

static void
add(struct parser *p, uint32_t node)
{
	struct frame *f = group_of(p);

	if (node == 0)
		return;
	list_add(p, &f->items, node);
	f->count++;
}

static uint32_t
none(struct parser *p)
{
	return node_new(p, NODE_NONE, p->t.start);
}

/* ---- items by the kind of their group ----------------------------------- */

static void
keyword_item(struct parser *p)
{
	struct frame *f = group_of(p);
	struct list l = { p->value, p->value };
	uint32_t n;

	if (!p->have)
		l = (struct list){ 0 };
	n = node_with(p, NODE_KEYWORD, f->left, &l);
	if (n != 0)
		node_of(p, n)->name = f->word;
	f->stage &= (uint16_t)~STAGE_KEYWORD;
	add(p, n);
}

static void
slice_item(struct parser *p)
{
	struct frame *f = group_of(p);

	list_add(p, &f->parts, p->have ? p->value : none(p));
	add(p, node_with(p, NODE_SLICE, f->at, &f->parts));
	f->parts = (struct list){ 0 };
	f->stage &= (uint16_t)~STAGE_SLICE;
}

static void
dict_item(struct parser *p)
{
	struct frame *f = group_of(p);
	bool spread = p->have && node_of(p, p->value)->kind == NODE_DSTAR;

	if (f->left == 0 && !p->have)
		return;
	if (spread && f->count == 0)
		f->stage |= STAGE_DICT;
	if (f->stage & STAGE_DICT) {
		add(p, f->left != 0 ? f->left : none(p));
		add(p, p->have ? p->value : none(p));
	} else {
		add(p, p->value);
	}
	f->left = 0;
}

/* The name of a parameter or keyword: as an expression it would be looked up
 * where the brackets stand. */
static void
forget_name(struct parser *p, uint32_t node)
{
	struct node *n = node_of(p, node);

	n->kind = NODE_NONE;
	n->kid = 0;
}

/* name, *name, **name, name: annotation, name=default; or what is none. */
static void
parameter_item(struct parser *p)
{
	struct frame *f = group_of(p);
	bool late = (f->stage & (STAGE_ANNOTATION | STAGE_DEFAULT)) != 0;
	uint32_t name = late ? f->left : p->have ? p->value : 0, n;
	uint32_t whole = name;
	uint8_t kind = node_of(p, name)->kind, op = 0;

	if (name == 0)
		return;
	if (kind == NODE_STAR || kind == NODE_DSTAR) {
		op = kind == NODE_STAR ? '*' : OP_POWER;
		name = node_of(p, name)->kid;
	}
	if (late && p->have)
		list_add(p, &f->parts, p->value);
	if (node_of(p, name)->kind != NODE_NAME) {
		add(p, whole);
	} else {
		n = node_with(p, NODE_PARAM, node_of(p, name)->at, &f->parts);
		if (n != 0) {
			node_of(p, n)->name = node_of(p, name)->name;
			node_of(p, n)->op = op;
			node_of(p, n)->flags =
			    (f->stage & STAGE_ANNOTATION ? 1 : 0) |
			    (f->stage & STAGE_DEFAULT && p->have ? 2 : 0);
		}
		forget_name(p, name);
		forget_name(p, whole);
		add(p, n);
	}
	f->left = 0;
	f->parts = (struct list){ 0 };
	f->stage &= (uint16_t)~(STAGE_ANNOTATION | STAGE_DEFAULT);
}

/* A piece of a target; the iterable, which binds the target; a condition. */
static void
clause_item(struct parser *p)
{
	struct frame *f = group_of(p);

	if (!p->have)
		return;
	list_add(p, &f->parts, p->value);
	if (f->stage & (STAGE_TARGET | STAGE_STARTED))
		return;
	f->stage |= STAGE_STARTED;
	bind_target(p, f->parts.head, BINDING_ITEM, p->value);
}

/* What was read up to here is an item of its group. */
void
group_item(struct parser *p)
{
	struct frame *f = group_of(p);

	reduce(p, PREC_ALL);
	if (f->kind == FRAME_PARAMS)
		parameter_item(p);
	else if (f->kind == FRAME_COMP)
		clause_item(p);
	else if (f->kind == FRAME_BRACE)
		dict_item(p);
	else if (f->stage & STAGE_SLICE)
		slice_item(p);
	else if (f->stage & STAGE_KEYWORD)
		keyword_item(p);
	else if (p->have)
		add(p, p->value);
	f->first = p->tree->nnodes;
	p->have = false;
}

/* ---- comprehensions ----------------------------------------------------- */

static void
end_clause(struct parser *p)
{
	struct frame *f = group_of(p);

	group_item(p);
	if (f->parts.head != 0)
		list_add(p, &f->items, node_with(p, NODE_CLAUSE,
		    node_of(p, f->parts.head)->at, &f->parts));
	f->parts = (struct list){ 0 };
	f->stage &= (uint16_t)~(STAGE_STARTED | STAGE_COMMA | STAGE_TARGET);
}

void
group_for(struct parser *p)
{
	struct frame *f = group_of(p), *comp;
	struct list element = { 0 };
	uint32_t at, outer = p->group, first = f->first;
	bool dict = f->stage & STAGE_DICT && f->left != 0;

	if (f->kind == FRAME_COMP) {
		end_clause(p);
		f->stage |= STAGE_TARGET;
		parser_next(p);
		return;
	}
	reduce(p, PREC_ALL);
	at = p->value_at;
	if (dict) {
		at = node_of(p, f->left)->at;
		list_add(p, &element, f->left);
	}
	list_add(p, &element, p->have ? p->value : 0);
	if (frame_push(p, FRAME_COMP, at)) {
		comp = group_of(p);
		comp->op = dict;
		comp->items = element;
		comp->first = comp->word = first;
		comp->left = p->tree->nnodes;
		comp->count = p->tree->nbindings;
		comp->stage = STAGE_TARGET;
		p->frames[outer].left = 0;
	}
	p->have = false;
	parser_next(p);
}

void
group_in(struct parser *p)
{
	struct frame *f = group_of(p);

	group_item(p);
	if (f->stage & STAGE_COMMA) {
		uint32_t n = node_with(p, NODE_TUPLE, f->at, &f->parts);

		f->parts = (struct list){ n, n };
	}
	f->stage &= (uint16_t)~(STAGE_TARGET | STAGE_COMMA);
	parser_next(p);
}

void
group_filter(struct parser *p)
{
	if (!(group_of(p)->stage & STAGE_TARGET))
		group_item(p);
	p->have = false;
	parser_next(p);
}

static uint32_t
close_comp(struct parser *p, const struct frame *f)
{
	uint32_t n = node_with(p, f->op ? NODE_DICTCOMP : NODE_GENEXP, f->at,
	    &f->items);

	node_of(p, n)->flags = n != 0;	/* not in brackets of its own yet */
	retag(p, f->word, f->left, f->count);
	unbind(p, f->count);
	return n;
}

/* ---- separators --------------------------------------------------------- */

void
group_comma(struct parser *p)
{
	if (group_of(p)->kind == FRAME_COMP &&
	    !(group_of(p)->stage & STAGE_TARGET))
		group_close(p);
	group_item(p);
	group_of(p)->stage |= STAGE_COMMA;
	parser_next(p);
}

void
group_colon(struct parser *p)
{
	struct frame *f;

	while (group_of(p)->kind == FRAME_COMP)
		group_close(p);
	f = group_of(p);
	if (f->kind == FRAME_PARAMS && !(f->stage & STAGE_DEF)) {
		lambda_body(p);
		return;
	}
	reduce(p, PREC_ALL);
	if (f->kind == FRAME_INDEX) {
		list_add(p, &f->parts, p->have ? p->value : none(p));
		f->stage |= STAGE_SLICE;
	} else if (f->kind == FRAME_BRACE && f->left == 0) {
		f->left = p->have ? p->value : 0;
		f->stage |= STAGE_DICT;
	} else if (f->kind == FRAME_PARAMS && p->have &&
	    !(f->stage & (STAGE_ANNOTATION | STAGE_DEFAULT))) {
		f->left = p->value;
		f->stage |= STAGE_ANNOTATION;
	} else {
		group_item(p);
	}
	p->have = false;
	parser_next(p);
}

void
group_equals(struct parser *p)
{
	struct frame *f = group_of(p);

	reduce(p, PREC_ALL);
	if (f->kind == FRAME_FIELD && p->have) {
		parser_next(p);
		return;
	}
	if (f->kind == FRAME_CALL && p->have &&
	    node_of(p, p->value)->kind == NODE_NAME) {
		f->word = node_of(p, p->value)->name;
		f->left = node_of(p, p->value)->at;
		f->stage |= STAGE_KEYWORD;
		forget_name(p, p->value);
	} else if (f->kind == FRAME_PARAMS && p->have &&
	    !(f->stage & STAGE_DEFAULT)) {
		if (f->stage & STAGE_ANNOTATION)
			list_add(p, &f->parts, p->value);
		else
			f->left = p->value;
		f->stage |= STAGE_DEFAULT;
	} else {
		group_item(p);
	}
	p->have = false;
	parser_next(p);
}

/* ---- ends --------------------------------------------------------------- */

void
lambda_body(struct parser *p)
{
	struct frame f;
	uint32_t params;

	group_item(p);
	f = *group_of(p);
	params = node_with(p, NODE_PARAMS, f.at, &f.items);
	p->nframes = p->group;
	p->group = f.outer;
	parser_next(p);
	if (!frame_push(p, FRAME_LAMBDA, f.at))
		return;
	p->frames[p->nframes - 1].prec = PREC_LAMBDA;
	p->frames[p->nframes - 1].left = params;
	p->frames[p->nframes - 1].count = f.word;
	bind_parameters(p, params, f.word);
	p->scope = f.word;
}

/* "yield a, b" gives both, though the comma comes when its first is read; what
 * stood for that stays behind, and is nothing. */
static uint32_t
close_tuple(struct parser *p, const struct frame *f)
{
	uint32_t first = f->items.head, value = node_of(p, first)->kid, n;
	struct list items = f->items;

	if (node_of(p, first)->kind != NODE_YIELD || value == 0)
		return node_with(p, NODE_TUPLE, f->at, &f->items);
	node_of(p, value)->next = node_of(p, first)->next;
	node_of(p, first)->kind = NODE_CONST;
	node_of(p, first)->kid = node_of(p, first)->next = 0;
	items.head = value;
	n = node_with(p, NODE_TUPLE, node_of(p, value)->at, &items);
	items = (struct list){ n, n };
	n = node_with(p, NODE_YIELD, f->at, &items);
	if (n != 0)
		node_of(p, n)->name = node_of(p, first)->name;
	return n;
}

static uint32_t
close_brackets(struct parser *p, const struct frame *f)
{
	bool lone = f->count == 1 && !(f->stage & STAGE_COMMA);
	uint32_t first = f->items.head;
	bool fresh = lone && node_of(p, first)->kind == NODE_GENEXP &&
	    node_of(p, first)->flags == 1;

	switch (f->kind) {
	case FRAME_TOP:
	case FRAME_GROUP:
		if (lone) {
			if (fresh)
				node_of(p, first)->flags = 0;
			return first;
		}
		return f->count == 0 && f->kind == FRAME_TOP ? 0 :
		    close_tuple(p, f);
	case FRAME_LIST:
	case FRAME_BRACE:
		if (fresh) {
			node_of(p, first)->kind = f->kind == FRAME_LIST ?
			    NODE_LISTCOMP : NODE_SETCOMP;
			node_of(p, first)->flags = 0;
			node_of(p, first)->at = f->at;
			return first;
		}
		if (f->kind == FRAME_LIST)
			return node_with(p, NODE_LIST, f->at, &f->items);
		if (f->count == 2 &&
		    node_of(p, node_of(p, first)->next)->kind ==
		    NODE_DICTCOMP)
			return node_of(p, first)->next;
		return node_with(p, f->stage & STAGE_DICT || f->count == 0 ?
		    NODE_DICT : NODE_SET, f->at, &f->items);
	case FRAME_INDEX:
		return node_with(p, NODE_INDEX, f->at, &f->items);
	case FRAME_REPR:
		return node_with(p, NODE_REPR, f->at, &f->items);
	default:
		return node_with(p, NODE_PARAMS, f->at, &f->items);
	}
}

static uint32_t
close_call(struct parser *p, const struct frame *f)
{
	uint32_t n = node_with(p, p->pattern ? NODE_PATTERN : NODE_CALL, f->at,
	    &f->items);

	if (n != 0)
		node_of(p, n)->name = p->scope;
	return n;
}

/* A field belongs to its string, a spec to its field. */
static void
close_part(struct parser *p, const struct frame *f)
{
	uint32_t n = node_with(p, f->kind == FRAME_FIELD ? NODE_FIELD :
	    NODE_FORMAT, f->at, &f->items);

	if (n != 0)
		node_of(p, n)->op = f->op;
	add(p, n);
	p->have = false;
}

/* Ends the innermost group, whatever ended it. */
void
group_close(struct parser *p)
{
	struct frame f;
	uint32_t n;

	if (group_of(p)->kind == FRAME_COMP)
		end_clause(p);
	else
		group_item(p);
	f = *group_of(p);
	p->nframes = p->group;
	p->group = f.outer;
	switch (f.kind) {
	case FRAME_TOP:
		p->value = close_brackets(p, &f);
		return;
	case FRAME_FIELD:
		p->fields--;
		close_part(p, &f);
		return;
	case FRAME_SPEC:
		close_part(p, &f);
		return;
	case FRAME_FORMAT:
		p->formats--;
		n = node_with(p, NODE_FORMAT, f.at, &f.items);
		if (n != 0) {
			node_of(p, n)->op = f.op;
			node_of(p, n)->end = p->t.kind == LEX_FORMAT_END ?
			    p->t.end : p->before;
		}
		format_done(p, &f, n);
		return;
	case FRAME_COMP:
		operand_set(p, close_comp(p, &f), f.at);
		return;
	case FRAME_CALL:
		operand_set(p, close_call(p, &f), f.at);
		return;
	default:
		operand_set(p, close_brackets(p, &f), f.at);
		p->grouped = f.kind == FRAME_GROUP;
		return;
	}
}

void
group_bracket(struct parser *p)
{
	while (group_of(p)->kind == FRAME_COMP ||
	    group_of(p)->kind == FRAME_PARAMS ||
	    group_of(p)->kind == FRAME_REPR) {
		bool def = (group_of(p)->stage & STAGE_DEF) != 0;

		group_close(p);
		if (def) {
			parser_next(p);
			return;
		}
	}
	if (group_of(p)->kind != FRAME_TOP && group_of(p)->kind != FRAME_FIELD)
		group_close(p);
	parser_next(p);
}

static void
close_to(struct parser *p, enum frame_kind kind)
{
	while (group_of(p)->kind != kind && group_of(p)->kind != FRAME_TOP)
		group_close(p);
}

static void
end_field(struct parser *p)
{
	struct lex_token t = p->t;

	close_to(p, FRAME_FIELD);
	if (group_of(p)->kind == FRAME_FIELD && t.kind == LEX_FIELD_END) {
		group_close(p);
	} else if (group_of(p)->kind == FRAME_FIELD) {
		group_item(p);
		if (t.kind == LEX_CONVERT && t.end > t.start + 1)
			group_of(p)->op = p->lex.text[t.start + 1];
		if (t.kind == LEX_SPEC)
			(void)frame_push(p, FRAME_SPEC, t.start);
	}
	parser_next(p);
}

/* A token that ends a part of a format string, or a backquote. */
void
group_end(struct parser *p, enum frame_kind kind)
{
	if (kind == FRAME_FIELD) {
		if (p->fields != 0)
			end_field(p);
		else
			parser_next(p);
		return;
	}
	if (kind == FRAME_REPR || p->formats != 0) {
		close_to(p, kind);
		if (group_of(p)->kind == kind)
			group_close(p);
	}
	parser_next(p);
}

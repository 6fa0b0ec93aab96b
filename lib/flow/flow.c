/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flow - what a Python file calls, with what, and when that runs.
 *
 * Takes: a source as lib/python reads it.  Gives: calls of interest, the
 * file's shape.
 * Runs in: worker child, command.
 *
 * Nodes are walked in the order of their numbers, which is that of the text
 * with operands before operators.  Passes go on until no mark reaches a name
 * after its use; what was called in the last one is told.
 */
#include "flow/flow.h"

#include <string.h>

#include "base/str.h"
#include "flow/after.h"
#include "flow/calls.h"
#include "flow/functions.h"
#include "flow/names.h"
#include "flow/neighbours.h"
#include "flow/own.h"
#include "flow/scopes.h"
#include "flow/secrets.h"
#include "flow/senders.h"
#include "flow/state.h"
#include "flow/users.h"
#include "flow/values.h"

#define CALLED_PASSES 2
#define OUTRUN_PASSES 6		/* functions that call what stands below them */
#define LEARN_PASSES 1		/* the look that follows settles the rest, but
				   for what others are told of functions */

/* ---- statements --------------------------------------------------------- */

/* __add__ = exec: every + is a call; so is what a lambda there calls. */
static void
on_operator(struct flow *f, uint32_t node, uint32_t target, uint32_t value)
{
	const struct fact *fact = flow_fact(f, f->vals[value].name);
	struct flow_told *t;

	if (f->scopes[f->scope].kind != SCOPE_CLASS ||
	    flow_at(f, target)->kind != NODE_NAME ||
	    !(flow_traits(f, flow_at(f, target)->name) & NAME_OPERATOR))
		return;
	for (size_t i = f->ntold; i > 0 && f->told[i - 1].node > target; i--)
		f->told[i - 1].call.in_operator = true;
	t = fact != NULL ? flow_tell(f, node, f->scope, fact,
	    f->vals[value].name) : NULL;
	if (t != NULL)
		t->call.in_operator = true;
}

/* a = b = c */
static void
on_assign(struct flow *f, uint32_t node)
{
	uint32_t first = flow_at(f, node)->kid, last = first;

	while (flow_at(f, last)->next != 0)
		last = flow_at(f, last)->next;
	on_operator(f, node, first, last);
	for (uint32_t k = first; k != last; k = flow_at(f, k)->next)
		flow_assign(f, k, last, f->vals[last]);
}

static void
on_annotate(struct flow *f, uint32_t node)
{
	uint32_t target = flow_at(f, node)->kid;
	uint32_t value = flow_at(f, flow_at(f, target)->next)->next;

	if (value != 0)
		flow_assign(f, target, value, f->vals[value]);
	if (f->scopes[f->scope].kind == SCOPE_CLASS &&
	    flow_at(f, target)->kind == NODE_NAME)
		flow_note_field(f, f->row_of[tree_binding(f->tree, f->scope,
		    flow_at(f, target)->name)], flow_parameter_marks(f,
		    f->scope, flow_at(f, target)->name) & (MARK_PASSWORD |
		    MARK_KEY));
}

/* x += y: x has what y had. */
static void
on_augment(struct flow *f, uint32_t node)
{
	uint32_t target = flow_at(f, node)->kid;
	const struct node *n = flow_at(f, target);
	struct taint v = f->vals[n->next];
	uint32_t b = n->kind == NODE_NAME ? tree_lookup(f->tree, target) :
	    n->kind == NODE_ATTR ? tree_attribute(f->tree, n->name) : 0;

	if (b != 0 && (f->rows[f->row_of[b]].held & HELD_OBJECT))
		flow_operate_changing(f, node);
	if (flow_at(f, node)->op == '^')
		taint_mark(&v, MARK_BUILT);
	if (flow_at(f, node)->op == '+' && v.marks != 0 &&
	    flow_is_tool_words(f, target, true))
		taint_drop(&v, MARKS_WORDS);
	/* x[i] ^= key */
	if (n->kind == NODE_INDEX && flow_at(f, n->kid)->kind == NODE_NAME) {
		b = tree_lookup(f->tree, n->kid);
		v = (struct taint){ .marks = v.marks & MARK_BUILT,
		    .own = v.marks & MARK_BUILT };
	}
	flow_look_path(f, target, n->next, &v);
	flow_keep(f, b != 0 ? f->row_of[b] : 0, &v);
	if (b != 0)
		flow_mark_row(f, f->row_of[b], &v, MARKS_ALL);
}

static void
on_for(struct flow *f, uint32_t node)
{
	uint32_t target = flow_at(f, node)->kid;
	struct taint v = f->vals[flow_at(f, target)->next];

	if (flow_is_object(&v))
		flow_iterate(f, node, &f->vals[flow_at(f, target)->next], &v);
	taint_mark(&v, flow_members(f, &v));
	v.name = v.code = v.text = 0;
	flow_hunt_loop(f, node, &v);
	flow_take_lines(&v);
	flow_assign(f, target, 0, v);
}

/* __reduce__ returns what a pickle calls when it is loaded. */
static void
tell_reduced(struct flow *f, uint32_t value)
{
	uint32_t first = flow_at(f, value)->kid;
	const struct fact *fact;
	struct flow_told *t;

	if (!(flow_traits(f, f->scopes[f->scope].name) & NAME_REDUCE) ||
	    flow_at(f, value)->kind != NODE_TUPLE || first == 0)
		return;
	fact = flow_fact(f, f->vals[first].name);
	t = fact != NULL ? flow_tell(f, value, f->scope, fact,
	    f->vals[first].name) : NULL;
	if (t == NULL)
		return;
	t->call.arguments = f->vals[value].marks;
	t->call.bare = false;
	t->call.in_operator = t->call.at_load = true;
}

/* What a loader gives is executed by who imports. */
static void
tell_loaded(struct flow *f, uint32_t node, uint32_t value)
{
	static const struct fact loads = { "loader", DEED_EXEC, 0 };
	struct frame fr = { .node = node, .scope = f->scope };

	if (!(f->vals[value].marks & (MARK_NETWORK | MARK_DECODED |
	    MARK_BUILT)) || !flow_gives_code(f, f->scope))
		return;
	flow_add_argument(f, &fr, value);
	flow_tell_frame(f, &fr, &loads, flow_word(f, loads.name));
}

/* def get(): return read(), where read stands further down: the walk
 * is late. */
void
flow_grow_result(struct flow *f, const struct taint *v)
{
	const struct taint *result = &f->scopes[f->scope].result;
	uint64_t own = v->own & ~result->own;
	uint64_t held = v->held_own & ~result->held_own;
	uint32_t params = v->params & ~result->params;

	f->changed = f->changed || own != 0 || held != 0 || params != 0;
	f->outrun = f->outrun || (f->heard[f->scope] &&
	    ((own & MARKS_OUTRUN) || (params != 0 && flow_is_small(f)) ||
	    (held & (HELD_ACTS | HELD_ENDS))));
}

/* return Disk(), and elsewhere return Remote(): nobody knows which. */
static bool
is_another(const struct flow *f, const struct taint *before,
    const struct taint *v)
{
	return flow_names_tell(f) &&
	    (before->held & v->held & (HELD_OBJECT | HELD_CLASS)) &&
	    (before->name != v->name || before->code != v->code);
}

/* return Builder(), and elsewhere return Bucket(). */
static void
note_several(struct flow *f, uint32_t value, const struct taint *v)
{
	struct flow_scope *s = &f->scopes[f->scope];

	if (flow_at(f, value)->kind == NODE_CONST)
		return;
	s->several = s->several || (s->returns && s->result.name != v->name);
	s->returns = true;
}

static void
on_return(struct flow *f, uint32_t node)
{
	uint32_t value = flow_at(f, node)->kid;
	struct taint *result = &f->scopes[f->scope].result;
	struct taint v = f->vals[value];

	if (value != 0)
		tell_reduced(f, value);
	if (value != 0)
		tell_loaded(f, node, value);
	if (f->scopes[f->scope].kind != SCOPE_FUNCTION)
		return;
	flow_grow_result(f, &v);
	flow_note_below(f, value);
	note_several(f, value, &v);
	if (is_another(f, result, &v))
		v.name = v.code = 0;
	taint_add(&v, result, MARKS_ALL);
	*result = v;
}

/* @server.tool(): an assistant reads what its docstring says. */
static bool
is_tool(const struct flow *f, uint32_t name)
{
	char text[FLOW_NAME_MOST + 1];

	(void)flow_string(f, name, text);
	return str_ends(text, ".tool") || str_ends(text, ".tool()") ||
	    str_ends(text, ".prompt()") || str_ends(text, ".resource()");
}

static void
look_tool(struct flow *f, uint32_t decorator)
{
	static const struct fact tool = { "tool", DEED_TOOL, 0 };
	uint32_t doc = decorator, block = 0;
	struct value v;

	/* The next block is that of the function. */
	while (block == 0 && ++doc < f->tree->nnodes)
		block = flow_at(f, doc)->kind == NODE_BLOCK ? doc : 0;
	doc = block != 0 ? flow_at(f, block)->kid : 0;
	if (doc == 0 || flow_at(f, doc)->kind != NODE_STRING)
		return;
	v = fold_node(f->fold, doc);
	if (v.kind == VALUE_STR && (fact_of_text(NULL, (const char *)v.bytes,
	    v.len) & MARK_ORDERS))
		(void)flow_tell(f, doc, f->scope, &tool,
		    flow_at(f, decorator)->name);
}

/* @name: a call without a call. */
static void
on_decorator(struct flow *f, uint32_t node)
{
	uint32_t value = flow_at(f, node)->kid;
	uint32_t name = f->vals[value].name;
	const struct fact *fact = flow_fact(f, name);
	struct flow_told *t;

	if (is_tool(f, name))
		look_tool(f, node);
	if (fact == NULL || fact->deed != DEED_EXEC)
		return;
	t = flow_tell(f, value, f->scope, fact, name);
	if (t != NULL)
		t->call.receiver = MARK_HIDDEN | MARK_PASSED;
}

/* ---- the walk ----------------------------------------------------------- */

#define BLOCKS_DEEP PYTHON_BLOCKS_MAX

struct walk {
	struct { uint32_t scope, end; } blocks[BLOCKS_DEEP + 1];
	uint32_t	 nblocks;
	uint32_t	 waits, at;	/* a statement, and its last operand */
	uint32_t	 main_block;	/* of if __name__ == "__main__" */
	uint32_t	 docstring;
};

/* if __name__ == "__main__": runs when the file is the program. */
static bool
is_main_guard(const struct flow *f, uint32_t test)
{
	const struct node *left, *right;

	if (flow_at(f, test)->kind != NODE_COMPARE)
		return false;
	left = flow_at(f, flow_at(f, test)->kid);
	right = flow_at(f, left->next);
	return (left->kind == NODE_NAME && flow_word_is(f, left->name,
	    "__name__")) || (right->kind == NODE_NAME && flow_word_is(f,
	    right->name, "__name__"));
}

static void
enter(struct flow *f, struct walk *w, uint32_t node)
{
	const struct node *n = flow_at(f, node);
	uint32_t scope = n->name;

	f->bases_to = 0;
	w->docstring = n->kid != 0 && (flow_at(f, n->kid)->kind ==
	    NODE_STRING || flow_at(f, n->kid)->kind == NODE_STRINGS) ?
	    n->kid : 0;
	if (w->nblocks == BLOCKS_DEEP)
		return;
	if (node == w->main_block)
		scope = f->main;
	else if (scope == 0 && f->scope == f->main)
		scope = f->main;
	w->blocks[w->nblocks].scope = f->scope;
	w->blocks[w->nblocks++].end = n->end;
	if (scope == f->scope)
		return;
	f->scope = scope;
	f->scopes[scope].from = n->at;
	f->scopes[scope].to = n->end;
	if (scope != f->main)
		flow_enter(f, scope);
}

static void
leave(struct flow *f, struct walk *w, uint32_t at)
{
	while (w->nblocks != 0 && w->blocks[w->nblocks - 1].end <= at)
		f->scope = w->blocks[--w->nblocks].scope;
}

/* A statement that stands before its operands waits for the last of them. */
static void
wait_for(struct walk *w, uint32_t statement, uint32_t operand)
{
	if (operand == 0)
		return;
	w->waits = statement;
	w->at = operand;
}

static void
operands_seen(struct flow *f, struct walk *w)
{
	switch (flow_at(f, w->waits)->kind) {
	case NODE_FOR:
		on_for(f, w->waits);
		break;
	case NODE_RETURN:
		on_return(f, w->waits);
		break;
	case NODE_DECORATOR:
		on_decorator(f, w->waits);
		break;
	case NODE_EXEC:
		flow_exec(f, w->waits);
		break;
	case NODE_MATCH:
		flow_match(f, w->waits);
		break;
	default:
		break;
	}
	w->waits = w->at = 0;
}

static void
step(struct flow *f, struct walk *w, uint32_t node)
{
	const struct node *n = flow_at(f, node);

	switch (n->kind) {
	case NODE_BLOCK:
		enter(f, w, node);
		break;
	case NODE_ASSIGN:
		on_assign(f, node);
		break;
	case NODE_ANNOTATE:
		on_annotate(f, node);
		break;
	case NODE_AUGMENT:
		on_augment(f, node);
		break;
	case NODE_IMPORT:
	case NODE_FROM:
		flow_import(f, node);
		break;
	case NODE_CLASS:
		f->bases_to = node;
		break;
	case NODE_FOR:
		wait_for(w, node, flow_at(f, n->kid)->next);
		break;
	case NODE_RETURN:
	case NODE_DECORATOR:
	case NODE_EXEC:
	case NODE_MATCH:
		wait_for(w, node, n->kid);
		break;
	case NODE_IF:
		flow_hunt_if(f, node);
		if (f->scope == 0 && is_main_guard(f, n->kid))
			w->main_block = flow_at(f, n->kid)->next;
		break;
	default:
		if (node != w->docstring)
			flow_eval(f, node);
		break;
	}
	if (node == w->at)
		operands_seen(f, w);
}

/* Nodes that are nothing by themselves: neither step() nor flow_eval() does
 * anything with them. */
static const bool idle[NODE_KINDS] = { [NODE_NONE] = true,
	[NODE_NUMBER] = true, [NODE_CONST] = true, [NODE_PATTERN] = true,
	[NODE_PARAMS] = true, [NODE_PARAM] = true, [NODE_DEL] = true,
	[NODE_RAISE] = true, [NODE_ASSERT] = true, [NODE_PASS] = true,
	[NODE_BREAK] = true, [NODE_CONTINUE] = true, [NODE_GLOBAL] = true,
	[NODE_ALIAS] = true, [NODE_PRINT] = true, [NODE_DEF] = true,
	[NODE_ELIF] = true, [NODE_WHILE] = true, [NODE_ELSE] = true,
	[NODE_FINALLY] = true, [NODE_TRY] = true, [NODE_EXCEPT] = true,
	[NODE_WITH] = true, [NODE_CASE] = true,
	[NODE_TYPE] = true };

static void
run_pass(struct flow *f)
{
	struct walk w = { 0 };

	f->scope = 0;
	f->bases_to = f->shunned = 0;
	f->ntold = 0;
	f->files = FILES_UNASKED;
	f->commands = 0;
	flow_forget_passed(f);
	f->neach = f->npooled = f->nanybody = 0;
	f->nplain = 0;
	f->hinted = f->awaiting = false;
	f->changed = f->outrun = false;
	memset(f->heard, 0, f->nscopes * sizeof(*f->heard));
	memset(f->read, 0, f->tree->nbindings * sizeof(*f->read));
	for (uint32_t n = 1; n < f->tree->nnodes; n++) {
		/* A statement may wait for such an operand. */
		if (idle[flow_at(f, n)->kind] && n != w.at)
			continue;
		leave(f, &w, flow_at(f, n)->at);
		step(f, &w, n);
	}
}

/* ---- the whole ---------------------------------------------------------- */

static void
run_passes(struct flow *f)
{
	unsigned int most = f->each != NULL && !f->file->again ? FLOW_PASSES :
	    LEARN_PASSES;

	do {
		run_pass(f);
		if (f->pass == 0)
			flow_reach(f);
		if (f->twice && most < CALLED_PASSES)
			most = CALLED_PASSES;
		if (f->outrun && !f->file->again && most == f->pass + 1 &&
		    most < OUTRUN_PASSES)
			most++;
	} while (++f->pass < most && f->changed && !flow_settled(f));
	f->shape->waits = f->shape->waits || (f->file->again && f->changed);
}

void
flow_read(const struct flow_file *file,
    void (*each)(void *, const struct flow_call *), void *ctx,
    struct flow_shape *out)
{
	struct flow *f = flow_open(file);

	*out = (struct flow_shape){ 0 };
	f->each = each;
	f->ctx = ctx;
	f->shape = out;
	run_passes(f);
	out->calls = (uint32_t)f->ntold;
	if (file->world != NULL) {
		f->news.unsure = false;
		flow_publish(f);
		flow_take_news(f);
	}
	if (each != NULL) {
		flow_look_doors(f);
		flow_note_asked(f);
		for (size_t i = 0; i < f->ntold; i++)
			flow_say(f, &f->told[i]);
		flow_later(f);
		flow_look_shape(f);
	}
	flow_close(f);
}

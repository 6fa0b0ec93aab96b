/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold - what names and expressions of a tree stand for, without running it.
 *
 * Takes: struct tree.  Gives: values of its nodes, decoded layers.
 * Runs in: worker child, command.
 *
 * Values are remembered by node, so that going upwards through the nodes costs
 * each operand once.  What is asked for out of order (a name bound further
 * down) goes FOLD_DEPTH_MAX deep and no deeper.
 */
#include "python/fold.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "python/fold_state.h"

static uint64_t
steps_of(const struct tree *t)
{
	uint64_t steps = FOLD_STEPS_LEAST + FOLD_STEPS_TIMES * t->source.size;

	if (steps > FOLD_STEPS_MAX)
		steps = FOLD_STEPS_MAX;
	return steps + 4 * (uint64_t)t->nnodes;
}

struct fold *
fold_new(struct tree *t)
{
	struct fold *f = mem_alloc(sizeof(*f));

	f->tree = t;
	arena_init(&f->arena, FOLD_BYTES_MAX);
	f->memo = mem_array(t->nnodes, sizeof(*f->memo));
	f->bound = mem_array(t->nbindings, sizeof(*f->bound));
	f->values_room = 64;
	f->values = mem_array(f->values_room, sizeof(*f->values));
	f->nvalues = MEMO_FIRST;
	f->steps = steps_of(t);
	return f;
}

void
fold_free(struct fold *f)
{
	if (f == NULL)
		return;
	arena_release(&f->arena);
	free(f->memo);
	free(f->bound);
	free(f->loops);
	free(f->named);
	free(f->records);
	free(f->asked);
	fold_gathered_free(f);
	free(f->values);
	free(f->layers);
	free(f);
}

void
fold_limit(struct fold *f, size_t bytes)
{
	f->arena.most = bytes > f->arena.total ? bytes : f->arena.total;
}

size_t
fold_memory(const struct fold *f)
{
	return sizeof(*f) + f->arena.total +
	    f->tree->nnodes * sizeof(*f->memo) +
	    f->tree->nbindings * sizeof(*f->bound) +
	    f->values_room * sizeof(*f->values) + f->named_room +
	    f->layers_room * sizeof(*f->layers) +
	    f->records_room * sizeof(*f->records) +
	    FOLD_LOOPS * sizeof(*f->loops) +
	    f->asked_room * sizeof(*f->asked) + fold_gathered_memory(f);
}

bool
fold_is_whole(const struct fold *f)
{
	return f->skipped[SKIP_STEPS] == 0 && f->skipped[SKIP_BYTES] == 0 &&
	    f->skipped[SKIP_DEPTH] == 0 && f->nloops < FOLD_LOOPS &&
	    f->nlayers < FOLD_LAYERS_MAX / 2 && !f->arena.full &&
	    f->arena.total < f->arena.most / 2 &&
	    f->steps > steps_of(f->tree) / 2;
}

/* The number that a value is remembered by. */
uint32_t
fold_keep(struct fold *f, const struct value *v)
{
	if (f->nvalues == f->values_room) {
		f->values_room *= 2;
		f->values = mem_grow(f->values, f->values_room,
		    sizeof(*f->values));
	}
	f->values[f->nvalues] = *v;
	value_measure(&f->values[f->nvalues]);
	return f->nvalues++;
}

struct value
fold_skip(struct fold *f, enum fold_skip why, uint32_t node)
{
	if (f->skipped[why]++ == 0)
		f->skipped_node[why] = node;
	return value_unknown();
}

const char *
fold_skip_name(enum fold_skip why)
{
	static const char *const names[SKIP_KINDS] = {
		[SKIP_STEPS] = "too many steps",
		[SKIP_BYTES] = "too many bytes",
		[SKIP_DEPTH] = "nested too deep",
		[SKIP_DATA] = "broken data",
	};

	return names[why];
}

static void
charge(struct fold *f, uint64_t cost)
{
	f->steps = f->steps > cost ? f->steps - cost : 0;
}

bool
fold_exhausted(const struct fold *f)
{
	return f->arena.full || (f->steps == 0 &&
	    f->skipped[SKIP_STEPS] != 0);
}

bool
fold_pay(struct fold *f, uint32_t node, uint64_t bytes)
{
	if (f->steps == 0) {
		(void)fold_skip(f, SKIP_STEPS, node);
		return false;
	}
	charge(f, bytes / FOLD_STEP_BYTES);
	return true;
}

bool
fold_step(struct fold *f, uint32_t node)
{
	return fold_pay(f, node, FOLD_STEP_BYTES);
}

void
fold_charge(struct fold *f, const struct value *v)
{
	if (v->kind == VALUE_LIST || v->kind == VALUE_DICT)
		charge(f, v->len / FOLD_STEP_ITEMS);
	else if (value_is_text(v) || v->kind == VALUE_BIG)
		charge(f, v->len / FOLD_STEP_BYTES);
	else if (v->kind == VALUE_OBJECT)
		for (uint32_t i = 0; i < v->len; i++)
			if (v->items[i].kind != VALUE_OBJECT)
				fold_charge(f, &v->items[i]);
}

/* ---- expressions -------------------------------------------------------- */

static struct value
value_of_items(struct fold *f, uint32_t node, unsigned int flags,
    struct env *env)
{
	size_t n = 0, i = 0;
	struct value *items;
	bool known = false;

	for (uint32_t k = fold_at(f, node)->kid; k != 0;
	    k = fold_at(f, k)->next)
		n++;
	if (n > FOLD_ITEMS_MAX)
		return fold_skip(f, SKIP_BYTES, node);
	items = fold_items(f, node, n);
	if (items == NULL)
		return value_unknown();
	for (uint32_t k = fold_at(f, node)->kid; k != 0;
	    k = fold_at(f, k)->next) {
		if (fold_at(f, k)->kind == NODE_STAR)
			return value_unknown();
		items[i] = fold_in(f, k, env);
		known = known || items[i].kind != VALUE_UNKNOWN;
		i++;
	}
	return known || n == 0 ? value_list(items, n, flags) :
	    value_unknown();
}

static struct value
value_of_dict(struct fold *f, uint32_t node, struct env *env)
{
	struct value v = value_of_items(f, node, 0, env);

	if (v.kind == VALUE_LIST)
		v.kind = VALUE_DICT;
	return v.len % 2 == 0 ? v : value_unknown();
}

static struct value
value_of_const(const struct node *n)
{
	if (n->name == KW_NONE)
		return (struct value){ .kind = VALUE_NONE };
	if (n->name == KW_TRUE || n->name == KW_FALSE)
		return value_bool(n->name == KW_TRUE);
	return value_unknown();
}

/* Either branch when the condition is known, else the one that is. */
static struct value
value_of_choice(struct fold *f, uint32_t node, struct env *env)
{
	uint32_t test = fold_at(f, node)->kid;
	uint32_t then = fold_at(f, test)->next;
	uint32_t otherwise = then != 0 ? fold_at(f, then)->next : 0;
	struct value v = fold_in(f, test, env);
	int truth = value_truth(&v);

	if (truth == 0)
		return fold_in(f, otherwise, env);
	v = fold_in(f, then, env);
	if (truth < 0 && v.kind == VALUE_UNKNOWN)
		return fold_in(f, otherwise, env);
	return v;
}

static struct value
value_of_bool(struct fold *f, uint32_t node, struct env *env)
{
	const struct node *n = fold_at(f, node);
	uint32_t kid = n->kid, word = n->name;
	struct value left = fold_in(f, kid, env);
	int truth = value_truth(&left);

	if (truth == (word == KW_OR))
		return left;
	if (truth < 0 && word == KW_OR && left.kind != VALUE_UNKNOWN)
		return left;
	return fold_in(f, fold_at(f, kid)->next, env);
}

static struct value
value_of_binary(struct fold *f, uint32_t node, struct env *env)
{
	const struct node *n = fold_at(f, node);
	uint32_t left = n->kid;
	uint8_t op = n->op;
	struct value a = fold_in(f, left, env);
	struct value b = fold_in(f, fold_at(f, left)->next, env);

	return fold_operator(f, node, op, a, b);
}

static struct value
evaluate(struct fold *f, uint32_t node, struct env *env)
{
	const struct node *n = fold_at(f, node);

	switch (n->kind) {
	case NODE_NAME:
		return fold_name(f, node);
	case NODE_NUMBER:
		return literal_number(f, node);
	case NODE_STRING:
		return literal_string(f, node);
	case NODE_STRINGS:
		return literal_strings(f, node, env);
	case NODE_FORMAT:
		return format_string(f, node, env);
	case NODE_CONST:
		return value_of_const(n);
	case NODE_ATTR:
		return fold_member(f, node, env);
	case NODE_CALL:
		return fold_call(f, node, env);
	case NODE_INDEX:
		return fold_index(f, node, env);
	case NODE_UNARY:
		return fold_unary(f, node, env);
	case NODE_BINARY:
		return value_of_binary(f, node, env);
	case NODE_COMPARE:
		return fold_compare(f, node, env);
	case NODE_BOOL:
		return value_of_bool(f, node, env);
	case NODE_TERNARY:
		return value_of_choice(f, node, env);
	case NODE_LAMBDA:
		return (struct value){ .kind = VALUE_CODE, .i = node };
	case NODE_LIST:
	case NODE_TUPLE:
	case NODE_SET:
		return value_of_items(f, node, n->kind == NODE_TUPLE ?
		    VALUE_TUPLE : n->kind == NODE_SET ? VALUE_SET : 0, env);
	case NODE_DICT:
		return value_of_dict(f, node, env);
	case NODE_LISTCOMP:
	case NODE_SETCOMP:
	case NODE_GENEXP:
	case NODE_DICTCOMP:
		return run_comprehension(f, node, env);
	case NODE_WALRUS:
		return fold_in(f, fold_at(f, n->kid)->next, env);
	case NODE_AWAIT:
	case NODE_AS:
		return fold_in(f, n->kid, env);
	default:
		return value_unknown();
	}
}

bool
fold_remembered(struct fold *f, uint32_t node, struct value *out)
{
	if (f->memo[node] < MEMO_UNKNOWN)
		return false;
	*out = f->memo[node] >= MEMO_FIRST ? f->values[f->memo[node]] :
	    value_unknown();
	return true;
}

void
fold_remember(struct fold *f, uint32_t node, struct value v)
{
	if (v.kind == VALUE_UNKNOWN) {
		f->memo[node] = MEMO_UNKNOWN;
		return;
	}
	f->memo[node] = fold_keep(f, &v);
}

/* What is quicker read again than remembered; texts with escapes are not. */
static bool
is_leaf(struct fold *f, const struct node *n, const struct value *v)
{
	const uint8_t *text = f->tree->source.text;

	if (n->kind == NODE_STRING)
		return value_is_text(v) && v->bytes >= text &&
		    v->bytes <= text + f->tree->source.size;
	return n->kind == NODE_CONST || n->kind == NODE_LAMBDA ||
	    n->kind == NODE_NAME ||
	    (n->kind == NODE_NUMBER && v->kind == VALUE_INT);
}

/* The value of a node; with `env`, where its variables have values. */
struct value
fold_in(struct fold *f, uint32_t node, struct env *env)
{
	struct value v, *var;
	uint32_t deep;

	if (node == 0)
		return value_unknown();
	if (env != NULL && fold_at(f, node)->kind == NODE_NAME) {
		var = env_find(env, fold_at(f, node)->name);
		if (var != NULL)
			return *var;
		if (env->loop)
			return fold_name_before(f, node, env->at);
	}
	if (env == NULL || fold_at(f, node)->kind == NODE_NAME ||
	    fold_at(f, node)->kind == NODE_STRING) {
		env = NULL;
		if (f->memo[node] >= MEMO_FIRST)
			return f->values[f->memo[node]];
		if (f->memo[node] != MEMO_NONE)
			return value_unknown();
	}
	if (!fold_step(f, node))
		return value_unknown();
	if (f->depth == FOLD_DEPTH_MAX)
		return fold_skip(f, SKIP_DEPTH, node);
	f->depth++;
	if (env == NULL)
		f->memo[node] = MEMO_BUSY;
	deep = f->skipped[SKIP_DEPTH];
	v = evaluate(f, node, env);
	f->depth--;
	if (env != NULL)
		return v;
	if (v.kind == VALUE_UNKNOWN && deep != f->skipped[SKIP_DEPTH]) {
		f->memo[node] = MEMO_NONE;	/* less deep from elsewhere */
		return v;
	}
	if (is_leaf(f, fold_at(f, node), &v))
		f->memo[node] = MEMO_NONE;
	else
		fold_remember(f, node, v);
	return v;
}

struct value
fold_node(struct fold *f, uint32_t node)
{
	return node < f->tree->nnodes ? fold_in(f, node, NULL) :
	    value_unknown();
}

struct value
fold_with(struct fold *f, uint32_t node, uint32_t name, struct value v)
{
	struct env *env = calloc(1, sizeof(*env));
	struct value out = value_unknown();

	if (env != NULL && node < f->tree->nnodes) {
		env->vars[env->n++] = (struct variable){ name, v };
		out = fold_in(f, node, env);
	}
	free(env);
	return out;
}

void
fold_all(struct fold *f)
{
	for (uint32_t n = 1; n < f->tree->nnodes; n++)
		switch (f->tree->nodes[n].kind) {
		case NODE_CALL:
		case NODE_BINARY:
		case NODE_INDEX:
		case NODE_LISTCOMP:
		case NODE_GENEXP:
			(void)fold_in(f, n, NULL);
			break;
		case NODE_AUGMENT:	/* so that no chain of them is deep */
			(void)fold_in(f, f->tree->nodes[n].kid, NULL);
			break;
		default:
			break;
		}
}

void
fold_chain(const struct fold *f, uint32_t layer, struct buf *out)
{
	const char *names[32];
	size_t n = 0;

	for (; layer != 0 && n < ARRAY_LEN(names);
	    layer = f->layers[layer].from)
		names[n++] = f->layers[layer].how;
	while (n != 0) {
		buf_adds(out, names[--n]);
		if (n != 0)
			buf_adds(out, " > ");
	}
}

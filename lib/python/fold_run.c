/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold_run - statements and loops of the source, gone through step by step
 * while everything they need is known.
 *
 * This is how a decoder that the source brings along gives what it hides.
 * Every evaluation is paid for, and what it goes through or makes
 * (FOLD_STEPS_MAX); nothing has an effect outside its variables.
 * Runs in: worker child, command.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "python/fold_run.h"

#define TEST_DEEP 4		/* not len(self.x) > 0 */
#define FILLS_MOST 1024		/* rounds of a while that only make lists
				   longer, by a name or what was there */
#define BLOCKS_MOST 16		/* loops and conditions within each other */

/* ---- statements --------------------------------------------------------- */

/* No more than a name, as what a call gives each time. */
static bool
is_name(const struct value *v)
{
	return v->kind == VALUE_UNKNOWN || v->kind == VALUE_PATH ||
	    v->kind == VALUE_CODE || v->kind == VALUE_METHOD ||
	    v->kind == VALUE_OBJECT;
}

/* Does it bring a loop nearer to its end?  A name does not, nor does what was
 * there. */
static bool
is_news(struct run *r, uint32_t target, const struct value *v)
{
	const struct node *n = fold_at(r->f, target);
	const struct value *var;

	if (is_name(v) || n->kind == NODE_ATTR)
		return false;
	var = n->kind == NODE_NAME ? env_find(r->env, n->name) : NULL;
	return var == NULL || !value_matches(r->f, var, v);
}

static enum course
run_assign(struct run *r, uint32_t node)
{
	uint32_t first = fold_at(r->f, node)->kid, last = first;
	struct value v;

	while (fold_at(r->f, last)->next != 0)
		last = fold_at(r->f, last)->next;
	v = fold_in(r->f, last, r->env);
	for (uint32_t k = first; k != last; k = fold_at(r->f, k)->next) {
		r->changes += is_news(r, k, &v);
		if (!env_set_target(r->f, k, v, r->env))
			return COURSE_LOST;
	}
	return COURSE_ON;
}

static enum course
run_augment(struct run *r, uint32_t node)
{
	const struct node *n = fold_at(r->f, node);
	uint32_t target = n->kid, right = fold_at(r->f, target)->next;
	uint8_t op = n->op;
	struct value a = fold_in(r->f, target, r->env);
	struct value b = fold_in(r->f, right, r->env), v;

	if (op == '+' && value_is_text(&a) && value_is_text(&b))
		v = value_extend(r->f, node, a, b);
	else
		v = fold_operator(r->f, node, op, a, b);
	if (v.kind == VALUE_UNKNOWN)
		return COURSE_LOST;
	r->changes += is_news(r, target, &v);
	return env_set_target(r->f, target, v, r->env) ?
	    COURSE_ON : COURSE_LOST;
}

/* The kid of that kind behind the first block, or 0. */
uint32_t
fold_kid(struct fold *f, uint32_t kid, uint8_t kind)
{
	for (; kid != 0; kid = fold_at(f, kid)->next)
		if (fold_at(f, kid)->kind == kind)
			return kid;
	return 0;
}

static enum course
run_if(struct run *r, uint32_t node)
{
	uint32_t test = fold_at(r->f, node)->kid;
	uint32_t block = fold_at(r->f, test)->next, more;
	struct value v = fold_in(r->f, test, r->env);
	int truth = value_truth(&v);

	if (truth != 0)
		return truth == 1 ? run_block(r, block) : COURSE_LOST;
	for (more = block != 0 ? fold_at(r->f, block)->next : 0; more != 0;
	    more = fold_at(r->f, more)->next) {
		if (fold_at(r->f, more)->kind == NODE_ELSE)
			return run_block(r, fold_at(r->f, more)->kid);
		test = fold_at(r->f, more)->kid;
		v = fold_in(r->f, test, r->env);
		truth = value_truth(&v);
		if (truth != 0)
			return truth == 1 ? run_block(r,
			    fold_at(r->f, test)->next) : COURSE_LOST;
	}
	return COURSE_ON;
}

void
run_keep_longest(struct value *longest, const struct value *v)
{
	if (value_is_text(v) && (longest->kind == VALUE_UNKNOWN ||
	    v->len > longest->len))
		*longest = *v;
}

static enum course
run_for(struct run *r, uint32_t node)
{
	uint32_t target = fold_at(r->f, node)->kid;
	uint32_t source = fold_at(r->f, target)->next;
	uint32_t block = fold_at(r->f, source)->next;
	struct value v = fold_in(r->f, source, r->env), *items;
	size_t n;

	if (v.kind == VALUE_UNKNOWN || v.flags & VALUE_OPEN ||
	    !value_items(r->f, node, v, &items, &n))
		return COURSE_LOST;
	run_keep_longest(&r->from, &v);
	for (size_t i = 0; i < n; i++) {
		enum course c;

		if (!fold_step(r->f, node) ||
		    !env_set_target(r->f, target, items[i], r->env))
			return COURSE_LOST;
		c = run_block(r, block);
		if (c == COURSE_BREAK)
			break;
		if (c == COURSE_RETURN || c == COURSE_LOST)
			return c;
	}
	return COURSE_ON;
}

/* while self.queue: what methods do to an object is not followed, so that
 * nothing in the loop would end it. */
static bool
asks_object(const struct fold *f, uint32_t test)
{
	for (int deep = 0; deep < TEST_DEEP && test != 0; deep++) {
		const struct node *n = fold_at(f, test);

		if (n->kind == NODE_ATTR && fold_at(f, n->kid)->kind ==
		    NODE_NAME && (fold_at(f, n->kid)->name == WORD_SELF ||
		    fold_at(f, n->kid)->name == WORD_CLS))
			return true;
		if (n->kind == NODE_NAME || n->kind == NODE_LAMBDA)
			return false;
		test = n->kind == NODE_CALL && n->kid != 0 &&
		    fold_at(f, n->kid)->next != 0 ? fold_at(f,
		    n->kid)->next : n->kid;
	}
	return false;
}

/* Does anything in the loop ask how long something is? */
static bool
asks_length(const struct fold *f, uint32_t node, uint32_t block)
{
	uint32_t at = fold_at(f, node)->at, end = fold_at(f, block)->end;

	return end > at && memmem(f->tree->source.text + at, end - at, "len",
	    3) != NULL;
}

static enum course
run_while(struct run *r, uint32_t node)
{
	uint32_t test = fold_at(r->f, node)->kid;
	uint32_t block = fold_at(r->f, test)->next;
	uint32_t most = FILLS_MOST;

	while (fold_step(r->f, node)) {
		uint32_t changes = r->changes, fills = r->fills;
		struct value v = fold_in(r->f, test, r->env);
		int truth = value_truth(&v);
		enum course c;

		if (truth != 1)
			return truth == 0 ? COURSE_ON : COURSE_LOST;
		if (asks_object(r->f, test))
			break;
		c = run_block(r, block);
		if (c == COURSE_BREAK)
			return COURSE_ON;
		if (c == COURSE_RETURN || c == COURSE_LOST)
			return c;
		if (r->fills > most && asks_length(r->f, node, block))
			most = UINT32_MAX;
		if (r->changes == changes && (r->fills == fills ||
		    r->fills > most))
			break;	/* for ever, or ended by what is not known */
	}
	return COURSE_LOST;
}

/* Does the list end with a name, or with the same twice?  What somebody reads
 * until it ends is never known to end. */
static bool
is_filled(struct fold *f, const struct value *list)
{
	const struct value *last = list->items + list->len - 1;

	if (list->kind != VALUE_LIST || list->len == 0)
		return false;
	return is_name(last) || (list->len > 1 && value_matches(f, last - 1,
	    last));
}

/* x.append(y) changes x; any other call alone changes nothing here. */
static enum course
run_call(struct run *r, uint32_t node)
{
	uint32_t function = fold_at(r->f, node)->kid, name;
	struct value *var, v;
	struct word_text w;

	if (fold_at(r->f, function)->kind != NODE_ATTR)
		return COURSE_ON;
	name = fold_at(r->f, function)->kid;
	w = tree_word(r->f->tree, fold_at(r->f, function)->name);
	if (fold_at(r->f, name)->kind != NODE_NAME || (w.len != 6 &&
	    w.len != 7) || (memcmp(w.text, "append", 6) != 0 &&
	    memcmp(w.text, "extend", 6) != 0 &&
	    memcmp(w.text, "insert", 6) != 0))
		return COURSE_ON;
	var = env_find(r->env, fold_at(r->f, name)->name);
	v = value_changed(r->f, node, var != NULL ? *var : fold_in(r->f, name,
	    r->env), r->env);
	if (v.kind == VALUE_UNKNOWN)
		return COURSE_LOST;
	if (is_filled(r->f, &v))
		r->fills++;
	else
		r->changes++;
	if (var != NULL) {
		*var = v;
		return COURSE_ON;
	}
	return env_set(r->env, fold_at(r->f, name)->name, v) ? COURSE_ON :
	    COURSE_LOST;
}

static enum course
run_statement(struct run *r, uint32_t node)
{
	const struct node *n = fold_at(r->f, node);

	switch (n->kind) {
	case NODE_ASSIGN:
		return run_assign(r, node);
	case NODE_AUGMENT:
		return run_augment(r, node);
	case NODE_ANNOTATE:
		return fold_at(r->f, fold_at(r->f, n->kid)->next)->next == 0 ||
		    env_set_target(r->f, n->kid, fold_in(r->f, fold_at(r->f,
		    fold_at(r->f, n->kid)->next)->next, r->env), r->env) ?
		    COURSE_ON : COURSE_LOST;
	case NODE_IF:
		return run_if(r, node);
	case NODE_FOR:
		return run_for(r, node);
	case NODE_WHILE:
		r->whiles = true;
		return run_while(r, node);
	case NODE_TRY:
		if (r->whiles)
			return COURSE_LOST;
		return run_block(r, fold_kid(r->f, n->kid, NODE_BLOCK));
	case NODE_WITH:
		return run_block(r, fold_kid(r->f, n->kid, NODE_BLOCK));
	case NODE_RETURN:
		r->result = n->kid != 0 ? fold_in(r->f, n->kid, r->env) :
		    (struct value){ .kind = VALUE_NONE };
		return COURSE_RETURN;
	case NODE_BREAK:
		return COURSE_BREAK;
	case NODE_CONTINUE:
		return COURSE_CONTINUE;
	case NODE_CALL:
		return run_call(r, node);
	case NODE_DEF:
		return env_set(r->env, n->name, (struct value){
		    .kind = VALUE_CODE, .i = node, .word = closure_keep(r->f,
		    node, r->env) }) ? COURSE_ON : COURSE_LOST;
	case NODE_RAISE:
	case NODE_YIELD:
	case NODE_YIELD_FROM:
	case NODE_DEL:
	case NODE_CLASS:
	case NODE_MATCH:
		return COURSE_LOST;
	default:
		return COURSE_ON;
	}
}

enum course
run_block(struct run *r, uint32_t block)
{
	enum course c = COURSE_ON;

	if (block == 0 || fold_at(r->f, block)->kind != NODE_BLOCK ||
	    r->depth == BLOCKS_MOST)
		return COURSE_LOST;
	r->depth++;
	for (uint32_t k = fold_at(r->f, block)->kid; k != 0 &&
	    c == COURSE_ON; k = fold_at(r->f, k)->next)
		c = fold_step(r->f, k) ? run_statement(r, k) : COURSE_LOST;
	r->depth--;
	return c;
}

/* ---- what was put together ---------------------------------------------- */

/* A text that code put together is a layer, if it is not one already. */
struct value
value_put_together(struct fold *f, uint32_t node, const char *how,
    struct value v)
{
	if (!value_is_text(&v) || v.len < FOLD_LAYER_LEAST || v.layer != 0 ||
	    !(v.flags & VALUE_BUILT) || v.flags & VALUE_OPEN)
		return v;
	return value_layer(f, node, how, NULL, v);
}

/* ... and if it says nothing of what it was made of, it was hidden there, under
 * a table or an alphabet. */
struct value
run_put_together(struct fold *f, uint32_t node, const char *how,
    const struct value *from, struct value v)
{
	return value_put_together(f, node, value_is_text(&v) && v.layer == 0 &&
	    (v.flags & VALUE_BUILT) && value_is_new(f, node, from, &v) ?
	    "translate" : how, v);
}

/* ---- loops of the source ------------------------------------------------ */

/* The variables a loop leaves; remembered, for it may have several. */
static struct loop *
loop_of(struct fold *f, uint32_t node)
{
	struct loop *l;
	struct env *env;
	struct run r;
	uint32_t at = f->nloops;

	for (uint32_t i = 0; i < f->nloops; i++)
		if (f->loops[i].node == node)
			return &f->loops[i];
	if (f->nloops == FOLD_LOOPS)
		return NULL;
	if (f->loops == NULL)
		f->loops = mem_array(FOLD_LOOPS, sizeof(*f->loops));
	f->loops[f->nloops++] = (struct loop){ .node = node, .busy = true };
	env = calloc(1, sizeof(*env));
	if (env == NULL)
		return NULL;
	env->loop = true;
	env->at = fold_at(f, node)->at;
	f->running++;
	r = (struct run){ .f = f, .env = env };
	if (f->running < FOLD_RUNS_MAX && run_statement(&r, node) ==
	    COURSE_ON) {
		for (uint32_t i = 0; i < env->n; i++)
			env->vars[i].value = run_put_together(f, node, "loop",
			    &r.from, env->vars[i].value);
		l = &f->loops[at];
		l->vars = arena_copy(&f->arena, env->vars,
		    env->n * sizeof(*env->vars));
		l->n = l->vars != NULL ? env->n : 0;
	}
	f->running--;
	f->loops[at].busy = false;
	free(env);
	return &f->loops[at];
}

struct value
run_loop_for(struct fold *f, uint32_t node, uint32_t name)
{
	struct loop *l = loop_of(f, node);

	for (uint32_t i = 0; l != NULL && !l->busy && i < l->n; i++)
		if (l->vars[i].name == name)
			return l->vars[i].value;
	return value_unknown();
}

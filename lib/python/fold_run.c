/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold_run - comprehensions, functions and loops of the source, gone through
 * step by step while everything they need is known.
 *
 * This is how a decoder that the source brings along gives what it hides.
 * Every evaluation is paid for, and what it goes through or makes
 * (FOLD_STEPS_MAX); nothing has an effect outside its variables.
 * Runs in: worker child, command.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "python/fold_state.h"
#include "python/lex.h"

#define TEST_DEEP 4		/* not len(self.x) > 0 */
#define TABLE_LEAST 24		/* letters; fewer are a word */
#define FILLS_MOST 1024		/* rounds of a while that only make lists
				   longer, by a name or what was there */
#define CLAUSES_MOST 6		/* for ... for ... of one comprehension */
#define BLOCKS_MOST 16		/* loops and conditions within each other */

enum course { COURSE_ON, COURSE_BREAK, COURSE_CONTINUE, COURSE_RETURN,
	COURSE_LOST };		/* lost: something is not known */

/* ---- variables ---------------------------------------------------------- */

struct value *
env_find(struct env *env, uint32_t name)
{
	for (; env != NULL; env = env->outer)
		for (uint32_t i = 0; i < env->n; i++)
			if (env->vars[i].name == name)
				return &env->vars[i].value;
	return NULL;
}

static bool
env_set(struct env *env, uint32_t name, struct value v)
{
	for (uint32_t i = 0; i < env->n; i++)
		if (env->vars[i].name == name) {
			env->vars[i].value = v;
			return true;
		}
	if (env->n == ENV_MOST)
		return false;
	env->vars[env->n++] = (struct variable){ name, v };
	return true;
}

static bool
set_item(struct fold *f, uint32_t target, struct value v, struct env *env)
{
	uint32_t name = fold_at(f, target)->kid;
	uint32_t key = fold_at(f, name)->next;
	struct value *var, index, one;
	int64_t i, byte;
	uint8_t *bytes;

	if (fold_at(f, name)->kind != NODE_NAME || key == 0)
		return false;
	index = fold_in(f, key, env);
	var = env_find(env, fold_at(f, name)->name);
	if (var == NULL && env_set(env, fold_at(f, name)->name,
	    fold_in(f, name, env)))
		var = env_find(env, fold_at(f, name)->name);
	if (var == NULL || !value_as_int(&index, &i))
		return false;
	i += i < 0 ? var->len : 0;
	if (i < 0 || i >= var->len)
		return false;
	/* A copy of its own, the first time: the header comes with it. */
	if (var->kind == VALUE_LIST && !(var->flags & VALUE_GROWS)) {
		one = value_append(f, target, *var, v);
		if (one.kind != VALUE_LIST)
			return false;
		one.len--;
		*var = one;
	} else if (var->kind == VALUE_BYTES && !(var->flags & VALUE_GROWS)) {
		*var = value_extend(f, target, *var, value_text(VALUE_BYTES,
		    "", 0));
	}
	if (var->kind == VALUE_LIST) {
		var->items[i] = v;
		return true;
	}
	if (var->kind != VALUE_BYTES || !value_as_int(&v, &byte))
		return false;
	bytes = (uint8_t *)(uintptr_t)var->bytes;
	bytes[i] = (uint8_t)byte;
	return true;
}

/* A name, an item of a list, some of them in brackets, and brackets of names in
 * those; an attribute is taken, and forgotten. */
static bool
set_target(struct fold *f, uint32_t target, struct value v, struct env *env)
{
	const struct node *n = fold_at(f, target);
	struct value *items;
	size_t count, i = 0;

	if (n->kind == NODE_NAME)
		return env_set(env, n->name, v);
	if (n->kind == NODE_INDEX)
		return set_item(f, target, v, env);
	if (n->kind != NODE_TUPLE && n->kind != NODE_LIST)
		return n->kind == NODE_ATTR;
	if (!value_items(f, target, v, &items, &count))
		return false;
	for (uint32_t k = n->kid; k != 0; k = fold_at(f, k)->next, i++) {
		if (i >= count)
			return false;
		if (fold_at(f, k)->kind == NODE_TUPLE ?
		    f->depth == FOLD_DEPTH_MAX : fold_at(f, k)->kind !=
		    NODE_NAME && fold_at(f, k)->kind != NODE_INDEX)
			return false;
		f->depth++;
		if (!set_target(f, k, items[i], env)) {
			f->depth--;
			return false;
		}
		f->depth--;
	}
	return i == count;
}

/* ---- comprehensions ----------------------------------------------------- */

struct comp {
	struct env	 env;
	uint32_t	 node, element, second; /* second: of a dict */
	struct value	 out, from;	/* the text that it goes through, if */
};

static bool
add_element(struct fold *f, struct comp *c)
{
	struct value v = fold_in(f, c->element, &c->env);

	if (v.kind == VALUE_UNKNOWN)
		return false;
	c->out = value_append(f, c->node, c->out, v);
	if (c->second == 0 || c->out.kind == VALUE_UNKNOWN)
		return c->out.kind != VALUE_UNKNOWN;
	v = fold_in(f, c->second, &c->env);
	c->out = value_append(f, c->node, c->out, v);
	return c->out.kind != VALUE_UNKNOWN;
}

/* 1: they hold, 0: they do not, -1: not known. */
static int
conditions_hold(struct fold *f, struct comp *c, uint32_t condition)
{
	for (; condition != 0; condition = fold_at(f, condition)->next) {
		struct value v = fold_in(f, condition, &c->env);
		int truth = value_truth(&v);

		if (truth != 1)
			return truth;
	}
	return 1;
}

static bool
go_through(struct fold *f, struct comp *c, uint32_t clause, unsigned int level)
{
	uint32_t target = fold_at(f, clause)->kid;
	uint32_t source = fold_at(f, target)->next;
	struct value v = fold_in(f, source, &c->env), *items;
	size_t n;

	if (level == CLAUSES_MOST || v.kind == VALUE_UNKNOWN ||
	    v.flags & VALUE_OPEN || !value_items(f, clause, v, &items, &n))
		return false;
	if (c->out.layer == 0)
		c->out.layer = v.layer;
	if (level == 0)
		c->from = v;
	for (size_t i = 0; i < n; i++) {
		int holds;

		if (!fold_step(f, clause) ||
		    !set_target(f, target, items[i], &c->env))
			return false;
		holds = conditions_hold(f, c, fold_at(f, source)->next);
		if (holds < 0)
			return false;
		if (holds && !(fold_at(f, clause)->next != 0 ? go_through(f, c,
		    fold_at(f, clause)->next, level + 1) :
		    add_element(f, c)))
			return false;
	}
	return true;
}

/* x ^ 42, chr(ord(x) ^ key) */
static uint32_t
work_of(struct fold *f, const struct comp *c)
{
	uint32_t n = c->element, right;
	struct value key;
	int64_t i;

	if (fold_at(f, n)->kind == NODE_CALL)
		n = fold_at(f, fold_at(f, n)->kid)->next;
	if (n == 0 || fold_at(f, n)->kind != NODE_BINARY ||
	    fold_at(f, n)->op != '^')
		return 0;
	right = fold_at(f, fold_at(f, n)->kid)->next;
	if (fold_at(f, right)->kind != NODE_NUMBER)
		return WORK_XOR;
	key = literal_number(f, right);
	return value_as_int(&key, &i) && i >= 0 && i < 256 ? WORK_XOR |
	    WORK_KEY | (uint32_t)i : WORK_XOR;
}

/* T[x] for x in text: letters of another alphabet, one for one. */
static bool
changes_letters(struct fold *f, const struct value *from,
    const struct value *list)
{
	uint32_t same = 0;

	if (from->kind != VALUE_STR || from->len != list->len ||
	    list->len < TABLE_LEAST)
		return false;
	fold_charge(f, list);
	for (uint32_t i = 0; i < list->len; i++) {
		const struct value *v = &list->items[i];

		if (v->kind != VALUE_STR || v->len != 1)
			return false;
		same += *v->bytes == from->bytes[i];
	}
	return same < list->len / 2;
}

struct value
run_comprehension(struct fold *f, uint32_t node, struct env *env)
{
	struct comp *c = calloc(1, sizeof(*c));
	uint32_t k = fold_at(f, node)->kid;
	struct value v = value_unknown();
	bool dict = fold_at(f, node)->kind == NODE_DICTCOMP;

	if (c == NULL)
		return v;
	c->env.outer = env;
	c->env.loop = env != NULL && env->loop;
	c->env.at = env != NULL ? env->at : 0;
	c->node = node;
	c->element = k;
	k = fold_at(f, k)->next;
	if (dict) {
		c->second = k;
		k = fold_at(f, k)->next;
	}
	c->out.kind = VALUE_LIST;
	c->out.items = fold_items(f, node, 0);
	if (k != 0 && c->out.items != NULL &&
	    fold_at(f, k)->kind == NODE_CLAUSE && go_through(f, c, k, 0)) {
		v = c->out;
		v.kind = dict ? VALUE_DICT : VALUE_LIST;
		v.word = work_of(f, c);
		if (!dict && v.word == 0 && changes_letters(f, &c->from, &v))
			v.word = WORK_TABLE;
	}
	free(c);
	return v;
}

/* ---- statements --------------------------------------------------------- */

struct run {
	struct fold	*f;
	struct env	*env;
	struct value	 result;
	unsigned int	 depth;
	struct value	 from;		/* the longest text that it goes through */
	bool		 whiles;	/* in a while, whose end a try may decide */
	uint32_t	 changes;	/* of variables, to what is known */
	uint32_t	 fills;		/* ... that tell nothing new */
};

static enum course run_block(struct run *r, uint32_t block);

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
		if (!set_target(r->f, k, v, r->env))
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
	return set_target(r->f, target, v, r->env) ? COURSE_ON : COURSE_LOST;
}

/* The kid of that kind behind the first block, or 0. */
static uint32_t
continued(struct fold *f, uint32_t kid, uint8_t kind)
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

static void
keep_longest(struct value *longest, const struct value *v)
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
	keep_longest(&r->from, &v);
	for (size_t i = 0; i < n; i++) {
		enum course c;

		if (!fold_step(r->f, node) ||
		    !set_target(r->f, target, items[i], r->env))
			return COURSE_LOST;
		c = run_block(r, block);
		if (c == COURSE_BREAK)
			break;
		if (c == COURSE_RETURN || c == COURSE_LOST)
			return c;
	}
	return COURSE_ON;
}

/* while self.queue: what methods do to an object is not followed, so that nothing
 * in the loop would end it. */
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
		    set_target(r->f, n->kid, fold_in(r->f, fold_at(r->f,
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
		return run_block(r, continued(r->f, n->kid, NODE_BLOCK));
	case NODE_WITH:
		return run_block(r, continued(r->f, n->kid, NODE_BLOCK));
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

static enum course
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

/* ---- functions ---------------------------------------------------------- */

static struct value
argument_for(struct fold *f, const struct arguments *a, uint32_t param,
    uint32_t index)
{
	const struct node *n = fold_at(f, param);
	uint32_t kid = n->kid;

	for (uint32_t i = 0; i < a->nkeywords; i++)
		if (a->names[i] == n->name)
			return a->keywords[i];
	if (n->op == '*')
		return value_list((struct value *)(uintptr_t)a->at + index,
		    index < a->n ? a->n - index : 0, VALUE_TUPLE);
	if (n->op != 0)		/* **rest */
		return a->nkeywords == 0 ? (struct value){
		    .kind = VALUE_DICT } : value_unknown();
	if (index < a->n)
		return a->at[index];
	if (!(n->flags & 2))
		return value_unknown();
	if (n->flags & 1)
		kid = fold_at(f, kid)->next;
	return fold_in(f, kid, NULL);
}

static void
pass(struct fold *f, uint32_t params, const struct arguments *a, bool bound,
    struct env *env)
{
	uint32_t index = 0;
	bool symbolic = a->self.kind == VALUE_CODE && a->self.len != 0 &&
	    a->holes;

	for (uint32_t k = params != 0 ? fold_at(f, params)->kid : 0; k != 0;
	    k = fold_at(f, k)->next) {
		struct value v;

		if (fold_at(f, k)->kind != NODE_PARAM)
			continue;
		if (bound) {
			bound = false;
			if (a->self.kind == VALUE_CODE)
				(void)env_set(env, fold_at(f, k)->name,
				    a->self);
			continue;
		}
		v = symbolic ? record_hole(f, fold_at(f, k)->name) :
		    argument_for(f, a, k, index);
		index++;
		if (fold_at(f, k)->op == '*' && v.kind == VALUE_LIST) {
			struct value *copy = fold_items(f, k, v.len);

			if (copy != NULL && v.len != 0)
				memcpy(copy, v.items, v.len * sizeof(*copy));
			v = value_list(copy, v.len, VALUE_TUPLE);
		}
		value_measure(&v);
		/* What does not fit is not known, nor is what follows it. */
		if (!env_set(env, fold_at(f, k)->name, v))
			break;
	}
}

struct value
run_with(struct fold *f, uint32_t def, struct value object, uint32_t node)
{
	struct env *env = calloc(1, sizeof(*env));
	const struct record *r = &f->records[object.len];
	struct arguments a;	/* large: only what counts is set */
	struct value v;

	if (env == NULL)
		return value_unknown();
	a.node = node;
	a.self = object;
	a.n = r->n;
	a.nkeywords = r->nkeywords;
	a.holes = r->symbolic;
	for (uint32_t i = 0; i < r->n; i++)
		a.at[i] = r->at[i];
	for (uint32_t i = 0; i < r->nkeywords; i++) {
		a.names[i] = r->names[i];
		a.keywords[i] = r->at[r->n + i];
	}
	pass(f, continued(f, fold_at(f, def)->kid, NODE_PARAMS), &a, true,
	    env);
	f->running++;
	v = f->running < FOLD_RUNS_MAX ? fold_in(f, node, env) :
	    value_unknown();
	f->running--;
	free(env);
	return v;
}

/* A text that code put together is a layer, if it is not one already. */
struct value
value_put_together(struct fold *f, uint32_t node, const char *how, struct value v)
{
	if (!value_is_text(&v) || v.len < FOLD_LAYER_LEAST || v.layer != 0 ||
	    !(v.flags & VALUE_BUILT) || v.flags & VALUE_OPEN)
		return v;
	return value_layer(f, node, how, NULL, v);
}

/* ... and if it says nothing of what it was made of, it was hidden there, under
 * a table or an alphabet. */
static struct value
put_together(struct fold *f, uint32_t node, const char *how,
    const struct value *from, struct value v)
{
	return value_put_together(f, node, value_is_text(&v) && v.layer == 0 &&
	    (v.flags & VALUE_BUILT) && value_is_new(f, node, from, &v) ?
	    "translate" : how, v);
}

/* Nothing is passed, or nothing that is known. */
static bool
nothing_known(const struct arguments *a)
{
	for (uint32_t i = 0; i < a->n; i++)
		if (a->at[i].kind != VALUE_UNKNOWN)
			return false;
	for (uint32_t i = 0; i < a->nkeywords; i++)
		if (a->keywords[i].kind != VALUE_UNKNOWN)
			return false;
	return true;
}

static struct value
run_code(struct fold *f, uint32_t code, struct arguments *a)
{
	const struct node *n = fold_at(f, code);
	uint32_t params = continued(f, n->kid, NODE_PARAMS);
	struct env *env = calloc(1, sizeof(*env));
	struct env *around = env != NULL && a->closure != 0 ?
	    calloc(1, sizeof(*around)) : NULL;
	struct run r;

	if (env == NULL)
		return value_unknown();
	if (around != NULL)
		closure_open(f, a->closure, around);
	/* A lambda in a function sees that function's variables. */
	env->outer = around != NULL ? around :
	    n->kind == NODE_LAMBDA ? a->env : NULL;
	env->loop = env->outer != NULL && env->outer->loop;
	env->at = env->outer != NULL ? env->outer->at : 0;
	pass(f, params, a, a->bound, env);
	f->running++;
	r = (struct run){ .f = f, .env = env };
	if (n->kind == NODE_LAMBDA)
		r.result = fold_in(f, params != 0 ?
		    fold_at(f, params)->next : n->kid, env);
	else if (run_block(&r, continued(f, n->kid, NODE_BLOCK)) !=
	    COURSE_RETURN)
		r.result = value_unknown();
	f->running--;
	/* return lambda x: x ^ key */
	if (r.result.kind == VALUE_CODE && r.result.word == 0 &&
	    fold_at(f, (uint32_t)r.result.i)->kind == NODE_LAMBDA)
		r.result.word = closure_keep(f, a->node, env);
	free(around);
	free(env);
	for (uint32_t i = 0; i < a->n; i++)
		keep_longest(&r.from, &a->at[i]);
	return put_together(f, a->node, "function", &r.from, r.result);
}

/* What an object's method gave when nothing known was passed to it: one of
 * another code (none) is for the caller to fill; NULL: there is no room. */
static struct ran *
ran_before(struct fold *f, uint32_t record, uint32_t code)
{
	struct ran *ran = f->records[record].ran;

	while (ran != NULL && ran->code != code)
		ran = ran->next;
	if (ran != NULL)
		return ran;
	ran = arena_take(&f->arena, sizeof(*ran));
	if (ran == NULL)
		return NULL;
	*ran = (struct ran){ .next = f->records[record].ran };
	f->records[record].ran = ran;
	return ran;
}

static struct value
through_decorators(struct fold *f, uint32_t code, struct arguments *a)
{
	struct arguments copy = *a;	/* the call changes it */

	return closure_call_decorated(f, code, &copy);
}

/*
 * What a call of the source's own function gives.  Calls that pass nothing
 * known all give the same, which is remembered with the DEF.
 */
struct value
run_function(struct fold *f, uint32_t code, struct arguments *a)
{
	uint8_t kind = fold_at(f, code)->kind;
	bool decorated = kind == NODE_DEF && closure_is_decorated(f, code);
	bool same = kind == NODE_DEF && nothing_known(a) && a->closure == 0 &&
	    !(decorated && a->plain);
	struct ran *ran;
	struct value v;

	if (f->running == FOLD_RUNS_MAX)
		return fold_skip(f, SKIP_DEPTH, a->node);
	/* What a class makes has its members; they are looked up there. */
	if (kind == NODE_CLASS)
		return (struct value){ .kind = VALUE_CODE,
		    .flags = VALUE_BOUND, .i = code,
		    .len = record_make(f, code, a) };
	if (!a->whole || (kind != NODE_LAMBDA && kind != NODE_DEF))
		return value_unknown();
	/* An object of which nothing is kept has no record. */
	if (same && a->bound && a->self.kind == VALUE_CODE &&
	    a->self.len != 0) {
		ran = ran_before(f, a->self.len, code);
		if (ran == NULL || ran->code == code)
			return ran != NULL ? ran->value : value_unknown();
		ran->code = code;
		return ran->value = run_code(f, code, a);
	}
	if (same && fold_remembered(f, code, &v))
		return v;
	if (same)
		fold_remember(f, code, value_unknown());
	v = decorated && !a->plain && !a->bound ? through_decorators(f, code,
	    a) : value_unknown();
	if (v.kind == VALUE_UNKNOWN)
		v = run_code(f, code, a);
	if (same)
		fold_remember(f, code, v);
	return v;
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
			env->vars[i].value = put_together(f, node, "loop",
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

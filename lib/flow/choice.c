/* SPDX-License-Identifier: Apache-2.0 */
/*
 * choice - a command that somebody chooses among those of a table that
 * stands in the code, or in a file of the user's: run(TASKS[name]) runs none of
 * his own.
 *
 * Takes: the expression that is run, as a whole: letters that are taken from a
 * table one by one make any command.  Gives: is it such a choice?
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/str.h"
#include "flow/programs.h"
#include "flow/state.h"
#include "flow/values.h"

#define CHOICE_DEEP 4		/* argv = TASKS[name] + more */
#define CHOICES_MOST 64		/* entries; bindings of a name */
#define QUESTIONS_MOST 2000	/* of a look: names of names of tables */
#define TABLES_MOST 60		/* ... that the whole source is searched for */

static bool is_choice(struct flow *, uint32_t node, bool spelled, int deep);
static bool is_picked(struct flow *, uint32_t node, int deep);

/* What is no visitor's, nor server's, at all. */
static bool
is_own(const struct flow *f, uint32_t node)
{
	return !(f->vals[node].marks & MARKS_CHOSEN);
}

/* sorted(TASKS), ", ".join(TASKS) */
static bool
only_reads(const struct flow *f, uint32_t callee)
{
	static const char *const reads[] = { "list", "sorted", "len", "tuple",
	    "set", "join" };
	const struct node *n = flow_at(f, callee);
	size_t i = 0;

	if (n->kind == NODE_NAME ? tree_lookup(f->tree, callee) != 0 :
	    n->kind != NODE_ATTR)
		return false;
	while (i < ARRAY_LEN(reads) && !flow_word_is(f, n->name, reads[i]))
		i++;
	return i < ARRAY_LEN(reads);
}

static bool
is_bound_to(const struct flow *f, uint32_t node, uint32_t b)
{
	return node != 0 && flow_at(f, node)->kind == NODE_NAME &&
	    tree_lookup(f->tree, node) == b;
}

/* How often the expression asks a table, and no more than that. */
static uint32_t
asks(const struct flow *f, uint32_t node, uint32_t b)
{
	static const char *const methods[] = { "get", "keys", "values",
	    "items" };
	const struct node *n = flow_at(f, node);
	uint32_t next = n->kid != 0 && n->kind != NODE_NAME ?
	    flow_at(f, n->kid)->next : 0;

	switch (n->kind) {
	case NODE_INDEX:
		return is_bound_to(f, n->kid, b);
	case NODE_COMPARE:
		return (n->name == KW_IN) && is_bound_to(f, next, b);
	case NODE_ATTR:
		for (size_t i = 0; i < ARRAY_LEN(methods); i++)
			if (flow_word_is(f, n->name, methods[i]))
				return is_bound_to(f, n->kid, b);
		return 0;
	case NODE_CALL:
		return only_reads(f, n->kid) && is_bound_to(f, next, b);
	case NODE_FOR:
	case NODE_CLAUSE:
		return is_bound_to(f, next, b);
	default:
		return 0;
	}
}

/* Does nobody in the source put anything into it, or hand it on? */
static bool
is_only_asked(struct flow *f, uint32_t b)
{
	uint32_t named = 0, asked = 0;

	if (f->nsearches++ >= TABLES_MOST)
		return false;
	for (uint32_t n = 1; n < f->tree->nnodes; n++) {
		named += is_bound_to(f, n, b) && flow_at(f, n)->at !=
		    f->tree->bindings[b].at;
		asked += asks(f, n, b);
	}
	return named == asked;
}

/* A text, or a list of texts, that stands there. */
static bool
is_spelled(struct flow *f, uint32_t node)
{
	struct value v = fold_node(f->fold, node);

	for (uint32_t i = 0; v.kind == VALUE_LIST && i < v.len; i++)
		if (v.items[i].kind != VALUE_STR ||
		    (v.items[i].flags & VALUE_OPEN))
			return false;
	return v.kind == VALUE_LIST || (v.kind == VALUE_STR &&
	    !(v.flags & VALUE_OPEN));
}

/* Bound once, to entries that are there as it is read; nobody puts more in. */
static bool
is_fixed_table(struct flow *f, uint32_t node, bool spelled)
{
	uint32_t b = flow_at(f, node)->kind == NODE_NAME ?
	    tree_lookup(f->tree, node) : 0, n = 0;
	const struct binding *at = &f->tree->bindings[b];

	if (b == 0 || at->kind != BINDING_VALUE || at->before != 0 ||
	    flow_at(f, at->value)->kind != NODE_DICT ||
	    (f->rows[f->row_of[b]].marks & MARKS_CHOSEN))
		return false;
	for (uint32_t k = flow_at(f, at->value)->kid; k != 0;
	    k = flow_at(f, k)->next)
		if (flow_at(f, k)->kind == NODE_DSTAR || !is_own(f, k) ||
		    ++n > 2 * CHOICES_MOST || (spelled && !is_spelled(f, k)))
			return false;
	return n != 0 && is_only_asked(f, b);
}

/* TASKS.get(name), or with something else that is no visitor's. */
static bool
is_asked(struct flow *f, uint32_t callee, bool spelled)
{
	const struct node *n = flow_at(f, callee);
	uint32_t key = n->next, other = key != 0 ? flow_at(f, key)->next : 0;

	return n->kind == NODE_ATTR && flow_word_is(f, n->name, "get") &&
	    is_fixed_table(f, n->kid, spelled) && key != 0 &&
	    (other == 0 || (flow_at(f, other)->next == 0 &&
	    is_own(f, other) && (!spelled || is_spelled(f, other) ||
	    flow_at(f, other)->kind == NODE_CONST)));
}

/* ---- what its user wrote ------------------------------------------------- */

/* Does what that is a part of stand for a name of this source's, which other
 * modules fill with nothing? */
static bool
is_of_source(const struct flow *f, uint32_t node)
{
	uint32_t b;

	for (int i = 0; i < CHOICE_DEEP && flow_at(f, node)->kind != NODE_NAME;
	    i++)
		node = flow_at(f, node)->kid;
	b = flow_at(f, node)->kind == NODE_NAME ? tree_lookup(f->tree, node) :
	    0;
	return f->tree->bindings[b].kind == BINDING_VALUE &&
	    !flow_is_shared(f, &f->tree->bindings[b]);
}

/* What was read of a file that is not the package's, whole: nothing of who
 * chooses is in it, and no object of the source's. */
static bool
is_kept(const struct flow *f, uint32_t node)
{
	const uint64_t others = MARKS_CHOSEN | MARK_HERE | MARK_DECODED |
	    MARK_PACKED | MARK_BUILT | MARK_DROPPED | MARK_HIDDEN;
	const uint64_t acts = HELD_OBJECT | HELD_CLASS | HELD_ACTS |
	    HELD_BUFFER;
	const struct taint *v = &f->vals[node];

	return (v->marks & MARK_FILE) && !(v->marks & others) &&
	    !(v->held & acts) && is_of_source(f, node);
}

/* "SELECT c FROM jobs WHERE id = ?": what is put in does not come out, as it
 * would of a second SELECT or a function. */
static bool
is_query(const struct flow *f, uint32_t call)
{
	const struct node *callee = flow_at(f, flow_at(f, call)->kid);
	uint32_t sql = callee->next;
	const struct flow_text *t = &f->texts[f->vals[sql].text];
	const char *from, *where;

	if (callee->kind != NODE_ATTR || sql == 0 ||
	    !flow_word_is(f, callee->name, "execute") ||
	    (f->vals[sql].marks & MARKS_CHOSEN) || t->open ||
	    !str_starts(t->bytes, "SELECT ") ||
	    strcasestr(t->bytes + 1, "SELECT") != NULL)
		return false;
	from = strstr(t->bytes, " FROM ");
	where = from != NULL ? strstr(from, " WHERE ") : NULL;
	return where != NULL && memchr(from, '(', (size_t)(where - from)) ==
	    NULL && strcspn(t->bytes, "?%:$@{") > (size_t)(where - t->bytes);
}

/* settings.get(name), or with something else that is nobody's; rows.fetchone();
 * shlex.split(command) */
static bool
is_picked_call(struct flow *f, uint32_t call, int deep)
{
	static const char *const rows[] = { "fetchone", "fetchall", "first",
	    "one", "scalar" };
	uint32_t callee = flow_at(f, call)->kid;
	const struct node *n = flow_at(f, callee);
	uint32_t other = n->next != 0 ? flow_at(f, n->next)->next : 0;

	if (flow_word_is(f, f->vals[callee].name, "shlex.split"))
		return n->next != 0 && other == 0 && is_picked(f, n->next,
		    deep);
	if (n->kind != NODE_ATTR)
		return false;
	if (flow_word_is(f, n->name, "get"))
		return n->next != 0 && (other == 0 || is_own(f, other)) &&
		    (is_kept(f, n->kid) || is_picked(f, n->kid, deep));
	for (size_t i = 0; n->next == 0 && i < ARRAY_LEN(rows); i++)
		if (flow_word_is(f, n->name, rows[i]))
			return is_picked(f, n->kid, deep);
	return is_query(f, call);
}

/* ["convert", job["file"]]: words of its user's, and none of who chooses. */
static bool
are_picked(struct flow *f, uint32_t list, int deep)
{
	uint32_t k = flow_at(f, list)->kid;

	for (int n = 0; k != 0; k = flow_at(f, k)->next)
		if (n++ == CHOICES_MOST || (!is_own(f, k) && !is_picked(f, k,
		    deep)))
			return false;
	return true;
}

static bool
is_picked_name(struct flow *f, uint32_t b, int deep)
{
	bool all = b != 0;

	for (int n = 0; b != 0 && all; b = f->tree->bindings[b].before, n++)
		all = n < CHOICES_MOST &&
		    (f->tree->bindings[b].kind == BINDING_VALUE ||
		    f->tree->bindings[b].kind == BINDING_ITEM) &&
		    is_picked(f, f->tree->bindings[b].value, deep);
	return all;
}

/* Is it what stands under somebody's key in that, or a part of that? */
static bool
is_picked(struct flow *f, uint32_t node, int deep)
{
	const struct node *n = flow_at(f, node);

	if (deep++ > CHOICE_DEEP || f->nchoices++ >= QUESTIONS_MOST)
		return false;
	switch (n->kind) {
	case NODE_NAME:
		return is_picked_name(f, tree_lookup(f->tree, node), deep);
	case NODE_INDEX:
		return is_kept(f, n->kid) || is_picked(f, n->kid, deep);
	case NODE_CALL:
		return is_picked_call(f, node, deep);
	case NODE_LIST:
	case NODE_TUPLE:
		return are_picked(f, node, deep);
	default:
		return false;
	}
}

/* ---- the whole ----------------------------------------------------------- */

/* All that a name was ever given. */
static bool
is_chosen_name(struct flow *f, uint32_t b, bool spelled, int deep)
{
	bool all = b != 0;

	for (int n = 0; b != 0 && all; b = f->tree->bindings[b].before, n++)
		all = n < CHOICES_MOST && f->tree->bindings[b].kind ==
		    BINDING_VALUE && is_choice(f, f->tree->bindings[b].value,
		    spelled, deep + 1);
	return all;
}

static bool
is_choice(struct flow *f, uint32_t node, bool spelled, int deep)
{
	const struct node *n = flow_at(f, node);
	uint32_t right;

	if (deep > CHOICE_DEEP || f->nchoices++ >= QUESTIONS_MOST)
		return false;
	switch (n->kind) {
	case NODE_NAME:
		return is_chosen_name(f, tree_lookup(f->tree, node), spelled,
		    deep);
	case NODE_INDEX:
		return is_fixed_table(f, n->kid, spelled);
	case NODE_CALL:
		return is_asked(f, n->kid, spelled);
	case NODE_BINARY:
		right = flow_at(f, n->kid)->next;
		return n->op == '+' && is_choice(f, n->kid, spelled,
		    deep + 1) && right != 0 && (spelled ?
		    is_spelled(f, right) : is_own(f, right) ||
		    is_choice(f, right, spelled, deep + 1));
	default:
		return false;
	}
}

bool
flow_is_choice(struct flow *f, uint32_t node, bool spelled)
{
	return is_choice(f, node, spelled, 0) || is_picked(f, node, 0);
}

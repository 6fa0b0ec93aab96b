/* SPDX-License-Identifier: Apache-2.0 */
/*
 * variables - one variable out of a copy of the environment: of
 * `config = {**defaults, **os.environ}`, config["NAME"] is that one, and not
 * all of them.
 *
 * Takes: what is asked for a key, and what is put anywhere.  Gives: is what
 * stands under a key one variable?  Only of a name of which the source shows
 * all: each thing that it is bound to is such a copy, nothing is done with it
 * but to ask it, and nothing with the whole environment in it is put there.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/str.h"
#include "flow/names.h"
#include "flow/programs.h"
#include "flow/secrets.h"
#include "flow/state.h"
#include "flow/values.h"

#define COPIES_DEEP 4		/* dict({**os.environ}, a=b) */
#define BINDINGS_MOST 64	/* of one name */
#define PARTS_MOST 100000	/* of all copies that a look asks about */

static bool is_copy(struct flow *, uint32_t node, int deep);

/* ---- what is a copy ------------------------------------------------------ */

static bool
has_environment(const struct flow *f, uint32_t node)
{
	return f->vals[node].marks & MARK_ENVIRON;
}

/* os.environ, or environ as it was imported, and dotenv_values(".env"); no name
 * that somebody binds. */
static bool
is_environment(struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);
	uint32_t b = n->kind == NODE_NAME ? tree_lookup(f->tree, node) : 0;
	uint8_t kind = f->tree->bindings[b].kind;

	if (n->kind != NODE_ATTR && n->kind != NODE_CALL && (b == 0 ||
	    (kind != BINDING_IMPORT && kind != BINDING_FROM)))
		return false;
	return flow_traits(f, f->vals[node].name) & NAME_ENVIRON;
}

/* What a copy is made of: all of it, or nothing. */
static bool
is_part(struct flow *f, uint32_t node, int deep)
{
	return !has_environment(f, node) || is_environment(f, node) ||
	    is_copy(f, node, deep + 1);
}

/* {**os.environ, "A": a} */
static bool
displays_copy(struct flow *f, uint32_t dict, int deep)
{
	uint32_t k = flow_at(f, dict)->kid;

	for (; k != 0; k = flow_at(f, k)->next)
		if (f->ncopied++ >= PARTS_MOST ||
		    (flow_at(f, k)->kind == NODE_DSTAR ?
		    !is_part(f, flow_at(f, k)->kid, deep) :
		    has_environment(f, k)))
			return false;
	return true;
}

/* os.environ.copy(), dict(os.environ, A=a), ChainMap(a, os.environ) */
static bool
calls_copy(struct flow *f, uint32_t call, int deep)
{
	static const char *const makers[] = { "dict", "copy.copy",
	    "copy.deepcopy", "collections.ChainMap" };
	uint32_t callee = flow_at(f, call)->kid;
	char name[FLOW_NAME_MOST + 1];

	(void)flow_string(f, f->vals[callee].name, name);
	if (str_equal(name, "os.environ.copy"))
		return flow_at(f, callee)->kind == NODE_ATTR;
	if (str_index(makers, ARRAY_LEN(makers), name) < 0)
		return false;
	for (uint32_t k = flow_at(f, callee)->next; k != 0;
	    k = flow_at(f, k)->next)
		if (f->ncopied++ >= PARTS_MOST ||
		    (flow_at(f, k)->kind == NODE_KEYWORD ||
		    flow_at(f, k)->kind == NODE_STAR ? has_environment(f, k) :
		    !is_part(f, flow_at(f, k)->kind == NODE_DSTAR ?
		    flow_at(f, k)->kid : k, deep)))
			return false;
	return true;
}

/* The v of "for k, v in os.environ.items()". */
static bool
is_value_of(const struct flow *f, uint32_t node, uint32_t target,
    uint32_t source)
{
	uint32_t v = flow_at(f, target)->kind == NODE_TUPLE ?
	    flow_at(f, flow_at(f, target)->kid)->next : 0;

	return v != 0 && flow_at(f, v)->kind == NODE_NAME &&
	    flow_at(f, v)->next == 0 && flow_at(f, node)->kind == NODE_NAME &&
	    flow_at(f, node)->name == flow_at(f, v)->name &&
	    flow_hunt_goes_through(f, source);
}

/* {k[4:]: v for k, v in os.environ.items() if k.startswith("APP_")} */
static bool
gathers_copy(const struct flow *f, uint32_t table)
{
	uint32_t value = flow_at(f, flow_at(f, table)->kid)->next;
	uint32_t clause = flow_at(f, value)->next, target;

	target = flow_at(f, clause)->kid;
	return flow_at(f, clause)->next == 0 && is_value_of(f, value, target,
	    flow_at(f, target)->next);
}

static bool
is_copy(struct flow *f, uint32_t node, int deep)
{
	const struct node *n = flow_at(f, node);

	if (deep > COPIES_DEEP || f->ncopied++ >= PARTS_MOST)
		return false;
	switch (n->kind) {
	case NODE_DICT:
		return displays_copy(f, node, deep);
	case NODE_CALL:
		return calls_copy(f, node, deep);
	case NODE_DICTCOMP:
		return gathers_copy(f, node);
	case NODE_BINARY:
		return n->op == '|' && is_part(f, n->kid, deep) &&
		    is_part(f, flow_at(f, n->kid)->next, deep);
	default:
		return false;
	}
}

/* ---- what is done with it ------------------------------------------------ */

/* env.get("A"), env.update(b): what is put there is noted as it is. */
static bool
is_method(const struct flow *f, uint32_t callee, uint32_t b)
{
	static const char *const methods[] = { "get", "pop", "items", "keys",
	    "values", "copy", "update", "setdefault" };
	const struct node *n = flow_at(f, callee);

	return n->kind == NODE_ATTR && flow_is_named(f, n->kid, b) &&
	    flow_word_in(f, n->name, methods, ARRAY_LEN(methods));
}

/* run(command, env=env), len(env) */
static uint32_t
uses_of_call(struct flow *f, uint32_t call, uint32_t b)
{
	static const char *const reads[] = { "dict", "len", "list", "sorted" };
	uint32_t callee = flow_at(f, call)->kid, n = 0;
	bool known;

	if (is_method(f, callee, b))
		return 1;
	for (uint32_t k = flow_at(f, callee)->next; k != 0;
	    k = flow_at(f, k)->next)
		n += flow_is_named(f, flow_at(f, k)->kind == NODE_KEYWORD ||
		    flow_at(f, k)->kind == NODE_DSTAR ? flow_at(f, k)->kid : k,
		    b);
	if (n == 0)
		return 0;
	known = flow_at(f, callee)->kind == NODE_NAME && tree_lookup(f->tree,
	    callee) == 0 && flow_word_in(f, flow_at(f, callee)->name, reads,
	    ARRAY_LEN(reads));
	return known || flow_starts_process(f, call) ? n : 0;
}

/* How often that expression or statement names it, to ask it or bind it. */
static uint32_t
uses(struct flow *f, uint32_t node, uint32_t b)
{
	const struct node *n = flow_at(f, node);
	uint32_t next = n->kid != 0 && n->kind != NODE_NAME ?
	    flow_at(f, n->kid)->next : 0, count = 0;

	switch (n->kind) {
	case NODE_INDEX:
		return flow_is_named(f, n->kid, b);
	case NODE_COMPARE:
		return n->name == KW_IN && flow_is_named(f, next, b);
	case NODE_FOR:
	case NODE_CLAUSE:
		return flow_is_named(f, next, b);
	case NODE_CALL:
		return uses_of_call(f, node, b);
	case NODE_ASSIGN:
		for (uint32_t k = n->kid; flow_at(f, k)->next != 0;
		    k = flow_at(f, k)->next)
			count += flow_is_named(f, k, b);
		return count;
	case NODE_ANNOTATE:
		return flow_is_named(f, n->kid, b);
	default:
		return 0;
	}
}

/* env["A"] += a */
static bool
grows(const struct flow *f, uint32_t node, uint32_t b)
{
	uint32_t target = flow_at(f, node)->kid;

	return flow_at(f, node)->kind == NODE_AUGMENT && flow_at(f,
	    target)->kind == NODE_INDEX &&
	    flow_is_named(f, flow_at(f, target)->kid, b);
}

/* Does a literal say that word? */
static bool
says(const struct flow *f, const struct node *n, uint32_t word)
{
	const uint8_t *at = f->tree->source.text + n->at;
	char name[FLOW_NAME_MOST + 1];
	size_t len, skip = 0;

	len = strlen(flow_string(f, word, name));
	while (skip < n->end - n->at && at[skip] != '"' && at[skip] != '\'')
		skip++;
	return n->end - n->at == skip + len + 2 &&
	    memcmp(at + skip + 1, name, len) == 0;
}

/* CONFIG of module.CONFIG, and the text "CONFIG": of a module's name, somebody
 * may ask for it otherwise. */
static bool
is_otherwise(const struct flow *f, uint32_t node, uint32_t b)
{
	static const char *const spaces[] = { "globals", "vars", "exec",
	    "eval" };
	const struct node *n = flow_at(f, node);
	uint32_t word = f->tree->bindings[b].name;

	if (n->kind == NODE_ATTR)
		return n->name == word;
	if (n->kind == NODE_STRING)
		return says(f, n, word);
	return n->kind == NODE_NAME && flow_word_in(f, n->name, spaces,
	    ARRAY_LEN(spaces));
}

/* Is it only asked, wherever the source names it? */
static bool
is_only_asked(struct flow *f, uint32_t b)
{
	bool module = f->tree->bindings[b].scope == 0;
	uint32_t named = 0, known = 0;

	for (uint32_t n = 1; n < f->tree->nnodes; n++) {
		named += flow_is_named(f, n, b);
		known += uses(f, n, b);
		if ((module && is_otherwise(f, n, b)) || grows(f, n, b))
			return false;
	}
	return named == known;
}

/* All that it was ever bound to. */
static bool
holds_copies(struct flow *f, uint32_t b)
{
	bool all = true;

	for (int i = 0; b != 0 && all; b = f->tree->bindings[b].before, i++)
		all = i < BINDINGS_MOST &&
		    (f->tree->bindings[b].kind == BINDING_AUGMENT ||
		    (f->tree->bindings[b].kind == BINDING_VALUE &&
		    is_copy(f, f->tree->bindings[b].value, 0)));
	return all;
}

/* ---- which names --------------------------------------------------------- */

/* What is known of a name's row in this look; NULL: there is no room. */
static struct flow_copy *
copy_of(struct flow *f, uint32_t row)
{
	for (size_t i = 0; i < f->ncopies; i++)
		if (f->copies[i].row == row)
			return &f->copies[i];
	if (f->ncopies == FLOW_COPIES_MOST)
		return NULL;
	f->copies[f->ncopies] = (struct flow_copy){ .row = row };
	return &f->copies[f->ncopies++];
}

static bool
may_be_asked(struct flow *f, uint32_t b)
{
	uint8_t kind = f->tree->scopes[f->tree->bindings[b].scope].kind;

	return (kind == SCOPE_FUNCTION || kind == SCOPE_MODULE) &&
	    !flow_is_shared(f, &f->tree->bindings[b]) && is_only_asked(f, b);
}

bool
flow_is_variables(struct flow *f, uint32_t node)
{
	uint32_t b = flow_at(f, node)->kind == NODE_NAME ?
	    tree_lookup(f->tree, node) : 0;
	struct flow_copy *c = b != 0 ? copy_of(f, f->row_of[b]) : NULL;

	if (c == NULL || c->filled || !holds_copies(f, b))
		return false;
	if (!c->searched)
		c->asked = may_be_asked(f, b);
	c->searched = true;
	return c->asked;
}

/* for k, v in os.environ.items(): config[k] = v */
static bool
is_one_value(const struct flow *f, uint32_t node)
{
	uint32_t b = flow_at(f, node)->kind == NODE_NAME ?
	    tree_lookup(f->tree, node) : 0;
	const struct binding *at = &f->tree->bindings[b];

	return b != 0 && at->kind == BINDING_ITEM && at->before == 0 &&
	    flow_hunt_goes_through(f, at->value);
}

void
flow_note_filled(struct flow *f, uint32_t row, uint32_t value, bool whole)
{
	struct flow_copy *c;

	if (row == 0 || (value != 0 && (whole ? is_part(f, value, 0) :
	    is_one_value(f, value))))
		return;
	c = copy_of(f, row);
	if (c == NULL || c->filled)
		return;
	c->filled = true;
	/* It may have been asked before, by who was gone through. */
	f->changed = f->changed || f->read[row];
	f->outrun = f->outrun || f->read[row];
}

/* config.update(os.environ) */
void
flow_note_gathered(struct flow *f, const struct frame *fr)
{
	const struct node *callee = flow_at(f, flow_at(f, fr->node)->kid);
	bool one = fr->nargs == 1 && fr->keywords[0] == 0 && callee->kind ==
	    NODE_ATTR && flow_word_is(f, callee->name, "update");

	flow_note_filled(f, fr->callee.row, one ? fr->nodes[0] : 0, true);
}

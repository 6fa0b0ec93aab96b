/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flow_door - a password in the code that lets in whoever knows it: compared
 * as it is, or by its digest, before a function says yes.
 *
 * Takes: a source that flow has gone through.  Gives: calls of no library, one
 * a door.
 * Runs in: worker child, command.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "inspect/flow_state.h"
#include "python/lex.h"

#define DIGEST_LEAST 32		/* hexadecimal letters of MD5 */
#define WORD_LEAST 10		/* shorter ones are examples */
#define KINDS_LEAST 3		/* of letters, digits, other signs */
#define CONDITIONS_MOST 8	/* a or b or c */

static bool
is_digest(const struct flow_text *t)
{
	return t->len >= DIGEST_LEAST && !t->open &&
	    strspn(t->bytes, "0123456789abcdefABCDEF") == t->len;
}

/* "Qx7!maintenance": nobody's example, and no name of anything, as
 * "api.v2#noAuth" and "m3u8_native" are. */
static bool
is_password(const struct flow_text *t)
{
	bool small = false, large = false, digit = false, other = false;

	for (uint32_t i = 0; i < t->len; i++) {
		unsigned char c = (unsigned char)t->bytes[i];

		if (c <= ' ' || c >= 0x7f)
			return false;
		small = small || islower(c);
		large = large || isupper(c);
		digit = digit || isdigit(c);
		other = other || (!isalnum(c) && strchr("_-./:#", c) == NULL);
	}
	return t->len >= WORD_LEAST && !t->open &&
	    small + large + digit + other >= KINDS_LEAST;
}

/* sha256(x).hexdigest() */
static bool
is_digest_of(const struct flow *f, uint32_t node)
{
	char name[FLOW_NAME_MOST + 1];

	return str_ends(flow_string(f, f->vals[node].name, name),
	    "digest()");
}

static bool
takes_password(const struct flow *f, const struct flow_scope *s)
{
	for (uint32_t i = 0; i < s->nparameters; i++)
		if (f->rows[s->parameters[i]].marks & MARK_PASSWORD)
			return true;
	return false;
}

enum door { NO_DOOR, DOOR_DIGEST, DOOR_WORD };

static enum door
compared(const struct flow *f, const struct flow_scope *s, uint32_t a,
    uint32_t b)
{
	const struct flow_text *t = &f->texts[f->vals[b].text];

	if (is_digest(t) && is_digest_of(f, a) && takes_password(f, s))
		return DOOR_DIGEST;
	return is_password(t) && (f->vals[a].marks & MARK_PASSWORD) &&
	    f->vals[a].text == 0 ? DOOR_WORD : NO_DOOR;
}

static enum door
door_in(const struct flow *f, const struct flow_scope *s, uint32_t node)
{
	const struct node *n = flow_at(f, node);
	char name[FLOW_NAME_MOST + 1];
	uint32_t a = n->kid, b;
	enum door door;

	if (n->kind == NODE_CALL) {
		if (!str_ends(flow_string(f, f->vals[n->kid].name, name),
		    "compare_digest"))
			return NO_DOOR;
		a = flow_at(f, a)->next;
	} else if (n->kind != NODE_COMPARE || n->op != OP_EQ) {
		return NO_DOOR;
	}
	b = a != 0 ? flow_at(f, a)->next : 0;
	if (b == 0)
		return NO_DOOR;
	door = compared(f, s, a, b);
	return door != NO_DOOR ? door : compared(f, s, b, a);
}

/* if a == b: return something */
static bool
says_yes(const struct flow *f, uint32_t block)
{
	uint32_t first = flow_at(f, block)->kind == NODE_BLOCK ?
	    flow_at(f, block)->kid : 0;
	const struct node *value = flow_at(f, flow_at(f, first)->kid);

	return flow_at(f, first)->kind == NODE_RETURN &&
	    flow_at(f, first)->kid != 0 && !(value->kind == NODE_CONST &&
	    value->name != KW_TRUE);
}

/* The condition's parts, of `a or b` each. */
static enum door
door_of(const struct flow *f, const struct flow_scope *s, uint32_t node)
{
	enum door door = NO_DOOR;

	for (int i = 0; i < CONDITIONS_MOST && door == NO_DOOR; i++) {
		const struct node *n = flow_at(f, node);

		if (n->kind != NODE_BOOL)
			return door_in(f, s, node);
		door = door_in(f, s, flow_at(f, n->kid)->next);
		node = n->kid;
	}
	return door;
}

/* A function and where it begins; they are in order of that. */
struct begin { uint32_t from, scope; };

static int
by_begin(const void *a, const void *b)
{
	const struct begin *x = a, *y = b;

	return (x->from > y->from) - (x->from < y->from);
}

static struct begin *
functions_of(const struct flow *f, size_t *n)
{
	struct begin *all = mem_array(f->nscopes, sizeof(*all));

	*n = 0;
	for (uint32_t i = 1; i < f->nscopes; i++)
		if (f->scopes[i].kind == SCOPE_FUNCTION)
			all[(*n)++] = (struct begin){ f->scopes[i].from, i };
	qsort(all, *n, sizeof(*all), by_begin);
	return all;
}

/* The last function that begins before `at`, or one that it stands in. */
static uint32_t
scope_around(const struct flow *f, const struct begin *all, size_t n,
    uint32_t at)
{
	size_t low = 0, high = n;
	uint32_t s;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (all[mid].from <= at)
			low = mid + 1;
		else
			high = mid;
	}
	s = low > 0 ? all[low - 1].scope : 0;
	while (s != 0 && (f->scopes[s].kind != SCOPE_FUNCTION ||
	    at >= f->scopes[s].to))
		s = f->scopes[s].parent;
	return s;
}

static bool
takes_any(const struct flow *f)
{
	for (uint32_t i = 1; i < f->nscopes; i++)
		if (takes_password(f, &f->scopes[i]))
			return true;
	return false;
}

static void
look_if(struct flow *f, uint32_t node, uint32_t scope)
{
	static const struct fact digest = { "digest", DEED_DOOR, 0 };
	static const struct fact word = { "word", DEED_DOOR_WORD, 0 };
	uint32_t test = flow_at(f, node)->kid;
	enum door door = door_of(f, &f->scopes[scope], test);

	if (door != NO_DOOR)
		(void)flow_tell(f, test, scope, door == DOOR_DIGEST ?
		    &digest : &word, 0);
}

void
flow_look_doors(struct flow *f)
{
	struct begin *all;
	size_t n;

	if (!takes_any(f))
		return;
	all = functions_of(f, &n);
	for (uint32_t i = 1; i < f->tree->nnodes; i++) {
		const struct node *at = flow_at(f, i);

		if ((at->kind == NODE_IF || at->kind == NODE_ELIF) &&
		    says_yes(f, flow_at(f, at->kid)->next))
			look_if(f, i, scope_around(f, all, n, at->at));
	}
	free(all);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flow_hunt - what is chosen because its name speaks of secrets: files by
 * their endings, values by the words in their keys.
 *
 * Takes: a list of texts, a comparison, a clause.  Gives: MARK_HUNTED.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/str.h"
#include "inspect/flow_state.h"
#include "python/lex.h"

#define HUNT_WORDS 2		/* one alone is a word like any other */
#define ROOT_DEEP 6		/* os.path.splitext(p)[1].lower() */

static bool
is_key_ending(const char *text)
{
	static const char *const endings[] = { ".pem", ".key", ".kdbx",
	    ".kdb", ".ppk", ".pfx", ".p12", ".ovpn", ".wallet", ".jks",
	    ".rdp", ".keystore", ".env", ".asc", ".gpg" };

	return str_index(endings, ARRAY_LEN(endings), text) >= 0;
}

static bool
is_secret_word(const char *text)
{
	static const char *const words[] = { "key", "token", "pass",
	    "password", "passwd", "secret", "credential", "pwd", "mnemonic",
	    "private", "KEY", "TOKEN", "PASS", "PASSWORD", "SECRET",
	    "CREDENTIAL", "PRIVATE", "api_key", "API_KEY", "auth", "AUTH" };

	return str_index(words, ARRAY_LEN(words), text) >= 0;
}

/* {".docx", ".kdbx"}, ("key", "token"): texts alone. */
uint64_t
flow_hunt_list(const struct flow *f, uint32_t node)
{
	unsigned int words = 0, dots = 0, keys = 0;

	for (uint32_t k = flow_at(f, node)->kid; k != 0;
	    k = flow_at(f, k)->next) {
		const char *text = f->texts[f->vals[k].text].bytes;

		if (flow_at(f, k)->kind != NODE_STRING || *text == '\0')
			return 0;
		words += is_secret_word(text);
		dots += *text == '.';
		keys += is_key_ending(text);
	}
	return words >= HUNT_WORDS || (keys > 0 && dots >= HUNT_WORDS) ?
	    MARK_HUNTED : 0;
}

/* p.suffix.lower(), os.path.splitext(p)[1]: the name of what is looked at, if
 * it is an ending that is. */
static uint32_t
file_looked_at(struct flow *f, uint32_t node)
{
	bool ending = false;

	for (int deep = 0; node != 0 && deep < ROOT_DEEP; deep++) {
		const struct node *n = flow_at(f, node);

		if (n->kind == NODE_NAME)
			return ending ? node : 0;
		if (n->kind != NODE_ATTR && n->kind != NODE_INDEX &&
		    n->kind != NODE_CALL)
			return 0;
		if (n->kind == NODE_ATTR && (flow_word_is(f, n->name,
		    "suffix") || flow_word_is(f, n->name, "suffixes")))
			ending = true;
		if (n->kind == NODE_CALL && flow_at(f, n->kid)->kind ==
		    NODE_ATTR && flow_word_is(f, flow_at(f, n->kid)->name,
		    "splitext")) {
			ending = true;
			node = flow_at(f, n->kid)->next;
		} else {
			node = n->kid;
		}
	}
	return 0;
}

static void
mark_name(struct flow *f, uint32_t node)
{
	static const struct taint hunted = { .marks = MARK_HUNTED };
	uint32_t b = node != 0 && flow_at(f, node)->kind == NODE_NAME ?
	    tree_lookup(f->tree, node) : 0;

	if (b != 0)
		flow_mark_row(f, f->row_of[b], &hunted, MARKS_ALL);
}

/* x in LIST: what decides is told to whoever filters by it. */
struct taint
flow_hunt_compare(struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);
	const struct taint *left = &f->vals[n->kid];
	const struct taint *right = &f->vals[flow_at(f, n->kid)->next];
	struct taint v = { 0 };

	if (n->name != KW_IN || (n->flags & 1) ||
	    !((left->marks | right->marks) & MARK_HUNTED))
		return v;
	if (f->shunned < node && (right->marks & MARK_HUNTED))
		mark_name(f, file_looked_at(f, n->kid));
	v.marks = v.own = MARK_HUNTED;
	return v;
}

/* if p.suffix in LIST: continue */
void
flow_hunt_if(struct flow *f, uint32_t node)
{
	uint32_t test = flow_at(f, node)->kid;
	uint32_t block = test != 0 ? flow_at(f, test)->next : 0;
	uint8_t first = block != 0 && flow_at(f, block)->kid != 0 ?
	    flow_at(f, flow_at(f, block)->kid)->kind : NODE_NONE;

	if (first == NODE_CONTINUE || first == NODE_RETURN ||
	    first == NODE_RAISE || first == NODE_PASS)
		f->shunned = test;
}

/* for k, v in x.items() if any(w in k for w in LIST) */
void
flow_hunt_clause(struct flow *f, uint32_t node)
{
	uint32_t target = flow_at(f, node)->kid;
	uint32_t source = target != 0 ? flow_at(f, target)->next : 0;

	for (uint32_t k = source != 0 ? flow_at(f, source)->next : 0; k != 0;
	    k = flow_at(f, k)->next) {
		if (!(f->vals[k].marks & MARK_HUNTED) ||
		    flow_at(f, k)->kind == NODE_UNARY)
			continue;
		if (flow_at(f, target)->kind != NODE_TUPLE)
			continue;
		for (uint32_t t = flow_at(f, target)->kid; t != 0;
		    t = flow_at(f, t)->next)
			mark_name(f, t);
	}
}

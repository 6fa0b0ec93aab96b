/* SPDX-License-Identifier: Apache-2.0 */
/*
 * match - names that the patterns of a `match` are given: what is matched,
 * or a part of it.
 *
 * Takes: a NODE_MATCH whose cases were seen.  Gives: values of those names.
 * Runs in: worker child, command.
 */
#include "flow/names.h"
#include "flow/secrets.h"
#include "flow/state.h"
#include "flow/values.h"

#define PATTERN_NODES 200	/* of one case */

/* A name that the pattern binds, and no class or constant that it asks for. */
static bool
is_capture(const struct flow *f, uint32_t node)
{
	uint32_t b = flow_at(f, node)->kind == NODE_NAME ?
	    tree_lookup(f->tree, node) : 0;

	return b != 0 && f->tree->bindings[b].at == flow_at(f, node)->at;
}

/* case {"TOKEN": t}, of the environment: one variable. */
static void
take_variables(struct flow *f, uint32_t pattern)
{
	for (uint32_t key = flow_at(f, pattern)->kid; key != 0;) {
		uint32_t value = flow_at(f, key)->next;

		if (value == 0)
			return;
		if (is_capture(f, value))
			flow_assign(f, value, 0, flow_variable(f, key));
		key = flow_at(f, value)->next;
	}
}

static void
take_all(struct flow *f, uint32_t pattern, struct taint v)
{
	uint32_t n = pattern;

	v.name = v.code = v.text = 0;
	for (; n != 0 && pattern - n < PATTERN_NODES && flow_at(f, n)->at >=
	    flow_at(f, pattern)->at; n--)
		if (is_capture(f, n))
			flow_assign(f, n, 0, v);
}

void
flow_match(struct flow *f, uint32_t node)
{
	uint32_t subject = flow_at(f, node)->kid, block, k;
	bool environ;

	block = subject != 0 ? flow_at(f, subject)->next : 0;
	if (block == 0 || f->vals[subject].marks == 0)
		return;
	environ = (flow_traits(f, f->vals[subject].name) & NAME_ENVIRON) != 0;
	for (k = flow_at(f, block)->kid; k != 0; k = flow_at(f, k)->next) {
		uint32_t pattern = flow_at(f, k)->kind == NODE_CASE ?
		    flow_at(f, k)->kid : 0;

		if (pattern == 0)
			continue;
		if (environ && flow_at(f, pattern)->kind == NODE_DICT)
			take_variables(f, pattern);
		else
			take_all(f, pattern, f->vals[subject]);
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guard - what code asks before it acts: language and time zone, the
 * time, who works here, whether a service builds or somebody watches.
 *
 * Takes: a settled file.  Gives: kinds of questions, by node and scope: of the
 * blocks behind a test, and of all of a function that a test may leave early;
 * and of what is called there.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "flow/after.h"
#include "flow/names.h"
#include "flow/scopes.h"
#include "flow/state.h"
#include "flow/values.h"

#define CALL_ROUNDS 3		/* f() calls g() calls h() */
#define DAY_SECONDS_LEAST 1500000000	/* 2017, since 1970 */
#define DAY_SECONDS_MOST 2500000000	/* 2049 */

uint64_t
flow_asked_variable(const char *name)
{
	static const char *const places[] = { "LANG", "LC_ALL", "LC_CTYPE",
	    "LC_MESSAGES", "LC_TIME", "LANGUAGE", "TZ" };
	static const char *const builders[] = { "CI", "GITHUB_ACTIONS",
	    "GITLAB_CI", "TRAVIS", "JENKINS_URL", "CIRCLECI", "BUILDKITE",
	    "TF_BUILD", "TEAMCITY_VERSION", "BUILD_ID", "CODEBUILD_BUILD_ID" };

	return str_index(places, ARRAY_LEN(places), name) >= 0 ? HELD_PLACE :
	    str_index(builders, ARRAY_LEN(builders), name) >= 0 ?
	    HELD_BUILDER : 0;
}

static uint8_t
kinds_of(uint64_t held, bool who)
{
	return (uint8_t)((held & HELD_PLACE ? GUARD_PLACE : 0) |
	    (held & HELD_CLOCK ? GUARD_CLOCK : 0) | (who ? GUARD_WHO : 0) |
	    (held & HELD_BUILDER ? GUARD_BUILDER : 0) |
	    (held & HELD_TRAP ? GUARD_TRAP : 0));
}

/* "CI" in os.environ */
static uint64_t
asked_of_environment(const struct flow *f, uint32_t node)
{
	uint32_t text = f->vals[node].text;

	return flow_at(f, node)->kind == NODE_STRING && text != 0 ?
	    flow_asked_variable(f->texts[text].bytes) : 0;
}

/* date(2026, 9, 1), 1790000000: a day that stands in the code. */
static bool
is_day(struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);
	struct value v;
	uint32_t first;

	if (n->kind == NODE_NUMBER) {
		v = fold_node(f->fold, node);
		return v.kind == VALUE_INT && v.i > DAY_SECONDS_LEAST &&
		    v.i < DAY_SECONDS_MOST;
	}
	if (n->kind != NODE_CALL || !(flow_word_is(f, f->vals[n->kid].name,
	    "datetime.date") || flow_word_is(f, f->vals[n->kid].name,
	    "datetime.datetime")))
		return false;
	first = flow_at(f, n->kid)->next;
	return first != 0 && flow_at(f, first)->kind == NODE_NUMBER;
}

/* ... or what a name stands for. */
static bool
names_day(struct flow *f, uint32_t node)
{
	uint32_t b = flow_at(f, node)->kind == NODE_NAME ?
	    tree_lookup(f->tree, node) : 0;
	uint32_t value = b != 0 ? f->tree->bindings[b].value : 0;

	return is_day(f, node) || (value != 0 && is_day(f, value));
}

/* now.year >= 2026 */
static bool
asks_year(const struct flow *f, uint32_t node)
{
	return flow_at(f, node)->kind == NODE_ATTR &&
	    (f->vals[node].held & HELD_CLOCK) &&
	    (flow_word_is(f, flow_at(f, node)->name, "year") ||
	    flow_word_is(f, flow_at(f, node)->name, "tm_year"));
}

/* random.random() < 0.01 */
static bool
is_chance(const struct flow *f, uint32_t node)
{
	char name[FLOW_NAME_MOST + 1];

	return flow_at(f, node)->kind == NODE_CALL && strncmp(flow_string(f,
	    f->vals[flow_at(f, node)->kid].name, name), "random.", 7) == 0;
}

/* input("Run it? [y/N] ") */
static bool
asks_person(const struct flow *f, uint32_t node)
{
	static const char *const names[] = { "input", "click.confirm",
	    "typer.confirm", "rich.prompt.Confirm.ask" };
	char name[FLOW_NAME_MOST + 1];

	return flow_at(f, node)->kind == NODE_CALL && str_index(names,
	    ARRAY_LEN(names), flow_string(f, f->vals[flow_at(f,
	    node)->kid].name, name)) >= 0;
}

/* Of the nodes of a test: those behind `from`, before `to`. */
static uint8_t
test_kinds(struct flow *f, uint32_t from, uint32_t to)
{
	uint64_t marks = 0, held = 0, variables = 0;
	bool compared = false, day = false, chance = false;
	bool person = false;
	uint8_t kinds;

	for (uint32_t n = from + 1; n < to; n++) {
		marks |= f->vals[n].marks;
		held |= f->vals[n].held;
		variables |= asked_of_environment(f, n);
		compared = compared || flow_at(f, n)->kind == NODE_STRING ||
		    flow_at(f, n)->kind == NODE_STRINGS;
		day = day || names_day(f, n) || asks_year(f, n);
		chance = chance || is_chance(f, n);
		person = person || asks_person(f, n);
	}
	kinds = kinds_of(held | (marks & MARK_ENVIRON ? variables : 0),
	    compared && (marks & (MARK_HOSTNAME | MARK_USER)));
	return (uint8_t)(kinds | (day && (kinds & GUARD_CLOCK) ?
	    GUARD_DATE : 0) | (chance ? GUARD_CHANCE : 0) |
	    (person ? GUARD_PERSON : 0));
}

/* Does the block end what is around it? */
static bool
leaves(const struct flow *f, uint32_t block)
{
	uint32_t last = flow_at(f, block)->kid;

	while (last != 0 && flow_at(f, last)->next != 0)
		last = flow_at(f, last)->next;
	return last != 0 && (flow_at(f, last)->kind == NODE_RETURN ||
	    flow_at(f, last)->kind == NODE_RAISE ||
	    flow_at(f, last)->kind == NODE_CONTINUE);
}

static void
guard_block(struct flow *f, uint32_t block, uint8_t kinds)
{
	for (uint32_t n = block; n < f->tree->nnodes && flow_at(f, n)->at <
	    flow_at(f, block)->end; n++)
		f->guards[n] |= kinds;
}

static uint32_t
scope_of(const struct flow *f, uint32_t node, uint32_t otherwise)
{
	uint8_t kind = flow_at(f, node)->kind;

	return kind == NODE_CALL ? flow_scope_of(f, flow_at(f, node)->name) :
	    kind == NODE_NAME ? flow_scope_of(f, tree_scope_of(f->tree,
	    node)) : otherwise;
}

static void
look_test(struct flow *f, uint32_t node)
{
	uint32_t test = flow_at(f, node)->kid;
	uint32_t block = test != 0 ? flow_at(f, test)->next : 0, scope = 0;
	uint8_t kinds;

	if (block == 0 || flow_at(f, block)->kind != NODE_BLOCK)
		return;
	kinds = test_kinds(f, node, block);
	if (kinds == 0)
		return;
	for (uint32_t n = node + 1; n < block; n++)
		scope = scope_of(f, n, scope);
	if (!leaves(f, block))
		guard_block(f, block, kinds);
	else if (f->scopes[scope].kind == SCOPE_FUNCTION)
		f->scopes[scope].guards |= kinds;
}

/* What is called there was asked for there. */
static void
spread(struct flow *f)
{
	for (uint32_t n = 1; n < f->tree->nnodes; n++) {
		uint32_t code = flow_at(f, n)->kind == NODE_CALL ?
		    f->vals[flow_at(f, n)->kid].code : 0;

		if (code != 0)
			f->scopes[code - 1].guards |= f->guards[n] |
			    f->scopes[scope_of(f, n, 0)].guards;
	}
}

uint8_t
flow_guards(struct flow *f, uint32_t node, uint32_t scope)
{
	if (!f->asks)
		return 0;
	if (f->guards == NULL) {
		f->guards = mem_array(f->tree->nnodes, sizeof(*f->guards));
		for (uint32_t n = 1; n < f->tree->nnodes; n++)
			if (flow_at(f, n)->kind == NODE_IF ||
			    flow_at(f, n)->kind == NODE_ELIF ||
			    flow_at(f, n)->kind == NODE_WHILE)
				look_test(f, n);
		for (int round = 0; round < CALL_ROUNDS; round++)
			spread(f);
	}
	return f->guards[node] | f->scopes[scope].guards;
}

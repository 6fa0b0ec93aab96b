/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command - commands of setup.py that no installation asks for: test,
 * publish, docs.
 *
 * Takes: the tree of a script that builds the package, and a class of it.
 * Gives: whether only who types its name runs it.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/str.h"
#include "flow/functions.h"
#include "flow/state.h"

/* Classes of a source: each is looked for in all of it.  Of more, an
 * installation is taken to run the rest. */
#define ASKED_MOST 32

/* Commands that installers, and each other, run. */
static bool
is_installing(const char *key)
{
	static const char *const begins[] = { "install", "build", "bdist",
	    "develop", "editable", "egg_", "dist_", "sdist", "easy_", "clean",
	    "config" };

	return *key == '\0' || str_starts_any(key, begins, ARRAY_LEN(begins));
}

static bool
has_word(const struct flow *f, const char *word)
{
	return words_find(&f->tree->words, word, strlen(word)) != 0;
}

static const char *const asks[] = { "run_command", "get_finalized_command",
    "get_command_obj", "get_command_class", "reinitialize_command" };

/* self.run_command(name), of a name that is no text. */
static bool
asks_by_name(const struct flow *f, uint32_t node)
{
	const struct node *callee;

	if (flow_at(f, node)->kind != NODE_CALL)
		return false;
	callee = flow_at(f, flow_at(f, node)->kid);
	if (callee->kind != NODE_ATTR)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(asks); i++)
		if (flow_word_is(f, callee->name, asks[i]))
			return callee->next == 0 || flow_at(f,
			    callee->next)->kind != NODE_STRING;
	return false;
}

/* sys.argv, sys.argv[-1] */
static bool
is_argv(const struct flow *f, uint32_t node)
{
	if (flow_at(f, node)->kind == NODE_INDEX)
		node = flow_at(f, node)->kid;
	return (flow_at(f, node)->kind == NODE_ATTR ||
	    flow_at(f, node)->kind == NODE_NAME) &&
	    flow_word_is(f, flow_at(f, node)->name, "argv");
}

/* "docs" in sys.argv: who only compares what was typed types nothing. */
static bool
only_compares_argv(const struct flow *f)
{
	uint32_t all = 0, compared = 0;

	for (uint32_t n = 1; n < f->tree->nnodes; n++) {
		const struct node *at = flow_at(f, n);

		all += (at->kind != NODE_INDEX && is_argv(f, n)) ||
		    (at->kind == NODE_ALIAS && flow_word_is(f, at->name,
		    "argv"));
		for (uint32_t k = at->kind == NODE_COMPARE ? at->kid : 0;
		    k != 0; k = flow_at(f, k)->next)
			compared += is_argv(f, k);
	}
	return all == compared;
}

bool
flow_steers_build(const struct flow *f)
{
	static const char *const words[] = { "sub_commands", "script_args",
	    "__subclasses__", "run_commands", "command_obj",
	    "parse_command_line" };
	bool any = false;

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (has_word(f, words[i]))
			return true;
	if (has_word(f, "argv") && !only_compares_argv(f))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(asks); i++)
		any = any || has_word(f, asks[i]);
	/* Whose commands it asks for is told where they are. */
	if (any && !has_word(f, "cmdclass"))
		return true;
	for (uint32_t n = 1; any && n < f->tree->nnodes; n++)
		if (asks_by_name(f, n))
			return true;
	return false;
}

/* Where a class is named, and what else is called like its command. */
struct mentions {
	uint32_t	 class;		/* a word */
	uint32_t	 all, aside;	/* by name; under a key of that kind */
	const char	*key;
	uint32_t	 texts, keys;	/* of that text; that are keys */
};

static const char *
text_of(const struct flow *f, uint32_t node)
{
	struct value v = flow_at(f, node)->kind == NODE_STRING ?
	    fold_node(f->fold, node) : (struct value){ 0 };

	return value_is_text(&v) ? (const char *)v.bytes : "";
}

/* {"test": Tests} */
static void
look_pairs(const struct flow *f, uint32_t table, struct mentions *m)
{
	uint32_t key = flow_at(f, table)->kid, value;

	for (; key != 0; key = flow_at(f, value)->next) {
		value = flow_at(f, key)->next;
		if (value == 0 || flow_at(f, key)->kind == NODE_DSTAR)
			break;
		m->keys += m->key != NULL && str_equal(text_of(f, key), m->key);
		if (flow_at(f, value)->kind != NODE_NAME ||
		    flow_at(f, value)->name != m->class ||
		    is_installing(text_of(f, key)))
			continue;
		m->aside++;
		if (m->key == NULL)
			m->key = text_of(f, key);
	}
}

static void
look_all(const struct flow *f, struct mentions *m)
{
	for (uint32_t n = 1; n < f->tree->nnodes; n++) {
		const struct node *at = flow_at(f, n);

		m->all += at->kind == NODE_NAME && at->name == m->class;
		m->texts += m->key != NULL && at->kind == NODE_STRING &&
		    str_equal(text_of(f, n), m->key);
		if (at->kind == NODE_DICT)
			look_pairs(f, n, m);
	}
}

bool
flow_is_aside(struct flow *f, uint32_t scope)
{
	struct mentions m = { .class = f->scopes[scope].name };

	if (f->file->reach != REACH_INSTALL || f->file->world == NULL ||
	    f->file->world->steers || f->commands++ >= ASKED_MOST ||
	    flow_steers_build(f))
		return false;
	look_all(f, &m);
	if (m.aside != 1 || m.all != 1)
		return false;
	/* Now that its name is known: who else speaks of it? */
	m.all = m.aside = m.keys = 0;
	look_all(f, &m);
	return m.texts == m.keys;
}

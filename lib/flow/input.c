/* SPDX-License-Identifier: Apache-2.0 */
/*
 * input - what a program is told at its standard input, and only reads.
 *
 * Takes: the expression that is started, as a list or as one that a loop takes
 * out of a table of lists.  Gives: is each word of it known, and none of a
 * program that acts on what it reads?
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/str.h"
#include "flow/names.h"
#include "flow/programs.h"
#include "flow/state.h"

#define PROGRAM_MOST 24		/* of one word, without a folder */
#define TABLE_DEEP 3		/* [(["xsel", "-b"], ["xsel", "-c"])] */
#define TABLE_WORDS 256		/* of all programs of one */
#define SEARCHES_MOST 30		/* of a source in a look, all of it */

/* Programs and orders by which what is read becomes code, or changes it. */
static bool
acts_on_input(const char *word)
{
	static const char *const words[] = { "am", "apply", "bc", "c++", "cc",
	    "chpasswd", "chroot", "clang", "cpio", "crontab", "dc", "dd",
	    "ed", "ex", "execute", "fakeroot", "fast-import", "flock", "ftp",
	    "g++", "gcc", "gdbserver", "gosu", "import", "iptables-restore",
	    "jshell", "kubectl", "lftp", "m4", "mysql", "nc", "ncat", "nft",
	    "nsenter", "parallel", "patch", "psql", "qemu", "restore", "rsh",
	    "run", "runuser", "script", "sftp", "shell", "socat", "strace",
	    "tar", "tcc", "telnet", "unbundle", "unshare", "visudo" };

	return str_index(words, ARRAY_LEN(words), word) >= 0 ||
	    flow_starts_others(word);
}

/* A word that is known, and is none of those; "clip.exe" is "clip". */
static bool
is_read_word(struct flow *f, uint32_t node, char word[PROGRAM_MOST + 1])
{
	struct value v = fold_node(f->fold, node);
	char *slash;

	if (v.kind != VALUE_STR || (v.flags & VALUE_OPEN) ||
	    v.len > PROGRAM_MOST)
		return false;
	memcpy(word, v.bytes, v.len);
	word[v.len] = '\0';
	if (str_ends(word, ".exe"))
		word[v.len - 4] = '\0';
	slash = strrchr(word, '/');
	return !acts_on_input(slash != NULL ? slash + 1 : word);
}

static bool
is_list(const struct flow *f, uint32_t node)
{
	return flow_at(f, node)->kind == NODE_LIST ||
	    flow_at(f, node)->kind == NODE_TUPLE;
}

/* ["git", "commit", "-F", "-"]: each word stands there, and none of them is
 * code, nor has the program run something. */
static bool
is_read_list(struct flow *f, uint32_t list)
{
	uint32_t k = flow_at(f, list)->kid;
	char word[PROGRAM_MOST + 1];

	if (k == 0 || !is_read_word(f, k, word) || !flow_is_tool(word,
	    strlen(word)))
		return false;
	while ((k = flow_at(f, k)->next) != 0)
		if (!is_read_word(f, k, word))
			return false;
	return true;
}

/* Lists of words, in lists: nothing else stands there but None. */
static bool
are_read_lists(struct flow *f, uint32_t node, int deep, uint32_t *words)
{
	uint32_t k = flow_at(f, node)->kid;
	bool within = false, all = true;

	for (uint32_t at = k; at != 0; at = flow_at(f, at)->next) {
		within = within || is_list(f, at);
		all = all && ++*words <= TABLE_WORDS;
	}
	if (!within || !all)
		return all && k != 0 && is_read_list(f, node);
	for (; k != 0 && all; k = flow_at(f, k)->next)
		all = is_list(f, k) ? deep < TABLE_DEEP && are_read_lists(f, k,
		    deep + 1, words) : flow_at(f, k)->kind == NODE_CONST &&
		    flow_at(f, k)->name == KW_NONE;
	return all;
}

/* ---- who else has it ---------------------------------------------------- */

bool
flow_is_named(const struct flow *f, uint32_t node, uint32_t b)
{
	const struct binding *at = &f->tree->bindings[b];
	uint32_t to;

	if (node == 0 || flow_at(f, node)->kind != NODE_NAME ||
	    flow_at(f, node)->name != at->name)
		return false;
	to = tree_lookup(f->tree, node);
	return to != 0 && f->tree->bindings[to].scope == at->scope;
}

bool
flow_starts_process(struct flow *f, uint32_t call)
{
	struct value v = fold_node(f->fold, flow_at(f, call)->kid);
	const struct fact *fact;
	const char *path;
	size_t len;

	path = fold_path(f->fold, &v, &len);
	if (path == NULL)
		return false;
	fact = flow_fact(f, words_add(&f->tree->words, (const uint8_t *)path,
	    len, true));
	return fact != NULL && fact->deed == DEED_PROCESS;
}

/* run(put), which(put[0]), run(clear or put): nobody can change it there. */
static uint32_t
uses_of_list(struct flow *f, uint32_t call, uint32_t b)
{
	uint32_t n = 0, k = flow_at(f, flow_at(f, call)->kid)->next;

	for (; k != 0; k = flow_at(f, k)->next) {
		const struct node *at = flow_at(f, k);

		if (at->kind == NODE_INDEX)
			n += flow_is_named(f, at->kid, b);
		else if (at->kind == NODE_NAME && flow_is_named(f, k, b))
			n += flow_starts_process(f, call);
		else if (at->kind == NODE_BOOL && flow_starts_process(f, call))
			n += (uint32_t)(flow_is_named(f, at->kid, b) +
			    flow_is_named(f, flow_at(f, at->kid)->next, b));
	}
	return n;
}

/* Is the list that a loop takes from `table` only started, and the table only
 * gone through, once? */
static bool
only_started(struct flow *f, uint32_t list, uint32_t table)
{
	uint32_t named = 0, known = 0, loops = 0;

	if (f->nreads++ >= SEARCHES_MOST)
		return false;
	for (uint32_t n = 1; n < f->tree->nnodes; n++) {
		const struct node *at = flow_at(f, n);

		named += (flow_is_named(f, n, list) && at->at !=
		    f->tree->bindings[list].at) ||
		    (flow_is_named(f, n, table) && at->at !=
		    f->tree->bindings[table].at);
		if (at->kind == NODE_CALL)
			known += uses_of_list(f, n, list);
		else if (at->kind == NODE_FOR || at->kind == NODE_CLAUSE)
			loops += flow_is_named(f, flow_at(f, at->kid)->next,
			    table);
	}
	return loops == 1 && named == known + loops;
}

bool
flow_is_shared(const struct flow *f, const struct binding *table)
{
	char name[FLOW_NAME_MOST + 1];

	return table->scope == 0 && f->file->world != NULL &&
	    f->file->module != NULL && world_reaches(f->file->world,
	    f->file->module, flow_string(f, table->name, name));
}

/* for put, clear in CLIPBOARDS: a table that is bound once, as it stands. */
static bool
is_of_table(struct flow *f, uint32_t name)
{
	uint32_t b = tree_lookup(f->tree, name), table, words = 0;
	const struct binding *at = &f->tree->bindings[b];

	if (b == 0 || at->kind != BINDING_ITEM || at->before != 0 ||
	    flow_at(f, at->value)->kind != NODE_NAME)
		return false;
	table = tree_lookup(f->tree, at->value);
	at = &f->tree->bindings[table];
	return table != 0 && at->kind == BINDING_VALUE && at->before == 0 &&
	    is_list(f, at->value) && !flow_is_shared(f, at) &&
	    are_read_lists(f, at->value, 1, &words) &&
	    only_started(f, b, table);
}

bool
flow_only_reads(struct flow *f, uint32_t node)
{
	/* What a name was given, others may have added to. */
	return is_list(f, node) ? is_read_list(f, node) :
	    flow_at(f, node)->kind == NODE_NAME && is_of_table(f, node);
}

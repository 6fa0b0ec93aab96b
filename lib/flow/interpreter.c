/* SPDX-License-Identifier: Apache-2.0 */
/*
 * interpreter - programs that execute what they are told: in an argument,
 * at their standard input, or a shell by its command line.
 *
 * Takes: a call that starts a process, or that writes to one.  Gives: what it
 * is told, as a call that executes.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/str.h"
#include "flow/calls.h"
#include "flow/names.h"
#include "flow/programs.h"
#include "flow/shell.h"
#include "flow/state.h"
#include "flow/values.h"

/* What nobody reads before it is executed; a file of the package may be named
 * as what it is not. */
#define TOLD_WORTH (MARK_NETWORK | MARK_SOCKET | MARK_DECODED | MARK_BUILT | \
    MARK_FILE)

#define PROGRAM_MOST 24		/* letters of one: "powershell.exe" */
#define CHOICES_MOST 6		/* names and defaults of a program */

static const struct fact told = { FLOW_TOLD, DEED_EXEC, 0 };

static const char *
program_of(const struct flow *f, uint32_t node)
{
	const char *program = f->texts[f->vals[node].text].bytes;
	const char *slash = strrchr(program, '/');

	return slash != NULL ? slash + 1 : program;
}

static bool
is_python(const struct flow *f, uint32_t node)
{
	return flow_word_is(f, f->vals[node].name, "sys.executable") ||
	    str_starts(program_of(f, node), "python");
}

static bool
is_interpreter(const struct flow *f, uint32_t node)
{
	return is_python(f, node) || flow_launches(program_of(f, node));
}

/* "curl", "sh": a word that names what fetches or runs what it is given. */
bool
flow_is_program(const struct flow *f, uint32_t text)
{
	const struct flow_text *t = &f->texts[text];

	return t->len >= 2 && t->len <= PROGRAM_MOST && !t->open &&
	    (flow_launches(t->bytes) || str_starts(t->bytes, "python") ||
	    shell_is_fetcher(t->bytes, t->len));
}

/* The list itself, or the one that a name was given. */
uint32_t
flow_list_of(const struct flow *f, uint32_t node)
{
	uint32_t b = node != 0 && flow_at(f, node)->kind == NODE_NAME ?
	    tree_lookup(f->tree, node) : 0;

	if (b != 0 && f->tree->bindings[b].kind == BINDING_VALUE)
		node = f->tree->bindings[b].value;
	return node != 0 && (flow_at(f, node)->kind == NODE_LIST ||
	    flow_at(f, node)->kind == NODE_TUPLE) ? node : 0;
}

static bool
is_word(const struct flow *f, uint32_t node, const char *const *words,
    size_t n)
{
	return str_index(words, n, f->texts[f->vals[node].text].bytes) >= 0;
}

/* os.environ["COMSPEC"], os.environ.get("SHELL") */
static bool
is_shell_variable(const struct flow *f, uint32_t node)
{
	static const char *const shells[] = { "COMSPEC", "ComSpec", "SHELL" };
	const struct node *n = flow_at(f, node);
	uint32_t first = n->kind == NODE_CALL || n->kind == NODE_INDEX ?
	    flow_at(f, n->kid)->next : 0;

	return first != 0 && (f->vals[node].marks & MARK_VARIABLE) &&
	    is_word(f, first, shells, ARRAY_LEN(shells));
}

/* The one of several that is asked for last: what stands for it when none of
 * the others is there, or 0. */
static uint32_t
last_choice(const struct flow *f, uint32_t node)
{
	static const char *const gets[] = { "os.environ.get", "os.getenv",
	    "environ.get", "getenv", "shutil.which" };
	const struct node *n = flow_at(f, node);
	char name[FLOW_NAME_MOST + 1];
	uint32_t k = n->kid, b;

	switch (n->kind) {
	case NODE_NAME:
		b = tree_lookup(f->tree, node);
		return b != 0 && f->tree->bindings[b].kind == BINDING_VALUE ?
		    f->tree->bindings[b].value : 0;
	case NODE_CALL:
		if (str_index(gets, ARRAY_LEN(gets), flow_string(f,
		    f->vals[k].name, name)) < 0)
			return 0;
		break;
	case NODE_BOOL:
	case NODE_TERNARY:
		break;
	default:
		return 0;
	}
	while (k != 0 && flow_at(f, k)->next != 0)
		k = flow_at(f, k)->next;
	return k;
}

/* SHELL = environ.get("COMSPEC") or "/bin/bash" */
static bool
may_be_interpreter(const struct flow *f, uint32_t node)
{
	for (int i = 0; i < CHOICES_MOST && node != 0; i++) {
		if (is_interpreter(f, node) || is_shell_variable(f, node))
			return true;
		node = last_choice(f, node);
	}
	return false;
}

/* By which an interpreter reads what it executes. */
static const char *const reads[] = { "-", "-s", "-i", "-l", "--login",
    "--noediting", "/dev/stdin", "/q", "/Q", "/k", "/K" };

/* A list of another module's, as folding has it. */
static bool
is_interpreter_value(const struct value *list)
{
	const struct value *first = list->items, *last = first + list->len - 1;
	const char *slash;
	char word[PROGRAM_MOST + 1] = "";

	if (list->kind != VALUE_LIST || list->len == 0 ||
	    first->kind != VALUE_STR || (first->flags & VALUE_OPEN) ||
	    first->len > PROGRAM_MOST)
		return false;
	memcpy(word, first->bytes, first->len);
	slash = strrchr(word, '/');
	if (!flow_launches(slash != NULL ? slash + 1 : word))
		return false;
	if (last == first)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(reads); i++)
		if (last->kind == VALUE_STR && last->len == strlen(reads[i]) &&
		    memcmp(last->bytes, reads[i], last->len) == 0)
			return true;
	return false;
}

/* [sys.executable, "-"], "bash": it executes what it reads. */
static bool
are_interpreter(struct flow *f, uint32_t node)
{
	static const char *const module[] = { "-m" };
	uint32_t list = flow_list_of(f, node), first, last;
	struct value v;

	if (list == 0 && flow_at(f, node)->kind == NODE_NAME &&
	    f->vals[node].text == 0) {
		v = fold_node(f->fold, node);
		if (v.kind == VALUE_LIST)
			return is_interpreter_value(&v);
	}
	first = last = list != 0 ? flow_at(f, list)->kid : node;
	for (; list != 0 && last != 0 && flow_at(f, last)->next != 0;
	    last = flow_at(f, last)->next)
		if (is_word(f, last, module, ARRAY_LEN(module)))
			return false;
	return first != 0 && may_be_interpreter(f, first) && (last == first ||
	    is_word(f, last, reads, ARRAY_LEN(reads)));
}

/* exec(*SHELL), SHELL = ("cmd", "/q") if WINDOWS else ("sh", "-i") */
bool
flow_is_interpreter(struct flow *f, const struct frame *fr)
{
	uint32_t node = fr->nargs > 0 ? fr->nodes[0] : 0, b, k;

	if (node != 0 && flow_at(f, node)->kind == NODE_STAR)
		node = flow_at(f, node)->kid;
	if (node == 0 || are_interpreter(f, node))
		return node != 0;
	b = flow_at(f, node)->kind == NODE_NAME ? tree_lookup(f->tree, node) :
	    0;
	if (b != 0 && f->tree->bindings[b].kind == BINDING_VALUE)
		node = f->tree->bindings[b].value;
	if (flow_at(f, node)->kind != NODE_TERNARY)
		return false;
	k = flow_at(f, flow_at(f, node)->kid)->next;
	return k != 0 && (are_interpreter(f, k) ||
	    are_interpreter(f, flow_at(f, k)->next));
}

/* [sys.executable, "-u", HERE / "gen.py"] */
bool
flow_runs_source(const struct flow *f, const struct frame *fr)
{
	static const char *const others[] = { "-c", "-m" };
	uint32_t list = fr->nargs > 0 ? flow_list_of(f, fr->nodes[0]) : 0;
	uint32_t k = list != 0 ? flow_at(f, list)->kid : 0;
	const char *word = "-";

	if (k == 0 || !flow_word_is(f, f->vals[k].name, "sys.executable"))
		return false;
	while (*word == '-' && (k = flow_at(f, k)->next) != 0) {
		word = f->texts[f->vals[k].text].bytes;
		if (is_word(f, k, others, ARRAY_LEN(others)))
			return false;
	}
	return k != 0 && str_ends(word, ".py") &&
	    (f->vals[k].marks & MARK_HERE);
}

/* ["python3", "-I", "-c", code]: no word before it is anybody's. */
bool
flow_tells_python(const struct flow *f, const struct frame *fr)
{
	static const char *const tells[] = { "-c" };
	uint32_t list = fr->nargs > 0 ? flow_list_of(f, fr->nodes[0]) : 0;
	uint32_t k = list != 0 ? flow_at(f, list)->kid : 0;

	if (k == 0 || !is_python(f, k))
		return false;
	while ((k = flow_at(f, k)->next) != 0 && f->vals[k].marks == 0 &&
	    *f->texts[f->vals[k].text].bytes == '-')
		if (is_word(f, k, tells, ARRAY_LEN(tells)))
			return flow_at(f, k)->next != 0 &&
			    flow_at(f, flow_at(f, k)->next)->next == 0;
	return false;
}

/* Python that stands in the code is looked at as what is executed, too. */
static void
tell(struct flow *f, const struct frame *fr, uint32_t code, bool python)
{
	struct frame inner = { .node = fr->node, .scope = fr->scope,
	    .bare = true };

	if (python && f->vals[code].params != 0 &&
	    !f->scopes[fr->scope].programs)
		f->scopes[fr->scope].programs = f->changed = true;
	if (!(f->vals[code].marks & TOLD_WORTH) &&
	    (!python || f->vals[code].text == 0))
		return;
	flow_add_argument(f, &inner, code);
	flow_tell_frame(f, &inner, &told, fr->callee.name);
}

static bool
has_one(const struct flow_text *t, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (memmem(t->bytes, t->len, words[i], strlen(words[i])) !=
		    NULL)
			return true;
	return false;
}

/* "exec(sys.argv[1])": what is told executes what stands beside it, in the
 * list, the environment or the input. */
static void
tell_beside(struct flow *f, const struct frame *fr, uint32_t first,
    uint32_t code)
{
	static const char *const executes[] = { "exec(", "eval(" };
	static const char *const given[] = { "argv", "environ", "stdin" };
	static const char *const decodes[] = { "b64decode(", "b85decode(",
	    "decompress(", "fromhex(", "unhexlify(" };
	const struct flow_text *t = &f->texts[f->vals[code].text];
	struct frame inner = { .node = fr->node, .scope = fr->scope };
	struct taint v = { 0 };

	if (!has_one(t, executes, ARRAY_LEN(executes)) ||
	    !has_one(t, given, ARRAY_LEN(given)))
		return;
	for (uint32_t k = first; k != 0; k = flow_at(f, k)->next)
		if (k != code)
			taint_add(&v, &f->vals[k], MARKS_ALL);
	for (size_t i = 1; i < fr->nargs; i++)
		taint_add(&v, &fr->args[i], MARKS_ALL);
	if ((v.marks & MARK_FILE) && has_one(t, decodes, ARRAY_LEN(decodes)))
		taint_mark(&v, MARK_DECODED);
	if (!(v.marks & TOLD_WORTH))
		return;
	inner.args[0] = v;
	inner.nargs = 1;
	inner.nodes[0] = code;
	taint_add(&inner.all, &v, MARKS_ALL);
	flow_tell_frame(f, &inner, &told, fr->callee.name);
}

/* [node, "-e", code], (P_WAIT, sys.executable, "python", "-c", code) */
static void
look_words(struct flow *f, const struct frame *fr, uint32_t first)
{
	static const char *const tells[] = { "-c", "-e", "-p", "--eval",
	    "--print", "-Command", "/c", "/C" };
	bool starts = false, python = false;

	for (uint32_t k = first; k != 0; k = flow_at(f, k)->next) {
		uint32_t code = flow_at(f, k)->next;

		starts = starts || is_interpreter(f, k);
		python = python || is_python(f, k);
		if (!starts || code == 0 || !is_word(f, k, tells,
		    ARRAY_LEN(tells)))
			continue;
		tell(f, fr, code, python);
		tell_beside(f, fr, first, code);
		return;
	}
}

/* Where a line names Python; a program that is put in front is one, too. */
static const char *
python_in_line(const struct flow_text *t)
{
	const char *program = memmem(t->bytes, t->len, "python", 6);

	if (t->open)
		return str_starts(t->bytes, " -c ") || str_starts(t->bytes,
		    "\"\" -c ") ? t->bytes : NULL;
	if (program == NULL)
		return str_starts(t->bytes, "py ") ? t->bytes : NULL;
	return program == t->bytes || strchr(" /\\;&|(\"", program[-1]) !=
	    NULL ? program : NULL;
}

/* python3 - <<EOF, and lines: the last of them is a name, to Python. */
static bool
code_below(const char *program, const char *end, const char **code,
    size_t *len)
{
	const char *at = memmem(program, (size_t)(end - program), "<<", 2);

	at = at != NULL ? memchr(at, '\n', (size_t)(end - at)) : NULL;
	if (at == NULL)
		return false;
	*code = at + 1;
	*len = (size_t)(end - *code);
	return *len != 0;
}

/* python3 -c "import os; ..." & */
static bool
code_in_line(const struct flow_text *t, const char **code, size_t *len)
{
	const char *program = python_in_line(t);
	const char *end = t->bytes + t->len, *at, *last;

	if (program == NULL)
		return false;
	at = memmem(program, (size_t)(end - program), " -c ", 4);
	if (at == NULL)
		return code_below(program, end, code, len);
	if (end - at < 6 || (at[4] != '"' && at[4] != '\''))
		return false;
	last = memrchr(at + 5, at[4], (size_t)(end - at - 5));
	if (last == NULL)
		return false;
	*code = at + 5;
	*len = (size_t)(last - *code);
	return true;
}

static void
tell_line(struct flow *f, const struct frame *fr)
{
	const struct flow_text *t = &f->texts[fr->args[0].text];
	struct frame inner = { .node = fr->node, .scope = fr->scope,
	    .nargs = 1, .nodes = { fr->nodes[0] } };
	const char *code;
	size_t len;

	if (!code_in_line(t, &code, &len))
		return;
	inner.args[0].text = flow_intern(f, code, len, false);
	flow_tell_frame(f, &inner, &told, fr->callee.name);
}

/* os.system(text), run(text, shell=True), of a text that nobody puts together
 * here. */
static void
look_shell(struct flow *f, const struct frame *fr, const struct fact *fact)
{
	static const char *const shells[] = { "os.system", "os.popen",
	    "subprocess.getoutput", "subprocess.getstatusoutput",
	    "asyncio.create_subprocess_shell" };
	uint8_t kind = flow_at(f, fr->nodes[0])->kind;
	bool shell = str_index(shells, ARRAY_LEN(shells), fact->name) >= 0;

	for (size_t i = 1; i < fr->nargs; i++)
		shell = shell || flow_word_is(f, fr->keywords[i], "shell");
	if (shell && fr->args[0].text != 0)
		tell_line(f, fr);
	if (shell && kind != NODE_BINARY && kind != NODE_FORMAT &&
	    kind != NODE_LIST && (fr->args[0].marks & MARK_DECODED) &&
	    !(fr->args[0].marks & (MARK_PACKED | MARK_NETWORK)))
		tell(f, fr, fr->nodes[0], false);
}

/* "python3", sys.executable */
static bool
is_python_word(const struct flow *f, const struct value *word)
{
	const char *path;
	size_t len;

	if (word->kind == VALUE_STR)
		return memmem(word->bytes, word->len, "python", 6) != NULL;
	path = fold_path(f->fold, word, &len);
	return len == 14 && memcmp(path, "sys.executable", 14) == 0;
}

/* A list that no line of the source spells as a whole. */
bool
flow_is_put_together(const struct flow *f, uint32_t node,
    const struct value *list)
{
	return list->kind == VALUE_LIST && list->len > 1 &&
	    ((list->flags & VALUE_GROWS) || flow_at(f, node)->kind ==
	    NODE_CALL);
}

/* args.append("-c"), args.append(code) */
static void
look_put_together(struct flow *f, const struct frame *fr)
{
	struct value list = fold_node(f->fold, fr->nodes[0]);
	struct frame inner = { .node = fr->node, .scope = fr->scope,
	    .nargs = 1, .nodes = { fr->nodes[0] } };

	if (!flow_is_put_together(f, fr->nodes[0], &list))
		return;
	for (uint32_t i = 1; i + 1 < list.len && i < FLOW_ARGUMENTS; i++)
		if (value_is_text(&list.items[i]) && list.items[i].len == 2 &&
		    memcmp(list.items[i].bytes, "-c", 2) == 0 &&
		    value_is_text(&list.items[i + 1]) && is_python_word(f,
		    &list.items[0])) {
			inner.args[0].text = flow_intern(f,
			    list.items[i + 1].bytes, list.items[i + 1].len,
			    (list.items[i + 1].flags & VALUE_OPEN) != 0);
			flow_tell_frame(f, &inner, &told, fr->callee.name);
			return;
		}
}

static bool
runs_python(const struct flow *f, const struct frame *fr)
{
	uint32_t list = flow_list_of(f, fr->nodes[0]);

	return is_python(f, list != 0 ? flow_at(f, list)->kid : fr->nodes[0]);
}

/* runpy.run_module("pip") does what sys.argv says. */
static void
look_module_run(struct flow *f, const struct frame *fr,
    const struct fact *fact)
{
	static const struct fact pip = { "pip.main", DEED_PROCESS, MARK_PIP };
	struct frame run = *fr;
	uint32_t row;

	if (!str_equal(fact->name, "runpy.run_module") ||
	    !str_equal(f->texts[frame_text(fr, 0)].bytes, "pip"))
		return;
	row = flow_row_of_attribute(f, flow_word(f, "argv"));
	if (row == 0)
		return;
	run.nargs = 0;
	run.all = f->rows[row];
	f->read[row] = true;
	taint_mark(&run.all, MARK_PIP);
	flow_tell_frame(f, &run, &pip, fr->callee.name);
}

void
flow_look_inline(struct flow *f, const struct frame *fr,
    const struct fact *fact)
{
	uint32_t list;

	if (fact->deed == DEED_EXEC && fr->nargs > 0)
		look_module_run(f, fr, fact);
	if (fact->deed != DEED_PROCESS || fr->nargs == 0)
		return;
	list = flow_list_of(f, fr->nodes[0]);
	for (size_t i = 1; list == 0 && i < fr->nargs; i++)
		list = flow_list_of(f, fr->nodes[i]);
	if (list == 0)
		look_put_together(f, fr);
	if (list != 0)
		look_words(f, fr, flow_at(f, list)->kid);
	else if (flow_at(f, fr->node)->kind == NODE_CALL)
		look_words(f, fr, flow_at(f, flow_at(f, fr->node)->kid)->next);
	look_shell(f, fr, fact);
	for (size_t i = 1; i < fr->nargs; i++)
		if (flow_word_is(f, fr->keywords[i], "input") &&
		    flow_is_interpreter(f, fr))
			tell(f, fr, fr->nodes[i], runs_python(f, fr));
}

/* pipepager(code, "sh"): what shows a text to a program. */
static void
look_paged(struct flow *f, const struct frame *fr)
{
	if (fr->nargs == 2 && flow_word_is(f, fr->callee.name,
	    "pydoc.pipepager") && may_be_interpreter(f, fr->nodes[1]))
		flow_tell_frame(f, fr, &told, fr->callee.name);
}

/* p.communicate(code), p.stdin.write(code) */
void
flow_look_told(struct flow *f, const struct frame *fr)
{
	char name[FLOW_NAME_MOST + 1];

	look_paged(f, fr);
	if (fr->callee.where == 0 || fr->nargs == 0 ||
	    !str_equal(f->texts[fr->callee.where].bytes, FLOW_INTERPRETER))
		return;
	(void)flow_string(f, fr->callee.name, name);
	if (str_ends(name, ".communicate") || str_ends(name, ".write") ||
	    str_ends(name, ".writelines"))
		flow_tell_frame(f, fr, &told, fr->callee.name);
}

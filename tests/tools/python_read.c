/* SPDX-License-Identifier: Apache-2.0 */
/*
 * python_read - what lib/python sees in a file.
 *
 * usage: python_read tokens FILE ...	; "-": file names on standard input
 *
 * tokens	kind, line and column (in characters) of start and end
 * calls	line, column, 1 if inside a format string, name as written
 * tree		kind, name or text; indented
 * folds	line, how it is written: what it is; then the layers
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "python/fold.h"
#include "python/lex.h"
#include "python/source.h"
#include "python/tree.h"

static const char *const kinds[] = { "END", "NEWLINE", "INDENT", "DEDENT",
	"COMMENT", "NAME", "NUMBER", "STRING", "FORMAT", "PIECE", "FIELD",
	"CONVERT", "SPEC", "FIELD_END", "FORMAT_END", "OP", "OTHER" };

static unsigned int
characters(const uint8_t *text, uint32_t from, uint32_t to)
{
	unsigned int n = 0;

	for (; from < to; from++)
		n += (text[from] & 0xc0) != 0x80;
	return n;
}

static void
print_tokens(const struct tree *tree)
{
	const struct python_source *s = &tree->source;
	struct lexer l;
	struct lex_token t;

	lex_open(&l, s->text, s->size);
	l.comments = true;
	while (lex_next(&l, &t)) {
		uint32_t line = t.line, start = t.line_start;

		printf("%s %u %u ", kinds[t.kind], line,
		    characters(s->text, start, t.start));
		for (uint32_t i = t.start; i < t.end && t.kind != LEX_NEWLINE;
		    i++) {
			uint32_t n = lex_break(&l, i);

			if (n == 0)
				continue;
			i += n - 1;
			line++;
			start = i + 1;
		}
		printf("%u %u\n", line, characters(s->text, start, t.end));
	}
}

/* ---- calls ------------------------------------------------------------------- */

#define CHAIN_MOST 400		/* attributes of one name */

static void
print_word(const struct tree *t, uint32_t word)
{
	struct word_text w = tree_word(t, word);

	printf("%.*s", (int)w.len, (const char *)w.text);
}

/* "a.b.c" as written; "?" for what is no name. */
static void
print_chain(const struct tree *t, uint32_t node)
{
	uint32_t chain[CHAIN_MOST], n = 0;

	for (; t->nodes[node].kind == NODE_ATTR && n < CHAIN_MOST;
	    node = t->nodes[node].kid)
		chain[n++] = t->nodes[node].name;
	if (t->nodes[node].kind == NODE_NAME)
		print_word(t, t->nodes[node].name);
	else
		printf("?");
	while (n != 0) {
		printf(".");
		print_word(t, chain[--n]);
	}
}

/* One byte for each of the text: 1 inside a format string, its start
 * excepted: f"".join() begins there, and is none of its fields. */
static uint8_t *
mark_formats(const struct tree *t)
{
	uint8_t *inside = mem_alloc(t->source.size + 1);

	for (uint32_t n = t->nnodes - 1; n != 0; n--)
		if (t->nodes[n].kind == NODE_FORMAT &&
		    !inside[t->nodes[n].at])
			memset(inside + t->nodes[n].at + 1, 1,
			    t->nodes[n].end - t->nodes[n].at - 1);
	return inside;
}

static uint32_t
line_start(const struct tree *t, uint32_t at)
{
	while (at > 0 && t->source.text[at - 1] != '\n' &&
	    t->source.text[at - 1] != '\r')
		at--;
	return at;
}

static void
print_calls(const struct tree *t)
{
	uint8_t *inside = mark_formats(t);

	for (uint32_t n = 1; n < t->nnodes; n++) {
		const struct node *c = &t->nodes[n];

		if (c->kind != NODE_CALL)
			continue;
		printf("%u %u %d ", tree_line(t, c->at),
		    characters(t->source.text, line_start(t, c->at), c->at),
		    inside[c->at]);
		print_chain(t, c->kid);
		printf("\n");
	}
	free(inside);
}

/* ---- tree -------------------------------------------------------------------- */

static const char *const node_names[NODE_KINDS] = {
	[NODE_NONE] = "none", [NODE_NAME] = "name", [NODE_NUMBER] = "number",
	[NODE_STRING] = "string", [NODE_STRINGS] = "strings",
	[NODE_FORMAT] = "format", [NODE_PIECE] = "piece",
	[NODE_FIELD] = "field", [NODE_CONST] = "const", [NODE_ATTR] = "attr",
	[NODE_CALL] = "call", [NODE_KEYWORD] = "keyword",
	[NODE_STAR] = "star", [NODE_DSTAR] = "dstar", [NODE_INDEX] = "index",
	[NODE_SLICE] = "slice", [NODE_UNARY] = "unary",
	[NODE_BINARY] = "binary", [NODE_COMPARE] = "compare",
	[NODE_BOOL] = "bool", [NODE_TERNARY] = "ternary",
	[NODE_LAMBDA] = "lambda", [NODE_LIST] = "list",
	[NODE_TUPLE] = "tuple", [NODE_SET] = "set", [NODE_DICT] = "dict",
	[NODE_LISTCOMP] = "listcomp", [NODE_SETCOMP] = "setcomp",
	[NODE_GENEXP] = "genexp", [NODE_DICTCOMP] = "dictcomp",
	[NODE_CLAUSE] = "clause", [NODE_AWAIT] = "await",
	[NODE_YIELD] = "yield", [NODE_YIELD_FROM] = "yield-from",
	[NODE_WALRUS] = "walrus", [NODE_AS] = "as", [NODE_REPR] = "repr",
	[NODE_PATTERN] = "pattern", [NODE_PARAMS] = "params",
	[NODE_PARAM] = "param", [NODE_BLOCK] = "block",
	[NODE_ASSIGN] = "assign", [NODE_AUGMENT] = "augment",
	[NODE_ANNOTATE] = "annotate", [NODE_RETURN] = "return",
	[NODE_DEL] = "del", [NODE_RAISE] = "raise", [NODE_ASSERT] = "assert",
	[NODE_PASS] = "pass", [NODE_BREAK] = "break",
	[NODE_CONTINUE] = "continue", [NODE_GLOBAL] = "global",
	[NODE_IMPORT] = "import", [NODE_FROM] = "from",
	[NODE_ALIAS] = "alias", [NODE_PRINT] = "print", [NODE_EXEC] = "exec",
	[NODE_DEF] = "def", [NODE_CLASS] = "class",
	[NODE_DECORATOR] = "decorator", [NODE_IF] = "if",
	[NODE_ELIF] = "elif", [NODE_WHILE] = "while", [NODE_ELSE] = "else",
	[NODE_FINALLY] = "finally", [NODE_FOR] = "for", [NODE_TRY] = "try",
	[NODE_EXCEPT] = "except", [NODE_WITH] = "with",
	[NODE_MATCH] = "match", [NODE_CASE] = "case",
};

static bool
is_leaf(uint8_t kind)
{
	return kind == NODE_NAME || kind == NODE_NUMBER ||
	    kind == NODE_STRING || kind == NODE_PIECE || kind == NODE_CONST;
}

static void
print_node(const struct tree *t, uint32_t n, unsigned int depth)
{
	const struct node *at = &t->nodes[n];
	static const uint8_t named[NODE_KINDS] = { [NODE_ATTR] = 1,
	    [NODE_KEYWORD] = 1, [NODE_PARAM] = 1, [NODE_ALIAS] = 1,
	    [NODE_FROM] = 1, [NODE_DEF] = 1, [NODE_CLASS] = 1,
	    [NODE_BOOL] = 1, [NODE_COMPARE] = 1 };

	printf("%*s%s", (int)depth * 2, "", node_names[at->kind]);
	if (is_leaf(at->kind)) {
		printf(" ");
		for (uint32_t i = at->at; i < at->end; i++)
			if (t->source.text[i] == '\n')
				printf("\\n");
			else
				printf("%c", t->source.text[i]);
	} else if (named[at->kind] && at->name != WORD_NONE) {
		printf(" ");
		print_word(t, at->name);
	}
	if (at->op != 0 && at->op < 128 && at->kind != NODE_FORMAT)
		printf(" %c", at->op);
	else if (at->op != 0)
		printf(" op%u", at->op);
	printf("\n");
}

/* Depth first, with a stack of the nodes to come. */
static void
print_tree(const struct tree *t)
{
	struct { uint32_t node, depth; } *stack = mem_array(t->nnodes + 1,
	    sizeof(*stack));
	size_t n = 0;

	stack[n].node = t->top;
	stack[n++].depth = 0;
	while (n != 0) {
		uint32_t node = stack[--n].node, depth = stack[n].depth;
		const struct node *at = &t->nodes[node];

		print_node(t, node, depth);
		if (at->next != 0) {
			stack[n].node = at->next;
			stack[n++].depth = depth;
		}
		if (at->kid != 0 && at->kind != NODE_NAME) {
			stack[n].node = at->kid;
			stack[n++].depth = depth + 1;
		}
	}
	free(stack);
}

/* ---- folds ------------------------------------------------------------------- */

#define SHOWN_MOST 200		/* bytes of a value */

static void
print_bytes(const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len && i < SHOWN_MOST; i++)
		if (bytes[i] == '\n')
			printf("\\n");
		else if (bytes[i] >= ' ' && bytes[i] != 0x7f)
			printf("%c", bytes[i]);
		else
			printf("\\x%02x", bytes[i]);
	if (len > SHOWN_MOST)
		printf("...");
}

static void
print_value(const struct fold *f, const struct value *v)
{
	size_t len;
	const char *path = fold_path(f, v, &len);

	printf("%s", v->flags & VALUE_HIDDEN ? "hidden " : v->flags &
	    VALUE_OPEN ? "partly " : "");
	switch (v->kind) {
	case VALUE_NONE:
		printf("None");
		break;
	case VALUE_BOOL:
	case VALUE_INT:
		printf("%lld", (long long)v->i);
		break;
	case VALUE_FLOAT:
		printf("%g", v->f);
		break;
	case VALUE_BIG:
		printf("number of %u bytes", v->len);
		break;
	case VALUE_STR:
	case VALUE_BYTES:
		printf(v->kind == VALUE_STR ? "'" : "b'");
		print_bytes(v->bytes, v->len);
		printf("'");
		break;
	case VALUE_LIST:
	case VALUE_DICT:
		printf("%u items", v->len);
		break;
	case VALUE_PATH:
		printf("%.*s", (int)len, path);
		break;
	case VALUE_CODE:
		printf("code");
		break;
	default:
		printf("object");
		break;
	}
}

/* Calls by what they resolve to, and what is not as it is written. */
static bool
is_worth_showing(const struct fold *f, uint32_t n, const struct value *v)
{
	switch (f->tree->nodes[n].kind) {
	case NODE_CALL:
	case NODE_BINARY:
	case NODE_INDEX:
	case NODE_FORMAT:
	case NODE_LISTCOMP:
	case NODE_GENEXP:
		return v->kind != VALUE_UNKNOWN;
	default:
		return false;
	}
}

static void
print_folds(const struct tree *tree)
{
	/* The words grow; nothing else of the tree changes. */
	struct fold *f = fold_new((struct tree *)(uintptr_t)tree);

	fold_all(f);
	for (uint32_t n = 1; n < tree->nnodes; n++) {
		const struct node *at = &tree->nodes[n];
		struct value v = fold_node(f, n);

		if (!is_worth_showing(f, n, &v))
			continue;
		printf("%u ", tree_line(tree, at->at));
		print_bytes(tree->source.text + at->at, at->end - at->at < 60 ?
		    at->end - at->at : 60);
		printf(": ");
		print_value(f, &v);
		printf("\n");
	}
	for (uint32_t i = 1; i < f->nlayers; i++) {
		struct buf chain = BUF_EMPTY;

		fold_chain(f, i, &chain);
		printf("layer %u %s: ", tree_line(tree,
		    tree->nodes[f->layers[i].node].at), buf_text(&chain));
		print_bytes(f->layers[i].bytes, f->layers[i].len);
		printf("\n");
		buf_release(&chain);
	}
	for (int i = 0; i < SKIP_KINDS; i++)
		if (f->skipped[i] != 0)
			printf("not folded: %s, %u times, first in line %u\n",
			    fold_skip_name((enum fold_skip)i), f->skipped[i],
			    tree_line(tree, tree->nodes[
			    f->skipped_node[i]].at));
	fold_free(f);
}

static void
fold_only(const struct tree *tree)
{
	struct fold *f = fold_new((struct tree *)(uintptr_t)tree);
	size_t known = 0;

	fold_all(f);
	for (uint32_t n = 1; n < tree->nnodes; n++)
		known += f->memo[n] > 2;
	printf("%zu values, %u layers\n", known, f->nlayers);
	fold_free(f);
}

static void
print_nothing(const struct tree *t)
{
	printf("%u nodes, %zu bytes, %zu held\n", t->nnodes, t->source.size,
	    tree_memory(t));
}

static const struct {
	const char	*name;
	void		(*print)(const struct tree *);
} modes[] = {
	{ "tokens", print_tokens },
	{ "calls", print_calls },
	{ "tree", print_tree },
	{ "folds", print_folds },
	{ "fold", fold_only },
	{ "size", print_nothing },
};

static int
read_one(size_t mode, const char *path)
{
	struct tree *tree;
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	uint8_t *data;
	size_t got = 0;
	ssize_t n;

	if (fd == -1 || fstat(fd, &st) == -1) {
		perror(path);
		return 2;
	}
	data = mem_alloc((size_t)st.st_size + 1);
	while (got < (size_t)st.st_size && (n = read(fd, data + got,
	    (size_t)st.st_size - got)) > 0)
		got += (size_t)n;
	(void)close(fd);
	tree = tree_read(data, got);
	printf("= %s\n", path);
	modes[mode].print(tree);
	tree_free(tree);
	free(data);
	return 0;
}

static int
read_listed(size_t mode)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t len;
	int status = 0;

	while ((len = getline(&line, &room, stdin)) > 0) {
		if (line[len - 1] == '\n')
			line[len - 1] = '\0';
		status |= read_one(mode, line);
		(void)fflush(stdout);
	}
	free(line);
	return status;
}

int
main(int argc, char **argv)
{
	int status = 0;
	size_t mode;

	for (mode = 0; argc > 2 && mode < ARRAY_LEN(modes); mode++)
		if (str_equal(modes[mode].name, argv[1]))
			break;
	if (argc < 3 || mode == ARRAY_LEN(modes)) {
		(void)fprintf(stderr, "usage: python_read MODE FILE ...|-\n");
		return 2;
	}
	for (int i = 2; i < argc; i++)
		status |= str_equal(argv[i], "-") ? read_listed(mode) :
		    read_one(mode, argv[i]);
	return status;
}

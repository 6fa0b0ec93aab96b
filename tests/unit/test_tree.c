/* SPDX-License-Identifier: Apache-2.0 */
/* tree: every source has one, within bounds, and names find what binds them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "python/tree.h"

static struct tree *
read_text(const char *source)
{
	return tree_read(source, strlen(source));
}

/* Operands stand before what uses them, and every node in one list only. */
static void
check_tree(const struct tree *t)
{
	uint8_t *seen = mem_alloc(t->nnodes);

	for (uint32_t n = 1; n < t->nnodes; n++) {
		const struct node *at = &t->nodes[n];

		assert_true(at->kind < NODE_KINDS);
		assert_true(at->at <= t->source.size);
		assert_true(at->end <= t->source.size);
		if (at->kind == NODE_NAME || at->kind == NODE_NONE)
			continue;
		for (uint32_t k = at->kid; k != 0; k = t->nodes[k].next) {
			if (k >= t->nnodes || seen[k]++ ||
			    (at->kind < NODE_BLOCK && k > n))
				fail_msg("node %u of %u (%u): %s", k, n,
				    at->kind, t->source.size < 2000 ?
				    (char *)t->source.text : "");
		}
	}
	for (uint32_t b = 1; b < t->nbindings; b++) {
		assert_true(t->bindings[b].before < b);
		assert_true(t->bindings[b].value < t->nnodes);
	}
	for (uint32_t s = 1; s < t->nscopes; s++)
		assert_true(t->scopes[s].parent < s);
	free(seen);
}

/* The last NAME node of a text. */
static uint32_t
last_name(const struct tree *t, const char *name)
{
	uint32_t word = words_find(&t->words, name, strlen(name));

	for (uint32_t n = t->nnodes - 1; n != 0; n--)
		if (t->nodes[n].kind == NODE_NAME && t->nodes[n].name == word)
			return n;
	fail_msg("no %s", name);
	return 0;
}

/* Line of the binding that the last use of x goes back to; 0: none. */
static const struct { const char *source; uint32_t line; } lookups[] = {
	{ "x = 1\nx", 1 },
	{ "x = 1\nx = 2\nx\n", 2 },
	{ "x = 1\nx = x", 1 },
	{ "def f():\n  return x\nx = 3\n", 3 },
	{ "x = 1\ndef f():\n  x = 2\n  return x\n", 3 },
	{ "x = 1\ndef f():\n  global x\n  x = 2\nprint(x)\n", 4 },
	{ "def f():\n  x = 1\n  def g():\n    nonlocal x\n    x = 2\n  x\n", 5 },
	{ "class A:\n  x = 1\n  def f(self): return x\n", 0 },
	{ "x = 0\nclass A:\n  x = 1\n  y = x\n", 3 },
	{ "x = 5\ny = [\n x for x in z]\n", 3 },
	{ "x = 5\ny = [a for x\n in z]; x\n", 1 },
	{ "lambda x: x", 1 },
	{ "import x.y as z, x.w\nx", 1 },
	{ "from a import b as x\nx", 1 },
	{ "from a import (c,\n x)\nx", 2 },
	{ "for a, (b, *x) in c:\n  x", 1 },
	{ "with a as (b, x): x", 1 },
	{ "try: pass\nexcept A as x: x", 2 },
	{ "if (x := 1): x", 1 },
	{ "def x(): pass\nx()", 1 },
	{ "def f(a, *x): return x", 1 },
	{ "match a:\n case [x]: x", 2 },
	{ "\xf0\x9d\x95\xa9 = 1\nx", 1 },	/* a double-struck x */
	{ "x", 0 },
};

static void
names_find_bindings(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lookups); i++) {
		struct tree *t = read_text(lookups[i].source);
		uint32_t b = tree_lookup(t, last_name(t, "x"));

		check_tree(t);
		if ((b == 0 ? 0 : tree_line(t, t->bindings[b].at)) !=
		    lookups[i].line)
			fail_msg("%s: bound in line %u", lookups[i].source,
			    b == 0 ? 0 : tree_line(t, t->bindings[b].at));
		tree_free(t);
	}
}

static const struct { const char *bytes; size_t size; const char *encoding,
	*text; } sources[] = {
#define SOURCE(bytes, encoding, text) \
	{ bytes, sizeof(bytes) - 1, encoding, text }
	SOURCE("x", "utf-8", "x"),
	SOURCE("\xef\xbb\xbfx", "utf-8", "x"),
	SOURCE("\xff\xfex\0=\0", "utf-16", "x="),
	SOURCE("\xfe\xff\0x\0=", "utf-16", "x="),
	SOURCE("x\0 \0=\0 \0001\0\n\0", "utf-16", "x = 1\n"),
	SOURCE("\xff\xfe\0\0x\0\0\0", "utf-32", "x"),
	SOURCE("#coding:latin-1\n\xe9", "latin-1", "#coding:latin-1\n\xc3\xa9"),
	/* \x95\x5c is one character, whose second byte is a backslash */
	SOURCE("# -*- coding: Shift_JIS -*-\n'\x95\x5c'", "shift-jis",
	    "# -*- coding: Shift_JIS -*-\n'\xf3\xb9\x95\x9c'"),
	SOURCE("\n#coding=gbk\n\x81\x5c", "gbk",
	    "\n#coding=gbk\n\xf3\xb8\x85\x9c"),
	SOURCE("#coding: utf-7\n+AAo-x", "utf-7", "#coding: utf-7\n\nx"),
	SOURCE("#coding: unicode_escape\n#\\u000ax\\x3d", "unicode-escape",
	    "#coding: unicode_escape\n#\nx="),
	SOURCE("#coding: rot13\nrkrp", "rot13", "#pbqvat: ebg13\nexec"),
	SOURCE("#coding: my-codec\nx", "my-codec", "#coding: my-codec\nx"),
	SOURCE("x\n#coding: latin-1\n", "utf-8", "x\n#coding: latin-1\n"),
};

static void
encodings(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sources); i++) {
		struct python_source s;

		python_source_read(&s, sources[i].bytes, sources[i].size);
		assert_string_equal(s.encoding, sources[i].encoding);
		assert_string_equal((char *)s.text, sources[i].text);
		assert_int_equal(s.known,
		    !str_equal(s.encoding, "my-codec"));
		python_source_release(&s);
	}
}

/* Python of sorts, and noise, cut anywhere. */
static void
any_bytes(void **state)
{
	static const char *const parts[] = { "def f(", "class A:", "\n", "\n  ",
	    "\n\t", "x", "=", "(", ")", "[", "]", "{", "}", ":", ",", " for ",
	    " in ", " if ", " else ", "lambda ", "f'{", "'", "\"\"\"", "}'", "*",
	    "**", "not ", "yield ", "await ", "import ", "from ", ".", "match ",
	    "case ", "@", ":=", "1", "\\\n", ";", "print ", " as ", "async ",
	    "try:", "except ", "global x", "b'", "!r", "`", "->", "\xff", "=" };
	uint32_t seed = 11;

	(void)state;
	for (int round = 0; round < 4000; round++) {
		struct buf b = BUF_EMPTY;
		struct tree *t;

		for (int i = 0; i < 40; i++) {
			seed = seed * 1664525 + 1013904223;
			buf_adds(&b, parts[(seed >> 16) % ARRAY_LEN(parts)]);
		}
		t = tree_read(b.data, b.len);
		check_tree(t);
		tree_free(t);
		buf_release(&b);
	}
}

static const char *const repeated[] = { "(", "[", "{", "a;", "a\n", "-", "f(",
	"lambda:", "a.", "a[", "not ", "if a:", "if a:\n\t", "[a for a in ",
	"f'{", "'a'", "a,", "a=", "a if b else ", "**", "{a:", "@a\n", "await ",
	"class A:", "def f(", "global a;", "yield ", "1if ", "import a,",
	"\xf0\x9d\x95\xa9", "x:=", "(a for b in c) for ", "match a:\n case b:",
	"else:", "(yield)", "a b ", "f'''{'''", ")", "\\\n", "\f", "=(", "a()" };

static void
memory_is_bounded(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(repeated); i++) {
		struct buf b = BUF_EMPTY;
		struct tree *t;

		while (b.len < 300000)
			buf_adds(&b, repeated[i]);
		t = tree_read(b.data, b.len);
		check_tree(t);
		if (tree_memory(t) > TREE_MEMORY_TIMES * b.len + 65536)
			fail_msg("%s: %zu times", repeated[i],
			    tree_memory(t) / b.len);
		tree_free(t);
		buf_release(&b);
	}
}

/* A LAMBDA has its scope where a NAME has its word. */
static void
other_numbers_have_no_text(void **state)
{
	struct buf b = BUF_EMPTY;
	struct tree *t;

	(void)state;
	for (int i = 0; i < 2000; i++)
		buf_adds(&b, "(lambda: 0)(1)\n");
	t = tree_read(b.data, b.len);
	for (uint32_t n = 1; n < t->nnodes; n++)
		assert_non_null(tree_word(t, t->nodes[n].name).text);
	assert_int_equal(tree_word(t, t->nscopes).len, 0);
	assert_int_equal(tree_word(t, UINT32_MAX).len, 0);
	tree_free(t);
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_find_bindings),
		cmocka_unit_test(encodings),
		cmocka_unit_test(any_bytes),
		cmocka_unit_test(memory_is_bounded),
		cmocka_unit_test(other_numbers_have_no_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold: sources that were made to hurt whoever folds them.  The sanitizers see
 * what reaches behind its room; the counters say what was given up.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/str.h"
#include "python/fold.h"
#include "python/modules.h"
#include "fold_tools.h"

/* What comes out may be unknown: the loop goes on. */
#define LOOP(expression, head)						\
	head "i = 0\nwhile True:\n    i += (" expression ", 1)[1]\n"	\
	"x = i + 1"

/* Sources that would cost without bounds; each says what was given up. */
static const struct { const char *source; enum fold_skip why; } bombs[] = {
	{ "x = 0\nwhile True: x += 1\nx", SKIP_STEPS },
	{ "x = 'a' * 10 ** 12", SKIP_BYTES },
	{ "x = [0] * 10 ** 9", SKIP_BYTES },
	{ "x = list(range(10 ** 9))", SKIP_BYTES },
	{ "x = [a for a in range(99999) for b in range(99999)]", SKIP_STEPS },
	{ "def f(n): return f(n + 1) + f(n + 2)\nx = f(1)", SKIP_DEPTH },
	{ "import base64\nx = base64.b64decode('A')", SKIP_DATA },
	{ "x = 'a'\nfor i in range(99): x += x\nx", SKIP_STEPS },
	{ "x = '%999999999d' % 1", SKIP_KINDS },
	/* Each step goes through half a megabyte. */
	{ "x = '\xc3\xa9' * 250000\ni = 0\nwhile True:\n    i += x.find('a')"
	    "\nx = i + 1", SKIP_STEPS },
	{ "x = 'a' * 500000\ni = 0\nwhile True:\n    i += 1 + ('b' in x)\n"
	    "x = i + 1", SKIP_STEPS },
	{ "x = '\xc3\xa9' * 250000\ni = 0\nwhile True:\n    i += ord(x[7])"
	    "\nx = i + 1", SKIP_STEPS },
	/* So does each of these, or writes as much. */
	{ LOOP("t.join(l)", "t = 'a' * 500000\nl = [t] * 40\n"), SKIP_STEPS },
	{ LOOP("t.replace('a', t)", "t = 'a' * 500000\n"), SKIP_STEPS },
	{ LOOP("t % (b, b, b)", "b = 'a' * 500000\nt = '%s' * 3\n"),
	    SKIP_STEPS },
	{ LOOP("t.format(b)", "b = 'a' * 500000\nt = '{0}' * 100000\n"),
	    SKIP_STEPS },
	{ LOOP("t.format(1)", "t = '{ ' * 200000\n"), SKIP_STEPS },
	{ LOOP("t % m", "t = '%(' * 250000\nm = dict(a='b')\n"), SKIP_STEPS },
	{ LOOP("t % m", "t = '%(abc)s' * 50000\nm = dict(zip(['k'] * 9999, "
	    "range(9999)))\n"), SKIP_STEPS },
	{ LOOP("t.translate(m)", "t = 'z' * 500000\nm = dict(zip(range(9999), "
	    "range(9999)))\n"), SKIP_STEPS },
	{ LOOP("int(t)", "t = '9' * 20000\n"), SKIP_STEPS },
	{ LOOP("t.strip(c)", "t = 'a' * 500000\nc = 'b' * 499999 + 'a'\n"),
	    SKIP_STEPS },
	{ LOOP("t in l", "t = 'a' * 500000 + 'b'\nl = ['a' * 500000 + 'c'] "
	    "* 16000\n"), SKIP_STEPS },
	{ LOOP("l.index(t)", "t = 'a' * 500000 + 'b'\nl = ['a' * 500000 + 'c'"
	    "] * 16000\n"), SKIP_STEPS },
	{ LOOP("sorted(l)", "l = ['a' * 500000 + 'c'] * 16000\n"),
	    SKIP_STEPS },
	{ LOOP("t.split('a')", "t = 'a' * 500000\n"), SKIP_STEPS },
	{ LOOP("t.count('a')", "t = 'a' * 500000\n"), SKIP_STEPS },
	{ LOOP("struct.pack(t)", "import struct\nt = '400000x' * 70000\n"),
	    SKIP_STEPS },
	{ LOOP("base64.b64decode(t)", "import base64\nt = '!' * 500000\n"),
	    SKIP_STEPS },
	{ LOOP("pickle.loads(t)", "import pickle\nt = b'K' * 500000\n"),
	    SKIP_STEPS },
	{ LOOP("json.loads(t)", "import json\nt = '[' + '1,' * 250000 + '1]'\n"),
	    SKIP_STEPS },
	{ LOOP("json.loads(t)", "import json\nt = '[' + '[],' * 49000 + '1]'\n"),
	    SKIP_STEPS },
	{ LOOP("ast.literal_eval(t)", "import ast\nt = '1;' * 120000\n"),
	    SKIP_STEPS },
	{ LOOP("h.hexdigest()", "import hashlib\nh = hashlib.sha512(b'a' * "
	    "500000)\n"), SKIP_STEPS },
	{ LOOP("g.read()", "import gzip, io\ng = gzip.GzipFile(fileobj="
	    "io.BytesIO(b'a' * 500000))\n"), SKIP_STEPS },
	{ "x = sum([1] * 16000 * 24)\nx = sum(range(400000))", SKIP_STEPS },
	{ "def f(t):\n    while True:\n        x = t\n        x += 'c'\n"
	    "x = 'a' * 500000\nx += 'b'\nx = f(x)", SKIP_STEPS },
	/* A range has three parts, and more items. */
	{ "x = str.maketrans('a', 'b', range(400000))", SKIP_BYTES },
};

static void
bounds(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bombs); i++) {
		struct fold *f = folded_new(bombs[i].source,
		    strlen(bombs[i].source));

		(void)folded_name(f, "x");
		if (bombs[i].why != SKIP_KINDS && f->skipped[bombs[i].why] == 0)
			fail_msg("%s: not said", bombs[i].source);
		assert_true(f->arena.total <= FOLD_BYTES_MAX);
		folded_free(f);
	}
}

/* Loops that nothing known ends are left early; a list that a loop fills is
 * there. */
static void
loops_without_end(void **state)
{
	static const struct { const char *source; uint32_t len; } loops[] = {
		{ "def f():\n    l = []\n    while True:\n"
		    "        l.append(open('a').read(1))\n    return l\n"
		    "x = f()", 0 },
		{ "def f():\n    l = []\n    while True:\n"
		    "        l.append('a')\n    return l\nx = f()", 0 },
		{ "x = 1e300\nwhile x != x * x:\n    x *= x\nx", 0 },
		{ "x = []\nwhile len(x) < 256:\n    x.append(0)\nx", 256 },
		{ "x = []\nwhile not x[600:]:\n    x.append(0)\nx", 601 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(loops); i++) {
		struct fold *f = folded_new(loops[i].source,
		    strlen(loops[i].source));

		assert_int_equal(folded_name(f, "x").len, loops[i].len);
		assert_int_equal(f->skipped[SKIP_STEPS], 0);
		folded_free(f);
	}
}

/* Long chains within each other fold through the order of the nodes. */
static void
long_chains(void **state)
{
	static const struct { const char *head, *part, *tail; } chains[] = {
		{ "x = 'a'", " + 'b'", "" },
		{ "x = 'a'", ".replace('b', 'c')", "" },
		{ "x = ''", "\nx += 'b'", "\nx" },
		{ "x = []", "\nx.append('b')", "\nx" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(chains); i++) {
		struct buf b = BUF_EMPTY;
		struct fold *f;
		struct value v;

		buf_adds(&b, chains[i].head);
		for (int k = 0; k < 3000; k++)
			buf_adds(&b, chains[i].part);
		buf_adds(&b, chains[i].tail);
		f = folded_new(b.data, b.len);
		v = folded_name(f, "x");
		assert_true(v.kind == VALUE_STR || v.kind == VALUE_LIST);
		assert_int_equal(v.len, i == 0 ? 3001 : i == 1 ? 1 : 3000);
		folded_free(f);
		buf_release(&b);
	}
}

/* What a function makes of a function, of a function ...: calling the last
 * goes through all of them. */
static void
long_calls(void **state)
{
	static const struct { const char *head, *part, *tail; } calls[] = {
		{ "from functools import partial\np = len", "\np = partial(p,"
		    " 1)", "\nx = p(2)" },
		{ "from functools import partial, reduce\np = len\nq = 1",
		    "\np = partial(reduce, p)\nq = list([q, q])", "\nx = p(q)" },
		{ "from functools import partial\np = len\nq = 'a'",
		    "\np = partial(map, p)\nq = list([q])", "\nx = p(q)" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
		struct buf b = BUF_EMPTY;
		struct fold *f;

		buf_adds(&b, calls[i].head);
		for (int k = 0; k < 50000; k++)
			buf_adds(&b, calls[i].part);
		buf_adds(&b, calls[i].tail);
		f = folded_new(b.data, b.len);
		assert_int_not_equal(f->skipped[SKIP_DEPTH], 0);
		folded_free(f);
		buf_release(&b);
	}
}

/*
 * Words move when there are more of them than room: whoever looks at a word
 * and adds another has to keep the text of the first.  Of so many names, one
 * number of them brings the table's end into each of these.
 */
static void
words_move(void **state)
{
	static const struct { const char *source, *value; } growing[] = {
		{ "r = []\nr.append(__import__('sub' + 'dir').name)\n"
		    "x = r[0]", "=subdir.name" },
		{ "import importlib as i\nx = i.import_module('pack' "
		    "'age.sub.__getattribute__')('part')",
		    "=package.sub.part" },
		{ "from .near import *\nx = thing", "=thing" },
	};
	struct modules *m = modules_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(growing); i++)
		for (int names = 420; names < 500; names++) {
			struct buf b = BUF_EMPTY, got = BUF_EMPTY;
			struct value v;
			struct tree *t;
			struct fold *f;

			for (int k = 0; k < names; k++)
				buf_addf(&b, "n%d\n", k);
			buf_adds(&b, growing[i].source);
			t = tree_read(b.data, b.len);
			f = fold_new(t);
			modules_use(m, "a.b", false, f);
			v = folded_name(f, "x");
			folded_spell(f, &v, &got);
			assert_string_equal(buf_text(&got), growing[i].value);
			folded_free(f);
			buf_release(&b);
			buf_release(&got);
		}
	modules_free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bounds),
		cmocka_unit_test(loops_without_end),
		cmocka_unit_test(long_chains),
		cmocka_unit_test(long_calls),
		cmocka_unit_test(words_move),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

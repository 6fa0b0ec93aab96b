/* SPDX-License-Identifier: Apache-2.0 */
/* pickle: what it imports, in every protocol; honest objects are none. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "python/pickle.h"
#include "inspect_tools.h"

#define BYTES(s) s, sizeof(s) - 1

/* Inert: the command is `true`. */
static const struct {
	const char	*name, *data;
	size_t		 size;
	const char	*seen;		/* "module.name", one after the other */
	bool		 calls, hostile;
} cases[] = {
	{ "protocol 0", BYTES("cposix\nsystem\np0\n(Vtrue\np1\ntp2\nRp3\n."),
	    "posix.system ", true, true },
	{ "protocol 0, INST", BYTES("(S'true'\nios\nsystem\n."),
	    "os.system ", true, true },
	{ "protocol 2", BYTES("\x80\2cposix\nsystem\nq\0X\4\0\0\0trueq\1\x85"
	    "q\2Rq\3."), "posix.system ", true, true },
	{ "protocol 4", BYTES("\x80\4\x95\x1d\0\0\0\0\0\0\0\x8c\5posix\x94\x8c"
	    "\6system\x94\x93\x94\x8c\4true\x94\x85\x94R\x94."),
	    "posix.system ", true, true },
	{ "names out of the memo", BYTES("\x80\4\x8c\6system\x94\x8c\5posix"
	    "\x94K\1h\1h\0\x93\x8c\4true\x85R."), "posix.system ", true,
	    true },
	{ "no call", BYTES("\x80\2cposix\nsystem\nq\0."), "posix.system ",
	    false, false },
	{ "an honest object", BYTES("\x80\2ccollections\nOrderedDict\nq\0)Rq"
	    "\1."), "collections.OrderedDict ", true, false },
	{ "a bound method", BYTES("\x80\2c__builtin__\ngetattr\nq\0ccollections"
	    "\nCounter\nX\6\0\0\0update\x86R."),
	    "__builtin__.getattr collections.Counter ", true, false },
	{ "a numpy array of objects", BYTES("\x93NUMPY\1\0\x2e\0{'descr': '|O',"
	    " 'shape': (1,), }             \n\x80\2cos\nsystem\nX\4\0\0\0true"
	    "\x85R."), "os.system ", true, true },
	{ "cut in a text", BYTES("\x80\2X\xff\xff\xff\x7fposix"), "", false,
	    false },
	{ "a memo index out of all bounds", BYTES("\x80\2X\1\0\0\0ar\xff\xff"
	    "\xff\xffj\xff\xff\xff\xff."), "", false, false },
};

static void
on_global(void *ctx, struct text_span module, struct text_span name)
{
	buf_addf(ctx, "%.*s.%.*s ", (int)module.len, (const char *)module.text,
	    (int)name.len, (const char *)name.text);
}

static void
on_text(void *ctx, struct text_span t)
{
	(void)ctx;
	(void)t;
}

static bool
run(const void *data, size_t size, struct buf *out)
{
	size_t start = pickle_start(data, size);

	buf_reset(out);
	return start != SIZE_MAX && pickle_read((const uint8_t *)data + start,
	    size - start, &(struct pickle_reader){ on_global, on_text, NULL,
	    out }, NULL);
}

static void
reads_every_protocol(void **state)
{
	struct buf out = BUF_EMPTY;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		bool calls = run(cases[i].data, cases[i].size, &out);

		if (calls != cases[i].calls ||
		    !str_equal(buf_text(&out), cases[i].seen))
			fail_msg("%s: %s", cases[i].name, buf_text(&out));
	}
	buf_release(&out);
}

static void
survives_damage(void **state)
{
	struct buf out = BUF_EMPTY;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		for (size_t at = 0; at < 2 * cases[i].size; at++) {
			size_t	 len = at < cases[i].size ? at : cases[i].size;
			uint8_t	*exact = mem_array(1, len);

			memcpy(exact, cases[i].data, len);
			if (at >= cases[i].size)
				exact[at - cases[i].size] ^= 0x55;
			(void)run(exact, len, &out);
			free(exact);
		}
	buf_release(&out);
}

static void
says_what_runs(void **state)
{
	const struct inspect_tools *t = *state;
	struct inspected_file file = { "p", "1", "p-1.whl", PACKAGE_WHEEL };

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct features f = { 0 };
		struct inspection *in = inspection_new(t->inspector, &file,
		    NULL, &f);
		bool found = false;

		inspection_entry(in, &(struct entry){ .kind = ENTRY_FILE,
		    .path = "p/model.pkl", .inner = "p/model.pkl",
		    .data = (const uint8_t *)cases[i].data,
		    .size = cases[i].size, .installed = true });
		inspection_end(in);
		inspection_free(in);
		for (size_t k = 0; k < f.nfindings; k++)
			found |= str_equal(f.findings[k].rule, "pickle-runs");
		if (found != cases[i].hostile)
			fail_msg("%s", cases[i].name);
		features_release(&f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_protocol),
		cmocka_unit_test(survives_damage),
		cmocka_unit_test(says_what_runs),
	};

	return cmocka_run_group_tests(tests, inspect_tools_setup,
	    inspect_tools_teardown);
}

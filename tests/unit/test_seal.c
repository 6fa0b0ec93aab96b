/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sealing: what goes in comes out, and nothing that was altered, moved, or is
 * under another key does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/digest.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "evidence/keyring.h"
#include "evidence/seal.h"

#define FILE_NAME "test_seal.key"
#define HASH "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static const struct sealed_file archive = { "evil", "1.0", "evil-1.0.tar.gz",
	HASH, 2 * EVIDENCE_PART_BYTES + 7 };

static void
file_write(const char *text, mode_t mode)
{
	FILE *f = fopen(FILE_NAME, "w");

	assert_non_null(f);
	assert_int_equal(fchmod(fileno(f), mode), 0);
	assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
	assert_int_equal(fclose(f), 0);
}

static struct keyring *
ring(const char *first, const char *second)
{
	char		*text = mem_printf("# keys\n\n%s%s", first, second);
	char		 why[300];
	struct keyring	*kr;

	file_write(text, 0600);
	free(text);
	kr = keyring_load(FILE_NAME, why, sizeof(why));
	if (kr == NULL)
		fail_msg("%s", why);
	return kr;
}

static void
test_keyring(void **state)
{
	static const struct { const char *text; mode_t mode; const char *why; }
	bad[] = {
		{ "# nothing\n", 0600, "holds no key; make one" },
		{ "", 0600, "is empty" },
		{ "secret\n", 0600, ":1: is no \"pypiwatch-evidence-key/1\"" },
		{ "#\npypiwatch-evidence-key/1 AAAA\n", 0600,
		    ":2: holds no key of 32 bytes" },
		{ "pypiwatch-evidence-key/1 !!\n", 0600, "in base64" },
		{ "pypiwatch-evidence-key/1 AAAA\n", 0644, "every user" },
		{ "pypiwatch-evidence-key/1 AAAA\n", 0660, "its group" },
	};
	char		 why[300], id[KEY_ID_DIGITS + 1], *line, *twice;
	struct keyring	*kr;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		file_write(bad[i].text, bad[i].mode);
		assert_null(keyring_load(FILE_NAME, why, sizeof(why)));
		if (strstr(why, bad[i].why) == NULL ||
		    strstr(why, FILE_NAME) == NULL)
			fail_msg("%s: %s", bad[i].why, why);
	}
	assert_null(keyring_load("missing.key", why, sizeof(why)));
	assert_non_null(strstr(why, "No such file"));
	line = keyring_line(id);
	twice = mem_printf("%s%s", line, line);
	file_write(twice, 0600);
	assert_null(keyring_load(FILE_NAME, why, sizeof(why)));
	assert_non_null(strstr(why, ":2: holds a key that stands there"));
	assert_null(strstr(why, line + 25));	/* never the key */
	kr = ring(line, "");
	assert_int_equal(keyring_count(kr), 1);
	assert_string_equal(keyring_id(kr, 0), id);
	assert_non_null(keyring_find(kr, id));
	assert_null(keyring_find(kr, "0000000000000000"));
	keyring_free(kr);
	free(twice);
	free(line);
}

static void
test_parts(void **state)
{
	(void)state;
	assert_int_equal(seal_parts(0), 1);
	assert_int_equal(seal_parts(1), 1);
	assert_int_equal(seal_parts(EVIDENCE_PART_BYTES), 1);
	assert_int_equal(seal_parts(EVIDENCE_PART_BYTES + 1), 2);
	assert_int_equal(seal_parts(archive.size), 3);
}

/* A part that was altered anywhere does not open, and shows nothing. */
static void
test_altered(void **state)
{
	static const uint8_t text[] = "inert bytes that stand for an archive";
	uint8_t		 sealed[sizeof(text) + SEAL_TAG_BYTES];
	uint8_t		 open[sizeof(text)], zero[sizeof(text)] = { 0 };
	char		 id[KEY_ID_DIGITS + 1], why[300], *line =
			    keyring_line(id);
	struct keyring	*kr = ring(line, "");
	struct seal_head head;
	struct seal	*s = seal_new(kr, &archive, &head), *again;

	(void)state;
	assert_non_null(s);
	assert_string_equal(head.key_id, id);
	seal_part(s, 1, text, sizeof(text), sealed);
	assert_null(memmem(sealed, sizeof(sealed), "archive", 7));
	again = seal_open(kr, &archive, &head, why, sizeof(why));
	assert_non_null(again);
	assert_int_equal(seal_part_open(again, 1, sealed, sizeof(sealed),
	    open), 0);
	assert_memory_equal(open, text, sizeof(text));
	for (size_t i = 0; i < sizeof(sealed); i++) {
		sealed[i] ^= 1;
		assert_int_equal(seal_part_open(again, 1, sealed,
		    sizeof(sealed), open), -1);
		assert_memory_equal(open, zero, sizeof(zero));
		sealed[i] ^= 1;
	}
	/* In another part's place, or cut. */
	assert_int_equal(seal_part_open(again, 0, sealed, sizeof(sealed),
	    open), -1);
	for (size_t i = 0; i < sizeof(sealed); i++)
		assert_int_equal(seal_part_open(again, 1, sealed, i, open),
		    -1);
	seal_free(again);
	seal_free(s);
	keyring_free(kr);
	free(line);
}

/* What is sealed belongs to one release, file and digest. */
static void
test_moved(void **state)
{
	const struct sealed_file others[] = {
		{ "evil2", "1.0", "evil-1.0.tar.gz", HASH, archive.size },
		{ "evil", "1.1", "evil-1.0.tar.gz", HASH, archive.size },
		{ "evil", "1.0", "evil-1.0.zip", HASH, archive.size },
		{ "evil", "1.0", "evil-1.0.tar.gz", "0", archive.size },
		{ "evil", "1.0", "evil-1.0.tar.gz", HASH, archive.size - 1 },
		{ "evi", "l1.0", "evil-1.0.tar.gz", HASH, archive.size },
	};
	char		 id[KEY_ID_DIGITS + 1], why[300], *line =
			    keyring_line(id);
	struct keyring	*kr = ring(line, "");
	struct seal_head head, bad;
	struct seal	*s = seal_new(kr, &archive, &head);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		assert_null(seal_open(kr, &others[i], &head, why,
		    sizeof(why)));
		assert_non_null(strstr(why, "was altered"));
	}
	for (size_t i = 0; i < sizeof(head.salt); i++) {
		bad = head;
		bad.salt[i] ^= 0x80;
		assert_null(seal_open(kr, &archive, &bad, why, sizeof(why)));
	}
	for (size_t i = 0; i < sizeof(head.wrapped); i++) {
		bad = head;
		bad.wrapped[i] ^= 0x80;
		assert_null(seal_open(kr, &archive, &bad, why, sizeof(why)));
	}
	seal_free(s);
	keyring_free(kr);
	free(line);
}

/* No two archives, nor two parts, are sealed alike. */
static void
test_never_twice(void **state)
{
	static const uint8_t text[16] = { 0 };
	static struct seal_head heads[256];
	static uint8_t	 sealed[512][sizeof(text) + SEAL_TAG_BYTES];
	char		 id[KEY_ID_DIGITS + 1], *line = keyring_line(id);
	struct keyring	*kr = ring(line, "");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
		struct seal *s = seal_new(kr, &archive, &heads[i]);

		seal_part(s, 0, text, sizeof(text), sealed[2 * i]);
		seal_part(s, 1, text, sizeof(text), sealed[2 * i + 1]);
		seal_free(s);
		for (size_t k = 0; k < i; k++)
			assert_memory_not_equal(heads[k].salt, heads[i].salt,
			    SEAL_SALT_BYTES);
	}
	for (size_t i = 0; i < ARRAY_LEN(sealed); i++)
		for (size_t k = 0; k < i; k++)
			assert_memory_not_equal(sealed[k], sealed[i],
			    sizeof(text));
	keyring_free(kr);
	free(line);
}

static void
test_rotation(void **state)
{
	char		 old_id[KEY_ID_DIGITS + 1], new_id[KEY_ID_DIGITS + 1];
	char		 why[300], *old = keyring_line(old_id),
			 *new = keyring_line(new_id);
	uint8_t		 sealed[3 + SEAL_TAG_BYTES], open[3];
	struct seal_head head;
	struct keyring	*kr = ring(old, "");
	struct seal	*s = seal_new(kr, &archive, &head);

	(void)state;
	seal_part(s, 0, (const uint8_t *)"abc", 3, sealed);
	seal_free(s);
	keyring_free(kr);

	kr = ring(new, "");		/* without the key it was sealed under */
	assert_null(seal_open(kr, &archive, &head, why, sizeof(why)));
	assert_non_null(strstr(why, old_id));
	assert_non_null(strstr(why, FILE_NAME " does not hold"));
	assert_int_equal(seal_rewrap(kr, &archive, &head, why, sizeof(why)),
	    -1);
	keyring_free(kr);

	kr = ring(new, old);
	assert_int_equal(keyring_count(kr), 2);
	assert_int_equal(seal_rewrap(kr, &archive, &head, why, sizeof(why)),
	    0);
	assert_string_equal(head.key_id, new_id);
	keyring_free(kr);

	kr = ring(new, "");		/* the old one may go now */
	s = seal_open(kr, &archive, &head, why, sizeof(why));
	assert_non_null(s);
	assert_int_equal(seal_part_open(s, 0, sealed, sizeof(sealed), open),
	    0);
	assert_memory_equal(open, "abc", 3);
	seal_free(s);
	keyring_free(kr);
	free(old);
	free(new);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keyring),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_altered),
		cmocka_unit_test(test_moved),
		cmocka_unit_test(test_never_twice),
		cmocka_unit_test(test_rotation),
	};
	int rc = cmocka_run_group_tests(tests, NULL, NULL);

	remove(FILE_NAME);
	return rc;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * targets - lists as people write them; an index that lies anywhere; one that
 * was damaged on the way.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "names/lookalike.h"
#include "names/targets.h"

static const char *const names[] = { "requests", "numpy", "python-dateutil",
	"scikit-learn", "boto3", "aiohttp", "google-cloud-storage",
	"typing_extensions", "zope.interface" };

static void
index_build(struct buf *b)
{
	struct target list[ARRAY_LEN(names)] = { { 0 } };

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		list[i].name = names[i];
		list[i].rank = (uint32_t)i + 1;
		list[i].downloads = 1000000;
	}
	assert_int_equal(targets_build(list, ARRAY_LEN(names), b),
	    ARRAY_LEN(names));
}

static size_t
ask(const struct targets *t, const char *text, char *first, size_t room)
{
	struct name_match match[NAME_MATCHES_MAX];
	struct project_name name;
	size_t n;

	assert_int_equal(name_normalize(text, &name, NULL), 0);
	n = lookalike_find(t, &name, match, ARRAY_LEN(match));
	*first = '\0';
	if (n > 0)
		assert_int_equal(str_copy(first, room, match[0].target), 0);
	for (size_t i = 0; i < n; i++)
		wire_release(&name_match_desc, &match[i]);
	return n;
}

/* The same answers wherever the bytes lie: nothing inside is an address. */
static void
relocated(void **state)
{
	struct buf b = BUF_EMPTY;
	char first[PROJECT_NAME_MAX + 1];

	(void)state;
	index_build(&b);
	for (size_t shift = 0; shift < 64; shift += 8) {
		char *place = mem_alloc(b.len + 64);
		struct targets *t;

		memcpy(place + shift, b.data, b.len);
		t = targets_open(place + shift, b.len, NULL);
		assert_non_null(t);
		assert_int_equal(targets_rank(t, "zope-interface"), 9);
		assert_int_equal(targets_rank(t, "reqeusts"), 0);
		assert_true(ask(t, "reqeusts", first, sizeof(first)) > 0);
		assert_string_equal(first, "requests");
		targets_free(t);
		free(place);
	}
	buf_release(&b);
}

static void
refused(void **state)
{
	struct buf b = BUF_EMPTY;
	const char *why = NULL;

	(void)state;
	index_build(&b);
	for (size_t len = 0; len < b.len; len += 1 + b.len / 997) {
		assert_null(targets_open(b.data, len, &why));
		assert_non_null(why);
	}
	assert_null(targets_open(b.data + 4, b.len - 4, &why));
	b.data[0] ^= 1;
	assert_null(targets_open(b.data, b.len, &why));
	buf_release(&b);
}

/* Any bit may be wrong: it is refused, or answers something, inside the
 * bytes. */
/* Tables are asked by letter: nothing else may stand in a name. */
static void
odd_letters(void **state)
{
	static const char odd[] = { '\xff', '\x01', 'R', '_', '\0' };
	struct buf b = BUF_EMPTY;
	char *at;

	(void)state;
	index_build(&b);
	at = memmem(b.data, b.len, "requests", 9);
	assert_non_null(at);
	for (size_t i = 0; i < sizeof(odd); i++) {
		at[3] = odd[i];
		assert_null(targets_open(b.data, b.len, NULL));
	}
	at[3] = 'u';
	buf_release(&b);
}

static void
damaged(void **state)
{
	struct buf b = BUF_EMPTY;
	char first[PROJECT_NAME_MAX + 1];
	uint32_t seed = 3;

	(void)state;
	index_build(&b);
	for (int i = 0; i < 4000; i++) {
		char *copy = mem_alloc(b.len);
		struct targets *t;
		size_t at;

		memcpy(copy, b.data, b.len);
		seed = seed * 1664525u + 1013904223u;
		/* the header and the entries more often than the rest */
		at = i % 2 == 0 ? (seed >> 8) % 2048 : (seed >> 4) % b.len;
		copy[at] = (char)(copy[at] ^ (1 << (seed >> 29)));
		t = targets_open(copy, b.len, NULL);
		if (t != NULL) {
			ask(t, "reqeusts", first, sizeof(first));
			ask(t, "dateutil-python2", first, sizeof(first));
			targets_free(t);
		}
		free(copy);
	}
	buf_release(&b);
}

static const struct { const char *text; size_t n; const char *why; }
lists[] = {
	{ "requests\nnumpy\n", 2, NULL }, { "", 0, NULL },
	{ "# names\n\n  requests  # the first\r\n", 1, NULL },
	{ "rank\tname\tdownloads\n1\tboto3\t100\n2\tnumpy\t90", 2, NULL },
	{ "1\tboto3\n", 1, NULL }, { "x\tboto3\n", 0, "line 1: " },
	{ "a\nb\n-c\n", 0, "line 3: " }, { "1\tboto3\tmany\n", 0, "line 1: " },
	{ "0\tboto3\n", 0, "line 1: " }, { "a\nb c\n", 0, "line 2: " },
};

static void
lists_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		struct target *list;
		char why[200] = "";
		size_t n;
		int rc = targets_read(lists[i].text, strlen(lists[i].text),
		    TARGET_POPULAR, &list, &n, why, sizeof(why));

		assert_int_equal(rc, lists[i].why != NULL ? -1 : 0);
		assert_int_equal(n, lists[i].n);
		if (lists[i].why != NULL)
			assert_true(str_starts(why, lists[i].why));
		for (size_t k = 0; k < n; k++)
			assert_true(list[k].rank > 0);
		targets_list_free(list, n);
	}
}

static void
imports_read(void **state)
{
	static const char text[] = "cv2\topencv-python\nyaml\tpyyaml\n";
	struct target *list;
	char why[200];
	size_t n;

	(void)state;
	assert_int_equal(targets_read(text, strlen(text), TARGET_IMPORT, &list,
	    &n, why, sizeof(why)), 0);
	assert_int_equal(n, 2);
	assert_string_equal(list[0].name, "cv2");
	assert_string_equal(list[0].project, "opencv-python");
	targets_list_free(list, n);
	assert_int_equal(targets_read("cv2\n", 4, TARGET_IMPORT, &list, &n,
	    why, sizeof(why)), -1);
	assert_string_equal(why, "line 1: no project after the import name");
}

/* No names at all is no error: the standard library is always there. */
static void
empty(void **state)
{
	struct buf b = BUF_EMPTY;
	struct targets *t;
	char first[PROJECT_NAME_MAX + 1];

	(void)state;
	assert_int_equal(targets_build(NULL, 0, &b), 0);
	t = targets_open(b.data, b.len, NULL);
	assert_non_null(t);
	assert_true(targets_count(t) > 100);
	assert_int_equal(ask(t, "quite-ordinary", first, sizeof(first)), 0);
	targets_free(t);
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(relocated), cmocka_unit_test(refused),
		cmocka_unit_test(damaged),
		cmocka_unit_test(odd_letters), cmocka_unit_test(lists_read),
		cmocka_unit_test(imports_read), cmocka_unit_test(empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* wire: what is written is read back; what is damaged is refused whole. */
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
#include "data/finding.h"
#include "data/messages.h"

static struct features
sample(void)
{
	struct features	 f = { .outcome = SCAN_PARTIAL, .entries = 92 };
	struct finding	*a;

	strcpy(f.sha256, "ab");
	f.why = mem_strdup("entry limit");
	a = features_add_finding(&f);
	a->rule = mem_strdup("xor-executable");
	a->context = CONTEXT_DATA;
	a->weight = 0.5;
	features_add_finding(&f)->rule = mem_strdup("second");
	features_add_name(&f)->target = mem_strdup("pycrypto");
	return f;
}

static void
reads_back(void **state)
{
	struct features f = sample(), g;
	struct buf b = BUF_EMPTY;

	(void)state;
	wire_put(&features_desc, &f, &b);
	assert_int_equal(wire_get(&features_desc, &g, b.data, b.len), 0);
	assert_string_equal(g.why, "entry limit");
	assert_int_equal(g.nfindings, 2);
	assert_string_equal(g.findings[0].rule, "xor-executable");
	assert_true(g.findings[0].weight > 0.49 && g.findings[0].weight < 0.51);
	assert_null(g.findings[0].path);
	assert_string_equal(g.names[0].target, "pycrypto");
	features_release(&f);
	features_release(&g);
	buf_release(&b);
}

/* A copy owns what it has: both are released. */
static void
copies(void **state)
{
	struct features f = sample(), g;

	(void)state;
	wire_copy(&features_desc, &f, &g);
	assert_ptr_not_equal(f.why, g.why);
	features_release(&f);
	assert_string_equal(g.why, "entry limit");
	assert_int_equal(g.nfindings, 2);
	assert_string_equal(g.findings[1].rule, "second");
	features_release(&g);
}

/* Every truncation and every single damaged byte: no crash, no leak. */
static void
survives_damage(void **state)
{
	struct features f = sample(), g;
	struct buf b = BUF_EMPTY;

	(void)state;
	wire_put(&features_desc, &f, &b);
	for (size_t len = 0; len < b.len; len++)
		assert_int_equal(wire_get(&features_desc, &g, b.data, len), -1);
	for (size_t i = 0; i < b.len; i++) {
		char was = b.data[i];

		b.data[i] = (char)0xff;
		if (wire_get(&features_desc, &g, b.data, b.len) == 0)
			features_release(&g);
		b.data[i] = was;
	}
	features_release(&f);
	buf_release(&b);
}

static void
cuts_to_bounds(void **state)
{
	struct msg_kick k = { .index = 3 }, back;
	struct buf b = BUF_EMPTY, role = BUF_EMPTY;

	(void)state;
	for (int i = 0; i < 5000; i++)
		buf_addc(&role, 'x');
	k.role = role.data;
	wire_put(&msg_kick_desc, &k, &b);
	assert_int_equal(wire_get(&msg_kick_desc, &back, b.data, b.len), 0);
	assert_int_equal(strlen(back.role), 16);
	wire_release(&msg_kick_desc, &back);
	buf_release(&b);
	buf_release(&role);
}

static void
embedded_struct(void **state)
{
	struct upload u = { .size = 7, .filename = mem_strdup("a-1.tar.gz") };
	struct msg_resolved m = { .id = 5, .release = { .serial = 9,
	    .uploads = &u, .nuploads = 1 } }, back;
	struct buf b = BUF_EMPTY;

	(void)state;
	wire_put(&msg_resolved_desc, &m, &b);
	assert_int_equal(wire_get(&msg_resolved_desc, &back, b.data, b.len), 0);
	assert_int_equal(back.release.serial, 9);
	assert_string_equal(back.release.uploads[0].filename, "a-1.tar.gz");
	wire_release(&msg_resolved_desc, &back);
	free(u.filename);
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_back),
		cmocka_unit_test(copies),
		cmocka_unit_test(survives_damage),
		cmocka_unit_test(cuts_to_bounds),
		cmocka_unit_test(embedded_struct),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

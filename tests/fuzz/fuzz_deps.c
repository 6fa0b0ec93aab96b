/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_deps - any bytes as each kind of list of dependencies; the first byte
 * says which.  Names are valid and in order, each once, or the error names the
 * file and a line.
 */
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/str.h"
#include "deps/deps.h"
#include "fuzz.h"

/* A file that includes others finds itself. */
static int
open_same(void *ctx, const char *path, struct buf *text, struct buf *why)
{
	const struct buf *same = ctx;

	if (str_ends(path, "none")) {
		buf_adds(why, "there is none");
		return -1;
	}
	buf_add(text, same->data, same->len);
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf	why = BUF_EMPTY, text = BUF_EMPTY;
	struct deps	d = { .open = open_same, .ctx = &text };
	struct project_name name;
	int		rc;

	if (size == 0)
		return 0;
	buf_add(&text, data + 1, size - 1);
	rc = deps_read(&d, (enum deps_format)((uint8_t)(*data -
	    '0') % DEPS_FORMATS), "d/f",
	    buf_text(&text), text.len, &why);
	require((rc == 0) == (why.len == 0));
	require(rc == 0 || strchr(buf_text(&why), ':') != NULL);
	require(d.n <= DEPS_MAX && d.nfiles <= DEPS_FILES_MAX);
	deps_settle(&d);
	for (size_t i = 0; i < d.n; i++) {
		require(name_normalize(d.list[i].name.text, &name, NULL) ==
		    0 && str_equal(name.text, d.list[i].name.text));
		require(i == 0 || strcmp(d.list[i - 1].name.text,
		    d.list[i].name.text) <= 0);
		require(d.list[i].version == NULL ||
		    strlen(d.list[i].version) <= VERSION_MAX);
	}
	(void)deps_format_of("x.json", buf_text(&text), text.len);
	deps_release(&d);
	buf_release(&why);
	buf_release(&text);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_inspect - any bytes as the members of a package, through every inspector
 * and the judge, with the shipped rules and weights.
 *
 * A member begins with a line "--- PATH", as in tests/fixtures/shapes; bytes
 * before the first such line are a package's __init__.py.  Beyond crashes it
 * holds what finding.h and judge.h promise: texts that are UTF-8, scores to 100.
 */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "../unit/inspect_load.h"
#include "fuzz.h"

#define MEMBERS_MAX 64
#define MARK "\n--- "

static struct inspect_tools shipped;

static void
shipped_rules(void)
{
	struct buf errors = BUF_EMPTY;
	bool loaded = inspect_tools_load(&shipped, &errors);

	fputs(buf_text(&errors), stderr);
	buf_release(&errors);
	require(loaded);
}

static void
look(struct inspection *in, const char *path, const uint8_t *data, size_t size)
{
	struct entry e = { .kind = ENTRY_FILE, .path = path, .inner = path,
		.data = data, .size = size, .declared = size,
		.installed = true };

	inspection_entry(in, &e);
}

/* The path of the member that begins at a mark; bytes a path cannot hold are
 * what unpack would have made visible. */
static char *
member_path(const uint8_t **at, const uint8_t *end)
{
	const uint8_t	*eol = memchr(*at, '\n', (size_t)(end - *at));
	char		*path;

	if (eol == NULL)
		eol = end;
	path = mem_strndup((const char *)*at, (size_t)(eol - *at));
	for (char *c = path; *c != '\0'; c++)
		if (*c < ' ' || *c > '~')
			*c = '_';
	*at = eol == end ? end : eol + 1;
	return path;
}

static void
members(struct inspection *in, const uint8_t *at, const uint8_t *end)
{
	char *path = mem_strdup("fuzzed/__init__.py");

	for (int n = 0; n < MEMBERS_MAX && at < end; n++) {
		const uint8_t *next = memmem(at, (size_t)(end - at), MARK,
		    strlen(MARK));

		look(in, path, at, (size_t)((next == NULL ? end : next) - at));
		free(path);
		at = next == NULL ? end : next + strlen(MARK);
		path = member_path(&at, end);
	}
	free(path);
}

static void
check(const struct features *f, const struct verdict *v)
{
	require(v->score <= 100);
	for (size_t i = 0; i < f->nfindings; i++) {
		const char *text = f->findings[i].text;

		require(utf8_valid(text, strlen(text)));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char	 name[] = "fuzzed-1.0-py3-none-any.whl";
	struct inspected_file	 file = { "fuzzed", "1.0", name,
		packagetype_from_filename(name) };
	struct features		 f = { 0 };
	struct verdict		 v;
	struct inspection	*in;

	if (shipped.inspector == NULL)
		shipped_rules();
	in = inspection_new(shipped.inspector, &file, NULL, &f);
	members(in, data, data + size);
	inspection_end(in);
	inspection_free(in);
	judge_file(&shipped.judge, &f, NULL, &v);
	check(&f, &v);
	verdict_release(&v);
	features_release(&f);
	return 0;
}

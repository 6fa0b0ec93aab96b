/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_names - any bytes as a name, as a list of names, and as an index; what
 * comes out is bounded and in order.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "names/lookalike.h"
#include "fuzz.h"

#define LIST_MOST 4096	/* bytes of a list: building one takes its time */

static void
ask(const struct targets *t, const char *text)
{
	struct name_match match[NAME_MATCHES_MAX];
	struct project_name name;
	size_t n;

	if (name_normalize(text, &name, NULL) == -1)
		return;
	require(name.len > 0 && name.len <= PROJECT_NAME_MAX);
	n = lookalike_find(t, &name, match, NAME_MATCHES_MAX);
	require(n <= NAME_MATCHES_MAX);
	for (size_t i = 0; i < n; i++) {
		require(match[i].score <= 100);
		require(match[i].target != NULL && match[i].technique != NULL);
		wire_release(&name_match_desc, &match[i]);
	}
}

/* Each line of the input is a name. */
static void
ask_lines(const struct targets *t, const char *text, size_t size)
{
	char name[PROJECT_NAME_MAX + 2];

	for (size_t at = 0, n; at < size; at += n + 1) {
		const char *end = memchr(text + at, '\n', size - at);

		n = end != NULL ? (size_t)(end - text) - at : size - at;
		if (n >= sizeof(name))
			continue;
		memcpy(name, text + at, n);
		name[n] = '\0';
		ask(t, name);
	}
}

static void
as_list(const char *text, size_t size, enum target_kind kind)
{
	struct target *list;
	struct buf bytes = BUF_EMPTY;
	struct targets *t;
	char why[200];
	size_t n;

	if (size > LIST_MOST || targets_read(text, size, kind, &list, &n, why,
	    sizeof(why)) == -1)
		return;
	targets_build(list, n, &bytes);
	t = targets_open(bytes.data, bytes.len, NULL);
	require(t != NULL);
	ask_lines(t, text, size);
	targets_free(t);
	buf_release(&bytes);
	targets_list_free(list, n);
}

static const struct targets *
usual_targets(void)
{
	static const char *const names[] = { "requests", "numpy", "boto3",
		"python-dateutil", "scikit-learn", "google-cloud-storage",
		"typing-extensions", "beautifulsoup4", "s3", "aiohttp" };
	static struct buf bytes;
	static struct targets *t;
	struct target list[sizeof(names) / sizeof(names[0])] = { { 0 } };

	if (t != NULL)
		return t;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		list[i].name = names[i];
		list[i].rank = (uint32_t)i + 1;
		list[i].kind = i % 3 == 0 ? TARGET_PROTECTED : TARGET_POPULAR;
	}
	targets_build(list, sizeof(names) / sizeof(names[0]), &bytes);
	t = targets_open(bytes.data, bytes.len, NULL);
	require(t != NULL);
	return t;
}

static void
as_index(const uint8_t *data, size_t size)
{
	char *copy = mem_alloc(size + 1);
	struct targets *t;

	memcpy(copy, data, size);
	t = targets_open(copy, size, NULL);
	if (t != NULL) {
		ask(t, "reqeusts");
		targets_free(t);
	}
	free(copy);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = mem_alloc(size + 1);

	memcpy(text, data, size);
	ask_lines(usual_targets(), text, size);
	as_list(text, size, TARGET_POPULAR);
	as_list(text, size, TARGET_IMPORT);
	as_index(data, size);
	free(text);
	return 0;
}

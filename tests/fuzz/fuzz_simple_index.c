/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_simple_index - any bytes as the list of all projects. */
#include <string.h>

#include "base/limits.h"
#include "poll/simple_index.h"
#include "poll/site.h"
#include "fuzz.h"

static void
take(void *ctx, const char *name, int64_t serial)
{
	++*(size_t *)ctx;
	require(site_is_project(name) && strlen(name) <= PROJECT_NAME_MAX);
	require(serial >= -1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t taken = 0, half = size / 2;
	struct simple_index_reader *r = simple_index_reader_new(take, &taken);
	struct simple_index out;

	if (simple_index_feed(r, data, half) == 0)
		(void)simple_index_feed(r, data + half, size - half);
	simple_index_end(r, &out);
	require(out.projects == taken + out.unreadable);
	simple_index_reader_free(r);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_rss - any bytes as a feed; names that come out are names. */
#include <string.h>

#include "base/limits.h"
#include "poll/rss.h"
#include "fuzz.h"

static void
check(enum source source, const uint8_t *data, size_t size)
{
	struct rss_page page;

	rss_read(source, data, size, &page);
	require(page.n <= RSS_ITEMS_MAX);
	for (size_t i = 0; i < page.n; i++) {
		const struct event *e = &page.events[i];

		require(strlen(e->project) <= PROJECT_NAME_MAX);
		require(strpbrk(e->project, "/ %\n") == NULL);
		require((e->version != NULL) == (source == SOURCE_RSS_UPDATES));
	}
	rss_page_release(&page);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check(SOURCE_RSS_UPDATES, data, size);
	check(SOURCE_RSS_PACKAGES, data, size);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_release_json - any bytes as release JSON, and as a Simple page. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/str.h"
#include "data/upload.h"
#include "poll/release_json.h"
#include "poll/simple_json.h"
#include "fuzz.h"

static void
check(const struct release *r)
{
	require(r->project != NULL);
	require(r->nowners <= METADATA_LIST_MAX);
	for (size_t i = 0; i < r->nuploads; i++) {
		const struct upload *u = &r->uploads[i];

		require(strpbrk(u->filename, "/\\ \n") == NULL);
		require(str_is_hex(u->sha256, SHA256_HEX));
		require(u->size >= -1 && strlen(u->url) <= URL_MAX);
		free(filename_version(u->filename, r->project));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct release r;
	struct simple_page page;
	struct fault why;
	size_t unreadable;

	if (release_json_read((const char *)data, size, &r, &unreadable,
	    &why) == TASK_DONE)
		check(&r);
	wire_release(&release_desc, &r);
	if (simple_json_read((const char *)data, size, &page, &why) ==
	    TASK_DONE)
		check(&page.release);
	simple_page_release(&page);
	return 0;
}

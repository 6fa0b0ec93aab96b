/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_archive - any bytes under any name, through unpack.
 *
 * The first byte picks the name.  Beyond crashes it holds what archive.h
 * promises: limits, valid UTF-8, data that can be read.
 */
#include <string.h>

#include "base/limits.h"
#include "base/str.h"
#include "base/vis.h"
#include "unpack/archive.h"
#include "fuzz.h"

static const struct unpack_limits limits = {
	.unpacked_bytes = 4 << 20, .entry_bytes = 1 << 18, .entries = 200,
	.nesting = 3,
};

static const char *const names[] = { "p-1.tar.gz", "p-1-py3-none-any.whl",
	"p-1.zip", "p-1.win32.exe", "p-1.tar.bz2", "p-1.tar.xz", "p-1.tar",
	"p-1.egg", "p-1.tar.Z", "p-1", "p-1.tar.zst", "p-1.tar.lzma",
	"p-1.msi", "p-1.rpm", "p-1.deb", "p-1.dmg" };

static volatile uint8_t sink;

static void
check_entry(void *ctx, const struct entry *e)
{
	int64_t *total = ctx;

	require(e->data != NULL && e->path != NULL && e->inner != NULL);
	require(e->size <= (size_t)limits.entry_bytes);
	require(strlen(e->path) <= ENTRY_PATH_MAX);
	require(utf8_valid(e->path, strlen(e->path)));
	require(utf8_valid(e->inner, strlen(e->inner)));
	require(e->link == NULL || utf8_valid(e->link, strlen(e->link)));
	require(e->depth <= 4);
	for (size_t i = 0; i < e->size; i += 64)
		sink = (uint8_t)(sink + e->data[i]);
	if (e->size > 0)
		sink = (uint8_t)(sink + e->data[e->size - 1]);
	++*total;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char	*name;
	struct features	 f = { 0 };
	int64_t		 total = 0;

	if (size < 1)
		return 0;
	name = names[data[0] % ARRAY_LEN(names)];
	archive_walk(&limits, name, packagetype_from_filename(name), data + 1,
	    size - 1, check_entry, &total, &f);
	require(total == f.entries && total <= limits.entries);
	require(f.bytes <= limits.unpacked_bytes + (int64_t)size);
	require((f.outcome == SCAN_SCANNED) == (f.why == NULL));
	for (size_t i = 0; i < f.nfindings; i++)
		require(utf8_valid(f.findings[i].text,
		    strlen(f.findings[i].text)));
	features_release(&f);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef UNPACK_ARCHIVE_H
#define UNPACK_ARCHIVE_H

/*
 * archive - a distribution file as a sequence of entries, in memory.
 *
 * Members that run at install or start-up come first, so that exhausting a
 * limit cannot hide them.  What is odd about the archive itself (views that
 * differ, paths that climb, links, bombs, trailing bytes, wrong format)
 * becomes findings of category "archive-anomaly" with context `archive`.
 * Nothing is written to disk; memory and entries are bounded by the limits;
 * reaching one makes the outcome `partial`, a broken archive `unscannable`.
 * What was read before is delivered in both cases.
 *
 * Memory, beside the file itself: for each level of nesting at most
 * UNPACK_WHOLE_MAX for an unpacked gzip file and limits.entry-bytes for the
 * member in hand; 24 MiB for the directory of a zip of UNPACK_INDEX_MAX
 * members, UNPACK_NAMES_MAX for names, twice (RECORD).  Decompressors take up
 * to 64 MiB (xz).  Time: a tar file is unpacked at most three times.
 */
#include <stddef.h>
#include <stdint.h>

#include "data/entry.h"
#include "data/finding.h"
#include "data/upload.h"

struct unpack_limits {
	int64_t	unpacked_bytes, entry_bytes, entries, nesting;
};

/*
 * Walks every entry of the file, calling `each`; fills outcome, why, entries,
 * bytes and the archive's own findings in *out.  The file name declares the
 * format.  A raw file that is no archive kind we know is unscannable.
 */
void	archive_walk(const struct unpack_limits *, const char *filename,
	    enum packagetype, const uint8_t *data, size_t size,
	    void (*each)(void *ctx, const struct entry *), void *ctx,
	    struct features *out);
/* Before the sandbox, in the process whose children will walk archives, after
 * setlocale(LC_CTYPE, "C.UTF-8"). */
void	archive_warm(void);

#endif

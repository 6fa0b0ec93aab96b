/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inflater - the decompressor of libdeflate that a process keeps.
 * Runs in: worker child, the command.
 */
#include "base/inflater.h"

#include <libdeflate.h>
#include <stddef.h>

struct libdeflate_decompressor *
inflater(void)
{
	static struct libdeflate_decompressor *kept;

	if (kept == NULL)
		kept = libdeflate_alloc_decompressor();
	return kept;
}

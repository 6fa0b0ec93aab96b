/* SPDX-License-Identifier: Apache-2.0 */
/*
 * budget - how much of a file may still be unpacked.
 * Runs in: worker child, the command.
 */
#include "unpack/budget.h"

#include <inttypes.h>

#include "base/limits.h"
#include "unpack/walk.h"

uint64_t
budget_left(const struct walk *w)
{
	return w->out->bytes < w->limits->unpacked_bytes ?
	    (uint64_t)(w->limits->unpacked_bytes - w->out->bytes) : 0;
}

bool
budget_spend(struct walk *w, uint64_t bytes)
{
	uint64_t left = budget_left(w);

	if (bytes <= left) {
		w->out->bytes += (int64_t)bytes;
		return true;
	}
	w->out->bytes += (int64_t)left;
	walk_partial(w, "limits.unpacked-bytes reached: %" PRId64 " bytes",
	    w->limits->unpacked_bytes);
	return false;
}

bool
budget_entry(struct walk *w)
{
	if (w->out->entries < w->limits->entries) {
		w->out->entries++;
		return true;
	}
	walk_partial(w, "limits.entries reached: %" PRId64 " members",
	    w->limits->entries);
	return false;
}

void
budget_check_ratio(struct place *p, uint64_t unpacked, uint64_t packed)
{
	if (unpacked > UNPACK_BOMB_BYTES &&
	    unpacked / UNPACK_BOMB_RATIO > packed)
		place_odd(p, ANOMALY_BOMB, NULL, 0, "%" PRIu64 " bytes from %"
		    PRIu64, unpacked, packed);
}

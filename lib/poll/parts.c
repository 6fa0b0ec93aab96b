/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parts - a release with many files as messages that are not too big.
 * Takes: a resolution.  Gives: one or more messages.
 * Runs in: poll.
 */
#include "poll/parts.h"

#include "base/buf.h"
#include "base/limits.h"
#include "data/messages.h"

#define PART_OVERHEAD 64	/* type and counts */

/* How many uploads from `at` on fit beside `facts` bytes; at least one. */
static size_t
count(const struct upload *at, size_t n, size_t facts)
{
	struct buf b = BUF_EMPTY;
	size_t fit = 0;

	while (fit < n && fit < UPLOAD_BATCH_MAX) {
		wire_put(&upload_desc, &at[fit], &b);
		if (fit > 0 && facts + b.len > MESSAGE_MAX - PART_OVERHEAD)
			break;
		fit++;
	}
	buf_release(&b);
	return fit;
}

void
parts_send(struct msg_resolved *m,
    void (*send)(void *, const struct msg_resolved *), void *ctx)
{
	struct upload *all = m->release.uploads;
	size_t n = m->release.nuploads, sent = 0, facts;
	struct buf b = BUF_EMPTY;

	m->release.nuploads = 0;
	wire_put(&msg_resolved_desc, m, &b);
	facts = b.len;
	buf_release(&b);
	do {
		m->release.uploads = n != 0 ? all + sent : NULL;
		m->release.nuploads = count(m->release.uploads, n - sent,
		    facts);
		sent += m->release.nuploads;
		m->more = sent < n;
		send(ctx, m);
	} while (sent < n);
	m->release.uploads = all;
	m->release.nuploads = n;
}

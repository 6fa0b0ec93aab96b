/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worker_draft - findings so far, in memory shared with the parent.
 * Takes: struct features.  Gives: a frame for the reply socket.
 * Runs in: worker, worker child.
 *
 * Two slots: one is written while the other is whole, and a number says which.
 * The child may write anything at any time; its parent copies a bounded number
 * of bytes and hands them on, as the child itself could have.
 */
#include "worker_draft.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/ipc.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "data/messages.h"

struct draft {
	_Atomic uint32_t whole;		/* slot + 1; 0: none */
	uint32_t	 len[2];
	uint8_t		 frames[2][MESSAGE_MAX];
};

struct draft *
draft_new(void)
{
	struct draft *d = mmap(NULL, sizeof(*d), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (d == MAP_FAILED)
		fatal("no memory for drafts");
	return d;
}

void
draft_clear(struct draft *d)
{
	atomic_store(&d->whole, 0);
}

void
draft_unmap(struct draft *d)
{
	if (munmap(d, sizeof(*d)) == -1)
		fatal("a draft cannot be unmapped");
}

/* Without snippets when it is too long with them. */
static void
frame_of(const struct features *f, struct buf *out)
{
	struct finding *bare = mem_array(f->nfindings + 1, sizeof(*bare));
	struct features lean = *f;

	lean.metadata = (struct metadata){ 0 };
	lean.nindicators = 0;
	lean.modules = NULL;
	lean.ncosts = 0;
	ipc_frame(out, REPLY_FEATURES, &features_desc, &lean);
	if (out->len > MESSAGE_MAX) {
		for (size_t i = 0; i < f->nfindings; i++) {
			bare[i] = f->findings[i];
			bare[i].snippet = NULL;
		}
		lean.findings = bare;
		buf_reset(out);
		ipc_frame(out, REPLY_FEATURES, &features_desc, &lean);
	}
	free(bare);
}

void
draft_write(struct draft *d, const struct features *f)
{
	struct buf	frame = BUF_EMPTY;
	uint32_t	slot = atomic_load(&d->whole) == 1 ? 1 : 0;

	frame_of(f, &frame);
	if (frame.len <= MESSAGE_MAX) {
		memcpy(d->frames[slot], frame.data, frame.len);
		d->len[slot] = (uint32_t)frame.len;
		atomic_store(&d->whole, slot + 1);
	}
	buf_release(&frame);
}

void
draft_send(const struct draft *d, int fd)
{
	uint32_t whole = atomic_load(&d->whole), len;

	if (whole != 1 && whole != 2)
		return;
	len = d->len[whole - 1];
	if (len == 0 || len > MESSAGE_MAX)
		return;
	if (ipc_send(fd, d->frames[whole - 1], len) == -1)
		log_debug("a draft was not taken");
}

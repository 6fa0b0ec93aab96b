/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLL_PARTS_H
#define POLL_PARTS_H

/* parts - a release with many files as messages that are not too big. */

struct msg_resolved;

/* Calls `send` for each part; every part has all the facts of the release and
 * some of its files.  The message itself is left as it was. */
void	parts_send(struct msg_resolved *,
    void (*send)(void *ctx, const struct msg_resolved *), void *ctx);

#endif

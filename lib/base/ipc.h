/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_IPC_H
#define BASE_IPC_H

/*
 * ipc - messages between our own processes.
 *
 * A channel is one end of a SOCK_SEQPACKET socket pair.  A message is a
 * two-byte type, the object its rule describes (wire.h), and at most
 * IPC_FDS_MAX descriptors.  The receiver owns a table of rules, checked before
 * a handler runs: an unknown type, a stray or missing descriptor, or an object
 * out of bounds closes the channel with a reason.  Bytes never end the
 * process.
 *
 * Sending never blocks: what the socket does not take waits in a bounded
 * queue; beyond MESSAGE_BACKLOG_MAX the peer is stuck and the channel closes.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct loop;
struct wire_desc;
struct channel;

#define IPC_FDS_MAX 2
#define IPC_PROTOCOL 3		/* in every hello */

struct msg_rule {
	uint16_t	 type;
	const struct wire_desc *desc;	/* NULL: no payload */
	int		 fds;		/* exactly so many descriptors */
	/*
	 * The object is borrowed and released after the call (a handler may
	 * steal a field by setting it to NULL in the object).  Descriptors are
	 * the handler's, to close or keep.
	 */
	void		(*handler)(void *ctx, void *object, const int *fds);
};

/* Takes over `fd`.  `closed` is called once, from the loop, never from inside
 * channel_send; the owner then calls channel_free. */
struct channel *channel_new(struct loop *, int fd, const struct msg_rule *,
    size_t n, void (*closed)(void *ctx, const char *why), void *ctx);
void	channel_free(struct channel *);
/*
 * Sends `object` (NULL when desc is NULL).  Descriptors are duplicated, the
 * caller keeps its own.  Errors show as `closed` later.
 */
void	channel_send(struct channel *, uint16_t type, const struct wire_desc *,
    const void *object, const int *fds, int nfds);
bool	channel_open(const struct channel *);

/*
 * The same frame without a loop, for the worker's child, which has one
 * blocking reply socket and nothing else, and for the command.
 * ipc_write: 0 or -1.  ipc_read: 1 and *object filled, 0 at end of file, -1.
 */
int	ipc_write(int fd, uint16_t type, const struct wire_desc *,
    const void *object) __attribute__((warn_unused_result));
int	ipc_read(int fd, uint16_t type, const struct wire_desc *, void *object)
    __attribute__((warn_unused_result));
struct buf;
/* One message as bytes, to be sent by somebody else: ipc_send gives 0 or -1,
 * and never blocks. */
void	ipc_frame(struct buf *, uint16_t type, const struct wire_desc *,
	    const void *object);
int	ipc_send(int fd, const void *frame, size_t len)
    __attribute__((warn_unused_result));
/* A SOCK_SEQPACKET pair, CLOEXEC, with room for MESSAGE_MAX; 0 or -1. */
int	ipc_pair(int pair[2]) __attribute__((warn_unused_result));

#endif

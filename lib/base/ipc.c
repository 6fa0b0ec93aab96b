/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ipc - messages between our own processes.
 * Takes: objects and their tables.  Gives: handler calls, or a closed channel
 * with a reason.
 * Runs in: every process.
 *
 * SOCK_SEQPACKET keeps message borders, so a frame is one packet: two bytes of
 * type, then the object.  A short read cannot happen; a truncated packet shows
 * as MSG_TRUNC.
 */
#include "base/ipc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/vis.h"
#include "base/wire.h"

#define IPC_TYPE_BYTES 2
/* Messages handled before others get their turn on the loop. */
#define IPC_TURN 16

struct outgoing {
	struct outgoing	*next;
	struct buf	 frame;
	int		 fds[IPC_FDS_MAX];
	int		 nfds;
};

struct channel {
	int			 fd;
	struct watch		*watch;
	struct timer		*closing;	/* calls `closed` from
						   the loop */
	const struct msg_rule	*rules;
	size_t			 nrules;
	struct outgoing		*first, **last;
	size_t			 waiting_bytes;
	bool			 handling;	/* inside a handler */
	bool			 doomed;	/* freed by that handler */
	char			 why[FAULT_TEXT_MAX];
	void			(*closed)(void *, const char *);
	void			*ctx;
};

union control {
	struct cmsghdr	header;
	char		room[CMSG_SPACE(IPC_FDS_MAX * sizeof(int))];
};

int
ipc_pair(int pair[2])
{
	/* The kernel doubles it for its own overhead. */
	int room = MESSAGE_MAX + 4096;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == -1)
		return -1;
	for (int i = 0; i < 2; i++) {
		(void)setsockopt(pair[i], SOL_SOCKET, SO_SNDBUF, &room,
		    sizeof(room));
		(void)setsockopt(pair[i], SOL_SOCKET, SO_RCVBUF, &room,
		    sizeof(room));
	}
	return 0;
}

static void
frame_put(struct buf *frame, uint16_t type, const struct wire_desc *desc,
    const void *object)
{
	buf_addc(frame, (char)(type & 0xff));
	buf_addc(frame, (char)(type >> 8));
	if (desc != NULL)
		wire_put(desc, object, frame);
}

static ssize_t
frame_send(int fd, const struct buf *frame, const int *fds, int nfds, int flags)
{
	struct iovec	iov = { frame->data, frame->len };
	struct msghdr	msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	union control	control = { 0 };
	struct cmsghdr	*c;

	if (nfds > 0) {
		msg.msg_control = control.room;
		msg.msg_controllen = CMSG_SPACE((size_t)nfds * sizeof(int));
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN((size_t)nfds * sizeof(int));
		memcpy(CMSG_DATA(c), fds, (size_t)nfds * sizeof(int));
	}
	return sendmsg(fd, &msg, flags | MSG_NOSIGNAL);
}

static void
fds_close(const int *fds, int nfds)
{
	for (int i = 0; i < nfds; i++)
		close(fds[i]);
}

/* The received descriptors into fds (room for IPC_FDS_MAX); their number. */
static int
fds_take(struct msghdr *msg, int *fds)
{
	int n = 0;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c != NULL;
	    c = CMSG_NXTHDR(msg, c)) {
		size_t got;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		got = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		memcpy(fds + n, CMSG_DATA(c), got * sizeof(int));
		n += (int)got;
	}
	return n;
}

/* One packet into `packet` (MESSAGE_MAX bytes); its length, 0 at the end, -1
 * with errno.  A packet or descriptor list that did not fit gives EMSGSIZE. */
static ssize_t
frame_receive(int fd, uint8_t *packet, int *fds, int *nfds, int flags)
{
	struct iovec	iov = { packet, MESSAGE_MAX };
	union control	control;
	struct msghdr	msg = { .msg_iov = &iov, .msg_iovlen = 1,
	    .msg_control = control.room, .msg_controllen = sizeof(control) };
	ssize_t		n;

	do
		n = recvmsg(fd, &msg, flags | MSG_CMSG_CLOEXEC);
	while (n == -1 && errno == EINTR);
	*nfds = n >= 0 ? fds_take(&msg, fds) : 0;
	if (n >= 0 && (msg.msg_flags & (MSG_TRUNC | MSG_CTRUNC))) {
		fds_close(fds, *nfds);
		*nfds = 0;
		errno = EMSGSIZE;
		return -1;
	}
	return n;
}

static void
outgoing_free(struct outgoing *o)
{
	fds_close(o->fds, o->nfds);
	buf_release(&o->frame);
	free(o);
}

/* Marks the channel closed; its owner learns of it on the next loop turn. */
static void
channel_fail(struct channel *ch, const char *why)
{
	if (ch->fd == -1)
		return;
	vis_copy(ch->why, sizeof(ch->why), why);
	watch_free(ch->watch);
	ch->watch = NULL;
	close(ch->fd);
	ch->fd = -1;
	timer_arm(ch->closing, 0);
}

static void
channel_tell_owner(void *ctx)
{
	struct channel *ch = ctx;

	ch->closed(ch->ctx, ch->why);
}

static const struct msg_rule *
rule_find(const struct channel *ch, uint16_t type)
{
	for (size_t i = 0; i < ch->nrules; i++)
		if (ch->rules[i].type == type)
			return &ch->rules[i];
	return NULL;
}

/* Runs one packet's handler; NULL, or why the channel must close. */
static const char *
channel_handle(struct channel *ch, const uint8_t *packet, size_t len,
    const int *fds, int nfds)
{
	const struct msg_rule	*rule;
	void			*object = NULL;

	if (len < IPC_TYPE_BYTES)
		return "a message without a type";
	rule = rule_find(ch, (uint16_t)(packet[0] | packet[1] << 8));
	if (rule == NULL)
		return "a message of unknown type";
	if (rule->fds != nfds)
		return "a message with a wrong number of descriptors";
	if (rule->desc == NULL && len != IPC_TYPE_BYTES)
		return "a message with a stray payload";
	if (rule->desc != NULL) {
		object = mem_alloc(rule->desc->size);
		if (wire_get(rule->desc, object, packet + IPC_TYPE_BYTES,
		    len - IPC_TYPE_BYTES) == -1) {
			free(object);
			return "a damaged message";
		}
	}
	ch->handling = true;
	rule->handler(ch->ctx, object, fds);
	ch->handling = false;
	if (object != NULL)
		wire_release(rule->desc, object);
	free(object);
	return NULL;
}

/* Reads one packet.  false when there is nothing more to read now. */
static bool
channel_read(struct channel *ch, uint8_t *packet)
{
	int		 fds[IPC_FDS_MAX * 2], nfds;
	ssize_t		 n;
	const char	*why;

	n = frame_receive(ch->fd, packet, fds, &nfds, MSG_DONTWAIT);
	if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return false;
	if (n <= 0) {
		channel_fail(ch, n == 0 ? "the other end closed" :
		    strerror(errno));
		return false;
	}
	why = channel_handle(ch, packet, (size_t)n, fds, nfds);
	if (why != NULL) {
		fds_close(fds, nfds);
		channel_fail(ch, why);
	}
	return !ch->doomed && ch->fd != -1;
}

/*
 * false when the socket takes no more.  What a closed peer cannot take is
 * dropped: its own last words may still wait to be read, and the read side
 * sees the end after them.
 */
static bool
channel_write_one(struct channel *ch, const struct outgoing *o)
{
	if (frame_send(ch->fd, &o->frame, o->fds, o->nfds,
	    MSG_DONTWAIT) != -1 ||
	    errno == EPIPE || errno == ECONNRESET)
		return true;
	if (errno != EAGAIN && errno != EWOULDBLOCK && errno != ENOBUFS &&
	    errno != EINTR && errno != ETOOMANYREFS)
		channel_fail(ch, strerror(errno));
	return false;
}

static void
channel_write(struct channel *ch)
{
	struct outgoing *o;

	while (ch->fd != -1 && (o = ch->first) != NULL) {
		if (!channel_write_one(ch, o))
			break;
		ch->first = o->next;
		if (ch->first == NULL)
			ch->last = &ch->first;
		ch->waiting_bytes -= o->frame.len;
		outgoing_free(o);
	}
	if (ch->fd != -1)
		watch_want(ch->watch, WATCH_READ |
		    (ch->first != NULL ? WATCH_WRITE : 0u));
}

static void
channel_ready(void *ctx, unsigned int ready)
{
	struct channel	*ch = ctx;
	uint8_t		*packet;

	if (ready & WATCH_WRITE)
		channel_write(ch);
	if (!(ready & WATCH_READ) || ch->fd == -1)
		return;
	packet = mem_array(MESSAGE_MAX, 1);
	for (int i = 0; i < IPC_TURN && channel_read(ch, packet); i++)
		continue;
	free(packet);
	if (ch->doomed)
		channel_free(ch);
}

struct channel *
channel_new(struct loop *loop, int fd, const struct msg_rule *rules, size_t n,
    void (*closed)(void *, const char *), void *ctx)
{
	struct channel *ch = mem_alloc(sizeof(*ch));

	ch->fd = fd;
	ch->rules = rules;
	ch->nrules = n;
	ch->closed = closed;
	ch->ctx = ctx;
	ch->last = &ch->first;
	ch->closing = timer_new(loop, channel_tell_owner, ch);
	ch->watch = watch_new(loop, fd, channel_ready, ch);
	watch_want(ch->watch, WATCH_READ);
	return ch;
}

void
channel_free(struct channel *ch)
{
	struct outgoing *o;

	if (ch == NULL)
		return;
	if (ch->handling) {
		ch->doomed = true;
		return;
	}
	while ((o = ch->first) != NULL) {
		ch->first = o->next;
		outgoing_free(o);
	}
	watch_free(ch->watch);
	timer_free(ch->closing);
	if (ch->fd != -1)
		close(ch->fd);
	free(ch);
}

bool
channel_open(const struct channel *ch)
{
	return ch->fd != -1;
}

static struct outgoing *
outgoing_new(uint16_t type, const struct wire_desc *desc, const void *object,
    const int *fds, int nfds)
{
	struct outgoing *o = mem_alloc(sizeof(*o));

	frame_put(&o->frame, type, desc, object);
	for (; o->nfds < nfds; o->nfds++) {
		o->fds[o->nfds] = fcntl(fds[o->nfds], F_DUPFD_CLOEXEC, 0);
		if (o->fds[o->nfds] == -1)
			break;
	}
	return o;
}

void
channel_send(struct channel *ch, uint16_t type, const struct wire_desc *desc,
    const void *object, const int *fds, int nfds)
{
	struct outgoing *o;

	if (ch->fd == -1)
		return;
	o = outgoing_new(type, desc, object, fds, nfds);
	if (o->frame.len > MESSAGE_MAX)
		fatal("ipc: message %u has %zu bytes", type, o->frame.len);
	if (o->nfds != nfds ||
	    ch->waiting_bytes + o->frame.len > MESSAGE_BACKLOG_MAX) {
		channel_fail(ch, o->nfds != nfds ? "no descriptor left" :
		    "the other end does not read");
		outgoing_free(o);
		return;
	}
	*ch->last = o;
	ch->last = &o->next;
	ch->waiting_bytes += o->frame.len;
	channel_write(ch);
}

void
ipc_frame(struct buf *out, uint16_t type, const struct wire_desc *desc,
    const void *object)
{
	frame_put(out, type, desc, object);
}

int
ipc_send(int fd, const void *frame, size_t len)
{
	return send(fd, frame, len, MSG_NOSIGNAL | MSG_DONTWAIT) ==
	    (ssize_t)len ? 0 : -1;
}

int
ipc_write(int fd, uint16_t type, const struct wire_desc *desc,
    const void *object)
{
	struct buf	frame = BUF_EMPTY;
	ssize_t		n = -1;

	frame_put(&frame, type, desc, object);
	if (frame.len <= MESSAGE_MAX)
		do
			n = frame_send(fd, &frame, NULL, 0, 0);
		while (n == -1 && errno == EINTR);
	buf_release(&frame);
	return n == -1 ? -1 : 0;
}

int
ipc_read(int fd, uint16_t type, const struct wire_desc *desc, void *object)
{
	uint8_t	*packet = mem_array(MESSAGE_MAX, 1);
	int	 fds[IPC_FDS_MAX * 2], nfds, rc = -1;
	ssize_t	 n = frame_receive(fd, packet, fds, &nfds, 0);

	fds_close(fds, nfds);
	if (n == 0)
		rc = 0;
	else if (n >= IPC_TYPE_BYTES && nfds == 0 &&
	    (packet[0] | packet[1] << 8) == type &&
	    wire_get(desc, object, packet + IPC_TYPE_BYTES,
	    (size_t)n - IPC_TYPE_BYTES) == 0)
		rc = 1;
	free(packet);
	return rc;
}

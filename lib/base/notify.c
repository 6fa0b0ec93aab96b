/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notify - telling systemd how we are.
 * Takes: state assignments.  Gives: datagrams.
 * Runs in: pypiwatchd.
 */
#include "base/notify.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/str.h"

static struct {
	int	fd;
	int64_t	watchdog_ms;
} notify = { -1, 0 };

static void
watchdog_read(void)
{
	const char	*usec = getenv("WATCHDOG_USEC");
	const char	*pid = getenv("WATCHDOG_PID");
	int64_t		 us, whose;

	if (usec == NULL || str_int(usec, 1000, INT64_MAX, &us) == -1)
		return;
	if (pid != NULL && (str_int(pid, 1, INT32_MAX, &whose) == -1 ||
	    whose != getpid()))
		return;
	notify.watchdog_ms = us / 2000;
}

/* A leading '@' means an abstract name, whose length counts. */
static int
notify_connect(const char *path)
{
	struct sockaddr_un	to = { .sun_family = AF_UNIX };
	size_t			len = strlen(path);
	int			fd;

	if ((path[0] != '/' && path[0] != '@') || len >= sizeof(to.sun_path))
		return -1;
	memcpy(to.sun_path, path, len);
	if (path[0] == '@')
		to.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd != -1 && connect(fd, (struct sockaddr *)&to, (socklen_t)
	    (offsetof(struct sockaddr_un, sun_path) + len)) == -1) {
		close(fd);
		fd = -1;
	}
	return fd;
}

void
notify_open(void)
{
	const char *path = getenv("NOTIFY_SOCKET");

	watchdog_read();
	if (path != NULL)
		notify.fd = notify_connect(path);
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
}

void
notify_send(const char *fmt, ...)
{
	struct buf	b = BUF_EMPTY;
	va_list		ap;

	if (notify.fd == -1)
		return;
	va_start(ap, fmt);
	buf_addv(&b, fmt, ap);
	va_end(ap);
	(void)send(notify.fd, buf_text(&b), b.len, MSG_NOSIGNAL | MSG_DONTWAIT);
	buf_release(&b);
}

int64_t
notify_watchdog_ms(void)
{
	return notify.fd != -1 ? notify.watchdog_ms : 0;
}

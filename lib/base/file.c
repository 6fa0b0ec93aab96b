/* SPDX-License-Identifier: Apache-2.0 */
/*
 * file - a whole file, within a bound.
 * Takes: a path.  Gives: bytes, or errno; never a part that looks whole.
 * Runs in: every process, as it starts; the command.
 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/buf.h"

static int
bytes_add(int fd, size_t most, struct buf *out)
{
	char	piece[16384];
	ssize_t	n;

	for (;;) {
		n = read(fd, piece, sizeof(piece));
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return (int)n;
		if ((size_t)n > most) {
			errno = EFBIG;
			return -1;
		}
		buf_add(out, piece, (size_t)n);
		most -= (size_t)n;
	}
}

int
file_read(const char *path, size_t most, struct buf *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY), rc, saved;

	if (fd == -1)
		return -1;
	rc = bytes_add(fd, most, out);
	saved = errno;
	close(fd);
	errno = saved;
	return rc;
}

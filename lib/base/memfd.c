/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memfd - bytes handed from process to process without a disk.
 * Runs in: fetch, queue, worker, the command.
 */
#include "base/memfd.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MEMFD_SEALS (F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL)

int
memfd_new(const char *name)
{
	return memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
}

int
memfd_seal(int fd)
{
	return fcntl(fd, F_ADD_SEALS, MEMFD_SEALS);
}

int
memfd_of(const char *name, const void *bytes, size_t len)
{
	int		 fd = memfd_new(name);
	const char	*at = bytes;
	ssize_t		 n;

	while (fd != -1 && len > 0) {
		if ((n = write(fd, at, len)) <= 0)
			goto fail;
		at += n;
		len -= (size_t)n;
	}
	if (fd != -1 && memfd_seal(fd) == 0)
		return fd;
fail:
	if (fd != -1)
		close(fd);
	return -1;
}

int
memfd_check(int fd, size_t most, size_t *size)
{
	struct stat	st;
	int		seals = fcntl(fd, F_GET_SEALS);

	if (seals == -1 || (seals & MEMFD_SEALS) != MEMFD_SEALS ||
	    fstat(fd, &st) == -1 || st.st_size < 0 ||
	    (uint64_t)st.st_size > most)
		return -1;
	*size = (size_t)st.st_size;
	return 0;
}

int
mapping_open(struct mapping *m, int fd, size_t most)
{
	void *p;

	m->data = (const uint8_t *)"";
	if (memfd_check(fd, most, &m->size) == -1)
		return -1;
	if (m->size == 0)
		return 0;
	p = mmap(NULL, m->size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return -1;
	m->data = p;
	return 0;
}

void
mapping_close(struct mapping *m)
{
	if (m->size != 0)
		munmap((void *)(uintptr_t)m->data, m->size);
	*m = (struct mapping){ 0 };
}

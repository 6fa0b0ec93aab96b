/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_MEMFD_H
#define BASE_MEMFD_H

/*
 * memfd - bytes handed from process to process without a disk.
 *
 * A sealed memfd can neither change nor shrink under its reader, so mapping
 * one that passed memfd_check cannot raise SIGBUS.
 */
#include <stddef.h>
#include <stdint.h>

/* A new, unsealed memfd with CLOEXEC, or -1 (errno). */
int	memfd_new(const char *name);
/* Seals against writing, growing, shrinking and further seals; 0 or -1. */
int	memfd_seal(int fd) __attribute__((warn_unused_result));
/* New, filled and sealed; the fd or -1. */
int	memfd_of(const char *name, const void *, size_t);
/* 0 and *size when `fd` is fully sealed and at most `most` bytes, else -1. */
int	memfd_check(int fd, size_t most, size_t *size)
	    __attribute__((warn_unused_result));

struct mapping { const uint8_t *data; size_t size; };
/* Maps a sealed memfd read-only; 0 or -1.  An empty one gives size 0. */
int	mapping_open(struct mapping *, int fd, size_t most)
	    __attribute__((warn_unused_result));
void	mapping_close(struct mapping *);

#endif

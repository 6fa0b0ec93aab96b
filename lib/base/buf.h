/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

/*
 * buf - a byte string that grows.
 *
 * Always NUL-terminated after `len`, so `data` may be printed.  Growth dies on
 * memory exhaustion (see mem.h): bound what an outsider can append yourself,
 * or set `most`, after which additions are dropped and `full` is set.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
	char	*data;		/* NULL until the first addition */
	size_t	 len;
	size_t	 room;
	size_t	 most;		/* 0: no bound; else `len` never exceeds it */
	bool	 full;		/* something was dropped because of `most` */
};

#define BUF_EMPTY { 0 }

void	 buf_add(struct buf *, const void *, size_t);
void	 buf_adds(struct buf *, const char *);
void	 buf_addc(struct buf *, char);
void	 buf_addf(struct buf *, const char *, ...)
	    __attribute__((format(printf, 2, 3)));
void	 buf_addv(struct buf *, const char *, va_list)
	    __attribute__((format(printf, 2, 0)));
/* Empty, memory kept for reuse. */
void	 buf_reset(struct buf *);
void	 buf_release(struct buf *);
/* The text so far ("" when nothing was added); borrowed. */
const char *buf_text(const struct buf *);
/* Hands the text over to the caller, who frees it; the buf is empty again. */
char	*buf_steal(struct buf *);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

/*
 * mem - memory for sizes that we choose.
 *
 * These die when memory is exhausted; nobody can recover from that usefully.
 * A size that an outsider chooses goes through budget.h first, or through
 * mem_try, which returns NULL instead.
 */
#include <stddef.h>

void	*mem_alloc(size_t);			/* zeroed */
void	*mem_array(size_t n, size_t size);	/* zeroed, overflow-checked */
void	*mem_resize(void *, size_t);
void	*mem_grow(void *, size_t n, size_t size); /* resize to n elements */
char	*mem_strdup(const char *);		/* NULL in, NULL out */
char	*mem_strndup(const char *, size_t);
char	*mem_printf(const char *, ...) __attribute__((format(printf, 1, 2)));
void	*mem_try(size_t);			/* not zeroed; or NULL */
_Noreturn void mem_exhausted(size_t wanted);

#endif

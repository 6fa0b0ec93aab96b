/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mem - memory for sizes that we choose.
 * Runs in: every process.
 */
#include "base/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

void
mem_exhausted(size_t wanted)
{
	fatal("out of memory: %zu bytes wanted", wanted);
}

void *
mem_array(size_t n, size_t size)
{
	void *p = calloc(n != 0 ? n : 1, size != 0 ? size : 1);

	if (p == NULL)
		mem_exhausted(n);
	return p;
}

void *
mem_alloc(size_t size)
{
	return mem_array(1, size);
}

void *
mem_resize(void *old, size_t size)
{
	void *p = realloc(old, size != 0 ? size : 1);

	if (p == NULL)
		mem_exhausted(size);
	return p;
}

void *
mem_grow(void *old, size_t n, size_t size)
{
	if (size != 0 && n > SIZE_MAX / size)
		mem_exhausted(n);
	return mem_resize(old, n * size);
}

char *
mem_strndup(const char *s, size_t len)
{
	char *p = strndup(s, len);

	if (p == NULL)
		mem_exhausted(len);
	return p;
}

char *
mem_strdup(const char *s)
{
	return s != NULL ? mem_strndup(s, strlen(s)) : NULL;
}

char *
mem_printf(const char *fmt, ...)
{
	va_list	 ap;
	char	*s;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) == -1)
		mem_exhausted(strlen(fmt));
	va_end(ap);
	return s;
}

void *
mem_try(size_t size)
{
	return malloc(size != 0 ? size : 1);
}

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_EXPR_H
#define BASE_EXPR_H

/*
 * expr - match expressions of the configuration: "project:acme-* or
 * (category:exfiltration and not target:requests)".
 *
 * Tests are KEY:PATTERN, joined by "and" (also by nothing), "or", "not" and
 * brackets; * and ? are wildcards, a PATTERN alone is of the first key.  The
 * result is JSON that SQL evaluates: {"all": [...]}, {"any": [...]},
 * {"not": ...}, {"key": "project", "like": "acme-%"}.
 */
#include <stddef.h>

struct buf;

/* `keys` ends with NULL.  0, or -1 with what is wrong; out may be NULL. */
int	expr_compile(const char *text, const char *const *keys,
	    struct buf *out, char *why, size_t room)
	    __attribute__((warn_unused_result));

#endif

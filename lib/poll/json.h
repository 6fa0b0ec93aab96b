/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLL_JSON_H
#define POLL_JSON_H

/* json - members of outside JSON, whatever type they turn out to have. */
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

struct release;
struct upload;

/* Any document, or NULL with the fault set. */
json_t	*json_value(const char *, size_t, enum outcome, struct fault *);
/* The document's object, or NULL with the fault set. */
json_t	*json_document(const char *, size_t, struct fault *);
/* Heap copy of a string member of at most `most` bytes (cut at a character);
 * NULL when it is absent, null or of another type. */
char	*json_text(const json_t *object, const char *member, size_t most);
int64_t	 json_number(const json_t *object, const char *member,
	    int64_t otherwise);
/* True when the member is true, or a string (PEP 592: the reason). */
bool	 json_yanked(const json_t *object);
/* Lower-case hex of `digits` into out[digits + 1]; false and "" if not. */
bool	 json_hex(const json_t *object, const char *member, size_t digits,
	    char *out);
/* Name and URL of a file; false when they cannot be used. */
bool	 json_file(const json_t *object, struct upload *);
/* Adds to the release, taking over what the upload owns. */
void	 release_add_upload(struct release *, struct upload *);

#endif

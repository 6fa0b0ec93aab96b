/* SPDX-License-Identifier: Apache-2.0 */
/*
 * blank - source without what does not run.
 *
 * Takes: source.  Gives: a copy with comments and docstrings blanked.
 * Runs in: worker child, command.
 */
#include "python/blank.h"

#include <string.h>

#include "base/mem.h"
#include "python/token.h"

static void
blank_range(uint8_t *out, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (out[i] != '\n' && out[i] != '\r')
			out[i] = ' ';
}

uint8_t *
blank_copy(const uint8_t *data, size_t size)
{
	bool keep = memmem(data, size, "__doc__", 7) != NULL;
	uint8_t *out = mem_alloc(size + 1);
	size_t from = 0, to = 0;	/* of texts that stand alone so far */
	struct token_reader r;
	struct token t;
	bool alone = false;

	memcpy(out, data, size);
	token_open(&r, data, size);
	while (token_next(&r, &t)) {
		if (t.kind == TOKEN_COMMENT) {
			blank_range(out, t.start, t.end);
			continue;
		}
		if (t.kind == TOKEN_STRING && (t.first || alone)) {
			from = alone ? from : t.start;
			to = t.end;
			alone = true;
			continue;
		}
		if (t.kind == TOKEN_LINE && alone && !keep)
			blank_range(out, from, to);
		alone = false;
	}
	return out;
}

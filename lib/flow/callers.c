/* SPDX-License-Identifier: Apache-2.0 */
/*
 * callers - the marks that each caller of a function passes it, apart.
 *
 * Takes: what one call passes.  Gives: whether one caller alone passes what
 * belongs together.
 * Runs in: worker child, command.
 */
#include "flow/callers.h"

/* Sets that the new one has all of are no longer needed. */
static void
drop_parts(struct callers *c, uint64_t marks)
{
	size_t kept = 0;

	for (size_t i = 0; i < c->n; i++)
		if (c->of[i] & ~marks)
			c->of[kept++] = c->of[i];
	c->n = kept;
}

static unsigned int
count(uint64_t marks)
{
	return (unsigned int)__builtin_popcountll(marks);
}

/* There is no room: that one of the sets takes it in which is most like it. */
static uint64_t
join_alike(const struct callers *c, uint64_t marks)
{
	size_t best = 0;

	for (size_t i = 1; i < c->n; i++)
		if (count(c->of[i] ^ marks) < count(c->of[best] ^ marks))
			best = i;
	return c->of[best] | marks;
}

void
callers_add(struct callers *c, uint64_t marks)
{
	for (size_t i = 0; i < c->n; i++)
		if ((marks & ~c->of[i]) == 0)
			return;
	if (c->n == CALLERS_MOST)
		marks = join_alike(c, marks);
	drop_parts(c, marks);
	c->of[c->n++] = marks;
}

uint64_t
callers_marks(const struct callers *c)
{
	uint64_t marks = 0;

	for (size_t i = 0; i < c->n; i++)
		marks |= c->of[i];
	return marks;
}

bool
callers_pass(const struct callers *c, uint64_t own, uint64_t all,
    uint64_t any)
{
	for (size_t i = 0; i < c->n; i++) {
		uint64_t marks = c->of[i] | own;

		if ((marks & all) == all && (any == 0 || (marks & any)))
			return true;
	}
	return c->n == 0 && (own & all) == all && (any == 0 || (own & any));
}

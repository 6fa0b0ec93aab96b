/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nested - archives inside archives.
 *
 * One inside another is found by its bytes, whatever its name.  The call
 * stack is as deep as limits.nesting, which UNPACK_NESTING_MAX bounds.
 *
 * Takes: a member.  Gives: the members inside it.
 * Runs in: worker child, the command.
 */
#include "unpack/nested.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/mem.h"
#include "unpack/budget.h"
#include "unpack/format.h"
#include "unpack/path.h"
#include "unpack/tar.h"
#include "unpack/walk.h"
#include "unpack/zip.h"

/* A zip is one from its end: programs carry them behind their code. */
static enum format
nested_format(const struct member *m)
{
	enum format format = format_from_bytes(m->data, m->size);

	if (format == FORMAT_NONE || format == FORMAT_OPAQUE)
		format = zip_at_end(m->data, m->size) ? FORMAT_ZIP :
		    FORMAT_NONE;
	return format;
}

static void
format_walk(struct place *p, enum format format, const struct member *m)
{
	if (format == FORMAT_ZIP)
		zip_walk(p, m->data, m->size);
	else if (tar_inside(format, m->data, m->size))
		tar_walk(p, format, m->data, m->size);
	else
		single_walk(p, format, m->data, m->size);
}

void
nested_walk(struct place *outer, const struct member *m)
{
	struct walk	*w = outer->walk;
	enum format	 format = nested_format(m);
	unsigned int	 deepest = w->limits->nesting < UNPACK_NESTING_MAX ?
	    (unsigned int)w->limits->nesting : UNPACK_NESTING_MAX;
	struct place	 p = { .walk = w, .depth = outer->depth + 1 };
	char		*prefix, *inner, *name;
	size_t		 base;

	if (format == FORMAT_NONE || m->cut)
		return;
	if (outer->depth >= deepest) {
		walk_partial(w, "limits.nesting reached: %u levels at %s",
		    deepest, buf_text(&outer->path));
		return;
	}
	if (budget_left(w) == 0) {
		budget_spend(w, 1);
		return;
	}
	base = path_base(m->name, m->name_len);
	name = mem_strndup(m->name + base, m->name_len - base);
	prefix = mem_printf("%s!/", buf_text(&outer->path));
	inner = mem_printf("%s!/", buf_text(&outer->inner));
	p.prefix = prefix;
	p.inner_prefix = inner;
	p.filename = name;
	format_walk(&p, format, m);
	place_release(&p);
	free(prefix);
	free(inner);
	free(name);
}

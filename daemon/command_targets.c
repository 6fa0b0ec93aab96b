/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command_targets - the names to compare with, as one index.
 * Takes: --targets, or what the config names.  Gives: the index's bytes.
 * Runs in: the command.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

#include "base/limits.h"
#include "base/mem.h"
#include "base/vis.h"
#include "names/targets.h"

struct list {
	struct target	*items;
	size_t		 n;
};

/* 0, or -1 after a message. */
static int
add_file(struct list *all, const char *file, enum target_kind kind,
    const char *remedy)
{
	struct buf	 text = BUF_EMPTY;
	struct target	*items = NULL;
	size_t		 n = 0;
	char		 why[200];
	int		 rc = -1;

	if (command_read(file, TARGETS_BYTES_MAX, &text) == -1) {
		command_fail("cannot read %s: %s%s", vis(file),
		    strerror(errno), remedy);
	} else if (targets_read(buf_text(&text), text.len, kind, &items, &n,
	    why, sizeof(why)) == -1) {
		command_fail("%s: %s", vis(file), why);
	} else {
		all->items = mem_grow(all->items, all->n + n + 1,
		    sizeof(*all->items));
		if (n > 0)
			memcpy(all->items + all->n, items,
			    n * sizeof(*items));
		all->n += n;
		/* The names moved over; only the array itself goes. */
		free(items);
		rc = 0;
	}
	buf_release(&text);
	return rc;
}

static int
add_configured(struct list *all, const struct config *c)
{
	if (c->lookalike.popular_names_file != NULL &&
	    add_file(all, c->lookalike.popular_names_file, TARGET_POPULAR,
	    "; install pypiwatch, give --targets FILE, or set"
	    " lookalike.popular-names-file") == -1)
		return -1;
	if (c->lookalike.protected_names_file != NULL)
		return add_file(all, c->lookalike.protected_names_file,
		    TARGET_PROTECTED,
		    "; correct lookalike.protected-names-file");
	return 0;
}

int
command_targets(struct command_env *env, const char *file, struct buf *out)
{
	struct list		 all = { NULL, 0 };
	const struct config	*c;
	int			 rc;

	if (file != NULL)
		rc = add_file(&all, file, TARGET_POPULAR, "");
	else if ((c = command_config(env)) != NULL)
		rc = add_configured(&all, c);
	else
		rc = -1;
	if (rc == 0)
		targets_build(all.items, all.n, out);
	targets_list_free(all.items, all.n);
	return rc;
}

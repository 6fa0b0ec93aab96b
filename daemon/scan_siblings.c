/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan_siblings - files of one release among those that `pypiwatch scan` sees.
 * Takes: files in turn.  Gives: findings about what they disagree in.
 * Runs in: the command.
 */
#include <stdlib.h>

#include "scan.h"

#include "base/mem.h"
#include "base/str.h"
#include "judge/siblings.h"
#include "names/name.h"

/* Files of one release stand side by side; more are forgotten. */
#define REMEMBERED_MAX 256

struct scan_sibling {
	char	*project, *version;	/* the first normalised */
	char	*filename, *modules;
	enum packagetype type;
};

struct scan_siblings {
	struct scan_sibling	 all[REMEMBERED_MAX];
	size_t			 n;		/* ever; a ring */
};

struct scan_siblings *
scan_siblings_new(void)
{
	return mem_alloc(sizeof(struct scan_siblings));
}

static void
forget(struct scan_sibling *s)
{
	free(s->project);
	free(s->version);
	free(s->filename);
	free(s->modules);
	*s = (struct scan_sibling){ 0 };
}

void
scan_siblings_free(struct scan_siblings *s)
{
	for (size_t i = 0; s != NULL && i < REMEMBERED_MAX; i++)
		forget(&s->all[i]);
	free(s);
}

static size_t
others(const struct scan_siblings *s, const struct scan_item *item,
    const char *project, struct sibling *out)
{
	size_t n = 0;

	for (size_t i = 0; i < REMEMBERED_MAX; i++) {
		const struct scan_sibling *one = &s->all[i];

		if (one->filename != NULL && str_equal(one->project, project) &&
		    str_equal(one->version, item->version) &&
		    !str_equal(one->filename, item->filename))
			out[n++] = (struct sibling){ one->filename, one->type,
			    one->modules };
	}
	return n;
}

void
scan_siblings_judge(struct scan_siblings *s, const struct scan_item *item,
    struct features *f)
{
	struct sibling		 found[REMEMBERED_MAX];
	struct scan_sibling	*to = &s->all[s->n % REMEMBERED_MAX];
	struct project_name	 name;
	const char		*why;

	if (item->project == NULL || item->version == NULL ||
	    f->modules == NULL ||
	    name_normalize(item->project, &name, &why) == -1)
		return;
	siblings_compare(f, item->packagetype, found,
	    others(s, item, name.text, found));
	forget(to);
	*to = (struct scan_sibling){ mem_strdup(name.text),
	    mem_strdup(item->version), mem_strdup(item->filename),
	    mem_strdup(f->modules), item->packagetype };
	s->n++;
}

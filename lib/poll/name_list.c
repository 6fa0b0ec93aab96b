/* SPDX-License-Identifier: Apache-2.0 */
/*
 * name_list - the projects that an index listed.
 * Takes: names.  Gives: those that are gone since.
 * Runs in: poll.
 */
#include "poll/name_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "data/project_page.h"
#include "poll/site.h"

void
name_list_release(struct name_list *l)
{
	buf_release(&l->text);
	*l = (struct name_list){ 0 };
}

void
name_list_add(struct name_list *l, const char *name)
{
	if (l->full || l->text.len + strlen(name) + 1 > SIMPLE_NAMES_MAX) {
		l->full = true;
		return;
	}
	project_add_normalized(&l->text, name);
	buf_addc(&l->text, '\0');
	l->n++;
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Indexes list in order, so that this sorts what is sorted already. */
static const char **
sorted(const struct name_list *l)
{
	const char **out = mem_array(l->n + 1, sizeof(*out));
	const char *at = buf_text(&l->text);

	for (size_t i = 0; i < l->n; i++) {
		out[i] = at;
		at += strlen(at) + 1;
	}
	qsort(out, l->n, sizeof(*out), compare);
	return out;
}

void
name_list_gone(const struct name_list *before, const struct name_list *now,
    void (*gone)(void *, const char *), void *ctx)
{
	const char **a, **b;
	size_t j = 0;

	if (before->full || now->full || before->n == 0)
		return;
	a = sorted(before);
	b = sorted(now);
	for (size_t i = 0; i < before->n; i++) {
		while (j < now->n && strcmp(b[j], a[i]) < 0)
			j++;
		if (j == now->n || strcmp(b[j], a[i]) != 0)
			gone(ctx, a[i]);
	}
	free(a);
	free(b);
}

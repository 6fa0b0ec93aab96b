/* SPDX-License-Identifier: Apache-2.0 */
/*
 * told - what people hear of a verdict besides its score.
 * Takes: a verdict, its features.  Gives: JSON for the database.
 * Runs in: queue, the command.  Pure.
 */
#include "judge/told.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/vis.h"

/* Below it a detection is not said to resemble a name. */
#define NAME_TOLD_SCORE 20

static json_t *
visible(const char *s)
{
	char	*text;
	json_t	*out;

	if (s == NULL)
		return json_null();
	text = vis_dup(s, strlen(s));
	out = json_string(text);
	free(text);
	return out != NULL ? out : json_null();
}

json_t *
told_reasons(const struct verdict *v)
{
	json_t *list = json_array();

	for (size_t i = 0; i < v->nreasons; i++)
		(void)json_array_append_new(list, json_pack(
		    "{s:o, s:o, s:f, s:o}",
		    "rule", visible(v->reasons[i].rule),
		    "category", visible(v->reasons[i].category),
		    "points", v->reasons[i].points,
		    "text", visible(v->reasons[i].text)));
	return list;
}

json_t *
told_suppressed(const struct features *f)
{
	for (size_t i = 0; i < f->nfindings; i++)
		if (f->findings[i].suppressed != NULL)
			return json_integer(f->findings[i].suppressed->id);
	return json_null();
}

static int
by_score(const void *a, const void *b)
{
	const struct name_match *x = a, *y = b;

	return (x->score < y->score) - (x->score > y->score);
}

void
told_names_sort(struct features *f)
{
	if (f->nnames > 1)
		qsort(f->names, f->nnames, sizeof(*f->names), by_score);
}

const char *
told_name(const struct features *f)
{
	return f->nnames > 0 && f->names[0].score >= NAME_TOLD_SCORE ?
	    f->names[0].target : NULL;
}

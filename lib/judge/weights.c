/* SPDX-License-Identifier: Apache-2.0 */
/*
 * weights - weights.conf: one line a weight, each with its reason.
 *
 * Takes: a text file of the operator's.  Gives: struct weights, read-only.
 * Runs in: queue, command.  docs/detection.md describes the lines.
 */
#include "judge/weights.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "judge/judge.h"

/* Nothing is ever certain: a strength of 1 would silence all the others. */
#define STRENGTH_MOST 0.99

struct named {
	char		*name;
	struct weight	 weight;
};

struct table {
	struct named	*rows;
	size_t		 n;
};

struct weights {
	struct table	 rules, categories, support, ceilings;
	double		 contexts[CONTEXT_COUNT];
	double		 novelty;
	struct together	*together;
	size_t		 ntogether;
};

/* Where a line's words are taken from, and what to say when they are wrong. */
struct line {
	char		*at;
	const char	*file;
	unsigned long	 number;
	struct buf	*errors;
};

static int
complain(const struct line *l, const char *what)
{
	buf_addf(l->errors, "%s:%lu: %s\n", l->file, l->number, what);
	return -1;
}

/* The next word, NUL-terminated in place; "" at the end. */
static char *
word(struct line *l)
{
	char *start = l->at + strspn(l->at, " \t");
	char *end = start + strcspn(start, " \t\n");

	l->at = *end != '\0' ? end + 1 : end;
	*end = '\0';
	return start;
}

static int
number(struct line *l, double most, double *out)
{
	char *text = word(l), *end;

	errno = 0;
	*out = strtod(text, &end);
	if (*text == '\0' || *end != '\0' || errno != 0 || !(*out >= 0) ||
	    *out > most)
		return complain(l, "a number between 0 and 1 is expected");
	return 0;
}

static struct named *
table_find(const struct table *t, const char *name)
{
	for (size_t i = 0; i < t->n; i++)
		if (str_equal(t->rows[i].name, name))
			return &t->rows[i];
	return NULL;
}

static int
table_add(struct table *t, struct line *l, const char *name, struct weight w)
{
	if (*name == '\0')
		return complain(l, "a name is expected");
	if (table_find(t, name) != NULL)
		return complain(l, "this name already has a line");
	t->rows = mem_grow(t->rows, t->n + 1, sizeof(*t->rows));
	t->rows[t->n++] = (struct named){ mem_strdup(name), w };
	return 0;
}

static void
table_release(struct table *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->rows[i].name);
	free(t->rows);
}

static int
need_reason(struct line *l)
{
	l->at += strspn(l->at, " \t");
	return *l->at == '\0' || *l->at == '\n' ?
	    complain(l, "a reason is expected") : 0;
}

static int
read_weight(struct line *l, struct table *t)
{
	char *name = word(l);
	struct weight w = { 0 };

	if (number(l, STRENGTH_MOST, &w.strength) == -1)
		return -1;
	l->at += strspn(l->at, " \t");
	if (strncmp(l->at, "everywhere", 10) == 0 &&
	    (l->at[10] == ' ' || l->at[10] == '\t')) {
		w.anywhere = w.in_tests = true;
		l->at += 10;
	} else if (strncmp(l->at, "anywhere", 8) == 0 &&
	    strchr(" \t", l->at[8]) != NULL) {
		w.anywhere = true;
		l->at += 8;
	}
	return need_reason(l) == -1 ? -1 : table_add(t, l, name, w);
}

static int
read_context(struct weights *w, struct line *l)
{
	int context = context_from_name(word(l));

	if (context < 0)
		return complain(l, "no such context");
	return number(l, 1, &w->contexts[context]) == -1 ? -1 : need_reason(l);
}

static int
read_together(struct weights *w, struct line *l)
{
	struct together t = { .a = word(l), .b = NULL };

	t.b = word(l);
	if (number(l, STRENGTH_MOST, &t.strength) == -1 || need_reason(l) == -1)
		return -1;
	w->together = mem_grow(w->together, w->ntogether + 1, sizeof(t));
	t.a = mem_strdup(t.a);
	t.b = mem_strdup(t.b);
	t.reason = mem_strndup(l->at, strcspn(l->at, "\n"));
	w->together[w->ntogether++] = t;
	return 0;
}

static int
read_line(struct weights *w, struct line *l)
{
	const char *verb = word(l);

	if (*verb == '\0' || *verb == '#')
		return 0;
	if (str_equal(verb, "rule"))
		return read_weight(l, &w->rules);
	if (str_equal(verb, "category"))
		return read_weight(l, &w->categories);
	if (str_equal(verb, "ceiling"))
		return read_weight(l, &w->ceilings);
	if (str_equal(verb, "support")) {
		char *name = word(l);

		struct weight alone = { 0 };

		if (number(l, STRENGTH_MOST, &alone.strength) == -1 ||
		    need_reason(l) == -1)
			return -1;
		return table_add(&w->support, l, name, alone);
	}
	if (str_equal(verb, "context"))
		return read_context(w, l);
	if (str_equal(verb, "novelty"))
		return number(l, 1, &w->novelty) == -1 ? -1 : need_reason(l);
	if (str_equal(verb, "together"))
		return read_together(w, l);
	return complain(l, "a line begins with rule, category, support, "
	    "ceiling, context, novelty or together");
}

struct weights *
weights_load(const char *file, struct buf *errors)
{
	struct weights *w = mem_alloc(sizeof(*w));
	FILE *in = fopen(file, "re");
	char text[WEIGHTS_LINE_MAX];
	struct line l = { .file = file, .errors = errors };
	int bad = 0;

	if (in == NULL) {
		buf_addf(errors, "%s: %s\n", file, strerror(errno));
		free(w);
		return NULL;
	}
	for (int i = 0; i < CONTEXT_COUNT; i++)
		w->contexts[i] = 1;
	w->novelty = 1;
	while (fgets(text, sizeof(text), in) != NULL) {
		l.number++;
		l.at = text;
		if (strchr(text, '\n') == NULL && !feof(in)) {
			bad = complain(&l, "the line is too long");
			break;
		}
		if (read_line(w, &l) == -1)
			bad = -1;
	}
	if (ferror(in)) {
		buf_addf(errors, "%s: %s\n", file, strerror(errno));
		bad = -1;
	} else if (bad == 0 && w->rules.n == 0 && w->categories.n == 0)
		bad = complain(&l, "no rule and no category has a weight:"
		    " nothing would ever alert");
	(void)fclose(in);
	if (bad == 0)
		return w;
	weights_free(w);
	return NULL;
}

void
weights_free(struct weights *w)
{
	if (w == NULL)
		return;
	table_release(&w->rules);
	table_release(&w->categories);
	table_release(&w->support);
	table_release(&w->ceilings);
	for (size_t i = 0; i < w->ntogether; i++) {
		free(w->together[i].a);
		free(w->together[i].b);
		free(w->together[i].reason);
	}
	free(w->together);
	free(w);
}

struct weight
weights_of(const struct weights *w, const char *rule, const char *category)
{
	const struct named *row = table_find(&w->rules, rule);

	if (row == NULL)
		row = table_find(&w->categories, category);
	return row != NULL ? row->weight : (struct weight){ 0 };
}

bool
weights_is_support(const struct weights *w, const char *category)
{
	return table_find(&w->support, category) != NULL;
}

double
weights_alone(const struct weights *w, const char *category)
{
	const struct named *row = table_find(&w->support, category);

	return row != NULL ? row->weight.strength : 0;
}

double
weights_ceiling(const struct weights *w, const char *category)
{
	const struct named *row = table_find(&w->ceilings, category);

	return row != NULL ? row->weight.strength : 1;
}

double
weights_context(const struct weights *w, enum context context)
{
	return context < CONTEXT_COUNT ? w->contexts[context] : 0;
}

double
weights_novelty(const struct weights *w)
{
	return w->novelty;
}

const struct together *
weights_together(const struct weights *w, size_t *n)
{
	*n = w->ntogether;
	return w->together;
}

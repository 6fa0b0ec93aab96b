/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge - findings, history and weights in, verdict out.
 *
 * Takes: struct features, struct history.  Gives: struct verdict.
 * Runs in: queue, command.  Pure: no file, socket or clock.
 *
 * Evidence is the strongest finding of each category.  Independent evidence
 * combines as noisy-or, what has to be called with the strongest of it; pairs
 * of a table add evidence of their own; support (a name, poor metadata)
 * amplifies evidence and never alerts by itself.
 * Every step only grows with its inputs, so one more finding can never lower
 * a score.  docs/detection.md has the formula.
 */
#include "judge/judge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "judge/suppress.h"
#include "judge/weights.h"

/* Support alone stays below the alert score (design 4.4). */
#define SUPPORT_MOST 0.59
/* Evidence of this strength is amplified in full, less of it by its square. */
#define SUPPORT_FULL_AT 0.50
/* Parts below this are weak, and large honest packages gather many: together
 * they reach WEAK_MOST.  It may not be above WEAK_BELOW, or a part that grows
 * past that could lower the score. */
#define WEAK_BELOW 0.35
#define WEAK_MOST 0.18
/* A name that is only a little like a protected one is like any other. */
#define PROTECTED_LEAST 60
/* A category counts in full in a pair from this strength on. */
#define TOGETHER_FULL_AT 0.50
/* What has to be called may never be called together. */
#define CALLED_TOGETHER 0.60

struct part {
	const char	*rule, *category, *text;	/* borrowed */
	double		 strength;
	double		 active;	/* of what nobody has to call or read */
	bool		 support;
};

struct hearing {
	const struct weights *weights;
	const struct history *history;	/* or NULL */
	struct part	*parts;
	size_t		 n, room;
};

/* The strongest of a category counts. */
static void
hear(struct hearing *h, const struct part *p)
{
	if (!(p->strength > 0))
		return;
	for (size_t i = 0; i < h->n; i++) {
		struct part *old = &h->parts[i];
		double active = fmax(old->active, p->active);

		if (!str_equal(old->category, p->category))
			continue;
		if (p->strength > old->strength)
			*old = *p;
		old->active = active;
		return;
	}
	if (h->n == h->room) {
		h->room = h->room == 0 ? 32 : 2 * h->room;
		h->parts = mem_grow(h->parts, h->room, sizeof(*h->parts));
	}
	h->parts[h->n++] = *p;
}

static bool
is_novel(const struct history *history, const char *rule)
{
	if (history == NULL || !history->known || history->releases == 0)
		return true;
	for (size_t i = 0; i < history->nseen_rules; i++)
		if (str_equal(history->seen_rules[i], rule))
			return false;
	return true;
}

/* Nobody saw what is in a file that broke the reader: that an older one did,
 * too, is no habit. */
static bool
is_unseen(const char *rule)
{
	return str_equal(rule, "inspection-crash");
}

/* How strong the best name match is, 0 to 1. */
static double
name_strength(const struct features *f)
{
	double best = 0;

	for (size_t i = 0; i < f->nnames; i++)
		if (f->names[i].score / 100.0 > best)
			best = f->names[i].score / 100.0;
	return best < 1 ? best : 1;
}

static bool
imitates_protected(const struct features *f)
{
	for (size_t i = 0; i < f->nnames; i++)
		if (f->names[i].is_protected &&
		    f->names[i].score >= PROTECTED_LEAST)
			return true;
	return false;
}

/* Somebody has to call it, or to read it. */
static bool
is_passive(const struct finding *one, const struct weight *w)
{
	return !w->anywhere && (one->context == CONTEXT_CALL ||
	    one->context == CONTEXT_DATA);
}

static void
hear_finding(struct hearing *h, const struct features *f, struct finding *one)
{
	struct weight w = weights_of(h->weights, one->rule, one->category);
	bool support = weights_is_support(h->weights, one->category);

	one->weight = w.strength;
	if (!w.anywhere || (one->context == CONTEXT_TEST && !w.in_tests))
		one->weight *= weights_context(h->weights, one->context);
	if (!one->novel)
		one->weight *= weights_novelty(h->weights);
	if (str_equal(one->category, "lookalike-name")) {
		one->weight *= name_strength(f);
		support = support && !imitates_protected(f);
	}
	one->suppressed = suppress_find(h->history, one);
	if (one->suppressed != NULL)
		one->weight = 0;
	hear(h, &(struct part){ one->rule, one->category, one->text,
	    one->weight, is_passive(one, &w) ? 0 : one->weight, support });
}

/* What is known besides the findings. */
static void
hear_fact(struct hearing *h, bool holds, const char *rule, const char *category,
    const char *text)
{
	const struct finding one = { .context = CONTEXT_METADATA,
	    .rule = (char *)(uintptr_t)rule };

	double w = weights_of(h->weights, rule, category).strength;

	if (holds && suppress_find(h->history, &one) == NULL)
		hear(h, &(struct part){ rule, category, text, w, w,
		    weights_is_support(h->weights, category) });
}

static bool
has_native(const struct features *f)
{
	for (size_t i = 0; i < f->nfindings; i++)
		if (str_equal(f->findings[i].rule, "native-executable"))
			return true;
	return false;
}

static void
hear_history(struct hearing *h, const struct features *f,
    const struct history *history)
{
	bool known = history != NULL && history->known;
	bool is_new = !known || history->releases == 0;

	hear_fact(h, f->outcome == SCAN_PARTIAL && is_new, "partial-new",
	    "exhaustion", "a new project's file exceeds what can be looked at");
	hear_fact(h, f->outcome == SCAN_UNSCANNABLE && is_new,
	    "unscannable-new", "exhaustion",
	    "a new project's file cannot be opened");
	if (!known)
		return;
	hear_fact(h, history->owner_changed, "owner-changed", "ownership",
	    "the project changed hands in the last days");
	hear_fact(h, history->revived, "revived", "ownership",
	    "the name was removed and has been registered again");
	hear_fact(h, history->changed_bytes, "changed-bytes", "ownership",
	    "other bytes were uploaded under a file name seen before");
	hear_fact(h, history->new_requirement, "requires-new", "dependency",
	    "requires a project that is only days old");
	hear_fact(h, history->index_differs, "metadata-index",
	    "metadata-conflict", "the file names another author or home page "
	    "than the index shows");
	hear_fact(h, !is_new && has_native(f) &&
	    is_novel(history, "native-executable"), "native-new",
	    "native-new", "native code in a project that had none");
}

static const struct part *
part_of(const struct hearing *h, size_t n, const char *category)
{
	for (size_t i = 0; i < n; i++)
		if (str_equal(h->parts[i].category, category))
			return &h->parts[i];
	return NULL;
}

/* Pairs of categories that mean more together, as parts of their own. */
static void
hear_together(struct hearing *h)
{
	size_t n, before = h->n;
	const struct together *t = weights_together(h->weights, &n);

	for (size_t i = 0; i < n; i++) {
		const struct part *a = part_of(h, before, t[i].a);
		const struct part *b = part_of(h, before, t[i].b);
		double least, w;

		if (a == NULL || b == NULL)
			continue;
		least = fmax(fmin(a->active, b->active), CALLED_TOGETHER *
		    fmin(a->strength, b->strength)) / TOGETHER_FULL_AT;
		w = t[i].strength * fmin(1, least);
		hear(h, &(struct part){ "together", t[i].reason, t[i].reason,
		    w, w, false });
	}
}

static bool
is_interaction(const struct part *p)
{
	return str_equal(p->rule, "together");
}

static double
support_of(const struct hearing *h)
{
	double none = 1;

	for (size_t i = 0; i < h->n; i++)
		if (h->parts[i].support)
			none *= 1 - h->parts[i].strength;
	return 1 - none;
}

/*
 * What acts by itself counts in full; of what somebody has to call or read,
 * the strongest does.  The rest of that, and whatever is weak, shares
 * WEAK_MOST: a large library of honest tools gathers no alert.
 */
static double
evidence_of(const struct hearing *h)
{
	double strong = 1, rest = 1, called = 1;

	for (size_t i = 0; i < h->n; i++) {
		const struct part *p = &h->parts[i];
		double active = p->active < WEAK_BELOW ? 0 : p->active;
		double more = (1 - p->strength) / (1 - active);

		if (p->support)
			continue;
		strong *= 1 - active;
		if (p->strength >= WEAK_BELOW && more < called) {
			rest *= called;
			called = more;
		} else
			rest *= more;
	}
	return 1 - strong * called * fmax(rest, 1 - WEAK_MOST);
}

/*
 * Evidence of the lesser kinds alone (a beacon, a network call) stays below
 * their ceiling; one finding of any other kind lifts it.
 */
static double
ceiling(const struct hearing *h)
{
	double most = 0;

	for (size_t i = 0; i < h->n; i++)
		if (!h->parts[i].support && !is_interaction(&h->parts[i]))
			most = fmax(most, weights_ceiling(h->weights,
			    h->parts[i].category));
	return most > 0 ? most : 1;
}

/* What support says when there is nothing to support. */
static double
alone(const struct hearing *h)
{
	double none = 1;

	for (size_t i = 0; i < h->n; i++)
		if (h->parts[i].support)
			none *= 1 - fmin(h->parts[i].strength,
			    weights_alone(h->weights, h->parts[i].category));
	return fmin(1 - none, SUPPORT_MOST);
}

/* At a reference prior of one half. */
static double
combine(const struct hearing *h, double *support)
{
	double evidence = evidence_of(h), both, least = alone(h);
	double full = fmin(1, evidence / SUPPORT_FULL_AT);

	*support = fmin(support_of(h), SUPPORT_MOST) * full * full;
	both = 1 - (1 - evidence) * (1 - *support);
	both = fmin(both, ceiling(h));
	if (both >= least)
		return both;
	*support = least;
	return least;
}

static double
at_prior(double p, double prior)
{
	double for_it = p * prior, against = (1 - p) * (1 - prior);

	return for_it + against > 0 ? for_it / (for_it + against) : 0;
}

static int
by_points(const void *a, const void *b)
{
	const struct reason *x = a, *y = b;

	return (x->points < y->points) - (x->points > y->points);
}

/* Shares the score out by how much each part took away from the doubt. */
static void
explain(const struct hearing *h, double support, struct verdict *out)
{
	double all_support = -log1p(-support_of(h)), sum = 0;
	double *share = mem_array(h->n + 1, sizeof(*share));

	for (size_t i = 0; i < h->n; i++) {
		share[i] = -log1p(-h->parts[i].strength);
		if (h->parts[i].support)
			share[i] *= -log1p(-support) / all_support;
		sum += share[i];
	}
	out->reasons = mem_array(h->n + 1, sizeof(*out->reasons));
	for (size_t i = 0; i < h->n; i++) {
		const struct part *p = &h->parts[i];

		if (!(share[i] > 0) || out->score == 0)
			continue;
		out->reasons[out->nreasons++] = (struct reason){
		    mem_strdup(p->rule), mem_strdup(is_interaction(p) ?
		    "interaction" : p->category),
		    out->score * share[i] / sum, mem_strdup(p->text) };
	}
	qsort(out->reasons, out->nreasons, sizeof(*out->reasons), by_points);
	free(share);
}

void
judge_file(const struct judge_settings *settings, struct features *f,
    const struct history *history, struct verdict *out)
{
	struct hearing h = { .weights = settings->weights,
	    .history = history };
	double p, support;

	*out = (struct verdict){ 0 };
	for (size_t i = 0; i < f->nfindings; i++) {
		f->findings[i].novel = is_unseen(f->findings[i].rule) ||
		    is_novel(history, f->findings[i].rule);
		hear_finding(&h, f, &f->findings[i]);
	}
	hear_history(&h, f, history);
	hear_together(&h);
	p = at_prior(combine(&h, &support), settings->prior);
	out->score = (uint32_t)lround(100 * p);
	out->severity = severity_of(out->score);
	out->alert = out->score >= settings->alert_score;
	explain(&h, support, out);
	free(h.parts);
}

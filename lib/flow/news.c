/* SPDX-License-Identifier: Apache-2.0 */
/*
 * news - did other modules of the package tell one more than it took?
 *
 * Who calls whom through several modules is told one step by each look, unless
 * they are looked at in that order.
 * Takes: what the world knows of the names that a module defines and uses.
 * Gives: a number that is another one when any of that grew.
 * Runs in: worker child, command.
 */
#include "base/mem.h"
#include "flow/callers.h"
#include "flow/functions.h"
#include "flow/neighbours.h"
#include "flow/state.h"

static void
mix(uint64_t *h, uint64_t v)
{
	*h = (*h ^ v) * UINT64_C(0x9fb21c651e98df25);
	*h ^= *h >> 29;
}

static void
mix_passed(uint64_t *h, const struct world_passed *p)
{
	mix(h, p->marks);
	mix(h, p->held | (uint64_t)(p->text != NULL) << 62 |
	    (uint64_t)(p->object != NULL) << 63);
}

/* What others tell of a function: when it runs, and with what. */
static void
mix_told(uint64_t *h, const struct world_name *n)
{
	mix(h, n->reach | (uint64_t)n->inherited << 8 |
	    (uint64_t)n->given << 16 | (uint64_t)n->worked << 24);
	for (size_t i = 0; n->callers != NULL && i < n->callers->n; i++)
		mix(h, n->callers->of[i]);
	for (uint32_t k = 0; k < n->nparameters && k < WORLD_PARAMETERS; k++)
		mix_passed(h, &n->passed[k]);
	for (const struct world_option *o = n->options; o != NULL; o = o->next)
		mix_passed(h, &o->passed);
}

/* What it tells who uses it. */
static void
mix_given(uint64_t *h, const struct world_name *n)
{
	mix(h, n->marks);
	mix(h, n->loose ^ n->members << 1);
	mix(h, n->held);
	mix(h, n->flows | (uint64_t)n->reports << 32);
	mix(h, n->fills | (uint64_t)n->puts << 32);
	mix(h, n->put_own);
	mix(h, n->put ^ n->sender.params ^ (uint64_t)n->sender.to << 56);
	mix(h, (uint64_t)(n->text != NULL) | (uint64_t)(n->where != NULL) << 1 |
	    (uint64_t)(n->calls != NULL) << 2 |
	    (uint64_t)(n->gives != NULL) << 3 | (uint64_t)n->programs << 4 |
	    (uint64_t)(n->stores != NULL) << 5);
}

static uint64_t
sum(const struct flow_news *news)
{
	uint64_t h = 0;

	for (size_t i = 0; i < news->n; i++)
		if (i < news->ntold)
			mix_told(&h, news->of[i]);
		else
			mix_given(&h, news->of[i]);
	return h;
}

static void
add(struct flow_news *news, const struct world_name *n)
{
	if (n != NULL)
		news->of[news->n++] = n;
}

/* What may be anybody's, and who: only who asks for that looks again. */
static size_t
anybody(const struct flow *f)
{
	const struct world *w = f->news.world;

	return w == NULL ? 0 : (f->nanybody != 0 ? w->ntaken : 0) +
	    (f->asks_anybody ? w->written : 0);
}

void
flow_take_news(struct flow *f)
{
	struct flow_news *news = &f->news;
	size_t most = f->main + f->nlambdas + f->outsides.n;

	if (most > news->room) {
		news->of = mem_grow(news->of, most, sizeof(*news->of));
		news->room = most;
	}
	news->n = 0;
	for (uint32_t i = 1; i < f->main; i++)
		add(news, flow_told_of(f, i));
	for (size_t i = 0; i < f->nlambdas; i++)
		add(news, flow_told_of_lambda(f, i));
	news->ntold = news->n;
	for (size_t i = 0; i < f->outsides.n; i++)
		add(news, flow_outside(f, f->outsides.uses[i].name));
	news->sum = sum(news);
	news->world = f->file->world;
	news->module = world_hash(flow_module(f));
	news->pooled = world_pooled(news->world, news->module);
	news->anybody = anybody(f);
}

bool
flow_has_news(const struct flow *f)
{
	const struct flow_news *news = &f->news;

	return news->unsure || sum(news) != news->sum ||
	    anybody(f) != news->anybody || (news->world != NULL &&
	    world_pooled(news->world, news->module) != news->pooled);
}

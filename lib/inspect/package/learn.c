/* SPDX-License-Identifier: Apache-2.0 */
/*
 * learn - what the modules of a package tell each other, before they are
 * looked at once more.
 *
 * Takes: the package, each of whose modules was looked at.  Gives: what its
 * world and its modules know, as far as it settles in a few rounds.
 * Runs in: worker child, command.
 */
#include "base/str.h"
#include "flow/flow.h"
#include "flow/reading.h"
#include "inspect/inspectors.h"
#include "inspect/package/package.h"

#define NEWS_ROUNDS 3		/* back, on and back */
#define NEWS_LOOKS_MOST 600	/* then each tells what it knew */

/*
 * What each binds, as it stands alone: others fold their names by it.  What was
 * folded at the first look is there, as a rule.
 */
static void
teach(struct inspection *in)
{
	struct package *p = in->package;

	for (size_t i = 0; i < p->n; i++) {
		struct held *h = &p->files[i];
		struct reading *r;

		if (!h->involved || h->module == NULL)
			continue;
		r = package_reading(h);
		reading_use(r, NULL, h->module, str_ends(h->path,
		    "/__init__.py"));
		package_teach(p, h->module, r);
		package_keep_look(p, h, r);
	}
	p->taught = true;
}

/* What modules tell each other, all of what they bind being known. */
static void
learn(struct inspection *in)
{
	struct package *p = in->package;

	for (size_t i = 0; i < p->n; i++) {
		struct held *h = &p->files[i];
		struct entry e;
		struct view v;

		if (!h->involved)
			continue;
		v = package_view(p, i, &e);
		v.reading = package_reading(h);
		python_code_learn(in, &v);
		package_keep_look(p, h, v.reading);
	}
}

/*
 * Who calls whom through several modules is told one step by a look, unless it
 * comes in that order: those that were told something since look again, from
 * the last to the first and back.
 */
static bool
learn_news(struct inspection *in, bool back, unsigned int *looks)
{
	struct package *p = in->package;
	bool any = false;

	for (size_t k = 0; k < p->n && *looks != 0; k++) {
		size_t i = back ? p->n - 1 - k : k;
		struct held *h = &p->files[i];
		struct entry e;
		struct view v;

		if (!h->involved || h->reading == NULL ||
		    h->reading->flow == NULL ||
		    !flow_has_news(h->reading->flow))
			continue;
		v = package_view(p, i, &e);
		v.reading = h->reading;
		python_code_learn(in, &v);
		package_keep_look(p, h, v.reading);
		any = true;
		--*looks;
	}
	return any;
}

void
package_learn(struct inspection *in)
{
	struct package *p = in->package;
	unsigned int looks = NEWS_LOOKS_MOST;

	teach(in);
	learn(in);
	/* One may keep what another hands it. */
	if (p->world->handed && p->n <= BETWEEN_FILES_MOST)
		learn(in);
	for (int i = 0; i < NEWS_ROUNDS; i++)
		if (!learn_news(in, i % 2 == 0, &looks))
			break;
}

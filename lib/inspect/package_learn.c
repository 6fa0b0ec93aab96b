/* SPDX-License-Identifier: Apache-2.0 */
/*
 * package_learn - what the modules of a package tell each other, before they are
 * looked at once more.
 *
 * Takes: the package, each of whose modules was looked at.  Gives: what its
 * world and its modules know, as far as it settles in a few rounds.
 * Runs in: worker child, command.
 */
#include "inspect/flow.h"
#include "inspect/inspectors.h"
#include "inspect/package.h"
#include "inspect/reading.h"

#define NEWS_ROUNDS 3		/* back, on and back */
#define NEWS_FILES_MOST 200	/* of more, each tells what it knew */

/* Do functions or tables of other modules say what it did not know? */
static bool
learns_more(const struct package *p, const struct held *h)
{
	return h->reading != NULL && h->reading->fold != NULL &&
	    modules_are_called(p->modules, h->reading->fold);
}

/*
 * What modules tell each other.  The second time, all of what they bind is
 * known; where that says nothing new, it would tell the same, unless one keeps
 * what another hands it.
 */
static void
learn(struct inspection *in)
{
	struct package *p = in->package;
	bool keeps = p->world->handed && p->n <= BETWEEN_FILES_MOST;

	for (size_t i = 0; i < p->n; i++) {
		struct held *h = &p->files[i];
		struct entry e;
		struct view v;

		if (!h->involved || (p->taught && !keeps &&
		    !learns_more(p, h)))
			continue;
		v = package_view(p, i, &e);
		v.reading = package_reading(h);
		python_code_learn(in, &v);
		package_keep_look(p, h, v.reading);
	}
}

/*
 * Who calls whom through several modules is told one step by a look, unless it
 * comes in that order: those that were told something since look again, from the
 * last to the first and back.
 */
static bool
learn_news(struct inspection *in, bool back)
{
	struct package *p = in->package;
	bool any = false;

	for (size_t k = 0; k < p->n; k++) {
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
	}
	return any;
}

void
package_learn(struct inspection *in)
{
	struct package *p = in->package;

	learn(in);
	p->taught = true;
	learn(in);
	for (int i = 0; i < NEWS_ROUNDS && p->n <= NEWS_FILES_MOST; i++)
		if (!learn_news(in, i % 2 == 0))
			break;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * between - what the modules of a package do as they are loaded, one this and
 * one that.
 *
 * Takes: deeds of its modules.  Gives: findings where they make one.
 * Runs in: worker child, command.
 */
#include "base/str.h"
#include "inspect/inspectors.h"
#include "inspect/package/package.h"

void
package_note(struct package *p, enum package_deed deed, uint32_t line,
    enum context context)
{
	if (p->deeds[deed].done && p->deeds[deed].context <= context)
		return;
	p->deeds[deed].done = true;
	p->deeds[deed].file = p->world->at;
	p->deeds[deed].line = line;
	p->deeds[deed].context = context;
}

/* One module does the first, one the second, and one what both are for. */
static const struct between {
	enum package_deed first, too, second;
	const char	*rule, *category, *tactic, *text;
} betweens[] = {
	{ PACKAGE_GATHERS, PACKAGE_GATHERS, PACKAGE_SENDS, "modules-send",
	    "exfiltration",
	    "TA0010", "gathers secrets, and sends what it is given to a fixed "
	    "address, as it is loaded" },
	{ PACKAGE_FETCHES, PACKAGE_FETCHES, PACKAGE_EXECUTES,
	    "modules-execute", "dynamic-exec",
	    "TA0002", "fetches, and executes what it is given, as it is "
	    "loaded" },
	{ PACKAGE_CONNECTS, PACKAGE_RUNS, PACKAGE_TIES, "reverse-shell",
	    "remote-control", "TA0011", "ties a shell to a network "
	    "connection" },
	{ PACKAGE_CONNECTS, PACKAGE_FEEDS, PACKAGE_SHELLS, "reverse-shell",
	    "remote-control", "TA0011", "ties a shell to a network "
	    "connection" },
};

static void
look_between(struct inspection *in, const struct between *b)
{
	struct package *p = in->package;
	enum context context = p->deeds[b->second].context;
	struct entry e;
	struct view v;

	if (p->n > BETWEEN_FILES_MOST || !p->deeds[b->first].done ||
	    !p->deeds[b->too].done || !p->deeds[b->second].done ||
	    p->deeds[b->second].file >= p->n)
		return;
	v = package_view(p, p->deeds[b->second].file, &e);
	inspection_report(in, &v, &(struct report){ .rule = b->rule,
	    .category = b->category, .tactic = b->tactic, .text = b->text,
	    .line = p->deeds[b->second].line, .elsewhere = true,
	    .context = context });
}

void
package_between(struct inspection *in)
{
	for (size_t i = 0; i < ARRAY_LEN(betweens); i++)
		look_between(in, &betweens[i]);
}

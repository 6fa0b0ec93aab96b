/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hostile - the table of inert hostile packages.
 * Takes: a kind.  Gives: a package of it, and what to expect of a scanner.
 * Runs in: simindex.
 */
#include "hostile.h"

#include <stdio.h>
#include <string.h>

const struct hostile hostiles[] = {
	{ "pycryptoenv", "1.0.7", "critical",
	    "hidden-executable,impersonation,lookalike",
	    "a copied crypto library with an executable in test.py",
	    hostile_pycryptoenv, NULL },
};
const size_t hostile_count = sizeof(hostiles) / sizeof(hostiles[0]);

const struct hostile *
hostile_find(const char *kind)
{
	for (size_t i = 0; i < hostile_count; i++)
		if (strcmp(hostiles[i].kind, kind) == 0)
			return &hostiles[i];
	return NULL;
}

struct package *
hostile_package(const struct hostile *h, uint64_t seed)
{
	struct package	*p = package_new(h->name != NULL ? h->name : h->kind,
	    h->version);
	struct chance	 c = { seed + (uint64_t)(h - hostiles) };

	h->build(p, &c);
	return p;
}

void
hostile_list(void)
{
	for (size_t i = 0; i < hostile_count; i++) {
		const struct hostile	*h = &hostiles[i];

		printf("%s\t%s\t%s\t%s\t%s\t%s\n", h->kind,
		    h->name != NULL ? h->name : h->kind, h->version,
		    h->severity, h->categories, h->about);
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NAMES_TECHNIQUE_H
#define NAMES_TECHNIQUE_H

/*
 * technique - the ways to imitate a name, and how often attackers use each.
 */
#include <stddef.h>

enum technique {
	BY_CONFUSION,		/* exactly a protected name that is not ours */
	BY_STDLIB,
	BY_IMPORT_NAME,
	BY_FOREIGN,
	BY_INVENTED,
	BY_SEPARATOR,
	BY_COLLISION,
	BY_HOMOGLYPH,
	BY_OMISSION,
	BY_INSERTION,
	BY_REPETITION,
	BY_REPLACEMENT,
	BY_KEYBOARD,
	BY_VOWEL,
	BY_BITFLIP,
	BY_TRANSPOSITION,
	BY_TWO_EDITS,
	BY_PLURAL,
	BY_VERSION,
	BY_SPELLING,
	BY_HOMOPHONE,
	BY_WORD_ORDER,
	BY_WORD_DROP,
	BY_WORD_DOUBLE,
	BY_PYTHON_AFFIX,
	BY_AFFIX,
	BY_EMBEDDED,
	BY_EDIT_AFFIX,
	BY_SEMANTIC,
	BY_BRAND,
	BY_TOOLING,
	BY_COMMAND,
	TECHNIQUE_COUNT
};

const char *technique_name(enum technique);
/* What it says about a name, in hundredths of a nat, beyond how seldom an
 * ordinary name is hit so. */
int	technique_weight(enum technique);
/* The shortest target, in letters, that it is looked for with; protected
 * names may be one shorter. */
size_t	technique_least(enum technique);

#endif

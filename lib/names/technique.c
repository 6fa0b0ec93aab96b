/* SPDX-License-Identifier: Apache-2.0 */
/*
 * technique - the ways to imitate a name.
 * Runs in: wherever names are compared.  Pure.
 */
#include "names/technique.h"

#define TECHNIQUE(name, weight, least) { name, weight, least }

/*
 * Weights are fitted (docs/lookalike.md says how) where attackers and honest
 * people were seen to use a technique often enough, and judged where not.
 * Below the least length everything is near everything.
 */
static const struct {
	const char	*name;
	int		 weight;
	size_t		 least;
} techniques[TECHNIQUE_COUNT] = {
	[BY_CONFUSION] = TECHNIQUE("dependency-confusion", 900, 1),
	[BY_STDLIB] = TECHNIQUE("stdlib", 45, 1),
	[BY_IMPORT_NAME] = TECHNIQUE("import-name", 0, 1),
	[BY_FOREIGN] = TECHNIQUE("foreign-registry", 0, 1),
	[BY_INVENTED] = TECHNIQUE("invented", 0, 1),
	[BY_SEPARATOR] = TECHNIQUE("separator", -49, 4),
	[BY_COLLISION] = TECHNIQUE("collision", 172, 4),
	[BY_HOMOGLYPH] = TECHNIQUE("homoglyph", 223, 4),
	[BY_OMISSION] = TECHNIQUE("omission", 212, 4),
	[BY_INSERTION] = TECHNIQUE("insertion", 141, 4),
	[BY_REPETITION] = TECHNIQUE("repetition", 403, 3),
	[BY_REPLACEMENT] = TECHNIQUE("replacement", 37, 4),
	[BY_KEYBOARD] = TECHNIQUE("keyboard", 131, 4),
	[BY_VOWEL] = TECHNIQUE("vowel", 73, 5),
	[BY_BITFLIP] = TECHNIQUE("bitflip", 216, 5),
	[BY_TRANSPOSITION] = TECHNIQUE("transposition", 332, 3),
	[BY_TWO_EDITS] = TECHNIQUE("two-edits", 77, 7),
	[BY_PLURAL] = TECHNIQUE("plural", 139, 4),
	[BY_VERSION] = TECHNIQUE("version", -170, 4),
	[BY_SPELLING] = TECHNIQUE("spelling", 150, 5),
	[BY_HOMOPHONE] = TECHNIQUE("homophone", 54, 5),
	[BY_WORD_ORDER] = TECHNIQUE("word-order", 16, 6),
	[BY_WORD_DROP] = TECHNIQUE("word-drop", -186, 5),
	[BY_WORD_DOUBLE] = TECHNIQUE("word-double", 60, 3),
	[BY_PYTHON_AFFIX] = TECHNIQUE("python-affix", -9, 4),
	[BY_AFFIX] = TECHNIQUE("affix", 24, 4),
	[BY_EMBEDDED] = TECHNIQUE("embedded", -175, 6),
	[BY_EDIT_AFFIX] = TECHNIQUE("edit-affix", 150, 5),
	[BY_SEMANTIC] = TECHNIQUE("semantic", -139, 5),
	[BY_BRAND] = TECHNIQUE("brand", 173, 2),
	[BY_TOOLING] = TECHNIQUE("tooling", -87, 3),
	[BY_COMMAND] = TECHNIQUE("command-slip", 34, 2),
};

const char *
technique_name(enum technique t)
{
	return techniques[t].name;
}

int
technique_weight(enum technique t)
{
	return techniques[t].weight;
}

size_t
technique_least(enum technique t)
{
	return techniques[t].least;
}

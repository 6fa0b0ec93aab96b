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
	[BY_STDLIB] = TECHNIQUE("stdlib", -113, 1),
	[BY_IMPORT_NAME] = TECHNIQUE("import-name", 0, 1),
	[BY_FOREIGN] = TECHNIQUE("foreign-registry", 0, 1),
	[BY_INVENTED] = TECHNIQUE("invented", 0, 1),
	[BY_SEPARATOR] = TECHNIQUE("separator", -160, 4),
	[BY_COLLISION] = TECHNIQUE("collision", 60, 4),
	[BY_HOMOGLYPH] = TECHNIQUE("homoglyph", 90, 4),
	[BY_OMISSION] = TECHNIQUE("omission", 74, 4),
	[BY_INSERTION] = TECHNIQUE("insertion", -13, 4),
	[BY_REPETITION] = TECHNIQUE("repetition", 225, 3),
	[BY_REPLACEMENT] = TECHNIQUE("replacement", -40, 4),
	[BY_KEYBOARD] = TECHNIQUE("keyboard", 22, 4),
	[BY_VOWEL] = TECHNIQUE("vowel", -35, 5),
	[BY_BITFLIP] = TECHNIQUE("bitflip", 46, 5),
	[BY_TRANSPOSITION] = TECHNIQUE("transposition", 139, 3),
	[BY_TWO_EDITS] = TECHNIQUE("two-edits", 116, 7),
	[BY_PLURAL] = TECHNIQUE("plural", -40, 4),
	[BY_VERSION] = TECHNIQUE("version", -98, 4),
	[BY_SPELLING] = TECHNIQUE("spelling", 40, 5),
	[BY_HOMOPHONE] = TECHNIQUE("homophone", -78, 5),
	[BY_WORD_ORDER] = TECHNIQUE("word-order", 70, 6),
	[BY_WORD_DROP] = TECHNIQUE("word-drop", -92, 5),
	[BY_WORD_DOUBLE] = TECHNIQUE("word-double", 120, 3),
	[BY_PYTHON_AFFIX] = TECHNIQUE("python-affix", -9, 4),
	[BY_AFFIX] = TECHNIQUE("affix", 87, 4),
	[BY_EMBEDDED] = TECHNIQUE("embedded", -130, 6),
	[BY_EDIT_AFFIX] = TECHNIQUE("edit-affix", 57, 5),
	[BY_SEMANTIC] = TECHNIQUE("semantic", -43, 5),
	[BY_BRAND] = TECHNIQUE("brand", 120, 2),
	[BY_TOOLING] = TECHNIQUE("tooling", -113, 3),
	[BY_COMMAND] = TECHNIQUE("command-slip", 44, 2),
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

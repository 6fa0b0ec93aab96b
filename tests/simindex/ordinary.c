/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ordinary - releases with nothing wrong.
 * Takes: a seed and a number.  Gives: a package.
 * Runs in: simindex.
 */
#include "ordinary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Words that no well-known project is called after. */
static const char *const first[] = {
	"alder", "basalt", "bramble", "cobble", "dapple", "estuary",
	"fennel", "gable", "heather", "inlet", "juniper", "kestrel",
	"larch", "meadow", "nettle", "osier", "pebble", "quarry", "rowan",
	"sorrel", "thicket", "umber", "vetch", "willow", "yarrow", "zephyr",
	"bracken", "cinder", "drizzle", "eddy", "furrow", "gully",
};
static const char *const second[] = {
	"ledger", "sampler", "gauge", "almanac", "beacon", "crate",
	"dossier", "easel", "ferry", "granary", "hamper", "index",
	"journal", "kiln", "lattice", "mill", "notary", "orchard",
	"parcel", "quill", "roster", "satchel", "tally", "usher",
	"voucher", "warden", "yardstick", "anvil", "barge", "cabinet",
};
static const char *const third[] = {
	"reader", "writer", "helpers", "bridge", "planner", "viewer",
	"export", "rules", "units", "sync", "report", "tables", "maps",
	"notes",
};
static const char *const verbs[] = {
	"collect", "merge", "sort", "group", "count", "round", "clip",
	"fold", "index", "label", "join", "scale",
};
static const char *const things[] = {
	"rows", "readings", "entries", "samples", "parcels", "columns",
	"points", "labels", "totals", "pairs",
};

static const char *
pick(struct chance *c, const char *const *list, size_t n)
{
	return list[chance_below(c, n)];
}

#define PICK(c, list) pick(c, list, COUNT(list))

/* Numbers in the mixed radix of the lists: no two share a name. */
static char *
ordinary_name(size_t number)
{
	size_t	 a = COUNT(first), b = COUNT(second), c = COUNT(third);
	size_t	 spread = number * 7919;	/* prime: order looks random */
	size_t	 slot = spread % (a * b * c), round = number / (a * b * c);
	char	*name = must_format("%s-%s-%s", first[slot % a],
	    second[slot / a % b], third[slot / a / b]);
	char	*more;

	if (round == 0)
		return name;
	more = must_format("%s-%zu", name, round + 1);
	free(name);
	return more;
}

static void
ordinary_function(struct text *t, struct chance *c)
{
	const char	*verb = PICK(c, verbs), *thing = PICK(c, things);
	size_t		 n = 2 + chance_below(c, 40);

	text_putf(t, "\n\ndef %s_%s_%zu(%s, limit=%zu):\n"
	    "    \"\"\"%s the %s, at most ``limit`` of them.\"\"\"\n"
	    "    result = []\n"
	    "    for position, item in enumerate(%s):\n"
	    "        if position >= limit:\n"
	    "            break\n"
	    "        result.append((position %% %zu, item))\n"
	    "    return sorted(result, key=lambda pair: pair[0])\n",
	    verb, thing, n, thing, n * 10, verb, thing, thing, n);
}

void
ordinary_module(struct package *p, const char *module, const char *file,
    struct chance *c)
{
	struct text	 t = { 0 };
	char		*path = must_format("%s/%s", module, file);
	size_t		 n = 2 + chance_below(c, 6);

	text_putf(&t, "\"\"\"%s of %s.\"\"\"\nimport json\nimport logging\n"
	    "import os\n\nlog = logging.getLogger(__name__)\n"
	    "DEBUG = os.environ.get(\"%s_DEBUG\") == \"1\"\n",
	    PICK(c, third), p->name, module);
	for (size_t i = 0; i < n; i++)
		ordinary_function(&t, c);
	text_puts(&t, "\n\ndef load(path):\n    with open(path, "
	    "encoding=\"utf-8\") as stream:\n        return "
	    "json.load(stream)\n");
	package_text(p, IN_BOTH, path, t.s);
	text_free(&t);
	free(path);
}

void
ordinary_dress(struct package *p, struct chance *c)
{
	const char	*verb = PICK(c, verbs), *thing = PICK(c, things);
	char		*s;

	s = must_format("A small library to %s %s for %s users", verb, thing,
	    p->name);
	package_set(&p->summary, s);
	free(s);
	s = must_format("# %s\n\n%s.\n\n## Usage\n\n```python\nfrom %s import "
	    "load\n```\n\nSee the documentation for the list of functions, "
	    "and CHANGES for what is new.\nReports of mistakes are welcome.\n",
	    p->name, p->summary, p->name);
	package_set(&p->description, s);
	free(s);
	s = must_format("The %s developers", p->name);
	package_set(&p->author, s);
	free(s);
	s = must_format("team@%s.example.invalid", p->name);
	package_set(&p->author_email, s);
	free(s);
	s = must_format("https://%s.example.invalid/", p->name);
	package_set(&p->home_page, s);
	free(s);
	package_set(&p->license, "MIT");
	package_set(&p->requires_python, ">=3.8");
	package_classifier(p, "Development Status :: 4 - Beta");
	package_classifier(p, "License :: OSI Approved :: MIT License");
	package_classifier(p, "Programming Language :: Python :: 3");
	package_furnish(p);
}

struct package *
ordinary_new(uint64_t seed, size_t number)
{
	struct chance	 c = { seed * 1000003 + number };
	char		*name = ordinary_name(number);
	char		*module = name_file(name);
	char		*version = must_format("%zu.%zu.%zu",
	    chance_below(&c, 4), chance_below(&c, 12), chance_below(&c, 9));
	struct package	*p = package_new(name, version);
	char		*path = must_format("%s/__init__.py", module);

	ordinary_dress(p, &c);
	package_textf(p, IN_BOTH, path, "\"\"\"%s.\"\"\"\n"
	    "from .core import load\n\n__all__ = [\"load\"]\n"
	    "__version__ = \"%s\"\n", p->summary, version);
	ordinary_module(p, module, "core.py", &c);
	if (chance_below(&c, 2) == 0)
		ordinary_module(p, module, "extra.py", &c);
	if (chance_below(&c, 3) == 0)
		package_textf(p, IN_SDIST, "setup.py",
		    "from setuptools import find_packages, setup\n\n"
		    "setup(\n    name=\"%s\",\n    version=\"%s\",\n"
		    "    packages=find_packages(),\n)\n", name, version);
	package_textf(p, IN_SDIST, "tests/test_core.py",
	    "from %s import load\n\n\ndef test_load(tmp_path):\n"
	    "    path = tmp_path / \"a.json\"\n"
	    "    path.write_text(\"[1, 2]\")\n"
	    "    assert load(path) == [1, 2]\n", module);
	free(path);
	free(version);
	free(module);
	free(name);
	return p;
}

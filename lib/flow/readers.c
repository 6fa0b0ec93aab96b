/* SPDX-License-Identifier: Apache-2.0 */
/*
 * readers - library functions that read what may call anything, and such as
 * take an address where others take a path.
 *
 * Takes: a call.  Gives: what it does, as if it was written out.
 * Runs in: worker child, command.
 */
#include "base/str.h"
#include "flow/calls.h"
#include "flow/names.h"
#include "flow/state.h"
#include "flow/values.h"

/* Readers of texts that may call anything: YAML's tags, a log's "()" and
 * "class", a template's expressions, a table's pickles; some only when a
 * keyword lets them. */
static const struct unsafe {
	const char	*name;
	enum deed	 deed;
	const char	*keyword;
	bool		 fetches;	/* itself, of an address */
} unsafe[] = {
	{ "Cheetah.Template.Template", DEED_EXEC, NULL, false },
	{ "bottle.SimpleTemplate", DEED_EXEC, NULL, false },
	{ "bottle.template", DEED_EXEC, NULL, false },
	{ "jinja2.Environment().from_string", DEED_UNPICKLE, NULL, false },
	{ "jinja2.Template", DEED_UNPICKLE, NULL, false },
	{ "logging.config.dictConfig", DEED_EXEC, NULL, false },
	{ "logging.config.fileConfig", DEED_EXEC, NULL, false },
	{ "mako.template.Template", DEED_EXEC, NULL, false },
	{ "numpy.load", DEED_UNPICKLE, "allow_pickle", false },
	{ "pandas.read_pickle", DEED_UNPICKLE, NULL, true },
	{ "tornado.template.Template", DEED_EXEC, NULL, false },
	{ "torch.hub.load_state_dict_from_url", DEED_UNPICKLE, "weights_only",
	    true },
	{ "torch.load", DEED_UNPICKLE, "weights_only", false },
	{ "yaml.load", DEED_EXEC, "Loader", false },
	{ "yaml.unsafe_load", DEED_EXEC, NULL, false },
	{ "yaml.unsafe_load_all", DEED_EXEC, NULL, false },
};

/* weights_only=False */
static bool
is_false(struct flow *f, uint32_t node)
{
	struct value v = fold_node(f->fold, node);

	return v.kind == VALUE_BOOL && v.i == 0;
}

/* yaml.load(text, UnsafeLoader), numpy.load(file, allow_pickle=True),
 * torch.load(file, weights_only=False): the rest needs no word for it. */
static bool
lets_call(struct flow *f, const struct frame *fr, const struct unsafe *u)
{
	char loader[FLOW_NAME_MOST + 1];

	if (u->keyword == NULL)
		return true;
	for (size_t i = 1; i < fr->nargs; i++) {
		if (str_equal(u->keyword, "Loader") ? str_ends(flow_string(f,
		    fr->args[i].name, loader), "UnsafeLoader") :
		    flow_word_is(f, fr->keywords[i], u->keyword) &&
		    str_equal(u->keyword, "weights_only") == is_false(f,
		    fr->nodes[i]))
			return true;
	}
	return false;
}

/* What was fetched says what to call. */
void
flow_look_unsafe(struct flow *f, const struct frame *fr)
{
	static const struct fact executes = { "reader", DEED_EXEC, 0 };
	static const struct fact unpickles = { "reader", DEED_UNPICKLE, 0 };
	char name[FLOW_NAME_MOST + 1];
	struct frame fetched;
	size_t i = 0;

	if (fr->nargs == 0 || !(fr->all.marks & (MARK_NETWORK | MARK_URL)) ||
	    fr->callee.name == 0)
		return;
	(void)flow_string(f, fr->callee.name, name);
	while (i < ARRAY_LEN(unsafe) && !str_equal(unsafe[i].name, name))
		i++;
	if (i == ARRAY_LEN(unsafe) || !lets_call(f, fr, &unsafe[i]) ||
	    !(fr->all.marks & MARK_NETWORK || unsafe[i].fetches))
		return;
	fetched = *fr;
	taint_mark(&fetched.all, MARK_NETWORK);
	flow_tell_frame(f, &fetched, unsafe[i].deed == DEED_EXEC ? &executes :
	    &unpickles, fr->callee.name);
}

/* pandas.read_csv("https://..."): a path it would only open. */
const struct fact *
flow_reads_address(struct flow *f, const struct frame *fr, uint32_t name)
{
	static const struct fact reads = { "read", DEED_FETCH, MARK_NETWORK };
	static const char *const tables[] = { "pandas.read_csv",
	    "pandas.read_excel", "pandas.read_feather", "pandas.read_fwf",
	    "pandas.read_html", "pandas.read_json", "pandas.read_parquet",
	    "pandas.read_table", "pandas.read_xml", "polars.read_csv",
	    "polars.read_json", "polars.read_parquet", "numpy.genfromtxt",
	    "numpy.loadtxt", "feedparser.parse", "fsspec.open",
	    "smart_open.open" };
	char text[FLOW_NAME_MOST + 1];

	if (fr->nargs == 0 || !(fr->args[0].marks & MARK_URL) ||
	    (fr->args[0].marks & MARK_NETWORK) ||
	    !(flow_traits(f, name) & NAME_DOTTED))
		return NULL;
	return str_index(tables, ARRAY_LEN(tables), flow_string(f, name,
	    text)) >= 0 ? &reads : NULL;
}

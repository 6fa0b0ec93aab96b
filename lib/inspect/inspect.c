/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inspect - the table of inspectors, and what they share.
 *
 * Takes: entries, one at a time, and the names it might imitate.
 * Gives: findings, names, metadata and indicators in struct features.
 * Runs in: worker child, command.
 */
#include "inspect/inspect.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "flow/endpoints.h"
#include "flow/facts.h"
#include "flow/flow.h"
#include "flow/reading.h"
#include "inspect/cmake.h"
#include "inspect/compiled.h"
#include "inspect/context.h"
#include "inspect/inspection.h"
#include "inspect/inspectors.h"
#include "inspect/layers/bundled.h"
#include "inspect/layers/layers.h"
#include "inspect/package/package.h"
#include "inspect/places.h"
#include "inspect/rules/costs.h"
#include "inspect/rules/rules.h"
#include "python/blank.h"
#include "python/fold.h"
#include "python/tree.h"

struct inspector {
	struct rules	*rules;
	struct endpoints *endpoints;
};

#define STAGE_PYTHON 0		/* its place in the table */

/* In the order they run on each view. */
static const struct inspector_row inspectors[] = {
	{ "python code", python_code_view, NULL },
	{ "rules", rules_view, NULL },	/* asks whether the code acts */
	{ "anomalies", anomalies_view, anomalies_end },
	{ "agents", agents_view, NULL },
	{ "scripts", builds_view, NULL },
	{ "spelled", spelled_view, NULL },
	{ "pickles", pickles_view, NULL },
	{ "native code", natives_view, NULL },
	{ "bytecode", compiled_view, compiled_end },
	{ "modules", modules_view, modules_end },
	{ "requirements", requirements_view, requirements_end },
	{ "layers", layers_view, NULL },
	{ "passages", passages_view, NULL },
	{ "tails", tails_view, NULL },
	{ "unseen", unseen_view, NULL },
	{ "models", models_view, NULL },
	{ "payload", payload_view, NULL },
	{ "names", NULL, names_end },	/* metadata_end asks for them */
	{ "metadata", metadata_view, metadata_end },
};

struct inspector *
inspector_new(const struct inspector_settings *settings, struct buf *errors)
{
	struct rules *rules = rules_load(settings->rules,
	    settings->local_rules, errors);
	struct endpoints *endpoints = endpoints_load(settings->rules, errors);
	struct inspector *i;

	if (rules == NULL || endpoints == NULL) {
		rules_free(rules);
		endpoints_free(endpoints);
		return NULL;
	}
	facts_warm();
	flow_warm();
	fold_warm();
	i = mem_alloc(sizeof(*i));
	i->rules = rules;
	i->endpoints = endpoints;
	return i;
}

void
inspector_free(struct inspector *i)
{
	if (i == NULL)
		return;
	rules_free(i->rules);
	endpoints_free(i->endpoints);
	free(i);
}

const char *
inspector_ruleset(const struct inspector *i)
{
	return rules_id(i->rules);
}

struct inspection *
inspection_new(struct inspector *inspector, const struct inspected_file *file,
    const struct targets *targets, struct features *out)
{
	struct inspection *in = mem_alloc(sizeof(*in));

	in->rules = inspector->rules;
	in->endpoints = inspector->endpoints;
	in->targets = targets;
	in->out = out;
	in->project = mem_strdup(file->project);
	in->version = mem_strdup(file->version);
	in->filename = mem_strdup(file->filename);
	in->packagetype = file->packagetype;
	in->package = package_new();
	free(out->ruleset);
	out->ruleset = mem_strdup(rules_id(in->rules));
	return in;
}

void
inspection_free(struct inspection *in)
{
	if (in == NULL)
		return;
	free(in->project);
	free(in->version);
	free(in->filename);
	bundled_release(in);
	package_free(in->package);
	free(in->later);
	free(in->known);
	buf_release(&in->sources);
	buf_release(&in->bytecode);
	buf_release(&in->modules);
	buf_release(&in->tops);
	compiled_free(in->compiled);
	costs_free(in->costs);
	free(in);
}

/* ---- measuring ---------------------------------------------------------- */

_Static_assert(ARRAY_LEN(inspectors) < INSPECT_STAGES_MAX, "room for stages");

const char *
inspector_stage(size_t i)
{
	return i < ARRAY_LEN(inspectors) ? inspectors[i].name : NULL;
}

void
inspection_measure(struct inspection *in, uint64_t rules_ns)
{
	costs_free(in->costs);
	in->costs = costs_new(in->rules, rules_ns);
}

/* A view's stage, or the end's when there is no view. */
static void
stage_run(struct inspection *in, size_t i, const struct view *view)
{
	uint64_t start = costs_now(in->costs);
	uint64_t charged = costs_charged(in->costs);

	if (view != NULL)
		inspectors[i].view(in, view);
	else
		inspectors[i].end(in);
	costs_charge(in->costs, i, start, charged);
}

/* Reading counts as a part of the first stage, which judges Python. */
static struct reading *
read_measured(struct inspection *in, const struct view *view)
{
	uint64_t start = costs_now(in->costs);
	uint64_t charged = costs_charged(in->costs);
	size_t held = 0;
	struct reading *r;

	for (const struct view *v = view->outer; v != NULL; v = v->outer)
		held += reading_memory(v->reading);
	r = reading_new(view->data, view->size, held);
	costs_charge(in->costs, STAGE_PYTHON, start, charged);
	return r;
}

/* ---- looking ------------------------------------------------------------ */

/* Layers fold texts of their own: the list is taken before it is walked. */
void
inspection_folded(struct inspection *in, const struct view *view)
{
	struct folded *list = in->folded;
	size_t n = in->nfolded;
	struct view later = *view;

	in->folded = NULL;
	in->nfolded = 0;
	for (size_t i = 0; i < n; i++) {
		enum view_kind kind = context_kind_of_bytes(list[i].text,
		    list[i].len);
		size_t before = in->out->nfindings;

		later.context = list[i].context;
		inspection_layer_as(in, &later, "folded", list[i].line,
		    list[i].text, list[i].len, list[i].code &&
		    kind == VIEW_TEXT ? VIEW_PYTHON : kind);
		if (kind == VIEW_SCRIPT && in->out->nfindings != before)
			layers_script_started(in, &later, list[i].line);
		free(list[i].text);
	}
	free(list);
}

/* What a large source holds beyond its first piece. */
static void
look_rest(struct inspection *in, const struct view *view)
{
	struct view piece = *view;
	size_t from = view->reading->taken;

	piece.module = NULL;
	piece.outer = view;
	while (from < view->size) {
		piece.data = piece.code = view->data + from;
		piece.size = view->size - from;
		piece.lines_before = view_line(view, from) - 1;
		piece.reading = read_measured(in, &piece);
		piece.size = piece.reading->taken;
		stage_run(in, STAGE_PYTHON, &piece);
		layers_view(in, &piece);
		inspection_folded(in, &piece);
		from += piece.reading->taken;
		reading_free(piece.reading);
	}
}

/* Python without what does not run; its tree was read on the way past that. */
static uint8_t *
code_of(const struct view *view)
{
	uint8_t *code = tree_blank(view->reading->tree, view->data,
	    view->size);

	return code != NULL ? code : blank_copy(view->data, view->size);
}

void
inspection_look(struct inspection *in, struct view *view)
{
	size_t before = in->out->nfindings;
	struct reading *own = NULL;
	uint8_t *code = NULL;

	if (view->kind == VIEW_PYTHON) {
		if (view->reading == NULL)
			view->reading = own = read_measured(in, view);
		code = code_of(view);
	} else if (view->kind == VIEW_TEXT && view->layers == NULL &&
	    cmake_is(view->path)) {
		code = cmake_blank(view->data, view->size);
	}
	view->code = code != NULL ? code : view->data;
	for (size_t i = 0; i < ARRAY_LEN(inspectors); i++)
		if (inspectors[i].view != NULL)
			stage_run(in, i, view);
	costs_rules(in->costs, view);
	inspection_folded(in, view);
	if (view->reading != NULL)
		look_rest(in, view);
	if (in->out->nfindings != before)
		indicators_view(in, view);
	if (own != NULL)
		view->reading = NULL;
	reading_free(own);
	free(code);
}

void
inspection_fold(struct inspection *in, enum context context, uint32_t line,
    bool code, const void *text, size_t len)
{
	struct folded *to;

	if (in->nfolded == FOLDED_MAX)
		return;
	if (in->folded == NULL)
		in->folded = mem_array(FOLDED_MAX, sizeof(*in->folded));
	to = &in->folded[in->nfolded++];
	*to = (struct folded){ mem_alloc(len + 1), len, line, context, code };
	memcpy(to->text, text, len);
}

void
inspection_entry(void *ctx, const struct entry *entry)
{
	struct inspection *in = ctx;
	struct view view = { .entry = entry, .path = entry->path };

	if (entry->kind != ENTRY_FILE)
		return;
	costs_enter(in->costs);
	in->looked = true;
	view.data = entry->data;
	view.size = entry->size;
	view.context = context_of(in->packagetype, entry);
	view.kind = context_kind(entry);
	places_look(in, &view);
	view.module = package_hold(in->package, &view);
	if (view.module != NULL)
		view.reading = read_measured(in, &view);
	inspection_look(in, &view);
	if (view.module != NULL)
		package_keep(in->package, view.reading, in->runs_at);
	costs_leave(in->costs);
}

/* Was that text looked at already, as something that runs as early?  One that
 * imports is looked at once more when all modules are known. */
static bool
is_known(struct inspection *in, const struct view *view, const void *data,
    size_t size)
{
	bool taught = package_modules(in->package) != NULL &&
	    view->depth == 0 && memmem(data, size, "import", 6) != NULL;
	char hex[SHA256_HEX + 1];
	uint64_t hash;

	sha256_hex(data, size, hex);
	hex[16] = '\0';
	hash = strtoull(hex, NULL, 16) ^ (uint64_t)view->context ^
	    (taught ? 0x100u : 0);
	for (size_t i = 0; i < in->nknown; i++)
		if (in->known[i] == hash)
			return true;
	if (in->known == NULL)
		in->known = mem_array(LAYERS_MAX, sizeof(*in->known));
	if (in->nknown < LAYERS_MAX)
		in->known[in->nknown++] = hash;
	return false;
}

void
inspection_layer_as(struct inspection *in, const struct view *parent,
    const char *name, uint32_t line, const void *data, size_t size,
    enum view_kind kind)
{
	struct view view = *parent;
	char *layers;

	if (parent->depth >= LAYER_DEPTH_MAX || size == 0 ||
	    in->decoded + size > LAYER_BYTES_MAX ||
	    in->out->layers >= LAYERS_MAX ||
	    is_known(in, parent, data, size))
		return;
	in->decoded += size;
	in->out->layers++;
	layers = parent->layers == NULL ? mem_strdup(name) :
	    mem_printf("%s > %s", parent->layers, name);
	view.layers = layers;
	view.depth++;
	view.data = data;
	view.size = size;
	view.kind = kind;
	view.reading = NULL;
	view.outer = parent;
	view.lines_before = 0;
	if (view.line == 0 && line != 0)
		view.line = line + parent->lines_before;
	inspection_look(in, &view);
	free(layers);
}

void
inspection_layer(struct inspection *in, const struct view *parent,
    const char *name, uint32_t line, const void *data, size_t size)
{
	inspection_layer_as(in, parent, name, line, data, size,
	    context_kind_of_bytes(data, size));
}

void
inspection_end(struct inspection *in)
{
	costs_enter(in->costs);
	package_end(in);
	for (size_t i = 0; i < ARRAY_LEN(inspectors); i++)
		if (inspectors[i].end != NULL)
			stage_run(in, i, NULL);
	costs_leave(in->costs);
	costs_give(in->costs, in->out);
	if (!in->findings_full || in->out->outcome != SCAN_SCANNED)
		return;
	in->out->outcome = SCAN_PARTIAL;
	free(in->out->why);
	in->out->why = mem_strdup("more different findings than are kept");
}

/* ---- findings ----------------------------------------------------------- */

/*
 * One finding for a rule and a context, and a few more of other files: what
 * repeats adds nothing to a verdict, and must not push out what differs.
 */
static bool
is_repeated(const struct inspection *in, const struct report *r,
    enum context context, const char *path)
{
	unsigned int same = 0;

	for (size_t i = 0; i < in->out->nfindings; i++) {
		const struct finding *f = &in->out->findings[i];

		if (!str_equal(f->rule, r->rule) || f->context != context)
			continue;
		if (str_equal(f->path, path))
			return true;
		same++;
	}
	in->out->findings_dropped += same >= FINDINGS_SAME_MAX;
	return same >= FINDINGS_SAME_MAX;
}

static void
set_layers(struct finding *f, const struct view *view, const struct report *r)
{
	const char *outer = view != NULL ? view->layers : NULL;
	char *both;

	if (outer == NULL && r->layers == NULL)
		return;
	both = mem_printf("%s%s%s", outer != NULL ? outer : "",
	    outer != NULL && r->layers != NULL ? " > " : "",
	    r->layers != NULL ? r->layers : "");
	finding_set(&f->layers, both, strlen(both), SNIPPET_MAX);
	free(both);
}

static void
set_text(char **field, const char *text, size_t most)
{
	if (text != NULL)
		finding_set(field, text, strlen(text), most);
}

void
inspection_report(struct inspection *in, const struct view *view,
    const struct report *r)
{
	enum context context = r->elsewhere || view == NULL ? r->context :
	    view->context;
	const char *path = view != NULL ? view->path : NULL;
	struct finding *f;

	in->uses_network |= context == CONTEXT_INSTALL &&
	    str_equal(r->rule, "install-network");
	if (is_repeated(in, r, context, path))
		return;
	f = features_add_finding(in->out);
	if (f == NULL) {
		in->findings_full = true;
		return;
	}
	set_text(&f->rule, r->rule, RULE_NAME_MAX);
	set_text(&f->category, r->category, RULE_NAME_MAX);
	set_text(&f->tactic, r->tactic, 16);
	set_text(&f->path, path, ENTRY_PATH_MAX);
	set_text(&f->text, r->text, FINDING_TEXT_MAX);
	f->context = context;
	f->line = view != NULL && view->line != 0 ? view->line : r->line;
	if (view != NULL && view->line == 0 && r->line != 0)
		f->line += view->lines_before;
	set_layers(f, view, r);
	if (r->snippet != NULL && r->snippet_len != 0)
		finding_set(&f->snippet, r->snippet, r->snippet_len,
		    SNIPPET_MAX);
}

uint32_t
view_line(const struct view *view, size_t offset)
{
	const uint8_t *at = view->data, *end;
	uint32_t line = 1;

	if (view->kind == VIEW_BINARY)
		return 0;
	end = at + (offset < view->size ? offset : view->size);
	while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		line++;
		at++;
	}
	return line;
}

void
view_snippet(const struct view *view, size_t offset, const void **out,
    size_t *len)
{
	const uint8_t *data = view->data;
	size_t start, end;

	if (offset > view->size)
		offset = view->size;
	start = end = offset;
	while (start > 0 && data[start - 1] != '\n' &&
	    offset - start < SNIPPET_MAX / 4)
		start--;
	while (end < view->size && data[end] != '\n' &&
	    end - start < SNIPPET_MAX)
		end++;
	while (start < end && (data[start] == ' ' || data[start] == '\t'))
		start++;
	*out = data + start;
	*len = end - start;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules - YARA rules over any bytes.
 *
 * Takes: compiled rules; bytes.  Gives: matches as findings.
 * Runs in: worker child, command.
 */
#include "inspect/rules/rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yara.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "flow/flow.h"
#include "flow/reading.h"
#include "inspect/inspection.h"
#include "inspect/rules/parts.h"
#include "inspect/rules/sieve.h"
#include "python/tree.h"

YR_RULES *
rules_compiled(const struct rules *r)
{
	return r->compiled;
}

const char *
rules_id(const struct rules *r)
{
	return r->id;
}

size_t
rules_count(const struct rules *r)
{
	return r->count;
}

/* Is `word` one of the words of `list`?  No list holds every word. */
static bool
names(const char *list, const char *word)
{
	size_t k = strlen(word);
	const char *at = list;

	if (list == NULL)
		return true;
	for (; (at = strstr(at, word)) != NULL; at++)
		if ((at == list || at[-1] == ' ') &&
		    (at[k] == '\0' || at[k] == ' '))
			return true;
	return false;
}

void
rule_read_meta(YR_RULE *rule, struct rule_match *m)
{
	YR_META *meta;

	yr_rule_metas_foreach(rule, meta) {
		if (meta->type != META_TYPE_STRING)
			continue;
		if (str_equal(meta->identifier, "id"))
			m->id = meta->string;
		else if (str_equal(meta->identifier, "category"))
			m->category = meta->string;
		else if (str_equal(meta->identifier, "tactic"))
			m->tactic = meta->string;
		else if (str_equal(meta->identifier, "text") ||
		    (m->text == NULL &&
		    str_equal(meta->identifier, "description")))
			m->text = meta->string;
		else if (str_equal(meta->identifier, "context"))
			m->contexts = meta->string;
		else if (str_equal(meta->identifier, "on"))
			m->kinds = meta->string;
		else if (str_equal(meta->identifier, "needs"))
			m->needs = meta->string;
		else if (str_equal(meta->identifier, "called"))
			m->called_back = str_equal(meta->string, "back");
		else if (str_equal(meta->identifier, "quoted"))
			m->is_code = str_equal(meta->string, "data") ||
			    (m->is_kept = str_equal(meta->string, "kept"));
	}
}

int
rules_scan(const struct rules *r, const uint8_t *data, size_t size,
    void (*each)(void *, const struct rule_match *), void *ctx)
{
	return scan_whole(r, data, size, each, ctx);
}

bool
rules_are_sieved(const struct rules *r)
{
	return r->sieve != NULL;
}

/*
 * libyara looks at each place where a string may stand though its rule is
 * disabled, which takes nine tenths of a scan: a string that would have to
 * stand where nothing does is left at once.  Those that have to stand at one
 * place are as quick by themselves.
 */
#define NOWHERE INT64_C(-2)

static void
look_for(YR_STRING *string, bool wanted)
{
	if (!STRING_IS_FIXED_OFFSET(string) && !wanted) {
		string->flags |= STRING_FLAGS_FIXED_OFFSET;
		string->fixed_offset = NOWHERE;
	} else if (string->fixed_offset == NOWHERE && wanted) {
		string->flags &= ~(uint32_t)STRING_FLAGS_FIXED_OFFSET;
		string->fixed_offset = (int64_t)YR_UNDEFINED;
	}
}

void
rules_allow(const struct rules *r, const bool *may)
{
	YR_RULE *rule;
	YR_STRING *string;
	size_t i = 0;

	yr_rules_foreach(r->compiled, rule) {
		bool wanted = may == NULL || may[i++];

		if (wanted)
			yr_rule_enable(rule);
		else
			yr_rule_disable(rule);
		yr_rule_strings_foreach(rule, string)
			look_for(string, wanted);
	}
}

/* May the rule say anything of such a view, if it matches? */
static bool
is_for(const struct rule_aim *aim, const struct inspection *in,
    const struct view *view)
{
	static const char *const kinds[] = { [VIEW_PYTHON] = "python",
	    [VIEW_SCRIPT] = "script", [VIEW_TEXT] = "text",
	    [VIEW_BINARY] = "binary" };

	return names(aim->contexts, context_name(view->context)) &&
	    names(aim->kinds, kinds[view->kind]) && !(aim->needs_deed &&
	    view->kind == VIEW_PYTHON && !in->acts);
}

/* Which rules have to look at the view, and whether any has. */
static bool
rules_for(const struct inspection *in, const struct view *view, bool *may)
{
	const struct rules *r = in->rules;
	bool any = false;

	for (size_t i = 0; i < r->count; i++)
		may[i] = true;
	if (r->sieve != NULL)
		sieve_shake(r->sieve, view->code, view->size, may);
	for (size_t i = 0; i < r->count; i++) {
		may[i] = may[i] && is_for(&r->aims[i], in, view);
		any = any || may[i];
	}
	return any;
}

struct seen {
	struct inspection *in;
	const struct view *view;
	struct buf	 early;		/* ids, each between line breaks */
	bool		 has_early, all_early;
};

static bool
is_in_later(const struct inspection *in, size_t at)
{
	for (size_t k = 0; k < in->nlater; k++)
		if (at >= in->later[k].from && at < in->later[k].to)
			return true;
	return false;
}

static void
note_id(void *ctx, const struct rule_match *m)
{
	buf_addf(ctx, "\n%s\n", m->id);
}

/* Which rules match without the code that somebody must call. */
static void
scan_early(struct seen *seen)
{
	const struct view *v = seen->view;
	uint8_t *code = mem_alloc(v->size + 1);

	memcpy(code, v->code, v->size);
	for (size_t k = 0; k < seen->in->nlater; k++)
		memset(code + seen->in->later[k].from, ' ',
		    seen->in->later[k].to - seen->in->later[k].from);
	/* Another rule of the same id counts, too. */
	rules_allow(seen->in->rules, NULL);
	if (rules_scan(seen->in->rules, code, v->size, note_id,
	    &seen->early) != 0)
		seen->all_early = true;
	seen->has_early = true;
	free(code);
}

/*
 * Does the rule need code that somebody must call?  Imports at the top belong
 * to most matches, so where a place stands says little: without that code the
 * rule matches still, or it does not.
 */
static bool
is_later(struct seen *seen, const struct rule_match *m)
{
	size_t places = m->nplaces < RULE_PLACES ? m->nplaces : RULE_PLACES;
	size_t inside = 0;
	char id[RULE_NAME_MAX + 3];

	for (size_t i = 0; i < places; i++)
		inside += is_in_later(seen->in, m->places[i]);
	if (inside == 0 || (m->called_back && inside != m->nplaces))
		return false;
	if (!seen->has_early)
		scan_early(seen);
	(void)snprintf(id, sizeof(id), "\n%s\n", m->id);
	return !seen->all_early && strstr(buf_text(&seen->early), id) == NULL;
}

static bool
is_in_string(const struct tree *t, size_t at)
{
	for (uint32_t n = 1; n < t->nnodes; n++)
		if ((t->nodes[n].kind == NODE_STRING ||
		    t->nodes[n].kind == NODE_PIECE) && at > t->nodes[n].at &&
		    at < t->nodes[n].end)
			return true;
	return false;
}

/*
 * Does all of the match stand within literals?  Code in a template is no code
 * of this source; what is executed of it is a layer, and looked at as one.
 */
static bool
is_quoted(const struct view *v, const struct rule_match *m)
{
	const struct tree *t = v->reading != NULL ? v->reading->tree : NULL;

	if (!m->is_code || t == NULL || t->source.converted ||
	    m->nplaces == 0 || m->nplaces > RULE_PLACES)
		return false;
	for (size_t i = 0; i < m->nplaces; i++)
		if (!is_in_string(t, m->places[i]))
			return false;
	return true;
}

/* CONTEXT_COUNT: it says nothing, for what it matches is only kept. */
static enum context
context_of_match(struct seen *seen, const struct rule_match *m)
{
	const struct inspection *in = seen->in;
	const struct view *v = seen->view;

	if (v->kind != VIEW_PYTHON || v->context >= CONTEXT_CALL)
		return v->context;
	if (!in->acts_early && !(m->is_kept && in->writes) && is_quoted(v, m))
		return in->acts ? CONTEXT_CALL : CONTEXT_COUNT;
	return is_later(seen, m) ? CONTEXT_CALL : v->context;
}

static void
on_match(void *ctx, const struct rule_match *m)
{
	struct seen *seen = ctx;
	struct report report = { .rule = m->id, .category = m->category,
	    .tactic = m->tactic, .text = m->text };

	report.context = context_of_match(seen, m);
	/* A rule of one context is not for what waits until it is called. */
	if (report.context == CONTEXT_COUNT || (m->contexts != NULL &&
	    strchr(m->contexts, ' ') == NULL && !str_equal(m->contexts,
	    context_name(report.context))))
		return;
	report.elsewhere = report.context != seen->view->context;
	if (report.category == NULL)
		report.category = "operator-rule";
	if (report.text == NULL)
		report.text = m->id;
	report.line = view_line(seen->view, m->offset);
	view_snippet(seen->view, m->offset, &report.snippet,
	    &report.snippet_len);
	inspection_report(seen->in, seen->view, &report);
}

void
rules_view(struct inspection *in, const struct view *view)
{
	struct seen seen = { .in = in, .view = view };
	bool *may = mem_array(in->rules->count + 1, sizeof(*may));
	int failed = 0;

	if (rules_for(in, view, may)) {
		rules_allow(in->rules, may);
		failed = scan_whole(in->rules, view->code, view->size,
		    on_match, &seen);
		if (failed != 0)
			scan_pieces(in->rules, may, view->code, view->size,
			    on_match, &seen);
		rules_allow(in->rules, NULL);
	}
	free(may);
	buf_release(&seen.early);
	if (failed == 0)
		return;
	inspection_report(in, view, &(struct report){
	    .rule = "rules-timeout", .category = "exhaustion",
	    .tactic = "TA0005", .text = "the rules did not come to an end "
	    "on this file within their time" });
}

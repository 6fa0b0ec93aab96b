/* SPDX-License-Identifier: Apache-2.0 */
/*
 * retro_judge - a stored file, judged again.
 * Takes: its scan object, today's weights and names.  Gives: a verdict to hold.
 * Runs in: the command.
 */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "retro.h"
#include "statements.h"

#include "base/mem.h"
#include "base/str.h"
#include "data/finding.h"
#include "evidence/export.h"
#include "judge/scan_read.h"
#include "judge/suppress.h"
#include "judge/told.h"
#include "names/lookalike.h"
#include "names/name.h"
#include "names/targets.h"

struct again {
	struct retro	*retro;
	const char	*normalized;
	json_t		*object;
	struct features	 f;
	struct history	 h;
	struct name_match found[NAME_MATCHES_MAX];
	size_t		 nfound;
	char		 text[FINDING_TEXT_MAX];
};

/* ---- findings ----------------------------------------------------------- */

/* Weights, and what somebody answers for now, which may not be what it was. */
static void
findings_give(struct again *a, size_t before)
{
	json_t *list = json_object_get(a->object, "findings");

	for (size_t i = 0; i < before; i++) {
		const struct finding *f = &a->f.findings[i];
		json_t *one = json_array_get(list, i);

		json_object_set_new(one, "weight", json_real(f->weight));
		json_object_del(one, "suppressed");
		if (f->suppressed != NULL)
			json_object_set_new(one, "suppressed",
			    suppression_json(f->suppressed));
	}
	if (a->f.nfindings > before)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s,"
		    "s:n, s:n, s:[], s:f, s:b, s:s, s:n}", "rule",
		    "lookalike-name", "category", "lookalike-name", "tactic",
		    "TA0005", "context", "name", "path", "line", "layers",
		    "weight", a->f.findings[before].weight, "novel", 1,
		    "text", a->text, "snippet"));
}

static bool
has_name_finding(const struct again *a)
{
	for (size_t i = 0; i < a->f.nfindings; i++)
		if (str_equal(a->f.findings[i].category, "lookalike-name"))
			return true;
	return false;
}

/* ---- names -------------------------------------------------------------- */

/* A name that was weighed before, by what the file says of itself or by who
 * owns it, keeps its weight while its rank is the same. */
static void
name_weigh(const struct again *a, struct name_match *m)
{
	const json_t	*one;
	size_t		 i;

	json_array_foreach(json_object_get(a->object, "names"), i, one) {
		json_int_t was = json_integer_value(json_object_get(one,
		    "score"));

		if (str_equal(export_text(one, "target"), m->target) &&
		    was < m->score && (was == 0 || json_integer_value(
		    json_object_get(one, "rank")) == m->rank))
			m->score = (uint32_t)was;
	}
}

/* scan_read leaves room for one finding more.  False for what the names are
 * not compared of: those of another index keep what they have. */
static bool
names_take(struct again *a)
{
	struct project_name own;

	if (strchr(a->normalized, '/') != NULL ||
	    name_normalize(a->normalized, &own, NULL) == -1)
		return false;
	a->nfound = lookalike_find(a->retro->targets, &own, a->found,
	    NAME_MATCHES_MAX);
	for (size_t i = 0; i < a->nfound; i++)
		name_weigh(a, &a->found[i]);
	free(a->f.names);
	a->f.names = mem_array(a->nfound + 1, sizeof(*a->f.names));
	memcpy(a->f.names, a->found, a->nfound * sizeof(*a->found));
	a->f.nnames = a->nfound;
	told_names_sort(&a->f);
	if (told_name(&a->f) == NULL || has_name_finding(a) ||
	    a->f.nfindings >= FINDINGS_MAX)
		return true;
	(void)!snprintf(a->text, sizeof(a->text), "the name resembles %s (%s)",
	    a->f.names[0].target, a->f.names[0].technique);
	a->f.findings[a->f.nfindings++] = (struct finding){
	    .rule = (char *)(uintptr_t)"lookalike-name",
	    .category = (char *)(uintptr_t)"lookalike-name",
	    .context = CONTEXT_NAME, .text = a->text };
	return true;
}

static void
names_give(const struct again *a)
{
	json_t *list = json_array();

	for (size_t i = 0; i < a->nfound; i++) {
		const struct name_match *m = &a->f.names[i];
		json_t *one = json_pack("{s:s, s:o, s:s, s:i}", "target",
		    m->target, "rank", m->rank > 0 ? json_integer(m->rank) :
		    json_null(), "technique", m->technique, "score",
		    (int)m->score);

		if (m->is_protected)
			json_object_set_new(one, "protected", json_true());
		json_array_append_new(list, one);
	}
	json_object_set_new(a->object, "names", list);
}

/* Asked only of what would alert: most never does. */
int
retro_excuse(struct retro *r, const char *normalized, struct features *f)
{
	const char	*targets[NAME_MATCHES_MAX];
	struct db_rows	*rows;
	json_t		*list, *one;
	char		*array;
	size_t		 i;

	if (f->nnames == 0)
		return 0;
	for (i = 0; i < f->nnames && i < NAME_MATCHES_MAX; i++)
		targets[i] = f->names[i].target;
	array = db_array(targets, i);
	rows = command_query(r->env, &STMT_RETRO_EXCUSED,
	    (const char *[]){ normalized, array });
	free(array);
	if (rows == NULL)
		return -1;
	list = json_loads(db_text(rows, 0, "names"), 0, NULL);
	json_array_foreach(list, i, one)
		for (size_t k = 0; k < f->nnames; k++)
			if (str_equal(f->names[k].target,
			    json_string_value(one)))
				f->names[k].score = 0;
	told_names_sort(f);
	json_decref(list);
	db_rows_free(rows);
	return 0;
}

/* ---- the verdict -------------------------------------------------------- */

char *
retro_scan(json_t *object, const struct features *f, const struct verdict *v)
{
	json_t	*scan;
	char	*text;

	json_object_set_new(object, "score", json_integer(v->score));
	json_object_set_new(object, "severity", json_string(severity_name(
	    v->severity)));
	json_object_set_new(object, "alert", json_boolean(v->alert));
	scan = json_pack("{s:O*, s:O*, s:i, s:b, s:O*, s:s*, s:o, s:o, s:o}",
	    "outcome", json_object_get(object, "outcome"), "why",
	    json_object_get(object, "why"), "score", (int)v->score, "alert",
	    (int)v->alert, "ruleset", json_object_get(object, "ruleset"),
	    "lookalike_of", told_name(f), "reasons", told_reasons(v),
	    "suppressed_by", told_suppressed(f), "object", object);
	text = json_dumps(scan, JSON_COMPACT);
	json_decref(scan);
	if (text == NULL)
		mem_exhausted(0);
	return text;
}

static int
judge(struct again *a, const struct db_rows *rows, size_t i)
{
	struct verdict	v;
	size_t		before;
	bool		named;
	char		*scan;
	int		rc = 0;

	before = a->f.nfindings;
	named = names_take(a);
	a->h.rank = targets_rank(a->retro->targets, a->normalized);
	judge_file(&a->retro->settings, &a->f, &a->h, &v);
	if (v.alert && a->nfound > 0) {
		verdict_release(&v);
		rc = retro_excuse(a->retro, a->normalized, &a->f);
		judge_file(&a->retro->settings, &a->f, &a->h, &v);
	}
	if (rc == 0 && (v.alert || db_bool(rows, i, "alert"))) {
		findings_give(a, before);
		if (named)
			names_give(a);
		scan = retro_scan(json_incref(a->object), &a->f, &v);
		rc = retro_hold(a->retro, db_text(rows, i, "id"), db_text(rows,
		    i, "sha256"), scan);
		free(scan);
	}
	verdict_release(&v);
	return rc;
}

int
retro_file(struct retro *r, const struct db_rows *rows, size_t i)
{
	struct again	*a = mem_alloc(sizeof(*a));
	json_t		*reasons = json_loads(db_text(rows, i, "reasons"), 0,
			    NULL);
	json_t		*list = json_loads(db_text(rows, i, "suppressions"), 0,
			    NULL);
	struct suppression *suppressions;
	size_t		 n = suppressions_of(list, &suppressions);
	int		 rc = 0;

	a->retro = r;
	a->normalized = db_text(rows, i, "normalized");
	a->object = json_loads(db_text(rows, i, "object"), 0, NULL);
	if (a->object != NULL) {
		scan_read(a->object, reasons, &a->f, &a->h);
		a->h.suppressions = suppressions;
		a->h.nsuppressions = n;
		rc = judge(a, rows, i);
		scan_read_release(&a->f, &a->h);
	}
	for (size_t k = 0; k < a->nfound; k++)
		wire_release(&name_match_desc, &a->found[k]);
	free(suppressions);
	json_decref(a->object);
	json_decref(reasons);
	json_decref(list);
	free(a);
	return rc;
}

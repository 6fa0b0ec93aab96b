/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verdicts - what judge makes of a file, into the database.
 * Takes: a job with features.  Gives: scan, findings, detection, alert and
 * outbox rows in one transaction.
 * Runs in: queue.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/config.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "judge/judge.h"
#include "judge/scan_vector.h"
#include "judge/siblings.h"
#include "judge/suppress.h"
#include "judge/told.h"
#include "queue/job.h"

#define VERDICT_TRIES 50	/* at 5 minutes each: a disk is full for
				   hours */

/* ---- as JSON ----------------------------------------------------------- */

/* The scan object of the contract, as a tree; its stated outcome may be ours
 * ("dead" is none that a worker could say). */
static json_t *
object_json(const struct job *job, const struct verdict *v)
{
	struct scanned_file	 file = { .file = job->filename,
	    .project = job->display, .version = job->version,
	    .packagetype = job->packagetype };
	struct buf		 text = BUF_EMPTY;
	json_t			*object;

	scan_json(&file, &job->features, v, SCAN_JSON_STATS, &text);
	object = json_loadb(buf_text(&text), text.len, 0, NULL);
	buf_release(&text);
	if (object == NULL)
		object = json_object();
	(void)json_object_set_new(object, "outcome",
	    visible_json(job->outcome));
	return object;
}

/* What the database keeps of the bytes: modules for their siblings, and the
 * numbers that weights are fitted on.  Of what was not looked at: nothing. */
static json_t *
features_json(const struct features *f)
{
	struct buf	 text = BUF_EMPTY;
	json_t		*out;

	if (f->sha256[0] == '\0')
		return NULL;
	scan_vector_bytes(f, &text);
	out = json_pack("{s:o*}", "vector", json_loadb(buf_text(&text),
	    text.len, 0, NULL));
	buf_release(&text);
	if (f->modules != NULL && utf8_valid(f->modules, strlen(f->modules)))
		(void)json_object_set_new(out, "modules",
		    json_string(f->modules));
	if (f->payloads != NULL && utf8_valid(f->payloads,
	    strlen(f->payloads)))
		(void)json_object_set_new(out, "payloads",
		    json_string(f->payloads));
	return out;
}

/* What a popular project's wheel installs is a name that others may be asked
 * for by. */
static json_t *
imports_json(const struct job *job)
{
	const char	*at = job->features.imports;
	uint32_t	 rank = job->q->targets != NULL ?
	    targets_rank(job->q->targets, job->normalized) : 0;
	json_t		*names;
	size_t		 len;

	if (at == NULL || rank == 0 || job->packagetype != PACKAGE_WHEEL)
		return NULL;
	names = json_array();
	for (; *at != '\0' && json_array_size(names) < IMPORTS_MOST;
	    at += len) {
		at += strspn(at, " ");
		len = strcspn(at, " ");
		if (len > 0 && utf8_valid(at, len))
			(void)json_array_append_new(names,
			    json_stringn(at, len));
	}
	return json_pack("{s:I,s:o}", "rank", (json_int_t)rank, "names",
	    names);
}

static char *
scan_text(const struct job *job, const struct verdict *v)
{
	const struct features	*f = &job->features;
	json_t			*root = json_object();
	char			*out;

	(void)json_object_set_new(root, "outcome",
	    visible_json(job->outcome));
	(void)json_object_set_new(root, "why", visible_json(f->why));
	(void)json_object_set_new(root, "score",
	    json_integer((json_int_t)v->score));
	(void)json_object_set_new(root, "alert", json_boolean(v->alert));
	(void)json_object_set_new(root, "ruleset", visible_json(f->ruleset));
	(void)json_object_set_new(root, "lookalike_of",
	    visible_json(told_name(f)));
	(void)json_object_set_new(root, "reasons", told_reasons(v));
	(void)json_object_set_new(root, "ms",
	    json_integer((json_int_t)(f->ms & INT32_MAX)));
	(void)json_object_set_new(root, "suppressed_by", told_suppressed(f));
	(void)json_object_set_new(root, "object", object_json(job, v));
	(void)json_object_set_new(root, "features", features_json(f));
	(void)json_object_set_new(root, "imports", imports_json(job));
	out = json_dumps(root, JSON_COMPACT);
	json_decref(root);
	if (out == NULL)
		fatal("verdicts: jansson has no memory");
	return out;
}

/* ---- storing ----------------------------------------------------------- */

static void	verdicts_move(struct queue *);

/* Out of disk or memory, a fault of the server, or somebody was faster:
 * nothing that speaks against this verdict.  SQLSTATE classes of PostgreSQL's
 * appendix A. */
static bool
is_passing(const char *sqlstate)
{
	return str_starts(sqlstate, "53") || str_starts(sqlstate, "58") ||
	    str_starts(sqlstate, "XX") || str_equal(sqlstate, "23505");
}

static void
on_stored(void *ctx, enum db_status status, const struct db_rows *rows)
{
	struct job	*job = ctx;
	struct queue	*q = job->q;
	char		 id[NUMBER_SIZE];

	if (status != DB_OK && is_passing(db_sqlstate(rows)) &&
	    job->failures < VERDICT_TRIES) {
		log_error("task=%" PRId64 " file=%s verdict not stored: %s",
		    job->id, vis(job->filename), db_error(rows));
		job_again(job, db_error(rows));
		verdicts_move(q);
		return;
	}
	if (status != DB_OK) {
		/* Ours is broken, not the file; it stays visible as dead. */
		log_error("task=%" PRId64 " file=%s verdict not stored: %s",
		    job->id, vis(job->filename), db_error(rows));
		write_send(q, &STMT_TASK_GIVE_UP, (const char *[]){
		    number_text(id, job->id), q->instance_text, "dead",
		    db_error(rows) }, NULL, NULL);
	} else if (!db_bool(rows, 0, "ours"))
		log_info("task=%" PRId64 " file=%s is somebody else's now",
		    job->id, vis(job->filename));
	job_free(job);
	verdicts_move(q);
}

void
job_verdict_store(struct job *job)
{
	char id[NUMBER_SIZE];

	job->state = JOB_STORE;
	write_send(job->q, &STMT_SCAN_STORE, (const char *[]){
	    number_text(id, job->id), job->q->instance_text, job->scan },
	    on_stored, job);
}

static void
job_store(struct job *job, const struct verdict *v)
{
	job->scan = scan_text(job, v);
	log_info("file=%s project=%s outcome=%s score=%" PRIu32 "%s%s",
	    vis(job->filename), vis(job->display), job->outcome, v->score,
	    v->alert ? " severity=" : "",
	    v->alert ? severity_name(v->severity) : "");
	if (v->alert && job->archive != -1) {
		evidence_keep(job);
		return;
	}
	job_archive_drop(job);
	job_verdict_store(job);
}

/* ---- history ----------------------------------------------------------- */

#define SIBLINGS_MAX 4		/* the statement gives one of a kind */

/* The other files of the release; strings are borrowed from the list. */
static size_t
siblings_of(const json_t *list, struct sibling out[SIBLINGS_MAX])
{
	const json_t	*one;
	size_t		 i, n = 0;

	json_array_foreach(list, i, one) {
		const char *type = json_string_value(json_object_get(one,
		    "packagetype"));
		struct sibling s = { .filename = json_string_value(
		    json_object_get(one, "filename")), .modules =
		    json_string_value(json_object_get(one, "modules")),
		    .packagetype = packagetype_from_name(type) };

		if (n < SIBLINGS_MAX && type != NULL && s.filename != NULL)
			out[n++] = s;
	}
	return n;
}

static void
compare_siblings(struct job *job, const char *text)
{
	json_t		*list = json_loads(text != NULL ? text : "[]", 0,
	    NULL);
	struct sibling	 siblings[SIBLINGS_MAX];

	siblings_compare(&job->features, job->packagetype, siblings,
	    siblings_of(list, siblings));
	json_decref(list);
}

/* Both say something, and not the same. */
static bool
differs(const char *a, const char *b)
{
	return a != NULL && b != NULL && *a != '\0' && *b != '\0' &&
	    strcasestr(a, b) == NULL && strcasestr(b, a) == NULL;
}

static char *
requires_text(const struct metadata *m)
{
	json_t	*list = json_array();
	char	*text;

	for (size_t i = 0; i < m->nrequires; i++)
		(void)json_array_append_new(list,
		    visible_json(m->requires[i].text));
	text = json_dumps(list, JSON_COMPACT);
	json_decref(list);
	if (text == NULL)
		fatal("verdicts: jansson has no memory");
	return text;
}

/* Borrowed strings of `list`, which the caller keeps. */
static const char **
rules_of(const json_t *list, size_t *n)
{
	const char	**rules = mem_array(json_array_size(list) + 1,
	    sizeof(*rules));
	const json_t	*rule;
	size_t		 i;

	*n = 0;
	json_array_foreach(list, i, rule)
		if (json_is_string(rule))
			rules[(*n)++] = json_string_value(rule);
	return rules;
}

/* Who owns both, or was there first, imitates nobody: the name stays on
 * record and counts for nothing. */
static void
names_excuse(struct features *f, const char *text)
{
	json_t *list = json_loads(text != NULL ? text : "[]", 0, NULL);
	const json_t *name;
	size_t i;

	json_array_foreach(list, i, name)
		for (size_t k = 0; k < f->nnames; k++)
			if (str_equal(f->names[k].target,
			    json_string_value(name)))
				f->names[k].score = 0;
	json_decref(list);
	told_names_sort(f);
}

static void
on_history(void *ctx, enum db_status status, const struct db_rows *rows)
{
	struct job		*job = ctx;
	struct queue		*q = job->q;
	struct judge_settings	 settings = { .weights = q->weights,
	    .prior = q->config->judge.prior,
	    .alert_score = (uint32_t)q->config->judge.alert_score };
	struct history		 h = { 0 };
	struct verdict		 verdict;
	struct suppression	*suppressions = NULL;
	json_t			*list = NULL, *suppressed = NULL;
	const char		*text, **rules;

	if (status == DB_OK && db_rows_count(rows) == 1) {
		text = db_text(rows, 0, "seen_rules");
		list = json_loads(text != NULL ? text : "[]", 0, NULL);
		h.known = true;
		h.releases = (uint32_t)db_int(rows, 0, "releases");
		h.age_s = db_int(rows, 0, "age_s");
		h.owner_changed = db_bool(rows, 0, "owner_changed");
		h.revived = db_bool(rows, 0, "revived");
		h.changed_bytes = db_bool(rows, 0, "changed_bytes");
		h.new_requirement = db_bool(rows, 0, "new_requirement");
		h.index_differs = differs(job->features.metadata.author_email,
		    db_text(rows, 0, "author_email")) ||
		    differs(job->features.metadata.home_page,
		    db_text(rows, 0, "home_page"));
		compare_siblings(job, db_text(rows, 0, "siblings"));
	}
	if (status == DB_OK && db_rows_count(rows) == 1) {
		names_excuse(&job->features,
		    db_text(rows, 0, "excused_names"));
		text = db_text(rows, 0, "suppressions");
		suppressed = json_loads(text != NULL ? text : "[]", 0, NULL);
	}
	h.nsuppressions = suppressions_of(suppressed, &suppressions);
	h.suppressions = suppressions;
	rules = rules_of(list, &h.nseen_rules);
	h.seen_rules = rules;
	if (q->targets != NULL)
		h.rank = targets_rank(q->targets, job->normalized);
	judge_file(&settings, &job->features, &h, &verdict);
	job_store(job, &verdict);
	verdict_release(&verdict);
	free(rules);
	free(suppressions);
	json_decref(suppressed);
	json_decref(list);
}

/* The names that it resembles, as an array literal.  They come from a worker's
 * child: only what could be a name goes on. */
static char *
names_array(const struct features *f)
{
	const char	**names = mem_array(f->nnames + 1, sizeof(*names));
	const char	*name;
	size_t		 n = 0;
	char		*out;

	for (size_t i = 0; i < f->nnames; i++) {
		name = f->names[i].target;
		if (name != NULL && *name != '\0' && name[strspn(name,
		    "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0')
			names[n++] = name;
	}
	out = db_array(names, n);
	free(names);
	return out;
}

static void
history_ask(struct job *job)
{
	char	 id[NUMBER_SIZE];
	char	*requires = requires_text(&job->features.metadata);
	char	*targets = names_array(&job->features);

	job->waiting = false;
	write_send(job->q, &STMT_TASK_HISTORY, (const char *[]){
	    number_text(id, job->id), requires, targets }, on_history, job);
	free(targets);
	free(requires);
}

/* Is another file of the release between its history and its verdict? */
static bool
release_is_busy(const struct job *job)
{
	for (const struct job *o = job->q->jobs; o != NULL; o = o->next)
		if (o != job && !o->waiting && o->state >= JOB_JUDGE &&
		    str_equal(o->normalized, job->normalized) &&
		    str_equal(o->version, job->version))
			return true;
	return false;
}

static void
verdicts_move(struct queue *q)
{
	for (struct job *job = q->jobs; job != NULL; job = job->next)
		if (job->waiting && !release_is_busy(job))
			history_ask(job);
}

/* One file of a release after the other, so that the later one sees what the
 * earlier one holds. */
void
job_judge(struct job *job)
{
	job->state = JOB_JUDGE;
	if (job->outcome == NULL)
		job->outcome = scan_outcome_name(job->features.outcome);
	job->waiting = true;
	if (!release_is_busy(job))
		history_ask(job);
}

void
job_judge_unseen(struct job *job, const char *outcome, const char *rule,
    const char *why)
{
	struct features	*f = &job->features;

	features_release(f);
	if (str_copy(f->sha256, sizeof(f->sha256), job->sha256) == -1)
		f->sha256[0] = '\0';
	features_end_early(f, rule, why);
	f->outcome = SCAN_UNSCANNABLE;
	job->outcome = outcome;
	log_warn("file=%s project=%s outcome=%s why=%s", vis(job->filename),
	    vis(job->display), outcome, why);
	job_judge(job);
}

void
job_judge_part(struct job *job, const char *rule, const char *why)
{
	features_end_early(&job->features, rule, why);
	log_warn("file=%s project=%s outcome=partial why=%s",
	    vis(job->filename), vis(job->display), why);
	job_judge(job);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * story - an alert as a person reads it, before any receiver's markup.
 * Takes: an alert whose strings may be hostile.  Gives: struct story.
 * Runs in: alert, the command (previews).
 */
#include "alert/story.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "alert/alert.h"
#include "alert/change.h"
#include "alert/sinks.h"
#include "alert/words.h"
#include "base/buf.h"
#include "base/config.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "data/project_page.h"
#include "data/verdict.h"

#define REASONS 5
#define OTHERS_MOST 15
#define ROOM_NUMBER 24
#define USERS_TOLD 5	/* lists of one name */

const struct detail details[DETAIL_STEPS] = {
	{ REASONS, 4, 4, OTHERS_MOST }, { REASONS, 2, 2, OTHERS_MOST },
	{ 3, 1, 1, 10 }, { 1, 0, 0, 5 }, { 0, 0, 0, 1 }, { 0, 0, 0, 0 },
};

/* ---- headlines ---------------------------------------------------------- */

static const struct headline {
	const char	*type, *change;		/* change NULL: any */
	enum word	 word, next;		/* WORD_COUNT: none */
	bool		 severe;		/* the severity is the word */
	bool		 closes;
	uint32_t	 colour;		/* 0: the severity's */
} headlines[] = {
	{ "detection.opened", NULL, WORD_COUNT, W_NEXT_OPENED, true, false, 0 },
	{ "detection.updated", "triaged", W_TRIAGED_HEAD, WORD_COUNT, false,
	    true, 0x5b6770 },
	{ "detection.updated", "suppressed", W_SUPPRESSED_HEAD, WORD_COUNT,
	    false, true, 0x5b6770 },
	{ "detection.updated", "campaign", W_CAMPAIGN_HEAD, W_NEXT_OPENED,
	    false, false, 0 },
	{ "detection.updated", NULL, WORD_COUNT, W_NEXT_UPDATED, true, false,
	    0 },
	{ "detection.withdrawn", NULL, W_WITHDRAWN, W_NEXT_WITHDRAWN, false,
	    true, 0x2e7d32 },
	{ "release.removed", NULL, W_REMOVED, W_NEXT_REMOVED, false, true,
	    0x5b6770 },
	{ "release.quarantined", NULL, W_QUARANTINED, W_NEXT_QUARANTINED,
	    false, true, 0x5b6770 },
	{ "digest", "observe", W_OBSERVED, W_NEXT_OBSERVED, false, false,
	    0x1565c0 },
	{ "digest", NULL, W_DIGEST, WORD_COUNT, false, false, 0x1565c0 },
	{ "daemon.degraded", NULL, W_DEGRADED, W_NEXT_DEGRADED, false, false,
	    0xc62828 },
	{ "daemon.recovered", NULL, W_RECOVERED, WORD_COUNT, false, true,
	    0x2e7d32 },
	{ "test", NULL, W_TEST, W_NEXT_TEST, false, true, 0x1565c0 },
};

static const struct headline *
headline_of(const struct alert *a)
{
	static const struct headline other = { "", NULL, W_ALERT, WORD_COUNT,
	    true, false, 0 };

	for (size_t i = 0; i < ARRAY_LEN(headlines); i++)
		if (str_equal(headlines[i].type, a->type) &&
		    (headlines[i].change == NULL ||
		    str_equal(headlines[i].change, a->change)))
			return &headlines[i];
	return &other;
}

bool
alert_closes(const struct alert *a)
{
	if (change_closes(a))
		return true;
	/* "Confirmed" closes nothing for those who must act on it, except
	 * that somebody has seen it: PagerDuty's resolve is just that. */
	return headline_of(a)->closes &&
	    !(str_equal(a->change, "triaged") && str_equal(a->verdict, "open"));
}

int
alert_rank(const struct alert *a)
{
	return severity_from_name(a->severity);
}

static const char *
word_severity(const struct words *w, const struct alert *a)
{
	static const enum word upper[] = { W_NONE, W_LOW, W_MEDIUM, W_HIGH,
	    W_CRITICAL };
	int rank = alert_rank(a);

	return word(w, rank == -1 ? W_ALERT : upper[rank]);
}

static uint32_t
colour_of(const struct alert *a)
{
	static const uint32_t colours[] = { 0x5b6770, 0x1565c0, 0xf9a825,
	    0xef6c00, 0xc62828 };
	int rank = alert_rank(a);

	if (headline_of(a)->colour != 0)
		return headline_of(a)->colour;
	return colours[rank == -1 ? 0 : rank];
}

/* ---- building ----------------------------------------------------------- */

struct making {
	struct story	*s;
	const struct words *w;
	const struct alert *a;
};

static struct story_line *
line_add(struct making *m, enum section which)
{
	struct story_section *to = &m->s->sections[which];

	to->lines = mem_grow(to->lines, to->nlines + 1, sizeof(*to->lines));
	memset(&to->lines[to->nlines], 0, sizeof(*to->lines));
	return &to->lines[to->nlines++];
}

static void
label_set(struct making *m, enum section which, enum word label)
{
	m->s->sections[which].label = word(m->w, label);
}

static void
more_set(struct making *m, enum section which, int64_t n)
{
	char number[ROOM_NUMBER];

	if (n <= 0)
		return;
	snprintf(number, sizeof(number), "%" PRId64, n);
	free(m->s->sections[which].more);
	m->s->sections[which].more = WORD_TEXT(m->w, W_MORE, number);
}

/* The match that the release is said to resemble, or NULL. */
static const json_t *
match_of(const struct alert *a, const char *target)
{
	size_t	 i, j;
	json_t	*file, *match;

	json_array_foreach(a->files, i, file)
		json_array_foreach(json_object_get(file, "names"), j, match)
			if (str_equal(alert_text(match, "target"), target))
				return match;
	return NULL;
}

/* "(transposition, rank 5)", or "" */
static char *
technique_text(const struct making *m)
{
	const json_t	*match = match_of(m->a, m->a->lookalike_of);
	const char	*technique = alert_text(match, "technique");
	int64_t		 rank = alert_int(match, "rank", 0);
	char		 number[ROOM_NUMBER], known[40];

	if (technique[0] == '\0')
		return mem_strdup("");
	/* The name itself when we have no word for it: ours, or hostile. */
	snprintf(known, sizeof(known), "%.*s", (int)text_cut(technique,
	    strnlen(technique, 36), 36), technique);
	snprintf(number, sizeof(number), "%" PRId64, rank);
	technique = word_of(m->w, known);
	return rank > 0 ? WORD_TEXT(m->w, W_TECHNIQUE_RANK, technique, number) :
	    WORD_TEXT(m->w, W_TECHNIQUE, technique);
}

/* "in use: shop (Payments), web", or NULL; of some lists the first. */
static char *
users_text(const struct making *m)
{
	struct buf	 b = BUF_EMPTY;
	char		*text = NULL;
	size_t		 i;
	json_t		*one;

	json_array_foreach(m->a->used_by, i, one) {
		const char *team = alert_text(one, "team");

		if (i == USERS_TOLD)
			break;
		buf_addf(&b, "%s%s", b.len > 0 ? ", " : "",
		    alert_text(one, "list"));
		if (team[0] != '\0')
			buf_addf(&b, " (%s)", team);
	}
	if (b.len > 0)
		text = WORD_TEXT(m->w, W_OURS_USED, buf_text(&b));
	buf_release(&b);
	return text;
}

static void
add_facts(struct making *m, const struct render_job *job)
{
	const struct alert	*a = m->a;
	struct story_line	*l;

	if (a->ours[0] != '\0') {
		l = line_add(m, SECTION_FACTS);
		l->label = word(m->w, W_OURS);
		l->code = mem_strdup(a->ours);
		l->code_first = true;
		l->text = users_text(m);
	}
	if (!index_is_main(a->index)) {
		l = line_add(m, SECTION_FACTS);
		l->label = word(m->w, W_INDEX);
		l->code = mem_strdup(a->index);
	}
	if (a->score >= 0 && a->project[0] != '\0') {
		l = line_add(m, SECTION_FACTS);
		l->label = word(m->w, W_SCORE);
		l->text = word_numeral(m->w, W_SCORE_OF, a->score);
	}
	if (a->lookalike_of[0] != '\0') {
		l = line_add(m, SECTION_FACTS);
		l->label = word(m->w, W_LOOKS_LIKE);
		l->code = mem_strdup(a->lookalike_of);
		l->code_first = true;
		l->text = technique_text(m);
	}
	if (a->campaign_count > 1) {
		l = line_add(m, SECTION_FACTS);
		l->label = word(m->w, W_CAMPAIGN);
		l->text = word_numeral(m->w, W_CAMPAIGN_OF, a->campaign_count);
		l->code = mem_strdup(a->campaign_why);
	}
	if (job->team != NULL) {
		l = line_add(m, SECTION_FACTS);
		l->label = word(m->w, W_TEAM);
		l->text = mem_strdup(job->team);
	}
}

/* Of a message that has one sentence: of a part of the daemon ("sink team-a" is
 * a sink), or of its kind. */
static char *
note_text(const struct making *m)
{
	static const char *const many[] = { "sink ", "source ", "worker " };
	const char	*part = m->a->part;
	size_t		 len = strlen(part);
	char		*key, *text;

	for (size_t i = 0; i < ARRAY_LEN(many); i++)
		if (str_starts(part, many[i]))
			len = strlen(many[i]) - 1;
	if (str_equal(m->a->type, "daemon.recovered"))
		key = mem_strdup("daemon:recovered");
	else if (part[0] != '\0')
		key = mem_printf("daemon:%.*s", (int)len, part);
	else
		key = mem_strdup(m->a->type);
	text = word_sentence(m->w, key, m->a->text);
	free(key);
	return text;
}

static void
add_notes(struct making *m)
{
	char	*lines[CHANGE_LINES];
	size_t	 n = change_lines(m->w, m->a, lines);

	for (size_t i = 0; i < n; i++)
		line_add(m, SECTION_NOTE)->text = lines[i];
	if (m->a->text[0] != '\0')
		line_add(m, SECTION_NOTE)->text = note_text(m);
	if (m->a->note[0] != '\0') {
		struct story_line *l = line_add(m, SECTION_NOTE);

		l->label = word(m->w, W_NOTE);
		l->text = mem_strdup(m->a->note);
	}
}

/* "HIGH  reqeusts 2.31.1 (looks like requests)" */
static void
add_other(struct making *m, const json_t *item)
{
	struct story_line	*l = line_add(m, SECTION_OTHERS);
	const struct alert	 one = { .severity = alert_text(item,
	    "severity") };
	const char		*of = alert_text(item, "lookalike_of");
	int64_t			 score = alert_int(item, "score", -1);

	l->code = mem_printf("%.*s %.*s", PROJECT_NAME_MAX,
	    alert_text(item, "project"), VERSION_MAX,
	    alert_text(item, "version"));
	l->code_first = true;
	l->after = score >= 0 ? mem_printf("%s %" PRId64,
	    word_severity(m->w, &one), score) :
	    mem_strdup(word_severity(m->w, &one));
	if (of[0] != '\0')
		l->text = WORD_TEXT(m->w, W_LOOKS_LIKE_SHORT, of);
}

static void
add_others(struct making *m, size_t most)
{
	size_t	 i, n = 0;
	json_t	*item;

	json_array_foreach(m->a->items, i, item) {
		if (n == most)
			break;
		if (!json_is_object(item))
			continue;
		add_other(m, item);
		n++;
	}
	if (json_array_size(m->a->items) > 0)
		label_set(m, SECTION_OTHERS, W_OTHERS);
	/* What the payload leaves out counts too: the number is honest. */
	more_set(m, SECTION_OTHERS, m->a->total - (int64_t)n);
}

static char *
finding_text(const struct making *m, const json_t *f)
{
	return word_sentence(m->w, alert_text(f, "rule"),
	    alert_text(f, "text"));
}

static void
add_reasons(struct making *m, size_t most)
{
	struct alert_finding	top[REASONS];
	size_t			n = alert_strongest(m->a, top, most);

	for (size_t i = 0; i < n; i++) {
		const json_t	*f = top[i].finding;
		struct story_line *l = line_add(m, SECTION_REASONS);
		const char	*path = alert_text(f, "path");
		const char	*context = alert_text(f, "context");
		int64_t		 line = alert_int(f, "line", 0);

		l->text = finding_text(m, f);
		if (word_of(m->w, context) != context)
			l->after = mem_printf("(%s)", word_of(m->w, context));
		if (path[0] != '\0')
			l->code = line > 0 ? mem_printf("%.*s:%" PRId64,
			    CODE_UNITS * 4, path, line) : mem_strdup(path);
	}
	if (n > 0)
		label_set(m, SECTION_REASONS, W_WHY);
}

static void
add_indicators(struct making *m, size_t most)
{
	size_t	 i, j, n = 0;
	json_t	*file, *one;

	json_array_foreach(m->a->files, i, file)
		json_array_foreach(json_object_get(file, "indicators"), j,
		    one) {
			struct buf value = BUF_EMPTY;

			if (n == most || alert_text(one, "value")[0] == '\0')
				continue;
			text_defang_value(&value, alert_text(one, "value"));
			line_add(m, SECTION_INDICATORS)->code =
			    buf_steal(&value);
			n++;
		}
	if (n > 0)
		label_set(m, SECTION_INDICATORS, W_INDICATORS);
}

/* Files that were not seen whole are never silently clean. */
static void
add_files(struct making *m, size_t most)
{
	size_t	 i, n = 0;
	json_t	*file;

	json_array_foreach(m->a->files, i, file) {
		struct story_line *l;
		const char *outcome = alert_text(file, "outcome");

		if (n == most)
			break;
		if (alert_text(file, "file")[0] == '\0')
			continue;
		l = line_add(m, SECTION_FILES);
		l->code = mem_strdup(alert_text(file, "file"));
		l->code_first = true;
		if (outcome[0] != '\0' && !str_equal(outcome, "scanned"))
			l->text = WORD_TEXT(m->w, W_FILE_OUTCOME,
			    word_of(m->w, outcome));
		n++;
	}
	if (n == 0)
		return;
	label_set(m, SECTION_FILES, W_FILES);
	more_set(m, SECTION_FILES,
	    (int64_t)json_array_size(m->a->files) - (int64_t)n);
}

/* ---- links: only our own addresses; the payload's are not trusted ------- */

static void
link_add(struct story *s, char *label, char *url)
{
	if (url == NULL || s->nlinks == STORY_LINKS_MAX ||
	    strlen(url) > URL_MAX) {
		free(label);
		free(url);
		return;
	}
	s->links[s->nlinks].label = label;
	s->links[s->nlinks++].url = url;
}

/* The project's page on its index, where that is known. */
static void
add_index_links(struct making *m, const struct render_job *job)
{
	const struct alert *a = m->a;
	const struct config_index *x;

	if (index_is_main(a->index)) {
		link_add(m->s, mem_strdup(word(m->w, W_PYPI)),
		    project_page(PYPI_PAGES, a->project, a->version));
		link_add(m->s, mem_strdup(word(m->w, W_INSPECTOR)),
		    project_page("https://inspector.pypi.io/project/",
		    a->project, a->version));
	} else if ((x = index_section(job->indexes, job->nindexes, a->index)) !=
	    NULL)
		link_add(m->s, mem_strdup(x->name), project_page_on(x, 1,
		    x->name, a->project, a->version));
}

static void
add_links(struct making *m, const struct render_job *job)
{
	const struct alert *a = m->a;
	const char *base = job->link_base;

	add_index_links(m, job);
	if (a->detection_id[0] == '\0' || str_equal(a->detection_id, "0"))
		return;
	if (base != NULL && base[0] != '\0')
		link_add(m->s, WORD_TEXT(m->w, W_DETECTION, a->detection_id),
		    mem_printf("%s%sdetections/%s", base,
		    str_ends(base, "/") ? "" : "/", a->detection_id));
	else
		m->s->reference = WORD_TEXT(m->w, W_DETECTION_SHOW,
		    a->detection_id);
}

/* ---- the first lines ---------------------------------------------------- */

static void
set_head(struct making *m)
{
	const struct headline	*h = headline_of(m->a);
	struct buf		 b = BUF_EMPTY;

	m->s->word = h->severe ? word_severity(m->w, m->a) :
	    word(m->w, h->word);
	buf_adds(&b, m->s->word);
	if (m->a->project[0] != '\0') {
		buf_adds(&b, ": ");
		text_put(&b, m->a->project, 70, TEXT_PLAIN);
		if (m->a->version[0] != '\0') {
			buf_addc(&b, ' ');
			text_put(&b, m->a->version, 30, TEXT_PLAIN);
		}
	}
	m->s->head = buf_steal(&b);
	m->s->colour = colour_of(m->a);
}

/* The text of a notification: all in one line. */
static void
set_brief(struct making *m)
{
	struct alert_finding	 top;
	struct buf		 b = BUF_EMPTY;
	const char		*join = ": ";
	const struct story_section *note = &m->s->sections[SECTION_NOTE];

	buf_adds(&b, m->s->head);
	if (m->a->ours[0] != '\0')
		buf_addf(&b, " (%s: %.*s)", word(m->w, W_OURS),
		    PROJECT_NAME_MAX, m->a->ours);
	if (note->nlines > 0 && (m->a->change[0] != '\0' ||
	    m->a->lead_s > 0 ||
	    alert_strongest(m->a, &top, 1) == 0)) {
		buf_addf(&b, "%s%s", join, note->lines[0].text);
		join = " ";
	}
	if (m->a->lookalike_of[0] != '\0') {
		char	*technique = technique_text(m), *what;

		what = WORD_TEXT(m->w, W_LOOKS_LIKE_SHORT, m->a->lookalike_of);
		buf_addf(&b, "%s%s%s%s", join, what,
		    technique[0] != '\0' ? " " : "", technique);
		free(what);
		free(technique);
		join = "; ";
	}
	if (alert_strongest(m->a, &top, 1) == 1) {
		char *why = finding_text(m, top.finding);

		buf_addf(&b, "%s%s", join, why);
		free(why);
	}
	m->s->brief = buf_steal(&b);
}

struct story *
story_new(const struct render_job *job, const struct alert *a,
    const struct detail *d)
{
	struct story		*s = mem_alloc(sizeof(*s));
	const struct headline	*h = headline_of(a);
	struct making		 m = { .s = s, .a = a, .w = job->words != NULL ?
	    job->words : words_english() };

	set_head(&m);
	add_facts(&m, job);
	add_notes(&m);
	add_others(&m, d->others);
	add_reasons(&m, d->reasons);
	add_indicators(&m, d->indicators);
	add_files(&m, d->files);
	if (h->next != WORD_COUNT) {
		line_add(&m, SECTION_NEXT)->text =
		    mem_strdup(word(m.w, h->next));
		label_set(&m, SECTION_NEXT, W_NEXT);
	}
	add_links(&m, job);
	set_brief(&m);
	return s;
}

void
story_free(struct story *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < SECTION_COUNT; i++) {
		for (size_t j = 0; j < s->sections[i].nlines; j++) {
			free(s->sections[i].lines[j].text);
			free(s->sections[i].lines[j].after);
			free(s->sections[i].lines[j].code);
		}
		free(s->sections[i].lines);
		free(s->sections[i].more);
	}
	for (size_t i = 0; i < s->nlinks; i++) {
		free(s->links[i].label);
		free(s->links[i].url);
	}
	free(s->reference);
	free(s->head);
	free(s->brief);
	free(s);
}

/* ---- writing ------------------------------------------------------------ */

void
line_write(struct buf *b, const struct story_line *l, const struct markup *m)
{
	const char	*space = "";
	/* A name leads its explanation; a place follows its sentence. */
	bool		 first = l->code_first && l->code != NULL;

	if (first) {
		text_put_code(b, l->code, CODE_UNITS, m->style);
		space = " ";
	}
	if (l->text != NULL && l->text[0] != '\0') {
		buf_adds(b, space);
		text_put_quiet(b, l->text, LINE_UNITS, m->style);
		space = " ";
	}
	if (l->after != NULL) {
		buf_adds(b, space);
		buf_adds(b, l->after);
		space = " ";
	}
	if (l->code != NULL && l->code[0] != '\0' && !first) {
		buf_adds(b, space);
		text_put_code(b, l->code, CODE_UNITS, m->style);
	}
}

void
section_write(struct buf *b, const struct story_section *s,
    const struct markup *m)
{
	bool one = s->nlines == 1 && s->more == NULL;

	if (s->nlines == 0 && s->more == NULL)
		return;
	if (s->label != NULL)
		buf_addf(b, "%s%s%s%s", m->bold, s->label, m->bold_end,
		    one ? " " : "");
	for (size_t i = 0; i < s->nlines; i++) {
		if (!one && (i > 0 || s->label != NULL))
			buf_adds(b, m->newline);
		if (!one)
			buf_adds(b, m->bullet);
		if (s->lines[i].label != NULL)
			buf_addf(b, "%s%s%s ", m->bold, s->lines[i].label,
			    m->bold_end);
		line_write(b, &s->lines[i], m);
	}
	if (s->more != NULL)
		buf_addf(b, "%s%s%s", m->newline, m->bullet, s->more);
}

void
story_write(struct buf *b, const struct story *s, enum section first,
    const struct markup *m)
{
	bool begun = false;

	for (size_t i = first; i < SECTION_COUNT; i++) {
		const struct story_section *one = &s->sections[i];

		if (one->nlines == 0 && one->more == NULL)
			continue;
		if (begun)
			buf_addf(b, "%s%s", m->newline, m->newline);
		section_write(b, one, m);
		begun = true;
	}
}

void
links_write(struct buf *b, const struct story *s, const struct markup *m)
{
	const char *between = m->style == TEXT_PLAIN ? m->newline : " | ";

	for (size_t i = 0; i < s->nlinks; i++) {
		const char *label = s->links[i].label, *url = s->links[i].url;

		buf_adds(b, i > 0 ? between : "");
		if (m->style == TEXT_SLACK)
			buf_addf(b, "<%s|%s>", url, label);
		else if (m->style == TEXT_HTML)
			buf_addf(b, "<a href=\"%s\">%s</a>", url, label);
		else if (m->style == TEXT_PLAIN)
			buf_addf(b, "%s: %s", label, url);
		else
			buf_addf(b, "[%s](%s)", label, url);
	}
	if (s->reference != NULL) {
		buf_adds(b, s->nlinks > 0 ? between : "");
		text_put(b, s->reference, LINE_UNITS, m->style);
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * change - what a follow-up or a summary says, in whole sentences.
 * Takes: an alert whose strings may be hostile.  Gives: lines of text.
 * Runs in: alert, the command (previews).
 */
#include "alert/change.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "alert/alert.h"
#include "alert/words.h"
#include "base/mem.h"
#include "base/str.h"
#include "data/project_page.h"

#define ROOM_NUMBER 24

/* ---- times -------------------------------------------------------------- */

/* "47 min", "3 h 12 min" */
static char *
span_text(const struct words *w, int64_t s)
{
	char large[ROOM_NUMBER], small[ROOM_NUMBER];
	bool days = s >= 2 * 86400;

	if (s < 60)
		return word_numeral(w, W_SECONDS, s);
	if (s < 2 * 3600)
		return word_numeral(w, W_MINUTES, s / 60);
	snprintf(large, sizeof(large), "%" PRId64, days ? s / 86400 : s / 3600);
	snprintf(small, sizeof(small), "%" PRId64, days ? s % 86400 / 3600 :
	    s % 3600 / 60);
	return WORD_TEXT(w, days ? W_DAYS : W_HOURS, large, small);
}

/* How long before PyPI we alerted; NULL when we did not. */
static char *
lead_text(const struct words *w, const struct alert *a)
{
	bool	 removed = str_equal(a->type, "release.removed");
	char	*span, *text;

	if (a->lead_s <= 0 || !index_is_main(a->index) || (!removed &&
	    !str_equal(a->type, "release.quarantined")))
		return NULL;
	span = span_text(w, a->lead_s);
	text = WORD_TEXT(w, removed ? W_LEAD_REMOVED : W_LEAD_QUARANTINED,
	    span);
	free(span);
	return text;
}

/* ---- campaigns ---------------------------------------------------------- */

/* New ones of a summary; all, in one that does not say. */
static int64_t
count_opened(const struct alert *a)
{
	return json_is_object(a->counts) ?
	    alert_int(a->counts, "detection.opened", 0) : a->total;
}

/* Does it tell of nothing but ends? */
static bool
only_ends(const struct alert *a)
{
	return count_opened(a) == 0 &&
	    alert_int(a->counts, "detection.updated", 0) == 0 &&
	    json_object_size(a->counts) > 0;
}

bool
change_closes(const struct alert *a)
{
	return str_equal(a->change, "campaign") && only_ends(a) &&
	    (str_equal(a->pypi_status, "removed") ||
	    str_equal(a->pypi_status, "quarantined"));
}

static char *
campaign_text(const struct words *w, const struct alert *a)
{
	char new[ROOM_NUMBER], all[ROOM_NUMBER];

	if (only_ends(a))
		return NULL;
	snprintf(new, sizeof(new), "%" PRId64, count_opened(a));
	snprintf(all, sizeof(all), "%" PRId64, a->campaign_count);
	return WORD_TEXT(w, W_CHANGE_CAMPAIGN, new, all);
}

/* What became of those in it: "REMOVED FROM PYPI: 12". */
static size_t
campaign_ends(const struct words *w, const struct alert *a, char **out)
{
	static const struct { const char *type; enum word word; } ends[] = {
		{ "release.quarantined", W_QUARANTINED },
		{ "release.removed", W_REMOVED },
		{ "detection.withdrawn", W_WITHDRAWN },
	};
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		int64_t count = alert_int(a->counts, ends[i].type, 0);

		if (count > 0)
			out[n++] = mem_printf("%s: %" PRId64,
			    word(w, ends[i].word), count);
	}
	return n;
}

/* ---- all ---------------------------------------------------------------- */

/* The sentence of a follow-up; NULL when the alert is none. */
static char *
change_text(const struct words *w, const struct alert *a)
{
	char was[ROOM_NUMBER], is[ROOM_NUMBER];

	snprintf(was, sizeof(was), "%" PRId64, a->was_score);
	snprintf(is, sizeof(is), "%" PRId64, a->score);
	if (str_equal(a->change, "score"))
		return WORD_TEXT(w, W_CHANGE_SCORE, was, is);
	if (str_equal(a->change, "files"))
		return word_numeral(w, W_CHANGE_FILES, a->changed);
	if (str_equal(a->change, "triaged"))
		return WORD_TEXT(w, W_CHANGE_TRIAGED,
		    word_of(w, a->verdict), a->by);
	if (str_equal(a->change, "suppressed"))
		return WORD_TEXT(w, W_CHANGE_SUPPRESSED, a->by);
	if (str_equal(a->change, "campaign"))
		return campaign_text(w, a);
	return lead_text(w, a);
}

/* Why one message stands for many; NULL when it does not. */
static char *
sum_text(const struct words *w, const struct alert *a)
{
	static const struct { const char *change; enum word word; } sums[] = {
		{ "observe", W_SUM_OBSERVED }, { "rate", W_SUM_RATE },
		{ "quiet", W_SUM_QUIET }, { "campaign", W_SUM_CAMPAIGN },
		{ "digest", W_SUM_DIGEST },
	};

	for (size_t i = 0; str_equal(a->type, "digest") &&
	    i < ARRAY_LEN(sums); i++)
		if (str_equal(sums[i].change, a->change))
			return word_numeral(w, sums[i].word, a->total);
	return NULL;
}

size_t
change_lines(const struct words *w, const struct alert *a,
    char *out[CHANGE_LINES])
{
	size_t n = 0;

	if (str_equal(a->type, "digest")) {
		out[0] = sum_text(w, a);
		return out[0] != NULL;
	}
	out[0] = change_text(w, a);
	n = out[0] != NULL;
	if (str_equal(a->change, "campaign"))
		n += campaign_ends(w, a, out + n);
	return n;
}

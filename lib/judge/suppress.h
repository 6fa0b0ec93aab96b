/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JUDGE_SUPPRESS_H
#define JUDGE_SUPPRESS_H

/*
 * suppress - findings that somebody answers for do not count.
 *
 * A path holds for a member's whole path and for what follows the top folder
 * of a source archive; * is any run of characters, also of slashes, ? is one.
 */
#include <jansson.h>

#include "judge/judge.h"

/* The suppression that the finding falls under, of the history (or NULL). */
const struct suppression *suppress_find(const struct history *,
	    const struct finding *);
/* As it stands with a finding in the scan object. */
json_t	*suppression_json(const struct suppression *);

/* Suppressions as SQL gives them, an array of objects; strings are borrowed
 * from the list.  The caller frees *out. */
size_t	suppressions_of(const json_t *list, struct suppression **out);

/*
 * Judges a stored scan object again, with suppressions.  `reasons` are those
 * of its verdict: what is known about the project stands there.  Changes the
 * object's score, severity, alert and findings.  The id of a suppression that
 * something fell under which had not before, or 0: nothing is changed then.
 */
int64_t	suppress_again(const struct judge_settings *, json_t *object,
	    const json_t *reasons, const struct suppression *, size_t n,
	    struct verdict *out);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JUDGE_JUDGE_H
#define JUDGE_JUDGE_H

/*
 * judge - findings, history and weights in, verdict out.  Pure.
 */
#include <stddef.h>

#include "data/finding.h"
#include "data/upload.h"
#include "data/verdict.h"

struct buf;
struct weights;

/* From weights.conf; NULL with "FILE:LINE: ..." in *errors. */
struct weights *weights_load(const char *file, struct buf *errors);
void	weights_free(struct weights *);

struct judge_settings {
	const struct weights *weights;
	double	 prior;			/* 0.5 */
	uint32_t alert_score;		/* 60 */
};

/* Sets weight and novel of each finding, and the verdict. */
void	judge_file(const struct judge_settings *, struct features *,
	    const struct history *, struct verdict *out);

/* ---- the scan object of design 4.2 ---- */
struct scanned_file {		/* borrowed */
	const char	*file, *project, *version;
	enum packagetype packagetype;
};
enum { SCAN_JSON_STATS = 1, SCAN_JSON_SHORT = 2 /* at most 10 findings */ };
/* Appends one line of compact JSON without a line break. */
void	scan_json(const struct scanned_file *, const struct features *,
	    const struct verdict *, unsigned int flags, struct buf *out);

#endif

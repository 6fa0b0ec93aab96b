/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JUDGE_SCAN_VECTOR_H
#define JUDGE_SCAN_VECTOR_H

/*
 * scan_vector - what was found in one file as numbers, to fit weights on.
 *
 * One line of JSON, schema pypiwatch.vector/1, described in pypiwatch(1);
 * keys are added, never renamed.
 */
#include "judge/judge.h"

struct vector_label {		/* as given on the command line; or NULL */
	const char	*label, *family;
	unsigned int	 year;		/* 0: none */
};

/* Appends one line of compact JSON without a line break. */
void	scan_vector(const struct scanned_file *, const struct features *,
	    const struct verdict *, const struct vector_label *, struct buf *);

/* Its "features" alone, without names: what is the same for every project that
 * holds these bytes. */
void	scan_vector_bytes(const struct features *, struct buf *);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_INSPECT_H
#define INSPECT_INSPECT_H

/*
 * inspect - entries and names in, findings out.
 *
 * The inspector is made once, warm, before any package byte (it compiles the
 * rules); an inspection is one file's, in the worker's child.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "data/entry.h"
#include "data/finding.h"
#include "data/upload.h"

struct buf;
struct targets;
struct inspector;
struct inspection;

struct inspector_settings {
	const char	*rules;		/* folder of *.yar */
	const char	*local_rules;	/* the operator's folder, or NULL */
};

/* NULL with "FILE:LINE: ..." lines in *errors when a shipped rule is wrong; a
 * wrong rule of the operator's is left out and named in *errors. */
struct inspector *inspector_new(const struct inspector_settings *,
    struct buf *errors);
void	inspector_free(struct inspector *);
const char *inspector_ruleset(const struct inspector *); /* "2026.1+3f2c" */

struct inspected_file {		/* borrowed */
	const char	*project, *version, *filename;
	enum packagetype packagetype;
};

/* Names are judged when `targets` is not NULL. */
struct inspection *inspection_new(struct inspector *,
    const struct inspected_file *, const struct targets *,
    struct features *out);
void	inspection_entry(void *inspection, const struct entry *);
/* After the last entry: what needs the whole file (metadata, names). */
void	inspection_end(struct inspection *);
void	inspection_free(struct inspection *);

/* ---- what it costs ---- */
#define INSPECT_STAGES_MAX 24
/* Name of the i-th stage, NULL behind the last. */
const char *inspector_stage(size_t i);
/* Just before the first entry: inspection_end will say what unpacking, each
 * stage and each rule took, in out->costs.  Rules are measured beside it, one
 * by one, for `rules_ns` of processor time at most. */
void	inspection_measure(struct inspection *, uint64_t rules_ns);

#endif

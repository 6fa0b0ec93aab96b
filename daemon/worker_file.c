/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worker_file - one distribution file: hashed, unpacked, inspected.
 * Takes: the bytes and what is known of them.  Gives: struct features.
 * Runs in: worker child; pypiwatch-worker -f.
 */
#include "worker_file.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "worker_draft.h"

/* A part of limits.child-cpu that leaves most of it to looking. */
#define MEASURE_RULES_NS UINT64_C(5000000000)

struct walk {
	const struct worker_tools *tools;
	struct inspection	*in;
	struct features		*out;
	size_t			 told;		/* findings in the draft */
};

static void
draft_tell(struct walk *w)
{
	if (w->tools->draft == NULL || w->out->nfindings == w->told)
		return;
	draft_write(w->tools->draft, w->out);
	w->told = w->out->nfindings;
}

static void
on_entry(void *ctx, const struct entry *entry)
{
	struct walk *w = ctx;

	inspection_entry(w->in, entry);
	draft_tell(w);
}

void
worker_file(const struct worker_tools *tools,
    const struct inspected_file *file, const uint8_t *data, size_t size,
    struct features *out)
{
	int64_t			 began_ms = clock_mono_ms();
	struct walk		 w = { .tools = tools, .out = out };

	*out = (struct features){ 0 };
	sha256_hex(data, size, out->sha256);
	w.in = inspection_new(tools->inspector, file, tools->targets, out);
	if (tools->measure)
		inspection_measure(w.in, MEASURE_RULES_NS);
	archive_walk(&tools->limits, file->filename, file->packagetype, data,
	    size, on_entry, &w, out);
	draft_tell(&w);
	inspection_end(w.in);
	inspection_free(w.in);
	out->ms = (uint32_t)(clock_mono_ms() - began_ms) - out->measuring_ms;
}

/* ---- making it fit ------------------------------------------------------ */

/* Room for the frame around it. */
#define FEATURES_BYTES_MAX (MESSAGE_MAX - 64)

static bool
fits(const struct features *f)
{
	struct buf	b = BUF_EMPTY;
	bool		ok;

	wire_put(&features_desc, f, &b);
	ok = b.len <= FEATURES_BYTES_MAX;
	buf_release(&b);
	return ok;
}

static void
texts_drop(struct text **list, size_t *n)
{
	for (size_t i = 0; i < *n; i++)
		free((*list)[i].text);
	free(*list);
	*list = NULL;
	*n = 0;
}

static void
indicators_halve(struct features *f)
{
	for (size_t keep = f->nindicators / 2; f->nindicators > keep;) {
		struct indicator *last = &f->indicators[--f->nindicators];

		free(last->type);
		free(last->value);
		free(last->path);
	}
}

/* The cheaper rules stand last. */
static void
costs_halve(struct features *f)
{
	for (size_t keep = f->ncosts / 2; f->ncosts > keep &&
	    f->costs[f->ncosts - 1].is_rule; f->ncosts--)
		free(f->costs[f->ncosts - 1].name);
}

static void
partial_say(struct features *f)
{
	if (f->outcome != SCAN_SCANNED)
		return;
	f->outcome = SCAN_PARTIAL;
	free(f->why);
	f->why = mem_strdup("more findings than one answer holds");
}

/*
 * What explains goes first (costs, lists of the metadata, modules, indicators,
 * snippets), then what changes no verdict, and the last findings only when
 * that was not enough.  A finding that goes makes the file partial.
 */
void
features_shrink(struct features *f)
{
	struct metadata *m = &f->metadata;

	if (fits(f))
		return;
	costs_halve(f);
	if (!fits(f))
		texts_drop(&m->classifiers, &m->nclassifiers);
	if (!fits(f)) {
		free(f->modules);
		f->modules = NULL;
	}
	if (!fits(f))
		texts_drop(&m->requires, &m->nrequires);
	if (!fits(f))
		texts_drop(&m->project_urls, &m->nproject_urls);
	while (f->nindicators > 8 && !fits(f))
		indicators_halve(f);
	for (size_t i = f->nfindings; i-- > 0 && !fits(f);) {
		free(f->findings[i].snippet);
		f->findings[i].snippet = NULL;
	}
	for (size_t i = f->nfindings; i-- > 0 && !fits(f);)
		if (finding_is_redundant(f, i)) {
			finding_drop(f, i);
			partial_say(f);
		}
	while (f->nfindings > 0 && !fits(f)) {
		finding_drop(f, f->nfindings - 1);
		partial_say(f);
	}
}

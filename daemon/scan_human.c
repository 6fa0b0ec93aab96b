/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan_human - one scanned file as a person reads it.
 * Takes: features and verdict.  Gives: a readable verdict with its reasons.
 * Runs in: the command.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "scan.h"

#include "alert/text.h"
#include "base/limits.h"
#include "base/str.h"
#include "base/vis.h"

enum { FINDINGS_SHOWN = 12, INDICATORS_SHOWN = 6 };

/* Text out of a package: visible, whatever its length. */
static void
print_text(const char *indent, const char *s)
{
	char *seen = vis_dup(s, strlen(s));

	printf("%s%s", indent, seen);
	free(seen);
}

static void
print_head(const struct scan_item *i, const struct features *f,
    const struct verdict *v)
{
	const char *severity = severity_name(v->severity);

	print_text("", i->label);
	if (i->fd == -1) {
		printf(": %sNOT SCANNED%s: %s\n", colour_on(COLOUR_YELLOW),
		    colour_off(), f->why != NULL ? vis(f->why) : "?");
		return;
	}
	printf(": %s%s%s, score %u of 100%s%s\n", colour_on(
	    colour_of_severity(severity)),
	    v->severity != SEVERITY_NONE ? severity :
	    f->outcome == SCAN_SCANNED ? "nothing notable" :
	    "nothing notable in what was seen",
	    v->alert ? " (ALERT)" : "", v->score, colour_off(),
	    f->outcome == SCAN_PARTIAL ? ", seen only in part" :
	    f->outcome == SCAN_UNSCANNABLE ? ", NOT SCANNABLE" : "");
	if (i->project != NULL)
		printf("  %s %s, %s", vis(i->project), i->version != NULL ?
		    vis(i->version) : "", packagetype_name(i->packagetype));
	else
		printf("  %s", packagetype_name(i->packagetype));
	if (f->sha256[0] != '\0')
		printf(", sha256 %s", f->sha256);
	putchar('\n');
	if (f->outcome != SCAN_SCANNED && f->why != NULL)
		printf("  %s%s: %s%s\n", colour_on(COLOUR_YELLOW),
		    f->outcome == SCAN_PARTIAL ? "in part" : "not scannable",
		    vis(f->why), colour_off());
}

static void
print_names(const struct features *f)
{
	for (size_t i = 0; i < f->nnames && i < 3; i++) {
		const struct name_match *n = &f->names[i];

		printf("  the name resembles %s%s%s", colour_on(COLOUR_BOLD),
		    vis(n->target), colour_off());
		if (n->rank > 0)
			printf(" (rank %u)", n->rank);
		printf(", %s\n", vis(n->technique));
	}
}

static const struct finding *
strongest_left(const struct features *f, const bool *shown)
{
	const struct finding *best = NULL;

	for (size_t i = 0; i < f->nfindings; i++)
		if (!shown[i] && (best == NULL ||
		    f->findings[i].weight > best->weight))
			best = &f->findings[i];
	return best;
}

static void
print_finding(const struct finding *f)
{
	printf("  %s%4.2f%s  ", colour_on(f->weight >= 0.6 ? COLOUR_RED :
	    f->weight >= 0.3 ? COLOUR_YELLOW : COLOUR_DIM), f->weight,
	    colour_off());
	print_text("", f->text != NULL ? f->text : "?");
	printf(" %s[%s]%s\n", colour_on(COLOUR_DIM), f->rule != NULL ?
	    vis(f->rule) : "?", colour_off());
	printf("        %s", context_name(f->context));
	if (f->path != NULL) {
		print_text(": ", f->path);
		if (f->line > 0)
			printf(":%u", f->line);
	}
	if (f->layers != NULL)
		printf(" (through %s)", vis(f->layers));
	putchar('\n');
	if (f->snippet != NULL) {
		printf("        %s", colour_on(COLOUR_DIM));
		print_text("", f->snippet);
		printf("%s\n", colour_off());
	}
}

static void
print_findings(const struct features *f)
{
	bool	shown[FINDINGS_MAX] = { false };
	size_t	n = 0;

	for (; n < FINDINGS_SHOWN && n < f->nfindings; n++) {
		const struct finding *best = strongest_left(f, shown);

		shown[best - f->findings] = true;
		print_finding(best);
	}
	if (f->nfindings > n)
		printf("  and %zu weaker findings; --format json shows all\n",
		    f->nfindings - n);
}

static void
print_indicators(const struct features *f)
{
	struct buf b = BUF_EMPTY;

	for (size_t i = 0; i < f->nindicators && i < INDICATORS_SHOWN; i++) {
		buf_reset(&b);
		text_defang_value(&b, f->indicators[i].value);
		printf("  names %s: %s\n", vis(f->indicators[i].type),
		    buf_text(&b));
	}
	buf_release(&b);
}

void
scan_print_human(const struct scan_item *i, const struct features *f,
    const struct verdict *v)
{
	print_head(i, f, v);
	if (i->fd == -1)
		return;
	/* What is below every threshold is told only when asked for. */
	if (v->severity > SEVERITY_NONE) {
		print_names(f);
		print_findings(f);
		print_indicators(f);
	} else if (f->nfindings > 0) {
		printf("  %s%zu weak findings; --format json shows them%s\n",
		    colour_on(COLOUR_DIM), f->nfindings, colour_off());
	}
}

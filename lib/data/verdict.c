/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verdict - what judge makes of findings and history.
 * Runs in: queue, alert, the command.
 */
#include "data/verdict.h"

#include <stdlib.h>

#include "base/str.h"

const char *const severity_names[SEVERITY_COUNT] = {
	[SEVERITY_NONE] = "none", [SEVERITY_LOW] = "low",
	[SEVERITY_MEDIUM] = "medium", [SEVERITY_HIGH] = "high",
	[SEVERITY_CRITICAL] = "critical",
};

static const uint32_t least_score[SEVERITY_COUNT] = {
	[SEVERITY_NONE] = 0, [SEVERITY_LOW] = 20, [SEVERITY_MEDIUM] = 40,
	[SEVERITY_HIGH] = 60, [SEVERITY_CRITICAL] = 85,
};

const char *const triage_names[TRIAGE_COUNT] = { "open", "confirmed",
	"false_positive", "pentest", "spam", "benign" };

const char *
severity_name(enum severity severity)
{
	return severity < SEVERITY_COUNT ? severity_names[severity] : "?";
}

int
severity_from_name(const char *name)
{
	return str_index(severity_names, SEVERITY_COUNT, name);
}

enum severity
severity_of(uint32_t score)
{
	int s = SEVERITY_CRITICAL;

	while (s > SEVERITY_NONE && score < least_score[s])
		s--;
	return (enum severity)s;
}

void
verdict_release(struct verdict *v)
{
	for (size_t i = 0; i < v->nreasons; i++) {
		free(v->reasons[i].rule);
		free(v->reasons[i].category);
		free(v->reasons[i].text);
	}
	free(v->reasons);
	*v = (struct verdict){ 0 };
}

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EVIDENCE_REPORT_H
#define EVIDENCE_REPORT_H

/*
 * report - what PyPI is told of a release, by its form or its API.
 *
 * The API takes observations of people whom PyPI invited, is marked as one that
 * may change, and one such observation can quarantine a young project and
 * freeze its owners' accounts: nothing here decides to send.
 */
#include <jansson.h>

enum report_kind { REPORT_MALWARE, REPORT_SPAM, REPORT_CONFUSION, REPORT_OTHER,
	REPORT_KINDS };
extern const char *const report_kinds[REPORT_KINDS];	/* as people say them */

#define REPORT_MEDIA "application/vnd.pypi.api-v0-danger+json"

struct report {
	char	*summary;
	char	*inspector;	/* page of the strongest finding */
	char	*form;		/* PyPI's form, filled in */
	char	*api;		/* URL of the API */
	char	*body;		/* what the API is sent */
};

/*
 * Of an object of analyst.report_source().  `site` and `inspector` are base
 * URLs without a slash at the end; `summary` NULL makes one of the reasons.
 */
void	report_make(struct report *, const json_t *detection,
    enum report_kind, const char *summary, const char *site,
    const char *inspector);
void	report_release(struct report *);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RENDER_TOOLS_H
#define RENDER_TOOLS_H

/*
 * render_tools - alerts with one string everywhere, what a sink makes of them,
 * and whether that is within its receiver's limits.
 */
#include <stddef.h>

#include "alert/alert.h"
#include "alert/sinks.h"
#include "base/config.h"

/* An alert's JSON, heap. */
char	*payload_of(const char *text, size_t files, size_t findings,
    const char *type);
/* As a sink of that kind renders it: 0, or -1 when it refuses. */
int	render(const char *kind, const char *payload, struct rendered *);
/* The same, below `thread` and with an index beside the main one, or NULL. */
int	render_as(const char *kind, const char *payload, const char *thread,
    struct config_index *index, struct rendered *);
/* The value of a header, or NULL. */
const char *header_of(const struct rendered *, const char *name);

/* Fail the test unless everything is within its receiver's limits, and nothing
 * of ours can be taken for another's link, mention or header. */
void	check_slack(const char *body);
void	check_mail(const struct rendered *);
void	check_kind(const char *kind, const char *payload);
void	check_kinds(const char *payload);	/* every kind that there is */

#endif

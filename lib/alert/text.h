/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERT_TEXT_H
#define ALERT_TEXT_H

/*
 * text - strings out of a package on their way to a person.
 *
 * The order is fixed: make visible, de-fang, escape, and only then cut,
 * because each step lengthens the text.
 */
#include <stdbool.h>
#include <stddef.h>

struct buf;

/* Appends `s` made visible, with what a reader could click broken: URLs
 * (hxxps://), hosts and addresses (example[.]com).  Twice is as good as once. */
void	text_defang(struct buf *, const char *s);
/* The same for a value known to be an address: every dot of it. */
void	text_defang_value(struct buf *, const char *s);
/*
 * Length as the strictest sink counts: UTF-16 units, never fewer than code
 * points.
 */
size_t	text_units(const char *, size_t len);
/* The most bytes of valid UTF-8 that hold `units` units and end neither inside
 * a character nor inside an entity such as &amp;. */
size_t	text_cut(const char *, size_t len, size_t units);
/* Replaces & < > and nothing else, as Slack asks. */
void	text_escape(struct buf *, const char *, size_t len);
/*
 * Visible, de-fanged, escaped for Slack, at most `units` long, "..." at the
 * end when cut.  As code it stands between backticks (counted in), and
 * backticks in it are replaced.
 */
void	text_slack(struct buf *, const char *s, size_t units);
void	text_slack_code(struct buf *, const char *s, size_t units);
/* As a sentence, or as code when a character of it could format. */
void	text_slack_quiet(struct buf *, const char *s, size_t units);
/* One path segment or query value of a URL, percent-encoded (RFC 3986). */
void	text_percent(struct buf *, const char *s);

#endif

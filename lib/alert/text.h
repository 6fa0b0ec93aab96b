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
 * (hxxps://), hosts and addresses (example[.]com).  Twice is as good
 * as once. */
void	text_defang(struct buf *, const char *s);
/* The same for a value known to be an address: every dot of it. */
void	text_defang_value(struct buf *, const char *s);
/*
 * Length as the strictest sink counts: UTF-16 units, never fewer than code
 * points.
 */
size_t	text_units(const char *, size_t len);
/* The most bytes of valid UTF-8 that hold `units` units and do not end inside
 * a character. */
size_t	text_cut(const char *, size_t len, size_t units);

/* How a receiver reads text: what must be escaped, and what code looks like. */
enum text_style {
	TEXT_PLAIN,		/* mail, syslog, PagerDuty: nothing acts */
	TEXT_HTML,
	TEXT_SLACK,		/* mrkdwn: & < > only, code in backticks */
	TEXT_DISCORD,		/* Markdown */
	TEXT_TEAMS,		/* a subset of Markdown without code */
	TEXT_MATTERMOST,	/* Markdown, and mentions that notify */
	TEXT_STYLES
};
/*
 * Visible, de-fanged, escaped, at most `units` long, "..." at the end when
 * cut; never cut inside an entity or an escape.
 */
void	text_put(struct buf *, const char *s, size_t units, enum text_style);
/* The same between the style's marks of code (counted in); a character that
 * would end the code is replaced.  Nothing for "". */
void	text_put_code(struct buf *, const char *s, size_t units,
	    enum text_style);
/* As a sentence, or as code where a character of it could format and the
 * style knows no escape for it. */
void	text_put_quiet(struct buf *, const char *s, size_t units,
	    enum text_style);
/* One path segment or query value of a URL, percent-encoded (RFC 3986). */
void	text_percent(struct buf *, const char *s);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERT_CHANGE_H
#define ALERT_CHANGE_H

/*
 * change - what a follow-up or a summary says, in whole sentences.
 *
 * "The score changed from 60 to 87.", "We alerted 47 min before PyPI removed
 * it.", "Alerts during quiet hours: 5."
 */
#include <stdbool.h>
#include <stddef.h>

struct alert;
struct words;

/* A campaign's: what is new in it, and three ways in which some ended. */
#define CHANGE_LINES 4

/* The lines, heap; how many: 0 when it is the first word about a thing. */
size_t	change_lines(const struct words *, const struct alert *,
	    char *out[CHANGE_LINES]);
/* What follows in a campaign whose first release is over: nothing new in it. */
bool	change_closes(const struct alert *);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERT_RENDER_H
#define ALERT_RENDER_H

/* render - what the renderers of this folder share. */
#include <stddef.h>

#include <jansson.h>

#include "alert/story.h"

struct alert;
struct render_job;
struct rendered;

typedef json_t *render_message(const struct render_job *, const struct alert *,
    const struct detail *);

/*
 * The message with as much detail as the receiver's `total` takes, as compact
 * JSON into out->body; `finish`, if any, adds what is not counted.  0, or -1
 * with a reason when not even the shortest one fits.
 */
int	render_fitting(const struct render_job *, const struct alert *,
	    render_message *, void (*finish)(json_t *,
	    const struct render_job *), struct rendered *out, char *why,
	    size_t room);

/* It is signed between dots, and stands in headers and Message-IDs. */
bool	delivery_id_valid(const char *);
/* Heap text cut to `most` units, in a style; as a new JSON string. */
json_t	*render_text(const char *, size_t most, enum text_style);
/* The sections from `first` on as one text of at most `most` units: whole
 * lines are left out at its end rather than cut.  Heap. */
char	*render_sections(const struct story *, enum section first,
	    const struct markup *, size_t most);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERT_STORY_H
#define ALERT_STORY_H

/*
 * story - an alert as a person reads it, before any receiver's markup.
 *
 * What an analyst sees first: how bad, which release, why.  Then the reasons
 * with their places, what was contacted, what to do, and links to PyPI, the
 * inspector and our own page: never to what the package itself names.
 * Strings out of the package stay as they are; text_put() makes them harmless
 * on their way into a message.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alert/text.h"

struct alert;
struct buf;
struct render_job;
struct words;

/* How much to say; renderers ask for less until the whole fits. */
struct detail { size_t reasons, indicators, files, others; };
#define DETAIL_STEPS 6
extern const struct detail details[DETAIL_STEPS];

struct story_line {
	const char	*label;		/* of a fact, in our words; or NULL */
	char		*text;		/* a sentence; or NULL */
	char		*after;		/* our words behind it; or NULL */
	char		*code;		/* a name, place or address; or NULL */
	bool		 code_first;	/* a name leads its explanation, a
					   place follows its sentence */
};

enum section { SECTION_FACTS, SECTION_NOTE, SECTION_OTHERS, SECTION_REASONS,
	SECTION_INDICATORS, SECTION_FILES, SECTION_NEXT, SECTION_COUNT };

struct story_section {
	const char	*label;		/* NULL: none */
	struct story_line *lines;
	size_t		 nlines;
	char		*more;		/* "and 37 more", or NULL */
};

#define STORY_LINKS_MAX 3
struct story {
	const char	*word;		/* "CRITICAL", "WITHDRAWN" */
	char		*head;		/* word, project, version */
	char		*brief;		/* all of it in one line */
	uint32_t	 colour;	/* 0xRRGGBB */
	struct story_section sections[SECTION_COUNT];
	struct { char *label, *url; } links[STORY_LINKS_MAX];
	size_t		 nlinks;
	char		*reference;	/* "Detection 42: run ..." without a
					   page of ours to link to; or NULL */
};

struct story *story_new(const struct render_job *, const struct alert *,
    const struct detail *);
void	story_free(struct story *);
/* A thing that is over: a receiver may close what it opened. */
bool	alert_closes(const struct alert *);
/* The last word about a verdict: critical to none, 4 to 0. */
int	alert_rank(const struct alert *);

/* How a kind of receiver writes what a story holds. */
struct markup {
	enum text_style	 style;
	const char	*bold, *bold_end;
	const char	*bullet, *newline;
};

enum { LINE_UNITS = 300, CODE_UNITS = 160, HEAD_UNITS = 110 };

/* "after"s and labels are ours; everything else is escaped and cut. */
void	line_write(struct buf *, const struct story_line *,
	    const struct markup *);
/* A label and its lines; nothing for an empty section. */
void	section_write(struct buf *, const struct story_section *,
	    const struct markup *);
/* The sections from `first` on, an empty line between them. */
void	story_write(struct buf *, const struct story *, enum section first,
	    const struct markup *);
void	links_write(struct buf *, const struct story *, const struct markup *);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEB_FEED_H
#define WEB_FEED_H

/*
 * feed - detections as Atom 1.0 (RFC 4287) and JSON Feed 1.1.
 *
 * An entry's id never changes and is never reused; `updated` moves when the
 * detection changes.  Hostile strings stand as text, made visible.
 */
#include <stddef.h>

struct buf;
struct config_index;

struct feed_item {		/* borrowed */
	const char	*id, *project, *version, *score, *severity;
	const char	*lookalike_of;		/* NULL: of nobody */
	const char	*first_detected_at, *updated_at;	/* RFC 3339 */
	const char	*triage_status, *pypi_status;
	const char	*index;			/* whose project */
	const char	*why;			/* strongest reasons,
						   sentences */
};

struct feed {
	const char	*self;			/* absolute URL of this feed */
	const char	*link_base;		/* of detection pages,
						   or NULL */
	const struct config_index *indexes;	/* beside the main one */
	size_t		 nindexes;
	const struct feed_item *items;
	size_t		 n;
};

void	feed_atom(const struct feed *, struct buf *out);
void	feed_json(const struct feed *, struct buf *out);

#endif

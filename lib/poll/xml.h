/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLL_XML_H
#define POLL_XML_H

/*
 * xml - a hostile XML document as a guarded stream of elements.
 *
 * Bytes are repaired before the parser sees them: what is no UTF-8, and what
 * XML forbids, becomes U+FFFD, so one poisoned item cannot hide the others.
 * A document type is refused, so there are no entities but XML's own five.
 * Depth, text and total bytes are bounded.
 */
#include <stdbool.h>
#include <stddef.h>

struct xml_reader;

struct xml_handler {
	void	(*open)(void *ctx, const char *name);
	/* `text` is what stood since the last tag, "" when nothing did; cut at
	 * XML_TEXT_MAX. */
	void	(*close)(void *ctx, const char *name, const char *text);
};

struct xml_reader *xml_reader_new(const struct xml_handler *, void *ctx);
void	xml_reader_free(struct xml_reader *);
/* 0, or -1 from the first fault on; see xml_error. */
int	xml_feed(struct xml_reader *, const void *, size_t);
/* No more bytes: 0 when the document was whole. */
int	xml_end(struct xml_reader *);
/* For handlers: nothing more is called; `why` is a constant. */
void	xml_stop(struct xml_reader *, const char *why);
const char *xml_error(const struct xml_reader *);	/* or NULL */

#endif

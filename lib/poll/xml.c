/* SPDX-License-Identifier: Apache-2.0 */
/*
 * xml - a hostile XML document as a guarded stream of elements.
 * Takes: bytes in pieces of any size.  Gives: open and close calls.
 * Runs in: poll.
 *
 * libxml2's SAX2 push interface.  The handlers have a context of their own and
 * no entity callbacks, because with libxml2's context internal entities would
 * be expanded.  The parser's own "well formed" flag stays set when a handler
 * stops it, so only return codes count.
 */
#include "poll/xml.h"

#include <libxml/parser.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/vis.h"

/* libxml2 looks ahead through a whole chunk, and gives up at 10 MB. */
#define XML_CHUNK (32 * 1024)

struct xml_reader {
	xmlParserCtxtPtr	 parser;
	struct xml_handler	 handler;
	void			*ctx;
	uint8_t			 held[4];	/* a character cut by a chunk */
	size_t			 nheld;
	size_t			 total;
	unsigned int		 depth;
	struct buf		 text, joined, repaired;
	char			 error[128];
};

void
xml_stop(struct xml_reader *x, const char *why)
{
	if (x->error[0] == '\0')
		vis_copy(x->error, sizeof(x->error), why);
	xmlStopParser(x->parser);
}

const char *
xml_error(const struct xml_reader *x)
{
	return x->error[0] != '\0' ? x->error : NULL;
}

/* ---- what libxml2 calls ------------------------------------------------- */

static void
on_open(void *arg, const xmlChar *name, const xmlChar *prefix,
    const xmlChar *uri, int nspaces, const xmlChar **spaces, int nattributes,
    int ndefaulted, const xmlChar **attributes)
{
	struct xml_reader *x = arg;

	(void)prefix;
	(void)uri;
	(void)nspaces;
	(void)spaces;
	(void)nattributes;
	(void)ndefaulted;
	(void)attributes;
	if (x->error[0] != '\0')
		return;
	if (++x->depth > XML_DEPTH_MAX) {
		xml_stop(x, "elements are nested too deep");
		return;
	}
	buf_reset(&x->text);
	x->handler.open(x->ctx, (const char *)name);
}

static void
on_close(void *arg, const xmlChar *name, const xmlChar *prefix,
    const xmlChar *uri)
{
	struct xml_reader *x = arg;

	(void)prefix;
	(void)uri;
	if (x->error[0] != '\0')
		return;
	x->depth--;
	x->handler.close(x->ctx, (const char *)name, buf_text(&x->text));
	buf_reset(&x->text);
}

static void
on_text(void *arg, const xmlChar *text, int len)
{
	struct xml_reader *x = arg;

	buf_add(&x->text, text, (size_t)len);
}

static void
on_doctype(void *arg, const xmlChar *name, const xmlChar *id,
    const xmlChar *system)
{
	(void)name;
	(void)id;
	(void)system;
	xml_stop(arg, "a document type is refused");
}

static void
on_error(void *arg, xmlErrorPtr error)
{
	struct xml_reader *x = arg;
	char	*text, *end;

	if (error->level < XML_ERR_ERROR || x->error[0] != '\0')
		return;
	text = mem_printf("line %d: %s", error->line,
	    error->message != NULL ? error->message : "not well-formed");
	if ((end = strchr(text, '\n')) != NULL)
		*end = '\0';
	vis_copy(x->error, sizeof(x->error), text);
	free(text);
}

/* ---- ours --------------------------------------------------------------- */

static xmlParserInputPtr
no_entity(const char *url, const char *id, xmlParserCtxtPtr parser)
{
	(void)url;
	(void)id;
	(void)parser;
	return NULL;
}

struct xml_reader *
xml_reader_new(const struct xml_handler *handler, void *ctx)
{
	struct xml_reader *x = mem_alloc(sizeof(*x));
	xmlSAXHandler sax = { .initialized = XML_SAX2_MAGIC,
	    .startElementNs = on_open, .endElementNs = on_close,
	    .characters = on_text, .cdataBlock = on_text,
	    .internalSubset = on_doctype, .serror = on_error };

	xmlInitParser();
	xmlSetExternalEntityLoader(no_entity);
	x->handler = *handler;
	x->ctx = ctx;
	x->text.most = XML_TEXT_MAX;
	x->parser = xmlCreatePushParserCtxt(&sax, x, NULL, 0, NULL);
	if (x->parser == NULL)
		mem_exhausted(sizeof(*x));
	xmlCtxtUseOptions(x->parser, XML_PARSE_NONET | XML_PARSE_NOCDATA |
	    XML_PARSE_IGNORE_ENC);
	return x;
}

void
xml_reader_free(struct xml_reader *x)
{
	if (x == NULL)
		return;
	if (x->parser->myDoc != NULL)
		xmlFreeDoc(x->parser->myDoc);
	xmlFreeParserCtxt(x->parser);
	buf_release(&x->text);
	buf_release(&x->joined);
	buf_release(&x->repaired);
	free(x);
}

static bool
is_xml_char(uint32_t c)
{
	return (c >= 0x20 && c != 0xfffe && c != 0xffff) || c == '\t' ||
	    c == '\n' || c == '\r';
}

/* True when the bytes may be the beginning of a character. */
static bool
may_go_on(const uint8_t *s, size_t left)
{
	static const size_t needs[] = { 0, 0, 2, 2, 3, 4 };
	size_t need;

	if (s[0] < 0xc2 || s[0] > 0xf4)
		return false;
	need = needs[s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 4 : 5];
	for (size_t i = 1; i < left; i++)
		if ((s[i] & 0xc0) != 0x80)
			return false;
	return left < need;
}

/* Appends `len` bytes as XML characters; holds back a cut last one. */
static void
repair(struct xml_reader *x, const uint8_t *s, size_t len, bool last)
{
	uint32_t c;
	size_t	 n;

	for (size_t i = 0; i < len; i += n) {
		n = utf8_next(s + i, len - i, &c);
		if (n == 0 && !last && may_go_on(s + i, len - i)) {
			x->nheld = len - i;
			memcpy(x->held, s + i, x->nheld);
			return;
		}
		if (n != 0 && is_xml_char(c))
			buf_add(&x->repaired, s + i, n);
		else
			utf8_add(&x->repaired, 0xfffd);
		n = n != 0 ? n : 1;
	}
}

static int
parse(struct xml_reader *x, bool last)
{
	int rc = xmlParseChunk(x->parser, x->repaired.data,
	    (int)x->repaired.len, last);

	buf_reset(&x->repaired);
	if (rc != XML_ERR_OK && x->error[0] == '\0')
		vis_copy(x->error, sizeof(x->error), "not well-formed");
	return x->error[0] == '\0' ? 0 : -1;
}

/* What was held back goes in front. */
static int
feed_chunk(struct xml_reader *x, const uint8_t *s, size_t len)
{
	buf_reset(&x->joined);
	buf_add(&x->joined, x->held, x->nheld);
	buf_add(&x->joined, s, len);
	x->nheld = 0;
	repair(x, (const uint8_t *)x->joined.data, x->joined.len, false);
	return parse(x, false);
}

int
xml_feed(struct xml_reader *x, const void *bytes, size_t len)
{
	const uint8_t *s = bytes;
	size_t n;

	for (; len > 0 && x->error[0] == '\0'; s += n, len -= n) {
		n = len < XML_CHUNK ? len : XML_CHUNK;
		if ((x->total += n) > XML_BYTES_MAX)
			xml_stop(x, "the document is too big");
		else
			feed_chunk(x, s, n);
	}
	return x->error[0] == '\0' ? 0 : -1;
}

int
xml_end(struct xml_reader *x)
{
	if (x->error[0] != '\0')
		return -1;
	repair(x, x->held, x->nheld, true);
	return parse(x, true);
}

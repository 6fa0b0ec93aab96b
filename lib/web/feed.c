/* SPDX-License-Identifier: Apache-2.0 */
/*
 * feed - detections as Atom and JSON Feed.
 * Takes: rows.  Gives: a document.
 * Runs in: web.
 */
#include "web/feed.h"

#include <jansson.h>
#include <libxml/xmlwriter.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/vis.h"
#include "data/project_page.h"

/* RFC 4151; the date is that of the scheme, not of the entry. */
#define FEED_TAG "tag:pypiwatch,2026:"
#define FEED_TITLE "pypiwatch detections"

static char *
item_title(const struct feed_item *item)
{
	struct buf	b = BUF_EMPTY;
	char		*safe;

	buf_addf(&b, "%s: %s %s (%s/100)", item->severity, item->project,
	    item->version, item->score);
	if (item->lookalike_of != NULL)
		buf_addf(&b, ", looks like %s", item->lookalike_of);
	safe = vis_dup(buf_text(&b), b.len);
	buf_release(&b);
	return safe;
}

static char *
item_text(const struct feed_item *item)
{
	struct buf b = BUF_EMPTY, safe = BUF_EMPTY;

	buf_addf(&b, "%s\nTriage: %s. On PyPI: %s.",
	    item->why != NULL ? item->why : "", item->triage_status,
	    item->pypi_status);
	vis_add(&safe, buf_text(&b), b.len, true);
	buf_release(&b);
	return buf_steal(&safe);
}

/* The detection's page, or the project's on its index (which may be gone); NULL
 * where that is not known. */
static char *
item_link(const struct feed *feed, const struct feed_item *item)
{
	if (feed->link_base != NULL)
		return mem_printf("%s/detections/%s", feed->link_base,
		    item->id);
	return project_page_on(feed->indexes, feed->nindexes, item->index,
	    item->project, item->version);
}

/* Memory is the writer's only reason to fail. */
static void
wrote(int rc)
{
	if (rc < 0)
		mem_exhausted(0);
}

static void
element(xmlTextWriterPtr w, const char *name, const char *text)
{
	wrote(xmlTextWriterWriteElement(w, (const xmlChar *)name,
	    (const xmlChar *)text));
}

static void
open_element(xmlTextWriterPtr w, const char *name)
{
	wrote(xmlTextWriterStartElement(w, (const xmlChar *)name));
}

static void
attribute(xmlTextWriterPtr w, const char *name, const char *value)
{
	wrote(xmlTextWriterWriteAttribute(w, (const xmlChar *)name,
	    (const xmlChar *)value));
}

static void
close_element(xmlTextWriterPtr w)
{
	wrote(xmlTextWriterEndElement(w));
}

static void
atom_link(xmlTextWriterPtr w, const char *rel, const char *href)
{
	open_element(w, "link");
	attribute(w, "rel", rel);
	attribute(w, "href", href);
	close_element(w);
}

static void
atom_category(xmlTextWriterPtr w, const char *kind, const char *value)
{
	char *term = mem_printf("%s:%s", kind, value);

	open_element(w, "category");
	attribute(w, "term", term);
	close_element(w);
	free(term);
}

static void
atom_entry(xmlTextWriterPtr w, const struct feed *feed,
    const struct feed_item *item)
{
	char *title = item_title(item), *text = item_text(item);
	char *link = item_link(feed, item);
	char *id = mem_printf(FEED_TAG "detection/%s", item->id);

	open_element(w, "entry");
	element(w, "id", id);
	element(w, "title", title);
	element(w, "published", item->first_detected_at);
	element(w, "updated", item->updated_at);
	if (link != NULL)
		atom_link(w, "alternate", link);
	atom_category(w, "severity", item->severity);
	atom_category(w, "triage", item->triage_status);
	atom_category(w, "index", item->index);
	open_element(w, "content");
	attribute(w, "type", "text");
	wrote(xmlTextWriterWriteString(w, (const xmlChar *)text));
	close_element(w);
	close_element(w);
	free(id);
	free(link);
	free(text);
	free(title);
}

/* A feed's `updated` is that of its newest entry, so that an unchanged feed
 * has unchanged bytes. */
static const char *
feed_updated(const struct feed *feed)
{
	const char *newest = "2026-01-01T00:00:00Z";

	for (size_t i = 0; i < feed->n; i++)
		if (strcmp(feed->items[i].updated_at, newest) > 0)
			newest = feed->items[i].updated_at;
	return newest;
}

static void
atom_head(xmlTextWriterPtr w, const struct feed *feed)
{
	wrote(xmlTextWriterStartElementNS(w, NULL, (const xmlChar *)"feed",
	    (const xmlChar *)"http://www.w3.org/2005/Atom"));
	element(w, "id", FEED_TAG "detections");
	element(w, "title", FEED_TITLE);
	element(w, "updated", feed_updated(feed));
	open_element(w, "author");
	element(w, "name", "pypiwatch");
	close_element(w);
	open_element(w, "generator");
	attribute(w, "version", VERSION);
	wrote(xmlTextWriterWriteString(w, (const xmlChar *)"pypiwatch"));
	close_element(w);
	atom_link(w, "self", feed->self);
}

void
feed_atom(const struct feed *feed, struct buf *out)
{
	xmlBufferPtr		xml = xmlBufferCreate();
	xmlTextWriterPtr	w = xml != NULL ?
	    xmlNewTextWriterMemory(xml, 0) : NULL;

	if (w == NULL)
		mem_exhausted(0);
	wrote(xmlTextWriterStartDocument(w, NULL, "UTF-8", NULL));
	atom_head(w, feed);
	for (size_t i = 0; i < feed->n; i++)
		atom_entry(w, feed, &feed->items[i]);
	wrote(xmlTextWriterEndDocument(w));
	xmlFreeTextWriter(w);
	buf_add(out, xmlBufferContent(xml), (size_t)xmlBufferLength(xml));
	xmlBufferFree(xml);
}

static json_t *
json_item(const struct feed *feed, const struct feed_item *item)
{
	char	*title = item_title(item), *text = item_text(item);
	char	*link = item_link(feed, item);
	char	*id = mem_printf(FEED_TAG "detection/%s", item->id);
	json_t	*json = json_pack("{s:s, s:s*, s:s, s:s, s:s, s:s, s:[s], "
	    "s:{s:s, s:s, s:s, s:s, s:s, s:s?, s:s, s:s}}",
	    "id", id, "url", link, "title", title, "content_text", text,
	    "date_published", item->first_detected_at,
	    "date_modified", item->updated_at, "tags", item->severity,
	    "_pypiwatch", "index", item->index, "project", item->project,
	    "version", item->version,
	    "score", item->score, "severity", item->severity,
	    "lookalike_of", item->lookalike_of,
	    "triage_status", item->triage_status,
	    "pypi_status", item->pypi_status);

	free(id);
	free(link);
	free(text);
	free(title);
	return json;
}

void
feed_json(const struct feed *feed, struct buf *out)
{
	json_t	*items = json_array(), *json;
	char	*text;

	for (size_t i = 0; i < feed->n; i++)
		json_array_append_new(items, json_item(feed, &feed->items[i]));
	json = json_pack("{s:s, s:s, s:s, s:s, s:o}",
	    "version", "https://jsonfeed.org/version/1.1",
	    "title", FEED_TITLE, "feed_url", feed->self,
	    "description", "Releases on PyPI that pypiwatch judged suspicious",
	    "items", items);
	text = json != NULL ? json_dumps(json, JSON_COMPACT) : NULL;
	if (text == NULL)
		mem_exhausted(0);
	buf_adds(out, text);
	free(text);
	json_decref(json);
}

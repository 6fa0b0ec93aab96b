/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rss - PyPI's two feeds: the newest releases and the newest projects.
 * Takes: the bytes of a feed.  Gives: events; which of them are new.
 * Runs in: poll.
 *
 * Name and version come from the link, never from the title, which is text
 * for people.  The feeds have no usable guid.
 */
#include "poll/rss.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "poll/xml.h"

struct rss_reader {
	struct xml_reader *xml;
	struct rss_page	*page;
	enum source	 source;
	bool		 in_item;
	struct event	 item;
};

/* ---- one item ----------------------------------------------------------- */

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/*
 * The path segment at *s, percent-decoded, heap; *s moves behind its slash.
 * NULL when it is empty, longer than `most`, or holds anything that no name
 * and no version holds.
 */
static char *
segment(const char **s, size_t most)
{
	char	*out = mem_array(most + 1, 1);
	size_t	 n = 0;
	bool	 good = true;

	for (; **s != '\0' && **s != '/' && **s != '?' && **s != '#'; (*s)++) {
		int c = (unsigned char)**s;

		if (c == '%' && hex_value((*s)[1]) >= 0 &&
		    hex_value((*s)[2]) >= 0) {
			c = hex_value((*s)[1]) * 16 + hex_value((*s)[2]);
			*s += 2;
		}
		if (n == most || c <= ' ' || c >= 0x7f || c == '/' || c == '%')
			good = false;
		else
			out[n++] = (char)c;
	}
	if (**s == '/')
		(*s)++;
	if (good && n > 0)
		return out;
	free(out);
	return NULL;
}

static bool
is_name(const char *s)
{
	static const char all[] = "._-abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	const char *ends = all + 3;

	return s != NULL && strspn(s, all) == strlen(s) &&
	    strchr(ends, s[0]) != NULL &&
	    strchr(ends, s[strlen(s) - 1]) != NULL;
}

/* ".../project/<name>/" or ".../project/<name>/<version>/". */
static void
read_link(struct rss_reader *r, const char *link)
{
	const char *at = strstr(link, "/project/");

	free(r->item.project);
	free(r->item.version);
	r->item.project = r->item.version = NULL;
	if (at == NULL)
		return;
	at += strlen("/project/");
	r->item.project = segment(&at, PROJECT_NAME_MAX);
	if (r->source == SOURCE_RSS_UPDATES)
		r->item.version = segment(&at, VERSION_MAX);
}

/* RFC 822 with a year of four digits, always GMT; 0 when it is not. */
static int64_t
read_date(const char *text)
{
	struct tm tm = { 0 };
	const char *rest = strptime(text, "%a, %d %b %Y %H:%M:%S", &tm);

	if (rest == NULL || !str_starts(rest, " GMT"))
		return 0;
	return (int64_t)timegm(&tm) * 1000000;
}

static void
item_end(struct rss_reader *r)
{
	struct rss_page *page = r->page;
	bool	updates = r->source == SOURCE_RSS_UPDATES;

	if (page->n + page->unreadable >= RSS_ITEMS_MAX) {
		xml_stop(r->xml, "more items than a feed can have");
		return;
	}
	if (!is_name(r->item.project) ||
	    (updates && r->item.version == NULL)) {
		page->unreadable++;
		return;
	}
	r->item.source = r->source;
	r->item.kind = updates ? EVENT_NEW_RELEASE : EVENT_CREATE;
	page->events = mem_grow(page->events, page->n + 1,
	    sizeof(*page->events));
	page->events[page->n++] = r->item;
	r->item = (struct event){ 0 };
}

static void
on_open(void *ctx, const char *name)
{
	struct rss_reader *r = ctx;

	if (strcmp(name, "item") == 0) {
		wire_release(&event_desc, &r->item);
		r->in_item = true;
	}
}

static void
on_close(void *ctx, const char *name, const char *text)
{
	struct rss_reader *r = ctx;

	if (!r->in_item)
		return;
	if (strcmp(name, "link") == 0)
		read_link(r, text);
	else if (strcmp(name, "pubDate") == 0)
		r->item.at_us = read_date(text);
	else if (strcmp(name, "item") == 0) {
		item_end(r);
		r->in_item = false;
	}
}

void
rss_read(enum source source, const void *bytes, size_t len,
    struct rss_page *out)
{
	static const struct xml_handler handler = { on_open, on_close };
	struct rss_reader r = { .page = out, .source = source };

	*out = (struct rss_page){ 0 };
	r.xml = xml_reader_new(&handler, &r);
	if (xml_feed(r.xml, bytes, len) == -1 || xml_end(r.xml) == -1)
		vis_copy(out->error, sizeof(out->error), xml_error(r.xml));
	wire_release(&event_desc, &r.item);
	xml_reader_free(r.xml);
}

void
rss_page_release(struct rss_page *page)
{
	for (size_t i = 0; i < page->n; i++)
		wire_release(&event_desc, &page->events[i]);
	free(page->events);
	*page = (struct rss_page){ 0 };
}

/* ---- what was seen ------------------------------------------------------ */

struct rss_seen {
	char	*keys[RSS_SEEN_MAX];	/* a ring; NULL: not used yet */
	size_t	 next;
};

static char *
key_of(const struct event *e)
{
	return mem_printf("%s/%s", e->project,
	    e->version != NULL ? e->version : "");
}

struct rss_seen *
rss_seen_new(void)
{
	return mem_alloc(sizeof(struct rss_seen));
}

void
rss_seen_free(struct rss_seen *seen)
{
	if (seen == NULL)
		return;
	for (size_t i = 0; i < RSS_SEEN_MAX; i++)
		free(seen->keys[i]);
	free(seen);
}

static bool
has_key(const struct rss_seen *seen, const char *key)
{
	for (size_t i = 0; i < RSS_SEEN_MAX && seen->keys[i] != NULL; i++)
		if (strcmp(seen->keys[i], key) == 0)
			return true;
	return false;
}

bool
rss_seen_has(const struct rss_seen *seen, const struct event *e)
{
	char *key = key_of(e);
	bool found = has_key(seen, key);

	free(key);
	return found;
}

void
rss_seen_add_key(struct rss_seen *seen, const char *key)
{
	if (has_key(seen, key))
		return;
	free(seen->keys[seen->next]);
	seen->keys[seen->next] = mem_strdup(key);
	seen->next = (seen->next + 1) % RSS_SEEN_MAX;
}

void
rss_seen_add(struct rss_seen *seen, const struct event *e)
{
	char *key = key_of(e);

	rss_seen_add_key(seen, key);
	free(key);
}

bool
rss_seen_gap(const struct rss_seen *seen, const struct rss_page *page)
{
	if (seen->keys[0] == NULL || page->n == 0)
		return false;
	for (size_t i = 0; i < page->n; i++)
		if (rss_seen_has(seen, &page->events[i]))
			return false;
	return true;
}

void
rss_seen_filter(const struct rss_seen *seen, struct rss_page *page)
{
	size_t kept = 0;

	for (size_t i = 0; i < page->n; i++) {
		if (rss_seen_has(seen, &page->events[i]))
			wire_release(&event_desc, &page->events[i]);
		else
			page->events[kept++] = page->events[i];
	}
	page->n = kept;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * follow_rss - asks a feed, and says what an answer means.
 * Takes: what was seen, a feed.  Gives: a page of events to store, oldest
 * first, and whether anything may be missing before them.
 * Runs in: poll.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "base/http.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "poll/follow_feed.h"
#include "poll/rss.h"
#include "poll/site.h"

static void
take_feed(struct feed *d, const struct http_answer *a)
{
	struct rss_page p;

	rss_read(d->source, a->body, a->body_len, &p);
	if (p.unreadable > 0)
		log_debug("source=%s unreadable_items=%zu",
		    source_name(d->source), p.unreadable);
	if (rss_seen_gap(d->seen, &p))
		feed_gap(d, -1, "no item of the poll before is left");
	d->past = d->first;	/* of the first page: it is only noted */
	rss_seen_filter(d->seen, &p);
	for (size_t i = 0; i < p.n; i++)
		page_add(&d->page, &p.events[i]);
	p.n = 0;		/* the page has them now */
	page_reverse(&d->page);		/* oldest first */
	vis_copy(d->broken, sizeof(d->broken), p.error);
	rss_page_release(&p);
	(void)!str_copy(d->etag, sizeof(d->etag), d->broken[0] == '\0' ?
	    a->etag : "");
	if (d->page.n > 0)
		feed_enter(d, FEED_STORE);
	else if (d->broken[0] != '\0')
		feed_fail(d, -1, d->broken);
	else {
		d->first = d->past = false;	/* what comes now is news */
		feed_rest(d);
	}
}

static void
on_feed(void *ctx, const struct http_answer *a)
{
	struct feed *d = ctx;

	d->request = NULL;
	d->retry_after_s = -1;
	if (a->result == HTTP_OK && a->status == 304) {
		d->polled_at_us = clock_wall_us();
		feed_rest(d);
	} else if (feed_answered(d, a, "text/xml"))
		take_feed(d, a);
}

void
rss_poll(struct feed *d)
{
	struct follow *f = d->follow;
	char *url = mem_printf("%s%s", f->set.site->url,
	    d->source == SOURCE_RSS_UPDATES ? RSS_UPDATES_PATH :
	    RSS_PACKAGES_PATH);

	d->request = http_send(f->set.http, &(struct http_ask){ .url = url,
	    .if_none_match = d->etag[0] != '\0' ? d->etag : NULL,
	    .compressed = true, .follow = true,
	    .allow_plain = f->set.site->plain,
	    .body_most = RSS_BYTES_MAX,
	    .timeout_ms = f->set.timeout_s * 1000,
	    .done = on_feed, .ctx = d });
	free(url);
}

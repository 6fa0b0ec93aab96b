/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLL_FOLLOW_FEED_H
#define POLL_FOLLOW_FEED_H

/*
 * follow_feed - one source that is followed: what follow.c, which has its
 * states, shares with follow_changelog.c and follow_rss.c, which ask it and
 * read its answers.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/log.h"
#include "data/messages.h"
#include "poll/follow.h"
#include "poll/pace.h"
#include "poll/page.h"
#include "poll/serials.h"

struct changelog_reader;
struct http_answer;
struct http_request;
struct rss_seen;
struct timer;

enum feed_state { FEED_OFF, FEED_WAIT, FEED_ASK, FEED_STORE, FEED_STOPPED };

/* PyPI allows a call a second and address. */
#define CALL_GAP_MS 1000

struct feed {
	struct follow	*follow;
	enum source	 source;
	enum feed_state	 state;
	struct timer	*timer;		/* of FEED_WAIT */
	struct http_request *request;	/* of FEED_ASK */
	struct pace	 pace;
	struct page	 page;		/* of FEED_STORE */
	char		 gap[128];	/* goes with the page's last piece */
	int64_t		 gap_since;
	size_t		 unreadable;	/* rows of the page before */
	int64_t		 before_us;	/* the last whole answer's time */
	bool		 has_cursor;	/* the page moves the cursor */
	bool		 more;		/* the page was full: ask at once */
	bool		 ask_last;	/* next: changelog_last_serial */
	bool		 first;		/* its answer is where we begin */
	bool		 past;		/* the page is what stood there
					   before */
	bool		 silent;	/* its host does not answer */
	char		 broken[256];	/* after storing what there is, fail */
	int64_t		 retry_after_s;	/* then */
	int64_t		 polled_at_us;
	char		 etag[HTTP_HEADER_MAX];
	struct changelog_reader *reader;
	struct rss_seen	*seen;
	struct msg_source health;
	char		 why[256];
	struct log_spell spell;
};

enum { FEEDS = 3 };	/* the changelog first */

struct follow {
	struct follow_settings set;
	struct feed	 feeds[FEEDS];
	struct timer	*minute;
	int64_t		 epoch, seq;
	int64_t		 cursor;	/* all up to here is stored */
	int64_t		 began;		/* the first start's: before it
					   is past */
	struct serials	 known;		/* stored, near the cursor */
	struct feed	*handing;	/* whose piece is with queue */
	size_t		 handed;	/* its page's next when stored */
	int64_t		 handed_cursor;
	unsigned int	 turn;		/* who may hand over next */
	struct log_spell silence;
};

/* The only place that starts and ends what a state needs. */
void	feed_enter(struct feed *, enum feed_state);
/* Waits, then asks. */
void	feed_again(struct feed *, int64_t ms);
/* All is read: well, and asked again in its turn. */
void	feed_rest(struct feed *);
/* Failed; it is asked again with growing pauses, or as the server said (-1: it
 * did not). */
void	feed_fail(struct feed *, int64_t retry_after_s, const char *why);
/* Not asked again until follow_start. */
void	feed_stop(struct feed *, const char *why);
/* Something may be missing since the serial: goes with the page, and to who can
 * repair it. */
void	feed_gap(struct feed *, int64_t since, const char *why);
/* True when there is an answer of that type to read; else the feed failed. */
bool	feed_answered(struct feed *, const struct http_answer *,
    const char *type);

/* Ask; a page of events enters FEED_STORE, everything else ends as above. */
void	changelog_poll(struct feed *);
void	rss_poll(struct feed *);

#endif

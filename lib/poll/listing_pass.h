/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLL_LISTING_PASS_H
#define POLL_LISTING_PASS_H

/*
 * listing_pass - one pass over an index: what listing.c, which has its states,
 * shares with listing_index.c and listing_page.c, which ask for the list and
 * for the pages, and read the answers.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/log.h"
#include "data/messages.h"
#include "poll/listing.h"
#include "poll/name_list.h"
#include "poll/pace.h"
#include "poll/simple_index.h"
#include "poll/visits.h"

struct http_answer;
struct http_request;
struct timer;

enum listing_state { LIST_OFF, LIST_WAIT, LIST_INDEX, LIST_TURN, LIST_PAGE,
	LIST_STORE };

struct listing {
	struct listing_settings set;
	enum listing_state state;
	struct timer	*timer, *minute;
	struct http_request *request;
	struct pace	 pace;
	/* where we are */
	int64_t		 epoch, seq, cursor, woken, last_ok_us;
	bool		 begun;		/* there is a cursor */
	bool		 awake;		/* listing_wake was called */
	char		 etag[HTTP_HEADER_MAX];	/* of the list, when done */
	/* the pass */
	struct simple_index_reader *reader;
	struct simple_index document;
	char		 document_etag[HTTP_HEADER_MAX];
	int64_t		 since, pass_us;
	struct visits	 visits;
	struct visit	*at;		/* its page is asked for or
					   handed over */
	struct name_list names, names_before;
	struct tags	 tags;		/* where the list has no serials */
	size_t		 visited;
	bool		 unvisited;	/* a page said "not modified" */
	bool		 ended;		/* what is with queue ends the pass */
	struct msg_source health;
	char		 why[256];
	struct log_spell spell;
};

/* The only place that starts and ends what a state needs. */
void	listing_enter(struct listing *, enum listing_state);
/* The pass is over: nothing was left out; or it begins again later. */
void	pass_well(struct listing *);
void	pass_fail(struct listing *, int64_t retry_after_s, const char *why);
/* The visit under way: later, after the others. */
void	pass_put_off(struct listing *, int64_t ms);
/* The index or queue failed: the whole pass rests for a while, and then goes
 * on. */
void	pass_pause(struct listing *, int64_t retry_after_s, const char *why);

/* A word for an answer that cannot be used, in `why`; false: it can. */
bool	listing_unusable(const struct http_answer *, char *why, size_t room);
/* Ask for the list, and end in LIST_TURN or pass_fail ... */
void	listing_ask_index(struct listing *);
/* ... and for the page of the visit, and end in LIST_STORE, or in LIST_TURN
 * with the visit put off. */
void	listing_ask_page(struct listing *);

#endif

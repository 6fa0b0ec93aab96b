/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DATA_MESSAGES_H
#define DATA_MESSAGES_H

/*
 * messages - what queue and its satellites say to each other.
 *
 * One list of types a direction.  Queue is the centre of a star; the others
 * never talk to each other.  The first message on every channel is the
 * satellite's hello with IPC_PROTOCOL; queue drops a channel that speaks
 * another one.
 */
#include "base/digest.h"
#include "base/wire.h"
#include "data/event.h"
#include "data/upload.h"

/* Everybody's first words to queue. */
struct msg_hello { uint32_t protocol; char *role; uint32_t slots; };
extern const struct wire_desc msg_hello_desc;	/* type MSG_HELLO, slots: tasks
						   it takes at once */
enum { MSG_HELLO = 1 };

/* ---- supervisor -> queue: a satellite was started; its channel end ------ */
enum { MSG_SATELLITE = 10, MSG_DRAIN, MSG_DEGRADED };
struct msg_satellite { char *role; uint32_t index; int64_t pid; };
extern const struct wire_desc msg_satellite_desc;	/* one descriptor */
/* MSG_DRAIN: no payload; take no new leases, finish what runs, then exit 0. */
/* A role ends again and again, or no longer does.  A new queue is told at once
 * of all that are degraded, itself included. */
struct msg_degraded { char *role; uint32_t index; bool over; char *why; };
extern const struct wire_desc msg_degraded_desc;

/* ---- queue -> supervisor ----------------------------------------------- */
enum { MSG_QUEUE_READY = 20, MSG_KICK, MSG_GREETED };
/* MSG_QUEUE_READY: the database answered for the first time.
 * MSG_GREETED, a msg_satellite: its hello was right. */
struct msg_kick { char *role; uint32_t index; char *why; };	/* kill it */
extern const struct wire_desc msg_kick_desc;

/* ---- queue -> poll ------------------------------------------------------ */
enum { MSG_FOLLOW = 100, MSG_EVENTS_STORED, MSG_RESOLVE, MSG_UNFOLLOW,
	MSG_LISTING_STORED, MSG_POPULAR_WANTED, MSG_BACKFILL };
/* How far a source came before. */
struct followed {
	char	*source;	/* "changelog", "rss", "simple",
				   "simple:corp" */
	bool	 has_cursor;
	int64_t	 serial;	/* the cursor */
	int64_t	 last_ok_us;	/* when it was last read whole, 0 unknown */
};
/* An item that a feed showed before: "project/version" of `source`. */
struct feed_item { enum source source; char *key; };
/* MSG_POPULAR_WANTED: no payload; fetch pypi.popular-url, once. */
/* Start (or go on) following: we hold the lease on polling. */
struct msg_follow {
	int64_t	 epoch;		/* goes back in every msg_events */
	bool	 first;		/* no cursor yet: begin at the present */
	int64_t	 serial;	/* the changelog's cursor */
	int64_t	 begin;		/* where we once began: what is older is the
				   past; 0 unknown */
	struct followed *sources;
	size_t	 nsources;
	struct feed_item *items; /* oldest first */
	size_t	 nitems;
};
struct msg_events_stored { int64_t seq; bool ok; char *why; };
struct msg_listing_stored { char *index; int64_t seq; bool ok; char *why; };
/* The piece of the changelog that follows a serial, please. */
struct msg_backfill { int64_t id, epoch, since, until; };
/* One attempt to learn what a release holds. */
struct msg_resolve {
	int64_t	 id;		/* goes back */
	char	*index;		/* NULL: the main one */
	char	*project;	/* display name */
	char	*version;	/* NULL: the newest */
	char	*filename;	/* NULL: all files of the release */
	int64_t	 serial;	/* a copy older than this is stale; 0 unknown */
	uint32_t attempt;	/* from 1; later ones vary URL and encoding */
};
extern const struct wire_desc msg_follow_desc, msg_events_stored_desc,
    msg_listing_stored_desc, msg_backfill_desc, msg_resolve_desc;

/* ---- poll -> queue ------------------------------------------------------ */
enum { MSG_EVENTS = 120, MSG_RESOLVED, MSG_SOURCE, MSG_LISTING, MSG_LISTED,
	MSG_POPULAR, MSG_POPULAR_FAILED, MSG_BACKFILLED };
/* MSG_POPULAR: no payload, one descriptor: a sealed memfd with lines of rank,
 * name and downloads. */
struct msg_popular_failed { char *why; };
extern const struct wire_desc msg_popular_failed_desc;
/* A piece of a page.  Stored with its cursor in one transaction; poll sends
 * the next piece after msg_events_stored. */
struct msg_events {
	int64_t	 seq, epoch;
	enum source source;
	bool	 has_cursor;
	int64_t	 cursor;		/* after these events */
	char	*gap;			/* why something may be lost between
					   the poll before and this one; NULL */
	int64_t	 gap_since;		/* a serial that came before it, -1 */
	int64_t	 before_us;		/* time of the poll before, 0 unknown */
	bool	 past;			/* a feed's first page: not our time */
	int64_t	 polled_at_us;
	struct event *events;
	size_t	 nevents;
};
enum resolve_status {
	RESOLVE_FOUND,		/* release is filled in; wanted file is there */
	RESOLVE_STALE,		/* a copy older than the event: ask again */
	RESOLVE_MISSING,	/* 404 or file not listed yet: ask again */
	RESOLVE_GONE,		/* removed or quarantined, PyPI says so */
	RESOLVE_FAILED,		/* network, 5xx, malformed: ask again */
	RESOLVE_COUNT
};
struct msg_resolved {
	int64_t	 id;
	enum resolve_status status;
	char	*why;			/* unless FOUND */
	int64_t	 retry_after_s;		/* -1: your schedule */
	char	*project_status;	/* PEP 792, if the Simple page
					   was read */
	bool	 more;			/* further parts of the same release
					   follow */
	struct release release;
};
/* What an index lists of one project, or a part of it.  Compared with what is
 * known and stored in one transaction after the last part; poll sends the next
 * one after msg_listing_stored. */
struct listed_file {
	char	*filename, *version;
	char	 sha256[SHA256_HEX + 1];
	int64_t	 uploaded_at_us;	/* 0 if not said */
	bool	 yanked;
};
enum listing_status { LISTING_ACTIVE, LISTING_QUARANTINED, LISTING_REMOVED,
	LISTING_UNREAD, LISTING_STATUS_COUNT };
struct msg_listing {
	int64_t	 seq, epoch;
	char	*index;			/* NULL: the main one */
	char	*project;		/* as the index displays it */
	enum listing_status status;
	char	*why;			/* UNREAD: given up, may hide news */
	int64_t	 serial;		/* of the page, -1 unknown */
	int64_t	 polled_at_us;
	int64_t	 pass;			/* when its pass began, us */
	bool	 existing;		/* what stood there before counts too */
	bool	 partial;		/* there are files beyond these */
	bool	 more;			/* further parts follow */
	int64_t	 cursor;		/* after this one, -1: none yet */
	struct listed_file *files;
	size_t	 nfiles;
};
/* A pass over an index ended: all that its list showed as changed is stored. */
struct msg_listed {
	int64_t	 seq, epoch;
	char	*index;
	int64_t	 pass, polled_at_us;
	int64_t	 cursor;		/* 0: the index has no serials */
	int64_t	 since;			/* serials above it were visited */
	int64_t	 projects, visited;
	bool	 whole;			/* every project was visited */
};
/* The answer to msg_backfill. */
struct msg_backfilled {
	int64_t	 id, epoch;
	bool	 ok, done;		/* done: there is nothing up to
					   `until` */
	int64_t	 cursor;		/* after these events */
	int64_t	 retry_after_s;		/* -1: not said */
	char	*why;			/* unless ok */
	struct event *events;
	size_t	 nevents;
};
extern const struct wire_desc msg_backfilled_desc;
/* Health of one source, when it changes and at least every minute. */
struct msg_source {
	enum source source;
	char	*index;			/* NULL: the main one */
	bool	 ok, stopped;		/* stopped: needs an operator */
	int64_t	 last_ok_us, items, lag_s, server_serial;
	char	*why;
};
extern const struct wire_desc listed_file_desc, msg_events_desc;
extern const struct wire_desc msg_resolved_desc,
    msg_listing_desc, msg_listed_desc, msg_source_desc;

/* ---- queue -> fetch, and back ------------------------------------------ */
enum { MSG_FETCH = 200, MSG_FETCHED };
struct msg_fetch {
	int64_t	 id;
	char	*url;
	char	 sha256[SHA256_HEX + 1];
	int64_t	 size;			/* -1 unknown */
	int64_t	 size_most;
};
enum fetch_status { FETCH_OK, FETCH_LATER, FETCH_GONE, FETCH_MISMATCH,
	FETCH_TOO_BIG, FETCH_REFUSED, FETCH_COUNT };
/* With FETCH_OK one descriptor, the sealed memfd; else none: two types. */
struct msg_fetched {
	int64_t	 id;
	enum fetch_status status;
	int64_t	 size, retry_after_s;
	uint32_t http_status;
	char	 sha256[SHA256_HEX + 1];
	char	*why;
};
enum { MSG_FETCH_FAILED = 202 };
extern const struct wire_desc msg_fetch_desc, msg_fetched_desc;

/* ---- queue -> worker, and back ----------------------------------------- */
enum { MSG_TARGETS = 300, MSG_INSPECT };
/* MSG_TARGETS: no payload, one descriptor: the sealed target index. */
/* MSG_INSPECT: two descriptors, the artefact's memfd and the reply socket. */
struct msg_inspect {
	int64_t	 id;
	char	*project, *version, *filename;
	enum packagetype packagetype;
	char	 sha256[SHA256_HEX + 1];
	bool	 measure;		/* say what it cost, too */
};
enum { MSG_INSPECTED = 320 };
/* From the parent, about the child's end; the findings came (or not) on the
 * reply socket as one REPLY_FEATURES frame of features_desc. */
struct msg_inspected {
	int64_t	 id;
	bool	 clean;			/* exited 0 */
	bool	 timed_out;		/* wall clock or CPU limit */
	uint32_t signal;		/* that ended it, else 0 */
	uint32_t ms;
};
enum { REPLY_FEATURES = 340 };
extern const struct wire_desc msg_inspect_desc, msg_inspected_desc;
/* The rule of a child that was not clean: time, memory, or it crashed. */
const char *msg_inspected_rule(const struct msg_inspected *);

/* ---- queue -> alert, and back ------------------------------------------ */
/* MSG_HEARTBEAT: no payload; all is well, and a beat is due. */
enum { MSG_DELIVER = 400, MSG_DELIVERED, MSG_HEARTBEAT };
struct msg_deliver {
	int64_t	 id;			/* of the outbox row */
	char	*delivery_id;		/* stable over retries */
	char	*sink;			/* its name in the config */
	uint32_t attempt;		/* from 1 */
	int64_t	 first_tried_us;	/* 0 on the first; for the
					   give-up time */
	char	*payload;		/* the JSON of design 4.8, unsigned */
	/* Of the first message about the same detection to this sink: its
	 * delivery id, and the receiver's own id of it; NULL without. */
	char	*thread_id, *thread_ref;
	/* Of a mail that some have: whom it may still go to, commas between;
	 * NULL: all. */
	char	*left;
};
enum delivery_status { DELIVERY_OK, DELIVERY_LATER, DELIVERY_NEVER,
	DELIVERY_STATUS_COUNT };
struct msg_delivered {
	int64_t	 id;
	enum delivery_status status;
	int64_t	 again_ms;		/* LATER: wait so long */
	uint32_t http_status;
	bool	 disable;		/* the sink itself is gone (410, 404) */
	char	*answer;		/* at most ANSWER_MAX, visible */
	char	*ref;			/* the receiver's id of the message */
	char	*left;			/* LATER: as in msg_deliver, or as it
					   was if NULL */
};
extern const struct wire_desc msg_deliver_desc, msg_delivered_desc;

#endif

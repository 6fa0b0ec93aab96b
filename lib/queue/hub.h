/* SPDX-License-Identifier: Apache-2.0 */
#ifndef QUEUE_HUB_H
#define QUEUE_HUB_H

/* hub - what the files of this folder share, and with nobody else. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "base/db.h"
#include "base/ipc.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/str.h"
#include "data/messages.h"
#include "names/targets.h"
#include "queue/queue.h"
#include "statements.h"

#define NUMBER_SIZE 24	/* digits of any int64_t, sign and NUL */

/* Bytes of names in keys, made visible; honest ones are a third of it. */
#define KEY_PROJECT_MOST 400
#define KEY_VERSION_MOST 400
#define KEY_FILE_MOST 1000
#define KEY_ACTOR_MOST 500

struct buf;
struct config;
struct verdict;
struct keyring;
struct weights;

enum role { ROLE_POLL, ROLE_FETCH, ROLE_WORKER, ROLE_ALERT, ROLE_WEB,
	ROLE_COUNT };

struct satellite {
	struct satellite	*next;
	struct queue		*q;
	enum role		 role;
	uint32_t		 index;
	int64_t			 pid;
	struct channel		*channel;
	bool			 greeted;	/* its hello was right */
	uint32_t		 slots, busy;
};

/* What is leased of one kind, by id. */
struct lease {
	struct lease		*next;
	int64_t			 id;
	struct satellite	*satellite;
	char			*sink;		/* of a delivery */
};

struct writes;
struct job;
struct again;
struct trouble;
struct pile;

struct queue {
	struct loop		*loop;
	const struct config	*config;
	struct queue_hooks	 hooks;
	struct db		*db;
	struct log_spell	 down;		/* the database is */
	struct log_spell	 unfit;		/* its schema is */
	struct writes		*writes;

	bool			 ready;		/* database and instance */
	bool			 told_ready;
	bool			 draining, ended;
	char			 host[256];
	int64_t			 instance;	/* 0: none yet */
	char			 instance_text[NUMBER_SIZE];
	struct timer		*beat, *work, *look, *drain, *retention;
	struct timer		*popular;
	int64_t			 work_at_ms;	/* when `work` fires */

	struct satellite	*satellites;

	int64_t			 epoch;		/* of our poll lease, 0 none */
	bool			 backfilling;	/* a piece is under way */
	struct pile		*piles;		/* listings that come in
						   parts */
	bool			 electing;

	struct lease		*resolves;
	bool			 resolves_claiming, resolves_more;

	struct job		*jobs;
	size_t			 njobs;
	bool			 tasks_claiming, tasks_more;
	bool			 rescans_open, rescans_feeding;
	bool			 suppressions_open, suppressing;
	bool			 suppressions_end;	/* of a pass */
	bool			 suppress_anew;	/* one was not stored */
	size_t			 suppress_waiting;	/* answers of this
							   piece */
	int64_t			 suppress_last, suppress_upto;	/* of it */
	int64_t			 suppress_at_ms;	/* not before */
	struct again		*suppress_files;	/* under way */
	int64_t			 bytes_in_flight;

	struct lease		*deliveries;
	size_t			 claiming_deliveries;
	bool			 deliveries_more;

	struct target		*listed;	/* files' names, kept */
	size_t			 nlisted;
	uint8_t			*index;		/* bytes of `targets` */
	size_t			 index_len;
	struct targets		*targets;
	int64_t			 names_at_ms;	/* when they are read again */
	int			 targets_fd;	/* -1: not built yet */

	struct weights		*weights;
	struct keyring		*keys;		/* of evidence, or NULL */

	struct trouble		*troubles;	/* of this host's roles */
	int64_t			 away_ms;	/* since when the database is */
	int64_t			 heartbeat_ms;	/* when the next one is due */
	struct log_spell	 unwell;	/* no heartbeat is sent */
};

/* queue.c */
/* A parameter's text, in `out`. */
const char *number_text(char out[NUMBER_SIZE], int64_t);
json_t	*visible_json(const char *);	/* null for NULL */
/* The same, cut: what stands in an index may have 2,704 bytes together. */
json_t	*key_json(const char *, size_t most);
/* Microseconds since 1970 that PostgreSQL can hold; 0, unknown, for others. */
int64_t	time_checked(int64_t us);
void	queue_work(struct queue *);	/* claim what there is room for */
void	queue_soon(struct queue *, int64_t ms);	/* ... in a moment */
void	queue_settle(struct queue *);	/* is a drain over? */

/* writes.c: statements that must happen, however often the connection is
 * lost meanwhile.  `done` sees DB_OK or DB_REFUSED only. */
struct writes *writes_new(struct queue *);
void	writes_free(struct writes *);
void	write_send(struct queue *, const struct statement *,
	    const char *const *params, db_done *, void *ctx);
void	writes_resume(struct queue *);
size_t	writes_waiting(const struct queue *);

/* satellites.c */
const char *role_name(enum role);
struct satellite *satellite_free_slot(struct queue *, enum role);
/* Any of the role, however busy: for what takes no slot. */
struct satellite *satellite_any(struct queue *, enum role);
uint32_t satellites_slots(const struct queue *, enum role);
void	satellite_kick(struct satellite *, const char *why);
/* NULL, the main one, or configured.  A satellite that speaks of another, for
 * which we would keep rows and memory, is kicked: then it is gone. */
bool	satellite_index_known(struct satellite *, const char *index);
void	satellites_free(struct queue *);
json_t	*satellites_json(const struct queue *);
struct lease *lease_find(struct lease *, int64_t id);
void	lease_add(struct lease **, int64_t id, struct satellite *,
	    const char *sink);
void	lease_end(struct lease **, int64_t id);
void	lease_ids(const struct lease *, struct buf *out);
/* Gives a satellite's leases back by `statement`. */
void	leases_lost(struct queue *, struct lease **, const struct satellite *,
	    const struct statement *);

/* events.c */
void	events_handle(void *satellite, void *object, const int *fds);
void	source_handle(void *satellite, void *object, const int *fds);
void	poll_elect(struct queue *);
void	poll_lost(struct queue *);	/* the lease on polling is */
struct satellite *poll_satellite(struct queue *);	/* or NULL */
/* "changelog", "simple:corp": a source as the database knows it. */
void	source_full_name(char out[SOURCE_NAME_MAX + 1], enum source,
	    const char *index);
/* Adds "rank" of a known name, or "lookalike", if it is `fresh`. */
void	name_weigh(struct queue *, const char *, bool fresh, json_t *out);

/* The events as events_store takes them, heap. */
char	*events_text(struct queue *, const struct event *, size_t n);

/* backfills.c */
void	backfilled_handle(void *satellite, void *object, const int *fds);
void	backfills_feed(struct queue *);

/* listings.c */
void	listing_handle(void *satellite, void *object, const int *fds);
void	listed_handle(void *satellite, void *object, const int *fds);
void	listings_free(struct queue *);
void	releases_look(struct queue *);

/* resolves.c */
void	resolves_claim(struct queue *);
void	resolved_handle(void *satellite, void *object, const int *fds);

/* tasks.c */
void	tasks_claim(struct queue *);
void	fetched_handle(void *satellite, void *object, const int *fds);
void	fetch_failed_handle(void *satellite, void *object, const int *fds);
void	inspected_handle(void *satellite, void *object, const int *fds);
void	tasks_lost(struct queue *, const struct satellite *);
void	tasks_move(struct queue *);	/* a slot or bytes became free */
void	tasks_ids(const struct queue *, struct buf *out);
void	tasks_free(struct queue *);

/* outbox.c */
void	outbox_sync(struct queue *);
void	deliveries_claim(struct queue *);
void	delivered_handle(void *satellite, void *object, const int *fds);

/* popular.c */
void	popular_look(void *queue);	/* and from then on, while we poll */
void	popular_handle(void *satellite, void *object, const int *fds);
void	popular_failed_handle(void *satellite, void *object, const int *fds);

/* rescans.c: when nothing else waits */
void	rescans_feed(struct queue *);

/* suppressions.c */
void	suppressions_apply(struct queue *);
void	suppressions_free(struct queue *);

/* retention.c */
void	retention_start(void *queue);	/* and from then on by itself */

/* evidence.c; the rest of it is in job.h */
void	evidence_run(struct queue *);	/* takes away what is too old */

/* health.c */
void	health_report(struct queue *);	/* all of this host, again */
void	health_database_away(struct queue *);
void	health_database_back(struct queue *);
void	health_free(struct queue *);
void	heartbeat_look(struct queue *);	/* with each beat */

/* known_names.c */
int	known_names_read(struct queue *, char *why, size_t room);
void	known_names_refresh(struct queue *);
void	known_names_send(struct satellite *);
void	known_names_free(struct queue *);

#endif

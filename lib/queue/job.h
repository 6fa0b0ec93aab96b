/* SPDX-License-Identifier: Apache-2.0 */
#ifndef QUEUE_JOB_H
#define QUEUE_JOB_H

/*
 * job - one leased task on its way through fetch, worker and judge.
 *
 *	WAIT --slot and bytes--> FETCH --memfd--> HELD --slot--> INSPECT
 *	  ^                        |                               |
 *	  +-- (a new lease) <------+-- retry, or given up <--------+
 *	                                                           v
 *	                  STORE <--[SEAL, if it alerts]-- JUDGE
 */
#include "data/finding.h"
#include "queue/hub.h"

enum job_state { JOB_WAIT, JOB_FETCH, JOB_HELD, JOB_INSPECT, JOB_JUDGE,
	JOB_SEAL, JOB_STORE };

struct keeping;

struct job {
	struct job		*next;
	struct queue		*q;
	int64_t			 id;
	enum job_state		 state;
	struct satellite	*satellite;	/* FETCH, INSPECT */
	struct timer		*deadline;	/* FETCH, INSPECT */

	char			*display, *normalized, *version, *filename;
	char			*url;
	char			 sha256[SHA256_HEX + 1];
	int64_t			 size;
	enum packagetype	 packagetype;
	int64_t			 attempt, crashes, failures;

	int64_t			 reserved;	/* of bytes_in_flight */
	int			 memfd;		/* HELD, else -1 */
	int			 archive;	/* the same, kept for evidence
						   until the verdict; else -1 */
	struct keeping		*keeping;	/* SEAL */
	struct channel		*reply;		/* INSPECT */
	bool			 reply_over;
	bool			 answered;	/* features are filled in */
	struct features		 features;
	bool			 inspected;
	struct msg_inspected	 end;
	bool			 waiting;	/* JUDGE: for another file of
						   the release */
	const char		*outcome;	/* overrides the features' */
	char			*scan;		/* SEAL, STORE: the verdict */
};

/* Again later, of no fault of the file. */
void	job_again(struct job *, const char *why);
void	job_free(struct job *);		/* takes it off the list */
void	job_archive_drop(struct job *);	/* no evidence: its memory is free */
/* With the features: history, verdict, everything stored, job freed. */
void	job_judge(struct job *);
/* The same for a file nobody could look into: one finding says so. */
void	job_judge_unseen(struct job *, const char *outcome, const char *rule,
	    const char *why);
/* With what was found before looking ended early: the features say. */
void	job_judge_part(struct job *, const char *rule, const char *why);
/* Its `scan` goes into the database, and then the job is freed. */
void	job_verdict_store(struct job *);

/* evidence.c */
/* An archive of this size is kept if it alerts. */
bool	evidence_wants(const struct queue *, size_t size);
/* Keeps the job's archive, and then its verdict. */
void	evidence_keep(struct job *);
void	evidence_release(struct job *);

#endif

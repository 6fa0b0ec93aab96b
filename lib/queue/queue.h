/* SPDX-License-Identifier: Apache-2.0 */
#ifndef QUEUE_QUEUE_H
#define QUEUE_QUEUE_H

/*
 * queue - the centre of the star: events in, tasks out, verdicts in, alerts
 * out.  Sole writer of the tables of work.
 *
 * Whatever is under way anywhere is a lease in the database; what is kept in
 * memory may be lost at any moment.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct config;
struct loop;
struct queue;

struct queue_hooks {
	void	(*ready)(void *ctx);	/* the database answered, schema fits */
	/* A satellite said that it is well. */
	void	(*greeted)(void *ctx, const char *role, uint32_t index,
		    int64_t pid);
	/* A satellite is stuck; its channel is closed already. */
	void	(*kick)(void *ctx, const char *role, uint32_t index,
		    const char *why);
	void	(*drained)(void *ctx);	/* after queue_drain: may exit now */
	void	*ctx;
};

/* NULL with the reason when weights or lists of names cannot be read. */
struct queue *queue_new(struct loop *, const struct config *,
    const struct queue_hooks *, char *why, size_t room);
void	queue_free(struct queue *);
/* A satellite that the supervisor started; takes over its channel's end. */
void	queue_adopt(struct queue *, const char *role, uint32_t index,
	    int64_t pid, int fd);
/* A role that ends again and again, or (over) no longer does: an alert. */
void	queue_degraded(struct queue *, const char *role, uint32_t index,
	    bool over, const char *why);
/* No new leases; what runs may finish for `ms`, the rest is given back. */
void	queue_drain(struct queue *, int64_t ms);

#endif

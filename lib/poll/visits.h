/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLL_VISITS_H
#define POLL_VISITS_H

/* visits - the projects of a pass whose pages are still to be read. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#define VISIT_GONE (-2)		/* for a serial: no longer listed */

struct visit {
	STAILQ_ENTRY(visit) link;
	char		*name;
	int64_t		 serial;	/* of the list, -1 none, VISIT_GONE */
	int64_t		 due_ms;	/* of one that was put off */
	unsigned int	 tries, failures;
};

STAILQ_HEAD(visit_list, visit);

struct visits {
	struct visit_list todo, late;
	struct visit_list held;		/* quarantined: no list names them */
	size_t	 nheld;
};

void	visits_init(struct visits *);
void	visits_clear(struct visits *);	/* the pass */
void	visits_release(struct visits *);
void	visits_add(struct visits *, const char *name, int64_t serial);
void	visits_sort(struct visits *);		/* by serial */
/* The next, yours, or NULL with *wait_ms until one is due, -1: none left. */
struct visit *visits_next(struct visits *, int64_t now_ms, int64_t *wait_ms);
void	visits_put_off(struct visits *, struct visit *, int64_t due_ms);
/* The serial up to which nothing is left; at most `largest`, -1: none. */
int64_t	visits_cursor(const struct visits *, int64_t largest);
void	visit_free(struct visit *);
/* A project that is quarantined, or no longer: its page is looked at again in
 * later passes, because its removal shows nowhere else. */
void	visits_hold(struct visits *, const char *name, bool);
void	visits_add_held(struct visits *);	/* some of them, in turn */

/* The ETag of each project's page when it was last read.  At most
 * LISTING_TAGS_MAX are kept. */
struct tag { char *name, *etag; };
struct tags { struct tag *list; size_t n; };

const char *tags_get(const struct tags *, const char *name);	/* or NULL */
void	tags_put(struct tags *, const char *name, const char *etag);
void	tags_clear(struct tags *);

#endif

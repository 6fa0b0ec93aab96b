/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIMINDEX_SERVER_H
#define SIMINDEX_SERVER_H

/*
 * server - the simulated index on HTTP.
 */
#include <event2/event.h>
#include <event2/http.h>

#include "faults.h"
#include "text.h"
#include "world.h"

struct served;

struct server {
	struct event_base	*base;
	struct evhttp		*http;
	uint16_t		 port;
	char			*url;		/* http://127.0.0.1:PORT */
	struct world		*world;
	struct faults		 faults;
	struct served		*served;
	uint64_t		 seed;
	size_t			 ordinary;	/* generated so far */
	bool			 simple_only;	/* a private index */
	const char		*authorization;	/* that pages and files want */
	/* A line of a script, from outside; NULL, or what is wrong. */
	const char		*(*control)(struct server *, char *line);
};

/* One answer, before it is spoilt and sent. */
struct answer {
	int		 status;
	const char	*type;		/* Content-Type */
	struct text	 body;
	int64_t		 serial;	/* X-PyPI-Last-Serial, or -1 */
	bool		 etag;		/* conditional requests are answered */
	bool		 gzip;		/* may be compressed */
	char		*location;
};

/* One request, as the pages see it. */
struct ask {
	struct server	*server;
	enum endpoint	 at;
	const char	*path;		/* decoded once */
	const char	*query;		/* may be NULL */
	const char	*accept, *content_type;
	const char	*body;
	int64_t		 as_of;		/* serial; older for stale copies */
	bool		 wrong_digest;
};

int	server_start(struct server *, const char *address, uint16_t port);
void	server_stop(struct server *);

/* The pages; each fills the answer. */
void	xmlrpc_page(const struct ask *, struct answer *);
void	rss_updates_page(const struct ask *, struct answer *);
void	rss_packages_page(const struct ask *, struct answer *);
void	json_page(const struct ask *, struct answer *);
void	simple_page(const struct ask *, struct answer *);
void	file_page(const struct ask *, struct answer *);
void	ledger_page(const struct ask *, struct answer *);

/* served: what was asked for, by whom. */
struct served	*served_new(void);
void		 served_free(struct served *);
void		 served_note(struct served *, enum endpoint, const char *path,
		    const char *agent, int status, bool conditional);
/* How often this path was asked for before. */
uint64_t	 served_missing(struct served *, const char *path);
void		 served_page(const struct ask *, struct answer *);

void	answer_missing(struct answer *, const char *type, const char *body);
void	answer_json(struct answer *, void *json);	/* takes a json_t */

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERT_SINKS_H
#define ALERT_SINKS_H

/*
 * sinks - the kinds of receiver in one table: how an alert is rendered, which
 * answers mean what, and what the receiver's documents allow.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct alert;
struct config_sink;

/* What a receiver takes; 0: does not apply.  Lengths in UTF-16 units. */
struct sink_limits {
	size_t	title;		/* header line */
	size_t	text;		/* one block of text */
	size_t	field, fields;	/* one field, how many */
	size_t	blocks, elements;
	size_t	fallback;	/* text of a notification */
	size_t	total;		/* of the whole body */
};

/* One request: the body and its headers ("Name: value", NULL at the end). */
#define RENDERED_HEADERS_MAX 8
struct rendered {
	struct buf	 body;
	char		*headers[RENDERED_HEADERS_MAX + 1];
	size_t		 nheaders;
};
void	rendered_header(struct rendered *, const char *, ...)
	    __attribute__((format(printf, 2, 3)));
void	rendered_release(struct rendered *);

/* What a renderer gets beside the alert; borrowed. */
struct render_job {
	const char	*payload;	/* as queue stored it */
	const char	*delivery_id;
	int64_t		 now_s;		/* of this attempt */
	const char	*link_base;	/* of our own pages, or NULL */
	const char	*secret;	/* signing keys, or NULL */
	const char	*header;	/* one more header, or NULL */
	const struct sink_limits *limits;
};

enum answer_class {
	ANSWER_TAKEN,
	ANSWER_RETRY,		/* again, until the give-up time */
	ANSWER_RETRY_FEW,	/* again a few times, then never */
	ANSWER_REJECTED,	/* this payload never; others may pass */
	ANSWER_GONE		/* the sink itself: switch it off */
};
#define RETRY_FEW_ATTEMPTS 8	/* about two hours */

struct sink_kind {
	const char	*name;
	/* 0, or -1 with a reason; the alert is borrowed. */
	int		(*render)(const struct render_job *,
			    const struct alert *, struct rendered *,
			    char *why, size_t room);
	const struct answer_rule { unsigned int least, most;
		enum answer_class class; } *answers;	/* ends with 0-999 */
	int64_t		 pace_ms;	/* least time between two requests */
	struct sink_limits limits;
};

const struct sink_kind *sink_kind_find(const char *name);	/* or NULL */
/* The names, for messages: "slack, webhook". */
const char *sink_kind_names(void);
enum answer_class sink_classify(const struct sink_kind *, unsigned int status);

/* A configured sink with its secrets read. */
struct sink {
	const struct sink_kind *kind;
	char		*name;
	char		*url;		/* a secret */
	char		*secret, *header;	/* or NULL */
	char		*proxy;		/* or NULL */
	bool		 allow_private;
	int64_t		 timeout_s, give_up_s;
};

/* Reads the files the config names.  NULL with what is wrong, and the remedy,
 * in why; it never holds a secret. */
struct sink *sink_open(const struct config_sink *, char *why, size_t room);
void	sink_free(struct sink *);
/* "hooks.example.net (3f2c9a11)": enough to tell two apart, no secret. */
void	sink_url_label(const char *url, char *out, size_t room);
/* -1 with a reason unless the URL is https, or http and private. */
int	sink_url_check(const char *url, bool allow_private, char *why,
	    size_t room) __attribute__((warn_unused_result));

int	render_slack(const struct render_job *, const struct alert *,
	    struct rendered *, char *why, size_t room);
int	render_webhook(const struct render_job *, const struct alert *,
	    struct rendered *, char *why, size_t room);

#endif

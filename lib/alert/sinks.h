/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERT_SINKS_H
#define ALERT_SINKS_H

/*
 * sinks - the kinds of receiver in one table: how an alert is rendered, how it
 * travels, which answers mean what, and what the receiver's documents allow.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct alert;
struct config_index;
struct config_sink;
struct words;

/* What a receiver takes; 0: does not apply.  Lengths in UTF-16 units. */
struct sink_limits {
	size_t	title;		/* header line */
	size_t	text;		/* one block of text */
	size_t	field, fields;	/* one field, how many */
	size_t	blocks, elements;
	size_t	fallback;	/* text of a notification */
	size_t	total;		/* of the whole body */
};

/* One request: the body and its headers ("Name: value", NULL at the end).
 * Of a mail: the text part, and the message's headers. */
#define RENDERED_HEADERS_MAX 24
struct rendered {
	struct buf	 body;
	struct buf	 html;		/* of a mail */
	char		*headers[RENDERED_HEADERS_MAX + 1];
	size_t		 nheaders;
	size_t		 nsecret;	/* the last so many hold secrets */
};
void	rendered_header(struct rendered *, const char *, ...)
	    __attribute__((format(printf, 2, 3)));
void	rendered_release(struct rendered *);

/* A configured sink with its secrets read. */
struct sink {
	const struct sink_kind *kind;
	char		*name;
	char		*url;		/* a secret, unless it is `server` */
	char		*secret;	/* signing keys, routing key; or NULL */
	char		*token;		/* of a Slack bot, or NULL */
	char		*auth;		/* "user:password", or NULL */
	char		**headers;	/* more of them, secret */
	size_t		 nheaders;
	char		*channel;	/* of a Slack bot, or NULL */
	char		*team;		/* or NULL */
	char		*from;		/* of mails */
	char		**to;
	size_t		 nto;
	char		*proxy, *ca_file;	/* or NULL */
	char		*language;
	struct words	*words;
	bool		 allow_private;
	int64_t		 timeout_s, give_up_s;
};

/* What a renderer gets beside the alert; borrowed. */
struct render_job {
	const char	*payload;	/* as queue stored it */
	const char	*delivery_id;
	/* Of the first message about the same detection, or NULL: its
	 * delivery id, and what the receiver called it. */
	const char	*thread_id, *thread_ref;
	int64_t		 now_s;		/* of this attempt */
	const char	*link_base;	/* of our own pages, or NULL */
	const struct config_index *indexes;	/* beside the main one */
	size_t		 nindexes;
	const struct sink *sink;
	const char	*team;		/* or NULL */
	const struct words *words;	/* NULL: English */
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

enum transport {
	BY_HTTP,		/* a POST */
	BY_SMTP,		/* one mail */
	BY_STREAM,		/* one frame over TCP or TLS */
	BY_STDERR		/* one line to the journal */
};

struct sink_kind {
	const char	*name;
	enum transport	 transport;
	const char	*server;	/* default of the key, or NULL */
	/* 0, or -1 with a reason; the alert is borrowed. */
	int		(*render)(const struct render_job *,
			    const struct alert *, struct rendered *,
			    char *why, size_t room);
	const struct answer_rule { unsigned int least, most;
		enum answer_class class; } *answers;	/* ends with 0-999 */
	/* Words in the body that say more than the status; or NULL. */
	const struct word_rule { const char *word;
		enum answer_class class; } *words;	/* ends with NULL */
	const char	*ref;		/* member of the answer: its own id */
	int64_t		 pace_ms;	/* least time between two requests */
	int64_t		 throttled_s;	/* least wait after a bare 429 */
	bool		 people;	/* read by people: grouped and capped */
	struct sink_limits limits;
};

const struct sink_kind *sink_kind_find(const char *name);	/* or NULL */
const struct sink_kind *sink_kind_at(size_t i);	/* NULL behind the last */
/* The names, for messages: "slack, webhook". */
const char *sink_kind_names(void);
enum answer_class sink_classify(const struct sink_kind *, unsigned int status);

/* A receiver's answer, as far as it arrived. */
struct sink_answer {
	unsigned int	 status;
	const char	*body;		/* "" without */
	int64_t		 retry_after_s;	/* -1: none; replaced by the body's */
	char		 ref[128];	/* "" without */
};
enum answer_class sink_answer_read(const struct sink *, struct sink_answer *);

/*
 * Reads the files the config names, and the language's words below `locale`.
 * NULL with what is wrong, and the remedy, in why; it never holds a secret.
 */
struct sink *sink_open(const struct config_sink *, const char *locale,
    char *why, size_t room);
void	sink_free(struct sink *);
/* "hooks.example.net (3f2c9a11)": enough to tell two apart, no secret. */
void	sink_url_label(const char *url, char *out, size_t room);
/* -1 with a reason unless the URL is https, or http and private. */
int	sink_url_check(const char *url, bool allow_private, char *why,
	    size_t room) __attribute__((warn_unused_result));
/* The same of a server: smtp://, smtps://; tls://, or tcp:// and private. */
int	sink_server_check(const char *url, enum transport, bool allow_private,
	    char *why, size_t room) __attribute__((warn_unused_result));
/* One address of a mail as SMTP and a header line take it. */
bool	mail_address_valid(const char *);

int	render_slack(const struct render_job *, const struct alert *,
	    struct rendered *, char *why, size_t room);
int	render_discord(const struct render_job *, const struct alert *,
	    struct rendered *, char *why, size_t room);
int	render_teams(const struct render_job *, const struct alert *,
	    struct rendered *, char *why, size_t room);
int	render_mattermost(const struct render_job *, const struct alert *,
	    struct rendered *, char *why, size_t room);
int	render_pagerduty(const struct render_job *, const struct alert *,
	    struct rendered *, char *why, size_t room);
int	render_webhook(const struct render_job *, const struct alert *,
	    struct rendered *, char *why, size_t room);
int	render_mail(const struct render_job *, const struct alert *,
	    struct rendered *, char *why, size_t room);
int	render_syslog(const struct render_job *, const struct alert *,
	    struct rendered *, char *why, size_t room);
int	render_journal(const struct render_job *, const struct alert *,
	    struct rendered *, char *why, size_t room);

#endif

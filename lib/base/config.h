/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CONFIG_H
#define BASE_CONFIG_H

/*
 * config - pypiwatch.conf, read by libconfuse, checked by one table.
 *
 * Every key has one row in config.c: section, name, type, least, most,
 * default, unit, one line of help.  Parsing, `pypiwatchd -n`, `pypiwatch
 * config show` and the man-page lint read that table.  A parse fills a fresh
 * struct; any error leaves no half-made one behind.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

enum judge_mode { MODE_OBSERVE, MODE_ALERT };

struct config_sink {
	char	*name;
	char	*type;			/* "webhook", "slack", ... */
	/* Which of these a type needs, its table says; NULL: not set. */
	char	*url_file;		/* holds the URL, a secret */
	char	*server;		/* smtp://host:587, tls://host:6514 */
	char	*token_file;		/* of a Slack bot */
	char	*channel;
	char	*secret_file;		/* whsec_..., a routing key */
	char	*headers_file;		/* extra headers */
	char	*auth_file;		/* user:password of a mail server */
	char	*from, *to;		/* of mails */
	char	*ca_file;		/* NULL: the http section's */
	char	*language;		/* "en" */
	char	*team;			/* shown; may be NULL */
	char	*min_severity;		/* "high" */
	char	*match;			/* expr.h; NULL: everything */
	char	*campaigns;		/* "together", "apart" */
	int64_t	 campaign_wait_s;
	int64_t	 rate;			/* messages an hour, 0: no cap */
	char	*quiet_hours;		/* "22:00-07:00", or NULL */
	char	*quiet_except;		/* severity that is sent all the same */
	char	*time_zone;		/* "Europe/Berlin" */
	char	*digest;		/* "none", "daily", "weekly" */
	char	*digest_time;		/* "08:00" */
	char	*proxy;			/* NULL: the http section's */
	bool	 allow_private;		/* private addresses after DNS */
	bool	 enabled;
	int64_t	 timeout_s;
	int64_t	 give_up_s;		/* then a dead letter */
};

/* An index beside the main one; it has the Simple API alone. */
struct config_index {
	char	*name;
	char	*url;
	char	*files_url;		/* NULL: the host of url */
	char	*basic_auth_file, *bearer_file;	/* one of them, or NULL */
	bool	 scan_existing, enabled;
	int64_t	 interval_s, timeout_s;
	int64_t	 requests_per_second;
};

struct config {
	char	*file;			/* for messages */
	struct { char *conninfo; } database;
	struct {
		char	*url;		/* https://pypi.org */
		char	*files_url;	/* prefix every file URL must have */
		char	*contact;	/* mail address or URL; "" polls
					   slowly */
		char	*popular_url;	/* NULL: none is fetched */
		bool	 changelog, rss;
		char	*simple;	/* "no", "gaps", "yes" */
		int64_t	 changelog_interval_s, rss_interval_s;
		int64_t	 simple_interval_s;
		int64_t	 timeout_s;
		int64_t	 requests_per_second;
	} pypi;
	struct {
		char	*proxy, *proxy_auth_file, *no_proxy, *ca_file;
	} http;
	struct { bool poll, inspect, alert; } roles;	/* of this host */
	struct { int64_t count, artefacts_per_process; } workers;
	struct {
		int64_t	 bytes_in_flight;	/* memfds of a host */
		int64_t	 artefact_bytes;	/* one file as uploaded */
		int64_t	 unpacked_bytes;	/* all entries together */
		int64_t	 entry_bytes;		/* kept of one entry */
		int64_t	 entries;
		int64_t	 nesting;
		int64_t	 child_memory;
		int64_t	 child_cpu_s, child_wall_s;
		int64_t	 fetch_connections;
		int64_t	 fetch_low_speed;	/* bytes a second */
	} limits;
	struct {
		int64_t	 alert_score;
		char	*popular_names_file;	/* may be NULL */
		char	*protected_names_file;	/* these five too */
		char	*denied_names_file;
		char	*import_names_file;
		char	*foreign_names_file, *invented_names_file;
	} lookalike;
	struct { char *directory, *local_directory; } rules;
	struct {
		int64_t	 alert_score;
		double	 prior;
		enum judge_mode mode;
		char	*weights_file;
		char	*advisories;	/* folder or URL, or NULL */
	} judge;
	struct { char *listen; int64_t port; } ingest;
	struct {
		char	*key_file;	/* NULL: no archive is kept */
		int64_t	 file_bytes, total_bytes;
		int64_t	 keep_s;	/* 0: for ever */
	} evidence;
	struct {
		char	*url;		/* of PyPI itself */
		char	*inspector_url;
		char	*token_file;	/* NULL: the form only */
	} report;
	/* 0: for ever; else at least RETENTION_LEAST_DAYS. */
	struct {
		int64_t	 events_s, scans_s, detections_s;
		int64_t	 authors_s, owners_s;	/* people */
	} retention;
	struct { char *listen; int64_t port; bool enabled; } web;
	struct {
		bool	 sandbox_required;
		int64_t	 drain_s;	/* time for a clean stop */
		int64_t	 recovered_after_s; /* without an end of a role */
		int64_t	 restart_pause_s; /* at most, before a start */
		char	*link_base;	/* of links in alerts, or NULL */
		char	*locale_directory;	/* of message catalogues */
		char	*heartbeat_url_file;	/* holds a URL, or NULL */
		int64_t	 heartbeat_interval_s;
		bool	 heartbeat_private;
	} daemon;
	struct config_sink *sinks;
	size_t	 nsinks;
	struct config_index *indexes;
	size_t	 nindexes;
};

/* What a match expression may ask for; the first is that of a bare pattern. */
extern const char *const config_match_keys[];

/* From a file, or from the text another process read (name for messages).
 * NULL with "FILE:LINE: what is wrong, and the remedy" lines in *errors.
 * config_load alone reports "cannot be read" with *unreadable set. */
struct config *config_load(const char *file, struct buf *errors,
    bool *unreadable);
struct config *config_parse(const char *name, const char *text, size_t len,
    struct buf *errors);
/* Of a role: from ROLE_CONFIG_FD; fatal when it does not parse. */
struct config *config_inherited(void);
void	config_free(struct config *);
/* All keys with their values, defaults, ranges, units and help. */
void	config_show(const struct config *, struct buf *out);
/* The rows, for the man-page lint: "section.key" lines. */
void	config_keys(struct buf *out);
/*
 * First line of a secrets file, without its line break; heap.  A relative
 * name is looked up in $CREDENTIALS_DIRECTORY first.  NULL with the reason
 * when it cannot be read, is empty, or is readable by others.
 */
char	*config_secret(const char *file, char *why, size_t room);
/* The same of all its lines. */
char	*config_secret_text(const char *file, char *why, size_t room);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ALERT_ALERT_H
#define ALERT_ALERT_H

/*
 * alert - the JSON of one alert (schema pypiwatch.alert/1) as the renderers
 * read it.  Strings inside may be hostile, members may be missing or of
 * another type: then they are "" or 0.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

struct alert {
	json_t		*root;
	const char	*type;		/* "detection.opened" */
	const char	*project, *version, *severity, *lookalike_of;
	const char	*index;		/* whose project; "": the main one */
	const char	*text;		/* of daemon.* and test: one sentence */
	const char	*part;		/* of daemon.*: what it is about,
					   or "" */
	/* What a detection.updated or a digest is about: "score", "files",
	 * "triaged", "suppressed", "campaign"; "rate", "quiet", "digest",
	 * "observe".  "" for others. */
	const char	*change;
	const char	*verdict, *by, *note;	/* of triaged and suppressed */
	const char	*ours;		/* what of ours it imitates or is */
	json_t		*used_by;	/* lists that name that, or NULL */
	const char	*campaign_why;	/* "author x@y" */
	int64_t		 campaign_count;	/* releases in it; 0: in none */
	int64_t		 was_score, changed;
	int64_t		 lead_s;	/* from our alert to PyPI's act; 0:
					   unknown, or PyPI was first */
	json_t		*items;		/* of a summary: an array, or NULL */
	int64_t		 total;		/* how many it stands for */
	json_t		*counts;	/* of these, by type of alert;
					   or NULL */
	const char	*pypi_status;	/* "live", ... */
	char		 detection_id[24];	/* "" without one */
	int64_t		 sequence;
	int64_t		 score;		/* -1 without one */
	json_t		*files;		/* an array, or NULL */
};

/* 0, or -1 with a reason. */
int	alert_open(struct alert *, const char *payload, char *why, size_t room)
	    __attribute__((warn_unused_result));
void	alert_close(struct alert *);

/* Members of any object, tolerant. */
const char *alert_text(const json_t *, const char *member);	/* "" */
int64_t	alert_int(const json_t *, const char *member, int64_t without);
double	alert_real(const json_t *, const char *member);

/* The strongest findings of all files, each sentence once. */
struct alert_finding {
	json_t		*finding;
	const char	*file;		/* its archive */
	double		 weight;
};
size_t	alert_strongest(const struct alert *, struct alert_finding *out,
	    size_t most);

/* An alert to try a sink with: heap JSON. */
char	*alert_sample(const char *type, const char *timestamp);

#endif

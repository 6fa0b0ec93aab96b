/* SPDX-License-Identifier: Apache-2.0 */
/*
 * render_syslog - an alert as one line: an RFC 5424 message in the frame that
 * TCP and TLS want (RFC 6587 3.4.1, RFC 5425 4.3), or key=value for the
 * journal.
 * Takes: an alert whose strings may be hostile.  Gives: one line, whatever
 * they hold.
 * Runs in: alert, the command (previews).
 *
 * The datagram sockets of a local syslog and of the journal are Unix sockets,
 * which this process must not have: a local syslog listens on a loopback port,
 * and the journal reads our standard error.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "alert/alert.h"
#include "alert/render.h"
#include "alert/sinks.h"
#include "alert/story.h"
#include "base/clock.h"
#include "base/str.h"
#include "data/project_page.h"

/* Security messages (RFC 5424 table 1). */
#define FACILITY 4
/* The number that RFC 5612 keeps for everybody's own use in documents. */
#define ENTERPRISE "pypiwatch@32473"

/* What a line holds of each text at least, when that is all there is room
 * for: escaped, a text may be twice as long. */
#define TEXT_LEAST 10
#define BRIEF_TEXTS 3		/* the sentence has so many texts' room */

/* RFC 5424 table 2; what a rank of alert_rank() means. */
static int
priority_of(const struct alert *a)
{
	static const int levels[] = { 6, 5, 4, 3, 2 };
	int rank = alert_rank(a);

	if (str_equal(a->type, "daemon.degraded"))
		return 3;
	return rank == -1 || alert_closes(a) ? 5 : levels[rank];
}

/* NAME="value" with what RFC 5424 6.3.3 wants escaped. */
static void
add_param(struct buf *b, const char *name, const char *value, size_t most)
{
	struct buf t = BUF_EMPTY;

	if (value[0] == '\0')
		return;
	text_put(&t, value, most, TEXT_PLAIN);
	buf_addf(b, " %s=\"", name);
	for (const char *s = buf_text(&t); *s != '\0'; s++) {
		if (strchr("\"\\]", *s) != NULL)
			buf_addc(b, '\\');
		buf_addc(b, *s);
	}
	buf_addc(b, '"');
	buf_release(&t);
}

static void
add_params(struct buf *b, const struct render_job *job, const struct alert *a,
    size_t most)
{
	char	number[24];

	add_param(b, "type", a->type, most);
	add_param(b, "change", a->change, most);
	add_param(b, "detection", a->detection_id, most);
	add_param(b, "index", index_is_main(a->index) ? "" : a->index, most);
	add_param(b, "project", a->project, most);
	add_param(b, "version", a->version, most);
	if (a->score >= 0) {
		snprintf(number, sizeof(number), "%" PRId64, a->score);
		add_param(b, "score", number, most);
	}
	add_param(b, "severity", a->severity, most);
	add_param(b, "lookalike", a->lookalike_of, most);
	add_param(b, "campaign", a->campaign_why, most);
	if (a->campaign_count > 1) {
		snprintf(number, sizeof(number), "%" PRId64,
		    a->campaign_count);
		add_param(b, "campaign-releases", number, most);
	}
	if (a->total > 0) {
		snprintf(number, sizeof(number), "%" PRId64, a->total);
		add_param(b, "releases", number, most);
	}
	add_param(b, "team", job->team != NULL ? job->team : "", most);
	add_param(b, "delivery", job->delivery_id, most);
}

/* Printable ASCII or "-", as a header field must be. */
static void
add_host(struct buf *b)
{
	char host[256] = "";

	if (gethostname(host, sizeof(host) - 1) == -1)
		host[0] = '\0';
	for (char *p = host; *p != '\0'; p++)
		if (!isgraph((unsigned char)*p))
			*p = '?';
	buf_adds(b, host[0] != '\0' ? host : "-");
}

static void
add_brief(struct buf *b, const struct render_job *job, const struct alert *a,
    size_t most)
{
	struct story *s = story_new(job, a, &details[0]);

	most = most * BRIEF_TEXTS < job->limits->title ?
	    most * BRIEF_TEXTS : job->limits->title;
	text_put(b, s->brief, most, TEXT_PLAIN);
	story_free(s);
}

typedef void write_line(struct buf *, const struct render_job *,
    const struct alert *, size_t most);

/* A line with as much of each text as the receiver takes: bytes here, which is
 * what the protocols count. */
static int
line_fitting(struct buf *b, const struct render_job *job,
    const struct alert *a, write_line *write, char *why, size_t room)
{
	for (size_t most = job->limits->text; most >= TEXT_LEAST; most /= 2) {
		buf_reset(b);
		write(b, job, a, most);
		if (b->len <= job->limits->total)
			return 0;
	}
	snprintf(why, room, "the line does not fit");
	return -1;
}

static void
write_syslog(struct buf *b, const struct render_job *job,
    const struct alert *a, size_t most)
{
	char at[CLOCK_RFC3339_SIZE];

	clock_rfc3339(job->now_s * 1000000, at);
	buf_addf(b, "<%d>1 %s ", FACILITY * 8 + priority_of(a), at);
	add_host(b);
	buf_addf(b, " pypiwatch %ld alert [" ENTERPRISE, (long)getpid());
	add_params(b, job, a, most);
	buf_adds(b, "] \xef\xbb\xbf");		/* what follows is UTF-8 */
	add_brief(b, job, a, most);
}

static void
write_journal(struct buf *b, const struct render_job *job,
    const struct alert *a, size_t most)
{
	buf_addf(b, "<%d>alert", priority_of(a));
	add_params(b, job, a, most);
	buf_adds(b, " text=\"");
	add_brief(b, job, a, most);
	buf_adds(b, "\"\n");
}

int
render_syslog(const struct render_job *job, const struct alert *a,
    struct rendered *out, char *why, size_t room)
{
	struct buf	b = BUF_EMPTY;
	int		rc = line_fitting(&b, job, a, write_syslog, why, room);

	buf_addf(&out->body, "%zu %s", b.len, buf_text(&b));
	buf_release(&b);
	return rc;
}

int
render_journal(const struct render_job *job, const struct alert *a,
    struct rendered *out, char *why, size_t room)
{
	return line_fitting(&out->body, job, a, write_journal, why, room);
}

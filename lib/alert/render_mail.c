/* SPDX-License-Identifier: Apache-2.0 */
/*
 * render_mail - an alert as a mail: headers, a text and an HTML part.
 * Takes: an alert whose strings may be hostile.  Gives: header lines in which
 * no string of the package can begin another (RFC 5322, RFC 2047), and parts
 * without anything to click but our own addresses.
 * Runs in: alert, the command (previews).
 *
 * The Message-ID is the delivery's, so a repeated mail is recognised; all mails
 * about one detection answer its first one, so they thread.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <jansson.h>

#include "alert/alert.h"
#include "alert/render.h"
#include "alert/sinks.h"
#include "alert/story.h"
#include "alert/words.h"
#include "base/digest.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"

static const struct markup plain = { TEXT_PLAIN, "", ":", "- ", "\n" };
static const struct markup html = { TEXT_HTML, "<b>", ":</b>",
	"&bull; ", "<br>\n" };

/* ---- headers ------------------------------------------------------------ */

/* Base64 of so many bytes, with "=?UTF-8?B?" and "?=", has 72 characters. */
#define WORD_BYTES 45
#define LINE_PLAIN_MOST 66

static bool
needs_encoding(const char *s)
{
	for (const char *p = s; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || (unsigned char)*p > 0x7e)
			return true;
	return strstr(s, "=?") != NULL || strlen(s) > LINE_PLAIN_MOST;
}

/* Text for a header line: as it is, or as encoded words, each on a line of its
 * own and none with a part of a character (RFC 2047 section 2 and 5). */
static void
add_encoded(struct buf *b, const char *s)
{
	size_t len = strlen(s), n;

	if (!needs_encoding(s)) {
		buf_adds(b, s);
		return;
	}
	for (bool first = true; len > 0; s += n, len -= n, first = false) {
		char *b64;

		n = utf8_cut(s, len, WORD_BYTES);
		if (n == 0)
			break;
		b64 = base64_encode(s, n);
		buf_addf(b, "%s=?UTF-8?B?%s?=", first ? "" : "\r\n ", b64);
		free(b64);
	}
}

/* RFC 5322 3.3, always in UTC; strftime would ask the locale for names. */
static void
add_date(struct buf *b, int64_t now_s)
{
	static const char days[] = "SunMonTueWedThuFriSat",
	    months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t		at = (time_t)now_s;
	struct tm	tm;

	if (gmtime_r(&at, &tm) == NULL)
		memset(&tm, 0, sizeof(tm));
	buf_addf(b, "%.3s, %02d %.3s %04d %02d:%02d:%02d +0000",
	    days + 3 * tm.tm_wday, tm.tm_mday, months + 3 * tm.tm_mon,
	    tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

static void
add_to(struct buf *b, const struct sink *s)
{
	for (size_t i = 0; i < s->nto; i++)
		buf_addf(b, "%s%s", i > 0 ? ",\r\n " : "", s->to[i]);
}

static const char *
domain_of(const struct sink *s)
{
	return strrchr(s->from, '@') + 1;
}

static void
add_threading(struct rendered *out, const struct render_job *job)
{
	const char *domain = domain_of(job->sink);

	rendered_header(out, "Message-ID: <%s@%s>", job->delivery_id, domain);
	if (job->thread_id == NULL || !delivery_id_valid(job->thread_id) ||
	    str_equal(job->thread_id, job->delivery_id))
		return;
	rendered_header(out, "In-Reply-To: <%s@%s>", job->thread_id, domain);
	rendered_header(out, "References: <%s@%s>", job->thread_id, domain);
}

/* For filters.  Only what cannot hold anything strange. */
static void
add_marks(struct rendered *out, const struct render_job *job,
    const struct alert *a)
{
	rendered_header(out, "Auto-Submitted: auto-generated");
	rendered_header(out, "X-Auto-Response-Suppress: All");
	rendered_header(out, "Precedence: bulk");
	rendered_header(out, "List-Id: <%s.pypiwatch.%s>", job->sink->name,
	    domain_of(job->sink));
	if (alert_rank(a) >= 0)
		rendered_header(out, "X-Pypiwatch-Severity: %s", a->severity);
	if (a->detection_id[0] != '\0')
		rendered_header(out, "X-Pypiwatch-Detection: %s",
		    a->detection_id);
	rendered_header(out, "Content-Language: %.2s%s",
	    words_language(job->words != NULL ? job->words : words_english()),
	    job->words != NULL &&
	    str_equal(words_language(job->words), "zh_CN") ? "-CN" : "");
}

static void
add_headers(struct rendered *out, const struct render_job *job,
    const struct alert *a, const struct story *s)
{
	struct buf b = BUF_EMPTY, subject = BUF_EMPTY;

	add_date(&b, job->now_s);
	rendered_header(out, "Date: %s", b.data);
	rendered_header(out, "From: pypiwatch <%s>", job->sink->from);
	buf_reset(&b);
	add_to(&b, job->sink);
	rendered_header(out, "To: %s", buf_text(&b));
	if (job->thread_id != NULL &&
	    !str_equal(job->thread_id, job->delivery_id))
		buf_adds(&subject, "Re: ");
	buf_adds(&subject, "[pypiwatch] ");
	text_put(&subject, a->project[0] != '\0' ? s->head : s->brief,
	    job->limits->title, TEXT_PLAIN);
	buf_reset(&b);
	add_encoded(&b, buf_text(&subject));
	rendered_header(out, "Subject: %s", buf_text(&b));
	buf_release(&subject);
	buf_release(&b);
	add_threading(out, job);
	add_marks(out, job, a);
}

/* ---- parts -------------------------------------------------------------- */

static char *
foot_of(const struct render_job *job)
{
	const char *name = job->sink->name;

	return WORD_TEXT(job->words != NULL ? job->words : words_english(),
	    W_MAIL_FOOT, name);
}

static void
write_text(struct buf *b, const struct render_job *job, const struct story *s)
{
	char *foot = foot_of(job), *text;

	text = render_sections(s, SECTION_FACTS, &plain, job->limits->text);
	buf_addf(b, "%s\n\n%s\n\n", s->head, text);
	links_write(b, s, &plain);
	buf_addf(b, "\n\n-- \n%s\n", foot);
	free(text);
	free(foot);
}

static void
write_html(struct buf *b, const struct render_job *job, const struct story *s)
{
	char *foot = foot_of(job), *text;

	text = render_sections(s, SECTION_FACTS, &html, job->limits->text);
	buf_addf(b, "<!DOCTYPE html>\n<html lang=\"%.2s\"><head>"
	    "<meta charset=\"utf-8\"></head>\n"
	    "<body style=\"font-family:sans-serif\">\n"
	    "<h2 style=\"border-left:6px solid #%06x;padding-left:8px\">",
	    words_language(job->words != NULL ? job->words : words_english()),
	    (unsigned int)s->colour);
	text_put(b, s->head, job->limits->title, TEXT_HTML);
	buf_addf(b, "</h2>\n<p>%s</p>\n<p>", text);
	links_write(b, s, &html);
	buf_adds(b, "</p>\n<p style=\"color:#5b6770\">");
	text_put(b, foot, 300, TEXT_HTML);
	buf_adds(b, "</p>\n</body></html>\n");
	free(text);
	free(foot);
}

int
render_mail(const struct render_job *job, const struct alert *a,
    struct rendered *out, char *why, size_t room)
{
	struct story *s;

	if (job->sink == NULL || !delivery_id_valid(job->delivery_id)) {
		snprintf(why, room, "the delivery id holds a character that a "
		    "Message-ID may not hold");
		return -1;
	}
	s = story_new(job, a, &details[0]);
	add_headers(out, job, a, s);
	write_text(&out->body, job, s);
	write_html(&out->html, job, s);
	story_free(s);
	return 0;
}

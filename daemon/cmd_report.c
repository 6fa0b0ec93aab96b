/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatch report - tells PyPI about one release, when a person says so.
 * Takes: a confirmed detection.  Gives: PyPI's form, filled in; or, with a
 * token and a typed "yes", one observation at PyPI's API.
 * Runs in: the command.  One detection at a time, never without a terminal: a
 * report may freeze somebody's account.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "command.h"
#include "role.h"
#include "statements.h"

#include "base/fault.h"
#include "base/http.h"
#include "base/limits.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "evidence/export.h"
#include "evidence/report.h"

#define me (&command_report)

struct sending {
	struct command_env *env;
	const char	*id, *summary;
	int		 kind;
	bool		 api, again;
	struct report	 report;
	int		 status;	/* of the command */
	char		 answer[FAULT_TEXT_MAX];
};

/* ---- may it be reported? ------------------------------------------------ */

static int
detection_check(const struct sending *s, const json_t *d)
{
	const char *triage = export_text(d, "triage_status");
	const char *fate = export_text(d, "pypi_status");
	const json_t *before = json_object_get(d, "reported");

	if (!str_equal(triage, "confirmed"))
		return command_fail("detection %s is %s; only what is confirmed"
		    " is reported: pypiwatch triage %s confirmed", s->id,
		    vis(triage), s->id);
	if (!export_is_pypi(d))
		return command_fail("detection %s is of index %s, which is not"
		    " PyPI", s->id, vis(export_text(d, "index")));
	if (str_equal(fate, "removed") || str_equal(fate, "quarantined"))
		return command_fail("PyPI has %s it already", fate);
	if (s->api && !s->again && json_is_object(before))
		return command_fail("it was reported on %s by %s; --again "
		    "reports it once more", vis(export_text(before, "at")),
		    vis(export_text(before, "by")));
	return COMMAND_OK;
}

/* A token in the clear goes nowhere but to this host. */
static bool
url_safe(const char *url)
{
	static const char *const local[] = { "http://127.0.0.1:",
		"http://127.0.0.1/", "http://[::1]:", "http://[::1]/" };

	for (size_t i = 0; i < ARRAY_LEN(local); i++)
		if (str_starts(url, local[i]))
			return true;
	return str_starts(url, "https://");
}

/* ---- asking ------------------------------------------------------------- */

static void
show(const struct sending *s, const json_t *d)
{
	printf("%s %s (score %lld), reported as %s\n\n",
	    vis(export_text(d, "project")), vis(export_text(d, "version")),
	    (long long)json_integer_value(json_object_get(d, "score")),
	    report_kinds[s->kind]);
	if (!s->api) {
		printf("Nothing was sent.  Open this page, look at what it "
		    "says, and submit it there:\n\n%s\n", s->report.form);
		return;
	}
	printf("POST %s\nAuthorization: (the token)\nContent-Type: "
	    REPORT_MEDIA "\nAccept: " REPORT_MEDIA "\n\n%s\n\n",
	    s->report.api, s->report.body);
	fputs("One report of a trusted observer may quarantine the project "
	    "and freeze its owners' accounts.\nSend exactly this to PyPI?  "
	    "Type yes: ", stdout);
	fflush(stdout);
}

static bool
said_yes(void)
{
	char line[16];

	return fgets(line, sizeof(line), stdin) != NULL &&
	    str_equal(line, "yes\n");
}

/* ---- on record ---------------------------------------------------------- */

static int
note(const struct sending *s, const char *answer)
{
	json_t	*o = json_pack("{s:s, s:s, s:o, s:s, s:s*}", "via",
		    s->api ? "api" : "form", "kind", report_kinds[s->kind],
		    "summary", export_visible(s->report.summary),
		    "inspector_url", s->report.inspector, "answer", answer);
	char	*text = json_dumps(o, JSON_COMPACT);
	struct db_rows *rows = command_query(s->env, &STMT_REPORT_NOTE,
	    (const char *[]){ s->id, text });

	json_decref(o);
	free(text);
	if (rows == NULL)
		return COMMAND_FAILED;
	db_rows_free(rows);
	return COMMAND_OK;
}

/* ---- sending ------------------------------------------------------------ */

static const char *
meaning(long status)
{
	switch (status) {
	case 202:
		return "PyPI took it";
	case 400:
		return "PyPI says that the report is wrong";
	case 401:
	case 403:
		return "PyPI does not let this token report: only invited "
		    "observers may";
	case 404:
		return "PyPI has no such project, or no such API any more";
	case 429:
		return "PyPI wants no more reports for now";
	default:
		return "PyPI did not take it";
	}
}

static void
on_answer(void *ctx, const struct http_answer *a)
{
	struct sending	*s = ctx;
	char		*text;

	if (a->result != HTTP_OK)
		text = mem_printf("no answer: %s", a->error);
	else
		text = mem_printf("%s (HTTP %ld)%s%.120s", meaning(a->status),
		    a->status, a->status != 202 && a->body_len > 0 ? ": " : "",
		    a->status != 202 ? a->body : "");
	vis_copy(s->answer, sizeof(s->answer), text);
	free(text);
	s->status = a->result == HTTP_OK && a->status == 202 ? COMMAND_OK :
	    COMMAND_FAILED;
	loop_stop(s->env->loop);
}

static void
post(struct sending *s, const char *token)
{
	const struct config	*c = s->env->config;
	struct http_client	*http = role_http(s->env->loop, c, 1, 1);
	char			*auth = mem_printf("Bearer %s", token);
	const char		*headers[] = { "Content-Type: " REPORT_MEDIA,
				    "Accept: " REPORT_MEDIA, NULL };
	struct http_ask		 ask = { .url = s->report.api,
	    .headers = headers, .post = s->report.body,
	    .post_len = strlen(s->report.body), .authorization = auth,
	    .allow_plain = str_starts(s->report.api, "http://"),
	    .body_most = ANSWER_READ_MAX,
	    .timeout_ms = c->pypi.timeout_s * 1000, .done = on_answer,
	    .ctx = s };

	http_send(http, &ask);
	loop_run(s->env->loop);
	http_client_free(http);
	explicit_bzero(auth, strlen(auth));
	free(auth);
}

/* On record before it is sent, so that no end of ours leaves a report that
 * nobody knows of. */
static int
send(struct sending *s)
{
	const struct config	*c = s->env->config;
	char			 why[FAULT_TEXT_MAX], *token;

	if (!said_yes())
		return command_fail("nothing was sent");
	token = config_secret(c->report.token_file, why, sizeof(why));
	if (token == NULL)
		return command_fail("report.token-file: %s", why);
	s->status = note(s, NULL);
	if (s->status == COMMAND_OK)
		post(s, token);
	explicit_bzero(token, strlen(token));
	free(token);
	if (s->answer[0] == '\0')
		return s->status;
	if (s->status == COMMAND_OK)
		puts(s->answer);
	else
		command_fail("%s", s->answer);
	(void)note(s, s->answer);
	return s->status;
}

static int
report(struct sending *s, const json_t *d)
{
	const struct config	*c = s->env->config;
	int			 status = detection_check(s, d);

	if (status != COMMAND_OK)
		return status;
	report_make(&s->report, d, (enum report_kind)s->kind, s->summary,
	    c->report.url, c->report.inspector_url);
	show(s, d);
	status = s->api ? send(s) : note(s, NULL);
	report_release(&s->report);
	return status;
}

static int
find(struct sending *s)
{
	struct db_rows	*rows = command_query(s->env, &STMT_REPORT_SOURCE,
			    (const char *[]){ s->id });
	json_t		*d;
	int		 status;

	if (rows == NULL)
		return COMMAND_FAILED;
	d = db_text(rows, 0, "object") != NULL ? json_loads(db_text(rows, 0,
	    "object"), 0, NULL) : NULL;
	status = d != NULL ? report(s, d) : command_fail("there is no detection"
	    " %s; see: pypiwatch detections", s->id);
	json_decref(d);
	db_rows_free(rows);
	return status;
}

/* ---- the command -------------------------------------------------------- */

static int
api_check(struct command_env *env)
{
	const struct config *c = command_config(env);

	if (c == NULL)
		return COMMAND_FAILED;
	if (c->report.token_file == NULL)
		return command_fail("report.token-file is not set: without a "
		    "token of PyPI's for observers there is the form");
	if (!url_safe(c->report.url))
		return command_fail("report.url: a token is sent by https://, "
		    "or to this host");
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return command_fail("a report needs a person at a terminal; "
		    "nothing was sent");
	return COMMAND_OK;
}

static int
take(struct sending *s, int option, const char *value)
{
	switch (option) {
	case 'k':
		s->kind = command_choice(me, "kind", value, report_kinds,
		    REPORT_KINDS);
		return s->kind == -1 ? -1 : 0;
	case 's':
		if (*value != '\0' && strlen(value) <= REPORT_SUMMARY_MAX &&
		    utf8_valid(value, strlen(value))) {
			s->summary = value;
			return 0;
		}
		command_misused(me, "--summary takes 1 to %d bytes of UTF-8",
		    REPORT_SUMMARY_MAX);
		return -1;
	case 'a':
		s->api = true;
		return 0;
	default:
		s->again = true;
		return 0;
	}
}

static int
run(struct command_env *env, int argc, char **argv)
{
	static const struct option options[] = {
		{ "kind", required_argument, NULL, 'k' },
		{ "summary", required_argument, NULL, 's' },
		{ "api", no_argument, NULL, 'a' },
		{ "again", no_argument, NULL, 'g' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct sending	s = { .env = env };
	int		o, status = COMMAND_FAILED;
	int64_t		id;

	while ((o = command_option(me, argc, argv, options, &status)) != -1) {
		if (o == COMMAND_STOP)
			return status;
		if (take(&s, o, optarg) == -1)
			return COMMAND_FAILED;
	}
	if (argc - optind != 1)
		return command_misused(me, "report takes one detection at a "
		    "time");
	s.id = argv[optind];
	if (str_int(s.id, 0, INT64_MAX, &id) == -1)
		return command_misused(me, "\"%s\" is not the number of a "
		    "detection", vis(s.id));
	if (s.api && api_check(env) != COMMAND_OK)
		return COMMAND_FAILED;
	return find(&s);
}

const struct command command_report = { "report",
    "[--kind K] [--summary TEXT] [--api [--again]] ID",
    "Report a confirmed detection to PyPI",
    "Shows PyPI's report form, filled in: a link that you open and submit.\n"
    "\n"
    "  --kind K        malware (the default), spam, dependency-confusion or\n"
    "                  other\n"
    "  --summary TEXT  instead of what makes up the score\n"
    "  --api           send it to PyPI's API, with the token of\n"
    "                  report.token-file; shows what is sent, and asks\n"
    "  --again         although it was sent before\n"
    "\n"
    "One at a time and, with --api, at a terminal only: PyPI may quarantine the\n"
    "project and freeze its owners' accounts on one such report.\n"
    "\n"
    "Example:\n"
    "  pypiwatch report 42\n", run };

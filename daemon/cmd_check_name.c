/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatch check-name - which known names a name resembles.
 * Takes: names, or lines of standard input.  Gives: one answer each.
 * Runs in: the command; needs no database and no daemon.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

#include "base/limits.h"
#include "base/str.h"
#include "base/vis.h"
#include "names/lookalike.h"
#include "names/name.h"
#include "names/targets.h"

#define OUTPUT_BYTES 65536	/* written at once: 100,000 names a second */

static const char *const formats[] = { "human", "json" };
enum { FORMAT_HUMAN, FORMAT_JSON };

struct checker {
	const struct targets *targets;
	int64_t		 alert_score;
	int		 format;
	struct buf	 out;
	bool		 alerted, invalid;
};

struct answer {
	const char	*name, *normalized, *why;
	struct name_match matches[NAME_MATCHES_MAX];
	size_t		 n;
	uint32_t	 score;
	bool		 alert;
};

static void
add_json(struct buf *b, const struct answer *a)
{
	buf_adds(b, "{\"name\":");
	json_add_text(b, a->name);
	buf_adds(b, ",\"normalized\":");
	json_add_text(b, a->normalized);
	buf_addf(b, ",\"score\":%u,\"alert\":%s,\"why\":", a->score,
	    a->alert ? "true" : "false");
	json_add_text(b, a->why);
	buf_adds(b, ",\"matches\":[");
	for (size_t i = 0; i < a->n; i++) {
		const struct name_match *m = &a->matches[i];

		buf_adds(b, i > 0 ? ",{\"target\":" : "{\"target\":");
		json_add_text(b, m->target);
		buf_addf(b, ",\"rank\":%u,\"technique\":", m->rank);
		json_add_text(b, m->technique);
		buf_addf(b, ",\"distance\":%u,\"score\":%u}", m->distance,
		    m->score);
	}
	buf_adds(b, "]}\n");
}

static void
add_human(struct buf *b, const struct answer *a)
{
	if (a->normalized == NULL) {
		buf_addf(b, "%s: %snot a valid name%s: %s\n", a->name,
		    colour_on(COLOUR_YELLOW), colour_off(), a->why);
		return;
	}
	if (a->n == 0) {
		buf_addf(b, "%s: %s\n", a->name, a->why != NULL ? a->why :
		    "resembles no known name");
		return;
	}
	buf_addf(b, "%s: %s%s%u%s\n", a->name,
	    colour_on(a->alert ? COLOUR_RED : COLOUR_BOLD),
	    a->alert ? "LOOKALIKE, score " : "score ", a->score, colour_off());
	for (size_t i = 0; i < a->n; i++) {
		const struct name_match *m = &a->matches[i];

		buf_addf(b, "  %3u  %s", m->score, m->target);
		if (m->is_protected)
			buf_adds(b, " (protected)");
		else if (m->rank > 0)
			buf_addf(b, " (rank %u)", m->rank);
		buf_addf(b, ", %s\n", m->technique != NULL ? m->technique :
		    "-");
	}
}

static void
check(struct checker *c, const char *raw)
{
	struct project_name	 name;
	struct answer		 a = { .why = NULL };
	char			*seen = vis_dup(raw, strlen(raw));

	a.name = seen;
	if (name_normalize(raw, &name, &a.why) == 0) {
		a.why = NULL;
		a.normalized = name.text;
		a.n = lookalike_find(c->targets, &name, a.matches,
		    ARRAY_LEN(a.matches));
		if (a.n == 0 && targets_rank(c->targets, name.text) > 0)
			a.why = "is itself a known project";
		a.score = a.n > 0 ? a.matches[0].score : 0;
		a.alert = a.n > 0 && a.score >= c->alert_score;
	}
	c->alerted |= a.alert;
	c->invalid |= a.normalized == NULL;
	(c->format == FORMAT_JSON ? add_json : add_human)(&c->out, &a);
	for (size_t i = 0; i < a.n; i++)
		wire_release(&name_match_desc, &a.matches[i]);
	free(seen);
	if (c->out.len >= OUTPUT_BYTES) {
		fwrite(c->out.data, 1, c->out.len, stdout);
		buf_reset(&c->out);
	}
}

/* One name a line.  Of a line longer than any name the start is enough to
 * call it invalid, so memory stays bounded. */
static void
check_lines(struct checker *c, FILE *in)
{
	char	line[4 * PROJECT_NAME_MAX];
	size_t	len;
	int	ch;

	while (fgets(line, sizeof(line), in) != NULL) {
		len = strlen(line);
		if (len + 1 == sizeof(line) && line[len - 1] != '\n')
			while ((ch = getc(in)) != EOF && ch != '\n')
				;
		len = strcspn(line, "\r\n");
		line[len] = '\0';
		if (len > 0)
			check(c, line);
	}
}

static int
run_on(struct checker *c, const struct buf *index, int n, char **names)
{
	const char	*why;
	struct targets	*targets = targets_open(index->data, index->len, &why);

	if (targets == NULL)
		return command_fail("the list of names is damaged: %s", why);
	c->targets = targets;
	for (int i = 0; i < n; i++)
		if (str_equal(names[i], "-"))
			check_lines(c, stdin);
		else
			check(c, names[i]);
	fwrite(buf_text(&c->out), 1, c->out.len, stdout);
	buf_release(&c->out);
	targets_free(targets);
	return c->alerted ? COMMAND_ALERT :
	    c->invalid ? COMMAND_FAILED : COMMAND_OK;
}

static int
run(struct command_env *env, int argc, char **argv)
{
	static const struct option options[] = {
		{ "format", required_argument, NULL, 'f' },
		{ "targets", required_argument, NULL, 't' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct checker	 c = { .format = FORMAT_HUMAN };
	struct buf	 index = BUF_EMPTY;
	const char	*targets = NULL;
	int		 o, status = COMMAND_FAILED;

	while ((o = command_option(&command_check_name, argc, argv, options,
	    &status)) != -1) {
		if (o == COMMAND_STOP)
			return status;
		if (o == 't')
			targets = optarg;
		else if ((c.format = command_choice(&command_check_name,
		    "format", optarg, formats, ARRAY_LEN(formats))) == -1)
			return COMMAND_FAILED;
	}
	if (optind == argc)
		return command_misused(&command_check_name,
		    "check-name needs a name, or - to read names from standard"
		    " input");
	if (command_config(env) == NULL)
		return COMMAND_FAILED;
	c.alert_score = env->config->lookalike.alert_score;
	if (command_targets(env, targets, &index) == 0)
		status = run_on(&c, &index, argc - optind, argv + optind);
	buf_release(&index);
	return status;
}

const struct command command_check_name = { "check-name",
    "[--format human|json] [--targets FILE] NAME ...|-",
    "Say which well-known or protected names a name resembles",
    "  --format human|json   json: one object a line\n"
    "  --targets FILE        names to compare with instead of the configured\n"
    "                        ones: lines of rank, name and downloads,\n"
    "                        separated by tabs\n"
    "  -                     read names from standard input, one a line\n"
    "\n"
    "Exit status: 1 if a name reaches lookalike.alert-score; else 2 if a name\n"
    "is not valid; else 0.\n"
    "\n"
    "Examples:\n"
    "  pypiwatch check-name reqeusts\n"
    "  pypiwatch check-name --format json - < names.txt\n", run };

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatch rules - the YARA rules, what they mean and what they cost.
 * Takes: the config's folders, or files.  Gives: lists and explanations.
 * Runs in: the command; pypiwatch-worker, which alone links libyara, reads
 * the rules and answers with lines of fields (see worker_rules.c).
 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

#include "base/file.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"

#define me (&command_rules)
#define FIELDS 11
#define RULE_NS_MOST 2.0	/* a byte: an operator's rule above it is
				   named */

enum { F_WORD, F_ID, F_NAME, F_ORIGIN, F_CATEGORY, F_TACTIC, F_CONTEXTS,
	F_KINDS, F_NEEDS, F_NS, F_TEXT };

struct rules {
	struct command_env *env;
	int	 format;
	const char *want;	/* of explain */
	bool	 found;
};

/* Cuts a line into its fields; those that are missing are "". */
static void
line_split(char *line, char *fields[FIELDS])
{
	for (size_t i = 0; i < FIELDS; i++) {
		fields[i] = line;
		line += strcspn(line, "\t");
		if (*line != '\0')
			*line++ = '\0';
	}
}

static void
lines_walk(struct buf *out, void (*each)(struct rules *, char *fields[FIELDS]),
    struct rules *r)
{
	char *save = NULL, *text = buf_steal(out);

	for (char *line = strtok_r(text, "\n", &save); line != NULL;
	    line = strtok_r(NULL, "\n", &save)) {
		char *fields[FIELDS];

		line_split(line, fields);
		each(r, fields);
	}
	free(text);
}

static void
json_say(const char *const *names, char *const *values, size_t n,
    const char *number, const char *number_value)
{
	struct buf b = BUF_EMPTY;

	buf_addc(&b, '{');
	for (size_t i = 0; i < n; i++) {
		buf_addf(&b, "\"%s\":", names[i]);
		json_add_text(&b, *values[i] != '\0' ? values[i] : NULL);
		buf_addc(&b, ',');
	}
	buf_addf(&b, "\"%s\":%s}\n", number, number_value);
	fwrite(buf_text(&b), 1, b.len, stdout);
	buf_release(&b);
}

static bool
is_ours(char *const fields[FIELDS])
{
	return str_equal(fields[F_ORIGIN], "pypiwatch");
}

static void
slow_name(char *const fields[FIELDS])
{
	if (is_ours(fields) || strtod(fields[F_NS], NULL) <= RULE_NS_MOST)
		return;
	command_fail("%s: rule %s costs %s ns a byte, more than %.0f: anchor"
	    " it on a longer fixed text", fields[F_ORIGIN], fields[F_NAME],
	    fields[F_NS], RULE_NS_MOST);
}

/* ---- list ---------------------------------------------------------------- */

static void
list_line(struct rules *r, char *fields[FIELDS])
{
	if (str_equal(fields[F_WORD], "error"))
		command_fail("%s", fields[1]);
	if (str_equal(fields[F_WORD], "ruleset") && r->format == TABLE_HUMAN)
		printf("ruleset %s: %s rules, %s ns a byte each in the mean\n",
		    fields[1], fields[2], fields[3]);
	if (!str_equal(fields[F_WORD], "rule"))
		return;
	if (r->format == TABLE_JSON) {
		char *values[] = { fields[F_ID], fields[F_NAME],
		    fields[F_ORIGIN], fields[F_CATEGORY], fields[F_TACTIC],
		    fields[F_CONTEXTS], fields[F_KINDS], fields[F_NEEDS],
		    fields[F_TEXT] };
		static const char *const all[] = { "id", "rule", "origin",
			"category", "tactic", "context", "on", "needs",
			"text" };

		json_say(all, values, ARRAY_LEN(values), "ns_per_byte",
		    fields[F_NS]);
	} else
		printf("%-28s %-20s %8s  %s%s%s\n", fields[F_ID],
		    fields[F_CATEGORY], fields[F_NS],
		    is_ours(fields) ? "" : fields[F_ORIGIN],
		    is_ours(fields) ? "" : ": ", fields[F_TEXT]);
	slow_name(fields);
}

/* What the worker says about all rules; 0, or a status after a message. */
static int
worker_list(struct command_env *env, struct buf *out)
{
	char	name[] = "pypiwatch-worker", option[] = "--rules";
	int	rc;

	progress_show("measuring the rules");
	rc = command_worker(env, (char *[]){ name, option, NULL }, out);
	progress_clear();
	return rc == 0 ? COMMAND_OK : COMMAND_FAILED;
}

static int
list(struct rules *r)
{
	struct buf	out = BUF_EMPTY;
	int		status = worker_list(r->env, &out);

	lines_walk(&out, list_line, r);
	return status;
}

/* ---- explain ------------------------------------------------------------- */

/* The line of weights.conf about a rule, or its category. */
static bool
weight_say(const struct config *c, const char *kind, const char *name)
{
	struct buf	 text = BUF_EMPTY;
	char		*start = mem_printf("\n%s %s ", kind, name);
	const char	*at;
	bool		 found = false;

	if (file_read(c->judge.weights_file, NAMES_FILE_MAX, &text) == 0 &&
	    (at = strstr(buf_text(&text), start)) != NULL) {
		at += strlen(start);
		printf("weight    %.*s\n", (int)strcspn(at, "\n"), at);
		found = true;
	}
	free(start);
	buf_release(&text);
	return found;
}

static void
field_say(const char *title, const char *value)
{
	if (*value != '\0')
		printf("%-9s %s\n", title, value);
}

static void
explain_line(struct rules *r, char *fields[FIELDS])
{
	if (!str_equal(fields[F_WORD], "rule") || r->found ||
	    !(str_equal(fields[F_ID], r->want) ||
	    str_equal(fields[F_NAME], r->want)))
		return;
	r->found = true;
	if (r->format == TABLE_JSON) {
		list_line(r, fields);
		return;
	}
	field_say("rule", fields[F_ID]);
	field_say("says", fields[F_TEXT]);
	field_say("category", fields[F_CATEGORY]);
	field_say("tactic", fields[F_TACTIC]);
	field_say("from", is_ours(fields) ? "pypiwatch" : fields[F_ORIGIN]);
	field_say("named", fields[F_NAME]);
	field_say("looks in", *fields[F_CONTEXTS] != '\0' ?
	    fields[F_CONTEXTS] : "every context");
	field_say("kinds", *fields[F_KINDS] != '\0' ? fields[F_KINDS] :
	    "python script text binary");
	field_say("needs", fields[F_NEEDS]);
	printf("cost      %s ns a byte\n", fields[F_NS]);
	if (!weight_say(r->env->config, "rule", fields[F_ID]))
		weight_say(r->env->config, "category", fields[F_CATEGORY]);
}

static int
explain(struct rules *r)
{
	struct buf	out = BUF_EMPTY;
	int		status = worker_list(r->env, &out);

	lines_walk(&out, explain_line, r);
	if (status != COMMAND_OK)
		return command_fail("the rules cannot be read; see: pypiwatch"
		    " rules list");
	if (r->found)
		return COMMAND_OK;
	/* Most findings are not made by YARA. */
	if (weight_say(r->env->config, "rule", r->want)) {
		printf("rule      %s\nfrom      pypiwatch's own inspection, no"
		    " YARA rule\n", r->want);
		return COMMAND_OK;
	}
	return command_fail("there is no rule \"%s\"; see: pypiwatch rules"
	    " list", vis(r->want));
}

/* ---- check --------------------------------------------------------------- */

static void
check_line(struct rules *r, char *fields[FIELDS])
{
	static const char *const names[] = { "file", "state", "rules" };

	if (str_equal(fields[F_WORD], "error"))
		command_fail("%s", fields[1]);
	else if (str_equal(fields[F_WORD], "rule"))
		slow_name(fields);
	else if (str_equal(fields[F_WORD], "file") && r->format == TABLE_JSON)
		json_say(names, fields + 1, 3, "ns_per_byte", fields[4]);
	else if (str_equal(fields[F_WORD], "file") &&
	    str_equal(fields[2], "good"))
		printf("%s: good, %s rule%s, %s ns a byte%s\n", fields[1],
		    fields[3], str_equal(fields[3], "1") ? "" : "s", fields[4],
		    str_equal(fields[3], "1") ? "" : " each in the mean");
	else if (str_equal(fields[F_WORD], "file"))
		printf("%s: %s\n", fields[1], fields[2]);
}

/* 0 good, 1 bad, 2 could not be read: as the worker says. */
static int
check(struct rules *r, char **files, int n)
{
	char		  name[] = "pypiwatch-worker";
	char		  option[] = "--check-rules";
	char		**argv = mem_array((size_t)n + 3, sizeof(*argv));
	struct buf	  out = BUF_EMPTY;
	int		  rc;

	argv[0] = name;
	argv[1] = option;
	memcpy(argv + 2, files, (size_t)n * sizeof(*argv));
	progress_show("measuring the rules");
	rc = command_worker(r->env, argv, &out);
	progress_clear();
	lines_walk(&out, check_line, r);
	free(argv);
	return rc == -1 ? COMMAND_FAILED : rc;
}

static int
run(struct command_env *env, int argc, char **argv)
{
	struct rules	 r = { .env = env };
	int		 status;
	const char	*verb;

	r.format = command_format(me, argc, argv, 2, &status);
	if (r.format == COMMAND_STOP)
		return status;
	verb = optind < argc ? argv[optind] : "";
	argc -= optind + 1;
	argv += optind + 1;
	if (command_config(env) == NULL)
		return COMMAND_FAILED;
	if (str_equal(verb, "list") && argc == 0)
		return list(&r);
	if (str_equal(verb, "explain") && argc == 1) {
		r.want = argv[0];
		return explain(&r);
	}
	if (str_equal(verb, "check") && argc > 0)
		return check(&r, argv, argc);
	if (str_equal(verb, "explain"))
		return command_misused(me, "explain takes one rule; see: "
		    "pypiwatch rules list");
	if (str_equal(verb, "check"))
		return command_misused(me, "check needs a file of rules");
	return command_misused(me, "rules knows: list, explain ID, check FILE"
	    " ...");
}

const struct command command_rules = { "rules",
    "list [--format F] | explain ID | check [--format F] FILE ...",
    "The YARA rules: what they mean, what they cost",
    "  --format F  human, or json (one object a line)\n"
    "\n"
    "list shows every rule, the shipped ones and those of rules.local-directory,\n"
    "with its cost in ns a byte beyond what the least rule costs; explain says\n"
    "what one means and how much it counts, also of findings that are not made\n"
    "by YARA.  check tries files as they would be loaded: 0 good, 1 bad, 2 could\n"
    "not be read.  A rule of yours above 2 ns a byte is named.\n"
    "\n"
    "Example:\n"
    "  pypiwatch rules check third-party/*.yar\n", run };

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worker_rules - rules as lines, for `pypiwatch rules`.
 * Takes: the config's rules, or files.  Gives: lines of fields with tabs
 * between, on standard output; every field made visible.
 * Runs in: pypiwatch-worker --rules, which reads no package.
 *
 *	ruleset	ID RULES NS
 *	rule	ID NAME ORIGIN CATEGORY TACTIC CONTEXTS KINDS NEEDS NS TEXT
 *	source	LINE
 *	file	PATH good|bad|unreadable RULES NS, then its rules
 *	error	TEXT
 */
#include "worker_rules.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "inspect/rules/rules.h"
#include "inspect/rules/cost.h"

static void
field(const char *s)
{
	char *seen = vis_dup(s != NULL ? s : "", s != NULL ? strlen(s) : 0);

	printf("\t%s", seen);
	free(seen);
}

static void
on_rule(void *ctx, const struct rule_info *r)
{
	char ns[32];

	(void)ctx;
	(void)snprintf(ns, sizeof(ns), "%.3f", r->ns);
	fputs("rule", stdout);
	field(r->id);
	field(r->name);
	field(r->origin);
	field(r->category);
	field(r->tactic);
	field(r->contexts);
	field(r->kinds);
	field(r->needs);
	field(ns);
	field(r->text);
	putchar('\n');
}

static void
errors_say(const struct buf *errors)
{
	const char *at = buf_text(errors), *end;

	for (; *at != '\0'; at = *end == '\n' ? end + 1 : end) {
		char *line;

		end = at + strcspn(at, "\n");
		line = mem_strndup(at, (size_t)(end - at));
		fputs("error", stdout);
		field(line);
		putchar('\n');
		free(line);
	}
}

int
worker_rules_list(const char *folder, const char *local)
{
	struct buf	 errors = BUF_EMPTY;
	struct rules	*r = rules_load(folder, local, &errors);
	double		 mean;

	errors_say(&errors);
	buf_release(&errors);
	if (r == NULL)
		return 1;
	mean = rules_measure(r, on_rule, NULL);
	printf("ruleset\t%s\t%zu\t%.3f\n", rules_id(r), rules_count(r), mean);
	rules_free(r);
	return 0;
}

/* 0 good, 1 bad, 2 could not be read. */
static int
file_check(const char *path)
{
	static const char *const words[] = { "good", "bad", "unreadable" };
	struct buf	 errors = BUF_EMPTY;
	struct rules	*r = NULL;
	double		 mean = 0;
	int		 status = 2;

	if (access(path, R_OK) == 0) {
		r = rules_of_file(path, &errors);
		status = r != NULL ? 0 : 1;
	} else
		buf_addf(&errors, "%s: %s\n", path, strerror(errno));
	if (r != NULL)
		mean = rules_measure(r, on_rule, NULL);
	errors_say(&errors);
	fputs("file", stdout);
	field(path);
	printf("\t%s\t%zu\t%.3f\n", words[status], r != NULL ? rules_count(r) :
	    0, mean);
	rules_free(r);
	buf_release(&errors);
	return status;
}

int
worker_rules_check(char **files, int n)
{
	int worst = 0;

	for (int i = 0; i < n; i++) {
		int status = file_check(files[i]);

		if (status > worst)
			worst = status;
	}
	return worst;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatch scan - looks into files, folders and releases.
 * Takes: arguments.  Gives: a verdict a file; exit status 1 on an alert, else
 * 2 when something could not be seen whole, else 0.
 * Runs in: the command; needs no database and no daemon.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "scan.h"

#include "base/file.h"
#include "base/limits.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/memfd.h"
#include "base/str.h"
#include "base/vis.h"
#include "judge/judge.h"
#include "judge/scan_costs.h"
#include "judge/scan_sarif.h"
#include "judge/scan_vector.h"
#include "names/lookalike.h"
#include "names/name.h"
#include "names/targets.h"

static const char *const formats[] = { "human", "json", "sarif" };
enum { FORMAT_HUMAN, FORMAT_JSON, FORMAT_SARIF, FORMAT_VECTORS };
#define BASELINES_MAX 64

struct scan {
	struct command_env *env;
	int		 format;
	const char	*baselines[BASELINES_MAX];
	size_t		 nbaselines;
	struct scan_sources sources;
	struct scanner	*scanner;
	struct buf	 index;
	struct targets	*targets;
	struct judge_settings judge;
	struct weights	*weights;
	struct sarif	*sarif;
	struct vector_label label;
	bool		 profile;
	struct scan_costs costs;
	struct scan_siblings *siblings;
	/* of the baseline */
	bool		 in_baseline;
	struct history	 history;
	char		**rules;
	size_t		 nrules;
	/* so far */
	size_t		 files;
	bool		 alerted, incomplete;
};

static int64_t
cpu_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* ---- one file is done ---------------------------------------------------- */

static void
remember_rules(struct scan *s, const struct features *f)
{
	s->rules = mem_grow(s->rules, s->nrules + f->nfindings + 1,
	    sizeof(*s->rules));
	for (size_t i = 0; i < f->nfindings; i++)
		if (f->findings[i].rule != NULL)
			s->rules[s->nrules++] =
			    mem_strdup(f->findings[i].rule);
	s->history.known = true;
	s->history.releases++;
	s->history.age_s = -1;
	s->history.seen_rules = (const char *const *)s->rules;
	s->history.nseen_rules = s->nrules;
}

/* A folder does not tell its project by its name; its metadata does. */
static void
name_from_metadata(const struct scan *s, struct scan_item *i,
    struct features *f)
{
	struct project_name	 name;
	struct name_match	 found[NAME_MATCHES_MAX], *to;
	const char		*why;
	size_t			 n;

	if (i->packagetype != PACKAGE_TREE || f->metadata.name == NULL)
		return;
	free(i->project);
	free(i->version);
	i->project = mem_strdup(f->metadata.name);
	i->version = mem_strdup(f->metadata.version);
	if (f->nnames > 0 || name_normalize(i->project, &name, &why) == -1)
		return;
	n = lookalike_find(s->targets, &name, found, ARRAY_LEN(found));
	for (size_t k = 0; k < n; k++) {
		if ((to = features_add_name(f)) != NULL)
			*to = found[k];
		else
			wire_release(&name_match_desc, &found[k]);
	}
}

static void
complete(const struct scan *s, struct scan_item *i, struct features *f)
{
	if (i->packagetype == PACKAGE_TREE)
		f->sha256[0] = '\0';
	if (i->partial != NULL && f->outcome == SCAN_SCANNED) {
		f->outcome = SCAN_PARTIAL;
		free(f->why);
		f->why = mem_strdup(i->partial);
	}
	name_from_metadata(s, i, f);
}

static void
print(struct scan *s, const struct scan_item *i, const struct features *f,
    const struct verdict *v)
{
	const struct scanned_file file = { i->label, i->project, i->version,
		i->packagetype };
	struct buf b = BUF_EMPTY;

	progress_clear();
	if (s->format == FORMAT_SARIF) {
		sarif_add(s->sarif, &file, f, v);
	} else if (s->format == FORMAT_VECTORS) {
		scan_vector(&file, f, v, &s->label, &b);
		printf("%s\n", buf_text(&b));
		buf_release(&b);
	} else if (s->format == FORMAT_JSON) {
		scan_json(&file, f, v, SCAN_JSON_STATS, &b);
		printf("%s\n", buf_text(&b));
		buf_release(&b);
	} else {
		scan_print_human(i, f, v);
	}
	fflush(stdout);
}

/* Judging is ours; the rest was measured where it was done. */
static void
judge_item(struct scan *s, const struct scan_item *i, struct features *f,
    struct verdict *v)
{
	int64_t start = cpu_ns();

	scan_siblings_judge(s->siblings, i, f);
	judge_file(&s->judge, f, &s->history, v);
	if (f->ncosts == 0)
		return;
	features_add_cost(f, "judging", false, cpu_ns() - start);
	scan_costs_add(&s->costs, f);
}

static void
on_done(void *ctx, struct scan_item *i, struct features *f)
{
	struct scan	*s = ctx;
	struct verdict	 v = { .score = 0 };

	complete(s, i, f);
	if (s->in_baseline) {
		remember_rules(s, f);
		if (f->outcome == SCAN_UNSCANNABLE)
			command_fail("baseline %s: %s", i->label,
			    f->why != NULL ? vis(f->why) : "not scanned");
		s->incomplete |= f->outcome == SCAN_UNSCANNABLE;
	} else {
		if (i->fd != -1)
			judge_item(s, i, f, &v);
		s->files++;
		s->alerted |= v.alert;
		s->incomplete |= f->outcome != SCAN_SCANNED;
		print(s, i, f, &v);
	}
	verdict_release(&v);
	features_release(f);
}

static int
on_item(void *ctx, struct scan_item *i)
{
	struct scan *s = ctx;

	progress_show("looking into %s", i->filename);
	return scanner_submit(s->scanner, i);
}

/* ---- the whole ----------------------------------------------------------- */

/* The workers get the very text that we read. */
static int
read_config(struct command_env *env, struct buf *text)
{
	if (command_config(env) == NULL)
		return -1;
	if (env->config->file == NULL || access(env->config->file, F_OK) == -1)
		return 0;	/* the defaults */
	if (file_read(env->config->file, CONFIG_BYTES_MAX, text) == 0)
		return 0;
	command_fail("cannot read %s: %s", vis(env->config->file),
	    strerror(errno));
	return -1;
}

static int
prepare(struct scan *s, const char *targets)
{
	const struct config	*c = s->env->config;
	struct buf		 errors = BUF_EMPTY;
	const char		*why;

	if (command_targets(s->env, targets, &s->index) != COMMAND_OK)
		return -1;
	s->targets = targets_open(s->index.data, s->index.len, &why);
	if (s->targets == NULL)
		return command_fail("the list of names is damaged: %s", why);
	s->weights = weights_load(c->judge.weights_file, &errors);
	if (s->weights == NULL)
		command_fail("%.*s; install pypiwatch, or correct"
		    " judge.weights-file", (int)(errors.len > 0 ?
		    errors.len - 1 : 0), buf_text(&errors));
	buf_release(&errors);
	s->judge = (struct judge_settings){ .weights = s->weights,
	    .prior = c->judge.prior,
	    .alert_score = (uint32_t)c->judge.alert_score };
	s->history.age_s = -1;
	return s->weights != NULL ? 0 : -1;
}

static int
walk_all(struct scan *s, char **arguments, int n)
{
	s->in_baseline = true;
	for (size_t i = 0; i < s->nbaselines; i++)
		if (scan_sources_walk(&s->sources, s->baselines[i]) == -1)
			return -1;
	if (scanner_finish(s->scanner) == -1)
		return -1;
	s->in_baseline = false;
	for (int i = 0; i < n; i++)
		if (scan_sources_walk(&s->sources, arguments[i]) == -1)
			return -1;
	return scanner_finish(s->scanner);
}

static int
scan(struct scan *s, const struct buf *config_text, char **arguments, int n)
{
	struct buf	out = BUF_EMPTY;
	int		targets = memfd_of("targets", s->index.data,
			    s->index.len), rc;

	if (targets == -1)
		return command_fail("cannot hold the list of names: %s",
		    strerror(errno));
	if (s->env->loop == NULL)
		s->env->loop = loop_new();
	s->scanner = scanner_new(&(struct scanner_settings){
	    .loop = s->env->loop, .config = s->env->config,
	    .config_text = buf_text(config_text),
	    .config_len = config_text->len, .targets_fd = targets,
	    .measure = s->profile, .done = on_done, .ctx = s });
	s->sarif = sarif_new();
	s->siblings = scan_siblings_new();
	rc = walk_all(s, arguments, n);
	progress_clear();
	if (rc == 0 && s->format == FORMAT_SARIF)
		sarif_print(s->sarif, &out);
	else if (rc == 0 && s->profile && s->format == FORMAT_HUMAN)
		scan_costs_print(&s->costs, &out);
	fputs(buf_text(&out), stdout);
	buf_release(&out);
	scanner_free(s->scanner);
	sarif_free(s->sarif);
	scan_siblings_free(s->siblings);
	close(targets);
	if (rc == -1)
		return COMMAND_FAILED;
	return s->alerted ? COMMAND_ALERT :
	    s->incomplete ? COMMAND_FAILED : COMMAND_OK;
}

static void
release(struct scan *s)
{
	for (size_t i = 0; i < s->nrules; i++)
		free(s->rules[i]);
	free(s->rules);
	scan_costs_release(&s->costs);
	weights_free(s->weights);
	targets_free(s->targets);
	buf_release(&s->index);
}

enum { OPT_STDIN_NAME = 256, OPT_BASELINE, OPT_NO_NETWORK, OPT_PROFILE,
	OPT_VECTORS, OPT_LABEL, OPT_FAMILY, OPT_YEAR };

#define YEAR_LEAST 1991		/* Python itself */
#define YEAR_MOST 2199

static bool
take_year(struct scan *s)
{
	char	*end;
	unsigned long year = strtoul(optarg, &end, 10);

	s->label.year = (unsigned int)year;
	if (*end == '\0' && year >= YEAR_LEAST && year <= YEAR_MOST)
		return true;
	command_misused(&command_scan, "--year takes a year, not '%s'",
	    vis(optarg));
	return false;
}

/* One option; false: stop with COMMAND_FAILED. */
static bool
take(struct scan *s, int o, const char **targets)
{
	switch (o) {
	case 'f':
		s->format = command_choice(&command_scan, "format", optarg,
		    formats, ARRAY_LEN(formats));
		return s->format != -1;
	case 't':
		*targets = optarg;
		return true;
	case OPT_STDIN_NAME:
		s->sources.stdin_name = optarg;
		return true;
	case OPT_NO_NETWORK:
		s->sources.no_network = true;
		return true;
	case OPT_VECTORS:
		s->format = FORMAT_VECTORS;
		return true;
	case OPT_LABEL:
		s->label.label = optarg;
		return true;
	case OPT_FAMILY:
		s->label.family = optarg;
		return true;
	case OPT_YEAR:
		return take_year(s);
	case OPT_BASELINE:
		if (s->nbaselines < BASELINES_MAX) {
			s->baselines[s->nbaselines++] = optarg;
			return true;
		}
		command_misused(&command_scan, "at most %d times --baseline",
		    BASELINES_MAX);
		return false;
	default:
		s->profile = true;
		return true;
	}
}

static int
run(struct command_env *env, int argc, char **argv)
{
	static const struct option options[] = {
		{ "format", required_argument, NULL, 'f' },
		{ "targets", required_argument, NULL, 't' },
		{ "stdin-name", required_argument, NULL, OPT_STDIN_NAME },
		{ "baseline", required_argument, NULL, OPT_BASELINE },
		{ "no-network", no_argument, NULL, OPT_NO_NETWORK },
		{ "profile", no_argument, NULL, OPT_PROFILE },
		{ "vectors", no_argument, NULL, OPT_VECTORS },
		{ "label", required_argument, NULL, OPT_LABEL },
		{ "family", required_argument, NULL, OPT_FAMILY },
		{ "year", required_argument, NULL, OPT_YEAR },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct scan	 s = { .env = env };
	struct buf	 config_text = BUF_EMPTY;
	const char	*targets = NULL;
	int		 o, status = COMMAND_FAILED;

	while ((o = command_option(&command_scan, argc, argv, options,
	    &status)) != -1) {
		if (o == COMMAND_STOP)
			return status;
		if (!take(&s, o, &targets))
			return COMMAND_FAILED;
	}
	if (s.format != FORMAT_VECTORS && (s.label.label != NULL ||
	    s.label.family != NULL || s.label.year != 0))
		return command_misused(&command_scan, "--label, --family and"
		    " --year go with --vectors");
	if (s.profile && s.format != FORMAT_HUMAN && s.format != FORMAT_JSON)
		return command_misused(&command_scan, "--profile goes with"
		    " --format human or json");
	if (optind == argc)
		return command_misused(&command_scan, "scan needs a file, a"
		    " folder, - or NAME[==VERSION]");
	s.sources.env = env;
	s.sources.each = on_item;
	s.sources.ctx = &s;
	if (read_config(env, &config_text) == 0 && prepare(&s, targets) == 0)
		status = scan(&s, &config_text, argv + optind, argc - optind);
	else
		status = COMMAND_FAILED;
	release(&s);
	buf_release(&config_text);
	return status;
}

const struct command command_scan = { "scan",
    "[OPTION ...] FILE|DIR|-|NAME[==VERSION] ...",
    "Look into packages: archives, source trees, or releases on the index",
    "What exists or contains a / is a path; anything else is a project's name,\n"
    "fetched from the index.  A folder is one source tree if it holds\n"
    "pyproject.toml, setup.py, PKG-INFO or *.dist-info; else every archive\n"
    "beneath it is looked into.  - reads one archive from standard input.\n"
    "\n"
    "  --format human|json|sarif  json: one object a line; sarif: one log\n"
    "  --vectors                  one object a line with what was found as\n"
    "                             numbers, to fit weights on\n"
    "  --label L --family F --year Y\n"
    "                             what is known of the files, for --vectors\n"
    "  --profile                  what it took, by stage and by rule, too\n"
    "  --stdin-name NAME          file name of what - reads\n"
    "  --baseline FILE            an archive of the previous release: what it\n"
    "                             had already counts less; may be repeated\n"
    "  --no-network               never ask the index\n"
    "  --targets FILE             names to compare with instead of the\n"
    "                             configured ones\n"
    "\n"
    "Exit status: 1 if a file reaches judge.alert-score; else 2 if something\n"
    "was unscannable, partial or could not be opened; else 0.\n"
    "\n"
    "Examples:\n"
    "  pypiwatch scan dist/*.whl\n"
    "  pypiwatch scan --format json requests==2.32.0\n"
    "  curl -s URL | pypiwatch scan --stdin-name foo-1.0.tar.gz -\n", run };

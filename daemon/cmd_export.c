/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pypiwatch export - detections for other programs.
 * Takes: a format and a choice of detections.  Gives: OSV records, a SARIF
 * log, a STIX bundle, a blocklist or vectors on standard output.
 * Runs in: the command; reads analyst.export_page(), a page at a time.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "command.h"
#include "statements.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "data/verdict.h"
#include "evidence/export.h"
#include "judge/judge.h"
#include "judge/scan_read.h"
#include "judge/scan_sarif.h"

#define me (&command_export)
#define PAGE "200"		/* detections; a large one has 1 MB */

enum format { OSV, SARIF, STIX, BLOCKLIST, VECTORS };
static const char *const formats[] = { "osv", "sarif", "stix", "blocklist",
	"vectors" };

struct export {
	struct command_env *env;
	int		 format, style;
	const char	*severity, *status;
	char		 since[CLOCK_RFC3339_SIZE];	/* "": all */
	struct sarif	*sarif;
	struct stix	*stix;
	struct buf	 lines;
	size_t		 n, left_out;
};

/* ---- one detection ------------------------------------------------------ */

static void
sarif_file_add(struct sarif *sarif, const json_t *d, const json_t *object)
{
	struct scanned_file	 file = { .file = export_text(object, "file"),
	    .project = export_text(d, "project"),
	    .version = export_text(d, "version") };
	struct verdict		 v = { .score = (uint32_t)json_integer_value(
	    json_object_get(object, "score")),
	    .alert = json_is_true(json_object_get(object, "alert")) };
	struct features		 f;
	struct history		 h;

	v.severity = severity_of(v.score);
	scan_read(object, NULL, &f, &h);
	sarif_add(sarif, &file, &f, &v);
	scan_read_release(&f, &h);
}

static void
sarif_detection_add(struct sarif *sarif, const json_t *d)
{
	const json_t	*file;
	size_t		 i;

	json_array_foreach(json_object_get(d, "files"), i, file)
		if (json_is_object(json_object_get(file, "object")))
			sarif_file_add(sarif, d, json_object_get(file,
			    "object"));
}

static void
add(struct export *x, const json_t *d)
{
	struct buf b = BUF_EMPTY;

	x->n++;
	switch ((enum format)x->format) {
	case OSV:
		if (!osv_add(d, &b))
			x->left_out++;
		break;
	case SARIF:
		sarif_detection_add(x->sarif, d);
		break;
	case STIX:
		stix_add(x->stix, d);
		break;
	case BLOCKLIST:
		blocklist_add((enum blocklist_style)x->style, d, &x->lines);
		break;
	case VECTORS:
		vector_add(d, &b);
		break;
	}
	fwrite(buf_text(&b), 1, b.len, stdout);
	buf_release(&b);
}

/* ---- all of them -------------------------------------------------------- */

/* How many there were, or -1. */
static int
page(struct export *x, char *after, size_t room)
{
	struct db_rows	*rows = command_query(x->env, &STMT_EXPORT_PAGE,
	    (const char *[]){ formats[x->format], x->since[0] != '\0' ?
	    x->since : NULL, x->severity, x->status, after, PAGE });
	size_t		 n;
	int		 rc = 0;

	if (rows == NULL)
		return -1;
	n = db_rows_count(rows);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		json_t *d = json_loads(db_text(rows, i, "object"), 0, NULL);

		if (d != NULL)
			add(x, d);
		json_decref(d);
		rc = str_copy(after, room, db_text(rows, i, "id"));
	}
	db_rows_free(rows);
	return rc == 0 ? (int)n : -1;
}

static void
end(struct export *x)
{
	struct buf b = BUF_EMPTY;

	if (x->format == SARIF)
		sarif_print(x->sarif, &b);
	else if (x->format == STIX)
		stix_print(x->stix, &b);
	else if (x->format == BLOCKLIST)
		blocklist_end((enum blocklist_style)x->style, &x->lines, &b);
	fwrite(buf_text(&b), 1, b.len, stdout);
	buf_release(&b);
	if (x->left_out > 0)
		fprintf(stderr, "pypiwatch: %zu of another index than PyPI "
		    "left out\n", x->left_out);
}

static int
export(struct export *x)
{
	char	after[24] = "0";
	int	n;

	x->sarif = sarif_new();
	x->stix = stix_new();
	while ((n = page(x, after, sizeof(after))) > 0)
		progress_show("%zu detections", x->n);
	progress_clear();
	if (n == 0)
		end(x);
	sarif_free(x->sarif);
	stix_free(x->stix);
	buf_release(&x->lines);
	return n == 0 ? COMMAND_OK : COMMAND_FAILED;
}

/* ---- the command -------------------------------------------------------- */

static int
choose(const char *option, const char *text, const char *const *names,
    size_t n, const char **out)
{
	int i = command_choice(me, option, text, names, n);

	if (i != -1)
		*out = names[i];
	return i == -1 ? -1 : 0;
}

static int
take(struct export *x, int option, const char *value)
{
	switch (option) {
	case 's':
		return command_since(me, value, x->since, sizeof(x->since));
	case 'm':
		return choose("min-severity", value, severity_names,
		    SEVERITY_COUNT, &x->severity);
	case 't':
		return choose("status", value, triage_names, TRIAGE_COUNT,
		    &x->status);
	default:
		x->style = command_choice(me, "for", value, blocklist_styles,
		    BLOCK_STYLES);
		return x->style == -1 ? -1 : 0;
	}
}

static int
run(struct command_env *env, int argc, char **argv)
{
	static const struct option options[] = {
		{ "since", required_argument, NULL, 's' },
		{ "min-severity", required_argument, NULL, 'm' },
		{ "status", required_argument, NULL, 't' },
		{ "for", required_argument, NULL, 'f' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct export	x = { .env = env, .style = -1 };
	int		o, status = COMMAND_FAILED;

	while ((o = command_option(me, argc, argv, options, &status)) != -1) {
		if (o == COMMAND_STOP)
			return status;
		if (take(&x, o, optarg) == -1)
			return COMMAND_FAILED;
	}
	if (argc - optind != 1)
		return command_misused(me, "say osv, sarif, stix, blocklist"
		    " or vectors");
	x.format = str_index(formats, ARRAY_LEN(formats), argv[optind]);
	if (x.format == -1)
		return command_misused(me, "\"%s\" is not osv, sarif, stix, "
		    "blocklist or vectors", vis(argv[optind]));
	if (x.style != -1 && x.format != BLOCKLIST)
		return command_misused(me, "--for belongs to blocklist");
	if (x.status != NULL && x.format == OSV)
		return command_misused(me, "osv takes what is confirmed, and "
		    "no --status");
	if (x.style == -1)
		x.style = BLOCK_PIP;
	return export(&x);
}

const struct command command_export = { "export",
    "[--since T] [--min-severity S] [--status S] [--for WHAT] FORMAT",
    "Write detections for other programs",
    "FORMAT is\n"
    "  osv        a record a line, of what is confirmed; withdrawn if it no\n"
    "             longer is\n"
    "  sarif      one SARIF 2.1.0 log with the findings\n"
    "  stix       one STIX 2.1 bundle\n"
    "  blocklist  lines --for pip (constraints, the default), names, purl,\n"
    "             sha256, files, bandersnatch, artifactory or nexus\n"
    "  vectors    a line for each file of what is known to be malicious or not,\n"
    "             as scan --vectors has it, to fit weights on\n"
    "\n"
    "  --since T         detected since then: 7d, or a time; default: all\n"
    "  --min-severity S  none, low, medium, high or critical\n"
    "  --status S        with this verdict; default: all but false_positive\n"
    "                    and benign; of vectors all that is known\n"
    "\n"
    "The same detections give the same bytes.  Exports stand in the audit.\n"
    "\n"
    "Example:\n"
    "  pypiwatch export blocklist --for pip --status confirmed\n", run };

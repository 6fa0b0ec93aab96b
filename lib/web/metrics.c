/* SPDX-License-Identifier: Apache-2.0 */
/*
 * metrics - the Prometheus text format.
 * Takes: samples as text.  Gives: the exposition.
 * Runs in: web.
 */
#include "web/metrics.h"

#include <stddef.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"

static const struct { const char *name, *type, *help; } known[] = {
	{ "pypiwatch_build_info", "gauge", "The version, as a label." },
	{ "pypiwatch_database_up", "gauge", "Whether PostgreSQL answers." },
	{ "pypiwatch_dead_letters", "gauge",
	    "Files given up after repeated failures." },
	{ "pypiwatch_degraded", "gauge",
	    "Whether an alert about this part of the daemon is open." },
	{ "pypiwatch_deliveries_dead_24h", "gauge",
	    "Deliveries given up in the last 24 hours." },
	{ "pypiwatch_deliveries_open", "gauge",
	    "Deliveries that wait for a sink." },
	{ "pypiwatch_detections_24h", "gauge",
	    "Releases detected in the last 24 hours." },
	{ "pypiwatch_feed_failures_total", "counter", "Polls that failed." },
	{ "pypiwatch_feed_gaps_total", "counter",
	    "Polls that may have missed something." },
	{ "pypiwatch_feed_items_total", "counter", "Events seen." },
	{ "pypiwatch_feed_last_serial", "gauge", "The cursor." },
	{ "pypiwatch_feed_last_success_timestamp_seconds", "gauge",
	    "When the source last answered." },
	{ "pypiwatch_feed_polls_total", "counter", "Polls." },
	{ "pypiwatch_feed_up", "gauge", "Whether the source answers." },
	{ "pypiwatch_queue_oldest_seconds", "gauge",
	    "Age of the oldest waiting file." },
	{ "pypiwatch_queue_tasks", "gauge", "Files waiting or in work." },
	{ "pypiwatch_queue_unresolved", "gauge",
	    "Releases whose files are not known yet." },
	{ "pypiwatch_sink_up", "gauge",
	    "Whether the sink is in use; 0: its far end said it is gone." },
	{ "pypiwatch_upload_to_alert_seconds", "gauge",
	    "From upload to alert, detections of the last 24 hours." },
};

static void
label_add(struct buf *out, const char *value)
{
	for (; *value != '\0'; value++) {
		if (*value == '\\' || *value == '"')
			buf_addc(out, '\\');
		if (*value == '\n')
			buf_adds(out, "\\n");
		else
			buf_addc(out, *value);
	}
}

/* Opens the metric's group; false when the table does not know it. */
static bool
group_open(struct metrics_writer *w, const char *metric)
{
	if (str_equal(w->current, metric))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (strcmp(known[i].name, metric) != 0)
			continue;
		w->current = known[i].name;
		buf_addf(w->out, "# HELP %s %s\n# TYPE %s %s\n", metric,
		    known[i].help, metric, known[i].type);
		return true;
	}
	return false;
}

void
metrics_add(struct metrics_writer *w, const char *metric, const char *label,
    const char *label_value, const char *value)
{
	if (!group_open(w, metric))
		return;
	buf_adds(w->out, metric);
	if (label != NULL) {
		buf_addf(w->out, "{%s=\"", label);
		label_add(w->out, label_value != NULL ? label_value : "");
		buf_adds(w->out, "\"}");
	}
	buf_addf(w->out, " %s\n", value);
}

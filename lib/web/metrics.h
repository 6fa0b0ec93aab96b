/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEB_METRICS_H
#define WEB_METRICS_H

/*
 * metrics - the Prometheus text format 0.0.4.
 *
 * Every metric we give has a row in a table (name, type, help); a sample of a
 * metric that is not in the table is left out.  Labels are a source, state,
 * severity or sink: never a project's name.
 */
struct buf;

struct metrics_writer {
	struct buf	*out;
	const char	*current;	/* metric whose group is open */
};

/* Samples of one metric must come one after the other.  `label` may be NULL. */
void	metrics_add(struct metrics_writer *, const char *metric,
	    const char *label, const char *label_value, const char *value);

#endif

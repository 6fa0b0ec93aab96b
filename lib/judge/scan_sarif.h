/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JUDGE_SCAN_SARIF_H
#define JUDGE_SCAN_SARIF_H

/* scan_sarif - scanned files as one SARIF 2.1.0 log. */
struct buf;
struct features;
struct scanned_file;
struct sarif;
struct verdict;

struct sarif *sarif_new(void);
void	sarif_add(struct sarif *, const struct scanned_file *,
	    const struct features *, const struct verdict *);
/* Appends the log and a line break. */
void	sarif_print(const struct sarif *, struct buf *out);
void	sarif_free(struct sarif *);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_EXECUTED_H
#define FLOW_EXECUTED_H

/* executed - what a text means that a source executes in its own place. */
#include <stddef.h>

struct buf;
struct reading;

/*
 * The text, behind the imports and texts of the source whose names stand in
 * it: exec("s.system(C)") after import os as s and C = "...".  Appended; of a
 * long text and many names, the first ones that EXECUTED_WORK allows.
 */
void	executed_text(struct reading *, const char *, size_t, struct buf *);

#endif

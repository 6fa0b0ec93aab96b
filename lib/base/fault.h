/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

/*
 * fault - what went wrong in the world outside, and what the queue does next.
 *
 * Filled once, at the spot that knows.  The text names what and where, and is
 * safe to print (it passes through vis).
 */
enum outcome {
	TASK_DONE,	/* finish */
	TASK_LATER,	/* try again, with back-off */
	TASK_NEVER	/* record and stop */
};

#define FAULT_TEXT_MAX 256

struct fault {
	enum outcome	outcome;
	char		text[FAULT_TEXT_MAX];
};

/* Returns the outcome, so that `return fault_set(...)` reads well.  `why` may
 * be NULL. */
enum outcome fault_set(struct fault *why, enum outcome, const char *, ...)
    __attribute__((format(printf, 3, 4)));

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fault - what went wrong in the world outside.
 * Runs in: every process.
 */
#include "base/fault.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/vis.h"

enum outcome
fault_set(struct fault *why, enum outcome outcome, const char *fmt, ...)
{
	char	raw[FAULT_TEXT_MAX];
	va_list	ap;

	if (why == NULL)
		return outcome;
	va_start(ap, fmt);
	vsnprintf(raw, sizeof(raw), fmt, ap);
	va_end(ap);
	why->outcome = outcome;
	vis_copy(why->text, sizeof(why->text), raw);
	return outcome;
}

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_WORKER_FILE_H
#define DAEMON_WORKER_FILE_H

/* worker_file - one distribution file: hashed, unpacked, inspected. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "inspect/inspect.h"
#include "unpack/archive.h"

struct draft;

struct worker_tools {
	struct inspector	*inspector;
	const struct targets	*targets;	/* NULL: names are not judged */
	struct unpack_limits	 limits;
	struct draft		*draft;		/* of findings so far,
						   or NULL */
	bool			 measure;	/* what it costs */
};

/* Fills *out, which the caller releases. */
void	worker_file(const struct worker_tools *, const struct inspected_file *,
	    const uint8_t *data, size_t size, struct features *out);
/* Leaves out the least telling parts until `out` fits into one message. */
void	features_shrink(struct features *out);

#endif

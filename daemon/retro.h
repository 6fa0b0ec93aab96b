/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_RETRO_H
#define DAEMON_RETRO_H

/* retro - one look back, on its way through history. */
#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/limits.h"
#include "judge/judge.h"

struct command_env;
struct db_rows;
struct targets;

struct retro {
	struct command_env *env;
	bool		 samples;
	char		 project[2 * PROJECT_NAME_MAX + 2]; /* "": any */
	char		 since[CLOCK_RFC3339_SIZE];	/* "": any */
	char		 id[24];			/* of the look back */
	struct judge_settings settings;
	struct weights	*weights;
	struct buf	 index;
	struct targets	*targets;
	size_t		 n, held;
};

/* Judges the stored file of row `i` again; 0, or -1 after a message. */
int	retro_file(struct retro *, const struct db_rows *, size_t i);
/* Looks into every kept archive; an exit status. */
int	retro_samples(struct retro *);
/* Holds a verdict, as scan_store takes it, if it says something new. */
int	retro_hold(struct retro *, const char *file, const char *sha256,
    const char *scan);
/* Names that the project does not imitate count for nothing; 0 or -1. */
int	retro_excuse(struct retro *, const char *normalized,
	    struct features *);
/* A verdict as scan_store takes it, heap; takes the object over. */
char	*retro_scan(json_t *object, const struct features *,
	    const struct verdict *);

#endif

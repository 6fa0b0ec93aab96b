/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SIMINDEX_SCRIPT_H
#define SIMINDEX_SCRIPT_H

/*
 * script - the lines that drive the simulated index, from a scenario file or
 * from POST /_control.
 */
#include "server.h"

/* Does one line now, or later when it begins with "at SECONDS"; NULL, or what
 * is wrong with it.  The line is written to. */
const char	*script_line(struct server *, char *line);
/* All lines of a file; exits with a message when one is wrong. */
void		 script_file(struct server *, const char *path);
void		 script_help(void);

#endif

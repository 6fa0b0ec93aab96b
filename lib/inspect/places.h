/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_PLACES_H
#define INSPECT_PLACES_H

/*
 * places - files that are installed where something picks them up: a shell, a
 * scheduler, a tool that people call by name, an assistant.
 */
#include <stdbool.h>

#include "inspect/inspection.h"

/* Says where the file lies, and sets context and kind of what it holds. */
void	places_look(struct inspection *, struct view *);
/* A command that people type without thinking of a new package, and that is
 * neither the project's own nor of its family. */
bool	places_is_shadow(const struct inspection *, const char *command);
void	places_say_shadow(struct inspection *, const struct view *,
	    const char *command, uint32_t line);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_ASKED_H
#define INSPECT_ASKED_H

/* asked - what is asked before a call, by the words of the source. */
#include <stdbool.h>
#include <stddef.h>

struct view;

/* Is somebody asked for who he is, or where from? */
bool	asked_who(const struct view *, size_t at);
/* Does the program publish because its arguments say so? */
bool	asked_to_publish(const struct view *, size_t at);

/* Does a server start only in functions, or under the main guard? */
bool	asked_to_serve(const struct view *);

#endif

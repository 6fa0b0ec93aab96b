/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLL_ACTION_H
#define POLL_ACTION_H

/* action - the changelog's free-text action as a typed event. */

struct event;

/*
 * Sets kind, filename, python_version, role, actor and action of an event
 * whose version is already set (NULL for project-level rows): an upload has
 * one, a role change has none.  Whatever is not understood is EVENT_CHANGED.
 */
void	action_read(const char *text, struct event *);

#endif

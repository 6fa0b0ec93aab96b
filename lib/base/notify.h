/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_NOTIFY_H
#define BASE_NOTIFY_H

/*
 * notify - telling systemd how we are: sd_notify(3)'s protocol, spoken
 * directly (one datagram; libsystemd would bring four compressors).
 *
 * Without $NOTIFY_SOCKET every call does nothing.  Failure is never fatal.
 */
#include <stdint.h>

/* Reads and removes $NOTIFY_SOCKET and $WATCHDOG_*, so that no child speaks
 * for us.  Call once, before the sandbox. */
void	notify_open(void);
/* "READY=1", "STATUS=...": newline-separated assignments. */
void	notify_send(const char *, ...) __attribute__((format(printf, 1, 2)));
/* How often WATCHDOG=1 is due (half of what systemd allows); 0: never. */
int64_t	notify_watchdog_ms(void);

#endif

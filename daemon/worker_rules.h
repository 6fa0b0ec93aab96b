/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DAEMON_WORKER_RULES_H
#define DAEMON_WORKER_RULES_H

/* worker_rules - rules as lines on standard output; the exit status. */
int	worker_rules_list(const char *folder, const char *local);
int	worker_rules_check(char **files, int n);

#endif

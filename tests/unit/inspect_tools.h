/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INSPECT_TOOLS_H
#define INSPECT_TOOLS_H

/* inspect_tools - the real rules and weights, for tests of inspect and judge. */
#include "inspect_load.h"

struct rules;

/* cmocka group fixtures; *state is a struct inspect_tools. */
int	inspect_tools_setup(void **state);
int	inspect_tools_teardown(void **state);
/* The shipped rules, compiled without a warning. */
struct rules *inspect_tools_rules(void);
/* A file under the source's top, whole; fails the test when it is not there. */
char	*inspect_tools_read(const char *path);
void	inspect_tools_print(const struct features *);

#endif

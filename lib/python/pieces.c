/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pieces - the table of those names.
 *
 * Takes: a text.  Gives: which name it is.
 * Runs in: worker child, command.
 */
#include "python/pieces.h"

#include <string.h>

#include "base/str.h"

static const char *const names[] = { "exec", "eval", "execfile", "compile",
    "__import__", "import_module", "importlib", "builtins", "__builtins__",
    "subprocess", "Popen", "popen", "os.system", "check_output", "urlopen",
    "urllib.request", "urlretrieve", "b64decode", "marshal", "ctypes",
    "__globals__", "__subclasses__" };
_Static_assert(ARRAY_LEN(names) <= PIECES_NAMES, "a bit each");

int
pieces_name(const void *text, size_t len)
{
	if (len < PIECES_LEAST || len > PIECES_MOST)
		return -1;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strlen(names[i]) == len && memcmp(names[i], text, len) ==
		    0)
			return (int)i;
	return -1;
}

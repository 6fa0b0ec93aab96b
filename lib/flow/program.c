/* SPDX-License-Identifier: Apache-2.0 */
/*
 * program - does a text do something when it is run?
 *
 * Takes: bytes.  Gives: whether they read as Python or a shell's commands.
 * Runs in: worker child, command.
 */
#include "flow/program.h"

#include <string.h>

#include "base/str.h"
#include "base/text.h"

static bool
holds(const uint8_t *text, size_t size, const char *word)
{
	return memmem(text, size, word, strlen(word)) != NULL;
}

bool
program_is_python(const uint8_t *text, size_t size)
{
	static const char *const deeds[] = { "exec(", "urlopen", "requests.",
	    "subprocess", "socket.", "os.system", "b64decode", "Popen",
	    "__import__" };

	return (holds(text, size, "import ") ||
	    holds(text, size, "__import__")) && text_is(text, size) &&
	    str_any_in(deeds, ARRAY_LEN(deeds), text, size);
}

bool
program_is_shell(const uint8_t *text, size_t size)
{
	static const char *const deeds[] = { "curl ", "wget ", "powershell",
	    "/dev/tcp/", "chmod ", "Invoke-" };
	static const char *const alone[] = { "| sh", "|sh", "| bash", "|bash",
	    "/dev/tcp/", "powershell -", "powershell.exe -" };
	bool named = size > 3 && (memcmp(text, "#!/", 3) == 0 ||
	    holds(text, size, "powershell"));

	return ((named && str_any_in(deeds, ARRAY_LEN(deeds), text, size)) ||
	    str_any_in(alone, ARRAY_LEN(alone), text, size)) &&
	    text_is(text, size);
}

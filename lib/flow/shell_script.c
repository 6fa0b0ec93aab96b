/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shell_script - whether a text is a script at all, of a shell, of Windows or
 * of another language on one line.
 *
 * Takes: a text.  Gives: whether, by how it and its lines begin.
 * Runs in: worker child, command.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "flow/shell.h"

static bool
begins_command(const char *line, size_t len)
{
	static const char *const words[] = { "curl ", "wget ", "chmod ",
	    "nohup ", "setsid ", "mkdir ", "cd ", "export ", "rm ", "cp ",
	    "mv ", "echo ", "set ", "sleep ", "tar ", "sudo ", "crontab ",
	    "(crontab ", "systemctl ", "launchctl ", "start ", "del ",
	    "powershell ", "certutil ", "reg ", "schtasks ", "if [", "copy ",
	    "Invoke-", "Start-", "Set-", "New-", "iwr ", "bash ", "sh ",
	    "python3 ", "pip ", "fi", "done", "else", "exec ", "#", "$", "~/",
	    "./", "/" };
	size_t name = 0;

	for (size_t i = 0; len > 0 && i < ARRAY_LEN(words); i++)
		if (*line == *words[i] && len >= strlen(words[i]) &&
		    memcmp(line, words[i], strlen(words[i])) == 0)
			return true;
	while (name < len && (isalnum((unsigned char)line[name]) ||
	    line[name] == '_'))
		name++;
	return name > 0 && name + 1 < len && line[name] == '=' &&
	    line[name + 1] != ' ' && line[name + 1] != '=';
}

/* JavaScript, Perl, Ruby and PHP on one line are told by what they ask for. */
static bool
is_inline(const char *text, size_t len)
{
	static const char *const words[] = { "fetch(", "require(", "import(",
	    "LWP::", "URI.open(", "Net::HTTP", "file_get_contents(",
	    "HTTP::Tiny", "IO::Socket", "Invoke-WebRequest", "DownloadFile(",
	    "DownloadString(", "Invoke-RestMethod" };
	static const char *const acts[] = { "eval", "Function(", "runIn",
	    "import(", "exec", "spawn", "system", "_compile", "load",
	    "process.env", "readFile", "Start-Process", "iex",
	    "Invoke-Expression" };

	return str_any_in(words, ARRAY_LEN(words), text, len) &&
	    str_any_in(acts, ARRAY_LEN(acts), text, len);
}

/* Most of its lines are commands: messages that hold one are none. */
static bool
is_commands(const char *text, size_t len)
{
	unsigned int lines = 0, commands = 0;

	for (const char *at = text, *end = text + len; at < end;) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));

		if (stop == NULL)
			stop = end;
		while (at < stop && (*at == ' ' || *at == '\t' || *at == '@' ||
		    *at == '\r'))
			at++;
		lines += at < stop;
		commands += begins_command(at, (size_t)(stop - at));
		at = stop < end ? stop + 1 : end;
	}
	return commands >= 2 && commands * 3 >= lines * 2;
}

bool
shell_is_script(const char *text, size_t len)
{
	if (len > 12 && (memcmp(text, "#!/", 3) == 0 ||
	    strncasecmp(text, "@echo off", 9) == 0))
		return memmem(text, len < 64 ? len : 64, "python", 6) == NULL;
	return is_commands(text, len) || is_inline(text, len);
}

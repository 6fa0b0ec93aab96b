/* SPDX-License-Identifier: Apache-2.0 */
/*
 * abilities - what compiled code can do, by the functions that it calls.
 *
 * Most are imported.  Who asks for some by their names (dlsym) has these among
 * the texts, as modules that were compiled from Python and images of .NET have
 * what they call there.
 *
 * Takes: tables, texts.  Gives: yes or no.
 * Runs in: worker child, command.  Linear in both.
 */
#include "inspect/native/abilities.h"

#include <string.h>

#include "base/str.h"

bool
native_has_group(const struct native *n, const char *group)
{
	char name[64];
	size_t len;

	for (; *group != '\0'; group += len + (group[len] == '|')) {
		len = strcspn(group, "|");
		if (len >= sizeof(name))
			continue;
		memcpy(name, group, len);
		name[len] = '\0';
		if (native_imports(n, name))
			return true;
	}
	return false;
}

bool
native_has_line(const struct abilities *a, const char *const *names, size_t n)
{
	const char *all = a->texts != NULL ? buf_text(a->texts) : "";

	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(names[i]);

		for (const char *at = all; (at = strstr(at, names[i])) != NULL;
		    at += len)
			if (a->together || ((at == all || at[-1] == '\n') &&
			    at[len] == '\n'))
				return true;
	}
	return false;
}

/* Names that no text has by chance. */
static bool
asks_for(const struct abilities *a, const char *const *names, size_t n)
{
	return native_has_group(a->native, "dlsym|GetProcAddress") &&
	    native_has_line(a, names, n);
}

/* Go asks the system itself; its functions have names. */
static bool
calls_go(const struct abilities *a, const char *package)
{
	return a->together && a->texts != NULL && memmem(buf_text(a->texts),
	    a->texts->len, package, strlen(package)) != NULL;
}

static bool
is_managed(const struct abilities *a)
{
	return native_has_group(a->native, "_CorDllMain|_CorExeMain");
}

bool
native_starts(const struct abilities *a)
{
	static const char *const python[] = { "system", "Popen", "startfile",
	    "check_output", "check_call" };
	static const char *const asked[] = { "popen", "posix_spawn",
	    "posix_spawnp", "execve", "execvp", "execl", "WinExec",
	    "CreateProcessA", "CreateProcessW", "ShellExecuteA",
	    "ShellExecuteW", "ShellExecuteExA", "ShellExecuteExW" };
	static const char *const shell[] = { "system" };
	static const char *const managed[] = { "ProcessStartInfo" };

	return native_has_group(a->native, "system|popen|posix_spawn|"
	    "posix_spawnp|execve|execvp|execv|execl|execlp|WinExec|"
	    "CreateProcess|ShellExecute|ShellExecuteEx|OBJC_CLASS_$_NSTask|"
	    "OBJC_CLASS_$_NSAppleScript") ||
	    (a->extension && native_has_line(a, python,
	    ARRAY_LEN(python))) ||
	    asks_for(a, asked, ARRAY_LEN(asked)) ||
	    (native_imports(a->native, "dlsym") && native_has_line(a,
	    shell, ARRAY_LEN(shell))) ||
	    (is_managed(a) && native_has_line(a, managed,
	    ARRAY_LEN(managed))) || calls_go(a, "os/exec.(*Cmd)");
}

bool
native_connects(const struct abilities *a)
{
	static const char *const python[] = { "urlopen", "requests", "httpx",
	    "HTTPSConnection", "create_connection" };
	static const char *const asked[] = { "getaddrinfo",
	    "curl_easy_perform", "InternetOpenA", "InternetOpenW",
	    "WinHttpOpen", "WSAStartup" };
	static const char *const managed[] = { "HttpClient", "WebClient",
	    "WebRequest", "HttpWebRequest", "TcpClient", "DownloadFile" };

	return native_has_group(a->native, "connect|getaddrinfo|"
	    "curl_easy_perform|InternetOpen|InternetOpenUrl|WinHttpOpen|"
	    "WSAStartup|WSAConnect|CFHTTPMessageCreateRequest|"
	    "CFStreamCreatePairWithSocketToHost|nw_connection_create|"
	    "OBJC_CLASS_$_NSURLSession|OBJC_CLASS_$_NSURLConnection") ||
	    (a->extension && native_has_line(a, python,
	    ARRAY_LEN(python))) ||
	    asks_for(a, asked, ARRAY_LEN(asked)) ||
	    (is_managed(a) && native_has_line(a, managed,
	    ARRAY_LEN(managed))) || calls_go(a, "net/http.(*Client)");
}

bool
native_writes(const struct abilities *a)
{
	static const char *const python[] = { "write_text", "write",
	    "copyfile", "SetValueEx" };

	return native_has_group(a->native, "fopen|fopen64|fwrite|open|open64|"
	    "openat|CreateFile|CopyFile|MoveFile|RegSetValueEx|"
	    "RegSetKeyValue|rename") || (a->extension &&
	    native_has_line(a, python, ARRAY_LEN(python)));
}

/* Does a line of the names begin so, and with none of the others? */
static bool
begins_else(const struct buf *names, const char *with, const char *const *but,
    size_t n)
{
	const char *at = buf_text(names), *end = at + names->len;

	for (; at < end; at += strcspn(at, "\n") + 1) {
		const char *name = at + strspn(at, "_");
		bool other = *name != '\n' && str_starts(name, with);

		for (size_t i = 0; i < n && other; i++)
			other = !str_starts(name, but[i]);
		if (other)
			return true;
	}
	return false;
}

bool
native_is_alone(const struct native *n)
{
	/* A module is made, and says what went wrong. */
	static const char *const made[] = { "PyModule", "PyErr_", "PyExc_",
	    "PyInit_" };
	static const char *const own[] = { "PyInit_", "init", "fini", "end",
	    "edata", "bss_start", "mh_" };

	return strstr(buf_text(&n->exports), "PyInit_") != NULL &&
	    !begins_else(&n->imports, "Py", made, ARRAY_LEN(made)) &&
	    /* the part of a client that speaks TLS */
	    !begins_else(&n->imports, "SSL_", NULL, 0) &&
	    !begins_else(&n->exports, "", own, ARRAY_LEN(own));
}

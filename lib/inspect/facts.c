/* SPDX-License-Identifier: Apache-2.0 */
/*
 * facts - what is known about names of Python's libraries and about texts.
 *
 * Takes: a dotted name; a literal.  Gives: deeds and marks.
 * Runs in: worker child, command.  Tables, no state.
 */
#include "inspect/facts.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "inspect/endpoints.h"

#define PACKED_LEAST 24		/* shorter ones are identifiers */
#define LONG_LITERAL 400	/* longer than any message */

/* Sorted by name: fact_find searches by halves. */
static const struct fact facts[] = {
	{ "?.b64decode", DEED_NONE, MARK_DECODED },
	{ "?.check_output", DEED_PROCESS, MARK_OUTPUT },
	{ "?.connect_ex", DEED_CONNECT, 0 },
	{ "?.decompress", DEED_NONE, MARK_DECODED },
	{ "?.decrypt", DEED_NONE, MARK_DECODED },
	{ "?.getlogin", DEED_NONE, MARK_USER },
	{ "?.read_bytes", DEED_NONE, MARK_FILE },
	{ "?.read_text", DEED_NONE, MARK_FILE },
	{ "?.recv", DEED_NONE, MARK_SOCKET | MARK_NETWORK },
	{ "?.recvfrom", DEED_NONE, MARK_SOCKET | MARK_NETWORK },
	{ "?.sendall", DEED_SEND, 0 },
	{ "?.sendto", DEED_SEND, 0 },
	{ "?.unpad", DEED_NONE, MARK_DECODED },
	{ "?.urlopen", DEED_FETCH, MARK_NETWORK },
	{ "?.urlretrieve", DEED_FETCH_TO, MARK_NETWORK },
	{ "?.write", DEED_WRITE, 0 },
	{ "?.write_bytes", DEED_WRITE, 0 },
	{ "?.write_text", DEED_WRITE, 0 },
	{ "?.writelines", DEED_WRITE, 0 },
	{ "Crypto.Cipher.AES.new", DEED_NONE, 0 },
	{ "ImageGrab.grab", DEED_NONE, MARK_SPIED },
	{ "PIL.ImageGrab.grab", DEED_NONE, MARK_SPIED },
	{ "__import__", DEED_IMPORT, 0 },
	{ "aiohttp.ClientSession().get", DEED_FETCH, MARK_NETWORK },
	{ "aiohttp.ClientSession().post", DEED_SEND, MARK_NETWORK },
	{ "aiohttp.ClientSession().put", DEED_SEND, MARK_NETWORK },
	{ "aiohttp.request", DEED_SEND, MARK_NETWORK },
	{ "asyncio.create_subprocess_exec", DEED_PROCESS, 0 },
	{ "asyncio.create_subprocess_shell", DEED_PROCESS, 0 },
	{ "base64.a85decode", DEED_NONE, MARK_DECODED },
	{ "base64.b16decode", DEED_NONE, MARK_DECODED },
	{ "base64.b32decode", DEED_NONE, MARK_DECODED },
	{ "base64.b64decode", DEED_NONE, MARK_DECODED },
	{ "base64.b85decode", DEED_NONE, MARK_DECODED },
	{ "base64.decodebytes", DEED_NONE, MARK_DECODED },
	{ "base64.decodestring", DEED_NONE, MARK_DECODED },
	{ "base64.standard_b64decode", DEED_NONE, MARK_DECODED },
	{ "base64.urlsafe_b64decode", DEED_NONE, MARK_DECODED },
	{ "binascii.a2b_base64", DEED_NONE, MARK_DECODED },
	{ "binascii.a2b_hex", DEED_NONE, MARK_DECODED },
	{ "binascii.unhexlify", DEED_NONE, MARK_DECODED },
	{ "browser_cookie3.chrome", DEED_NONE, MARK_SECRET },
	{ "browser_cookie3.load", DEED_NONE, MARK_SECRET },
	{ "builtins.__import__", DEED_IMPORT, 0 },
	{ "builtins.compile", DEED_EXEC, 0 },
	{ "builtins.eval", DEED_EXEC, 0 },
	{ "builtins.exec", DEED_EXEC, 0 },
	{ "builtins.getattr", DEED_GETATTR, 0 },
	{ "builtins.open", DEED_OPEN, MARK_FILE },
	{ "bytearray.fromhex", DEED_NONE, MARK_DECODED },
	{ "bytes.fromhex", DEED_NONE, MARK_DECODED },
	{ "bz2.decompress", DEED_NONE, MARK_DECODED },
	{ "chr", DEED_CHR, MARK_BUILT },
	{ "codecs.decode", DEED_NONE, MARK_DECODED },
	{ "codecs.open", DEED_OPEN, MARK_FILE },
	{ "commands.getoutput", DEED_PROCESS, MARK_OUTPUT },
	{ "compile", DEED_EXEC, 0 },
	{ "cryptography.fernet.Fernet().decrypt", DEED_NONE, MARK_DECODED },
	{ "ctypes.CDLL", DEED_LOAD, 0 },
	{ "ctypes.WinDLL", DEED_LOAD, 0 },
	{ "ctypes.cdll.LoadLibrary", DEED_LOAD, 0 },
	{ "ctypes.windll.LoadLibrary", DEED_LOAD, 0 },
	{ "ctypes.windll.shell32.ShellExecuteW", DEED_PROCESS, 0 },
	{ "curl_cffi.requests.get", DEED_FETCH, MARK_NETWORK },
	{ "curl_cffi.requests.post", DEED_SEND, MARK_NETWORK },
	{ "cv2.VideoCapture", DEED_NONE, MARK_SPIED },
	{ "dns.resolver.resolve", DEED_RESOLVE, MARK_NETWORK },
	{ "eval", DEED_EXEC, 0 },
	{ "exec", DEED_EXEC, 0 },
	{ "execfile", DEED_EXEC, 0 },
	{ "getattr", DEED_GETATTR, 0 },
	{ "getpass.getuser", DEED_NONE, MARK_USER },
	{ "getpass4.getuser", DEED_NONE, MARK_USER },
	{ "gzip.decompress", DEED_NONE, MARK_DECODED },
	{ "http.client.HTTPConnection().request", DEED_SEND, MARK_NETWORK },
	{ "http.client.HTTPSConnection().getresponse", DEED_NONE,
	    MARK_NETWORK },
	{ "http.client.HTTPSConnection().request", DEED_SEND, MARK_NETWORK },
	{ "httplib.HTTPSConnection().request", DEED_SEND, MARK_NETWORK },
	{ "httpx.AsyncClient().get", DEED_FETCH, MARK_NETWORK },
	{ "httpx.AsyncClient().post", DEED_SEND, MARK_NETWORK },
	{ "httpx.Client().get", DEED_FETCH, MARK_NETWORK },
	{ "httpx.Client().post", DEED_SEND, MARK_NETWORK },
	{ "httpx.get", DEED_FETCH, MARK_NETWORK },
	{ "httpx.post", DEED_SEND, MARK_NETWORK },
	{ "httpx.request", DEED_SEND, MARK_NETWORK },
	{ "importlib.__import__", DEED_IMPORT, 0 },
	{ "importlib.import_module", DEED_IMPORT, 0 },
	{ "io.open", DEED_OPEN, MARK_FILE },
	{ "keyboard.record", DEED_NONE, MARK_SPIED },
	{ "lzma.decompress", DEED_NONE, MARK_DECODED },
	{ "marshal.loads", DEED_NONE, MARK_DECODED },
	{ "mss.mss", DEED_NONE, MARK_SPIED },
	{ "open", DEED_OPEN, MARK_FILE },
	{ "os.dup2", DEED_DUP, 0 },
	{ "os.environ.copy", DEED_NONE, MARK_ENVIRON },
	{ "os.environ.items", DEED_NONE, MARK_ENVIRON },
	{ "os.environ.values", DEED_NONE, MARK_ENVIRON },
	{ "os.execl", DEED_PROCESS, 0 },
	{ "os.execlp", DEED_PROCESS, 0 },
	{ "os.execv", DEED_PROCESS, 0 },
	{ "os.execve", DEED_PROCESS, 0 },
	{ "os.execvp", DEED_PROCESS, 0 },
	{ "os.getcwd", DEED_NONE, MARK_FOLDER },
	{ "os.getenv", DEED_NONE, MARK_VARIABLE },
	{ "os.getlogin", DEED_NONE, MARK_USER },
	{ "os.path.expanduser", DEED_NONE, 0 },
	{ "os.popen", DEED_PROCESS, MARK_OUTPUT },
	{ "os.posix_spawn", DEED_PROCESS, 0 },
	{ "os.spawnl", DEED_PROCESS, 0 },
	{ "os.spawnlp", DEED_PROCESS, 0 },
	{ "os.spawnv", DEED_PROCESS, 0 },
	{ "os.spawnvp", DEED_PROCESS, 0 },
	{ "os.startfile", DEED_PROCESS, 0 },
	{ "os.system", DEED_PROCESS, 0 },
	{ "os.uname", DEED_NONE, MARK_MACHINE | MARK_HOSTNAME },
	{ "pickle.loads", DEED_NONE, 0 },
	{ "platform.node", DEED_NONE, MARK_HOSTNAME },
	{ "platform.uname", DEED_NONE, MARK_MACHINE | MARK_HOSTNAME },
	{ "psutil.net_if_addrs", DEED_NONE, MARK_MACHINE },
	{ "pty.spawn", DEED_PROCESS, 0 },
	{ "pyautogui.screenshot", DEED_NONE, MARK_SPIED },
	{ "pyperclip.paste", DEED_NONE, MARK_SPIED },
	{ "requests.Session().get", DEED_FETCH, MARK_NETWORK },
	{ "requests.Session().post", DEED_SEND, MARK_NETWORK },
	{ "requests.Session().put", DEED_SEND, MARK_NETWORK },
	{ "requests.get", DEED_FETCH, MARK_NETWORK },
	{ "requests.head", DEED_FETCH, MARK_NETWORK },
	{ "requests.patch", DEED_SEND, MARK_NETWORK },
	{ "requests.post", DEED_SEND, MARK_NETWORK },
	{ "requests.put", DEED_SEND, MARK_NETWORK },
	{ "requests.request", DEED_SEND, MARK_NETWORK },
	{ "requests.session().get", DEED_FETCH, MARK_NETWORK },
	{ "requests.session().post", DEED_SEND, MARK_NETWORK },
	{ "runpy.run_path", DEED_EXEC, 0 },
	{ "session.get", DEED_FETCH, MARK_NETWORK },
	{ "session.post", DEED_SEND, MARK_NETWORK },
	{ "sh.curl", DEED_FETCH, MARK_NETWORK },
	{ "smtplib.SMTP().send_message", DEED_SEND, 0 },
	{ "smtplib.SMTP().sendmail", DEED_SEND, 0 },
	{ "smtplib.SMTP_SSL().sendmail", DEED_SEND, 0 },
	{ "socket.create_connection", DEED_CONNECT, 0 },
	{ "socket.getaddrinfo", DEED_RESOLVE, 0 },
	{ "socket.getfqdn", DEED_NONE, MARK_HOSTNAME },
	{ "socket.gethostbyname", DEED_RESOLVE, MARK_MACHINE },
	{ "socket.gethostname", DEED_NONE, MARK_HOSTNAME },
	{ "socket.socket().connect", DEED_CONNECT, 0 },
	{ "socket.socket().connect_ex", DEED_CONNECT, 0 },
	{ "socket.socket().send", DEED_SEND, 0 },
	{ "ssl.wrap_socket().send", DEED_SEND, 0 },
	{ "subprocess.Popen", DEED_PROCESS, MARK_OUTPUT },
	{ "subprocess.call", DEED_PROCESS, 0 },
	{ "subprocess.check_call", DEED_PROCESS, 0 },
	{ "subprocess.check_output", DEED_PROCESS, MARK_OUTPUT },
	{ "subprocess.getoutput", DEED_PROCESS, MARK_OUTPUT },
	{ "subprocess.getstatusoutput", DEED_PROCESS, MARK_OUTPUT },
	{ "subprocess.run", DEED_PROCESS, MARK_OUTPUT },
	{ "tls_client.Session().get", DEED_FETCH, MARK_NETWORK },
	{ "tls_client.Session().post", DEED_SEND, MARK_NETWORK },
	{ "urllib.request.Request", DEED_NONE, 0 },
	{ "urllib.request.build_opener().open", DEED_FETCH, MARK_NETWORK },
	{ "urllib.request.urlopen", DEED_SEND, MARK_NETWORK },
	{ "urllib.request.urlretrieve", DEED_FETCH_TO, MARK_NETWORK },
	{ "urllib.urlopen", DEED_SEND, MARK_NETWORK },
	{ "urllib.urlretrieve", DEED_FETCH_TO, MARK_NETWORK },
	{ "urllib2.urlopen", DEED_SEND, MARK_NETWORK },
	{ "urllib3.PoolManager().request", DEED_SEND, MARK_NETWORK },
	{ "urllib3.request", DEED_SEND, MARK_NETWORK },
	{ "uuid.getnode", DEED_NONE, MARK_MACHINE },
	{ "uuid.uuid1", DEED_NONE, 0 },
	{ "webbrowser.open", DEED_NONE, 0 },
	{ "wget.download", DEED_FETCH_TO, MARK_NETWORK },
	{ "win32clipboard.GetClipboardData", DEED_NONE, MARK_SPIED },
	{ "win32crypt.CryptUnprotectData", DEED_NONE,
	    MARK_SECRET | MARK_DECODED },
	{ "zlib.decompress", DEED_NONE, MARK_DECODED },
};

static int
by_name(const void *key, const void *row)
{
	return strcmp(key, ((const struct fact *)row)->name);
}

const struct fact *
fact_find(const char *name)
{
	const struct fact *f = bsearch(name, facts, ARRAY_LEN(facts),
	    sizeof(*facts), by_name);
	const char *last = strrchr(name, '.');
	char method[32] = "?";

	if (f != NULL || last == NULL ||
	    str_copy(method + 1, sizeof(method) - 1, last) == -1)
		return f;
	return bsearch(method, facts, ARRAY_LEN(facts), sizeof(*facts),
	    by_name);
}

bool
fact_is_command(const char *name)
{
	static const char *const commands[] = { "install", "develop",
	    "egg_info", "build_py", "build_ext", "build", "sdist",
	    "bdist_wheel", "bdist_egg", "easy_install", "install_lib",
	    "install_scripts", "Command", "build_clib", "editable_wheel",
	    "dist_info", "install_data", "BuildHookInterface" };
	const char *last = strrchr(name, '.');

	last = last != NULL ? last + 1 : name;
	if (str_starts(name, "setuptools.") || str_starts(name, "distutils.") ||
	    str_starts(name, "hatchling.") || str_starts(name, "wheel."))
		return str_index(commands, ARRAY_LEN(commands), last) >= 0;
	return str_equal(name, "_install") || str_equal(name, "install") ||
	    str_equal(name, "develop") || str_equal(name, "egg_info") ||
	    str_equal(name, "build_py");
}

/* ---- texts -------------------------------------------------------------------- */

struct word {
	const char	*text;
	uint32_t	 marks;
};

static const struct word words[] = {
	/* stores of credentials */
	{ ".ssh/id_", MARK_SECRET }, { ".aws/credentials", MARK_SECRET },
	{ ".git-credentials", MARK_SECRET },
	{ ".npmrc", MARK_SECRET }, { ".kube/config", MARK_SECRET },
	{ ".docker/config.json", MARK_SECRET }, { "wallet.dat", MARK_SECRET },
	{ "/etc/shadow", MARK_SECRET }, { "/etc/passwd", MARK_MACHINE },
	{ "Login Data", MARK_SECRET }, { "leveldb", MARK_SECRET },
	{ "Local State", MARK_SECRET }, { "logins.json", MARK_SECRET },
	{ "key4.db", MARK_SECRET }, { "cookies.sqlite", MARK_SECRET },
	{ "Exodus", MARK_SECRET }, { "Electrum\\wallets", MARK_SECRET },
	{ "Ethereum\\keystore", MARK_SECRET }, { "tdata", MARK_SECRET },
	{ "nkbihfbeogaeaoehlefnkodbefgpgknn", MARK_SECRET },
	{ "encrypted_key", MARK_SECRET }, { ".config/gcloud", MARK_SECRET },
	{ ".azure/accessTokens", MARK_SECRET }, { ".bash_history", MARK_SECRET },
	{ "meta-data/iam/security-credentials", MARK_SECRET }, { ".config/solana", MARK_SECRET },
	{ "dQw4w9WgXcQ:", MARK_SECRET },
	/* command lines that hide, fetch or plant */
	{ "powershell -e", MARK_COMMAND }, { "-EncodedCommand", MARK_COMMAND },
	{ "-WindowStyle Hidden", MARK_COMMAND },
	{ "-w hidden", MARK_COMMAND }, { "-ExecutionPolicy Bypass",
	    MARK_COMMAND }, { "IEX(", MARK_COMMAND }, { "IEX (", MARK_COMMAND },
	{ "Invoke-WebRequest", MARK_COMMAND },
	{ "DownloadString(", MARK_COMMAND }, { "DownloadFile(", MARK_COMMAND },
	{ "Invoke-Expression", MARK_COMMAND },
	{ "/dev/tcp/", MARK_COMMAND }, { "mshta ", MARK_COMMAND },
	{ "mshta.exe", MARK_COMMAND }, { "rundll32", MARK_COMMAND },
	{ "regsvr32", MARK_COMMAND }, { "certutil -urlcache", MARK_COMMAND },
	{ "certutil.exe -urlcache", MARK_COMMAND },
	{ "bitsadmin /transfer", MARK_COMMAND },
	{ "schtasks /create", MARK_COMMAND | MARK_PERSIST },
	{ "Add-MpPreference", MARK_COMMAND }, { "osascript -e", MARK_COMMAND },
	{ "nc -e", MARK_COMMAND }, { "ncat -e", MARK_COMMAND },
	{ "bash -i", MARK_COMMAND }, { "xattr -d com.apple", MARK_COMMAND },
	{ "vssadmin delete", MARK_COMMAND },
	/* places that start programs */
	{ "CurrentVersion\\Run", MARK_PERSIST },
	{ "Start Menu\\Programs\\Startup", MARK_PERSIST },
	{ "Programs/Startup", MARK_PERSIST },
	{ "LaunchAgents", MARK_PERSIST }, { "@reboot", MARK_PERSIST },
	{ ".config/autostart", MARK_PERSIST },
	{ "pip install", MARK_PIP }, { "pip3 install", MARK_PIP },
};

static bool
holds(const char *text, size_t len, const char *word)
{
	return memmem(text, len, word, strlen(word)) != NULL;
}

/* "curl ... | sh", "wget ... && chmod +x": fetched and run by a shell. */
static bool
is_shell_fetch(const char *text, size_t len)
{
	bool fetches = holds(text, len, "curl ") || holds(text, len, "wget ");

	return fetches && (holds(text, len, "$(whoami") ||
	    holds(text, len, "`whoami") || holds(text, len, "$(hostname") ||
	    holds(text, len, "`hostname") || holds(text, len, "$(env") ||
	    holds(text, len, "| sh") ||
	    holds(text, len, "|sh") || holds(text, len, "| bash") ||
	    holds(text, len, "|bash") || holds(text, len, "| python") ||
	    holds(text, len, "chmod +x") || holds(text, len, "chmod 777") ||
	    holds(text, len, "| sudo") || holds(text, len, "&& ./") ||
	    holds(text, len, "base64 -d"));
}

static uint32_t
endpoint_marks(int kind)
{
	switch (kind) {
	case ENDPOINT_BIN:
		return MARK_BIN;
	case ENDPOINT_HOOK:
		return MARK_HOOK;
	case ENDPOINT_DROP:
	case ENDPOINT_PASTE:
	case ENDPOINT_TUNNEL:
		return MARK_DROP;
	case ENDPOINT_ECHO:
		return MARK_MACHINE;
	default:
		return 0;
	}
}

static bool
is_public_ip(const char *host, size_t len)
{
	unsigned int part[4], n = 0, digits = 0;
	size_t i;

	memset(part, 0, sizeof(part));
	for (i = 0; i < len && (isdigit((unsigned char)host[i]) ||
	    host[i] == '.'); i++) {
		if (host[i] == '.') {
			if (digits == 0 || ++n > 3)
				return false;
			digits = 0;
		} else if (++digits <= 3) {
			part[n] = part[n] * 10 + (unsigned int)(host[i] - '0');
		}
	}
	if (n != 3 || digits == 0 || (i < len && isalnum(
	    (unsigned char)host[i])))
		return false;
	return part[0] != 127 && part[0] != 10 && part[0] != 0 &&
	    !(part[0] == 192 && part[1] == 168) && part[0] < 224 &&
	    !(part[0] == 172 && part[1] >= 16 && part[1] < 32) &&
	    part[0] != 169 && !(part[0] == 8 && part[1] == 8) &&
	    !(part[0] == 1 && part[1] == 1);
}

static uint32_t
url_marks(const struct endpoints *e, const char *url, size_t len)
{
	static const char *const programs[] = { ".exe", ".bat", ".ps1", ".msi",
	    ".scr", ".dll", ".vbs", ".hta", ".cmd", ".elf", ".apk", ".jar",
	    ".exe?dl=0", ".exe?dl=1" };
	uint32_t marks = MARK_URL;
	const char *host = memmem(url, len, "://", 3);
	size_t n;

	if (host == NULL)
		return len < 256 && memchr(url, '.', len) != NULL ?
		    endpoint_marks(endpoints_find(e, url, len)) : 0;
	host += 3;
	for (n = 0; host + n < url + len &&
	    strchr(" \t\r\n\"'<>|)", host[n]) == NULL; n++)
		continue;
	marks |= endpoint_marks(endpoints_find(e, url, len));
	if (is_public_ip(host, n))
		marks |= MARK_RAW_IP;
	for (size_t i = 0; i < ARRAY_LEN(programs); i++) {
		size_t k = strlen(programs[i]);

		if (n > k && strncasecmp(host + n - k, programs[i], k) == 0)
			marks |= MARK_PROGRAM;
	}
	return marks;
}

/* No prose: no blank in it, and hardly a byte outside an encoding's alphabet,
 * or bytes that no text has. */
static bool
is_packed(const char *text, size_t len)
{
	size_t plain = 0, odd = 0;

	if (len < PACKED_LEAST)
		return false;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c >= 0x80 || c < 9)
			odd++;
		else if (isalnum(c) || c == '+' || c == '/' || c == '=' ||
		    c == '-' || c == '_' || c == '\n')
			plain++;
	}
	return odd * 4 > len || (plain == len && len >= 40) ||
	    (plain * 100 >= len * 96 && len >= 200);
}

uint32_t
fact_of_text(const struct endpoints *e, const char *text, size_t len)
{
	size_t look = len < 4096 ? len : 4096;
	uint32_t marks = 0;

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (holds(text, look, words[i].text))
			marks |= words[i].marks;
	if (is_shell_fetch(text, look))
		marks |= MARK_COMMAND;
	marks |= url_marks(e, text, look);
	if (is_packed(text, len) || len >= LONG_LITERAL)
		marks |= MARK_PACKED;
	return marks;
}

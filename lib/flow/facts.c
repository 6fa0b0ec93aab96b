/* SPDX-License-Identifier: Apache-2.0 */
/*
 * facts - what is known about names of Python's libraries and about texts.
 *
 * Takes: a dotted name; a literal.  Gives: deeds and marks.
 * Runs in: worker child, command.  Tables, no state.
 */
#include "flow/facts.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "flow/coins.h"
#include "flow/endpoints.h"
#include "flow/shell.h"

#define COMMAND_MOST 1024	/* longer texts are no command line */
#define KEY_LEAST 42		/* a bot's key with its number */
#define TOKEN_LEAST 24		/* a forge's, with what it begins with */
#define TOKEN_MOST 512
#define PACKED_LEAST 24		/* shorter ones are identifiers */
#define ENCODED_LEAST 40	/* letters of a command */
#define LONG_LITERAL 400	/* longer than any message */
#define TEXT_READ 4096		/* words of longer ones: of their beginning */
#define PATH_LONG 200		/* longer ones are no path */
#define SESSION_LONG 64		/* ... no name that a session is given */

bool
fact_is_command(const char *name)
{
	static const char *const commands[] = { "install", "develop",
	    "egg_info", "build_py", "build_ext", "build", "sdist",
	    "bdist_wheel", "bdist_egg", "easy_install", "install_lib",
	    "install_scripts", "Command", "build_clib", "editable_wheel",
	    "dist_info", "install_data", "BuildHookInterface",
	    "MetadataHookInterface" };
	const char *last = strrchr(name, '.');

	last = last != NULL ? last + 1 : name;
	if (str_starts(name, "setuptools.") || str_starts(name, "distutils.") ||
	    str_starts(name, "hatchling.") || str_starts(name, "wheel."))
		return str_index(commands, ARRAY_LEN(commands), last) >= 0;
	return str_equal(name, "_install") || str_equal(name, "install") ||
	    str_equal(name, "develop") || str_equal(name, "egg_info") ||
	    str_equal(name, "build_py");
}

/* ---- texts -------------------------------------------------------------- */

static bool
holds(const char *text, size_t len, const char *word)
{
	return memmem(text, len, word, strlen(word)) != NULL;
}

/* Variables that thieves look for by name. */
uint64_t
fact_of_variable(const char *name)
{
	static const char *const parts[] = { "AWS_SECRET", "AWS_ACCESS_KEY",
	    "AWS_SESSION", "GITHUB_TOKEN", "GH_TOKEN", "NPM_TOKEN",
	    "PYPI_TOKEN", "PYPI_API", "TWINE_PASSWORD", "DISCORD_TOKEN",
	    "PRIVATE_KEY", "MNEMONIC", "SEED_PHRASE", "KUBECONFIG",
	    "SSH_AUTH", "SSH_PRIVATE", "GOOGLE_APPLICATION_CRED",
	    "AZURE_CLIENT_SECRET", "DATABASE_URL", "DB_PASSWORD",
	    "MYSQL_PASSWORD", "PGPASSWORD", "ACTIONS_ID_TOKEN",
	    "ACTIONS_RUNTIME_TOKEN", "CI_JOB_TOKEN", "GITLAB_TOKEN",
	    "SLACK_TOKEN", "STRIPE_SECRET", "OPENAI_API_KEY",
	    "ANTHROPIC_API_KEY", "VAULT_TOKEN", "DOCKER_PASSWORD",
	    "HF_TOKEN", "SECRET_KEY" };

	static const char *const users[] = { "USER", "USERNAME", "LOGNAME",
	    "SUDO_USER" };
	static const char *const hosts[] = { "HOSTNAME", "COMPUTERNAME",
	    "USERDOMAIN" };

	if (str_index(users, ARRAY_LEN(users), name) >= 0)
		return MARK_USER;
	if (str_index(hosts, ARRAY_LEN(hosts), name) >= 0)
		return MARK_HOSTNAME;
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (strstr(name, parts[i]) != NULL)
			return MARK_TOKEN;
	return 0;
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
	    holds(text, len, "| node") || holds(text, len, "| perl") ||
	    holds(text, len, "chmod +x") || holds(text, len, "chmod 777") ||
	    holds(text, len, "| sudo") || holds(text, len, "&& ./") ||
	    holds(text, len, "<(curl ") || holds(text, len, "<(wget ") ||
	    holds(text, len, "base64 -d"));
}

/* "curl -d "$(cat ~/.netrc)" ...", "-d @$HOME/.netrc": what its user keeps. */
static bool
is_home_sent(const char *text, size_t len)
{
	static const char *const words[] = { "$(cat ~/.", "$(cat $HOME/.",
	    "$(env)", "$(env ", "@$HOME/.", "@~/." };

	return holds(text, len, "curl ") && str_any_in(words,
	    ARRAY_LEN(words), (const uint8_t *)text, len);
}

/* "... | curl --data-binary @-": what a pipe gives is sent. */
static bool
is_shell_send(const char *text, size_t len)
{
	return (holds(text, len, "curl ") && (holds(text, len, " @-") ||
	    holds(text, len, "=@-") || holds(text, len, " -d@-") ||
	    holds(text, len, " -T -"))) ||
	    (holds(text, len, "wget ") &&
	    holds(text, len, "--post-file=-")) ||
	    (holds(text, len, "| nc ") && !holds(text, len, "localhost"));
}

/* "scp x user@host:/y": a program copies to a host that stands there. */
static bool
copies_away(const char *text, size_t len)
{
	const char *at = memchr(text, '@', len), *end = text + len, *to;

	if (at == NULL || (!holds(text, len, "scp ") &&
	    !holds(text, len, "rsync ") && !holds(text, len, "sftp ")))
		return false;
	to = at + 1;
	while (to < end && (isalnum((unsigned char)*to) || *to == '.' ||
	    *to == '-'))
		to++;
	return to < end && *to == ':' && memchr(at, '.', (size_t)(to - at)) !=
	    NULL;
}

/* A command line that sends to an address in it: "scp -q x a@b.example:c". */
static bool
is_upload(const char *text, size_t len)
{
	static const struct { const char *program, *act; bool begins; }
	    uploads[] = { { "curl ", " -T ", false },
	    { "curl ", " --upload-file ", false }, { "curl ", " -F ", false },
	    { "curl ", " --data", false }, { "curl ", " -d ", false },
	    { "wget ", "--post-", false }, { "rclone ", " copy ", true },
	    { "rclone ", " sync ", true }, { "rclone ", "copy ", true },
	    { "rclone ", "sync ", true }, { "git ", " push ", true },
	    { "aws ", " --endpoint-url ", true } };
	static const char *const copies[] = { "scp ", "rsync ", "sftp " };
	bool url = memmem(text, len, "://", 3) != NULL;

	for (size_t i = 0; i < ARRAY_LEN(uploads); i++)
		if (url && holds(text, len, uploads[i].program) &&
		    holds(text, len, uploads[i].act) &&
		    (!uploads[i].begins || memcmp(text, uploads[i].program,
		    strlen(uploads[i].program)) == 0))
			return true;
	for (size_t i = 0; i < ARRAY_LEN(copies); i++)
		if (len > strlen(copies[i]) && copies_away(text, len) &&
		    memcmp(text, copies[i], strlen(copies[i])) == 0)
			return true;
	return false;
}

/* "ping -c 1 .x.example.org", of a name with a hole in front of a domain: who
 * has that domain is told what is in the hole. */
static bool
asks_domain(const char *text, size_t len)
{
	static const char *const programs[] = { "ping ", "dig ", "host ",
	    "nslookup ", "resolvectl " };
	const char *at = memmem(text, len, " .", 2), *end = text + len;
	size_t dots = 0, last = 0;
	bool asks = false;

	for (size_t i = 0; at != NULL && i < ARRAY_LEN(programs); i++)
		asks = asks || (len > strlen(programs[i]) && memcmp(text,
		    programs[i], strlen(programs[i])) == 0);
	if (!asks)
		return false;
	for (at++; at < end && (isalnum((unsigned char)*at) || *at == '.' ||
	    *at == '-'); at++) {
		dots += *at == '.';
		last = isalpha((unsigned char)*at) ? last + 1 : 0;
	}
	return dots >= 2 && last >= 2;
}

/* "rm -rf" of a home or the root, not of a folder in it. */
static bool
is_wipe(const char *text, size_t len)
{
	static const char *const wipes[] = { "rm -rf /", "rm -fr /",
	    "rm -rf ~", "rm -fr ~", "rm -rf ~/", "rm -rf $HOME",
	    "rm -rf $HOME/", "rm -rf \"$HOME\"", "rm -rf /home" };

	if (!holds(text, len, "rm -"))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(wipes); i++) {
		size_t k = strlen(wipes[i]);
		const char *at = memmem(text, len, wipes[i], k);

		if (at != NULL && (at + k == text + len ||
		    strchr(" *;&|\"'\n", at[k]) != NULL))
			return true;
	}
	return false;
}

/* How many letters of a key stand here. */
static size_t
key_run(const char *text, size_t len)
{
	size_t n = 0;

	while (n < len && (isalnum((unsigned char)text[n]) ||
	    text[n] == '-' || text[n] == '_'))
		n++;
	return n;
}

/* "ghp_...", "xoxb-...": keys that say of which service they are. */
static bool
has_token(const char *text, size_t len)
{
	static const char *const heads[] = { "ghp_", "gho_", "ghs_",
	    "github_pat_", "glpat-", "xoxb-", "xoxp-", "hf_" };

	for (size_t at = 0; at + TOKEN_LEAST <= len; at++) {
		if ((text[at] != 'g' && text[at] != 'x' && text[at] != 'h') ||
		    (at > 0 && isalnum((unsigned char)text[at - 1])))
			continue;
		for (size_t i = 0; i < ARRAY_LEN(heads); i++)
			if (strncmp(text + at, heads[i], strlen(heads[i])) ==
			    0 && key_run(text + at, len - at) >= TOKEN_LEAST)
				return true;
	}
	return false;
}

/* A Discord webhook or a Telegram bot, with the key that opens it. */
static bool
has_key(const char *text, size_t len)
{
	static const char hooks[] = "/webhooks/";
	const char *at = memmem(text, len, hooks, sizeof(hooks) - 1);
	size_t rest, n;

	if (at != NULL) {
		at += sizeof(hooks) - 1;
		rest = len - (size_t)(at - text);
		n = key_run(at, rest);
		return n >= 17 && n < rest && at[n] == '/' &&
		    key_run(at + n + 1, rest - n - 1) >= 60;
	}
	at = memmem(text, len, ":AA", 3);
	if (at == NULL || at - text < 8)
		return false;
	for (n = 1; n <= 8; n++)
		if (!isdigit((unsigned char)at[-(ptrdiff_t)n]))
			return false;
	return key_run(at + 1, len - (size_t)(at + 1 - text)) >= 33;
}

/* The whole of what a user has, not a folder of one program in it. */
static bool
is_home(const char *text, size_t len)
{
	static const char *const homes[] = { "~", "~/", "/home", "/Users",
	    "C:\\Users", "~/Documents", "~/Desktop", "~/Downloads",
	    "%USERPROFILE%", "$HOME", "/root" };

	for (size_t i = 0; i < ARRAY_LEN(homes); i++)
		if (strlen(homes[i]) == len && memcmp(homes[i], text, len) == 0)
			return true;
	return false;
}

bool
fact_is_home_folder(const char *name)
{
	static const char *const folders[] = { "Documents", "Desktop",
	    "Pictures" };

	return str_index(folders, ARRAY_LEN(folders), name) >= 0;
}

static uint64_t
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
	case ENDPOINT_FORM:
		return MARK_FORM;
	case ENDPOINT_CHAIN:
		return MARK_CHAIN;
	case ENDPOINT_FORGE:
	case ENDPOINT_INDEX:
		return MARK_FORGE;
	case ENDPOINT_TOOLCHAIN:
		return MARK_FORGE | MARK_TOOLCHAIN;
	default:
		return 0;
	}
}

/* Who hands credentials out and takes them back: clouds, clusters, and the
 * metadata of a machine. */
static bool
is_issuer(const char *host, size_t len)
{
	static const char *const hosts[] = { "169.254.169.254",
	    "169.254.170.2", "100.100.100.200", "metadata.google.internal",
	    "kubernetes.default", "kubernetes.default.svc",
	    "login.microsoftonline.com", "login.windows.net" };
	/* Anybody may own one. */
	static const char *const buckets[] = { ".s3.", ".s3-",
	    "storage.googleapis.com", ".execute-api.", ".lambda-url.",
	    ".blob.core." };
	static const char *const domains[] = { ".amazonaws.com",
	    ".googleapis.com", ".azure.com", ".azure.net",
	    ".kubernetes.default.svc", ".cluster.local", ".svc" };

	for (size_t i = 0; i < ARRAY_LEN(hosts); i++)
		if (strlen(hosts[i]) == len &&
		    memcmp(hosts[i], host, len) == 0)
			return true;
	for (size_t i = 0; i < ARRAY_LEN(buckets); i++)
		if (memmem(host, len, buckets[i], strlen(buckets[i])) != NULL)
			return false;
	for (size_t i = 0; i < ARRAY_LEN(domains); i++) {
		size_t k = strlen(domains[i]);

		if (len > k && memcmp(host + len - k, domains[i], k) == 0)
			return true;
	}
	return false;
}

/* Octal parts may be longer than three digits; "114.0.5735.90" is a version. */
static bool
is_public_ip(const char *host, size_t len)
{
	unsigned int part[4], n = 0, digits = 0;
	bool octal = false;
	size_t i;

	memset(part, 0, sizeof(part));
	for (i = 0; i < len && (isdigit((unsigned char)host[i]) ||
	    host[i] == '.'); i++) {
		if (host[i] == '.') {
			if (digits == 0 || ++n > 3)
				return false;
			digits = 0;
			continue;
		}
		octal = digits == 0 ? host[i] == '0' : octal;
		if (++digits <= 3)
			part[n] = part[n] * 10 + (unsigned int)(host[i] - '0');
		if (!octal && (digits > 3 || part[n] > 255))
			return false;
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

/* The host's name without port and path. */
static size_t
host_length(const char *host, size_t len)
{
	size_t n = 0;

	while (n < len && host[n] != ':' && host[n] != '/')
		n++;
	return n;
}

/* This machine, or its network. */
static bool
is_near(const char *host, size_t len)
{
	static const char *const names[] = { "localhost", "0.0.0.0",
	    "host.docker.internal" };
	static const char *const networks[] = { "127.", "10.", "192.168.",
	    "172.16.", "172.17." };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strlen(names[i]) == len &&
		    memcmp(names[i], host, len) == 0)
			return true;
	for (size_t i = 0; i < ARRAY_LEN(networks); i++)
		if (len > strlen(networks[i]) && memcmp(networks[i], host,
		    strlen(networks[i])) == 0 && isdigit((unsigned char)
		    host[len - 1]))
			return true;
	return false;
}

/* "https://gist\.github\.com/(.+)": what addresses are told by. */
static bool
is_pattern(const char *host, size_t len)
{
	return memmem(host, len, "\\.", 2) != NULL;
}

static uint64_t
url_marks(const struct endpoints *e, const char *url, size_t len)
{
	static const char *const programs[] = { ".exe", ".bat", ".ps1", ".msi",
	    ".scr", ".dll", ".vbs", ".hta", ".cmd", ".elf", ".apk", ".jar",
	    ".exe?dl=0", ".exe?dl=1" };
	uint64_t marks = MARK_URL;
	const char *host = memmem(url, len, "://", 3);
	size_t n;

	if (host == NULL && len <= sizeof("255.255.255.255:65535") - 1 &&
	    is_public_ip(url, len))
		return MARK_RAW_IP;
	if (host == NULL)
		return len < 256 && memchr(url, '.', len) != NULL &&
		    memchr(url, ' ', len) == NULL ?
		    endpoint_marks(endpoints_find(e, url, len)) : 0;
	host += 3;
	for (n = 0; host + n < url + len &&
	    strchr(" \t\r\n\"'<>|)", host[n]) == NULL; n++)
		continue;
	/* A hole in a template: nobody knows where that goes. */
	if (n == 0 || strchr("{%$:/", *host) != NULL ||
	    is_pattern(host, host_length(host, n)))
		return marks & ~(uint64_t)MARK_URL;
	/* Who listens here is no stranger. */
	if (is_near(host, host_length(host, n)))
		return marks & ~(uint64_t)MARK_URL;
	marks |= endpoint_marks(endpoints_find(e, url, len));
	if (is_issuer(host, host_length(host, n)))
		marks |= MARK_ISSUER;
	if (is_public_ip(host, n))
		marks |= MARK_RAW_IP;
	/* What is fetched to be run; an archive of classes to be used. */
	if (marks & MARK_TOOLCHAIN)
		return marks;
	for (size_t i = 0; i < ARRAY_LEN(programs); i++) {
		size_t k = strlen(programs[i]);

		if (n > k && strncasecmp(host + n - k, programs[i], k) == 0 &&
		    !((marks & MARK_FORGE) && str_equal(programs[i], ".jar")))
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

/* AppleScript that does more than to tell or to ask. */
static bool
is_script_trick(const char *text, size_t len)
{
	static const char *const tricks[] = { "do shell script",
	    "administrator priv", "hidden answer", "keystroke", "login item",
	    "run script", "load script" };

	if (!holds(text, len, "osascript -e"))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(tricks); i++)
		if (holds(text, len, tricks[i]))
			return true;
	return false;
}

/* Is the word an option that says that what follows is encoded? */
static bool
says_encoded(const char *word, size_t len)
{
	static const char option[] = "-encodedcommand";

	return len > 1 && len < sizeof(option) &&
	    (strncasecmp(word, option, len) == 0 ||
	    (len == 3 && strncasecmp(word, "-ec", len) == 0));
}

/* "powershell -w hidden -enc SQBFAFgA...": nobody reads what it does. */
static bool
hides_words(const char *text, size_t len)
{
	size_t word;
	bool encoded = false;

	if (!holds(text, len, "hell") && !holds(text, len, "HELL") &&
	    !holds(text, len, "pwsh"))
		return false;
	for (size_t at = 0; at < len; at += word + 1) {
		size_t plain = 0;

		for (word = 0; at + word < len && text[at + word] != ' ';
		    word++)
			plain += isalnum((unsigned char)text[at + word]) ||
			    text[at + word] == '+' || text[at + word] == '/' ||
			    text[at + word] == '=';
		if (encoded && plain >= ENCODED_LEAST)
			return true;
		encoded = says_encoded(text + at, word);
	}
	return false;
}

/* "bash -i" is how its user gets one, unless its streams go elsewhere, or what
 * connects to somebody starts it. */
static bool
hands_shell(const char *text, size_t len)
{
	static const char *const ties[] = { "nc ", "ncat", "socat", "telnet",
	    "openssl", "ssh ", "EXEC:", "SYSTEM:" };
	const char *at = memmem(text, len, "bash -i", 7), *end = text + len;

	if (at == NULL)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(ties); i++)
		if (holds(text, len, ties[i]))
			return true;
	while (at < end && memchr("<>|&", *at, 4) == NULL)
		at++;
	return at < end;
}

/* A command line that says to somebody who and where it is.  None begins with
 * that, nor with an option: '"$(whoami)@$(hostname)"' is a word of one. */
static bool
says_who(const char *text, size_t len)
{
	static const char *const asks[] = { "$(hostname)", "$(whoami)",
	    "`hostname`", "`whoami`" };

	while (len > 0 && (*text == '"' || *text == '\'' || *text == ' ')) {
		text++;
		len--;
	}
	for (size_t i = 0; i < ARRAY_LEN(asks); i++) {
		const char *at = memmem(text, len, asks[i], strlen(asks[i]));

		if (at != NULL && *text != '$' && *text != '`' && *text != '-')
			return true;
	}
	return false;
}

/* What begins with the host is the index, or a publisher's own
 * wheels. */
static bool
is_index(const struct endpoints *e, const char *text, size_t len)
{
	size_t n = 0;

	while (n < len && strchr(" \t\r\n\"'", text[n]) == NULL)
		n++;
	return (n > 11 && memcmp(text, "github.com/", 11) == 0) ||
	    endpoints_find(e, text, n) == ENDPOINT_INDEX;
}

/* Does pip ask anybody else?  An option whose address is not there does; one
 * that is a text of its own says nothing yet. */
static bool
asks_strangers(const struct endpoints *e, const char *text, size_t len)
{
	static const char *const before[] = { "://", "--extra-index-url",
	    "--trusted-host" };
	const char *end = text + len;

	for (size_t i = 0; i < ARRAY_LEN(before); i++) {
		size_t n = strlen(before[i]);
		const char *at = text;

		if (len == n && memcmp(text, before[i], n) == 0)
			return false;
		while ((at = memmem(at, (size_t)(end - at), before[i], n)) !=
		    NULL) {
			for (at += n; at < end && strchr("= \"'", *at) != NULL;)
				at++;
			if (!is_index(e, at, (size_t)(end - at)))
				return true;
		}
	}
	return false;
}

/* A program that is fetched, by the words of shells of both kinds, and started
 * in the same line. */
static bool
starts_fetched(const char *text, size_t len)
{
	static const char *const starts[] = { "Start-Process", "start ",
	    ".exe;", "iex", "; &", "&& ", "idden" };

	for (size_t i = 0; i < ARRAY_LEN(starts); i++)
		if (holds(text, len, starts[i]))
			return true;
	return false;
}

/* "nohup x > /dev/null &": it goes on while nobody sees it. */
static bool
runs_unseen(const char *text, size_t len)
{
	return holds(text, len, "nohup ") && holds(text, len, "/dev/null");
}

/* A command line of at least two words that does what no honest one does. */
static bool
is_trick(const struct endpoints *e, const char *text, size_t len)
{
	size_t at;

	if (is_shell_fetch(text, len) || is_shell_send(text, len) ||
	    is_home_sent(text, len))
		return true;
	if ((holds(text, len, "curl") || holds(text, len, "wget")) &&
	    shell_runs_fetched(e, text, len, &at))
		return true;
	if ((holds(text, len, " clone ") || holds(text, len, "svn ")) &&
	    shell_runs_cloned(e, text, len))
		return true;
	return is_script_trick(text, len) || hides_words(text, len) ||
	    hands_shell(text, len);
}

/* What the text as a whole is, by all of its letters. */
static uint64_t
whole_marks(const char *text, size_t len)
{
	uint64_t marks = 0;

	if (len == 4 && memcmp(text, ".env", 4) == 0)
		marks |= MARK_TOKEN;
	if (len == 9 && memcmp(text, "crontab -", 9) == 0)
		marks |= MARK_PERSIST;
	if (is_home(text, len))
		marks |= MARK_HOME;
	if (coins_address(text, len))
		marks |= MARK_COIN;
	if (is_packed(text, len) || len >= LONG_LITERAL)
		marks |= MARK_PACKED;
	return marks;
}

static bool
ends_in(const char *text, size_t len, const char *end)
{
	size_t n = strlen(end);

	return len >= n && memcmp(text + len - n, end, n) == 0;
}

/* A path by its ending. */
static uint64_t
path_marks(const char *text, size_t len, uint64_t marks)
{
	if (len > 4 && len < PATH_LONG && ends_in(text, len, ".pth"))
		marks |= MARK_PTH;
	/* The half of a pair that everybody may have. */
	if (len > 4 && ends_in(text, len, ".pub"))
		marks &= ~(uint64_t)(MARK_SECRET | MARK_PRIVATE);
	/* Whoever has the file of a chat client's session is that user. */
	if (len < SESSION_LONG && ends_in(text, len, ".session"))
		marks |= MARK_SECRET;
	return marks;
}

/* A line of pip's, or a part of one: who is asked? */
static uint64_t
pip_marks(const struct endpoints *e, const char *text, size_t len,
    uint64_t marks)
{
	if ((marks & (MARK_PIP | MARK_FOREIGN)) == 0)
		return marks;
	if (!asks_strangers(e, text, len))
		return marks & ~(uint64_t)MARK_FOREIGN;
	return marks & MARK_PIP ? marks | MARK_FOREIGN : marks;
}

/* Of what stands behind "rundll32": those beep, or lock the screen. */
static bool
is_harmless_library(const char *at, const char *end)
{
	static const char *const names[] = { "user32.dll,", "powrprof.dll," };

	if (end - at > 4 && memcmp(at, ".exe", 4) == 0)
		at += 4;
	while (at < end && (*at == ' ' || *at == '"'))
		at++;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if ((size_t)(end - at) > strlen(names[i]) && strncasecmp(at,
		    names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

/* "rundll32 x.dll,Entry", of whatever other library. */
static bool
starts_library(const char *text, size_t len)
{
	static const char program[] = "rundll32";
	const char *at = text, *end = text + len;

	while ((at = memmem(at, (size_t)(end - at), program,
	    sizeof(program) - 1)) != NULL) {
		at += sizeof(program) - 1;
		if (!is_harmless_library(at, end))
			return true;
	}
	return false;
}

/* By the words in it. */
static uint64_t
words_marks(const struct endpoints *e, const char *text, size_t len)
{
	uint64_t marks = fact_of_words(text, len);
	bool blank = memchr(text, ' ', len) != NULL;
	bool asks = memchr(text, '$', len) != NULL ||
	    memchr(text, '`', len) != NULL;

	if ((blank && (is_trick(e, text, len) ||
	    starts_library(text, len))) ||
	    (asks && says_who(text, len)) ||
	    ((marks & MARK_FETCHING) && starts_fetched(text, len)))
		marks |= MARK_COMMAND;
	if (blank && len < COMMAND_MOST && is_upload(text, len))
		marks |= MARK_UPLOADING;
	if (len < COMMAND_MOST && asks_domain(text, len))
		marks |= MARK_RESOLVING;
	if (blank && is_wipe(text, len))
		marks |= MARK_DESTROY;
	if ((len >= KEY_LEAST && has_key(text, len)) ||
	    (len >= TOKEN_LEAST && len <= TOKEN_MOST && has_token(text, len)))
		marks |= MARK_KEYED;
	if (copies_away(text, len))
		marks |= MARK_URL;
	return pip_marks(e, text, len, marks) | url_marks(e, text, len);
}

uint64_t
fact_of_text(const struct endpoints *e, const char *text, size_t len)
{
	const size_t look = len < TEXT_READ ? len : TEXT_READ;
	uint64_t marks = words_marks(e, text, look) | whole_marks(text, len);

	if (ends_in(text, len, "&") && runs_unseen(text, look))
		marks |= MARK_COMMAND;
	return path_marks(text, len, marks);
}

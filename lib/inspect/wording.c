/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wording - what a source's text says where calls alone do not tell.
 *
 * Takes: views of Python source, offsets of calls.  Gives: yes or no.
 * Runs in: worker child, command.
 */
#include "inspect/wording.h"

#include <ctype.h>
#include <string.h>

#include "base/str.h"
#include "flow/reading.h"
#include "inspect/inspection.h"

#define CALL_BYTES 600		/* of source, of a call */
#define KEY_RUN_LEAST 7
#define DIGEST_LETTERS 64	/* SHA-256 in hexadecimal */
#define USER_LEAST 8		/* digits of a number of somebody in a chat */
#define USER_MOST 12

/* What is asked of a whole source for one call is asked for thousands. */
bool
wording_ask(const struct view *v, wording_fn *ask, const void *question,
    size_t n)
{
	struct reading *r = v->reading;
	bool yes;

	for (uint32_t i = 0; r != NULL && i < r->nanswers; i++)
		if (r->answers[i].question == question)
			return r->answers[i].yes;
	yes = ask(v, question, n);
	if (r != NULL && r->nanswers < READING_ANSWERS) {
		r->answers[r->nanswers].question = question;
		r->answers[r->nanswers++].yes = yes;
	}
	return yes;
}

static bool
has_word(const struct view *v, const void *word, size_t n)
{
	return memmem(v->data, v->size, word, n) != NULL;
}

static bool
has_any(const struct view *v, const void *words, size_t n)
{
	return str_any_in(words, n, v->data, v->size);
}

bool
wording_has(const struct view *v, const char *word)
{
	return wording_ask(v, has_word, word, strlen(word));
}

bool
wording_any(const struct view *v, const char *const *words, size_t n)
{
	return wording_ask(v, has_any, words, n);
}

/* A client's answer, or somebody's terminal: no file. */
bool
wording_stream(const struct view *v, size_t at)
{
	static const char *const streams[] = { "wfile.write", "stdout.write",
	    "stderr.write", "stdin.write", "stdout.buffer.write" };

	for (size_t i = 0; i < ARRAY_LEN(streams); i++)
		if (at < v->size && at >= strlen(streams[i]) &&
		    memcmp(v->data + at + 1 - strlen(streams[i]), streams[i],
		    strlen(streams[i])) == 0)
			return true;
	return false;
}

static bool
call_holds(const struct view *v, size_t at, const char *const *words,
    size_t n)
{
	size_t to = at, deep = 0;

	while (to < v->size && to - at < CALL_BYTES) {
		deep += v->data[to] == '(';
		if (v->data[to++] == ')' && deep-- <= 1)
			break;
	}
	return at < to && str_any_in(words, n, v->data + at, to - at);
}

/* SetValueEx(key, "x", 0, REG_SZ, sys.executable) */
bool
wording_own_program(const struct view *v, size_t at)
{
	static const char *const words[] = { "sys.executable", "sys.argv[0]" };

	return call_holds(v, at, words, ARRAY_LEN(words));
}

/* bind(("", port)): for the whole network, not this machine alone. */
bool
wording_serves_all(const struct view *v, size_t at)
{
	static const char *const words[] = { "(\"\",", "('',", "\"0.0.0.0\"",
	    "'0.0.0.0'", "\"::\"", "'::'" };

	return call_holds(v, at, words, ARRAY_LEN(words)) ||
	    wording_has(v, "\"0.0.0.0\"");
}

/* A login that the object remembers. */
bool
wording_stateful(const char *name)
{
	return strstr(name, "ession()") != NULL ||
	    strstr(name, "Client()") != NULL ||
	    strstr(name, "opener()") != NULL;
}

/* Who signs here has nobody to send the key to. */
bool
wording_signs(const struct view *v)
{
	static const char *const words[] = { "sign_transaction",
	    "Account.from_key(", "SigningKey.from_", "Keypair.from_",
	    ".to_seed(", "Bitcoin seed", ".sign_hash(" };

	return wording_any(v, words, ARRAY_LEN(words));
}

/* Who makes a digest of what it fetched, and compares it, knows what
 * that is. */
bool
wording_checks(const struct view *v)
{
	static const char *const compares[] = { "==", "!=", "compare_digest",
	    " in " };

	return (wording_has(v, "hashlib.") || wording_has(v,
	    "from hashlib ")) && wording_any(v, compares, ARRAY_LEN(compares));
}

static bool
has_digest(const struct view *v, const void *question, size_t n)
{
	size_t run = 0;

	(void)question;
	(void)n;
	for (size_t i = 0; i < v->size; i++) {
		run = isxdigit(v->data[i]) ? run + 1 : 0;
		if (run == DIGEST_LETTERS)
			return true;
	}
	return false;
}

/* "AAFtM1X": capitals, small letters and digits in one run. */
static bool
has_key_piece(const struct view *v, const void *question, size_t n)
{
	size_t run = 0, kinds = 0;

	(void)question;
	(void)n;
	for (size_t i = 0; i < v->size; i++) {
		unsigned char c = v->data[i];

		run = isalnum(c) || c == '-' || c == '_' ? run + 1 : 0;
		kinds = run == 0 ? 0 : kinds | (islower(c) ? 1u : isupper(c) ?
		    2u : isdigit(c) ? 4u : 0u);
		if (run >= KEY_RUN_LEAST && kinds == 7)
			return true;
	}
	return false;
}

/* Does the source hold a key, or some of one? */
bool
wording_has_key_piece(const struct view *v)
{
	static const char piece[] = "a piece of a key";

	return wording_ask(v, has_key_piece, piece, 0);
}

/* Is a digest that stands in the source held against what is made? */
bool
wording_knows_digest(const struct view *v)
{
	static const char digest[] = "a digest";

	return wording_checks(v) && wording_ask(v, has_digest, digest, 0);
}

/* An importer that compiles sources and reads again what it has kept of them;
 * what others encoded is unpacked in more than one way. */
bool
wording_keeps_bytecode(const struct view *v)
{
	return wording_has(v, "marshal.dumps(") && wording_has(v, "compile(") &&
	    !wording_has(v, "b64decode") && !wording_has(v, "zlib") &&
	    !wording_has(v, "decrypt");
}

/* Who counts how a program is used says how not to be counted; who keeps things
 * for somebody knows for whom. */
bool
wording_opts_out(const struct view *v)
{
	static const char *const words[] = { "elemetry", "TELEMETRY",
	    "NO_STATS", "NO_TRACK", "NOT_TRACK", "OPT_OUT", "opt_out",
	    "opt-out", "opt out", "ANALYTICS", "nalytics", "NO_USAGE",
	    "USAGE_STATS", "usage_stats", "self.key", "self._key", "user_id" };

	return wording_any(v, words, ARRAY_LEN(words));
}

/* Who reports to a service of which he is a user says who he is. */
bool
wording_logs_in(const struct view *v)
{
	static const char *const words[] = { "uthoriz", "auth=", "api_key",
	    "apikey", "api-key", "API_KEY", "token", "TOKEN", "Token",
	    "secret", "dsn", "DSN", "write_key", "license", "licence",
	    "account" };

	return wording_any(v, words, ARRAY_LEN(words));
}

/* Does the source know who connects? */
bool
wording_asks_who(const struct view *v)
{
	static const char *const words[] = { "hmac", "compare_digest",
	    "authkey", "password", "token", "ssl." };

	return wording_any(v, words, ARRAY_LEN(words));
}

/* Popen(x, stdout=DEVNULL), creationflags=CREATE_NO_WINDOW: within the call. */
bool
wording_muted(const struct view *v, size_t at)
{
	static const char *const words[] = { "DEVNULL", "start_new_session",
	    "creationflags", "startupinfo", ">/dev/null", "> /dev/null",
	    "nohup " };

	return call_holds(v, at, words, ARRAY_LEN(words));
}

bool
wording_detached(const struct view *v, size_t at)
{
	static const char *const words[] = { "start_new_session", "setsid",
	    "DETACHED_PROCESS", "0x00000008", "nohup " };

	return call_holds(v, at, words, ARRAY_LEN(words));
}

bool
wording_detaches(const struct view *v)
{
	static const char *const words[] = { "start_new_session", "setsid(",
	    "DETACHED_PROCESS", "daemonize(" };

	return wording_any(v, words, ARRAY_LEN(words));
}

/* ... what it prints, at least */
bool
wording_drops_output(const struct view *v, size_t at)
{
	static const char *const words[] = { "DEVNULL", ">/dev/null",
	    "> /dev/null" };

	return call_holds(v, at, words, ARRAY_LEN(words));
}

/* run(x, check=True), run(x).check_returncode(): a failure is heard. */
bool
wording_checked(const struct view *v, size_t at)
{
	static const char *const words[] = { "check=True", "check = True" };

	return call_holds(v, at, words, ARRAY_LEN(words));
}

/* bash -c "exec 5<>/dev/tcp/host/443; ... eval ...": the host stands there, and
 * what it says is run. */
bool
wording_dials_shell(const void *text, size_t n)
{
	static const char tcp[] = "/dev/tcp/";
	static const char *const runs[] = { "eval", "sh -i", "| sh", "|sh",
	    "| bash", "|bash", "sh <&", "sh 0<&", "bash <&" };
	const char *at = memmem(text, n, tcp, sizeof(tcp) - 1), *host;
	size_t left, len = 0;
	bool dot = false;

	if (at == NULL)
		return false;
	host = at + sizeof(tcp) - 1;
	left = n - (size_t)(host - (const char *)text);
	for (; len < left && (isalnum((unsigned char)host[len]) ||
	    host[len] == '.' || host[len] == '-'); len++)
		dot = dot || host[len] == '.';
	return dot && len < left && host[len] == '/' &&
	    !str_starts(host, "127.") && str_any_in(runs, ARRAY_LEN(runs),
	    text, n);
}

bool
wording_dials(const struct view *v, size_t at)
{
	size_t size = v->size - at < CALL_BYTES ? v->size - at : CALL_BYTES;

	return at < v->size && wording_dials_shell((const uint8_t *)v->data +
	    at, size);
}

/* ["scp", "-q", ...] */
bool
wording_quiet(const struct view *v, size_t at)
{
	static const char *const words[] = { " -q ", "\"-q\"", "'-q'",
	    " --quiet", "\"--quiet\"", " -s ", "\"-s\"", "--silent" };

	return call_holds(v, at, words, ARRAY_LEN(words));
}

/* Who asks for digests makes them; who writes data as letters has it read. */
bool
wording_encodes(const struct view *v)
{
	static const char *const words[] = { "hexlify(", ".hex()", "b32encode(",
	    "b64encode(", "base32hex", "b16encode(" };

	return wording_any(v, words, ARRAY_LEN(words));
}

/* Is a program that sends named within the call? */
bool
wording_upload(const struct view *v, size_t at)
{
	static const char *const words[] = { "curl", "wget", "scp", "rsync",
	    "sftp", "rclone", "nc ", "ncat", "Invoke-RestMethod",
	    "Invoke-WebRequest" };
	size_t to = at + CALL_BYTES < v->size ? at + CALL_BYTES : v->size;

	return at < to && str_any_in(words, ARRAY_LEN(words), v->data + at,
	    to - at);
}

/* Are answers of that kind of call taken by another? */
bool
wording_talk(const char *name)
{
	return str_ends(name, ".send") || str_ends(name, ".sendall") ||
	    str_ends(name, ".sendto") || str_ends(name, ".publish") ||
	    str_ends(name, "Connection().request");
}

/* "https://api.pushover.net/1/messages.json", ".../api/chat.postMessage": one
 * address for all, and whose channel it is stands in what is sent. */
bool
wording_of_everybody(const char *address)
{
	const char *slash = strrchr(address, '/');

	return slash != NULL && slash > address && slash[-1] != '/' &&
	    strchr(slash, '.') != NULL;
}

bool
wording_pumps(const struct view *v)
{
	return wording_has(v, "open_connection(") &&
	    wording_has(v, ".write(") &&
	    wording_has(v, ".read(");
}

bool
wording_names_owner(const struct view *v, size_t at)
{
	static const char *const words[] = { "\"token\": \"", "'token': '",
	    "\"user\": \"", "'user': '", "\"chat_id\": \"", "'chat_id': '",
	    "\"channel\": \"", "'channel': '", "\"device_key\": \"",
	    "token=\"", "token='", "user=\"", "user='" };

	return call_holds(v, at, words, ARRAY_LEN(words));
}

static bool
has_user(const struct view *v, const void *question, size_t n)
{
	size_t run = 0;

	(void)question;
	(void)n;
	for (size_t i = 0; i <= v->size; i++) {
		if (i < v->size && isdigit(v->data[i])) {
			run++;
			continue;
		}
		if (run >= USER_LEAST && run <= USER_MOST && i > run &&
		    strchr(" (,[{=", v->data[i - run - 1]) != NULL &&
		    (i == v->size || strchr(" ),]}\n\r:", v->data[i]) != NULL))
			return true;
		run = 0;
	}
	return false;
}

/* m.from_user.id in (5000000001,): a number of somebody in the code. */
bool
wording_knows_user(const struct view *v)
{
	static const char *const asks[] = { "id ==", "id in ", "id not in ",
	    "id !=" };
	static const char user[] = "a user";

	return wording_any(v, asks, ARRAY_LEN(asks)) &&
	    wording_ask(v, has_user, user, 0);
}

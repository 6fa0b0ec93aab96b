/* SPDX-License-Identifier: Apache-2.0 */
/*
 * words - what is known of words beforehand, one sorted table.
 * Takes: a word.  Gives: what it is good for, or NULL.
 * Runs in: wherever names are compared.  Pure.
 */
#include "names/words.h"

#include <endian.h>
#include <string.h>

#include "base/str.h"

#define P WORD_PYTHON
#define B WORD_BRAND
#define T WORD_TOOL
#define C WORD_COMMAND
#define L WORD_LURE

/* In order; a word, what it is, and the number of its meaning.  The rows are
 * classes of words, never an answer to one known name. */
static const struct word_facts table[] = {
	{ "addon", L, 49 }, { "addons", L, 49 },
	{ "adobe", B, 0 }, { "ai", L, 24 }, { "aio", L, 8 },
	{ "airbnb", B, 0 }, { "alibaba", B, 0 }, { "aliyun", B, 0 },
	{ "alpha", L, 0 }, { "amazon", B, 0 }, { "amd", B, 0 },
	{ "anthropic", B, 0 }, { "api", L, 1 }, { "app", L, 0 },
	{ "apple", B, 0 }, { "async", L, 8 }, { "asynchronous", 0, 8 },
	{ "asyncio", 0, 8 }, { "atlassian", B, 0 }, { "auditwheel", T, 0 },
	{ "auth", 0, 12 }, { "authentication", 0, 12 }, { "aws", B, 0 },
	{ "azure", B, 0 }, { "baidu", B, 0 }, { "base", L, 0 },
	{ "beautifulsoup", 0, 57 }, { "beta", L, 0 }, { "better", L, 0 },
	{ "binance", B, 0 }, { "binary", L, 0 }, { "binding", 0, 1 },
	{ "bindings", 0, 1 }, { "bitbucket", B, 0 }, { "bitcoin", B, 0 },
	{ "bloomberg", B, 0 }, { "bot", L, 0 }, { "bs4", 0, 57 },
	{ "build", T, 0 }, { "bybit", B, 0 }, { "cache", 0, 40 },
	{ "caching", 0, 40 }, { "calc", 0, 21 }, { "calculator", 0, 21 },
	{ "chart", 0, 34 }, { "chatgpt", B, 0 }, { "cibuildwheel", T, 0 },
	{ "cipher", 0, 2 }, { "cisco", B, 0 }, { "claude", B, 0 },
	{ "cli", L, 7 }, { "client", L, 1 }, { "cloudflare", B, 0 },
	{ "cmd", 0, 7 }, { "cohere", B, 0 }, { "coinbase", B, 0 },
	{ "color", 0, 22 }, { "colors", 0, 22 }, { "colour", 0, 22 },
	{ "colours", 0, 22 }, { "command", 0, 7 }, { "commandline", 0, 7 },
	{ "common", L, 0 }, { "compress", 0, 45 }, { "compression", 0, 45 },
	{ "compute", 0, 21 }, { "conda", T, 0 }, { "conf", L, 6 },
	{ "config", L, 6 }, { "configuration", 0, 6 }, { "connector", 0, 1 },
	{ "console", 0, 7 }, { "core", L, 0 }, { "cron", 0, 42 },
	{ "crypt", 0, 2 }, { "crypto", 0, 2 }, { "cryptography", 0, 2 },
	{ "cuda", L, 0 }, { "daemon", 0, 26 }, { "data", 0, 35 },
	{ "database", 0, 5 }, { "databricks", B, 0 }, { "datadog", B, 0 },
	{ "dataset", 0, 35 }, { "datasets", 0, 35 }, { "date", 0, 33 },
	{ "datetime", 0, 33 }, { "db", 0, 5 }, { "deepseek", B, 0 },
	{ "dev", L, 16 }, { "devel", 0, 16 }, { "develop", 0, 16 },
	{ "development", 0, 16 }, { "dict", 0, 18 }, { "dictionary", 0, 18 },
	{ "digitalocean", B, 0 }, { "discord", B, 0 }, { "distlib", T, 0 },
	{ "doc", 0, 14 }, { "docker", B, 0 }, { "docs", 0, 14 },
	{ "documentation", 0, 14 }, { "dotenv", 0, 15 }, { "download", 0, 38 },
	{ "downloader", 0, 38 }, { "driver", 0, 1 }, { "dropbox", B, 0 },
	{ "easy", L, 0 }, { "easy-install", T, 0 }, { "ec2", B, 0 },
	{ "elastic", B, 0 }, { "email", 0, 28 }, { "encrypt", 0, 2 },
	{ "encryption", 0, 2 }, { "ensurepip", T, 0 }, { "env", L, 15 },
	{ "environment", 0, 15 }, { "ethereum", B, 0 }, { "ext", L, 49 },
	{ "extension", L, 49 }, { "extensions", L, 49 }, { "extra", L, 0 },
	{ "extras", L, 0 }, { "facebook", B, 0 }, { "fast", L, 0 },
	{ "faster", L, 0 }, { "fastly", B, 0 }, { "fetch", 0, 38 },
	{ "figma", B, 0 }, { "file", 0, 29 }, { "files", 0, 29 },
	{ "fix", L, 0 }, { "fixed", L, 0 }, { "flit", T, 0 }, { "fmt", 0, 44 },
	{ "format", 0, 44 }, { "formatter", 0, 44 }, { "free", L, 0 },
	{ "fs", 0, 29 }, { "full", L, 0 },
	{ "gemini", B, 0 }, { "github", B, 0 },
	{ "gitlab", B, 0 }, { "google", B, 0 }, { "gpt", B, 0 },
	{ "gpu", L, 0 }, { "graph", 0, 34 }, { "hashicorp", B, 0 },
	{ "hatch", T, 0 }, { "helper", L, 3 }, { "helpers", L, 3 },
	{ "heroku", B, 0 }, { "http", 0, 4 }, { "https", 0, 4 },
	{ "huawei", B, 0 }, { "hubspot", B, 0 }, { "huggingface", B, 0 },
	{ "ibm", B, 0 }, { "image", 0, 10 }, { "img", 0, 10 },
	{ "import", C, 0 }, { "instagram", B, 0 }, { "install", C, 0 },
	{ "installer", C | T, 0 }, { "intel", B, 0 },
	{ "intelligence", 0, 24 }, { "interface", 0, 1 }, { "internal", L, 0 },
	{ "io", L, 0 }, { "javascript", 0, 53 }, { "jetbrains", B, 0 },
	{ "jira", B, 0 }, { "js", L, 53 }, { "json", 0, 30 },
	{ "jsons", 0, 30 }, { "k8s", 0, 52 }, { "keys", 0, 47 },
	{ "kit", 0, 3 }, { "kraken", B, 0 }, { "kubernetes", B, 52 },
	{ "lambda", B, 0 }, { "latest", L, 0 }, { "learn", 0, 23 },
	{ "learning", 0, 23 }, { "ledger", B, 0 }, { "lib", L, 17 },
	{ "library", 0, 17 }, { "libs", L, 17 }, { "light", L, 0 },
	{ "linkedin", B, 0 }, { "linode", B, 0 }, { "lite", L, 0 },
	{ "log", 0, 11 }, { "logger", 0, 11 }, { "logging", 0, 11 },
	{ "login", 0, 12 }, { "logs", 0, 11 },
	{ "machinelearning", 0, 23 }, { "mail", 0, 28 }, { "mailchimp", B, 0 },
	{ "main", L, 0 }, { "map", 0, 18 }, { "master", L, 0 },
	{ "message", 0, 13 }, { "messaging", 0, 13 }, { "meta", B, 0 },
	{ "metamask", B, 0 }, { "microsoft", B, 0 }, { "minecraft", B, 0 },
	{ "mini", L, 0 }, { "mistral", B, 0 }, { "ml", 0, 23 },
	{ "model", 0, 36 }, { "models", 0, 36 },
	{ "mongo", 0, 55 }, { "mongodb", B, 55 },
	{ "mq", 0, 41 }, { "msg", 0, 13 }, { "my", L, 0 }, { "netflix", B, 0 },
	{ "new", L, 0 }, { "newrelic", B, 0 }, { "next", L, 0 },
	{ "ng", L, 0 }, { "nightly", L, 0 }, { "notion", B, 0 },
	{ "nox", T, 0 }, { "num", 0, 20 }, { "number", 0, 20 },
	{ "numeric", 0, 20 }, { "nvidia", B, 0 }, { "oauth", 0, 12 },
	{ "official", L, 0 }, { "okx", B, 0 }, { "open", L, 0 },
	{ "openai", B, 0 }, { "options", 0, 6 }, { "oracle", B, 0 },
	{ "original", L, 0 },
	{ "packaging", T, 0 }, { "palantir", B, 0 }, { "parse", 0, 25 },
	{ "parser", 0, 25 }, { "parsing", 0, 25 }, { "patch", L, 0 },
	{ "patched", L, 0 }, { "paypal", B, 0 }, { "pdm", T, 0 },
	{ "pg", 0, 54 }, { "pic", 0, 10 }, { "picture", 0, 10 },
	{ "pinterest", B, 0 }, { "pip", C | T, 0 },
	{ "pip3", C, 0 }, { "pipenv", T, 0 }, { "pipx", T, 0 },
	{ "pkginfo", T, 0 }, { "plot", 0, 34 }, { "plugin", L, 49 },
	{ "plugins", 0, 49 }, { "plus", L, 0 }, { "poetry", T, 0 },
	{ "postgres", 0, 54 }, { "postgresql", 0, 54 }, { "premium", L, 0 },
	{ "private", L, 0 }, { "pro", L, 0 }, { "public", L, 0 },
	{ "py", P, 0 }, { "py2", P, 0 }, { "py3", P, 0 }, { "pylib", P, 0 },
	{ "pypi", P, 0 }, { "pyth", P, 0 }, { "python", C | P, 0 },
	{ "python2", P, 0 }, { "python3", C | P, 0 }, { "pytorch", 0, 50 },
	{ "queue", 0, 41 }, { "queues", 0, 41 },
	{ "real", L, 0 }, { "reddit", B, 0 }, { "redhat", B, 0 },
	{ "redis", B, 0 }, { "request", 0, 4 }, { "requests", 0, 4 },
	{ "require", C, 0 }, { "requirement", C, 0 }, { "requirements", C, 0 },
	{ "requires", C, 0 }, { "roblox", B, 0 }, { "s", L, 0 },
	{ "s3", B, 0 }, { "safe", L, 46 }, { "salesforce", B, 0 },
	{ "samsung", B, 0 }, { "schedule", 0, 42 }, { "scheduler", 0, 42 },
	{ "scikit", 0, 58 }, { "sdk", L, 1 }, { "secure", L, 46 },
	{ "security", L, 46 }, { "selenium", 0, 56 }, { "sendgrid", B, 0 },
	{ "sentry", B, 0 }, { "server", 0, 26 }, { "service", 0, 26 },
	{ "services", 0, 26 }, { "settings", 0, 6 }, { "setup", C, 0 },
	{ "setuptools", T, 0 }, { "shopify", B, 0 },
	{ "simple", L, 0 }, { "sklearn", 0, 58 }, { "slack", B, 0 },
	{ "snapchat", B, 0 }, { "snowflake", B, 0 }, { "socket", 0, 27 },
	{ "sockets", 0, 27 }, { "solana", B, 0 }, { "sony", B, 0 },
	{ "splunk", B, 0 }, { "spotify", B, 0 }, { "sql", 0, 5 },
	{ "srv", 0, 26 }, { "stable", L, 0 }, { "stat", 0, 48 },
	{ "statistics", 0, 48 }, { "stats", 0, 48 }, { "steam", B, 0 },
	{ "str", 0, 19 }, { "string", 0, 19 }, { "stripe", B, 0 },
	{ "telegram", B, 0 }, { "tencent", B, 0 }, { "tensorflow", 0, 51 },
	{ "terminal", 0, 7 }, { "terraform", B, 0 }, { "test", L, 9 },
	{ "testing", 0, 9 }, { "tests", L, 9 }, { "text", 0, 19 },
	{ "tf", 0, 51 }, { "the", L, 0 }, { "tiktok", B, 0 },
	{ "time", 0, 33 }, { "tool", L, 3 }, { "toolbox", 0, 3 },
	{ "toolkit", 0, 3 }, { "tools", L, 3 }, { "torch", 0, 50 },
	{ "tox", T, 0 }, { "transform", 0, 37 }, { "transformer", 0, 37 },
	{ "transformers", 0, 37 }, { "trezor", B, 0 }, { "twilio", B, 0 },
	{ "twine", T, 0 }, { "twitter", B, 0 }, { "txt", C, 0 },
	{ "uber", B, 0 }, { "uninstall", C, 0 }, { "uniswap", B, 0 },
	{ "update", L, 0 }, { "updated", L, 0 }, { "upgrade", C, 0 },
	{ "upload", 0, 39 }, { "uploader", 0, 39 }, { "util", L, 3 },
	{ "utilities", 0, 3 }, { "utility", 0, 3 }, { "utils", L, 3 },
	{ "uv", T, 0 }, { "v2", L, 0 }, { "v3", L, 0 }, { "validate", 0, 43 },
	{ "validation", 0, 43 }, { "validator", 0, 43 }, { "venv", T, 0 },
	{ "vercel", B, 0 }, { "virtualenv", T, 0 }, { "vmware", B, 0 },
	{ "wallet", 0, 47 }, { "web", L, 4 }, { "webdriver", 0, 56 },
	{ "websocket", 0, 27 }, { "websockets", 0, 27 }, { "wechat", B, 0 },
	{ "whatsapp", B, 0 }, { "wheel", T, 0 }, { "wrapper", L, 1 },
	{ "ws", 0, 27 }, { "x", L, 0 }, { "xml", 0, 31 }, { "xmls", 0, 31 },
	{ "yaml", 0, 32 }, { "yandex", B, 0 }, { "yml", 0, 32 },
	{ "youtube", B, 0 }, { "zip", 0, 45 }, { "zoom", B, 0 },
};

/* Eight letters as a number that sorts as they do. */
static uint64_t
letters_number(const char *s)
{
	uint64_t n;

	memcpy(&n, s, sizeof(n));
	return be64toh(n);
}

/* The first row whose first eight letters are the word's, or the last row
 * before them.  Without a branch, because which way a step goes cannot be
 * predicted. */
static size_t
row_near(uint64_t key)
{
	size_t at = 0;

	for (size_t n = ARRAY_LEN(table); n > 1; n -= n / 2) {
		uint64_t middle = letters_number(table[at + n / 2].word);

		at += middle < key ? n / 2 : 0;
	}
	return at;
}

const struct word_facts *
word_find(const char *s, size_t n)
{
	char key[WORD_ROOM] = { 0 };
	uint64_t start;

#ifdef WORDS_LEFT_OUT
	if (word_left_out(s, n))
		return NULL;
#endif
	if (n >= WORD_ROOM)
		return NULL;
	memcpy(key, s, n);
	start = letters_number(key);
	for (size_t i = row_near(start); i < ARRAY_LEN(table) &&
	    letters_number(table[i].word) <= start; i++)
		if (memcmp(table[i].word, key, WORD_ROOM) == 0)
			return &table[i];
	return NULL;
}

/* py, py3, python, python27 */
static bool
is_python(const char *s, size_t n)
{
	size_t at = n >= 6 && memcmp(s, "python", 6) == 0 ? 6 : 2;

	if (n < 2 || memcmp(s, "py", 2) != 0)
		return false;
	while (at < n && s[at] >= '0' && s[at] <= '9')
		at++;
	return at == n;
}

unsigned int
word_says(const char *s, size_t n)
{
	const struct word_facts *w = word_find(s, n);

	return (w != NULL ? w->is : 0) | (is_python(s, n) ? P : 0);
}

bool
word_is(const char *s, size_t n, unsigned int what)
{
	/* all that only say Python begin so; most words are asked this */
	if (what == P && (n < 2 || memcmp(s, "py", 2) != 0))
		return false;
	return (word_says(s, n) & what) != 0;
}

const char *
word_next(unsigned int what, size_t *at)
{
	for (; *at < ARRAY_LEN(table); (*at)++) {
#ifdef WORDS_LEFT_OUT
		if (word_left_out(table[*at].word, strlen(table[*at].word)))
			continue;
#endif
		if ((table[*at].is & what) != 0)
			return table[*at].word;
	}
	return NULL;
}

size_t
word_count(unsigned int what)
{
	size_t n = 0;

	for (size_t at = 0; word_next(what, &at) != NULL; at++)
		n++;
	return n;
}

int
word_number(const char *s, size_t n)
{
	static const char *const numbers[] = { "zero", "one", "two", "three",
		"four", "five", "six", "seven", "eight", "nine" };

	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		if (strlen(numbers[i]) == n && memcmp(numbers[i], s, n) == 0)
			return (int)i;
	return -1;
}

size_t
word_python_start(const char *s, size_t n)
{
	if (n >= 9 && memcmp(s, "python", 6) == 0)
		return s[6] == '3' || s[6] == '2' ? 7 : 6;
	if (n >= 6 && memcmp(s, "lib", 3) == 0)
		return 3;
	return n >= 5 && memcmp(s, "py", 2) == 0 ? 2 : 0;
}

size_t
word_python_end(const char *s, size_t n)
{
	if (n >= 9 && memcmp(s + n - 6, "python", 6) == 0)
		return 6;
	if (n >= 6 && memcmp(s + n - 3, "lib", 3) == 0)
		return 3;
	return n >= 5 && memcmp(s + n - 2, "py", 2) == 0 ? 2 : 0;
}

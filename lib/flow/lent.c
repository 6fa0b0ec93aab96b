/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lent - secrets of other services: what an imported library's client is
 * made with, or holds, is for that library's service alone, whatever else is
 * named after it.
 *
 * Takes: calls, attributes of libraries.  Gives: MARK_LENT beside what tells
 * a secret; whether a host is that of a library that has one.
 * Runs in: worker child, command.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "flow/calls.h"
#include "flow/names.h"
#include "flow/neighbours.h"
#include "flow/secrets.h"
#include "flow/state.h"
#include "flow/values.h"
#include "names/stdlib.h"

#define AFFIX_MOST 3		/* letters: "spotipy" and spotify.com */
#define STEM_LEAST 5		/* letters that two such names share */
#define BEGINNING_LEAST 4	/* "krakenex" and kraken.com */

static int
by_name(const void *name, const void *row)
{
	return strcmp(name, *(const char *const *)row);
}

/* Libraries of no service: they speak to whomever they are told, and
 * modules that anybody may have. */
static const char *const anybodys[] = { "Crypto", "Cryptodome", "aioboto3",
	"aiobotocore", "aiohttp", "airflow", "api", "app", "argon2", "asyncssh",
	"attr",
	"attrs", "auth", "authlib", "azure", "bcrypt", "boto3", "botocore",
	"click", "client", "common", "conf", "config", "const", "constants",
	"core", "credentials", "cryptography", "django", "env", "fabric",
	"fastapi", "fastmcp", "flask", "gql", "grpc", "helpers", "httplib2",
	"httpx", "itsdangerous", "jose", "jwt", "keyring", "keys", "ldap3",
	"lib", "main", "marshmallow", "mcp", "models", "msal", "nacl",
	"oauthlib", "paramiko", "passlib", "playwright", "pycurl", "pydantic",
	"pydantic_settings", "requests", "requests_oauthlib", "rich",
	"selenium", "settings", "setuptools", "socketio", "src", "starlette",
	"textual", "tornado", "twisted", "typer", "urllib3", "utils",
	"uvicorn", "websocket", "websockets", "yaml", "zeep" };

static bool
serves_anybody(const char *library)
{
	return bsearch(library, anybodys, ARRAY_LEN(anybodys),
	    sizeof(*anybodys), by_name) != NULL || bsearch(library,
	    stdlib_names, stdlib_count, sizeof(*stdlib_names), by_name) !=
	    NULL;
}

bool
flow_lent_is_sorted(void)
{
	for (size_t i = 1; i < ARRAY_LEN(anybodys); i++)
		if (strcmp(anybodys[i - 1], anybodys[i]) >= 0)
			return false;
	return true;
}

/* The library of some service that a dotted name begins with, into the caller's
 * array; "" for others, and for modules of the package. */
static const char *
library_of(const struct flow *f, uint32_t name, char out[FLOW_NAME_MOST + 1])
{
	size_t n;

	(void)flow_string(f, name, out);
	n = strcspn(out, ".");
	if (!isalpha((unsigned char)*out) || out[n] != '.' ||
	    memchr(out, '(', n) != NULL || flow_is_ours(f, out) ||
	    str_starts(out, "self.") || str_starts(out, "cls."))
		n = 0;
	out[n] = '\0';
	return n == 0 || serves_anybody(out) ? "" : out;
}

/* ---- what is lent -------------------------------------------------------- */

/* The class around the scan, + 1. */
static uint32_t
class_around(const struct flow *f)
{
	return flow_class_around(f, f->scope) + 1;
}

static void
note_lender(struct flow *f, const char *library)
{
	if (f->file->world != NULL)
		world_lend(f->file->world, library);
}

/* Attributes of all classes share a row: it is lent in one of them. */
static void
lend(struct flow *f, uint32_t node, const char *library)
{
	static const struct taint lent = { .marks = MARK_LENT };
	uint32_t row = flow_row_of_value(f, node);

	if (row == 0)
		return;
	note_lender(f, library);
	if (!tree_is_attribute(f->tree, row)) {
		flow_mark_row(f, row, &lent, MARKS_ALL);
		return;
	}
	f->changed = f->changed || f->lent_in[row] != class_around(f);
	f->lent_in[row] = class_around(f);
}

uint64_t
flow_lent_in(const struct flow *f, uint32_t row)
{
	return f->lent_in[row] != 0 && f->lent_in[row] == class_around(f) ?
	    MARK_LENT : 0;
}

void
flow_keep_lent(struct flow *f, uint32_t row, struct taint *v)
{
	if (row == 0 || !(v->marks & MARK_LENT) || !(v->marks & MARKS_LOCK))
		return;
	taint_drop(v, MARK_LENT);
	f->changed = f->changed || f->lent_in[row] != class_around(f);
	f->lent_in[row] = class_around(f);
}

/* Client(url=...): whoever that names has it. */
static bool
names_receiver(struct flow *f, const struct frame *fr)
{
	static const char *const words[] = { "base", "host", "endpoint",
	    "url", "uri", "server", "gateway", "address", "proxy" };
	char keyword[FLOW_NAME_MOST + 1];

	for (size_t i = 0; i < fr->nargs; i++) {
		(void)flow_string(f, fr->keywords[i], keyword);
		for (size_t k = 0; k < ARRAY_LEN(words); k++)
			if (strstr(keyword, words[k]) != NULL)
				return true;
	}
	return fr->nargs > 0 && fr->all.marks & MARK_URL;
}

/* exchange({"apiKey": key, "secret": secret}) */
static void
lend_pairs(struct flow *f, uint32_t dict, const char *library)
{
	uint32_t key = flow_at(f, dict)->kid, value;

	for (; key != 0; key = flow_at(f, value)->next) {
		value = flow_at(f, key)->next;
		if (value == 0)
			return;
		if (f->vals[value].marks & MARKS_LOCK)
			lend(f, value, library);
	}
}

/* super().__init__(token), self.run(token), of a kind of the library's client:
 * the library, or "". */
static const char *
library_around(const struct flow *f, const struct frame *fr,
    char out[FLOW_NAME_MOST + 1])
{
	static const char *const makes[] = { "__init__", "run", "start",
	    "login" };
	const struct node *n = flow_at(f, flow_at(f, fr->node)->kid);
	const struct flow_scope *class = &f->scopes[class_around(f) - 1];
	char name[FLOW_NAME_MOST + 1];

	if (class->nbases == 0 || n->kind != NODE_ATTR || str_index(makes,
	    ARRAY_LEN(makes), flow_string(f, n->name, name)) < 0)
		return "";
	(void)flow_string(f, f->vals[n->kid].name, name);
	return str_equal(name, "self") || str_equal(name, "super()") ?
	    library_of(f, class->bases[0], out) : "";
}

/* The library of a service whose client the call makes, or "". */
static const char *
library_made(struct flow *f, const struct frame *fr,
    char out[FLOW_NAME_MOST + 1])
{
	const char *library = flow_call_traits(f, fr->callee.name) &
	    NAME_MAKER ? library_of(f, fr->callee.name, out) : "";

	if (*library == '\0' && flow_at(f, fr->node)->kind == NODE_CALL)
		library = library_around(f, fr, out);
	return *library == '\0' || names_receiver(f, fr) ? "" : library;
}

/* "library.Client()": an object that was made with a secret is none. */
static bool
is_instance(const struct flow *f, uint32_t name)
{
	char text[FLOW_NAME_MOST + 1];
	const char *dot = strrchr(flow_string(f, name, text), '.');

	return str_ends(text, "()") && isupper((unsigned char)(dot != NULL ?
	    dot[1] : *text));
}

void
flow_look_lent(struct flow *f, const struct frame *fr)
{
	char out[FLOW_NAME_MOST + 1];
	const char *library;

	if (!(fr->all.marks & MARKS_LOCK))
		return;
	library = library_made(f, fr, out);
	if (*library == '\0')
		return;
	for (size_t i = 0; i < fr->nargs; i++)
		if (flow_at(f, fr->nodes[i])->kind == NODE_DICT)
			lend_pairs(f, fr->nodes[i], library);
		else if ((fr->args[i].marks & MARKS_LOCK) &&
		    !is_instance(f, fr->args[i].name))
			lend(f, fr->nodes[i], library);
}

/* service.api_key = key */
void
flow_lend_setting(struct flow *f, uint32_t target, uint32_t value)
{
	char library[FLOW_NAME_MOST + 1];

	if (value != 0 && flow_secret_name(f, flow_at(f, target)->name) != 0 &&
	    *library_of(f, f->vals[target].name, library) != '\0')
		lend(f, value, library);
}

/* Where a scheduler keeps what others log in with: its host, and not the one
 * that is talked to. */
static bool
is_kept_host(const struct flow *f, uint32_t object, uint32_t name)
{
	char text[FLOW_NAME_MOST + 1];

	return flow_word_is(f, name, "host") &&
	    str_ends(flow_string(f, object, text), ".get_connection()");
}

/* service.api_key, of the library itself or of a client of it. */
uint64_t
flow_lent_setting(struct flow *f, uint32_t object, uint32_t whole,
    uint32_t name)
{
	uint64_t marks = flow_secret_name(f, name);
	char library[FLOW_NAME_MOST + 1], text[FLOW_NAME_MOST + 1];

	if (is_kept_host(f, object, name))
		return MARK_LENT;
	if (marks == 0 || *library_of(f, whole, library) == '\0')
		return 0;
	/* of a module within the library, it is a setting of anybody's */
	(void)flow_string(f, whole, text);
	if (strstr(text, "().") == NULL &&
	    strchr(text, '.') != strrchr(text, '.'))
		return 0;
	note_lender(f, library);
	return marks | MARK_LENT;
}

uint64_t
flow_asks_all(const struct flow *f, const struct frame *fr)
{
	static const char *const kept[] = { "airflow.models.Connection",
	    "airflow.models.connection.Connection",
	    "airflow.sdk.Connection" };
	const struct node *n = flow_at(f, flow_at(f, fr->node)->kid);
	char name[FLOW_NAME_MOST + 1];

	if (fr->nargs != 1 || (n->kind != NODE_ATTR && n->kind != NODE_NAME) ||
	    !(flow_word_is(f, n->name, "query") ||
	    flow_word_is(f, n->name, "select")))
		return 0;
	return str_index(kept, ARRAY_LEN(kept), flow_string(f,
	    fr->args[0].name, name)) >= 0 ? MARK_SECRET | MARK_PRIVATE : 0;
}

/* "https://host/path/": whoever logs in with an address does so in front of its
 * host. */
static bool
has_path(const char *address)
{
	const char *host = strstr(address, "://");

	if (host == NULL)
		return false;
	host += 3;
	return host[strcspn(host, "/?@")] == '/' || strchr(host, '?') != NULL;
}

/* In what is sent, or behind the host of its address. */
bool
flow_sends_lent(const struct flow_call *c, const char *address)
{
	const uint64_t sent = has_path(address) ? c->payload : c->body;

	return (sent & MARK_LENT) && (sent & MARKS_LOCK);
}

/* ---- whose host it is ---------------------------------------------------- */

/* "api.service.com": does that part of a host name the library's service, and
 * nothing else? */
static bool
is_named(const char *label, size_t n, const char *word, size_t len)
{
	static const char *const ends[] = { "apis", "api", "app", "hq", "cdn" };
	size_t same = 0;

	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		size_t k = strlen(ends[i]);

		if (n > k + 2 && strncasecmp(label + n - k, ends[i], k) == 0) {
			n -= k;
			break;
		}
	}
	while (same < n && same < len && tolower((unsigned char)label[same]) ==
	    tolower((unsigned char)word[same]))
		same++;
	if (same == n)
		return same == len || same >= BEGINNING_LEAST;
	return same >= STEM_LEAST && n - same <= AFFIX_MOST;
}

static bool
is_host_of(const char *host, const char *library)
{
	while (*library != '\0') {
		size_t len = strcspn(library, "_-");
		const char *label = host;

		while (*label != '\0') {
			size_t n = strcspn(label, ".");

			if (len > 2 && is_named(label, n, library, len))
				return true;
			label += n + (label[n] == '.');
		}
		library += len + (library[len] != '\0');
	}
	return false;
}

bool
flow_is_lender(const struct flow *f, const char *host)
{
	const struct world *w = f->file->world;

	for (size_t i = 0; w != NULL && i < w->nlenders; i++)
		if (is_host_of(host, w->lenders[i]))
			return true;
	return false;
}

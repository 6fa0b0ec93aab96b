/* SPDX-License-Identifier: Apache-2.0 */
/*
 * used - what a value is used as tells what it is, whatever its name: who
 * signs with it, logs in with it or writes it behind "Bearer " holds a secret.
 *
 * Takes: a call; a text that is put together.  Gives: marks of the rows that
 * the values came from, for that scope and those it calls, not for results.
 * Runs in: worker child, command.
 */
#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "flow/names.h"
#include "flow/secrets.h"
#include "flow/state.h"
#include "flow/values.h"

#define WRAPPED_MOST 4		/* x.strip().encode("ascii") */

struct use {
	const char	*name;		/* the end of a dotted name */
	size_t		 at;		/* argument */
	uint64_t	 marks;
};

static const struct use uses[] = {
	{ "hmac.new", 0, MARK_PASSWORD }, { "hmac.digest", 0, MARK_PASSWORD },
	{ "hmac.HMAC", 0, MARK_PASSWORD },
	{ "hashlib.pbkdf2_hmac", 1, MARK_PASSWORD },
	{ "hashlib.scrypt", 0, MARK_PASSWORD },
	{ "jwt.encode", 1, MARK_PASSWORD }, { "jwt.decode", 1, MARK_PASSWORD },
	{ "bcrypt.hashpw", 0, MARK_PASSWORD },
	{ "bcrypt.checkpw", 0, MARK_PASSWORD },
	{ "ciphers.aead.AESGCM", 0, MARK_PASSWORD },
	{ "ciphers.aead.ChaCha20Poly1305", 0, MARK_PASSWORD },
	{ "fernet.Fernet", 0, MARK_PASSWORD },
	{ "Cipher.AES.new", 0, MARK_PASSWORD },
	{ "algorithms.AES", 0, MARK_PASSWORD },
	{ "nacl.secret.SecretBox", 0, MARK_PASSWORD },
	{ "sqlalchemy.create_engine", 0, MARK_PASSWORD },
	{ "asyncio.create_async_engine", 0, MARK_PASSWORD },
	{ "psycopg2.connect", 0, MARK_PASSWORD },
	{ "psycopg.connect", 0, MARK_PASSWORD },
	{ "asyncpg.connect", 0, MARK_PASSWORD },
	{ "asyncpg.create_pool", 0, MARK_PASSWORD },
	{ "pymongo.MongoClient", 0, MARK_PASSWORD },
	{ "redis.from_url", 0, MARK_PASSWORD },
	{ "redis.Redis.from_url", 0, MARK_PASSWORD },
	{ "Account.from_key", 0, MARK_KEY },
	{ "Account.from_mnemonic", 0, MARK_KEY },
	{ "SigningKey.from_string", 0, MARK_KEY },
	{ "Keypair.from_bytes", 0, MARK_KEY },
	{ "Keypair.from_seed", 0, MARK_KEY },
	{ "Keypair.from_base58_string", 0, MARK_KEY },
	{ "Mnemonic().to_seed", 0, MARK_KEY },
	{ "Credentials.from_service_account_info", 0, MARK_PASSWORD },
	{ "ldap3.Connection", 2, MARK_PASSWORD },
	{ "SMTP().login", 1, MARK_PASSWORD },
	{ "SMTP_SSL().login", 1, MARK_PASSWORD },
	{ "IMAP4().login", 1, MARK_PASSWORD },
	{ "IMAP4_SSL().login", 1, MARK_PASSWORD },
	{ "FTP().login", 1, MARK_PASSWORD },
	{ "FTP_TLS().login", 1, MARK_PASSWORD },
	{ "github.Github", 0, MARK_CREDENTIAL },
	{ "telebot.TeleBot", 0, MARK_CREDENTIAL },
	{ "discord.Client().run", 0, MARK_CREDENTIAL },
	{ "hvac.Client", 1, MARK_CREDENTIAL },
	{ "boto3.Session", 1, MARK_PASSWORD },
	{ "boto3.session.Session", 1, MARK_PASSWORD },
};

static const struct { const char *name; uint64_t marks; } words[] = {
	{ "password", MARK_PASSWORD }, { "passwd", MARK_PASSWORD },
	{ "passphrase", MARK_PASSWORD }, { "pwd", MARK_PASSWORD },
	{ "secret", MARK_PASSWORD }, { "secret_key", MARK_PASSWORD },
	{ "api_secret", MARK_PASSWORD }, { "client_secret", MARK_PASSWORD },
	{ "aws_secret_access_key", MARK_PASSWORD },
	{ "private_key", MARK_KEY }, { "mnemonic", MARK_KEY },
	{ "key_filename", MARK_KEY }, { "pkey", MARK_KEY },
	{ "api_key", MARK_CREDENTIAL }, { "apikey", MARK_CREDENTIAL },
	{ "auth_token", MARK_CREDENTIAL }, { "access_token", MARK_CREDENTIAL },
	{ "api_token", MARK_CREDENTIAL }, { "bot_token", MARK_CREDENTIAL },
	{ "sessionid", MARK_CREDENTIAL },
};

/* x.encode(), x.strip(): of what a value was taken as it is. */
uint32_t
flow_row_of_value(const struct flow *f, uint32_t node)
{
	for (int i = 0; i < WRAPPED_MOST && node != 0; i++) {
		const struct node *n = flow_at(f, node);
		uint32_t b;

		if (n->kind == NODE_CALL &&
		    flow_at(f, n->kid)->kind == NODE_ATTR) {
			node = flow_at(f, n->kid)->kid;
			continue;
		}
		if (n->kind == NODE_FIELD || n->kind == NODE_AWAIT) {
			node = n->kid;
			continue;
		}
		if (n->kind == NODE_ATTR)
			return flow_row_of_attribute(f, n->name);
		b = n->kind == NODE_NAME ? tree_lookup(f->tree, node) : 0;
		return b != 0 && f->tree->bindings[b].kind != BINDING_FROM &&
		    f->tree->bindings[b].kind != BINDING_IMPORT ?
		    f->row_of[b] : 0;
	}
	return 0;
}

static void
mark_value(struct flow *f, uint32_t node, uint64_t marks)
{
	struct taint v = { .marks = marks };

	flow_mark_row(f, flow_row_of_value(f, node), &v, MARKS_ALL);
}

static bool
ends_with_name(const char *name, size_t n, const char *end)
{
	size_t k = strlen(end);

	return n >= k && name[n - 1] == end[k - 1] &&
	    strcmp(name + n - k, end) == 0 &&
	    (n == k || name[n - k - 1] == '.');
}

static const struct use *
use_of(const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_LEN(uses); i++)
		if (ends_with_name(name, len, uses[i].name))
			return &uses[i];
	return NULL;
}

bool
flow_uses_secret(const char *name, size_t len)
{
	return use_of(name, len) != NULL;
}

uint64_t
flow_secret_keyword(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (*name == *words[i].name &&
		    strcmp(name, words[i].name) == 0)
			return words[i].marks;
	return 0;
}

/* What comes out of a lock is not its key. */
static void
look_positions(struct flow *f, struct frame *fr)
{
	char name[FLOW_NAME_MOST + 1];
	const struct use *u;

	if (fr->nargs == 0 ||
	    !(flow_call_traits(f, fr->callee.name) & NAME_USES))
		return;
	(void)flow_string(f, fr->callee.name, name);
	u = use_of(name, strlen(name));
	if (u == NULL)
		return;
	if (u->at < fr->nargs && fr->keywords[u->at] == 0) {
		mark_value(f, fr->nodes[u->at], u->marks);
		f->logs_in = true;
	}
	taint_drop(&fr->all, MARK_PASSWORD | MARK_CREDENTIAL);
}

/* Client(api_key=x): a library has it, unless it is what sends. */
static void
note_login(struct flow *f, const struct frame *fr, size_t i, uint64_t marks)
{
	const struct fact *fact = flow_fact(f, fr->callee.name);

	mark_value(f, fr->nodes[i], marks);
	if (fact == NULL || !(DEED(fact->deed) & DEEDS_NET))
		f->logs_in = true;
}

/* {"x-api-key": x}: what is written there logs in. */
void
flow_look_headers(struct flow *f, uint32_t node)
{
	static const char *const names[] = { "x-api-key", "api-key",
	    "x-auth-token", "x-mbx-apikey", "private-token", "x-vault-token",
	    "x-access-token", "apikey" };
	uint32_t key = flow_at(f, node)->kid, value;

	for (; key != 0; key = flow_at(f, value)->next) {
		value = flow_at(f, key)->next;
		if (value == 0)
			return;
		for (size_t i = 0; i < ARRAY_LEN(names); i++)
			if ((*f->texts[f->vals[key].text].bytes | 0x20) ==
			    *names[i] && strcasecmp(names[i],
			    f->texts[f->vals[key].text].bytes) == 0)
				mark_value(f, value, MARK_CREDENTIAL);
	}
}

void
flow_look_used(struct flow *f, struct frame *fr)
{
	char name[FLOW_NAME_MOST + 1];

	look_positions(f, fr);
	for (size_t i = 0; i < fr->nargs; i++)
		if (fr->keywords[i] != 0 && (flow_call_traits(f,
		    fr->keywords[i]) & NAME_SECRET))
			note_login(f, fr, i, flow_secret_keyword(
			    flow_string(f, fr->keywords[i], name)));
}

static bool
is_scheme(const struct flow_text *t)
{
	return t->len >= 4 && t->len < 12 && (str_starts(t->bytes, "Bearer ") ||
	    str_starts(t->bytes, "token ") || str_starts(t->bytes, "Token ") ||
	    str_starts(t->bytes, "Bot "));
}

/* "Bearer " + x, "Bearer %s" % x, f"Bearer {x}" */
void
flow_look_scheme(struct flow *f, uint32_t node)
{
	uint32_t first = flow_at(f, node)->kid;
	uint32_t second = first != 0 ? flow_at(f, first)->next : 0;

	if (second != 0 && is_scheme(&f->texts[f->vals[first].text]))
		mark_value(f, second, MARK_CREDENTIAL);
}

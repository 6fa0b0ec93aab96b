/* SPDX-License-Identifier: Apache-2.0 */
/*
 * client - objects that are bound to an address: connections, requests
 * that are made and sent later, and clients that are made with a login in the
 * code, so that what they are given goes to who owns it.
 *
 * Takes: a call.  Gives: where its object is bound to; what such an object is
 * handed is told as sent.
 * Runs in: worker child, command.
 */
#include <ctype.h>
#include <string.h>

#include "base/str.h"
#include "flow/calls.h"
#include "flow/names.h"
#include "flow/senders.h"
#include "flow/state.h"
#include "flow/values.h"

#define KEY_LEAST 16		/* letters of a key of somebody's */
#define KEY_MOST 512

/* What honest clients are seldom handed but to log in. */
#define MARKS_HANDED (MARK_SECRET | MARK_PRIVATE | MARK_TOKEN | MARK_ENVIRON | \
    MARK_KEY | MARK_SPIED | MARK_HUNTED | MARK_SEARCHED | MARK_TRAFFIC)

/* Nobody's host: whoever has the login owns it. */
static const char owners[] = "https://0wner.z9q.zz/";

static uint32_t
owners_address(struct flow *f)
{
	return flow_intern(f, owners, sizeof(owners) - 1, false);
}

static uint32_t
owner_of(struct flow *f, const struct frame *fr)
{
	return flow_is_chat(f, fr->callee.name) ? flow_chat_address(f) :
	    owners_address(f);
}

bool
flow_is_owners(const struct flow *f, uint32_t where)
{
	return str_equal(f->texts[where].bytes, owners);
}

/* ---- what is made ------------------------------------------------------- */

/* A connection or a client: who makes one says where it goes. */
static bool
makes_client(const char *name)
{
	static const char *const clients[] = { "smtplib.SMTP",
	    "smtplib.SMTP_SSL", "smtplib.LMTP", "ftplib.FTP",
	    "ftplib.FTP_TLS", "http.client.HTTPConnection",
	    "http.client.HTTPSConnection", "websockets.connect",
	    "websockets.sync.client.connect", "imaplib.IMAP4",
	    "imaplib.IMAP4_SSL", "poplib.POP3", "poplib.POP3_SSL",
	    "paramiko.Transport", "telnetlib.Telnet",
	    "xmlrpc.client.ServerProxy", "redis.Redis", "redis.from_url",
	    "redis.StrictRedis", "redis.Redis.from_url",
	    "redis.asyncio.from_url", "redis.asyncio.Redis",
	    "pymongo.MongoClient", "motor.motor_asyncio.AsyncIOMotorClient",
	    "psycopg2.connect", "psycopg.connect", "pymysql.connect",
	    "MySQLdb.connect", "mysql.connector.connect", "pg8000.connect",
	    "asyncpg.connect", "aiomysql.connect", "sqlalchemy.create_engine",
	    "nats.connect", "pysftp.Connection",
	    "logging.handlers.HTTPHandler", "logging.handlers.SocketHandler",
	    "logging.handlers.SysLogHandler", "logging.handlers.SMTPHandler",
	    "asyncssh.connect", "elasticsearch.Elasticsearch",
	    "influxdb_client.InfluxDBClient", "socketio.SimpleClient",
	    "firebase.FirebaseApplication", "clickhouse_connect.get_client",
	    "gql.transport.requests.RequestsHTTPTransport",
	    "gql.transport.aiohttp.AIOHTTPTransport",
	    "gql.transport.httpx.HTTPXTransport",
	    "python_graphql_client.GraphqlClient", "aiohttp.ClientSession" };

	return str_index(clients, ARRAY_LEN(clients), name) >= 0;
}

/* A login as it stands: letters and digits without a blank, or an address with
 * a name and a password; no hole and no example. */
static bool
is_login_text(const struct flow_text *t)
{
	bool digit = false, letter = false;
	const char *host = strstr(t->bytes, "://");

	if (t->len < KEY_LEAST || t->len > KEY_MOST || t->open)
		return false;
	if (host != NULL && strchr(host, '@') == NULL)
		return false;
	for (size_t i = 0; i < t->len; i++) {
		unsigned char c = (unsigned char)t->bytes[i];

		if (isspace(c) || strchr("<>{}$%", c) != NULL)
			return false;
		digit = digit || isdigit(c);
		letter = letter || isalpha(c);
	}
	return digit && (letter || host == NULL) &&
	    strcasestr(t->bytes, "your") == NULL;
}

/* client("s3", aws_secret_access_key="..."), WebClient(token="...") */
static bool
is_owners_key(const char *keyword)
{
	static const char *const keys[] = { "aws_secret_access_key",
	    "secret_access_key", "account_key", "connection_string", "token",
	    "auth_token", "access_token", "bot_token", "api_token", "api_key",
	    "apikey", "secret_key", "client_secret", "password",
	    "oauth2_access_token", "login_or_token", "private_token",
	    "project_api_key", "write_key", "credential", "auth", "conn_str" };

	return str_index(keys, ARRAY_LEN(keys), keyword) >= 0;
}

/* Client(...), create_client(...), client("s3", ...): what makes an object. */
static bool
is_maker(const char *name)
{
	static const char *const makers[] = { "client", "resource",
	    "create_client", "connect", "login", "from_connection_string",
	    "from_url", "get_client", "init", "service_account_from_dict" };
	const char *last = strrchr(name, '.');

	last = last != NULL ? last + 1 : name;
	return isupper((unsigned char)*last) ||
	    str_index(makers, ARRAY_LEN(makers), last) >= 0;
}

/* from_service_account_info({...}) of a constant. */
static bool
is_account(const char *name)
{
	static const char *const ends[] = { "service_account_from_dict",
	    "from_service_account_info", "from_json_keyfile_dict",
	    "credentials.Certificate" };

	for (size_t i = 0; i < ARRAY_LEN(ends); i++)
		if (str_ends(name, ends[i]))
			return true;
	return false;
}

static bool
is_owners_account(const struct flow *f, const struct frame *fr)
{
	const uint64_t told = MARK_VARIABLE | MARK_FILE | MARK_NETWORK |
	    MARK_ENVIRON | MARK_CREDENTIAL | MARK_PASSWORD;

	return fr->nargs > 0 && fr->args[0].params == 0 &&
	    fr->args[0].text == 0 && (fr->args[0].row != 0 ||
	    flow_at(f, fr->nodes[0])->kind == NODE_DICT) &&
	    !(fr->args[0].marks & told);
}

/* requests.Request("POST", "https://..."), client.build_request(...) */
static bool
makes_request(const char *name)
{
	return str_ends(name, ".Request") || str_ends(name, ".build_request");
}

/* What a keyword says of the object that is made with it. */
static uint64_t
keyword_traits(const char *keyword)
{
	static const char *const always[] = { "base_url", "endpoint_url",
	    "server", "bootstrap_servers", "api_root", "server_hostname" };
	static const char *const of_clients[] = { "host", "hostname", "url",
	    "dsn", "uri", "hosts" };
	static const char *const logins[] = { "credentials", "transport",
	    "creds", "credential" };

	return (str_index(always, ARRAY_LEN(always), keyword) >= 0 ?
	    NAME_BINDS : 0) | (str_index(of_clients, ARRAY_LEN(of_clients),
	    keyword) >= 0 ? NAME_HOSTS : 0) | (str_index(logins,
	    ARRAY_LEN(logins), keyword) >= 0 ? NAME_LOGIN : 0) |
	    (is_owners_key(keyword) ? NAME_OWNER : 0);
}

uint64_t
flow_client_traits(const char *name)
{
	uint64_t traits = strchr(name, '.') == NULL ? keyword_traits(name) : 0;

	if (makes_client(name))
		traits |= NAME_CLIENT | NAME_MAKER;
	if (is_maker(name))
		traits |= NAME_MAKER;
	if (is_account(name))
		traits |= NAME_ACCOUNT;
	if (makes_request(name))
		traits |= NAME_REQUESTER;
	return traits;
}

/* The text of an address that stands in the code, or 0. */
static uint32_t
text_of_fixed(struct flow *f, const struct frame *fr, size_t i)
{
	bool fixed = flow_is_fixed(f, fr, i);
	uint32_t text = fixed ? flow_address_text(f, fr, i) : 0;

	/* NODES[x], of a table of addresses, is one that nobody reads, too. */
	return text == 0 && (flow_is_sealed(f, fr, i) || (fixed &&
	    flow_at(f, fr->nodes[i])->kind == NODE_INDEX)) ? flow_intern(f,
	    FLOW_SEALED, sizeof(FLOW_SEALED) - 1, false) : text;
}

/* Where a keyword says so. */
static uint32_t
bound_by_keyword(struct flow *f, const struct frame *fr, uint64_t traits)
{
	uint64_t binds = NAME_BINDS | (traits & NAME_CLIENT ? NAME_HOSTS : 0);
	uint32_t where;

	for (size_t i = 0; i < fr->nargs; i++) {
		uint64_t keyword = flow_call_traits(f, fr->keywords[i]);

		where = keyword & binds ? text_of_fixed(f, fr, i) : 0;
		if (where != 0)
			return where;
		if ((traits & NAME_MAKER) && (((keyword & NAME_OWNER) &&
		    is_login_text(&f->texts[fr->args[i].text])) ||
		    (fr->keywords[i] != 0 && (flow_text_marks(f,
		    fr->args[i].text) & MARK_KEYED))))
			return owner_of(f, fr);
	}
	return 0;
}

/* Github("ghp_..."), create_client("https://...", "eyJ..."): a login where no
 * word says that it is one. */
static uint32_t
bound_by_place(struct flow *f, const struct frame *fr, uint64_t traits)
{
	if (!(traits & NAME_DOTTED) || !(traits & NAME_MAKER))
		return 0;
	for (size_t i = 0; i < fr->nargs && i < 2; i++) {
		const struct flow_text *t = &f->texts[fr->args[i].text];

		if (fr->keywords[i] == 0 && ((flow_text_marks(f,
		    fr->args[i].text) & MARK_KEYED) || (i == 1 &&
		    str_starts(t->bytes, "eyJ") && is_login_text(t))))
			return owner_of(f, fr);
	}
	return 0;
}

/* authorize(credentials), SFTPClient.from_transport(t): as those are. */
static uint32_t
bound_by_login(struct flow *f, const struct frame *fr, uint32_t name)
{
	char text[FLOW_NAME_MOST + 1];

	for (size_t i = 0; i < fr->nargs; i++)
		if (fr->args[i].where != 0 && ((flow_call_traits(f,
		    fr->keywords[i]) & NAME_LOGIN) || (i == 0 && (str_ends(
		    flow_string(f, name, text), ".authorize") ||
		    str_ends(text, ".from_transport")))))
			return fr->args[i].where;
	return 0;
}

uint32_t
flow_bound(struct flow *f, const struct frame *call, uint32_t name,
    const struct fact *fact)
{
	uint64_t traits = flow_call_traits(f, name);
	struct frame wide;
	const struct frame *fr;
	uint32_t where;

	if (call->nargs == 0)
		return 0;
	/* FTP(*PLACE), Redis(**OPTIONS) */
	fr = flow_spread(f, call, &wide);
	where = bound_by_keyword(f, fr, traits);
	if (where == 0)
		where = bound_by_place(f, fr, traits);
	if (where == 0)
		where = bound_by_login(f, fr, name);
	if (where == 0 && (traits & NAME_ACCOUNT) && is_owners_account(f, fr))
		where = owners_address(f);
	if (where != 0)
		return where;
	if (traits & NAME_REQUESTER)
		return text_of_fixed(f, fr, flow_address_of(f, fr));
	if ((fact == NULL || fact->deed != DEED_CONNECT) &&
	    !(traits & NAME_CLIENT))
		return 0;
	return text_of_fixed(f, fr, 0);
}

/* ---- addresses that are put together ------------------------------------ */

/* "https://" at the beginning */
static bool
begins_address(const struct flow *f, uint32_t text)
{
	const char *bytes = f->texts[text].bytes;

	return str_starts(bytes, "https://") || str_starts(bytes, "http://") ||
	    str_starts(bytes, "wss://") || str_starts(bytes, "ws://");
}

/* Nothing of the host stands there yet, or all of it does. */
static bool
lacks_host(const struct flow *f, uint32_t text)
{
	return str_ends(f->texts[text].bytes, "://");
}

/* What stands between the fields of a format as it is written. */
static uint32_t
text_of_part(struct flow *f, uint32_t part)
{
	const struct node *n = flow_at(f, part);
	const uint8_t *at = f->tree->source.text + n->at;
	size_t len = n->end - n->at;

	if (n->kind != NODE_PIECE)
		return f->vals[part].text;
	return memchr(at, '\\', len) != NULL ? 0 : flow_intern(f, at, len,
	    false);
}

/* f"https://{host}/x": the host, and what is written behind it. */
static uint32_t
spelled_format(struct flow *f, uint32_t node)
{
	uint32_t k = flow_at(f, node)->kid, text, more;

	text = k != 0 ? text_of_part(f, k) : 0;
	if (text == 0 || !begins_address(f, text) || !lacks_host(f, text))
		return 0;
	for (k = flow_at(f, k)->next; k != 0 && text != 0;
	    k = flow_at(f, k)->next) {
		more = !lacks_host(f, text) && flow_at(f, k)->kind !=
		    NODE_PIECE ? 0 : text_of_part(f, k);
		if (more == 0)
			break;
		text = flow_join(f, text, more, "");
	}
	return text != 0 && lacks_host(f, text) ? 0 : text;
}

/* "https://%s/x" % host */
static uint32_t
filled_template(struct flow *f, uint32_t template, uint32_t host)
{
	const struct flow_text *t = &f->texts[template];
	const char *hole = strstr(t->bytes, "://%s");
	uint32_t text;

	if (hole == NULL || host == 0)
		return 0;
	text = flow_intern(f, t->bytes, (size_t)(hole - t->bytes) + 3, false);
	return text != 0 ? flow_join(f, text, host, "") : 0;
}

uint32_t
flow_address_made(struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);
	uint32_t first = n->kid, a = f->vals[first].text, second, b;

	if (first != 0 && n->kind == NODE_FORMAT)
		return spelled_format(f, node);
	if (first == 0 || !begins_address(f, a))
		return 0;
	second = flow_at(f, first)->next;
	b = f->vals[second].text;
	/* What is put behind a host is another each time. */
	if (n->op == '+' && !lacks_host(f, a) && flow_at(f, second)->kind !=
	    NODE_STRING)
		return f->texts[a].open || (f->vals[first].marks &
		    MARK_VARIABLE) ? 0 : flow_intern(f, f->texts[a].bytes,
		    f->texts[a].len, true);
	/* ("host", "path") */
	if (n->op == '%' && flow_at(f, second)->kind == NODE_TUPLE)
		b = f->vals[flow_at(f, second)->kid].text;
	if (n->op == '%')
		return filled_template(f, a, b);
	return n->op == '+' && b != 0 && !f->texts[a].open ?
	    flow_join(f, a, b, "") : 0;
}

/* ---- what it is handed -------------------------------------------------- */

/* What logs in, and what only looks, sends nothing of what it is given. */
static bool
is_quiet(const char *method)
{
	static const char *const parts[] = { "login", "auth", "connect",
	    "credential", "token", "api_key", "header", "tunnel", "get",
	    "download", "format", "setup", "configure", "cookie" };

	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (strcasestr(method, parts[i]) != NULL)
			return true;
	return false;
}

/* collection.insert_one(secrets), channel.files_upload(file=...): whatever the
 * method is called, a client hands on what it is given. */
void
flow_look_client(struct flow *f, const struct frame *fr)
{
	static const struct fact sends = { "client", DEED_SEND, 0 };
	const struct node *callee = flow_at(f, flow_at(f, fr->node)->kid);
	char method[FLOW_NAME_MOST + 1];

	if (fr->callee.where == 0 || fr->nargs == 0 ||
	    str_equal(f->texts[fr->callee.where].bytes, FLOW_INTERPRETER) ||
	    !(fr->all.marks & MARKS_HANDED) || callee->kind != NODE_ATTR ||
	    is_quiet(flow_string(f, callee->name, method)) ||
	    ((fr->callee.held & HELD_OBJECT) &&
	    flow_is_container_method(f, callee->name)))
		return;
	flow_tell_frame(f, fr, &sends, flow_dotted(f, 0, ".", callee->name));
}

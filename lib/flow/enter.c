/* SPDX-License-Identifier: Apache-2.0 */
/*
 * enter - functions and classes as they are entered: what parameters are
 * called, what stands for a class in front of its body.
 *
 * Takes: a scope.  Gives: marks of its parameters, and what is known of it.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/str.h"
#include "flow/anybody.h"
#include "flow/coins.h"
#include "flow/functions.h"
#include "flow/names.h"
#include "flow/neighbours.h"
#include "flow/scopes.h"
#include "flow/state.h"
#include "flow/users.h"
#include "flow/values.h"

/* ---- parameters --------------------------------------------------------- */

/* The source, or its module's name; looked for once, when it matters. */
static bool
speaks_of_coins(struct flow *f)
{
	if (!f->coins_asked) {
		f->coins_asked = true;
		f->coins = coins_spoken_of(f->tree->source.text,
		    f->tree->source.size) || (f->file->module != NULL &&
		    coins_spoken_of(f->file->module,
		    strlen(f->file->module)));
	}
	return f->coins;
}

/* from_key(key), import_key(key) */
static bool
imports_key(const struct flow *f, uint32_t scope)
{
	char name[FLOW_NAME_MOST + 1];

	(void)flow_string(f, f->scopes[scope].name, name);
	return str_equal(name, "from_key") || str_equal(name, "import_key") ||
	    str_equal(name, "from_private_key");
}

/* What wallets and accounts are opened with. */
static uint64_t
marks_of_words(const char *text)
{
	static const char *const keys[] = { "private_key", "privkey",
	    "privatekey", "mnemonic", "seed_phrase", "seedphrase",
	    "wallet_key", "secret_phrase", "recovery_phrase" };
	static const char *const credentials[] = { "password", "secret",
	    "api_secret", "passphrase", "secret_key", "api_key", "apikey",
	    "passwd", "pwd", "token", "access_token", "cookie",
	    "api_hash", "session_string" };
	static const char *const servers[] = { "host", "hostname", "server" };
	static const char *const passwords[] = { "password", "passwd", "pwd",
	    "pw", "passphrase", "secret", "secret_key", "api_secret",
	    "client_secret", "secret_access_key", "aws_secret_access_key",
	    "card_number", "cc_number", "cvv", "cvc", "passcode" };
	static const char *const strings[] = { "dsn", "connection_string",
	    "conn_str", "database_url", "db_url" };
	uint64_t marks = 0;

	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (strstr(text, keys[i]) != NULL)
			marks |= MARK_KEY;
	if (str_index(credentials, ARRAY_LEN(credentials), text) >= 0)
		marks |= MARK_CREDENTIAL;
	if (str_index(servers, ARRAY_LEN(servers), text) >= 0)
		marks |= MARK_SERVER;
	if (str_index(passwords, ARRAY_LEN(passwords), text) >= 0)
		marks |= MARK_PASSWORD;
	if (str_index(strings, ARRAY_LEN(strings), text) >= 0)
		marks |= MARK_SERVER | MARK_PASSWORD;
	return marks;
}

uint64_t
flow_parameter_marks(struct flow *f, uint32_t scope, uint32_t name)
{
	struct flow_name *n = flow_name(f, name);
	char text[FLOW_NAME_MOST + 1];
	uint64_t marks;

	(void)flow_string(f, name, text);
	if (!n->parameter_asked)
		n->parameter = marks_of_words(text);
	n->parameter_asked = true;
	marks = n->parameter;
	if (marks == 0 && (coins_is_key(text) || (imports_key(f, scope) &&
	    str_equal(text, "key"))) && speaks_of_coins(f))
		marks |= MARK_KEY;
	return marks;
}

/* def send(url=HOOK): what a caller leaves out. */
static void
on_default(struct flow *f, uint32_t row, uint32_t node)
{
	uint32_t kid = flow_at(f, node)->kid;
	const struct taint *v;

	if (flow_at(f, node)->flags & 1)
		kid = flow_at(f, kid)->next;
	v = &f->vals[kid];
	flow_mark_row(f, row, v, MARKS_ALL);
	if (f->rows[row].text == 0)
		f->rows[row].text = v->text;
	if (f->rows[row].where == 0)
		f->rows[row].where = v->where;
}

static void
on_parameter(struct flow *f, struct flow_scope *s, uint32_t scope,
    uint32_t node)
{
	uint32_t name = flow_at(f, node)->name;
	uint32_t row = f->row_of[tree_binding(f->tree, scope, name)];

	if (row == 0 || ((name == WORD_SELF || name == WORD_CLS) &&
	    f->scopes[s->parent].kind == SCOPE_CLASS))
		return;
	if (f->pass == 0 && s->nparameters < FLOW_PARAMETERS) {
		if (flow_at(f, node)->op == '*')
			s->star = (uint8_t)(s->nparameters + 1);
		else if (flow_at(f, node)->op != 0)
			s->stars = (uint8_t)(s->nparameters + 1);
		if (flow_at(f, node)->op == 0 &&
		    !(flow_at(f, node)->flags & 2))
			s->needs++;
		f->rows[row].params |= 1u << s->nparameters;
		s->parameters[s->nparameters++] = row;
		taint_mark(&f->rows[row], flow_parameter_marks(f, scope, name));
	}
	flow_web_parameter(f, scope, row, node);
	if (flow_at(f, node)->flags & 2)
		on_default(f, row, node);
}

/* ---- scopes ------------------------------------------------------------- */

/* @client.on("x"), @bot.event: a peer's messages are passed to it. */
static void
on_decoration(struct flow *f, uint32_t scope, uint32_t node)
{
	static const char *const from[] = { "socketio.", "discord.",
	    "websocket.", "paho.", "telebot.", "pyrogram.", "telethon." };
	char name[FLOW_NAME_MOST + 1];

	(void)flow_string(f, f->vals[flow_at(f, node)->kid].name, name);
	if (str_equal(name, "property") || str_ends(name, "cached_property"))
		f->scopes[scope].property = true;
	/* @click.command(), @app.command() */
	if (str_ends(name, "command()") || str_ends(name, "command"))
		flow_ask(f, scope);
	for (size_t i = 0; i < ARRAY_LEN(from); i++)
		if (str_starts(name, from[i]))
			flow_called_back(f, scope);
}

static void
enter_function(struct flow *f, uint32_t scope)
{
	struct flow_scope *s = &f->scopes[scope];
	uint32_t decorator = 0;

	s->command = s->parent != 0 && f->scopes[s->parent].command;
	for (uint32_t k = flow_at(f, f->tree->scopes[scope].node)->kid; k != 0;
	    k = flow_at(f, k)->next) {
		if (flow_at(f, k)->kind == NODE_DECORATOR) {
			decorator = k;
			flow_enter_decorated(f, scope, k);
		}
		if (flow_at(f, k)->kind != NODE_PARAMS)
			continue;
		for (uint32_t p = flow_at(f, k)->kid; p != 0;
		    p = flow_at(f, p)->next)
			if (flow_at(f, p)->kind == NODE_PARAM)
				on_parameter(f, s, scope, p);
	}
	for (uint32_t k = decorator == 0 ? 0 : flow_at(f,
	    f->tree->scopes[scope].node)->kid; k != 0; k = flow_at(f, k)->next)
		if (flow_at(f, k)->kind == NODE_DECORATOR)
			flow_enter_listener(f, scope, k);
	if (decorator != 0)
		on_decoration(f, scope, decorator);
	flow_enter_hook(f, scope, decorator);
	flow_enter_handler(f, scope);
	flow_enter_user(f, scope, decorator);
	flow_enter_web(f, scope);
}

/* class Hooked(base), of a parameter or of what a loop goes through: in what
 * builds the package, a kind of whatever commands it is given. */
static bool
is_given_command(const struct flow *f, uint32_t node)
{
	uint32_t b = f->file->reach == REACH_INSTALL && flow_at(f,
	    node)->kind == NODE_NAME ? tree_lookup(f->tree, node) : 0;

	return b != 0 && (f->tree->bindings[b].kind == BINDING_PARAM ||
	    f->tree->bindings[b].kind == BINDING_ITEM);
}

static void
on_base(struct flow *f, struct flow_scope *s, uint32_t node)
{
	const struct taint *base = &f->vals[node];
	char text[FLOW_NAME_MOST + 1];

	(void)flow_string(f, base->name, text);
	if (f->pass == 0 && base->code == 0 && s->nbases < FLOW_BASES &&
	    strchr(text, '.') != NULL)
		s->bases[s->nbases++] = base->name;
	if (f->pass == 0)
		flow_note_container(f, s, text);
	s->meta = s->meta || str_equal(text, "type") || str_ends(text, "Meta");
	s->thread = s->thread || str_ends(text, ".Thread") ||
	    str_ends(text, ".Timer") || str_ends(text, ".Process") ||
	    str_equal(text, "Thread") || str_ends(text, "RequestHandler") ||
	    str_ends(text, ".AppConfig");
	/* Django makes one of each by itself. */
	if (str_ends(text, ".AppConfig")) {
		s->reached = true;
		s->given = GIVEN_ALL;
		s->via = f->file->reach;
	}
	s->command = s->command || (*text != '\0' && fact_is_command(text)) ||
	    (base->code != 0 && f->scopes[base->code - 1].command) ||
	    is_given_command(f, node);
	/* What is an install or build is one under any name. */
	if (s->command && str_ends(text, ".Command") && flow_is_aside(f,
	    (uint32_t)(s - f->scopes)))
		s->command = false;
}

/* Is one of the bases a class of the package?  That may keep what is a kind of
 * it. */
static bool
is_heir(const struct flow *f, uint32_t bases)
{
	char name[FLOW_NAME_MOST + 1];

	for (uint32_t b = flow_at(f, bases)->kind == NODE_TUPLE ? flow_at(f,
	    bases)->kid : 0; b != 0; b = flow_at(f, b)->next)
		if (f->vals[b].code != 0 || flow_is_ours(f, flow_string(f,
		    f->vals[b].name, name)))
			return true;
	return false;
}

static void
enter_class(struct flow *f, uint32_t scope)
{
	for (uint32_t k = flow_at(f, f->tree->scopes[scope].node)->kid; k != 0;
	    k = flow_at(f, k)->next) {
		if (flow_at(f, k)->kind == NODE_DECORATOR ||
		    is_heir(f, k))
			flow_take_function(f, k, &(struct taint){
			    .code = scope + 1 });
		if (flow_at(f, k)->kind != NODE_TUPLE)
			continue;
		for (uint32_t b = flow_at(f, k)->kid; b != 0;
		    b = flow_at(f, b)->next)
			on_base(f, &f->scopes[scope], b);
	}
}

void
flow_enter(struct flow *f, uint32_t scope)
{
	if (f->scopes[scope].kind == SCOPE_FUNCTION)
		enter_function(f, scope);
	else if (f->scopes[scope].kind == SCOPE_CLASS)
		enter_class(f, scope);
}

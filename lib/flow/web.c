/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web - what a visitor of a web server sends: the request that a function
 * gets, what a route passes to it, and whatever goes through a filter that
 * stands in front of all of them.
 *
 * Takes: heads of functions, calls.  Gives: names and marks of parameters,
 * scopes that are filters.
 * Runs in: worker child, command.
 */
#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "flow/names.h"
#include "flow/state.h"
#include "flow/users.h"
#include "flow/values.h"

/* As names.c knows it. */
#define REQUEST "web.request"

static bool
ends_with_one(const char *name, const char *const *ends, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_ends(name, ends[i]))
			return true;
	return false;
}

/* The name of what stands there, without the "()" of a call. */
static const char *
called(const struct flow *f, uint32_t node, char out[FLOW_NAME_MOST + 1])
{
	size_t len = strlen(flow_string(f, f->vals[node].name, out));

	if (str_ends(out, "()"))
		out[len - 2] = '\0';
	return out;
}

/* ---- parameters ---------------------------------------------------------- */

/* request, or x: Request */
static bool
is_request(const struct flow *f, uint32_t param)
{
	static const char *const types[] = { "Request", "WebSocket",
	    "HTTPConnection" };
	const struct node *n = flow_at(f, param);
	char type[FLOW_NAME_MOST + 1];

	if (flow_word_is(f, n->name, "request"))
		return true;
	return (n->flags & 1) && ends_with_one(called(f, n->kid, type), types,
	    ARRAY_LEN(types));
}

/* x = Header(None): what a framework fills in from the request. */
static bool
is_filled_in(const struct flow *f, uint32_t param)
{
	static const char *const sources[] = { "fastapi.Header",
	    "fastapi.Query", "fastapi.Body", "fastapi.Form", "fastapi.Cookie",
	    "fastapi.Path" };
	const struct node *n = flow_at(f, param);
	uint32_t value = n->kid;
	char name[FLOW_NAME_MOST + 1];

	if (!(n->flags & 2))
		return false;
	if (n->flags & 1)
		value = flow_at(f, value)->next;
	return str_index(sources, ARRAY_LEN(sources),
	    called(f, value, name)) >= 0;
}

void
flow_web_parameter(struct flow *f, uint32_t scope, uint32_t row,
    uint32_t param)
{
	static const struct taint visitor = { .marks = MARK_REQUEST };

	if (is_filled_in(f, param))
		flow_mark_row(f, row, &visitor, MARKS_ALL);
	else if (f->rows[row].name == 0 && is_request(f, param) &&
	    !flow_is_between(f, &f->scopes[f->scopes[scope].parent]))
		f->rows[row].name = flow_word(f, REQUEST);
}

/* ---- routes and filters -------------------------------------------------- */

static bool
is_filter_hook(const char *name)
{
	static const char *const hooks[] = { ".before_request",
	    ".after_request", ".before_app_request", ".after_app_request",
	    ".middleware" };

	return ends_with_one(name, hooks, ARRAY_LEN(hooks));
}

/* @app.get("/users/{id}") */
static bool
is_route(const struct flow *f, uint32_t call, const char *name)
{
	static const char *const routes[] = { ".get", ".post", ".put",
	    ".patch", ".delete", ".route", ".api_route", ".websocket" };
	uint32_t first;

	if (flow_at(f, call)->kind != NODE_CALL)
		return false;
	first = flow_at(f, flow_at(f, call)->kid)->next;
	return first != 0 && *f->texts[f->vals[first].text].bytes == '/' &&
	    ends_with_one(name, routes, ARRAY_LEN(routes));
}

/* What a route is given beside the request stands in its path or query; what
 * has another default is the program's own. */
static void
fill_parameters(struct flow *f, uint32_t scope)
{
	static const struct taint visitor = { .marks = MARK_REQUEST };
	uint32_t params = flow_at(f, f->tree->scopes[scope].node)->kid;

	while (params != 0 && flow_at(f, params)->kind != NODE_PARAMS)
		params = flow_at(f, params)->next;
	for (uint32_t p = params != 0 ? flow_at(f, params)->kid : 0; p != 0;
	    p = flow_at(f, p)->next) {
		uint32_t row = f->row_of[tree_binding(f->tree, scope,
		    flow_at(f, p)->name)];

		if (flow_at(f, p)->kind == NODE_PARAM &&
		    !(flow_at(f, p)->flags & 2) && row != 0 &&
		    f->rows[row].name == 0)
			flow_mark_row(f, row, &visitor, MARKS_ALL);
	}
}

/* @app.get("/x"), where the module made the application.  A router or an
 * application that it is given belongs to somebody else's server. */
static bool
is_own_page(const struct flow *f, uint32_t scope, const char *name)
{
	static const char *const makers[] = { "flask.Flask().",
	    "fastapi.FastAPI().", "quart.Quart().", "sanic.Sanic().",
	    "bottle.Bottle()." };

	if (f->scopes[f->scopes[scope].parent].kind != SCOPE_MODULE)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(makers); i++)
		if (str_starts(name, makers[i]))
			return true;
	return false;
}

static void
enter_decorated(struct flow *f, uint32_t scope, uint32_t decorator)
{
	uint32_t call = flow_at(f, decorator)->kid;
	char name[FLOW_NAME_MOST + 1];

	if (call == 0)
		return;
	(void)called(f, call, name);
	if (is_filter_hook(name))
		f->scopes[scope].filter = true;
	if (!is_route(f, call, name))
		return;
	fill_parameters(f, scope);
	f->scopes[scope].page = f->scopes[scope].page ||
	    is_own_page(f, scope, name);
}

static bool
takes(const struct flow *f, const struct flow_scope *s, const char *name)
{
	for (uint32_t i = 0; i < s->nparameters; i++)
		if (flow_word_is(f, f->tree->bindings[s->parameters[i]].name,
		    name))
			return true;
	return false;
}

/* Does the source use a library of chats? */
static bool
chats(struct flow *f)
{
	static const char *const libraries[] = { "pyrogram", "telethon",
	    "aiogram", "telegram", "telebot", "discord", "hikari" };

	for (size_t i = 0; i < ARRAY_LEN(libraries) && !f->chats_asked; i++)
		f->chats = f->chats || words_find(&f->tree->words,
		    (const uint8_t *)libraries[i], strlen(libraries[i])) != 0;
	f->chats_asked = true;
	return f->chats;
}

/* async def on(client, message): somebody in a chat says what is in it. */
static void
enter_chat(struct flow *f, const struct flow_scope *s)
{
	static const struct taint said = { .marks = MARK_SAID };
	static const char *const names[] = { "message", "msg", "m", "event",
	    "update", "ctx" };
	char name[FLOW_NAME_MOST + 1];

	for (uint32_t i = 0; i < s->nparameters; i++)
		if (str_index(names, ARRAY_LEN(names), flow_string(f,
		    f->tree->bindings[s->parameters[i]].name, name)) >= 0)
			flow_mark_row(f, s->parameters[i], &said, MARKS_ALL);
}

void
flow_enter_web(struct flow *f, uint32_t scope)
{
	static const char *const bases[] = { "BaseHTTPMiddleware",
	    "MiddlewareMixin" };
	const struct flow_scope *s = &f->scopes[scope];
	struct flow_scope *in = &f->scopes[s->parent];
	char base[FLOW_NAME_MOST + 1];

	for (uint32_t k = flow_at(f, f->tree->scopes[scope].node)->kid; k != 0;
	    k = flow_at(f, k)->next)
		if (flow_at(f, k)->kind == NODE_DECORATOR)
			enter_decorated(f, scope, k);
	if (s->nparameters > 0 && chats(f))
		enter_chat(f, s);
	if (in->kind != SCOPE_CLASS)
		return;
	/* Django makes a middleware with what it has to call. */
	in->filter = in->filter || takes(f, s, "get_response");
	for (uint32_t i = 0; i < in->nbases; i++)
		in->filter = in->filter || ends_with_one(flow_string(f,
		    in->bases[i], base), bases, ARRAY_LEN(bases));
}

/* self.headers, of a class that answers requests by itself. */
uint64_t
flow_web_attribute(const struct flow *f, uint32_t name)
{
	uint32_t scope = f->scope;
	char base[FLOW_NAME_MOST + 1];

	if (!flow_word_is(f, name, "headers"))
		return 0;
	scope = flow_class_around(f, scope);
	for (uint32_t i = 0; i < f->scopes[scope].nbases; i++)
		if (str_ends(flow_string(f, f->scopes[scope].bases[i], base),
		    "HTTPRequestHandler"))
			return MARK_REQUEST;
	return 0;
}

/* app.before_request(self.check) */
void
flow_look_web(struct flow *f, const struct frame *fr)
{
	char name[FLOW_NAME_MOST + 1];
	uint32_t code = fr->nargs > 0 ? fr->args[0].code : 0;

	if (code == 0 || f->scopes[code - 1].filter ||
	    !is_filter_hook(flow_string(f, fr->callee.name, name)))
		return;
	f->scopes[code - 1].filter = true;
	f->changed = true;
}

bool
flow_is_filter(const struct flow *f)
{
	for (uint32_t s = f->scope; s != 0; s = f->scopes[s].parent)
		if (f->scopes[s].filter)
			return true;
	return false;
}

bool
flow_is_page(const struct flow *f, uint32_t scope)
{
	for (; scope != 0; scope = f->scopes[scope].parent)
		if (f->scopes[scope].page)
			return true;
	return false;
}

/* request.headers["User-Agent"]: one that is no login is no secret, whoever
 * counts visitors takes it. */
void
flow_web_item(struct flow *f, uint32_t from, uint32_t text, struct taint *v)
{
	static const char *const heads[] = { "headers", "META", "headers.get",
	    "META.get" };
	static const char *const logins[] = { "auth", "cookie", "token",
	    "key" };
	const char *key = f->texts[text].bytes;
	char name[FLOW_NAME_MOST + 1];

	if (!(v->marks & MARK_TRAFFIC) || text == 0 ||
	    !ends_with_one(flow_string(f, from, name), heads,
	    ARRAY_LEN(heads)))
		return;
	for (size_t i = 0; i < ARRAY_LEN(logins); i++)
		if (strcasestr(key, logins[i]) != NULL)
			return;
	taint_drop(v, MARK_TRAFFIC | MARK_CLIENTS);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * around - what stands around a call: does anybody hear that it failed, or
 * wait for what its host answers?
 *
 * Takes: a call.  Gives: yes or no; loose.c asks who looks at its value.
 * Runs in: worker child, command.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "flow/after.h"
#include "flow/names.h"
#include "flow/neighbours.h"
#include "flow/scopes.h"
#include "flow/senders.h"
#include "flow/state.h"

/* Of nodes: nobody hears that it fails; but for who stops the program. */
enum { SILENT = 1, SILENT_HERE = 2 };

/* ---- blocks ------------------------------------------------------------- */

/* x.read(), x.close() */
static bool
only_reads(const struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);

	if (n->kind != NODE_CALL || flow_at(f, n->kid)->kind != NODE_ATTR)
		return false;
	n = flow_at(f, n->kid);
	return flow_at(f, n->kid)->kind == NODE_NAME &&
	    (flow_word_is(f, n->name, "read") ||
	    flow_word_is(f, n->name, "close"));
}

static bool
is_constant(const struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);

	return n->kind == NODE_CONST || n->kind == NODE_NUMBER ||
	    n->kind == NODE_STRING || ((n->kind == NODE_LIST ||
	    n->kind == NODE_TUPLE || n->kind == NODE_DICT) && n->kid == 0);
}

/* logger.debug("not sent"): who is not looking for it sees none of that. */
static bool
only_notes(const struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);

	if (n->kind != NODE_CALL || flow_at(f, n->kid)->kind != NODE_ATTR)
		return false;
	n = flow_at(f, n->kid);
	return flow_word_is(f, n->name, "debug") ||
	    flow_word_is(f, n->name, "trace");
}

/* return data: what the function was given goes back as it came. */
static bool
is_given_back(const struct flow *f, uint32_t node)
{
	uint32_t b = flow_at(f, node)->kind == NODE_NAME ?
	    tree_lookup(f->tree, node) : 0;

	return b != 0 && f->tree->bindings[b].kind == BINDING_PARAM;
}

/* A block that tells nobody of anything; `reading` may stand in it. */
bool
flow_is_inert(const struct flow *f, uint32_t block, bool reading)
{
	for (uint32_t k = flow_at(f, block)->kid; k != 0;
	    k = flow_at(f, k)->next) {
		const struct node *n = flow_at(f, k);

		if (n->kind == NODE_PASS || n->kind == NODE_CONTINUE ||
		    n->kind == NODE_BREAK || is_constant(f, k))
			continue;
		if (n->kind == NODE_RETURN && (n->kid == 0 ||
		    is_constant(f, n->kid) || is_given_back(f, n->kid)))
			continue;
		if (!only_notes(f, k) && !(reading && only_reads(f, k)))
			return false;
	}
	return true;
}

uint32_t
flow_block_of(const struct flow *f, uint32_t node)
{
	uint32_t k = flow_at(f, node)->kid;

	while (k != 0 && flow_at(f, k)->kind != NODE_BLOCK)
		k = flow_at(f, k)->next;
	return k;
}

/* ---- nobody hears that it failed ---------------------------------------- */

/* except KeyboardInterrupt: who stops the program; all that it does stands in
 * such a block. */
static bool
awaits_stop(const struct flow *f, uint32_t handler)
{
	static const char *const names[] = { "KeyboardInterrupt",
	    "SystemExit", "EOFError", "BrokenPipeError", "StopIteration" };
	const struct node *n = flow_at(f, flow_at(f, handler)->kid);

	for (size_t i = 0; n->kind == NODE_NAME && i < ARRAY_LEN(names); i++)
		if (flow_word_is(f, n->name, names[i]))
			return true;
	return false;
}

/* try: with handlers that do nothing, all of them. */
static uint8_t
swallows(const struct flow *f, uint32_t node)
{
	uint8_t any = 0;

	for (uint32_t k = flow_at(f, node)->kid; k != 0;
	    k = flow_at(f, k)->next) {
		if (flow_at(f, k)->kind != NODE_EXCEPT)
			continue;
		if (!flow_is_inert(f, flow_block_of(f, k), false))
			return 0;
		if (any != SILENT)
			any = awaits_stop(f, k) ? SILENT_HERE : SILENT;
	}
	return any;
}

/* return True */
static bool
says_true(const struct flow *f, uint32_t block)
{
	for (uint32_t k = flow_at(f, block)->kid; k != 0;
	    k = flow_at(f, k)->next)
		if (flow_at(f, k)->kind == NODE_RETURN &&
		    flow_at(f, flow_at(f, k)->kid)->kind == NODE_CONST &&
		    flow_at(f, flow_at(f, k)->kid)->name == KW_TRUE)
			return true;
	return false;
}

/* Offsets in a source, in order. */
struct offsets {
	uint32_t	*at;
	size_t		 n;
};

static int
by_offset(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* How many stand before that place. */
static size_t
offsets_before(const struct offsets *o, uint32_t at)
{
	size_t low = 0, high = o->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (o->at[mid] < at)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static struct offsets
silent_yields(const struct flow *f)
{
	struct offsets o = { 0 };

	for (uint32_t n = 1; n < f->tree->nnodes; n++) {
		if (flow_at(f, n)->kind != NODE_YIELD || !f->silent[n])
			continue;
		if ((o.n & (o.n - 1)) == 0)
			o.at = mem_grow(o.at, o.n == 0 ? 1 : 2 * o.n,
			    sizeof(*o.at));
		o.at[o.n++] = flow_at(f, n)->at;
	}
	if (o.n > 1)
		qsort(o.at, o.n, sizeof(*o.at), by_offset);
	return o;
}

/* A class of this source whose __exit__ takes whatever was raised; a function
 * that yields where failures are dropped. */
static bool
is_suppressor(struct flow *f, uint32_t code, const struct offsets *yields)
{
	static const char leave[] = "__exit__";
	const struct flow_scope *s = &f->scopes[code - 1];
	uint32_t word, b;
	size_t first;

	if (s->kind == SCOPE_FUNCTION) {
		first = offsets_before(yields, s->from);
		return first < yields->n && yields->at[first] < s->to;
	}
	word = words_find(&f->tree->words, (const uint8_t *)leave,
	    sizeof(leave) - 1);
	b = word != 0 ? tree_binding(f->tree, code - 1, word) : 0;
	return b != 0 && f->tree->bindings[b].kind == BINDING_DEF &&
	    says_true(f, flow_block_of(f, f->tree->scopes[f->tree->bindings[
	    b].extra].node));
}

/* with suppress(OSError): */
static bool
suppresses(struct flow *f, uint32_t node, const struct offsets *yields)
{
	uint32_t item = flow_at(f, node)->kid, callee;

	if (item == 0 || flow_at(f, item)->kind != NODE_CALL)
		return false;
	callee = flow_at(f, item)->kid;
	return flow_word_is(f, f->vals[callee].name, "contextlib.suppress") ||
	    (f->vals[callee].code != 0 && is_suppressor(f,
	    f->vals[callee].code, yields));
}

/* The nodes of a block have the numbers behind its own. */
static void
silence(struct flow *f, uint32_t block, uint8_t how)
{
	if (block == 0 || how == 0 || f->silent[block] == SILENT ||
	    f->silent[block] == how)
		return;
	for (uint32_t n = block; n < f->tree->nnodes && flow_at(f, n)->at <
	    flow_at(f, block)->end; n++)
		if (f->silent[n] != SILENT)
			f->silent[n] = how;
}

/* What a function does that is called there is as silent. */
static void
silence_called(struct flow *f)
{
	for (uint32_t n = 1; n < f->tree->nnodes; n++) {
		uint32_t code = flow_at(f, n)->kind == NODE_CALL ?
		    f->vals[flow_at(f, n)->kid].code : 0;

		if (f->silent[n] && code != 0)
			f->scopes[code - 1].silent = true;
	}
}

/* ... where other modules call it. */
static void
silence_told(struct flow *f)
{
	for (uint32_t i = 1; f->file->world != NULL &&
	    f->file->world->silences && i < f->main; i++) {
		const struct world_name *n = f->scopes[i].kind ==
		    SCOPE_FUNCTION && f->scopes[i].acts ? flow_published(f,
		    flow_public_name(f, &f->scopes[i]), false) : NULL;

		if (n != NULL && n->silent)
			f->scopes[i].silent = true;
	}
}

static void
silence_all(struct flow *f)
{
	struct offsets yields;

	f->silent = mem_array(f->tree->nnodes, sizeof(*f->silent));
	for (uint32_t n = 1; n < f->tree->nnodes; n++)
		if (flow_at(f, n)->kind == NODE_TRY)
			silence(f, flow_block_of(f, n), swallows(f, n));
	yields = silent_yields(f);
	for (uint32_t n = 1; n < f->tree->nnodes; n++)
		if (flow_at(f, n)->kind == NODE_WITH &&
		    suppresses(f, n, &yields))
			silence(f, flow_block_of(f, n), SILENT);
	free(yields.at);
	silence_called(f);
	silence_told(f);
}

/* try: net.send(x), with handlers that do nothing: the other module is told.  A
 * function that does nothing of interest needs not be. */
void
flow_publish_silent(struct flow *f)
{
	for (size_t i = 0; i < f->outsides.n; i++) {
		const struct flow_use *u = &f->outsides.uses[i];
		struct world_name *n = u->node != 0 ? flow_outside(f,
		    u->name) : NULL;

		if (n == NULL || !n->function || !n->acts || n->silent)
			continue;
		if (f->silent == NULL)
			silence_all(f);
		if (f->silent[u->node] == SILENT)
			n->silent = f->file->world->silences = true;
	}
}

bool
flow_is_silent(struct flow *f, uint32_t node, uint32_t scope)
{
	if (f->silent == NULL)
		silence_all(f);
	return f->silent[node] || f->scopes[scope].silent;
}

/* ---- who is talked to --------------------------------------------------- */

/* Below these everybody gets a name: RFC 2606 has the last of them. */
static bool
is_shared(const char *host)
{
	static const char *const suffixes[] = { "amazonaws.com",
	    "azurewebsites.net", "cloudfront.net", "deno.dev",
	    "firebaseapp.com", "fly.dev", "github.io", "herokuapp.com",
	    "netlify.app", "ngrok-free.app", "ngrok.io", "onrender.com",
	    "pages.dev", "replit.app", "run.app", "trycloudflare.com",
	    "vercel.app", "web.app", "workers.dev", "example.invalid" };

	return str_index(suffixes, ARRAY_LEN(suffixes), host) >= 0;
}

/* The end of a host that tells whose it is: "example.org", "example.co.uk",
 * "somebody.github.io". */
static const char *
site_of(const char *host)
{
	const char *last = strrchr(host, '.'), *at = last;

	while (at != NULL && at > host && at[-1] != '.')
		at--;
	if (at == NULL || at == host)
		return host;
	/* two letters of a land, and few before */
	if (!is_shared(at) && !(strlen(last) == 3 && last - at <= 3))
		return at;
	for (at--; at > host && at[-1] != '.';)
		at--;
	return at;
}

static bool
is_awaited(struct flow *f, const struct flow_told *t)
{
	return (DEED(t->call.fact->deed) & DEEDS_NET) && t->where != 0 &&
	    !t->call.loose && !flow_is_loose(f, t->node);
}

static bool
has_site(const struct flow_sites *s, const char *site)
{
	for (size_t i = 0; i < s->n; i++)
		if (str_equal(s->names[i], site))
			return true;
	return false;
}

/* Whose answers are awaited anywhere in the file; asked for once all calls
 * are told. */
static const struct flow_sites *
sites_awaited(struct flow *f)
{
	struct flow_sites *s = &f->awaited;
	char host[HOST_MOST + 1];

	for (size_t i = 0; i < f->ntold && !s->ready &&
	    s->n < SITES_MOST; i++) {
		if (!is_awaited(f, &f->told[i]))
			continue;
		flow_host(f, f->told[i].where, host);
		if (!has_site(s, site_of(host)))
			s->names[s->n++] = mem_strdup(site_of(host));
	}
	s->ready = true;
	return s;
}

/* Does somebody in the file wait for what that host answers? */
bool
flow_is_heard(struct flow *f, const char *host)
{
	return has_site(sites_awaited(f), site_of(host));
}

/* ... of what somebody else's does? */
bool
flow_is_second(struct flow *f, const char *host)
{
	const struct flow_sites *s = sites_awaited(f);

	for (size_t i = 0; i < s->n; i++)
		if (*s->names[i] != '\0' &&
		    !str_equal(s->names[i], site_of(host)))
			return true;
	return false;
}

/* post(Session(), x): a kept method, and a client that is made for it. */
static bool
is_made_here(const struct flow *f, uint32_t first)
{
	char name[FLOW_NAME_MOST + 1];

	if (first == 0 || flow_at(f, first)->kind != NODE_CALL)
		return false;
	(void)flow_string(f, f->vals[first].name, name);
	return str_ends(name, "ession()") || str_ends(name, "Client()") ||
	    str_ends(name, "opener()");
}

/* with Client() as c: c.post(x): nobody has that client later. */
static bool
is_passing(const struct flow *f, uint32_t node)
{
	uint32_t callee = flow_at(f, node)->kid, b;

	if (flow_at(f, node)->kind != NODE_CALL)
		return false;
	if (is_made_here(f, flow_at(f, callee)->next))
		return true;
	if (flow_at(f, callee)->kind != NODE_ATTR)
		return false;
	callee = flow_at(f, callee)->kid;
	if (flow_at(f, callee)->kind == NODE_CALL)
		return true;
	b = flow_at(f, callee)->kind == NODE_NAME ?
	    tree_lookup(f->tree, callee) : 0;
	return b != 0 && f->tree->bindings[b].kind == BINDING_OTHER;
}

/* self.http.post(x): the word by which the client is kept, or 0. */
static uint32_t
kept_as(const struct flow *f, uint32_t call)
{
	uint32_t callee = flow_at(f, call)->kid, client;

	client = flow_at(f, call)->kind == NODE_CALL &&
	    flow_at(f, callee)->kind == NODE_ATTR ? flow_at(f, callee)->kid : 0;
	return client != 0 && (flow_at(f, client)->kind == NODE_ATTR ||
	    flow_at(f, client)->kind == NODE_NAME) ? flow_at(f, client)->name :
	    0;
}

/* x.headers, x.close: what is done to a client, and asks nobody anything. */
static bool
is_about_client(const struct flow *f, uint32_t name)
{
	static const char *const names[] = { "headers", "params", "verify",
	    "proxies", "timeout", "trust_env", "max_redirects", "close",
	    "aclose", "mount", "hooks", "adapters" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (flow_word_is(f, name, names[i]))
			return true;
	return false;
}

/* Words of names and attributes that are asked for more than calls at whose
 * answers nobody looks: what is in front of such is marked. */
static void
find_awaiting(struct flow *f)
{
	bool *passed = mem_array(f->tree->nnodes, sizeof(*passed));

	for (uint32_t w = 0; w < f->names_room; w++)
		f->names[w].awaits = false;
	for (uint32_t n = 1; n < f->tree->nnodes; n++) {
		const struct node *at = flow_at(f, n);

		if (at->kind == NODE_CALL && kept_as(f, n) != 0 &&
		    flow_is_loose(f, n))
			passed[flow_at(f, at->kid)->kid] = true;
		else if (at->kind == NODE_ASSIGN || (at->kind == NODE_ATTR &&
		    is_about_client(f, at->name)))
			passed[at->kid] = true;
	}
	for (uint32_t n = 1; n < f->tree->nnodes; n++) {
		const struct node *at = flow_at(f, n);

		if (!passed[n] && (at->kind == NODE_ATTR ||
		    at->kind == NODE_NAME) && at->name != 0)
			flow_name(f, at->name)->awaits = true;
	}
	free(passed);
	f->awaiting = true;
}

/* Is nothing that the kept client is asked for ever looked at? */
static bool
awaits_nothing(struct flow *f, uint32_t call)
{
	uint32_t name = kept_as(f, call);

	if (name == 0)
		return false;
	if (!f->awaiting)
		find_awaiting(f);
	return !flow_name(f, name)->awaits;
}

/* A client that is kept may have logged in by that call, if it is asked for
 * something afterwards. */
bool
flow_is_login(struct flow *f, uint32_t node, const char *host)
{
	return flow_is_heard(f, host) || !(flow_is_second(f, host) ||
	    is_passing(f, node) || awaits_nothing(f, node));
}

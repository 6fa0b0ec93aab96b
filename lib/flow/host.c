/* SPDX-License-Identifier: Apache-2.0 */
/*
 * host - where a call sends to, and whether that is who issued what is
 * sent.
 * Runs in: worker child, command.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "flow/names.h"
#include "flow/senders.h"
#include "flow/state.h"

#define WORD_LEAST 3		/* letters that two names may share */
#define SHORT_LEAST 2
#define LONG_LEAST 6		/* found anywhere in a host */
#define NAME_TEXT_MOST 128	/* longer texts name no secret */
#define FORGE_HOST "api.github.com"

/* Behind "https://" and "user:password@". */
static const char *
host_in(const char *url)
{
	const char *host = strstr(url, "://");
	size_t user;

	if (host == NULL)
		return url;
	host += 3;
	user = strcspn(host, "/?#@");
	return host[user] == '@' ? host + user + 1 : host;
}

/* Is it a host elsewhere, known to the letter?  What is cast to all or many
 * stays in its network. */
bool
flow_is_host(const char *text)
{
	static const char *const here[] = { "localhost", "127.", "0.0.0.0",
	    "[::1]", "::1", "10.", "192.168.", "172.16.", "169.254.",
	    "224.", "239.", "255." };
	const char *host = host_in(text);
	size_t len = strcspn(host, "/?#:");

	for (size_t i = 0; i < ARRAY_LEN(here); i++)
		if (str_starts(host, here[i]))
			return false;
	for (size_t i = 0; i < len; i++)
		if (strchr("<>\"'(){}=,; \t\r\n", host[i]) != NULL)
			return false;
	return len > 3 && *host != '.' && memchr(host, '.', len) != NULL &&
	    memmem(host, len, "..", 2) == NULL;	/* a hole */
}

/* self.peer, Sink.peer: what binds the attribute, on objects or in the class;
 * or 0. */
static uint32_t
binding_of_attribute(const struct flow *f, const struct node *n)
{
	uint32_t b = tree_attribute(f->tree, n->name), scope = f->scope;

	if (b != 0)
		return b;
	if (f->vals[n->kid].code != 0)
		scope = f->vals[n->kid].code - 1;
	scope = flow_class_around(f, scope);
	return scope != 0 && scope != f->main ? tree_binding(f->tree, scope,
	    n->name) : 0;
}

/* (host, port), HUB, *HUB or self.hub of a pair: the host's node, or 0. */
uint32_t
flow_pair(const struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);
	uint32_t b;

	if (n->kind == NODE_STAR)
		n = flow_at(f, node = n->kid);
	b = n->kind == NODE_NAME ? tree_lookup(f->tree, node) :
	    n->kind == NODE_ATTR ? binding_of_attribute(f, n) : 0;
	/* One that is bound once. */
	if (b != 0 && f->tree->bindings[b].kind == BINDING_VALUE &&
	    f->tree->bindings[b].before == 0)
		node = f->tree->bindings[b].value;
	return flow_at(f, node)->kind == NODE_TUPLE ? flow_at(f, node)->kid :
	    0;
}

/* "https://host/?" + x, f"https://host/{x}": whatever a variable adds, the host
 * stands in front of it. */
static bool
begins_fixed(const struct flow *f, uint32_t node)
{
	const struct flow_text *t;
	const char *host;

	while (flow_at(f, node)->kind == NODE_BINARY ||
	    flow_at(f, node)->kind == NODE_FORMAT)
		node = flow_at(f, node)->kid;
	if (node == 0 || (f->vals[node].marks & MARK_VARIABLE))
		return false;
	t = &f->texts[f->vals[node].text];
	host = strstr(t->bytes, "://");
	return host != NULL && host[3 + strcspn(host + 3, "/?#")] != '\0' &&
	    flow_is_host(t->bytes);
}

/* conf["TARGET"] + "/path", of an address that was decoded or kept as it stands
 * in the code. */
static bool
begins_kept(const struct flow *f, uint32_t node)
{
	uint8_t kind = flow_at(f, node)->kind;

	if (kind != NODE_BINARY && kind != NODE_FORMAT)
		return false;
	while (kind == NODE_BINARY || kind == NODE_FORMAT) {
		node = flow_at(f, node)->kid;
		kind = flow_at(f, node)->kind;
	}
	if (kind == NODE_FIELD)
		node = flow_at(f, node)->kid;
	return node != 0 && f->vals[node].text == 0 &&
	    (f->vals[node].marks & (MARK_URL | MARK_DECODED)) ==
	    (MARK_URL | MARK_DECODED);
}

/* Request(url, data): the address; or the node itself. */
static uint32_t
address_within(const struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);

	if (n->kind == NODE_CALL && flow_word_ends(f, f->vals[n->kid].name,
	    "Request") && flow_at(f, n->kid)->next != 0)
		node = flow_at(f, n->kid)->next;
	n = flow_at(f, node);
	return n->kind == NODE_KEYWORD ? n->kid : node;
}

/* request = Request(url, data), bound once: its address stands as it is in the
 * code, whatever is sent there. */
static bool
is_fixed_request(const struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);
	uint32_t b = n->kind == NODE_NAME ? tree_lookup(f->tree, node) : 0, url;

	if (b != 0 && f->tree->bindings[b].kind == BINDING_VALUE &&
	    f->tree->bindings[b].before == 0)
		node = f->tree->bindings[b].value;
	url = address_within(f, node);
	return url != node && !(f->vals[url].marks & MARK_VARIABLE) &&
	    strstr(f->texts[f->vals[url].text].bytes, "://") != NULL &&
	    flow_is_host(f->texts[f->vals[url].text].bytes);
}

/* An URL, or the host of (host, port), that nobody configures. */
bool
flow_is_fixed(const struct flow *f, const struct frame *fr, size_t i)
{
	const struct flow_text *t = &f->texts[fr->args[i].text];
	uint32_t pair = flow_pair(f, fr->nodes[i]);

	if (fr->args[i].marks & MARK_VARIABLE)
		return pair == 0 && (begins_fixed(f, fr->nodes[i]) ||
		    is_fixed_request(f, fr->nodes[i]));
	if (pair != 0) {
		t = &f->texts[f->vals[pair].text];
		return t->len != 0 && !t->open && flow_is_host(t->bytes);
	}
	if (t->len == 0 && flow_is_host(f->texts[fr->args[i].where].bytes))
		return true;
	if (t->len != 0)
		return strstr(t->bytes, "://") != NULL ?
		    flow_is_host(t->bytes) :
		    t->open ? begins_kept(f, fr->nodes[i]) :
		    flow_is_host(t->bytes);
	return (fr->args[i].marks & MARK_URL) != 0;
}

/* Does some decoder make it of a literal, and nobody who runs the code adds
 * anything?  Then nobody configures it either. */
static bool
is_sealed(const struct taint *v)
{
	const uint64_t made = MARK_DECODED | MARK_PACKED;
	const uint64_t told = MARK_VARIABLE | MARK_ENVIRON | MARK_FILE |
	    MARK_NETWORK | MARK_SOCKET | MARK_REQUEST | MARK_TRAFFIC |
	    MARK_SECRET | MARK_TOKEN | MARKS_LOCK;

	return (v->marks & made) == made && !(v->marks & told) &&
	    v->params == 0 && v->text == 0;
}

bool
flow_is_sealed(const struct flow *f, const struct frame *fr, size_t i)
{
	uint32_t node = address_within(f, fr->nodes[i]);

	while (flow_at(f, node)->kind == NODE_BINARY ||
	    flow_at(f, node)->kind == NODE_FORMAT ||
	    flow_at(f, node)->kind == NODE_FIELD)
		node = flow_at(f, node)->kid;
	return node != 0 && is_sealed(&f->vals[node]);
}

void
flow_host(const struct flow *f, uint32_t text, char out[HOST_MOST + 1])
{
	const char *whole = f->texts[text].bytes;
	const char *host = host_in(whole);
	size_t len = strcspn(host, "/?#:");

	*out = '\0';
	if (host == whole && !flow_is_host(whole))
		return;
	if (len > HOST_MOST)
		return;
	memcpy(out, host, len);
	out[len] = '\0';
}

/* Words that say nothing of who somebody is. */
static bool
is_common(const char *word, size_t len)
{
	static const char *const words[] = { "api", "app", "com", "net", "org",
	    "dev", "www", "key", "token", "secret", "access", "client", "the",
	    "http", "https", "auth", "user", "data", "env", "home", "file",
	    "example", "invalid", "config", "json", "local", "pass",
	    "password", "private", "public", "cloud", "service", "default",
	    "conn", "connection" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strlen(words[i]) == len &&
		    strncasecmp(words[i], word, len) == 0)
			return true;
	return false;
}

/* HF for huggingface: the first letter of a label, and then others of it. */
static bool
abbreviates(const char *word, const char *host)
{
	while (*host != '\0') {
		size_t len = strcspn(host, "."), at = 0, n = 0;

		for (; at < len && word[n] != '\0'; at++)
			if (tolower((unsigned char)host[at]) ==
			    tolower((unsigned char)word[n]))
				n++;
			else if (n == 0)
				break;
		if (word[n] == '\0' && !is_common(host, len))
			return true;
		host += len + (host[len] == '.');
	}
	return false;
}

/* Short words stand in others by chance: "pool" in "sshpool.example.org". */
static bool
stands_in(const char *host, const char *word, size_t len)
{
	const char *at = strcasestr(host, word);

	while (at != NULL && len < LONG_LEAST && at != host &&
	    isalpha((unsigned char)at[-1]))
		at = strcasestr(at + 1, word);
	return at != NULL;
}

/* Does a word of the text, or what it is short for, stand in the host? */
static bool
shares_word(const char *text, size_t size, const char *host)
{
	for (size_t i = 0; i < size;) {
		char word[32];
		size_t n = 0;

		while (i + n < size && isalnum((unsigned char)text[i + n]))
			n++;
		if (n >= SHORT_LEAST && n < sizeof(word) &&
		    !is_common(text + i, n)) {
			memcpy(word, text + i, n);
			word[n] = '\0';
			if (n >= WORD_LEAST && stands_in(host, word, n))
				return true;
			if (n <= WORD_LEAST && abbreviates(word, host))
				return true;
		}
		i += n + 1;
	}
	return false;
}

/* NotifyPushSafer for www.pushsafer.com: a whole label, but for the last. */
static bool
holds_label(const char *name, const char *host)
{
	const char *dot;

	for (; (dot = strchr(host, '.')) != NULL; host = dot + 1) {
		char label[HOST_MOST + 1];
		size_t len = (size_t)(dot - host);

		if (len < LONG_LEAST || is_common(host, len))
			continue;
		memcpy(label, host, len);
		label[len] = '\0';
		if (strcasestr(name, label) != NULL)
			return true;
	}
	return false;
}

/* Is the host that of the project?  A file of it may name whatever stands in
 * front of somebody else's: meter.py and meter.example.org. */
static bool
is_named_after(const char *project, const char *module, const char *host)
{
	const char *dot = strchr(host, '.');
	size_t top;

	if (project != NULL && shares_word(project, strlen(project), host))
		return true;
	if (module == NULL)
		return false;
	top = strcspn(module, ".");
	if (shares_word(module, top, host))
		return true;
	if (dot != NULL && strchr(dot + 1, '.') != NULL)
		host = dot + 1;
	return module[top] != '\0' && (holds_label(module + top + 1, host) ||
	    shares_word(module + top + 1, strlen(module + top + 1), host));
}

void
flow_note_kept(struct flow *f, const struct frame *fr)
{
	static const char *const stores[] = { ".get_connection",
	    "keyring.get_password", "keyring.get_credential" };

	if (frame_text(fr, 0) == 0)
		return;
	for (size_t i = 0; i < ARRAY_LEN(stores); i++)
		if (flow_word_ends(f, fr->callee.name, stores[i]))
			f->keeps = f->texts[frame_text(fr, 0)].names_login =
			    true;
}

bool
flow_is_kept_for(const struct flow *f, const char *host)
{
	for (uint32_t i = 1; f->keeps && i < f->ntexts; i++)
		if (f->texts[i].names_login && shares_word(f->texts[i].bytes,
		    f->texts[i].len, host))
			return true;
	return false;
}

/* Neither the secrets that the source names nor its own name hint at it. */
bool
flow_is_foreign(struct flow *f, const char *whole)
{
	const char *bucket = strstr(whole, ".s3");
	char host[HOST_MOST + 1];

	if (*whole == '\0' || strchr(whole, '.') == NULL)
		return false;
	/* A bucket is its owner's, not the cloud's. */
	(void)snprintf(host, sizeof(host), "%.*s", (int)(bucket != NULL ?
	    bucket - whole : HOST_MOST), whole);
	if (is_named_after(f->file->project, f->file->module, host))
		return false;
	for (uint32_t i = 1; i < f->ntexts; i++) {
		const struct flow_text *t = &f->texts[i];

		if (t->len > NAME_TEXT_MOST || strstr(t->bytes, "://") != NULL)
			continue;
		if (!(flow_text_marks(f, i) & (MARK_TOKEN | MARK_SECRET)) &&
		    !(fact_of_variable(t->bytes) & MARK_TOKEN))
			continue;
		if (shares_word(t->bytes, t->len, host))
			return false;
	}
	return true;
}

/* ---- keys that only their issuer is shown ------------------------------- */

/* Nobody reads there what somebody else's key sends. */
static const struct { const char *word, *host; } issuers[] = {
	{ "OPENAI", "api.openai.com" }, { "ANTHROPIC", "api.anthropic.com" },
	{ "CLAUDE", "api.anthropic.com" }, { "COHERE", "api.cohere.ai" },
	{ "COHERE", "api.cohere.com" }, { "DEEPSEEK", "api.deepseek.com" },
	{ "ELEVEN", "api.elevenlabs.io" },
	{ "GEMINI", "generativelanguage.googleapis.com" },
	{ "GOOGLE", "generativelanguage.googleapis.com" },
	{ "GROQ", "api.groq.com" }, { "MISTRAL", "api.mistral.ai" },
	{ "OPENROUTER", "openrouter.ai" },
	{ "PERPLEXITY", "api.perplexity.ai" },
	{ "REPLICATE", "api.replicate.com" },
	{ "TOGETHER", "api.together.xyz" }, { "OPENWEATHER",
	    "api.openweathermap.org" }, { "TMDB", "api.themoviedb.org" },
	{ "NEWS", "newsapi.org" }, { "NASA", "api.nasa.gov" },
	{ "ALPHA", "www.alphavantage.co" }, { "FINNHUB", "finnhub.io" } };

/* What is asked of a forge with a key may be private, and what it is sent may
 * be read by others; but for lists of what somebody released. */
static bool
is_forges(const char *name, const char *host)
{
	return str_equal(host, FORGE_HOST) && (strcasestr(name, "GITHUB") !=
	    NULL || strcasestr(name, "GH_") != NULL);
}

static bool
is_issued_by(const char *name, const char *host)
{
	for (size_t i = 0; i < ARRAY_LEN(issuers); i++)
		if (str_equal(host, issuers[i].host) &&
		    strcasestr(name, issuers[i].word) != NULL)
			return true;
	return false;
}

/* Does a call or Request have nothing but an address and headers? */
static bool
carries_nothing(const struct flow *f, uint32_t callee)
{
	static const char *const sent[] = { "data", "json", "files", "method",
	    "content", "body" };
	uint32_t k = flow_at(f, callee)->next;

	for (bool first = true; k != 0;
	    k = flow_at(f, k)->next, first = false) {
		const struct node *n = flow_at(f, k);

		if (n->kind != NODE_KEYWORD && !first)
			return false;
		for (size_t i = 0; n->kind == NODE_KEYWORD &&
		    i < ARRAY_LEN(sent); i++)
			if (flow_word_is(f, n->name, sent[i]))
				return false;
		if (n->kind == NODE_STAR || n->kind == NODE_DSTAR)
			return false;
	}
	return true;
}

/* No Request of the source carries anything, nor is it given to one later. */
static bool
requests_only_ask(struct flow *f)
{
	bool only = true;

	for (uint32_t n = 1; n < f->tree->nnodes && only &&
	    f->requests_ask == 0; n++) {
		const struct node *at = flow_at(f, n);
		uint32_t callee = at->kind == NODE_CALL ? at->kid : 0;

		if (callee != 0 && flow_word_is(f, flow_at(f, callee)->name,
		    "Request"))
			only = carries_nothing(f, callee);
		else if (at->kind == NODE_ATTR && (flow_word_is(f, at->name,
		    "data") || flow_word_is(f, at->name, "method") ||
		    flow_word_is(f, at->name, "add_data")))
			only = false;
	}
	if (f->requests_ask == 0)
		f->requests_ask = only ? 1 : 2;
	return f->requests_ask == 1;
}

/* urlopen(".../releases"): asks a forge for what was released. */
bool
flow_is_listing(struct flow *f, const struct flow_told *t)
{
	const char *where = f->texts[t->where].bytes;
	const struct node *call = flow_at(f, t->node);

	return call->kind == NODE_CALL && strstr(where, FORGE_HOST "/repos/") !=
	    NULL && (strstr(where, "/releases") != NULL ||
	    strstr(where, "/tags") != NULL) &&
	    (str_ends(t->call.name, "urlopen") ||
	    str_ends(t->call.name, ".get")) && carries_nothing(f, call->kid) &&
	    requests_only_ask(f);
}

/* Are all keys that the source names those of that host? */
bool
flow_is_own_key(struct flow *f, const char *host, bool listing)
{
	bool any = false;

	for (uint32_t i = 1; *host != '\0' && i < f->ntexts; i++) {
		const struct flow_text *t = &f->texts[i];

		if (t->len > NAME_TEXT_MOST || (!(flow_text_marks(f, i) &
		    (MARK_TOKEN | MARK_SECRET)) &&
		    !(fact_of_variable(t->bytes) & MARK_TOKEN)))
			continue;
		if (!is_issued_by(t->bytes, host) && !(listing &&
		    is_forges(t->bytes, host)))
			return false;
		any = true;
	}
	return any;
}

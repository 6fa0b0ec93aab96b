/* SPDX-License-Identifier: Apache-2.0 */
/*
 * door - a password in the code that lets in whoever knows it: compared
 * as it is, or by its digest, before a function says yes, or executes what else
 * it is given.
 *
 * Takes: a source that flow has gone through.  Gives: calls of no library, one
 * a door.
 * Runs in: worker child, command.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "flow/after.h"
#include "flow/calls.h"
#include "flow/names.h"
#include "flow/programs.h"
#include "flow/state.h"
#include "python/lex.h"
#include "python/modules.h"

#define DIGEST_LEAST 32		/* hexadecimal letters of MD5 */
#define DIGEST_MOST 128		/* ... of SHA-512 */
#define WORD_LEAST 10		/* shorter ones are examples */
#define SHORT_LEAST 5		/* of one that a parameter of that name
				   is told */
#define SECRET_LEAST 12		/* ... where it is no password by name */
#define KEY_LEAST 6		/* ... than of what a server compares */
#define KINDS_LEAST 3		/* of letters, digits, other signs */
#define CONDITIONS_MOST 8	/* a or b or c */
#define ASKED_MOST 512		/* nodes of one condition */
#define MADE_MOST 8		/* steps from a value to what it is made of */

static bool
is_digest(const struct flow_text *t)
{
	return t->len >= DIGEST_LEAST && !t->open &&
	    strspn(t->bytes, "0123456789abcdefABCDEF") == t->len;
}

/* "application/x-deleted;version=1" (RFC 6838) */
static bool
is_media_type(const char *text)
{
	static const char *const kinds[] = { "application/", "audio/", "font/",
	    "image/", "message/", "model/", "multipart/", "text/", "video/" };

	return str_starts_any(text, kinds, ARRAY_LEN(kinds));
}

/* "Qx7!maintenance": nobody's example, and no name of anything, as
 * "api.v2#noAuth" and "m3u8_native" are. */
static bool
has_kinds(const struct flow_text *t)
{
	bool small = false, large = false, digit = false, other = false;

	if (is_media_type(t->bytes))
		return false;
	for (uint32_t i = 0; i < t->len; i++) {
		unsigned char c = (unsigned char)t->bytes[i];

		if (c <= ' ' || c >= 0x7f)
			return false;
		small = small || islower(c);
		large = large || isupper(c);
		digit = digit || isdigit(c);
		other = other || (!isalnum(c) && strchr("_-./:#", c) == NULL);
	}
	return !t->open && small + large + digit + other >= KINDS_LEAST;
}

static bool
is_password(const struct flow_text *t)
{
	return t->len >= WORD_LEAST && has_kinds(t);
}

/* sha256(x).hexdigest() */
static bool
is_digest_of(const struct flow *f, uint32_t node)
{
	char name[FLOW_NAME_MOST + 1];

	return str_ends(flow_string(f, f->vals[node].name, name),
	    "digest()");
}

static bool
takes_password(const struct flow *f, const struct flow_scope *s)
{
	for (uint32_t i = 0; i < s->nparameters; i++)
		if (f->rows[s->parameters[i]].marks & MARK_PASSWORD)
			return true;
	return false;
}

enum door { NO_DOOR, DOOR_DIGEST, DOOR_WORD };

static enum door
compared(const struct flow *f, const struct flow_scope *s, uint32_t a,
    uint32_t b)
{
	const struct flow_text *t = &f->texts[f->vals[b].text];

	if (is_digest(t) && is_digest_of(f, a) && takes_password(f, s))
		return DOOR_DIGEST;
	return is_password(t) && (f->vals[a].marks & MARK_PASSWORD) &&
	    f->vals[a].text == 0 ? DOOR_WORD : NO_DOOR;
}

static enum door
door_in(const struct flow *f, const struct flow_scope *s, uint32_t node)
{
	const struct node *n = flow_at(f, node);
	char name[FLOW_NAME_MOST + 1];
	uint32_t a = n->kid, b;
	enum door door;

	if (n->kind == NODE_CALL) {
		if (!str_ends(flow_string(f, f->vals[n->kid].name, name),
		    "compare_digest"))
			return NO_DOOR;
		a = flow_at(f, a)->next;
	} else if (n->kind != NODE_COMPARE || n->op != OP_EQ) {
		return NO_DOOR;
	}
	b = a != 0 ? flow_at(f, a)->next : 0;
	if (b == 0)
		return NO_DOOR;
	door = compared(f, s, a, b);
	return door != NO_DOOR ? door : compared(f, s, b, a);
}

/* if a == b: return something */
static bool
says_yes(const struct flow *f, uint32_t block)
{
	uint32_t first = flow_at(f, block)->kind == NODE_BLOCK ?
	    flow_at(f, block)->kid : 0;
	const struct node *value = flow_at(f, flow_at(f, first)->kid);

	return flow_at(f, first)->kind == NODE_RETURN &&
	    flow_at(f, first)->kid != 0 && !(value->kind == NODE_CONST &&
	    value->name != KW_TRUE);
}

/* The condition's parts, of `a or b` each. */
static enum door
door_of(const struct flow *f, const struct flow_scope *s, uint32_t node)
{
	enum door door = NO_DOOR;

	for (int i = 0; i < CONDITIONS_MOST && door == NO_DOOR; i++) {
		const struct node *n = flow_at(f, node);

		if (n->kind != NODE_BOOL)
			return door_in(f, s, node);
		door = door_in(f, s, flow_at(f, n->kid)->next);
		node = n->kid;
	}
	return door;
}

/* ---- what a sealed function executes ------------------------------------ */

/* A word of the code, that nobody configures. */
static bool
is_word(const struct flow *f, uint32_t node)
{
	const struct flow_text *t = &f->texts[f->vals[node].text];

	return t->len >= KEY_LEAST && !t->open &&
	    !(f->vals[node].marks & (MARK_VARIABLE | MARK_FILE));
}

/* compare_digest(key, "the-word"), headers["Authorization"] == "the-word" */
static void
note_word(struct flow *f, uint32_t a, uint32_t b, bool asks)
{
	bool login = (f->vals[a].marks | f->vals[b].marks) & MARK_PASSWORD;

	if ((!asks && !login) || is_word(f, a) == is_word(f, b))
		return;
	f->knows_word = true;
	if (f->file->world != NULL)
		f->file->world->knows_word = true;
}

void
flow_hold_digest(struct flow *f, uint32_t call, struct taint *v)
{
	uint32_t callee = flow_at(f, call)->kid;
	char name[FLOW_NAME_MOST + 1];
	uint32_t a, b;

	if (flow_traits(f, f->vals[callee].name) & NAME_DIGEST) {
		taint_hold(v, HELD_DIGEST);
		/* Whoever has the digest of a key has no key. */
		if ((v->marks & MARKS_NAMED) && str_starts(flow_string(f,
		    f->vals[callee].name, name), "hashlib."))
			taint_drop(v, MARKS_NAMED);
	}
	a = flow_at(f, callee)->next;
	b = a != 0 ? flow_at(f, a)->next : 0;
	if (b == 0 || !flow_word_ends(f, f->vals[callee].name,
	    "compare_digest"))
		return;
	note_word(f, a, b, true);
	flow_hold_seal(f, a, v);
}

/* "9f86d0...", or the bytes themselves. */
static bool
is_digest_text(const uint8_t *bytes, size_t len)
{
	size_t hex = 0, raw = 0;

	for (size_t i = 0; i < len && len <= DIGEST_MOST; i++) {
		hex += isxdigit(bytes[i]) != 0;
		raw += bytes[i] > 0x7f;
	}
	return hex == len ? len >= DIGEST_LEAST :
	    raw != 0 && len >= DIGEST_LEAST / 2;
}

/* ... or the first one of a table. */
static bool
is_seal(const struct flow *f, uint32_t node)
{
	const struct flow_text *t = &f->texts[f->vals[node].text];
	struct value v;

	if (t->len != 0)
		return !t->open && is_digest_text((const uint8_t *)t->bytes,
		    t->len);
	v = fold_node(f->fold, node);
	if (v.kind == VALUE_PATH)
		(void)modules_table(f->fold, &v);
	if ((v.kind == VALUE_LIST || v.kind == VALUE_DICT) && v.len != 0)
		v = v.items[0];
	return value_is_text(&v) && !(v.flags & VALUE_OPEN) &&
	    is_digest_text(v.bytes, v.len);
}

/* What a digest is made of is forgotten, so what stands below is asked, and
 * below what a name was given. */
uint32_t
flow_made_of(const struct flow *f, uint32_t root)
{
	uint32_t params = f->vals[root].params, b;

	for (uint32_t n = root; n != 0 && root - n < ASKED_MOST &&
	    flow_at(f, n)->at >= flow_at(f, root)->at; n--)
		if (flow_at(f, n)->kind == NODE_NAME)
			params |= f->vals[n].params;
	b = params == 0 && flow_at(f, root)->kind == NODE_NAME ?
	    tree_lookup(f->tree, root) : 0;
	if (b != 0 && f->tree->bindings[b].kind == BINDING_VALUE &&
	    flow_at(f, f->tree->bindings[b].value)->kind != NODE_NAME)
		return flow_made_of(f, f->tree->bindings[b].value);
	return params;
}

/* Both sides of a comparison, from the first on. */
void
flow_hold_seal(struct flow *f, uint32_t node, struct taint *v)
{
	uint32_t a = node, b = flow_at(f, a)->next, digest;

	if (b == 0)
		return;
	note_word(f, a, b, false);
	if (!((f->vals[a].held | f->vals[b].held) & HELD_DIGEST))
		return;
	digest = f->vals[a].held & HELD_DIGEST ? a : b;
	if (!is_seal(f, digest == a ? b : a))
		return;
	taint_hold(v, HELD_SEAL);
	v->params |= flow_made_of(f, digest);
}

static bool
is_run(const struct flow *f, const struct flow_told *t)
{
	const struct node *n = flow_at(f, t->node);
	uint32_t first = n->kind == NODE_CALL && n->kid != 0 ?
	    flow_at(f, n->kid)->next : 0;
	const char *program;

	if ((t->call.fact->deed != DEED_EXEC &&
	    t->call.fact->deed != DEED_PROCESS) || t->first == 0)
		return false;
	if (t->call.whole || first == 0 ||
	    flow_at(f, first)->kind == NODE_INDEX)
		return true;
	first = flow_list_of(f, first);
	if (first == 0)
		return false;
	program = f->texts[f->vals[flow_at(f, first)->kid].text].bytes;
	return flow_launches(strrchr(program, '/') != NULL ?
	    strrchr(program, '/') + 1 : program);
}

/* What a value is made of comes first: x of f(x), x.strip(), x[1]. */
static uint32_t
made_first(const struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);
	uint32_t b, first;

	if (n->kind == NODE_NAME) {
		b = tree_lookup(f->tree, node);
		return b != 0 && f->tree->bindings[b].kind == BINDING_VALUE ?
		    f->tree->bindings[b].value : 0;
	}
	if (n->kind == NODE_UNARY)
		return n->kid;
	if (n->kind != NODE_CALL)
		return 0;
	first = flow_at(f, n->kid)->next;
	return first != 0 ? first : flow_at(f, n->kid)->kind == NODE_ATTR ?
	    flow_at(f, n->kid)->kid : 0;
}

/* message["seal"], message.get("task"): the text of its key, or 0. */
static uint32_t
key_of(const struct flow *f, uint32_t node)
{
	for (int i = 0; i < MADE_MOST && node != 0; i++) {
		const struct node *n = flow_at(f, node);
		uint32_t callee = n->kind == NODE_CALL ? n->kid : 0;

		if (n->kind == NODE_INDEX)
			return f->vals[flow_at(f, n->kid)->next].text;
		if (callee != 0 && flow_at(f, callee)->next != 0 &&
		    flow_at(f, callee)->kind == NODE_ATTR &&
		    flow_word_is(f, flow_at(f, callee)->name, "get"))
			return f->vals[flow_at(f, callee)->next].text;
		node = made_first(f, node);
	}
	return 0;
}

/* ... of what the condition makes a digest of, or asks somebody about. */
static uint32_t
key_asked(const struct flow *f, uint32_t test)
{
	for (uint32_t n = test; n != 0 && test - n < ASKED_MOST &&
	    flow_at(f, n)->at >= flow_at(f, test)->at; n--)
		if (f->vals[n].held & HELD_DIGEST)
			return key_of(f, n);
	return key_of(f, test);
}

/* What a function executes: of which sets of its parameters, a bit for each
 * set, and what of a message, by its key. */
#define SETS (1u << FLOW_PARAMETERS)

struct runs {
	uint64_t	 of[SETS / 64];
	uint32_t	 key;		/* the first one, or 0 */
	bool		 keys;		/* there are others */
	bool		 told;		/* what a visitor or peer sends */
};

static void
note_run(const struct flow *f, const struct flow_told *t, struct runs *r)
{
	uint32_t set = t->first % SETS;
	uint32_t key = flow_at(f, t->node)->kind == NODE_CALL ? key_of(f,
	    flow_at(f, flow_at(f, t->node)->kid)->next) : 0;

	r->of[set / 64] |= UINT64_C(1) << set % 64;
	r->keys = r->keys || (r->key != 0 && key != 0 && r->key != key);
	if (r->key == 0)
		r->key = key;
}

/* exec(request.data), run(connection.recv(n)) */
static bool
is_told(const struct flow_call *c)
{
	return (DEED(c->fact->deed) & (DEEDS_EXEC | DEEDS_RUN)) &&
	    (c->first & (MARK_REQUEST | MARK_SOCKET));
}

/* Of each scope; NULL when nothing is executed. */
static struct runs *
runs_of(const struct flow *f)
{
	struct runs *all = NULL;

	for (size_t i = 0; i < f->ntold; i++) {
		bool told = is_told(&f->told[i].call);

		if (!told && !is_run(f, &f->told[i]))
			continue;
		if (all == NULL)
			all = mem_array(f->nscopes, sizeof(*all));
		all[f->told[i].scope].told |= told;
		if (is_run(f, &f->told[i]))
			note_run(f, &f->told[i], &all[f->told[i].scope]);
	}
	return all;
}

/* if seal(a): exec(b), or of one message a[x] and a[y]. */
static bool
runs_other(const struct flow *f, const struct runs *r, uint32_t test)
{
	uint32_t params = flow_made_of(f, test), key = key_asked(f, test);

	if (params == 0)
		return false;
	for (uint32_t set = 0; set < SETS; set++)
		if ((r->of[set / 64] >> set % 64 & 1) && !(set & params))
			return true;
	return key != 0 && (r->keys || (r->key != 0 && r->key != key));
}

static bool
asks(uint8_t kind)
{
	return kind == NODE_IF || kind == NODE_ELIF || kind == NODE_WHILE ||
	    kind == NODE_TERNARY || kind == NODE_BOOL || kind == NODE_ASSERT;
}

static void
look_sealed(struct flow *f, uint32_t node, uint32_t scope,
    const struct runs *runs)
{
	static const struct fact sealed = { "sealed", DEED_DOOR, 0 };
	uint32_t test = flow_at(f, node)->kid;
	struct flow_told *t;

	/* What was told is executed where a digest is the code's: whoever asks
	 * for that digest hides what lets in. */
	if (!runs[scope].told && !runs_other(f, &runs[scope], test))
		return;
	t = flow_tell(f, test, scope, &sealed, 0);
	if (t != NULL)
		t->call.arguments = MARK_PASSED;
}

/* ---- what runs for whoever says a word ----------------------------------- */

/* ... and no version of anything, as "Python3.11" is. */
static bool
is_secret_word(const struct flow_text *t, const struct taint *asked)
{
	if (asked->params == 0)
		return false;
	if ((asked->marks & MARKS_LOCK) && t->len >= SHORT_LEAST)
		return has_kinds(t);
	return is_password(t) && (t->len >= SECRET_LEAST ||
	    strpbrk(t->bytes, "!$%&*+,;<=>?@^~|") != NULL);
}

/* key == "Qx7!maintenance", of which one side is nobody's example. */
static uint32_t
asked_word(const struct flow *f, uint32_t test)
{
	const struct node *n = flow_at(f, test);
	uint32_t a = n->kid, b = a != 0 ? flow_at(f, a)->next : 0;

	if (n->kind != NODE_COMPARE || n->op != OP_EQ || b == 0)
		return 0;
	if (is_secret_word(&f->texts[f->vals[b].text], &f->vals[a]))
		return a;
	return is_secret_word(&f->texts[f->vals[a].text], &f->vals[b]) ? b :
	    0;
}

/* Behind the test, something else that the function is given is executed. */
static bool
runs_behind(const struct flow *f, uint32_t scope, uint32_t block,
    uint32_t params)
{
	const struct node *n = flow_at(f, block);

	for (size_t i = 0; i < f->ntold; i++) {
		const struct flow_told *t = &f->told[i];
		uint32_t at = flow_at(f, t->node)->at;

		if (t->scope == scope && at >= n->at && at < n->end &&
		    (t->first & ~params) != 0 && is_run(f, t) &&
		    !str_equal(t->call.fact->name, "compile"))
			return true;
	}
	return false;
}

static void
look_worded(struct flow *f, uint32_t node, uint32_t scope)
{
	static const struct fact word = { "word", DEED_DOOR_WORD, 0 };
	uint32_t test = flow_at(f, node)->kid, asked = asked_word(f, test);
	uint32_t block = test != 0 ? flow_at(f, test)->next : 0;

	if (asked != 0 && block != 0 && runs_behind(f, scope, block,
	    flow_made_of(f, asked)))
		(void)flow_tell(f, test, scope, &word, 0);
}

/* ---- the whole ---------------------------------------------------------- */

/* A function and where it begins; they are in order of that. */
struct begin { uint32_t from, scope; };

static int
by_begin(const void *a, const void *b)
{
	const struct begin *x = a, *y = b;

	return (x->from > y->from) - (x->from < y->from);
}

static struct begin *
functions_of(const struct flow *f, size_t *n)
{
	struct begin *all = mem_array(f->nscopes, sizeof(*all));

	*n = 0;
	for (uint32_t i = 1; i < f->nscopes; i++)
		if (f->scopes[i].kind == SCOPE_FUNCTION)
			all[(*n)++] = (struct begin){ f->scopes[i].from, i };
	qsort(all, *n, sizeof(*all), by_begin);
	return all;
}

/* The last function that begins before `at`, or one that it stands in. */
static uint32_t
scope_around(const struct flow *f, const struct begin *all, size_t n,
    uint32_t at)
{
	size_t low = 0, high = n;
	uint32_t s;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (all[mid].from <= at)
			low = mid + 1;
		else
			high = mid;
	}
	s = low > 0 ? all[low - 1].scope : 0;
	while (s != 0 && (f->scopes[s].kind != SCOPE_FUNCTION ||
	    at >= f->scopes[s].to))
		s = f->scopes[s].parent;
	return s;
}

static bool
takes_any(const struct flow *f)
{
	for (uint32_t i = 1; i < f->nscopes; i++)
		if (takes_password(f, &f->scopes[i]))
			return true;
	return false;
}

static void
look_if(struct flow *f, uint32_t node, uint32_t scope)
{
	static const struct fact digest = { "digest", DEED_DOOR, 0 };
	static const struct fact word = { "word", DEED_DOOR_WORD, 0 };
	uint32_t test = flow_at(f, node)->kid;
	enum door door = door_of(f, &f->scopes[scope], test);

	if (door != NO_DOOR)
		(void)flow_tell(f, test, scope, door == DOOR_DIGEST ?
		    &digest : &word, 0);
}

static bool
is_sealed(const struct flow *f, uint32_t node)
{
	uint32_t kid = flow_at(f, node)->kid;

	return asks(flow_at(f, node)->kind) && kid != 0 &&
	    (f->vals[kid].held & HELD_SEAL);
}

void
flow_look_doors(struct flow *f)
{
	bool passwords = takes_any(f);
	struct runs *runs = runs_of(f);
	struct begin *all;
	size_t n;

	if (!passwords && runs == NULL)
		return;
	all = functions_of(f, &n);
	for (uint32_t i = 1; i < f->tree->nnodes; i++) {
		const struct node *at = flow_at(f, i);

		if (passwords && (at->kind == NODE_IF ||
		    at->kind == NODE_ELIF) &&
		    says_yes(f, flow_at(f, at->kid)->next))
			look_if(f, i, scope_around(f, all, n, at->at));
		if (runs != NULL && is_sealed(f, i))
			look_sealed(f, i, scope_around(f, all, n, at->at),
			    runs);
		if (runs != NULL && (at->kind == NODE_IF ||
		    at->kind == NODE_ELIF) && asked_word(f, at->kid) != 0)
			look_worded(f, i, scope_around(f, all, n, at->at));
	}
	free(runs);
	free(all);
}

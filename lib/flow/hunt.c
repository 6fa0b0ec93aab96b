/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hunt - what is chosen because its name speaks of secrets: files by
 * their endings, values by the words in their keys.
 *
 * Takes: a list of texts, a comparison, a clause.  Gives: MARK_HUNTED.
 * Runs in: worker child, command.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "flow/names.h"
#include "flow/secrets.h"
#include "flow/state.h"
#include "flow/values.h"
#include "python/lex.h"

#define HUNT_WORDS 2		/* one alone is a word like any other */
#define WORD_MOST 24		/* longer texts are sentences */
#define ROOT_DEEP 6		/* os.path.splitext(p)[1].lower() */
#define PREFIX_LEAST 5		/* letters, of an own one */
#define PATTERN_WORD 15		/* letters, of a pattern */

static bool
is_key_ending(const char *text)
{
	static const char *const endings[] = { ".pem", ".key", ".kdbx",
	    ".kdb", ".ppk", ".pfx", ".p12", ".ovpn", ".wallet", ".jks",
	    ".rdp", ".keystore", ".env", ".asc", ".gpg" };

	return str_index(endings, ARRAY_LEN(endings), text) >= 0;
}

/* Of such a name, in whatever case; they begin with letters of ASCII. */
static const char *const secret_parts[] = { "token", "passw", "secret",
    "credential", "mnemonic", "private", "api_key", "apikey", "wallet", "seed",
    "keystore", "metamask", "phantom", "exodus", "id_rsa", "kdbx",
    "recovery" };

/* For each first letter of them, the second ones; made once. */
static uint32_t seconds['z' - 'a' + 1];

static bool
holds_part(const char *text)
{
	if (seconds['t' - 'a'] == 0)
		for (size_t i = 0; i < ARRAY_LEN(secret_parts); i++)
			seconds[secret_parts[i][0] - 'a'] |=
			    1u << (secret_parts[i][1] & 31);
	for (; *text != '\0' && text[1] != '\0'; text++) {
		unsigned int first = ((unsigned char)*text | 32u) - 'a';

		if (first > 'z' - 'a' ||
		    !(seconds[first] & 1u << (text[1] & 31)))
			continue;
		for (size_t i = 0; i < ARRAY_LEN(secret_parts); i++)
			if (strncasecmp(text, secret_parts[i],
			    strlen(secret_parts[i])) == 0)
				return true;
	}
	return false;
}

/* "wallet.dat", "PASSWORD", "seed": what thieves look for in names. */
static bool
is_secret_word(const char *text)
{
	static const char *const words[] = { "key", "pwd", "pass", "auth",
	    "bank", "2fa", ".env" };

	if (strlen(text) > WORD_MOST || strchr(text, ' ') != NULL)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if ((*text | 32) == *words[i] &&
		    strcasecmp(text, words[i]) == 0)
			return true;
	/* AWS_SECRET_ACCESS_KEY is one variable, and no word to look for. */
	if (isupper((unsigned char)*text) && strchr(text, '_') != NULL)
		return strcmp(text, "API_KEY") == 0;
	return holds_part(text);
}

/* "passw|secret|token" */
static bool
is_secret_pattern(const struct flow_text *t)
{
	unsigned int n = 0;
	size_t len;

	for (const char *at = t->bytes; *at != '\0';
	    at += len + (at[len] != '\0')) {
		char word[PATTERN_WORD + 1];

		len = strcspn(at, "|()");
		if (len == 0 || len > PATTERN_WORD)
			continue;
		memcpy(word, at, len);
		word[len] = '\0';
		n += is_secret_word(word) || str_starts(word, "passw");
	}
	return n >= HUNT_WORDS;
}

/* {".docx", ".kdbx"}, ("key", "token"): texts alone. */
uint64_t
flow_hunt_list(const struct flow *f, uint32_t node)
{
	unsigned int words = 0, dots = 0, keys = 0;

	for (uint32_t k = flow_at(f, node)->kid; k != 0;
	    k = flow_at(f, k)->next) {
		const char *text = f->texts[f->vals[k].text].bytes;

		if (flow_at(f, k)->kind != NODE_STRING || *text == '\0')
			return 0;
		words += is_secret_word(text);
		dots += *text == '.';
		keys += is_key_ending(text);
	}
	return words >= HUNT_WORDS || (keys > 0 && dots >= HUNT_WORDS) ?
	    MARK_HUNTED : 0;
}

/* p.suffix.lower(), os.path.splitext(p)[1]: the name of what is looked at, if
 * it is an ending that is. */
static uint32_t
file_looked_at(struct flow *f, uint32_t node)
{
	bool ending = false;

	for (int deep = 0; node != 0 && deep < ROOT_DEEP; deep++) {
		const struct node *n = flow_at(f, node);

		if (n->kind == NODE_NAME)
			return ending ? node : 0;
		if (n->kind != NODE_ATTR && n->kind != NODE_INDEX &&
		    n->kind != NODE_CALL)
			return 0;
		if (n->kind == NODE_ATTR && (flow_word_is(f, n->name,
		    "suffix") || flow_word_is(f, n->name, "suffixes")))
			ending = true;
		if (n->kind == NODE_CALL && flow_at(f, n->kid)->kind ==
		    NODE_ATTR && flow_word_is(f, flow_at(f, n->kid)->name,
		    "splitext")) {
			ending = true;
			node = flow_at(f, n->kid)->next;
		} else {
			node = n->kid;
		}
	}
	return 0;
}

static void
mark_name(struct flow *f, uint32_t node)
{
	static const struct taint hunted = { .marks = MARK_HUNTED,
	    .own = MARK_HUNTED };
	uint32_t b = node != 0 && flow_at(f, node)->kind == NODE_NAME ?
	    tree_lookup(f->tree, node) : 0;

	if (b != 0)
		flow_mark_row(f, f->row_of[b], &hunted, MARKS_ALL);
}

/* What is called is spelled so; a lambda and the like have no word, for what
 * their nodes have in its place is a scope. */
static uint32_t
word_of(const struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);

	return n->kind == NODE_NAME || n->kind == NODE_ATTR ? n->name : 0;
}

/* name.lower(), str(p), os.path.basename(p), p.name: the name of a file that
 * was found by looking through a folder of its user's; 0 for all else. */
static uint32_t
file_found(const struct flow *f, uint32_t node)
{
	const uint64_t found = MARK_SEARCHED | MARK_HOME | MARK_FOLDER |
	    MARK_WORKDIR;

	for (int deep = 0; node != 0 && deep < ROOT_DEEP; deep++) {
		const struct node *n = flow_at(f, node);
		uint32_t callee = n->kind == NODE_CALL ? n->kid : 0;

		if (n->kind == NODE_NAME)
			return f->vals[node].marks & found ? node : 0;
		if (n->kind != NODE_ATTR && n->kind != NODE_INDEX &&
		    n->kind != NODE_CALL)
			return 0;
		if (callee != 0 && (flow_at(f, callee)->kind == NODE_NAME ||
		    flow_word_is(f, word_of(f, callee), "basename") ||
		    flow_word_is(f, word_of(f, callee), "fspath")))
			node = flow_at(f, callee)->next;
		else
			node = n->kid;
	}
	return 0;
}

/* x in LIST: what decides is told to whoever filters by it. */
struct taint
flow_hunt_compare(struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);
	uint32_t other = flow_at(f, n->kid)->next;
	const struct taint *left = &f->vals[n->kid];
	const struct taint *right = &f->vals[other];
	struct taint v = { 0 };

	if (n->name != KW_IN || (n->flags & 1) ||
	    !((left->marks | right->marks) & MARK_HUNTED))
		return v;
	if (f->shunned < node && (right->marks & MARK_HUNTED)) {
		mark_name(f, file_looked_at(f, n->kid));
		mark_name(f, file_found(f, n->kid));
	}
	/* any(w in name.lower() for w in LIST) */
	if (f->shunned < node && (left->marks & MARK_HUNTED))
		mark_name(f, file_found(f, other));
	v.marks = v.own = MARK_HUNTED;
	return v;
}

static uint64_t
hunt_pattern(const struct flow *f, const struct frame *fr)
{
	const char *text = f->texts[frame_text(fr, 0)].bytes;
	const char *dot = strrchr(text, '.');

	return (dot != NULL && is_key_ending(dot)) ||
	    (strchr(text, '*') != NULL && is_secret_word(text)) ?
	    MARK_HUNTED : 0;
}

static bool
hunts(const struct flow *f, const struct taint *v)
{
	const char *dot = strrchr(f->texts[v->text].bytes, '.');

	return (v->marks & MARK_HUNTED) ||
	    (dot != NULL && is_key_ending(dot)) ||
	    is_secret_pattern(&f->texts[v->text]);
}

/* name.endswith(LIST), PATTERN.search(name), re.match(PATTERN, name),
 * fnmatch(name, "*.pem"), re.compile(PATTERN) */
void
flow_hunt_call(struct flow *f, struct frame *fr)
{
	static const char *const tests[] = { "endswith", "startswith",
	    "search", "match", "fullmatch", "fnmatch", "fnmatchcase" };
	uint32_t callee = flow_at(f, fr->node)->kid;
	char name[FLOW_NAME_MOST + 1];
	const char *text;
	bool hunted;
	size_t len;

	if (fr->nargs == 0 || fr->nargs > 3)
		return;
	text = flow_spelled(f, word_of(f, callee), &len);
	if (len < 5 || strchr("efmcs", *text) == NULL)
		return;
	(void)flow_string(f, word_of(f, callee), name);
	if (str_equal(name, "compile") &&
	    is_secret_pattern(&f->texts[frame_text(fr, 0)]))
		taint_mark(&fr->all, MARK_HUNTED);
	if (f->shunned >= fr->node ||
	    str_index(tests, ARRAY_LEN(tests), name) < 0)
		return;
	hunted = hunts(f, &fr->callee) || hunts(f, &fr->args[0]) ||
	    (fr->nargs > 1 && hunts(f, &fr->args[1]));
	if (!hunted)
		return;
	if (flow_at(f, callee)->kind == NODE_ATTR)
		mark_name(f, file_found(f, flow_at(f, callee)->kid));
	for (size_t i = 0; i < fr->nargs && i < 2; i++)
		mark_name(f, file_found(f, fr->nodes[i]));
}

/* if p.suffix in LIST: continue */
void
flow_hunt_if(struct flow *f, uint32_t node)
{
	uint32_t test = flow_at(f, node)->kid;
	uint32_t block = test != 0 ? flow_at(f, test)->next : 0;
	uint8_t first = block != 0 && flow_at(f, block)->kid != 0 ?
	    flow_at(f, flow_at(f, block)->kid)->kind : NODE_NONE;

	if (first == NODE_CONTINUE || first == NODE_RETURN ||
	    first == NODE_RAISE || first == NODE_PASS)
		f->shunned = test;
}

/* for k, v in x.items() if any(w in k for w in LIST) */
void
flow_hunt_clause(struct flow *f, uint32_t node)
{
	uint32_t target = flow_at(f, node)->kid;
	uint32_t source = target != 0 ? flow_at(f, target)->next : 0;

	for (uint32_t k = source != 0 ? flow_at(f, source)->next : 0; k != 0;
	    k = flow_at(f, k)->next) {
		if (!(f->vals[k].marks & MARK_HUNTED) ||
		    flow_at(f, k)->kind == NODE_UNARY)
			continue;
		if (flow_at(f, target)->kind != NODE_TUPLE)
			continue;
		for (uint32_t t = flow_at(f, target)->kid; t != 0;
		    t = flow_at(f, t)->next)
			mark_name(f, t);
	}
}

/* ---- what is left of an environment -------------------------------------- */

/* SECRETS.search(name) */
static bool
searches_secrets(const struct flow *f, uint32_t node)
{
	uint32_t callee = flow_at(f, node)->kind == NODE_CALL ?
	    flow_at(f, node)->kid : 0;

	return callee != 0 && flow_at(f, callee)->kind == NODE_ATTR &&
	    (flow_word_is(f, flow_at(f, callee)->name, "search") ||
	    flow_word_is(f, flow_at(f, callee)->name, "match")) &&
	    is_secret_pattern(&f->texts[f->vals[callee].text]);
}

/* "[filtered]" if any(w in name for w in WORDS) else value */
bool
flow_leaves_out(const struct flow *f, uint32_t node)
{
	uint32_t test = flow_at(f, node)->kid;
	uint32_t instead = flow_at(f, test)->next;
	uint8_t kind = flow_at(f, instead)->kind;

	return (kind == NODE_STRING || kind == NODE_CONST) &&
	    ((f->vals[test].marks & MARK_HUNTED) ||
	    searches_secrets(f, test));
}

/* if not any(w in name for w in WORDS) */
static bool
is_without(const struct flow *f, uint32_t test)
{
	return flow_at(f, test)->kind == NODE_UNARY &&
	    flow_at(f, test)->name == KW_NOT &&
	    ((f->vals[test].marks & MARK_HUNTED) ||
	    searches_secrets(f, flow_at(f, test)->kid));
}

static bool
leaves_out_some(const struct flow *f, uint32_t node)
{
	uint32_t clause = flow_at(f, node)->kid, k;

	for (; clause != 0; clause = flow_at(f, clause)->next) {
		if (flow_at(f, clause)->kind != NODE_CLAUSE)
			continue;
		k = flow_at(f, clause)->kid;
		for (; k != 0; k = flow_at(f, k)->next)
			if (is_without(f, k))
				return true;
	}
	return false;
}

void
flow_hunt_left(const struct flow *f, uint32_t node, struct taint *v)
{
	uint32_t key = flow_at(f, node)->kid;
	uint32_t value = key != 0 ? flow_at(f, key)->next : 0;

	if ((value == 0 || value != f->left_out) && !leaves_out_some(f, node))
		return;
	taint_drop(v, MARK_ENVIRON | MARK_HUNTED);
	v->params = 0;
}

static bool
is_plain_name(const char *text)
{
	static const char *const plain[] = { "PYTHON", "PIP_", "VIRTUAL_ENV",
	    "CONDA", "LC_", "LANG", "TERM", "XDG_", "OMP_", "CUDA", "QT_" };

	for (size_t i = 0; i < ARRAY_LEN(plain); i++)
		if (str_starts(text, plain[i]))
			return true;
	return false;
}

/* "MY_APP_" of my-app: the whole name as it is uploaded, which nobody else has.
 * A folder may be called like any service. */
static bool
is_own_prefix(const struct flow *f, const char *text, size_t len)
{
	const char *project = f->file->project;
	size_t n = 0, own = 0;

	if (project == NULL || len < PREFIX_LEAST || text[len - 1] != '_')
		return false;
	for (; *project != '\0'; project++) {
		if (!isalnum((unsigned char)*project))
			continue;
		while (n < len && text[n] == '_')
			n++;
		if (n == len || tolower((unsigned char)text[n++]) !=
		    tolower((unsigned char)*project))
			return false;
		own++;
	}
	return n + 1 == len && own + 1 >= PREFIX_LEAST;
}

/* A text, or a name of the function that is bound to one and no more: nobody
 * else can make it another. */
static bool
is_constant(const struct flow *f, uint32_t node)
{
	uint32_t b = flow_at(f, node)->kind == NODE_NAME ?
	    tree_lookup(f->tree, node) : 0;
	const struct binding *at = &f->tree->bindings[b];

	if (b == 0)
		return flow_at(f, node)->kind == NODE_STRING;
	return at->kind == BINDING_VALUE && at->before == 0 &&
	    f->tree->scopes[at->scope].kind == SCOPE_FUNCTION &&
	    flow_at(f, at->value)->kind == NODE_STRING;
}

static bool
is_taken_name(struct flow *f, uint32_t node)
{
	struct value v = is_constant(f, node) ? fold_node(f->fold, node) :
	    (struct value){ 0 };

	if (!value_is_text(&v) || v.len == 0 || v.len > WORD_MOST)
		return false;
	return is_plain_name((const char *)v.bytes) ||
	    is_own_prefix(f, (const char *)v.bytes, v.len);
}

/* Is what is asked about the loop's own name? */
static bool
is_name_of(const struct flow *f, uint32_t target, uint32_t node)
{
	const struct node *t = flow_at(f, target);

	if (t->kind == NODE_TUPLE)
		t = flow_at(f, t->kid);
	return t->kind == NODE_NAME && flow_at(f, node)->kind == NODE_NAME &&
	    flow_at(f, node)->name == t->name;
}

/* name.startswith(("PYTHON", "PIP_")), name in ("LANG", "TERM") */
static bool
takes_plain_names(struct flow *f, uint32_t target, uint32_t test)
{
	const struct node *n = flow_at(f, test), *first;
	uint32_t names;
	uint8_t kind;

	if (n->kind != NODE_CALL && n->kind != NODE_COMPARE)
		return false;
	first = flow_at(f, n->kid);
	names = first->next;
	if (n->kind == NODE_CALL ? first->kind != NODE_ATTR ||
	    !flow_word_is(f, first->name, "startswith") ||
	    !is_name_of(f, target, first->kid) :
	    n->name != KW_IN || (n->flags & 1) ||
	    !is_name_of(f, target, n->kid))
		return false;
	if (names == 0 || flow_at(f, names)->next != 0)
		return false;
	kind = flow_at(f, names)->kind;
	if (kind != NODE_TUPLE && kind != NODE_LIST)
		return n->kind == NODE_CALL && is_taken_name(f, names);
	for (uint32_t k = flow_at(f, names)->kid; k != 0;
	    k = flow_at(f, k)->next)
		if (!is_taken_name(f, k))
			return false;
	return flow_at(f, names)->kid != 0;
}

bool
flow_hunt_goes_through(const struct flow *f, uint32_t source)
{
	static const char *const whole[] = { "os.environ", "os.environ.items()",
	    "os.environ.keys()", "os.environ.copy()",
	    "os.environ.copy().items()" };
	static const char *const same[] = { "sorted", "list", "tuple", "set",
	    "dict" };
	char name[FLOW_NAME_MOST + 1];

	for (int deep = 0; source != 0 && deep < ROOT_DEEP; deep++) {
		uint32_t callee = flow_at(f, source)->kind == NODE_CALL ?
		    flow_at(f, source)->kid : 0;

		if (str_index(whole, ARRAY_LEN(whole), flow_string(f,
		    f->vals[source].name, name)) >= 0)
			return true;
		if (callee == 0 || str_index(same, ARRAY_LEN(same),
		    flow_string(f, f->vals[callee].name, name)) < 0)
			return false;
		source = flow_at(f, callee)->next;
	}
	return false;
}

void
flow_hunt_plain(struct flow *f, uint32_t clause, struct taint *v)
{
	uint32_t target = flow_at(f, clause)->kid;
	uint32_t source = target != 0 ? flow_at(f, target)->next : 0;

	if (!(v->marks & MARK_ENVIRON) || !flow_hunt_goes_through(f, source))
		return;
	for (uint32_t k = source != 0 ? flow_at(f, source)->next : 0; k != 0;
	    k = flow_at(f, k)->next)
		if (takes_plain_names(f, target, k))
			taint_drop(v, MARK_ENVIRON);
}

/* The first statement of a block is an if, and what it asks. */
static uint32_t
first_test(const struct flow *f, uint32_t block, uint32_t *choice)
{
	*choice = block != 0 ? flow_at(f, block)->kid : 0;
	return *choice != 0 && flow_at(f, *choice)->kind == NODE_IF ?
	    flow_at(f, *choice)->kid : 0;
}

void
flow_hunt_loop(struct flow *f, uint32_t loop, struct taint *v)
{
	uint32_t target = flow_at(f, loop)->kid, choice, test, block;
	bool others;

	if (!(v->marks & MARK_ENVIRON) ||
	    !flow_hunt_goes_through(f, flow_at(f, target)->next))
		return;
	block = flow_at(f, flow_at(f, target)->next)->next;
	test = first_test(f, block, &choice);
	block = test != 0 ? flow_at(f, test)->next : 0;
	if (block == 0 || flow_at(f, block)->next != 0)
		return;
	/* if not name.startswith("MYAPP_"): continue */
	others = flow_at(f, test)->kind == NODE_UNARY && flow_at(f,
	    test)->name == KW_NOT;
	if (others ? flow_at(f, flow_at(f, block)->kid)->kind != NODE_CONTINUE :
	    flow_at(f, choice)->next != 0)
		return;
	if (takes_plain_names(f, target, others ? flow_at(f, test)->kid :
	    test))
		taint_drop(v, MARK_ENVIRON);
}

/* ---- what is searched --------------------------------------------------- */

/* All of a folder of keys, whatever their names. */
static bool
lists_keys(const struct flow *f, const struct frame *fr)
{
	static const char *const lists[] = { ".listdir", ".iterdir",
	    ".scandir", ".glob", ".rglob", ".walk", ".iglob" };
	const struct flow_text *callee = &f->texts[fr->callee.text];
	const struct flow_text *first = &f->texts[frame_text(fr, 0)];
	const char *path = first->bytes;
	char name[FLOW_NAME_MOST + 1];

	if (first->len < 4 && callee->len < 4)
		return false;
	if (!str_ends(path, "/.ssh") && !str_ends(path, "/.ssh/") &&
	    !str_ends(path, "/.ssh/*") &&
	    !str_ends(callee->bytes, ".ssh"))
		return false;
	(void)flow_string(f, fr->callee.name, name);
	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		if (str_ends(name, lists[i]))
			return true;
	return false;
}

/* Every file below a home, or the ones of some kind; those of whoever works
 * here. */
uint64_t
flow_searched(struct flow *f, const struct frame *fr, uint64_t traits)
{
	const char *path;

	if (lists_keys(f, fr))
		return MARK_SECRET | MARK_PRIVATE;
	if (!(traits & NAME_SEARCHES))
		return 0;
	if ((fr->all.marks | fr->callee.marks) & MARK_HOME)
		return MARK_SEARCHED | hunt_pattern(f, fr);
	/* Path.cwd().rglob("*"); a part of a home has its name. */
	if (((fr->callee.marks & MARK_FOLDER) && fr->callee.text == 0) ||
	    str_equal(f->texts[fr->callee.text].bytes, "."))
		return MARK_WORKDIR;
	path = f->texts[frame_text(fr, 0)].bytes;
	if (str_starts(path, "~/") && strstr(path, "**") != NULL)
		return MARK_SEARCHED;
	return (fr->all.marks & MARK_FOLDER) || str_equal(path, ".") ||
	    str_starts(path, "**/") ? MARK_WORKDIR : 0;
}

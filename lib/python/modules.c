/* SPDX-License-Identifier: Apache-2.0 */
/*
 * modules - names across the modules of one package.
 * Runs in: worker child, command.
 */
#include "python/modules.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "python/fold_state.h"

#define HEADS 256		/* at first; a power of two */
#define HEADS_MOST 16384	/* MODULES_NAMES_MAX is three times that */
#define TEXT_KEPT 4096		/* of a constant that another module may use */
#define HOPS 8			/* a imports it from b, b from c, ... */
#define TOLD_KEPT 2000		/* calls with a constant, of a package */
#define TOLD_TEXT 1024		/* of such a constant */

struct entry {
	char		*key;		/* "module\0name" */
	uint32_t	 len, hash, next;
	uint8_t		 kind;		/* VALUE_PATH; a text; what is known by
					   that path and may be asked there:
					   VALUE_CODE, VALUE_LIST (a table),
					   VALUE_OBJECT (a long text) */
	bool		 object;	/* more is told of it */
	char		*text;
	uint32_t	 text_len;
};

struct modules {
	struct lender	*lender;	/* or NULL */
	struct entry	*entries;	/* from 1 */
	uint32_t	 n, room;
	uint32_t	 attributes;	/* of classes and objects */
	uint32_t	*heads, mask;
	uint32_t	 told;		/* constants that calls were told */
};

struct modules *
modules_new(void)
{
	struct modules *m = mem_alloc(sizeof(*m));

	m->n = 1;
	m->room = 64;
	m->entries = mem_array(m->room, sizeof(*m->entries));
	m->mask = HEADS - 1;
	m->heads = mem_array(HEADS, sizeof(*m->heads));
	return m;
}

void
modules_free(struct modules *m)
{
	if (m == NULL)
		return;
	for (uint32_t i = 1; i < m->n; i++) {
		free(m->entries[i].key);
		free(m->entries[i].text);
	}
	free(m->entries);
	free(m->heads);
	free(m);
}

void
modules_lend(struct modules *m, struct lender *lender)
{
	m->lender = lender;
}

struct lender *
modules_lender(const struct modules *m)
{
	return m != NULL ? m->lender : NULL;
}

static uint32_t
hash_of(const char *key, size_t len)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (uint8_t)key[i]) * 16777619u;
	return h;
}

static const struct entry *
find(const struct modules *m, const char *key, size_t len)
{
	uint32_t hash = hash_of(key, len), i = m->heads[hash & m->mask];

	for (; i != 0; i = m->entries[i].next)
		if (m->entries[i].hash == hash && m->entries[i].len == len &&
		    memcmp(m->entries[i].key, key, len) == 0)
			return &m->entries[i];
	return NULL;
}

static size_t
make_key(char key[2 * FOLD_PATH_MAX + 1], const void *module, size_t len,
    struct word_text name)
{
	if (len > FOLD_PATH_MAX || name.len > FOLD_PATH_MAX)
		return 0;
	if (len != 0)
		memcpy(key, module, len);
	key[len] = '\0';
	if (name.len != 0)
		memcpy(key + len + 1, name.text, name.len);
	return len + 1 + name.len;
}

static void
grow_heads(struct modules *m)
{
	m->mask = 4 * m->mask + 3;
	free(m->heads);
	m->heads = mem_array((size_t)m->mask + 1, sizeof(*m->heads));
	for (uint32_t i = 1; i < m->n; i++) {
		struct entry *e = &m->entries[i];

		e->next = m->heads[e->hash & m->mask];
		m->heads[e->hash & m->mask] = i;
	}
}

static void
add(struct modules *m, const char *key, size_t len, uint8_t kind,
    const void *text, size_t text_len)
{
	uint32_t hash = hash_of(key, len), *head;
	struct entry *e;

	if (m->n >= MODULES_NAMES_MAX || find(m, key, len) != NULL)
		return;
	if (m->n > m->mask && m->mask + 1 < HEADS_MOST)
		grow_heads(m);
	head = &m->heads[hash & m->mask];
	if (m->n == m->room) {
		m->room *= 2;
		m->entries = mem_grow(m->entries, m->room,
		    sizeof(*m->entries));
	}
	e = &m->entries[m->n];
	*e = (struct entry){ .key = mem_alloc(len + 1), .len = (uint32_t)len,
	    .hash = hash, .next = *head, .kind = kind,
	    .text = mem_alloc(text_len + 1), .text_len = (uint32_t)text_len };
	memcpy(e->key, key, len);
	memcpy(e->text, text, text_len);
	*head = m->n++;
}

/* A line more for a function: "line\0line\0". */
static void
add_told(struct modules *m, struct word_text function, const struct value *v)
{
	char key[2 * FOLD_PATH_MAX + 1];
	size_t len = make_key(key, MODULES_TOLD, strlen(MODULES_TOLD),
	    function);
	struct entry *e = (struct entry *)(uintptr_t)find(m, key, len);

	if (m->told == TOLD_KEPT)
		return;
	if (e == NULL) {
		add(m, key, len, VALUE_BYTES, "", 0);
		e = (struct entry *)(uintptr_t)find(m, key, len);
	}
	if (e == NULL || e->text_len + v->len >= TEXT_KEPT)
		return;
	m->told++;
	e->text = mem_resize(e->text, (size_t)e->text_len + v->len + 2);
	memcpy(e->text + e->text_len, v->bytes, v->len);
	e->text_len += v->len;
	e->text[e->text_len++] = '\0';
}

/* pkg.script.Script().line("..."), pkg.script.line("..."): what functions of
 * the package's other modules are told. */
static void
add_calls(struct modules *m, const char *name, struct fold *f)
{
	size_t top = strcspn(name, ".");

	for (uint32_t n = 1; n < f->tree->nnodes && m->told < TOLD_KEPT; n++) {
		const struct node *callee;
		struct value v;
		const char *path;
		size_t len;

		if (fold_at(f, n)->kind != NODE_CALL)
			continue;
		callee = fold_at(f, fold_at(f, n)->kid);
		if (callee->next == 0 || (callee->kind != NODE_ATTR &&
		    callee->kind != NODE_NAME))
			continue;
		v = fold_node(f, fold_at(f, n)->kid);
		path = fold_path(f, &v, &len);
		if (len <= top || path[top] != '.' ||
		    memcmp(path, name, top) != 0)
			continue;
		v = fold_node(f, callee->next);
		if (v.kind == VALUE_STR && v.len <= TOLD_TEXT &&
		    !(v.flags & VALUE_OPEN))
			add_told(m, tree_word(f->tree, callee->name), &v);
	}
}

/* "pkg.codec" and "un" as "pkg.codec.un" */
static void
add_asked(struct modules *m, const char *key, size_t len, uint8_t kind)
{
	char path[2 * FOLD_PATH_MAX + 1];

	memcpy(path, key, len);
	path[strlen(key)] = '.';
	add(m, key, len, kind, path, len);
}

/* What others ask the module itself for: too long to be kept for everybody. */
static enum value_kind
asked_kind(const struct value *v)
{
	if (v->kind == VALUE_CODE || v->kind == VALUE_OBJECT)
		return VALUE_CODE;
	if (v->kind == VALUE_LIST || v->kind == VALUE_DICT)
		return VALUE_LIST;
	return value_is_text(v) && !(v->flags & VALUE_OPEN) ? VALUE_OBJECT :
	    VALUE_UNKNOWN;
}

/* Short enough to be kept for everybody: a text, or a number (of a key). */
static bool
is_kept(const struct value *v)
{
	return v->kind == VALUE_INT || (value_is_text(v) &&
	    v->len <= TEXT_KEPT && !(v->flags & VALUE_OPEN));
}

static void
add_kept(struct modules *m, const char *key, size_t len, const struct value *v)
{
	if (v->kind == VALUE_INT)
		add(m, key, len, VALUE_INT, &v->i, sizeof(v->i));
	else
		add(m, key, len, v->kind, v->bytes, v->len);
}

static struct value
kept_value(struct fold *f, const struct entry *e)
{
	struct value number = { .kind = VALUE_INT };

	if (e->kind != VALUE_INT)
		return value_copy(f, 0, e->kind, e->text, e->text_len);
	memcpy(&number.i, e->text, sizeof(number.i));
	return number;
}

static struct word_text
text_of(const struct entry *e)
{
	return (struct word_text){ (const uint8_t *)e->text, e->text_len, 0 };
}

bool
modules_tell(struct modules *m, struct word_text of, struct word_text name,
    const struct value *v)
{
	char key[2 * FOLD_PATH_MAX + 1];
	size_t len = make_key(key, of.text, of.len, name);

	bool kept = is_kept(v);

	if (len == 0 || (!kept && asked_kind(v) != VALUE_LIST))
		return true;
	if (m->attributes == MODULES_TOLD_MAX)
		return false;
	m->attributes++;
	if (kept)
		add_kept(m, key, len, v);
	else
		add_asked(m, key, len, VALUE_LIST);
	return true;
}

static void
add_path(struct modules *m, const char *key, size_t len, const struct fold *f,
    const struct value *v)
{
	uint32_t n = m->n;

	add(m, key, len, v->kind, tree_word(f->tree, v->word).text,
	    tree_word(f->tree, v->word).len);
	if (m->n > n)
		m->entries[n].object = v->len != 0;
}

void
modules_add(struct modules *m, const char *name, struct fold *f)
{
	const struct tree *t = f->tree;
	char key[2 * FOLD_PATH_MAX + 1];

	/* The newest first, and each name once. */
	for (uint32_t b = t->nbindings - 1; b != 0; b--) {
		const struct binding *at = &t->bindings[b];
		struct value v;
		size_t len;

		if (at->scope != 0 || tree_binding(t, 0, at->name) != b)
			continue;
		len = make_key(key, name, strlen(name),
		    tree_word(t, at->name));
		if (len == 0)
			continue;
		v = fold_global(f, at->name);
		if (v.kind == VALUE_PATH && !modules_is_tuple(f, &v))
			add_path(m, key, len, f, &v);
		else if (is_kept(&v))
			add_kept(m, key, len, &v);
		else if (asked_kind(&v) != VALUE_UNKNOWN)
			add_asked(m, key, len, (uint8_t)asked_kind(&v));
	}
	add_calls(m, name, f);
	modules_tell_objects(m, name, f);
}

void
modules_use(const struct modules *m, const char *name, bool package,
    struct fold *f)
{
	size_t len = strlen(name);

	f->modules = m;
	f->is_package = package;
	f->module = len != 0 && len <= FOLD_PATH_MAX ? words_add(
	    &f->tree->words, (const uint8_t *)name, len, true) : WORD_NONE;
}

uint32_t
modules_absolute(struct fold *f, uint32_t module)
{
	struct word_text w = tree_word(f->tree, module), own;
	char path[FOLD_PATH_MAX + 1];
	size_t dots = 0, len, up;

	if (w.len == 0 || w.text[0] != '.' || f->module == WORD_NONE)
		return module;
	while (dots < w.len && w.text[dots] == '.')
		dots++;
	own = tree_word(f->tree, f->module);
	len = own.len;
	for (up = f->is_package ? 1 : 0; up < dots && len != 0; up++)
		while (len > 0 && own.text[--len] != '.')
			continue;
	if (len + 1 + w.len - dots > FOLD_PATH_MAX)
		return module;
	memcpy(path, own.text, len);
	if (len != 0 && dots < w.len)
		path[len++] = '.';
	memcpy(path + len, w.text + dots, w.len - dots);
	len += w.len - dots;
	return len == 0 ? module : words_add(&f->tree->words,
	    (const uint8_t *)path, len, true);
}

/* Follows a name from module to module; NULL when none of them binds it. */
static const struct entry *
find_member(const struct modules *m, struct word_text module,
    struct word_text name)
{
	char key[2 * FOLD_PATH_MAX + 1];
	const struct entry *e = NULL, *more;
	size_t len = make_key(key, module.text, module.len, name);

	for (int hop = 0; hop < HOPS && len != 0; hop++) {
		const char *dot;

		more = find(m, key, len);
		if (more == NULL)
			break;
		e = more;
		/* A path may be of the package again: "pkg.b.run". */
		dot = e->kind == VALUE_PATH ? memrchr(e->text, '.',
		    e->text_len) : NULL;
		if (dot == NULL)
			break;
		len = make_key(key, e->text, (size_t)(dot - e->text),
		    (struct word_text){ (const uint8_t *)dot + 1,
		    (uint32_t)(e->text + e->text_len - dot - 1), 0 });
	}
	return e;
}

/* ---- questions that nobody could answer yet ----------------------------- */

#define ASKED_JOINED (UINT64_C(1) << 63)

static uint64_t *
asked_slot(uint64_t *slots, uint32_t room, uint64_t what)
{
	uint64_t h = what * UINT64_C(0x9e3779b97f4a7c15);
	uint32_t at = (uint32_t)(h >> 32) & (room - 1);

	while (slots[at] != 0 && slots[at] != what)
		at = (at + 1) & (room - 1);
	return &slots[at];
}

static void
grow_asked(struct fold *f)
{
	uint32_t room = f->asked_room == 0 ? 64 : 2 * f->asked_room;
	uint64_t *slots = mem_array(room, sizeof(*slots));

	for (uint32_t i = 0; i < f->asked_room; i++)
		if (f->asked[i] != 0)
			*asked_slot(slots, room, f->asked[i]) = f->asked[i];
	free(f->asked);
	f->asked = slots;
	f->asked_room = room;
}

static void
note_asked(struct fold *f, uint32_t module, uint32_t name, uint64_t how)
{
	uint64_t what = (uint64_t)module << 32 | name | how, *slot;

	if (f->module == WORD_NONE || f->nasked > MODULES_ASKED_MAX)
		return;
	if (2 * f->nasked >= f->asked_room)
		grow_asked(f);
	slot = asked_slot(f->asked, f->asked_room, what);
	f->nasked += *slot == 0;
	*slot = what;
}

/* Each name of it may be what is asked there: "pkg.codec.CODEC.decode". */
void
modules_ask_call(struct fold *f, struct word_text path)
{
	char text[FOLD_PATH_MAX + 1];
	size_t at = 0;

	if (path.len > FOLD_PATH_MAX)
		return;
	memcpy(text, path.text, path.len);
	while (at < path.len) {
		const char *dot = memchr(text + at, '.', path.len - at), *end;
		size_t from = dot != NULL ? (size_t)(dot - text) + 1 :
		    path.len, to;

		if (dot == NULL)
			return;
		end = memchr(text + from, '.', path.len - from);
		to = end != NULL ? (size_t)(end - text) : path.len;
		if (to - from > 2 && memcmp(text + to - 2, "()", 2) == 0)
			to -= 2;
		note_asked(f, words_add(&f->tree->words, (uint8_t *)text,
		    from - 1, true), words_add(&f->tree->words,
		    (uint8_t *)text + from, to - from, true), 0);
		at = from;
	}
}

static bool
is_path(const struct entry *e)
{
	return e->kind == VALUE_PATH || e->kind == VALUE_CODE ||
	    e->kind == VALUE_LIST;
}

/* Is it known by that name, and by nothing more?  Of "string" more is. */
static bool
is_joined(const struct entry *e, struct word_text module,
    struct word_text name)
{
	return is_path(e) && e->text_len == module.len + 1 + name.len &&
	    memcmp(e->text, module.text, module.len) == 0 &&
	    e->text[module.len] == '.' &&
	    memcmp(e->text + module.len + 1, name.text, name.len) == 0 &&
	    !(module.len == 6 && memcmp(module.text, "string", 6) == 0);
}

/* What a module binds that was asked of it there, or NULL. */
static const struct entry *
answer(const struct modules *m, const struct fold *f, uint64_t what)
{
	struct word_text module = tree_word(f->tree, (uint32_t)((what &
	    ~ASKED_JOINED) >> 32)), name = tree_word(f->tree, (uint32_t)what);
	const struct entry *e = what != 0 ? find_member(m, module, name) :
	    NULL;

	return e != NULL && (what & ASKED_JOINED) && is_joined(e, module,
	    name) ? NULL : e;
}

bool
modules_change_nothing(const struct modules *m, const struct fold *f)
{
	for (uint32_t i = 0; i < f->asked_room; i++)
		if (answer(m, f, f->asked[i]) != NULL)
			return false;
	return f->module != WORD_NONE && f->nasked <= MODULES_ASKED_MAX;
}

/* ---- names -------------------------------------------------------------- */

bool
modules_member(struct fold *f, uint32_t module, uint32_t name, bool joined,
    struct value *out)
{
	const struct entry *e;

	if (f->modules == NULL) {
		note_asked(f, module, name, joined ? ASKED_JOINED : 0);
		return false;
	}
	e = find_member(f->modules, tree_word(f->tree, module),
	    tree_word(f->tree, name));
	if (e == NULL)
		return false;
	if (e->kind == VALUE_OBJECT)
		return across_value(f, text_of(e), out);
	*out = is_path(e) ? value_path(f, e->text, e->text_len) :
	    kept_value(f, e);
	if (e->object && out->kind == VALUE_PATH)
		out->len = record_elsewhere(f, e->key, strlen(e->key),
		    (struct word_text){ (const uint8_t *)e->key +
		    strlen(e->key) + 1, e->len - (uint32_t)strlen(e->key) - 1,
		    0 });
	return true;
}

struct value
modules_item(struct fold *f, const struct value *table,
    const struct value *key)
{
	char name[FOLD_PATH_MAX + 1];
	struct value v;

	if (key->len + 2 > FOLD_PATH_MAX || !record_is_ours(f, table->word))
		return value_unknown();
	name[0] = '[';
	memcpy(name + 1, key->bytes, key->len);
	name[key->len + 1] = ']';
	return modules_member(f, table->word, words_add(&f->tree->words,
	    (const uint8_t *)name, key->len + 2u, true), false, &v) ? v :
	    value_unknown();
}

bool
modules_table(struct fold *f, struct value *v)
{
	struct word_text w = tree_word(f->tree, v->word), last;
	const uint8_t *dot = w.len != 0 ? memrchr(w.text, '.', w.len) : NULL;
	const struct entry *e;
	struct value table;

	if (v->kind != VALUE_PATH || dot == NULL ||
	    w.text[w.len - 1] == ')')
		return false;
	if (f->modules == NULL) {
		modules_ask_call(f, w);
		return false;
	}
	last = (struct word_text){ dot + 1, (uint32_t)(w.text + w.len - dot -
	    1), 0 };
	e = find_member(f->modules, (struct word_text){ w.text,
	    (uint32_t)(dot - w.text), 0 }, last);
	/* ... or of an object there, which has it from its class */
	if (e != NULL ? e->kind != VALUE_LIST : !record_is_ours(f, v->word))
		return false;
	if (!across_value(f, e != NULL ? text_of(e) : w, &table) ||
	    (table.kind != VALUE_LIST && table.kind != VALUE_DICT))
		return false;
	*v = table;
	return true;
}

bool
modules_known(struct word_text module, struct word_text name)
{
	static const struct { const char *module, *names; } known[] = {
		{ "os", " system popen environ getenv remove unlink path "
		    "listdir walk getcwd getlogin getpid kill execv execve "
		    "execvp fork startfile makedirs mkdir chmod uname name "
		    "spawnl spawnv putenv rename rmdir sep " },
		{ "subprocess", " Popen run call check_call check_output "
		    "getoutput getstatusoutput PIPE DEVNULL STDOUT " },
		{ "socket", " socket AF_INET SOCK_STREAM gethostname "
		    "gethostbyname create_connection getfqdn " },
		{ "base64", " b64decode b32decode b16decode b85decode "
		    "a85decode urlsafe_b64decode standard_b64decode "
		    "decodebytes b64encode " },
		{ "zlib", " decompress compress decompressobj " },
		{ "urllib.request", " urlopen urlretrieve Request "
		    "build_opener install_opener " },
		{ "urllib", " urlopen urlretrieve urlencode unquote " },
		{ "urllib2", " urlopen Request build_opener " },
		{ "requests", " get post put request session Session " },
		{ "ctypes", " windll cdll CDLL WinDLL c_char_p byref cast "
		    "create_string_buffer string_at memmove pythonapi " },
		{ "shutil", " copy copyfile move rmtree which " },
		{ "marshal", " loads dumps load " },
		{ "pickle", " loads dumps load " },
		{ "codecs", " decode encode open " },
		{ "importlib", " import_module reload " },
		{ "builtins", " exec eval compile __import__ getattr open " },
		{ "cryptography.fernet", " Fernet MultiFernet " },
		{ "Crypto.Cipher", " AES ARC4 DES DES3 " },
		{ "getpass", " getuser getpass " },
		{ "platform", " system node uname platform release " },
		{ "threading", " Thread Timer " },
		{ "time", " sleep time " }, { "sys", " argv exit modules "
		    "platform executable path stdin stdout " },
	};
	char word[64];

	if (name.len + 3 > sizeof(word) || name.len == 0)
		return false;
	word[0] = word[name.len + 1] = ' ';
	memcpy(word + 1, name.text, name.len);
	word[name.len + 2] = '\0';
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (module.len == strlen(known[i].module) &&
		    memcmp(module.text, known[i].module, module.len) == 0)
			return strstr(known[i].names, word) != NULL;
	return false;
}

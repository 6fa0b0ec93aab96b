/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compiled - compiled Python against its source, or in its stead.
 *
 * Every name that bytecode uses stands in its source, were it only in a
 * comment; bytecode whose names do not is of another source.  Python runs it
 * all the same when it says that it need not be checked (PEP 552).
 *
 * Takes: views.  Gives: findings at the end, and the names and texts of
 * bytecode as a layer.
 * Runs in: worker child, command.
 */
#include "inspect/compiled.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "flow/facts.h"
#include "inspect/bytecode.h"
#include "inspect/inspectors.h"
#include "inspect/package/package.h"

/* Fewer strange names than this happen when a build is a little stale. */
#define STRANGE_LEAST 3
/* Words of texts that the source lacks: escapes make up one or two. */
#define STRANGE_TEXTS_LEAST 4
#define STRANGE_TEXT_WORD 4	/* letters; shorter ones are parts of escapes */
/* Texts that a source without them never made. */
#define TELLING (MARK_COMMAND | MARK_FETCHING | MARK_SECRET | MARK_TOKEN | \
    MARK_BIN | MARK_HOOK | MARK_DROP | MARK_RAW_IP | MARK_PERSIST | MARK_URL)

/* The words of a source, as a Bloom filter of two bits a word: a strange name
 * may be missed, one in a hundred, and none is made up. */
struct source {
	char		*path;
	uint8_t		*bits;		/* NULL: nobody asked */
	uint32_t	 mask;		/* number of bits, less one */
	const uint8_t	*data;		/* as the package holds it, or NULL */
	size_t		 size;
};

struct code {
	char		*path, *names;
	char		*telling;	/* texts that have marks, or NULL */
	uint64_t	 marks;		/* of its texts */
	bool		 unchecked;
	bool		 inside;	/* a text of a source */
	enum context	 context;
};

struct compiled {
	struct source	*sources;
	struct code	*codes;
	size_t		 nsources, ncodes, bytes;
};

/* ---- collecting --------------------------------------------------------- */

static bool
is_word(uint8_t c)
{
	return (uint8_t)((c | 32) - 'a') < 26 || (uint8_t)(c - '0') < 10 ||
	    c == '_' || c >= 0x80;
}

#define WORD_HASH_SEED 2166136261u	/* FNV-1a */
#define WORD_HASH_TIMES 16777619u

static uint32_t
word_hash(const void *word, size_t len)
{
	const uint8_t *p = word;
	uint32_t h = WORD_HASH_SEED;

	for (size_t i = 0; i < len; i++)
		h = (h ^ p[i]) * WORD_HASH_TIMES;
	return h;
}

/* A word takes four bytes of source or more, and most are repeated. */
static uint32_t
mask_for(size_t size)
{
	uint32_t bits = 512;

	while (bits < size / 2 && bits < COMPILED_BITS_MAX)
		bits *= 2;
	return bits - 1;
}

static void
word_add(struct source *s, uint32_t h)
{
	uint32_t one = h & s->mask, two = (h >> 15 ^ h * 7) & s->mask;

	s->bits[one / 8] |= (uint8_t)(1 << one % 8);
	s->bits[two / 8] |= (uint8_t)(1 << two % 8);
}

static bool
word_is_in(const struct source *s, uint32_t h)
{
	uint32_t one = h & s->mask, two = (h >> 15 ^ h * 7) & s->mask;

	return (s->bits[one / 8] >> one % 8 & s->bits[two / 8] >> two % 8 &
	    1) != 0;
}

static void
words_add(struct source *s, const uint8_t *data, size_t size)
{
	bool word[256];		/* looked up: no branch that texts mislead */

	for (int c = 0; c < 256; c++)
		word[c] = is_word((uint8_t)c);
	for (size_t i = 0; i < size; i++) {
		uint32_t h = WORD_HASH_SEED;

		if (!word[data[i]])
			continue;
		for (; i < size && word[data[i]]; i++)
			h = (h ^ data[i]) * WORD_HASH_TIMES;
		word_add(s, h);
	}
}

static struct compiled *
compiled_of(struct inspection *in)
{
	if (in->compiled == NULL)
		in->compiled = mem_alloc(sizeof(*in->compiled));
	return in->compiled;
}

static void
words_make(struct source *s, const uint8_t *data)
{
	s->bits = mem_alloc((s->mask + 1) / 8);
	words_add(s, data, s->size);
}

static void
source_add(struct inspection *in, const struct view *v)
{
	struct compiled *c = compiled_of(in);
	struct source s = { 0 };

	if (c->bytes > COMPILED_BYTES_MAX)
		return;
	s.path = mem_strdup(v->path);
	s.mask = mask_for(v->size);
	s.data = package_data(in->package, v);
	s.size = v->size;
	if (s.data == NULL)
		words_make(&s, v->data);
	c->bytes += (s.mask + 1) / 8 + strlen(s.path);
	if ((c->nsources & (c->nsources - 1)) == 0)
		c->sources = mem_grow(c->sources, c->nsources != 0 ?
		    2 * c->nsources : 1, sizeof(*c->sources));
	c->sources[c->nsources++] = s;
}

/* Names by what they do. */
static const char *const runs[] = { "exec", "eval", NULL };
static const char *const decodes[] = { "b64decode", "b85decode",
    "a85decode", "b32decode", "decompress", "unhexlify", "fromhex",
    "Fernet", NULL };
static const char *const fetches[] = { "urlopen", "urlretrieve",
    "requests", "httpx", "HTTPSConnection", "HTTPConnection", NULL };
static const char *const starts[] = { "system", "Popen", "startfile",
    "check_output", "check_call", "popen", "spawnl", "spawnv", "execv",
    "execve", "execvp", NULL };
static const char *const connects[] = { "create_connection", "dup2",
    "sendall", "gethostbyname", NULL };
static const char *const hears[] = { "recv", "recv_into", "makefile", NULL };
static const char *const takes_all[] = { "items", "copy", "dict", NULL };
static const char *const tells[] = { "dumps", "urlencode", "post", "put",
    "request", "b64encode", "sendall", NULL };
static const char *const who[] = { "getfqdn", "gethostname", "getuser",
    "getlogin", "getnode", "uname", NULL };
static const char *const homes[] = { "expanduser", "home", NULL };
static const char *const modes[] = { "chmod", "startfile", "memfd_create",
    NULL };
static const char *const environments[] = { "environ", "environb", NULL };
static const char *const loads[] = { "marshal", "CDLL", "windll",
    "VirtualAlloc", "FunctionType", NULL };

static bool
has_any(const char *names, const char *const *words)
{
	for (; *words != NULL; words++) {
		size_t len = strlen(*words);

		for (const char *at = names; (at = strstr(at, *words)) != NULL;
		    at += len)
			if ((at == names || at[-1] == '\n') && at[len] == '\n')
				return true;
	}
	return false;
}

/* Takes what was read. */
static void
code_add(struct inspection *in, const struct view *v, struct bytecode b,
    bool inside)
{
	struct compiled *c = compiled_of(in);
	struct code code = { .context = v->context, .inside = inside,
	    .unchecked = b.unchecked };

	code.marks = fact_of_text(in->endpoints, buf_text(&b.texts),
	    b.texts.len);
	if (has_any(buf_text(&b.names), runs) ||
	    has_any(buf_text(&b.names), fetches) ||
	    has_any(buf_text(&b.names), starts))
		inspection_layer_as(in, v, "bytecode", 0, buf_text(&b.texts),
		    b.texts.len, VIEW_TEXT);
	if (c->bytes <= COMPILED_BYTES_MAX) {
		code.path = mem_strdup(v->path);
		c->bytes += b.names.len + strlen(code.path);
		code.names = mem_strdup(buf_text(&b.names));
		if ((code.marks & TELLING) != 0) {
			c->bytes += b.texts.len;
			code.telling = mem_strdup(buf_text(&b.texts));
		}
		c->codes = mem_grow(c->codes, c->ncodes + 1,
		    sizeof(*c->codes));
		c->codes[c->ncodes++] = code;
	}
	bytecode_release(&b);
}

void
compiled_view(struct inspection *in, const struct view *v)
{
	struct bytecode b;

	if (v->layers != NULL) {
		compiled_code(in, v, v->data, v->size);
	} else if (str_ends(v->path, ".py") || str_ends(v->path, ".pyw")) {
		source_add(in, v);
	} else if (bytecode_is(v->data, v->size)) {
		bytecode_read(v->data, v->size, &b);
		code_add(in, v, b, false);
	}
}

void
compiled_code(struct inspection *in, const struct view *v,
    const uint8_t *data, size_t size)
{
	struct bytecode b;

	if (!bytecode_is_code(data, size))
		return;
	bytecode_read_code(data, size, &b);
	if (b.broken)
		bytecode_release(&b);
	else
		code_add(in, v, b, true);
}

/* ---- comparing ---------------------------------------------------------- */

void
compiled_source_path(const char *pyc, size_t len, struct buf *out)
{
	static const char cache[] = "__pycache__/";
	const char *folder = memmem(pyc, len, cache, sizeof(cache) - 1);
	const char *base = folder != NULL ? folder + sizeof(cache) - 1 : pyc;
	size_t rest = len - (size_t)(base - pyc);
	const char *tag;

	rest -= rest >= strlen(".pyc") ? strlen(".pyc") : rest;
	tag = folder != NULL ? memchr(base, '.', rest) : NULL;
	if (folder != NULL)
		buf_add(out, pyc, (size_t)(folder - pyc));
	buf_add(out, base, tag != NULL ? (size_t)(tag - base) : rest);
	buf_adds(out, ".py");
}

static int
by_path(const void *a, const void *b)
{
	const struct source *x = a, *y = b;

	return strcmp(x->path, y->path);
}

static const struct source *
source_find(const struct compiled *c, char *path)
{
	const struct source want = { .path = path };
	struct source *s = c->nsources == 0 ? NULL : bsearch(&want,
	    c->sources, c->nsources, sizeof(want), by_path);

	if (s != NULL && s->bits == NULL)
		words_make(s, s->data);
	return s;
}

static bool
has_word(const struct source *s, const char *word, size_t len)
{
	return word_is_in(s, word_hash(word, len));
}

/* Names that the compiler makes up, or writes otherwise than the source: in
 * classes, "__x" becomes "_Class__x"; letters beyond ASCII are folded. */
static bool
is_made_up(const struct source *s, const char *name, size_t len)
{
	const char *inner;

	for (size_t i = 0; i < len; i++)
		if (!is_word((uint8_t)name[i]) || (uint8_t)name[i] >= 0x80)
			return true;
	if (len == 0 || (len > 4 && memcmp(name, "__", 2) == 0 &&
	    memcmp(name + len - 2, "__", 2) == 0))
		return true;
	inner = name[0] == '_' && len > 3 ? memmem(name + 1, len - 1, "__", 2) :
	    NULL;
	return inner != NULL && has_word(s, inner, len - (size_t)(inner -
	    name));
}

/* How many names of the code its source lacks; the first ones into *out. */
static size_t
strange_names(const struct source *s, const char *names, struct buf *out)
{
	size_t strange = 0, len;

	for (; *names != '\0'; names += len + (names[len] == '\n')) {
		len = strcspn(names, "\n");
		if (is_made_up(s, names, len) || has_word(s, names, len) ||
		    (strange > 0 && memmem(out->data, out->len, names, len) !=
		    NULL))
			continue;
		if (strange++ > 0)
			buf_adds(out, ", ");
		buf_add(out, names, len);
	}
	return strange;
}

static void
say(struct inspection *in, const struct code *code, const char *rule,
    const char *text, const struct buf *names)
{
	inspection_report(in, &(struct view){ .path = code->path,
	    .context = code->context == CONTEXT_TEST ? CONTEXT_TEST :
	    CONTEXT_IMPORT }, &(struct report){ .rule = rule,
	    .category = "disguised-file", .tactic = "TA0005", .text = text,
	    .snippet = buf_text(names), .snippet_len = names->len });
}

/* One name is enough when it is of a function that acts. */
static bool
has_deed(const char *listed)
{
	static const char *const *const kinds[] = { runs, decodes, fetches,
	    starts, connects, loads };
	char *lines = mem_printf("%s\n", listed);
	bool found = false;

	for (char *c = lines; (c = strstr(c, ", ")) != NULL; c++)
		memcpy(c, " \n", 2);
	for (char *c = lines; (c = strchr(c, ' ')) != NULL; c++)
		*c = '\n';
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		found = found || has_any(lines, kinds[i]);
	free(lines);
	return found;
}

/* How many words of telling texts the source lacks. */
static size_t
strange_texts(const struct source *s, const char *texts)
{
	size_t strange = 0, len;

	for (; texts != NULL && *texts != '\0'; texts += len + (len == 0)) {
		for (len = 0; is_word((uint8_t)texts[len]); len++)
			;
		strange += len >= STRANGE_TEXT_WORD &&
		    !has_word(s, texts, len);
	}
	return strange;
}

static void
compare(struct inspection *in, const struct code *code,
    const struct source *s)
{
	struct buf names = { .most = SNIPPET_MAX };
	size_t strange = strange_names(s, code->names, &names);
	bool differs = strange >= STRANGE_LEAST ||
	    (strange > 0 && has_deed(buf_text(&names))) ||
	    (code->unchecked && strange_texts(s, code->telling) >=
	    STRANGE_TEXTS_LEAST);

	if (differs && code->unchecked)
		say(in, code, "bytecode-poisoned", "compiled Python that runs "
		    "in place of its source, and is not compiled from it",
		    &names);
	else if (differs)
		say(in, code, "bytecode-differs", "compiled Python uses names "
		    "that its source does not have", &names);
	else if (code->unchecked)
		say(in, code, "bytecode-unchecked", "compiled Python that runs "
		    "in place of its source unchecked", &names);
	buf_release(&names);
}

/* ---- bytecode alone ----------------------------------------------------- */

/* The whole environment is told, or keys below a home. */
static bool
takes_secrets(const struct code *code)
{
	return has_any(code->names, tells) &&
	    ((has_any(code->names, environments) &&
	    has_any(code->names, takes_all)) ||
	    ((code->marks & MARK_TOKEN) && has_any(code->names, homes)));
}

/* What stands in a source as a literal is nobody's application, whose programs
 * ask for such names, too. */
static bool
asks_who(const struct code *code)
{
	static const char *const library[] = { "platform", NULL };
	static const char *const name[] = { "node", NULL };

	return code->inside && (has_any(code->names, who) ||
	    (has_any(code->names, library) && has_any(code->names, name)));
}

/* There is no source to read: what the names say together. */
static void
judge_names(struct inspection *in, const struct code *code)
{
	static const struct buf none = BUF_EMPTY;
	bool reaches = has_any(code->names, fetches) ||
	    has_any(code->names, connects);

	if (reaches && ((code->marks & MARK_SECRET) || takes_secrets(code)))
		say(in, code, "bytecode-steals", "compiled Python without "
		    "source names stores of secrets and reaches the network",
		    &none);
	if (reaches && asks_who(code))
		say(in, code, "bytecode-reports", "compiled Python in a "
		    "literal asks which machine it is on, and reaches the "
		    "network", &none);
	else if (reaches && code->inside && (code->marks & MARK_URL) &&
	    has_any(code->names, tells))
		say(in, code, "bytecode-sends", "compiled Python in a literal "
		    "sends something to an address", &none);
	if (reaches && (code->marks & (MARK_BIN | MARK_HOOK | MARK_DROP)))
		say(in, code, "bytecode-endpoint", "compiled Python without "
		    "source reaches a service for anonymous senders", &none);
	if (has_any(code->names, starts) && (code->marks & (MARK_COMMAND |
	    MARK_FETCHING | MARK_PERSIST)))
		say(in, code, "bytecode-commands", "compiled Python without "
		    "source runs commands that hide, fetch or plant", &none);
	if ((has_any(code->names, runs) && (has_any(code->names, fetches) ||
	    (has_any(code->names, connects) &&
	    has_any(code->names, hears)))) || (has_any(code->names, fetches) &&
	    has_any(code->names, starts) && has_any(code->names, modes)))
		say(in, code, "bytecode-executes", "compiled Python without "
		    "source fetches and executes", &none);

	if (has_any(code->names, runs) && has_any(code->names, decodes))
		say(in, code, "bytecode-decodes", "compiled Python without "
		    "source decodes and executes", &none);
	if (has_any(code->names, fetches) && has_any(code->names, starts))
		say(in, code, "bytecode-fetches", "compiled Python without "
		    "source reaches the network and starts programs", &none);
}

void
compiled_end(struct inspection *in)
{
	struct compiled *c = in->compiled;
	struct buf path = BUF_EMPTY;

	if (c != NULL && c->nsources != 0)
		qsort(c->sources, c->nsources, sizeof(*c->sources), by_path);
	for (size_t i = 0; c != NULL && i < c->ncodes; i++) {
		const struct source *s;

		buf_reset(&path);
		compiled_source_path(c->codes[i].path,
		    strlen(c->codes[i].path), &path);
		s = c->codes[i].inside ? NULL : source_find(c, path.data);
		if (s != NULL)
			compare(in, &c->codes[i], s);
		else
			judge_names(in, &c->codes[i]);
	}
	buf_release(&path);
}

void
compiled_free(struct compiled *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->nsources; i++) {
		free(c->sources[i].path);
		free(c->sources[i].bits);
	}
	for (size_t i = 0; i < c->ncodes; i++) {
		free(c->codes[i].path);
		free(c->codes[i].names);
		free(c->codes[i].telling);
	}
	free(c->sources);
	free(c->codes);
	free(c);
}

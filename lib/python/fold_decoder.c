/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold_decoder - decoders, ciphers and readers of Python's library, and
 * objects that are made first and used then.
 * Runs in: worker child, command.
 */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "python/decode.h"
#include "python/fold_state.h"
#include "python/utf8.h"

/* ---- from numbers, to numbers ------------------------------------------- */

struct value
function_unhex(struct fold *f, struct arguments *a)
{
	return a->n == 1 ? decode_value(f, a->node, DECODE_BASE16, a->at[0]) :
	    value_unknown();
}

struct value
function_from_bytes(struct fold *f, struct arguments *a)
{
	struct value v = given(a, 0);
	bool little = false;
	uint8_t *bytes;

	for (uint32_t k = 1; k < a->n; k++)
		little = little || value_is(&a->at[k], "little");
	for (uint32_t k = 0; k < a->nkeywords; k++)
		little = little || value_is(&a->keywords[k], "little");
	bytes = v.kind == VALUE_BYTES ? fold_room(f, a->node, v.len) : NULL;
	if (bytes == NULL)
		return value_unknown();
	for (uint32_t k = 0; k < v.len; k++)
		bytes[k] = v.bytes[little ? v.len - 1 - k : k];
	return value_big(bytes, v.len);
}

#define PACK_PACE 8		/* as decoding_pace() */

struct pack { char type; unsigned int count, size; bool little; };

/* One item of a struct format at *at; false at its end or when unknown. */
static bool
pack_next(const struct value *format, uint32_t *at, struct pack *p)
{
	static const char types[] = "bBhHiIlLqQsxc?";
	static const uint8_t sizes[] = { 1, 1, 2, 2, 4, 4, 4, 4, 8, 8, 1, 1,
	    1, 1 };
	const char *type;

	p->count = 0;
	for (; *at < format->len; (*at)++) {
		char c = (char)format->bytes[*at];

		if (c == '<' || c == '=' || c == '@' || c == ' ')
			p->little = true;
		else if (c == '>' || c == '!')
			p->little = false;
		else if (c >= '0' && c <= '9' && p->count < FOLD_ITEMS_MAX)
			p->count = p->count * 10 + (unsigned int)(c - '0');
		else
			break;
	}
	if (*at == format->len || p->count > FOLD_ITEMS_MAX)
		return false;
	p->type = (char)format->bytes[(*at)++];
	type = p->type != '\0' ? strchr(types, p->type) : NULL;
	if (type == NULL)
		return false;
	if (p->count == 0)
		p->count = 1;
	p->size = sizes[type - types];
	return true;
}

static void
pack_number(struct buf *b, const struct pack *p, int64_t i)
{
	for (unsigned int k = 0; k < p->size; k++)
		buf_addc(b, (char)(i >> 8 * (p->little ? k :
		    p->size - 1 - k)));
}

static struct value
struct_pack(struct fold *f, struct arguments *a)
{
	struct buf b;
	struct pack p = { .little = true };
	uint32_t at = 0, item = 1;
	bool ok = value_begin(f, a->node, &b) && a->n > 0 &&
	    value_is_text(&a->at[0]);
	int64_t i;

	while (ok && pack_next(&a->at[0], &at, &p)) {
		ok = fold_pay(f, a->node, (uint64_t)p.count * p.size *
		    PACK_PACE) && !b.full;
		if (p.type == 's' && item < a->n &&
		    a->at[item].kind == VALUE_BYTES) {
			uint32_t n = a->at[item].len < p.count ?
			    a->at[item].len : p.count;

			buf_add(&b, a->at[item++].bytes, n);
			for (; n < p.count; n++)
				buf_addc(&b, '\0');
			continue;
		}
		for (unsigned int k = 0; ok && k < p.count; k++) {
			i = 0;
			if (p.type != 'x')
				ok = item < a->n &&
				    value_as_int(&a->at[item++], &i);
			pack_number(&b, &p, i);
		}
	}
	if (!ok || item != a->n) {
		buf_release(&b);
		return value_unknown();
	}
	return value_decoded(f, a->node, "struct", NULL, VALUE_BYTES, &b,
	    true);
}

static struct value
struct_unpack(struct fold *f, struct arguments *a)
{
	struct value out = { .kind = VALUE_LIST, .flags = 0 };
	struct pack p = { .little = true };
	uint32_t at = 0, from = 0;

	if (a->n != 2 || !value_is_text(&a->at[0]) ||
	    a->at[1].kind != VALUE_BYTES)
		return value_unknown();
	out.items = fold_items(f, a->node, 0);
	while (out.items != NULL && pack_next(&a->at[0], &at, &p)) {
		if (p.type == 's') {
			if (p.count > a->at[1].len - from)
				return value_unknown();
			out = value_append(f, a->node, out, value_text(
			    VALUE_BYTES, a->at[1].bytes + from, p.count));
			from += p.count;
			continue;
		}
		for (unsigned int k = 0; k < p.count; k++) {
			uint64_t u = 0;

			if (p.size > a->at[1].len - from)
				return value_unknown();
			for (unsigned int b = 0; b < p.size; b++)
				u |= (uint64_t)a->at[1].bytes[from + b] <<
				    8 * (p.little ? b : p.size - 1 - b);
			from += p.size;
			if (p.type != 'x')
				out = value_append(f, a->node, out,
				    value_int((int64_t)u));
			if (out.kind != VALUE_LIST)
				return value_unknown();
		}
	}
	return out.items == NULL ? value_unknown() : out;
}

/* ---- objects ------------------------------------------------------------ */

/* What is kept of a call until its result is used: all its arguments. */
struct value
function_object(struct fold *f, struct arguments *a)
{
	size_t n = a->n + a->nkeywords;
	struct value *items = fold_items(f, a->node, n);

	for (size_t i = 0; items != NULL && i < n; i++)
		items[i] = i < a->n ? a->at[i] : a->keywords[i - a->n];
	return items == NULL ? value_unknown() : (struct value){
	    .kind = VALUE_OBJECT, .word = a->path, .len = (uint32_t)n,
	    .items = items };
}

struct value
function_partial(struct fold *f, struct arguments *a)
{
	/* Without arguments it is the function itself. */
	return a->n == 1 && a->nkeywords == 0 ? a->at[0] :
	    function_object(f, a);
}

struct value
function_reduce(struct fold *f, struct arguments *a)
{
	struct value *items, v;
	size_t n, i = 0;

	if (a->n < 2 || !value_items(f, a->node, a->at[1], &items, &n))
		return value_unknown();
	if (a->n < 3 && n == 0)
		return value_unknown();
	v = a->n > 2 ? a->at[2] : items[i++];
	for (; i < n; i++) {
		struct arguments two = { .node = a->node, .n = 2,
		    .whole = true, .at = { v, items[i] } };

		if (!fold_step(f, a->node))
			return value_unknown();
		v = fold_apply(f, a->at[0], &two);
		if (v.kind == VALUE_UNKNOWN)
			return v;
	}
	/* Letter by letter: the text is what they hid. */
	if (value_is_text(&v) && v.layer == 0 && n >= FOLD_LAYER_LEAST &&
	    v.len <= n * UTF8_MOST && !(v.flags & VALUE_OPEN))
		return value_layer(f, a->node, value_work(f, &a->at[1],
		    "characters"), &a->at[1], v);
	return v;
}

static bool
path_ends(struct fold *f, const struct value *v, const char *end)
{
	struct word_text w = tree_word(f->tree, v->word);
	size_t n = strlen(end);

	return w.len >= n && memcmp(w.text + w.len - n, end, n) == 0;
}

static struct value
object_item(const struct value *object, uint32_t i)
{
	return i < object->len ? object->items[i] : value_unknown();
}

static const char *
aes_mode(struct fold *f, const struct value *mode)
{
	static const struct { const char *path, *mode; int number; } modes[] = {
		{ "MODE_ECB", "ECB", 1 }, { "MODE_CBC", "CBC", 2 },
		{ "MODE_CFB", "CFB8", 3 }, { "MODE_OFB", "OFB", 5 },
		{ "MODE_CTR", "CTR", 6 }, { "MODE_GCM", "GCM", 11 },
		{ "modes.CBC", "CBC", -1 }, { "modes.ECB", "ECB", -1 },
		{ "modes.CTR", "CTR", -1 }, { "modes.CFB8", "CFB8", -1 },
		{ "modes.OFB", "OFB", -1 }, { "modes.GCM", "GCM", -1 },
	};
	int64_t number = 0;

	(void)value_as_int(mode, &number);
	for (size_t i = 0; i < ARRAY_LEN(modes); i++)
		if (number == modes[i].number || ((mode->kind == VALUE_PATH ||
		    mode->kind == VALUE_OBJECT) &&
		    path_ends(f, mode, modes[i].path)))
			return modes[i].mode;
	return NULL;
}

static struct value
aes(struct fold *f, struct arguments *a, struct value key, const char *mode,
    struct value iv, struct value data)
{
	struct buf b;

	if (mode == NULL || key.kind != VALUE_BYTES ||
	    !value_is_text(&data) || !value_begin(f, a->node, &b))
		return value_unknown();
	if (iv.kind != VALUE_BYTES)
		iv.len = 0;
	if (!cipher_aes(mode, key.bytes, key.len, iv.bytes, iv.len,
	    data.bytes, data.len, &b)) {
		buf_release(&b);
		return fold_skip(f, SKIP_DATA, a->node);
	}
	return value_decoded(f, a->node, "aes", &data, VALUE_BYTES, &b,
	    true);
}

static struct value
chacha20(struct fold *f, struct arguments *a, struct value key,
    struct value nonce, struct value data)
{
	struct buf b;

	if (key.kind != VALUE_BYTES || nonce.kind != VALUE_BYTES ||
	    !value_begin(f, a->node, &b))
		return value_unknown();
	if (!cipher_chacha20(key.bytes, key.len, nonce.bytes, nonce.len,
	    data.bytes, data.len, &b)) {
		buf_release(&b);
		return fold_skip(f, SKIP_DATA, a->node);
	}
	return value_decoded(f, a->node, "chacha20", &data, VALUE_BYTES, &b,
	    true);
}

#define AEAD_TAG 16		/* bytes behind what is sealed; not checked */

/* AESGCM(key).decrypt(nonce, data, beside) */
static struct value
aead(struct fold *f, struct arguments *a)
{
	struct value key = object_item(&a->self, 0), data = given(a, 1);

	if (!value_is_text(&data) || data.len < AEAD_TAG)
		return value_unknown();
	data.len -= AEAD_TAG;
	data.flags &= (uint8_t)~VALUE_GROWS;
	return path_ends(f, &a->self, "AESGCM") ?
	    aes(f, a, key, "GCM", given(a, 0), data) :
	    chacha20(f, a, key, given(a, 0), data);
}

/* Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor().update(data) */
static struct value
aes_of_cipher(struct fold *f, struct arguments *a)
{
	struct value algorithm = object_item(&a->self, 0);
	struct value mode = object_item(&a->self, 1);

	if (algorithm.kind != VALUE_OBJECT || mode.kind != VALUE_OBJECT ||
	    !path_ends(f, &algorithm, "AES"))
		return value_unknown();
	return aes(f, a, object_item(&algorithm, 0), aes_mode(f, &mode),
	    object_item(&mode, 0), given(a, 0));
}

static struct value
fernet(struct fold *f, struct arguments *a)
{
	struct value key = object_item(&a->self, 0);
	struct value token = given(a, 0);
	struct buf b;

	if (!value_is_text(&key) || !value_is_text(&token) ||
	    !value_begin(f, a->node, &b))
		return value_unknown();
	if (!cipher_fernet(key.bytes, key.len, token.bytes, token.len, &b)) {
		buf_release(&b);
		return fold_skip(f, SKIP_DATA, a->node);
	}
	return value_decoded(f, a->node, "fernet", &token, VALUE_BYTES, &b,
	    true);
}

static struct value
rc4(struct fold *f, struct arguments *a)
{
	struct value key = object_item(&a->self, 0);
	struct value data = given(a, 0);
	struct buf b;

	if (!value_is_text(&key) || !value_is_text(&data) ||
	    !value_begin(f, a->node, &b))
		return value_unknown();
	cipher_rc4(key.bytes, key.len, data.bytes, data.len, &b);
	return value_decoded(f, a->node, "rc4", &data, VALUE_BYTES, &b,
	    true);
}

static struct value
digest(struct fold *f, struct arguments *a, bool hex)
{
	struct word_text w = tree_word(f->tree, a->self.word);
	struct value data = object_item(&a->self, 0);
	char name[16];
	uint8_t raw[64], text[129];
	size_t n;

	if (w.len < 9 || w.len - 8 >= sizeof(name) || !value_is_text(&data))
		return value_unknown();
	memcpy(name, w.text + 8, w.len - 8);	/* behind "hashlib." */
	name[w.len - 8] = '\0';
	n = cipher_digest(name, data.bytes, data.len, raw);
	if (n == 0)
		return value_unknown();
	if (!hex)
		return value_copy(f, a->node, VALUE_BYTES, raw, n);
	for (size_t i = 0; i < n; i++) {
		text[2 * i] = (uint8_t)"0123456789abcdef"[raw[i] >> 4];
		text[2 * i + 1] = (uint8_t)"0123456789abcdef"[raw[i] & 15];
	}
	return value_copy(f, a->node, VALUE_STR, text, 2 * n);
}

/* gzip.GzipFile(fileobj=io.BytesIO(x)).read() */
static struct value
file_read(struct fold *f, struct arguments *a)
{
	struct value inner = a->self, out;

	for (uint32_t i = 0; i < a->self.len; i++)
		if (a->self.items[i].kind == VALUE_OBJECT)
			inner = a->self.items[i];
	out = object_item(&inner, 0);
	if (path_ends(f, &a->self, "GzipFile") || path_ends(f, &a->self,
	    "gzip.open"))
		return decode_value(f, a->node, DECODE_GZIP, out);
	return out;
}

static enum decoding
window(const struct value *bits)
{
	int64_t i;

	if (!value_as_int(bits, &i))
		return DECODE_ZLIB;
	return i < 0 ? DECODE_DEFLATE : i > 15 ? DECODE_GZIP : DECODE_ZLIB;
}

static struct value
decompressor(struct fold *f, struct arguments *a)
{
	struct value bits = object_item(&a->self, 0);
	enum decoding d = path_ends(f, &a->self, "BZ2Decompressor") ?
	    DECODE_BZ2 : path_ends(f, &a->self, "LZMADecompressor") ?
	    DECODE_LZMA : window(&bits);

	return a->n > 0 ? decode_value(f, a->node, d, a->at[0]) :
	    value_unknown();
}

/* partial(f, x)(y), attrgetter("x")(y) */
static struct value
called(struct fold *f, struct arguments *a)
{
	struct arguments own = { .node = a->node, .whole = a->whole,
	    .env = a->env };
	struct value what = object_item(&a->self, 0);

	if (path_ends(f, &a->self, "attrgetter") && a->n > 0)
		return what.kind == VALUE_STR ? fold_attribute(f, a->at[0],
		    words_add(&f->tree->words, what.bytes, what.len, true),
		    true) : value_unknown();
	if (path_ends(f, &a->self, "itemgetter") && a->n > 0)
		return fold_item(f, a->at[0], what);
	if (!path_ends(f, &a->self, "partial"))
		return value_unknown();
	for (uint32_t i = 1; i < a->self.len && own.n < FOLD_ARGUMENTS; i++)
		own.at[own.n++] = a->self.items[i];
	for (uint32_t i = 0; i < a->n && own.n < FOLD_ARGUMENTS; i++)
		own.at[own.n++] = a->at[i];
	return fold_apply(f, what, &own);
}

struct value
object_call(struct fold *f, struct arguments *a)
{
	struct word_text w = tree_word(f->tree, a->path);

	if (a->path == WORD_NONE)
		return called(f, a);
	if (word_is(w, "decrypt") || word_is(w, "decrypt_and_verify")) {
		struct value mode = object_item(&a->self, 1);

		if (path_ends(f, &a->self, "Fernet"))
			return fernet(f, a);
		if (path_ends(f, &a->self, "ARC4.new"))
			return rc4(f, a);
		if (path_ends(f, &a->self, "AES.new"))
			return aes(f, a, object_item(&a->self, 0),
			    aes_mode(f, &mode), object_item(&a->self, 2),
			    given(a, 0));
		if (path_ends(f, &a->self, "AESGCM") ||
		    path_ends(f, &a->self, "aead.ChaCha20Poly1305"))
			return aead(f, a);
	}
	if (word_is(w, "decryptor"))
		return a->self;
	if (word_is(w, "update") && path_ends(f, &a->self, "Cipher"))
		return aes_of_cipher(f, a);
	if (word_is(w, "finalize"))
		return value_text(VALUE_BYTES, "", 0);
	if (word_is(w, "digest") || word_is(w, "hexdigest"))
		return digest(f, a, word_is(w, "hexdigest"));
	if (word_is(w, "read") || word_is(w, "getvalue") ||
	    word_is(w, "getbuffer"))
		return file_read(f, a);
	if (word_is(w, "decompress"))
		return decompressor(f, a);
	return value_unknown();
}

/* ---- by name ------------------------------------------------------------ */

#define LISTED_PACE 16

static struct value
listed(struct fold *f, struct arguments *a, const char *how,
    bool (*read)(const uint8_t *, size_t, struct buf *))
{
	struct value v = given(a, 0), out;
	struct buf b;
	bool ok;

	if (!value_is_text(&v) || !fold_pay(f, a->node, (uint64_t)v.len *
	    LISTED_PACE) || !value_begin(f, a->node, &b))
		return value_unknown();
	ok = read(v.bytes, v.len, &b);
	out = value_decoded(f, a->node, how, &v, VALUE_STR, &b, ok);
	/* The list of what stands in it is for readers; the program goes on
	 * with something that is not known. */
	return out.kind == VALUE_UNKNOWN ? out : (struct value){
	    .kind = VALUE_OBJECT, .word = a->path, .layer = out.layer };
}

static struct value
unpadded(struct fold *f, struct arguments *a)
{
	struct value v = a->at[0];
	uint8_t n = v.kind == VALUE_BYTES && v.len != 0 ? v.bytes[v.len - 1] :
	    0;

	(void)f;
	if (n >= 1 && n <= 16 && n <= v.len)
		v.len -= n;
	v.flags &= (uint8_t)~VALUE_GROWS;
	return v;
}

static const struct { const char *name; enum decoding d; } decoders[] = {
	{ "base64.b64decode", DECODE_BASE64 },
	{ "base64.standard_b64decode", DECODE_BASE64 },
	{ "base64.urlsafe_b64decode", DECODE_BASE64 },
	{ "base64.decodebytes", DECODE_BASE64 },
	{ "base64.decodestring", DECODE_BASE64 },
	{ "binascii.a2b_base64", DECODE_BASE64 },
	{ "pybase64.b64decode", DECODE_BASE64 },
	{ "base64.b32decode", DECODE_BASE32 },
	{ "base64.b16decode", DECODE_BASE16 },
	{ "binascii.unhexlify", DECODE_BASE16 },
	{ "binascii.a2b_hex", DECODE_BASE16 },
	{ "base64.b85decode", DECODE_BASE85 },
	{ "base64.a85decode", DECODE_ASCII85 },
	{ "binascii.a2b_uu", DECODE_UU },
	{ "binascii.a2b_qp", DECODE_QUOTED },
	{ "quopri.decodestring", DECODE_QUOTED },
	{ "gzip.decompress", DECODE_GZIP }, { "bz2.decompress", DECODE_BZ2 },
	{ "lzma.decompress", DECODE_LZMA },
};

static const char *const objects[] = { "cryptography.fernet.Fernet",
	"Crypto.Cipher.AES.new", "Cryptodome.Cipher.AES.new",
	"Crypto.Cipher.ARC4.new", "Cryptodome.Cipher.ARC4.new",
	"cryptography.hazmat.primitives.ciphers.Cipher",
	"cryptography.hazmat.primitives.ciphers.algorithms.AES",
	"cryptography.hazmat.primitives.ciphers.modes.CBC",
	"cryptography.hazmat.primitives.ciphers.modes.ECB",
	"cryptography.hazmat.primitives.ciphers.modes.CTR",
	"cryptography.hazmat.primitives.ciphers.modes.CFB8",
	"cryptography.hazmat.primitives.ciphers.modes.OFB",
	"cryptography.hazmat.primitives.ciphers.modes.GCM",
	"cryptography.hazmat.primitives.ciphers.aead.AESGCM",
	"cryptography.hazmat.primitives.ciphers.aead.ChaCha20Poly1305",
	"io.BytesIO", "io.StringIO", "BytesIO.BytesIO", "StringIO.StringIO",
	"gzip.GzipFile", "gzip.open", "zlib.decompressobj",
	"bz2.BZ2Decompressor", "lzma.LZMADecompressor", "hashlib.md5",
	"hashlib.sha1", "hashlib.sha224", "hashlib.sha256", "hashlib.sha384",
	"hashlib.sha512" };

static bool
is_any(struct word_text w, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (word_is(w, names[i]))
			return true;
	return false;
}

static struct value
zlib_decompress(struct fold *f, struct arguments *a)
{
	const struct value *bits = a->n > 1 ? &a->at[1] :
	    a->nkeywords != 0 ? &a->keywords[0] : &a->at[0];

	return decode_value(f, a->node, window(bits), a->at[0]);
}

static struct value
codecs_decode(struct fold *f, struct arguments *a)
{
	return a->n < 2 ? value_unknown() :
	    decode_codec(f, a->node, &a->at[1], a->at[0], true);
}

static struct value
codecs_encode(struct fold *f, struct arguments *a)
{
	return a->n < 2 ? value_unknown() :
	    decode_codec(f, a->node, &a->at[1], a->at[0], false);
}

static struct value
unquote(struct fold *f, struct arguments *a)
{
	struct value v = decode_value(f, a->node, DECODE_PERCENT, a->at[0]);

	v.kind = v.kind == VALUE_BYTES ? VALUE_STR : v.kind;
	return v;
}

static struct value
marshal_loads(struct fold *f, struct arguments *a)
{
	return listed(f, a, "marshal", marshal_text);
}

static struct value
pickle_loads(struct fold *f, struct arguments *a)
{
	return listed(f, a, "pickle", pickle_text);
}

/* Called with an argument at least. */
static const struct { const char *name; builtin *call; } others[] = {
	{ "zlib.decompress", zlib_decompress },
	{ "codecs.decode", codecs_decode }, { "codecs.encode", codecs_encode },
	{ "urllib.parse.unquote", unquote }, { "urllib.unquote", unquote },
	{ "urllib.parse.unquote_plus", unquote },
	{ "marshal.loads", marshal_loads }, { "pickle.loads", pickle_loads },
	{ "_pickle.loads", pickle_loads }, { "cPickle.loads", pickle_loads },
	{ "dill.loads", pickle_loads }, { "cloudpickle.loads", pickle_loads },
	{ "json.loads", function_json }, { "orjson.loads", function_json },
	{ "ujson.loads", function_json }, { "simplejson.loads", function_json },
	{ "ast.literal_eval", function_literal },
	{ "struct.pack", struct_pack }, { "struct.unpack", struct_unpack },
};

static builtin *
other_decoder(struct word_text w)
{
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		if (word_is(w, others[i].name))
			return others[i].call;
	return str_ends_with(w, "Padding.unpad") ? unpadded : NULL;
}

bool
function_decodes(struct word_text w)
{
	for (size_t i = 0; i < ARRAY_LEN(decoders); i++)
		if (word_is(w, decoders[i].name))
			return true;
	return is_any(w, objects, ARRAY_LEN(objects)) ||
	    other_decoder(w) != NULL;
}

bool
function_decode(struct fold *f, struct arguments *a, struct value *out)
{
	struct word_text w = tree_word(f->tree, a->path);
	builtin *other;

	/* Every one of them stands in a module. */
	if (w.len < 8 || memchr(w.text, '.', w.len) == NULL)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(decoders); i++) {
		if (!word_is(w, decoders[i].name))
			continue;
		if (a->n == 0 || !value_is_text(&a->at[0]) ||
		    a->at[0].flags & VALUE_OPEN)
			return false;
		*out = decode_value(f, a->node, decoders[i].d, a->at[0]);
		return out->kind != VALUE_UNKNOWN;
	}
	if (is_any(w, objects, ARRAY_LEN(objects)) && a->n + a->nkeywords > 0) {
		for (uint32_t i = 0; i < a->n; i++)
			if (a->at[i].kind == VALUE_UNKNOWN)
				return false;
		*out = function_object(f, a);
		return true;
	}
	if (word_is(w, "zlib.decompressobj")) {
		*out = function_object(f, a);
		return true;
	}
	other = other_decoder(w);
	if (other == NULL || a->n == 0)
		return false;
	*out = other(f, a);
	return out->kind != VALUE_UNKNOWN;
}

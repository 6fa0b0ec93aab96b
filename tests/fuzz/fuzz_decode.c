/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz_decode - every decoder and every reader of a binary format in inspect
 * and python, chosen by the first byte, on whatever follows it.
 *
 * Beyond crashes it holds that results stay within their bounds.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "base/text.h"
#include "data/finding.h"
#include "inspect/layers/alphabets.h"
#include "inspect/bytecode.h"
#include "inspect/compiled.h"
#include "inspect/context.h"
#include "inspect/disguise.h"
#include "inspect/layers/layers.h"
#include "inspect/metadata.h"
#include "inspect/native/native.h"
#include "inspect/layers/packed.h"
#include "python/decode.h"
#include "python/pickle.h"
#include "fuzz.h"

#define ROOM (1 << 20)

static volatile size_t sink;

/* Looks at every byte, so that a wrong length is seen. */
static void
take(uint8_t *out, size_t len, size_t most)
{
	if (out == NULL)
		return;
	require(len <= most);
	for (size_t i = 0; i < len; i++)
		sink += out[i];
	free(out);
}

static void
on_text(void *ctx, struct text_span s)
{
	(void)ctx;
	for (size_t i = 0; i < s.len; i++)
		sink += s.text[i];
}

static void
on_global(void *ctx, struct text_span module, struct text_span name)
{
	on_text(ctx, module);
	on_text(ctx, name);
}

/* ---- letters and streams -------------------------------------------------- */

static void
try_alphabets(const uint8_t *data, size_t size)
{
	static uint8_t *(*const each[])(const char *, size_t, size_t *) = {
	    alphabet_base64, alphabet_hex, alphabet_base32, alphabet_base85 };
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_LEN(each); i++)
		take(each[i]((const char *)data, size, &n), n, size + 8);
	take(alphabet_utf16(data, size, &n), n, 2 * size + 8);
}

static void
try_packed(const uint8_t *data, size_t size)
{
	const char *name = "";
	size_t n = 0;
	uint8_t *out = packed_open(data, size, ROOM, &n, &name);

	sink += packed_is(data, size);
	require(out == NULL || *name != '\0');
	take(out, n, ROOM);
}

static void
try_layers(const uint8_t *data, size_t size)
{
	const char *name = "";
	uint8_t *out;
	size_t n = 0;

	out = layers_peel(data, size, ROOM, &n, &name);
	require(out == NULL || *name != '\0');
	take(out, n, ROOM);
}

static void
try_codec(const uint8_t *data, size_t size)
{
	struct buf out = { .most = ROOM };

	if (size == 0)
		return;
	sink += decode_bytes(data[0] % DECODE_KINDS, data + 1, size - 1, &out);
	require(out.len <= ROOM);
	buf_release(&out);
}

/* A key of the second byte's length, 16 bytes of a start value, the rest. */
static void
try_cipher(const uint8_t *data, size_t size)
{
	static const char *const modes[] = { "CBC", "ECB", "CTR", "CFB8", "OFB",
	    "GCM" };
	struct buf out = { .most = ROOM };
	size_t key, iv;

	if (size < 2)
		return;
	key = data[1] < size - 2 ? data[1] : size - 2;
	iv = size - 2 - key < 16 ? size - 2 - key : 16;
	sink += cipher_aes(modes[data[0] % ARRAY_LEN(modes)], data + 2, key,
	    data + 2 + key, iv, data + 2 + key + iv, size - 2 - key - iv, &out);
	require(out.len <= ROOM);
	buf_reset(&out);
	if (key != 0)
		cipher_rc4(data + 2, key, data + 2 + key, size - 2 - key, &out);
	buf_reset(&out);
	sink += cipher_fernet(data + 2, key, data + 2 + key, size - 2 - key,
	    &out);
	require(out.len <= ROOM);
	buf_release(&out);
}

/* ---- formats -------------------------------------------------------------- */

static void
try_pickle(const uint8_t *data, size_t size)
{
	static const struct pickle_reader reader = { on_global, on_text, NULL, NULL };
	struct buf out = { .most = ROOM };
	size_t start = pickle_start(data, size);

	sink += start;
	sink += pickle_read(data, size, &reader, NULL);
	sink += pickle_text(data, size, &out);
	require(out.len <= ROOM);
	buf_release(&out);
}

static void
try_marshal(const uint8_t *data, size_t size)
{
	struct buf out = { .most = ROOM };

	sink += marshal_text(data, size, &out);
	require(out.len <= ROOM);
	buf_release(&out);
}

static void
try_bytecode(const uint8_t *data, size_t size)
{
	struct bytecode b;
	struct buf path = BUF_EMPTY;

	sink += bytecode_is(data, size);
	bytecode_read(data, size, &b);
	sink += b.names.len + b.texts.len;
	bytecode_release(&b);
	compiled_source_path((const char *)data, size, &path);
	buf_release(&path);
}

static void
try_native(const uint8_t *data, size_t size)
{
	struct native n;

	native_read(data, size, &n);
	sink += native_imports(&n, "system") + n.nimports;
	native_release(&n);
}

static void
try_disguise(const uint8_t *data, size_t size)
{
	struct disguise d;

	sink += (size_t)executable_of(data, size);
	if (disguise_find(data, size, &d))
		require(strlen(d.cipher) < sizeof(d.cipher) &&
		    d.kind != EXECUTABLE_NONE);
}

static void
try_metadata(const uint8_t *data, size_t size)
{
	struct metadata m = { 0 };

	metadata_parse(data, size, &m);
	metadata_release(&m);
}

static void
try_kind(const uint8_t *data, size_t size)
{
	sink += text_is(data, size);
	sink += (size_t)context_kind_of_bytes(data, size);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const each[])(const uint8_t *, size_t) = {
	    try_alphabets, try_packed, try_layers, try_codec, try_codec,
	    try_cipher, try_pickle, try_marshal, try_bytecode, try_native,
	    try_disguise, try_metadata, try_kind };
	uint8_t *exact;

	if (size == 0)
		return 0;
	exact = malloc(size - 1 == 0 ? 1 : size - 1); /* nothing behind */
	if (exact == NULL)
		return 0;
	memcpy(exact, data + 1, size - 1);
	each[data[0] % ARRAY_LEN(each)](exact, size - 1);
	free(exact);
	return 0;
}

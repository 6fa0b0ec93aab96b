/* SPDX-License-Identifier: Apache-2.0 */
/*
 * models - code in the layers of a stored model.
 *
 * Keras keeps a Lambda layer's function as marshalled code in base64, inside
 * of the JSON that tells the layers (a .json, a member of a .keras, an
 * attribute in an HDF5 file), and runs it when the model is loaded.
 *
 * Takes: views.  Gives: findings; the code's texts as a layer.
 * Runs in: worker child, command.  Linear; nothing is loaded.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/str.h"
#include "inspect/inspectors.h"
#include "inspect/layers/alphabets.h"
#include "python/marshal.h"

#define CODE_LEAST 80		/* letters: no code is shorter */
#define CODE_REACH 400		/* from the layer's name to its code */
#define LAMBDAS_MAX 64		/* of one file */
#define MARSHALLED 0x63		/* 'c', with or without the flag of a
				   reference */

struct code {
	struct buf	 texts;		/* names and constants, one a line */
	bool		 acts;
};

static bool
note(void *ctx, enum marshal_kind kind, const uint8_t *at, size_t len)
{
	static const char *const names[] = { "system", "popen", "Popen",
	    "exec", "eval", "__import__", "urlopen", "urlretrieve", "socket",
	    "check_output", "check_call", "execv", "execve", "execvp",
	    "spawnv", "startfile", "requests", "httpx", "remove", "rmtree" };
	struct code *c = ctx;

	if (kind == MARSHAL_OTHER)
		return true;
	for (size_t i = 0; kind == MARSHAL_NAME && i < ARRAY_LEN(names); i++)
		c->acts = c->acts || (strlen(names[i]) == len &&
		    memcmp(at, names[i], len) == 0);
	buf_add(&c->texts, at, len);
	buf_addc(&c->texts, '\n');
	return true;
}

/* The letters from *at on, without line ends and "\n" of JSON. */
static void
letters(const uint8_t **at, const uint8_t *end, struct buf *out)
{
	for (; *at < end && !out->full; ++*at) {
		if (alphabet_base64_digits[**at] != 0 || **at == '=')
			buf_addc(out, (char)**at);
		else if (**at == '\\' && end - *at > 1 && (*at)[1] == 'n')
			++*at;
		else if (**at != '\n')
			return;
	}
}

static void
look_code(struct inspection *in, const struct view *v, const struct buf *text)
{
	struct code c = { .texts = { .most = BYTECODE_TEXT_MAX } };
	const struct marshal_sink sink = { note, &c };
	size_t n = 0;
	uint8_t *code = alphabet_base64(buf_text(text), text->len, &n);

	if (code != NULL && n > 0 && (code[0] & 0x7f) == MARSHALLED)
		(void)marshal_read(code, n, &sink);
	if (c.acts) {
		inspection_report(in, v, &(struct report){
		    .rule = "model-runs", .category = "dynamic-exec",
		    .tactic = "TA0002", .text = "a model with a layer whose "
		    "code starts programs or reaches the network",
		    .snippet = buf_text(&c.texts),
		    .snippet_len = c.texts.len });
		inspection_layer_as(in, v, "lambda", 0, buf_text(&c.texts),
		    c.texts.len, VIEW_TEXT);
	}
	free(code);
	buf_release(&c.texts);
}

/* What is encoded behind the name of a layer. */
static void
look_layer(struct inspection *in, const struct view *v, const uint8_t *at)
{
	const uint8_t *end = v->data + v->size;
	const uint8_t *stop = end - at > CODE_REACH ? at + CODE_REACH : end;

	while (at < stop) {
		struct buf text = { .most = BYTECODE_TEXT_MAX };

		letters(&at, end, &text);
		if (text.len >= CODE_LEAST) {
			look_code(in, v, &text);
			stop = at;
		}
		buf_release(&text);
		at++;
	}
}

void
models_view(struct inspection *in, const struct view *v)
{
	static const char layer[] = "\"Lambda\"";
	const uint8_t *at = v->data, *end = v->data + v->size;

	if (v->kind == VIEW_PYTHON || v->kind == VIEW_SCRIPT)
		return;
	for (int i = 0; i < LAMBDAS_MAX && (at = memmem(at, (size_t)(end - at),
	    layer, sizeof(layer) - 1)) != NULL; i++) {
		at += sizeof(layer) - 1;
		look_layer(in, v, at);
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * layers - what encodings hide.
 *
 * Takes: literals of Python source, whole texts, packed bytes.
 * Gives: decoded layers, looked at by every inspector in turn.
 * Runs in: worker child, command.  Depth, number and bytes are bounded in
 * inspection_layer; a layer that makes no sense is not followed.
 */
#include "inspect/layers/layers.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/text.h"
#include "base/vis.h"
#include "flow/program.h"
#include "flow/reading.h"
#include "flow/shell.h"
#include "inspect/bytecode.h"
#include "inspect/compiled.h"
#include "inspect/disguise.h"
#include "inspect/inspectors.h"
#include "inspect/layers/alphabets.h"
#include "inspect/layers/coded.h"
#include "inspect/layers/crib.h"
#include "inspect/layers/packed.h"
#include "python/fold.h"
#include "python/tree.h"

#define LITERAL_LEAST 40	/* shorter ones hide nothing worth a look */
#define CODE_LEAST 12
#define BASE85_LEAST 60		/* its alphabet is nearly every letter */

/* ---- one layer ---------------------------------------------------------- */

static bool is_plain_utf16(const uint8_t *, size_t);

bool
layers_is_sense(const uint8_t *data, size_t size)
{
	if (size < CODE_LEAST)
		return false;
	return packed_is(data, size) || bytecode_is_surely_code(data, size) ||
	    is_plain_utf16(data, size) ||
	    executable_of(data, size) != EXECUTABLE_NONE ||
	    (text_is(data, size) && utf8_valid(data, size));
}

static bool
is_plain_utf16(const uint8_t *data, size_t size)
{
	size_t n;
	uint8_t *text = size > 4 && (data[0] == 0) != (data[1] == 0) ?
	    alphabet_utf16(data, size, &n) : NULL;

	free(text);
	return text != NULL;
}

/* What makes sense, or would under a key. */
static bool
is_worth(const uint8_t *data, size_t size)
{
	struct crib crib;

	return layers_is_sense(data, size) || crib_find(data, size, &crib);
}

static uint8_t *
keep(uint8_t *decoded, const char *as, size_t *len, const char **name)
{
	if (decoded == NULL)
		return NULL;
	if (is_worth(decoded, *len)) {
		*name = as;
		return decoded;
	}
	free(decoded);
	return NULL;
}

static uint8_t *
peel_text(const char *text, size_t len, size_t *out_len, const char **name)
{
	uint8_t *out;
	char *back;

	while (len > 0 && alphabet_is_blank((unsigned char)text[len - 1]))
		len--;
	out = keep(alphabet_hex(text, len, out_len), "hex", out_len, name);
	if (out == NULL)
		out = keep(alphabet_base64(text, len, out_len), "base64",
		    out_len, name);
	if (out == NULL)
		out = keep(alphabet_base32(text, len, out_len), "base32",
		    out_len, name);
	if (out == NULL && len >= BASE85_LEAST)
		out = keep(alphabet_base85(text, len, out_len), "base85",
		    out_len, name);
	if (out != NULL || len == 0 || (text[0] != '=' &&
	    alphabet_base64_value((unsigned char)text[0]) < 0))
		return out;
	back = mem_alloc(len + 1);
	for (size_t i = 0; i < len; i++)
		back[i] = text[len - 1 - i];
	out = keep(alphabet_base64(back, len, out_len), "reversed > base64",
	    out_len, name);
	free(back);
	return out;
}

static uint8_t *
peel_reversed(const uint8_t *data, size_t size, size_t most, size_t *out_len)
{
	uint8_t *back, *out;
	const char *name;

	if (size < 16 || !packed_is_zlib((const uint8_t[9]){ data[size - 1],
	    data[size - 2] }, 9))
		return NULL;
	back = mem_alloc(size);
	for (size_t i = 0; i < size; i++)
		back[i] = data[size - 1 - i];
	out = packed_open(back, size, most, out_len, &name);
	free(back);
	return out;
}

uint8_t *
layers_peel(const uint8_t *data, size_t size, size_t most, size_t *out_len,
    const char **name)
{
	uint8_t *out = packed_open(data, size, most, out_len, name);

	if (out == NULL && size <= most)
		out = keep(alphabet_utf16(data, size, out_len), "utf-16",
		    out_len, name);
	if (out == NULL && size <= most)
		out = peel_text((const char *)data, size, out_len, name);
	if (out == NULL && size <= most) {
		*name = "reversed > zlib";
		out = peel_reversed(data, size, most, out_len);
	}
	return out;
}

/* ---- literals ----------------------------------------------------------- */

/* One line that is written or piped as it is, and no hint to a reader. */
static bool
is_line(const struct inspection *in, const char *text, size_t len)
{
	size_t at;

	return (memcmp(text, "curl ", 5) == 0 ||
	    memcmp(text, "wget ", 5) == 0) && (text[len - 1] == '\n' ||
	    memmem(text, len, "/dev/null", 9) != NULL) &&
	    shell_runs_fetched(in->endpoints, text, len, &at);
}

void
layers_script_started(struct inspection *in, const struct view *v,
    uint32_t line)
{
	inspection_report(in, v, &(struct report){
	    .rule = "script-started", .category = "shipped-program",
	    .tactic = "TA0002", .line = line, .text = "starts programs, and "
	    "holds such a script as a text" });
}

/*
 * A literal that is a script.  It counts as early as the source that holds it
 * starts programs, and then what was found in it was started.
 */
static void
look_script(struct inspection *in, const struct view *v, const uint8_t *text,
    size_t len, uint32_t line)
{
	enum context runs_at = in->runs_at;
	size_t before = in->out->nfindings;
	struct view later = *v;

	if (len < LITERAL_LEAST || len > BUILD_COMMANDS_MAX ||
	    (!shell_is_script((const char *)text, len) &&
	    !is_line(in, (const char *)text, len)))
		return;
	if (later.context <= CONTEXT_CALL)
		later.context = runs_at <= CONTEXT_CALL ? runs_at :
		    CONTEXT_DATA;
	inspection_layer_as(in, &later, "script", line, text, len,
	    VIEW_SCRIPT);
	in->runs_at = runs_at;	/* of layers of its own */
	if (in->out->nfindings != before && later.context <= CONTEXT_CALL)
		layers_script_started(in, &later, line);
}

static void
look_literal(struct inspection *in, const struct view *v, const uint8_t *text,
    size_t len, uint32_t line)
{
	struct view later = *v;
	const char *name;
	uint8_t *out;
	size_t n;

	if (len < LITERAL_LEAST)
		return;
	compiled_code(in, v, text, len);
	out = layers_peel(text, len, LAYER_BYTES_MAX, &n, &name);
	if (out != NULL) {
		inspection_layer(in, v, name, line, out, n);
		free(out);
	} else if (memmem(text, len, "import ", 7) != NULL &&
	    program_is_python(text, len)) {
		/* Nobody says that it runs. */
		if (later.context == CONTEXT_IMPORT)
			later.context = CONTEXT_DATA;
		inspection_layer(in, &later, "string", line, text, len);
	} else
		coded_literal(in, v, text, len, line);
}

/* ---- Python ------------------------------------------------------------- */

/* Texts that stand alone document; a part is looked at with its whole. */
static void
cover_kids(const struct tree *t, uint32_t node, bool *covered, bool texts)
{
	for (uint32_t k = t->nodes[node].kid; k != 0; k = t->nodes[k].next)
		if (!texts || t->nodes[k].kind == NODE_STRING ||
		    t->nodes[k].kind == NODE_STRINGS)
			covered[k] = true;
}

typedef void look_fn(struct inspection *, const struct view *,
    const uint8_t *, size_t, uint32_t);

/* Texts as they are written, or put together, but not decoded by the code. */
static void
look_text(struct inspection *in, const struct view *v, uint32_t node,
    look_fn *look)
{
	struct reading *r = v->reading;
	struct value text;

	if (r->tree->nodes[node].kind == NODE_STRING &&
	    r->tree->nodes[node].end - r->tree->nodes[node].at < LITERAL_LEAST)
		return;
	text = fold_node(r->fold, node);
	/* Of a script enough is known when parts of it are not. */
	if (value_is_text(&text) && text.layer == 0 &&
	    (look == look_script || !(text.flags & VALUE_OPEN)))
		look(in, v, text.bytes, text.len,
		    tree_line(r->tree, r->tree->nodes[node].at));
}

static void
look_texts(struct inspection *in, const struct view *v, look_fn *look)
{
	const struct tree *t = v->reading->tree;
	bool *covered = mem_array(t->nnodes, sizeof(*covered));

	/* Operands have lower numbers than what they are part of. */
	for (uint32_t n = t->nnodes - 1; n != 0; n--)
		switch (t->nodes[n].kind) {
		case NODE_BLOCK:
			cover_kids(t, n, covered, true);
			break;
		case NODE_BINARY:
			if (t->nodes[n].op != '+')
				break;
			__attribute__((fallthrough));
		case NODE_STRINGS:
			if (!covered[n])
				look_text(in, v, n, look);
			cover_kids(t, n, covered, false);
			break;
		case NODE_FORMAT:
			if (look == look_script && !covered[n])
				look_text(in, v, n, look);
			break;
		case NODE_LIST:
		case NODE_TUPLE:
		case NODE_SET:
			if (look == look_literal)
				coded_numbers(in, v, n);
			break;
		case NODE_STRING:
		case NODE_CALL:
			if (!covered[n])
				look_text(in, v, n, look);
			break;
		default:
			break;
		}
	free(covered);
}

/* What the code itself decodes, whether or not anybody runs it. */
static void
look_decoded(struct inspection *in, const struct view *v, uint32_t layer)
{
	const struct fold *f = v->reading->fold;
	const struct fold_layer *l = &f->layers[layer];
	struct buf chain = BUF_EMPTY;

	/* Lists of names: what they were read from says more. */
	if (str_equal(l->how, "marshal") || str_equal(l->how, "pickle")) {
		if (l->from == 0)
			return;
		layer = l->from;
		l = &f->layers[layer];
	}
	if (l->len < CODE_LEAST || !is_worth(l->bytes, l->len))
		return;
	fold_chain(f, layer, &chain);
	inspection_layer(in, v, buf_text(&chain), tree_line(f->tree,
	    f->tree->nodes[l->node].at), l->bytes, l->len);
	buf_release(&chain);
}

/* Behind what used everything up, a program may hide. */
static void
look_exhausted(struct inspection *in, const struct view *v)
{
	const struct fold *f = v->reading->fold;
	enum fold_skip why = f->arena.full ? SKIP_BYTES : SKIP_STEPS;
	char text[80];

	if (!fold_exhausted(f))
		return;
	(void)snprintf(text, sizeof(text), "constants that cost too much to "
	    "work out: %s", fold_skip_name(why));
	inspection_report(in, v, &(struct report){ .rule = "fold-exhausted",
	    .category = "obfuscation-shape", .tactic = "TA0005", .text = text,
	    .line = tree_line(f->tree, f->tree->nodes[
	    f->skipped_node[why]].at) });
}

static void
look_python(struct inspection *in, const struct view *v)
{
	struct fold *f = v->reading->fold;

	fold_all(f);
	look_exhausted(in, v);
	for (uint32_t i = 1; i < f->nlayers; i++)
		if (!f->layers[i].used)
			look_decoded(in, v, i);
	look_texts(in, v, look_script);
	look_texts(in, v, look_literal);
}

void
layers_scripts(struct inspection *in, const struct view *v)
{
	look_texts(in, v, look_script);
}

void
layers_view(struct inspection *in, const struct view *v)
{
	const char *name;
	uint8_t *out;
	size_t n;

	coded_program(in, v);
	if (v->kind == VIEW_PYTHON) {
		look_python(in, v);
		return;
	}
	/* Packed members of honest packages are data; of layers they
	 * are not. */
	if (v->size < LITERAL_LEAST || v->size > LAYER_BYTES_MAX)
		return;
	out = layers_peel(v->data, v->size, LAYER_BYTES_MAX, &n, &name);
	if (out != NULL)
		inspection_layer(in, v, name, 0, out, n);
	else if (v->kind == VIEW_BINARY || crib_is_dense(v->data, v->size))
		coded_key(in, v, v->data, v->size, 0);
	free(out);
}

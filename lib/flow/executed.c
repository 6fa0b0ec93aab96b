/* SPDX-License-Identifier: Apache-2.0 */
/*
 * executed - what a text means that a source executes in its own place.
 *
 * Takes: the source, as it is read, and the text.  Gives: Python that says the
 * same by itself.
 * Runs in: worker child, command.
 */
#include "flow/executed.h"

#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "flow/reading.h"
#include "python/fold.h"
#include "python/tree.h"

#define TEXT_MOST 4096		/* of a constant: an address, a command */

static bool
is_letter(char c)
{
	return isalnum((unsigned char)c) || c == '_' || (c & 0x80) != 0;
}

/* As a whole word, and not behind a dot. */
static bool
stands_in(const char *text, size_t len, struct word_text name)
{
	const char *at = text, *end = text + len;

	while ((at = memmem(at, (size_t)(end - at), name.text, name.len)) !=
	    NULL) {
		const char *behind = at + name.len;

		if ((at == text || (!is_letter(at[-1]) && at[-1] != '.')) &&
		    (behind == end || !is_letter(*behind)))
			return true;
		at++;
	}
	return false;
}

/* "a.b" as x: the import of it, when it is a plain one. */
static void
say_path(const char *path, size_t len, struct word_text name,
    struct buf *out)
{
	const char *dot = memrchr(path, '.', len);

	for (size_t i = 0; i < len; i++)
		if (!is_letter(path[i]) && path[i] != '.')
			return;
	if (len == 0 || dot == path)
		return;
	if (dot != NULL)
		buf_addf(out, "from %.*s ", (int)(dot - path), path);
	dot = dot != NULL ? dot + 1 : path;
	buf_addf(out, "import %.*s as %.*s\n", (int)(len - (size_t)(dot -
	    path)), dot, (int)name.len, (const char *)name.text);
}

static void
say_text(const struct value *v, struct word_text name, struct buf *out)
{
	buf_addf(out, "%.*s = %s\"", (int)name.len, (const char *)name.text,
	    v->kind == VALUE_BYTES ? "b" : "");
	for (uint32_t i = 0; i < v->len; i++) {
		uint8_t c = v->bytes[i];

		if (c == '"' || c == '\\' || c < ' ' || (c >= 0x7f &&
		    v->kind == VALUE_BYTES))
			buf_addf(out, "\\x%02x", c);
		else
			buf_addc(out, (char)c);
	}
	buf_add(out, "\"\n", 2);
}

static void
say_binding(struct reading *r, uint32_t binding, struct buf *out)
{
	struct word_text name = tree_word(r->tree,
	    r->tree->bindings[binding].name);
	struct value v = fold_binding(r->fold, binding);
	const char *path;
	size_t len;

	if (v.kind == VALUE_PATH) {
		path = fold_path(r->fold, &v, &len);
		say_path(path, len, name, out);
	} else if (value_is_text(&v) && !(v.flags & VALUE_OPEN) &&
	    v.len <= TEXT_MOST) {
		say_text(&v, name, out);
	}
}

/* Functions see their own imports; their other names are not looked at. */
static bool
is_seen(const struct binding *b)
{
	return b->kind == BINDING_IMPORT || b->kind == BINDING_FROM ||
	    (b->scope == 0 && b->kind == BINDING_VALUE);
}

void
executed_text(struct reading *r, const char *text, size_t len,
    struct buf *out)
{
	const struct tree *t = r->tree;
	unsigned int said = 0;
	size_t names = EXECUTED_WORK / (len + 1);

	for (uint32_t b = 1; b < t->nbindings && b <= names &&
	    said < EXECUTED_NAMES; b++)
		if (is_seen(&t->bindings[b]) && stands_in(text, len,
		    tree_word(t, t->bindings[b].name))) {
			say_binding(r, b, out);
			said++;
		}
	buf_add(out, text, len);
}

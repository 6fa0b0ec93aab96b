/* SPDX-License-Identifier: Apache-2.0 */
/*
 * native - what a native executable or library asks the system for.
 * Takes: bytes.  Gives: names.  Runs in: worker child, command.
 */
#include "inspect/native/parts.h"

#include <string.h>

#include "base/limits.h"
#include "inspect/disguise.h"

uint64_t
image_number(struct image *i, uint64_t at, unsigned int width)
{
	uint64_t value = 0;

	if (at > i->size || width > i->size - at) {
		i->out->broken = true;
		return 0;
	}
	for (unsigned int k = 0; k < width; k++)
		value |= (uint64_t)i->data[at + (i->big ? width - 1 - k : k)]
		    << (8 * k);
	return value;
}

/* A NUL-terminated name of at most NATIVE_NAME_MAX bytes, or NULL. */
static const char *
name_at(struct image *i, uint64_t at, size_t *len)
{
	const uint8_t *end;
	size_t most;

	if (at >= i->size) {
		i->out->broken = true;
		return NULL;
	}
	most = (size_t)(i->size - at);
	if (most > NATIVE_NAME_MAX)
		most = NATIVE_NAME_MAX;
	end = memchr(i->data + at, '\0', most);
	if (end == NULL || end == i->data + at)
		return NULL;
	*len = (size_t)(end - (i->data + at));
	return (const char *)i->data + at;
}

void
image_add(struct image *i, struct buf *list, uint64_t at)
{
	size_t len;
	const char *name = name_at(i, at, &len);

	if (name == NULL)
		return;
	if (list->len == 0)
		buf_addc(list, '\n');
	buf_add(list, name, len);
	buf_addc(list, '\n');
	i->out->nimports += list == &i->out->imports;
}

void
native_read(const uint8_t *data, size_t size, struct native *out)
{
	struct image i = { .data = data, .size = size, .out = out };

	*out = (struct native){ .imports = { .most = NATIVE_TEXT_MAX },
		.exports = { .most = NATIVE_TEXT_MAX },
		.libraries = { .most = NATIVE_TEXT_MAX } };
	switch (executable_of(data, size)) {
	case EXECUTABLE_ELF:
		native_elf(&i);
		break;
	case EXECUTABLE_PE:
		native_pe(&i);
		break;
	case EXECUTABLE_MACHO:
		native_macho(&i);
		break;
	case EXECUTABLE_NONE:
		break;
	}
}

void
native_release(struct native *n)
{
	buf_release(&n->imports);
	buf_release(&n->exports);
	buf_release(&n->libraries);
}

/* What may follow a name that is the same function all the same. */
static bool
is_end(const char *at)
{
	return *at == '\n' || ((*at == 'A' || *at == 'W') && at[1] == '\n') ||
	    *at == '@' || *at == '$';
}

bool
native_imports(const struct native *n, const char *function)
{
	const char *text = buf_text(&n->imports), *at = text;
	size_t len = strlen(function);

	for (; (at = strstr(at, function)) != NULL; at += len) {
		const char *before = at;

		while (before > text && before[-1] == '_')
			before--;
		if (before > text && before[-1] == '\n' && is_end(at + len))
			return true;
	}
	return false;
}

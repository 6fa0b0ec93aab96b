/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keys - does some file of the package hold what may be a key, or set
 * variables of the environment?
 *
 * Takes: the files that are held.  Gives: yes or no; each file is read once.
 * Runs in: worker child, command.
 */
#include <ctype.h>
#include <string.h>

#include "base/limits.h"
#include "base/str.h"
#include "inspect/package/package.h"

struct run {
	size_t		 len, digits;
	unsigned int	 kinds;		/* small letters, capitals, digits */
};

static void
run_add(struct run *r, int c)
{
	r->len++;
	r->digits += isdigit(c) ? 1 : 0;
	r->kinds |= islower(c) ? 1u : isupper(c) ? 2u : isdigit(c) ? 4u : 0u;
}

/* "Bx7Qk2mP", of all kinds, or a long one with digits. */
static bool
is_key(const struct run *r)
{
	return (r->len >= KEY_MIXED_LEAST && r->kinds == 7) ||
	    (r->len >= KEY_LONG_LEAST && r->digits >= KEY_DIGITS_LEAST);
}

/* Does a quote open or close a text there?  A text in three quotes goes on
 * behind the line. */
static bool
is_end(const uint8_t *data, size_t size, size_t i, int quote, bool long_text)
{
	if (!long_text)
		return data[i] == quote || data[i] == '\n';
	return data[i] == quote && i + 2 < size && data[i + 1] == quote &&
	    data[i + 2] == quote;
}

/* Runs of letters and digits within quotes, and many short ones that may be
 * put together. */
static bool
holds_key(const uint8_t *data, size_t size)
{
	size_t pieces = 0;
	bool long_text = false;
	struct run r = { 0 };
	int quote = 0;

	for (size_t i = 0; i < size; i++) {
		int c = data[i];
		bool text = quote != 0 && (isalnum(c) || c == '-' || c == '_');

		if (text) {
			run_add(&r, c);
			if (is_key(&r))
				return true;
			continue;
		}
		pieces += r.len >= KEY_PIECE_LEAST && r.kinds == 7;
		r = (struct run){ 0 };
		if (quote == 0 && (c == '"' || c == '\'')) {
			quote = c;
			long_text = i + 2 < size && data[i + 1] == c &&
			    data[i + 2] == c;
			i += long_text ? 2 : 0;
		} else if (quote != 0 && is_end(data, size, i, quote,
		    long_text)) {
			i += long_text ? 2 : 0;
			quote = 0;
		}
	}
	return pieces >= KEY_PIECES_MOST;
}

/* x = os.environ["A"]: is what stands behind the bracket no "="? */
static bool
only_reads(const uint8_t *at, const uint8_t *end)
{
	const uint8_t *p = memchr(at, ']', (size_t)(end - at));

	for (p = p != NULL ? p + 1 : end; p < end && *p == ' ';)
		p++;
	return p < end && (*p != '=' || (p + 1 < end && p[1] == '=')) &&
	    !(p + 1 < end && p[1] == '=' && strchr("+|", *p) != NULL);
}

/* Of that word, which begins at `at`: is it only asked or copied? */
static bool
only_asks(const uint8_t *data, const uint8_t *at, const uint8_t *end)
{
	static const char *const before[] = { "dict(os.", "dict(", "**os.",
	    "** os.", "**", " in os.", " in " };
	static const char *const after[] = { ".get(", ".copy(", ".items(",
	    ".keys(" };
	const uint8_t *next = at + strlen("environ");

	for (size_t i = 0; i < ARRAY_LEN(after); i++)
		if ((size_t)(end - next) >= strlen(after[i]) &&
		    memcmp(next, after[i], strlen(after[i])) == 0)
			return true;
	if (next < end && *next == '[')
		return only_reads(next, end);
	if (next < end && *next == '.')
		return false;
	for (size_t i = 0; i < ARRAY_LEN(before); i++)
		if ((size_t)(at - data) >= strlen(before[i]) &&
		    memcmp(at - strlen(before[i]), before[i],
		    strlen(before[i])) == 0)
			return true;
	return (size_t)(at - data) >= strlen("import ") &&
	    memcmp(at - strlen("import "), "import ", strlen("import ")) ==
	    0 && (next == end || strchr("\r\n,)", *next) != NULL);
}

/* os.environ["A"] = x, os.environ |= y, e = os.environ; "environment" is
 * another word. */
static bool
sets_variables(const uint8_t *data, size_t size)
{
	const uint8_t *end = data + size, *at = data;

	if (memmem(data, size, "putenv", 6) != NULL)
		return true;
	while ((at = memmem(at, (size_t)(end - at), "environ", 7)) != NULL) {
		if (!(at + 7 < end && at[7] == 'm') &&
		    !only_asks(data, at, end))
			return true;
		at += 7;
	}
	return false;
}

/* Each file is asked once, by whichever call asks first. */
static void
ask_files(struct package *p)
{
	for (; p->asked_keys < p->n; p->asked_keys++) {
		const struct held *h = &p->files[p->asked_keys];

		p->holds_key = p->holds_key || holds_key(h->data, h->size);
		p->sets_variables = p->sets_variables ||
		    sets_variables(h->data, h->size);
	}
}

bool
package_holds_key(struct package *p)
{
	ask_files(p);
	return p->holds_key || p->partial;
}

bool
package_sets_variables(struct package *p)
{
	ask_files(p);
	return p->sets_variables || p->partial;
}

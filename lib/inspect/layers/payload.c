/* SPDX-License-Identifier: Apache-2.0 */
/*
 * payload - what stays the same when a campaign renames its packages.
 *
 * A member in which something was found is hashed with the project's own name
 * (in any spelling) and version taken out, without carriage returns.  Releases
 * whose members have one digest in common carry one payload.
 *
 * Takes: views.  Gives: features.payloads, "DIGEST PATH" a line.
 * Runs in: worker child, command.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/limits.h"
#include "base/str.h"
#include "inspect/inspectors.h"

#define NAME_LEAST 3	/* letters of a name worth taking out */

static bool
is_separator(uint8_t c)
{
	return c == '-' || c == '_' || c == '.';
}

/* Length of the name at the beginning of n bytes, in whatever case, with any
 * or no separators where it has some; 0: it is not there. */
static size_t
name_at(const uint8_t *s, size_t n, const char *name)
{
	size_t at = 0;

	for (; *name != '\0'; name++) {
		if (is_separator((uint8_t)*name)) {
			while (at > 0 && at < n && is_separator(s[at]))
				at++;
			continue;
		}
		if (at == n || tolower(s[at]) != tolower((uint8_t)*name))
			return 0;
		at++;
	}
	return at;
}

static void
renamed(const struct inspection *in, const struct view *v, struct buf *out)
{
	const char *name = in->project != NULL && strlen(in->project) >=
	    NAME_LEAST ? in->project : NULL;
	const char *version = in->version != NULL && strlen(in->version) >=
	    NAME_LEAST ? in->version : NULL;

	for (size_t i = 0, n; i < v->size; i++) {
		if (v->data[i] == '\r')
			continue;
		if (name != NULL && tolower(v->data[i]) ==
		    tolower((uint8_t)*name) && (n = name_at(v->data + i,
		    v->size - i, name)) != 0) {
			buf_addc(out, '*');
			i += n - 1;
			continue;
		}
		if (version != NULL && v->size - i >= (n = strlen(version)) &&
		    memcmp(v->data + i, version, n) == 0) {
			buf_addc(out, '#');
			i += n - 1;
			continue;
		}
		buf_addc(out, (char)v->data[i]);
	}
}

/* Something was found in this member, where it acts. */
static bool
is_of_interest(const struct features *f, const char *path)
{
	for (size_t i = 0; i < f->nfindings; i++)
		if (f->findings[i].context <= CONTEXT_CALL &&
		    str_equal(f->findings[i].path, path))
			return true;
	return false;
}

void
payload_view(struct inspection *in, const struct view *v)
{
	struct buf	 text = BUF_EMPTY, list = BUF_EMPTY;
	char		 hex[SHA256_HEX + 1];

	if (v->layers != NULL || v->entry == NULL || v->entry->depth != 0 ||
	    v->size < PAYLOAD_LEAST || v->size > PAYLOAD_MOST ||
	    strlen(v->path) > PAYLOAD_PATH_MAX || in->npayloads ==
	    PAYLOADS_MAX || !is_of_interest(in->out, v->path))
		return;
	renamed(in, v, &text);
	sha256_hex(text.data, text.len, hex);
	buf_adds(&list, in->out->payloads != NULL ? in->out->payloads : "");
	buf_addf(&list, "%s %s\n", hex, v->path);
	free(in->out->payloads);
	in->out->payloads = buf_steal(&list);
	in->npayloads++;
	buf_release(&text);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * action - the changelog's free-text action as a typed event.
 * Takes: the text and whether the row has a version.  Gives: kind and parts.
 * Runs in: poll.
 *
 * The text is partly chosen by the uploader: the python version of "add
 * <python version> file <filename>" may contain anything, "Owner eve" and
 * " file " included.  An upload must never pass as something else, so a row
 * with a version is tried as an upload before it is tried as a role change.
 */
#include "poll/action.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "base/vis.h"
#include "data/event.h"

static const struct { const char *text; enum event_kind kind; } exact[] = {
	{ "create", EVENT_CREATE },
	{ "new release", EVENT_NEW_RELEASE },
	{ "remove release", EVENT_REMOVE_RELEASE },
	{ "remove project", EVENT_REMOVE_PROJECT },
	{ "yank release", EVENT_YANK_RELEASE },
	{ "unyank release", EVENT_UNYANK_RELEASE },
	{ "project quarantined", EVENT_QUARANTINE_PROJECT },
	{ "project quarantine cleared", EVENT_UNQUARANTINE_PROJECT },
	{ "release quarantined", EVENT_QUARANTINE_RELEASE },
	{ "release quarantine cleared", EVENT_UNQUARANTINE_RELEASE },
};

static const struct { const char *verb; enum event_kind kind; } roles[] = {
	{ "add ", EVENT_ROLE_ADD },
	{ "remove ", EVENT_ROLE_REMOVE },
	{ "change ", EVENT_ROLE_CHANGE },
	{ "invite ", EVENT_ROLE_INVITE },
	{ "revoke_invite ", EVENT_ROLE_REVOKE_INVITE },
	{ "accepted ", EVENT_ROLE_ACCEPT },
};

static const char *const role_names[] = { "Owner", "Maintainer" };

/* A name that PyPI's upload accepts: no space, slash, backslash, control. */
static bool
is_filename(const char *s)
{
	if (*s == '\0')
		return false;
	for (; *s != '\0'; s++)
		if ((unsigned char)*s <= ' ' || *s == 0x7f || *s == '/' ||
		    *s == '\\')
			return false;
	return true;
}

/* The last " file " in the text from `s` on. */
static const char *
last_file(const char *s)
{
	const char *found = NULL;

	while ((s = strstr(s, " file ")) != NULL)
		found = s++;
	return found;
}

static bool
read_upload(const char *text, struct event *e)
{
	const char *mid, *file;

	if (!str_starts(text, "add "))
		return false;
	mid = text + 4;
	if ((file = last_file(mid)) == NULL || !is_filename(file + 6))
		return false;
	e->kind = EVENT_ADD_FILE;
	e->python_version = mem_strndup(mid, (size_t)(file - mid));
	e->filename = mem_strdup(file + 6);
	return true;
}

static bool
read_removal(const char *text, struct event *e)
{
	if (!str_starts(text, "remove file ") || !is_filename(text + 12))
		return false;
	e->kind = EVENT_REMOVE_FILE;
	e->filename = mem_strdup(text + 12);
	return true;
}

/* The length of "Owner " or "Maintainer " at `s`, with its name, or 0. */
static size_t
role_at(const char *s, const char **name)
{
	for (size_t i = 0; i < ARRAY_LEN(role_names); i++) {
		size_t n = strlen(role_names[i]);

		if (str_starts(s, role_names[i]) && s[n] == ' ') {
			*name = role_names[i];
			return n + 1;
		}
	}
	return 0;
}

/* "change <Role> <name> to <Role>": the new role counts. */
static bool
read_change(const char *who, struct event *e)
{
	for (size_t i = 0; i < ARRAY_LEN(role_names); i++) {
		char *tail = mem_printf(" to %s", role_names[i]);
		bool fits = str_ends(who, tail);
		size_t len = strlen(who) - (fits ? strlen(tail) : 0);

		free(tail);
		if (fits) {
			e->role = mem_strdup(role_names[i]);
			e->actor = mem_strndup(who, len);
			return true;
		}
	}
	return false;
}

static bool
read_role(const char *text, struct event *e)
{
	const char *who, *role;
	size_t n;

	for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
		if (!str_starts(text, roles[i].verb))
			continue;
		who = text + strlen(roles[i].verb);
		if ((n = role_at(who, &role)) == 0 || who[n] == '\0')
			continue;
		if (roles[i].kind == EVENT_ROLE_CHANGE) {
			if (!read_change(who + n, e))
				return false;
		} else {
			e->role = mem_strdup(role);
			e->actor = mem_strdup(who + n);
		}
		e->kind = roles[i].kind;
		return true;
	}
	return false;
}

/*
 * PyPI writes what is not ASCII as a character reference before XML escapes
 * it again, so "&#233;" is left after decoding.  References to ASCII are not
 * its work and stay as they are.
 */
static size_t
reference(const char *s, uint32_t *code)
{
	uint32_t c = 0;
	size_t n = 2;

	if (s[0] != '&' || s[1] != '#')
		return 0;
	for (; s[n] >= '0' && s[n] <= '9' && n < 10; n++)
		c = c * 10 + (uint32_t)(s[n] - '0');
	if (s[n] != ';' || c < 0xa0 || c > 0x10ffff ||
	    (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*code = c;
	return n + 1;
}

static char *
unescape(const char *text)
{
	struct buf b = BUF_EMPTY;
	uint32_t c;
	size_t n;

	for (; *text != '\0'; text += n) {
		if ((n = reference(text, &c)) != 0)
			utf8_add(&b, c);
		else {
			n = 1;
			buf_addc(&b, *text);
		}
	}
	return b.len > 0 ? buf_steal(&b) : mem_strdup("");
}

void
action_read(const char *raw, struct event *e)
{
	char *text = unescape(raw);

	e->action = text;
	e->kind = EVENT_CHANGED;
	for (size_t i = 0; i < ARRAY_LEN(exact); i++)
		if (strcmp(text, exact[i].text) == 0) {
			e->kind = exact[i].kind;
			return;
		}
	if (read_removal(text, e))
		return;
	if (e->version != NULL && read_upload(text, e))
		return;
	if (read_role(text, e))
		return;
	if (e->version == NULL)
		read_upload(text, e);
}

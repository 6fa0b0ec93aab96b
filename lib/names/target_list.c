/* SPDX-License-Identifier: Apache-2.0 */
/*
 * target_list - lists of names as people and other programs write them.
 * Takes: text.  Gives: targets, or which line is wrong and why.
 * Runs in: queue and the command.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "names/name.h"
#include "names/targets.h"

/* Young projects that others build on rank with the less popular ones. */
#define RISING_RANK 3000
/* Who imitates what a team builds on has chosen well: like the known ones. */
#define USED_RANK 300

/* "import name TAB project"; NULL or what is wrong. */
static const char *
import_parse(char *line, struct target *t)
{
	struct project_name name;
	const char	*why;
	char		*tab = strchr(line, '\t');

	if (tab == NULL)
		return "no project after the import name";
	*tab = '\0';
	if (name_normalize(line, &name, &why) == -1 ||
	    name_normalize(tab + 1, &name, &why) == -1)
		return why;
	t->name = mem_strdup(line);
	t->project = mem_strdup(tab + 1);
	return NULL;
}

/* "name" or "rank TAB name TAB downloads"; NULL or what is wrong. */
static const char *
target_parse(char *line, struct target *t)
{
	struct project_name name;
	const char	*why;
	char		*tab, *text = line;
	int64_t		 rank = 0;

	if ((tab = strchr(line, '\t')) != NULL) {
		*tab = '\0';
		text = tab + 1;
		if (str_int(line, 1, UINT32_MAX, &rank) == -1)
			return "the first column is no rank";
		t->rank = (uint32_t)rank;
		if ((tab = strchr(text, '\t')) != NULL) {
			*tab = '\0';
			if (str_int(tab + 1, 0, INT64_MAX, &t->downloads) == -1)
				return "the third column is no number";
		}
	}
	if (name_normalize(text, &name, &why) == -1)
		return why;
	t->name = mem_strdup(text);
	return NULL;
}

/* Cuts the comment and the blanks around; the rest may be empty. */
static char *
line_trim(char *line)
{
	char *end = line + strcspn(line, "#\r");

	*end = '\0';
	line += strspn(line, " \t");
	end = line + strlen(line);
	while (end > line && (end[-1] == ' ' || end[-1] == '\t'))
		*--end = '\0';
	return line;
}

static const char *
targets_read_line(const char *at, size_t len, enum target_kind kind,
    struct target **list, size_t *n, size_t *room)
{
	char		 line[TARGET_LINE_MAX + 1], *text;
	struct target	*t;
	const char	*wrong;

	if (len > TARGET_LINE_MAX)
		return "too long";
	if (memchr(at, '\0', len) != NULL)
		return "a NUL byte";
	memcpy(line, at, len);
	line[len] = '\0';
	text = line_trim(line);
	if (*text == '\0' || str_starts(text, "rank\t"))
		return NULL;
	if (*n == TARGETS_MAX)
		return "too many names";
	if (*n == *room) {
		*room = *room == 0 ? 256 : 2 * *room;
		*list = mem_grow(*list, *room, sizeof(**list));
	}
	t = &(*list)[*n];
	memset(t, 0, sizeof(*t));
	t->kind = kind;
	wrong = kind == TARGET_IMPORT ? import_parse(text, t) :
	    target_parse(text, t);
	if (wrong != NULL)
		return wrong;
	(*n)++;
	if (t->rank == 0 && kind == TARGET_POPULAR)
		t->rank = (uint32_t)*n;
	return NULL;
}

int
targets_read(const char *text, size_t len, enum target_kind kind,
    struct target **list, size_t *n, char *why, size_t room)
{
	const char	*at = text, *end = text + len, *eol, *wrong = NULL;
	size_t		 number = 1, allocated = 0;

	*list = NULL;
	*n = 0;
	for (; at < end; at = eol + 1, number++) {
		if ((eol = memchr(at, '\n', (size_t)(end - at))) == NULL)
			eol = end;
		wrong = targets_read_line(at, (size_t)(eol - at), kind, list,
		    n, &allocated);
		if (wrong != NULL)
			break;
		if (eol == end)
			break;
	}
	if (wrong == NULL)
		return 0;
	snprintf(why, room, "line %zu: %s", number, wrong);
	targets_list_free(*list, *n);
	*list = NULL;
	*n = 0;
	return -1;
}

void
target_stored(struct target *t, const char *kind)
{
	t->kind = str_equal(kind, "protected") ? TARGET_PROTECTED :
	    str_equal(kind, "used") ? TARGET_USED :
	    str_equal(kind, "import") ? TARGET_IMPORT : TARGET_POPULAR;
	if (str_equal(kind, "rising") && t->rank == 0)
		t->rank = RISING_RANK;
	if (str_equal(kind, "used") && t->rank == 0)
		t->rank = USED_RANK;
}

void
targets_list_free(struct target *list, size_t n)
{
	size_t	 i;
	char	*name;

	for (i = 0; i < n; i++) {
		/* names from targets_read are heap copies */
		memcpy(&name, &list[i].name, sizeof(name));
		free(name);
		memcpy(&name, &list[i].project, sizeof(name));
		free(name);
	}
	free(list);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * targets - the names that somebody might imitate, as one flat index.
 *
 * Takes: names with rank and kind.  Gives: the index's bytes, and a view.
 * Runs in: queue and the command build it, every worker opens it.
 */
#include "names/targets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "names/index.h"
#include "names/name.h"
#include "names/stdlib.h"

struct builder {
	struct index_entry *entries;
	uint32_t	*slots;
	size_t		 n, most, nslots;
	struct buf	 text;
};

/* FNV-1a: names are short, and nobody gains by making ours collide. */
uint32_t
index_hash(const char *s, size_t len)
{
	uint32_t h = 2166136261u;
	size_t	 i;

	for (i = 0; i < len; i++)
		h = (h ^ (uint8_t)s[i]) * 16777619u;
	return h;
}

/* Where that name is, or where it would go. */
static uint32_t *
builder_slot(struct builder *b, const struct project_name *name)
{
	size_t	 at = index_hash(name->text, name->len) & (b->nslots - 1);
	const struct index_entry *e;

	for (; b->slots[at] != 0; at = (at + 1) & (b->nslots - 1)) {
		e = &b->entries[b->slots[at] - 1];
		if (e->len == name->len && memcmp(b->text.data + e->name,
		    name->text, name->len) == 0)
			break;
	}
	return &b->slots[at];
}

static bool
builder_add(struct builder *b, const struct target *t)
{
	struct project_name	 name;
	struct index_entry	*e;
	uint32_t		*slot;
	const char		*why;

	if (b->n == b->most || t->name == NULL ||
	    name_normalize(t->name, &name, &why) == -1)
		return false;
	slot = builder_slot(b, &name);
	if (*slot != 0)
		return false;
	e = &b->entries[b->n];
	e->name = (uint32_t)b->text.len;
	e->len = (uint8_t)name.len;
	e->rank = t->rank;
	e->kind = (uint8_t)t->kind;
	e->flags = t->owned ? INDEX_OWNED : 0;
	buf_add(&b->text, name.text, name.len + 1);
	*slot = (uint32_t)++b->n;
	return true;
}

static void
builder_finish(struct builder *b, struct buf *out)
{
	struct index_header h = { .magic = INDEX_MAGIC, .n = (uint32_t)b->n };

	h.entries = sizeof(h);
	h.slots = h.entries + h.n * (uint32_t)sizeof(*b->entries);
	h.nslots = (uint32_t)b->nslots;
	h.text = h.slots + h.nslots * (uint32_t)sizeof(*b->slots);
	h.ntext = (uint32_t)b->text.len;
	h.size = h.text + h.ntext;
	buf_add(out, &h, sizeof(h));
	buf_add(out, b->entries, b->n * sizeof(*b->entries));
	buf_add(out, b->slots, b->nslots * sizeof(*b->slots));
	buf_add(out, b->text.data, b->text.len);
}

size_t
targets_build(const struct target *list, size_t n, struct buf *out)
{
	static const enum target_kind order[] = { TARGET_PROTECTED,
		TARGET_POPULAR, TARGET_STDLIB };
	struct builder	 b = { .text = BUF_EMPTY };
	struct target	 lib = { .kind = TARGET_STDLIB };
	size_t		 i, k, taken = 0;

	b.most = n < TARGETS_MAX ? n : TARGETS_MAX;
	b.most += stdlib_count;
	b.entries = mem_array(b.most, sizeof(*b.entries));
	for (b.nslots = 16; b.nslots < 2 * b.most; b.nslots *= 2)
		;
	b.slots = mem_array(b.nslots, sizeof(*b.slots));
	/* protected first: an internal name that is also popular is ours */
	for (k = 0; k < ARRAY_LEN(order); k++)
		for (i = 0; i < n; i++)
			if (list[i].kind == order[k])
				taken += builder_add(&b, &list[i]);
	for (i = 0; i < stdlib_count; i++) {
		lib.name = stdlib_names[i];
		builder_add(&b, &lib);
	}
	builder_finish(&b, out);
	buf_release(&b.text);
	free(b.slots);
	free(b.entries);
	return taken;
}

/* A part of `n` elements that lies inside the bytes and is aligned. */
static bool
part_fits(const struct index_header *h, uint32_t at, uint64_t n, size_t size)
{
	return at >= sizeof(*h) && at % _Alignof(uint32_t) == 0 &&
	    at + n * size <= h->size;
}

static const char *
targets_check(const struct targets *t)
{
	const struct index_header *h = t->head;
	const struct index_entry *e;
	uint32_t	 i;

	for (i = 0; i < h->n; i++) {
		e = &t->entries[i];
		if (e->kind > TARGET_STDLIB || e->len == 0 ||
		    e->len > PROJECT_NAME_MAX ||
		    (uint64_t)e->name + e->len + 1 > h->ntext ||
		    t->text[e->name + e->len] != '\0')
			return "target index: a damaged entry";
	}
	for (i = 0; i < h->nslots; i++)
		if (t->slots[i] > h->n)
			return "target index: a damaged slot";
	return NULL;
}

static const char *
targets_map(struct targets *t, const void *bytes, size_t len)
{
	const struct index_header *h = bytes;

	if (len < sizeof(*h) || (uintptr_t)bytes % _Alignof(uint64_t) != 0 ||
	    h->magic != INDEX_MAGIC || h->size != len)
		return "target index: not an index, or cut short";
	if (h->nslots == 0 || (h->nslots & (h->nslots - 1)) != 0 ||
	    h->n >= h->nslots ||
	    !part_fits(h, h->entries, h->n, sizeof(*t->entries)) ||
	    !part_fits(h, h->slots, h->nslots, sizeof(*t->slots)) ||
	    !part_fits(h, h->text, h->ntext, 1))
		return "target index: a part outside the bytes";
	t->head = h;
	t->entries = (const void *)((const char *)bytes + h->entries);
	t->slots = (const void *)((const char *)bytes + h->slots);
	t->text = (const char *)bytes + h->text;
	return targets_check(t);
}

struct targets *
targets_open(const void *bytes, size_t len, const char **why)
{
	struct targets	*t = mem_alloc(sizeof(*t));
	const char	*unused;

	if (why == NULL)
		why = &unused;
	*why = targets_map(t, bytes, len);
	if (*why == NULL)
		return t;
	free(t);
	return NULL;
}

void
targets_free(struct targets *t)
{
	free(t);
}

size_t
targets_count(const struct targets *t)
{
	return t->head->n;
}

const struct index_entry *
index_find(const struct targets *t, const char *name, size_t len)
{
	uint32_t at = index_hash(name, len) & (t->head->nslots - 1), tries;
	const struct index_entry *e;

	/* bounded: a hostile table may have no empty slot */
	for (tries = 0; tries < t->head->nslots && t->slots[at] != 0; tries++) {
		e = &t->entries[t->slots[at] - 1];
		if (e->len == len && memcmp(t->text + e->name, name, len) == 0)
			return e;
		at = (at + 1) & (t->head->nslots - 1);
	}
	return NULL;
}

uint32_t
targets_rank(const struct targets *t, const char *name)
{
	const struct index_entry *e = index_find(t, name, strlen(name));

	return e != NULL && e->kind == TARGET_POPULAR ? e->rank : 0;
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
	if ((wrong = target_parse(text, t)) != NULL)
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
targets_list_free(struct target *list, size_t n)
{
	size_t	 i;
	char	*name;

	for (i = 0; i < n; i++) {
		/* names from targets_read are heap copies */
		memcpy(&name, &list[i].name, sizeof(name));
		free(name);
	}
	free(list);
}

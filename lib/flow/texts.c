/* SPDX-License-Identifier: Apache-2.0 */
/*
 * texts - the texts that flow meets, once each, and what they say.
 *
 * Takes: bytes.  Gives: a number for them, or 0 when they do not fit; marks.
 * Runs in: worker child, command.
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "flow/names.h"
#include "flow/secrets.h"
#include "flow/state.h"

#define UNPACKED_MOST 512	/* bytes of a path, or of a line with one */
#define PROSE_BLANKS 12		/* two short sentences */

static uint32_t
find_text(const struct flow *f, uint32_t hash, const void *bytes, size_t len,
    bool open)
{
	uint32_t i = f->text_heads[hash & f->text_mask];

	while (i != 0 && (f->texts[i].hash != hash || f->texts[i].len != len ||
	    f->texts[i].open != open ||
	    memcmp(f->texts[i].bytes, bytes, len) != 0))
		i = f->texts[i].next;
	return i;
}

bool
flow_has_text(const struct flow *f, const char *bytes, size_t len)
{
	return len != 0 && find_text(f, flow_text_hash(bytes, len), bytes, len,
	    false) != 0;
}

uint32_t
flow_intern(struct flow *f, const void *bytes, size_t len, bool open)
{
	uint32_t hash, *head, i;
	char *copy;

	if (len > FLOW_TEXT_MOST || len == 0)
		return 0;
	hash = flow_text_hash(bytes, len) ^ (uint32_t)open;
	i = find_text(f, hash, bytes, len, open);
	if (i != 0)
		return i;
	head = &f->text_heads[hash & f->text_mask];
	copy = f->ntexts < FLOW_TEXTS_MAX ? arena_take(&f->arena, len + 1) :
	    NULL;
	if (copy == NULL)
		return 0;
	memcpy(copy, bytes, len);
	copy[len] = '\0';
	if (f->ntexts == f->texts_room) {
		f->texts_room *= 2;
		f->texts = mem_grow(f->texts, f->texts_room,
		    sizeof(*f->texts));
	}
	f->texts[f->ntexts] = (struct flow_text){ .bytes = copy,
	    .len = (uint32_t)len, .hash = hash, .next = *head, .open = open };
	*head = f->ntexts++;
	return *head;
}

uint32_t
flow_join(struct flow *f, uint32_t a, uint32_t b, const char *between)
{
	size_t la = f->texts[a].len, lb = f->texts[b].len;
	size_t k = strlen(between);
	char *both;
	uint32_t text;

	/* join("", "a") is "a", and join("", "") no root. */
	if (la == 0 && !f->texts[a].open)
		return b;
	if (la != 0 && *between == '/' && f->texts[a].bytes[la - 1] == '/')
		k = 0;
	if (la + lb + k > FLOW_TEXT_MOST)
		return 0;
	both = mem_alloc(la + lb + k + 1);
	memcpy(both, f->texts[a].bytes, la);
	memcpy(both + la, between, k);
	memcpy(both + la + k, f->texts[b].bytes, lb);
	text = flow_intern(f, both, la + lb + k, f->texts[a].open ||
	    f->texts[b].open);
	free(both);
	return text;
}

/* Sentences: a word of ten letters at most, on average, and several. */
static bool
is_prose(const char *text, size_t len)
{
	size_t blanks = 0;

	for (size_t i = 0; i < len; i++)
		blanks += text[i] == ' ' || text[i] == '\n';
	return blanks >= PROSE_BLANKS && blanks * 10 >= len;
}

uint64_t
flow_fact_of_text(const struct flow *f, const char *text, size_t len)
{
	uint64_t marks = fact_of_text(f->file->endpoints, text, len);

	if (!(marks & MARK_COMMAND) && is_prose(text, len))
		marks &= ~(uint64_t)MARKS_NAMED;
	return marks & MARKS_NAMED ? marks | MARK_UNREAD : marks;
}

/* "make -C t", "cd t && ./setup.sh" */
static bool
is_entered(const char *line, const char *folder, const char *end)
{
	return (*end == '\0' || *end == ' ') && folder - line > 3 &&
	    memcmp(folder - 3, "-C ", 3) == 0 ? str_starts(line, "make ") :
	    *end == ' ' && folder - line >= 3 && end[1] == '&' &&
	    memcmp(folder - 3, "cd ", 3) == 0;
}

/* "t/setup.sh", "sh t/setup.sh" of what was unpacked into "t". */
static bool
is_unpacked(const struct flow *f, const struct flow_text *t)
{
	for (size_t i = 0; i < f->nunpacked; i++) {
		const struct flow_text *folder = &f->texts[f->unpacked[i]];
		const char *at = t->bytes;

		while ((at = strstr(at, folder->bytes)) != NULL) {
			if (at[folder->len] == '/' && (at == t->bytes ||
			    at[-1] == ' ' || (at[-1] == '/' && at - 1 >
			    t->bytes && at[-2] == '.')))
				return true;
			if (is_entered(t->bytes, at, at + folder->len))
				return true;
			at++;
		}
	}
	return false;
}

uint64_t
flow_text_marks(struct flow *f, uint32_t text)
{
	struct flow_text *t = &f->texts[text];

	if (text == 0)
		return 0;
	if (!t->marked) {
		t->marks = flow_fact_of_text(f, t->bytes, t->len);
		t->marked = true;
		f->urls += (t->marks & MARK_URL) != 0;
		f->forge_urls += (t->marks & MARK_URL) != 0 &&
		    (t->marks & MARK_FORGE) != 0;
	}
	if (f->nunpacked != 0 && !(t->kept & MARK_DROPPED) &&
	    t->len <= UNPACKED_MOST && is_unpacked(f, t))
		t->kept |= MARK_DROPPED;
	/* "rm -rf ?/" without what fills it is of no root. */
	return marks_join(t->open ? t->marks & ~(uint64_t)MARK_DESTROY :
	    t->marks, t->kept);
}

uint64_t
flow_pieces_marks(const struct flow *f, uint32_t node, uint32_t text)
{
	const struct flow_text *t = &f->texts[text];
	uint64_t marks = 0;

	if (!t->open || !(t->marks & MARK_DESTROY))
		return 0;
	for (uint32_t k = flow_at(f, node)->kid; k != 0;
	    k = flow_at(f, k)->next) {
		const struct node *n = flow_at(f, k);

		if (n->kind == NODE_PIECE)
			marks |= flow_fact_of_text(f, (const char *)
			    f->tree->source.text + n->at, n->end - n->at);
	}
	return marks & MARK_DESTROY;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * environ - what programs find in their environment, because this source
 * put it there before it started them.
 *
 * Takes: os.environ["X"] = y and the like; calls that start a program.  Gives:
 * marks of what the program gets.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "flow/names.h"
#include "flow/programs.h"
#include "flow/state.h"

/* Of a variable that a shell or interpreter may execute, and of what such a one
 * has beside. */
#define EXECUTED (MARK_COMMAND | MARK_FETCHING | MARK_NETWORK | \
    MARK_DECODED | MARK_BUILT)
#define GIVEN (EXECUTED | MARK_PACKED | MARK_URL | MARK_RAW_IP | MARK_FORGE)
#define ADDRESS_MOST 200	/* of an index, beside pip's own words */

/* PIP_INDEX_URL, UV_EXTRA_INDEX_URL: where an installer looks. */
static bool
names_index(const char *key)
{
	return (str_starts(key, "PIP_") || str_starts(key, "UV_")) &&
	    (str_ends(key, "INDEX_URL") || str_ends(key, "_INDEX") ||
	    str_ends(key, "FIND_LINKS"));
}

static uint64_t
marks_of_index(const struct flow *f, const struct flow_text *to)
{
	struct buf line = { .most = FLOW_TEXT_MOST };
	uint64_t marks;

	if (to->len == 0 || to->len > ADDRESS_MOST)
		return 0;
	buf_addf(&line, "pip install --extra-index-url %s", to->bytes);
	marks = flow_fact_of_text(f, line.data, line.len);
	buf_release(&line);
	return marks & MARK_FOREIGN ? marks & (MARK_FOREIGN |
	    MARKS_ADDRESS | MARK_RAW_IP) : 0;
}

void
flow_give_variable(struct flow *f, uint32_t key, const struct taint *v)
{
	const struct flow_text *name = &f->texts[key];
	struct taint *to = &f->given;
	uint64_t before = to->marks;

	if (names_index(name->bytes) && v->text != 0)
		f->given_index |= marks_of_index(f, &f->texts[v->text]);
	if (v->marks & EXECUTED)
		to->marks |= v->marks & GIVEN;
	f->changed = f->changed || (to->marks & ~before);
}

static uint32_t
text_of_word(struct flow *f, uint32_t word)
{
	struct word_text w = tree_word(f->tree, word);

	return flow_intern(f, w.text, w.len, false);
}

/* os.environ.update({"X": y}), os.environ.setdefault("X", y), os.putenv("X",
 * y), os.environ.update(X=y) */
void
flow_look_given(struct flow *f, const struct frame *fr, uint64_t traits)
{
	static const char *const gives[] = { "os.putenv",
	    "os.environ.setdefault", "os.environ.update",
	    "os.environ.__setitem__" };
	char name[FLOW_NAME_MOST + 1];
	uint32_t k;

	if (!(traits & (NAME_GATHERS | NAME_GIVES)) || fr->nargs == 0 ||
	    str_index(gives, ARRAY_LEN(gives),
	    flow_string(f, fr->callee.name, name)) < 0)
		return;
	if (!str_ends(name, "update")) {
		if (fr->nargs > 1)
			flow_give_variable(f, frame_text(fr, 0), &fr->args[1]);
		return;
	}
	for (size_t i = 0; i < fr->nargs; i++)
		if (fr->keywords[i] != 0)
			flow_give_variable(f, text_of_word(f,
			    fr->keywords[i]), &fr->args[i]);
	k = flow_at(f, fr->nodes[0])->kind == NODE_DICT ? flow_at(f,
	    fr->nodes[0])->kid : 0;
	for (; k != 0 && flow_at(f, k)->next != 0;
	    k = flow_at(f, flow_at(f, k)->next)->next)
		flow_give_variable(f, f->vals[k].text,
		    &f->vals[flow_at(f, k)->next]);
}

/* Does the line, or what it tells an interpreter, name a variable? */
static bool
asks_environment(const struct flow *f, const struct frame *fr)
{
	uint32_t list = flow_list_of(f, fr->nodes[0]);
	uint32_t k = list != 0 ? flow_at(f, list)->kid : fr->nodes[0];

	for (; k != 0; k = list != 0 ? flow_at(f, k)->next : 0) {
		const struct flow_text *t = &f->texts[f->vals[k].text];

		if (memchr(t->bytes, '$', t->len) != NULL ||
		    memchr(t->bytes, '%', t->len) != NULL ||
		    memmem(t->bytes, t->len, "environ", 7) != NULL ||
		    memmem(t->bytes, t->len, "getenv", 6) != NULL)
			return true;
	}
	return false;
}

uint64_t
flow_given_marks(const struct flow *f, const struct frame *fr,
    const struct fact *fact)
{
	uint64_t marks = 0;

	if ((f->given.marks == 0 && f->given_index == 0) || fr->nargs == 0)
		return 0;
	if ((fr->all.marks | fact->gives) & MARK_PIP)
		marks = f->given_index;
	return asks_environment(f, fr) ? marks | f->given.marks : marks;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * grown - a command line that is put together from several lists, and what
 * it says in the end.
 *
 * Takes: a call that starts a program.  Gives: whether that sends, where to,
 * and whether it is told to send a file in which secrets stand.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "flow/names.h"
#include "flow/programs.h"
#include "flow/shell.h"
#include "flow/state.h"

#define PARTS_MOST 64		/* lists, names and words of one line */
#define LINE_MOST 512		/* bytes of it */
#define AS_WORD (UINT32_C(1) << 31)	/* of a part: no list */
#define MARKS_FILED (MARK_TOKEN | MARK_SECRET | MARK_PRIVATE)

struct line {
	struct flow	*f;
	struct buf	 text;
	uint32_t	 parts[PARTS_MOST];	/* the next one last */
	uint32_t	 nparts;
	bool		 file;		/* the next word is one to send */
	struct flow_grown *out;
};

static void
part(struct line *l, uint32_t node)
{
	if (l->nparts < PARTS_MOST && (node & ~AS_WORD) != 0)
		l->parts[l->nparts++] = node;
}

/* Of a whole line, what stands behind "@": the path itself, or a hole of one
 * that names no other file of secrets. */
static bool
is_filed(const struct flow *f, const struct flow_text *t, const char *at,
    uint64_t marks)
{
	size_t len = strcspn(at, " \"'\n");

	return at[len] == '\0' || (len == 0 && t->open &&
	    strstr(t->bytes, "netrc") == NULL) ||
	    (flow_fact_of_text(f, at, len) & marks & MARKS_FILED);
}

/* "f=@/home/x/.npmrc", "-F f=@%s": the file, and not what stands there. */
static bool
hands_file(const struct flow *f, const struct flow_text *t, uint64_t marks)
{
	static const char *const before[] = { "=@", " @", "-d@", "-T ",
	    "--upload-file ", "--post-file=" };

	if (t->len == 0 || !(marks & MARKS_FILED))
		return false;
	if (*t->bytes == '@')
		return is_filed(f, t, t->bytes + 1, marks);
	for (size_t i = 0; i < ARRAY_LEN(before); i++) {
		const char *at = strstr(t->bytes, before[i]);

		if (at != NULL && is_filed(f, t,
		    at + strlen(before[i]), marks))
			return true;
	}
	return false;
}

static void
add_word(struct line *l, uint32_t node)
{
	static const char *const sends[] = { "-T", "--upload-file" };
	const struct taint *v = &l->f->vals[node];
	const struct flow_text *t = &l->f->texts[v->text];

	buf_add(&l->text, t->bytes, t->len);
	buf_addc(&l->text, ' ');
	if ((l->file && (v->marks & MARKS_FILED)) || hands_file(l->f, t,
	    v->marks))
		l->out->hands = true;
	if (l->out->where == 0 && t->len != 0 &&
	    strstr(t->bytes, "://") != NULL)
		l->out->where = v->text;
	l->file = str_index(sends, ARRAY_LEN(sends), t->bytes) >= 0;
}

/* argv.append(x), argv.extend(more): what is put behind it. */
static void
add_put(struct line *l, uint32_t call)
{
	struct flow *f = l->f;
	uint32_t callee = flow_at(f, call)->kid, what;

	what = callee != 0 ? flow_at(f, callee)->next : 0;
	if (what != 0 && flow_word_is(f, flow_at(f, callee)->name, "extend"))
		part(l, what);
	else if (what != 0 && flow_word_is(f, flow_at(f, callee)->name,
	    "append"))
		part(l, what | AS_WORD);
}

/* All that a name is given and what is put behind that, oldest first. */
static void
add_bound(struct line *l, uint32_t node)
{
	struct flow *f = l->f;
	uint32_t b = tree_lookup(f->tree, node), n = 0;

	if (b == 0 || f->tree->bindings[b].kind == BINDING_PARAM ||
	    f->tree->bindings[b].kind == BINDING_ITEM)
		part(l, node | AS_WORD);
	for (; b != 0 && n++ < PARTS_MOST; b = f->tree->bindings[b].before) {
		const struct binding *to = &f->tree->bindings[b];
		uint8_t kind = flow_at(f, to->value)->kind;

		if (to->kind == BINDING_VALUE)
			part(l, to->value);
		else if (to->kind == BINDING_AUGMENT && kind == NODE_AUGMENT)
			part(l, flow_at(f, flow_at(f, to->value)->kid)->next);
		else if (to->kind == BINDING_AUGMENT && kind == NODE_CALL)
			add_put(l, to->value);
	}
}

static void
add_part(struct line *l, uint32_t node)
{
	struct flow *f = l->f;
	const struct node *n = flow_at(f, node & ~AS_WORD);
	uint32_t next = n->kid != 0 ? flow_at(f, n->kid)->next : 0;

	if (node & AS_WORD) {
		add_word(l, node & ~AS_WORD);
	} else if (n->kind == NODE_NAME) {
		add_bound(l, node);
	} else if (n->kind == NODE_BINARY && n->op == '+') {
		part(l, next);
		part(l, n->kid);
	} else if (n->kind == NODE_STAR) {
		part(l, n->kid);
	} else if (n->kind == NODE_LIST || n->kind == NODE_TUPLE) {
		for (uint32_t k = n->kid; k != 0 && !l->text.full;
		    k = flow_at(f, k)->next)
			if (flow_at(f, k)->kind == NODE_STAR)
				part(l, k);
			else
				add_word(l, k);
	} else if (n->kind == NODE_CALL && flow_word_is(f, flow_at(f,
	    n->kid)->name, "join")) {
		part(l, next);
	} else {
		add_word(l, node);
	}
}

/* run("curl", "-F", x): the words are the arguments. */
static void
add_arguments(struct line *l, const struct frame *fr)
{
	for (size_t i = fr->nargs; i-- > 1;)
		if (fr->keywords[i] == 0 && fr->args[0].text != 0 &&
		    fr->args[i].text != 0)
			part(l, fr->nodes[i] | AS_WORD);
	part(l, fr->nodes[0]);
}

/* "nohup ... &": it goes on when nobody waits for it. */
static bool
runs_on(const char *line, size_t len)
{
	while (len > 0 && strchr("'\") \n", line[len - 1]) != NULL)
		len--;
	return len > 1 && line[len - 1] == '&' && line[len - 2] != '&';
}

void
flow_grow_line(struct flow *f, const struct frame *fr, struct flow_grown *out)
{
	size_t at;
	struct line l = { .f = f, .text = { .most = LINE_MOST }, .out = out };

	*out = (struct flow_grown){ .where = 0 };
	add_arguments(&l, fr);
	for (uint32_t n = 0; l.nparts != 0 && n < PARTS_MOST; n++)
		add_part(&l, l.parts[--l.nparts]);
	if (l.text.len != 0)
		out->marks = flow_fact_of_text(f, l.text.data, l.text.len) &
		    MARK_UPLOADING;
	out->fetches = (fr->all.marks & MARK_COMMAND) && l.text.len != 0 &&
	    shell_runs_fetched(f->file->endpoints, buf_text(&l.text),
	    l.text.len, &at);
	out->goes_on = out->fetches && runs_on(buf_text(&l.text), l.text.len);
	buf_release(&l.text);
}

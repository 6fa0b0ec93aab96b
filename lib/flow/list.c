/* SPDX-License-Identifier: Apache-2.0 */
/*
 * list - what flow knows of lists: numbers that are a text, words of a command
 * line.
 *
 * Takes: a list whose items were seen.  Gives: its taint.
 * Runs in: worker child, command.
 */
#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "flow/names.h"
#include "flow/programs.h"
#include "flow/secrets.h"
#include "flow/senders.h"
#include "flow/state.h"
#include "flow/values.h"

#define BYTES_LEAST 6		/* a list of numbers that may be a text */
#define PROGRAM_WORDS 4		/* "cmd /c start x" */
#define SCRIPT_WORDS 8		/* "powershell -NoProfile -ep Bypass -File x" */
#define TOOL_WORDS 64		/* parts, names and words that are looked at */
#define UNKNOWN_WORDS 3		/* of a program that has no name here */
#define FOLDERS_MOST 16		/* that a loop goes through */
#define FOLDER_MOST 15		/* letters of one: "Documents" */

struct taint
flow_kids_value(const struct flow *f, uint32_t node)
{
	struct taint v = { 0 };

	for (uint32_t k = flow_at(f, node)->kid; k != 0;
	    k = flow_at(f, k)->next)
		taint_add(&v, &f->vals[k], MARKS_ALL);
	return v;
}

/* [105, 109, ...]: what bytes() or chr() makes of it; 0 for other lists. */
static uint32_t
number_text(struct flow *f, uint32_t node)
{
	uint8_t bytes[FLOW_TEXT_MOST];
	size_t n = 0;

	for (uint32_t k = flow_at(f, node)->kid; k != 0;
	    k = flow_at(f, k)->next) {
		struct value fv;

		if (flow_at(f, k)->kind == NODE_STRING || n == sizeof(bytes))
			return 0;
		fv = fold_node(f->fold, k);
		if (fv.kind != VALUE_INT || fv.i < 0 || fv.i > 255)
			return 0;
		bytes[n++] = (uint8_t)fv.i;
	}
	return n < BYTES_LEAST ? 0 : flow_intern(f, bytes, n, false);
}

static bool
number_list(struct flow *f, uint32_t node, struct taint *v)
{
	struct flow_folded *k = &f->folded[node];

	if (k->what == KNOWN_NOT_YET) {
		k->of = number_text(f, node);
		k->what = k->of != 0 ? KNOWN_TEXT : KNOWN_NOTHING;
	}
	if (k->what != KNOWN_TEXT)
		return false;
	v->text = k->of;
	taint_mark(v, flow_text_marks(f, k->of) | MARK_BUILT);
	taint_hold(v, HELD_NUMBERS);
	return true;
}

#define MARKS_OF_LINES (MARK_COMMAND | MARK_PIP | MARK_PERSIST | \
    MARK_FOREIGN | MARK_DESTROY | MARK_WORKFLOW | MARK_AGENT | \
    MARK_FETCHING | MARK_UPLOADING | MARK_RESOLVING | MARK_SECRET | \
    MARK_TOKEN | MARK_UNREAD | MARK_ORDERS | MARKS_ADDRESS)

static bool
is_launcher(const struct flow_text *program)
{
	const char *slash = strrchr(program->bytes, '/');

	return program->len == 0 || flow_launches(slash != NULL ? slash + 1 :
	    program->bytes);
}

/* Only a shell fills in "$(x)" and "$X"; a list without one says so as it
 * stands. */
static void
as_it_stands(char *line, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (line[i] == '$' || line[i] == '`')
			line[i] = '?';
}

/* ["a", "b"]: what a command line makes of it; the same line in a later look is
 * not asked again. */
static uint64_t
line_marks(struct flow *f, uint32_t node)
{
	struct flow_folded *known = &f->folded[node];
	struct buf line = { .most = FLOW_TEXT_MOST };
	uint64_t marks = 0;
	bool open = false;
	uint32_t hash;
	size_t n = 0;

	if (f->pass != 0)
		return known->of == 0 ? 0 : known->marks & MARKS_OF_LINES &
		    (f->vals[node].marks | ~(uint64_t)MARK_DESTROY);
	for (uint32_t k = flow_at(f, node)->kid; k != 0 &&
	    n < FLOW_ARGUMENTS; k = flow_at(f, k)->next, n++) {
		const struct flow_text *t = &f->texts[f->vals[k].text];

		if (n > 0)
			buf_addc(&line, ' ');
		buf_add(&line, t->bytes, t->len);
		open = open || t->open;
	}
	if (!is_launcher(&f->texts[f->vals[flow_at(f, node)->kid].text]))
		as_it_stands(line.data, line.len);
	hash = n > 1 && line.len > n ? flow_text_hash(line.data, line.len) : 0;
	if (hash != 0 && hash != known->of)
		known->marks = (known->marks & ~(uint64_t)MARKS_OF_LINES) |
		    (flow_fact_of_text(f, line.data, line.len) &
		    MARKS_OF_LINES);
	known->of = hash;
	if (hash != 0)
		marks = known->marks & MARKS_OF_LINES;
	if (open)
		marks &= ~(uint64_t)MARK_DESTROY;
	buf_release(&line);
	return marks;
}

/* What is known of a list that was filled step by step, or that a function
 * gives: what a command line makes of its words. */
uint64_t
flow_words_marks(struct flow *f, const struct value *list)
{
	struct buf line = { .most = FLOW_TEXT_MOST };
	struct flow_text first = { .bytes = "" };
	char program[FLOW_NAME_MOST + 1] = "";
	uint64_t marks = 0;

	for (uint32_t i = 0; i < list->len && i < FLOW_ARGUMENTS; i++) {
		const struct value *v = &list->items[i];

		if (i > 0)
			buf_addc(&line, ' ');
		if (v->kind == VALUE_STR)
			buf_add(&line, v->bytes, v->len);
		if (i == 0 && v->kind == VALUE_STR && v->len <= FLOW_NAME_MOST)
			memcpy(program, v->bytes, v->len);
	}
	first.bytes = program;
	first.len = (uint32_t)strlen(program);
	if (!is_launcher(&first))
		as_it_stands(line.data, line.len);
	if (list->len > 1 && line.len > list->len)
		marks = flow_fact_of_text(f, line.data, line.len) &
		    MARKS_OF_LINES & ~(uint64_t)MARK_DESTROY;
	buf_release(&line);
	return marks;
}

/* Texts that stand there are the same in each pass and look. */
static uint64_t
hunt_marks(struct flow *f, uint32_t node)
{
	struct flow_folded *known = &f->folded[node];

	if (known->what == KNOWN_NOTHING) {
		known->what = KNOWN_LIST;
		known->marks |= flow_hunt_list(f, node);
	}
	return known->marks & MARK_HUNTED;
}

/* Does an interpreter run the word behind this one?  "-u", "//nologo", and
 * what tells PowerShell its file; "-m" and the like take it for something. */
static bool
is_before_script(const struct flow_text *word, bool *options)
{
	static const char *const files[] = { "-File", "-file", "-f" };
	static const char *const others[] = { "-m", "-c", "-e", "-r", "-i",
	    "-o", "-C", "-W", "-X", "-p", "-jar" };

	if (str_index(files, ARRAY_LEN(files), word->bytes) >= 0)
		return true;
	*options = *options && (str_starts(word->bytes, "//") ||
	    (word->len > 1 && word->bytes[0] == '-' &&
	    word->bytes[1] != '-')) &&
	    str_index(others, ARRAY_LEN(others), word->bytes) < 0;
	return *options;
}

/* make -C folder: its rules say what is done. */
static bool
does_folder(const struct flow_text *program)
{
	static const char *const names[] = { "make", "gmake", "ninja" };

	return str_index(names, ARRAY_LEN(names), program->bytes) >= 0;
}

/* Of a command line, the program and what follows it are run; paths further on,
 * or given to another kind of program, are what it works on. */
static uint64_t
marks_that_run(const struct flow *f, uint32_t first)
{
	const struct flow_text *program = &f->texts[f->vals[first].text];
	bool launches = is_launcher(program);
	bool named = program->len != 0 ||
	    flow_word_is(f, f->vals[first].name, "sys.executable");
	bool opens = flow_opens_by_end(program->bytes);
	int most = named ? PROGRAM_WORDS : UNKNOWN_WORDS, n = 0;
	bool options = true, script = false, makes = does_folder(program);
	uint64_t early = 0;

	for (uint32_t k = first; k != 0 && n < ((named && launches) || makes ?
	    SCRIPT_WORDS : most); k = flow_at(f, k)->next, n++) {
		early |= f->vals[k].marks & ((n < 2 || script ? MARK_HERE :
		    0) | (n == 0 || makes || (launches && n < most && !(opens &&
		    flow_is_document(f, k))) ? MARK_DROPPED : 0));
		script = n > 0 && launches && named && is_before_script(
		    &f->texts[f->vals[k].text], &options);
	}
	return early;
}

/* The first word; the list may stand further on, so folding is asked, too. */
static bool
names_tool(struct flow *f, uint32_t first)
{
	const struct flow_text *t = &f->texts[f->vals[first].text];
	struct value v = fold_node(f->fold, first);

	if (v.kind != VALUE_STR || (v.flags & VALUE_OPEN))
		return !t->open && flow_is_tool(t->bytes, t->len);
	return flow_is_tool((const char *)v.bytes, v.len);
}

/* ["latex", "-halt-on-error", x]: no list of anything else has an option. */
static bool
is_tool_list(struct flow *f, uint32_t first, bool option)
{
	struct value v;
	int n = 0;

	if (first == 0 || !names_tool(f, first))
		return false;
	for (uint32_t k = flow_at(f, first)->next; k != 0 && option &&
	    n++ < TOOL_WORDS; k = flow_at(f, k)->next) {
		v = fold_node(f->fold, k);
		option = v.kind != VALUE_STR || v.len == 0 ||
		    v.bytes[0] != '-';
	}
	return !option;
}

/* A list, or one and more behind it. */
static bool
is_tool_sum(struct flow *f, uint32_t node, bool option)
{
	for (int n = 0; n < TOOL_WORDS && flow_at(f, node)->kind ==
	    NODE_BINARY && flow_at(f, node)->op == '+'; n++)
		node = flow_at(f, node)->kid;
	return (flow_at(f, node)->kind == NODE_LIST ||
	    flow_at(f, node)->kind == NODE_TUPLE) &&
	    is_tool_list(f, flow_at(f, node)->kid, option);
}

bool
flow_is_tool_words(struct flow *f, uint32_t node, bool option)
{
	uint32_t b;
	bool is = false;
	int n = 0;

	if (flow_at(f, node)->kind != NODE_NAME)
		return is_tool_sum(f, node, option);
	for (b = tree_lookup(f->tree, node); b != 0 && n++ < TOOL_WORDS;
	    b = f->tree->bindings[b].before) {
		const struct binding *to = &f->tree->bindings[b];

		if (to->kind == BINDING_AUGMENT)
			continue;
		if (to->kind != BINDING_VALUE || !is_tool_sum(f, to->value,
		    option))
			return false;
		is = true;
	}
	return is;
}

/* ("host", port): whoever connects to that goes there. */
static uint32_t
address_of_pair(const struct flow *f, uint32_t first, uint32_t second)
{
	uint32_t text = f->vals[first].text;
	uint8_t kind = flow_at(f, second)->kind;

	if (flow_at(f, second)->next != 0 || text == 0 || f->texts[text].open ||
	    (kind != NODE_NUMBER && kind != NODE_NAME && kind != NODE_ATTR) ||
	    strstr(f->texts[text].bytes, "://") != NULL)
		return 0;
	return flow_is_host(f->texts[text].bytes) ? text : 0;
}

/* [("host", port), ...]: of several, the first one's is that of all. */
static uint32_t
where_of_pairs(const struct flow *f, uint32_t first)
{
	return flow_at(f, first)->kind == NODE_TUPLE ? f->vals[first].where : 0;
}

struct taint
flow_list_value(struct flow *f, uint32_t node)
{
	uint32_t first = flow_at(f, node)->kid, second;
	struct taint v = { 0 };

	if (first == 0)
		return v;
	if (number_list(f, node, &v))
		return v;
	second = flow_at(f, first)->next;
	if (second == 0)
		return f->vals[first];
	v = flow_kids_value(f, node);
	v.where = flow_at(f, node)->kind == NODE_TUPLE ?
	    address_of_pair(f, first, second) : 0;
	if (v.where == 0)
		v.where = where_of_pairs(f, first);
	if ((v.marks | v.own) & (MARK_HERE | MARK_DROPPED))
		taint_drop(&v, (MARK_HERE | MARK_DROPPED) &
		    ~marks_that_run(f, first));
	if (((v.marks | v.own) & (MARK_NETWORK | MARK_SOCKET | MARK_DECODED)) &&
	    is_tool_list(f, first, true))
		taint_drop(&v, MARK_NETWORK | MARK_SOCKET | MARK_DECODED);
	/* ["ffmpeg", "-i", name]: whatever a visitor names is worked on. */
	if (((v.marks | v.own) & MARK_REQUEST) &&
	    !is_launcher(&f->texts[f->vals[first].text]))
		taint_drop(&v, MARK_REQUEST);
	if (f->vals[first].text != 0 || f->vals[second].text != 0)
		taint_mark(&v, line_marks(f, node) | hunt_marks(f, node) |
		    (v.marks & MARK_UNREAD));
	return v;
}

bool
flow_names_home_folder(struct flow *f, uint32_t node)
{
	uint32_t b = flow_at(f, node)->kind == NODE_NAME ?
	    tree_lookup(f->tree, node) : 0;
	struct value v = fold_node(f->fold, b != 0 &&
	    f->tree->bindings[b].kind == BINDING_ITEM ?
	    f->tree->bindings[b].value : node);
	size_t n = v.kind == VALUE_LIST ? v.len : 1;

	for (size_t i = 0; i < n && i < FOLDERS_MOST; i++) {
		const struct value *one = v.kind == VALUE_LIST ? &v.items[i] :
		    &v;
		char name[FOLDER_MOST + 1] = "";

		if (one->kind == VALUE_STR && one->len <= FOLDER_MOST)
			memcpy(name, one->bytes, one->len);
		if (fact_is_home_folder(name))
			return true;
	}
	return false;
}

/* join(folder, "thumbnails"): a name that leads neither back nor nowhere. */
void
flow_hold_below(struct flow *f, uint32_t node, struct taint *v)
{
	const struct flow_text *t = &f->texts[f->vals[node].text];
	const char *first = t->bytes + (*t->bytes == '.');

	if (v->params != 0 && isalnum((unsigned char)*first) && !t->open &&
	    strstr(t->bytes, "..") == NULL && !flow_names_home_folder(f, node))
		v->held |= HELD_BELOW;
}

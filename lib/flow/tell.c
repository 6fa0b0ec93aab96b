/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tell - calls that matter are kept for who asked for them.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "flow/after.h"
#include "flow/calls.h"
#include "flow/functions.h"
#include "flow/names.h"
#include "flow/programs.h"
#include "flow/secrets.h"
#include "flow/senders.h"
#include "flow/state.h"
#include "flow/values.h"

#define TOLD_MOST 50000		/* calls of one source that matter */

struct flow_told *
flow_tell(struct flow *f, uint32_t node, uint32_t scope,
    const struct fact *fact, uint32_t name)
{
	struct flow_told *t;
	char *copy;
	size_t len;
	const char *text = flow_spelled(f, name, &len);

	if (f->ntold == TOLD_MOST)
		return NULL;
	if (f->ntold == f->told_room) {
		f->told_room = f->told_room == 0 ? 32 : 2 * f->told_room;
		f->told = mem_grow(f->told, f->told_room, sizeof(*f->told));
	}
	copy = arena_take(&f->arena, len + 1);
	if (copy == NULL)
		return NULL;
	memcpy(copy, text, len);
	copy[len] = '\0';
	t = &f->told[f->ntold++];
	*t = (struct flow_told){ .node = node, .scope = scope };
	t->call.name = copy;
	t->call.fact = fact;
	t->call.bare = true;
	return t;
}

/* The arguments, but for what one of them has of that. */
static void
leave_out(const struct frame *fr, size_t of, uint64_t marks,
    struct frame *out)
{
	*out = *fr;
	taint_drop(&out->args[of], marks);
	out->all = (struct taint){ 0 };
	for (size_t i = 0; i < out->nargs; i++)
		taint_add(&out->all, &out->args[i], MARKS_ALL);
}

/* run(TASKS[name]): a visitor chooses, or a server. */
static bool
drops_choice(struct flow *f, const struct frame *fr, const struct fact *fact,
    struct frame *out)
{
	if (fact->deed != DEED_PROCESS || fr->nargs == 0 ||
	    fr->nargs == FLOW_ARGUMENTS || fr->keywords[0] != 0 ||
	    !(fr->args[0].marks & MARKS_CHOSEN) ||
	    !flow_is_choice(f, fr->nodes[0], fr->args[0].marks &
	    (MARK_NETWORK | MARK_SOCKET)))
		return false;
	leave_out(fr, 0, MARKS_CHOSEN, out);
	return true;
}

/* run(["debdiff", a, b]): words behind a tool's name, whatever they are. */
static bool
drops_words(struct flow *f, const struct frame *fr, const struct fact *fact,
    struct frame *out)
{
	if (fact->deed != DEED_PROCESS || fr->nargs == 0 ||
	    fr->nargs == FLOW_ARGUMENTS ||
	    !(fr->args[0].marks & MARKS_WORDS) || fr->keywords[0] != 0 ||
	    !flow_is_tool_words(f, fr->nodes[0], false))
		return false;
	leave_out(fr, 0, MARKS_WORDS, out);
	return true;
}

/* run(["git", "commit", "-F", "-"], input=answer) */
static bool
drops_input(struct flow *f, const struct frame *fr, const struct fact *fact,
    struct frame *out)
{
	size_t i = fr->nargs;

	if (fact->deed != DEED_PROCESS || fr->nargs < 2 ||
	    fr->nargs == FLOW_ARGUMENTS || fr->keywords[0] != 0 ||
	    !(fr->all.marks & MARKS_WORDS))
		return false;
	while (--i > 0 && (!flow_word_is(f, fr->keywords[i], "input") ||
	    !(fr->args[i].marks & MARKS_WORDS)))
		;
	if (i == 0 || !flow_only_reads(f, fr->nodes[0]))
		return false;
	leave_out(fr, i, MARKS_WORDS, out);
	return true;
}

/* os.startfile(folder + "/label.pdf") */
static bool
drops_document(const struct flow *f, const struct frame *fr,
    const struct fact *fact, struct frame *out)
{
	if (fact->deed != DEED_PROCESS || fr->nargs != 1 ||
	    !(fr->all.marks & MARK_DROPPED) ||
	    !str_equal(fact->name, "os.startfile") ||
	    !flow_is_document(f, fr->nodes[0]))
		return false;
	leave_out(fr, 0, MARK_DROPPED, out);
	return true;
}

/* Is the code one that runs nothing but itself: a text without such words, or
 * what a caller or the program's user gives? */
static bool
is_plain_code(const struct flow *f, uint32_t node, const struct taint *code)
{
	static const char *const words[] = { "__", "builtins", "compile",
	    "eval", "exec", "getattr", "globals", "import" };
	const struct flow_text *t = &f->texts[code->text];
	char name[FLOW_NAME_MOST + 1];

	if (t->len == 0 || t->open)
		return flow_made_of(f, node) != 0 || (code->name != 0 &&
		    strstr(flow_string(f, code->name, name),
		    "parse_args()") != NULL);
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (memmem(t->bytes, t->len, words[i], strlen(words[i])) !=
		    NULL)
			return false;
	return true;
}

/* eval(condition, {"item": answer}): names are data to it, unless they are
 * functions that execute. */
static bool
drops_names(const struct flow *f, const struct frame *fr,
    const struct fact *fact, struct frame *out)
{
	static const char *const facts[] = { "builtins.eval", "builtins.exec",
	    "eval", "exec" };

	if (fact->deed != DEED_EXEC || fr->nargs < 2 ||
	    fr->nargs == FLOW_ARGUMENTS || fr->keywords[0] != 0 ||
	    (fr->all.held & HELD_ACTS) || fr->all.marks == fr->args[0].marks ||
	    str_index(facts, ARRAY_LEN(facts), fact->name) < 0 ||
	    !is_plain_code(f, fr->nodes[0], &fr->args[0]))
		return false;
	*out = *fr;
	out->nargs = 1;
	out->all = fr->args[0];
	return true;
}

/* Does what is loaded have the name of data: CDLL("data/font.dat")?  Loaders of
 * Python's take the module's name before the path. */
static bool
loads_data(const struct flow *f, const struct frame *fr)
{
	return flow_is_data_path(f, frame_text(fr, 0)) ||
	    flow_is_data_path(f, frame_text(fr, 1));
}

/* What counts of all that it is given. */
static uint64_t
told_marks(const struct flow *f, const struct frame *fr,
    const struct fact *fact)
{
	uint64_t marks = fr->all.marks |
	    (fact->gives & (MARK_PIP | MARK_FORM | MARK_CHAIN));

	if (str_ends(fact->name, "().execute"))
		marks |= fr->callee.marks;
	/* A session whose headers hold it all. */
	marks |= fr->callee.marks & MARK_ENVIRON;
	if (fact->deed == DEED_LOAD && loads_data(f, fr))
		marks |= MARK_DATAFILE;
	return marks;
}

/* A program is started: what its line says, into `line`, too. */
static void
tell_line(struct flow *f, const struct frame *fr, struct flow_call *c,
    struct flow_grown *line)
{
	flow_grow_line(f, fr, line);
	c->arguments |= line->marks;
	c->own = line->marks;
	c->hands = line->hands && (c->arguments & MARK_UPLOADING);
	c->fetches = line->fetches;
	c->goes_on = line->goes_on;
}

static void
tell_program(struct flow *f, const struct frame *fr, struct flow_call *c,
    struct flow_grown *line)
{
	if (fr->nargs > 0 && (fr->all.marks & MARK_URL))
		tell_line(f, fr, c, line);
	c->passes_on = !fr->later && flow_passes_on(f, fr);
	c->source = flow_runs_source(f, fr);
	c->python = flow_tells_python(f, fr);
	c->asks = (fr->all.marks & (MARK_HOSTNAME | MARK_USER)) &&
	    flow_asks(f, fr);
	c->unpacks = flow_unpacks(f, fr);
	c->compiles = (c->arguments & MARK_DROPPED) && flow_compiles(f, fr);
	c->reads = flow_is_interpreter(f, fr);
}

/* What there is to say of it without asking who else calls. */
static void
tell_call(struct flow *f, const struct frame *fr, const struct fact *fact,
    struct flow_call *c)
{
	c->receiver = fr->callee.marks;
	if (fact->deed == DEED_WRITE && fr->callee.text != 0)
		c->path = f->texts[fr->callee.text].bytes;
	c->arguments = told_marks(f, fr, fact);
	c->held = fr->all.held;
	c->held_first = fr->nargs > 0 ? fr->args[0].held : 0;
	c->bare = fr->bare;
	c->loose = fr->later;
	c->shown = flow_is_shown(f, fr, fact);
	c->folder = (fr->all.marks & MARK_DROPPED) && fr->nargs == 1 &&
	    str_equal(fact->name, "os.startfile") &&
	    flow_is_folder(f, fr->nodes[0]);
}

void
flow_tell_frame(struct flow *f, const struct frame *fr,
    const struct fact *fact, uint32_t name)
{
	struct flow_told *t = flow_tell(f, fr->node, fr->scope, fact, name);
	struct flow_grown line = { .where = 0 };
	struct frame less;

	f->scopes[fr->scope].acts = true;
	if (t == NULL)
		return;
	if (drops_choice(f, fr, fact, &less) ||
	    drops_words(f, fr, fact, &less) ||
	    drops_input(f, fr, fact, &less) ||
	    drops_document(f, fr, fact, &less) ||
	    drops_names(f, fr, fact, &less) ||
	    flow_drops_unread(f, fr, fact, &less))
		fr = &less;
	tell_call(f, fr, fact, &t->call);
	if (fact->deed == DEED_PROCESS)
		tell_program(f, fr, &t->call, &line);
	t->passed = fr->all.marks & ~fr->all.own;
	t->params = fr->all.params;
	t->path_passed = fr->callee.marks & ~fr->callee.own;
	t->path_params = fr->callee.params;
	t->first = fr->nargs > 0 ? fr->args[0].params : 0;
	t->of_path = fr->all.params | fr->callee.params;
	flow_tell_callers(f, fr, t);
	flow_tell_tied(f, fr, &t->call);
	t->call.planted = (DEED(fact->deed) & (DEEDS_RUN | DEED(DEED_LOAD))) &&
	    fr->nargs > 0 && flow_starts_planted(f, fr);
	if (fr->nargs != 0)
		flow_tell_sent(f, fr, t);
	if (line.where != 0 && strstr(f->texts[t->where].bytes, "://") == NULL)
		t->where = line.where;
}

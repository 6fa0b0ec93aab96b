/* SPDX-License-Identifier: Apache-2.0 */
/*
 * known - a call of which facts.h says what it does, and what it gives.
 *
 * Takes: a call and its fact.  Gives: its taint; the call is told.
 * Runs in: worker child, command.
 */
#include "base/str.h"
#include "flow/calls.h"
#include "flow/functions.h"
#include "flow/names.h"
#include "flow/neighbours.h"
#include "flow/programs.h"
#include "flow/scopes.h"
#include "flow/senders.h"
#include "flow/state.h"
#include "flow/users.h"
#include "flow/values.h"

static struct taint
built(const struct frame *fr)
{
	struct taint v = fr->all;

	taint_mark(&v, MARK_BUILT);
	return v;
}

/* chr(105): a constant like any other; chr(10) and the like hide nothing. */
static struct taint
character(struct flow *f, const struct frame *fr)
{
	struct value v = fr->nargs == 1 ? fold_node(f->fold, fr->nodes[0]) :
	    (struct value){ 0 };

	if (v.kind == VALUE_INT && v.i <= ' ')
		return (struct taint){ 0 };
	return built(fr);
}

/* int(x, 2): letters are made so; in tens, numbers are. */
struct taint
flow_character_code(struct flow *f, const struct frame *fr)
{
	struct value base = fold_node(f->fold, fr->nodes[1]);

	return base.kind == VALUE_INT && base.i == 10 ?
	    (struct taint){ 0 } : built(fr);
}

static struct taint
imported_value(struct flow *f, const struct frame *fr)
{
	const struct flow_text *t = &f->texts[frame_text(fr, 0)];
	struct taint v = taint_of(MARK_HIDDEN);

	flow_import_each(f, fr);
	if (t->len != 0 && t->len <= FLOW_NAME_MOST)
		v.name = words_add(&f->tree->words,
		    (const uint8_t *)t->bytes, t->len, true);
	return v;
}

/* getattr(builtins, x) */
static uint32_t
unknown_builtin(struct flow *f)
{
	static const char name[] = "builtins.?";

	return words_add(&f->tree->words, (const uint8_t *)name,
	    sizeof(name) - 1, true);
}

/* sys.modules[__name__], or another module of the package */
static bool
is_module(struct flow *f, const struct taint *v)
{
	char name[FLOW_NAME_MOST + 1];

	(void)flow_string(f, v->name, name);
	return str_equal(name, "sys.modules[__name__]") ||
	    (v->code == 0 && v->name != 0 && flow_is_ours(f, name) &&
	    !str_ends(name, "()") && flow_outside(f, v->name) == NULL);
}

static struct taint
attribute_value(struct flow *f, const struct frame *fr)
{
	const struct flow_text *t = &f->texts[frame_text(fr, 1)];
	struct taint v = { 0 };

	if (t->len == 0 && fr->nargs > 1 && ((flow_traits(f,
	    fr->args[0].name) & NAME_NAMESPACE) || (fr->args[0].held &
	    HELD_NAMES) || (fr->args[0].name == 0 &&
	    (fr->args[0].marks & MARK_HIDDEN))))
		v.name = unknown_builtin(f);
	if (t->len == 0 && fr->nargs > 1 && (fr->args[0].held & HELD_NAMES))
		taint_hold(&v, HELD_MEMBER);
	if (t->len == 0 && fr->nargs > 1 && flow_names_tell(f) &&
	    is_module(f, &fr->args[0]))
		taint_hold(&v, HELD_CLASS);
	if (t->len == 0 && fr->nargs > 1 && flow_is_object(&fr->args[0]))
		taint_mark(&v, flow_attributes_of(f, &fr->args[0]));
	if (t->open && t->len != 0)
		flow_refer_prefix(f, fr->node, frame_text(fr, 1));
	if (t->len == 0 || t->len > FLOW_NAME_MOST)
		return v;
	v = flow_attribute(f, 0, fr->args[0], words_add(&f->tree->words,
	    (const uint8_t *)t->bytes, t->len, true));
	taint_mark(&v, MARK_HIDDEN);
	return v;
}

/* A program that prints its environment, and nothing else. */
static bool
lists_environment(const struct flow *f, const struct frame *fr)
{
	static const char *const commands[] = { "env", "printenv", "set",
	    "export", "export -p" };

	return frame_text(fr, 0) != 0 && str_index(commands,
	    ARRAY_LEN(commands), f->texts[frame_text(fr, 0)].bytes) >= 0;
}

/* Listener(on_press=self.heard), InputStream(callback=self.take): which key it
 * was, or what sounds, is passed to it. */
static void
look_heard(struct flow *f, const struct frame *fr)
{
	static const struct taint key = { .marks = MARK_SPIED };

	for (size_t i = 0; i < fr->nargs; i++) {
		const struct flow_scope *s = fr->args[i].code != 0 ?
		    &f->scopes[fr->args[i].code - 1] : NULL;

		f->twice = f->twice || s != NULL;
		/* One that stands further on has no parameters yet. */
		if (s != NULL && f->pass == 0 && s->to == 0)
			f->changed = true;
		for (uint32_t k = 0; s != NULL && k < s->nparameters; k++)
			flow_mark_row(f, s->parameters[k], &key, MARKS_ALL);
	}
}

/* inspect.getfile(currentframe()), getfile(Client): of the package itself. */
static bool
asks_of_itself(struct flow *f, const struct frame *fr, const struct fact *fact)
{
	char name[FLOW_NAME_MOST + 1];

	if (fact->gives != MARK_FOLDER || fr->nargs == 0)
		return false;
	(void)flow_string(f, fr->args[0].name, name);
	return fr->args[0].code != 0 || flow_is_ours(f, name) ||
	    str_equal(name, "inspect.currentframe()");
}

/* Gtk.Builder().get_object("entry"): a widget, where nobody made a builder of
 * his own; stores of objects are read, or take the names of their arguments. */
static bool
names_widget(struct flow *f, const struct frame *fr, const struct fact *fact,
    uint32_t name)
{
	return fact->gives == MARK_NETWORK && fr->nargs == 1 &&
	    fr->keywords[0] == 0 && str_ends(fact->name,
	    "Gtk.Builder().get_object") && flow_outside(f, name) == NULL &&
	    flow_row_of_attribute(f, flow_word(f, "Builder")) == 0;
}

/* timeit(run), Timer(lambda: run(1)): a function is measured, and no text is
 * executed. */
static bool
measures_function(struct flow *f, const struct frame *fr,
    const struct fact *fact)
{
	char name[FLOW_NAME_MOST + 1];
	const struct taint *v = &fr->args[0];

	if (!str_starts(fact->name, "timeit."))
		return false;
	if (fr->nargs == 0 || v->code != 0 ||
	    flow_at(f, fr->nodes[0])->kind == NODE_LAMBDA)
		return true;
	if (v->text != 0)
		return false;
	/* What a parameter stands for was a function where it was passed. */
	return v->params != 0 || !(v->marks & (MARK_NETWORK | MARK_DECODED |
	    MARK_BUILT)) ||
	    (v->name != 0 && !str_ends(flow_string(f, v->name, name), "()"));
}

/* open(key + ".pub"): of a pair that is the half which everybody may have,
 * unless the source itself put something there. */
static uint64_t
not_of_public(const struct flow *f, uint32_t path)
{
	const struct flow_text *t = &f->texts[path];

	if (t->len < 5 || memcmp(t->bytes + t->len - 4, ".pub", 4) != 0)
		return 0;
	return (MARK_SECRET | MARK_PRIVATE | MARK_TOKEN) & ~t->kept;
}

/* CronTab().new(command="..."): what nobody else said is started again. */
static struct taint
plants(const struct frame *fr)
{
	struct taint v = fr->all;

	if (v.params == 0)
		taint_mark(&v, MARK_PERSIST);
	return v;
}

/* HTTPSConnection("example.org").getresponse(): of a client that is bound to an
 * address in the code, which need not stand in the call. */
static uint64_t
answered_at(struct flow *f, const struct frame *fr, const struct fact *fact)
{
	uint32_t where = fr->callee.where;

	if (!(fact->gives & MARK_NETWORK) || where == 0 ||
	    flow_is_owners(f, where) || !flow_is_host(f->texts[where].bytes))
		return 0;
	return MARK_URL | (flow_text_marks(f, where) & (MARK_FORGE |
	    MARK_TOOLCHAIN));
}

/* What the call is given, as it is told: into `as` when that is something else
 * than stands there. */
static const struct frame *
frame_as_told(struct flow *f, const struct frame *fr, const struct fact *fact,
    struct frame *as)
{
	bool plant = fact->deed == DEED_WRITE && (fact->gives & MARK_PERSIST);

	if (!plant && fact->deed != DEED_PROCESS)
		return fr;
	*as = *fr;
	if (plant) {
		as->all = plants(fr);
		return as;
	}
	if (flow_fills(f, fr)) {
		taint_drop(&as->all, MARK_DROPPED);
		taint_drop(&as->args[0], MARK_DROPPED);
	}
	taint_mark(&as->all, flow_given_marks(f, as, fact));
	return as;
}

/* It is told, and so are functions and names that it is given. */
static void
tell_known(struct flow *f, const struct frame *fr, const struct fact *fact,
    uint32_t name)
{
	if (!measures_function(f, fr, fact))
		flow_tell_frame(f, fr, fact, name);
	if (fact->deed == DEED_EXEC) {
		flow_refer_text(f, fr->node, frame_text(fr, 0));
		flow_fill_names(f, fr);
	}
	if (fact->deed == DEED_LISTEN && fr->nargs > 0 &&
	    fr->args[0].code != 0)
		flow_called_back(f, fr->args[0].code - 1);
	if (fact->gives & MARK_SPIED)
		look_heard(f, fr);
}

/* A program that was started, for who talks to it or reads what it prints. */
static void
started_value(struct flow *f, const struct frame *fr, const struct fact *fact,
    struct taint *v)
{
	if (flow_is_interpreter(f, fr)) {
		v->where = flow_intern(f, FLOW_INTERPRETER,
		    sizeof(FLOW_INTERPRETER) - 1, false);
		taint_hold(v, HELD_TYPED);
	}
	if (lists_environment(f, fr))
		taint_mark(v, MARK_ENVIRON);
	if (fact->gives & MARK_OUTPUT)
		taint_mark(v, flow_prints_host(f, fr) |
		    (flow_prints_fetched(f, fr) ? MARK_NETWORK : 0));
}

/* What a file holds does not tell where it stands. */
static void
file_value(struct flow *f, const struct frame *fr, const struct fact *fact,
    struct taint *v)
{
	taint_drop(v, MARK_FOLDER);
	taint_drop(v, not_of_public(f, fact->deed == DEED_OPEN ?
	    frame_text(fr, 0) : fr->callee.text));
	/* Path("notes.txt").read_text() */
	if (fact->deed == DEED_NONE && flow_is_data_path(f, fr->callee.text))
		taint_mark(v, MARK_DATAFILE);
}

/* Of all that went in, what comes out, and what the tables say of it. */
static struct taint
known_value(struct flow *f, const struct frame *fr, const struct fact *fact,
    uint32_t name)
{
	/* names and values that code may use are not what comes of it */
	struct taint v = fact->deed == DEED_EXEC && fr->nargs > 0 ?
	    fr->args[0] : fr->all;

	taint_add(&v, &fr->callee, ~(uint64_t)MARK_HIDDEN);
	taint_release(&v, HELD_ALL | HELD_BELOW);
	taint_mark(&v, asks_of_itself(f, fr, fact) ||
	    names_widget(f, fr, fact, name) ? 0 : fact->gives);
	if ((fact->gives & MARK_DECODED) && fact->deed != DEED_OPEN &&
	    flow_is_literal(f, frame_text(fr, 0)))
		taint_mark(&v, MARK_PACKED);
	taint_mark(&v, answered_at(f, fr, fact));
	v.name = flow_dotted(f, name, "()", 0);
	v.where = flow_bound(f, fr, name, fact);
	if (fact->deed == DEED_PROCESS)
		started_value(f, fr, fact, &v);
	if (fact->gives & MARK_FILE)
		file_value(f, fr, fact, &v);
	/* dotenv_values(".env"): variables, of which each has its name. */
	if (fact->gives & MARK_ENVIRON)
		taint_drop(&v, MARK_TOKEN);
	return v;
}

struct taint
flow_known_call(struct flow *f, const struct frame *call,
    const struct fact *fact, uint32_t name)
{
	struct frame as;
	const struct frame *fr = frame_as_told(f, call, fact, &as);
	struct taint v;

	if (fact->deed == DEED_CHR)
		return character(f, fr);
	tell_known(f, fr, fact, name);
	if (fact->deed == DEED_IMPORT)
		return imported_value(f, fr);
	if (fact->deed == DEED_GETATTR)
		return attribute_value(f, fr);
	if (flow_traits(f, name) & NAME_GETENV)
		return flow_variable_or(f, fr);
	flow_note_executes(f, fr, fact);
	v = known_value(f, fr, fact, name);
	flow_look_inline(f, fr, fact);
	flow_act(f, fr, fact->deed, &v);
	return v;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unknown - calls of functions that nobody here knows, and what containers
 * gather.
 *
 * Takes: a call whose callee and arguments were seen.  Gives: its taint; marks
 * of what it was put into.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/str.h"
#include "flow/anybody.h"
#include "flow/calls.h"
#include "flow/functions.h"
#include "flow/names.h"
#include "flow/neighbours.h"
#include "flow/senders.h"
#include "flow/state.h"
#include "flow/users.h"
#include "flow/values.h"

#define MARKS_SHIPPED (MARK_HERE | MARK_FILE | MARK_DECODED)
#define GATHERED (MARKS_TAKEN | MARKS_HOST | MARK_KEY | MARK_PACKED | \
    MARK_BUILT | MARK_AGENT | MARK_TRAFFIC | MARK_CLIENTS | MARK_PASSED | \
    MARK_PASSWORD | MARK_CREDENTIAL)

/* ... and a variable of the function's own. */
#define GATHERED_LOCAL (GATHERED | MARK_FILE | MARK_COIN)

/* state.items.append(x): what other modules find in state.items. */
static void
tell_object(struct flow *f, uint32_t method, const struct taint *v)
{
	char name[FLOW_NAME_MOST + 1], *dot;

	if (method == 0 || (v->marks == 0 && v->held == 0))
		return;
	(void)flow_string(f, method, name);
	dot = strrchr(name, '.');
	if (dot == NULL)
		return;
	flow_tell_value(f, words_add(&f->tree->words, (const uint8_t *)name,
	    (size_t)(dot - name), true), v);
}

/* self.items.append(x): what each object of the class around it has there. */
static void
gather_member(struct flow *f, uint32_t member, const struct taint *v)
{
	const struct node *n = flow_at(f, member);

	flow_set_anybodys(f, member, v);
	if (flow_at(f, n->kid)->kind == NODE_NAME &&
	    flow_at(f, n->kid)->name == WORD_SELF && v->marks != 0)
		flow_tell_value(f, flow_attribute_name(f, n->name), v);
}

/* For who starts a program by it, an environment goes nowhere; others may send
 * it. */
static void
keep_option(struct flow *f, const struct frame *fr, size_t i)
{
	const struct node *n = flow_at(f, fr->nodes[i]);
	const struct taint *of = &f->vals[n->kid];
	char callee[FLOW_NAME_MOST + 1];
	size_t len;
	const char *name = flow_spelled(f, fr->keywords[i], &len);
	uint32_t key = flow_intern(f, name, len, false);

	/* What the package chooses of it, a function of its own says. */
	if (n->kind == NODE_CALL && (of->code != 0 || (of->name != 0 &&
	    flow_is_ours(f, flow_string(f, of->name, callee)))))
		return;
	if (key != 0 && f->vals[fr->nodes[i]].marks != fr->args[i].marks)
		flow_mark_under(f, fr->callee.row, key,
		    &f->vals[fr->nodes[i]]);
}

/* list.append(x) and the like: the container has what was put in.  Attributes
 * of all objects share one row, so they gather less. */
void
flow_gather(struct flow *f, const struct frame *fr)
{
	const struct node *callee = flow_at(f, fr->spelled != 0 ?
	    fr->spelled : flow_at(f, fr->node)->kid);
	bool local = callee->kind == NODE_ATTR &&
	    flow_at(f, callee->kid)->kind == NODE_NAME;
	bool buffer = (fr->callee.held & HELD_BUFFER) != 0;
	uint64_t marks = local || buffer ? GATHERED_LOCAL :
	    GATHERED & ~(uint64_t)(MARK_NETWORK | MARK_DECODED);
	struct taint gathered;

	/* A queue is there for what comes out; a list of somebody's own, too.
	 * What is written into a file in memory does not name a place. */
	if (buffer)
		marks = flow_word_ends(f, fr->callee.name, ".write") ?
		    ~(uint64_t)MARK_PERSIST : MARKS_ALL;
	else if (local)
		marks |= MARKS_ADDRESS;

	/* Of what a client's hooks see, most keep times and hosts. */
	if (!(fr->all.marks & MARK_PASSED))
		marks &= ~(uint64_t)(MARK_TRAFFIC | MARK_CLIENTS);
	if (local && fr->all.marks != 0 && flow_is_tool_words(f, callee->kid,
	    true))
		marks &= ~(uint64_t)MARKS_WORDS;
	/* What was decoded of a file of the package's own, letter by letter. */
	if (local && (fr->all.marks & MARKS_SHIPPED) == MARKS_SHIPPED)
		marks |= MARK_HERE;
	/* options.setdefault("extra", x): under that key */
	if (local && fr->nargs == 2 && flow_word_is(f, callee->name,
	    "setdefault"))
		flow_mark_key(f, fr->callee.row, fr->nodes[0], &fr->args[1]);
	/* options.update(env=x) */
	for (size_t i = 0; local && i < fr->nargs; i++)
		if (fr->keywords[i] != 0)
			keep_option(f, fr, i);
	gathered = fr->all;
	taint_release(&gathered, HELD_ASKED | HELD_NUMBERS);
	if (!local && gathered.params != 0)
		taint_hold(&gathered, HELD_KEPT);
	if (fr->all.marks & MARK_ENVIRON)
		flow_note_gathered(f, fr);
	flow_keep(f, fr->callee.row, &gathered);
	flow_within(&gathered);
	flow_note_put_in(f, fr->callee.row, &gathered);
	flow_mark_row(f, fr->callee.row, &gathered, marks);
	if (callee->kind == NODE_ATTR && (gathered.marks & MARK_COMMAND))
		flow_mark_holder(f, callee->kid, &gathered, MARK_COMMAND);
	flow_note_put(f, fr->scope, fr->callee.row, fr->all.marks &
	    (MARKS_STORED | (buffer ? MARK_NETWORK | MARK_DECODED |
	    MARK_BUILT | MARKS_LOCK : 0)), taint_own(&fr->all));
	tell_object(f, fr->callee.name, &fr->all);
	if (callee->kind == NODE_ATTR &&
	    flow_at(f, callee->kid)->kind == NODE_ATTR)
		gather_member(f, callee->kid, &fr->all);
}

/* Valuables for somebody whom we do not know: an event, a queue, an object. */
void
flow_look_handed(struct flow *f, const struct frame *fr, uint64_t traits)
{
	static const struct fact hand = { "hand", DEED_HAND, 0 };

	if ((fr->all.marks & (MARK_ENVIRON | MARK_PRIVATE)) &&
	    (!(traits & NAME_CLEAR) || (traits & NAME_GATHERS)))
		flow_tell_frame(f, fr, &hand, fr->callee.name);
}

/* text_input("Password", type="password"): what a person types unseen. */
static uint64_t
asked_marks(struct flow *f, const struct frame *fr)
{
	/* They have NAME_UNSEEN. */
	static const struct { const char *keyword, *text; } unseen[] = {
	    { "type", "password" }, { "show", "*" }, { "echo", "*" },
	    { "input_type", "password" } };

	for (size_t i = 0; i < fr->nargs; i++)
		for (size_t k = 0; fr->keywords[i] != 0 && (flow_call_traits(f,
		    fr->keywords[i]) & NAME_UNSEEN) &&
		    k < ARRAY_LEN(unseen); k++)
			if (flow_word_is(f, fr->keywords[i],
			    unseen[k].keyword) && str_equal(unseen[k].text,
			    f->texts[fr->args[i].text].bytes))
				return MARK_PASSWORD;
	return 0;
}

/* "".join(T[i] for i in order), "".join(a + b for a, b in zip(x, y)): letters
 * out of tables and of several texts. */
static bool
joins_letters(const struct flow *f, const struct frame *fr)
{
	const struct node *n = flow_at(f, flow_at(f, fr->node)->kid);
	const struct node *element;

	if (n->kind != NODE_ATTR || !flow_word_is(f, n->name, "join") ||
	    flow_at(f, n->kid)->kind != NODE_STRING ||
	    f->texts[f->vals[n->kid].text].len != 0 || fr->nargs != 1 ||
	    (flow_at(f, fr->nodes[0])->kind != NODE_GENEXP &&
	    flow_at(f, fr->nodes[0])->kind != NODE_LISTCOMP))
		return false;
	element = flow_at(f, flow_at(f, fr->nodes[0])->kid);
	return element->kind == NODE_INDEX || (element->kind == NODE_BINARY &&
	    element->op == '+' &&
	    flow_at(f, element->kid)->kind == NODE_NAME &&
	    flow_at(f, flow_at(f, element->kid)->next)->kind == NODE_NAME);
}

/* Something below a home is not the home, whatever it is called. */
static uint32_t
joined_path(struct flow *f, const struct frame *fr)
{
	uint32_t text = 0;

	for (size_t i = 0; i < fr->nargs; i++) {
		if (fr->args[i].text == 0 && i > 0 && text != 0 &&
		    (flow_text_marks(f, text) & MARK_HOME))
			return 0;
		if (fr->args[i].text == 0)
			continue;
		text = text == 0 ? fr->args[i].text :
		    flow_join(f, text, fr->args[i].text, "/");
		if (text == 0)
			break;
	}
	return text;
}

/* str(path), os.fspath(path), Path(path): as it was spelled. */
static bool
is_same_path(const struct flow *f, const struct frame *fr, uint64_t traits)
{
	return (traits & NAME_SAME_FIRST) && fr->nargs == 1 &&
	    (flow_word_is(f, fr->callee.name, "str") ||
	    flow_word_is(f, fr->callee.name, "pathlib.Path") ||
	    flow_word_is(f, fr->callee.name, "os.fspath"));
}

/* csv.writer(buffer), TextIOWrapper(buffer), ImageDraw.Draw(picture): what it
 * is given stands there. */
static bool
writes_into(const struct flow *f, const struct frame *fr)
{
	if (fr->nargs > 0 && flow_word_is(f, fr->callee.name,
	    "PIL.ImageDraw.Draw"))
		return true;
	return fr->nargs > 0 && (fr->args[0].held & HELD_BUFFER) &&
	    (flow_word_ends(f, fr->callee.name, "riter") ||
	    flow_word_ends(f, fr->callee.name, "Wrapper"));
}

bool
flow_is_of_client(struct flow *f, const struct taint *v)
{
	char maker[FLOW_NAME_MOST + 1], *made;

	if (v->where == 0 || !flow_is_host(f->texts[v->where].bytes))
		return false;
	/* One that another module made goes by that module's name. */
	if (flow_is_owners(f, v->where) || flow_is_chat_address(f, v->where))
		return true;
	made = strstr(flow_string(f, v->name, maker), "()");
	if (made == NULL)
		return false;
	*made = '\0';
	return (flow_call_traits(f, flow_word(f, maker)) & NAME_CLIENT) != 0;
}

/* x.decode(locale.getlocale()[1]): how it is spelled says no place. */
static bool
takes_encoding(const struct flow *f, const struct frame *fr)
{
	uint32_t callee = flow_at(f, fr->node)->kid;

	return flow_at(f, fr->node)->kind == NODE_CALL &&
	    flow_at(f, callee)->kind == NODE_ATTR &&
	    (flow_word_is(f, flow_at(f, callee)->name, "decode") ||
	    flow_word_is(f, flow_at(f, callee)->name, "encode"));
}

/* gettext.translation(domain, languages=[spoken]): what its texts are shown for
 * is asked of their reader, whatever he speaks. */
static bool
makes_catalog(const struct flow *f, uint32_t name)
{
	return flow_word_is(f, name, "gettext.translation") ||
	    flow_word_is(f, name, "gettext.install") ||
	    flow_word_is(f, name, "gettext.find");
}

/* address.replace("~", home): nobody finds a home there. */
static bool
fills_address(const struct flow *f, const struct frame *fr)
{
	return ((fr->callee.marks & MARK_URL) || strstr(
	    f->texts[fr->callee.text].bytes, "://") != NULL) &&
	    fr->nargs > 1 && flow_word_ends(f, fr->callee.name, ".replace") &&
	    !(fr->callee.marks & MARK_HOME);
}

/* Nobody we know: the result has what went in, as far as it is clear. */
struct taint
flow_unknown_call(struct flow *f, const struct frame *fr, uint64_t traits)
{
	uint32_t name = fr->callee.name;
	struct taint v = fr->all;

	if (flow_is_plain_object(f, name))
		return flow_plain_object(f, fr);
	if ((v.held & HELD_ASKED) && takes_encoding(f, fr))
		taint_release(&v, HELD_ASKED);
	if ((v.held & HELD_PLACE) && makes_catalog(f, name))
		taint_release(&v, HELD_PLACE);
	if ((v.marks & MARK_HOME) && fills_address(f, fr))
		taint_drop(&v, MARK_HOME);
	taint_add(&v, &fr->callee, ~(uint64_t)MARK_HIDDEN);
	if (!(traits & (NAME_SAME_FIRST | NAME_PATH_JOIN)))
		taint_release(&v, HELD_BELOW);
	flow_web_item(f, name, frame_text(fr, 0), &v);
	/* A lambda that decodes, on a constant. */
	if (name == 0 && (v.marks & MARK_DECODED) &&
	    flow_is_literal(f, frame_text(fr, 0)))
		taint_mark(&v, MARK_PACKED);
	if ((fr->nargs > 1 && (flow_traits(f, fr->args[0].name) & NAME_CHR)) ||
	    joins_letters(f, fr))
		taint_mark(&v, MARK_BUILT);
	if (!(traits & NAME_CLEAR) || (traits & NAME_PUBLIC)) {
		taint_drop(&v, MARK_KEY | MARK_ENVIRON | MARK_TOKEN |
		    (flow_call_traits(f, name) & NAME_REQUESTER ? 0 :
		    MARK_LENT));
		v.params = 0;
	}
	if (traits & NAME_DIGEST)
		taint_drop(&v, MARKS_HOST | MARK_OUTPUT | MARK_ENVIRON);
	if (traits & NAME_SAME_SELF)
		v.text = fr->callee.text;
	else if (traits & NAME_SAME_FIRST)
		v.text = frame_text(fr, 0);
	/* What a function makes is another thing than the function. */
	v.row = traits & NAME_METHOD ? fr->callee.row :
	    is_same_path(f, fr, traits) || writes_into(f, fr) ?
	    fr->args[0].row : 0;
	if (traits & NAME_PATH_JOIN) {
		v.text = joined_path(f, fr);
		if (fr->nargs > 1) {
			v.row = fr->args[0].row;
			if (!(fr->args[0].marks & MARK_HOME) ||
			    fr->nargs > 2 || !flow_names_home_folder(f,
			    fr->nodes[1]))
				taint_drop(&v, MARK_HOME);
			flow_hold_below(f, fr->nodes[fr->nargs - 1], &v);
		}
	}
	if (v.row != 0 && fr->nargs > 0 && v.row == fr->args[0].row)
		flow_note_below(f, fr->nodes[0]);
	taint_mark(&v, flow_text_marks(f, v.text) | asked_marks(f, fr));
	if (name != 0)
		v.name = flow_dotted(f, name, "()", 0);
	v.where = flow_bound(f, fr, name, NULL);
	/* client["db"].table("x"): a client's, too. */
	if (v.where == 0 && (traits & NAME_METHOD))
		v.where = fr->callee.where;
	if ((traits & NAME_METHOD) && flow_is_of_client(f, &fr->callee))
		taint_mark(&v, MARK_NETWORK | MARK_URL);
	return v;
}

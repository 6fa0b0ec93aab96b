/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FLOW_VALUES_H
#define FLOW_VALUES_H

/* values - what expressions, variables, tables and objects hold. */
#include "flow/names.h"
#include "flow/state.h"

/* ---- eval.c ---- */
/* Finds what the node is, into flow.vals; its operands have been. */
void	flow_eval(struct flow *, uint32_t node);

/* ---- named.c ---- */
/* Of a name, into what the caller has set to 0. */
void	flow_name_value(struct flow *, uint32_t node, struct taint *);
/* The attribute of that name of what has the taint; `node` may be 0. */
struct taint flow_attribute(struct flow *, uint32_t node, struct taint,
	    uint32_t name);
/* os.uname()[4]: the item at that place of that is of the machine's kind. */
void	flow_kind_by_place(struct flow *, uint32_t place,
	    const struct taint *of, struct taint *);

#define NAMES_ASKED (NAME_PLACE | NAME_CLOCK | NAME_TRAP)
#define NAMES_MARKED (NAME_ENVIRON | NAME_HERE | NAME_HOME | NAME_RFILE | \
    NAME_KEY | NAME_REQUEST | NAMES_ASKED | NAME_THERE)
void	flow_mark_by_name(struct flow *, uint32_t name, struct taint *);

/* What a well-known dotted name has of itself is added. */
static inline void
flow_mark_name(struct flow *f, uint32_t name, struct taint *to)
{
	if (flow_traits(f, name) & NAMES_MARKED)
		flow_mark_by_name(f, name, to);
}

/* apiKey, client_secret: what an attribute of that name holds, or 0. */
uint64_t flow_secret_name(const struct flow *, uint32_t name);

/* ---- guard.c ---- */
/* HELD_PLACE, HELD_BUILDER: what a variable of that name says; or 0. */
uint64_t flow_asked_variable(const char *name);

/* ---- below.c ---- */
/* A path is made of that: util.folder, str(util.folder / "x"). */
void	flow_note_below(struct flow *, uint32_t node);
/* A parameter of that name is a path, or somebody passes one that was filled,
 * or an object of the package's. */
void	flow_note_itself(struct flow *, uint32_t name);
/* May what was filled below a module or parameter stand below that attribute or
 * key of it?  Yes for what is of nothing such. */
bool	flow_is_below(struct flow *, uint32_t node);

/* ---- item.c ---- */
/* What an index gives. */
struct taint flow_item(struct flow *, uint32_t node);
/* The variable of the environment that the node at its place names. */
struct taint flow_variable(struct flow *, uint32_t node);
struct taint flow_variable_or(struct flow *, const struct frame *);
/* headers["Authorization"]: what stands under that key, marks or 0. */
uint64_t flow_login_marks(const struct flow *, uint32_t text);
/* table.get("a"): the frame's receiver is what stands there. */
void	flow_look_get(struct flow *, struct frame *);

/* ---- folded.c ---- */
/* The taint has what folding knows of the node, too. */
void	flow_take_folded(struct flow *, uint32_t node, struct taint *);

static inline void
flow_take_fold(struct flow *f, uint32_t node, struct taint *v)
{
	if (f->folded[node].what == KNOWN_NOTHING)
		taint_mark(v, f->folded[node].marks);
	else
		flow_take_folded(f, node, v);
}

/* A constant that was worth hiding. */
bool	flow_is_literal(const struct flow *, uint32_t text);
/* The name that flow had of a value, where it says more than folding does. */
void	flow_take_given(struct flow *, uint32_t given, struct taint *);

/* ---- pieces.c ---- */
/* Is that text at that node the name of what executes or the like, and none of
 * the literals there?  Notes it in the flow. */
void	flow_look_pieces(struct flow *, uint32_t node, const char *text,
	    size_t);

/* ---- assign.c ---- */
/* What an object or module keeps in that row comes out with those of its marks
 * that are MARKS_KEPT. */
void	flow_keep(const struct flow *, uint32_t row, struct taint *);
/* What stands in front of the node, below its subscripts and calls, holds those
 * marks of the value. */
void	flow_mark_holder(struct flow *, uint32_t node, const struct taint *,
	    uint64_t marks);
/* The row has those marks of the taint, too. */
void	flow_mark_row(struct flow *, uint32_t row, const struct taint *,
	    uint64_t mask);
/* All of a table has them; what it holds under one key may not. */
void	flow_mark_all(struct flow *, uint32_t row, const struct taint *,
	    uint64_t mask);
/* What any object's attribute of that name is set to: a row, or 0. */
uint32_t flow_row_of_attribute(const struct flow *, uint32_t name);
/* x.__dict__, vars(x): what the attributes of an object of the package hold. */
uint64_t flow_attributes_of(struct flow *, const struct taint *);
void	flow_assign(struct flow *, uint32_t target, uint32_t value,
	    struct taint);
/* A function of this source takes the place of a library's. */
void	flow_patch(struct flow *, uint32_t node, uint32_t name,
	    uint32_t code);
/* A dictionary that a mail is made of. */
void	flow_blind_pairs(struct flow *, uint32_t node);
/* Of all that a class of this module holds. */
uint64_t flow_class_marks(struct flow *, uint32_t scope);

/* ---- keys.c: tables by literal keys ---- */
void	flow_mark_key(struct flow *, uint32_t row, uint32_t key,
	    const struct taint *);
void	flow_mark_under(struct flow *, uint32_t row, uint32_t text,
	    const struct taint *);
/* dict(a=x, b=y) of that call: false when it is none. */
bool	flow_mark_options(struct flow *, uint32_t row, uint32_t call);
/* SETTINGS[name], of a table that stands there: one of its many values asks for
 * the language or the like, and the others do not. */
bool	flow_asks_by_key(const struct flow *, uint32_t row);
/* ... under that text, of a row that a function is handed. */
void	flow_keep_key(struct flow *, uint32_t row, uint32_t key,
	    const struct taint *);
/* The row is given what the dictionary displays. */
void	flow_mark_pairs(struct flow *, uint32_t row, uint32_t node);
/* What the table, of which `whole` is known, holds under a key. */
struct taint flow_at_key(struct flow *, uint32_t table, uint32_t key,
	    const struct taint *whole);
/* An instance of a class without a constructor is made: each of its fields
 * holds what it is given by its keyword. */
void	flow_note_record(struct flow *, const struct frame *,
	    uint32_t instance);
/* Marks that `object` has, and not its field of that dotted name. */
uint64_t flow_other_fields(struct flow *, const struct taint *object,
	    uint32_t field);

/* ---- list.c ---- */
/* What a command line makes of a list's words. */
uint64_t flow_words_marks(struct flow *, const struct value *list);
/* What a list, tuple or set is, as it stands. */
struct taint flow_list_value(struct flow *, uint32_t node);
/* The words of a command line whose program is a tool: a list as it stands,
 * with more behind it, or all that a name stands for; `option`: it has to be
 * seen that they are such words. */
bool	flow_is_tool_words(struct flow *, uint32_t node, bool option);
/* What is in any of its parts. */
struct taint flow_kids_value(const struct flow *, uint32_t node);

/* "Documents", or a name that a loop gives it. */
bool	flow_names_home_folder(struct flow *, uint32_t node);
/* What the value is made of is joined to that: HELD_BELOW, if it is a name. */
void	flow_hold_below(struct flow *, uint32_t node, struct taint *);

/* ---- choice.c ---- */
/* Of who chooses: a visitor, a server that was asked, a peer. */
#define MARKS_CHOSEN (MARK_REQUEST | MARK_NETWORK | MARK_SOCKET)
/* Is what stands there one of a table's entries, none of which comes from such
 * a one; `spelled`: all of which stand there as texts? */
bool	flow_is_choice(struct flow *, uint32_t node, bool spelled);

/* ---- variables.c ---- */
/* Does a literal key of that table give one variable of the environment? */
bool	flow_is_variables(struct flow *, uint32_t node);
/* The whole environment is in `value`, which goes into the row; `whole`: is
 * bound to it; 0 is any value. */
void	flow_note_filled(struct flow *, uint32_t row, uint32_t value,
	    bool whole);
/* ... which a call puts into what it is a method of. */
void	flow_note_gathered(struct flow *, const struct frame *);

/* ---- match.c ---- */
/* Names that the cases of a `match` are given, once its subject was seen. */
void	flow_match(struct flow *, uint32_t node);

/* ---- object.c ---- */
/* A method of one of several objects: all of that name.  False for none. */
bool	flow_call_any(struct flow *, const struct frame *, struct taint *);
/* A class of which nobody knows which it is (HELD_CLASS) is called: what comes
 * of it is an object, and its constructor is given what any is given. */
void	flow_make_any(struct flow *, const struct frame *, struct taint *out);
/* What an object of this module, or one of several, has under that name. */
void	flow_attribute_of(struct flow *, const struct taint *object,
	    uint32_t name, struct taint *);
bool	flow_is_container_method(struct flow *, uint32_t method);
void	flow_among(struct flow *, uint32_t node, struct taint *);
/* Does what has that name make objects that only hold what they are given?  The
 * object that it makes. */
bool	flow_is_plain_object(struct flow *, uint32_t name);
struct taint flow_plain_object(struct flow *, const struct frame *);
void	flow_publish_member(struct flow *, uint32_t binding);
/* What stands in a class, if the value is one: marks, or 0. */
uint64_t flow_members(struct flow *, const struct taint *);
/* S, or S(), of a class at the top of this module: its scope + 1, or 0. */
uint32_t flow_class_here(struct flow *, const struct taint *);

/* ---- operate.c: an object is operated on ---- */
static inline bool
flow_is_object(const struct taint *v)
{
	return (v->held & HELD_OBJECT) || v->name == WORD_SELF;
}
/* self + x, x in self: one of its operands is, of which they are no part. */
bool	flow_has_self(const struct flow *, uint32_t node);
/* "pkg.net.Sink()", whatever name the object was given, or 0. */
uint32_t flow_object_name(struct flow *, const struct taint *);
/* x << y, x in y; -x; x += y: `v` has what the method gives, too. */
void	flow_operate(struct flow *, uint32_t node, struct taint *v);
void	flow_operate_alone(struct flow *, uint32_t node, struct taint *v);
void	flow_operate_changing(struct flow *, uint32_t node);
/* x[key]; x[key] = v, x.name = v */
void	flow_operate_item(struct flow *, uint32_t node, struct taint *v);
void	flow_operate_assign(struct flow *, uint32_t target,
	    const struct taint *v);
/* for y in x; f"{x}"; str(x), list(x): `v` has what comes of it, too. */
void	flow_iterate(struct flow *, uint32_t node, const struct taint *object,
	    struct taint *v);
void	flow_spell(struct flow *, uint32_t node, uint32_t object,
	    struct taint *v);
void	flow_look_converted(struct flow *, const struct frame *,
	    struct taint *v);
/* with x as y: `v` is what __enter__ gives; false: there is none. */
bool	flow_enter_with(struct flow *, uint32_t node, struct taint *v);

/* ---- contents.c ---- */
/* Is the class a kind of list or dict? */
void	flow_note_container(struct flow *, struct flow_scope *class,
	    const char *base);
/* An object of the class, if it is one, holds that. */
void	flow_add_contents(struct flow *, uint32_t class, const struct taint *);
/* `self` has what objects of its class hold, and they what it has. */
void	flow_take_contents(struct flow *, struct taint *self);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * assign - values go into names, attributes and items: rows, of which each
 * name of a scope has one.
 *
 * Takes: a target, a value.  Gives: the rows' marks, and what a patched library
 * or a blind copy is told as.
 * Runs in: worker child, command.
 */
#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "flow/anybody.h"
#include "flow/calls.h"
#include "flow/functions.h"
#include "flow/names.h"
#include "flow/neighbours.h"
#include "flow/programs.h"
#include "flow/secrets.h"
#include "flow/state.h"
#include "flow/users.h"
#include "flow/values.h"

#define GATHERED_MOST 2000	/* times, of one source */
#define TARGETS_DEEP 8		/* targets within targets */

static void assign(struct flow *, uint32_t, uint32_t, struct taint, int deep);

void
flow_mark_row(struct flow *f, uint32_t row, const struct taint *v,
    uint64_t mask)
{
	flow_mark_all(f, row, v, mask);
	taint_add(&f->loose_rows[row], v, mask);
}

/* What a parameter is given may stand below it; what goes through a
 * comprehension does. */
static bool
stands_late(const struct flow *f, uint32_t row)
{
	const struct binding *b = &f->tree->bindings[row];

	return b->kind == BINDING_PARAM || (b->kind == BINDING_ITEM &&
	    b->extra != 0);
}

void
flow_mark_all(struct flow *f, uint32_t row, const struct taint *v,
    uint64_t mask)
{
	struct taint *to = &f->rows[row], before = *to;

	if (row == 0)
		return;
	taint_add(to, v, mask);
	if (!taint_grew(to, &before))
		return;
	f->growths++;
	f->outrun = f->outrun || (f->read[row] && stands_late(f, row) &&
	    (((to->marks & ~before.marks) & MARKS_OUTRUN) ||
	    ((to->held & ~before.held) & (HELD_ACTS | HELD_ENDS |
	    HELD_BUFFER))));
	f->acts_held = f->acts_held || (to->held & (HELD_ACTS | HELD_ENDS));
	f->changed = f->changed || f->read[row] ||
	    ((to->held & ~before.held) & (HELD_ACTS | HELD_ENDS |
	    HELD_DIGEST | HELD_SEAL));
}

/* Rows are bindings; what a function calls its own ends with it. */
void
flow_keep(const struct flow *f, uint32_t row, struct taint *v)
{
	const struct binding *b = &f->tree->bindings[row];

	if (row == 0 || (!(v->marks & (MARKS_KEPT | MARKS_ADDRESS)) &&
	    !(v->held & HELD_ENDS)))
		return;
	if (!tree_is_attribute(f->tree, row) &&
	    f->tree->scopes[b->scope].kind != SCOPE_MODULE &&
	    f->tree->scopes[b->scope].kind != SCOPE_CLASS)
		return;
	/* So does an address, for which nobody looks again. */
	v->own |= v->marks & (MARKS_KEPT | MARKS_ADDRESS);
	v->held_own |= v->held & (HELD_ENDS | HELD_LINES);
}

static void
row_assign(struct flow *f, uint32_t row, uint32_t value, struct taint v)
{
	struct taint *to = &f->rows[row];

	if (row == 0)
		return;
	flow_keep(f, row, &v);
	flow_note_below(f, value);
	if (flow_at(f, value)->kind == NODE_DICT)
		flow_mark_pairs(f, row, value);
	else if (!flow_mark_options(f, row, value))
		flow_mark_row(f, row, &v, MARKS_ALL);
	/* What a file is named belongs to the file that was opened last. */
	if (!(v.marks & MARK_DATAFILE))
		taint_drop(to, MARK_DATAFILE);
	/* Names that take turns never settle; a first one may come late. */
	f->changed = f->changed || (f->read[row] &&
	    ((to->name == 0 && v.name != 0) || (to->text == 0 && v.text != 0) ||
	    (to->code == 0 && v.code != 0)));
	to->name = v.name;
	to->text = v.text;
	to->code = v.code;
	to->where = v.where;
	to->row = v.row != row ? v.row : 0;
}

static uint32_t
row_of_name(const struct flow *f, uint32_t node)
{
	uint32_t b = tree_lookup(f->tree, node);

	return b != 0 ? f->row_of[b] : 0;
}

uint32_t
flow_row_of_attribute(const struct flow *f, uint32_t name)
{
	struct flow_name *n = name < f->names_room ? &f->names[name] : NULL;
	uint32_t b;

	if (n != NULL && n->row_asked)
		return n->row;
	b = tree_attribute(f->tree, name);
	if (n != NULL) {
		n->row_asked = true;
		n->row = b != 0 ? f->row_of[b] : 0;
	}
	return b != 0 ? f->row_of[b] : 0;
}

/* An attribute of what a call gave is that one object's; a module that was
 * looked up is everybody's. */
static bool
is_of_one_object(const char *text, size_t len)
{
	static const char modules[] = "sys.modules";

	return memmem(text, len, "()", 2) != NULL && (len < sizeof(modules) ||
	    memcmp(text, modules, sizeof(modules) - 1) != 0);
}

/* requests.get = ours: a function of this file in a library's place. */
void
flow_patch(struct flow *f, uint32_t node, uint32_t name, uint32_t code)
{
	static const struct fact patch = { "patch", DEED_PATCH, 0 };
	struct flow_told *t;
	size_t len;
	const char *text = flow_spelled(f, name, &len);

	if (len == 0 || *text == '?' || memchr(text, '.', len) == NULL ||
	    is_of_one_object(text, len) ||
	    (len > 10 && memcmp(text + len - 10, ".__class__", 10) == 0) ||
	    (len > 8 && memcmp(text, "session.", 8) == 0))
		return;
	t = flow_tell(f, node, f->scope, &patch, name);
	if (t != NULL)
		t->call.patched = code - 1;
	flow_hook_patch(f, name, code);
}

static uint32_t
count_kids(const struct flow *f, uint32_t node)
{
	uint32_t n = 0;

	for (uint32_t k = flow_at(f, node)->kid; k != 0;
	    k = flow_at(f, k)->next)
		n++;
	return n;
}

static bool
is_sequence(const struct flow *f, uint32_t node)
{
	return flow_at(f, node)->kind == NODE_TUPLE ||
	    flow_at(f, node)->kind == NODE_LIST;
}

/* Of a name or an attribute, or 0. */
static uint32_t
row_of_target(const struct flow *f, uint32_t node)
{
	const struct node *n = flow_at(f, node);

	return n->kind == NODE_NAME ? row_of_name(f, node) :
	    n->kind == NODE_ATTR ? flow_row_of_attribute(f, n->name) : 0;
}

/* fd, self.path = mkstemp(): what goes through the first stands in the
 * second. */
static void
join_rows(struct flow *f, uint32_t target)
{
	uint32_t first = flow_at(f, target)->kid;
	uint32_t second = first != 0 ? flow_at(f, first)->next : 0;
	uint32_t row = second != 0 ? row_of_target(f, first) : 0;

	if (row != 0)
		f->joined[row] = row_of_target(f, second);
}

/* reader, writer = await open_connection(host, port): each leads there. */
static struct taint
part_of(struct flow *f, const struct taint *v)
{
	struct taint part = taint_marks(v);

	if (!flow_word_is(f, v->name, "asyncio.open_connection()"))
		return part;
	part.name = flow_dotted(f, v->name, ".", flow_word(f, "stream"));
	part.where = v->where;
	return part;
}

/* a, b = x, y: each its own, or each what is known of all. */
static void
assign_each(struct flow *f, uint32_t target, uint32_t value, struct taint v,
    int deep)
{
	uint32_t from = 0;
	struct taint part = part_of(f, &v);

	if (flow_word_is(f, v.name, "tempfile.mkstemp()"))
		join_rows(f, target);
	if (value != 0 && is_sequence(f, value) &&
	    count_kids(f, value) == count_kids(f, target))
		from = flow_at(f, value)->kid;
	for (uint32_t k = flow_at(f, target)->kid; k != 0;
	    k = flow_at(f, k)->next) {
		assign(f, k, from, from != 0 ? f->vals[from] : part,
		    deep + 1);
		if (from != 0)
			from = flow_at(f, from)->next;
	}
}

/* message["Bcc"] = somebody who stands in the code. */
static void
look_blind_copy(struct flow *f, uint32_t node, uint32_t key, struct taint v)
{
	static const struct fact blind = { "blind copy", DEED_BLIND, 0 };
	const struct flow_text *to = &f->texts[v.text], *name;

	if (key == 0 || v.text == 0)
		return;
	name = &f->texts[f->vals[key].text];
	if (name->len == 3 && strcasecmp(name->bytes, "bcc") == 0 &&
	    !to->open && to->len > 5 && strchr(to->bytes, '@') != NULL)
		(void)flow_tell(f, node, f->scope, &blind,
		    flow_at(f, node)->name);
}

/* {"to": to, "bcc": somebody} */
void
flow_blind_pairs(struct flow *f, uint32_t node)
{
	uint32_t key = flow_at(f, node)->kid, value;

	for (; key != 0; key = flow_at(f, value)->next) {
		value = flow_at(f, key)->next;
		if (value == 0)
			return;
		look_blind_copy(f, value, key, f->vals[value]);
	}
}

/* request.headers[x], x["a"]["b"], x.setdefault(a, {}): what is in front holds
 * what is put in; a name alone is its caller's. */
void
flow_mark_holder(struct flow *f, uint32_t node, const struct taint *v,
    uint64_t marks)
{
	uint32_t base = node;

	for (int deep = 0; deep < TARGETS_DEEP && base != 0 &&
	    flow_at(f, base)->kind != NODE_NAME; deep++)
		base = flow_at(f, base)->kid;
	if (base == 0 || base == node || flow_at(f, base)->kind != NODE_NAME)
		return;
	flow_note_put_in(f, row_of_name(f, base), v);
	if (v->marks & MARK_ENVIRON)
		flow_note_filled(f, row_of_name(f, base), 0, false);
	flow_mark_row(f, row_of_name(f, base), v, marks);
}

/* self.found, Settings.found, Settings().found of "class Settings: found = {}":
 * the row of what the class says, where nothing is assigned to the
 * attribute. */
static uint32_t
row_of_member(struct flow *f, uint32_t attribute)
{
	const struct node *n = flow_at(f, attribute), *of = flow_at(f, n->kid);
	uint32_t row = flow_row_of_attribute(f, n->name), class, b;

	if (row != 0)
		return row;
	class = of->kind == NODE_NAME && (of->name == WORD_SELF ||
	    of->name == WORD_CLS) ? flow_class_around(f, f->scope) + 1 :
	    flow_class_here(f, &f->vals[n->kid]);
	if (class < 2 || f->scopes[class - 1].kind != SCOPE_CLASS)
		return 0;
	b = tree_binding(f->tree, class - 1, n->name);
	return b != 0 && f->tree->bindings[b].kind != BINDING_DEF ?
	    f->row_of[b] : 0;
}

/* x[i] = v: x holds v, among others. */
static void
assign_item(struct flow *f, uint32_t target, struct taint v)
{
	uint32_t base = flow_at(f, target)->kid;
	uint32_t key = flow_at(f, base)->next;

	flow_within(&v);
	look_blind_copy(f, target, key, v);
	if (key != 0 && (flow_traits(f, f->vals[base].name) & NAME_ENVIRON)) {
		flow_give_variable(f, f->vals[key].text, &v);
		/* os.environ["LC_ALL"] = saved: who asks for that one is seen,
		 * and os.name asks for no place. */
		if (flow_asked_variable(f->texts[f->vals[key].text].bytes))
			taint_release(&v, HELD_ASKED);
	}
	if (flow_at(f, base)->kind == NODE_NAME) {
		if (v.marks & MARK_DROPPED)
			flow_note_itself(f, flow_at(f, base)->name);
		flow_note_put_in(f, row_of_name(f, base), &v);
		flow_mark_key(f, row_of_name(f, base), key, &v);
	} else if (flow_at(f, base)->kind == NODE_ATTR) {
		if (v.params != 0)
			taint_hold(&v, HELD_KEPT);
		flow_mark_key(f, row_of_member(f, base), key, &v);
	}
	flow_mark_holder(f, base, &v, MARK_ENVIRON | MARK_SECRET | MARK_HUNTED |
	    MARK_PRIVATE | MARK_PASSWORD | MARK_COMMAND);
}

/* request.data = v: the request holds v. */
static void
fill_request(struct flow *f, uint32_t object, const struct taint *v)
{
	char name[FLOW_NAME_MOST + 1];

	if (flow_at(f, object)->kind == NODE_NAME && v->marks != 0 &&
	    str_ends(flow_string(f, f->vals[object].name, name), "Request()"))
		flow_mark_row(f, row_of_name(f, object), v, MARKS_ALL);
}

/* Goes through all of a source, so it is not done again until something grew,
 * nor without end: then the class holds what it held. */
static void
gather_attributes(struct flow *f, struct flow_scope *class)
{
	const struct tree *t = f->tree;

	if (class->attributes_at == f->growths + 1 ||
	    f->gathered == GATHERED_MOST)
		return;
	for (uint32_t b = 1; b < t->nbindings; b++)
		if ((tree_is_attribute(t, b) && t->bindings[b].at >=
		    class->from && t->bindings[b].at < class->to) ||
		    t->bindings[b].scope == (uint32_t)(class - f->scopes))
			class->attributes |= f->rows[f->row_of[b]].marks &
			    ~(uint64_t)MARK_UNREAD;
	class->attributes_at = f->growths + 1;
	f->gathered++;
}

uint64_t
flow_class_marks(struct flow *f, uint32_t scope)
{
	gather_attributes(f, &f->scopes[scope]);
	return f->scopes[scope].attributes;
}

/* self.__dict__: what the attributes of the class around it hold. */
static uint64_t
own_attributes(struct flow *f)
{
	const uint64_t worth = MARK_SECRET | MARK_PRIVATE | MARK_ENVIRON |
	    MARK_HUNTED | MARK_PASSWORD | MARK_KEY;
	uint32_t scope = flow_class_around(f, f->scope);

	if (scope != 0)
		gather_attributes(f, &f->scopes[scope]);
	return (f->scopes[scope].attributes & worth) |
	    (f->set_by_name & (worth | MARK_TOKEN));
}

/* share(self), of whatever class of this module. */
static uint64_t
any_class(struct flow *f)
{
	uint64_t marks = 0;

	for (uint32_t i = 1; i < f->main; i++)
		if (f->scopes[i].kind == SCOPE_CLASS)
			marks |= flow_class_marks(f, i);
	return marks;
}

/* Of heirs and bases of the class around it, in other modules, too. */
static uint64_t
heirs_attributes(struct flow *f)
{
	uint32_t scope = flow_class_around(f, f->scope), object;
	char name[FLOW_NAME_MOST + 1];

	object = scope != 0 && scope != f->main ? flow_instance(f, scope) : 0;
	if (object == 0 || !flow_is_small(f) || f->gathered == GATHERED_MOST)
		return 0;
	f->gathered++;
	return world_marks_of_object(f->file->world, flow_string(f, object,
	    name));
}

uint64_t
flow_attributes_of(struct flow *f, const struct taint *v)
{
	const uint64_t worth = MARK_SECRET | MARK_PRIVATE | MARK_ENVIRON |
	    MARK_HUNTED | MARK_PASSWORD | MARK_KEY | MARK_TOKEN;
	uint32_t object = v->name != 0 ? flow_object_name(f, v) : 0;
	char name[FLOW_NAME_MOST + 1];

	if (object == 0 && f->scopes[f->scopes[f->scope].parent].kind !=
	    SCOPE_CLASS && flow_word_is(f, v->name, "self"))
		return any_class(f) & worth;
	if (object == 0)
		return own_attributes(f) | (heirs_attributes(f) & worth);
	if (f->file->world == NULL || f->gathered == GATHERED_MOST)
		return 0;
	f->gathered++;
	return world_marks_of_object(f->file->world, flow_string(f, object,
	    name)) & worth;
}

static void
assign(struct flow *f, uint32_t target, uint32_t value, struct taint v,
    int deep)
{
	const struct node *n = flow_at(f, target);

	if (n->kind == NODE_ATTR || n->kind == NODE_INDEX) {
		flow_take_function(f, value, &v);
		flow_hook_target(f, target, value);
		flow_operate_assign(f, target, &v);
	}
	flow_look_path(f, target, value, &v);
	switch (n->kind) {
	case NODE_NAME:
		if (v.marks & MARK_ENVIRON)
			flow_note_filled(f, row_of_name(f, target), value,
			    true);
		row_assign(f, row_of_name(f, target), value, v);
		break;
	case NODE_ATTR:
		if (v.code != 0)
			flow_patch(f, target, f->vals[target].name, v.code);
		if (v.code != 0)
			flow_hook_attribute(f, target, v.code);
		if (flow_traits(f, n->name) & NAME_CALLBACK)
			flow_peer_calls(f, &v);
		flow_lend_setting(f, target, value);
		flow_keep_lent(f, flow_row_of_attribute(f, n->name), &v);
		if (v.params != 0)
			taint_hold(&v, HELD_KEPT);
		row_assign(f, flow_row_of_attribute(f, n->name), value, v);
		fill_request(f, n->kid, &v);
		flow_set_anybodys(f, target, &v);
		flow_tell_value(f, flow_word_is(f, f->vals[n->kid].name,
		    "self") ? flow_attribute_name(f, n->name) :
		    f->vals[target].name, &v);
		break;
	case NODE_INDEX:
		if ((v.marks & MARK_ENVIRON) && flow_at(f, n->kid)->kind ==
		    NODE_NAME)
			flow_note_filled(f, row_of_name(f, n->kid), value,
			    false);
		assign_item(f, target, v);
		break;
	case NODE_STAR:
		if (deep < TARGETS_DEEP)
			assign(f, n->kid, 0, taint_marks(&v), deep + 1);
		break;
	case NODE_TUPLE:
	case NODE_LIST:
		if (deep < TARGETS_DEEP)
			assign_each(f, target, value, v, deep);
		break;
	default:
		break;
	}
}

void
flow_assign(struct flow *f, uint32_t target, uint32_t value, struct taint v)
{
	assign(f, target, value, v, 0);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * object - objects of the package's classes that stand in a table or list,
 * or that a loop goes through: nobody says which of them a method is called of,
 * so it may be each that has that name.  So it is of an object whose class was
 * taken from a table, a loop, a function or the names of a module.  What a
 * class binds is of all its members, where one is chosen by a key.
 *
 * Takes: a call of which no name says what is called.  Gives: what it may give.
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
#include "flow/values.h"

#define METHODS_MOST 16		/* of one name */
#define BASES_DEEP 4		/* a class of a class ... */

/* What a class binds and who takes one of its members by a key is told. */
#define MARKS_MEMBER (MARK_SECRET | MARK_PRIVATE | MARK_TOKEN | \
    MARK_ENVIRON | MARK_HUNTED | MARKS_ADDRESS)

/* Of the container itself. */
bool
flow_is_container_method(struct flow *f, uint32_t method)
{
	static const char *const methods[] = { "items", "values", "keys",
	    "get", "pop", "append", "extend", "copy", "update", "setdefault",
	    "insert", "remove", "index", "sort", "add" };
	char name[FLOW_NAME_MOST + 1];

	return str_index(methods, ARRAY_LEN(methods),
	    flow_string(f, method, name)) >= 0;
}

/* A class of which nobody knows the name. */
static bool
is_some_class(const struct taint *v)
{
	return (v->held & HELD_CLASS) && v->name == 0 && v->code == 0;
}

/* x.run() of one of some objects, x() of it: the method's name, or 0. */
static uint32_t
method_called(struct flow *f, const struct frame *fr)
{
	const struct node *call = flow_at(f, fr->node);
	const struct node *n = flow_at(f, call->kid);

	if (fr->later || call->kind != NODE_CALL)
		return 0;
	/* held.c knows what those do. */
	if (!(fr->callee.held & (HELD_OBJECT | HELD_CLASS)) ||
	    (fr->callee.held & HELD_ACTS))
		return 0;
	if (n->kind != NODE_ATTR)
		return fr->callee.held & HELD_OBJECT ?
		    flow_word(f, "__call__") : 0;
	return ((f->vals[n->kid].held & HELD_OBJECT) ||
	    is_some_class(&f->vals[n->kid])) && !(fr->nargs > 0 &&
	    flow_is_container_method(f, n->name)) ? n->name : 0;
}

/* "pkg.net.Client().send" of this module: it is known by its scope. */
static bool
is_of_here(const struct flow *f, const char *name)
{
	size_t len = f->file->module != NULL ? strlen(f->file->module) : 0;
	const char *dot;

	if (len == 0 || strncmp(name, f->file->module, len) != 0 ||
	    name[len] != '.')
		return false;
	dot = strchr(name + len + 1, '.');
	return dot != NULL && dot[-1] == ')';
}

static size_t
call_outsides(struct flow *f, const struct frame *fr, uint32_t method,
    struct taint *out)
{
	struct world_name *methods[METHODS_MOST];
	char name[FLOW_NAME_MOST + 1];
	size_t n = flow_methods_outside(f, flow_string(f, method, name),
	    methods, METHODS_MOST), called = 0;

	for (size_t i = 0; i < n; i++) {
		struct taint v;

		if (is_of_here(f, methods[i]->name))
			continue;
		flow_note_outside(f, fr->scope, flow_word(f,
		    methods[i]->name), 0);
		v = flow_call_outside(f, fr, methods[i]);
		taint_add(out, &v, MARKS_ALL);
		called++;
	}
	return called;
}

/* Of that name, of whatever class: how many. */
static size_t
call_methods(struct flow *f, const struct frame *fr, uint32_t method,
    struct taint *out)
{
	uint32_t next = flow_name(f, method)->defined;
	size_t n = 0;

	for (; next != 0 && n < METHODS_MOST;
	    next = f->scopes[next - 1].same_name) {
		const struct flow_scope *s = &f->scopes[next - 1];
		struct taint v;

		if (s->kind != SCOPE_FUNCTION ||
		    f->scopes[s->parent].kind != SCOPE_CLASS)
			continue;
		v = flow_own_call(f, fr, next - 1);
		taint_add(out, &v, MARKS_ALL);
		n++;
	}
	return call_outsides(f, fr, method, out) + n;
}

bool
flow_call_any(struct flow *f, const struct frame *fr, struct taint *out)
{
	uint32_t method = method_called(f, fr);

	if (method == 0)
		return false;
	*out = (struct taint){ 0 };
	return call_methods(f, fr, method, out) != 0;
}

void
flow_make_any(struct flow *f, const struct frame *fr, struct taint *out)
{
	const struct node *call = flow_at(f, fr->node);
	const struct node *n = flow_at(f, call->kid);
	struct taint given = { 0 };

	if (fr->later || call->kind != NODE_CALL)
		return;
	if (n->kind == NODE_ATTR && (flow_is_container_method(f, n->name) ||
	    flow_word_is(f, n->name, "__subclasses__"))) {
		taint_hold(out, HELD_CLASS);
		return;
	}
	/* User.query(x) of a library's kind of class */
	if (n->kind == NODE_ATTR && !is_some_class(&f->vals[n->kid]))
		return;
	taint_release(out, HELD_CLASS);
	if ((fr->all.marks & (MARKS_KEPT | MARKS_LOCK)) && n->kind != NODE_ATTR)
		(void)call_methods(f, fr, flow_word(f, "__init__"), &given);
	taint_hold(out, HELD_OBJECT);
}

/* "pkg.net.Client()", of a class of this module. */
static bool
is_object_here(const struct flow *f, uint32_t name)
{
	size_t len, own = f->file->module != NULL ? strlen(f->file->module) : 0;
	const char *text = flow_spelled(f, name, &len);

	return own != 0 && len > own + 3 && text[own] == '.' &&
	    text[len - 1] == ')' && memcmp(text, f->file->module, own) == 0 &&
	    memchr(text + own + 1, '.', len - own - 1) == NULL;
}

uint32_t
flow_class_here(struct flow *f, const struct taint *v)
{
	size_t len, own = f->file->module != NULL ?
	    strlen(f->file->module) + 1 : 0;
	const char *text;
	uint32_t word, next;

	if (v->code != 0)
		return v->code;
	if (v->name == 0 || !is_object_here(f, v->name))
		return 0;
	text = flow_spelled(f, v->name, &len);
	word = words_find(&f->tree->words, text + own, len - own - 2);
	next = word != 0 ? flow_name(f, word)->defined : 0;
	return next != 0 && f->scopes[next - 1].parent == 0 ? next : 0;
}

/* What such a class binds to it. */
static void
add_member(struct flow *f, const struct taint *object, uint32_t name,
    struct taint *out)
{
	uint32_t class = flow_class_here(f, object);
	uint32_t b = class != 0 && f->scopes[class - 1].kind == SCOPE_CLASS ?
	    tree_binding(f->tree, class - 1, name) : 0;

	if (b == 0 || f->tree->bindings[b].kind == BINDING_DEF)
		return;
	f->read[f->row_of[b]] = true;
	taint_add(out, &f->rows[f->row_of[b]], MARKS_MEMBER &
	    ~(uint64_t)MARKS_ADDRESS);
	if (out->text == 0 && flow_row_of_attribute(f, name) == 0)
		out->text = f->rows[f->row_of[b]].text;
}

/* What any object of this module has there.  Which parameters it came by is
 * known where it was set, and not here. */
void
flow_attribute_of(struct flow *f, const struct taint *object, uint32_t name,
    struct taint *out)
{
	uint32_t row = flow_row_of_attribute(f, name);
	struct taint kept;

	if (object->code != 0 || object->name != 0)
		add_member(f, object, name, out);
	if (row == 0 || (object->name != 0 ? !is_object_here(f, object->name) :
	    !(object->held & HELD_OBJECT)))
		return;
	f->read[row] = true;
	kept = f->rows[row];
	kept.params = 0;
	flow_note_elsewhere(f, row, &kept);
	taint_add(out, &kept, MARKS_ALL);
	if (out->text == 0)
		out->text = kept.text;
	if (kept.where != 0)
		out->where = kept.where;
}

/* [Target("https://..."), ...]: the first one's address is that of all. */
void
flow_among(struct flow *f, uint32_t node, struct taint *v)
{
	flow_take_displayed(f, node);
	flow_within(v);
	if (!(v->held & HELD_OBJECT))
		return;
	for (uint32_t k = flow_at(f, node)->kid; k != 0 && v->where == 0;
	    k = flow_at(f, k)->next)
		v->where = f->vals[k].where;
}

/* namedtuple("Step", ...)(...), SimpleNamespace(...), and classes of modules
 * that say no more of them. */
bool
flow_is_plain_object(struct flow *f, uint32_t name)
{
	return flow_word_is(f, name, "collections.namedtuple()") ||
	    flow_word_is(f, name, "typing.NamedTuple()") ||
	    flow_word_is(f, name, "types.SimpleNamespace");
}

/* Step = namedtuple("Step", ...): Step() by its own name, or 0. */
static uint32_t
plain_instance(struct flow *f, const struct frame *fr)
{
	uint32_t callee = flow_at(f, fr->node)->kid, b;

	if (fr->later || flow_at(f, callee)->kind != NODE_NAME ||
	    f->file->module == NULL)
		return 0;
	b = tree_lookup(f->tree, callee);
	if (b == 0 || f->tree->bindings[b].scope != 0 ||
	    f->tree->bindings[b].kind != BINDING_VALUE)
		return 0;
	return flow_dotted(f, flow_dotted(f, flow_word(f, f->file->module),
	    ".", f->tree->bindings[b].name), "()", 0);
}

struct taint
flow_plain_object(struct flow *f, const struct frame *fr)
{
	struct taint v = taint_marks(&fr->all);

	for (size_t i = 0; i < fr->nargs; i++)
		if (fr->keywords[i] != 0)
			flow_set_anybodys_named(f, fr->keywords[i],
			    &fr->args[i]);
	v.name = plain_instance(f, fr);
	if (v.name != 0)
		flow_note_record(f, fr, v.name);
	else
		v.name = flow_dotted(f, fr->callee.name, "()", 0);
	v.where = flow_made_with(f, fr);
	if (v.where == 0)
		v.where = flow_record_where(f, fr);
	flow_within(&v);
	taint_hold(&v, HELD_OBJECT);
	return v;
}

/* ---- members of a class ------------------------------------------------ */

/* A class of another module, and what that is a kind of. */
static void
tell_base(struct flow *f, uint32_t base, uint32_t name, const struct taint *v)
{
	char text[FLOW_NAME_MOST + 1];
	const struct world_name *n;

	for (int i = 0; base != 0 && i < BASES_DEEP; i++) {
		flow_publish_base(f, flow_dotted(f, base, "().", name), v);
		n = world_find(f->file->world, flow_string(f, base, text));
		base = n != NULL && n->base != NULL ? flow_word(f, n->base) :
		    0;
	}
}

/* class Remote(Exporter): endpoint = "https://..." is what Exporter's methods
 * find in self.endpoint. */
static void
tell_bases(struct flow *f, const struct flow_scope *class, uint32_t binding)
{
	const struct taint *v = &f->rows[f->row_of[binding]];

	if ((v->marks & MARK_VARIABLE) || !flow_is_address(f, v->text))
		return;
	for (uint32_t i = 0; i < class->nbases; i++)
		tell_base(f, class->bases[i], f->tree->bindings[binding].name,
		    v);
	if (class->base != 0)
		flow_publish_base(f, flow_dotted(f, flow_instance(f,
		    class->base - 1), ".", f->tree->bindings[binding].name),
		    v);
}

void
flow_publish_member(struct flow *f, uint32_t binding)
{
	const struct binding *b = &f->tree->bindings[binding];
	const struct flow_scope *class = &f->scopes[b->scope];
	uint64_t marks = f->rows[f->row_of[binding]].own & MARKS_MEMBER;

	if (class->kind != SCOPE_CLASS || class->parent != 0 ||
	    b->kind == BINDING_DEF)
		return;
	tell_bases(f, class, binding);
	if ((marks & ~(uint64_t)MARKS_ADDRESS) == 0)
		return;
	flow_publish_marks(f, class->name, b->name, marks);
}

/* Place[name], for place in Place: marks, or 0. */
uint64_t
flow_members(struct flow *f, const struct taint *class)
{
	const struct world_name *n;
	uint32_t scope = class->code != 0 ? class->code - 1 : 0;
	uint64_t marks = 0;

	if (scope != 0 && f->scopes[scope].kind == SCOPE_CLASS)
		marks = flow_class_marks(f, scope);
	if (scope != 0 || class->name == 0 || f->file->world == NULL ||
	    !(flow_traits(f, class->name) & NAME_DOTTED))
		return marks & MARKS_MEMBER;
	n = flow_outside(f, class->name);
	return n != NULL && n->type ? n->members : 0;
}

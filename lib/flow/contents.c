/* SPDX-License-Identifier: Apache-2.0 */
/*
 * contents - what objects of a class hold that is a kind of list or dict: what
 * they are made with, and what their methods put into `self`, comes out of
 * `self` in each of its methods.
 *
 * Takes: bases of classes, what objects are made with, each `self`.  Gives:
 * marks of `self`.
 * Runs in: worker child, command.
 */
#include "base/str.h"
#include "flow/calls.h"
#include "flow/names.h"
#include "flow/scopes.h"
#include "flow/state.h"
#include "flow/values.h"

/* What is worth it when it comes out of an object. */
#define MARKS_HELD (MARKS_KEPT | MARKS_LOCK | MARKS_HOST)

void
flow_note_container(struct flow *f, struct flow_scope *class,
    const char *base)
{
	static const char *const kinds[] = { "dict", "list", "set", "tuple",
	    "frozenset", "str", "bytes", "collections.UserDict",
	    "collections.UserList", "collections.UserString",
	    "collections.OrderedDict", "collections.defaultdict",
	    "collections.deque", "collections.Counter", "UserDict",
	    "UserList", "OrderedDict", "defaultdict", "deque", "Counter" };

	if (str_index(kinds, ARRAY_LEN(kinds), base) >= 0)
		class->container = f->containers = true;
}

void
flow_add_contents(struct flow *f, uint32_t class, const struct taint *v)
{
	struct flow_scope *s = &f->scopes[class];
	uint64_t marks = v->marks & MARKS_HELD & ~s->contents;
	bool objects = (v->held & HELD_OBJECT) && v->code != class + 1 &&
	    !s->objects;

	if (!s->container || (marks == 0 && !objects))
		return;
	s->contents |= marks;
	s->objects = s->objects || objects;
	f->changed = true;
}

void
flow_take_contents(struct flow *f, struct taint *self)
{
	uint32_t class = flow_class_around(f, f->scope);

	if (!f->scopes[class].container)
		return;
	flow_add_contents(f, class, self);
	taint_mark(self, f->scopes[class].contents);
	if (f->scopes[class].objects)
		taint_hold(self, HELD_OBJECT);
}

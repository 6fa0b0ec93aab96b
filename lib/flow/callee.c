/* SPDX-License-Identifier: Apache-2.0 */
/*
 * callee - who is called, where the name in front of the brackets does not
 * say it: a class by its `cls`, an object, a method with its object in front.
 *
 * Takes: a call.  Gives: the same, as if it called that by its name.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/str.h"
#include "flow/calls.h"
#include "flow/names.h"
#include "flow/neighbours.h"
#include "flow/state.h"
#include "flow/values.h"

#define BASES_DEEP 4		/* a class of a class ... */

/* cls(...), in a method of the class */
static uint32_t
own_class(const struct flow *f, const struct frame *fr)
{
	uint32_t scope = flow_class_around(f, fr->scope);

	if (!flow_word_is(f, fr->callee.name, "cls"))
		return 0;
	return scope != 0 && scope != f->main ? scope + 1 : 0;
}

/* codec(text), of an object of a class of the package: its __call__, in this
 * module by its scope, in others by its name. */
static uint32_t
called_object(struct flow *f, struct frame *fr)
{
	uint32_t name = fr->callee.name, object, call;

	if (!flow_word_ends(f, name, "()") && !flow_is_object(&fr->callee))
		return name;
	object = name == WORD_SELF ? flow_self(f) :
	    flow_object_name(f, &fr->callee);
	if (object == 0)
		return name;
	call = flow_dotted(f, object, ".", flow_word(f, "__call__"));
	fr->callee.code = flow_own_method(f, call);
	if (fr->callee.code == 0 && flow_outside(f, call) != NULL)
		fr->callee.name = name = call;
	return name;
}

/* shutil.copyfileobj(from, to): the file is written what the other one
 * reads; its frame is changed to say so. */
static void
copy_object(struct flow *f, struct frame *fr)
{
	struct taint from;

	if (fr->nargs < 2 || !flow_word_is(f, fr->callee.name,
	    "shutil.copyfileobj"))
		return;
	from = fr->args[0];
	fr->callee = fr->args[1];
	fr->callee.name = flow_dotted(f, fr->callee.name, ".",
	    flow_word(f, "write"));
	fr->callee.code = 0;
	fr->all = taint_marks(&from);
	fr->nargs = 1;
}

/* "pkg.Session" of "pkg.Session.request": where it begins, without `pkg`, and
 * how long it is; 0 for none. */
static size_t
class_of(const char *name, size_t end, size_t *from)
{
	const char *dot = memrchr(name, '.', end);

	*from = dot != NULL ? (size_t)(dot + 1 - name) : 0;
	return end - *from;
}

/* The first argument is the object. */
static void
drop_first(struct frame *fr)
{
	fr->nargs--;
	memmove(fr->args, fr->args + 1, fr->nargs * sizeof(*fr->args));
	memmove(fr->nodes, fr->nodes + 1, fr->nargs * sizeof(*fr->nodes));
	memmove(fr->keywords, fr->keywords + 1, fr->nargs *
	    sizeof(*fr->keywords));
}

/* Session.request(Session(), "POST", url): the method of its first argument,
 * whatever name it was kept by. */
static void
bind_first(struct flow *f, struct frame *fr)
{
	char name[FLOW_NAME_MOST + 1], self[FLOW_NAME_MOST + 1];
	const char *dot;
	size_t a, b, len;
	uint32_t bound;

	if (fr->nargs < 2 || fr->keywords[0] != 0 || fr->args[0].name == 0 ||
	    fr->callee.name == 0 || fr->later ||
	    !flow_word_ends(f, fr->args[0].name, "()"))
		return;
	(void)flow_string(f, fr->args[0].name, self);
	dot = strrchr(flow_string(f, fr->callee.name, name), '.');
	len = class_of(self, strlen(self) - 2, &a);
	if (dot == NULL || len == 0 || class_of(name, (size_t)(dot - name),
	    &b) != len || memcmp(self + a, name + b, len) != 0)
		return;
	bound = flow_dotted(f, fr->args[0].name, ".", flow_word(f, dot + 1));
	if (flow_fact(f, bound) == NULL)
		return;
	fr->callee = fr->args[0];
	fr->callee.name = bound;
	drop_first(fr);
}

/* self.spawn(words), super().spawn(words), install.spawn(self, words): every
 * command of an installer inherits what starts a program. */
static void
look_spawn(struct flow *f, struct frame *fr)
{
	char text[FLOW_NAME_MOST + 1];
	uint32_t name = fr->callee.name;

	if (!flow_word_ends(f, name, ".spawn") || (f->file->reach !=
	    REACH_INSTALL && !f->scopes[fr->scope].command))
		return;
	*strrchr(flow_string(f, name, text), '.') = '\0';
	if (*text == '\0' || str_equal(text, "?") || str_equal(text, "self") ||
	    str_equal(text, "super()") || fact_is_command(text))
		fr->callee.name = flow_word(f, "distutils.spawn.spawn");
}

/* super().x() */
bool
flow_asks_base(const struct flow *f, uint32_t call)
{
	uint32_t callee = flow_at(f, call)->kid;
	const struct node *n = flow_at(f, flow_at(f, callee)->kid);

	return flow_at(f, callee)->kind == NODE_ATTR && n->kind == NODE_CALL &&
	    flow_at(f, n->kid)->kind == NODE_NAME && f->super != 0 &&
	    flow_at(f, n->kid)->name == f->super;
}

/* The method of that name of what the class is a kind of, in this source: its
 * scope + 1, or 0. */
static uint32_t
base_method(struct flow *f, uint32_t class, uint32_t method)
{
	uint32_t of = f->scopes[class].base;

	for (int i = 0; i < BASES_DEEP && of != 0; i++) {
		for (uint32_t m = flow_name(f, method)->defined; m != 0;
		    m = f->scopes[m - 1].same_name)
			if (f->scopes[m - 1].parent == of - 1)
				return m;
		of = f->scopes[of - 1].base;
	}
	return 0;
}

/* class Keys(keyboard.Listener): what a library's class does as one is made, or
 * 0. */
static uint32_t
library_base(struct flow *f, const struct flow_scope *class)
{
	for (uint32_t i = 0; i < class->nbases; i++) {
		const struct fact *fact = flow_fact(f, class->bases[i]);

		if ((fact != NULL && *fact->name != '?') ||
		    (flow_traits(f, class->bases[i]) & NAME_DEFERS))
			return class->bases[i];
	}
	return 0;
}

/* super().__init__(x): the base's method, here or in another module. */
static void
ask_base(struct flow *f, struct frame *fr)
{
	const struct node *n = flow_at(f, flow_at(f, fr->node)->kid);
	uint32_t class = fr->scope, name;

	if (fr->later || fr->bare || flow_at(f, fr->node)->kind != NODE_CALL ||
	    !flow_asks_base(f, fr->node))
		return;
	class = flow_class_around(f, class);
	if (class == 0 || class == f->main)
		return;
	fr->callee.code = base_method(f, class, n->name);
	if (f->scopes[class].container && fr->callee.code == 0)
		flow_add_contents(f, class, &fr->all);
	name = fr->callee.code == 0 ? flow_inherited(f, class, n->name) : 0;
	if (name == 0 && fr->callee.code == 0 &&
	    flow_word_is(f, n->name, "__init__"))
		name = library_base(f, &f->scopes[class]);
	if (name != 0)
		fr->callee.name = name;
	/* Functions of Python that are handed to a base are named by who calls
	 * them there. */
	for (size_t i = 0; i < fr->nargs; i++) {
		taint_release(&fr->args[i], HELD_ACTS | HELD_NAMES);
		/* What protocols hand on to their bases is no program. */
		if (!flow_word_is(f, n->name, "__init__"))
			taint_drop(&fr->args[i], MARK_NETWORK | MARK_DECODED |
			    MARK_SOCKET | MARK_REQUEST);
	}
}

/* Base.__init__(self, x), of a class here or in another module: its method of
 * what stands first. */
static void
ask_class(struct flow *f, struct frame *fr)
{
	const struct node *n = flow_at(f, flow_at(f, fr->node)->kid);
	const struct taint *of = &f->vals[n->kid];
	uint32_t method = 0, name = 0;

	if (fr->later || fr->nargs < 2 || n->kind != NODE_ATTR ||
	    fr->keywords[0] != 0 ||
	    flow_at(f, fr->nodes[0])->kind != NODE_NAME ||
	    flow_at(f, fr->nodes[0])->name != WORD_SELF)
		return;
	if (of->code != 0 && f->scopes[of->code - 1].kind == SCOPE_CLASS)
		for (method = flow_name(f, n->name)->defined; method != 0 &&
		    f->scopes[method - 1].parent != of->code - 1;)
			method = f->scopes[method - 1].same_name;
	else if (of->name != 0 && flow_outside(f, of->name) != NULL &&
	    flow_outside(f, of->name)->type)
		name = flow_dotted(f, flow_dotted(f, of->name, "()", 0), ".",
		    n->name);
	if (method == 0 && (name == 0 || flow_outside(f, name) == NULL))
		return;
	fr->callee.code = method;
	fr->callee.name = name;
	drop_first(fr);
}

/* windows().get_object(x): of what a function of another module gives, where
 * the tables know that library's method. */
static uint32_t
library_method(struct flow *f, uint32_t name)
{
	char text[FLOW_NAME_MOST + 1], *dot;
	const struct world_name *maker;
	const struct fact *fact;
	uint32_t method;

	if (f->file->world == NULL || !(flow_traits(f, name) & NAME_METHOD))
		return name;
	(void)flow_string(f, name, text);
	dot = strrchr(text, '.');
	if (dot == NULL || dot - text < 3 || strncmp(dot - 2, "()", 2) != 0)
		return name;
	dot[-2] = '\0';
	maker = flow_outside(f, flow_word(f, text));
	if (maker == NULL || maker->gives == NULL)
		return name;
	method = flow_dotted(f, flow_word(f, maker->gives), ".",
	    flow_word(f, dot + 1));
	fact = method != 0 ? flow_fact(f, method) : NULL;
	return fact != NULL && *fact->name != '?' ? method : name;
}

uint32_t
flow_find_callee(struct flow *f, struct frame *fr)
{
	uint32_t name;

	if (fr->callee.code == 0)
		look_spawn(f, fr);

	ask_base(f, fr);
	ask_class(f, fr);
	copy_object(f, fr);
	bind_first(f, fr);
	name = fr->callee.name = library_method(f, fr->callee.name);
	if (fr->callee.code == 0)
		fr->callee.code = flow_own_method(f, name);
	if (fr->callee.code == 0)
		fr->callee.code = own_class(f, fr);
	return fr->callee.code == 0 && name != 0 ? called_object(f, fr) : name;
}

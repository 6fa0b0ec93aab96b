/* SPDX-License-Identifier: Apache-2.0 */
/*
 * heirs - methods and values that classes which are kinds of one put in the
 * place of its own: self.parse(text), self.url, of a class that leaves both to
 * its heirs, in whatever module they stand.
 *
 * Takes: a method that is called of `self`, a value that a class leaves empty.
 * Gives: what heirs do with what they are given, and what they bind.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/str.h"
#include "flow/calls.h"
#include "flow/names.h"
#include "flow/neighbours.h"
#include "flow/state.h"
#include "flow/values.h"

#define HEIRS_MOST 6		/* methods of one name */
#define HEIRS_DEEP 4		/* a kind of a kind ... */

/* The class around the scope, at the top of this module, or 0. */
static uint32_t
class_around(const struct flow *f, uint32_t scope)
{
	scope = flow_class_around(f, scope);
	return scope != f->main && f->scopes[scope].parent == 0 ? scope : 0;
}

/* The method's name, if it is called of `self`; or 0. */
static uint32_t
method_of_self(const struct flow *f, const struct frame *fr)
{
	const struct node *n = flow_at(f, flow_at(f, fr->node)->kid);

	return !fr->later && n->kind == NODE_ATTR &&
	    flow_at(f, n->kid)->kind == NODE_NAME &&
	    flow_at(f, n->kid)->name == WORD_SELF ? n->name : 0;
}

static bool
is_heir_here(const struct flow *f, uint32_t class, uint32_t of)
{
	for (int i = 0; i < HEIRS_DEEP && f->scopes[class].base != 0; i++) {
		class = f->scopes[class].base - 1;
		if (class == of)
			return true;
	}
	return false;
}

/* "pkg.feeds.Rates().parse", of a kind of the class of that name. */
static bool
is_heir_elsewhere(const struct flow *f, const char *method, const char *of)
{
	char class[FLOW_NAME_MOST + 1];
	size_t len = (size_t)(strstr(method, "().") - method);
	const struct world_name *n;

	if (len > FLOW_NAME_MOST)
		return false;
	memcpy(class, method, len);
	class[len] = '\0';
	n = world_own(f->file->world, class);
	for (int i = 0; i < HEIRS_DEEP && n != NULL && n->base != NULL; i++) {
		if (str_equal(n->base, of))
			return true;
		n = world_find(f->file->world, n->base);
	}
	return false;
}

static void
call_here(struct flow *f, const struct frame *fr, uint32_t class,
    uint32_t method, struct taint *out)
{
	uint32_t next = flow_name(f, method)->defined;

	for (int i = 0; next != 0 && i < HEIRS_MOST;
	    next = f->scopes[next - 1].same_name, i++) {
		const struct flow_scope *s = &f->scopes[next - 1];
		struct taint v;

		if (s->kind != SCOPE_FUNCTION || fr->callee.code == next ||
		    f->scopes[s->parent].kind != SCOPE_CLASS ||
		    !is_heir_here(f, s->parent, class))
			continue;
		v = flow_own_call(f, fr, next - 1);
		taint_add(out, &v, MARKS_ALL);
	}
}

/* None of them runs for that: only an object of theirs has it called. */
static void
call_elsewhere(struct flow *f, const struct frame *fr, uint32_t class,
    uint32_t method, struct taint *out)
{
	char name[FLOW_NAME_MOST + 1], whole[FLOW_WHOLE_MOST];
	struct world_name *methods[HEIRS_MOST];
	size_t n = flow_methods_outside(f, flow_string(f, method, name),
	    methods, HEIRS_MOST);

	if (n == 0 || !flow_whole_name(f, f->scopes[class].name, whole))
		return;
	for (size_t i = 0; i < n; i++) {
		struct taint v;

		if (strstr(methods[i]->name, "().") == NULL ||
		    !is_heir_elsewhere(f, methods[i]->name, whole))
			continue;
		v = flow_call_outside(f, fr, methods[i]);
		taint_add(out, &v, MARKS_ALL);
	}
}

void
flow_call_heirs(struct flow *f, const struct frame *fr, struct taint *out)
{
	uint32_t method = method_of_self(f, fr);
	uint32_t class = method != 0 ? class_around(f, fr->scope) : 0;

	if (class == 0 || f->file->world == NULL)
		return;
	call_here(f, fr, class, method, out);
	call_elsewhere(f, fr, class, method, out);
}

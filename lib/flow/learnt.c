/* SPDX-License-Identifier: Apache-2.0 */
/*
 * learnt - what other modules of the package told of this one: who runs its
 * functions, with what, and what they put into its objects.
 *
 * Takes: the world.  Gives: marks of parameters, rows and tables, and what is
 * reached.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "flow/calls.h"
#include "flow/functions.h"
#include "flow/names.h"
#include "flow/neighbours.h"
#include "flow/scopes.h"
#include "flow/state.h"
#include "flow/values.h"

/* What heirs in other modules have where the class has nothing. */
static void
take_of_heirs(struct flow *f)
{
	for (uint32_t b = 1; b < f->tree->nbindings; b++) {
		const struct binding *at = &f->tree->bindings[b];
		const struct flow_scope *class = &f->scopes[at->scope];
		const struct world_name *n;

		if (at->scope == 0 || at->kind != BINDING_VALUE ||
		    flow_at(f, at->value)->kind != NODE_CONST ||
		    at->scope >= f->main || class->kind != SCOPE_CLASS ||
		    class->parent != 0 || tree_is_attribute(f->tree, b))
			continue;
		n = flow_published(f, flow_dotted(f, class->name, "().",
		    at->name), false);
		if (n != NULL && !n->function)
			flow_mark_row(f, f->row_of[b], &(struct taint){
			    .marks = n->marks }, MARKS_ALL);
	}
}

/* A table that a module which runs takes functions from. */
static void
take_tables(struct flow *f)
{
	for (uint32_t b = 1; b < f->tree->nbindings; b++) {
		uint32_t name = f->tree->bindings[b].name;
		const struct world_name *n;
		char whole[FLOW_WHOLE_MOST];

		if (f->tree->bindings[b].scope != 0 ||
		    (!flow_name(f, name)->table &&
		    !flow_name(f, name)->bound) ||
		    !flow_whole_name(f, name, whole))
			continue;
		n = world_own(f->file->world, whole);
		if (n != NULL && n->reach != REACH_NONE)
			flow_name(f, name)->used = f->look;
	}
}

/* What a method of another module is given to register, it may call. */
static void
take_registered(struct flow *f)
{
	for (size_t i = 0; i < f->nregistries; i++) {
		char method[FLOW_NAME_MOST + 1];

		if (world_has(f->file->world, flow_string(f,
		    f->registries[i].method, method)))
			flow_name(f, f->registries[i].place)->used = f->look;
	}
}

/* queue.put(x), settings.key = x: what others put into objects of this
 * module. */
static void
take_values(struct flow *f)
{
	for (uint32_t b = 1; b < f->tree->nbindings; b++) {
		const struct world_name *n = f->tree->bindings[b].scope == 0 ?
		    flow_published(f, f->tree->bindings[b].name, false) : NULL;

		if (n != NULL && !n->function)
			flow_mark_row(f, f->row_of[b], &(struct taint){
			    .marks = n->loose & flow_told_marks(f),
			    .held = n->held }, MARKS_ALL);
	}
}

static void
take_passed(struct flow *f, uint32_t row, const struct world_passed *p)
{
	struct taint *to = &f->rows[row];

	f->twice = f->twice || (p->marks & MARKS_KEPT_OFTEN);
	flow_mark_row(f, row, &(struct taint){ .marks = p->marks,
	    .held = p->held }, MARKS_ALL);
	if ((p->marks & MARK_DROPPED) || (p->held & HELD_OBJECT) ||
	    p->object != NULL)
		flow_note_itself(f, f->tree->bindings[row].name);
	if (to->text == 0 && p->text != NULL)
		to->text = flow_intern(f, p->text, strlen(p->text), false);
	if (to->name != 0 || p->object == NULL)
		return;
	to->name = flow_word(f, p->object);
	f->changed = true;
	f->outrun = f->outrun || f->read[row];
}

/* event(ip=x), of event(**more): more["ip"]. */
static void
take_options(struct flow *f, struct flow_scope *s,
    const struct world_option *o)
{
	for (; o != NULL && s->stars != 0; o = o->next) {
		const struct world_passed *p = &o->passed;
		struct taint v = { .marks = p->marks, .held = p->held };

		f->twice = f->twice || (p->marks & MARKS_KEPT_OFTEN);
		s->told[s->stars - 1] |= p->marks;
		if (p->text != NULL)
			v.text = flow_intern(f, p->text, strlen(p->text),
			    false);
		if (p->object != NULL)
			v.name = flow_word(f, p->object);
		flow_keep_key(f, s->parameters[s->stars - 1], flow_intern(f,
		    o->key, strlen(o->key), false), &v);
	}
}

/* Report(user, password), of a class that has no constructor. */
static void
take_fields(struct flow *f, uint32_t class, const struct world_name *n)
{
	for (size_t k = 0; k < n->nparameters && k < WORLD_PARAMETERS; k++) {
		uint32_t row = flow_field_row(f, class, k);

		if (row != 0)
			take_passed(f, row, &n->passed[k]);
	}
}

struct world_name *
flow_told_of(struct flow *f, uint32_t scope)
{
	const struct flow_scope *s = &f->scopes[scope];

	return s->name != 0 ? flow_published(f, flow_public_name(f, s),
	    false) : NULL;
}

/* What others told of this module's functions. */
void
flow_take_told(struct flow *f)
{
	take_tables(f);
	take_registered(f);
	take_values(f);
	take_of_heirs(f);
	flow_take_lambdas(f);
	for (uint32_t i = 1; i < f->main; i++) {
		struct flow_scope *s = &f->scopes[i];
		struct world_name *n = flow_told_of(f, i);
		enum world_reach via;

		if (n == NULL)
			continue;
		s->worked = s->worked || n->worked;
		if (n->inherited != REACH_NONE)
			(void)flow_reach_base(f, s->name, n->inherited);
		via = s->meta && n->inherited > n->reach ? n->inherited :
		    n->reach;
		if (via > s->via && !flow_waits(s, n->given)) {
			s->via = via;
			s->reached = true;
			s->asked = false;
		}
		(void)flow_give(s, n->given);
		flow_take_callers(f, i, n);
		for (uint32_t k = 0; k < s->nparameters &&
		    k < WORLD_PARAMETERS; k++) {
			s->told[k] = n->passed[k].marks;
			take_passed(f, s->parameters[k], &n->passed[k]);
		}
		take_options(f, s, n->options);
		if (s->kind == SCOPE_CLASS && !s->begins)
			take_fields(f, i, n);
	}
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * anybody_fields - x.name and x.name = y of an object that nobody knows.
 *
 * In a small package that is what any object or class of it has under that
 * name: such an object came through a list, a registry or a caller, or only the
 * package's user makes it and hands it in: send(settings),
 * Reporter(Settings()).
 *
 * Takes: an attribute that is asked for or set.  Gives: what is worth it of all
 * that stand under its name.
 * Runs in: worker child, command.
 */
#include <string.h>

#include "base/mem.h"
#include "flow/anybody.h"
#include "flow/calls.h"
#include "flow/names.h"
#include "flow/neighbours.h"
#include "flow/state.h"
#include "flow/values.h"

bool
flow_is_unknown(const struct flow *f, const struct taint *v)
{
	size_t len;
	const char *name = flow_spelled(f, v->name, &len);

	return v->code == 0 && (v->name == 0 || (len > 1 && *name == '?') ||
	    flow_word_is(f, v->name, "types.SimpleNamespace()"));
}

/* "pkg.?().content" */
static uint32_t
anybodys(struct flow *f, uint32_t name)
{
	static const char any[] = ".?()";
	char root[FLOW_NAME_MOST + 1];
	size_t len = strcspn(flow_module(f), ".");

	if (len == 0 || len + sizeof(any) > sizeof(root))
		return 0;
	memcpy(root, flow_module(f), len);
	memcpy(root + len, any, sizeof(any));
	return flow_dotted(f, flow_word(f, root), ".", name);
}

void
flow_set_anybodys(struct flow *f, uint32_t target, const struct taint *v)
{
	const struct node *n = flow_at(f, target);

	if (f->file->world != NULL && (flow_is_unknown(f, &f->vals[n->kid]) ||
	    flow_word_is(f, f->vals[n->kid].name, "self")))
		flow_set_anybodys_named(f, n->name, v);
}

void
flow_set_anybodys_named(struct flow *f, uint32_t attribute,
    const struct taint *v)
{
	const struct flow_text *t = &f->texts[v->text];
	char name[FLOW_NAME_MOST + 1];
	struct world_name *any;

	if (f->file->world == NULL)
		return;
	if (v->marks & MARKS_ANYBODYS)
		flow_tell_value(f, anybodys(f, attribute), v);
	if (!flow_is_address(f, v->text) || (v->marks & MARK_VARIABLE) ||
	    anybodys(f, attribute) == 0)
		return;
	any = world_make(f->file->world, flow_string(f, anybodys(f,
	    attribute), name));
	if (any == NULL || any->text != NULL)
		return;
	any->text = mem_strdup(t->bytes);
	any->text_len = t->len;
	f->file->world->written++;
}

/* What classes of this source bind to that name, and their properties. */
static void
take_of_classes(struct flow *f, uint32_t name, struct taint *out)
{
	uint32_t next = flow_name(f, name)->defined;

	for (; next != 0; next = f->scopes[next - 1].same_name)
		if (f->scopes[next - 1].property)
			taint_mark(out, f->scopes[next - 1].result.own &
			    MARKS_ANYBODYS);
	for (uint32_t i = 1; i < f->main; i++) {
		uint32_t b = f->scopes[i].kind == SCOPE_CLASS ?
		    tree_binding(f->tree, i, name) : 0;
		const struct taint *v = b != 0 && f->tree->bindings[b].kind !=
		    BINDING_DEF ? &f->rows[f->row_of[b]] : NULL;

		if (v == NULL)
			continue;
		f->read[f->row_of[b]] = true;
		taint_mark(out, v->marks & (MARKS_ANYBODYS | MARKS_ADDRESS));
		if (out->text == 0 && flow_is_address(f, v->text))
			out->text = v->text;
	}
}

void
flow_take_anybodys(struct flow *f, const struct taint *object, uint32_t name,
    struct taint *out)
{
	uint32_t row = flow_row_of_attribute(f, name);
	char text[FLOW_NAME_MOST + 1];
	const struct world_name *any;

	if (f->file->world == NULL || !flow_is_small(f) ||
	    (!flow_is_unknown(f, object) &&
	    !flow_word_is(f, object->name, "self")))
		return;
	if (row != 0) {
		f->read[row] = true;
		taint_mark(out, f->rows[row].marks & MARKS_ANYBODYS);
		if (out->text == 0 && flow_is_address(f, f->rows[row].text))
			out->text = f->rows[row].text;
		if (out->where == 0)
			out->where = f->rows[row].where;
	}
	take_of_classes(f, name, out);
	f->asks_anybody = true;
	taint_mark(out, world_marks_of_fields(f->file->world,
	    flow_string(f, name, text)) & MARKS_ANYBODYS);
	any = out->text != 0 || anybodys(f, name) == 0 ? NULL :
	    world_find(f->file->world, flow_string(f, anybodys(f, name),
	    text));
	if (any == NULL || any->text == NULL)
		return;
	out->text = flow_intern(f, any->text, any->text_len, false);
	taint_mark(out, flow_text_marks(f, out->text));
}
